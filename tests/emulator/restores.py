# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores, read side; tests put them into the store (API reference B.5, C.3)."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, request

from emulator.auth import caller
from emulator.errors import not_found
from emulator.policies import row_id
from emulator.store import Doc
from emulator.wire import answer, checked_id, in_order, links
from emulator.world import Kind, World, the_world

blueprint = Blueprint("restores", __name__, url_prefix="/v1/<project_id>")


@blueprint.get("/restores")
@blueprint.get("/restores/detail")
def list_restores() -> Response:
    """List the restores of the project, of one snapshot where C(snapshot_id) is given."""
    world, wanted = the_world(), request.args.get("snapshot_id")
    rows = [row for row in world.store.all("restores", caller().project_id) if not wanted or row["snapshot_id"] == wanted]
    return answer({"restores": [_item(world, row) for row in in_order(rows, world.switches.list_order)]})


@blueprint.get("/restores/<restore_id>")
@blueprint.get("/workloads/<workload_id>/snapshots/<snapshot_id>/restores/<restore_id>")
def show(restore_id: str, workload_id: str | None = None, snapshot_id: str | None = None) -> Response:
    """Show one restore, with its snapshot and the servers it made."""
    world = the_world()
    row = world.store.get("restores", checked_id(restore_id))
    if row is None or row["project_id"] != caller().project_id:
        raise not_found("Restore", restore_id)
    snapshot = world.store.get("snapshots", row["snapshot_id"])
    of_workload = snapshot["workload_id"] if snapshot else None
    if snapshot_id not in (None, row["snapshot_id"]) or workload_id not in (None, of_workload):
        raise not_found("Restore", restore_id)
    own_keys = {key: row[key] for key in ("instances", "networks", "subnets", "routers")}
    details: Doc = {"snapshot_details": _snapshot(world, snapshot), "workload_id": of_workload, "metadata": []}
    return answer({"restore": _item(world, row) | own_keys | details})


def _item(world: World, row: Doc) -> Doc:
    hidden = ("instances", "networks", "subnets", "routers", "metadata")
    shown = {key: value for key, value in row.items() if key not in hidden}
    rows = [_metadata_row(world, row, key, value) for key, value in row["metadata"].items()]
    return shown | {"links": links(row["project_id"], "restores", row["id"]), "metadata": rows}


def _metadata_row(world: World, row: Doc, key: str, value: str) -> Doc:
    common = {"created_at": row["finished_at"] or row["created_at"], "updated_at": None, "deleted_at": None, "deleted": False}
    own_keys = {"version": world.switches.build_version, "id": row_id(row["id"], key), "restore_id": row["id"]}
    return common | own_keys | {"key": key, "value": value}


def _snapshot(world: World, snapshot: Doc | None) -> Doc:
    """Return a snapshot as a restore shows it: the stored row, under other names than its own show has."""
    if snapshot is None:
        return {}
    renamed = ("name", "description", "instances", "metadata")
    same = {key: value for key, value in snapshot.items() if key not in renamed}
    names = {"display_name": snapshot["name"], "display_description": snapshot["description"]}
    fixed = {"deleted_at": None, "deleted": False, "data_deleted": False, "vault_storage_id": None, "version": world.switches.build_version}
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
        "metadata": {"data_transfer_time": "0", "object_store_transfer_time": "0", "restore_user_selected_value": "Oneclick Restore"},
        "instances": [],
        "networks": [],
        "subnets": [],
        "routers": [],
    }
    return defaults | doc


KIND = Kind(blueprint, seeds={"restores": _seed})
