# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of an application that all APIs share: routes, transactions, and the effect of a request."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as PlainResponse

from . import admin
from .errors import Refusal
from .front import FAILS, LOST_UPDATE, STUCK
from .recorder import Effect
from .world import WORLD, Api, World, current_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def make_routes(api: Api[Any]) -> Flask:
    """Return a Flask application with the routes of an API and of the back door.

    All emulators of a process share it: each request brings its world.
    """
    flask = Flask(__name__, static_folder=None)
    flask.url_map.strict_slashes = False
    for kind in api.kinds:
        flask.register_blueprint(kind.blueprint)
    flask.register_blueprint(admin.blueprint)

    @flask.before_request
    def take_faults() -> None:
        g.stuck = request.environ.get(STUCK, False)
        g.fails = request.environ.get(FAILS)

    @flask.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        return api.refused(current_world().switches, refusal)

    @flask.errorhandler(HTTPException)
    def refuse_by_flask(error: HTTPException) -> Response:
        return api.refused(current_world().switches, Refusal(error.code or 500, error.description or error.name))

    return flask


def one_at_a_time(world: World[Any], routes: Flask) -> WSGIApplication:
    """Return an application that ends due jobs, then serves the request as one transaction."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[WORLD] = world
        with world.lock:
            world.end_due_jobs()
            world.store.commit()
            response = PlainResponse.from_app(routes, environ, buffered=True)
            keep = response.status_code < 400 and not environ.get(LOST_UPDATE)
            (world.store.commit if keep else world.store.rollback)()
        return response(environ, start_response)

    return serve


def effect_of(routes: Flask, method: str, path: str, exceptions: Collection[str]) -> tuple[str, Effect]:
    """Return the kind and the effect of a request, by the route that serves it.

    :param exceptions: Endpoints whose effect is not the one of their verb: GETs that write, POSTs that only read.
    """
    reads = method in ("GET", "HEAD", "OPTIONS")
    try:
        endpoint, _values = routes.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return "unknown", "READ" if reads else "WRITE"
    return endpoint.split(".")[0], "READ" if reads != (endpoint in exceptions) else "WRITE"
