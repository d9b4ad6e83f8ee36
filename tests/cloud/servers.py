# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boot servers in a cloud that is up."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openstack

from cloud.layout import CloudError, Settings

TIMEOUT = 120.0  # seconds
INTERVAL = 0.2  # seconds


def boot(state: Path, cloud: str, names: Iterable[str]) -> dict[str, str]:
    """Boot servers (flavor m1.small, image cirros, network private) and wait until they are ACTIVE; one that is there by its name stays.

    :param state: State directory of the cloud.
    :param cloud: Name of the cloud in clouds.yaml, whose project gets the servers.
    :param names: Names of the servers.
    :return: Name -> id.
    :raises CloudError: The cloud has no Nova, or a server did not become ACTIVE.
    """
    settings = Settings.load(state)
    if "nova" not in settings.services:
        raise CloudError(f"The cloud in {state} runs without Nova: start it with nova among --services.")
    config = openstack.config.OpenStackConfig(config_files=[str(settings.clouds_file)], load_envvars=False)
    connection = openstack.connection.Connection(config=config.get_one(cloud=cloud))
    there = {server.name: server.id for server in connection.compute.servers(details=False)}
    servers = {name: there.get(name) or create(connection, name) for name in names}
    wait_active(connection, set(servers.values()))
    return servers


def create(connection: Any, name: str) -> str:
    """Start to create a server and return its id."""
    server = connection.compute.create_server(
        name=name,
        flavor_id=connection.compute.find_flavor("m1.small", ignore_missing=False).id,
        image_id=connection.image.find_image("cirros", ignore_missing=False).id,
        networks=[{"uuid": connection.network.find_network("private", ignore_missing=False).id}],
    )
    return str(server.id)


def wait_active(connection: Any, ids: set[str]) -> None:
    """Wait until these servers are ACTIVE.

    :raises CloudError: One failed, or it took too long.
    """
    deadline = time.monotonic() + TIMEOUT
    while True:
        servers = [server for server in connection.compute.servers() if server.id in ids]
        for server in servers:
            if server.status == "ERROR":
                raise CloudError(f"Server {server.name} ({server.id}) failed: {(server.fault or {}).get('message', 'no reason given')}")
        waiting = [server.name for server in servers if server.status != "ACTIVE"]
        if not waiting:
            return
        if time.monotonic() > deadline:
            raise CloudError(f"Not ACTIVE after {TIMEOUT:.0f} seconds: {', '.join(waiting)}")
        time.sleep(INTERVAL)
