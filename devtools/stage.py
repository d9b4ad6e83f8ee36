# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of a stage: the commands that it starts, its log, and what it says about this machine."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from devtools.environments import environment
from devtools.errors import StageError, StageSkipped
from devtools.guards import check_pytest
from devtools.paths import LOGS, ROOT, VENV

RUNNING: set[subprocess.Popen[str]] = set()  # the commands of all stages
STOPPING = threading.Event()  # once set, no further command is started


def stop_stages() -> None:
    """Interrupt the running commands as Ctrl-C does, so that they stop what they have started. Their stages fail."""
    STOPPING.set()
    for process in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):  # it has ended in the meantime
            os.killpg(process.pid, signal.SIGINT)


class Stage:
    """One run of a stage. All of its commands write to one log.

    :param name: Name of the stage and of its log.
    :param echo: If true, show the output while it comes.
    """

    def __init__(self, name: str, echo: bool) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = LOGS / f"{name}.log"
        self.notes: list[str] = []
        self._echo = echo
        self._handle = self.log.open("w")

    def write(self, text: str) -> None:
        """Write to the log."""
        self._handle.write(text)
        self._handle.flush()
        if self._echo:
            print(text, end="", flush=True)

    def lack(self, what: str, whole: bool = True) -> None:
        """Report that this machine lacks something that the stage needs.

        :param whole: If true, the stage cannot go on without it.
        :raises StageError: This is a run in CI, where nothing may be left out.
        :raises StageSkipped: The stage cannot go on.
        """
        if os.environ.get("CI") == "true":
            raise StageError(what)
        if whole:
            raise StageSkipped(what)
        self.notes.append(what)

    def run(self, *command: str | Path, cwd: Path = ROOT, venv: Path = VENV, **variables: str) -> str:
        """Run a command and return its output, both streams in one.

        :param venv: The virtual environment that the command is from.
        :param variables: Further environment variables.
        :raises StageError: Its exit status is not 0.
        """
        words = [str(part) for part in command]
        shown = " ".join(words)
        self.write(f"+ {shown}\n")
        env = {**environment(venv), "ANSIBLE_NOCOLOR": "1", "PY_COLORS": "0", **variables}
        words[0] = shutil.which(words[0], path=env["PATH"]) or words[0]
        start = functools.partial(
            subprocess.Popen,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # so that `stop_stages` reaches all that the command starts
        )
        if STOPPING.is_set():
            raise StageError("stopped")
        lines = []
        with start(words, cwd=cwd, env=env, text=True, encoding="utf-8", errors="replace") as process:
            RUNNING.add(process)
            for line in process.stdout or ():
                lines.append(line)
                self.write(line)
        RUNNING.discard(process)
        if process.returncode:
            raise StageError(f"exit status {process.returncode}: {shown}")
        return "".join(lines)

    def pytest(self, *arguments: str | Path, venv: Path = VENV) -> None:
        """Run tests with pytest.

        :raises StageError: A test failed or was skipped, or none ran.
        """
        junit = LOGS / f"{self.name}.xml"
        junit.unlink(missing_ok=True)
        self.run("pytest", f"--junit-xml={junit}", *arguments, venv=venv)
        check_pytest(junit)

    def close(self) -> None:
        """Close the log."""
        self._handle.close()


def run_all(*steps: Callable[[], object]) -> None:
    """Run every step, even if an earlier one fails.

    :raises StageError: The failures of all steps.
    """
    failed = []
    for step in steps:
        try:
            step()
        except StageError as exc:
            failed.append(str(exc))
    if failed:
        raise StageError("\n".join(failed))
