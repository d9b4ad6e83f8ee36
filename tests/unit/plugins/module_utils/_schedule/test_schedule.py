# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules by example: the captured bodies, each rule, each message, each spelling."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError, ServerLineError
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    POLICY_FIELDS,
    TRACKS,
    dialect_of_desired,
    dialect_shown,
    refuse_other_dialect,
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
# What a user writes to get that request.
WRITTEN_6X: dict[str, Any] = {
    "enabled": True,
    "timezone": "Etc/UTC",
    "start_date": "2025-01-28",
    "start_time": "14:15",
    "hourly": {"interval": 1, "retention": 2},
    "daily": {"backup_time": ["14:15"], "retention": 2},
    "weekly": {"backup_day": ["wed"], "retention": 2},
    "monthly": {"month_backup_day": [20], "retention": 2},
    "yearly": {"backup_month": ["mar"], "retention": 1},
    "manual": {"retention": 21},
}
WRITTEN_4X: dict[str, Any] = {
    "enabled": False,
    "timezone": "UTC+2",
    "start_date": "2020-10-27",
    "start_time": "15:00",
    "interval": 5,
    "retention_count": 10,
    "full_backup_interval": -1,
}

HOURLY = {"interval": 6, "retention": 4, "snapshot_type": "incremental"}
DAILY = {"backup_time": ["02:00"], "retention": 7, "snapshot_type": "incremental"}
WEEKLY = {"backup_day": ["sun"], "retention": 4, "snapshot_type": "full"}
MONTHLY = {"month_backup_day": [1], "retention": 12, "snapshot_type": "full"}
YEARLY = {"backup_month": ["jan"], "retention": 2, "snapshot_type": "full"}


# ---------------------------------------------------------------------------------------------------------------------------
# The captured bodies


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


# ---------------------------------------------------------------------------------------------------------------------------
# The wish


def test_only_given_keys_are_in_the_wish() -> None:
    assert schedule_parse.parse_schedule({"enabled": False, "timezone": None, "hourly": None, "interval": None}) == {
        "enabled": False
    }
    assert schedule_parse.parse_schedule({}) == {}


@pytest.mark.parametrize(
    "empty", [{}, {"backup_day": None, "retention": None, "snapshot_type": None}], ids=["empty", "all null"]
)
def test_track_without_a_value_means_remove_it(empty: dict[str, Any]) -> None:
    assert schedule_parse.parse_schedule({"weekly": empty}) == {"weekly": {}}


def test_lists_come_without_duplicates_and_in_order() -> None:
    wished = schedule_parse.parse_schedule(
        {
            "daily": {"backup_time": ["23:00", "02:00", "23:00"], "retention": 1},
            "weekly": {"backup_day": ["sun", "mon", "sun"], "retention": 1},
            "monthly": {"month_backup_day": [10, 9, 10], "retention": 1},
            "yearly": {"backup_month": ["dec", "apr", "jan"], "retention": 1},
        }
    )
    assert wished["daily"]["backup_time"] == ["02:00", "23:00"]
    assert wished["weekly"]["backup_day"] == ["mon", "sun"]
    assert wished["monthly"]["month_backup_day"] == [9, 10]
    assert wished["yearly"]["backup_month"] == ["jan", "apr", "dec"]


