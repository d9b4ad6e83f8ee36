# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The base class of resources: their fields, their calls, and the hooks in which they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Optional

from .._core.call import Call
from .._core.errors import AmbiguousNameError, RequestError, UnknownNameError
from .comparison import Fields, describe_differences
from .context import TaskContext
from .model import D, Document, Shown, Step, Values, describe


class Resource(Generic[D]):
    """One resource, bound to one task. A subclass sets the class variables and overrides the hooks that it needs.

    :cvar noun: Noun of one object in messages; `plural` for several.
    :cvar result_key: Key of the object in results.
    :cvar options: Argument spec beside the fields; `rules` are other arguments of AnsibleModule.
    :cvar key_option: The option that holds the key of an object.
    :cvar name_field: The field that holds the name of an object.
    :cvar listing: The call that lists all objects.
    :cvar showing: The call that shows one object, None if only the list shows it; then its rows are complete.
    :cvar of_project: Each object belongs to one project; those of others are left alone.
    :cvar complete_list: A row of the list has all keys that a show has.
    :cvar shows_at_once: A task that does not wait can read back what it wrote.
    :cvar busy: States that an object leaves by itself; `failed` those that it does not.
    :cvar settle_time: Seconds that a write may take until it shows.
    :cvar lost_looks: Number of searches for an object if the response to its creation was lost, None for as many as
        `settle_time` allows.
    """

    noun: ClassVar[str]
    plural: ClassVar[str]
    result_key: ClassVar[str]
    fields: ClassVar[Fields]
    options: ClassVar[Mapping[str, Any]] = {}
    rules: ClassVar[Mapping[str, Any]] = {}
    key_option: ClassVar[str] = "id"
    name_field: ClassVar[str] = "name"
    listing: ClassVar[Call]
    showing: ClassVar[Optional[Call]] = None
    creating: ClassVar[Call]
    updating: ClassVar[Call]
    deleting: ClassVar[Call]
    of_project: ClassVar[bool] = True
    complete_list: ClassVar[bool] = False
    shows_at_once: ClassVar[bool] = True
    busy: ClassVar[frozenset[str]] = frozenset()
    failed: ClassVar[frozenset[str]] = frozenset()
    settle_time: ClassVar[float] = 30.0
    lost_looks: ClassVar[Optional[int]] = 5

    def __init__(self, context: TaskContext) -> None:
        self.context = context

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> D:
        """Return the object that the options declare, checked and normalised, without a request.

        :raises InputError: An option is wrong.
        """
        raise NotImplementedError

    def resolve(self, desired: D, document: Optional[Document], rows: Sequence[Document]) -> D:
        """Return the declared object with references resolved and, if it does not exist, with all values of a new one.

        :param document: The object as the server shows it, None if it does not exist.
        :raises BackupError: It cannot be created or changed in this way.
        """
        return desired

    # ---- identity --------------------------------------------------------------------------------------------------

    def key(self, document: Document) -> str:
        """Return the text that identifies an object on the server."""
        return str(document["id"])

    def name(self, document: Document) -> Optional[str]:
        """Return the name of an object for people."""
        return document.get("name")

    def describe(self, document: Document) -> str:
        """Return how messages name an object."""
        return describe(self.noun, self.name(document), self.key(document) if document.get("id") else None)

    def find(self, desired: D, rows: Sequence[Document]) -> Optional[str]:
        """Return the key of the object that is declared, None if it does not exist.

        :raises AmbiguousNameError: Several objects could be meant.
        """
        if desired.id is not None:
            return desired.id
        hits = [row for row in rows if self.is_match(desired, row, desired.name)]
        new_name = desired.new_name
        renamed = [row for row in rows if new_name is not None and self.is_match(desired, row, new_name)]
        if hits and renamed and new_name != desired.name:
            raise AmbiguousNameError(
                f"The {self.noun} '{desired.name}' exists ({self.keys(hits)}) and also one with the new name "
                f"'{new_name}' ({self.keys(renamed)}).",
                hint="Renaming would make two of one name: "
                f"give the '{self.key_option}' of the one that you mean, or delete the other.",
            )
        return self.only(hits or renamed)

    def only(self, hits: Sequence[Document]) -> Optional[str]:
        """Return the key of the only object, None if there is none.

        :raises AmbiguousNameError: There are several.
        """
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"There are {len(hits)} {self.plural} named '{self.name(hits[0])}' {self.context.here}: "
                f"{self.keys(hits)}.",
                hint=f"Names are not unique on this server: give the '{self.key_option}' of the one that you mean.",
            )
        return self.key(hits[0]) if hits else None

    def keys(self, rows: Sequence[Document]) -> str:
        """Return the keys of objects for a message."""
        return ", ".join(self.key(row) for row in rows)

    def is_match(self, desired: D, row: Document, name: Optional[str]) -> bool:
        """Return whether a row may be the declared object, under this name."""
        return self.name(row) == name

    def is_created(self, desired: D, row: Document) -> bool:
        """Return whether a new row may be the object that was just created."""
        return self.is_match(desired, row, desired.values[self.name_field])

    def unknown_key(self, key: str) -> UnknownNameError:
        """Return the error for an object that is declared by a key that does not exist."""
        return UnknownNameError(
            f"There is no {self.noun} with the id {key} {self.context.here}.",
            hint="An id cannot be chosen: to create one, give 'name' instead of 'id'.",
        )

    # ---- reading ---------------------------------------------------------------------------------------------------

    def list_all(self) -> list[Document]:
        """Return all objects of this project; those of others, which an administrator may see, are left out."""
        rows: list[Document] = self.context.api.send(self.listing)
        return [row for row in rows if self.is_own(row)]

    def rows(self, desired: Sequence[D]) -> Sequence[Document]:
        """Return the objects among which the declared ones are searched.

        None are listed if all are declared by key and a call shows one by its key.
        """
        return self.list_all() if self.showing is None or any(each.id is None for each in desired) else []

    def list_new(self, desired: D) -> list[Document]:
        """Return the objects among which a new one is searched."""
        return self.list_all()

    def is_own(self, document: Document) -> bool:
        """Return whether an object belongs to this project, or does not show its project."""
        return True

    def is_complete(self, row: Document) -> bool:
        """Return whether a row of the list has all keys that a show has."""
        return self.complete_list or self.showing is None

    def show(self, key: str) -> Optional[Document]:
        """Return one object as the server shows it, None if it does not exist."""
        if self.showing is None:
            return next((row for row in self.list_all() if self.key(row) == key), None)
        return self.context.api.find(self.showing, id=key)

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document; fields that the server does not show are left out."""
        raise NotImplementedError

    def shown(self, document: Document) -> Shown:
        """Return a document with its canonical values."""
        return Shown(document, self.read(document))

    def state(self, document: Document) -> Optional[str]:
        """Return the state of an object, None if objects have no state."""
        return document.get("status")

    def describe_state(self, document: Optional[Document]) -> str:
        """Return the state of an object as text."""
        return "gone" if document is None else f"status '{self.state(document)}'"

    # ---- writing ---------------------------------------------------------------------------------------------------

    def before_write(self, desired: D, shown: Optional[Shown]) -> None:
        """Check the facts outside of the object that decide about the write; raise an error or warn.

        :param shown: The object, None if it is to be created.
        """

    def create_body(self, desired: D) -> Any:
        """Return the body of the creating call."""
        raise NotImplementedError

    def create(self, desired: D) -> Optional[str]:
        """Send the creating call once, and return the key of the new object, None if the response does not show it.

        The response may be the object, a list with only the object in it, or empty.
        """
        answer = self.context.api.send(self.creating, self.create_body(desired))
        created = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
        return self.key(created) if isinstance(created, dict) else None

    def follow_up_calls(self, desired: D) -> Sequence[tuple[Call, Any]]:
        """Return the calls, with their bodies, that write the fields that the creating call cannot, in order."""
        return []

    def update_calls(self, step: Step, desired: D, shown: Shown) -> Sequence[tuple[Call, Any]]:
        """Return the calls, with their bodies, that write the fields that differ, in order."""
        raise NotImplementedError

    def after_create(self, desired: D, document: Document) -> Document:
        """Wait for a state that the object reaches later, or check it, and return the object then.

        :raises BackupError: The object exists and is not what was declared.
        """
        return document

    def explain(self, error: RequestError) -> RequestError:
        """Return the refusal of a write with a hint that explains it."""
        return error

    def explain_lost(self, error: RequestError) -> str:
        """Return what may be the cause if a create got no usable response and created nothing; empty if unknown."""
        return ""

    def explain_difference(self, desired: D, shown: Values, names: list[str], otherwise: str) -> tuple[str, str]:
        """Return the values that the server shows instead of the written ones, as text, and the next step.

        :param names: The fields that differ; none if the server could not be read in time.
        :param otherwise: Text to return if nothing differs.
        """
        differing = describe_differences(self.fields, names, desired.values, shown)
        return (
            f"but shows something else: {differing or otherwise}.",
            "It may not support that value, or somebody else wrote at the same time. "
            "What it shows now is what is in force.",
        )

    # ---- deleting --------------------------------------------------------------------------------------------------

    def removal_steps(self, desired: D, document: Document) -> list[Step]:
        """Return the steps that delete other objects before this one.

        :raises BackupError: The object must not be deleted.
        """
        return []

    def remove(self, step: Step, document: Document) -> None:
        """Do one of the removal steps."""
        raise NotImplementedError

    def delete(self, desired: D, key: str) -> None:
        """Send the deleting call.

        :raises GoneError: The object does not exist any more.
        """
        self.context.api.send(self.deleting, id=key)

    # ---- results ---------------------------------------------------------------------------------------------------

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the object as results show it. The document is empty before the object exists."""
        raise NotImplementedError

    def new_document(self) -> Document:
        """Return the part of the document that is known before the object exists."""
        return {}
