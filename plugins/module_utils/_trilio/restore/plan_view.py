# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""A request for a restore in words: what becomes of each server, disk and NIC of the snapshot."""

from __future__ import annotations

from typing import Any, Optional

from ..._openstack.context import Context
from ..._openstack.lookup import FLAVOR, NETWORK, SUBNET, LookupSource
from ..snapshot.records import whole_number
from .options import INPLACE, ONECLICK, SELECTIVE, is_no, is_yes
from .request import FLAVOR_NUMBERS, boot_volumes

Document = dict[str, Any]


def describe_plan(context: Context, sent: Document, snapshot: Document) -> Document:
    """Return the plan of a request in names: each server, disk and NIC of the snapshot once, and what becomes of it."""
    kind, inner = sent["restore_type"], sent["openstack"]
    asked = {str(entry.get("id")): entry for entry in inner.get("instances") or []}
    shown = []
    for item in snapshot.get("instances") or []:
        entry = asked.get(str(item["id"]), {})
        include = kind == ONECLICK or is_yes(entry.get("include"))
        shown.append(
            {
                "id": item["id"],
                "name": item.get("name"),
                "include": include,
                "new_name": (entry.get("name") or item.get("name")) if include else None,
                "flavor": flavor_in_words(context, entry, item) if include else None,
                "availability_zone": (
                    entry.get("availability_zone") or (item.get("metadata") or {}).get("availability_zone")
                )
                if include
                else None,
                "disks": [disk_in_words(each, entry, include, kind, boot_volumes(item)) for each in item["vdisks"]],
                "nics": nics_in_words(context, item, entry, include, sent),
            }
        )
    return {"instances": shown, "restore_topology": is_yes(inner.get("restore_topology"))}


def flavor_in_words(context: Context, entry: Document, item: Document) -> Document:
    """Return the flavor that a server gets, or keeps."""
    given = entry.get("flavor")
    numbers = given if isinstance(given, dict) else item.get("flavor") or {}
    flavor_id = numbers.get("id") if isinstance(given, dict) else given
    name = next(
        (row.get("name") for row in context.lookup.cached(FLAVOR) or [] if str(row["id"]) == str(flavor_id)), None
    )
    return {"id": flavor_id, "name": name, **{key: numbers.get(key) for key in FLAVOR_NUMBERS}}


def disk_in_words(disk: Document, entry: Document, include: bool, kind: str, boots: list[str]) -> Document:
    """Return what becomes of a disk.

    :param boots: The volumes that the server boots from.
    """
    from_image = not disk.get("volume_id")
    asked: Document = next(
        (each for each in entry.get("vdisks") or [] if not from_image and each.get("id") == disk["volume_id"]), {}
    )
    restored = include
    if include and from_image:
        restored = not is_no(entry.get("restore_boot_disk"))
    elif include and kind == INPLACE:
        restored = not is_no(asked.get("restore_cinder_volume"))
    size = whole_number(disk.get("volume_size"))
    return {
        "id": disk.get("volume_id") or disk.get("image_id"),
        "resource_id": disk.get("resource_id"),
        "name": disk.get("volume_name") if not from_image else disk.get("image_name"),
        "boot": from_image or disk["volume_id"] in boots,
        "size": size or (whole_number(disk.get("restore_size")) or 0) // 1024**3,
        "restore": restored,
        "volume_type": asked.get("new_volume_type") or disk.get("volume_type"),
        "availability_zone": asked.get("availability_zone") or disk.get("availability_zone"),
    }


def nics_in_words(context: Context, item: Document, entry: Document, include: bool, sent: Document) -> list[Document]:
    """Return what becomes of the NICs of a server, the NICs that it did not have before last."""
    given = entry.get("nics") or []
    old = [*(item.get("nics") or []), *[{} for number in range(len(given) - len(item.get("nics") or []))]]
    shown = []
    for number, each in enumerate(old):
        network = each.get("network") or {}
        then = None
        if include and given:
            then = given[number] if number < len(given) else None
        elif include and sent["restore_type"] == SELECTIVE and not is_yes(sent["openstack"].get("restore_topology")):
            then = mapped(network, sent["openstack"])
        elif include and sent["restore_type"] == ONECLICK:
            then = {"network": network, "ip_address": each.get("ip_address"), "mac_address": each.get("mac_address")}
        shown.append(
            {
                "mac_address": each.get("mac_address"),
                "ip_address": each.get("ip_address"),
                "network": {"id": network.get("id"), "name": network.get("name")} if network else None,
                "to": None if then is None else nic_in_words(context, then),
            }
        )
    return shown


def mapped(network: Document, inner: Document) -> Optional[Document]:
    """Return where the mapping of a request puts a network of the snapshot: by the entry of its subnet, else the one of none. None where nowhere."""
    found: dict[Any, Document] = {}
    for each in (inner.get("networks_mapping") or {}).get("networks") or []:
        source = each.get("snapshot_network") or {}
        if source.get("id") == network.get("id"):
            found.setdefault((source.get("subnet") or {}).get("id"), {"network": each.get("target_network")})
    return found.get((network.get("subnet") or {}).get("id")) or found.get(None)


def nic_in_words(context: Context, then: Document) -> Document:
    """Return a NIC as it will be."""
    network = then.get("network") or {}
    subnet_id = (network.get("subnet") or {}).get("id")

    def name(kind: LookupSource, wanted: Any) -> Optional[str]:
        return next((row.get("name") for row in context.lookup.cached(kind) or [] if row["id"] == wanted), None)

    return {
        "port": then.get("id"),
        "network": {"id": network.get("id"), "name": network.get("name") or name(NETWORK, network.get("id"))},
        "subnet": {"id": subnet_id, "name": name(SUBNET, subnet_id)},
        "ip_address": then.get("ip_address"),
        "mac_address": then.get("mac_address"),
    }
