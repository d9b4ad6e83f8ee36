# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores as the server lists and shows them: captured bodies of a server of line 4, and variants of them."""

from __future__ import annotations

import copy
from typing import Any

from support.exchange import snapshots, workloads
from support.exchange.recording import Exchange, sample

SHOWN = sample("restore_show")["restore"]
LISTED = sample("restores_list")["restores"][0]
STARTED = sample("restore_selective_response")["restore"]

ID = SHOWN["id"]
PATH = f"/restores/{ID}"
NEW_ID = STARTED["id"]
NEW_PATH = f"/restores/{NEW_ID}"
OTHER_ID = sample("restores_list")["restores"][1]["id"]

NEW_CIRROS_1, NEW_CIRROS_2 = "b083bb70-e384-4107-b951-8e9e7bbac380", "1fb104bf-7e2b-4cb6-84f6-96aabc8f1dd2"
"""Ids of the servers that the captured restore made of `snapshots.CIRROS_1` and `snapshots.CIRROS_2`."""


def record_site(
    exchange: Exchange,
    *restores: dict[str, Any],
    rows: list[dict[str, Any]] | None = None,
    shows: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Record the requests that every restore begins with: workloads, snapshots, restores, and one snapshot.

    :param restores: The restores in their list.
    :param rows: The snapshots in their list; None for the usual two.
    :param shows: The snapshot to restore; empty if none is shown.
    :param changes: Changes of the workload.
    """
    workloads.record_restored(exchange, **changes)
    exchange.get(
        "/snapshots",
        {"snapshots": [snapshots.OLDER_ROW, snapshots.row()] if rows is None else rows},
        query={"workload_id": workloads.RESTORED_ID},
    )
    exchange.get("/restores/detail", {"restores": list(restores)})
    document = snapshots.shown() if shows is None else shows
    if document:
        exchange.get(f"/snapshots/{document['id']}", {"snapshot": document})


def options(kind: str, **inner: Any) -> dict[str, Any]:
    """Return the options of a request."""
    return {"type": "openstack", "restore_type": kind, "oneclickrestore": kind == "oneclick", "openstack": inner}


def started(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a restore as the server answers a request and shows it while it runs."""
    own = {
        "name": body["name"],
        "description": body["description"],
        "restore_options": body["options"],
        "snapshot_id": snapshots.ID,
    }
    return {**copy.deepcopy(STARTED), **own, "workload_id": workloads.RESTORED_ID, **changes}


def ended(document: dict[str, Any], status: str = "available", **changes: Any) -> dict[str, Any]:
    """Return a restore that has ended, with the servers of the captured one."""
    made = {
        key: copy.deepcopy(SHOWN[key])
        for key in ("instances", "networks", "subnets", "routers", "finished_at", "time_taken", "host")
    }
    return {**document, **made, "status": status, "progress_percent": 100, **changes}


def listed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a restore as the list holds it: without the servers and networks that it made (reference Q15)."""
    return {key: value for key, value in document.items() if key in LISTED}
