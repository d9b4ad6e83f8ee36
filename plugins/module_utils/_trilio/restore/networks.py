# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The networks, subnets and addresses of the NICs of restored servers (reference B.5, E)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, InputError, UnknownNameError, collect, raise_all
from ..._core.known_names import listed
from ..._core.values import UUID
from ..._engine.model import Document, Reference, quote_row
from ..._openstack.lookup import match_one
from .cloud import Cloud
from .references import NETWORK, PORT

Entries = Sequence[Mapping[str, Any]]
"""The option `networks`, with the networks and subnets of the snapshot by their ids."""


# ---- The option `networks` -------------------------------------------------------------------------------------------


def resolve_entries(entries: Entries, snapshot: Document) -> Entries:
    """Return the option `networks` with the networks and subnets of the snapshot by their ids.

    :raises UnknownNameError: The snapshot has no such network.
    :raises AmbiguousNameError: Several of its networks have the name.
    """
    where = f"in the snapshot {quote_row(snapshot)}"
    networks = [each["network"] for item in snapshot.get("instances") or [] for each in item.get("nics") or []]
    found = []
    for entry in entries:
        ids = {}
        rows = networks
        if entry.get("from"):
            ids["from"] = match_one("network", _unique(networks), entry["from"], where=where).id
            rows = [row for row in networks if row["id"] == ids["from"]]
        if entry.get("from_subnet"):
            subnets = _unique(row["subnet"] for row in rows if row.get("subnet"))
            ids["from_subnet"] = match_one("subnet", subnets, entry["from_subnet"], where=where).id
        found.append({**entry, **ids})
    return found


def _unique(rows: Iterable[Document]) -> list[Document]:
    """Return each of the objects once, by its id."""
    return list({row["id"]: row for row in rows}.values())


def _matching_entry(entries: Entries, network: Document) -> tuple[Optional[int], Optional[Mapping[str, Any]]]:
    """Return the most exact entry for a network of the snapshot, and its number; None if there is none.

    :raises InputError: Two entries are equally exact.
    """
    subnet = network.get("subnet") or {}
    best: list[tuple[int, Mapping[str, Any]]] = []
    rank = -1
    for number, entry in enumerate(entries):
        if entry.get("from") not in (None, network.get("id")):
            continue
        if entry.get("from_subnet") not in (None, subnet.get("id")):
            continue
        exact = 2 * (entry.get("from_subnet") is not None) + (entry.get("from") is not None)
        if exact > rank:
            best, rank = [], exact
        if exact == rank:
            best.append((number, entry))
    if len(best) > 1:
        raise InputError(f"Two entries of the option 'networks' are for the network {quote_row(network)}.")
    return best[0] if best else (None, None)


def _reject_unused_entries(entries: Entries, included: Sequence[Document]) -> None:
    """Refuse an entry that matches no NIC of a restored server.

    :raises UnknownNameError: There is one.
    """
    old = [each["network"] for item in included for each in item.get("nics") or []]
    used = {_matching_entry(entries, network)[0] for network in old}
    for number, entry in enumerate(entries):
        if number not in used and (entry.get("from") or entry.get("from_subnet")):
            there = listed(f"{row.get('name')} ({row['id']})" for row in _unique(old)) or "none"
            raise UnknownNameError(
                f"The entry 'networks[{number}]' is for no NIC: no server that is restored had one in "
                f"'{entry.get('from') or entry['from_subnet']}' that no other entry is for. They had NICs in: {there}.",
                hint="Leave the entry out.",
            )


# ---- Targets of NICs -------------------------------------------------------------------------------------------------


def network_mapping(cloud: Cloud, entries: Entries, built: Sequence[Document], snapshot: Document) -> list[Document]:
    """Return where the NICs of restored servers go that say nothing else, for each network and subnet of the snapshot.

    :param built: The servers as the request has them.
    """
    requested = {each["id"]: each for each in built if each["include"]}
    included = [item for item in snapshot.get("instances") or [] if item["id"] in requested]
    found: dict[tuple[str, Optional[str]], Document] = {}
    problems: list[BackupError] = []
    for item in included:
        for each in [] if requested[item["id"]]["nics"] else item.get("nics") or []:
            source = (str(each["network"]["id"]), (each["network"].get("subnet") or {}).get("id"))
            if source not in found:
                with collect(problems, UnknownNameError, AmbiguousNameError, InputError):
                    target = _target_network(cloud, entries, item, each)
                    network = {"id": source[0], "subnet": {"id": source[1]}}
                    found[source] = {"snapshot_network": network, "target_network": target}
    raise_all(problems)
    _reject_unused_entries(entries, included)
    return list(found.values())


