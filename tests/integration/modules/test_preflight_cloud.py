# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of preflight with the real Nova, Neutron and Cinder: catalog, quota, and a server that was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.conftest import Operator
from integration.modules.test_preflight import TRACKS, states
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from support.module import run_module
from support.stand import Stand, launch
from support.tenant import Tenant

pytestmark = pytest.mark.cloud


@pytest.fixture
def no_room(whole: Stand) -> Iterator[None]:
    """Let Cinder have room for no snapshot of the project, as an administrator sets it."""
    auth: dict[str, Any] = whole.auth("admin")
    admin = Session(Password(**auth))
    url, cinder = f"/os-quota-sets/{whole.project()}", {"service_type": "volumev3"}
    admin.put(url, json={"quota_set": {"snapshots": 0}}, endpoint_filter=cinder)
    yield
    admin.delete(url, endpoint_filter=cinder)


@pytest.mark.usefixtures("user", "no_room")
def test_quota_of_cinder_that_is_used_up(whole: Stand) -> None:
    (check,) = [
        each for each in run_module("preflight_info", {"auth": whole.auth()})["checks"] if each["name"] == "quota"
    ]
    assert (check["status"], "of 0 snapshots" in check["detail"]) == ("failed", True)


def test_a_server_that_nova_has_no_more(whole: Stand, user: Tenant) -> None:
    """All is well before; afterwards that one line is not, and says which server."""
    doomed = launch("boot", "--state", whole.state, "doomed").split()[1]
    Operator(whole, "6").workload(name="web", instances=[doomed], schedule=TRACKS)
    options = {"auth": whole.auth()}
    result = run_module("preflight_info", options)
    found = states(result)
    assert {found[name] for name in ("services", "quota", "servers", "trust")} == {"ok"}
    assert result["summary"]["failed"] == 0
    user.delete(doomed)
    result = run_module("preflight_info", options)
    (line,) = [line for line in result["report"] if line.startswith("failed ")]
    assert "gone from Nova, which fails every snapshot: doomed" in line
    (failed,) = [each for each in result["checks"] if each["status"] == "failed"]
    assert f"doomed ({doomed})" in failed["detail"]
