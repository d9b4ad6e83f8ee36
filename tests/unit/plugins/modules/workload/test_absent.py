# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload` that delete a workload, and workloads that it refuses to delete."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import snapshots, workloads
from support.exchange.recording import LOST, ONE_LOOK, QUICK, Exchange, fault


def test_absent_and_not_there(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(name="other")))
    result = exchange.run("workload", name="web", state="absent", **QUICK)
    assert (result["changed"], result["workload"], result["id"]) == (False, None, None)


def test_absent_by_id_and_not_there(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert not exchange.run("workload", id=workloads.ID, state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("base_status", ["available", "error"])
def test_delete(exchange: Exchange, base_status: str) -> None:
    workloads.record_find(exchange, workloads.shown(status=base_status))
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="deleting")})
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    result = exchange.run("workload", name="workload_API", state="absent", **QUICK)
    assert (result["changed"], result["workload"], result["id"]) == (True, None, workloads.ID)
    assert result["plan"] == [
        {"action": "delete", "kind": "workload", "name": "workload_API", "id": workloads.ID, "fields": []}
    ]
    assert result["diff"] == {"before": {"name": "workload_API", "id": workloads.ID}, "after": {}}


def test_delete_without_waiting(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH)
    assert exchange.run("workload", id=workloads.ID, state="absent", wait=False, **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_absent_refuses_while_there_are_snapshots(exchange: Exchange, check: bool) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    newest = snapshots.row_of_six(snapshots.SECOND, created_at="2020-11-03T14:03:18.000000", name="newest")
    exchange.get("/snapshots", {"snapshots": [newest, snapshots.row_of_six()]}, query=snapshots.OF_SIX)
    failed = exchange.fail("workload", id=workloads.ID, state="absent", check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"holds 2 snapshots, the newest is 'newest' ({snapshots.SECOND}, available, 2020-11-03T14:03:18.000000)"
        in str(failed)
    )


def test_delete_snapshots_goes_one_by_one_oldest_first(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(
        "/snapshots",
        {
            "snapshots": [
                snapshots.row_of_six(snapshots.SECOND, created_at="2020-11-03T14:03:18.000000"),
                snapshots.row_of_six(),
            ]
        },
        query=snapshots.OF_SIX,
    )
    for each in (snapshots.FIRST, snapshots.SECOND):
        exchange.get(f"/snapshots/{each}", {"snapshot": snapshots.row_of_six(each)})
        exchange.delete(f"/snapshots/{each}")
        exchange.get(f"/snapshots/{each}", {"snapshot": snapshots.row_of_six(each, status="deleting")})
        exchange.get(f"/snapshots/{each}", workloads.GONE, status=404)
        exchange.get(workloads.PATH, {"workload": workloads.shown(status="locked")})
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    result = exchange.run("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)
    assert [(step["kind"], step["id"]) for step in result["plan"]] == [
        ("snapshot", snapshots.FIRST),
        ("snapshot", snapshots.SECOND),
        ("workload", workloads.ID),
    ]


def test_a_snapshot_that_is_gone_by_itself_is_fine(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": [snapshots.row_of_six()]}, query=snapshots.OF_SIX)
    exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six()})
    exchange.delete(f"/snapshots/{snapshots.FIRST}", workloads.GONE, status=404)
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


def one_snapshot(exchange: Exchange, **changes: Any) -> None:
    """Record a workload with one snapshot, up to the read before the snapshot is deleted."""
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": [snapshots.row_of_six(**changes)]}, query=snapshots.OF_SIX)
    exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six(**changes)})


def test_a_failed_snapshot_may_look_failed_until_it_is_gone(exchange: Exchange) -> None:
    one_snapshot(exchange, status="error")
    exchange.delete(f"/snapshots/{snapshots.FIRST}")
    exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six(status="error")})
    exchange.get(f"/snapshots/{snapshots.FIRST}", workloads.GONE, status=404)
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


@pytest.mark.parametrize("lost", LOST)
def test_a_snapshot_whose_deletion_is_answered_by_nobody_is_looked_for(exchange: Exchange, lost: str) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{snapshots.FIRST}", **LOST[lost])
    for _look in range(2):
        exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six(status="deleting")})
    exchange.get(f"/snapshots/{snapshots.FIRST}", workloads.GONE, status=404)
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)["changed"]


