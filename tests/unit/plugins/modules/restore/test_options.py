# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of `restore` that are refused before any request."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import restores, snapshots
from support.exchange.recording import QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import INPLACE, LATEST, SELECTIVE, of_one

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
    "a name with a line end": ({**SELECTIVE, "name": "copy\n"}, "'name' has blanks or line ends around the name"),
    "a new name with a blank": (of_one(new_name="web-1 "), "'new_name' has blanks or line ends around the name"),
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
    "in place with addresses kept": (
        {**of_one(), "type": "inplace", "keep_addresses": True},
        "'keep_addresses' does not go with 'type: inplace'",
    ),
    "one click with addresses kept": (
        {**SELECTIVE, "type": "oneclick", "keep_addresses": True},
        "'keep_addresses' does not go with 'type: oneclick', which restores all servers to where they were",
    ),
    "the topology with addresses kept": (
        {**SELECTIVE, "restore_topology": True, "keep_addresses": True},
        "'networks', 'keep_addresses' and 'restore_file' do not go with it.",
    ),
    "a file with addresses kept": (
        {**SELECTIVE, "restore_file": "/there/is/no/such.json", "keep_addresses": True},
        "'keep_addresses' does not go with 'restore_file', which holds the addresses.",
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
        "'networks', 'keep_addresses' and 'restore_file' do not go with it.",
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
    "deleting the resources of a restore that stays": (
        {"id": restores.ID, "delete_resources": True},
        "The option 'delete_resources' goes with 'state: absent' only.",
    ),
    "deleting the resources of a restore that is cancelled": (
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
