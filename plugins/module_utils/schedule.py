# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Schedules: what the user writes, what the server speaks, and one canonical form between the two.

The server has two dialects of C(jobschedule) (API reference B.2): tracks (6.x) and an interval in hours (4.x and 5.x). Both are read
into one canonical form, a C(Schedule) of plain JSON types, in which schedules are compared and merged. It has the keys of the option
C(schedule), each only where it is known:

* C(enabled) bool; C(timezone) str; C(start_date), C(end_date) "YYYY-MM-DD"; C(start_time) "HH:MM", 24 hours
* tracks: C(hourly), C(daily), C(weekly), C(monthly), C(yearly), C(manual) dict, C(manual_retention_days) int, days
* interval: C(interval) int, hours; C(retention_count) int, snapshots, or C(retention_days) int, days; C(full_backup_interval) int,
  snapshots between two full ones (-1 never full, 0 always full)

Lists are free of duplicates and in order. In a wish an empty track means "remove it"; what the server shows holds no empty track.
A shown value that is not understood stays in as text: it then differs from everything that a user can wish.

Everything here is pure: no request, no file (but the tz database of Python), no AnsibleModule.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, NamedTuple, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ansible_collections.openprotect.backup.plugins.module_utils.errors import InputError, ServerLineError

Schedule = dict[str, Any]

TRACKS = "tracks"
INTERVAL = "interval"

# What the server requires even of a disabled schedule, and what the vendor's own client sends then (API reference B.2).
_DEFAULT_MANUAL = {"retention": 30}

_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_DAYS = tuple(name[:3] for name in _DAY_NAMES)
_MONTHS = tuple(name[:3] for name in _MONTH_NAMES)
_MONTH_DAYS = tuple(range(1, 32))

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})

_UTC_NAMES = frozenset({"utc", "uct", "z", "zulu", "gmt", "universal", "greenwich"})
# The zones of a fixed offset that have no area in their name. Newer packages of the tz database leave them out.
_FIXED_ZONES = {"EST": -5, "MST": -7, "HST": -10}
_OFFSET_ZONE = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE)

_TIME_24 = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_TIME_SHOWN = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*([AP]M)?", re.IGNORECASE)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_HOURS_SHOWN = re.compile(r"([0-9]+)\s*(?:h|hrs?|hours?)?", re.IGNORECASE)


# ---------------------------------------------------------------------------------------------------------------------------
# Values that both sides share. These raise ValueError.


def _iso_date(year: str, month: str, day: str) -> str:
    """Return "YYYY-MM-DD". A year outside of 2000 to 2999 is a slip of the pen, and would overflow the arithmetic of zones."""
    found = date(int(year), int(month), int(day))
    if not 2000 <= found.year <= 2999:
        raise ValueError(f"the year {found.year} is not plausible")
    return found.isoformat()


def _day(text: str) -> date | None:
    """Return the day of a canonical date, None for text that was never understood."""
    parts = _ISO_DATE.fullmatch(text)
    try:
        return date.fromisoformat(_iso_date(*parts.groups())) if parts else None
    except ValueError:
        return None


def _zone(name: str) -> tzinfo | None:
    """Return the zone of that name, or None where it is unknown here. "UTC+2" is two hours east of Greenwich."""
    if _plain_zone_name(name) in _UTC_NAMES:
        return timezone.utc
    if name.upper() in _FIXED_ZONES:
        return timezone(timedelta(hours=_FIXED_ZONES[name.upper()]))
    offset = _OFFSET_ZONE.fullmatch(name)
    if offset is not None:
        sign, hours, minutes = offset.groups(default="0")
        distance = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-distance if sign == "-" else distance) if distance <= timedelta(hours=14) else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; not a relative path; the name of a directory
        return None


def _plain_zone_name(name: str) -> str:
    """Return the name as it is compared: "Etc/UTC", "utc" and "UTC" are one."""
    plain = name.casefold()
    return plain[len("etc/") :] if plain.startswith("etc/") else plain


def _has_zone_database() -> bool:
    """Tell whether Python finds a tz database on this machine."""
    try:
        ZoneInfo("UTC")
    except ZoneInfoNotFoundError:
        return False
    return True


def _ordered(items: Iterable[Any], order: Sequence[Any] = ()) -> list[Any]:
    """Return the items once each: those of C(order) in that order, then the others as text is sorted."""
    found = set(items)
    return [item for item in order if item in found] + sorted(found.difference(order), key=str)


