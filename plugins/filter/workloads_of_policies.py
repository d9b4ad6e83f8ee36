# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn backup policies into the workloads that they declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._backup_policies import (
    INHERITED,
    plain,
    problems_of_shape,
    summed_up,
    workloads_in,
)

DOCUMENTATION = r"""
name: workloads_of_policies
short_description: Return the workloads of backup policies, each with the options of its policy
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Turns the variable C(protect_policies) of the role P(openprotect.backup.protect#role) into the list that the module
    M(openprotect.backup.workloads) takes. The role uses this filter. Use it yourself to look at the list, or to use the
    module without the role.
  - A workload has its own options and those of its policy. Its own options take precedence. RV(ignore:name),
    RV(ignore:description) and RV(ignore:workloads) of a policy are not passed on to its workloads.
  - C(metadata) and C(schedule) are merged key by key, also inside a track such as C(daily). An empty track of the
    workload, C({}), replaces the track of the policy and so removes it.
  - C(retention) is not an option of the module. It is added to every track that has no C(retention), except C(manual).
    If the schedule has an C(interval) and neither C(retention_count) nor C(retention_days), it becomes
    C(retention_count).
options:
  _input:
    description:
      - Backup policies in the form of C(protect_policies).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: openprotect.backup.protect
    plugin_type: role
  - plugin: openprotect.backup.policies_errors
    plugin_type: filter
  - module: openprotect.backup.workloads
"""

EXAMPLES = r"""
- name: Show the workloads that a policy declares
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
    - The workloads, in the order of the policies and of their workloads.
  type: list
  elements: dict
"""

RETENTIONS = {"retention_count": "retention_days", "retention_days": "retention_count"}
"""The two options for the retention of an interval. They exclude each other."""


def workloads_of_policies(policies: Any) -> list[dict[str, Any]]:
    """Return the workloads of backup policies in the form of the module `workloads`, without options that are null.

    :raises AnsibleFilterError: The value is not a list of dictionaries, or a schedule has no place for its retention.
    """
    known = plain(policies)
    problems = problems_of_shape(known)
    if problems:
        raise AnsibleFilterError(summed_up(problems))
    return [workload_of(policy, workload) for policy in known for workload in workloads_in(policy)]


def given(options: Any) -> dict[str, Any]:
    """Return the options that are not null."""
    return {key: value for key, value in options.items() if value is not None}


def workload_of(policy: Mapping[str, Any], workload: Mapping[str, Any]) -> dict[str, Any]:
    """Return one workload with the options of its policy.

    :raises AnsibleFilterError: Its schedule has no place for the retention.
    """
    merged = {**{key: value for key, value in given(policy).items() if key in INHERITED}, **given(workload)}
    if "metadata" in merged:  # `given` is not used: null is a value here, which removes the key
        merged["metadata"] = {**(policy.get("metadata") or {}), **(workload.get("metadata") or {})}
    if "schedule" in merged:
        merged["schedule"] = merged_schedule(given(policy.get("schedule") or {}), given(workload.get("schedule") or {}))
    retention = merged.pop("retention", None)
    if retention is not None and not has_place_for_retention(merged.get("schedule", {})):
        raise AnsibleFilterError(
            f"The workload '{workload.get('name') or workload.get('id')}' of the policy '{policy.get('name')}' has a "
            "'retention', but its 'schedule' has neither a track (hourly, daily, weekly, monthly, yearly) nor an "
            "'interval'. Give one, or remove the 'retention'."
        )
    return merged if retention is None else {**merged, "schedule": with_retention(merged["schedule"], retention)}


def merged_schedule(policy: Mapping[str, Any], workload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schedule of a policy overlaid with that of a workload, also inside tracks.

    An empty track of the workload replaces the track of the policy.
    """
    merged = {key: value for key, value in policy.items() if RETENTIONS.get(key) not in workload}
    for key, own in workload.items():
        both = isinstance(own, Mapping) and isinstance(merged.get(key), Mapping) and own
        merged[key] = {**merged[key], **given(own)} if both else own
    return merged


def tracks(schedule: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the tracks for which the scheduler takes snapshots. Empty tracks are requests to remove one."""
    return {key: value for key, value in schedule.items() if isinstance(value, Mapping) and value and key != "manual"}


def has_place_for_retention(schedule: Mapping[str, Any]) -> bool:
    """Return whether a schedule has an interval, or a track that can take a retention."""
    return "interval" in schedule or bool(tracks(schedule))


def with_retention(schedule: Mapping[str, Any], retention: Any) -> dict[str, Any]:
    """Return the schedule with a retention in each place that has none."""
    filled: dict[str, Any] = {
        **schedule,
        **{key: {"retention": retention, **given(track)} for key, track in tracks(schedule).items()},
    }
    if "interval" in schedule and not any(key in schedule for key in RETENTIONS):
        filled["retention_count"] = retention
    return filled


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"workloads_of_policies": workloads_of_policies}
