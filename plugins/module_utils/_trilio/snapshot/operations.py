# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Taking, cancelling and deleting snapshots (reference B.4, C.2, Q30, Q40)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Optional

from ..._core.call import WRITE, Call
from ..._core.errors import AmbiguousNameError, FailedObjectError, InputError, NotConvergedError, StateError
from ..._core.module import Options, Task, wait_options
from ..._core.times import parse_age
from ..._core.values import refuse_empty
from ..._engine.model import CREATE, Document, Step
from ..._engine.operation import Operation
from ..._openstack.context import Context
from ..identity import check_identity
from ..record_operation import CancelOperation, DeleteOperation, Records
from ..workload.records import describe_workload, find_workload
from . import causes
from . import records as snapshot
from .selection import being_taken, created_at, was_good
from .view import snapshot_result

TAKING = Call("POST", "/workloads/{id}", WRITE, request_key="snapshot", response_key="snapshot")
CANCELLING = Call("GET", "/snapshots/{id}/cancel", WRITE)

FULL = "full"


def check_snapshot_options(options: Options) -> None:
    """Check how the snapshot is identified, before the login.

    :raises InputError: An id is none, an option is empty, or there is neither a workload nor an id.
    """
    check_identity(options)
    refuse_empty(options, "workload")
    if options.get("id") is None and options.get("workload") is None:
        raise InputError("No workload is given.", hint="Give 'workload', or the 'id' of a snapshot.")


def find_snapshot(context: Context, options: Options) -> Optional[Document]:
    """Return the snapshot with that `id`, or of that `workload` and `name`, with all details; None if there is none.

    :raises AmbiguousNameError: Several snapshots of the workload have the name.
    """
    if options.get("id") is not None:
        return snapshot.show(context, options["id"])
    workload = find_workload(context, options["workload"])
    hits = [row for row in snapshot.of_workload(context, workload["id"]) if row.get("name") == options["name"]]
    if len(hits) > 1:
        raise AmbiguousNameError(
            f"The {describe_workload(workload)} has {len(hits)} snapshots of that name: "
            f"{', '.join(map(snapshot.describe_snapshot, hits))}.",
            hint="Give the 'id' of the snapshot that you mean.",
        )
    return snapshot.show(context, hits[0]["id"]) if hits else None


SNAPSHOTS = Records(
    snapshot.NOUN,
    show=snapshot.show,
    find=find_snapshot,
    is_running=snapshot.running,
    result=snapshot_result,
    cancelling=CANCELLING,
    deleted_hint="Retention or another user may have deleted it.",
)


@dataclass(frozen=True)
class ObservedSnapshot:
    """The workload and its snapshots, before and after a snapshot is taken.

    :param workload: The workload as the list shows it, None if the snapshot was located by id.
    :param snapshot: The snapshot that makes another one needless, or the one that was taken.
    :param running: The snapshots of the workload that are running.
    """

    workload: Optional[Document]
    snapshot: Optional[Document]
    running: Sequence[Document] = ()


