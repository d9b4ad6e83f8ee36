# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup target types (reference A.3, B.11, Q12, Q26-Q28)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.keystone import Caller, caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer, empty
from .errors import denied, invalid, not_found, wrong_state
from .wire import body_under, checked_id
from .world import Kind, World, the_world

blueprint = Blueprint("backup_target_types", __name__, url_prefix="/v1/<project_id>/backup_target_types")

NFS_TARGET = "b39847c8-bf65-4cec-9af6-dd65303ca485"
S3_TARGET = "2af5f2db-3267-453f-bc57-19884837e274"
# A GET that changes state, of targets (reference Q18).
SET_DEFAULT = "backup_targets.set_default"


@blueprint.before_request
def check_access() -> None:
    """Refuse calls that the profile does not have, and writes by users who are not administrators.

    :raises Refusal: 404 or 403.
    """
    has_api = the_world().switches.bt_api
    writes = request.method not in ("GET", "HEAD") or request.endpoint == SET_DEFAULT
    if has_api == "none" or (has_api == "read" and writes):
        raise Refusal(404, "The resource could not be found.")
    if writes and not caller().is_admin:
        raise denied(str(request.endpoint).replace(".", ":"))


@blueprint.get("")
@blueprint.get("/detail")
def list_types() -> Response:
    """List the types that the caller may use."""
    world = the_world()
    return answer({"backup_target_types": [_view(world, one) for one in usable_types(world, caller())]})


@blueprint.get("/<type_id>")
def show_type(type_id: str) -> Response:
    """Show one type, under the plural key."""
    return answer({"backup_target_types": _view(the_world(), _usable(type_id))})


@blueprint.post("")
def create_type() -> Response:
    """Create a type of a target."""
    world, body = the_world(), body_under("backup_target_type")
    switches = world.switches
    target_id = body.get("backup_targets_id")
    if not target_id or world.store.get("backup_targets", str(target_id)) is None:
        raise invalid(switches, f"Backup target {target_id} could not be found")
    one = new_type(world, str(target_id), free_name(world, body.get("name")))
    one |= {
        "description": body.get("description"),
        "is_public": flag(world, body, "is_public", default=True),
        "metadata": _metadata(world, body),
    }
    one |= _with_projects(world, one, _projects(world, body))
    if flag(world, body, "is_default", default=False):
        move_default(world, str(target_id), one["id"])
        one["is_default"] = True
    world.store.put("backup_target_types", one)
    return _written(world, one)


@blueprint.put("/<type_id>")
def update_type(type_id: str) -> Response:
    """Change a type. Projects and metadata are added, unless the request purges the old ones (reference Q27)."""
    world, one, body = the_world(), _usable(type_id), body_under("backup_target_type")
    if "name" in body:
        one["name"] = free_name(world, body["name"], but_of=type_id)
    if "description" in body:
        one["description"] = body["description"]
    one["is_public"] = flag(world, body, "is_public", default=one["is_public"])
    if flag(world, body, "purge_projects", default=False):
        one |= {"projects": [], "assigned_at": {}}
    if flag(world, body, "purge_metadata", default=False):
        one["metadata"] = {}
    one |= _with_projects(world, one, _projects(world, body))
    one["metadata"] = one["metadata"] | _metadata(world, body)
    if default_changes(world, body, one):
        move_default(world, one["backup_targets_id"], type_id)
        one["is_default"] = True
    return _changed(world, one)


@blueprint.delete("/<type_id>")
def delete_type(type_id: str) -> Response:
    """Delete a type that is neither the default nor in use."""
    world, one = the_world(), _usable(type_id)
    if one["is_default"]:
        raise wrong_state(world.switches, f"Backup target type {type_id} is the default one, it cannot be deleted")
    if world.switches.btt_delete_in_use == "reject" and in_use(world, [one]):
        raise wrong_state(world.switches, f"Backup target type {type_id} is in use by workloads")
    world.store.delete("backup_target_types", type_id)
    return empty(202)


@blueprint.post("/<type_id>/add_projects")
def add_projects(type_id: str) -> Response:
    """Assign a type to projects."""
    world, one, body = _with_named_body(type_id, "project_list")
    return _changed(world, one | _with_projects(world, one, _projects(world, body)))


@blueprint.put("/<type_id>/remove_projects")
def remove_projects(type_id: str) -> Response:
    """Remove the assignment to projects. Projects without it are ignored."""
    world, one, body = _with_named_body(type_id, "project_list")
    gone = _projects(world, body)
    assigned_at = {project: when for project, when in one["assigned_at"].items() if project not in gone}
    return _changed(
        world,
        one | {"projects": [project for project in one["projects"] if project not in gone], "assigned_at": assigned_at},
    )


