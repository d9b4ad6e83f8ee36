# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which stages run, and how their ends are printed."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

import devtools.stage
from devtools import environments, scheduler
from devtools.errors import StageError, StageSkipped
from devtools.interpreters import newest_line
from devtools.stage import Stage
from devtools.stages import STAGES


@pytest.mark.parametrize(
    ("error", "passed", "outcome"),
    [
        (None, True, "passed"),
        (StageError("broken"), False, "failed"),
        (StageSkipped("no Python 3.1"), True, "skipped: no Python 3.1"),
    ],
)
def test_end_of_a_stage_is_printed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception | None,
    passed: bool,
    outcome: str,
) -> None:
    def example(stage: Stage) -> None:
        stage.write("one line\n")
        if error:
            raise error

    monkeypatch.setattr(scheduler, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "BUILD", tmp_path)
    monkeypatch.setattr(devtools.stage, "LOGS", tmp_path / "log")
    monkeypatch.setitem(STAGES, "example", example)
    monkeypatch.setattr(scheduler, "time", SimpleNamespace(monotonic=iter((100.0, 107.4)).__next__))
    assert scheduler.run_stage("example", False, threading.Lock()) is passed
    printed = capsys.readouterr().out
    assert f"== example: {outcome}, 7 s\n" in printed
    assert ("one line\nbroken\n" in printed) is (outcome == "failed")


def test_no_name_stands_for_all_but_the_rest_of_the_matrix() -> None:
    others = {"cloud", "demo", "importer", "integration", "lint", "molecule", "package", "py39", "unit"}
    assert set(scheduler.chosen([])) == {"core-2.16", f"core-{newest_line()}", *others}


def test_groups_and_names_are_each_run_once() -> None:
    stages = scheduler.chosen(["unit", "matrix", "core-2.16", "unit"])
    matrix = {"core-2.16", "core-2.19", f"core-{newest_line()}", "py39"}
    assert stages == [name for name in STAGES if name in {"unit", *matrix}]
