# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup target types: what projects see and use of the backup targets (API reference A.3, B.11, Q12, Q26-Q28)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, request

from ..clouds.keystone import Caller, caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer, empty
from .errors import denied, invalid, not_found, wrong_state
from .wire import checked_id, sent
from .world import Kind, World, the_world

blueprint = Blueprint("backup_target_types", __name__, url_prefix="/v1/<project_id>/backup_target_types")

NFS_TARGET = "b39847c8-bf65-4cec-9af6-dd65303ca485"
S3_TARGET = "2af5f2db-3267-453f-bc57-19884837e274"
# The GET of this kind and of targets that changes state (API reference Q18).
SET_DEFAULT = "backup_targets.set_default"


@blueprint.before_request
def check_access() -> None:
    """Refuse what the API of the product line has not, and writing to all but administrators; for types and targets alike.

    :raises Refusal: 404, 403.
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
    """Make one more type for a target."""
    world, body = the_world(), sent("backup_target_type")
    switches = world.switches
    target_id = body.get("backup_targets_id")
    if not target_id or world.store.get("backup_targets", str(target_id)) is None:
        raise invalid(switches, f"Backup target {target_id} could not be found")
    one = new_type(world, str(target_id), free_name(world, body.get("name")))
    one |= {"description": body.get("description"), "is_public": flag(world, body, "is_public", default=True), "metadata": _metadata(world, body)}
    one |= _with_projects(world, one, _projects(world, body))
    if flag(world, body, "is_default", default=False):
        move_default(world, str(target_id), one["id"])
        one["is_default"] = True
    world.store.put("backup_target_types", one)
    return _written(world, one)


@blueprint.put("/<type_id>")
def update_type(type_id: str) -> Response:
    """Change a type: projects and metadata are added to those that it has, unless these are purged first (API reference Q27)."""
    world, one, body = the_world(), _usable(type_id), sent("backup_target_type")
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
    """Remove a type that is neither the default one nor in use."""
    world, one = the_world(), _usable(type_id)
    if one["is_default"]:
        raise wrong_state(world.switches, f"Backup target type {type_id} is the default one, it cannot be deleted")
    if world.switches.btt_delete_in_use == "reject" and in_use(world, [one]):
        raise wrong_state(world.switches, f"Backup target type {type_id} is in use by workloads")
    world.store.delete("backup_target_types", type_id)
    return empty(202)


@blueprint.post("/<type_id>/add_projects")
def add_projects(type_id: str) -> Response:
    """Let more projects use a type."""
    world, one, body = _with_named_body(type_id, "project_list")
    return _changed(world, one | _with_projects(world, one, _projects(world, body)))


@blueprint.put("/<type_id>/remove_projects")
def remove_projects(type_id: str) -> Response:
    """Take a type away from projects; those that do not have it are no error."""
    world, one, body = _with_named_body(type_id, "project_list")
    gone = _projects(world, body)
    assigned_at = {project: when for project, when in one["assigned_at"].items() if project not in gone}
    return _changed(world, one | {"projects": [project for project in one["projects"] if project not in gone], "assigned_at": assigned_at})


@blueprint.post("/<type_id>/add_metadata")
def add_metadata(type_id: str) -> Response:
    """Add keys to the metadata of a type, or replace their values."""
    world, one, body = _with_named_body(type_id, "metadata")
    return _changed(world, one | {"metadata": one["metadata"] | _metadata(world, body)})


@blueprint.put("/<type_id>/remove_metadata")
def remove_metadata(type_id: str) -> Response:
    """Remove keys from the metadata of a type, whatever their values; those that it does not have are no error."""
    world, one, body = _with_named_body(type_id, "metadata")
    gone = _metadata(world, body)
    return _changed(world, one | {"metadata": {key: value for key, value in one["metadata"].items() if key not in gone}})


def usable_types(world: World, who: Caller) -> list[Doc]:
    """Return the types that a caller sees: public ones and those of the project; administrators see all (API reference A.3)."""
    every = world.store.all("backup_target_types")
    return [one for one in every if who.is_admin or one["is_public"] or who.project_id in one["projects"]]


def types_of(world: World, target_id: str) -> list[Doc]:
    """Return the types of a target, oldest first."""
    return [one for one in world.store.all("backup_target_types") if one["backup_targets_id"] == target_id]


def in_use(world: World, types: list[Doc]) -> bool:
    """Tell whether a workload names one of the types: workloads know them by name only (API reference Q12)."""
    names = {one["name"] for one in types}
    return any(workload["metadata"].get("backup_target_types") in names for workload in world.store.all("workloads"))


def new_type(world: World, target_id: str, name: str) -> Doc:
    """Return a type that the caller makes for a target: public, not the default one."""
    return _seed(world, {"backup_targets_id": target_id, "name": name, "user_id": caller().user_id})


def free_name(world: World, name: Any, but_of: str | None = None) -> str:
    """Return the name for a type.

    :param but_of: Id of the type that may have the name already.
    :raises Refusal: Where it is none, or another type has it and may not share it (C(btt_name_unique)).
    """
    if not isinstance(name, str) or not name:
        raise invalid(world.switches, "Backup target type needs a name")
    others = [one["name"] for one in world.store.all("backup_target_types") if one["id"] != but_of]
    if world.switches.btt_name_unique and name in others:
        raise wrong_state(world.switches, f"There is a backup target type {name} already")
    return name


def flag(world: World, body: Doc, name: str, default: bool, booleans: bool = True) -> bool:
    """Return a yes or no of a request: 0 or 1, or a JSON boolean, as number or text (API reference Q1, Q6).

    :param default: What a missing value or null means.
    :param booleans: Whether true and false are taken too.
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
    """Tell whether a request makes a target or a type the default one that is not yet.

    :raises Refusal: Where it would leave no default one (API reference Q26).
    """
    wanted = flag(world, body, "is_default", default=row["is_default"], booleans=booleans)
    if row["is_default"] and not wanted:
        raise wrong_state(world.switches, f"{row['id']} is the default one, make another one default instead")
    return bool(wanted != row["is_default"])


