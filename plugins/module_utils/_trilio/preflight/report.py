# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The outcome of one check, and the report: one line for each check."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Callable, TypeVar, Union

from ..._core.errors import BackupError

T = TypeVar("T")

OK, WARNING, FAILED, UNKNOWN, SKIPPED = STATES = ("ok", "warning", "failed", "unknown", "skipped")
"""`unknown`: the server does not show it to this user. `skipped`: nothing to check, or an earlier check failed."""

BAD_FIRST = (FAILED, WARNING, UNKNOWN, OK, SKIPPED)
WIDTH = 110
AN_ID = r"(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
IN_BRACKETS = re.compile(rf" \({AN_ID}\)|(?<=\(){AN_ID}, ")

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


def report_lines(checks: Sequence[Check], with_ids: bool = False) -> list[str]:
    """Return the lines of the report, what is bad first. None is longer than `WIDTH`.

    A finding that is good has one line, which may be cut off. Another one goes on in lines below, with what to do. Many
    good checks of one name share a line.

    :param with_ids: Show the ids of objects. Without them, only objects that share their name have them.
    """
    good = Counter(check.name for check in checks if check.status == OK)
    subjects = Counter(without_ids(subject) for subject in {check.subject for check in checks})
    lines: list[str] = []
    folded: set[str] = set()
    for check in sorted(checks, key=lambda each: BAD_FIRST.index(each.status)):
        if check.status == OK and good[check.name] > MANY:
            if check.name not in folded:
                folded.add(check.name)
                lines.append(f"{OK:<8}{check.name:<14}good for {good[check.name]} of them")
            continue
        short = without_ids(check.subject)
        subject = check.subject if with_ids or subjects[short] > 1 else short
        detail = check.detail if with_ids else without_ids(check.detail)
        lines += _lines_of(check, f"{subject}: {detail}")
    return lines


def without_ids(text: str) -> str:
    """Return a text without the ids of objects in brackets."""
    return IN_BRACKETS.sub("", text)


def _lines_of(check: Check, finding: str) -> list[str]:
    """Return the lines of one check."""
    title = f"{check.status:<8}{check.name:<14}"
    if check.status in (OK, SKIPPED):
        return [textwrap.shorten(title.replace(" ", "\0") + finding, WIDTH, placeholder=" ...").replace("\0", " ")]
    margin = " " * len(title)
    wrapper = textwrap.TextWrapper(WIDTH, subsequent_indent=margin, break_on_hyphens=False)
    lines = wrapper.wrap(title + finding)
    wrapper.initial_indent = margin
    return lines + (wrapper.wrap(f"-> {check.action}") if check.action else [])
