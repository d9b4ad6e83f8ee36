# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workloads` for a whole set: each list once, few shows, and writes after all reads."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import requests
from support.exchange import cloud, snapshots, workloads
from support.exchange.recording import NOVA, PROJECT, QUICK, Exchange, fault
from support.module import warnings_of

OWNER = "openprotect_owner"
IDS = [f"{number}ddf0e47-618d-47d1-9f2f-48f342e1d9af" for number in range(1, 8)]
ONE, TWO, THREE, FOUR, FIVE, SIX = IDS[:6]
ENTRIES: list[dict[str, Any]] = [{"name": f"w-{number}", "description": ""} for number in range(1, 5)]


def document(number: int, **changes: Any) -> dict[str, Any]:
    """Return one of the workloads `w-1`, `w-2` and so on, as the server shows it."""
    return workloads.shown(**{"id": IDS[number - 1], "name": f"w-{number}", **changes})


def marked(number: int, owner: str = "shop", **changes: Any) -> dict[str, Any]:
    """Return one of the workloads, with the metadata key of an owner."""
    plain = document(number)
    return {**plain, "metadata": {**plain["metadata"], OWNER: owner}, **changes}


def shown(exchange: Exchange, *documents: dict[str, Any]) -> None:
    """Record one show of each, in any order."""
    with exchange.any_order():
        for each in documents:
            exchange.get(f"/workloads/{each['id']}", {"workload": each})


DOCUMENTS = [document(number) for number in range(1, 5)]


def names(result: dict[str, Any]) -> list[str]:
    return [row["name"] for row in result["workloads"]]


# ---- reading -------------------------------------------------------------------------------------


def test_a_few_take_one_list_and_a_show_each(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    shown(exchange, *DOCUMENTS[:3])
    result = exchange.run("workloads", workloads=ENTRIES[:3], **QUICK)
    assert (result["changed"], result["diff"], result["plan"]) == (False, [], [])
    assert names(result) == ["w-1", "w-2", "w-3"]


def test_many_take_two_requests_where_one_answer_holds_all(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    exchange.get("/workloads/detail", {"workloads": DOCUMENTS[::-1]})
    result = exchange.run("workloads", workloads=ENTRIES, **QUICK)
    assert not result["changed"]
    assert names(result) == ["w-1", "w-2", "w-3", "w-4"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"reply": workloads.GONE, "status": 404}, id="404"),
        pytest.param({"reply": fault("Invalid uuid for id: detail"), "status": 400}, id="400"),
        pytest.param({"reply": fault("no", "forbidden", 403), "status": 403}, id="403"),
        pytest.param({"reply": "<html>login</html>"}, id="HTML"),
        pytest.param({"reply": "down", "status": 503}, id="503"),
        pytest.param({"reply": requests.exceptions.ConnectionError("Connection aborted.")}, id="dropped"),
        pytest.param({"reply": {"workload": DOCUMENTS[0]}}, id="other shape"),
        pytest.param({"reply": {"workloads": []}}, id="empty"),
        pytest.param({"reply": {"workloads": [workloads.summary(each) for each in DOCUMENTS]}}, id="thin"),
    ],
)
def test_many_take_a_show_each_where_that_answer_is_not_usable(exchange: Exchange, answer: dict[str, Any]) -> None:
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    exchange.get("/workloads/detail", **answer)
    shown(exchange, *DOCUMENTS)
    assert not exchange.run("workloads", workloads=ENTRIES, **QUICK)["changed"]


@pytest.mark.parametrize("there", [True, False])
def test_what_only_that_answer_holds_is_not_made_again(exchange: Exchange, there: bool) -> None:
    """The documented list decides which workloads exist. A workload that it lacks would be created again."""
    exchange.get("/workloads", workloads.listing(*DOCUMENTS[:3]))
    exchange.get("/workloads/detail", {"workloads": [*DOCUMENTS, document(5, project_id="another")]})
    exchange.get(
        f"/workloads/{FOUR}", {"workload": DOCUMENTS[3]} if there else workloads.GONE, status=200 if there else 404
    )
    exchange.servers(**{"mail-1": SIX, "db-1": FIVE})
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    entries = [*ENTRIES[:3], {"name": "w-4", "instances": ["mail-1"]}, {"name": "w-5", "instances": ["db-1"]}]
    options: dict[str, Any] = {"workloads": entries, "check": True, "server_line": "6", **QUICK}
    if not there:
        assert exchange.run("workloads", **options)["counts"]["created"] == 2
        return
    failed = exchange.fail("workloads", **options)
    assert [row["outcome"] for row in failed.result["workloads"]] == ["ok", "ok", "ok", "failed", "changed"]
    assert failed.result["workloads"][3]["error"]["code"] == "bad_answer"
    assert f"The workload 'w-4' ({FOUR}) exists, but the list of workloads does not hold it" in str(failed)


