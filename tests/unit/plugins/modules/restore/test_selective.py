# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of selective restores: servers, volumes, flavors and networks.

The captured requests are what must be sent. Order, query, body and number of all requests are compared.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange, sample
from unit.plugins.modules.restore.request_bodies import request, sent

NO_NETWORKS: dict[str, Any] = {"networks_mapping": {"networks": []}}
TINY_ASKED = {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": "", "id": "1"}


def test_selective_is_what_was_captured(restoring: Exchange) -> None:
    captured = sample("restore_selective_request")["restore"]
    instances = [{"name": "cirros-1", "include": True, "new_name": "cirros-1-selective"}]
    body = request(
        "selective",
        {"latest": True},
        captured["description"],
        name="API",
        plan={"instances": instances},
        **captured["options"]["openstack"],
    )
    assert body["options"] == captured["options"]
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    sent(restoring, body)
    result = restoring.run(
        "restore",
        type="selective",
        workload="API",
        latest=True,
        name="API",
        description="API Created",
        instances=instances,
        **QUICK,
    )
    assert result["changed"]
    assert result["restore"]["description"] == "API Created"
    assert result["plan"][0]["fields"] == ["description", "name", "type"]


def test_selective_names_become_ids_and_back(restoring: Exchange) -> None:
    instances = [
        {
            "id": snapshots.CIRROS_1,
            "include": True,
            "new_name": "copy",
            "flavor": "m1.small",
            "availability_zone": "az2",
            "nics": [
                {
                    "network": "quarantine",
                    "subnet": "quarantine-sub",
                    "ip_address": "10.9.0.7",
                    "mac_address": "fa:16:3e:00:00:77",
                },
                {"port": "kept-address"},
            ],
            "volumes": [{"name": "data", "volume_type": "ssd", "availability_zone": "az3", "restore": True}],
            "restore_boot_disk": True,
        },
        {"name": "cirros-2", "include": False},
    ]
    first = {
        "include": True,
        "id": snapshots.CIRROS_1,
        "name": "copy",
        "availability_zone": "az2",
        "flavor": {"vcpus": 1, "ram": 2048, "disk": 20, "ephemeral": 0, "swap": "", "id": "2"},
        "nics": [
            {
                "mac_address": "fa:16:3e:00:00:77",
                "ip_address": "10.9.0.7",
                "network": {"id": cloud.QUARANTINE, "subnet": {"id": cloud.QUARANTINE_SUBNET}},
            },
            {
                "id": cloud.PORT,
                "mac_address": "fa:16:3e:00:00:99",
                "ip_address": "10.9.0.9",
                "network": {"id": cloud.QUARANTINE, "subnet": {"id": cloud.QUARANTINE_SUBNET}},
            },
        ],
        "vdisks": [{"id": snapshots.DATA, "availability_zone": "az3", "new_volume_type": "ssd"}],
        "restore_boot_disk": True,
    }
    inner = {
        "instances": [first, {"include": False, "id": snapshots.CIRROS_2}],
        "restore_topology": False,
        **NO_NETWORKS,
    }
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "networks", "subnets", "ports", "types")
    sent(restoring, request("selective", {"latest": True}, plan={"instances": instances}, **inner))
    result = restoring.run("restore", type="selective", workload="API", latest=True, instances=instances, **QUICK)
    copy, left = result["restore_plan"]["instances"]
    assert (copy["name"], copy["new_name"], copy["availability_zone"], copy["flavor"]["name"]) == (
        "cirros-1",
        "copy",
        "az2",
        "m1.small",
    )
    assert [
        (disk["name"], disk["boot"], disk["restore"], disk["volume_type"], disk["availability_zone"])
        for disk in copy["disks"]
    ] == [
        ("cirros", True, True, None, None),
        ("data", False, True, "ssd", "az3"),
    ]
    quarantine = {
        "network": {"id": cloud.QUARANTINE, "name": "quarantine"},
        "subnet": {"id": cloud.QUARANTINE_SUBNET, "name": "quarantine-sub"},
    }
    assert [each["to"] for each in copy["nics"]] == [
        {"port": None, **quarantine, "ip_address": "10.9.0.7", "mac_address": "fa:16:3e:00:00:77"},
        {"port": cloud.PORT, **quarantine, "ip_address": "10.9.0.9", "mac_address": "fa:16:3e:00:00:99"},
    ]
    assert (left["include"], left["new_name"], left["flavor"], left["nics"][0]["to"]) == (False, None, None, None)
    assert [disk["restore"] for disk in left["disks"]] == [False]


