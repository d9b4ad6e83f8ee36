# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses of Nova about a server, and the answer of the emulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests_mock
from emulator.trilio.app import Settings, create_app
from unit.emulator.in_process import OTHER_PROJECT, PROJECT, WEB, vms
from werkzeug.test import Client, TestResponse

NOVA = "http://nova.test/v2.1"
CATALOG = [{"type": "compute", "endpoints": [{"publicURL": NOVA}]}]


def create(status: int, body: dict[str, Any]) -> TestResponse:
    """Create a workload with a server for which Nova sends this response."""
    client = Client(create_app(Settings()))
    workload = {"name": "web", "instances": vms(WEB), "jobschedule": {"enabled": False}}
    headers = {
        "X-Project-Id": PROJECT,
        "X-Roles": "admin",
        "X-Auth-Token": "of-the-caller",
        "X-Service-Catalog": json.dumps(CATALOG),
    }
    with requests_mock.Mocker() as nova:
        nova.get(
            f"{NOVA}/servers/{WEB}", status_code=status, json=body, request_headers={"X-Auth-Token": "of-the-caller"}
        )
        return client.post(f"/v1/{PROJECT}/workloads", data=json.dumps({"workload": workload}), headers=headers)


def test_server_of_the_project_is_taken() -> None:
    assert create(200, {"server": {"id": WEB, "name": "web-1", "tenant_id": PROJECT}}).status_code == 202


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(404, {"itemNotFound": {}}, id="there is none"),
        pytest.param(403, {"forbidden": {}}, id="of another project, as users see it"),
        pytest.param(
            200,
            {"server": {"id": WEB, "name": "web-1", "tenant_id": OTHER_PROJECT}},
            id="of another project, as administrators see it",
        ),
    ],
)
def test_other_server_is_refused(status: int, body: dict[str, Any]) -> None:
    answer = create(status, body)
    assert answer.status_code == 400
    assert f"Unable to find Virtual Machine '{WEB}' in nova inventory" in answer.text


def test_nova_that_fails_is_no_server_that_is_missing() -> None:
    assert create(500, {"computeFault": {}}).status_code == 500
