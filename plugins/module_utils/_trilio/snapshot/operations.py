# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Taking, cancelling and deleting snapshots: each happens once (API reference B.4, C.2, Q30, Q40)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

from ..._core.errors import (
    AmbiguousNameError,
    FailedObjectError,
    InputError,
    NotConvergedError,
    RefusedError,
    StateError,
    UnknownNameError,
)
from ..._core.http import WRITE, Call
from ..._engine.comparison import CREATE, DELETE, Step
from ..._engine.resource import Document, Operation, called, listed
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from ..options import check_identity, refuse_empty
from ..workload.resource import KIND as WORKLOAD
from . import records as snapshot

TAKING = Call("POST", "/workloads/{id}", WRITE, request_key="snapshot", response_key="snapshot")
CANCELLING = Call("GET", "/snapshots/{id}/cancel", WRITE)

AGE = re.compile(r"([0-9]+)\s*([smhdw]?)")
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
FULL = "full"


def age(text: str) -> timedelta:
    """Return an age such as C(90m), C(24h) or C(7d); without a unit in seconds.

    :raises InputError: It is none.
    """
    found = AGE.fullmatch(text.strip().lower())
    if found is None:
        raise InputError(
            f"The option 'max_age' holds '{text}', which is no age.",
            hint="An age looks like 90m, 24h, 7d or 2w; without a unit it is in seconds.",
        )
    try:
        return timedelta(seconds=int(found.group(1)) * UNITS[found.group(2)])
    except OverflowError as exc:
        raise InputError(
            f"The option 'max_age' holds '{text}', which is more than can be counted.",
            hint="A century is as good as for ever.",
        ) from exc


def find_workload(context: Context, wanted: str) -> Document:
    """Return the one workload of this project that has this name or id, as the list shows it.

    :raises UnknownNameError: None has.
    :raises AmbiguousNameError: Several have the name.
    """
    rows = listed(context, WORKLOAD)
    found = match_one("workload", rows, wanted, where="in this project")
    return next(row for row in rows if row["id"] == found.id)


class SnapshotOperation(Operation):
    """What taking, cancelling and deleting share: which snapshot is meant, and how it is waited for."""

    noun = "snapshot"

    def __init__(self, options: Mapping[str, Any]) -> None:
        check_identity(options)
        refuse_empty(options, "workload")
        if options.get("id") is None and options.get("workload") is None:
            raise InputError("Which workload is meant is not said.", hint="Give 'workload', or the 'id' of a snapshot.")
        self.options = options

    def find(self, context: Context) -> Optional[Document]:
        """Return the snapshot that C(id), or C(workload) and C(name), mean, with all details; None where it is not there.

        :raises AmbiguousNameError: Several snapshots of the workload have the name.
        """
        if self.options.get("id") is not None:
            return snapshot.show(context, self.options["id"])
        workload = find_workload(context, self.options["workload"])
        hits = [row for row in snapshot.of_workload(context, workload["id"]) if row.get("name") == self.options["name"]]
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"The {called(WORKLOAD, workload)} has {len(hits)} snapshots of that name: {', '.join(snapshot.title(row) for row in hits)}.",
                hint="Give the 'id' of the one that is meant.",
            )
        return snapshot.show(context, hits[0]["id"]) if hits else None

    def wait_for(self, context: Context, snapshot_id: str) -> Document:
        """Return a snapshot once it has ended, however.

        :raises FailedObjectError: It went while it was waited for.
        """
        found = context.waiter.until(
            lambda: snapshot.show(context, snapshot_id),
            lambda seen: seen is None or not snapshot.running(seen),
            what=f"the snapshot {snapshot_id} to end",
            describe=lambda seen: f"status '{(seen or {}).get('status')}', {(seen or {}).get('progress_percent')} %",
        )
        if found is None:
            raise FailedObjectError(
                f"The snapshot {snapshot_id} went while it was waited for.",
                hint="Retention or somebody else may have deleted it.",
            )
        return found

    def result(self, context: Context, seen: Document) -> Optional[dict[str, Any]]:
        """Return the snapshot as results show it."""
        return None if seen.get("snapshot") is None else snapshot.result(seen["snapshot"])