class TakeSnapshot(Operation[ObservedSnapshot]):
    """Take a snapshot, unless a good enough one exists or one is being taken.

    :ivar started_id: Id of the snapshot that was taken.
    :ivar known_ids: Ids of the snapshots that existed before it was taken, None before the first look.
    """

    result_key = snapshot.NOUN
    lost_looks = 5
    context: Context

    def __init__(self, options: Options) -> None:
        check_snapshot_options(options)
        self.options = options
        self.name: Optional[str] = options.get("name")
        self.full = bool(options.get("full"))
        self.max_age = None if options.get("max_age") is None else parse_age("max_age", options["max_age"])
        self.started_id: Optional[str] = None
        self.known_ids: Optional[frozenset[str]] = None

    def title(self) -> str:
        """Return what messages call the snapshot before its workload is read."""
        if self.options.get("id") is not None:
            return f"For the snapshot '{self.options['id']}'"
        return f"For a snapshot of the workload '{self.options['workload']}'"

    def observe(self) -> ObservedSnapshot:
        """Return the workload, and the snapshot that makes another one needless, or that was taken.

        :raises UnknownNameError: There is no such workload, or no snapshot with that id.
        """
        key = self.started_id or self.options.get("id")
        if key is not None:
            return ObservedSnapshot(None, SNAPSHOTS.require(self.context, key))
        workload = find_workload(self.context, self.options["workload"])
        rows = snapshot.of_workload(self.context, workload["id"])
        if self.known_ids is None:
            self.known_ids = frozenset(row["id"] for row in rows)
            match = self._find_good_enough(rows)
        else:
            match = self._find_lost(rows, self.known_ids)
        if match is not None and "finished_at" not in match:
            match = snapshot.show(self.context, match["id"]) or match
        return ObservedSnapshot(workload, match, [row for row in rows if snapshot.running(row)])

    def _find_good_enough(self, rows: Sequence[Document]) -> Optional[Document]:
        """Return the newest snapshot that makes another one needless: being taken, or good with that name or age."""
        newest = self._in_detail([row for row in rows[::-1] if self.name in (None, row.get("name"))])
        if self.name is not None:
            return next((row for row in newest if being_taken(row) or was_good(row)), None)
        running = next(filter(being_taken, newest), None)
        if running is not None or self.max_age is None:
            return running
        now, good = datetime.now(timezone.utc), filter(was_good, newest)
        young = [row for row in good if now - created_at(row) <= self.max_age]
        return next((row for row in young if not self.full or row.get("snapshot_type") == FULL), None)

    def _in_detail(self, rows: Sequence[Document]) -> list[Document]:
        """Return snapshots, with all details if they are running: only the details show whether one is being taken.

        An old snapshot that is busy, for instance with a restore, is not. A running one that is gone is left out.
        """
        shown = [snapshot.show(self.context, row["id"]) if snapshot.running(row) else row for row in rows]
        return [document for document in shown if document is not None]

    def _find_lost(self, rows: Sequence[Document], known_ids: frozenset[str]) -> Optional[Document]:
        """Return the snapshot that a request without an answer took, None if it does not show.

        The scheduler may take another one at the same time.
        """
        new = [row for row in rows if row["id"] not in known_ids and self.name in (None, row.get("name"))]
        return new[0] if len(new) == 1 else None

    def is_done(self, observed: ObservedSnapshot) -> bool:
        """Return whether such a snapshot exists.

        :raises BackupError: It has ended, and is not as asked for.
        """
        if observed.snapshot is None:
            return False
        if not snapshot.running(observed.snapshot):
            self._require_good(observed.snapshot)
        return True

    def in_progress(self, observed: ObservedSnapshot) -> bool:
        """Return whether it is being taken, or busy."""
        return observed.snapshot is not None and snapshot.running(observed.snapshot)

    def guard(self, observed: ObservedSnapshot) -> None:
        """Refuse unless the workload is available.

        :raises StateError: It is not.
        """
        workload = observed.workload or {}
        if workload.get("status") != "available":
            running = ", ".join(map(snapshot.describe_snapshot, observed.running))
            raise StateError(
                f"No snapshot of the {describe_workload(workload)} was taken, because its state is "
                f"'{workload.get('status')}': "
                f"{running or 'none of its snapshots is running, a restore of it may be'}.",
                hint="Wait for the end of what runs. If nothing does, unlock the workload with the module "
                "openprotect.backup.workload_action.",
            )

    def steps(self, observed: ObservedSnapshot) -> list[Step]:
        """Return the step of the plan."""
        given = {key: self.options[key] for key in ("name", "description", "full") if self.options.get(key)}
        after = {"workload": (observed.workload or {}).get("name"), **given}
        return [Step(CREATE, snapshot.NOUN, self.name, None, sorted(given), {}, after)]

    def start(self, observed: ObservedSnapshot) -> None:
        """Take it. `full` takes effect only in the query (reference Q40)."""
        body = {"name": self.name, "description": self.options.get("description")}
        query = {"full": "1"} if self.full else {}
        answer = self.context.api.send(TAKING, body, query=query, id=(observed.workload or {})["id"])
        self.started_id = str(answer["id"])

    def started_result(self) -> dict[str, Any]:
        """Return the id of the snapshot that was taken."""
        return {"id": self.started_id}

    def finish(self, observed: ObservedSnapshot) -> ObservedSnapshot:
        """Wait until it has ended, and require that it is as asked for.

        :raises BackupError: It failed, was cancelled, or is not as asked for.
        """
        found = SNAPSHOTS.wait_for_end(self.context, self.started_id or (observed.snapshot or {})["id"])
        self._require_good(found)
        return replace(observed, snapshot=found)

    def _require_good(self, document: Document) -> None:
        """Require that a snapshot that has ended is good and as asked for: `available` proves little (reference P25).

        :raises FailedObjectError: It failed or was cancelled.
        :raises NotConvergedError: It is empty, or incremental although a full one was asked for. It is kept.
        """
        title, results = snapshot.describe_snapshot(document), {"snapshot": snapshot_result(document)}
        if document.get("status") not in snapshot.GOOD:
            reason = document.get("error_msg") or "the server gives no reason"
            raise FailedObjectError(
                f"The snapshot {title} ended in the state '{document.get('status')}': {reason}.",
                hint=causes.explain(document.get("error_msg"))
                or "Remove the cause and run the task again: a failed snapshot does not count.",
                results=results,
            )
        if not (self.full if self.options.get("verify_result") is None else self.options["verify_result"]):
            return
        wrong = []
        if self.full and document.get("snapshot_type") != FULL:
            wrong.append(f"it is of the type '{document.get('snapshot_type')}' and not '{FULL}'")
        if document.get("size") is not None and int(document["size"]) == 0:
            wrong.append("its size is 0")
        if wrong:
            raise NotConvergedError(
                f"The snapshot {title} is not what was asked for: {', '.join(wrong)}.",
                hint="It was kept. Look at the log of the server; 'verify_result: false' accepts it as it is.",
                results=results,
            )

    def result(self, observed: ObservedSnapshot) -> dict[str, Any]:
        """Return the snapshot as results show it; in check mode what is known before it is taken."""
        planned = {
            "name": self.name,
            "description": self.options.get("description"),
            "workload_id": (observed.workload or {}).get("id"),
            "project_id": self.context.project_id,
        }
        return snapshot_result(observed.snapshot or planned)


