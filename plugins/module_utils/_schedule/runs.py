# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""When a schedule starts snapshots: its runs as points in time, with time zones and summer time. Pure.

The reference does not say how the tracks of line 6 work together (reference B.2). A run is assumed at `start_time` and
at each interval after it, and at each `daily.backup_time`; the longer tracks keep snapshots of these for longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from .fields import Schedule
from .timezones import as_date, zone_of

DAY = timedelta(days=1)
FARTHEST = timedelta(days=8)
"""How far ahead the next run is searched: a day longer than the longest usual interval."""


def interval_of(schedule: Schedule) -> timedelta | None:
    """Return the interval of a schedule in canonical form, None if it does not tell."""
    hourly = schedule.get("hourly")
    hours = (hourly if isinstance(hourly, dict) else {}).get("interval") or schedule.get("interval")
    return timedelta(hours=hours) if isinstance(hours, int) and hours > 0 else None


def has_ended(schedule: Schedule, now: datetime) -> bool:
    """Return whether the last day of a schedule is over. A day that cannot be read is none."""
    last, zone = as_date(str(schedule.get("end_date") or "")), zone_of(str(schedule.get("timezone") or ""))
    return last is not None and now.astimezone(zone or timezone.utc).date() > last


def runs_between(schedule: Schedule, begin: datetime, end: datetime) -> list[datetime] | None:
    """Return the runs of a schedule that is on, from `begin` and before `end`, in UTC and sorted.

    :param schedule: A schedule in canonical form.
    :return: None if the schedule does not tell: its zone, its start time or its interval cannot be read.
    """
    interval, zone = interval_of(schedule), zone_of(str(schedule.get("timezone") or ""))
    start = _clock(schedule.get("start_time"))
    if interval is None or zone is None or start is None:
        return None
    first, last = (as_date(str(schedule.get(key) or "")) for key in ("start_date", "end_date"))
    if DAY % interval:
        if first is None:
            return None
        found = set(_steps(datetime.combine(first, start), interval, zone, begin, end))
    else:
        clocks = _clocks(schedule, start, interval)
        found = {_moment(day, clock, zone) for day in _days(begin, end, zone) for clock in clocks}
    days = {moment: moment.astimezone(zone).date() for moment in found if begin <= moment < end}
    return sorted(
        moment
        for moment, day in days.items()
        if (first is None or moment >= _moment(first, start, zone)) and (last is None or day <= last)
    )


def _clocks(schedule: Schedule, start: time, interval: timedelta) -> list[time]:
    """Return the times of day of the runs of a schedule whose interval divides the day."""
    daily = schedule.get("daily")
    times = (daily if isinstance(daily, dict) else {}).get("backup_time") or []
    hourly = [_shifted(start, interval * number) for number in range(DAY // interval)]
    return hourly + [each for each in map(_clock, times) if each is not None]


def next_run(schedule: Schedule, now: datetime) -> datetime | None:
    """Return the next run of a schedule that is on, None if there is none soon or the schedule does not tell."""
    runs = runs_between(schedule, now, now + FARTHEST)
    return runs[0] if runs else None


def _clock(text: Any) -> time | None:
    """Return a time of day in canonical form, None for text that could not be read."""
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        return None


def _shifted(clock: time, span: timedelta) -> time:
    """Return the time of day that is later by a span, past midnight too."""
    return (datetime.combine(date.min, clock) + span).time()


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return a local time in UTC. A time that the clocks skip is taken as if they had not been changed."""
    return datetime.combine(day, clock, zone).astimezone(timezone.utc)


def _days(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[date]:
    """Yield the local days that a span touches."""
    day, last = begin.astimezone(zone).date() - DAY, end.astimezone(zone).date()
    while day <= last:
        yield day
        day += DAY


def _steps(start: datetime, interval: timedelta, zone: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the runs of an interval that does not divide the day: they wander through it."""
    first = start.replace(tzinfo=zone).astimezone(timezone.utc)
    moment = first + max(0, (begin - first) // interval) * interval
    while moment < end:
        yield moment
        moment += interval
