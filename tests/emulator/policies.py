# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workload policies, read side; tests put them into the store (API reference B.6, C.5)."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Blueprint, Response

from emulator.auth import caller
from emulator.errors import denied, invalid, not_found
from emulator.store import Doc
from emulator.wire import answer, checked_id
from emulator.world import Kind, World, the_world

blueprint = Blueprint("policies", __name__, url_prefix="/v1/<project_id>/workload_policy")


@blueprint.get("")
def list_policies() -> Response:
    """List the policies of the cloud, without their assignments."""
    return answer({"policy_list": [_item(the_world(), policy) for policy in the_world().store.all("policies")]})


@blueprint.get("/<policy_id>")
def show_policy(policy_id: str) -> Response:
    """Show one policy with the projects it is assigned to."""
    world = the_world()
    policy = world.store.get("policies", checked_id(policy_id))
    if policy is None:
        raise not_found("Policy", policy_id)
    assignments = [{"project_id": project, "policy_id": policy_id} for project in policy["projects"]]
    return answer({"policy": _item(world, policy) | {"policy_assignments": assignments}})


@blueprint.get("/assigned/<wanted_project_id>")
def list_assigned(wanted_project_id: str) -> Response:
    """List the policies assigned to a project; only administrators look at other projects."""
    who = caller()
    if wanted_project_id != who.project_id and not who.is_admin:
        raise denied("workload:policy_list_assigned")
    policies = assigned_to(the_world(), wanted_project_id)
    return answer({"policies": [{"policy_id": policy["id"], "policy_name": policy["name"]} for policy in policies]})


def assigned_to(world: World, project_id: str) -> list[Doc]:
    """Return the policies that a project may use."""
    return [policy for policy in world.store.all("policies") if project_id in policy["projects"]]


def chosen(world: World, project_id: str, policy_id: str | None, may_be_missing: bool) -> Doc | None:
    """Return the policy that a workload is put under, None for none.

    :param may_be_missing: Whether no policy is fine although the project has some.
    :raises Refusal: Where one must be given, or another one (API reference C.5).
    """
    available = assigned_to(world, project_id)
    if not policy_id and (may_be_missing or not available):
        return None
    for policy in available:
        if policy["id"] == policy_id:
            return policy
    raise invalid(world.switches, f"Please provide policy id from available policies: {[policy['id'] for policy in available]}")


def _item(world: World, policy: Doc) -> Doc:
    common = {"created_at": policy["created_at"], "updated_at": None, "deleted_at": None, "deleted": False, "version": world.switches.build_version}
    rows = [
        {**common, "id": row_id(policy["id"], name), "policy_id": policy["id"], "policy_field_name": name, "value": _value(world, value)}
        for name, value in policy["field_values"].items()
    ]
    shown = {key: policy[key] for key in ("id", "created_at", "updated_at", "status", "name", "description")}
    return {**shown, "metadata": policy["metadata"], "field_values": rows}


def _value(world: World, value: Any) -> Any:
    """Return a field in its read form (C(policy_value_form))."""
    if isinstance(value, str) or world.switches.policy_value_form == "object":
        return value
    return json.dumps(value)


def row_id(*parts: str) -> str:
    """Return the id of a row that is not stored on its own: the same on each read."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def _seed(world: World, doc: Doc) -> Doc:
    now = world.timestamp()
    defaults = {"id": str(uuid.uuid4()), "created_at": now, "updated_at": now, "status": "available", "name": "policy", "description": ""}
    return {**defaults, "metadata": [], "field_values": DEFAULT_FIELDS[world.switches.schedule_dialect], "projects": [], **doc}


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
