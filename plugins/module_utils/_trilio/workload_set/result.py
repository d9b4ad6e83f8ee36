# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The result of a set of workloads: a row for each workload, one plan, one diff, and the error if some failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from ..._core.errors import END_OF_SENTENCE, PartlyFailedError
from ..._engine.model import DELETING, UPDATE, Document, Step, describe
from ..._openstack.context import Context
from ..workload.records import OWNER
from ..workload.resource import Workload
from .entries import Entry

ADOPT = "adopt"
MARK = f"metadata.{OWNER}"
MOST_FAILURES = 10
MOST_CHARACTERS = 1100

LEFT_OUT = frozenset(
    {
        *("jobschedule", "server_metadata", "storage_usage", "project_id", "user_id", "created_at", "updated_at"),
        *("workload_type", "changed"),
    }
)
"""Keys of a workload that say nothing about why an entry of a set failed."""


def planned_steps(entry: Entry) -> list[Step]:
    """Return the steps of an entry as the plan shows them.

    To take over a workload without a mark is a step of its own, and so is the first write of an exchange of servers.
    """
    if not entry.steps or entry.steps[-1].action != UPDATE:
        return entry.steps
    step = entry.steps[-1]
    adopted = [replace(step, action=ADOPT, fields=[MARK])] if MARK in step.fields else []
    early = [replace(step, fields=["instances"])] if entry.exchanges else []
    rest = [name for name in step.fields if name != MARK]
    return [*early, *adopted, *([replace(step, fields=rest)] if rest else [])]


def outcome_of(entry: Entry) -> str:
    """Return the outcome of an entry: `failed`, `skipped`, `changed` or `ok`."""
    if entry.error is not None:
        return "failed"
    if entry.skipped is not None:
        return "skipped"
    return "changed" if entry.steps else "ok"


def moved_servers(entry: Entry) -> dict[str, list[str]]:
    """Return the names of the servers that the plan of an entry adds to its workload, and takes off."""
    step = entry.steps[-1] if entry.steps else None
    before, after = (step.before, step.after) if step is not None else ({}, {})
    has, wants = set(before.get("instances") or ()), set(after.get("instances") or ())
    return {"servers_added": sorted(wants - has), "servers_removed": sorted(has - wants)}


def entry_result(entry: Entry) -> dict[str, Any]:
    """Return the keys of a row that describe the entry, not its workload."""
    planned, end = planned_steps(entry), outcome_of(entry)
    error = None if entry.error is None else {**entry.error.details(), "msg": str(entry.error)}
    reason = entry.skipped if end == "skipped" else None
    return {
        "action": planned[-1].action if planned else None,
        "outcome": end,
        "reason": reason,
        "changed": end == "changed",
        "error": error,
    }


def entry_row(context: Context, workload: Workload, entry: Entry) -> dict[str, Any]:
    """Return an entry as the result shows it: its workload as far as it is known, and its outcome."""
    shown = entry.outcome.object if entry.outcome is not None else None
    if shown is None:
        document = entry.document or {"project_id": context.project_id, "id": entry.key}
        values = (
            workload.read(entry.document)
            if entry.document is not None
            else {"name": entry.desired.new_name or entry.desired.name}
        )
        shown = workload.result(values, document)
    return {**shown, **entry_result(entry), **moved_servers(entry)}


def short_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a failed set for an entry that has not failed: enough for a table, since Ansible prints it."""
    known = {key: row.get(key) for key in ("name", "id", "outcome")}
    named = {key: row[key] for key in ("action", "reason", "servers_added", "servers_removed") if row.get(key)}
    return {**known, "instances": [each["name"] or each["id"] for each in row.get("instances") or ()], **named}


def short_failure(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of an entry that has failed, without what is null or has nothing to do with the set."""
    return {key: value for key, value in row.items() if value not in (None, [], {}) and key not in LEFT_OUT}


