# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules in the real ansible-playbook: the twelve steps, both action groups, the output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.playbook import Played, play
from support.stand import Stand

pytestmark = pytest.mark.every_core

INTERVAL = {"enabled": True, "start_time": "22:00", "interval": 24, "retention_count": 14, "full_backup_interval": 7}
TRACKS = {
    "enabled": True,
    "start_time": "22:00",
    "hourly": {"interval": 24, "retention": 7},
    "daily": {"backup_time": ["22:00"], "retention": 14},
}
SCHEDULES: dict[str, dict[str, Any]] = {"4.2": INTERVAL, "5.2": INTERVAL, "6.1": TRACKS, "6.2": TRACKS}
WEB: dict[str, Any] = {"name": "web", "description": "The shop", "instances": ["web-1", "web-2"]}
ABSENT = {"name": "web", "state": "absent"}


class Operator:
    """Plays workload.yml as a user of the project demo.

    :param stand: The cloud.
    :param directory: Where ansible runs.
    :param line: What `server_line` says.
    """

    def __init__(self, stand: Stand, directory: Path, line: str = "6") -> None:
        self.stand = stand
        self.directory = directory
        self.line = line

    def play(self, wanted: dict[str, Any], *words: str, **variables: Any) -> tuple[Played, list[str]]:
        """Run the playbook. Return its result and the writes that the emulator saw."""
        mark = self.stand.emulator.mark()
        given = {"auth": self.stand.auth(), "server_line": self.line, "wanted": wanted, **variables}
        played = play(self.directory, "workload.yml", *words, variables=given)
        return played, self.stand.emulator.writes(mark)

    def converge(self, wanted: dict[str, Any], *words: str, changed: bool) -> tuple[Played, list[str]]:
        """Play it, and make sure that the recap counts one task, changed or not."""
        played, writes = self.play(wanted, *words)
        counts = {
            "ok": 1,
            "changed": int(changed),
            "unreachable": 0,
            "failed": 0,
            "skipped": 0,
            "rescued": 0,
            "ignored": 0,
        }
        assert (played.code, played.recap) == (0, {"localhost": counts}), played.stdout + played.stderr
        return played, writes


@pytest.fixture
def operator(stand: Stand, tmp_path: Path) -> Operator:
    """Return a user of the light cloud, profile 6.2."""
    return Operator(stand, tmp_path)


def steps(operator: Operator, wanted: dict[str, Any], method: str, diff: set[str]) -> None:
    """Run check, real, check again, real again, each with --diff. Assert the result, the diff and the writes."""
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        played, writes = operator.converge(wanted, "--diff", *(["--check"] if check else []), changed=changed)
        assert [write.split()[0] for write in writes] == ([method] if changed and not check else [])
        shown = {line.replace(" ", "").rstrip(",") for line in played.stdout.splitlines() if line[:1] in ("+", "-")}
        assert diff <= shown if changed else not shown, played.stdout


def test_twelve_steps_in_the_newest_release(operator: Operator) -> None:
    declared = {**WEB, "schedule": TRACKS}
    steps(operator, declared, "POST", {'+"description":"Theshop"', '+"name":"web"', '+"retention":14'})
    changed = {
        **declared,
        "description": "The new shop",
        "schedule": {**TRACKS, "daily": {"backup_time": ["22:00"], "retention": 30}},
    }
    steps(
        operator,
        changed,
        "PUT",
        {'-"description":"Theshop"', '+"description":"Thenewshop"', '-"retention":14', '+"retention":30'},
    )
    assert operator.stand.emulator.rows("workloads")[0]["jobschedule"]["daily"]["retention"] in (30, "30")
    steps(operator, ABSENT, "DELETE", {'-"name":"web"'})
    assert operator.stand.emulator.rows("workloads") == []


@pytest.mark.parametrize("release", ["4.2", "5.2", "6.1"])
def test_create_repeat_and_delete_in_the_other_releases(operator: Operator, release: str) -> None:
    operator.stand.emulator.reset(release)
    operator.line = release[0]
    declared = {**WEB, "schedule": SCHEDULES[release]}
    assert operator.converge(declared, changed=True)[1] == ["POST /workloads"]
    row = operator.stand.emulator.rows("workloads")[0]
    assert {each["name"] for each in row["instances"]} == {"web-1", "web-2"}
    assert operator.converge(declared, changed=False)[1] == []
    assert operator.converge(ABSENT, changed=True)[1] == [f"DELETE /workloads/{row['id']}"]
    assert operator.stand.emulator.rows("workloads") == []


def test_all_modules_fed_by_the_group_of_both_collections(stand: Stand, tmp_path: Path) -> None:
    """Without openstack.cloud installed, as here, the block feeds this collection alone."""
    emulator = stand.emulator

    def run(*words: str, status: str = "available") -> None:
        variables = {"project_id": stand.project(), "expected_status": status}
        played = play(
            tmp_path,
            "both_collections.yml",
            *words,
            variables=variables,
            environment={"OS_CLIENT_CONFIG_FILE": stand.env["clouds_file"]},
        )
        assert played.code == 0, played.stdout + played.stderr
        assert played.recap["localhost"]["ok"] == 4
        assert played.recap["localhost"]["changed"] == 1, (
            "the workload when it is created, the unlocking when it is locked"
        )

    run()
    workload_id = emulator.rows("workloads")[0]["id"]
    emulator.patch("workloads", workload_id, status="locked")
    for words, writes in (["--check"], []), ([], [f"POST /workloads/{workload_id}/unlock"]):
        mark = emulator.mark()
        run(*words, status="locked")
        assert emulator.writes(mark) == writes
    assert emulator.rows("workloads")[0]["status"] == "available"


def test_what_fails_is_said_and_counted(operator: Operator) -> None:
    played, writes = operator.play({**WEB, "instances": ["web-1", "nowhere", "neither"]})
    assert (played.code, played.recap["localhost"]["failed"], played.recap["localhost"]["changed"]) == (2, 1, 0)
    assert "There is no server with the id or name 'nowhere'" in played.stdout + played.stderr
    assert "There is no server with the id or name 'neither'" in played.stdout + played.stderr
    assert writes == []


def test_play_without_a_host_is_no_success(operator: Operator) -> None:
    """ansible-playbook itself calls that a success."""
    with pytest.raises(RuntimeError, match=r"ran no task \(exit code 0\)"):
        operator.play(WEB, target="nobody")
