# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The guards of a restore in place, which overwrites disks of servers that exist (reference E)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..._core.call import READ, Call
from ..._core.errors import (
    AmbiguousNameError,
    BackupError,
    InputError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from ..._core.known_names import listed
from ..._core.values import is_false, is_true
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from .. import server
from .references import VOLUME

SHOW_SERVER = Call("GET", "/servers/{id}", READ, response_key="server", microversion="compute 2.9")
"""The first version of Nova's API that shows locks."""

READY = frozenset({"ACTIVE", "SHUTOFF", "ERROR"})
"""States in which Nova lets disks of a server be replaced, and in which no memory of the old ones is resumed."""

CURES = {
    "VERIFY_RESIZE": "confirm or revert its resize",
    "SHELVED": "unshelve it",
    "SHELVED_OFFLOADED": "unshelve it",
    "RESCUE": "unrescue it",
    "PAUSED": "unpause it",
    "SUSPENDED": "resume it",
    "SOFT_DELETED": "restore it in Nova",
}
"""What to do about a server, by its state."""

Sharers = Mapping[str, Sequence[Document]]
"""The servers that volumes are attached to, with `id` and `name`, by the id of the volume."""


class Overwriting(NamedTuple):
    """What a restore in place overwrites.

    :param confirmation: What must be confirmed: names, or ids of servers without a unique name.
    :param sharers: The servers that have the volumes, which are several for a multi-attached one.
    """

    confirmation: list[str]
    sharers: Sharers


def require_confirmation(context: Context, given: Sequence[str], sent: Document, source: Document) -> Overwriting:
    """Require that all servers to be overwritten are ready, and that the user has confirmed all that lose data.

    In check mode the confirmation is not required, so that the plan can show it.

    :param given: The confirmed servers, by their names or ids in Nova now.
    :param sent: The `options` of the request.
    :param source: The snapshot with all details.
    :raises UnknownNameError: A server or a confirmed name does not exist.
    :raises StateError: A server is in no state for it, or a volume is not attached any more.
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
            f"{listed(f'{names.get(each)} ({each})' for each in gone)}.",
            hint="Restore servers that are gone with 'type: selective'.",
        )
    server_ids = sorted({str(entry["id"]) for entry in included})
    shown = dict(zip(server_ids, context.in_parallel(lambda each: _show(context, each), server_ids)))
    _require_ready(shown)
    _refuse_detached(shown, included)
    sharers = _sharers(context, _may_be_overwritten(included, source), there)
    wanted = {*server_ids, *(row["id"] for rows in sharers.values() for row in rows)}
    if not context.check_mode:
        confirmed = _confirmed_ids(given, rows)
        if confirmed != wanted:
            raise InputError(
                f"Nothing was restored: the disks of these servers would be overwritten: "
                f"{_describe_servers(wanted, there)}; confirmed with 'confirm_overwrite': "
                f"{_describe_servers(confirmed, there)}.",
                hint="Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'.",
            )
    return Overwriting(sorted(_confirmation(each, there) for each in wanted), sharers)


def _show(context: Context, server_id: str) -> Document:
    """Return a server as Nova shows it, with its lock.

    :raises StateError: It does not exist any more.
    """
    row = context.service("compute").find(SHOW_SERVER, id=server_id)
    if row is None:
        raise StateError(
            f"Nothing was restored, because the server {server_id} was deleted a moment ago.",
            hint="Run the task again.",
        )
    return row


def _require_ready(shown: Mapping[str, Document]) -> None:
    """Require that Nova lets the disks of all servers be replaced.

    :param shown: The servers by id.
    :raises StateError: One is locked, has a task, or is in a state that forbids it.
    """
    problems = []
    for row in shown.values():
        status, task = row.get("status"), row.get("OS-EXT-STS:task_state")
        if task:
            problems.append(f"{quote_row(row)} has the task '{task}': wait for its end")
        elif status is not None and status not in READY:
            problems.append(f"{quote_row(row)} is {status}: {CURES.get(status, 'bring it to ACTIVE or SHUTOFF')}")
        if row.get("locked"):
            problems.append(f"{quote_row(row)} is locked: unlock it")
    if problems:
        raise StateError(
            f"Nothing was restored, because servers are not ready to be overwritten: {listed(problems, '; ', 8)}.",
            hint="Then run the task again.",
        )


def _overwritten_volumes(included: Sequence[Document]) -> list[tuple[str, str]]:
    """Return the volumes that are overwritten, each with the id of its server before it."""
    return [
        (str(entry["id"]), str(disk["id"]))
        for entry in included
        for disk in entry.get("vdisks") or []
        if not is_false(disk.get("restore_cinder_volume"))  # How servers treat a missing value is unknown.
    ]


def _may_be_overwritten(included: Sequence[Document], source: Document) -> set[str]:
    """Return the volumes that may be overwritten: what servers do with those that a file leaves out is unknown.

    :param source: The snapshot with all details.
    """
    items = {str(item["id"]): item for item in source.get("instances") or []}
    found = {volume_id for _server_id, volume_id in _overwritten_volumes(included)}
    for entry in included:
        named = {str(disk["id"]) for disk in entry.get("vdisks") or []}
        disks = items.get(str(entry["id"]), {}).get("vdisks") or []
        found |= {str(disk["volume_id"]) for disk in disks if disk.get("volume_id")} - named
    return found


def _refuse_detached(shown: Mapping[str, Document], included: Sequence[Document]) -> None:
    """Refuse to overwrite volumes that the servers do not have any more.

    :param shown: The servers by id.
    :raises StateError: There is one.
    """
    lost = [
        f"{volume_id} of the server {quote_row(shown[server_id])}"
        for server_id, volume_id in _overwritten_volumes(included)
        if volume_id not in server.volume_ids(shown[server_id])
    ]
    if lost:
        raise StateError(
            f"Nothing was restored: volumes that are to be overwritten are not attached any more: "
            f"{listed(lost, most=8)}.",
            hint="Attach them again, or leave them as they are with 'restore: false' under 'volumes'.",
        )


def _sharers(context: Context, wanted: set[str], there: Mapping[str, Document]) -> Sharers:
    """Return the servers that the volumes to be overwritten are attached to: all of them lose data.

    :param wanted: The ids of the volumes.
    :param there: The servers of the project by id.
    :raises StateError: Nova does not list one, so that nobody can know whose data is lost.
    """
    found: dict[str, list[Document]] = {}
    unknown = []
    for row in context.lookup.rows(VOLUME) if wanted else []:
        if row["id"] in wanted:
            ids = sorted(str(each["server_id"]) for each in row.get("attachments") or [] if each.get("server_id"))
            found[str(row["id"])] = [{"id": each, "name": there[each].get("name")} for each in ids if each in there]
            unknown += [f"the volume {quote_row(row)} to the server {each}" for each in ids if each not in there]
    if unknown:
        raise StateError(
            f"Nothing was restored, because volumes to overwrite are attached to servers that Nova does not list: "
            f"{listed(unknown, most=6)}.",
            hint="Detach them there, or wait until Nova lists these servers.",
        )
    return found


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
    return listed(sorted(f"{there[each].get('name')} ({each})" for each in server_ids)) or "none"
