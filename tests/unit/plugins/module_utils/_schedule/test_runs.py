# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runs of a schedule, with time zones and summer time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._schedule.runs import next_run, runs_between

BASE: dict[str, Any] = {"enabled": True, "timezone": "UTC", "start_time": "02:15", "start_date": "2026-01-01"}


def utc(text: str) -> datetime:
    """Return a time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("UTC"))


def times(schedule: dict[str, Any], begin: str, end: str) -> list[str]:
    """Return the runs of a schedule as short texts."""
    runs = runs_between(schedule, utc(begin), utc(end))
    assert runs is not None
    return [f"{each:%d %H:%M}" for each in runs]


def test_runs_start_at_the_start_time_and_at_each_interval_after_it() -> None:
    schedule = {**BASE, "hourly": {"interval": 8}}
    assert times(schedule, "2026-03-01", "2026-03-02") == ["01 02:15", "01 10:15", "01 18:15"]
    assert times({**BASE, "interval": 24}, "2026-03-01", "2026-03-03") == ["01 02:15", "02 02:15"]


def test_times_of_day_are_runs_of_their_own() -> None:
    schedule = {**BASE, "hourly": {"interval": 24}, "daily": {"backup_time": ["22:00", "02:15"]}}
    assert times(schedule, "2026-03-01", "2026-03-02") == ["01 02:15", "01 22:00"]


def test_an_interval_that_does_not_divide_the_day_goes_on_from_the_first_day() -> None:
    assert times({**BASE, "interval": 5}, "2026-01-01", "2026-01-02T08:00:00") == [
        *("01 02:15", "01 07:15", "01 12:15", "01 17:15", "01 22:15", "02 03:15"),
    ]
    assert times({**BASE, "interval": 48}, "2026-01-02", "2026-01-06") == ["03 02:15", "05 02:15"]


def test_the_clock_of_the_zone_decides_in_winter_and_in_summer() -> None:
    schedule = {**BASE, "timezone": "Europe/Berlin", "start_time": "23:30", "interval": 24}
    assert times(schedule, "2026-03-27", "2026-03-31") == ["27 22:30", "28 22:30", "29 21:30", "30 21:30"]
    skipped = {**schedule, "start_time": "02:30"}  # the clocks skip it on the 29th
    assert times(skipped, "2026-03-28", "2026-03-31") == ["28 01:30", "29 01:30", "30 00:30"]
    doubled = {**BASE, "timezone": "Europe/Berlin", "start_time": "02:30", "interval": 24}  # 02:30 comes twice
    assert times(doubled, "2026-10-25", "2026-10-26") == ["25 00:30"]


def test_nothing_runs_before_the_first_day_or_after_the_last_one() -> None:
    schedule = {**BASE, "start_date": "2026-03-02", "end_date": "2026-03-03", "interval": 24}
    assert times(schedule, "2026-03-01", "2026-03-09") == ["02 02:15", "03 02:15"]
    assert next_run(schedule, utc("2026-03-03T03:00:00")) is None


@pytest.mark.parametrize(
    "broken",
    [{"timezone": "Mars/Base"}, {"timezone": None}, {"start_time": "late"}, {"start_time": None}, {"interval": "some"}],
)
def test_what_cannot_be_read_tells_no_run(broken: dict[str, Any]) -> None:
    assert runs_between({**BASE, "interval": 24, **broken}, utc("2026-03-01"), utc("2026-03-02")) is None
    assert next_run({**BASE, "interval": 24, **broken}, utc("2026-03-01")) is None


@given(
    interval=st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 12, 24, 36]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC+2"]),
    start=st.times().map(lambda each: f"{each:%H:%M}"),
    begin=st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 1), timezones=st.just(ZoneInfo("UTC"))),
)
def test_the_next_run_is_the_first_one_and_no_more_than_an_interval_away(
    interval: int, zone: str, start: str, begin: datetime
) -> None:
    schedule = {**BASE, "interval": interval, "timezone": zone, "start_time": start}
    runs = runs_between(schedule, begin, begin + timedelta(days=3))
    assert runs
    assert runs == sorted(set(runs))
    assert all(begin <= each < begin + timedelta(days=3) for each in runs)
    assert next_run(schedule, begin) == runs[0]
    starts = [begin, *runs]
    spans = [starts[number + 1] - starts[number] for number in range(len(runs))]
    assert max(spans) <= timedelta(hours=interval + 1)  # one more where the clocks go back
