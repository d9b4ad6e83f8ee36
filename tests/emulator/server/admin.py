# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The back door below `/__emulator/`: switches, clock, records, faults and stored rows. It needs no authentication."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from .faults import BadFault
from .store import Doc
from .switches import UnknownSwitch
from .world import current_world

PREFIX = "/__emulator/"
blueprint = Blueprint("admin", __name__, url_prefix=PREFIX.rstrip("/"))


@blueprint.errorhandler(BadFault)
@blueprint.errorhandler(UnknownSwitch)
@blueprint.errorhandler(ValueError)
def bad_request(error: Exception) -> tuple[Response, int]:
    """Answer a bad request to the back door."""
    return jsonify(error=str(error)), 400


@blueprint.get("/ready")
def ready() -> Response:
    """Confirm that the emulator serves, and name its profile."""
    return jsonify(ready=True, **_profile())


@blueprint.get("/switches")
def show_switches() -> Response:
    """Show the profile and all switches."""
    world = current_world()
    profiles = {"profiles": list(world.api.profiles)} if world.api.profiles else {}
    return jsonify(switches=world.switches.as_dict(), **_profile(), **profiles)


@blueprint.put("/switches")
def set_switches() -> Response:
    """Choose a profile, set switches, or both. A profile resets all switches to its values."""
    world, values = current_world(), _json()
    name = values.pop("profile", None)
    if name is not None:
        world.choose(name, values)
    else:
        world.switches.set(values)
    return show_switches()


@blueprint.get("/clock")
def show_clock() -> Response:
    """Show the simulated time."""
    clock = current_world().clock
    return jsonify(now=clock.now().isoformat(), work=clock.work(), frozen=clock.frozen, speed=clock.speed)


@blueprint.put("/clock")
def set_clock() -> Response:
    """Set any of `freeze` (bool), `step` (seconds) and `speed` (seconds of work per second)."""
    world, values = current_world(), _json()
    _only(values, "freeze", "step", "speed")
    world.clock.set(freeze=values.get("freeze"), step=float(values.get("step", 0)), speed=values.get("speed"))
    world.end_due_jobs()
    return show_clock()


@blueprint.post("/reset")
def reset() -> Response:
    """Go back to the start, or with `project` drop only the rows, faults and records of one project."""
    world, project = current_world(), request.args.get("project")
    if project is None:
        world.reset()
    else:
        world.store.clear(project)
        world.faults.clear(project)
        world.recorder.clear(project)
    return jsonify(reset=project or "all")


@blueprint.post("/mark")
def mark() -> Response:
    """Return the number of the last request, for `since`."""
    return jsonify(mark=current_world().recorder.mark())


@blueprint.get("/requests")
def list_requests() -> Response:
    """List the requests since a mark. Every other query key is a field that must have that value."""
    wanted = request.args.to_dict()
    since = int(wanted.pop("since", "0"))
    _only(wanted, "method", "path", "project", "user", "kind", "effect", "status", "fault")
    found = current_world().recorder.since(since, **wanted)
    return jsonify(count=len(found), requests=found)


@blueprint.get("/faults")
def list_faults() -> Response:
    """List the queued faults."""
    return jsonify(faults=current_world().faults.all())


@blueprint.put("/faults")
@blueprint.post("/faults")
def add_faults() -> Response:
    """Queue one fault, or the list under `faults`."""
    values = _json()
    for fault in values.get("faults", [values]):
        current_world().faults.add(fault)
    return list_faults()


@blueprint.delete("/faults")
def clear_faults() -> Response:
    """Remove all faults, or with `project` those of one project."""
    current_world().faults.clear(request.args.get("project"))
    return list_faults()


@blueprint.get("/<kind>")
def list_rows(kind: str) -> Response:
    """List the stored rows of a kind, or with `project` those of one project."""
    _seed_of(kind)
    return jsonify(current_world().store.all(kind, request.args.get("project")))


@blueprint.post("/<kind>")
def add_row(kind: str) -> Response:
    """Add a row. Missing keys get a default."""
    world = current_world()
    return jsonify(world.store.put(kind, _seed_of(kind)(world, _json())))


@blueprint.get("/<kind>/<row_id>")
def show_row(kind: str, row_id: str) -> Response:
    """Show a row as it is stored."""
    return jsonify(_row(kind, row_id))


@blueprint.put("/<kind>/<row_id>")
def put_row(kind: str, row_id: str) -> Response:
    """Add a row with the given id, or replace it."""
    world = current_world()
    return jsonify(world.store.put(kind, _seed_of(kind)(world, {**_json(), "id": row_id})))


@blueprint.patch("/<kind>/<row_id>")
def patch_row(kind: str, row_id: str) -> Response:
    """Change a row by a JSON merge patch (RFC 7396): null removes a key."""
    return jsonify(current_world().store.put(kind, merge_patch(_row(kind, row_id), _json())))


@blueprint.delete("/<kind>/<row_id>")
def delete_row(kind: str, row_id: str) -> Response:
    """Remove a row."""
    _row(kind, row_id)
    current_world().store.delete(kind, row_id)
    return jsonify(deleted=row_id)


def merge_patch(target: Any, patch: Any) -> Any:
    """Return a document with a JSON merge patch applied (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _profile() -> dict[str, str]:
    world = current_world()
    return {"profile": world.profile} if world.api.profiles else {}


def _json() -> Doc:
    body = json.loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    return body


def _only(values: dict[str, Any], *known: str) -> None:
    if set(values) - set(known):
        raise ValueError(f"Unknown: {sorted(set(values) - set(known))}. Known: {sorted(known)}.")


def _seed_of(kind: str) -> Any:
    seeds = current_world().seeds
    if kind not in seeds:
        raise ValueError(f"No rows of kind {kind!r} can be put in, only {', '.join(sorted(seeds))}.")
    return seeds[kind]


def _row(kind: str, row_id: str) -> Doc:
    _seed_of(kind)
    row = current_world().store.get(kind, row_id)
    if row is None:
        raise ValueError(f"There is no row {row_id} of kind {kind}.")
    return row
