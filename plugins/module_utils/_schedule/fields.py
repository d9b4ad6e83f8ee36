# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The canonical form of a schedule: the table of all its values. Pure.

The server has two dialects of `jobschedule` (reference B.2): tracks (6.x) and an interval in hours (4.x and 5.x).
Both are read into one canonical form, a `Schedule` of plain JSON types. Schedules are compared and merged in this
form. It has the keys of the option `schedule`, each only if its value is known:

* `enabled` bool; `timezone` str; `start_date`, `end_date` "YYYY-MM-DD"; `start_time` "HH:MM", 24 hours
* tracks: `hourly`, `daily`, `weekly`, `monthly`, `yearly`, `manual` dict, `manual_retention_days` int, days
* interval: `interval` int, hours; `retention_count` int, snapshots, or `retention_days` int, days;
  `full_backup_interval` int, snapshots between two full ones (-1 never full, 0 always full)

Lists are sorted and have no duplicates. In a desired schedule, an empty track removes the track; a shown schedule has
no empty tracks. A shown value that cannot be read is kept as text, so it differs from every desired value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from .values import (
    as_it_is,
    parse_bool,
    parse_date,
    parse_int,
    parse_list,
    parse_time,
    parse_word,
    parse_zone,
    read_bool,
    read_date,
    read_hours,
    read_int,
    read_list,
    read_name,
    read_text,
    read_time,
    read_word,
    send_date,
    send_hours,
    send_time,
)

Schedule = dict[str, Any]

_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_DAYS = tuple(range(1, 32))


class Leaf(NamedTuple):
    """One value of a schedule: how it is declared, checked, read and sent.

    :ivar option: Argument spec of the option.
    :ivar parse: Function that checks the value of the user; its first argument is the option, for messages.
    :ivar read: Function that reads the shown value.
    :ivar send: Function that returns the value to send.
    :ivar raw: Key of the server, None if it is the name of the option.
    """

    option: dict[str, Any]
    parse: Callable[[str, Any], Any]
    read: Callable[[Any], Any]
    send: Callable[[Any], Any] = as_it_is
    raw: str | None = None


def _int_leaf(minimum: int, choices: Sequence[int] = ()) -> Leaf:
    """Return the leaf of a whole number in a track, which is sent as a number."""
    option: dict[str, Any] = {"type": "int", "choices": list(choices)} if choices else {"type": "int"}
    return Leaf(option, parse_int(minimum, choices=choices), read_int)


def _snapshot_type_leaf(choices: Sequence[str]) -> Leaf:
    """Return the leaf of the snapshot type. The first choice is the default."""
    return Leaf({"type": "str", "choices": list(choices)}, parse_word(choices), read_word)


def _names_leaf(names: Sequence[str]) -> Leaf:
    """Return the leaf of a list of days or months, which are written with three letters."""
    short = tuple(name[:3] for name in names)
    return Leaf(
        {"type": "list", "elements": "str", "choices": list(short)},
        parse_list(parse_word(short), short),
        read_list(read_name(names), short),
    )


_DATE = Leaf({"type": "str"}, parse_date, read_date, send_date)
COMMON_LEAVES: dict[str, Leaf] = {
    "enabled": Leaf({"type": "bool"}, parse_bool, read_bool),
    "timezone": Leaf({"type": "str"}, parse_zone, read_text),
    "start_date": _DATE,
    "end_date": _DATE,
    "start_time": Leaf({"type": "str"}, parse_time, read_time, send_time),
}

_RETENTION = _int_leaf(1)
_ANY_TYPE = _snapshot_type_leaf(("incremental", "full"))
_ONLY_FULL = _snapshot_type_leaf(("full",))
TRACK_LEAVES: dict[str, dict[str, Leaf]] = {
    "hourly": {"interval": _int_leaf(1, _HOURS), "retention": _RETENTION, "snapshot_type": _ANY_TYPE},
    "daily": {
        "backup_time": Leaf({"type": "list", "elements": "str"}, parse_list(parse_time), read_list(read_time)),
        "retention": _RETENTION,
        "snapshot_type": _ANY_TYPE,
    },
    "weekly": {
        "backup_day": _names_leaf(_DAY_NAMES),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "monthly": {
        "month_backup_day": Leaf(
            {"type": "list", "elements": "int"},
            parse_list(parse_int(1, maximum=31), _MONTH_DAYS),
            read_list(read_int, _MONTH_DAYS),
        ),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "yearly": {
        "backup_month": _names_leaf(_MONTH_NAMES),
        "retention": _RETENTION,
        "snapshot_type": _ONLY_FULL,
    },
    "manual": {"retention": _RETENTION},
}
MANUAL_DAYS = "manual_retention_days"

INTERVAL_LEAVES: dict[str, Leaf] = {
    "interval": Leaf({"type": "int"}, parse_int(1), read_hours, send_hours),
    "retention_count": Leaf({"type": "int"}, parse_int(1), read_int, str),
    "retention_days": Leaf({"type": "int"}, parse_int(1), read_int, str),
    "full_backup_interval": Leaf({"type": "int"}, parse_int(-1), read_int, str, raw="fullbackup_interval"),
}
# The server has one value for these two options, and the type of that value.
RETENTION_TYPES = {
    "retention_count": "Number of Snapshots to Keep",
    "retention_days": "Number of days to retain Snapshots",
}

# The leaves that are not inside a track.
SIMPLE_LEAVES: dict[str, Leaf] = {**COMMON_LEAVES, MANUAL_DAYS: _RETENTION, **INTERVAL_LEAVES}

# The track that each track needs while the schedule is enabled (reference B.2).
NEEDS = {"daily": "hourly", "weekly": "daily", "monthly": "daily", "yearly": "monthly"}

# The server requires this even of a disabled schedule; the client of the vendor sends this value (reference B.2).
DEFAULT_MANUAL = {"retention": 30}

SPEC: dict[str, Any] = {
    **{key: leaf.option for key, leaf in COMMON_LEAVES.items()},
    **{
        track: {"type": "dict", "options": {key: leaf.option for key, leaf in leaves.items()}}
        for track, leaves in TRACK_LEAVES.items()
    },
    MANUAL_DAYS: _RETENTION.option,
    **{key: leaf.option for key, leaf in INTERVAL_LEAVES.items()},
}
"""Argument spec of the suboptions of `schedule`.

No leaf has a default or is required, because an empty dictionary removes a track. `parse_schedule` sets the defaults
and requires complete tracks.
"""


def option_names(keys: Iterable[str]) -> str:
    """Return the full names of options for a message."""
    return ", ".join(f"schedule.{key}" for key in keys)
