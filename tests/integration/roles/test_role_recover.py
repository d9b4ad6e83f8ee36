# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role and the playbook recover: restore points, the plan, the confirmation, once, protection, and the facts."""

from __future__ import annotations

import concurrent.futures
import json
from pathlib import Path
from typing import Any

import pytest
from integration.conftest import Operator
from support.playbook import play
from support.runner import Job, credential, run_job
from support.stand import Stand, instance
from support.tenant import Tenant, wait

PLAYBOOK = "openprotect.backup.recover"
OF_WEB = {"recover_workload": "web", "recover_wait_interval": "0.1"}
ONECLICK = {**OF_WEB, "recover_type": "oneclick", "recover_when": "latest"}
INPLACE = {**OF_WEB, "recover_type": "inplace", "recover_when": "2099-01-01T12:00:00+01:00", "recover_servers": "web-1"}
ANSWERS = (
    "when snapshot servers name_suffix to_network to_subnet keep_addresses allow_duplicate_names restore_topology"
    " name description request_key force_new confirm reprotect timeout wait_interval"
)
EMPTY = {f"recover_{name}": "" for name in ANSWERS.split()}


class Site:
    """A project with the workload web of web-1 and web-2, and a snapshot of it.

    :param operator: Its user.
    :param directory: Where jobs run.
    """

    def __init__(self, operator: Operator, directory: Path) -> None:
        self.stand: Stand = operator.stand
        self.directory = directory
        operator.workload(name="web", instances=["web-1", "web-2"], schedule={"enabled": False})
        self.operator = operator
        self.snapshot: dict[str, Any] = operator.run("snapshot", workload="web", name="before")["snapshot"]

    def protected(self) -> list[str]:
        """Return the ids of the servers of the workload."""
        (web,) = self.operator.run("workload_info", name="web", details=True)["workloads"]
        return sorted(each["id"] for each in web["instances"])

    def lose(self) -> None:
        """Take the servers away by accident."""
        for name in ("web-1", "web-2"):
            self.stand.emulator.drop("instances", instance(name)["id"])

    def job(self, *words: str, **survey: str) -> tuple[Job, dict[str, Any], list[str]]:
        """Run the playbook as AWX does. Return the job, its artifacts and the writes."""
        mark = self.stand.emulator.mark()
        job = run_job(
            self.directory,
            PLAYBOOK,
            *words,
            survey={**EMPTY, **survey},
            environment=credential(self.stand, self.directory),
        )
        return job, job.artifacts.get("openprotect_recover", {}).get("localhost", {}), self.stand.emulator.writes(mark)


@pytest.fixture
def site(operator: Operator, tmp_path: Path) -> Site:
    """Return a project with a snapshot."""
    return Site(operator, tmp_path)


def test_list_then_plan_then_confirmation_then_once_then_protected(site: Site) -> None:
    site.lose()
    job, left, writes = site.job(recover_workload="web")
    assert (job.code, writes, left["status"]) == (0, [], "listed"), job.stdout
    assert [each["id"] for each in left["restore_points"]] == [site.snapshot["id"]]
    assert "Restore points of the workload web (" in job.stdout
    assert "run it again with a type and recover_when, such as " in job.stdout

    job, left, writes = site.job(**ONECLICK)
    assert (job.code, writes) == (0, []), job.stdout
    assert (left["status"], left["confirm"], left["snapshot"]["id"]) == ("planned", "yes", site.snapshot["id"])
    for words in (
        "\nBring back all servers of the workload web (",
        f"\n- web-1 ({instance('web-1')['id']}) -> web-1\n",
        "in private -> private, 10.0.0.",
        f" of {site.stand.env['auth_url']}",
        "After that, the workload still lists the lost servers: ",
        "run it again with recover_confirm: yes",
    ):
        assert words in job.stdout

    again = {**ONECLICK, "recover_confirm": "yes"}
    job, left, writes = site.job("--check", **again, recover_reprotect="true")
    assert (job.code, writes, left["status"]) == (0, [], "planned"), job.stdout
    assert "After that, the workload protects the new servers in place of the lost ones: " in job.stdout

    job, left, writes = site.job(**again)
    assert (job.code, writes) == (0, [f"POST /snapshots/{site.snapshot['id']}"]), job.stdout
    assert (left["status"], left["changed"], left["replaced"]) == ("available", True, [])
    lost = sorted(instance(name)["id"] for name in ("web-1", "web-2"))
    assert sorted(each["old_id"] for each in left["instances"]) == site.protected() == lost
    assert f"-> {left['instances'][0]['id']}" in job.stdout
    assert "NOT PROTECTED: the workload web (" in job.stdout
    key = left["request_key"]
    assert f"run it again with recover_request_key: {key} and recover_reprotect: true\n" in job.stdout
    first = left["restore_id"]

    again.update(recover_request_key=key, recover_reprotect="true")
    job, left, writes = site.job("--diff", **again)
    web = site.stand.emulator.rows("workloads")[0]["id"]
    assert (job.code, writes, left["changed"]) == (0, [f"PUT /workloads/{web}"], True), job.stdout
    assert site.protected() == sorted(each["id"] for each in left["instances"])
    assert all(f'+        "{each["name"]} ({each["id"]})"' in job.stdout for each in left["instances"])
    assert sorted(each["old_id"] for each in left["replaced"]) == lost
    assert "protects the new servers in place of the lost ones" in job.stdout

    job, left, writes = site.job(**again)
    assert (job.code, writes, left["changed"]) == (0, [], False), job.stdout
    assert (left["status"], left["restore_id"]) == ("available", first)
    assert "NOTHING TO START" in job.stdout
    assert "NOT PROTECTED" not in job.stdout


