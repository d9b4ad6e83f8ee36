# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What can stop the backups of one workload: its state, its trust, its servers, and how its snapshots went (API reference A.4, B.8, C.1, C.2, P9, P11, P21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Optional

from ..._core.errors import BackupError
from ..._core.values import utc, whole_number
from ..._engine.model import Document
from ..._schedule import wire
from ..snapshot import records as snapshot
from ..trust.records import VALIDATION
from .project import BY_SCHEDULER, Survey, title
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, not_told

LATE, MISSING = 1.5, 3.0
"""How many intervals old the newest good snapshot may be before that is a warning, and a failure."""

TOO_LONG = timedelta(hours=24)
"""How long a job may run before that is a warning."""


def check_workloads(survey: Survey) -> list[Check]:
    """Check each scheduled workload: two requests each, at most 8 at a time."""
    checks = [not_told("workloads", title(row), error) for row, error in survey.unreadable]
    if not survey.documents and not survey.unreadable:
        return [
            Check(
                "workloads",
                WARNING,
                survey.project,
                "there is no workload, so nothing is backed up",
                "Make one: openprotect.backup.workload.",
            )
        ]
    if isinstance(survey.snapshots, BackupError):
        checks.append(not_told("workloads", "snapshots", survey.snapshots))
    checks += unscheduled(survey)
    scheduled = survey.scheduled()
    found = survey.context.in_parallel(
        lambda each: [state(survey, each), trust(survey, each), servers(survey, each), *backups(survey, each)],
        scheduled,
    )
    return checks + [check for each in found for check in each]


def unscheduled(survey: Survey) -> list[Check]:
    """Name the workloads whose schedule is off; one that the scheduler once backed up was perhaps switched off by mistake."""
    off = [each for each in survey.documents if each not in survey.scheduled()]
    before = [each for each in off if any(row.get("name") == BY_SCHEDULER for row in survey.snapshots_of(each["id"]))]
    never = [title(each) for each in off if each not in before]
    checks = [
        Check(
            "schedule",
            WARNING,
            title(each),
            "is off, and was on once: the scheduler made snapshots of it",
            "If that is not meant, switch the schedule on again.",
        )
        for each in before
    ]
    if never:
        checks.append(
            Check("schedule", SKIPPED, survey.project, f"without a schedule, so not looked at: {', '.join(never)}")
        )
    return checks


def state(survey: Survey, document: Document) -> Check:
    """Judge the state of a workload: one that is busy must have a job that runs (API reference C.1, P5)."""
    status = document.get("status")
    if status == "available":
        return Check("state", OK, title(document), "available")
    if status == "error":
        said = f": {document['error_msg']}" if document.get("error_msg") else ""
        return Check(
            "state",
            FAILED,
            title(document),
            f"error{said}",
            "Look for the reason in the message and in the service's log.",
        )
    rows = survey.snapshots_of(document["id"])
    running = [row for row in rows if snapshot.running(row)]
    if running:
        since = utc(running[-1].get("created_at"))
        working = f"{status}, because the snapshot {snapshot.describe_snapshot(running[-1])} runs"
        if since is not None and survey.now - since > TOO_LONG:
            return Check(
                "state",
                WARNING,
                title(document),
                f"{working}, for {words(survey.now - since)} now",
                "If it makes no progress, cancel it.",
            )
        return Check("state", OK, title(document), working)
    if isinstance(survey.restoring, BackupError):
        return not_told("state", title(document), survey.restoring)
    if survey.restoring & {str(row["id"]) for row in rows}:
        return Check("state", OK, title(document), f"{status}, because a restore runs")
    if isinstance(survey.snapshots, BackupError):
        return Check("state", UNKNOWN, title(document), f"{status}; whether a job runs could not be read")
    action = "Look again in a few minutes; if it stays so, unlock it: openprotect.backup.workload_action."
    return Check(
        "state",
        FAILED if status == "locked" else WARNING,
        title(document),
        f"{status}, and no snapshot or restore of it runs",
        action,
    )


def trust(survey: Survey, document: Document) -> Check:
    """Ask whether the service can still act as the user of the workload (API reference A.4, B.8).

    The path is inferred from the product's command line, so a server that does not know it leaves the question open.
    """
    is_valid = attempt(lambda: bool(survey.context.api.send(VALIDATION, id=document["id"])))
    if isinstance(is_valid, BackupError):
        return not_told(
            "trust", title(document), is_valid, "Ask the product's command line: workloadmgr scheduler-trust-validate."
        )
    if is_valid:
        return Check("trust", OK, title(document), "valid")
    said = f"the service has no valid trust of the user {document.get('user_id')}, so nothing scheduled runs any more"
    action = (
        "As this user, run openprotect.backup.trust. Or let a user who has the roles that the service delegates change "
        "the workload, which makes a new trust."
    )
    return Check("trust", FAILED, title(document), said, action)


