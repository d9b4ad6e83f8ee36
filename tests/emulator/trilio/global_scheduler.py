# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The global job scheduler, which all schedules of the cloud need (reference B.7)."""

from __future__ import annotations

from flask import Blueprint, Response

from ..clouds.keystone import caller
from ..server.wire import answer
from .errors import denied
from .world import Kind, World, the_world

blueprint = Blueprint("global_scheduler", __name__, url_prefix="/v1/<project_id>/global_job_scheduler")


@blueprint.get("")
def show() -> Response:
    """Show whether the global job scheduler is on."""
    return answer({"global_job_scheduler": is_on(the_world())})


@blueprint.post("/<any(enable, disable):verb>")
def switch(verb: str) -> Response:
    """Switch the global job scheduler on or off."""
    if not caller().is_admin:
        raise denied(f"workload:workload_{verb}_global_job_scheduler")
    the_world().store.put("globals", {"id": "job_scheduler", "enabled": verb == "enable"})
    return answer({"global_job_scheduler": verb == "enable"})


def is_on(world: World) -> bool:
    """Return whether the global job scheduler is on."""
    row = world.store.get("globals", "job_scheduler")
    return row is None or bool(row["enabled"])


KIND = Kind(blueprint)
