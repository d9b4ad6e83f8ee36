# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From backup policies to workloads: no workload is lost, and the value nearest to a workload wins."""

from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.filter import workloads_of_policies as plugin
from ansible_collections.openprotect.backup.plugins.filter.workloads_of_policies import workloads_of_policies
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import dialects as schedule_dialects
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import fields as schedule_form
from ansible_collections.openprotect.backup.plugins.plugin_utils._backup_policies import INHERITED

TRACKS = {name for name, option in schedule_form.SPEC.items() if option["type"] == "dict"}
TRACK = st.dictionaries(st.sampled_from(["retention", "snapshot_type", "interval"]), st.integers(1, 9) | st.none())
SCHEDULES = st.dictionaries(st.sampled_from(sorted(TRACKS)), TRACK | st.none()) | st.dictionaries(
    st.sampled_from(["enabled", "start_time", "interval", "retention_count"]), st.integers(1, 9) | st.none()
)
SHARED: dict[str, st.SearchStrategy[Any]] = {
    "schedule": st.none() | SCHEDULES,
    "metadata": st.none() | st.dictionaries(st.sampled_from("abc"), st.none() | st.sampled_from("xyz")),
    **{
        key: st.none() | st.sampled_from(["one", "two"])
        for key in ("backup_target_type", "policy", "workload_type", "encryption")
    },
}
NAMES = st.text("abc", min_size=1)
WORKLOADS = st.fixed_dictionaries(
    {"name": NAMES}, optional={**SHARED, "instances": st.lists(NAMES), "description": st.none() | NAMES}
)
POLICIES = st.fixed_dictionaries(
    {"name": NAMES}, optional={**SHARED, "description": NAMES, "workloads": st.none() | st.lists(WORKLOADS)}
)


def one(given_policy: dict[str, Any], /, **workload: Any) -> dict[str, Any]:
    """Return the only workload of a policy, without its name."""
    (merged,) = workloads_of_policies([{"name": "gold", **given_policy, "workloads": [{"name": "web", **workload}]}])
    assert merged.pop("name") == "web"
    return merged


