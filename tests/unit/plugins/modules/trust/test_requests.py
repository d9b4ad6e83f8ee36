# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `trust`: method, path, body, order and number, and the answers that a server may give to them."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support.exchange.recording import LOST, PROJECT, QUICK, Exchange, fault, sample
from support.exchange.workloads import ID
from support.exchange.workloads import shown as workload
from support.module import warnings_of

CLOUD = sample("trusts_list")["trust"][0]
USER = "6bbb210a29a043af86b7b0c667747187"
"""The user of the login, who owns the captured workload too."""

OLD, NEW, OTHER = (f"trust-6e290937-de9b-446a-a406-eb3944e5a03{number}" for number in range(3))
VALUE = CLOUD["value"]
GONE: dict[str, Any] = {"reply": fault("Not here.", "itemNotFound", 404), "status": 404}
BODY = {"trusts": {"role_name": "member", "is_cloud_trust": False}}
WORKLOAD = workload()


def trust(name: str, roles: str = "member", day: int = 1, **changes: Any) -> dict[str, Any]:
    """Return the captured trust as one of the user, made on some day."""
    made = {**copy.deepcopy(CLOUD), "name": name, "user_id": USER, "project_id": PROJECT}
    made["created_at"] = f"2026-11-0{day}T10:00:00.000000"
    made["metadata"][0]["value"] = roles
    return {**made, **changes}


def listing(exchange: Exchange, *rows: dict[str, Any]) -> None:
    """Expect the list of trusts."""
    exchange.get("/trusts", {"trust": list(rows)})


def workloads(exchange: Exchange, *rows: dict[str, Any]) -> None:
    """Expect the list of workloads."""
    exchange.get("/workloads", {"workloads": list(rows) or [WORKLOAD]})


def validation(exchange: Exchange, is_valid: bool, scheduled: bool = True, found: Any = None) -> None:
    """Expect the validation of the captured workload."""
    answer = {"scheduler_enabled": scheduled, "trust": found or {}, "is_valid": is_valid}
    exchange.get(f"/trusts/validate/{ID}", answer)


# ---- present ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [True, False])
def test_exactly_these_roles_in_any_order(exchange: Exchange, check: bool) -> None:
    listing(exchange, trust(OTHER, "creator"), trust(OLD, "member, creator"), trust(NEW, "member,creator,reader"))
    result = exchange.run("trust", roles=["creator", " member"], check=check, **QUICK)
    assert (result["changed"], result["plan"], result["id"]) == (False, [], OLD)
    assert result["trust"] == {
        "id": OLD,
        "name": OLD,
        "roles": ["creator", "member"],
        "user_id": USER,
        "project_id": PROJECT,
        "is_cloud_trust": False,
        "status": "available",
        "description": CLOUD["description"],
        "version": "4.0.115",
        "created_at": "2026-11-01T10:00:00.000000",
    }


@pytest.mark.parametrize(
    "row",
    [
        trust(OLD, "member,creator"),
        trust(OLD, user_id="somebody"),
        trust(OLD, user_id=CLOUD["user_id"]),
        trust(OLD, project_id="another"),
        trust(OLD, metadata=[]),
    ],
    ids=["more roles", "another user", "cloud", "another project", "no roles"],
)
def test_a_trust_that_is_not_meant_is_not_taken(exchange: Exchange, row: dict[str, Any]) -> None:
    listing(exchange, row)
    exchange.post("/trusts", BODY, {"trust": [trust(NEW)]}, status=200)
    listing(exchange, row, trust(NEW))
    result = exchange.run("trust", roles=["member"], **QUICK)
    assert (result["changed"], result["id"]) == (True, NEW)
    assert result["plan"] == [{"action": "create", "kind": "trust", "name": "member", "id": None, "fields": ["roles"]}]
    assert result["diff"] == {"before": {}, "after": {"roles": ["member"]}}


def test_check_mode_tells_what_would_be_created(exchange: Exchange) -> None:
    listing(exchange)
    workloads(exchange)
    result = exchange.run("trust", roles=["member"], workload=WORKLOAD["name"], check=True, **QUICK)
    assert (result["changed"], result["id"]) == (True, None)
    assert {key: value for key, value in result["trust"].items() if value} == {
        "roles": ["member"],
        "user_id": USER,
        "project_id": PROJECT,
    }


def test_a_500_is_followed_by_a_look_into_the_list_and_not_repeated(exchange: Exchange) -> None:
    listing(exchange, trust(OTHER, "creator"))
    exchange.post("/trusts", BODY, fault("Unknown error", "computeFault", 500), status=500)
    listing(exchange, trust(OTHER, "creator"))
    listing(exchange, trust(OTHER, "creator"), trust(NEW))
    listing(exchange, trust(OTHER, "creator"), trust(NEW))
    result = exchange.run("trust", roles=["member"], **QUICK)
    assert result["id"] == NEW
    assert "was lost; the server created it all the same" in warnings_of(result)[0]


