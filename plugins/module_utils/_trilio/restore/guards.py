# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The guards of a restore, which depend on the servers and volumes that exist (reference E, P8)."""

from __future__ import annotations

from ..._core.errors import StateError
from ..._core.known_names import listed
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from ..snapshot import records as snapshot
from ..workload.records import describe_workload
from .references import VOLUME

MOUNTED_HINT = "It is mounted: dismount it. An older one is not taken in its place."


def require_available(workload: Document, source: Document) -> None:
    """Require that the snapshot and the workload are available.

    :raises StateError: One is not.
    """
    if source.get("status") != "available":
        hint = "Choose another snapshot, or wait until this one is free."
        raise StateError(
            f"Nothing was restored, because the snapshot {snapshot.describe_snapshot(source)} is not available: "
            f"{source.get('error_msg') or 'its state is ' + repr(source.get('status'))}.",
            hint=MOUNTED_HINT if source.get("status") == snapshot.MOUNTED else hint,
        )
    if workload.get("status") != "available":
        raise StateError(
            f"Nothing was restored, because the state of the {describe_workload(workload)} is "
            f"'{workload.get('status')}'.",
            hint="Wait for the end of what runs. If nothing does, unlock the workload with the module "
            "openprotect.backup.workload_action.",
        )


def refuse_originals(context: Context, source: Document) -> None:
    """Refuse a one-click restore while an original server or volume exists: it would fail late (reference E, P8).

    :raises StateError: One exists.
    """
    items = source.get("instances") or []
    wanted = {str(item["id"]) for item in items}
    there = [row for row in context.lookup.servers() if str(row["id"]) in wanted]
    disks = {str(disk["volume_id"]) for item in items for disk in item.get("vdisks") or [] if disk.get("volume_id")}
    volumes = [row for row in context.lookup.rows(VOLUME) if str(row["id"]) in disks] if disks else []
    found = [f"server {quote_row(row)}" for row in there]
    found += [f"volume {quote_row(row)}" for row in volumes]
    if found:
        raise StateError(
            f"Nothing was restored: a one-click restore needs the originals gone, and these are there: "
            f"{listed(found)}.",
            hint="'type: inplace' overwrites servers that are there, 'type: selective' makes copies beside them.",
        )


def refuse_duplicates(context: Context, plan: Document) -> None:
    """Refuse to create a server beside the one that it would be a second of.

    A task with `latest` becomes another restore with the next snapshot. It must not restore a server that is back.

    :param plan: The plan, from `describe_plan`.
    :raises StateError: A server has the name, or the original exists and no other name is given.
    """
    there = context.lookup.servers()
    found = []
    for item in plan["instances"]:
        if item["include"]:
            is_original = item["new_name"] == item["name"]
            found += [
                f"{quote_row(row)}" + (", the original" if row["id"] == item["id"] else "")
                for row in there
                if row.get("name") == item["new_name"] or (is_original and row["id"] == item["id"])
            ]
    if found:
        raise StateError(
            f"Nothing was restored, because servers that would be created exist: {listed(found, most=5)}.",
            hint="If they are what you want back, nothing is left to do. For copies, give 'new_name', or "
            "'allow_duplicate_names: true'. To restore a lost server only, list it in 'instances'.",
        )
