# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's own inventory of VMs, used without a real OpenStack."""

from __future__ import annotations

import uuid
import zlib
from typing import Any

from ..server.errors import CloudFailed
from ..server.store import Doc
from ..server.world import World
from .keystone import Caller

GIB = 1024**3
FLAVOR: Doc = {"id": "1", "vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": ""}
VOLUME: Doc = {"size": 1, "volume_type": "__DEFAULT__", "availability_zone": "nova", "metadata": {}}


def fixed_id(name: str) -> str:
    """Return an id that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


IMAGE: Doc = {"id": fixed_id("cirros"), "name": "cirros"}
SUBNET: Doc = {
    "id": fixed_id("private-subnet"),
    "name": "private",
    "cidr": "10.0.0.0/24",
    "ip_version": 4,
    "gateway_ip": "10.0.0.1",
}
NETWORK: Doc = {"id": fixed_id("private"), "name": "private", "cidr": None, "network_type": "neutron", "subnet": SUBNET}


class Inventory:
    """The rows of kind `instances` as a cloud.

    :param world: The world that has the rows.
    :param who: The caller.
    :param url: Address of the emulator, used in links.
    """

    def __init__(self, world: World[Any], who: Caller, url: str) -> None:
        """Keep the caller."""
        self._world, self._who, self._url = world, who, url

    def server(self, server_id: str) -> Doc | None:
        """Return a VM as Nova shows it."""
        row = self._row(server_id)
        return None if row is None else server_view(row, self._who, self._url)

    def has_volume(self, volume_id: str) -> bool:
        """Return whether a VM has this volume. All volumes of the inventory are attached."""
        rows = [row for row in self._world.store.all("instances") if belongs(row, self._who)]
        return any(volume["id"] == volume_id for row in rows for volume in volumes_of(row))

    def record(self, server_id: str) -> Doc | None:
        """Return a VM as a snapshot records it."""
        row = self._row(server_id)
        return None if row is None else recorded(row)

    def prepare(self, wanted: Doc) -> Doc:
        """Return new ids of networks. Security groups are only names here."""
        networks = {network["id"]: str(uuid.uuid4()) for network in wanted["networks"]}
        subnets = {network["subnet"]["id"]: str(uuid.uuid4()) for network in wanted["networks"]}
        shown = {
            "networks": [{"id": networks[network["id"]], "name": network["name"]} for network in wanted["networks"]],
            "subnets": [
                {"id": subnets[network["subnet"]["id"]], "name": network["subnet"]["name"]}
                for network in wanted["networks"]
            ],
            "routers": [
                {"id": str(uuid.uuid4()), "name": router["name"]}
                for network in wanted["networks"]
                for router in network["routers"]
            ],
        }
        return {"groups": {}, "networks": networks, "subnets": subnets, "made": shown}

    def build(self, order: Doc, made: Doc) -> Doc:
        """Add a VM to the inventory in one step."""
        if made:
            return made
        server_id = str(uuid.uuid4())
        volumes = [
            {
                "id": str(uuid.uuid4()),
                "name": one["name"],
                "size": one["size"],
                "volume_type": one["volume_type"],
                "device": one["device"],
            }
            | {"availability_zone": one["availability_zone"]}
            for one in order["volumes"]
        ]
        row = {
            "id": server_id,
            "name": order["name"],
            "project": self._who.project_id,
            "project_id": self._who.project_id,
            "created_at": self._world.timestamp(),
            "availability_zone": order["availability_zone"],
            "flavor": order["flavor"],
            "image": order["image"],
            "nics": [_nic(server_id, number, port) for number, port in enumerate(order["ports"])],
            "volumes": volumes,
            "security_groups": [group["name"] for group in order["groups"]],
        }
        self._world.store.put("instances", row)
        return {"server_id": server_id, "done": True}

    def overwrite(self, order: Doc, new_volumes: bool) -> None:
        """Give new ids to the restored volumes if `new_volumes` is set. There are no disks to write to."""
        row = self._row(order["instance_id"])
        if row is None:
            raise CloudFailed(f"Unable to find Virtual Machine '{order['instance_id']}' in nova inventory")
        if new_volumes:
            put_back = [volume["old_id"] for volume in order["volumes"]]
            volumes = [
                volume | {"id": str(uuid.uuid4())} if volume["id"] in put_back else volume for volume in volumes_of(row)
            ]
            self._world.store.put("instances", row | {"volumes": volumes})

    def _row(self, server_id: str) -> Doc | None:
        row = self._world.store.get("instances", server_id)
        if row is not None and row.get("lost"):
            raise CloudFailed(f"Nova shows nothing of {server_id}: its cell is down")
        return row if row is not None and belongs(row, self._who) else None


def belongs(row: Doc, who: Caller) -> bool:
    """Return whether a VM belongs to the caller's project. A VM without a project belongs to all."""
    return row.get("project") in (None, who.project_id, who.project_name)


