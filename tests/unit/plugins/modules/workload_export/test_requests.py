# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload_export) asks for, and what it makes of captured workloads."""

from __future__ import annotations

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import OTHER_PROJECT, Exchange
from support.module import warnings_of

SERVERS_OF_SIX = {each["name"]: each["id"] for each in workloads.SIX["instances"]}
SERVERS_OF_FOUR = {each["name"]: each["id"] for each in workloads.FOUR["instances"]}


def test_captured_workload_of_line_6(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(
            workloads.shown(workload_type_id=workloads.SERIAL),
            workloads.shown(id=cloud.DB, name="theirs", project_id=OTHER_PROJECT),
        ),
    )
    exchange.get("/workloads/detail", {"workloads": [workloads.shown(workload_type_id=workloads.SERIAL)]})
    exchange.get("/workload_types", workloads.TYPES)
    exchange.get("/backup_target_types", workloads.TARGET_TYPES)
    exchange.servers(**SERVERS_OF_SIX)
    result = exchange.run("workload_export")
    (policy,) = result["protect_policies"]
    assert (policy["backup_target_type"], policy["workload_type"]) == ("nfs_1", "Serial")
    assert policy["schedule"]["hourly"] == {"interval": 1, "retention": 2, "snapshot_type": "incremental"}
    assert "start_date" not in policy["schedule"]
    assert policy["workloads"] == [{"name": "workload_API", "instances": sorted(SERVERS_OF_SIX)}]
    assert warnings_of(result) == []


def test_captured_workload_of_line_4_is_bound_to_a_policy(exchange_4: Exchange) -> None:
    """Its end date is no date, as the server shows it."""
    document = workloads.shown(workloads.FOUR, workload_type_id=workloads.SERIAL)
    exchange_4.get("/workloads", workloads.listing(document))
    exchange_4.get("/workloads/detail", workloads.GONE, status=404)
    exchange_4.get(f"/workloads/{workloads.FOUR['id']}", {"workload": document})
    exchange_4.get("/workload_types", workloads.TYPES)
    exchange_4.get("/workload_policy/", workloads.POLICIES)
    exchange_4.servers(**SERVERS_OF_FOUR)
    result = exchange_4.run("workload_export")
    (policy,) = result["protect_policies"]
    assert policy["policy"] == next(
        each["name"]
        for each in workloads.POLICIES["policy_list"]
        if each["id"] == workloads.FOUR["metadata"]["policy_id"]
    )
    assert policy["schedule"] == {
        "enabled": False,
        "timezone": "UTC+2",
        "start_time": "15:00",
        "full_backup_interval": -1,
    }
    assert policy["workloads"] == [
        {
            "name": workloads.FOUR["name"],
            "description": workloads.FOUR["description"],
            "instances": sorted(SERVERS_OF_FOUR),
            "metadata": {"meta": "data"},
        }
    ]
    (text,) = warnings_of(result)
    assert text.endswith("and was left out: schedule.end_date.")


def test_workload_that_goes_in_the_meantime_is_not_exported(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    exchange.get("/workloads/detail", workloads.GONE, status=404)
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload_export")["protect_policies"] == []


def test_only_those_that_are_meant_are_shown(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(), workloads.shown(id=cloud.DB, name="db")))
    exchange.get("/workloads/detail", workloads.GONE, status=404)
    exchange.get(workloads.PATH, {"workload": workloads.shown(workload_type_id=None, metadata={}, instances=[])})
    assert [
        each["name"]
        for each in exchange.run("workload_export", names=["workload_*"])["protect_policies"][0]["workloads"]
    ] == ["workload_API"]


@pytest.mark.parametrize("patterns", [["wbe-*"], ["*", "nothing"]])
def test_a_pattern_that_matches_nothing_exports_nothing(exchange: Exchange, patterns: list[str]) -> None:
    """An empty export would replace a good declaration."""
    exchange.get("/workloads", workloads.listing(workloads.shown(name="web-1")))
    exchange.get("/workloads/detail", {"workloads": []})
    failed = exchange.fail("workload_export", names=patterns)
    assert failed.error["code"] == "unknown_name"
    assert patterns[-1] in str(failed)
    assert "web-1" in str(failed)
    assert "protect_policies" not in failed.result


def test_policy_and_type_that_cannot_be_named_are_left_out(exchange: Exchange) -> None:
    document = workloads.shown(
        metadata={"policy_id": workloads.GOLD},
        workload_type_id=cloud.DB,
        instances=[{"id": cloud.WEB, "name": "its old name"}],
    )
    exchange.get("/workloads", workloads.listing(document))
    exchange.get("/workloads/detail", {"workloads": [document]})
    exchange.get("/workload_types", workloads.TYPES)
    exchange.get("/workload_policy/", {"policy_list": []})
    exchange.servers(web=cloud.WEB)
    result = exchange.run("workload_export")
    (policy,) = result["protect_policies"]
    assert {"policy", "workload_type"}.isdisjoint(policy)
    assert policy["workloads"][0]["instances"] == ["web"], "as Nova calls it now"
    assert not any(key in policy.get("schedule", {}) for key in ("hourly", "daily")), (
        "the policy decides on them all the same"
    )
    assert any(f"policy '{workloads.GOLD}', which this project cannot name" in text for text in warnings_of(result))


@pytest.mark.parametrize("answer", workloads.BAD_LISTS)
def test_list_that_is_none_is_no_empty_project(exchange: Exchange, answer: str) -> None:
    reply, code, message = workloads.BAD_LISTS[answer]
    exchange.get("/workloads", **reply)
    failed = exchange.fail("workload_export")
    assert failed.error["code"] == code
    assert message in str(failed)
    assert workloads.ID not in str(failed.result)
