# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedule after a change: merging, the rules among its tracks, and the values at creation."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plugins.module_utils._schedule.examples import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    POLICY_FIELDS,
    TRACKS,
)


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
