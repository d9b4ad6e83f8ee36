# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the result of a restore as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Optional

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import duration_text, named

DOCUMENTATION = r"""
name: restore_result_text
short_description: Return the result of a restore as lines of text
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns which servers a restore has created or overwritten. The last line says whether the workload protects them.
  - The role P(openprotect.backup.recover#role) shows it at its end.
options:
  _input:
    description:
      - Registered result of the module M(openprotect.backup.restore).
    type: dict
    required: true
  planned:
    description:
      - Registered result of the same task in check mode, before the restore.
    type: dict
    default: {}
  members:
    description:
      - Servers of the workload after the restore, as the filter P(openprotect.backup.restore_members#filter) returns
        them. Empty for a restore in place, which keeps the ids of the servers.
    type: dict
    default: {}
  workload:
    description:
      - The workload, with C(id) and C(name).
    type: dict
    default: {}
  reprotected:
    description:
      - If V(true), the workload lists the servers in O(members) by now.
    type: bool
    default: false
  names:
    description:
      - Variables that the operator sets, by the option of M(openprotect.backup.restore). The default is the options
        themselves.
    type: dict
    default: {}
seealso:
  - plugin: openprotect.backup.recover
    plugin_type: role
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Restore servers that were deleted
  openprotect.backup.restore:
    cloud: mycloud
    type: oneclick
    workload: web
    latest: true
  register: done

- name: Show the result
  ansible.builtin.debug:
    msg: "{{ done | openprotect.backup.restore_result_text }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""


def restore_result_text(
    result: Mapping[str, Any],
    planned: Optional[Mapping[str, Any]] = None,
    members: Optional[Mapping[str, Any]] = None,
    workload: Optional[Mapping[str, Any]] = None,
    reprotected: bool = False,
    names: Optional[Mapping[str, str]] = None,
) -> list[str]:
    """Return the result of a restore as lines of text.

    :param result: Result of the module `restore`.
    :param planned: Result of the same task in check mode, before the restore.
    :param members: Servers of the workload after the restore; empty for a restore in place, and if Nova does not show
        them.
    :param workload: The workload; empty for a restore in place.
    :param reprotected: Whether the workload lists these servers by now.
    :param names: Variables that the operator sets, by option of the module.
    """
    restore = result["restore"]
    if restore["id"] is None:
        return ["Check mode: nothing was restored."]
    lines = [f"{heading(result, planned or {})}: {named(restore)} is {restore['status']}.", *details(restore)]
    if members and workload:
        key = (names or {}).get("request_key", "request_key")
        again = f"{key}: {result['request_key']} and recover_reprotect: true"
        lines += members["lines"]
        lines += protection_lines(named(workload), members, "" if reprotected else again)
    elif workload:
        lines.append(
            f"Whether the workload {named(workload)} protects the new servers is unknown: Nova did not show its "
            "servers. When Nova shows them again, check the workload, since servers that it lacks have no backup."
        )
    return lines


def heading(result: Mapping[str, Any], planned: Mapping[str, Any]) -> str:
    """Return which run has restored."""
    if result.get("changed"):
        return "Restored"
    was_done = (planned.get("restore") or {}).get("status") == "available"
    return "Already restored" if was_done else "Restored by a restore that was already running"


def details(restore: Mapping[str, Any]) -> Iterator[str]:
    """Yield the snapshot, the time and the servers of a restore."""
    taken = restore["time_taken"]
    yield f"From the snapshot {restore['snapshot_id']}{'' if taken is None else f', in {duration_text(taken)}'}."
    for server in restore["instances"] or []:
        before = f"{server['old_id']} -> " if server["old_id"] != server["id"] else ""
        yield f"- {server['name']}: {before}{server['id']}"
    if restore["warning_msg"]:
        yield f"The server warns: {restore['warning_msg']}"


def protection_lines(title: str, members: Mapping[str, Any], again: str) -> list[str]:
    """Return whether the workload protects the new servers.

    :param title: Name and id of the workload.
    :param again: The variables that let it protect them, empty if it does.
    """
    replaced = members["replaced"]
    if not replaced:
        return []
    declared = [members["declared"]] if members["declared"] else []
    if not again:
        new = listed(f"{pair['name']} ({pair['id']})" for pair in replaced)
        return [f"The workload {title} protects the new servers in place of the lost ones: {new}.", *declared]
    lost = listed(f"{pair['old_name']} ({pair['old_id']})" for pair in replaced)
    return [
        f"NOT PROTECTED: the workload {title} still lists the lost servers: {lost}.",
        *declared,
        "Its snapshots fail, and the new servers are in no backup.",
        f"To protect the new servers instead, run it again with {again}",
    ]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"restore_result_text": restore_result_text}
