# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer to a creation is lost: the workload is searched for and never created again."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from support.exchange import cloud, workloads
from support.exchange.recording import (
    LOST,
    OTHER_PROJECT,
    PROJECT,
    QUICK,
    REQUEST_ID,
    Exchange,
    fault,
)
from support.module import warnings_of
from unit.plugins.modules.workload.creation import before_create, body_of_create

UNUSABLE: dict[str, dict[str, Any]] = {
    **LOST,
    "cut off": {"reply": '{"workload": {"id": "c4e3'},
    "empty": {"reply": ""},
    "other shape": {"reply": {"workload": []}},
    "500": {"reply": fault("erred", "computeFault", 500), "status": 500},
}


@pytest.mark.parametrize("lost", UNUSABLE)
def test_a_create_whose_answer_is_lost_is_taken_over(exchange: Exchange, lost: str) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **UNUSABLE[lost])
    exchange.get(
        "/workloads",
        workloads.listing(
            workloads.shown(),
            workloads.created(status="creating"),
            workloads.shown(id=cloud.DB, name="web", project_id=OTHER_PROJECT),
        ),
    )
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    result = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (result["changed"], result["id"]) == (True, workloads.NEW_ID)
    assert any(f"({workloads.NEW_ID})" in text and "lost" in text for text in warnings_of(result))


def test_a_lost_create_may_show_late(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["no answer in time"])
    exchange.get("/workloads", workloads.listing())
    exchange.get("/workloads", "<html>proxy</html>")
    exchange.get("/workloads", workloads.listing(workloads.created()))
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == workloads.NEW_ID


def test_a_lost_create_is_not_mistaken_for_what_was_there_before(exchange: Exchange) -> None:
    old = workloads.shown(name="web", status="deleting")
    exchange.get("/workloads", workloads.listing(old))
    exchange.get(workloads.PATH, {"workload": old})
    exchange.get(workloads.PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get(
        workloads.PATH, fault("not found", "itemNotFound", 404), status=404
    )  # for the schedule, which the list does not show
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    exchange.post("/workloads", body_of_create(), **LOST["connection dropped"])
    exchange.get("/workloads", workloads.listing(old))  # a list that lags behind
    exchange.get("/workloads", workloads.listing(old, workloads.created()))
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == workloads.NEW_ID


def test_a_lost_create_that_made_nothing_fails_and_is_not_repeated(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["502 of a proxy"])
    for _look in range(5):
        exchange.get("/workloads", workloads.listing())
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error == {
        "code": "lost_answer",
        "status": 502,
        "request_id": REQUEST_ID,
        "method": "POST",
        "path": "/workloads",
    }
    assert str(failed) == (
        "The answer to creating the workload 'web' was lost, and none of that name is there now. "
        f"POST /workloads ({REQUEST_ID}) was refused with 502: 502 Bad Gateway. Whether the request took effect is not "
        "known; it was not repeated. Run the task again later: it creates the object only if no object has the name."
    )


def test_a_lost_create_after_which_nothing_can_be_read_says_so(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), requests.exceptions.ConnectionError("Connection aborted."))
    for _look in range(5 * 4):
        exchange.get("/workloads", "down", status=503)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "lost_answer"
    assert "and whether it is there now could not be read" in str(failed)


def test_a_lost_create_with_two_candidates_fails(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["connection dropped"])
    for _look in range(5):
        exchange.get("/workloads", workloads.listing(workloads.created(), workloads.created(id=workloads.ID)))
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "lost_answer"
    assert f"2 new ones of that name are there now: {workloads.NEW_ID}, {workloads.ID}" in str(failed)


def test_a_500_to_what_makes_a_job_says_what_it_may_be(exchange: Exchange) -> None:
    """The service looks healthy, and its database lacks columns (reference A.6, N8)."""
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), fault("erred", "computeFault", 500), status=500)
    for _look in range(5):
        exchange.get("/workloads", workloads.listing())
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "lost_answer"
    assert "the table of jobs in the database of the service lacks columns" in str(failed)


def test_a_500_for_want_of_a_licence_is_no_lost_answer(exchange: Exchange) -> None:
    """Nothing is looked for, and nothing is repeated (reference A.5, N4)."""
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), fault("License not found", "computeFault", 500), status=500)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("no_licence", 500)
    assert "Have an administrator upload one, then run the task again." in str(failed)


def test_waiting_for_a_new_workload_ends_at_an_answer_of_another_form(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workloads": workloads.created(status="creating")})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workloads": [workloads.created(status="creating")]})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"servers": []})
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "unexpected_answer"
    assert "without the key 'workload'; its keys are: servers" in str(failed)
