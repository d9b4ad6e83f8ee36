# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores into the emulator's own inventory: results, progress and refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from emulator.trilio.app import Settings, create_app
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PM, PROJECT, WEB, vms
from unit.emulator.trilio.in_process_restores import (
    FLAVOR,
    NETWORK,
    NIC,
    OTHER_NETWORK,
    VOLUME,
    Restores,
    inplace,
    mapping,
    oneclick,
    selective,
)
from werkzeug.test import Client


@pytest.fixture
def stand() -> Restores:
    """Return an emulator of profile 6.2 with a snapshot."""
    return Restores()


def addresses(server: dict[str, Any]) -> dict[str, list[str]]:
    """Return the addresses of a server by network."""
    return {network: [one["addr"] for one in ends] for network, ends in server["addresses"].items()}


@pytest.mark.parametrize("profile", ["4.2", "5.2", "6.1", "6.2"])
def test_oneclick_makes_the_lost_servers_again(profile: str) -> None:
    stand = Restores(profile)
    before = stand.servers()
    stand.lose(WEB, DB)
    begun = stand.start(oneclick())
    assert begun["restore_options"] == oneclick()
    stand.api.step(600)
    shown = stand.show(begun["id"])
    assert (shown["status"], shown["progress_percent"], shown["progress_msg"]) == (
        "available",
        100,
        "Restore from snapshot is complete",
    )
    assert [one["id"] for one in shown["restore_options"]["openstack"]["instances"]] == [DB, WEB]
    after = stand.servers()
    for made in shown["instances"]:
        old, new = before[made["metadata"]["instance_id"]], after[made["id"]]
        assert made["id"] not in before
        assert new["name"] == old["name"] == made["name"]
        assert (addresses(new), new["flavor"], new["security_groups"]) == (
            addresses(old),
            old["flavor"],
            old["security_groups"],
        )
        assert len(new["os-extended-volumes:volumes_attached"]) == len(old["os-extended-volumes:volumes_attached"])
    assert set(after) - set(before) == {made["id"] for made in shown["instances"]}
    assert VOLUME not in [
        volume["id"] for server in after.values() for volume in server["os-extended-volumes:volumes_attached"]
    ]


def test_progress(stand: Restores) -> None:
    restore_id = stand.start(selective({"id": WEB}, {"id": DB}))["id"]
    assert stand.show(restore_id)["host"] == ""
    assert stand.states() == ("restoring", "locked")
    seen = []
    for _tick in range(8):
        stand.api.step(2.5)
        shown = stand.show(restore_id)
        seen.append((shown["progress_percent"], shown["progress_msg"], len(shown["instances"])))
    db, web = "Restoring volumes of instance: cirros-4", "Restoring volumes of instance: cirros-3"
    assert seen == [
        (12, db, 0),
        (25, "Creating Instance: cirros-4", 0),
        (37, "Creating Instance: cirros-4", 0),
        (50, "Creating Instance: cirros-4", 1),
        (62, web, 1),
        (75, "Creating Instance: cirros-3", 1),
        (87, "Creating Instance: cirros-3", 1),
        (100, "Restore from snapshot is complete", 2),
    ]
    assert (shown["host"], shown["time_taken"], shown["uploaded_size"]) == ("TVM2", 20, shown["size"])
    assert shown["updated_at"] == shown["created_at"] < shown["finished_at"]
    assert shown["snapshot_details"]["progress_msg"] == "Creating Instance: cirros-3"
    assert stand.states() == ("available", "available")


