# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a restore has made in Nova, Neutron and Cinder, and how exactly that is taken away again (API reference C.3: the server never does).

What is going to be deleted is marked first, so that a run that was interrupted after the servers were gone still finds their ports,
volumes and security groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Optional

from ..._core.errors import GoneError, LostAnswerError, StateError
from ..._core.http import READ, WRITE, Call
from ..._engine.comparison import DELETE, Step
from ..._openstack.client import Client
from ..._openstack.context import Context
from ..._openstack.lookup import PORT, SECURITY_GROUP, VOLUME
from .. import server
from ..snapshot import records as snapshot
from . import records as restore

Document = dict[str, Any]

DELETE_SERVER = Call("DELETE", "/servers/{id}", WRITE)
MARK_PORT = Call("PUT", "/ports/{id}", WRITE, request_key="port")
SHOW_PORT = Call("GET", "/ports/{id}", READ, response_key="port")
DELETE_PORT = Call("DELETE", "/ports/{id}", WRITE)
MARK_VOLUME = Call("POST", "/volumes/{id}/metadata", WRITE, request_key="metadata")
SHOW_VOLUME = Call("GET", "/volumes/{id}", READ, response_key="volume")
DELETE_VOLUME = Call("DELETE", "/volumes/{id}", WRITE)
MARK_GROUP = Call("PUT", "/security-groups/{id}", WRITE, request_key="security_group")
SHOW_GROUP = Call("GET", "/security-groups/{id}", READ, response_key="security_group")
DELETE_GROUP = Call("DELETE", "/security-groups/{id}", WRITE)

VOLUME_KEY = "openprotect_restore"
MADE_GROUP = "Restored from original security group"
"""What the description of a security group holds that a restore has made (API reference E)."""

LONGEST_DESCRIPTION = 255
"""Characters that Neutron keeps."""

CLOCKS_APART = timedelta(minutes=10)
"""How far the clocks of two services may be apart."""


@dataclass
class Leftovers:
    """What a restore has made and is still there, each as its service shows it."""

    servers: list[Document] = field(default_factory=list)
    ports: list[Document] = field(default_factory=list)
    volumes: list[Document] = field(default_factory=list)
    groups: list[Document] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """Return the steps that delete it, in their order."""
        kinds = (
            ("server", self.servers),
            ("port", self.ports),
            ("volume", self.volumes),
            ("security group", self.groups),
        )
        found = []
        for kind, rows in kinds:
            found += [
                Step(
                    DELETE,
                    kind,
                    row.get("name") or None,
                    str(row["id"]),
                    before={"name": row.get("name"), "id": row["id"]},
                )
                for row in rows
            ]
        return found


def mark_of(document: Document) -> str:
    """Return the text that what a restore has made is marked with."""
    return f"[openprotect:delete:{document['id']}]"


def find(context: Context, document: Document) -> Leftovers:
    """Return what a restore has made and is still there.

    :param document: The restore with all details.
    :raises StateError: It was one in place, or what it made cannot be told from what was attached later.
    """
    if restore.type_of(document) not in ("oneclick", "selective"):
        raise StateError(
            f"Nothing was deleted: the restore {restore.title(document)} is of the type '{restore.type_of(document)}', and only what a one-click or "
            "selective restore has made is ever deleted.",
            hint="Leave 'delete_resources' out to delete the record alone.",
        )
    source = snapshot.show(context, str(document["snapshot_id"]))
    originals = {str(item["id"]) for item in (source or {}).get("instances") or []} | set(_asked(document))
    pairs = [
        each
        for each in restore.servers(document)
        if each["id"] and each["id"] != each["old_id"] and str(each["id"]) not in originals
    ]
    shown = context.in_parallel(lambda each: server.own(context, str(each["id"])), pairs)
    there = {str(row["id"]): row for row in shown if row is not None}
    left = Leftovers(servers=list(there.values()))
    _find_ports(context, document, left, set(there))
    if source is not None:
        _refuse_attached_later(context, document, source, pairs, left)
    elif left.servers:
        named = ", ".join(f"'{row.get('name')}' ({row['id']})" for row in left.servers)
        raise StateError(
            f"Nothing was deleted: the snapshot {document['snapshot_id']} of the restore {restore.title(document)} is gone, so that nobody knows what was "
            f"attached later to the servers that it made: {named}.",
            hint="Delete them by other means; without 'delete_resources' the record goes.",
        )
    _find_volumes(context, document, source, left)
    _refuse_foreign(document, left, {str(each["id"]) for each in pairs})
    _find_groups(context, document, left)
    return left