def test_a_deletion_of_a_snapshot_that_was_lost_keeps_the_workload(exchange: Exchange) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{snapshots.FIRST}", **LOST["no answer in time"])
    exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six()})
    failed = exchange.fail("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("lost_answer", f"/snapshots/{snapshots.FIRST}")


def test_a_refused_deletion_of_a_snapshot_keeps_the_workload(exchange: Exchange) -> None:
    one_snapshot(exchange)
    exchange.delete(f"/snapshots/{snapshots.FIRST}", fault("Workload is locked", "conflictingRequest", 409), status=409)
    failed = exchange.fail("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 409)


def test_a_snapshot_that_cannot_be_deleted_keeps_the_workload(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": [snapshots.row_of_six()]}, query=snapshots.OF_SIX)
    exchange.get(f"/snapshots/{snapshots.FIRST}", {"snapshot": snapshots.row_of_six()})
    exchange.delete(f"/snapshots/{snapshots.FIRST}")
    exchange.get(
        f"/snapshots/{snapshots.FIRST}",
        {"snapshot": snapshots.row_of_six(status="error", error_msg="Object is locked")},
    )
    failed = exchange.fail("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "Object is locked" in str(failed)


@pytest.mark.parametrize("status", ["executing", "uploading", "mounted", "restoring", "some new word"])
def test_delete_snapshots_touches_nothing_while_one_is_in_use(exchange: Exchange, status: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(
        "/snapshots",
        {"snapshots": [snapshots.row_of_six(), snapshots.row_of_six(snapshots.SECOND, status=status)]},
        query=snapshots.OF_SIX,
    )
    failed = exchange.fail("workload", id=workloads.ID, state="absent", delete_snapshots=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"({snapshots.SECOND}, {status}," in str(failed)
    assert snapshots.FIRST not in str(failed)


def test_keep_data_forgets_the_workload_with_its_snapshots(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.delete(workloads.PATH, query={"database_only": "True"})
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", keep_data=True, **QUICK)["changed"]


@pytest.mark.parametrize(
    "more", [{}, {"delete_snapshots": True}, {"keep_data": True}], ids=["plain", "delete_snapshots", "keep_data"]
)
def test_absent_in_check_mode_writes_nothing(exchange: Exchange, more: dict[str, Any]) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    rows = [snapshots.row_of_six()] if more.get("delete_snapshots") else []
    if not more.get("keep_data"):
        exchange.get("/snapshots", {"snapshots": rows}, query=snapshots.OF_SIX)
    result = exchange.run("workload", id=workloads.ID, state="absent", check=True, **more, **QUICK)
    assert result["changed"]
    assert len(result["plan"]) == len(rows) + 1


@pytest.mark.parametrize("status", ["locked", "some new word"])
def test_a_workload_in_use_is_not_deleted(exchange: Exchange, status: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status=status)})
    failed = exchange.fail("workload", id=workloads.ID, state="absent", keep_data=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"in the state '{status}'" in str(failed)


@pytest.mark.parametrize("how", ["wait", "no wait", "check"])
def test_a_workload_that_is_being_deleted_is_absent(exchange: Exchange, how: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="deleting")})
    if how == "wait":
        exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert not exchange.run(
        "workload", id=workloads.ID, state="absent", wait=how != "no wait", check=how == "check", **QUICK
    )["changed"]


def test_a_refused_delete(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH, fault("Workload has snapshots", "conflictingRequest", 409), status=409)
    failed = exchange.fail("workload", id=workloads.ID, state="absent", **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 409)
    assert "Workload has snapshots" in str(failed)


def test_a_delete_of_what_is_gone_is_done(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("lost", LOST)
def test_a_delete_whose_answer_is_lost_is_looked_for(exchange: Exchange, lost: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH, **LOST[lost])
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="deleting")})
    exchange.get(workloads.PATH, workloads.GONE, status=404)
    assert exchange.run("workload", id=workloads.ID, state="absent", **QUICK)["changed"]


def test_a_delete_that_was_lost_fails_and_is_not_repeated(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH, **LOST["connection dropped"])
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    failed = exchange.fail("workload", id=workloads.ID, state="absent", **QUICK)
    assert (failed.error["code"], failed.error["method"], failed.error["path"]) == (
        "lost_answer",
        "DELETE",
        workloads.PATH,
    )


def test_a_delete_that_fails_in_the_background(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="error", error_msg="target offline")})
    failed = exchange.fail("workload", id=workloads.ID, state="absent", **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "target offline" in str(failed)


def test_a_delete_that_takes_too_long(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/snapshots", {"snapshots": []}, query=snapshots.OF_SIX)
    exchange.delete(workloads.PATH)
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="deleting")})
    failed = exchange.fail("workload", id=workloads.ID, state="absent", **ONE_LOOK)
    assert failed.error == {"code": "wait_timeout"}
    assert f"the workload 'workload_API' ({workloads.ID}) to be gone" in str(failed)


@pytest.mark.parametrize("bad", ["HTML", "other document", "empty"])
def test_snapshots_that_cannot_be_listed_are_not_none(exchange: Exchange, bad: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(
        "/snapshots",
        query=snapshots.OF_SIX,
        **{**workloads.BAD_LISTS[bad][0], **({"reply": {"workloads": []}} if bad == "other document" else {})},
    )
    code = "unexpected_answer" if bad == "other document" else "bad_answer"
    assert exchange.fail("workload", id=workloads.ID, state="absent", **QUICK).error["code"] == code
