# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The request that restores: from names to what the server needs (API reference B.4, B.5, E)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, BadAnswerError, InputError, UnknownNameError, raise_all
from ..._openstack.context import Context
from ..._openstack.lookup import FLAVOR, VOLUME_TYPE, match_one
from . import restore_json as restore_file
from .lookup import find
from .networks import mapping, nic, refuse_one_place, resolved
from .options import INPLACE, ONECLICK, SELECTIVE, is_yes

Document = dict[str, Any]

FLAVOR_NUMBERS = {"vcpus": "vcpus", "ram": "ram", "disk": "disk", "ephemeral": "OS-FLV-EXT-DATA:ephemeral"}
"""Numbers of a flavor: how a snapshot calls them, and how Nova does."""

FIRST_DEVICE = re.compile(r"/dev/[a-z]*a")
"""Where a server has the disk that it boots from."""


def request(context: Context, options: Mapping[str, Any], content: Optional[Document], snapshot: Document) -> Document:
    """Return the C(options) of the request, names resolved.

    :param content: What O(restore_file) holds, None where it is not given.
    :param snapshot: The snapshot with all details.
    :raises BadAnswerError: The snapshot does not show what there is to restore.
    :raises UnknownNameError: A name or id is not there.
    :raises AmbiguousNameError: Several have a name.
    """
    require_whole(snapshot)
    kind = options["type"]
    if content is not None:
        inner = restore_file.complete(content["openstack"], snapshot) if kind != ONECLICK else content["openstack"]
        restore_file.verify(context, inner, snapshot)
        refuse_one_place([entry for entry in inner.get("instances") or [] if is_yes(entry.get("include"))])
    elif kind == ONECLICK:
        inner = {}
    else:
        options = {**options, "networks": resolved(options.get("networks") or [], snapshot)}
        inner = {"instances": instances(context, options, snapshot)}
        if kind == SELECTIVE:
            topology = bool(options.get("restore_topology"))
            inner["restore_topology"] = topology
            inner["networks_mapping"] = {
                "networks": [] if topology else mapping(context, options, inner["instances"], snapshot)
            }
    return {"type": "openstack", "restore_type": kind, "oneclickrestore": kind == ONECLICK, "openstack": inner}


def require_whole(snapshot: Document) -> None:
    """Require that a snapshot shows its servers with their disks and NICs: what it leaves out would be guarded by nothing.

    :raises BadAnswerError: It does not.
    """
    items = snapshot.get("instances")
    lacking = None
    if not isinstance(items, list) or not items:
        lacking = "no servers"
    elif not all(isinstance(item, dict) and item.get("id") for item in items):
        lacking = "a server without an id"
    for item in [] if lacking else items or []:
        title = f"the server '{item.get('name')}' ({item['id']})"
        if not are_objects(item.get("vdisks")):
            lacking = f"{title} without a list of its disks"
        elif not are_objects(item.get("nics") or []) or not all(
            is_place(each.get("network")) for each in item.get("nics") or []
        ):
            lacking = f"{title} with a NIC in no network"
        elif not are_objects([item.get("flavor") or {}, item.get("metadata") or {}]):
            lacking = f"{title} with a flavor or metadata of another shape"
    if lacking:
        path = f"/snapshots/{snapshot['id']}"
        raise BadAnswerError(
            f"Nothing was restored, because the snapshot '{snapshot.get('name')}' ({snapshot['id']}) shows {lacking}, so that nobody knows what would be.",
            method="GET",
            path=path,
            hint="The module openprotect.backup.snapshot_info shows it with 'details: true'. Another snapshot may be whole.",
        )


def are_objects(value: Any) -> bool:
    """Tell whether something is a list of objects."""
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def is_place(network: Any) -> bool:
    """Tell whether something is a network with an id, and with a subnet if it has one."""
    return (
        isinstance(network, dict) and isinstance(network.get("id"), str) and are_objects([network.get("subnet") or {}])
    )


def instances(context: Context, options: Mapping[str, Any], snapshot: Document) -> list[Document]:
    """Return all servers of the snapshot as the request has them: those that are not restored are listed too (API reference E)."""
    asked = chosen(options.get("instances"), snapshot)
    found: list[Document] = []
    problems: list[BackupError] = []
    for item in snapshot.get("instances") or []:
        entry = asked.get(str(item["id"]))
        if entry is None:
            found.append({"include": False, "id": item["id"]})
            continue
        try:
            found.append(
                overwritten(context, item, entry) if options["type"] == INPLACE else made(context, options, item, entry)
            )
        except (UnknownNameError, AmbiguousNameError) as exc:
            problems.append(exc)
    raise_all(problems)
    refuse_one_place(found)
    return found


