# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload` that change a workload, and changes that are refused.

The captured requests are what must be sent. Order, query, body and number of all requests are compared.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import (
    LOST,
    NOVA,
    ONE_LOOK,
    PROJECT,
    QUICK,
    REQUEST_ID,
    Exchange,
    fault,
)
from support.module import warnings_of
from unit.plugins.modules.workload.creation import HOURLY, body_of_create

HOURLY_SHOWN = {"interval": "4", "retention": "6", "snapshot_type": "full"}
BERLIN = {**workloads.SIX["jobschedule"], "timezone": "Europe/Berlin"}
OWNED = {**workloads.SIX["metadata"], "owner": "shop"}

# name -> options, body of the PUT, changes that the server shows
UPDATES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "description": ({"description": "New"}, {"description": "New"}, {"description": "New"}),
    "schedule: one key": (
        {"schedule": {"timezone": "Europe/Berlin"}},
        {"jobschedule": {"enabled": True, "timezone": "Europe/Berlin"}},
        {"jobschedule": BERLIN},
    ),
    "schedule: switched off": (
        {"schedule": {"enabled": False}},
        {"jobschedule": {"enabled": False}},
        {"jobschedule": {**workloads.SIX["jobschedule"], "enabled": False}},
    ),
    "schedule: a track, whole": (
        {"schedule": {"hourly": HOURLY}},
        {"jobschedule": {"enabled": True, "hourly": HOURLY}},
        {"jobschedule": {**workloads.SIX["jobschedule"], "hourly": HOURLY_SHOWN}},
    ),
    "schedule: a track removed": (
        {"schedule": {"weekly": {}}},
        {"jobschedule": {"enabled": True, "weekly": {}}},
        {"jobschedule": {key: value for key, value in workloads.SIX["jobschedule"].items() if key != "weekly"}},
    ),
    "schedule: days of manual ones": (
        {"schedule": {"manual_retention_days": 9}},
        {
            "jobschedule": {
                "enabled": True,
                "retentionmanual": {"retentionmanual": 9},
                "manual": {"retention": 21, "retention_days_to_keep": 9},
            }
        },
        {"jobschedule": {**workloads.SIX["jobschedule"], "retentionmanual": {"retentionmanual": "9"}}},
    ),
    "metadata: laid over": (
        {"metadata": {"floor": "3"}},
        {"metadata": {"owner": "shop", "floor": "3"}},
        {"metadata": {**OWNED, "floor": "3"}},
    ),
    "metadata: taken away": ({"metadata": {"owner": None}}, {"metadata": {}}, {"metadata": workloads.SIX["metadata"]}),
    "two at once": (
        {"description": "New", "schedule": {"enabled": False}},
        {"description": "New", "jobschedule": {"enabled": False}},
        {"description": "New", "jobschedule": {**workloads.SIX["jobschedule"], "enabled": False}},
    ),
}


@pytest.mark.parametrize("what", UPDATES)
def test_update(exchange: Exchange, what: str) -> None:
    options, body, then = UPDATES[what]
    exchange.get(workloads.PATH, {"workload": workloads.shown(metadata=OWNED)})
    exchange.put(workloads.PATH, {"workload": body})
    exchange.get(
        workloads.PATH, {"workload": workloads.shown(metadata=OWNED)}
    )  # the server shows it later (reference Q10)
    exchange.get(workloads.PATH, {"workload": workloads.shown(**{"metadata": OWNED, **then})})
    result = exchange.run("workload", id=workloads.ID, **options, **QUICK)
    assert (result["changed"], result["plan"][0]["action"], result["plan"][0]["id"]) == (True, "update", workloads.ID)
    assert {field.split(".")[0] for field in result["plan"][0]["fields"]} == set(options)
    assert result["diff"]["before"] != result["diff"]["after"]
    assert set(result["diff"]["after"]) == set(options)


@pytest.mark.parametrize("what", UPDATES)
def test_update_in_check_mode_plans_the_same_and_writes_nothing(exchange: Exchange, what: str) -> None:
    options, _body, then = UPDATES[what]
    exchange.get(workloads.PATH, {"workload": workloads.shown(metadata=OWNED)})
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)  # they would refuse the change
    predicted = exchange.run("workload", id=workloads.ID, check=True, **options, **QUICK)
    exchange.get(workloads.PATH, {"workload": workloads.shown(**{"metadata": OWNED, **then})})
    real = exchange.run("workload", id=workloads.ID, **options, **QUICK)
    assert (predicted["changed"], real["changed"]) == (True, False)
    for option in options:
        assert predicted["workload"][option] == real["workload"][option]


