# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook export as a job of AWX: its file, given to the playbook converge, changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.conftest import Operator
from support.playbook import play
from support.runner import LOCALHOST, Job, credential, run_job
from support.stand import Stand

SCHEDULES: dict[str, dict[str, Any]] = {
    "6.2": {
        "hourly": {"interval": 24, "retention": 7},
        "daily": {"backup_time": ["22:00"], "retention": 14},
        "manual": {"retention": 3},
    },
    "4.2": {"interval": 24, "retention_days": 30},
}


class Plain(yaml.SafeLoader):
    """Reads text that is marked as no template as text."""


Plain.add_constructor(
    "!unsafe", lambda loader, node: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None
)


def protect(stand: Stand, release: str) -> None:
    """Create three workloads, two with the same schedule, without policies."""
    stand.emulator.reset(release)
    somebody = Operator(stand, release[0])
    schedule = {"enabled": True, "timezone": "Europe/Berlin", "start_time": "22:00", **SCHEDULES[release]}
    somebody.workload(
        name="web",
        description="{{ 1 / 0 }}",
        instances=["web-1", "web-2"],
        schedule=schedule,
        metadata={"team": "shop"},
    )
    somebody.workload(name="database", instances=["db-1"], schedule=schedule)
    somebody.workload(name="spare", instances=["web-3"])


def export(stand: Stand, directory: Path, **more: Any) -> Job:
    """Run the playbook as AWX does."""
    return run_job(directory, "openprotect.backup.export", environment=credential(stand, directory), **more)


@pytest.mark.parametrize("release", SCHEDULES)
def test_what_is_written_changes_nothing(stand: Stand, tmp_path: Path, release: str) -> None:
    protect(stand, release)
    mark = stand.emulator.mark()
    written = tmp_path / "policies.yml"
    job = export(
        stand, tmp_path, survey={"export_path": str(written), "export_names": "", "openprotect_server_line": release[0]}
    )
    assert (job.status, stand.emulator.writes(mark)) == ("successful", []), job.stdout
    left = job.artifacts["openprotect_export"]["localhost"]
    assert left["counts"] == {"policies": 2, "workloads": 3}
    assert sorted(len(policy["workloads"]) for policy in left["protect_policies"]) == [1, 2]

    given = {"openprotect_auth": stand.auth(), "openprotect_server_line": release[0]}
    played = play(
        tmp_path,
        "openprotect.backup.converge",
        "--extra-vars",
        f"@{written}",
        variables=given,
        environment={"ANSIBLE_SHOW_CUSTOM_STATS": "1"},
    )
    assert (played.code, played.recap["localhost"]["changed"], stand.emulator.writes(mark)) == (0, 0, []), (
        played.stdout + played.stderr
    )
    again = json.JSONDecoder().raw_decode(played.stdout.partition("RUN: ")[2])[0]["openprotect_converge"]["localhost"]
    assert again["table"][-1] == "3 unchanged"


def test_hosts_that_are_projects_get_a_file_each(stand: Stand, tmp_path: Path) -> None:
    protect(stand, "6.2")
    hosts = {
        "shop": LOCALHOST["localhost"],
        "nothing": {**LOCALHOST["localhost"], "openprotect_auth": stand.auth("other")},
    }
    survey = {"openprotect_hosts": "all"}
    job = export(stand, tmp_path, survey={**survey, "export_path": str(tmp_path / "one.yml")}, hosts=hosts)
    assert job.status == "failed"
    assert "of a directory" in job.results("Check export_path")[0]["msg"]
    survey["export_path"] = f"{tmp_path}/host_vars/"
    job = export(stand, tmp_path, survey={**survey, "export_names": "web, data*"}, hosts=hosts)
    assert job.status == "failed"
    assert "match no workload of this project: web, data*" in job.stdout
    assert exported(tmp_path / "host_vars") == {"shop": ["database", "web"]}
    job = export(stand, tmp_path, survey=survey, hosts=hosts)
    assert job.status == "successful", job.stdout
    assert exported(tmp_path / "host_vars") == {"shop": ["database", "spare", "web"], "nothing": []}


def exported(directory: Path) -> dict[str, list[str]]:
    """Return the names of the workloads in each file of a directory: name of the file -> names."""
    return {
        path.stem: sorted(
            workload["name"]
            for policy in yaml.load(path.read_text(), Loader=Plain)["protect_policies"]
            for workload in policy["workloads"]
        )
        for path in directory.iterdir()
    }


def test_without_a_path_the_policies_are_shown(stand: Stand, tmp_path: Path) -> None:
    protect(stand, "6.2")
    job = export(stand, tmp_path, survey={"export_path": "", "export_names": "spare"})
    assert job.status == "successful", job.stdout
    (shown,) = job.results("Show the policies")
    assert (
        yaml.safe_load("\n".join(shown["lines"]))["protect_policies"]
        == job.artifacts["openprotect_export"]["localhost"]["protect_policies"]
    )


def test_a_path_that_is_not_absolute_is_refused_before_anything_is_asked(stand: Stand, tmp_path: Path) -> None:
    mark = stand.emulator.mark()
    job = export(stand, tmp_path, survey={"export_path": "policies.yml"})
    assert (job.status, stand.emulator.since(mark)) == ("failed", [])
    assert "must be an absolute path" in job.results("Check export_path")[0]["msg"]
