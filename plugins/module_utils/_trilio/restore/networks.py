# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""In which networks the NICs of restored servers go (API reference B.5, E)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, InputError, UnknownNameError, raise_all
from ..._engine.comparison import Reference
from ..._openstack.context import Context
from ..._openstack.lookup import NETWORK, PORT, SUBNET, match_one
from .lookup import find, usable

Document = dict[str, Any]


def mapping(
    context: Context, options: Mapping[str, Any], built: Sequence[Document], snapshot: Document
) -> list[Document]:
    """Return for each network and subnet of the snapshot that a restored server had a NIC in, and says nothing else of, where its NICs go."""
    included = {each["id"]: each for each in built if each["include"]}
    found: dict[tuple[str, Optional[str]], Document] = {}
    problems: list[BackupError] = []
    for item in snapshot.get("instances") or []:
        for each in item.get("nics") or [] if item["id"] in included and not included[item["id"]]["nics"] else []:
            source = (str(each["network"]["id"]), (each["network"].get("subnet") or {}).get("id"))
            if source in found:
                continue
            try:
                target = target_of(context, options, item, each)
            except (UnknownNameError, AmbiguousNameError, InputError) as exc:
                problems.append(exc)
                continue
            found[source] = {
                "snapshot_network": {"id": source[0], "subnet": {"id": source[1]}},
                "target_network": target,
            }
    raise_all(problems)
    refuse_idle(
        options.get("networks") or [], [item for item in snapshot.get("instances") or [] if item["id"] in included]
    )
    return list(found.values())


def resolved(entries: Sequence[Mapping[str, Any]], snapshot: Document) -> list[dict[str, Any]]:
    """Return the entries of O(networks) with the networks and subnets of the snapshot that they are for by their ids.

    :raises UnknownNameError: The snapshot has no such network.
    :raises AmbiguousNameError: It has several of the name.
    """
    where = f"in the snapshot '{snapshot.get('name')}' ({snapshot['id']})"
    networks = [each["network"] for item in snapshot.get("instances") or [] for each in item.get("nics") or []]
    found = []
    for entry in entries:
        ids = {}
        rows = networks
        if entry.get("from"):
            ids["from"] = match_one("network", once(networks), entry["from"], where=where).id
            rows = [row for row in networks if row["id"] == ids["from"]]
        if entry.get("from_subnet"):
            ids["from_subnet"] = match_one(
                "subnet", once(row["subnet"] for row in rows if row.get("subnet")), entry["from_subnet"], where=where
            ).id
        found.append({**entry, **ids})
    return found


def once(rows: Iterable[Document]) -> list[Document]:
    """Return each of the objects once, by its id."""
    return list({row["id"]: row for row in rows}.values())


def refuse_idle(entries: Sequence[Mapping[str, Any]], included: Sequence[Document]) -> None:
    """Refuse an entry of O(networks) that no NIC of a server that is restored falls under.

    :raises UnknownNameError: There is one.
    """
    old = [each["network"] for item in included for each in item.get("nics") or []]
    used = {entry_for(entries, network)[0] for network in old}
    for number, entry in enumerate(entries):
        if number not in used and (entry.get("from") or entry.get("from_subnet")):
            there = ", ".join(f"{row.get('name')} ({row['id']})" for row in once(old)) or "none"
            raise UnknownNameError(
                f"The entry 'networks[{number}]' is for no NIC: no server that is restored had one in '{entry.get('from') or entry['from_subnet']}' "
                f"that no other entry is for. They had NICs in: {there}.",
                hint="Leave the entry out.",
            )