def require_one_snapshot(options: Options) -> None:
    """Require that the options name one snapshot.

    :raises InputError: They do not.
    """
    check_snapshot_options(options)
    if options.get("id") is None and options.get("name") is None:
        raise InputError("No snapshot is given.", hint="Give its 'id', or 'workload' and 'name'.")


class Delete(DeleteOperation):
    """Delete a snapshot."""

    result_key = snapshot.NOUN
    records = SNAPSHOTS

    def __init__(self, options: Options) -> None:
        require_one_snapshot(options)
        super().__init__(options)

    def is_done(self, observed: Optional[Document]) -> bool:
        """Return whether it does not exist, or is being deleted."""
        return observed is None or self.in_progress(observed)

    def in_progress(self, observed: Optional[Document]) -> bool:
        """Return whether it is being deleted."""
        return observed is not None and observed.get("status") == snapshot.BEING_DELETED

    def guard_record(self, record: Document) -> None:
        """Refuse while it is in use.

        :raises StateError: It is.
        """
        if record.get("status") not in snapshot.FINISHED:
            raise StateError(
                f"The snapshot {snapshot.describe_snapshot(record)} was not deleted, because it is in use.",
                hint="Wait for its end, cancel it with 'state: cancelled', or dismount it.",
            )

    def delete(self, record: Document) -> None:
        """Delete it, and wait until it is gone if the task waits."""
        snapshot.delete(self.context, record["id"], self.context.wait)

    def finish(self, observed: Optional[Document]) -> Optional[Document]:
        """Return that it is gone, once it is."""
        if observed is not None and self.in_progress(observed):
            snapshot.wait_until_gone(self.context, observed)
        return None


class Cancel(CancelOperation):
    """Cancel a snapshot that is being taken."""

    result_key = snapshot.NOUN
    records = SNAPSHOTS

    def __init__(self, options: Options) -> None:
        require_one_snapshot(options)
        super().__init__(options)

    def guard(self, observed: Document) -> None:
        """Refuse if the snapshot is busy with something else: what the server would cancel then is unknown.

        :raises StateError: It is.
        """
        if not being_taken(observed):
            raise StateError(
                f"The snapshot {snapshot.describe_snapshot(observed)} was not cancelled: it has been taken, and is "
                "busy with something else.",
                hint="Cancel a restore with the module openprotect.backup.restore.",
            )


STATES: Mapping[str, Callable[[Options], Task[Context]]] = {
    "present": TakeSnapshot,
    "absent": Delete,
    "cancelled": Cancel,
}

OPTIONS: Mapping[str, Any] = {
    "state": {"type": "str", "choices": list(STATES), "default": "present"},
    "workload": {"type": "str"},
    "name": {"type": "str"},
    "id": {"type": "str"},
    "description": {"type": "str"},
    "full": {"type": "bool", "default": False},
    "max_age": {"type": "str"},
    "verify_result": {"type": "bool"},
    **wait_options(timeout=14400),
}
