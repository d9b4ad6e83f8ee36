# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workload policies (reference A.3, B.6, C.5)."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from ..clouds.keystone import caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer, empty
from .errors import denied, invalid, not_found
from .schedule import HOURS, INTERVAL_KEYS, TRACKS
from .wire import body_under, checked_id
from .world import Kind, World, the_world

blueprint = Blueprint("policies", __name__, url_prefix="/v1/<project_id>/workload_policy")

# The fields of a policy in each dialect. All are required (reference B.6).
FIELDS: dict[str, tuple[str, ...]] = {"interval": INTERVAL_KEYS, "tracks": (*TRACKS, "retentionmanual", "start_time")}


@blueprint.get("")
def list_policies() -> Response:
    """List the policies of the cloud, without their assignments."""
    return answer({"policy_list": [_item(the_world(), policy) for policy in the_world().store.all("policies")]})


@blueprint.get("/<policy_id>")
def show_policy(policy_id: str) -> Response:
    """Show one policy with the projects it is assigned to."""
    return _shown(the_world(), _existing(policy_id))


@blueprint.post("")
def create_policy() -> Response:
    """Create a policy that is not assigned. Its name need not be unique (reference Q14)."""
    _require_admin("workload:policy_create")
    world, body = the_world(), body_under("workload_policy")
    named = {
        "name": _name(world, body),
        "description": body.get("display_description") or "",
        "metadata": _metadata(world, body),
    }
    policy = _seed(world, named | {"field_values": _fields(world, _given_fields(world, body))})
    world.hold_request(world.switches.policy_create_s)
    return _shown(world, world.store.put("policies", policy), world.switches.policy_write_code)


@blueprint.put("/<policy_id>")
def update_policy(policy_id: str) -> Response:
    """Change a policy that no workload uses. The wrapper differs from that of the create."""
    _require_admin("workload:policy_update")
    world, policy, body = the_world(), _existing(policy_id), body_under("policy")
    if workloads_of(world, policy_id):
        raise Refusal(400, f"Can not update policy: {policy_id}. It's assigned to workloads.")
    old: Doc = (
        policy if world.switches.policy_put_mode == "merge" else {"field_values": {}, "metadata": {}, "description": ""}
    )
    changes = {
        "name": _name(world, body) if "display_name" in body else policy["name"],
        "description": body["display_description"] or "" if "display_description" in body else old["description"],
        "metadata": old["metadata"] | _metadata(world, body),
        "field_values": _fields(world, old["field_values"] | _given_fields(world, body)),
        "updated_at": world.timestamp(),
    }
    return _shown(world, world.store.put("policies", policy | changes), world.switches.policy_write_code)


@blueprint.delete("/<policy_id>")
def delete_policy(policy_id: str) -> Response:
    """Delete a policy that no workload uses. It may be assigned to projects."""
    _require_admin("workload:policy_delete")
    world, policy = the_world(), _existing(policy_id)
    if workloads_of(world, policy_id):
        raise Refusal(400, f"Can not delete policy: {policy_id}. It's assigned to workloads.")
    world.store.delete("policies", policy["id"])
    return empty(202)


@blueprint.post("/<policy_id>/assign")
def assign_policy(policy_id: str) -> Response:
    """Assign a policy to projects and remove it from others. Workloads do not change (reference C.5)."""
    world = the_world()
    if not caller().is_admin:
        raise Refusal(world.switches.error_code_forbidden, "User does not have admin privileges")
    policy, body = _existing(policy_id), body_under("policy")
    added, removed = (_projects(world, body, key) for key in ("add_projects", "remove_projects"))
    still_used = {workload["project_id"] for workload in workloads_of(world, policy_id)} & set(removed)
    if still_used and world.switches.policy_unassign_in_use == "reject":
        raise Refusal(400, f"Can not unassign policy: {policy_id}. It's assigned to workloads.")
    kept = [project for project in policy["projects"] if project not in removed]
    policy |= {"projects": list(dict.fromkeys([*kept, *added])), "updated_at": world.timestamp()}
    return _shown(world, world.store.put("policies", policy), world.switches.policy_write_code)


