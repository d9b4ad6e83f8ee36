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
SHOWS_LOCKS = 9
SHOWS_TAGS = 26
SHOWS_LOST = 69
"""The X of the microversions 2.X that make a difference here: the first ones that show whether servers are locked, the
tags of servers, and the servers of a cell that is down."""
UNEXPECTED = "Unexpected API Error. <class 'nova.exception.NovaException'>"
PAGING = ("limit", "marker", "sort_key", "sort_dir")


@blueprint.get("/")
@blueprint.get("/v2.1/")
def version() -> Response:
    """Show the version document."""
    document = {
        "id": "v2.1",
        "status": "CURRENT",
        "version": f"2.{current_world().switches.nova_microversion}",
        "min_version": "2.1",
        "links": [{"rel": "self", "href": f"{request.host_url}compute/v2.1/"}],
    }
    return answer({"versions": [document]} if request.path.rstrip("/") == "/compute" else {"version": document})


@blueprint.get("/v2.1/servers")
@blueprint.get("/v2.1/servers/detail")
def list_servers() -> Response:
    """List the servers of the token's project; `name` is a regular expression, `limit` and `marker` select a page.

    Servers that are deleted softly are not listed. Those of a cell that is down come first, in the first page only, and
    not if a page or a name is asked for.

    :raises Refusal: 500 if a cell is down and the switches say so.
    """
    lost = [row for row in _visible() if row.get("lost")]
    told = _microversion() >= SHOWS_LOST and not {*PAGING, "name"} & set(request.args)
    if lost and not told and current_world().switches.nova_down_cell == "error":
        raise Refusal(500, UNEXPECTED)
    there = [row for row in _visible() if not row.get("lost") and row.get("status") != "SOFT_DELETED"]
    rows = [row for row in there if re.search(request.args.get("name", ""), row["name"])]
    marker, limit = request.args.get("marker"), min(request.args.get("limit", MAX_LIMIT, type=int), MAX_LIMIT)
    if marker is not None:
        ids = [row["id"] for row in rows]
        if marker not in ids:
            raise Refusal(400, f"marker [{marker}] not found")
        rows = rows[ids.index(marker) + 1 :]
    page = rows[:limit]
    detailed = request.path.endswith("/detail")
    first = lost[: limit - len(page)] if told else []
    body: Doc = {"servers": [_shown(row, detailed) for row in first + page]}
    if page and len(page) == limit:
        query = urlencode({**request.args.to_dict(), "limit": limit, "marker": page[-1]["id"]})
        body["servers_links"] = [{"rel": "next", "href": f"{request.base_url}?{query}"}]
    return answer(body)


@blueprint.get("/v2.1/servers/<server_id>")
def show_server(server_id: str) -> Response:
    """Show one server.

    :raises Refusal: 404 if there is none, 500 if its cell is down and the microversion is old.
    """
    for row in _visible():
        if row["id"] == server_id:
            if row.get("lost") and _microversion() < SHOWS_LOST:
                raise Refusal(500, UNEXPECTED)
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
    if row.get("lost"):
        keys = ("id", "links", *(("tenant_id", "created") if detailed else ()))
        return {key: whole[key] for key in keys} | {"status": "UNKNOWN"}
    if _microversion() >= SHOWS_LOCKS:
        whole["locked"] = row.get("locked", False)
    if _microversion() >= SHOWS_TAGS:
        whole["tags"] = row.get("tags", [])
    return whole if detailed else {key: whole[key] for key in ("id", "name", "links")}


def _microversion() -> int:
    """Return the X of the microversion 2.X in the request.

    :raises Refusal: 406 if it is newer than the emulated Nova.
    """
    found = re.fullmatch(r"compute 2\.(\d+)", request.headers.get("OpenStack-API-Version", ""))
    asked, newest = int(found.group(1)) if found else 1, current_world().switches.nova_microversion
    if asked > newest:
        raise Refusal(406, f"Version 2.{asked} is not supported by the API. Minimum is 2.1 and maximum is 2.{newest}.")
    return asked


def _seed(world: World[Any], doc: Doc) -> Doc:
    return {"id": str(uuid.uuid4()), "name": "vm", "created_at": world.timestamp(), **doc}


KIND = Kind(blueprint, seeds={"instances": _seed})
