# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses of new servers: kept if that is wanted, and refused if a port still holds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import NEUTRON, NOVA, QUICK, Exchange, fault
from support.module import warnings_of
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE, of_file, of_one
from unit.plugins.modules.restore.request_bodies import request, sent

MAC = "fa:16:3e:00:00:01"
LISTS = ("flavors", "networks", "subnets")
OF_LOST: dict[str, Any] = {**SELECTIVE, "instances": [{"name": "cirros-2"}]}
KEPT: dict[str, Any] = {**OF_LOST, "keep_addresses": True}
SECOND = f"'cirros-2' ({snapshots.CIRROS_2})"


def port(**changes: Any) -> dict[str, Any]:
    """Return a port with the addresses of the second server."""
    return {
        **cloud.FREE_PORT,
        "name": "left-over",
        "network_id": cloud.INTERNAL,
        "mac_address": MAC.upper(),
        "fixed_ips": [{"subnet_id": cloud.INTERNAL_SUBNET, "ip_address": "10.0.0.6"}],
        **changes,
    }


def record(exchange: Exchange, *ports: dict[str, Any], servers: Any = ()) -> None:
    """Record a selective restore of the second server in a project with these ports and servers."""
    exchange.stand("/ports", {"ports": list(ports)}, url=NEUTRON)
    exchange.stand("/servers", {"servers": list(servers)}, url=NOVA)
    restores.record_site(exchange)
    cloud.record_lists(exchange, *LISTS)


# ---- kept ------------------------------------------------------------------------------------------------------------

OF_KEPT = {"instances": [{"name": "cirros-2", "include": True}], "keep_addresses": True}


def kept() -> dict[str, Any]:
    """Return the request for the second server with its addresses."""
    place = {"network": {"id": cloud.INTERNAL, "subnet": {"id": cloud.INTERNAL_SUBNET}}}
    built = {
        "include": True,
        "id": snapshots.CIRROS_2,
        "name": "cirros-2",
        "availability_zone": "nova",
        "flavor": {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": "", "id": "1"},
        "nics": [{"mac_address": MAC, "ip_address": "10.0.0.6", **place}],
        "vdisks": [],
    }
    instances = [{"include": False, "id": snapshots.CIRROS_1}, built]
    return {"instances": instances, "restore_topology": False, "networks_mapping": {"networks": []}}


def test_one_of_two_servers_comes_back_with_its_addresses(restoring: Exchange) -> None:
    there = [{"id": snapshots.CIRROS_1, "name": "cirros-1"}]
    record(restoring, port(mac_address="fa:16:3e:00:00:02", fixed_ips=[]), servers=there)
    sent(restoring, request("selective", {"latest": True}, plan=OF_KEPT, **kept()))
    honoured = {"ports": [port(device_id=restores.NEW_CIRROS_2)]}
    restoring.get("/ports", honoured, url=NEUTRON, query={"device_id": restores.NEW_CIRROS_2})
    result = restoring.run("restore", **KEPT, **QUICK)
    assert result["changed"]
    [nic] = result["restore_plan"]["instances"][1]["nics"]
    assert (nic["address"], nic["to"]["ip_address"], nic["to"]["mac_address"]) == ("kept", "10.0.0.6", MAC)
    assert result["diff"]["after"]["servers"] == {
        f"'cirros-1' ({snapshots.CIRROS_1})": "left alone",
        f"'cirros-2' ({snapshots.CIRROS_2})": {
            "new_server": "cirros-2",
            "availability_zone": "nova",
            "disks": ["boot disk cirros, 1 GiB: new"],
            "nics": ["10.0.0.6 in internal: in internal, 10.0.0.6 (kept)"],
        },
    }


def test_without_it_the_plan_says_that_the_address_is_new(restoring: Exchange) -> None:
    record(restoring, port())
    result = restoring.run("restore", check=True, **OF_LOST, **QUICK)
    [nic] = result["restore_plan"]["instances"][1]["nics"]
    assert (nic["address"], nic["ip_address"], nic["to"]["ip_address"]) == ("new", "10.0.0.6", None)
    texts = result["diff"]["after"]["servers"][SECOND]
    assert texts["nics"] == ["10.0.0.6 in internal: in internal, a new address"]
    assert f"{NEUTRON}/ports" not in restoring.asked, "nobody asks for an address"


def test_nics_of_ones_own_win(restoring: Exchange) -> None:
    record(restoring)
    options = {**KEPT, "instances": [{"name": "cirros-2", "nics": [{"ip_address": "10.0.0.7"}]}]}
    result = restoring.run("restore", check=True, **options, **QUICK)
    [nic] = result["restore_plan"]["instances"][1]["nics"]
    assert (nic["address"], nic["to"]["ip_address"], nic["to"]["mac_address"]) == ("given", "10.0.0.7", None)


def test_addresses_are_kept_in_another_network_with_the_same_range(restoring: Exchange) -> None:
    record(restoring)
    restoring.expected[-1].reply = {"subnets": [{**each, "cidr": "10.0.0.0/24"} for each in cloud.SUBNETS]}
    result = restoring.run("restore", check=True, networks=[{"to": "quarantine"}], **KEPT, **QUICK)
    [nic] = result["restore_plan"]["instances"][1]["nics"]
    assert (nic["address"], nic["to"]["network"]["name"]) == ("kept", "quarantine")


@pytest.mark.parametrize("dry", DRY)
def test_addresses_cannot_be_kept_where_they_do_not_belong(restoring: Exchange, dry: str) -> None:
    record(restoring)
    networks = [{"to": "quarantine", "to_subnet": "quarantine-sub"}]
    failed = restoring.fail("restore", networks=networks, **KEPT, **DRY[dry], **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert f"The address 10.0.0.6 for the server {SECOND} is none for the subnet 'quarantine-sub'" in str(failed)


def test_a_server_that_is_the_gateway_keeps_its_address(restoring: Exchange) -> None:
    """Neutron let it have that address before, such as a firewall that routes for its subnet."""
    record(restoring)
    subnets = [{**cloud.SUBNETS[0], "gateway_ip": "10.0.0.6"}, *cloud.SUBNETS[1:]]
    restoring.expected[-1].reply = {"subnets": subnets}
    result = restoring.run("restore", check=True, **KEPT, **QUICK)
    [nic] = result["restore_plan"]["instances"][1]["nics"]
    assert (nic["address"], nic["to"]["ip_address"]) == ("kept", "10.0.0.6")


def test_a_router_that_has_the_address_by_now_keeps_it(restoring: Exchange) -> None:
    record(restoring, port(device_id="r", device_owner="network:router_interface", mac_address="fa:16:3e:00:00:99"))
    subnets = [{**cloud.SUBNETS[0], "gateway_ip": "10.0.0.6"}, *cloud.SUBNETS[1:]]
    restoring.expected[-1].reply = {"subnets": subnets}
    assert "of network:router_interface r" in str(restoring.fail("restore", **KEPT, **QUICK))


def test_an_address_that_is_none_cannot_be_kept(restoring: Exchange) -> None:
    nic = snapshots.nic("10.0.0.6/24")
    restoring.stand("/ports", {"ports": []}, url=NEUTRON)
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=[nic])))
    cloud.record_lists(restoring, "flavors")
    failed = restoring.fail("restore", **KEPT, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"The snapshot shows the address '10.0.0.6/24' of the server {SECOND}, which is not an IP address. Leave "
        "'keep_addresses' out, and give the addresses in 'nics'." in str(failed)
    )


