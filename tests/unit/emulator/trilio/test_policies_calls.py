# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of policies: wrappers, forms, rules and refusals of every profile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.emulator.in_process import NOWHERE, OTHER_PROJECT, PROJECT, sample
from unit.emulator.trilio.in_process_policies import INTERVAL, ROOT, TRACKS, Policies

LINES = ("4.2", "5.2", "6.1", "6.2")
ASSIGN = {"policy": {"add_projects": [PROJECT], "remove_projects": []}}


@pytest.fixture(params=LINES)
def every(request: pytest.FixtureRequest) -> Policies:
    """Return an emulator of each profile, with refusals that have no HTML tail."""
    return Policies(request.param, error_body="fault")


@pytest.fixture
def policies() -> Policies:
    """Return an emulator of 6.2."""
    return Policies()


def test_what_is_written_and_what_is_read(every: Policies) -> None:
    """Reference Q34: object against rows, display_name against name."""
    response = every.call("POST", ROOT, every.new(display_description="d", metadata={"tier": 1}), roles="admin")
    assert response.status_code == 200
    made = json.loads(response.data)["policy"]
    assert (made["name"], made["description"], made["status"], made["policy_assignments"]) == (
        "daily-30",
        "d",
        "available",
        [],
    )
    assert made["metadata"] == [{"key": "tier", "value": "1"}]
    assert every.values(made["id"]) == every.fields
    assert {row["policy_id"] for row in made["field_values"]} == {made["id"]}
    assert every.get(f"{ROOT}{made['id']}") == {"policy": made}
    listed = {key: value for key, value in made.items() if key != "policy_assignments"}
    assert every.get(ROOT) == {"policy_list": [listed]}


def test_the_captured_policy_made_through_the_api() -> None:
    """Ids and times differ from capture to capture; keys and values do not."""
    wanted = sample("policies_list_4x")["policy_list"][0]
    api = Policies("4.2", build_version="4.0.115")
    api.make(
        display_name="Gold", field_values={row["policy_field_name"]: row["value"] for row in wanted["field_values"]}
    )
    [got] = api.get("/workload_policy")["policy_list"]
    for policy in (got, wanted):
        for row in (policy, *policy["field_values"]):
            assert {row.pop(key) is None for key in ("id", "created_at")} == {False}
            row.pop("policy_id", None)
        policy.pop("updated_at")
    for row in got["field_values"] + wanted["field_values"]:
        assert row.pop("updated_at") is None
    assert got == wanted


@pytest.mark.parametrize("slash", ["", "/"])
def test_every_path_with_and_without_a_slash(policies: Policies, slash: str) -> None:
    made = policies.done("POST", f"/workload_policy{slash}", policies.new())["id"]
    path = f"/workload_policy/{made}"
    assert policies.done("PUT", f"{path}{slash}", {"policy": {"display_name": "new"}})["name"] == "new"
    assert policies.done("POST", f"{path}/assign{slash}", ASSIGN)["policy_assignments"]
    assert policies.code("DELETE", f"{path}{slash}", roles="admin") == 202


def test_wrappers_differ(policies: Policies) -> None:
    """Reference Q16."""
    made = policies.make()
    assert policies.no("POST", ROOT, {"policy": policies.new()["workload_policy"]})[0] == 400
    assert policies.no("PUT", f"{ROOT}{made}", {"workload_policy": {"display_name": "new"}})[0] == 400
    assert policies.no("POST", f"{ROOT}{made}/assign", {"workload_policy": {"add_projects": [PROJECT]}})[0] == 400


def test_names_may_be_shared(policies: Policies) -> None:
    """Reference Q14."""
    assert policies.make() != policies.make()


def test_change(every: Policies) -> None:
    made = every.make()
    other = (
        {"hourly": {"interval": 1, "retention": 2, "snapshot_type": "full"}}
        if every.fields == TRACKS
        else {"interval": "7 hrs"}
    )
    body = {
        "display_name": "new",
        "display_description": "d",
        "metadata": {"a": "b"},
        "field_values": {**every.fields, **other},
    }
    changed = every.done("PUT", f"{ROOT}{made}", {"policy": body})
    assert (changed["name"], changed["description"], changed["metadata"]) == ("new", "d", [{"key": "a", "value": "b"}])
    stored = (
        {"hourly": {"interval": "1", "retention": "2", "snapshot_type": "full"}} if every.fields == TRACKS else other
    )
    assert every.values(made) == {**every.fields, **stored}


