# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(restore) refuses before it writes: the exchanges hold reads only, and anything else that is sent fails the test.

Each message names what it is about, by name and id, and says what to do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import NOVA, Exchange, sample
from support.restores import (
    CIRROS_1,
    CIRROS_2,
    DATA,
    FREE_PORT,
    IMAGE,
    INTERNAL,
    INTERNAL_SUBNET,
    INTERNAL_SUBNET_THEN,
    INTERNAL_THEN,
    LISTED,
    NETWORKS,
    NEW_RESTORE,
    OLDER,
    OLDER_ROW,
    OTHER_RESTORE,
    PORT,
    QUARANTINE,
    QUARANTINE_SUBNET,
    RESTORE,
    RESTORE_PATH,
    SHOWN,
    SMALL,
    SNAPSHOT,
    SNAPSHOT_PATH,
    STARTED,
    SUBNETS,
    TINY,
    VOLUME_TYPES,
    WORKLOAD,
    WORKLOAD_PATH,
    listed,
    lists,
    nic,
    options,
    row,
    server,
    site,
    taken,
    volume,
    workload_listed,
)
from support.workloads import GONE, OTHER_PROJECT, QUICK, WEB

OF_IT = {"workload_id": WORKLOAD}
TITLE = f"'API taken 2' ({SNAPSHOT}, available, 2020-11-04T13:58:37.000000)"
THE_WORKLOAD = f"workload 'API' ({WORKLOAD})"
DRY: dict[str, dict[str, Any]] = {"for real": {}, "in check mode": {"check": True}}
"""What is refused is refused in check mode too."""

# ---- before any request -----------------------------------------------------------------------------------------------------

LATEST: dict[str, Any] = {"workload": "API", "latest": True}
SELECTIVE: dict[str, Any] = {"type": "selective", **LATEST}
INPLACE: dict[str, Any] = {"type": "inplace", **LATEST}


