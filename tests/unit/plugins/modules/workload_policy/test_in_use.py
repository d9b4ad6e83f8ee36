# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies that workloads use: what `workload_policy` changes, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import policies, workloads
from support.exchange.recording import OTHER_PROJECT, PROJECT, QUICK, Exchange, fault
from support.module import warnings_of

AT_TOP = workloads.shown(project_id=OTHER_PROJECT, policy_id=workloads.GOLD)
IN_USE: list[dict[str, Any]] = [
    {"description": "d"},
    {"new_name": "x"},
    {"schedule": {"interval": 1}},
    {"metadata": {"a": "b"}},
    {"state": "absent"},
]


@pytest.mark.parametrize("options", IN_USE, ids=str)
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("user", [policies.USER, AT_TOP], ids=["metadata", "top"])
def test_in_use_is_refused_before_the_write(
    exchange: Exchange, options: dict[str, Any], check: bool, user: dict[str, Any]
) -> None:
    policies.record_find(exchange, policies.shown())
    policies.record_workloads(exchange, user)
    failed = exchange.fail("workload_policy", name="Gold", **options, check=check, **QUICK)
    done = "deleted" if "state" in options else "changed"
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"The workload policy 'Gold' ({workloads.GOLD}) was not {done}, because workloads use it: "
        f"'{user['name']}' ({user['id']}, project {OTHER_PROJECT})." in str(failed)
    )
    assert "Make a policy of another name" in str(failed)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"reply": fault("no", "itemNotFound", 404), "status": 404}, id="no such page"),
        pytest.param({"reply": fault("Invalid uuid for id: detail"), "status": 400}, id="taken for an id"),
        pytest.param({"reply": {"workload": {"id": "detail"}}}, id="another shape"),
        pytest.param({"reply": {"workloads": [workloads.summary(policies.USER)]}}, id="not in detail"),
        pytest.param({"reply": {"workloads": []}}, id="of this project only"),
    ],
)
def test_what_a_list_in_detail_leaves_out_is_shown(exchange: Exchange, answer: dict[str, Any]) -> None:
    policies.record_find(exchange, policies.shown())
    exchange.get("/workloads", {"workloads": [workloads.summary(policies.USER)]}, **policies.ALL_WORKLOADS)
    exchange.get("/workloads/detail", **answer, **policies.ALL_WORKLOADS)
    exchange.get(f"/workloads/{policies.USER['id']}", {"workload": policies.USER})
    assert exchange.fail("workload_policy", name="Gold", state="absent", **QUICK).error == {"code": "wrong_state"}


def test_of_a_hidden_workload_the_server_decides(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown())
    exchange.get("/workloads", {"workloads": [workloads.summary(policies.USER)]}, **policies.ALL_WORKLOADS)
    exchange.get("/workloads/detail", {"workloads": []}, **policies.ALL_WORKLOADS)
    exchange.get(f"/workloads/{policies.USER['id']}", fault("no", "itemNotFound", 404), status=404)
    exchange.delete(
        policies.GOLD_PATH, fault(f"Can not delete policy: {workloads.GOLD}. It's assigned to workloads."), status=400
    )
    failed = exchange.fail("workload_policy", name="Gold", state="absent", **QUICK)
    assert "It's assigned to workloads" in str(failed)
    [warning] = warnings_of(failed.result)
    assert f"'{policies.USER['name']}' ({policies.USER['id']}, project {OTHER_PROJECT})" in warning


def test_who_may_not_see_all_workloads_is_told_so(exchange: Exchange) -> None:
    denied: dict[str, Any] = {
        "reply": fault("Policy doesn't allow workload:get_all_workloads to be performed.", "forbidden", 403),
        "status": 403,
    }
    policies.record_find(exchange, policies.shown())
    exchange.get("/workloads", **denied, **policies.ALL_WORKLOADS)
    exchange.get("/workloads", {"workloads": []})
    exchange.delete(policies.GOLD_PATH)
    exchange.get(policies.GOLD_PATH, fault("gone", "itemNotFound", 404), status=404)
    result = exchange.run("workload_policy", name="Gold", state="absent", **QUICK)
    assert result["changed"]
    assert "Only those of this project were looked at" in warnings_of(result)[0]


def test_a_user_of_a_policy_counts_in_whatever_project_it_is(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown())
    exchange.get("/workloads", fault("no", "forbidden", 403), status=403, **policies.ALL_WORKLOADS)
    exchange.get("/workloads", {"workloads": [workloads.summary(policies.USER)]})
    exchange.get(f"/workloads/{policies.USER['id']}", {"workload": policies.USER})
    failed = exchange.fail("workload_policy", name="Gold", state="absent", **QUICK)
    assert failed.error == {"code": "wrong_state"}


@pytest.mark.parametrize("check", [True, False])
def test_workloads_that_are_left_behind_are_named(exchange: Exchange, check: bool) -> None:
    now, then = policies.shown(projects=(PROJECT, OTHER_PROJECT)), policies.shown(projects=(PROJECT,))
    policies.record_find(exchange, now)
    policies.record_workloads(
        exchange, policies.USER, {**policies.USER, "id": workloads.NEW_ID, "name": "here", "project_id": PROJECT}
    )
    if not check:
        exchange.post(
            f"{policies.GOLD_PATH}/assign",
            {"policy": {"add_projects": [], "remove_projects": [OTHER_PROJECT]}},
            {"policy": then},
            status=200,
        )
        exchange.get(policies.GOLD_PATH, {"policy": then})
    result = exchange.run(
        "workload_policy", name="Gold", projects=[OTHER_PROJECT], projects_mode="remove", check=check, **QUICK
    )
    [warning] = warnings_of(result)
    assert f"'{policies.USER['name']}' ({policies.USER['id']}, project {OTHER_PROJECT})" in warning
    assert workloads.NEW_ID not in warning


def test_a_refused_removal_of_a_project_says_what_to_do(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown(projects=(PROJECT,)))
    policies.record_no_users(exchange)
    exchange.post(
        f"{policies.GOLD_PATH}/assign",
        {"policy": {"add_projects": [], "remove_projects": [PROJECT]}},
        fault("It's assigned to workloads."),
        status=400,
    )
    failed = exchange.fail("workload_policy", name="Gold", projects=[], projects_mode="exact", **QUICK)
    assert "bind them to another one first" in str(failed)


def test_many_users_are_not_all_named(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown())
    policies.record_workloads(
        exchange, *({**policies.USER, "name": f"w{number:02}", "id": str(number)} for number in range(23))
    )
    failed = exchange.fail("workload_policy", name="Gold", state="absent", **QUICK)
    assert "'w09'" in str(failed)
    assert "'w10'" not in str(failed)
    assert "and 13 more" in str(failed)
