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
            "fields": ["description", "instances"],
        },
        {"action": "create", "kind": "workload", "name": "web", "id": None, "fields": ["name"]},
        {"action": "delete", "kind": "snapshot", "name": "old", "id": "5", "fields": []},
    ]
    rows = (
        {**ended("web", "changed", "create", number="1"), "servers_added": ["web-1", "web-2"]},
        {
            **ended("database", "changed", "update", number="2"),
            "servers_added": ["db-2"],
            "servers_removed": ["db-1"],
        },
        ended("mail", "failed", error="There is no server 'mail-1'.", number="3"),
        ended(None, "skipped", number="4"),
    )
    gone = (
        {**ended("old", "changed", "delete", number="5"), "snapshots": 2},
        ended("kept", "failed", "delete", error="It holds snapshots.", number="6"),
    )
    report = workloads_report(
        result(*rows, pruned=gone, plan=plan, failed=True, msg="2 of 6 workloads failed."), POLICIES
    )
    assert report["table"] == [
        "gold    web       created: web-1, web-2",
        "gold    database  updated: metadata.openprotect_owner, description, instances (adds db-2 and removes db-1)",
        "bronze  mail      FAILED: There is no server 'mail-1'.",
        "bronze  4         skipped: something else failed",
        "-       old       deleted, with 2 snapshots",
        "-       kept      FAILED: It holds snapshots.",
        "1 created, 1 updated, 1 deleted, 1 skipped, 2 failed",
    ]
    assert report["error"] == "2 of 6 workloads failed."
    assert report["changed"] is True
    assert [(each["policy"], each["id"], each["fields"]) for each in report["workloads"]][:2] == [
        ("gold", "1", []),
        ("gold", "2", ["metadata.openprotect_owner", "description", "instances"]),
    ]


def test_what_is_as_declared() -> None:
    report = workloads_report(result(ended("web", "ok", number="1")))
    assert (report["table"], report["changed"], report["error"]) == (["-  web  unchanged", "1 unchanged"], False, None)


def test_a_set_that_was_only_checked() -> None:
    """In a play that is not in check mode a row such as create would be taken for what was done."""
    report = workloads_report(result(ended("web", "changed", "create"), check_mode=True), checked=True)
    assert report["table"] == ["-  web  to create", "Nothing was written, the set was only checked:", "1 to create"]


def test_before_a_run_the_words_are_others_than_after_it() -> None:
    rows = [ended("web", "changed", action) for action in ("create", "update", "adopt", "delete")]
    words = ["to create", "to update", "to adopt", "to delete"]
    report = workloads_report(result(*rows, check_mode=True))
    assert report["table"] == [*(f"-  web  {word}" for word in words), ", ".join(f"1 {word}" for word in words)]


def test_workloads_that_are_not_declared_have_a_line_each_up_to_ten() -> None:
    others = [
        {"id": "1", "name": "by-hand", "mark": "none"},
        {"id": "2", "name": "old", "mark": "own"},
        {"id": "3", "name": "of-others", "mark": "other"},
        {"id": "4", "name": None, "mark": "unknown"},
    ]
    report = workloads_report(result(ended("web", "ok"), others=others))
    assert report["table"] == [
        "-  web      unchanged",
        "-  old      not declared, with the mark of this owner: deleted with prune",
        "-  by-hand  not declared, without a mark",
        "-  4        not declared",
        "1 unchanged",
    ]
    assert report["others"] == others
    many = [{"id": str(number), "name": None, "mark": "none"} for number in range(30)]
    assert workloads_report(result(others=many))["table"][-2:] == [
        "and 20 more that are not declared",
        "no workload is declared",
    ]


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