# ---- held ------------------------------------------------------------------------------------------------------------

IP_TEXT, MAC_TEXT = "the address '10.0.0.6'", f"the MAC address '{MAC}'"
IN_USE = "Nothing was restored, because these are in use: "
HELD: dict[str, tuple[dict[str, Any], str, str]] = {
    # the port, the message, the hint
    "by a left-over port": (
        port(),
        f"{IN_USE}{IP_TEXT} and {MAC_TEXT} for the server {SECOND}, by the port 'left-over' ({cloud.PORT}), which "
        "nothing uses.",
        "Delete the ports if nothing needs them, or use them with 'port' under 'nics'.",
    ),
    "the address alone": (
        port(mac_address="fa:16:3e:99:99:99"),
        f"{IN_USE}{IP_TEXT} for the server {SECOND}, by the port",
        "Delete the ports",
    ),
    "the MAC address alone": (
        port(fixed_ips=[]),
        f"{IN_USE}{MAC_TEXT} for the server {SECOND}, by the port",
        "Delete the ports",
    ),
    "by a server of another name": (
        port(device_id=cloud.WEB, device_owner="compute:nova"),
        f"by the port 'left-over' ({cloud.PORT}) of the server 'web' ({cloud.WEB}).",
        "Delete the servers that hold them if nothing needs them, or give other addresses in 'nics'.",
    ),
    "by a server that is not listed": (
        port(device_id=cloud.IMAGE, device_owner="compute:nova"),
        f"by the port 'left-over' ({cloud.PORT}) of the server {cloud.IMAGE}, which Nova does not list.",
        "Delete the servers",
    ),
    "by a router": (
        port(device_id=cloud.IMAGE, device_owner="network:router_interface"),
        f"by the port 'left-over' ({cloud.PORT}) of network:router_interface {cloud.IMAGE}.",
        "Delete the servers",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("held", HELD)
def test_addresses_that_are_held(restoring: Exchange, held: str, dry: str) -> None:
    holder, words, hint = HELD[held]
    record(restoring, holder, servers=[{"id": cloud.WEB, "name": "web"}])
    failed = restoring.fail("restore", **KEPT, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert words in str(failed)
    assert hint in str(failed)


def test_an_address_of_ones_own_that_the_running_original_holds(restoring: Exchange) -> None:
    original = {"id": snapshots.CIRROS_1, "name": "cirros-1"}
    restoring.stand("/servers", {"servers": [original]}, url=NOVA)
    restoring.stand("/ports", {"ports": [port(device_id=snapshots.CIRROS_1, name="")]}, url=NEUTRON)
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "networks", "subnets", "types")
    failed = restoring.fail("restore", **of_one(new_name="copy", nics=[{"ip_address": "10.0.0.6"}]), **QUICK)
    assert (
        f"{IP_TEXT} for the server 'copy' ({snapshots.CIRROS_1}), by the port '{cloud.PORT}' of the server "
        f"'cirros-1' ({snapshots.CIRROS_1})." in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_a_one_click_restore_whose_left_over_port_holds_the_mac_address(restoring: Exchange, dry: str) -> None:
    restoring.stand("/ports", {"ports": [port(fixed_ips=[])]}, url=NEUTRON)
    item = snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=[snapshots.nic("10.0.0.6")])
    restores.record_site(restoring, shows=snapshots.shown(item))
    failed = restoring.fail("restore", type="oneclick", workload="API", latest=True, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"{MAC_TEXT} for the server {SECOND}, by the port 'left-over' ({cloud.PORT}), which nothing uses" in str(
        failed
    )
    assert "Delete the ports and the servers that they belong to if nothing needs them" in str(failed)


def test_a_port_of_a_file_that_a_server_uses(restoring: Exchange, tmp_path: Path) -> None:
    place = {"network": {"id": cloud.INTERNAL, "subnet": {"id": cloud.INTERNAL_SUBNET}}}
    nic = {"id": cloud.PORT, "mac_address": MAC, "ip_address": "10.0.0.6", **place}
    entry = {"id": snapshots.CIRROS_2, "include": True, "name": "copy", "nics": [nic]}
    path = tmp_path / "restore.json"
    path.write_text(json.dumps(of_file(entry)), encoding="utf-8")
    options = {**SELECTIVE, "restore_file": str(path)}
    for device, words in (("", None), (cloud.WEB, f"the port '{cloud.PORT}' and {IP_TEXT} and {MAC_TEXT} for")):
        restoring.stand("/ports", {"ports": [port(device_id=device)]}, url=NEUTRON)
        restores.record_site(restoring)
        cloud.record_lists(restoring, "networks", "subnets")
        if words:
            assert words in str(restoring.fail("restore", **options, **QUICK))
        else:
            assert restoring.run("restore", check=True, **options, **QUICK)["changed"]


def test_a_message_fits_a_screen(restoring: Exchange) -> None:
    nics = [snapshots.nic(f"10.0.0.{number}") for number in range(20, 33)]
    ports = [
        port(
            id=f"{cloud.PORT[:-2]}{number}",
            mac_address="",
            fixed_ips=[{"subnet_id": cloud.INTERNAL_SUBNET, "ip_address": f"10.0.0.{number}"}],
        )
        for number in range(20, 33)
    ]
    restoring.stand("/ports", {"ports": ports}, url=NEUTRON)
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=nics)))
    failed = restoring.fail("restore", type="oneclick", workload="API", latest=True, **QUICK)
    assert str(failed).count("by the port") == 4
    assert " and 9 more. Delete" in str(failed)
    assert len(str(failed)) < 12 * 110


