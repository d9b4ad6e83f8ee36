# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots (reference B.4, C.2)."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.cloud import cloud_of
from ..clouds.inventory import GIB, recorded
from ..clouds.keystone import caller
from ..server.errors import CloudFailed, Refusal
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from ..server.world import failure, stamp
from .access import admin_flag
from .errors import not_found, wrong_state
from .nodes import any_up
from .wire import by_creation, checked_id
from .workloads import own_workload, require_available, snapshots_of
from .world import Kind, World, the_world

blueprint = Blueprint("snapshots", __name__, url_prefix="/v1/<project_id>")

FINAL = ("available", "error", "cancelled")
IDLE = (*FINAL, "mounting", "mounted")  # the states in which a snapshot does not keep its workload busy
TICKS = 4  # steps of the progress in each phase


@blueprint.post("/workloads/<workload_id>")
def create(workload_id: str) -> Response:
    """Start a snapshot. The workload is `locked` until it ends."""
    world, who, workload = the_world(), caller(), own_workload(workload_id)
    require_available(world, workload)
    require_no_restore(world, workload_id)
    switches, body, now = world.switches, _optional_body(), _start_time(world, workload_id)
    is_full = request.args.get("full", "").lower() in switches.full_true_values
    records = _records(world, workload)
    missing = [identifier for identifier, record in records.items() if record is None]
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
            "instances": [record for record in records.values() if record is not None],
            "created_at": now,
            "updated_at": now,
            "finished_at": None,
            "progress_percent": 0,
            "time_taken": 0,
            "size": 0,
            "uploaded_size": 0,
            "restore_size": 0,
        },
    )
    world.store.put("snapshots", snapshot)
    world.store.put("workloads", workload | {"status": "locked", "updated_at": now})
    args = {"snapshot_id": snapshot["id"], "workload_id": workload_id}
    if missing:
        message = f"Unable to find Virtual Machine '{missing[0]}' in nova inventory"
        world.start_job(0, "snapshot_failed", who.project_id, **args, message=message)
    elif not any_up(world):
        world.start_job(0, "snapshot_failed", who.project_id, **args, message="No valid host was found. ")
    elif failure():
        world.start_job(switches.snapshot_phase_s, "snapshot_failed", who.project_id, **args, message=failure())
    else:
        world.start_job(switches.snapshot_phase_s / TICKS, "snapshot_tick", who.project_id, **args, done=1)
    return answer({"snapshot": _summary(snapshot)}, switches.snapshot_create_code)


@blueprint.get("/snapshots")
def list_snapshots() -> Response:
    """List snapshots in short form."""
    return answer({"snapshots": [_summary(row) for row in _requested_rows()]})


@blueprint.get("/snapshots/detail")
def list_in_detail() -> Response:
    """List snapshots with all keys."""
    return answer({"snapshots": [_detail(row) for row in _requested_rows()]})


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
    """Delete a snapshot that has ended. The workload is busy meanwhile."""
    world, snapshot = the_world(), own_snapshot(snapshot_id)
    switches, workload_id = world.switches, snapshot["workload_id"]
    workload = own_workload(workload_id)
    if snapshot["status"] not in FINAL:
        raise wrong_state(switches, f"Snapshot {snapshot_id} is {snapshot['status']}, it cannot be deleted now")
    busy = [row["status"] for row in snapshots_of(world, workload_id) if row["status"] not in IDLE]
    if not (busy and set(busy) == {"deleting"}):
        require_available(world, workload)
    world.store.put("snapshots", snapshot | {"status": "deleting"})
    world.store.put("workloads", workload | {"status": switches.workload_status_during_snapshot_delete})
    world.start_job(
        switches.snapshot_delete_s,
        "snapshot_gone",
        snapshot["project_id"],
        snapshot_id=snapshot_id,
        workload_id=workload_id,
    )
    return empty(switches.snapshot_delete_code)


@blueprint.get("/snapshots/<snapshot_id>/cancel")
def cancel(snapshot_id: str) -> Response:
    """Cancel a running snapshot. This GET changes state (reference Q18)."""
    world, snapshot = the_world(), own_snapshot(snapshot_id)
    if snapshot["status"] in world.switches.snapshot_phases:
        args = {"snapshot_id": snapshot_id, "workload_id": snapshot["workload_id"]}
        world.drop_jobs(snapshot_id=snapshot_id)
        world.start_job(world.switches.snapshot_cancel_s, "snapshot_cancelled", snapshot["project_id"], **args)
    elif world.switches.cancel_finished == "error":
        raise wrong_state(world.switches, f"Snapshot {snapshot_id} is {snapshot['status']}, it cannot be cancelled")
    return empty(200, JSON)


