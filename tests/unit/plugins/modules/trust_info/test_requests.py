# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `trust_info`, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange.recording import Exchange, fault, sample
from support.exchange.workloads import FOUR, ID, SIX
from support.module import warnings_of

TRUST = sample("trusts_list")["trust"][0]
PROJECT = TRUST["project_id"]
OLDER = {**TRUST, "name": "trust-0", "user_id": "u", "created_at": "2020-01-01T00:00:00.000000", "metadata": []}
WEB = {"id": ID, "name": SIX["name"], "project_id": PROJECT}
DB = {"id": FOUR["id"], "name": "db", "project_id": PROJECT}
GONE: dict[str, Any] = {"reply": fault("The resource could not be found.", "itemNotFound", 404), "status": 404}


@pytest.fixture
def project(exchange: Exchange) -> Exchange:
    """Return a recording in the project of the captured trust."""
    exchange.project_id = PROJECT
    return exchange


def test_trusts_without_their_keystone_ids(project: Exchange) -> None:
    foreign = {**TRUST, "name": "trust-1", "project_id": "another"}
    project.get("/trusts", {"trust": [OLDER, foreign, TRUST]})
    result = project.run("trust_info")
    assert [row["name"] for row in result["trusts"]] == [TRUST["name"], "trust-0"]
    assert [row["roles"] for row in result["trusts"]] == [["admin"], []]
    assert [row["is_cloud_trust"] for row in result["trusts"]] == [True, False]
    assert (result["changed"], result["validations"]) == (False, [])
    assert TRUST["value"] not in str(result)


def test_validations(project: Exchange) -> None:
    project.get("/workloads", {"workloads": [WEB, DB]})
    project.get("/trusts", {"trust": [TRUST]})
    valid = {"scheduler_enabled": True, "trust": TRUST, "is_valid": True}
    off: dict[str, Any] = {"scheduler_enabled": False, "trust": {}, "is_valid": False}
    with project.any_order():
        project.get(f"/trusts/validate/{DB['id']}", valid)
        project.get(f"/trusts/validate/{WEB['id']}", off)
    result = project.run("trust_info", workloads=["db", WEB["id"], DB["id"]])
    assert result["validations"] == [
        {
            "workload": {"id": DB["id"], "name": "db"},
            "scheduler_enabled": True,
            "trust": TRUST["name"],
            "is_valid": True,
        },
        {
            "workload": {"id": WEB["id"], "name": WEB["name"]},
            "scheduler_enabled": False,
            "trust": None,
            "is_valid": False,
        },
    ]
    assert "is off" in warnings_of(result)[0]
    assert TRUST["value"] not in str(result)


def test_a_server_without_the_call(project: Exchange) -> None:
    project.get("/workloads", {"workloads": [WEB, DB]})
    project.get("/trusts", {"trust": []})
    with project.any_order():
        for row in (WEB, DB):
            project.get(f"/trusts/validate/{row['id']}", **GONE)
    result = project.run("trust_info", workloads=["db", WEB["id"]])
    assert [(row["scheduler_enabled"], row["is_valid"]) for row in result["validations"]] == [(None, None)] * 2
    assert len(warnings_of(result)) == 1


def test_unknown_workloads_are_told_together(project: Exchange) -> None:
    project.get("/workloads", {"workloads": [WEB]})
    failed = project.fail("trust_info", workloads=["x", "y"])
    assert failed.error["code"] == "unknown_name"
    assert "'x'" in str(failed)
    assert "'y'" in str(failed)
