# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Taking a device record of Acronis to what was asked for: register, change, unregister, and read back (Acronis reference 1.6)."""

from __future__ import annotations

from typing import Any, Optional

from .._core.errors import (
    InputError,
    LostAnswerError,
    NotConvergedError,
    NotOwnerError,
    RefusedError,
    UnknownNameError,
    WaitTimeoutError,
)
from .._engine import comparison as compare
from .._engine.comparison import DELETE, Step
from .._engine.converge import Outcome
from .context import AcronisContext
from .workload import (
    CHANGING,
    FIELDS,
    NOUN,
    REPORTING,
    UNREGISTERING,
    Desired,
    Document,
    Values,
    called,
    fetch,
    find,
    on_the_wire,
    only,
    read,
    result,
)

SETTLE = 30.0
"""Seconds that a change may take to show."""


def converge(context: AcronisContext, wanted: Desired) -> Outcome:
    """Take one record to what was asked for, or in check mode tell what that would take.

    :raises BackupError: What forbids it, or went wrong.
    """
    row, known = find(context, wanted)
    if not wanted.present:
        return unregister(context, wanted, row)
    return register(context, wanted, known) if row is None else change(context, wanted, row)


def guard(context: AcronisContext, wanted: Desired, row: Document) -> None:
    """Refuse to touch what another API client keeps; the machines that Acronis protects itself are in the same list.

    :raises InputError: Who is logged in is not known.
    :raises NotOwnerError: It belongs to another client, and C(force) is not set.
    """
    if wanted.force:
        return
    if context.client_id is None:
        raise InputError(
            "With 'access_token' the option 'client_id' is needed, too.", hint="It tells whether a record is your own."
        )
    if row.get("client_id") != context.client_id:
        raise NotOwnerError(
            f"The {called(row)} belongs to the API client {row.get('client_id')}, and logged in is {context.client_id}. Nothing was written.",
            hint="Whoever keeps that record may change it back. If it is really meant, 'force: true' does it.",
        )


# ---- register ---------------------------------------------------------------------------------------------------------------


def register(context: AcronisContext, wanted: Desired, known: set[str]) -> Outcome:
    """Report a record that is not there, exactly once, and wait until the list shows it.

    :raises UnknownNameError: It is not there, and the options do not suffice to register it.
    """
    if wanted.id is not None:
        raise UnknownNameError(
            f"There is no {wanted.title()} that this API client may see.",
            hint="An id cannot be chosen: to register a record give 'name' instead.",
        )
    if wanted.tenant_id is None or wanted.type is None:
        raise UnknownNameError(
            f"There is no {wanted.title()}.", hint="To register it, 'tenant_id' and 'type' are needed, too."
        )
    if context.client_id is None:
        raise InputError(
            "With 'access_token' the option 'client_id' is needed, too.", hint="A new record belongs to it."
        )
    values: Values = {
        "owner_client_id": context.client_id,
        **wanted.values,
        "tenant_id": wanted.tenant_id,
        "name": wanted.new_name or wanted.name,
    }
    after = compare.after(FIELDS, values, {})
    step = compare.plan(FIELDS, NOUN, values["name"], None, values, None)
    steps = [] if step is None else [step]
    if context.check_mode:
        return Outcome(steps, result(after, {}))
    sent = {on_the_wire(option): value for option, value in after.items()}
    try:
        context.api.send(REPORTING, [sent])
    except LostAnswerError as exc:
        row = taken_over(context, wanted, known, values, exc)
    else:
        if not context.wait:
            return Outcome(steps, result(after, {}))
        row = appeared(context, wanted, known, values)
    return Outcome(steps, settled(context, row, values))


def appeared(
    context: AcronisContext, wanted: Desired, known: set[str], values: Values, within: Optional[float] = None
) -> Document:
    """Wait for the record that was reported: the server answers no id (Acronis reference 1.3), so it is looked for in the list.

    :param within: Seconds to wait at most, None for those of the options.
    :raises AmbiguousNameError: Several such records have appeared.
    :raises WaitTimeoutError: None has.
    """

    def look() -> Optional[Document]:
        rows = fetch(context, wanted.filters())
        new = [row for row in rows if str(row["id"]) not in known and row.get("client_id") == values["owner_client_id"]]
        return only(wanted, [row for row in new if wanted.fits(row, values["name"])])

    waiter = context.waiter if within is None else context.waiter.shorter(within)
    try:
        row = waiter.until(
            look,
            lambda seen: seen is not None,
            what=f"the {wanted.title()} to be listed",
            describe=lambda _seen: "nothing of that name",
        )
    except WaitTimeoutError as exc:
        raise WaitTimeoutError(
            exc.message,
            hint="The server took the report. Look for the record in the console before you run the task again: as long as the list does "
            "not show it, it would be reported once more. Give it a longer 'timeout' next time.",
        ) from exc
    return row or {}


