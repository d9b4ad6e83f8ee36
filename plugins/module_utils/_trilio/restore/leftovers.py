# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Delete the objects that a restore has made in Nova, Neutron and Cinder: Trilio never does (reference C.3).

All objects are marked before anything is deleted, so that a run after an interrupted one still finds the ports, volumes
and security groups of servers that are gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Optional

from ..._core.call import READ, WRITE, Call
from ..._core.errors import GoneError, LostAnswerError, StateError
from ..._core.known_names import listed
from ..._core.values import utc
from ..._engine.model import DELETE, Document, Step, quote_row
from ..._openstack.client import Client
from ..._openstack.context import Context
from .. import server
from ..snapshot import records as snapshot
from ..workload.records import describe_workload, workloads_by_server
from . import records as restore
from .identity import Marker
from .references import PORT, SECURITY_GROUP, VOLUME

DELETE_SERVER = Call("DELETE", "/servers/{id}", WRITE)
FORCE_DELETION = Call("POST", "/servers/{id}/action", WRITE, repeatable=True)
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
RESTORED_GROUP = "Restored from original security group"
"""Text in the description of a security group that a restore made (reference E)."""

LONGEST_DESCRIPTION = 255
"""Characters that Neutron keeps."""

KEPT = "SOFT_DELETED"
"""State of a deleted server until Nova reclaims it. Its ports and volumes stay in use, and it can be brought back."""

KEPT_HINT = (
    "To delete them for good, add 'force_delete: true'. Else run the task again when Nova has reclaimed them; until "
    "then 'openstack server restore' brings them back."
)

CLOCKS_APART = timedelta(minutes=10)
"""The most that the clocks of two services may differ."""


@dataclass(frozen=True)
class Leftovers:
    """The objects of a restore that still exist, each as its service shows it."""

    servers: Sequence[Document] = ()
    ports: Sequence[Document] = ()
    volumes: Sequence[Document] = ()
    groups: Sequence[Document] = ()

    def steps(self) -> list[Step]:
        """Return the steps that delete it, in their order."""
        nouns = (
            ("server", self.servers),
            ("port", self.ports),
            ("volume", self.volumes),
            ("security group", self.groups),
        )
        return [
            Step(
                DELETE, noun, row.get("name") or None, str(row["id"]), before={"name": row.get("name"), "id": row["id"]}
            )
            for noun, rows in nouns
            for row in rows
        ]


def deletion_mark(document: Document) -> str:
    """Return the text that marks the objects of a restore before they are deleted."""
    return f"[openprotect:delete:{document['id']}]"


# ---- What there is ---------------------------------------------------------------------------------------------------


def find_leftovers(context: Context, document: Document, force: bool) -> Leftovers:
    """Return the objects of a restore that still exist.

    :param document: The restore with all details.
    :param force: Whether servers that Nova keeps after their deletion are deleted for good.
    :raises StateError: It was a restore in place, its objects cannot be told from those that were attached later, or
        Nova keeps one of its servers.
    """
    if restore.type_of(document) not in (restore.ONECLICK, restore.SELECTIVE):
        raise StateError(
            f"Nothing was deleted: the restore {restore.describe_restore(document)} is of the type "
            f"'{restore.type_of(document)}', and only what a one-click or selective restore has made is ever deleted.",
            hint="Leave 'delete_resources' out to delete the record alone.",
        )
    source = snapshot.show(context, str(document["snapshot_id"]))
    made = _made_servers(document, source)
    shown = context.in_parallel(lambda each: server.show_server(context, str(each["id"])), made)
    servers = list({str(row["id"]): row for row in shown if row is not None}.values())
    kept = [row for row in servers if row.get("status") == KEPT]
    if kept and not force:
        raise StateError(f"Nothing was deleted: {_describe_kept(kept)}", hint=KEPT_HINT)
    left = Leftovers(servers, _ports(context, document, {str(row["id"]) for row in servers}))
    if source is not None:
        _refuse_attached_later(context, document, source, made, servers)
    elif servers:
        named = ", ".join(map(quote_row, servers))
        raise StateError(
            f"Nothing was deleted: the snapshot {document['snapshot_id']} of the restore "
            f"{restore.describe_restore(document)} is gone, so that it is unknown what was attached later to the "
            f"servers that it made: {named}.",
            hint="Delete them by other means; without 'delete_resources' the record goes.",
        )
    left = replace(left, volumes=_volumes(context, document, source, servers))
    _refuse_foreign(document, left, {str(each["id"]) for each in made})
    if servers and not Marker.read(document.get("description")).is_recovery_test:
        _refuse_protected(context, document, servers)
    return replace(left, groups=_groups(context, document, left.ports))


