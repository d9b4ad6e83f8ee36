# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real OpenStack, used with the token of the caller: it describes VMs, and restores create VMs in it."""

from __future__ import annotations

import time
from typing import Any

import requests

from ..server.errors import CloudFailed
from ..server.store import Doc
from .inventory import boot_disk, volume_disk
from .keystone import Caller

TIMEOUT_S = 300
PATIENCE_S = 600  # until the creation of a volume or a server counts as failed
SERVICES = {
    "compute": ("compute",),
    "network": ("network",),
    "image": ("image",),
    "volume": ("block-storage", "volumev3"),
}
VERSIONS = {"compute": "", "network": "/v2.0", "image": "/v2", "volume": ""}
# The last microversion in which a server shows the id of its flavor. It knows tags and servers without networks.
HEADERS = {"compute": {"OpenStack-API-Version": "compute 2.46"}}


class OpenStack:
    """The services in the catalog of a token.

    :param who: The caller. The token must be valid until the restore ends.
    """

    def __init__(self, who: Caller) -> None:
        """Open a session with the caller's token."""
        self._who = who

    def server(self, server_id: str) -> Doc | None:
        """Return a VM of the caller's project. Nova shows those of other projects to administrators only."""
        found = self._ask("compute", "GET", f"/servers/{server_id}", may_be_missing=True)
        return found["server"] if found is not None and found["server"]["tenant_id"] == self._who.project_id else None

    def has_volume(self, volume_id: str) -> bool:
        """Return whether a volume exists."""
        return (
            self._has("volume") and self._ask("volume", "GET", f"/volumes/{volume_id}", may_be_missing=True) is not None
        )

    def record(self, server_id: str) -> Doc | None:
        """Return a VM as a snapshot records it, from Nova, Neutron, Cinder and Glance."""
        server = self.server(server_id)
        if server is None:
            return None
        flavor = self._ask("compute", "GET", f"/flavors/{server['flavor']['id']}")["flavor"]
        numbers = {
            "vcpus": flavor["vcpus"],
            "ram": flavor["ram"],
            "disk": flavor["disk"],
            "ephemeral": flavor["OS-FLV-EXT-DATA:ephemeral"],
        }
        ports = self._list("network", f"/ports?device_id={server_id}", "ports")
        groups = [
            self._group(identifier)
            for identifier in dict.fromkeys(one for port in ports for one in port["security_groups"])
        ]
        return {
            "id": server_id,
            "name": server["name"],
            "status": "available",
            "metadata": {"availability_zone": server["OS-EXT-AZ:availability_zone"]},
            "flavor": {key: str(value) for key, value in numbers.items()},
            "security_group": [{"name": group["name"], "security_group_type": "neutron"} for group in groups],
            "nics": [self._nic(port) for port in ports],
            "vdisks": self._disks(server, numbers["disk"]),
            "_kept": {
                "flavor": {"id": flavor["id"], "swap": flavor["swap"], **numbers},
                "groups": groups,
                "routers": [router for port in ports for router in self._routers(port["network_id"])],
            },
        }

    def prepare(self, wanted: Doc) -> Doc:
        """Create the security groups, and the networks with their subnets and routers."""
        groups = {group["id"]: self._new_group(group) for group in wanted["groups"]}
        networks: dict[str, str] = {}
        subnets: dict[str, str] = {}
        routers: dict[str, str] = {}
        shown: dict[str, list[Doc]] = {"networks": [], "subnets": [], "routers": []}
        for network in wanted["networks"]:
            made = self._ask("network", "POST", "/networks", {"network": {"name": network["name"]}})["network"]
            old = network["subnet"]
            ranges = {"cidr": old["cidr"], "ip_version": old["ip_version"], "gateway_ip": old["gateway_ip"]}
            subnet = self._ask(
                "network", "POST", "/subnets", {"subnet": {"name": old["name"], "network_id": made["id"], **ranges}}
            )["subnet"]
            networks[network["id"]], subnets[old["id"]] = made["id"], subnet["id"]
            shown["networks"].append({"id": made["id"], "name": made["name"]})
            shown["subnets"].append({"id": subnet["id"], "name": subnet["name"]})
            for router in network["routers"]:
                if router["id"] not in routers:
                    routers[router["id"]] = self._ask(
                        "network", "POST", "/routers", {"router": {"name": router["name"]}}
                    )["router"]["id"]
                    shown["routers"].append({"id": routers[router["id"]], "name": router["name"]})
                self._ask(
                    "network",
                    "PUT",
                    f"/routers/{routers[router['id']]}/add_router_interface",
                    {"subnet_id": subnet["id"]},
                )
        return {"groups": groups, "networks": networks, "subnets": subnets, "made": shown}

    def build(self, order: Doc, made: Doc) -> Doc:
        """Create volumes and ports, then the server. It is done as soon as the server is ACTIVE."""
        if not made:
            volumes = {one["old_id"]: self._new_volume(one) for one in order["volumes"]}
            return {
                "volumes": volumes,
                "ports": [self._port(port, order) for port in order["ports"]],
                "began": time.time(),
            }
        if time.time() - made["began"] > PATIENCE_S:
            raise CloudFailed(f"Instance {order['name']} is not there after {PATIENCE_S} s")
        if "server_id" not in made:
            there = all(self._volume_is_there(identifier) for identifier in made["volumes"].values())
            return made | {"server_id": self._new_server(order, made)} if there else made
        server = self.server(made["server_id"])
        if server is None or server["status"] == "ERROR":
            raise CloudFailed(f"Error creating instance {made['server_id']}")
        return made | {"done": server["status"] == "ACTIVE"}

    def overwrite(self, order: Doc, new_volumes: bool) -> None:
        """Check that the VM exists. There are no disks to write to, and its volumes keep their ids."""
        if self.server(order["instance_id"]) is None:
            raise CloudFailed(f"Unable to find Virtual Machine '{order['instance_id']}' in nova inventory")

    def _nic(self, port: Doc) -> Doc:
        """Return a port as a NIC of a snapshot, with the first of its addresses."""
        fixed = port["fixed_ips"][0] if port["fixed_ips"] else {"ip_address": None, "subnet_id": None}
        network = self._ask("network", "GET", f"/networks/{port['network_id']}")["network"]
        subnet = self._ask("network", "GET", f"/subnets/{fixed['subnet_id']}")["subnet"] if fixed["subnet_id"] else {}
        shown = {key: subnet.get(key) for key in ("id", "name", "cidr", "ip_version", "gateway_ip")}
        return {
            "mac_address": port["mac_address"],
            "ip_address": fixed["ip_address"],
            "network": {
                "id": network["id"],
                "name": network["name"],
                "cidr": None,
                "network_type": "neutron",
                "subnet": shown,
            },
        }

    def _routers(self, network_id: str) -> list[Doc]:
        """Return the routers that a network is connected to."""
        ports = self._list("network", f"/ports?network_id={network_id}&device_owner=network:router_interface", "ports")
        names = {
            port["device_id"]: self._ask("network", "GET", f"/routers/{port['device_id']}")["router"]["name"]
            for port in ports
        }
        return [{"id": identifier, "name": name, "network_id": network_id} for identifier, name in names.items()]

    def _disks(self, server: Doc, flavor_disk: int) -> list[Doc]:
        """Return the disks of a snapshot, without those excluded from backup (reference E)."""
        disks = []
        if server["image"] and str(server["metadata"].get("exclude_boot_disk_from_backup")).lower() != "true":
            image = (
                self._ask("image", "GET", f"/images/{server['image']['id']}")
                if self._has("image")
                else {**server["image"], "name": None}
            )
            disks.append(boot_disk(server["id"], image, flavor_disk))
        for attached in server["os-extended-volumes:volumes_attached"]:
            volume = self._ask("volume", "GET", f"/volumes/{attached['id']}")["volume"]
            if str(volume["metadata"].get("exclude_from_backup")).lower() != "true":
                devices = [one["device"] for one in volume["attachments"] if one["server_id"] == server["id"]]
                disks.append(volume_disk(server["id"], volume | {"device": devices[0] if devices else None}))
        return disks

    def _group(self, identifier: str) -> Doc:
        """Return the name and the rules of a security group, without the rules that every new group has."""
        group = self._ask("network", "GET", f"/security-groups/{identifier}")["security_group"]
        keys = ("direction", "ethertype", "protocol", "port_range_min", "port_range_max", "remote_ip_prefix")
        rules = [
            {key: rule[key] for key in keys} for rule in group["security_group_rules"] if not rule["remote_group_id"]
        ]
        return {
            "id": identifier,
            "name": group["name"],
            "rules": [rule for rule in rules if rule["direction"] == "ingress" or rule["protocol"]],
        }

    def _new_group(self, group: Doc) -> str:
        """Create a security group of the same name. The group `default` is used as it is: a project has only one."""
        if group["name"] == "default":
            return str(
                self._list(
                    "network", f"/security-groups?name=default&project_id={self._who.project_id}", "security_groups"
                )[0]["id"]
            )
        values = {"name": group["name"], "description": f"Restored from original security group: {group['id']}"}
        made: Doc = self._ask("network", "POST", "/security-groups", {"security_group": values})["security_group"]
        for rule in group["rules"]:
            self._ask(
                "network",
                "POST",
                "/security-group-rules",
                {"security_group_rule": {"security_group_id": made["id"], **rule}},
            )
        return str(made["id"])

    def _new_volume(self, wanted: Doc) -> str:
        values = {
            "name": wanted["name"],
            "size": wanted["size"],
            "volume_type": wanted["volume_type"],
            "availability_zone": wanted["availability_zone"],
        }
        return str(self._ask("volume", "POST", "/volumes", {"volume": values})["volume"]["id"])

    def _volume_is_there(self, identifier: str) -> bool:
        status = self._ask("volume", "GET", f"/volumes/{identifier}")["volume"]["status"]
        if status == "error":
            raise CloudFailed(f"Error creating volume {identifier}")
        return bool(status == "available")

    def _port(self, wanted: Doc, order: Doc) -> str:
        """Return the id of the port of a NIC: the given one, or a new one."""
        if wanted.get("port_id"):
            return str(wanted["port_id"])
        subnet = wanted["network"].get("subnet") or {}
        address = {
            key: value
            for key, value in (("subnet_id", subnet.get("id")), ("ip_address", wanted.get("ip_address")))
            if value
        }
        values: Doc = {"network_id": wanted["network"]["id"], "security_groups": order["group_ids"]}
        if address:
            values["fixed_ips"] = [address]
        if wanted.get("mac_address"):
            values["mac_address"] = wanted["mac_address"]
        return str(self._ask("network", "POST", "/ports", {"port": values})["port"]["id"])

    def _new_server(self, order: Doc, made: Doc) -> str:
        """Boot the server, from its image or from the first of its volumes."""
        disks = [
            {
                "uuid": made["volumes"][one["old_id"]],
                "source_type": "volume",
                "destination_type": "volume",
                "boot_index": -1,
                "delete_on_termination": False,
            }
            for one in order["volumes"]
        ]
        server = {
            "name": order["name"],
            "flavorRef": self._flavor(order["flavor"]),
            "networks": [{"port": port} for port in made["ports"]] or "none",
        }
        if order["availability_zone"]:
            server["availability_zone"] = order["availability_zone"]
        if order["image"]:
            server["imageRef"] = order["image"]["id"]
            boot = {
                "uuid": order["image"]["id"],
                "source_type": "image",
                "destination_type": "local",
                "boot_index": 0,
                "delete_on_termination": True,
            }
            disks = [boot, *disks]
        elif disks:
            self._ask("volume", "POST", f"/volumes/{disks[0]['uuid']}/action", {"os-set_bootable": {"bootable": True}})
            disks[0]["boot_index"] = 0
        else:
            raise CloudFailed(f"Instance {order['name']} has no disk to boot from")
        return str(
            self._ask("compute", "POST", "/servers", {"server": {**server, "block_device_mapping_v2": disks}})[
                "server"
            ]["id"]
        )

    def _flavor(self, wanted: Doc) -> str:
        """Return the id of the named flavor, else that of a flavor of the same size."""
        if wanted.get("id"):
            return str(wanted["id"])
        for flavor in self._list("compute", "/flavors/detail", "flavors"):
            shown = flavor | {"ephemeral": flavor["OS-FLV-EXT-DATA:ephemeral"]}
            if all(str(shown[key]) == str(wanted.get(key, 0)) for key in ("vcpus", "ram", "disk", "ephemeral")):
                return str(flavor["id"])
        raise CloudFailed(f"There is no flavor with {wanted}")

    def _has(self, service: str) -> bool:
        return any(kind in self._who.endpoints for kind in SERVICES[service])

    def _list(self, service: str, path: str, key: str) -> list[Doc]:
        found: list[Doc] = self._ask(service, "GET", path)[key]
        return found

    def _ask(self, service: str, method: str, path: str, body: Doc | None = None, may_be_missing: bool = False) -> Any:
        """Send a request and return the JSON of the response, or None if it has no body.

        :param may_be_missing: Return None for 403 and 404.
        :raises CloudFailed: The service is not in the catalog, cannot be reached, or refuses.
        """
        url = next((self._who.endpoints[kind] for kind in SERVICES[service] if kind in self._who.endpoints), None)
        if url is None:
            raise CloudFailed(f"The catalog has no {service} service")
        headers = {"X-Auth-Token": self._who.token, "Accept": "application/json", **HEADERS.get(service, {})}
        try:
            answer = requests.request(
                method, url + VERSIONS[service] + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
            if may_be_missing and answer.status_code in (403, 404):
                return None
            if answer.ok:
                return answer.json() if answer.content else None
        except requests.RequestException as error:
            raise CloudFailed(f"{method} {path} of {service}: {error}") from error
        raise CloudFailed(f"{method} {path} of {service} was answered with {answer.status_code}: {answer.text[:300]}")
