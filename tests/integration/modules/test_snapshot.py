# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots: taken once, joined while they run, found by name and age, cancelled, deleted; lost answers."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Stand

TAKE = "/workloads/[^/]+$"


@pytest.fixture
def web(operator: Operator) -> Operator:
    """Return a user whose project has the workload web, without a snapshot."""
    operator.workload(name="web", instances=["web-1"])
    return operator


def take(person: Operator, **options: Any) -> dict[str, Any]:
    """Have a snapshot of the workload web."""
    return person.run("snapshot", workload="web", **options)


def rows(person: Operator) -> list[dict[str, Any]]:
    """Return the snapshots that the emulator keeps."""
    return person.stand.emulator.rows("snapshots")


# ---- once -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", PROFILES)
def test_a_name_is_taken_once(stand: Stand, release: str) -> None:
    stand.emulator.reset(release)
    person = Operator(stand, release[0])
    workload = person.workload(name="web", instances=["web-1"])["id"]
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = stand.emulator.mark()
        result = take(person, name="nightly", description="By hand", check=check)
        assert (result["changed"], bool(result["plan"])) == (changed, changed)
        assert stand.emulator.writes(mark) == ([f"POST /workloads/{workload}"] if changed and not check else [])
    assert result["snapshot"]["status"] == "available"
    assert result["snapshot"]["description"] == "By hand"
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = stand.emulator.mark()
        gone = take(person, name="nightly", state="absent", check=check)
        assert (gone["changed"], gone["snapshot"] is None) == (changed, not (changed and check))
        assert stand.emulator.writes(mark) == ([f"DELETE /snapshots/{result['id']}"] if changed and not check else [])
    assert rows(person) == []


def test_without_name_and_age_each_run_takes_one(web: Operator) -> None:
    assert [take(web)["changed"] for _number in range(3)] == [True] * 3
    assert len(rows(web)) == 3


def test_age(web: Operator) -> None:
    first = take(web, max_age="1h")
    assert first["changed"]
    assert take(web, max_age="1h")["id"] == first["id"]
    web.stand.emulator.patch("snapshots", first["id"], created_at="2020-01-01T00:00:00.000000")
    second = take(web, max_age="1h")
    assert second["changed"]
    assert second["snapshot"]["snapshot_type"] == "incremental"
    third = take(web, max_age="1h", full=True)
    assert (third["changed"], third["snapshot"]["snapshot_type"]) == (True, "full"), (
        "an incremental one does not satisfy"
    )
    assert not take(web, max_age="1h", full=True)["changed"]


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_a_failed_one_does_not_count(web: Operator, status: str) -> None:
    first = take(web, name="nightly")
    web.stand.emulator.patch("snapshots", first["id"], status=status)
    assert take(web, name="nightly")["changed"]
    assert take(web, max_age="1d")["id"] != first["id"]


def test_a_running_one_is_joined(web: Operator) -> None:
    emulator = web.stand.emulator
    emulator.freeze()
    begun = take(web, name="nightly", wait=False)
    assert begun["snapshot"]["status"] == "creating"
    mark = emulator.mark()
    for options in ({"name": "nightly"}, {"max_age": "1h"}, {}, {"max_age": "1h", "full": True}):
        joined = take(web, wait=False, **options)
        assert (joined["changed"], joined["id"]) == (False, begun["id"])
    failed = web.fails("snapshot", workload="web", name="another")
    assert failed.error["code"] == "wrong_state"
    assert "nightly" in str(failed)
    assert emulator.writes(mark) == []
    failed = web.fails("snapshot", workload="web", timeout=0)
    assert failed.error["code"] == "wait_timeout"
    assert "Run the task again" in str(failed)
    emulator.freeze(False)
    ended = take(web, name="nightly")
    assert (ended["changed"], ended["id"], ended["snapshot"]["status"]) == (False, begun["id"], "available")


