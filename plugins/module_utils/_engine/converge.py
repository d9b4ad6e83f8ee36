# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The engine: C(converge) takes objects to what was asked for, C(perform) makes something happen that must happen once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, TypeVar

from .._core.errors import (
    BackupError,
    BadAnswerError,
    FailedObjectError,
    GoneError,
    LostAnswerError,
    NotConvergedError,
    RequestError,
    StateError,
    UnknownNameError,
    UnreachableError,
    WaitTimeoutError,
)
from .._core.http import Call
from .._core.waiting import Backoff, is_transient
from .._openstack.context import Context
from .._openstack.lookup import raise_all
from . import comparison as compare
from .comparison import DELETE, Step
from .resource import Desired, Document, Operation, Resource, Values, called, label, listed, show

DELETING = "deleting"
"""The state of what somebody has deleted already (API reference C.1, C.2)."""


@dataclass
class Outcome:
    """What became of one wish.

    :param steps: What was done, or in check mode would be.
    :param object: The object as results show it, None where it is not there.
    """

    steps: list[Step]
    object: Optional[dict[str, Any]]


@dataclass
class Item:
    """One wish on its way through the engine.

    :param wish: What was asked for.
    :param id: Id of the object, None where it is not there.
    :param document: The object as the server shows it.
    :param wanted: What was asked for, references resolved.
    :param shown: Canonical values of C(document).
    :param steps: What has to be done.
    :param error: What went wrong with it; nothing more is done to it then.
    """

    wish: Desired
    id: Optional[str] = None
    document: Optional[Document] = None
    wanted: Values = field(default_factory=dict)
    shown: Optional[Values] = None
    steps: list[Step] = field(default_factory=list)
    error: Optional[BackupError] = None


T = TypeVar("T", bound=Item)


def wish(kind: Resource, options: Mapping[str, Any]) -> Desired:
    """Return what the options of a module ask for.

    :raises InputError: Something is wrong with them.
    """
    present = options.get("state") != "absent"
    made = Desired(options, options.get("name"), options.get("id"), options.get("new_name"), present)
    made.values = kind.check(options)
    return made


def converge(context: Context, kind: Resource, wishes: Sequence[Desired]) -> list[Outcome]:
    """Take objects to what was asked for, or in check mode tell what that would take.

    All that can go wrong is looked for before the first write: names, references, immutable fields, states.

    :raises BackupError: The first thing that is wrong, or all of them as one.
    """
    rows = kind.rows(context) if any(each.id is None for each in wishes) else []
    targets = [Item(each) for each in wishes]
    locate(context, kind, targets, rows)
    plan(context, kind, targets, rows)
    raise_all([target.error for target in targets if target.error is not None])
    return [apply(context, kind, target, rows) for target in targets]


def locate(context: Context, kind: Resource, targets: Sequence[Item], rows: Sequence[Document]) -> None:
    """Find the objects and fetch what the server shows of them. What goes wrong with one is kept with it.

    :param rows: The objects as a list answer holds them.
    :raises UnreachableError: The server does not answer any more.
    """
    for target in targets:
        keep_error(target, lambda each: _identify(context, kind, each, rows))
    context.in_parallel(lambda target: keep_error(target, lambda each: _show(context, kind, each), UnreachableError), targets)


def plan(context: Context, kind: Resource, targets: Sequence[Item], rows: Sequence[Document]) -> None:
    """Work out the steps of all targets. What is wrong with one is kept with it.

    :raises RequestError: A request failed; what it asks for, such as a list of names, is not the matter of one target alone.
    """
    for target in targets:
        keep_error(target, lambda each: _plan(context, kind, each, rows), RequestError)


def keep_error(target: T, work: Callable[[T], object], *passed_on: type[BackupError]) -> None:
    """Do some work on a target unless something went wrong with it before, and keep with it what goes wrong now.

    :param passed_on: Errors that are raised all the same.
    """
    if target.error is None:
        try:
            work(target)
        except passed_on:
            raise
        except BackupError as exc:
            target.error = exc


