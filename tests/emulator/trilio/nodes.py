# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nodes that the service runs on (reference B.14)."""

from __future__ import annotations

from flask import Blueprint, Response

from ..clouds.keystone import caller
from ..server.store import Doc
from ..server.wire import answer
from .errors import denied
from .world import Kind, World, the_world

blueprint = Blueprint("nodes", __name__, url_prefix="/v1/<project_id>/workloads/metrics/nodes")


@blueprint.get("")
def list_nodes() -> Response:
    """List the nodes, for administrators."""
    world = the_world()
    if not caller().is_admin:
        raise denied("workload:get_nodes")
    return answer({"nodes": [{**row, "version": world.switches.build_version} for row in world.store.all("nodes")]})


def any_up(world: World) -> bool:
    """Return whether a node can take snapshots."""
    return any(row["status"] == "Up" for row in world.store.all("nodes"))


def _seed(_world: World, doc: Doc) -> Doc:
    return {"node": "TVM1", "id": "1", "ipaddress": "192.0.2.11", "is_controller": True, "status": "Up", **doc}


KIND = Kind(blueprint, seeds={"nodes": _seed}, at_start={"nodes": [{"id": "1"}]})
