# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version document (reference A.1)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..server.errors import Refusal
from ..server.wire import answer
from .world import Kind, the_world

blueprint = Blueprint("versions", __name__)


@blueprint.get("/")
@blueprint.get("/v1/")
def list_versions() -> Response:
    """List the only version."""
    code = the_world().switches.root_versions
    if code == 404:
        raise Refusal(404, "The resource could not be found.")
    version = {"id": "v1.0", "status": "CURRENT", "links": [{"rel": "self", "href": f"{request.host_url}v1/"}]}
    return answer({"versions": [version]}, code)


KIND = Kind(blueprint)