def target_of(context: Context, options: Mapping[str, Any], item: Document, old: Document) -> Document:
    """Return the network that a NIC of the snapshot goes in, as the request has it: id, name and subnet (API reference E)."""
    network = old["network"]
    subnet = network.get("subnet") or {}
    entry = entry_for(options.get("networks") or [], network)[1]
    if entry is None:
        try:
            target = context.lookup.find(NETWORK, str(network["id"]), usable(context, NETWORK))
        except UnknownNameError as exc:
            raise UnknownNameError(
                f"The network '{network.get('name')}' ({network['id']}), which the server '{item.get('name')}' ({item['id']}) was in, is not there any more.",
                hint="Say with 'networks' in which one it shall be restored.",
            ) from exc
        wanted = subnet.get("id")
        there = [row for row in context.lookup.rows(SUBNET) if row.get("network_id") == target.id]
        if wanted is not None and all(row["id"] != wanted for row in there):
            raise UnknownNameError(
                f"The subnet '{subnet.get('name')}' ({wanted}), which the server '{item.get('name')}' ({item['id']}) was in, is not in the network "
                f"'{target.name}' ({target.id}) any more; there are: {listed(there)}.",
                hint="Say with 'networks' in which one it shall be restored.",
            )
    else:
        target, wanted = find(context, NETWORK, entry["to"], item), entry.get("to_subnet")
    row = subnet_for(context, item, target, wanted, None, subnet.get("cidr"))
    return {"id": target.id, "name": target.name, "subnet": {"id": row["id"]}}


def entry_for(
    entries: Sequence[Mapping[str, Any]], network: Document
) -> tuple[Optional[int], Optional[Mapping[str, Any]]]:
    """Return the entry of O(networks) that a network of the snapshot falls under, and its place: the most exact one.

    :param entries: What C(resolved) returns.
    :raises InputError: Two entries are equally exact.
    """
    subnet = network.get("subnet") or {}
    best: list[tuple[int, Mapping[str, Any]]] = []
    rank = -1
    for number, entry in enumerate(entries):
        if entry.get("from") not in (None, network.get("id")) or entry.get("from_subnet") not in (
            None,
            subnet.get("id"),
        ):
            continue
        exact = 2 * (entry.get("from_subnet") is not None) + (entry.get("from") is not None)
        if exact > rank:
            best, rank = [], exact
        if exact == rank:
            best.append((number, entry))
    if len(best) > 1:
        raise InputError(
            f"Two entries of the option 'networks' are for the network '{network.get('name')}' ({network.get('id')})."
        )
    return best[0] if best else (None, None)


def nic(
    context: Context, options: Mapping[str, Any], item: Document, number: int, asked: Mapping[str, Any]
) -> Document:
    """Return a NIC that was asked for, as the request has it (API reference B.5, E)."""
    if asked.get("port"):
        return from_port(context, item, asked["port"])
    old = (item.get("nics") or [])[number : number + 1]
    if asked.get("network"):
        network = find(context, NETWORK, asked["network"], item)
        subnet = subnet_for(context, item, network, asked.get("subnet"), asked.get("ip_address"), None)
    elif old:
        target = target_of(context, options, item, old[0])
        network = Reference(target["id"], target["name"])
        subnet = subnet_for(
            context, item, network, asked.get("subnet") or target["subnet"]["id"], asked.get("ip_address"), None
        )
    else:
        raise InputError(
            f"The server '{item.get('name')}' ({item['id']}) has no NIC number {number + 1} in the snapshot: say its 'network' or 'port'."
        )
    given = {key: asked[key] for key in ("mac_address", "ip_address") if asked.get(key)}
    return {**given, "network": {"id": network.id, "subnet": {"id": subnet["id"]}}}


def refuse_one_place(built: Sequence[Document]) -> None:
    """Refuse two NICs on one port, at one address or with one MAC address: the second server would fail after its data were transferred.

    :param built: The servers as the request has them, also as somebody else wrote it.
    :raises InputError: There are two.
    """
    holders: dict[str, Document] = {}
    for entry in built:
        for each in entry.get("nics") or []:
            for place in places(each):
                if place in holders:
                    one, other = (
                        f"one of the server '{server.get('name') or ''}' ({server['id']})"
                        for server in (holders[place], entry)
                    )
                    raise InputError(f"Two NICs ask for {place}: {one}, and {other}.", hint="Give each its own.")
                holders[place] = entry


