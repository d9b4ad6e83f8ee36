# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo: run playbooks/demo.yml against a cloud that is up, in front of a reader, and fail where a step does not do what it says.

It wants a fresh cloud with the servers that the playbook names, and leaves the workloads there.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session

ROOT = Path(__file__).resolve().parents[1]
PLAYBOOK = Path("playbooks", "demo.yml")
WORKLOADS = {"web", "database"}
DRIFTING = "web"
WIDTH = 78
DRIFT_TIMEOUT = 30.0  # seconds
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHANGED = re.compile(r"^changed: \[localhost\] => \(item=(.+)\)$", re.MULTILINE)


class DemoError(Exception):
    """A step did not do what it says; the message says which, and what it did."""


@dataclass(frozen=True)
class Step:
    """One step as it went.

    :param changed: Names of the workloads that the playbook reported as changed.
    :param reads: How many requests to workloadmgr changed nothing, as the emulator counts them.
    :param writes: Method of each request that changed something.
    """

    title: str
    changed: set[str]
    reads: int
    writes: list[str]
    seconds: float


class Demo:
    """The demo in one cloud.

    :param state: State directory of the cloud.
    """

    def __init__(self, state: Path) -> None:
        """Read how to reach Keystone and the emulator."""
        self.cloud = json.loads((state / "env.json").read_text())
        self.admin = f"http://127.0.0.1:{self.cloud['ports']['workloadmgr']}/__emulator"
        self.user = self.cloud["users"]["demo"]
        self.steps: list[Step] = []

    def ask(self, path: str) -> Any:
        """Return what the back door of the emulator answers to a GET."""
        answer = requests.get(f"{self.admin}/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def workloads(self) -> dict[str, Any]:
        """Return the workloads of the project as the emulator keeps them, by name."""
        return {row["name"]: row for row in self.ask(f"workloads?project={self.user['project_id']}")}

    def play(self, title: str, *options: str, changed: set[str], writes: list[str]) -> str:
        """Run the playbook in front of the reader, and return what it printed.

        :param changed: Names of the workloads that it has to report as changed.
        :param writes: Methods of the requests with which it has to write, in order.
        :raises DemoError: It does otherwise.
        """
        command = ["ansible-playbook", *options, str(PLAYBOOK)]
        headline(f"{len(self.steps) + 1}. {title}", "$ " + " ".join(command))
        mark = requests.post(f"{self.admin}/mark", timeout=30).json()["mark"]
        began = time.monotonic()
        output = run(command, Path(self.cloud["clouds_file"]))
        seconds = time.monotonic() - began
        seen = self.ask(f"requests?since={mark}")["requests"]
        wrote = [request["method"] for request in seen if request["effect"] == "WRITE"]
        step = Step(title, set(CHANGED.findall(output)), len(seen) - len(wrote), wrote, seconds)
        if step.changed != changed or step.writes != writes:
            raise DemoError(
                f"Step {len(self.steps) + 1} had to change {words(changed)} with {words(writes)}; it changed {words(step.changed)} with {words(wrote)}."
            )
        self.steps.append(step)
        return output

    def drift(self) -> None:
        """Change a schedule as somebody would who knows nothing of the playbook: with the API of the product.

        :raises DemoError: The server does not show the change.
        """
        headline("Meanwhile, behind our back", f"Somebody switches the schedule of '{DRIFTING}' off and lets only 2 daily snapshots be kept.")
        auth = Password(self.cloud["auth_url"], user_id=self.user["id"], password=self.user["password"], project_id=self.user["project_id"])
        row = self.workloads()[DRIFTING]
        url = f"http://127.0.0.1:{self.cloud['ports']['workloadmgr']}/v1/{self.user['project_id']}/workloads/{row['id']}"
        drifted = {"enabled": False, "daily": {**row["jobschedule"]["daily"], "retention": "2"}}
        Session(auth).put(url, json={"workload": {"jobschedule": drifted}})
        deadline = time.monotonic() + DRIFT_TIMEOUT
        while self.workloads()[DRIFTING]["jobschedule"]["enabled"]:
            if time.monotonic() > deadline:
                raise DemoError(f"The change behind our back does not show after {DRIFT_TIMEOUT:g} seconds.")
            time.sleep(0.2)

    def show(self) -> None:
        """Run all steps.

        :raises DemoError: One did not do what it says.
        """
        self.play("What would change? Nothing is written.", "--check", "--diff", changed=WORKLOADS, writes=[])
        if found := self.workloads():
            raise DemoError(f"After the check there must be no workload, but there are: {words(set(found))}.")
        self.play("Make it so.", changed=WORKLOADS, writes=["POST", "POST"])
        declared = {name: row["jobschedule"] for name, row in self.workloads().items()}
        self.play("Once more: nothing is left to do.", changed=set(), writes=[])
        self.drift()
        output = self.play("Does anything differ from the playbook?", "--check", "--diff", changed={DRIFTING}, writes=[])
        lines = {line.strip() for line in output.splitlines() if line[:1] in ("-", "+")}
        if missing := {"-            retention: 2", "+            retention: 14", "-        enabled: false", "+        enabled: true"} - lines:
            raise DemoError(f"The diff does not show the drift; missing: {sorted(missing)}.")
        self.play("Make it so again.", changed={DRIFTING}, writes=["PUT"])
        if {name: row["jobschedule"] for name, row in self.workloads().items()} != declared:
            raise DemoError("The schedules are not those of the first run again.")

    def summarise(self) -> None:
        """Print what was asked for, and what each step did."""
        headline("Summary", f"{PLAYBOOK} declares what is protected, how often, where to and for how long:")
        for name, row in sorted(self.workloads().items()):
            servers = ", ".join(sorted(server["name"] for server in row["instances"]))
            print(f"  {name}: {servers} to {row['metadata']['backup_target_types']}")
        print(f"\n  {'step':<44} {'changed':<14} {'reads':>5} {'writes':>6} {'seconds':>7}")
        for number, step in enumerate(self.steps, 1):
            print(f"  {number}. {step.title:<41} {words(step.changed):<14} {step.reads:>5} {len(step.writes):>6} {step.seconds:>7.1f}")
        print("\nReads and writes are the requests that the emulated Trilio counted, behind a real Keystone.")


def words(items: set[str] | list[str]) -> str:
    """Return the items as text."""
    return ", ".join(sorted(items)) or "nothing"


def headline(title: str, text: str) -> None:
    """Print the head of a part."""
    print(f"\n{'=' * WIDTH}\n{title}\n{'-' * WIDTH}\n{text}", flush=True)


def run(command: list[str], clouds_file: Path) -> str:
    """Run ansible-playbook, show what it prints while it comes, and return that without colours.

    :raises DemoError: It fails.
    """
    env = {
        **os.environ,
        "OS_CLIENT_CONFIG_FILE": str(clouds_file),
        "ANSIBLE_REMOTE_TMP": str(clouds_file.parent / "tmp"),  # not in the reader's home
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
        "ANSIBLE_FORCE_COLOR": str(sys.stdout.isatty()),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "NO_PROXY": "127.0.0.1",
    }
    lines = []
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode:
        raise DemoError(f"Exit status {process.returncode}: {' '.join(command)}")
    return COLOUR.sub("", "".join(lines))


def main() -> int:
    """Run the demo and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="state directory of the cloud")
    demo = Demo(parser.parse_args().state.resolve())
    try:
        demo.show()
    except DemoError as error:
        print(f"\nThe demo failed. {error}", file=sys.stderr)
        return 1
    demo.summarise()
    return 0


if __name__ == "__main__":
    sys.exit(main())
