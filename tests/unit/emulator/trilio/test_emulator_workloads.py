# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads: requests, refusals, visibility and states."""

from __future__ import annotations

import json
from typing import Any

import pytest
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PM, PROJECT, WEB, Api, vms

SECRET = "3c59dc04-8e88-4024-9bb8-079f0b0b9a11"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": ""}, "name"),
        ({"instances": []}, "instances"),
        ({"instances": None}, "instances"),
        ({"instances": [{"id": WEB}]}, "instances"),
        ({"instances": vms(NOWHERE)}, f"Unable to find Virtual Machine '{NOWHERE}' in nova inventory"),
        ({"workload_type_id": NOWHERE}, "Workload type"),
        ({"backup_target_types": "no_such"}, "no_such"),
        ({"encryption": True}, "secret"),
        ({"encryption": True, "secret_uuid": "x"}, "Either the secret UUID or the payload of the secret is invalid"),
        ({"metadata": {"policy_id": NOWHERE}}, "Please provide policy id from available policies: []"),
        ({"metadata": ["no object"]}, "metadata"),
        ({"jobschedule": "daily"}, "jobschedule"),
    ],
)
def test_refused_create_leaves_nothing(api: Api, fields: dict[str, Any], text: str) -> None:
    code, message = api.refusal("POST", "/workloads", api.body(**fields))
    assert code == 400
    assert text in message
    assert api.get("/workloads") == {"workloads": []}
    assert api.admin("GET", "workloads") == []


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"workload": []}', '{"workload": {}}'])
def test_refused_bodies(api: Api, body: str) -> None:
    assert api.code("POST", "/workloads", body) == 400


def test_unknown_keys_are_ignored(api: Api) -> None:
    workload_id = api.create(
        backup_target_id=NOWHERE, policy_id=NOWHERE, colour="red", instances=[{"instance-id": WEB, "include": True}]
    )
    shown = api.show(workload_id)
    assert shown["metadata"]["backup_target_types"] == "nfs_1"
    assert "colour" not in shown


def test_what_the_server_fills_in(api: Api) -> None:
    shown = api.show(api.create(description=None, metadata={"hostnames": "mine", "k": "v"}))
    assert shown["description"] == "no-description"
    assert shown["workload_type_id"] == "f82ce76f-17fe-438b-aa37-7a023058e50d"
    assert shown["metadata"]["hostnames"] == "[]"
    assert shown["metadata"]["k"] == "v"
    assert shown["metadata"]["backup_media_target"] == "192.168.1.34:/mnt/tvault/42436"


def test_names_are_not_unique(api: Api) -> None:
    first, second = api.create(name="twin"), api.create(name="twin", instances=vms(DB))
    assert first != second
    assert [row["name"] for row in api.get("/workloads")["workloads"]] == ["twin", "twin"]


@pytest.mark.parametrize("given", ["s3_2", "c65625c1-50bf-4ab7-aa26-f625001e60f1"])
def test_target_type_by_name_or_id_comes_back_as_a_name(api: Api, given: str) -> None:
    metadata = api.show(api.create(backup_target_types=given))["metadata"]
    assert (metadata["backup_target_type"], metadata["backup_media_target"]) == ("s3_2", "s3.example.org/backup")


def test_a_target_type_of_another_project_cannot_be_used(api: Api) -> None:
    api.put_row("backup_target_types", name="theirs", is_public=False, projects=[OTHER_PROJECT])
    assert api.code("POST", "/workloads", api.body(backup_target_types="theirs")) == 400
    api.put_row("backup_target_types", name="ours", is_public=False, projects=[PROJECT])
    assert api.code("POST", "/workloads", api.body(backup_target_types="ours")) == 202


def test_a_secret_is_for_one_workload(api: Api) -> None:
    shown = api.show(api.create(encryption=True, secret_uuid=SECRET))
    assert (shown["encryption"], shown["secret_uuid"]) == (True, SECRET)
    assert (
        "used by another"
        in api.refusal("POST", "/workloads", api.body(encryption=True, secret_uuid=SECRET, instances=vms(DB)))[1]
    )
    assert api.show(api.create(encryption=False, secret_uuid="", instances=vms(DB)))["secret_uuid"] is None


