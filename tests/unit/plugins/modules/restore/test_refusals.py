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
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import NOVA, OTHER_PROJECT, QUICK, Exchange, sample

OF_IT = {"workload_id": workloads.RESTORED_ID}
TITLE = f"'API taken 2' ({snapshots.ID}, available, 2020-11-04T13:58:37.000000)"
THE_WORKLOAD = f"workload 'API' ({workloads.RESTORED_ID})"
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
    "a server of name and id": (of_one(id=snapshots.CIRROS_1), "The entry 'instances[0]' needs either 'name' or 'id'."),
    "a server of an empty name": (
        {**SELECTIVE, "instances": [{"name": ""}]},
        "'instances[0].name' is empty. Leave it out to take the value of the snapshot.",
    ),
    "a volume of no name": (
        of_one(volumes=[{"volume_type": "ssd"}]),
        "The entry 'instances[0].volumes[0]' needs either 'name' or 'id'.",
    ),
    "a volume of name and id": (
        of_one(volumes=[{"name": "data", "id": snapshots.DATA}]),
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
        {"id": restores.ID, "delete_resources": True},
        "The option 'delete_resources' goes with 'state: absent' only.",
    ),
    "deleting what shall be cancelled": (
        {"id": restores.ID, "state": "cancelled", "delete_resources": True},
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
    "id|workload": {"id": restores.ID, "workload": "API"},
    "id|request_key": {"id": restores.ID, "request_key": "k", "state": "absent"},
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
    "instances of another shape": (
        of_file(instances={snapshots.CIRROS_1: {}}),
        "holds under 'openstack.instances' no list.",
    ),
    "an instance that is none": (of_file(snapshots.CIRROS_1), "holds under 'openstack.instances[0]' no object."),
    "an instance without id": (of_file({"include": True}), "holds no list of instances, each with its id."),
    "the template as it is": (
        sample("restore_selective_request_template")["restore"]["options"],
        "includes no instance, so there is nothing to restore.",
    ),
    "nothing included": (of_file(OTHER_ENTRY), "includes no instance, so there is nothing to restore."),
    "a server that may be included": (
        of_file(ENTRY, {"id": snapshots.CIRROS_2}),
        f"does not say whether these instances are included: {snapshots.CIRROS_2}. Set 'include'",
    ),
    "a server that is included perhaps": (
        of_file(ENTRY, {"id": snapshots.CIRROS_2, "include": "yes"}),
        f"whether these instances are included: {snapshots.CIRROS_2}.",
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
        of_file({**ENTRY, "vdisks": [{"id": snapshots.DATA, "restore_cinder_volume": "off"}]}),
        "holds under 'openstack.instances[0].vdisks[0].restore_cinder_volume' 'off', which is not a truth value.",
    ),
    "one click in such a word": (
        {**CAPTURED, "oneclickrestore": "no"},
        "holds under 'oneclickrestore' 'no', which is not a truth value.",
    ),
    "a server twice": (
        of_file(ENTRY, OTHER_ENTRY, {**ENTRY, "name": "second"}),
        f"mean the server {snapshots.CIRROS_1}.",
    ),
    "volumes of another shape": (
        of_file({**ENTRY, "vdisks": {"id": snapshots.DATA}}),
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
    "types": cloud.VOLUME_TYPES,
    "flavors": [cloud.TINY, cloud.SMALL],
    "networks": cloud.NETWORKS,
    "subnets": cloud.SUBNETS,
}
TARGET = {"network": {"id": cloud.QUARANTINE, "subnet": {"id": cloud.QUARANTINE_SUBNET}}}
FOREIGN_FILES: dict[str, tuple[dict[str, Any], tuple[str, ...], dict[str, Any], str]] = {
    "a server": (
        of_file({**ENTRY, "id": cloud.WEB}),
        ("networks", "subnets"),
        {},
        f"names the server (of the snapshot {snapshots.ID}) '{cloud.WEB}', which is not there.",
    ),
    "a volume": (
        of_file({**ENTRY, "vdisks": [{"id": cloud.WEB}]}),
        ("flavors", "networks", "subnets"),
        {},
        f"names the volume (of the server 'cirros-1') '{cloud.WEB}', which is not there.",
    ),
    "a volume type": (
        of_file(ENTRY),
        ("types", "flavors", "networks", "subnets"),
        {"types": cloud.VOLUME_TYPES[1:]},
        "names the volume type 'iscsi', which is not there.",
    ),
    "a flavor": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"flavors": [cloud.SMALL]},
        "names the flavor '1', which is not there.",
    ),
    "a network": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"networks": cloud.NETWORKS[1:]},
        f"names the network '{cloud.INTERNAL}', which is not there.",
    ),
    "a network of another project": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"networks": [{**cloud.NETWORKS[0], "project_id": OTHER_PROJECT}]},
        f"names the network '{cloud.INTERNAL}', which is not there.",
    ),
    "a subnet": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"subnets": cloud.SUBNETS[1:]},
        f"names the subnet (of the network '{cloud.INTERNAL}') '{cloud.INTERNAL_SUBNET}', which is not there.",
    ),
    "a subnet of another network": (
        of_file({**ENTRY, "vdisks": []}),
        ("flavors", "networks", "subnets"),
        {"subnets": [{**cloud.SUBNETS[0], "network_id": cloud.QUARANTINE}]},
        f"names the subnet (of the network '{cloud.INTERNAL}') '{cloud.INTERNAL_SUBNET}', which is not there.",
    ),
    "an address": (
        of_file({**ENTRY, "vdisks": [], "nics": [{**TARGET, "ip_address": "10.0.0.7"}]}),
        ("flavors", "networks", "subnets"),
        {},
        f"names the address '10.0.0.7', which is none for the subnet 'quarantine-sub' ({cloud.QUARANTINE_SUBNET}, 10.9.0.0/24, gateway 10.9.0.1).",
    ),
}


