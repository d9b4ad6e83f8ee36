# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The module `show_lines`: text for the screen. Its action plugin prints what the module returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import module
from .errors import InputError

OPTIONS: Mapping[str, Any] = {"lines": {"type": "raw", "required": True}}


class Nowhere:
    """The context of a task that needs no server."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def scope(self) -> dict[str, Any]:
        """Return nothing."""
        return {}


def run_show_lines() -> None:
    """Run the module `show_lines`."""
    module.run(
        module.Platform({}, lambda _given, _check_mode, _mask: Nowhere()),
        OPTIONS,
        lambda given: module.InfoTask(show_lines, given, check_lines),
        {},
    )


def check_lines(options: Mapping[str, Any]) -> None:
    """Check that the lines are texts.

    :raises InputError: One is a list or a dictionary.
    """
    given = options["lines"]
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, (list, dict)):
            raise InputError(
                f"The option 'lines' holds a {type(each).__name__}.", hint="Give a text, or a list of texts."
            )


def show_lines(_context: Nowhere, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines to show, each without characters that would control the terminal."""
    given = options["lines"]
    texts = [str(each) for each in (given if isinstance(given, list) else [given])]
    return {"lines": [printable(line) for text in texts for line in text.splitlines() or [""]]}


def printable(line: str) -> str:
    """Return a line with a question mark in place of each control character: names come from the server."""
    return "".join(each if each.isprintable() else " " if each == "\t" else "?" for each in line).rstrip()
