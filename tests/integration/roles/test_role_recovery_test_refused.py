# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role recovery_test where there is nothing that could be tested: it says why, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.conftest import Operator
from support.runner import credential, run_job

PLAYBOOK = "openprotect.backup.recovery_test"
WEB = {"recovery_test_workload": "web", "recovery_test_network": "quarantine"}


@pytest.mark.parametrize(
    ("snapshots", "survey", "words"),
    [
        pytest.param(
            1,
            {**WEB, "recovery_test_servers": "web-1, nowhere"},
            "does not contain nowhere. It contains web-1.",
            id="no such server",
        ),
        pytest.param(0, WEB, "The workload web has no good snapshot", id="no snapshot"),
        pytest.param(
            1,
            {**WEB, "recovery_test_workload": "wbe"},
            "There is no workload with the id or name 'wbe'",
            id="no such workload",
        ),
    ],
)
def test_nothing_to_test(
    operator: Operator, tmp_path: Path, snapshots: int, survey: dict[str, str], words: str
) -> None:
    operator.workload(name="web", instances=["web-1"], schedule={"enabled": False})
    for _number in range(snapshots):
        operator.run("snapshot", workload="web")
    mark = operator.stand.emulator.mark()
    survey = {**survey, "recovery_test_evidence_dir": str(tmp_path / "evidence")}
    job = run_job(tmp_path, PLAYBOOK, survey=survey, environment=credential(operator.stand, tmp_path))
    found = job.artifacts["openprotect_recovery_test"]["localhost"]
    assert (job.code, found["passed"], found["servers"], operator.stand.emulator.writes(mark)) == (2, False, [], []), (
        job.stdout
    )
    assert words in found["reason"]
    text = next((tmp_path / "evidence").glob("*.md")).read_text(encoding="utf-8")
    assert "()" not in text
    assert "|  |" not in text
    assert f"| Workload | {survey['recovery_test_workload']}" in text
    assert "| Restore | not started |" in text
    assert "| RTO: time until all copies were probed | not probed |" in text
    assert "\nFAILED: recovery test of the workload " in job.stdout
    assert "No copy was probed." in text
    (ended,) = job.results("Fail if the test failed")
    assert ended["msg"].endswith("Nothing was restored.")
    assert "The cleanup failed" not in ended["msg"]
    assert [path.suffix for path in sorted((tmp_path / "evidence").iterdir())] == [".json", ".md"]


def test_what_to_test_must_be_said(operator: Operator, tmp_path: Path) -> None:
    mark = operator.stand.emulator.mark()
    job = run_job(
        tmp_path,
        PLAYBOOK,
        survey={**WEB, "recovery_test_network": ""},
        environment=credential(operator.stand, tmp_path),
    )
    assert job.code == 2
    assert "Set recovery_test_workload to the workload to test" in job.stdout
    assert operator.stand.emulator.since(mark) == []


@pytest.mark.parametrize(
    ("survey", "words"),
    [
        pytest.param(
            {"recovery_test_evidence_dir": "evidence", "recovery_test_probe_port": "https"},
            "recovery_test_probe_port must be a number. "
            "recovery_test_evidence_dir is evidence. It must be an absolute path.",
            id="variables",
        ),
        pytest.param(
            {"recovery_test_evidence_dir": "/dev/null"},
            "is /dev/null, which is not a writable directory.",
            id="no directory",
        ),
        pytest.param(
            {"recovery_test_probe_command": "no-such-program {address}"},
            "The host localhost has no program no-such-program, which recovery_test_probe_command runs.",
            id="program",
        ),
    ],
)
def test_what_would_fail_after_the_restore_fails_before(
    operator: Operator, tmp_path: Path, survey: dict[str, str], words: str
) -> None:
    mark = operator.stand.emulator.mark()
    job = run_job(tmp_path, PLAYBOOK, survey={**WEB, **survey}, environment=credential(operator.stand, tmp_path))
    assert job.code == 2
    assert words in job.stdout
    assert "Nothing was restored. " in job.stdout
    assert operator.stand.emulator.since(mark) == []


def test_directory_of_evidence_keeps_its_mode(operator: Operator, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir(mode=0o700)
    extra = {"recovery_test_evidence_dir": str(evidence), "recovery_test_probe_port": 443}
    job = run_job(tmp_path, PLAYBOOK, survey=WEB, variables=extra, environment=credential(operator.stand, tmp_path))
    assert len(list(evidence.iterdir())) == 2, job.stdout
    assert evidence.stat().st_mode & 0o777 == 0o700
