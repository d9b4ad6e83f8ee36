# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks converge and drift as jobs of AWX: a credential, answers to a survey, artifacts that are read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from support.playbook import PLAYBOOKS
from support.runner import LOCALHOST, Job, credential, run_job
from support.stand import ROOT, Stand, instance

SCHEDULES: dict[str, dict[str, Any]] = {
    "6.2": {"hourly": {"interval": 24}, "manual": {"retention": 3}},
    "4.2": {"interval": 24},
}
UNANSWERED = {
    f"converge_{name}": ""
    for name in ("prune", "delete_snapshots", "on_empty_selection", "fail_fast", "parallel", "timeout")
}
SURVEY = {
    **UNANSWERED,
    "openprotect_cloud": "",
    "converge_owner": "shop",
    "converge_max_deletions": "2",
    "converge_validate": "true",
}


def policies(release: str = "6.2") -> list[dict[str, Any]]:
    """Return a policy with two workloads."""
    schedule = {"enabled": True, "timezone": "UTC", "start_time": "22:00", **SCHEDULES[release]}
    return [
        {
            "name": "nightly",
            "retention": 7,
            "schedule": schedule,
            "workloads": [
                {"name": "web", "selector": {"name": ["web-*"]}},
                {"name": "database", "instances": ["db-1"]},
            ],
        }
    ]


class Controller:
    """Runs the playbooks as AWX does, for a user of the project demo."""

    def __init__(self, stand: Stand, directory: Path) -> None:
        self.emulator = stand.emulator
        self.directory = directory
        self.credential = credential(stand, directory)

    def run(
        self, playbook: str, declared: list[dict[str, Any]], *words: str, **answers: str
    ) -> tuple[Job, dict[str, Any], list[str]]:
        """Run a job, and return it with its artifact and with the writes that the emulator saw."""
        mark = self.emulator.mark()
        name, survey = f"openprotect.backup.{playbook}", {**SURVEY, **answers}
        job = run_job(
            self.directory,
            name,
            *words,
            survey=survey,
            variables={"protect_policies": declared},
            environment=self.credential,
        )
        return job, job.artifacts.get(f"openprotect_{playbook}", {}).get("localhost", {}), self.emulator.writes(mark)


@pytest.fixture
def controller(stand: Stand, tmp_path: Path) -> Controller:
    """Return a controller for a project without any workload."""
    return Controller(stand, tmp_path)


def test_a_difference_is_told_and_made_good(controller: Controller) -> None:
    job, left, writes = controller.run("drift", policies(), drift_action="report")
    assert (job.status, writes, left["changed"]) == ("successful", [], True), job.stdout
    assert left["table"] == [
        "nightly  web       to create: web-1, web-2, web-3",
        "nightly  database  to create: db-1",
        "2 to create",
    ]

    job, left, writes = controller.run("converge", policies())
    assert (job.status, writes, left["counts"]["created"]) == ("successful", ["POST /workloads"] * 2, 2), job.stdout
    assert all(row["metadata"]["openprotect_owner"] == "shop" for row in controller.emulator.rows("workloads"))

    (web,) = [row for row in controller.emulator.rows("workloads") if row["name"] == "web"]
    left_over = [each for each in web["instances"] if each["name"] == "web-1"]
    controller.emulator.patch("workloads", web["id"], instances=left_over)
    job, left, writes = controller.run("drift", policies(), drift_action="")
    assert (job.status, job.code, writes) == ("failed", 2, []), job.stdout
    assert left["table"] == [
        "nightly  web       to update: instances (adds web-2, web-3)",
        "nightly  database  unchanged",
        "1 to update, 1 unchanged",
    ]
    (failed,) = job.results("Fail if something differs")
    assert failed["msg"].startswith("The server differs from protect_policies: 1 to update, 1 unchanged. ")

    job, left, writes = controller.run("converge", policies())
    assert (job.status, writes) == ("successful", [f"PUT /workloads/{web['id']}"]), job.stdout

    job, left, writes = controller.run("drift", policies(), drift_action="fail")
    assert (job.status, writes, left["changed"]) == ("successful", [], False), job.stdout

    controller.emulator.drop("instances", instance("db-1")["id"])
    job, left, writes = controller.run("drift", policies(), drift_action="fail")
    assert (job.status, writes, left["changed"]) == ("failed", [], False), job.stdout
    (failed,) = job.results("Fail if something differs")
    assert failed["msg"].startswith("The server 'db-1' ("), failed["msg"]


