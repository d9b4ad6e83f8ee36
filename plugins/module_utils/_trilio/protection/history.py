# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""How the backups of each workload went: attempts, failures in a row, missed runs, and findings. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Optional

from ..._core.known_names import listed
from ..._schedule.runs import interval_of, next_run, runs_between
from .facts import Facts, Snapshot, Workload

FAILED, WARNING = "failed", "warning"

DUPLICATE_RUNS = timedelta(minutes=10)
"""Two scheduled snapshots of a workload that are closer than this were started by two schedulers (reference B.7)."""

MANY_FAILURES = 3
"""So many failures in a row are no accident."""

PUNCTUAL = timedelta(minutes=30)
"""How late a run may start and is not missed."""


@dataclass(frozen=True)
class Finding:
    """Something that a person should look at.

    :ivar severity: `failed` if backups are stopped or wrong, else `warning`.
    :ivar subject: The object, by name and id.
    :ivar action: What to do about it.
    :ivar since: When it began, as far as known.
    """

    code: str
    severity: str
    subject: str
    detail: str
    action: str
    since: Optional[datetime] = None


@dataclass(frozen=True)
class History:
    """The snapshots of one workload, oldest first, and what they say.

    :ivar last_good: The newest good snapshot.
    :ivar last_attempt: The newest snapshot that has ended.
    :ivar failures_in_a_row: Number of failed snapshots since the newest good one.
    :ivar missed: The runs of the schedule in the window at which no snapshot was started; None if that is not known.
    """

    workload: Workload
    snapshots: tuple[Snapshot, ...]
    last_good: Optional[Snapshot]
    last_attempt: Optional[Snapshot]
    failures_in_a_row: int
    restore_points: int
    next_run: Optional[datetime]
    missed: Optional[list[datetime]]


def histories(facts: Facts, window: timedelta) -> list[History]:
    """Return the history of each workload, sorted by name and id.

    :param window: How far back missed runs are searched.
    """
    by_workload: dict[str, list[Snapshot]] = {}
    for snapshot in facts.snapshots:
        by_workload.setdefault(snapshot.workload_id, []).append(snapshot)
    return [
        _history(facts, workload, by_workload.get(workload.id, []), window)
        for workload in sorted(facts.workloads, key=lambda each: (each.name, each.id))
    ]


def _history(facts: Facts, workload: Workload, snapshots: Iterable[Snapshot], window: timedelta) -> History:
    """Return the history of one workload."""
    ordered = sorted(snapshots, key=lambda each: (each.created_at or facts.now, each.id))
    ended = [each for each in ordered if not each.running]
    good = [each for each in ended if each.good and not each.empty]
    failures = 0
    for each in reversed(ended):
        if each.good is not False or each.status != "error":
            break
        failures += 1
    runs = workload.scheduled is True and facts.scheduler_on is True
    return History(
        workload,
        tuple(ordered),
        last_good=good[-1] if good else None,
        last_attempt=ended[-1] if ended else None,
        failures_in_a_row=failures,
        restore_points=len(good),
        next_run=next_run(workload.schedule, facts.now) if runs else None,
        missed=_missed(facts, workload, ordered, window) if runs and facts.snapshots_read else None,
    )


def _missed(
    facts: Facts, workload: Workload, snapshots: Sequence[Snapshot], window: timedelta
) -> Optional[list[datetime]]:
    """Return the runs in the window for which no snapshot was started in time.

    A retention may have deleted snapshots that were taken. So no run before the oldest snapshot that is left, or
    before the workload was created, is counted.
    """
    interval = interval_of(workload.schedule)
    starts = sorted(each.created_at for each in snapshots if each.created_at is not None)
    begin = max(facts.now - window, workload.created_at or facts.now, *(starts[:1]))
    runs = runs_between(workload.schedule, begin, facts.now)
    if runs is None or interval is None:
        return None
    late = min(PUNCTUAL, interval / 2)
    missed = []
    for run in runs:
        first = bisect_left(starts, run - timedelta(minutes=1))
        if run + late < facts.now and not (first < len(starts) and starts[first] <= run + late):
            missed.append(run)
    return missed


def find_problems(facts: Facts, found: Sequence[History]) -> list[Finding]:
    """Return the findings about the scheduler and the workloads, the severe ones first."""
    findings = _scheduler(facts) + [each for history in found for each in _of_workload(facts, history)]
    return sorted(findings, key=lambda each: (each.severity != FAILED, each.code, each.subject))