def _identify(context: Context, kind: Resource, target: Item, rows: Sequence[Document]) -> None:
    """Find the object; where its row of the list holds all of it, take it from there."""
    target.id = kind.identify(context, target.wish, rows)
    target.document = next((row for row in rows if row["id"] == target.id and kind.is_whole(row)), None)


def _show(context: Context, kind: Resource, target: Item) -> None:
    """Fetch what was found; wait for it first where it is on its way to another state."""
    if target.id is None or (target.document is not None and target.document.get("status") not in kind.busy):
        return
    object_id, wanted = target.id, target.wish
    document = show(context, kind, object_id)
    if document is None and wanted.id is None:
        _refuse_contradiction(context, kind, object_id)
    if document is not None and document.get("status") in kind.busy and context.wait and not context.check_mode:
        document = context.waiter.until(
            lambda: show(context, kind, object_id),
            lambda seen: seen is None or seen.get("status") not in kind.busy,
            what=f"the {called(kind, document)} to end what it is doing",
            describe=_status,
        )
    elif document is not None and document.get("status") == DELETING and wanted.present:
        if not context.wait:
            raise StateError(f"The {called(kind, document)} is being deleted.", hint="With 'wait: true' the task waits until it is gone.")
        document = None  # in check mode: outside of it the task would wait until it is gone
    if document is None and wanted.present and wanted.id is not None:
        raise UnknownNameError(
            f"There is no {kind.noun} with the id {object_id} in this project.",
            hint="An id cannot be chosen: to create one, give 'name' instead of 'id'.",
        )
    target.document = document


def _refuse_contradiction(context: Context, kind: Resource, object_id: str) -> None:
    """Look at the list again after an object of it was not found by its id: it may be gone since, or one of the two answers is wrong.

    :raises BadAnswerError: The list still holds it.
    """
    if any(row["id"] == object_id for row in listed(context, kind)):
        path = kind.showing.path.format(id=object_id)
        raise BadAnswerError(
            f"{kind.showing.method} {path} answered 404, yet the list of {kind.plural} holds this id.",
            method=kind.showing.method,
            path=path,
            status=404,
            hint="Something between here and the server may have answered in its place. Nothing was concluded from it, and nothing was written.",
        )


def _status(document: Optional[Document]) -> str:
    """Put the state of an object into words."""
    return "gone" if document is None else f"status '{document.get('status')}'"


def _plan(context: Context, kind: Resource, target: Item, rows: Sequence[Document]) -> None:
    """Work out the steps of one target, and raise whatever forbids them."""
    wanted, document = target.wish, target.document
    if not wanted.present:
        if document is not None and document.get("status") != DELETING:
            own = Step(DELETE, kind.noun, kind.title(document), document["id"], before={kind.identity: kind.title(document), "id": document["id"]})
            target.steps = [*kind.removal(context, wanted, document), own]
        return
    if document is not None:
        _refuse_failed(kind, document)
    target.wanted = kind.resolve(context, wanted, document, rows)
    name = target.wanted.get(kind.identity) if document is None else kind.title(document)
    if document is not None:
        target.shown = kind.read(context, document)  # after resolving: what it refers to has a name then
        _warn_unseen(context, kind, called(kind, document), target.wanted, target.shown)
    step = compare.plan(kind.fields, kind.noun, name, target.id, target.wanted, target.shown)
    if step is not None:
        kind.before_write(context, target.wanted, document)
        target.steps = [step]


def _warn_unseen(context: Context, kind: Resource, title: str, wanted: Values, shown: Values) -> None:
    """Tell which values could not be compared, because this server does not show them (API reference D, Versions)."""
    unseen = [each.option for each in kind.fields if each.immutable and wanted.get(each.option) and each.option not in shown]
    if unseen:
        text = f"This server does not show {', '.join(unseen)} of {{title}}: whether it is as declared is not known."
        context.warn_of_many(f"{kind.noun}: {', '.join(unseen)}", text, title, kind.plural)


def _refuse_failed(kind: Resource, document: Document) -> None:
    """Raise if the object has failed for good."""
    if document.get("status") in kind.failed:
        said = document.get("error_msg") or "the server gives no reason"
        raise FailedObjectError(
            f"The {called(kind, document)} is in the state '{document.get('status')}': {said}.",
            hint=f"It does not leave that state by itself: remove the cause, delete the {kind.noun} with 'state: absent' and run the task again.",
        )


