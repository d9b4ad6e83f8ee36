# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Dates and time zones of schedules. Pure except for the tz database of Python."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UTC_NAMES = frozenset({"utc", "uct", "z", "zulu", "gmt", "universal", "greenwich"})
# Zones with a fixed offset and without an area in their name. Newer packages of the tz database leave them out.
_FIXED_ZONES = {"EST": -5, "MST": -7, "HST": -10}
# "GMT+2" is none of them: the tz database means two hours west of Greenwich by it, and many people two hours east.
_OFFSET_ZONE = re.compile(r"(?:UTC)?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE)
_AMBIGUOUS_ZONE = re.compile(r"GMT[+-][0-9]{1,2}(?::?[0-5][0-9])?", re.IGNORECASE)
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def iso_date(year: str, month: str, day: str) -> str:
    """Return a date as "YYYY-MM-DD".

    :raises ValueError: There is no such date, or its year is not in 2000 to 2999. Such a year is a typing error, and
        would overflow the arithmetic of zones.
    """
    found = date(int(year), int(month), int(day))
    if not 2000 <= found.year <= 2999:
        raise ValueError(f"the year {found.year} is not plausible")
    return found.isoformat()


def as_date(text: str) -> date | None:
    """Return the day of a canonical date, None for text that could not be read."""
    parts = ISO_DATE.fullmatch(text)
    try:
        return date.fromisoformat(iso_date(*parts.groups())) if parts else None
    except ValueError:
        return None


def zone_of(name: str) -> tzinfo | None:
    """Return the zone with this name, None if this machine does not know it.

    "UTC+2" is two hours east of Greenwich, and "Etc/GMT-2" is the same zone. "GMT+2" is not known: it is ambiguous.
    """
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
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown name; not a relative path; name of a directory
        return None


def is_ambiguous(name: str) -> bool:
    """Return whether a name means different zones to different programs."""
    return _AMBIGUOUS_ZONE.fullmatch(name) is not None


@lru_cache(maxsize=256)
def same_zone(one: str, other: str) -> bool:
    """Return whether two zones have the same name, or the same offset in every hour of this year."""
    if _plain_zone_name(one) == _plain_zone_name(other):
        return True
    zones = zone_of(one), zone_of(other)
    if zones[0] is None or zones[1] is None:
        return False
    start = datetime(date.today().year, 1, 1, tzinfo=timezone.utc)
    hours = (start + timedelta(hours=number) for number in range(366 * 24))
    return all(hour.astimezone(zones[0]).utcoffset() == hour.astimezone(zones[1]).utcoffset() for hour in hours)


def _plain_zone_name(name: str) -> str:
    """Return the name for comparisons: "Etc/UTC", "utc" and "UTC" are the same; "Etc/GMT+2" is not "GMT+2"."""
    plain = name.casefold()
    short = plain[len("etc/") :] if plain.startswith("etc/") else plain
    return short if short in _UTC_NAMES else plain


def has_zone_database() -> bool:
    """Return whether Python finds a tz database on this machine."""
    try:
        ZoneInfo("UTC")
    except ZoneInfoNotFoundError:
        return False
    return True