def _scheduler(facts: Facts) -> list[Finding]:
    """Return the finding about the global scheduler."""
    if facts.scheduler_on is not False:
        return []
    action = "Have an administrator switch it on: workloadmgr enable-global-job-scheduler."
    return [Finding("scheduler_off", FAILED, "the global scheduler", "It is off: no schedule runs.", action)]


def _of_workload(facts: Facts, history: History) -> list[Finding]:
    """Return the findings about one workload."""
    workload = history.workload
    subject = f"'{workload.name}' ({workload.id})"
    findings = []
    if workload.scheduled is False:
        detail = "Its schedule is off, so no snapshot is taken by itself."
        findings.append(Finding("schedule_off", WARNING, subject, detail, "Switch it on if that is a mistake."))
    gone = sorted((workload.server_ids or frozenset()) - {each.id for each in facts.servers})
    if gone:
        names = listed(f"{workload.server_names.get(each, 'a server')} ({each})" for each in gone)
        detail = f"It lists servers that Nova does not have, which fails every snapshot: {names}."
        findings.append(Finding("server_gone", FAILED, subject, detail, "Take them off the workload."))
    if history.failures_in_a_row:
        findings.append(_failures(history, subject))
    for each in history.snapshots:
        if each.empty:
            detail = f"The snapshot '{each.name}' ({each.id}) is called good and holds no data."
            action = "Take a full snapshot, and read the log of the service."
            findings.append(Finding("size_zero", FAILED, subject, detail, action, each.created_at))
    doubled = _doubled(history.snapshots)
    if doubled:
        detail = f"Two scheduled snapshots began within {int(DUPLICATE_RUNS.total_seconds() // 60)} minutes."
        action = "Let the administrator check that only one scheduler (wlm-cron) runs in the cloud."
        findings.append(Finding("duplicate_runs", WARNING, subject, detail, action, doubled))
    if history.missed:
        detail = f"{len(history.missed)} of its scheduled runs started no snapshot."
        action = "Run openprotect.backup.preflight to see what stops them."
        findings.append(Finding("missed_runs", WARNING, subject, detail, action, history.missed[0]))
    return findings


def _failures(history: History, subject: str) -> Finding:
    """Return the finding about snapshots that failed since the newest good one."""
    failed = [each for each in history.snapshots if not each.running][-history.failures_in_a_row :]
    reason = next((each.error for each in reversed(failed) if each.error), "the server gives no reason")
    count = len(failed)
    detail = f"The newest {'snapshot' if count == 1 else f'{count} snapshots'} failed: {reason}"
    severity = FAILED if count >= MANY_FAILURES else WARNING
    return Finding(
        "failures_in_a_row",
        severity,
        subject,
        detail if detail.endswith(".") else f"{detail}.",
        "Remove the cause, and take a snapshot.",
        failed[0].created_at,
    )


def _doubled(snapshots: Iterable[Snapshot]) -> Optional[datetime]:
    """Return when the newest two scheduled snapshots began that are too close, None if there are none."""
    starts = [each.created_at for each in snapshots if each.scheduled and each.created_at is not None]
    pairs = [later for earlier, later in zip(starts, starts[1:]) if later - earlier < DUPLICATE_RUNS]
    return pairs[-1] if pairs else None


def group_failures(found: Iterable[History], since: datetime) -> list[Mapping[str, object]]:
    """Return the failed snapshots since a time, grouped by their message, the most frequent first."""
    groups: dict[str, list[tuple[Snapshot, Workload]]] = {}
    for history in found:
        for each in history.snapshots:
            if each.status == "error" and each.created_at is not None and each.created_at >= since:
                groups.setdefault(each.error or "", []).append((each, history.workload))
    rows = []
    for message, failed in groups.items():
        times = sorted(each.created_at for each, _workload in failed if each.created_at is not None)
        rows.append(
            {
                "message": message or None,
                "count": len(failed),
                "first_seen": times[0],
                "last_seen": times[-1],
                "workloads": sorted({workload.name for _each, workload in failed}),
            }
        )
    return sorted(rows, key=lambda row: (-int(str(row["count"])), str(row["message"])))