def taken_over(
    context: AcronisContext, wanted: Desired, known: set[str], values: Values, lost: LostAnswerError
) -> Document:
    """Return the record that a report without an answer made. The report is never repeated.

    :raises LostAnswerError: None has appeared.
    """
    try:
        row = appeared(context, wanted, known, values, SETTLE)
    except WaitTimeoutError:
        raise lost from None
    context.warnings.append(
        f"The answer to reporting the {called(row)} was lost; the server took it all the same, and it was taken over."
    )
    return row


# ---- change -----------------------------------------------------------------------------------------------------------------


def change(context: AcronisContext, wanted: Desired, row: Document) -> Outcome:
    """Write what differs, and nothing else; attributes as the whole map, right whether the server merges or replaces them."""
    shown = read(row)
    values = {**wanted.values, **({"name": wanted.new_name} if wanted.new_name is not None else {})}
    if "enabled" in values and "enabled" not in shown:
        del values["enabled"]
        context.warnings.append(
            f"This server does not show 'enabled' of the {called(row)}: whether it is as declared is not known, and it was left alone."
        )
    step = compare.plan(FIELDS, NOUN, row.get("name"), str(row["id"]), values, shown)
    if step is None:
        return Outcome([], result(shown, row))
    guard(context, wanted, row)
    after = compare.after(FIELDS, values, shown)
    if context.check_mode:
        return Outcome([step], result(after, row))
    differing = {name.split(".")[0] for name in step.fields}
    try:
        context.api.send(
            CHANGING, {on_the_wire(option): after[option] for option in after if option in differing}, id=str(row["id"])
        )
    except LostAnswerError as exc:
        try:
            return Outcome([step], settled(context, row, values))
        except NotConvergedError:
            raise exc from None
    return Outcome([step], settled(context, row, values) if context.wait else result(after, row))


def settled(context: AcronisContext, row: Document, values: Values) -> dict[str, Any]:
    """Wait until the record shows what was written, and return it as results show it.

    :raises NotConvergedError: It goes on to show something else, or is gone.
    """
    last: dict[str, Document] = {"row": row}

    def look() -> bool:
        rows = [each for each in fetch(context, {"workload_id": str(row["id"])}) if str(each["id"]) == str(row["id"])]
        last["row"] = rows[0] if rows else {}
        return bool(rows) and not compare.differences(FIELDS, seen(values, rows[0]), read(rows[0]))

    try:
        context.waiter.shorter(SETTLE).until(look, bool, what=f"the {called(row)} to show what was written")
    except WaitTimeoutError as exc:
        if not last["row"]:
            raise NotConvergedError(
                f"The {called(row)} was accepted by the server and is not there any more.",
                hint="Somebody may have removed it.",
            ) from exc
        raise NotConvergedError(
            f"The server accepted what was written to the {called(row)}, {unlike(values, last['row'], exc.message)}"
        ) from exc
    return result(read(last["row"]), last["row"])


def seen(values: Values, row: Document) -> Values:
    """Return what can be compared on a server that may not show C(enabled)."""
    return {option: value for option, value in values.items() if option != "enabled" or row.get("enabled") is not None}


def unlike(values: Values, row: Document, otherwise: str) -> str:
    """Put into words what a record shows in place of what was written.

    :param otherwise: What to say where nothing differs, because it could not be looked at.
    """
    shown = read(row)
    differing = compare.differences(FIELDS, seen(values, row), shown)
    kept = sorted(
        key
        for key in shown["attributes"]
        if f"attributes.{key}" in differing and key not in compare.after(FIELDS, values, shown)["attributes"]
    )
    if kept:
        return (
            f"yet it keeps the attributes {', '.join(kept)}. This server merges attributes, so that they cannot be removed: leave them in, or use "
            "'attributes_mode: merge'."
        )
    if not differing:
        return f"and then could not be read: {otherwise}"
    words = compare.describe(FIELDS, differing, values, shown)
    return f"yet shows something else: {words}. It may not support that value, or somebody else wrote at the same time."


# ---- unregister -------------------------------------------------------------------------------------------------------------


def unregister(context: AcronisContext, wanted: Desired, row: Optional[Document]) -> Outcome:
    """Take a record off the list, and wait until it is gone."""
    if row is None:
        return Outcome([], None)
    guard(context, wanted, row)
    row_id = str(row["id"])
    steps = [Step(DELETE, NOUN, row.get("name"), row_id, before={"name": row.get("name"), "id": row_id})]
    if context.check_mode:
        return Outcome(steps, None)

    def left() -> bool:
        return any(str(each["id"]) == row_id for each in fetch(context, {"workload_id": row_id}))

    try:
        context.api.send(UNREGISTERING, query={"workload_id": row_id})
    except RefusedError as exc:
        if exc.status != 404 or left():
            raise
    except LostAnswerError:
        if left():
            raise
    if context.wait:
        context.waiter.until(
            left,
            lambda there: not there,
            what=f"the {called(row)} to be gone",
            describe=lambda _there: "it is still listed",
        )
    return Outcome(steps, None)
