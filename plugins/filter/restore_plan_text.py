# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the plan of a restore as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import age_text, named, project_text, time_text

DOCUMENTATION = r"""
name: restore_plan_text
short_description: Return the plan of a restore as lines of text
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns what a restore would do to each server, disk and NIC of the snapshot, in the words of the role
    P(openprotect.backup.recover#role).
options:
  _input:
    description:
      - Registered result of the module M(openprotect.backup.restore) in check mode.
    type: dict
    required: true
  intent:
    description:
      - The restore, in the form of the variable C(recover_intent) of the role.
    type: dict
    required: true
  names:
    description:
      - Variables that the operator sets, by the option of M(openprotect.backup.restore). The default is the options
        themselves.
    type: dict
    default: {}
  confirmed:
    description:
      - Value of C(recover_confirm). Empty if the plan is not confirmed.
    type: str
    default: ""
  members:
    description:
      - Servers of the workload after the restore, as the filter P(openprotect.backup.restore_members#filter) returns
        them.
    type: dict
    default: {}
  reprotect:
    description:
      - Value of C(recover_reprotect).
    type: bool
    default: false
seealso:
  - plugin: openprotect.backup.recover
    plugin_type: role
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Plan a restore
  openprotect.backup.restore:
    type: selective
    workload: web
    latest: true
  check_mode: true
  register: planned

- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ planned | openprotect.backup.restore_plan_text({'type': 'selective', 'workload': 'web'}) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

HEADS = {
    "oneclick": "Bring back all servers",
    "selective": "Make copies of servers",
    "inplace": "OVERWRITE DISKS OF SERVERS",
}


def restore_plan_text(
    planned: Mapping[str, Any],
    intent: Mapping[str, Any],
    names: Optional[Mapping[str, str]] = None,
    confirmed: str = "",
    members: Optional[Mapping[str, Any]] = None,
    reprotect: bool = False,
) -> list[str]:
    """Return the plan of a restore as lines of text.

    :param planned: Result of the module `restore` in check mode.
    :param intent: The restore, as the operator of the role describes it.
    :param names: Variables that the operator sets, by option of the module.
    :param confirmed: The confirmation, empty if there is none.
    :param members: Servers of the workload after the restore.
    :param reprotect: Whether the new servers are to be protected in place of the lost ones.
    """
    now = datetime.now(timezone.utc)
    if planned["restore_plan"] is None:
        return found_lines(planned["restore"], (names or {}).get("force_new", "force_new"), now)
    plan, restore_type = planned["restore_plan"], intent["type"]
    lines = [*head_lines(planned, intent, now)]
    for server in plan["instances"]:
        lines += server_lines(server, restore_type, plan["restore_topology"])
    if restore_type == "inplace":
        lines.append(f"ALL DATA WRITTEN TO THESE DISKS SINCE {time_text(plan['times']['taken_at'])} IS LOST.")
    lines += quota_lines(plan["quotas"])
    lines += member_lines(members or {}, reprotect)
    return [*lines, *confirmation_lines(planned, restore_type, confirmed)]


def found_lines(restore: Mapping[str, Any], force_new: str, now: datetime) -> list[str]:
    """Return the lines for a restore that exists already.

    :param force_new: Name of the variable that restores again.
    """
    status, begun = restore["status"], restore["created_at"]
    lines = [
        "NOTHING TO START: the same restore exists.",
        f"{named(restore)}, begun at {time_text(begun)}, {age_text(begun, now)}, is {status}.",
    ]
    if status == "available":
        again = f"It restored the snapshot {restore['snapshot_id']}. To restore again, set {force_new}: true."
        return [*lines, again]
    return [*lines, "It continues on the server. With recover_confirm the role waits for its end."]


def head_lines(planned: Mapping[str, Any], intent: Mapping[str, Any], now: datetime) -> Iterator[str]:
    """Yield what is restored, from which moment, and in which cloud."""
    snapshot, times = planned["snapshot"], planned["restore_plan"]["times"]
    workload = {"id": snapshot["workload_id"], "name": intent.get("workload")}
    title = workload["id"] if workload["name"] in (None, "", workload["id"]) else named(workload)
    yield f"{HEADS[intent['type']]} of the workload {title}"
    yield f"  as they were at {time_text(times['taken_at'])}, {age_text(times['taken_at'], now)}"
    if times["requested_at"]:
        yield f"  asked for: {time_text(times['requested_at'])}, here {times['requested_at_local']}"
    if times["newer_snapshots"]:
        yield f"  newer snapshots: {times['newer_snapshots']}, the newest of {time_text(times['newest_taken_at'])}"
    yield f"  from the snapshot {named(snapshot)}, {snapshot['snapshot_type']}"
    yield f"  in the project {project_text(planned['project_id'], planned['cloud'])}"


def server_lines(server: Mapping[str, Any], restore_type: str, is_topology_restored: bool) -> Iterator[str]:
    """Yield what happens to one server of the snapshot, its disks and its NICs."""
    if not server["include"]:
        yield f"- {named(server)}: left alone"
        return
    is_new = restore_type != "inplace"
    yield f"- {named(server)} -> {server['new_name']}" if is_new else f"- {named(server)}"
    if is_new:
        yield f"    flavor {flavor_text(server['flavor'])}{value(', zone ', server['availability_zone'])}"
    for disk in server["disks"]:
        yield f"    {disk_text(disk, is_new)}"
    for nic in server["nics"] if is_new else ():
        yield f"    {nic_text(nic, is_topology_restored)}"


def value(before: str, text: Any) -> str:
    """Return a text with words before it, empty if there is none."""
    return f"{before}{text}" if text else ""


def flavor_text(flavor: Mapping[str, Any]) -> str:
    """Return the name of a flavor, or its id, or its sizes."""
    sizes = f"{flavor['vcpus']} CPU, {flavor['ram']} MiB, {flavor['disk']} GiB"
    return str(flavor.get("name") or flavor.get("id") or sizes)


def disk_text(disk: Mapping[str, Any], is_new: bool) -> str:
    """Return what happens to a disk."""
    kind = "boot disk" if disk["boot"] else "volume"
    title = f"{kind} {disk['name'] or disk['id']}, {disk['size']} GiB"
    if is_new:
        return f"{title}{value(', type ', disk['volume_type'])}{'' if disk['restore'] else ': not restored'}"
    if not disk["overwrite"]:
        return f"{title}: keeps its data"
    return f"{title}: OVERWRITTEN{value(', ALSO FOR ', listed(map(named, disk['also_attached_to'])))}"


def nic_text(nic: Mapping[str, Any], is_topology_restored: bool) -> str:
    """Return where a NIC goes, and which address it gets."""
    before = f"NIC{value(' ', nic['ip_address'])} in {(nic['network'] or {}).get('name') or 'no network'}"
    if is_topology_restored:
        return f"{before} -> the same network, created again"
    if not nic["to"]:
        return f"{before} -> none"
    network, address = nic["to"]["network"], nic["to"]["ip_address"]
    place = network["name"] or network["id"] or f"port {nic['to']['port']}"
    return f"{before} -> {place}, {'A NEW ADDRESS' if nic['address'] == 'new' else address or 'the same address'}"


def quota_lines(quotas: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the new servers need of each quota that has a limit, and what is free, one line for each service."""
    needs: dict[str, list[str]] = {}
    for row in quotas:
        if row["free"] is not None:
            needs.setdefault(row["service"], []).append(f"{row['name']} {row['need']} of {row['free']}")
    return [f"Quotas of {service}, needed of what is free: {', '.join(each)}" for service, each in needs.items()]


def member_lines(members: Mapping[str, Any], reprotect: bool) -> list[str]:
    """Return what becomes of the protection of the servers."""
    lost = listed(f"{pair['old_name']} ({pair['old_id']})" for pair in members.get("replaced") or [])
    if not lost:
        return []
    if reprotect:
        after = f"After that, the workload protects the new servers in place of the lost ones: {lost}."
        return [after, *filter(None, [members["declared"]])]
    return [
        f"After that, the workload still lists the lost servers: {lost}.",
        "Its snapshots fail until you replace them. recover_reprotect: true puts the new servers in their place.",
    ]


def confirmation_lines(planned: Mapping[str, Any], restore_type: str, confirmed: str) -> list[str]:
    """Return how the plan is confirmed."""
    wanted = ",".join(planned["confirm_overwrite"] or []) if restore_type == "inplace" else "yes"
    if not confirmed:
        return [f"Nothing was restored. To restore as shown, run it again with recover_confirm: {wanted}"]
    return [f"Value of recover_confirm for this plan: {wanted}"] if restore_type == "inplace" else []


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"restore_plan_text": restore_plan_text}
