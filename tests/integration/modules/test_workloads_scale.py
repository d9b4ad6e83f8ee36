# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two hundred workloads in one task: numbers of requests to create them, to change nothing, and to repair three."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import Operator
from support.stand import Emulator, Stand, instance

MANY = 200
THEIRS = 10
SCHEDULES: dict[str, dict[str, Any]] = {
    "gold": {"hourly": {"interval": 4, "retention": 12}, "daily": {"backup_time": ["22:00"], "retention": 30}},
    "silver": {"hourly": {"interval": 24, "retention": 14}},
    "bronze": {"hourly": {"interval": 24, "retention": 3}},
}


def server(number: int) -> str:
    return f"vm-{number:03}"


def declared(many: int = MANY) -> list[dict[str, Any]]:
    """Return the set: each workload of one server, a third of them under each of three policies."""
    names = list(SCHEDULES)
    return [
        {
            "name": f"w-{number:03}",
            "description": names[number % 3],
            "instances": [server(number)],
            "backup_target_type": "nfs_1",
            "metadata": {"tier": names[number % 3]},
            "schedule": {
                "enabled": True,
                "timezone": "UTC",
                "start_time": "21:00",
                **SCHEDULES[names[number % 3]],
                "manual": {"retention": 5},
            },
        }
        for number in range(many)
    ]


def boot(stand: Stand, many: int) -> None:
    """Put servers into the inventory."""
    for number in range(many):
        stand.emulator.put("instances", **instance(server(number)))


def asked(emulator: Emulator, mark: int) -> list[str]:
    """Return the last part of the path of all requests since a mark."""
    return [each["path"].rsplit("/", 1)[1] for each in emulator.since(mark)]


def test_two_hundred_workloads(operator: Operator) -> None:
    emulator = operator.stand.emulator
    boot(operator.stand, MANY)
    for number in range(THEIRS):
        protected = [{**instance(f"their-{number}"), "metadata": {}}]
        emulator.put("workloads", name=f"theirs-{number}", project_id=operator.stand.project(), instances=protected)
    options: dict[str, Any] = {"workloads": declared(), "owner": "scale", "prune": True}

    mark = emulator.mark()
    first = operator.run("workloads", **options)
    assert first["counts"] == {
        "created": MANY,
        "updated": 0,
        "adopted": 0,
        "deleted": 0,
        "unchanged": 0,
        "skipped": 0,
        "failed": 0,
    }
    assert [row["name"] for row in first["workloads"]] == [each["name"] for each in options["workloads"]]
    assert emulator.writes(mark) == ["POST /workloads"] * MANY

    rows = {row["name"]: row["id"] for row in first["workloads"]}
    lists = ["backup_target_types", "detail", "servers", "workloads"]
    for detail, shown in (("off", [row["id"] for row in emulator.rows("workloads")]), ("on", [])):
        emulator.switch(workloads_detail=detail)
        mark = emulator.mark()
        again = operator.run("workloads", **options)
        assert (again["changed"], again["counts"]["unchanged"], again["pruned"]) == (False, MANY, [])
        assert sorted(asked(emulator, mark)) == sorted([*lists, *shown])
        assert emulator.writes(mark) == []

    emulator.patch("workloads", rows["w-007"], description="changed by hand")
    emulator.patch("workloads", rows["w-100"], jobschedule={"enabled": False})
    emulator.patch("workloads", rows["w-199"], instances=[{**instance("other"), "metadata": {}}])
    mark = emulator.mark()
    repaired = operator.run("workloads", **options)
    assert sorted(emulator.writes(mark)) == sorted(
        f"PUT /workloads/{rows[name]}" for name in ("w-007", "w-100", "w-199")
    )
    assert [(step["name"], step["fields"]) for step in repaired["plan"]] == [
        ("w-007", ["description"]),
        ("w-100", ["schedule.enabled"]),
        ("w-199", ["instances"]),
    ]
    assert [each["before_header"].split("'")[1] for each in repaired["diff"]] == ["w-007", "w-100", "w-199"]
    assert not operator.run("workloads", **options)["changed"]


@pytest.mark.parametrize("thin", ["instances", "metadata", "jobschedule"])
def test_an_answer_for_all_that_lacks_something_is_not_believed(operator: Operator, thin: str) -> None:
    """Rows that lack a deciding field are read one by one, the others are not."""
    emulator = operator.stand.emulator
    boot(operator.stand, 6)
    options = {"workloads": declared(6)}
    operator.run("workloads", **options)
    rows = [
        {**row, **({thin: {} if row["name"] == "w-001" else row[thin]} if thin in row else {})}
        for row in emulator.rows("workloads")
    ]
    rows = [{key: value for key, value in row.items() if key != thin or row["name"] != "w-002"} for row in rows]
    emulator.fault("shape", "GET", "/workloads/detail", body={"workloads": rows})
    mark = emulator.mark()
    assert not operator.run("workloads", **options)["changed"]
    ids = {row["name"]: row["id"] for row in rows}
    assert sorted(asked(emulator, mark)) == sorted(
        ["workloads", "detail", "servers", "backup_target_types", ids["w-001"], ids["w-002"]]
    )