def places(asked: Document) -> list[str]:
    """Return what only one NIC can have of what a NIC asks for, in words."""
    network = asked.get("network") or {}
    subnet_id = (network.get("subnet") or {}).get("id")
    found = []
    if asked.get("id") and asked["id"] != network.get("id") and (asked.get("ip_address") or asked.get("mac_address")):
        found.append(f"the port '{asked['id']}'")  # without addresses it may be a network's (API reference E)
    if asked.get("ip_address") and subnet_id:
        found.append(f"the address '{ipaddress.ip_address(asked['ip_address'])}' in the subnet '{subnet_id}'")
    if asked.get("mac_address") and network.get("id"):
        found.append(
            f"the MAC address '{str(asked['mac_address']).lower().replace('-', ':')}' in the network '{network['id']}'"
        )
    return found


def from_port(context: Context, item: Document, wanted: str) -> Document:
    """Return a NIC on a port that is there.

    :raises InputError: The port is in use, or has no address.
    """
    ref = find(context, PORT, wanted, item)
    port = next(row for row in context.lookup.rows(PORT) if row["id"] == ref.id)
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


def subnet_for(
    context: Context,
    item: Document,
    network: Reference,
    wanted: Optional[str],
    fixed: Optional[str],
    cidr: Optional[str],
) -> Document:
    """Return the subnet of a network that a NIC goes in.

    :param wanted: Its name or id, where that is said.
    :param fixed: The address that it must hold.
    :param cidr: The address range that the NIC had; it decides where there are several.
    :raises UnknownNameError: There is none such.
    :raises AmbiguousNameError: There are several, and nothing decides.
    :raises InputError: The address does not lie in it.
    """
    rows = [row for row in context.lookup.rows(SUBNET) if row.get("network_id") == network.id]
    if wanted is not None:
        ref = match_one("subnet", rows, wanted, where=f"in the network '{network.name}' ({network.id})")
        row = next(each for each in rows if each["id"] == ref.id)
        if fixed is not None and not holds(row, fixed):
            raise InputError(
                f"The address {fixed} for the server '{item.get('name')}' ({item['id']}) is none for {in_words(row)}.",
                hint="Give another address, or leave it out to let Neutron choose.",
            )
        return row
    fitting = [row for row in rows if holds(row, fixed)] if fixed is not None else rows
    if len(fitting) > 1 and cidr is not None:
        fitting = [row for row in fitting if row.get("cidr") == cidr] or fitting
    if len(fitting) == 1:
        return fitting[0]
    there = listed(rows)
    if fitting:
        raise AmbiguousNameError(
            f"The network '{network.name}' ({network.id}) has several subnets, and nothing says in which one the server '{item.get('name')}' "
            f"({item['id']}) shall be: {there}.",
            hint="Say it with 'to_subnet', or with 'subnet' of the NIC.",
        )
    what = f"no subnet that holds the address {fixed}" if fixed is not None and rows else "no subnet"
    raise UnknownNameError(
        f"The network '{network.name}' ({network.id}) has {what}, for the server '{item.get('name')}' ({item['id']}); there are: {there}."
    )


def holds(subnet: Document, fixed: str) -> bool:
    """Tell whether an address lies in a subnet, and is not that of its gateway, of the subnet itself or of all of it."""
    wanted, gateway = ipaddress.ip_address(fixed), subnet.get("gateway_ip")
    network = ipaddress.ip_network(str(subnet.get("cidr")), strict=False)
    ends = (
        (network.network_address, network.broadcast_address)
        if network.version == 4 and network.num_addresses > 2
        else ()
    )
    return wanted in network and wanted not in ends and not (gateway and wanted == ipaddress.ip_address(gateway))


def listed(subnets: Sequence[Document]) -> str:
    """Return what messages say of several subnets."""
    return ", ".join(f"{row.get('name')} ({row['id']}, {row.get('cidr')})" for row in subnets) or "none"


def in_words(subnet: Document) -> str:
    """Return what messages call a subnet."""
    return f"the subnet '{subnet.get('name')}' ({subnet['id']}, {subnet.get('cidr')}, gateway {subnet.get('gateway_ip') or 'none'})"