def test_what_needs_a_write_by_that_answer_is_shown_before_it(exchange: Exchange) -> None:
    """The answer is not documented, so that a difference in it is read again: here it lacks a key of the user."""
    whole = marked(1)
    whole["metadata"]["team"] = "a"
    exchange.get("/workloads", workloads.listing(whole, *DOCUMENTS[1:]))
    exchange.get("/workloads/detail", {"workloads": [marked(1), *DOCUMENTS[1:]]})
    shown(exchange, whole)
    exchange.put(f"/workloads/{ONE}", {"workload": {"description": "new", "metadata": {OWNER: "shop", "team": "a"}}})
    exchange.get(f"/workloads/{ONE}", {"workload": {**whole, "description": "new"}})
    entries = [{"name": "w-1", "description": "new"}, *ENTRIES[1:]]
    assert exchange.run("workloads", workloads=entries, **QUICK)["counts"]["updated"] == 1


@pytest.mark.parametrize(
    "wrong", [{"description": "other"}, {"encryption": True}, {"metadata": {OWNER: "mail"}}], ids=str
)
def test_what_is_wrong_by_that_answer_alone_is_not_wrong(exchange: Exchange, wrong: dict[str, Any]) -> None:
    documents = [marked(number) for number in range(1, 5)]
    exchange.get("/workloads", workloads.listing(*documents))
    exchange.get("/workloads/detail", {"workloads": [{**documents[0], **wrong}, *documents[1:]]})
    shown(exchange, documents[0])
    entries = [{**each, "encryption": False} for each in ENTRIES]
    assert not exchange.run("workloads", workloads=entries, owner="shop", **QUICK)["changed"]


def test_what_an_entry_asks_for_and_that_answer_lacks_is_shown(exchange: Exchange) -> None:
    rows = [{key: value for key, value in each.items() if key != "encryption"} for each in DOCUMENTS]
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    exchange.get("/workloads/detail", {"workloads": rows})
    shown(exchange, *DOCUMENTS)
    assert not exchange.run("workloads", workloads=[{**each, "encryption": False} for each in ENTRIES], **QUICK)[
        "changed"
    ]


def test_a_target_that_that_answer_lacks_is_shown(exchange: Exchange) -> None:
    """A server that does not show it counts as unknown, since it cannot be changed. Here one answer leaves it out."""
    rows = copy.deepcopy(DOCUMENTS)
    for key in ("backup_target_types", "backup_target_type"):
        del rows[3]["metadata"][key]
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    exchange.get("/workloads/detail", {"workloads": rows})
    shown(exchange, DOCUMENTS[3])
    exchange.get("/backup_target_types", workloads.TARGET_TYPES)
    result = exchange.run("workloads", workloads=[{**each, "backup_target_type": "nfs_1"} for each in ENTRIES], **QUICK)
    assert (result["changed"], warnings_of(result)) == (False, [])


def test_each_list_of_names_is_read_once(exchange: Exchange) -> None:
    documents = [
        document(number, instances=[{"id": server, "name": "x"}]) for number, server in ((1, cloud.WEB), (2, cloud.DB))
    ]
    exchange.get("/workloads", workloads.listing(*documents))
    shown(exchange, *documents)
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
    entries = [{"name": "w-1", "instances": ["web-1"]}, {"name": "w-2", "instances": ["db-1"]}]
    assert not exchange.run("workloads", workloads=entries, **QUICK)["changed"]


SERVERS = [
    {
        "id": cloud.WEB,
        "name": "web-1",
        "metadata": {"backup": "gold"},
        "tags": ["keep"],
        "OS-EXT-AZ:availability_zone": "az-1",
    },
    {"id": cloud.DB, "name": "db-1", "metadata": {}, "tags": [], "OS-EXT-AZ:availability_zone": "az-2"},
]


