# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as users write them: each rule and each message, and the argument spec."""

from __future__ import annotations

import sys
import zoneinfo
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from unit.plugins.module_utils._schedule.examples import DAILY, HOURLY, MONTHLY, WEEKLY, WRITTEN_4X, WRITTEN_6X, YEARLY

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.timezones import same_zone


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
        "Etc/GMT-2",
        "+05:30",
        " UTC ",
    ],
)
def test_zones_are_taken_by_name_and_by_offset(name: str) -> None:
    assert schedule_parse.parse_schedule({"timezone": name}) == {"timezone": name.strip()}


@pytest.mark.parametrize(("name", "instead"), [("GMT+2", '"UTC+2"'), ("gmt-03:30", '"Etc/GMT+03:30"')])
def test_a_zone_that_programs_read_differently_is_refused(name: str, instead: str) -> None:
    with pytest.raises(InputError) as caught:
        schedule_parse.parse_schedule({"timezone": name})
    assert "is ambiguous" in str(caught.value)
    assert instead in str(caught.value)


@pytest.fixture
def _no_zone_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in {"tzdata", *(name for name in sys.modules if name.startswith("tzdata."))}:
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    same_zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()
    same_zone.cache_clear()


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
