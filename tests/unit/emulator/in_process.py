# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator of workloadmgr in the process of the test, with helpers for its calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emulator.trilio.app import Settings, create_app
from werkzeug.test import Client, TestResponse

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

PROJECT = "dee550d3df5b497ca2e05044616bc8b1"
OTHER_PROJECT = "4dfe98a43bfa404785a812020066b4d6"
USER = "6bbb210a29a043af86b7b0c667747187"
WEB, DB, PM = (
    "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8",
    "08dab61c-6efd-44d3-a9ed-8e789d338c1b",
    "14309d25-23dd-47da-bf60-febc8c25b636",
)
INSTANCES = [{"id": WEB, "name": "cirros-3"}, {"id": DB, "name": "cirros-4"}, {"id": PM, "name": "PM"}]
NOWHERE = "00000000-0000-4000-8000-000000000000"

HOURLY = {"interval": 1, "retention": 2, "snapshot_type": "incremental"}
DAILY = {"backup_time": ["14:15"], "retention": 2, "snapshot_type": "incremental"}
WEEKLY = {"backup_day": ["wed"], "retention": 2, "snapshot_type": "full"}
MONTHLY = {"month_backup_day": [20], "retention": 2, "snapshot_type": "full"}


def sample(name: str) -> Any:
    """Return a captured body."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


class Api:
    """An emulator without authentication, used by a user of one project.

    :param profile: The profile.
    :param switches: Switches that differ from it.
    """

    def __init__(self, profile: str = "6.2", **switches: Any) -> None:
        """Start with a frozen clock."""
        self.client = Client(create_app(Settings(profile=profile, switches=switches, instances=INSTANCES)))
        self.admin("PUT", "clock", {"freeze": True})

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        project: str = PROJECT,
        roles: str = "member",
        host: str = "localhost",
    ) -> TestResponse:
        """Send a request for a path below the project."""
        headers = {"X-Project-Id": project, "X-User-Id": USER, "X-Roles": roles}
        data = body if isinstance(body, (str, type(None))) else json.dumps(body)
        return self.client.open(
            f"/v1/{project}{path}", method=method, data=data, headers=headers, base_url=f"http://{host}/"
        )

    def get(self, path: str, **more: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        response = self.call("GET", path, **more)
        assert response.status_code == 200, response.text
        return json.loads(response.data)

    def code(self, method: str, path: str, body: Any = None, **more: Any) -> int:
        """Return the status of a request."""
        return self.call(method, path, body, **more).status_code

    def refusal(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Return status and message of a request that is refused in the OpenStack fault form."""
        response = self.call(method, path, body, **more)
        (fault,) = json.loads(response.data).values()
        assert fault["code"] == response.status_code
        return response.status_code, fault["message"]

    def admin(self, method: str, path: str, body: Any = None, code: int = 200) -> Any:
        """Send a request to the back door, which must answer with this code."""
        response = self.client.open(
            f"/__emulator/{path}", method=method, data=None if body is None else json.dumps(body)
        )
        assert response.status_code == code, response.text
        return json.loads(response.data)

    def set(self, **switches: Any) -> None:
        """Set switches at run time."""
        self.admin("PUT", "switches", switches)

    def step(self, seconds: float) -> None:
        """Let simulated seconds pass."""
        self.admin("PUT", "clock", {"step": seconds})

    def put_row(self, kind: str, **row: Any) -> Any:
        """Add a row, by default of the project."""
        return self.admin("POST", kind, {"project_id": PROJECT, **row})

    def body(self, **fields: Any) -> dict[str, Any]:
        """Return the body of a create request for every profile. Fields are replaced; None removes one."""
        fields = {"name": "w", "instances": vms(WEB), "jobschedule": {"enabled": False}} | fields
        return {"workload": {key: value for key, value in fields.items() if value is not None}}

    def create(self, **fields: Any) -> str:
        """Make a workload, wait until it is available and return its id."""
        response = self.call("POST", "/workloads", self.body(**fields))
        assert response.status_code == 202, response.text
        self.step(60)
        return str(json.loads(response.data)["workload"]["id"])

    def show(self, workload_id: str) -> Any:
        """Return a workload."""
        return self.get(f"/workloads/{workload_id}")["workload"]

    def change(self, workload_id: str, **fields: Any) -> Any:
        """Change a workload, wait until it shows and return the workload."""
        response = self.call("PUT", f"/workloads/{workload_id}", {"workload": fields})
        assert response.status_code == 202, response.text
        self.step(60)
        return self.show(workload_id)

    def snapshot(self, workload_id: str, query: str = "", **fields: Any) -> str:
        """Start a snapshot and return its id."""
        response = self.call("POST", f"/workloads/{workload_id}{query}", {"snapshot": fields})
        assert response.status_code == 200, response.text
        return str(json.loads(response.data)["snapshot"]["id"])

    def status(self, workload_id: str) -> str:
        """Return the state of a workload."""
        return str(self.show(workload_id)["status"])


def vms(*ids: str) -> list[dict[str, str]]:
    """Return VMs as a request lists them."""
    return [{"instance-id": identifier} for identifier in ids]
