# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Facts outside of a workload that decide about a write: other workloads, policies and the global scheduler.

(reference B.1, B.7, C.5, Q36)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from ..._core.errors import RefusedError, RequestError, StateError
from ..._core.known_names import listed
from ..._engine.model import Document, Reference
from ..._openstack.context import Context
from ..._schedule.dialects import TRACKS, dialect_shown
from .records import (
    ASSIGNED_POLICIES,
    GLOBAL_SCHEDULER,
    describe_policies,
    describe_workload,
    workloads_by_server,
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
    return describe_policies(rows)


def is_line_6(context: Context, documents: Iterable[Document]) -> bool:
    """Return whether the server is known to be of line 6, by the option or by workloads. This makes no request."""
    if context.server_line != "auto":
        return context.server_line == "6"
    return any(dialect_shown(each.get("jobschedule")) == TRACKS for each in documents)


def refuse_taken_servers(context: Context, title: str, servers: Iterable[Reference], own_id: Optional[str]) -> None:
    """Refuse to add servers that another workload protects: a server can be in one only (reference B.1, N1).

    This is known of line 6. Of lines 4 and 5 it is not, so there it is a warning.

    :param title: The workload, for messages.
    :param servers: The servers that it would get.
    :param own_id: Its id, None if it does not exist.
    :raises StateError: Another workload protects one of them.
    """
    holders = workloads_by_server(context)
    taken = [(ref, holders[str(ref.id)]) for ref in servers if str(ref.id) in holders]
    taken = [(ref, holder) for ref, holder in taken if holder["id"] != own_id]
    if not taken:
        return
    where = listed(f"'{ref}' ({ref.id}) is in the {describe_workload(holder)}" for ref, holder in taken)
    if is_line_6(context, (holder for _ref, holder in taken)):
        raise StateError(
            f"The {title} cannot protect servers that another workload protects: {where}.",
            hint="A server can be in one workload only. Take it out of that workload first.",
        )
    context.warn(f"The {title} gets servers that another workload protects: {where}. The server may refuse that.")


def refuse_change_without_policy(context: Context, document: Document, title: str) -> None:
    """Refuse in check mode to change a workload without a policy while the project has some assigned.

    Line 6 is taken to refuse the change (reference C.5, `put_policy_omitted`), but nobody has seen it. So a real run
    asks the server, which then changes nothing.

    :raises StateError: The project has policies, and the server is of line 6.
    """
    if not context.check_mode or not is_line_6(context, [document]):
        return
    allowed = context.once("assigned policies", lambda: assigned_policies(context))
    if allowed:
        raise StateError(
            f"The {title} has no policy and names none. A server of line 6 refuses to change it while the project has "
            f"policies assigned: {allowed}.",
            hint="Name one of them with the option 'policy'.",
        )
