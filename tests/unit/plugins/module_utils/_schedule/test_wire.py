# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as the server shows and takes them: captured bodies, each spelling, manual snapshots."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plugins.module_utils._schedule.examples import WRITTEN_4X, WRITTEN_6X

from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    TRACKS,
    dialect_shown,
)

# Captured bodies of the vendor's documentation (API reference B.1).
SHOWN_4X: dict[str, Any] = {
    "retention_policy_type": "Number of Snapshots to Keep",
    "end_date": "15/27/2020",
    "start_time": "3:00 PM",
    "interval": "5",
    "enabled": False,
    "retention_policy_value": "10",
    "timezone": "UTC+2",
    "start_date": "10/27/2020",
    "fullbackup_interval": "-1",
    "appliance_timezone": "UTC",
    "global_jobscheduler": True,
}

SHOWN_6X: dict[str, Any] = {
    "start_date": "01/28/2025",
    "enabled": True,
    "start_time": "02:15 PM",
    "hourly": {"interval": "1", "retention": "2", "snapshot_type": "incremental"},
    "daily": {"backup_time": ["14:15"], "retention": "2", "snapshot_type": "incremental"},
    "weekly": {"backup_day": ["wed"], "retention": "2", "snapshot_type": "full"},
    "monthly": {"month_backup_day": ["20"], "retention": "2", "snapshot_type": "full"},
    "yearly": {"backup_month": ["mar"], "retention": "1", "snapshot_type": "full"},
    "manual": {"retention": "21"},
    "retentionmanual": {"retentionmanual": "5"},
    "timezone": "UTC",
    "global_jobscheduler": True,
    "nextrun": 2783.561769,
}

REQUESTED_6X: dict[str, Any] = {
    "start_date": "01/28/2025",
    "enabled": True,
    "start_time": "02:15 PM",
    "timezone": "Etc/UTC",
    "hourly": {"interval": 1, "retention": 2, "snapshot_type": "incremental"},
    "daily": {"backup_time": ["14:15"], "retention": 2, "snapshot_type": "incremental"},
    "weekly": {"backup_day": ["wed"], "retention": 2, "snapshot_type": "full"},
    "monthly": {"month_backup_day": [20], "retention": 2, "snapshot_type": "full"},
    "yearly": {"backup_month": ["mar"], "retention": 1, "snapshot_type": "full"},
    "manual": {"retention": 21},
}


def test_captured_schedule_of_line_6_is_read() -> None:
    assert schedule_wire.read(SHOWN_6X) == {
        "enabled": True,
        "timezone": "UTC",
        "start_date": "2025-01-28",
        "start_time": "14:15",
        "hourly": {"interval": 1, "retention": 2, "snapshot_type": "incremental"},
        "daily": {"backup_time": ["14:15"], "retention": 2, "snapshot_type": "incremental"},
        "weekly": {"backup_day": ["wed"], "retention": 2, "snapshot_type": "full"},
        "monthly": {"month_backup_day": [20], "retention": 2, "snapshot_type": "full"},
        "yearly": {"backup_month": ["mar"], "retention": 1, "snapshot_type": "full"},
        "manual": {"retention": 21},
        "manual_retention_days": 5,
    }


def test_captured_schedule_of_line_4_is_read_with_its_impossible_date_as_text() -> None:
    assert schedule_wire.read(SHOWN_4X) == {
        "enabled": False,
        "timezone": "UTC+2",
        "start_date": "2020-10-27",
        "end_date": "15/27/2020",
        "start_time": "15:00",
        "interval": 5,
        "retention_count": 10,
        "full_backup_interval": -1,
    }


def test_captured_request_of_line_6_is_written_from_plain_yaml() -> None:
    assert schedule_wire.write(schedule_parse.parse_schedule(WRITTEN_6X), TRACKS) == REQUESTED_6X


