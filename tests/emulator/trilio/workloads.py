# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads (reference B.1, C.1)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.cloud import find_server
from ..clouds.keystone import Caller, caller
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from ..server.world import failure, stamp
from . import global_scheduler, licenses, policies, schedule, trusts
from .access import admin_flag, require_jobs_table
from .backup_target_types import usable_types
from .backup_targets import DEFAULT_SHARE, export_of, target_of
from .errors import invalid, not_found, wrong_state
from .wire import body_under, by_creation, checked_id, links
from .workload_types import SERIAL, TYPES
from .world import Kind, World, the_world

blueprint = Blueprint("workloads", __name__, url_prefix="/v1/<project_id>/workloads")

NO_DESCRIPTION = "no-description"
SERVER_METADATA = (
    "hostnames",
    "preferredgroup",
    "workload_approx_backup_size",
    "backup_media_target",
    "backup_target_types",
    "backup_target_type",
)


@blueprint.get("")
def list_workloads() -> Response:
    """List workloads in short form."""
    return answer({"workloads": [_summary(row) for row in _requested_rows()]})


@blueprint.get("/detail")
def list_in_detail() -> Response:
    """List workloads with all keys (`workloads_detail`)."""
    world = the_world()
    if world.switches.workloads_detail == "off":
        checked_id("detail")
        raise not_found("Workload", "detail")
    return answer({"workloads": [_detail(world, row) for row in _requested_rows()]})


@blueprint.post("")
def create() -> Response:
    """Create a workload. It is `creating` for `create_s`."""
    world, who, body = the_world(), caller(), body_under("workload")
    if not body.get("name") and world.switches.workload_name_required:
        raise invalid(world.switches, "Workload name is required")
    licenses.require(world)
    instances = _instances(world, who, body.get("instances"), [])
    metadata = _given_metadata(world, body)
    policy = policies.requested_policy(world, who.project_id, metadata.get("policy_id"), may_be_missing=False)
    target_type = _target_type(world, who, body.get("backup_target_types"))
    require_jobs_table(world)
    trusts.ensure(world, who)
    now = world.timestamp()
    workload = {
        "id": str(uuid.uuid4()),
        "project_id": who.project_id,
        "user_id": who.user_id,
        "name": body.get("name") or "",
        "description": NO_DESCRIPTION if body.get("description") is None else body["description"],
        "workload_type_id": _type_id(world, body),
        "status": "creating",
        "error_msg": None,
        "created_at": now,
        "updated_at": now,
        "encryption": bool(body.get("encryption")),
        "secret_uuid": _secret(world, who, body),
        "instances": instances,
        "metadata": {key: value for key, value in metadata.items() if value is not None}
        | _server_metadata(world, target_type),
        "jobschedule": schedule.created(
            world.switches, body.get("jobschedule"), policy and policy["field_values"], world.clock.now()
        ),
        "next_is_full": True,
    }
    world.store.put("workloads", workload)
    world.start_job(
        world.switches.create_s,
        "workload_ready",
        who.project_id,
        workload_id=workload["id"],
        begun="creating",
        error_msg=failure(),
    )
    return answer({"workload": _summary(workload)}, 202)


@blueprint.get("/<workload_id>")
def show(workload_id: str) -> Response:
    """Show one workload."""
    return answer({"workload": _detail(the_world(), own_workload(workload_id))})


@blueprint.put("/<workload_id>")
def update(workload_id: str) -> Response:
    """Change a workload. Refusals come at once; changes show after `put_delay_s`."""
    world, who, workload, body = (
        the_world(),
        caller(),
        _with_hidden_changes(own_workload(workload_id)),
        body_under("workload"),
    )
    if world.switches.put_while_busy == "reject" and workload["status"] not in ("available", "error"):
        raise wrong_state(world.switches, f"Workload {workload_id} is {workload['status']}")
    changes: Doc = {"updated_at": world.timestamp()}
    if world.switches.put_empty_values == "ignore":
        body = {key: value for key, value in body.items() if value not in (None, "", [], {})}
    if body.get("name"):
        changes["name"] = body["name"]
    if "description" in body:
        changes["description"] = NO_DESCRIPTION if body["description"] is None else body["description"]
    if "instances" in body:
        changes["instances"] = _instances(world, who, body["instances"], workload["instances"], workload_id)
    metadata = _new_metadata(world, workload, body)
    policy = _policy_of_update(world, workload, body, metadata)
    if "metadata" in body:
        changes["metadata"] = metadata
    ignored = world.switches.put_when_global_off == "ignore" and not global_scheduler.is_on(world)
    if ("jobschedule" in body or policy is not None) and not ignored:
        changes["jobschedule"] = schedule.merged(
            world.switches, workload["jobschedule"], body.get("jobschedule"), policy
        )
    if world.switches.put_changes_owner:
        changes["user_id"] = who.user_id
    trusts.ensure(world, who)
    world.start_job(
        world.switches.put_delay_s, "workload_changed", who.project_id, workload_id=workload_id, changes=changes
    )
    return empty(202, JSON)


