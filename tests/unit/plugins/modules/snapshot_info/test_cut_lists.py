# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The newest of 1,200 snapshots on a server that stops at 1,000 rows, and a workload of which there may be two."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import snapshots, workloads
from support.exchange.recording import QUICK, Exchange

OF_ONE = {"workload_id": workloads.RESTORED_ID}
ROWS = [
    snapshots.row(id=f"{number:08x}-0000-4000-8000-000000000000", created_at=f"2026-{1 + number // 100:02}-01T00:00:00")
    for number in range(1200)
]


def listed(exchange: Exchange, rows: list[dict[str, Any]], **more: str) -> None:
    """Record the list of the snapshots of the workload, oldest first."""
    exchange.get("/snapshots", {"snapshots": rows}, query={**OF_ONE, **more})


def test_the_newest_is_that_of_the_whole_list(restoring: Exchange) -> None:
    workloads.record_restored(restoring)
    listed(restoring, ROWS[:1000])
    listed(restoring, ROWS[1000:1150], marker=ROWS[999]["id"])
    listed(restoring, [*ROWS[1150:], snapshots.row(created_at="2026-12-24T00:00:00")], marker=ROWS[1149]["id"])
    listed(restoring, [], marker=snapshots.ID)
    result = restoring.run("snapshot_info", workload="API", latest=True)
    assert [each["id"] for each in result["snapshots"]] == [snapshots.ID]


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("snapshot_info", {"latest": True}),
        ("snapshot", {"name": "nightly"}),
        ("snapshot", {"name": "nightly", "state": "absent"}),
        ("restore", {"latest": True, "type": "oneclick"}),
    ],
)
def test_a_part_of_a_list_decides_nothing(restoring: Exchange, module: str, options: dict[str, Any]) -> None:
    """The server ignores both ways to ask for the rest."""
    workloads.record_restored(restoring)
    for more in ({}, {"marker": ROWS[999]["id"]}, {"offset": "1000"}):
        listed(restoring, ROWS[:1000], **more)
    failed = restoring.fail(module, workload="API", **options, **({} if module.endswith("_info") else QUICK))
    assert failed.error["code"] == "unexpected_answer"
    assert "GET /snapshots answered with 1000 rows" in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_workload_that_may_be_in_the_rest_of_a_list_is_not_made_again(exchange: Exchange, state: str) -> None:
    rows = [{**workloads.shown(), "id": f"{number:08x}-0000-4000-8000-000000000000"} for number in range(1000)]
    for query in ({}, {"marker": rows[-1]["id"]}, {"offset": "1000"}):
        exchange.get("/workloads", {"workloads": rows}, query=query)
    failed = exchange.fail("workload", name="web", instances=["web-1"], state=state, **QUICK)
    assert failed.error["code"] == "unexpected_answer"
