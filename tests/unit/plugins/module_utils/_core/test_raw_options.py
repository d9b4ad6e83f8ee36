# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that YAML or Jinja has changed are refused before Ansible converts them to the type of the option."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from support.exchange.recording import PASSWORD, Exchange
from support.module import Failed, run_module

TEXT_OF_A_SET = str([{"name": "web", "schedule": {"enabled": True, "start_date": datetime.date(2026, 12, 4)}}])
TEXT_OF_A_SCHEDULE = str({"start_date": datetime.datetime(2026, 12, 4, 22, 0)})
WEB: dict[str, Any] = {"name": "web"}


@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        ("workloads", {"workloads": TEXT_OF_A_SET}, "'workloads' holds the date start_date: 2026-12-04 without quotes"),
        ("workload", {"name": "web", "schedule": TEXT_OF_A_SCHEDULE}, "'schedule' holds the date start_date: 2026-12"),
        ("workload", {"name": 1000.0}, "'name' is the number 1000.0 in place of a text"),
        ("workload", {"name": 1.1}, "'name' is the number 1.1 in place of a text"),
        ("workload", {"name": True}, "'name' is true in place of a text"),
        ("workload", {"name": "web", "instances": ["a", 1.1]}, "'instances' is the number 1.1"),
        ("workload", {"name": "web", "instances": [False]}, "'instances' is false"),
        ("workload", {"name": "web", "instances": [None]}, "'instances' holds an empty item"),
        ("workloads", {"workloads": [WEB, {"name": False}]}, "'workloads.name' is false"),
        ("workloads", {"workloads": [{**WEB, "selector": {"name": [1.5]}}]}, "'workloads.selector.name' is the number"),
        ("workload", {"name": "web", "schedule": {"timezone": 2.5}}, "'schedule.timezone' is the number"),
        ("acronis_workload", {"name": False}, "'name' is false"),
        ("backup_target_type", {"name": "gold", "backup_target": 1e3}, "'backup_target' is the number"),
    ],
)
def test_a_changed_value_is_refused_before_any_request(module: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(Failed, match=message) as caught:
        run_module(module, {"auth": {"password": PASSWORD}, **options})
    assert caught.value.error == {"code": "invalid_option"}
    assert PASSWORD not in str(caught.value.result)


def test_a_date_in_auth_is_not_shown() -> None:
    """It may be a password."""
    auth = str({"username": "backup", "password": datetime.date(2020, 1, 31)})
    with pytest.raises(Failed, match="The option 'auth' holds a date without quotes") as caught:
        run_module("workload", {"name": "web", "auth": auth})
    assert "2020" not in str(caught.value.result)


def test_a_whole_number_is_a_name(exchange: Exchange) -> None:
    """Some names have digits only; Ansible makes text of them, as everywhere."""
    exchange.get("/workloads", {"workloads": []})
    assert not exchange.run("workload", name=2024, state="absent", server_line=6)["changed"]