def _target_network(
    cloud: Cloud, entries: Entries, item: Document, old: Document, fixed: Optional[str] = None
) -> Document:
    """Return the network that a NIC of the snapshot goes to, as the request has it (reference E).

    :param fixed: The address that it had and keeps, which its subnet must hold.
    """
    network = old["network"]
    subnet = network.get("subnet") or {}
    entry = _matching_entry(entries, network)[1]
    if entry is None:
        target, wanted = _former_network(cloud, item, network), subnet.get("id")
    else:
        target, wanted = cloud.find_for(item, NETWORK, entry["to"]), entry.get("to_subnet")
    row = _choose_subnet(cloud, item, target, wanted, fixed, subnet.get("cidr"), kept=True)
    return {"id": target.id, "name": target.name, "subnet": {"id": row["id"]}}


def kept_nic(cloud: Cloud, entries: Entries, item: Document, old: Document) -> Document:
    """Return a NIC of the snapshot with the addresses that it had, as the request has it (reference B.5).

    :raises InputError: The subnet that it goes to does not hold the address, or it is none.
    """
    fixed = old.get("ip_address") or None
    if fixed is not None and not _is_address(fixed):
        raise InputError(
            f"The snapshot shows the address '{fixed}' of the server {quote_row(item)}, which is not an IP address.",
            hint="Leave 'keep_addresses' out, and give the addresses in 'nics'.",
        )
    target = _target_network(cloud, entries, item, old, fixed)
    kept = {key: old[key] for key in ("mac_address", "ip_address") if old.get(key)}
    return {**kept, "network": {"id": target["id"], "subnet": target["subnet"]}}


def _former_network(cloud: Cloud, item: Document, network: Document) -> Reference:
    """Return the network that a NIC was in.

    :raises UnknownNameError: The network or its subnet does not exist any more.
    """
    subnet = network.get("subnet") or {}
    server = f"the server {quote_row(item)}"
    hint = "Name the target network in 'networks'."
    try:
        target = cloud.find(NETWORK, str(network["id"]))
    except UnknownNameError as exc:
        raise UnknownNameError(
            f"The network {quote_row(network)}, which {server} was in, no longer exists.",
            hint=hint,
        ) from exc
    wanted, there = subnet.get("id"), cloud.subnets(target.id)
    if wanted is not None and all(row["id"] != wanted for row in there) and not cloud.hides_subnets(target.id):
        raise UnknownNameError(
            f"The subnet '{subnet.get('name')}' ({wanted}), which {server} was in, is not in the network "
            f"'{target.name}' ({target.id}) any more; there are: {_describe_subnets(there)}.",
            hint=hint,
        )
    return target


def requested_nic(cloud: Cloud, entries: Entries, item: Document, number: int, asked: Mapping[str, Any]) -> Document:
    """Return a NIC that was asked for, as the request has it (reference B.5, E).

    :param number: Its place among the NICs of the server.
    :raises InputError: The server had no NIC in that place, and no network is given.
    """
    if asked.get("port"):
        return _nic_on_port(cloud, item, asked["port"])
    old = (item.get("nics") or [])[number : number + 1]
    wanted, fixed = asked.get("subnet"), asked.get("ip_address")
    if asked.get("network"):
        network = cloud.find_for(item, NETWORK, asked["network"])
    elif old:
        target = _target_network(cloud, entries, item, old[0])
        network, wanted = Reference(target["id"], target["name"]), wanted or target["subnet"]["id"]
    else:
        raise InputError(
            f"The server {quote_row(item)} has no NIC number {number + 1} in the snapshot.",
            hint="Give its 'network' or its 'port'.",
        )
    subnet = _choose_subnet(cloud, item, network, wanted, fixed, None)
    given = {key: asked[key] for key in ("mac_address", "ip_address") if asked.get(key)}
    return {**given, "network": {"id": network.id, "subnet": {"id": subnet["id"]}}}