def _made_servers(document: Document, source: Optional[Document]) -> list[dict[str, Any]]:
    """Return the servers that a restore made, never an original.

    :param source: The snapshot, None if it is gone.
    """
    originals = {str(item["id"]) for item in (source or {}).get("instances") or []} | set(_requested(document))
    return [
        each
        for each in restore.servers(document)
        if each["id"] and each["id"] != each["old_id"] and str(each["id"]) not in originals
    ]


def _requested(document: Document) -> dict[str, Document]:
    """Return the servers of the request, by the id that they had in the snapshot."""
    inner = (document.get("restore_options") or {}).get("openstack") or {}
    return {str(entry.get("id")): entry for entry in inner.get("instances") or []}


def _ports(context: Context, document: Document, server_ids: Collection[str]) -> list[Document]:
    """Return the ports of the servers, without those that existed before and were named in the request."""
    nics = [nic for entry in _requested(document).values() for nic in entry.get("nics") or []]
    given = {str(nic.get("id")) for nic in nics if nic.get("id")}
    mark = deletion_mark(document)
    return [
        row
        for row in context.lookup.rows(PORT)
        if context.is_own(row)
        and row["id"] not in given
        and (row.get("device_id") in server_ids or mark in str(row.get("description") or ""))
    ]


def _volumes(
    context: Context, document: Document, source: Optional[Document], servers: Sequence[Document]
) -> list[Document]:
    """Return the volumes of the servers, and those that an earlier run marked; a cloud without volumes needs no Cinder.

    :param source: The snapshot, None if it is gone.
    """
    wanted = {volume_id for row in servers for volume_id in server.volume_ids(row)}
    if not wanted and source is not None and not any(map(_volume_count, source.get("instances") or [])):
        return []
    return [
        row
        for row in context.lookup.rows(VOLUME)
        if row["id"] in wanted or (row.get("metadata") or {}).get(VOLUME_KEY) == document["id"]
    ]


def _volume_count(item: Document) -> int:
    """Return how many volumes a server had in the snapshot."""
    return len([disk for disk in item.get("vdisks") or [] if disk.get("volume_id")])


def _groups(context: Context, document: Document, ports: Sequence[Document]) -> list[Document]:
    """Return the security groups that the restore made for the servers and that nothing else uses.

    :param ports: The ports of the servers.
    """
    own_ports = {port["id"] for port in ports}
    mark, used = deletion_mark(document), _groups_of(ports)
    used_elsewhere = _groups_of(port for port in context.lookup.rows(PORT) if port["id"] not in own_ports)
    rows = context.lookup.rows(SECURITY_GROUP)
    made = [row for row in rows if context.is_own(row) and _was_restored(row, used, mark)]
    made_ids = {row["id"] for row in made}
    other_rules = [rule for row in rows if row["id"] not in made_ids for rule in row.get("security_group_rules") or []]
    referred = {rule.get("remote_group_id") for rule in other_rules}
    return [row for row in made if row["id"] not in used_elsewhere and row["id"] not in referred]


