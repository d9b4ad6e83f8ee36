# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module restore with the real Nova, Neutron and Cinder: plans with their names, guards, and exact removal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from integration.conftest import Operator
from support.module import warnings_of
from support.stand import Stand
from support.tenant import Tenant, wait

pytestmark = pytest.mark.cloud


class Rescuer(Operator):
    """An operator of the whole cloud, whose workload web holds web-1 and has the snapshot s.

    :param tenant: The same user, who looks into the cloud without our client.
    """

    def __init__(self, stand: Stand, tenant: Tenant) -> None:
        super().__init__(stand, "6")
        self.tenant = tenant

    def run(self, module: str, *, check: Any = False, **options: Any) -> dict[str, Any]:
        """Run a module; real servers take their time."""
        waiting = {} if module.endswith("_info") else {"wait_interval": 0.2}
        return super().run(module, check=check, **{**waiting, **options})

    def copy(self, *, check: Any = False, **entry: Any) -> dict[str, Any]:
        """Restore web-1 under the name copy."""
        more = {
            key: entry.pop(key)
            for key in ("networks", "plan_only", "restore_topology", "request_key", "timeout")
            if key in entry
        }
        wanted = {"name": "web-1", "new_name": "copy", **entry}
        return self.run(
            "restore", check=check, type="selective", workload="web", latest=True, instances=[wanted], **more
        )

    def refused(self, **entry: Any) -> str:
        """Ask for a copy that must be refused without a write, and return the message."""
        mark = self.stand.emulator.mark()
        more = {key: entry.pop(key) for key in ("networks", "restore_topology") if key in entry}
        wanted = {"name": "web-1", "new_name": "copy", **entry}
        failed = self.fails("restore", type="selective", workload="web", latest=True, instances=[wanted], **more)
        assert self.stand.emulator.writes(mark) == []
        return str(failed)

    def take_away(self, restore_id: str, **options: Any) -> dict[str, Any]:
        """Delete a restore with the resources that it created."""
        return self.run("restore", state="absent", id=restore_id, delete_resources=True, **options)


@pytest.fixture
def rescuer(whole: Stand, user: Tenant, server: str) -> Rescuer:
    """Return an operator whose workload has a snapshot of web-1, a server with a volume."""
    assert server
    person = Rescuer(whole, user)
    person.workload(name="web", instances=["web-1"])
    person.run("snapshot", workload="web", name="s")
    return person


@pytest.fixture
def isolated(user: Tenant) -> Iterator[Any]:
    """Return a network without a way out."""
    network = user.cloud.network.create_network(name="quarantine")
    user.cloud.network.create_subnet(name="quarantine", network_id=network.id, ip_version=4, cidr="192.168.9.0/24")
    yield network
    for port in user.cloud.network.ports(network_id=network.id):
        user.cloud.network.delete_port(port)
    user.cloud.network.delete_network(network)


@pytest.fixture
def group(user: Tenant, server: str) -> Iterator[Any]:
    """Give web-1 a security group."""
    made = user.cloud.network.create_security_group(name="web")
    user.cloud.compute.add_security_group_to_server(server, made.id)
    wait(lambda: made.id in user.ports(server)[0].security_group_ids)
    yield made
    user.cloud.compute.remove_security_group_from_server(server, made.id)
    wait(lambda: made.id not in user.ports(server)[0].security_group_ids)
    user.cloud.network.delete_security_group(made)


# ---- a copy, and its end --------------------------------------------------------------------------------------------


