# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that would watch nothing, or mean another object, fail before the first request. No server is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.playbook import play

pytestmark = pytest.mark.every_core

WEB = [{"name": "gold", "workloads": [{"name": "web", "instances": ["web-1"]}]}]
TO_NOWHERE = {"openprotect_auth": {"auth_url": "http://127.0.0.1:1/v3"}}


@pytest.mark.parametrize(
    ("playbook", "variables", "sentence"),
    [
        ("drift", {"protect_policys": [], "drift_action": "mail"}, "has no variable protect_policys. Did you mean"),
        ("recover", {"recover_server": "db-2"}, "has no variable recover_server. Did you mean recover_servers?"),
        ("drift", {}, "protect_policies declares no workload"),
        ("converge", {"protect_policies": [{"name": "gold"}]}, "protect_policies declares no workload"),
        ("converge", {"protect_policies": WEB, "converge_prune": "yes"}, "'converge_prune' needs 'protect_owner'."),
        (
            "drift",
            {"protect_policies": WEB, "protect_parallel": 100, "openprotect_cloud": "x"},
            "'protect_parallel' is 100",
        ),
    ],
)
def test_nothing_is_asked(tmp_path: Path, playbook: str, variables: dict[str, Any], sentence: str) -> None:
    played = play(tmp_path, f"openprotect.backup.{playbook}", variables={**TO_NOWHERE, **variables})
    said = played.stdout + played.stderr
    assert played.code == 2, said
    assert sentence in said
    assert "127.0.0.1:1" not in said


@pytest.mark.parametrize(("words", "pattern"), [((), "shop"), (("-i", "accounting,", "--limit", "accounting"), "")])
def test_hosts_that_do_not_exist(tmp_path: Path, words: tuple[str, ...], pattern: str) -> None:
    with pytest.raises(RuntimeError, match=r"ran no task \(exit code [1-9]") as caught:
        play(tmp_path, "openprotect.backup.drift", *words, variables={"openprotect_hosts": pattern})
    assert f"No host matches openprotect_hosts, which is {pattern or 'localhost'}" in str(caught.value)
