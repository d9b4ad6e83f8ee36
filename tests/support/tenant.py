# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A user of the whole cloud, who uses openstacksdk and the API of the emulator, but not the collection."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import openstack

from support.stand import Stand

TIMEOUT = 600.0  # seconds; a busy machine takes minutes


def wait(until: Callable[[], Any]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + TIMEOUT
    while not until():
        assert time.monotonic() < deadline, "It takes too long"
        time.sleep(0.1)


class Tenant:
    """A user of the project demo, with the services of the cloud.

    :param stand: The cloud.
    :param user: Name of the user; the emulator is asked in the project demo.
    """

    def __init__(self, stand: Stand, user: str = "demo") -> None:
        """Log in."""
        self.cloud: Any = openstack.connect(
            load_yaml_config=False, load_envvars=False, auth=stand.auth(user), region_name=stand.env["region"]
        )
        self.url = f"{stand.emulator.url}/v1/{stand.project()}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the emulator and return the answer, which must not be a refusal."""
        answer = self.cloud.session.request(self.url + path, method, **({} if body is None else {"json": body}))
        return answer.json() if answer.content else None

    def settled(self, kind: str, row_id: str, *busy: str) -> Any:
        """Wait until an object is in none of these states, and return it."""
        wait(lambda: self.ask("GET", f"/{kind}s/{row_id}")[kind]["status"] not in busy)
        return self.ask("GET", f"/{kind}s/{row_id}")[kind]

    def snapshot(self, *servers: str) -> Any:
        """Protect servers, take a snapshot and return it."""
        schedule = {"enabled": False, "manual": {"retention": 1}}
        body = {"name": "w", "instances": [{"instance-id": server} for server in servers], "jobschedule": schedule}
        workload_id = self.ask("POST", "/workloads", {"workload": body})["workload"]["id"]
        self.settled("workload", workload_id, "creating")
        snapshot_id = self.ask("POST", f"/workloads/{workload_id}", {"snapshot": {"name": "s"}})["snapshot"]["id"]
        return self.settled("snapshot", snapshot_id, "creating", "uploading")

    def restore(self, snapshot: Any, kind: str, **inner: Any) -> Any:
        """Restore a snapshot and return how it ended; snapshot and workload must be free afterwards."""
        options = {"type": "openstack", "restore_type": kind, "oneclickrestore": kind == "oneclick", "openstack": inner}
        begun = self.ask(
            "POST", f"/snapshots/{snapshot['id']}", {"restore": {"name": "r", "description": "d", "options": options}}
        )["restore"]
        ended = self.settled("restore", begun["id"], "restoring")
        assert self.ask("GET", f"/snapshots/{snapshot['id']}")["snapshot"]["status"] == "available"
        assert self.ask("GET", f"/workloads/{snapshot['workload_id']}")["workload"]["status"] == "available"
        return ended

    def boot(self, name: str, **more: Any) -> Any:
        """Boot a server and return it."""
        flavor, network = self.cloud.compute.find_flavor("m1.small").id, self.cloud.network.find_network("private").id
        server = self.cloud.compute.create_server(name=name, flavor_id=flavor, networks=[{"uuid": network}], **more)
        return self.cloud.compute.wait_for_server(server, interval=0.2, wait=TIMEOUT)

    def delete(self, server_id: str) -> None:
        """Delete a server with its ports and volumes, and wait until all is gone."""
        self.delete_volumes(self.delete_server(server_id))

    def delete_server(self, server_id: str) -> list[Any]:
        """Delete a server with its ports, wait until all is gone, and return its volumes."""
        volumes, ports = self.volumes(server_id), self.ports(server_id)
        self.cloud.compute.delete_server(server_id)
        wait(lambda: server_id not in [server.id for server in self.cloud.compute.servers()])
        for port in ports:  # Nova deletes only those that it made itself
            self.cloud.network.delete_port(port)
        return volumes

    def delete_volumes(self, volumes: list[Any]) -> None:
        """Delete volumes as soon as no server has them, and wait until they are gone."""
        storage = self.cloud.block_storage
        wait(lambda: all(storage.get_volume(volume.id).status == "available" for volume in volumes))
        for volume in volumes:
            storage.delete_volume(volume)
        wait(lambda: not {volume.id for volume in storage.volumes()} & {volume.id for volume in volumes})

    def attach(self, server_id: str, volume_id: str) -> None:
        """Attach a volume to a server, and wait until it is."""
        self.cloud.compute.create_volume_attachment(server_id, volume_id=volume_id)
        wait(lambda: self.cloud.block_storage.get_volume(volume_id).status == "in-use")

    def detach(self, server_id: str, volume_id: str) -> None:
        """Detach a volume from a server, and wait until Nova does not show it. Cinder is earlier."""
        (attachment,) = [
            each for each in self.cloud.compute.volume_attachments(server_id) if each.volume_id == volume_id
        ]
        self.cloud.compute.delete_volume_attachment(attachment, server_id)
        wait(lambda: volume_id not in [volume.id for volume in self.volumes(server_id)])
        wait(lambda: self.cloud.block_storage.get_volume(volume_id).status == "available")

    def ports(self, server_id: str) -> list[Any]:
        """Return the ports of a server."""
        return list(self.cloud.network.ports(device_id=server_id))

    def volumes(self, server_id: str) -> list[Any]:
        """Return the volumes of a server."""
        return [
            self.cloud.block_storage.get_volume(volume["id"])
            for volume in self.cloud.compute.get_server(server_id).attached_volumes
        ]

    def everything(self) -> set[str]:
        """Return the ids of all servers, ports, volumes, security groups and networks of the project."""
        network = self.cloud.network
        found = (
            self.cloud.compute.servers(),
            network.ports(),
            self.cloud.block_storage.volumes(),
            network.security_groups(),
            network.networks(),
        )
        return {item.id for items in found for item in items}