def chosen(entries: Optional[Sequence[Mapping[str, Any]]], snapshot: Document) -> dict[str, Mapping[str, Any]]:
    """Return what was asked for of each server of the snapshot that is to be restored, by its id.

    :raises UnknownNameError: The snapshot has no such server.
    :raises AmbiguousNameError: It has several of the name.
    :raises InputError: Two entries mean one server.
    """
    items = snapshot.get("instances") or []
    if entries is None:
        return {str(item["id"]): {} for item in items}
    found: dict[str, Mapping[str, Any]] = {}
    problems: list[BackupError] = []
    for entry in entries:
        try:
            ref = match_one(
                "server",
                items,
                entry.get("id") or entry["name"],
                where=f"in the snapshot '{snapshot.get('name')}' ({snapshot['id']})",
            )
        except (UnknownNameError, AmbiguousNameError) as exc:
            problems.append(exc)
            continue
        if ref.id in found:
            raise InputError(f"Two entries of the option 'instances' mean the server '{ref.name}' ({ref.id}).")
        found[str(ref.id)] = entry
    raise_all(problems)
    return {key: entry for key, entry in found.items() if entry["include"]}


def made(context: Context, options: Mapping[str, Any], item: Document, entry: Mapping[str, Any]) -> Document:
    """Return a server that is made anew, as the request has it."""
    built: Document = {
        "include": True,
        "id": item["id"],
        "name": entry.get("new_name") or item.get("name"),
        "availability_zone": entry.get("availability_zone")
        or (item.get("metadata") or {}).get("availability_zone")
        or "nova",
        "flavor": flavor(context, item, entry.get("flavor")),
        "nics": [nic(context, options, item, number, each) for number, each in enumerate(entry.get("nics") or [])],
        "vdisks": [],
    }
    if entry.get("restore_boot_disk") is not None:
        built["restore_boot_disk"] = entry["restore_boot_disk"]
    for disk, asked in volumes(item, entry):
        shape = {
            "id": disk["volume_id"],
            "availability_zone": asked.get("availability_zone") or disk.get("availability_zone") or "nova",
        }
        if asked.get("volume_type"):
            shape["new_volume_type"] = find(context, VOLUME_TYPE, asked["volume_type"], item).name
        elif disk.get("volume_type"):
            shape["new_volume_type"] = old_type(context, item, disk)
        built["vdisks"].append(shape)
    return built


def overwritten(context: Context, item: Document, entry: Mapping[str, Any]) -> Document:
    """Return a server whose disks are put back, as the request has it.

    :raises InputError: No disk is to be put back, or the boot disk shall and shall not be.
    """
    boots, wanted = boot_volumes(item), entry.get("restore_boot_disk")
    built: Document = {"restore_boot_disk": True, "include": True, "id": item["id"], "vdisks": []}
    for disk, asked in volumes(item, entry):
        # What is said of the boot disk holds for a volume that may be it.
        restore = wanted is not False if not asked and disk["volume_id"] in boots else asked.get("restore") is not False
        shape = {"restore_cinder_volume": restore, "id": disk["volume_id"]}
        if asked.get("volume_type"):
            shape["new_volume_type"] = find(context, VOLUME_TYPE, asked["volume_type"], item).name
        built["vdisks"].append(shape)
    restored = {disk["id"] for disk in built["vdisks"] if disk["restore_cinder_volume"]}
    if boots_from_image(item):
        built["restore_boot_disk"] = wanted is not False
    else:
        built["restore_boot_disk"] = bool(boots) and restored.issuperset(boots)
        if wanted not in (None, built["restore_boot_disk"]):
            said = (
                f"its boot disk is the volume {', '.join(boots)}, of which 'volumes' says something else"
                if boots
                else "the snapshot holds none"
            )
            raise InputError(
                f"The option 'restore_boot_disk' of the server '{item.get('name')}' ({item['id']}) is {str(wanted).lower()}, and {said}."
            )
    if not built["restore_boot_disk"] and not restored:
        raise InputError(
            f"Of the server '{item.get('name')}' ({item['id']}) no disk is to be restored.",
            hint="Leave it out of 'instances'.",
        )
    return built


