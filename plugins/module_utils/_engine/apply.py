# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Apply the plan of one object: create, update or delete it, wait, and read it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Optional

from .._core.call import Call
from .._core.errors import (
    FailedObjectError,
    GoneError,
    LostAnswerError,
    NotConvergedError,
    RequestError,
    WaitTimeoutError,
    requests_for,
)
from .._core.waiting import Backoff, is_transient
from .comparison import after, differences
from .model import D, Document, Item, Outcome, Shown, Values, describe
from .resource import Resource


def apply(resource: Resource[D], item: Item[D], rows: Sequence[Document]) -> Outcome:
    """Apply the plan of one object, or in check mode predict the outcome.

    :raises BackupError: A write failed, or the server does not show what was written.
    """
    desired = item.resolved or item.desired
    if not desired.present:
        if item.document is not None and item.steps and not resource.context.check_mode:
            _delete(resource, item, item.document)
        return Outcome(item.steps, None)
    if item.steps and not resource.context.check_mode:
        now = item.document
        document = _create(resource, item, desired, rows) if now is None else _update(resource, item, desired, now)
        if document is not None:
            item.document, item.shown = document, resource.shown(document)
            warn_unseen(resource, desired, item.shown)
            return Outcome(item.steps, resource.result(item.shown.values, document))
    return Outcome(item.steps, _predicted(resource, item, desired))


def _predicted(resource: Resource[D], item: Item[D], desired: D) -> dict[str, Any]:
    """Return the object as it will be after the plan, as results show it. This makes no request."""
    values = {} if item.shown is None else item.shown.values
    document = item.document or resource.new_document()
    if item.steps:
        values = after(resource.fields, desired.values, values)
        item.shown = Shown(document, values)
    return resource.result(values, document)


def warn_unseen(resource: Resource[D], desired: D, shown: Shown) -> None:
    """Warn of values that cannot be compared, because this server does not show them (reference D, Versions)."""
    unseen = [
        each.option
        for each in resource.fields
        if each.immutable and desired.values.get(each.option) and each.option not in shown.values
    ]
    if unseen:
        names = ", ".join(unseen)
        resource.context.warn_of_many(
            f"{resource.noun}: {names}",
            f"This server does not show {names} of {{title}}: whether it is as declared is not known.",
            resource.describe(shown.document),
            resource.plural,
        )


def refuse_failed(resource: Resource[D], document: Document) -> None:
    """Raise if an object has failed for good."""
    state = resource.state(document)
    if state in resource.failed:
        reason = document.get("error_msg") or "the server gives no reason"
        raise FailedObjectError(
            f"The {resource.describe(document)} is in the state '{state}': {reason}.",
            hint=f"It does not leave that state by itself: remove the cause, delete the {resource.noun} with "
            "'state: absent' and run the task again.",
        )


# ---- create ----------------------------------------------------------------------------------------------------------


def _create(resource: Resource[D], item: Item[D], desired: D, rows: Sequence[Document]) -> Optional[Document]:
    """Create the object, exactly once, and return it as the server shows it, None if the list lacks it."""
    known = {resource.key(row) for row in rows}
    listed = False
    try:
        with requests_for(f"Creating the {describe(resource.noun, desired.new_name or desired.name, None)}"):
            key = resource.create(desired)
    except LostAnswerError as exc:
        key, listed = _find_lost(resource, desired, known, exc), True
    except RequestError as exc:
        raise resource.explain(exc) from exc
    if key is None:
        key, listed = _find_created(resource, desired, known), True
    if key is None:
        return None
    item.key = key  # known even if a later step fails
    name = desired.values.get(resource.name_field)
    calls = resource.follow_up_calls(desired)
    # What the list holds can be read back, even if a write does not show at once.
    document = _write(resource, key, name, calls, desired, always=listed and not resource.shows_at_once)
    return resource.after_create(desired, document) if resource.context.wait and document is not None else document


