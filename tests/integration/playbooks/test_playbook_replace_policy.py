# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook replace_policy over two projects: the plan, all or nothing that is not said, and nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from integration.conftest import Operator
from support.runner import LOCALHOST, Job, run_job
from support.stand import Stand

SCHEDULE = {"start_time": "22:00", "hourly": {"interval": 4, "retention": 42}, "manual": {"retention": 10}}
CHANGE = {"hourly": {"interval": 8, "retention": 21}}


def test_two_projects_get_another_policy(stand: Stand, tmp_path: Path) -> None:
    emulator = stand.emulator
    users = {}
    for user in ("admin", "demo", "other"):
        users[user] = Operator(stand, "6")
        users[user].options["auth"] = stand.auth(user)
    users["admin"].run("workload_policy", name="gold", schedule=SCHEDULE, projects=["demo", "other"])
    users["demo"].workload(name="web", instances=["web-1"], policy="gold")
    users["other"].workload(name="mail", instances=["web-2"], policy="gold")
    hosts = {
        name: {**LOCALHOST["localhost"], "openprotect_auth": stand.auth(user)}
        for name, user in {"shop": "demo", "post": "other"}.items()
    }

    def run(**more: Any) -> tuple[Job, dict[str, Any], list[str]]:
        """Run the playbook. Return the job, its artifacts by host and the writes."""
        mark = emulator.mark()
        variables = {
            "openprotect_hosts": "all",
            "replace_policy_old": "gold",
            "replace_policy_new": "gold-2",
            "replace_policy_schedule": CHANGE,
            "replace_policy_admin_cloud": "admin",
            "replace_policy_confirm": "gold",
            **more,
        }
        environment = {"OS_CLIENT_CONFIG_FILE": str(stand.env["clouds_file"])}
        job = run_job(
            tmp_path, "openprotect.backup.replace_policy", variables=variables, environment=environment, hosts=hosts
        )
        return job, job.artifacts.get("openprotect_replace_policy", {}), emulator.writes(mark)

    job, left, writes = run(openprotect_hosts="shop")
    assert (job.code, left, writes) == (2, {}, []), job.stdout
    assert f"use the old policy: mail in the project {stand.project('other')}. Add these projects" in job.stdout

    job, left, writes = run(replace_policy_confirm="")
    assert (job.code, {each["status"] for each in left.values()}, writes) == (0, {"planned"}, []), job.stdout
    assert "Bind to it the workload mail" in job.stdout
    assert "To apply this plan, set replace_policy_confirm to gold" in job.stdout

    (mail,) = [row for row in emulator.rows("workloads") if row["name"] == "mail"]
    emulator.fault("status", "PUT", f"/workloads/{mail['id']}", code=403, body="not now")
    job, left, writes = run()
    assert (job.code, left) == (2, {}), job.stdout
    assert [write.split()[0] for write in writes if "policy" in write] == ["POST", "POST"], writes
    assert "1 of 1 workloads of this project were not bound to the policy gold-2, see above: mail." in job.stdout
    policies = {row["name"]: row["id"] for row in emulator.rows("policies")}
    assert set(policies) == {"gold", "gold-2"}

    job, left, writes = run()
    assert (job.code, {each["status"] for each in left.values()}) == (0, {"replaced"}), job.stdout
    assert [write.split("/")[1] for write in writes] == ["workloads", "workload_policy"], writes
    kept = users["admin"].run("workload_policy_info", details=True)["workload_policies"]
    assert [(each["name"], len(each["workloads"]), len(each["projects"])) for each in kept] == [("gold-2", 2, 2)]
    assert kept[0]["schedule"]["hourly"] == {**kept[0]["schedule"]["hourly"], **CHANGE["hourly"]}
    assert kept[0]["schedule"]["manual"] == SCHEDULE["manual"]

    job, left, writes = run()
    assert (job.code, {each["status"] for each in left.values()}, writes) == (0, {"done"}, []), job.stdout
    assert "gold-2 has taken its place already" in job.stdout
