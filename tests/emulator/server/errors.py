# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refusals: what the service says no to, and the bodies in which it says so (API reference A.6)."""

from __future__ import annotations

import json

from ..trilio.switches import Switches

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


class Refusal(Exception):
    """The request is refused; nothing of it is kept.

    :param code: HTTP status.
    :param message: The text of the answer.
    """

    def __init__(self, code: int, message: str) -> None:
        """Keep code and text."""
        super().__init__(message)
        self.code = code
        self.message = message


class CloudFailed(Exception):
    """Nova, Neutron, Cinder or Glance did not do what was asked of it; the message says which and why."""


def invalid(switches: Switches, message: str) -> Refusal:
    """Return the refusal of a body that breaks a rule."""
    return Refusal(switches.error_code_validation, message)


def wrong_state(switches: Switches, message: str) -> Refusal:
    """Return the refusal of what the object is in no state for (API reference C)."""
    return Refusal(switches.error_code_state, message)


def not_found(what: str, identifier: str) -> Refusal:
    """Return the refusal of an id that does not exist, or that the caller must not know of."""
    return Refusal(404, f"{what} {identifier} could not be found.")


def denied(rule: str) -> Refusal:
    """Return the refusal of what the policy file does not let this caller do (API reference A.3)."""
    return Refusal(403, f"Policy doesn't allow {rule} to be performed.")


def body_of(switches: Switches, code: int, message: str) -> tuple[str, str]:
    """Return the body of a refusal and its content type, in the form that C(error_body) says."""
    if switches.error_body == "html":
        return f"<html><head><title>{code}</title></head><body><h1>{code}</h1>{message}<br /><br />\n\n\n</body></html>", "text/html; charset=UTF-8"
    if switches.error_body == "text":
        return message, "text/plain; charset=UTF-8"
    tail = "<br /><br />\n\n\n" if switches.error_body == "fault_br" else ""
    return json.dumps({FAULT_NAMES.get(code, "computeFault"): {"code": code, "message": message + tail}}), "application/json"