@pytest.mark.parametrize("answer", ["", {"trust": []}], ids=["empty", "empty list"])
def test_an_answer_without_a_name(exchange: Exchange, answer: Any) -> None:
    listing(exchange)
    exchange.post("/trusts", BODY, answer, status=200)
    listing(exchange, trust(NEW))
    listing(exchange, trust(NEW))
    assert exchange.run("trust", roles=["member"], **QUICK)["id"] == NEW


@pytest.mark.parametrize("lost", LOST)
def test_a_creation_that_is_lost_for_good(exchange: Exchange, lost: str) -> None:
    listing(exchange)
    exchange.post("/trusts", BODY, **{"status": 200, **LOST[lost]})
    for _look in range(5):
        listing(exchange)
    failed = exchange.fail("trust", roles=["member"], **QUICK)
    assert failed.error["code"] == "lost_answer"


def test_a_role_that_the_user_lacks_is_refused_before_the_first_write(exchange: Exchange) -> None:
    for check in (True, False):
        listing(exchange)
        failed = exchange.fail("trust", roles=["member", "creator"], check=check, **QUICK)
        assert failed.error["code"] == "wrong_state"
        assert "lacks roles in the project: creator. The user has: member." in str(failed)


# ---- validation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [ID, WORKLOAD["name"]])
def test_a_valid_trust_is_left_as_it_is(exchange: Exchange, wanted: str) -> None:
    listing(exchange, trust(OLD))
    workloads(exchange)
    validation(exchange, True, found=trust(OLD))
    result = exchange.run("trust", roles=["member"], workload=wanted, **QUICK)
    assert (result["changed"], result["id"], warnings_of(result)) == (False, OLD, [])


@pytest.mark.parametrize("how", ["no such call", "schedule off"])
def test_unknown_validity_is_a_warning(exchange: Exchange, how: str) -> None:
    listing(exchange, trust(OLD))
    workloads(exchange)
    if how == "schedule off":
        validation(exchange, False, scheduled=False)
    else:
        exchange.get(f"/trusts/validate/{ID}", **GONE)
    result = exchange.run("trust", roles=["member"], workload=ID, **QUICK)
    assert (result["changed"], len(warnings_of(result))) == (False, 1)
    assert ("schedule of the workload" if how == "schedule off" else "answered 404") in warnings_of(result)[0]


def test_an_invalid_trust_gets_another_beside_it(exchange: Exchange) -> None:
    listing(exchange, trust(OLD))
    workloads(exchange)
    validation(exchange, False)
    exchange.post("/trusts", BODY, {"trust": [trust(NEW)]}, status=200)
    listing(exchange, trust(OLD), trust(NEW))
    validation(exchange, True, found=trust(NEW))
    result = exchange.run("trust", roles=["member"], workload=ID, **QUICK)
    assert (result["changed"], result["id"], [step["action"] for step in result["plan"]]) == (True, NEW, ["create"])


@pytest.mark.parametrize("owner", [USER, "somebody"])
def test_a_new_trust_that_is_invalid_too(exchange: Exchange, owner: str) -> None:
    listing(exchange)
    workloads(exchange, workload(user_id=owner))
    exchange.post("/trusts", BODY, {"trust": [trust(NEW)]}, status=200)
    listing(exchange, trust(NEW))
    validation(exchange, False)
    failed = exchange.fail("trust", roles=["member"], workload=ID, **QUICK)
    assert failed.error["code"] == "not_converged"
    assert f"trust 'member' ({NEW}) was created, but the server calls the trust of the workload" in str(failed)
    assert ("belongs to the user somebody" in str(failed)) == (owner != USER)
    assert ("'trustee_role'" in str(failed)) == (owner == USER)


def test_an_unknown_workload_is_found_before_the_first_write(exchange: Exchange) -> None:
    listing(exchange)
    workloads(exchange)
    assert exchange.fail("trust", roles=["member"], workload="db", **QUICK).error["code"] == "unknown_name"


# ---- recreate --------------------------------------------------------------------------------------------------------

RECREATE: dict[str, Any] = {"roles": ["member"], "workload": ID, "recreate": True, **QUICK}


def started(exchange: Exchange, *rows: dict[str, Any], made: Any = None) -> None:
    """Expect all requests of a replacement until the new trust is listed."""
    workloads(exchange)
    listing(exchange, *rows)
    exchange.post("/trusts", BODY, made or {"trust": [trust(NEW, day=9)]}, status=200)
    listing(exchange, *rows, trust(NEW, day=9))


