# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of servers in the emulator's own inventory: records, progress and mounts."""

from __future__ import annotations

import itertools
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests_mock
from emulator.trilio.app import Settings, create_app
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PM, PROJECT, WEB, Api, sample, vms
from unit.emulator.trilio.in_process_restores import NETWORK, NIC, VOLUME, Restores
from werkzeug.test import Client

GIB = 1024**3
MANAGER = {"metadata": {"tvault_recovery_manager": "yes"}}


def shown(api: Api, snapshot_id: str) -> Any:
    """Return a snapshot."""
    return api.get(f"/snapshots/{snapshot_id}")["snapshot"]


def test_record_of_a_server_that_says_all() -> None:
    stand = Restores()
    web = next(item for item in shown(stand.api, stand.snapshot)["instances"] if item["id"] == WEB)
    boot, data = web["vdisks"]
    assert web == {
        "id": WEB,
        "name": "cirros-3",
        "status": "available",
        "metadata": {"availability_zone": "nova"},
        "flavor": {"vcpus": "2", "ram": "1024", "disk": "5", "ephemeral": "0"},
        "security_group": [
            {"name": "default", "security_group_type": "neutron"},
            {"name": "web", "security_group_type": "neutron"},
        ],
        "nics": [NIC],
        "vdisks": [boot, data],
    }
    disk = {"label": None, "vm_id": WEB}
    assert boot == disk | {
        "resource_id": boot["resource_id"],
        "restore_size": 5 * GIB,
        "image_id": boot["image_id"],
        "image_name": "cirros",
        "hw_qemu_guest_agent": "no",
    }
    assert data == disk | {
        "resource_id": data["resource_id"],
        "restore_size": 3 * GIB,
        "volume_id": VOLUME,
        "volume_name": "data",
        "volume_size": "3",
        "volume_type": "ssd",
        "volume_mountpoint": "/dev/vdb",
        "availability_zone": "nova",
    }


def test_record_of_a_server_that_says_nothing(api: Api) -> None:
    snapshot_id = api.snapshot(api.create(instances=vms(WEB, DB)))
    api.step(60)
    snapshot = shown(api, snapshot_id)
    nics = [nic for item in snapshot["instances"] for nic in item["nics"]]
    assert {nic["network"]["name"] for nic in nics} == {"private"}
    assert len({nic["ip_address"] for nic in nics}) == len({nic["mac_address"] for nic in nics}) == 2
    assert [
        [("image_id" in disk, "volume_id" in disk) for disk in item["vdisks"]] for item in snapshot["instances"]
    ] == [[(True, False)]] * 2
    assert snapshot["size"] == snapshot["restore_size"] == 2 * GIB
    again = api.snapshot(snapshot["workload_id"])
    api.step(60)
    assert shown(api, again)["size"] == 2 * GIB // 8
    assert [item["nics"] for item in shown(api, again)["instances"]] == [item["nics"] for item in snapshot["instances"]]


def test_disks_that_are_excluded_from_backup(api: Api) -> None:
    volumes = [{"name": "kept"}, {"name": "scratch", "metadata": {"exclude_from_backup": "True"}}]
    api.admin("PATCH", f"instances/{WEB}", {"metadata": {"exclude_boot_disk_from_backup": "True"}, "volumes": volumes})
    snapshot_id = api.snapshot(api.create(instances=vms(WEB)))
    (item,) = shown(api, snapshot_id)["instances"]
    assert [disk["volume_name"] for disk in item["vdisks"]] == ["kept"]


def test_server_that_boots_from_a_volume(api: Api) -> None:
    api.admin(
        "PUT",
        f"instances/{WEB}",
        {"name": "cirros-3", "image": None, "volumes": [{"name": "root", "device": "/dev/vda"}]},
    )
    (item,) = shown(api, api.snapshot(api.create(instances=vms(WEB))))["instances"]
    assert [(disk["volume_name"], disk["volume_mountpoint"]) for disk in item["vdisks"]] == [("root", "/dev/vda")]


