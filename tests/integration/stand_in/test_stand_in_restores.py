# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator beside a real Nova, Neutron and Cinder: snapshots record real servers, and restores make real ones."""

from __future__ import annotations

from typing import Any

import pytest
from support.stand import Stand
from support.tenant import Tenant, wait

pytestmark = pytest.mark.cloud

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_snapshot_records_the_real_server(user: Tenant, server: str) -> None:
    snapshot = user.snapshot(server)
    assert (snapshot["status"], snapshot["snapshot_type"]) == ("available", "full")
    (item,) = snapshot["instances"]
    (port,) = user.ports(server)
    (volume,) = user.volumes(server)
    network = user.cloud.network.get_network(port.network_id)
    subnet = user.cloud.network.get_subnet(port.fixed_ips[0]["subnet_id"])
    assert (item["id"], item["name"], item["metadata"]) == (server, "web-1", {"availability_zone": "nova"})
    assert item["flavor"] == {"vcpus": "1", "ram": "512", "disk": "1", "ephemeral": "0"}
    assert item["security_group"] == [{"name": "default", "security_group_type": "neutron"}]
    shown = {"id": subnet.id, "name": "private", "cidr": "10.0.0.0/24", "ip_version": 4, "gateway_ip": "10.0.0.1"}
    assert item["nics"] == [
        {
            "mac_address": port.mac_address,
            "ip_address": port.fixed_ips[0]["ip_address"],
            "network": {"id": network.id, "name": "private", "cidr": None, "network_type": "neutron", "subnet": shown},
        }
    ]
    boot, data = item["vdisks"]
    assert (boot["image_id"], boot["image_name"], "volume_id" in boot) == (
        user.cloud.image.find_image("cirros").id,
        "cirros",
        False,
    )
    wanted = {
        "volume_id": volume.id,
        "volume_name": "web-1-data",
        "volume_size": "2",
        "volume_type": "ssd",
        "availability_zone": "nova",
    }
    assert wanted.items() <= data.items()
    assert data["volume_mountpoint"] == volume.attachments[0]["device"]
    assert snapshot["size"] == snapshot["restore_size"] == 3 * 1024**3


def test_oneclick_brings_the_server_back(user: Tenant, server: str) -> None:
    snapshot = user.snapshot(server)
    before, (port,) = user.cloud.compute.get_server(server), user.ports(server)
    user.delete(server)
    restore = user.restore(snapshot, "oneclick")
    assert (restore["status"], restore["error_msg"]) == ("available", None)
    (made,) = restore["instances"]
    assert made["metadata"]["instance_id"] == server != made["id"]
    (again,) = user.cloud.compute.servers()
    assert (again.id, again.name, again.status, again.flavor.id) == (made["id"], "web-1", "ACTIVE", before.flavor.id)
    (new_port,) = user.ports(made["id"])
    assert [(one.network_id, one.mac_address, one.fixed_ips) for one in (new_port,)] == [
        (port.network_id, port.mac_address, port.fixed_ips)
    ]
    (volume,) = user.volumes(made["id"])
    assert (volume.name, volume.size, volume.volume_type, volume.status) == ("web-1-data", 2, "ssd", "in-use")


def test_oneclick_needs_server_and_volumes_gone(user: Tenant, server: str) -> None:
    snapshot = user.snapshot(server)
    assert user.restore(snapshot, "oneclick")["status"] == "error"
    volumes = user.delete_server(server)
    restore = user.restore(snapshot, "oneclick")
    assert (restore["status"], restore["instances"]) == ("error", [])
    user.delete_volumes(volumes)
    assert user.restore(snapshot, "oneclick")["error_msg"] is None


def test_oneclick_of_a_server_that_boots_from_a_volume(user: Tenant) -> None:
    image = user.cloud.image.find_image("cirros").id
    volume = user.cloud.block_storage.create_volume(name="root", size=1, image_id=image)
    wait(lambda: user.cloud.block_storage.get_volume(volume.id).status == "available")
    disk = {"uuid": volume.id, "source_type": "volume", "destination_type": "volume", "boot_index": 0}
    server = user.boot("from-volume", block_device_mapping=[disk], image_id="")
    snapshot = user.snapshot(server.id)
    (shown,) = snapshot["instances"][0]["vdisks"]
    assert (shown["volume_id"], "image_id" in shown) == (volume.id, False)
    user.delete(server.id)
    restore = user.restore(snapshot, "oneclick")
    assert (restore["status"], restore["error_msg"]) == ("available", None)
    again = restore["instances"][0]["id"]
    assert [one.name for one in user.volumes(again)] == ["root"]
    user.delete(again)


