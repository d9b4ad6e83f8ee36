# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Facts outside of a workload that decide about a write: policies and the global scheduler (reference B.7, Q36)."""

from __future__ import annotations

from ..._core.errors import RefusedError, RequestError
from ..._openstack.context import Context
from .records import ASSIGNED_POLICIES, GLOBAL_SCHEDULER, describe_policies


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
    return describe_policies(rows)
