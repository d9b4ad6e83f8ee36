# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""A wish against the schedule that the server shows: what differs, and what will be there after a PUT. Pure."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timezone
from typing import Any

from .fields import Schedule
from .timezones import as_date, same_zone, zone_of


def differences(desired: Schedule, shown: Schedule) -> list[str]:
    """Return the options of the wish, such as "schedule.weekly", that the server shows otherwise. What was not given is not compared.

    Zones are the same if their names are, or if their clocks agree all through this year. A server may convert into UTC what it is told
    (reference Q3): where it shows UTC and the wish gives another zone with a start time, both are compared as one instant, on the start
    date of the wish, else on the shown one, else today. The price: a schedule that somebody moved to UTC on purpose, to the very time that
    the wish means on that date, counts as unchanged, though it runs an hour off when the wished zone changes its clocks; and so does a start
    date that is one day off, where midnight lies between the two. Where only the zone is given, there is nothing to convert and it differs.
    """
    same = _same_after_conversion(desired, shown)
    return [
        f"schedule.{key}" for key in desired if key not in same and not _same_value(key, desired[key], shown.get(key))
    ]


def _same_value(key: str, wished: Any, found: Any) -> bool:
    """Tell whether a wished value is the one found; None stands for none found."""
    if key == "timezone":
        return found is not None and same_zone(wished, found)
    return bool(wished == ({} if found is None else found))


def _same_after_conversion(desired: Schedule, shown: Schedule) -> frozenset[str]:
    """Return which of zone, start time and start date of a wish are shown as they are once converted into UTC; see `differences`."""
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
    """Return what the schedule will be after a PUT of the wish (reference Q7): given keys replace shown ones, empty tracks are gone."""
    after = {**shown, **desired}
    for key, other in (("retention_count", "retention_days"), ("retention_days", "retention_count")):
        if key in desired:
            after.pop(other, None)
    return {key: copy.deepcopy(value) for key, value in after.items() if value != {}}
