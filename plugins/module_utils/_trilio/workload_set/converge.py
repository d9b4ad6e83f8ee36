# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Converge all workloads of a set: one plan for all, applied in parallel; a failure does not stop the others.

The engine converges each workload. This file adds selectors, the check for entries that collide, servers that move
between workloads, and the order of the writes. `prune` deletes workloads that are no longer in the set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, Optional

from ..._core.errors import (
    AmbiguousNameError,
    InputError,
    LostAnswerError,
    NotOwnerError,
    StateError,
    UnknownNameError,
    UnreachableError,
    WaitTimeoutError,
)
from ..._core.known_names import listed
from ..._core.module import wait_options
from ..._core.values import refuse_empty
from ..._engine.apply import apply
from ..._engine.comparison import field_options
from ..._engine.converge import locate, plan
from ..._engine.model import Document, Reference
from ..._openstack.context import Context
from ..workload.guards import is_line_6
from ..workload.records import OWNER, workloads_by_server
from ..workload.resource import Workload
from .bulk_workload import BulkWorkload
from .entries import Entry, parse_entries, reject_duplicates
from .moves import order
from .prune import Pruning
from .result import partly_failed, set_result
from .selector import SPEC as SELECTOR_SPEC
from .selector import select_servers

FEW = 3
MOST_PARALLEL = 32

OPTIONS: Mapping[str, Any] = {
    "workloads": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            **field_options(Workload.fields),
            "id": {"type": "str"},
            "new_name": {"type": "str"},
            "selector": {"type": "dict", "options": dict(SELECTOR_SPEC)},
            "exclude": {"type": "list", "elements": "str"},
        },
    },
    "on_empty_selection": {"type": "str", "choices": ["fail", "skip"], "default": "fail"},
    "owner": {"type": "str"},
    "prune": {"type": "bool", "default": False},
    "delete_snapshots": {"type": "bool", "default": False},
    "keep_data": {"type": "bool", "default": False},
    "max_deletions": {"type": "int", "default": 1},
    "fail_fast": {"type": "bool", "default": False},
    "parallel": {"type": "int", "default": 8},
    **wait_options(timeout=600),
}


def check_set_options(options: Mapping[str, Any]) -> None:
    """Check the options that concern the set as a whole.

    :raises InputError: One is wrong.
    """
    refuse_empty(options, "owner")
    if options["prune"] and options.get("owner") is None:
        raise InputError(
            "The option 'prune' needs 'owner'.",
            hint="Only workloads that carry the mark of that owner are ever pruned.",
        )
    if options["prune"] and not options["wait"]:
        raise InputError(
            "The option 'prune' needs 'wait: true': nothing is deleted before all entries are as declared."
        )
    if options["delete_snapshots"] and options["keep_data"]:
        raise InputError("The options 'delete_snapshots' and 'keep_data' exclude each other.")
    if options["max_deletions"] < 0:
        raise InputError(f"The option 'max_deletions' is {options['max_deletions']}; it must not be below 0.")
    if not 1 <= options["parallel"] <= MOST_PARALLEL:
        raise InputError(f"The option 'parallel' is {options['parallel']}; it must be 1 to {MOST_PARALLEL}.")


