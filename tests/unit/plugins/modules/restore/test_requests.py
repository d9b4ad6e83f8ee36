# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(restore) sends to restore once: method, path, query, body, order and number of all requests.

Restores are captured bodies of the server, and the captured requests are what must come out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import NOVA, PASSWORD, Exchange, fault, sample, warnings_of
from support.restores import (
    CIRROS_1,
    CIRROS_2,
    DATA,
    INTERNAL,
    INTERNAL_SUBNET,
    INTERNAL_THEN,
    LISTED,
    NETWORKS,
    NEW_CIRROS_1,
    NEW_CIRROS_2,
    NEW_PATH,
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
    SNAPSHOT,
    SNAPSHOT_PATH,
    SUBNETS,
    TINY,
    WORKLOAD,
    WORKLOAD_PATH,
    WORKLOAD_SHOWN,
    ended,
    listed,
    lists,
    nic,
    options,
    row,
    server,
    site,
    started,
    taken,
    volume,
    workload_listed,
)
from support.workloads import GONE, LOST, OTHER_PROJECT, QUICK, WEB

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import identity

ONECLICK: dict[str, Any] = {"type": "oneclick", "workload": "API", "latest": True, **QUICK}
NO_NETWORKS: dict[str, Any] = {"networks_mapping": {"networks": []}}
STAYING = {
    "networks_mapping": {
        "networks": [
            {
                "snapshot_network": {"id": INTERNAL, "subnet": {"id": INTERNAL_SUBNET}},
                "target_network": {"id": INTERNAL, "name": "internal", "subnet": {"id": INTERNAL_SUBNET}},
            }
        ]
    }
}
TINY_ASKED = {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": "", "id": "1"}


def intent(kind: str, source: dict[str, Any], **plan: Any) -> str:
    """Return what is asked for, as the description of a restore has it."""
    return identity.intent(kind, WORKLOAD, source, plan)


def request(
    kind: str,
    source: dict[str, Any],
    text: str = "",
    *,
    key: str = "",
    name: str = "Restore of API",
    plan: Any = None,
    **inner: Any,
) -> dict[str, Any]:
    """Return what must be sent for a restore.

    :param source: Which snapshot, as the task says it.
    :param plan: What goes where, as the task says it.
    :param inner: The part C(openstack) of the request.
    """
    asked = intent(kind, source, **(plan or {}))
    description = identity.Marker(text, asked, key or identity.key(asked, WORKLOAD, SNAPSHOT)).description()
    return {"name": name, "description": description, "options": options(kind, **inner)}


def sent(exchange: Exchange, body: dict[str, Any], *, snapshot: str = SNAPSHOT) -> dict[str, Any]:
    """Record the start of a restore, and what is seen of it until it has ended; return how it is shown then."""
    running = started(body, snapshot_id=snapshot)
    done = ended(running)
    exchange.post(f"/snapshots/{snapshot}", {"restore": body}, {"restore": running})
    exchange.get(NEW_PATH, {"restore": running})
    exchange.get(NEW_PATH, {"restore": done})
    return done


# ---- one-click --------------------------------------------------------------------------------------------------------------

SOURCES: dict[str, dict[str, Any]] = {
    "latest": {"latest": True},
    "at": {"at": "2020-11-04T15:00:00+01:00"},
    "name": {"snapshot": "API taken 2"},
    "id": {"snapshot": SNAPSHOT},
}
"""All ways to say which snapshot of a workload; each of them means the captured one."""


@pytest.mark.parametrize("source", SOURCES)
def test_one_click(restoring: Exchange, source: str) -> None:
    body = request("oneclick", SOURCES[source])
    site(restoring)
    lists(restoring, "servers", "volumes")
    sent(restoring, body)
    result = restoring.run("restore", type="oneclick", workload="API", **SOURCES[source], **QUICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, NEW_RESTORE, "available")
    assert result["restore"]["instances"] == [
        {"old_id": CIRROS_2, "id": NEW_CIRROS_2, "name": "cirros-2", "status": "available"},
        {"old_id": CIRROS_1, "id": NEW_CIRROS_1, "name": "cirros-1", "status": "available"},
    ]
    assert (result["restore"]["type"], result["restore"]["description"]) == ("oneclick", "")
    assert result["restore"]["request_key"] == result["request_key"] == identity.Marker.read(body["description"]).key
    assert result["plan"] == [
        {"action": "create", "kind": "restore", "name": "Restore of API", "id": None, "fields": ["type"]}
    ]
    assert result["diff"] == {
        "before": {},
        "after": {
            "workload": "API",
            "snapshot": f"'API taken 2' ({SNAPSHOT}, available, {row()['created_at']})",
            "type": "oneclick",
        },
    }
    assert result["snapshot"] == {
        "id": SNAPSHOT,
        "name": "API taken 2",
        "created_at": row()["created_at"],
        "snapshot_type": "full",
        "workload_id": WORKLOAD,
    }
    assert result["request_body"] == {"restore": body}
    assert result["confirm_overwrite"] is None
    assert PASSWORD not in json.dumps(result)


def test_one_click_is_what_was_captured(restoring: Exchange) -> None:
    captured = sample("restore_oneclick_request")["restore"]
    body = request("oneclick", {"latest": True}, captured["description"], name=captured["name"])
    site(restoring)
    lists(restoring, "servers", "volumes")
    sent(restoring, body)
    restoring.run("restore", name="One Click Restore", description="One Click Restore", **ONECLICK)
    assert {**body["options"], "vmware": {}} == captured["options"]


def test_the_id_of_a_snapshot_needs_no_workload(restoring: Exchange) -> None:
    restoring.get(SNAPSHOT_PATH, {"snapshot": taken()})
    restoring.get(WORKLOAD_PATH, {"workload": WORKLOAD_SHOWN})
    restoring.get("/snapshots", {"snapshots": [OLDER_ROW, row()]}, query={"workload_id": WORKLOAD})
    restoring.get("/restores/detail", {"restores": []})
    restoring.get(SNAPSHOT_PATH, {"snapshot": taken()})
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"snapshot": SNAPSHOT}))
    assert restoring.run("restore", type="oneclick", snapshot=SNAPSHOT, **QUICK)["id"] == NEW_RESTORE


def test_the_id_of_a_workload_is_as_good_as_its_name(restoring: Exchange) -> None:
    site(restoring)
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **{**ONECLICK, "workload": WORKLOAD})["changed"]


def test_at_takes_the_newest_that_is_old_enough(restoring: Exchange) -> None:
    source: dict[str, Any] = {"at": "2020-11-04T13:58:36"}
    asked = intent("oneclick", source)
    body = request("oneclick", source, key=identity.key(asked, WORKLOAD, OLDER))
    site(restoring, shows=taken(**OLDER_ROW))
    lists(restoring, "servers", "volumes")
    sent(restoring, body, snapshot=OLDER)
    assert restoring.run("restore", type="oneclick", workload="API", **source, **QUICK)["snapshot"]["id"] == OLDER


def test_latest_passes_over_what_is_no_good(restoring: Exchange) -> None:
    failed = row(WEB, name="failed", status="error", created_at="2020-11-05T00:00:00.000000")
    site(restoring, snapshots=[failed, row(), OLDER_ROW])
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["snapshot"]["id"] == SNAPSHOT


def test_without_volumes_cinder_is_not_asked(restoring: Exchange) -> None:
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2")))
    lists(restoring, "servers")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["changed"]


def test_without_waiting_the_restore_is_shown_once(restoring: Exchange) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body)})
    restoring.get(NEW_PATH, {"restore": started(body)})
    result = restoring.run("restore", wait=False, **ONECLICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, NEW_RESTORE, "restoring")


