# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that tests queue, and that hit the next matching requests."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

FaultKind = Literal[
    "status",
    "latency",
    "latency_after",
    "drop_before",
    "drop_after",
    "status_after",
    "truncate",
    "html",
    "empty",
    "shape",
    "lost_update",
    "stuck",
    "fails",
    "expired_token",
]


class BadFault(ValueError):
    """The fault cannot be queued."""


@dataclass
class Fault:
    """One queued fault.

    :param kind: The effect.
    :param method: A verb, or "*" for all.
    :param path: A regular expression that is searched in the path.
    :param project: The project id in the path; None for all.
    :param times: How many requests are hit; 0 for all until the fault is removed.
    :param skip: How many matching requests pass first.
    :param delay: Real seconds.
    :param code: HTTP status of `status` and `status_after`.
    :param body: Body of `status`, `status_after`, `shape` and `html`; error text of `fails`.
    :param retry_after: Seconds in the header `Retry-After`.
    :param hits: How many requests have been hit.
    """

    kind: FaultKind
    method: str = "*"
    path: str = ""
    project: str | None = None
    times: int = 1
    skip: int = 0
    delay: float = 0.0
    code: int = 503
    body: Any = None
    retry_after: int | None = None
    hits: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Return whether this fault matches the request."""
        ours = self.project is None or f"/{self.project}/" in path + "/"
        return ours and self.method in ("*", method) and re.search(self.path, path) is not None

    def text(self) -> str:
        """Return the body of the response."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


class Faults:
    """The queue of faults. A request is hit by the oldest fault that matches, and by no other."""

    def __init__(self) -> None:
        """Start with no faults."""
        self._queue: list[Fault] = []

    def add(self, values: dict[str, Any]) -> None:
        """Queue a fault.

        :param values: Fields of Fault.
        :raises BadFault: For an unknown field or kind, or a path that is not a regular expression.
        """
        unknown = set(values) - {item.name for item in fields(Fault)}
        if unknown or values.get("kind") not in get_args(FaultKind):
            raise BadFault(f"No such fault: kind {values.get('kind')!r}, unknown fields {sorted(unknown)}.")
        try:
            re.compile(values.get("path", ""))
        except re.error as error:
            raise BadFault(f"The path is no regular expression: {error}.") from error
        self._queue.append(Fault(**values))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits this request, or None, and count the hit."""
        for fault in self._queue:
            if not fault.matches(method, path):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.hits += 1
            if fault.hits == fault.times:
                self._queue.remove(fault)
            return fault
        return None

    def all(self) -> list[dict[str, Any]]:
        """Return the queued faults, oldest first."""
        return [asdict(fault) for fault in self._queue]

    def clear(self, project_id: str | None = None) -> None:
        """Remove all faults, or only those of one project."""
        self._queue = [fault for fault in self._queue if project_id is not None and fault.project != project_id]
