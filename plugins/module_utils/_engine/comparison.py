# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What was asked for against what the server shows, field by field: pure, no request is made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from .._core.errors import ImmutableError

CREATE, UPDATE, DELETE = "create", "update", "delete"


@dataclass(frozen=True)
class Reference:
    """A reference to another object: its id, its name, or both, as far as they are known."""

    id: Optional[str] = None
    name: Optional[str] = None
    missing: bool = False

    def __str__(self) -> str:
        """Return what an operator would call it."""
        label = self.name or self.id or "(none)"
        return f"{label} (not there yet)" if self.missing else label

    def same(self, other: Any) -> bool:
        """Tell whether both mean one object: by id where both ids are known, else by name."""
        if not isinstance(other, Reference):
            return False
        if self.id and other.id:
            return self.id == other.id
        return self.name == other.name


class Comparison:
    """How the values of one field compare; this one: plain values that are equal or not."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Return the dotted names below C(option) that differ, an empty list where nothing does."""
        return [] if wanted == shown else [option]

    def after(self, wanted: Any, shown: Any) -> Any:
        """Return the value that the field has when C(wanted) was written over C(shown)."""
        return wanted

    def display(self, value: Any) -> Any:
        """Return the value as the diff and messages show it."""
        return value


class OneReference(Comparison):
    """One L(Reference), or None."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare by id, or by name where only names are known."""
        return [] if wanted == shown or (isinstance(wanted, Reference) and wanted.same(shown)) else [option]

    def display(self, value: Any) -> Any:
        """Return the name, or the id where no name is known."""
        return None if value is None else str(value)


class ManyReferences(Comparison):
    """A set of L(Reference) with known ids; their order means nothing (API reference Q22)."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare the sets of ids."""
        return [] if {ref.id for ref in wanted} == {ref.id for ref in shown or ()} else [option]

    def after(self, wanted: Any, shown: Any) -> Any:
        """Keep what is shown under the name that it is shown by: another one is no change."""
        known = {ref.id: ref for ref in shown or ()}
        return list({ref.id: known.get(ref.id, ref) for ref in wanted}.values())

    def display(self, value: Any) -> Any:
        """Return the names, sorted."""
        return sorted(str(ref) for ref in value or ())


class Subset(Comparison):
    """A mapping of which only the given keys are managed; None takes a key away."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare the given keys."""
        return [f"{option}.{key}" for key, value in wanted.items() if (shown or {}).get(key) != value]

    def after(self, wanted: Any, shown: Any) -> Any:
        """Lay the given keys over the shown ones."""
        return {key: value for key, value in {**(shown or {}), **wanted}.items() if value is not None}