def mark_of(row: Document, owner: Optional[str]) -> str:
    """Return whose mark a workload carries: `own`, `other`, `none`, or `unknown` if its metadata were not read."""
    if not isinstance(row.get("metadata"), dict):
        return "unknown"
    mark = row["metadata"].get(OWNER)
    return ("own" if mark == owner else "other") if mark else "none"


def other_workloads(meant: Container[str], rows: Sequence[Document], owner: Optional[str]) -> list[dict[str, Any]]:
    """Return the workloads of the project that are not in the set.

    :param meant: The ids of the workloads of the set, and of those that are pruned.
    """
    return [
        {"id": row["id"], "name": row.get("name"), "mark": mark_of(row, owner)}
        for row in sorted(rows, key=lambda each: (str(each.get("name")), str(each["id"])))
        if str(row["id"]) not in meant and row.get("status") != DELETING
    ]


def set_result(
    context: Context,
    workload: Workload,
    entries: Sequence[Entry],
    surplus: Sequence[Entry],
    listed: Sequence[Document],
    owner: Optional[str],
) -> dict[str, Any]:
    """Return the result of the module.

    :param surplus: The workloads of the owner that no entry means.
    :param listed: The workloads of the project, before the first write.
    """
    rows = [entry_row(context, workload, each) for each in entries]
    pruned = [
        {"name": each.desired.name, "id": each.key, **entry_result(each), "snapshots": max(len(each.steps) - 1, 0)}
        for each in surplus
    ]
    done = [each for each in (*entries, *surplus) if each.steps and each.skipped is None]
    return {
        "changed": any(each["changed"] for each in (*rows, *pruned)),
        "check_mode": context.check_mode,
        "workloads": rows,
        "pruned": pruned,
        "others": other_workloads({str(each.key) for each in (*entries, *surplus)}, listed, owner),
        "counts": count_outcomes((*rows, *pruned)),
        "plan": [step.result() for each in done for step in planned_steps(each)],
        "diff": set_diff(done),
        "project_id": context.project_id,
    }


def describe_failures(failed: Sequence[Entry]) -> str:
    """Return why entries failed, as far as it fits a screen. What several have in common is said once."""
    said: set[str] = set()
    texts: list[str] = []
    for each in failed[:MOST_FAILURES]:
        sentences = [text for text in END_OF_SENTENCE.split(str(each.error)) if text not in said]
        text = f"{each.title}: {' '.join(sentences) or 'the same.'}"
        if texts and sum(map(len, texts)) + len(text) > MOST_CHARACTERS:
            break
        said.update(sentences)
        texts.append(text)
    more = len(failed) - len(texts)
    return " ".join(texts) + (f" And {more} more." if more else "")


def partly_failed(failed: Sequence[Entry], total: int, results: dict[str, Any]) -> PartlyFailedError:
    """Return the error for a set in which some entries failed.

    :param total: Number of all entries.
    """
    rows = [short_failure(row) if row["outcome"] == "failed" else short_row(row) for row in results["workloads"]]
    return PartlyFailedError(
        f"{len(failed)} of {total} workloads failed. {describe_failures(failed)}",
        results={**results, "workloads": rows, "others": results["others"][:MOST_FAILURES]},
    )


def count_outcomes(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of workloads by outcome; each workload is counted once."""
    words = {"create": "created", "update": "updated", ADOPT: "adopted", "delete": "deleted"}
    found = Counter(
        words[row["action"]] if row["changed"] else "unchanged" if row["outcome"] == "ok" else row["outcome"]
        for row in rows
    )
    return {word: found[word] for word in (*words.values(), "unchanged", "skipped", "failed")}


def set_diff(done: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return a diff for each workload, under its name: its managed fields, and the snapshots that go with it."""
    found = []
    for entry in done:
        step = entry.steps[-1]
        title = describe(step.kind, step.name, step.id)
        snapshots = [f"{each.name} ({each.id})" for each in entry.steps[:-1]]
        before = {**step.before, **({"snapshots": snapshots} if snapshots else {})}
        found.append({"before": before, "after": step.after, "before_header": title, "after_header": title})
    return found