@blueprint.delete("/<workload_id>")
def delete(workload_id: str) -> Response:
    """Delete a workload without snapshots, or with `database_only` any workload."""
    world, workload = the_world(), own_workload(workload_id)
    switches = world.switches
    rows_only = request.args.get("database_only", "").lower() in switches.all_flag_values
    if workload["status"] not in ("available", "error"):
        raise wrong_state(switches, f"Workload {workload_id} is {workload['status']}, it cannot be deleted now")
    if snapshots_of(world, workload_id) and not rows_only:
        raise wrong_state(switches, f"Workload {workload_id} has snapshots, delete them first")
    world.store.put("workloads", workload | {"status": "deleting"})
    world.start_job(switches.delete_s, "workload_gone", workload["project_id"], workload_id=workload_id)
    return empty(202)


@blueprint.post("/<workload_id>/unlock")
def unlock(workload_id: str) -> Response:
    """Make a `locked` workload `available`, even while a snapshot runs (reference Q41)."""
    world, workload = the_world(), own_workload(workload_id)
    if workload["status"] == "locked":
        world.store.put("workloads", workload | {"status": "available", "updated_at": world.timestamp()})
    return empty(202)


@blueprint.post("/<workload_id>/reset")
def reset(workload_id: str) -> Response:
    """Reset a workload: its next snapshot is a full one."""
    world, workload = the_world(), own_workload(workload_id)
    require_available(world, workload)
    begun = world.switches.workload_status_during_reset
    world.store.put("workloads", workload | {"status": begun, "next_is_full": True})
    world.start_job(
        world.switches.reset_s,
        "workload_ready",
        workload["project_id"],
        workload_id=workload_id,
        begun=begun,
        error_msg=None,
    )
    return empty(202)


@blueprint.post("/<workload_id>/<any(pause, resume):verb>")
def switch_schedule(workload_id: str, verb: str) -> Response:
    """Switch the schedule of a workload off or on."""
    world, workload = the_world(), _with_hidden_changes(own_workload(workload_id))
    changed = schedule.merged(world.switches, workload["jobschedule"], {"enabled": verb == "resume"}, None)
    changes = {"jobschedule": changed, "updated_at": world.timestamp()}
    world.start_job(
        world.switches.put_delay_s, "workload_changed", workload["project_id"], workload_id=workload_id, changes=changes
    )
    return empty(200)


def own_workload(workload_id: str) -> Doc:
    """Return a workload of the caller's project.

    :raises Refusal: 404, for other projects too.
    """
    workload = the_world().store.get("workloads", checked_id(workload_id))
    if workload is None or workload["project_id"] != caller().project_id:
        raise not_found("Workload", workload_id)
    return workload


def require_available(world: World, workload: Doc) -> None:
    """Refuse the call unless the workload is `available`.

    :raises Refusal: With `error_code_state`.
    """
    if workload["status"] != "available":
        raise wrong_state(world.switches, f"Workload {workload['id']} is {workload['status']}, not available")


def snapshots_of(world: World, workload_id: str) -> list[Doc]:
    """Return the snapshots of a workload, oldest first."""
    return [row for row in world.store.all("snapshots") if row["workload_id"] == workload_id]


def _with_hidden_changes(workload: Doc) -> Doc:
    """Return a workload with its hidden changes, so that the next change includes them."""
    for job in the_world().running_jobs("workload_changed", workload_id=workload["id"]):
        workload = workload | job["changes"]
    return workload


def _requested_rows() -> list[Doc]:
    """Return the rows of a list request."""
    world = the_world()
    every = admin_flag("all_workloads", "workload:get_all_workloads")
    rows = world.store.all("workloads", None if every else caller().project_id)
    share = request.args.get("nfs_share")
    if share:
        # Releases without targets in their API have one share, that of the configuration, and do not name it.
        rows = [row for row in rows if row["metadata"].get("backup_media_target", DEFAULT_SHARE) == share]
    return by_creation(rows, world.switches.list_order)


