# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The query of the module `workload_info`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._engine.model import Document, Values
from ..._openstack.context import Context
from ..._openstack.lookup import NamedReferences
from ..._openstack.references import BACKUP_TARGET_TYPE
from .records import LISTING, SHOWING, show_workload
from .values import read_values, workload_result

OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "all_projects": {"type": "bool", "default": False},
    "nfs_share": {"type": "str"},
    "details": {"type": "bool", "default": False},
}

IN_LIST = {"instances": "instances", "metadata": "metadata", "schedule": "jobschedule", "policy": "metadata"}
"""Fields that a list may leave out, by the key of the document."""


def query_workloads(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the workloads that the options ask for, as results show them."""
    documents = _find(context, options)
    names = NamedReferences(context.lookup)
    if any(
        isinstance(each.get("metadata"), dict) and each["metadata"].get("backup_target_types") for each in documents
    ):
        names.want(BACKUP_TARGET_TYPE)
        context.lookup.rows(BACKUP_TARGET_TYPE)
    documents.sort(key=lambda each: (str(each.get("name")), str(each["id"])))
    return {"workloads": [workload_result(_listed_values(each, names), each) for each in documents]}


def _find(context: Context, options: Mapping[str, Any]) -> list[Document]:
    """Return the workloads that the options ask for, as the server shows them."""
    if options.get("id") is not None:
        document = show_workload(context, options["id"])
        return [] if document is None else [document]
    wide = bool(options.get("all_projects"))
    filters = {"nfs_share": options.get("nfs_share"), "all_workloads": "True" if wide else None}
    rows = context.api.send(LISTING, query={key: value for key, value in filters.items() if value})
    own = [row for row in rows if wide or context.is_own(row)]
    documents = [row for row in own if options.get("name") in (None, row.get("name"))]
    if not options.get("details"):
        return documents
    found = context.in_parallel(
        lambda row: context.api.find(SHOWING, id=row["id"]) or (row if wide else None), documents
    )
    return [each for each in found if each is not None]


def _listed_values(document: Document, names: NamedReferences) -> Values:
    """Return the values of a workload, None for those that a list leaves out."""
    values = read_values(document, names)
    return {**values, **{option: None for option, key in IN_LIST.items() if key not in document}}
