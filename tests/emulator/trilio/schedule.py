# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The `jobschedule` of a workload: how the service reads, merges, checks and shows it (reference B.2)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..server.store import Doc
from .errors import invalid
from .switches import Switches

COMMON = ("start_date", "end_date", "start_time", "timezone", "enabled")
INTERVAL_KEYS = ("interval", "retention_policy_type", "retention_policy_value", "fullbackup_interval")
TRACKS = {
    "hourly": ("interval", "retention", "snapshot_type"),
    "daily": ("backup_time", "retention", "snapshot_type"),
    "weekly": ("backup_day", "retention", "snapshot_type"),
    "monthly": ("month_backup_day", "retention", "snapshot_type"),
    "yearly": ("backup_month", "retention", "snapshot_type"),
    "manual": ("retention",),
}
# The fields that come from the policy and not from the body (reference C.5).
BY_POLICY = {"interval": INTERVAL_KEYS[:3], "tracks": tuple(TRACKS)[:5]}
NEEDS = {"daily": "hourly", "weekly": "daily", "monthly": "daily", "yearly": "monthly"}
HOURS = ("1", "2", "3", "4", "6", "8", "12", "24")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NO_HOURLY = "Hourly interval must be a numeric value"

_reads = itertools.count(1)


def created(switches: Switches, given: Any, policy: Doc | None, now: datetime) -> Doc:
    """Return the schedule of a new workload.

    :param given: The `jobschedule` of the request, or None.
    :param policy: The field values of the workload's policy, or None.
    :raises Refusal: The schedule breaks a rule.
    """
    if not given and policy is None:
        given = _default_schedule(switches)
    schedule = _known_keys(switches, given or {})
    schedule = {key: value for key, value in schedule.items() if value != {}}
    interval = switches.schedule_dialect == "interval"
    today = now.strftime("%m/%d/%Y")
    fill = {
        "start_time": switches.default_start_time,
        "start_date": switches.default_start_date.replace("today", today),
    }
    if interval:
        fill |= {"interval": switches.default_interval, "fullbackup_interval": "-1"}
    schedule = {key: value for key, value in fill.items() if value} | {"enabled": interval} | schedule
    if not interval and switches.retentionmanual_default != "absent":
        _default_manual_days(switches, schedule)
    return _completed(switches, schedule, policy)


def merged(switches: Switches, stored: Doc, given: Any, policy: Doc | None) -> Doc:
    """Return a stored schedule with the keys of a PUT replaced. A track is one key (reference Q7).

    :raises Refusal: The result breaks a rule.
    """
    schedule = dict(stored)
    for key, value in _known_keys(switches, given or {}).items():
        if value != {}:
            schedule[key] = value
        elif switches.put_track_empty == "removes":
            schedule.pop(key, None)
    return _completed(switches, schedule, policy)


def shown(switches: Switches, stored: Doc, now: datetime, global_on: bool) -> Doc:
    """Return a schedule as a workload shows it, with the computed keys.

    :param now: Time of day, naive UTC. `nextrun` counts the seconds from here, so it differs in every response.
    :param global_on: Whether the global job scheduler is on.
    """
    schedule = dict(stored)
    if switches.enabled_shows == "effective":
        schedule["enabled"] = bool(schedule.get("enabled")) and global_on
    if switches.schedule_dialect == "interval":
        schedule["appliance_timezone"] = "UTC"
    schedule["global_jobscheduler"] = global_on
    if schedule.get("enabled"):
        schedule["nextrun"] = _seconds_to_next(schedule, now) + next(_reads) / 1e6
    return schedule


def _default_schedule(switches: Switches) -> Doc:
    """Return the schedule of a workload that was created with none (`missing_jobschedule`)."""
    if switches.missing_jobschedule == "error_hourly":
        raise invalid(switches, NO_HOURLY)
    enabled = switches.missing_jobschedule == "defaults_enabled"
    if enabled and switches.schedule_dialect == "tracks":
        return {"enabled": True, "hourly": {"interval": "24", "retention": "30", "snapshot_type": "incremental"}}
    return {"enabled": enabled}


def _known_keys(switches: Switches, given: Any) -> Doc:
    """Return the known keys of a request in stored form. All others are ignored."""
    if not isinstance(given, dict):
        raise invalid(switches, "jobschedule must be an object")
    taken = {key: _as_text(given[key]) for key in COMMON if given.get(key) is not None}
    if "enabled" in taken:
        taken["enabled"] = str(given["enabled"]).lower() in ("true", "1")
    if switches.schedule_dialect == "interval":
        return taken | {key: _as_text(given[key]) for key in INTERVAL_KEYS if given.get(key) is not None}
    known = dict(TRACKS)
    if switches.manual_days_key == "manual":
        known["manual"] = ("retention", "retention_days_to_keep")
    else:
        known["retentionmanual"] = ("retentionmanual",)
    for track, keys in known.items():
        if track in given:
            value = given[track] or {}
            if not isinstance(value, dict):
                raise invalid(switches, f"{track} must be an object")
            taken[track] = {key: _as_text(value[key]) for key in keys if value.get(key) is not None}
    return taken


