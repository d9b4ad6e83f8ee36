# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers for tests of snapshots and restores."""

from __future__ import annotations

import json
from typing import Any

from emulator.clouds.inventory import NETWORK as PRIVATE
from unit.emulator.in_process import DB, WEB, Api, vms

NETWORK = {
    "id": "5fb7027d-a2ac-4a21-9ee1-438c281d2b26",
    "name": "internal",
    "subnet": {"id": "b7b54304-aa82-4d50-91e6-66445ab56db4", "name": "internal-sub"},
}
OTHER_NETWORK = {
    "id": "c2d0f0d3-5b1f-4f43-8f5e-1c2b5a0b7d11",
    "name": "isolated",
    "subnet": {"id": "0d5f2a60-3f1c-4f2e-9c38-2a2f3c8a9e55"},
}
VOLUME = "365ad75b-ca76-46cb-8eea-435535fd2e22"
NIC = {"mac_address": "fa:16:3e:00:00:01", "ip_address": "10.1.0.5", "network": NETWORK}
FLAVOR = {"id": "7", "vcpus": 2, "ram": 1024, "disk": 5, "ephemeral": 0, "swap": ""}


class Restores:
    """A workload of two VMs, one of them with a volume, and a snapshot of it.

    :param profile: The profile.
    :param switches: Switches that differ from it.
    """

    def __init__(self, profile: str = "6.2", **switches: Any) -> None:
        """Take the snapshot."""
        self.api = Api(profile, **switches)
        volume = {"id": VOLUME, "name": "data", "size": 3, "volume_type": "ssd"}
        self.api.admin(
            "PATCH",
            f"instances/{WEB}",
            {"nics": [NIC], "volumes": [volume], "flavor": FLAVOR, "security_groups": ["default", "web"]},
        )
        self.workload = self.api.create(instances=vms(WEB, DB))
        self.snapshot = self.taken()

    def taken(self) -> str:
        """Take a snapshot, wait for its end and return its id."""
        snapshot_id = self.api.snapshot(self.workload)
        self.api.step(60)
        return snapshot_id

    def lose(self, *servers: str) -> None:
        """Remove servers."""
        for server in servers:
            self.api.admin("DELETE", f"instances/{server}")

    def start(self, options: Any, **more: Any) -> Any:
        """Start a restore of the snapshot and return the response."""
        response = self.api.call(
            "POST",
            f"/snapshots/{self.snapshot}",
            {"restore": {"name": "r", "description": "d", "options": options, **more}},
        )
        assert response.status_code == 202, response.text
        return json.loads(response.data)["restore"]

    def show(self, restore_id: str) -> Any:
        """Return a restore."""
        return self.api.get(f"/restores/{restore_id}")["restore"]

    def ended(self, options: Any, **more: Any) -> Any:
        """Start a restore, wait for its end and return it."""
        restore_id = self.start(options, **more)["id"]
        self.api.step(600)
        return self.show(restore_id)

    def servers(self) -> dict[str, Any]:
        """Return the servers of the inventory, as the project sees them: id -> server."""
        headers = {"X-Project-Id": self.api.show(self.workload)["project_id"]}
        return {
            server["id"]: server
            for server in json.loads(self.api.client.get("/compute/v2.1/servers/detail", headers=headers).data)[
                "servers"
            ]
        }

    def states(self) -> tuple[str, str]:
        """Return the states of the snapshot and of the workload."""
        return self.api.get(f"/snapshots/{self.snapshot}")["snapshot"]["status"], self.api.status(self.workload)


def oneclick() -> dict[str, Any]:
    """Return the options of a one-click restore."""
    return {"type": "openstack", "restore_type": "oneclick", "oneclickrestore": True, "openstack": {}}


def mapping(*pairs: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """Return the mapping of networks of the snapshot to others."""
    ends = [({"id": old["id"], "subnet": {"id": old["subnet"]["id"]}}, new) for old, new in pairs]
    return {"networks": [{"snapshot_network": old, "target_network": new} for old, new in ends]}


BOTH = mapping((NETWORK, OTHER_NETWORK), (PRIVATE, OTHER_NETWORK))


def selective(*instances: dict[str, Any], **openstack: Any) -> dict[str, Any]:
    """Return the options of a selective restore; `include` is true by default."""
    listed = [{"include": True, **instance} for instance in instances]
    inner = {"instances": listed, "restore_topology": False, "networks_mapping": BOTH, **openstack}
    return {"type": "openstack", "restore_type": "selective", "oneclickrestore": False, "openstack": inner}


def inplace(*instances: dict[str, Any]) -> dict[str, Any]:
    """Return the options of an in-place restore."""
    listed = [{"include": True, "restore_boot_disk": True, **instance} for instance in instances]
    return {
        "type": "openstack",
        "restore_type": "inplace",
        "oneclickrestore": False,
        "openstack": {"instances": listed},
    }
