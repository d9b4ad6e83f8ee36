# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The line of the server: where it is read from, in which order, and what happens if it is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange.recording import PROJECT, Exchange, fault, sample

from ansible_collections.openprotect.backup.plugins.module_utils._schedule import dialects as schedule_dialects
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload.server_line import dialect_of_targets

SERVER = "14309d25-23dd-47da-bf60-febc8c25b636"
QUICK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 60}
TRACKS = {"hourly": {"interval": 24, "retention": 7}}
INTERVAL = {"interval": 24, "retention_count": 7}
SHOWN_TRACKS = sample("workload_show_6x")["workload"]["jobschedule"]
SHOWN_INTERVAL = sample("workload_show_4x")["workload"]["jobschedule"]
SHOWN_NOTHING = {"enabled": False, "timezone": "UTC", "global_jobscheduler": True}
OLD_TARGETS = sample("backup_targets_list")
NEW_TARGETS = {"backup_targets": [{"id": "b39847c8", "version": "6.1.2"}]}
UNCLEAR_TARGETS = {"backup_targets": [{"id": "b39847c8", "version": "5.2.8.15", "status": "available"}]}
NOT_FOUND = fault("The resource could not be found.", "itemNotFound", 404)
SERIAL = {"workload_types": [{"id": "f82ce76f-17fe-438b-aa37-7a023058e50d", "name": "Serial"}]}


def others(exchange: Exchange, *schedules: Any, shown: int) -> None:
    """Record the list of the workloads of the project, oldest first, and some shows, newest first."""
    rows = {
        str(number): {
            "id": str(number),
            "name": f"w{number}",
            "status": "available",
            "project_id": PROJECT,
            "created_at": f"2026-01-0{number}T00:00:00",
        }
        for number in range(1, len(schedules) + 1)
    }
    exchange.get("/workloads", {"workloads": list(rows.values())})
    exchange.servers(web=SERVER)
    if rows:
        exchange.get("/workloads/detail", {"workloads": []})  # one of them could hold the server
    for number in range(len(schedules), len(schedules) - shown, -1):
        exchange.get(f"/workloads/{number}", {"workload": {**rows[str(number)], "jobschedule": schedules[number - 1]}})


def taken(exchange: Exchange, spoken: str) -> None:
    """Record the requests that follow when the line is known."""
    if spoken == schedule_dialects.INTERVAL:
        exchange.get("/workload_types", SERIAL)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", {"policies": []})
    exchange.get("/global_job_scheduler", {"global_job_scheduler": True})


def create(exchange: Exchange, spoken: str, **options: Any) -> None:
    """Run a create in check mode with a schedule of that dialect; a server of the other line refuses it."""
    wanted = TRACKS if spoken == schedule_dialects.TRACKS else INTERVAL
    taken(exchange, spoken)
    result = exchange.run("workload", name="web", instances=["web"], schedule=wanted, check=True, **options, **QUICK)
    assert result["plan"][0]["action"] == "create"


@pytest.mark.parametrize(
    ("line", "spoken"),
    [("4", schedule_dialects.INTERVAL), ("5", schedule_dialects.INTERVAL), ("6", schedule_dialects.TRACKS)],
)
@pytest.mark.parametrize("by", ["option", "variable"])
def test_what_is_said_is_not_looked_for(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch, line: str, spoken: str, by: str
) -> None:
    others(exchange, SHOWN_TRACKS, SHOWN_INTERVAL, shown=0)
    if by == "variable":
        monkeypatch.setenv("OPENPROTECT_SERVER_LINE", line)
    create(exchange, spoken, **({"server_line": line} if by == "option" else {}))


@pytest.mark.parametrize(
    ("raw", "spoken"), [(SHOWN_TRACKS, schedule_dialects.TRACKS), (SHOWN_INTERVAL, schedule_dialects.INTERVAL)]
)
def test_a_workload_of_the_project_tells(exchange: Exchange, raw: dict[str, Any], spoken: str) -> None:
    others(exchange, raw, shown=1)
    create(exchange, spoken)


def test_the_newest_workload_that_tells_counts(exchange: Exchange) -> None:
    others(exchange, SHOWN_INTERVAL, SHOWN_TRACKS, SHOWN_NOTHING, shown=2)
    create(exchange, schedule_dialects.TRACKS)


def test_no_more_than_three_workloads_are_looked_at(exchange: Exchange) -> None:
    others(exchange, SHOWN_INTERVAL, None, SHOWN_NOTHING, {}, shown=3)
    exchange.get("/backup_targets", NEW_TARGETS)
    create(exchange, schedule_dialects.TRACKS)