class TakeSnapshot(SnapshotOperation):
    """Take a snapshot, unless one that is good enough is there or one is being taken.

    What C(look) returns holds the C(workload) as the list shows it and the C(snapshot) that satisfies, None where none does.
    """

    looks = 5

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.full = bool(options.get("full"))
        self.max_age = None if options.get("max_age") is None else age(options["max_age"])
        self.known: Optional[set[str]] = None
        self.made: Optional[str] = None

    def look(self, context: Context) -> Document:
        """Return the workload, and the snapshot that satisfies; after the start: the one that was started.

        :raises UnknownNameError: There is no such workload, or no snapshot of that id.
        """
        wanted_id = self.made or self.options.get("id")
        if wanted_id is not None:
            found = snapshot.show(context, wanted_id)
            if found is None:
                raise UnknownNameError(f"There is no snapshot with the id {wanted_id} in this project.")
            return {"workload": None, "snapshot": found}
        workload = find_workload(context, self.options["workload"])
        rows = snapshot.of_workload(context, workload["id"])
        if self.known is None:
            self.known = {row["id"] for row in rows}
            match = self.match(context, rows)
        else:
            new = [
                row
                for row in rows
                if row["id"] not in self.known and self.options.get("name") in (None, row.get("name"))
            ]
            match = new[0] if len(new) == 1 else None
        seen: Document = {
            "workload": workload,
            "snapshot": None,
            "running": [row for row in rows if snapshot.running(row)],
        }
        if match is not None:
            seen["snapshot"] = match if "finished_at" in match else snapshot.show(context, match["id"]) or match
        return seen

    def match(self, context: Context, rows: list[Document]) -> Optional[Document]:
        """Return the newest snapshot that makes another one needless: one that is being taken, or a good one of that name or age.

        An old one that is busy, with a restore for instance, is not being taken. Only its details tell.
        """
        name = self.options.get("name")
        named = [row for row in rows[::-1] if name in (None, row.get("name"))]
        newest = [(snapshot.show(context, row["id"]) or {}) if snapshot.running(row) else row for row in named]
        begun = [row for row in newest if snapshot.being_taken(row)]
        good = [row for row in newest if snapshot.was_good(row)]
        if name is not None:
            return next((row for row in newest if row in begun or row in good), None)
        if begun or self.max_age is None:
            return next(iter(begun), None)
        now = datetime.now(timezone.utc)
        young = [row for row in good if now - snapshot.created_at(row) <= self.max_age]
        return next((row for row in young if not self.full or row.get("snapshot_type") == FULL), None)

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether such a snapshot is there."""
        if seen["snapshot"] is None:
            return False
        if not snapshot.running(seen["snapshot"]):
            self.judge(seen["snapshot"])
        return True

    def happening(self, seen: Document) -> bool:
        """Tell whether it is being taken."""
        return snapshot.running(seen["snapshot"])

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse where the workload is not available.

        :raises StateError: It is not.
        """
        workload = seen["workload"]
        if workload.get("status") != "available":
            running = (
                ", ".join(snapshot.title(row) for row in seen["running"])
                or "none of its snapshots is running, a restore of it may be"
            )
            raise StateError(
                f"No snapshot of the {called(WORKLOAD, workload)} was taken, because its state is '{workload.get('status')}': {running}.",
                hint="Wait for the end of what runs. If nothing does, the module openprotect.backup.workload_action unlocks it.",
            )

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        given = {key: self.options[key] for key in ("name", "description", "full") if self.options.get(key)}
        return Step(
            CREATE,
            self.noun,
            self.options.get("name"),
            None,
            sorted(given),
            {},
            {"workload": seen["workload"].get("name"), **given},
        )

    def start(self, context: Context, seen: Document) -> None:
        """Take it. That it shall be full takes effect in the query only (API reference Q40)."""
        body = {"name": self.options.get("name"), "description": self.options.get("description")}
        self.made = str(
            context.api.send(TAKING, body, query={"full": "1"} if self.full else {}, id=seen["workload"]["id"])["id"]
        )

    def begun(self) -> dict[str, Any]:
        """Return the id of what was taken."""
        return {"id": self.made}

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait until it has ended, and look whether it is what was asked for.

        :raises FailedObjectError: It failed or was cancelled.
        :raises NotConvergedError: It is another than was asked for.
        """
        found = self.wait_for(context, self.made or seen["snapshot"]["id"])
        self.judge(found)
        return {**seen, "snapshot": found}

    def judge(self, found: Document) -> None:
        """Look whether a snapshot that has ended is good, and what was asked for: C(available) is no proof (API reference P25).

        :raises FailedObjectError: It failed or was cancelled.
        :raises NotConvergedError: It is empty, or incremental where a full one was asked for. It is kept.
        """
        if found.get("status") not in snapshot.GOOD:
            said = found.get("error_msg") or "the server gives no reason"
            raise FailedObjectError(
                f"The snapshot {snapshot.title(found)} ended in the state '{found.get('status')}': {said}.",
                hint="Remove the cause and run the task again: a failed snapshot counts for nothing.",
                results={"snapshot": snapshot.result(found)},
            )
        if not (self.full if self.options.get("verify_result") is None else self.options["verify_result"]):
            return
        wrong = []
        if self.full and found.get("snapshot_type") != FULL:
            wrong.append(f"it is of the type '{found.get('snapshot_type')}' and not '{FULL}'")
        if found.get("size") is not None and int(found["size"]) == 0:
            wrong.append("its size is 0")
        if wrong:
            raise NotConvergedError(
                f"The snapshot {snapshot.title(found)} is not what was asked for: {', '.join(wrong)}.",
                hint="It was kept. Look at the log of the server; 'verify_result: false' takes it as it is.",
                results={"snapshot": snapshot.result(found)},
            )

    def result(self, context: Context, seen: Document) -> Optional[dict[str, Any]]:
        """Return the snapshot as results show it; in check mode what is known of it before it is taken."""
        planned = {
            "name": self.options.get("name"),
            "description": self.options.get("description"),
            "workload_id": (seen.get("workload") or {}).get("id"),
        }
        return snapshot.result(seen["snapshot"] or {**planned, "project_id": context.project_id})


class ExistingOperation(SnapshotOperation):
    """What deleting and cancelling share: exactly one snapshot is meant."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        if options.get("id") is None and options.get("name") is None:
            raise InputError("Which snapshot is meant is not said.", hint="Give its 'id', or 'workload' and 'name'.")