DRY: dict[str, dict[str, Any]] = {"check mode": {"check": True}, "plan_only": {"plan_only": True}}
"""The two ways to see what would be done; the exchange fails if anything else is sent than was recorded."""


@pytest.mark.parametrize("dry", DRY)
def test_nothing_is_sent_that_writes_when_only_the_plan_is_wanted(restoring: Exchange, dry: str) -> None:
    body = request("oneclick", {"latest": True}, "before the upgrade")
    site(restoring)
    lists(restoring, "servers", "volumes")
    result = restoring.run("restore", description="before the upgrade", **DRY[dry], **ONECLICK)
    assert result["changed"] == (dry == "check mode")
    assert result["request_body"] == {"restore": body}
    assert (result["id"], result["restore"]["id"], result["restore"]["status"]) == (None, None, None)
    assert (result["restore"]["description"], result["restore"]["name"]) == ("before the upgrade", "Restore of API")
    assert (result["restore"]["workload_id"], result["restore"]["snapshot_id"]) == (WORKLOAD, SNAPSHOT)
    assert result["restore"]["request_key"] == result["request_key"] == identity.Marker.read(body["description"]).key
    assert [each["new_name"] for each in result["restore_plan"]["instances"]] == ["cirros-1", "cirros-2"]
    assert result["restore_plan"]["instances"][0]["nics"] == [
        {
            "mac_address": "fa:16:3e:00:00:01",
            "ip_address": "10.0.0.5",
            "network": {"id": INTERNAL, "name": "internal"},
            "to": {
                "port": None,
                "network": {"id": INTERNAL, "name": "internal"},
                "subnet": {"id": INTERNAL_SUBNET, "name": None},
                "ip_address": "10.0.0.5",
                "mac_address": "fa:16:3e:00:00:01",
            },
        }
    ]


# ---- selective --------------------------------------------------------------------------------------------------------------


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
    site(restoring)
    lists(restoring, "flavors", "types", "networks", "subnets")
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
            "id": CIRROS_1,
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
        "id": CIRROS_1,
        "name": "copy",
        "availability_zone": "az2",
        "flavor": {"vcpus": 1, "ram": 2048, "disk": 20, "ephemeral": 0, "swap": "", "id": "2"},
        "nics": [
            {
                "mac_address": "fa:16:3e:00:00:77",
                "ip_address": "10.9.0.7",
                "network": {"id": QUARANTINE, "subnet": {"id": QUARANTINE_SUBNET}},
            },
            {
                "id": PORT,
                "mac_address": "fa:16:3e:00:00:99",
                "ip_address": "10.9.0.9",
                "network": {"id": QUARANTINE, "subnet": {"id": QUARANTINE_SUBNET}},
            },
        ],
        "vdisks": [{"id": DATA, "availability_zone": "az3", "new_volume_type": "ssd"}],
        "restore_boot_disk": True,
    }
    inner = {"instances": [first, {"include": False, "id": CIRROS_2}], "restore_topology": False, **NO_NETWORKS}
    site(restoring)
    lists(restoring, "flavors", "networks", "subnets", "ports", "types")
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
        "network": {"id": QUARANTINE, "name": "quarantine"},
        "subnet": {"id": QUARANTINE_SUBNET, "name": "quarantine-sub"},
    }
    assert [each["to"] for each in copy["nics"]] == [
        {"port": None, **quarantine, "ip_address": "10.9.0.7", "mac_address": "fa:16:3e:00:00:77"},
        {"port": PORT, **quarantine, "ip_address": "10.9.0.9", "mac_address": "fa:16:3e:00:00:99"},
    ]
    assert (left["include"], left["new_name"], left["flavor"], left["nics"][0]["to"]) == (False, None, None, None)
    assert [disk["restore"] for disk in left["disks"]] == [False]


TO_QUARANTINE = {"id": QUARANTINE, "name": "quarantine", "subnet": {"id": QUARANTINE_SUBNET}}


@pytest.mark.parametrize(
    "entry",
    [
        {"from": "internal", "to": "quarantine"},
        {"from": INTERNAL, "from_subnet": "internal-sub", "to": QUARANTINE},
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
        {"snapshot_network": {"id": INTERNAL, "subnet": {"id": INTERNAL_SUBNET}}, "target_network": TO_QUARANTINE}
    ]
    first = built(CIRROS_1, "cirros-1", {"id": DATA, "availability_zone": "nova", "new_volume_type": "iscsi"})
    inner: dict[str, Any] = {
        "instances": [first, built(CIRROS_2, "cirros-2")],
        "restore_topology": False,
        "networks_mapping": {"networks": mapped},
    }
    site(restoring)
    lists(restoring, "flavors", "types", "networks", "subnets")
    sent(restoring, request("selective", {"latest": True}, plan={"networks": [entry]}, **inner))
    result = restoring.run("restore", type="selective", workload="API", latest=True, networks=[entry], **QUICK)
    assert [each["nics"][0]["to"]["network"]["name"] for each in result["restore_plan"]["instances"]] == [
        "quarantine",
        "quarantine",
    ]


def test_the_place_of_a_nic_in_networks_holds_for_one_that_says_its_address_only(restoring: Exchange) -> None:
    instances = [{"name": "cirros-2", "include": True, "nics": [{"ip_address": "10.9.0.7"}]}]
    networks = [{"from": "internal", "to": "quarantine"}]
    placed = {"ip_address": "10.9.0.7", "network": {"id": QUARANTINE, "subnet": {"id": QUARANTINE_SUBNET}}}
    built = {
        "include": True,
        "id": CIRROS_2,
        "name": "cirros-2",
        "availability_zone": "nova",
        "flavor": TINY_ASKED,
        "nics": [placed],
        "vdisks": [],
    }
    inner = {"instances": [{"include": False, "id": CIRROS_1}, built], "restore_topology": False, **NO_NETWORKS}
    site(restoring)
    lists(restoring, "flavors", "networks", "subnets")
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
        "id": CIRROS_2,
        "name": "cirros-2",
        "availability_zone": "nova",
        "flavor": TINY_ASKED,
        "nics": [],
        "vdisks": [],
    }
    inner = {"instances": [{"include": False, "id": CIRROS_1}, built], "restore_topology": True, **NO_NETWORKS}
    site(restoring)
    lists(restoring, "flavors")
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
    site(restoring)
    lists(restoring, "flavors", "networks", "subnets", flavors=[TINY, {**TINY, "id": "9", "name": "c1.tiny"}])
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, plan_only=True, **QUICK
    )
    assert result["request_body"]["restore"]["options"]["openstack"]["instances"][1]["flavor"] == without_id


def test_several_subnets_are_told_apart_by_the_addresses_that_they_hold(restoring: Exchange) -> None:
    twin = {**SUBNETS[0], "id": WEB, "network_id": QUARANTINE}
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2")))
    lists(restoring, "flavors", "networks", "subnets", subnets=[*SUBNETS, twin])
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
    assert [each["target_network"]["subnet"] for each in mapped] == [{"id": WEB}]


def test_a_nic_without_an_address_goes_another_way_than_those_of_the_subnet(restoring: Exchange) -> None:
    bare = {**INTERNAL_THEN, "subnet": None}
    networks = [{"from": "internal", "from_subnet": "internal-sub", "to": "quarantine"}]
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2", nics=[nic("", bare), nic()])))
    lists(restoring, "flavors", "networks", "subnets")
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=networks, plan_only=True, **QUICK
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [(each["snapshot_network"]["subnet"]["id"], each["target_network"]["id"]) for each in mapped] == [
        (None, INTERNAL),
        (INTERNAL_SUBNET, QUARANTINE),
    ]
    assert [each["to"]["network"]["id"] for each in result["restore_plan"]["instances"][0]["nics"]] == [
        INTERNAL,
        QUARANTINE,
    ]