def apply(context: Context, kind: Resource, target: Item, rows: Sequence[Document]) -> Outcome:
    """Do what is planned for one target, unless this is check mode.

    :raises BackupError: What went wrong.
    """
    if not target.wish.present:
        if target.document is not None and target.steps and not context.check_mode:
            _delete(context, kind, target, target.document)
        return Outcome(target.steps, None)
    if target.steps and not context.check_mode:
        target.document = _update(context, kind, target) if target.document is not None else _create(context, kind, target, rows)
        target.shown = kind.read(context, target.document)
        _warn_unseen(context, kind, called(kind, target.document), target.wanted, target.shown)
    elif target.steps:
        target.shown = compare.after(kind.fields, target.wanted, target.shown or {})
    return Outcome(target.steps, kind.result(target.shown or {}, target.document or {"project_id": context.project_id}))


def _create(context: Context, kind: Resource, target: Item, rows: Sequence[Document]) -> Document:
    """Create the object, exactly once, and return it as the server shows it."""
    name = target.wanted[kind.identity]
    try:
        object_id = str(context.api.send(kind.creating, kind.create_body(target.wanted))["id"])
    except LostAnswerError as exc:
        object_id = _look_for_new(context, kind, name, {row["id"] for row in rows}, exc)
    except RequestError as exc:
        raise kind.explain(context, exc) from exc
    target.id = object_id  # known also where something goes wrong from here on
    document = _write(context, kind, object_id, name, kind.completes(target.wanted), target.wanted)
    return kind.after_create(context, document) if context.wait else document


def _look_for_new(context: Context, kind: Resource, name: str, known: set[str], lost: LostAnswerError) -> str:
    """Return the id of the object that a create without an answer made.

    It is the one of that name that was not there before (API reference Q29). The create is never repeated.

    :raises LostAnswerError: There is none, or more than one.
    """
    new: list[str] = []
    looked = False
    pauses = Backoff(context.waiter.interval)
    for look in range(kind.looks):
        if look:
            context.clock.sleep(pauses.next())
        try:
            rows = listed(context, kind)
            looked = True
            new = [row["id"] for row in rows if kind.title(row) == name and row["id"] not in known]
        except RequestError as exc:
            if not is_transient(exc):
                raise lost from exc
        if len(new) == 1:
            context.warn(f"The answer to creating the {kind.noun} '{name}' was lost; the server made it all the same ({new[0]}), and it was taken over.")
            return new[0]
    found = "none of that name is there now" if looked else "whether it is there now could not be read"
    if new:
        found = f"{len(new)} new ones of that name are there now: {', '.join(new)}"
    raise LostAnswerError(
        f"The answer to creating the {kind.noun} '{name}' was lost, and {found}. {lost.message}",
        method=lost.method,
        path=lost.path,
        status=lost.status,
        request_id=lost.request_id,
        hint="Run the task again after a while: it looks for the name first, and creates only if nothing has it.",
    ) from lost


def _update(context: Context, kind: Resource, target: Item) -> Document:
    """Write what differs, once, and return the object as the server shows it then."""
    document, shown, step = target.document or {}, target.shown or {}, target.steps[0]
    name = target.wanted.get(kind.identity) or kind.title(document)
    return _write(context, kind, str(document["id"]), name, kind.updates(step, target.wanted, shown), target.wanted)


def _write(context: Context, kind: Resource, object_id: str, name: Optional[str], calls: Sequence[tuple[Call, Any]], wanted: Values) -> Document:
    """Send calls to an object that is there, each once, and return it as the server shows it then.

    :raises LostAnswerError: The answer to one was lost, and the object does not show what was written.
    """
    try:
        for call, body in calls:
            context.api.send(call, body, id=object_id)
    except LostAnswerError as exc:
        try:
            return _settle(context, kind, object_id, name, wanted, always=True)
        except NotConvergedError:
            raise exc from None
    except RequestError as exc:
        raise kind.explain(context, exc) from exc
    return _settle(context, kind, object_id, name, wanted)


