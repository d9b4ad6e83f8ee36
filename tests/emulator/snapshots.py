# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots (API reference B.4, C.2)."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from emulator.auth import admin_flag, caller
from emulator.errors import Refusal, not_found, wrong_state
from emulator.nova import find_server
from emulator.store import Doc
from emulator.wire import JSON, answer, checked_id, empty, in_order
from emulator.workloads import own, require_available, snapshots_of
from emulator.world import Kind, World, failure, stamp, the_world

blueprint = Blueprint("snapshots", __name__, url_prefix="/v1/<project_id>")

FINAL = ("available", "error", "cancelled")
GIB = 1024**3


@blueprint.post("/workloads/<workload_id>")
def create(workload_id: str) -> Response:
    """Start a snapshot; the workload is C(locked) until it has ended."""
    world, who, workload = the_world(), caller(), own(workload_id)
    require_available(world, workload)
    _require_no_restore(world, workload_id)
    switches, body, now = world.switches, _optional_body(), world.timestamp()
    is_full = request.args.get("full", "").lower() in switches.full_true_values
    missing = [item["id"] for item in workload["instances"] if find_server(world, who, item["id"]) is None]
    snapshot = _seed(
        world,
        {
            "project_id": who.project_id,
            "user_id": who.user_id,
            "workload_id": workload_id,
            "name": body.get("name") or switches.snapshot_default_name,
            "description": body.get("description") or switches.snapshot_default_description,
            "snapshot_type": "full" if is_full or workload["next_is_full"] else "incremental",
            "status": switches.snapshot_phases[0],
            "instances": [_instance(item) for item in workload["instances"]],
            "created_at": now,
            "updated_at": now,
            "finished_at": None,
            "progress_percent": 0,
            "time_taken": 0,
            "size": 0,
        },
    )
    world.store.put("snapshots", snapshot)
    world.store.put("workloads", workload | {"status": "locked", "updated_at": now})
    args = {"snapshot_id": snapshot["id"], "workload_id": workload_id}
    if missing:
        message = f"Unable to find Virtual Machine '{missing[0]}' in nova inventory"
        world.later(0, "snapshot_failed", who.project_id, **args, message=message)
    elif failure():
        world.later(switches.snapshot_phase_s, "snapshot_failed", who.project_id, **args, message=failure())
    else:
        world.later(switches.snapshot_phase_s, "snapshot_phase", who.project_id, **args, done=1)
    return answer({"snapshot": _summary(snapshot)}, switches.snapshot_create_code)


@blueprint.get("/snapshots")
def list_snapshots() -> Response:
    """List snapshots, thinly."""
    return answer({"snapshots": [_summary(row) for row in _wanted()]})


@blueprint.get("/snapshots/detail")
def list_in_detail() -> Response:
    """List snapshots with all that a show tells."""
    return answer({"snapshots": [_detail(row) for row in _wanted()]})


@blueprint.get("/snapshots/<snapshot_id>")
@blueprint.get("/workloads/<workload_id>/snapshots/<snapshot_id>")
def show(snapshot_id: str, workload_id: str | None = None) -> Response:
    """Show one snapshot."""
    snapshot = own_snapshot(snapshot_id)
    if workload_id not in (None, snapshot["workload_id"]):
        raise not_found("Snapshot", snapshot_id)
    return answer({"snapshot": _detail(snapshot)})


@blueprint.delete("/snapshots/<snapshot_id>")
def delete(snapshot_id: str) -> Response:
    """Remove a snapshot that has ended; the workload is busy meanwhile."""
    world, snapshot = the_world(), own_snapshot(snapshot_id)
    switches, workload_id = world.switches, snapshot["workload_id"]
    workload = own(workload_id)
    if snapshot["status"] not in FINAL:
        raise wrong_state(switches, f"Snapshot {snapshot_id} is {snapshot['status']}, it cannot be deleted now")
    busy = [row["status"] for row in snapshots_of(world, workload_id) if row["status"] not in FINAL]
    if not (busy and set(busy) == {"deleting"}):
        require_available(world, workload)
    world.store.put("snapshots", snapshot | {"status": "deleting"})
    world.store.put("workloads", workload | {"status": switches.workload_status_during_snapshot_delete})
    world.later(switches.snapshot_delete_s, "snapshot_gone", snapshot["project_id"], snapshot_id=snapshot_id, workload_id=workload_id)
    return empty(switches.snapshot_delete_code)


