# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The line of the server, which decides its schedule dialect.

The API has no version call (reference Q38). After a wrong guess the server ignores unknown keys of a new workload and
uses defaults, without an error. So if nothing proves the line, the user must give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Optional

from ..._core.errors import RefusedError, ServerLineError
from ..._openstack.context import Context
from ..._openstack.references import BACKUP_TARGET
from ..._schedule.dialects import INTERVAL, TRACKS, dialect_shown


def dialect_of_server(context: Context, shown: Iterable[Any]) -> str:
    """Return the schedule dialect of the server.

    :param shown: Raw schedules on this server, read one by one until one proves the dialect.
    :raises ServerLineError: It cannot be told, and the option `server_line` does not say it.
    """
    if context.server_line != "auto":
        return TRACKS if context.server_line == "6" else INTERVAL
    for raw in shown:
        found = dialect_shown(raw)
        if found is not None:
            return found
    found = context.once("dialect of the targets", lambda: _ask_targets(context))
    if found is None:
        raise ServerLineError(
            "Whether this server is of line 4, 5 or 6 cannot be told: no workload shows a schedule, and the backup "
            "targets leave it open.",
            hint="Say it with 'server_line' (4, 5 or 6; also by the variable OPENPROTECT_SERVER_LINE). Nothing was "
            "written: a wrong guess would be silent.",
        )
    return found


def dialect_for_new(context: Context, shown: Callable[[], Iterable[Any]]) -> str:
    """Return the schedule dialect for new workloads, found out once in a task.

    :param shown: Function that returns raw schedules on this server.
    :raises ServerLineError: It cannot be told.
    """
    return context.once("dialect for new workloads", lambda: dialect_of_server(context, shown()))


def _ask_targets(context: Context) -> Optional[str]:
    """Return the dialect that the backup targets of the server prove; line 4 has none at all (reference Q38)."""
    try:
        return dialect_of_targets(context.api.send(BACKUP_TARGET.listing))
    except RefusedError as exc:
        if exc.status != 404:
            raise
        return INTERVAL


def dialect_of_targets(targets: Iterable[dict[str, Any]]) -> Optional[str]:
    """Return the dialect that backup targets prove, None if they leave it open.

    Builds below 5.2 and the key `nfs_export` are of line 5; builds from 6 on and the state `online` of line 6. The
    build 5.2.8.15 is on record for both (reference B.11, C.4).
    """
    for target in targets:
        if build(target) >= [6] or target.get("status") == "online":
            return TRACKS
        if "nfs_export" in target or [0] < build(target) < [5, 2]:
            return INTERVAL
    return None


def build(row: Mapping[str, Any]) -> list[int]:
    """Return the first two numbers of the build that a row names, empty if it names none (reference Q38)."""
    return [int(part) for part in str(row.get("version") or "").split(".")[:2] if part.isdigit()]