@pytest.mark.parametrize("turned", [1, -1])
def test_the_most_exact_entry_says_where_a_nic_goes(restoring: Exchange, turned: int) -> None:
    second = {**INTERNAL_THEN, "subnet": {"id": WEB, "name": "second", "cidr": "10.0.1.0/24"}}
    storage = {
        "id": OTHER_RESTORE,
        "name": "storage",
        "subnet": {"id": RESTORE, "name": "storage-sub", "cidr": "10.0.2.0/24"},
    }
    networks = [
        {"to": "campus"},
        {"from": "internal", "to": "internal"},
        {"from_subnet": "second", "to": "quarantine"},
    ][::turned]
    site(
        restoring,
        shows=taken(server(CIRROS_2, "cirros-2", nics=[nic(), nic("10.0.1.5", second), nic("10.0.2.5", storage)])),
    )
    campus = {**NETWORKS[0], "id": SNAPSHOT, "name": "campus"}
    subnets = [*SUBNETS, {**SUBNETS[0], "id": CIRROS_1, "network_id": SNAPSHOT}]
    lists(restoring, "flavors", "networks", "subnets", networks=[*NETWORKS, campus], subnets=subnets)
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=networks, plan_only=True, **QUICK
    )
    assert [each["to"]["network"]["name"] for each in result["restore_plan"]["instances"][0]["nics"]] == [
        "internal",
        "quarantine",
        "campus",
    ]


def test_networks_of_other_projects_are_not_for_an_administrator_to_be_picked_by_name(restoring: Exchange) -> None:
    theirs = {"id": WEB, "name": "quarantine", "project_id": OTHER_PROJECT, "shared": False}
    their_subnet = {**SUBNETS[1], "id": OTHER_RESTORE, "network_id": WEB, "project_id": OTHER_PROJECT}
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2")))
    lists(restoring, "flavors", "networks", "subnets", networks=[theirs, *NETWORKS], subnets=[their_subnet, *SUBNETS])
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
    theirs = {"id": WEB, "name": "campus", "project_id": OTHER_PROJECT, **of_all}
    their_subnet = {**SUBNETS[1], "id": OTHER_RESTORE, "network_id": WEB, "project_id": OTHER_PROJECT}
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2")))
    lists(restoring, "flavors", "networks", "subnets", networks=[theirs, *NETWORKS], subnets=[their_subnet, *SUBNETS])
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, networks=[{"to": "campus"}], plan_only=True, **QUICK
    )
    mapped = result["request_body"]["restore"]["options"]["openstack"]["networks_mapping"]["networks"]
    assert [each["target_network"]["id"] for each in mapped] == [WEB]


# ---- in place ---------------------------------------------------------------------------------------------------------------

CIRROS_3, CIRROS_4 = "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8", "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
DATA_3, DATA_4 = "f6b3fef6-4b0e-487e-84b5-47a14da716ca", "53204f34-019d-4ba8-ada1-e6ab7b8e5b43"
IN_NOVA = [{"id": CIRROS_3, "name": "cirros-3"}, {"id": CIRROS_4, "name": "cirros-4"}, {"id": WEB, "name": "web"}]
BOTH = [{"name": "cirros-3", "include": True}, {"name": "cirros-4", "include": True}]
OF_BOTH = taken(
    server(CIRROS_3, "cirros-3", volume(CIRROS_3, DATA_3)), server(CIRROS_4, "cirros-4", volume(CIRROS_4, DATA_4))
)
INPLACE: dict[str, Any] = {"type": "inplace", "workload": "API", "latest": True, **QUICK}


def attached(exchange: Exchange, *pairs: tuple[str, str]) -> None:
    """Record that Nova is asked for servers, each with its volume."""
    with exchange.any_order():
        for server_id, volume_id in pairs:
            shown = {"id": server_id, "os-extended-volumes:volumes_attached": [{"id": volume_id}]}
            exchange.get(f"/servers/{server_id}", {"server": shown}, url=NOVA)


CONFIRMED: dict[str, Any] = {
    "names": ["cirros-3", "cirros-4"],
    "ids in any order": [CIRROS_4, CIRROS_3],
    "text of a survey": f"cirros-4, {CIRROS_3}",
    "a text with a comma at its end": "cirros-3,cirros-4,",
}


@pytest.mark.parametrize("confirmed", CONFIRMED)
def test_in_place_is_what_was_captured(restoring: Exchange, confirmed: str) -> None:
    captured = sample("restore_inplace_request")["restore"]
    body = request(
        "inplace",
        {"latest": True},
        captured["description"],
        name="API",
        plan={"instances": BOTH},
        **captured["options"]["openstack"],
    )
    assert body["options"] == captured["options"]
    site(restoring, shows=OF_BOTH)
    lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
    sent(restoring, body)
    result = restoring.run(
        "restore",
        name="API",
        description="API description",
        instances=BOTH,
        confirm_overwrite=CONFIRMED[confirmed],
        **INPLACE,
    )
    assert (result["changed"], result["confirm_overwrite"]) == (True, ["cirros-3", "cirros-4"])


def test_in_place_leaves_what_is_to_be_left(restoring: Exchange) -> None:
    instances = [
        {
            "id": CIRROS_4,
            "include": True,
            "restore_boot_disk": False,
            "volumes": [{"id": DATA_4, "volume_type": "ssd", "restore": True}],
        }
    ]
    entry = {
        "restore_boot_disk": False,
        "include": True,
        "id": CIRROS_4,
        "vdisks": [{"restore_cinder_volume": True, "id": DATA_4, "new_volume_type": "ssd"}],
    }
    body = request(
        "inplace",
        {"latest": True},
        plan={"instances": instances},
        instances=[{"include": False, "id": CIRROS_3}, entry],
    )
    site(restoring, shows=OF_BOTH)
    lists(restoring, "types")
    lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_4, DATA_4))
    sent(restoring, body)
    result = restoring.run("restore", instances=instances, confirm_overwrite="cirros-4", **INPLACE)
    assert [[disk["restore"] for disk in each["disks"]] for each in result["restore_plan"]["instances"]] == [
        [False, False],
        [False, True],
    ]


def test_in_place_of_a_boot_disk_alone_asks_for_no_volume(restoring: Exchange) -> None:
    instances = [{"id": CIRROS_4, "include": True, "volumes": [{"name": "data", "restore": False}]}]
    entry = {
        "restore_boot_disk": True,
        "include": True,
        "id": CIRROS_4,
        "vdisks": [{"restore_cinder_volume": False, "id": DATA_4}],
    }
    site(restoring, shows=OF_BOTH)
    lists(restoring, "servers", servers=IN_NOVA)
    sent(
        restoring,
        request(
            "inplace",
            {"latest": True},
            plan={"instances": instances},
            instances=[{"include": False, "id": CIRROS_3}, entry],
        ),
    )
    assert restoring.run("restore", instances=instances, confirm_overwrite="cirros-4", **INPLACE)["changed"]


