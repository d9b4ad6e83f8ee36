# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `snapshot` if a snapshot is busy, ends during the task, or is taken by another task."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, snapshots, workloads
from support.exchange.recording import LOST, OTHER_PROJECT, QUICK, Exchange, fault

MINE: dict[str, Any] = {"workload": "API", **QUICK}
TITLE = f"'API taken 2' ({snapshots.ID}"


def there(exchange: Exchange, *rows: dict[str, Any], **changes: Any) -> None:
    """Record the workload and its snapshots."""
    workloads.record_restored(exchange, **changes)
    listed(exchange, *rows)


def listed(exchange: Exchange, *rows: dict[str, Any]) -> None:
    """Record the list of snapshots."""
    exchange.get("/snapshots", {"snapshots": list(rows)}, query={"workload_id": workloads.RESTORED_ID})


def shown(exchange: Exchange, **changes: Any) -> None:
    """Record that the snapshot is shown with all details."""
    exchange.get(snapshots.PATH, {"snapshot": snapshots.shown(**changes)})


# ---- busy, and not because it is being taken -----------------------------------------------------

REFUSED: dict[str, tuple[str, dict[str, Any], bool]] = {
    "any, while one is restored from": ("restoring", {}, True),
    "any, while one is mounted": ("mounting", {}, True),
    "any, while one is deleted": ("deleting", {}, True),
    "another name": ("restoring", {"name": "another"}, False),
    "the name of one that is deleted": ("deleting", {"name": "API taken 2"}, True),
    "an age, while one is deleted": ("deleting", {"max_age": "9999w"}, True),
    "an age that it does not have": ("restoring", {"max_age": "1h"}, True),
}


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("refused", REFUSED)
def test_an_old_one_that_is_busy_is_not_being_taken(restoring: Exchange, refused: str, check: bool) -> None:
    status, options, looked_at = REFUSED[refused]
    there(restoring, snapshots.OLDER_ROW | {"status": "error"}, snapshots.row(status=status), status="locked")
    if looked_at:
        shown(restoring, status=status)
    failed = restoring.fail("snapshot", check=check, **options, **MINE)
    assert failed.error == {"code": "wrong_state"}
    assert f"its state is 'locked': {TITLE}, {status}, " in str(failed)


@pytest.mark.parametrize(
    "options", [{"name": "API taken 2"}, {"max_age": "9999w"}, {"max_age": "9999w", "full": True}], ids=str
)
def test_a_good_one_that_is_busy_satisfies(restoring: Exchange, options: dict[str, Any]) -> None:
    there(restoring, snapshots.row(status="restoring"), status="locked")
    shown(restoring, status="restoring")
    shown(restoring, status="restoring")
    shown(restoring)
    result = restoring.run("snapshot", **options, **MINE)
    assert (result["changed"], result["id"], result["snapshot"]["status"]) == (False, snapshots.ID, "available")


@pytest.mark.parametrize("options", [{}, {"name": "API taken 2"}, {"max_age": "1h"}], ids=str)
def test_one_that_is_being_taken_is_joined(restoring: Exchange, options: dict[str, Any]) -> None:
    there(restoring, snapshots.OLDER_ROW, snapshots.row(status="uploading"), status="locked")
    shown(restoring, status="uploading", finished_at=None)
    shown(restoring)
    result = restoring.run("snapshot", **options, **MINE)
    assert (result["changed"], result["id"]) == (False, snapshots.ID)


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("status", ["restoring", "mounting", "deleting"])
def test_an_old_one_that_is_busy_is_not_cancelled(restoring: Exchange, status: str, check: bool) -> None:
    shown(restoring, status=status)
    failed = restoring.fail("snapshot", id=snapshots.ID, state="cancelled", check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"The snapshot {TITLE}, {status}, 2020-11-04T13:58:37.000000) was not cancelled: it has been taken, and is busy"
        in str(failed)
    )


