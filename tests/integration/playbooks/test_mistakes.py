# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ten typical mistakes in the module, the set, the role and the playbook: what each of them says.

A host stands for a mistake, so that one run of the role and one of the playbook make all of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from integration.conftest import Operator
from support.module import Failed
from support.playbook import PLAYBOOKS
from support.runner import LOCALHOST, Job, run_job
from support.stand import Stand

SCHEDULE: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "start_time": "22:00",
    "hourly": {"interval": 24, "retention": 7},
}
WEB: dict[str, Any] = {"name": "web", "instances": ["web-1"], "schedule": SCHEDULE}


def scheduled(**changes: Any) -> dict[str, Any]:
    """Return the workload with another schedule."""
    return {**WEB, "schedule": {**SCHEDULE, **changes}}


MISTAKES: dict[str, list[dict[str, Any]]] = {
    "typo": [{**WEB, "instancs": ["web-1"]}],
    "server": [{**WEB, "instances": ["web-11"]}],
    "form": [{**WEB, "schedule": {"interval": 24, "retention_count": 7}}],
    "time": [scheduled(start_time=22 * 60)],
    "date": [scheduled(start_date=date(2026, 12, 24))],
    "interval": [scheduled(hourly={"interval": 5, "retention": 7})],
    "duplicate": [WEB, WEB],
    "project": [WEB],
    "password": [WEB],
    "policy": [{"name": "web", "instances": ["web-1"], "policy": "golden"}],
}


def auth_of(stand: Stand, mistake: str) -> dict[str, Any]:
    """Return the login that a mistake is made with."""
    auth: dict[str, Any] = stand.auth()
    if mistake == "project":
        project = {"project_name": "shpo", "project_domain_name": "Default"}
        return {**{key: value for key, value in auth.items() if not key.startswith("project")}, **project}
    return {**auth, "password": "not-the-password"} if mistake == "password" else auth


def hosts_of(stand: Stand) -> dict[str, dict[str, Any]]:
    """Return an inventory with a host for each mistake."""
    return {
        mistake: {
            **LOCALHOST["localhost"],
            "auth": auth_of(stand, mistake),
            "openprotect_auth": auth_of(stand, mistake),
            "openprotect_server_line": "6",
            "protect_policies": [{"name": "gold", "workloads": workloads}],
        }
        for mistake, workloads in MISTAKES.items()
    }


def told(job: Job) -> dict[str, str]:
    """Return the message of each host that failed."""
    return {
        each["event_data"]["host"]: each["event_data"]["res"]["msg"]
        for each in job.events
        if each["event"] == "runner_on_failed"
    }


LOGIN = "refused the user demo of the domain Default for project"
IN_POLICY = "In the policy 'gold', workload 'web': "
SERVER = "There is no server with the id or name 'web-11' in "
FORM = "The server is of line 6, which does not know schedule.interval"
TIME = "schedule.start_time: 1320 is a bare number, which is what YAML makes of a time without quotes. Put it in quotes"
INTERVAL = "value of interval must be one of: 1, 2, 3, 4, 6, 8, 12, 24, got: 5 found in "
POLICY = "There is no policy with the id or name 'golden' on this server"
EXPECTED: dict[str, tuple[str, str, str]] = {
    "typo": ("instancs", "workloads.instancs", f"{IN_POLICY}there is no key 'instancs'. Did you mean instances?"),
    "server": (SERVER, f"('web'): {SERVER}", f"{IN_POLICY}{SERVER}"),
    "form": (FORM, f"('web'): {FORM}", f"{IN_POLICY}{FORM}"),
    "time": (TIME, f"('web'): {TIME}", f"{IN_POLICY}{TIME}"),
    "date": ("", "", ""),
    "interval": (f"{INTERVAL}schedule -> hourly", f"{INTERVAL}workloads -> schedule", f"{IN_POLICY}{INTERVAL}schedule"),
    "duplicate": (
        "There are 2 workloads named 'db' in ",
        "Each workload may be in the set only once: 'web' is meant by entry 1",
        "The workload 'web' is declared 2 times, in the policies 'gold', 'gold'. Declare it once.",
    ),
    "project": (f"{LOGIN} shpo",) * 3,
    "password": (f"{LOGIN} demo",) * 3,
    "policy": (POLICY, f"('web'): {POLICY}", f"{IN_POLICY}{POLICY}"),
}
"""What the module, the set, and role and playbook say. A date without quotes is read as the date."""


def quoted(value: Any) -> Any:
    """Return a value with dates as text, as Ansible hands it to a module."""
    if isinstance(value, dict):
        return {key: quoted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [quoted(each) for each in value]
    return str(value) if isinstance(value, date) else value


def modules_say(stand: Stand, mistake: str) -> tuple[str, str]:
    """Return the messages of the module and of the set, empty if they succeed."""
    person = Operator(stand, "6")
    person.options["auth"] = auth_of(stand, mistake)
    workloads = quoted(MISTAKES[mistake])
    one = {**workloads[0], **({"name": "db"} if mistake == "duplicate" else {})}

    def message(module: str, **options: Any) -> str:
        try:
            person.run(module, **options)
        except Failed as failed:
            return str(failed.result["msg"])
        return ""

    return message("workload", **one, check=mistake == "date"), message(
        "workloads", workloads=workloads, check=mistake == "date"
    )


def test_every_mistake_is_named_by_everything_that_can_make_it(stand: Stand, tmp_path: Path) -> None:
    for _number in range(2):
        stand.emulator.put("workloads", project_id=stand.project(), name="db")
    mark = stand.emulator.mark()
    said: dict[str, list[str]] = {mistake: list(modules_say(stand, mistake)) for mistake in MISTAKES}
    assert stand.emulator.writes(mark) == []
    for playbook, variables in (
        (str(PLAYBOOKS / "protect.yml"), {"target": "all"}),
        ("openprotect.backup.converge", {"openprotect_hosts": "all"}),
    ):
        job = run_job(tmp_path, playbook, "--forks 10", variables=variables, hosts=hosts_of(stand))
        found = told(job)
        assert "not-the-password" not in job.stdout
        for mistake in MISTAKES:
            said[mistake].append(found.get(mistake, ""))
    for mistake, (module, in_set, in_role) in EXPECTED.items():
        for expected, message in zip((module, in_set, in_role, in_role), said[mistake], strict=True):
            assert expected in message, f"{mistake}: {message}"
            assert bool(expected) is bool(message), f"{mistake}: {message}"
            assert len(message) < 12 * 110, message
