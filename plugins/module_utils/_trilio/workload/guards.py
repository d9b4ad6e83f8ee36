# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What forbids a write because of workloads: those in use, policies, the global scheduler (reference B.7, C.4, Q36)."""

from __future__ import annotations

from ..._core.errors import RefusedError, RequestError, StateError
from ..._openstack.context import Context
from .records import (
    ASSIGNED_POLICIES,
    GLOBAL_SCHEDULER,
    describe_workloads,
    target_type_name,
    workloads_of_all_projects,
)


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


def warn_of_global_scheduler(context: Context) -> None:
    """Warn if the schedules of the whole cloud are off, or if that cannot be read (reference B.7)."""
    try:
        if not context.api.send(GLOBAL_SCHEDULER):
            context.warn(
                "The global job scheduler of the cloud is off: no scheduled snapshot is taken until an administrator "
                "switches it on."
            )
    except RefusedError as exc:
        context.warn(f"Whether the global job scheduler is on could not be read: {exc.message}")


def assigned_policies(context: Context) -> str:
    """Return names and ids of the policies that the project may use; empty if there are none or they are unreadable."""
    try:
        rows = context.api.send(ASSIGNED_POLICIES, project_id=context.project_id)
    except RequestError as exc:
        context.warn(f"Which policies the project may use could not be read: {exc.message}")
        return ""
    return ", ".join(f"{row.get('policy_name')} ({row['policy_id']})" for row in rows)
