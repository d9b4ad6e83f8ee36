# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots that are mounted on a file recovery manager VM (reference B.4)."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response

from ..clouds.cloud import find_server
from ..clouds.keystone import caller
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from ..server.world import failure, stamp
from .errors import invalid, wrong_state
from .snapshots import own_snapshot
from .wire import body_under, by_creation
from .workloads import own_workload
from .world import Kind, World, the_world

blueprint = Blueprint("mounts", __name__, url_prefix="/v1/<project_id>")

MARK = "tvault_recovery_manager"


@blueprint.post("/snapshots/<snapshot_id>/mount")
def mount(snapshot_id: str) -> Response:
    """Mount a snapshot. After a failure the snapshot is `available` again."""
    world, snapshot, body = the_world(), own_snapshot(snapshot_id), body_under("mount")
    server = find_server(world, caller(), str(body.get("mount_vm_id")))
    if server is None:
        raise invalid(world.switches, f"Unable to find Virtual Machine '{body.get('mount_vm_id')}' in nova inventory")
    if snapshot["status"] != "available":
        raise wrong_state(world.switches, f"Snapshot {snapshot_id} is {snapshot['status']}, not available")
    if any(row.get("mounted_on") == server["id"] for row in world.store.all("snapshots")):
        raise wrong_state(world.switches, f"Virtual Machine '{server['id']}' has a snapshot mounted")
    is_manager = server["metadata"].get(MARK) == "yes" or MARK in server.get("tags", [])
    addresses = [one["addr"] for network in server["addresses"].values() for one in network]
    world.store.put(
        "snapshots",
        snapshot
        | {"status": "mounting", "mounted_on": server["id"], "mounturl": f"http://{(addresses or ['0.0.0.0'])[0]}"},
    )
    end = "snapshot_mounted" if is_manager and not failure() else "snapshot_dismounted"
    world.start_job(world.switches.snapshot_mount_s, end, snapshot["project_id"], snapshot_id=snapshot_id)
    return empty(200, JSON)


@blueprint.post("/snapshots/<snapshot_id>/dismount")
def dismount(snapshot_id: str) -> Response:
    """Dismount a snapshot."""
    world, snapshot = the_world(), own_snapshot(snapshot_id)
    if snapshot["status"] != "mounted":
        raise wrong_state(world.switches, f"Snapshot {snapshot_id} is {snapshot['status']}, not mounted")
    _dismounted(world, {"snapshot_id": snapshot_id}, world.clock.now())
    return empty(200, JSON)


@blueprint.get("/snapshots/mounted/list")
@blueprint.get("/workloads/<workload_id>/snapshots/mounted/list")
def list_mounted(workload_id: str | None = None) -> Response:
    """List the mounted snapshots of the project or of one workload."""
    world = the_world()
    rows = [row for row in world.store.all("snapshots", caller().project_id) if row["status"] == "mounted"]
    if workload_id is not None:
        rows = [row for row in rows if row["workload_id"] == own_workload(workload_id)["id"]]
    return answer({"mounted_snapshots": [_shown(row) for row in by_creation(rows, world.switches.snapshot_list_order)]})


def _shown(row: Doc) -> Doc:
    names = {"snapshot_id": row["id"], "snapshot_name": row["name"], "workload_id": row["workload_id"]}
    return {**names, "mounturl": row.get("mounturl"), "status": row["status"]}


def _mounted(world: World, args: Doc, when: datetime) -> None:
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is not None and snapshot["status"] == "mounting":
        world.store.put("snapshots", snapshot | {"status": "mounted", "updated_at": stamp(when)})


def _dismounted(world: World, args: Doc, when: datetime) -> None:
    """Make a snapshot `available` after a dismount or a failed mount."""
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is not None and snapshot["status"] in ("mounting", "mounted"):
        kept = {key: value for key, value in snapshot.items() if key not in ("mounted_on", "mounturl")}
        world.store.put("snapshots", kept | {"status": "available", "updated_at": stamp(when)})


KIND = Kind(blueprint, jobs={"snapshot_mounted": _mounted, "snapshot_dismounted": _dismounted})