def _new_key(resource: Resource[D], desired: D, known: set[str]) -> Optional[str]:
    """Return the key of the one object that was created, None if the list lacks it.

    :raises AmbiguousNameError: The list holds several new ones.
    """
    rows = [row for row in resource.list_new(desired) if resource.key(row) not in known]
    return resource.only([row for row in rows if resource.is_created(desired, row)])


def _find_created(resource: Resource[D], desired: D, known: set[str]) -> Optional[str]:
    """Return the key of a new object from the list, because the response to its creation has none.

    :raises WaitTimeoutError: The list does not hold it in time.
    """
    context = resource.context
    if not context.wait:
        return None
    title = describe(resource.noun, desired.new_name or desired.name, desired.id)
    try:
        return context.waiter.until(
            lambda: _new_key(resource, desired, known),
            lambda key: key is not None,
            what=f"the {title} to be listed",
            describe=lambda _key: "nothing of that name",
        )
    except WaitTimeoutError as exc:
        raise WaitTimeoutError(
            exc.message,
            hint="The server accepted it. Before you run the task again, check that the server lists it: otherwise it "
            "is created once more. Give the task a longer 'timeout'.",
        ) from exc


def _find_lost(resource: Resource[D], desired: D, known: set[str], lost: LostAnswerError) -> str:
    """Return the key of the object that a create without an answer made. The create is never repeated.

    It is the one of that name that was not there before (reference Q29).

    :raises LostAnswerError: There is none, or more than one.
    """
    context, name = resource.context, desired.values.get(resource.name_field)
    new: list[str] = []
    read = False
    for _look in _looks(resource):
        try:
            rows = [row for row in resource.list_new(desired) if resource.key(row) not in known]
            read = True
            new = [resource.key(row) for row in rows if resource.is_created(desired, row)]
        except RequestError as exc:
            if not is_transient(exc):
                raise lost from exc
        if len(new) == 1:
            context.warn(
                f"The answer to creating the {resource.noun} '{name}' was lost; "
                f"the server created it all the same ({new[0]}), and it was taken over."
            )
            return new[0]
    found = "none of that name is there now" if read else "whether it is there now could not be read"
    if new:
        found = f"{len(new)} new ones of that name are there now: {', '.join(new)}"
    error = LostAnswerError(
        f"The answer to creating the {resource.noun} '{name}' was lost, and {found}. "
        + lost.message.removeprefix(f"{lost.purpose}: "),
        **lost.request,
        hint="Run the task again later: it creates the object only if no object has the name. "
        + resource.explain_lost(lost),
    )
    error.purpose = lost.purpose  # The message names the object already.
    raise error from lost


def _looks(resource: Resource[D]) -> Iterator[int]:
    """Yield once for each search for an object whose creation got no response, and pause in between."""
    context, backoff = resource.context, Backoff(resource.context.waiter.interval)
    deadline = context.clock.now() + context.waiter.shorter(resource.settle_time).timeout
    for look in count(1):
        yield look
        pause = backoff.next()
        last = context.clock.now() + pause > deadline if resource.lost_looks is None else look == resource.lost_looks
        if last:
            return
        context.clock.sleep(pause)


# ---- update ----------------------------------------------------------------------------------------------------------


def _update(resource: Resource[D], item: Item[D], desired: D, document: Document) -> Optional[Document]:
    """Write what differs, once, and return the object as the server shows it, None if the task does not wait."""
    shown = item.shown or resource.shown(document)
    name = desired.values.get(resource.name_field) or resource.name(document)
    calls = resource.update_calls(item.steps[0], desired, shown)
    return _write(resource, resource.key(document), name, calls, desired)