def test_a_copy_elsewhere_comes_and_goes_without_a_trace(
    whole: Stand, user: Tenant, server: str, isolated: Any, group: Any
) -> None:
    rescuer = Rescuer(whole, user)
    rescuer.workload(name="web", instances=["web-1"])
    rescuer.run("snapshot", workload="web", name="s")
    before = user.everything()
    wanted: dict[str, Any] = {
        "volumes": [{"name": "web-1-data", "volume_type": "archive"}],
        "networks": [{"from": "private", "to": "quarantine"}],
    }
    planned = rescuer.copy(**wanted, plan_only=True)
    [shown] = planned["restore_plan"]["instances"]
    assert (shown["name"], shown["new_name"], shown["flavor"]["name"]) == ("web-1", "copy", "m1.small")
    assert [(disk["name"], disk["boot"], disk["size"], disk["volume_type"]) for disk in shown["disks"]] == [
        ("cirros", True, 1, None),
        ("web-1-data", False, 2, "archive"),
    ]
    [nic] = shown["nics"]
    assert (nic["network"]["name"], nic["to"]["network"]["name"], nic["to"]["subnet"]["name"]) == (
        "private",
        "quarantine",
        "quarantine",
    )
    made = rescuer.copy(**wanted)
    assert (
        rescuer.stand.emulator.rows("restores")[0]["restore_options"] == planned["request_body"]["restore"]["options"]
    )
    [copy] = made["restore"]["instances"]
    assert (copy["name"], copy["old_id"]) == ("copy", server)
    [port], [volume] = user.ports(copy["id"]), user.volumes(copy["id"])
    assert (port.network_id, volume.volume_type) == (isolated.id, "archive")
    assert not rescuer.copy(**wanted)["changed"]
    mark = whole.emulator.mark()
    listed = rescuer.take_away(made["id"], check=True)
    kinds = [(step["action"], step["kind"]) for step in listed["plan"]]
    assert kinds == [
        ("delete", "server"),
        ("delete", "port"),
        ("delete", "volume"),
        ("delete", "security group"),
        ("delete", "restore"),
    ]
    assert whole.emulator.writes(mark) == []
    assert user.cloud.compute.get_server(copy["id"]).status == "ACTIVE"
    assert group.id not in [step["id"] for step in listed["plan"]]
    assert rescuer.take_away(made["id"])["plan"] == listed["plan"]
    assert user.everything() == before
    assert rescuer.run("restore_info", workload="web")["restores"] == []
    assert not rescuer.take_away(made["id"])["changed"]


@pytest.fixture
def hold(whole: Stand) -> Iterator[Path]:
    """Let Nova not get on with deleting servers, as long as the file is there that is returned."""
    path = whole.state / "nova" / "hold"
    path.touch()
    yield path
    path.unlink(missing_ok=True)


def test_an_interrupted_removal_goes_on(rescuer: Rescuer, group: Any, hold: Path) -> None:
    rescuer.run("snapshot", workload="web", name="with the group")
    before = rescuer.tenant.everything()
    made = rescuer.copy()
    [copy] = made["restore"]["instances"]
    failed = rescuer.fails("restore", state="absent", id=made["id"], delete_resources=True, timeout=0)
    assert failed.error["code"] == "wait_timeout"
    hold.unlink()
    wait(lambda: copy["id"] not in [each.id for each in rescuer.tenant.cloud.compute.servers()])
    left = rescuer.tenant.everything() - before
    assert len(left) == 3, "port, volume and group are there, and no server leads to them any more"
    assert group.id in before
    assert rescuer.take_away(made["id"])["changed"]
    assert rescuer.tenant.everything() == before


def test_what_was_attached_later_is_not_deleted(rescuer: Rescuer) -> None:
    made = rescuer.copy()
    [copy] = made["restore"]["instances"]
    storage = rescuer.tenant.cloud.block_storage
    precious = storage.create_volume(name="precious", size=1)
    wait(lambda: storage.get_volume(precious.id).status == "available")
    rescuer.tenant.attach(copy["id"], precious.id)
    mark = rescuer.stand.emulator.mark()
    message = str(rescuer.fails("restore", state="absent", id=made["id"], delete_resources=True))
    assert f"'copy' ({copy['id']}) has 2 volumes now, and was restored with 1" in message
    assert rescuer.stand.emulator.writes(mark) == []
    rescuer.tenant.detach(copy["id"], precious.id)
    rescuer.take_away(made["id"])
    assert storage.get_volume(precious.id).status == "available"
    rescuer.tenant.delete_volumes([precious])


def test_a_port_that_was_there_before_is_used_and_kept(rescuer: Rescuer, isolated: Any) -> None:
    port = rescuer.tenant.cloud.network.create_port(name="door", network_id=isolated.id)
    made = rescuer.copy(nics=[{"port": "door"}])
    [copy] = made["restore"]["instances"]
    assert [each.id for each in rescuer.tenant.ports(copy["id"])] == [port.id]
    assert port.id in rescuer.refused(nics=[{"port": "door"}], new_name="again"), "it is in use"
    rescuer.take_away(made["id"])
    assert rescuer.tenant.cloud.network.get_port(port.id).fixed_ips == port.fixed_ips


