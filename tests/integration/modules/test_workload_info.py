# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read workloads: selection, fields, numbers of requests (reference B.1, Q15, Q17)."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Emulator, Stand, instance

LIST = "/workloads$"
ONE = "/workloads/[0-9a-f-]{36}$"
THIN = (
    "instances",
    "schedule",
    "jobschedule",
    "metadata",
    "server_metadata",
    "policy",
    "backup_target_type",
    "storage_usage",
)
INTERVAL = {"enabled": True, "timezone": "Europe/Berlin", "start_time": "22:00", "interval": 8, "retention_count": 14}
TRACKS = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_time": "22:00",
    "hourly": {"interval": 8, "retention": 4, "snapshot_type": "incremental"},
}
SCHEDULES: dict[str, dict[str, Any]] = {"4.2": INTERVAL, "5.2": INTERVAL, "6.1": TRACKS, "6.2": TRACKS}


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return the back door of the emulator."""
    return stand.emulator


def read(operator: Operator, **options: Any) -> list[dict[str, Any]]:
    """Return the workloads that the module returns, which never changes anything."""
    result = operator.run("workload_info", **options)
    assert result["changed"] is False
    found: list[dict[str, Any]] = result["workloads"]
    return found


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_nothing_there(operator: Operator, check: bool) -> None:
    ways: list[dict[str, Any]] = [
        {},
        {"name": "web"},
        {"id": "4ddf0e47-618d-47d1-9f2f-48f342e1d9af"},
        {"details": True},
    ]
    for options in ways:
        assert operator.run("workload_info", **options, check=check)["workloads"] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_all_that_there_is(stand: Stand, profile: str) -> None:
    emulator = stand.emulator
    emulator.reset(profile)
    person = Operator(stand, profile[0])
    declared: dict[str, Any] = {"description": "The shop", "schedule": SCHEDULES[profile], "metadata": {"owner": "a"}}
    made = person.workload(name="web", instances=["web-2", "web-1"], **declared)
    mark = emulator.mark()
    [seen] = read(person, name="web", details=True)
    assert emulator.writes(mark) == []
    assert (seen["id"], seen["name"], seen["description"], seen["status"]) == (
        made["id"],
        "web",
        "The shop",
        "available",
    )
    assert seen["instances"] == [instance("web-1"), instance("web-2")]
    assert SCHEDULES[profile].items() <= seen["schedule"].items()
    assert seen["jobschedule"]["start_time"] == "10:00 PM", "the raw one stands beside it"
    assert "nextrun" in seen["jobschedule"]
    assert seen["metadata"] == {"owner": "a"}
    assert seen["server_metadata"]["hostnames"] == "[]"
    assert seen["workload_type"]["id"] == "f82ce76f-17fe-438b-aa37-7a023058e50d"
    assert seen["policy"] is None
    [target] = [row for row in emulator.rows("backup_target_types") if row["name"] == "nfs_1"]
    assert seen["backup_target_type"] == (None if profile == "4.2" else {"id": target["id"], "name": "nfs_1"})
    [by_id] = read(person, id=made["id"])
    seen["jobschedule"].pop("nextrun")
    by_id["jobschedule"].pop("nextrun")
    assert by_id == seen


def test_list_is_thin(operator: Operator, emulator: Emulator) -> None:
    """A field that is not in the list is null and not empty (reference Q15)."""
    operator.workload(name="web", instances=["web-1"], metadata={"owner": "a"})
    mark = emulator.mark()
    [seen] = read(operator)
    assert {key: seen[key] for key in THIN} == dict.fromkeys(THIN)
    assert seen["status"] == "available"
    assert [each["kind"] for each in emulator.since(mark)] == ["workloads"]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_sorted_by_name(operator: Operator, emulator: Emulator, order: str) -> None:
    emulator.switch(list_order=order)
    for name in ("b", "a", "c", "a"):
        emulator.put("workloads", name=name, project_id=operator.stand.project())
    rows = read(operator)
    assert [row["name"] for row in rows] == ["a", "a", "b", "c"]
    assert rows[0]["id"] < rows[1]["id"]
    assert [row["name"] for row in read(operator, name="a", details=True)] == ["a", "a"], (
        "several of one name are no error here"
    )


def test_details_are_fetched_once_each(operator: Operator, emulator: Emulator) -> None:
    rows = [emulator.put("workloads", name=f"w{number}", project_id=operator.stand.project()) for number in range(20)]
    mark = emulator.mark()
    seen = read(operator, details=True)
    assert [each["id"] for each in seen] == [row["id"] for row in sorted(rows, key=lambda row: str(row["name"]))]
    assert all(each["schedule"] == {"enabled": False} for each in seen)
    asked = [each["path"].rpartition("/")[2] for each in emulator.since(mark)]
    assert sorted(asked) == sorted(["workloads", "backup_target_types", *(row["id"] for row in rows)])


def test_details_only_of_what_was_asked_for(operator: Operator, emulator: Emulator) -> None:
    for number in range(3):
        emulator.put("workloads", name=f"w{number}", project_id=operator.stand.project())
    mark = emulator.mark()
    assert len(read(operator, name="w1", details=True)) == 1
    assert [each["kind"] for each in emulator.since(mark)] == ["workloads", "workloads", "backup_target_types"]


def test_by_id_is_one_request_with_all_details(operator: Operator, emulator: Emulator) -> None:
    made = operator.workload(name="web", instances=["web-1"])
    mark = emulator.mark()
    [seen] = read(operator, id=made["id"])
    assert seen["instances"] == [instance("web-1")]
    assert seen["backup_target_type"]["name"] == "nfs_1"
    assert [each["kind"] for each in emulator.since(mark)] == ["workloads", "backup_target_types"]


def test_by_share(operator: Operator, emulator: Emulator) -> None:
    for name, share in (("here", "192.168.1.34:/mnt/tvault/42436"), ("there", "192.0.2.7:/x")):
        emulator.put(
            "workloads", name=name, project_id=operator.stand.project(), metadata={"backup_media_target": share}
        )
    assert [row["name"] for row in read(operator, nfs_share="192.0.2.7:/x")] == ["there"]
    assert [row["name"] for row in read(operator, nfs_share="192.0.2.7:/x", name="here")] == []


@pytest.mark.parametrize("details", [False, True])
def test_other_projects_are_for_administrators_who_ask(stand: Stand, details: bool) -> None:
    emulator = stand.emulator
    ours = emulator.put("workloads", name="ours", project_id=stand.project())
    theirs = emulator.put("workloads", name="theirs", project_id=stand.project("admin"))
    member = Operator(stand)
    assert [row["id"] for row in read(member, details=details)] == [ours["id"]]
    failed = member.fails("workload_info", all_projects=True, details=details)
    assert failed.error["code"] == "forbidden"
    assert failed.error["status"] == 403
    admin = Operator(stand)
    admin.options["auth"] = stand.auth("admin")
    assert [row["id"] for row in read(admin, details=details)] == [theirs["id"]]


def test_all_projects(stand: Stand) -> None:
    emulator = stand.emulator
    admin = Operator(stand)
    admin.options["auth"] = stand.auth("admin")
    rows = [
        emulator.put("workloads", name=name, project_id=stand.project(project))
        for name, project in (("a", "demo"), ("b", "admin"))
    ]
    mark = emulator.mark()
    seen = read(admin, all_projects=True)
    assert [(row["id"], row["project_id"]) for row in seen] == [(row["id"], row["project_id"]) for row in rows]
    assert [each["query"] for each in emulator.since(mark)] == ["all_workloads=True"]


def test_list_with_rows_of_others_that_nobody_asked_for(operator: Operator, emulator: Emulator) -> None:
    foreign = emulator.put("workloads", name="theirs", project_id=operator.stand.project("admin"))
    emulator.fault("shape", "GET", LIST, body={"workloads": [foreign]})
    assert read(operator) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "empty"},
        {"kind": "truncate"},
        {"kind": "status", "code": 404},
        {"kind": "status", "code": 501},
    ],
)
def test_bad_list_is_no_empty_one(operator: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.fault(method="GET", path=LIST, times=0, **fault)
    assert operator.fails("workload_info").error["path"] == "/workloads"
    assert operator.fails("workload_info", name="web").error["path"] == "/workloads"


@pytest.mark.parametrize(
    "fault", [{"kind": "html"}, {"kind": "empty"}, {"kind": "truncate"}, {"kind": "status", "code": 501}]
)
def test_bad_detail_is_no_missing_one(operator: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    rows = [emulator.put("workloads", name=f"w{number}", project_id=operator.stand.project()) for number in range(3)]
    emulator.fault(method="GET", path=f"/workloads/{rows[1]['id']}$", times=0, **fault)
    assert operator.fails("workload_info", details=True).error["path"] == f"/workloads/{rows[1]['id']}"


def test_workload_that_goes_meanwhile_is_left_out(operator: Operator, emulator: Emulator) -> None:
    for number in range(2):
        emulator.put("workloads", name=f"w{number}", project_id=operator.stand.project())
    emulator.fault("status", "GET", ONE, code=404)
    assert len(read(operator, details=True)) == 1


def test_switch_of_the_detailed_list_does_not_matter(operator: Operator, emulator: Emulator) -> None:
    emulator.switch(workloads_detail="off")
    operator.workload(name="web", instances=["web-1"])
    assert read(operator, details=True)[0]["instances"] == [instance("web-1")]