def test_in_place_needs_the_names(site: Site) -> None:
    job, left, writes = site.job(**INPLACE)
    assert (job.code, writes, left["confirm"]) == (0, [], "web-1"), job.stdout
    for words in (
        "OVERWRITE DISKS OF SERVERS",
        "boot disk cirros, 1 GiB: OVERWRITTEN",
        "- web-2 (",
        "left alone",
        "IS LOST",
        "recover_confirm: web-1",
    ):
        assert words in job.stdout

    job, left, writes = site.job(**INPLACE, recover_confirm="yes")
    assert (job.code, writes) == (2, [])
    assert "must be the servers to overwrite" in job.stdout
    job, left, writes = site.job(**INPLACE, recover_confirm="web-1, web-2")
    assert (job.code, writes, left["status"]) == (2, [], "failed")
    assert "confirmed with 'recover_confirm': web-1" in left["msg"]

    by_name_and_id = {"recover_when": "", "recover_snapshot": "before", "recover_servers": instance("web-1")["id"]}
    job, left, writes = site.job(**{**INPLACE, **by_name_and_id}, recover_confirm="web-1")
    assert (job.code, left["status"], len(writes)) == (0, "available", 1), job.stdout
    assert [each["id"] for each in left["instances"]] == [instance("web-1")["id"]]


@pytest.mark.cloud
def test_copy_elsewhere_and_then_in_place_of_the_lost_server(
    user: Tenant, whole: Stand, server: str, tmp_path: Path
) -> None:
    user.snapshot(server)
    answers = {
        "recover_type": "selective",
        "recover_workload": "w",
        "recover_when": "latest",
        "recover_servers": "web-1",
        "recover_name_suffix": "-copy",
    }
    survey = {
        **EMPTY,
        **answers,
        "recover_to_network": "private",
        "recover_confirm": "yes",
        "recover_wait_interval": "0.2",
    }

    def run(*words: str, **more: str) -> Job:
        return run_job(tmp_path, PLAYBOOK, *words, survey={**survey, **more}, environment=credential(whole, tmp_path))

    def protected() -> list[str]:
        (row,) = user.ask("GET", "/workloads/detail")["workloads"]
        shown = user.ask("GET", f"/workloads/{row['id']}")["workload"]
        return [each["id"] for each in shown["instances"]]

    mark = whole.emulator.mark()
    job = run(recover_reprotect="true")
    assert (job.code, whole.emulator.writes(mark)) == (2, []), job.stdout
    assert f"exist: {server}. To make copies of them, leave recover_reprotect out." in job.stdout

    job = run()
    assert job.code == 0, job.stdout
    for words in (
        "- web-1 (",
        ") -> web-1-copy",
        "flavor m1.small, zone nova",
        "volume web-1-data, 2 GiB, type ssd",
        "in private -> private, A NEW ADDRESS",
        "Quotas of Cinder, needed of what is free: ",
        "protects the originals as before, and not the copies: web-1 (",
    ):
        assert words in job.stdout
    (copy,) = job.artifacts["openprotect_recover"]["localhost"]["instances"]
    assert (copy["old_id"], user.cloud.compute.get_server(copy["id"]).name) == (server, "web-1-copy")
    assert protected() == [server]

    user.delete(server)
    job = run("--diff", recover_name_suffix="-2", recover_reprotect="true")
    assert job.code == 0, job.stdout
    (new,) = job.artifacts["openprotect_recover"]["localhost"]["instances"]
    assert protected() == [new["id"]] != [copy["id"]]
    assert '+        "web-1-2"' in job.stdout


