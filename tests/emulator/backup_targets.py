# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup targets and backup target types, read side (API reference B.11, C.4)."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from flask import Blueprint, Response

from emulator.auth import Caller, caller
from emulator.errors import Refusal, not_found
from emulator.store import Doc
from emulator.wire import answer, checked_id
from emulator.world import Kind, World, the_world

blueprint = Blueprint("backup_targets", __name__, url_prefix="/v1/<project_id>")

MOUNT_ROOTS = {"nfs_export": "/var/triliovault-mounts/", "filesystem_export": "/var/trilio/triliovault-mounts/"}


@blueprint.before_request
def refuse_without_api() -> None:
    """Answer 404 where the product line has no targets in its API.

    :raises Refusal: 404.
    """
    if the_world().switches.bt_api == "none":
        raise Refusal(404, "The resource could not be found.")


@blueprint.get("/backup_targets")
@blueprint.get("/backup_targets/detail")
def list_targets() -> Response:
    """List the targets of which the caller may use a type."""
    world, who = the_world(), caller()
    return answer({"backup_targets": [_target_view(world, target) for target in _targets(world, who)]})


@blueprint.get("/backup_targets/<target_id>")
def show_target(target_id: str) -> Response:
    """Show one target, under the plural key."""
    world, who = the_world(), caller()
    checked_id(target_id)
    for target in _targets(world, who):
        if target["id"] == target_id:
            return answer({"backup_targets": _target_view(world, target)})
    raise not_found("Backup target", target_id)


@blueprint.get("/backup_target_types")
@blueprint.get("/backup_target_types/detail")
def list_types() -> Response:
    """List the types that the caller may use."""
    world = the_world()
    return answer({"backup_target_types": [_type_view(world, one) for one in usable_types(world, caller())]})


@blueprint.get("/backup_target_types/<type_id>")
def show_type(type_id: str) -> Response:
    """Show one type, under the plural key."""
    world = the_world()
    checked_id(type_id)
    for one in usable_types(world, caller()):
        if one["id"] == type_id:
            return answer({"backup_target_types": _type_view(world, one)})
    raise not_found("Backup target type", type_id)


def usable_types(world: World, who: Caller) -> list[Doc]:
    """Return the types that a caller sees: public ones and those of the project; administrators see all (API reference A.3)."""
    every = world.store.all("backup_target_types")
    return [one for one in every if who.is_admin or one["is_public"] or who.project_id in one["projects"]]


def target_of(world: World, one: Doc) -> Doc | None:
    """Return the target that a type belongs to."""
    return world.store.get("backup_targets", one["backup_targets_id"])


def export_of(world: World, target: Doc) -> str:
    """Return the export of a target in the spelling of the product line: that of S3 had a scheme once."""
    old = world.switches.bt_export_key == "nfs_export"
    return f"https://{target['export']}" if old and target["type"] == "s3" else str(target["export"])


def _targets(world: World, who: Caller) -> list[Doc]:
    """Return the targets that a caller sees: those with a type to use."""
    used = {one["backup_targets_id"] for one in usable_types(world, who)}
    return [target for target in world.store.all("backup_targets") if who.is_admin or target["id"] in used]


def _target_view(world: World, target: Doc) -> Doc:
    key = world.switches.bt_export_key
    # NFS mounts are named by the directory, S3 mounts by host and bucket.
    path = target["export"].partition(":")[2] if target["type"] == "nfs" else target["export"]
    shown = {
        "id": target["id"],
        "type": target["type"],
        "created_at": target["created_at"],
        "updated_at": target["updated_at"],
        "version": world.switches.build_version,
        key: export_of(world, target),
        f"{key}_mount_path": MOUNT_ROOTS[key] + base64.b64encode(path.encode()).decode(),
        "is_default": target["is_default"],
        "capacity": target["capacity"],
        "used": target["used"],
        "status": world.switches.bt_good_status if target["status"] == "good" else target["status"],
        "backup_target_types": [_inner_type(world, one) for one in world.store.all("backup_target_types") if one["backup_targets_id"] == target["id"]],
    }
    if key == "filesystem_export":
        shown["backup_target_metadata"] = target["metadata"]
    if world.switches.bt_echo_secret_ref and target["secret_ref"]:
        shown["secret_ref"] = target["secret_ref"]
    return shown


def _inner_type(world: World, one: Doc) -> Doc:
    """Return a type as a target lists it: without an id."""
    keys = ("created_at", "user_id", "name", "description", "is_public", "is_default")
    return {key: one[key] for key in keys} | {"version": world.switches.build_version, "updated_at": one["changed_at"]}


def _type_view(world: World, one: Doc) -> Doc:
    keys = ("id", "backup_targets_id", "created_at", "updated_at", "user_id", "name", "is_default", "description", "is_public")
    rows = [
        {
            "created_at": one["created_at"],
            "updated_at": None,
            "version": world.switches.build_version,
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, one["id"] + project)),
            "backup_target_types_id": one["id"],
            "project_id": project,
        }
        for project in one["projects"]
    ]
    metadata = [{"key": key, "value": value} for key, value in one["metadata"].items()]
    shown = {key: one[key] for key in keys} | {"version": world.switches.build_version}
    return shown | {"backup_target_type_projects": rows, "backup_target_type_metadata": metadata}


def _seed_target(world: World, doc: Doc) -> Doc:
    made = doc.get("created_at", world.timestamp())
    defaults: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "type": "nfs",
        "created_at": made,
        "updated_at": made,
        "export": "192.0.2.1:/mnt/backup",
        "is_default": False,
        "capacity": "2.4 TB",
        "used": "1.2 TB",
        "status": "good",
        "metadata": [],
        "secret_ref": None,
    }
    return defaults | doc


def _seed_type(world: World, doc: Doc) -> Doc:
    made = doc.get("created_at", world.timestamp())
    defaults: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "backup_targets_id": NFS_TARGET,
        "created_at": made,
        "updated_at": made,
        "user_id": None,
        # What a target lists as the type's updated_at; the type itself always shows the time of creation there.
        "changed_at": None,
        "name": "type",
        "is_default": False,
        "description": None,
        "is_public": True,
        "projects": [],
        "metadata": {},
    }
    return defaults | doc


NFS_TARGET = "b39847c8-bf65-4cec-9af6-dd65303ca485"
NFS_TYPE = "13dd2bf2-12c5-4eb8-98a3-0f1dd9f8579f"
DEFAULT_SHARE = "192.168.1.34:/mnt/tvault/42436"
S3_TARGET = "2af5f2db-3267-453f-bc57-19884837e274"
S3_TYPE = "c65625c1-50bf-4ab7-aa26-f625001e60f1"
# What is there from the start, as configuration and installation leave it.
AT_START: dict[str, list[Doc]] = {
    "backup_targets": [
        {"id": NFS_TARGET, "type": "nfs", "export": DEFAULT_SHARE, "is_default": True},
        {"id": S3_TARGET, "type": "s3", "export": "s3.example.org/backup", "capacity": None, "used": None},
    ],
    "backup_target_types": [
        {"id": NFS_TYPE, "backup_targets_id": NFS_TARGET, "name": "nfs_1", "is_default": True},
        {"id": S3_TYPE, "backup_targets_id": S3_TARGET, "name": "s3_2"},
    ],
}

KIND = Kind(blueprint, seeds={"backup_targets": _seed_target, "backup_target_types": _seed_type}, at_start=AT_START)
