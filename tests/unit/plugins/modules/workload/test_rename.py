# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Renaming a workload by `new_name`."""

from __future__ import annotations

from support.exchange import workloads
from support.exchange.recording import (
    QUICK,
    Exchange,
)
from unit.plugins.modules.workload.creation import before_create, body_of_create


def test_rename(exchange: Exchange) -> None:
    workloads.record_find(exchange, workloads.shown())
    exchange.put(workloads.PATH, {"workload": {"name": "shop"}})
    exchange.get(workloads.PATH, {"workload": workloads.shown(name="shop")})
    result = exchange.run("workload", name="workload_API", new_name="shop", **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"name": "workload_API"}, {"name": "shop"})


def test_renamed_already(exchange: Exchange) -> None:
    workloads.record_find(exchange, workloads.shown(name="shop"))
    assert not exchange.run("workload", name="workload_API", new_name="shop", **QUICK)["changed"]


def test_rename_onto_an_existing_name_fails(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing(workloads.shown(), workloads.shown(id=workloads.NEW_ID, name="shop")))
    failed = exchange.fail("workload", name="workload_API", new_name="shop", **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert workloads.ID in str(failed)
    assert workloads.NEW_ID in str(failed)


def test_rename_of_nothing_creates_under_the_new_name(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post(
        "/workloads", body_of_create(name="shop"), {"workload": workloads.summary(workloads.created(name="shop"))}
    )
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created(name="shop")})
    result = exchange.run("workload", name="web", new_name="shop", instances=["web-1"], **QUICK)
    assert (result["plan"][0]["action"], result["plan"][0]["name"]) == ("create", "shop")