# ---------------------------------------------------------------------------------------------------------------------------
# What the user writes, leaf by leaf: (name of the option, value) -> canonical value. These raise InputError.


def _refuse(where: str, what: str) -> NoReturn:
    """Raise the error about one option."""
    raise InputError(f"{where}: {what}")


def _wish_bool(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _refuse(where, f"true or false is needed, not {value!r}.")
    return value


def _wish_int(minimum: int, maximum: int | None = None, choices: Sequence[int] = ()) -> Callable[[str, Any], int]:
    """Return the check of a whole number within the limits, which are included, and one of C(choices) where there are any."""

    def wanted(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            _refuse(where, f"a whole number is needed, not {value!r}.")
        if choices and value not in choices:
            _refuse(where, f"one of {', '.join(map(str, choices))} is needed, not {value}.")
        if value < minimum:
            _refuse(where, f"at least {minimum} is needed, not {value}.")
        if maximum is not None and value > maximum:
            _refuse(where, f"at most {maximum} is needed, not {value}.")
        return value

    return wanted


def _wish_word(choices: Sequence[str]) -> Callable[[str, Any], str]:
    """Return the check of a word that is one of C(choices)."""

    def wanted(where: str, value: Any) -> str:
        if value not in choices:
            _refuse(where, f"one of {', '.join(choices)} is needed, not {value!r}.")
        return str(value)

    return wanted


def _wish_time(where: str, value: Any) -> str:
    text = str(value)
    if text.isdecimal():
        # YAML 1.1 takes 14:15 for a number to the base of sixty.
        hours, minutes = divmod(int(text), 60)
        meant = f"{hours:02d}:{minutes:02d}" if hours < 24 else "14:15"
        _refuse(where, f'{text} is a bare number, which is what YAML makes of a time without quotes. Put it in quotes: "{meant}".')
    if not _TIME_24.fullmatch(text):
        _refuse(where, f'a time "HH:MM" of 24 hours is needed, in quotes, not {value!r}.')
    return text


def _wish_date(where: str, value: Any) -> str:
    parts = _ISO_DATE.fullmatch(str(value))
    if parts is None:
        _refuse(where, f'a date "YYYY-MM-DD" is needed, not {value!r}.')
    try:
        return _iso_date(*parts.groups())
    except ValueError as error:
        _refuse(where, f"there is no such date as {value}: {error}.")


def _wish_zone(where: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(where, f"the name of a time zone is needed, not {value!r}.")
    name = value.strip()
    if _zone(name) is None and _has_zone_database():
        _refuse(where, f'{name!r} is no time zone. Use a name of the IANA database, such as "Europe/Berlin" or "UTC", or an offset such as "UTC+2".')
    return name


def _wish_list(wanted: Callable[[str, Any], Any], order: Sequence[Any] = ()) -> Callable[[str, Any], list[Any]]:
    """Return the check of a list, not empty, all items of which C(wanted) accepts."""

    def wanted_list(where: str, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)) or not value:
            _refuse(where, f"a list of at least one item is needed, not {value!r}.")
        return _ordered((wanted(where, item) for item in value), order)

    return wanted_list


# ---------------------------------------------------------------------------------------------------------------------------
# What the server shows, leaf by leaf. These raise ValueError; API reference Q1, Q2, Q3 and Q6 list the spellings.


def _read_text(value: Any) -> str:
    return str(value).strip()


def _read_word(value: Any) -> str:
    return str(value).strip().lower()


def _read_bool(value: Any) -> bool:
    word = _read_word(value)
    if word not in _TRUE and word not in _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _read_int(value: Any) -> int:
    return int(str(value))


def _read_hours(value: Any) -> int:
    found = _HOURS_SHOWN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(value)
    return int(found.group(1))


def _read_time(value: Any) -> str:
    found = _TIME_SHOWN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(value)
    hours, minutes, half = int(found.group(1)), int(found.group(2)), found.group(3)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(value)
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    return time(hours, minutes).strftime("%H:%M")


def _read_date(value: Any) -> str:
    text = str(value).strip()
    american = _US_DATE.fullmatch(text)
    if american is not None:
        month, day, year = american.groups()
        return _iso_date(year, month, day)
    international = _ISO_DATE.fullmatch(text)
    if international is None:
        raise ValueError(value)
    return _iso_date(*international.groups())


def _read_name(names: Sequence[str]) -> Callable[[Any], str]:
    """Return the reader of the name of a day or month, in full or cut off after three letters or later: "wed", "Wednesday"."""

    def read_name(value: Any) -> str:
        word = _read_word(value)
        for name in names:
            if len(word) >= 3 and name.startswith(word):
                return name[:3]
        raise ValueError(value)

    return read_name


def _read_list(read_item: Callable[[Any], Any], order: Sequence[Any] = ()) -> Callable[[Any], list[Any]]:
    """Return the reader of a list, the items of which are kept as text where C(read_item) does not understand them."""

    def read_items(value: Any) -> list[Any]:
        items = value if isinstance(value, (list, tuple)) else [value]
        return _ordered((_or_text(read_item, item) for item in items), order)

    return read_items


def _or_text(convert: Callable[[Any], Any], value: Any) -> Any:
    """Return the converted value, or its text where it cannot be understood."""
    try:
        return convert(value)
    except ValueError:
        return str(value)


# ---------------------------------------------------------------------------------------------------------------------------
# What is sent, leaf by leaf. Text that was never understood goes back as it is.


def _send_value(value: Any) -> Any:
    return value


def _send_date(value: str) -> str:
    day = _day(value)
    return day.strftime("%m/%d/%Y") if day else value


def _send_time(value: str) -> str:
    if not _TIME_24.fullmatch(value):
        return value
    moment = time.fromisoformat(value)
    # Not strftime("%I:%M %p"), which speaks the language of the machine.
    return f"{moment.hour % 12 or 12:02d}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def _send_hours(value: int) -> str:
    return f"{value} hr" if isinstance(value, int) else str(value)


# ---------------------------------------------------------------------------------------------------------------------------
# The leaves


class _Leaf(NamedTuple):
    """One value of a schedule: how it is declared, checked, read and sent."""

    option: dict[str, Any]
    wanted: Callable[[str, Any], Any]
    shown: Callable[[Any], Any]
    sent: Callable[[Any], Any] = _send_value
    # The key of the server, where it is not that of the option.
    raw: str | None = None


def _int_leaf(minimum: int, choices: Sequence[int] = ()) -> _Leaf:
    """Return the leaf of a whole number inside a track, which goes over the wire as such."""
    option: dict[str, Any] = {"type": "int", "choices": list(choices)} if choices else {"type": "int"}
    return _Leaf(option, _wish_int(minimum, choices=choices), _read_int)


def _snapshot_type_leaf(choices: Sequence[str]) -> _Leaf:
    return _Leaf({"type": "str", "choices": list(choices)}, _wish_word(choices), _read_word)


_DATE = _Leaf({"type": "str"}, _wish_date, _read_date, _send_date)
_COMMON: dict[str, _Leaf] = {
    "enabled": _Leaf({"type": "bool"}, _wish_bool, _read_bool),
    "timezone": _Leaf({"type": "str"}, _wish_zone, _read_text),
    "start_date": _DATE,
    "end_date": _DATE,
    "start_time": _Leaf({"type": "str"}, _wish_time, _read_time, _send_time),
}

_RETENTION = _int_leaf(1)
_ANY_TYPE = _snapshot_type_leaf(("incremental", "full"))
_ONLY_FULL = _snapshot_type_leaf(("full",))
_TRACKS: dict[str, dict[str, _Leaf]] = {
    "hourly": {"interval": _int_leaf(1, _HOURS), "retention": _RETENTION, "snapshot_type": _ANY_TYPE},
    "daily": {
        "backup_time": _Leaf({"type": "list", "elements": "str"}, _wish_list(_wish_time), _read_list(_read_time)),
        "retention": _RETENTION,
        "snapshot_type": _ANY_TYPE,
    },
    "weekly": {
        "backup_day": _Leaf(
            {"type": "list", "elements": "str", "choices": list(_DAYS)}, _wish_list(_wish_word(_DAYS), _DAYS), _read_list(_read_name(_DAY_NAMES), _DAYS)
        ),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "monthly": {
        "month_backup_day": _Leaf({"type": "list", "elements": "int"}, _wish_list(_wish_int(1, maximum=31), _MONTH_DAYS), _read_list(_read_int, _MONTH_DAYS)),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "yearly": {
        "backup_month": _Leaf(
            {"type": "list", "elements": "str", "choices": list(_MONTHS)},
            _wish_list(_wish_word(_MONTHS), _MONTHS),
            _read_list(_read_name(_MONTH_NAMES), _MONTHS),
        ),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "manual": {"retention": _RETENTION},
}
_MANUAL_DAYS = "manual_retention_days"

_INTERVAL: dict[str, _Leaf] = {
    "interval": _Leaf({"type": "int"}, _wish_int(1), _read_hours, _send_hours),
    "retention_count": _Leaf({"type": "int"}, _wish_int(1), _read_int, str),
    "retention_days": _Leaf({"type": "int"}, _wish_int(1), _read_int, str),
    "full_backup_interval": _Leaf({"type": "int"}, _wish_int(-1), _read_int, str, raw="fullbackup_interval"),
}
# On the wire these two are one value, and its type.
_RETENTION_TYPES = {"retention_count": "Number of Snapshots to Keep", "retention_days": "Number of days to retain Snapshots"}

# The leaves that are not inside a track.
_SIMPLE: dict[str, _Leaf] = {**_COMMON, _MANUAL_DAYS: _RETENTION, **_INTERVAL}

_TRACKS_KEYS = frozenset([*_TRACKS, _MANUAL_DAYS])
_INTERVAL_KEYS = frozenset(_INTERVAL)
_RAW_TRACKS_KEYS = frozenset([*_TRACKS, "retentionmanual"])
_RAW_INTERVAL_KEYS = frozenset({"interval", "retention_policy_type", "retention_policy_value", "fullbackup_interval", "appliance_timezone"})

# Which track can only be there together with which other one, while the schedule is enabled (API reference B.2).
_NEEDS = {"daily": "hourly", "weekly": "daily", "monthly": "daily", "yearly": "monthly"}

SPEC: dict[str, Any] = {
    **{key: leaf.option for key, leaf in _COMMON.items()},
    **{track: {"type": "dict", "options": {key: leaf.option for key, leaf in leaves.items()}} for track, leaves in _TRACKS.items()},
    _MANUAL_DAYS: _RETENTION.option,
    **{key: leaf.option for key, leaf in _INTERVAL.items()},
}
"""Argument specification of what is inside the option C(schedule).

No leaf has a default or is required: either would make a track out of the empty dict, which means "remove it". C(wish) sees to both.
"""

POLICY_FIELDS: dict[str, frozenset[str]] = {
    TRACKS: frozenset(_TRACKS) - {"manual"},
    INTERVAL: frozenset({"interval", *_RETENTION_TYPES}),
}
"""For each dialect the keys that the policy of a workload overwrites, whatever else is sent (API reference C.5)."""

POLICY_SPEC: dict[str, Any] = {key: option for key, option in SPEC.items() if key not in ("enabled", "timezone", "start_date", "end_date")}
"""Argument specification of the option C(schedule) of a policy: what is left to each workload is not in it (API reference B.6)."""

_POLICY_KEYS: dict[str, tuple[str, ...]] = {
    TRACKS: (*_TRACKS, "retentionmanual", "start_time"),
    INTERVAL: ("interval", "retention_policy_type", "retention_policy_value", "fullbackup_interval"),
}
"""For each dialect the fields of a policy on the server, all of which it wants (API reference B.6)."""


# ---------------------------------------------------------------------------------------------------------------------------
# The wish


def wish(options: Mapping[str, Any]) -> Schedule:
    """Check what the user wrote and bring it into canonical form, with the given keys only.

    :param options: The option C(schedule); None stands for "not given", and a track without any value for "remove it".
    :raises InputError: A value is wrong, a track is not whole, or values exclude each other; the message names the option.
    """
    _refuse_unknown_keys("schedule", options, SPEC)
    wished: Schedule = {}
    for key in SPEC:
        if options.get(key) is None:
            continue
        where = f"schedule.{key}"
        wished[key] = _wish_track(where, options[key], _TRACKS[key]) if key in _TRACKS else _SIMPLE[key].wanted(where, options[key])
    _refuse_contradictions(wished)
    return wished


def _wish_track(where: str, options: Any, leaves: Mapping[str, _Leaf]) -> dict[str, Any]:
    """Return one track in canonical form, empty where it is to be removed."""
    if not isinstance(options, Mapping):
        _refuse(where, f"a dictionary is needed, not {options!r}.")
    _refuse_unknown_keys(where, options, leaves)
    given = {key: value for key, value in options.items() if value is not None}
    if not given:
        return {}
    if "snapshot_type" in leaves:
        # The first choice is the default.
        given.setdefault("snapshot_type", leaves["snapshot_type"].option["choices"][0])
    missing = [f"{where}.{key}" for key in leaves if key not in given]
    if missing:
        _refuse(where, f"the track must be given whole, {' and '.join(missing)} missing; an empty dictionary removes it.")
    return {key: leaf.wanted(f"{where}.{key}", given[key]) for key, leaf in leaves.items()}


def _refuse_unknown_keys(where: str, options: Mapping[str, Any], known: Iterable[str]) -> None:
    """Raise InputError where there is a key that is not an option."""
    unknown = sorted(set(map(str, options)).difference(known))
    if unknown:
        _refuse(where, f"there is no option {', '.join(unknown)} in it.")


def _refuse_contradictions(wished: Schedule) -> None:
    """Raise InputError where the values of a wish exclude each other, whatever the server shows."""
    tracks, interval = _keys_of(wished, _TRACKS_KEYS), _keys_of(wished, _INTERVAL_KEYS)
    if tracks and interval:
        raise InputError(
            f"{_listed(tracks)} and {_listed(interval)} exclude each other: the former are the form of server line 6, the latter that of lines 4 and 5.",
            hint="Give one form only.",
        )
    if "retention_count" in wished and "retention_days" in wished:
        raise InputError("schedule.retention_count and schedule.retention_days exclude each other.", hint="Give one of them.")
    if wished.get("manual") == {}:
        _refuse("schedule.manual", "the server requires its retention, even of a disabled schedule, so it cannot be removed.")
    _refuse_end_before_start(wished)
    if wished.get("enabled") is True:
        _refuse_unmet_needs(wished, absent={track for track in _TRACKS if wished.get(track) == {}})


def _refuse_end_before_start(schedule: Schedule) -> None:
    """Raise InputError where a schedule would never run. Dates that were not understood do not count."""
    start, end = _day(schedule.get("start_date", "")), _day(schedule.get("end_date", ""))
    if start and end and end <= start:
        raise InputError(f"schedule.end_date: {end} is not after the start date {start}.")


def _refuse_unmet_needs(schedule: Schedule, absent: Iterable[str]) -> None:
    """Raise InputError where a track is there without one that it needs, for an enabled schedule (API reference B.2)."""
    if "hourly" in absent:
        raise InputError("schedule.hourly is mandatory while schedule.enabled is true.", hint="Give schedule.hourly, or set schedule.enabled to false.")
    for track, need in _NEEDS.items():
        if schedule.get(track) and need in absent:
            raise InputError(
                f"schedule.{track} needs schedule.{need} while schedule.enabled is true.",
                hint=f"Give schedule.{need}, or remove the track with an empty schedule.{track}.",
            )


def _keys_of(schedule: Schedule, keys: Iterable[str]) -> list[str]:
    """Return which of the keys a schedule holds, in the order of the options."""
    return [key for key in SPEC if key in schedule and key in keys]


def _listed(keys: Iterable[str]) -> str:
    """Return the options as they stand in a sentence."""
    return ", ".join(f"schedule.{key}" for key in keys)


# ---------------------------------------------------------------------------------------------------------------------------
# The server


def read(raw: Mapping[str, Any] | None) -> Schedule:
    """Return in canonical form what the server shows as C(jobschedule) (API reference B.2, Q1 to Q6). Never raises.

    The days that manual snapshots are kept are read from C(retentionmanual), else from C(manual.retention_days_to_keep). Computed keys
    (C(nextrun), C(global_jobscheduler), C(appliance_timezone)) and unknown ones are left out, and so are empty tracks.
    """
    if not isinstance(raw, Mapping):
        return {}
    shown: Schedule = {}
    for key, leaf in _SIMPLE.items():
        value = _raw_value(raw, key)
        if not _is_empty(value):
            shown[key] = _or_text(leaf.shown, value)
    for track, leaves in _TRACKS.items():
        value = raw.get(track)
        found = _read_track(value, leaves) if isinstance(value, Mapping) else value
        if not _is_empty(found):
            shown[track] = found if isinstance(found, dict) else str(found)
    return shown


def _read_track(raw: Mapping[str, Any], leaves: Mapping[str, _Leaf]) -> dict[str, Any]:
    """Return one shown track in canonical form."""
    return {key: _or_text(leaf.shown, raw[key]) for key, leaf in leaves.items() if not _is_empty(raw.get(key))}


def _is_empty(value: Any) -> bool:
    """Tell whether the server shows nothing by it. False and 0 are something."""
    return not value.strip() if isinstance(value, str) else value is None or value == {} or value == []


def _raw_value(raw: Mapping[str, Any], key: str) -> Any:
    """Return what the server shows for a key that is not a track, None where it shows nothing."""
    if key == _MANUAL_DAYS:
        for holder, spelling in (("retentionmanual", "retentionmanual"), ("manual", "retention_days_to_keep")):
            inside = raw.get(holder)
            value = inside.get(spelling) if isinstance(inside, Mapping) else None
            if not _is_empty(value):
                return value
        return None
    if key in _RETENTION_TYPES:
        return _raw_retention(raw).get(key)
    return raw.get(_SIMPLE[key].raw or key)


def _raw_retention(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the shown retention under the key that its type says; of an unknown type it becomes a count that is no number."""
    value, kind = raw.get("retention_policy_value"), raw.get("retention_policy_type")
    if _is_empty(value):
        return {}
    for key, name in _RETENTION_TYPES.items():
        if _read_word(kind) == name.lower():
            return {key: value}
    return {"retention_count": f"{value} ({kind})"}


def write(wish: Schedule, dialect: str, shown: Schedule | None = None) -> dict[str, Any]:
    """Return the C(jobschedule) that tells the server the wish, for a POST or a PUT (API reference B.2, Q7).

    The days that manual snapshots are kept have two spellings, and both are sent. One of them sits inside the track C(manual), which the
    server replaces as a whole. So where a wish gives only one of C(manual) and C(manual_retention_days), the other is taken from C(shown).
    Where it is unknown, only the spelling that overwrites nothing is sent.

    :param wish: The wish in canonical form; an empty track asks the server to remove it.
    :param dialect: C(TRACKS) or C(INTERVAL).
    :param shown: For a PUT, what the server shows, in canonical form.
    :raises ServerLineError: The wish belongs to the other dialect.
    """
    refuse_other_dialect(wish, dialect)
    body = {leaf.raw or key: leaf.sent(wish[key]) for key, leaf in {**_COMMON, **_INTERVAL}.items() if key in wish and key not in _RETENTION_TYPES}
    for key, kind in _RETENTION_TYPES.items():
        if key in wish:
            body["retention_policy_type"] = kind
            body["retention_policy_value"] = _INTERVAL[key].sent(wish[key])
    body.update({track: copy.deepcopy(wish[track]) for track in _TRACKS if track in wish})
    body.update(_manual_body(wish, shown or {}))
    return body


def _manual_body(wish: Schedule, shown: Schedule) -> dict[str, Any]:
    """Return what is sent about manual snapshots where their days are given or must be kept."""
    body: dict[str, Any] = {}
    if _MANUAL_DAYS in wish:
        body["retentionmanual"] = {"retentionmanual": wish[_MANUAL_DAYS]}
    track = wish.get("manual", shown.get("manual"))
    days = wish.get(_MANUAL_DAYS, shown.get(_MANUAL_DAYS))
    if ("manual" in wish or _MANUAL_DAYS in wish) and isinstance(track, dict) and days is not None:
        body["manual"] = {**track, "retention_days_to_keep": days}
    return body


def dialect(schedule_raw: Mapping[str, Any] | None) -> str | None:
    """Return the dialect of a C(jobschedule) that the server shows, None where it holds only what both have.

    A server that shows tracks speaks tracks. The reverse does not hold for certain: line 6 takes a disabled schedule of the old form, too
    (API reference B.2), and might show it.
    """
    keys = frozenset(schedule_raw or {})
    if keys & _RAW_TRACKS_KEYS:
        return TRACKS
    return INTERVAL if keys & _RAW_INTERVAL_KEYS else None


def dialect_of_wish(wish: Schedule) -> str | None:
    """Return the dialect that the keys of a wish belong to, None where it gives only what both have."""
    if _keys_of(wish, _TRACKS_KEYS):
        return TRACKS
    return INTERVAL if _keys_of(wish, _INTERVAL_KEYS) else None


def refuse_other_dialect(wish: Schedule, dialect: str) -> None:
    """Raise where a wish holds what the server cannot take: it would ignore it silently (API reference B.1).

    :raises ServerLineError: It does; the message says what to write instead.
    """
    if dialect == TRACKS:
        foreign, line = _keys_of(wish, _INTERVAL_KEYS), "6"
        instead = "schedule.hourly (interval, retention) and, if wanted, schedule.daily, weekly, monthly, yearly and manual"
    else:
        foreign, line = _keys_of(wish, _TRACKS_KEYS), "4 or 5"
        instead = "schedule.interval (hours), schedule.retention_count or schedule.retention_days, and schedule.full_backup_interval"
    if foreign:
        raise ServerLineError(
            f"The server is of line {line}, which does not know {_listed(foreign)}. Write {instead} instead.",
            hint="If the server is of another line than that, say so with server_line.",
        )


# ---------------------------------------------------------------------------------------------------------------------------
# Wish against server


def differences(wish: Schedule, shown: Schedule) -> list[str]:
    """Return the options of the wish, such as "schedule.weekly", that the server shows otherwise. What was not given is not compared.

    Zones are the same if their names are, or if their clocks agree all through this year. A server may convert into UTC what it is told
    (API reference Q3): where it shows UTC and the wish gives another zone with a start time, both are compared as one instant, on the start
    date of the wish, else on the shown one, else today. The price: a schedule that somebody moved to UTC on purpose, to the very time that
    the wish means on that date, counts as unchanged, though it runs an hour off when the wished zone changes its clocks; and so does a start
    date that is one day off, where midnight lies between the two. Where only the zone is given, there is nothing to convert and it differs.
    """
    same = _same_after_conversion(wish, shown)
    return [f"schedule.{key}" for key in wish if key not in same and not _same_value(key, wish[key], shown.get(key))]


def _same_value(key: str, wished: Any, found: Any) -> bool:
    """Tell whether a wished value is the one found; None stands for none found."""
    if key == "timezone":
        return found is not None and _same_zone(wished, found)
    return bool(wished == ({} if found is None else found))


def _same_zone(one: str, other: str) -> bool:
    """Tell whether two zones are the same by name, or by their offsets on the first and the fifteenth of each month of this year."""
    if _plain_zone_name(one) == _plain_zone_name(other):
        return True
    zones = _zone(one), _zone(other)
    if zones[0] is None or zones[1] is None:
        return False
    year = date.today().year
    moments = [datetime(year, month, day, 12) for month in range(1, 13) for day in (1, 15)]
    return all(zones[0].utcoffset(moment) == zones[1].utcoffset(moment) for moment in moments)


def _same_after_conversion(wish: Schedule, shown: Schedule) -> frozenset[str]:
    """Return which of zone, start time and start date of a wish are shown as they are once converted into UTC; see C(differences)."""
    nothing: frozenset[str] = frozenset()
    if "timezone" not in wish or "start_time" not in wish or not _same_zone(shown.get("timezone", ""), "UTC") or _same_zone(wish["timezone"], "UTC"):
        return nothing
    zone = _zone(wish["timezone"])
    if zone is None:
        return nothing
    day = _day(wish.get("start_date") or shown.get("start_date") or "") or date.today()
    converted = datetime.combine(day, time.fromisoformat(wish["start_time"]), zone).astimezone(timezone.utc)
    if shown.get("start_time") != converted.strftime("%H:%M"):
        return nothing
    return frozenset({"timezone", "start_time"} | ({"start_date"} if shown.get("start_date") == converted.date().isoformat() else set()))


def merged(wish: Schedule, shown: Schedule) -> Schedule:
    """Return what the schedule will be after a PUT of the wish (API reference Q7): given keys replace shown ones, empty tracks are gone."""
    after = {**shown, **wish}
    for key, other in (("retention_count", "retention_days"), ("retention_days", "retention_count")):
        if key in wish:
            after.pop(other, None)
    return {key: copy.deepcopy(value) for key, value in after.items() if value != {}}


def check(schedule: Schedule, dialect: str, policy_given: bool = False) -> None:
    """Raise where a schedule as a whole breaks a rule of the server (API reference B.2). A disabled one is not checked.

    :param schedule: What C(merged) or C(create_defaults) returned.
    :param dialect: C(TRACKS) or C(INTERVAL).
    :param policy_given: The workload has a policy, from which all that this function asks for comes (API reference C.5).
    :raises InputError: A rule is broken.
    """
    if schedule.get("enabled") is not True:
        return
    _refuse_end_before_start(schedule)
    if policy_given:
        return
    if dialect == TRACKS:
        _refuse_unmet_needs(schedule, absent={track for track in _TRACKS if not schedule.get(track)})
    elif "interval" not in schedule:
        # The server would fill in an interval of its own (API reference Q4).
        raise InputError("schedule.interval is mandatory while schedule.enabled is true.", hint="Give schedule.interval, or set schedule.enabled to false.")


def create_defaults(wish: Schedule | None, dialect: str, policy_given: bool) -> Schedule:
    """Return the schedule to create a workload with, so that the server fills in nothing that matters (API reference B.2, Q4).

    Without C(enabled) in the wish, it is true if there is something to run: a policy, or a wish that gives more than how long manual
    snapshots are kept. Without a policy, the tracks get a retention of manual snapshots, which the server requires even of a disabled
    schedule. There is nothing yet to remove, so empty tracks are left out.
    """
    schedule = {key: copy.deepcopy(value) for key, value in (wish or {}).items() if value != {}}
    schedule.setdefault("enabled", policy_given or not schedule.keys() <= {"manual", _MANUAL_DAYS})
    if dialect == TRACKS and not policy_given:
        schedule.setdefault("manual", dict(_DEFAULT_MANUAL))
    return schedule


# ---------------------------------------------------------------------------------------------------------------------------
# Policies, which hold a part of a schedule (API reference B.6)


def policy_fields(shown: Any) -> dict[str, Any]:
    """Return the C(field_values) that the server shows of a policy in the form of a C(jobschedule), for C(read) and C(dialect).

    They are shown as rows of name and value, and a track is an object or its JSON text (API reference Q34).
    """
    rows = shown if isinstance(shown, list) else ()
    return {str(row.get("policy_field_name")): _decoded(row.get("value")) for row in rows if isinstance(row, Mapping)}


def _decoded(value: Any) -> Any:
    """Return what a text holds that is a JSON object, all else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def policy_defaults(wish: Schedule, dialect: str) -> Schedule:
    """Return what a policy is to be made with. The server wants all fields, so that those which are left out here are filled in."""
    whole = {key: copy.deepcopy(value) for key, value in wish.items() if value != {}}
    if dialect == TRACKS:
        whole.setdefault("manual", dict(_DEFAULT_MANUAL))
    else:
        whole.setdefault("full_backup_interval", -1)
    return whole


def check_policy(schedule: Schedule, dialect: str) -> None:
    """Raise where a policy as a whole would be refused, or no workload could be enabled under it (API reference B.2, B.6).

    :param schedule: What C(policy_defaults) or C(merged) returned.
    :raises InputError: Something is missing.
    :raises ServerLineError: It holds what policies of that line do not.
    """
    refuse_other_dialect(schedule, dialect)
    if dialect == INTERVAL and "start_time" in schedule:
        raise ServerLineError(
            "The server is of line 4 or 5, whose policies hold no schedule.start_time.", hint="Leave it out: each workload has a start time of its own."
        )
    needed = ("hourly", "start_time") if dialect == TRACKS else ("interval", "full_backup_interval")
    missing = [key for key in needed if key not in schedule]
    if missing:
        raise InputError(f"A policy needs {_listed(missing)}.", hint="The server takes a policy only as a whole.")
    if dialect == INTERVAL and not any(key in schedule for key in _RETENTION_TYPES):
        raise InputError(f"A policy needs one of {_listed(_RETENTION_TYPES)}.", hint="The server takes a policy only as a whole.")
    for track, need in _NEEDS.items():
        if schedule.get(track) and not schedule.get(need):
            raise InputError(
                f"schedule.{track} needs schedule.{need}: no workload could be enabled under this policy.",
                hint=f"Give schedule.{need}, or remove the track with an empty schedule.{track}.",
            )


def write_policy(wish: Schedule, dialect: str, shown: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the C(field_values) that tell the server the wish, whole, for a POST or a PUT; numbers are text there (API reference B.6).

    :param wish: The wish in canonical form; an empty track is one that is not used.
    :param shown: For a PUT, what C(policy_fields) returned: what the wish leaves open goes back as it was.
    :raises ServerLineError: The wish belongs to the other dialect.
    """
    refuse_other_dialect(wish, dialect)
    fields = {key: value for key, value in (shown or {}).items() if key in _POLICY_KEYS[dialect] and value is not None}
    if dialect == INTERVAL:
        return {**fields, **write(wish, dialect)}
    for track in _TRACKS:
        fields[track] = _in_text(wish[track]) if track in wish else fields.get(track) or {}
    if _MANUAL_DAYS in wish:
        fields["retentionmanual"] = {"retentionmanual": str(wish[_MANUAL_DAYS])}
    fields.setdefault("retentionmanual", {})
    if "start_time" in wish:
        fields["start_time"] = _send_time(wish["start_time"])
    return fields


def _in_text(value: Any) -> Any:
    """Return a value with its numbers as text, at any depth."""
    if isinstance(value, dict):
        return {key: _in_text(item) for key, item in value.items()}
    return [_in_text(item) for item in value] if isinstance(value, list) else str(value)