def test_snapshot_type_has_the_default_of_its_track() -> None:
    wished = schedule_parse.parse_schedule(WRITTEN_6X)
    assert {track: wished[track]["snapshot_type"] for track in ("hourly", "daily", "weekly", "monthly", "yearly")} == {
        "hourly": "incremental",
        "daily": "incremental",
        "weekly": "full",
        "monthly": "full",
        "yearly": "full",
    }
    assert (
        schedule_parse.parse_schedule({"daily": {**DAILY, "snapshot_type": "full"}})["daily"]["snapshot_type"] == "full"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"enabled": "yes"}, ["schedule.enabled:", "'yes'"]),
        ({"timezone": "Europe/Atlantis"}, ["schedule.timezone:", "Europe/Atlantis"]),
        ({"timezone": "Europe"}, ["schedule.timezone:", "'Europe'"]),
        ({"timezone": "../etc/passwd"}, ["schedule.timezone:"]),
        ({"timezone": "UTC+15"}, ["schedule.timezone:", "UTC+15"]),
        ({"timezone": " "}, ["schedule.timezone:"]),
        ({"timezone": 2}, ["schedule.timezone:"]),
        ({"start_date": "01/28/2025"}, ["schedule.start_date:", "YYYY-MM-DD", "01/28/2025"]),
        ({"start_date": "2025-02-30"}, ["schedule.start_date:", "2025-02-30"]),
        ({"start_date": "0202-02-03"}, ["schedule.start_date:", "202 is not plausible"]),
        ({"end_date": "2025-1-2"}, ["schedule.end_date:", "2025-1-2"]),
        ({"start_date": "2025-02-03", "end_date": "2025-02-03"}, ["schedule.end_date:", "2025-02-03"]),
        ({"start_date": "2025-02-03", "end_date": "2025-01-30"}, ["schedule.end_date:", "2025-01-30"]),
        ({"start_time": 855}, ["schedule.start_time:", "quotes", '"14:15"']),
        ({"start_time": "855"}, ["schedule.start_time:", "quotes", '"14:15"']),
        ({"start_time": "51300"}, ["schedule.start_time:", "quotes", '"14:15"']),
        ({"start_time": "2:15 PM"}, ["schedule.start_time:", "24 hours"]),
        ({"start_time": "9:15"}, ["schedule.start_time:", "HH:MM"]),
        ({"start_time": "24:00"}, ["schedule.start_time:", "HH:MM"]),
        ({"start_time": "14:15\n"}, ["schedule.start_time:", "HH:MM"]),
        ({"hourly": {"interval": 5, "retention": 1}}, ["schedule.hourly.interval:", "1, 2, 3, 4, 6, 8, 12, 24", "5"]),
        ({"hourly": {"interval": "6", "retention": 1}}, ["schedule.hourly.interval:", "whole number"]),
        ({"hourly": {"interval": True, "retention": 1}}, ["schedule.hourly.interval:", "whole number"]),
        ({"hourly": {"interval": 6, "retention": 0}}, ["schedule.hourly.retention:", "at least 1"]),
        (
            {"hourly": {"interval": 6, "retention": 1, "snapshot_type": "mixed"}},
            ["schedule.hourly.snapshot_type:", "incremental, full"],
        ),
        ({"hourly": {"interval": 6}}, ["schedule.hourly:", "schedule.hourly.retention missing"]),
        ({"hourly": {"snapshot_type": "full"}}, ["schedule.hourly.interval and schedule.hourly.retention missing"]),
        ({"hourly": {"interval": 6, "retention": 1, "keep": 3}}, ["schedule.hourly:", "keep"]),
        ({"hourly": 6}, ["schedule.hourly:", "dictionary"]),
        ({"daily": {"backup_time": [], "retention": 1}}, ["schedule.daily.backup_time:", "at least one"]),
        ({"daily": {"backup_time": "02:00", "retention": 1}}, ["schedule.daily.backup_time:", "list"]),
        ({"daily": {"backup_time": ["02:00", 855], "retention": 1}}, ["schedule.daily.backup_time:", "quotes"]),
        ({"weekly": {"backup_day": ["Wed"], "retention": 1}}, ["schedule.weekly.backup_day:", "mon, tue", "'Wed'"]),
        ({"weekly": {**WEEKLY, "snapshot_type": "incremental"}}, ["schedule.weekly.snapshot_type:", "full"]),
        ({"monthly": {**MONTHLY, "snapshot_type": "incremental"}}, ["schedule.monthly.snapshot_type:", "full"]),
        ({"yearly": {**YEARLY, "snapshot_type": "incremental"}}, ["schedule.yearly.snapshot_type:", "full"]),
        ({"monthly": {"month_backup_day": [0], "retention": 1}}, ["schedule.monthly.month_backup_day:", "at least 1"]),
        ({"monthly": {"month_backup_day": [32], "retention": 1}}, ["schedule.monthly.month_backup_day:", "at most 31"]),
        ({"yearly": {"backup_month": ["march"], "retention": 1}}, ["schedule.yearly.backup_month:", "'march'"]),
        ({"manual": {}}, ["schedule.manual:", "cannot be removed"]),
        ({"manual_retention_days": 0}, ["schedule.manual_retention_days:", "at least 1"]),
        ({"interval": 0}, ["schedule.interval:", "at least 1"]),
        ({"interval": "4 hr"}, ["schedule.interval:", "whole number"]),
        ({"retention_count": 0}, ["schedule.retention_count:", "at least 1"]),
        ({"retention_days": 0}, ["schedule.retention_days:", "at least 1"]),
        ({"retention_count": 3, "retention_days": 3}, ["schedule.retention_count and schedule.retention_days exclude"]),
        ({"full_backup_interval": -2}, ["schedule.full_backup_interval:", "at least -1"]),
        ({"interval": 4, "hourly": HOURLY}, ["schedule.hourly and schedule.interval exclude"]),
        ({"retention_days": 4, "weekly": {}}, ["schedule.weekly and schedule.retention_days exclude"]),
        ({"fullbackup_interval": 1}, ["schedule:", "fullbackup_interval"]),
        ({"enabled": True, "hourly": {}}, ["schedule.hourly is mandatory"]),
        ({"enabled": True, "weekly": WEEKLY, "daily": {}}, ["schedule.weekly needs schedule.daily"]),
        ({"enabled": True, "yearly": YEARLY, "monthly": {}}, ["schedule.yearly needs schedule.monthly"]),
    ],
)
def test_wrong_wish_is_refused_naming_the_leaf(options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        schedule_parse.parse_schedule(options)
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    "options",
    [
        {"weekly": WEEKLY, "daily": {}},
        {"enabled": False, "weekly": WEEKLY, "daily": {}},
        {"enabled": True, "weekly": WEEKLY},
        {"enabled": True, "weekly": {}, "daily": {}},
        {"full_backup_interval": 0},
        {"full_backup_interval": -1},
    ],
)
def test_wish_that_may_fit_the_server_is_let_through(options: dict[str, Any]) -> None:
    assert schedule_parse.parse_schedule(options) == options


