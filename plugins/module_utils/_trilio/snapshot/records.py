# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Snapshots of a workload, as far as other objects depend on them (API reference B.4, C.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BadAnswerError, FailedObjectError, GoneError, LostAnswerError
from ..._core.http import READ, WRITE, Call
from ..._core.values import utc, whole_number
from ..._openstack.context import Context

LISTING = Call("GET", "/snapshots", READ, response_key="snapshots", response_type=list)
SHOWING = Call("GET", "/snapshots/{id}", READ, response_key="snapshot")
DELETING = Call("DELETE", "/snapshots/{id}", WRITE)

FINISHED = frozenset({"available", "error", "cancelled"})
"""States that a snapshot does not leave by itself and in which it may be deleted. Every unknown word is taken for one on its way."""

BEING_DELETED = "deleting"
MOUNTED = "mounted"
GOOD = frozenset({"available", MOUNTED})
"""States in which a snapshot can be restored from, now or once it is dismounted."""


def of_project(context: Context) -> list[dict[str, Any]]:
    """Return the snapshots of this project; those of others, where an administrator is shown them and the list tells, are left out."""
    return [row for row in context.api.send(LISTING) if row.get("project_id") in (None, context.project_id)]


def of_workload(context: Context, workload_id: str) -> list[dict[str, Any]]:
    """Return the snapshots of one workload, oldest first."""
    rows = context.api.send(LISTING, query={"workload_id": workload_id})
    return sorted(
        (row for row in rows if row.get("workload_id") == workload_id), key=lambda row: str(row.get("created_at"))
    )


def describe_snapshot(row: dict[str, Any]) -> str:
    """Return what messages call a snapshot: name, id, state and time."""
    return f"'{row.get('name')}' ({row['id']}, {row.get('status')}, {row.get('created_at')})"


def show(context: Context, snapshot_id: str) -> Optional[dict[str, Any]]:
    """Return one snapshot with all details, None where it is not there.

    :raises UnknownNameError: It belongs to another project.
    """
    document = context.api.find(SHOWING, id=snapshot_id)
    if document is not None:
        context.require_own(f"snapshot {describe_snapshot(document)}", document)
    return document


def delete(context: Context, snapshot_id: str, wait: bool = True) -> bool:
    """Delete one snapshot and wait until it is gone; return whether it was still there (API reference Q31).

    :param wait: Whether to wait until it is gone.
    :raises FailedObjectError: The server failed to delete it.
    :raises LostAnswerError: The answer was lost, and the snapshot shows no trace of a deletion.
    """
    before = show(context, snapshot_id)
    if before is None:
        return False
    try:
        context.api.send(DELETING, id=snapshot_id)
    except GoneError:
        return False
    except LostAnswerError as exc:
        seen = show(context, snapshot_id)
        if seen is not None and seen.get("status") == before.get("status"):
            raise exc from None
    if wait:
        until_gone(context, before)
    return True


def until_gone(context: Context, before: dict[str, Any]) -> None:
    """Wait until a snapshot that is being deleted is gone.

    :param before: What it showed before.
    :raises FailedObjectError: The server failed to delete it.
    """

    def gone(seen: Optional[dict[str, Any]]) -> bool:
        if seen is not None and seen.get("status") == "error" != before.get("status"):
            raise FailedObjectError(
                f"Deleting the snapshot {describe_snapshot(before)} failed: {seen.get('error_msg')}.",
                hint="It is still there.",
            )
        return seen is None

    context.waiter.until(
        lambda: show(context, before["id"]),
        gone,
        what=f"the snapshot '{before.get('name')}' ({before['id']}) to be gone",
        describe=lambda seen: str((seen or {}).get("status")),
    )


def running(row: dict[str, Any]) -> bool:
    """Tell whether a snapshot is on its way to another state."""
    return row.get("status") not in FINISHED | GOOD


