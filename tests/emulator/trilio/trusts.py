# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trusts, by which the service later acts as the user who made a workload (reference A.4, B.8)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.keystone import Caller, caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from .access import INTERNAL_ERROR, require_jobs_table
from .errors import denied, invalid, not_found
from .wire import body_under, checked_id
from .world import Kind, World, the_world

blueprint = Blueprint("trusts", __name__, url_prefix="/v1/<project_id>/trusts")

CLOUD_ADMIN = "cloud_admin"  # the `user_id` of trusts of the whole cloud, in the captured list too
HIDDEN = ("id", "owner", "alive")


@blueprint.get("")
def list_trusts() -> Response:
    """List the trusts of the project, or with `is_cloud_admin` those of the cloud."""
    world, who = the_world(), caller()
    if request.args.get("is_cloud_admin", "").lower() not in world.switches.all_flag_values:
        rows = world.store.all("trusts", who.project_id)
        return answer({"trust": [_shown(row) for row in rows if not _is_of_cloud(row)]})
    if not who.is_admin:
        raise denied("workload:trust_list")
    return answer({"trust": [_shown(row) for row in of_cloud(world)]})


@blueprint.post("")
def create() -> Response:
    """Create a trust, even if there is one already (`trust_dedupe`, reference Q42). The response is a list."""
    world, who, body = the_world(), caller(), body_under("trusts")
    roles = [name.strip() for name in str(body.get("role_name") or "").split(",") if name.strip()]
    if not roles:
        raise invalid(world.switches, "A trust needs a role_name")
    cloud_trust = str(body.get("is_cloud_trust")).lower() == "true"
    if cloud_trust and not who.is_admin:
        raise denied("workload:trust_create")
    existing = of_cloud(world) if cloud_trust else _of_user(world, who.project_id, who.user_id)
    same = [row for row in existing if row["metadata"][0]["value"] == ",".join(roles)]
    row = same[-1] if same and world.switches.trust_dedupe else _new(world, who, roles, cloud_trust)
    if world.switches.trust_create_code == 500:
        # Some servers answer so although the trust exists (reference B.8): a refusal alone would roll it back.
        world.store.commit()
        raise Refusal(500, INTERNAL_ERROR)
    return answer({"trust": [_shown(row)]})


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """Show one trust."""
    return answer({"trust": _shown(_existing(name))})


@blueprint.delete("/<name>")
def delete(name: str) -> Response:
    """Delete a trust. Schedules that need it stop (reference Q42)."""
    the_world().store.delete("trusts", _existing(name)["id"])
    return empty(200, JSON)


@blueprint.get("/validate/<workload_id>")
def validate(workload_id: str) -> Response:
    """Show whether the schedule of a workload is on, and whether its user has a trust that works.

    :raises Refusal: 404 for every id if `trust_validate_path` is 404: no source documents this path.
    """
    world = the_world()
    if world.switches.trust_validate_path == "404":
        raise Refusal(404, "The resource could not be found.")
    workload = world.store.get("workloads", checked_id(workload_id))
    if workload is None or workload["project_id"] != caller().project_id:
        raise not_found("Workload", workload_id)
    enabled = str(workload["jobschedule"].get("enabled")).lower() == "true"
    trusts = _of_user(world, workload["project_id"], workload["user_id"])
    trust = max(trusts, key=lambda row: bool(row["alive"]), default=None)
    shown = {} if trust is None else _shown(trust)
    is_valid = enabled and trust is not None and trust["alive"]
    return answer({"scheduler_enabled": enabled, "trust": shown, "is_valid": is_valid})


def ensure(world: World, who: Caller) -> None:
    """Create the trust that the workloads of a user need, unless one works already.

    :raises Refusal: The user lacks a role of `trustee_role`, and `trust_roles_missing` is `reject`.
    """
    if not any(row["alive"] for row in _of_user(world, who.project_id, who.user_id)):
        _new(world, who, world.switches.trustee_role, False)


def of_cloud(world: World) -> list[Doc]:
    """Return the trusts of the whole cloud, oldest first."""
    return [row for row in world.store.all("trusts") if _is_of_cloud(row)]


def _new(world: World, who: Caller, roles: list[str], cloud_trust: bool) -> Doc:
    """Store a new trust of the caller.

    :raises Refusal: The user lacks a role and `trust_roles_missing` is `reject`, or the table of jobs is broken.
    """
    missing = [role for role in roles if role.lower() not in who.roles]
    if missing and world.switches.trust_roles_missing == "reject":
        raise invalid(world.switches, f"The user lacks the roles that the trust delegates: {', '.join(missing)}")
    require_jobs_table(world)
    row = {
        "project_id": who.project_id,
        "user_id": CLOUD_ADMIN if cloud_trust else who.user_id,
        "owner": who.user_id,
        "alive": not missing,
        "roles": ",".join(roles),
    }
    return world.store.put("trusts", _seed(world, row))


def _of_user(world: World, project_id: str, user_id: str) -> list[Doc]:
    """Return the trusts of a user in a project, oldest first, without those of the cloud."""
    return [row for row in world.store.all("trusts", project_id) if row["owner"] == user_id and not _is_of_cloud(row)]


def _is_of_cloud(row: Doc) -> bool:
    return bool(row["user_id"] == CLOUD_ADMIN)


def _existing(name: str) -> Doc:
    """Return a trust of the caller's project; administrators also get those of the cloud, and others do not.

    :raises Refusal: 404.
    """
    row, who = the_world().store.get("trusts", name), caller()
    if row is None or not (who.is_admin if _is_of_cloud(row) else row["project_id"] == who.project_id):
        raise not_found("Trust", name)
    return row


def _shown(row: Doc) -> Doc:
    return {key: value for key, value in row.items() if key not in HIDDEN}


def _seed(world: World, doc: Doc) -> Doc:
    """Complete a trust. `roles` is text with commas, `owner` is its user, `alive` is whether it works."""
    given: dict[str, Any] = {**doc}
    roles, now = given.pop("roles", "member"), world.timestamp()
    owner, project_id = given.get("owner", given.get("user_id", "0" * 32)), given.get("project_id", "0" * 32)
    name = given.get("name") or given.get("id") or f"trust-{uuid.uuid4()}"
    times = {
        "created_at": now,
        "updated_at": None,
        "deleted_at": None,
        "deleted": False,
        "version": world.switches.build_version,
    }
    of_setting = {"settings_name": name, "settings_project_id": project_id}
    defaults: Doc = {
        **times,
        "name": name,
        "project_id": project_id,
        "user_id": owner,
        "value": uuid.uuid4().hex,
        "description": f"token id for user {owner} project {project_id}",
        "category": "identity",
        "type": "trust_id",
        "public": False,
        "hidden": True,
        "status": "available",
        "metadata": [{**times, "id": str(uuid.uuid4()), **of_setting, "key": "role_name", "value": roles}],
    }
    return {**defaults, **given, "id": name, "owner": owner, "alive": given.get("alive", True)}


KIND = Kind(blueprint, seeds={"trusts": _seed})
