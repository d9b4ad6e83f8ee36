# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator of workloadmgr: its routes behind the recorder, the faults and Keystone."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

from ..clouds import compute
from ..clouds.keystone import ServiceUser, guarded
from ..server import admin
from ..server.app import effect_of, make_routes, one_at_a_time
from ..server.clock import DEFAULT_SPEED, Clock
from ..server.front import CALLER, Front
from ..server.recorder import Effect
from ..server.store import Store
from ..server.world import Api
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
from .access import check_project
from .errors import refused
from .switches import PROFILES, profile
from .wire import shaped
from .world import World, the_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Add a new kind of object here.
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


API = Api(KINDS, profile, refused, tuple(PROFILES))
WRITING_GETS = frozenset().union(*(kind.writing_gets for kind in KINDS))


@dataclass(frozen=True)
class Settings:
    """The settings of an emulator at its start.

    :param profile: The product line, "4.2", "5.2", "6.1" or "6.2".
    :param switches: Switches that differ from the profile, by name.
    :param state: Directory of the rows; None keeps them in memory.
    :param instances: VMs of the emulator's own inventory; None uses the Nova of the token's catalog.
    :param speed: Seconds of work per real second.
    :param service_user: User that validates tokens; None for no authentication.
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
    given = None if settings.instances is None else {"instances": settings.instances}
    world = World(API, Store(settings.state), Clock(settings.speed), settings.profile, settings.switches, given)
    inner = one_at_a_time(world, _routes())
    if settings.service_user is None:
        return Front(inner, world, _effect)
    behind_keystone = guarded(inner, settings.service_user)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_admin = environ["PATH_INFO"].startswith(admin.PREFIX)
        return (inner if is_admin else behind_keystone)(environ, start_response)

    return Front(choose, world, _effect)


@functools.cache
def _routes() -> Flask:
    flask = make_routes(API)

    @flask.url_value_preprocessor
    def take_project_from_url(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.url_project_id = (values or {}).pop("project_id", None)

    @flask.before_request
    def check_caller() -> None:
        headers = request.headers
        request.environ.get(CALLER, {}).update(project=headers.get("X-Project-Id"), user=headers.get("X-User-Id"))
        check_project()

    @flask.after_request
    def shape(response: Response) -> Response:
        return response if request.path.startswith(admin.PREFIX) else shaped(the_world().switches, response)

    return flask


def _effect(method: str, path: str) -> tuple[str, Effect]:
    return effect_of(_routes(), method, path, WRITING_GETS)