@pytest.mark.parametrize(
    "name",
    [
        "UTC",
        "utc",
        "Z",
        "Etc/UTC",
        "Europe/Berlin",
        "EST",
        "UTC+2",
        "UTC+02:00",
        "utc-0330",
        "GMT+1",
        "+05:30",
        " UTC ",
    ],
)
def test_zones_are_taken_by_name_and_by_offset(name: str) -> None:
    assert schedule_parse.parse_schedule({"timezone": name}) == {"timezone": name.strip()}


@pytest.fixture
def _no_zone_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in {"tzdata", *(name for name in sys.modules if name.startswith("tzdata."))}:
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.usefixtures("_no_zone_database")
def test_without_a_zone_database_names_are_taken_and_compared_as_text() -> None:
    wished = schedule_parse.parse_schedule({"timezone": "Europe/Berlin", "start_time": "15:00"})
    assert schedule_compare.differences(wished, {"timezone": "europe/berlin", "start_time": "15:00"}) == []
    assert schedule_compare.differences(wished, {"timezone": "Europe/Paris", "start_time": "15:00"}) == [
        "schedule.timezone"
    ]
    assert schedule_compare.differences(wished, {"timezone": "UTC", "start_time": "14:00"}) == [
        "schedule.timezone",
        "schedule.start_time",
    ]
    assert schedule_compare.differences(schedule_parse.parse_schedule({"timezone": "EST"}), {"timezone": "UTC-5"}) == []
    assert (
        schedule_compare.differences(schedule_parse.parse_schedule({"timezone": "Etc/UTC"}), {"timezone": "UTC"}) == []
    )


# ---------------------------------------------------------------------------------------------------------------------------
# The argument specification


def _through_ansible(options: dict[str, Any]) -> dict[str, Any]:
    """Return the option as it leaves Ansible's own validation, which must find no fault with it."""
    result = ArgumentSpecValidator({"schedule": {"type": "dict", "options": schedule_form.SPEC}}).validate(
        {"schedule": options}
    )
    assert result.error_messages == []
    validated: dict[str, Any] = result.validated_parameters["schedule"]
    return validated


@pytest.mark.parametrize("written", [WRITTEN_6X, WRITTEN_4X, {"weekly": {}}, {}], ids=["6x", "4x", "removed", "empty"])
def test_specification_lets_a_wish_through_as_it_is(written: dict[str, Any]) -> None:
    assert schedule_parse.parse_schedule(_through_ansible(written)) == schedule_parse.parse_schedule(written)


