# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Restores as the server lists and shows them (reference B.5, C.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from ..._core.call import READ, WRITE, Call
from ..._core.values import whole_number
from ..._engine.model import Document
from ..._openstack.context import Context
from ..snapshot.view import servers as snapshot_servers
from .identity import Marker

NOUN = "restore"
LISTING = Call("GET", "/restores/detail", READ, response_key="restores", response_type=list)
SHOWING = Call("GET", "/restores/{id}", READ, response_key="restore")
STARTING = Call("POST", "/snapshots/{id}", WRITE, request_key="restore", response_key="restore")
CANCELLING = Call("GET", "/restores/{id}/cancel", WRITE)
DELETING = Call("DELETE", "/restores/{id}", WRITE)

GOOD = "available"
FINISHED = frozenset({GOOD, "error", "cancelled"})
"""States that a restore does not leave by itself."""

ONECLICK, SELECTIVE, INPLACE = "oneclick", "selective", "inplace"
TYPES = (ONECLICK, SELECTIVE, INPLACE)


def of_project(context: Context) -> list[Document]:
    """Return the restores of this project, oldest first."""
    rows = [row for row in context.api.send(LISTING) if context.is_own(row)]
    return sorted(rows, key=lambda row: (str(row.get("created_at")), str(row["id"])))


def of_snapshots(context: Context, snapshot_ids: Iterable[str]) -> list[Document]:
    """Return the restores of these snapshots, oldest first."""
    wanted = set(snapshot_ids)
    return [row for row in of_project(context) if row.get("snapshot_id") in wanted]


def running(context: Context, snapshot_ids: Iterable[str]) -> list[Document]:
    """Return the restores of these snapshots that have not ended."""
    return [row for row in of_snapshots(context, snapshot_ids) if is_running(row)]


def is_running(document: Document) -> bool:
    """Return whether a restore has not ended."""
    return document.get("status") not in FINISHED


def describe_restore(document: Document) -> str:
    """Return how messages name a restore: name, id, state and time."""
    details = f"{document['id']}, {document.get('status')}, {document.get('created_at')}"
    return f"'{document.get('name') or ''}' ({details})"


def show(context: Context, restore_id: str) -> Optional[Document]:
    """Return one restore with all details, None if it does not exist.

    :raises UnknownNameError: It belongs to another project.
    """
    document = context.api.find(SHOWING, id=restore_id)
    if document is not None:
        context.require_own(f"restore {describe_restore(document)}", document)
    return document


def type_of(document: Document) -> Optional[str]:
    """Return the type of a restore; the server's own `restore_type` is always `restore` (reference, fact 8)."""
    options = document.get("restore_options")
    return options.get("restore_type") if isinstance(options, dict) else None


def servers(document: Document) -> list[dict[str, Any]]:
    """Return the servers that a restore made or overwrote, each with the id that it had in the snapshot."""
    found = []
    for each in snapshot_servers(document):
        metadata = each.get("metadata")
        old_id = metadata.get("instance_id") if isinstance(metadata, dict) else None
        found.append({"old_id": old_id, "id": each.get("id"), "name": each.get("name"), "status": each.get("status")})
    return found


def restore_result(document: Document) -> dict[str, Any]:
    """Return a restore as results show it, with None for fields that a list leaves out."""
    marker = Marker.read(document.get("description"))
    return {
        "id": document.get("id"),
        "name": document.get("name"),
        "description": marker.text,
        "type": type_of(document),
        "request_key": marker.key,
        "status": document.get("status"),
        "workload_id": document.get("workload_id"),
        "snapshot_id": document.get("snapshot_id"),
        "project_id": document.get("project_id"),
        "created_at": document.get("created_at"),
        "finished_at": document.get("finished_at"),
        "time_taken": whole_number(document.get("time_taken")),
        "size": whole_number(document.get("size")),
        "uploaded_size": whole_number(document.get("uploaded_size")),
        "progress_percent": whole_number(document.get("progress_percent")),
        "progress_msg": document.get("progress_msg"),
        "warning_msg": document.get("warning_msg"),
        "error_msg": document.get("error_msg"),
        "host": document.get("host"),
        "instances": servers(document) if "instances" in document else None,
        "networks": document.get("networks"),
        "subnets": document.get("subnets"),
        "routers": document.get("routers"),
    }
