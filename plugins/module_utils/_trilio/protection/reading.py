# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Read what decides which server has no good backup, with as few requests as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional, Union

from ..._core.errors import BackupError
from ..._core.values import utc, whole_number
from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.lookup import is_lost, list_all_servers
from ..._openstack.references import SERVERS_IN_DETAIL, SERVERS_WITH_TAGS
from ..._schedule import wire
from ..preflight.report import attempt
from ..snapshot import records as snapshot
from ..snapshot.selection import being_taken, was_good
from ..snapshot.view import servers as servers_in
from ..workload import records as workload
from .facts import Facts, Server, Snapshot, Workload


@dataclass(frozen=True)
class Depth:
    """How much is read.

    :param window: How far back failed snapshots are shown by themselves, for their error messages.
    :param most_shows: How many good snapshots of one workload are shown at most.
    :param all_points: Show every good snapshot, in order to count the restore points of each server.
    :param tags: Read the tags of servers, which an old Nova does not show.
    """

    window: timedelta
    most_shows: int
    all_points: bool = False
    tags: bool = False


def read_facts(context: Context, now: datetime, depth: Depth) -> Facts:
    """Return the facts about all servers of the project.

    This takes a list of servers, workloads and snapshots each, one request for the flag of the scheduler, one for the
    names of policies, and for each workload one show of its newest good snapshot, if all its servers are in it. A
    failed snapshot of the window is shown once.

    :raises BackupError: Servers or workloads cannot be listed: nothing could be said about any server.
    """
    listing = SERVERS_WITH_TAGS if depth.tags else SERVERS_IN_DETAIL
    rows = list_all_servers(context.service("compute"), listing)
    servers = [read_server(row) for row in rows if context.is_own(row, "tenant_id")]
    workloads = _workloads(context)
    listed = attempt(lambda: snapshot.of_project(context))
    scheduler_on = attempt(lambda: bool(context.api.send(workload.GLOBAL_SCHEDULER)))
    searches = _search(context, workloads, servers, [] if isinstance(listed, BackupError) else listed, now, depth)
    return Facts(
        now,
        servers,
        workloads,
        snapshots=[each for found in searches for each in found.snapshots],
        snapshots_read=not isinstance(listed, BackupError),
        unsearched=frozenset(found.workload_id for found in searches if not found.complete),
        scheduler_on=None if isinstance(scheduler_on, BackupError) else scheduler_on,
    )


def read_server(row: Document) -> Server:
    """Return a server as Nova lists it."""
    return Server(
        str(row["id"]),
        str(row.get("name") or row["id"]),
        status=str(row.get("status")),
        created_at=utc(row.get("created")),
        metadata=row.get("metadata") or {},
        tags=frozenset(row.get("tags") or ()),
        lost=is_lost(row),
    )


# ---- Workloads -------------------------------------------------------------------------------------------------------


def _workloads(context: Context) -> list[Workload]:
    """Return the workloads of the project, with all details.

    The list in detail is not documented (reference B.1): a workload that it leaves out, or shows in part, is shown by
    itself.
    """
    rows = workload.list_workloads(context)
    details = attempt(lambda: context.api.send(workload.LISTING_IN_DETAIL)) if rows else []
    known = {} if isinstance(details, BackupError) else {row["id"]: row for row in details}
    documents = context.in_parallel(
        lambda row: (
            _complete(known.get(row["id"])) or attempt(lambda: context.api.find(workload.SHOWING, id=row["id"]))
        ),
        rows,
    )
    policies = _policy_names(context, [each for each in documents if isinstance(each, dict)])
    return [_read_workload(row, document, policies) for row, document in zip(rows, documents) if document is not None]


def _complete(row: Optional[Document]) -> Optional[Document]:
    """Return a row that has what decides, None for one that leaves something out."""
    needed = (("instances", list), ("jobschedule", dict))
    return row if row is not None and all(isinstance(row.get(key), each) for key, each in needed) else None


def _policy_names(context: Context, documents: Sequence[Document]) -> Mapping[str, str]:
    """Return the names of policies by id, as far as this user may list them."""
    if not any(workload.policy_id(each) for each in documents):
        return {}
    rows = attempt(lambda: context.api.send(workload.ASSIGNED_POLICIES, project_id=context.project_id))
    return {} if isinstance(rows, BackupError) else {str(row["policy_id"]): str(row.get("policy_name")) for row in rows}


