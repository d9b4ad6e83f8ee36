# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots: states, guards and filters; reads of restores, policies and targets."""

from __future__ import annotations

import json
import re

import pytest
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PROJECT, WEB, Api, vms


def status(api: Api, snapshot_id: str) -> str:
    """Return the state of a snapshot."""
    return str(api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"])


def finished(api: Api, workload_id: str, query: str = "") -> str:
    """Take a snapshot, wait for its end and return its id."""
    snapshot_id = api.snapshot(workload_id, query)
    api.step(60)
    return snapshot_id


def test_a_snapshot_locks_its_workload_until_it_has_ended(api: Api) -> None:
    workload_id = api.create()
    response = api.call(
        "POST",
        f"/workloads/{workload_id}?full=1",
        {"snapshot": {"name": "n", "description": "d", "is_scheduled": False}},
    )
    summary = json.loads(response.data)["snapshot"]
    assert set(summary) == {"id", "created_at", "status", "snapshot_type", "workload_id", "name", "description", "host"}
    assert (summary["status"], summary["name"], summary["description"]) == ("creating", "n", "d")
    assert api.status(workload_id) == "locked"
    assert api.code("POST", f"/workloads/{workload_id}") == 400
    api.step(60)
    assert status(api, summary["id"]) == "available"
    assert api.status(workload_id) == "available"


def test_detail(api: Api) -> None:
    workload_id = api.create(instances=vms(WEB, DB))
    snapshot_id = finished(api, workload_id)
    paths = (f"/snapshots/{snapshot_id}", f"/workloads/{workload_id}/snapshots/{snapshot_id}")
    shown = [api.get(path)["snapshot"] for path in paths] + api.get("/snapshots/detail")["snapshots"]
    assert shown[0] == shown[1] == shown[2]
    keys = "updated_at finished_at user_id project_id instances size restore_size uploaded_size progress_percent"
    keys += " progress_msg warning_msg error_msg"
    assert set(keys.split()) | {"time_taken", "pinned", "metadata", "restores_info"} <= set(shown[0])
    assert (shown[0]["progress_percent"], shown[0]["time_taken"], shown[0]["restores_info"]) == (100, 20, "")
    assert {item["name"] for item in shown[0]["instances"]} == {"cirros-3", "cirros-4"}
    assert re.fullmatch(r".*\.000000", shown[0]["finished_at"])
    assert api.code("GET", f"/workloads/{NOWHERE}/snapshots/{snapshot_id}") == 404


def test_first_and_reset_snapshots_are_full(api: Api) -> None:
    workload_id = api.create()
    ids = [
        finished(api, workload_id),
        finished(api, workload_id),
        finished(api, workload_id, "?full=1"),
        finished(api, workload_id),
    ]
    api.call("POST", f"/workloads/{workload_id}/reset")
    api.step(60)
    ids += [finished(api, workload_id), finished(api, workload_id)]
    kinds = [api.get(f"/snapshots/{each}")["snapshot"]["snapshot_type"] for each in ids]
    assert kinds == ["full", "incremental", "full", "incremental", "full", "incremental"]


def test_a_vm_that_is_gone_fails_the_snapshot_and_frees_the_workload(api: Api) -> None:
    workload_id = api.create(instances=vms(WEB, DB))
    api.admin("DELETE", f"instances/{DB}")
    snapshot_id = api.snapshot(workload_id)
    shown = api.get(f"/snapshots/{snapshot_id}")["snapshot"]
    assert (shown["status"], shown["error_msg"]) == (
        "error",
        f"Unable to find Virtual Machine '{DB}' in nova inventory",
    )
    assert api.status(workload_id) == "available"
    assert len(api.show(workload_id)["instances"]) == 2
    api.put_row("instances", id=DB, name="back")
    assert api.get(f"/snapshots/{finished(api, workload_id)}")["snapshot"]["snapshot_type"] == "full"


def test_cancel_is_a_get_that_changes_state(api: Api) -> None:
    workload_id = api.create()
    snapshot_id = api.snapshot(workload_id)
    response = api.call("GET", f"/snapshots/{snapshot_id}/cancel")
    assert (response.status_code, response.data) == (200, b"")
    api.step(60)
    assert status(api, snapshot_id) == "cancelled"
    assert api.status(workload_id) == "available"
    assert api.get(f"/snapshots/{finished(api, workload_id)}")["snapshot"]["snapshot_type"] == "full"


@pytest.mark.parametrize(
    ("state", "code"), [("available", 202), ("error", 202), ("cancelled", 202), ("executing", 400), ("mounted", 400)]
)
def test_delete_by_state(api: Api, state: str, code: int) -> None:
    row = api.put_row("snapshots", workload_id=api.create(), status=state)
    assert api.code("DELETE", f"/snapshots/{row['id']}") == code


def test_deletes_back_to_back_but_nothing_else_meanwhile(api: Api) -> None:
    workload_id = api.create()
    first, second = finished(api, workload_id), finished(api, workload_id)
    assert api.code("DELETE", f"/snapshots/{first}") == 202
    assert (status(api, first), api.status(workload_id)) == ("deleting", "locked")
    api.step(2)
    assert api.code("DELETE", f"/snapshots/{second}") == 202
    assert api.code("DELETE", f"/workloads/{workload_id}") == 400
    api.step(2)
    assert api.code("GET", f"/snapshots/{first}") == 404
    assert (status(api, second), api.status(workload_id)) == ("deleting", "locked")
    api.step(2)
    assert api.status(workload_id) == "available"
    assert api.get("/snapshots") == {"snapshots": []}


def test_no_delete_while_a_snapshot_runs(api: Api) -> None:
    workload_id = api.create()
    first = finished(api, workload_id)
    api.snapshot(workload_id)
    assert api.code("DELETE", f"/snapshots/{first}") == 400


def test_unlocked_under_a_snapshot_two_can_run_and_the_workload_waits_for_both(api: Api) -> None:
    workload_id = api.create()
    api.snapshot(workload_id)
    api.step(5)
    api.call("POST", f"/workloads/{workload_id}/unlock")
    api.snapshot(workload_id)
    api.step(16)
    assert api.status(workload_id) == "locked"
    api.step(6)
    assert api.status(workload_id) == "available"


def test_filters(api: Api) -> None:
    first, second = api.create(instances=vms(WEB)), api.create(instances=vms(DB))
    for workload_id, day, host in ((first, "01", "TVM1"), (first, "02", "TVM2"), (second, "03", "TVM1")):
        api.put_row(
            "snapshots", workload_id=workload_id, created_at=f"2026-01-{day}T10:00:00.000000", host=host, name=day
        )

    def names(query: str) -> list[str]:
        return [row["name"] for path in ("", "/detail") for row in api.get(f"/snapshots{path}?{query}")["snapshots"]]

    assert names(f"workload_id={first}") == ["01", "02"] * 2
    assert names("host=TVM1") == ["01", "03"] * 2
    assert names("date_from=2026-01-02T00:00:00") == ["02", "03"] * 2
    assert names("date_from=2026-01-02T10:00:00&date_to=2026-01-02T10:00:00") == ["02"] * 2
    assert names("colour=red") == ["01", "02", "03"] * 2


def test_other_projects_see_nothing(api: Api) -> None:
    snapshot_id = finished(api, api.create())
    assert api.get("/snapshots", project=OTHER_PROJECT) == {"snapshots": []}
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/cancel")):
        assert api.code(method, f"/snapshots/{snapshot_id}{path}", project=OTHER_PROJECT, roles="admin") == 404
    assert api.code("GET", "/snapshots?all=1", project=OTHER_PROJECT) == 403
    assert len(api.get("/snapshots?all=1", project=OTHER_PROJECT, roles="admin")["snapshots"]) == 1


def test_a_running_restore_keeps_snapshots_away(api: Api) -> None:
    workload_id = api.create()
    snapshot_id = finished(api, workload_id)
    restore = api.put_row("restores", snapshot_id=snapshot_id, status="restoring")
    assert api.code("POST", f"/workloads/{workload_id}") == 400
    api.admin("PATCH", f"restores/{restore['id']}", {"status": "error"})
    assert api.code("POST", f"/workloads/{workload_id}") == 200


def test_restores(api: Api) -> None:
    workload_id = api.create()
    snapshot_id = finished(api, workload_id)
    restore_id = api.put_row("restores", snapshot_id=snapshot_id)["id"]
    api.put_row("restores")
    assert [row["id"] for row in api.get(f"/restores?snapshot_id={snapshot_id}")["restores"]] == [restore_id]
    assert len(api.get("/restores/detail")["restores"]) == 2
    nested = f"/workloads/{workload_id}/snapshots/{snapshot_id}/restores/{restore_id}"
    assert api.get(nested) == api.get(f"/restores/{restore_id}")
    assert api.get(nested)["restore"]["workload_id"] == workload_id
    assert api.code("GET", nested.replace(workload_id, NOWHERE)) == 404
    assert api.code("GET", nested, project=OTHER_PROJECT) == 404


def test_policies(api: Api) -> None:
    policy = api.put_row("policies", name="gold", projects=[PROJECT])
    unused = api.put_row("policies", name="lead")
    assert [row["name"] for row in api.get("/workload_policy/")["policy_list"]] == ["gold", "lead"]
    assert "policy_assignments" not in api.get("/workload_policy")["policy_list"][0]
    shown = api.get(f"/workload_policy/{policy['id']}")["policy"]
    assert shown["policy_assignments"] == [{"project_id": PROJECT, "policy_id": policy["id"]}]
    assert {row["policy_field_name"] for row in shown["field_values"]} == {
        "hourly",
        "daily",
        "weekly",
        "monthly",
        "yearly",
        "manual",
        "retentionmanual",
        "start_time",
    }
    assert api.get(f"/workload_policy/{unused['id']}/")["policy"]["policy_assignments"] == []
    assert api.get(f"/workload_policy/assigned/{PROJECT}") == {
        "policies": [{"policy_id": policy["id"], "policy_name": "gold"}]
    }
    assert api.code("GET", f"/workload_policy/assigned/{OTHER_PROJECT}") == 403
    assert api.get(f"/workload_policy/assigned/{OTHER_PROJECT}", roles="admin") == {"policies": []}


def test_targets_are_seen_by_those_who_may_use_a_type(api: Api) -> None:
    hidden = api.put_row("backup_targets", type="nfs", export="192.0.2.7:/x")["id"]
    kind = api.put_row("backup_target_types", backup_targets_id=hidden, is_public=False, projects=[OTHER_PROJECT])["id"]
    for path in (f"/backup_targets/{hidden}", f"/backup_target_types/{kind}"):
        assert api.code("GET", path) == 404
        assert api.code("GET", path, project=OTHER_PROJECT) == 200
        assert api.code("GET", path, roles="admin") == 200
    assert len(api.get("/backup_targets")["backup_targets"]) == 2
    assert len(api.get("/backup_target_types", project=OTHER_PROJECT)["backup_target_types"]) == 3


def test_one_default_target_and_type_at_the_start(api: Api) -> None:
    for kind in ("backup_targets", "backup_target_types"):
        assert [row["is_default"] for row in api.get(f"/{kind}")[kind]] == [True, False]
