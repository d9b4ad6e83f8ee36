# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a restore ends: failures, timeouts, and restores that a task names by their id."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange, fault
from unit.plugins.modules.restore.request_bodies import ONECLICK, request


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_a_restore_that_does_not_end_well_fails_the_task(restoring: Exchange, status: str) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body)})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(restores.started(body), status, instances=[])})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "object_failed"}
    assert f"ended in the state '{status}': the server gives no reason. Remove the cause" in str(failed)
    assert failed.result["restore"]["status"] == status


@pytest.mark.parametrize("wait", [True, False])
def test_a_task_that_fails_after_the_start_says_what_it_started(restoring: Exchange, wait: bool) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body)})
    for _try in range(1 if wait else 4):
        restoring.get(
            restores.NEW_PATH,
            fault("You may not look.", "forbidden", 403) if wait else "<html>",
            status=403 if wait else 503,
        )
    failed = restoring.fail("restore", wait=wait, **ONECLICK)
    assert failed.error["status"] == (403 if wait else 503)
    assert (failed.result["changed"], failed.result["id"]) == (True, restores.NEW_ID)
    assert "The server continues. Run the task again: it starts from the current state." in str(failed)


@pytest.mark.parametrize(
    ("far", "words"),
    [
        pytest.param(
            {"progress_percent": 40, "progress_msg": "Uploading"}, "status 'restoring', 40 %, Uploading.", id="all"
        ),
        pytest.param(
            {"progress_percent": None, "progress_msg": None}, "status 'restoring'.", id="the server does not say"
        ),
    ],
)
def test_a_restore_that_takes_too_long_says_how_to_go_on(restoring: Exchange, far: dict[str, Any], words: str) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body)})
    restoring.get(restores.NEW_PATH, {"restore": restores.started(body, **far)})
    failed = restoring.fail("restore", **{**ONECLICK, "timeout": 0})
    assert failed.error == {"code": "wait_timeout"}
    assert f"the restore {restores.NEW_ID} to end after 0 seconds; last seen: {words}" in str(failed)
    assert "Run the task again" in str(failed)


def test_a_record_that_goes_while_it_is_waited_for_fails_the_task(restoring: Exchange) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body)})
    restoring.get(restores.NEW_PATH, workloads.GONE, status=404)
    assert restoring.fail("restore", **ONECLICK).error == {"code": "object_failed"}


def test_by_its_id_a_restore_is_waited_for_and_none_is_started(restoring: Exchange) -> None:
    runs = restores.started(request("oneclick", {"latest": True}))
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    result = restoring.run("restore", id=restores.NEW_ID, **QUICK)
    assert (result["changed"], result["restore"]["status"], result["request_key"], result["snapshot"]) == (
        False,
        "available",
        None,
        None,
    )


def test_by_its_id_a_restore_that_has_ended_is_as_it_is(restoring: Exchange) -> None:
    restoring.get(restores.PATH, {"restore": restores.SHOWN})
    assert not restoring.run("restore", id=restores.ID, **QUICK)["changed"]
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "status": "error"}})
    assert restoring.fail("restore", id=restores.ID, **QUICK).error == {"code": "object_failed"}


@pytest.mark.parametrize("state", ["present", "cancelled"])
def test_by_an_id_that_is_not_there(restoring: Exchange, state: str) -> None:
    restoring.get(restores.PATH, workloads.GONE, status=404)
    assert restoring.fail("restore", id=restores.ID, state=state, **QUICK).error["code"] == "unknown_name"


@pytest.mark.parametrize("state", ["present", "cancelled", "absent"])
def test_by_the_id_of_a_restore_of_another_project(restoring: Exchange, state: str) -> None:
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "status": "restoring", "project_id": OTHER_PROJECT}})
    failed = restoring.fail("restore", id=restores.ID, state=state, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"'OneClick Restore' ({restores.ID}, restoring," in str(failed)
    assert OTHER_PROJECT in str(failed)


def test_waiting_ends_at_an_answer_of_another_form(restoring: Exchange) -> None:
    """Either wrapper is read; what will never have the key is not read for hours."""
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restores": [restores.started(body)]})
    restoring.get(restores.NEW_PATH, {"restores": restores.started(body)})
    restoring.get(restores.NEW_PATH, {"servers": []})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error["code"] == "unexpected_answer"
    assert (failed.result["changed"], failed.result["id"]) == (True, restores.NEW_ID)
