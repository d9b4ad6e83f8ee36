# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores (reference B.5, C.3, E)."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request

from ..clouds.cloud import cloud_of
from ..clouds.keystone import Caller, caller
from ..server.errors import CloudFailed, Refusal
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from ..server.world import TIME_FORMAT, failure
from . import restore_plan, restore_work
from .errors import not_found, wrong_state
from .policies import row_id
from .snapshots import FINAL, TICKS, occupy, own_snapshot, require_no_restore
from .switches import Switches
from .wire import body_under, by_creation, checked_id, links
from .workloads import own_workload, require_available
from .world import Kind, World, the_world

blueprint = Blueprint("restores", __name__, url_prefix="/v1/<project_id>")

TRUNCATED_TO = 24  # characters: too few for a marker at the end of a description
NESTED = "/workloads/<workload_id>/snapshots/<snapshot_id>/restores"


@blueprint.post("/snapshots/<snapshot_id>")
@blueprint.post(NESTED)
def create(snapshot_id: str, workload_id: str | None = None) -> Response:
    """Start a restore. The snapshot is `restoring` and the workload `locked` until it ends."""
    world, who, snapshot, body = the_world(), caller(), own_snapshot(snapshot_id), body_under("restore")
    if workload_id not in (None, snapshot["workload_id"]):
        raise not_found("Snapshot", snapshot_id)
    switches, workload = world.switches, own_workload(snapshot["workload_id"])
    options = restore_plan.checked_options(switches, body.get("options"), snapshot)
    if snapshot["status"] != "available":
        raise wrong_state(switches, f"Snapshot {snapshot_id} is {snapshot['status']}, not available")
    require_available(world, workload)
    require_no_restore(world, workload["id"])
    plan = restore_plan.work_of(switches, options, snapshot)
    trouble = _existing_original(world, who, plan) if plan["kind"] == "oneclick" else None
    if trouble and switches.oneclick_with_original == "reject":
        raise wrong_state(switches, f"{trouble} is still there")
    restore = _new(world, who, snapshot, body) | {
        "restore_options": options,
        "work": {**plan, "trouble": trouble, "fails": failure()},
    }
    world.store.put("restores", restore)
    world.memory[restore["id"]] = cloud_of(world, who)
    occupy(world, snapshot, workload)
    args = {"restore_id": restore["id"], "snapshot_id": snapshot_id, "workload_id": workload["id"]}
    world.start_job(switches.restore_instance_s / TICKS, "restore_tick", who.project_id, **args, done=0)
    return answer(
        {
            "restore": _item(world, restore)
            | dict.fromkeys(("created_at", "updated_at"), world.clock.now().strftime(TIME_FORMAT))
        },
        202,
    )


@blueprint.get("/restores")
@blueprint.get("/restores/detail")
def list_restores() -> Response:
    """List the restores of the project, or with `snapshot_id` those of one snapshot."""
    world, wanted = the_world(), request.args.get("snapshot_id")
    rows = [
        row for row in world.store.all("restores", caller().project_id) if not wanted or row["snapshot_id"] == wanted
    ]
    return answer({"restores": [_item(world, row) for row in by_creation(rows, world.switches.list_order)]})


@blueprint.get("/restores/<restore_id>")
@blueprint.get(NESTED + "/<restore_id>")
def show(restore_id: str, workload_id: str | None = None, snapshot_id: str | None = None) -> Response:
    """Show one restore with its snapshot and the servers that it created."""
    world, row = the_world(), _own_restore(restore_id, workload_id, snapshot_id)
    snapshot = world.store.get("snapshots", row["snapshot_id"])
    own_keys = {key: row[key] for key in ("instances", "networks", "subnets", "routers")}
    details: Doc = {
        "snapshot_details": _snapshot(world, snapshot),
        "workload_id": snapshot["workload_id"] if snapshot else None,
        "metadata": [],
    }
    return answer({"restore": _item(world, row) | own_keys | details})


@blueprint.delete("/restores/<restore_id>")
@blueprint.delete(NESTED + "/<restore_id>")
def delete(restore_id: str, workload_id: str | None = None, snapshot_id: str | None = None) -> Response:
    """Delete the record of a restore that has ended. Its servers stay."""
    world, row = the_world(), _own_restore(restore_id, workload_id, snapshot_id)
    if row["status"] not in FINAL:
        raise wrong_state(world.switches, f"Restore {restore_id} is {row['status']}, it cannot be deleted now")
    world.store.delete("restores", restore_id)
    return empty(world.switches.restore_delete_code, JSON)


@blueprint.get("/restores/<restore_id>/cancel")
def cancel(restore_id: str) -> Response:
    """Cancel a running restore. Its servers stay. This GET changes state (reference Q18)."""
    world, row = the_world(), _own_restore(restore_id)
    if row["status"] not in FINAL:
        snapshot = world.store.get("snapshots", row["snapshot_id"]) or {}
        args = {
            "restore_id": restore_id,
            "snapshot_id": row["snapshot_id"],
            "workload_id": snapshot.get("workload_id", ""),
        }
        world.drop_jobs(restore_id=restore_id)
        world.start_job(world.switches.restore_cancel_s, "restore_cancelled", row["project_id"], **args)
    elif world.switches.cancel_finished == "error":
        raise wrong_state(world.switches, f"Restore {restore_id} is {row['status']}, it cannot be cancelled")
    return empty(200, JSON)


