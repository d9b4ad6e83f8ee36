# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which servers have no good backup: the statuses of servers on a server that keeps what was written."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Stand

SCHEDULES: dict[str, dict[str, Any]] = {
    "4": {"enabled": True, "interval": 24, "retention_count": 30, "start_time": "02:00", "timezone": "UTC"},
    "6": {"enabled": True, "hourly": {"interval": 24, "retention": 30}, "start_time": "02:00", "timezone": "UTC"},
}


@pytest.mark.parametrize("release", PROFILES)
def test_a_server_from_unprotected_to_met_and_back(stand: Stand, release: str) -> None:
    stand.emulator.reset(release)
    person = Operator(stand, release[0])

    def status(**options: Any) -> tuple[str, dict[str, Any]]:
        result = person.run("protection_info", grace="0s", **options)
        (web,) = (each for each in result["servers"] if each["name"] == "web-1")
        return web["status"], result

    assert status()[0] == "unprotected"
    schedule = SCHEDULES["6" if release[0] == "6" else "4"]
    workload = person.workload(name="web", instances=["web-1"], schedule=schedule)
    assert status()[0] == "never"
    taken = person.run("snapshot", workload="web", full=True)
    mark = stand.emulator.mark()
    word, result = status()
    assert word == "met"
    assert [each["path"].endswith(f"/snapshots/{taken['id']}") for each in stand.emulator.since(mark)].count(True) == 1
    assert stand.emulator.writes(mark) == []
    assert result["unreadable"] == []

    stand.emulator.patch("snapshots", taken["id"], created_at="2020-01-01T00:00:00.000000")
    assert status()[0] == "breached"
    assert status(rpo_by=[{"workload": "web", "rpo": "9000d"}])[0] == "met"
    person.workload(id=workload["id"], schedule={**schedule, "enabled": False})
    word, result = status()
    assert word == "unprotected"
    assert "schedule_off" in {each["code"] for each in result["findings"]}
    assert status(schedule_required=False)[0] == "breached"


def test_a_failed_snapshot_is_told_with_its_message(operator: Operator) -> None:
    operator.workload(name="web", instances=["web-1"], schedule=SCHEDULES["6"])
    taken = operator.run("snapshot", workload="web")
    operator.stand.emulator.patch("snapshots", taken["id"], status="error", error_msg="No valid host was found. ")
    result = operator.run("protection_info", grace="0s")
    assert [(each["message"].strip(), each["count"]) for each in result["failures"]] == [
        ("No valid host was found.", 1)
    ]