def server_view(row: Doc, who: Caller, url: str) -> Doc:
    """Return a VM of the inventory as Nova shows it in detail."""
    addresses: Doc = {}
    for nic in nics_of(row):
        shown = {
            "version": 4,
            "addr": nic["ip_address"],
            "OS-EXT-IPS:type": "fixed",
            "OS-EXT-IPS-MAC:mac_addr": nic["mac_address"],
        }
        addresses.setdefault(nic["network"].get("name") or nic["network"]["id"], []).append(shown)
    image = row.get("image", IMAGE)
    return {
        "id": row["id"],
        "name": row["name"],
        "status": row.get("status", "ACTIVE"),
        "tenant_id": who.project_id,
        "user_id": who.user_id,
        "metadata": row.get("metadata", {}),
        "flavor": {"id": flavor_of(row)["id"]},
        "image": {"id": image["id"]} if image else "",
        "addresses": addresses,
        "security_groups": [{"name": name} for name in groups_of(row)],
        "os-extended-volumes:volumes_attached": [{"id": volume["id"]} for volume in volumes_of(row)],
        "OS-EXT-AZ:availability_zone": row.get("availability_zone", "nova"),
        "OS-EXT-STS:task_state": row.get("task_state"),
        "created": row["created_at"][:19] + "Z",
        "updated": row["created_at"][:19] + "Z",
        "links": [{"rel": "self", "href": f"{url}compute/v2.1/servers/{row['id']}"}],
    }


def recorded(row: Doc) -> Doc:
    """Return a VM of the inventory as a snapshot records it, with defaults for missing keys (reference B.4)."""
    flavor, image, disks = flavor_of(row), row.get("image", IMAGE), []
    if image and str(row.get("metadata", {}).get("exclude_boot_disk_from_backup")).lower() != "true":
        disks.append(boot_disk(row["id"], image, flavor["disk"]))
    volumes = [
        volume for volume in volumes_of(row) if str(volume["metadata"].get("exclude_from_backup")).lower() != "true"
    ]
    disks += [volume_disk(row["id"], volume) for volume in volumes]
    return {
        "id": row["id"],
        "name": row["name"],
        "status": "available",
        "metadata": {"availability_zone": row.get("availability_zone", "nova")},
        "flavor": {key: str(flavor[key]) for key in ("vcpus", "ram", "disk", "ephemeral")},
        "security_group": [{"name": name, "security_group_type": "neutron"} for name in groups_of(row)],
        "nics": nics_of(row),
        "vdisks": disks,
        "_kept": {
            "flavor": flavor,
            "groups": [{"id": fixed_id(name), "name": name, "rules": []} for name in groups_of(row)],
            "routers": [],
        },
    }


def boot_disk(server_id: str, image: Doc, size: int) -> Doc:
    """Return the boot disk of a VM that boots from an image, as a snapshot shows it.

    :param size: GiB.
    """
    disk = {"label": None, "resource_id": str(uuid.uuid4()), "restore_size": size * GIB, "vm_id": server_id}
    return disk | {
        "image_id": image["id"],
        "image_name": image["name"],
        "hw_qemu_guest_agent": image.get("hw_qemu_guest_agent", "no"),
    }


def volume_disk(server_id: str, volume: Doc) -> Doc:
    """Return a volume of a VM as a snapshot shows it."""
    return {
        "label": None,
        "resource_id": str(uuid.uuid4()),
        "restore_size": volume["size"] * GIB,
        "vm_id": server_id,
        "volume_id": volume["id"],
        "volume_name": volume["name"],
        "volume_size": str(volume["size"]),
        "volume_type": volume["volume_type"],
        "volume_mountpoint": volume["device"],
        "availability_zone": volume["availability_zone"],
    }


def flavor_of(row: Doc) -> Doc:
    """Return the flavor of a VM of the inventory."""
    return {**FLAVOR, **row.get("flavor", {})}


def groups_of(row: Doc) -> list[str]:
    """Return the names of the security groups of a VM of the inventory."""
    return list(row.get("security_groups", ["default"]))


def nics_of(row: Doc) -> list[Doc]:
    """Return the NICs of a VM of the inventory; by default one in the network `private`."""
    return [_nic(row["id"], number, nic) for number, nic in enumerate(row.get("nics", [{}]))]


def volumes_of(row: Doc) -> list[Doc]:
    """Return the volumes of a VM of the inventory; by default none."""
    return [
        VOLUME
        | {
            "id": fixed_id(f"{row['id']}/{number}"),
            "name": f"{row['name']}-{number}",
            "device": f"/dev/vd{chr(ord('b') + number)}",
        }
        | volume
        for number, volume in enumerate(row.get("volumes", []))
    ]


def _nic(server_id: str, number: int, given: Doc) -> Doc:
    """Return a NIC. Its default addresses are the same in every run."""
    code = zlib.crc32(f"{server_id}/{number}".encode())
    mac = ":".join(f"{byte:02x}" for byte in code.to_bytes(4, "big")[1:])
    own = {"mac_address": f"fa:16:3e:{mac}", "ip_address": f"10.0.0.{2 + code % 250}"}
    return own | {key: given[key] for key in own if given.get(key)} | {"network": given.get("network") or NETWORK}