def _instances(world: World, who: Caller, given: Any, current: list[Doc], workload_id: str | None = None) -> list[Doc]:
    """Return the VMs of a request with their names in Nova.

    :param current: VMs that the workload has already, and that may be gone from Nova.
    :raises Refusal: The list is empty or malformed, or a VM is unknown or in another workload.
    """
    if (
        not isinstance(given, list)
        or not given
        or not all(isinstance(item, dict) and item.get("instance-id") for item in given)
    ):
        raise invalid(world.switches, "Workload needs a list of instances, each with its instance-id")
    known = {item["id"]: item for item in current}
    taken = _protected_elsewhere(world, who.project_id, workload_id)
    found: dict[str, Doc] = {}
    for identifier in (item["instance-id"] for item in given):
        server = find_server(world, who, identifier)
        if server is None and (identifier not in known or world.switches.put_gone_instance == "reject"):
            raise invalid(world.switches, f"Unable to find Virtual Machine '{identifier}' in nova inventory")
        if identifier in taken and world.switches.vm_in_two_workloads == "reject":
            raise wrong_state(world.switches, f"Invalid instance as {identifier} already attached with other workload")
        found[identifier] = (
            known[identifier] if server is None else {"id": identifier, "name": server["name"], "metadata": {}}
        )
    return sorted(found.values(), key=lambda item: str(item["id"]))


def _protected_elsewhere(world: World, project_id: str, but_in: str | None) -> set[str]:
    """Return the ids of the VMs in the workloads of the project, without one workload."""
    others = [row for row in world.store.all("workloads", project_id) if row["id"] != but_in]
    return {item["id"] for row in others for item in row["instances"]}


def _type_id(world: World, body: Doc) -> str:
    given = body.get("workload_type_id") or SERIAL
    if given not in [item["id"] for item in TYPES]:
        raise invalid(world.switches, f"Workload type {given} could not be found")
    return str(given)


def _secret(world: World, who: Caller, body: Doc) -> str | None:
    """Return the secret of an encrypted workload.

    :raises Refusal: It is missing, not a UUID, or used by another workload.
    """
    secret = body.get("secret_uuid") or None
    if not body.get("encryption"):
        return None
    if secret is None:
        raise invalid(world.switches, "An encrypted workload needs a secret")
    try:
        uuid.UUID(secret)
    except ValueError as error:
        raise invalid(world.switches, "Either the secret UUID or the payload of the secret is invalid") from error
    if any(row["secret_uuid"] == secret for row in world.store.all("workloads", who.project_id)):
        raise invalid(world.switches, f"Secret {secret} is used by another workload")
    return str(secret)


def _target_type(world: World, who: Caller, given: Any) -> Doc | None:
    """Return the backup target type of a new workload, by id or name or the default; None in releases without types.

    :raises Refusal: The caller has no such type.
    """
    if world.switches.bt_api == "none":
        return None
    types = usable_types(world, who)
    fitting = (
        [one for one in types if given in (one["id"], one["name"])]
        if given
        else [one for one in types if one["is_default"]]
    )
    if fitting:
        return fitting[0]
    raise invalid(world.switches, f"Backup target type {given} could not be found")


def _server_metadata(world: World, target_type: Doc | None) -> Doc:
    """Return the keys that the server adds (reference Q11)."""
    metadata = {"hostnames": "[]", "preferredgroup": "[]", "workload_approx_backup_size": "2.1"}
    if target_type is None:
        return metadata
    target = target_of(world, target_type)
    share = export_of(world, target) if target else ""
    return metadata | {
        "backup_media_target": share,
        "backup_target_types": target_type["name"],
        "backup_target_type": target_type["name"],
    }


def _given_metadata(world: World, body: Doc) -> Doc:
    """Return the metadata in a request without the keys that only the server sets."""
    given = body.get("metadata") or {}
    if not isinstance(given, dict):
        raise invalid(world.switches, "metadata must be an object")
    return {key: value for key, value in given.items() if key not in SERVER_METADATA}


def _new_metadata(world: World, workload: Doc, body: Doc) -> Doc:
    """Return the metadata after a PUT. Null removes a key, unless `put_empty_values` is `ignore`."""
    given = _given_metadata(world, body)
    stays = SERVER_METADATA if world.switches.put_metadata_mode == "replace" else tuple(workload["metadata"])
    metadata = {key: value for key, value in workload["metadata"].items() if key in stays}
    for key, value in given.items():
        if value is not None:
            metadata[key] = value
        elif world.switches.put_empty_values == "apply":
            metadata.pop(key, None)
    return metadata


