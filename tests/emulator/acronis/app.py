# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in of the Acronis platform put together: routes, back door, recorder and faults."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as PlainResponse

from ..server import admin
from ..server.clock import DEFAULT_SPEED, Clock
from ..server.errors import Refusal
from ..server.front import LOST_UPDATE, STUCK, Front
from ..server.recorder import Effect
from ..server.world import WORLD
from . import clients as acronis_clients
from . import workloads as acronis_workloads
from .world import Datacenter, the_datacenter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KINDS = [acronis_clients.KIND, acronis_workloads.KIND]

back_door = Blueprint("back_door", __name__, url_prefix=admin.PREFIX.rstrip("/"))
back_door.register_error_handler(ValueError, admin.bad_request)
for rule, verb, view in (
    ("/clock", "GET", admin.show_clock),
    ("/clock", "PUT", admin.set_clock),
    ("/reset", "POST", admin.reset),
    ("/mark", "POST", admin.mark),
    ("/requests", "GET", admin.list_requests),
    ("/faults", "GET", admin.list_faults),
    ("/faults", "PUT", admin.add_faults),
    ("/faults", "DELETE", admin.clear_faults),
    ("/<kind>", "GET", admin.list_rows),
    ("/<kind>", "POST", admin.add_row),
    ("/<kind>/<row_id>", "GET", admin.show_row),
    ("/<kind>/<row_id>", "PUT", admin.put_row),
    ("/<kind>/<row_id>", "PATCH", admin.patch_row),
    ("/<kind>/<row_id>", "DELETE", admin.delete_row),
):
    back_door.add_url_rule(rule, view_func=view, methods=[verb])


@back_door.get("/ready")
def ready() -> Response:
    """Tell that the stand-in serves."""
    return jsonify(ready=True)


@back_door.get("/switches")
def show_switches() -> Response:
    """Show all switches."""
    return jsonify(switches=the_datacenter().options.as_dict())


@back_door.put("/switches")
def set_switches() -> Response:
    """Set switches."""
    the_datacenter().options.set(dict(json.loads(request.get_data())))
    return show_switches()


def create_app(switches: dict[str, Any], speed: float = DEFAULT_SPEED) -> WSGIApplication:
    """Return the stand-in as a WSGI callable.

    :param switches: Switches by name.
    :param speed: Seconds of work per real second.
    :raises UnknownSwitch: For a switch or a value that does not exist.
    """
    world = Datacenter(Clock(speed), switches, KINDS)

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """End due work, then serve the request as one transaction."""
        environ[WORLD] = world
        with world.lock:
            world.advance()
            world.store.commit()
            response = PlainResponse.from_app(_routes(), environ, buffered=True)
            keep = response.status_code < 400 and not environ.get(LOST_UPDATE)
            (world.store.commit if keep else world.store.rollback)()
        return response(environ, start_response)

    return Front(serve, world, _classify)


@functools.cache
def _routes() -> Flask:
    """Return the Flask application: one for all stand-ins of a process, each request brings its world."""
    flask = Flask(__name__, static_folder=None)
    for kind in KINDS:
        flask.register_blueprint(kind.blueprint)
    flask.register_blueprint(back_door)

    @flask.before_request
    def prepare() -> None:
        g.stuck = request.environ.get(STUCK, False)

    @flask.errorhandler(Refusal)
    def say_no(refusal: Refusal) -> Response:
        return _refused(the_datacenter(), refusal)

    @flask.errorhandler(HTTPException)
    def say_no_plainly(error: HTTPException) -> Response:
        return _refused(the_datacenter(), Refusal(error.code or 500, error.description or error.name))

    return flask


def _refused(world: Datacenter, refusal: Refusal) -> Response:
    """Return the answer to a refused request. The keys are those that the vendor's Go sample reads, as no page lists them."""
    headers = {"WWW-Authenticate": "Bearer"} if refusal.code == 401 else {}
    form = world.options.error_body
    if form == "html":
        return Response(f"<html><body><h1>{refusal.code}</h1>{refusal.message}</body></html>", refusal.code, headers, content_type="text/html")
    if form == "empty":
        return Response("", refusal.code, headers)
    body: dict[str, Any] = {"message": refusal.message}
    if form == "full":
        body |= {"code": str(refusal.code), "domain": "WorkloadManagement", "context": {}, "details": {"info": refusal.message}, "data": {}}
    return Response(json.dumps(body), refusal.code, headers, content_type="application/json")


def _classify(method: str, path: str) -> tuple[str, Effect]:
    """Return kind and effect of a request, by the route that serves it. To take a token changes nothing."""
    by_verb: Effect = "READ" if method in ("GET", "HEAD", "OPTIONS") else "WRITE"
    try:
        endpoint, _values = _routes().url_map.bind("localhost").match(path, method)
    except HTTPException:
        return "unknown", by_verb
    kind = endpoint.split(".")[0]
    return kind, "READ" if kind == acronis_clients.blueprint.name else by_verb
