# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selective restores that `restore` refuses because the cloud lacks an object or has several.

The exchanges hold reads only, so that a write fails the test. Each message names the object and says what to do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE, TARGET, of_file, of_one

FLAVORS, TYPES = ("flavors",), ("flavors", "types")
NICS, NETS = ("flavors", "networks"), ("flavors", "networks", "subnets")
SUBJECT = f"The server 'cirros-2' ({snapshots.CIRROS_2}) cannot be restored: "
TWIN = {"id": cloud.WEB, "name": "quarantine", "project_id": restores.SHOWN["project_id"], "shared": False}
SECOND_SUBNET = {**cloud.SUBNETS[1], "id": cloud.WEB, "name": "second", "cidr": "10.8.0.0/24", "gateway_ip": "10.8.0.1"}
TWO_SUBNETS = [*cloud.SUBNETS, SECOND_SUBNET]
IN_TWO = f"quarantine-sub ({cloud.QUARANTINE_SUBNET}, 10.9.0.0/24), second ({cloud.WEB}, 10.8.0.0/24)"


def of_two(**entry: Any) -> dict[str, Any]:
    """Return what restores the second server of the snapshot, which has a boot disk and one NIC."""
    return {"instances": [{"name": "cirros-2", **entry}]}


FIRST, SECOND = f"'cirros-1' ({snapshots.CIRROS_1})", f"'cirros-2' ({snapshots.CIRROS_2})"
NETWORK, TARGET_NETWORK = f"'internal' ({cloud.INTERNAL})", f"'quarantine' ({cloud.QUARANTINE})"
MISSING: dict[str, tuple[dict[str, Any], tuple[str, ...], dict[str, Any], str, str]] = {
    # what is asked for, lists that are asked for it, what they hold, code, words
    "a flavor": (
        of_two(flavor="huge"),
        FLAVORS,
        {},
        "unknown_name",
        f"{SUBJECT}There is no flavor with the id or name 'huge' among those that this project may use",
    ),
    "one flavor": (
        of_two(flavor="m1.tiny"),
        FLAVORS,
        {"flavors": [cloud.TINY, {**cloud.TINY, "id": "9"}]},
        "ambiguous_name",
        f"{SUBJECT}There is more than one flavor named 'm1.tiny': 1, 9.",
    ),
    "the flavor that it had": (
        of_two(),
        FLAVORS,
        {"flavors": [cloud.SMALL]},
        "unknown_name",
        f"The server {SECOND} had a flavor that no longer exists: vcpus 1, ram 512, disk 1, ephemeral 0. Name the flavor in",
    ),
    "one swap": (
        of_two(),
        FLAVORS,
        {"flavors": [cloud.TINY, {**cloud.TINY, "id": "9", "name": "swapping", "swap": 512}]},
        "ambiguous_name",
        "had a flavor that several are like, of different swap: 'm1.tiny' (1), 'swapping' (9). Name the flavor in 'flavor'.",
    ),
    "a network": (
        of_two(nics=[{"network": "nowhere"}]),
        NICS,
        {},
        "unknown_name",
        f"{SUBJECT}There is no network with the id or name 'nowhere' among those that this project may use; there are: internal, quarantine.",
    ),
    "one network": (
        of_two(nics=[{"network": "quarantine"}]),
        NICS,
        {"networks": [*cloud.NETWORKS, TWIN]},
        "ambiguous_name",
        f"named 'quarantine': {cloud.WEB}, {cloud.QUARANTINE}.",
    ),
    "a network of this project": (
        of_two(nics=[{"network": "theirs"}]),
        NICS,
        {"networks": [*cloud.NETWORKS, {**TWIN, "name": "theirs", "project_id": OTHER_PROJECT}]},
        "unknown_name",
        "There is no network with the id or name 'theirs' among those that this project may use; there are: internal, quarantine.",
    ),
    "a network of this project by its id": (
        of_two(nics=[{"network": cloud.WEB}]),
        NICS,
        {"networks": [*cloud.NETWORKS, {**TWIN, "project_id": OTHER_PROJECT}]},
        "unknown_name",
        f"There is no network with the id or name '{cloud.WEB}' among those that this project may use",
    ),
    "the network that it was in": (
        of_two(),
        NICS,
        {"networks": cloud.NETWORKS[1:]},
        "unknown_name",
        f"The network {NETWORK}, which the server {SECOND} was in, no longer exists. Name the target network in 'networks'.",
    ),
    "the network that it was in, of another project now": (
        of_two(),
        NICS,
        {"networks": [{**cloud.NETWORKS[0], "project_id": OTHER_PROJECT}]},
        "unknown_name",
        f"The network {NETWORK}, which the server {SECOND} was in, no longer exists.",
    ),
    "the subnet that it was in": (
        of_two(),
        NETS,
        {"subnets": [{**cloud.SUBNETS[0], "id": cloud.WEB, "name": "remade"}]},
        "unknown_name",
        f"The subnet 'internal-sub' ({cloud.INTERNAL_SUBNET}), which the server {SECOND} was in, is not in the network {NETWORK} any more; "
        f"there are: remade ({cloud.WEB}, 10.0.0.0/24). Name the target network in 'networks'.",
    ),
    "a network to go to": (
        {**of_two(), "networks": [{"to": "nowhere"}]},
        NICS,
        {},
        "unknown_name",
        f"{SUBJECT}There is no network with the id or name 'nowhere'",
    ),
    "one network to go to": (
        {**of_two(), "networks": [{"to": "quarantine"}]},
        NICS,
        {"networks": [*cloud.NETWORKS, TWIN]},
        "ambiguous_name",
        f"{cloud.WEB}, {cloud.QUARANTINE}.",
    ),
    "a network to come from": (
        {**of_two(), "networks": [{"from": "interanl", "to": "quarantine"}]},
        (),
        {},
        "unknown_name",
        f"There is no network with the id or name 'interanl' in the snapshot 'API taken 2' ({snapshots.ID}); there are: internal.",
    ),
    "a subnet to come from": (
        {**of_two(), "networks": [{"from": "internal", "from_subnet": "old", "to": "quarantine"}]},
        (),
        {},
        "unknown_name",
        f"There is no subnet with the id or name 'old' in the snapshot 'API taken 2' ({snapshots.ID}); there are: internal-sub.",
    ),
    "one network to come from": (
        {
            **of_two(),
            "networks": [{"from": "internal", "to": "quarantine"}, {"from": cloud.INTERNAL, "to": "internal"}],
        },
        FLAVORS,
        {},
        "invalid_option",
        f"Two entries of the option 'networks' are for the network {NETWORK}.",
    ),
    "a subnet to go to": (
        {**of_two(), "networks": [{"to": "quarantine", "to_subnet": "internal-sub"}]},
        NETS,
        {},
        "unknown_name",
        f"There is no subnet with the id or name 'internal-sub' in the network {TARGET_NETWORK}; there are: quarantine-sub.",
    ),
    "a network with a subnet": (
        {**of_two(), "networks": [{"to": "quarantine"}]},
        NETS,
        {"subnets": cloud.SUBNETS[:1]},
        "unknown_name",
        f"{TARGET_NETWORK} has no subnet, for the",
    ),
    "which of several subnets": (
        {**of_two(), "networks": [{"to": "quarantine"}]},
        NETS,
        {"subnets": TWO_SUBNETS},
        "ambiguous_name",
        f"The network {TARGET_NETWORK} has several subnets, and nothing tells which of them the server {SECOND} belongs in: {IN_TWO}. Give 'to_subnet', or",
    ),
    "which of several subnets for a NIC": (
        of_two(nics=[{"network": "quarantine"}]),
        NETS,
        {"subnets": TWO_SUBNETS},
        "ambiguous_name",
        f"belongs in: {IN_TWO}. Give 'to_subnet', or 'subnet' of the NIC.",
    ),
    "one of several subnets by name": (
        of_two(nics=[{"network": "quarantine", "subnet": "second"}]),
        NETS,
        {"subnets": [*TWO_SUBNETS, {**SECOND_SUBNET, "id": restores.ID}]},
        "ambiguous_name",
        f"There is more than one subnet named 'second': {cloud.WEB}, {restores.ID}.",
    ),
    "a subnet of the network": (
        of_two(nics=[{"network": "quarantine", "subnet": "internal-sub"}]),
        NETS,
        {},
        "unknown_name",
        f"in the network {TARGET_NETWORK}; there are: qu",
    ),
    "a subnet that holds the address": (
        of_two(nics=[{"network": "quarantine", "ip_address": "10.0.0.7"}]),
        NETS,
        {},
        "unknown_name",
        f"{TARGET_NETWORK} has no subnet that holds the address 10.0.0.7, for the server {SECOND}; there are: quarantine-sub (",
    ),
    "an address in its subnet": (
        of_two(nics=[{"network": "quarantine", "subnet": "quarantine-sub", "ip_address": "10.0.0.7"}]),
        NETS,
        {},
        "invalid_option",
        f"The address 10.0.0.7 for the server {SECOND} is none for the subnet 'quarantine-sub' ({cloud.QUARANTINE_SUBNET}, 10.9.0.0/24, gateway 10.9.0.1). Give an",
    ),
    "an address that is not the gateway's": (
        of_two(nics=[{"network": "quarantine", "subnet": "quarantine-sub", "ip_address": "fd00::0001"}]),
        NETS,
        {"subnets": [{**cloud.SUBNETS[1], "cidr": "fd00::/64", "gateway_ip": "fd00::1"}]},
        "invalid_option",
        f"is none for the subnet 'quarantine-sub' ({cloud.QUARANTINE_SUBNET}, fd00::/64, gateway fd00::1).",
    ),
    "an address that is not the subnet's": (
        of_two(nics=[{"network": "quarantine", "subnet": "quarantine-sub", "ip_address": "10.9.0.0"}]),
        NETS,
        {},
        "invalid_option",
        "The address 10.9.0.0 for the server",
    ),
    "an address that is not all of the subnet's": (
        of_two(nics=[{"network": "quarantine", "ip_address": "10.9.0.255"}]),
        NETS,
        {},
        "unknown_name",
        f"{TARGET_NETWORK} has no subnet that holds the address 10.9.0.255",
    ),
    "an address in the network that it was in": (
        of_two(nics=[{"ip_address": "10.9.0.7"}]),
        NETS,
        {},
        "invalid_option",
        f"The address 10.9.0.7 for the server {SECOND} is none for the subnet 'internal-sub' ({cloud.INTERNAL_SUBNET}, ",
    ),
    "a NIC that it had": (
        of_two(nics=[{}, {"ip_address": "10.0.0.7"}]),
        NETS,
        {},
        "invalid_option",
        f"The server {SECOND} has no NIC number 2 in the snapshot. Give its 'network' or its 'port'.",
    ),
    "a port": (
        of_two(nics=[{"port": "lost"}]),
        (*FLAVORS, "ports"),
        {},
        "unknown_name",
        f"{SUBJECT}There is no port with the id or name 'lost' in this project; there are: kept-address.",
    ),
    "one port": (
        of_two(nics=[{"port": "kept-address"}]),
        (*FLAVORS, "ports"),
        {"ports": [cloud.FREE_PORT, {**cloud.FREE_PORT, "id": cloud.WEB}]},
        "ambiguous_name",
        f"named 'kept-address': {cloud.WEB}, {cloud.PORT}.",
    ),
    "a port of this project": (
        of_two(nics=[{"port": cloud.PORT}]),
        (*FLAVORS, "ports"),
        {"ports": [{**cloud.FREE_PORT, "project_id": OTHER_PROJECT}]},
        "unknown_name",
        "there are none.",
    ),
    "a port that is free": (
        of_two(nics=[{"port": "kept-address"}]),
        (*FLAVORS, "ports"),
        {"ports": [{**cloud.FREE_PORT, "device_id": cloud.WEB}]},
        "invalid_option",
        f"The port 'kept-address' ({cloud.PORT}) is in use by '{cloud.WEB}'. Name a port that is free.",
    ),
    "a port with an address": (
        of_two(nics=[{"port": "kept-address"}]),
        (*FLAVORS, "ports"),
        {"ports": [{**cloud.FREE_PORT, "fixed_ips": []}]},
        "invalid_option",
        f"The port 'kept-address' ({cloud.PORT}) has no fixed address.",
    ),
    "a volume type": (
        of_one(volumes=[{"name": "data", "volume_type": "gold"}]),
        TYPES,
        {},
        "unknown_name",
        f"The server {FIRST} cannot be restored: There is no volume type with the id or name 'gold' among those that this project may use",
    ),
    "one volume type": (
        of_one(volumes=[{"id": snapshots.DATA, "volume_type": "ssd"}]),
        TYPES,
        {"types": [*cloud.VOLUME_TYPES, {**cloud.VOLUME_TYPES[1], "id": cloud.WEB}]},
        "ambiguous_name",
        "volume type named 'ssd'",
    ),
    "the volume type that it had": (
        of_one(),
        TYPES,
        {"types": cloud.VOLUME_TYPES[1:]},
        "unknown_name",
        f"The volume 'data' ({snapshots.DATA}) of the server {FIRST} was of the type 'iscsi', which no longer exists; there are: ssd. Name another type in 'volume_type'",
    ),
    "a volume": (
        of_one(volumes=[{"name": "dtaa"}]),
        FLAVORS,
        {},
        "unknown_name",
        f"There is no volume with the id or name 'dtaa' of the server {FIRST} in the snapshot; there are: data.",
    ),
    "a boot disk that is a volume": (
        of_one(volumes=[{"id": cloud.IMAGE}]),
        FLAVORS,
        {},
        "unknown_name",
        f"There is no volume with the id or name '{cloud.IMAGE}' of the server 'cirros-1'",
    ),
    "one entry for a volume": (
        of_one(volumes=[{"name": "data"}, {"id": snapshots.DATA}]),
        FLAVORS,
        {},
        "invalid_option",
        f"Two entries of 'volumes' mean the volume 'data' ({snapshots.DATA}) of the server 'cirros-1'",
    ),
    "a server": (
        {"instances": [{"name": "cirros-9"}]},
        (),
        {},
        "unknown_name",
        f"There is no server with the id or name 'cirros-9' in the snapshot 'API taken 2' ({snapshots.ID}); there are: cirros-1, cirros-2.",
    ),
    "one entry for a server": (
        {"instances": [{"name": "cirros-1"}, {"id": snapshots.CIRROS_1, "new_name": "x"}]},
        (),
        {},
        "invalid_option",
        f"Two entries of the option 'instances' mean the server {FIRST}.",
    ),
    "two of everything at once": (
        {"instances": [{"name": "cirros-1", "flavor": "huge"}, {"name": "cirros-2", "nics": [{"network": "nowhere"}]}]},
        NICS,
        {},
        "unknown_name",
        f"'huge' among those that this project may use; there are: m1.small, m1.tiny. {SUBJECT}There is no network with the id or name 'nowhere'",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("missing", MISSING)
def test_what_the_cloud_does_not_have(restoring: Exchange, missing: str, dry: str) -> None:
    given, asked, rows, code, words = MISSING[missing]
    restores.record_site(restoring)
    cloud.record_lists(restoring, *asked, **rows)
    failed = restoring.fail("restore", **{**SELECTIVE, **given}, **DRY[dry], **QUICK)
    assert failed.error == {"code": code}
    assert words in str(failed)


def test_two_servers_of_one_name_in_the_snapshot(restoring: Exchange) -> None:
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(snapshots.CIRROS_1, "cirros"), snapshots.server(snapshots.CIRROS_2, "cirros")
        ),
    )
    failed = restoring.fail("restore", **SELECTIVE, instances=[{"name": "cirros"}], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert (
        f"more than one server named 'cirros': {snapshots.CIRROS_2}, {snapshots.CIRROS_1}. Names are not unique here: give the id"
        in str(failed)
    )


ONE_PLACE: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a port": ({"port": "kept-address"}, {"port": cloud.PORT}, "ports", f"the port '{cloud.PORT}'"),
    "the address of a port": (
        {"port": cloud.PORT},
        {"network": cloud.QUARANTINE, "ip_address": "10.9.0.9"},
        "ports",
        f"the address '10.9.0.9' in the subnet '{cloud.QUARANTINE_SUBNET}'",
    ),
    "an address": (
        {"network": "quarantine", "ip_address": "10.9.0.7"},
        {"network": cloud.QUARANTINE, "ip_address": "10.9.0.7"},
        "",
        f"the address '10.9.0.7' in the subnet '{cloud.QUARANTINE_SUBNET}'",
    ),
    "a MAC address": (
        {"network": "quarantine", "mac_address": "FA:16:3E:00:00:0A"},
        {"network": cloud.QUARANTINE, "mac_address": "fa-16-3e-00-00-0a"},
        "",
        f"the MAC address 'fa:16:3e:00:00:0a' in the network '{cloud.QUARANTINE}'",
    ),
    "the MAC address of a port": (
        {"port": cloud.PORT},
        {"network": cloud.QUARANTINE, "mac_address": "fa:16:3e:00:00:99"},
        "ports",
        f"the MAC address 'fa:16:3e:00:00:99' in the network '{cloud.QUARANTINE}'",
    ),
}


