# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The canonical values of a workload, and the workload as results show it (reference B.1, B.2, Q11, Q12, Q22)."""

from __future__ import annotations

from typing import Any, Optional

from ..._engine.model import Document, Reference, Values
from ..._openstack.lookup import NamedReferences
from ..._openstack.references import BACKUP_TARGET_TYPE, POLICY, WORKLOAD_TYPE
from ..._schedule import wire
from .records import SERVER_KEYS, policy_id, target_type_name

NO_DESCRIPTION = "no-description"
"""The description that the server shows if there is none."""


def read_values(document: Document, names: NamedReferences) -> Values:
    """Return the canonical values of a workload; what this server does not show is left out."""
    metadata: dict[str, Any] = document.get("metadata") or {}
    description = document.get("description")
    servers = [Reference(str(each.get("id")), each.get("name")) for each in document.get("instances") or []]
    values: Values = {
        "name": document.get("name"),
        "description": "" if description in (None, NO_DESCRIPTION) else description,
        "workload_type": names.by_id(WORKLOAD_TYPE, document.get("workload_type_id")),
        "instances": servers,
        "policy": names.by_id(POLICY, policy_id(document)),
        "metadata": {key: value for key, value in metadata.items() if key not in SERVER_KEYS},
        "schedule": wire.read(document.get("jobschedule")),
    }
    target_type = target_type_name(metadata)
    if target_type:
        values["backup_target_type"] = names.by_name(BACKUP_TARGET_TYPE, target_type)
    if "encryption" in document:
        values["encryption"] = document["encryption"]
    if "secret_uuid" in document:
        values["secret"] = document["secret_uuid"]
    return values


def _reference_result(value: Optional[Reference]) -> Optional[dict[str, Any]]:
    return None if value is None else {"id": value.id, "name": value.name}


def workload_result(values: Values, document: Document) -> dict[str, Any]:
    """Return the workload as results show it. A value that the server does not show is None; servers are sorted."""
    metadata = document.get("metadata") or {}
    servers = values.get("instances")
    rows = None if servers is None else [{"id": each.id, "name": each.name} for each in servers]
    return {
        "id": document.get("id"),
        "name": values.get("name"),
        "description": values.get("description"),
        "status": document.get("status"),
        "error_msg": document.get("error_msg"),
        "project_id": document.get("project_id"),
        "user_id": document.get("user_id"),
        "created_at": document.get("created_at"),
        "updated_at": document.get("updated_at"),
        "workload_type": _reference_result(values.get("workload_type")),
        "instances": None if rows is None else sorted(rows, key=lambda each: (str(each["name"]), str(each["id"]))),
        "backup_target_type": _reference_result(values.get("backup_target_type")),
        "policy": _reference_result(values.get("policy")),
        "encryption": values.get("encryption"),
        "secret": values.get("secret"),
        "metadata": values.get("metadata"),
        "server_metadata": _server_metadata(metadata) if "metadata" in document else None,
        "schedule": values.get("schedule"),
        "jobschedule": document.get("jobschedule"),
        "storage_usage": document.get("storage_usage"),
    }


def _server_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key in SERVER_KEYS}
