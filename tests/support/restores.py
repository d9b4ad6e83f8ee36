# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores, the snapshots that they come from, and the cloud around them, for the recorded exchanges.

Restores are captured bodies of a server of line 4. Of its snapshots the lists are captured; what they show by themselves is built in the
documented form (API reference B.4), with the servers, volumes and networks that the captured requests name.
"""

from __future__ import annotations

import copy
from typing import Any

from support.exchange import CINDER, NEUTRON, NOVA, Exchange, sample
from support.workloads import FOUR, summary

SHOWN = sample("restore_show")["restore"]
LISTED = sample("restores_list")["restores"][0]
STARTED = sample("restore_selective_response")["restore"]

PROJECT_4 = FOUR["project_id"]
WORKLOAD = SHOWN["workload_id"]
WORKLOAD_PATH = f"/workloads/{WORKLOAD}"
SNAPSHOT = SHOWN["snapshot_id"]
SNAPSHOT_PATH = f"/snapshots/{SNAPSHOT}"
OLDER = sample("snapshots_list")["snapshots"][0]["id"]
RESTORE = SHOWN["id"]
RESTORE_PATH = f"/restores/{RESTORE}"
NEW_RESTORE = STARTED["id"]
NEW_PATH = f"/restores/{NEW_RESTORE}"
OTHER_RESTORE = sample("restores_list")["restores"][1]["id"]

CIRROS_1, CIRROS_2 = "e33c1eea-c533-4945-864d-0da1fc002070", "67d6a100-fee6-4aa5-83a1-66b070d2eabe"
NEW_CIRROS_1, NEW_CIRROS_2 = "b083bb70-e384-4107-b951-8e9e7bbac380", "1fb104bf-7e2b-4cb6-84f6-96aabc8f1dd2"
DATA = "365ad75b-ca76-46cb-8eea-435535fd2e22"
IMAGE = "9a5d4ad6-6f3f-4f0b-8d3a-4b3d9d3b8a11"
INTERNAL, INTERNAL_SUBNET = "5fb7027d-a2ac-4a21-9ee1-438c281d2b26", "b7b54304-aa82-4d50-91e6-66445ab56db4"
QUARANTINE, QUARANTINE_SUBNET = "c2d0f0d3-5b1f-4f43-8f5e-1c2b5a0b7d11", "0d5f2a60-3f1c-4f2e-9c38-2a2f3c8a9e55"
PORT = "6a4be4b2-27d5-4c4f-9e46-52a3e05a6a71"

WORKLOAD_SHOWN: dict[str, Any] = {**FOUR, "id": WORKLOAD, "name": "API"}
INTERNAL_SUBNET_THEN = {
    "id": INTERNAL_SUBNET,
    "name": "internal-sub",
    "cidr": "10.0.0.0/24",
    "ip_version": 4,
    "gateway_ip": "10.0.0.1",
}
INTERNAL_THEN: dict[str, Any] = {
    "id": INTERNAL,
    "name": "internal",
    "cidr": None,
    "network_type": "neutron",
    "subnet": INTERNAL_SUBNET_THEN,
}
"""A network as a snapshot holds it."""

# ---- the cloud as its services list it --------------------------------------------------------------------------------------

TINY: dict[str, Any] = {
    "id": "1",
    "name": "m1.tiny",
    "vcpus": 1,
    "ram": 512,
    "disk": 1,
    "OS-FLV-EXT-DATA:ephemeral": 0,
    "swap": "",
}
SMALL: dict[str, Any] = {**TINY, "id": "2", "name": "m1.small", "ram": 2048, "disk": 20}
NETWORKS: list[dict[str, Any]] = [
    {"id": INTERNAL, "name": "internal", "project_id": PROJECT_4, "shared": False},
    {"id": QUARANTINE, "name": "quarantine", "project_id": PROJECT_4, "shared": False},
]
SUBNETS: list[dict[str, Any]] = [
    {
        "id": INTERNAL_SUBNET,
        "name": "internal-sub",
        "network_id": INTERNAL,
        "cidr": "10.0.0.0/24",
        "gateway_ip": "10.0.0.1",
        "project_id": PROJECT_4,
    },
    {
        "id": QUARANTINE_SUBNET,
        "name": "quarantine-sub",
        "network_id": QUARANTINE,
        "cidr": "10.9.0.0/24",
        "gateway_ip": "10.9.0.1",
        "project_id": PROJECT_4,
    },
]
FREE_PORT: dict[str, Any] = {
    "id": PORT,
    "name": "kept-address",
    "project_id": PROJECT_4,
    "network_id": QUARANTINE,
    "device_id": "",
    "mac_address": "fa:16:3e:00:00:99",
    "fixed_ips": [{"subnet_id": QUARANTINE_SUBNET, "ip_address": "10.9.0.9"}],
    "security_groups": [],
    "description": "",
}
VOLUME_TYPES: list[dict[str, Any]] = [
    {"id": "5cbb1a3a-3f0a-4f0e-b2f4-8f3c6d1d9e10", "name": "iscsi"},
    {"id": "7ddc1a3a-3f0a-4f0e-b2f4-8f3c6d1d9e11", "name": "ssd"},
]

LISTS: dict[str, tuple[str, str, str, list[dict[str, Any]]]] = {
    "servers": (NOVA, "/servers", "servers", []),
    "flavors": (NOVA, "/flavors/detail", "flavors", [TINY, SMALL]),
    "networks": (NEUTRON, "/networks", "networks", NETWORKS),
    "subnets": (NEUTRON, "/subnets", "subnets", SUBNETS),
    "ports": (NEUTRON, "/ports", "ports", [FREE_PORT]),
    "groups": (NEUTRON, "/security-groups", "security_groups", []),
    "types": (CINDER, "/types", "volume_types", VOLUME_TYPES),
    "volumes": (CINDER, "/volumes/detail", "volumes", []),
}
"""The lists of the cloud: endpoint, path, wrapper and rows."""


def lists(exchange: Exchange, *kinds: str, **rows: list[dict[str, Any]]) -> None:
    """Record that the cloud is asked for these lists, in this order.

    :param rows: What a list holds in place of what it holds otherwise.
    """
    for kind in kinds:
        url, path, wrapper, there = LISTS[kind]
        exchange.get(path, {wrapper: rows.get(kind, there)}, url=url)


# ---- a snapshot -------------------------------------------------------------------------------------------------------------


def boot_disk(server_id: str) -> dict[str, Any]:
    """Return a disk made from an image, as a snapshot holds it."""
    own = {"label": None, "resource_id": f"boot-{server_id}", "restore_size": 1073741824, "vm_id": server_id}
    return {**own, "image_id": IMAGE, "image_name": "cirros", "hw_qemu_guest_agent": "no"}


def volume(server_id: str, volume_id: str = DATA, **changes: Any) -> dict[str, Any]:
    """Return a volume, as a snapshot holds it."""
    own = {"label": None, "resource_id": f"disk-{volume_id}", "restore_size": 1073741824, "vm_id": server_id}
    size = {"volume_id": volume_id, "volume_name": "data", "volume_size": "1", "volume_type": "iscsi"}
    return {**own, **size, "volume_mountpoint": "/dev/vdb", "availability_zone": "nova", **changes}


def nic(address: str = "10.0.0.5", network: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a NIC, as a snapshot holds it."""
    return {"mac_address": "fa:16:3e:00:00:01", "ip_address": address, "network": network or INTERNAL_THEN}