ROOT_4 = volume(CIRROS_4, WEB, volume_name="root", volume_mountpoint="/dev/vda")
UNTOLD_4 = {**ROOT_4, "volume_mountpoint": None}
DATA_ONLY = volume(CIRROS_4, DATA_4)
BOOTS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], bool, list[bool]]] = {
    # disks in the snapshot, what is asked for, whether the boot disk is restored, and which volumes are
    "from a volume": ([ROOT_4, DATA_ONLY], {}, True, [True, True]),
    "from a volume that is left": (
        [ROOT_4, DATA_ONLY],
        {"volumes": [{"name": "root", "restore": False}]},
        False,
        [False, True],
    ),
    "from a volume, the other one left": (
        [ROOT_4, DATA_ONLY],
        {"volumes": [{"name": "data", "restore": False}]},
        True,
        [True, False],
    ),
    "from a volume that is left as the boot disk": (
        [ROOT_4, DATA_ONLY],
        {"restore_boot_disk": False},
        False,
        [False, True],
    ),
    "from what the backup left out": ([DATA_ONLY], {}, False, [True]),
    "from a volume of no device": ([UNTOLD_4, DATA_ONLY], {}, True, [True, True]),
    "from a volume of no device that is left": (
        [UNTOLD_4, DATA_ONLY],
        {"restore_boot_disk": False},
        False,
        [False, True],
    ),
}


@pytest.mark.parametrize("boots", BOOTS)
def test_in_place_of_a_server_that_boots(restoring: Exchange, boots: str) -> None:
    disks, asked, boot, restored = BOOTS[boots]
    site(restoring, shows=taken(server(CIRROS_4, "cirros-4", vdisks=disks)))
    lists(restoring, "servers", servers=IN_NOVA)
    shown = {"id": CIRROS_4, "os-extended-volumes:volumes_attached": [{"id": disk["volume_id"]} for disk in disks]}
    restoring.get(f"/servers/{CIRROS_4}", {"server": shown}, url=NOVA)
    result = restoring.run("restore", instances=[{"name": "cirros-4", **asked}], plan_only=True, **INPLACE)
    [entry] = result["request_body"]["restore"]["options"]["openstack"]["instances"]
    assert (entry["restore_boot_disk"], [disk["restore_cinder_volume"] for disk in entry["vdisks"]]) == (boot, restored)
    [planned] = result["restore_plan"]["instances"]
    assert [disk["boot"] for disk in planned["disks"]] == [disk["volume_id"] == WEB for disk in disks]
    assert [disk["restore"] for disk in planned["disks"]] == restored


def test_a_selective_restore_says_that_it_leaves_the_boot_disk(restoring: Exchange) -> None:
    site(restoring)
    lists(restoring, "flavors", "types", "networks", "subnets")
    instances = [{"name": "cirros-1", "restore_boot_disk": False}]
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, plan_only=True, **QUICK
    )
    [first, _second] = result["restore_plan"]["instances"]
    assert [(disk["boot"], disk["restore"]) for disk in first["disks"]] == [(True, False), (False, True)]


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("there", "confirm"),
    [
        (IN_NOVA, ["cirros-3", "cirros-4"]),
        ([*IN_NOVA, {"id": SNAPSHOT, "name": "cirros-3"}], [CIRROS_3, "cirros-4"]),
        ([{"id": CIRROS_3, "name": "renamed"}, {"id": CIRROS_4, "name": "cirros-3"}], ["cirros-3", "renamed"]),
    ],
)
def test_a_plan_in_place_needs_no_confirmation_and_says_it(
    restoring: Exchange, dry: str, there: list[dict[str, Any]], confirm: list[str]
) -> None:
    confirmed: list[dict[str, Any]] = [{}, {"confirm_overwrite": "who-knows"}]
    for given in confirmed:
        site(restoring, shows=OF_BOTH)
        lists(restoring, "servers", servers=there)
        attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
        result = restoring.run("restore", instances=BOTH, **given, **DRY[dry], **INPLACE)
        assert sorted(result["confirm_overwrite"]) == sorted(confirm)
        assert result["request_body"]["restore"]["options"] == sample("restore_inplace_request")["restore"]["options"]


@pytest.mark.parametrize("name", ["two, with a comma", " blanks around ", "", WEB])
def test_what_a_plan_wants_confirmed_can_be_pasted_whatever_a_server_is_called(restoring: Exchange, name: str) -> None:
    there = [{"id": CIRROS_4, "name": name}, {"id": WEB, "name": "web"}]
    site(restoring, shows=OF_BOTH)
    lists(restoring, "servers", servers=there)
    attached(restoring, (CIRROS_4, DATA_4))
    confirm = restoring.run("restore", instances=BOTH[1:], plan_only=True, **INPLACE)["confirm_overwrite"]
    for given in (confirm, ",".join(confirm)):
        body = request(
            "inplace",
            {"latest": True},
            plan={"instances": BOTH[1:]},
            instances=[{"include": False, "id": CIRROS_3}, *captured_in_place()[1:]],
        )
        site(restoring, shows=OF_BOTH)
        lists(restoring, "servers", servers=there)
        attached(restoring, (CIRROS_4, DATA_4))
        sent(restoring, body)
        assert restoring.run("restore", instances=BOTH[1:], confirm_overwrite=given, **INPLACE)["changed"]


def captured_in_place() -> list[dict[str, Any]]:
    """Return the servers of the captured request for a restore in place."""
    instances: list[dict[str, Any]] = sample("restore_inplace_request")["restore"]["options"]["openstack"]["instances"]
    return instances


# ---- once: what runs is joined ----------------------------------------------------------------------------------------------


def running(kind: str, source: dict[str, Any], snapshot: str = SNAPSHOT, **inner: Any) -> dict[str, Any]:
    """Return a restore that runs and that the same task has started."""
    return started(request(kind, source, "by the morning run", **inner), snapshot_id=snapshot)


def test_a_restore_that_runs_is_joined_whatever_is_the_newest_snapshot_now(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True}, OLDER)
    site(restoring, listed(runs), shows={})
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["plan"], result["id"], result["restore"]["status"]) == (
        False,
        [],
        NEW_RESTORE,
        "available",
    )
    assert result["request_key"] == identity.Marker.read(runs["description"]).key
    assert (result["snapshot"], result["restore_plan"], result["request_body"]) == (None, None, None)


@pytest.mark.parametrize("more", [{"wait": False}, *DRY.values()])
def test_a_restore_that_runs_is_not_waited_for_where_nobody_wants_it(restoring: Exchange, more: dict[str, Any]) -> None:
    runs = running("oneclick", {"latest": True})
    site(restoring, listed(runs), shows={})
    restoring.get(NEW_PATH, {"restore": runs})
    result = restoring.run("restore", **more, **ONECLICK)
    assert (result["changed"], result["restore"]["status"]) == (False, "restoring")


def test_a_new_one_by_force_joins_what_runs_all_the_same(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True})
    site(restoring, listed(runs), shows={})
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    assert not restoring.run("restore", force_new=True, **ONECLICK)["changed"]


def test_a_joined_restore_that_fails_fails_the_task(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True})
    site(restoring, listed(runs), shows={})
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs, "error", error_msg="Error creating instance 5")})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "object_failed"}
    assert f"'Restore of API' ({NEW_RESTORE}, error," in str(failed)
    assert (
        f"Error creating instance 5; servers that it made until then: 'cirros-2' ({NEW_CIRROS_2}), 'cirros-1' ({NEW_CIRROS_1})."
        in str(failed)
    )
    assert "'state: absent' with the id and 'delete_resources: true'" in str(failed)
    assert failed.result["restore"]["id"] == NEW_RESTORE


