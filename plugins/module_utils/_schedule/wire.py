# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Read the `jobschedule` of the server into canonical form, and write it from that form. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .dialects import refuse_other_dialect
from .fields import (
    COMMON_LEAVES,
    INTERVAL_LEAVES,
    MANUAL_DAYS,
    RETENTION_TYPES,
    SIMPLE_LEAVES,
    TRACK_LEAVES,
    Leaf,
    Schedule,
)
from .values import or_text, read_word


def read(raw: Mapping[str, Any] | None) -> Schedule:
    """Return a shown `jobschedule` in canonical form (reference B.2, Q1 to Q6). Never raises.

    The retention of manual snapshots in days is read from `retentionmanual`, else from
    `manual.retention_days_to_keep`. Computed keys (`nextrun`, `global_jobscheduler`, `appliance_timezone`), unknown
    keys and empty tracks are left out.
    """
    if not isinstance(raw, Mapping):
        return {}
    shown: Schedule = {}
    for key, leaf in SIMPLE_LEAVES.items():
        value = _raw_value(raw, key)
        if not _is_empty(value):
            shown[key] = or_text(leaf.read, value)
    for track, leaves in TRACK_LEAVES.items():
        value = raw.get(track)
        found = _read_track(value, leaves) if isinstance(value, Mapping) else value
        if not _is_empty(found):
            shown[track] = found if isinstance(found, dict) else str(found)
    return shown


def _read_track(raw: Mapping[str, Any], leaves: Mapping[str, Leaf]) -> dict[str, Any]:
    """Return one shown track in canonical form."""
    return {key: or_text(leaf.read, raw[key]) for key, leaf in leaves.items() if not _is_empty(raw.get(key))}


def _is_empty(value: Any) -> bool:
    """Return whether a shown value means "no value". False and 0 are values."""
    return not value.strip() if isinstance(value, str) else value is None or value == {} or value == []


def _raw_value(raw: Mapping[str, Any], key: str) -> Any:
    """Return the shown value of a key that is not a track, None if the server shows none."""
    if key == MANUAL_DAYS:
        for holder, spelling in (("retentionmanual", "retentionmanual"), ("manual", "retention_days_to_keep")):
            inside = raw.get(holder)
            value = inside.get(spelling) if isinstance(inside, Mapping) else None
            if not _is_empty(value):
                return value
        return None
    if key in RETENTION_TYPES:
        return _raw_retention(raw).get(key)
    return raw.get(SIMPLE_LEAVES[key].raw or key)


def _raw_retention(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shown retention under the key for its type.

    An unknown type becomes a `retention_count` that is not a number, so that it differs from every desired one.
    """
    value, kind = raw.get("retention_policy_value"), raw.get("retention_policy_type")
    if _is_empty(value):
        return {}
    for key, name in RETENTION_TYPES.items():
        if read_word(kind) == name.lower():
            return {key: value}
    return {"retention_count": f"{value} ({kind})"}


def write(desired: Schedule, dialect: str, shown: Schedule | None = None) -> dict[str, Any]:
    """Return the `jobschedule` for a POST or a PUT (reference B.2, Q7).

    The retention of manual snapshots in days has two spellings, and both are sent. One of them is inside the track
    `manual`, which the server replaces as a whole. So if only one of `manual` and `manual_retention_days` is desired,
    the other one is taken from `shown`. If it is unknown, only the spelling that overwrites nothing is sent.

    :param desired: The desired schedule. The server removes an empty track.
    :param dialect: `TRACKS` or `INTERVAL`.
    :param shown: For a PUT, the shown schedule in canonical form.
    :raises ServerLineError: The desired schedule has keys of the other dialect.
    """
    refuse_other_dialect(desired, dialect)
    body = {
        leaf.raw or key: leaf.send(desired[key])
        for key, leaf in {**COMMON_LEAVES, **INTERVAL_LEAVES}.items()
        if key in desired and key not in RETENTION_TYPES
    }
    for key, kind in RETENTION_TYPES.items():
        if key in desired:
            body["retention_policy_type"] = kind
            body["retention_policy_value"] = INTERVAL_LEAVES[key].send(desired[key])
    body.update({track: copy.deepcopy(desired[track]) for track in TRACK_LEAVES if track in desired})
    body.update(_manual_body(desired, shown or {}))
    return body


def _manual_body(desired: Schedule, shown: Schedule) -> dict[str, Any]:
    """Return the part of the body with the retention of manual snapshots in days, if it is desired or must be kept."""
    body: dict[str, Any] = {}
    if MANUAL_DAYS in desired:
        body["retentionmanual"] = {"retentionmanual": desired[MANUAL_DAYS]}
    track = desired.get("manual", shown.get("manual"))
    days = desired.get(MANUAL_DAYS, shown.get(MANUAL_DAYS))
    if ("manual" in desired or MANUAL_DAYS in desired) and isinstance(track, dict) and days is not None:
        body["manual"] = {**track, "retention_days_to_keep": days}
    return body