def test_what_failed_is_handed_on_too(site: Site) -> None:
    site.lose()
    site.stand.emulator.fault("fails", "POST", "/snapshots/.*", body="no space left on the target")
    job, left, _writes = site.job(**ONECLICK, recover_confirm="yes")
    assert (job.code, left["status"]) == (2, "failed"), job.stdout
    assert "no space left on the target" in left["msg"]
    assert left["restore_id"]


def test_contradictions_are_refused_at_once(site: Site) -> None:
    mark = site.stand.emulator.mark()
    job, _left, _writes = site.job(**{**ONECLICK, "recover_snapshot": "before", "recover_to_subnet": "private"})
    assert job.code == 2
    (refused,) = job.results("Check the variables")
    assert refused["msg"] == (
        "Nothing was restored. Give either recover_when or recover_snapshot. "
        "recover_to_subnet requires recover_to_network."
    )
    job, _left, _writes = site.job(**{**OF_WEB, "recover_confirm": "yes"})
    assert (job.code, "there is no plan to confirm. Set recover_when or recover_snapshot too" in job.stdout) == (
        2,
        True,
    )
    job, left, _writes = site.job(**{**ONECLICK, "recover_when": "2026-11-20"})
    assert (job.code, left["status"]) == (2, "failed"), job.stdout
    assert left["msg"].startswith("The option 'recover_when' is '2026-11-20', a day without a time of day.")
    assert site.stand.emulator.since(mark) == []


def test_answers_as_they_are_typed(site: Site, tmp_path: Path) -> None:
    """With spaces around them, in capitals, or as the list that a multiple choice gives."""

    def run(**answers: Any) -> Any:
        return play(tmp_path, PLAYBOOK, variables={"openprotect_auth": site.stand.auth(), **INPLACE, **answers})

    mark = site.stand.emulator.mark()
    played = run(recover_when=" Latest ", recover_servers=["web-1", "web-2 "], recover_confirm=["web-2"])
    assert (played.code, site.stand.emulator.writes(mark)) == (2, []), played.stdout
    assert "Value of recover_confirm for this plan: web-1,web-2" in played.stdout
    played = run(recover_confirm=["web-1 "])
    assert (played.code, len(site.stand.emulator.writes(mark))) == (0, 1), played.stdout
    site.lose()
    played = run(**{**ONECLICK, "recover_servers": ""}, recover_confirm=" Yes ")
    assert (played.code, "- web-1: " in played.stdout) == (0, True), played.stdout


def test_joined(site: Site) -> None:
    """A running restore is distinguished from one that ended before."""
    site.lose()
    site.stand.emulator.freeze()
    job, left, _writes = site.job(**ONECLICK, recover_confirm="yes", recover_timeout="1")
    assert (job.code, left["status"]) == (2, "failed"), job.stdout
    mark = site.stand.emulator.mark()

    def go_on() -> None:
        """Let it end after some requests for it: a plan makes only one or two."""
        wait(lambda: sum("/restores/" in each["path"] for each in site.stand.emulator.since(mark, method="GET")) > 5)
        site.stand.emulator.freeze(False)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        going = pool.submit(go_on)
        job, left, writes = site.job(**ONECLICK, recover_confirm="yes")
        going.result()
    assert (job.code, writes, left["status"], left["changed"]) == (0, [], "available", False), job.stdout
    assert "It continues on the server." in job.stdout
    assert "Restored by a restore that was already running: " in job.stdout


def test_intent_in_one_variable(site: Site, tmp_path: Path) -> None:
    def run(intent: dict[str, Any] | str) -> Any:
        return play(tmp_path, PLAYBOOK, variables={"openprotect_auth": site.stand.auth(), "recover_intent": intent})

    intent = {
        "type": "inplace",
        "workload": "web",
        "at": "2099-01-01T00:00:00",
        "instances": [{"name": "web-2", "restore_boot_disk": True}],
    }
    played = run(intent)
    assert played.code == 0, played.stdout
    assert "recover_confirm: web-2" in played.stdout
    assert "OVERWRITE DISKS OF SERVERS of the workload web (" in played.stdout
    played = run(json.dumps(intent))
    assert (played.code, "recover_intent is text. It must be a dictionary" in played.stdout) == (2, True), played.stdout
    played = run({**intent, "workloads": "web"})
    assert (played.code, "recover_intent has no key workloads. Its keys are " in played.stdout) == (2, True)
    played = run({**intent, "at": "2099-01-01"})
    assert (played.code, "The option 'recover_intent.at' is '2099-01-01'" in played.stdout) == (2, True), played.stdout
    played = run({**intent, "instances": [{"nmae": "web-2"}]})
    assert (played.code, "instances.nmae" in played.stdout) == (2, True), played.stdout
