# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""One reader for each type of value that services and users write: truth values, numbers, times, ages, metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import Any, Optional

from .errors import InputError

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


def is_true(value: Any) -> bool:
    """Return whether a truth value, in any spelling, is true (reference Q1, Q6)."""
    return str(value).strip().lower() in TRUE_WORDS


def is_false(value: Any) -> bool:
    """Return whether a truth value, in any spelling, is false; a missing one is neither true nor false."""
    return str(value).strip().lower() in FALSE_WORDS


def whole_number(value: Any) -> Optional[int]:
    """Return a number that may be shown as text, None if the value is not a number."""
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def utc(text: Any) -> Optional[datetime]:
    """Return a time that a service shows, None if the value is not a time.

    A time without an offset is in UTC (reference A.2).
    """
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)


def key_values(rows: Optional[Iterable[Mapping[str, Any]]]) -> dict[str, str]:
    """Return rows of `key` and `value` as a mapping."""
    return {str(row.get("key")): str(row.get("value")) for row in rows or ()}


def text_metadata(option: str, metadata: Mapping[Any, Any]) -> dict[str, Optional[str]]:
    """Return metadata as a service stores it: text, or None to remove the key.

    :raises InputError: A value is neither text nor a whole number. Of 1.10 YAML makes 1.1, so no other number is taken.
    """
    for key, value in metadata.items():
        if isinstance(value, bool) or not (value is None or isinstance(value, (str, int))):
            raise InputError(
                f"The option '{option}' has a value for '{key}' that is not text.",
                hint="Put it in quotes: the server keeps text only.",
            )
    return {str(key): None if value is None else str(value) for key, value in metadata.items()}


def refuse_empty(options: Mapping[str, Any], *names: str) -> None:
    """Refuse options that are given as an empty string.

    :raises InputError: One of them is an empty string.
    """
    for option in names:
        if options.get(option) == "":
            raise InputError(f"The option '{option}' is empty.", hint="Leave it out to leave it as it is.")


def refuse_outer_blanks(options: Mapping[str, Any], *names: str) -> None:
    """Refuse names with blanks or line ends around them: nobody sees them, and another object would be meant.

    :raises InputError: One of the options has some.
    """
    for option in names:
        value = options.get(option)
        if isinstance(value, str) and value != value.strip():
            raise InputError(
                f"The option '{option}' has blanks or line ends around the name: {value!r}.",
                hint="Remove them. An object that has such a name is meant by its id.",
            )


def matches_pattern(name: str, pattern: str) -> bool:
    """Return whether a name matches a shell pattern. A name matches itself, even if it has brackets in it."""
    return name == pattern or fnmatchcase(name, pattern)