def test_by_id_it_is_waited_for_and_none_is_taken(web: Operator) -> None:
    emulator = web.stand.emulator
    emulator.freeze()
    begun = take(web, wait=False)
    emulator.freeze(False)
    mark = emulator.mark()
    assert web.run("snapshot", id=begun["id"])["snapshot"]["status"] == "available"
    assert web.fails("snapshot", id="11111111-2222-4333-8444-555555555555").error["code"] == "unknown_name"
    assert emulator.writes(mark) == []


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 502}, {"kind": "truncate"}], ids=str
)
@pytest.mark.parametrize("options", [{"name": "nightly"}, {}], ids=str)
def test_a_lost_answer_leaves_one_snapshot(web: Operator, fault: dict[str, Any], options: dict[str, Any]) -> None:
    take(web, name="older")
    web.stand.emulator.fault(method="POST", path=TAKE, **fault)
    result = take(web, **options)
    assert (result["changed"], result["snapshot"]["status"]) == (True, "available")
    assert [row["id"] for row in rows(web) if row["name"] != "older"] == [result["id"]]


def test_a_request_that_never_arrived_is_not_repeated(web: Operator) -> None:
    web.stand.emulator.fault("drop_before", "POST", TAKE)
    mark = web.stand.emulator.mark()
    assert web.fails("snapshot", workload="web").error["code"] == "lost_answer"
    assert len(web.stand.emulator.writes(mark)) == 1
    assert rows(web) == []


def test_a_snapshot_that_fails_says_why(web: Operator) -> None:
    emulator = web.stand.emulator
    [workload] = emulator.rows("workloads")
    emulator.patch(
        "workloads",
        workload["id"],
        instances=[{"id": "11111111-2222-4333-8444-555555555555", "name": "gone", "metadata": {}}],
    )
    failed = web.fails("snapshot", workload="web", name="nightly")
    assert failed.error["code"] == "object_failed"
    assert "Unable to find Virtual Machine '11111111-2222-4333-8444-555555555555' in nova inventory" in str(failed)
    assert failed.result["snapshot"]["status"] == "error"
    assert web.fails("snapshot", id=failed.result["snapshot"]["id"]).error["code"] == "object_failed", (
        "waiting for it does not make it good"
    )


def test_full_is_verified(web: Operator) -> None:
    emulator = web.stand.emulator
    take(web, name="first")
    emulator.switch(full_true_values="yes")
    failed = web.fails("snapshot", workload="web", full=True, name="second")
    assert failed.error["code"] == "not_converged"
    assert "'incremental' and not 'full'" in str(failed)
    assert [row["name"] for row in rows(web)].count("second") == 1, "it is kept"
    assert take(web, full=True, name="third", verify_result=False)["snapshot"]["snapshot_type"] == "incremental"


@pytest.mark.parametrize("verify", [None, True, False])
def test_an_empty_one_is_no_proof(web: Operator, verify: bool | None) -> None:
    made = take(web, name="empty")
    web.stand.emulator.patch("snapshots", made["id"], size=0)
    if verify:
        assert "its size is 0" in str(web.fails("snapshot", workload="web", name="empty", verify_result=verify))
    else:
        assert not take(web, name="empty", verify_result=verify)["changed"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"workload": "wob"}, "unknown_name", "There is no workload with the id or name 'wob'"),
        ({}, "invalid_option", "No workload is given."),
        ({"workload": "web", "max_age": "soon"}, "invalid_option", "which is not an age"),
        ({"workload": "web", "state": "absent"}, "invalid_option", "No snapshot is given."),
        ({"workload": "web", "name": "none", "state": "cancelled"}, "unknown_name", "no such snapshot"),
    ],
    ids=str,
)
def test_what_is_not_there_is_no_reason_to_take_another(
    web: Operator, options: dict[str, Any], code: str, words: str
) -> None:
    mark = web.stand.emulator.mark()
    failed = web.fails("snapshot", **options)
    assert failed.error["code"] == code
    assert words in str(failed)
    assert web.stand.emulator.writes(mark) == []


