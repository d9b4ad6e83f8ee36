# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restore points as text: newest first, limited, with what cannot be restored, and how to go on."""

from __future__ import annotations

from typing import Any

from ansible_collections.openprotect.backup.plugins.filter import restore_points_text as plugin
from ansible_collections.openprotect.backup.plugins.filter.restore_points_text import (
    MOST_WORKLOADS,
    restore_points_text,
)

WEB = {"id": "w", "name": "web"}
NAMES = {"at": "recover_when", "workload": "recover_workload"}


def row(day: int, status: str = "available", workload: str = "w", **more: Any) -> dict[str, Any]:
    """Return a snapshot of a day as a list shows it."""
    shown = {"id": f"s{day}", "name": f"name-{day}", "status": status, "workload_id": workload}
    return {**shown, "created_at": f"2020-11-{day:02}T13:58:37.000000", "snapshot_type": "full", **more}


def detailed(day: int, *servers: str) -> dict[str, Any]:
    """Return a snapshot with all details."""
    return row(day, size=3 * 1024**3, instances=[{"id": name, "name": name} for name in servers])


def test_the_points_of_a_workload_are_lines_with_the_rest_counted() -> None:
    rows = [row(9), row(8, "error"), row(7), row(6)]
    lines = restore_points_text(rows, [WEB], [detailed(9, "web-1", "db-1"), detailed(7, "web-1")], NAMES)
    assert lines[0] == "Restore points of the workload web (w), newest first:"
    assert lines[1].startswith("2020-11-09 13:58:37 UTC  ")
    assert lines[1].endswith("ago  full  3.0 GiB  name-9  web-1, db-1")
    assert lines[2].startswith("2020-11-07 13:58:37 UTC  ")
    assert lines[3] == "and 1 more, down to 2020-11-06 13:58:37 UTC"
    assert lines[4] == "These snapshots cannot be restored now: name-8 of 2020-11-08 13:58:37 UTC (error)"
    assert lines[5] == (
        "Nothing was restored. To see the plan of a restore, run it again with a type and recover_when, "
        "such as 2020-11-09T13:58:37Z"
    )


def test_a_workload_without_a_good_snapshot_says_why() -> None:
    rows = [row(day, "error") for day in (9, 8, 7, 6)]
    lines = restore_points_text(rows, [WEB], [], NAMES)
    assert lines[0] == "The workload web (w) has no restore point."
    assert lines[1].startswith("These snapshots cannot be restored now: name-9 of ")
    assert lines[1].endswith(" and 1 more")


def test_workloads_have_their_newest_good_point() -> None:
    rows = [row(9, "error"), row(8), row(7), row(6, workload="db")]
    lines = restore_points_text(
        rows, [{"id": "db", "name": "database"}, {"id": "e", "name": "empty"}, WEB], names=NAMES
    )
    assert [line.split("  ")[0] for line in lines[1:4]] == ["database (db)", "empty (e)", "web (w)"]
    assert "2020-11-06 13:58:37 UTC" in lines[1]
    assert lines[2].endswith("no restore point")
    assert "2020-11-08 13:58:37 UTC" in lines[3]
    assert lines[3].endswith("2 in all")
    assert lines[4].endswith("run it again with recover_workload")


def test_many_workloads_are_cut_and_none_is_said() -> None:
    many = [{"id": str(number), "name": f"w{number}"} for number in range(MOST_WORKLOADS + 3)]
    assert "and 3 more workloads" in restore_points_text([], many)
    assert restore_points_text([], []) == ["This project has no workload, so there is nothing to restore."]
    assert plugin.FilterModule().filters() == {"restore_points_text": restore_points_text}