def _as_text(value: Any) -> Any:
    """Return a value as it is stored: numbers as text, in lists too (reference Q1)."""
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value) if isinstance(value, (int, float)) else value


def _default_manual_days(switches: Switches, schedule: Doc) -> None:
    if switches.manual_days_key == "retentionmanual":
        schedule.setdefault("retentionmanual", {"retentionmanual": switches.retentionmanual_default})
    else:
        schedule["manual"] = {"retention_days_to_keep": switches.retentionmanual_default} | schedule.get("manual", {})


def _completed(switches: Switches, schedule: Doc, policy: Doc | None) -> Doc:
    """Return the checked schedule with the fields of the policy and the rewritten zone."""
    if policy is not None:
        schedule = _under_policy(switches, schedule, policy)
    schedule = _with_rewritten_zone(switches, schedule)
    if switches.schedule_dialect == "tracks" and schedule.get("enabled"):
        _check_tracks(switches, schedule)
    return schedule


def _under_policy(switches: Switches, schedule: Doc, policy: Doc) -> Doc:
    """Return the schedule with the fields of the policy in place of its own."""
    decided = BY_POLICY[switches.schedule_dialect] + (("start_time",) if switches.policy_start_time_wins else ())
    kept = {key: value for key, value in schedule.items() if key not in decided or key not in policy}
    return kept | {key: policy[key] for key in decided if policy.get(key)}


def _with_rewritten_zone(switches: Switches, schedule: Doc) -> Doc:
    """Return the schedule with its zone as the server stores it (`tz_rewrite`, reference Q3)."""
    name = schedule.get("timezone")
    if switches.tz_rewrite == "none" or name is None:
        return schedule
    if name == "Etc/UTC":
        return schedule | {"timezone": "UTC"}
    zone = _zone(name)
    if switches.tz_rewrite == "utc_name" or zone is None:
        return schedule
    start = _parsed(schedule.get("start_time"), "%I:%M %p")
    if start is None:
        return schedule | {"timezone": "UTC"}
    day = _parsed(schedule.get("start_date"), "%m/%d/%Y") or datetime.now()
    offset = zone.utcoffset(day.replace(hour=start.hour, minute=start.minute)) or timedelta()
    return schedule | {"timezone": "UTC", "start_time": (start - offset).strftime("%I:%M %p")}


def _check_tracks(switches: Switches, schedule: Doc) -> None:
    """Check an enabled 6.x schedule (reference B.2).

    :raises Refusal: A track breaks a rule.
    """
    if schedule.get("hourly", {}).get("interval") not in HOURS:
        raise invalid(switches, NO_HOURLY)
    for track, needed in NEEDS.items():
        if track in schedule and needed not in schedule:
            raise invalid(switches, f"{track} schedule needs a {needed} schedule")
    for track in tuple(TRACKS)[:5]:
        if track in schedule:
            _check_track(switches, track, schedule[track])


def _check_track(switches: Switches, track: str, values: Doc) -> None:
    types = ("incremental", "full") if track in ("hourly", "daily") else ("full",)
    if values.get("snapshot_type", types[0]) not in types:
        raise invalid(switches, f"{track} snapshot_type must be one of {', '.join(types)}")
    if not str(values.get("retention", "1")).isdigit():
        raise invalid(switches, f"{track} retention must be a numeric value")
    key = TRACKS[track][0]
    items = values.get(key, [])
    if track != "hourly" and not (isinstance(items, list) and all(VALID[track](str(item)) for item in items)):
        raise invalid(switches, f"{track} {key} is not valid")


VALID: dict[str, Callable[[str], bool]] = {
    "daily": lambda text: re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is not None,
    "weekly": DAYS.__contains__,
    "monthly": lambda text: text.isdigit() and 1 <= int(text) <= 31,
    "yearly": MONTHS.__contains__,
}


def _seconds_to_next(schedule: Doc, now: datetime) -> float:
    """Return the seconds to the next start. The first is at `start_time`, the others follow every interval."""
    interval = schedule.get("interval") or schedule.get("hourly", {}).get("interval") or "24"
    hours = int("".join(re.findall(r"\d+", interval)[:1]) or 24) or 24
    zone = _zone(schedule.get("timezone") or "UTC") or UTC
    local = now.replace(tzinfo=UTC).astimezone(zone)
    start = _parsed(schedule.get("start_time"), "%I:%M %p") or datetime(1900, 1, 1)
    first = local.replace(hour=start.hour, minute=start.minute, second=0, microsecond=0)
    return (first - local).total_seconds() % (hours * 3600)


def _zone(name: str) -> tzinfo | None:
    """Return a zone by name or by an offset such as UTC+2, or None."""
    offset = re.fullmatch(r"UTC([+-]\d{1,2})", name)
    if offset:
        return timezone(timedelta(hours=int(offset[1])))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _parsed(text: Any, form: str) -> datetime | None:
    """Return a date or a time, or None for the missing and malformed ones that the server accepts."""
    try:
        return datetime.strptime(text, form)
    except (TypeError, ValueError):
        return None
