# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals of workloadmgr: status, text and body (reference A.6)."""

from __future__ import annotations

import json

from flask import Response

from ..server.errors import Refusal
from ..server.wire import HTML, JSON, TEXT, response
from .switches import Switches

FAULT_NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    503: "serviceUnavailable",
}


def invalid(switches: Switches, message: str) -> Refusal:
    """Return the refusal of a body that breaks a rule."""
    return Refusal(switches.error_code_validation, message)


def wrong_state(switches: Switches, message: str) -> Refusal:
    """Return the refusal of a call that the state of the object does not allow (reference C)."""
    return Refusal(switches.error_code_state, message)


def not_found(what: str, identifier: str) -> Refusal:
    """Return the refusal of an id that does not exist or that the caller cannot see."""
    return Refusal(404, f"{what} {identifier} could not be found.")


def denied(rule: str) -> Refusal:
    """Return the refusal of a call that the policy rule denies to the caller (reference A.3)."""
    return Refusal(403, f"Policy doesn't allow {rule} to be performed.")


def refused(switches: Switches, refusal: Refusal) -> Response:
    """Return the response to a refused request, in the form of the switch `error_body`."""
    code, message = refusal.code, refusal.message
    if switches.error_body == "html":
        title = f"<head><title>{code}</title></head>"
        return response(f"<html>{title}<body><h1>{code}</h1>{message}<br /><br />\n\n\n</body></html>", code, HTML)
    if switches.error_body == "text":
        return response(message, code, TEXT)
    tail = "<br /><br />\n\n\n" if switches.error_body == "fault_br" else ""
    fault = {FAULT_NAMES.get(code, "computeFault"): {"code": code, "message": message + tail}}
    return response(json.dumps(fault), code, JSON)
