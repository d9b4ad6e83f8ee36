# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The result of a task on one object: whether it changed, the plan, the diff, and the object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .model import Outcome, Step


def outcome_result(result_key: str, outcome: Outcome) -> dict[str, Any]:
    """Return the result of a module that manages one object.

    :param result_key: Key of the object in the result.
    """
    return {
        "changed": bool(outcome.steps),
        "plan": [step.result() for step in outcome.steps],
        "diff": diff(outcome.steps),
        result_key: outcome.object,
        "id": (outcome.object or {}).get("id") or (outcome.steps[-1].id if outcome.steps else None),
    }


def diff(steps: Sequence[Step]) -> dict[str, Any]:
    """Return the diff of a plan. The last step is the object's own; the others stand under their noun and id."""
    before = {f"{step.kind} {step.id}": step.before for step in steps[:-1]}
    after = {f"{step.kind} {step.id}": step.after for step in steps[:-1]}
    for step in steps[-1:]:
        before.update(step.before)
        after.update(step.after)
    return {"before": before, "after": after}
