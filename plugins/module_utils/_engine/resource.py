# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What the engine has to know of a kind of object or event, and how one of a kind is found and called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from .._core.errors import AmbiguousNameError, RequestError, UnknownNameError
from .._core.http import Call
from .._openstack.context import Context
from .comparison import Field, Step

Document = dict[str, Any]
"""An object as the server shows it."""

Values = dict[str, Any]
"""Canonical values by option name, as compare.py takes them."""


@dataclass
class Desired:
    """One object as the user wants it.

    :param options: The module's options, None where not given.
    :param name: Name to find it by, None where it is found by id.
    :param new_name: Name that it shall have instead.
    :param present: Whether it shall be there.
    :param values: What C(Resource.check) made of the options.
    """

    options: Mapping[str, Any]
    name: Optional[str]
    id: Optional[str]
    new_name: Optional[str]
    present: bool
    values: Values = field(default_factory=dict)


class Resource:
    """What the engine has to know of one kind of object; C(resources/NOUN.py) tells it.

    :cvar identity: The canonical value that an object is called by, and found by where no id is given.
    :cvar of_project: Each object belongs to one project, and those of others are left alone; otherwise they are of the whole cloud.
    :cvar whole_list: A list answer holds all that a show does, so that nothing need be shown before it is planned.
    :cvar busy: States that pass by themselves.
    :cvar failed: States that do not.
    :cvar settle: Seconds that a write may take to show.
    :cvar looks: How often to look for what a create made whose answer was lost.
    """

    noun: str
    plural: str
    identity = "name"
    fields: tuple[Field, ...]
    listing: Call
    showing: Call
    creating: Call
    updating: Call
    deleting: Call
    of_project = True
    whole_list = False
    busy: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    settle = 30.0
    looks = 5

    def check(self, options: Mapping[str, Any]) -> Values:
        """Validate the options and normalise them, without a request.

        :raises InputError: Something is wrong with them.
        """
        raise NotImplementedError

    def identify(self, context: Context, wish: Desired, rows: Sequence[Document]) -> Optional[str]:
        """Return the id of the object that is meant, None where it is not there; by name, unless the kind knows better.

        :raises AmbiguousNameError: Several could be meant.
        """
        if wish.id is not None:
            return wish.id
        hits = [row for row in rows if self.title(row) == wish.name]
        renamed = [row for row in rows if wish.new_name is not None and self.title(row) == wish.new_name]
        if hits and renamed and wish.new_name != wish.name:
            raise AmbiguousNameError(
                f"There is a {self.noun} '{wish.name}' ({', '.join(row['id'] for row in hits)}) and also one with the new name "
                f"'{wish.new_name}' ({', '.join(row['id'] for row in renamed)}).",
                hint="Renaming would make two of one name: give the 'id' of the one that is meant, or delete the other.",
            )
        return self.only(hits or renamed)

    def only(self, hits: Sequence[Document]) -> Optional[str]:
        """Return the id of the only one, None where there is none.

        :raises AmbiguousNameError: There are several.
        """
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"There are {len(hits)} {self.plural} named '{self.title(hits[0])}' in this project: {', '.join(row['id'] for row in hits)}.",
                hint="Names are not unique on this server: give the 'id' of the one that is meant.",
            )
        return str(hits[0]["id"]) if hits else None

    def is_whole(self, row: Document) -> bool:
        """Tell whether a row of a list answer holds all that a show does."""
        return self.whole_list

    def rows(self, context: Context) -> list[Document]:
        """Return the objects among which those that are asked for are looked for."""
        return listed(context, self)

    def title(self, document: Document) -> Optional[str]:
        """Return what an object is called, as a list or a show holds it."""
        return document.get("name")

    def resolve(self, context: Context, wish: Desired, document: Optional[Document], rows: Sequence[Document]) -> Values:
        """Return what is wanted, references resolved and, where the object is not there yet, completed."""
        raise NotImplementedError

    def read(self, context: Context, document: Document) -> Values:
        """Return the canonical values of what the server shows."""
        raise NotImplementedError

    def before_write(self, context: Context, wanted: Values, document: Optional[Document]) -> None:
        """Look at what decides whether the write will do what is wanted; raise or warn."""

    def create_body(self, wanted: Values) -> dict[str, Any]:
        """Return what the creating call sends."""
        raise NotImplementedError

    def completes(self, wanted: Values) -> list[tuple[Call, Any]]:
        """Return the calls that write what the creating call cannot, each with what it sends, in order."""
        return []

    def updates(self, step: Step, wanted: Values, shown: Values) -> list[tuple[Call, Any]]:
        """Return the calls that write what differs, each with what it sends, in order."""
        raise NotImplementedError

    def explain(self, context: Context, error: RequestError) -> RequestError:
        """Return the refusal of a write with what helps to understand it."""
        return error

    def removal(self, context: Context, wish: Desired, document: Document) -> list[Step]:
        """Return what must be deleted before the object, or raise why it must not be deleted."""
        return []

    def remove(self, context: Context, step: Step, document: Document) -> None:
        """Do one step of the removal."""
        raise NotImplementedError

    def delete_query(self, wish: Desired) -> dict[str, str]:
        """Return the query of the deleting call."""
        return {}

    def after_create(self, context: Context, document: Document) -> Document:
        """Wait for what comes only after the object is there, and return it then."""
        return document

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the object as results show it."""
        raise NotImplementedError


class Operation:
    """Something that shall happen once: what C(perform) has to know of it. One instance serves one task.

    :cvar looks: How often to look whether it happened when the answer to its start was lost.
    """

    noun: str
    looks = 1

    def look(self, context: Context) -> Document:
        """Return what there is now."""
        raise NotImplementedError

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it has happened already, or is happening."""
        raise NotImplementedError

    def happening(self, seen: Document) -> bool:
        """Tell whether it has begun and not ended, so that its end is waited for."""
        return False

    def guard(self, context: Context, seen: Document) -> None:
        """Raise why it must not happen now."""

    def step(self, seen: Document) -> Step:
        """Return what it does, for the plan."""
        raise NotImplementedError

    def steps(self, seen: Document) -> list[Step]:
        """Return all that it does, the step of the object itself last."""
        return [self.step(seen)]

    def start(self, context: Context, seen: Document) -> None:
        """Make it happen: one write."""
        raise NotImplementedError

    def begun(self) -> dict[str, Any]:
        """Return what a task that fails after the start says of it."""
        return {}

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait for its end, and return what there is then."""
        raise NotImplementedError

    def result(self, context: Context, seen: Document) -> Optional[dict[str, Any]]:
        """Return the object as results show it, None where it is not there."""
        raise NotImplementedError

    def details(self, context: Context) -> dict[str, Any]:
        """Return what else the result of the task holds."""
        return {}


def label(kind: Resource, target_name: Optional[str], target_id: Optional[str]) -> str:
    """Return what messages call an object: kind, name and id."""
    return f"{kind.noun} '{target_name or target_id}'" + (f" ({target_id})" if target_id and target_name else "")


def called(kind: Resource, document: Document) -> str:
    """Return what messages call an object that the server shows."""
    return label(kind, kind.title(document), document.get("id"))


def listed(context: Context, kind: Resource) -> list[Document]:
    """Return all objects of the kind in this project; those of other projects, which an admin may see, are left out."""
    rows: list[Document] = context.api.send(kind.listing)
    return [row for row in rows if not kind.of_project or row.get("project_id") in (None, context.project_id)]


def show(context: Context, kind: Resource, object_id: str) -> Optional[Document]:
    """Return one object as the server shows it, None where it is not there.

    :raises UnknownNameError: It belongs to another project.
    """
    document = context.api.find(kind.showing, id=object_id)
    if document is not None and kind.of_project:
        require_own(context, called(kind, document), document)
    return document


def require_own(context: Context, title: str, document: Document) -> None:
    """Require that an object belongs to this project, where the server says whose it is.

    :param title: What messages call it.
    :raises UnknownNameError: It belongs to another one.
    """
    if document.get("project_id") not in (None, context.project_id):
        raise UnknownNameError(
            f"The {title} belongs to the project {document.get('project_id')}, not to this one ({context.project_id}).",
            hint="Log in to the project that it belongs to.",
        )
