# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Servers by what Nova says of them rather than by name: name pattern, metadata, tags, availability zone, all, minus some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from ..._core.call import Call
from ..._core.errors import InputError
from ..._core.values import matches_pattern, text_metadata
from ..._openstack.references import SERVERS, SERVERS_IN_DETAIL, SERVERS_WITH_TAGS

SPEC: Mapping[str, Any] = {
    "name": {"type": "list", "elements": "str"},
    "metadata": {"type": "dict"},
    "tags": {"type": "list", "elements": "str"},
    "availability_zone": {"type": "list", "elements": "str"},
    "all": {"type": "bool"},
}
"""Argument spec of the option C(selector)."""


@dataclass(frozen=True)
class Selector:
    """What servers must be like. All conditions that are given must hold.

    :param name: Shell patterns, of which one must fit the name.
    :param metadata: Keys and values that the metadata must hold.
    :param tags: Tags that the server must have, all of them.
    :param availability_zone: Zones, in one of which it must be.
    :param exclude: Names, ids or shell patterns of names of servers that are not meant.
    """

    name: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()
    availability_zone: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def listing(self) -> Call:
        """Return the call of Nova that lists servers with all that this selector looks at."""
        if self.tags:
            return SERVERS_WITH_TAGS
        return SERVERS_IN_DETAIL if self.metadata or self.availability_zone else SERVERS

    def selects(self, server: Mapping[str, Any]) -> bool:
        """Tell whether a server, as Nova lists it, is meant."""
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
    """Return the selector that the options C(selector) and C(exclude) of an entry describe, None where they are not given.

    :raises InputError: It has no condition, or an empty one: to select everything must be said.
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
                hint="Say which value the metadata of the server must have.",
            )
    return Selector(**conditions, exclude=tuple(exclude or ()))


def listing_for(selectors: Iterable[Selector]) -> Call:
    """Return the one call of Nova that lists servers with all that any of these selectors looks at."""
    wanted = {each.listing() for each in selectors}
    return next((call for call in (SERVERS_WITH_TAGS, SERVERS_IN_DETAIL) if call in wanted), SERVERS)