@pytest.mark.parametrize("place", ONE_PLACE)
@pytest.mark.parametrize("dry", DRY)
def test_two_nics_cannot_have_one_place(restoring: Exchange, place: str, dry: str) -> None:
    one, other, ports, words = ONE_PLACE[place]
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(snapshots.CIRROS_1, "cirros-1"), snapshots.server(snapshots.CIRROS_2, "cirros-2")
        ),
    )
    cloud.record_lists(
        restoring, "flavors", *([ports] if ports else []), *(["networks", "subnets"] if place != "a port" else [])
    )
    instances = [{"name": "cirros-1", "new_name": "copy", "nics": [one]}, {"name": "cirros-2", "nics": [other]}]
    failed = restoring.fail("restore", **SELECTIVE, instances=instances, **DRY[dry], **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"Two NICs ask for {words}: one of the server 'copy' ({snapshots.CIRROS_1}), and one of the server 'cirros-2' ({snapshots.CIRROS_2}). Give each its own."
        in str(failed)
    )


FILE_PLACES: dict[str, dict[str, Any]] = {
    "the port": {"id": cloud.PORT, "ip_address": "10.9.0.9"},
    "the address": {"ip_address": "10.9.0.7"},
    "the MAC address": {"mac_address": "fa:16:3e:00:00:0a"},
}


