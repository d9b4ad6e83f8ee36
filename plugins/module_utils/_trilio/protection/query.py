# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The module `protection_info`: which servers of a project have no good backup, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from ..._core.errors import NotProtectedError
from ..._core.known_names import listed
from ..._core.module import Options
from ..._engine.model import quote_row
from ..._openstack.context import Context
from .facts import WORDS, Facts, Snapshot
from .history import Finding, History, find_problems, group_failures, histories
from .options import parse_depth, parse_rules
from .reading import read_facts
from .status import Protection, assess, count_words


def query_protection(context: Context, options: Options) -> dict[str, Any]:
    """Return the protection of each server of the project.

    :raises NotProtectedError: A server has one of the words of `fail_on`.
    """
    depth = parse_depth(options)
    facts = read_facts(context, datetime.now(timezone.utc), depth)
    protections = assess(facts, parse_rules(options))
    found = histories(facts, depth.window)
    by_workload = {each.workload.id: each for each in found}
    points = restore_points(facts) if options["details"] else None
    result = {
        "generated_at": iso(facts.now),
        "summary": summarize(protections),
        "servers": [server_result(each, by_workload, points) for each in protections],
        "workloads": [workload_result(each) for each in found],
        "failures": [
            {**row, "first_seen": iso(row["first_seen"]), "last_seen": iso(row["last_seen"])}
            for row in group_failures(found, facts.now - depth.window)
        ],
        "findings": [finding_result(each) for each in find_problems(facts, found)],
        "unreadable": unreadable(facts),
    }
    refuse_words(context, protections, options["fail_on"], result)
    return result


def refuse_words(
    context: Context, protections: Sequence[Protection], words: Sequence[str], result: dict[str, Any]
) -> None:
    """Fail if servers have one of the words.

    :raises NotProtectedError: Some have. The error holds the result.
    """
    bad = [each for each in protections if each.word in words]
    if bad:
        counts = Counter(each.word for each in bad)
        names = listed(f"{quote_row({'id': each.server.id, 'name': each.server.name})}: {each.word}" for each in bad)
        raise NotProtectedError(
            f"{len(bad)} of {len(protections)} servers of the project {context.connection.project_name} "
            f"({context.project_id}) have no good backup ({', '.join(f'{n} {word}' for word, n in counts.items())}): "
            f"{names}.",
            hint="'servers' of the result says why for each. 'fail_on' decides which words fail the task.",
            results={"changed": False, **context.scope(), **result},
        )


def summarize(protections: Sequence[Protection]) -> dict[str, Any]:
    """Return the number of servers by word, and the two figures: coverage and freshness."""
    counted = [each for each in protections if each.exclusion is None]
    return {
        "servers": len(protections),
        **count_words(protections, WORDS),
        "protected": sum(each.protected is True for each in counted),
        "rpo_met": sum(each.rpo_met is True for each in counted),
    }


def restore_points(facts: Facts) -> Mapping[str, list[Snapshot]]:
    """Return the good snapshots of each server, oldest first."""
    found: dict[str, list[Snapshot]] = {}
    for each in sorted(facts.snapshots, key=lambda each: (str(each.created_at), each.id)):
        for server_id in (each.server_ids or ()) if each.good and not each.empty else ():
            found.setdefault(server_id, []).append(each)
    return found


def server_result(
    each: Protection, found: Mapping[str, History], points: Optional[Mapping[str, list[Snapshot]]]
) -> dict[str, Any]:
    """Return a server as results show it.

    :param found: The history of each workload, by its id.
    :param points: The good snapshots of each server; None if they were not all read.
    """
    own = [found[workload.id] for workload in each.workloads]
    attempts = [history.last_attempt for history in own if history.last_attempt is not None]
    last_attempt = max(attempts, key=lambda snapshot: str(snapshot.created_at), default=None)
    runs = [history.next_run for history in own if history.next_run is not None]
    good = None if points is None else points.get(each.server.id, [])
    return {
        "id": each.server.id,
        "name": each.server.name,
        "created_at": iso(each.server.created_at),
        "server_status": each.server.status,
        "status": each.word,
        "reason": each.reason,
        "workloads": [
            {"id": workload.id, "name": workload.name, "policy": workload.policy} for workload in each.workloads
        ],
        "protected": each.protected,
        "rpo_met": each.rpo_met,
        "rpo": int(each.rpo.total_seconds()),
        "rpo_source": each.rpo_source,
        "last_good_snapshot": snapshot_result(each.last_good),
        "last_attempt": snapshot_result(last_attempt),
        "failures_in_a_row": max((history.failures_in_a_row for history in own), default=0),
        "next_run_at": iso(min(runs, default=None)),
        "restore_points": None if good is None else len(good),
        "oldest_point_at": iso(good[0].created_at) if good else None,
        "exclusion": None
        if each.exclusion is None
        else {"reason": each.exclusion.reason, "until": iso(each.exclusion.until), "matched": each.exclusion.wanted},
    }


def snapshot_result(each: Optional[Snapshot]) -> Optional[dict[str, Any]]:
    """Return what results show of a snapshot, None if there is none."""
    if each is None:
        return None
    return {
        "id": each.id,
        "name": each.name,
        "created_at": iso(each.created_at),
        "status": each.status,
        "error_msg": each.error,
    }


def workload_result(each: History) -> dict[str, Any]:
    """Return a workload as results show it."""
    workload = each.workload
    return {
        "id": workload.id,
        "name": workload.name,
        "policy": workload.policy,
        "schedule_enabled": workload.scheduled,
        "instances": None if workload.server_ids is None else sorted(workload.server_ids),
        "last_good_snapshot": snapshot_result(each.last_good),
        "last_attempt": snapshot_result(each.last_attempt),
        "failures_in_a_row": each.failures_in_a_row,
        "restore_points": each.restore_points,
        "next_run_at": iso(each.next_run),
        "missed_runs": None if each.missed is None else [iso(run) for run in each.missed],
        "error": workload.error,
    }


def finding_result(each: Finding) -> dict[str, Any]:
    """Return a finding as results show it."""
    return {
        "code": each.code,
        "severity": each.severity,
        "subject": each.subject,
        "detail": each.detail,
        "action": each.action,
        "since": iso(each.since),
    }


def unreadable(facts: Facts) -> list[str]:
    """Return what could not be read, each as a sentence."""
    unread = [each for each in facts.workloads if each.server_ids is None]
    return [
        *([] if facts.scheduler_on is not None else ["The flag of the global scheduler could not be read."]),
        *([] if facts.snapshots_read else ["The snapshots of the project could not be listed."]),
        *(f"The workload '{each.name}' ({each.id}) could not be read: {each.error}" for each in unread),
        *(
            f"Not every snapshot of the workload '{each.name}' ({each.id}) was searched."
            for each in facts.workloads
            if each.id in facts.unsearched
        ),
    ]


def iso(moment: Any) -> Optional[str]:
    """Return a point in time as results show it: ISO 8601 in UTC, without fractions."""
    if not isinstance(moment, datetime):
        return None
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
