# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Lists that the server may have cut off without a word: the rest is asked for (reference Q17, N22).

A list is suspicious if it has a round number of rows. Then the server is asked for the rows after them, in both ways
that services of OpenStack know. A server that ignores both is not known to cut lists off; with exactly the usual limit
of OpenStack in hand the task stops, since a decision on a part of a list may hit the wrong object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Optional

from .._core.call import Call
from .._core.errors import RefusedError, UnexpectedAnswerError

Row = dict[str, Any]
Rows = dict[Any, Row]

FEWEST, ROUND = 100, 50
"""A list of at least so many rows is suspicious if their number is a multiple of the second number."""

USUAL_LIMIT = 1000


def may_be_cut(rows: Sequence[Row]) -> bool:
    """Return whether a list has a number of rows at which a server may have cut it off."""
    return len(rows) >= FEWEST and len(rows) % ROUND == 0


def whole_list(
    call: Call, first: Sequence[Row], ask: Callable[[Mapping[str, str]], list[Row]], warn: Callable[[str], None]
) -> list[Row]:
    """Return all rows of a suspicious list.

    :param first: The rows that the server gave by itself.
    :param ask: Function that makes the call with more query parameters.
    :param warn: Function that adds a warning to the task.
    :raises UnexpectedAnswerError: Whether there are more rows cannot be found out.
    """
    for query_after in (after_marker, after_offset):
        rows: Rows = {row[call.row_id]: row for row in first}
        page = next_page_of(call, rows, ask, query_after(rows))
        if page is None:
            continue
        while page:
            rows.update(page)
            page = next_page_of(call, rows, ask, query_after(rows))
        if page is None:
            raise unknown_end(call, len(rows))
        return list(rows.values())
    if len(first) % USUAL_LIMIT == 0:
        raise unknown_end(call, len(first))
    warn(
        f"{call.method} {call.path} answered with exactly {len(first)} rows. If the service cuts its lists off at that "
        "number, the others are missing here: it does not tell."
    )
    return list(first)


def after_marker(rows: Rows) -> Mapping[str, str]:
    """Return the query for the rows after the last one, by its id."""
    return {"marker": str(list(rows)[-1])}


def after_offset(rows: Rows) -> Mapping[str, str]:
    """Return the query for the rows after the last one, by their number."""
    return {"offset": str(len(rows))}


def next_page_of(
    call: Call, rows: Rows, ask: Callable[[Mapping[str, str]], list[Row]], query: Mapping[str, str]
) -> Optional[Rows]:
    """Return the rows that follow, empty after the last one, None if the server ignores or refuses the query.

    A server that ignores it repeats what it gave before. Single rows may move between two pages.
    """
    try:
        page = {row[call.row_id]: row for row in ask(query)}
    except RefusedError as exc:
        if exc.status in (400, 404, 422):
            return None
        raise
    known = sum(key in rows for key in page)
    return None if page and 2 * known >= len(page) else page


def unknown_end(call: Call, count: int) -> UnexpectedAnswerError:
    """Return the error for a list of which the end is not known."""
    return UnexpectedAnswerError(
        f"{call.method} {call.path} answered with {count} rows, a number at which services of OpenStack cut lists off. "
        "It does not show whether there are more: it ignores 'marker' and 'offset'. A part of a list decides nothing, "
        "so the task stopped.",
        method=call.method,
        path=call.path,
        hint="Ask for less, such as one workload, or give ids in place of names. Have an administrator raise the limit "
        "of the service (osapi_max_limit), or delete what is no longer needed.",
    )