def _groups_of(ports: Iterable[Document]) -> set[str]:
    """Return the ids of the security groups of ports."""
    return {group for port in ports for group in port.get("security_groups") or []}


def _was_restored(group: Document, used: Collection[str], mark: str) -> bool:
    """Return whether a restore made a security group of the servers, or an earlier run marked it.

    :param used: The security groups of the servers.
    """
    description = str(group.get("description") or "")
    return (group["id"] in used and RESTORED_GROUP in description) or mark in description


# ---- What forbids its deletion ---------------------------------------------------------------------------------------


def _refuse_attached_later(
    context: Context,
    document: Document,
    source: Document,
    made: Sequence[Mapping[str, Any]],
    servers: Sequence[Document],
) -> None:
    """Refuse if a server has more NICs or volumes than it was restored with: somebody attached them and may need them.

    :param source: The snapshot.
    :param made: The servers as the restore shows them.
    :param servers: Those that still exist, as Nova shows them.
    :raises StateError: A server has more.
    """
    items = {str(item["id"]): item for item in source.get("instances") or []}
    requested = _requested(document)
    old_ids = {str(each["id"]): str(each["old_id"]) for each in made}
    for row in servers:
        old_id = old_ids[row["id"]]
        item, entry = items.get(old_id, {}), requested.get(old_id, {})
        ports = [port for port in context.lookup.rows(PORT) if port.get("device_id") == row["id"]]
        nics = len(entry.get("nics") or item.get("nics") or [])
        volumes = len(server.volume_ids(row))
        for what, now, then in (("NICs", len(ports), nics), ("volumes", volumes, _volume_count(item))):
            if now > then:
                raise StateError(
                    f"Nothing was deleted: the server {quote_row(row)} has {now} {what} now, and was "
                    f"restored with {then}. What was attached to it later would be deleted with it.",
                    hint="Detach it, and run the task again.",
                )


def _refuse_foreign(document: Document, left: Leftovers, made: Collection[str]) -> None:
    """Refuse ports and volumes of other servers, and those that are much older or newer than their server.

    Somebody attached the latter in place of what was restored.

    :param made: The ids of the servers that the restore made, also of those that are gone.
    :raises StateError: There is such a port or volume.
    """
    servers = {str(row["id"]): row for row in left.servers}
    server_ids = {volume_id: row["id"] for row in left.servers for volume_id in server.volume_ids(row)}
    ports = [("port", row, [row.get("device_id")], row.get("device_id")) for row in left.ports]
    volumes = [
        ("volume", row, [each.get("server_id") for each in row.get("attachments") or []], server_ids.get(row["id"]))
        for row in left.volumes
    ]
    for noun, row, holder_ids, server_id in ports + volumes:
        title = f"the {noun} {quote_row(row)}"
        others = [str(each) for each in holder_ids if each and each not in made]
        if others:
            raise StateError(
                f"Nothing was deleted: {title} is attached to {', '.join(others)}, which the restore "
                f"{restore.describe_restore(document)} did not make.",
                hint="Detach it there, and run the task again.",
            )
        holder = servers.get(str(server_id))
        if holder is not None and _far_apart(document, row, holder):
            raise StateError(
                f"Nothing was deleted: {title} is of {row['created_at']}, and the server '{holder.get('name')}' "
                f"({holder['id']}) of {holder['created']}, so that it was not made with it.",
                hint="Detach it to keep it, and run the task again.",
            )


def _refuse_protected(context: Context, document: Document, servers: Sequence[Document]) -> None:
    """Refuse to delete servers that a workload protects: they were restored to stay.

    :raises StateError: A workload lists one of them.
    """
    holders = workloads_by_server(context)
    held = [
        f"{quote_row(row)} in the {describe_workload(holders[str(row['id'])])}"
        for row in servers
        if str(row["id"]) in holders
    ]
    if held:
        raise StateError(
            f"Nothing was deleted: a workload protects servers that the restore {restore.describe_restore(document)} "
            f"made: {listed(held)}. They may be in use.",
            hint="If they are to go nevertheless, take them out of the workload first.",
        )


