# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trusts: their calls and switches, and the switches of the jobs that need them."""

from __future__ import annotations

import json
import re
from typing import Any

from unit.emulator.in_process import HOURLY, NOWHERE, OTHER_PROJECT, PROJECT, USER, Api, sample

SCHEDULED = {"enabled": True, "start_time": "02:15 PM", "hourly": HOURLY}
EMPTY: dict[str, Any] = {}
MEMBER = {"trusts": {"role_name": "member", "is_cloud_trust": False}}
OF_CLOUD = {"trusts": {"role_name": "admin", "is_cloud_trust": True}}
NAME = re.compile(r"trust-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLOUD_TRUST_MISSING = "No cloud admin trust found. Please recreate using CLI"


def validation(api: Api, workload_id: str) -> tuple[bool, bool, bool]:
    """Return what validate says: the schedule is on, there is a trust, it is valid."""
    said = api.get(f"/trusts/validate/{workload_id}")
    assert set(said) == {"scheduler_enabled", "trust", "is_valid"}
    return said["scheduler_enabled"], said["trust"] != EMPTY, said["is_valid"]


def names(api: Api) -> list[str]:
    """Return the names of the trusts of the project."""
    return [row["name"] for row in api.get("/trusts")["trust"]]


def test_the_captured_list() -> None:
    api = Api("4.2")
    for row in sample("trusts_list")["trust"]:
        api.admin("POST", "trusts", row)
    response = api.call("GET", "/trusts?is_cloud_admin=true", project=OTHER_PROJECT, roles="admin")
    assert json.loads(response.data) == sample("trusts_list")
    assert len(response.data) == 868
    assert api.get("/trusts", project=OTHER_PROJECT) == {"trust": []}
    assert api.code("GET", "/trusts?is_cloud_admin=true", project=OTHER_PROJECT) == 403


def of_cloud(api: Api) -> list[Any]:
    """Return the trusts of the cloud."""
    found: list[Any] = api.get("/trusts?is_cloud_admin=true", roles="admin")["trust"]
    return found


def created(api: Api, body: Any, roles: str = "member", project: str = PROJECT) -> Any:
    """Create a trust and return it out of the response, which is a list of one."""
    response = api.call("POST", "/trusts", body, roles=roles, project=project)
    assert response.status_code == 200, response.text
    (trust,) = json.loads(response.data)["trust"]
    return trust


def test_a_new_trust_has_the_captured_form() -> None:
    (captured,) = sample("trusts_list")["trust"]
    api = Api()
    for body, roles, user in ((MEMBER, "member", USER), (OF_CLOUD, "admin", captured["user_id"])):
        trust = created(api, body, roles)
        assert (list(trust), list(trust["metadata"][0])) == (list(captured), list(captured["metadata"][0]))
        assert NAME.fullmatch(trust["name"])
        assert (trust["user_id"], trust["project_id"]) == (user, PROJECT)
        assert trust["metadata"][0]["settings_name"] == trust["name"]
        assert api.get(f"/trusts/{trust['name']}", roles=roles) == {"trust": trust}


def test_several_roles_are_one_text() -> None:
    api = Api()
    trust = created(api, {"trusts": {"role_name": "member, reader"}}, roles="member,reader")
    assert trust["metadata"][0]["value"] == "member,reader"


def test_trusts_of_the_cloud_are_for_administrators_of_any_project() -> None:
    api = Api()
    name = created(api, OF_CLOUD, roles="admin")["name"]
    assert names(api) == []
    assert [row["name"] for row in of_cloud(api)] == [name]
    for project in (PROJECT, OTHER_PROJECT):
        assert api.code("GET", f"/trusts/{name}", project=project) == 404
        assert api.code("DELETE", f"/trusts/{name}", project=project) == 404
        assert api.get(f"/trusts/{name}", project=project, roles="admin")["trust"]["name"] == name
    assert api.code("DELETE", f"/trusts/{name}", project=OTHER_PROJECT, roles="admin") == 200
    assert of_cloud(api) == []


def test_a_trust_of_the_cloud_serves_no_workload() -> None:
    api = Api()
    workload_id = api.create(jobschedule=SCHEDULED)
    api.call("DELETE", f"/trusts/{names(api)[0]}")
    created(api, OF_CLOUD, roles="admin,member")
    assert validation(api, workload_id) == (True, False, False)


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
    assert [api.code("POST", "/trusts", OF_CLOUD, roles=roles) for roles in ("member", "admin")] == [403, 200]
    assert len(names(api)) == 1, "a trust of the cloud is not one of the project"


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
            created(api, MEMBER)
            created(api, OF_CLOUD, roles="admin")
        assert (len(names(api)), len(of_cloud(api))) == (count, count)


def test_trust_dedupe_keeps_trusts_of_the_cloud_apart() -> None:
    api = Api(trust_dedupe=True)
    created(api, OF_CLOUD, roles="admin")
    assert created(api, {"trusts": {"role_name": "admin"}}, roles="admin")["user_id"] == USER


def test_trust_create_code() -> None:
    for code in (200, 500):
        api = Api(trust_create_code=code)
        response = api.call("POST", "/trusts", MEMBER)
        assert response.status_code == code
        assert len(names(api)) == 1, "it exists whatever the response"
        if code == 500:
            assert json.loads(response.data)["computeFault"]["code"] == 500


def test_jobs_table() -> None:
    target = {"backup_target": {"type": "nfs", "filesystem_export": "192.0.2.9:/backup"}}
    for value, codes in (("complete", [200, 200, 202]), ("broken", [500, 500, 500])):
        api = Api(jobs_table=value, bt_create_s=0)
        calls = (
            ("/trusts", MEMBER, "member"),
            ("/backup_targets", target, "admin"),
            ("/workloads", api.body(), "member"),
        )
        before = api.admin("GET", "backup_targets")
        assert [api.code("POST", path, body, roles=roles) for path, body, roles in calls] == codes
        if value == "broken":
            assert (names(api), api.get("/workloads")["workloads"]) == ([], [])
            assert api.admin("GET", "backup_targets") == before
            assert api.code("POST", "/trusts", {"trusts": {}}) == 400, "what is wrong is refused first"


def test_jobs_table_does_not_matter_to_a_change() -> None:
    api = Api()
    workload_id = api.create()
    api.set(jobs_table="broken")
    assert api.change(workload_id, description="changed")["description"] == "changed"


def test_bt_without_cloud_trust() -> None:
    target = {"backup_target": {"type": "nfs", "filesystem_export": "192.0.2.9:/backup"}}
    for value, code in (("accept", 200), ("reject", 400)):
        api = Api(bt_without_cloud_trust=value, bt_create_s=0)
        created(api, {"trusts": {"role_name": "admin"}}, roles="admin")
        assert api.code("POST", "/backup_targets", target, roles="admin") == code
        if value == "reject":
            assert api.refusal("POST", "/backup_targets", target, roles="admin") == (400, CLOUD_TRUST_MISSING)
            created(api, OF_CLOUD, roles="admin", project=OTHER_PROJECT)
            assert api.code("POST", "/backup_targets", target, roles="admin") == 200


def test_trust_validate_path() -> None:
    for value, code in (("/trusts/validate/{id}", 200), ("404", 404)):
        api = Api(trust_validate_path=value)
        assert api.code("GET", f"/trusts/validate/{api.create()}") == code
    assert api.code("GET", "/trusts/validate/web") == 404, "the path is unknown, so no id is checked"