@pytest.mark.parametrize(
    ("reply", "status", "spoken"),
    [
        (NOT_FOUND, 404, schedule_dialects.INTERVAL),
        (OLD_TARGETS, 200, schedule_dialects.INTERVAL),
        (NEW_TARGETS, 200, schedule_dialects.TRACKS),
    ],
    ids=["none in line 4", "captured", "line 6"],
)
def test_without_workloads_the_targets_tell(
    exchange: Exchange, reply: dict[str, Any], status: int, spoken: str
) -> None:
    others(exchange, shown=0)
    exchange.get("/backup_targets", reply, status=status)
    create(exchange, spoken)


@pytest.mark.parametrize("reply", [UNCLEAR_TARGETS, {"backup_targets": []}])
@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_told_is_asked_for_before_the_create(
    exchange: Exchange, reply: dict[str, Any], check: bool
) -> None:
    others(exchange, SHOWN_NOTHING, shown=1)
    exchange.get("/backup_targets", reply)
    failed = exchange.fail("workload", name="web", instances=["web"], schedule=TRACKS, check=check, **QUICK)
    assert failed.error == {"code": "server_line"}
    assert "'server_line' (4, 5 or 6; also by the variable OPENPROTECT_SERVER_LINE)" in str(failed)


@pytest.mark.parametrize(
    ("reply", "status", "code"), [("<html>", 200, "bad_answer"), (fault("no", "forbidden", 403), 403, "forbidden")]
)
def test_targets_that_cannot_be_read_tell_nothing(exchange: Exchange, reply: Any, status: int, code: str) -> None:
    others(exchange, shown=0)
    exchange.get("/backup_targets", reply, status=status)
    assert exchange.fail("workload", name="web", instances=["web"], schedule=TRACKS, **QUICK).error["code"] == code


@pytest.mark.parametrize(
    ("line", "wanted", "words"),
    [
        ("4", TRACKS, "The server is of line 4 or 5, which does not know schedule.hourly. Write schedule.interval"),
        (
            "6",
            INTERVAL,
            (
                "The server is of line 6, which does not know schedule.interval, schedule.retention_count. Write "
                "schedule.hourly"
            ),
        ),
    ],
)
def test_the_form_of_the_other_line_is_refused_before_the_create(
    exchange: Exchange, line: str, wanted: dict[str, Any], words: str
) -> None:
    others(exchange, shown=0)
    failed = exchange.fail("workload", name="web", instances=["web"], schedule=wanted, server_line=line, **QUICK)
    assert failed.error == {"code": "server_line"}
    assert words in str(failed)


def own(raw: Any) -> dict[str, Any]:
    """Return the captured workload with that schedule."""
    return {"workload": {**sample("workload_show_6x")["workload"], "status": "available", "jobschedule": raw}}


ID = own(None)["workload"]["id"]


@pytest.mark.parametrize(("raw", "wanted"), [(SHOWN_TRACKS, INTERVAL), (SHOWN_INTERVAL, TRACKS)])
def test_for_an_update_the_schedule_of_the_workload_itself_tells(
    exchange: Exchange, raw: dict[str, Any], wanted: dict[str, Any]
) -> None:
    exchange.get(f"/workloads/{ID}", own(raw))
    assert exchange.fail("workload", id=ID, schedule=wanted, **QUICK).error == {"code": "server_line"}


def test_for_an_update_the_targets_tell_where_the_workload_does_not(exchange: Exchange) -> None:
    exchange.get(f"/workloads/{ID}", own(SHOWN_NOTHING))
    exchange.get("/backup_targets", NEW_TARGETS)
    exchange.get("/global_job_scheduler", {"global_job_scheduler": True})
    result = exchange.run("workload", id=ID, schedule={"enabled": True, **TRACKS}, check=True, **QUICK)
    assert result["plan"][0]["fields"] == ["schedule.enabled", "schedule.hourly"]


@pytest.mark.parametrize(
    ("target", "spoken"),
    [
        ({"version": "6.0.0"}, schedule_dialects.TRACKS),
        ({"version": "6.2.10.3"}, schedule_dialects.TRACKS),
        ({"version": "10.1"}, schedule_dialects.TRACKS),
        ({"version": "6.1.2", "nfs_export": "host:/a"}, schedule_dialects.TRACKS),
        ({"version": "5.2.8.15", "status": "online"}, schedule_dialects.TRACKS),
        ({"version": "5.0.204"}, schedule_dialects.INTERVAL),
        ({"version": "5.1.9"}, schedule_dialects.INTERVAL),
        ({"version": "5.2.8.15", "nfs_export": "host:/a"}, schedule_dialects.INTERVAL),
        ({"nfs_export": "host:/a"}, schedule_dialects.INTERVAL),
        ({"version": "5.2.8.15", "filesystem_export": "host:/a"}, None),
        ({"version": None}, None),
        ({"version": "unknown"}, None),
        ({}, None),
    ],
)
def test_what_a_target_tells(target: dict[str, Any], spoken: Any) -> None:
    assert dialect_of_targets([target]) == spoken
    assert dialect_of_targets([{"version": "5.2.8.15"}, target]) == spoken
