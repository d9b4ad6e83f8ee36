# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a task may ask of a restore: the options, and all that is wrong with them without a look at the server."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..._core.errors import InputError

ONECLICK, SELECTIVE, INPLACE = "oneclick", "selective", "inplace"
TYPES = (ONECLICK, SELECTIVE, INPLACE)
NIC_SPEC = {key: {"type": "str"} for key in ("port", "network", "subnet", "ip_address", "mac_address")}
VOLUME_SPEC: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "volume_type": {"type": "str"},
    "availability_zone": {"type": "str"},
    "restore": {"type": "bool", "default": True},
}
INSTANCE_SPEC: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "include": {"type": "bool", "default": True},
    "new_name": {"type": "str"},
    "flavor": {"type": "str"},
    "availability_zone": {"type": "str"},
    "nics": {"type": "list", "elements": "dict", "options": NIC_SPEC},
    "volumes": {"type": "list", "elements": "dict", "options": VOLUME_SPEC},
    "restore_boot_disk": {"type": "bool"},
}
NETWORK_SPEC: Mapping[str, Any] = {
    "from": {"type": "str"},
    "from_subnet": {"type": "str"},
    "to": {"type": "str", "required": True},
    "to_subnet": {"type": "str"},
}
FILE_SHAPE = {
    "instances": [{"vdisks": [{}], "nics": [{"network": {"subnet": {}}}]}],
    "networks_mapping": {"networks": [{"snapshot_network": {"subnet": {}}, "target_network": {"subnet": {}}}]},
}
"""Lists and objects in the part C(openstack) of a C(restore.json) (API reference B.5, E)."""

MAC_ADDRESS = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}", re.IGNORECASE)
SELECTIVE_ONLY = ("new_name", "flavor", "availability_zone", "nics")


def check(options: Mapping[str, Any]) -> None:
    """Check what shall be restored to where, as far as the options tell.

    :raises InputError: Something is wrong with them.
    """
    kind = options["type"]
    given = [option for option in ("instances", "networks", "restore_topology", "restore_file") if options.get(option)]
    if kind == ONECLICK and set(given) - {"restore_file"}:
        raise InputError(
            f"The option '{given[0]}' does not go with 'type: oneclick', which restores all servers to where they were.",
            hint="Use 'type: selective'.",
        )
    if kind == INPLACE and not {"instances", "restore_file"} & set(given):
        raise InputError(
            "With 'type: inplace' the option 'instances' says which servers are overwritten, and it is not given."
        )
    if kind == INPLACE and {"networks", "restore_topology"} & set(given):
        raise InputError(
            f"The option '{given[-1]}' does not go with 'type: inplace': servers that are there keep their networks."
        )
    if options.get("restore_topology") and (options.get("networks") or options.get("restore_file")):
        raise InputError(
            "The option 'restore_topology' makes the networks anew; 'networks' and 'restore_file' do not go with it."
        )
    for number, entry in enumerate(options.get("instances") or []):
        check_instance(f"instances[{number}]", entry, kind)
        if options.get("restore_topology") and entry.get("nics") is not None:
            raise InputError(
                f"The option 'instances[{number}].nics' does not go with 'restore_topology', which puts the servers in networks made anew."
            )
    if options.get("networks") == []:
        raise InputError(
            "The option 'networks' is empty.", hint="Leave it out to put the servers in the networks that they were in."
        )
    for number, entry in enumerate(options.get("networks") or []):
        check_given(f"networks[{number}]", entry)
    if options.get("instances") is not None and not any(entry["include"] for entry in options["instances"]):
        raise InputError("The option 'instances' includes no server, so there is nothing to restore.")


def check_given(where: str, entry: Mapping[str, Any]) -> None:
    """Refuse empty texts, which come from an empty variable.

    :raises InputError: There is one.
    """
    for key, value in entry.items():
        if value == "":
            raise InputError(
                f"The option '{where}.{key}' is empty.", hint="Leave it out to take what the snapshot holds."
            )


def check_instance(where: str, entry: Mapping[str, Any], kind: str) -> None:
    """Check one entry of O(instances).

    :raises InputError: Something is wrong with it.
    """
    check_given(where, entry)
    require_one(where, entry)
    foreign = [key for key in SELECTIVE_ONLY if entry.get(key) is not None]
    if kind == INPLACE and foreign:
        raise InputError(
            f"The option '{where}.{foreign[0]}' does not go with 'type: inplace': the server is there, and only its disks are overwritten."
        )
    for number, volume in enumerate(entry.get("volumes") or []):
        place = f"{where}.volumes[{number}]"
        check_given(place, volume)
        require_one(place, volume)
        if kind == SELECTIVE and not volume["restore"]:
            raise InputError(
                f"The option '{place}.restore' does not go with 'type: selective', which takes all disks of a server."
            )
        if kind == INPLACE and volume.get("availability_zone") is not None:
            raise InputError(f"The option '{place}.availability_zone' does not go with 'type: inplace'.")
    if entry.get("nics") == []:
        raise InputError(
            f"The option '{where}.nics' is empty.", hint="Leave it out to give the server the NICs that it had."
        )
    for number, nic in enumerate(entry.get("nics") or []):
        place = f"{where}.nics[{number}]"
        check_given(place, nic)
        if nic.get("port") and (
            nic.get("network") or nic.get("subnet") or nic.get("ip_address") or nic.get("mac_address")
        ):
            raise InputError(f"The option '{place}.port' says network and addresses by itself: leave the others out.")
        if nic.get("ip_address"):
            address(f"{place}.ip_address", nic["ip_address"])
        if nic.get("mac_address") and not MAC_ADDRESS.fullmatch(nic["mac_address"]):
            raise InputError(
                f"The option '{place}.mac_address' holds '{nic['mac_address']}', which is no MAC address.",
                hint="Put it in quotes: without them, YAML takes some for a number.",
            )


