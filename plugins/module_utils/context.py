# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What one task works with: its project, the clients, the names it has looked up, its waiting time and its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

from ansible_collections.openprotect.backup.plugins.module_utils.auth import Connection
from ansible_collections.openprotect.backup.plugins.module_utils.client import Client
from ansible_collections.openprotect.backup.plugins.module_utils.names import Names
from ansible_collections.openprotect.backup.plugins.module_utils.wait import Clock, Waiter

S = TypeVar("S")
T = TypeVar("T")

PARALLEL = 8


class Context:
    """One task at work in one project.

    :param connection: Session bound to the project.
    :param options: The shared options of the module: C(api_timeout), C(server_line), C(wait), C(timeout), C(wait_interval).
    :param check_mode: Nothing may be written.
    """

    def __init__(self, connection: Connection, options: Mapping[str, Any], check_mode: bool) -> None:
        self.connection = connection
        self.project_id = connection.project_id
        self.check_mode = check_mode
        self.server_line: str = options.get("server_line") or "auto"
        self.wait: bool = options.get("wait", True)
        self.clock = Clock()
        self.waiter = Waiter(options.get("timeout") or 0, options.get("wait_interval"), self.clock)
        self._api_timeout = connection.session.timeout
        self.api = self.client(connection.workloadmgr_url())
        self.names = Names(self.api, self.service, check_mode)
        self.warnings: list[str] = self.names.warnings

    def service(self, service_type: str) -> Client:
        """Return a client of another service of the cloud; of Keystone that of its v3 API, which the catalog may leave out."""
        url = self.connection.endpoint(service_type)
        return self.client(f"{url}/v3" if service_type == "identity" and not url.endswith("/v3") else url)

    def client(self, url: str) -> Client:
        """Return a client of the service at that endpoint."""
        return Client(
            self.connection.session,
            url,
            project_id=self.project_id,
            check_mode=self.check_mode,
            timeout=self._api_timeout,
            interval=self.waiter.interval,
            clock=self.clock,
        )

    def warn(self, text: str) -> None:
        """Tell the user something that does not fail the task, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def in_parallel(self, work: Callable[[S], T], items: Sequence[S]) -> list[T]:
        """Do the same with all items, at most 8 at a time, and return the results in the order of the items.

        :raises BackupError: What the first item that failed raises.
        """
        if len(items) < 2:
            return [work(item) for item in items]
        with ThreadPoolExecutor(max_workers=min(PARALLEL, len(items))) as pool:
            return list(pool.map(work, items))
