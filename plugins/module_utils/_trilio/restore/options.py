# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The options of the module `restore`, and what can be wrong with them before any request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from ..._core.errors import InputError
from ..._core.module import Options, wait_options
from ..._core.times import parse_moment
from ..._core.values import UUID, refuse_empty, refuse_outer_blanks
from ..._engine.model import Document
from ..identity import check_identity
from .identity import KEY
from .records import INPLACE, ONECLICK, SELECTIVE, TYPES
from .restore_json import read_restore_json

NIC_OPTIONS = {key: {"type": "str"} for key in ("port", "network", "subnet", "ip_address", "mac_address")}
VOLUME_OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "volume_type": {"type": "str"},
    "availability_zone": {"type": "str"},
    "restore": {"type": "bool", "default": True},
}
INSTANCE_OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "include": {"type": "bool", "default": True},
    "new_name": {"type": "str"},
    "flavor": {"type": "str"},
    "availability_zone": {"type": "str"},
    "nics": {"type": "list", "elements": "dict", "options": NIC_OPTIONS},
    "volumes": {"type": "list", "elements": "dict", "options": VOLUME_OPTIONS},
    "restore_boot_disk": {"type": "bool"},
}
NETWORK_OPTIONS: Mapping[str, Any] = {
    "from": {"type": "str"},
    "from_subnet": {"type": "str"},
    "to": {"type": "str", "required": True},
    "to_subnet": {"type": "str"},
}
OPTIONS: Mapping[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent", "cancelled"], "default": "present"},
    "type": {"type": "str", "choices": list(TYPES)},
    "workload": {"type": "str"},
    "latest": {"type": "bool", "default": False},
    "at": {"type": "str"},
    "snapshot": {"type": "str"},
    "id": {"type": "str"},
    "request_key": {"type": "str", "no_log": False},
    "force_new": {"type": "bool", "default": False},
    "name": {"type": "str"},
    "description": {"type": "str"},
    "instances": {"type": "list", "elements": "dict", "options": INSTANCE_OPTIONS},
    "networks": {"type": "list", "elements": "dict", "options": NETWORK_OPTIONS},
    "restore_topology": {"type": "bool", "default": False},
    "keep_addresses": {"type": "bool", "default": False},
    "allow_duplicate_names": {"type": "bool", "default": False},
    "restore_file": {"type": "path"},
    "confirm_overwrite": {"type": "list", "elements": "str"},
    "plan_only": {"type": "bool", "default": False},
    "delete_resources": {"type": "bool", "default": False},
    "force_delete": {"type": "bool", "default": False},
    **wait_options(timeout=14400),
}

LONGEST_DESCRIPTION = 200
"""Characters that leave room for the marker in the 255 that services of OpenStack keep."""

MAC_ADDRESS = re.compile(r"[0-9a-f]{2}([:-][0-9a-f]{2}){5}", re.IGNORECASE)
SELECTIVE_ONLY = ("new_name", "flavor", "availability_zone", "nics")


@dataclass(frozen=True)
class DesiredRestore:
    """A restore as the user declares it.

    :param options: The options of the module.
    :param file: The content of `restore_file`, None if it is not given.
    :param at: The point in time that `at` holds, None if it is not given.
    """

    options: Options
    file: Optional[Document] = None
    at: Optional[datetime] = None

    @property
    def restore_type(self) -> str:
        """Return the type of the restore."""
        return str(self.options["type"])

    @property
    def source(self) -> Document:
        """Return the snapshot that is asked for, as written. It enters a digest that servers keep."""
        return {key: self.options[key] for key in ("latest", "at", "snapshot") if self.options.get(key)}

    @property
    def plan(self) -> Document:
        """Return the servers, networks and file to restore, as written. They enter a digest that servers keep."""
        written = {key: self.options.get(key) for key in ("instances", "networks")}
        flags = {key: self.options.get(key) or None for key in ("restore_topology", "keep_addresses")}
        return {**written, **flags, "file": self.file}

    @property
    def text(self) -> str:
        """Return the description without the marker."""
        return str(self.options.get("description") or (self.file or {}).get("description") or "")

    def name(self, workload: Document) -> str:
        """Return the name of the restore."""
        given = self.options.get("name") or (self.file or {}).get("name")
        return str(given or f"Restore of {workload.get('name')}")


