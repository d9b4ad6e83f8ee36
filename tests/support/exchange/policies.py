# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workload policies as the server lists and shows them, and recordings of the requests that find them."""

from __future__ import annotations

from typing import Any

from support.exchange import workloads
from support.exchange.recording import OTHER_PROJECT, Exchange

PATH = "/workload_policy/"
GOLD_PATH = f"{PATH}{workloads.GOLD}"
FOUR = workloads.POLICIES["policy_list"][0]
"""The captured policy of line 4. Its name is Gold."""

SCHEDULE_4 = {"interval": 5, "retention_count": 10, "full_backup_interval": -1}
"""Its schedule, as a result shows it."""

HOURLY = {"interval": "24", "retention": "30", "snapshot_type": "incremental"}
FIELDS_6: dict[str, Any] = {
    "hourly": HOURLY,
    "daily": {},
    "weekly": {},
    "monthly": {},
    "yearly": {},
    "manual": {"retention": "30"},
    "retentionmanual": {"retentionmanual": "30"},
    "start_time": "10:00 PM",
}
"""The fields of a request of line 6 (reference B.6)."""

DECLARED: dict[str, Any] = {
    "hourly": {"interval": 24, "retention": 30},
    "manual": {"retention": 30},
    "manual_retention_days": 30,
    "start_time": "22:00",
}
"""The option `schedule` with the same values."""

USER = workloads.shown(project_id=OTHER_PROJECT, metadata={**workloads.SIX["metadata"], "policy_id": workloads.GOLD})
"""A workload of another project that uses the policy Gold."""

ALL_WORKLOADS: dict[str, Any] = {"query": {"all_workloads": "True"}}
"""The query for the workloads of all projects."""


def rows(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Return fields as the server shows them: as rows."""
    return [
        {"id": str(number), "policy_id": workloads.GOLD, "policy_field_name": name, "value": value}
        for number, (name, value) in enumerate(fields.items())
    ]


def shown(
    base: dict[str, Any] = FOUR, *, projects: tuple[str, ...] = (), fields: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a policy as it is shown by itself.

    :param projects: The projects that it is assigned to.
    :param fields: Its fields; None for those of the captured one.
    """
    assignments = [{"project_id": project, "policy_id": base["id"]} for project in projects]
    values = base["field_values"] if fields is None else rows(fields)
    return {**base, "field_values": values, "policy_assignments": assignments, **changes}


def shown_6(**changes: Any) -> dict[str, Any]:
    """Return a policy of line 6 as it is shown by itself."""
    return shown(**{"fields": FIELDS_6, **changes})


def record_list(exchange: Exchange, *documents: dict[str, Any]) -> None:
    """Record the list of policies, which leaves out their assignments (reference Q15)."""
    listed = [{key: value for key, value in each.items() if key != "policy_assignments"} for each in documents]
    exchange.get(PATH, {"policy_list": listed})


def record_find(exchange: Exchange, document: dict[str, Any]) -> None:
    """Record that a policy is found by its name and shown."""
    record_list(exchange, document)
    exchange.get(f"{PATH}{document['id']}", {"policy": document})


def record_workloads(exchange: Exchange, *documents: dict[str, Any]) -> None:
    """Record the two lists of the workloads of all projects."""
    exchange.get("/workloads", {"workloads": [workloads.summary(each) for each in documents]}, **ALL_WORKLOADS)
    exchange.get("/workloads/detail", {"workloads": list(documents)}, **ALL_WORKLOADS)


def record_no_users(exchange: Exchange) -> None:
    """Record the two lists of the workloads of all projects, none of which uses a policy."""
    record_workloads(exchange, workloads.shown())
