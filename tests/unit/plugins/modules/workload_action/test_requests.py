# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload_action) sends, and when it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import snapshots, workloads
from support.exchange.recording import LOST, ONE_LOOK, OTHER_PROJECT, QUICK, Exchange

NO_RESTORES: dict[str, Any] = {"restores": []}
RUNNING_RESTORE = {
    "restores": [{"id": workloads.NEW_ID, "name": "back", "status": "restoring", "snapshot_id": snapshots.FIRST}]
}


def locked_and_idle(exchange: Exchange) -> None:
    """Record a locked workload of which nothing runs."""
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.get("/snapshots", {"snapshots": [snapshots.row_of_six()]}, query=snapshots.OF_SIX)
    exchange.get("/restores/detail", NO_RESTORES)


def test_unlock(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(status="locked")))
    locked_and_idle(exchange)
    exchange.post(f"{workloads.PATH}/unlock", None)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    result = exchange.run("workload_action", name="workload_API", action="unlock", **QUICK)
    assert result["plan"] == [
        {"action": "unlock", "kind": "workload", "name": "workload_API", "id": workloads.ID, "fields": ["status"]}
    ]
    assert result["diff"] == {"before": {"status": "locked"}, "after": {"status": "available"}}
    assert (result["workload"]["status"], result["id"]) == ("available", workloads.ID)


def test_unlock_does_nothing_on_an_unlocked_workload(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert not exchange.run("workload_action", id=workloads.ID, action="unlock", **QUICK)["changed"]


def test_unlock_in_check_mode(exchange: Exchange) -> None:
    locked_and_idle(exchange)
    assert exchange.run("workload_action", id=workloads.ID, action="unlock", check=True, **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("rows", "running", "words"),
    [
        (
            [snapshots.row_of_six(status="executing")],
            NO_RESTORES,
            f"snapshot 'snapshot' ({snapshots.FIRST}, executing,",
        ),
        ([snapshots.row_of_six(status="some new word")], NO_RESTORES, "some new word"),
        ([snapshots.row_of_six()], RUNNING_RESTORE, f"restore 'back' ({workloads.NEW_ID}, restoring)"),
    ],
)
def test_unlock_refuses_while_something_runs(
    exchange: Exchange, rows: list[dict[str, Any]], running: dict[str, Any], words: str, check: bool
) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.get("/snapshots", {"snapshots": rows}, query=snapshots.OF_SIX)
    exchange.get("/restores/detail", running)
    failed = exchange.fail("workload_action", id=workloads.ID, action="unlock", check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert words in str(failed)
    assert "force: true" in str(failed)


def test_a_mounted_snapshot_is_nothing_that_runs(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.get("/snapshots", {"snapshots": [snapshots.row_of_six(status="mounted")]}, query=snapshots.OF_SIX)
    exchange.get("/restores/detail", NO_RESTORES)
    assert exchange.run("workload_action", id=workloads.ID, action="unlock", check=True, **QUICK)["changed"]


def test_what_runs_of_another_workload_does_not_count(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.get(
        "/snapshots",
        {"snapshots": [snapshots.row_of_six(snapshots.SECOND, workload_id=workloads.NEW_ID, status="executing")]},
        query=snapshots.OF_SIX,
    )
    exchange.get(
        "/restores/detail", {"restores": [{**RUNNING_RESTORE["restores"][0], "snapshot_id": snapshots.SECOND}]}
    )
    exchange.post(f"{workloads.PATH}/unlock", None)
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert exchange.run("workload_action", id=workloads.ID, action="unlock", **QUICK)["changed"]


def test_unlock_by_force_asks_nothing(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    exchange.post(f"{workloads.PATH}/unlock", None)
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert exchange.run("workload_action", id=workloads.ID, action="unlock", force=True, **QUICK)["changed"]


@pytest.mark.parametrize("lost", LOST)
def test_an_unlock_whose_answer_is_lost_is_looked_for(exchange: Exchange, lost: str) -> None:
    locked_and_idle(exchange)
    exchange.post(f"{workloads.PATH}/unlock", None, **LOST[lost])
    for _look in range(2):
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert exchange.run("workload_action", id=workloads.ID, action="unlock", **QUICK)["changed"]


def test_an_unlock_that_was_lost_fails_and_is_not_repeated(exchange: Exchange) -> None:
    locked_and_idle(exchange)
    exchange.post(f"{workloads.PATH}/unlock", None, **LOST["connection dropped"])
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    assert exchange.fail("workload_action", id=workloads.ID, action="unlock", **QUICK).error["code"] == "lost_answer"


def test_an_unlock_that_has_no_effect_times_out(exchange: Exchange) -> None:
    locked_and_idle(exchange)
    exchange.post(f"{workloads.PATH}/unlock", None)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
    failed = exchange.fail("workload_action", id=workloads.ID, action="unlock", **ONE_LOOK)
    assert failed.error == {"code": "wait_timeout"}
    assert "last seen: status 'locked'" in str(failed)


def test_reset_resets_each_time(exchange: Exchange) -> None:
    for _time in range(2):
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
        exchange.post(f"{workloads.PATH}/reset", None)
        exchange.get(workloads.PATH, {"workload": workloads.shown(status="resetting")})
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
        result = exchange.run("workload_action", id=workloads.ID, action="reset", **QUICK)
        assert (result["changed"], result["workload"]["status"]) == (True, "available")


def test_reset_without_waiting_looks_once(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.post(f"{workloads.PATH}/reset", None)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="resetting")})
    assert (
        exchange.run("workload_action", id=workloads.ID, action="reset", wait=False)["workload"]["status"]
        == "resetting"
    )


def test_reset_in_check_mode(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert exchange.run("workload_action", id=workloads.ID, action="reset", check=True)["changed"]


@pytest.mark.parametrize("status", ["locked", "error", "creating"])
def test_reset_needs_an_available_workload(exchange: Exchange, status: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status=status)})
    failed = exchange.fail("workload_action", id=workloads.ID, action="reset", **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"its state is '{status}'" in str(failed)


def test_an_action_on_an_unknown_workload(exchange: Exchange) -> None:
    exchange.get(
        "/workloads",
        workloads.listing(
            workloads.shown(), workloads.shown(id=workloads.NEW_ID, name="shop", project_id=OTHER_PROJECT)
        ),
    )
    failed = exchange.fail("workload_action", name="shop", action="reset")
    assert failed.error == {"code": "unknown_name"}
    assert "there are: workload_API." in str(failed)


def test_an_action_on_an_ambiguous_name(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(), workloads.shown(id=workloads.NEW_ID)))
    failed = exchange.fail("workload_action", name="workload_API", action="reset")
    assert failed.error == {"code": "ambiguous_name"}
    assert f"{workloads.ID}, {workloads.NEW_ID}" in str(failed)