def test_one_that_is_gone_a_moment_later_is_not_joined(restoring: Exchange) -> None:
    there(restoring, snapshots.row(status="uploading"), status="locked")
    restoring.get(snapshots.PATH, workloads.GONE, status=404)
    assert restoring.fail("snapshot", **MINE).error == {"code": "wrong_state"}


# ---- in between ----------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [True, False])
def test_one_that_is_being_deleted_is_not_deleted_again(restoring: Exchange, wait: bool) -> None:
    shown(restoring, status="deleting")
    if wait:
        shown(restoring, status="deleting")
        restoring.get(snapshots.PATH, workloads.GONE, status=404)
    result = restoring.run("snapshot", id=snapshots.ID, state="absent", wait=wait, **QUICK)
    assert (result["changed"], result["plan"]) == (False, [])
    assert (result["snapshot"] or {}).get("status") == (None if wait else "deleting")


def test_one_whose_deletion_fails_fails_the_task(restoring: Exchange) -> None:
    shown(restoring, status="deleting")
    shown(restoring, status="error", error_msg="The target is read-only")
    failed = restoring.fail("snapshot", id=snapshots.ID, state="absent", **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "The target is read-only" in str(failed)


@pytest.mark.parametrize("status", ["available", "error"])
def test_one_that_ends_before_the_server_hears_of_its_cancellation(restoring: Exchange, status: str) -> None:
    shown(restoring, status="executing", finished_at=None)
    restoring.get(f"{snapshots.PATH}/cancel", fault("It cannot be cancelled."), status=400)
    for _look in range(2):
        shown(restoring, status=status)
    assert restoring.run("snapshot", id=snapshots.ID, state="cancelled", **QUICK)["snapshot"]["status"] == status


def test_a_cancellation_that_is_refused_fails(restoring: Exchange) -> None:
    shown(restoring, status="executing", finished_at=None)
    restoring.get(f"{snapshots.PATH}/cancel", fault("Policy doesn't allow it.", "forbidden", 403), status=403)
    shown(restoring, status="executing", finished_at=None)
    assert restoring.fail("snapshot", id=snapshots.ID, state="cancelled", **QUICK).error["code"] == "forbidden"


@pytest.mark.parametrize("lost", LOST)
def test_what_the_scheduler_takes_at_the_same_time_is_not_the_lost_one(restoring: Exchange, lost: str) -> None:
    there(restoring, snapshots.OLDER_ROW)
    restoring.post(workloads.RESTORED_PATH, {"snapshot": {"name": "before-upgrade", "description": None}}, **LOST[lost])
    for _look in range(5):
        workloads.record_restored(restoring)
        listed(restoring, snapshots.OLDER_ROW, snapshots.row(name="jobscheduler", status="executing"))
    failed = restoring.fail("snapshot", name="before-upgrade", **MINE)
    assert failed.error["code"] == "lost_answer"


def test_the_lost_one_is_found_beside_what_the_scheduler_takes(restoring: Exchange) -> None:
    there(restoring, snapshots.OLDER_ROW)
    restoring.post(
        workloads.RESTORED_PATH,
        {"snapshot": {"name": "API taken 2", "description": None}},
        **LOST["connection dropped"],
    )
    there(
        restoring,
        snapshots.OLDER_ROW,
        snapshots.row(snapshots.OLDER_ID[::-1], name="jobscheduler"),
        snapshots.row(status="executing"),
    )
    for _look in range(2):
        shown(restoring)
    assert restoring.run("snapshot", name="API taken 2", **MINE)["id"] == snapshots.ID


# ---- ages ----------------------------------------------------------------------------------------


def test_any_age_that_can_be_counted_is_one(restoring: Exchange) -> None:
    there(restoring, snapshots.row())
    shown(restoring)
    assert restoring.run("snapshot", max_age="999999w", **MINE)["id"] == snapshots.ID


def test_an_age_that_cannot_be_counted_is_none(restoring: Exchange) -> None:
    failed = restoring.fail("snapshot", keystone=0, max_age="9999999999999w", **MINE)
    assert failed.error == {"code": "invalid_option"}
    assert "which is too long" in str(failed)


# ---- reading -------------------------------------------------------------------------------------


def test_snapshots_of_other_projects_are_left_out(restoring: Exchange) -> None:
    restoring.get(
        "/snapshots",
        {
            "snapshots": [
                snapshots.row(),
                snapshots.row(snapshots.OLDER_ID, project_id=restoring.project_id),
                snapshots.row(cloud.WEB, project_id=OTHER_PROJECT),
            ]
        },
    )
    assert {each["id"] for each in restoring.run("snapshot_info")["snapshots"]} == {snapshots.ID, snapshots.OLDER_ID}


def test_a_limit_keeps_the_newest_and_shows_no_others(restoring: Exchange) -> None:
    failed = snapshots.row(cloud.WEB, status="error", created_at="2020-11-05T00:00:00.000000")
    there(restoring, snapshots.OLDER_ROW, snapshots.row(), failed)
    shown(restoring)
    found = restoring.run("snapshot_info", workload="API", status="available", limit=1, details=True)["snapshots"]
    assert [each["id"] for each in found] == [snapshots.ID]


def test_a_limit_below_one_is_refused(restoring: Exchange) -> None:
    failed = restoring.fail("snapshot_info", keystone=0, workload="API", limit=0)
    assert str(failed) == "The option 'limit' is 0. It must be 1 or more."


# ---- answers of another form ---------------------------------------------------------------------


@pytest.mark.parametrize("options", [MINE, {"id": snapshots.ID, "state": "absent", **QUICK}], ids=["end", "gone"])
def test_waiting_ends_at_an_answer_of_another_form(restoring: Exchange, options: dict[str, Any]) -> None:
    """Either wrapper is read; what will never have the key is not read until the time is over."""
    busy = snapshots.shown(
        **({"status": "deleting"} if "id" in options else {"status": "uploading", "finished_at": None})
    )
    if "id" not in options:
        there(restoring, snapshots.row(status="uploading"), status="locked")
    for answer in ({"snapshots": busy}, {"snapshots": [busy]}, {"workload": {"id": "1"}}):
        restoring.get(snapshots.PATH, answer)
    assert restoring.fail("snapshot", **options).error["code"] == "unexpected_answer"


@pytest.mark.parametrize(
    ("error", "advice"), [("The service catalog is empty.", "no default project"), ("HTTP 502", "data mover API")]
)
def test_a_failed_snapshot_says_what_the_text_of_the_server_means(restoring: Exchange, error: str, advice: str) -> None:
    there(restoring, snapshots.row(status="uploading"), status="locked")
    shown(restoring, status="uploading", finished_at=None)
    shown(restoring, status="error", error_msg=error)
    failed = restoring.fail("snapshot", **MINE)
    assert failed.error == {"code": "object_failed"}
    assert error.rstrip(".") in str(failed)
    assert advice in str(failed)


# ---- what messages of refused requests call the snapshot ------------------------------------------


def test_a_refusal_to_show_a_snapshot_by_id_names_it(exchange: Exchange) -> None:
    exchange.get(snapshots.PATH, fault("no", "forbidden", 403), status=403)
    failed = exchange.fail("snapshot", id=snapshots.ID, **QUICK)
    assert str(failed).startswith(f"For the snapshot '{snapshots.ID}': GET ")


def test_a_refusal_to_take_one_without_a_name_names_its_workload(restoring: Exchange) -> None:
    there(restoring)
    restoring.post(
        workloads.RESTORED_PATH,
        {"snapshot": {"name": None, "description": None}},
        fault("no", "forbidden", 403),
        status=403,
    )
    assert str(restoring.fail("snapshot", **MINE)).startswith("For a snapshot of the workload 'API': POST ")