@pytest.mark.parametrize("foreign", FOREIGN_FILES)
def test_a_file_that_names_what_is_not_there(restoring: Exchange, tmp_path: Path, foreign: str) -> None:
    content, asked, rows, words = FOREIGN_FILES[foreign]
    file = tmp_path / "restore.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    restores.record_site(restoring)
    cloud.record_lists(restoring, *asked, **rows)
    failed = restoring.fail("restore", restore_file=str(file), **SELECTIVE, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert words in str(failed)


# ---- where to restore from --------------------------------------------------------------------------------------------------


def oneclick(exchange: Exchange, dry: str, **source: Any) -> Any:
    """Run a one-click restore that must be refused, and return how."""
    return exchange.fail("restore", type="oneclick", **{"workload": "API", **source}, **DRY[dry], **QUICK)


@pytest.mark.parametrize("dry", DRY)
def test_a_mistyped_workload(restoring: Exchange, dry: str) -> None:
    workloads.record_restored(restoring, {"id": cloud.WEB, "name": "theirs", "project_id": OTHER_PROJECT})
    failed = oneclick(restoring, dry, workload="theirs", latest=True)
    assert failed.error == {"code": "unknown_name"}
    assert "There is no workload with the id or name 'theirs' in this project; there are: API." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_workload(restoring: Exchange, dry: str) -> None:
    workloads.record_restored(restoring, {"id": cloud.WEB})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"named 'API': {cloud.WEB}, {workloads.RESTORED_ID}. Names are not unique here: give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_snapshot(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring, rows=[snapshots.row(), snapshots.row(snapshots.OLDER_ID)], shows={})
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "ambiguous_name"}
    assert f"more than one snapshot named 'API taken 2': {snapshots.OLDER_ID}, {snapshots.ID}." in str(failed)
    assert "give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("wanted", ["nightly", cloud.WEB])
def test_a_snapshot_that_is_not_of_the_workload(restoring: Exchange, wanted: str, dry: str) -> None:
    restores.record_site(
        restoring,
        rows=[snapshots.row(), snapshots.OLDER_ROW, snapshots.row(cloud.WEB, name="nightly", workload_id=restores.ID)],
        shows={},
    )
    failed = oneclick(restoring, dry, snapshot=wanted)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"no snapshot with the id or name '{wanted}' of the {THE_WORKLOAD}; there are: API taken 2, snapshot."
        in str(failed)
    )


def test_the_id_of_a_snapshot_that_is_not_there(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, workloads.GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"There is no snapshot with the id {snapshots.ID} in this project." in str(failed)


def test_the_id_of_a_snapshot_of_another_project(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown(project_id=OTHER_PROJECT)})
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert f"The snapshot {TITLE} belongs to the project {OTHER_PROJECT}" in str(failed)
    assert "Log in to the project that it belongs to." in str(failed)


