# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots as the server lists and shows them.

Of the snapshots of line 4 the lists are captured. A single one is built in the documented form (reference B.4), with
the servers, volumes and networks that the captured restores name.
"""

from __future__ import annotations

import copy
from typing import Any

from support.exchange import cloud, workloads
from support.exchange.recording import sample

RESTORE = sample("restore_show")["restore"]
ROW = sample("snapshots_list")["snapshots"][0]
ID = RESTORE["snapshot_id"]
"""The snapshot that the captured restores are of. Its workload is `workloads.RESTORED`."""

PATH = f"/snapshots/{ID}"
OLDER_ID = ROW["id"]
"""An older snapshot of the same workload."""

FIRST, SECOND = "1ff16412-a0cd-4e6a-9b4a-b5d4440fffc4", "2ff16412-a0cd-4e6a-9b4a-b5d4440fffc5"
"""Ids of two snapshots of the workload of line 6."""

OF_SIX = {"workload_id": workloads.ID}
"""The query for the snapshots of the workload of line 6."""

CIRROS_1, CIRROS_2 = "e33c1eea-c533-4945-864d-0da1fc002070", "67d6a100-fee6-4aa5-83a1-66b070d2eabe"
"""Ids of the two servers in the snapshot."""

DATA = "365ad75b-ca76-46cb-8eea-435535fd2e22"
"""Id of a volume in the snapshot."""

SUBNET = {
    "id": cloud.INTERNAL_SUBNET,
    "name": "internal-sub",
    "cidr": "10.0.0.0/24",
    "ip_version": 4,
    "gateway_ip": "10.0.0.1",
}
NETWORK: dict[str, Any] = {
    "id": cloud.INTERNAL,
    "name": "internal",
    "cidr": None,
    "network_type": "neutron",
    "subnet": SUBNET,
}
"""The network `internal` as a snapshot holds it."""


def boot_disk(server_id: str) -> dict[str, Any]:
    """Return a disk made from an image as a snapshot holds it."""
    own = {"label": None, "resource_id": f"boot-{server_id}", "restore_size": 1073741824, "vm_id": server_id}
    return {**own, "image_id": cloud.IMAGE, "image_name": "cirros", "hw_qemu_guest_agent": "no"}


def volume(server_id: str, volume_id: str = DATA, **changes: Any) -> dict[str, Any]:
    """Return a volume as a snapshot holds it."""
    own = {"label": None, "resource_id": f"disk-{volume_id}", "restore_size": 1073741824, "vm_id": server_id}
    size = {"volume_id": volume_id, "volume_name": "data", "volume_size": "1", "volume_type": "iscsi"}
    return {**own, **size, "volume_mountpoint": "/dev/vdb", "availability_zone": "nova", **changes}


def nic(address: str = "10.0.0.5", network: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a NIC as a snapshot holds it."""
    return {"mac_address": "fa:16:3e:00:00:01", "ip_address": address, "network": network or NETWORK}


def server(
    server_id: str, name: str, *disks: dict[str, Any], nics: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a server as a snapshot holds it, with a boot disk from an image.

    :param disks: Further disks.
    :param nics: Its NICs; None for one in the network `internal`.
    """
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


def shown(*servers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a snapshot as it is shown by itself.

    :param servers: Its servers; none for the two of the captured selective restore.
    """
    both = (server(CIRROS_1, "cirros-1", volume(CIRROS_1)), server(CIRROS_2, "cirros-2", nics=[nic("10.0.0.6")]))
    details: dict[str, Any] = {
        "updated_at": "2020-11-04T14:06:03.000000",
        "finished_at": "2020-11-04T14:06:03.000000",
        "user_id": RESTORE["user_id"],
        "project_id": cloud.PROJECT_4,
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


def row(snapshot_id: str = ID, **changes: Any) -> dict[str, Any]:
    """Return a snapshot of the workload `workloads.RESTORED` as a list holds it."""
    own = {
        "id": snapshot_id,
        "name": "API taken 2",
        "created_at": "2020-11-04T13:58:37.000000",
        "workload_id": workloads.RESTORED_ID,
    }
    return {**ROW, **own, **changes}


def row_of_six(snapshot_id: str = FIRST, **changes: Any) -> dict[str, Any]:
    """Return a snapshot of the workload of line 6 as a list holds it."""
    return {**ROW, "id": snapshot_id, "workload_id": workloads.ID, **changes}


OLDER_ROW = row(OLDER_ID, name="snapshot", created_at="2020-11-02T14:03:18.000000")
