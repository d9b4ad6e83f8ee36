# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses as OpenStack services send them (reference A.2)."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response

HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
JSON = "application/json"


def answer(data: Any, code: int = 200) -> Response:
    """Return a response with a JSON body."""
    return response(json.dumps(data), code, JSON)


def empty(code: int, content_type: str = HTML) -> Response:
    """Return a response without a body."""
    return response("", code, content_type)


def response(body: str, code: int, content_type: str) -> Response:
    """Return a response. Only those of type JSON carry a request id, as in the captured ones."""
    made = Response(body, code, content_type=content_type)
    if content_type == JSON:
        made.headers["X-Compute-Request-Id"] = f"req-{uuid.uuid4()}"
    return made


def is_uuid(text: Any) -> bool:
    """Return whether a value is the text of a UUID."""
    try:
        uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return True