def _own_restore(restore_id: str, workload_id: str | None = None, snapshot_id: str | None = None) -> Doc:
    """Return a restore of the caller's project.

    :raises Refusal: 404 for other projects too, and for another workload or snapshot than those in the path.
    """
    row = the_world().store.get("restores", checked_id(restore_id))
    if row is None or row["project_id"] != caller().project_id or snapshot_id not in (None, row["snapshot_id"]):
        raise not_found("Restore", restore_id)
    snapshot = the_world().store.get("snapshots", row["snapshot_id"])
    if workload_id not in (None, snapshot["workload_id"] if snapshot else None):
        raise not_found("Restore", restore_id)
    return row


def _existing_original(world: World, who: Caller, plan: Doc) -> str | None:
    """Return the id of an original VM or volume that exists: a one-click restore needs them gone (reference E)."""
    cloud = cloud_of(world, who)
    try:
        for order in plan["orders"]:
            if cloud.server(order["instance_id"]) is not None:
                return str(order["instance_id"])
            for volume in order["volumes"]:
                if cloud.has_volume(volume["old_id"]):
                    return str(volume["old_id"])
    except CloudFailed as error:
        raise Refusal(500, str(error)) from error
    return None


def _new(world: World, who: Caller, snapshot: Doc, body: Doc) -> Doc:
    """Return the row of a new restore."""
    begun: Doc = {
        "project_id": who.project_id,
        "user_id": who.user_id,
        "snapshot_id": snapshot["id"],
        "status": "restoring",
        "name": body.get("name") or "",
        "description": _description(world.switches, body.get("description")),
        "finished_at": None,
        "progress_msg": None,
        "host": "",
        "metadata": {},
    }
    return _seed(world, begun | dict.fromkeys(("size", "uploaded_size", "progress_percent", "time_taken"), 0))


def _description(switches: Switches, given: str | None) -> str:
    """Return the stored description (`restore_description`). The samples keep all of it."""
    if not given or switches.restore_description == "dash":
        return "-"
    return given[:TRUNCATED_TO] if switches.restore_description == "truncated" else given


def _item(world: World, row: Doc) -> Doc:
    hidden = ("instances", "networks", "subnets", "routers", "metadata", "work")
    shown = {key: value for key, value in row.items() if key not in hidden}
    rows = [_metadata_row(world, row, key, value) for key, value in row["metadata"].items()]
    return shown | {"links": links(row["project_id"], "restores", row["id"]), "metadata": rows}


def _metadata_row(world: World, row: Doc, key: str, value: str) -> Doc:
    common = {
        "created_at": row["finished_at"] or row["created_at"],
        "updated_at": None,
        "deleted_at": None,
        "deleted": False,
    }
    own_keys = {"version": world.switches.build_version, "id": row_id(row["id"], key), "restore_id": row["id"]}
    return common | own_keys | {"key": key, "value": value}


def _snapshot(world: World, snapshot: Doc | None) -> Doc:
    """Return a snapshot as a restore shows it: the stored row, with other keys than the snapshot itself shows."""
    if snapshot is None:
        return {}
    renamed = ("name", "description", "instances", "metadata", "mounted_on", "mounturl")
    same = {key: value for key, value in snapshot.items() if key not in renamed}
    names = {"display_name": snapshot["name"], "display_description": snapshot["description"]}
    fixed = {
        "deleted_at": None,
        "deleted": False,
        "data_deleted": False,
        "vault_storage_id": None,
        "version": world.switches.build_version,
    }
    return same | names | fixed


def _seed(world: World, doc: Doc) -> Doc:
    now = world.timestamp()
    snapshot = world.store.get("snapshots", doc.get("snapshot_id", "")) or {}
    defaults: Doc = {
        "id": str(uuid.uuid4()),
        "created_at": now,
        "updated_at": now,
        "finished_at": now,
        "user_id": snapshot.get("user_id", "0" * 32),
        "project_id": snapshot.get("project_id", "0" * 32),
        "status": "available",
        "restore_type": "restore",
        "snapshot_id": str(uuid.uuid4()),
        "name": "OneClick Restore",
        "description": "-",
        "host": "TVM2",
        "size": 2147483648,
        "uploaded_size": 2147483648,
        "progress_percent": 100,
        "progress_msg": "Restore from snapshot is complete",
        "warning_msg": None,
        "error_msg": None,
        "time_taken": 580,
        "restore_options": {
            "name": "OneClick Restore",
            "oneclickrestore": True,
            "restore_type": "oneclick",
            "openstack": {"instances": []},
            "type": "openstack",
        },
        "metadata": {
            "data_transfer_time": "0",
            "object_store_transfer_time": "0",
            "restore_user_selected_value": "Oneclick Restore",
        },
        "instances": [],
        "networks": [],
        "subnets": [],
        "routers": [],
    }
    return defaults | doc


KIND = Kind(
    blueprint,
    jobs={"restore_tick": restore_work.tick, "restore_cancelled": restore_work.cancelled},
    seeds={"restores": _seed},
    writing_gets=frozenset({"restores.cancel"}),
)