@blueprint.get("/snapshots/<snapshot_id>/cancel")
def cancel(snapshot_id: str) -> Response:
    """Stop a running snapshot. A GET that changes state."""
    world, snapshot = the_world(), own_snapshot(snapshot_id)
    if snapshot["status"] not in (*FINAL, "deleting"):
        args = {"snapshot_id": snapshot_id, "workload_id": snapshot["workload_id"]}
        world.forget(snapshot_id=snapshot_id)
        world.later(world.switches.snapshot_cancel_s, "snapshot_cancelled", snapshot["project_id"], **args)
    elif world.switches.cancel_finished == "error":
        raise wrong_state(world.switches, f"Snapshot {snapshot_id} is {snapshot['status']}, it cannot be cancelled")
    return empty(200, JSON)


def own_snapshot(snapshot_id: str) -> Doc:
    """Return a snapshot of the caller's project.

    :raises Refusal: 404 where there is none, also where it is another project's.
    """
    snapshot = the_world().store.get("snapshots", checked_id(snapshot_id))
    if snapshot is None or snapshot["project_id"] != caller().project_id:
        raise not_found("Snapshot", snapshot_id)
    return snapshot


def _optional_body() -> Doc:
    """Return the C(snapshot) of the request body; all of it may be missing."""
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise Refusal(400, "Malformed JSON in request body.") from error
    given = body.get("snapshot") if isinstance(body, dict) else None
    return dict(given) if isinstance(given, dict) else {}


def _require_no_restore(world: World, workload_id: str) -> None:
    """Refuse a snapshot while a restore of the workload runs (API reference C.3)."""
    ids = [row["id"] for row in snapshots_of(world, workload_id)]
    if any(row["snapshot_id"] in ids and row["status"] not in FINAL for row in world.store.all("restores")):
        raise wrong_state(world.switches, f"A restore of workload {workload_id} is running")


def _wanted() -> list[Doc]:
    """Return the rows that a list request asks for."""
    world, query = the_world(), request.args
    rows = world.store.all("snapshots", None if admin_flag("all", "snapshot:get_all_snapshots") else caller().project_id)
    for key in ("workload_id", "host"):
        if query.get(key):
            rows = [row for row in rows if row[key] == query[key]]
    if query.get("date_from"):
        rows = [row for row in rows if row["created_at"] >= query["date_from"]]
    if query.get("date_to"):
        rows = [row for row in rows if row["created_at"][:19] <= query["date_to"]]
    return in_order(rows, world.switches.snapshot_list_order)


def _instance(item: Doc) -> Doc:
    """Return a VM as a snapshot keeps it: a small one, with a boot disk from an image."""
    boot_disk = {
        "label": None,
        "resource_id": str(uuid.uuid4()),
        "restore_size": GIB,
        "vm_id": item["id"],
        "image_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "cirros")),
        "image_name": "cirros",
        "hw_qemu_guest_agent": "no",
    }
    return {
        "id": item["id"],
        "name": item["name"],
        "status": "available",
        "metadata": {"availability_zone": "nova"},
        "flavor": {"vcpus": "1", "ram": "512", "disk": "1", "ephemeral": "0"},
        "security_group": [{"name": "default", "security_group_type": "neutron"}],
        "nics": [],
        "vdisks": [boot_disk],
    }


SUMMARY = ("id", "created_at", "status", "snapshot_type", "workload_id", "name", "description", "host")


