# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Snapshots as the server lists and shows them, and their deletion (reference B.4, C.2)."""

from __future__ import annotations

from typing import Optional

from ..._core.call import READ, WRITE, Call
from ..._core.errors import FailedObjectError, GoneError, LostAnswerError
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context

NOUN = "snapshot"
LISTING = Call("GET", "/snapshots", READ, response_key="snapshots", response_type=list)
SHOWING = Call("GET", "/snapshots/{id}", READ, response_key="snapshot", timeout=300)
"""The first look at an imported snapshot takes minutes, because the server reads it from the target then."""

DELETING = Call("DELETE", "/snapshots/{id}", WRITE)

FINISHED = frozenset({"available", "error", "cancelled"})
"""States that a snapshot does not leave by itself and in which it may be deleted. Unknown states count as running."""

BY_SCHEDULER = "jobscheduler"
"""The name that the server gives to a snapshot of its scheduler (reference B.4)."""

BEING_DELETED = "deleting"
MOUNTED = "mounted"
GOOD = frozenset({"available", MOUNTED})
"""States in which a snapshot can be restored from, now or once it is dismounted."""


def of_project(context: Context) -> list[Document]:
    """Return the snapshots of this project; an administrator may be shown those of others too."""
    return [row for row in context.api.send(LISTING) if context.is_own(row)]


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
        what=f"the snapshot {quote_row(before)} to be gone",
        describe=lambda document: str((document or {}).get("status")),
    )


def running(document: Document) -> bool:
    """Return whether a snapshot leaves its state by itself."""
    return document.get("status") not in FINISHED | GOOD
