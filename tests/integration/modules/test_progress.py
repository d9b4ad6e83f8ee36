# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress of snapshots and restores in the real ansible-playbook.

It tests what the operator sees, and that the task ends as the module alone would.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from integration.conftest import Operator
from support.playbook import Played, play, play_until
from support.stand import Stand, instance

RESTORE = re.compile(r"^  restore Restore of web \([0-9a-f-]{36}\): (\w+), (\d+) %", re.MULTILINE)
SECONDS_PER_LOOK = 30  # of work
LINE = re.compile(r"^  snapshot nightly \([0-9a-f-]{36}\): (\w+), (\d+) %", re.MULTILINE)


@pytest.fixture
def slow(stand: Stand, operator: Operator) -> Stand:
    """Return a cloud with the workload web, in which a snapshot takes some seconds, or four looks of `paced`."""
    operator.workload(name="web", instances=["web-1"])
    stand.emulator.switch(snapshot_phases=["executing", "uploading"], snapshot_phase_s=60)
    stand.emulator.ask("PUT", "clock", {"speed": 40})
    return stand


def take(stand: Stand, directory: Path, *words: str, **wanted: Any) -> Played:
    """Play snapshot.yml."""
    return play(directory, "snapshot.yml", *words, variables=snapshot_variables(stand, **wanted))


def snapshot_variables(stand: Stand, **wanted: Any) -> dict[str, Any]:
    """Return the variables of snapshot.yml."""
    return {"auth": stand.auth(), "wanted": {"name": "nightly", **wanted}}


def looks(stand: Stand, mark: int, kind: str = "snapshots") -> int:
    """Return the number of requests for single objects of a kind since the mark: the list is no such request."""
    single = re.compile(f"/{kind}/(?!detail$)[^/]+$")
    return sum(bool(single.search(each["path"])) for each in stand.emulator.since(mark, method="GET"))


def paced(stand: Stand, kind: str, run: Callable[[], Played]) -> Played:
    """Run a playbook, and let work proceed only after a request, so that progress is seen on a slow machine too."""
    emulator, seen = stand.emulator, 0
    mark = emulator.mark()
    emulator.freeze()
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(run)
        while not running.done():
            if (now := looks(stand, mark, kind)) > seen:
                seen = now
                emulator.step(SECONDS_PER_LOOK)
            time.sleep(0.05)
    emulator.freeze(False)
    return running.result()


def test_the_operator_sees_how_far_it_is(slow: Stand, tmp_path: Path) -> None:
    mark = slow.emulator.mark()
    played = paced(slow, "snapshots", lambda: take(slow, tmp_path))
    assert played.code == 0, played.stdout + played.stderr
    seen = LINE.findall(played.stderr)
    assert len(seen) >= 2, played.stderr
    assert LINE.findall(played.stdout) == [], "it may be JSON"
    assert seen[-1][0] == "available"
    assert [int(percent) for _state, percent in seen] == sorted(int(percent) for _state, percent in seen)
    assert "available full changed=True" in played.stdout
    assert len(slow.emulator.writes(mark)) == 1
    again = take(slow, tmp_path)
    assert "available full changed=False" in again.stdout
    assert len(slow.emulator.writes(mark)) == 1


def test_nothing_is_seen_of_a_task_that_must_not_be_shown(slow: Stand, tmp_path: Path) -> None:
    played = take(slow, tmp_path, hidden=True)
    assert played.code == 0, played.stdout + played.stderr
    assert LINE.findall(played.stdout + played.stderr) == []


def test_with_async_the_module_waits_by_itself(slow: Stand, tmp_path: Path) -> None:
    played = take(slow, tmp_path, asynchronous=600)
    assert played.code == 0, played.stdout + played.stderr
    assert LINE.findall(played.stdout + played.stderr) == []
    assert "available full changed=True" in played.stdout


def test_check_mode_takes_none(slow: Stand, tmp_path: Path) -> None:
    mark = slow.emulator.mark()
    played = take(slow, tmp_path, "--check")
    assert played.recap["localhost"]["changed"] == 1
    assert slow.emulator.writes(mark) == []


def test_a_failure_is_the_modules_own(slow: Stand, tmp_path: Path) -> None:
    [workload] = slow.emulator.rows("workloads")
    slow.emulator.patch(
        "workloads",
        workload["id"],
        instances=[{"id": "11111111-2222-4333-8444-555555555555", "name": "gone", "metadata": {}}],
    )
    played = take(slow, tmp_path)
    assert played.code == 2
    assert "in nova inventory" in played.stdout