def _summary(row: Doc) -> Doc:
    return {key: row[key] for key in SUMMARY}


def _detail(row: Doc) -> Doc:
    return {**row, "restores_info": ""}


def _phase(world: World, args: Doc, when: datetime) -> None:
    """Go on to the next phase; after the last one the snapshot is there."""
    phases = world.switches.snapshot_phases
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is None or snapshot["status"] in FINAL:
        return
    if args["done"] >= len(phases):
        size = GIB if snapshot["snapshot_type"] == "full" else GIB // 8
        done = {"progress_percent": 100, "progress_msg": "Snapshot of workload is complete", "size": size, "uploaded_size": size, "restore_size": GIB}
        _ended(world, args, when, "available", done)
        return
    world.store.put("snapshots", snapshot | {"status": phases[args["done"]], "progress_percent": 100 * args["done"] // len(phases)})
    world.later(world.switches.snapshot_phase_s, "snapshot_phase", snapshot["project_id"], **args | {"done": args["done"] + 1})


def _failed(world: World, args: Doc, when: datetime) -> None:
    _ended(world, args, when, "error", {"error_msg": args["message"]})


def _cancelled(world: World, args: Doc, when: datetime) -> None:
    _ended(world, args, when, "cancelled", {"progress_msg": "Cancelled"})


def _ended(world: World, args: Doc, when: datetime, status: str, values: dict[str, Any]) -> None:
    """End a snapshot; its workload is free again, whatever the outcome."""
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is None:
        return
    started = datetime.fromisoformat(snapshot["created_at"])
    times = {"finished_at": stamp(when), "updated_at": stamp(when), "time_taken": max(0, int((when - started).total_seconds()))}
    world.store.put("snapshots", snapshot | {"status": status} | times | values)
    if status == "available":
        workload = world.store.get("workloads", args["workload_id"])
        if workload is not None:
            world.store.put("workloads", workload | {"next_is_full": False})
    _free(world, args["workload_id"], when)


def _gone(world: World, args: Doc, when: datetime) -> None:
    world.store.delete("snapshots", args["snapshot_id"])
    _free(world, args["workload_id"], when)


def _free(world: World, workload_id: str, when: datetime) -> None:
    """Make a workload available again, unless another snapshot of it is busy still."""
    workload = world.store.get("workloads", workload_id)
    words = ("locked", world.switches.workload_status_during_snapshot_delete)
    still_busy = any(row["status"] not in FINAL for row in snapshots_of(world, workload_id))
    if workload is not None and workload["status"] in words and not still_busy:
        world.store.put("workloads", workload | {"status": "available", "updated_at": stamp(when)})


def _seed(world: World, doc: Doc) -> Doc:
    now = world.timestamp()
    workload = world.store.get("workloads", doc.get("workload_id", "")) or {}
    defaults: Doc = {
        "id": str(uuid.uuid4()),
        "created_at": now,
        "status": "available",
        "snapshot_type": "full",
        "workload_id": str(uuid.uuid4()),
        "name": world.switches.snapshot_default_name,
        "description": world.switches.snapshot_default_description,
        "host": "TVM1",
        "updated_at": now,
        "finished_at": now,
        "user_id": workload.get("user_id", "0" * 32),
        "project_id": workload.get("project_id", "0" * 32),
        "instances": [_instance(item) for item in workload.get("instances", [])],
        "size": GIB,
        "restore_size": GIB,
        "uploaded_size": GIB,
        "progress_percent": 100,
        "progress_msg": None,
        "warning_msg": None,
        "error_msg": None,
        "time_taken": 60,
        "pinned": False,
        "metadata": [],
    }
    return defaults | doc


KIND = Kind(
    blueprint,
    jobs={"snapshot_phase": _phase, "snapshot_failed": _failed, "snapshot_cancelled": _cancelled, "snapshot_gone": _gone},
    seeds={"snapshots": _seed},
    acting_gets=frozenset({"snapshots.cancel"}),
)