def move_default(world: World, target_id: str, type_id: str | None) -> None:
    """Make a target and one of its types the default ones, and no others (API reference Q26).

    Of the times of change, only that of a type moves, and only where its target lists it (API reference B.11).
    """
    for target in world.store.all("backup_targets"):
        world.store.put("backup_targets", target | {"is_default": target["id"] == target_id})
    for one in world.store.all("backup_target_types"):
        if one["is_default"] != (one["id"] == type_id):
            world.store.put("backup_target_types", one | {"is_default": not one["is_default"], "changed_at": world.timestamp()})


def inner_view(world: World, one: Doc) -> Doc:
    """Return a type as its target lists it: without an id."""
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
    """Return the world, a type, and the body of a call that names the type again.

    :param needed: What else must be in the body.
    :raises Refusal: Where the body names no type or another one, or lacks that key.
    """
    world, one, body = the_world(), _usable(type_id), sent("backup_target_type")
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
    """Return the metadata in a request, which comes as a list of keys and values."""
    given = body.get("metadata") or []
    if not isinstance(given, list) or not all(isinstance(item, dict) and isinstance(item.get("key"), str) and "value" in item for item in given):
        raise invalid(world.switches, "metadata must be a list of objects with key and value")
    return {item["key"]: str(item["value"]) for item in given}


def _with_projects(world: World, one: Doc, projects: list[str]) -> Doc:
    """Return what changes of a type when projects are assigned that may have it already."""
    added = [project for project in projects if project not in one["projects"]]
    return {"projects": one["projects"] + added, "assigned_at": one["assigned_at"] | dict.fromkeys(added, world.timestamp())}


def _changed(world: World, one: Doc) -> Response:
    """Keep a changed type, and answer."""
    if world.switches.btt_write_sets_user:
        one = one | {"user_id": caller().user_id}
    return _written(world, world.store.put("backup_target_types", one | {"changed_at": world.timestamp()}))


def _written(world: World, one: Doc) -> Response:
    """Answer a write: without C(updated_at) (API reference Q28)."""
    return answer({"backup_target_types": {key: value for key, value in _view(world, one).items() if key != "updated_at"}})


def _view(world: World, one: Doc) -> Doc:
    keys = ("id", "backup_targets_id", "created_at", "updated_at", "user_id", "name", "is_default", "description", "is_public")
    rows = [_assignment(world, one, project) for project in one["projects"]]
    metadata = [{"key": key, "value": value} for key, value in one["metadata"].items()]
    shown = {key: one[key] for key in keys} | {"version": world.switches.build_version}
    return shown | {"backup_target_type_projects": rows, "backup_target_type_metadata": metadata}


def _assignment(world: World, one: Doc, project: str) -> Doc:
    """Return the row that assigns a type to a project; one put in by the back door has the time of its type."""
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
        # What a target lists as the type's updated_at; the type itself always shows the time of creation there.
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


# What is there from the start, as configuration and installation leave it.
AT_START: list[Doc] = [
    {"id": "13dd2bf2-12c5-4eb8-98a3-0f1dd9f8579f", "backup_targets_id": NFS_TARGET, "name": "nfs_1", "is_default": True},
    {"id": "c65625c1-50bf-4ab7-aa26-f625001e60f1", "backup_targets_id": S3_TARGET, "name": "s3_2"},
]

KIND = Kind(blueprint, seeds={"backup_target_types": _seed}, at_start={"backup_target_types": AT_START})