POLICY_KEPT = {"owner": "shop", "policy_id": workloads.GOLD}


@pytest.mark.parametrize(
    ("options", "body", "then"),
    [
        ({"description": "New"}, {"description": "New", "metadata": POLICY_KEPT}, {"description": "New"}),
        (
            {"schedule": {"enabled": False}},
            {"jobschedule": {"enabled": False}, "metadata": POLICY_KEPT},
            {"jobschedule": {"enabled": False}},
        ),
        (
            {"metadata": {"owner": "hr"}},
            {"metadata": {"owner": "hr", "policy_id": workloads.GOLD}},
            {"metadata": {"owner": "hr", "policy_id": workloads.GOLD}},
        ),
        ({"new_name": "shop"}, {"name": "shop", "metadata": POLICY_KEPT}, {"name": "shop"}),
    ],
    ids=["description", "schedule", "metadata", "name"],
)
def test_an_update_always_sends_the_policy(
    exchange: Exchange, options: dict[str, Any], body: dict[str, Any], then: dict[str, Any]
) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.bound()})
    exchange.put(workloads.PATH, {"workload": body})
    exchange.get(workloads.PATH, {"workload": {**workloads.bound(), **then}})
    assert exchange.run("workload", id=workloads.ID, **options, **QUICK)["changed"]


def test_another_policy(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.bound()})
    exchange.get(
        "/workload_policy/",
        {"policy_list": [*workloads.POLICIES["policy_list"], {"id": workloads.NEW_ID, "name": "Silver"}]},
    )
    exchange.put(workloads.PATH, {"workload": {"metadata": {"owner": "shop", "policy_id": workloads.NEW_ID}}})
    exchange.get(workloads.PATH, {"workload": workloads.shown(metadata={"policy_id": workloads.NEW_ID})})
    result = exchange.run("workload", id=workloads.ID, policy="Silver", **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"policy": "Gold"}, {"policy": "Silver"})


def test_instances_are_sent_whole(exchange: Exchange) -> None:
    exchange.get(
        workloads.PATH,
        {
            "workload": workloads.shown(
                instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": workloads.NEW_ID, "name": "old"}]
            )
        },
    )
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB, "old": workloads.NEW_ID})
    exchange.get("/workloads/detail", {"workloads": []})  # one of them could hold the new server
    exchange.put(workloads.PATH, {"workload": {"instances": [{"instance-id": cloud.DB}, {"instance-id": cloud.WEB}]}})
    exchange.get(
        workloads.PATH,
        {"workload": workloads.shown(instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "db-1"}])},
    )
    result = exchange.run("workload", id=workloads.ID, instances=["db-1", "web-1"], **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == (
        {"instances": ["old", "web-1"]},
        {"instances": ["db-1", "web-1"]},
    )


def test_a_server_that_is_gone_from_nova_stays_until_it_is_left_out(exchange: Exchange) -> None:
    document = workloads.shown(instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "db-1"}])
    exchange.get(workloads.PATH, {"workload": document})
    exchange.servers(**{"web-1": cloud.WEB})
    result = exchange.run("workload", id=workloads.ID, instances=["web-1", "db-1"], **QUICK)
    assert not result["changed"]
    assert any(
        "db-1" in text and f"'workload_API' ({workloads.ID}), which lists it" in text for text in warnings_of(result)
    )
    exchange.get(workloads.PATH, {"workload": document})
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.put(workloads.PATH, {"workload": {"instances": [{"instance-id": cloud.WEB}]}})
    exchange.get(workloads.PATH, {"workload": workloads.shown(instances=[{"id": cloud.WEB, "name": "web-1"}])})
    assert exchange.run("workload", id=workloads.ID, instances=["web-1"], **QUICK)["changed"]


