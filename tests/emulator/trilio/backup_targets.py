# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup targets (reference B.11, C.4, Q23-Q29)."""

from __future__ import annotations

import base64
import re
import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from ..clouds.keystone import Caller, caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer, empty
from . import trusts
from .access import require_jobs_table
from .backup_target_types import (
    NFS_TARGET,
    S3_TARGET,
    SET_DEFAULT,
    check_access,
    default_changes,
    flag,
    free_name,
    in_use,
    inner_view,
    move_default,
    new_type,
    types_of,
    usable_types,
)
from .errors import invalid, not_found, wrong_state
from .wire import body_under, checked_id
from .world import Kind, World, the_world

blueprint = Blueprint("backup_targets", __name__, url_prefix="/v1/<project_id>/backup_targets")
blueprint.before_request(check_access)

MOUNT_ROOTS = {"nfs_export": "/var/triliovault-mounts/", "filesystem_export": "/var/trilio/triliovault-mounts/"}
CAPACITY, USED = "2.4 TB", "1.2 TB"

# The top-level keys of a request in each dialect. The third has the others in its metadata (reference B.11).
EVERYWHERE = ("type", "is_default", "immutable")
PLACE = ("filesystem_export", "s3_endpoint_url", "s3_bucket")
FLAT = {"1": (*PLACE, "btt_name"), "2": (*PLACE, "btt_name", "secret_ref", "nfs_mount_opts"), "3": ()}
IN_METADATA = ("btt_name", "secret_ref", "filesystem_export", "nfs_mount_opts")


@blueprint.get("")
@blueprint.get("/detail")
def list_targets() -> Response:
    """List the targets with a type that the caller may use."""
    world, who = the_world(), caller()
    return answer({"backup_targets": [_view(world, who, target) for target in _visible(world, who)]})


@blueprint.get("/<target_id>")
def show_target(target_id: str) -> Response:
    """Show one target, under the plural key."""
    return _shown(the_world(), _existing(target_id))


@blueprint.post("")
def create_target() -> Response:
    """Create a target and its first type. The response comes after `bt_create_s`."""
    world = the_world()
    wanted = _read(world, body_under("backup_target"))
    target = _new_target(world, wanted)
    require_jobs_table(world)
    _require_cloud_trust(world)
    world.hold_request(world.switches.bt_create_s)
    # Other requests were served meanwhile and may have taken the export or the name.
    _refuse_duplicate(world, target)
    one = new_type(world, target["id"], free_name(world, wanted.get("btt_name") or target["export"]))
    if target["is_default"]:
        move_default(world, target["id"], one["id"])
        one["is_default"] = True
    now = world.timestamp()
    world.store.put("backup_targets", target | {"created_at": now, "updated_at": now})
    world.store.put("backup_target_types", one)
    world.start_job(world.switches.bt_online_after_s, "target_online", caller().project_id, target_id=target["id"])
    return _shown(world, _existing(target["id"]))


@blueprint.put("/<target_id>")
def update_target(target_id: str) -> Response:
    """Change secret, mount options or metadata of a target, or make it the default."""
    world = the_world()
    if world.switches.bt_put_mode == "404":
        raise Refusal(404, "The resource could not be found.")
    target, wanted = _existing(target_id), _read(world, body_under("backup_target"))
    moves = any(wanted.get(key) for key in PLACE) and _export(world, wanted, target["type"]) != target["export"]
    if moves or wanted.get("type", target["type"]) != target["type"]:
        raise invalid(world.switches, "Type and export of a backup target cannot be changed")
    if world.switches.bt_put_mode == "replace":
        target |= {"metadata": [], "secret_ref": None, "nfs_mount_opts": None}
    target |= {key: wanted[key] for key in ("secret_ref", "nfs_mount_opts") if key in wanted}
    target["metadata"] = _merged(target["metadata"], wanted["metadata"])
    _check_secret(world, target)
    world.store.put("backup_targets", target)
    if default_changes(world, wanted, target, _booleans(world)):
        _make_default(world, target)
    return _shown(world, _existing(target_id))


@blueprint.delete("/<target_id>")
def delete_target(target_id: str) -> Response:
    """Delete a target that is neither the default nor in use, and its types."""
    world, target = the_world(), _existing(target_id)
    types = types_of(world, target_id)
    if target["is_default"]:
        raise wrong_state(world.switches, f"Backup target {target_id} is the default one, it cannot be deleted")
    if world.switches.bt_delete_in_use == "reject" and in_use(world, types):
        raise wrong_state(world.switches, f"Backup target {target_id} is in use by workloads")
    for one in types:
        world.store.delete("backup_target_types", one["id"])
    world.store.delete("backup_targets", target_id)
    return empty(202)


