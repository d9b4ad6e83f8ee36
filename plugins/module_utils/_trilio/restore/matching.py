# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Restores that exist already: which of them is the one that a task asks for (reference B.5, Q30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ..._core.errors import AmbiguousNameError, InputError, StateError, UnknownNameError
from ..._core.known_names import listed
from ..._core.values import utc
from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from ..snapshot import records as snapshot
from ..snapshot.selection import created_at, newest_good
from ..workload.records import describe_workload, find_workload, show_workload
from . import identity
from . import records as restore
from .cloud import Cloud
from .identity import Marker
from .options import DesiredRestore
from .request import restore_options
from .stop import describe_servers


@dataclass(frozen=True)
class Origin:
    """The origin of a restore, by which a later run recognises it.

    :param workload: The workload as the list shows it.
    :param snapshot: The snapshot with all details.
    :param known_ids: The restores of the workload that existed before.
    :param newer: The good snapshots of the workload that are newer, as the list shows them, newest first.
    """

    workload: Document
    snapshot: Document
    intent: str
    key: str
    known_ids: frozenset[str]
    newer: Sequence[Document] = ()


@dataclass(frozen=True)
class ObservedRestore:
    """The restores of the server, before and after a restore is started.

    :param restore: The restore that the task asks for, None if it must be started.
    :param key: Key of the restore, None if it has none.
    :param origin: What it starts from, if nothing runs.
    """

    restore: Optional[Document]
    key: Optional[str] = None
    origin: Optional[Origin] = None


def observe_workload(context: Context, desired: DesiredRestore) -> ObservedRestore:
    """Return the restore that is running or satisfies, or what is needed to start one.

    :raises UnknownNameError: The workload or the snapshot does not exist.
    :raises StateError: Another restore of the workload is running.
    """
    workload, snapshots = _find_workload(context, desired)
    intent = identity.intent(desired.restore_type, workload["id"], desired.source, desired.plan)
    restores = _restores_of(context, {row["id"] for row in snapshots}, intent)
    running = [row for row in restores if restore.is_running(row)]
    if running:
        joined = _find_running(context, desired, intent, snapshots, running)
        if joined is None:
            raise StateError(
                f"Nothing was restored, because another restore of the {describe_workload(workload)} runs: "
                f"{listed(map(restore.describe_restore, running), most=5)}.",
                hint="Wait for its end, or cancel it with 'state: cancelled' and its id.",
            )
        key = Marker.read(joined.get("description")).key
        return ObservedRestore(restore.show(context, joined["id"]) or joined, key)
    chosen = _choose_snapshot(context, desired, workload, snapshots)
    key = desired.options.get("request_key") or identity.key(intent, workload["id"], chosen["id"])
    known_ids = frozenset(row["id"] for row in restores)
    origin = Origin(workload, chosen, intent, key, known_ids, _newer(snapshots, chosen))
    return ObservedRestore(find_started(context, desired, origin, restores), key, origin)


def _find_workload(context: Context, desired: DesiredRestore) -> tuple[Document, list[Document]]:
    """Return the workload and its snapshots.

    :raises UnknownNameError: The workload or the snapshot does not exist.
    """
    wanted = desired.options.get("workload")
    if wanted is not None:
        workload = find_workload(context, wanted)
    else:
        snapshot_id = desired.options["snapshot"]
        found = snapshot.show(context, snapshot_id)
        if found is None:
            raise UnknownNameError(f"There is no snapshot with the id {snapshot_id} in this project.")
        shown = show_workload(context, str(found["workload_id"]))
        if shown is None:
            raise UnknownNameError(
                f"The workload {found['workload_id']} of the snapshot {snapshot.describe_snapshot(found)} is not there."
            )
        workload = shown
    return workload, snapshot.of_workload(context, workload["id"])


def _restores_of(context: Context, snapshot_ids: set[str], intent: str) -> list[Document]:
    """Return the restores of a workload, oldest first.

    Restores of snapshots that are gone count if they have the intent, which includes the workload.
    """
    return [
        row
        for row in restore.of_project(context)
        if row.get("snapshot_id") in snapshot_ids or Marker.read(row.get("description")).intent == intent
    ]


def _choose_snapshot(
    context: Context, desired: DesiredRestore, workload: Document, rows: Sequence[Document]
) -> Document:
    """Return the snapshot to restore from, with all details.

    :param rows: The snapshots of the workload.
    :raises UnknownNameError: The workload has no such snapshot.
    :raises AmbiguousNameError: Several have the name, or are the newest.
    """
    title, wanted = describe_workload(workload), desired.options.get("snapshot")
    if wanted is not None:
        ref = match_one("snapshot", rows, wanted, where=f"of the {title}")
        row = next(each for each in rows if each["id"] == ref.id)
    else:
        newest = newest_good(context, rows, desired.at)
        if newest is None:
            when = f" that was begun at {desired.options['at']} or before" if desired.at else ""
            # The nearest ones first: the oldest if all are too new.
            nearest = sorted(rows, key=lambda each: str(each.get("created_at")), reverse=not desired.at)
            there = listed(map(snapshot.describe_snapshot, nearest), most=8) or "none at all"
            raise UnknownNameError(f"The {title} has no good snapshot{when}; there are: {there}.")
        row = newest
    found = snapshot.show(context, row["id"])
    if found is None:
        raise UnknownNameError(
            f"The snapshot {snapshot.describe_snapshot(row)} of the {title} was deleted a moment ago.",
            hint="Run the task again.",
        )
    return found


