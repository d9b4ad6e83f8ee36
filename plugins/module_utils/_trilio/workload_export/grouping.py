# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From workloads to backup policies, the variable C(protect_policies) of the role C(protect): what workloads have in common is said once. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Options = dict[str, Any]
"""What the module C(workloads) takes as one entry."""

COMMON = ("schedule", "backup_target_type", "policy", "workload_type")
"""What makes two workloads be of one policy: when, how long, where to."""

OF_ONE = "start_date"
"""The day of the first snapshot is that of the workload, whatever it has in common with others."""

TRACKS = ("hourly", "daily", "weekly", "monthly", "yearly")


def group(workloads: Iterable[Options]) -> list[dict[str, Any]]:
    """Return the policies, sorted by name, in which the workloads stand, each in the order that they come in.

    The keys of a policy laid under those of each of its workloads give the workloads again.
    """
    found: dict[str, tuple[Options, list[Options]]] = {}
    for workload in workloads:
        common, own = split(workload)
        found.setdefault(fingerprint(common), (common, []))[1].append(own)
    names = policy_names([common for common, _members in found.values()])
    policies = [
        {"name": name, **common, "workloads": members} for name, (common, members) in zip(names, found.values())
    ]
    return sorted(policies, key=lambda policy: str(policy["name"]))


def split(workload: Options) -> tuple[Options, Options]:
    """Return what a workload may have in common with others, and what is its own."""
    common = {key: workload[key] for key in COMMON if key in workload}
    own = {key: value for key, value in workload.items() if key not in COMMON}
    if OF_ONE in common.get("schedule", {}):
        own["schedule"] = {OF_ONE: common["schedule"][OF_ONE]}
        common["schedule"] = {key: value for key, value in common["schedule"].items() if key != OF_ONE}
    return common, own


def fingerprint(common: Mapping[str, Any]) -> str:
    """Return a text that is the same for the same values."""
    return hashlib.sha256(json.dumps(common, sort_keys=True).encode()).hexdigest()


def policy_names(commons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a name for each policy, no two the same: what it says in short, and where that is not enough a part of its fingerprint.

    A name depends on nothing but the policy and those that are said in the same short words.
    """
    short = ["-".join(words(each)) for each in commons]
    times = Counter(short)
    return [name if times[name] == 1 else f"{name}-{fingerprint(each)[:8]}" for name, each in zip(short, commons)]


def words(common: Mapping[str, Any]) -> list[str]:
    """Return in short words what a policy says."""
    schedule = common.get("schedule", {})
    found = [str(common["policy"])] if "policy" in common else []
    if "interval" in schedule:
        found.append(f"every-{schedule['interval']}h")
        found += [
            f"keep-{schedule[key]}{unit}"
            for key, unit in (("retention_count", ""), ("retention_days", "d"))
            if key in schedule
        ]
    found += [f"{track}-{schedule[track].get('retention')}" for track in TRACKS if schedule.get(track)]
    if schedule.get("enabled") is False:
        found.append("off")
    return [
        *(found or ["scheduled" if schedule.get("enabled") else "unscheduled"]),
        *([str(common["backup_target_type"])] if "backup_target_type" in common else []),
    ]
