# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what is wrong in backup policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._core.known_names import listed
from ..plugin_utils._backup_policies import (
    POLICY,
    WORKLOAD,
    plain,
    problem_of_entry,
    problems_of_shape,
    problems_of_values,
    summed_up,
    title,
    workloads_in,
)
from .workloads_of_policies import workload_of

DOCUMENTATION = r"""
name: policies_errors
short_description: Return the errors in backup policies
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Checks the variable C(protect_policies) of the role P(openprotect.backup.protect#role) without a request to a
    server. Each sentence names the policy, the workload and the key. The role uses this filter before its first task.
  - It finds keys that do not exist, values of another type, schedules that no server accepts, and workloads that are
    declared twice. It does not know which servers, policies and backup target types exist.
options:
  _input:
    description:
      - Backup policies in the form of C(protect_policies).
    type: raw
    required: true
seealso:
  - plugin: openprotect.backup.protect
    plugin_type: role
  - plugin: openprotect.backup.workloads_of_policies
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check the policies of all projects, without a login
  ansible.builtin.assert:
    that: errors == ''
    fail_msg: "{{ errors }}"
    quiet: true
  vars:
    errors: "{{ protect_policies | openprotect.backup.policies_errors }}"
"""

RETURN = r"""
_value:
  description:
    - The errors, one or more sentences for each and ten at most. Empty if there are none.
  type: str
"""


def policies_errors(policies: Any) -> str:
    """Return what is wrong in backup policies, empty if nothing is."""
    known = plain(policies)
    problems = problems_of_shape(known)
    if problems:
        return summed_up(problems)
    for number, policy in enumerate(known, 1):
        problems += problems_of_policy(policy, number)
    return summed_up([*problems, *problems_of_names(known)])


def problems_of_policy(policy: Mapping[str, Any], number: int) -> list[str]:
    """Return what is wrong in one policy and its workloads. What several workloads inherit from it is said once."""
    where = f"In the policy {title(policy, number)}"
    problems = problems_of_values(where, POLICY, policy)
    sound = []
    for each, workload in enumerate(workloads_in(policy), 1):
        own = problems_of_values(f"{where}, workload {title(workload, each)}", WORKLOAD, workload)
        problems += own
        sound += [] if own else [(title(workload, each), workload)]
    if problems:
        return problems
    found: dict[str, list[str]] = {}
    for name, workload in sound:
        text = problem_of_merged(policy, workload)
        if text:
            found.setdefault(text, []).append(name)
    return [
        f"{where}, workload{'s' if len(names) > 1 else ''} {listed(names)}: {text}" for text, names in found.items()
    ]


def problem_of_merged(policy: Mapping[str, Any], workload: Mapping[str, Any]) -> str:
    """Return what is wrong in a workload once it has the options of its policy."""
    try:
        return problem_of_entry(workload_of(policy, workload))
    except AnsibleFilterError as exc:
        return str(exc)


def problems_of_names(policies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return which workloads are declared more than once."""
    users: dict[str, list[str]] = {}
    for number, policy in enumerate(policies, 1):
        for workload in workloads_in(policy):
            for name in {workload.get("name"), workload.get("id"), workload.get("new_name")} - {None}:
                users.setdefault(str(name), []).append(title(policy, number))
    return [
        f"The workload '{name}' is declared {len(names)} times, in the policies {listed(names)}. Declare it once."
        for name, names in users.items()
        if len(names) > 1
    ]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"policies_errors": policies_errors}