def _write(
    resource: Resource[D],
    key: str,
    name: Optional[str],
    calls: Sequence[tuple[Call, Any]],
    desired: D,
    always: bool = False,
) -> Optional[Document]:
    """Send calls to an object that exists, each once, and return the object as the server shows it then.

    :param always: Wait even if the user does not.
    :return: None if the task does not wait, and the server does not show at once what was written.
    :raises LostAnswerError: A response was lost, and the object does not show what was written.
    """
    try:
        with requests_for(f"Changing the {describe(resource.noun, name, key)}"):
            for call, body in calls:
                resource.context.api.send(call, body, id=key)
    except LostAnswerError as exc:
        try:
            return _settle(resource, key, name, desired, always=True)
        except NotConvergedError:
            raise exc from None
    except RequestError as exc:
        raise resource.explain(exc) from exc
    return _settle(resource, key, name, desired, always)


def _settle(
    resource: Resource[D], key: str, name: Optional[str], desired: D, always: bool = False
) -> Optional[Document]:
    """Wait until the object shows what was written, and return it (reference Q10: writes go on in the background).

    :param always: Wait even if the user does not.
    :raises FailedObjectError: It went into a failed state.
    :raises NotConvergedError: The time is over, and it shows something else.
    """
    context, title = resource.context, describe(resource.noun, name, key)
    last: list[Optional[Values]] = []

    def look() -> Optional[Document]:
        document = resource.show(key)
        if document is None and resource.shows_at_once:
            raise _vanished(title)
        return document

    def free(document: Optional[Document]) -> bool:
        if document is None:
            return False
        refuse_failed(resource, document)
        return resource.state(document) not in resource.busy

    def done(document: Optional[Document]) -> bool:
        values = None if document is None else resource.read(document)
        last[:] = [values]
        return values is not None and free(document) and not differences(resource.fields, desired.values, values)

    if not context.wait and not always:
        return look() if resource.shows_at_once else None
    brief = context.waiter.shorter(resource.settle_time)
    if resource.shows_at_once:
        what = f"the {title} to become ready"
        document = context.waiter.until(look, free, what=what, describe=resource.describe_state)
        if done(document):
            return document
    try:
        return brief.until(look, done, what=f"the {title} to show what was written", describe=resource.describe_state)
    except WaitTimeoutError as exc:
        if not last:
            text = f"The server accepted what was written to the {title}, but it could not be read back: {exc.message}"
            raise NotConvergedError(text, hint="Run the task again: it starts from the current state.") from exc
        if last[0] is None:
            raise _vanished(title) from exc
        names = differences(resource.fields, desired.values, last[0])
        text, hint = resource.explain_difference(desired, last[0], names, exc.message)
        raise NotConvergedError(f"The server accepted what was written to the {title}, {text}", hint=hint) from exc


def _vanished(title: str) -> NotConvergedError:
    """Return the error for an object that is gone after a write."""
    return NotConvergedError(
        f"The {title} was accepted by the server and is not there any more.", hint="Somebody else may have deleted it."
    )


# ---- delete ----------------------------------------------------------------------------------------------------------


def _delete(resource: Resource[D], item: Item[D], document: Document) -> None:
    """Do the steps of a removal, the object itself last, and wait until it is gone."""
    key, title = resource.key(document), resource.describe(document)
    for step in item.steps[:-1]:
        with requests_for(f"Deleting the {describe(step.kind, step.name, step.id)} of the {title}"):
            resource.remove(step, document)
    try:
        with requests_for(f"Deleting the {title}"):
            resource.delete(item.desired, key)
    except GoneError:
        return
    except LostAnswerError as exc:
        seen = resource.show(key)
        if seen is not None and resource.state(seen) not in resource.busy:
            raise exc from None

    def gone(seen: Optional[Document]) -> bool:
        if seen is not None and resource.state(seen) != resource.state(document):
            refuse_failed(resource, seen)
        return seen is None

    if resource.context.wait:
        resource.context.waiter.until(
            lambda: resource.show(key), gone, what=f"the {title} to be gone", describe=resource.describe_state
        )