@pytest.mark.parametrize(
    ("selectors", "path"),
    [
        pytest.param([{"name": ["web-*"]}, {"name": ["db-*"]}], "/servers", id="names"),
        pytest.param([{"name": ["web-*"]}, {"availability_zone": ["az-2"]}], "/servers/detail", id="zone"),
        pytest.param([{"metadata": {"backup": "gold"}}, {"name": ["d*"]}], "/servers/detail", id="metadata"),
        pytest.param([{"tags": ["keep"]}, {"availability_zone": ["az-2"]}], "/servers/detail", id="tags"),
    ],
)
def test_all_selectors_take_one_list_of_servers(exchange: Exchange, selectors: list[dict[str, Any]], path: str) -> None:
    documents = [
        document(number, instances=[{"id": server, "name": "x"}]) for number, server in ((1, cloud.WEB), (2, cloud.DB))
    ]
    exchange.get("/workloads", workloads.listing(*documents))
    shown(exchange, *documents)
    exchange.get(path, {"servers": SERVERS}, url=NOVA)
    exchange.get("/restores/detail", {"restores": []})
    entries = [{"name": f"w-{number}", "selector": selector} for number, selector in enumerate(selectors, 1)]
    assert not exchange.run("workloads", workloads=entries, **QUICK)["changed"]
    assert exchange.microversions == ["compute 2.69"]


def test_a_nova_without_tags_is_told_so(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(DOCUMENTS[0]))
    shown(exchange, DOCUMENTS[0])
    for version in ("2.69", "2.26"):
        refusal = fault(f"Version {version} is not supported", "computeFault", 406)
        exchange.get("/servers/detail", refusal, status=406, url=NOVA)
    failed = exchange.fail("workloads", workloads=[{"name": "w-1", "selector": {"tags": ["keep"]}}], **QUICK)
    assert failed.error["status"] == 406
    assert "Nova is too old for tags, which need 'compute 2.26'." in str(failed)


def test_an_empty_selection_is_skipped_where_that_is_said(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(DOCUMENTS[0]))
    shown(exchange, DOCUMENTS[0])
    exchange.servers(**{"web-1": cloud.WEB})
    entries = [{"name": "w-1", "selector": {"name": ["gold-*"]}, "description": "new"}]
    result = exchange.run("workloads", workloads=entries, on_empty_selection="skip", **QUICK)
    said = (ONE, "skipped", "its selector selects no server", "")
    assert [(row["id"], row["outcome"], row["reason"], row["description"]) for row in result["workloads"]] == [said]
    assert result["counts"]["skipped"] == 1


def test_a_server_that_answers_nothing_any_more_stops_the_task_before_the_first_write(exchange: Exchange) -> None:
    exchange.get("/workloads", fault("no", "forbidden", 403), status=403)
    failed = exchange.fail("workloads", workloads=ENTRIES, **QUICK)
    assert failed.error["code"] == "forbidden"


def test_a_list_of_names_that_cannot_be_read_fails_the_task_once(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(*DOCUMENTS[:2]))
    shown(exchange, *DOCUMENTS[:2])
    exchange.get("/servers", fault("no", "forbidden", 403), status=403, url=NOVA)
    failed = exchange.fail("workloads", workloads=[{**each, "instances": ["x"]} for each in ENTRIES[:2]], **QUICK)
    assert failed.error["code"] == "forbidden"


# ---- writing -------------------------------------------------------------------------------------


def body_of_create(name: str, server: str) -> dict[str, Any]:
    """Return the options of a small workload with an owner."""
    schedule = {
        "enabled": True,
        "hourly": {"interval": 24, "retention": 7, "snapshot_type": "incremental"},
        "manual": {"retention": 30},
    }
    smallest = {"name": name, "description": "", "source_platform": "openstack", "instances": [{"instance-id": server}]}
    return {"workload": {**smallest, "jobschedule": schedule, "metadata": {OWNER: "shop"}}}


