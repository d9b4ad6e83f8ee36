# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo: run two playbooks against a running cloud, and fail if a step does not do what it says.

It needs a fresh cloud with the servers that the playbooks name. It leaves the workloads and the restored servers there.
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
POLICY = Path("playbooks", "demo.yml")
RECOVERY = Path("playbooks", "demo_recovery.yml")
WORKLOADS = {"web", "database"}
DRIFTING = "web"
LOST = "db-1"
SPEED = 8  # how much faster than the real one the time of backups goes: nobody wants to watch for half an hour
WIDTH = 78
DRIFT_TIMEOUT = 300.0  # seconds
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHANGED = re.compile(r"^changed: \[localhost\] => \(item=(.+)\)$", re.MULTILINE)


class DemoError(Exception):
    """A step did not do what it says; the message says which, and what it did."""


@dataclass(frozen=True)
class Step:
    """One step as it went.

    :param changed: What the playbook reported as changed: names of workloads, or of servers.
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
        self.evidence = state / "evidence"
        self.user = self.cloud["users"]["demo"]
        self.session = Session(
            Password(
                self.cloud["auth_url"],
                user_id=self.user["id"],
                password=self.user["password"],
                project_id=self.user["project_id"],
            )
        )
        self.steps: list[Step] = []

    def ask(self, path: str) -> Any:
        """Return what the back door of the emulator answers to a GET."""
        answer = requests.get(f"{self.admin}/{path}", timeout=300)
        answer.raise_for_status()
        return answer.json()

    def workloads(self) -> dict[str, Any]:
        """Return the workloads of the project as the emulator keeps them, by name."""
        return {row["name"]: row for row in self.ask(f"workloads?project={self.user['project_id']}")}

    def play(
        self, title: str, *options: str, playbook: Path = POLICY, changed: set[str] | None, writes: list[str]
    ) -> str:
        """Run a playbook in front of the reader, and return what it printed.

        :param changed: Names of the workloads or servers that it has to report as changed; None for any.
        :param writes: Methods of the requests with which it has to write to workloadmgr, in order.
        :raises DemoError: It does otherwise.
        """
        command = ["ansible-playbook", *options, str(playbook)]
        headline(f"{len(self.steps) + 1}. {title}", "$ " + " ".join(command))
        mark = requests.post(f"{self.admin}/mark", timeout=300).json()["mark"]
        began = time.monotonic()
        output = run(command, Path(self.cloud["clouds_file"]))
        seconds = time.monotonic() - began
        seen = self.ask(f"requests?since={mark}")["requests"]
        wrote = [request["method"] for request in seen if request["effect"] == "WRITE"]
        step = Step(title, set(CHANGED.findall(output)), len(seen) - len(wrote), wrote, seconds)
        if changed not in (None, step.changed) or step.writes != writes:
            wanted = words(step.changed if changed is None else changed)
            raise DemoError(
                f"Step {len(self.steps) + 1} had to change {wanted} with {words(writes)};"
                f" it changed {words(step.changed)} with {words(wrote)}."
            )
        self.steps.append(step)
        return output

    def drift(self) -> None:
        """Change a schedule as somebody would who knows nothing of the playbook: with the API of the product.

        :raises DemoError: The server does not show the change.
        """
        headline(
            "Meanwhile, behind our back",
            f"Somebody switches the schedule of '{DRIFTING}' off and lets only 2 daily snapshots be kept.",
        )
        row = self.workloads()[DRIFTING]
        url = (
            f"http://127.0.0.1:{self.cloud['ports']['workloadmgr']}/v1/{self.user['project_id']}/workloads/{row['id']}"
        )
        drifted = {"enabled": False, "daily": {**row["jobschedule"]["daily"], "retention": "2"}}
        self.session.put(url, json={"workload": {"jobschedule": drifted}})
        deadline = time.monotonic() + DRIFT_TIMEOUT
        while self.workloads()[DRIFTING]["jobschedule"]["enabled"]:
            if time.monotonic() > deadline:
                raise DemoError(f"The change behind our back does not show after {DRIFT_TIMEOUT:g} seconds.")
            time.sleep(0.2)

    def declare(self) -> None:
        """Show how backups are declared, and drift is found and mended.

        :raises DemoError: One did not do what it says.
        """
        self.play("What would change? Nothing is written.", "--check", "--diff", changed=WORKLOADS, writes=[])
        if found := self.workloads():
            raise DemoError(f"After the check there must be no workload, but there are: {words(set(found))}.")
        self.play("Make it so.", changed=WORKLOADS, writes=["POST", "POST"])
        declared = {name: row["jobschedule"] for name, row in self.workloads().items()}
        self.play("Once more: nothing is left to do.", changed=set(), writes=[])
        self.drift()
        output = self.play(
            "Does anything differ from the playbook?", "--check", "--diff", changed={DRIFTING}, writes=[]
        )
        lines = {line.strip() for line in output.splitlines() if line[:1] in ("-", "+")}
        if (
            missing := {
                "-            retention: 2",
                "+            retention: 14",
                "-        enabled: false",
                "+        enabled: true",
            }
            - lines
        ):
            raise DemoError(f"The diff does not show the drift; missing: {sorted(missing)}.")
        self.play("Make it so again.", changed={DRIFTING}, writes=["PUT"])
        if {name: row["jobschedule"] for name, row in self.workloads().items()} != declared:
            raise DemoError("The schedules are not those of the first run again.")

    def recover(self) -> None:
        """Show what becomes of a server that is lost, and how a restore is proved.

        :raises DemoError: A step did not do what it says.
        """
        requests.put(f"{self.admin}/clock", json={"speed": SPEED}, timeout=300).raise_for_status()
        self.play(
            "Take a backup of everything.",
            "--tags",
            "snapshot",
            playbook=RECOVERY,
            changed=WORKLOADS,
            writes=["POST", "POST"],
        )
        lost = self.lose(LOST)
        self.play("Bring it back.", "--tags", "oneclick", playbook=RECOVERY, changed={"database"}, writes=["POST"])
        if (now := self.servers().get(LOST)) in (None, lost):
            raise DemoError(f"The server {LOST} is not back: its id was {lost}, and is {now}.")
        self.play("Once more: it is back already.", "--tags", "oneclick", playbook=RECOVERY, changed=set(), writes=[])
        self.isolate()
        before = self.servers()
        self.play(
            "A copy of a server, elsewhere.", "--tags", "copy", playbook=RECOVERY, changed={"web-1"}, writes=["POST"]
        )
        if self.servers().keys() - before.keys() != {"web-1-copy"}:
            raise DemoError(
                f"There had to be a copy of web-1 beside {words(set(before))}; there are {words(set(self.servers()))}."
            )
        before = self.servers()
        options = ("--tags", "test", "--extra-vars", f"evidence={self.evidence}")
        self.play(
            "Prove that it can be restored.", *options, playbook=RECOVERY, changed=None, writes=["POST", "DELETE"]
        )
        if self.servers() != before:
            raise DemoError(f"The test had to leave {words(set(before))}; it left {words(set(self.servers()))}.")
        for report in sorted(self.evidence.glob("*.md")):
            headline("The evidence", report.read_text())

    def servers(self) -> dict[str, str]:
        """Return the servers of the project as Nova lists them: name -> id."""
        rows = self.session.get("/servers", endpoint_filter={"service_type": "compute"}).json()["servers"]
        return {row["name"]: row["id"] for row in rows}

    def lose(self, name: str) -> str:
        """Delete a server of the real Nova, and return the id that it had.

        :raises DemoError: Nova does not delete it.
        """
        headline("An accident", f"Somebody deletes the server '{name}' in Nova.")
        server_id = self.servers()[name]
        self.session.delete(f"/servers/{server_id}", endpoint_filter={"service_type": "compute"})
        deadline = time.monotonic() + DRIFT_TIMEOUT
        while name in self.servers():
            if time.monotonic() > deadline:
                raise DemoError(f"The server {name} is still there after {DRIFT_TIMEOUT:g} seconds.")
            time.sleep(0.2)
        print(f"Nova lists: {words(set(self.servers()))}.", flush=True)
        return server_id

    def isolate(self) -> None:
        """Make a network that leads nowhere, in the real Neutron."""
        network = {"service_type": "network"}
        made = self.session.post(
            "/v2.0/networks", json={"network": {"name": "quarantine"}}, endpoint_filter=network
        ).json()["network"]
        subnet = {
            "network_id": made["id"],
            "name": "quarantine",
            "ip_version": 4,
            "cidr": "192.168.77.0/24",
            "gateway_ip": None,
        }
        self.session.post("/v2.0/subnets", json={"subnet": subnet}, endpoint_filter=network)

    def summarise(self) -> None:
        """Print what was asked for, and what each step did."""
        headline("Summary", f"{POLICY} declares what is protected, how often, where to and for how long:")
        for name, row in sorted(self.workloads().items()):
            servers = ", ".join(sorted(server["name"] for server in row["instances"]))
            print(f"  {name}: {servers} to {row['metadata']['backup_target_types']}")
        print(f"\n  {'step':<44} {'changed':>7} {'reads':>5} {'writes':>6} {'seconds':>7}")
        for number, step in enumerate(self.steps, 1):
            counts = f"{len(step.changed):>7} {step.reads:>5} {len(step.writes):>6}"
            print(f"  {number}. {step.title:<41} {counts} {step.seconds:>7.1f}")
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
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
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
        demo.declare()
        demo.recover()
    except DemoError as error:
        print(f"\nThe demo failed. {error}", file=sys.stderr)
        return 1
    demo.summarise()
    return 0


if __name__ == "__main__":
    sys.exit(main())
