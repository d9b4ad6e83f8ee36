# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The request for a restore: from names in options to the body that the server needs (reference B.4, B.5, E)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import (
    AmbiguousNameError,
    BackupError,
    BadAnswerError,
    InputError,
    UnknownNameError,
    collect,
    raise_all,
)
from ..._core.values import is_true
from ..._engine.model import Document, quote_row
from ..._openstack.lookup import match_one
from . import restore_json
from .addresses import reject_shared_addresses
from .cloud import Cloud
from .flavors import former_volume_type, requested_flavor
from .networks import Entries, kept_nic, network_mapping, requested_nic, resolve_entries
from .options import DesiredRestore
from .records import INPLACE, ONECLICK, SELECTIVE
from .references import VOLUME_TYPE

FIRST_DEVICE = re.compile(r"/dev/[a-z]*a")
"""The device of the disk that a server boots from."""


def restore_options(cloud: Cloud, desired: DesiredRestore, snapshot: Document) -> Document:
    """Return the `options` of the request, with names resolved.

    :param snapshot: The snapshot with all details.
    :raises BadAnswerError: The snapshot does not show all its servers, disks and NICs.
    :raises UnknownNameError: A name or id does not exist.
    :raises AmbiguousNameError: A name is not unique.
    """
    _require_whole(snapshot)
    restore_type = desired.restore_type
    one_click = restore_type == ONECLICK
    if desired.file is not None:
        inner = desired.file["openstack"] if one_click else restore_json.complete(desired.file["openstack"], snapshot)
        restore_json.FileReferences(cloud, snapshot).verify(inner)
        reject_shared_addresses([each for each in inner.get("instances") or [] if is_true(each.get("include"))])
    elif one_click:
        inner = {}
    else:
        inner = _openstack_part(cloud, desired, snapshot)
    return {"type": "openstack", "restore_type": restore_type, "oneclickrestore": one_click, "openstack": inner}


def _openstack_part(cloud: Cloud, desired: DesiredRestore, snapshot: Document) -> Document:
    """Return the part `openstack` of a selective restore or one in place."""
    entries = resolve_entries(desired.options.get("networks") or [], snapshot)
    inner: Document = {"instances": _instances(cloud, desired, entries, snapshot)}
    if desired.restore_type == SELECTIVE:
        topology = bool(desired.options.get("restore_topology"))
        inner["restore_topology"] = topology
        mapping = [] if topology else network_mapping(cloud, entries, inner["instances"], snapshot)
        inner["networks_mapping"] = {"networks": mapping}
    return inner


# ---- The shape of the snapshot ---------------------------------------------------------------------------------------


def _require_whole(snapshot: Document) -> None:
    """Require that a snapshot shows its servers with their disks and NICs: nothing guards those that it leaves out.

    :raises BadAnswerError: It does not.
    """
    lacking = _lacking(snapshot.get("instances"))
    if lacking:
        raise BadAnswerError(
            f"Nothing was restored, because the snapshot {quote_row(snapshot)} shows {lacking}, "
            "so that it is unknown what would be restored.",
            method="GET",
            path=f"/snapshots/{snapshot['id']}",
            hint="The module openprotect.backup.snapshot_info shows it with 'details: true'. Another snapshot may be "
            "whole.",
        )


def _lacking(items: Any) -> Optional[str]:
    """Return the details that the servers of a snapshot lack, as text, None if they are complete."""
    if not isinstance(items, list) or not items:
        return "no servers"
    if not all(isinstance(item, dict) and item.get("id") for item in items):
        return "a server without an id"
    lacking = None
    for item in items:
        title, nics = f"the server {quote_row(item)}", item.get("nics") or []
        if not _are_objects(item.get("vdisks")):
            lacking = f"{title} without a list of its disks"
        elif not _are_objects(nics) or not all(_is_network(each.get("network")) for each in nics):
            lacking = f"{title} with a NIC in no network"
        elif not _are_objects([item.get("flavor") or {}, item.get("metadata") or {}]):
            lacking = f"{title} with a flavor or metadata of another shape"
    return lacking


