# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Restores, as far as other objects depend on them (API reference B.5, C.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.openprotect.backup.plugins.module_utils.client import READ, Call
from ansible_collections.openprotect.backup.plugins.module_utils.context import Context

LISTING = Call("GET", "/restores/detail", READ, answers="restores", holds=list)

FINISHED = frozenset({"available", "error", "cancelled"})
"""States that a restore does not leave by itself."""


def running(context: Context, snapshot_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the restores of these snapshots that have not ended."""
    wanted = set(snapshot_ids)
    return [row for row in context.api.send(LISTING) if row.get("snapshot_id") in wanted and row.get("status") not in FINISHED]