def test_what_was_asked_for_is_verified(slow: Stand, tmp_path: Path, operator: Operator) -> None:
    slow.emulator.ask("PUT", "clock", {"speed": 1000})
    operator.run("snapshot", workload="web", name="first")
    slow.emulator.switch(full_true_values="yes")
    played = take(slow, tmp_path, full=True)
    assert played.code == 2
    assert "'incremental' and not 'full'" in played.stdout.replace("\\'", "'")


def test_over_time_it_says_how_to_go_on(slow: Stand, tmp_path: Path) -> None:
    slow.emulator.freeze()
    played = take(slow, tmp_path, timeout=1)
    assert played.code == 2
    assert "Run the task again" in played.stdout
    slow.emulator.freeze(False)
    again = take(slow, tmp_path)
    assert "available full changed=False" in again.stdout


def test_a_broken_look_is_no_end(slow: Stand, tmp_path: Path) -> None:
    slow.emulator.fault("html", "GET", "/snapshots/[^/]+$", times=2, skip=1)
    played = paced(slow, "snapshots", lambda: take(slow, tmp_path))
    assert played.code == 0, played.stdout + played.stderr
    assert slow.emulator.ask("GET", "faults")["faults"] == []
    assert "available full changed=True" in played.stdout


def test_killed_and_run_again_it_joins(slow: Stand, tmp_path: Path) -> None:
    slow.emulator.freeze()
    mark = slow.emulator.mark()
    play_until(lambda: looks(slow, mark), tmp_path, "snapshot.yml", variables=snapshot_variables(slow))
    slow.emulator.freeze(False)
    played = take(slow, tmp_path)
    assert "available full changed=False" in played.stdout
    assert len(slow.emulator.writes(mark)) == 1


# ---- restores -------------------------------------------------------------------------------------------------------


@pytest.fixture
def lost(slow: Stand, operator: Operator) -> Stand:
    """Return a cloud with a snapshot of a server that is gone. A restore takes seconds, or four requests of `paced`."""
    slow.emulator.ask("PUT", "clock", {"speed": 1000})
    operator.run("snapshot", workload="web")
    slow.emulator.drop("instances", instance("web-1")["id"])
    slow.emulator.switch(restore_instance_s=120)
    slow.emulator.ask("PUT", "clock", {"speed": 40})
    return slow


def restore(stand: Stand, directory: Path, *words: str, **wanted: Any) -> Played:
    """Play restore.yml."""
    return play(directory, "restore.yml", *words, variables=restore_variables(stand, **wanted))


def restore_variables(stand: Stand, **wanted: Any) -> dict[str, Any]:
    """Return the variables of restore.yml."""
    return {"auth": stand.auth(), "wanted": wanted}


@pytest.mark.every_core
def test_the_operator_sees_how_far_a_restore_is(lost: Stand, tmp_path: Path) -> None:
    mark = lost.emulator.mark()
    planned = restore(lost, tmp_path, plan_only=True)
    assert (planned.code, "changed=False" in planned.stdout) == (0, True), planned.stdout + planned.stderr
    assert RESTORE.findall(planned.stderr) == []
    assert lost.emulator.writes(mark) == []
    played = paced(lost, "restores", lambda: restore(lost, tmp_path))
    assert "available 1 changed=True" in played.stdout, played.stdout + played.stderr
    seen = RESTORE.findall(played.stderr)
    assert len(seen) >= 2
    assert seen[-1] == ("available", "100")
    assert "Creating Instance: web-1" in played.stderr
    assert "available 1 changed=False" in restore(lost, tmp_path).stdout
    assert len(lost.emulator.writes(mark)) == 1


def test_a_restore_is_one_also_when_who_waited_was_killed(lost: Stand, tmp_path: Path) -> None:
    mark = lost.emulator.mark()
    lost.emulator.freeze()
    play_until(lambda: looks(lost, mark, "restores"), tmp_path, "restore.yml", variables=restore_variables(lost))
    over = restore(lost, tmp_path, timeout=1)
    assert over.code == 2
    assert "Run the task again" in over.stdout
    lost.emulator.freeze(False)
    lost.emulator.ask("PUT", "clock", {"speed": 1000})
    assert "available 1 changed=False" in restore(lost, tmp_path).stdout
    assert len(lost.emulator.writes(mark)) == 1
    assert [row["name"] for row in lost.emulator.rows("instances")].count("web-1") == 1


def test_a_restore_that_fails_fails_the_task(lost: Stand, tmp_path: Path) -> None:
    lost.emulator.fault("fails", "POST", "/snapshots/[^/]+$", body="Error creating instance 4711")
    played = restore(lost, tmp_path)
    assert played.code == 2
    assert "Error creating instance 4711" in played.stdout
