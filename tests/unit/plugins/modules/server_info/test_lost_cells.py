# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers in a cell of Nova that is down: no task may take them for deleted, or decide without their names."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import NOVA, QUICK, Exchange, fault

LOST = {"id": cloud.LOST_SERVER["id"], "status": "UNKNOWN", "links": []}
LISTED = {"servers": [LOST, {"id": cloud.WEB, "name": "web-1"}]}
TOO_OLD = fault("Version 2.69 is not supported by the API.", "computeFault", 406)
SAID = f"Nova does not show the names of these servers, because a cell of Nova is down: {cloud.DB}."


def assert_refused(failed: Any) -> None:
    """Check the failure that says which servers Nova does not show."""
    assert failed.error == {"code": "wrong_state"}
    assert SAID in str(failed)


@pytest.mark.parametrize("options", [{}, {"servers": ["web-1"]}])
def test_servers_are_not_listed_in_part(exchange: Exchange, options: dict[str, Any]) -> None:
    exchange.get("/servers", LISTED, url=NOVA)
    assert_refused(exchange.fail("server_info", **options))
    assert exchange.microversions == ["compute 2.69"]


@pytest.mark.parametrize("check", [True, False])
def test_a_workload_is_not_written(exchange: Exchange, check: bool) -> None:
    workloads.record_find(exchange, workloads.shown(name="web"))
    exchange.get("/servers", LISTED, url=NOVA)
    assert_refused(exchange.fail("workload", name="web", instances=["web-1"], check=check, **QUICK))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("selector", [{"name": ["web-*"]}, {"metadata": {"backup": "gold"}}, {"all": True}])
def test_a_selector_selects_nothing(exchange: Exchange, selector: dict[str, Any], check: bool) -> None:
    workloads.record_find(exchange, workloads.shown(name="web"))
    path, row = ("/servers/detail", cloud.LOST_SERVER) if "metadata" in selector else ("/servers", LOST)
    exchange.get(path, {"servers": [row, {"id": cloud.WEB, "name": "web-1"}]}, url=NOVA)
    entries = [{"name": "web", "selector": selector}]
    assert_refused(exchange.fail("workloads", workloads=entries, check=check, **QUICK))


@pytest.mark.parametrize("check", [True, False])
def test_originals_are_not_taken_for_gone(restoring: Exchange, check: bool) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=[{**LOST, "id": snapshots.CIRROS_1}])
    failed = restoring.fail(
        "restore", check=check, type="oneclick", workload=workloads.RESTORED_ID, latest=True, **QUICK
    )
    assert failed.error == {"code": "wrong_state"}
    assert snapshots.CIRROS_1 in str(failed)


def test_many_are_not_all_named(exchange: Exchange) -> None:
    rows = [{**LOST, "id": f"{number:08}-0000-4000-8000-000000000000"} for number in range(12)]
    exchange.get("/servers", {"servers": rows}, url=NOVA)
    failed = str(exchange.fail("server_info"))
    assert f"{rows[9]['id']} and 2 more." in failed
    assert rows[10]["id"] not in failed


def test_an_older_nova_is_asked_as_before(exchange: Exchange) -> None:
    exchange.get("/servers", TOO_OLD, status=406, url=NOVA)
    exchange.get("/servers", {"servers": [{"id": cloud.WEB, "name": "web-1"}]}, url=NOVA)
    exchange.get("/servers/detail", {"servers": [cloud.NOVA_SERVER]}, url=NOVA)
    assert [each["name"] for each in exchange.run("server_info")["servers"]] == ["web-1"]
    assert exchange.microversions == ["compute 2.69"]


@pytest.mark.parametrize("check", [True, False])
def test_a_restored_server_is_not_taken_for_gone(restoring: Exchange, check: bool) -> None:
    down = fault("Unexpected API Error. <class 'nova.exception.NovaException'>", "computeFault", 500)
    (made, *_others) = restores.SHOWN["instances"]
    restoring.get(restores.PATH, {"restore": {**restores.SHOWN, "instances": [made]}})
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    for _try in range(4):
        restoring.get(f"/servers/{made['id']}", down, status=500, url=NOVA)
    options = {"id": restores.ID, "state": "absent", "delete_resources": True, **QUICK}
    failed = restoring.fail("restore", check=check, **options)
    assert (failed.error["status"], failed.error["path"]) == (500, f"/servers/{made['id']}")