def test_the_id_of_a_snapshot_whose_workload_is_gone(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    restoring.get(workloads.RESTORED_PATH, workloads.GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert f"The workload {workloads.RESTORED_ID} of the snapshot {TITLE} is not there." in str(failed)


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
    restores.record_site(
        restoring,
        rows=[snapshots.OLDER_ROW, snapshots.row(status=status)],
        shows=snapshots.shown(status=status, error_msg=error),
    )
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "wrong_state"}
    assert f"the snapshot 'API taken 2' ({snapshots.ID}, {status}, 2020-11-04T13:58:37.000000) {words}" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_the_newest_snapshot_is_mounted_and_no_older_one_is_taken(restoring: Exchange, dry: str) -> None:
    restores.record_site(
        restoring, rows=[snapshots.OLDER_ROW, snapshots.row(status="mounted")], shows=snapshots.shown(status="mounted")
    )
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert "It is mounted: dismount it. An older one is not taken in its place." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_no_good_snapshot(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring, rows=[snapshots.row(status="error")], shows={})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "unknown_name"}
    assert f"The {THE_WORKLOAD} has no good snapshot; there are: 'API taken 2' ({snapshots.ID}, error, " in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-04T14:00:00"}], ids=str)
def test_two_good_snapshots_of_one_second_have_no_newest(restoring: Exchange, source: dict[str, Any], dry: str) -> None:
    twin = snapshots.row(cloud.WEB, name="twin")
    restores.record_site(restoring, rows=[snapshots.OLDER_ROW, twin, snapshots.row()], shows={})
    failed = oneclick(restoring, dry, **source)
    assert failed.error == {"code": "ambiguous_name"}
    named = f"{TITLE}, 'twin' ({cloud.WEB}, available, 2020-11-04T13:58:37.000000)"
    assert f"began in the same second, and nothing tells which is newer: {named}. Give the id of one of them." in str(
        failed
    )


def test_a_failed_snapshot_of_the_same_second_is_no_rival(restoring: Exchange) -> None:
    restores.record_site(
        restoring, rows=[snapshots.OLDER_ROW, snapshots.row(cloud.WEB, name="twin", status="error"), snapshots.row()]
    )
    cloud.record_lists(
        restoring, "servers", "volumes", servers=[{"id": snapshots.CIRROS_2, "name": "there"}], volumes=[]
    )
    assert "a one-click restore needs the originals gone" in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-05T00:00:00"}], ids=str)
@pytest.mark.parametrize("time", [None, "", "yesterday"])
def test_a_snapshot_of_no_time_leaves_no_newest(restoring: Exchange, time: str | None, source: dict[str, Any]) -> None:
    restores.record_site(restoring, rows=[snapshots.OLDER_ROW, snapshots.row(created_at=time)], shows={})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error["code"] == "bad_answer"
    assert f"The snapshot 'API taken 2' ({snapshots.ID}, available, {time}) shows no creation time" in str(failed)


def test_no_snapshot_that_is_old_enough(restoring: Exchange) -> None:
    restores.record_site(restoring, shows={})
    failed = oneclick(restoring, "for real", at="2020-11-02T14:03:17")
    assert "has no good snapshot that was begun at 2020-11-02T14:03:17 or before; there are: 'snapshot' (" in str(
        failed
    )


def test_no_snapshot_at_all(restoring: Exchange) -> None:
    restores.record_site(restoring, rows=[], shows={})
    assert "has no good snapshot; there are: none at all." in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("status", ["locked", "error", "resetting"])
def test_a_workload_that_is_not_available(restoring: Exchange, status: str, dry: str) -> None:
    restores.record_site(restoring, status=status)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert f"the state of the {THE_WORKLOAD} is '{status}'. Wait for the end of what runs." in str(failed)
    assert "unlock the workload with the module openprotect.backup.workload_action" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("description", "kind"), [("[openprotect:00000000:111111111111]", "oneclick"), ("-", "selective")]
)
def test_another_restore_runs(restoring: Exchange, description: str, kind: str, dry: str) -> None:
    other = {
        **restores.listed(restores.STARTED),
        "snapshot_id": snapshots.OLDER_ID,
        "description": description,
        "restore_options": restores.options(kind),
    }
    restores.record_site(restoring, other, shows={})
    failed = oneclick(restoring, dry, latest=True, force_new=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"another restore of the {THE_WORKLOAD} runs: 'API' ({restores.NEW_ID}, restoring, 2020-11-09T09:53:31.037588)."
        in str(failed)
    )
    assert "cancel it with 'state: cancelled' and its id" in str(failed)


