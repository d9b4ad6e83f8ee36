# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks as AWX does: by ansible-runner, with a survey and a credential, and read back the artifacts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from support.playbook import PROGRAM, clean_environment
from support.stand import Stand

RUNNER = PROGRAM.parent / "ansible-runner"
LOCALHOST: dict[str, dict[str, Any]] = {
    "localhost": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
}
"""The host that AWX puts into its demo inventory."""


class Answer(str):
    """An answer to a survey: text that AWX marks as unsafe, so that Ansible never renders it as a template."""


class Dumper(yaml.SafeDumper):
    """Writes extra variables as AWX does."""


Dumper.add_representer(Answer, lambda dumper, answer: dumper.represent_scalar("!unsafe", str(answer)))


@dataclass(frozen=True)
class Job:
    """One job as AWX keeps it.

    :param status: `successful` or `failed`.
    :param code: Exit code of ansible-playbook.
    :param stdout: Its output.
    :param artifacts: The data of `set_stats`, for the next job of a workflow.
    :param events: The events of the job, in order.
    """

    status: str
    code: int
    stdout: str
    artifacts: dict[str, Any]
    events: list[dict[str, Any]]

    def results(self, task: str) -> list[dict[str, Any]]:
        """Return the results of the task with this name, of each host that ended it, also of hosts that failed."""
        ended = [each for each in self.events if each["event"] in ("runner_on_ok", "runner_on_failed")]
        return [each["event_data"]["res"] for each in ended if each["event_data"].get("task") == task]


def credential(stand: Stand, directory: Path, user: str = "demo") -> dict[str, str]:
    """Write the clouds.yaml of an OpenStack credential of AWX, and return the variable that names the file.

    It has one cloud with the name `devstack`, as in AWX.
    """
    known = stand.env["users"][user]
    auth = {
        "auth_url": stand.env["auth_url"],
        "username": known["name"],
        "password": known["password"],
        "project_name": known["project"],
        "domain_name": "Default",
        "project_domain_name": "Default",
    }
    clouds = directory / "credential"
    clouds.touch(mode=0o600)
    clouds.write_text(yaml.safe_dump({"clouds": {"devstack": {"auth": auth, "verify": True}}}), encoding="utf-8")
    return {"OS_CLIENT_CONFIG_FILE": str(clouds)}


def run_job(
    directory: Path,
    playbook: str,
    *words: str,
    survey: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    hosts: Mapping[str, Mapping[str, Any]] | None = None,
) -> Job:
    """Run a playbook by ansible-runner and return the job, also if it failed.

    :param directory: Becomes the private data directory.
    :param playbook: Full name of a playbook of the collection, or the path of a file.
    :param words: Further words of the command line of ansible-playbook.
    :param survey: Answers, all of them text, as AWX hands them over.
    :param variables: Extra variables of the job template.
    :param environment: Variables that credentials add to the environment.
    :param hosts: The inventory, variables by host; None for localhost.
    :raises RuntimeError: ansible-runner could not run it, or no host ended a task.
    """
    for part in ("env", "inventory", "project"):
        (directory / part).mkdir(exist_ok=True)
    extra = {**(variables or {}), **{name: Answer(value) for name, value in (survey or {}).items()}}
    (directory / "env" / "extravars").touch(mode=0o600)
    (directory / "env" / "extravars").write_text(yaml.dump(extra, Dumper=Dumper), encoding="utf-8")
    inventory = {
        "all": {"hosts": {host: dict(values) for host, values in (LOCALHOST if hosts is None else hosts).items()}}
    }
    (directory / "inventory" / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    (directory / "env" / "cmdline").write_text(" ".join(words), encoding="utf-8")
    ident = f"job-{len(list(directory.glob('artifacts/*'))) + 1}"
    command = [str(RUNNER), "run", str(directory), "--playbook", playbook, "--ident", ident, "--quiet"]
    env = clean_environment(directory, environment or {})
    done = subprocess.run(
        command, cwd=directory, env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False
    )
    kept = directory / "artifacts" / ident
    if not (kept / "rc").exists():
        raise RuntimeError(
            f"ansible-runner ended with {done.returncode} and left no job:\n{done.stdout}\n{done.stderr}"
        )
    events = [json.loads(path.read_text(encoding="utf-8")) for path in (kept / "job_events").glob("*-*.json")]
    events.sort(key=lambda each: int(each["counter"]))
    stdout = (kept / "stdout").read_text(encoding="utf-8")
    if not any(each["event"] in ("runner_on_ok", "runner_on_failed") for each in events):
        raise RuntimeError(f"{playbook} ran no task:\n{stdout}\n{done.stderr}")
    stats = [each["event_data"] for each in events if each["event"] == "playbook_on_stats"]
    artifacts = stats[-1].get("artifact_data", {}) if stats else {}
    return Job(
        (kept / "status").read_text(encoding="utf-8"),
        int((kept / "rc").read_text(encoding="utf-8")),
        stdout,
        artifacts,
        events,
    )
