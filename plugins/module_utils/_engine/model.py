# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The vocabulary of the engine, and the types behind it. Read this first.

- A **resource** is a type of object that can be declared: its fields, its calls, and a few hooks (`Resource`).
- An **object** is one thing on the server. Its **key** identifies it there, usually an id; its **name** is for people.
- A **field** is one property of an object: the module option, and how two values of it compare (`Field`).
- **Values** are the fields of an object in canonical form, by option name.
- **Desired** is an object as the user declares it; **shown** is the same object as the server shows it.
- A **document** is the raw JSON that the server shows; a **row** is a document from a list, which may be shorter.
- A **reference** points to another object by id, name, or both (`Reference`).
- A **plan** is the list of **steps** that lead from shown to desired. Check mode gets the same plan.
- To **converge** is to locate the object, plan, apply the plan, wait, and read it back.
- An **operation** happens once, such as a snapshot: it is observed, guarded, started once, and waited for.
- An object is **busy** in a state that it leaves by itself, and **failed** in one that it does not.
- An **outcome** is the result for one desired object or operation: the steps and the object (`Outcome`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Optional, TypeVar

from .._core.errors import BackupError

Document = dict[str, Any]
Values = dict[str, Any]

CREATE, UPDATE, DELETE = "create", "update", "delete"

DELETING = "deleting"
"""The state of an object that is already being deleted (reference C.1, C.2)."""


@dataclass(frozen=True)
class Reference:
    """A reference to another object by its id, its name, or both.

    :param missing: Whether the object does not exist; only in check mode.
    """

    id: Optional[str] = None
    name: Optional[str] = None
    missing: bool = False

    def __str__(self) -> str:
        """Return the name, or the id if no name is known."""
        label = self.name or self.id or "(none)"
        return f"{label} (not there yet)" if self.missing else label

    def same(self, other: Any) -> bool:
        """Return whether both refer to one object: by id if both ids are known, else by name."""
        if not isinstance(other, Reference):
            return False
        if self.id and other.id:
            return self.id == other.id
        return self.name == other.name


@dataclass(frozen=True)
class Desired:
    """One object as the user declares it.

    :param options: The options of the module.
    :param id: Key by which the object is located; None if it is located by name.
    :param name: Name by which the object is located.
    :param new_name: Name that the object gets.
    :param present: Whether the object is to exist.
    :param values: Canonical values of the given fields. `Resource.resolve` replaces names by references.
    :param forced: Fields that are written although the server does not show them.
    :param written: Name and id of objects that the user gave by name, by id, for the diff.
    """

    options: Mapping[str, Any]
    id: Optional[str] = None
    name: Optional[str] = None
    new_name: Optional[str] = None
    present: bool = True
    values: Values = field(default_factory=dict)
    forced: frozenset[str] = frozenset()
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """One object as the server shows it: the raw document and its canonical values."""

    document: Document
    values: Values


@dataclass
class Step:
    """One step of a plan, which creates, updates or deletes one object, or performs an operation.

    :param action: `create`, `update`, `delete`, or the name of an operation.
    :param kind: The noun of the resource.
    :param id: Key of the object, None before it exists.
    :param fields: Dotted names of the fields that differ.
    :param before: Managed fields as the server shows them, as the diff prints them.
    :param after: The same fields after the step.
    """

    action: str
    kind: str
    name: Optional[str]
    id: Optional[str]
    fields: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def result(self) -> dict[str, Any]:
        """Return the step as the `plan` of a result shows it."""
        return {"action": self.action, "kind": self.kind, "name": self.name, "id": self.id, "fields": self.fields}

    def changes(self, option: str) -> bool:
        """Return whether the step changes a field."""
        return any(name.split(".")[0] == option for name in self.fields)


@dataclass
class Outcome:
    """The result for one desired object or operation.

    :param steps: The steps that were done, or in check mode would be.
    :param object: The object as results show it, None if it does not exist.
    """

    steps: list[Step]
    object: Optional[dict[str, Any]]


D = TypeVar("D", bound=Desired)


@dataclass
class Item(Generic[D]):
    """One desired object while the engine converges it.

    :param desired: The object as declared.
    :param resolved: The same with references resolved and completed, None before planning.
    :param key: Key of the object, None if it does not exist.
    :param document: The object as the server shows it, None if it does not exist.
    :param shown: The same with canonical values, known after planning.
    :param error: Why the object failed; nothing more is done then.
    """

    desired: D
    resolved: Optional[D] = None
    key: Optional[str] = None
    document: Optional[Document] = None
    shown: Optional[Shown] = None
    steps: list[Step] = field(default_factory=list)
    error: Optional[BackupError] = None

    def attempt(self, work: Callable[[], object], *passed_on: type[BackupError]) -> None:
        """Call `work` unless the item has failed before, and keep the error that it raises.

        :param passed_on: Errors that are raised nevertheless.
        """
        if self.error is None:
            try:
                work()
            except passed_on:
                raise
            except BackupError as exc:
                self.error = exc


def quote_row(row: Mapping[str, Any]) -> str:
    """Return how messages name an object after its noun: `'web' (4ddf0e47)`; without a name `'4ddf0e47'`."""
    name, key = row.get("name"), row.get("id")
    return f"'{name}' ({key})" if name else f"'{key}'"


def describe(noun: str, name: Optional[str], key: Optional[str]) -> str:
    """Return how messages name an object: noun, name and key."""
    return f"{noun} '{name or key}'" + (f" ({key})" if key and name else "")
