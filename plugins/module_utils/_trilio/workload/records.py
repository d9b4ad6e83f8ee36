# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Workloads as the server lists and shows them (reference B.1, C.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from ..._core.call import READ, Call
from ..._core.errors import RefusedError, RequestError
from ..._engine.model import DELETING, Document, describe
from ..._openstack.context import Context
from ..._openstack.lookup import match_one

NOUN = "workload"
LISTING = Call("GET", "/workloads", READ, response_key="workloads", response_type=list)
LISTING_IN_DETAIL = Call(
    "GET", "/workloads/detail", READ, response_key="workloads", response_type=list, best_effort=True
)
SHOWING = Call("GET", "/workloads/{id}", READ, response_key="workload")
ASSIGNED_POLICIES = Call(
    "GET",
    "/workload_policy/assigned/{project_id}",
    READ,
    response_key="policies",
    response_type=list,
    row_id="policy_id",
)
GLOBAL_SCHEDULER = Call("GET", "/global_job_scheduler", READ, response_key="global_job_scheduler", response_type=bool)

SERVER_KEYS = frozenset(
    {
        "hostnames",
        "preferredgroup",
        "workload_approx_backup_size",
        "backup_media_target",
        "backup_target_types",
        "backup_target_type",
        "policy_id",
    }
)
"""Keys of the metadata that belong to the server (reference Q11)."""

OWNER = "openprotect_owner"
"""Key of the metadata under which the owner of a set marks its workloads."""


def describe_workload(document: Document) -> str:
    """Return how messages name a workload."""
    return describe(NOUN, document.get("name"), document.get("id"))


def policy_id(document: Document) -> Optional[str]:
    """Return the id of the policy of a workload; 6.x may show it in two places (reference D, Versions)."""
    return (document.get("metadata") or {}).get("policy_id") or document.get("policy_id")


def describe_policies(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return how messages name the policies that are assigned to a project."""
    return ", ".join(f"{row.get('policy_name')} ({row['policy_id']})" for row in rows)


def target_type_name(metadata: Mapping[str, Any]) -> Optional[str]:
    """Return the name of the backup target type that the metadata of a workload show, None if they show none."""
    return metadata.get("backup_target_types") or metadata.get("backup_target_type")


def list_workloads(context: Context) -> list[Document]:
    """Return the workloads of this project. An administrator is shown those of other projects, too."""
    return [row for row in context.api.send(LISTING) if context.is_own(row)]


def show_workload(context: Context, workload_id: str) -> Optional[Document]:
    """Return one workload with all details, None if it does not exist.

    :raises UnknownNameError: It belongs to another project.
    """
    document = context.api.find(SHOWING, id=workload_id)
    if document is not None:
        context.require_own(describe_workload(document), document)
    return document


def find_workload(context: Context, wanted: str) -> Document:
    """Return the one workload of this project that has this name or id, as the list shows it.

    :raises UnknownNameError: There is none.
    :raises AmbiguousNameError: Several have the name.
    """
    rows = list_workloads(context)
    found = match_one(NOUN, rows, wanted, where=context.here)
    return next(row for row in rows if row["id"] == found.id)


def workloads_by_server(context: Context, known: Optional[Sequence[Document]] = None) -> Mapping[str, Document]:
    """Return the workload that protects each server of the project, by the id of the server.

    :param known: All workloads with their servers; None to read them, once in a task.
    """
    documents = context.once("workloads with servers", lambda: _workloads(context)) if known is None else known
    return {
        str(server.get("id")): document
        for document in documents
        if document.get("status") != DELETING
        for server in document.get("instances") or ()
    }


def _workloads(context: Context) -> list[Document]:
    """Return the workloads of the project with their servers.

    If the server refuses the list in detail, which is not documented (reference B.1), each workload is shown.
    """
    try:
        return [row for row in context.api.send(LISTING_IN_DETAIL) if context.is_own(row)]
    except RequestError:
        return context.in_parallel(lambda row: _shown(context, row), list_workloads(context))


def _shown(context: Context, row: Document) -> Document:
    """Return a workload with its servers, or its row of the list if this user may not see it: the server decides."""
    try:
        return context.api.find(SHOWING, id=row["id"]) or row
    except RefusedError:
        return row