def test_without_targets_no_target_is_shown() -> None:
    api = Api("4.2")
    metadata = api.show(api.create(backup_target_types="no_such"))["metadata"]
    assert not {"backup_target_type", "backup_target_types", "backup_media_target"} & set(metadata)


def test_other_projects_see_nothing(api: Api) -> None:
    workload_id = api.create()
    assert api.get("/workloads", project=OTHER_PROJECT) == {"workloads": []}
    for roles in ("member", "admin"):
        for method, path in (
            ("GET", ""),
            ("PUT", ""),
            ("DELETE", ""),
            ("POST", "/unlock"),
            ("POST", "/reset"),
            ("POST", ""),
        ):
            code = api.code(
                method,
                f"/workloads/{workload_id}{path}",
                {"workload": {"name": "taken"}},
                project=OTHER_PROJECT,
                roles=roles,
            )
            assert code == 404
    assert api.show(workload_id)["name"] == "w"


def test_all_workloads_is_for_administrators(api: Api) -> None:
    api.create()
    assert api.refusal("GET", "/workloads?all_workloads=1", project=OTHER_PROJECT)[0] == 403
    assert len(api.get("/workloads?all_workloads=1", project=OTHER_PROJECT, roles="member,admin")["workloads"]) == 1
    assert api.get("/workloads", project=OTHER_PROJECT, roles="admin") == {"workloads": []}
    assert api.get("/workloads?all_workloads=0", project=OTHER_PROJECT) == {"workloads": []}


@pytest.mark.parametrize("profile", ["4.2", "6.2"])
def test_filter_by_share(profile: str) -> None:
    api = Api(profile)
    api.create()
    assert len(api.get("/workloads?nfs_share=192.168.1.34:/mnt/tvault/42436")["workloads"]) == 1
    assert api.get("/workloads?nfs_share=192.0.2.9:/none") == {"workloads": []}


def test_put_replaces_instances_as_a_set(api: Api) -> None:
    workload_id = api.create(instances=vms(WEB, DB))
    changed = api.change(workload_id, instances=vms(PM, DB, PM))
    assert {item["name"] for item in changed["instances"]} == {"PM", "cirros-4"}
    assert api.refusal("PUT", f"/workloads/{workload_id}", {"workload": {"instances": vms(NOWHERE)}})[0] == 400


def test_put_leaves_alone_what_it_does_not_name(api: Api) -> None:
    workload_id = api.create(description="text", metadata={"k": "v"})
    before = api.show(workload_id)
    after = api.change(workload_id, name="n", workload_type_id=NOWHERE, encryption=True, backup_target_types="s3_2")
    for volatile in ("name", "updated_at", "user_id"):
        del before[volatile], after[volatile]
    assert after == before


def test_puts_in_quick_succession_build_on_each_other(api: Api) -> None:
    workload_id = api.create()
    for fields in (
        {"metadata": {"a": "1"}},
        {"metadata": {"b": "2"}},
        {"jobschedule": {"start_time": "01:00 AM"}},
        {"jobschedule": {"timezone": "UTC"}},
    ):
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": fields}) == 202
    assert "a" not in api.show(workload_id)["metadata"]
    api.step(60)
    shown = api.show(workload_id)
    assert (shown["metadata"]["a"], shown["metadata"]["b"]) == ("1", "2")
    assert (shown["jobschedule"]["start_time"], shown["jobschedule"]["timezone"]) == ("01:00 AM", "UTC")


def test_vm_that_is_gone_stays_listed(api: Api) -> None:
    workload_id = api.create(instances=vms(WEB, DB))
    api.admin("DELETE", f"instances/{DB}")
    assert {item["id"] for item in api.show(workload_id)["instances"]} == {WEB, DB}
    assert {item["id"] for item in api.change(workload_id, instances=vms(WEB))["instances"]} == {WEB}


def test_delete_needs_no_snapshots_unless_only_rows_go(api: Api) -> None:
    workload_id = api.create()
    api.snapshot(workload_id)
    api.step(60)
    assert "snapshots" in api.refusal("DELETE", f"/workloads/{workload_id}")[1]
    assert api.code("DELETE", f"/workloads/{workload_id}?database_only=True") == 202
    assert api.status(workload_id) == "deleting"
    assert api.code("DELETE", f"/workloads/{workload_id}") == 400
    api.step(60)
    assert api.get("/snapshots") == {"snapshots": []}
    assert api.get("/workloads") == {"workloads": []}
    assert api.code("GET", f"/workloads/{workload_id}") == 404


