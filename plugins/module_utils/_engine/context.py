# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The context of one task: its client, its waiting time, and its warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import RLock
from typing import Any, TypeVar

from .._core.http_client import HttpClient
from .._core.waiting import Clock, Waiter

S = TypeVar("S")
T = TypeVar("T")

PARALLEL = 8
MOST_WARNINGS = 3


class TaskContext:
    """One task: its client, its waiting time, and its warnings.

    :param options: The shared options of a module: `wait`, `timeout`, `wait_interval`, `parallel`.
    :param check_mode: Refuse calls that write.
    :ivar api: The client of the service, set by the subclass.
    :ivar here: Scope of its lists, for messages: a wrong project gives an empty list and no error (reference N6).
    """

    api: HttpClient
    here: str = "here"

    def __init__(self, options: Mapping[str, Any], check_mode: bool) -> None:
        self.check_mode = check_mode
        self.wait: bool = options.get("wait", True)
        self.parallel: int = options.get("parallel") or PARALLEL
        self.clock = Clock()
        self.waiter = Waiter(options.get("timeout") or 0, options.get("wait_interval"), self.clock)
        self.warnings: list[str] = []
        self._warned: dict[str, list[str]] = {}
        self._lock = RLock()

    def scope(self) -> dict[str, Any]:
        """Return the keys of each result that name the project or data centre."""
        raise NotImplementedError

    def warn(self, text: str) -> None:
        """Give a warning, once."""
        with self._lock:
            if text not in self.warnings:
                self.warnings.append(text)

    def warn_of_many(self, same: str, text: str, title: str, others: str) -> None:
        """Give a warning that may apply to many objects: by name for the first three, then once for all others.

        :param same: Warnings with the same value are counted together.
        :param text: The warning, with `{title}` for the object.
        :param others: Plural noun of the objects.
        """
        with self._lock:
            titles = self._warned.setdefault(same, [])
            if title not in titles:
                titles.append(title)
            if len(titles) <= MOST_WARNINGS:
                self.warn(text.format(title=f"the {title}"))
            else:
                self.warn(text.format(title=f"other {others} either"))

    def in_parallel(self, work: Callable[[S], T], items: Sequence[S]) -> list[T]:
        """Call `work` with each item, at most `parallel` at a time, and return the results in the order of the items.

        :raises BackupError: The error of the first item that failed.
        """
        if len(items) < 2:
            return [work(item) for item in items]
        with ThreadPoolExecutor(max_workers=min(self.parallel, len(items))) as pool:
            return list(pool.map(work, items))
