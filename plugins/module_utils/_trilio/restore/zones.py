# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The availability zones of restored servers and volumes. Nova and Cinder have a list each."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.call import READ, Call
from ..._core.errors import BackupError, EndpointError, RefusedError, UnknownNameError, raise_all
from ..._core.known_names import listed
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from .records import ONECLICK

ZONES = Call(
    "GET",
    "/os-availability-zone",
    READ,
    response_key="availabilityZoneInfo",
    response_type=list,
    row_id="zoneName",
)
SERVICES = {"Nova": "compute", "Cinder": "block-storage"}


def require_zones(context: Context, plan: Document, restore_type: str) -> None:
    """Require that the zones of all new servers and volumes exist: the restore would fail after the data transfer.

    :param plan: The plan, from `describe_plan`.
    :raises UnknownNameError: A zone does not exist. The message lists those that do.
    """
    problems: list[BackupError] = []
    how = ", with 'type: selective'" if restore_type == ONECLICK else ""
    for service, service_type in SERVICES.items():
        wanted: dict[str, list[str]] = {}
        for zone, title in _wanted_zones(service, plan):
            wanted.setdefault(zone, []).append(title)
        if not wanted:
            continue
        try:
            rows = context.service(service_type).send(ZONES)
        except (EndpointError, RefusedError):  # A site may hide its zones. Then the server decides.
            continue
        there = sorted(row["zoneName"] for row in rows if (row.get("zoneState") or {}).get("available") is not False)
        problems += [
            UnknownNameError(
                f"The availability zone '{zone}' of {listed(titles, most=3)} is not one of {service}, which has: "
                f"{listed(there) or 'none'}.",
                hint=f"Give another one in 'availability_zone'{how}. Servers take zones of Nova, volumes take zones "
                "of Cinder.",
            )
            for zone, titles in wanted.items()
            if zone.partition(":")[0] not in there  # An administrator may add a host to a zone of Nova.
        ]
    raise_all(problems)


def _wanted_zones(service: str, plan: Document) -> Iterator[tuple[str, str]]:
    """Yield the zones of one service that are known, each with the name of the server or volume for messages."""
    for server in plan["instances"]:
        if not server["include"]:
            continue
        if service == "Nova":
            zones = [(server["availability_zone"], f"the server {quote_row(server)}")]
        else:
            disks = [disk for disk in server["disks"] if disk["volume"]]
            zones = [(disk["availability_zone"], f"the volume {quote_row(disk)}") for disk in disks]
        yield from ((str(zone), title) for zone, title in zones if zone)