@pytest.mark.parametrize(
    "source",
    [
        {"snapshot": "API taken 2"},
        {"snapshot": snapshots.ID},
        {"at": "2020-11-02T14:03:17"},
        {"latest": True},
        {"at": "2030-01-01"},
    ],
)
def test_without_a_mark_a_restore_that_runs_of_another_snapshot_is_another_one(
    restoring: Exchange, source: dict[str, Any]
) -> None:
    restores.record_site(
        restoring,
        {
            **restores.listed(restores.STARTED),
            "snapshot_id": snapshots.OLDER_ID,
            "description": "-",
            "restore_options": restores.options("oneclick"),
        },
        shows={},
    )
    restoring.get(f"/snapshots/{snapshots.OLDER_ID}", {"snapshot": snapshots.shown(**snapshots.OLDER_ROW)})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error == {"code": "wrong_state"}
    assert f"another restore of the {THE_WORKLOAD} runs: 'API' ({restores.NEW_ID}" in str(failed)


# ---- a snapshot that does not show what it holds ----------------------------------------------------------------------------

CUT = snapshots.server(snapshots.CIRROS_2, "cirros-2")
NOT_WHOLE: dict[str, tuple[dict[str, Any], str]] = {
    "no key of servers": ({"instances": None}, "shows no servers, so that it is unknown what would be restored"),
    "no servers": ({"instances": []}, "shows no servers"),
    "servers of another shape": ({"instances": {"id": snapshots.CIRROS_2}}, "shows no servers"),
    "a server without id": ({"instances": [{**CUT, "id": None}]}, "shows a server without an id"),
    "no disks": (
        {"instances": [{**CUT, "vdisks": None}]},
        f"shows the server 'cirros-2' ({snapshots.CIRROS_2}) without a list of its disks",
    ),
    "a disk of another shape": ({"instances": [{**CUT, "vdisks": [None]}]}, "without a list of its disks"),
    "a NIC of another shape": ({"instances": [{**CUT, "nics": ["internal"]}]}, "with a NIC in no network"),
    "a subnet of another shape": (
        {"instances": [{**CUT, "nics": [{"network": {"id": cloud.INTERNAL, "subnet": "x"}}]}]},
        "with a NIC in no network",
    ),
    "a flavor of another shape": (
        {"instances": [{**CUT, "flavor": "m1.tiny"}]},
        f"'cirros-2' ({snapshots.CIRROS_2}) with a flavor or metadata of another shape",
    ),
    "a NIC in no network": (
        {"instances": [{**CUT, "nics": [{**snapshots.nic(), "network": None}]}]},
        f"the server 'cirros-2' ({snapshots.CIRROS_2}) with a NIC in no network",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("kind", ["oneclick", "selective", "inplace"])
@pytest.mark.parametrize("part", NOT_WHOLE)
def test_what_a_snapshot_does_not_show_is_not_restored(restoring: Exchange, part: str, kind: str, dry: str) -> None:
    changes, words = NOT_WHOLE[part]
    restores.record_site(restoring, shows=snapshots.shown(**changes))
    given = {"instances": [{"id": snapshots.CIRROS_2}], "confirm_overwrite": "cirros-2"} if kind == "inplace" else {}
    failed = restoring.fail("restore", **{**LATEST, "type": kind}, **given, **DRY[dry], **QUICK)
    assert failed.error["code"] == "bad_answer"
    assert f"Nothing was restored, because the snapshot 'API taken 2' ({snapshots.ID}) shows " in str(failed)
    assert words in str(failed)
    assert "snapshot_info shows it with 'details: true'" in str(failed)


# ---- one-click: originals ---------------------------------------------------------------------------------------------------


RENAMED, FOREIGN, OLD_VOLUME = (
    {"id": snapshots.CIRROS_2, "name": "renamed"},
    {"id": cloud.WEB, "name": "cirros-1"},
    {"id": snapshots.DATA, "name": ""},
)
ORIGINALS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    "a server": ([RENAMED, FOREIGN], [], f"server 'renamed' ({snapshots.CIRROS_2})"),
    "a volume": ([FOREIGN], [OLD_VOLUME], f"volume '' ({snapshots.DATA})"),
    "both": (
        [RENAMED],
        [OLD_VOLUME, FOREIGN],
        f"server 'renamed' ({snapshots.CIRROS_2}), volume '' ({snapshots.DATA})",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("originals", ORIGINALS)
def test_originals_that_are_there(restoring: Exchange, originals: str, dry: str) -> None:
    there, volumes, words = ORIGINALS[originals]
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes", servers=there, volumes=volumes)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"a one-click restore needs the originals gone, and these are there: {words}. 'type: inplace' overwrites"
        in str(failed)
    )


# ---- selective: what the cloud does not have --------------------------------------------------------------------------------

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


# ---- in place: what would be overwritten ------------------------------------------------------------------------------------

BOTH_THERE = [{"id": snapshots.CIRROS_1, "name": "cirros-1"}, {"id": snapshots.CIRROS_2, "name": "cirros-2"}]
OF_BOTH: dict[str, Any] = {"instances": [{"name": "cirros-1"}, {"name": "cirros-2"}]}


def with_volume(exchange: Exchange, *volume_ids: str) -> None:
    """Record that Nova shows the server that has a volume in the snapshot."""
    shown = {"id": snapshots.CIRROS_1, "os-extended-volumes:volumes_attached": [{"id": each} for each in volume_ids]}
    exchange.get(f"/servers/{snapshots.CIRROS_1}", {"server": shown}, url=NOVA)


WOULD = (
    "the disks of these servers would be overwritten: cirros-1 ("
    + snapshots.CIRROS_1
    + "), cirros-2 ("
    + snapshots.CIRROS_2
    + "); confirmed with 'confirm_overwrite': "
)
UNCONFIRMED: dict[str, tuple[Any, list[dict[str, Any]], str, str]] = {
    "nothing": (None, BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty survey": ("", BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty list": ([], BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "a part": ("cirros-1", BOTH_THERE, "invalid_option", f"{WOULD}cirros-1 ({snapshots.CIRROS_1})."),
    "more": (
        "cirros-1,cirros-2,web",
        [*BOTH_THERE, {"id": cloud.WEB, "name": "web"}],
        "invalid_option",
        f"cirros-2 ({snapshots.CIRROS_2}), web ({cloud.WEB}).",
    ),
    "another": ("web", [*BOTH_THERE, {"id": cloud.WEB, "name": "web"}], "invalid_option", f"{WOULD}web ({cloud.WEB})."),
    "a name that is none": (
        "cirros-1,cirros-3",
        BOTH_THERE,
        "unknown_name",
        "There is no server with the id or name 'cirros-3' in this project, as Nova lists them; there are",
    ),
    "a name of two": (
        "cirros-1,cirros-2",
        [*BOTH_THERE, {"id": cloud.WEB, "name": "cirros-2"}],
        "ambiguous_name",
        f"named 'cirros-2': {', '.join(sorted((cloud.WEB, snapshots.CIRROS_2)))}.",
    ),
    "a name that is another server's now": (
        "cirros-1,cirros-2",
        [BOTH_THERE[0], {"id": snapshots.CIRROS_2, "name": "renamed"}, {"id": cloud.WEB, "name": "cirros-2"}],
        "invalid_option",
        f"cirros-1 ({snapshots.CIRROS_1}), renamed ({snapshots.CIRROS_2}); confirmed with 'confirm_overwrite': cirros-1 ({snapshots.CIRROS_1}), cirros-2 ({cloud.WEB}).",
    ),
    "a word": ("yes", BOTH_THERE, "unknown_name", "There is no server with the id or name 'yes'"),
}


@pytest.mark.parametrize("unconfirmed", UNCONFIRMED)
def test_what_is_not_confirmed_exactly_is_not_overwritten(restoring: Exchange, unconfirmed: str) -> None:
    confirmed, there, code, words = UNCONFIRMED[unconfirmed]
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=there)
    with_volume(restoring, snapshots.DATA)
    failed = restoring.fail("restore", confirm_overwrite=confirmed, **OF_BOTH, **INPLACE, **QUICK)
    assert failed.error == {"code": code}
    assert words in str(failed)
    if code == "invalid_option":
        assert "Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_originals_that_are_gone(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=[BOTH_THERE[0], {"id": cloud.WEB, "name": "cirros-2"}])
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"Servers that are to be overwritten are not there: cirros-2 ({snapshots.CIRROS_2}). Restore servers that are gone with 'type: selective'."
        in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_volumes_that_are_detached(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=BOTH_THERE)
    with_volume(restoring, cloud.WEB)
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"are not attached any more: {snapshots.DATA} of the server 'cirros-1' ({snapshots.CIRROS_1}). Attach them again, or leave them as they are with 'restore: false'"
        in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_in_place_of_no_disk(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    instances = [{"name": "cirros-1", "restore_boot_disk": False, "volumes": [{"name": "data", "restore": False}]}]
    failed = restoring.fail(
        "restore", instances=instances, confirm_overwrite="cirros-1", **INPLACE, **DRY[dry], **QUICK
    )
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"Of the server 'cirros-1' ({snapshots.CIRROS_1}) no disk is to be restored. Leave it out of 'instances'."
        in str(failed)
    )


ROOT = snapshots.volume(snapshots.CIRROS_2, cloud.WEB, volume_name="root", volume_mountpoint="/dev/vda")
UNTOLD = snapshots.volume(snapshots.CIRROS_2, cloud.WEB, volume_name="root", volume_mountpoint=None)
SAID = f"The option 'restore_boot_disk' of the server 'cirros-2' ({snapshots.CIRROS_2}) is "
BOOT_DISKS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "not the boot disk, and the volume that it is": (
        [ROOT, snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": False, "volumes": [{"name": "root", "volume_type": "ssd"}]},
        f"{SAID}false, and its boot disk is the volume {cloud.WEB}, of which 'volumes' says something else.",
    ),
    "the boot disk, and not the volume that it is": (
        [ROOT, snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": True, "volumes": [{"name": "root", "restore": False}]},
        f"{SAID}true, and its boot disk is the volume {cloud.WEB}, of which 'volumes' says something else.",
    ),
    "a boot disk that was left out of the backup": (
        [snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": True},
        f"{SAID}true, and the snapshot holds none.",
    ),
    "the only disk, which is a volume": (
        [ROOT],
        {"volumes": [{"name": "root", "restore": False}]},
        f"Of the server 'cirros-2' ({snapshots.CIRROS_2}) no disk is to be",
    ),
    "a disk that may be the boot disk": (
        [UNTOLD],
        {"restore_boot_disk": False},
        f"Of the server 'cirros-2' ({snapshots.CIRROS_2}) no disk is to be",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("boot", BOOT_DISKS)
def test_in_place_of_a_boot_disk_that_shall_and_shall_not_be(restoring: Exchange, boot: str, dry: str) -> None:
    disks, entry, words = BOOT_DISKS[boot]
    restores.record_site(
        restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", vdisks=disks))
    )
    if any("volume_type" in each for each in entry.get("volumes", [])):
        cloud.record_lists(restoring, "types")
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
    restores.record_site(restoring)
    cloud.record_lists(restoring, "types")
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
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "status": "restoring"}})
    failed = restoring.fail("restore", id=restores.ID, state="absent", **more, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"'OneClick Restore' ({restores.ID}, restoring, 2020-11-05T10:17:40.000000) was not deleted, because it runs. Wait for its end, or cancel it"
        in str(failed)
    )


@pytest.mark.parametrize("state", ["absent", "cancelled"])
def test_a_key_that_several_have(restoring: Exchange, state: str) -> None:
    keyed = {**restores.LISTED, "description": "[openprotect:00000000:ticket-4711]"}
    restoring.get("/restores/detail", {"restores": [keyed, {**keyed, "id": restores.OTHER_ID}, restores.LISTED]})
    failed = restoring.fail("restore", request_key="ticket-4711", state=state, **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert "There are 2 restores with the key 'ticket-4711': 'OneClick Restore' (" in str(failed)
    assert "Give the 'id' of the restore that you mean." in str(failed)


def test_what_a_restore_in_place_overwrote_is_never_deleted(restoring: Exchange) -> None:
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "restore_options": restores.options("inplace")}})
    failed = restoring.fail("restore", id=restores.ID, state="absent", delete_resources=True, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert f"'OneClick Restore' ({restores.ID}, available, 2020-11-05T10:17:40.000000) is of the type 'inplace'" in str(
        failed
    )
    assert "Leave 'delete_resources' out to delete the record alone." in str(failed)