def _are_objects(value: Any) -> bool:
    """Return whether something is a list of objects."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_network(value: Any) -> bool:
    """Return whether something is a network with an id, and with a subnet if it has one."""
    return isinstance(value, dict) and isinstance(value.get("id"), str) and _are_objects([value.get("subnet") or {}])


# ---- Servers ---------------------------------------------------------------------------------------------------------


def _instances(cloud: Cloud, desired: DesiredRestore, entries: Entries, snapshot: Document) -> list[Document]:
    """Return all servers of the snapshot as the request has them, also those that are not restored (reference E)."""
    asked = _requested_servers(desired.options.get("instances"), snapshot)
    found: list[Document] = []
    problems: list[BackupError] = []
    for item in snapshot.get("instances") or []:
        entry = asked.get(str(item["id"]))
        if entry is None:
            found.append({"include": False, "id": item["id"]})
            continue
        with collect(problems, UnknownNameError, AmbiguousNameError):
            if desired.restore_type == INPLACE:
                found.append(_overwritten_server(cloud, item, entry))
            else:
                found.append(_new_server(cloud, desired, entries, item, entry))
    raise_all(problems)
    reject_shared_addresses(found)
    return found


def _requested_servers(
    entries: Optional[Sequence[Mapping[str, Any]]], snapshot: Document
) -> dict[str, Mapping[str, Any]]:
    """Return the entries of `instances` by the id of their server, without those that are not restored.

    :raises UnknownNameError: The snapshot has no such server.
    :raises AmbiguousNameError: Several of its servers have the name.
    :raises InputError: Two entries mean one server.
    """
    items = snapshot.get("instances") or []
    if entries is None:
        return {str(item["id"]): {} for item in items}
    where = f"in the snapshot {quote_row(snapshot)}"
    found: dict[str, Mapping[str, Any]] = {}
    problems: list[BackupError] = []
    for entry in entries:
        with collect(problems, UnknownNameError, AmbiguousNameError):
            ref = match_one("server", items, entry.get("id") or entry["name"], where=where)
            if ref.id in found:
                raise InputError(f"Two entries of the option 'instances' mean the server '{ref.name}' ({ref.id}).")
            found[str(ref.id)] = entry
    raise_all(problems)
    return {key: entry for key, entry in found.items() if entry["include"]}


def _new_server(
    cloud: Cloud, desired: DesiredRestore, entries: Entries, item: Document, entry: Mapping[str, Any]
) -> Document:
    """Return a server that a selective restore creates, as the request has it.

    A zone that the snapshot does not show is left out, so that the cloud chooses.
    """
    zone = entry.get("availability_zone") or (item.get("metadata") or {}).get("availability_zone")
    built: Document = {
        "include": True,
        "id": item["id"],
        "name": entry.get("new_name") or item.get("name"),
        **({"availability_zone": zone} if zone else {}),
        "flavor": requested_flavor(cloud, item, entry.get("flavor")),
        "nics": _requested_nics(cloud, desired, entries, item, entry),
        "vdisks": [],
    }
    if entry.get("restore_boot_disk") is not None:
        built["restore_boot_disk"] = entry["restore_boot_disk"]
    for disk, asked in _volumes(item, entry):
        zone = asked.get("availability_zone") or disk.get("availability_zone")
        shape = {"id": disk["volume_id"], **({"availability_zone": zone} if zone else {})}
        if asked.get("volume_type"):
            shape["new_volume_type"] = cloud.find_for(item, VOLUME_TYPE, asked["volume_type"]).name
        elif disk.get("volume_type"):
            shape["new_volume_type"] = former_volume_type(cloud, item, disk)
        built["vdisks"].append(shape)
    return built


def _requested_nics(
    cloud: Cloud, desired: DesiredRestore, entries: Entries, item: Document, entry: Mapping[str, Any]
) -> list[Document]:
    """Return the NICs of a new server that are given or keep their addresses; the others go by the mapping."""
    if entry.get("nics"):
        return [requested_nic(cloud, entries, item, number, each) for number, each in enumerate(entry["nics"])]
    if desired.options.get("keep_addresses"):
        return [kept_nic(cloud, entries, item, each) for each in item.get("nics") or []]
    return []


def _overwritten_server(cloud: Cloud, item: Document, entry: Mapping[str, Any]) -> Document:
    """Return a server whose disks are overwritten, as the request has it.

    :raises InputError: No disk is to be restored, or two options contradict each other on the boot disk.
    """
    title = f"the server {quote_row(item)}"
    boots, wanted = boot_volumes(item), entry.get("restore_boot_disk")
    built: Document = {"restore_boot_disk": True, "include": True, "id": item["id"], "vdisks": []}
    for disk, asked in _volumes(item, entry):
        # `restore_boot_disk` holds for each volume that may be the boot disk, unless `volumes` names it.
        restore = wanted is not False if not asked and disk["volume_id"] in boots else asked.get("restore") is not False
        shape = {"restore_cinder_volume": restore, "id": disk["volume_id"]}
        if asked.get("volume_type"):
            shape["new_volume_type"] = cloud.find_for(item, VOLUME_TYPE, asked["volume_type"]).name
        built["vdisks"].append(shape)
    restored = {disk["id"] for disk in built["vdisks"] if disk["restore_cinder_volume"]}
    if _boots_from_image(item):
        built["restore_boot_disk"] = wanted is not False
    else:
        built["restore_boot_disk"] = bool(boots) and restored.issuperset(boots)
        if wanted not in (None, built["restore_boot_disk"]):
            said = "the snapshot holds none"
            if boots:
                said = f"its boot disk is the volume {', '.join(boots)}, of which 'volumes' says something else"
            raise InputError(f"The option 'restore_boot_disk' of {title} is {str(wanted).lower()}, and {said}.")
    if not built["restore_boot_disk"] and not restored:
        raise InputError(f"Of {title} no disk is to be restored.", hint="Leave it out of 'instances'.")
    return built


# ---- Disks -----------------------------------------------------------------------------------------------------------


def _boots_from_image(item: Document) -> bool:
    """Return whether a server was created from an image: its boot disk in the snapshot is no volume (reference B.4)."""
    return any(not disk.get("volume_id") for disk in item["vdisks"])


def boot_volumes(item: Document) -> list[str]:
    """Return the ids of the volumes that a server boots from; without device names, of all that may be boot disks."""
    if _boots_from_image(item):
        return []
    first = [disk for disk in item["vdisks"] if FIRST_DEVICE.fullmatch(str(disk.get("volume_mountpoint")))]
    unknown = [disk for disk in item["vdisks"] if not disk.get("volume_mountpoint")]
    return [str(disk["volume_id"]) for disk in first or unknown]


def _volumes(item: Document, entry: Mapping[str, Any]) -> list[tuple[Document, Mapping[str, Any]]]:
    """Return the volumes of a server in the snapshot, each with its entry of `volumes`, empty if there is none.

    A boot disk from an image is no volume (reference B.4).

    :raises UnknownNameError: The server has no such volume there.
    """
    where = f"of the server {quote_row(item)} in the snapshot"
    disks = [disk for disk in item.get("vdisks") or [] if disk.get("volume_id")]
    rows = [{"id": disk["volume_id"], "name": disk.get("volume_name")} for disk in disks]
    asked: dict[str, Mapping[str, Any]] = {}
    for each in entry.get("volumes") or []:
        ref = match_one("volume", rows, each.get("id") or each["name"], where=where)
        if ref.id in asked:
            raise InputError(
                f"Two entries of 'volumes' mean the volume '{ref.name}' ({ref.id}) of the server '{item.get('name')}'."
            )
        asked[str(ref.id)] = each
    return [(disk, asked.get(disk["volume_id"], {})) for disk in disks]
