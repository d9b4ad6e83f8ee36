# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences between a declared and a shown schedule: options, zones and start times."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plugins.module_utils._schedule.examples import WEEKLY, YEARLY

from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire


def test_each_differing_option_is_named_and_nothing_else() -> None:
    wished = schedule_parse.parse_schedule(
        {"enabled": True, "start_time": "15:00", "weekly": WEEKLY, "yearly": {}, "manual": {"retention": 3}}
    )
    shown = {
        "enabled": False,
        "start_time": "15:00",
        "end_date": "2030-01-01",
        "weekly": {**WEEKLY, "retention": 5},
        "yearly": YEARLY,
    }
    assert schedule_compare.differences(wished, shown) == [
        "schedule.enabled",
        "schedule.weekly",
        "schedule.yearly",
        "schedule.manual",
    ]


def test_removed_track_is_unchanged_where_the_server_shows_none() -> None:
    assert schedule_compare.differences({"weekly": {}}, schedule_wire.read({"weekly": {}})) == []
    assert schedule_compare.differences({"weekly": {}}, schedule_wire.read({})) == []


def test_retention_by_count_differs_from_retention_by_days() -> None:
    assert schedule_compare.differences({"retention_count": 5}, {"retention_days": 5}) == ["schedule.retention_count"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Etc/UTC", "UTC", True),
        ("Z", "utc", True),
        ("UTC+2", "UTC+02:00", True),
        ("UTC+2", "Etc/GMT-2", True),
        ("EST", "UTC-5", True),
        ("Asia/Calcutta", "Asia/Kolkata", True),
        ("europe/berlin", "Europe/Berlin", True),
        ("UTC+2", "UTC-2", False),
        ("UTC+2", "Europe/Berlin", False),
        ("EST", "America/New_York", False),
        ("America/New_York", "America/Santiago", False),
        ("Mars/Olympus", "UTC", False),
        ("Etc/GMT+2", "UTC-2", True),
        ("Etc/GMT+2", "GMT+2", False),
        # They change their clocks within the same two weeks, but not on the same day.
        ("Asia/Jerusalem", "Europe/Helsinki", False),
        ("America/Havana", "America/New_York", False),
    ],
)
def test_zones_compare_by_name_or_by_clock(one: str, other: str, same: bool) -> None:
    expected = [] if same else ["schedule.timezone"]
    assert schedule_compare.differences({"timezone": one}, {"timezone": other}) == expected
    assert schedule_compare.differences({"timezone": other}, {"timezone": one}) == expected


def test_zone_that_is_not_shown_differs() -> None:
    assert schedule_compare.differences({"timezone": "UTC"}, {}) == ["schedule.timezone"]


@pytest.mark.parametrize(
    ("wished", "shown", "expected"),
    [
        # Berlin is one hour east of UTC in winter and two in summer.
        ({"start_date": "2026-01-10"}, {"start_date": "2026-01-10", "start_time": "14:00"}, []),
        ({"start_date": "2026-07-10"}, {"start_date": "2026-07-10", "start_time": "13:00"}, []),
        (
            {"start_date": "2026-07-10"},
            {"start_date": "2026-07-10", "start_time": "14:00"},
            ["schedule.timezone", "schedule.start_time"],
        ),
        ({"start_date": "2026-07-11"}, {"start_date": "2026-07-10", "start_time": "13:00"}, ["schedule.start_date"]),
        ({}, {"start_date": "2026-07-10", "start_time": "13:00"}, []),
        ({}, {"start_date": "2026-01-10", "start_time": "13:00"}, ["schedule.timezone", "schedule.start_time"]),
        # Midnight lies between: the server may move the date, too.
        ({"start_date": "2026-07-11", "start_time": "00:30"}, {"start_date": "2026-07-10", "start_time": "22:30"}, []),
        ({"start_date": "2026-07-11", "start_time": "00:30"}, {"start_date": "2026-07-11", "start_time": "22:30"}, []),
        (
            {"start_date": "2026-07-11", "start_time": "00:30"},
            {"start_date": "2026-07-09", "start_time": "22:30"},
            ["schedule.start_date"],
        ),
    ],
)
def test_schedule_that_the_server_moved_to_utc_is_compared_as_an_instant(
    wished: dict[str, Any], shown: dict[str, Any], expected: list[str]
) -> None:
    given = schedule_parse.parse_schedule({"timezone": "Europe/Berlin", "start_time": "15:00", **wished})
    assert schedule_compare.differences(given, {"timezone": "UTC", **shown}) == expected


def test_impossible_shown_date_does_not_stop_the_comparison() -> None:
    given = schedule_parse.parse_schedule({"timezone": "UTC+2", "start_time": "15:00"})
    assert (
        schedule_compare.differences(
            given, schedule_wire.read({"timezone": "UTC", "start_time": "1:00 PM", "start_date": "2025-02-30"})
        )
        == []
    )


def test_zone_without_a_start_time_cannot_be_compared_as_an_instant() -> None:
    assert schedule_compare.differences({"timezone": "Europe/Berlin"}, {"timezone": "UTC", "start_time": "14:00"}) == [
        "schedule.timezone"
    ]