def test_two_are_made_side_by_side_after_one_round_of_reads(exchange: Exchange) -> None:
    schedule = {"enabled": True, "hourly": {"interval": 24, "retention": 7}}
    entries = [
        {"name": name, "instances": [server], "schedule": schedule}
        for name, server in (("web", "web-1"), ("db", "db-1"))
    ]

    def before() -> None:
        exchange.get("/workloads", workloads.listing())
        exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
        exchange.get("/backup_targets", workloads.TARGETS_OF_6)
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
        exchange.get("/global_job_scheduler", workloads.SCHEDULER_ON)

    before()
    planned = exchange.run("workloads", workloads=entries, owner="shop", check=True, **QUICK)
    before()
    raw = {
        "enabled": True,
        "hourly": {"interval": "24", "retention": "7", "snapshot_type": "incremental"},
        "manual": {"retention": "30"},
    }
    with exchange.any_order():
        for name, server, new in (("web", cloud.WEB, ONE), ("db", cloud.DB, TWO)):
            made = workloads.created(
                id=new, name=name, instances=[{"id": server, "name": name}], jobschedule=raw, metadata={OWNER: "shop"}
            )
            exchange.post("/workloads", body_of_create(name, server), {"workload": workloads.summary(made)})
            exchange.get(f"/workloads/{new}", {"workload": made})
    result = exchange.run("workloads", workloads=entries, owner="shop", **QUICK)
    assert [(row["name"], row["id"], row["action"], row["outcome"]) for row in result["workloads"]] == [
        ("web", ONE, "create", "changed"),
        ("db", TWO, "create", "changed"),
    ]
    assert (planned["plan"], planned["diff"], planned["counts"]) == (result["plan"], result["diff"], result["counts"])
    assert [each["after_header"] for each in result["diff"]] == ["workload 'web'", "workload 'db'"]


def test_a_workload_that_was_made_and_failed_then_is_told_by_its_id(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing())
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    made = workloads.created(id=ONE, name="web", status="error", error_msg="No room")
    smallest = {
        "name": "web",
        "description": "",
        "source_platform": "openstack",
        "instances": [{"instance-id": cloud.WEB}],
        "metadata": {},
    }
    exchange.post(
        "/workloads",
        {"workload": {**smallest, "jobschedule": {"enabled": False, "manual": {"retention": 30}}}},
        {"workload": workloads.summary(made)},
    )
    exchange.get(f"/workloads/{ONE}", {"workload": made})
    failed = exchange.fail("workloads", workloads=[{"name": "web", "instances": ["web-1"]}], server_line="6", **QUICK)
    assert [(row["id"], row["name"], row["outcome"], row["action"]) for row in failed.result["workloads"]] == [
        (ONE, "web", "failed", "create")
    ]


def test_what_failed_is_told_without_a_list_of_names(exchange: Exchange) -> None:
    """The only entry that names a policy is somebody else's. Once something is written, no list may fail the task."""
    foreign = marked(1, "mail")
    foreign["metadata"]["policy_id"] = workloads.GOLD
    exchange.get("/workloads", workloads.listing(foreign, marked(2)))
    shown(exchange, foreign, marked(2))
    exchange.put(f"/workloads/{TWO}", {"workload": {"description": "new", "metadata": {OWNER: "shop"}}})
    exchange.get(f"/workloads/{TWO}", {"workload": marked(2, description="new")})
    entries = [{"name": "w-1", "policy": "Gold"}, {"name": "w-2", "description": "new"}]
    failed = exchange.fail("workloads", workloads=entries, owner="shop", **QUICK)
    assert [(row["outcome"], row.get("policy")) for row in failed.result["workloads"]] == [
        ("failed", {"id": workloads.GOLD, "name": None}),
        ("changed", None),
    ]


def test_a_name_that_only_a_failed_entry_asks_for_is_not_looked_up(exchange: Exchange) -> None:
    bound = document(2)
    bound["metadata"]["policy_id"] = workloads.GOLD
    exchange.get("/workloads", workloads.listing(marked(1, "mail"), bound))
    shown(exchange, marked(1, "mail"), bound)
    entries = [{"name": "w-1", "policy": "Gold"}, {"name": "w-2", "description": "new"}]
    failed = exchange.fail("workloads", workloads=entries, owner="shop", check=True, **QUICK)
    assert [row["outcome"] for row in failed.result["workloads"]] == ["failed", "changed"]


def test_adoption_sends_metadata_mark_and_policy_and_nothing_else(exchange: Exchange) -> None:
    plain = document(1)
    bound = {**plain, "metadata": {**plain["metadata"], "team": "a", "policy_id": workloads.GOLD}}
    exchange.get("/workloads", workloads.listing(bound))
    shown(exchange, bound)
    exchange.get("/workload_policy/", workloads.POLICIES)
    exchange.put(
        f"/workloads/{ONE}", {"workload": {"metadata": {"team": "a", OWNER: "shop", "policy_id": workloads.GOLD}}}
    )
    exchange.get(f"/workloads/{ONE}", {"workload": {**bound, "metadata": {**bound["metadata"], OWNER: "shop"}}})
    result = exchange.run("workloads", workloads=[{"name": "w-1", "policy": "Gold"}], owner="shop", **QUICK)
    assert [(step["action"], step["fields"]) for step in result["plan"]] == [("adopt", [f"metadata.{OWNER}"])]


