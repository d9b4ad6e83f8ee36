# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator sends the captured bodies, with the same keys and values.

Rows with the captured values are added first. Equal bodies have the Content-Length of the capture.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from unit.emulator.in_process import DB, OTHER_PROJECT, PM, PROJECT, WEB, Api, sample, vms

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def same_shape(ours: Any, theirs: Any, where: str = "body") -> None:
    """Assert that two values have the same keys, types and formats."""
    assert type(ours) is type(theirs), where
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs), where
        for key in theirs:
            same_shape(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(theirs, list):
        assert bool(ours) == bool(theirs), where
        for item in ours:
            same_shape(item, theirs[0], where)
    elif isinstance(theirs, str):
        for form in (TIME, UUID):
            assert bool(form.fullmatch(ours)) == bool(form.fullmatch(theirs)), where


def project_of(row: dict[str, Any]) -> str:
    return str(row["project_id"])


@pytest.mark.parametrize("profile", ["4.2", "5.2", "6.1", "6.2"])
def test_workloads_list(profile: str) -> None:
    api, wanted = Api(profile), sample("workloads_list")
    for row in wanted["workloads"]:
        api.admin("POST", "workloads", row)
    got = api.get("/workloads", project=OTHER_PROJECT, host="wlm_backend")
    assert got == wanted


def test_the_shown_list_is_complete_in_length() -> None:
    api = Api("4.2")
    for row in sample("workloads_list")["workloads"]:
        api.admin("POST", "workloads", row)
    response = api.call("GET", "/workloads", project=OTHER_PROJECT, host="wlm_backend")
    assert len(response.data) == 1393
    assert response.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"req-" + UUID.pattern, response.headers["X-Compute-Request-Id"])


def captured_create(api: Api) -> dict[str, Any]:
    """Return the captured create request, and add the target type that it names."""
    body: dict[str, Any] = sample("workload_create_request_6x")
    api.put_row("backup_target_types", id=body["workload"]["backup_target_types"], name="nfs_1")
    return body


def test_create_6x() -> None:
    api = Api("6.1")
    response = api.call("POST", "/workloads", captured_create(api))
    assert response.status_code == 202
    got = json.loads(response.data)
    same_shape(got, sample("workload_create_response"))
    assert got["workload"]["status"] == "creating"
    assert got["workload"]["description"] == "no-description"


def test_create_answer_to_the_byte() -> None:
    api, wanted = Api("4.2"), sample("workload_create_response")["workload"]
    api.admin("POST", "workloads", wanted)
    (row,) = api.get("/workloads", project=project_of(wanted), host="wlm_backend")["workloads"]
    assert row == wanted
    assert len(json.dumps({"workload": row})) == 703


def test_show_6x_after_the_captured_create() -> None:
    api, wanted = Api("6.1", retentionmanual_default="5"), sample("workload_show_6x")["workload"]
    body = captured_create(api)
    body["workload"]["name"] = wanted["name"]
    workload_id = json.loads(api.call("POST", "/workloads", body).data)["workload"]["id"]
    api.step(60)
    api.admin(
        "POST",
        "snapshots",
        {"workload_id": workload_id, "snapshot_type": "incremental", "size": 0, "status": "executing"},
    )
    api.admin("PATCH", f"workloads/{workload_id}", {"status": "locked"})
    got = api.show(workload_id)
    same_shape(got, wanted)
    volatile = ("id", "created_at", "updated_at", "links")
    for key in volatile:
        del got[key], wanted[key]
    assert got["jobschedule"].pop("nextrun") > 0
    del wanted["jobschedule"]["nextrun"]
    assert got == wanted


def test_show_4x() -> None:
    api, wanted = Api("4.2"), sample("workload_show_4x")["workload"]
    computed = ("appliance_timezone", "global_jobscheduler")
    schedule = {key: value for key, value in wanted["jobschedule"].items() if key not in computed}
    api.admin("POST", "workloads", wanted | {"jobschedule": schedule})
    response = api.call("GET", f"/workloads/{wanted['id']}", project=project_of(wanted), host="wlm_backend")
    assert json.loads(response.data)["workload"] == wanted
    assert len(response.data) == 1536


def filled(template: str) -> dict[str, Any]:
    """Return a documented 4.x request with values in place of its placeholders."""
    workload: dict[str, Any] = sample(template)["workload"]
    values = {
        "name": "API created",
        "description": "API description",
        "workload_type_id": "f82ce76f-17fe-438b-aa37-7a023058e50d",
    }
    workload |= {key: value for key, value in values.items() if key in workload}
    workload["instances"] = vms(DB, WEB)
    workload["metadata"] = {"meta": "data"}
    schedule = {
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": 10,
        "timezone": "UTC+2",
        "start_date": "10/27/2020",
        "end_date": "15/27/2020",
        "start_time": "3:00 PM",
        "interval": "5",
        "enabled": "False",
    }
    workload["jobschedule"] = {key: schedule[key] for key in workload["jobschedule"]}
    return {"workload": workload}


