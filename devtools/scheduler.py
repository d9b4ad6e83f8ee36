# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which stages run, in which order, and how each of them ended."""

from __future__ import annotations

import concurrent.futures
import subprocess
import threading
import time
from collections.abc import Sequence

from devtools.environments import locked, setup
from devtools.errors import StageError, StageSkipped
from devtools.interpreters import newest_line
from devtools.paths import ROOT
from devtools.stage import Stage, stop_stages
from devtools.stages import CORE_STAGES, NEEDS_CLOUD, STAGES


def groups() -> dict[str, list[str]]:
    """Return the groups of stages, by name. No stage is in a group twice."""
    newest = f"core-{newest_line()}"
    return {
        "compat": list(dict.fromkeys(["core-2.16", newest])),
        "matrix": list(dict.fromkeys(["core-2.16", "core-2.19", newest, "py39"])),
    }


def stage_names() -> list[str]:
    """Return the names that the command line takes: those of all stages and groups."""
    return [*STAGES, *groups()]


def chosen(names: Sequence[str]) -> list[str]:
    """Return the stages to run, longest first.

    Without names these are all stages but `sanity` and the lines of ansible-core between the oldest and the newest.
    `sanity` is left out because the stages of these two lines run the same tests.

    :param names: Names of stages and groups.
    """
    everything = [*(name for name in STAGES if name not in CORE_STAGES and name != "sanity"), "compat"]
    members = groups()
    wanted = {stage for name in names or everything for stage in members.get(name, [name])}
    return [name for name in STAGES if name in wanted]


def run_stage(name: str, echo: bool, printing: threading.Lock) -> bool:
    """Run one stage, print how it ended, and return false if it failed. A stage that was skipped has not failed.

    :param echo: If true, show the output while it comes; if false, show it only if the stage fails.
    :param printing: A lock, held while lines that belong together are printed.
    """
    with locked(f"stage-{name}"):
        stage = Stage(name, echo)
        start = time.monotonic()
        try:
            STAGES[name](stage)
            outcome = "passed"
        except StageSkipped as exc:
            outcome = f"skipped: {exc}"
        except (StageError, subprocess.CalledProcessError, OSError) as exc:
            outcome = "failed"
            stage.write(f"{exc}\n")
        finally:
            stage.close()
    with printing:
        if outcome == "failed" and not echo:
            print(f"-- {stage.log.relative_to(ROOT)}\n{stage.log.read_text()}")
        for note in stage.notes:
            print(f"== {name}: {note}")
        print(f"== {name}: {outcome}, {time.monotonic() - start:.0f} s", flush=True)
    return outcome != "failed"


def run_stages(names: Sequence[str]) -> int:
    """Run stages, two at a time, print how many passed and failed, and return the exit status.

    :param names: Names of stages and groups; none stand for the default.
    """
    stages = chosen(names)
    setup(cloud=not NEEDS_CLOUD.isdisjoint(stages))
    printing = threading.Lock()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        try:
            passed = list(pool.map(lambda name: run_stage(name, len(stages) == 1, printing), stages))
        finally:
            stop_stages()
    print(f"{passed.count(True)} passed, {passed.count(False)} failed")
    return 0 if all(passed) else 1
