# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator of the Acronis platform: its routes behind the recorder and the faults."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from flask import Flask, Response

from ..server.app import effect_of, make_routes, one_at_a_time
from ..server.clock import DEFAULT_SPEED, Clock
from ..server.errors import Refusal
from ..server.front import Front
from ..server.recorder import Effect
from ..server.store import Store
from ..server.world import Api
from . import clients, workloads
from .switches import Switches, profile
from .world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_app(switches: dict[str, Any], speed: float = DEFAULT_SPEED) -> WSGIApplication:
    """Return the emulator as a WSGI callable.

    :param switches: Switches by name.
    :param speed: Seconds of work per real second.
    :raises UnknownSwitch: For a switch or a value that does not exist.
    """
    world = World(API, Store(), Clock(speed), switches=switches)
    return Front(one_at_a_time(world, _routes()), world, _effect)


def _refused(switches: Switches, refusal: Refusal) -> Response:
    """Return the response to a refused request, with the keys that the vendor's Go sample reads: no page lists them."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.code == 401 else {}
    form = switches.error_body
    if form == "html":
        return Response(
            f"<html><body><h1>{refusal.code}</h1>{refusal.message}</body></html>",
            refusal.code,
            headers,
            content_type="text/html",
        )
    if form == "empty":
        return Response("", refusal.code, headers)
    body: dict[str, Any] = {"message": refusal.message}
    if form == "full":
        body |= {
            "code": str(refusal.code),
            "domain": "WorkloadManagement",
            "context": {},
            "details": {"info": refusal.message},
            "data": {},
        }
    return Response(json.dumps(body), refusal.code, headers, content_type="application/json")


API = Api([clients.KIND, workloads.KIND], profile, _refused)


@functools.cache
def _routes() -> Flask:
    return make_routes(API)


def _effect(method: str, path: str) -> tuple[str, Effect]:
    return effect_of(_routes(), method, path, READING_POSTS)


READING_POSTS = {f"{clients.blueprint.name}.{clients.token.__name__}"}  # a request for a token changes nothing
