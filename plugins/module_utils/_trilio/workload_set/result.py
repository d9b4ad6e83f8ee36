# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The result of a set of workloads: a row for each workload, one plan, one diff, and the error if some failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..._core.errors import PartlyFailedError
from ..._engine.model import UPDATE, Step
from ..._openstack.context import Context
from ..workload.records import OWNER
from ..workload.resource import Workload
from .entries import Entry

ADOPT = "adopt"
MARK = f"metadata.{OWNER}"
MOST_FAILURES = 10


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
    return {**shown, **entry_result(entry)}


def set_result(
    context: Context, workload: Workload, entries: Sequence[Entry], surplus: Sequence[Entry]
) -> dict[str, Any]:
    """Return the result of the module.

    :param surplus: The workloads of the owner that no entry means.
    """
    rows = [entry_row(context, workload, each) for each in entries]
    pruned = [{"name": each.desired.name, "id": each.key, **entry_result(each)} for each in surplus]
    done = [each for each in (*entries, *surplus) if each.steps and each.skipped is None]
    return {
        "changed": any(each["changed"] for each in (*rows, *pruned)),
        "workloads": rows,
        "pruned": pruned,
        "counts": count_outcomes((*rows, *pruned)),
        "plan": [step.result() for each in done for step in planned_steps(each)],
        "diff": set_diff(done),
        "project_id": context.project_id,
    }


def partly_failed(failed: Sequence[Entry], total: int, results: dict[str, Any]) -> PartlyFailedError:
    """Return the error for a set in which some entries failed.

    :param total: Number of all entries.
    """
    texts = [f"{each.title}: {each.error}" for each in failed[:MOST_FAILURES]]
    more = f" And {len(failed) - MOST_FAILURES} more." if len(failed) > MOST_FAILURES else ""
    return PartlyFailedError(f"{len(failed)} of {total} workloads failed. {' '.join(texts)}{more}", results=results)


def count_outcomes(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of workloads by outcome; each workload is counted once."""
    words = {"create": "created", "update": "updated", ADOPT: "adopted", "delete": "deleted"}
    found = Counter(
        words[row["action"]] if row["changed"] else "unchanged" if row["outcome"] == "ok" else row["outcome"]
        for row in rows
    )
    return {word: found[word] for word in (*words.values(), "unchanged", "skipped", "failed")}


def set_diff(done: Sequence[Entry]) -> dict[str, Any]:
    """Return one diff for the set, by workload: its managed fields, and the snapshots that are deleted with it."""
    names = Counter(entry.steps[-1].name for entry in done)
    before, after = {}, {}
    for entry in done:
        step = entry.steps[-1]
        title = f"{step.name} ({step.id})" if names[step.name] > 1 else str(step.name)
        snapshots = [f"{each.name} ({each.id})" for each in entry.steps[:-1]]
        before.update(
            {title: {**step.before, **({"snapshots": snapshots} if snapshots else {})}} if step.before else {}
        )
        after.update({title: step.after} if step.after else {})
    return {"before": before, "after": after}
