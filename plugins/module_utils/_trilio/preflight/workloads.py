# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The checks of one workload: its state, its trust, its servers, and its snapshots.

They cover the facts that can stop its backups (reference A.4, B.8, C.1, C.2, P9, P11, P21).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Optional

from ..._core.errors import BackupError
from ..._core.values import utc, whole_number
from ..._engine.model import Document
from ..._schedule import wire
from ..snapshot import causes
from ..snapshot import records as snapshot
from ..trust.records import VALIDATION
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, unreadable
from .survey import Survey, describe_row

LATE, MISSING = 1.5, 3.0
"""Age of the newest good snapshot, in intervals, that is a warning, and one that is a failure."""

TWICE, RECENT = timedelta(minutes=10), timedelta(days=7)
"""Time between two scheduled snapshots of a workload that one scheduler never takes, and for how long that matters."""

TOO_LONG = timedelta(hours=24)
"""Duration of a job that is a warning."""


def check_workloads(survey: Survey) -> list[Check]:
    """Check each scheduled workload, at most 8 at a time, with two requests for each."""
    checks = [unreadable("workloads", describe_row(row), error) for row, error in survey.unreadable]
    if not survey.documents and not survey.unreadable:
        detail = "there is no workload, so nothing is backed up"
        return [Check("workloads", WARNING, survey.project, detail, "Create one: openprotect.backup.workload.")]
    if isinstance(survey.snapshots, BackupError):
        checks.append(unreadable("workloads", "snapshots", survey.snapshots))
    checks += check_schedules(survey)
    found = survey.context.in_parallel(
        lambda each: [
            check_state(survey, each),
            check_trust(survey, each),
            check_servers(survey, each),
            *check_snapshots(survey, each),
        ],
        survey.scheduled(),
    )
    return checks + [check for each in found for check in each]


def check_schedules(survey: Survey) -> list[Check]:
    """Report the workloads whose schedule is off.

    If the scheduler has taken snapshots of one before, the schedule may be off by mistake.
    """
    off = [each for each in survey.documents if each not in survey.scheduled()]
    before = [
        each for each in off if any(row.get("name") == snapshot.BY_SCHEDULER for row in survey.snapshots_of(each["id"]))
    ]
    never = ", ".join(describe_row(each) for each in off if each not in before)
    detail = "is off, and was on once: the scheduler made snapshots of it"
    action = "If that is a mistake, switch the schedule on again."
    checks = [Check("schedule", WARNING, describe_row(each), detail, action) for each in before]
    if never:
        detail = f"without a schedule, so not checked: {never}"
        checks.append(Check("schedule", SKIPPED, survey.project, detail))
    return checks


def check_state(survey: Survey, document: Document) -> Check:
    """Check the state of a workload: one that is busy must have a job that runs (reference C.1, P5)."""
    status, subject = document.get("status"), describe_row(document)
    if status == "available":
        return Check("state", OK, subject, "available")
    if status == "error":
        detail = "error" + (f": {document['error_msg']}" if document.get("error_msg") else "")
        action = "Look for the reason in the message and in the log of the service."
        return Check("state", FAILED, subject, detail, action)
    rows = survey.snapshots_of(document["id"])
    running = [row for row in rows if snapshot.running(row)]
    if running:
        since = utc(running[-1].get("created_at"))
        detail = f"{status}, because the snapshot {snapshot.describe_snapshot(running[-1])} runs"
        if since is not None and survey.now - since > TOO_LONG:
            detail += f", for {describe_span(survey.now - since)} now"
            return Check(
                "state",
                WARNING,
                subject,
                detail,
                "If it makes no progress, cancel it. A stale NFS mount on a node makes it hang.",
            )
        return Check("state", OK, subject, detail)
    if isinstance(survey.restoring, BackupError):
        return unreadable("state", subject, survey.restoring)
    if survey.restoring & {str(row["id"]) for row in rows}:
        return Check("state", OK, subject, f"{status}, because a restore runs")
    if isinstance(survey.snapshots, BackupError):
        return Check("state", UNKNOWN, subject, f"{status}; whether a job runs could not be read")
    detail = f"{status}, and no snapshot or restore of it runs"
    action = "Check again in a few minutes. If it stays so, unlock it: openprotect.backup.workload_action."
    return Check("state", FAILED if status == "locked" else WARNING, subject, detail, action)


def check_trust(survey: Survey, document: Document) -> Check:
    """Check that the service can still act as the user of the workload (reference A.4, B.8).

    The path is inferred from the product's command line. If a server does not know it, the outcome is `unknown`.
    """
    subject = describe_row(document)
    is_valid = attempt(lambda: bool(survey.context.api.send(VALIDATION, id=document["id"])))
    if isinstance(is_valid, BackupError):
        action = "Ask the product's command line: workloadmgr scheduler-trust-validate."
        return unreadable("trust", subject, is_valid, action)
    if is_valid:
        return Check("trust", OK, subject, "valid")
    said = f"the service has no valid trust of the user {document.get('user_id')}, so nothing scheduled runs any more"
    action = (
        "As this user, run openprotect.backup.trust. Or let a user who has the roles that the service delegates change "
        "the workload, which makes a new trust."
    )
    return Check("trust", FAILED, subject, said, action)


def check_servers(survey: Survey, document: Document) -> Check:
    """Check that Nova has all servers: one that is gone fails every snapshot (reference C.2, P11)."""
    subject, listed = describe_row(document), document.get("instances") or []
    if isinstance(survey.servers, BackupError):
        return unreadable("servers", subject, survey.servers)
    gone = [f"{each.get('name')} ({each.get('id')})" for each in listed if str(each.get("id")) not in survey.servers]
    if gone:
        detail = f"gone from Nova, which fails every snapshot: {', '.join(gone)}"
        return Check("servers", FAILED, subject, detail, "Remove them from the option instances of the workload.")
    if not listed:
        return Check("servers", FAILED, subject, "it protects no server", "Give it instances, or delete it.")
    return Check("servers", OK, subject, f"all {len(listed)} are in Nova")