def _nic_on_port(cloud: Cloud, item: Document, wanted: str) -> Document:
    """Return a NIC on a port that exists.

    :raises InputError: The port is in use, or has no address.
    """
    ref = cloud.find_for(item, PORT, wanted)
    port = next(row for row in cloud.rows(PORT) if row["id"] == ref.id)
    if port.get("device_id"):
        raise InputError(
            f"The port '{ref.name or ref.id}' ({ref.id}) is in use by '{port['device_id']}'.",
            hint="Name a port that is free.",
        )
    if not port.get("fixed_ips"):
        raise InputError(f"The port '{ref.name or ref.id}' ({ref.id}) has no fixed address.")
    fixed = port["fixed_ips"][0]
    shape = {"id": ref.id, "mac_address": port.get("mac_address"), "ip_address": fixed.get("ip_address")}
    return {**shape, "network": {"id": port["network_id"], "subnet": {"id": fixed.get("subnet_id")}}}


# ---- Subnets and addresses -------------------------------------------------------------------------------------------


def _choose_subnet(
    cloud: Cloud,
    item: Document,
    network: Reference,
    wanted: Optional[str],
    fixed: Optional[str],
    cidr: Optional[str],
    kept: bool = False,
) -> Document:
    """Return the subnet of a network that a NIC goes to.

    :param wanted: Its name or id, if one is given.
    :param fixed: The address that it must hold.
    :param cidr: The address range that the NIC had; it decides between several subnets.
    :param kept: The server had the address before. So it may be the gateway.
    :raises UnknownNameError: There is no such subnet.
    :raises AmbiguousNameError: Several subnets fit.
    :raises InputError: The address is not in the wanted subnet.
    """
    rows = cloud.subnets(network.id)
    place, server = f"network '{network.name}' ({network.id})", f"the server {quote_row(item)}"
    if cloud.hides_subnets(network.id):
        return _unseen_subnet(place, server, wanted)
    if wanted is not None:
        ref = match_one("subnet", rows, wanted, where=f"in the {place}")
        row = next(each for each in rows if each["id"] == ref.id)
        if fixed is not None and not is_usable_address(row, fixed, kept):
            raise InputError(
                f"The address {fixed} for {server} is none for {describe_subnet(row)}.",
                hint="Give another address, or leave it out to let Neutron choose.",
            )
        return row
    fitting = [row for row in rows if fixed is None or is_usable_address(row, fixed, kept)]
    if len(fitting) > 1 and cidr is not None:
        fitting = [row for row in fitting if row.get("cidr") == cidr] or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise AmbiguousNameError(
            f"The {place} has several subnets, and nothing tells which of them {server} belongs in: "
            f"{_describe_subnets(rows)}.",
            hint="Give 'to_subnet', or 'subnet' of the NIC.",
        )
    what = f"no subnet that holds the address {fixed}" if fixed is not None and rows else "no subnet"
    raise UnknownNameError(f"The {place} has {what}, for {server}; there are: {_describe_subnets(rows)}.")


def _unseen_subnet(place: str, server: str, wanted: Optional[str]) -> Document:
    """Return the subnet of an external network of another project: Neutron shows such subnets to their owner only.

    :raises UnknownNameError: It is not given by its id.
    """
    if wanted is None or not UUID.fullmatch(wanted):
        raise UnknownNameError(
            f"The {place} is external, and its subnets are not shown to this project, so that nothing tells which of "
            f"them {server} belongs in.",
            hint="Give the id of the subnet in 'to_subnet', or in 'subnet' of the NIC.",
        )
    return {"id": wanted.lower()}


def _is_address(text: str) -> bool:
    """Return whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_usable_address(subnet: Document, fixed: str, also_gateway: bool = False) -> bool:
    """Return whether an address is in a subnet, and is neither its gateway, nor its network or broadcast address.

    :param also_gateway: It may be the gateway: some servers route for their subnet.
    """
    wanted, gateway = ipaddress.ip_address(fixed), None if also_gateway else subnet.get("gateway_ip")
    network = ipaddress.ip_network(str(subnet.get("cidr")), strict=False)
    has_ends = network.version == 4 and network.num_addresses > 2
    ends = (network.network_address, network.broadcast_address) if has_ends else ()
    return wanted in network and wanted not in ends and not (gateway and wanted == ipaddress.ip_address(gateway))


def _describe_subnets(subnets: Sequence[Document]) -> str:
    """Return how messages list subnets."""
    return listed(f"{row.get('name')} ({row['id']}, {row.get('cidr')})" for row in subnets) or "none"


def describe_subnet(subnet: Document) -> str:
    """Return how messages name a subnet."""
    details = f"{subnet['id']}, {subnet.get('cidr')}, gateway {subnet.get('gateway_ip') or 'none'}"
    return f"the subnet '{subnet.get('name')}' ({details})"
