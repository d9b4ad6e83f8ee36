# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Group workloads into backup policies, the variable `protect_policies` of the role `protect`.

Options that workloads have in common stand once, in their policy. Pure, no request is made here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Options = dict[str, Any]
"""One entry of the module `workloads`."""

COMMON = ("schedule", "backup_target_type", "policy", "workload_type")
"""The options of a policy. Two workloads with the same values share a policy."""

OWN_KEY = "start_date"
"""The key of the schedule that stays with each workload."""

TRACKS = ("hourly", "daily", "weekly", "monthly", "yearly")


def group_by_policy(workloads: Iterable[Options]) -> list[dict[str, Any]]:
    """Return the policies, sorted by name. Their workloads keep their order.

    The keys of a policy and those of one of its workloads together are the options of that workload.
    """
    found: dict[str, tuple[Options, list[Options]]] = {}
    for workload in workloads:
        common, own = split_common(workload)
        found.setdefault(fingerprint(common), (common, []))[1].append(own)
    names = policy_names([common for common, _members in found.values()])
    policies = [
        {"name": name, **common, "workloads": members} for name, (common, members) in zip(names, found.values())
    ]
    return sorted(policies, key=lambda policy: str(policy["name"]))


def split_common(workload: Options) -> tuple[Options, Options]:
    """Return the options that a workload may have in common with others, and its own."""
    common = {key: workload[key] for key in COMMON if key in workload}
    own = {key: value for key, value in workload.items() if key not in COMMON}
    if OWN_KEY in common.get("schedule", {}):
        own["schedule"] = {OWN_KEY: common["schedule"][OWN_KEY]}
        common["schedule"] = {key: value for key, value in common["schedule"].items() if key != OWN_KEY}
    return common, own


def fingerprint(common: Mapping[str, Any]) -> str:
    """Return a hash of the values, the same for equal values."""
    return hashlib.sha256(json.dumps(common, sort_keys=True).encode()).hexdigest()


def policy_names(commons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a unique name for each policy: a summary, and a part of its fingerprint if several have that summary.

    So a name changes only if the policy does, or if a policy with the same summary appears or disappears.
    """
    short = ["-".join(summarize(each)) for each in commons]
    times = Counter(short)
    return [name if times[name] == 1 else f"{name}-{fingerprint(each)[:8]}" for name, each in zip(short, commons)]


def summarize(common: Mapping[str, Any]) -> list[str]:
    """Return the parts of the name of a policy, such as `daily-keep-7` and the target type."""
    schedule = common.get("schedule", {})
    found = [str(common["policy"])] if "policy" in common else []
    if "interval" in schedule:
        found.append(f"every-{schedule['interval']}h")
        found += [
            f"keep-{schedule[key]}{unit}"
            for key, unit in (("retention_count", ""), ("retention_days", "d"))
            if key in schedule
        ]
    found += [
        f"{track_name(track, schedule[track])}-keep-{schedule[track].get('retention')}"
        for track in TRACKS
        if schedule.get(track)
    ]
    if schedule.get("enabled") is False:
        found.append("off")
    return [
        *(found or ["scheduled" if schedule.get("enabled") else "unscheduled"]),
        *([str(common["backup_target_type"])] if "backup_target_type" in common else []),
    ]


def track_name(track: str, values: Mapping[str, Any]) -> str:
    """Return how often a track takes snapshots. A track `hourly` may take one each day only."""
    return f"every-{values.get('interval')}h" if track == "hourly" else track