@blueprint.get("/assigned/<wanted_project_id>")
def list_assigned(wanted_project_id: str) -> Response:
    """List the policies assigned to a project. Only administrators see those of other projects."""
    who = caller()
    if wanted_project_id != who.project_id and not who.is_admin:
        raise denied("workload:policy_list_assigned")
    policies = assigned_to(the_world(), wanted_project_id)
    return answer({"policies": [{"policy_id": policy["id"], "policy_name": policy["name"]} for policy in policies]})


def assigned_to(world: World, project_id: str) -> list[Doc]:
    """Return the policies assigned to a project."""
    return [policy for policy in world.store.all("policies") if project_id in policy["projects"]]


def requested_policy(world: World, project_id: str, policy_id: str | None, may_be_missing: bool) -> Doc | None:
    """Return the policy that a request names, or None.

    :param may_be_missing: Whether the request may name none although the project has some.
    :raises Refusal: The project must name a policy, or has no such policy (reference C.5).
    """
    available = assigned_to(world, project_id)
    if not policy_id and (may_be_missing or not available):
        return None
    for policy in available:
        if policy["id"] == policy_id:
            return policy
    raise invalid(
        world.switches, f"Please provide policy id from available policies: {[policy['id'] for policy in available]}"
    )


def workloads_of(world: World, policy_id: str) -> list[Doc]:
    """Return the workloads that use a policy, in all projects."""
    return [workload for workload in world.store.all("workloads") if workload["metadata"].get("policy_id") == policy_id]


def _require_admin(rule: str) -> None:
    """Refuse the call unless an administrator makes it.

    :raises Refusal: 403.
    """
    if not caller().is_admin:
        raise denied(rule)


def _existing(policy_id: str) -> Doc:
    """Return a policy.

    :raises Refusal: 404.
    """
    policy = the_world().store.get("policies", checked_id(policy_id))
    if policy is None:
        raise not_found("Policy", policy_id)
    return policy


def _name(world: World, body: Doc) -> str:
    """Return the name in a request.

    :raises Refusal: It is not a text, or empty.
    """
    name = body.get("display_name")
    if not isinstance(name, str) or not name:
        raise invalid(world.switches, "Policy needs a display_name")
    return name


def _metadata(world: World, body: Doc) -> Doc:
    """Return the metadata in a request: an object, although responses show a list."""
    given = body.get("metadata") or {}
    if not isinstance(given, dict):
        raise invalid(world.switches, "metadata must be an object")
    return {key: str(value) for key, value in given.items()}


def _projects(world: World, body: Doc, key: str) -> list[str]:
    """Return the project ids under a key of a request."""
    given = body.get(key) or []
    if not isinstance(given, list) or not all(isinstance(item, str) and item for item in given):
        raise invalid(world.switches, f"{key} must be a list of project ids")
    return given


def _given_fields(world: World, body: Doc) -> Doc:
    """Return the fields in a request, an object though responses show rows. Unknown ones are ignored."""
    given = body.get("field_values") or {}
    if not isinstance(given, dict):
        raise invalid(world.switches, "field_values must be an object")
    return {key: _stored(value) for key, value in given.items() if key in FIELDS[world.switches.schedule_dialect]}


def _stored(value: Any) -> Any:
    """Return a value as it is stored: numbers as text, at any depth (reference Q1)."""
    if isinstance(value, dict):
        return {key: _stored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stored(item) for item in value]
    return str(value) if isinstance(value, (int, float)) else value


