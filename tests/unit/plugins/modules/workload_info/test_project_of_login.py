# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project of the login: names that Keystone took for the same are the same, and nothing else is."""

from __future__ import annotations

import pytest
from support.exchange.recording import AUTH, Exchange


@pytest.mark.parametrize(
    "spelling",
    [
        {"project_domain_name": "default"},
        {"project_name": "DEMO"},
        {"project_name": "démo"},
    ],
)
def test_a_name_that_keystone_took_is_the_same(exchange: Exchange, spelling: dict[str, str]) -> None:
    """A Keystone on MySQL finds a name whatever its case and accents, and answers with its own spelling."""
    exchange.get("/workloads", {"workloads": []})
    assert exchange.run("workload_info", auth={**AUTH, **spelling})["workloads"] == []


@pytest.mark.parametrize("spelling", [{"project_name": "demo2"}, {"project_domain_name": "Defaults"}])
def test_another_name_is_another_project(exchange: Exchange, spelling: dict[str, str]) -> None:
    failed = exchange.fail("workload_info", auth={**AUTH, **spelling})
    assert failed.error["code"] == "wrong_project"