def of_one(**entry: Any) -> dict[str, Any]:
    """Return the options of a selective restore of one server."""
    return {**SELECTIVE, "instances": [{"name": "cirros-1", **entry}]}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no type": (LATEST, "The option 'type' is needed: oneclick, selective or inplace."),
    "no source": ({"type": "oneclick", "workload": "API"}, "Give one of 'latest: true', 'at' and 'snapshot'."),
    "no workload": ({"type": "oneclick", "latest": True}, "Give 'workload', or the id of a snapshot in 'snapshot'."),
    "the name of a snapshot without its workload": (
        {"type": "oneclick", "snapshot": "nightly"},
        "Give 'workload', or the id of a snapshot in 'snapshot'.",
    ),
    "an empty workload": ({**SELECTIVE, "workload": ""}, "The option 'workload' is empty."),
    "an empty snapshot": ({"type": "oneclick", "workload": "API", "snapshot": ""}, "The option 'snapshot' is empty."),
    "an empty file": ({**SELECTIVE, "restore_file": ""}, "The option 'restore_file' is empty."),
    "no point in time": (
        {"type": "oneclick", "workload": "API", "at": "last friday"},
        "is 'last friday', which is not a point in time. Write it like 2026-11-20T14",
    ),
    "an id that is none": ({"id": "web"}, "The option 'id' holds 'web', which is not an id."),
    "a key with blanks": (
        {**SELECTIVE, "request_key": "ticket 4711"},
        "holds 'ticket 4711', which is not a key. A key has 1 to 12 letters, digits,",
    ),
    "a key that is too long": ({**SELECTIVE, "request_key": "a" * 13}, "which is not a key."),
    "a key that would end the mark": ({**SELECTIVE, "request_key": "a]"}, "which is not a key."),
    "a key of nothing": ({**SELECTIVE, "request_key": ""}, "The option 'request_key' is empty."),
    "a description that is too long": (
        {**SELECTIVE, "description": "x" * 201},
        "'description' has more than 200 characters. The marker that",
    ),
    "one click with instances": (
        {**of_one(), "type": "oneclick"},
        "'instances' does not go with 'type: oneclick', which restores all servers to where they were. Use 'type: s",
    ),
    "one click with networks": (
        {"type": "oneclick", **LATEST, "networks": [{"to": "quarantine"}]},
        "'networks' does not go with 'type: oneclick'",
    ),
    "one click with the topology": (
        {"type": "oneclick", **LATEST, "restore_topology": True},
        "'restore_topology' does not go with 'type: oneclick'",
    ),
    "in place of nothing": (
        INPLACE,
        "With 'type: inplace' the option 'instances' says which servers are overwritten, and it is not given.",
    ),
    "in place of an empty list": (
        {**INPLACE, "instances": []},
        "the option 'instances' says which servers are overwritten",
    ),
    "in place with networks": (
        {**of_one(), "type": "inplace", "networks": [{"to": "quarantine"}]},
        "'networks' does not go with 'type: inplace'",
    ),
    "in place with the topology": (
        {**of_one(), "type": "inplace", "restore_topology": True},
        "'restore_topology' does not go with 'type: inplace'",
    ),
    "in place under a new name": (
        {**of_one(new_name="x"), "type": "inplace"},
        "'instances[0].new_name' does not go with 'type: inplace'",
    ),
    "in place with a flavor": (
        {**of_one(flavor="x"), "type": "inplace"},
        "'instances[0].flavor' does not go with 'type: inplace'",
    ),
    "in place in a zone": (
        {**of_one(availability_zone="x"), "type": "inplace"},
        "'instances[0].availability_zone' does not go",
    ),
    "in place with NICs": (
        {**of_one(nics=[{"network": "x"}]), "type": "inplace"},
        "'instances[0].nics' does not go with 'type: inplace'",
    ),
    "in place with a volume in a zone": (
        {**of_one(volumes=[{"name": "data", "availability_zone": "x"}]), "type": "inplace"},
        "volumes[0].availability_zone' does not",
    ),
    "the topology and NICs": (
        {
            "type": "selective",
            **LATEST,
            "restore_topology": True,
            "instances": [{"name": "web-1", "nics": [{"network": "x"}]}],
        },
        "'instances[0].nics' does not go with 'restore_topology'",
    ),
    "the topology into networks": (
        {**SELECTIVE, "restore_topology": True, "networks": [{"to": "x"}]},
        "'networks' and 'restore_file' do not go with it.",
    ),
    "selective of nothing": (
        {**SELECTIVE, "instances": []},
        "The option 'instances' includes no server, so there is nothing to restore.",
    ),
    "selective of what is left out": (
        of_one(include=False),
        "The option 'instances' includes no server, so there is nothing to restore.",
    ),
    "a server of no name": (
        {**SELECTIVE, "instances": [{"new_name": "x"}]},
        "The entry 'instances[0]' needs either 'name' or 'id'.",
    ),
    "a server of name and id": (of_one(id=CIRROS_1), "The entry 'instances[0]' needs either 'name' or 'id'."),
    "a server of an empty name": (
        {**SELECTIVE, "instances": [{"name": ""}]},
        "'instances[0].name' is empty. Leave it out to take the value of the snapshot.",
    ),
    "a volume of no name": (
        of_one(volumes=[{"volume_type": "ssd"}]),
        "The entry 'instances[0].volumes[0]' needs either 'name' or 'id'.",
    ),
    "a volume of name and id": (
        of_one(volumes=[{"name": "data", "id": DATA}]),
        "The entry 'instances[0].volumes[0]' needs either 'name' or 'id'.",
    ),
    "a volume of an empty type": (
        of_one(volumes=[{"name": "data", "volume_type": ""}]),
        "'instances[0].volumes[0].volume_type' is empty.",
    ),
    "selective without a volume": (
        of_one(volumes=[{"name": "data", "restore": False}]),
        "which takes all disks of a server.",
    ),
    "deleting what shall be there": (
        {"id": RESTORE, "delete_resources": True},
        "The option 'delete_resources' goes with 'state: absent' only.",
    ),
    "deleting what shall be cancelled": (
        {"id": RESTORE, "state": "cancelled", "delete_resources": True},
        "'delete_resources' goes with 'state: absent' only.",
    ),
    "a pause of no length": ({**SELECTIVE, "wait_interval": -1}, "The option 'wait_interval' is less than 0."),
    "no networks": (
        {**SELECTIVE, "networks": []},
        "The option 'networks' is empty. Leave it out to put the servers in the networks that they were in.",
    ),
    "no NICs": (of_one(nics=[]), "'instances[0].nics' is empty. Leave it out to give the server the NICs that it had."),
    "a NIC in an empty network": (
        of_one(nics=[{"network": ""}]),
        "The option 'instances[0].nics[0].network' is empty.",
    ),
    "a port with a network": (
        of_one(nics=[{"port": "p", "network": "x"}]),
        "'instances[0].nics[0].port' says network and addresses by itself: leave the others out.",
    ),
    "a port with an address": (
        of_one(nics=[{"port": "p", "ip_address": "10.0.0.7"}]),
        "'instances[0].nics[0].port' says network and addresses by itself",
    ),
    "a MAC address that YAML took for a number": (
        of_one(nics=[{"network": "x", "mac_address": 41135687696}]),
        "'instances[0].nics[0].mac_address' holds '41135687696', which is not a MAC address. Put it in quotes",
    ),
    "an address that is none": (
        of_one(nics=[{"network": "x", "ip_address": "10.0.0"}]),
        "'instances[0].nics[0].ip_address' holds '10.0.0', which is not an IP address.",
    ),
    "a network to nowhere": (
        {**SELECTIVE, "networks": [{"from": "internal", "to": ""}]},
        "The option 'networks[0].to' is empty.",
    ),
    "no restore that could be meant": (
        {"state": "absent"},
        "Give its 'id' or its 'request_key'; names are not unique.",
    ),
    "no restore that could be cancelled": (
        {"state": "cancelled", "workload": "API", "name": "nightly"},
        "Give its 'id' or its 'request_key'; names are not unique.",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_by_itself_is_refused_before_any_request(restoring: Exchange, wrong: str) -> None:
    given, words = WRONG[wrong]
    failed = restoring.fail("restore", keystone=0, **{**QUICK, **given})
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


EXCLUSIVE: dict[str, dict[str, Any]] = {
    "latest|snapshot": {**SELECTIVE, "snapshot": "nightly"},
    "latest|at": {**SELECTIVE, "at": "2026-11-20T14:30:00"},
    "at|snapshot": {"type": "oneclick", "workload": "API", "snapshot": "nightly", "at": "2026-11-20T14:30:00"},
    "id|workload": {"id": RESTORE, "workload": "API"},
    "id|request_key": {"id": RESTORE, "request_key": "k", "state": "absent"},
    "restore_file|instances": {**of_one(), "restore_file": "restore.json"},
    "restore_file|networks": {**SELECTIVE, "networks": [{"to": "x"}], "restore_file": "restore.json"},
}


@pytest.mark.parametrize("pair", EXCLUSIVE)
def test_what_contradicts_itself_is_refused_before_any_request(restoring: Exchange, pair: str) -> None:
    message = str(restoring.fail("restore", keystone=0, **EXCLUSIVE[pair], **QUICK))
    assert message.startswith("parameters are mutually exclusive: ")
    assert set(pair.split("|")) <= set(message.partition(": ")[2].split("|"))


# ---- a file of the vendor ---------------------------------------------------------------------------------------------------

CAPTURED = sample("restore_selective_request")["restore"]["options"]
ENTRY, OTHER_ENTRY = CAPTURED["openstack"]["instances"]


def of_file(*entries: Any, **inner: Any) -> dict[str, Any]:
    """Return the content of a file for a selective restore."""
    return {
        **CAPTURED,
        "openstack": {**CAPTURED["openstack"], **({"instances": list(entries)} if entries else {}), **inner},
    }


BAD_FILES: dict[str, tuple[Any, str]] = {
    "no JSON": ("restore_type: selective", "of the option 'restore_file' cannot be read: Expecting value"),
    "a list": (
        [CAPTURED],
        "holds no object. It must hold what the vendor's restore.json holds: restore_type, type, openstack.",
    ),
    "no openstack": (
        {"restore_type": "selective", "type": "openstack"},
        "it needs 'type: openstack', and an object under 'openstack'.",
    ),
    "of VMware": ({**CAPTURED, "type": "vmware"}, "it needs 'type: openstack', and an object under 'openstack'."),
    "of another type": (
        sample("restore_inplace_request")["restore"]["options"],
        "holds a restore of the type 'inplace', and the option 'type' says 'selective'.",
    ),
    "of two types": (
        {**CAPTURED, "oneclickrestore": True},
        "contradicts itself: 'oneclickrestore' is True, and 'restore_type' is 'selective'.",
    ),
    "of two types in words": (
        {**CAPTURED, "oneclickrestore": "True"},
        "contradicts itself: 'oneclickrestore' is 'True'",
    ),
    "no instances": ({**CAPTURED, "openstack": {}}, "holds no list of instances, each with its id."),
    "instances of another shape": (of_file(instances={CIRROS_1: {}}), "holds under 'openstack.instances' no list."),
    "an instance that is none": (of_file(CIRROS_1), "holds under 'openstack.instances[0]' no object."),
    "an instance without id": (of_file({"include": True}), "holds no list of instances, each with its id."),
    "the template as it is": (
        sample("restore_selective_request_template")["restore"]["options"],
        "includes no instance, so there is nothing to restore.",
    ),
    "nothing included": (of_file(OTHER_ENTRY), "includes no instance, so there is nothing to restore."),
    "a server that may be included": (
        of_file(ENTRY, {"id": CIRROS_2}),
        f"does not say whether these instances are included: {CIRROS_2}. Set 'include'",
    ),
    "a server that is included perhaps": (
        of_file(ENTRY, {"id": CIRROS_2, "include": "yes"}),
        f"whether these instances are included: {CIRROS_2}.",
    ),
    "a topology in a word that servers may read otherwise": (
        of_file(ENTRY, restore_topology="yes"),
        "'openstack.restore_topology' 'yes', which is no",
    ),
    "a boot disk in such a word": (
        of_file({**ENTRY, "restore_boot_disk": "no"}),
        "holds under 'openstack.instances[0].restore_boot_disk' 'no', which is not a truth value. Write true or false.",
    ),
    "a volume in such a word": (
        of_file({**ENTRY, "vdisks": [{"id": DATA, "restore_cinder_volume": "off"}]}),
        "holds under 'openstack.instances[0].vdisks[0].restore_cinder_volume' 'off', which is not a truth value.",
    ),
    "one click in such a word": (
        {**CAPTURED, "oneclickrestore": "no"},
        "holds under 'oneclickrestore' 'no', which is not a truth value.",
    ),
    "a server twice": (of_file(ENTRY, OTHER_ENTRY, {**ENTRY, "name": "second"}), f"mean the server {CIRROS_1}."),
    "volumes of another shape": (
        of_file({**ENTRY, "vdisks": {"id": DATA}}),
        "holds under 'openstack.instances[0].vdisks' no list.",
    ),
    "NICs of another shape": (
        of_file({**ENTRY, "nics": ["internal"]}),
        "holds under 'openstack.instances[0].nics[0]' no object.",
    ),
    "a NIC in a name": (
        of_file({**ENTRY, "nics": [{"network": "internal"}]}),
        "holds under 'openstack.instances[0].nics[0].network' no object.",
    ),
    "a NIC with no address": (
        of_file({**ENTRY, "nics": [{"ip_address": "x"}]}),
        "instances[0].nics[0].ip_address' holds 'x', which is not an IP address.",
    ),
    "a mapping of another shape": (
        of_file(networks_mapping=[{}]),
        "holds under 'openstack.networks_mapping' no object.",
    ),
    "a mapping to a name": (
        of_file(networks_mapping={"networks": [{"target_network": "x"}]}),
        "'openstack.networks_mapping.networks[0].target_network' no object.",
    ),
    "a description that is too long": ({**CAPTURED, "description": "x" * 201}, "has more than 200 characters."),
}


@pytest.mark.parametrize("bad", BAD_FILES)
def test_a_file_that_is_wrong_by_itself_is_refused_before_any_request(
    restoring: Exchange, tmp_path: Path, bad: str
) -> None:
    content, words = BAD_FILES[bad]
    file = tmp_path / "restore.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    failed = restoring.fail("restore", keystone=0, restore_file=str(file), **SELECTIVE, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)
    assert str(file) in str(failed) or "restore_file" in str(failed)


def test_a_file_that_is_not_there_is_refused_before_any_request(restoring: Exchange, tmp_path: Path) -> None:
    failed = restoring.fail("restore", keystone=0, restore_file=str(tmp_path / "none.json"), **SELECTIVE, **QUICK)
    assert "none.json' of the option 'restore_file' cannot be read" in str(failed)


THERE: dict[str, list[dict[str, Any]]] = {
    "types": VOLUME_TYPES,
    "flavors": [TINY, SMALL],
    "networks": NETWORKS,
    "subnets": SUBNETS,
}
TARGET = {"network": {"id": QUARANTINE, "subnet": {"id": QUARANTINE_SUBNET}}}
FOREIGN_FILES: dict[str, tuple[dict[str, Any], tuple[str, ...], dict[str, Any], str]] = {
    "a server": (
        of_file({**ENTRY, "id": WEB}),
        ("networks", "subnets"),
        {},
        f"names the server (of the snapshot {SNAPSHOT}) '{WEB}', which is not there.",
    ),
    "a volume": (
        of_file({**ENTRY, "vdisks": [{"id": WEB}]}),
        ("flavors", "networks", "subnets"),
        {},
        f"names the volume (of the server 'cirros-1') '{WEB}', which is not there.",
    ),
    "a volume type": (
        of_file(ENTRY),
        ("types", "flavors", "networks", "subnets"),
        {"types": VOLUME_TYPES[1:]},
        "names the volume type 'iscsi', which is not there.",
    ),
    "a flavor": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"flavors": [SMALL]},
        "names the flavor '1', which is not there.",
    ),
    "a network": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"networks": NETWORKS[1:]},
        f"names the network '{INTERNAL}', which is not there.",
    ),
    "a network of another project": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"networks": [{**NETWORKS[0], "project_id": OTHER_PROJECT}]},
        f"names the network '{INTERNAL}', which is not there.",
    ),
    "a subnet": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"subnets": SUBNETS[1:]},
        f"names the subnet (of the network '{INTERNAL}') '{INTERNAL_SUBNET}', which is not there.",
    ),
    "a subnet of another network": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"subnets": [{**SUBNETS[0], "network_id": QUARANTINE}]},
        f"names the subnet (of the network '{INTERNAL}') '{INTERNAL_SUBNET}', which is not there.",
    ),
    "an address": (
        of_file({**ENTRY, "vdisks": [], "nics": [{**TARGET, "ip_address": "10.0.0.7"}]}),
        ("flavors", "networks", "subnets"),
        {},
        f"names the address '10.0.0.7', which is none for the subnet 'quarantine-sub' ({QUARANTINE_SUBNET}, 10.9.0.0/24, gateway 10.9.0.1).",
    ),
}


