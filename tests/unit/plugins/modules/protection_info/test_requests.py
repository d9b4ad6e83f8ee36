# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `protection_info`, and its results."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.exchange.recording import NOVA, PROJECT, Exchange, fault

WEB, DB, LONE = (f"{number}8dab61c-6efd-44d3-a9ed-8e789d338c1b" for number in (1, 2, 3))
WORKLOAD = "4ddf0e47-618d-47d1-9f2f-48f342e1d9af"
NAMES = {WEB: "web-1", DB: "db-1", LONE: "lone"}


def ago(hours: float) -> str:
    """Return a time of the past as the server shows it."""
    moment = datetime.now(ZoneInfo("UTC")) - timedelta(hours=hours)
    return moment.replace(tzinfo=None).isoformat()


def schedule() -> dict[str, Any]:
    """Return a daily schedule that ran an hour ago, as the server shows it."""
    tracks = {"hourly": {"interval": "24", "retention": "30"}}
    return {"enabled": True, "timezone": "UTC", "start_time": ago(1)[11:16], "start_date": "01/01/2020", **tracks}


def workload(*servers: str, **changes: Any) -> dict[str, Any]:
    """Return a workload with all details."""
    items = [{"id": each, "name": NAMES[each]} for each in servers]
    base = {"id": WORKLOAD, "name": "shop", "project_id": PROJECT, "status": "available", "created_at": ago(9000)}
    return {**base, "instances": items, "jobschedule": schedule(), "metadata": {}, **changes}


def taken(snapshot_id: str, hours: float, **changes: Any) -> dict[str, Any]:
    """Return the row of a snapshot."""
    row = {"id": snapshot_id, "workload_id": WORKLOAD, "name": "jobscheduler", "snapshot_type": "incremental"}
    return {**row, "status": "available", "created_at": ago(hours), **changes}


