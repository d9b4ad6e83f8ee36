# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Restores as C(restore_info) reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import InputError
from ..._openstack.context import Context
from ..options import UUID, check_identity, refuse_empty
from ..snapshot import records as snapshot
from ..snapshot.operations import find_workload
from . import identity as restore_mark
from . import records as restore


def check_query(options: Mapping[str, Any]) -> None:
    """Check the options of C(restore_info).

    :raises InputError: Something is wrong with them.
    """
    check_identity({"id": options.get("id")})
    refuse_empty(options, "workload", "snapshot", "status", "request_key")
    if (
        options.get("snapshot") is not None
        and options.get("workload") is None
        and not UUID.fullmatch(options["snapshot"])
    ):
        raise InputError(
            "The name of a snapshot goes with 'workload'.", hint="Names of snapshots are not unique in a project."
        )


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the restores that C(restore_info) asks for, newest first, as its results show them."""
    if options.get("id") is not None:
        found = restore.show(context, options["id"])
        return {"restores": [] if found is None else [restore.result(found)]}
    rows = restore.of_project(context)
    if options.get("workload") is not None:
        workload = find_workload(context, options["workload"])
        snapshots = snapshot.of_workload(context, workload["id"])
        if options.get("snapshot") is not None:
            snapshots = [row for row in snapshots if options["snapshot"] in (row["id"], row.get("name"))]
        ids = {row["id"] for row in snapshots}
        rows = [{**row, "workload_id": workload["id"]} for row in rows if row.get("snapshot_id") in ids]
    elif options.get("snapshot") is not None:
        rows = [row for row in rows if row.get("snapshot_id") == options["snapshot"]]
    rows = [
        row
        for row in reversed(rows)
        if options.get("status") in (None, row.get("status"))
        and options.get("type") in (None, restore.type_of(row))
        and options.get("request_key") in (None, restore_mark.read(row.get("description")).key)
    ]
    if options.get("details"):
        rows = [
            found or row
            for row, found in zip(rows, context.in_parallel(lambda row: restore.show(context, row["id"]), rows))
        ]
    return {"restores": [restore.result(row) for row in rows]}
