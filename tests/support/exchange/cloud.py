# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud as Nova, Neutron and Cinder list it: servers, flavors, networks, ports and volume types."""

from __future__ import annotations

from typing import Any

from support.exchange.recording import CINDER, NEUTRON, NOVA, PROJECT, Exchange, sample

WEB, DB = "14309d25-23dd-47da-bf60-febc8c25b636", "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
"""Ids of two servers."""

IMAGE = "9a5d4ad6-6f3f-4f0b-8d3a-4b3d9d3b8a11"
INTERNAL, INTERNAL_SUBNET = "5fb7027d-a2ac-4a21-9ee1-438c281d2b26", "b7b54304-aa82-4d50-91e6-66445ab56db4"
QUARANTINE, QUARANTINE_SUBNET = "c2d0f0d3-5b1f-4f43-8f5e-1c2b5a0b7d11", "0d5f2a60-3f1c-4f2e-9c38-2a2f3c8a9e55"
PORT = "6a4be4b2-27d5-4c4f-9e46-52a3e05a6a71"
PROJECT_4 = sample("workload_show_4x")["workload"]["project_id"]
"""Project of the captured workload of line 4, and of the networks and the port below."""

NOVA_SERVER: dict[str, Any] = {
    "id": WEB,
    "name": "web-1",
    "status": "ERROR",
    "tenant_id": PROJECT,
    "user_id": "fcba4a63e3d2408fa7dd3ed0e0a5e6a1",
    "created": "2026-11-20T08:00:00Z",
    "flavor": {"id": "42", "links": []},
    "fault": {"code": 500, "message": "No valid host was found.", "created": "2026-11-20T08:00:05Z"},
    "metadata": {"backup": "gold"},
    "addresses": {
        "private": [
            {
                "version": 4,
                "addr": "10.0.0.5",
                "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:05",
                "OS-EXT-IPS:type": "fixed",
            },
            {
                "version": 4,
                "addr": "192.0.2.5",
                "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:05",
                "OS-EXT-IPS:type": "floating",
            },
        ]
    },
    "OS-EXT-AZ:availability_zone": "nova",
    "os-extended-volumes:volumes_attached": [{"id": "4b3d5c6f-3ce4-4a6b-8f0e-0c8e5d0d6b6a"}],
}
"""A server as Nova shows it without a microversion, with all fields that the collection reads."""

LOST_SERVER: dict[str, Any] = {
    "id": DB,
    "status": "UNKNOWN",
    "tenant_id": PROJECT,
    "created": "2026-11-20T08:00:00Z",
    "links": [],
}
"""A server whose cell is down, as Nova lists it in detail from microversion 2.69 on. Before, it is not listed."""

SOFT_DELETED: dict[str, Any] = {
    **{key: value for key, value in NOVA_SERVER.items() if key != "fault"},
    "status": "SOFT_DELETED",
    "OS-EXT-STS:vm_state": "soft-delete",
    "OS-EXT-STS:task_state": None,
}
"""A deleted server, as Nova shows it until it reclaims it. Its volumes stay in use. It is not listed."""

