# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers for tests of policies."""

from __future__ import annotations

import json
from typing import Any

from unit.emulator.in_process import Api

ROOT = "/workload_policy/"
TRACKS: dict[str, Any] = {
    "hourly": {"interval": "24", "retention": "30", "snapshot_type": "incremental"},
    "daily": {},
    "weekly": {},
    "monthly": {},
    "yearly": {},
    "manual": {"retention": "30"},
    "retentionmanual": {"retentionmanual": "30"},
    "start_time": "10:00 PM",
}
"""The fields of the request that the reference shows for 6.x (B.6)."""

INTERVAL: dict[str, Any] = {
    "interval": "5",
    "retention_policy_type": "Number of Snapshots to Keep",
    "retention_policy_value": "10",
    "fullbackup_interval": "-1",
}
"""The fields of the captured policy of 4.x."""


class Policies(Api):
    """An emulator used by an administrator of policies.

    :param profile: The profile.
    :param switches: Switches that differ from it.
    """

    def __init__(self, profile: str = "6.2", **switches: Any) -> None:
        """Choose the fields of the profile."""
        super().__init__(profile, **switches)
        self.fields = TRACKS if self.admin("GET", "switches")["switches"]["schedule_dialect"] == "tracks" else INTERVAL

    def new(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a create."""
        whole = {"display_name": "daily-30", "display_description": "", "metadata": {}, "field_values": self.fields}
        return {"workload_policy": {**whole, **changes}}

    def make(self, **changes: Any) -> str:
        """Make a policy and return its id."""
        return str(self.done("POST", ROOT, self.new(**changes))["id"])

    def done(self, method: str, path: str, body: Any) -> Any:
        """Send a write that must succeed, and return the policy in the answer."""
        response = self.call(method, path, body, roles="admin")
        assert response.status_code in (200, 201, 202), response.text
        return json.loads(response.data)["policy"]

    def no(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Send a write that must be refused and change nothing; return status and message."""
        before = self.admin("GET", "policies")
        refusal = self.refusal(method, path, body, roles="admin")
        assert self.admin("GET", "policies") == before
        return refusal

    def values(self, policy_id: str) -> dict[str, Any]:
        """Return the fields of a policy by name."""
        rows = self.get(f"{ROOT}{policy_id}")["policy"]["field_values"]
        return {row["policy_field_name"]: row["value"] for row in rows}

    def projects(self, policy_id: str) -> list[str]:
        """Return the projects that a policy is assigned to."""
        return [row["project_id"] for row in self.get(f"{ROOT}{policy_id}")["policy"]["policy_assignments"]]