def test_the_old_ones_are_deleted_after_the_new_one_is_valid(exchange: Exchange) -> None:
    started(exchange, trust(OLD), trust(OTHER, "creator"), CLOUD)
    validation(exchange, True, found=trust(OLD))
    exchange.delete(f"/trusts/{OLD}", status=200)
    validation(exchange, True, found=trust(NEW))
    result = exchange.run("trust", **RECREATE)
    assert (result["changed"], result["id"], result["trust"]["name"]) == (True, NEW, NEW)
    assert result["plan"] == [
        {"action": "recreate", "kind": "trust", "name": "member", "id": None, "fields": ["roles"]}
    ]
    assert result["diff"] == {"before": {"roles": ["member"], "id": [OLD]}, "after": {"roles": ["member"]}}
    assert VALUE not in str(result)


def test_a_trust_of_another_task_is_not_taken_for_the_new_one(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD))
    exchange.post("/trusts", BODY, {"trust": [trust(NEW)]}, status=200)
    listing(exchange, trust(OLD), trust(OTHER))
    listing(exchange, trust(OLD), trust(OTHER), trust(NEW))
    validation(exchange, True)
    exchange.delete(f"/trusts/{OLD}", status=200)
    validation(exchange, True)
    assert exchange.run("trust", **RECREATE)["id"] == NEW


def test_check_mode_recreates_nothing(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD))
    result = exchange.run("trust", check=True, **RECREATE)
    assert (result["changed"], result["id"], result["plan"][0]["action"]) == (True, None, "recreate")


def test_a_replacement_whose_answer_is_500(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD))
    exchange.post("/trusts", BODY, fault("Unknown error", "computeFault", 500), status=500)
    for _read in ("after the lost answer", "until it is listed"):
        listing(exchange, trust(OLD), trust(NEW))
    validation(exchange, True)
    exchange.delete(f"/trusts/{OLD}", **GONE)
    validation(exchange, True)
    assert exchange.run("trust", **RECREATE)["id"] == NEW


def test_several_new_ones_are_not_told_apart(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD))
    exchange.post("/trusts", BODY, fault("Unknown error", "computeFault", 500), status=500)
    for _look in range(5):
        listing(exchange, trust(OLD), trust(NEW), trust(OTHER))
    assert exchange.fail("trust", **RECREATE).error["code"] == "lost_answer"


def test_the_old_one_stays_while_the_new_one_is_invalid(exchange: Exchange) -> None:
    started(exchange, trust(OLD))
    validation(exchange, False)
    failed = exchange.fail("trust", **RECREATE)
    assert (failed.error["code"], failed.result["changed"]) == ("not_converged", True)
    assert "invalid. None was deleted." in str(failed)


@pytest.mark.parametrize("how", ["no such call", "schedule off"])
def test_the_old_one_stays_while_it_is_unknown_whether_the_new_one_is_valid(exchange: Exchange, how: str) -> None:
    started(exchange, trust(OLD))
    if how == "schedule off":
        validation(exchange, False, scheduled=False)
    else:
        exchange.get(f"/trusts/validate/{ID}", **GONE)
    result = exchange.run("trust", **RECREATE)
    assert (result["id"], len(warnings_of(result))) == (NEW, 2)
    assert f"is valid is unknown, so these stay: trust 'member' ({OLD})" in warnings_of(result)[1]


def test_a_schedule_that_only_the_old_one_kept_running(exchange: Exchange) -> None:
    started(exchange, trust(OLD))
    validation(exchange, True, found=trust(OLD))
    exchange.delete(f"/trusts/{OLD}", status=200)
    validation(exchange, False)
    failed = exchange.fail("trust", **RECREATE)
    assert f"invalid. Deleted before: trust 'member' ({OLD})." in str(failed)


@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("lost", LOST)
def test_a_deletion_of_the_old_one_without_an_answer(exchange: Exchange, lost: str, gone: bool) -> None:
    started(exchange, trust(OLD))
    validation(exchange, True)
    exchange.delete(f"/trusts/{OLD}", **{"status": 200, **LOST[lost]})
    listing(exchange, trust(NEW), *([] if gone else [trust(OLD)]))
    if gone:
        validation(exchange, True)
        assert exchange.run("trust", **RECREATE)["id"] == NEW
    else:
        assert exchange.fail("trust", **RECREATE).error["code"] == "lost_answer"


def test_a_server_that_answers_with_the_old_one(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD))
    exchange.post("/trusts", BODY, {"trust": [trust(OLD)]}, status=200)
    assert "created no new trust" in str(exchange.fail("trust", **RECREATE))


def test_nothing_to_replace_is_a_creation(exchange: Exchange) -> None:
    started(exchange)
    validation(exchange, True)
    validation(exchange, True)
    result = exchange.run("trust", **RECREATE)
    assert ([step["action"] for step in result["plan"]], result["diff"]["before"]) == (["create"], {})


