# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Servers as Nova shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from .._core.call import READ, Call
from .._core.errors import InputError
from .._core.values import UUID
from .._openstack.context import Context

LISTING = Call("GET", "/servers/detail", READ, response_key="servers", response_type=list)
SHOWING = Call("GET", "/servers/{id}", READ, response_key="server")

QUERY_OPTIONS: Mapping[str, Any] = {"servers": {"type": "list", "elements": "str"}}


def refuse_empty_names(options: Mapping[str, Any]) -> None:
    """Refuse an empty name among the servers.

    :raises InputError: There is one.
    """
    if "" in (options.get("servers") or ()):
        raise InputError("The option 'servers' has an empty name.", hint="Leave it out.")


def query_servers(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the servers of this project that the options ask for, sorted by name and id.

    This takes one request for each id, or two lists if a name is among them or nothing is given: the short one shows
    whether a cell of Nova is down. The detailed one cannot show both that and the ids of flavors.

    :raises StateError: A cell is down.
    """
    wanted = options.get("servers")
    if wanted is not None and all(UUID.fullmatch(each) for each in wanted):
        rows = [
            row
            for row in context.in_parallel(lambda each: show_server(context, each), sorted(set(wanted)))
            if row is not None
        ]
    else:
        context.lookup.servers()
        listed = context.service("compute").send_pages(LISTING, "servers_links")
        rows = [
            row for row in listed if context.is_own(row, "tenant_id") and (wanted is None or is_one_of(row, wanted))
        ]
    return {"servers": sorted((server_result(row) for row in rows), key=lambda each: (str(each["name"]), each["id"]))}


def show_server(context: Context, server_id: str) -> Optional[dict[str, Any]]:
    """Return one server as Nova shows it, None if this project has none with that id."""
    row = context.service("compute").find(SHOWING, id=server_id)
    return row if row is not None and context.is_own(row, "tenant_id") else None


def volume_ids(row: Mapping[str, Any]) -> list[str]:
    """Return the ids of the volumes of a server."""
    return [str(each["id"]) for each in row.get("os-extended-volumes:volumes_attached") or []]


def is_one_of(row: Mapping[str, Any], wanted: list[str]) -> bool:
    """Return whether a server has one of these names or ids."""
    return row.get("name") in wanted or row["id"] in [each.lower() for each in wanted]


def server_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a server as results show it."""
    return {
        "id": row["id"],
        "name": row.get("name"),
        "status": row.get("status"),
        "error_msg": (row.get("fault") or {}).get("message"),
        "project_id": row.get("tenant_id"),
        "availability_zone": row.get("OS-EXT-AZ:availability_zone"),
        "flavor_id": (row.get("flavor") or {}).get("id"),
        "addresses": [
            {
                "network": network,
                "ip_address": each.get("addr"),
                "mac_address": each.get("OS-EXT-IPS-MAC:mac_addr"),
                "type": each.get("OS-EXT-IPS:type"),
            }
            for network, addresses in (row.get("addresses") or {}).items()
            for each in addresses
        ],
        "volume_ids": volume_ids(row),
        "metadata": row.get("metadata"),
        "created_at": row.get("created"),
    }