def test_an_address_of_ones_own(rescuer: Rescuer, isolated: Any) -> None:
    subnet = isolated.subnet_ids or [each.id for each in rescuer.tenant.cloud.network.subnets(network_id=isolated.id)]
    made = rescuer.copy(
        nics=[{"network": "quarantine", "ip_address": "192.168.9.77", "mac_address": "fa:16:3e:00:00:77"}]
    )
    [port] = rescuer.tenant.ports(made["restore"]["instances"][0]["id"])
    assert (port.fixed_ips, port.mac_address) == (
        [{"subnet_id": subnet[0], "ip_address": "192.168.9.77"}],
        "fa:16:3e:00:00:77",
    )
    assert warnings_of(made) == []
    message = rescuer.refused(nics=[{"network": "quarantine", "ip_address": "192.168.9.77"}], new_name="again")
    assert f"the port '{port.id}' of the server 'copy'" in message
    rescuer.take_away(made["id"])


# ---- in place, and one click ----------------------------------------------------------------------------------------


def test_in_place_of_a_real_server(rescuer: Rescuer, server: str) -> None:
    wanted: dict[str, Any] = {
        "type": "inplace",
        "workload": "web",
        "latest": True,
        "instances": [{"name": "web-1", "restore_boot_disk": False}],
    }
    before = rescuer.tenant.everything()
    planned = rescuer.run("restore", **wanted, plan_only=True)
    assert planned["confirm_overwrite"] == ["web-1"]
    assert [(disk["name"], disk["restore"]) for disk in planned["restore_plan"]["instances"][0]["disks"]] == [
        ("cirros", False),
        ("web-1-data", True),
    ]
    compute = rescuer.tenant.cloud.compute
    compute.lock_server(server)
    assert f"'web-1' ({server}) is locked: unlock it" in str(rescuer.fails("restore", **wanted, plan_only=True))
    compute.unlock_server(server)
    done = rescuer.run("restore", **wanted, confirm_overwrite=planned["confirm_overwrite"])
    assert done["restore"]["instances"][0]["id"] == server
    assert rescuer.tenant.everything() == before


def test_in_place_of_a_volume_that_is_detached(rescuer: Rescuer, server: str) -> None:
    [volume] = rescuer.tenant.volumes(server)
    rescuer.tenant.detach(server, volume.id)
    wanted: dict[str, Any] = {"type": "inplace", "workload": "web", "latest": True, "confirm_overwrite": ["web-1"]}
    mark = rescuer.stand.emulator.mark()
    assert volume.id in str(rescuer.fails("restore", **wanted, instances=[{"name": "web-1"}]))
    assert rescuer.stand.emulator.writes(mark) == []
    spared = [{"name": "web-1", "volumes": [{"name": "web-1-data", "restore": False}]}]
    assert rescuer.run("restore", **wanted, instances=spared)["restore"]["status"] == "available"
    rescuer.tenant.attach(server, volume.id)


def test_one_click_needs_server_and_volumes_gone(rescuer: Rescuer, server: str) -> None:
    wanted = {"type": "oneclick", "workload": "web", "latest": True}
    [port], [volume] = rescuer.tenant.ports(server), rescuer.tenant.volumes(server)
    beside = {**wanted, "type": "selective", "keep_addresses": True}
    message = str(rescuer.fails("restore", **beside))
    assert f"'web-1' ({server}), the original" in message
    assert f"the port '{port.id}' of the server 'web-1' ({server})" in message
    assert f"volume 'web-1-data' ({volume.id})" in str(rescuer.fails("restore", **wanted))
    rescuer.tenant.delete_server(server)
    message = str(rescuer.fails("restore", **wanted))
    assert volume.id in message
    assert server not in message
    rescuer.tenant.delete_volumes([volume])
    plan = rescuer.run("restore", **beside, plan_only=True)["restore_plan"]
    [nic] = plan["instances"][0]["nics"]
    assert (nic["address"], nic["to"]["mac_address"]) == ("kept", port.mac_address)
    free = {row["name"]: row["free"] for row in plan["quotas"]}
    assert (free["instances"], free["volumes"], free["ports"]) == (1000, 1000, None)
    done = rescuer.run("restore", **wanted)
    [again] = rescuer.tenant.cloud.compute.servers()
    assert [(each["old_id"], each["id"]) for each in done["restore"]["instances"]] == [(server, again.id)]
    assert (again.name, again.status) == ("web-1", "ACTIVE")


