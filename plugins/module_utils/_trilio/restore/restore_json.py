# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""A request for a restore that somebody else wrote: the vendor's `restore.json` (reference E)."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..._core.errors import BackupError, InputError, UnknownNameError, raise_all
from ..._core.known_names import listed
from ..._core.this_host import find_file
from ..._core.values import is_true
from ..._engine.model import Document
from .cloud import Cloud
from .networks import describe_subnet, is_usable_address
from .records import INPLACE, ONECLICK
from .references import FLAVOR, NETWORK, VOLUME_TYPE

SHAPE = {
    "instances": [{"vdisks": [{}], "nics": [{"network": {"subnet": {}}}]}],
    "networks_mapping": {"networks": [{"snapshot_network": {"subnet": {}}, "target_network": {"subnet": {}}}]},
}
"""Lists and objects in the part `openstack` of a file (reference B.5, E)."""

TRUTH_VALUES = frozenset({"1", "true", "0", "false"})
"""Spellings that servers are known to read (reference Q6). Others may mean the opposite there, and are refused."""


# ---- Before the login ------------------------------------------------------------------------------------------------


def read_restore_json(path: str, restore_type: str) -> Document:
    """Return the content of a file, checked as far as possible without the snapshot.

    :raises InputError: It cannot be read, or is no request for a restore of that type.
    """
    path = find_file("restore_file", path)
    content = _load(path)
    inner = content.get("openstack")
    if content.get("type") != "openstack" or not isinstance(inner, dict):
        raise InputError(
            f"The file '{path}' is no restore.json: it needs 'type: openstack', and an object under 'openstack'."
        )
    if content.get("restore_type") != restore_type:
        raise InputError(
            f"The file '{path}' holds a restore of the type '{content.get('restore_type')}', and the option 'type' "
            f"says '{restore_type}'."
        )
    _require_truth_values(path, "", content, "oneclickrestore")
    if is_true(content.get("oneclickrestore")) != (restore_type == ONECLICK):
        raise InputError(
            f"The file '{path}' contradicts itself: 'oneclickrestore' is {content.get('oneclickrestore')!r}, and "
            f"'restore_type' is '{restore_type}'."
        )
    _require_shape(path, "openstack", inner, SHAPE)
    if restore_type != ONECLICK:
        _check_instances(path, inner.get("instances") or [])
        _require_truth_values(path, "openstack.", inner, "restore_topology")
    if restore_type == INPLACE:
        _require_disk_ids(path, inner["instances"])
    return content


def _load(path: str) -> Document:
    """Return the object that a file holds.

    :raises InputError: It cannot be read, or holds none.
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
    return content


def _require_shape(path: str, where: str, value: Any, shape: Any) -> None:
    """Require lists and objects where a `restore.json` has them; keys that are missing or empty are fine.

    :raises InputError: Something else is there.
    """
    if not isinstance(value, type(shape)):
        raise InputError(
            f"The file '{path}' holds under '{where}' no {'list' if isinstance(shape, list) else 'object'}."
        )
    if isinstance(shape, list):
        for number, each in enumerate(value):
            _require_shape(path, f"{where}[{number}]", each, shape[0])
        return
    for key, inner in shape.items():
        if value.get(key) not in (None, ""):
            _require_shape(path, f"{where}.{key}", value[key], inner)


def _require_truth_values(path: str, where: str, holder: Mapping[str, Any], *keys: str) -> None:
    """Require that truth values are spelled as servers read them; keys that are missing or empty are fine.

    :param where: Where the file has them, with a dot at its end.
    :raises InputError: One is spelled otherwise.
    """
    for key in keys:
        value = holder.get(key)
        if value not in (None, "") and str(value).lower() not in TRUTH_VALUES:
            raise InputError(
                f"The file '{path}' holds under '{where}{key}' {value!r}, which is not a truth value.",
                hint="Write true or false.",
            )


def _check_instances(path: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Check the servers that a file lists.

    :raises InputError: Something is wrong with them.
    """
    ids = [entry.get("id") for entry in entries]
    if not ids or not all(isinstance(each, str) for each in ids):
        raise InputError(f"The file '{path}' holds no list of instances, each with its id.")
    twice = [each for each in ids if ids.count(each) > 1]
    if twice:
        raise InputError(f"Two entries of the file '{path}' mean the server {twice[0]}.")
    unclear = [entry["id"] for entry in entries if str(entry.get("include")).lower() not in TRUTH_VALUES]
    if not any(is_true(entry.get("include")) for entry in entries if entry["id"] not in unclear):
        raise InputError(f"The file '{path}' includes no instance, so there is nothing to restore.")
    if unclear:
        raise InputError(
            f"The file '{path}' does not say whether these instances are included: {listed(unclear)}.",
            hint="Set 'include' of each to true or false.",
        )
    for number, entry in enumerate(entries):
        _check_instance(path, f"openstack.instances[{number}]", entry)


