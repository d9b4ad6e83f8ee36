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
SPEED = 8  # times real time, so that the backups of the demo take minutes
WIDTH = 78
DRIFT_TIMEOUT = 300.0  # seconds
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CHANGED = re.compile(r"^changed: \[localhost\] => \(item=(.+)\)$", re.MULTILINE)


class DemoError(Exception):
    """A step did not do what it says. The message names the step and says what it did."""


@dataclass(frozen=True)
class Step:
    """The outcome of one step.

    :param changed: Names of the workloads or servers that the playbook reported as changed.
    :param reads: Number of requests to workloadmgr that changed nothing, as the emulator counts them.
    :param writes: Method of each request that changed an object.
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
        """Return the response of the admin endpoint of the emulator to a GET."""
        answer = requests.get(f"{self.admin}/{path}", timeout=300)
        answer.raise_for_status()
        return answer.json()

    def workloads(self) -> dict[str, Any]:
        """Return the workloads of the project as the emulator keeps them, by name."""
        return {row["name"]: row for row in self.ask(f"workloads?project={self.user['project_id']}")}

    def play(
        self, title: str, *options: str, playbook: Path = POLICY, changed: set[str] | None, writes: list[str]
    ) -> str:
        """Run a playbook, print its output, and return that output.

        :param changed: Names of the workloads or servers that it has to report as changed; None for any.
        :param writes: Methods of the write requests that it has to send to workloadmgr, in order.
        :raises DemoError: The playbook reports other changes or sends other requests.
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
                f"Step {len(self.steps) + 1} should change {wanted} with {words(writes)};"
                f" it changed {words(step.changed)} with {words(wrote)}."
            )
        self.steps.append(step)
        return output

    def drift(self) -> None:
        """Change a schedule outside of Ansible, with the API of the product.

        :raises DemoError: The server does not show the change in time.
        """
        headline(
            "A change outside of Ansible",
            f"Somebody disables the schedule of '{DRIFTING}' and reduces its daily retention to 2 snapshots.",
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
                raise DemoError(f"The server does not show the change after {DRIFT_TIMEOUT:g} seconds.")
            time.sleep(0.2)

    def declare(self) -> None:
        """Show how backups are declared, and how drift is found and corrected.

        :raises DemoError: A step did not do what it says.
        """
        self.play("Show the changes. Nothing is written.", "--check", "--diff", changed=WORKLOADS, writes=[])
        if found := self.workloads():
            raise DemoError(f"Check mode created workloads: {words(set(found))}.")
        self.play("Apply the policies.", changed=WORKLOADS, writes=["POST", "POST"])
        declared = {name: row["jobschedule"] for name, row in self.workloads().items()}
        self.play("Apply them again: nothing changes.", changed=set(), writes=[])
        self.drift()
        output = self.play("Show the drift. Nothing is written.", "--check", "--diff", changed={DRIFTING}, writes=[])
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
        self.play("Correct the drift.", changed={DRIFTING}, writes=["PUT"])
        if {name: row["jobschedule"] for name, row in self.workloads().items()} != declared:
            raise DemoError("The schedules differ from those of the first run.")

    def recover(self) -> None:
        """Show how a lost server is restored, and how a recovery is tested.

        :raises DemoError: A step did not do what it says.
        """
        requests.put(f"{self.admin}/clock", json={"speed": SPEED}, timeout=300).raise_for_status()
        self.play(
            "Take a snapshot of each workload.",
            "--tags",
            "snapshot",
            playbook=RECOVERY,
            changed=WORKLOADS,
            writes=["POST", "POST"],
        )
        lost = self.lose(LOST)
        self.play(
            "Restore the lost server.", "--tags", "oneclick", playbook=RECOVERY, changed={"database"}, writes=["POST"]
        )
        if (now := self.servers().get(LOST)) in (None, lost):
            raise DemoError(f"The server {LOST} is not back: its id was {lost}, and is {now}.")
        self.play(
            "Restore it again: nothing changes.", "--tags", "oneclick", playbook=RECOVERY, changed=set(), writes=[]
        )
        self.isolate()
        before = self.servers()
        self.play(
            "Restore a copy into another network.",
            "--tags",
            "copy",
            playbook=RECOVERY,
            changed={"web-1"},
            writes=["POST"],
        )
        if self.servers().keys() - before.keys() != {"web-1-copy"}:
            raise DemoError(
                f"There should be a copy of web-1 beside {words(set(before))}; there are {words(set(self.servers()))}."
            )
        before = self.servers()
        options = ("--tags", "test", "--extra-vars", f"evidence={self.evidence}")
        self.play(
            "Test the recovery of the web servers.",
            *options,
            playbook=RECOVERY,
            changed=None,
            writes=["POST", "DELETE"],
        )
        if self.servers() != before:
            raise DemoError(
                f"The test should leave the servers {words(set(before))}; it left {words(set(self.servers()))}."
            )
        for report in sorted(self.evidence.glob("*.md")):
            headline("The report of the recovery test", report.read_text())

    def servers(self) -> dict[str, str]:
        """Return the servers of the project as Nova lists them: name -> id."""
        rows = self.session.get("/servers", endpoint_filter={"service_type": "compute"}).json()["servers"]
        return {row["name"]: row["id"] for row in rows}

    def lose(self, name: str) -> str:
        """Delete a server in the real Nova, and return its id.

        :raises DemoError: Nova does not delete it.
        """
        headline("A lost server", f"Somebody deletes the server '{name}' in Nova.")
        server_id = self.servers()[name]
        self.session.delete(f"/servers/{server_id}", endpoint_filter={"service_type": "compute"})
        deadline = time.monotonic() + DRIFT_TIMEOUT
        while name in self.servers():
            if time.monotonic() > deadline:
                raise DemoError(f"Nova still lists the server {name} after {DRIFT_TIMEOUT:g} seconds.")
            time.sleep(0.2)
        print(f"Nova lists: {words(set(self.servers()))}.", flush=True)
        return server_id

    def isolate(self) -> None:
        """Create an isolated network in the real Neutron."""
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
        """Print what the playbook declares, and the outcome of each step."""
        headline("Summary", f"{POLICY} declares which servers are protected, and the target type:")
        for name, row in sorted(self.workloads().items()):
            servers = ", ".join(sorted(server["name"] for server in row["instances"]))
            print(f"  {name}: {servers} to {row['metadata']['backup_target_types']}")
        print(f"\n  {'step':<44} {'changed':>7} {'reads':>5} {'writes':>6} {'seconds':>7}")
        for number, step in enumerate(self.steps, 1):
            counts = f"{len(step.changed):>7} {step.reads:>5} {len(step.writes):>6}"
            print(f"  {number}. {step.title:<41} {counts} {step.seconds:>7.1f}")
        print("\nReads and writes are the requests that the emulated Trilio counted.")


def words(items: set[str] | list[str]) -> str:
    """Return the sorted items as text."""
    return ", ".join(sorted(items)) or "nothing"


def headline(title: str, text: str) -> None:
    """Print the heading of a part."""
    print(f"\n{'=' * WIDTH}\n{title}\n{'-' * WIDTH}\n{text}", flush=True)


def run(command: list[str], clouds_file: Path) -> str:
    """Run ansible-playbook, print its output at once, and return that output without colours.

    :raises DemoError: The playbook fails.
    """
    env = {
        **os.environ,
        "OS_CLIENT_CONFIG_FILE": str(clouds_file),
        "ANSIBLE_REMOTE_TMP": str(clouds_file.parent / "tmp"),  # not in the user's home
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