# ---- after the restore -----------------------------------------------------------------------------------------------

NEW = f"'cirros-2' ({restores.NEW_CIRROS_2})"
NO_ADDRESS = f"The server {NEW} was restored without the addresses 10.0.0.6, which were asked for. It has: "
NEXT = "Attach ports with the addresses to it, or tell those who use them."
AFTER: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    # ports of the new server, warnings
    "as asked for": ([port(device_id=restores.NEW_CIRROS_2)], []),
    "another address": (
        [port(device_id=restores.NEW_CIRROS_2, fixed_ips=[{"subnet_id": "s", "ip_address": "10.0.0.99"}])],
        [f"{NO_ADDRESS}10.0.0.99. {NEXT}"],
    ),
    "no port": ([port(device_id=cloud.WEB)], [f"{NO_ADDRESS}none. {NEXT}"]),
}


@pytest.mark.parametrize("after", AFTER)
def test_addresses_that_the_server_did_not_honour_are_said(restoring: Exchange, after: str) -> None:
    ports, warnings = AFTER[after]
    query = {"device_id": restores.NEW_CIRROS_2}
    body = request("selective", {"latest": True}, plan=OF_KEPT, **kept())
    done = restores.ended(restores.started(body))
    record(restoring)
    sent(restoring, body)
    restoring.get("/ports", {"ports": ports}, url=NEUTRON, query=query)
    assert warnings_of(restoring.run("restore", **KEPT, **QUICK)) == warnings
    restoring.get(restores.NEW_PATH, {"restore": done})
    restoring.get("/ports", {"ports": ports}, url=NEUTRON, query=query)
    assert warnings_of(restoring.run("restore", id=restores.NEW_ID, **QUICK)) == warnings


def test_addresses_that_cannot_be_verified_are_said(restoring: Exchange) -> None:
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(restores.started(request("selective", {}, **kept())))})
    refusal = fault("Policy doesn't allow it.", "forbidden", 403)
    restoring.get("/ports", refusal, url=NEUTRON, status=403, query={"device_id": restores.NEW_CIRROS_2})
    (warning,) = warnings_of(restoring.run("restore", id=restores.NEW_ID, **QUICK))
    assert warning.startswith(f"Whether the server {NEW} has its addresses was not verified: GET /ports")
