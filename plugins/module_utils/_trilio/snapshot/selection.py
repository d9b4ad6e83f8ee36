# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Which snapshot of a workload is meant: the newest good one, or the one at a point in time (reference C.2, E)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Optional

from ..._core.errors import AmbiguousNameError, BadAnswerError
from ..._core.values import utc
from ..._engine.model import Document
from ..._openstack.context import Context
from . import records


def newest_good(context: Context, rows: Sequence[Document], at: Optional[datetime] = None) -> Optional[Document]:
    """Return the newest snapshot that can be restored from, None if there is none.

    A busy snapshot, for instance one with a restore, is as good as it was before (reference C.2), so that it is never
    skipped for an older one. Each busy snapshot is shown by itself, because a list does not show whether it has ended
    before.

    :param rows: Snapshots of one workload.
    :param at: The snapshot must have begun at this time or earlier.
    :raises AmbiguousNameError: Two began in the same second; the server shows no fractions (reference E).
    :raises BadAnswerError: A candidate shows no time.
    """
    hopeful = [row for row in rows if row.get("status") in records.GOOD or records.running(row)]
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
            f"tells which is newer: {', '.join(map(records.describe_snapshot, good))}.",
            hint="Give the id of one of them.",
        )
    return newest


def is_good(context: Context, row: Document) -> bool:
    """Return whether a snapshot can be restored from, now or once it is free again."""
    return row.get("status") in records.GOOD or (
        records.running(row) and was_good(records.show(context, row["id"]) or {})
    )


def was_good(document: Document) -> bool:
    """Return the same for a snapshot with all details, which show whether it has ended before."""
    return document.get("status") in records.GOOD or (
        records.running(document)
        and document.get("status") != records.BEING_DELETED
        and document.get("finished_at") is not None
    )


def being_taken(document: Document) -> bool:
    """Return whether a snapshot that is shown with all details is being taken.

    A snapshot is busy too while it is restored from, mounted or deleted.
    """
    return (
        records.running(document)
        and document.get("status") != records.BEING_DELETED
        and document.get("finished_at") is None
    )


def created_at(row: Document) -> datetime:
    """Return when a snapshot began.

    :raises BadAnswerError: The server does not show it.
    """
    found = utc(row.get("created_at"))
    if found is None:
        raise BadAnswerError(
            f"The snapshot {records.describe_snapshot(row)} shows no creation time, so that the newest snapshot is "
            "unknown.",
            method="GET",
            path=f"/snapshots/{row['id']}",
            hint="Give the id of a snapshot.",
        )
    return found