def newest_good(
    context: Context, rows: Sequence[dict[str, Any]], at: Optional[datetime] = None
) -> Optional[dict[str, Any]]:
    """Return the newest snapshot that can be restored from, None where there is none.

    One that is busy, with a restore for instance, is as good as it was before, under whatever word (API reference C.2): it is never skipped
    for an older one. Each that is busy is looked at by itself, because a list does not tell whether it was ever finished.

    :param rows: Snapshots of one workload.
    :param at: It must have been begun at this time or earlier.
    :raises AmbiguousNameError: Two were begun in the same second; the server tells no more than that (API reference E).
    :raises BadAnswerError: One that may be it shows no time.
    """
    hopeful = [row for row in rows if row.get("status") in GOOD or running(row)]
    candidates = sorted(
        (row for row in hopeful if at is None or created_at(row) <= at),
        key=lambda row: (created_at(row), str(row["id"])),
        reverse=True,
    )
    newest = next((row for row in candidates if is_good(context, row)), None)
    if newest is not None:
        good = [
            row
            for row in candidates
            if created_at(row) == created_at(newest) and (row is newest or is_good(context, row))
        ]
        if len(good) > 1:
            raise AmbiguousNameError(
                f"Of the snapshots of the workload {newest.get('workload_id')} several good ones were begun in the same second, and nothing tells which is "
                f"newer: {', '.join(map(describe_snapshot, good))}.",
                hint="Give one of them by its id.",
            )
    return newest


def is_good(context: Context, row: dict[str, Any]) -> bool:
    """Tell whether a snapshot can be restored from, now or once it is free again."""
    return row.get("status") in GOOD or (running(row) and was_good(show(context, row["id"]) or {}))


def was_good(document: dict[str, Any]) -> bool:
    """Tell the same of a snapshot that is shown with all details; a list does not tell whether it was ever finished."""
    return document.get("status") in GOOD or (
        running(document) and document.get("status") != BEING_DELETED and document.get("finished_at") is not None
    )


def being_taken(document: dict[str, Any]) -> bool:
    """Tell whether a snapshot that is shown with all details is being taken; one that is restored from, mounted or deleted is busy too."""
    return running(document) and document.get("status") != BEING_DELETED and document.get("finished_at") is None


def age_order(row: dict[str, Any]) -> tuple[str, str]:
    """Return what sorts snapshots from the oldest to the newest."""
    return str(row.get("created_at")), str(row["id"])


def created_at(row: dict[str, Any]) -> datetime:
    """Return when a snapshot was made.

    :raises BadAnswerError: The server does not say so.
    """
    found = utc(row.get("created_at"))
    if found is None:
        raise BadAnswerError(
            f"The snapshot {describe_snapshot(row)} shows no time at which it was made, so that nobody knows which is the newest.",
            method="GET",
            path=f"/snapshots/{row['id']}",
            hint="Give a snapshot by its id.",
        )
    return found


def servers(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the servers that a snapshot or a restore shows; what is no object among them is left out, since it only is to be shown."""
    items = document.get("instances")
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def result(document: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot as results show it. What a list answer does not hold is None."""
    return {
        "id": document.get("id"),
        "name": document.get("name"),
        "description": "" if document.get("description") in (None, "-") else document["description"],
        "workload_id": document.get("workload_id"),
        "project_id": document.get("project_id"),
        "status": document.get("status"),
        "snapshot_type": document.get("snapshot_type"),
        "created_at": document.get("created_at"),
        "finished_at": document.get("finished_at"),
        "time_taken": whole_number(document.get("time_taken")),
        "size": whole_number(document.get("size")),
        "restore_size": whole_number(document.get("restore_size")),
        "uploaded_size": whole_number(document.get("uploaded_size")),
        "progress_percent": whole_number(document.get("progress_percent")),
        "progress_msg": document.get("progress_msg"),
        "warning_msg": document.get("warning_msg"),
        "error_msg": document.get("error_msg"),
        "host": document.get("host"),
        "instances": None
        if "instances" not in document
        else [{"id": each.get("id"), "name": each.get("name")} for each in servers(document)],
    }