@pytest.mark.parametrize("place", FILE_PLACES)
def test_two_nics_of_a_file_cannot_have_one_place(restoring: Exchange, tmp_path: Path, place: str) -> None:
    nics = [{**TARGET, **FILE_PLACES[place]}]
    both = [
        {"id": each, "include": True, "name": "copy", "nics": nics, "vdisks": []}
        for each in (snapshots.CIRROS_1, snapshots.CIRROS_2)
    ]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(of_file(*both)), encoding="utf-8")
    restores.record_site(restoring)
    cloud.record_lists(restoring, "networks", "subnets")
    failed = restoring.fail("restore", restore_file=str(file), **SELECTIVE, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert f"Two NICs ask for {place} '" in str(failed)


def test_nics_of_a_file_that_name_their_old_network_in_place_of_a_port_are_fine(
    restoring: Exchange, tmp_path: Path
) -> None:
    nics = [{**TARGET, "id": cloud.INTERNAL, "ip_address": "", "mac_address": ""}]
    both = [
        {"id": each, "include": True, "name": "copy", "nics": nics, "vdisks": []}
        for each in (snapshots.CIRROS_1, snapshots.CIRROS_2)
    ]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(of_file(*both)), encoding="utf-8")
    restores.record_site(restoring)
    cloud.record_lists(restoring, "networks", "subnets")
    planned = restoring.run("restore", restore_file=str(file), plan_only=True, **SELECTIVE, **QUICK)
    assert planned["request_body"]["restore"]["options"]["openstack"]["instances"] == both


