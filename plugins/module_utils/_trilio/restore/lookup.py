# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What servers need in the cloud, by name or id."""

from __future__ import annotations

from typing import Any

from ..._core.errors import AmbiguousNameError, UnknownNameError
from ..._engine.comparison import Reference
from ..._openstack.context import Context
from ..._openstack.lookup import NETWORK, PORT, LookupSource


def find(context: Context, kind: LookupSource, wanted: str, item: dict[str, Any]) -> Reference:
    """Return what a server needs, by name or id.

    :raises UnknownNameError: It is not there; which server needs it is said.
    """
    try:
        return context.lookup.find(kind, wanted, usable(context, kind))
    except (UnknownNameError, AmbiguousNameError) as exc:
        raise type(exc)(
            f"The server '{item.get('name')}' ({item['id']}) cannot be restored so: {exc.message}", hint=exc.hint
        ) from exc


def usable(context: Context, kind: LookupSource) -> list[dict[str, Any]]:
    """Return the objects of a kind that this project may use; an administrator is shown those of all projects."""
    rows = context.lookup.rows(kind)
    if kind not in (NETWORK, PORT):
        return rows
    return [
        row
        for row in rows
        if row.get("shared") or row.get("router:external") or row.get("project_id") in (None, context.project_id)
    ]