def _settle(context: Context, kind: Resource, object_id: str, name: Optional[str], wanted: Values, always: bool = False) -> Document:
    """Wait until the object shows what was written, and return it (API reference Q10: writes go on in the background).

    :param always: Wait also where the user does not.
    :raises FailedObjectError: It went into a failed state.
    :raises NotConvergedError: The time is over, and it shows something else.
    """
    title = label(kind, name, object_id)
    last: Values = {}

    def look() -> Document:
        document = show(context, kind, object_id)
        if document is None:
            raise NotConvergedError(f"The {title} was accepted by the server and is not there any more.", hint="Somebody else may have deleted it.")
        return document

    def free(document: Document) -> bool:
        _refuse_failed(kind, document)
        return document.get("status") not in kind.busy

    def done(document: Document) -> bool:
        last.update(kind.read(context, document))
        return free(document) and not compare.differences(kind.fields, wanted, last)

    if not context.wait and not always:
        return look()
    document = context.waiter.until(look, free, what=f"the {title} to become ready", describe=_status)
    if done(document):
        return document
    try:
        return context.waiter.shorter(kind.settle).until(look, done, what=f"the {title} to show what was written", describe=_status)
    except WaitTimeoutError as exc:
        differing = compare.describe(kind.fields, compare.differences(kind.fields, wanted, last), wanted, last)
        raise NotConvergedError(
            f"The server accepted what was written to the {title}, yet shows something else: {differing or exc.message}.",
            hint="It may not support that value, or somebody else wrote at the same time. What it shows now is what is in force.",
        ) from exc


def _delete(context: Context, kind: Resource, target: Item, document: Document) -> None:
    """Do the steps of a removal, the object itself last, and wait until it is gone."""
    object_id, title = str(document["id"]), called(kind, document)
    for step in target.steps[:-1]:
        kind.remove(context, step, document)
    try:
        context.api.send(kind.deleting, query=kind.delete_query(target.wish), id=object_id)
    except GoneError:
        return
    except LostAnswerError as exc:
        seen = show(context, kind, object_id)
        if seen is not None and seen.get("status") not in kind.busy:
            raise exc from None
    if context.wait:

        def gone(seen: Optional[Document]) -> bool:
            if seen is not None and seen.get("status") != document.get("status"):
                _refuse_failed(kind, seen)
            return seen is None

        context.waiter.until(lambda: show(context, kind, object_id), gone, what=f"the {title} to be gone", describe=_status)


def perform(context: Context, event: Operation) -> Outcome:
    """Make something happen unless it has happened already; in check mode only tell.

    :raises StateError: It must not happen now.
    :raises LostAnswerError: The answer to the write was lost, and a look does not show that it happened.
    """
    seen = event.look(context)
    if event.satisfied(context, seen):
        if event.happening(seen) and context.wait and not context.check_mode:
            seen = event.finish(context, seen)
        return Outcome([], event.result(context, seen))
    event.guard(context, seen)
    steps = event.steps(seen)
    if context.check_mode:
        return Outcome(steps, event.result(context, seen))
    try:
        event.start(context, seen)
    except LostAnswerError as exc:
        seen = _look_for_event(context, event, exc)
    try:
        seen = event.finish(context, seen) if context.wait else event.look(context)
    except BackupError as exc:
        exc.results = {"changed": True, **event.begun(), **exc.results}
        if isinstance(exc, RequestError):
            exc.hint = f"{exc.hint} What was begun goes on: run the task again, it continues from what is there then.".lstrip()
        raise
    return Outcome(steps, event.result(context, seen))


def _look_for_event(context: Context, event: Operation, lost: LostAnswerError) -> Document:
    """Return what there is once the event shows whose answer was lost. It is never started again.

    :raises LostAnswerError: It does not show.
    """
    pauses = Backoff(context.waiter.interval)
    for look in range(event.looks):
        if look:
            context.clock.sleep(pauses.next())
        try:
            seen = event.look(context)
        except RequestError as exc:
            if not is_transient(exc):
                raise lost from exc
            continue
        if event.satisfied(context, seen):
            context.warn(f"The answer to {lost.method} {lost.path} was lost; it took effect all the same.")
            return seen
    raise lost