def _far_apart(document: Document, row: Document, holder: Document) -> bool:
    """Return whether an object and its server were created further apart than the restore took; False if unknown."""
    began, ended = utc(document.get("created_at")), utc(document.get("finished_at"))
    created, server_created = utc(row.get("created_at")), utc(holder.get("created"))
    if began is None or ended is None or created is None or server_created is None:
        return False
    return abs(created - server_created) > ended - began + CLOCKS_APART


# ---- Its deletion ----------------------------------------------------------------------------------------------------


def delete_leftovers(context: Context, document: Document, left: Leftovers, force: bool) -> None:
    """Delete what a restore made, and wait until it is gone.

    :param force: Whether servers that Nova keeps after their deletion are deleted for good.
    :raises BackupError: Something could not be deleted; the rest is marked, so that the next run finds it.
    """
    if not left.steps():
        return
    _mark(context, document, left)
    _delete_servers(context, left.servers, force)
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


def _describe_kept(servers: Sequence[Document]) -> str:
    """Return the sentence about servers that Nova keeps after their deletion."""
    return (
        f"Nova has the servers {', '.join(map(quote_row, servers))} in the state {KEPT}: it keeps deleted servers for "
        "some time, and their ports and volumes stay in use."
    )


def _delete_servers(context: Context, servers: Sequence[Document], force: bool) -> None:
    """Delete servers, and wait until they are gone.

    :param force: Whether servers that Nova keeps after their deletion are deleted for good.
    :raises StateError: Nova keeps servers.
    """
    compute = context.service("compute")
    for row in servers:
        if row.get("status") != KEPT:
            _delete(compute, DELETE_SERVER, server.SHOWING, row, "server")
    kept = [row for row in servers if _until_gone(context, compute, server.SHOWING, row, "server", KEPT)]
    if kept and not force:
        raise StateError(f"{_describe_kept(kept)} The rest was not deleted yet.", hint=KEPT_HINT)
    for row in kept:
        with suppress(GoneError):
            compute.send(FORCE_DELETION, {"forceDelete": None}, id=row["id"])
    for row in kept:
        _until_gone(context, compute, server.SHOWING, row, "server")


def _mark(context: Context, document: Document, left: Leftovers) -> None:
    """Mark what is found through the servers while they exist."""
    mark = deletion_mark(document)
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
    """Delete one object, unless it is gone."""
    try:
        client.send(deleting, id=row["id"])
    except GoneError:
        return
    except LostAnswerError as exc:
        if client.find(showing, id=row["id"]) is not None:
            raise LostAnswerError(
                f"The answer to deleting the {what} {quote_row(row)} was lost. {exc.message}",
                **exc.request,
                hint="Run the task again: it starts from the current state.",
            ) from exc


def _until_gone(
    context: Context, client: Client, showing: Call, row: Document, what: str, kept: Optional[str] = None
) -> bool:
    """Wait until an object is gone, and return whether its service keeps it.

    :param kept: State in which the service keeps a deleted object, None if there is none.
    """
    shown = context.waiter.until(
        lambda: client.find(showing, id=row["id"]),
        lambda shown: shown is None or (kept is not None and shown.get("status") == kept),
        what=f"the {what} {quote_row(row)} to be gone",
        describe=lambda shown: f"status '{(shown or {}).get('status')}'",
    )
    return shown is not None


def _until_free(context: Context, client: Client, row: Document) -> None:
    """Wait until a volume is detached."""
    context.waiter.until(
        lambda: client.find(SHOW_VOLUME, id=row["id"]),
        lambda shown: shown is None or shown.get("status") not in ("in-use", "detaching"),
        what=f"the volume {quote_row(row)} to be detached",
        describe=lambda shown: f"status '{(shown or {}).get('status')}'",
    )
