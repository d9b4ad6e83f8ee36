# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The work of a restore request, one order for each VM. Pure: it knows no cloud (reference E)."""

from __future__ import annotations

from typing import Any

from ..server.store import Doc
from .errors import invalid
from .switches import Switches

KINDS = ("oneclick", "selective", "inplace")


def checked_options(switches: Switches, options: Any, snapshot: Doc) -> Doc:
    """Return the checked `options` of a restore request.

    :raises Refusal: A key is missing, or the snapshot has no such VM or volume.
    """
    if (
        not isinstance(options, dict)
        or options.get("type") != "openstack"
        or not isinstance(options.get("openstack"), dict)
    ):
        raise invalid(switches, "Restore needs options of type openstack")
    if options.get("restore_type") not in KINDS:
        raise invalid(switches, f"restore_type must be one of {', '.join(KINDS)}")
    if options["restore_type"] != "oneclick":
        _check_instances(switches, options["openstack"].get("instances"), snapshot)
        if not _chosen(switches, options, snapshot):
            raise invalid(switches, "Restore includes no instance")
    return options


def work_of(switches: Switches, options: Doc, snapshot: Doc) -> Doc:
    """Return the work of a restore.

    :return: `kind`; `orders`, one for each VM; `prepare`, the shared groups and networks; `made`, the parts of the
        current VM that exist.
    """
    chosen = _chosen(switches, options, snapshot)
    orders = [_order(item, given, options) for item, given in chosen]
    groups = {group["id"]: group for order in orders for group in order["groups"]}
    networks = (
        _networks([item for item, _given in chosen]) if _is_yes(options["openstack"].get("restore_topology")) else []
    )
    return {
        "kind": options["restore_type"],
        "orders": orders,
        "prepare": {"groups": list(groups.values()), "networks": networks},
        "made": {},
    }


def with_shared(order: Doc, shared: Doc) -> Doc:
    """Return an order with the new networks and security groups in place of the original ones."""
    ports = []
    for port in order["ports"]:
        subnet = port["network"].get("subnet") or {}
        network = port["network"] | {"id": shared["networks"].get(port["network"]["id"], port["network"]["id"])}
        ports.append(
            port
            | {
                "network": network
                | {"subnet": subnet | {"id": shared["subnets"].get(subnet.get("id"), subnet.get("id"))}}
            }
        )
    return order | {
        "ports": ports,
        "group_ids": [shared["groups"].get(group["id"], group["id"]) for group in order["groups"]],
    }


def _check_instances(switches: Switches, given: Any, snapshot: Doc) -> None:
    """Refuse instances and volumes that are not in the snapshot."""
    if not isinstance(given, list) or not all(isinstance(one, dict) and one.get("id") for one in given):
        raise invalid(switches, "Restore needs a list of instances, each with its id")
    known = {item["id"]: {disk.get("volume_id") for disk in item["vdisks"]} for item in snapshot["instances"]}
    for one in given:
        if one["id"] not in known:
            raise invalid(switches, f"Snapshot {snapshot['id']} has no instance {one['id']}")
        for disk in one.get("vdisks") or []:
            if disk.get("id") not in known[one["id"]]:
                raise invalid(
                    switches, f"Snapshot {snapshot['id']} has no volume {disk.get('id')} of instance {one['id']}"
                )


def _chosen(switches: Switches, options: Doc, snapshot: Doc) -> list[tuple[Doc, Doc]]:
    """Return the VMs to restore, each as in the snapshot and as in the request."""
    if options["restore_type"] == "oneclick":
        return [(item, {}) for item in snapshot["instances"]]
    given = {one["id"]: one for one in options["openstack"]["instances"]}
    others = {"include": options["restore_type"] == "selective" and switches.selective_unlisted == "include"}
    return [
        (item, given.get(item["id"], {}))
        for item in snapshot["instances"]
        if _is_yes(given.get(item["id"], others).get("include"))
    ]