def test_request_of_line_4_is_written_in_the_documented_forms() -> None:
    wished = schedule_parse.parse_schedule({**WRITTEN_4X, "start_time": "00:05", "end_date": "2021-01-02"})
    assert schedule_wire.write(wished, INTERVAL) == {
        "enabled": False,
        "timezone": "UTC+2",
        "start_date": "10/27/2020",
        "end_date": "01/02/2021",
        "start_time": "12:05 AM",
        "interval": "5 hr",
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": "10",
        "fullbackup_interval": "-1",
    }


@pytest.mark.parametrize(
    ("written", "sent"),
    [("00:00", "12:00 AM"), ("11:59", "11:59 AM"), ("12:00", "12:00 PM"), ("12:30", "12:30 PM"), ("23:59", "11:59 PM")],
)
def test_start_time_is_sent_on_a_clock_of_twelve_hours(written: str, sent: str) -> None:
    assert schedule_wire.write(schedule_parse.parse_schedule({"start_time": written}), TRACKS) == {"start_time": sent}


def test_retention_by_days_is_written_as_such() -> None:
    body = schedule_wire.write(schedule_parse.parse_schedule({"retention_days": 30}), INTERVAL)
    assert body == {"retention_policy_type": "Number of days to retain Snapshots", "retention_policy_value": "30"}


@pytest.mark.parametrize(("written", "shown"), [(WRITTEN_6X, SHOWN_6X), (WRITTEN_4X, SHOWN_4X)], ids=["6x", "4x"])
def test_captured_schedules_are_unchanged_against_what_was_asked_for(
    written: dict[str, Any], shown: dict[str, Any]
) -> None:
    assert schedule_compare.differences(schedule_parse.parse_schedule(written), schedule_wire.read(shown)) == []