def _asked(document: Document) -> dict[str, Document]:
    """Return what was asked for of each server, by the id that it had in the snapshot."""
    return {
        str(entry.get("id")): entry
        for entry in ((document.get("restore_options") or {}).get("openstack") or {}).get("instances") or []
    }


def _find_ports(context: Context, document: Document, left: Leftovers, server_ids: set[str]) -> None:
    """Find the ports of the servers, without those that were there before and were named in the request."""
    given = {
        str(nic.get("id")) for entry in _asked(document).values() for nic in entry.get("nics") or [] if nic.get("id")
    }
    mark = mark_of(document)
    left.ports = [
        row
        for row in context.lookup.rows(PORT)
        if row.get("project_id") in (None, context.project_id)
        and row["id"] not in given
        and (row.get("device_id") in server_ids or mark in str(row.get("description") or ""))
    ]


def _find_volumes(context: Context, document: Document, source: Optional[Document], left: Leftovers) -> None:
    """Find the volumes of the servers, and those that were marked when there were servers; a cloud without any needs no Cinder.

    :param source: The snapshot, None where it is gone.
    """
    wanted = {volume_id for row in left.servers for volume_id in server.volume_ids(row)}
    if wanted or source is None or any(_volumes_of(item) for item in source.get("instances") or []):
        rows = context.lookup.rows(VOLUME)
        left.volumes = [
            row for row in rows if row["id"] in wanted or (row.get("metadata") or {}).get(VOLUME_KEY) == document["id"]
        ]


def _volumes_of(item: Document) -> int:
    """Return how many volumes a server had in the snapshot."""
    return len([disk for disk in item.get("vdisks") or [] if disk.get("volume_id")])


def _refuse_attached_later(
    context: Context, document: Document, source: Document, pairs: Sequence[Mapping[str, Any]], left: Leftovers
) -> None:
    """Refuse where a server has more NICs or volumes than it was restored with: somebody attached them, and may need them.

    :param source: The snapshot.
    :raises StateError: One has.
    """
    items = {str(item["id"]): item for item in source.get("instances") or []}
    asked = _asked(document)
    old = {str(each["id"]): str(each["old_id"]) for each in pairs}
    for row in left.servers:
        item, entry = items.get(old[row["id"]], {}), asked.get(old[row["id"]], {})
        ports = [port for port in context.lookup.rows(PORT) if port.get("device_id") == row["id"]]
        nics = len(entry.get("nics") or item.get("nics") or [])
        for what, now, then in (
            ("NICs", len(ports), nics),
            ("volumes", len(server.volume_ids(row)), _volumes_of(item)),
        ):
            if now > then:
                raise StateError(
                    f"Nothing was deleted: the server '{row.get('name')}' ({row['id']}) has {now} {what} now, and was restored with {then}. "
                    "What was attached to it later would be deleted with it.",
                    hint="Detach it, and run the task again.",
                )


def _refuse_foreign(document: Document, left: Leftovers, made: set[str]) -> None:
    """Refuse what another server has, and what is much older or newer than the server that has it: somebody attached it in place of what was restored.

    :param made: The ids of the servers that the restore made, also of those that are gone.
    :raises StateError: There is such a port or volume.
    """
    servers = {str(row["id"]): row for row in left.servers}
    ports = [("port", row, [row.get("device_id")]) for row in left.ports]
    volumes = [
        ("volume", row, [each.get("server_id") for each in row.get("attachments") or []]) for row in left.volumes
    ]
    ids = {volume_id: row["id"] for row in left.servers for volume_id in server.volume_ids(row)}
    for what, row, holders in ports + volumes:
        title = f"the {what} '{row.get('name') or ''}' ({row['id']})"
        others = [str(each) for each in holders if each and each not in made]
        if others:
            raise StateError(
                f"Nothing was deleted: {title} is attached to {', '.join(others)}, which the restore {restore.title(document)} did not make.",
                hint="Detach it there, and run the task again.",
            )
        holder = servers.get(row.get("device_id") if what == "port" else ids.get(row["id"]) or "")
        if holder is not None and _far_apart(document, row, holder):
            raise StateError(
                f"Nothing was deleted: {title} is of {row['created_at']}, and the server '{holder.get('name')}' ({holder['id']}) of {holder['created']}, "
                "so that it was not made with it.",
                hint="Detach it to keep it, and run the task again.",
            )


def _far_apart(document: Document, row: Document, holder: Document) -> bool:
    """Tell whether something was made longer before or after its server than the restore took; unknown times tell nothing."""
    began, ended = (snapshot.utc(document.get(key)) for key in ("created_at", "finished_at"))
    one, other = snapshot.utc(row.get("created_at")), snapshot.utc(holder.get("created"))
    if began is None or ended is None or one is None or other is None:
        return False
    return abs(one - other) > ended - began + CLOCKS_APART


