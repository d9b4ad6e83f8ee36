# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests and responses of workloadmgr: bodies, ids, links and the order of lists (reference A.2)."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request

from ..server.errors import Refusal
from ..server.store import Doc
from ..server.wire import is_uuid
from .errors import invalid, refused
from .switches import Switches
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


NUMBERS = {
    "workload": "workloads",
    "snapshot": "snapshots",
    "restore": "restores",
    "policy": "policies",
    "trust": "trusts",
    "backup_target": "backup_targets",
    "backup_target_type": "backup_target_types",
}
"""The wrappers of one object: in the singular, and in the plural."""


def shaped(switches: Switches, response: Response) -> Response:
    """Return a response as the switches `one_wrapped_as`, `list_limit` and `list_paging` want it."""
    if response.status_code >= 300 or response.mimetype != "application/json" or not response.data:
        return response
    body = json.loads(response.data)
    if not isinstance(body, dict) or len(body) != 1:
        return response
    ((key, content),) = body.items()
    if isinstance(content, dict) or request.method != "GET":
        body = {_wrapper(switches, key): content}
    elif isinstance(content, list):
        try:
            body = {key: _page(switches, content)}
        except Refusal as refusal:
            return refused(switches, refusal)
    response.set_data(json.dumps(body))
    return response


def _wrapper(switches: Switches, key: str) -> str:
    """Return the key that wraps one object (reference N23)."""
    for one, more in NUMBERS.items():
        if key in (one, more) and switches.one_wrapped_as != "documented":
            return one if switches.one_wrapped_as == "singular" else more
    return key


def _page(switches: Switches, rows: list[Any]) -> list[Any]:
    """Return the part of a list that the server gives at once (reference N22).

    :raises Refusal: There is no row with the id of the marker.
    """
    ways = {"none": "", "marker": "marker", "offset": "offset"}
    start, given = 0, request.args.get(ways[switches.list_paging])
    if given and switches.list_paging == "offset":
        start = int(given)
    elif given:
        ids = [str(row.get("id") or row.get("name")) for row in rows]
        if given not in ids:
            raise Refusal(400, f"Marker {given} could not be found.")
        start = ids.index(given) + 1
    asked = int(request.args.get("limit") or 0) if switches.list_paging != "none" else 0
    most = min((limit for limit in (asked, switches.list_limit) if limit), default=len(rows))
    return rows[start : start + most]