@blueprint.post("/<type_id>/add_metadata")
def add_metadata(type_id: str) -> Response:
    """Add or replace keys of the metadata."""
    world, one, body = _with_named_body(type_id, "metadata")
    return _changed(world, one | {"metadata": one["metadata"] | _metadata(world, body)})


@blueprint.put("/<type_id>/remove_metadata")
def remove_metadata(type_id: str) -> Response:
    """Remove keys from the metadata. Values do not matter, and unknown keys are ignored."""
    world, one, body = _with_named_body(type_id, "metadata")
    gone = _metadata(world, body)
    return _changed(
        world, one | {"metadata": {key: value for key, value in one["metadata"].items() if key not in gone}}
    )


def usable_types(world: World, who: Caller) -> list[Doc]:
    """Return the types that the caller sees: public and assigned ones, for administrators all (reference A.3)."""
    every = world.store.all("backup_target_types")
    return [one for one in every if who.is_admin or one["is_public"] or who.project_id in one["projects"]]


def types_of(world: World, target_id: str) -> list[Doc]:
    """Return the types of a target, oldest first."""
    return [one for one in world.store.all("backup_target_types") if one["backup_targets_id"] == target_id]


def in_use(world: World, types: list[Doc]) -> bool:
    """Return whether a workload uses one of the types. Workloads store only the name (reference Q12)."""
    names = {one["name"] for one in types}
    return any(workload["metadata"].get("backup_target_types") in names for workload in world.store.all("workloads"))


def new_type(world: World, target_id: str, name: str) -> Doc:
    """Return a new type of a target: public, not the default, of the caller."""
    return _seed(world, {"backup_targets_id": target_id, "name": name, "user_id": caller().user_id})


def free_name(world: World, name: Any, but_of: str | None = None) -> str:
    """Return the name for a type, checked.

    :param but_of: Id of the type that may already have the name.
    :raises Refusal: It is not a text, or another type has it (`btt_name_unique`).
    """
    if not isinstance(name, str) or not name:
        raise invalid(world.switches, "Backup target type needs a name")
    others = [one["name"] for one in world.store.all("backup_target_types") if one["id"] != but_of]
    if world.switches.btt_name_unique and name in others:
        raise wrong_state(world.switches, f"There is a backup target type {name} already")
    return name


def flag(world: World, body: Doc, name: str, default: bool, booleans: bool = True) -> bool:
    """Return a truth value in a request: 0 or 1, or a JSON boolean, as number or text (reference Q1, Q6).

    :param default: The value if the key is missing or null.
    :param booleans: Whether true and false are accepted.
    :raises Refusal: For any other value.
    """
    value = body.get(name)
    if value is None:
        return default
    spelled = {"0": False, "1": True} | ({"false": False, "true": True} if booleans else {})
    if str(value).lower() not in spelled:
        raise invalid(world.switches, f"{name} must be one of {', '.join(spelled)}")
    return spelled[str(value).lower()]


def default_changes(world: World, body: Doc, row: Doc, booleans: bool = True) -> bool:
    """Return whether a request makes another target or type the default.

    :raises Refusal: It would leave no default (reference Q26).
    """
    wanted = flag(world, body, "is_default", default=row["is_default"], booleans=booleans)
    if row["is_default"] and not wanted:
        raise wrong_state(world.switches, f"{row['id']} is the default one, make another one default instead")
    return bool(wanted != row["is_default"])


def move_default(world: World, target_id: str, type_id: str | None) -> None:
    """Make a target and one of its types the only defaults (reference Q26).

    Only the `updated_at` of types changes, and only in the list of their target (reference B.11).
    """
    for target in world.store.all("backup_targets"):
        world.store.put("backup_targets", target | {"is_default": target["id"] == target_id})
    for one in world.store.all("backup_target_types"):
        if one["is_default"] != (one["id"] == type_id):
            world.store.put(
                "backup_target_types", one | {"is_default": not one["is_default"], "changed_at": world.timestamp()}
            )


def inner_view(world: World, one: Doc) -> Doc:
    """Return a type as its target lists it, without an id."""
    keys = ("created_at", "user_id", "name", "description", "is_public", "is_default")
    return {key: one[key] for key in keys} | {"version": world.switches.build_version, "updated_at": one["changed_at"]}