def test_progress(api: Api) -> None:
    snapshot_id = api.snapshot(api.create())
    seen = []
    for _tick in range(5):
        snapshot = shown(api, snapshot_id)
        seen.append((snapshot["status"], snapshot["progress_percent"], snapshot["uploaded_size"]))
        api.step(5)
    words = ("creating", "creating", "uploading", "uploading", "available")
    percents = (0, 25, 50, 75, 100)
    assert seen == [(word, each, GIB * each // 100) for word, each in zip(words, percents, strict=True)]
    assert shown(api, snapshot_id)["progress_msg"] == "Snapshot of workload is complete"


def test_no_two_snapshots_of_a_workload_are_begun_in_one_second(api: Api) -> None:
    api.admin("PUT", "clock", {"freeze": True})
    api.set(snapshot_phase_s=0)
    workload_id = api.create()
    times = [shown(api, api.snapshot(workload_id))["created_at"] for _number in range(3)]
    moments = [datetime.fromisoformat(time) for time in times]
    assert [later - earlier for earlier, later in itertools.pairwise(moments)] == [timedelta(seconds=1)] * 2
    assert datetime.fromisoformat(api.admin("GET", "clock")["now"]) >= moments[-1], (
        "what comes after it is not before it"
    )


def test_snapshot_that_vanishes_while_it_runs_frees_its_workload(api: Api) -> None:
    workload_id = api.create()
    api.admin("DELETE", f"snapshots/{api.snapshot(workload_id)}")
    api.step(60)
    assert api.status(workload_id) == "available"


def test_failure_on_demand(api: Api) -> None:
    api.admin(
        "PUT", "faults", {"kind": "fails", "method": "POST", "path": "/workloads/", "body": "No valid host was found. "}
    )
    workload_id = api.create()
    snapshot_id = api.snapshot(workload_id)
    api.step(60)
    assert (shown(api, snapshot_id)["status"], shown(api, snapshot_id)["error_msg"]) == (
        "error",
        "No valid host was found. ",
    )
    assert api.status(workload_id) == "available"


@pytest.fixture
def mountable() -> Restores:
    """Return an emulator with a snapshot and a file recovery manager."""
    stand = Restores()
    stand.api.admin("PATCH", f"instances/{PM}", MANAGER | {"nics": [NIC]})
    return stand


def mount(stand: Restores, server: str = PM, snapshot: str | None = None) -> int:
    """Request a mount in the captured form, wait, and return the status of the response."""
    body = sample("snapshot_mount_request")
    body["mount"]["mount_vm_id"] = server
    response = stand.api.call("POST", f"/snapshots/{snapshot or stand.snapshot}/mount", body)
    stand.api.step(60)
    return response.status_code


def mounted(stand: Restores, below: str = "", **more: Any) -> list[Any]:
    """Return the list of mounted snapshots."""
    rows: list[Any] = stand.api.get(f"{below}/snapshots/mounted/list", **more)["mounted_snapshots"]
    return rows


def test_mount_and_dismount(mountable: Restores) -> None:
    assert mount(mountable) == 200
    row = {"snapshot_id": mountable.snapshot, "snapshot_name": "snapshot", "workload_id": mountable.workload}
    wanted = [{**row, "mounturl": f"http://{NIC['ip_address']}", "status": "mounted"}]
    assert mounted(mountable) == mounted(mountable, f"/workloads/{mountable.workload}") == wanted
    assert mounted(mountable, project=OTHER_PROJECT) == []
    assert set(shown(mountable.api, mountable.snapshot)) & {"mounted_on", "mounturl"} == set()
    assert mountable.api.code("DELETE", f"/snapshots/{mountable.snapshot}") == 400
    assert mountable.api.code("GET", f"/snapshots/{mountable.snapshot}/cancel") == 400
    response = mountable.api.call("POST", f"/snapshots/{mountable.snapshot}/dismount")
    assert (response.status_code, response.data, response.content_type) == (200, b"", "application/json")
    assert (mountable.states(), mounted(mountable)) == (("available", "available"), [])
    assert mountable.api.code("POST", f"/snapshots/{mountable.snapshot}/dismount") == 400


def test_workload_works_on_beside_a_mounted_snapshot(mountable: Restores) -> None:
    mount(mountable)
    other = mountable.taken()
    assert mountable.api.status(mountable.workload) == "available"
    assert mountable.api.code("DELETE", f"/snapshots/{other}") == 202
    mountable.api.step(60)
    assert mountable.states() == ("mounted", "available")


def test_one_snapshot_on_a_manager(mountable: Restores) -> None:
    other = mountable.taken()
    assert mount(mountable) == 200
    assert mount(mountable, snapshot=other) == 400
    assert mount(mountable) == 400
    mountable.api.call("POST", f"/snapshots/{mountable.snapshot}/dismount")
    assert mount(mountable, snapshot=other) == 200


def test_failed_mount_shows_only_as_available(mountable: Restores) -> None:
    assert mount(mountable, DB) == 200
    assert (mountable.states()[0], mounted(mountable)) == ("available", [])
    mountable.api.admin("PUT", "faults", {"kind": "fails", "method": "POST", "path": "/mount$"})
    assert mount(mountable) == 200
    assert mountable.states()[0] == "available"
    assert mount(mountable, NOWHERE) == 400


def test_what_is_kept_for_restores_is_not_shown() -> None:
    stand = Restores()
    paths = (
        f"/snapshots/{stand.snapshot}",
        f"/workloads/{stand.workload}/snapshots/{stand.snapshot}",
        "/snapshots/detail",
    )
    assert all('"_kept"' not in json.dumps(stand.api.get(path)) for path in paths)
    row = stand.api.admin("GET", f"snapshots/{stand.snapshot}")
    assert all("_kept" in item for item in row["instances"])
    assert (row["project_id"], row["instances"][1]["nics"][0]["network"]) == (PROJECT, NETWORK)


NOVA = "http://nova.test/v2.1"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param({"status_code": 404}, 200, id="the server is gone"),
        pytest.param({"status_code": 500}, 500, id="Nova fails"),
        pytest.param({"text": "<html></html>"}, 500, id="something else answers"),
        pytest.param(
            {"json": {"server": {"id": WEB, "tenant_id": PROJECT, "flavor": {"id": "1"}}}},
            500,
            id="there is no Neutron",
        ),
    ],
)
def test_cloud_that_fails_is_no_server_that_is_gone(answer: dict[str, Any], code: int) -> None:
    client = Client(create_app(Settings()))
    row = {"id": NOWHERE, "project_id": PROJECT, "instances": [{"id": WEB, "name": "web"}]}
    client.post("/__emulator/workloads", data=json.dumps(row))
    catalog = [{"type": "compute", "endpoints": [{"publicURL": NOVA}]}]
    headers = {"X-Project-Id": PROJECT, "X-Auth-Token": "of-the-caller", "X-Service-Catalog": json.dumps(catalog)}
    with requests_mock.Mocker() as nova:
        nova.get(f"{NOVA}/servers/{WEB}", **answer)
        numbers = {"vcpus": 1, "ram": 512, "disk": 1, "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0}
        nova.get(f"{NOVA}/flavors/1", json={"flavor": {"id": "1", **numbers}})
        assert client.post(f"/v1/{PROJECT}/workloads/{NOWHERE}", data="{}", headers=headers).status_code == code
    assert len(json.loads(client.get("/__emulator/snapshots").data)) == (1 if code == 200 else 0)
