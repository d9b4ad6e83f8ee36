# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How `workload` finds a workload: by name and id, in its project, in answers that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from support.exchange import cloud, workloads
from support.exchange.recording import (
    OTHER_PROJECT,
    PROJECT,
    QUICK,
    REQUEST_ID,
    Exchange,
    fault,
)


def test_two_workloads_of_one_name_fail(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(), workloads.shown(id=workloads.NEW_ID)))
    failed = exchange.fail("workload", name="workload_API", description="x", **QUICK)
    assert failed.error["code"] == "ambiguous_name"
    assert workloads.ID in str(failed)
    assert workloads.NEW_ID in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_workload_of_another_project_is_neither_found_nor_touched(exchange: Exchange, state: str) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(project_id=OTHER_PROJECT)))
    if state == "present":
        exchange.servers(PM=cloud.WEB)
        exchange.get("/backup_targets", workloads.TARGETS_OF_6)
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    result = exchange.run("workload", name="workload_API", state=state, instances=["PM"], check=True, **QUICK)
    assert [step["action"] for step in result["plan"]] == (["create"] if state == "present" else [])


@pytest.mark.parametrize("module", ["workload", "workload_action", "workload_info"])
def test_the_id_of_another_project_is_refused(exchange: Exchange, module: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(project_id=OTHER_PROJECT)})
    more = {"workload": {"description": "x"}, "workload_action": {"action": "reset"}}
    failed = exchange.fail(module, id=workloads.ID, **more.get(module, {}))
    assert failed.error["code"] == "unknown_name"
    assert f"belongs to the project {OTHER_PROJECT}, not to this one ({PROJECT})" in str(failed)


def test_an_id_that_is_not_there_is_not_created(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, fault("not found", "itemNotFound", 404), status=404)
    failed = exchange.fail("workload", id=workloads.ID, instances=["web-1"], **QUICK)
    assert failed.error["code"] == "unknown_name"
    assert "give 'name' instead of 'id'" in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("bad", workloads.BAD_LISTS)
def test_a_bad_list_is_never_an_empty_one(exchange: Exchange, state: str, check: bool, bad: str) -> None:
    answer, code, words = workloads.BAD_LISTS[bad]
    exchange.get("/workloads", **answer)
    failed = exchange.fail("workload", name="web", state=state, instances=["web-1"], check=check, **QUICK)
    assert failed.error == {
        "code": code,
        "status": answer.get("status", 200),
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": "/workloads",
    }
    assert words in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "reply", ["", "<html>", '{"workload": {"id"', {"workload": []}, {"workload": {}}, {"workloads": []}], ids=str
)
def test_a_bad_answer_about_one_id_is_no_workload_and_no_absent_one(exchange: Exchange, state: str, reply: Any) -> None:
    exchange.get(workloads.PATH, reply)
    failed = exchange.fail("workload", id=workloads.ID, state=state, **QUICK)
    assert failed.error == {
        "code": "unexpected_answer" if isinstance(reply, dict) else "bad_answer",
        "status": 200,
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": workloads.PATH,
    }


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_list_that_stays_broken_is_asked_for_four_times(exchange: Exchange, state: str) -> None:
    for _try in range(4):
        exchange.get(
            "/workloads", fault("The server has either erred or is incapable", "computeFault", 500), status=500
        )
    failed = exchange.fail("workload", name="web", state=state, instances=["web-1"], **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 500)
    assert "The server has either erred" in str(failed)


def test_reads_are_repeated_when_they_fail_in_passing(exchange: Exchange) -> None:
    exchange.get("/workloads", "slow down", status=429, headers={"Retry-After": "0"})
    exchange.get("/workloads", "<html>503</html>", status=503)
    exchange.get("/workloads", requests.exceptions.ConnectionError("reset by peer"))
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    exchange.get(workloads.PATH, "", status=504)
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert not exchange.run("workload", name="workload_API", description="", **QUICK)["changed"]


def test_401_and_403_name_the_role(exchange: Exchange) -> None:
    exchange.get(
        "/workloads", fault("Policy doesn't allow workload:get_all to be performed.", "forbidden", 403), status=403
    )
    failed = exchange.fail("workload", name="web", **QUICK)
    assert failed.error["code"] == "forbidden"
    assert "Policy doesn't allow workload:get_all to be performed. The user lacks a role" in str(failed)
    assert REQUEST_ID in str(failed)


def test_a_401_is_tried_with_one_new_token(exchange: Exchange) -> None:
    exchange.get("/workloads", "Authentication required", status=401)
    exchange.get("/workloads", "Authentication required", status=401)
    failed = exchange.fail("workload", name="web", keystone=3, **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("forbidden", 401)
    assert "Authentication required" in str(failed)


def test_a_misspelt_workload_is_answered_with_the_names_that_there_are(exchange: Exchange) -> None:
    """With a schedule only it could be a new workload, or one whose name is misspelt."""
    rows = [workloads.shown(id=f"{number:08}-618d-47d1-9f2f-48f342e1d9af", name=f"w{number}") for number in range(40)]
    exchange.get("/workloads", workloads.listing(*rows, workloads.shown(name="database")))
    failed = exchange.fail("workload", name="databse", schedule={"enabled": False}, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "There is no workload 'databse', and to create it the option 'instances' is needed." in str(failed)
    assert str(failed).endswith("w15, w16 and 31 more. Did you mean database?")
