# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boot servers in a running cloud."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openstack
from openstack.exceptions import SDKException

from cloud.layout import CloudError, Settings

TIMEOUT = 600.0  # seconds
INTERVAL = 0.2  # seconds


@dataclass(frozen=True)
class Wanted:
    """The data volume of new servers. All have the flavor m1.small, the image cirros and the network private.

    :param volume_size: Size of the volume in GiB; None for no volume.
    :param volume_type: Name of its type; None for Cinder's default.
    """

    volume_size: int | None = None
    volume_type: str | None = None


def boot(state: Path, cloud: str, names: Iterable[str], wanted: Wanted) -> dict[str, str]:
    """Boot servers and wait until they are ACTIVE. Existing servers of these names stay.

    :param state: State directory of the cloud.
    :param cloud: Name of the cloud in clouds.yaml; its project gets the servers.
    :param names: Names of the servers.
    :return: Name -> id.
    :raises CloudError: Nova or Cinder is missing or refuses, or a server does not become ACTIVE.
    """
    settings = Settings.load(state)
    for service in ("nova", *(("cinder",) if wanted.volume_size else ())):
        if service not in settings.services:
            raise CloudError(
                f"The cloud in {state} runs without {service.title()}: start it with {service} among --services."
            )
    config = openstack.config.OpenStackConfig(config_files=[str(settings.clouds_file)], load_envvars=False)
    connection = openstack.connection.Connection(config=config.get_one(cloud=cloud))
    try:
        there = {server.name: server.id for server in connection.compute.servers(details=False)}
        servers = {name: there.get(name) or create(connection, name, wanted) for name in names}
        wait_active(connection, set(servers.values()))
    except SDKException as error:
        raise CloudError(f"Booting failed: {error}") from error
    return servers


def create(connection: Any, name: str, wanted: Wanted) -> str:
    """Create a server and return its id. It may not be ACTIVE yet."""
    volume = None
    if wanted.volume_size:
        volume = connection.block_storage.create_volume(
            name=f"{name}-data", size=wanted.volume_size, volume_type=wanted.volume_type
        )
        wait_volume(connection, volume.id)
    image = connection.image.find_image("cirros", ignore_missing=False).id
    boot_disk = {
        "boot_index": 0,
        "source_type": "image",
        "uuid": image,
        "destination_type": "local",
        "delete_on_termination": True,
    }
    data_disk = (
        [{"boot_index": -1, "source_type": "volume", "uuid": volume.id, "destination_type": "volume"}] if volume else []
    )
    server = connection.compute.create_server(
        name=name,
        flavor_id=connection.compute.find_flavor("m1.small", ignore_missing=False).id,
        image_id=image,
        networks=[{"uuid": connection.network.find_network("private", ignore_missing=False).id}],
        **({"block_device_mapping_v2": [boot_disk, *data_disk]} if data_disk else {}),
    )
    return str(server.id)


def wait_volume(connection: Any, volume_id: str) -> None:
    """Wait until a volume is available: Nova accepts no other.

    :raises CloudError: It fails, or takes too long.
    """
    deadline = time.monotonic() + TIMEOUT
    while (volume := connection.block_storage.get_volume(volume_id)).status != "available":
        if volume.status == "error" or time.monotonic() > deadline:
            raise CloudError(f"Volume {volume.name} ({volume_id}) is {volume.status}, not available.")
        time.sleep(INTERVAL)


def wait_active(connection: Any, ids: set[str]) -> None:
    """Wait until these servers are ACTIVE.

    :raises CloudError: A server fails, or takes too long.
    """
    deadline = time.monotonic() + TIMEOUT
    while True:
        servers = {server.id: server for server in connection.compute.servers() if server.id in ids}
        for server in servers.values():
            if server.status == "ERROR":
                reason = (server.fault or {}).get("message", "no reason given")
                raise CloudError(f"Server {server.name} ({server.id}) failed: {reason}")
        waiting = [each for each in sorted(ids) if each not in servers or servers[each].status != "ACTIVE"]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise CloudError(f"Not ACTIVE after {TIMEOUT:.0f} seconds: {', '.join(waiting)}")
        time.sleep(INTERVAL)
