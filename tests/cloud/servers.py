# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boot servers in a running cloud."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openstack
from keystoneauth1.exceptions import ClientException
from openstack.exceptions import SDKException

from cloud import seed
from cloud.layout import CELL, LOST_CELL, CloudError, Settings

TIMEOUT = 600.0  # seconds
INTERVAL = 0.2  # seconds


@dataclass(frozen=True)
class Wanted:
    """The properties of new servers. All have the flavor m1.small and the image cirros.

    :param volume_size: Size of a data volume in GiB; None for no volume.
    :param volume_type: Name of its type; None for Cinder's default.
    :param multiattach: Whether all the servers share one data volume.
    :param metadata: Their metadata.
    :param networks: Names of the networks that they have a NIC in.
    """

    volume_size: int | None = None
    volume_type: str | None = None
    multiattach: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    networks: Sequence[str] = ("private",)


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
        shared = None
        if wanted.multiattach:
            seed.seed_shared_type(settings)
            shared = new_volume(connection, "shared-data", wanted, seed.SHARED_TYPE)
        servers = {}
        for name in names:
            servers[name] = there.get(name) or create(connection, name, wanted, shared)
            if shared:  # Cinder attaches it to one server at a time
                wait_active(connection, {servers[name]})
        wait_active(connection, set(servers.values()))
    except (SDKException, ClientException) as error:
        raise CloudError(f"Booting failed: {error}") from error
    return servers


def new_volume(connection: Any, name: str, wanted: Wanted, volume_type: str | None) -> str:
    """Create a data volume and return its id."""
    volume = connection.block_storage.create_volume(name=name, size=wanted.volume_size, volume_type=volume_type)
    wait_volume(connection, volume.id)
    return str(volume.id)


def create(connection: Any, name: str, wanted: Wanted, shared: str | None) -> str:
    """Create a server and return its id. It may not be ACTIVE yet.

    :param shared: Id of the volume that it shares with others.
    """
    volume = shared
    if wanted.volume_size and not shared:
        volume = new_volume(connection, f"{name}-data", wanted, wanted.volume_type)
    image = connection.image.find_image("cirros", ignore_missing=False).id
    boot_disk = {
        "boot_index": 0,
        "source_type": "image",
        "uuid": image,
        "destination_type": "local",
        "delete_on_termination": True,
    }
    data_disk = (
        [{"boot_index": -1, "source_type": "volume", "uuid": volume, "destination_type": "volume"}] if volume else []
    )
    server = connection.compute.create_server(
        name=name,
        flavor_id=connection.compute.find_flavor("m1.small", ignore_missing=False).id,
        image_id=image,
        networks=[
            {"uuid": connection.network.find_network(network, ignore_missing=False).id} for network in wanted.networks
        ],
        metadata=dict(wanted.metadata),
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


def move_to_cell(state: Path, ids: Iterable[str], lost: bool) -> None:
    """Tell Nova's API which cell has these servers, and hide them in the cell that had them.

    :param lost: Whether they are in the cell that is down.
    :raises CloudError: Nova knows no server with one of the ids.
    """
    for each in ids:
        mapped = "SET cell_id = (SELECT id FROM cell_mappings WHERE name = ?) WHERE instance_uuid = ?"
        change(state / "nova" / "nova_api.db", f"UPDATE instance_mappings {mapped}", LOST_CELL if lost else CELL, each)
        change(state / "nova" / "nova.db", "UPDATE instances SET hidden = ? WHERE uuid = ?", int(lost), each)


def change(database: Path, statement: str, *values: str | int) -> None:
    """Change a row of a database of Nova. The last of the values is the id of the server.

    :raises CloudError: There is no such row.
    """
    with closing(sqlite3.connect(database, timeout=TIMEOUT)) as connection:
        changed = connection.execute(statement, values).rowcount
        connection.commit()
    if not changed:
        raise CloudError(f"Nova has no server with the id {values[-1]}.")