def test_without_a_mark_a_restore_that_runs_is_joined_by_what_it_restores(restoring: Exchange) -> None:
    runs = {**running("oneclick", {"latest": True}, OLDER), "description": "-"}
    later = row(created_at="2020-11-09T09:53:32.000000")  # than the restore
    site(restoring, listed(runs), snapshots=[{**OLDER_ROW, "status": "restoring"}, later], shows={})
    for _look in range(2):
        restoring.get(f"/snapshots/{OLDER}", {"snapshot": taken(**{**OLDER_ROW, "status": "restoring"})})
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["request_key"], result["restore"]["request_key"]) == (False, None, None)


def test_sizes_that_are_no_whole_numbers_stop_nothing(restoring: Exchange) -> None:
    disks = [volume(CIRROS_2, volume_size="1.0", restore_size="1073741824")]
    site(restoring, shows=taken(server(CIRROS_2, "cirros-2", *disks)))
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    result = restoring.run("restore", **ONECLICK)
    assert [disk["size"] for disk in result["restore_plan"]["instances"][0]["disks"]] == [1, 1]


def test_numbers_that_come_back_as_text_are_the_same_request(restoring: Exchange) -> None:
    instances = [{"name": "cirros-1", "include": True, "new_name": "cirros-1-selective"}]
    inner = sample("restore_selective_request")["restore"]["options"]["openstack"]
    echoed = json.loads(
        json.dumps(inner)
        .replace('"vcpus": 1', '"vcpus": "1"')
        .replace('"ram": 512', '"ram": "512"')
        .replace("true", '"True"')
    )
    assert echoed != inner
    runs = {**running("selective", {"latest": True}, **echoed), "description": "-"}
    site(restoring, listed(runs))
    lists(restoring, "flavors", "types", "networks", "subnets")
    restoring.get(NEW_PATH, {"restore": runs})
    assert not restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, wait=False, **QUICK
    )["changed"]


def test_a_network_that_was_renamed_since_is_the_same_request(restoring: Exchange) -> None:
    inner = json.loads(
        json.dumps(sample("restore_selective_request")["restore"]["options"]["openstack"]).replace(
            '"internal"', '"renamed"'
        )
    )
    runs = {**running("selective", {"latest": True}, **inner), "description": "-"}
    site(restoring, listed(runs))
    lists(restoring, "flavors", "types", "networks", "subnets")
    restoring.get(NEW_PATH, {"restore": runs})
    instances = [{"name": "cirros-1", "new_name": "cirros-1-selective"}]
    assert not restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, wait=False, **QUICK
    )["changed"]


def test_names_that_differ_in_case_are_not_the_same_request(restoring: Exchange) -> None:
    instances = [{"name": "cirros-1", "include": True, "new_name": "CIRROS-1-selective"}]
    inner = sample("restore_selective_request")["restore"]["options"]["openstack"]
    runs = {**running("selective", {"latest": True}, **inner), "description": "-"}
    site(restoring, listed(runs))
    lists(restoring, "flavors", "types", "networks", "subnets")
    failed = restoring.fail("restore", type="selective", workload="API", latest=True, instances=instances, **QUICK)
    assert failed.error["code"] == "wrong_state"
    assert (
        f"another restore of the workload 'API' ({WORKLOAD}) runs: 'Restore of API' ({NEW_RESTORE}, restoring,"
        in str(failed)
    )


def test_what_cannot_be_compared_for_lack_of_an_answer_is_not_taken_for_another_one(restoring: Exchange) -> None:
    runs = {**running("selective", {"latest": True}), "description": "-"}
    site(restoring, listed(runs))
    restoring.get("/flavors/detail", fault("Policy doesn't allow it.", "forbidden", 403), url=NOVA, status=403)
    failed = restoring.fail("restore", type="selective", workload="API", latest=True, **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("forbidden", "/flavors/detail")


# ---- once: what was done is not repeated ------------------------------------------------------------------------------------

BACK_IN_NOVA = [{"id": NEW_CIRROS_1, "name": "cirros-1"}, {"id": NEW_CIRROS_2, "name": "cirros-2"}]


@pytest.mark.parametrize("dry", [{}, *DRY.values()])
def test_what_was_restored_is_not_restored_again(restoring: Exchange, dry: dict[str, Any]) -> None:
    done = ended(running("oneclick", {"latest": True}))
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", **dry, **ONECLICK)
    assert (result["changed"], result["plan"], result["id"]) == (False, [], NEW_RESTORE)
    assert (result["restore"]["description"], result["restore"]["time_taken"]) == (
        "by the morning run",
        SHOWN["time_taken"],
    )
    assert (result["snapshot"], result["restore_plan"], result["request_body"]) == (None, None, None)
    assert "warnings" not in result


def test_a_key_of_the_user_satisfies_whatever_the_snapshot(restoring: Exchange) -> None:
    done = ended(started(request("oneclick", {"latest": True}, key="ticket-4711"), snapshot_id=OLDER))
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", request_key="ticket-4711", **ONECLICK)
    assert (result["changed"], result["id"], result["request_key"], result["snapshot"]) == (
        False,
        NEW_RESTORE,
        "ticket-4711",
        None,
    )


def test_a_key_of_the_user_satisfies_when_the_snapshot_is_gone(restoring: Exchange) -> None:
    done = ended(started(request("oneclick", {"latest": True}, key="ticket-4711"), snapshot_id=RESTORE))
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", request_key="ticket-4711", **ONECLICK)
    assert (result["changed"], result["id"]) == (False, NEW_RESTORE)
    assert warnings_of(result) == []


def test_a_key_of_the_user_that_stands_for_something_else_brings_a_warning(restoring: Exchange) -> None:
    done = ended(started(request("oneclick", {"snapshot": "API taken 2"}, key="ticket-4711")))
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    (warning,) = warnings_of(restoring.run("restore", request_key="ticket-4711", **ONECLICK))
    assert (
        "has the key 'ticket-4711' and satisfies, but it was asked for in another way. Another 'request_key' makes another restore."
        in warning
    )


def test_a_key_of_another_workload_satisfies_nobody(restoring: Exchange) -> None:
    theirs = identity.Marker("", identity.intent("oneclick", WEB, {"latest": True}, {}), "ticket-4711").description()
    site(
        restoring,
        {
            **listed(ended(started(request("oneclick", {"latest": True})))),
            "snapshot_id": RESTORE,
            "description": theirs,
        },
    )
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}, key="ticket-4711"))
    assert restoring.run("restore", request_key="ticket-4711", **ONECLICK)["changed"]


def test_of_several_with_the_key_the_newest_satisfies(restoring: Exchange) -> None:
    done = ended(running("oneclick", {"latest": True}))
    earlier = {**listed(done), "id": OTHER_RESTORE, "created_at": "2020-11-09T09:00:00.000000"}
    site(restoring, listed(done), earlier)
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    assert restoring.run("restore", **ONECLICK)["id"] == NEW_RESTORE


def test_servers_that_are_gone_again_bring_a_warning(restoring: Exchange) -> None:
    done = ended(running("oneclick", {"latest": True}))
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA[1:])
    (warning,) = warnings_of(restoring.run("restore", **ONECLICK))
    assert f"are gone from Nova: 'cirros-1' ({NEW_CIRROS_1}). 'force_new: true' restores again." in warning


def test_without_a_mark_what_was_done_is_known_by_its_name_and_what_it_restored(restoring: Exchange) -> None:
    done = {**ended(running("oneclick", {"latest": True})), "description": "-"}
    site(restoring, listed(done))
    restoring.get(NEW_PATH, {"restore": done})
    lists(restoring, "servers", servers=BACK_IN_NOVA)
    assert not restoring.run("restore", **ONECLICK)["changed"]