def test_impossible_date_differs_from_the_wished_one() -> None:
    wished = schedule_parse.parse_schedule({"end_date": "2020-12-27"})
    assert schedule_compare.differences(wished, schedule_wire.read(SHOWN_4X)) == ["schedule.end_date"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"interval": "1 hr"}, {"interval": 1}),
        ({"interval": "7 hrs"}, {"interval": 7}),
        ({"interval": "24hr"}, {"interval": 24}),
        ({"interval": "5"}, {"interval": 5}),
        ({"interval": 24}, {"interval": 24}),
        ({"interval": "daily"}, {"interval": "daily"}),
        ({"start_time": "3:00 PM"}, {"start_time": "15:00"}),
        ({"start_time": "03:00 pm"}, {"start_time": "15:00"}),
        ({"start_time": "12:00 AM"}, {"start_time": "00:00"}),
        ({"start_time": "12:00 PM"}, {"start_time": "12:00"}),
        ({"start_time": "15:00"}, {"start_time": "15:00"}),
        ({"start_time": "9:05"}, {"start_time": "09:05"}),
        ({"start_time": "13:00 PM"}, {"start_time": "13:00 PM"}),
        ({"start_time": "0:30 AM"}, {"start_time": "0:30 AM"}),
        ({"start_time": "25:00"}, {"start_time": "25:00"}),
        ({"start_date": "1/5/2026"}, {"start_date": "2026-01-05"}),
        ({"start_date": "2026-01-05"}, {"start_date": "2026-01-05"}),
        ({"start_date": "soon"}, {"start_date": "soon"}),
        ({"enabled": "True"}, {"enabled": True}),
        ({"enabled": "false"}, {"enabled": False}),
        ({"enabled": 1}, {"enabled": True}),
        ({"enabled": "0"}, {"enabled": False}),
        ({"enabled": "perhaps"}, {"enabled": "perhaps"}),
        ({"weekly": {"backup_day": ["Wednesday", "MON", "Tues"]}}, {"weekly": {"backup_day": ["mon", "tue", "wed"]}}),
        ({"weekly": {"backup_day": ["we"]}}, {"weekly": {"backup_day": ["we"]}}),
        ({"weekly": {"backup_day": "fri"}}, {"weekly": {"backup_day": ["fri"]}}),
        ({"yearly": {"backup_month": ["SEP", "March"]}}, {"yearly": {"backup_month": ["mar", "sep"]}}),
        (
            {"monthly": {"month_backup_day": ["20", 3, "last", "20"]}},
            {"monthly": {"month_backup_day": [3, 20, "last"]}},
        ),
        (
            {"hourly": {"snapshot_type": "Full", "retention": "two"}},
            {"hourly": {"snapshot_type": "full", "retention": "two"}},
        ),
        ({"hourly": "off"}, {"hourly": "off"}),
        ({"hourly": {}, "daily": None, "start_time": "", "timezone": " "}, {}),
        ({"retentionmanual": {"retentionmanual": "5"}}, {"manual_retention_days": 5}),
        (
            {"manual": {"retention": "3", "retention_days_to_keep": "6"}},
            {"manual": {"retention": 3}, "manual_retention_days": 6},
        ),
        (
            {"manual": {"retention_days_to_keep": "6"}, "retentionmanual": {"retentionmanual": 5}},
            {"manual_retention_days": 5},
        ),
        ({"retentionmanual": 5}, {}),
        (
            {"retention_policy_type": "number of days to retain snapshots", "retention_policy_value": 4},
            {"retention_days": 4},
        ),
        ({"retention_policy_type": "Bytes", "retention_policy_value": "4"}, {"retention_count": "4 (Bytes)"}),
        ({"nextrun": 1.5, "global_jobscheduler": True, "appliance_timezone": "UTC", "news": []}, {}),
        (None, {}),
    ],
)
def test_spellings_of_the_server(raw: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    assert schedule_wire.read(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (SHOWN_4X, INTERVAL),
        (SHOWN_6X, TRACKS),
        ({"enabled": False, "manual": {"retention": "30"}}, TRACKS),
        ({"enabled": False, "appliance_timezone": "UTC"}, INTERVAL),
        ({**SHOWN_4X, "manual": {"retention": "30"}}, TRACKS),
        ({"enabled": False, "timezone": "UTC", "start_time": "10:00 PM", "global_jobscheduler": True}, None),
        ({}, None),
        (None, None),
    ],
)
def test_dialect_of_a_shown_schedule(raw: dict[str, Any] | None, expected: str | None) -> None:
    assert dialect_shown(raw) == expected


def test_manual_days_are_sent_in_both_spellings() -> None:
    body = schedule_wire.write({"manual": {"retention": 9}, "manual_retention_days": 5}, TRACKS)
    assert body == {"manual": {"retention": 9, "retention_days_to_keep": 5}, "retentionmanual": {"retentionmanual": 5}}


def test_manual_days_alone_do_not_lose_the_shown_retention() -> None:
    body = schedule_wire.write({"manual_retention_days": 5}, TRACKS, {"manual": {"retention": 9}})
    assert body == {"manual": {"retention": 9, "retention_days_to_keep": 5}, "retentionmanual": {"retentionmanual": 5}}


def test_manual_retention_alone_does_not_lose_the_shown_days() -> None:
    body = schedule_wire.write(
        {"manual": {"retention": 9}}, TRACKS, {"manual": {"retention": 1}, "manual_retention_days": 5}
    )
    assert body == {"manual": {"retention": 9, "retention_days_to_keep": 5}}


def test_manual_days_alone_overwrite_nothing_where_the_retention_is_unknown() -> None:
    assert schedule_wire.write({"manual_retention_days": 5}, TRACKS) == {"retentionmanual": {"retentionmanual": 5}}


def test_shown_manual_values_are_not_sent_without_need() -> None:
    assert schedule_wire.write({"hourly": {}}, TRACKS, {"manual": {"retention": 1}, "manual_retention_days": 5}) == {
        "hourly": {}
    }
