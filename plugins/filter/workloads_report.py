# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize the outcome of a set of workloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import project_text

DOCUMENTATION = r"""
name: workloads_report
short_description: Return the outcome of a set of workloads, with a table
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Summarizes the result of the module M(openprotect.backup.workloads), also if the task failed. The role
    P(openprotect.backup.protect#role) shows it at its end.
  - For a task in check mode the table says what would be done, such as C(to create), and else what was done, such as
    C(created).
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
        servers_added:
          description: Names of the servers that the workload gets.
          type: list
          elements: str
        servers_removed:
          description: Names of the servers that are taken off the workload.
          type: list
          elements: str
        snapshots:
          description: Number of snapshots that are deleted together with the workload.
          type: int
        error:
          description: Message if the workload failed, else null.
          type: str
    others:
      description: Workloads of the project that the policies do not declare, as the module returns them.
      type: list
      elements: dict
    project:
      description: The project of the login and its cloud as text, V(unknown) if the login failed.
      type: str
    table:
      description: The same as lines of text.
      type: list
      elements: str
"""

DONE = {"create": "created", "update": "updated", "adopt": "adopted", "delete": "deleted"}
PLANNED = {action: f"to {action}" for action in DONE}
"""The actions in words: after a run, and before it."""

MARKS = {
    "own": "not declared, with the mark of this owner: deleted with prune",
    "none": "not declared, without a mark",
    "unknown": "not declared",
}
"""What the table says of workloads that are not in the set. Those of other owners have no line."""

MOST_OTHERS = 10


def workloads_report(
    result: Mapping[str, Any],
    policies: Sequence[Mapping[str, Any]] = (),
    checked: bool = False,
) -> dict[str, Any]:
    """Return the outcome of a set of workloads, from the result of the module `workloads`.

    :param policies: The backup policies that declare the workloads, in their order.
    :param checked: Whether only a check was made, in a play that is not in check mode.
    """
    words = PLANNED if result.get("check_mode") else DONE
    names = [str(policy.get("name")) for policy in policies for _each in policy.get("workloads") or []]
    fields = fields_by_id(result.get("plan") or [])
    ended = zip(chain(names, repeat(None)), chain(result.get("workloads") or [], result.get("pruned") or []))
    rows = [row(policy, each, fields) for policy, each in ended]
    error = result.get("msg", "") if result.get("failed") else None
    counts = result.get("counts") or {}
    return {
        "project": project_text(result.get("project_id"), result.get("cloud")),
        "changed": any(each["outcome"] == "changed" for each in rows),
        "error": error,
        "counts": counts,
        "workloads": rows,
        "others": list(result.get("others") or []),
        "table": [
            *table(rows, result.get("others") or [], words),
            *(["Nothing was written, the set was only checked:"] if checked else []),
            *summary(counts, error, words),
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
    servers = {key: list(ended.get(key) or []) for key in ("servers_added", "servers_removed")}
    return {
        "policy": policy,
        **known,
        "fields": fields.get(ended.get("id"), []),
        **servers,
        "snapshots": ended.get("snapshots") or 0,
        "error": error.get("msg"),
    }


def table(
    rows: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]], words: Mapping[str, str]
) -> list[str]:
    """Return the rows as lines of text with policy, name and outcome, then the workloads that are not in the set."""
    cells = [(str(each["policy"] or "-"), str(each["name"] or each["id"]), entry_result(each, words)) for each in rows]
    undeclared = [each for each in others if each["mark"] in MARKS]
    undeclared.sort(key=lambda each: list(MARKS).index(each["mark"]))
    cells += [("-", str(each["name"] or each["id"]), MARKS[each["mark"]]) for each in undeclared[:MOST_OTHERS]]
    widths = [max((len(line[column]) for line in cells), default=0) for column in (0, 1)]
    more = len(undeclared) - MOST_OTHERS
    return [
        *(f"{policy:<{widths[0]}}  {name:<{widths[1]}}  {text}" for policy, name, text in cells),
        *([f"and {more} more that are not declared"] if more > 0 else []),
    ]


def entry_result(ended: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """Return the outcome of one workload as text."""
    if ended["outcome"] == "failed":
        return f"FAILED: {ended['error']}"
    if ended["outcome"] != "changed":
        return "unchanged" if ended["outcome"] == "ok" else f"{ended['outcome']}: {ended['reason']}"
    word = words[ended["action"]]
    if ended["action"] == "delete":
        count = ended["snapshots"]
        return f"{word}, with {count} snapshot{'s' if count > 1 else ''}" if count else word
    added, removed = (listed(ended[key]) for key in ("servers_added", "servers_removed"))
    if ended["action"] == "create":
        return f"{word}: {added}" if added else word
    moved = " and ".join(f"{sign} {names}" for sign, names in (("adds", added), ("removes", removed)) if names)
    fields = [f"instances ({moved})" if each == "instances" and moved else each for each in ended["fields"]]
    return f"{word}: {', '.join(fields)}" if fields else word


def summary(counts: Mapping[str, int], error: Any, words: Mapping[str, str]) -> list[str]:
    """Return the last line: the counts, or the error if no workload was processed."""
    if not counts:
        return [f"FAILED: {error}"] if error is not None else []
    named = {done: words[action] for action, done in DONE.items()}
    return [
        ", ".join(f"{number} {named.get(word, word)}" for word, number in counts.items() if number)
        or "no workload is declared"
    ]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"workloads_report": workloads_report}