THEIR_MARK = identity.Marker("", identity.intent("oneclick", WEB, {"latest": True}, {}), "111111111111").description()
NO_TWINS: dict[str, dict[str, Any]] = {
    "of another name": {"description": "-", "name": "by the dashboard"},
    "of another type": {"description": "-", "restore_options": options("selective")},
    "of another key": {"description": "[openprotect:00000000:111111111111]"},
    "of an older snapshot": {"snapshot_id": OLDER, "description": "-"},
    "of another workload": {"snapshot_id": WEB, "description": THEIR_MARK},
    "of another project": {"project_id": OTHER_PROJECT},
}


@pytest.mark.parametrize("twin", NO_TWINS)
def test_what_somebody_else_restored_satisfies_nobody(restoring: Exchange, twin: str) -> None:
    theirs = {**listed(ended(running("oneclick", {"latest": True}))), "id": OTHER_RESTORE, **NO_TWINS[twin]}
    site(restoring, theirs)
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["id"] == NEW_RESTORE


@pytest.mark.parametrize("theirs", ["of another workload", "of another project"])
def test_what_others_restore_at_the_same_time_does_not_count(restoring: Exchange, theirs: str) -> None:
    site(restoring, {**listed(running("oneclick", {"latest": True})), "id": OTHER_RESTORE, **NO_TWINS[theirs]})
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["changed"]


def test_a_newer_snapshot_is_another_restore(restoring: Exchange) -> None:
    asked = intent("oneclick", {"latest": True})
    text = identity.Marker("", asked, identity.key(asked, WORKLOAD, OLDER)).description()
    site(
        restoring,
        {**listed(ended(running("oneclick", {"latest": True}, OLDER))), "id": OTHER_RESTORE, "description": text},
    )
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["id"] == NEW_RESTORE


def test_by_force_it_is_done_again(restoring: Exchange) -> None:
    done = {**listed(ended(running("oneclick", {"latest": True}))), "id": OTHER_RESTORE}
    site(restoring, done)
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", force_new=True, **ONECLICK)["id"] == NEW_RESTORE


@pytest.mark.parametrize("status", ["error", "cancelled"])
@pytest.mark.parametrize("left", [True, False])
def test_a_failed_restore_satisfies_nobody_and_what_it_left_is_said(
    restoring: Exchange, status: str, left: bool
) -> None:
    failed = {**ended(running("oneclick", {"latest": True}), status), "id": OTHER_RESTORE}
    site(restoring, listed(failed))
    restoring.get(f"/restores/{OTHER_RESTORE}", {"restore": failed})
    lists(restoring, "servers", servers=BACK_IN_NOVA[:1] if left else [])
    lists(restoring, "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["id"]) == (True, NEW_RESTORE)
    assert [
        f"left servers: 'cirros-1' ({NEW_CIRROS_1}). They are not touched" in each for each in warnings_of(result)
    ] == ([True] if left else [])


# ---- once: the answer that is lost ------------------------------------------------------------------------------------------


def lost_start(exchange: Exchange, lost: str, *found: dict[str, Any], looks: int = 1) -> dict[str, Any]:
    """Record a one-click restore whose answer is lost, and what is listed then; return what was sent."""
    body = request("oneclick", {"latest": True})
    site(exchange, listed(SHOWN))
    lists(exchange, "servers", "volumes")
    exchange.post(SNAPSHOT_PATH, {"restore": body}, **LOST[lost])
    for _look in range(looks):
        exchange.get("/restores/detail", {"restores": [*map(listed, found), listed(SHOWN)]})
    return body


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_answer_is_looked_for_and_the_request_is_not_repeated(restoring: Exchange, lost: str) -> None:
    runs = started(request("oneclick", {"latest": True}))
    theirs = {**runs, "id": OTHER_RESTORE, "description": "[openprotect:00000000:111111111111]"}
    lost_start(restoring, lost, theirs, runs)
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, NEW_RESTORE, "available")
    assert warnings_of(result) == [f"The answer to POST {SNAPSHOT_PATH} was lost; it took effect all the same."]


def test_a_lost_answer_is_found_by_what_is_restored_where_the_mark_is_not_kept(restoring: Exchange) -> None:
    runs = {**started(request("oneclick", {"latest": True})), "description": "-"}
    lost_start(restoring, "connection dropped", runs)
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    assert restoring.run("restore", **ONECLICK)["id"] == NEW_RESTORE


def test_a_lost_answer_is_found_without_waiting_too(restoring: Exchange) -> None:
    runs = started(request("oneclick", {"latest": True}))
    lost_start(restoring, "connection dropped", runs)
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": runs})
    assert restoring.run("restore", wait=False, **ONECLICK)["restore"]["status"] == "restoring"


NOT_OURS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a restore with the mark of another task": {"description": "[openprotect:00000000:111111111111]"},
    "a restore of another type": {"description": "-", "restore_options": options("selective")},
    "a restore of another snapshot": {"snapshot_id": OLDER},
}


@pytest.mark.parametrize("found", NOT_OURS)
def test_an_answer_that_stays_lost_fails_and_nothing_is_taken_in_its_place(restoring: Exchange, found: str) -> None:
    theirs = [{**started(request("oneclick", {"latest": True})), **NOT_OURS[found]}] if NOT_OURS[found] else []
    lost_start(restoring, "connection dropped", *theirs, looks=5)
    failed = restoring.fail("restore", **ONECLICK)
    assert (failed.error["code"], failed.error["method"], failed.error["path"]) == (
        "lost_answer",
        "POST",
        SNAPSHOT_PATH,
    )
    assert "it was not repeated" in str(failed)


def test_two_restores_that_could_be_the_lost_one_are_none(restoring: Exchange) -> None:
    runs = started(request("oneclick", {"latest": True}))
    lost_start(restoring, "connection dropped", runs, {**runs, "id": OTHER_RESTORE}, looks=5)
    assert restoring.fail("restore", **ONECLICK).error["code"] == "lost_answer"


def test_a_refused_start_is_neither_looked_for_nor_repeated(restoring: Exchange) -> None:
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(
        SNAPSHOT_PATH,
        {"restore": request("oneclick", {"latest": True})},
        fault("Quota exceeded for gigabytes."),
        status=413,
    )
    failed = restoring.fail("restore", **ONECLICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 413)
    assert "Quota exceeded for gigabytes." in str(failed)


@pytest.mark.parametrize("shown", ["-", "", None, "[openprotect:0000"])
def test_a_mark_that_is_not_kept_is_said_with_the_id(restoring: Exchange, shown: str | None) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body, description=shown)})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "not_converged"}
    assert f"'Restore of API' ({NEW_RESTORE}) was started" in str(failed)
    assert f"with 'id: {NEW_RESTORE}' it is waited for" in str(failed)
    assert (failed.result["id"], failed.result["restore"]["status"]) == (NEW_RESTORE, "restoring")


# ---- how it ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_a_restore_that_does_not_end_well_fails_the_task(restoring: Exchange, status: str) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body)})
    restoring.get(NEW_PATH, {"restore": ended(started(body), status, instances=[])})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "object_failed"}
    assert f"ended in the state '{status}': the server gives no reason. Remove the cause" in str(failed)
    assert failed.result["restore"]["status"] == status


@pytest.mark.parametrize("wait", [True, False])
def test_a_task_that_fails_after_the_start_says_what_it_started(restoring: Exchange, wait: bool) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body)})
    for _try in range(1 if wait else 4):
        restoring.get(
            NEW_PATH, fault("You may not look.", "forbidden", 403) if wait else "<html>", status=403 if wait else 503
        )
    failed = restoring.fail("restore", wait=wait, **ONECLICK)
    assert failed.error["status"] == (403 if wait else 503)
    assert (failed.result["changed"], failed.result["id"]) == (True, NEW_RESTORE)
    assert "The server continues. Run the task again: it starts from the current state." in str(failed)