def test_all_unknown_names_are_told_at_once(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/workload_policy/", workloads.POLICIES)
    exchange.servers(**{"web-1": cloud.WEB})
    failed = exchange.fail(
        "workload", id=workloads.ID, policy="Platinum", instances=["web-1", "web-2", "web-3"], **QUICK
    )
    assert failed.error == {"code": "unknown_name"}
    for name in ("'Platinum'", "'web-2'", "'web-3'", "Gold"):
        assert name in str(failed)


def test_two_servers_of_one_name_fail(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(
        "/servers", {"servers": [{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "web-1"}]}, url=NOVA
    )
    failed = exchange.fail("workload", id=workloads.ID, instances=["web-1"], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"{cloud.DB}, {cloud.WEB}" in str(failed)


def test_in_check_mode_a_policy_may_be_made_later(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get("/workload_policy/", workloads.POLICIES)
    result = exchange.run("workload", id=workloads.ID, policy="Platinum", check=True, **QUICK)
    assert result["diff"]["after"] == {"policy": "Platinum (not there yet)"}
    assert any("'Platinum' on this server; there are: Gold. Outside check mode" in text for text in warnings_of(result))


@pytest.mark.parametrize(
    ("options", "reads", "words"),
    [
        (
            {"workload_type": "Parallel"},
            ("/workload_types", workloads.TYPES),
            "workload_type is 'Serial', wanted is 'Parallel'",
        ),
        (
            {"backup_target_type": "nfs_2"},
            ("/backup_target_types", workloads.TARGET_TYPES),
            "backup_target_type is 'nfs_1', wanted is 'nfs_2'",
        ),
        ({"encryption": True}, None, "encryption is False, wanted is True"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_changed_fails(
    exchange: Exchange, options: dict[str, Any], reads: tuple[str, dict[str, Any]] | None, words: str, check: bool
) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    if reads:
        exchange.get(*reads)
    failed = exchange.fail("workload", id=workloads.ID, check=check, **options, **QUICK)
    assert failed.error == {"code": "immutable_field"}
    assert words in str(failed)


def test_a_track_that_the_server_keeps_fails(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"jobschedule": {"enabled": True, "weekly": {}}}})
    for _look in range(2):
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
    failed = exchange.fail("workload", id=workloads.ID, schedule={"weekly": {}}, **ONE_LOOK)
    assert failed.error == {"code": "not_converged"}
    assert "schedule.weekly is {'backup_day': ['wed'], 'retention': 2, 'snapshot_type': 'full'}, wanted is {}" in str(
        failed
    )


def test_an_update_is_done_when_it_shows_and_nothing_runs(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"description": "New"}})
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(workloads.PATH, {"workload": workloads.shown(description="New", status="resetting")})
    exchange.get(workloads.PATH, {"workload": workloads.shown(description="New")})
    assert exchange.run("workload", id=workloads.ID, description="New", **QUICK)["workload"]["status"] == "available"


def test_an_update_that_fails_in_the_background(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"description": "New"}})
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="error", error_msg="trust is gone")})
    failed = exchange.fail("workload", id=workloads.ID, description="New", **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "trust is gone" in str(failed)


def test_a_refused_update(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"description": "New"}}, fault("Please provide policy id"), status=400)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.ASSIGNED)
    failed = exchange.fail("workload", id=workloads.ID, description="New", **QUICK)
    assert failed.error == {
        "code": "refused",
        "status": 400,
        "request_id": REQUEST_ID,
        "method": "PUT",
        "path": workloads.PATH,
    }
    assert f"Policies that this project may use: Gold ({workloads.GOLD})." in str(failed)


@pytest.mark.parametrize("lost", LOST)
def test_an_update_whose_answer_is_lost_is_looked_for(exchange: Exchange, lost: str) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"description": "New"}}, **LOST[lost])
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.get(workloads.PATH, {"workload": workloads.shown(description="New")})
    assert (
        exchange.run("workload", id=workloads.ID, description="New", wait=False, **QUICK)["workload"]["description"]
        == "New"
    )


def test_an_update_that_was_lost_fails_and_is_not_repeated(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    exchange.put(workloads.PATH, {"workload": {"description": "New"}}, **LOST["connection dropped"])
    for _look in range(2):
        exchange.get(workloads.PATH, {"workload": workloads.shown()})
    failed = exchange.fail("workload", id=workloads.ID, description="New", **ONE_LOOK)
    assert failed.error == {
        "code": "lost_answer",
        "status": None,
        "request_id": None,
        "method": "PUT",
        "path": workloads.PATH,
    }
    assert "it was not repeated" in str(failed)


def test_a_workload_on_its_way_is_waited_for_first(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(status="creating")))
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="creating")})
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert not exchange.run("workload", name="workload_API", description="", **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_failed_workload_is_not_updated(exchange: Exchange, check: bool) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown(status="error", error_msg="broken")})
    failed = exchange.fail("workload", id=workloads.ID, description="New", check=check, **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "in the state 'error': broken" in str(failed)


def test_in_check_mode_a_workload_that_is_being_deleted_counts_as_gone(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(name="web", status="deleting")))
    exchange.get(workloads.PATH, {"workload": workloads.shown(name="web", status="deleting")})
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get(
        workloads.PATH, {"workload": workloads.shown(name="web", status="deleting")}
    )  # for the schedule, which the list does not show
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    result = exchange.run("workload", name="web", instances=["web-1"], check=True, **QUICK)
    assert [step["action"] for step in result["plan"]] == ["create"]


