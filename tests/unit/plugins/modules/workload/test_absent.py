# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload) sends to have a workload absent, and what it refuses to delete."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import Exchange, fault
from support.workloads import (
    BAD_LISTS,
    FIRST,
    GONE,
    ID,
    LOST,
    OF_IT,
    ONE_LOOK,
    PATH,
    QUICK,
    SECOND,
    listing,
    shown,
    snapshot,
    workload,
)


def test_absent_and_not_there(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(name="other")))
    result = exchange.run("workload", name="web", state="absent", **QUICK)
    assert (result["changed"], result["workload"], result["id"]) == (False, None, None)


def test_absent_by_id_and_not_there(exchange: Exchange) -> None:
    exchange.get(PATH, GONE, status=404)
    assert not exchange.run("workload", id=ID, state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("base_status", ["available", "error"])
def test_delete(exchange: Exchange, base_status: str) -> None:
    shown(exchange, workload(status=base_status))
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH)
    exchange.get(PATH, {"workload": workload(status="deleting")})
    exchange.get(PATH, GONE, status=404)
    result = exchange.run("workload", name="workload_API", state="absent", **QUICK)
    assert (result["changed"], result["workload"], result["id"]) == (True, None, ID)
    assert result["plan"] == [{"action": "delete", "kind": "workload", "name": "workload_API", "id": ID, "fields": []}]
    assert result["diff"] == {"before": {"name": "workload_API", "id": ID}, "after": {}}