def test_two_volumes_of_one_name_in_the_snapshot(restoring: Exchange) -> None:
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(
                snapshots.CIRROS_1,
                "cirros-1",
                snapshots.volume(snapshots.CIRROS_1),
                snapshots.volume(snapshots.CIRROS_1, cloud.WEB),
            )
        ),
    )
    cloud.record_lists(restoring, "flavors")
    failed = restoring.fail("restore", **of_one(volumes=[{"name": "data"}]), **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"more than one volume named 'data': {cloud.WEB}, {snapshots.DATA}." in str(failed)


@pytest.mark.parametrize("given", [{"from": "internal"}, {"from_subnet": "internal-sub"}])
def test_two_networks_of_one_name_in_the_snapshot(restoring: Exchange, given: dict[str, Any]) -> None:
    twin = {**snapshots.NETWORK, "id": cloud.WEB, "subnet": {**snapshots.SUBNET, "id": restores.ID}}
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=[snapshots.nic(), snapshots.nic("10.0.0.9", twin)])
        ),
    )
    failed = restoring.fail("restore", **SELECTIVE, networks=[{**given, "to": "quarantine"}], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    first, second = (cloud.INTERNAL, cloud.WEB) if "from" in given else (cloud.INTERNAL_SUBNET, restores.ID)
    what = "network named 'internal'" if "from" in given else "subnet named 'internal-sub'"
    assert f"more than one {what}: {', '.join(sorted((first, second)))}." in str(failed)
    assert "give the id" in str(failed)


def test_a_network_of_a_server_that_is_not_restored(restoring: Exchange) -> None:
    other = {**snapshots.NETWORK, "id": cloud.WEB, "name": "storage", "subnet": {**snapshots.SUBNET, "id": restores.ID}}
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(snapshots.CIRROS_1, "cirros-1", nics=[snapshots.nic("10.0.0.5", other)]),
            snapshots.server(snapshots.CIRROS_2, "cirros-2"),
        ),
    )
    cloud.record_lists(restoring, "flavors", "networks", "subnets")
    networks = [{"to": "quarantine"}, {"from": "storage", "to": "quarantine"}]
    failed = restoring.fail("restore", **SELECTIVE, **of_two(), networks=networks, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"The entry 'networks[1]' is for no NIC: no server that is restored had one in '{cloud.WEB}'" in str(failed)
    assert f"They had NICs in: internal ({cloud.INTERNAL}). Leave the entry out." in str(failed)