def _find_groups(context: Context, document: Document, left: Leftovers) -> None:
    """Find the security groups that the restore made for the servers and that nothing else uses."""
    ours = {port["id"] for port in left.ports}
    used = {group for port in left.ports for group in port.get("security_groups") or []}
    used_elsewhere = {
        group
        for port in context.lookup.rows(PORT)
        if port["id"] not in ours
        for group in port.get("security_groups") or []
    }
    mark = mark_of(document)
    rows = context.lookup.rows(SECURITY_GROUP)
    candidates = [
        row
        for row in rows
        if (row["id"] in used and MADE_GROUP in str(row.get("description")))
        or mark in str(row.get("description") or "")
    ]
    made = {row["id"] for row in candidates if row.get("project_id") in (None, context.project_id)}
    referred = {
        rule.get("remote_group_id")
        for row in rows
        if row["id"] not in made
        for rule in row.get("security_group_rules") or []
        if rule.get("remote_group_id")
    }
    left.groups = [row for row in candidates if row["id"] in made - used_elsewhere - referred]


def remove(context: Context, document: Document, left: Leftovers) -> None:
    """Delete what a restore has made, and wait until it is gone.

    :raises BackupError: Something could not be deleted; the rest is still marked, and found by the next run.
    """
    if not left.steps():
        return
    _mark(context, document, left)
    compute = context.service("compute")
    for row in left.servers:
        _delete(compute, DELETE_SERVER, server.SHOWING, row, "server")
    for row in left.servers:
        _until_gone(context, compute, server.SHOWING, row, "server")
    network = context.service("network")
    for row in left.ports:
        _delete(network, DELETE_PORT, SHOW_PORT, row, "port")
    if left.volumes:
        storage = context.service("block-storage")
        for row in left.volumes:
            _until_free(context, storage, row)
            _delete(storage, DELETE_VOLUME, SHOW_VOLUME, row, "volume")
        for row in left.volumes:
            _until_gone(context, storage, SHOW_VOLUME, row, "volume")
    for row in left.groups:
        _delete(network, DELETE_GROUP, SHOW_GROUP, row, "security group")


def _mark(context: Context, document: Document, left: Leftovers) -> None:
    """Mark what is found through the servers, as long as they are there."""
    mark = mark_of(document)
    for rows, call in ((left.ports, MARK_PORT), (left.groups, MARK_GROUP)):
        for row in rows:
            text = str(row.get("description") or "")
            if mark not in text:
                short = text[: LONGEST_DESCRIPTION - len(mark) - 1]
                _write(context.service("network"), call, {"description": f"{short} {mark}".lstrip()}, row)
    for row in left.volumes:
        if (row.get("metadata") or {}).get(VOLUME_KEY) != document["id"]:
            _write(context.service("block-storage"), MARK_VOLUME, {VOLUME_KEY: document["id"]}, row)


def _write(client: Client, call: Call, body: Document, row: Document) -> None:
    """Write a mark, unless the object is gone."""
    with suppress(GoneError):
        client.send(call, body, id=row["id"])


def _delete(client: Client, deleting: Call, showing: Call, row: Document, what: str) -> None:
    """Delete one thing; that it is gone already is fine."""
    try:
        client.send(deleting, id=row["id"])
    except GoneError:
        return
    except LostAnswerError as exc:
        if client.find(showing, id=row["id"]) is not None:
            raise LostAnswerError(
                f"The answer to deleting the {what} '{row.get('name')}' ({row['id']}) was lost. {exc.message}",
                method=exc.method,
                path=exc.path,
                status=exc.status,
                request_id=exc.request_id,
                hint="Run the task again: it goes on with what is still there.",
            ) from exc


def _until_gone(context: Context, client: Client, showing: Call, row: Document, what: str) -> None:
    """Wait until an object is not there any more."""
    context.waiter.until(
        lambda: client.find(showing, id=row["id"]),
        lambda seen: seen is None,
        what=f"the {what} '{row.get('name')}' ({row['id']}) to be gone",
        describe=lambda seen: f"status '{(seen or {}).get('status')}'",
    )


def _until_free(context: Context, client: Client, row: Document) -> None:
    """Wait until no server holds a volume any more."""
    context.waiter.until(
        lambda: client.find(SHOW_VOLUME, id=row["id"]),
        lambda seen: seen is None or seen.get("status") not in ("in-use", "detaching"),
        what=f"the volume '{row.get('name')}' ({row['id']}) to be detached",
        describe=lambda seen: f"status '{(seen or {}).get('status')}'",
    )
