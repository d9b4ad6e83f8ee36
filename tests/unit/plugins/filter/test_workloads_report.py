# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on a set of workloads: rows with the name of their policy, and lines of text."""

from __future__ import annotations

from typing import Any

import yaml

from ansible_collections.openprotect.backup.plugins.filter import workloads_report as plugin
from ansible_collections.openprotect.backup.plugins.filter.workloads_report import workloads_report
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_set.result import (
    count_outcomes,
)

POLICIES: list[dict[str, Any]] = [
    {"name": "gold", "workloads": [{"name": "web"}, {"name": "database"}]},
    {"name": "empty"},
    {"name": "bronze", "workloads": [{"name": "mail"}, {"id": "4"}]},
]


def ended(
    name: Any, outcome: str, action: str | None = None, error: str | None = None, number: str | None = None
) -> dict[str, Any]:
    """Return the keys of a row of the module that the report reads."""
    told = {
        "action": action,
        "outcome": outcome,
        "changed": outcome == "changed",
        "error": None if error is None else {"msg": error, "code": "x"},
    }
    return {
        "name": name,
        "id": number,
        "instances": [],
        "reason": "something else failed" if outcome == "skipped" else None,
        **told,
    }


def result(*rows: dict[str, Any], pruned: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    """Return a result of the module."""
    return {
        "workloads": list(rows),
        "pruned": list(pruned),
        "counts": count_outcomes((*rows, *pruned)),
        "plan": [],
        **more,
    }


def test_rows_name_their_policy_and_lines_are_aligned() -> None:
    plan = [
        {
            "action": "adopt",
            "kind": "workload",
            "name": "database",
            "id": "2",
            "fields": ["metadata.openprotect_owner"],
        },
        {
            "action": "update",
            "kind": "workload",
            "name": "database",
            "id": "2",
            "fields": ["description", "schedule.daily"],
        },
        {"action": "create", "kind": "workload", "name": "web", "id": None, "fields": ["name"]},
        {"action": "delete", "kind": "snapshot", "name": "old", "id": "5", "fields": []},
    ]
    rows = (
        ended("web", "changed", "create", number="1"),
        ended("database", "changed", "update", number="2"),
        ended("mail", "failed", error="There is no server 'mail-1'.", number="3"),
        ended(None, "skipped", number="4"),
    )
    gone = (
        ended("old", "changed", "delete", number="5"),
        ended("kept", "failed", "delete", error="It holds snapshots.", number="6"),
    )
    report = workloads_report(
        result(*rows, pruned=gone, plan=plan, failed=True, msg="2 of 6 workloads failed."), POLICIES
    )
    assert report["table"] == [
        "gold    web       create",
        "gold    database  update: metadata.openprotect_owner, description, schedule.daily",
        "bronze  mail      FAILED: There is no server 'mail-1'.",
        "bronze  4         skipped: something else failed",
        "-       old       delete",
        "-       kept      FAILED: It holds snapshots.",
        "1 create, 1 update, 1 delete, 1 skipped, 2 failed",
    ]
    assert report["error"] == "2 of 6 workloads failed."
    assert report["changed"] is True
    assert [(each["policy"], each["id"], each["fields"]) for each in report["workloads"]][:2] == [
        ("gold", "1", []),
        ("gold", "2", ["metadata.openprotect_owner", "description", "schedule.daily"]),
    ]


def test_what_is_as_declared() -> None:
    report = workloads_report(result(ended("web", "ok", number="1")))
    assert (report["table"], report["changed"], report["error"]) == (["-  web  unchanged", "1 unchanged"], False, None)


def test_a_set_that_was_only_checked() -> None:
    """In a play that is not in check mode a row such as create would be taken for what was done."""
    report = workloads_report(result(ended("web", "changed", "create")), checked=True)
    assert report["table"] == ["-  web  create", "Nothing was written, the set was only checked:", "1 create"]


def test_an_empty_set() -> None:
    assert workloads_report(result(), [])["table"] == ["no workload is declared"]


def test_a_task_that_failed_before_it_looked_at_any() -> None:
    report = workloads_report({"failed": True, "msg": "Keystone cannot be reached."}, POLICIES)
    assert (report["table"], report["workloads"], report["counts"]) == (["FAILED: Keystone cannot be reached."], [], {})


def test_what_is_returned_is_documented() -> None:
    contains = yaml.safe_load(plugin.RETURN)["_value"]["contains"]
    report = workloads_report(result(ended("web", "ok")), POLICIES)
    assert set(report) == set(contains)
    assert set(report["workloads"][0]) == set(contains["workloads"]["contains"])
