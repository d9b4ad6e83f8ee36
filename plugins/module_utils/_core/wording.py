# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""How messages list what there is, without growing with the site."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMED = 10


def listed(texts: Iterable[str], most: int = MOST_NAMED) -> str:
    """Return texts separated by commas: the first ones, and how many more there are; `none` if there are none."""
    every = list(texts)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}" if every else "none"


def nearest(wanted: str, names: Iterable[str], most: int = MOST_NAMED) -> list[str]:
    """Return names in the order in which a message lists them: sorted, but if they are many, similar ones first."""
    every = sorted(set(names))
    if len(every) <= most:
        return every
    folded = {name.casefold(): name for name in reversed(every)}
    like = [folded[each] for each in get_close_matches(wanted.casefold(), folded, n=most)]
    return [*like, *(name for name in every if name not in like)]
