# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The flavors, networks, volume types and so on that restored servers can use, by name or id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ..._core.errors import AmbiguousNameError, UnknownNameError
from ..._engine.model import Document, Reference, quote_row
from ..._openstack.context import Context
from ..._openstack.references import LookupSource
from .references import NETWORK, PORT, SUBNET

Names = Mapping[LookupSource, Mapping[str, Optional[str]]]
"""Names by id, for the lists that a request has needed."""


class Cloud:
    """The objects of the cloud that one request needs. Each list is read once in a task, when it is first needed."""

    def __init__(self, context: Context) -> None:
        self._lookup = context.lookup
        self._project_id = context.project_id
        self._listed: dict[LookupSource, list[Document]] = {}

    def rows(self, source: LookupSource) -> list[Document]:
        """Return all objects of a list. An administrator is shown networks and ports of all projects."""
        self._listed[source] = self._lookup.rows(source)
        return self._listed[source]

    def usable(self, source: LookupSource) -> list[Document]:
        """Return the objects of a list that this project may use."""
        rows = self.rows(source)
        if source not in (NETWORK, PORT):
            return rows
        own = (None, self._project_id)
        return [row for row in rows if row.get("shared") or row.get("router:external") or row.get("project_id") in own]

    def subnets(self, network_id: Optional[str]) -> list[Document]:
        """Return the subnets of a network."""
        return [row for row in self.rows(SUBNET) if row.get("network_id") == network_id]

    def hides_subnets(self, network_id: Optional[str]) -> bool:
        """Return whether a network is external and shows no subnet: Neutron shows them to the owner only."""
        networks = [row for row in self.rows(NETWORK) if row["id"] == network_id and row.get("router:external")]
        return bool(networks) and not self.subnets(network_id)

    def find(self, source: LookupSource, wanted: str) -> Reference:
        """Return the one usable object of a list that has this id or name.

        :raises UnknownNameError: None has.
        :raises AmbiguousNameError: Several have the name.
        """
        return self._lookup.find(source, wanted, self.usable(source))

    def find_for(self, item: Document, source: LookupSource, wanted: str) -> Reference:
        """Return the same for a server of the snapshot; the errors name the server.

        :raises UnknownNameError: None has.
        :raises AmbiguousNameError: Several have the name.
        """
        try:
            return self.find(source, wanted)
        except (UnknownNameError, AmbiguousNameError) as exc:
            raise type(exc)(f"The server {quote_row(item)} cannot be restored: {exc.message}", hint=exc.hint) from exc

    def names(self) -> Names:
        """Return the names of all objects that were listed for this request; makes no request."""
        return {source: {str(row["id"]): row.get("name") for row in rows} for source, rows in self._listed.items()}