@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_done_is_in_no_plan_and_no_diff(exchange: Exchange, check: bool) -> None:
    """Two workloads exchange all their servers, and a new one names no policy in a project that has some."""
    documents = [
        document(number, instances=[{"id": server, "name": name}])
        for number, server, name in ((1, cloud.WEB, "web-1"), (2, cloud.DB, "db-1"))
    ]
    entries = [
        {"name": "w-1", "instances": ["db-1"]},
        {"name": "w-2", "instances": ["web-1"]},
        {"name": "new", "instances": ["mail-1"]},
    ]
    exchange.get("/workloads", workloads.listing(*documents))
    shown(exchange, *documents)
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB, "mail-1": SIX})
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.ASSIGNED)
    failed = exchange.fail("workloads", workloads=entries, check=check, server_line="6", **QUICK)
    assert [(row["outcome"], row.get("action")) for row in failed.result["workloads"]] == [("failed", None)] * 3
    assert (failed.result["plan"], failed.result["diff"], failed.result["changed"]) == (
        [],
        [],
        False,
    )


def test_surplus_is_deleted_after_all_else_and_after_a_second_look(exchange: Exchange) -> None:
    ours, change, theirs, free = marked(1), marked(2), marked(3, "mail"), document(4)
    exchange.get("/workloads", workloads.listing(ours, change, theirs, free))
    exchange.get("/workloads/detail", {"workloads": [ours, change, theirs, free]})
    exchange.get(f"/workloads/{TWO}", {"workload": change})
    exchange.get("/snapshots", {"snapshots": []}, query={"workload_id": ONE})
    after = {**change, "description": "new"}
    exchange.put(f"/workloads/{TWO}", {"workload": {"description": "new", "metadata": {OWNER: "shop"}}})
    exchange.get(f"/workloads/{TWO}", {"workload": after})
    exchange.get(f"/workloads/{ONE}", {"workload": ours})
    exchange.get("/snapshots", {"snapshots": []}, query={"workload_id": ONE})
    exchange.delete(f"/workloads/{ONE}")
    exchange.get(f"/workloads/{ONE}", workloads.GONE, status=404)
    result = exchange.run(
        "workloads", workloads=[{"name": "w-2", "description": "new"}], owner="shop", prune=True, **QUICK
    )
    assert [(step["action"], step["id"]) for step in result["plan"]] == [("update", TWO), ("delete", ONE)]
    assert result["pruned"] == [
        {
            "id": ONE,
            "name": "w-1",
            "action": "delete",
            "outcome": "changed",
            "reason": None,
            "changed": True,
            "error": None,
            "snapshots": 0,
        }
    ]
    assert result["others"] == [
        {"id": THREE, "name": "w-3", "mark": "other"},
        {"id": FOUR, "name": "w-4", "mark": "none"},
    ]


def test_the_marks_of_all_others_take_a_show_each_where_no_answer_holds_all(exchange: Exchange) -> None:
    others = [marked(2), document(3), marked(4, "mail")]
    exchange.get("/workloads", workloads.listing(marked(1), *others))
    exchange.get("/workloads/detail", workloads.GONE, status=404)
    shown(exchange, marked(1))
    shown(exchange, *others)
    exchange.get("/snapshots", {"snapshots": []}, query={"workload_id": TWO})
    failed = exchange.fail("workloads", workloads=[{"name": "w-1"}], owner="shop", prune=True, max_deletions=0, **QUICK)
    assert failed.error == {"code": "too_many_deletions"}


def test_snapshots_that_go_with_a_workload_are_in_the_diff(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(marked(1)))
    exchange.get("/workloads/detail", {"workloads": [marked(1)]})
    rows = [{**snapshots.row_of_six(), "id": each, "name": "nightly", "workload_id": ONE} for each in (FIVE, SIX)]
    exchange.get("/snapshots", {"snapshots": rows}, query={"workload_id": ONE})
    result = exchange.run(
        "workloads", workloads=[], owner="shop", prune=True, delete_snapshots=True, check=True, **QUICK
    )
    title = f"workload 'w-1' ({ONE})"
    assert result["diff"] == [
        {
            "before": {"name": "w-1", "id": ONE, "snapshots": [f"nightly ({FIVE})", f"nightly ({SIX})"]},
            "after": {},
            "before_header": title,
            "after_header": title,
        }
    ]
    assert [each["snapshots"] for each in result["pruned"]] == [2]
    assert [step["kind"] for step in result["plan"]] == ["snapshot", "snapshot", "workload"]