def server(
    server_id: str, name: str, *disks: dict[str, Any], nics: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a server, as a snapshot holds it: with a boot disk from an image, these disks, and one NIC unless said otherwise."""
    return {
        "id": server_id,
        "name": name,
        "status": "available",
        "metadata": {"availability_zone": "nova"},
        "flavor": {"vcpus": "1", "ram": "512", "disk": "1", "ephemeral": "0"},
        "security_group": [{"name": "default", "security_group_type": "neutron"}],
        "nics": [nic()] if nics is None else nics,
        "vdisks": [boot_disk(server_id), *disks],
        **changes,
    }


def taken(*servers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a snapshot as it is shown by itself; of the two servers of the captured selective restore unless said otherwise."""
    both = (server(CIRROS_1, "cirros-1", volume(CIRROS_1)), server(CIRROS_2, "cirros-2", nics=[nic("10.0.0.6")]))
    details: dict[str, Any] = {
        "updated_at": "2020-11-04T14:06:03.000000",
        "finished_at": "2020-11-04T14:06:03.000000",
        "user_id": SHOWN["user_id"],
        "project_id": PROJECT_4,
        "instances": list(servers or both),
        "size": 44171264,
        "restore_size": 2147483648,
        "uploaded_size": 44171264,
        "progress_percent": 100,
        "progress_msg": "",
        "warning_msg": None,
        "error_msg": None,
        "time_taken": 428,
        "pinned": False,
        "metadata": [],
        "restores_info": "",
    }
    return {**copy.deepcopy(row()), **details, **changes}


def row(snapshot_id: str = SNAPSHOT, **changes: Any) -> dict[str, Any]:
    """Return a snapshot of the workload as the list holds it."""
    own = {
        "id": snapshot_id,
        "name": "API taken 2",
        "created_at": "2020-11-04T13:58:37.000000",
        "workload_id": WORKLOAD,
    }
    return {**sample("snapshots_list")["snapshots"][0], **own, **changes}


OLDER_ROW = row(OLDER, name="snapshot", created_at="2020-11-02T14:03:18.000000")


# ---- what a task begins with ------------------------------------------------------------------------------------------------


def workload_listed(exchange: Exchange, *more: dict[str, Any], **changes: Any) -> None:
    """Record the list of workloads."""
    exchange.get(
        "/workloads",
        {
            "workloads": [
                summary({**WORKLOAD_SHOWN, **changes}),
                *(summary({**WORKLOAD_SHOWN, **each}) for each in more),
            ]
        },
    )


def site(
    exchange: Exchange,
    *restores: dict[str, Any],
    snapshots: list[dict[str, Any]] | None = None,
    shows: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Record what every restore begins with: the workload by its name, its snapshots, its restores, and the snapshot that is restored from.

    :param snapshots: The snapshots of the workload as the list holds them.
    :param shows: The snapshot that is restored from; empty where none is shown.
    :param changes: What is different with the workload.
    """
    workload_listed(exchange, **changes)
    exchange.get(
        "/snapshots",
        {"snapshots": [OLDER_ROW, row()] if snapshots is None else snapshots},
        query={"workload_id": WORKLOAD},
    )
    exchange.get("/restores/detail", {"restores": list(restores)})
    document = taken() if shows is None else shows
    if document:
        exchange.get(f"/snapshots/{document['id']}", {"snapshot": document})


def options(kind: str, **inner: Any) -> dict[str, Any]:
    """Return what a request says beside name and description."""
    return {"type": "openstack", "restore_type": kind, "oneclickrestore": kind == "oneclick", "openstack": inner}


def started(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return what the server answers to a request, and shows while it restores."""
    own = {
        "name": body["name"],
        "description": body["description"],
        "restore_options": body["options"],
        "snapshot_id": SNAPSHOT,
    }
    return {**copy.deepcopy(STARTED), **own, "workload_id": WORKLOAD, **changes}


def ended(document: dict[str, Any], status: str = "available", **changes: Any) -> dict[str, Any]:
    """Return a restore that has ended, with the servers of the captured one."""
    made = {
        key: copy.deepcopy(SHOWN[key])
        for key in ("instances", "networks", "subnets", "routers", "finished_at", "time_taken", "host")
    }
    return {**document, **made, "status": status, "progress_percent": 100, **changes}


def listed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a restore as the list holds it: without what it made (API reference Q15)."""
    return {key: value for key, value in document.items() if key in LISTED}