def check_restore_options(options: Options) -> None:
    """Check the options that all states of the module share.

    :raises InputError: An option is wrong.
    """
    check_identity({"id": options.get("id")})
    refuse_outer_blanks(options, "name")
    refuse_empty(options, "workload", "snapshot", "request_key", "restore_file")
    if options.get("delete_resources") and options["state"] != "absent":
        raise InputError("The option 'delete_resources' goes with 'state: absent' only.")
    if options.get("force_delete") and not options.get("delete_resources"):
        raise InputError("The option 'force_delete' goes with 'delete_resources: true' only.")
    if options.get("request_key") is not None and not KEY.fullmatch(options["request_key"]):
        raise InputError(
            f"The option 'request_key' holds '{options['request_key']}', which is not a key.",
            hint="A key has 1 to 12 letters, digits, dots, dashes and underscores.",
        )


def parse_restore(options: Options) -> DesiredRestore:
    """Return the restore that the options ask for, checked before any request.

    :raises InputError: An option is wrong, or the file.
    """
    if options.get("type") is None:
        raise InputError("The option 'type' is needed: oneclick, selective or inplace.")
    if not (options.get("latest") or options.get("at") or options.get("snapshot")):
        raise InputError(
            "No snapshot to restore from is given.", hint="Give one of 'latest: true', 'at' and 'snapshot'."
        )
    if options.get("workload") is None and not UUID.fullmatch(options.get("snapshot") or ""):
        raise InputError("No workload is given.", hint="Give 'workload', or the id of a snapshot in 'snapshot'.")
    at = parse_moment("at", options["at"]) if options.get("at") else None
    check_plan(options)
    path = options.get("restore_file")
    desired = DesiredRestore(options, read_restore_json(path, options["type"]) if path else None, at)
    if len(desired.text) > LONGEST_DESCRIPTION:
        where = "The option 'description'"
        if not options.get("description"):
            where = f"The 'description' in the file '{path}'"
        raise InputError(
            f"{where} has more than {LONGEST_DESCRIPTION} characters.",
            hint="The marker that a later run recognises it by must fit behind it.",
        )
    return desired


# ---- What is restored to where ---------------------------------------------------------------------------------------


def check_plan(options: Options) -> None:
    """Check the options for servers and networks, as far as possible without a request.

    :raises InputError: An option is wrong.
    """
    restore_type, instances = options["type"], options.get("instances")
    _check_combination(options)
    for number, entry in enumerate(instances or []):
        _check_instance(f"instances[{number}]", entry, restore_type)
        if options.get("restore_topology") and entry.get("nics") is not None:
            raise InputError(
                f"The option 'instances[{number}].nics' does not go with 'restore_topology', which creates new "
                "networks for the servers."
            )
    if options.get("networks") == []:
        raise InputError(
            "The option 'networks' is empty.", hint="Leave it out to put the servers in the networks that they were in."
        )
    for number, entry in enumerate(options.get("networks") or []):
        _refuse_empty_texts(f"networks[{number}]", entry)
    if instances is not None and not any(entry["include"] for entry in instances):
        raise InputError("The option 'instances' includes no server, so there is nothing to restore.")


