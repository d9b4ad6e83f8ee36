# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unlock and reset, and their guards (reference B.1, C.1, Q41, P5)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Emulator, Stand

ACTION = "/workloads/[0-9a-f-]{36}/(unlock|reset)$"


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return the back door of the emulator."""
    return stand.emulator


@pytest.fixture
def workload(operator: Operator) -> str:
    """Make the workload web, and return its id."""
    return str(operator.workload(name="web", instances=["web-1"])["id"])


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("by", ["name", "id"])
def test_unlock(stand: Stand, profile: str, by: str) -> None:
    emulator = stand.emulator
    emulator.reset(profile)
    person = Operator(stand, profile[0])
    made = person.workload(name="web", instances=["web-1"])
    emulator.patch("workloads", made["id"], status="locked")
    identity = {by: made["workload"][by]}
    writes = [f"POST /workloads/{made['id']}/unlock"]
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = emulator.mark()
        result = person.run("workload_action", action="unlock", **identity, check=check)
        assert result["changed"] is changed
        assert emulator.writes(mark) == (writes if changed and not check else [])
        assert result["workload"]["status"] == ("locked" if changed and check else "available")
        assert [step["action"] for step in result["plan"]] == (["unlock"] if changed else [])
        assert (result["diff"]["before"], result["diff"]["after"]) == (
            ({"status": "locked"}, {"status": "available"}) if changed else ({}, {})
        )


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("status", ["executing", "uploading", "restoring", "a new word"])
def test_unlock_is_refused_while_a_snapshot_runs(
    operator: Operator, emulator: Emulator, workload: str, status: str, check: bool
) -> None:
    """To unlock takes effect also while a snapshot runs, and may spoil it (reference Q41)."""
    emulator.patch("workloads", workload, status="locked")
    emulator.put("snapshots", workload_id=workload, name="old", status="available")
    running = emulator.put("snapshots", workload_id=workload, name="now", status=status)
    mark = emulator.mark()
    failed = operator.fails("workload_action", name="web", action="unlock", check=check)
    assert failed.error == {"code": "wrong_state"}
    assert f"'now' ({running['id']}, {status}" in str(failed)
    assert "'old'" not in str(failed)
    assert "'force: true'" in str(failed)
    assert emulator.writes(mark) == []
    assert operator.run("workload_action", name="web", action="unlock", force=True, check=check)["changed"]
    assert emulator.writes(mark) == ([] if check else [f"POST /workloads/{workload}/unlock"])


def test_unlock_is_refused_while_a_restore_runs(operator: Operator, emulator: Emulator, workload: str) -> None:
    emulator.patch("workloads", workload, status="locked")
    snapshot = emulator.put("snapshots", workload_id=workload)
    emulator.put("restores", snapshot_id=snapshot["id"], name="done", status="error")
    running = emulator.put("restores", snapshot_id=snapshot["id"], name="now", status="restoring")
    mark = emulator.mark()
    failed = operator.fails("workload_action", id=workload, action="unlock")
    assert f"restore 'now' ({running['id']}, restoring)" in str(failed)
    assert "'done'" not in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("status", ["available", "error", "cancelled", "mounted"])
def test_snapshots_that_have_ended_do_not_hinder(
    operator: Operator, emulator: Emulator, workload: str, status: str
) -> None:
    emulator.patch("workloads", workload, status="locked")
    emulator.put("snapshots", workload_id=workload, status=status)
    emulator.put("snapshots", workload_id=str(uuid.uuid4()), project_id=operator.stand.project(), status="executing")
    assert operator.run("workload_action", name="web", action="unlock")["changed"]


@pytest.mark.parametrize("path", ["/snapshots$", "/restores/detail$"])
@pytest.mark.parametrize(
    "fault", [{"kind": "html"}, {"kind": "empty"}, {"kind": "truncate"}, {"kind": "status", "code": 404}], ids=str
)
def test_what_runs_must_be_known(
    operator: Operator, emulator: Emulator, workload: str, path: str, fault: dict[str, Any]
) -> None:
    emulator.patch("workloads", workload, status="locked")
    emulator.put("snapshots", workload_id=workload)
    emulator.fault(method="GET", path=path, times=0, **fault)
    mark = emulator.mark()
    failed = operator.fails("workload_action", name="web", action="unlock")
    assert failed.error["path"] == path.strip("$")
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("word", ["resetting", "locked"])
def test_reset(operator: Operator, emulator: Emulator, workload: str, word: str) -> None:
    emulator.switch(workload_status_during_reset=word)
    emulator.patch("workloads", workload, next_is_full=False)
    mark = emulator.mark()
    assert operator.run("workload_action", name="web", action="reset", check=True)["changed"]
    assert emulator.writes(mark) == []
    result = operator.run("workload_action", name="web", action="reset")
    assert result["changed"]
    assert result["plan"] == [{"action": "reset", "kind": "workload", "name": "web", "id": workload, "fields": []}]
    assert result["workload"]["status"] == "available"
    assert emulator.writes(mark) == [f"POST /workloads/{workload}/reset"]
    assert emulator.rows("workloads")[0]["next_is_full"]
    assert operator.run("workload_action", name="web", action="reset")["changed"], "it is done each time"


@pytest.mark.parametrize("status", ["locked", "error", "creating"])
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_reset_needs_an_available_workload(
    operator: Operator, emulator: Emulator, workload: str, status: str, check: bool
) -> None:
    emulator.patch("workloads", workload, status=status)
    mark = emulator.mark()
    failed = operator.fails("workload_action", name="web", action="reset", check=check)
    assert failed.error == {"code": "wrong_state"}
    assert f"its state is '{status}' and not 'available'" in str(failed)
    assert emulator.writes(mark) == []


def test_not_to_wait(operator: Operator, emulator: Emulator, workload: str) -> None:
    emulator.freeze()
    result = operator.run("workload_action", id=workload, action="reset", wait=False)
    assert result["workload"]["status"] == "resetting"
    assert operator.fails("workload_action", id=workload, action="reset").error == {"code": "wrong_state"}


def test_stuck_reset_times_out(operator: Operator, emulator: Emulator, workload: str) -> None:
    emulator.freeze()
    failed = operator.fails("workload_action", id=workload, action="reset", timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert "status 'resetting'" in str(failed)


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 502}], ids=str)
def test_lost_answer_to_an_unlock_is_looked_after(
    operator: Operator, emulator: Emulator, workload: str, fault: dict[str, Any]
) -> None:
    emulator.patch("workloads", workload, status="locked")
    emulator.fault(method="POST", path=ACTION, **fault)
    mark = emulator.mark()
    assert operator.run("workload_action", name="web", action="unlock")["changed"]
    assert emulator.writes(mark) == [f"POST /workloads/{workload}/unlock"]


@pytest.mark.parametrize(("action", "status"), [("unlock", "locked"), ("reset", "available")])
@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "code": 503}], ids=str)
def test_action_that_did_not_happen_is_not_repeated(
    operator: Operator, emulator: Emulator, workload: str, action: str, status: str, fault: dict[str, Any]
) -> None:
    emulator.patch("workloads", workload, status=status)
    emulator.fault(method="POST", path=ACTION, **fault)
    mark = emulator.mark()
    failed = operator.fails("workload_action", name="web", action=action)
    assert failed.error["code"] == "lost_answer"
    assert emulator.writes(mark) == [f"POST /workloads/{workload}/{action}"]


@pytest.mark.parametrize("action", ["unlock", "reset"])
def test_workload_must_be_there(operator: Operator, emulator: Emulator, action: str) -> None:
    foreign = emulator.put("workloads", name="web", project_id=operator.stand.project("admin"), status="locked")
    mark = emulator.mark()
    nothing: list[dict[str, Any]] = [
        {"name": "web"},
        {"id": foreign["id"]},
        {"id": "4ddf0e47-618d-47d1-9f2f-48f342e1d9af"},
    ]
    for identity in nothing:
        assert operator.fails("workload_action", **identity, action=action).error == {"code": "unknown_name"}
    twins = [
        emulator.put("workloads", name="twin", project_id=operator.stand.project(), status="locked")
        for _index in range(2)
    ]
    failed = operator.fails("workload_action", name="twin", action=action)
    assert failed.error == {"code": "ambiguous_name"}
    assert all(twin["id"] in str(failed) for twin in twins)
    assert emulator.writes(mark) == []
