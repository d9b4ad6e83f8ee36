# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Misbehaviour on request: faults that tests queue and that the next matching requests meet."""

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
    """A fault that cannot be queued."""


@dataclass
class Fault:
    """One queued fault.

    C(method) is a verb or "*", C(path) a regular expression searched in the path, C(project) the id in the path. It hits C(times) requests
    (0 = every one until it is taken away) after letting C(skip) pass, each C(delay) real seconds late. C(code), C(body) and C(retry_after) (s) say
    what is answered by C(status), C(status_after), C(shape) and C(html); C(body) is the error text of what C(fails).
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

    def meets(self, method: str, path: str) -> bool:
        """Tell whether this fault is meant for the request."""
        ours = self.project is None or f"/{self.project}/" in path + "/"
        return ours and self.method in ("*", method) and re.search(self.path, path) is not None

    def text(self) -> str:
        """Return the body to answer with."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


class Faults:
    """The queue of faults; a request meets at most one, the oldest that is meant for it."""

    def __init__(self) -> None:
        """Start with no faults."""
        self._queue: list[Fault] = []

    def add(self, values: dict[str, Any]) -> None:
        """Queue a fault.

        :param values: Fields of Fault.
        :raises BadFault: For an unknown field or kind, or a path that is no regular expression.
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
        """Return the fault that this request meets, used up by one; None where it meets none."""
        for fault in self._queue:
            if not fault.meets(method, path):
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
        """Return the faults that wait, oldest first."""
        return [asdict(fault) for fault in self._queue]

    def clear(self, project_id: str | None = None) -> None:
        """Take away all faults, or only those of one project."""
        self._queue = [fault for fault in self._queue if project_id is not None and fault.project != project_id]
