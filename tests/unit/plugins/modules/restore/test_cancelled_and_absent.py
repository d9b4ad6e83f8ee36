# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The states `cancelled` and `absent`: restores by id and by request key."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import LOST, QUICK, Exchange, fault
from unit.plugins.modules.restore.request_bodies import DRY, request

RUNNING = restores.started(request("oneclick", {"latest": True}, key="ticket-4711"))
KEYED = {**restores.ended(RUNNING), "id": restores.ID}


def by_key(exchange: Exchange, *rows: dict[str, Any], workload: bool = False) -> None:
    """Record that a restore is looked for by its key."""
    exchange.get("/restores/detail", {"restores": [*map(restores.listed, rows), restores.LISTED]})
    if workload:
        workloads.record_restored(exchange)
        exchange.get(
            "/snapshots",
            {"snapshots": [snapshots.OLDER_ROW, snapshots.row()]},
            query={"workload_id": workloads.RESTORED_ID},
        )


def test_cancelling(restoring: Exchange) -> None:
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{restores.NEW_PATH}/cancel", "")
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(RUNNING, "cancelled")})
    result = restoring.run("restore", id=restores.NEW_ID, state="cancelled", **QUICK)
    assert result["plan"] == [
        {"action": "cancel", "kind": "restore", "name": "Restore of API", "id": restores.NEW_ID, "fields": ["status"]}
    ]
    assert result["diff"] == {"before": {"status": "restoring"}, "after": {"status": "cancelled"}}
    assert (result["changed"], result["restore"]["status"]) == (True, "cancelled")


@pytest.mark.parametrize("workload", [True, False])
def test_cancelling_by_key(restoring: Exchange, workload: bool) -> None:
    by_key(restoring, RUNNING, workload=workload)
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{restores.NEW_PATH}/cancel", "")
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(RUNNING, "cancelled")})
    given: dict[str, Any] = {"workload": "API"} if workload else {}
    assert (
        restoring.run("restore", request_key="ticket-4711", state="cancelled", **given, **QUICK)["id"]
        == restores.NEW_ID
    )


@pytest.mark.parametrize("status", ["available", "error", "cancelled"])
def test_cancelling_what_has_ended_does_nothing(restoring: Exchange, status: str) -> None:
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(RUNNING, status)})
    assert not restoring.run("restore", id=restores.NEW_ID, state="cancelled", **QUICK)["changed"]


@pytest.mark.parametrize("status", ["available", "error"])
def test_one_that_ends_before_the_server_hears_of_its_cancellation(restoring: Exchange, status: str) -> None:
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{restores.NEW_PATH}/cancel", fault("It cannot be cancelled."), status=400)
    for _look in range(2):
        restoring.get(restores.NEW_PATH, {"restore": restores.ended(RUNNING, status)})
    assert restoring.run("restore", id=restores.NEW_ID, state="cancelled", **QUICK)["restore"]["status"] == status


def test_a_cancellation_that_is_refused_fails(restoring: Exchange) -> None:
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{restores.NEW_PATH}/cancel", fault("Policy doesn't allow it.", "forbidden", 403), status=403)
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    assert restoring.fail("restore", id=restores.NEW_ID, state="cancelled", **QUICK).error["code"] == "forbidden"


@pytest.mark.parametrize("dry", DRY)
def test_cancelling_in_check_mode(restoring: Exchange, dry: str) -> None:
    restoring.get(restores.NEW_PATH, {"restore": RUNNING})
    result = restoring.run("restore", id=restores.NEW_ID, state="cancelled", **DRY[dry], **QUICK)
    assert [step["action"] for step in result["plan"]] == ["cancel"]


@pytest.mark.parametrize("lost", LOST)
def test_a_cancellation_whose_answer_is_lost_is_looked_for(restoring: Exchange, lost: str) -> None:
    for status, error in (("cancelled", ""), ("restoring", "lost_answer")):
        restoring.get(restores.NEW_PATH, {"restore": RUNNING})
        restoring.get(f"{restores.NEW_PATH}/cancel", **LOST[lost])
        restoring.get(restores.NEW_PATH, {"restore": {**RUNNING, "status": status}})
        if error:
            assert restoring.fail("restore", id=restores.NEW_ID, state="cancelled", **QUICK).error["code"] == error
        else:
            restoring.get(restores.NEW_PATH, {"restore": {**RUNNING, "status": status}})
            assert restoring.run("restore", id=restores.NEW_ID, state="cancelled", **QUICK)["changed"]


def test_cancelling_by_a_key_that_nothing_has(restoring: Exchange) -> None:
    by_key(restoring)
    assert restoring.fail("restore", request_key="ticket-4711", state="cancelled", **QUICK).error == {
        "code": "unknown_name"
    }