@pytest.mark.parametrize("foreign", FOREIGN_FILES)
def test_a_file_that_names_what_is_not_there(restoring: Exchange, tmp_path: Path, foreign: str) -> None:
    content, asked, rows, words = FOREIGN_FILES[foreign]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    site(restoring)
    lists(restoring, *asked, **rows)
    failed = restoring.fail("restore", restore_file=str(file), **SELECTIVE, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert words in str(failed)


# ---- where to restore from --------------------------------------------------------------------------------------------------


def oneclick(exchange: Exchange, dry: str, **source: Any) -> Any:
    """Run a one-click restore that must be refused, and return how."""
    return exchange.fail("restore", type="oneclick", **{"workload": "API", **source}, **DRY[dry], **QUICK)


@pytest.mark.parametrize("dry", DRY)
def test_a_mistyped_workload(restoring: Exchange, dry: str) -> None:
    workload_listed(restoring, {"id": WEB, "name": "theirs", "project_id": OTHER_PROJECT})
    failed = oneclick(restoring, dry, workload="theirs", latest=True)
    assert failed.error == {"code": "unknown_name"}
    assert "There is no workload with the id or name 'theirs' in this project; there are: API." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_workload(restoring: Exchange, dry: str) -> None:
    workload_listed(restoring, {"id": WEB})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"named 'API': {WEB}, {WORKLOAD}. Names are not unique here: give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_snapshot(restoring: Exchange, dry: str) -> None:
    site(restoring, snapshots=[row(), row(OLDER)], shows={})
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "ambiguous_name"}
    assert f"more than one snapshot named 'API taken 2': {OLDER}, {SNAPSHOT}." in str(failed)
    assert "give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("wanted", ["nightly", WEB])
