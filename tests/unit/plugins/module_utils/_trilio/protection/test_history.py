# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the backups of a workload went, and what a person should look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.protection.facts import (
    Facts,
    Server,
    Snapshot,
    Workload,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.protection.history import (
    Finding,
    History,
    find_problems,
    group_failures,
    histories,
)

NOW = datetime.fromisoformat("2026-11-29T12:00:00+00:00")
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
WINDOW = 14 * DAY
DAILY = {"enabled": True, "hourly": {"interval": 24}, "timezone": "UTC", "start_time": "02:00"}
SHOP = Workload(
    "w1",
    "shop",
    server_ids=frozenset({"web"}),
    server_names={"web": "web-1", "old": "old-1"},
    schedule=DAILY,
    created_at=NOW - 90 * DAY,
)


def run(days: int, **more: Any) -> Snapshot:
    """Return the scheduled snapshot of a day."""
    at = NOW.replace(hour=2) - days * DAY
    base = {"id": f"s{days}", "workload_id": "w1", "name": "jobscheduler", "created_at": at, "good": True}
    return Snapshot(**{**base, "scheduled": True, **more})


def failed(days: int, error: str | None = "No valid host was found.") -> Snapshot:
    """Return a failed snapshot."""
    return run(days, good=False, status="error", error=error)


def project(*snapshots: Snapshot, **more: Any) -> Facts:
    """Return the facts of a project with one workload."""
    base = {"now": NOW, "servers": [Server("web", "web-1")], "workloads": [SHOP], "snapshots": snapshots}
    return Facts(**{**base, **more})


def history(facts: Facts) -> History:
    """Return the history of the only workload."""
    (found,) = histories(facts, WINDOW)
    return found


def findings(facts: Facts) -> dict[str, Finding]:
    """Return the findings by code."""
    return {each.code: each for each in find_problems(facts, histories(facts, WINDOW))}


def test_two_quiet_weeks_have_no_finding() -> None:
    facts = project(*(run(days) for days in range(14)))
    assert findings(facts) == {}
    found = history(facts)
    assert (found.restore_points, found.failures_in_a_row, found.missed) == (14, 0, [])
    assert found.next_run == NOW.replace(hour=2) + DAY


def test_failures_count_from_the_newest_good_snapshot() -> None:
    facts = project(failed(9), run(3), failed(2), failed(1), failed(0, error=None))
    assert history(facts).failures_in_a_row == 3
    found = findings(facts)["failures_in_a_row"]
    assert (found.severity, found.since) == ("failed", NOW.replace(hour=2) - 2 * DAY)
    assert found.detail == "The newest 3 snapshots failed: No valid host was found."
    assert findings(project(run(1), failed(0)))["failures_in_a_row"].severity == "warning"


def test_a_snapshot_that_runs_is_neither_a_failure_nor_the_last_attempt() -> None:
    found = history(project(failed(1), run(0, good=False, status="uploading", running=True)))
    assert (found.failures_in_a_row, found.last_attempt) == (1, failed(1))


def test_runs_without_a_snapshot_are_missed() -> None:
    facts = project(*(run(days) for days in range(14) if days not in (3, 5)))
    missed = [NOW.replace(hour=2) - days * DAY for days in (5, 3)]
    assert history(facts).missed == missed
    assert findings(facts)["missed_runs"].since == missed[0]


def test_what_retention_may_have_deleted_is_not_missed() -> None:
    assert history(project(run(1), run(0))).missed == []
    young = replace(SHOP, created_at=NOW - 2 * DAY)
    assert history(project(workloads=[young])).missed == [NOW.replace(hour=2) - DAY, NOW.replace(hour=2)]


@pytest.mark.parametrize(
    "change",
    [
        {"scheduler_on": False},
        {"scheduler_on": None},
        {"snapshots_read": False},
        {"workloads": [replace(SHOP, scheduled=False)]},
    ],
)
def test_nothing_is_missed_where_nothing_runs_or_is_known(change: dict[str, Any]) -> None:
    assert history(project(**change)).missed is None


def test_what_is_off_or_gone_or_empty_is_found() -> None:
    assert findings(project(scheduler_on=False))["scheduler_off"].severity == "failed"
    assert "schedule_off" in findings(project(workloads=[replace(SHOP, scheduled=False)]))
    gone = findings(project(workloads=[replace(SHOP, server_ids=frozenset({"web", "old"}))]))["server_gone"]
    assert gone.detail.endswith("fails every snapshot: old-1 (old).")
    assert findings(project(run(0, empty=True)))["size_zero"].since == NOW.replace(hour=2)


def test_two_scheduled_snapshots_within_minutes_are_two_schedulers() -> None:
    twice = run(0, id="twice", created_at=NOW.replace(hour=2) + timedelta(minutes=2))
    assert findings(project(run(0), twice))["duplicate_runs"].since == twice.created_at
    assert "duplicate_runs" not in findings(project(run(0), replace(twice, scheduled=False)))


def test_failures_are_grouped_by_their_message() -> None:
    other = replace(SHOP, id="w2", name="mail")
    facts = project(
        failed(20),
        failed(2),
        failed(1, error="Quota."),
        failed(0),
        replace(failed(3), workload_id="w2"),
        workloads=[SHOP, other],
    )
    rows = group_failures(histories(facts, WINDOW), NOW - WINDOW)
    assert [(row["message"], row["count"], row["workloads"]) for row in rows] == [
        ("No valid host was found.", 3, ["mail", "shop"]),
        ("Quota.", 1, ["shop"]),
    ]
    assert (rows[0]["first_seen"], rows[0]["last_seen"]) == (NOW.replace(hour=2) - 3 * DAY, NOW.replace(hour=2))


def test_severe_findings_come_first() -> None:
    facts = project(run(0, empty=True), workloads=[replace(SHOP, scheduled=False)])
    assert [each.severity for each in find_problems(facts, histories(facts, WINDOW))] == ["failed", "warning"]
