# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and responses of workloadmgr: bodies, ids, links and the order of lists (reference A.2)."""

from __future__ import annotations

import json

from flask import request

from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import is_uuid
from .errors import invalid
from .world import the_world


def body_under(wrapper: str) -> Doc:
    """Return the object under a key of the request body.

    :param wrapper: The key.
    :raises Refusal: The body is not JSON, or has another form.
    """
    switches = the_world().switches
    try:
        body = json.loads(request.get_data() or b"null")
    except ValueError as error:
        raise Refusal(400, "Malformed JSON in request body.") from error
    if not isinstance(body, dict) or not isinstance(body.get(wrapper), dict):
        raise invalid(switches, f"Missing '{wrapper}' in request body.")
    return dict(body[wrapper])


def checked_id(identifier: str) -> str:
    """Return the id in a path, checked.

    :raises Refusal: It is not a UUID (`uuid_check`, reference A.6).
    """
    if the_world().switches.uuid_check and not is_uuid(identifier):
        raise Refusal(400, f"Invalid uuid for id: {identifier}")
    return identifier


def links(project_id: str, kind: str, identifier: str) -> list[Doc]:
    """Return the links of an object. The bookmark has no version."""
    # The header as it was sent: werkzeug rejects host names such as wlm_backend.
    host = f"{request.scheme}://{request.environ.get('HTTP_HOST', request.host)}"
    path = f"{project_id}/{kind}/{identifier}"
    return [{"rel": "self", "href": f"{host}/v1/{path}"}, {"rel": "bookmark", "href": f"{host}/{path}"}]


def by_creation(rows: list[Doc], order: str) -> list[Doc]:
    """Return rows by their time of creation.

    :param order: "asc" or "desc".
    """
    ordered = sorted(rows, key=lambda row: str(row["created_at"]))
    return ordered if order == "asc" else ordered[::-1]