@pytest.mark.parametrize("check", [True, False])
def test_surplus_can_leave_its_backups_on_the_target(exchange: Exchange, check: bool) -> None:
    """No snapshot is read then, and none is deleted."""
    exchange.get("/workloads", workloads.listing(marked(1)))
    exchange.get("/workloads/detail", {"workloads": [marked(1)]})
    if not check:
        exchange.get(f"/workloads/{ONE}", {"workload": marked(1)})
        exchange.delete(f"/workloads/{ONE}", query={"database_only": "True"})
        exchange.get(f"/workloads/{ONE}", workloads.GONE, status=404)
    result = exchange.run("workloads", workloads=[], owner="shop", prune=True, keep_data=True, check=check, **QUICK)
    assert [(step["action"], step["kind"], step["id"]) for step in result["plan"]] == [("delete", "workload", ONE)]
    assert result["counts"]["deleted"] == 1


def test_backups_cannot_be_deleted_and_kept(exchange: Exchange) -> None:
    failed = exchange.fail(
        "workloads", keystone=0, workloads=[], owner="shop", prune=True, keep_data=True, delete_snapshots=True
    )
    assert "'delete_snapshots' and 'keep_data' exclude each other" in str(failed)


@pytest.mark.parametrize("delete_snapshots", [False, True])
def test_a_snapshot_that_came_meanwhile_keeps_a_workload(exchange: Exchange, delete_snapshots: bool) -> None:
    """Snapshots are deleted too, but only those in the plan."""
    ours, known, new = (
        marked(1),
        {**snapshots.row_of_six(), "workload_id": ONE},
        {**snapshots.row_of_six(), "id": SIX, "workload_id": ONE},
    )
    before = [known] if delete_snapshots else []
    exchange.get("/workloads", workloads.listing(ours))
    exchange.get("/workloads/detail", {"workloads": [ours]})
    exchange.get("/snapshots", {"snapshots": before}, query={"workload_id": ONE})
    exchange.get(f"/workloads/{ONE}", {"workload": ours})
    exchange.get("/snapshots", {"snapshots": [*before, new]}, query={"workload_id": ONE})
    failed = exchange.fail(
        "workloads", workloads=[], owner="shop", prune=True, delete_snapshots=delete_snapshots, **QUICK
    )
    [row] = failed.result["pruned"]
    assert (row["outcome"], row["error"]["code"]) == ("failed", "wrong_state")
    assert SIX in row["error"]["msg"]


def test_an_id_in_another_spelling_means_the_same_workload(exchange: Exchange) -> None:
    """It is not surplus, and two entries cannot name it."""
    ours = marked(1)
    exchange.get("/workloads", workloads.listing(ours))
    exchange.get("/workloads/detail", workloads.GONE, status=404)
    exchange.get(f"/workloads/{ONE.upper()}", {"workload": ours})
    assert (
        exchange.run("workloads", workloads=[{"id": ONE.upper()}], owner="shop", prune=True, max_deletions=0, **QUICK)[
            "pruned"
        ]
        == []
    )
    exchange.get("/workloads", workloads.listing(ours))
    with exchange.any_order():
        for spelled in (ONE, ONE.upper()):
            exchange.get(f"/workloads/{spelled}", {"workload": ours})
    failed = exchange.fail("workloads", workloads=[{"id": ONE}, {"id": ONE.upper()}], **QUICK)
    assert failed.error == {"code": "invalid_option"}


def test_an_empty_set_that_deletes_nothing_takes_one_request(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(*DOCUMENTS))
    result = exchange.run("workloads", workloads=[], **QUICK)
    assert (result["changed"], result["workloads"], result["pruned"]) == (False, [], [])


@pytest.mark.parametrize("given", [None, [None], "", [""], "web", {}], ids=str)
def test_what_is_no_list_of_entries_fails_before_any_request(exchange: Exchange, given: Any) -> None:
    """A variable that is null by mistake is not an empty set."""
    failed = exchange.fail("workloads", keystone=0, workloads=given, owner="shop", prune=True, max_deletions=99)
    assert "list" in str(failed) or "dictionary" in str(failed)


