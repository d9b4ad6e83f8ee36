# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role protect in the real ansible-playbook: an empty project, both forms of policies, failures, and facts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.playbook import Played, play
from support.stand import Stand, instance

SCHEDULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "6.2": (
        {"hourly": {"interval": 4}, "daily": {"backup_time": ["22:00"]}, "manual": {"retention": 3}},
        {"daily": {"retention": 60}},
    ),
    "4.2": ({"interval": 24}, {"retention_days": 60}),
}
"""By release, the schedule of a policy and the differing one of a workload."""
UNKNOWN = {"name": "mail", "instances": ["mail-1"]}


def policies(release: str = "6.2") -> list[dict[str, Any]]:
    """Return two policies with three workloads."""
    schedule, other = SCHEDULES[release]
    when = {"enabled": True, "timezone": "UTC", "start_time": "22:00"}
    return [
        {
            "name": "gold",
            "description": "What the shop lives on",
            "retention": 14,
            "metadata": {"team": "shop"},
            "schedule": {**when, **schedule},
            "workloads": [
                {"name": "web", "description": "The shop", "selector": {"name": ["web-*"]}, "exclude": ["web-3"]},
                {"name": "database", "instances": ["db-1"], "schedule": other, "metadata": {"tier": "1"}},
            ],
        },
        {"name": "by-hand", "workloads": [{"name": "spare", "instances": ["web-3"]}]},
    ]


