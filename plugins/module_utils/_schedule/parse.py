# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Parse the option `schedule`, complete it for a new workload, and check it against the rules of the server. Pure."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InputError
from .dialects import INTERVAL, TRACKS, keys_of
from .fields import DEFAULT_MANUAL, MANUAL_DAYS, NEEDS, SIMPLE_LEAVES, SPEC, TRACK_LEAVES, Leaf, Schedule, option_names
from .timezones import as_date
from .values import refuse


def parse_schedule(options: Mapping[str, Any]) -> Schedule:
    """Return the option `schedule` in canonical form, with the given keys only.

    :param options: The option `schedule`. A value of None is not given; a track without values removes the track.
    :raises InputError: A value is wrong, a track is incomplete, or two values exclude each other.
    """
    _refuse_unknown_keys("schedule", options, SPEC)
    desired: Schedule = {}
    for key in SPEC:
        if options.get(key) is None:
            continue
        where = f"schedule.{key}"
        desired[key] = (
            _parse_track(where, options[key], TRACK_LEAVES[key])
            if key in TRACK_LEAVES
            else SIMPLE_LEAVES[key].parse(where, options[key])
        )
    _refuse_contradictions(desired)
    return desired


def _parse_track(where: str, options: Any, leaves: Mapping[str, Leaf]) -> dict[str, Any]:
    """Return one track in canonical form, empty to remove it."""
    if not isinstance(options, Mapping):
        refuse(where, f"a dictionary is needed, not {options!r}.")
    _refuse_unknown_keys(where, options, leaves)
    given = {key: value for key, value in options.items() if value is not None}
    if not given:
        return {}
    if "snapshot_type" in leaves:
        # The first choice is the default.
        given.setdefault("snapshot_type", leaves["snapshot_type"].option["choices"][0])
    missing = [f"{where}.{key}" for key in leaves if key not in given]
    if missing:
        refuse(
            where, f"the track is incomplete, {' and '.join(missing)} missing; an empty dictionary removes the track."
        )
    return {key: leaf.parse(f"{where}.{key}", given[key]) for key, leaf in leaves.items()}


def _refuse_unknown_keys(where: str, options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse keys that are not options."""
    unknown = sorted(set(map(str, options)).difference(known))
    if unknown:
        refuse(where, f"there is no option {', '.join(unknown)} in it.")


def _refuse_contradictions(desired: Schedule) -> None:
    """Refuse values that exclude each other on every server."""
    tracks, interval = keys_of(desired, TRACKS), keys_of(desired, INTERVAL)
    if tracks and interval:
        raise InputError(
            f"{option_names(tracks)} and {option_names(interval)} exclude each other: "
            "the former are the form of server line 6, the latter that of lines 4 and 5.",
            hint="Give one form only.",
        )
    if "retention_count" in desired and "retention_days" in desired:
        raise InputError(
            "schedule.retention_count and schedule.retention_days exclude each other.", hint="Give one of them."
        )
    if desired.get("manual") == {}:
        refuse(
            "schedule.manual",
            "the server requires its retention, even of a disabled schedule, so it cannot be removed.",
        )
    _refuse_end_before_start(desired)
    if desired.get("enabled") is True:
        _refuse_unmet_needs(desired, absent={track for track in TRACK_LEAVES if desired.get(track) == {}})


def create_defaults(desired: Schedule | None, dialect: str, policy_given: bool) -> Schedule:
    """Return the schedule of a new workload, so that the server fills in no important value (reference B.2, Q4).

    The default of `enabled` is true if there is something to run: a policy, or more than the retention of manual
    snapshots. Without a policy, tracks get a retention of manual snapshots, which the server requires even of a
    disabled schedule. Empty tracks are left out, because a new workload has no track to remove.
    """
    schedule = {key: copy.deepcopy(value) for key, value in (desired or {}).items() if value != {}}
    schedule.setdefault("enabled", policy_given or not schedule.keys() <= {"manual", MANUAL_DAYS})
    if dialect == TRACKS and not policy_given:
        schedule.setdefault("manual", dict(DEFAULT_MANUAL))
    return schedule


def check_schedule(schedule: Schedule, dialect: str, policy_given: bool = False) -> None:
    """Check a complete schedule against the rules of the server (reference B.2). A disabled one is not checked.

    :param schedule: A schedule from `merged` or `create_defaults`.
    :param dialect: `TRACKS` or `INTERVAL`.
    :param policy_given: Whether the workload has a policy, which then provides the tracks or the interval
        (reference C.5).
    :raises InputError: The schedule breaks a rule.
    """
    if schedule.get("enabled") is not True:
        return
    _refuse_end_before_start(schedule)
    if policy_given:
        return
    if dialect == TRACKS:
        _refuse_unmet_needs(schedule, absent={track for track in TRACK_LEAVES if not schedule.get(track)})
    elif "interval" not in schedule:
        # The server would fill in its own interval (reference Q4).
        raise InputError(
            "schedule.interval is mandatory while schedule.enabled is true.",
            hint="Give schedule.interval, or set schedule.enabled to false.",
        )


def _refuse_end_before_start(schedule: Schedule) -> None:
    """Refuse a schedule that would never run. Dates that could not be read are ignored."""
    start, end = as_date(schedule.get("start_date", "")), as_date(schedule.get("end_date", ""))
    if start and end and end <= start:
        raise InputError(f"schedule.end_date: {end} is not after the start date {start}.")


def _refuse_unmet_needs(schedule: Schedule, absent: Iterable[str]) -> None:
    """Refuse an enabled schedule with a track that needs an absent one (reference B.2)."""
    if "hourly" in absent:
        raise InputError(
            "schedule.hourly is mandatory while schedule.enabled is true.",
            hint="Give schedule.hourly, or set schedule.enabled to false.",
        )
    for track, need in NEEDS.items():
        if schedule.get(track) and need in absent:
            raise InputError(
                f"schedule.{track} needs schedule.{need} while schedule.enabled is true.",
                hint=f"Give schedule.{need}, or remove the track with an empty schedule.{track}.",
            )