@pytest.mark.parametrize(
    ("far", "words"),
    [
        pytest.param(
            {"progress_percent": 40, "progress_msg": "Uploading"}, "status 'restoring', 40 %, Uploading.", id="all"
        ),
        pytest.param(
            {"progress_percent": None, "progress_msg": None}, "status 'restoring'.", id="the server does not say"
        ),
    ],
)
def test_a_restore_that_takes_too_long_says_how_to_go_on(restoring: Exchange, far: dict[str, Any], words: str) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body)})
    restoring.get(NEW_PATH, {"restore": started(body, **far)})
    failed = restoring.fail("restore", **{**ONECLICK, "timeout": 0})
    assert failed.error == {"code": "wait_timeout"}
    assert f"the restore {NEW_RESTORE} to end after 0 seconds; last seen: {words}" in str(failed)
    assert "Run the task again" in str(failed)


def test_a_record_that_goes_while_it_is_waited_for_fails_the_task(restoring: Exchange) -> None:
    body = request("oneclick", {"latest": True})
    site(restoring)
    lists(restoring, "servers", "volumes")
    restoring.post(SNAPSHOT_PATH, {"restore": body}, {"restore": started(body)})
    restoring.get(NEW_PATH, GONE, status=404)
    assert restoring.fail("restore", **ONECLICK).error == {"code": "object_failed"}


def test_by_its_id_a_restore_is_waited_for_and_none_is_started(restoring: Exchange) -> None:
    runs = started(request("oneclick", {"latest": True}))
    restoring.get(NEW_PATH, {"restore": runs})
    restoring.get(NEW_PATH, {"restore": ended(runs)})
    result = restoring.run("restore", id=NEW_RESTORE, **QUICK)
    assert (result["changed"], result["restore"]["status"], result["request_key"], result["snapshot"]) == (
        False,
        "available",
        None,
        None,
    )


def test_by_its_id_a_restore_that_has_ended_is_as_it_is(restoring: Exchange) -> None:
    restoring.get(RESTORE_PATH, {"restore": SHOWN})
    assert not restoring.run("restore", id=RESTORE, **QUICK)["changed"]
    restoring.get(RESTORE_PATH, {"restore": {**SHOWN, "status": "error"}})
    assert restoring.fail("restore", id=RESTORE, **QUICK).error == {"code": "object_failed"}


@pytest.mark.parametrize("state", ["present", "cancelled"])
def test_by_an_id_that_is_not_there(restoring: Exchange, state: str) -> None:
    restoring.get(RESTORE_PATH, GONE, status=404)
    assert restoring.fail("restore", id=RESTORE, state=state, **QUICK).error["code"] == "unknown_name"


@pytest.mark.parametrize("state", ["present", "cancelled", "absent"])
def test_by_the_id_of_a_restore_of_another_project(restoring: Exchange, state: str) -> None:
    restoring.get(RESTORE_PATH, {"restore": {**SHOWN, "status": "restoring", "project_id": OTHER_PROJECT}})
    failed = restoring.fail("restore", id=RESTORE, state=state, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"'OneClick Restore' ({RESTORE}, restoring," in str(failed)
    assert OTHER_PROJECT in str(failed)


# ---- a file of the vendor ---------------------------------------------------------------------------------------------------


def written(folder: Path, content: Any) -> str:
    """Return the path of a file with this content."""
    path = folder / "restore.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_file_is_sent_as_it_is_with_the_servers_that_it_leaves_out(restoring: Exchange, tmp_path: Path) -> None:
    captured = sample("restore_selective_request")["restore"]
    inner = captured["options"]["openstack"]
    content = {
        **captured["options"],
        "openstack": {**inner, "instances": inner["instances"][:1]},
        "name": "API",
        "description": "API Created",
    }
    body = request("selective", {"latest": True}, "API Created", name="API", plan={"file": content}, **inner)
    site(restoring)
    lists(restoring, "types", "flavors", "networks", "subnets")
    sent(restoring, body)
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, restore_file=written(tmp_path, content), **QUICK
    )
    assert (result["changed"], result["restore"]["name"], result["restore"]["description"]) == (
        True,
        "API",
        "API Created",
    )
    assert result["request_body"]["restore"]["options"] == captured["options"]
    assert [each["new_name"] for each in result["restore_plan"]["instances"]] == ["cirros-1-selective", None]


def test_a_file_in_place_needs_the_confirmation_too(restoring: Exchange, tmp_path: Path) -> None:
    content = sample("restore_inplace_request")["restore"]["options"]
    file = written(tmp_path, content)
    confirmed: list[dict[str, Any]] = [{}, {"confirm_overwrite": "cirros-3,cirros-4"}]
    for given in confirmed:
        site(restoring, shows=OF_BOTH)
        lists(restoring, "servers", servers=IN_NOVA)
        attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
        if not given:
            assert "would be overwritten: cirros-3" in str(restoring.fail("restore", restore_file=file, **INPLACE))
            continue
        sent(restoring, request("inplace", {"latest": True}, plan={"file": content}, **content["openstack"]))
        assert restoring.run("restore", restore_file=file, **given, **INPLACE)["changed"]


@pytest.mark.parametrize("inner", [{}, {"instances": [], "zone": ""}, {"instances": [{"name": "cirros-1"}]}])
def test_a_one_click_file_may_hold_little(restoring: Exchange, tmp_path: Path, inner: dict[str, Any]) -> None:
    content = {**options("oneclick", **inner), "oneclickrestore": "True", "name": "", "description": ""}
    site(restoring)
    lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}, plan={"file": content}, **inner))
    assert restoring.run("restore", restore_file=written(tmp_path, content), **ONECLICK)["changed"]


# ---- cancelled and absent ---------------------------------------------------------------------------------------------------

RUNNING = started(request("oneclick", {"latest": True}, key="ticket-4711"))
KEYED = {**ended(RUNNING), "id": RESTORE}


def by_key(exchange: Exchange, *restores: dict[str, Any], workload: bool = False) -> None:
    """Record that a restore is looked for by its key."""
    exchange.get("/restores/detail", {"restores": [*map(listed, restores), LISTED]})
    if workload:
        workload_listed(exchange)
        exchange.get("/snapshots", {"snapshots": [OLDER_ROW, row()]}, query={"workload_id": WORKLOAD})