def test_projects_are_assigned_and_taken(every: Policies) -> None:
    made = every.make()
    assert (
        every.done(
            "POST",
            f"{ROOT}{made}/assign",
            {"policy": {"add_projects": [PROJECT, OTHER_PROJECT], "remove_projects": []}},
        )["id"]
        == made
    )
    assert every.projects(made) == [PROJECT, OTHER_PROJECT]
    every.done(
        "POST",
        f"{ROOT}{made}/assign",
        {"policy": {"add_projects": [PROJECT], "remove_projects": [OTHER_PROJECT, NOWHERE]}},
    )
    assert every.projects(made) == [PROJECT]
    other = every.make(display_name="other")
    every.done("POST", f"{ROOT}{other}/assign", ASSIGN)
    assert {row["policy_name"] for row in every.get(f"{ROOT}assigned/{PROJECT}")["policies"]} == {"daily-30", "other"}


def test_delete(every: Policies) -> None:
    made = every.make()
    every.done("POST", f"{ROOT}{made}/assign", ASSIGN)
    response = every.call("DELETE", f"{ROOT}{made}", roles="admin")
    assert (response.status_code, response.data) == (202, b"")
    assert every.code("GET", f"{ROOT}{made}") == 404


def test_only_administrators_write(policies: Policies) -> None:
    """Reference A.3: one gate for the policy itself, another one for its projects."""
    made = policies.make()
    for method, path, body, rule in (
        ("POST", ROOT, policies.new(), "create"),
        ("PUT", f"{ROOT}{made}", {"policy": {"display_name": "n"}}, "update"),
        ("DELETE", f"{ROOT}{made}", None, "delete"),
    ):
        assert policies.refusal(method, path, body) == (
            403,
            f"Policy doesn't allow workload:policy_{rule} to be performed.",
        )
    assert policies.refusal("POST", f"{ROOT}{made}/assign", ASSIGN) == (403, "User does not have admin privileges")
    assert policies.get(f"{ROOT}{made}")["policy"]["policy_assignments"] == []


def test_unknown_policy(every: Policies) -> None:
    for method, path, body in (("PUT", "", {"policy": {}}), ("DELETE", "", None), ("POST", "/assign", ASSIGN)):
        assert every.no(method, f"{ROOT}{NOWHERE}{path}", body)[0] == 404


# ---- fields --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"manual": {}}, "'manual.retention' is required and must not be empty"),
        ({"manual": {"retention": ""}}, "'manual.retention' is required and must not be empty"),
        ({"hourly": {}}, "'hourly.interval' must be one of 1, 2, 3, 4, 6, 8, 12, 24"),
        ({"hourly": {"interval": 5}}, "'hourly.interval' must be one of 1, 2, 3, 4, 6, 8, 12, 24"),
        ({"retentionmanual": {"retentionmanual": "5d"}}, "'retentionmanual.retentionmanual' must hold digits only"),
        ({"start_time": "22:00"}, "'start_time' must have the form %I:%M %p"),
        ({"start_time": None}, "'start_time' has the wrong type"),
        ({"weekly": ["sun"]}, "'weekly' has the wrong type"),
    ],
)
def test_what_the_eight_fields_cannot_be(policies: Policies, changes: dict[str, Any], text: str) -> None:
    assert policies.no("POST", ROOT, policies.new(field_values={**TRACKS, **changes})) == (400, text)
    made = policies.make()
    assert policies.no("PUT", f"{ROOT}{made}", {"policy": {"field_values": {**TRACKS, **changes}}}) == (400, text)


@pytest.mark.parametrize("line", LINES)
def test_all_fields_are_needed(line: str) -> None:
    api = Policies(line, error_body="fault")
    for name in api.fields:
        left = {key: value for key, value in api.fields.items() if key != name}
        code, text = api.no("POST", ROOT, api.new(field_values=left))
        assert code == 400
        assert name in text


def test_the_four_fields_are_text() -> None:
    api = Policies("4.2")
    assert api.no("POST", ROOT, api.new(field_values={**INTERVAL, "interval": {"hours": 5}})) == (
        400,
        "'interval' must be text",
    )
    assert api.values(api.make(field_values={**INTERVAL, "retention_policy_value": 10})) == INTERVAL


