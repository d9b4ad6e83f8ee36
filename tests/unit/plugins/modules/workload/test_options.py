# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of `workload` that are refused before the first write."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import workloads
from support.exchange.recording import (
    QUICK,
    Exchange,
)
from support.module import warnings_of
from unit.plugins.modules.workload.creation import HOURLY


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "'name' is empty"),
        ({"id": "web"}, "which is not an id"),
        ({"name": "web", "new_name": ""}, "'new_name' is empty"),
        ({"name": "web "}, "'name' has blanks or line ends around the name: 'web '"),
        ({"name": "web", "new_name": "shop\n"}, "'new_name' has blanks or line ends around the name: 'shop\\n'"),
        ({"name": "web", "instances": []}, "'instances' is empty"),
        ({"name": "web", "policy": ""}, "'policy' is empty"),
        ({"name": "web", "secret": workloads.NEW_ID}, "'encryption: true' only"),
        (
            {"name": "web", "metadata": {"policy_id": workloads.GOLD, "hostnames": "x"}},
            "belong to the server: hostnames, policy_id",
        ),
        ({"name": "web", "metadata": {"owner": ["shop"]}}, "a value for 'owner' that is not text"),
        ({"name": "web", "metadata": {"owner": True}}, "a value for 'owner' that is not text"),
        ({"name": "web", "metadata": {"version": 1.1}}, "a value for 'version' that is not text"),
        (
            {"name": "web", "policy": "Gold", "schedule": {"hourly": {"interval": 1, "retention": 1}}},
            "which the policy 'Gold' decides",
        ),
        ({"name": "web", "schedule": {"hourly": {"interval": 1, "retention": 1}, "interval": 4}}, "exclude each other"),
    ],
)
def test_a_wrong_option_fails_before_any_request(exchange: Exchange, options: dict[str, Any], words: str) -> None:
    failed = exchange.fail("workload", keystone=0, **options)
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


def test_what_a_bound_policy_decides_is_refused_before_the_write(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.bound()})
    failed = exchange.fail("workload", id=workloads.ID, schedule={"hourly": HOURLY}, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "hourly" in str(failed)
    assert f"which the workload 'workload_API' ({workloads.ID}) is bound to" in str(failed)


def test_a_schedule_that_would_break_a_rule_is_refused_before_the_write(exchange: Exchange) -> None:
    exchange.get(workloads.PATH, {"workload": workloads.shown()})
    failed = exchange.fail("workload", id=workloads.ID, schedule={"daily": {}}, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "needs schedule.daily" in str(failed)


def test_what_the_server_does_not_show_is_told(exchange_4: Exchange) -> None:
    exchange_4.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.shown(workloads.FOUR)})
    result = exchange_4.run("workload", id=workloads.NEW_ID, encryption=True, **QUICK)
    assert not result["changed"]
    assert any("encryption" in text for text in warnings_of(result))