def boots_from_image(item: Document) -> bool:
    """Tell whether the snapshot holds a boot disk of a server that was made from an image; it has no volume (API reference B.4)."""
    return any(not disk.get("volume_id") for disk in item["vdisks"])


def boot_volumes(item: Document) -> list[str]:
    """Return the ids of the volumes that a server in the snapshot boots from; where no device tells, of all that may be it."""
    if boots_from_image(item):
        return []
    first = [disk for disk in item["vdisks"] if FIRST_DEVICE.fullmatch(str(disk.get("volume_mountpoint")))]
    return [
        str(disk["volume_id"])
        for disk in first or [disk for disk in item["vdisks"] if not disk.get("volume_mountpoint")]
    ]


def volumes(item: Document, entry: Mapping[str, Any]) -> list[tuple[Document, Mapping[str, Any]]]:
    """Return the volumes of a server in the snapshot, each with what was asked for; a boot disk from an image is none (API reference B.4).

    :raises UnknownNameError: The server has no such volume there.
    """
    disks = [disk for disk in item.get("vdisks") or [] if disk.get("volume_id")]
    rows = [{"id": disk["volume_id"], "name": disk.get("volume_name")} for disk in disks]
    asked: dict[str, Mapping[str, Any]] = {}
    for each in entry.get("volumes") or []:
        ref = match_one(
            "volume",
            rows,
            each.get("id") or each["name"],
            where=f"of the server '{item.get('name')}' ({item['id']}) in the snapshot",
        )
        if ref.id in asked:
            raise InputError(
                f"Two entries of 'volumes' mean the volume '{ref.name}' ({ref.id}) of the server '{item.get('name')}'."
            )
        asked[str(ref.id)] = each
    return [(disk, asked.get(disk["volume_id"], {})) for disk in disks]


def old_type(context: Context, item: Document, disk: Document) -> str:
    """Return the volume type that a volume had, which must be there still.

    :raises UnknownNameError: It is not.
    """
    rows = context.lookup.rows(VOLUME_TYPE)
    same = [str(row.get("name")) for row in rows if disk["volume_type"] in (row.get("name"), row["id"])]
    if not same:
        raise UnknownNameError(
            f"The volume '{disk.get('volume_name')}' ({disk['volume_id']}) of the server '{item.get('name')}' ({item['id']}) was of the type "
            f"'{disk['volume_type']}', which is not there any more; there are: {', '.join(sorted(str(row.get('name')) for row in rows)) or 'none'}.",
            hint="Say with 'volume_type' of which one it shall be.",
        )
    return same[0]


def flavor(context: Context, item: Document, wanted: Optional[str]) -> Document:
    """Return the flavor as the request has it: the named one, else the one that has the numbers of the snapshot.

    Where several have them the id is left out, and the server takes one of them (API reference E).

    :raises UnknownNameError: There is none.
    :raises AmbiguousNameError: Several have them, of different swap.
    """
    rows = context.lookup.rows(FLAVOR)
    if wanted is not None:
        ref = find(context, FLAVOR, wanted, item)
        return flavor_numbers(next(row for row in rows if row["id"] == ref.id))
    numbers = {key: str((item.get("flavor") or {}).get(key, 0)) for key in FLAVOR_NUMBERS}
    like = [row for row in rows if all(str(flavor_numbers(row)[key]) == numbers[key] for key in numbers)]
    same = [flavor_numbers(row) for row in like]
    if len({str(shape["swap"]) for shape in same}) > 1:
        raise AmbiguousNameError(
            f"The server '{item.get('name')}' ({item['id']}) had a flavor that several are like, of different swap: "
            + ", ".join(f"'{row.get('name')}' ({row['id']})" for row in like)
            + ".",
            hint="Say which one it shall have with 'flavor'.",
        )
    if not same:
        said = ", ".join(f"{key} {value}" for key, value in numbers.items())
        raise UnknownNameError(
            f"The server '{item.get('name')}' ({item['id']}) had a flavor that the cloud does not have any more: {said}.",
            hint="Say which one it shall have with 'flavor'.",
        )
    return same[0] if len(same) == 1 else {key: value for key, value in same[0].items() if key != "id"}


def flavor_numbers(row: Document) -> Document:
    """Return a flavor of Nova as the request has it."""
    numbers = {key: int(row.get(name) or 0) for key, name in FLAVOR_NUMBERS.items()}
    return {**numbers, "swap": row.get("swap") or "", "id": str(row["id"])}
