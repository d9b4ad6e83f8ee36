# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The checks of the volumes: the quota of Cinder for the next backup, and encryption (reference C.2, P19, N11, N21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..._core.call import READ, Call
from ..._core.errors import BackupError, EndpointError
from ..._core.known_names import listed
from ..._core.values import whole_number
from ..._engine.model import Document
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, unreadable
from .survey import CINDER, Survey, describe_row

QUOTA = Call("GET", "/os-quota-sets/{project_id}", READ, response_key="quota_set")
QUOTAS = ("volumes", "snapshots", "gigabytes")
NEARLY_FULL = 0.90
SNAPSHOTS_OF_A_VOLUME = 2
"""Snapshots of each volume that Cinder holds while a backup runs, beside one temporary volume for each disk."""


def check_quota(survey: Survey) -> list[Check]:
    """Check that Cinder has room for the temporary volumes and snapshots of a backup, of each type of volume."""
    connection = survey.context.connection
    url = attempt(lambda: connection.endpoint(*CINDER))
    if isinstance(url, BackupError):
        return [Check("quota", SKIPPED, survey.project, "there is no endpoint of Cinder")]
    client = survey.context.client(url)
    found = attempt(lambda: client.send(QUOTA, query={"usage": "True"}, project_id=survey.context.project_id))
    if isinstance(found, BackupError):
        return [unreadable("quota", survey.project, found)]
    limits, used = read_quota(found)
    needs = [(each, need_of(survey, each)) for each in survey.documents]
    short = [(each, need) for each, need in needs if missing(need, limits, used)]
    state = ", ".join(f"{used[name]} of {limits[name]} {name}" for name in QUOTAS if name in limits) or "no limits"
    action = "Raise the quota of the project in Cinder, or free some."
    if any(used[name] >= limits[name] for name in QUOTAS if name in limits):
        return [Check("quota", FAILED, survey.project, f"Cinder leaves no room: {state}", action)]
    if short:
        document, need = max(short, key=lambda each: sum(missing(each[1], limits, used).values()))
        lacking = ", ".join(
            f"{need[name]} {name} ({limits[name] - used[name]} free)" for name in sorted(missing(need, limits, used))
        )
        others = listed(describe_row(each) for each, _need in short if each is not document)
        detail = f"while a backup of {describe_row(document)} runs, it needs up to {lacking}"
        detail += f"; too little for these as well: {others}" if others else ""
        return [Check("quota", WARNING, survey.project, detail, action)]
    if any(used[name] >= NEARLY_FULL * limits[name] for name in QUOTAS if name in limits):
        return [Check("quota", WARNING, survey.project, f"Cinder leaves little room: {state}", action)]
    return [Check("quota", OK, survey.project, f"Cinder: {state}")]


def read_quota(found: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the limits, and how much is used of each; without what has no limit."""
    limited = {
        name: each
        for name, each in found.items()
        if name.split("_")[0] in QUOTAS and isinstance(each, dict) and int(each.get("limit", -1)) >= 0
    }
    used = {name: int(each.get("in_use", 0)) + int(each.get("reserved", 0)) for name, each in limited.items()}
    return {name: int(each["limit"]) for name, each in limited.items()}, used


def need_of(survey: Survey, document: Document) -> dict[str, int]:
    """Return what a backup of a workload takes of each quota while it runs, by the name of the quota.

    Cinder may count snapshots as gigabytes, so this is the most that it takes.
    """
    need: Counter[str] = Counter()
    for row in {str(row["id"]): row for _server, row in survey.volumes_of(document)}.values():
        size = whole_number(row.get("size")) or 0
        for of_type in ("", f"_{row.get('volume_type')}"):
            need[f"volumes{of_type}"] += 1
            need[f"snapshots{of_type}"] += SNAPSHOTS_OF_A_VOLUME
            need[f"gigabytes{of_type}"] += size * (1 + SNAPSHOTS_OF_A_VOLUME)
    return need


def missing(need: Mapping[str, int], limits: Mapping[str, int], used: Mapping[str, int]) -> dict[str, int]:
    """Return how much of each quota is missing; without what is enough."""
    gaps = {name: used[name] + count - limits[name] for name, count in need.items() if name in limits}
    return {name: gap for name, gap in gaps.items() if gap > 0}


def check_encryption(survey: Survey) -> list[Check]:
    """Check that no workload without encryption holds an encrypted volume: every snapshot of it would fail."""
    if isinstance(survey.volumes, EndpointError):
        return [Check("encryption", SKIPPED, survey.project, "there is no endpoint of Cinder")]
    if isinstance(survey.volumes, BackupError):
        return [unreadable("encryption", survey.project, survey.volumes)]
    found = [check for each in survey.documents for check in _encrypted_volumes(survey, each)]
    return found or [Check("encryption", OK, survey.project, "no encrypted volume is in a workload without encryption")]


def _encrypted_volumes(survey: Survey, document: Document) -> list[Check]:
    """Return a check of a workload that holds encrypted volumes and is not encrypted itself."""
    encrypted = [(server, row) for server, row in survey.volumes_of(document) if row.get("encrypted") is True]
    if not encrypted or document.get("encryption") is True:
        return []
    names = listed(
        f"{row.get('name') or 'without a name'} ({row['id']}) of {server.get('name')} ({server.get('id')})"
        for server, row in encrypted
    )
    if "encryption" not in document:
        detail = f"has encrypted volumes, and the server does not show whether it is encrypted itself: {names}"
        return [Check("encryption", UNKNOWN, describe_row(document), detail)]
    detail = f"is not encrypted and has encrypted volumes, with which every snapshot fails: {names}"
    action = "Take these servers out of it, and protect them by a workload with encryption: true."
    return [Check("encryption", FAILED, describe_row(document), detail, action)]