def check_snapshots(survey: Survey, document: Document) -> list[Check]:
    """Check the last snapshot that has ended, and the age of the newest good one."""
    if isinstance(survey.snapshots, BackupError):
        return []
    rows = survey.snapshots_of(document["id"])
    ended = [row for row in rows if not snapshot.running(row)]
    checks = [check_last_snapshot(survey, document, ended[-1])] if ended else []
    checks += check_twice(document, rows, survey.now)
    good = [row for row in ended if row.get("status") in snapshot.GOOD]
    newest = utc(good[-1].get("created_at")) if good else None
    return [*checks, check_overdue(document, newest, any(map(snapshot.running, rows)), survey.now)]


def check_last_snapshot(survey: Survey, document: Document, row: Mapping[str, Any]) -> Check:
    """Check the newest snapshot that has ended, by its details: errors, warnings and size (reference P21, P25)."""
    subject = describe_row(document)
    shown = attempt(lambda: snapshot.show(survey.context, row["id"]))
    if isinstance(shown, BackupError):
        return unreadable("last_snapshot", subject, shown)
    seen: Mapping[str, Any] = row if shown is None else shown
    title = snapshot.describe_snapshot({**seen, "id": row["id"]})
    if seen.get("status") == "error":
        action = causes.explain(seen.get("error_msg")) or "Fix the cause that the message names."
        return Check("last_snapshot", FAILED, subject, f"{title} failed: {seen.get('error_msg')}", action)
    if seen.get("status") == "cancelled":
        action = "If that is a mistake, take another one: openprotect.backup.snapshot."
        return Check("last_snapshot", WARNING, subject, f"{title} was cancelled", action)
    # The server may call a full snapshot good although it holds nothing (reference P25).
    if seen.get("snapshot_type") == "full" and whole_number(seen.get("size")) == 0:
        action = "Take a full snapshot, and read the log of the service."
        return Check("last_snapshot", FAILED, subject, f"{title} is called good and holds no data", action)
    if seen.get("warning_msg"):
        action = "Check that a restore from it would have all that you need."
        return Check("last_snapshot", WARNING, subject, f"{title} warns: {seen['warning_msg']}", action)
    return Check("last_snapshot", OK, subject, title)


def check_twice(document: Document, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Check]:
    """Return a check if the scheduler took two snapshots within minutes: then two of them run (reference B.7, N14).

    :param rows: The snapshots of the workload, oldest first.
    """
    taken = [(utc(row.get("created_at")), row) for row in rows if row.get("name") == snapshot.BY_SCHEDULER]
    recent = [(begun, row) for begun, row in taken if begun is not None and now - begun < RECENT]
    for (begun, row), (again, other) in list(zip(recent, recent[1:]))[::-1]:
        if again - begun < TWICE:
            titles = f"{snapshot.describe_snapshot(dict(row))} and {snapshot.describe_snapshot(dict(other))}"
            detail = (
                f"two scheduled snapshots within {describe_span(again - begun)}, so two schedulers may run: {titles}"
            )
            action = "Have an administrator check that only one scheduler (wlm-cron) runs in the whole cloud."
            return [Check("scheduler", WARNING, describe_row(document), detail, action)]
    return []


def check_overdue(document: Document, newest: Optional[datetime], runs: bool, now: datetime) -> Check:
    """Compare the age of the newest good snapshot with the interval of the schedule.

    :param newest: Time at which it was started, None if there is none.
    :param runs: Whether another snapshot is running.
    """
    subject = describe_row(document)
    planned = wire.read(document.get("jobschedule"))
    begins, ends = (read_day(planned.get(key)) for key in ("start_date", "end_date"))
    if begins is not None and begins > now.date() and newest is None:
        return Check("overdue", OK, subject, f"the schedule begins on {begins}")
    if ends is not None and ends < now.date():
        action = (
            "If that is a mistake, give it an end_date in the future. An end_date that a task leaves out stays on the "
            "server."
        )
        return Check("overdue", WARNING, subject, f"the schedule ended on {ends}", action)
    hours = (planned.get("hourly") or {}).get("interval") or planned.get("interval")
    since = newest or utc(document.get("created_at"))
    if not isinstance(hours, int) or hours < 1 or since is None:
        detail = "the interval of the schedule, or the age of the snapshots, cannot be read"
        return Check("overdue", UNKNOWN, subject, detail)
    age, interval = now - since, timedelta(hours=hours)
    if newest:
        detail = f"the newest good snapshot is {describe_span(age)} old"
    else:
        detail = f"there is no good snapshot; the workload was made {describe_span(age)} ago"
    detail += f", one every {describe_span(interval)} is planned"
    if age <= interval * LATE:
        return Check("overdue", OK, subject, detail)
    action = (
        "See the other lines. If they are all good, take a snapshot (openprotect.backup.snapshot) and read its outcome."
    )
    if runs:
        action = "Another one runs now."
    return Check("overdue", WARNING if runs or age <= interval * MISSING else FAILED, subject, detail, action)


def read_day(text: Any) -> Optional[date]:
    """Return a day of a schedule, None if there is none or it is not a day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def describe_span(span: timedelta) -> str:
    """Return a length of time for people, such as `2 days`."""
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        minutes = max(0, int(span.total_seconds() // 60))
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{hours} hour{'s' if hours > 1 else ''}" if hours < 48 else f"{hours // 24} days"
