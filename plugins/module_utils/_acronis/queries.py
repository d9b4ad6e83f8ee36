# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The query of the module `acronis_workload_info` (Acronis reference 1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Optional

from .._core.errors import InputError
from .._engine.model import Document
from .context import AcronisContext
from .records import LISTING, filter_value, read_values, workload_result

OPTIONS: Mapping[str, Any] = {
    "workload_ids": {"type": "list", "elements": "str"},
    "tenant_ids": {"type": "list", "elements": "str"},
    "types": {"type": "list", "elements": "str"},
    "search": {"type": "str"},
    "updated_since": {"type": "str"},
    "updated_before": {"type": "str"},
    "include_attributes": {"type": "list", "elements": "str"},
    "include_all_attributes": {"type": "bool", "default": False},
    "include_allowed_actions": {"type": "bool", "default": False},
    "max_results": {"type": "int", "default": 1000},
    "page_size": {"type": "int", "default": 100},
}

FILTERS = {"workload_ids": ("workload_id", 100), "tenant_ids": ("tenant_id", 100), "types": ("type", 10)}
"""The filters by option: their name, and how many values one takes at most (Acronis reference 1.3)."""

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
"""A time as the filters take it: it is sent as it is written."""


def check_workload_query(options: Mapping[str, Any]) -> None:
    """Check the options of the query.

    :raises InputError: One is wrong.
    """
    for option in FILTERS:
        filter_value(options.get(option) or [])
    for option in ("updated_since", "updated_before"):
        if options.get(option) is not None and not MOMENT.fullmatch(options[option]):
            raise InputError(
                f"The option '{option}' is '{options[option]}', which is not a point in time.",
                hint="Write it like 2026-03-01T00:00:00Z.",
            )
    for option in ("max_results", "page_size"):
        if options[option] < 1:
            raise InputError(f"The option '{option}' is {options[option]}.", hint="Give at least 1.")


def query_workloads(context: AcronisContext, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records that the options ask for, at most `max_results`, and whether there are more."""
    most: int = options["max_results"]
    beside = {**_beside_filters(options), "limit": str(min(options["page_size"], most))}
    rows: dict[str, Document] = {}
    truncated = False
    for filters in _combinations(options):
        # A record that another combination holds already does not count towards `max_results`.
        found, more = context.api.send_pages(LISTING, {**filters, **beside}, most)
        rows.update({str(row["id"]): row for row in found})
        truncated = more or len(rows) > most
        if truncated:
            break
    kept = list(rows.values())[:most]
    return {"workloads": [_listed_result(row) for row in kept], "count": len(kept), "truncated": truncated}


def _combinations(options: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the filters of each request: the server takes only so many values of each filter at once."""
    for parts in product(*(_portions(key, most, options.get(option)) for option, (key, most) in FILTERS.items())):
        yield {key: value for part in parts for key, value in part.items()}


def _portions(key: str, most: int, values: Optional[Sequence[str]]) -> list[dict[str, str]]:
    """Return a filter in portions of values that the server takes: one without the filter if no values are given."""
    if values is None:
        return [{}]
    single = list(dict.fromkeys(values))
    return [{key: filter_value(single[start : start + most])} for start in range(0, len(single), most)]


def _beside_filters(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the query of each request beside the filters that go in portions."""
    sent = _updated(options.get("updated_since"), options.get("updated_before"))
    if options.get("search"):
        sent["search"] = options["search"]
    if options.get("include_all_attributes"):
        sent["include_all_attributes"] = "true"
    elif options.get("include_attributes"):
        sent["include_attributes"] = ",".join(options["include_attributes"])
    if options.get("include_allowed_actions"):
        sent["include_allowed_actions"] = "true"
    return sent


def _updated(since: Optional[str], before: Optional[str]) -> dict[str, str]:
    """Return the filter on the time of the last change, both ends included."""
    if since and before:
        return {"updated_at": f"range({since},{before})"}
    return {"updated_at": f"ge({since})" if since else f"le({before})"} if since or before else {}


def _listed_result(row: Document) -> dict[str, Any]:
    """Return a record as the query shows it; what the server was not asked for is None."""
    unasked = {key: None for key in ("attributes", "allowed_actions") if key not in row}
    return workload_result({**read_values(row), **unasked}, row)
