# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What forbids a restore because of what is there: originals, or the lack of them (API reference E, P8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import AmbiguousNameError, BackupError, InputError, StateError, UnknownNameError, raise_all
from ..._engine.resource import Document
from ..._openstack.context import Context
from ..._openstack.lookup import VOLUME, match_one
from .. import server
from .options import is_no, is_yes


def refuse_originals(context: Context, source: Document) -> None:
    """Refuse a one-click restore while an original server or volume is there: it would fail late (API reference E, P8).

    :raises StateError: One is.
    """
    items = source.get("instances") or []
    wanted = {str(item["id"]) for item in items}
    there = [row for row in context.lookup.servers() if str(row["id"]) in wanted]
    disks = {str(disk["volume_id"]) for item in items for disk in item.get("vdisks") or [] if disk.get("volume_id")}
    volumes = [row for row in context.lookup.rows(VOLUME) if str(row["id"]) in disks] if disks else []
    if there or volumes:
        found = [f"server '{row.get('name')}' ({row['id']})" for row in there] + [
            f"volume '{row.get('name') or ''}' ({row['id']})" for row in volumes
        ]
        raise StateError(
            f"Nothing was restored: a one-click restore needs the originals gone, and these are there: {', '.join(found)}.",
            hint="'type: inplace' overwrites servers that are there, 'type: selective' makes copies beside them.",
        )


def refuse_detached(context: Context, included: Sequence[Document], named: Mapping[str, Any]) -> None:
    """Refuse a restore in place of volumes that the servers do not have any more.

    :raises StateError: There is one.
    """
    wanted = [
        (entry["id"], disk["id"])
        for entry in included
        for disk in entry.get("vdisks") or []
        if not is_no(disk.get("restore_cinder_volume"))
    ]
    servers = sorted({server_id for server_id, disk_id in wanted})
    shown = dict(zip(servers, context.in_parallel(lambda each: server.own(context, each), servers)))
    lost = [
        f"{disk_id} of the server '{named.get(server_id)}' ({server_id})"
        for server_id, disk_id in wanted
        if disk_id not in server.volume_ids(shown[server_id] or {})
    ]
    if lost:
        raise StateError(
            f"Nothing was restored: volumes that are to be overwritten are not attached any more: {', '.join(lost)}.",
            hint="Attach them again, or leave them as they are with 'restore: false' under 'volumes'.",
        )


def require_confirmation(context: Context, given: Sequence[str], sent: Document, source: Document) -> list[str]:
    """Require that servers to be overwritten are there, with their volumes, and that the user has named them once more; in check mode not the last.

    :param given: What the user has confirmed, names or ids as Nova has them now.
    :param sent: The C(options) of the request.
    :param source: The snapshot with all details.
    :return: What must be confirmed: names, or ids where names are not unique.
    :raises UnknownNameError: A server is gone, or a name that was confirmed means none.
    :raises StateError: A volume is not attached any more.
    :raises InputError: Other servers were confirmed than are included.
    """
    rows = context.lookup.servers()
    there = {str(row["id"]): row for row in rows}
    included = [entry for entry in sent["openstack"]["instances"] if is_yes(entry.get("include"))]
    named = {str(item["id"]): item.get("name") for item in source.get("instances") or []}
    gone = [entry["id"] for entry in included if entry["id"] not in there]
    if gone:
        raise UnknownNameError(
            f"Servers that are to be overwritten are not there: {', '.join(f'{named.get(each)} ({each})' for each in gone)}.",
            hint="What is gone is made anew with 'type: selective'.",
        )
    refuse_detached(context, included, named)
    wanted = {str(entry["id"]) for entry in included}
    if not context.check_mode:
        confirmed = _resolved(given, rows)
        if confirmed != wanted:
            raise InputError(
                f"Nothing was restored: the disks of these servers would be overwritten: {_titles(wanted, there)}; confirmed with 'confirm_overwrite': "
                f"{_titles(confirmed, there)}.",
                hint="Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'.",
            )
    return sorted(_pasted(each, there) for each in wanted)


def _pasted(server_id: str, there: Mapping[str, Document]) -> str:
    """Return what means exactly this server when it is confirmed: its name, or its id where the name would not, also in a text with commas."""
    name = str(there[server_id].get("name") or "")
    alone = [row.get("name") for row in there.values()].count(name) == 1 and name.lower() not in there
    return name if alone and name and name == name.strip() and "," not in name else server_id


def _resolved(given: Sequence[str], rows: Sequence[Document]) -> set[str]:
    """Return the ids of the servers that were confirmed.

    :raises UnknownNameError: A name means none.
    :raises AmbiguousNameError: A name means several.
    """
    found: set[str] = set()
    problems: list[BackupError] = []
    for each in filter(None, map(str.strip, given)):
        try:
            found.add(str(match_one("server", rows, each, where="in this project, as Nova lists them").id))
        except (UnknownNameError, AmbiguousNameError) as exc:
            problems.append(exc)
    raise_all(problems)
    return found


def _titles(server_ids: set[str], there: Mapping[str, Document]) -> str:
    """Return servers with names and ids."""
    return ", ".join(sorted(f"{there[each].get('name')} ({each})" for each in server_ids)) or "none"