class Operator:
    """Plays protect.yml as a user of the project demo."""

    def __init__(self, stand: Stand, directory: Path) -> None:
        self.stand = stand
        self.directory = directory

    def play(self, *words: str, **variables: Any) -> tuple[Played, list[str], dict[str, Any]]:
        """Run the playbook. Return its result, the writes that the emulator saw, and the artifact of the role."""
        mark = self.stand.emulator.mark()
        given = {"auth": self.stand.auth(), **{f"protect_{name}": value for name, value in variables.items()}}
        played = play(
            self.directory, "protect.yml", *words, variables=given, environment={"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
        )
        shown = played.stdout.partition("RUN: ")[2]
        left = json.JSONDecoder().raw_decode(shown)[0]["protected"]["localhost"] if shown else {}
        return played, self.stand.emulator.writes(mark), left

    def fails(self, *words: str, **variables: Any) -> tuple[str, list[str], dict[str, Any]]:
        """Run the playbook, which must fail. Return its output, the writes and the artifact."""
        played, writes, left = self.play(*words, **variables)
        assert played.code == 2, played.stdout + played.stderr
        return played.stdout, writes, left


@pytest.fixture
def operator(stand: Stand, tmp_path: Path) -> Operator:
    """Return a user of a project without any workload."""
    return Operator(stand, tmp_path)


@pytest.mark.every_core
@pytest.mark.parametrize("release", SCHEDULES)
def test_empty_project(operator: Operator, release: str) -> None:
    emulator = operator.stand.emulator
    emulator.reset(release)
    servers = {"gold     web     ": "web-1, web-2", "gold     database": "db-1", "by-hand  spare   ": "web-3"}
    created = [*(f"{line}  created: {names}" for line, names in servers.items()), "3 created"]
    planned = [line.replace("created", "to create") for line in created]
    unchanged = [*(f"{line}  unchanged" for line in servers), "3 unchanged"]
    runs: list[tuple[list[str], str, int, list[str]]] = [
        (["--check", "--diff"], "", 0, planned),
        ([], "true", 3, created),
        (["--check", "--diff"], "yes", 0, unchanged),
        ([], "", 0, unchanged),
    ]
    for words, validate, writes, table in runs if release == "6.2" else runs[1::2]:
        played, seen, left = operator.play(
            *words, policies=policies(release), **({"validate": validate} if validate else {})
        )
        assert (played.code, played.recap["localhost"]["changed"]) == (0, int(table in (created, planned))), (
            played.stdout + played.stderr
        )
        assert seen == ["POST /workloads"] * writes
        assert left["table"] == table
        assert all(f'"{line}"' in played.stdout for line in table)
    rows = {row["name"]: row for row in emulator.rows("workloads")}
    assert {name: len(row["instances"]) for name, row in rows.items()} == {"web": 2, "database": 1, "spare": 1}
    assert rows["database"]["metadata"].items() >= {"team": "shop", "tier": "1"}.items()
    assert "team" not in rows["spare"]["metadata"]


def test_what_somebody_changed_is_told_and_repaired(operator: Operator) -> None:
    emulator = operator.stand.emulator
    operator.play(policies=policies())
    (row,) = [each for each in emulator.rows("workloads") if each["name"] == "web"]
    emulator.patch("workloads", row["id"], description="Not the shop")
    for words, writes in ((["--check", "--diff"], []), ([], [f"PUT /workloads/{row['id']}"])):
        played, seen, left = operator.play(*words, policies=policies())
        assert (played.code, seen) == (0, writes)
        word = "to update" if words else "updated"
        assert (left["table"][0], left["changed"]) == (f"gold     web       {word}: description", True)
        assert ('-        "description": "Not the shop"' in played.stdout) is ("--diff" in words), played.stdout
        assert [(each["policy"], each["fields"]) for each in left["workloads"] if each["outcome"] == "changed"] == [
            ("gold", ["description"])
        ]


def test_one_that_fails_stops_no_other(operator: Operator) -> None:
    stdout, writes, left = operator.fails(policies=[*policies(), {"name": "mail", "workloads": [UNKNOWN]}])
    assert writes == ["POST /workloads"] * 3
    assert left["table"][3].startswith("mail     mail      FAILED: There is no server with the id or name 'mail-1'")
    assert left["table"][3] in stdout
    assert left["table"][4] == "3 created, 1 failed"
    assert left["error"].startswith("1 of 4 workloads failed.")


@pytest.mark.parametrize(("words", "variables"), [((), {"validate": True}), (("--tags", "protect_validate"), {})])
def test_nothing_is_written_unless_all_is_sound(
    operator: Operator, words: tuple[str, ...], variables: dict[str, Any]
) -> None:
    _stdout, writes, left = operator.fails(
        *words, policies=[*policies(), {"name": "mail", "workloads": [UNKNOWN]}], **variables
    )
    assert writes == []
    assert left["counts"]["failed"] == 1
    assert left["table"][-2] == "Nothing was written, the set was only checked:"


def test_validating_alone_writes_nothing(operator: Operator) -> None:
    played, writes, left = operator.play("--tags", "protect_validate", policies=policies())
    assert (played.code, played.recap["localhost"]["changed"], writes) == (0, 0, [])
    assert left["table"][-2:] == ["Nothing was written, the set was only checked:", "3 to create"]


def test_what_is_declared_no_longer_is_deleted_within_the_limit(operator: Operator) -> None:
    operator.play(policies=policies(), owner="shop")
    _stdout, writes, left = operator.fails(policies=policies()[1:], owner="shop", prune="true")
    assert (writes, left["workloads"]) == ([], []), "two are more than max_deletions allows"
    assert left["table"][0].startswith("FAILED: ")
    played, writes, left = operator.play(
        policies=policies()[1:], owner="shop", prune="true", max_deletions="2", delete_snapshots="false"
    )
    assert (played.code, sorted(write.split("/")[0] for write in writes)) == (0, ["DELETE ", "DELETE "])
    first, *deleted, last = left["table"]
    assert (first, sorted(deleted)) == (
        "by-hand  spare     unchanged",
        ["-        database  deleted", "-        web       deleted"],
    )
    assert last == "2 deleted, 1 unchanged"
    assert [row["name"] for row in operator.stand.emulator.rows("workloads")] == ["spare"]


def test_a_misspelt_key_is_refused_before_anything_is_asked(operator: Operator) -> None:
    mark = operator.stand.emulator.mark()
    stdout, _writes, left = operator.fails(policies=[{**policies()[0], "schedul": {}}])
    assert "In the policy 'gold': there is no key 'schedul'. Did you mean schedule?" in stdout
    assert len(stdout) < 3000
    assert (left, operator.stand.emulator.since(mark)) == ({}, [])


def test_a_retention_of_nothing_is_refused(operator: Operator) -> None:
    mark = operator.stand.emulator.mark()
    stdout, _writes, left = operator.fails(
        policies=[{"name": "gold", "retention": 7, "workloads": [{"name": "web", "instances": ["web-1"]}]}]
    )
    assert "The workload 'web' of the policy 'gold' has a 'retention', but its 'schedule' has neither a" in stdout
    assert left == {}
    assert operator.stand.emulator.since(mark) == []


def test_two_hundred_workloads_of_three_policies(operator: Operator) -> None:
    names = [f"vm-{number:03}" for number in range(200)]
    for name in names:
        operator.stand.emulator.put("instances", **instance(name))
    three = [
        {
            "name": policy,
            "retention": retention,
            "schedule": {
                "enabled": True,
                "timezone": "UTC",
                "start_time": "21:00",
                "hourly": {"interval": 24},
                "manual": {"retention": 5},
            },
            "workloads": [{"name": name, "instances": [name]} for name in names[first::3]],
        }
        for first, (policy, retention) in enumerate({"gold": 30, "silver": 14, "bronze": 3}.items())
    ]
    for counted, writes in (("created", 200), ("unchanged", 0)):
        played, seen, left = operator.play(policies=three)
        assert (played.code, left["counts"][counted], seen) == (0, 200, ["POST /workloads"] * writes), played.stdout
    kept = {
        row["name"]: int(row["jobschedule"]["hourly"]["retention"]) for row in operator.stand.emulator.rows("workloads")
    }
    assert [kept[name] for name in names[:3]] == [30, 14, 3]