def test_a_replacement_of_roles_that_the_user_lacks(exchange: Exchange) -> None:
    workloads(exchange)
    listing(exchange, trust(OLD, "creator"))
    assert exchange.fail("trust", **{**RECREATE, "roles": ["creator"]}).error["code"] == "wrong_state"


# ---- absent ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"roles": ["member"]}, {"name": OLD}], ids=["roles", "name"])
def test_deletion(exchange: Exchange, options: dict[str, Any]) -> None:
    rows = [trust(OLD), trust(OTHER, "creator")]
    listing(exchange, *rows)
    listing(exchange, *rows)
    exchange.delete(f"/trusts/{OLD}", status=200)
    listing(exchange, rows[1])
    exchange.get(f"/trusts/{OLD}", **GONE)
    result = exchange.run("trust", state="absent", **options, **QUICK)
    assert (result["changed"], result["trust"], result["id"]) == (True, None, OLD)
    assert result["diff"] == {"before": {"roles": "member", "id": OLD}, "after": {}}


def test_nothing_to_delete(exchange: Exchange) -> None:
    listing(exchange, trust(OTHER, "creator"))
    assert not exchange.run("trust", state="absent", roles=["member"], **QUICK)["changed"]
    for _list in range(2):
        listing(exchange)
    exchange.get(f"/trusts/{OLD}", **GONE)
    assert not exchange.run("trust", state="absent", name=OLD, **QUICK)["changed"]


def test_several_trusts_with_these_roles(exchange: Exchange) -> None:
    listing(exchange, trust(OLD), trust(NEW, day=2))
    failed = exchange.fail("trust", state="absent", roles=["member"], **QUICK)
    assert failed.error["code"] == "ambiguous_name"
    assert f"{NEW}, {OLD}. Give the 'name'" in str(failed)


@pytest.mark.parametrize("listed", [True, False])
def test_a_trust_of_the_cloud_is_never_deleted(exchange: Exchange, listed: bool) -> None:
    row = {**CLOUD, "project_id": PROJECT}
    for check in (True, False):
        listing(exchange, *([row] if listed else []))
        if not listed:
            listing(exchange)
            exchange.get(f"/trusts/{row['name']}", {"trust": row})
        failed = exchange.fail("trust", state="absent", name=row["name"], force=True, check=check, **QUICK)
        assert failed.error["code"] == "wrong_state"
        assert "belongs to the whole cloud" in str(failed)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, True),
        ({"jobschedule": {"enabled": "True"}}, True),
        ({"jobschedule": None}, True),
        ({"jobschedule": {"enabled": False}}, False),
        ({"user_id": "somebody"}, False),
    ],
    ids=["on", "on as text", "not shown", "off", "of somebody else"],
)
def test_the_last_trust_of_a_user_with_a_schedule(exchange: Exchange, changes: dict[str, Any], refused: bool) -> None:
    document = workload(jobschedule={"enabled": True}, user_id=USER)
    document.update(changes)
    rows = [trust(OLD), trust(OTHER, user_id="somebody"), {**CLOUD, "project_id": PROJECT}]
    listing(exchange, *rows)
    listing(exchange, *rows)
    workloads(exchange, {key: document[key] for key in ("id", "name", "user_id")})
    if document["user_id"] == USER:
        exchange.get(f"/workloads/{ID}", {"workload": document})
    if refused:
        failed = exchange.fail("trust", state="absent", name=OLD, check=True, **QUICK)
        assert failed.error["code"] == "wrong_state"
        assert document["name"] in str(failed)
        assert "'force: true'" in str(failed)
    else:
        assert exchange.run("trust", state="absent", name=OLD, check=True, **QUICK)["changed"]


def test_force_asks_for_no_schedule(exchange: Exchange) -> None:
    listing(exchange, trust(OLD))
    listing(exchange, trust(OLD))
    result = exchange.run("trust", state="absent", name=OLD, force=True, check=True, **QUICK)
    assert [step["id"] for step in result["plan"]] == [OLD]


# ---- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "roles"),
        ({"state": "absent"}, "name, roles"),
        ({"name": OLD}, "roles"),
        ({"name": OLD, "roles": ["member"]}, "mutually exclusive"),
        ({"roles": []}, "names no role"),
        ({"roles": [" "]}, "names no role"),
        ({"roles": ["member,creator"]}, "comma"),
        ({"roles": ["member"], "workload": ""}, "is empty"),
        ({"state": "absent", "name": ""}, "is empty"),
        ({"roles": ["member"], "recreate": True}, "workload"),
        ({"roles": ["member"], "recreate": True, "workload": "web", "wait": False}, "'wait: false' exclude"),
    ],
    ids=str,
)
def test_wrong_options_are_refused_before_the_login(exchange: Exchange, options: dict[str, Any], message: str) -> None:
    failed = exchange.fail("trust", keystone=0, **options)
    assert failed.error["code"] == "invalid_option"
    assert message in str(failed)
