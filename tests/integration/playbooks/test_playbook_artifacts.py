# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifacts of all playbooks as extra variables of all playbooks, as a workflow of AWX hands them on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from integration.conftest import Operator
from support.playbook import Played, play
from support.stand import ROOT

POLICIES = [
    {
        "name": "nightly",
        "workloads": [
            {"name": "web", "description": "The shop", "instances": ["web-1"], "schedule": {"enabled": False}}
        ],
    }
]
EARLIER = {"protect_result": "converge", "recover_result": "recover", "recovery_test_evidence": "recovery_test"}
"""Artifacts of earlier releases -> the playbook whose artifact holds the same today."""


def artifacts(played: Played) -> dict[str, Any]:
    """Return the artifacts that a run published."""
    left: dict[str, Any] = json.JSONDecoder().raw_decode(played.stdout.partition("RUN: ")[2])[0]
    return left


def test_no_artifact_changes_what_a_playbook_does(operator: Operator, tmp_path: Path) -> None:
    emulator = operator.stand.emulator
    operator.workload(name="web", description="The shop", instances=["web-1"], schedule={"enabled": False})
    operator.run("snapshot", workload="web", name="before")
    operator.workload(name="empty", instances=["web-2"], schedule={"enabled": False})
    evidence = tmp_path / "evidence"
    variables = {
        "openprotect_auth": operator.stand.auth(),
        "protect_policies": POLICIES,
        "drift_action": "report",
        "recover_type": "inplace",
        "recover_workload": "web",
        "recover_when": "latest",
        "recover_servers": "web-1",
        "recover_wait_interval": "0.1",
        "recovery_test_workload": "empty",
        "recovery_test_network": "quarantine",
        "recovery_test_evidence_dir": str(evidence),
    }

    def run(playbook: str, **more: Any) -> tuple[Played, dict[str, Any], list[str]]:
        """Run a playbook. Return how it ended, its artifacts by name and the writes."""
        mark = emulator.mark()
        environment = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
        played = play(tmp_path, playbook, variables={**variables, **more}, environment=environment)
        return played, artifacts(played), emulator.writes(mark)

    first, left, writes = run("artifacts.yml")
    # The last playbook fails: the workload that it tests has no snapshot.
    assert (first.code, writes) == (2, []), first.stdout
    # It needs an administrator, and reads no variable that another playbook sets.
    names = {path.name.split(".")[0] for path in (ROOT / "playbooks").glob("*.meta.yml")} - {"replace_policy"}
    assert set(left) == {f"openprotect_{name}" for name in names}
    left = {name: hosts["localhost"] for name, hosts in left.items()}
    assert (left["openprotect_drift"]["changed"], left["openprotect_recover"]["status"]) == (False, "planned")

    handed_on = {name: {"localhost": value} for name, value in left.items()}
    handed_on["openprotect_replace_policy"] = {"localhost": {"status": "done"}}
    handed_on.update({name: handed_on[f"openprotect_{now}"] for name, now in EARLIER.items()})
    (web,) = [row for row in emulator.rows("workloads") if row["name"] == "web"]
    emulator.patch("workloads", web["id"], description="Not the shop")
    drift, _left, writes = run("openprotect.backup.drift", **handed_on, drift_action="fail")
    assert (drift.code, writes) == (2, []), drift.stdout
    assert "The server differs from protect_policies: 1 to update." in drift.stdout

    for file in evidence.iterdir():
        file.unlink()
    last, left, writes = run("artifacts.yml", **handed_on, recover_confirm="web-1")
    assert (last.code, [write.split("/")[1] for write in writes]) == (2, ["workloads", "snapshots"]), last.stdout
    left = {name: hosts["localhost"] for name, hosts in left.items()}
    table = left["openprotect_drift"]["table"]
    assert (table[0].split(), table[-1]) == (["nightly", "web", "to", "update:", "description"], "1 to update")
    assert left["openprotect_converge"]["changed"] is True
    assert (left["openprotect_recover"]["status"], left["openprotect_recover"]["changed"]) == ("available", True)
    assert left["openprotect_recover"]["restore_id"]
    started = {json.loads(file.read_text(encoding="utf-8"))["started_at"] for file in evidence.glob("*.json")}
    assert started == {left["openprotect_recovery_test"]["started_at"]}
    assert started != {handed_on["openprotect_recovery_test"]["localhost"]["started_at"]}