def test_selective_makes_what_is_asked_for(stand: Restores) -> None:
    before = stand.servers()
    wanted = {
        "id": WEB,
        "name": "copy",
        "availability_zone": "az2",
        "flavor": {"id": "9", "vcpus": 4, "ram": 2048, "disk": 5, "ephemeral": 0, "swap": ""},
        "nics": [],
        "vdisks": [{"id": VOLUME, "new_volume_type": "archive", "availability_zone": "az3"}],
    }
    shown = stand.ended(selective(wanted, {"id": DB, "include": False}))
    (made,) = shown["instances"]
    assert made == {
        "id": made["id"],
        "name": "copy",
        "status": "available",
        "metadata": {"config_drive": "", "instance_id": WEB, "production": "1"},
    }
    assert set(stand.servers()) == {*before, made["id"]}
    row = stand.api.admin("GET", f"instances/{made['id']}")
    assert (row["name"], row["availability_zone"], row["flavor"]["id"], row["security_groups"]) == (
        "copy",
        "az2",
        "9",
        ["default", "web"],
    )
    assert [(one["name"], one["size"], one["volume_type"], one["availability_zone"]) for one in row["volumes"]] == [
        ("data", 3, "archive", "az3")
    ]
    (nic,) = row["nics"]
    assert nic["network"]["id"] == OTHER_NETWORK["id"]
    assert (nic["ip_address"], nic["mac_address"]) != (NIC["ip_address"], NIC["mac_address"])


def test_selective_takes_from_the_snapshot_what_is_not_given(stand: Restores) -> None:
    row = stand.api.admin("GET", f"instances/{stand.ended(selective({'id': WEB}))['instances'][0]['id']}")
    assert (row["name"], row["flavor"], row["availability_zone"]) == ("cirros-3", FLAVOR, "nova")
    assert [volume["volume_type"] for volume in row["volumes"]] == ["ssd"]
    without = stand.ended(selective({"id": WEB, "vdisks": []}))["instances"][0]["id"]
    assert stand.api.admin("GET", f"instances/{without}")["volumes"] == []


@pytest.mark.parametrize(
    ("port", "address", "network"),
    [
        pytest.param(
            {"id": NOWHERE, "ip_address": "10.9.0.9", "mac_address": "fa:16:3e:09:09:09", "network": OTHER_NETWORK},
            "10.9.0.9",
            "isolated",
            id="port",
        ),
        pytest.param(
            {"id": "", "ip_address": "10.9.0.8", "mac_address": "", "network": OTHER_NETWORK},
            "10.9.0.8",
            "isolated",
            id="address",
        ),
        pytest.param(
            {"id": NETWORK["id"], "ip_address": "", "mac_address": ""},
            None,
            "isolated",
            id="network of the snapshot in place of a port",
        ),
    ],
)
def test_selective_with_nics(stand: Restores, port: dict[str, Any], address: str | None, network: str) -> None:
    (made,) = stand.ended(selective({"id": WEB, "nics": [port]}))["instances"]
    (nic,) = stand.api.admin("GET", f"instances/{made['id']}")["nics"]
    assert nic["network"]["name"] == network
    assert nic["ip_address"] == address or (address is None and nic["ip_address"] != NIC["ip_address"])


def test_topology_is_made_anew(stand: Restores) -> None:
    shown = stand.ended(selective({"id": WEB}, restore_topology=True, networks_mapping={}))
    (network,), (subnet,) = shown["networks"], shown["subnets"]
    assert (network["name"], subnet["name"], shown["routers"]) == ("internal", "internal-sub", [])
    (nic,) = stand.api.admin("GET", f"instances/{shown['instances'][0]['id']}")["nics"]
    assert (nic["network"]["id"], nic["network"]["subnet"]["id"]) == (network["id"], subnet["id"])
    assert network["id"] != NETWORK["id"]


def test_network_that_is_mapped_to_none_ends_in_error(stand: Restores) -> None:
    for pairs in ((), ((NETWORK | {"subnet": OTHER_NETWORK["subnet"]}, OTHER_NETWORK),)):
        shown = stand.ended(selective({"id": WEB}, networks_mapping=mapping(*pairs)))
        assert shown["status"] == "error"
        assert NETWORK["id"] in shown["error_msg"]