def test_a_snapshot_that_is_not_of_the_workload(restoring: Exchange, wanted: str, dry: str) -> None:
    site(restoring, snapshots=[row(), OLDER_ROW, row(WEB, name="nightly", workload_id=RESTORE)], shows={})
    failed = oneclick(restoring, dry, snapshot=wanted)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"no snapshot with the id or name '{wanted}' of the {THE_WORKLOAD}; there are: API taken 2, snapshot."
        in str(failed)
    )


def test_the_id_of_a_snapshot_that_is_not_there(restoring: Exchange) -> None:
    restoring.get(SNAPSHOT_PATH, GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=SNAPSHOT, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"There is no snapshot with the id {SNAPSHOT} in this project." in str(failed)


def test_the_id_of_a_snapshot_of_another_project(restoring: Exchange) -> None:
    restoring.get(SNAPSHOT_PATH, {"snapshot": taken(project_id=OTHER_PROJECT)})
    failed = restoring.fail("restore", type="oneclick", snapshot=SNAPSHOT, **QUICK)
    assert f"The snapshot {TITLE} belongs to the project {OTHER_PROJECT}" in str(failed)
    assert "Log in to the project that it belongs to." in str(failed)


def test_the_id_of_a_snapshot_whose_workload_is_gone(restoring: Exchange) -> None:
    restoring.get(SNAPSHOT_PATH, {"snapshot": taken()})
    restoring.get(WORKLOAD_PATH, GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=SNAPSHOT, **QUICK)
    assert f"The workload {WORKLOAD} of the snapshot {TITLE} is not there." in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("error", "is not available: No valid host was found. . Choose another snapshot"),
        (
            "cancelled",
            "is not available: its state is 'cancelled'. Choose another snapshot, or wait until this one is free.",
        ),
        ("executing", "is not available: its state is 'executing'. Choose another snapshot, or wait"),
        (
            "mounted",
            "is not available: its state is 'mounted'. It is mounted: dismount it. An older one is not taken in its place.",
        ),
    ],
)
def test_a_snapshot_that_is_not_available(restoring: Exchange, status: str, words: str, dry: str) -> None:
    error = "No valid host was found. " if status == "error" else None
    site(restoring, snapshots=[OLDER_ROW, row(status=status)], shows=taken(status=status, error_msg=error))
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "wrong_state"}
    assert f"the snapshot 'API taken 2' ({SNAPSHOT}, {status}, 2020-11-04T13:58:37.000000) {words}" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_the_newest_snapshot_is_mounted_and_no_older_one_is_taken(restoring: Exchange, dry: str) -> None:
    site(restoring, snapshots=[OLDER_ROW, row(status="mounted")], shows=taken(status="mounted"))
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert "It is mounted: dismount it. An older one is not taken in its place." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_no_good_snapshot(restoring: Exchange, dry: str) -> None:
    site(restoring, snapshots=[row(status="error")], shows={})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "unknown_name"}
    assert f"The {THE_WORKLOAD} has no good snapshot; there are: 'API taken 2' ({SNAPSHOT}, error, " in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-04T14:00:00"}], ids=str)
def test_two_good_snapshots_of_one_second_have_no_newest(restoring: Exchange, source: dict[str, Any], dry: str) -> None:
    twin = row(WEB, name="twin")
    site(restoring, snapshots=[OLDER_ROW, twin, row()], shows={})
    failed = oneclick(restoring, dry, **source)
    assert failed.error == {"code": "ambiguous_name"}
    named = f"{TITLE}, 'twin' ({WEB}, available, 2020-11-04T13:58:37.000000)"
    assert f"began in the same second, and nothing tells which is newer: {named}. Give the id of one of them." in str(
        failed
    )


def test_a_failed_snapshot_of_the_same_second_is_no_rival(restoring: Exchange) -> None:
    site(restoring, snapshots=[OLDER_ROW, row(WEB, name="twin", status="error"), row()])
    lists(restoring, "servers", "volumes", servers=[{"id": CIRROS_2, "name": "there"}], volumes=[])
    assert "a one-click restore needs the originals gone" in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-05T00:00:00"}], ids=str)
@pytest.mark.parametrize("time", [None, "", "yesterday"])
def test_a_snapshot_of_no_time_leaves_no_newest(restoring: Exchange, time: str | None, source: dict[str, Any]) -> None:
    site(restoring, snapshots=[OLDER_ROW, row(created_at=time)], shows={})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error["code"] == "bad_answer"
    assert f"The snapshot 'API taken 2' ({SNAPSHOT}, available, {time}) shows no creation time" in str(failed)


def test_no_snapshot_that_is_old_enough(restoring: Exchange) -> None:
    site(restoring, shows={})
    failed = oneclick(restoring, "for real", at="2020-11-02T14:03:17")
    assert "has no good snapshot that was begun at 2020-11-02T14:03:17 or before; there are: 'snapshot' (" in str(
        failed
    )


def test_no_snapshot_at_all(restoring: Exchange) -> None:
    site(restoring, snapshots=[], shows={})
    assert "has no good snapshot; there are: none at all." in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("status", ["locked", "error", "resetting"])
def test_a_workload_that_is_not_available(restoring: Exchange, status: str, dry: str) -> None:
    site(restoring, status=status)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert f"the state of the {THE_WORKLOAD} is '{status}'. Wait for the end of what runs." in str(failed)
    assert "unlock the workload with the module openprotect.backup.workload_action" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("description", "kind"), [("[openprotect:00000000:111111111111]", "oneclick"), ("-", "selective")]
)
def test_another_restore_runs(restoring: Exchange, description: str, kind: str, dry: str) -> None:
    other = {**listed(STARTED), "snapshot_id": OLDER, "description": description, "restore_options": options(kind)}
    site(restoring, other, shows={})
    failed = oneclick(restoring, dry, latest=True, force_new=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"another restore of the {THE_WORKLOAD} runs: 'API' ({NEW_RESTORE}, restoring, 2020-11-09T09:53:31.037588)."
        in str(failed)
    )
    assert "cancel it with 'state: cancelled' and its id" in str(failed)


@pytest.mark.parametrize(
    "source",
    [
        {"snapshot": "API taken 2"},
        {"snapshot": SNAPSHOT},
        {"at": "2020-11-02T14:03:17"},
        {"latest": True},
        {"at": "2030-01-01T00:00:00"},
    ],
)
def test_without_a_mark_a_restore_that_runs_of_another_snapshot_is_another_one(
    restoring: Exchange, source: dict[str, Any]
) -> None:
    site(
        restoring,
        {**listed(STARTED), "snapshot_id": OLDER, "description": "-", "restore_options": options("oneclick")},
        shows={},
    )
    restoring.get(f"/snapshots/{OLDER}", {"snapshot": taken(**OLDER_ROW)})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error == {"code": "wrong_state"}
    assert f"another restore of the {THE_WORKLOAD} runs: 'API' ({NEW_RESTORE}" in str(failed)


# ---- a snapshot that does not show what it holds ----------------------------------------------------------------------------