class Delete(ExistingOperation):
    """Delete a snapshot."""

    def look(self, context: Context) -> Document:
        """Return the snapshot, None where it is not there."""
        return {"snapshot": self.find(context)}

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it is not there, or is being deleted."""
        return seen["snapshot"] is None or self.happening(seen)

    def happening(self, seen: Document) -> bool:
        """Tell whether it is being deleted."""
        return bool(seen["snapshot"] is not None and seen["snapshot"].get("status") == snapshot.BEING_DELETED)

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse while it is in use.

        :raises StateError: It is.
        """
        if seen["snapshot"].get("status") not in snapshot.FINISHED:
            raise StateError(
                f"The snapshot {snapshot.title(seen['snapshot'])} was not deleted, because it is in use.",
                hint="Wait for its end, cancel it with 'state: cancelled', or dismount it.",
            )

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        found = seen["snapshot"]
        return Step(
            DELETE, self.noun, found.get("name"), found["id"], [], {"name": found.get("name"), "id": found["id"]}, {}
        )

    def start(self, context: Context, seen: Document) -> None:
        """Delete it, and wait until it is gone where the user wants to wait."""
        snapshot.delete(context, seen["snapshot"]["id"], context.wait)

    def finish(self, context: Context, seen: Document) -> Document:
        """Return that it is gone, once it is."""
        if self.happening(seen):
            snapshot.until_gone(context, seen["snapshot"])
        return {"snapshot": None}