def _newer(rows: Sequence[Document], chosen: Document) -> list[Document]:
    """Return the good snapshots that began after the chosen one, newest first."""
    began = utc(chosen.get("created_at"))
    dated = [(utc(row.get("created_at")), row) for row in rows if row.get("status") in snapshot.GOOD]
    newer = [(when, row) for when, row in dated if when is not None and began is not None and when > began]
    return [row for _when, row in sorted(newer, key=lambda each: each[0], reverse=True)]


# ---- A restore that is running ---------------------------------------------------------------------------------------


def _find_running(
    context: Context,
    desired: DesiredRestore,
    intent: str,
    snapshots: Sequence[Document],
    running: Sequence[Document],
) -> Optional[Document]:
    """Return the running restore that was asked for in the same way, None if there is none."""
    for row in running:
        marker = Marker.read(row.get("description"))
        if marker.intent == intent:
            return row
        if marker.intent is None and restore.type_of(row) == desired.restore_type:
            source = snapshot.show(context, str(row["snapshot_id"]))
            if (
                source is not None
                and _was_meant(context, desired, snapshots, row, source)
                and _is_equal(context, desired, row, source)
            ):
                return row
    return None


def _was_meant(
    context: Context, desired: DesiredRestore, snapshots: Sequence[Document], row: Document, source: Document
) -> bool:
    """Return whether the task meant the snapshot of a restore without a marker when that restore began.

    :param source: The snapshot of the restore.
    """
    wanted = desired.options.get("snapshot")
    if wanted:
        return wanted in (source.get("name"), source["id"])
    began = utc(row.get("created_at"))
    then = [each for each in snapshots if began is None or created_at(each) <= began]
    newest = newest_good(context, then, desired.at)
    return newest is not None and bool(newest["id"] == source["id"])


def _is_equal(context: Context, desired: DesiredRestore, row: Document, source: Document) -> bool:
    """Return whether a restore without a marker restores what the task would restore from its snapshot.

    :param source: The snapshot with all details.
    """
    if restore.type_of(row) != desired.restore_type:
        return False
    try:
        sent = restore_options(Cloud(context), desired, source)
    except (UnknownNameError, AmbiguousNameError, InputError):
        return False  # The snapshot does not have what the task asks for.
    return identity.same_request(sent, row.get("restore_options"))


# ---- A restore that has ended ----------------------------------------------------------------------------------------


def find_started(
    context: Context, desired: DesiredRestore, origin: Origin, restores: Sequence[Document]
) -> Optional[Document]:
    """Return the restore with the key that ended well, None if there is none; warn of servers that failed ones left.

    :param restores: The restores of the workload, oldest first.
    """
    same = [row for row in restores if Marker.read(row.get("description")).key == origin.key]
    same += find_equal(context, desired, origin, restores)
    good = [row for row in same if row.get("status") == restore.GOOD]
    if good and not desired.options.get("force_new"):
        found = restore.show(context, good[-1]["id"]) or good[-1]
        _warn_of_difference(context, origin, found)
        _require_servers(context, found)
        return found
    for row in same:
        if row.get("status") != restore.GOOD:
            _warn_of_leftovers(context, row)
    return None


def find_equal(
    context: Context, desired: DesiredRestore, origin: Origin, restores: Sequence[Document]
) -> list[Document]:
    """Return the restores without a marker that have the name and restore the same from the same snapshot."""
    unmarked = [
        row
        for row in restores
        if Marker.read(row.get("description")).key is None and row["snapshot_id"] == origin.snapshot["id"]
    ]
    name = desired.name(origin.workload)
    return [row for row in unmarked if row.get("name") == name and _is_equal(context, desired, row, origin.snapshot)]


def _warn_of_difference(context: Context, origin: Origin, found: Document) -> None:
    """Warn if a restore that satisfies was asked for in another way."""
    if Marker.read(found.get("description")).intent not in (None, origin.intent):
        context.warn(
            f"The restore {restore.describe_restore(found)} has the key '{origin.key}' and satisfies, but it was asked "
            "for in another way. Another 'request_key' makes another restore."
        )


def _require_servers(context: Context, found: Document) -> None:
    """Require that the servers that a restore brought back are still there: otherwise they are lost again.

    :raises StateError: One is gone.
    """
    lost = [each for each in restore.servers(found) if not _is_in_nova(context, each["id"])]
    if lost:
        raise StateError(
            f"Nothing was restored. The restore {restore.describe_restore(found)} has ended well before, but servers "
            f"that it made are gone from Nova: {describe_servers(lost)}.",
            hint="'force_new: true' restores again. If they are not needed any more, remove the task.",
        )


def _warn_of_leftovers(context: Context, row: Document) -> None:
    """Warn of the servers that a failed restore left."""
    made = restore.servers(restore.show(context, row["id"]) or row)
    left = [each for each in made if _is_in_nova(context, each["id"])]
    if left:
        context.warn(
            f"The restore {restore.describe_restore(row)} before this one left servers: {describe_servers(left)}. They "
            "are not touched; 'state: absent' with its id and 'delete_resources: true' deletes them."
        )


def _is_in_nova(context: Context, server_id: Optional[str]) -> bool:
    """Return whether the project has a server."""
    return any(str(row["id"]) == server_id for row in context.lookup.servers())
