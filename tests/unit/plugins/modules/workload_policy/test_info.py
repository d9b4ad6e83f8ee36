# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload_policy_info`."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import policies, workloads
from support.exchange.recording import OTHER_PROJECT, PROJECT, QUICK, Exchange, fault


def test_info_shows_each_policy(exchange: Exchange) -> None:
    silver = policies.shown(id=workloads.NEW_ID, name="Alpha", projects=(OTHER_PROJECT,))
    policies.record_list(exchange, policies.shown(), silver)
    with exchange.any_order():
        exchange.get(policies.GOLD_PATH, {"policy": policies.shown(projects=(PROJECT,))})
        exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": silver})
    found = exchange.run("workload_policy_info")["workload_policies"]
    assert [(each["name"], each["projects"], each["workloads"]) for each in found] == [
        ("Alpha", [OTHER_PROJECT], None),
        ("Gold", [PROJECT], None),
    ]


@pytest.mark.parametrize(("wanted", "names"), [([PROJECT], ["Gold"]), ([OTHER_PROJECT], [])])
def test_info_by_project(exchange: Exchange, wanted: list[str], names: list[str]) -> None:
    policies.record_find(exchange, policies.shown(projects=(PROJECT,)))
    assert [
        each["name"] for each in exchange.run("workload_policy_info", projects=wanted)["workload_policies"]
    ] == names


def test_info_tells_who_uses_a_policy(exchange: Exchange) -> None:
    exchange.get(policies.GOLD_PATH, {"policy": policies.shown()})
    policies.record_workloads(exchange, policies.USER, workloads.shown(id=workloads.NEW_ID))
    [one] = exchange.run("workload_policy_info", id=workloads.GOLD, details=True)["workload_policies"]
    assert one["workloads"] == [{"id": policies.USER["id"], "name": policies.USER["name"], "project_id": OTHER_PROJECT}]


@pytest.mark.parametrize("options", [{"name": "none"}, {"id": workloads.NEW_ID}], ids=str)
def test_info_of_what_is_not_there(exchange: Exchange, options: dict[str, Any]) -> None:
    if "id" in options:
        exchange.get(f"{policies.PATH}{workloads.NEW_ID}", fault("no", "itemNotFound", 404), status=404)
    else:
        policies.record_list(exchange, policies.shown())
    assert exchange.run("workload_policy_info", **options)["workload_policies"] == []


@pytest.mark.parametrize(
    "reply", ["<html>", "", {"policies": []}, {"policy_list": {}}, {"policy_list": [{"name": "x"}]}], ids=str
)
def test_a_list_of_another_shape_is_never_nothing_there(exchange: Exchange, reply: Any) -> None:
    tasks: dict[str, dict[str, Any]] = {
        "workload_policy": {"schedule": policies.SCHEDULE_4, **QUICK},
        "workload_policy_info": {},
    }
    for module, options in tasks.items():
        exchange.get(policies.PATH, reply)
        code = "unexpected_answer" if isinstance(reply, dict) else "bad_answer"
        assert exchange.fail(module, name="Gold", **options).error["code"] == code
