# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize the outcome of a set of workloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

DOCUMENTATION = r"""
name: workloads_report
short_description: Return the outcome of a set of workloads, with a table
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Summarizes the result of the module M(openprotect.backup.workloads), also if the task failed. The role
    P(openprotect.backup.protect#role) shows it at its end.
options:
  _input:
    description:
      - Registered result of the module.
    type: dict
    required: true
  policies:
    description:
      - The backup policies that declare the workloads, in the form that the filter
        P(openprotect.backup.workloads_of_policies#filter) takes. If given, each row names its policy.
    type: list
    elements: dict
    default: []
  checked:
    description:
      - If V(true), a line of the table says that the set was only checked. Set it for a task that runs in check mode
        in a play that does not.
    type: bool
    default: false
seealso:
  - plugin: openprotect.backup.workloads_of_policies
    plugin_type: filter
  - module: openprotect.backup.workloads
"""

EXAMPLES = r"""
- name: Manage the workloads
  openprotect.backup.workloads:
    workloads: "{{ protect_policies | openprotect.backup.workloads_of_policies }}"
  register: kept

- name: Show the outcome of each workload
  ansible.builtin.debug:
    msg: "{{ (kept | openprotect.backup.workloads_report(protect_policies)).table }}"
"""

RETURN = r"""
_value:
  description: Outcome of the set.
  type: dict
  contains:
    changed:
      description: Whether anything was changed or, in check mode, would be.
      type: bool
    error:
      description: Message of the failed task. Null if it did not fail.
      type: str
    counts:
      description: Number of workloads for each outcome, as the module returns it. Empty if the task failed early.
      type: dict
    workloads:
      description: One row for each workload, in the order of the policies, followed by the workloads to prune.
      type: list
      elements: dict
      contains:
        policy:
          description: Name of the policy. Null if the workload is in no policy.
          type: str
        name:
          description: Name of the workload.
          type: str
        id:
          description: Id of the workload. Null before it is created.
          type: str
        action:
          description: V(create), V(update), V(adopt) or V(delete). Null if there is nothing to do.
          type: str
        outcome:
          description: V(ok), V(changed), V(failed) or V(skipped).
          type: str
        reason:
          description: Reason if the workload was skipped, else null.
          type: str
        fields:
          description: Options that differed. Empty for a new workload.
          type: list
          elements: str
        error:
          description: Message if the workload failed, else null.
          type: str
    table:
      description: The same as lines of text.
      type: list
      elements: str
"""

WORDS = {"created": "create", "updated": "update", "adopted": "adopt", "deleted": "delete"}
"""Names of the counts that fit both for a run and for check mode."""


def workloads_report(
    result: Mapping[str, Any], policies: Sequence[Mapping[str, Any]] = (), checked: bool = False
) -> dict[str, Any]:
    """Return the outcome of a set of workloads, from the result of the module `workloads`.

    :param policies: The backup policies that declare the workloads, in their order.
    :param checked: Whether the task ran in check mode, so that the rows show changes that were not made.
    """
    names = [policy.get("name") for policy in policies for _each in policy.get("workloads") or []]
    fields = fields_by_id(result.get("plan") or [])
    ended = zip(chain(names, repeat(None)), chain(result.get("workloads") or [], result.get("pruned") or []))
    rows = [row(policy, each, fields) for policy, each in ended]
    error = result.get("msg", "") if result.get("failed") else None
    counts = result.get("counts") or {}
    return {
        "changed": any(each["outcome"] == "changed" for each in rows),
        "error": error,
        "counts": counts,
        "workloads": rows,
        "table": [
            *table(rows),
            *(["Nothing was written, the set was only checked:"] if checked else []),
            *summary(counts, error),
        ],
    }


def fields_by_id(plan: Iterable[Mapping[str, Any]]) -> dict[Any, list[str]]:
    """Return the options that differ, by workload id."""
    found: dict[Any, list[str]] = {}
    for step in plan:
        if step.get("kind") == "workload" and step.get("id") is not None:
            found.setdefault(step["id"], []).extend(step.get("fields") or [])
    return found


def row(policy: Any, ended: Mapping[str, Any], fields: Mapping[Any, list[str]]) -> dict[str, Any]:
    """Return the row of one workload."""
    error = ended.get("error") or {}
    known = {key: ended.get(key) for key in ("name", "id", "action", "outcome", "reason")}
    return {"policy": policy, **known, "fields": fields.get(ended.get("id"), []), "error": error.get("msg")}


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the rows as lines of text with policy, name and outcome."""
    cells = [(str(each["policy"] or "-"), str(each["name"] or each["id"])) for each in rows]
    widths = [max((len(line[column]) for line in cells), default=0) for column in (0, 1)]
    return [
        f"{policy:<{widths[0]}}  {name:<{widths[1]}}  {entry_result(each)}" for (policy, name), each in zip(cells, rows)
    ]


def entry_result(ended: Mapping[str, Any]) -> str:
    """Return the outcome of one workload as text."""
    if ended["outcome"] == "failed":
        return f"FAILED: {ended['error']}"
    if ended["outcome"] != "changed":
        return "unchanged" if ended["outcome"] == "ok" else f"{ended['outcome']}: {ended['reason']}"
    return f"{ended['action']}: {', '.join(ended['fields'])}" if ended["fields"] else str(ended["action"])


def summary(counts: Mapping[str, int], error: Any) -> list[str]:
    """Return the last line: the counts, or the error if no workload was processed."""
    if not counts:
        return [f"FAILED: {error}"] if error is not None else []
    return [
        ", ".join(f"{number} {WORDS.get(word, word)}" for word, number in counts.items() if number)
        or "no workload is declared"
    ]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"workloads_report": workloads_report}