def test_cancelling(restoring: Exchange) -> None:
    restoring.get(NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{NEW_PATH}/cancel", "")
    restoring.get(NEW_PATH, {"restore": RUNNING})
    restoring.get(NEW_PATH, {"restore": ended(RUNNING, "cancelled")})
    result = restoring.run("restore", id=NEW_RESTORE, state="cancelled", **QUICK)
    assert result["plan"] == [
        {"action": "cancel", "kind": "restore", "name": "Restore of API", "id": NEW_RESTORE, "fields": ["status"]}
    ]
    assert result["diff"] == {"before": {"status": "restoring"}, "after": {"status": "cancelled"}}
    assert (result["changed"], result["restore"]["status"]) == (True, "cancelled")


@pytest.mark.parametrize("workload", [True, False])
def test_cancelling_by_key(restoring: Exchange, workload: bool) -> None:
    by_key(restoring, RUNNING, workload=workload)
    restoring.get(NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{NEW_PATH}/cancel", "")
    restoring.get(NEW_PATH, {"restore": ended(RUNNING, "cancelled")})
    given: dict[str, Any] = {"workload": "API"} if workload else {}
    assert restoring.run("restore", request_key="ticket-4711", state="cancelled", **given, **QUICK)["id"] == NEW_RESTORE


@pytest.mark.parametrize("status", ["available", "error", "cancelled"])
def test_cancelling_what_has_ended_does_nothing(restoring: Exchange, status: str) -> None:
    restoring.get(NEW_PATH, {"restore": ended(RUNNING, status)})
    assert not restoring.run("restore", id=NEW_RESTORE, state="cancelled", **QUICK)["changed"]


@pytest.mark.parametrize("status", ["available", "error"])
def test_one_that_ends_before_the_server_hears_of_its_cancellation(restoring: Exchange, status: str) -> None:
    restoring.get(NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{NEW_PATH}/cancel", fault("It cannot be cancelled."), status=400)
    for _look in range(2):
        restoring.get(NEW_PATH, {"restore": ended(RUNNING, status)})
    assert restoring.run("restore", id=NEW_RESTORE, state="cancelled", **QUICK)["restore"]["status"] == status


def test_a_cancellation_that_is_refused_fails(restoring: Exchange) -> None:
    restoring.get(NEW_PATH, {"restore": RUNNING})
    restoring.get(f"{NEW_PATH}/cancel", fault("Policy doesn't allow it.", "forbidden", 403), status=403)
    restoring.get(NEW_PATH, {"restore": RUNNING})
    assert restoring.fail("restore", id=NEW_RESTORE, state="cancelled", **QUICK).error["code"] == "forbidden"


@pytest.mark.parametrize("dry", DRY)
def test_cancelling_in_check_mode(restoring: Exchange, dry: str) -> None:
    restoring.get(NEW_PATH, {"restore": RUNNING})
    result = restoring.run("restore", id=NEW_RESTORE, state="cancelled", **DRY[dry], **QUICK)
    assert [step["action"] for step in result["plan"]] == ["cancel"]


@pytest.mark.parametrize("lost", LOST)
def test_a_cancellation_whose_answer_is_lost_is_looked_for(restoring: Exchange, lost: str) -> None:
    for status, error in (("cancelled", ""), ("restoring", "lost_answer")):
        restoring.get(NEW_PATH, {"restore": RUNNING})
        restoring.get(f"{NEW_PATH}/cancel", **LOST[lost])
        restoring.get(NEW_PATH, {"restore": {**RUNNING, "status": status}})
        if error:
            assert restoring.fail("restore", id=NEW_RESTORE, state="cancelled", **QUICK).error["code"] == error
        else:
            restoring.get(NEW_PATH, {"restore": {**RUNNING, "status": status}})
            assert restoring.run("restore", id=NEW_RESTORE, state="cancelled", **QUICK)["changed"]


def test_cancelling_by_a_key_that_nothing_has(restoring: Exchange) -> None:
    by_key(restoring)
    assert restoring.fail("restore", request_key="ticket-4711", state="cancelled", **QUICK).error == {
        "code": "unknown_name"
    }


def test_deleting_the_record(restoring: Exchange) -> None:
    restoring.get(RESTORE_PATH, {"restore": KEYED})
    restoring.delete(RESTORE_PATH)
    result = restoring.run("restore", id=RESTORE, state="absent", **QUICK)
    assert (result["changed"], result["restore"], result["id"]) == (True, None, RESTORE)
    assert result["plan"] == [
        {"action": "delete", "kind": "restore", "name": "Restore of API", "id": RESTORE, "fields": []}
    ]
    assert result["diff"] == {"before": {"name": "Restore of API", "id": RESTORE}, "after": {}}


@pytest.mark.parametrize("workload", [True, False])
def test_deleting_the_record_by_key(restoring: Exchange, workload: bool) -> None:
    by_key(restoring, KEYED, workload=workload)
    restoring.get(RESTORE_PATH, {"restore": KEYED})
    restoring.delete(RESTORE_PATH)
    given: dict[str, Any] = {"workload": "API"} if workload else {}
    assert restoring.run("restore", request_key="ticket-4711", state="absent", **given, **QUICK)["changed"]


OF_WHICH: dict[str, tuple[dict[str, Any], bool]] = {
    "its own": ({"workload_id": WORKLOAD}, True),
    "its own, as the snapshot tells": ({"workload_id": None, "snapshot_details": {"workload_id": WORKLOAD}}, True),
    "another": ({"workload_id": WEB}, False),
}


@pytest.mark.parametrize("which", OF_WHICH)
def test_deleting_the_record_by_key_when_the_snapshot_is_gone(restoring: Exchange, which: str) -> None:
    changes, ours = OF_WHICH[which]
    orphan = {**KEYED, "snapshot_id": NEW_RESTORE, **changes}
    by_key(restoring, orphan, workload=True)
    for _show in range(2 if ours else 1):
        restoring.get(RESTORE_PATH, {"restore": orphan})
    if ours:
        restoring.delete(RESTORE_PATH, status=200)
    assert (
        restoring.run("restore", request_key="ticket-4711", workload="API", state="absent", **QUICK)["changed"] is ours
    )


@pytest.mark.parametrize("state", ["absent", "cancelled"])
def test_a_key_that_may_be_of_another_workload_stops_the_task(restoring: Exchange, state: str) -> None:
    orphan = {**KEYED, "snapshot_id": NEW_RESTORE, "workload_id": None, "snapshot_details": None}
    by_key(restoring, orphan, workload=True)
    restoring.get(RESTORE_PATH, {"restore": orphan})
    failed = restoring.fail("restore", request_key="ticket-4711", workload="API", state=state, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"has the key 'ticket-4711', and its snapshot is gone, so that nothing tells whether it is of the workload 'API' ({WORKLOAD})."
        in str(failed)
    )
    assert "Give its 'id' in place of workload and key if you mean this restore." in str(failed)


def test_a_record_that_is_not_there_is_absent(restoring: Exchange) -> None:
    restoring.get(RESTORE_PATH, GONE, status=404)
    assert not restoring.run("restore", id=RESTORE, state="absent", delete_resources=True, **QUICK)["changed"]
    by_key(restoring)
    assert not restoring.run("restore", request_key="ticket-4711", state="absent", **QUICK)["changed"]


@pytest.mark.parametrize("dry", DRY)
def test_deleting_the_record_in_check_mode(restoring: Exchange, dry: str) -> None:
    restoring.get(RESTORE_PATH, {"restore": KEYED})
    assert [
        step["action"] for step in restoring.run("restore", id=RESTORE, state="absent", **DRY[dry], **QUICK)["plan"]
    ] == ["delete"]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("gone", [True, False])
def test_a_deletion_whose_answer_is_lost_is_looked_for(restoring: Exchange, lost: str, gone: bool) -> None:
    restoring.get(RESTORE_PATH, {"restore": KEYED})
    restoring.delete(RESTORE_PATH, **LOST[lost])
    if gone:
        restoring.get(RESTORE_PATH, GONE, status=404)
        assert restoring.run("restore", id=RESTORE, state="absent", **QUICK)["changed"]
    else:
        restoring.get(RESTORE_PATH, {"restore": KEYED})
        restoring.get(RESTORE_PATH, {"restore": KEYED})
        assert restoring.fail("restore", id=RESTORE, state="absent", **QUICK).error["code"] == "lost_answer"


def test_a_record_that_goes_by_itself_is_gone(restoring: Exchange) -> None:
    restoring.get(RESTORE_PATH, {"restore": KEYED})
    restoring.delete(RESTORE_PATH, GONE, status=404)
    assert restoring.run("restore", id=RESTORE, state="absent", **QUICK)["changed"]