class Cancel(ExistingOperation):
    """Cancel a snapshot that is being taken."""

    def look(self, context: Context) -> Document:
        """Return the snapshot.

        :raises UnknownNameError: It is not there.
        """
        found = self.find(context)
        if found is None:
            raise UnknownNameError(
                "There is no such snapshot to cancel.",
                hint="The module openprotect.backup.snapshot_info lists those that there are.",
            )
        return {"snapshot": found}

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it has ended, however."""
        return not snapshot.running(seen["snapshot"])

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse where it has been taken and is busy with something else: nobody knows what a server cancels then.

        :raises StateError: It is.
        """
        if not snapshot.being_taken(seen["snapshot"]):
            raise StateError(
                f"The snapshot {snapshot.title(seen['snapshot'])} was not cancelled: it has been taken, and is busy with something else.",
                hint="A restore is cancelled with the module openprotect.backup.restore.",
            )

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        found = seen["snapshot"]
        return Step(
            "cancel",
            self.noun,
            found.get("name"),
            found["id"],
            ["status"],
            {"status": found.get("status")},
            {"status": "cancelled"},
        )

    def start(self, context: Context, seen: Document) -> None:
        """Cancel it. This is a GET that writes (API reference Q18).

        :raises RefusedError: The server refused, and not because it has ended meanwhile.
        """
        try:
            context.api.send(CANCELLING, id=seen["snapshot"]["id"])
        except RefusedError:
            if snapshot.running(self.look(context)["snapshot"]):
                raise

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait until it has ended. It may have become good before the server heard of it."""
        return {"snapshot": self.wait_for(context, seen["snapshot"]["id"])}


STATES = {"present": TakeSnapshot, "absent": Delete, "cancelled": Cancel}


def check_query(options: Mapping[str, Any]) -> None:
    """Check the options of C(snapshot_info).

    :raises InputError: Something is wrong with them.
    """
    check_identity(options)
    for option in ("at", "date_from", "date_to"):
        if options.get(option) is not None:
            moment(option, options[option])
    if (options.get("latest") or options.get("at")) and options.get("workload") is None:
        raise InputError(
            "The options 'latest' and 'at' go with 'workload'.",
            hint="The newest snapshot of everything is the newest of nothing in particular.",
        )


def moment(option: str, text: str) -> datetime:
    """Return a point in time; UTC unless it has an offset.

    :raises InputError: It is none.
    """
    found = snapshot.utc(text.strip().upper())
    if found is None:
        raise InputError(
            f"The option '{option}' holds '{text}', which is no point in time.",
            hint="Write it like 2026-11-20T14:30:00 (UTC) or 2026-11-20T14:30:00+01:00.",
        )
    return found


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the snapshots that C(snapshot_info) asks for, newest first, as its results show them."""
    if options.get("id") is not None:
        found = snapshot.show(context, options["id"])
        return {"snapshots": [] if found is None else [snapshot.result(found)]}
    workload = options.get("workload")
    rows = (
        snapshot.of_project(context)
        if workload is None
        else snapshot.of_workload(context, find_workload(context, workload)["id"])
    )
    after, before = (
        moment(option, options[option]) if options.get(option) else None for option in ("date_from", "date_to")
    )
    at = moment("at", options["at"]) if options.get("at") else None
    rows = [
        row
        for row in sorted(rows, key=snapshot.age_order, reverse=True)
        if options.get("name") in (None, row.get("name"))
        and options.get("status") in (None, row.get("status"))
        and (after is None or snapshot.created_at(row) >= after)
        and (before is None or snapshot.created_at(row) <= before)
    ]
    if at or options.get("latest"):
        newest = snapshot.newest_good(context, rows, at)
        rows = [] if newest is None else [newest]
    if options.get("details"):
        rows = [
            found or row
            for row, found in zip(rows, context.in_parallel(lambda row: snapshot.show(context, row["id"]), rows))
        ]
    return {"snapshots": [snapshot.result(row) for row in rows]}
