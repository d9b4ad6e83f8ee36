# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Converge objects: locate them, plan all of them, and apply the plans.

`converge` is for objects that succeed or fail together. A set in which some may fail calls `locate`, `plan` and `apply`
itself; each `Item` keeps its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Generic, Optional

from .._core.errors import (
    BadAnswerError,
    RequestError,
    StateError,
    UnreachableError,
    raise_all,
    requests_for,
)
from .apply import apply, refuse_failed, warn_unseen
from .context import TaskContext
from .model import DELETE, DELETING, D, Document, Item, Outcome, Step, describe
from .plan import plan as plan_step
from .resource import Resource
from .result import outcome_result


class ConvergeTask(Generic[D]):
    """The task of a module that manages one object.

    :raises InputError: An option is wrong.
    """

    plan_only = False

    def __init__(self, resource: type[Resource[D]], options: Mapping[str, Any]) -> None:
        self.resource = resource
        self.desired: D = resource.parse(options)

    def run(self, context: TaskContext) -> dict[str, Any]:
        """Converge the object, and return the result of the module."""
        title = describe(self.resource.noun, self.desired.name, self.desired.id)
        with requests_for(f"For the {title}"):
            outcome = converge(self.resource(context), [self.desired])[0]
        return outcome_result(self.resource.result_key, outcome)


def converge(resource: Resource[D], desired: Sequence[D]) -> list[Outcome]:
    """Converge objects, or in check mode return the plans.

    All checks come before the first write: names, references, immutable fields, states.

    :raises BackupError: All errors as one.
    """
    rows = resource.rows(desired)
    items = [Item(each) for each in desired]
    locate(resource, items, rows)
    plan(resource, items, rows)
    raise_all([item.error for item in items if item.error is not None])
    return [apply(resource, item, rows) for item in items]


def locate(resource: Resource[D], items: Sequence[Item[D]], rows: Sequence[Document]) -> None:
    """Find the objects, and fetch their documents.

    :param rows: The objects as a list shows them.
    :raises UnreachableError: The server does not answer any more.
    """
    for item in items:
        item.attempt(partial(_find, resource, item, rows))
    resource.context.in_parallel(lambda item: item.attempt(partial(_fetch, resource, item), UnreachableError), items)


def plan(resource: Resource[D], items: Sequence[Item[D]], rows: Sequence[Document]) -> None:
    """Work out the steps of all items.

    :raises RequestError: A request failed that concerns more than one item, such as a list of names.
    """
    for item in items:
        item.attempt(partial(_plan, resource, item, rows), RequestError)


def _find(resource: Resource[D], item: Item[D], rows: Sequence[Document]) -> None:
    """Find the object; if its row of the list is complete, take it from there."""
    item.key = resource.find(item.desired, rows)
    found = (row for row in rows if resource.key(row) == item.key and resource.is_complete(row))
    item.document = next(found, None)


def _fetch(resource: Resource[D], item: Item[D]) -> None:
    """Fetch an object that was found; if it is busy, wait until it is not."""
    context, desired, key = resource.context, item.desired, item.key
    if key is None or (item.document is not None and resource.state(item.document) not in resource.busy):
        return
    # If only the list shows objects, it was read just now: an object that it lacks does not exist.
    document = item.document if resource.showing is None else resource.show(key)
    if document is None and desired.id is None:
        _refuse_contradiction(resource, key)
    if document is not None and resource.state(document) in resource.busy and context.wait and not context.check_mode:
        document = context.waiter.until(
            lambda: resource.show(key),
            lambda seen: seen is None or resource.state(seen) not in resource.busy,
            what=f"the {resource.describe(document)} to leave the state '{resource.state(document)}'",
            describe=resource.describe_state,
        )
    elif document is not None and resource.state(document) == DELETING and desired.present:
        if not context.wait:
            raise StateError(
                f"The {resource.describe(document)} is being deleted.",
                hint="With 'wait: true' the task waits until it is gone.",
            )
        document = None  # in check mode: a real run waits until it is gone
    if document is None and desired.present and desired.id is not None:
        raise resource.unknown_key(key)
    item.document = document


def _refuse_contradiction(resource: Resource[D], key: str) -> None:
    """Read the list again after a 404 for one of its objects: the object is gone, or one of the responses is wrong.

    :raises BadAnswerError: The list still has it.
    """
    if resource.showing is not None and any(resource.key(row) == key for row in resource.list_all()):
        method, path = resource.showing.method, resource.showing.path.format(id=key)
        raise BadAnswerError(
            f"{method} {path} answered 404, but the list of {resource.plural} holds this id.",
            method=method,
            path=path,
            status=404,
            hint="The response may come from a proxy or a login page. It was not used, and nothing was written.",
        )


def _plan(resource: Resource[D], item: Item[D], rows: Sequence[Document]) -> None:
    """Work out the steps of one item.

    :raises BackupError: A step is not possible.
    """
    document = item.document
    if not item.desired.present:
        item.steps = _removal(resource, item.desired, document)
        return
    if document is not None:
        refuse_failed(resource, document)
    resolved = item.resolved = resource.resolve(item.desired, document, rows)
    name = resolved.values.get(resource.name_field) if document is None else resource.name(document)
    if document is not None:
        item.shown = resource.shown(document)  # after resolving, which decides what references are named
        warn_unseen(resource, resolved, item.shown)
    values = None if item.shown is None else item.shown.values
    step = plan_step(resource.fields, resource.noun, name, item.key, resolved, values)
    if step is not None:
        resource.before_write(resolved, item.shown)
        item.steps = [step]


def _removal(resource: Resource[D], desired: D, document: Optional[Document]) -> list[Step]:
    """Return the steps that delete an object, its own step last; none if it does not exist or is being deleted."""
    if document is None or resource.state(document) == DELETING:
        return []
    name, key = resource.name(document), resource.key(document)
    own = Step(DELETE, resource.noun, name, key, before={resource.name_field: name, "id": key})
    return [*resource.removal_steps(desired, document), own]
