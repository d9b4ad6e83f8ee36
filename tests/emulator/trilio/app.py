# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The application: all route files put together, behind authentication, recorder and faults."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as PlainResponse

from ..clouds import compute
from ..clouds.keystone import ServiceUser, check_project, guarded
from ..server import admin
from ..server.clock import DEFAULT_SPEED, Clock
from ..server.errors import Refusal
from ..server.front import CALLER, FAILS, LOST_UPDATE, STUCK, Front
from ..server.recorder import Effect
from ..server.store import Store
from ..server.wire import refused
from ..server.world import WORLD, World, the_world
from . import (
    backup_target_types,
    backup_targets,
    global_scheduler,
    licenses,
    mounts,
    nodes,
    policies,
    restores,
    snapshots,
    trusts,
    versions,
    workload_types,
    workloads,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A new kind of object: write its route file with a KIND and add it here.
KINDS = [
    module.KIND
    for module in (
        workloads,
        workload_types,
        snapshots,
        mounts,
        restores,
        policies,
        backup_targets,
        backup_target_types,
        global_scheduler,
        trusts,
        licenses,
        nodes,
        compute,
        versions,
    )
]


@dataclass(frozen=True)
class Settings:
    """How an emulator is started.

    :param profile: The product line, "4.2", "5.2", "6.1" or "6.2".
    :param switches: Switches that differ from the profile, by name.
    :param state: Directory that keeps the rows; None keeps them in memory.
    :param instances: VMs of the emulator's own inventory; None = look in Nova where the token's catalog has one.
    :param speed: Seconds of work per real second.
    :param service_user: Who asks Keystone about tokens; None = no authentication.
    """

    profile: str = "6.2"
    switches: dict[str, Any] = field(default_factory=dict)
    state: Path | None = None
    instances: list[dict[str, Any]] | None = None
    speed: float = DEFAULT_SPEED
    service_user: ServiceUser | None = None


def create_app(settings: Settings) -> WSGIApplication:
    """Return the emulator as a WSGI callable.

    :raises UnknownSwitch: For a profile or switch that does not exist.
    """
    world = World(Store(settings.state), Clock(settings.speed), settings.profile, settings.switches, KINDS, settings.instances)
    inner: WSGIApplication = _one_at_a_time(world)
    if settings.service_user is None:
        return Front(inner, world, _classify)
    behind_keystone = guarded(inner, settings.service_user)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_admin = environ["PATH_INFO"].startswith(admin.PREFIX)
        return (inner if is_admin else behind_keystone)(environ, start_response)

    return Front(choose, world, _classify)


@functools.cache
def _routes() -> Flask:
    """Return the Flask application with the routes of all kinds: one for all emulators of a process, each request brings its world."""
    flask = Flask(__name__, static_folder=None)
    flask.url_map.strict_slashes = False
    for kind in KINDS:
        flask.register_blueprint(kind.blueprint)
    flask.register_blueprint(admin.blueprint)

    @flask.url_value_preprocessor
    def take_project_from_url(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.url_project_id = (values or {}).pop("project_id", None)

    @flask.before_request
    def prepare() -> None:
        g.stuck = request.environ.get(STUCK, False)
        g.fails = request.environ.get(FAILS)
        check_project()

    @flask.errorhandler(Refusal)
    def say_no(refusal: Refusal) -> Response:
        return refused(the_world().switches, refusal)

    @flask.errorhandler(HTTPException)
    def say_no_plainly(error: HTTPException) -> Response:
        return refused(the_world().switches, Refusal(error.code or 500, error.description or error.name))

    return flask


def _one_at_a_time(world: World) -> WSGIApplication:
    """Return an application that ends due work, then serves the request as one transaction."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.get(CALLER, {}).update(project=environ.get("HTTP_X_PROJECT_ID"), user=environ.get("HTTP_X_USER_ID"))
        environ[WORLD] = world
        with world.lock:
            world.advance()
            world.store.commit()
            response = PlainResponse.from_app(_routes(), environ, buffered=True)
            keep = response.status_code < 400 and not environ.get(LOST_UPDATE)
            (world.store.commit if keep else world.store.rollback)()
        return response(environ, start_response)

    return serve


ACTING_GETS = frozenset().union(*(kind.acting_gets for kind in KINDS))


def _classify(method: str, path: str) -> tuple[str, Effect]:
    """Return kind and effect of a request, by the route that serves it."""
    by_verb: Effect = "READ" if method in ("GET", "HEAD", "OPTIONS") else "WRITE"
    try:
        endpoint, _values = _routes().url_map.bind("localhost").match(path, method)
    except HTTPException:
        return "unknown", by_verb
    return endpoint.split(".")[0], "WRITE" if endpoint in ACTING_GETS else by_verb
