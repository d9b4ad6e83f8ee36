# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The query of the module `restore_info`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import InputError
from ..._core.values import UUID, refuse_empty
from ..._engine.model import Document
from ..._openstack.context import Context
from ..identity import check_identity
from ..snapshot import records as snapshot
from ..workload.records import find_workload
from . import records as restore
from .identity import Marker

OPTIONS: Mapping[str, Any] = {
    "id": {"type": "str"},
    "workload": {"type": "str"},
    "snapshot": {"type": "str"},
    "status": {"type": "str"},
    "type": {"type": "str", "choices": list(restore.TYPES)},
    "request_key": {"type": "str", "no_log": False},
    "details": {"type": "bool", "default": False},
}


def check_restore_query(options: Mapping[str, Any]) -> None:
    """Check the options, before the login.

    :raises InputError: One is wrong.
    """
    check_identity({"id": options.get("id")})
    refuse_empty(options, "workload", "snapshot", "status", "request_key")
    by_name = options.get("snapshot") is not None and not UUID.fullmatch(options["snapshot"])
    if by_name and options.get("workload") is None:
        raise InputError(
            "The name of a snapshot goes with 'workload'.", hint="Names of snapshots are not unique in a project."
        )


def query_restores(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the restores that the options ask for, newest first, as results show them."""
    if options.get("id") is not None:
        found = restore.show(context, options["id"])
        return {"restores": [] if found is None else [restore.restore_result(found)]}
    rows = [row for row in reversed(_listed(context, options)) if _matches(row, options)]
    if options.get("details"):
        shown = context.in_parallel(lambda row: restore.show(context, row["id"]), rows)
        rows = [document or row for row, document in zip(rows, shown)]
    return {"restores": [restore.restore_result(row) for row in rows]}


def _listed(context: Context, options: Mapping[str, Any]) -> list[Document]:
    """Return the restores of the workload and the snapshot that the options name, oldest first."""
    rows = restore.of_project(context)
    wanted = options.get("snapshot")
    if options.get("workload") is not None:
        workload_id = find_workload(context, options["workload"])["id"]
        snapshots = snapshot.of_workload(context, workload_id)
        ids = {row["id"] for row in snapshots if wanted in (None, row["id"], row.get("name"))}
        # A list of restores does not show the workload.
        return [{**row, "workload_id": workload_id} for row in rows if row.get("snapshot_id") in ids]
    return [row for row in rows if wanted in (None, row.get("snapshot_id"))]


def _matches(row: Document, options: Mapping[str, Any]) -> bool:
    """Return whether a restore has the given state, type and key."""
    return (
        options.get("status") in (None, row.get("status"))
        and options.get("type") in (None, restore.type_of(row))
        and options.get("request_key") in (None, Marker.read(row.get("description")).key)
    )
