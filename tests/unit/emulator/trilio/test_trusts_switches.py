# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trusts, the licence and the nodes: their calls and switches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.emulator.in_process import HOURLY, NOWHERE, OTHER_PROJECT, PROJECT, USER, WEB, Api, sample, vms

SCHEDULED = {"enabled": True, "start_time": "02:15 PM", "hourly": HOURLY}
EMPTY: dict[str, Any] = {}


def validation(api: Api, workload_id: str) -> tuple[bool, bool, bool]:
    """Return what validate says: the schedule is on, there is a trust, it is valid."""
    said = api.get(f"/trusts/validate/{workload_id}")
    assert set(said) == {"scheduler_enabled", "trust", "is_valid"}
    return said["scheduler_enabled"], said["trust"] != EMPTY, said["is_valid"]


def names(api: Api) -> list[str]:
    """Return the names of the trusts of the project."""
    return [row["name"] for row in api.get("/trusts")["trust"]]


# ---- trusts ----------------------------------------------------------------------------------------------------------


def test_the_captured_list() -> None:
    api = Api("4.2")
    for row in sample("trusts_list")["trust"]:
        api.admin("POST", "trusts", row)
    response = api.call("GET", "/trusts?is_cloud_admin=true", project=OTHER_PROJECT, roles="admin")
    assert json.loads(response.data) == sample("trusts_list")
    assert len(response.data) == 868
    assert api.get("/trusts", project=OTHER_PROJECT) == {"trust": []}
    assert api.code("GET", "/trusts?is_cloud_admin=true", project=OTHER_PROJECT) == 403


def test_a_workload_brings_the_trust_of_its_user() -> None:
    api = Api()
    workload_id = api.create(jobschedule=SCHEDULED)
    (trust,) = api.get("/trusts")["trust"]
    assert (trust["user_id"], trust["project_id"], trust["metadata"][0]["value"]) == (USER, PROJECT, "member")
    assert validation(api, workload_id) == (True, True, True)
    assert api.get(f"/trusts/{trust['name']}") == {"trust": trust}
    api.change(workload_id, description="changed")
    assert names(api) == [trust["name"]], "one is enough"


def test_validation_as_seen() -> None:
    """Reference B.8: the three results of the public tests."""
    api = Api()
    workload_id = api.create(jobschedule=SCHEDULED)
    response = api.call("DELETE", f"/trusts/{names(api)[0]}")
    assert (response.status_code, response.data) == (200, b"")
    assert validation(api, workload_id) == (True, False, False)
    assert api.call("POST", "/trusts", {"trusts": {"role_name": "member", "is_cloud_trust": False}}).status_code == 200
    assert validation(api, workload_id) == (True, True, True)
    api.change(workload_id, jobschedule={"enabled": False})
    assert validation(api, workload_id) == (False, True, False)


def test_a_dead_trust_is_shown_and_not_valid() -> None:
    api = Api()
    workload_id = api.create(jobschedule=SCHEDULED)
    api.admin("PATCH", f"trusts/{names(api)[0]}", {"alive": False})
    assert validation(api, workload_id) == (True, True, False)
    api.change(workload_id, description="changed")
    assert validation(api, workload_id) == (True, True, True), "a change makes a new one"


def test_what_is_refused_of_trusts() -> None:
    api = Api()
    workload_id = api.create(jobschedule=SCHEDULED)
    assert api.code("GET", "/trusts/trust-1") == api.code("DELETE", "/trusts/trust-1") == 404
    assert api.code("GET", f"/trusts/{names(api)[0]}", project=OTHER_PROJECT) == 404
    assert api.code("GET", f"/trusts/validate/{workload_id}", project=OTHER_PROJECT) == 404
    assert api.code("GET", f"/trusts/validate/{NOWHERE}") == 404
    assert api.code("GET", "/trusts/validate/web") == 400
    assert api.code("POST", "/trusts", {"trusts": {"role_name": " "}}) == 400
    cloud_wide = {"trusts": {"role_name": "admin", "is_cloud_trust": True}}
    assert [api.code("POST", "/trusts", cloud_wide, roles=roles) for roles in ("member", "admin")] == [403, 200]
    assert len(names(api)) == 1, "that of the cloud is not the project's"