def own_snapshot(snapshot_id: str) -> Doc:
    """Return a snapshot of the caller's project.

    :raises Refusal: 404, for other projects too.
    """
    snapshot = the_world().store.get("snapshots", checked_id(snapshot_id))
    if snapshot is None or snapshot["project_id"] != caller().project_id:
        raise not_found("Snapshot", snapshot_id)
    return snapshot


def _optional_body() -> Doc:
    """Return the `snapshot` of the request body, which may be empty."""
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise Refusal(400, "Malformed JSON in request body.") from error
    given = body.get("snapshot") if isinstance(body, dict) else None
    return dict(given) if isinstance(given, dict) else {}


def require_no_restore(world: World, workload_id: str) -> None:
    """Refuse the call while a restore of the workload runs (reference C.3)."""
    ids = [row["id"] for row in snapshots_of(world, workload_id)]
    if any(row["snapshot_id"] in ids and row["status"] not in FINAL for row in world.store.all("restores")):
        raise wrong_state(world.switches, f"A restore of workload {workload_id} is running")


def _records(world: World, workload: Doc) -> dict[str, Doc | None]:
    """Return the record of each VM of a workload, None for a VM that is gone.

    :raises Refusal: 500 if the cloud fails.
    """
    cloud = cloud_of(world, caller())
    try:
        return {item["id"]: cloud.record(item["id"]) for item in workload["instances"]}
    except CloudFailed as error:
        raise Refusal(500, str(error)) from error


def _requested_rows() -> list[Doc]:
    """Return the rows of a list request."""
    world, query = the_world(), request.args
    rows = world.store.all(
        "snapshots", None if admin_flag("all", "snapshot:get_all_snapshots") else caller().project_id
    )
    for key in ("workload_id", "host"):
        if query.get(key):
            rows = [row for row in rows if row[key] == query[key]]
    if query.get("date_from"):
        rows = [row for row in rows if row["created_at"] >= query["date_from"]]
    if query.get("date_to"):
        rows = [row for row in rows if row["created_at"][:19] <= query["date_to"]]
    return by_creation(rows, world.switches.snapshot_list_order)


SUMMARY = ("id", "created_at", "status", "snapshot_type", "workload_id", "name", "description", "host")


def _summary(row: Doc) -> Doc:
    return {key: row[key] for key in SUMMARY}


def _detail(row: Doc) -> Doc:
    """Return a snapshot with all keys, without those that only restores need."""
    instances = [{key: value for key, value in item.items() if key != "_kept"} for item in row["instances"]]
    shown = {key: value for key, value in row.items() if key not in ("mounted_on", "mounturl")}
    return {**shown, "instances": instances, "restores_info": ""}


def restore_size(instances: list[Doc]) -> int:
    """Return the size of the disks of recorded VMs in bytes."""
    return sum(disk["restore_size"] for item in instances for disk in item["vdisks"])


