# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Snapshots as results show them."""

from __future__ import annotations

from typing import Any

from ..._core.values import whole_number
from ..._engine.model import Document


def servers(document: Document) -> list[Document]:
    """Return the servers that a snapshot or a restore shows; entries that are no objects are left out."""
    items = document.get("instances")
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def snapshot_result(document: Document) -> dict[str, Any]:
    """Return a snapshot as results show it, with None for fields that a list leaves out."""
    return {
        "id": document.get("id"),
        "name": document.get("name"),
        "description": "" if document.get("description") in (None, "-") else document["description"],
        "workload_id": document.get("workload_id"),
        "project_id": document.get("project_id"),
        "status": document.get("status"),
        "snapshot_type": document.get("snapshot_type"),
        "created_at": document.get("created_at"),
        "finished_at": document.get("finished_at"),
        "time_taken": whole_number(document.get("time_taken")),
        "size": whole_number(document.get("size")),
        "restore_size": whole_number(document.get("restore_size")),
        "uploaded_size": whole_number(document.get("uploaded_size")),
        "progress_percent": whole_number(document.get("progress_percent")),
        "progress_msg": document.get("progress_msg"),
        "warning_msg": document.get("warning_msg"),
        "error_msg": document.get("error_msg"),
        "host": document.get("host"),
        "instances": None
        if "instances" not in document
        else [{"id": each.get("id"), "name": each.get("name")} for each in servers(document)],
    }
