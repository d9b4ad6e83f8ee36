# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From backup policies to workloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: workloads_of_policies
short_description: Return the workloads of backup policies, each with what its policy says
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Turns the variable C(protect_policies) of the role P(openprotect.backup.protect#role) into the list that the module
    M(openprotect.backup.workloads) takes. The role does that by itself; this filter is there to look at the list, or to use the module without the role.
  - Each workload has its own options, and those of its policy that it does not give itself. RV(ignore:name), RV(ignore:description) and
    RV(ignore:workloads) of a policy are its own, and go to no workload.
  - In C(metadata) the keys of both come together, and in C(schedule) too, also those inside of a track such as C(daily). What the workload says wins.
    An empty track of the workload, C({}), takes the place of the policy's, and so removes it.
  - C(retention) is no option of the module. It goes into every track of the schedule that has no C(retention), except C(manual), and becomes
    C(retention_count) where the schedule has an C(interval) and says nothing on how long its snapshots are kept.
options:
  _input:
    description:
      - Backup policies, as the role describes them.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: openprotect.backup.protect
    plugin_type: role
  - module: openprotect.backup.workloads
"""

EXAMPLES = r"""
- name: Look at what a policy comes to
  ansible.builtin.debug:
    msg: "{{ protect_policies | openprotect.backup.workloads_of_policies }}"
  vars:
    protect_policies:
      - name: gold
        retention: 14
        schedule:
          hourly:
            interval: 4
          daily:
            backup_time: ["22:00"]
        workloads:
          - name: web
            instances:
              - web-1
          - name: database
            instances:
              - db-1
            schedule:
              daily:
                retention: 60
"""

RETURN = r"""
_value:
  description:
    - The workloads, in the order of the policies and of the workloads in them.
  type: list
  elements: dict
"""

INHERITED = ("schedule", "retention", "backup_target_type", "policy", "workload_type", "encryption", "metadata")
"""What a workload has from its policy where it says nothing itself."""

RETENTIONS = {"retention_count": "retention_days", "retention_days": "retention_count"}
"""The two ways to say how long an interval's snapshots are kept. Either excludes the other."""


def workloads_of_policies(policies: Any) -> list[dict[str, Any]]:
    """Return the workloads of backup policies as the module `workloads` takes them, in their order; what is null is left out as not given.

    :raises AnsibleFilterError: They are no list of dictionaries, or a retention has nothing to say something about.
    """
    return [
        workload_of(policy, workload)
        for policy in dictionaries(policies, "protect_policies")
        for workload in workloads_in(policy)
    ]


def workloads_in(policy: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the workloads that stand in a policy."""
    return dictionaries(policy.get("workloads") or [], f"The workloads of the policy {policy.get('name')!r}")


def dictionaries(value: Any, what: str) -> Sequence[Mapping[str, Any]]:
    """Return a value that is a list of dictionaries.

    :raises AnsibleFilterError: It is something else.
    """
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(each, Mapping) for each in value)
    ):
        raise AnsibleFilterError(f"{what}: a list of dictionaries is needed, not {value!r}.")
    return value


def given(options: Any) -> dict[str, Any]:
    """Return the options that are not null."""
    return {key: value for key, value in options.items() if value is not None}


def workload_of(policy: Mapping[str, Any], workload: Mapping[str, Any]) -> dict[str, Any]:
    """Return one workload with what its policy says.

    :raises AnsibleFilterError: A retention has nothing to say something about.
    """
    merged = {**{key: value for key, value in given(policy).items() if key in INHERITED}, **given(workload)}
    if "metadata" in merged:  # null is a value there: the key goes
        merged["metadata"] = {**(policy.get("metadata") or {}), **(workload.get("metadata") or {})}
    if "schedule" in merged:
        merged["schedule"] = merged_schedule(given(policy.get("schedule") or {}), given(workload.get("schedule") or {}))
    retention = merged.pop("retention", None)
    if retention is not None and not has_place_for_retention(merged.get("schedule", {})):
        raise AnsibleFilterError(
            f"The retention of the workload {workload.get('name') or workload.get('id')!r} in the policy {policy.get('name')!r} has nothing to hold for: "
            "its schedule has neither a track (hourly, daily, weekly, monthly, yearly) nor an interval. Give one, or take the retention away."
        )
    return merged if retention is None else {**merged, "schedule": kept_for(merged["schedule"], retention)}


def merged_schedule(policy: Mapping[str, Any], workload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schedule of a policy with what a workload says laid over it, inside of tracks too; an empty track replaces the policy's."""
    merged = {key: value for key, value in policy.items() if RETENTIONS.get(key) not in workload}
    for key, own in workload.items():
        both = isinstance(own, Mapping) and isinstance(merged.get(key), Mapping) and own
        merged[key] = {**merged[key], **given(own)} if both else own
    return merged


def tracks(schedule: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the tracks that the scheduler takes snapshots by; an empty one is there to be removed."""
    return {key: value for key, value in schedule.items() if isinstance(value, Mapping) and value and key != "manual"}


def has_place_for_retention(schedule: Mapping[str, Any]) -> bool:
    """Tell whether there is something in a schedule that a retention can hold for."""
    return "interval" in schedule or bool(tracks(schedule))


def kept_for(schedule: Mapping[str, Any], retention: Any) -> dict[str, Any]:
    """Return the schedule with a retention wherever it says none itself."""
    filled: dict[str, Any] = {
        **schedule,
        **{key: {"retention": retention, **given(track)} for key, track in tracks(schedule).items()},
    }
    if "interval" in schedule and not any(key in schedule for key in RETENTIONS):
        filled["retention_count"] = retention
    return filled


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"workloads_of_policies": workloads_of_policies}
