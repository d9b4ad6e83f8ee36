# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""A request for a restore that somebody else wrote: the vendor's C(restore.json) (API reference E)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..._core.errors import BackupError, UnknownNameError, raise_all
from ..._openstack.context import Context
from ..._openstack.lookup import FLAVOR, NETWORK, SUBNET, VOLUME_TYPE
from .lookup import usable
from .networks import holds, in_words
from .options import is_yes

Document = dict[str, Any]


def complete(inner: Document, snapshot: Document) -> Document:
    """Return the C(openstack) part of a file with the servers added that it does not list: what the server makes of those is not known."""
    listed = {entry["id"] for entry in inner["instances"]}
    rest = [
        {"include": False, "id": item["id"]} for item in snapshot.get("instances") or [] if item["id"] not in listed
    ]
    return {**inner, "instances": [*inner["instances"], *rest]}


def verify(context: Context, inner: Document, snapshot: Document) -> None:
    """Look whether all that a file names is there.

    :raises UnknownNameError: Something is not; all of it is said.
    """
    items = {str(item["id"]): item for item in snapshot.get("instances") or []}
    problems: list[BackupError] = []

    def need(known: Iterable[Any], wanted: Any, what: str) -> None:
        if wanted not in (None, "") and str(wanted) not in {str(each) for each in known}:
            problems.append(
                UnknownNameError(f"The option 'restore_file' names the {what} '{wanted}', which is not there.")
            )

    def need_place(target: Document, fixed: Any = None) -> None:
        if target.get("id"):
            need([row["id"] for row in usable(context, NETWORK)], target["id"], "network")
        wanted = (target.get("subnet") or {}).get("id")
        rows = (
            [row for row in context.lookup.rows(SUBNET) if row.get("network_id") == target.get("id")] if wanted else []
        )
        need([row["id"] for row in rows], wanted, f"subnet (of the network '{target.get('id')}')")
        outside = [row for row in rows if fixed and row["id"] == wanted and not holds(row, fixed)]
        problems.extend(
            UnknownNameError(
                f"The option 'restore_file' names the address '{fixed}', which is none for {in_words(row)}."
            )
            for row in outside
        )

    for entry in inner.get("instances") or []:
        need(items, entry.get("id"), f"server (of the snapshot {snapshot['id']})")
        if not is_yes(entry.get("include")) or entry.get("id") not in items:
            continue
        item = items[entry["id"]]
        for disk in entry.get("vdisks") or []:
            need(
                [each.get("volume_id") for each in item.get("vdisks") or []],
                disk.get("id"),
                f"volume (of the server '{item.get('name')}')",
            )
            if disk.get("new_volume_type"):
                need(
                    [row.get("name") for row in context.lookup.rows(VOLUME_TYPE)],
                    disk["new_volume_type"],
                    "volume type",
                )
        chosen_flavor = entry.get("flavor")
        flavor_id = chosen_flavor.get("id") if isinstance(chosen_flavor, dict) else chosen_flavor
        if flavor_id:
            need([row["id"] for row in context.lookup.rows(FLAVOR)], flavor_id, "flavor")
        for each in entry.get("nics") or []:
            need_place(each.get("network") or {}, each.get("ip_address"))
    for each in (inner.get("networks_mapping") or {}).get("networks") or []:
        need_place(each.get("target_network") or {})
    raise_all(problems)
