# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""All workloads of one owner at once: one plan for the whole set, applied in parallel; what fails does not stop the others.

The engine takes each workload to what was asked for. Here is what only a set has: selectors, entries that must not collide, marks of
the owner, and the deletion of what is not in the set any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import Any, Callable, Optional

from ..._core.errors import (
    AmbiguousNameError,
    InputError,
    LostAnswerError,
    NotOwnerError,
    PruneError,
    StateError,
    UnknownNameError,
    UnreachableError,
    WaitTimeoutError,
)
from ..._engine.comparison import Reference
from ..._engine.converge import DELETING, apply, keep_error, locate, plan
from ..._engine.resource import Desired, Document, called, show
from ..._openstack.context import Context
from ..options import refuse_empty
from ..workload.resource import KIND, OWNER
from . import moves, selectors
from .entries import BulkWorkload, Entry, held, read_entries, reject_duplicates
from .result import failure, result

FEW = 3
MOST_PARALLEL = 32

SPEC: Mapping[str, Any] = {
    "workloads": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            **{each.option: dict(each.spec) for each in KIND.fields if each.spec is not None},
            "id": {"type": "str"},
            "new_name": {"type": "str"},
            "selector": {"type": "dict", "options": dict(selectors.SPEC)},
            "exclude": {"type": "list", "elements": "str"},
        },
    },
    "on_empty_selection": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "owner": {"type": "str"},
    "prune": {"type": "bool", "default": False},
    "delete_snapshots": {"type": "bool", "default": False},
    "max_deletions": {"type": "int", "default": 1},
    "fail_fast": {"type": "bool", "default": False},
    "parallel": {"type": "int", "default": 8},
}


def prepare(options: Mapping[str, Any]) -> Callable[[Context], dict[str, Any]]:
    """Check the options of the module, without a request, and return what makes its result.

    :raises InputError: Something is wrong with them.
    """
    refuse_empty(options, "owner")
    if options["prune"] and options.get("owner") is None:
        raise InputError("The option 'prune' needs 'owner'.", hint="Only workloads that carry the mark of that owner are ever pruned.")
    if options["prune"] and not options["wait"]:
        raise InputError("The option 'prune' needs 'wait: true': nothing is deleted before all entries are as declared.")
    if options["max_deletions"] < 0:
        raise InputError(f"The option 'max_deletions' is {options['max_deletions']}; it must not be below 0.")
    if not 1 <= options["parallel"] <= MOST_PARALLEL:
        raise InputError(f"The option 'parallel' is {options['parallel']}; it must be 1 to {MOST_PARALLEL}.")
    entries = read_entries(options["workloads"], options.get("owner"))
    return lambda context: WorkloadSet(context, options, entries).converge()


