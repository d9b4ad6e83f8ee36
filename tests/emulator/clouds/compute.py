# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of Nova that lists the servers of the emulator's own inventory."""

from __future__ import annotations

import re
import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer
from ..server.world import Kind, World, current_world
from .inventory import belongs, server_view
from .keystone import Caller, caller

blueprint = Blueprint("compute", __name__, url_prefix="/compute")

MAX_LIMIT = 1000
NEWEST = 90
SHOWS_TAGS = 26
"""Microversion 2.26, the first one that shows the tags of servers. No other microversion makes a difference here."""


@blueprint.get("/")
@blueprint.get("/v2.1/")
def version() -> Response:
    """Show the version document."""
    document = {
        "id": "v2.1",
        "status": "CURRENT",
        "version": f"2.{NEWEST}",
        "min_version": "2.1",
        "links": [{"rel": "self", "href": f"{request.host_url}compute/v2.1/"}],
    }
    return answer({"versions": [document]} if request.path.rstrip("/") == "/compute" else {"version": document})


@blueprint.get("/v2.1/servers")
@blueprint.get("/v2.1/servers/detail")
def list_servers() -> Response:
    """List the servers of the token's project; `name` is a regular expression, `limit` and `marker` select a page."""
    rows = [row for row in _visible() if re.search(request.args.get("name", ""), row["name"])]
    marker, limit = request.args.get("marker"), min(request.args.get("limit", MAX_LIMIT, type=int), MAX_LIMIT)
    if marker is not None:
        ids = [row["id"] for row in rows]
        if marker not in ids:
            raise Refusal(400, f"marker [{marker}] not found")
        rows = rows[ids.index(marker) + 1 :]
    page = rows[:limit]
    detailed = request.path.endswith("/detail")
    body: Doc = {"servers": [_shown(row, detailed) for row in page]}
    if page and len(page) == limit:
        query = urlencode({**request.args.to_dict(), "limit": limit, "marker": page[-1]["id"]})
        body["servers_links"] = [{"rel": "next", "href": f"{request.base_url}?{query}"}]
    return answer(body)


@blueprint.get("/v2.1/servers/<server_id>")
def show_server(server_id: str) -> Response:
    """Show one server."""
    for row in _visible():
        if row["id"] == server_id:
            return answer({"server": _shown(row, True)})
    raise Refusal(404, f"Instance {server_id} could not be found.")


def _visible() -> list[Doc]:
    """Return the rows that the caller may see, newest first as Nova does."""
    who, rows = caller(), current_world().store.all("instances")[::-1]
    return rows if _wants_all(who) else [row for row in rows if belongs(row, who)]


def _wants_all(who: Caller) -> bool:
    """Return whether the query asks for the servers of all projects.

    :raises Refusal: 403 unless an administrator asks.
    """
    wanted = request.args.get("all_tenants", "").lower() in ("1", "t", "true", "on", "y", "yes")
    if wanted and not who.is_admin:
        raise Refusal(403, "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed.")
    return wanted


def _shown(row: Doc, detailed: bool) -> Doc:
    whole = server_view(row, caller(), request.host_url)
    if _microversion() >= SHOWS_TAGS:
        whole["tags"] = row.get("tags", [])
    return whole if detailed else {key: whole[key] for key in ("id", "name", "links")}


def _microversion() -> int:
    """Return the X of the microversion 2.X in the request."""
    found = re.fullmatch(r"compute 2\.(\d+)", request.headers.get("OpenStack-API-Version", ""))
    return int(found.group(1)) if found else 1


def _seed(world: World[Any], doc: Doc) -> Doc:
    return {"id": str(uuid.uuid4()), "name": "vm", "created_at": world.timestamp(), **doc}


KIND = Kind(blueprint, seeds={"instances": _seed})