def _require_disk_ids(path: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Require the ids of all volumes of servers that are overwritten.

    :raises InputError: One has none.
    """
    for number, entry in enumerate(entries):
        for place, disk in enumerate(entry.get("vdisks") or [] if is_true(entry.get("include")) else []):
            if not disk.get("id"):
                raise InputError(
                    f"The file '{path}' holds under 'openstack.instances[{number}].vdisks[{place}]' no id, so that it "
                    "is unknown which volume would be overwritten.",
                    hint="Give the id of the volume.",
                )


def _check_instance(path: str, where: str, entry: Mapping[str, Any]) -> None:
    """Check the truth values and addresses of a server.

    :raises InputError: One is none.
    """
    _require_truth_values(path, f"{where}.", entry, "restore_boot_disk")
    for number, disk in enumerate(entry.get("vdisks") or []):
        _require_truth_values(path, f"{where}.vdisks[{number}].", disk, "restore_cinder_volume")
    for number, nic in enumerate(entry.get("nics") or []):
        if nic.get("ip_address"):
            try:
                ipaddress.ip_address(str(nic["ip_address"]))
            except ValueError as exc:
                raise InputError(
                    f"The option 'restore_file: {where}.nics[{number}].ip_address' holds '{nic['ip_address']}', which "
                    "is not an IP address."
                ) from exc


# ---- With the snapshot -----------------------------------------------------------------------------------------------


def complete(inner: Document, snapshot: Document) -> Document:
    """Return the part `openstack` of a file with all servers of the snapshot: the fate of missing ones is unknown."""
    known = {entry["id"] for entry in inner["instances"]}
    rest = [{"include": False, "id": item["id"]} for item in snapshot.get("instances") or [] if item["id"] not in known]
    return {**inner, "instances": [*inner["instances"], *rest]}


class FileReferences:
    """The references of a file to objects of the snapshot and of the cloud.

    :ivar problems: The references to objects that do not exist.
    """

    def __init__(self, cloud: Cloud, snapshot: Document) -> None:
        self.cloud = cloud
        self.snapshot = snapshot
        self.problems: list[BackupError] = []

    def verify(self, inner: Document) -> None:
        """Require that all objects exist.

        :param inner: The part `openstack` of the file.
        :raises UnknownNameError: Some do not; the error names all of them.
        """
        items = {str(item["id"]): item for item in self.snapshot.get("instances") or []}
        for entry in inner.get("instances") or []:
            self._need(items, entry.get("id"), f"server (of the snapshot {self.snapshot['id']})")
            if is_true(entry.get("include")) and entry.get("id") in items:
                self._verify_server(entry, items[entry["id"]])
        for each in (inner.get("networks_mapping") or {}).get("networks") or []:
            self._verify_network(each.get("target_network") or {})
        raise_all(self.problems)

    def _need(self, known: Iterable[Any], wanted: Any, what: str) -> None:
        if wanted not in (None, "") and str(wanted) not in {str(each) for each in known}:
            self.problems.append(
                UnknownNameError(f"The option 'restore_file' names the {what} '{wanted}', which is not there.")
            )

    def _verify_server(self, entry: Document, item: Document) -> None:
        volume_ids = [each.get("volume_id") for each in item.get("vdisks") or []]
        for disk in entry.get("vdisks") or []:
            self._need(volume_ids, disk.get("id"), f"volume (of the server '{item.get('name')}')")
            if disk.get("new_volume_type"):
                types = [row.get("name") for row in self.cloud.rows(VOLUME_TYPE)]
                self._need(types, disk["new_volume_type"], "volume type")
        flavor = entry.get("flavor")
        flavor_id = flavor.get("id") if isinstance(flavor, dict) else flavor
        if flavor_id:
            self._need([row["id"] for row in self.cloud.rows(FLAVOR)], flavor_id, "flavor")
        for each in entry.get("nics") or []:
            self._verify_network(each.get("network") or {}, each.get("ip_address"))

    def _verify_network(self, target: Document, fixed: Any = None) -> None:
        """Verify a network with its subnet, and the address that a NIC gets in it."""
        if target.get("id"):
            self._need([row["id"] for row in self.cloud.usable(NETWORK)], target["id"], "network")
        subnet_id = (target.get("subnet") or {}).get("id")
        if not subnet_id:
            return
        if self.cloud.hides_subnets(target.get("id")):
            return
        rows = self.cloud.subnets(target.get("id"))
        self._need([row["id"] for row in rows], subnet_id, f"subnet (of the network '{target.get('id')}')")
        for row in rows:
            if fixed and row["id"] == subnet_id and not is_usable_address(row, fixed):
                self.problems.append(
                    UnknownNameError(
                        f"The option 'restore_file' names the address '{fixed}', which is none for "
                        f"{describe_subnet(row)}."
                    )
                )