@pytest.mark.parametrize("check", [True, False])
def test_a_server_of_a_workload_outside_the_set_is_refused_before_the_first_write(
    exchange: Exchange, check: bool
) -> None:
    """A server can be in one workload only. The other entries are not concerned."""
    holder = document(3, instances=[{"id": cloud.DB, "name": "db-1"}])
    own = document(1, instances=[{"id": cloud.WEB, "name": "web-1"}])
    exchange.get("/workloads", workloads.listing(own, holder))
    shown(exchange, own)
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
    if check:
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    exchange.get("/workloads/detail", {"workloads": [own, holder]})
    entries = [{"name": "w-1", "instances": ["web-1", "db-1"]}]
    failed = exchange.fail("workloads", workloads=entries, check=check, **QUICK)
    [row] = failed.result["workloads"]
    assert (row["outcome"], row["error"]["code"]) == ("failed", "wrong_state")
    assert f"'db-1' ({cloud.DB}) is in the workload 'w-3' ({THREE}). A server can be in one workload only." in str(
        failed
    )


def test_a_server_that_another_entry_gives_away_is_taken(exchange: Exchange) -> None:
    giver = document(1, instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "db-1"}])
    taker = document(2, instances=[{"id": SIX, "name": "mail-1"}])
    exchange.get("/workloads", workloads.listing(giver, taker))
    shown(exchange, giver, taker)
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB, "mail-1": SIX})
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    entries = [{"name": "w-1", "instances": ["web-1"]}, {"name": "w-2", "instances": ["mail-1", "db-1"]}]
    result = exchange.run("workloads", workloads=entries, check=True, **QUICK)
    assert [step["name"] for step in result["plan"]] == ["w-1", "w-2"]


def test_a_failure_of_one_of_seven_fits_a_screen(exchange: Exchange) -> None:
    """Ansible prints the whole result of a failed task. What is as declared is not worth a screen."""
    every = document(1)["jobschedule"]
    schedule = {key: each for key, each in every.items() if key not in ("weekly", "monthly", "yearly")}
    documents = [
        marked(number, instances=[{"id": IDS[number - 1], "name": f"web-{number}"}], jobschedule=schedule)
        for number in range(1, 8)
    ]
    exchange.get("/workloads", workloads.listing(*documents))
    exchange.get("/workloads/detail", {"workloads": documents})
    exchange.servers(**{f"web-{number}": IDS[number - 1] for number in range(1, 8)})
    exchange.get(f"/workloads/{THREE}", {"workload": documents[2]})
    entries = [{"name": f"w-{number}", "instances": [f"web-{number}"]} for number in range(1, 8)]
    entries[2]["instances"] = ["wbe-3"]
    failed = exchange.fail("workloads", workloads=entries, owner="shop", **QUICK)
    printed = {key: value for key, value in failed.result.items() if key not in ("diff", "invocation")}
    assert len(json.dumps(printed)) < 2048
    assert [set(row) for row in failed.result["workloads"] if row["outcome"] == "ok"] == [
        {"name", "id", "outcome", "instances"}
    ] * 6
    [row] = [row for row in failed.result["workloads"] if row["outcome"] == "failed"]
    assert (row["name"], row["id"], row["status"]) == ("w-3", THREE, "available")
    assert "Did you mean web-3?" in row["error"]["msg"]


@pytest.mark.parametrize("owner", [None, "shop"])
def test_workloads_outside_of_the_set_are_told_of(exchange: Exchange, owner: str | None) -> None:
    """Nothing is deleted without `prune`; an operator sees nevertheless that a workload has left the declaration."""
    documents = [marked(1), marked(2), marked(3, "mail"), document(4), marked(5, status="deleting")]
    exchange.get("/workloads", workloads.listing(*documents))
    if owner:
        exchange.get("/workloads/detail", {"workloads": documents})
    else:
        shown(exchange, documents[0])
    result = exchange.run("workloads", workloads=[{"name": "w-1"}], owner=owner, **QUICK)
    marks = ["own", "other", "none"] if owner else ["unknown"] * 3
    assert [row["name"] for row in result["others"]] == ["w-2", "w-3", "w-4"]
    assert [row["mark"] for row in result["others"]] == marks