def _read_workload(row: Document, document: Union[Document, BackupError], policies: Mapping[str, str]) -> Workload:
    """Return a workload from its details, or from its row if they could not be read."""
    if isinstance(document, BackupError):
        return Workload(row["id"], str(row.get("name")), server_ids=None, scheduled=None, error=document.message)
    schedule = wire.read(document.get("jobschedule"))
    enabled = schedule.get("enabled")
    policy_id = workload.policy_id(document)
    items = [each for each in document.get("instances") or [] if isinstance(each, dict)]
    return Workload(
        document["id"],
        str(document.get("name")),
        policy=policies.get(str(policy_id)) if policy_id else None,
        policy_id=policy_id,
        server_ids=frozenset(str(each["id"]) for each in items if each.get("id")),
        server_names={str(each["id"]): str(each.get("name")) for each in items if each.get("id")},
        schedule=schedule,
        scheduled=enabled if isinstance(enabled, bool) else None,
        created_at=utc(document.get("created_at")),
    )


# ---- Snapshots -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Search:
    """What was found of the snapshots of one workload.

    :ivar complete: Whether nothing that was not read could be a newer good snapshot of one of its servers.
    """

    workload_id: str
    snapshots: list[Snapshot]
    complete: bool


def _search(
    context: Context,
    workloads: Sequence[Workload],
    servers: Sequence[Server],
    rows: Sequence[Document],
    now: datetime,
    depth: Depth,
) -> list[Search]:
    """Search the snapshots of each workload for its servers, from the newest one backwards."""
    by_workload: dict[str, list[Document]] = {}
    for row in rows:
        by_workload.setdefault(str(row.get("workload_id")), []).append(row)
    present = {each.id for each in servers}
    return context.in_parallel(
        lambda each: _search_workload(
            context, each.id, (each.server_ids or frozenset()) & present, by_workload.get(each.id, []), now, depth
        ),
        workloads,
    )


def _search_workload(
    context: Context,
    workload_id: str,
    wanted: frozenset[str],
    rows: Sequence[Document],
    now: datetime,
    depth: Depth,
) -> Search:
    """Search the snapshots of one workload until each server was found in a good one."""
    found: list[Snapshot] = []
    missing, shows, complete = set(wanted), 0, True
    for row in sorted(rows, key=lambda each: (str(each.get("created_at")), str(each["id"])), reverse=True):
        hopeful = row.get("status") in snapshot.GOOD or snapshot.running(row)
        recent = (utc(row.get("created_at")) or now) >= now - depth.window
        if hopeful and (missing or depth.all_points) and shows < depth.most_shows:
            shows += 1
            shown = _show(context, row)
            complete = complete and shown is not None
            each = _read_snapshot(row, shown)
            missing -= (each.server_ids or frozenset()) if each.good and not each.empty else frozenset()
        elif row.get("status") == "error" and recent:
            each = _read_snapshot(row, _show(context, row))
        else:
            complete = complete and not (hopeful and missing)
            each = _read_snapshot(row, None)
        found.append(each)
    return Search(workload_id, found, complete)


def _show(context: Context, row: Document) -> Optional[Document]:
    """Return a snapshot with all details, None if it could not be read; an empty one if it has been deleted since."""
    shown = attempt(lambda: context.api.find(snapshot.SHOWING, id=row["id"]))
    if isinstance(shown, BackupError):
        return None
    return {**row, **shown} if shown is not None else {**row, "status": "deleted", "instances": []}


def _read_snapshot(row: Document, shown: Optional[Document]) -> Snapshot:
    """Return a snapshot from its row in the list and, if it was shown, its details."""
    document = shown or row
    status = str(document.get("status"))
    listed_good = None if snapshot.running(row) else status in snapshot.GOOD
    size = whole_number(document.get("size"))
    return Snapshot(
        str(row["id"]),
        str(row.get("workload_id")),
        row.get("name"),
        utc(row.get("created_at")),
        # A word that nobody knows may mean a failure, which has a message.
        good=listed_good
        if shown is None
        else was_good(shown) and (status in snapshot.GOOD or not shown.get("error_msg")),
        status=status,
        running=being_taken(shown) if shown is not None else snapshot.running(row),
        scheduled=row.get("name") == snapshot.BY_SCHEDULER,
        server_ids=None if shown is None else frozenset(str(each.get("id")) for each in servers_in(shown)),
        empty=shown is not None and document.get("snapshot_type") == "full" and size == 0,
        size=size,
        error=document.get("error_msg") or None,
    )
