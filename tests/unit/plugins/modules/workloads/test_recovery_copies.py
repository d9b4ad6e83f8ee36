# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copies of recovery tests, which selectors leave out: they are deleted soon, and would fail all later snapshots."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import NOVA, PROJECT, QUICK, Exchange
from support.module import warnings_of

COPY = "4ddf0e47-618d-47d1-9f2f-48f342e1d9af"
TEST, OTHER = "29fdc1f8-1d53-4a10-bb45-e539a64cdbfc", "3df1d432-2f76-4ebd-8f89-1275428842ff"
WEB = workloads.shown(name="web", instances=[{"id": cloud.WEB, "name": "web-1"}])
SAID = "Selectors leave out copies of recovery tests, which the test deletes"


def restore(restore_id: str, key: str, server_id: str, new_name: str, **changes: Any) -> dict[str, Any]:
    """Return a selective restore of the server `web-1` as it is shown."""
    asked = [
        {"id": cloud.WEB, "name": new_name, "include": True},
        {"id": cloud.DB, "include": False},
    ]
    made = {"id": server_id, "name": new_name, "status": "available", "metadata": {"instance_id": cloud.WEB}}
    return {
        "id": restore_id,
        "name": "r",
        "description": f"[openprotect:ce843071:{key}]",
        "project_id": PROJECT,
        "status": "available",
        "created_at": "2026-11-20T08:00:00.000000",
        "restore_options": {"restore_type": "selective", "openstack": {"instances": asked}},
        "instances": [made],
        **changes,
    }


def selects(
    exchange: Exchange, *restores: dict[str, Any], copy: str = "rtest-web-1", adds: bool = False, **selector: Any
) -> Any:
    """Run a task with a selector while these restores exist, and return its result.

    :param copy: Name of the third server in Nova.
    :param adds: The selector adds a server to the workload, which asks for the policies of the project.
    """
    workloads.record_find(exchange, WEB)
    rows = [
        {"id": server_id, "name": name, "metadata": {"backup": "gold"}}
        for server_id, name in ((cloud.WEB, "web-1"), (COPY, copy))
    ]
    exchange.get("/servers/detail" if "metadata" in selector else "/servers", {"servers": rows}, url=NOVA)
    listed = [{key: value for key, value in each.items() if key != "instances"} for each in restores]
    exchange.get("/restores/detail", {"restores": listed})
    for each in restores:
        if ":rtest-" in each["description"]:
            exchange.get(f"/restores/{each['id']}", {"restore": each})
    if adds:
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    entries = [{"name": "web", "selector": selector}]
    return exchange.run("workloads", workloads=entries, check=True, **QUICK)


@pytest.mark.parametrize("selector", [{"name": ["*"]}, {"all": True}, {"metadata": {"backup": "gold"}}], ids=str)
@pytest.mark.parametrize("copy", ["rtest-web-1", "renamed"])
def test_copy_is_left_out_and_named(exchange: Exchange, selector: dict[str, Any], copy: str) -> None:
    result = selects(exchange, restore(TEST, "rtest-0a1b2c", COPY, "rtest-web-1"), copy=copy, **selector)
    assert not result["changed"]
    assert f"{SAID}: '{copy}' ({COPY})." in warnings_of(result)


@pytest.mark.parametrize("status", ["restoring", "error"])
def test_copy_that_the_restore_does_not_list_yet_is_known_by_its_name(exchange: Exchange, status: str) -> None:
    result = selects(
        exchange, restore(TEST, "rtest-0a1b2c", COPY, "rtest-web-1", status=status, instances=[]), all=True
    )
    assert not result["changed"]
    assert any(text.startswith(SAID) for text in warnings_of(result))


@pytest.mark.parametrize("key", ["5f0c1a2b3d4e", "after-rtest-"])
def test_server_that_another_restore_brought_back_is_selected(exchange: Exchange, key: str) -> None:
    result = selects(exchange, restore(OTHER, key, COPY, "web-1-new"), copy="web-1-new", adds=True, all=True)
    assert [step["fields"] for step in result["plan"]] == [["instances"]]
    assert warnings_of(result) == []


def test_original_that_a_failed_recovery_test_lists_is_selected(exchange: Exchange) -> None:
    """Servers that list what they did not restore do not make an original a copy."""
    listed = [{"id": cloud.WEB, "name": "web-1", "status": "error", "metadata": {}}]
    failed = restore(TEST, "rtest-0a1b2c", COPY, "rtest-web-1", status="error", instances=listed)
    result = selects(exchange, failed, name=["web-1"])
    assert (result["changed"], warnings_of(result)) == (False, [])


def test_where_no_server_is_selected_no_restore_is_read(exchange: Exchange) -> None:
    workloads.record_find(exchange, WEB)
    exchange.servers(**{"web-1": cloud.WEB})
    entries = [{"name": "web", "selector": {"name": ["gold-*"]}}]
    exchange.run("workloads", workloads=entries, on_empty_selection="skip", check=True, **QUICK)
