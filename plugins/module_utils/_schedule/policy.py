# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The schedule in a policy of the server (reference B.6). Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .._core.errors import InputError, ServerLineError
from . import wire
from .dialects import INTERVAL, TRACKS, refuse_other_dialect
from .fields import DEFAULT_MANUAL, MANUAL_DAYS, NEEDS, RETENTION_TYPES, SPEC, TRACK_LEAVES, Schedule, option_names
from .values import send_time

POLICY_SPEC: dict[str, Any] = {
    key: option for key, option in SPEC.items() if key not in ("enabled", "timezone", "start_date", "end_date")
}
"""Argument spec of the option `schedule` of a policy, without the values that each workload has (reference B.6)."""

_POLICY_KEYS: dict[str, tuple[str, ...]] = {
    TRACKS: (*TRACK_LEAVES, "retentionmanual", "start_time"),
    INTERVAL: ("interval", "retention_policy_type", "retention_policy_value", "fullbackup_interval"),
}
"""The fields of a policy in each dialect. The server requires all of them (reference B.6)."""


def policy_defaults(desired: Schedule, dialect: str) -> Schedule:
    """Return the schedule of a new policy, completed, because the server requires all fields."""
    whole = {key: copy.deepcopy(value) for key, value in desired.items() if value != {}}
    if dialect == TRACKS:
        whole.setdefault("manual", dict(DEFAULT_MANUAL))
    else:
        whole.setdefault("full_backup_interval", -1)
    return whole


def check_policy(schedule: Schedule, dialect: str) -> None:
    """Check that the server accepts a policy, and that workloads can be enabled under it (reference B.2, B.6).

    :param schedule: A schedule from `policy_defaults` or `merged`.
    :raises InputError: A value is missing.
    :raises ServerLineError: Policies of this line do not have one of the values.
    """
    refuse_other_dialect(schedule, dialect)
    if dialect == INTERVAL and "start_time" in schedule:
        raise ServerLineError(
            "The server is of line 4 or 5, whose policies hold no schedule.start_time.",
            hint="Leave it out: each workload has its own start time.",
        )
    needed = ("hourly", "start_time") if dialect == TRACKS else ("interval", "full_backup_interval")
    missing = [key for key in needed if key not in schedule]
    if missing:
        raise InputError(f"A policy needs {option_names(missing)}.", hint="The server takes a policy only as a whole.")
    if dialect == INTERVAL and not any(key in schedule for key in RETENTION_TYPES):
        raise InputError(
            f"A policy needs one of {option_names(RETENTION_TYPES)}.", hint="The server takes a policy only as a whole."
        )
    for track, need in NEEDS.items():
        if schedule.get(track) and not schedule.get(need):
            raise InputError(
                f"schedule.{track} needs schedule.{need}: no workload could be enabled under this policy.",
                hint=f"Give schedule.{need}, or remove the track with an empty schedule.{track}.",
            )


def write_policy(desired: Schedule, dialect: str, shown: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the complete `field_values` for a POST or a PUT, with numbers as text (reference B.6).

    :param desired: The desired schedule. An empty track is not used.
    :param shown: For a PUT, the value of `policy_fields`: values that are not desired are sent back as they are.
    :raises ServerLineError: The desired schedule has keys of the other dialect.
    """
    refuse_other_dialect(desired, dialect)
    fields = {key: value for key, value in (shown or {}).items() if key in _POLICY_KEYS[dialect] and value is not None}
    if dialect == INTERVAL:
        return {**fields, **wire.write(desired, dialect)}
    for track in TRACK_LEAVES:
        fields[track] = _in_text(desired[track]) if track in desired else fields.get(track) or {}
    if MANUAL_DAYS in desired:
        fields["retentionmanual"] = {"retentionmanual": str(desired[MANUAL_DAYS])}
    fields.setdefault("retentionmanual", {})
    if "start_time" in desired:
        fields["start_time"] = send_time(desired["start_time"])
    return fields


def _in_text(value: Any) -> Any:
    """Return a value with its numbers as text, at every depth."""
    if isinstance(value, dict):
        return {key: _in_text(item) for key, item in value.items()}
    return [_in_text(item) for item in value] if isinstance(value, list) else str(value)