def require_one(where: str, entry: Mapping[str, Any]) -> None:
    """Require a name or an id, and not both.

    :raises InputError: It is not so.
    """
    if (entry.get("name") is None) == (entry.get("id") is None):
        raise InputError(f"The entry '{where}' needs either 'name' or 'id'.")


def address(where: str, text: str) -> Any:
    """Return an IP address.

    :raises InputError: It is none.
    """
    try:
        return ipaddress.ip_address(text)
    except ValueError as exc:
        raise InputError(f"The option '{where}' holds '{text}', which is no IP address.") from exc


def read_file(path: str, kind: str) -> dict[str, Any]:
    """Return the content of a C(restore.json), checked as far as that goes without the snapshot.

    :raises InputError: It cannot be read, or is none, or one of another type.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except (OSError, ValueError) as exc:
        raise InputError(f"The file '{path}' of the option 'restore_file' cannot be read: {exc}.") from exc
    if not isinstance(content, dict):
        raise InputError(
            f"The file '{path}' holds no object.",
            hint="It must hold what the vendor's restore.json holds: restore_type, type, openstack.",
        )
    inner = content.get("openstack")
    if content.get("type") != "openstack" or not isinstance(inner, dict):
        raise InputError(
            f"The file '{path}' is no restore.json: it needs 'type: openstack', and an object under 'openstack'."
        )
    if content.get("restore_type") != kind:
        raise InputError(
            f"The file '{path}' holds a restore of the type '{content.get('restore_type')}', and the option 'type' says '{kind}'."
        )
    if is_yes(content.get("oneclickrestore")) != (kind == ONECLICK):
        raise InputError(
            f"The file '{path}' contradicts itself: 'oneclickrestore' is {content.get('oneclickrestore')!r}, and 'restore_type' is '{kind}'."
        )
    require_shape(path, "openstack", inner, FILE_SHAPE)
    if kind != ONECLICK:
        check_file_instances(path, inner.get("instances") or [])
    return content


def require_shape(path: str, where: str, value: Any, shape: Any) -> None:
    """Require lists and objects where a C(restore.json) has them; what is left out, or empty, is fine.

    :raises InputError: Something is neither.
    """
    if not isinstance(value, type(shape)):
        raise InputError(
            f"The file '{path}' holds under '{where}' no {'list' if isinstance(shape, list) else 'object'}."
        )
    if isinstance(shape, list):
        for number, each in enumerate(value):
            require_shape(path, f"{where}[{number}]", each, shape[0])
        return
    for key, inner in shape.items():
        if value.get(key) not in (None, ""):
            require_shape(path, f"{where}.{key}", value[key], inner)


def check_file_instances(path: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Check the servers that a C(restore.json) lists.

    :raises InputError: Something is wrong with them.
    """
    ids = [entry.get("id") for entry in entries]
    if not ids or not all(isinstance(each, str) for each in ids):
        raise InputError(f"The file '{path}' holds no list of instances, each with its id.")
    twice = [each for each in ids if ids.count(each) > 1]
    if twice:
        raise InputError(f"Two entries of the file '{path}' mean the server {twice[0]}.")
    if not any(is_yes(entry.get("include")) for entry in entries):
        raise InputError(f"The file '{path}' includes no instance, so there is nothing to restore.")
    unclear = [entry["id"] for entry in entries if not is_yes(entry.get("include")) and not is_no(entry.get("include"))]
    if unclear:
        raise InputError(
            f"The file '{path}' does not say whether these instances are included: {', '.join(unclear)}.",
            hint="Set 'include' of each to true or false.",
        )
    for number, entry in enumerate(entries):
        for place, nic in enumerate(entry.get("nics") or []):
            if nic.get("ip_address"):
                address(f"restore_file: openstack.instances[{number}].nics[{place}].ip_address", str(nic["ip_address"]))


def is_yes(value: Any) -> bool:
    """Return a truth value that files spell in many ways (API reference Q6)."""
    return str(value).lower() in ("1", "true")


def is_no(value: Any) -> bool:
    """Tell whether a value says no, in one of the many spellings; one that is missing does not, and what the server makes of that is not known."""
    return str(value).lower() in ("0", "false")