def _order(item: Doc, given: Doc, options: Doc) -> Doc:
    """Return the order for one VM."""
    images = [{"id": disk["image_id"], "name": disk["image_name"]} for disk in item["vdisks"] if "image_id" in disk]
    ports = _ports(item, given, options["openstack"])
    return {
        "instance_id": item["id"],
        "name": given.get("name") or item["name"],
        "availability_zone": given.get("availability_zone") or item["metadata"].get("availability_zone"),
        "flavor": given.get("flavor") or item["_kept"]["flavor"],
        "image": images[0] if images else None,
        "ports": [port for port in ports if port["network"]],
        "unmapped": [port["unmapped"] for port in ports if not port["network"]],
        "volumes": _volumes(item, given),
        "groups": item["_kept"]["groups"],
        "size": sum(disk["restore_size"] for disk in item["vdisks"]),
    }


def _volumes(item: Doc, given: Doc) -> list[Doc]:
    """Return the volumes to restore: those that the request lists, or all if it has no list."""
    listed = {disk["id"]: disk for disk in given.get("vdisks") or []}
    wanted = [
        disk
        for disk in item["vdisks"]
        if "volume_id" in disk and (given.get("vdisks") is None or disk["volume_id"] in listed)
    ]
    return [
        {
            "old_id": disk["volume_id"],
            "name": disk["volume_name"],
            "size": int(disk["volume_size"]),
            "device": disk["volume_mountpoint"],
            "volume_type": listed.get(disk["volume_id"], {}).get("new_volume_type") or disk["volume_type"],
            "availability_zone": listed.get(disk["volume_id"], {}).get("availability_zone")
            or disk["availability_zone"],
        }
        for disk in wanted
    ]


def _ports(item: Doc, given: Doc, wanted: Doc) -> list[Doc]:
    """Return the NICs of the new VM: the original ones, those of the request, or the original ones, mapped."""
    if not given:
        return [{key: nic[key] for key in ("ip_address", "mac_address", "network")} for nic in item["nics"]]
    mapped = [_mapped(nic, wanted) for nic in item["nics"]]
    if not given.get("nics"):
        return mapped
    # Some clients send the id of the snapshot's network in place of a port id (reference E).
    networks = {nic["network"]["id"] for nic in item["nics"]}
    return [
        {
            "port_id": None if nic.get("id") in networks else nic.get("id"),
            "ip_address": nic.get("ip_address"),
            "mac_address": nic.get("mac_address"),
            "network": nic.get("network") or (mapped[number]["network"] if number < len(mapped) else None),
            "unmapped": nic.get("id"),
        }
        for number, nic in enumerate(given["nics"])
    ]


def _mapped(nic: Doc, wanted: Doc) -> Doc:
    """Return a NIC on the network that its own is mapped to; `network` is None if it is not mapped."""
    network = nic["network"]
    if _is_yes(wanted.get("restore_topology")):
        return {"ip_address": nic["ip_address"], "network": network}
    for entry in (wanted.get("networks_mapping") or {}).get("networks") or []:
        source = entry["snapshot_network"]
        if source["id"] == network["id"] and (source.get("subnet") or {}).get("id") in (
            None,
            (network.get("subnet") or {}).get("id"),
        ):
            return {"network": entry["target_network"]}
    return {"network": None, "unmapped": network["id"]}


def _networks(items: list[Doc]) -> list[Doc]:
    """Return the networks of VMs with their routers, each once."""
    routers = [router for item in items for router in item["_kept"]["routers"]]
    networks = {nic["network"]["id"]: nic["network"] for item in items for nic in item["nics"]}
    return [
        network
        | {"routers": list({router["id"]: router for router in routers if router["network_id"] == identifier}.values())}
        for identifier, network in networks.items()
    ]


def _is_yes(value: Any) -> bool:
    """Return a truth value that clients spell in several ways (reference Q6)."""
    return str(value).lower() in ("true", "1")
