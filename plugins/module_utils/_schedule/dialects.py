# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The two dialects of schedules, tracks and interval: detect the dialect of a shown or desired schedule. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import ServerLineError
from .fields import INTERVAL_LEAVES, MANUAL_DAYS, RETENTION_TYPES, SPEC, TRACK_LEAVES, Schedule, option_names

TRACKS = "tracks"
INTERVAL = "interval"

_KEYS = {TRACKS: frozenset([*TRACK_LEAVES, MANUAL_DAYS]), INTERVAL: frozenset(INTERVAL_LEAVES)}
_RAW_TRACKS_KEYS = frozenset([*TRACK_LEAVES, "retentionmanual"])
_RAW_INTERVAL_KEYS = frozenset(
    {"interval", "retention_policy_type", "retention_policy_value", "fullbackup_interval", "appliance_timezone"}
)

POLICY_FIELDS: dict[str, frozenset[str]] = {
    TRACKS: frozenset(TRACK_LEAVES) - {"manual"},
    INTERVAL: frozenset({"interval", *RETENTION_TYPES}),
}
"""The keys of each dialect that the policy of a workload overwrites in every case (reference C.5)."""


def dialect_shown(schedule_raw: Mapping[str, Any] | None) -> str | None:
    """Return the dialect of a shown `jobschedule`, None if it contains only keys of both dialects.

    A server that shows tracks has the dialect of tracks. A server that shows an interval may have either one: line 6
    also accepts a disabled schedule of the old form (reference B.2), and might show it.
    """
    keys = frozenset(schedule_raw or {})
    if keys & _RAW_TRACKS_KEYS:
        return TRACKS
    return INTERVAL if keys & _RAW_INTERVAL_KEYS else None


def dialect_of_desired(desired: Schedule) -> str | None:
    """Return the dialect of a desired schedule, None if it contains only keys of both dialects."""
    if keys_of(desired, TRACKS):
        return TRACKS
    return INTERVAL if keys_of(desired, INTERVAL) else None


def refuse_other_dialect(desired: Schedule, dialect: str) -> None:
    """Refuse a desired schedule with keys of the other dialect, which the server silently ignores (reference B.1).

    :raises ServerLineError: It has such keys. The message names the options to use instead.
    """
    if dialect == TRACKS:
        foreign, line = keys_of(desired, INTERVAL), "6"
        instead = (
            "schedule.hourly (interval, retention) and, if wanted, schedule.daily, weekly, monthly, yearly and manual"
        )
    else:
        foreign, line = keys_of(desired, TRACKS), "4 or 5"
        instead = (
            "schedule.interval (hours), schedule.retention_count or schedule.retention_days, "
            "and schedule.full_backup_interval"
        )
    if foreign:
        raise ServerLineError(
            f"The server is of line {line}, which does not know {option_names(foreign)}. Write {instead} instead.",
            hint="If the server is of another line, set server_line.",
        )


def keys_of(schedule: Schedule, dialect: str) -> list[str]:
    """Return the keys of a schedule that only this dialect has, in the order of the options."""
    return [key for key in SPEC if key in schedule and key in _KEYS[dialect]]
