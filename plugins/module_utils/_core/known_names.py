# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""How messages list the names that there are, beside one that is unknown. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMES = 10
"""The most objects that a message names."""


def listed(names: Iterable[str], separator: str = ", ", most: int = MOST_NAMES) -> str:
    """Return names for a message, in their order: the first ones, and how many there are more.

    :param most: How many of them; fewer than ten if the message says much of each.
    """
    every = list(names)
    more = len(every) - most
    return separator.join(every[:most]) + (f" and {more} more" if more > 0 else "")


def near(wanted: str, names: Iterable[str]) -> str:
    """Return the question whether a similar name is meant, with a blank before it; empty if none is similar."""
    lower = {name.lower(): name for name in names}
    found = [lower[name] for name in get_close_matches(wanted.lower(), lower, cutoff=0.7)]
    return f" Did you mean {' or '.join(found)}?" if found else ""


def there_are(wanted: str, names: Iterable[str]) -> str:
    """Return the names that there are, sorted, and which of them may be meant by an unknown one, with a full stop."""
    every = sorted(set(names))
    return f"there are: {listed(every)}.{near(wanted, every)}" if every else "there are none."
