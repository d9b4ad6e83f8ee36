# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The operations that snapshots and restores share: to wait for a record of the server, to cancel and to delete it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Optional

from .._core.call import Call
from .._core.errors import FailedObjectError, RefusedError, UnknownNameError
from .._core.module import Options
from .._engine.model import DELETE, Document, Step
from .._engine.operation import Observed, Operation
from .._openstack.context import Context


@dataclass(frozen=True)
class Records:
    """The records of one noun, `snapshot` or `restore`.

    :param show: Function that returns one record with all details, None if it does not exist.
    :param find: Function that returns the record that the options of the module name, None if it does not exist.
    :param is_running: Function that returns whether a record leaves its state by itself.
    :param result: Function that returns a record as results show it.
    :param cancelling: The call that cancels.
    :param deleted_hint: Hint if a record is deleted while a task waits for it.
    """

    noun: str
    show: Callable[[Context, str], Optional[Document]]
    find: Callable[[Context, Options], Optional[Document]]
    is_running: Callable[[Document], bool]
    result: Callable[[Document], dict[str, Any]]
    cancelling: Call
    deleted_hint: str

    def require(self, context: Context, key: str) -> Document:
        """Return one record by its id.

        :raises UnknownNameError: It does not exist.
        """
        found = self.show(context, key)
        if found is None:
            raise UnknownNameError(f"There is no {self.noun} with the id {key} {context.here}.")
        return found

    def wait_for_end(self, context: Context, key: str) -> Document:
        """Wait until a record has ended in any state, and return it.

        :raises FailedObjectError: It was deleted before its end.
        """
        found = context.waiter.until(
            lambda: self.show(context, key),
            lambda document: document is None or not self.is_running(document),
            what=f"the {self.noun} {key} to end",
            describe=progress,
        )
        if found is None:
            raise FailedObjectError(
                f"The {self.noun} {key} was deleted while the task waited for its end.", hint=self.deleted_hint
            )
        return found


def progress(document: Optional[Document]) -> str:
    """Return status and progress of a snapshot or a restore, as far as the server shows them."""
    shown = document or {}
    percent = shown.get("progress_percent")
    parts = [f"status '{shown.get('status')}'", "" if percent is None else f"{percent} %", shown.get("progress_msg")]
    return ", ".join(str(part) for part in parts if part)


class ExistingOperation(Operation[Observed]):
    """The base class of cancelling and deleting: the options name exactly one record.

    :cvar records: The records that it works on.
    """

    records: ClassVar[Records]
    context: Context

    def __init__(self, options: Options) -> None:
        self.options = options
        self.plan_only = bool(options.get("plan_only"))

    def title(self) -> str:
        """Return what messages call the record before it is read."""
        wanted = next((self.options[each] for each in ("id", "name", "request_key") if self.options.get(each)), "")
        return f"For the {self.records.noun} '{wanted}'"

    def find(self) -> Optional[Document]:
        """Return the record, None if it does not exist."""
        return self.records.find(self.context, self.options)


class CancelOperation(ExistingOperation[Document]):
    """Cancel a record that is running. It observes the record."""

    def observe(self) -> Document:
        """Return the record.

        :raises UnknownNameError: It does not exist.
        """
        found = self.find()
        if found is None:
            noun = self.records.noun
            raise UnknownNameError(
                f"There is no such {noun} to cancel.",
                hint=f"The module openprotect.backup.{noun}_info lists the {noun}s of the project.",
            )
        return found

    def is_done(self, observed: Document) -> bool:
        """Return whether it has ended in any state."""
        return not self.records.is_running(observed)

    def steps(self, observed: Document) -> list[Step]:
        """Return the step of the plan."""
        before, after = {"status": observed.get("status")}, {"status": "cancelled"}
        return [Step("cancel", self.records.noun, observed.get("name"), observed["id"], ["status"], before, after)]

    def start(self, observed: Document) -> None:
        """Cancel it. The call is a GET that writes (reference Q18).

        :raises RefusedError: The server refused, and the record has not ended since.
        """
        try:
            self.context.api.send(self.records.cancelling, id=observed["id"])
        except RefusedError:
            if self.records.is_running(self.records.require(self.context, observed["id"])):
                raise

    def finish(self, observed: Document) -> Document:
        """Wait until it has ended. It may have succeeded before the server cancelled it."""
        return self.records.wait_for_end(self.context, observed["id"])

    def result(self, observed: Document) -> dict[str, Any]:
        """Return the record as results show it."""
        return self.records.result(observed)


class DeleteOperation(ExistingOperation[Optional[Document]]):
    """Delete a record. It observes the record, None if it does not exist."""

    def observe(self) -> Optional[Document]:
        """Return the record, None if it does not exist."""
        return self.find()

    def is_done(self, observed: Optional[Document]) -> bool:
        """Return whether it does not exist."""
        return observed is None

    def guard(self, observed: Optional[Document]) -> None:
        """Raise an error if it must not be deleted now."""
        if observed is not None:
            self.guard_record(observed)

    def guard_record(self, record: Document) -> None:
        """Raise an error if this record must not be deleted now."""
        raise NotImplementedError

    def steps(self, observed: Optional[Document]) -> list[Step]:
        """Return the step of the plan."""
        if observed is None:
            return []
        name, key = observed.get("name"), observed["id"]
        return [Step(DELETE, self.records.noun, name, key, before={"name": name, "id": key})]

    def start(self, observed: Optional[Document]) -> None:
        """Delete it."""
        if observed is not None:
            self.delete(observed)

    def delete(self, record: Document) -> None:
        """Delete this record, and the objects that it has created."""
        raise NotImplementedError

    def finish(self, observed: Optional[Document]) -> Optional[Document]:
        """Return that it is gone."""
        return None

    def result(self, observed: Optional[Document]) -> Optional[dict[str, Any]]:
        """Return the record as results show it, None if it is gone."""
        return None if observed is None else self.records.result(observed)
