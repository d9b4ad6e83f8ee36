# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Workload policies as the server shows them, and the workloads that use them (reference B.6, C.5, Q34)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from ..._core.call import READ, Call
from ..._core.errors import ForbiddenError
from ..._core.values import key_values
from ..._engine.model import Document, Values
from ..._openstack.context import Context
from ..._schedule import wire
from ..._schedule.policy_fields import policy_fields
from ..workload import records as workload
from ..workload.usage import workloads_of_all_projects

SHOWING = Call("GET", "/workload_policy/{id}", READ, response_key="policy")


def read_values(document: Document) -> Values:
    """Return the canonical values of a policy. A list leaves the projects out (reference Q15)."""
    values: Values = {
        "name": document.get("name"),
        "description": document.get("description") or "",
        "schedule": wire.read(policy_fields(document.get("field_values"))),
        "metadata": key_values(document.get("metadata")),
    }
    if "policy_assignments" in document:
        values["projects"] = {str(row.get("project_id")): None for row in document["policy_assignments"] or []}
    return values


def policy_result(values: Values, document: Document, users: Optional[Sequence[Document]] = None) -> dict[str, Any]:
    """Return the policy as results show it.

    :param users: The workloads that use it, None if they were not looked at.
    """
    projects = values.get("projects")
    return {
        "id": document.get("id"),
        "name": values.get("name"),
        "description": values.get("description"),
        "status": document.get("status"),
        "schedule": values.get("schedule"),
        "projects": None if projects is None else sorted(projects),
        "metadata": values.get("metadata"),
        "workloads": None if users is None else _users_result(users),
        "created_at": document.get("created_at"),
        "updated_at": document.get("updated_at"),
    }


def _users_result(users: Sequence[Document]) -> list[dict[str, Any]]:
    rows = [{key: each.get(key) for key in ("id", "name", "project_id")} for each in users]
    return sorted(rows, key=lambda each: (str(each["name"]), str(each["id"])))


class PolicyUsage:
    """Which workloads use which policy, as far as this user may see it.

    The workloads of all projects are read, or those of this project if the user may not see others.

    :ivar unreadable: The workloads that do not show their policy.
    """

    def __init__(self, context: Context) -> None:
        try:
            self._workloads = workloads_of_all_projects(context)
        except ForbiddenError:
            context.warn(
                "Workloads of other projects that use a policy are not known: this user may not see them. Only those "
                "of this project were looked at."
            )
            self._workloads = context.in_parallel(
                lambda row: context.api.find(workload.SHOWING, id=row["id"]) or row, context.api.send(workload.LISTING)
            )
        self.unreadable = [
            each for each in self._workloads if "metadata" not in each and workload.policy_id(each) is None
        ]

    def users(self, policy: Document) -> list[Document]:
        """Return the workloads that use a policy."""
        return [each for each in self._workloads if workload.policy_id(each) == policy["id"]]
