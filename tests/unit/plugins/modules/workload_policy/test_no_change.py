# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workload policy that is as declared: the number of requests until `workload_policy` knows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange import policies, workloads
from support.exchange.recording import OTHER_PROJECT, PROJECT, QUICK, Exchange


def test_the_captured_policy_is_as_it_is(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown())
    result = exchange.run(
        "workload_policy",
        name="Gold",
        description="",
        schedule=policies.SCHEDULE_4,
        metadata={},
        metadata_mode="exact",
        **QUICK,
    )
    assert (result["changed"], result["plan"], result["id"]) == (False, [], workloads.GOLD)
    assert result["workload_policy"]["schedule"] == policies.SCHEDULE_4
    assert (result["workload_policy"]["projects"], result["workload_policy"]["metadata"]) == ([], {})


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(policies.FIELDS_6, id="objects"),
        pytest.param(
            {key: json.dumps(value) if isinstance(value, dict) else value for key, value in policies.FIELDS_6.items()},
            id="json text",
        ),
        pytest.param(
            {**policies.FIELDS_6, "hourly": {"interval": 24, "retention": 30, "snapshot_type": "incremental"}},
            id="numbers",
        ),
        pytest.param({key: value for key, value in policies.FIELDS_6.items() if value}, id="no empty tracks"),
        pytest.param({key: value or None for key, value in policies.FIELDS_6.items()}, id="null tracks"),
    ],
)
def test_a_policy_of_line_6_in_each_form(exchange: Exchange, fields: dict[str, Any]) -> None:
    policies.record_find(exchange, policies.shown_6(fields=fields))
    assert not exchange.run("workload_policy", name="Gold", schedule={**policies.DECLARED, "weekly": {}}, **QUICK)[
        "changed"
    ]


def test_by_id_takes_one_request(exchange: Exchange) -> None:
    exchange.get(policies.GOLD_PATH, {"policy": policies.shown(projects=(PROJECT,))})
    assert not exchange.run("workload_policy", id=workloads.GOLD, projects=[PROJECT], projects_mode="exact", **QUICK)[
        "changed"
    ]


def test_a_policy_that_another_project_made(exchange: Exchange) -> None:
    """Policies belong to the whole cloud. It is unknown whether they show an owner (reference B.6)."""
    theirs = policies.shown(project_id=OTHER_PROJECT)
    policies.record_find(exchange, theirs)
    assert not exchange.run("workload_policy", name="Gold", schedule=policies.SCHEDULE_4, **QUICK)["changed"]


def test_two_of_one_name(exchange: Exchange) -> None:
    policies.record_list(exchange, policies.shown(), policies.shown(id=workloads.NEW_ID))
    failed = exchange.fail("workload_policy", name="Gold", schedule=policies.SCHEDULE_4, **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert workloads.GOLD in str(failed)
    assert workloads.NEW_ID in str(failed)


def test_blanks_around_a_description_mean_nothing(exchange: Exchange) -> None:
    exchange.get(policies.GOLD_PATH, {"policy": policies.shown(description="For the shop\n")})
    assert not exchange.run("workload_policy", id=workloads.GOLD, description=" For the shop\n", **QUICK)["changed"]
