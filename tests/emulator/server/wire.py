# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wire format: bodies, headers, ids and links as the captured samples have them (API reference A.2)."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, request

from ..trilio.switches import Switches
from .errors import Refusal, body_of, invalid
from .store import Doc
from .world import the_world

HTML = "text/html; charset=UTF-8"
JSON = "application/json"


def answer(data: Any, code: int = 200) -> Response:
    """Return a JSON answer."""
    return _response(json.dumps(data), code, JSON)


def empty(code: int, content_type: str = HTML) -> Response:
    """Return an answer of no length. The captured ones carry a request id only where they call themselves JSON."""
    return _response("", code, content_type)


def refused(switches: Switches, refusal: Refusal) -> Response:
    """Return the answer to a refused request."""
    body, content_type = body_of(switches, refusal.code, refusal.message)
    return _response(body, refusal.code, content_type)


def _response(body: str, code: int, content_type: str) -> Response:
    response = Response(body, code, content_type=content_type)
    if content_type == JSON:
        response.headers["X-Compute-Request-Id"] = f"req-{uuid.uuid4()}"
    return response


def sent(wrapper: str) -> Doc:
    """Return the object in the request body.

    :param wrapper: The key that it must be under.
    :raises Refusal: Where the body is not JSON or has not that form.
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
    """Return the id in a path.

    :raises Refusal: Where ids are checked and this is no UUID (API reference A.6).
    """
    if the_world().switches.uuid_check and not is_uuid(identifier):
        raise Refusal(400, f"Invalid uuid for id: {identifier}")
    return identifier


def is_uuid(text: Any) -> bool:
    """Tell whether a value is the text of a UUID."""
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return True


def links(project_id: str, kind: str, identifier: str) -> list[Doc]:
    """Return the links of an object: self, and bookmark without the version."""
    # As sent: a host name such as wlm_backend is none to werkzeug.
    host = f"{request.scheme}://{request.environ.get('HTTP_HOST', request.host)}"
    path = f"{project_id}/{kind}/{identifier}"
    return [{"rel": "self", "href": f"{host}/v1/{path}"}, {"rel": "bookmark", "href": f"{host}/{path}"}]


def in_order(rows: list[Doc], order: str) -> list[Doc]:
    """Return rows by their time of creation, "asc" or "desc"."""
    ordered = sorted(rows, key=lambda row: str(row["created_at"]))
    return ordered if order == "asc" else ordered[::-1]