@pytest.mark.parametrize("check", [True, False])
def test_without_waiting_a_workload_that_is_being_deleted_is_not_touched(exchange: Exchange, check: bool) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(name="web", status="deleting")))
    exchange.get(workloads.PATH, {"workload": workloads.shown(name="web", status="deleting")})
    failed = exchange.fail("workload", name="web", description="New", wait=False, check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert "is being deleted" in str(failed)


def test_a_workload_that_is_being_deleted_is_waited_for_and_made_anew(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(name="web", status="deleting")))
    exchange.get(workloads.PATH, {"workload": workloads.shown(name="web", status="deleting")})
    exchange.get(workloads.PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get(
        workloads.PATH, fault("not found", "itemNotFound", 404), status=404
    )  # for the schedule, which the list does not show
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created())})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == workloads.NEW_ID


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_list_and_a_show_that_contradict_each_other_are_not_believed(exchange: Exchange, state: str) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    exchange.get(workloads.PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    failed = exchange.fail("workload", name="workload_API", state=state, instances=["web-1"], **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("bad_answer", workloads.PATH)


def test_what_went_between_the_list_and_the_show_is_absent(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown()))
    exchange.get(workloads.PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.get("/workloads", workloads.listing())
    assert not exchange.run("workload", name="workload_API", state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_change_that_names_no_policy_where_the_project_has_some(exchange: Exchange, check: bool) -> None:
    """Line 6 is taken to refuse it, which nobody has seen: check mode fails, and a real run asks the server."""
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    if check:
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.ASSIGNED)
        failed = exchange.fail("workload", id=workloads.ID, description="New", check=True, **QUICK)
        assert failed.error == {"code": "wrong_state"}
        assert f"policies assigned: Gold ({workloads.GOLD}). Name one of them with the option 'policy'." in str(failed)
        return
    exchange.put(workloads.PATH, {"workload": {"description": "New"}})
    exchange.get(workloads.PATH, {"workload": workloads.shown(description="New")})
    assert exchange.run("workload", id=workloads.ID, description="New", **QUICK)["changed"]


def test_a_change_of_line_4_asks_for_no_policies(exchange_4: Exchange) -> None:
    exchange_4.get(workloads.PATH, {"workload": workloads.shown(workloads.FOUR, id=workloads.ID)})
    assert exchange_4.run("workload", id=workloads.ID, description="New", check=True, **QUICK)["changed"]


HOLDER = {
    **workloads.shown(name="shop", instances=[{"id": cloud.DB, "name": "db-1"}]),
    "id": workloads.NEW_ID,
}
"""Another workload, which protects `db-1`."""


@pytest.mark.parametrize("in_detail", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_a_server_of_another_workload_is_refused_before_the_write(
    exchange: Exchange, check: bool, in_detail: bool
) -> None:
    own = workloads.shown(name="web", instances=[{"id": cloud.WEB, "name": "web-1"}])
    exchange.get("/workloads", workloads.listing(own, HOLDER))
    exchange.get(workloads.PATH, {"workload": own})
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
    if in_detail:
        exchange.get("/workloads/detail", {"workloads": [own, HOLDER]})
    else:
        exchange.get("/workloads/detail", workloads.GONE, status=404)
        exchange.get("/workloads", workloads.listing(own, HOLDER))
        with exchange.any_order():
            for each in (own, HOLDER):
                exchange.get(f"/workloads/{each['id']}", {"workload": each})
    failed = exchange.fail("workload", name="web", instances=["db-1", "web-1"], check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"'db-1' ({cloud.DB}) is in the workload 'shop' ({workloads.NEW_ID})" in str(failed)


def test_a_server_of_another_workload_of_line_4_is_told_of(exchange_4: Exchange) -> None:
    """Whether line 4 refuses that is not known."""
    holder = {**workloads.shown(workloads.FOUR, name="shop"), "id": workloads.NEW_ID}
    holder["instances"] = [{"id": cloud.DB, "name": "db-1"}]
    own = workloads.shown(workloads.FOUR, id=workloads.ID, instances=[{"id": cloud.WEB, "name": "web-1"}])
    exchange_4.get(workloads.PATH, {"workload": own})
    exchange_4.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
    exchange_4.get("/workloads/detail", {"workloads": [own, holder]})
    result = exchange_4.run("workload", id=workloads.ID, instances=["db-1", "web-1"], check=True, **QUICK)
    [text] = warnings_of(result)
    assert f"'db-1' ({cloud.DB}) is in the workload 'shop' ({workloads.NEW_ID}). The server may refuse that." in text