def test_time_without_quotes_is_explained_after_ansible_made_text_of_it() -> None:
    with pytest.raises(InputError, match='"14:15"'):
        schedule_parse.parse_schedule(_through_ansible({"start_time": 855}))


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"hourly": {"interval": 5}}, "schedule -> hourly"),
        ({"weekly": {"backup_day": ["someday"]}}, "schedule -> weekly"),
        ({"weekly": {"snapshot_type": "incremental"}}, "schedule -> weekly"),
        ({"yearly": {"backup_month": ["brumaire"]}}, "schedule -> yearly"),
        ({"monthly": {"month_backup_day": ["first"]}}, "schedule -> monthly"),
        ({"fortnightly": {}}, "schedule.fortnightly"),
    ],
)
def test_specification_refuses_what_is_not_typed_so(options: dict[str, Any], path: str) -> None:
    result = ArgumentSpecValidator({"schedule": {"type": "dict", "options": schedule_form.SPEC}}).validate(
        {"schedule": options}
    )
    assert any(path in message for message in result.error_messages), result.error_messages


# ---------------------------------------------------------------------------------------------------------------------------
# What the server shows


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


# ---------------------------------------------------------------------------------------------------------------------------
# Dialects of a wish


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        (WRITTEN_4X, INTERVAL),
        (WRITTEN_6X, TRACKS),
        ({"yearly": {}}, TRACKS),
        ({"manual_retention_days": 5}, TRACKS),
        ({"retention_days": 5}, INTERVAL),
        ({"enabled": True, "start_time": "15:00"}, None),
        ({}, None),
    ],
)
def test_dialect_of_a_wish(wished: dict[str, Any], expected: str | None) -> None:
    assert dialect_of_desired(wished) == expected


@pytest.mark.parametrize(
    ("wished", "dialect", "words"),
    [
        (
            {"weekly": WEEKLY, "manual_retention_days": 3},
            INTERVAL,
            ["line 4 or 5", "schedule.weekly, schedule.manual_retention_days", "Write schedule.interval"],
        ),
        ({"weekly": {}}, INTERVAL, ["schedule.weekly", "Write schedule.interval"]),
        (
            {"interval": 4, "retention_days": 3},
            TRACKS,
            ["line 6", "schedule.interval, schedule.retention_days", "Write schedule.hourly"],
        ),
    ],
)
def test_form_of_the_other_line_is_refused_with_what_to_write_instead(
    wished: dict[str, Any], dialect: str, words: list[str]
) -> None:
    for refuse in (refuse_other_dialect, schedule_wire.write):
        with pytest.raises(ServerLineError) as caught:
            refuse(wished, dialect)
        assert [word for word in [*words, "server_line"] if word not in str(caught.value)] == []


@pytest.mark.parametrize("dialect", [TRACKS, INTERVAL])
def test_common_keys_suit_both_lines(dialect: str) -> None:
    wished = {"enabled": True, "start_time": "22:00"}
    refuse_other_dialect(wished, dialect)
    assert schedule_wire.write(wished, dialect) == {"enabled": True, "start_time": "10:00 PM"}


# ---------------------------------------------------------------------------------------------------------------------------
# Manual snapshots: two spellings, one of them inside a track that is replaced as a whole


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


# ---------------------------------------------------------------------------------------------------------------------------
# Differences


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


# ---------------------------------------------------------------------------------------------------------------------------
# The schedule as a whole


def test_merging_replaces_given_keys_removes_empty_tracks_and_keeps_the_rest() -> None:
    shown = {"enabled": True, "hourly": HOURLY, "daily": DAILY, "weekly": WEEKLY}
    new = {**DAILY, "retention": 9}
    assert schedule_compare.merged({"daily": new, "weekly": {}}, shown) == {
        "enabled": True,
        "hourly": HOURLY,
        "daily": new,
    }


def test_merging_knows_that_there_is_one_retention() -> None:
    assert schedule_compare.merged({"retention_days": 3}, {"interval": 4, "retention_count": 9}) == {
        "interval": 4,
        "retention_days": 3,
    }
    assert schedule_compare.merged({"retention_count": 3}, {"interval": 4, "retention_days": 9}) == {
        "interval": 4,
        "retention_count": 3,
    }


def test_merging_leaves_its_input_alone() -> None:
    shown: dict[str, Any] = {"daily": {"backup_time": ["02:00"]}}
    schedule_compare.merged({}, shown)["daily"]["backup_time"].append("03:00")
    assert shown == {"daily": {"backup_time": ["02:00"]}}


