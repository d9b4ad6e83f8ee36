# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads as the server shows them, and the objects that they name: captured bodies, and variants of them."""

from __future__ import annotations

import copy
from typing import Any

from support.exchange.recording import Exchange, fault, sample

SIX = sample("workload_show_6x")["workload"]
"""The captured workload of line 6."""

FOUR = sample("workload_show_4x")["workload"]
"""The captured workload of line 4."""

ID = SIX["id"]
PATH = f"/workloads/{ID}"
NEW_ID = "c4e3aeeb-7d87-4c49-99ed-677e51ba715e"

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
GONE = fault("Workload could not be found.", "itemNotFound", 404)
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
"""The keys that a list shows of a workload (reference Q15)."""

RESTORED_ID = sample("restore_show")["restore"]["workload_id"]
RESTORED_PATH = f"/workloads/{RESTORED_ID}"
RESTORED: dict[str, Any] = {**FOUR, "id": RESTORED_ID, "name": "API"}
"""The workload `API`, of which the captured restores are."""


BAD_LISTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "HTML": ({"reply": "<html><body>Please log in</body></html>"}, "bad_answer", "not JSON; it begins: Please log in"),
    "cut off": ({"reply": '{"workloads": [{"id": "4d'}, "bad_answer", "not JSON"),
    "other shape": (
        {"reply": {"workloads": {"count": 0}}},
        "unexpected_answer",
        "of another shape: its 'workloads' is no list",
    ),
    "rows without id": (
        {"reply": {"workloads": [{"name": "web"}]}},
        "unexpected_answer",
        "no list of objects with 'id'",
    ),
    "other document": ({"reply": {"snapshots": []}}, "unexpected_answer", "without the key 'workloads'"),
    "no document": ({"reply": "[]"}, "unexpected_answer", "without the key 'workloads'"),
    "empty": ({"reply": ""}, "bad_answer", "a body that is empty"),
    "404": (
        {"reply": fault("The resource could not be found.", "itemNotFound", 404), "status": 404},
        "refused",
        "refused with 404",
    ),
}
"""Answers in place of a list of workloads: the reply, the error code and a part of the message."""


def shown(base: dict[str, Any] = SIX, **changes: Any) -> dict[str, Any]:
    """Return a captured workload as it is shown by itself; it is available, unless `changes` has another status."""
    return {**copy.deepcopy(base), "status": "available", **changes}


def created(**changes: Any) -> dict[str, Any]:
    """Return the workload that a test creates, as the server shows it: with numbers as text (reference Q1)."""
    schedule = {"enabled": False, "manual": {"retention": "30"}, "global_jobscheduler": True}
    return shown(**{"id": NEW_ID, "name": "web", "jobschedule": schedule, **changes})


def bound(**changes: Any) -> dict[str, Any]:
    """Return the workload of line 6 with the policy Gold and metadata of a user."""
    return shown(metadata={**SIX["metadata"], "owner": "shop", "policy_id": GOLD}, **changes)


def summary(document: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a list for a workload (reference Q15)."""
    return {key: document[key] for key in SUMMARY}


def listing(*documents: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to the list, with these workloads."""
    return {"workloads": [summary(document) for document in documents]}


def record_find(exchange: Exchange, document: dict[str, Any]) -> None:
    """Record that a workload is found by its name and shown."""
    exchange.get("/workloads", listing(document))
    exchange.get(f"/workloads/{document['id']}", {"workload": document})


def record_restored(exchange: Exchange, *more: dict[str, Any], **changes: Any) -> None:
    """Record the list with the workload `RESTORED`.

    :param more: Changes of further workloads like it, one dictionary for each.
    :param changes: Changes of the workload itself.
    """
    exchange.get("/workloads", listing(*({**RESTORED, **each} for each in (changes, *more))))
