# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Compare the desired schedule with the shown one: the differences, and the result of a PUT. Pure."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timezone
from typing import Any

from .fields import Schedule
from .timezones import as_date, same_zone, zone_of


def differences(desired: Schedule, shown: Schedule) -> list[str]:
    """Return the given options, such as "schedule.weekly", that differ from the shown schedule.

    Two zones are the same if their names are, or if their clocks agree throughout this year.

    A server may convert a schedule to UTC (reference Q3). So if it shows UTC and the desired schedule gives another
    zone with a start time, both are compared as one instant: on the desired start date, else the shown one, else
    today. This has a price. A schedule that somebody moved to UTC on purpose, to the same time on that date, counts
    as unchanged, although it runs an hour off after the desired zone changes its clocks. So does a start date that is
    one day off because midnight lies between the two. If only the zone is given, there is nothing to convert, and it
    differs.
    """
    same = _same_after_conversion(desired, shown)
    return [
        f"schedule.{key}" for key in desired if key not in same and not _same_value(key, desired[key], shown.get(key))
    ]


def _same_value(key: str, desired: Any, shown: Any) -> bool:
    """Return whether a desired value is the shown one, which is None if the server shows no value."""
    if key == "timezone":
        return shown is not None and same_zone(desired, shown)
    return bool(desired == ({} if shown is None else shown))


def _same_after_conversion(desired: Schedule, shown: Schedule) -> frozenset[str]:
    """Return which of zone, start time and start date are the same after a conversion to UTC; see `differences`."""
    nothing: frozenset[str] = frozenset()
    if (
        "timezone" not in desired
        or "start_time" not in desired
        or not same_zone(shown.get("timezone", ""), "UTC")
        or same_zone(desired["timezone"], "UTC")
    ):
        return nothing
    zone = zone_of(desired["timezone"])
    if zone is None:
        return nothing
    day = as_date(desired.get("start_date") or shown.get("start_date") or "") or date.today()
    converted = datetime.combine(day, time.fromisoformat(desired["start_time"]), zone).astimezone(timezone.utc)
    if shown.get("start_time") != converted.strftime("%H:%M"):
        return nothing
    return frozenset(
        {"timezone", "start_time"}
        | ({"start_date"} if shown.get("start_date") == converted.date().isoformat() else set())
    )


def merged(desired: Schedule, shown: Schedule) -> Schedule:
    """Return the schedule after a PUT (reference Q7): desired keys replace shown ones, and empty tracks are gone."""
    after = {**shown, **desired}
    for key, other in (("retention_count", "retention_days"), ("retention_days", "retention_count")):
        if key in desired:
            after.pop(other, None)
    return {key: copy.deepcopy(value) for key, value in after.items() if value != {}}
