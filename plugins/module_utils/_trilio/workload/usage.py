# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Which workloads of any project use a backup target or a policy (reference B.1, C.4, C.5)."""

from __future__ import annotations

from collections.abc import Sequence

from ..._core.errors import RequestError, StateError
from ..._core.known_names import listed
from ..._engine.model import Document
from ..._openstack.context import Context
from .records import LISTING, LISTING_IN_DETAIL, SHOWING, target_type_name


def workloads_of_all_projects(context: Context) -> list[Document]:
    """Return the workloads of all projects, each with what the server shows of it to this user.

    The documented list decides which there are. The undocumented list in detail may leave some out (reference B.1), so
    each that it leaves out is shown by itself: two requests, and one more for each of those.

    :raises ForbiddenError: The user may not see those of other projects.
    """
    every = {"all_workloads": "True"}
    rows: list[Document] = context.api.send(LISTING, query=every)
    detailed: dict[str, Document] = {}
    if rows:
        try:
            listed = context.api.send(LISTING_IN_DETAIL, query=every)
            detailed = {row["id"]: row for row in listed if isinstance(row.get("metadata"), dict)}
        except RequestError:
            detailed = {}
    return context.in_parallel(
        lambda row: detailed.get(row["id"]) or context.api.find(SHOWING, id=row["id"]) or row, rows
    )


def describe_workloads(documents: Sequence[Document]) -> str:
    """Return how messages name workloads of any project."""
    return listed(f"'{each.get('name')}' ({each['id']}, project {each.get('project_id')})" for each in documents)


def refuse_target_in_use(context: Context, title: str, type_names: set[str], force: bool) -> None:
    """Refuse to delete a place that holds backups: whether the server refuses by itself is unknown (reference C.4).

    :param title: What is to be deleted, for the message.
    :param type_names: Names of its target types; a workload shows its own (reference Q12).
    :param force: Ignore workloads that do not show their target type.
    :raises StateError: Workloads keep their backups there, or it cannot be found out.
    """
    users, unreadable = [], []
    for document in workloads_of_all_projects(context):
        shown = target_type_name(document.get("metadata") or {})
        if shown in type_names:
            users.append(document)
        elif not shown:
            unreadable.append(document)
    if users:
        raise StateError(
            f"The {title} was not deleted, because workloads keep their backups there: {describe_workloads(users)}.",
            hint="Delete these workloads first.",
        )
    if unreadable and not force:
        raise StateError(
            f"The {title} was not deleted, because the server does not show where these workloads keep their backups: "
            f"{describe_workloads(unreadable)}.",
            hint="Log in as an administrator who may see the workloads of all projects, or say with 'force: true' that "
            "none of these uses it.",
        )
