# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload_policy) and C(workload_policy_info) send: method, path, body, order and number of all requests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange import IDENTITY, PROJECT, Exchange, fault, warnings_of
from support.workloads import GOLD, LOST, NEW, OTHER_PROJECT, POLICIES, QUICK, SIX, summary, workload

LIST = "/workload_policy/"
ONE = f"/workload_policy/{GOLD}"
FOUR = POLICIES["policy_list"][0]
ALL: dict[str, Any] = {"query": {"all_workloads": "True"}}

HOURLY = {"interval": "24", "retention": "30", "snapshot_type": "incremental"}
EIGHT: dict[str, Any] = {
    "hourly": HOURLY,
    "daily": {},
    "weekly": {},
    "monthly": {},
    "yearly": {},
    "manual": {"retention": "30"},
    "retentionmanual": {"retentionmanual": "30"},
    "start_time": "10:00 PM",
}
"""The fields of a request for 6.x (API reference B.6)."""

WISH: dict[str, Any] = {
    "hourly": {"interval": 24, "retention": 30},
    "manual": {"retention": 30},
    "manual_retention_days": 30,
    "start_time": "22:00",
}
"""The same as a user writes it."""

SCHEDULE_4 = {"interval": 5, "retention_count": 10, "full_backup_interval": -1}
"""What the captured policy of 4.x says."""


