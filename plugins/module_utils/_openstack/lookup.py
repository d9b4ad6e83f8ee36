# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Look up servers, networks, target types and so on by name or id: one list for each type of object in a task.

An ambiguous name is an error. The collection never chooses one of several objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable, Optional

from .._core.call import Call
from .._core.errors import (
    AmbiguousNameError,
    BackupError,
    RefusedError,
    ServerLineError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from .._core.known_names import listed, there_are
from .._engine.model import Reference
from .client import Client
from .references import PROJECT, SERVERS, LookupSource

SHOWS_LOST = "compute 2.69"
"""First microversion that lists servers of a cell that is down, unless more servers than fit on a page are up."""
PROJECT_ID = re.compile(r"[0-9a-f]{32}")


class ListIndex:
    """The objects of one list by id, in lower case, and by name.

    :param rows: Documents with `id` and, if they have one, `name`.
    """

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.by_id: dict[str, Reference] = {}
        self.by_name: dict[str, list[Reference]] = {}
        for row in rows:
            ref = Reference(str(row["id"]), row.get("name"))
            self.by_id.setdefault(str(ref.id).lower(), ref)
            if isinstance(ref.name, str):
                self.by_name.setdefault(ref.name, []).append(ref)

    def match(self, noun: str, wanted: str, *, where: str) -> Reference:
        """Return the object with this id, or else the only one with this name.

        :param where: Scope of the list, for the message.
        :raises UnknownNameError: There is none. The message lists names that exist, and proposes similar ones.
        :raises AmbiguousNameError: Several objects have the name. The message lists their ids.
        """
        if wanted.lower() in self.by_id:
            return self.by_id[wanted.lower()]
        hits = self.by_name.get(wanted, [])
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"There is more than one {noun} named '{wanted}': {listed(sorted(str(ref.id) for ref in hits))}.",
                hint=f"Names are not unique here: give the id of the {noun} that you mean.",
            )
        if not hits:
            known = there_are(wanted, (str(ref.name or ref.id) for ref in self.by_id.values()))
            raise UnknownNameError(f"There is no {noun} with the id or name '{wanted}' {where}; {known}")
        return hits[0]


def match_one(noun: str, rows: Iterable[dict[str, Any]], wanted: str, *, where: str) -> Reference:
    """Return the row with this id, or else the only one with this name.

    To look up several names in the same rows, make a `ListIndex` once.

    :param where: Scope of the rows, for the message.
    :raises UnknownNameError: There is none. The message lists the names that exist.
    :raises AmbiguousNameError: Several rows have the name. The message lists their ids.
    """
    return ListIndex(rows).match(noun, wanted, where=where)