@pytest.mark.parametrize(
    ("tracks", "needed"),
    [
        ({}, "schedule.hourly is mandatory"),
        ({"daily": DAILY}, "schedule.hourly is mandatory"),
        ({"hourly": HOURLY, "weekly": WEEKLY}, "schedule.weekly needs schedule.daily"),
        ({"hourly": HOURLY, "monthly": MONTHLY}, "schedule.monthly needs schedule.daily"),
        ({"hourly": HOURLY, "daily": DAILY, "yearly": YEARLY}, "schedule.yearly needs schedule.monthly"),
    ],
)
def test_tracks_need_each_other_while_enabled(tracks: dict[str, Any], needed: str) -> None:
    with pytest.raises(InputError, match=needed):
        schedule_parse.check_schedule({"enabled": True, **tracks}, TRACKS)
    schedule_parse.check_schedule({"enabled": False, **tracks}, TRACKS)
    schedule_parse.check_schedule({"enabled": True, **tracks}, TRACKS, policy_given=True)


def test_whole_ladder_of_tracks_is_accepted() -> None:
    schedule_parse.check_schedule(
        {"enabled": True, "hourly": HOURLY, "daily": DAILY, "weekly": WEEKLY, "monthly": MONTHLY, "yearly": YEARLY},
        TRACKS,
    )


def test_enabled_schedule_of_line_4_needs_an_interval() -> None:
    with pytest.raises(InputError, match=r"schedule\.interval is mandatory"):
        schedule_parse.check_schedule({"enabled": True, "retention_days": 4}, INTERVAL)
    schedule_parse.check_schedule({"enabled": True, "interval": 4}, INTERVAL)
    schedule_parse.check_schedule({"enabled": False}, INTERVAL)
    schedule_parse.check_schedule({"enabled": True}, INTERVAL, policy_given=True)


def test_enabled_schedule_that_ends_before_it_starts_is_refused_with_a_policy_too() -> None:
    ended = {"enabled": True, "interval": 4, "start_date": "2026-02-01", "end_date": "2026-01-01"}
    with pytest.raises(InputError, match=r"schedule\.end_date"):
        schedule_parse.check_schedule(ended, INTERVAL, policy_given=True)
    schedule_parse.check_schedule({**ended, "enabled": False}, INTERVAL)
    schedule_parse.check_schedule({**ended, "end_date": "15/27/2020"}, INTERVAL)


# ---------------------------------------------------------------------------------------------------------------------------
# Creation


@pytest.mark.parametrize(
    ("wished", "dialect", "policy", "expected"),
    [
        (None, TRACKS, False, {"enabled": False, "manual": {"retention": 30}}),
        ({}, TRACKS, False, {"enabled": False, "manual": {"retention": 30}}),
        (None, INTERVAL, False, {"enabled": False}),
        (None, TRACKS, True, {"enabled": True}),
        (None, INTERVAL, True, {"enabled": True}),
        ({"enabled": False}, TRACKS, True, {"enabled": False}),
        ({"hourly": HOURLY}, TRACKS, False, {"enabled": True, "hourly": HOURLY, "manual": {"retention": 30}}),
        ({"interval": 4}, INTERVAL, False, {"enabled": True, "interval": 4}),
        ({"start_time": "22:00"}, INTERVAL, False, {"enabled": True, "start_time": "22:00"}),
        ({"manual": {"retention": 5}}, TRACKS, False, {"enabled": False, "manual": {"retention": 5}}),
        (
            {"manual_retention_days": 5},
            TRACKS,
            False,
            {"enabled": False, "manual": {"retention": 30}, "manual_retention_days": 5},
        ),
        ({"weekly": {}}, TRACKS, False, {"enabled": False, "manual": {"retention": 30}}),
    ],
)
def test_nothing_that_matters_is_left_to_the_server_at_creation(
    wished: dict[str, Any] | None, dialect: str, policy: bool, expected: dict[str, Any]
) -> None:
    assert schedule_parse.create_defaults(wished, dialect, policy) == expected


def test_policy_overwrites_how_often_and_how_long() -> None:
    fields = POLICY_FIELDS
    assert fields == {
        TRACKS: {"hourly", "daily", "weekly", "monthly", "yearly"},
        INTERVAL: {"interval", "retention_count", "retention_days"},
    }