TO_QUARANTINE = {"id": cloud.QUARANTINE, "name": "quarantine", "subnet": {"id": cloud.QUARANTINE_SUBNET}}


@pytest.mark.parametrize(
    "entry",
    [
        {"from": "internal", "to": "quarantine"},
        {"from": cloud.INTERNAL, "from_subnet": "internal-sub", "to": cloud.QUARANTINE},
        {"to": "quarantine"},
    ],
)
def test_selective_of_all_into_another_network(restoring: Exchange, entry: dict[str, Any]) -> None:
    def built(server_id: str, name: str, *disks: dict[str, Any]) -> dict[str, Any]:
        return {
            "include": True,
            "id": server_id,
            "name": name,
            "availability_zone": "nova",
            "flavor": TINY_ASKED,
            "nics": [],
            "vdisks": list(disks),
        }

    mapped = [
        {
            "snapshot_network": {"id": cloud.INTERNAL, "subnet": {"id": cloud.INTERNAL_SUBNET}},
            "target_network": TO_QUARANTINE,
        }
    ]
    first = built(
        snapshots.CIRROS_1, "cirros-1", {"id": snapshots.DATA, "availability_zone": "nova", "new_volume_type": "iscsi"}
    )
    inner: dict[str, Any] = {
        "instances": [first, built(snapshots.CIRROS_2, "cirros-2")],
        "restore_topology": False,
        "networks_mapping": {"networks": mapped},
    }
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    sent(restoring, request("selective", {"latest": True}, plan={"networks": [entry]}, **inner))
    result = restoring.run("restore", type="selective", workload="API", latest=True, networks=[entry], **QUICK)
    assert [each["nics"][0]["to"]["network"]["name"] for each in result["restore_plan"]["instances"]] == [
        "quarantine",
        "quarantine",
    ]


def test_the_place_of_a_nic_in_networks_holds_for_one_that_says_its_address_only(restoring: Exchange) -> None:
    instances = [{"name": "cirros-2", "include": True, "nics": [{"ip_address": "10.9.0.7"}]}]
    networks = [{"from": "internal", "to": "quarantine"}]
    placed = {"ip_address": "10.9.0.7", "network": {"id": cloud.QUARANTINE, "subnet": {"id": cloud.QUARANTINE_SUBNET}}}
    built = {
        "include": True,
        "id": snapshots.CIRROS_2,
        "name": "cirros-2",
        "availability_zone": "nova",
        "flavor": TINY_ASKED,
        "nics": [placed],
        "vdisks": [],
    }
    inner = {
        "instances": [{"include": False, "id": snapshots.CIRROS_1}, built],
        "restore_topology": False,
        **NO_NETWORKS,
    }
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "networks", "subnets")
    sent(
        restoring, request("selective", {"latest": True}, plan={"instances": instances, "networks": networks}, **inner)
    )
    assert restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, networks=networks, **QUICK
    )["changed"]


def test_the_topology_needs_no_network_that_is_there(restoring: Exchange) -> None:
    instances = [{"name": "cirros-2", "include": True}]
    built = {
        "include": True,
        "id": snapshots.CIRROS_2,
        "name": "cirros-2",
        "availability_zone": "nova",
        "flavor": TINY_ASKED,
        "nics": [],
        "vdisks": [],
    }
    inner = {
        "instances": [{"include": False, "id": snapshots.CIRROS_1}, built],
        "restore_topology": True,
        **NO_NETWORKS,
    }
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors")
    sent(
        restoring,
        request("selective", {"latest": True}, plan={"instances": instances, "restore_topology": True}, **inner),
    )
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, restore_topology=True, **QUICK
    )
    assert result["restore_plan"]["restore_topology"] is True


def test_a_flavor_that_several_are_like_has_no_id(restoring: Exchange) -> None:
    instances = [{"name": "cirros-2", "include": True}]
    without_id = {key: value for key, value in TINY_ASKED.items() if key != "id"}
    restores.record_site(restoring)
    cloud.record_lists(
        restoring, "flavors", "networks", "subnets", flavors=[cloud.TINY, {**cloud.TINY, "id": "9", "name": "c1.tiny"}]
    )
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, plan_only=True, **QUICK
    )
    assert result["request_body"]["restore"]["options"]["openstack"]["instances"][1]["flavor"] == without_id