def test_the_other_form_of_schedule(controller: Controller) -> None:
    controller.emulator.reset("4.2")
    for check, changed, writes in (("", True, 2), ("", False, 0)):
        job, left, seen = controller.run("converge", policies("4.2"), check, openprotect_server_line="4")
        assert (job.status, left["changed"], seen) == ("successful", changed, ["POST /workloads"] * writes), job.stdout


def test_drift_that_cannot_be_found_out_is_no_success(controller: Controller) -> None:
    declared = [*policies(), {"name": "mail", "workloads": [{"name": "mail", "instances": ["mail-1"]}]}]
    job, left, writes = controller.run("drift", declared, drift_action="report")
    assert (job.status, writes) == ("failed", [])
    assert left["error"].startswith("1 of 3 workloads failed.")


def test_hosts_that_are_projects(controller: Controller, stand: Stand, tmp_path: Path) -> None:
    hosts = {
        "shop": LOCALHOST["localhost"],
        "accounting": {**LOCALHOST["localhost"], "openprotect_auth": stand.auth("other")},
    }
    given = {"protect_policies": policies(), "openprotect_hosts": "all"}
    job = run_job(
        tmp_path,
        "openprotect.backup.converge",
        survey=SURVEY,
        variables=given,
        environment=controller.credential,
        hosts=hosts,
    )
    assert job.status == "successful", job.stdout
    assert {host: left["counts"]["created"] for host, left in job.artifacts["openprotect_converge"].items()} == {
        "shop": 2,
        "accounting": 2,
    }
    made = [(row["project_id"], row["name"]) for row in controller.emulator.rows("workloads")]
    assert sorted(made) == sorted(
        (stand.project(project), name) for project in ("demo", "other") for name in ("web", "database")
    )


def test_an_unknown_action_is_refused_before_anything_is_asked(controller: Controller) -> None:
    mark = controller.emulator.mark()
    job, left, _writes = controller.run("drift", policies(), drift_action="mail")
    (refused,) = job.results("Check names and types of the variables")
    assert refused["msg"] == "drift_action is 'mail'. It must be fail or report."
    assert (job.status, left, controller.emulator.since(mark)) == ("failed", {}, [])


def test_answers_win_over_the_inventory_and_empty_ones_do_not(tmp_path: Path) -> None:
    defaults = yaml.safe_load((ROOT / "roles" / "protect" / "defaults" / "main.yml").read_text(encoding="utf-8"))
    switches = sorted(set(defaults) - {"protect_policies"})
    inventory = {
        name: not defaults[name] if isinstance(defaults[name], bool) else f"of the inventory {name}"
        for name in switches
    }
    hosts = {"bare": LOCALHOST["localhost"], "declared": {**LOCALHOST["localhost"], **inventory}}
    given = {"file": str(ROOT / "playbooks" / "vars" / "converge.yml"), "switches": switches}

    def seen(**survey: Any) -> list[dict[str, Any]]:
        answers = {name: value for name, value in survey.items() if isinstance(value, str)}
        others = {name: value for name, value in survey.items() if name not in answers}
        job = run_job(
            tmp_path, str(PLAYBOOKS / "switches.yml"), survey=answers, variables={**given, **others}, hosts=hosts
        )
        return [
            each["msg"] for each in sorted(job.results("Show the variables"), key=lambda each: each["msg"] == inventory)
        ]

    bare, declared = ({name: defaults[name] for name in switches}, inventory)
    assert seen(**{name.replace("protect_", "converge_"): "" for name in switches}) == [bare, declared]
    answered = dict.fromkeys(switches, "an answer")
    assert seen(**{name.replace("protect_", "converge_"): "an answer" for name in switches}) == [answered, answered]
    assert [each["protect_prune"] for each in seen(converge_prune=False)] == [False, False]