def test_inplace_makes_nothing_new(stand: Restores) -> None:
    before = stand.servers()
    shown = stand.ended(
        inplace({"id": WEB, "vdisks": [{"id": VOLUME, "restore_cinder_volume": True}]}, {"id": DB, "include": False})
    )
    assert (shown["status"], [one["id"] for one in shown["instances"]]) == ("available", [WEB])
    assert stand.servers() == before


def test_inplace_needs_the_original(stand: Restores) -> None:
    stand.lose(WEB)
    shown = stand.ended(inplace({"id": WEB}))
    assert shown["status"] == "error"
    assert WEB in shown["error_msg"]


BAD_OPTIONS: dict[str, Any] = {
    "nothing": None,
    "another type": oneclick() | {"type": "vmware"},
    "no kind": oneclick() | {"restore_type": None},
    "no openstack": {"type": "openstack", "restore_type": "oneclick", "oneclickrestore": True},
    "no instances": selective() | {"openstack": {}},
    "an instance without an id": selective({"name": "x"}),
    "an instance that the snapshot has not": selective({"id": PM}),
    "a volume that the instance has not": selective({"id": DB, "vdisks": [{"id": VOLUME}]}),
    "none included": selective({"id": WEB, "include": False}),
    "none included in place": inplace({"id": WEB, "include": "False"}),
}


@pytest.mark.parametrize("options", [pytest.param(options, id=name) for name, options in BAD_OPTIONS.items()])
def test_what_cannot_be_meant_is_refused(stand: Restores, options: Any) -> None:
    assert stand.api.code("POST", f"/snapshots/{stand.snapshot}", {"restore": {"name": "r", "options": options}}) == 400
    assert stand.api.get("/restores") == {"restores": []}
    assert stand.states() == ("available", "available")


def test_one_restore_at_a_time_and_nothing_beside_it(stand: Restores) -> None:
    other = stand.taken()
    stand.start(selective({"id": WEB}))
    body = {"restore": {"name": "r", "options": selective({"id": WEB})}}
    for unlocked in (False, True):
        if unlocked:
            stand.api.call("POST", f"/workloads/{stand.workload}/unlock")
        for snapshot in (stand.snapshot, other):
            assert stand.api.code("POST", f"/snapshots/{snapshot}", body) == 400
        assert stand.api.code("POST", f"/workloads/{stand.workload}") == 400
        assert stand.api.code("DELETE", f"/snapshots/{stand.snapshot}") == 400
    stand.api.step(600)
    assert stand.api.code("POST", f"/snapshots/{other}", body) == 202


@pytest.mark.parametrize("state", ["error", "cancelled", "executing", "mounted", "deleting"])
def test_only_good_snapshots_are_restored(stand: Restores, state: str) -> None:
    stand.api.admin("PATCH", f"snapshots/{stand.snapshot}", {"status": state})
    assert stand.api.code("POST", f"/snapshots/{stand.snapshot}", {"restore": {"options": oneclick()}}) == 400


def test_nested_paths(stand: Restores) -> None:
    nested = f"/workloads/{stand.workload}/snapshots/{stand.snapshot}/restores"
    body = {"restore": {"name": "r", "options": selective({"id": WEB})}}
    assert stand.api.code("POST", nested.replace(stand.workload, NOWHERE), body) == 404
    response = stand.api.call("POST", nested, body)
    assert response.status_code == 202
    restore_id = json.loads(response.data)["restore"]["id"]
    stand.api.step(600)
    assert stand.api.get(f"{nested}/{restore_id}")["restore"]["status"] == "available"
    assert stand.api.code("DELETE", f"{nested.replace(stand.snapshot, NOWHERE)}/{restore_id}") == 404
    assert stand.api.code("DELETE", f"{nested}/{restore_id}") == 200


def test_names_and_descriptions_may_be_blank(stand: Restores) -> None:
    for blank in (None, ""):
        begun = stand.start(selective({"id": WEB}), name=blank, description=blank)
        assert (begun["name"], begun["description"]) == ("", "-")
        stand.api.step(600)