class WorkloadSet:
    """The set at work in one task.

    :param options: The options of the module.
    :param entries: What C(read_entries) made of them.
    """

    def __init__(self, context: Context, options: Mapping[str, Any], entries: Sequence[Entry]) -> None:
        self.context = context
        self.entries = entries
        self.owner: Optional[str] = options.get("owner")
        self.prune: bool = options["prune"]
        self.delete_snapshots: bool = options["delete_snapshots"]
        self.max_deletions: int = options["max_deletions"]
        self.fail_fast: bool = options["fail_fast"]
        self.skip_empty = options["on_empty_selection"] == "skip"
        given = {option for each in entries for option in each.wish.values}
        self.kind = BulkWorkload(self.prune or len(entries) > FEW, given)
        self.rows: list[Document] = []
        self.surplus: list[Entry] = []
        self.rounds: list[list[tuple[Entry, bool]]] = []
        self.stopped: Optional[str] = None
        self.unanswered = 0
        self.lock = Lock()

    def converge(self) -> dict[str, Any]:
        """Take all workloads to what was asked for, or in check mode tell what that would take, and return the result.

        :raises InputError: Two entries mean one workload, or claim one server.
        :raises PruneError: More would be deleted than may be.
        :raises PartlyFailedError: Something went wrong with some; what became of each is in its results.
        """
        self.plan()
        if self.fail_fast and self.failed():
            self.stopped = "another one failed"
        self.apply()
        self.delete()
        done = result(self.context, self.kind, self.entries, self.surplus)
        if failed := self.failed():
            raise failure(failed, len(self.entries) + len(self.surplus), done)
        return done

    def failed(self) -> list[Entry]:
        """Return what something went wrong with so far."""
        return [each for each in (*self.entries, *self.surplus) if each.error is not None]

    def plan(self) -> None:
        """Work out all that has to be done, before the first write."""
        self.rows = self.kind.rows(self.context)
        self.look(self.entries, self.rows)
        reject_duplicates((each.id, each) for each in self.entries if each.id is not None)
        self.select()
        self.compare(self.entries)
        self.reread_changed()
        self.refuse_shared_servers()
        self.plan_moves()
        if self.prune:
            self.plan_deletions()
        self.warn_shared_servers()

    def look(self, entries: Sequence[Entry], rows: Sequence[Document]) -> None:
        """Find the workloads of some entries, read them, and see whose they are.

        :param rows: The workloads of the project; one that is whole is not read by itself.
        """
        locate(self.context, self.kind, entries, rows)
        for entry in entries:
            if entry.document is not None:
                entry.id = str(entry.document["id"])  # as the server spells it, whatever the user has written
            keep_error(entry, self.refuse_other_owner)

    def compare(self, entries: Sequence[Entry]) -> None:
        """Work out the steps of some entries."""
        plan(self.context, self.kind, [each for each in entries if each.skipped is None], self.rows)

    def reread_changed(self) -> None:
        """Read by itself what needs a write or has failed by the one answer for all.

        Of that answer, which is in no documentation, only that a workload is as declared is believed: if it left out some metadata, a write
        would lose them on a server that replaces metadata (API reference Q9).
        """
        whole = {row["id"] for row in self.rows if self.kind.is_whole(row)}
        resolved = [each for each in self.entries if each.wish.values.get("instances") != []]
        doubtful = [each for each in resolved if each.id in whole and (each.steps or each.error is not None)]
        for entry in doubtful:
            entry.document, entry.shown, entry.wanted, entry.steps, entry.error = None, None, {}, [], None
        self.look(doubtful, [{"id": row["id"], "name": row.get("name")} for row in self.rows])
        self.compare(doubtful)

    def mark(self, document: Optional[Document]) -> Optional[str]:
        """Return whose mark a workload carries, None where it carries none."""
        return ((document or {}).get("metadata") or {}).get(OWNER) or None

    def refuse_other_owner(self, entry: Entry) -> None:
        """Refuse to take over what is marked as somebody else's.

        :raises NotOwnerError: It is.
        """
        mark = self.mark(entry.document)
        if self.owner is not None and entry.document is not None and mark not in (None, self.owner):
            raise NotOwnerError(
                f"The {called(self.kind, entry.document)} belongs to the owner '{mark}', and this set is that of '{self.owner}'. It was left alone.",
                hint=f"Take it out of one of the two sets. To hand it over, set its metadata key {OWNER} with the module openprotect.backup.workload.",
            )

    def select(self) -> None:
        """Resolve the selectors of all entries against one list of servers."""
        chosen = [(each, each.selector) for each in self.entries if each.selector is not None]
        self.context.lookup.server_listing = selectors.listing_for(wanted for _entry, wanted in chosen)
        for entry, wanted in chosen:
            ids = [str(server["id"]) for server in self.context.lookup.servers() if wanted.selects(server)]
            entry.wish.values["instances"] = ids
            if not ids and self.skip_empty:
                entry.skipped = "its selector selects no server"
                self.context.warn(f"The selector of {entry.place} selects no server, so that entry was skipped.")
            elif not ids and entry.error is None:
                entry.error = UnknownNameError(
                    f"The selector of {entry.place} selects no server of this project.",
                    hint="If that may happen, say 'on_empty_selection: skip'; what the workload protects then stays as it is.",
                )

    def refuse_shared_servers(self) -> None:
        """Refuse two entries that claim one server.

        :raises InputError: There are some; all are told.
        """
        users: dict[str, list[str]] = {}
        names: dict[str, Reference] = {}
        for entry in self.entries:
            for ref in entry.wanted.get("instances", ()):
                users.setdefault(ref.id, []).append(entry.place)
                names[ref.id] = ref
        shared = [f"'{names[server]}' ({server}) by {' and by '.join(places)}" for server, places in users.items() if len(places) > 1]
        if shared:
            raise InputError(
                f"A server can be protected by one entry only, and is claimed by more: {'; '.join(shared)}. Nothing was written.",
                hint="Change 'instances', 'selector' or 'exclude' of one of them.",
            )

    def plan_moves(self) -> None:
        """Work out in which order the entries are written, so that servers can move from one to another.

        An entry that fails by that may be the one that others give servers to, and so it is worked out again.
        """
        failed = -1
        while failed < len(self.failed()):
            failed = len(self.failed())
            at_work = [each for each in self.entries if each.at_work]
            order = moves.order([each.servers() for each in at_work])
            for number in order.stuck:
                self.leave_alone(
                    at_work[number],
                    f"The {at_work[number].place} exchanges all its servers with other entries. That cannot be done: a workload must always hold one.",
                    "Exchange the names or the rest of the entries instead, or move the servers in two runs.",
                )
            self.hold_back_givers(at_work)
        self.rounds = [[(at_work[number], whole) for number, whole in members] for members in order.rounds]
        for members in self.rounds:
            for entry, whole in members:
                entry.exchanges = entry.exchanges or not whole
                entry.moving = entry.servers().gives

    def leave_alone(self, entry: Entry, text: str, hint: str) -> None:
        """Take an entry out of the plan, for a reason."""
        entry.steps, entry.error = [], StateError(text, hint=hint)

    def hold_back_givers(self, at_work: Sequence[Entry]) -> None:
        """Leave entries alone that would give servers to one that failed: no workload would protect these servers then."""
        givers = [each for each in at_work if each.error is None and each.servers().gives]
        takers = {server: each.place for each in self.entries if givers and each.error is not None for server in self.claims(each)}
        for entry in givers:
            lost = [ref for ref in (entry.shown or {})["instances"] if ref.id in entry.servers().gives & takers.keys()]
            if lost:
                given = ", ".join(f"'{ref}' to {takers[str(ref.id)]}" for ref in lost)
                text = f"The {entry.place} gives {given}, which failed. It was left alone, since no workload would protect that server."
                self.leave_alone(entry, text, "Mend that entry first.")

    def claims(self, entry: Entry) -> set[str]:
        """Return the servers that an entry which failed would have taken over, as far as they can be found out."""
        claimed: set[str] = set()
        for each in entry.wish.values.get("instances") or ():
            with suppress(UnknownNameError, AmbiguousNameError):
                claimed.update(str(ref.id) for ref in self.context.lookup.find_servers([each], ()))
        return claimed - held(entry)

    def warn_shared_servers(self) -> None:
        """Warn where an entry takes a server from a workload that does not give it away before, which a server may refuse."""
        late = "which is deleted only when all entries are as declared. If the server refuses that: 'new_name' renames a workload with its snapshots."
        keepers = {server: f"the {each.place}, {late}" for each in self.surplus for server in held(each)}
        for entry in self.entries:
            kept = entry.servers().wants if entry.at_work else held(entry)
            keepers.update((server, f"the workload of {entry.place}, which keeps it in this run. The server may refuse that.") for server in kept & held(entry))
        for entry in self.entries:
            for server in entry.servers().takes & keepers.keys() if entry.at_work else ():
                self.context.warn(f"The server {server} of {entry.place} is still in {keepers[server]}")

    # ---- what is not in the set any more ------------------------------------------------------------------------------------

    def plan_deletions(self) -> None:
        """Find the workloads that carry the owner's mark and are in no entry, and work out their deletion.

        :raises PruneError: There are more than may be deleted.
        """
        meant = {each.id for each in self.entries}
        others = [self.other(row) for row in self.rows if row["id"] not in meant]
        self.context.in_parallel(lambda each: keep_error(each, self.look_at_mark, UnreachableError), others)
        self.surplus = [each for each in others if each.error is not None or self.is_surplus(each.document)]
        plan(self.context, self.kind, self.surplus, self.rows)
        doomed = [each for each in self.surplus if each.document is not None]
        if len(doomed) > self.max_deletions and not any(each.error for each in self.entries):
            names = ", ".join(called(self.kind, each.document or {}) for each in doomed)
            raise PruneError(
                f"{len(doomed)} workloads of the owner '{self.owner}' are not in the set, and 'max_deletions' allows {self.max_deletions}: {names}. "
                "Nothing was written.",
                hint="Look whether the set is complete. If they shall go, allow as many with 'max_deletions'.",
            )

    def other(self, row: Document) -> Entry:
        """Return a workload that no entry means as one that is asked to be absent."""
        asked = Desired({"delete_snapshots": self.delete_snapshots}, row.get("name"), row["id"], None, present=False)
        return Entry(asked, row["id"], row if self.kind.is_whole(row) else None, place=called(self.kind, row))

    def look_at_mark(self, entry: Entry) -> None:
        """Fetch a workload that no entry means, unless it is known already. It is not waited for: it may be somebody else's."""
        if entry.document is None:
            entry.document = show(self.context, self.kind, str(entry.id))

    def is_surplus(self, document: Optional[Document]) -> bool:
        """Tell whether a workload that no entry means is the owner's, and not being deleted already."""
        return document is not None and document.get("status") != DELETING and self.mark(document) == self.owner

    def delete(self) -> None:
        """Delete what is not in the set any more, one after the other; nothing at all where anything failed before."""
        for entry in self.surplus:
            if self.failed():
                entry.skipped = "something else failed"
            elif not self.context.check_mode:
                keep_error(entry, self.delete_one)

    def delete_one(self, entry: Entry) -> None:
        """Delete one workload, if it still carries the mark and may still go, with the snapshots that the plan names.

        :raises NotOwnerError: It has lost the mark.
        :raises StateError: It has got a snapshot since.
        """
        document = show(self.context, self.kind, str(entry.id))
        if document is None:
            return
        if self.mark(document) != self.owner:
            raise NotOwnerError(f"The {called(self.kind, document)} has lost the mark of the owner '{self.owner}' in the meantime, so it was not deleted.")
        again = replace(entry, document=document, steps=[])
        plan(self.context, self.kind, [again], self.rows)
        if again.error is not None:
            raise again.error
        planned = {step.id for step in entry.steps}
        new = [f"'{step.name}' ({step.id})" for step in again.steps if step.id not in planned]
        if new:
            raise StateError(
                f"The {called(self.kind, document)} has got snapshots that the plan does not name, so it was not deleted: {', '.join(new)}.",
                hint="If they shall go too, run the task again. While its schedule is enabled more may come.",
            )
        apply(self.context, self.kind, again, self.rows)

    # ---- what is in the set -------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Create and change what is in the set; what gives servers away comes before what takes them."""
        for members in self.rounds:
            self.context.in_parallel(self.work, members)
        self.warn_of_untaken()

    def work(self, task: tuple[Entry, bool]) -> None:
        """Do what is planned for one entry, unless what became of the others stops it."""
        entry, whole = task
        if self.stopped is not None and entry.error is None:
            entry.skipped = self.stopped
        if entry.skipped is None and entry.error is None:
            keep_error(entry, self.apply_one if whole else self.give_away)
            self.watch(entry)

    def apply_one(self, entry: Entry) -> None:
        """Do what is planned for one entry."""
        entry.outcome = apply(self.context, self.kind, entry, self.rows)

    def give_away(self, entry: Entry) -> None:
        """Take off a workload first what another one takes over, while it takes over something of that itself."""
        if self.context.check_mode:
            return
        stays = [ref for ref in (entry.shown or {})["instances"] if str(ref.id) in entry.servers().wants]
        part = replace(entry, wanted={"instances": stays}, steps=[replace(entry.steps[0], fields=["instances"])])
        apply(self.context, self.kind, part, self.rows)
        entry.document, entry.shown = part.document, part.shown

    def watch(self, entry: Entry) -> None:
        """Decide whether others may be begun: not after a failure where the first one counts, nor where the server answers nobody any more."""
        with self.lock:
            if isinstance(entry.error, (LostAnswerError, UnreachableError, WaitTimeoutError)):
                self.unanswered += 1
            elif entry.steps:
                self.unanswered = 0
            if self.unanswered >= max(self.context.parallel, FEW):
                self.stopped = f"{self.unanswered} in a row got no answer in time"
            elif self.fail_fast and entry.error is not None:
                self.stopped = "another one failed"

    def warn_of_untaken(self) -> None:
        """Warn of the servers that one entry has given away and another one has not taken over after all."""
        given = {server for members in self.rounds for entry, _whole in members for server in entry.moving}
        protected = {str(ref.id) for each in self.entries for ref in (each.shown or {}).get("instances", ())}
        for entry in self.entries:
            for ref in entry.wanted.get("instances", ()) if not entry.at_work else ():
                if ref.id in given - protected:
                    self.context.warn(
                        f"The server '{ref}' ({ref.id}) was taken off its workload for {entry.place}, which was not written to the end: "
                        "as far as is known it is protected by none of the entries now. Run the task again as soon as that can be mended."
                    )