@dataclass(frozen=True)
class Change:
    """What a C(*_mode) option makes of a collection: V(exact) sets it, V(add) and V(remove) change what is named and nothing else.

    :param mode: V(exact), V(add) or V(remove).
    :param items: Keys and values; of a plain set the values are None.
    """

    mode: str
    items: Mapping[str, Any]

    def apply_to(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the collection as it is after the change."""
        if self.mode == "exact":
            return dict(self.items)
        if self.mode == "add":
            return {**shown, **self.items}
        return {key: value for key, value in shown.items() if key not in self.items}


class Collection(Comparison):
    """A collection that a L(Change) is wanted of; what is shown is a mapping.

    :param keyed: Whether the values mean something; otherwise the keys are a set.
    """

    def __init__(self, keyed: bool) -> None:
        self.keyed = keyed

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare what there is with what there would be."""
        return [] if wanted.apply_to(shown or {}) == (shown or {}) else [option]

    def after(self, wanted: Any, shown: Any) -> Any:
        """Return the collection after the change."""
        return wanted.apply_to(shown or {})

    def display(self, value: Any) -> Any:
        """Return a mapping, or the sorted members of a set."""
        items = value.items if isinstance(value, Change) else value or {}
        return dict(sorted(items.items())) if self.keyed else sorted(items)


@dataclass(frozen=True)
class Field:
    """One field of a kind of object.

    :param option: Name of the module option and of the key in canonical values.
    :param spec: Its entry of the argument spec; None where it follows from other options.
    :param comparison: How its values compare.
    :param immutable: It cannot be changed after creation; a difference is an error.
    """

    option: str
    spec: Optional[Mapping[str, Any]]
    comparison: Comparison = field(default_factory=Comparison)
    immutable: bool = False


@dataclass
class Step:
    """One step of a plan: what is done to one object.

    :param action: V(create), V(update) or V(delete).
    :param fields: Dotted names of what differs.
    :param before: Managed fields as the server shows them, fit for a diff; empty where the object is not there.
    :param after: The same fields as they will be.
    """

    action: str
    kind: str
    name: Optional[str]
    id: Optional[str]
    fields: list[str] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    def result(self) -> dict[str, Any]:
        """Return the step as the C(plan) of a result shows it."""
        return {"action": self.action, "kind": self.kind, "name": self.name, "id": self.id, "fields": self.fields}


def differences(fields: tuple[Field, ...], wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """Return the dotted names of all given fields that differ.

    A field that the server does not show at all is skipped if it is immutable: nothing could be done about it.
    """
    found: list[str] = []
    for each in fields:
        if each.option in wanted and not (each.immutable and each.option not in shown):
            found += each.comparison.differences(each.option, wanted[each.option], shown.get(each.option))
    return found


def after(fields: tuple[Field, ...], wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the canonical values that the object has when C(wanted) was written over C(shown)."""
    values = dict(shown)
    for each in fields:
        if each.option in wanted:
            values[each.option] = each.comparison.after(wanted[each.option], shown.get(each.option))
    return values


def display(fields: tuple[Field, ...], values: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields named in C(options) as the diff shows them."""
    return {each.option: each.comparison.display(values.get(each.option)) for each in fields if each.option in options}


def describe(fields: tuple[Field, ...], names: list[str], wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Put differences into words: field, what the server shows, what was asked for."""
    parts = []
    for each in fields:
        for name in names:
            if name.split(".")[0] == each.option:
                now, then = each.comparison.display(shown.get(each.option)), each.comparison.display(wanted.get(each.option))
                for key in name.split(".")[1:]:
                    now = now.get(key) if isinstance(now, dict) else now
                    then = then.get(key) if isinstance(then, dict) else then
                parts.append(f"{name} is {now!r}, wanted is {then!r}")
    return "; ".join(parts)


def plan(
    fields: tuple[Field, ...], kind: str, name: Optional[str], shown_id: Optional[str], wanted: Mapping[str, Any], shown: Optional[Mapping[str, Any]]
) -> Optional[Step]:
    """Return the step that takes an object from C(shown) to C(wanted), None where it is there already.

    :param name: Name that the object has, or will have, for messages.
    :param shown_id: Its id, None where it is not there.
    :param wanted: Canonical values by option; only the given ones. C(forced) lists options that are written without being comparable.
    :param shown: Canonical values that the server shows, None where the object is not there.
    :raises ImmutableError: A field differs that cannot be changed after creation.
    """
    if shown is None:
        given = [each.option for each in fields if wanted.get(each.option) not in (None, {}, [])]
        return Step(CREATE, kind, name, None, given, {}, display(fields, after(fields, wanted, {}), wanted))
    found = differences(fields, wanted, shown)
    found += [option for option in wanted.get("forced", ()) if option not in found]
    fixed = [each for each in found if any(one.immutable and one.option == each.split(".")[0] for one in fields)]
    if fixed:
        raise ImmutableError(
            f"The {kind} '{name}' ({shown_id}) cannot be changed in this way: {describe(fields, fixed, wanted, shown)}.",
            hint="The server has no way to change this after creation: leave the option as it is, or make another object with a new name.",
        )
    if not found:
        return None
    return Step(UPDATE, kind, name, shown_id, found, display(fields, shown, wanted), display(fields, after(fields, wanted, shown), wanted))