def _check_combination(options: Options) -> None:
    """Check which options go with the type and with each other.

    :raises InputError: Some do not.
    """
    restore_type = options["type"]
    names = ("instances", "networks", "restore_topology", "keep_addresses", "restore_file")
    given = [option for option in names if options.get(option)]
    if restore_type == ONECLICK and set(given) - {"restore_file"}:
        raise InputError(
            f"The option '{given[0]}' does not go with 'type: oneclick', which restores all servers to where they "
            "were.",
            hint="Use 'type: selective'.",
        )
    if restore_type == INPLACE and not {"instances", "restore_file"} & set(given):
        raise InputError(
            "With 'type: inplace' the option 'instances' says which servers are overwritten, and it is not given."
        )
    placing = [option for option in given if option in ("networks", "restore_topology", "keep_addresses")]
    if restore_type == INPLACE and placing:
        raise InputError(
            f"The option '{placing[0]}' does not go with 'type: inplace': servers that are there keep their networks "
            "and addresses."
        )
    if "restore_topology" in given and {"networks", "keep_addresses", "restore_file"} & set(given):
        raise InputError(
            "The option 'restore_topology' creates new networks; 'networks', 'keep_addresses' and 'restore_file' do "
            "not go with it."
        )
    if {"keep_addresses", "restore_file"} <= set(given):
        raise InputError("The option 'keep_addresses' does not go with 'restore_file', which holds the addresses.")


def _refuse_empty_texts(where: str, entry: Mapping[str, Any]) -> None:
    """Refuse empty texts, which come from an empty variable.

    :raises InputError: There is one.
    """
    for key, value in entry.items():
        if value == "":
            raise InputError(
                f"The option '{where}.{key}' is empty.", hint="Leave it out to take the value of the snapshot."
            )


def _require_one(where: str, entry: Mapping[str, Any]) -> None:
    """Require a name or an id, and not both.

    :raises InputError: Neither or both are given.
    """
    if (entry.get("name") is None) == (entry.get("id") is None):
        raise InputError(f"The entry '{where}' needs either 'name' or 'id'.")


def _check_instance(where: str, entry: Mapping[str, Any], restore_type: str) -> None:
    """Check one entry of `instances`.

    :raises InputError: Something is wrong with it.
    """
    _refuse_empty_texts(where, entry)
    refuse_outer_blanks(entry, "new_name")
    _require_one(where, entry)
    foreign = [key for key in SELECTIVE_ONLY if entry.get(key) is not None]
    if restore_type == INPLACE and foreign:
        raise InputError(
            f"The option '{where}.{foreign[0]}' does not go with 'type: inplace': the server is there, and only its "
            "disks are overwritten."
        )
    for number, volume in enumerate(entry.get("volumes") or []):
        _check_volume(f"{where}.volumes[{number}]", volume, restore_type)
    if entry.get("nics") == []:
        raise InputError(
            f"The option '{where}.nics' is empty.", hint="Leave it out to give the server the NICs that it had."
        )
    for number, nic in enumerate(entry.get("nics") or []):
        _check_nic(f"{where}.nics[{number}]", nic)


def _check_volume(where: str, volume: Mapping[str, Any], restore_type: str) -> None:
    """Check one volume of an entry of `instances`.

    :raises InputError: Something is wrong with it.
    """
    _refuse_empty_texts(where, volume)
    _require_one(where, volume)
    if restore_type == SELECTIVE and not volume["restore"]:
        raise InputError(
            f"The option '{where}.restore' does not go with 'type: selective', which takes all disks of a server."
        )
    if restore_type == INPLACE and volume.get("availability_zone") is not None:
        raise InputError(f"The option '{where}.availability_zone' does not go with 'type: inplace'.")


def _check_nic(where: str, nic: Mapping[str, Any]) -> None:
    """Check one NIC of an entry of `instances`.

    :raises InputError: Something is wrong with it.
    """
    _refuse_empty_texts(where, nic)
    if nic.get("port") and any(nic.get(key) for key in ("network", "subnet", "ip_address", "mac_address")):
        raise InputError(f"The option '{where}.port' says network and addresses by itself: leave the others out.")
    if nic.get("ip_address"):
        try:
            ipaddress.ip_address(nic["ip_address"])
        except ValueError as exc:
            raise InputError(
                f"The option '{where}.ip_address' holds '{nic['ip_address']}', which is not an IP address."
            ) from exc
    if nic.get("mac_address") and not MAC_ADDRESS.fullmatch(nic["mac_address"]):
        raise InputError(
            f"The option '{where}.mac_address' holds '{nic['mac_address']}', which is not a MAC address.",
            hint="Put it in quotes: without them, YAML takes some for a number.",
        )