def test_topology_anew(rescuer: Rescuer) -> None:
    before = {network.id for network in rescuer.tenant.cloud.network.networks()}
    made = rescuer.copy(restore_topology=True)
    assert [network["name"] for network in made["restore"]["networks"]] == ["private"]
    rescuer.take_away(made["id"])
    new = [network for network in rescuer.tenant.cloud.network.networks() if network.id not in before]
    assert [network.name for network in new] == ["private"], "networks are left to the operator"
    rescuer.tenant.cloud.network.delete_network(new[0])


# ---- names that are not there ---------------------------------------------------------------------------------------


def test_what_is_not_there_is_said_before_the_start(rescuer: Rescuer) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"flavor": "m1.gigantic"}, "m1.gigantic"),
        ({"volumes": [{"name": "web-1-data", "volume_type": "gold"}]}, "gold"),
        ({"volumes": [{"name": "web-9-data"}]}, "web-9-data"),
        ({"networks": [{"to": "qarantine"}]}, "qarantine"),
        ({"networks": [{"from": "elsewhere", "to": "private"}]}, "elsewhere"),
        ({"networks": [{"to": "private", "to_subnet": "other"}]}, "other"),
        ({"nics": [{"ip_address": "192.0.2.7"}]}, "192.0.2.7"),
        ({"nics": [{"port": "nowhere"}]}, "nowhere"),
        ({"name": "web-9"}, "web-9"),
        ({"availability_zone": "az-typo"}, "'az-typo'"),
        ({"volumes": [{"name": "web-1-data", "availability_zone": "az-typo"}]}, "not one of Cinder, which has: nova"),
    ]
    for entry, said in wrong:
        assert said in rescuer.refused(**entry)


def test_networks_of_other_projects_are_not_taken(rescuer: Rescuer) -> None:
    admin = Tenant(rescuer.stand, "admin").cloud.network
    other = admin.create_network(name="quarantine", project_id=rescuer.stand.project("admin"))
    admin.create_subnet(network_id=other.id, ip_version=4, cidr="192.168.11.0/24")
    rescuer.options["auth"] = rescuer.stand.auth("admin", "demo")
    try:
        assert "'quarantine'" in rescuer.refused(networks=[{"to": "quarantine"}])
        assert other.id in rescuer.refused(networks=[{"to": other.id}])
    finally:
        admin.delete_network(other)


def test_a_file_of_the_vendor(rescuer: Rescuer, server: str, tmp_path: Path) -> None:
    planned = rescuer.copy(plan_only=True)
    path = tmp_path / "restore.json"
    options = planned["request_body"]["restore"]["options"]
    path.write_text(json.dumps({**options, "name": "", "description": "Made by the dashboard"}))
    wanted = {"type": "selective", "workload": "web", "latest": True, "restore_file": str(path)}
    by_file = rescuer.run("restore", **wanted, plan_only=True)
    assert by_file["request_body"]["restore"]["options"] == options
    assert by_file["restore_plan"]["instances"][0]["new_name"] == "copy"
    made = rescuer.run("restore", **wanted)
    assert made["restore"]["description"] == "Made by the dashboard"
    assert made["restore"]["instances"][0]["old_id"] == server
    assert warnings_of(made) == []
    rescuer.take_away(made["id"])
    text = path.read_text()
    [disk] = options["openstack"]["instances"][0]["vdisks"]
    flavor, network = (
        options["openstack"]["instances"][0]["flavor"]["id"],
        options["openstack"]["networks_mapping"]["networks"][0]["target_network"]["id"],
    )
    for good in (server, disk["id"], flavor, network, f'"{disk["new_volume_type"]}"'):
        bad = '"golden"' if good.startswith('"') else "00000000-0000-4000-8000-000000000000"
        path.write_text(text.replace(good, bad))
        mark = rescuer.stand.emulator.mark()
        assert bad.strip('"') in str(rescuer.fails("restore", **wanted))
        assert rescuer.stand.emulator.writes(mark) == []
