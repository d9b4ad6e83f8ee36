# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""List workload policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.references import POLICY
from ..workload.usage import describe_workloads
from .records import SHOWING, PolicyUsage, policy_result, read_values

OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "projects": {"type": "list", "elements": "str"},
    "details": {"type": "bool", "default": False},
}


def query_policies(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policies that the options ask for, as results show them; with `details` also who uses them."""
    projects = context.lookup.project_ids(options.get("projects") or ()).keys()
    found = [(read_values(document), document) for document in _show(context, options)]
    if options.get("projects"):
        found = [(values, document) for values, document in found if projects & values.get("projects", {}).keys()]
    found.sort(key=lambda each: (str(each[0]["name"]), str(each[1]["id"])))
    if not options.get("details"):
        return {"workload_policies": [policy_result(values, document) for values, document in found]}
    usage = PolicyUsage(context)
    if usage.unreadable:
        context.warn(
            "The policies of these workloads are not known, because the server does not show them: "
            f"{describe_workloads(usage.unreadable)}."
        )
    return {"workload_policies": [policy_result(values, document, usage.users(document)) for values, document in found]}


def _show(context: Context, options: Mapping[str, Any]) -> list[Document]:
    """Return the policies with this id or name, or all of them, each with all details."""
    if options.get("id") is not None:
        ids = [options["id"]]
    else:
        rows = context.lookup.rows(POLICY)
        ids = [row["id"] for row in rows if options.get("name") in (None, row.get("name"))]
    shown = context.in_parallel(lambda each: context.api.find(SHOWING, id=each), ids)
    return [document for document in shown if document is not None]