def rows(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Return fields as they are read."""
    return [
        {"id": str(number), "policy_id": GOLD, "policy_field_name": name, "value": value}
        for number, (name, value) in enumerate(fields.items())
    ]


def policy(
    base: dict[str, Any] = FOUR, *, projects: tuple[str, ...] = (), fields: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a policy as a show holds it."""
    assignments = [{"project_id": project, "policy_id": base["id"]} for project in projects]
    shown = base["field_values"] if fields is None else rows(fields)
    return {**base, "field_values": shown, "policy_assignments": assignments, **changes}


def tracks(**changes: Any) -> dict[str, Any]:
    """Return a policy of 6.x as a show holds it."""
    return policy(**{"fields": EIGHT, **changes})


def listing(exchange: Exchange, *documents: dict[str, Any]) -> None:
    """Expect the list of policies, which leaves the assignments out (API reference Q15)."""
    exchange.get(
        LIST,
        {
            "policy_list": [
                {key: value for key, value in each.items() if key != "policy_assignments"} for each in documents
            ]
        },
    )


def found(exchange: Exchange, document: dict[str, Any]) -> None:
    """Expect that a policy is found by its name and shown."""
    listing(exchange, document)
    exchange.get(f"{LIST}{document['id']}", {"policy": document})


def everywhere(exchange: Exchange, *documents: dict[str, Any]) -> None:
    """Expect a look at the workloads of all projects, which the server lists in detail."""
    exchange.get("/workloads", {"workloads": [summary(each) for each in documents]}, **ALL)
    exchange.get("/workloads/detail", {"workloads": list(documents)}, **ALL)


def nobody(exchange: Exchange) -> None:
    """Expect a look at all workloads, none of which uses the policy."""
    everywhere(exchange, workload())


def put(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body of a change: always whole, as whether it may be partial is not known."""
    fields = {row["policy_field_name"]: row["value"] for row in document["field_values"]}
    metadata = {row["key"]: row["value"] for row in document["metadata"]}
    whole = {
        "display_name": document["name"],
        "display_description": document["description"],
        "metadata": metadata,
        "field_values": fields,
    }
    return {"policy": {**whole, **changes}}


# ---- as it is ---------------------------------------------------------------------------------------------------------------


def test_the_captured_policy_is_as_it_is(exchange: Exchange) -> None:
    found(exchange, policy())
    result = exchange.run(
        "workload_policy", name="Gold", description="", schedule=SCHEDULE_4, metadata={}, metadata_mode="exact", **QUICK
    )
    assert (result["changed"], result["plan"], result["id"]) == (False, [], GOLD)
    assert result["workload_policy"]["schedule"] == SCHEDULE_4
    assert (result["workload_policy"]["projects"], result["workload_policy"]["metadata"]) == ([], {})


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(EIGHT, id="objects"),
        pytest.param(
            {key: json.dumps(value) if isinstance(value, dict) else value for key, value in EIGHT.items()},
            id="json text",
        ),
        pytest.param(
            {**EIGHT, "hourly": {"interval": 24, "retention": 30, "snapshot_type": "incremental"}}, id="numbers"
        ),
        pytest.param({key: value for key, value in EIGHT.items() if value}, id="no empty tracks"),
        pytest.param({key: value or None for key, value in EIGHT.items()}, id="null tracks"),
    ],
)
def test_a_policy_of_line_6_in_each_form(exchange: Exchange, fields: dict[str, Any]) -> None:
    found(exchange, tracks(fields=fields))
    assert not exchange.run("workload_policy", name="Gold", schedule={**WISH, "weekly": {}}, **QUICK)["changed"]


def test_by_id_takes_one_request(exchange: Exchange) -> None:
    exchange.get(ONE, {"policy": policy(projects=(PROJECT,))})
    assert not exchange.run("workload_policy", id=GOLD, projects=[PROJECT], projects_mode="exact", **QUICK)["changed"]


def test_a_policy_that_another_project_made(exchange: Exchange) -> None:
    """Policies are of the whole cloud; whether they show an owner is not known (API reference B.6)."""
    theirs = policy(project_id=OTHER_PROJECT)
    found(exchange, theirs)
    assert not exchange.run("workload_policy", name="Gold", schedule=SCHEDULE_4, **QUICK)["changed"]


def test_two_of_one_name(exchange: Exchange) -> None:
    listing(exchange, policy(), policy(id=NEW))
    failed = exchange.fail("workload_policy", name="Gold", schedule=SCHEDULE_4, **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert GOLD in str(failed)
    assert NEW in str(failed)


# ---- create -----------------------------------------------------------------------------------------------------------------


def test_what_makes_a_policy_of_line_6(exchange: Exchange) -> None:
    made = tracks(id=NEW, name="daily-30", projects=(OTHER_PROJECT, PROJECT))
    listing(exchange, tracks())
    body = {"display_name": "daily-30", "display_description": "", "metadata": {}, "field_values": EIGHT}
    exchange.post(LIST, {"workload_policy": body}, {"policy": {**made, "policy_assignments": []}}, status=200)
    exchange.post(
        f"{LIST}{NEW}/assign",
        {"policy": {"add_projects": [OTHER_PROJECT, PROJECT], "remove_projects": []}},
        {"policy": made},
        status=200,
    )
    exchange.get(f"{LIST}{NEW}", {"policy": made})
    result = exchange.run("workload_policy", name="daily-30", schedule=WISH, projects=[PROJECT, OTHER_PROJECT], **QUICK)
    assert result["plan"] == [
        {
            "action": "create",
            "kind": "workload policy",
            "name": "daily-30",
            "id": None,
            "fields": ["name", "schedule", "projects"],
        }
    ]
    assert result["workload_policy"]["projects"] == [OTHER_PROJECT, PROJECT]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_what_makes_a_policy_of_line_4(exchange: Exchange, status: int) -> None:
    fields = {
        "interval": "8 hr",
        "retention_policy_type": "Number of days to retain Snapshots",
        "retention_policy_value": "30",
        "fullbackup_interval": "-1",
    }
    made = policy(id=NEW, name="silver", description="d", fields=fields, metadata=[{"key": "tier", "value": "2"}])
    listing(exchange, policy())
    body = {"display_name": "silver", "display_description": "d", "metadata": {"tier": "2"}, "field_values": fields}
    exchange.post(LIST, {"workload_policy": body}, {"policy": made}, status=status)
    exchange.get(f"{LIST}{NEW}", {"policy": made})
    result = exchange.run(
        "workload_policy",
        name="silver",
        description="d",
        metadata={"tier": 2},
        schedule={"interval": 8, "retention_days": 30},
        **QUICK,
    )
    assert result["workload_policy"]["schedule"] == {"interval": 8, "retention_days": 30, "full_backup_interval": -1}


def test_defaults_of_line_6(exchange: Exchange) -> None:
    """The server wants all eight fields; 30 manual snapshots are kept, and an empty track of a wish is one that is not used."""
    fields = {**EIGHT, "retentionmanual": {}}
    made = tracks(id=NEW, name="new", fields=fields)
    listing(exchange)
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": fields}
    exchange.post(LIST, {"workload_policy": body}, {"policy": made}, status=200)
    exchange.get(f"{LIST}{NEW}", {"policy": made})
    wish = {"start_time": "22:00", "hourly": WISH["hourly"], "weekly": {}}
    result = exchange.run("workload_policy", name="new", schedule=wish, server_line="6", **QUICK)
    assert result["workload_policy"]["schedule"] == {
        "start_time": "22:00",
        "hourly": {**WISH["hourly"], "snapshot_type": "incremental"},
        "manual": {"retention": 30},
    }


def test_all_that_a_track_may_hold_is_sent_as_text(exchange: Exchange) -> None:
    wish = {
        **WISH,
        "daily": {"backup_time": ["22:00", "10:00"], "retention": 14},
        "weekly": {"backup_day": ["sun", "mon"], "retention": 8},
        "monthly": {"month_backup_day": [15, 1], "retention": 12},
        "yearly": {"backup_month": ["dec", "jan"], "retention": 3},
    }
    fields = {
        **EIGHT,
        "daily": {"backup_time": ["10:00", "22:00"], "retention": "14", "snapshot_type": "incremental"},
        "weekly": {"backup_day": ["mon", "sun"], "retention": "8", "snapshot_type": "full"},
        "monthly": {"month_backup_day": ["1", "15"], "retention": "12", "snapshot_type": "full"},
        "yearly": {"backup_month": ["jan", "dec"], "retention": "3", "snapshot_type": "full"},
    }
    made = tracks(id=NEW, name="new", fields=fields)
    listing(exchange, tracks())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": fields}
    exchange.post(LIST, {"workload_policy": body}, {"policy": made}, status=200)
    exchange.get(f"{LIST}{NEW}", {"policy": made})
    assert exchange.run("workload_policy", name="new", schedule=wish, **QUICK)["changed"]


def test_check_mode_makes_nothing(exchange: Exchange) -> None:
    listing(exchange, tracks())
    result = exchange.run("workload_policy", name="new", schedule=WISH, projects=[PROJECT], check=True, **QUICK)
    assert result["changed"]
    assert result["workload_policy"]["projects"] == [PROJECT]
    assert result["diff"]["after"]["schedule"] == {**WISH, "hourly": {**WISH["hourly"], "snapshot_type": "incremental"}}


def test_the_line_that_cannot_be_told_is_asked_for(exchange: Exchange) -> None:
    listing(exchange)
    exchange.get("/backup_targets", {"backup_targets": [{"id": "1", "version": "5.2.8.15", "status": "available"}]})
    assert exchange.fail("workload_policy", name="new", schedule=WISH, **QUICK).error == {"code": "server_line"}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
def test_a_lost_answer_makes_no_second_one(exchange: Exchange, lost: dict[str, Any]) -> None:
    """Names are not unique: what is new is what was not there before (API reference Q14, Q29)."""
    made = tracks(id=NEW, name="new", projects=(PROJECT,), project_id=OTHER_PROJECT)
    listing(exchange, tracks())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": EIGHT}
    exchange.post(LIST, {"workload_policy": body}, **lost)
    listing(exchange, tracks(), made)
    exchange.post(
        f"{LIST}{NEW}/assign",
        {"policy": {"add_projects": [PROJECT], "remove_projects": []}},
        {"policy": made},
        status=200,
    )
    exchange.get(f"{LIST}{NEW}", {"policy": made})
    result = exchange.run("workload_policy", name="new", schedule=WISH, projects=[PROJECT], **QUICK)
    assert result["id"] == NEW
    assert any("was taken over" in text for text in warnings_of(result))


def test_a_refused_assignment_says_what_is_done(exchange: Exchange) -> None:
    made = tracks(id=NEW, name="new")
    listing(exchange, tracks())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": EIGHT}
    exchange.post(LIST, {"workload_policy": body}, {"policy": made}, status=200)
    assign = {"policy": {"add_projects": [PROJECT], "remove_projects": []}}
    exchange.post(
        f"{LIST}{NEW}/assign", assign, fault("User does not have admin privileges", "forbidden", 403), status=403
    )
    failed = exchange.fail("workload_policy", name="new", schedule=WISH, projects=[PROJECT], **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("forbidden", f"{LIST}{NEW}/assign")
    assert "User does not have admin privileges" in str(failed)
    assert "administrators of the cloud" in str(failed)


@pytest.mark.parametrize(
    ("line", "wish", "words"),
    [
        ("6", None, "the option 'schedule' is needed"),
        ("6", {"hourly": WISH["hourly"]}, "A policy needs schedule.start_time"),
        ("6", {"start_time": "22:00"}, "A policy needs schedule.hourly"),
        (
            "6",
            {**WISH, "weekly": {"backup_day": ["sun"], "retention": 1}},
            "schedule.weekly needs schedule.daily: no workload could be enabled",
        ),
        ("6", {"interval": 4, "retention_count": 3}, "The server is of line 6, which does not know schedule.interval"),
        ("4", {"interval": 4}, "A policy needs one of schedule.retention_count, schedule.retention_days"),
        ("4", {"retention_count": 4}, "A policy needs schedule.interval"),
        ("5", {"interval": 4, "retention_count": 3, "start_time": "22:00"}, "policies hold no schedule.start_time"),
        ("5", WISH, "which does not know schedule.hourly, schedule.manual, schedule.manual_retention_days"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_a_new_policy_lacks(
    exchange: Exchange, line: str, wish: dict[str, Any] | None, words: str, check: bool
) -> None:
    listing(exchange)
    failed = exchange.fail("workload_policy", name="new", schedule=wish, server_line=line, check=check, **QUICK)
    assert words in str(failed)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": None}, "One of the options 'name' and 'id' is needed"),
        ({"name": ""}, "'name' is empty"),
        ({"id": "Gold"}, "'Gold', which is not an id"),
        ({"name": "g", "schedule": {"hourly": {"interval": 4}}}, "schedule.hourly.retention missing"),
        ({"name": "g", "schedule": {"manual": {}}}, "schedule.manual: the server requires its retention"),
        ({"name": "g", "schedule": {"start_time": "1320"}}, "bare number"),
        ({"name": "g", "schedule": {"interval": 4, "hourly": WISH["hourly"]}}, "exclude each other"),
        ({"name": "g", "projects": [""]}, "'projects' holds an empty name"),
        ({"name": "g", "metadata": {"a": None}}, "a key without a value"),
        ({"name": "g", "metadata": {"a": True}}, "that is not text"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_before_the_first_request(
    exchange: Exchange, options: dict[str, Any], words: str
) -> None:
    assert words in str(exchange.fail("workload_policy", keystone=0, **options, **QUICK))


@pytest.mark.parametrize("key", ["enabled", "timezone", "start_date", "end_date"])
def test_what_stays_with_the_workload_is_no_option(exchange: Exchange, key: str) -> None:
    assert f"schedule.{key}" in str(
        exchange.fail("workload_policy", keystone=0, name="g", schedule={key: "true"}, **QUICK)
    )


# ---- change -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({"new_name": "Silver"}, {"display_name": "Silver"}),
        ({"description": "d"}, {"display_description": "d"}),
        ({"metadata": {"tier": 1}}, {"metadata": {"owner": "ops", "tier": "1"}}),
        (
            {"schedule": {"interval": 24}},
            {
                "field_values": {
                    **{row["policy_field_name"]: row["value"] for row in FOUR["field_values"]},
                    "interval": "24 hr",
                }
            },
        ),
    ],
    ids=str,
)
def test_a_change_is_sent_whole(exchange: Exchange, options: dict[str, Any], changes: dict[str, Any]) -> None:
    now = policy(metadata=[{"key": "owner", "value": "ops", "created_at": "2026-11-20T10:00:00.000000"}])
    body = put(now, **changes)
    sent = body["policy"]
    then = policy(
        name=sent["display_name"],
        description=sent["display_description"],
        metadata=[{"key": key, "value": value} for key, value in sent["metadata"].items()],
        fields=sent["field_values"],
    )
    found(exchange, now)
    nobody(exchange)
    exchange.put(ONE, body, {"policy": then}, status=200)
    exchange.get(ONE, {"policy": then})
    assert exchange.run("workload_policy", name="Gold", **options, **QUICK)["changed"]


def test_tracks_that_nobody_named_go_back_as_they_were(exchange: Exchange) -> None:
    weekly = {"backup_day": ["sun"], "retention": "4", "snapshot_type": "full"}
    daily = {"backup_time": ["22:00"], "retention": "4", "snapshot_type": "full"}
    text = {**EIGHT, "daily": daily, "weekly": json.dumps(weekly), "hourly": json.dumps(HOURLY), "later": "unknown"}
    now = tracks(fields=text)
    fields = {**EIGHT, "daily": daily, "weekly": {}}
    then = tracks(fields=fields)
    found(exchange, now)
    nobody(exchange)
    exchange.put(ONE, put(now, field_values=fields), {"policy": then}, status=200)
    exchange.get(ONE, {"policy": then})
    result = exchange.run("workload_policy", name="Gold", schedule={"weekly": {}}, **QUICK)
    assert result["plan"][0]["fields"] == ["schedule.weekly"]


@pytest.mark.parametrize(
    ("mode", "named", "added", "removed"),
    [
        ("add", [PROJECT, OTHER_PROJECT], [OTHER_PROJECT], []),
        ("exact", [OTHER_PROJECT], [OTHER_PROJECT], [PROJECT]),
        ("remove", [PROJECT, OTHER_PROJECT], [], [PROJECT]),
        ("exact", [], [], [PROJECT]),
    ],
)
def test_projects_have_a_call_of_their_own(
    exchange: Exchange, mode: str, named: list[str], added: list[str], removed: list[str]
) -> None:
    now, then = policy(projects=(PROJECT,)), policy(projects=tuple(added if removed else [PROJECT, *added]))
    found(exchange, now)
    if removed:
        nobody(exchange)
    exchange.post(
        f"{ONE}/assign", {"policy": {"add_projects": added, "remove_projects": removed}}, {"policy": then}, status=200
    )
    exchange.get(ONE, {"policy": then})
    result = exchange.run("workload_policy", name="Gold", projects=named, projects_mode=mode, **QUICK)
    assert result["plan"][0]["fields"] == ["projects"]
    assert warnings_of(result) == []


def test_a_project_by_name_takes_a_list_of_keystone(exchange: Exchange) -> None:
    found(exchange, policy(projects=(PROJECT,)))
    exchange.get("/projects", {"projects": [{"id": PROJECT, "name": "shop"}]}, url=f"{IDENTITY}/v3")
    assert not exchange.run("workload_policy", name="Gold", projects=["shop"], **QUICK)["changed"]


@pytest.mark.parametrize("line", ["4", "6"])
def test_a_policy_of_the_other_form_is_not_touched(exchange: Exchange, line: str) -> None:
    found(exchange, tracks() if line == "4" else policy())
    assert exchange.fail("workload_policy", name="Gold", description="d", server_line=line, **QUICK).error == {
        "code": "server_line"
    }


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
def test_a_lost_answer_to_a_change_is_looked_after(exchange: Exchange, lost: dict[str, Any]) -> None:
    now, then = policy(), policy(description="d")
    found(exchange, now)
    nobody(exchange)
    exchange.put(ONE, put(now, display_description="d"), **lost)
    exchange.get(ONE, {"policy": then})
    assert exchange.run("workload_policy", name="Gold", description="d", **QUICK)["changed"]


# ---- in use -----------------------------------------------------------------------------------------------------------------

USER = workload(project_id=OTHER_PROJECT, metadata={**SIX["metadata"], "policy_id": GOLD})
AT_TOP = workload(project_id=OTHER_PROJECT, policy_id=GOLD)
IN_USE: list[dict[str, Any]] = [
    {"description": "d"},
    {"new_name": "x"},
    {"schedule": {"interval": 1}},
    {"metadata": {"a": "b"}},
    {"state": "absent"},
]


@pytest.mark.parametrize("options", IN_USE, ids=str)
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("user", [USER, AT_TOP], ids=["metadata", "top"])
def test_in_use_is_refused_before_the_write(
    exchange: Exchange, options: dict[str, Any], check: bool, user: dict[str, Any]
) -> None:
    found(exchange, policy())
    everywhere(exchange, user)
    failed = exchange.fail("workload_policy", name="Gold", **options, check=check, **QUICK)
    done = "deleted" if "state" in options else "changed"
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"The workload policy 'Gold' ({GOLD}) was not {done}, because workloads use it: '{user['name']}' ({user['id']}, project {OTHER_PROJECT})."
        in str(failed)
    )
    assert "Make a policy of another name" in str(failed)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"reply": fault("no", "itemNotFound", 404), "status": 404}, id="no such page"),
        pytest.param({"reply": fault("Invalid uuid for id: detail"), "status": 400}, id="taken for an id"),
        pytest.param({"reply": {"workload": {"id": "detail"}}}, id="another shape"),
        pytest.param({"reply": {"workloads": [summary(USER)]}}, id="not in detail"),
        pytest.param({"reply": {"workloads": []}}, id="of this project only"),
    ],
)
def test_what_a_list_in_detail_leaves_out_is_shown(exchange: Exchange, answer: dict[str, Any]) -> None:
    found(exchange, policy())
    exchange.get("/workloads", {"workloads": [summary(USER)]}, **ALL)
    exchange.get("/workloads/detail", **answer, **ALL)
    exchange.get(f"/workloads/{USER['id']}", {"workload": USER})
    assert exchange.fail("workload_policy", name="Gold", state="absent", **QUICK).error == {"code": "wrong_state"}


def test_of_a_hidden_workload_the_server_decides(exchange: Exchange) -> None:
    found(exchange, policy())
    exchange.get("/workloads", {"workloads": [summary(USER)]}, **ALL)
    exchange.get("/workloads/detail", {"workloads": []}, **ALL)
    exchange.get(f"/workloads/{USER['id']}", fault("no", "itemNotFound", 404), status=404)
    exchange.delete(ONE, fault(f"Can not delete policy: {GOLD}. It's assigned to workloads."), status=400)
    failed = exchange.fail("workload_policy", name="Gold", state="absent", **QUICK)
    assert "It's assigned to workloads" in str(failed)
    [warning] = warnings_of(failed.result)
    assert f"'{USER['name']}' ({USER['id']}, project {OTHER_PROJECT})" in warning


def test_who_may_not_see_all_workloads_is_told_so(exchange: Exchange) -> None:
    denied: dict[str, Any] = {
        "reply": fault("Policy doesn't allow workload:get_all_workloads to be performed.", "forbidden", 403),
        "status": 403,
    }
    found(exchange, policy())
    exchange.get("/workloads", **denied, **ALL)
    exchange.get("/workloads", {"workloads": []})
    exchange.delete(ONE)
    exchange.get(ONE, fault("gone", "itemNotFound", 404), status=404)
    result = exchange.run("workload_policy", name="Gold", state="absent", **QUICK)
    assert result["changed"]
    assert "Only those of this project were looked at" in warnings_of(result)[0]


def test_a_user_of_a_policy_counts_in_whatever_project_it_is(exchange: Exchange) -> None:
    denied: dict[str, Any] = {"reply": fault("no", "forbidden", 403), "status": 403}
    found(exchange, policy())
    exchange.get("/workloads", **denied, **ALL)
    exchange.get("/workloads", {"workloads": [summary(USER)]})
    exchange.get(f"/workloads/{USER['id']}", {"workload": USER})
    assert exchange.fail("workload_policy", name="Gold", state="absent", **QUICK).error == {"code": "wrong_state"}


@pytest.mark.parametrize("check", [True, False])
def test_workloads_that_are_left_behind_are_named(exchange: Exchange, check: bool) -> None:
    now, then = policy(projects=(PROJECT, OTHER_PROJECT)), policy(projects=(PROJECT,))
    found(exchange, now)
    everywhere(exchange, USER, {**USER, "id": NEW, "name": "here", "project_id": PROJECT})
    if not check:
        exchange.post(
            f"{ONE}/assign",
            {"policy": {"add_projects": [], "remove_projects": [OTHER_PROJECT]}},
            {"policy": then},
            status=200,
        )
        exchange.get(ONE, {"policy": then})
    result = exchange.run(
        "workload_policy", name="Gold", projects=[OTHER_PROJECT], projects_mode="remove", check=check, **QUICK
    )
    [warning] = warnings_of(result)
    assert f"'{USER['name']}' ({USER['id']}, project {OTHER_PROJECT})" in warning
    assert NEW not in warning


def test_a_refused_removal_of_a_project_says_what_to_do(exchange: Exchange) -> None:
    found(exchange, policy(projects=(PROJECT,)))
    nobody(exchange)
    exchange.post(
        f"{ONE}/assign",
        {"policy": {"add_projects": [], "remove_projects": [PROJECT]}},
        fault("It's assigned to workloads."),
        status=400,
    )
    failed = exchange.fail("workload_policy", name="Gold", projects=[], projects_mode="exact", **QUICK)
    assert "bind them to another one first" in str(failed)


def test_many_users_are_not_all_named(exchange: Exchange) -> None:
    found(exchange, policy())
    everywhere(exchange, *({**USER, "name": f"w{number:02}", "id": str(number)} for number in range(23)))
    failed = exchange.fail("workload_policy", name="Gold", state="absent", **QUICK)
    assert "'w19'" in str(failed)
    assert "'w20'" not in str(failed)
    assert "and 3 more" in str(failed)


# ---- reading ----------------------------------------------------------------------------------------------------------------


def test_info_shows_each_policy(exchange: Exchange) -> None:
    silver = policy(id=NEW, name="Alpha", projects=(OTHER_PROJECT,))
    listing(exchange, policy(), silver)
    with exchange.any_order():
        exchange.get(ONE, {"policy": policy(projects=(PROJECT,))})
        exchange.get(f"{LIST}{NEW}", {"policy": silver})
    found = exchange.run("workload_policy_info")["workload_policies"]
    assert [(each["name"], each["projects"], each["workloads"]) for each in found] == [
        ("Alpha", [OTHER_PROJECT], None),
        ("Gold", [PROJECT], None),
    ]


@pytest.mark.parametrize(("wanted", "names"), [([PROJECT], ["Gold"]), ([OTHER_PROJECT], [])])
def test_info_by_project(exchange: Exchange, wanted: list[str], names: list[str]) -> None:
    found(exchange, policy(projects=(PROJECT,)))
    assert [
        each["name"] for each in exchange.run("workload_policy_info", projects=wanted)["workload_policies"]
    ] == names


def test_info_tells_who_uses_a_policy(exchange: Exchange) -> None:
    exchange.get(ONE, {"policy": policy()})
    everywhere(exchange, USER, workload(id=NEW))
    [one] = exchange.run("workload_policy_info", id=GOLD, details=True)["workload_policies"]
    assert one["workloads"] == [{"id": USER["id"], "name": USER["name"], "project_id": OTHER_PROJECT}]


@pytest.mark.parametrize("options", [{"name": "none"}, {"id": NEW}], ids=str)
def test_info_of_what_is_not_there(exchange: Exchange, options: dict[str, Any]) -> None:
    if "id" in options:
        exchange.get(f"{LIST}{NEW}", fault("no", "itemNotFound", 404), status=404)
    else:
        listing(exchange, policy())
    assert exchange.run("workload_policy_info", **options)["workload_policies"] == []


@pytest.mark.parametrize(
    "reply", ["<html>", "", {"policies": []}, {"policy_list": {}}, {"policy_list": [{"name": "x"}]}], ids=str
)
def test_a_list_of_another_shape_is_never_nothing_there(exchange: Exchange, reply: Any) -> None:
    tasks: dict[str, dict[str, Any]] = {
        "workload_policy": {"schedule": SCHEDULE_4, **QUICK},
        "workload_policy_info": {},
    }
    for module, options in tasks.items():
        exchange.get(LIST, reply)
        assert exchange.fail(module, name="Gold", **options).error["code"] == "bad_answer"
