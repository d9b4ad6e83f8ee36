# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files in the format of the vendor that `restore` refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange, sample
from unit.plugins.modules.restore.refused_tasks import CAPTURED, SELECTIVE, TARGET, of_file

ENTRY, OTHER_ENTRY = CAPTURED["openstack"]["instances"]
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
    assert "restore_file: the user " in str(failed)
    assert f"finds no file {tmp_path}/none.json." in str(failed)


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
        (
            "names the address '10.0.0.7', which is none for the subnet 'quarantine-sub' "
            f"({cloud.QUARANTINE_SUBNET}, 10.9.0.0/24, gateway 10.9.0.1)."
        ),
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