@given(st.lists(POLICIES))
def test_no_workload_is_lost_and_none_is_changed_behind_its_back(policies: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(policies)
    pairs = [(policy, workload) for policy in policies for workload in policy.get("workloads") or []]
    merged = workloads_of_policies(policies)
    assert policies == before
    assert len(merged) == len(pairs)
    for entry, (policy, workload) in zip(merged, pairs, strict=True):
        own = {key for key, value in workload.items() if value is not None}
        inherited = {key for key in INHERITED if policy.get(key) is not None}
        assert set(entry) == own | inherited
        for key in set(entry) - {"schedule", "metadata"}:
            assert entry[key] == (workload if key in own else policy)[key]
        for key in ("schedule", "metadata"):
            if key in entry:
                assert set(entry[key]) >= {
                    name for name, value in (workload.get(key) or {}).items() if value is not None
                }


@given(SCHEDULES, SCHEDULES, st.integers(10, 20))
def test_a_retention_never_overrides_another_one(
    policy: dict[str, Any], workload: dict[str, Any], retention: int
) -> None:
    bare = one({"schedule": policy}, schedule=workload)["schedule"]
    if not plugin.has_place_for_retention(bare):
        with pytest.raises(AnsibleFilterError, match="has a 'retention', but its 'schedule' has neither"):
            one({"schedule": policy, "retention": retention}, schedule=workload)
        return
    filled = one({"schedule": policy, "retention": retention}, schedule=workload)["schedule"]
    for key, value in bare.items():
        if isinstance(value, dict):
            assert filled[key].items() >= {name: item for name, item in value.items() if item is not None}.items()
            assert (filled[key].get("retention") == retention) == (
                bool(value) and key != "manual" and value.get("retention") is None
            )
        else:
            assert filled[key] == value


def test_what_is_a_dictionary_in_a_schedule_is_a_track() -> None:
    every = {name: {"retention": 1} if option["type"] == "dict" else 1 for name, option in schedule_form.SPEC.items()}
    assert set(plugin.tracks(every)) == schedule_dialects.POLICY_FIELDS[schedule_dialects.TRACKS]


def test_what_describes_the_policy_stays_with_it() -> None:
    assert one({"description": "The best", "backup_target_type": "nfs"}, instances=["web-1"]) == {
        "backup_target_type": "nfs",
        "instances": ["web-1"],
    }


def test_the_workload_wins() -> None:
    assert one({"backup_target_type": "nfs", "encryption": True}, backup_target_type="s3", encryption=False) == {
        "backup_target_type": "s3",
        "encryption": False,
    }


def test_null_is_not_given() -> None:
    assert one(
        {"policy": None, "schedule": {"weekly": None, "enabled": True}}, policy=None, schedule={"enabled": None}
    ) == {"schedule": {"enabled": True}}


def test_null_in_metadata_takes_a_key_away() -> None:
    assert one({"metadata": {"tier": "1", "cost": None}}, metadata={"tier": None, "team": "shop"})["metadata"] == {
        "tier": None,
        "cost": None,
        "team": "shop",
    }


def test_tracks_are_merged_and_lists_replaced() -> None:
    policy = {"hourly": {"interval": 4, "retention": 6}, "daily": {"backup_time": ["01:00", "13:00"], "retention": 7}}
    workload = {
        "hourly": {"interval": 1},
        "daily": {"backup_time": ["05:00"]},
        "weekly": {"backup_day": ["sun"], "retention": 4},
    }
    assert one({"schedule": policy}, schedule=workload)["schedule"] == {
        "hourly": {"interval": 1, "retention": 6},
        "daily": {"backup_time": ["05:00"], "retention": 7},
        "weekly": {"backup_day": ["sun"], "retention": 4},
    }


def test_an_empty_track_removes_that_of_the_policy() -> None:
    policy = {"schedule": {"hourly": {"interval": 4}, "weekly": {"backup_day": ["sun"]}}, "retention": 3}
    assert one(policy, schedule={"weekly": {}})["schedule"] == {"hourly": {"interval": 4, "retention": 3}, "weekly": {}}


@pytest.mark.parametrize(
    ("ours", "theirs"), [("retention_days", "retention_count"), ("retention_count", "retention_days")]
)
def test_one_way_of_retention_takes_the_place_of_the_other(ours: str, theirs: str) -> None:
    assert one({"schedule": {"interval": 24, theirs: 14}}, schedule={ours: 30})["schedule"] == {
        "interval": 24,
        ours: 30,
    }


@pytest.mark.parametrize(
    ("bare", "filled"),
    [
        ({"interval": 24}, {"interval": 24, "retention_count": 5}),
        ({"interval": 24, "retention_days": 30}, {"interval": 24, "retention_days": 30}),
        (
            {"hourly": {"interval": 24}, "manual": {"x": 1}},
            {"hourly": {"interval": 24, "retention": 5}, "manual": {"x": 1}},
        ),
        ({"daily": {"retention": 14}}, {"daily": {"retention": 14}}),
    ],
)
def test_a_retention_lands_where_none_is(bare: dict[str, Any], filled: dict[str, Any]) -> None:
    assert one({"schedule": bare, "retention": 5})["schedule"] == filled
    assert one({"schedule": bare, "retention": 9}, retention=5)["schedule"] == filled


@pytest.mark.parametrize("given_schedule", [None, {}, {"enabled": False}, {"manual": {"retention": 9}}, {"weekly": {}}])
def test_a_retention_of_nothing_is_refused(given_schedule: Any) -> None:
    with pytest.raises(
        AnsibleFilterError,
        match=r"workload 'web' of the policy 'gold' has a 'retention', but .* remove the 'retention'\.$",
    ):
        one({"retention": 5}, schedule=given_schedule)


@pytest.mark.parametrize(
    ("policies", "what"),
    [
        ("gold", "It is a text."),
        ([1], "It is a list with a number in it."),
        ({"name": "gold"}, "It is a dictionary."),
        (None, "It is nothing."),
        (
            [{"name": "gold", "workloads": ["web"]}],
            "policy 'gold' must be a list of dictionaries. They are a list with a text in it.",
        ),
    ],
)
def test_what_is_no_list_of_dictionaries_is_refused(policies: Any, what: str) -> None:
    with pytest.raises(AnsibleFilterError, match=what):
        workloads_of_policies(policies)


def test_dates_become_text() -> None:
    """Up to ansible-core 2.18 a date makes one text of all that the filter returns."""
    days = {"start_date": datetime.date(2026, 12, 24), "end_date": datetime.datetime(2027, 1, 2, 3, 4)}
    assert one({"schedule": days})["schedule"] == {"start_date": "2026-12-24", "end_date": "2027-01-02T03:04:00"}


def test_the_example_comes_to_what_the_documentation_says() -> None:
    (task,) = yaml.safe_load(plugin.EXAMPLES)
    web, database = workloads_of_policies(task["vars"]["protect_policies"])
    assert web["schedule"] == {
        "hourly": {"interval": 4, "retention": 14},
        "daily": {"backup_time": ["22:00"], "retention": 14},
    }
    assert database["schedule"]["daily"] == {"backup_time": ["22:00"], "retention": 60}
