# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers of a workload after a restore: which restored server takes the place of which lost one."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Optional

from ansible.errors import AnsibleFilterError

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import named

DOCUMENTATION = r"""
name: restore_members
short_description: Return the servers that a workload must list after a restore
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - A restore creates servers with new ids. The workload still lists the ids of the lost servers, so that each of its
    snapshots fails and the new servers are not protected.
  - Returns the servers that the workload must list instead. A restored server takes the place of its original only if
    the workload lists the original, and the original does not exist any more. All other servers of the workload stay.
  - The role P(openprotect.backup.recover#role) uses it for C(recover_reprotect).
options:
  _input:
    description:
      - The workload, as M(openprotect.backup.workload_info) returns it with all details.
    type: dict
    required: true
  result:
    description:
      - Result of the module M(openprotect.backup.restore), also in check mode.
    type: dict
    required: true
  servers:
    description:
      - The servers of the workload and the restored servers that exist, as M(openprotect.backup.server_info) returns
        them.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: openprotect.backup.recover
    plugin_type: role
  - module: openprotect.backup.workload
"""

EXAMPLES = r"""
- name: Read the workload
  openprotect.backup.workload_info:
    cloud: mycloud
    id: "{{ done.restore.workload_id }}"
    details: true
  register: protected

- name: Look up the servers
  openprotect.backup.server_info:
    cloud: mycloud
    servers: "{{ (protected.workloads[0].instances + done.restore.instances) | map(attribute='id') }}"
  register: there

- name: Protect the new servers in place of the lost ones
  openprotect.backup.workload:
    cloud: mycloud
    id: "{{ protected.workloads[0].id }}"
    instances: "{{ members.instances }}"
  vars:
    members: >-
      {{ protected.workloads[0]
         | openprotect.backup.restore_members(done, there.servers) }}
  when: members.replaced
"""

RETURN = r"""
_value:
  description: The servers of the workload.
  type: dict
  contains:
    instances:
      description: Ids of all servers that the workload must list, in its order. Null for servers that the restore has
        not created yet.
      type: list
      elements: str
    replaced:
      description: Restored servers that take the place of their originals, each with C(old_id), C(old_name), C(id) and
        C(name).
      type: list
      elements: dict
    kept:
      description: The same for servers of the workload that still exist, although they were restored. They stay in the
        workload, and the copies are not protected.
      type: list
      elements: dict
    gone:
      description: Servers that the workload lists and that do not exist, without those in C(replaced), each with C(id)
        and C(name).
      type: list
      elements: dict
    lines:
      description: Sentences for the operator about C(kept), C(gone) and other restored servers that the workload does
        not protect.
      type: list
      elements: str
    declared:
      description: Sentence for the operator if a set of workloads declares the workload, whose next run would undo a
        change. Empty if none does.
      type: str
"""

OWNER = "openprotect_owner"
"""Key of the metadata of a workload that names the owner of its set."""

Servers = Sequence[Mapping[str, Any]]


def restore_members(
    workload: Mapping[str, Any], result: Mapping[str, Any], servers: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the servers that a workload must list after a restore.

    :param result: Result of the module `restore`, also in check mode.
    :param servers: The servers of the workload and the restored servers that Nova has.
    """
    members = workload.get("instances")
    if members is None:
        raise AnsibleFilterError("restore_members requires the workload with its servers. Read it with details: true.")
    there, listed = {each["id"] for each in servers}, {each["id"]: each for each in members}
    new = [each for each in restored(result) if each["id"] != each["old_id"]]
    kept, replaced = pairs(new, listed, there)
    places: dict[str, Optional[str]] = {pair["old_id"]: pair["id"] for pair in replaced}
    gone = [each for each in members if each["id"] not in there and each["id"] not in places]
    apart = [each for each in new if each["old_id"] not in listed and each["id"] not in listed]
    return {
        "instances": list(dict.fromkeys(places.get(each["id"], each["id"]) for each in members)),
        "replaced": replaced,
        "kept": kept,
        "gone": gone,
        "lines": lines(f"The workload {named(workload)}", kept, gone, apart),
        "declared": declared((workload.get("metadata") or {}).get(OWNER)),
    }


def pairs(
    new: Servers, listed: Mapping[str, Mapping[str, Any]], there: Container[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the restored servers whose originals the workload lists: those that still exist, and those that are lost.

    :param listed: The servers of the workload by id.
    :param there: Ids of the servers that Nova has.
    """
    found = [{**each, "old_name": listed[each["old_id"]]["name"]} for each in new if each["old_id"] in listed]
    kept = [pair for pair in found if pair["old_id"] in there]
    lost = [pair for pair in found if pair["old_id"] not in there]
    return kept, [pair for pair in lost if pair["id"] is None or pair["id"] in there]


def restored(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the servers that a restore has created or will create; their id is None before."""
    restore = result.get("restore") or {}
    if restore.get("id") is not None or result.get("restore_plan") is None:
        made = [each for each in restore.get("instances") or [] if each["id"]]
        return [{key: each[key] for key in ("old_id", "id", "name")} for each in made]
    planned = [each for each in result["restore_plan"]["instances"] if each["include"]]
    return [{"old_id": each["id"], "id": None, "name": each["new_name"]} for each in planned]


def lines(title: str, kept: Servers, gone: Servers, apart: Servers) -> list[str]:
    """Return what the operator should know about servers that do not change places.

    :param title: The workload as the subject of a sentence.
    :param apart: Restored servers that the workload lists as little as their originals.
    """
    originals = listed(f"{pair['old_name']} ({pair['old_id']})" for pair in kept)
    sentences = (
        (kept, f"{title} protects the originals as before, and not the copies: {originals}."),
        (gone, f"{title} lists servers that do not exist, so its snapshots fail: {listed(map(named, gone))}."),
        (apart, f"{title} lists neither these servers nor their originals: {listed(map(named, apart))}."),
    )
    return [sentence for servers, sentence in sentences if servers]


def declared(owner: Any) -> str:
    """Return what the operator should know about the set of workloads that declares the workload."""
    if not owner:
        return ""
    return (
        f"The set of the owner '{owner}' declares this workload, and its next run sets the servers as declared. "
        "If they are declared by id, put the new ids there."
    )


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"restore_members": restore_members}
