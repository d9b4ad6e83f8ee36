# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workload types (reference B.3)."""

from __future__ import annotations

from flask import Blueprint, Response

from ..server.wire import answer
from .world import Kind

blueprint = Blueprint("workload_types", __name__, url_prefix="/v1/<project_id>")

SERIAL = "f82ce76f-17fe-438b-aa37-7a023058e50d"
PARALLEL = "2ddd528d-c9b4-4d7e-8722-cc395140255a"
TYPES = [
    {
        "id": SERIAL,
        "name": "Serial",
        "description": "Serial workload that backs up its VMs in the order in which they were added",
        "is_public": True,
    },
    {
        "id": PARALLEL,
        "name": "Parallel",
        "description": "Parallel workload that backs up its VMs in any order",
        "is_public": True,
    },
]


@blueprint.get("/workload_types")
@blueprint.get("/workload_types/detail")
def list_types() -> Response:
    """List the two workload types that every server has."""
    return answer({"workload_types": TYPES})


KIND = Kind(blueprint)