CUT = server(CIRROS_2, "cirros-2")
NOT_WHOLE: dict[str, tuple[dict[str, Any], str]] = {
    "no key of servers": ({"instances": None}, "shows no servers, so that it is unknown what would be restored"),
    "no servers": ({"instances": []}, "shows no servers"),
    "servers of another shape": ({"instances": {"id": CIRROS_2}}, "shows no servers"),
    "a server without id": ({"instances": [{**CUT, "id": None}]}, "shows a server without an id"),
    "no disks": (
        {"instances": [{**CUT, "vdisks": None}]},
        f"shows the server 'cirros-2' ({CIRROS_2}) without a list of its disks",
    ),
    "a disk of another shape": ({"instances": [{**CUT, "vdisks": [None]}]}, "without a list of its disks"),
    "a NIC of another shape": ({"instances": [{**CUT, "nics": ["internal"]}]}, "with a NIC in no network"),
    "a subnet of another shape": (
        {"instances": [{**CUT, "nics": [{"network": {"id": INTERNAL, "subnet": "x"}}]}]},
        "with a NIC in no network",
    ),
    "a flavor of another shape": (
        {"instances": [{**CUT, "flavor": "m1.tiny"}]},
        f"'cirros-2' ({CIRROS_2}) with a flavor or metadata of another shape",
    ),
    "a NIC in no network": (
        {"instances": [{**CUT, "nics": [{**nic(), "network": None}]}]},
        f"the server 'cirros-2' ({CIRROS_2}) with a NIC in no network",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("kind", ["oneclick", "selective", "inplace"])
@pytest.mark.parametrize("part", NOT_WHOLE)
def test_what_a_snapshot_does_not_show_is_not_restored(restoring: Exchange, part: str, kind: str, dry: str) -> None:
    changes, words = NOT_WHOLE[part]
    site(restoring, shows=taken(**changes))
    given = {"instances": [{"id": CIRROS_2}], "confirm_overwrite": "cirros-2"} if kind == "inplace" else {}
    failed = restoring.fail("restore", **{**LATEST, "type": kind}, **given, **DRY[dry], **QUICK)
    assert failed.error["code"] == "bad_answer"
    assert f"Nothing was restored, because the snapshot 'API taken 2' ({SNAPSHOT}) shows " in str(failed)
    assert words in str(failed)
    assert "snapshot_info shows it with 'details: true'" in str(failed)


# ---- one-click: originals ---------------------------------------------------------------------------------------------------


RENAMED, FOREIGN, OLD_VOLUME = (
    {"id": CIRROS_2, "name": "renamed"},
    {"id": WEB, "name": "cirros-1"},
    {"id": DATA, "name": ""},
)
ORIGINALS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    "a server": ([RENAMED, FOREIGN], [], f"server 'renamed' ({CIRROS_2})"),
    "a volume": ([FOREIGN], [OLD_VOLUME], f"volume '' ({DATA})"),
    "both": ([RENAMED], [OLD_VOLUME, FOREIGN], f"server 'renamed' ({CIRROS_2}), volume '' ({DATA})"),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("originals", ORIGINALS)
def test_originals_that_are_there(restoring: Exchange, originals: str, dry: str) -> None:
    there, volumes, words = ORIGINALS[originals]
    site(restoring)
    lists(restoring, "servers", "volumes", servers=there, volumes=volumes)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"a one-click restore needs the originals gone, and these are there: {words}. 'type: inplace' overwrites"
        in str(failed)
    )


# ---- selective: what the cloud does not have --------------------------------------------------------------------------------

FLAVORS, TYPES = ("flavors",), ("flavors", "types")
NICS, NETS = ("flavors", "networks"), ("flavors", "networks", "subnets")
SUBJECT = f"The server 'cirros-2' ({CIRROS_2}) cannot be restored: "
TWIN = {"id": WEB, "name": "quarantine", "project_id": SHOWN["project_id"], "shared": False}
SECOND_SUBNET = {**SUBNETS[1], "id": WEB, "name": "second", "cidr": "10.8.0.0/24", "gateway_ip": "10.8.0.1"}
TWO_SUBNETS = [*SUBNETS, SECOND_SUBNET]
IN_TWO = f"quarantine-sub ({QUARANTINE_SUBNET}, 10.9.0.0/24), second ({WEB}, 10.8.0.0/24)"


def of_two(**entry: Any) -> dict[str, Any]:
    """Return what restores the second server of the snapshot, which has a boot disk and one NIC."""
    return {"instances": [{"name": "cirros-2", **entry}]}


FIRST, SECOND = f"'cirros-1' ({CIRROS_1})", f"'cirros-2' ({CIRROS_2})"
NETWORK, TARGET_NETWORK = f"'internal' ({INTERNAL})", f"'quarantine' ({QUARANTINE})"
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
        {"flavors": [TINY, {**TINY, "id": "9"}]},
        "ambiguous_name",
        f"{SUBJECT}There is more than one flavor named 'm1.tiny': 1, 9.",
    ),
    "the flavor that it had": (
        of_two(),
        FLAVORS,
        {"flavors": [SMALL]},
        "unknown_name",
        f"The server {SECOND} had a flavor that no longer exists: vcpus 1, ram 512, disk 1, ephemeral 0. Name the flavor in",
    ),
    "one swap": (
        of_two(),
        FLAVORS,
        {"flavors": [TINY, {**TINY, "id": "9", "name": "swapping", "swap": 512}]},
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
        {"networks": [*NETWORKS, TWIN]},
        "ambiguous_name",
        f"named 'quarantine': {WEB}, {QUARANTINE}.",
    ),
    "a network of this project": (
        of_two(nics=[{"network": "theirs"}]),
        NICS,
        {"networks": [*NETWORKS, {**TWIN, "name": "theirs", "project_id": OTHER_PROJECT}]},
        "unknown_name",
        "There is no network with the id or name 'theirs' among those that this project may use; there are: internal, quarantine.",
    ),
    "a network of this project by its id": (
        of_two(nics=[{"network": WEB}]),
        NICS,
        {"networks": [*NETWORKS, {**TWIN, "project_id": OTHER_PROJECT}]},
        "unknown_name",
        f"There is no network with the id or name '{WEB}' among those that this project may use",
    ),
    "the network that it was in": (
        of_two(),
        NICS,
        {"networks": NETWORKS[1:]},
        "unknown_name",
        f"The network {NETWORK}, which the server {SECOND} was in, no longer exists. Name the target network in 'networks'.",
    ),
    "the network that it was in, of another project now": (
        of_two(),
        NICS,
        {"networks": [{**NETWORKS[0], "project_id": OTHER_PROJECT}]},
        "unknown_name",
        f"The network {NETWORK}, which the server {SECOND} was in, no longer exists.",
    ),
    "the subnet that it was in": (
        of_two(),
        NETS,
        {"subnets": [{**SUBNETS[0], "id": WEB, "name": "remade"}]},
        "unknown_name",
        f"The subnet 'internal-sub' ({INTERNAL_SUBNET}), which the server {SECOND} was in, is not in the network {NETWORK} any more; "
        f"there are: remade ({WEB}, 10.0.0.0/24). Name the target network in 'networks'.",
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
        {"networks": [*NETWORKS, TWIN]},
        "ambiguous_name",
        f"{WEB}, {QUARANTINE}.",
    ),
    "a network to come from": (
        {**of_two(), "networks": [{"from": "interanl", "to": "quarantine"}]},
        (),
        {},
        "unknown_name",
        f"There is no network with the id or name 'interanl' in the snapshot 'API taken 2' ({SNAPSHOT}); there are: internal.",
    ),
    "a subnet to come from": (
        {**of_two(), "networks": [{"from": "internal", "from_subnet": "old", "to": "quarantine"}]},
        (),
        {},
        "unknown_name",
        f"There is no subnet with the id or name 'old' in the snapshot 'API taken 2' ({SNAPSHOT}); there are: internal-sub.",
    ),
    "one network to come from": (
        {**of_two(), "networks": [{"from": "internal", "to": "quarantine"}, {"from": INTERNAL, "to": "internal"}]},
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
        {"subnets": SUBNETS[:1]},
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
        {"subnets": [*TWO_SUBNETS, {**SECOND_SUBNET, "id": RESTORE}]},
        "ambiguous_name",
        f"There is more than one subnet named 'second': {WEB}, {RESTORE}.",
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
        f"The address 10.0.0.7 for the server {SECOND} is none for the subnet 'quarantine-sub' ({QUARANTINE_SUBNET}, 10.9.0.0/24, gateway 10.9.0.1). Give an",
    ),
    "an address that is not the gateway's": (
        of_two(nics=[{"network": "quarantine", "subnet": "quarantine-sub", "ip_address": "fd00::0001"}]),
        NETS,
        {"subnets": [{**SUBNETS[1], "cidr": "fd00::/64", "gateway_ip": "fd00::1"}]},
        "invalid_option",
        f"is none for the subnet 'quarantine-sub' ({QUARANTINE_SUBNET}, fd00::/64, gateway fd00::1).",
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
        f"The address 10.9.0.7 for the server {SECOND} is none for the subnet 'internal-sub' ({INTERNAL_SUBNET}, ",
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
        {"ports": [FREE_PORT, {**FREE_PORT, "id": WEB}]},
        "ambiguous_name",
        f"named 'kept-address': {WEB}, {PORT}.",
    ),
    "a port of this project": (
        of_two(nics=[{"port": PORT}]),
        (*FLAVORS, "ports"),
        {"ports": [{**FREE_PORT, "project_id": OTHER_PROJECT}]},
        "unknown_name",
        "there are none.",
    ),
    "a port that is free": (
        of_two(nics=[{"port": "kept-address"}]),
        (*FLAVORS, "ports"),
        {"ports": [{**FREE_PORT, "device_id": WEB}]},
        "invalid_option",
        f"The port 'kept-address' ({PORT}) is in use by '{WEB}'. Name a port that is free.",
    ),
    "a port with an address": (
        of_two(nics=[{"port": "kept-address"}]),
        (*FLAVORS, "ports"),
        {"ports": [{**FREE_PORT, "fixed_ips": []}]},
        "invalid_option",
        f"The port 'kept-address' ({PORT}) has no fixed address.",
    ),
    "a volume type": (
        of_one(volumes=[{"name": "data", "volume_type": "gold"}]),
        TYPES,
        {},
        "unknown_name",
        f"The server {FIRST} cannot be restored: There is no volume type with the id or name 'gold' among those that this project may use",
    ),
    "one volume type": (
        of_one(volumes=[{"id": DATA, "volume_type": "ssd"}]),
        TYPES,
        {"types": [*VOLUME_TYPES, {**VOLUME_TYPES[1], "id": WEB}]},
        "ambiguous_name",
        "volume type named 'ssd'",
    ),
    "the volume type that it had": (
        of_one(),
        TYPES,
        {"types": VOLUME_TYPES[1:]},
        "unknown_name",
        f"The volume 'data' ({DATA}) of the server {FIRST} was of the type 'iscsi', which no longer exists; there are: ssd. Name another type in 'volume_type'",
    ),
    "a volume": (
        of_one(volumes=[{"name": "dtaa"}]),
        FLAVORS,
        {},
        "unknown_name",
        f"There is no volume with the id or name 'dtaa' of the server {FIRST} in the snapshot; there are: data.",
    ),
    "a boot disk that is a volume": (
        of_one(volumes=[{"id": IMAGE}]),
        FLAVORS,
        {},
        "unknown_name",
        f"There is no volume with the id or name '{IMAGE}' of the server 'cirros-1'",
    ),
    "one entry for a volume": (
        of_one(volumes=[{"name": "data"}, {"id": DATA}]),
        FLAVORS,
        {},
        "invalid_option",
        f"Two entries of 'volumes' mean the volume 'data' ({DATA}) of the server 'cirros-1'",
    ),
    "a server": (
        {"instances": [{"name": "cirros-9"}]},
        (),
        {},
        "unknown_name",
        f"There is no server with the id or name 'cirros-9' in the snapshot 'API taken 2' ({SNAPSHOT}); there are: cirros-1, cirros-2.",
    ),
    "one entry for a server": (
        {"instances": [{"name": "cirros-1"}, {"id": CIRROS_1, "new_name": "x"}]},
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
    site(restoring)
    lists(restoring, *asked, **rows)
    failed = restoring.fail("restore", **{**SELECTIVE, **given}, **DRY[dry], **QUICK)
    assert failed.error == {"code": code}
    assert words in str(failed)


def test_two_servers_of_one_name_in_the_snapshot(restoring: Exchange) -> None:
    site(restoring, shows=taken(server(CIRROS_1, "cirros"), server(CIRROS_2, "cirros")))
    failed = restoring.fail("restore", **SELECTIVE, instances=[{"name": "cirros"}], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert (
        f"more than one server named 'cirros': {CIRROS_2}, {CIRROS_1}. Names are not unique here: give the id"
        in str(failed)
    )


ONE_PLACE: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a port": ({"port": "kept-address"}, {"port": PORT}, "ports", f"the port '{PORT}'"),
    "the address of a port": (
        {"port": PORT},
        {"network": QUARANTINE, "ip_address": "10.9.0.9"},
        "ports",
        f"the address '10.9.0.9' in the subnet '{QUARANTINE_SUBNET}'",
    ),
    "an address": (
        {"network": "quarantine", "ip_address": "10.9.0.7"},
        {"network": QUARANTINE, "ip_address": "10.9.0.7"},
        "",
        f"the address '10.9.0.7' in the subnet '{QUARANTINE_SUBNET}'",
    ),
    "a MAC address": (
        {"network": "quarantine", "mac_address": "FA:16:3E:00:00:0A"},
        {"network": QUARANTINE, "mac_address": "fa-16-3e-00-00-0a"},
        "",
        f"the MAC address 'fa:16:3e:00:00:0a' in the network '{QUARANTINE}'",
    ),
    "the MAC address of a port": (
        {"port": PORT},
        {"network": QUARANTINE, "mac_address": "fa:16:3e:00:00:99"},
        "ports",
        f"the MAC address 'fa:16:3e:00:00:99' in the network '{QUARANTINE}'",
    ),
}


@pytest.mark.parametrize("place", ONE_PLACE)
@pytest.mark.parametrize("dry", DRY)
def test_two_nics_cannot_have_one_place(restoring: Exchange, place: str, dry: str) -> None:
    one, other, ports, words = ONE_PLACE[place]
    site(restoring, shows=taken(server(CIRROS_1, "cirros-1"), server(CIRROS_2, "cirros-2")))
    lists(restoring, "flavors", *([ports] if ports else []), *(["networks", "subnets"] if place != "a port" else []))
    instances = [{"name": "cirros-1", "new_name": "copy", "nics": [one]}, {"name": "cirros-2", "nics": [other]}]
    failed = restoring.fail("restore", **SELECTIVE, instances=instances, **DRY[dry], **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"Two NICs ask for {words}: one of the server 'copy' ({CIRROS_1}), and one of the server 'cirros-2' ({CIRROS_2}). Give each its own."
        in str(failed)
    )


FILE_PLACES: dict[str, dict[str, Any]] = {
    "the port": {"id": PORT, "ip_address": "10.9.0.9"},
    "the address": {"ip_address": "10.9.0.7"},
    "the MAC address": {"mac_address": "fa:16:3e:00:00:0a"},
}


@pytest.mark.parametrize("place", FILE_PLACES)
def test_two_nics_of_a_file_cannot_have_one_place(restoring: Exchange, tmp_path: Path, place: str) -> None:
    nics = [{**TARGET, **FILE_PLACES[place]}]
    both = [{"id": each, "include": True, "name": "copy", "nics": nics, "vdisks": []} for each in (CIRROS_1, CIRROS_2)]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(of_file(*both)), encoding="utf-8")
    site(restoring)
    lists(restoring, "networks", "subnets")
    failed = restoring.fail("restore", restore_file=str(file), **SELECTIVE, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert f"Two NICs ask for {place} '" in str(failed)


def test_nics_of_a_file_that_name_their_old_network_in_place_of_a_port_are_fine(
    restoring: Exchange, tmp_path: Path
) -> None:
    nics = [{**TARGET, "id": INTERNAL, "ip_address": "", "mac_address": ""}]
    both = [{"id": each, "include": True, "name": "copy", "nics": nics, "vdisks": []} for each in (CIRROS_1, CIRROS_2)]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(of_file(*both)), encoding="utf-8")
    site(restoring)
    lists(restoring, "networks", "subnets")
    planned = restoring.run("restore", restore_file=str(file), plan_only=True, **SELECTIVE, **QUICK)
    assert planned["request_body"]["restore"]["options"]["openstack"]["instances"] == both