@pytest.mark.parametrize(
    ("status", "code"), [("available", 202), ("error", 202), ("creating", 400), ("locked", 400), ("resetting", 400)]
)
def test_delete_by_state(api: Api, status: str, code: int) -> None:
    row = api.put_row("workloads", status=status)
    assert api.code("DELETE", f"/workloads/{row['id']}") == code


@pytest.mark.parametrize(("status", "code"), [("available", 202), ("error", 400), ("creating", 400), ("locked", 400)])
def test_reset_by_state(api: Api, status: str, code: int) -> None:
    row = api.put_row("workloads", status=status)
    assert api.code("POST", f"/workloads/{row['id']}/reset") == code


def test_unlock_frees_a_workload_even_under_a_running_snapshot(api: Api) -> None:
    workload_id = api.create()
    snapshot_id = api.snapshot(workload_id)
    assert api.status(workload_id) == "locked"
    assert api.code("POST", f"/workloads/{workload_id}/unlock") == 202
    assert api.status(workload_id) == "available"
    assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"] == "creating"
    creating = api.put_row("workloads", status="creating")["id"]
    api.code("POST", f"/workloads/{creating}/unlock")
    assert api.status(creating) == "creating"


def test_pause_and_resume_switch_the_schedule(api: Api) -> None:
    hourly = {"interval": "1", "retention": "2", "snapshot_type": "incremental"}
    workload_id = api.create(jobschedule={"enabled": True, "hourly": hourly})
    for verb, enabled in (("pause", False), ("pause", False), ("resume", True)):
        assert api.code("POST", f"/workloads/{workload_id}/{verb}") == 200
        api.step(60)
        shown = api.show(workload_id)["jobschedule"]
        assert (shown["enabled"], shown["hourly"], "nextrun" in shown) == (enabled, hourly, enabled)


def test_storage_usage_counts_snapshots(api: Api) -> None:
    workload_id = api.create()
    for _number in range(3):
        api.snapshot(workload_id)
        api.step(60)
    usage = api.show(workload_id)["storage_usage"]
    assert (usage["full"]["snap_count"], usage["incremental"]["snap_count"]) == (1, 2)
    assert usage["usage"] == usage["full"]["usage"] + usage["incremental"]["usage"] > 0


def test_deleting_the_workload_ends_nothing_else(api: Api) -> None:
    keep = api.create(name="keep")
    gone = api.create(name="gone", instances=vms(DB))
    api.code("DELETE", f"/workloads/{gone}")
    api.step(60)
    assert [row["id"] for row in api.get("/workloads")["workloads"]] == [keep]


def test_unknown_paths_and_verbs(api: Api) -> None:
    assert api.refusal("GET", "/no_such")[0] == 404
    assert api.refusal("PATCH", "/workloads")[0] == 405


def test_workload_types(api: Api) -> None:
    for path in ("/workload_types", "/workload_types/detail"):
        rows = api.get(path)["workload_types"]
        assert [(row["id"][:8], row["name"], row["is_public"]) for row in rows] == [
            ("f82ce76f", "Serial", True),
            ("2ddd528d", "Parallel", True),
        ]
        assert {"id", "name", "description", "is_public"} == set(rows[0])


def test_global_scheduler(api: Api) -> None:
    assert api.get("/global_job_scheduler") == {"global_job_scheduler": True}
    code, message = api.refusal("POST", "/global_job_scheduler/disable")
    assert (code, message) == (
        403,
        "Policy doesn't allow workload:workload_disable_global_job_scheduler to be performed.",
    )
    for _twice in range(2):
        response = api.call("POST", "/global_job_scheduler/disable", roles="admin")
        assert json.loads(response.data) == {"global_job_scheduler": False}
    assert api.get("/global_job_scheduler", project=OTHER_PROJECT) == {"global_job_scheduler": False}
    api.call("POST", "/global_job_scheduler/enable", roles="admin")
    assert api.get("/global_job_scheduler") == {"global_job_scheduler": True}
