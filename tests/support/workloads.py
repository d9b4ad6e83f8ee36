# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads and snapshots as the server shows them, for the recorded exchanges: captured bodies, and what tests change of them."""

from __future__ import annotations

import copy
from typing import Any

import requests

from support.exchange import Exchange, fault, sample

SIX = sample("workload_show_6x")["workload"]
FOUR = sample("workload_show_4x")["workload"]
ID = SIX["id"]
PATH = f"/workloads/{ID}"
NEW = "c4e3aeeb-7d87-4c49-99ed-677e51ba715e"
SERIAL = "f82ce76f-17fe-438b-aa37-7a023058e50d"
PARALLEL = "2ddd528d-c9b4-4d7e-8722-cc395140255a"
TYPES = {"workload_types": [{"id": SERIAL, "name": "Serial"}, {"id": PARALLEL, "name": "Parallel"}]}
TARGET_TYPES = sample("backup_target_types_list")
NFS_1 = TARGET_TYPES["backup_target_types"][0]["id"]
POLICIES = sample("policies_list_4x")
GOLD = POLICIES["policy_list"][0]["id"]
NO_POLICIES: dict[str, Any] = {"policies": []}
ASSIGNED = {"policies": [{"policy_id": GOLD, "policy_name": "Gold"}]}
SCHEDULER_ON = {"global_job_scheduler": True}
TARGETS_OF_6 = {
    "backup_targets": [{"id": "b39847c8-bf65-4cec-9af6-dd65303ca485", "version": "6.1.2", "status": "available"}]
}
WEB, DB = "14309d25-23dd-47da-bf60-febc8c25b636", "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
OTHER_PROJECT = "4dfe98a43bfa404785a812020066b4d6"
SUMMARY = (
    "project_id",
    "user_id",
    "id",
    "name",
    "description",
    "workload_type_id",
    "status",
    "created_at",
    "updated_at",
    "scheduler_trust",
    "links",
)

QUICK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 60}
ONE_LOOK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 0}
"""With these a waiter looks once and gives up."""

LOST: dict[str, dict[str, Any]] = {
    "connection dropped": {"reply": requests.exceptions.ConnectionError("Connection aborted.")},
    "no answer in time": {"reply": requests.exceptions.ReadTimeout("Read timed out.")},
    "502 of a proxy": {"reply": "<html><body><h1>502 Bad Gateway</h1></body></html>", "status": 502},
}
"""What may come in place of the answer to a write that has happened."""

BAD_LISTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "HTML": ({"reply": "<html><body>Please log in</body></html>"}, "bad_answer", "not JSON; it begins: Please log in"),
    "cut off": ({"reply": '{"workloads": [{"id": "4d'}, "bad_answer", "not JSON"),
    "other shape": (
        {"reply": {"workloads": {"count": 0}}},
        "bad_answer",
        "of another shape: its 'workloads' is no list",
    ),
    "rows without id": ({"reply": {"workloads": [{"name": "web"}]}}, "bad_answer", "no list of objects with 'id'"),
    "other document": ({"reply": {"snapshots": []}}, "bad_answer", "without the key 'workloads'"),
    "no document": ({"reply": "[]"}, "bad_answer", "without the key 'workloads'"),
    "empty": ({"reply": ""}, "bad_answer", "a body that is empty"),
    "404": (
        {"reply": fault("The resource could not be found.", "itemNotFound", 404), "status": 404},
        "refused",
        "refused with 404",
    ),
}


def workload(base: dict[str, Any] = SIX, **changes: Any) -> dict[str, Any]:
    """Return a captured workload, as a show holds it, available unless said otherwise."""
    return {**copy.deepcopy(base), "status": "available", **changes}


def created(**changes: Any) -> dict[str, Any]:
    """Return the workload that a test has made, as the server shows it: with numbers turned into text (API reference Q1)."""
    schedule = {"enabled": False, "manual": {"retention": "30"}, "global_jobscheduler": True}
    return workload(**{"id": NEW, "name": "web", "jobschedule": schedule, **changes})


def summary(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a list shows of a workload (API reference Q15)."""
    return {key: document[key] for key in SUMMARY}


def listing(*documents: dict[str, Any]) -> dict[str, Any]:
    """Return the list answer with these workloads."""
    return {"workloads": [summary(document) for document in documents]}


def bound(**changes: Any) -> dict[str, Any]:
    """Return the workload bound to the policy Gold, with metadata of a user."""
    return workload(metadata={**SIX["metadata"], "owner": "shop", "policy_id": GOLD}, **changes)


def shown(exchange: Exchange, document: dict[str, Any]) -> None:
    """Record that a workload is found by its name and shown."""
    exchange.get("/workloads", listing(document))
    exchange.get(f"/workloads/{document['id']}", {"workload": document})


GONE = fault("Workload could not be found.", "itemNotFound", 404)
FIRST, SECOND = "1ff16412-a0cd-4e6a-9b4a-b5d4440fffc4", "2ff16412-a0cd-4e6a-9b4a-b5d4440fffc5"
OF_IT = {"workload_id": ID}


def snapshot(snapshot_id: str = FIRST, **changes: Any) -> dict[str, Any]:
    """Return the captured snapshot as one of the workload."""
    return {**sample("snapshots_list")["snapshots"][0], "id": snapshot_id, "workload_id": ID, **changes}