def _policy_of_update(world: World, workload: Doc, body: Doc, metadata: Doc) -> Doc | None:
    """Return the field values of the policy of a changed workload, or None.

    :raises Refusal: The request must name a policy, or names an unknown one (`put_policy_omitted`).
    """
    given = _given_metadata(world, body)
    if given.get("policy_id") or world.switches.put_policy_omitted == "error":
        policy = policies.requested_policy(world, workload["project_id"], given.get("policy_id"), may_be_missing=False)
        return policy and policy["field_values"]
    kept = world.store.get("policies", metadata.get("policy_id", ""))
    return kept and kept["field_values"]


def _summary(row: Doc) -> Doc:
    first = {key: row[key] for key in ("project_id", "user_id", "id", "name")}
    rest = {key: row[key] for key in ("description", "workload_type_id", "status", "created_at", "updated_at")}
    return {
        **first,
        "snapshots_info": "",
        **rest,
        "scheduler_trust": None,
        "links": links(row["project_id"], "workloads", row["id"]),
    }


def _detail(world: World, row: Doc) -> Doc:
    switches = world.switches
    hidden = ("encryption", "secret_uuid", "next_is_full")
    shown = {key: value for key, value in row.items() if key not in hidden}
    shown |= {
        "availability_zone": "nova",
        "interval": None,
        "storage_usage": _usage(snapshots_of(world, row["id"])),
        "jobschedule": schedule.shown(switches, row["jobschedule"], world.clock.now(), global_scheduler.is_on(world)),
        "links": links(row["project_id"], "workloads", row["id"]),
        "scheduler_trust": None,
    }
    if switches.schedule_dialect == "tracks":
        shown |= {"encryption": row["encryption"], "secret_uuid": row["secret_uuid"]}
    if switches.show_policy_id != "absent":
        shown["policy_id"] = row["metadata"].get("policy_id") if switches.show_policy_id == "bound" else None
    return shown


def _usage(snapshots: list[Doc]) -> Doc:
    kinds = {kind: [row for row in snapshots if row["snapshot_type"] == kind] for kind in ("full", "incremental")}
    each = {kind: {"snap_count": len(rows), "usage": sum(row["size"] for row in rows)} for kind, rows in kinds.items()}
    return {"usage": sum(part["usage"] for part in each.values()), **each}


def _ready(world: World, args: Doc, when: datetime) -> None:
    """End a creation or a reset, unless a test has changed the state of the workload."""
    workload = world.store.get("workloads", args["workload_id"])
    if workload is not None and workload["status"] == args["begun"]:
        status = "error" if args["error_msg"] else "available"
        world.store.put(
            "workloads", workload | {"status": status, "error_msg": args["error_msg"], "updated_at": stamp(when)}
        )


def _changed(world: World, args: Doc, _when: datetime) -> None:
    workload = world.store.get("workloads", args["workload_id"])
    if workload is not None:
        world.store.put("workloads", workload | args["changes"])


def _gone(world: World, args: Doc, _when: datetime) -> None:
    for snapshot in snapshots_of(world, args["workload_id"]):
        world.store.delete("snapshots", snapshot["id"])
        world.drop_jobs(snapshot_id=snapshot["id"])
    world.store.delete("workloads", args["workload_id"])


def _seed(world: World, doc: Doc) -> Doc:
    now = world.timestamp()
    defaults: Doc = {
        "id": str(uuid.uuid4()),
        "project_id": "0" * 32,
        "user_id": "0" * 32,
        "name": "workload",
        "description": NO_DESCRIPTION,
        "workload_type_id": SERIAL,
        "status": "available",
        "error_msg": None,
        "created_at": now,
        "updated_at": now,
        "encryption": False,
        "secret_uuid": None,
        "instances": [],
        "jobschedule": {"enabled": False},
        "next_is_full": True,
    }
    default_type = next((one for one in world.store.all("backup_target_types") if one["is_default"]), None)
    has_api = world.switches.bt_api != "none"
    return (
        defaults
        | doc
        | {"metadata": _server_metadata(world, default_type if has_api else None) | doc.get("metadata", {})}
    )


KIND = Kind(
    blueprint,
    jobs={"workload_ready": _ready, "workload_changed": _changed, "workload_gone": _gone},
    seeds={"workloads": _seed},
)