@blueprint.get("/<target_id>/set_default")
def set_default(target_id: str) -> Response:
    """Make a target the default. This GET changes state (reference Q18)."""
    world, target = the_world(), _existing(target_id)
    if not target["is_default"]:
        _make_default(world, target)
    return _shown(world, _existing(target_id))


def target_of(world: World, one: Doc) -> Doc | None:
    """Return the target of a type."""
    return world.store.get("backup_targets", one["backup_targets_id"])


def export_of(world: World, target: Doc) -> str:
    """Return the export of a target. In older releases that of S3 has a scheme."""
    old = world.switches.bt_export_key == "nfs_export"
    return f"https://{target['export']}" if old and target["type"] == "s3" else str(target["export"])


def _visible(world: World, who: Caller) -> list[Doc]:
    """Return the targets that the caller sees."""
    used = {one["backup_targets_id"] for one in usable_types(world, who)}
    return [target for target in world.store.all("backup_targets") if who.is_admin or target["id"] in used]


def _existing(target_id: str) -> Doc:
    """Return a target that the caller sees.

    :raises Refusal: 404.
    """
    checked_id(target_id)
    for target in _visible(the_world(), caller()):
        if target["id"] == target_id:
            return target
    raise not_found("Backup target", target_id)


def _make_default(world: World, target: Doc) -> None:
    """Make a target and the oldest of its types the defaults."""
    types = types_of(world, target["id"])
    move_default(world, target["id"], types[0]["id"] if types else None)


def _read(world: World, body: Doc) -> Doc:
    """Return a request with all keys at the top and its metadata as an object, whatever its dialect.

    Top-level keys of other dialects than `bt_body_dialects` are ignored; in the metadata they are plain metadata.
    """
    dialects = world.switches.bt_body_dialects
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise invalid(world.switches, "metadata must be an object")
    metadata = dict(metadata)
    inside = {key: metadata.pop(key) for key in IN_METADATA if key in metadata} if "3" in dialects else {}
    known = {*EVERYWHERE}.union(*(FLAT[dialect] for dialect in dialects))
    wanted = inside | {key: value for key, value in body.items() if key in known}
    if wanted.get("immutable") is not None:
        metadata["immutable"] = (
            "1" if flag(world, wanted, "immutable", default=False, booleans=_booleans(world)) else "0"
        )
    return wanted | {"metadata": metadata}


def _booleans(world: World) -> bool:
    """Return whether true and false are accepted for 1 and 0."""
    return "2" in world.switches.bt_body_dialects


def _new_target(world: World, wanted: Doc) -> Doc:
    """Return the row of a new target.

    :raises Refusal: A value is wrong, or export or name are taken.
    """
    if wanted.get("type") not in ("nfs", "s3"):
        raise invalid(world.switches, "The type of a backup target must be one of nfs, s3")
    is_default = flag(world, wanted, "is_default", default=False, booleans=_booleans(world))
    target = _seed(world, {"type": wanted["type"], "capacity": None, "used": None, "status": "offline"})
    target |= {key: wanted[key] for key in ("secret_ref", "nfs_mount_opts") if key in wanted}
    target |= {
        "export": _export(world, wanted, wanted["type"]),
        "is_default": is_default,
        "metadata": _merged([], wanted["metadata"]),
    }
    _check_secret(world, target)
    _refuse_duplicate(world, target)
    free_name(world, wanted.get("btt_name") or target["export"])
    return target


def _require_cloud_trust(world: World) -> None:
    """Refuse a new target without a trust of the cloud (`bt_without_cloud_trust`, reference A.4)."""
    if world.switches.bt_without_cloud_trust == "reject" and not trusts.of_cloud(world):
        raise invalid(world.switches, "No cloud admin trust found. Please recreate using CLI")


def _refuse_duplicate(world: World, target: Doc) -> None:
    """Refuse a second target with the same type and export (reference Q23)."""
    same = [
        one
        for one in world.store.all("backup_targets")
        if (one["type"], one["export"]) == (target["type"], target["export"])
    ]
    if same and world.switches.bt_duplicate_export == "reject":
        raise wrong_state(world.switches, f"There is a backup target for {target['export']} already")


