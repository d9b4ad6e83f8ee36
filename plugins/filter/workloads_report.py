# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a set of workloads, short enough to be read and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

DOCUMENTATION = r"""
name: workloads_report
short_description: Return what became of a set of workloads, with a table to read
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Sums up the result of the module M(openprotect.backup.workloads), also that of a task that failed. The role P(openprotect.backup.protect#role) ends with it.
options:
  _input:
    description:
      - Result of the module, as C(register) keeps it.
    type: dict
    required: true
  policies:
    description:
      - The backup policies that the workloads came from, as the filter P(openprotect.backup.workloads_of_policies#filter) takes them.
        Each row then names its policy.
    type: list
    elements: dict
    default: []
  checked:
    description:
      - Whether the set was only checked, though the play is not in check mode. A line of the table then says so.
    type: bool
    default: false
seealso:
  - plugin: openprotect.backup.workloads_of_policies
    plugin_type: filter
  - module: openprotect.backup.workloads
"""

EXAMPLES = r"""
- name: Keep the workloads as declared
  openprotect.backup.workloads:
    workloads: "{{ protect_policies | openprotect.backup.workloads_of_policies }}"
  register: kept

- name: Show what became of each
  ansible.builtin.debug:
    msg: "{{ (kept | openprotect.backup.workloads_report(protect_policies)).table }}"
"""

RETURN = r"""
_value:
  description: What became of the set.
  type: dict
  contains:
    changed:
      description: Whether anything was changed or, in check mode, would be.
      type: bool
    error:
      description: What the task said when it failed, else null.
      type: str
    counts:
      description: How many workloads ended how, as the module counts them. Empty where it failed before it looked at any.
      type: dict
    workloads:
      description: One row for each workload, in the order of the policies, then those that were surplus.
      type: list
      elements: dict
      contains:
        policy:
          description: Name of the policy; null of a workload that is in none.
          type: str
        name:
          description: Name of the workload.
          type: str
        id:
          description: Id of the workload; null before it is created.
          type: str
        action:
          description: V(create), V(update), V(adopt), V(delete), or null for nothing.
          type: str
        outcome:
          description: V(ok), V(changed), V(failed) or V(skipped).
          type: str
        reason:
          description: Why it was skipped, else null.
          type: str
        fields:
          description: Options that differed; empty of a workload that was created.
          type: list
          elements: str
        error:
          description: What went wrong, else null.
          type: str
    table:
      description: The same as lines of text.
      type: list
      elements: str
"""

WORDS = {"created": "create", "updated": "update", "adopted": "adopt", "deleted": "delete"}
"""What the module counts, in words that hold for what was done and for what in check mode would be."""


def workloads_report(
    result: Mapping[str, Any], policies: Sequence[Mapping[str, Any]] = (), checked: bool = False
) -> dict[str, Any]:
    """Return what became of a set of workloads, from the result of the module `workloads`.

    :param policies: The backup policies that the workloads came from, in their order.
    :param checked: It was only checked, so what the rows tell is what would be.
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
    """Return the options that differ, by the id of the workload."""
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
    """Return the rows as lines: policy, name, and what became of the workload."""
    cells = [(str(each["policy"] or "-"), str(each["name"] or each["id"])) for each in rows]
    widths = [max((len(line[column]) for line in cells), default=0) for column in (0, 1)]
    return [
        f"{policy:<{widths[0]}}  {name:<{widths[1]}}  {entry_result(each)}" for (policy, name), each in zip(cells, rows)
    ]


def entry_result(ended: Mapping[str, Any]) -> str:
    """Return what became of one workload, in words."""
    if ended["outcome"] == "failed":
        return f"FAILED: {ended['error']}"
    if ended["outcome"] != "changed":
        return "unchanged" if ended["outcome"] == "ok" else f"{ended['outcome']}: {ended['reason']}"
    return f"{ended['action']}: {', '.join(ended['fields'])}" if ended["fields"] else str(ended["action"])


def summary(counts: Mapping[str, int], error: Any) -> list[str]:
    """Return the last line: how many ended how, or why the task came to none."""
    if not counts:
        return [f"FAILED: {error}"] if error is not None else []
    return [
        ", ".join(f"{number} {WORDS.get(word, word)}" for word, number in counts.items() if number)
        or "no workload is declared"
    ]


class FilterModule:
    """Filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"workloads_report": workloads_report}
