# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A login is repeated while Keystone is busy, and never after a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests_mock
from support.clock import FakeClock

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import LoginError
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.configuration import configured
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.connection import Connection
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.login import log_in

URL = "http://keystone.test:5000/v3"
AUTH = {"auth_url": URL, "token": "t", "project_id": "b" * 32}


@pytest.fixture
def mock() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        yield mocker


def login(mock: requests_mock.Mocker, clock: FakeClock, *answers: dict[str, Any]) -> Connection:
    """Log in to a Keystone that gives these answers, and then a token."""
    token = {
        "methods": ["token"],
        "expires_at": "2099-01-01T00:00:00.000000Z",
        "issued_at": "2026-11-20T00:00:00.000000Z",
        "user": {"id": "u", "name": "backup", "domain": {"id": "default", "name": "Default"}},
        "project": {"id": "b" * 32, "name": "demo", "domain": {"id": "default", "name": "Default"}},
        "catalog": [],
    }
    good = {"json": {"token": token}, "headers": {"X-Subject-Token": "x"}, "status_code": 201}
    mock.post(f"{URL}/auth/tokens", [*answers, good])
    return log_in(configured({"auth": AUTH}), None, clock)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_keystone_is_asked_again(mock: requests_mock.Mocker, status: int) -> None:
    clock = FakeClock()
    assert login(mock, clock, {"status_code": status}, {"status_code": status}).project_id == "b" * 32
    assert clock.slept == [2.0, 3.0]


def test_it_is_asked_again_when_it_says(mock: requests_mock.Mocker) -> None:
    clock = FakeClock()
    login(mock, clock, {"status_code": 503, "headers": {"Retry-After": "7"}})
    assert clock.slept == [7.0]


def test_it_is_not_asked_for_ever(mock: requests_mock.Mocker) -> None:
    clock = FakeClock()
    with pytest.raises(LoginError, match="503"):
        login(mock, clock, *([{"status_code": 503}] * 4))
    assert len(clock.slept) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_repeated(mock: requests_mock.Mocker, status: int) -> None:
    """Some sites lock an account after a few wrong passwords."""
    clock = FakeClock()
    with pytest.raises(LoginError):
        login(mock, clock, {"status_code": status})
    assert clock.slept == []
    assert mock.call_count == 1