def test_delete_takes_the_record_and_leaves_the_servers(stand: Restores) -> None:
    restore_id = stand.start(selective({"id": WEB}))["id"]
    assert stand.api.code("DELETE", f"/restores/{restore_id}") == 400
    stand.api.step(600)
    (made,) = stand.show(restore_id)["instances"]
    response = stand.api.call("DELETE", f"/restores/{restore_id}")
    assert (response.status_code, response.data, response.content_type) == (200, b"", "application/json")
    assert stand.api.code("GET", f"/restores/{restore_id}") == 404
    assert made["id"] in stand.servers()


def test_cancel_is_a_get_that_changes_state_and_leaves_what_was_made(stand: Restores) -> None:
    restore_id = stand.start(selective({"id": WEB}, {"id": DB}))["id"]
    stand.api.step(12)
    response = stand.api.call("GET", f"/restores/{restore_id}/cancel")
    assert (response.status_code, response.data, response.content_type) == (200, b"", "application/json")
    (record,) = stand.api.admin("GET", "requests?kind=restores&method=GET&effect=WRITE")["requests"]
    assert record["path"].endswith("/cancel")
    stand.api.step(600)
    shown = stand.show(restore_id)
    assert (shown["status"], len(shown["instances"])) == ("cancelled", 1)
    assert shown["finished_at"]
    assert stand.states() == ("available", "available")
    assert stand.api.code("GET", f"/restores/{restore_id}/cancel") == 400
    stand.api.set(cancel_finished="noop")
    assert stand.api.code("GET", f"/restores/{restore_id}/cancel") == 200
    assert stand.show(restore_id)["status"] == "cancelled"


def test_failure_on_demand_leaves_the_servers_before(stand: Restores) -> None:
    before = set(stand.servers())
    stand.api.admin(
        "PUT", "faults", {"kind": "fails", "method": "POST", "path": "/snapshots/", "body": "No valid host was found. "}
    )
    shown = stand.ended(selective({"id": WEB}, {"id": DB}))
    assert (shown["status"], shown["error_msg"], shown["progress_percent"]) == (
        "error",
        "No valid host was found. ",
        100,
    )
    assert [one["name"] for one in shown["instances"]] == ["cirros-4"]
    assert len(set(stand.servers()) - before) == 1
    assert stand.states() == ("available", "available")


def test_lost_answer_leaves_one_restore(stand: Restores) -> None:
    for fault in ("status_after", "lost_update"):
        stand.api.admin("PUT", "faults", {"kind": fault, "method": "POST", "path": "/snapshots/"})
        stand.api.call(
            "POST", f"/snapshots/{stand.snapshot}", {"restore": {"name": fault, "options": selective({"id": WEB})}}
        )
        stand.api.step(600)
    assert [row["name"] for row in stand.api.get("/restores")["restores"]] == ["status_after"]
    assert stand.states() == ("available", "available")


def test_stuck(stand: Restores) -> None:
    stand.api.admin("PUT", "faults", {"kind": "stuck", "method": "POST", "path": "/snapshots/"})
    shown = stand.ended(selective({"id": WEB}))
    assert (shown["status"], shown["progress_percent"]) == ("restoring", 0)


def test_state_put_in_stops_the_work(stand: Restores) -> None:
    restore_id = stand.start(selective({"id": WEB}, {"id": DB}))["id"]
    stand.api.admin("PATCH", f"restores/{restore_id}", {"status": "error", "error_msg": "out of the blue"})
    stand.api.step(600)
    assert (stand.show(restore_id)["status"], stand.show(restore_id)["instances"]) == ("error", [])
    assert stand.states() == ("available", "available")