def test_deleting_the_record(restoring: Exchange) -> None:
    restoring.get(restores.PATH, {"restore": KEYED})
    restoring.delete(restores.PATH)
    result = restoring.run("restore", id=restores.ID, state="absent", **QUICK)
    assert (result["changed"], result["restore"], result["id"]) == (True, None, restores.ID)
    assert result["plan"] == [
        {"action": "delete", "kind": "restore", "name": "Restore of API", "id": restores.ID, "fields": []}
    ]
    assert result["diff"] == {"before": {"name": "Restore of API", "id": restores.ID}, "after": {}}


@pytest.mark.parametrize("workload", [True, False])
def test_deleting_the_record_by_key(restoring: Exchange, workload: bool) -> None:
    by_key(restoring, KEYED, workload=workload)
    restoring.get(restores.PATH, {"restore": KEYED})
    restoring.delete(restores.PATH)
    given: dict[str, Any] = {"workload": "API"} if workload else {}
    assert restoring.run("restore", request_key="ticket-4711", state="absent", **given, **QUICK)["changed"]


OF_WHICH: dict[str, tuple[dict[str, Any], bool]] = {
    "its own": ({"workload_id": workloads.RESTORED_ID}, True),
    "its own, as the snapshot tells": (
        {"workload_id": None, "snapshot_details": {"workload_id": workloads.RESTORED_ID}},
        True,
    ),
    "another": ({"workload_id": cloud.WEB}, False),
}


@pytest.mark.parametrize("which", OF_WHICH)
def test_deleting_the_record_by_key_when_the_snapshot_is_gone(restoring: Exchange, which: str) -> None:
    changes, ours = OF_WHICH[which]
    orphan = {**KEYED, "snapshot_id": restores.NEW_ID, **changes}
    by_key(restoring, orphan, workload=True)
    for _show in range(2 if ours else 1):
        restoring.get(restores.PATH, {"restore": orphan})
    if ours:
        restoring.delete(restores.PATH, status=200)
    assert (
        restoring.run("restore", request_key="ticket-4711", workload="API", state="absent", **QUICK)["changed"] is ours
    )


@pytest.mark.parametrize("state", ["absent", "cancelled"])
def test_a_key_that_may_be_of_another_workload_stops_the_task(restoring: Exchange, state: str) -> None:
    orphan = {**KEYED, "snapshot_id": restores.NEW_ID, "workload_id": None, "snapshot_details": None}
    by_key(restoring, orphan, workload=True)
    restoring.get(restores.PATH, {"restore": orphan})
    failed = restoring.fail("restore", request_key="ticket-4711", workload="API", state=state, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"has the key 'ticket-4711', and its snapshot is gone, so that nothing tells whether it is of the workload 'API' ({workloads.RESTORED_ID})."
        in str(failed)
    )
    assert "Give its 'id' in place of workload and key if you mean this restore." in str(failed)


def test_a_record_that_is_not_there_is_absent(restoring: Exchange) -> None:
    restoring.get(restores.PATH, workloads.GONE, status=404)
    assert not restoring.run("restore", id=restores.ID, state="absent", delete_resources=True, **QUICK)["changed"]
    by_key(restoring)
    assert not restoring.run("restore", request_key="ticket-4711", state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("dry", DRY)
def test_deleting_the_record_in_check_mode(restoring: Exchange, dry: str) -> None:
    restoring.get(restores.PATH, {"restore": KEYED})
    assert [
        step["action"] for step in restoring.run("restore", id=restores.ID, state="absent", **DRY[dry], **QUICK)["plan"]
    ] == ["delete"]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("gone", [True, False])
def test_a_deletion_whose_answer_is_lost_is_looked_for(restoring: Exchange, lost: str, gone: bool) -> None:
    restoring.get(restores.PATH, {"restore": KEYED})
    restoring.delete(restores.PATH, **LOST[lost])
    if gone:
        restoring.get(restores.PATH, workloads.GONE, status=404)
        assert restoring.run("restore", id=restores.ID, state="absent", **QUICK)["changed"]
    else:
        restoring.get(restores.PATH, {"restore": KEYED})
        restoring.get(restores.PATH, {"restore": KEYED})
        assert restoring.fail("restore", id=restores.ID, state="absent", **QUICK).error["code"] == "lost_answer"


def test_a_record_that_goes_by_itself_is_gone(restoring: Exchange) -> None:
    restoring.get(restores.PATH, {"restore": KEYED})
    restoring.delete(restores.PATH, workloads.GONE, status=404)
    assert restoring.run("restore", id=restores.ID, state="absent", **QUICK)["changed"]
