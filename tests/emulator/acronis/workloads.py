# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads of the Acronis platform: records of devices (Acronis reference 1.3)."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import is_uuid
from .clients import CLIENT, authenticate
from .query import Query, alternatives, attributes_shown, cursor, flag, limit_of, number_of, page_of, query_of, selected
from .world import Kind, World, the_world

API_ROOT = "/api/workload_management/v5"
KIND_NAME = "workloads"
MOST_IDS = 100

CHANGEABLE: dict[str, type] = {
    "name": str,
    "attributes": dict,
    "client_id": str,
    "allowed_actions": list,
    "enabled": bool,
}
"""The keys that a PATCH takes."""
REPORTED = {**CHANGEABLE, "type": str, "tenant_id": str}
"""The keys that a POST takes."""
REQUIRED = ("name", "type", "tenant_id")
READ_ONLY: Doc = {
    "agent_id": None,
    "user_defined_name": "",
    "is_auto_created": False,
    "aggregation_status": "NOT_AGGREGATED",
    "parent_child_relationship_query": None,
    "aggregates_detection_query": None,
    "type_alias": None,
}
ALWAYS_SHOWN = ("id", "external_id", "name", "client_id", "type", "created_at", "updated_at", *READ_ONLY)

blueprint = Blueprint(KIND_NAME, __name__, url_prefix=API_ROOT)
blueprint.before_request(authenticate)


@blueprint.get("/workloads")
def list_workloads() -> Response:
    """List one page of the workloads that pass the filters."""
    world, args = the_world(), request.args
    switches = world.switches
    query, start = query_of(args, switches.cursor, switches.unknown_keys == "reject")
    found = selected([row for row in world.store.all(KIND_NAME) if row["appeared"]], query)
    page = page_of(found, start, limit_of(args, switches.page_size))
    beside = {"before": page.before, "after": page.after}
    paging: Doc = {"cursors": {name: cursor(query, place) for name, place in beside.items() if place is not None}}
    if switches.total == "shown":
        paging["total"] = len(found)
    links = [{"rel": "self", "href": request.url}]
    return jsonify(
        items=[_shown(world, row, query) for row in page.rows],
        paging=paging,
        _links=links,
        dynamic_group_creation_forbidden=False,
    )


@blueprint.get("/workloads/<workload_id>")
def show_workload(workload_id: str) -> Response:
    """Show one workload. No public document mentions this endpoint.

    :raises Refusal: 404, unless `get_by_id` is 200.
    """
    world = the_world()
    if world.switches.get_by_id == "404":
        raise Refusal(404, "There is no such endpoint.")
    return jsonify(_shown(world, _row(world, workload_id), {}))


@blueprint.post("/workloads")
def report_workloads() -> Response:
    """Register workloads. They appear after `appear_s`.

    :raises Refusal: 400 for bad keys, 409 for a workload that exists.
    """
    world = the_world()
    rows = [_reported(world, item) for item in _items(world)]
    for row in rows:
        if world.switches.duplicate_names == "reject" and any(
            _same(row, other) for other in world.store.all(KIND_NAME)
        ):
            raise Refusal(409, f"The workload {row['name']!r} exists.")
        world.store.put(KIND_NAME, row)
        world.start_job(world.switches.appear_s, "appear", row["tenant_id"], workload_id=row["id"])
    if world.switches.post_answer == "id":
        return jsonify(items=[{"id": row["id"]} for row in rows])
    return _done(world)


@blueprint.patch("/workloads/<workload_id>")
def change_workload(workload_id: str) -> Response:
    """Change some keys of a workload.

    :raises Refusal: 400 for bad keys, 403 for a workload of another client (`foreign_write`), 404 for an unknown one.
    """
    world = the_world()
    row = _row(world, workload_id)
    _allow(world, row)
    changes = _checked(world, _sent(), CHANGEABLE)
    world.start_job(world.switches.patch_delay_s, "change", row["tenant_id"], workload_id=workload_id, changes=changes)
    return _done(world)


@blueprint.delete("/workloads")
def delete_workloads() -> Response:
    """Unregister the workloads in the query. If one is refused, none is removed.

    :raises Refusal: 400 without ids or with too many, 403 and 404 as for a change.
    """
    world = the_world()
    wanted = {each for text in request.args.getlist("workload_id") for each in alternatives(text)}
    if not 1 <= len(wanted) <= MOST_IDS:
        raise Refusal(400, f"workload_id takes 1 to {MOST_IDS} ids.")
    for workload_id in wanted:
        if world.switches.delete_unknown == "204" and world.store.get(KIND_NAME, workload_id) is None:
            continue
        _allow(world, _row(world, workload_id))
        world.store.delete(KIND_NAME, workload_id)
    return _done(world)


