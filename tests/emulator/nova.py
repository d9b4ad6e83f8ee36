# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VMs that workloads protect: in the real Nova, asked with the caller's token, or in an inventory of the emulator's own."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
from flask import request

from emulator.auth import Caller
from emulator.errors import Refusal
from emulator.store import Doc
from emulator.world import World

TIMEOUT_S = 30


def find_server(world: World, who: Caller, identifier: str) -> Doc | None:
    """Return a VM of the caller's project as Nova shows it, None where there is none.

    Nova denies users the VMs of other projects with 403, and shows them to administrators.

    :raises Refusal: 500 where Nova fails.
    """
    if has_own_inventory(world, who):
        row = world.store.get("instances", identifier)
        return None if row is None or not belongs(row, who) else server_view(row, who)
    answer = requests.get(f"{who.compute_url}/servers/{identifier}", headers={"X-Auth-Token": who.token, "Accept": "application/json"}, timeout=TIMEOUT_S)
    if answer.status_code in (403, 404):
        return None
    if answer.status_code != 200:
        raise Refusal(500, f"Nova answered {answer.status_code} for server {identifier}.")
    server: Doc = answer.json()["server"]
    return server if server["tenant_id"] == who.project_id else None


def has_own_inventory(world: World, who: Caller) -> bool:
    """Tell whether VMs come from the emulator's own inventory: one was given, or the catalog knows no other Nova."""
    return world.has_instances or who.compute_url is None or urlsplit(who.compute_url).netloc == request.host


def belongs(row: Doc, who: Caller) -> bool:
    """Tell whether a VM of the inventory belongs to the caller's project; one without a project belongs to all."""
    return row.get("project") in (None, who.project_id, who.project_name)


def server_view(row: Doc, who: Caller) -> Doc:
    """Return a VM of the inventory as Nova shows it in detail."""
    return {
        "id": row["id"],
        "name": row["name"],
        "status": row.get("status", "ACTIVE"),
        "tenant_id": who.project_id,
        "user_id": who.user_id,
        "metadata": row.get("metadata", {}),
        "OS-EXT-AZ:availability_zone": row.get("availability_zone", "nova"),
        "created": row["created_at"][:19] + "Z",
        "updated": row["created_at"][:19] + "Z",
        "links": [{"rel": "self", "href": f"{request.host_url}compute/v2.1/servers/{row['id']}"}],
    }