def test_other_projects_see_nothing(stand: Restores) -> None:
    restore_id = stand.start(selective({"id": WEB}))["id"]
    assert stand.api.get("/restores", project=OTHER_PROJECT) == {"restores": []}
    body = {"restore": {"options": oneclick()}}
    for method, path in (
        ("GET", f"/restores/{restore_id}"),
        ("GET", f"/restores/{restore_id}/cancel"),
        ("DELETE", f"/restores/{restore_id}"),
    ):
        assert stand.api.code(method, path, project=OTHER_PROJECT, roles="admin") == 404
    assert stand.api.code("POST", f"/snapshots/{stand.snapshot}", body, project=OTHER_PROJECT, roles="admin") == 404
    stand.api.step(600)
    assert stand.show(restore_id)["status"] == "available"


def test_restart_ends_a_running_restore_in_error(tmp_path: Path) -> None:
    """The token is gone."""
    headers = {"X-Project-Id": PROJECT}

    def emulator() -> Client:
        return Client(create_app(Settings(state=tmp_path, instances=[{"id": WEB, "name": "web"}])))

    client = emulator()
    client.put("/__emulator/clock", data=json.dumps({"freeze": True}))
    workload = {"id": NOWHERE, "project_id": PROJECT, "instances": [{"id": WEB, "name": "web"}]}
    client.post("/__emulator/workloads", data=json.dumps(workload))
    snapshot = json.loads(
        client.post("/__emulator/snapshots", data=json.dumps({"workload_id": NOWHERE, "project_id": PROJECT})).data
    )["id"]
    body = {"restore": {"options": inplace({"id": WEB})}}
    assert client.post(f"/v1/{PROJECT}/snapshots/{snapshot}", data=json.dumps(body), headers=headers).status_code == 202
    (restore,) = json.loads(emulator().get(f"/v1/{PROJECT}/restores", headers=headers).data)["restores"]
    assert (restore["status"], restore["error_msg"]) == (
        "error",
        "Failed restoring snapshot: the service was restarted meanwhile",
    )


def test_snapshot_of_a_workload_put_in_is_restorable(stand: Restores) -> None:
    """Tests need not take one first."""
    row = stand.api.put_row("workloads", instances=[{"id": PM, "name": "PM", "metadata": {}}])
    stand.snapshot = stand.api.put_row("snapshots", workload_id=row["id"])["id"]
    assert [one["name"] for one in stand.ended(selective({"id": PM}))["instances"]] == ["PM"]


def test_snapshot_that_is_put_in_with_other_servers_is_restorable(stand: Restores) -> None:
    """The servers are not in the inventory, and their missing keys get defaults."""
    flavor = {"vcpus": "4", "ram": "2048", "disk": "9", "ephemeral": "0"}
    disk = {
        "label": None,
        "resource_id": NOWHERE,
        "restore_size": 2**30,
        "vm_id": NOWHERE,
        "volume_id": VOLUME,
        "volume_name": "v",
        "volume_size": "1",
    }
    disk |= {"volume_type": "ssd", "volume_mountpoint": "/dev/vda", "availability_zone": "nova"}
    instances = [
        {"id": NOWHERE, "name": "one", "flavor": flavor, "vdisks": [disk]},
        {"id": PM.replace("1", "2"), "name": "two"},
    ]
    stand.snapshot = stand.api.put_row("snapshots", workload_id=stand.workload, instances=instances)["id"]
    stand.lose(WEB)
    made = [stand.api.admin("GET", f"instances/{one['id']}") for one in stand.ended(oneclick())["instances"]]
    assert [row["name"] for row in made] == ["one", "two"]
    assert (made[0]["flavor"], made[0]["image"]) == ({"vcpus": 4, "ram": 2048, "disk": 9, "ephemeral": 0}, None)
    assert [volume["name"] for volume in made[0]["volumes"]] == ["v"]
    assert stand.servers()[made[0]["id"]]["image"] == ""
    again = stand.api.create(instances=vms(made[0]["id"]))
    assert stand.api.get(f"/snapshots/{stand.api.snapshot(again)}")["snapshot"]["instances"][0]["flavor"] == flavor