@pytest.mark.parametrize(("line", "foreign"), [("4.2", TRACKS), ("6.2", INTERVAL)])
def test_fields_of_the_other_line_are_ignored(line: str, foreign: dict[str, Any]) -> None:
    api = Policies(line)
    assert api.values(api.make(field_values={**foreign, **api.fields})) == api.fields


@pytest.mark.parametrize("days", [{}, {"retentionmanual": "5"}])
def test_days_of_manual_snapshots_may_be_left_open(policies: Policies, days: dict[str, str]) -> None:
    assert policies.values(policies.make(field_values={**TRACKS, "retentionmanual": days}))["retentionmanual"] == days


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"display_name": ""}, "Policy needs a display_name"),
        ({"display_name": None}, "Policy needs a display_name"),
        ({"metadata": [{"key": "a", "value": "b"}]}, "metadata must be an object"),
        ({"field_values": [{"policy_field_name": "hourly"}]}, "field_values must be an object"),
    ],
)
def test_other_things_that_cannot_be(policies: Policies, body: dict[str, Any], text: str) -> None:
    assert policies.no("POST", ROOT, policies.new(**body)) == (400, text)
    made = policies.make()
    assert policies.no("PUT", f"{ROOT}{made}", {"policy": body}) == (400, text)


@pytest.mark.parametrize("given", ["p", [1], [""]])
@pytest.mark.parametrize("key", ["add_projects", "remove_projects"])
def test_projects_are_a_list_of_ids(policies: Policies, key: str, given: Any) -> None:
    made = policies.make()
    assert policies.no("POST", f"{ROOT}{made}/assign", {"policy": {key: given}}) == (
        400,
        f"{key} must be a list of project ids",
    )


# ---- in use --------------------------------------------------------------------------------------


def test_a_policy_in_use_is_neither_changed_nor_deleted(every: Policies) -> None:
    """Reference C.5; also where the workload is another project's."""
    made = every.make()
    every.done("POST", f"{ROOT}{made}/assign", ASSIGN)
    workload = every.create(metadata={"policy_id": made})
    text = f"policy: {made}. It's assigned to workloads."
    assert every.no("DELETE", f"{ROOT}{made}") == (400, f"Can not delete {text}")
    for body in ({"display_name": "new"}, {"field_values": every.fields}, {}):
        assert every.no("PUT", f"{ROOT}{made}", {"policy": body}) == (400, f"Can not update {text}")
    other = {"policy": {"add_projects": [OTHER_PROJECT]}}
    assert len(every.done("POST", f"{ROOT}{made}/assign", other)["policy_assignments"]) == 2
    assert every.code("DELETE", f"/workloads/{workload}") == 202
    every.step(60)
    assert every.code("DELETE", f"{ROOT}{made}", roles="admin") == 202


def test_assigning_leaves_workloads_alone(every: Policies) -> None:
    workload = every.create()
    before = every.show(workload)
    every.done("POST", f"{ROOT}{every.make()}/assign", ASSIGN)
    assert every.show(workload) == before


@pytest.mark.parametrize("line", LINES)
def test_fields_that_were_written_overwrite_the_schedule(line: str) -> None:
    """Reference C.5, on create and on PUT."""
    api = Policies(line, error_body="fault")
    weekly = {"backup_day": ["sun"], "retention": "4", "snapshot_type": "full"}
    fields = (
        {**TRACKS, "daily": {"backup_time": ["22:00"], "retention": "3", "snapshot_type": "full"}, "weekly": weekly}
        if line[0] == "6"
        else INTERVAL
    )
    made = api.make(field_values=fields)
    api.done("POST", f"{ROOT}{made}/assign", ASSIGN)
    own = {
        "enabled": True,
        "timezone": "EST",
        "interval": "1 hr",
        "hourly": {"interval": 1, "retention": 1},
        "start_time": "01:00 AM",
    }
    workload = api.create(metadata={"policy_id": made}, jobschedule=own)
    decided = (
        ("hourly", "daily", "weekly")
        if line[0] == "6"
        else ("interval", "retention_policy_type", "retention_policy_value")
    )
    for shown in (api.show(workload), api.change(workload, metadata={"policy_id": made}, jobschedule=own)):
        assert {key: shown["jobschedule"][key] for key in decided} == {key: fields[key] for key in decided}
        assert (shown["jobschedule"]["timezone"], shown["jobschedule"]["start_time"]) == ("EST", "01:00 AM")
