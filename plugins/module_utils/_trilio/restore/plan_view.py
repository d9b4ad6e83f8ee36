# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The plan of a restore with names: what becomes of each server, disk and NIC of the snapshot. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ..._core.known_names import listed
from ..._core.values import is_false, is_true, utc, whole_number
from ..._engine.model import Document, quote_row
from ..._openstack.references import LookupSource
from .cloud import Names
from .flavors import FLAVOR_NUMBERS
from .overwriting import Sharers
from .records import INPLACE, ONECLICK, SELECTIVE
from .references import FLAVOR, NETWORK, SUBNET
from .request import boot_volumes


def describe_plan(names: Names, sent: Document, snapshot: Document, sharers: Sharers) -> Document:
    """Return the plan: each server, disk and NIC of the snapshot once, and what becomes of it.

    :param names: Names of the objects that were looked up for the request; others are shown without a name.
    :param sent: The `options` of the request.
    :param snapshot: The snapshot with all details.
    :param sharers: The servers that volumes are attached to that are overwritten.
    """
    inner = sent["openstack"]
    requested = {str(entry.get("id")): entry for entry in inner.get("instances") or []}
    servers = [
        _server_view(names, sent, item, requested.get(str(item["id"]), {}), sharers)
        for item in snapshot.get("instances") or []
    ]
    return {"instances": servers, "restore_topology": is_true(inner.get("restore_topology"))}


def describe_times(at: Optional[datetime], snapshot: Document, newer: Sequence[Document]) -> Document:
    """Return which point in time was understood and is restored, in UTC and in the time zone of this host.

    :param at: The point in time that was asked for, None if it was not.
    :param newer: The good snapshots that are newer, newest first.
    """
    taken = utc(snapshot.get("created_at"))
    newest = newer[0] if newer else {}
    return {
        "requested_at": _text(at, timezone.utc),
        "requested_at_local": _text(at, None),
        "taken_at": _text(taken, timezone.utc),
        "taken_at_local": _text(taken, None),
        "newer_snapshots": len(newer),
        "newest_taken_at": _text(utc(newest.get("created_at")), timezone.utc),
    }


def _text(moment: Optional[datetime], zone: Optional[timezone]) -> Optional[str]:
    """Return a point in time in ISO 8601, without fractions of a second.

    :param zone: The time zone, None for that of this host.
    """
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")


def _server_view(names: Names, sent: Document, item: Document, entry: Document, sharers: Sharers) -> Document:
    """Return the plan of a server.

    :param entry: The server as the request has it.
    :param sharers: The servers that volumes are attached to that are overwritten.
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
        "disks": [
            {
                **_disk_view(disk, entry, include, restore_type, boot_volumes(item)),
                "also_attached_to": _others(item, sharers.get(str(disk.get("volume_id")), [])) if include else [],
            }
            for disk in disks
        ],
        "nics": nics,
    }


def _others(item: Document, servers: Sequence[Document]) -> list[Document]:
    """Return the servers other than the given one."""
    return [each for each in servers if each["id"] != item["id"]]


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
        "volume": not from_image,
        "restore": restored,
        "overwrite": restored and restore_type == INPLACE,
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
                "address": None if new is None else _origin_of_address(old, new),
            }
        )
    return shown


def _origin_of_address(old: Document, new: Document) -> str:
    """Return where the address of a restored NIC comes from: `new` is one that Neutron chooses."""
    if not new.get("ip_address"):
        return "new"
    return "kept" if new["ip_address"] == old.get("ip_address") else "given"


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


# ---- The plan in words -----------------------------------------------------------------------------------------------


def plan_texts(plan: Document) -> Document:
    """Return what becomes of each server, as the diff prints it."""
    return {
        quote_row(server): _server_texts(server, plan["restore_topology"]) if server["include"] else "left alone"
        for server in plan["instances"]
    }


def _server_texts(server: Document, topology: bool) -> Document:
    """Return what becomes of one server.

    :param topology: Whether its networks are created again.
    """
    found: Document = {"disks": list(map(_disk_text, server["disks"]))}
    if any(disk["overwrite"] for disk in server["disks"]):
        return found
    nics = [_nic_text(nic, topology) for nic in server["nics"]]
    return {"new_server": server["new_name"], "availability_zone": server["availability_zone"], **found, "nics": nics}


def _disk_text(disk: Document) -> str:
    """Return what becomes of a disk."""
    title = f"{'boot disk' if disk['boot'] else 'volume'} {disk['name'] or disk['id']}, {disk['size']} GiB"
    if not disk["restore"]:
        return f"{title}: not restored"
    if not disk["overwrite"]:
        return f"{title}: new" + (f", of the type {disk['volume_type']}" if disk["volume_type"] else "")
    others = listed(map(quote_row, disk["also_attached_to"]))
    return f"{title}: OVERWRITTEN" + (f", also for {others}" if others else "")


def _nic_text(nic: Document, topology: bool) -> str:
    """Return what becomes of a NIC.

    :param topology: Whether its network is created again.
    """
    title = f"{nic['ip_address'] or 'no address'} in {(nic['network'] or {}).get('name') or 'no network'}"
    if topology:
        return f"{title}: the same network, created again"
    if nic["to"] is None:
        return f"{title}: none"
    network = nic["to"]["network"]["name"] or nic["to"]["network"]["id"]
    return f"{title}: in {network}, " + (
        "a new address" if nic["address"] == "new" else f"{nic['to']['ip_address']} ({nic['address']})"
    )