def _tick(world: World, args: Doc, when: datetime) -> None:
    """Take the next step of a snapshot. It ends after the last phase."""
    phases = world.switches.snapshot_phases
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is None:
        _free(world, args["workload_id"], when)
        return
    if snapshot["status"] in FINAL:
        return
    whole = restore_size(snapshot["instances"])
    size = 0 if world.switches.snapshot_size == "zero" else whole if snapshot["snapshot_type"] == "full" else whole // 8
    done, end = args["done"], TICKS * len(phases)
    if done >= end:
        sizes = {"size": size, "uploaded_size": size, "restore_size": whole}
        _end(
            world,
            args,
            when,
            "available",
            {"progress_percent": 100, "progress_msg": "Snapshot of workload is complete", **sizes},
        )
        return
    moved = {
        "status": phases[done // TICKS],
        "progress_percent": 100 * done // end,
        "uploaded_size": size * done // end,
    }
    world.store.put(
        "snapshots", snapshot | moved | {"progress_msg": "Uploading data of the workload", "updated_at": stamp(when)}
    )
    world.start_job(
        world.switches.snapshot_phase_s / TICKS, "snapshot_tick", snapshot["project_id"], **args | {"done": done + 1}
    )


def _failed(world: World, args: Doc, when: datetime) -> None:
    _end(world, args, when, "error", {"error_msg": args["message"]})


def _cancelled(world: World, args: Doc, when: datetime) -> None:
    _end(world, args, when, "cancelled", {"progress_msg": "Cancelled"})


def _end(world: World, args: Doc, when: datetime, status: str, values: dict[str, Any]) -> None:
    """End a snapshot and free its workload, whatever the result."""
    snapshot = world.store.get("snapshots", args["snapshot_id"])
    if snapshot is None:
        return
    started = datetime.fromisoformat(snapshot["created_at"])
    times = {
        "finished_at": stamp(when),
        "updated_at": stamp(when),
        "time_taken": max(0, int((when - started).total_seconds())),
    }
    world.store.put("snapshots", snapshot | {"status": status} | times | values)
    if status == "available":
        workload = world.store.get("workloads", args["workload_id"])
        if workload is not None:
            world.store.put("workloads", workload | {"next_is_full": False})
        _apply_retention(world, args["workload_id"])
    _free(world, args["workload_id"], when)


def _apply_retention(world: World, workload_id: str) -> None:
    """Remove the oldest snapshots by `retention_keeps`. Mounted ones stay (reference B.4, C.2)."""
    keeps = world.switches.retention_keeps
    good = [row for row in snapshots_of(world, workload_id) if row["status"] in ("available", "mounted")]
    for row in by_creation(good, "asc")[:-keeps] if keeps else []:
        if row["status"] == "available":
            world.store.delete("snapshots", row["id"])


def _gone(world: World, args: Doc, when: datetime) -> None:
    world.store.delete("snapshots", args["snapshot_id"])
    _free(world, args["workload_id"], when)


def occupy(world: World, snapshot: Doc, workload: Doc) -> None:
    """Set the states of a snapshot and its workload during a restore (reference C.1, C.2)."""
    world.store.put("snapshots", snapshot | {"status": world.switches.snapshot_status_during_restore})
    world.store.put("workloads", workload | {"status": world.switches.workload_status_during_restore})


def release(world: World, snapshot_id: str, workload_id: str, when: datetime, message: str | None) -> None:
    """Make a snapshot and its workload `available` after a restore.

    :param message: The progress message of the snapshot, which a restore overwrites (reference C.3).
    """
    snapshot = world.store.get("snapshots", snapshot_id)
    if snapshot is not None and snapshot["status"] not in IDLE:
        values = {"status": "available", "updated_at": stamp(when), "progress_msg": message or snapshot["progress_msg"]}
        world.store.put("snapshots", snapshot | values)
    _free(world, workload_id, when)


def _free(world: World, workload_id: str, when: datetime) -> None:
    """Make a workload `available` unless another snapshot of it is busy."""
    workload = world.store.get("workloads", workload_id)
    words = (
        "locked",
        world.switches.workload_status_during_snapshot_delete,
        world.switches.workload_status_during_restore,
    )
    still_busy = any(row["status"] not in IDLE for row in snapshots_of(world, workload_id))
    if workload is not None and workload["status"] in words and not still_busy:
        world.store.put("workloads", workload | {"status": "available", "updated_at": stamp(when)})


def _start_time(world: World, workload_id: str) -> str:
    """Return the time of a new snapshot. No two are in one second, because no real one ends within a second."""
    now = world.timestamp()
    if any(row["created_at"] == now for row in snapshots_of(world, workload_id)):
        world.clock.reach(datetime.fromisoformat(now) + timedelta(seconds=1))
    return world.timestamp()


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
        "instances": [],
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
    protected = [{"id": item["id"], "name": item["name"]} for item in workload.get("instances", [])]
    return defaults | doc | {"instances": [_seeded(world, item) for item in doc.get("instances", protected)]}


def _seeded(world: World, item: Doc) -> Doc:
    """Complete a VM of a snapshot from the back door, from the inventory or with defaults."""
    record = recorded(
        {**(world.store.get("instances", item["id"]) or {"name": item.get("name", "vm")}), "id": item["id"]}
    )
    if "flavor" in item:
        record["_kept"]["flavor"] = {
            key: int(item["flavor"].get(key, 0)) for key in ("vcpus", "ram", "disk", "ephemeral")
        }
    return record | item


KIND = Kind(
    blueprint,
    jobs={"snapshot_tick": _tick, "snapshot_failed": _failed, "snapshot_cancelled": _cancelled, "snapshot_gone": _gone},
    seeds={"snapshots": _seed},
    writing_gets=frozenset({"snapshots.cancel"}),
)
