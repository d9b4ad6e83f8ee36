# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Names of servers, networks, flavors, target types and their like -> ids: one list for each kind in a task, doubt is an error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from .._core.errors import AmbiguousNameError, BackupError, RefusedError, RequestError, ServerLineError, UnknownNameError
from .._core.http import READ, Call, Client
from .._engine.comparison import Reference

SERVERS = Call("GET", "/servers", READ, response_key="servers", response_type=list)
SERVERS_IN_DETAIL = Call("GET", "/servers/detail", READ, response_key="servers", response_type=list)
SERVERS_WITH_TAGS = Call("GET", "/servers/detail", READ, response_key="servers", response_type=list, microversion="compute 2.26")
MOST_NAMES = 20


@dataclass(frozen=True)
class LookupSource:
    """A kind of object that others refer to by name or id.

    :param noun: What an operator calls it.
    :param listing: The call that lists them.
    :param creatable: This collection can make one: in check mode a name that is not there yet is a warning, no error.
    :param where: Where the names that may be used come from, for the message.
    :param service: Type of the service that lists them, empty for workloadmgr.
    :param lacking: Which servers have no such kind, a sentence; empty where all have it.
    :param links: Key under which an answer names the next page, empty where lists have no pages.
    """

    noun: str
    listing: Call
    creatable: bool = False
    where: str = "in this project"
    lacking: str = ""
    service: str = ""
    links: str = ""


WORKLOAD_TYPE = LookupSource("workload type", Call("GET", "/workload_types", READ, response_key="workload_types", response_type=list), where="on this server")
BACKUP_TARGET_TYPE = LookupSource(
    "backup target type",
    Call("GET", "/backup_target_types", READ, response_key="backup_target_types", response_type=list),
    creatable=True,
    where="among the public ones and those assigned to this project",
    lacking="Servers of line 4 have no backup target types.",
)
BACKUP_TARGET = LookupSource(
    "backup target",
    Call("GET", "/backup_targets", READ, response_key="backup_targets", response_type=list),
    creatable=True,
    where="on this server",
    lacking="Servers of line 4 have no backup targets.",
)
POLICY = LookupSource("policy", Call("GET", "/workload_policy/", READ, response_key="policy_list", response_type=list), creatable=True, where="on this server")


PROJECT = LookupSource(
    "project", Call("GET", "/projects", READ, response_key="projects", response_type=list), where="that this user may see in Keystone", service="identity"
)

FLAVOR = LookupSource(
    "flavor",
    Call("GET", "/flavors/detail", READ, response_key="flavors", response_type=list),
    where="among those that this project may use",
    service="compute",
    links="flavors_links",
)
NETWORK = LookupSource(
    "network",
    Call("GET", "/networks", READ, response_key="networks", response_type=list),
    where="among those that this project may use",
    service="network",
    links="networks_links",
)
SUBNET = LookupSource("subnet", Call("GET", "/subnets", READ, response_key="subnets", response_type=list), service="network", links="subnets_links")
PORT = LookupSource("port", Call("GET", "/ports", READ, response_key="ports", response_type=list), service="network", links="ports_links")
VOLUME_TYPE = LookupSource(
    "volume type",
    Call("GET", "/types", READ, response_key="volume_types", response_type=list),
    where="among those that this project may use",
    service="block-storage",
    links="volume_type_links",
)
VOLUME = LookupSource(
    "volume", Call("GET", "/volumes/detail", READ, response_key="volumes", response_type=list), service="block-storage", links="volumes_links"
)
SECURITY_GROUP = LookupSource(
    "security group",
    Call("GET", "/security-groups", READ, response_key="security_groups", response_type=list),
    service="network",
    links="security_groups_links",
)


class Lookup:
    """The names that one task meets. C(server_listing) is the call that lists servers; it may be exchanged before their first use.

    :param api: Client of workloadmgr.
    :param service: Makes a client of another service, by its type in the catalog; called only when something of it is named.
    :param check_mode: Whether a name may stand for something that another task would make.
    """

    def __init__(self, api: Client, service: Callable[[str], Client], check_mode: bool) -> None:
        self.api = api
        self.service = service
        self.check_mode = check_mode
        self.server_listing = SERVERS
        self.warnings: list[str] = []
        self._by_id: dict[str, Reference] = {}
        self._lists: dict[str, list[dict[str, Any]]] = {}

    def warn(self, text: str) -> None:
        """Tell the user something, once: many objects may refer to the same."""
        if text not in self.warnings:
            self.warnings.append(text)

    def rows(self, kind: LookupSource) -> list[dict[str, Any]]:
        """Return all objects of a kind that this project may see; one request in a task.

        :raises ServerLineError: The server has no such list (4.x has no backup target types, API reference D, Versions).
        """
        if kind.noun not in self._lists:
            try:
                client = self.service(kind.service) if kind.service else self.api
                self._lists[kind.noun] = client.send_pages(kind.listing, kind.links) if kind.links else client.send(kind.listing)
            except RefusedError as exc:
                if exc.status != 404 or not kind.lacking:
                    raise
                raise ServerLineError(f"{kind.lacking} {exc.message}", hint=f"Leave the option for the {kind.noun} out.") from exc
        return self._lists[kind.noun]

    def cached(self, kind: LookupSource) -> Optional[list[dict[str, Any]]]:
        """Return the objects of a kind if they were listed already, None else; makes no request."""
        return self._lists.get(kind.noun)

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
            self.warn(f"The {kind.noun} '{wanted}' is not there yet; outside check mode the task fails unless something makes it before.")
            return Reference(None, wanted, missing=True)

    def servers(self) -> list[dict[str, Any]]:
        """Return all servers of the project, as Nova lists them, id and name at least: one request, and one for each further page."""
        if "server" not in self._lists:
            try:
                self._lists["server"] = self.service("compute").send_pages(self.server_listing, "servers_links")
            except RefusedError as exc:
                if exc.status == 406 and self.server_listing.microversion:
                    exc.hint = f"Nova is too old for tags of servers, which need '{self.server_listing.microversion}'. Select by something else."
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
        list takes it off the workload (API reference Q22, P11).

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
                ref = by_id.get(each.lower()) or match_one("server", rows, each, where="in this project, as Nova lists them")
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


def raise_all(problems: Sequence[BackupError]) -> None:
    """Raise the errors that were collected, as one.

    :raises BackupError: There are some; of the class that all share, else UnknownNameError. A failed request comes first.
    """
    for problem in problems:
        if len(problems) == 1 or isinstance(problem, RequestError):
            raise problem
    if problems:
        kinds = {type(problem) for problem in problems}
        kind = kinds.pop() if len(kinds) == 1 else UnknownNameError
        hints = list(dict.fromkeys(problem.hint for problem in problems if problem.hint))
        raise kind(" ".join(problem.message for problem in problems), hint=" ".join(hints))
