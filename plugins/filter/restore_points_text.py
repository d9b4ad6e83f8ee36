# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the restore points of a project as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import age_text, named, size_text, table, time_text

DOCUMENTATION = r"""
name: restore_points_text
short_description: Return restore points as lines of text
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the snapshots of a workload that can be restored, newest first. Without a workload, returns all workloads
    with their newest one.
  - The role P(openprotect.backup.recover#role) shows it if no point in time is given.
options:
  _input:
    description:
      - Snapshots, newest first, as M(openprotect.backup.snapshot_info) returns them.
    type: list
    elements: dict
    required: true
  workloads:
    description:
      - The workloads of the project, or only the one that the snapshots belong to.
    type: list
    elements: dict
    required: true
  details:
    description:
      - The newest of the good snapshots of one workload, with all details. Empty to show each workload with its newest
        snapshot.
    type: list
    elements: dict
    default: []
  names:
    description:
      - Variables that the operator sets, by the option of M(openprotect.backup.restore). The default is the options
        themselves.
    type: dict
    default: {}
seealso:
  - plugin: openprotect.backup.recover
    plugin_type: role
  - module: openprotect.backup.snapshot_info
"""

EXAMPLES = r"""
- name: List the workloads
  openprotect.backup.workload_info:
    cloud: mycloud
  register: protected

- name: List their snapshots
  openprotect.backup.snapshot_info:
    cloud: mycloud
  register: taken

- name: Show the newest snapshot of each workload
  ansible.builtin.debug:
    msg: "{{ taken.snapshots | openprotect.backup.restore_points_text(protected.workloads) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

GOOD = "available"
MOST_WORKLOADS = 50
MOST_SERVERS = 5

Rows = Sequence[Mapping[str, Any]]


def restore_points_text(
    snapshots: Rows,
    workloads: Rows,
    details: Optional[Rows] = None,
    names: Optional[Mapping[str, str]] = None,
) -> list[str]:
    """Return restore points as lines of text.

    :param snapshots: The snapshots of one workload or of the project, newest first.
    :param workloads: The workloads that they belong to.
    :param details: The newest of the good snapshots of one workload, with all details.
    :param names: Variables that the operator sets, by option of the module.
    """
    now, known = datetime.now(timezone.utc), names or {}
    if details is None:
        return overview(snapshots, workloads, known.get("workload", "workload"), now)
    return points(snapshots, workloads[0], details, known.get("at", "at"), now)


def overview(snapshots: Rows, workloads: Rows, variable: str, now: datetime) -> list[str]:
    """Return the workloads with their newest restore point.

    :param variable: The variable that selects a workload.
    """
    if not workloads:
        return ["This project has no workload, so there is nothing to restore."]
    good: dict[str, list[Mapping[str, Any]]] = {}
    for row in snapshots:
        if row["status"] == GOOD:
            good.setdefault(row["workload_id"], []).append(row)
    rows = [[named(each), *newest(good.get(each["id"], []), now)] for each in workloads[:MOST_WORKLOADS]]
    more = len(workloads) - MOST_WORKLOADS
    return [
        "Workloads of this project, with their newest restore point:",
        *table(rows),
        *([f"and {more} more workloads"] if more > 0 else []),
        f"Nothing was restored. To list the restore points of a workload, run it again with {variable}",
    ]


def newest(good: Rows, now: datetime) -> list[str]:
    """Return the cells for the newest of the good snapshots of a workload."""
    if not good:
        return ["no restore point", "", ""]
    begun = good[0]["created_at"]
    return [time_text(begun), age_text(begun, now), f"{len(good)} in all"]


def points(snapshots: Rows, workload: Mapping[str, Any], details: Rows, when: str, now: datetime) -> list[str]:
    """Return the restore points of one workload.

    :param when: The variable that selects one.
    """
    good = [row for row in snapshots if row["status"] == GOOD]
    bad = [row for row in snapshots if row["status"] != GOOD]
    refused = listed((f"{each['name']} of {time_text(each['created_at'])} ({each['status']})" for each in bad), most=3)
    refused_lines = [f"These snapshots cannot be restored now: {refused}"] if bad else []
    if not details:
        return [f"The workload {named(workload)} has no restore point.", *refused_lines]
    rows = [
        (
            *(time_text(each["created_at"]), age_text(each["created_at"], now), each["snapshot_type"]),
            *(
                size_text(each["size"]),
                each["name"],
                listed(map(server_name, each["instances"] or []), most=MOST_SERVERS),
            ),
        )
        for each in details
    ]
    more, begun = len(good) - len(details), str(details[0]["created_at"])[:19]
    return [
        f"Restore points of the workload {named(workload)}, newest first:",
        *table(rows),
        *([f"and {more} more, down to {time_text(good[-1]['created_at'])}"] if more > 0 else []),
        *refused_lines,
        f"Nothing was restored. To see the plan of a restore, run it again with a type and {when}, such as {begun}Z",
    ]


def server_name(server: Mapping[str, Any]) -> str:
    """Return the name of a server, or its id."""
    return str(server["name"] or server["id"])


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"restore_points_text": restore_points_text}
