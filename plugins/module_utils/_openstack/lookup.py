# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From names of servers, networks, target types and so on to ids: one list for each kind in a task, doubt is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Callable, Optional

from .._core.errors import (
    AmbiguousNameError,
    BackupError,
    RefusedError,
    ServerLineError,
    UnknownNameError,
    collect,
    raise_all,
)
from .._core.http import Call
from .._engine.model import Reference
from .client import Client
from .references import PROJECT, SERVERS, LookupSource

MOST_NAMES = 20
PROJECT_ID = re.compile(r"[0-9a-f]{32}")


class Lookup:
    """The names that one task looks up.

    :param api: Client of workloadmgr.
    :param service: Makes a client of another service, by its type in the catalog; called only when something of it is named.
    :param check_mode: Whether a name may stand for something that another task would make.
    """

    def __init__(
        self, api: Client, service: Callable[[str], Client], check_mode: bool, warn: Callable[[str], None]
    ) -> None:
        self.api = api
        self.service = service
        self.check_mode = check_mode
        self._server_listing = SERVERS
        self.warn = warn
        self._by_id: dict[str, Reference] = {}
        self._lists: dict[str, list[dict[str, Any]]] = {}

    def rows(self, kind: LookupSource) -> list[dict[str, Any]]:
        """Return all objects of a kind that this project may see; one request in a task.

        :raises ServerLineError: The server has no such list (4.x has no backup target types, reference D, Versions).
        """
        if kind.noun not in self._lists:
            try:
                client = self.service(kind.service) if kind.service else self.api
                self._lists[kind.noun] = (
                    client.send_pages(kind.listing, kind.links) if kind.links else client.send(kind.listing)
                )
            except RefusedError as exc:
                if exc.status != 404 or not kind.lacking:
                    raise
                raise ServerLineError(
                    f"{kind.lacking} {exc.message}", hint=f"Leave the option for the {kind.noun} out."
                ) from exc
        return self._lists[kind.noun]

    def find(self, kind: LookupSource, wanted: str, rows: Optional[Sequence[dict[str, Any]]] = None) -> Reference:
        """Return the one object of a kind that has this id or name.

        :param rows: The objects, where they are called by something else than their name; listed where not given.
        :raises UnknownNameError: None has.
        :raises AmbiguousNameError: Several have the name.
        """
        try:
            return match_one(kind.noun, self.rows(kind) if rows is None else rows, wanted, where=kind.where)
        except UnknownNameError:
            if not (self.check_mode and kind.creatable):
                raise
            self.warn(
                f"The {kind.noun} '{wanted}' is not there yet; outside check mode the task fails unless something makes it before."
            )
            return Reference(None, wanted, missing=True)

    def project_ids(self, wanted: Iterable[str]) -> dict[str, None]:
        """Return the ids of projects: a text that looks like an id is one, a name is looked up in Keystone.

        :raises UnknownNameError: No project that the user may see has one of the names; all of them are named.
        :raises AmbiguousNameError: Several have it, in different domains.
        """
        ids: dict[str, None] = {}
        problems: list[BackupError] = []
        for each in wanted:
            with collect(problems, UnknownNameError, AmbiguousNameError):
                ids[each if PROJECT_ID.fullmatch(each) else str(self.find(PROJECT, each).id)] = None
        raise_all(problems)
        return ids

    def list_servers_with(self, listing: Call) -> None:
        """List servers with this call, which shows more of them than the default one; before they are listed."""
        if "server" in self._lists:
            raise AssertionError("the servers are listed already")
        self._server_listing = listing

    def servers(self) -> list[dict[str, Any]]:
        """Return all servers of the project, as Nova lists them, id and name at least: one request, and one for each further page."""
        if "server" not in self._lists:
            try:
                self._lists["server"] = self.service("compute").send_pages(self._server_listing, "servers_links")
            except RefusedError as exc:
                if exc.status == 406 and self._server_listing.microversion:
                    exc.hint = (
                        f"Nova is too old for tags of servers, which need '{self._server_listing.microversion}'. "
                        "Select by something else."
                    )
                raise
        return self._lists["server"]

    def _servers_by_id(self) -> dict[str, Reference]:
        """Return all servers of the project by their ids, in lower case."""
        rows = self.servers()
        if len(self._by_id) != len(rows):
            self._by_id = {str(row["id"]).lower(): Reference(str(row["id"]), row.get("name")) for row in rows}
        return self._by_id

    def find_servers(self, wanted: Sequence[str], listed: Sequence[Reference]) -> list[Reference]:
        """Return the servers with these ids or names.

        One that Nova no longer has, but that the workload lists, is kept and brings a warning: only leaving it out of the
        list takes it off the workload (reference Q22, P11).

        :param listed: What the workload lists now.
        :raises UnknownNameError: Some are neither in Nova nor in the workload; all of them are named.
        :raises AmbiguousNameError: Several servers have one of the names.
        """
        rows = self.servers()
        found: dict[str, Reference] = {}
        problems: list[BackupError] = []
        by_id = self._servers_by_id()
        gone = [{"id": ref.id, "name": ref.name} for ref in listed if str(ref.id).lower() not in by_id]
        for each in wanted:
            try:
                ref = by_id.get(each.lower()) or match_one(
                    "server", rows, each, where="in this project, as Nova lists them"
                )
            except UnknownNameError as exc:
                try:
                    ref = match_one("server", gone, each, where="")
                except UnknownNameError:
                    problems.append(exc)
                    continue
                text = f"The server '{ref}' ({ref.id}) is gone from Nova, and every snapshot of a workload that lists it fails. Take it out of 'instances'."
                self.warn(text)
            except AmbiguousNameError as exc:
                problems.append(exc)
                continue
            found[str(ref.id)] = ref
        raise_all(problems)
        return list(found.values())


