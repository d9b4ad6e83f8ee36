# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""An operation happens once: observe, guard, start once, find it after a lost response, and wait."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, Optional, TypeVar

from .._core.errors import BackupError, LostAnswerError, RequestError, requests_for
from .._core.waiting import Backoff, is_transient
from .context import TaskContext
from .model import CREATE, DELETE, Outcome, Step, describe
from .result import outcome_result

Observed = TypeVar("Observed")

DOING = {
    CREATE: "Creating",
    "recreate": "Creating",
    DELETE: "Deleting",
    "cancel": "Cancelling",
    "unlock": "Unlocking",
    "reset": "Resetting",
}
"""What messages call the action of a step while it runs."""


class Operation(Generic[Observed]):
    """An operation that happens once, such as a snapshot. Each task has its own instance.

    :cvar result_key: Key of the object in results.
    :cvar lost_looks: Number of observations if the response to its start was lost.
    :ivar plan_only: Nothing is written, as in check mode.
    """

    result_key: ClassVar[str]
    lost_looks: ClassVar[int] = 1
    plan_only: bool = False
    context: TaskContext

    def title(self) -> str:
        """Return what messages call it before its plan is known, empty if its requests name the object."""
        return ""

    def observe(self) -> Observed:
        """Return the state of the server on which the operation depends."""
        raise NotImplementedError

    def is_done(self, observed: Observed) -> bool:
        """Return whether it has happened already, or is happening."""
        raise NotImplementedError

    def in_progress(self, observed: Observed) -> bool:
        """Return whether it has started and has not ended, so that the task waits for its end."""
        return False

    def guard(self, observed: Observed) -> None:
        """Raise an error if it must not be started now."""

    def steps(self, observed: Observed) -> list[Step]:
        """Return the steps of the plan. The step of the object itself comes last."""
        raise NotImplementedError

    def start(self, observed: Observed) -> None:
        """Start it: one write."""
        raise NotImplementedError

    def started_result(self) -> dict[str, Any]:
        """Return the keys that a task adds to its result if it fails after the start."""
        return {}

    def finish(self, observed: Observed) -> Observed:
        """Wait for its end, and observe again."""
        raise NotImplementedError

    def result(self, observed: Observed) -> Optional[dict[str, Any]]:
        """Return the object as results show it, None if it does not exist."""
        raise NotImplementedError

    def details(self) -> dict[str, Any]:
        """Return the other keys of the result."""
        return {}

    def run(self, context: TaskContext) -> dict[str, Any]:
        """Perform the operation, and return the result of the module."""
        self.context = context
        with requests_for(self.title()):
            outcome = perform(context, self)
        result = {**outcome_result(self.result_key, outcome), **self.details()}
        return {**result, "changed": False} if self.plan_only else result


def perform(context: TaskContext, operation: Operation[Observed]) -> Outcome:
    """Perform an operation unless it has already happened; in check mode only plan it.

    :raises StateError: It must not happen now.
    :raises LostAnswerError: The response to the write was lost, and the server does not show that it happened.
    """
    observed = operation.observe()
    if operation.is_done(observed):
        if operation.in_progress(observed) and context.wait and not context.check_mode:
            observed = operation.finish(observed)
        return Outcome([], operation.result(observed))
    operation.guard(observed)
    steps = operation.steps(observed)
    if context.check_mode:
        return Outcome(steps, operation.result(observed))
    step = steps[-1]
    purpose = ""  # a new object without a name: the title of the operation says more
    if step.name or step.id:
        purpose = f"{DOING.get(step.action, f'To {step.action}')} the {describe(step.kind, step.name, step.id)}"
    try:
        with requests_for(purpose):
            operation.start(observed)
    except LostAnswerError as exc:
        observed = _find_started(context, operation, exc)
    try:
        with requests_for(purpose):
            observed = operation.finish(observed) if context.wait else operation.observe()
    except BackupError as exc:
        exc.results = {"changed": True, **operation.started_result(), **exc.results}
        if isinstance(exc, RequestError):
            resume = "The server continues. Run the task again: it starts from the current state."
            exc.hint = f"{exc.hint} {resume}".lstrip()
        raise
    return Outcome(steps, operation.result(observed))


def _find_started(context: TaskContext, operation: Operation[Observed], lost: LostAnswerError) -> Observed:
    """Observe until the operation shows whose response was lost. It is never started again.

    :raises LostAnswerError: It does not show.
    """
    backoff = Backoff(context.waiter.interval)
    for look in range(operation.lost_looks):
        if look:
            context.clock.sleep(backoff.next())
        try:
            observed = operation.observe()
        except RequestError as exc:
            if not is_transient(exc):
                raise lost from exc
            continue
        if operation.is_done(observed):
            context.warn(f"The answer to {lost.method} {lost.path} was lost; it took effect all the same.")
            return observed
    raise lost
