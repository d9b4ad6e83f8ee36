# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks as an operator does: by ansible-playbook, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from support.messages import check_play
from support.stand import ROOT

PROGRAM = Path(sys.executable).parent / "ansible-playbook"
PLAYBOOKS = ROOT / "tests" / "integration" / "playbooks"
COLLECTIONS = ROOT / ".build" / "link"
# Prefixes of variables of the user, which must not change the result of a test.
HIDDEN = ("ANSIBLE_", "OPENPROTECT_", "OS_", "PYTHON")
RECAP = re.compile(r"^(\S+)\s+: (ok=\d+ .*)$", re.MULTILINE)
COUNT = re.compile(r"(\w+)=(\d+)")


@dataclass(frozen=True)
class Played:
    """One run of ansible-playbook that ran tasks.

    :param code: Its exit code.
    :param recap: The counts below PLAY RECAP, by host and name.
    """

    code: int
    stdout: str
    stderr: str
    recap: dict[str, dict[str, int]]


def skeleton() -> str:
    """Return the playbook that the guide on playbooks shows as a start."""
    text = (ROOT / "docs" / "docsite" / "rst" / "guide_playbooks.rst").read_text(encoding="utf-8")
    section = text.split("Write your own playbook")[1].split("\nNames that begin with")[0]
    return textwrap.dedent(section.split(".. code-block:: yaml+jinja\n")[1])


def clean_environment(directory: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a run: without variables of the user, with the collection of this tree.

    :param directory: Where ansible writes its files.
    :param more: Further variables.
    """
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)},
        "PATH": os.pathsep.join([str(PROGRAM.parent), os.environ.get("PATH", os.defpath)]),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_HOME": str(directory / "ansible"),
        "ANSIBLE_ASYNC_DIR": str(directory / "async"),
        "ANSIBLE_REMOTE_TMP": str(directory / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        **more,
    }


def command_of(directory: Path, playbook: str, *words: str, variables: Mapping[str, Any]) -> list[str]:
    """Return the command that runs a playbook; the extra variables are in a file that only its owner can read."""
    extra = directory / "variables.json"
    extra.touch(mode=0o600)
    extra.write_text(json.dumps(dict(variables)), encoding="utf-8")
    return [
        str(PROGRAM),
        *words,
        "--extra-vars",
        f"@{extra}",
        str(PLAYBOOKS / playbook) if playbook.endswith(".yml") else playbook,
    ]


def play(
    directory: Path,
    playbook: str,
    *words: str,
    variables: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
) -> Played:
    """Run a playbook and return the result, also if it failed.

    :param directory: Where it runs, and where ansible writes its files.
    :param playbook: Name of a file in `tests/integration/playbooks` with `.yml`, or a fully qualified name.
    :param words: Further words of the command line.
    :param variables: Extra variables.
    :param environment: Further variables of the environment.
    :raises RuntimeError: No task ran on any host, or ansible-playbook did not start.
    """
    env = clean_environment(directory, environment or {})
    command = command_of(directory, playbook, *words, variables=variables)
    done = subprocess.run(
        command, cwd=directory, env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    recap = {
        host: {what: int(number) for what, number in COUNT.findall(line)} for host, line in RECAP.findall(done.stdout)
    }
    if not any(counts["ok"] + counts["failed"] + counts["unreachable"] for counts in recap.values()):
        raise RuntimeError(f"{playbook} ran no task (exit code {done.returncode}):\n{done.stdout}\n{done.stderr}")
    check_play(done.stdout)
    return Played(done.returncode, done.stdout, done.stderr, recap)


def play_until(seen: Callable[[], Any], directory: Path, playbook: str, *, variables: Mapping[str, Any]) -> None:
    """Run a playbook, and kill it with its child processes as soon as a condition is true.

    :param seen: The condition. It must not be true at first.
    """
    command, env, nowhere = (
        command_of(directory, playbook, variables=variables),
        clean_environment(directory, {}),
        subprocess.DEVNULL,
    )
    with subprocess.Popen(command, cwd=directory, env=env, stdin=nowhere, stdout=nowhere, stderr=nowhere) as process:
        try:
            while not seen():
                assert process.poll() is None, "It ended before it could be killed"
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                kill_all(psutil.Process(process.pid))


def kill_all(root: psutil.Process) -> None:
    """Kill a process and its descendants.

    The workers of ansible have their own sessions, so that they survive their parent.
    """
    stopped: list[psutil.Process] = []
    found = [root]
    while found:
        for each in found:  # stopped first, so that it starts no other process
            with suppress(psutil.NoSuchProcess):
                each.suspend()
        stopped += found
        found = [each for each in root.children(recursive=True) if each not in stopped]
    for each in stopped:
        with suppress(psutil.NoSuchProcess):
            each.kill()