def test_delete_without_waiting(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH)
    assert exchange.run("workload", id=ID, state="absent", wait=False, **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_absent_refuses_while_there_are_snapshots(exchange: Exchange, check: bool) -> None:
    exchange.get(PATH, {"workload": workload()})
    newest = snapshot(SECOND, created_at="2020-11-03T14:03:18.000000", name="newest")
    exchange.get("/snapshots", {"snapshots": [newest, snapshot()]}, query=OF_IT)
    failed = exchange.fail("workload", id=ID, state="absent", check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"holds 2 snapshots, the newest is 'newest' ({SECOND}, available, 2020-11-03T14:03:18.000000)" in str(failed)


def test_delete_snapshots_goes_one_by_one_oldest_first(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get(
        "/snapshots",
        {"snapshots": [snapshot(SECOND, created_at="2020-11-03T14:03:18.000000"), snapshot()]},
        query=OF_IT,
    )
    for each in (FIRST, SECOND):
        exchange.get(f"/snapshots/{each}", {"snapshot": snapshot(each)})
        exchange.delete(f"/snapshots/{each}")
        exchange.get(f"/snapshots/{each}", {"snapshot": snapshot(each, status="deleting")})
        exchange.get(f"/snapshots/{each}", GONE, status=404)
        exchange.get(PATH, {"workload": workload(status="locked")})
        exchange.get(PATH, {"workload": workload()})
    exchange.delete(PATH)
    exchange.get(PATH, GONE, status=404)
    result = exchange.run("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)
    assert [(step["kind"], step["id"]) for step in result["plan"]] == [
        ("snapshot", FIRST),
        ("snapshot", SECOND),
        ("workload", ID),
    ]


def test_a_snapshot_that_is_gone_by_itself_is_fine(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": [snapshot()]}, query=OF_IT)
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot()})
    exchange.delete(f"/snapshots/{FIRST}", GONE, status=404)
    exchange.delete(PATH)
    exchange.get(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


def one_snapshot(exchange: Exchange, **changes: Any) -> None:
    """Record a workload with one snapshot, up to the look before that is deleted."""
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": [snapshot(**changes)]}, query=OF_IT)
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot(**changes)})


def test_a_failed_snapshot_may_look_failed_until_it_is_gone(exchange: Exchange) -> None:
    one_snapshot(exchange, status="error")
    exchange.delete(f"/snapshots/{FIRST}")
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot(status="error")})
    exchange.get(f"/snapshots/{FIRST}", GONE, status=404)
    exchange.get(PATH, {"workload": workload()})
    exchange.delete(PATH)
    exchange.get(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


@pytest.mark.parametrize("lost", LOST)
def test_a_snapshot_whose_deletion_is_answered_by_nobody_is_looked_for(exchange: Exchange, lost: str) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{FIRST}", **LOST[lost])
    for _look in range(2):
        exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot(status="deleting")})
    exchange.get(f"/snapshots/{FIRST}", GONE, status=404)
    exchange.get(PATH, {"workload": workload()})
    exchange.delete(PATH)
    exchange.get(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


def test_a_deletion_of_a_snapshot_that_was_lost_keeps_the_workload(exchange: Exchange) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{FIRST}", **LOST["no answer in time"])
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot()})
    failed = exchange.fail("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("lost_answer", f"/snapshots/{FIRST}")


def test_a_refused_deletion_of_a_snapshot_keeps_the_workload(exchange: Exchange) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{FIRST}", fault("Workload is locked", "conflictingRequest", 409), status=409)
    failed = exchange.fail("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 409)


def test_a_snapshot_that_cannot_be_deleted_keeps_the_workload(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": [snapshot()]}, query=OF_IT)
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot()})
    exchange.delete(f"/snapshots/{FIRST}")
    exchange.get(f"/snapshots/{FIRST}", {"snapshot": snapshot(status="error", error_msg="Object is locked")})
    failed = exchange.fail("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "Object is locked" in str(failed)


@pytest.mark.parametrize("status", ["executing", "uploading", "mounted", "restoring", "some new word"])
def test_delete_snapshots_touches_nothing_while_one_is_in_use(exchange: Exchange, status: str) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": [snapshot(), snapshot(SECOND, status=status)]}, query=OF_IT)
    failed = exchange.fail("workload", id=ID, state="absent", delete_snapshots=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"({SECOND}, {status}," in str(failed)
    assert FIRST not in str(failed)


def test_keep_data_forgets_the_workload_with_its_snapshots(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.delete(PATH, query={"database_only": "True"})
    exchange.get(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", keep_data=True, **QUICK)["changed"]


@pytest.mark.parametrize(
    "more", [{}, {"delete_snapshots": True}, {"keep_data": True}], ids=["plain", "delete_snapshots", "keep_data"]
)
def test_absent_in_check_mode_writes_nothing(exchange: Exchange, more: dict[str, Any]) -> None:
    exchange.get(PATH, {"workload": workload()})
    rows = [snapshot()] if more.get("delete_snapshots") else []
    if not more.get("keep_data"):
        exchange.get("/snapshots", {"snapshots": rows}, query=OF_IT)
    result = exchange.run("workload", id=ID, state="absent", check=True, **more, **QUICK)
    assert result["changed"]
    assert len(result["plan"]) == len(rows) + 1


@pytest.mark.parametrize("status", ["locked", "some new word"])
def test_a_workload_in_use_is_not_deleted(exchange: Exchange, status: str) -> None:
    exchange.get(PATH, {"workload": workload(status=status)})
    failed = exchange.fail("workload", id=ID, state="absent", keep_data=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"in the state '{status}'" in str(failed)


@pytest.mark.parametrize("how", ["wait", "no wait", "check"])
def test_a_workload_that_is_being_deleted_is_absent(exchange: Exchange, how: str) -> None:
    exchange.get(PATH, {"workload": workload(status="deleting")})
    if how == "wait":
        exchange.get(PATH, GONE, status=404)
    assert not exchange.run("workload", id=ID, state="absent", wait=how != "no wait", check=how == "check", **QUICK)[
        "changed"
    ]


def test_a_refused_delete(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH, fault("Workload has snapshots", "conflictingRequest", 409), status=409)
    failed = exchange.fail("workload", id=ID, state="absent", **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 409)
    assert "Workload has snapshots" in str(failed)


def test_a_delete_of_what_is_gone_is_done(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("lost", LOST)
def test_a_delete_whose_answer_is_lost_is_looked_for(exchange: Exchange, lost: str) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH, **LOST[lost])
    exchange.get(PATH, {"workload": workload(status="deleting")})
    exchange.get(PATH, GONE, status=404)
    assert exchange.run("workload", id=ID, state="absent", **QUICK)["changed"]


def test_a_delete_that_was_lost_fails_and_is_not_repeated(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH, **LOST["connection dropped"])
    exchange.get(PATH, {"workload": workload()})
    failed = exchange.fail("workload", id=ID, state="absent", **QUICK)
    assert (failed.error["code"], failed.error["method"], failed.error["path"]) == ("lost_answer", "DELETE", PATH)


def test_a_delete_that_fails_in_the_background(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH)
    exchange.get(PATH, {"workload": workload(status="error", error_msg="target offline")})
    failed = exchange.fail("workload", id=ID, state="absent", **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "target offline" in str(failed)


def test_a_delete_that_takes_too_long(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/snapshots", {"snapshots": []}, query=OF_IT)
    exchange.delete(PATH)
    exchange.get(PATH, {"workload": workload(status="deleting")})
    failed = exchange.fail("workload", id=ID, state="absent", **ONE_LOOK)
    assert failed.error == {"code": "wait_timeout"}
    assert f"the workload 'workload_API' ({ID}) to be gone" in str(failed)


@pytest.mark.parametrize("bad", ["HTML", "other document", "empty"])
def test_snapshots_that_cannot_be_listed_are_not_none(exchange: Exchange, bad: str) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get(
        "/snapshots",
        query=OF_IT,
        **{**BAD_LISTS[bad][0], **({"reply": {"workloads": []}} if bad == "other document" else {})},
    )
    assert exchange.fail("workload", id=ID, state="absent", **QUICK).error["code"] == "bad_answer"