def test_create_and_show_4x() -> None:
    api, wanted = Api("4.2"), sample("workload_show_4x")["workload"]
    response = api.call("POST", "/workloads", filled("workload_create_request_template_4x"))
    assert response.status_code == 202
    api.step(60)
    got = api.show(json.loads(response.data)["workload"]["id"])
    del wanted["metadata"]["policy_id"]
    same_shape(got, wanted)
    for key in ("name", "description", "instances", "jobschedule", "status", "storage_usage"):
        assert got[key] == wanted[key]


def test_modify_4x() -> None:
    api = Api("4.2")
    workload_id = api.create(name="before", metadata={"mine": "stays"})
    response = api.call("PUT", f"/workloads/{workload_id}", filled("workload_modify_request_template_4x"))
    assert (response.status_code, response.data, response.headers["Content-Type"]) == (202, b"", "application/json")
    assert "X-Compute-Request-Id" in response.headers
    got = api.show(workload_id)
    assert (got["name"], got["metadata"]["meta"], got["metadata"]["mine"]) == ("API created", "data", "stays")
    assert [item["name"] for item in got["instances"]] == ["cirros-4", "cirros-3"]
    assert got["jobschedule"]["retention_policy_value"] == "10"


def tracks_of_documentation(template: str) -> dict[str, Any]:
    """Return a documented 6.x request with values in place of its placeholders."""
    workload: dict[str, Any] = sample(template)["workload"]
    captured = sample("workload_create_request_6x")["workload"]["jobschedule"]
    known = {**captured, "end_date": "12/31/2030", "retentionmanual": {"retentionmanual": 5}}
    workload |= {"name": "w6", "description": "", "instances": vms(PM), "metadata": {"k": "v"}}
    workload["jobschedule"] = {key: known[key] for key in workload["jobschedule"]}
    fixed = {
        "workload_type_id": "2ddd528d-c9b4-4d7e-8722-cc395140255a",
        "backup_target_types": "s3_2",
        "encryption": False,
        "secret_uuid": "",
    }
    return {"workload": workload | {key: value for key, value in fixed.items() if key in workload}}


def test_create_and_modify_6x_as_documented() -> None:
    api = Api("6.2")
    response = api.call("POST", "/workloads", tracks_of_documentation("workload_create_request_template_6x"))
    assert response.status_code == 202, response.text
    api.step(60)
    workload_id = json.loads(response.data)["workload"]["id"]
    got = api.show(workload_id)
    assert got["workload_type_id"] == "2ddd528d-c9b4-4d7e-8722-cc395140255a"
    assert got["metadata"]["backup_target_types"] == "s3_2"
    assert got["jobschedule"]["monthly"]["month_backup_day"] == ["20"]
    assert (
        api.code("PUT", f"/workloads/{workload_id}", tracks_of_documentation("workload_modify_request_template_6x"))
        == 202
    )


def put_targets(api: Api) -> None:
    """Store the three targets and four types of the captured lists, and no others."""
    for kind in ("backup_target_types", "backup_targets"):
        for row in api.admin("GET", kind):
            api.admin("DELETE", f"{kind}/{row['id']}")
    for row in sample("backup_targets_list")["backup_targets"]:
        export = row["nfs_export"].removeprefix("https://")
        api.admin(
            "POST",
            "backup_targets",
            row | {"export": export, "status": "good" if row["status"] == "available" else row["status"]},
        )
    # In the documentation the first target got a second type between the two lists.
    for row in sample("backup_target_types_list")["backup_target_types"]:
        metadata = {item["key"]: item["value"] for item in row["backup_target_type_metadata"]}
        api.admin("POST", "backup_target_types", row | {"metadata": metadata, "projects": []})


@pytest.mark.parametrize(("path", "name"), [("", "backup_targets_list"), ("/detail", "backup_targets_detail")])
def test_backup_targets_list(path: str, name: str) -> None:
    api, wanted = Api("5.2", build_version="5.0.204"), sample(name)
    put_targets(api)
    api.admin("DELETE", "backup_target_types/fdae1b10-9852-4c68-8879-64ead0aed31b")
    response = api.call("GET", "/backup_targets" + path)
    assert json.loads(response.data) == wanted
    assert len(response.data) == 1808


def test_backup_target_show() -> None:
    api, wanted = Api("5.2", build_version="5.0.204"), sample("backup_target_show")
    put_targets(api)
    api.admin("DELETE", "backup_target_types/fdae1b10-9852-4c68-8879-64ead0aed31b")
    assert api.get(f"/backup_targets/{wanted['backup_targets']['id']}") == wanted


@pytest.mark.parametrize("name", ["backup_target_create_response", "backup_target_set_default_response"])
def test_backup_target_of_newer_builds(name: str) -> None:
    api, wanted = Api("6.1", build_version="5.2.8.15"), sample(name)
    target = wanted["backup_targets"]
    api.admin(
        "POST",
        "backup_targets",
        target | {"export": target["filesystem_export"], "metadata": target["backup_target_metadata"]},
    )
    (inner,) = target["backup_target_types"]
    api.admin(
        "POST", "backup_target_types", inner | {"backup_targets_id": target["id"], "changed_at": inner["updated_at"]}
    )
    assert api.get(f"/backup_targets/{target['id']}") == wanted


