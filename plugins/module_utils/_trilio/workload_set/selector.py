# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Select servers by their properties in Nova: name pattern, metadata, tags, availability zone.

Copies of recovery tests are never selected. They carry the metadata of their originals, and the test deletes them, so
that every snapshot of a workload that holds one would fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ..._core.call import Call
from ..._core.errors import InputError, RefusedError
from ..._core.known_names import listed
from ..._core.values import is_true, matches_pattern, text_metadata
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from ..._openstack.references import SERVERS, SERVERS_IN_DETAIL, SERVERS_WITH_TAGS
from ..restore import records as restore
from ..restore.identity import RECOVERY_TEST, Marker

SPEC: Mapping[str, Any] = {
    "name": {"type": "list", "elements": "str"},
    "metadata": {"type": "dict"},
    "tags": {"type": "list", "elements": "str"},
    "availability_zone": {"type": "list", "elements": "str"},
    "all": {"type": "bool"},
}
"""Argument spec of the option `selector`."""


@dataclass(frozen=True)
class Selector:
    """The conditions of one selector. A server must meet all that are given.

    :param name: Shell patterns, one of which the name must match.
    :param metadata: Keys and values that the metadata must have.
    :param tags: Tags that the server must have, all of them.
    :param availability_zone: Zones, one of which the server must be in.
    :param exclude: Names, ids or shell patterns of names of servers to leave out.
    """

    name: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()
    availability_zone: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def listing(self) -> Call:
        """Return the call of Nova that lists servers with all properties that this selector compares."""
        if self.tags:
            return SERVERS_WITH_TAGS
        return SERVERS_IN_DETAIL if self.metadata or self.availability_zone else SERVERS

    def selects(self, server: Mapping[str, Any]) -> bool:
        """Return whether a server, as Nova lists it, meets the conditions."""
        name, metadata = str(server.get("name")), server.get("metadata") or {}
        return (
            (not self.name or any(matches_pattern(name, pattern) for pattern in self.name))
            and all(metadata.get(key) == value for key, value in self.metadata.items())
            and set(self.tags) <= set(server.get("tags") or ())
            and (not self.availability_zone or server.get("OS-EXT-AZ:availability_zone") in self.availability_zone)
            and not any(
                matches_pattern(name, each) or each.lower() == str(server["id"]).lower() for each in self.exclude
            )
        )


def parse_selector(given: Optional[Mapping[str, Any]], exclude: Optional[Sequence[str]]) -> Optional[Selector]:
    """Return the selector of the options `selector` and `exclude` of an entry, None if they are not given.

    :raises InputError: It has no condition, or an empty one. All servers are selected by `all: true` only.
    """
    if given is None:
        if exclude:
            raise InputError("The option 'exclude' takes servers away from those of a 'selector', and there is none.")
        return None
    conditions = {key: value for key, value in given.items() if value is not None and key != "all"}
    empty = sorted(key for key, value in conditions.items() if not value or "" in value)
    if empty:
        raise InputError(
            f"The option 'selector' holds the empty condition '{empty[0]}'.",
            hint="Leave it out, or select all servers with 'all: true'.",
        )
    if bool(given.get("all")) == bool(conditions):
        raise InputError(
            "The option 'selector' needs either conditions or 'all: true', which selects all servers of the project."
        )
    if "metadata" in conditions:
        conditions["metadata"] = text_metadata("selector.metadata", conditions["metadata"])
        if None in conditions["metadata"].values():
            raise InputError(
                "The option 'selector.metadata' holds a key without a value.",
                hint="Give the value that the metadata of the server must have.",
            )
    return Selector(**conditions, exclude=tuple(exclude or ()))


def listing_for(selectors: Iterable[Selector]) -> Call:
    """Return the call of Nova that lists servers with all properties that any of these selectors compares."""
    wanted = {each.listing() for each in selectors}
    return next((call for call in (SERVERS_WITH_TAGS, SERVERS_IN_DETAIL) if call in wanted), SERVERS)


def select_servers(context: Context, selectors: Sequence[Selector]) -> list[list[str]]:
    """Return the ids of the servers that each selector selects, without copies of recovery tests.

    This takes one list of servers and, if any is selected, one of restores.

    :raises RefusedError: Nova is too old for tags.
    """
    listing = listing_for(selectors)
    context.lookup.list_servers_with(listing)
    try:
        found = [[row for row in context.lookup.servers() if each.selects(row)] for each in selectors]
    except RefusedError as exc:
        if exc.status == 406 and listing.microversion:
            exc.hint = f"Nova is too old for tags, which need '{listing.microversion}'. Select servers in another way."
        raise
    ids, names = _recovery_test_copies(context) if any(found) else (set(), set())
    copies = {str(row["id"]): row for rows in found for row in rows if row["id"] in ids or row.get("name") in names}
    if copies:
        named = listed(map(quote_row, copies.values()))
        context.warn(f"Selectors leave out copies of recovery tests, which the test deletes: {named}.")
    return [[str(row["id"]) for row in rows if str(row["id"]) not in copies] for rows in found]


def _recovery_test_copies(context: Context) -> tuple[set[str], set[str]]:
    """Return the ids of the servers that recovery tests made, and the names of those that they are making.

    A restore lists a server only after it is there, so that its name in the request counts, too.
    """
    rows = [row for row in restore.of_project(context) if _is_recovery_test(row)]
    ids: set[str] = set()
    names: set[str] = set()
    for document in context.in_parallel(lambda row: restore.show(context, row["id"]) or row, rows):
        inner = (document.get("restore_options") or {}).get("openstack") or {}
        requested = [entry for entry in inner.get("instances") or [] if is_true(entry.get("include"))]
        originals = {entry.get("id") for entry in requested}
        made = {each["id"] for each in restore.servers(document) if each["id"] != each["old_id"]}
        ids |= made - originals - {None}
        names |= {str(each.get("name")) for each in requested if str(each.get("name")).startswith(RECOVERY_TEST)}
    return ids, names


def _is_recovery_test(row: Document) -> bool:
    """Return whether a recovery test started a restore."""
    return Marker.read(row.get("description")).is_recovery_test
