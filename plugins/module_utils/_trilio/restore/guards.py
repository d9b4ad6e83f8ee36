# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The guards of a restore, which depend on the servers and volumes that exist (reference E, P8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import (
    AmbiguousNameError,
    BackupError,
    InputError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from ..._core.values import is_false, is_true
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from .. import server
from ..snapshot import records as snapshot
from ..workload.records import describe_workload
from .references import VOLUME

MOUNTED_HINT = "It is mounted: dismount it. An older one is not taken in its place."


def require_available(workload: Document, source: Document) -> None:
    """Require that the snapshot and the workload are available.

    :raises StateError: One is not.
    """
    if source.get("status") != "available":
        hint = "Choose another snapshot, or wait until this one is free."
        raise StateError(
            f"Nothing was restored, because the snapshot {snapshot.describe_snapshot(source)} is not available: "
            f"{source.get('error_msg') or 'its state is ' + repr(source.get('status'))}.",
            hint=MOUNTED_HINT if source.get("status") == snapshot.MOUNTED else hint,
        )
    if workload.get("status") != "available":
        raise StateError(
            f"Nothing was restored, because the state of the {describe_workload(workload)} is "
            f"'{workload.get('status')}'.",
            hint="Wait for the end of what runs. If nothing does, unlock the workload with the module "
            "openprotect.backup.workload_action.",
        )


def refuse_originals(context: Context, source: Document) -> None:
    """Refuse a one-click restore while an original server or volume exists: it would fail late (reference E, P8).

    :raises StateError: One exists.
    """
    items = source.get("instances") or []
    wanted = {str(item["id"]) for item in items}
    there = [row for row in context.lookup.servers() if str(row["id"]) in wanted]
    disks = {str(disk["volume_id"]) for item in items for disk in item.get("vdisks") or [] if disk.get("volume_id")}
    volumes = [row for row in context.lookup.rows(VOLUME) if str(row["id"]) in disks] if disks else []
    found = [f"server {quote_row(row)}" for row in there]
    found += [f"volume {quote_row(row)}" for row in volumes]
    if found:
        raise StateError(
            f"Nothing was restored: a one-click restore needs the originals gone, and these are there: "
            f"{', '.join(found)}.",
            hint="'type: inplace' overwrites servers that are there, 'type: selective' makes copies beside them.",
        )


def require_confirmation(context: Context, given: Sequence[str], sent: Document, source: Document) -> list[str]:
    """Require that all servers to be overwritten exist with their volumes, and that the user has confirmed them.

    In check mode the confirmation is not required, so that the plan can show it.

    :param given: The confirmed servers, by their names or ids in Nova now.
    :param sent: The `options` of the request.
    :param source: The snapshot with all details.
    :return: What must be confirmed: names, or ids of servers without a unique name.
    :raises UnknownNameError: A server or a confirmed name does not exist.
    :raises StateError: A volume is not attached any more.
    :raises InputError: Other servers are confirmed than are to be overwritten.
    """
    rows = context.lookup.servers()
    there = {str(row["id"]): row for row in rows}
    included = [entry for entry in sent["openstack"]["instances"] if is_true(entry.get("include"))]
    names = {str(item["id"]): item.get("name") for item in source.get("instances") or []}
    gone = [entry["id"] for entry in included if entry["id"] not in there]
    if gone:
        raise UnknownNameError(
            f"Servers that are to be overwritten are not there: "
            f"{', '.join(f'{names.get(each)} ({each})' for each in gone)}.",
            hint="Restore servers that are gone with 'type: selective'.",
        )
    _refuse_detached(context, included, names)
    wanted = {str(entry["id"]) for entry in included}
    if not context.check_mode:
        confirmed = _confirmed_ids(given, rows)
        if confirmed != wanted:
            raise InputError(
                f"Nothing was restored: the disks of these servers would be overwritten: "
                f"{_describe_servers(wanted, there)}; confirmed with 'confirm_overwrite': "
                f"{_describe_servers(confirmed, there)}.",
                hint="Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'.",
            )
    return sorted(_confirmation(each, there) for each in wanted)


def _refuse_detached(context: Context, included: Sequence[Document], names: Mapping[str, Any]) -> None:
    """Refuse to overwrite volumes that the servers do not have any more.

    :param names: Names of the servers by id.
    :raises StateError: There is one.
    """
    wanted = [
        (entry["id"], disk["id"])
        for entry in included
        for disk in entry.get("vdisks") or []
        if not is_false(disk.get("restore_cinder_volume"))  # How servers treat a missing value is unknown.
    ]
    server_ids = sorted({server_id for server_id, _volume_id in wanted})
    shown = dict(zip(server_ids, context.in_parallel(lambda each: server.show_server(context, each), server_ids)))
    lost = [
        f"{volume_id} of the server '{names.get(server_id)}' ({server_id})"
        for server_id, volume_id in wanted
        if volume_id not in server.volume_ids(shown[server_id] or {})
    ]
    if lost:
        raise StateError(
            f"Nothing was restored: volumes that are to be overwritten are not attached any more: {', '.join(lost)}.",
            hint="Attach them again, or leave them as they are with 'restore: false' under 'volumes'.",
        )


def _confirmation(server_id: str, there: Mapping[str, Document]) -> str:
    """Return the text that confirms only this server, also in a list with commas: its name if possible, else its id."""
    name = str(there[server_id].get("name") or "")
    is_unique = [row.get("name") for row in there.values()].count(name) == 1 and name.lower() not in there
    return name if is_unique and name and name == name.strip() and "," not in name else server_id


def _confirmed_ids(given: Sequence[str], rows: Sequence[Document]) -> set[str]:
    """Return the ids of the confirmed servers.

    :raises UnknownNameError: A name does not exist.
    :raises AmbiguousNameError: A name is not unique.
    """
    found: set[str] = set()
    problems: list[BackupError] = []
    for each in filter(None, map(str.strip, given)):
        with collect(problems, UnknownNameError, AmbiguousNameError):
            found.add(str(match_one("server", rows, each, where="in this project, as Nova lists them").id))
    raise_all(problems)
    return found


def _describe_servers(server_ids: set[str], there: Mapping[str, Document]) -> str:
    """Return how messages list servers."""
    return ", ".join(sorted(f"{there[each].get('name')} ({each})" for each in server_ids)) or "none"