class WorkloadSet:
    """The task of the module `workloads`.

    :param options: The options of the module.
    :raises InputError: An option is wrong.
    """

    plan_only = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        check_set_options(options)
        self.options = options
        self.owner: Optional[str] = options.get("owner")
        self.fail_fast: bool = options["fail_fast"]
        self.entries = parse_entries(options["workloads"], self.owner)
        self.surplus: list[Entry] = []
        self.rounds: list[list[tuple[Entry, bool]]] = []
        self.stopped: Optional[str] = None
        self.unanswered = 0
        self.lock = Lock()

    def run(self, context: Context) -> dict[str, Any]:
        """Converge all workloads, or in check mode only plan, and return the result.

        :raises InputError: Two entries mean one workload, or claim one server.
        :raises PruneError: More would be deleted than may be.
        :raises PartlyFailedError: Some entries failed. Its results contain the outcome of each.
        """
        self.context = context
        many = self.options["prune"] or len(self.entries) > FEW
        given = {option for each in self.entries for option in each.desired.values}
        self.workload = BulkWorkload(context, many, given, marks=self.owner is not None)
        self.rows: Sequence[Document] = self.workload.rows([each.desired for each in self.entries])
        self.plan()
        self.workload.names.stop_listing()  # once something is written, no list of names may fail the task
        if self.fail_fast and self.failed():
            self.stopped = "another one failed"
        self.apply()
        if self.surplus:
            self.pruning.delete(self.surplus, self.failed)
        done = set_result(context, self.workload, self.entries, self.surplus, self.rows, self.owner)
        if failed := self.failed():
            raise partly_failed(failed, len(self.entries) + len(self.surplus), done)
        return done

    def failed(self) -> list[Entry]:
        """Return the entries that have failed."""
        return [each for each in (*self.entries, *self.surplus) if each.error is not None]

    # ---- planning --------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Work out the steps of all entries, before the first write."""
        self.locate(self.entries, self.rows)
        reject_duplicates((each.key, each) for each in self.entries if each.key is not None)
        self.select()
        self.compare(self.entries)
        self.reread_changed()
        self.refuse_shared_servers()
        if self.options["prune"]:
            self.pruning = Pruning(self.workload, str(self.owner), self.options, self.rows)
            self.surplus = self.pruning.plan(self.entries)
        self.plan_moves()

    def locate(self, entries: Sequence[Entry], rows: Sequence[Document]) -> None:
        """Find the workloads of some entries, read them, and check their owners.

        :param rows: The workloads of the project; one that is complete is not read by itself.
        """
        locate(self.workload, entries, rows)
        for entry in entries:
            if entry.document is not None:
                entry.key = str(entry.document["id"])  # as the server spells it, not as the user does
            entry.attempt(partial(self.refuse_other_owner, entry))

    def compare(self, entries: Sequence[Entry]) -> None:
        """Work out the steps of some entries. Only names that one of them asks for are looked up."""
        self.workload.name_references([each.desired for each in entries if each.is_active])
        plan(self.workload, [each for each in entries if each.skipped is None], self.rows)

    def reread_changed(self) -> None:
        """Read each workload by itself that differs, or fails, by the list in detail.

        That list is not documented. It is trusted only if it shows that a workload is as declared: if it left out some
        metadata, a write would delete them on a server that replaces metadata (reference Q9).
        """
        complete = {row["id"] for row in self.rows if self.workload.is_complete(row)}
        selected = [each for each in self.entries if each.desired.values.get("instances") != []]
        doubtful = [each for each in selected if each.key in complete and (each.steps or each.error is not None)]
        for entry in doubtful:
            entry.document = entry.shown = entry.resolved = entry.error = None
            entry.steps = []
        self.locate(doubtful, [{"id": row["id"], "name": row.get("name")} for row in self.rows])
        self.compare(doubtful)

    def refuse_other_owner(self, entry: Entry) -> None:
        """Refuse to take over a workload with the mark of another owner.

        :raises NotOwnerError: It has another mark.
        """
        mark = ((entry.document or {}).get("metadata") or {}).get(OWNER) or None
        if self.owner is not None and entry.document is not None and mark not in (None, self.owner):
            raise NotOwnerError(
                f"The {self.workload.describe(entry.document)} belongs to the owner '{mark}', and this set is that of "
                f"'{self.owner}'. It was left alone.",
                hint=f"Take it out of one of the two sets. To hand it over, set its metadata key {OWNER} with the "
                "module openprotect.backup.workload.",
            )

    def select(self) -> None:
        """Resolve the selectors of all entries against one list of servers."""
        chosen = [(each, each.selector) for each in self.entries if each.selector is not None]
        selected = select_servers(self.context, [selector for _entry, selector in chosen])
        for (entry, _selector), ids in zip(chosen, selected):
            entry.desired = replace(entry.desired, values={**entry.desired.values, "instances": ids})
            if not ids and self.options["on_empty_selection"] == "skip":
                entry.skipped = "its selector selects no server"
                self.context.warn(f"The selector of {entry.title} selects no server, so that entry was skipped.")
            elif not ids and entry.error is None:
                entry.error = UnknownNameError(
                    f"The selector of {entry.title} selects no server of this project.",
                    hint="If that may happen, say 'on_empty_selection: skip'; what the workload protects then stays "
                    "as it is.",
                )

    def refuse_shared_servers(self) -> None:
        """Refuse two entries that claim one server.

        :raises InputError: There are some; all are reported.
        """
        users: dict[str, list[str]] = {}
        names: dict[str, Reference] = {}
        for entry in self.entries:
            for ref in entry.declared_servers:
                users.setdefault(str(ref.id), []).append(entry.title)
                names[str(ref.id)] = ref
        shared = [
            f"'{names[server]}' ({server}) by {' and by '.join(titles)}"
            for server, titles in users.items()
            if len(titles) > 1
        ]
        if shared:
            raise InputError(
                "A server can be protected by one entry only, and is claimed by more: "
                f"{'; '.join(shared)}. Nothing was written.",
                hint="Change 'instances', 'selector' or 'exclude' of one of them.",
            )

    # ---- servers that move -----------------------------------------------------------------------------------------

    def plan_moves(self) -> None:
        """Work out the order of the writes, so that servers can move from one entry to another.

        Entries may fail here, and others may give servers to them. So the order is worked out until none fails.
        """
        failed = -1
        while failed < len(self.failed()):
            failed = len(self.failed())
            self.refuse_held_servers()
            active = [each for each in self.entries if each.is_active]
            moves = order([each.move for each in active])
            for number in moves.stuck:
                self.leave_alone(
                    active[number],
                    f"The {active[number].title} exchanges all its servers with other entries. That cannot be done: "
                    "a workload must always hold one.",
                    "Exchange the names or the rest of the entries instead, or move the servers in two runs.",
                )
            self.hold_back_givers(active)
        self.rounds = [[(active[number], complete) for number, complete in members] for members in moves.rounds]
        for members in self.rounds:
            for entry, complete in members:
                entry.exchanges = entry.exchanges or not complete
                entry.moving = entry.move.gives

    def leave_alone(self, entry: Entry, text: str, hint: str) -> None:
        """Take an entry out of the plan, for a reason."""
        entry.steps, entry.error = [], StateError(text, hint=hint)

    def hold_back_givers(self, active: Sequence[Entry]) -> None:
        """Leave entries alone that would give servers to a failed one: no workload would protect these servers."""
        givers = [each for each in active if each.error is None and each.move.gives]
        takers: dict[str, str] = {}
        for entry in self.entries if givers else ():
            if entry.error is not None:
                takers.update(dict.fromkeys(self.claims(entry), entry.title))
        for entry in givers:
            lost = [ref for ref in entry.shown_servers if ref.id in entry.move.gives & takers.keys()]
            if lost:
                given = ", ".join(f"'{ref}' to {takers[str(ref.id)]}" for ref in lost)
                text = (
                    f"The {entry.title} gives {given}, which failed. It was left alone, since no workload would "
                    "protect that server."
                )
                self.leave_alone(entry, text, "Mend that entry first.")

    def claims(self, entry: Entry) -> set[str]:
        """Return the servers that a failed entry would have taken over, as far as they are known."""
        claimed: set[str] = set()
        for each in entry.desired.values.get("instances") or ():
            with suppress(UnknownNameError, AmbiguousNameError):
                claimed.update(str(ref.id) for ref in self.context.lookup.find_servers([each], ()))
        return claimed - entry.held_servers

    def refuse_held_servers(self) -> None:
        """Refuse entries that take a server from a workload that keeps it in this run (reference B.1, N1).

        Only of line 6 it is known that a server cannot be in two workloads. Elsewhere this is a warning.
        """
        takers = [(each, ref) for each in self.entries if each.is_active for ref in each.declared_servers]
        taken = [(entry, ref) for entry, ref in takers if str(ref.id) in entry.move.takes]
        keepers = self.keepers() if taken else {}
        for entry in dict.fromkeys(entry.title for entry, _ref in taken):
            held = [(each, ref) for each, ref in taken if each.title == entry and str(ref.id) in keepers]
            if held:
                self.refuse_or_warn(held[0][0], [ref for _each, ref in held], keepers)

    def refuse_or_warn(self, entry: Entry, refs: Sequence[Reference], keepers: Mapping[str, str]) -> None:
        """Refuse an entry that takes servers from their keepers, or warn if the server may allow it."""
        where = listed(f"'{ref}' ({ref.id}) is in {keepers[str(ref.id)]}" for ref in refs)
        documents = [each.document for each in self.entries if each.document is not None]
        if is_line_6(self.context, [*documents, *self.rows]):
            self.leave_alone(
                entry,
                f"The servers of {entry.title} are in another workload: {where}. A server can be in one workload only.",
                "Take it out of that workload first. To give a workload another name, use 'new_name'.",
            )
        else:
            self.context.warn(f"A server of {entry.title} is in another workload: {where}. The server may refuse that.")

    def keepers(self) -> dict[str, str]:
        """Return the workloads that hold servers after this run, for messages, by the id of the server."""
        surplus = {str(each.key) for each in self.surplus}
        meant = {str(each.key) for each in self.entries}
        found: dict[str, str] = {}
        for server, document in workloads_by_server(self.context, self.documents()).items():
            if str(document["id"]) not in meant:
                gone = ", which is deleted only when all entries are as declared"
                found[server] = f"the {self.workload.describe(document)}{gone if document['id'] in surplus else ''}"
        for entry in self.entries:
            kept = entry.move.wants & entry.held_servers if entry.is_active else entry.held_servers
            text = f"the workload of {entry.title}, which keeps it in this run"
            found.update(dict.fromkeys(kept, text))
        return found

    def documents(self) -> Optional[Sequence[Document]]:
        """Return all workloads of the project with their servers, None if they have not been read."""
        known = {str(each.key): each.document for each in (*self.entries, *self.surplus) if each.document is not None}
        every = [known.get(str(row["id"]), row) for row in self.rows]
        return every if all("instances" in each for each in every) else None

    # ---- applying --------------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Create and change the workloads. An entry that gives servers away is written before one that takes them."""
        for members in self.rounds:
            self.context.in_parallel(self.work, members)
        self.warn_of_untaken()

    def work(self, task: tuple[Entry, bool]) -> None:
        """Apply the plan of one entry, unless the set has stopped."""
        entry, complete = task
        if self.stopped is not None and entry.error is None:
            entry.skipped = self.stopped
        if entry.is_active:
            entry.attempt(lambda: self.apply_one(entry) if complete else self.give_away(entry))
            self.watch(entry)

    def apply_one(self, entry: Entry) -> None:
        """Apply the plan of one entry."""
        entry.outcome = apply(self.workload, entry, self.rows)

    def give_away(self, entry: Entry) -> None:
        """Remove servers from a workload that exchanges servers with another one: the first of its two writes."""
        if self.context.check_mode or entry.resolved is None:
            return
        stays = [ref for ref in entry.shown_servers if str(ref.id) in entry.move.wants]
        part = replace(
            entry,
            resolved=replace(entry.resolved, values={"instances": stays}),
            steps=[replace(entry.steps[0], fields=["instances"])],
        )
        apply(self.workload, part, self.rows)
        entry.document, entry.shown = part.document, part.shown

    def watch(self, entry: Entry) -> None:
        """Stop the set after a failure with `fail_fast`, and if the server no longer answers."""
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
        """Warn of servers that one entry has given away and no other one has taken over."""
        given = {server for members in self.rounds for entry, _complete in members for server in entry.moving}
        protected = {str(ref.id) for each in self.entries for ref in each.shown_servers}
        for entry in self.entries:
            for ref in entry.declared_servers if not entry.is_active else ():
                if ref.id in given - protected:
                    self.context.warn(
                        f"The server '{ref}' ({ref.id}) was taken off its workload for {entry.title}, which was not "
                        "written to the end: as far as is known it is protected by none of the entries now. Run the "
                        "task again as soon as that can be mended."
                    )
