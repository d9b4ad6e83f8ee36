# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What one task works with: its project, the clients, the names it has looked up, its waiting time and its warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import Any, Callable, TypeVar

from .._core.http import Client
from .._core.waiting import Clock, Waiter
from .connection import Connection
from .lookup import Lookup

S = TypeVar("S")
T = TypeVar("T")

PARALLEL = 8
MOST_WARNINGS = 3


class Context:
    """One task at work in one project.

    :param connection: Session bound to the project.
    :param options: The shared options of the module: C(api_timeout), C(server_line), C(wait), C(timeout), C(wait_interval), C(parallel).
    :param check_mode: Nothing may be written.
    """

    def __init__(self, connection: Connection, options: Mapping[str, Any], check_mode: bool) -> None:
        self.connection = connection
        self.project_id = connection.project_id
        self.check_mode = check_mode
        self.server_line: str = options.get("server_line") or "auto"
        self.wait: bool = options.get("wait", True)
        self.parallel: int = options.get("parallel") or PARALLEL
        self.clock = Clock()
        self.waiter = Waiter(options.get("timeout") or 0, options.get("wait_interval"), self.clock)
        self._api_timeout = connection.session.timeout
        self.api = self.client(connection.workloadmgr_url())
        self.lookup = Lookup(self.api, self.service, check_mode)
        self.warnings: list[str] = self.lookup.warnings
        self._found: dict[str, Any] = {}
        self._warned: dict[str, list[str]] = {}
        self._lock = RLock()

    def service(self, service_type: str) -> Client:
        """Return a client of another service of the cloud, by its type."""
        return self.client(self.connection.service_url(service_type))

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
        with self._lock:
            if text not in self.warnings:
                self.warnings.append(text)

    def warn_of_many(self, same: str, text: str, title: str, others: str) -> None:
        """Tell something of an object that may be so of many: by name of the first three, then once of all others.

        :param same: What is the same, so that it is counted together.
        :param text: The warning, with C({title}) where the object is named.
        :param others: What the others are called.
        """
        with self._lock:
            titles = self._warned.setdefault(same, [])
            if title not in titles:
                titles.append(title)
            if len(titles) <= MOST_WARNINGS:
                self.warn(text.format(title=f"the {title}"))
            else:
                self.warn(text.format(title=f"other {others} either"))

    def once(self, what: str, find: Callable[[], T]) -> T:
        """Find something out that is the same for all objects of a task, once; what fails is tried again the next time.

        :param what: What it is called among the things found out.
        """
        with self._lock:
            if what not in self._found:
                self._found[what] = find()
            found: T = self._found[what]
            return found

    def in_parallel(self, work: Callable[[S], T], items: Sequence[S]) -> list[T]:
        """Do the same with all items, at most C(parallel) of them at a time, and return the results in the order of the items.

        :raises BackupError: What the first item that failed raises.
        """
        if len(items) < 2:
            return [work(item) for item in items]
        with ThreadPoolExecutor(max_workers=min(self.parallel, len(items))) as pool:
            return list(pool.map(work, items))
