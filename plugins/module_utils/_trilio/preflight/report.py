# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a check before the flight finds, and how it is told: one line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Callable, TypeVar, Union

from ..._core.errors import BackupError

T = TypeVar("T")

OK, WARNING, FAILED, UNKNOWN, SKIPPED = STATES = ("ok", "warning", "failed", "unknown", "skipped")
"""C(unknown): the server does not tell, or not to this user. C(skipped): nothing to look at, or something before it failed."""

MANY = 5
"""More lines than that of one check, all of them good, are told as one."""


@dataclass(frozen=True)
class Check:
    """One check as it went.

    :param name: Which check.
    :param status: One of C(STATES).
    :param subject: What was looked at, by name and id.
    :param detail: What was found.
    :param action: What to do about it, empty where nothing is to be done.
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
        """Return the check as one line for people."""
        return f"{self.status:<8}{self.name:<14}{self.subject}: {self.detail}" + (
            f" -> {self.action}" if self.action else ""
        )


def not_told(name: str, subject: str, error: BackupError, action: str = "") -> Check:
    """Return the check that could not be made, because a request for it failed."""
    return Check(name, UNKNOWN, subject, error.message, action or error.hint)


def attempt(read: Callable[[], T]) -> Union[T, BackupError]:
    """Return what is read, or the error that came in place of it."""
    try:
        return read()
    except BackupError as exc:
        return exc


def summary(checks: Iterable[Check]) -> dict[str, int]:
    """Return how many checks ended how."""
    counts = Counter(check.status for check in checks)
    return {state: counts[state] for state in STATES}


def report(checks: Sequence[Check]) -> list[str]:
    """Return the checks as lines; many good ones of one name are folded into the line of the first of them."""
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
