# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The outcome of one check, and the report: one line for each check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Callable, TypeVar, Union

from ..._core.errors import BackupError

T = TypeVar("T")

OK, WARNING, FAILED, UNKNOWN, SKIPPED = STATES = ("ok", "warning", "failed", "unknown", "skipped")
"""`unknown`: the server does not show it to this user. `skipped`: nothing to check, or an earlier check failed."""

MANY = 5
"""If more checks than this of one name are good, they share a line of the report."""


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    :param name: Name of the check.
    :param status: One of `STATES`.
    :param subject: The checked object, by name and id.
    :param detail: The finding.
    :param action: What to do about it, empty if nothing is to be done.
    """

    name: str
    status: str
    subject: str
    detail: str
    action: str = ""

    def result(self) -> dict[str, Any]:
        """Return the check as results show it."""
        return asdict(self)

    def line(self) -> str:
        """Return the check as one line of the report."""
        return f"{self.status:<8}{self.name:<14}{self.subject}: {self.detail}" + (
            f" -> {self.action}" if self.action else ""
        )


def unreadable(name: str, subject: str, error: BackupError, action: str = "") -> Check:
    """Return the outcome of a check that is not possible, because a request for it failed."""
    return Check(name, UNKNOWN, subject, error.message, action or error.hint)


def attempt(read: Callable[[], T]) -> Union[T, BackupError]:
    """Return the value that `read` returns, or the error that it raises."""
    try:
        return read()
    except BackupError as exc:
        return exc


def count_by_status(checks: Iterable[Check]) -> dict[str, int]:
    """Return the number of checks of each status."""
    counts = Counter(check.status for check in checks)
    return {state: counts[state] for state in STATES}


def report_lines(checks: Sequence[Check]) -> list[str]:
    """Return the lines of the report. Many good checks of one name share the line of the first of them."""
    good = Counter(check.name for check in checks if check.status == OK)
    lines: list[str] = []
    folded: set[str] = set()
    for check in checks:
        if check.status != OK or good[check.name] <= MANY:
            lines.append(check.line())
        elif check.name not in folded:
            folded.add(check.name)
            lines.append(f"{OK:<8}{check.name:<14}good for {good[check.name]} of them")
    return lines