def test_trust_roles_missing() -> None:
    for value, code in (("accept", 202), ("reject", 400)):
        api = Api(trust_roles_missing=value)
        response = api.call("POST", "/workloads", api.body(jobschedule=SCHEDULED), roles="reader")
        assert response.status_code == code
        if code == 202:
            assert validation(api, json.loads(response.data)["workload"]["id"]) == (True, True, False)
        else:
            assert api.get("/workloads") == {"workloads": []}
            assert names(api) == []


def test_trustee_role() -> None:
    for roles, alive in ((["member"], True), (["_member_", "creator"], False)):
        api = Api(trustee_role=roles)
        assert validation(api, api.create(jobschedule=SCHEDULED))[2] is alive
        assert api.get("/trusts")["trust"][0]["metadata"][0]["value"] == ",".join(roles)


def test_trust_dedupe() -> None:
    for value, count in ((False, 2), (True, 1)):
        api = Api(trust_dedupe=value)
        for _again in range(2):
            api.call("POST", "/trusts", {"trusts": {"role_name": "member"}})
        assert len(names(api)) == count


def test_trust_validate_path() -> None:
    for value, code in (("/trusts/validate/{id}", 200), ("404", 404)):
        api = Api(trust_validate_path=value)
        assert api.code("GET", f"/trusts/validate/{api.create()}") == code


# ---- the licence -----------------------------------------------------------------------------------------------------


def upload(api: Api, text: str) -> Any:
    """Upload a licence as an administrator."""
    return api.call(
        "POST", "/workloads/license", {"license": {"file_name": "site.lic", "lic_txt": text}}, roles="admin"
    )


def said_of_licence(api: Api) -> Any:
    """Return the message of the check of the licence."""
    return api.get("/workloads/metrics/license_check", roles="admin")["message"]


def test_licence() -> None:
    api = Api()
    assert said_of_licence(api) == "License is valid"
    assert upload(api, "valid until 2001-01-01").status_code == 200, "an expired one can be uploaded"
    assert api.get("/workloads/metrics/license", roles="admin")["license"]["expires_on"] == "2001-01-01"
    assert said_of_licence(api) == "License expired"
    forged = upload(api, "valid for ever")
    assert (forged.status_code, "Cannot verify the license signature" in forged.text) == (400, True)
    for method, path in (("GET", "/metrics/license"), ("GET", "/metrics/license_check"), ("POST", "/license")):
        assert api.code(method, f"/workloads{path}", {"license": {}}) == 403, "administrators only"
    assert api.code("GET", "/license") == api.code("GET", "/license_check") == 404
    assert api.code("GET", "/workloads/metrics") == 400
    api.admin("DELETE", "licenses/license")
    assert api.code("GET", "/workloads/metrics/license", roles="admin") == 404


def test_error_code_license() -> None:
    for code in (400, 402, 403):
        api = Api(error_code_license=code)
        kept = api.create()
        upload(api, "valid until 2001-01-01")
        assert api.refusal("POST", "/workloads", api.body()) == (code, "License expired")
        assert api.code("PUT", f"/workloads/{kept}", {"workload": {"description": "x"}}) == 202, (
            "only what is new needs it"
        )


def test_license_check_expired() -> None:
    for value, code in (("message", 200), ("error", 403)):
        api = Api(license_check_expired=value)
        assert said_of_licence(api) == "License is valid"
        upload(api, "valid until 2001-01-01")
        assert api.code("GET", "/workloads/metrics/license_check", roles="admin") == code


# ---- nodes -----------------------------------------------------------------------------------------------------------


def test_nodes() -> None:
    api = Api("6.1", build_version="6.1.3")
    (node,) = api.get("/workloads/metrics/nodes", roles="admin")["nodes"]
    assert set(node) == {"node", "id", "version", "ipaddress", "is_controller", "status"}
    assert (node["version"], node["status"]) == ("6.1.3", "Up")
    assert api.code("GET", "/workloads/metrics/nodes") == 403


@pytest.mark.parametrize(("state", "ended"), [("Up", "available"), ("Down", "error")])
def test_a_snapshot_needs_a_node(state: str, ended: str) -> None:
    api = Api()
    api.admin("PATCH", "nodes/1", {"status": state})
    snapshot_id = api.snapshot(api.create(instances=vms(WEB)))
    api.step(60)
    shown = api.get(f"/snapshots/{snapshot_id}")["snapshot"]
    assert (shown["status"], shown["error_msg"]) == (ended, None if state == "Up" else "No valid host was found. ")
