# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The twelve steps of a workload, in each profile: create, modify, delete, each as check, real, check, real."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Stand, instance

TRACKS = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_date": "2026-12-01",
    "start_time": "22:00",
    "hourly": {"interval": 4, "retention": 6},
    "daily": {"backup_time": ["22:00", "10:30"], "retention": 14},
    "weekly": {"backup_day": ["sun", "wed"], "retention": 8},
    "monthly": {"month_backup_day": [1, 15], "retention": 12},
    "yearly": {"backup_month": ["dec"], "retention": 3},
    "manual": {"retention": 10},
    "manual_retention_days": 20,
}
INTERVAL = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_date": "2026-12-01",
    "start_time": "22:00",
    "interval": 8,
    "retention_count": 14,
    "full_backup_interval": 7,
}
SCHEDULES: dict[str, dict[str, Any]] = {"4.2": INTERVAL, "5.2": INTERVAL, "6.1": TRACKS, "6.2": TRACKS}


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest, stand: Stand) -> str:
    """Make the emulator act as one release after the other."""
    stand.emulator.reset(request.param)
    return str(request.param)


@pytest.fixture
def person(stand: Stand, profile: str) -> Operator:
    """Return a user who says which line the server is of."""
    return Operator(stand, profile[0])


def steps(person: Operator, options: dict[str, Any], writes: list[str]) -> list[dict[str, Any]]:
    """Run check, real, check again, real again. Assert what each reports and what the emulator saw.

    Return the four results.
    """
    emulator = person.stand.emulator
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = emulator.mark()
        result = person.workload(check=check, **options)
        seen = emulator.writes(mark)
        assert result["changed"] is changed, (check, result["plan"])
        assert bool(result["plan"]) is changed
        assert (result["diff"]["before"] != result["diff"]["after"]) is changed
        assert seen == (writes if changed and not check else []), (check, seen)
        results.append(result)
    assert results[0]["plan"] == results[1]["plan"]
    assert results[0]["diff"] == results[1]["diff"]
    return results


def test_twelve_steps(person: Operator, profile: str) -> None:
    declared = {
        "name": "web",
        "description": "The shop",
        "instances": ["web-1", "web-2"],
        "schedule": SCHEDULES[profile],
    }
    created = steps(person, declared, ["POST /workloads"])
    assert created[0]["workload"]["id"] is None
    assert created[1]["workload"]["status"] == "available"
    assert created[1]["workload"]["instances"] == [instance("web-1"), instance("web-2")]
    workload_id = created[1]["id"]

    changed = {
        **declared,
        "description": "The new shop",
        "instances": ["web-2", "db-1"],
        "schedule": {**SCHEDULES[profile], "enabled": False},
    }
    modified = steps(person, changed, [f"PUT /workloads/{workload_id}"])
    assert modified[0]["plan"][0]["fields"] == ["description", "instances", "schedule.enabled"]
    assert modified[1]["workload"]["description"] == "The new shop"
    assert modified[1]["workload"]["schedule"]["enabled"] is False

    deleted = steps(person, {"name": "web", "state": "absent"}, [f"DELETE /workloads/{workload_id}"])
    assert [result["workload"] for result in deleted] == [None] * 4
    assert person.stand.emulator.rows("workloads") == []


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": False},
        {"timezone": "UTC"},
        {"start_date": "2027-01-01"},
        {"end_date": "2028-12-31"},
        {"start_time": "03:15"},
        {"hourly": {"interval": 8, "retention": 7, "snapshot_type": "full"}},
        {"daily": {"backup_time": ["01:00"], "retention": 30}},
        {"weekly": {"backup_day": ["mon"], "retention": 4}},
        {"weekly": {}},
        {"monthly": {"month_backup_day": [31], "retention": 24}},
        {"yearly": {"backup_month": ["jan", "jul"], "retention": 10}},
        {"monthly": {}, "yearly": {}},
        {"manual": {"retention": 99}},
        {"manual_retention_days": 33},
    ],
    ids=str,
)
@pytest.mark.parametrize("days_key", ["retentionmanual", "manual"])
@pytest.mark.parametrize("release", ["6.1", "6.2"])
def test_each_option_of_the_tracks(stand: Stand, release: str, days_key: str, change: dict[str, Any]) -> None:
    stand.emulator.reset(release, manual_days_key=days_key)
    person = Operator(stand, "6")
    made = person.workload(name="web", instances=["web-1"], schedule=TRACKS)
    steps(person, {"name": "web", "schedule": change}, [f"PUT /workloads/{made['id']}"])
    kept = {key: value for key, value in TRACKS.items() if key not in change}
    assert not person.workload(name="web", schedule=kept)["changed"], "what was not named must stay"


@pytest.mark.parametrize(
    "change",
    [
        {"enabled": False},
        {"timezone": "UTC"},
        {"start_date": "2027-01-01"},
        {"end_date": "2028-12-31"},
        {"start_time": "03:15"},
        {"interval": 24},
        {"retention_count": 99},
        {"retention_days": 30},
        {"full_backup_interval": -1},
        {"full_backup_interval": 0},
    ],
    ids=str,
)
@pytest.mark.parametrize("release", ["4.2", "5.2"])
def test_each_option_of_the_interval_form(stand: Stand, release: str, change: dict[str, Any]) -> None:
    stand.emulator.reset(release)
    person = Operator(stand, release[0])
    made = person.workload(name="web", instances=["web-1"], schedule=INTERVAL)
    steps(person, {"name": "web", "schedule": change}, [f"PUT /workloads/{made['id']}"])


@pytest.mark.parametrize(
    "change",
    [
        {"new_name": "shop"},
        {"description": "other"},
        {"description": ""},
        {"instances": ["web-1", "db-1"]},
        {"instances": ["db-1"]},
        {"metadata": {"owner": "shop team"}},
        {"metadata": {"cost": "42", "owner": "b"}},
    ],
    ids=str,
)
def test_each_other_option(person: Operator, change: dict[str, Any]) -> None:
    made = person.workload(name="web", description="one", instances=["web-1"], metadata={"owner": "a"})
    steps(person, {"name": "web", **change}, [f"PUT /workloads/{made['id']}"])


def test_policy(person: Operator) -> None:
    stand = person.stand
    made = person.workload(name="web", instances=["web-1"])
    for name in ("gold", "silver"):
        stand.emulator.put("policies", name=name, projects=[stand.project()])
        steps(person, {"name": "web", "policy": name}, [f"PUT /workloads/{made['id']}"])


def test_key_of_the_metadata_goes_where_the_server_lets_it(operator: Operator) -> None:
    emulator = operator.stand.emulator
    emulator.switch(put_metadata_mode="replace")
    made = operator.workload(name="web", instances=["web-1"], metadata={"owner": "a", "cost": "1"})
    steps(operator, {"name": "web", "metadata": {"owner": None}}, [f"PUT /workloads/{made['id']}"])
    assert operator.workload(name="web")["workload"]["metadata"] == {"cost": "1"}