def test_two_of_one_name_are_not_deleted(web: Operator) -> None:
    for _number in range(2):
        take(web)
    mark = web.stand.emulator.mark()
    assert web.fails("snapshot", workload="web", name="snapshot", state="absent").error["code"] == "ambiguous_name"
    assert web.stand.emulator.writes(mark) == []


@pytest.mark.parametrize("status", ["executing", "mounted", "restoring"])
def test_one_in_use_is_not_deleted(web: Operator, status: str) -> None:
    made = take(web, name="nightly")
    web.stand.emulator.freeze()
    web.stand.emulator.patch("snapshots", made["id"], status=status)
    mark = web.stand.emulator.mark()
    assert web.fails("snapshot", id=made["id"], state="absent").error["code"] == "wrong_state"
    assert web.stand.emulator.writes(mark) == []


@pytest.mark.parametrize("finished", ["error", "noop"])
def test_cancelling(web: Operator, finished: str) -> None:
    emulator = web.stand.emulator
    emulator.switch(cancel_finished=finished, snapshot_phase_s=86400)
    begun = take(web, name="nightly", wait=False)
    mark = emulator.mark()
    assert take(web, name="nightly", state="cancelled", check=True)["changed"]
    assert emulator.writes(mark) == []
    cancelled = take(web, name="nightly", state="cancelled")
    assert emulator.writes(mark) == [f"GET /snapshots/{begun['id']}/cancel"]
    assert (cancelled["changed"], cancelled["snapshot"]["status"]) == (True, "cancelled")
    assert not take(web, name="nightly", state="cancelled")["changed"]
    assert len(emulator.writes(mark)) == 1


# ---- reading --------------------------------------------------------------------------------------------------------


def test_info(web: Operator) -> None:
    emulator = web.stand.emulator
    ids = [take(web, name=name)["id"] for name in ("one", "two", "three")]
    for day, made in enumerate(ids, start=1):
        emulator.patch("snapshots", made, created_at=f"2026-11-0{day}T12:00:00.000000")
    emulator.patch("snapshots", ids[2], status="error", error_msg="No space left")

    def names(**options: Any) -> list[str]:
        return [each["name"] for each in web.run("snapshot_info", **options)["snapshots"]]

    assert names() == names(workload="web") == ["three", "two", "one"]
    assert names(workload="web", latest=True) == ["two"], "a failed one is not good"
    assert names(workload="web", at="2026-11-02T12:00:00") == ["two"]
    assert names(workload="web", at="2026-11-02T12:59:59+01:00") == ["one"]
    assert names(workload="web", at="2020-01-01T00:00:00") == []
    assert names(status="error") == ["three"]
    assert names(date_from="2026-11-02T00:00:00Z", date_to="2026-11-03T00:00:00") == ["two"]
    assert names(id=ids[0]) == ["one"]
    assert names(id="11111111-2222-4333-8444-555555555555") == []
    [failed] = web.run("snapshot_info", workload="web", name="three", details=True)["snapshots"]
    assert (failed["error_msg"], [each["name"] for each in failed["instances"]]) == ("No space left", ["web-1"])
    assert web.fails("snapshot_info", workload="wob").error["code"] == "unknown_name"
    assert web.fails("snapshot_info", latest=True).error["code"] == "invalid_option"
    assert web.fails("snapshot_info", workload="web", at="noon").error["code"] == "invalid_option"


def test_requests(web: Operator) -> None:
    emulator = web.stand.emulator
    made = take(web, name="nightly")
    for module, options, count in (
        ("snapshot", {"workload": "web", "name": "nightly"}, 3),
        ("snapshot", {"id": made["id"]}, 1),
        ("snapshot_info", {"workload": "web"}, 2),
        ("snapshot_info", {"workload": "web", "latest": True, "details": True}, 3),
    ):
        mark = emulator.mark()
        web.run(module, **options)
        assert len(emulator.since(mark)) == count, (module, options)
