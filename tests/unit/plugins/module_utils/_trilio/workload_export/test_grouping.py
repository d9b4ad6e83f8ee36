# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup policies made of workloads: no value is lost or changed, and equal values are in one place."""

from __future__ import annotations

import random
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.plugins.module_utils._schedule.test_schedule_properties import in_dialects, show, store

from ansible_collections.openprotect.backup.plugins.module_utils._schedule import compare as schedule_compare
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import parse as schedule_parse
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    POLICY_FIELDS,
    TRACKS,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_export.declaration import (
    declared_schedule,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_export.grouping import (
    COMMON,
    group_by_policy,
)

HOURLY = {"interval": 24, "retention": 7, "snapshot_type": "incremental"}
DAILY = {"backup_time": ["22:00"], "retention": 14, "snapshot_type": "incremental"}
SIX = {
    "enabled": True,
    "timezone": "UTC",
    "start_time": "22:00",
    "hourly": HOURLY,
    "daily": DAILY,
    "manual": {"retention": 30},
}
FOUR = {"enabled": True, "timezone": "UTC", "start_time": "22:00", "interval": 24, "retention_count": 14}


def merged(policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the workloads with the values of their policies, as the role does."""
    found = []
    for policy in policies:
        for workload in policy["workloads"]:
            made = {**{key: policy[key] for key in COMMON if key in policy}, **workload}
            if "schedule" in policy or "schedule" in workload:
                made["schedule"] = {**policy.get("schedule", {}), **workload.get("schedule", {})}
            found.append(made)
    return found


# ---- policies ------------------------------------------------------------------------------------

SCHEDULES = st.fixed_dictionaries(
    {"enabled": st.booleans()},
    optional={
        "start_date": st.sampled_from(["2040-01-01", "2041-01-01"]),
        "interval": st.sampled_from([4, 24]),
        "hourly": st.sampled_from([HOURLY, DAILY]),
    },
)
WORKLOADS = st.lists(
    st.fixed_dictionaries(
        {"name": st.text(max_size=3), "instances": st.lists(st.sampled_from(["a", "b"]), max_size=2)},
        optional={
            "schedule": SCHEDULES,
            "backup_target_type": st.sampled_from(["nfs", "s3"]),
            "policy": st.sampled_from(["gold", "nfs"]),
            "workload_type": st.sampled_from(["Serial", "Parallel"]),
            "metadata": st.just({"team": "shop"}),
            "description": st.text(max_size=2),
        },
    ),
    max_size=8,
)


def sortable(workload: dict[str, Any]) -> str:
    return repr(sorted(workload.items()))


@given(WORKLOADS)
def test_policies_laid_under_their_workloads_give_the_workloads(workloads: list[dict[str, Any]]) -> None:
    assert sorted(merged(group_by_policy(workloads)), key=sortable) == sorted(workloads, key=sortable)


@given(WORKLOADS)
def test_what_is_the_same_stands_once_and_names_are_unique_and_do_not_depend_on_the_order(
    workloads: list[dict[str, Any]],
) -> None:
    policies = group_by_policy(workloads)
    commons = [{key: value for key, value in policy.items() if key in COMMON} for policy in policies]
    assert all(commons.count(each) == 1 for each in commons)
    names = [policy["name"] for policy in policies]
    assert names == sorted(set(names))
    shuffled = random.Random(1).sample(workloads, len(workloads))
    assert [policy["name"] for policy in group_by_policy(shuffled)] == names


@pytest.mark.parametrize(
    ("common", "name"),
    [
        ({"schedule": SIX, "backup_target_type": "nfs_1"}, "every-24h-keep-7-daily-keep-14-nfs_1"),
        ({"schedule": {**SIX, "enabled": False}}, "every-24h-keep-7-daily-keep-14-off"),
        ({"schedule": FOUR}, "every-24h-keep-14"),
        ({"schedule": {"interval": 4, "retention_days": 30, "enabled": True}}, "every-4h-keep-30d"),
        ({"policy": "gold", "schedule": {"enabled": True}}, "gold"),
        ({"schedule": {"enabled": False, "manual": {"retention": 30}}}, "off"),
        ({"workload_type": "Serial"}, "unscheduled"),
        ({"schedule": {"enabled": True}}, "scheduled"),
    ],
)
def test_name_of_a_policy_says_what_it_does(common: dict[str, Any], name: str) -> None:
    assert [policy["name"] for policy in group_by_policy([{"name": "web", **common}])] == [name]


def test_policies_that_sound_alike_are_told_apart() -> None:
    one, other = {"name": "a", "schedule": FOUR}, {"name": "b", "schedule": {**FOUR, "start_time": "23:00"}}
    names = [policy["name"] for policy in group_by_policy([one, other])]
    assert len(set(names)) == 2
    assert all(name.startswith("every-24h-keep-14-") for name in names)


def test_day_of_the_first_snapshot_is_of_one_workload() -> None:
    days = [{"name": day, "schedule": {**FOUR, "start_date": day}} for day in ("2040-01-01", "2041-01-01")]
    (policy,) = group_by_policy([*days, {"name": "any", "schedule": FOUR}])
    assert policy["schedule"] == FOUR
    assert [each.get("schedule") for each in policy["workloads"]] == [
        {"start_date": "2040-01-01"},
        {"start_date": "2041-01-01"},
        None,
    ]


# ---- schedules -----------------------------------------------------------------------------------

TODAY = "2026-11-20"
NO_HOURLY = {key: value for key, value in SIX.items() if key != "hourly"}


@given(in_dialects(removing=False), st.booleans(), st.integers())
def test_what_a_server_shows_can_be_declared_and_is_no_difference(
    written: tuple[str, dict[str, Any]], bound: bool, seed: int
) -> None:
    form, options = written
    wanted = schedule_parse.parse_schedule(options)
    shown = schedule_wire.read(show(store({}, schedule_wire.write(wanted, form)), Random(seed)))
    kept, lost = declared_schedule(shown, form, bound, TODAY)
    assert schedule_compare.differences(schedule_parse.parse_schedule(kept), shown) == []
    decided = {key for key in shown if bound and any(key in fields for fields in POLICY_FIELDS.values())}
    over = {key for key in ("start_date",) if shown.get(key, "9") <= TODAY}
    if lost:  # the server shows something that it would not take: an enabled schedule without what must be in it
        assert (kept, shown["enabled"]) == ({}, True)
    else:
        assert set(kept) == set(shown) - decided - over


@pytest.mark.parametrize(
    ("shown", "form", "bound", "kept", "lost"),
    [
        pytest.param(SIX, TRACKS, False, SIX, [], id="tracks"),
        pytest.param(FOUR, INTERVAL, False, FOUR, [], id="interval"),
        pytest.param(
            SIX,
            TRACKS,
            True,
            {key: SIX[key] for key in ("enabled", "timezone", "start_time", "manual")},
            [],
            id="tracks of a policy",
        ),
        pytest.param(
            FOUR,
            INTERVAL,
            True,
            {key: FOUR[key] for key in ("enabled", "timezone", "start_time")},
            [],
            id="interval of a policy",
        ),
        pytest.param({**SIX, "interval": 24}, TRACKS, False, SIX, [], id="a key of the other form"),
        pytest.param({**FOUR, "start_date": "2026-11-20"}, INTERVAL, False, FOUR, [], id="begun"),
        pytest.param(
            {**FOUR, "start_date": "2026-11-21"},
            INTERVAL,
            False,
            {**FOUR, "start_date": "2026-11-21"},
            [],
            id="to begin",
        ),
        pytest.param({**FOUR, "end_date": "15/27/2020"}, INTERVAL, False, FOUR, ["end_date"], id="no date"),
        pytest.param({**SIX, "weekly": {"backup_day": ["sun"]}}, TRACKS, False, SIX, ["weekly"], id="half a track"),
        pytest.param(
            {**SIX, "hourly": {"interval": 24, "retention": 7}}, TRACKS, False, NO_HOURLY, ["hourly"], id="type"
        ),
        pytest.param({**SIX, "hourly": "every hour"}, TRACKS, False, NO_HOURLY, ["hourly"], id="text"),
        pytest.param({"enabled": False, "timezone": "UTC"}, None, False, {}, [], id="nothing that runs"),
        pytest.param(
            {"enabled": True, "timezone": "UTC"},
            None,
            True,
            {"enabled": True, "timezone": "UTC"},
            [],
            id="a policy that is not shown",
        ),
        pytest.param(
            {"enabled": True, "daily": DAILY},
            TRACKS,
            False,
            {},
            ["enabled", "daily"],
            id="what the server itself would refuse",
        ),
        pytest.param({}, None, False, {}, [], id="none"),
    ],
)
def test_schedules_that_are_shown(
    shown: dict[str, Any], form: str | None, bound: bool, kept: dict[str, Any], lost: list[str]
) -> None:
    assert declared_schedule(shown, form, bound, TODAY) == (kept, lost)
