# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Snapshots as the server lists and shows them, and their deletion (reference B.4, C.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Optional

from ..._core.call import READ, WRITE, Call
from ..._core.errors import AmbiguousNameError, BadAnswerError, FailedObjectError, GoneError, LostAnswerError
from ..._core.values import utc, whole_number
from ..._engine.model import Document
from ..._openstack.context import Context

NOUN = "snapshot"
LISTING = Call("GET", "/snapshots", READ, response_key="snapshots", response_type=list)
SHOWING = Call("GET", "/snapshots/{id}", READ, response_key="snapshot")
DELETING = Call("DELETE", "/snapshots/{id}", WRITE)

FINISHED = frozenset({"available", "error", "cancelled"})
"""States that a snapshot does not leave by itself and in which it may be deleted. Unknown states count as running."""

BEING_DELETED = "deleting"
MOUNTED = "mounted"
GOOD = frozenset({"available", MOUNTED})
"""States in which a snapshot can be restored from, now or once it is dismounted."""


def of_project(context: Context) -> list[Document]:
    """Return the snapshots of this project; an administrator may be shown those of others too."""
    return [row for row in context.api.send(LISTING) if row.get("project_id") in (None, context.project_id)]


def of_workload(context: Context, workload_id: str) -> list[Document]:
    """Return the snapshots of one workload, oldest first."""
    rows = context.api.send(LISTING, query={"workload_id": workload_id})
    own = [row for row in rows if row.get("workload_id") == workload_id]
    return sorted(own, key=lambda row: str(row.get("created_at")))


def describe_snapshot(document: Document) -> str:
    """Return how messages name a snapshot: name, id, state and time."""
    details = f"{document['id']}, {document.get('status')}, {document.get('created_at')}"
    return f"'{document.get('name')}' ({details})"


def show(context: Context, snapshot_id: str) -> Optional[Document]:
    """Return one snapshot with all details, None if it does not exist.

    :raises UnknownNameError: It belongs to another project.
    """
    document = context.api.find(SHOWING, id=snapshot_id)
    if document is not None:
        context.require_own(f"snapshot {describe_snapshot(document)}", document)
    return document


def delete(context: Context, snapshot_id: str, wait: bool = True) -> bool:
    """Delete one snapshot, and return whether it still existed (reference Q31).

    :param wait: Wait until it is gone.
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
        now = show(context, snapshot_id)
        if now is not None and now.get("status") == before.get("status"):
            raise exc from None
    if wait:
        wait_until_gone(context, before)
    return True


def wait_until_gone(context: Context, before: Document) -> None:
    """Wait until a snapshot that is being deleted is gone.

    :param before: The snapshot as it was shown before.
    :raises FailedObjectError: The server failed to delete it.
    """

    def is_gone(document: Optional[Document]) -> bool:
        if document is not None and document.get("status") == "error" != before.get("status"):
            raise FailedObjectError(
                f"Deleting the snapshot {describe_snapshot(before)} failed: {document.get('error_msg')}.",
                hint="It is still there.",
            )
        return document is None

    context.waiter.until(
        lambda: show(context, before["id"]),
        is_gone,
        what=f"the snapshot '{before.get('name')}' ({before['id']}) to be gone",
        describe=lambda document: str((document or {}).get("status")),
    )


def running(document: Document) -> bool:
    """Return whether a snapshot leaves its state by itself."""
    return document.get("status") not in FINISHED | GOOD


def newest_good(context: Context, rows: Sequence[Document], at: Optional[datetime] = None) -> Optional[Document]:
    """Return the newest snapshot that can be restored from, None if there is none.

    A busy snapshot, for instance one with a restore, is as good as it was before (reference C.2), so that it is never
    skipped for an older one. Each busy snapshot is shown by itself, because a list does not tell whether it ever ended.

    :param rows: Snapshots of one workload.
    :param at: The snapshot must have begun at this time or earlier.
    :raises AmbiguousNameError: Two began in the same second; the server shows no fractions (reference E).
    :raises BadAnswerError: A candidate shows no time.
    """
    hopeful = [row for row in rows if row.get("status") in GOOD or running(row)]
    early = [row for row in hopeful if at is None or created_at(row) <= at]
    candidates = sorted(early, key=lambda row: (created_at(row), str(row["id"])), reverse=True)
    newest = next((row for row in candidates if is_good(context, row)), None)
    if newest is None:
        return None
    same_time = [row for row in candidates if created_at(row) == created_at(newest)]
    good = [row for row in same_time if row is newest or is_good(context, row)]
    if len(good) > 1:
        raise AmbiguousNameError(
            f"Several good snapshots of the workload {newest.get('workload_id')} began in the same second, and nothing "
            f"tells which is newer: {', '.join(map(describe_snapshot, good))}.",
            hint="Give the id of one of them.",
        )
    return newest


def is_good(context: Context, row: Document) -> bool:
    """Return whether a snapshot can be restored from, now or once it is free again."""
    return row.get("status") in GOOD or (running(row) and was_good(show(context, row["id"]) or {}))


def was_good(document: Document) -> bool:
    """Return the same of a snapshot that is shown with all details: only these tell whether it ever ended."""
    return document.get("status") in GOOD or (
        running(document) and document.get("status") != BEING_DELETED and document.get("finished_at") is not None
    )


def being_taken(document: Document) -> bool:
    """Return whether a snapshot that is shown with all details is being taken.

    A snapshot is busy too while it is restored from, mounted or deleted.
    """
    return running(document) and document.get("status") != BEING_DELETED and document.get("finished_at") is None


def created_at(row: Document) -> datetime:
    """Return when a snapshot began.

    :raises BadAnswerError: The server does not show it.
    """
    found = utc(row.get("created_at"))
    if found is None:
        raise BadAnswerError(
            f"The snapshot {describe_snapshot(row)} shows no creation time, so that the newest snapshot is unknown.",
            method="GET",
            path=f"/snapshots/{row['id']}",
            hint="Give the id of a snapshot.",
        )
    return found


def servers(document: Document) -> list[Document]:
    """Return the servers that a snapshot or a restore shows; entries that are no objects are left out."""
    items = document.get("instances")
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def snapshot_result(document: Document) -> dict[str, Any]:
    """Return a snapshot as results show it, with None for fields that a list leaves out."""
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
