# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workload that is as declared: the number of requests until `workload` knows it."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import (
    NOVA,
    PROJECT,
    QUICK,
    Exchange,
)

AS_IT_IS: dict[str, Any] = {
    "description": "",
    "encryption": False,
    "schedule": {
        "enabled": True,
        "timezone": "Etc/UTC",
        "start_date": "2025-01-28",
        "start_time": "14:15",
        "hourly": {"interval": 1, "retention": 2},
        "daily": {"backup_time": ["14:15"], "retention": 2},
        "weekly": {"backup_day": ["wed"], "retention": 2},
        "monthly": {"month_backup_day": [20], "retention": 2},
        "yearly": {"backup_month": ["mar"], "retention": 1},
        "manual": {"retention": 21},
        "manual_retention_days": 5,
    },
}


def test_no_change_by_name_takes_two_requests(exchange: Exchange) -> None:
    workloads.record_find(exchange, workloads.shown())
    result = exchange.run("workload", name="workload_API", **AS_IT_IS, **QUICK)
    assert (result["changed"], result["plan"], result["diff"], result["id"]) == (
        False,
        [],
        {"before": {}, "after": {}},
        workloads.ID,
    )
    assert result["project_id"] == PROJECT
    assert result["workload"]["schedule"]["monthly"] == {
        "month_backup_day": [20],
        "retention": 2,
        "snapshot_type": "full",
    }


def test_no_change_by_id_takes_one_request(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    assert not exchange.run("workload", id=workloads.ID, **AS_IT_IS, **QUICK)["changed"]


def test_no_change_in_line_4(exchange_4: Exchange) -> None:
    workloads.record_find(exchange_4, workloads.shown(workloads.FOUR))
    schedule = {"enabled": False, "start_time": "15:00", "start_date": "2020-10-27", "timezone": "UTC+2"}
    assert not exchange_4.run(
        "workload", name="API created", description="API description", schedule=schedule, **QUICK
    )["changed"]


REFERENCES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "workload_type": ("Serial", workloads.SERIAL, "/workload_types", workloads.TYPES),
    "backup_target_type": ("nfs_1", workloads.NFS_1, "/backup_target_types", workloads.TARGET_TYPES),
    "policy": ("Gold", workloads.GOLD, "/workload_policy/", workloads.POLICIES),
}


@pytest.mark.parametrize("option", REFERENCES)
@pytest.mark.parametrize("by", [0, 1], ids=["name", "id"])
def test_each_kind_of_reference_takes_one_list(exchange: Exchange, option: str, by: int) -> None:
    path, answer = REFERENCES[option][2:]
    exchange.get(workloads.PATH, {"workload": workloads.bound()})
    exchange.get(path, answer)
    given: dict[str, Any] = {option: REFERENCES[option][by]}
    result = exchange.run("workload", id=workloads.ID, **given, **QUICK)
    assert not result["changed"]
    assert result["workload"][option] == {"id": REFERENCES[option][1], "name": REFERENCES[option][0]}


def test_servers_take_one_request_to_nova(exchange: Exchange) -> None:
    document = workloads.shown(instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "db-1"}])
    exchange.get(workloads.PATH, {"workload": document})
    exchange.servers(**{"db-1": cloud.DB, "web-1": cloud.WEB, "other": workloads.NEW_ID})
    result = exchange.run("workload", id=workloads.ID, instances=["db-1", cloud.WEB.upper(), "web-1"], **QUICK)
    assert not result["changed"]
    assert result["workload"]["instances"] == [{"id": cloud.DB, "name": "db-1"}, {"id": cloud.WEB, "name": "web-1"}]


def test_all_references_together(exchange: Exchange) -> None:
    workloads.record_find(exchange, workloads.bound())
    for _name, _id, path, answer in REFERENCES.values():
        exchange.get(path, answer)
    exchange.servers(PM=cloud.WEB)
    given: dict[str, Any] = {option: reference[0] for option, reference in REFERENCES.items()}
    assert not exchange.run("workload", name="workload_API", instances=["PM"], **given, **QUICK)["changed"]


def test_servers_come_in_pages(exchange: Exchange) -> None:
    document = workloads.shown(instances=[{"id": cloud.WEB, "name": "web-1"}, {"id": cloud.DB, "name": "db-1"}])
    exchange.get(workloads.PATH, {"workload": document})
    link = {"rel": "next", "href": f"http://elsewhere.test/v2.1/servers?marker={cloud.WEB}&limit=1"}
    exchange.get("/servers", {"servers": [{"id": cloud.WEB, "name": "web-1"}], "servers_links": [link]}, url=NOVA)
    exchange.get(
        "/servers", {"servers": [{"id": cloud.DB, "name": "db-1"}]}, url=NOVA, query={"marker": cloud.WEB, "limit": "1"}
    )
    assert not exchange.run("workload", id=workloads.ID, instances=["db-1", "web-1"], **QUICK)["changed"]


@pytest.mark.parametrize("now", ["The shop", "The shop\n", "  The shop"], ids=repr)
def test_blanks_around_a_description_mean_nothing(exchange: Exchange, now: str) -> None:
    """A block of YAML ends with a line end, and a server may cut it."""
    exchange.get(workloads.PATH, {"workload": workloads.shown(description=now)})
    assert not exchange.run("workload", id=workloads.ID, description=" The shop\n", **QUICK)["changed"]