@pytest.mark.parametrize(
    ("path", "name"), [("", "backup_target_types_list"), ("/detail", "backup_target_types_detail")]
)
def test_backup_target_types_list(path: str, name: str) -> None:
    api = Api("5.2", build_version="5.0.204")
    put_targets(api)
    response = api.call("GET", "/backup_target_types" + path)
    assert json.loads(response.data) == sample(name)
    assert len(response.data) == 1628


def test_backup_target_type_show() -> None:
    api, wanted = Api("5.2", build_version="5.0.204"), sample("backup_target_type_show")
    put_targets(api)
    assert api.get(f"/backup_target_types/{wanted['backup_target_types']['id']}") == wanted


def test_backup_target_type_with_projects() -> None:
    api, wanted = (
        Api("5.2", build_version="5.0.204"),
        sample("backup_target_type_add_projects_response")["backup_target_types"],
    )
    projects = [row["project_id"] for row in wanted["backup_target_type_projects"]]
    api.admin("PUT", f"backup_target_types/{wanted['id']}", wanted | {"metadata": {"dg1": "dg2"}, "projects": projects})
    got = api.get(f"/backup_target_types/{wanted['id']}", project=projects[0])["backup_target_types"]
    assert got.pop("updated_at") == wanted["created_at"]
    same_shape(got, wanted)


@pytest.mark.parametrize("profile", ["4.2", "5.2", "6.1", "6.2"])
def test_snapshots_list(profile: str) -> None:
    api, wanted = Api(profile), sample("snapshots_list")
    for row in wanted["snapshots"]:
        api.put_row("snapshots", **row)
    response = api.call("GET", "/snapshots")
    assert json.loads(response.data) == wanted
    assert len(response.data) == 266


def put_restores(api: Api) -> str:
    """Add the captured restores and their snapshot; return their project."""
    shown = sample("restore_show")["restore"]
    details = shown["snapshot_details"]
    api.admin(
        "POST", "snapshots", details | {"name": details["display_name"], "description": details["display_description"]}
    )
    for row in sample("restores_list")["restores"]:
        metadata = {item["key"]: item["value"] for item in row["metadata"]}
        servers = {key: shown[key] for key in ("instances", "networks", "subnets", "routers")}
        api.admin(
            "POST",
            "restores",
            {key: value for key, value in row.items() if key != "links"} | {"metadata": metadata} | servers,
        )
    return project_of(shown)


@pytest.mark.parametrize("path", ["/restores", "/restores/detail"])
def test_restores_list(path: str) -> None:
    api, wanted = Api("4.2", build_version="4.0.115"), sample("restores_list")
    response = api.call("GET", path, project=put_restores(api), host="wlm_backend")
    got = json.loads(response.data)
    for restore in got["restores"] + wanted["restores"]:
        for row in restore["metadata"]:
            assert UUID.fullmatch(row.pop("id"))
    assert got == wanted
    assert len(response.data) == 4308


def test_restore_show() -> None:
    api, wanted = Api("4.2", build_version="4.0.115"), sample("restore_show")
    project = put_restores(api)
    response = api.call("GET", f"/restores/{wanted['restore']['id']}", project=project, host="wlm_backend")
    assert json.loads(response.data) == wanted
    assert len(response.data) == 2639


def test_policies_list() -> None:
    api, wanted = Api("4.2", build_version="4.0.115"), sample("policies_list_4x")
    for policy in wanted["policy_list"]:
        fields = {row["policy_field_name"]: row["value"] for row in policy["field_values"]}
        api.admin("POST", "policies", policy | {"field_values": fields, "metadata": {}, "projects": [PROJECT]})
    response = api.call("GET", "/workload_policy/")
    got = json.loads(response.data)
    for policy in got["policy_list"] + wanted["policy_list"]:
        for row in policy["field_values"]:
            assert UUID.fullmatch(row.pop("id"))
    assert got == wanted
    assert len(response.data) == 1399


@pytest.mark.parametrize(
    ("method", "path", "code", "content_type"),
    [
        ("PUT", "", 202, "application/json"),
        ("POST", "/unlock", 202, "text/html; charset=UTF-8"),
        ("POST", "/reset", 202, "text/html; charset=UTF-8"),
        ("POST", "/pause", 200, "text/html; charset=UTF-8"),
        ("POST", "/resume", 200, "text/html; charset=UTF-8"),
        ("DELETE", "", 202, "text/html; charset=UTF-8"),
    ],
)
def test_empty_answers(method: str, path: str, code: int, content_type: str) -> None:
    api = Api("5.2")
    response = api.call(method, f"/workloads/{api.create()}{path}", {"workload": {}} if method == "PUT" else None)
    assert (response.status_code, response.data, response.headers["Content-Type"]) == (code, b"", content_type)
    assert response.headers["Content-Length"] == "0"
    assert ("X-Compute-Request-Id" in response.headers) == (content_type == "application/json")
