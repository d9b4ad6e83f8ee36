# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload_info) asks for and returns."""

from __future__ import annotations

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import OTHER_PROJECT, PROJECT, Exchange, sample


def test_list_of_all(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(
            workloads.shown(),
            workloads.created(),
            workloads.shown(id=cloud.DB, name="theirs", project_id=OTHER_PROJECT),
        ),
    )
    result = exchange.run("workload_info")
    assert [(each["name"], each["id"]) for each in result["workloads"]] == [
        ("web", workloads.NEW_ID),
        ("workload_API", workloads.ID),
    ]
    assert result["changed"] is False
    for unknown in ("instances", "schedule", "metadata", "server_metadata", "policy", "backup_target_type"):
        assert {each[unknown] for each in result["workloads"]} == {None}


def test_list_of_the_captured_list(exchange: Exchange) -> None:
    exchange.get("/workloads", sample("workloads_list"))
    assert exchange.run("workload_info")["workloads"] == []


def test_list_by_name_may_find_several_or_none(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(workloads.shown(), workloads.shown(id=workloads.NEW_ID), workloads.created(id=cloud.DB)),
    )
    assert [each["id"] for each in exchange.run("workload_info", name="workload_API")["workloads"]] == [
        workloads.ID,
        workloads.NEW_ID,
    ]
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    assert exchange.run("workload_info", name="nothing")["workloads"] == []


def test_info_by_id_shows_the_schedule_in_both_forms_and_the_target_type_by_name_and_id(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.SIX})
    exchange.get("/backup_target_types", workloads.TARGET_TYPES)
    (found,) = exchange.run("workload_info", id=workloads.ID)["workloads"]
    assert found["backup_target_type"] == {"id": workloads.NFS_1, "name": "nfs_1"}
    assert found["schedule"]["hourly"] == {"interval": 1, "retention": 2, "snapshot_type": "incremental"}
    assert found["jobschedule"] == workloads.SIX["jobschedule"]
    assert (found["description"], found["metadata"], found["status"]) == ("", {}, "locked")
    assert found["server_metadata"] == workloads.SIX["metadata"]


def test_info_in_line_4_asks_for_no_target_type(exchange_4: Exchange) -> None:
    exchange_4.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.FOUR})
    (found,) = exchange_4.run("workload_info", id=workloads.NEW_ID)["workloads"]
    assert found["backup_target_type"] is None
    assert found["policy"] == {"id": workloads.GOLD, "name": None}
    assert found["metadata"] == {"meta": "data"}
    assert (found["schedule"]["interval"], found["schedule"]["retention_count"]) == (5, 10)


def test_info_by_id_of_nothing(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload_info", id=workloads.ID)["workloads"] == []


def test_details_take_one_request_each(exchange: Exchange) -> None:
    several = [
        workloads.shown(id=f"{number:08d}-61d4-47d1-9f2f-48f342e1d9af", name=f"w{number:02d}") for number in range(12)
    ]
    exchange.get("/workloads", workloads.listing(*several))
    with exchange.any_order():
        for each in several[:-1]:
            exchange.get(f"/workloads/{each['id']}", {"workload": each})
        exchange.get(
            f"/workloads/{several[-1]['id']}", workloads.GONE, status=404
        )  # deleted between the list and the look
    exchange.get("/backup_target_types", workloads.TARGET_TYPES)
    result = exchange.run("workload_info", details=True)
    assert [each["name"] for each in result["workloads"]] == [each["name"] for each in several[:-1]]
    assert {each["instances"][0]["name"] for each in result["workloads"]} == {"PM"}


def test_list_of_all_projects(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(workloads.shown(), workloads.shown(id=workloads.NEW_ID, project_id=OTHER_PROJECT)),
        query={"all_workloads": "True"},
    )
    found = exchange.run("workload_info", all_projects=True)["workloads"]
    assert {each["project_id"] for each in found} == {PROJECT, OTHER_PROJECT}


def test_what_an_administrator_may_list_but_not_see_is_shown_as_listed(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(workloads.shown(id=workloads.NEW_ID, project_id=OTHER_PROJECT)),
        query={"all_workloads": "True"},
    )
    exchange.get(f"/workloads/{workloads.NEW_ID}", workloads.GONE, status=404)
    (found,) = exchange.run("workload_info", all_projects=True, details=True)["workloads"]
    assert (found["id"], found["schedule"]) == (workloads.NEW_ID, None)


def test_list_of_an_nfs_share(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown()), query={"nfs_share": "192.168.1.34:/mnt/tvault"})
    assert len(exchange.run("workload_info", nfs_share="192.168.1.34:/mnt/tvault")["workloads"]) == 1


@pytest.mark.parametrize("bad", workloads.BAD_LISTS)
def test_a_bad_list_is_no_empty_result(exchange: Exchange, bad: str) -> None:
    answer, code, words = workloads.BAD_LISTS[bad]
    exchange.get("/workloads", **answer)
    failed = exchange.fail("workload_info")
    assert failed.error["code"] == code
    assert words in str(failed)
