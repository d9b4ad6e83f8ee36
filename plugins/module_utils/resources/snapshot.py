# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Snapshots of a workload, as far as other objects depend on them (API reference B.4, C.2)."""

from __future__ import annotations

from typing import Any

from ansible_collections.openprotect.backup.plugins.module_utils.client import READ, WRITE, Call
from ansible_collections.openprotect.backup.plugins.module_utils.context import Context

LISTING = Call("GET", "/snapshots", READ, answers="snapshots", holds=list)
SHOWING = Call("GET", "/snapshots/{id}", READ, answers="snapshot")
DELETING = Call("DELETE", "/snapshots/{id}", WRITE)

FINISHED = frozenset({"available", "error", "cancelled"})
"""States that a snapshot does not leave by itself and in which it may be deleted. Every unknown word is taken for one on its way."""

MOUNTED = "mounted"


def of_workload(context: Context, workload_id: str) -> list[dict[str, Any]]:
    """Return the snapshots of one workload, oldest first."""
    rows = context.api.send(LISTING, query={"workload_id": workload_id})
    return sorted((row for row in rows if row.get("workload_id") == workload_id), key=lambda row: str(row.get("created_at")))


def title(row: dict[str, Any]) -> str:
    """Return what messages call a snapshot: name, id, state and time."""
    return f"'{row.get('name')}' ({row['id']}, {row.get('status')}, {row.get('created_at')})"
