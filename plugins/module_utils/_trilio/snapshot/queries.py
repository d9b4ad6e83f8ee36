# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The query of the module `snapshot_info`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Optional

from ..._core.errors import InputError
from ..._core.times import parse_moment
from ..._engine.model import Document
from ..._openstack.context import Context
from ..identity import check_identity
from ..workload.records import find_workload
from . import records as snapshot
from .selection import created_at, newest_good
from .view import snapshot_result

OPTIONS: Mapping[str, Any] = {
    "workload": {"type": "str"},
    "id": {"type": "str"},
    "name": {"type": "str"},
    "status": {"type": "str"},
    "date_from": {"type": "str"},
    "date_to": {"type": "str"},
    "latest": {"type": "bool", "default": False},
    "at": {"type": "str"},
    "details": {"type": "bool", "default": False},
    "limit": {"type": "int"},
}


def check_snapshot_query(options: Mapping[str, Any]) -> None:
    """Check the options, before the login.

    :raises InputError: One is wrong.
    """
    check_identity(options)
    for option in ("at", "date_from", "date_to"):
        if options.get(option) is not None:
            parse_moment(option, options[option], day_is_enough=option == "date_from")
    if (options.get("latest") or options.get("at")) and options.get("workload") is None:
        raise InputError(
            "The options 'latest' and 'at' go with 'workload'.",
            hint="Give the workload that you want the snapshot of.",
        )
    if options.get("limit") is not None and options["limit"] < 1:
        raise InputError(f"The option 'limit' is {options['limit']}. It must be 1 or more.")


def query_snapshots(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the snapshots that the options ask for, newest first, as results show them."""
    if options.get("id") is not None:
        found = snapshot.show(context, options["id"])
        return {"snapshots": [] if found is None else [snapshot_result(found)]}
    rows = _matching(_newest_first(_listed(context, options)), options)
    if options.get("at") or options.get("latest"):
        newest = newest_good(context, rows, _moment(options, "at"))
        rows = [] if newest is None else [newest]
    rows = rows[: options.get("limit")]
    if options.get("details"):
        shown = context.in_parallel(lambda row: snapshot.show(context, row["id"]), rows)
        rows = [document or row for row, document in zip(rows, shown)]
    return {"snapshots": [snapshot_result(row) for row in rows]}


def _listed(context: Context, options: Mapping[str, Any]) -> list[Document]:
    """Return the snapshots of the workload, or of the project if no workload is given."""
    if options.get("workload") is None:
        return snapshot.of_project(context)
    return snapshot.of_workload(context, find_workload(context, options["workload"])["id"])


def _matching(rows: list[Document], options: Mapping[str, Any]) -> list[Document]:
    """Return the snapshots with the given name and state that began between the given times."""
    after, before = _moment(options, "date_from"), _moment(options, "date_to")
    return [
        row
        for row in rows
        if options.get("name") in (None, row.get("name"))
        and options.get("status") in (None, row.get("status"))
        and (after is None or created_at(row) >= after)
        and (before is None or created_at(row) <= before)
    ]


def _newest_first(rows: list[Document]) -> list[Document]:
    return sorted(rows, key=lambda row: (str(row.get("created_at")), str(row["id"])), reverse=True)


def _moment(options: Mapping[str, Any], option: str) -> Optional[datetime]:
    """Return the point in time that an option holds, None if it is not given."""
    if not options.get(option):
        return None
    return parse_moment(option, options[option], day_is_enough=option == "date_from")
