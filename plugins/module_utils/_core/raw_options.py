# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Refuse values that are no longer what the user wrote, because YAML or Jinja has changed their type. Pure.

AnsibleModule converts each value to the type of its option: the number 1.1 becomes the text "1.1", although the user
wrote 1.10, and a workload of another name would be looked up or created. So this looks at the values before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Optional

from .errors import InputError

DATE = re.compile(r"(?:'(\w+)': )?datetime\.date(?:time)?\((\d+), (\d+), (\d+)")
"""A date in the text that Jinja makes of a dictionary, after its key."""

CONTAINERS = ("dict", "list")


def refuse_changed_values(spec: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse options, also inside other options, whose values have another type than the user wrote.

    :param spec: Argument spec of the options.
    :param given: The options before any conversion.
    :raises InputError: One has.
    """
    for option, value, known in _leaves(spec, given, ""):
        problem = _problem(option, value, known)
        if problem is not None:
            raise problem


def _leaves(spec: Mapping[str, Any], given: Mapping[Any, Any], above: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the path, the value and the spec of each option, and of those inside."""
    for name, known in spec.items():
        key = next((each for each in (name, *known.get("aliases", ())) if each in given), None)
        if key is None:
            continue
        path, value = f"{above}{key}", given[key]
        yield path, value, known
        inside = [value] if isinstance(value, Mapping) else value if isinstance(value, list) else []
        if "options" in known:
            for each in inside:
                if isinstance(each, Mapping):
                    yield from _leaves(known["options"], each, f"{path}.")


def _problem(option: str, value: Any, known: Mapping[str, Any]) -> Optional[InputError]:
    """Return the error for one option, None if its value can be what the user wrote."""
    if isinstance(value, str):
        found = DATE.search(value) if known.get("type") in CONTAINERS else None
        if found is None:
            return None
        key, *day = found.groups()
        date = f"the date {f'{key}: ' if key else ''}{'-'.join(part.zfill(2) for part in day)}"
        if any(each.get("no_log") for each in known.get("options", {}).values()):
            date = "a date"  # which may be a password
        return InputError(
            f"The option '{option}' holds {date} without quotes, and Jinja made one text of the whole option.",
            hint="Put the date in quotes.",
        )
    if known.get("no_log") or "choices" in known:
        return None
    if known.get("type") == "str":
        return _no_text(option, value)
    if known.get("elements") == "str" and isinstance(value, list):
        return next(filter(None, (_no_text(option, each, item=True) for each in value)), None)
    return None


def _no_text(option: str, value: Any, item: bool = False) -> Optional[InputError]:
    """Return the error for a value that must be text and is none. A whole number is as the user wrote it."""
    if isinstance(value, bool):
        return InputError(
            f"The option '{option}' is {str(value).lower()} in place of a text. YAML reads yes, no, on and off so.",
            hint="Put the text in quotes.",
        )
    if isinstance(value, float):
        return InputError(
            f"The option '{option}' is the number {value} in place of a text. YAML or Jinja made that of what was "
            "written, such as 1e3 or 1.10.",
            hint="Put the text in quotes, and end a template with '| string'.",
        )
    if item and value is None:
        return InputError(f"The option '{option}' holds an empty item.", hint="Remove it, or put a text in quotes.")
    return None
