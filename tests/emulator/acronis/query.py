# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The query of a list: filters, order, keys and page (Acronis reference 1.3)."""

from __future__ import annotations

import base64
import json
import operator
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from ..server.errors import Refusal
from ..server.store import Doc

FILTERS = {"tenant_id": 100, "type": 10, "workload_id": 100}
"""Filters by value, and the largest number of values of each."""

FLAGS = ("include_status", "include_all_attributes", "include_allowed_actions", "include_aggregated_aspects")
PAGE = ("limit", "before", "after")
KNOWN = {*FILTERS, *FLAGS, *PAGE, "include_attributes", "search", "updated_at", "order"}

ORDERS = ("is_group", "updated_at")
TERM = r"(\w+)\s*=\s*'((?:[^']|'')*)'"
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}

Query = dict[str, list[str]]
Test = Callable[[Doc], bool]


@dataclass(frozen=True)
class Page:
    """One page of a list. `before` and `after` are the first rows of the pages beside it, or None."""

    rows: list[Doc]
    before: int | None
    after: int | None


def query_of(arguments: MultiDict[str, str], cursor_carries: str, strict: bool) -> tuple[Query, int]:
    """Return the query by key, without paging, and the number of the first row of the page.

    :param cursor_carries: The switch `cursor`.
    :param strict: Refuse undocumented keys.
    :raises Refusal: 400 for unknown keys or a bad cursor.
    """
    sent: Query = {key: arguments.getlist(key) for key in arguments if key in KNOWN or strict}
    if set(sent) - KNOWN:
        raise Refusal(400, f"Unknown parameters: {', '.join(sorted(set(sent) - KNOWN))}.")
    cursors = [value for key in ("before", "after") for value in sent.get(key, [])]
    rest = {key: values for key, values in sent.items() if key not in PAGE}
    if not cursors:
        return rest, 0
    if len(cursors) > 1:
        raise Refusal(400, "Only one cursor can be followed.")
    carried, start = _opened(cursors[0])
    if cursor_carries == "position":
        return rest, start
    if rest and (cursor_carries == "query_only" or rest != carried):
        raise Refusal(400, "A cursor is followed with the query that it was given for.")
    return carried, start


def cursor(query: Query, start: int) -> str:
    """Return the cursor of the page that begins with a row. It needs URL encoding."""
    return base64.b64encode(json.dumps([query, start]).encode()).decode()


def _opened(text: str) -> tuple[Query, int]:
    try:
        query, start = json.loads(base64.b64decode(text, validate=True))
    except (ValueError, TypeError) as error:
        raise Refusal(400, "This is no cursor.") from error
    return query, start


def limit_of(arguments: MultiDict[str, str], default: int) -> int:
    """Return the largest number of rows of a page.

    :raises Refusal: 400 unless it is a positive number.
    """
    text = arguments.get("limit", str(default))
    if not text.isdecimal() or int(text) < 1:
        raise Refusal(400, f"The limit cannot be {text!r}.")
    return int(text)


def page_of(rows: list[Doc], start: int, limit: int) -> Page:
    """Return the rows of one page."""
    end = start + limit
    return Page(rows[start:end], max(0, start - limit) if start else None, end if end < len(rows) else None)


def selected(rows: list[Doc], query: Query) -> list[Doc]:
    """Return the rows that pass all filters, in the requested order, by default that of creation.

    :raises Refusal: 400 for an unknown filter or order.
    """
    tests = [
        *(_one_of(key, query) for key in FILTERS if key in query),
        *_search(_only(query, "search")),
        *_updated(_only(query, "updated_at")),
    ]
    found = [row for row in rows if all(test(row) for test in tests)]
    order = _only(query, "order")
    if order is None:
        return found
    wrapped = re.fullmatch(r"(asc|desc)\((\w+)\)", order)
    direction, key = ("asc", order) if wrapped is None else wrapped.groups()
    if key not in ORDERS:
        raise Refusal(400, f"No order {order!r}.")
    return sorted(found, key=operator.itemgetter(key), reverse=direction == "desc")


def flag(query: Query, name: str) -> bool:
    """Return the value of a flag.

    :raises Refusal: 400 for other words than true and false.
    """
    text = _only(query, name) or "false"
    if text not in ("true", "false"):
        raise Refusal(400, f"{name} is true or false.")
    return text == "true"


def attributes_shown(query: Query, attributes: Doc) -> Doc | None:
    """Return the attributes that a query asks for, or None.

    :raises Refusal: 400 if the query asks for all and for some.
    """
    everything = flag(query, "include_all_attributes")
    if "include_attributes" not in query:
        return attributes if everything else None
    if everything:
        raise Refusal(400, "include_attributes and include_all_attributes exclude each other.")
    wanted = {name.strip() for text in query["include_attributes"] for name in ",".join(alternatives(text)).split(",")}
    return {name: value for name, value in attributes.items() if name in wanted}


def alternatives(text: str) -> list[str]:
    """Return the values of a filter. Several are written `or(a,b)`."""
    match = re.fullmatch(r"or\((.*)\)", text)
    return [text] if match is None else match[1].split(",")


def number_of(tenant_id: str) -> str:
    """Return the number of a tenant, which is the same in every run."""
    return str(zlib.crc32(tenant_id.encode()))


def _only(query: Query, key: str) -> str | None:
    values = query.get(key, [])
    if len(values) > 1:
        raise Refusal(400, f"{key} was given more than once.")
    return values[0] if values else None


def _one_of(key: str, query: Query) -> Test:
    wanted = set(alternatives(_only(query, key) or ""))
    if len(wanted) > FILTERS[key]:
        raise Refusal(400, f"{key} takes at most {FILTERS[key]} values.")
    if key == "tenant_id":
        return lambda row: bool(wanted & {row[key], number_of(row[key])})
    return lambda row: row["id" if key == "workload_id" else key] in wanted


def _search(text: str | None) -> list[Test]:
    """Return the tests of a search. Of its SQL-like language only `=` and AND are known."""
    if text is None:
        return []
    if re.fullmatch(rf"\s*{TERM}(\s+AND\s+{TERM})*\s*", text, re.IGNORECASE) is None:
        raise Refusal(400, f"The search {text!r} is not understood.")
    terms = [(key, value.replace("''", "'")) for key, value in re.findall(TERM, text)]
    return [lambda row: all(str({**row, **row["attributes"]}.get(key)) == value for key, value in terms)]


def _updated(text: str | None) -> list[Test]:
    if text is None:
        return []
    match = re.fullmatch(r"(ge|gt|le|lt|x?range)\((.*)\)", text)
    name, values = ("bare", [text]) if match is None else (match[1], match[2].split(","))
    moments = [_moment(value) for value in values]
    if len(moments) != (2 if name.endswith("range") else 1):
        raise Refusal(400, f"updated_at cannot be {text!r}.")
    if name in COMPARISONS:
        return [lambda row: COMPARISONS[name](_moment(row["updated_at"]), moments[0])]
    if name == "xrange":
        return [lambda row: moments[0] < _moment(row["updated_at"]) < moments[-1]]
    return [lambda row: moments[0] <= _moment(row["updated_at"]) <= moments[-1]]


def _moment(text: str) -> datetime:
    """Return a time in the form of RFC 3339, which must have a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{text!r} is no time.") from error
    if moment.tzinfo is None:
        raise Refusal(400, f"The time {text!r} has no zone.")
    return moment.astimezone(UTC)