def _usable(type_id: str) -> Doc:
    """Return a type that the caller may use.

    :raises Refusal: 404.
    """
    checked_id(type_id)
    for one in usable_types(the_world(), caller()):
        if one["id"] == type_id:
            return one
    raise not_found("Backup target type", type_id)


def _with_named_body(type_id: str, needed: str) -> tuple[World, Doc, Doc]:
    """Return the world, a type, and the body of a call that repeats the id of the type.

    :param needed: A key that the body must have.
    :raises Refusal: The body does not name this type, or lacks the key.
    """
    world, one, body = the_world(), _usable(type_id), body_under("backup_target_type")
    if body.get("backup_target_type_id") != type_id or body.get(needed) is None:
        raise invalid(world.switches, f"The body must have {needed}, and the backup_target_type_id of the path")
    return world, one, body


def _projects(world: World, body: Doc) -> list[str]:
    """Return the project ids in a request, each once."""
    given = body.get("project_list") or []
    if not isinstance(given, list) or not all(isinstance(item, str) and item for item in given):
        raise invalid(world.switches, "project_list must be a list of project ids")
    return list(dict.fromkeys(given))


def _metadata(world: World, body: Doc) -> Doc:
    """Return the metadata in a request, a list of keys and values."""
    given = body.get("metadata") or []
    if not isinstance(given, list) or not all(
        isinstance(item, dict) and isinstance(item.get("key"), str) and "value" in item for item in given
    ):
        raise invalid(world.switches, "metadata must be a list of objects with key and value")
    return {item["key"]: str(item["value"]) for item in given}


def _with_projects(world: World, one: Doc, projects: list[str]) -> Doc:
    """Return the changed keys of a type after the assignment to projects."""
    added = [project for project in projects if project not in one["projects"]]
    return {
        "projects": one["projects"] + added,
        "assigned_at": one["assigned_at"] | dict.fromkeys(added, world.timestamp()),
    }


def _changed(world: World, one: Doc) -> Response:
    """Store a changed type and answer with it."""
    if world.switches.btt_write_sets_user:
        one = one | {"user_id": caller().user_id}
    return _written(world, world.store.put("backup_target_types", one | {"changed_at": world.timestamp()}))


def _written(world: World, one: Doc) -> Response:
    """Answer a write: without `updated_at` (reference Q28)."""
    return answer(
        {"backup_target_types": {key: value for key, value in _view(world, one).items() if key != "updated_at"}}
    )


def _view(world: World, one: Doc) -> Doc:
    keys = (
        "id",
        "backup_targets_id",
        "created_at",
        "updated_at",
        "user_id",
        "name",
        "is_default",
        "description",
        "is_public",
    )
    rows = [_assignment(world, one, project) for project in one["projects"]]
    metadata = [{"key": key, "value": value} for key, value in one["metadata"].items()]
    shown = {key: one[key] for key in keys} | {"version": world.switches.build_version}
    return shown | {"backup_target_type_projects": rows, "backup_target_type_metadata": metadata}


def _assignment(world: World, one: Doc, project: str) -> Doc:
    """Return the row that assigns a type to a project. One from the back door has the time of its type."""
    when = one["assigned_at"].get(project, one["created_at"])
    return {
        "created_at": when,
        "updated_at": None,
        "version": world.switches.build_version,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join((one["id"], project, when)))),
        "backup_target_types_id": one["id"],
        "project_id": project,
    }


def _seed(world: World, doc: Doc) -> Doc:
    made = doc.get("created_at", world.timestamp())
    defaults: Doc = {
        "id": str(uuid.uuid4()),
        "backup_targets_id": NFS_TARGET,
        "created_at": made,
        "updated_at": made,
        "user_id": None,
        # `updated_at` in the list of the target. The type itself shows the time of its creation there.
        "changed_at": None,
        "name": "type",
        "is_default": False,
        "description": None,
        "is_public": True,
        "projects": [],
        "assigned_at": {},
        "metadata": {},
    }
    return defaults | doc


# The result of configuration and installation.
AT_START: list[Doc] = [
    {
        "id": "13dd2bf2-12c5-4eb8-98a3-0f1dd9f8579f",
        "backup_targets_id": NFS_TARGET,
        "name": "nfs_1",
        "is_default": True,
    },
    {"id": "c65625c1-50bf-4ab7-aa26-f625001e60f1", "backup_targets_id": S3_TARGET, "name": "s3_2"},
]

KIND = Kind(blueprint, seeds={"backup_target_types": _seed}, at_start={"backup_target_types": AT_START})