TINY: dict[str, Any] = {
    "id": "1",
    "name": "m1.tiny",
    "vcpus": 1,
    "ram": 512,
    "disk": 1,
    "OS-FLV-EXT-DATA:ephemeral": 0,
    "swap": "",
}
SMALL: dict[str, Any] = {**TINY, "id": "2", "name": "m1.small", "ram": 2048, "disk": 20}
NETWORKS: list[dict[str, Any]] = [
    {"id": INTERNAL, "name": "internal", "project_id": PROJECT_4, "shared": False},
    {"id": QUARANTINE, "name": "quarantine", "project_id": PROJECT_4, "shared": False},
]
SUBNETS: list[dict[str, Any]] = [
    {
        "id": INTERNAL_SUBNET,
        "name": "internal-sub",
        "network_id": INTERNAL,
        "cidr": "10.0.0.0/24",
        "gateway_ip": "10.0.0.1",
        "project_id": PROJECT_4,
    },
    {
        "id": QUARANTINE_SUBNET,
        "name": "quarantine-sub",
        "network_id": QUARANTINE,
        "cidr": "10.9.0.0/24",
        "gateway_ip": "10.9.0.1",
        "project_id": PROJECT_4,
    },
]
FREE_PORT: dict[str, Any] = {
    "id": PORT,
    "name": "kept-address",
    "project_id": PROJECT_4,
    "network_id": QUARANTINE,
    "device_id": "",
    "mac_address": "fa:16:3e:00:00:99",
    "fixed_ips": [{"subnet_id": QUARANTINE_SUBNET, "ip_address": "10.9.0.9"}],
    "security_groups": [],
    "description": "",
}
VOLUME_TYPES: list[dict[str, Any]] = [
    {"id": "5cbb1a3a-3f0a-4f0e-b2f4-8f3c6d1d9e10", "name": "iscsi"},
    {"id": "7ddc1a3a-3f0a-4f0e-b2f4-8f3c6d1d9e11", "name": "ssd"},
]

LISTS: dict[str, tuple[str, str, str, list[dict[str, Any]]]] = {
    "servers": (NOVA, "/servers", "servers", []),
    "flavors": (NOVA, "/flavors/detail", "flavors", [TINY, SMALL]),
    "networks": (NEUTRON, "/networks", "networks", NETWORKS),
    "subnets": (NEUTRON, "/subnets", "subnets", SUBNETS),
    "ports": (NEUTRON, "/ports", "ports", [FREE_PORT]),
    "groups": (NEUTRON, "/security-groups", "security_groups", []),
    "types": (CINDER, "/types", "volume_types", VOLUME_TYPES),
    "volumes": (CINDER, "/volumes/detail", "volumes", []),
}
"""The lists of the cloud: endpoint, path, key of the answer, and rows."""


def record_lists(exchange: Exchange, *kinds: str, **rows: list[dict[str, Any]]) -> None:
    """Record that the cloud is asked for these lists, in this order.

    :param kinds: Keys of `LISTS`.
    :param rows: Other rows than those of `LISTS`, by key.
    """
    for kind in kinds:
        url, path, wrapper, usual = LISTS[kind]
        exchange.get(path, {wrapper: rows.get(kind, usual)}, url=url)


ZONE = {"zoneName": "nova", "zoneState": {"available": True}}
ZONES = [ZONE, *({**ZONE, "zoneName": name} for name in ("az2", "az3"))]
UNLIMITED = {"limit": -1, "in_use": 3, "reserved": 0}

SITE: dict[tuple[str, str], dict[str, Any]] = {
    (NOVA, "/servers"): {"servers": []},
    (NOVA, "/os-availability-zone"): {"availabilityZoneInfo": ZONES},
    (NOVA, "/limits"): {"limits": {"rate": [], "absolute": {"maxTotalInstances": -1, "totalInstancesUsed": 3}}},
    (NEUTRON, "/ports"): {"ports": [FREE_PORT]},
    (NEUTRON, f"/quotas/{PROJECT_4}/details"): {"quota": {"port": {"limit": -1, "used": 3, "reserved": 0}}},
    (CINDER, "/volumes/detail"): {"volumes": []},
    (CINDER, "/os-availability-zone"): {"availabilityZoneInfo": ZONES},
    (CINDER, f"/os-quota-sets/{PROJECT_4}"): {"quota_set": {"id": PROJECT_4, "volumes": UNLIMITED}},
}
"""What guards of a restore read: a site without servers, with room for all, and with three zones."""


def stand(exchange: Exchange) -> None:
    """Answer the guards of a restore whenever they ask."""
    for (url, path), usual in SITE.items():
        exchange.stand(path, usual, url=url)
