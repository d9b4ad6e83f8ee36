# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a stage: its commands, its log, what this machine lacks, and how it is interrupted."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import devtools.stage
from devtools.errors import StageError, StageSkipped
from devtools.stage import Stage, run_all


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(devtools.stage, "LOGS", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return Stage("example", echo=False)


def test_command_that_fails_fails_the_stage_and_is_logged(stage: Stage) -> None:
    with pytest.raises(StageError, match="exit status 3"):
        stage.run("sh", "-c", "echo out; echo err >&2; exit 3")
    assert stage.log.read_text().splitlines()[1:] == ["out", "err"]


def test_every_step_is_run_and_every_failure_told(stage: Stage) -> None:
    with pytest.raises(StageError, match=r"status 3: .*\n.*status 4: "):
        run_all(
            lambda: stage.run("sh", "-c", "exit 3"),
            lambda: stage.write("done\n"),
            lambda: stage.run("sh", "-c", "exit 4"),
        )
    assert "done\n" in stage.log.read_text()


def test_what_a_machine_lacks_skips_the_stage(stage: Stage) -> None:
    with pytest.raises(StageSkipped, match="no Python"):
        stage.lack("no Python 3.1")


def test_what_a_machine_lacks_in_part_is_noted(stage: Stage) -> None:
    stage.lack("no Python 3.1", whole=False)
    assert stage.notes == ["no Python 3.1"]


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_machine_lacks_fails_in_ci(stage: Stage, monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(StageError, match="no Python"):
        stage.lack("no Python 3.1", whole=whole)


def test_signal_stops_the_commands_of_all_stages(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools.stage, "STOPPING", threading.Event())
    ended: list[str] = []

    def wait() -> None:
        with pytest.raises(StageError, match="exit status 7"):
            stage.run("sh", "-c", "trap 'exit 7' INT; echo ready; while :; do sleep 0.1; done")
        with pytest.raises(StageError, match="stopped"):
            stage.run("true")
        ended.append("both")

    thread = threading.Thread(target=wait)
    thread.start()
    while "ready" not in stage.log.read_text().splitlines():
        time.sleep(0.01)
    devtools.stage.stop_stages()
    thread.join(timeout=60)
    assert ended == ["both"]
    assert not devtools.stage.RUNNING