def match_one(noun: str, rows: Sequence[dict[str, Any]], wanted: str, *, where: str) -> Reference:
    """Return the row that has this id, or else the only one that has this name.

    :raises UnknownNameError: None has; the names that are there are listed.
    :raises AmbiguousNameError: Several have the name; their ids are listed.
    """
    for row in rows:
        if str(row["id"]).lower() == wanted.lower():
            return Reference(str(row["id"]), row.get("name"))
    hits = [row for row in rows if row.get("name") == wanted]
    if len(hits) > 1:
        raise AmbiguousNameError(
            f"There is more than one {noun} named '{wanted}': {', '.join(sorted(str(row['id']) for row in hits))}.",
            hint="Names are not unique here: give the id of the one that is meant.",
        )
    if not hits:
        names = sorted({str(row.get("name") or row["id"]) for row in rows})
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        there = f"there are: {', '.join(names[:MOST_NAMES])}{more}" if names else "there is none at all"
        raise UnknownNameError(f"There is no {noun} with the id or name '{wanted}' {where}; {there}.")
    return Reference(str(hits[0]["id"]), hits[0].get("name"))


class NamedReferences:
    """References to objects that the server shows by id or by name only.

    The other half is filled in for the kinds that are wanted, each of which is listed once in a task; a reference to
    another kind stays as it is shown.

    :param wanted: The kinds to fill in.
    """

    def __init__(self, lookup: Lookup, wanted: Iterable[LookupSource] = ()) -> None:
        self.lookup = lookup
        self.wanted = set(wanted)

    def want(self, source: LookupSource) -> None:
        """Fill in references to this kind from now on."""
        self.wanted.add(source)

    def _rows(self, source: LookupSource) -> list[dict[str, Any]]:
        return self.lookup.rows(source) if source in self.wanted else []

    def by_id(self, source: LookupSource, key: Optional[str]) -> Optional[Reference]:
        """Return a reference to an object that is shown by id, None if none is shown."""
        if not key:
            return None
        names = (row.get("name") for row in self._rows(source) if row["id"] == key)
        return Reference(key, next(names, None))

    def by_name(self, source: LookupSource, name: str) -> Reference:
        """Return a reference to an object that is shown by name; its id only if one object alone has the name."""
        hits = [row for row in self._rows(source) if row.get("name") == name]
        return Reference(str(hits[0]["id"]), name) if len(hits) == 1 else Reference(None, name)