def test_selective_makes_a_copy_elsewhere(user: Tenant, server: str) -> None:
    group = user.cloud.network.create_security_group(name="web")
    user.cloud.network.create_security_group_rule(
        security_group_id=group.id, direction="ingress", protocol="tcp", port_range_min=443, port_range_max=443
    )
    user.cloud.compute.add_security_group_to_server(server, group.id)
    wait(lambda: group.id in user.ports(server)[0].security_group_ids)
    isolated = user.cloud.network.create_network(name="isolated")
    subnet = user.cloud.network.create_subnet(
        name="isolated", network_id=isolated.id, ip_version=4, cidr="192.168.7.0/24"
    )
    snapshot = user.snapshot(server)
    (nic,), (_boot, data) = snapshot["instances"][0]["nics"], snapshot["instances"][0]["vdisks"]
    source = {"id": nic["network"]["id"], "subnet": {"id": nic["network"]["subnet"]["id"]}}
    target = {"id": isolated.id, "name": "isolated", "subnet": {"id": subnet.id}}
    flavor = {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": ""}
    disk = {"id": data["volume_id"], "new_volume_type": "archive", "availability_zone": "nova"}
    item = {
        "id": server,
        "include": True,
        "name": "copy",
        "availability_zone": "nova",
        "flavor": flavor,
        "nics": [],
        "vdisks": [disk],
    }
    mapping = {"networks": [{"snapshot_network": source, "target_network": target}]}
    restore = user.restore(snapshot, "selective", instances=[item], restore_topology=False, networks_mapping=mapping)
    assert (restore["status"], restore["error_msg"]) == ("available", None)
    (made,) = restore["instances"]
    assert {one.name for one in user.cloud.compute.servers()} == {"web-1", "copy"}
    (port,), (volume,) = user.ports(made["id"]), user.volumes(made["id"])
    assert (port.network_id, port.fixed_ips[0]["subnet_id"]) == (isolated.id, subnet.id)
    assert (volume.name, volume.volume_type) == ("web-1-data", "archive")
    (again,) = [one for one in user.cloud.network.security_groups(name="web") if one.id != group.id]
    assert again.id in port.security_group_ids
    assert group.id not in port.security_group_ids
    assert "Restored from original security group" in again.description
    assert [rule["port_range_min"] for rule in again.security_group_rules if rule["direction"] == "ingress"] == [443]
    user.cloud.compute.remove_security_group_from_server(server, group.id)


def test_selective_into_a_port_and_into_an_address(user: Tenant, server: str) -> None:
    snapshot = user.snapshot(server)
    (nic,) = snapshot["instances"][0]["nics"]
    network = {"id": nic["network"]["id"], "subnet": {"id": nic["network"]["subnet"]["id"]}}
    port = user.cloud.network.create_port(network_id=network["id"])
    nics = [
        {
            "id": port.id,
            "mac_address": port.mac_address,
            "ip_address": port.fixed_ips[0]["ip_address"],
            "network": network,
        },
        {"id": "", "mac_address": "", "ip_address": "10.0.0.77", "network": network},
    ]
    item = {"id": server, "include": True, "name": "copy", "nics": nics, "vdisks": []}
    (made,) = user.restore(snapshot, "selective", instances=[item], restore_topology=False, networks_mapping={})[
        "instances"
    ]
    ports = user.ports(made["id"])
    assert port.id in [one.id for one in ports]
    assert {one.fixed_ips[0]["ip_address"] for one in ports} == {port.fixed_ips[0]["ip_address"], "10.0.0.77"}
    assert user.volumes(made["id"]) == []


def test_topology_is_made_anew(user: Tenant, server: str) -> None:
    subnet_id = user.ports(server)[0].fixed_ips[0]["subnet_id"]
    router = user.cloud.network.create_router(name="edge")
    user.cloud.network.add_interface_to_router(router, subnet=subnet_id)
    snapshot = user.snapshot(server)
    restore = user.restore(
        snapshot, "selective", instances=[{"id": server, "include": True, "name": "copy"}], restore_topology=True
    )
    assert (restore["status"], restore["error_msg"]) == ("available", None)
    (network,), (subnet,), (edge,) = restore["networks"], restore["subnets"], restore["routers"]
    assert (network["name"], subnet["name"], edge["name"]) == ("private", "private", "edge")
    (port,) = user.ports(restore["instances"][0]["id"])
    assert (port.network_id, port.fixed_ips[0]["subnet_id"]) == (network["id"], subnet["id"])
    assert {
        one.device_id
        for one in user.cloud.network.ports(network_id=network["id"], device_owner="network:router_interface")
    } == {edge["id"]}
    user.delete(restore["instances"][0]["id"])  # before its network
    for one in (edge["id"], router.id):
        user.cloud.network.remove_interface_from_router(one, subnet=subnet["id"] if one == edge["id"] else subnet_id)
        user.cloud.network.delete_router(one)
    user.cloud.network.delete_network(network["id"])


def test_inplace_makes_nothing_new(user: Tenant, server: str) -> None:
    snapshot, before = user.snapshot(server), user.everything()
    disk = {"id": user.volumes(server)[0].id, "restore_cinder_volume": True}
    restore = user.restore(
        snapshot, "inplace", instances=[{"id": server, "include": True, "restore_boot_disk": True, "vdisks": [disk]}]
    )
    assert (restore["status"], [one["id"] for one in restore["instances"]]) == ("available", [server])
    assert user.everything() == before


@pytest.mark.parametrize(
    ("item", "target", "word"),
    [
        pytest.param({"flavor": {"id": NOWHERE}}, None, "compute", id="flavor"),
        pytest.param(
            {"flavor": {"vcpus": 99, "ram": 1, "disk": 1, "ephemeral": 0, "swap": ""}},
            None,
            "flavor",
            id="flavor by numbers",
        ),
        pytest.param({}, NOWHERE, "network", id="network"),
    ],
)
def test_what_the_cloud_refuses_ends_the_restore(
    user: Tenant, server: str, item: dict[str, Any], target: str | None, word: str
) -> None:
    snapshot = user.snapshot(server)
    source = snapshot["instances"][0]["nics"][0]["network"]["id"]
    mapping = {
        "networks": [{"snapshot_network": {"id": source}, "target_network": {"id": target or source, "name": "n"}}]
    }
    listed = {"id": server, "include": True, "name": "copy", "vdisks": [], **item}
    restore = user.restore(snapshot, "selective", instances=[listed], restore_topology=False, networks_mapping=mapping)
    assert restore["status"] == "error"
    assert word in restore["error_msg"]
    assert [one.name for one in user.cloud.compute.servers()] == ["web-1"]


def test_server_that_is_gone_fails_the_snapshot(user: Tenant, server: str) -> None:
    snapshot = user.snapshot(server)
    user.delete(server)
    again = user.ask("POST", f"/workloads/{snapshot['workload_id']}", {"snapshot": {}})["snapshot"]["id"]
    assert (
        user.settled("snapshot", again, "creating", "uploading")["error_msg"]
        == f"Unable to find Virtual Machine '{server}' in nova inventory"
    )


def test_tokens_are_not_kept_on_disk(whole: Stand, user: Tenant, server: str) -> None:
    whole.emulator.freeze()
    options = {
        "type": "openstack",
        "restore_type": "inplace",
        "openstack": {"instances": [{"id": server, "include": True}]},
    }
    whole.emulator.freeze(False)
    snapshot = user.snapshot(server)
    whole.emulator.freeze()
    user.ask("POST", f"/snapshots/{snapshot['id']}", {"restore": {"options": options}})
    files = [path for path in (whole.state / "workloadmgr").rglob("*") if path.is_file()]
    assert any(snapshot["id"].encode() in path.read_bytes() for path in files)
    assert not any(user.cloud.auth_token.encode() in path.read_bytes() for path in files)
