# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a recovery test as text: PASSED or FAILED, RTO and RPO, the servers, and the path of the evidence."""

from __future__ import annotations

from typing import Any

from ansible_collections.openprotect.backup.plugins.filter import recovery_test_text as plugin
from ansible_collections.openprotect.backup.plugins.filter.recovery_test_text import recovery_test_text

COPY = {"old_id": "1", "old_name": "web-1", "id": "2", "name": "rtest-web-1", "status": "ACTIVE", "problem": ""}
EVIDENCE: dict[str, Any] = {
    "passed": True,
    "reason": "",
    "workload": "web",
    "workload_id": "w",
    "project_id": "p",
    "cloud": {"auth_url": "https://keystone/v3", "region_name": "One", "project_name": "demo"},
    "snapshot": {"id": "s", "name": "nightly", "type": "full", "created_at": "2026-11-20T13:00:04.000000"},
    "restore": {"seconds": 130.2},
    "rto_seconds": 200.4,
    "rpo_seconds": 7800,
    "servers": [{**COPY, "port": True, "command": None}],
    "cleanup": {"done": True, "remaining": []},
}


def test_a_test_that_passed_says_so_with_times_and_the_path() -> None:
    assert recovery_test_text(EVIDENCE, ["/srv/evidence/a.md", "/srv/evidence/a.json"]) == [
        "PASSED: recovery test of the workload web (w)",
        "Project   demo (p) of https://keystone/v3, region One",
        "Snapshot  nightly (s), full, of 2026-11-20 13:00:04 UTC",
        "Restore   took 2 minutes 10 seconds",
        "RTO       3 minutes 20 seconds, from the start of the restore to the last probe",
        "RPO       2 hours 10 minutes, the age of the snapshot at the start of the test",
        "Copy      rtest-web-1 (2) of web-1 (1): ACTIVE, port answers",
        "Cleanup   done",
        "Evidence  /srv/evidence/a.md, /srv/evidence/a.json",
    ]


def test_a_test_that_failed_names_the_copy_and_what_remains() -> None:
    failed = {
        **EVIDENCE,
        "passed": False,
        "servers": [{**COPY, "port": False, "command": True, "problem": "rtest-web-1 does not answer."}],
        "cleanup": {"done": False, "remaining": ["r"]},
    }
    lines = recovery_test_text(failed)
    assert lines[0] == "FAILED: recovery test of the workload web (w)"
    assert "Copy      rtest-web-1 (2) of web-1 (1): rtest-web-1 does not answer." in lines
    assert "Cleanup   FAILED, these restores remain: r" in lines
    assert lines[-1] == "Evidence  in no file, because recovery_test_evidence_dir is empty"


def test_a_test_that_restored_nothing_has_no_times() -> None:
    nothing = {
        **EVIDENCE,
        "passed": False,
        "project_id": None,
        "workload_id": None,
        "cloud": dict.fromkeys(("auth_url", "region_name", "project_name")),
        "snapshot": dict.fromkeys(("id", "name", "type", "created_at")),
        "restore": {"seconds": None},
        "rto_seconds": None,
        "rpo_seconds": None,
        "servers": [],
    }
    lines = recovery_test_text(nothing)
    assert lines[:2] == ["FAILED: recovery test of the workload web (unknown id)", "Project   unknown"]
    assert "RTO       not measured, from the start of the restore to the last probe" in lines


def test_check_mode_is_neither_passed_nor_failed() -> None:
    checked = {**EVIDENCE, "passed": None}
    assert recovery_test_text(checked) == ["CHECK MODE: nothing was restored (recovery test of the workload web (w))"]
    assert recovery_test_text({**checked, "reason": "No network."})[0].startswith("FAILED in check mode: No network.")
    assert plugin.FilterModule().filters() == {"recovery_test_text": recovery_test_text}