class Lookup:
    """The lists of one task in which it looks up names.

    :param api: Client of workloadmgr.
    :param service: Function that makes a client of another service, called when the first name of it is looked up.
    :param check_mode: Whether an unknown name may stand for an object that another task would create.
    :param warn: Function that adds a warning to the task.
    """

    def __init__(
        self, api: Client, service: Callable[[str], Client], check_mode: bool, warn: Callable[[str], None]
    ) -> None:
        self.api = api
        self.service = service
        self.check_mode = check_mode
        self._server_listing = SERVERS
        self.warn = warn
        self._lists: dict[str, list[dict[str, Any]]] = {}
        self._indexes: dict[str, ListIndex] = {}

    def rows(self, source: LookupSource) -> list[dict[str, Any]]:
        """Return all objects that this project may see. One task lists them once.

        :raises ServerLineError: The server has no such list: line 4 has no backup target types (reference D, Versions).
        """
        if source.noun not in self._lists:
            try:
                client = self.service(source.service) if source.service else self.api
                self._lists[source.noun] = (
                    client.send_pages(source.listing, source.links) if source.links else client.send(source.listing)
                )
            except RefusedError as exc:
                if exc.status != 404 or not source.lacking:
                    raise
                raise ServerLineError(
                    f"{source.lacking} {exc.message}", hint=f"Leave the option for the {source.noun} out."
                ) from exc
        return self._lists[source.noun]

    def is_listed(self, source: LookupSource) -> bool:
        """Return whether the objects were listed already in this task."""
        return source.noun in self._lists

    def index(self, source: LookupSource) -> ListIndex:
        """Return the index of all objects that this project may see.

        :raises ServerLineError: See `rows`.
        """
        if source.noun not in self._indexes:
            self._indexes[source.noun] = ListIndex(self.rows(source))
        return self._indexes[source.noun]

    def find(self, source: LookupSource, wanted: str, rows: Optional[Sequence[dict[str, Any]]] = None) -> Reference:
        """Return the only object with this id or name.

        :param rows: Objects to search in place of the list, if users refer to them by another text than the name.
        :raises UnknownNameError: There is none.
        :raises AmbiguousNameError: Several objects have the name.
        """
        try:
            index = self.index(source) if rows is None else ListIndex(rows)
            return index.match(source.noun, wanted, where=source.where)
        except UnknownNameError as exc:
            if not (self.check_mode and source.creatable):
                raise
            self.warn(f"{exc.message} Outside check mode, the task fails unless another task creates it first.")
            return Reference(None, wanted, missing=True)

    def project_ids(self, wanted: Iterable[str]) -> dict[str, str]:
        """Return the text for the diff by the ids of projects. A name is looked up; what looks like an id is one.

        :raises UnknownNameError: The user sees no project with one of the names. The message lists all of them.
        :raises AmbiguousNameError: Several projects in different domains have the name.
        """
        ids: dict[str, str] = {}
        problems: list[BackupError] = []
        for each in wanted:
            with collect(problems, UnknownNameError, AmbiguousNameError):
                key = each if PROJECT_ID.fullmatch(each) else str(self.find(PROJECT, each).id)
                ids[key] = key if key == each else f"{each} ({key})"
        raise_all(problems)
        return ids

    def list_servers_with(self, listing: Call) -> None:
        """Set the call that lists the servers, if the default one shows too little. Call this before any listing."""
        if "server" in self._lists:
            raise AssertionError("the servers are listed already")
        self._server_listing = listing

    def servers(self) -> list[dict[str, Any]]:
        """Return all servers of the project, at least with id and name. One task lists them once."""
        if "server" not in self._lists:
            self._lists["server"] = list_servers(self.service("compute"), self._server_listing)
        return self._lists["server"]

    def _server_index(self) -> ListIndex:
        if "server" not in self._indexes:
            self._indexes["server"] = ListIndex(self.servers())
        return self._indexes["server"]

    def find_servers(
        self, wanted: Sequence[str], listed: Sequence[Reference], holder: str = "workload"
    ) -> list[Reference]:
        """Return the servers with these ids or names.

        A server that Nova no longer has stays if the workload lists it, and causes a warning. Only leaving it out of
        the list takes it off the workload (reference Q22, P11).

        :param listed: Servers that the workload lists now.
        :param holder: The workload, for the warning.
        :raises UnknownNameError: Servers are neither in Nova nor in the workload. The message lists all of them.
        :raises AmbiguousNameError: Several servers have one of the names.
        """
        index = self._server_index()
        gone = ListIndex({"id": ref.id, "name": ref.name} for ref in listed if str(ref.id).lower() not in index.by_id)
        found: dict[str, Reference] = {}
        problems: list[BackupError] = []
        for each in wanted:
            with collect(problems, UnknownNameError, AmbiguousNameError):
                try:
                    ref = index.match("server", each, where="in this project, as Nova lists them")
                except UnknownNameError as exc:
                    ref = self._server_that_is_gone(gone, each, exc, holder)
                found[str(ref.id)] = ref
        raise_all(problems)
        return list(found.values())

    def _server_that_is_gone(self, gone: ListIndex, wanted: str, unknown: UnknownNameError, holder: str) -> Reference:
        """Return a server that the workload lists and Nova does not, with a warning.

        :param unknown: Error to raise if the workload does not list it either.
        """
        try:
            ref = gone.match("server", wanted, where="")
        except UnknownNameError:
            raise unknown from None
        self.warn(
            f"The server '{ref}' ({ref.id}) is gone from Nova, and every snapshot of the {holder}, which lists it, "
            "fails. Take it out of 'instances'."
        )
        return ref


def list_all_servers(client: Client, listing: Call) -> list[dict[str, Any]]:
    """Return all servers of the project, also those that Nova lists without a name because a cell is down.

    :param listing: Call of Nova, which an older Nova gets as it is.
    """
    try:
        return client.send_pages(replace(listing, microversion=SHOWS_LOST), "servers_links")
    except RefusedError as exc:
        if exc.status != 406:
            raise
        return client.send_pages(listing, "servers_links")


def is_lost(row: Mapping[str, Any]) -> bool:
    """Return whether Nova knows no more of a server than its id, because a cell is down."""
    return row.get("status") == "UNKNOWN" and row.get("name") is None


def list_servers(client: Client, listing: Call) -> list[dict[str, Any]]:
    """Return all servers of the project. An older Nova gets the call as it is, and leaves lost servers out.

    :raises StateError: A cell is down, so that Nova does not show the names of servers.
    """
    rows = list_all_servers(client, listing)
    lost = sorted(str(row["id"]) for row in rows if is_lost(row))
    if lost:
        raise StateError(
            "Nova does not show the names of these servers, because a cell of Nova is down: "
            f"{listed(lost)}. They are not deleted, and nothing is decided without them.",
            hint="Run the task again when the cloud has been repaired.",
        )
    return rows


class NamedReferences:
    """References to objects that the server shows only by id or only by name.

    The missing half is filled in for the sources that are wanted, each of which is listed once in a task. References
    of other sources stay as they are.

    :param wanted: The sources to fill in.
    """

    def __init__(self, lookup: Lookup, wanted: Iterable[LookupSource] = ()) -> None:
        self.lookup = lookup
        self.wanted = set(wanted)

    def want(self, source: LookupSource) -> None:
        """Fill in references of this source from now on."""
        self.wanted.add(source)

    def stop_listing(self) -> None:
        """Fill in from now on only references of sources that are listed already, so that no request is made."""
        self.wanted = {source for source in self.wanted if self.lookup.is_listed(source)}

    def by_id(self, source: LookupSource, key: Optional[str]) -> Optional[Reference]:
        """Return the reference to an object that is shown by id, None if no id is shown."""
        if not key:
            return None
        found = self.lookup.index(source).by_id.get(key.lower()) if source in self.wanted else None
        return found if found is not None and found.id == key else Reference(key)

    def by_name(self, source: LookupSource, name: str) -> Reference:
        """Return the reference to an object that is shown by name, with its id if only one object has the name."""
        hits = self.lookup.index(source).by_name.get(name, []) if source in self.wanted else []
        return hits[0] if len(hits) == 1 else Reference(None, name)
