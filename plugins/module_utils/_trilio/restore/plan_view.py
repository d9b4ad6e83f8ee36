# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The plan of a restore with names: what becomes of each server, disk and NIC of the snapshot. Pure."""

from __future__ import annotations

from typing import Any, Optional

from ..._core.values import is_false, is_true, whole_number
from ..._engine.model import Document
from ..._openstack.references import LookupSource
from .cloud import Names
from .flavors import FLAVOR_NUMBERS
from .records import INPLACE, ONECLICK, SELECTIVE
from .references import FLAVOR, NETWORK, SUBNET
from .request import boot_volumes


def describe_plan(names: Names, sent: Document, snapshot: Document) -> Document:
    """Return the plan: each server, disk and NIC of the snapshot once, and what becomes of it.

    :param names: Names of the objects that were looked up for the request; others are shown without a name.
    :param sent: The `options` of the request.
    :param snapshot: The snapshot with all details.
    """
    inner = sent["openstack"]
    requested = {str(entry.get("id")): entry for entry in inner.get("instances") or []}
    servers = [
        _server_view(names, sent, item, requested.get(str(item["id"]), {})) for item in snapshot.get("instances") or []
    ]
    return {"instances": servers, "restore_topology": is_true(inner.get("restore_topology"))}


def _server_view(names: Names, sent: Document, item: Document, entry: Document) -> Document:
    """Return the plan of a server.

    :param entry: The server as the request has it.
    """
    restore_type = sent["restore_type"]
    include = restore_type == ONECLICK or is_true(entry.get("include"))
    disks, nics = item["vdisks"], _nic_views(names, sent, item, entry if include else None)
    zone = entry.get("availability_zone") or (item.get("metadata") or {}).get("availability_zone")
    return {
        "id": item["id"],
        "name": item.get("name"),
        "include": include,
        "new_name": (entry.get("name") or item.get("name")) if include else None,
        "flavor": _flavor_view(names, item, entry) if include else None,
        "availability_zone": zone if include else None,
        "disks": [_disk_view(disk, entry, include, restore_type, boot_volumes(item)) for disk in disks],
        "nics": nics,
    }


def _name(names: Names, source: LookupSource, key: Any) -> Optional[str]:
    """Return the name of an object, None if it was not looked up."""
    return names.get(source, {}).get(str(key))


def _flavor_view(names: Names, item: Document, entry: Document) -> Document:
    """Return the flavor that a server gets, or keeps."""
    given = entry.get("flavor")
    numbers = given if isinstance(given, dict) else item.get("flavor") or {}
    flavor_id = numbers.get("id") if isinstance(given, dict) else given
    shown = {key: numbers.get(key) for key in FLAVOR_NUMBERS}
    return {"id": flavor_id, "name": _name(names, FLAVOR, flavor_id), **shown}


def _disk_view(disk: Document, entry: Document, include: bool, restore_type: str, boots: list[str]) -> Document:
    """Return the plan of a disk.

    :param boots: The volumes that the server boots from.
    """
    from_image = not disk.get("volume_id")
    same = [each for each in entry.get("vdisks") or [] if not from_image and each.get("id") == disk["volume_id"]]
    asked: Document = same[0] if same else {}
    restored = include
    if include and from_image:
        restored = not is_false(entry.get("restore_boot_disk"))
    elif include and restore_type == INPLACE:
        restored = not is_false(asked.get("restore_cinder_volume"))
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


def _nic_views(names: Names, sent: Document, item: Document, entry: Optional[Document]) -> list[Document]:
    """Return the plan of the NICs of a server, new NICs last.

    :param entry: The server as the request has it, None if it is not restored.
    """
    nics, given = item.get("nics") or [], (entry or {}).get("nics") or []
    shown = []
    for number, old in enumerate([*nics, *[{}] * (len(given) - len(nics))]):
        network = old.get("network") or {}
        new = None
        if given:
            new = given[number] if number < len(given) else None
        elif entry is not None:
            new = _unchanged_nic(sent, old)
        shown.append(
            {
                "mac_address": old.get("mac_address"),
                "ip_address": old.get("ip_address"),
                "network": {"id": network.get("id"), "name": network.get("name")} if network else None,
                "to": None if new is None else _nic_view(names, new),
            }
        )
    return shown


def _unchanged_nic(sent: Document, old: Document) -> Optional[Document]:
    """Return the plan of a NIC that the request does not name, None if it is unknown or the NIC stays."""
    network = old.get("network") or {}
    if sent["restore_type"] == SELECTIVE and not is_true(sent["openstack"].get("restore_topology")):
        return _mapped_network(network, sent["openstack"])
    if sent["restore_type"] == ONECLICK:
        return {"network": network, "ip_address": old.get("ip_address"), "mac_address": old.get("mac_address")}
    return None


def _mapped_network(network: Document, inner: Document) -> Optional[Document]:
    """Return where the mapping of a request puts a network of the snapshot, None if nowhere.

    The entry of its subnet counts before the entry without a subnet.
    """
    found: dict[Any, Document] = {}
    for each in (inner.get("networks_mapping") or {}).get("networks") or []:
        source = each.get("snapshot_network") or {}
        if source.get("id") == network.get("id"):
            found.setdefault((source.get("subnet") or {}).get("id"), {"network": each.get("target_network")})
    return found.get((network.get("subnet") or {}).get("id")) or found.get(None)


def _nic_view(names: Names, nic: Document) -> Document:
    """Return a NIC as it will be."""
    network = nic.get("network") or {}
    network_id, subnet_id = network.get("id"), (network.get("subnet") or {}).get("id")
    return {
        "port": nic.get("id"),
        "network": {"id": network_id, "name": network.get("name") or _name(names, NETWORK, network_id)},
        "subnet": {"id": subnet_id, "name": _name(names, SUBNET, subnet_id)},
        "ip_address": nic.get("ip_address"),
        "mac_address": nic.get("mac_address"),
    }
