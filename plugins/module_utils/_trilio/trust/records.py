# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Trusts as the server lists and validates them, and the query of the module `trust_info` (reference A.4, B.8, Q42).

The `value` of a trust is its id in Keystone. It is never returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from ..._core.call import READ, Call
from ..._core.errors import AmbiguousNameError, BackupError, GoneError, UnknownNameError, collect, raise_all
from ..._core.values import is_true, key_values
from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.lookup import ListIndex
from ..workload.records import NOUN as WORKLOAD
from ..workload.records import describe_workload, list_workloads

NOUN = "trust"
LISTING = Call("GET", "/trusts", READ, response_key="trust", response_type=list, row_id="name")
SHOWING = Call("GET", "/trusts/{id}", READ, response_key="trust", row_id="name")
VALIDATION = Call("GET", "/trusts/validate/{id}", READ, response_key="is_valid", response_type=bool)

OPTIONS: Mapping[str, Any] = {"workloads": {"type": "list", "elements": "str"}}

CLOUD_USER = "cloud_admin"
"""The `user_id` of a trust of the whole cloud (reference B.8)."""


def is_cloud_trust(document: Document) -> bool:
    """Return whether a trust belongs to the cloud, and not to a user of the project."""
    return document.get("user_id") == CLOUD_USER


def list_trusts(context: Context) -> list[Document]:
    """Return the trusts of this project, newest first; those of others are left out."""
    rows = [row for row in context.api.send(LISTING) if row.get("project_id") in (None, context.project_id)]
    return sorted(rows, key=lambda row: (str(row.get("created_at")), str(row["name"])), reverse=True)


def join_roles(roles: list[str]) -> str:
    """Return roles in the form of the server, sorted."""
    return ",".join(sorted({role.strip() for role in roles} - {""}))


def split_roles(text: str) -> list[str]:
    """Return the roles in a text of the server."""
    return text.split(",") if text else []


def read_roles(document: Document) -> str:
    """Return the roles that a trust delegates in the form of the server, sorted; empty if it shows none."""
    return join_roles(split_roles(key_values(document.get("metadata")).get("role_name", "")))


def trust_result(document: Document, roles: str) -> dict[str, Any]:
    """Return a trust as results show it. The server identifies a trust by its name."""
    return {
        "id": document.get("name"),
        "name": document.get("name"),
        "roles": split_roles(roles),
        "user_id": document.get("user_id"),
        "project_id": document.get("project_id"),
        "is_cloud_trust": is_cloud_trust(document),
        "status": document.get("status"),
        "description": document.get("description"),
        "version": document.get("version"),
        "created_at": document.get("created_at"),
    }


# ---- validation ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Validation:
    """The validation of the trust of one workload. All but the workload is None if the server does not know the call.

    :param trust: Name of the trust that the server found.
    """

    workload: Document
    scheduler_enabled: Optional[bool] = None
    trust: Optional[str] = None
    is_valid: Optional[bool] = None

    @property
    def verdict(self) -> Optional[bool]:
        """Return whether the trust works, None if that is unknown.

        A workload whose schedule is off is never valid, although trusts exist (reference B.8).
        """
        return None if not self.is_valid and not self.scheduler_enabled else self.is_valid

    def result(self) -> dict[str, Any]:
        """Return the validation as results show it."""
        return {
            "workload": {"id": self.workload["id"], "name": self.workload.get("name")},
            "scheduler_enabled": self.scheduler_enabled,
            "trust": self.trust,
            "is_valid": self.is_valid,
        }


def validate(context: Context, workload: Document) -> Validation:
    """Return the validation of the trust of a workload; warn if it says nothing."""
    try:
        document = context.api.read_document(VALIDATION, id=workload["id"])
    except GoneError as exc:
        path = VALIDATION.path.format(id="...")
        context.warn(
            f"{exc.method} {path} answered {exc.status}, so this server may not have this call. "
            "Whether the trusts of workloads are valid is unknown."
        )
        return Validation(workload)
    trust = document.get("trust")
    found = Validation(
        workload,
        is_true(document.get("scheduler_enabled")),
        trust.get("name") if isinstance(trust, dict) else None,
        document["is_valid"],
    )
    if found.verdict is None:
        context.warn(
            f"The schedule of the {describe_workload(workload)} is off, so the server does not report whether its "
            "trust is valid."
        )
    return found


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the trusts of the project, and the validations of the workloads that the options name."""
    wanted = dict.fromkeys(options.get("workloads") or ())
    workloads: dict[str, Document] = {}
    if wanted:
        rows = list_workloads(context)
        by_id, index = {row["id"]: row for row in rows}, ListIndex(rows)
        problems: list[BackupError] = []
        for each in wanted:
            with collect(problems, UnknownNameError, AmbiguousNameError):
                key = str(index.match(WORKLOAD, each, where=context.here).id)
                workloads[key] = by_id[key]
        raise_all(problems)
    trusts = [trust_result(row, read_roles(row)) for row in list_trusts(context)]
    found = context.in_parallel(lambda workload: validate(context, workload), list(workloads.values()))
    return {"trusts": trusts, "validations": [each.result() for each in found]}
