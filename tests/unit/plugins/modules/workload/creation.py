# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests that create a workload."""

from __future__ import annotations

from typing import Any

from support.exchange import cloud, workloads
from support.exchange.recording import (
    PROJECT,
    Exchange,
)


def before_create(
    exchange: Exchange, *, allowed: dict[str, Any] = workloads.NO_POLICIES, enabled: bool = False
) -> None:
    """Record the reads that come before a create in line 6 that names one server and no reference."""
    exchange.get("/workloads", workloads.listing())
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", allowed)
    if enabled:
        exchange.get("/global_job_scheduler", workloads.SCHEDULER_ON)


def body_of_create(**changes: Any) -> dict[str, Any]:
    """Return the body that makes the smallest workload."""
    smallest = {
        "name": "web",
        "description": "",
        "source_platform": "openstack",
        "instances": [{"instance-id": cloud.WEB}],
        "jobschedule": {"enabled": False, "manual": {"retention": 30}},
        "metadata": {},
    }
    return {"workload": {**smallest, **changes}}


HOURLY = {"interval": 4, "retention": 6, "snapshot_type": "full"}