def _shown(world: World, row: Doc, query: Query) -> Doc:
    """Return a row as a response shows it. Attributes and actions are shown on request only."""
    shown = {key: row[key] for key in ALWAYS_SHOWN}
    shown["tenant_id"] = number_of(row["tenant_id"]) if world.switches.tenant_ids == "number" else row["tenant_id"]
    if world.switches.enabled_key == "shown":
        shown["enabled"] = row["enabled"]
    unasked = world.switches.unasked_keys == "shown"
    attributes = attributes_shown(query, row["attributes"])
    if attributes is not None or unasked:
        shown["attributes"] = row["attributes"] if attributes is None else attributes
    if flag(query, "include_allowed_actions") or unasked:
        shown["allowed_actions"] = row["allowed_actions"]
    for key in ("status", "aggregated_aspects"):
        if flag(query, f"include_{key}"):
            shown[key] = row[key]
    return shown


def _sent() -> Doc:
    """Return the object in the request body."""
    if request.mimetype != "application/json":
        raise Refusal(415, "The content type must be application/json.")
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise Refusal(400, "The body is no JSON.") from error
    if not isinstance(body, dict):
        raise Refusal(400, "The body is no object.")
    return body


def _items(world: World) -> list[Any]:
    """Return the workloads in the body of a POST. Public documents show two forms of it."""
    body = _sent()
    form = "items" if "items" in body else "bare"
    if world.switches.post_form not in (form, "both"):
        raise Refusal(400, f"The body must be of the form {world.switches.post_form!r}.")
    items = body["items"] if form == "items" else [body]
    if not isinstance(items, list) or not items:
        raise Refusal(400, "items is a list of workloads.")
    return items


def _checked(world: World, item: Any, known: dict[str, type]) -> Doc:
    """Return the checked keys of a workload in a request."""
    if not isinstance(item, dict):
        raise Refusal(400, "A workload is an object.")
    if world.switches.unknown_keys == "ignore":
        item = {key: value for key, value in item.items() if key in known}
    if set(item) - set(known):
        raise Refusal(400, f"Keys that cannot be set here: {', '.join(sorted(set(item) - set(known)))}.")
    for key, value in item.items():
        if not isinstance(value, known[key]):
            raise Refusal(400, f"{key} has the wrong type.")
    names = [*item.get("allowed_actions", []), *([item["type"]] if "type" in item else [])]
    if not all(isinstance(name, str) and name.startswith("cti.") for name in names):
        raise Refusal(400, "Types and actions are named by CTI.")
    if world.switches.foreign_client_id == "reject" and item.get("client_id", g.client_id) != g.client_id:
        raise Refusal(400, "client_id must be that of the caller.")
    return dict(item)


def _reported(world: World, item: Any) -> Doc:
    """Return the row of a new workload."""
    given = _checked(world, item, REPORTED)
    if not all(given.get(key) for key in REQUIRED) or not is_uuid(given["tenant_id"]):
        raise Refusal(400, f"{', '.join(REQUIRED)} are required, the last as a UUID.")
    return _workload_row(world, {"client_id": g.client_id, **given, "appeared": False})


def _same(row: Doc, other: Doc) -> bool:
    return all(row[key] == other[key] for key in REQUIRED)


def _row(world: World, workload_id: str) -> Doc:
    row = world.store.get(KIND_NAME, workload_id)
    if row is None:
        raise Refusal(404, f"There is no workload {workload_id}.")
    return row


def _allow(world: World, row: Doc) -> None:
    if world.switches.foreign_write == "reject" and row["client_id"] != g.client_id:
        raise Refusal(403, f"The workload {row['id']} is of another client.")


def _done(world: World) -> Response:
    return Response(status=world.switches.write_code)


def _appear(world: World, args: Doc, _moment: datetime) -> None:
    """Show a workload in lists from now on."""
    row = world.store.get(KIND_NAME, args["workload_id"])
    if row is not None:
        world.store.put(KIND_NAME, {**row, "appeared": True})


def _change(world: World, args: Doc, moment: datetime) -> None:
    """Apply a change."""
    row = world.store.get(KIND_NAME, args["workload_id"])
    if row is None:
        return
    changes = dict(args["changes"])
    if world.switches.attributes_patch == "merge" and "attributes" in changes:
        changes["attributes"] = {**row["attributes"], **changes["attributes"]}
    world.store.put(KIND_NAME, {**row, **changes, "updated_at": _stamp(moment)})


def _workload_row(world: World, given: Doc) -> Doc:
    """Complete a workload."""
    workload_id = given.get("id", str(uuid.uuid4()))
    now = _stamp(world.clock.now())
    ours = {
        **READ_ONLY,
        "id": workload_id,
        "external_id": workload_id,
        "name": "device",
        "type": "cti.a.p.wm.workload.v1.0~a.p.wm.aspect.v1.0~example.app.device.v1.0",
        "tenant_id": CLIENT["tenant_id"],
        "client_id": CLIENT["id"],
        "attributes": {},
        "allowed_actions": [],
        "enabled": True,
        "status": {},
        "aggregated_aspects": [],
        "is_group": False,
        "appeared": True,
        "created_at": now,
        "updated_at": now,
    }
    return ours | given


def _stamp(moment: datetime) -> str:
    """Return a time in the form of RFC 3339."""
    return f"{moment.isoformat(timespec='microseconds')}Z"


KIND = Kind(blueprint, jobs={"appear": _appear, "change": _change}, seeds={KIND_NAME: _workload_row})
