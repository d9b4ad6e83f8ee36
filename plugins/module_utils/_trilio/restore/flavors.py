# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Flavors and volume types of restored servers (reference B.5, E)."""

from __future__ import annotations

from typing import Optional

from ..._core.errors import AmbiguousNameError, UnknownNameError
from ..._core.known_names import listed
from ..._engine.model import Document, quote_row
from .cloud import Cloud
from .references import FLAVOR, VOLUME_TYPE

FLAVOR_NUMBERS = {"vcpus": "vcpus", "ram": "ram", "disk": "disk", "ephemeral": "OS-FLV-EXT-DATA:ephemeral"}
"""Numbers of a flavor: their names in a snapshot, and those in Nova."""


def requested_flavor(cloud: Cloud, item: Document, wanted: Optional[str]) -> Document:
    """Return the flavor as the request has it: the named one, or else the one with the numbers of the snapshot.

    If several flavors have these numbers, the id is left out and the server takes one of them (reference E).

    :raises UnknownNameError: There is none.
    :raises AmbiguousNameError: Several have the numbers, with different swap.
    """
    rows = cloud.rows(FLAVOR)
    if wanted is not None:
        ref = cloud.find_for(item, FLAVOR, wanted)
        return _flavor_numbers(next(row for row in rows if row["id"] == ref.id))
    numbers = {key: str((item.get("flavor") or {}).get(key, 0)) for key in FLAVOR_NUMBERS}
    like = [row for row in rows if all(str(_flavor_numbers(row)[key]) == numbers[key] for key in numbers)]
    same = [_flavor_numbers(row) for row in like]
    if len({str(shape["swap"]) for shape in same}) > 1:
        raise AmbiguousNameError(
            f"The server {quote_row(item)} had a flavor that several are like, of different swap: "
            + listed(map(quote_row, like))
            + ".",
            hint="Name the flavor in 'flavor'.",
        )
    if not same:
        said = ", ".join(f"{key} {value}" for key, value in numbers.items())
        raise UnknownNameError(
            f"The server {quote_row(item)} had a flavor that no longer exists: {said}.",
            hint="Name the flavor in 'flavor'.",
        )
    return same[0] if len(same) == 1 else {key: value for key, value in same[0].items() if key != "id"}


def _flavor_numbers(row: Document) -> Document:
    """Return a flavor of Nova as the request has it."""
    numbers = {key: int(row.get(name) or 0) for key, name in FLAVOR_NUMBERS.items()}
    return {**numbers, "swap": row.get("swap") or "", "id": str(row["id"])}


def former_volume_type(cloud: Cloud, item: Document, disk: Document) -> str:
    """Return the volume type that a volume had.

    :raises UnknownNameError: It does not exist any more.
    """
    rows = cloud.rows(VOLUME_TYPE)
    same = [str(row.get("name")) for row in rows if disk["volume_type"] in (row.get("name"), row["id"])]
    if not same:
        there = listed(sorted(str(row.get("name")) for row in rows)) or "none"
        raise UnknownNameError(
            f"The volume '{disk.get('volume_name')}' ({disk['volume_id']}) of the server '{item.get('name')}' "
            f"({item['id']}) was of the type '{disk['volume_type']}', which no longer exists; there are: {there}.",
            hint="Name another type in 'volume_type'.",
        )
    return same[0]
