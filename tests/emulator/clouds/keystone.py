# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The caller of a request, and keystonemiddleware in front of the application."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import g, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOBODY = "0" * 32


@dataclass(frozen=True)
class ServiceUser:
    """The user that validates tokens in Keystone."""

    auth_url: str
    username: str
    password: str
    project: str
    token_cache_s: int = 5


@dataclass(frozen=True)
class Caller:
    """The user and the project of a token. `endpoints` are the public URLs of its catalog, by service type."""

    project_id: str
    project_name: str
    user_id: str
    roles: tuple[str, ...]
    token: str
    endpoints: dict[str, str]

    @property
    def is_admin(self) -> bool:
        """Whether the caller is an administrator."""
        return "admin" in self.roles


def guarded(application: WSGIApplication, user: ServiceUser) -> WSGIApplication:
    """Return the application behind the auth_token middleware. Version documents need no token."""
    from keystonemiddleware import auth_token

    options = {
        "auth_type": "password",
        "auth_url": user.auth_url,
        "www_authenticate_uri": user.auth_url,
        "username": user.username,
        "password": user.password,
        "project_name": user.project,
        "user_domain_name": "Default",
        "project_domain_name": "Default",
        "token_cache_time": str(user.token_cache_s),
        "oslo_config_project": "workloadmgr",
    }
    protected: WSGIApplication = auth_token.filter_factory({}, **options)(application)

    def choose(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_open = environ["PATH_INFO"].rstrip("/") in OPEN_PATHS
        return (application if is_open else protected)(environ, start_response)

    return choose


OPEN_PATHS = {"", "/v1", "/compute", "/compute/v2.1"}


def caller() -> Caller:
    """Return the caller of the current request.

    Without Keystone the client sends the headers X-Project-Id, X-User-Id and X-Roles itself. The project in the URL is
    the default of the first.
    """
    roles = request.headers.get("X-Roles", "member").lower().split(",")
    return Caller(
        project_id=request.headers.get("X-Project-Id") or g.get("url_project_id") or NOBODY,
        project_name=request.headers.get("X-Project-Name") or "",
        user_id=request.headers.get("X-User-Id") or NOBODY,
        roles=tuple(role.strip() for role in roles),
        token=request.headers.get("X-Auth-Token") or "",
        endpoints=_endpoints(request.headers.get("X-Service-Catalog")),
    )


def _endpoints(catalog: str | None) -> dict[str, str]:
    """Return the first public endpoint of each type in the catalog that auth_token passes on."""
    found: dict[str, str] = {}
    services: list[dict[str, Any]] = json.loads(catalog) if catalog else []
    for service in services:
        urls = [
            endpoint["publicURL"].rstrip("/") for endpoint in service.get("endpoints", []) if endpoint.get("publicURL")
        ]
        if urls:
            found.setdefault(service["type"], urls[0])
    return found