class Project:
    """A project whose requests are recorded."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def record(
        self,
        servers: tuple[str, ...] = (WEB, DB),
        workloads: tuple[dict[str, Any], ...] | None = None,
        snapshots: tuple[dict[str, Any], ...] = (),
        detailed: bool = True,
    ) -> None:
        """Record the lists and the flag of the scheduler."""
        workloads = (workload(WEB, DB),) if workloads is None else workloads
        rows = [{"id": each, "name": NAMES[each], "status": "ACTIVE", "created": ago(9000)} for each in servers]
        self.exchange.get("/servers/detail", {"servers": rows}, url=NOVA)
        short = [{key: each[key] for key in ("id", "name", "project_id", "status")} for each in workloads]
        self.exchange.get("/workloads", {"workloads": short})
        if short:
            self.exchange.get("/workloads/detail", {"workloads": list(workloads) if detailed else short})
        for each in () if detailed else workloads:
            self.exchange.get(f"/workloads/{each['id']}", {"workload": each})
        self.exchange.get("/snapshots", {"snapshots": list(snapshots)})
        self.exchange.get("/global_job_scheduler", {"global_job_scheduler": True})

    def show(self, row: dict[str, Any], *servers: str, **changes: Any) -> None:
        """Record that a snapshot is shown with these servers."""
        items = [{"id": each, "name": NAMES[each]} for each in servers]
        shown = {**row, "finished_at": row["created_at"], "instances": items, "size": "1048576", **changes}
        self.exchange.get(f"/snapshots/{row['id']}", {"snapshot": shown})

    def statuses(self, **options: Any) -> dict[str, str]:
        """Run the module and return the status of each server by name."""
        result = self.exchange.run("protection_info", **options)
        return {each["name"]: each["status"] for each in result["servers"]}


@pytest.fixture
def project(exchange: Exchange) -> Project:
    return Project(exchange)


def test_in_the_steady_state_one_snapshot_of_each_workload_is_shown(project: Project) -> None:
    newest, older = taken("s2", 1), taken("s1", 25)
    project.record(snapshots=(older, newest))
    project.show(newest, WEB, DB)
    result = project.exchange.run("protection_info")
    assert result["changed"] is False
    assert [each["status"] for each in result["servers"]] == ["met", "met"]
    assert result["summary"] == {
        **dict.fromkeys(("late", "breached", "never", "new", "unprotected", "unknown", "excluded"), 0),
        **dict.fromkeys(("servers", "met", "protected", "rpo_met"), 2),
    }
    web = result["servers"][1]
    assert (web["rpo"], web["rpo_source"], web["last_good_snapshot"]["id"]) == (36 * 3600, "schedule", "s2")
    assert web["workloads"] == [{"id": WORKLOAD, "name": "shop", "policy": None}]
    assert web["next_run_at"] == f"{ago(-23)[:16]}:00Z"
    assert (result["unreadable"], result["findings"], result["project_id"]) == ([], [], PROJECT)
    assert web["restore_points"] is None


def test_older_snapshots_are_searched_for_a_server_that_the_newest_one_lacks(project: Project) -> None:
    rows = [taken("s3", 1), taken("s2", 30), taken("s1", 100)]
    project.record(servers=(WEB, DB, LONE), snapshots=tuple(rows))
    project.show(rows[0], WEB)
    project.show(rows[1], WEB)
    project.show(rows[2], WEB, DB)
    assert project.statuses(rpo_by=[{"workload": "shop", "rpo": "2d"}]) == {
        "web-1": "met",
        "db-1": "breached",
        "lone": "unprotected",
    }


def test_a_search_that_the_limit_ends_leaves_the_rest_unknown(project: Project) -> None:
    rows = [taken("s2", 1), taken("s1", 30)]
    project.record(snapshots=tuple(rows))
    project.show(rows[0], WEB)
    result = project.exchange.run("protection_info", max_shows=1)
    assert {each["name"]: each["status"] for each in result["servers"]} == {"web-1": "met", "db-1": "unknown"}
    assert result["unreadable"] == [f"Not every snapshot of the workload 'shop' ({WORKLOAD}) was searched."]


def test_a_snapshot_that_cannot_be_shown_makes_nothing_green(project: Project) -> None:
    rows = [taken("s2", 1), taken("s1", 40)]
    project.record(workloads=(workload(WEB),), servers=(WEB,), snapshots=tuple(rows))
    project.exchange.get("/snapshots/s2", fault("no"), status=400)
    project.show(rows[1], WEB)
    assert project.statuses() == {"web-1": "unknown"}


def test_a_snapshot_with_a_restore_is_as_good_as_before_and_one_being_taken_is_none(project: Project) -> None:
    rows = [taken("s2", 1, status="uploading"), taken("s1", 2, status="restoring")]
    project.record(snapshots=tuple(rows))
    project.show(rows[0], WEB, DB, finished_at=None)
    project.show(rows[1], WEB, DB)
    result = project.exchange.run("protection_info")
    assert [each["last_good_snapshot"]["id"] for each in result["servers"]] == ["s1", "s1"]


def test_a_snapshot_in_an_unknown_state_with_an_error_is_not_good(project: Project) -> None:
    rows = [taken("s2", 1, status="broken"), taken("s1", 200)]
    project.record(snapshots=tuple(rows))
    project.show(rows[0], WEB, DB, error_msg="No valid host was found.")
    project.show(rows[1], WEB, DB)
    assert project.statuses() == {"web-1": "breached", "db-1": "breached"}


def test_failures_are_shown_once_each_with_their_message(project: Project) -> None:
    rows = [taken("s1", 9 * 24, status="error"), *(taken(f"s{n}", 30 - n, status="error") for n in (2, 3, 4))]
    good = taken("s0", 100)
    project.record(snapshots=(good, *rows))
    for row in reversed(rows[1:]):
        project.show(row, error_msg="No valid host was found.")
    project.show(good, WEB, DB)
    result = project.exchange.run("protection_info", window="7d")
    assert [(each["message"], each["count"], each["workloads"]) for each in result["failures"]] == [
        ("No valid host was found.", 3, ["shop"])
    ]
    assert result["servers"][0]["failures_in_a_row"] == 3
    (finding,) = (each for each in result["findings"] if each["code"] == "failures_in_a_row")
    assert (finding["severity"], finding["subject"]) == ("failed", f"'shop' ({WORKLOAD})")
    assert "No valid host was found." in finding["detail"]


def test_a_workload_that_the_list_shows_in_part_is_shown_by_itself(project: Project) -> None:
    project.record(detailed=False)
    assert project.statuses() == {"web-1": "never", "db-1": "never"}


def test_what_cannot_be_read_is_named(project: Project) -> None:
    rows = [{"id": WEB, "name": "web-1", "status": "ACTIVE", "created": ago(9000)}]
    project.exchange.get("/servers/detail", {"servers": rows}, url=NOVA)
    project.exchange.get("/workloads", {"workloads": [{"id": WORKLOAD, "name": "shop", "project_id": PROJECT}]})
    project.exchange.get("/workloads/detail", fault("no"), status=400)
    project.exchange.get(f"/workloads/{WORKLOAD}", fault("Not now."), status=400)
    project.exchange.get("/snapshots", fault("no"), status=400)
    project.exchange.get("/global_job_scheduler", fault("no"), status=403)
    result = project.exchange.run("protection_info")
    (web,) = result["servers"]
    assert (web["status"], web["protected"], web["rpo_met"]) == ("unknown", None, None)
    assert len(result["unreadable"]) == 3
    assert "Not now." in result["unreadable"][2]


def test_details_count_the_restore_points(project: Project) -> None:
    rows = [taken("s2", 1), taken("s1", 30, status="mounted"), taken("s0", 60, status="error", name="x")]
    project.record(snapshots=tuple(rows))
    project.show(rows[0], WEB, DB)
    project.show(rows[1], WEB)
    project.show(rows[2])
    result = project.exchange.run("protection_info", details=True)
    points = {each["name"]: (each["restore_points"], each["oldest_point_at"][:10]) for each in result["servers"]}
    assert points == {"web-1": (2, ago(30)[:10]), "db-1": (1, ago(1)[:10])}


def test_the_task_fails_on_the_named_statuses_and_returns_everything(project: Project) -> None:
    project.record(servers=(WEB, DB, LONE))
    failed = project.exchange.fail("protection_info", fail_on=["unprotected", "never"])
    assert failed.error["code"] == "not_protected"
    assert "3 of 3 servers of the project demo" in str(failed)
    assert f"'lone' ({LONE}): unprotected" in str(failed)
    assert len(failed.result["servers"]) == 3


def test_tags_are_read_only_if_a_rule_needs_them(project: Project) -> None:
    project.record(servers=(LONE,), workloads=())
    assert project.statuses(exclude=[{"tag": "scratch", "reason": "Scratch."}]) == {"lone": "unprotected"}
    assert project.exchange.microversions == ["compute 2.69"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"rpo": "soon"}, "The option 'rpo' is 'soon', which is not an age"),
        ({"rpo": "0h"}, "It must be more than 0"),
        ({"window": "0"}, "It must be more than 0"),
        ({"window": "999999w"}, "The option 'window' is '999999w', which is more than 100 years"),
        ({"rpo": "999999w"}, "The option 'rpo' is '999999w', which is more than 100 years"),
        ({"grace": "x"}, "The option 'grace' is 'x'"),
        ({"max_shows": 0}, "'max_shows' must be 1 or more"),
        ({"rpo_by": [{"workload": "shop", "rpo": "x"}]}, "The option 'rpo_by[1].rpo' is 'x'"),
        ({"rpo_by": [{"workload": " ", "rpo": "1h"}]}, "The option 'rpo_by[1].workload' is empty"),
        ({"exclude": [{"name": "a", "reason": " "}]}, "The entry 1 of 'exclude' has an empty 'reason'"),
        ({"exclude": [{"name": "a", "reason": "b", "until": "2026-12-31"}]}, "a day without a time of day"),
    ],
)
def test_wrong_options_are_refused_before_the_login(exchange: Exchange, options: dict[str, Any], text: str) -> None:
    failed = exchange.fail("protection_info", keystone=0, **options)
    assert failed.error["code"] == "invalid_option"
    assert text in str(failed)
