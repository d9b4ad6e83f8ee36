# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trusts, by which the service acts later as the user who made a workload (reference A.4, B.8)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.keystone import Caller, caller
from ..server.store import Doc
from ..server.wire import JSON, answer, empty
from .errors import denied, invalid, not_found
from .wire import checked_id, sent
from .world import Kind, World, the_world

blueprint = Blueprint("trusts", __name__, url_prefix="/v1/<project_id>/trusts")

CLOUD_ADMIN = "cloud_admin"
HIDDEN = ("id", "owner", "alive")


@blueprint.get("")
def list_trusts() -> Response:
    """List the trusts of the project, or those that the whole cloud has."""
    world, who = the_world(), caller()
    of_cloud = request.args.get("is_cloud_admin", "").lower() in world.switches.all_flag_values
    if of_cloud and not who.is_admin:
        raise denied("workload:trust_list")
    rows = world.store.all("trusts", None if of_cloud else who.project_id)
    return answer({"trust": [_shown(row) for row in rows if (row["user_id"] == CLOUD_ADMIN) is of_cloud]})


@blueprint.post("")
def create() -> Response:
    """Make a trust; another one, where there is one already (reference Q42)."""
    world, who, body = the_world(), caller(), sent("trusts")
    roles = [name.strip() for name in str(body.get("role_name") or "").split(",") if name.strip()]
    if not roles:
        raise invalid(world.switches, "A trust needs a role_name")
    of_cloud = str(body.get("is_cloud_trust")).lower() == "true"
    if of_cloud and not who.is_admin:
        raise denied("workload:trust_create")
    there = [row for row in _of(world, who.project_id, who.user_id) if row["metadata"][0]["value"] == ",".join(roles)]
    row = there[-1] if there and world.switches.trust_dedupe else _make(world, who, roles, of_cloud)
    return answer({"trust": [_shown(row)]})


@blueprint.get("/<name>")
def show(name: str) -> Response:
    """Show one trust."""
    return answer({"trust": _shown(_own(name))})


@blueprint.delete("/<name>")
def delete(name: str) -> Response:
    """Remove a trust; what is scheduled under it stops."""
    the_world().store.delete("trusts", _own(name)["id"])
    return empty(200, JSON)


@blueprint.get("/validate/<workload_id>")
def validate(workload_id: str) -> Response:
    """Tell whether the schedule of a workload is on, and whether its user has a trust that works."""
    world = the_world()
    workload = world.store.get("workloads", checked_id(workload_id))
    if workload is None or workload["project_id"] != caller().project_id or world.switches.trust_validate_path == "404":
        raise not_found("Workload", workload_id)
    enabled = str(workload["jobschedule"].get("enabled")).lower() == "true"
    trust = max(
        _of(world, workload["project_id"], workload["user_id"]), key=lambda row: bool(row["alive"]), default=None
    )
    return answer(
        {
            "scheduler_enabled": enabled,
            "trust": _shown(trust) if trust else {},
            "is_valid": enabled and trust is not None and trust["alive"],
        }
    )


def ensure(world: World, who: Caller) -> None:
    """Make the trust that a user's workloads need, where there is none.

    :raises Refusal: The user lacks a role of `trustee_role`, and `trust_roles_missing` is not to accept that.
    """
    if not any(row["alive"] for row in _of(world, who.project_id, who.user_id)):
        _make(world, who, world.switches.trustee_role, False)


def _make(world: World, who: Caller, roles: list[str], of_cloud: bool) -> Doc:
    missing = [role for role in roles if role.lower() not in who.roles]
    if missing and world.switches.trust_roles_missing == "reject":
        raise invalid(world.switches, f"A trust cannot delegate what its user has not: {', '.join(missing)}")
    row = {
        "project_id": who.project_id,
        "user_id": CLOUD_ADMIN if of_cloud else who.user_id,
        "owner": who.user_id,
        "alive": not missing,
        "roles": ",".join(roles),
    }
    return world.store.put("trusts", _seed(world, row))


def _of(world: World, project_id: str, user_id: str) -> list[Doc]:
    """Return the trusts of a user in a project, oldest first."""
    return [row for row in world.store.all("trusts", project_id) if row["owner"] == user_id]


def _own(name: str) -> Doc:
    """Return a trust of the caller's project.

    :raises Refusal: 404.
    """
    row = the_world().store.get("trusts", name)
    if row is None or row["project_id"] != caller().project_id:
        raise not_found("Trust", name)
    return row


def _shown(row: Doc) -> Doc:
    return {key: value for key, value in row.items() if key not in HIDDEN}


def _seed(world: World, doc: Doc) -> Doc:
    """Complete a trust; `roles` is text with commas, `owner` the user that it is of, `alive` whether it works."""
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
