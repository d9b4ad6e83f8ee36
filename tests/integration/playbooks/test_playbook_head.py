# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The head of all playbooks, as the guide shows it, in AWX jobs: credential, survey, several projects, artifacts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.playbook import play, skeleton
from support.runner import Job, credential, run_job
from support.stand import Stand

EMPTY = {
    f"openprotect_{name}": ""
    for name in (
        "cloud",
        "auth",
        "project_id",
        "project_name",
        "region_name",
        "interface",
        "validate_certs",
        "api_timeout",
    )
}


@pytest.fixture
def playbook(stand: Stand, tmp_path: Path) -> str:
    """Return the path of the playbook of the guide, in a cloud with a workload in each of two projects."""
    for project in ("demo", "other"):
        stand.emulator.put("workloads", project_id=stand.project(project), name=f"of-{project}")
    path = tmp_path / "skeleton.yml"
    path.write_text(skeleton(), encoding="utf-8")
    return str(path)


def found(job: Job) -> dict[str, list[str]]:
    """Return the artifacts of a successful job."""
    assert (job.status, job.code) == ("successful", 0), job.stdout
    left: dict[str, list[str]] = job.artifacts["report"]
    return left


def test_credential_alone_and_a_survey_that_nobody_filled_in(stand: Stand, playbook: str, tmp_path: Path) -> None:
    assert found(run_job(tmp_path, playbook, survey=EMPTY, environment=credential(stand, tmp_path))) == {
        "localhost": ["of-demo"]
    }


def test_every_variable_reaches_the_module_as_text(stand: Stand, playbook: str, tmp_path: Path) -> None:
    survey = {
        "openprotect_cloud": "devstack",
        "openprotect_project_name": "demo",
        "openprotect_project_domain_name": "Default",
        "openprotect_region_name": "RegionOne",
        "openprotect_interface": "public",
        "openprotect_validate_certs": "false",
        "openprotect_ca_cert": "/nowhere.pem",
        "openprotect_api_timeout": "30",
        "openprotect_endpoint_override": stand.emulator.url,
        "openprotect_server_line": "6",
    }
    job = run_job(tmp_path, playbook, survey=survey, environment=credential(stand, tmp_path))
    (result,) = job.results("Read the workloads")
    assert "finds no file /nowhere.pem" in result["msg"]
    given = (
        {f"openprotect_{name}": value for name, value in result["invocation"]["module_args"].items()}
        if "invocation" in result
        else {}
    )
    job = run_job(
        tmp_path, playbook, survey={**survey, "openprotect_ca_cert": ""}, environment=credential(stand, tmp_path)
    )
    assert found(job) == {"localhost": ["of-demo"]}
    if given:
        assert (
            given["openprotect_validate_certs"],
            given["openprotect_api_timeout"],
            given["openprotect_server_line"],
        ) == (False, 30, "6")


def test_hosts_are_projects(stand: Stand, playbook: str, tmp_path: Path) -> None:
    hosts = {
        "by-name": {"openprotect_project_name": "demo", "openprotect_project_domain_name": "Default"},
        "by-id": {"openprotect_project_id": stand.project(), "openprotect_project_name": "wins-not"},
        "of-the-cloud": {},
    }
    job = run_job(
        tmp_path,
        playbook,
        survey={"openprotect_hosts": "all", "openprotect_cloud": "devstack"},
        environment=credential(stand, tmp_path),
        hosts=hosts,
    )
    assert found(job) == {host: ["of-demo"] for host in hosts}


def test_credentials_from_a_vault(stand: Stand, playbook: str, tmp_path: Path) -> None:
    job = run_job(tmp_path, playbook, variables={"openprotect_auth": stand.auth("other")})
    assert found(job) == {"localhost": ["of-other"]}
    assert stand.auth("other")["password"] not in job.stdout + str(job.events)


def test_clouds_yaml_of_the_directory_of_the_call(tmp_path: Path) -> None:
    """The playbook is inside of the installed collection, and Ansible runs its modules there."""
    auth = {
        "auth_url": "http://127.0.0.1:9/v3",
        "application_credential_id": "of-this-file",
        "application_credential_secret": "not-sent",
    }
    cloud = {"auth_type": "v3applicationcredential", "auth": auth, "cacert": "./ca.pem"}
    (tmp_path / "clouds.yaml").write_text(json.dumps({"clouds": {"here": cloud}}), encoding="utf-8")
    (tmp_path / "ca.pem").touch()
    variables = {"openprotect_cloud": "here", "preflight_fail_on": "never"}
    played = play(tmp_path, "openprotect.backup.preflight", variables=variables)
    assert played.code == 0, played.stdout
    assert "127.0.0.1:9 (Keystone): cannot be reached" in played.stdout
