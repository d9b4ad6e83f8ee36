# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook preflight by its full name: in the real ansible-playbook, and in jobs as AWX runs them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from integration.modules.test_preflight import Preflight
from support.playbook import play
from support.runner import Job, credential, run_job
from support.stand import Stand

NAME = "openprotect.backup.preflight"


@pytest.fixture
def preflight(stand: Stand) -> Preflight:
    """Return a cloud of profile 6.2 with one workload that is backed up every day."""
    return Preflight(stand)


def job(preflight: Preflight, directory: Path, **survey: str) -> Job:
    """Run the playbook as AWX does, with the answers to a survey."""
    return run_job(directory, NAME, survey=survey, environment=credential(preflight.stand, directory))


@pytest.mark.every_core
def test_by_its_full_name(preflight: Preflight, tmp_path: Path) -> None:
    variables = {"openprotect_cloud": "demo", "openprotect_server_line": 6}
    environment = {"OS_CLIENT_CONFIG_FILE": preflight.stand.env["clouds_file"]}
    mark = preflight.emulator.mark()
    for words in ([], ["--check"]):
        played = play(tmp_path, NAME, *words, variables=variables, environment=environment)
        assert (played.code, played.recap["localhost"]["changed"]) == (0, 0), played.stdout + played.stderr
        shown = played.stdout.partition("TASK [Show each check]")[2].partition("ok: [localhost]")[0].splitlines()[1:]
        assert len(shown) > 10
        assert max(map(len, shown)) <= 110
    assert preflight.emulator.writes(mark) == []
    assert "\nok      trust         web: valid\n" in played.stdout
    assert "No check found anything that stops backups." in played.stdout
    assert re.search(r"\d of the checks warn, and 2 could not be made\.", played.stdout)


def test_job_that_finds_what_stops_backups(preflight: Preflight, tmp_path: Path) -> None:
    for trust in preflight.emulator.rows("trusts"):
        preflight.emulator.drop("trusts", trust["id"])
    done = job(
        preflight, tmp_path, preflight_fail_on="", preflight_trustee_roles="member, creator", openprotect_cloud=""
    )
    assert (done.status, done.code) == ("failed", 2)
    (result,) = done.results("Fail if backups are stopped")
    assert result["msg"] == (
        "What stops backups, or may: roles of user demo in project demo, trust of web. The task 'Show each check' says "
        "what to do."
    )
    assert re.search(r"\nfailed  trust         web: .*\n(?: {22}.*\n)+", done.stdout)
    left = done.artifacts["openprotect_preflight"]["localhost"]
    assert left["summary"]["failed"] == 2
    assert [check["name"] for check in left["checks"] if check["status"] == "failed"] == ["roles", "trust"]


@pytest.mark.parametrize(
    ("fail_on", "broken", "status"),
    [
        ("error", False, "successful"),
        ("warning", False, "failed"),
        ("never", True, "successful"),
        ("often", False, "failed"),
    ],
)
def test_what_fails_the_job(preflight: Preflight, tmp_path: Path, fail_on: str, broken: bool, status: str) -> None:
    """The light cloud has no Neutron, which is a warning."""
    if broken:
        preflight.emulator.patch("workloads", preflight.workload_id, status="error")
    done = job(preflight, tmp_path, preflight_fail_on=fail_on)
    assert done.status == status, done.stdout
    if fail_on == "often":
        assert "preflight_fail_on is 'often'. It must be error, warning or never." in done.stdout
        assert done.artifacts == {}
    else:
        assert bool(done.artifacts["openprotect_preflight"]["localhost"]["summary"]["failed"]) is broken
        assert ("1 of the checks failed, which preflight_fail_on allows." in done.stdout) is broken
        assert ("No check found anything that stops backups." in done.stdout) is (fail_on == "error")


def test_login_that_is_refused_still_gives_the_lines_before_it(preflight: Preflight, tmp_path: Path) -> None:
    auth: dict[str, Any] = {**preflight.stand.auth(), "password": "not-the-password"}
    done = run_job(tmp_path, NAME, variables={"openprotect_auth": auth})
    assert done.status == "failed"
    found = done.artifacts["openprotect_preflight"]["localhost"]["checks"]
    assert [(check["name"], check["status"]) for check in found][:4] == [
        ("dns", "ok"),
        ("tls", "skipped"),
        ("token", "failed"),
        ("catalog", "skipped"),
    ]
    assert "not-the-password" not in done.stdout + str(done.events)


def test_projects_side_by_side(preflight: Preflight, tmp_path: Path) -> None:
    """One is reached, one is not: each has its lines and its part of the artifact."""
    hosts: dict[str, dict[str, Any]] = {
        "shop": {"openprotect_project_name": "demo", "openprotect_project_domain_name": "Default"},
        "nowhere": {"openprotect_project_name": "nowhere", "openprotect_project_domain_name": "Default"},
    }
    environment = credential(preflight.stand, tmp_path)
    done = run_job(
        tmp_path,
        NAME,
        survey={"openprotect_hosts": "all", "openprotect_cloud": "devstack"},
        environment=environment,
        hosts=hosts,
    )
    assert done.status == "failed"
    left = done.artifacts["openprotect_preflight"]
    assert {host: part["summary"]["failed"] for host, part in left.items()} == {"shop": 0, "nowhere": 1}


def test_every_project_that_keystone_knows(preflight: Preflight, tmp_path: Path) -> None:
    """The inventory plugin calls its variables as the head of the playbook does."""
    (tmp_path / "shop.projects.yml").write_text("plugin: openprotect.backup.projects\ncloud: demo\n", encoding="utf-8")
    environment = {"OS_CLIENT_CONFIG_FILE": preflight.stand.env["clouds_file"]}
    words = ("-i", str(tmp_path / "shop.projects.yml"))
    played = play(tmp_path, NAME, *words, variables={"openprotect_hosts": "all"}, environment=environment)
    assert (played.code, set(played.recap)) == (0, {"demo"}), played.stdout + played.stderr
    assert "ok      trust         web: valid" in played.stdout