def test_two_volumes_of_one_name_in_the_snapshot(restoring: Exchange) -> None:
    site(restoring, shows=taken(server(CIRROS_1, "cirros-1", volume(CIRROS_1), volume(CIRROS_1, WEB))))
    lists(restoring, "flavors")
    failed = restoring.fail("restore", **of_one(volumes=[{"name": "data"}]), **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"more than one volume named 'data': {WEB}, {DATA}." in str(failed)


@pytest.mark.parametrize("given", [{"from": "internal"}, {"from_subnet": "internal-sub"}])
def test_two_networks_of_one_name_in_the_snapshot(restoring: Exchange, given: dict[str, Any]) -> None:
    twin = {**INTERNAL_THEN, "id": WEB, "subnet": {**INTERNAL_SUBNET_THEN, "id": RESTORE}}
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2", nics=[nic(), nic("10.0.0.9", twin)])))
    failed = restoring.fail("restore", **SELECTIVE, networks=[{**given, "to": "quarantine"}], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    first, second = (INTERNAL, WEB) if "from" in given else (INTERNAL_SUBNET, RESTORE)
    what = "network named 'internal'" if "from" in given else "subnet named 'internal-sub'"
    assert f"more than one {what}: {', '.join(sorted((first, second)))}." in str(failed)
    assert "give the id" in str(failed)


def test_a_network_of_a_server_that_is_not_restored(restoring: Exchange) -> None:
    other = {**INTERNAL_THEN, "id": WEB, "name": "storage", "subnet": {**INTERNAL_SUBNET_THEN, "id": RESTORE}}
    site(
        restoring,
        shows=taken(server(CIRROS_1, "cirros-1", nics=[nic("10.0.0.5", other)]), server(CIRROS_2, "cirros-2")),
    )
    lists(restoring, "flavors", "networks", "subnets")
    networks = [{"to": "quarantine"}, {"from": "storage", "to": "quarantine"}]
    failed = restoring.fail("restore", **SELECTIVE, **of_two(), networks=networks, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"The entry 'networks[1]' is for no NIC: no server that is restored had one in '{WEB}'" in str(failed)
    assert f"They had NICs in: internal ({INTERNAL}). Leave the entry out." in str(failed)


# ---- in place: what would be overwritten ------------------------------------------------------------------------------------

BOTH_THERE = [{"id": CIRROS_1, "name": "cirros-1"}, {"id": CIRROS_2, "name": "cirros-2"}]
OF_BOTH: dict[str, Any] = {"instances": [{"name": "cirros-1"}, {"name": "cirros-2"}]}


def with_volume(exchange: Exchange, *volume_ids: str) -> None:
    """Record that Nova shows the server that has a volume in the snapshot."""
    shown = {"id": CIRROS_1, "os-extended-volumes:volumes_attached": [{"id": each} for each in volume_ids]}
    exchange.get(f"/servers/{CIRROS_1}", {"server": shown}, url=NOVA)


WOULD = (
    "the disks of these servers would be overwritten: cirros-1 ("
    + CIRROS_1
    + "), cirros-2 ("
    + CIRROS_2
    + "); confirmed with 'confirm_overwrite': "
)
UNCONFIRMED: dict[str, tuple[Any, list[dict[str, Any]], str, str]] = {
    "nothing": (None, BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty survey": ("", BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty list": ([], BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "a part": ("cirros-1", BOTH_THERE, "invalid_option", f"{WOULD}cirros-1 ({CIRROS_1})."),
    "more": (
        "cirros-1,cirros-2,web",
        [*BOTH_THERE, {"id": WEB, "name": "web"}],
        "invalid_option",
        f"cirros-2 ({CIRROS_2}), web ({WEB}).",
    ),
    "another": ("web", [*BOTH_THERE, {"id": WEB, "name": "web"}], "invalid_option", f"{WOULD}web ({WEB})."),
    "a name that is none": (
        "cirros-1,cirros-3",
        BOTH_THERE,
        "unknown_name",
        "There is no server with the id or name 'cirros-3' in this project, as Nova lists them; there are",
    ),
    "a name of two": (
        "cirros-1,cirros-2",
        [*BOTH_THERE, {"id": WEB, "name": "cirros-2"}],
        "ambiguous_name",
        f"named 'cirros-2': {', '.join(sorted((WEB, CIRROS_2)))}.",
    ),
    "a name that is another server's now": (
        "cirros-1,cirros-2",
        [BOTH_THERE[0], {"id": CIRROS_2, "name": "renamed"}, {"id": WEB, "name": "cirros-2"}],
        "invalid_option",
        f"cirros-1 ({CIRROS_1}), renamed ({CIRROS_2}); confirmed with 'confirm_overwrite': cirros-1 ({CIRROS_1}), cirros-2 ({WEB}).",
    ),
    "a word": ("yes", BOTH_THERE, "unknown_name", "There is no server with the id or name 'yes'"),
}


@pytest.mark.parametrize("unconfirmed", UNCONFIRMED)
def test_what_is_not_confirmed_exactly_is_not_overwritten(restoring: Exchange, unconfirmed: str) -> None:
    confirmed, there, code, words = UNCONFIRMED[unconfirmed]
    site(restoring)
    lists(restoring, "servers", servers=there)
    with_volume(restoring, DATA)
    failed = restoring.fail("restore", confirm_overwrite=confirmed, **OF_BOTH, **INPLACE, **QUICK)
    assert failed.error == {"code": code}
    assert words in str(failed)
    if code == "invalid_option":
        assert "Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_originals_that_are_gone(restoring: Exchange, dry: str) -> None:
    site(restoring)
    lists(restoring, "servers", servers=[BOTH_THERE[0], {"id": WEB, "name": "cirros-2"}])
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"Servers that are to be overwritten are not there: cirros-2 ({CIRROS_2}). Restore servers that are gone with 'type: selective'."
        in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_volumes_that_are_detached(restoring: Exchange, dry: str) -> None:
    site(restoring)
    lists(restoring, "servers", servers=BOTH_THERE)
    with_volume(restoring, WEB)
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"are not attached any more: {DATA} of the server 'cirros-1' ({CIRROS_1}). Attach them again, or leave them as they are with 'restore: false'"
        in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_in_place_of_no_disk(restoring: Exchange, dry: str) -> None:
    site(restoring)
    instances = [{"name": "cirros-1", "restore_boot_disk": False, "volumes": [{"name": "data", "restore": False}]}]
    failed = restoring.fail(
        "restore", instances=instances, confirm_overwrite="cirros-1", **INPLACE, **DRY[dry], **QUICK
    )
    assert failed.error == {"code": "invalid_option"}
    assert f"Of the server 'cirros-1' ({CIRROS_1}) no disk is to be restored. Leave it out of 'instances'." in str(
        failed
    )


ROOT = volume(CIRROS_2, WEB, volume_name="root", volume_mountpoint="/dev/vda")
UNTOLD = volume(CIRROS_2, WEB, volume_name="root", volume_mountpoint=None)
SAID = f"The option 'restore_boot_disk' of the server 'cirros-2' ({CIRROS_2}) is "
BOOT_DISKS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "not the boot disk, and the volume that it is": (
        [ROOT, volume(CIRROS_2)],
        {"restore_boot_disk": False, "volumes": [{"name": "root", "volume_type": "ssd"}]},
        f"{SAID}false, and its boot disk is the volume {WEB}, of which 'volumes' says something else.",
    ),
    "the boot disk, and not the volume that it is": (
        [ROOT, volume(CIRROS_2)],
        {"restore_boot_disk": True, "volumes": [{"name": "root", "restore": False}]},
        f"{SAID}true, and its boot disk is the volume {WEB}, of which 'volumes' says something else.",
    ),
    "a boot disk that was left out of the backup": (
        [volume(CIRROS_2)],
        {"restore_boot_disk": True},
        f"{SAID}true, and the snapshot holds none.",
    ),
    "the only disk, which is a volume": (
        [ROOT],
        {"volumes": [{"name": "root", "restore": False}]},
        f"Of the server 'cirros-2' ({CIRROS_2}) no disk is to be",
    ),
    "a disk that may be the boot disk": (
        [UNTOLD],
        {"restore_boot_disk": False},
        f"Of the server 'cirros-2' ({CIRROS_2}) no disk is to be",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("boot", BOOT_DISKS)
def test_in_place_of_a_boot_disk_that_shall_and_shall_not_be(restoring: Exchange, boot: str, dry: str) -> None:
    disks, entry, words = BOOT_DISKS[boot]
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2", vdisks=disks)))
    if any("volume_type" in each for each in entry.get("volumes", [])):
        lists(restoring, "types")
    failed = restoring.fail(
        "restore",
        instances=[{"name": "cirros-2", **entry}],
        confirm_overwrite="cirros-2",
        **INPLACE,
        **DRY[dry],
        **QUICK,
    )
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_in_place_onto_a_volume_type_that_is_not_there(restoring: Exchange, dry: str) -> None:
    site(restoring)
    lists(restoring, "types")
    instances = [{"name": "cirros-1", "volumes": [{"name": "data", "volume_type": "gold"}]}]
    failed = restoring.fail(
        "restore", instances=instances, confirm_overwrite="cirros-1", **INPLACE, **DRY[dry], **QUICK
    )
    assert failed.error == {"code": "unknown_name"}
    assert "no volume type with the id or name 'gold'" in str(failed)


# ---- deleting and cancelling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"delete_resources": True}])
@pytest.mark.parametrize("dry", DRY)
def test_a_restore_that_runs_is_not_deleted(restoring: Exchange, more: dict[str, Any], dry: str) -> None:
    restoring.get(RESTORE_PATH, {"restore": {**SHOWN, "status": "restoring"}})
    failed = restoring.fail("restore", id=RESTORE, state="absent", **more, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"'OneClick Restore' ({RESTORE}, restoring, 2020-11-05T10:17:40.000000) was not deleted, because it runs. Wait for its end, or cancel it"
        in str(failed)
    )


@pytest.mark.parametrize("state", ["absent", "cancelled"])
def test_a_key_that_several_have(restoring: Exchange, state: str) -> None:
    keyed = {**LISTED, "description": "[openprotect:00000000:ticket-4711]"}
    restoring.get("/restores/detail", {"restores": [keyed, {**keyed, "id": OTHER_RESTORE}, LISTED]})
    failed = restoring.fail("restore", request_key="ticket-4711", state=state, **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert "There are 2 restores with the key 'ticket-4711': 'OneClick Restore' (" in str(failed)
    assert "Give the 'id' of the restore that you mean." in str(failed)


def test_what_a_restore_in_place_overwrote_is_never_deleted(restoring: Exchange) -> None:
    restoring.get(RESTORE_PATH, {"restore": {**SHOWN, "restore_options": options("inplace")}})
    failed = restoring.fail("restore", id=RESTORE, state="absent", delete_resources=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"'OneClick Restore' ({RESTORE}, available, 2020-11-05T10:17:40.000000) is of the type 'inplace'" in str(
        failed
    )
    assert "Leave 'delete_resources' out to delete the record alone." in str(failed)
