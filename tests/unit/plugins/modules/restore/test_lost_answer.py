# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answer to the start of a restore is lost: the restore is searched for and never started again."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import LOST, Exchange, fault
from support.module import warnings_of
from unit.plugins.modules.restore.request_bodies import ONECLICK, request


def lost_start(exchange: Exchange, lost: str, *found: dict[str, Any], looks: int = 1) -> dict[str, Any]:
    """Record a one-click restore whose answer is lost, and what is listed then; return what was sent."""
    body = request("oneclick", {"latest": True})
    restores.record_site(exchange, restores.listed(restores.SHOWN))
    cloud.record_lists(exchange, "servers", "volumes")
    exchange.post(snapshots.PATH, {"restore": body}, **LOST[lost])
    for _look in range(looks):
        exchange.get("/restores/detail", {"restores": [*map(restores.listed, found), restores.listed(restores.SHOWN)]})
    return body


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_answer_is_looked_for_and_the_request_is_not_repeated(restoring: Exchange, lost: str) -> None:
    runs = restores.started(request("oneclick", {"latest": True}))
    theirs = {**runs, "id": restores.OTHER_ID, "description": "[openprotect:00000000:111111111111]"}
    lost_start(restoring, lost, theirs, runs)
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, restores.NEW_ID, "available")
    assert warnings_of(result) == [f"The answer to POST {snapshots.PATH} was lost; it took effect all the same."]


def test_a_lost_answer_is_found_by_what_is_restored_where_the_mark_is_not_kept(restoring: Exchange) -> None:
    runs = {**restores.started(request("oneclick", {"latest": True})), "description": "-"}
    lost_start(restoring, "connection dropped", runs)
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    assert restoring.run("restore", **ONECLICK)["id"] == restores.NEW_ID


def test_a_lost_answer_is_found_without_waiting_too(restoring: Exchange) -> None:
    runs = restores.started(request("oneclick", {"latest": True}))
    lost_start(restoring, "connection dropped", runs)
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    assert restoring.run("restore", wait=False, **ONECLICK)["restore"]["status"] == "restoring"


NOT_OURS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a restore with the mark of another task": {"description": "[openprotect:00000000:111111111111]"},
    "a restore of another type": {"description": "-", "restore_options": restores.options("selective")},
    "a restore of another snapshot": {"snapshot_id": snapshots.OLDER_ID},
}


@pytest.mark.parametrize("found", NOT_OURS)
def test_an_answer_that_stays_lost_fails_and_nothing_is_taken_in_its_place(restoring: Exchange, found: str) -> None:
    theirs = [{**restores.started(request("oneclick", {"latest": True})), **NOT_OURS[found]}] if NOT_OURS[found] else []
    lost_start(restoring, "connection dropped", *theirs, looks=5)
    failed = restoring.fail("restore", **ONECLICK)
    assert (failed.error["code"], failed.error["method"], failed.error["path"]) == (
        "lost_answer",
        "POST",
        snapshots.PATH,
    )
    assert "it was not repeated" in str(failed)


def test_two_restores_that_could_be_the_lost_one_are_none(restoring: Exchange) -> None:
    runs = restores.started(request("oneclick", {"latest": True}))
    lost_start(restoring, "connection dropped", runs, {**runs, "id": restores.OTHER_ID}, looks=5)
    assert restoring.fail("restore", **ONECLICK).error["code"] == "lost_answer"


def test_a_refused_start_is_neither_looked_for_nor_repeated(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(
        snapshots.PATH,
        {"restore": request("oneclick", {"latest": True})},
        fault("Quota exceeded for gigabytes."),
        status=413,
    )
    failed = restoring.fail("restore", **ONECLICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 413)
    assert "Quota exceeded for gigabytes." in str(failed)


@pytest.mark.parametrize("shown", ["-", "", None, "[openprotect:0000"])
def test_a_mark_that_is_not_kept_is_said_with_the_id(restoring: Exchange, shown: str | None) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body, description=shown)})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "not_converged"}
    assert f"'Restore of API' ({restores.NEW_ID}) was started" in str(failed)
    assert f"with 'id: {restores.NEW_ID}' it is waited for" in str(failed)
    assert (failed.result["id"], failed.result["restore"]["status"]) == (restores.NEW_ID, "restoring")