def test_several_subnets_are_told_apart_by_the_addresses_that_they_hold(restoring: Exchange) -> None:
    twin = {**cloud.SUBNETS[0], "id": cloud.WEB, "network_id": cloud.QUARANTINE}
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2")))
    cloud.record_lists(restoring, "flavors", "networks", "subnets", subnets=[*cloud.SUBNETS, twin])
    result = restoring.run(
        "restore",
        type="selective",
        workload="API",
        latest=True,
        networks=[{"to": "quarantine"}],
        plan_only=True,
        **QUICK,
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [each["target_network"]["subnet"] for each in mapped] == [{"id": cloud.WEB}]


def test_a_nic_without_an_address_goes_another_way_than_those_of_the_subnet(restoring: Exchange) -> None:
    bare = {**snapshots.NETWORK, "subnet": None}
    networks = [{"from": "internal", "from_subnet": "internal-sub", "to": "quarantine"}]
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=[snapshots.nic("", bare), snapshots.nic()])
        ),
    )
    cloud.record_lists(restoring, "flavors", "networks", "subnets")
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=networks, plan_only=True, **QUICK
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [(each["snapshot_network"]["subnet"]["id"], each["target_network"]["id"]) for each in mapped] == [
        (None, cloud.INTERNAL),
        (cloud.INTERNAL_SUBNET, cloud.QUARANTINE),
    ]
    assert [each["to"]["network"]["id"] for each in result["restore_plan"]["instances"][0]["nics"]] == [
        cloud.INTERNAL,
        cloud.QUARANTINE,
    ]


@pytest.mark.parametrize("turned", [1, -1])
def test_the_most_exact_entry_says_where_a_nic_goes(restoring: Exchange, turned: int) -> None:
    second = {**snapshots.NETWORK, "subnet": {"id": cloud.WEB, "name": "second", "cidr": "10.0.1.0/24"}}
    storage = {
        "id": restores.OTHER_ID,
        "name": "storage",
        "subnet": {"id": restores.ID, "name": "storage-sub", "cidr": "10.0.2.0/24"},
    }
    networks = [
        {"to": "campus"},
        {"from": "internal", "to": "internal"},
        {"from_subnet": "second", "to": "quarantine"},
    ][::turned]
    restores.record_site(
        restoring,
        shows=snapshots.shown(
            snapshots.server(
                snapshots.CIRROS_2,
                "cirros-2",
                nics=[snapshots.nic(), snapshots.nic("10.0.1.5", second), snapshots.nic("10.0.2.5", storage)],
            )
        ),
    )
    campus = {**cloud.NETWORKS[0], "id": snapshots.ID, "name": "campus"}
    subnets = [*cloud.SUBNETS, {**cloud.SUBNETS[0], "id": snapshots.CIRROS_1, "network_id": snapshots.ID}]
    cloud.record_lists(restoring, "flavors", "networks", "subnets", networks=[*cloud.NETWORKS, campus], subnets=subnets)
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=networks, plan_only=True, **QUICK
    )
    assert [each["to"]["network"]["name"] for each in result["restore_plan"]["instances"][0]["nics"]] == [
        "internal",
        "quarantine",
        "campus",
    ]


def test_networks_of_other_projects_are_not_for_an_administrator_to_be_picked_by_name(restoring: Exchange) -> None:
    theirs = {"id": cloud.WEB, "name": "quarantine", "project_id": OTHER_PROJECT, "shared": False}
    their_subnet = {**cloud.SUBNETS[1], "id": restores.OTHER_ID, "network_id": cloud.WEB, "project_id": OTHER_PROJECT}
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2")))
    cloud.record_lists(
        restoring,
        "flavors",
        "networks",
        "subnets",
        networks=[theirs, *cloud.NETWORKS],
        subnets=[their_subnet, *cloud.SUBNETS],
    )
    result = restoring.run(
        "restore",
        type="selective",
        workload="API",
        latest=True,
        networks=[{"to": "quarantine"}],
        plan_only=True,
        **QUICK,
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [each["target_network"] for each in mapped] == [TO_QUARANTINE]


@pytest.mark.parametrize("of_all", [{"shared": True}, {"shared": False, "router:external": True}])
def test_networks_that_another_project_shares_may_be_used(restoring: Exchange, of_all: dict[str, Any]) -> None:
    theirs = {"id": cloud.WEB, "name": "campus", "project_id": OTHER_PROJECT, **of_all}
    their_subnet = {**cloud.SUBNETS[1], "id": restores.OTHER_ID, "network_id": cloud.WEB, "project_id": OTHER_PROJECT}
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2")))
    cloud.record_lists(
        restoring,
        "flavors",
        "networks",
        "subnets",
        networks=[theirs, *cloud.NETWORKS],
        subnets=[their_subnet, *cloud.SUBNETS],
    )
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=[{"to": "campus"}], plan_only=True, **QUICK
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [each["target_network"]["id"] for each in mapped] == [cloud.WEB]
