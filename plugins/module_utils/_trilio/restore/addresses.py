# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The ports, addresses and MAC addresses of restored servers, which only one NIC can have at a time."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from ..._core.errors import EndpointError, InputError, RequestError, StateError
from ..._core.known_names import listed
from ..._core.values import is_true
from ..._engine.model import Document, quote_row
from ..._openstack.context import Context
from .cloud import Cloud
from .records import ONECLICK, servers
from .references import PORT


class Claim(NamedTuple):
    """A property of a NIC that no other NIC can have.

    :param kind: `port`, `address` or `MAC address`.
    :param value: The id of the port, or the address.
    :param place: The subnet or network in which it is unique, None for a port.
    """

    kind: str
    value: str
    place: Optional[str] = None

    def __str__(self) -> str:
        """Return how messages name it."""
        return f"the {self.kind} '{self.value}'"


def reject_shared_addresses(built: Sequence[Document]) -> None:
    """Refuse two NICs with one port, address or MAC address: the second server would fail after its data transfer.

    :param built: The servers as the request has them, also those of a file.
    :raises InputError: There are two.
    """
    holders: dict[Claim, Document] = {}
    for entry in built:
        for each in entry.get("nics") or []:
            for claim in _claims(each):
                if claim in holders:
                    one, other = (f"one of the server {quote_row(server)}" for server in (holders[claim], entry))
                    where = {"address": " in the subnet ", "MAC address": " in the network "}.get(claim.kind)
                    place = f"{where}'{claim.place}'" if where else ""
                    raise InputError(f"Two NICs ask for {claim}{place}: {one}, and {other}.", hint="Give each its own.")
                holders[claim] = entry


def _claims(nic: Document) -> list[Claim]:
    """Return the properties of a NIC that no other NIC can have."""
    network = nic.get("network") or {}
    subnet_id = (network.get("subnet") or {}).get("id")
    found = []
    if nic.get("id") and nic["id"] != network.get("id") and (nic.get("ip_address") or nic.get("mac_address")):
        found.append(Claim("port", str(nic["id"])))  # Without addresses it may be the id of a network (reference E).
    if nic.get("ip_address") and subnet_id:
        found.append(Claim("address", _plain_address(nic["ip_address"]), subnet_id))
    if nic.get("mac_address") and network.get("id"):
        found.append(Claim("MAC address", _plain_mac_address(nic["mac_address"]), network["id"]))
    return found


def _plain_address(text: object) -> str:
    """Return the one spelling of an address."""
    try:
        return str(ipaddress.ip_address(str(text)))
    except ValueError:
        return str(text)


def _plain_mac_address(text: object) -> str:
    """Return the one spelling of a MAC address."""
    return str(text).lower().replace("-", ":")


# ---- Ports that exist ------------------------------------------------------------------------------------------------


def require_free_addresses(context: Context, cloud: Cloud, sent: Document, snapshot: Document) -> None:
    """Require that nothing holds the ports and addresses that new servers get: Neutron would refuse them late.

    :param sent: The `options` of the request.
    :param snapshot: The snapshot with all details. A one-click restore takes all addresses from it.
    :raises StateError: A port holds one. The message names the port and its server.
    """
    entries = snapshot["instances"]
    if sent["restore_type"] != ONECLICK:
        entries = [entry for entry in sent["openstack"]["instances"] if is_true(entry.get("include"))]
    claimed = [(entry, nic, _claims(nic)) for entry in entries for nic in entry.get("nics") or []]
    if not any(claims for _entry, _nic, claims in claimed):
        return
    try:
        holders = _holders(cloud)
    except EndpointError:  # Without Neutron there are no ports.
        return
    held, free_standing = [], True
    for entry, nic, claims in claimed:
        for port, texts in _held_by(holders, nic, claims):
            held.append(f"{' and '.join(texts)} for the server {quote_row(entry)}, by {_describe_port(context, port)}")
            free_standing = free_standing and not port.get("device_id")
    if held:
        hint = "Delete the servers that hold them if nothing needs them, or give other addresses in 'nics'."
        if free_standing:
            hint = "Delete the ports if nothing needs them, or use them with 'port' under 'nics'."
        if sent["restore_type"] == ONECLICK:
            hint = "Delete the ports and the servers that they belong to if nothing needs them, or use 'selective'."
        raise StateError(f"Nothing was restored, because these are in use: {listed(held, '; ', 4)}.", hint=hint)


def _holders(cloud: Cloud) -> Mapping[Claim, Document]:
    """Return the ports by all that they hold."""
    found: dict[Claim, Document] = {}
    for port in cloud.rows(PORT):
        found[Claim("port", str(port["id"]))] = port
        for fixed in port.get("fixed_ips") or []:
            found[Claim("address", _plain_address(fixed.get("ip_address")), fixed.get("subnet_id"))] = port
        found[Claim("MAC address", _plain_mac_address(port.get("mac_address")), port.get("network_id"))] = port
    return found


def _held_by(
    holders: Mapping[Claim, Document], nic: Document, claims: Sequence[Claim]
) -> Iterator[tuple[Document, list[str]]]:
    """Yield the ports that hold something that a NIC is to get, each with the texts of what it holds.

    A port that the NIC is to use holds nothing, unless a server has it.
    """
    found: dict[str, tuple[Document, list[str]]] = {}
    for claim in claims:
        port = holders.get(claim)
        if port is not None and (port["id"] != nic.get("id") or port.get("device_id")):
            found.setdefault(port["id"], (port, []))[1].append(str(claim))
    yield from found.values()


def _describe_port(context: Context, port: Document) -> str:
    """Return how messages name a port: with its server, router or other device."""
    title, device = f"the port {quote_row(port)}", port.get("device_id")
    if not device:
        return f"{title}, which nothing uses"
    holders = [row for row in context.lookup.servers() if str(row["id"]) == device]
    if holders:
        return f"{title} of the server {quote_row(holders[0])}"
    if str(port.get("device_owner") or "compute:").startswith("compute:"):
        return f"{title} of the server {device}, which Nova does not list"
    return f"{title} of {port['device_owner']} {device}"


# ---- After the restore -----------------------------------------------------------------------------------------------


def warn_of_other_addresses(context: Context, found: Document) -> None:
    """Warn if new servers do not have the addresses that were asked for.

    Servers are known to take them for ports that exist. Whether they take them without a port is unknown (reference
    B.5, E).

    :param found: A restore that has ended well, with all details.
    """
    options = found.get("restore_options")
    inner = options.get("openstack") if isinstance(options, dict) else None
    asked = {entry.get("id"): entry.get("nics") or [] for entry in (inner or {}).get("instances") or []}
    for server in servers(found):
        wanted = {_plain_address(nic["ip_address"]) for nic in asked.get(server["old_id"], []) if nic.get("ip_address")}
        if not wanted or not server["id"]:
            continue
        try:
            ports = context.service("network").send(PORT.listing, query={"device_id": server["id"]})
        except (EndpointError, RequestError) as exc:
            context.warn(f"Whether the server {quote_row(server)} has its addresses was not verified: {exc.message}")
            continue
        fixed = [
            each for port in ports if port.get("device_id") == server["id"] for each in port.get("fixed_ips") or []
        ]
        has = {_plain_address(each.get("ip_address")) for each in fixed}
        if wanted - has:
            context.warn(
                f"The server {quote_row(server)} was restored without the addresses {listed(sorted(wanted - has))}, "
                f"which were asked for. It has: {listed(sorted(has)) or 'none'}. Attach ports with the addresses to "
                "it, or tell those who use them."
            )
