# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The licence of the service (reference A.5, B.13)."""

from __future__ import annotations

import re
import uuid

from flask import Blueprint, Response

from ..clouds.keystone import caller
from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import answer
from .errors import denied, invalid, not_found
from .wire import body_under
from .world import Kind, World, the_world

blueprint = Blueprint("licenses", __name__, url_prefix="/v1/<project_id>/workloads")

THE_ONE = "license"
EXPIRED = "License expired"
MISSING = "License not found"
SIGNED = re.compile(r"valid until (\d{4}-\d\d-\d\d)\s*")
"""The text of a licence of the emulator. Any other text counts as forged."""


@blueprint.post("/license")
def upload() -> Response:
    """Store a licence, even an expired one."""
    world, body = the_world(), body_under("license")
    _require_admin("create")
    signed = SIGNED.fullmatch(str(body.get("lic_txt") or ""))
    if signed is None:
        raise invalid(world.switches, "Cannot verify the license signature")
    row = world.store.put(
        "licenses", _seed(world, {"file_name": str(body.get("file_name") or ""), "expires_on": signed[1]})
    )
    return answer({"license": row})


@blueprint.get("/metrics/license")
def show() -> Response:
    """Show the licence. Its keys are made up: no source shows those of the service."""
    _require_admin("list")
    row = the_world().store.get("licenses", THE_ONE)
    if row is None:
        raise not_found("License", THE_ONE)
    return answer({"license": row})


@blueprint.get("/metrics/license_check")
def check() -> Response:
    """Check the licence. An invalid one gives a message or a refusal (`license_check_expired`)."""
    _require_admin("check")
    world = the_world()
    if not is_valid(world) and world.switches.license_check_expired == "error":
        raise Refusal(world.switches.error_code_license, EXPIRED)
    return answer({"message": "License is valid" if is_valid(world) else EXPIRED})


def require(world: World) -> None:
    """Refuse the call unless the licence is valid.

    :raises Refusal: With `error_code_license`.
    """
    if not is_valid(world):
        is_there = world.store.get("licenses", THE_ONE) is not None
        raise Refusal(world.switches.error_code_license, EXPIRED if is_there else MISSING)


def is_valid(world: World) -> bool:
    """Return whether there is a licence that has not expired."""
    row = world.store.get("licenses", THE_ONE)
    return row is not None and str(row["expires_on"]) >= world.clock.now().date().isoformat()


def _require_admin(what: str) -> None:
    if not caller().is_admin:
        raise denied(f"workload:license_{what}")


def _seed(_world: World, doc: Doc) -> Doc:
    """Complete the licence. There is one at most."""
    return {"serial": str(uuid.uuid4()), "file_name": "emulator.lic", "expires_on": "2999-12-31", **doc, "id": THE_ONE}


KIND = Kind(blueprint, seeds={"licenses": _seed}, at_start={"licenses": [{"id": THE_ONE}]})