def _check_secret(world: World, target: Doc) -> None:
    """Refuse an S3 target without the href of a secret (`bt_s3_needs_secret`)."""
    is_href = re.fullmatch(r"https?://\S+/secrets/[^/\s]+", str(target["secret_ref"]))
    if target["type"] == "s3" and world.switches.bt_s3_needs_secret and not is_href:
        raise invalid(world.switches, "A backup target of type s3 needs the href of a secret as secret_ref")


def _export(world: World, wanted: Doc, target_type: str) -> str:
    """Return the export that a request names: "host:/directory", or "host[:port]/bucket" for S3.

    :raises Refusal: There is none, or it is malformed.
    """
    if target_type == "nfs":
        place, form = str(wanted.get("filesystem_export") or ""), r"[^/\s]+:/\S*"
    else:
        place, form = _s3_place(world, wanted).partition("://")[2].strip("/"), r"[^/\s]+/[^/\s]+"
    if not re.fullmatch(form, place):
        raise invalid(world.switches, f"{place!r} is no place for a backup target of type {target_type}")
    return place


def _s3_place(world: World, wanted: Doc) -> str:
    """Return the URL of the bucket, from endpoint and bucket, from the secret, or from the export."""
    secret = world.store.get("secrets", str(wanted.get("secret_ref")).rpartition("/")[2]) or {}
    endpoint, bucket = (wanted.get(f"s3_{part}") or secret.get(part) or "" for part in ("endpoint_url", "bucket"))
    given = wanted.get("filesystem_export")
    place = f"{str(endpoint).rstrip('/')}/{bucket}" if endpoint and bucket else str(given or "")
    return place if "://" in place else f"https://{place}"


def _merged(rows: list[Doc], changes: Doc) -> list[Doc]:
    """Return rows of metadata with keys added or replaced, sorted by key."""
    values = {row["key"]: row["value"] for row in rows} | {key: str(value) for key, value in changes.items()}
    return [{"key": key, "value": values[key]} for key in sorted(values)]


def _shown(world: World, target: Doc) -> Response:
    return answer({"backup_targets": _view(world, caller(), target)})


def _view(world: World, who: Caller, target: Doc) -> Doc:
    key = world.switches.bt_export_key
    # The mount path encodes the directory of NFS, and host and bucket of S3.
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
        "backup_target_types": [
            inner_view(world, one) for one in usable_types(world, who) if one["backup_targets_id"] == target["id"]
        ],
    }
    if key == "filesystem_export":
        shown["backup_target_metadata"] = target["metadata"]
    if world.switches.bt_echo_secret_ref and target["secret_ref"]:
        shown["secret_ref"] = target["secret_ref"]
    return shown


def _online(world: World, args: Doc, _when: datetime) -> None:
    target = world.store.get("backup_targets", args["target_id"])
    if target is not None:
        size = {"capacity": CAPACITY, "used": USED} if target["type"] == "nfs" else {}
        world.store.put("backup_targets", target | {"status": "good"} | size)


def _seed(world: World, doc: Doc) -> Doc:
    made = doc.get("created_at", world.timestamp())
    defaults: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "type": "nfs",
        "created_at": made,
        "updated_at": made,
        "export": "192.0.2.1:/mnt/backup",
        "is_default": False,
        "capacity": CAPACITY,
        "used": USED,
        "status": "good",
        "metadata": [],
        "secret_ref": None,
        "nfs_mount_opts": None,
    }
    return defaults | doc


def _seed_secret(_world: World, doc: Doc) -> Doc:
    """Complete the contents of a Barbican secret. Its id is the end of a `secret_ref`."""
    return {"id": str(uuid.uuid4()), "endpoint_url": "https://s3.example.org", "bucket": "backup"} | doc


DEFAULT_SHARE = "192.168.1.34:/mnt/tvault/42436"
# The result of configuration and installation.
AT_START: list[Doc] = [
    {"id": NFS_TARGET, "type": "nfs", "export": DEFAULT_SHARE, "is_default": True},
    {"id": S3_TARGET, "type": "s3", "export": "s3.example.org/backup", "capacity": None, "used": None},
]

KIND = Kind(
    blueprint,
    jobs={"target_online": _online},
    seeds={"backup_targets": _seed, "secrets": _seed_secret},
    at_start={"backup_targets": AT_START},
    writing_gets=frozenset({SET_DEFAULT}),
)