def _fields(world: World, fields: Doc) -> Doc:
    """Return the checked fields of a policy.

    :raises Refusal: One is missing or wrong (reference B.6).
    """
    dialect = world.switches.schedule_dialect
    if dialect == "tracks":
        _check_tracks(world, fields)
    for name in FIELDS[dialect]:
        if fields.get(name) is None:
            raise invalid(world.switches, f"'{name}' is required in field_values")
        if dialect == "interval" and not isinstance(fields[name], str):
            raise invalid(world.switches, f"'{name}' must be text")
    return fields


def _check_tracks(world: World, fields: Doc) -> None:
    """Check the fields of a 6.x policy.

    :raises Refusal: A field breaks a rule.
    """
    for name, value in fields.items():
        if not isinstance(value, str if name == "start_time" else dict):
            raise invalid(world.switches, f"'{name}' has the wrong type")
    if not fields.get("manual", {}).get("retention"):
        raise invalid(world.switches, "'manual.retention' is required and must not be empty")
    if fields.get("hourly", {}).get("interval") not in HOURS:
        raise invalid(world.switches, f"'hourly.interval' must be one of {', '.join(HOURS)}")
    days = fields.get("retentionmanual", {}).get("retentionmanual", "0")
    if not re.fullmatch("[0-9]+", days):
        raise invalid(world.switches, "'retentionmanual.retentionmanual' must hold digits only")
    try:
        datetime.strptime(fields.get("start_time", "12:00 AM"), "%I:%M %p")
    except ValueError as error:
        raise invalid(world.switches, "'start_time' must have the form %I:%M %p") from error


def _shown(world: World, policy: Doc, code: int = 200) -> Response:
    """Return the response with one policy and its projects."""
    assignments = [{"project_id": project, "policy_id": policy["id"]} for project in policy["projects"]]
    return answer({"policy": _item(world, policy) | {"policy_assignments": assignments}}, code)


def _item(world: World, policy: Doc) -> Doc:
    common = {
        "created_at": policy["created_at"],
        "updated_at": None,
        "deleted_at": None,
        "deleted": False,
        "version": world.switches.build_version,
    }
    rows = [
        {
            **common,
            "id": row_id(policy["id"], name),
            "policy_id": policy["id"],
            "policy_field_name": name,
            "value": _value(world, value),
        }
        for name, value in policy["field_values"].items()
    ]
    shown = {key: policy[key] for key in ("id", "created_at", "updated_at", "status", "name", "description")}
    metadata = [{"key": key, "value": value} for key, value in policy["metadata"].items()]
    return {**shown, "metadata": metadata, "field_values": rows}


def _value(world: World, value: Any) -> Any:
    """Return a field in the form of responses (`policy_value_form`)."""
    if isinstance(value, str) or world.switches.policy_value_form == "object":
        return value
    return json.dumps(value)


def row_id(*parts: str) -> str:
    """Return the id of a row that is not stored on its own, always the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def _seed(world: World, doc: Doc) -> Doc:
    now = world.timestamp()
    defaults = {
        "id": str(uuid.uuid4()),
        "created_at": now,
        "updated_at": now,
        "status": "available",
        "name": "policy",
        "description": "",
    }
    return {
        **defaults,
        "metadata": {},
        "field_values": DEFAULT_FIELDS[world.switches.schedule_dialect],
        "projects": [],
        **doc,
    }


_TRACK = {"retention": "30", "snapshot_type": "incremental"}
DEFAULT_FIELDS: dict[str, Doc] = {
    "interval": {
        "retention_policy_value": "10",
        "interval": "5",
        "retention_policy_type": "Number of Snapshots to Keep",
        "fullbackup_interval": "-1",
    },
    "tracks": {
        "hourly": {"interval": "24", **_TRACK},
        "daily": {},
        "weekly": {},
        "monthly": {},
        "yearly": {},
        "manual": {"retention": "30"},
        "retentionmanual": {"retentionmanual": "30"},
        "start_time": "10:00 PM",
    },
}

KIND = Kind(blueprint, seeds={"policies": _seed})