def servers(survey: Survey, document: Document) -> Check:
    """Look whether Nova still has all servers: one that is gone fails every snapshot (API reference C.2, P11)."""
    listed = document.get("instances") or []
    if isinstance(survey.servers, BackupError):
        return not_told("servers", title(document), survey.servers)
    gone = [f"{each.get('name')} ({each.get('id')})" for each in listed if str(each.get("id")) not in survey.servers]
    if gone:
        action = "Take them out of the option instances of the workload."
        return Check(
            "servers", FAILED, title(document), f"gone from Nova, which fails every snapshot: {', '.join(gone)}", action
        )
    if not listed:
        return Check("servers", FAILED, title(document), "it protects no server", "Give it instances, or delete it.")
    return Check("servers", OK, title(document), f"all {len(listed)} are in Nova")


def backups(survey: Survey, document: Document) -> list[Check]:
    """Look how the last snapshot went, and how old the newest good one is."""
    if isinstance(survey.snapshots, BackupError):
        return []
    rows = survey.snapshots_of(document["id"])
    ended = [row for row in rows if not snapshot.running(row)]
    checks = [last_snapshot(survey, document, ended[-1])] if ended else []
    good = [row for row in ended if row.get("status") in snapshot.GOOD]
    newest = utc(good[-1].get("created_at")) if good else None
    return [*checks, overdue(document, newest, any(map(snapshot.running, rows)), survey.now)]


def last_snapshot(survey: Survey, document: Document, row: Mapping[str, Any]) -> Check:
    """Judge the newest snapshot that has ended, by all that a show tells: errors, and whether there is data in it (API reference P21, P25)."""
    shown = attempt(lambda: snapshot.show(survey.context, row["id"]))
    if isinstance(shown, BackupError):
        return not_told("last_snapshot", title(document), shown)
    seen: Mapping[str, Any] = row if shown is None else shown
    called = snapshot.describe_snapshot({**seen, "id": row["id"]})
    if seen.get("status") == "error":
        action = "Mend what the message names. Behind errors of Cinder there is often its quota, which temporary volumes and snapshots use up."
        return Check("last_snapshot", FAILED, title(document), f"{called} failed: {seen.get('error_msg')}", action)
    if seen.get("status") == "cancelled":
        action = "If that is not meant, take another one: openprotect.backup.snapshot."
        return Check("last_snapshot", WARNING, title(document), f"{called} was cancelled", action)
    if seen.get("snapshot_type") == "full" and whole_number(seen.get("size")) == 0:
        return Check(
            "last_snapshot",
            FAILED,
            title(document),
            f"{called} is called good and holds no data",
            "Take a full snapshot, and look at the service's log.",
        )
    if seen.get("warning_msg"):
        action = "Look whether a restore from it would have all that you need."
        return Check("last_snapshot", WARNING, title(document), f"{called} warns: {seen['warning_msg']}", action)
    return Check("last_snapshot", OK, title(document), called)


def overdue(document: Document, newest: Optional[datetime], runs: bool, now: datetime) -> Check:
    """Hold the age of the newest good snapshot against the interval of the schedule.

    :param newest: When it was begun, None where there is none.
    :param runs: A snapshot is on its way.
    """
    subject = title(document)
    planned = wire.read(document.get("jobschedule"))
    begins, ends = (day(planned.get(key)) for key in ("start_date", "end_date"))
    if begins is not None and begins > now.date() and newest is None:
        return Check("overdue", OK, subject, f"the schedule begins on {begins}")
    if ends is not None and ends < now.date():
        action = "If that is not meant, give it an end_date that lies ahead; one that is left out of a declaration stays on the server."
        return Check("overdue", WARNING, subject, f"the schedule ended on {ends}", action)
    hours = (planned.get("hourly") or {}).get("interval") or planned.get("interval")
    since = newest or utc(document.get("created_at"))
    if not isinstance(hours, int) or hours < 1 or since is None:
        return Check(
            "overdue", UNKNOWN, subject, "the interval of the schedule, or the age of the snapshots, cannot be read"
        )
    age = now - since
    what = (
        f"the newest good snapshot is {words(age)} old"
        if newest
        else f"there is no good snapshot; the workload was made {words(age)} ago"
    )
    state_of_it = f"{what}, one every {words(timedelta(hours=hours))} is planned"
    if age <= timedelta(hours=hours) * LATE:
        return Check("overdue", OK, subject, state_of_it)
    status = WARNING if runs or age <= timedelta(hours=hours) * MISSING else FAILED
    action = (
        "Another one runs now."
        if runs
        else "See the other lines. Where they are all good, take one by hand (openprotect.backup.snapshot) and read how it ends."
    )
    return Check("overdue", status, subject, state_of_it, action)


def day(text: Any) -> Optional[date]:
    """Return a day of a schedule, None where there is none or it is not understood."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def words(span: timedelta) -> str:
    """Return a length of time for people."""
    hours = int(span.total_seconds() // 3600)
    if hours < 1:
        return f"{max(0, int(span.total_seconds() // 60))} minutes"
    return f"{hours} hour{'s' if hours > 1 else ''}" if hours < 48 else f"{hours // 24} days"
