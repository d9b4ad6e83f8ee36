# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The session of one task in one project: its clients, and the names that it has looked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional, TypeVar

from .._core.errors import UnknownNameError
from .._engine.context import TaskContext
from .client import Client
from .connection import Connection
from .lookup import Lookup

T = TypeVar("T")


class Context(TaskContext):
    """The session of one task in one project.

    :param connection: Keystone session, bound to the project.
    :param options: The shared options of modules: those of `TaskContext`, and `server_line`.
    :param check_mode: Refuse calls that write.
    """

    def __init__(self, connection: Connection, options: Mapping[str, Any], check_mode: bool) -> None:
        super().__init__(options, check_mode)
        self.connection = connection
        self.project_id = connection.project_id
        self.here = f"in the project '{connection.project_name}' ({connection.project_id})"
        self.server_line: str = options.get("server_line") or "auto"
        self._api_timeout = connection.session.timeout
        self.api = self.client(connection.workloadmgr_url(), self.warn)
        self.lookup = Lookup(self.api, self.service, check_mode, self.warn)
        self._found: dict[str, Any] = {}

    def scope(self) -> dict[str, Any]:
        """Return the project of the token, and the cloud."""
        return {"project_id": self.project_id, "cloud": self.connection.shown_cloud}

    def is_own(self, document: Mapping[str, Any], key: str = "project_id") -> bool:
        """Return whether an object belongs to the project of the login, or does not show its project.

        The server shows an administrator the objects of all projects.

        :param key: Key that holds the project; Nova calls it `tenant_id`.
        """
        return document.get(key) in (None, self.project_id)

    def require_own(self, title: str, document: Mapping[str, Any]) -> None:
        """Require that an object belongs to the project of the login, if the server shows its project.

        :param title: Name of the object for messages.
        :raises UnknownNameError: The object belongs to another project.
        """
        if not self.is_own(document):
            raise UnknownNameError(
                f"The {title} belongs to the project {document.get('project_id')}, "
                f"not to this one ({self.project_id}).",
                hint="Log in to the project that it belongs to.",
            )

    def service(self, service_type: str) -> Client:
        """Return a client of another service.

        :param service_type: Type of the service in the catalog.
        :raises EndpointError: The catalog has no endpoint for it.
        """
        return self.client(self.connection.service_url(service_type))

    def client(self, url: str, warn: Optional[Callable[[str], None]] = None) -> Client:
        """Return a client with the settings of the task for an endpoint.

        :param warn: See `Client`.
        """
        return Client(
            self.connection.session,
            url,
            project_id=self.project_id,
            check_mode=self.check_mode,
            timeout=self._api_timeout,
            interval=self.waiter.interval,
            clock=self.clock,
            warn=warn,
        )

    def once(self, what: str, find: Callable[[], T]) -> T:
        """Return a fact that is the same for all objects of a task, and read it only once.

        If the read fails, the next call repeats it.

        :param what: Key of the fact.
        :param find: Function that reads the fact.
        """
        with self._lock:
            if what not in self._found:
                self._found[what] = find()
            found: T = self._found[what]
            return found
