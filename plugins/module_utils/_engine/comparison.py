# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The comparison of desired with shown values, field by field. Pure, no request is made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from .model import Reference, Values


class Comparison:
    """The comparison of the values of one field; this base class compares plain values."""

    def given(self, value: Any) -> Any:
        """Return the value of the option in canonical form."""
        return value

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Return the dotted names below `option` that differ, an empty list if none does."""
        return [] if desired == shown else [option]

    def after(self, desired: Any, shown: Any) -> Any:
        """Return the value of the field once `desired` is written over `shown`."""
        return desired

    def display(self, value: Any) -> Any:
        """Return the value as the diff and messages show it."""
        return value


class Prose(Comparison):
    """A text for people. Blanks and line ends around it mean nothing: YAML adds one to a block, servers may cut it."""

    def given(self, value: Any) -> Any:
        """Return the text without blanks around it."""
        return str(value).strip()

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare without blanks around it."""
        return [] if desired == str(shown or "").strip() else [option]


class OneReference(Comparison):
    """One `Reference`, or None."""

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare by id, or by name if only names are known."""
        equal = desired == shown or (isinstance(desired, Reference) and desired.same(shown))
        return [] if equal else [option]

    def display(self, value: Any) -> Any:
        """Return the name, or the id if no name is known."""
        return None if value is None else str(value)


class ManyReferences(Comparison):
    """A set of `Reference` with known ids; their order means nothing (reference Q22)."""

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare the sets of ids."""
        return [] if {ref.id for ref in desired} == {ref.id for ref in shown or ()} else [option]

    def after(self, desired: Any, shown: Any) -> Any:
        """Keep shown references under their shown names: another name is not a change."""
        known = {ref.id: ref for ref in shown or ()}
        return list({ref.id: known.get(ref.id, ref) for ref in desired}.values())

    def display(self, value: Any) -> Any:
        """Return the names, sorted."""
        return sorted(str(ref) for ref in value or ())


class Subset(Comparison):
    """A mapping of which only the given keys are managed; None removes a key."""

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare the given keys."""
        return [f"{option}.{key}" for key, value in desired.items() if (shown or {}).get(key) != value]

    def after(self, desired: Any, shown: Any) -> Any:
        """Lay the given keys over the shown ones."""
        return {key: value for key, value in {**(shown or {}), **desired}.items() if value is not None}


class WhenShown(Comparison):
    """A value that not every server shows; it is compared only if it is shown."""

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare if something is shown."""
        return [] if shown is None or desired == shown else [option]


@dataclass(frozen=True)
class Change:
    """The change that a `*_mode` option asks of a collection.

    :param mode: `exact` replaces the collection; `add` and `remove` change the named items only.
    :param items: Keys and values; None as value if the collection is a plain set.
    """

    mode: str
    items: Mapping[str, Any]

    def apply_to(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the collection after the change."""
        if self.mode == "exact":
            return dict(self.items)
        if self.mode == "add":
            return {**shown, **self.items}
        return {key: value for key, value in shown.items() if key not in self.items}


class Collection(Comparison):
    """A collection that is changed by a `Change`; it is shown as a mapping.

    :param keyed: Whether the values matter; otherwise the keys are a set.
    """

    def __init__(self, keyed: bool) -> None:
        self.keyed = keyed

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare the collection before and after the change."""
        return [] if desired.apply_to(shown or {}) == (shown or {}) else [option]

    def after(self, desired: Any, shown: Any) -> Any:
        """Return the collection after the change."""
        return desired.apply_to(shown or {})

    def display(self, value: Any) -> Any:
        """Return the mapping, or the sorted members of the set."""
        items = value.items if isinstance(value, Change) else value or {}
        return dict(sorted(items.items())) if self.keyed else sorted(items)


@dataclass(frozen=True)
class Field:
    """One field of a resource.

    :param option: Name of the module option, and key in canonical values.
    :param spec: Its entry in the argument spec; None if it follows from other options.
    :param comparison: Comparison of its values.
    :param immutable: The server cannot change it after creation; a difference is an error.
    """

    option: str
    spec: Optional[Mapping[str, Any]]
    comparison: Comparison = field(default_factory=Comparison)
    immutable: bool = False


Fields = tuple[Field, ...]


def field_options(fields: Fields) -> dict[str, dict[str, Any]]:
    """Return the argument spec of the fields that are options."""
    return {each.option: dict(each.spec) for each in fields if each.spec is not None}


def given_values(fields: Fields, options: Mapping[str, Any]) -> Values:
    """Return the options of a module that are fields and are given."""
    return {
        each.option: each.comparison.given(options[each.option])
        for each in fields
        if options.get(each.option) is not None
    }


def differences(fields: Fields, desired: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """Return the dotted names of all given fields that differ.

    An immutable field that the server does not show is skipped: nothing could be done about it.
    """
    found: list[str] = []
    for each in fields:
        if each.option in desired and not (each.immutable and each.option not in shown):
            found += each.comparison.differences(each.option, desired[each.option], shown.get(each.option))
    return found


def after(fields: Fields, desired: Mapping[str, Any], shown: Mapping[str, Any]) -> Values:
    """Return the canonical values once `desired` is written over `shown`."""
    values = dict(shown)
    for each in fields:
        if each.option in desired:
            values[each.option] = each.comparison.after(desired[each.option], shown.get(each.option))
    return values


def display(fields: Fields, values: Mapping[str, Any], options: Iterable[str]) -> dict[str, Any]:
    """Return the fields named in `options` as the diff shows them."""
    named = set(options)
    return {each.option: each.comparison.display(values.get(each.option)) for each in fields if each.option in named}


def describe_differences(fields: Fields, names: list[str], desired: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Return differences as text: the field, the shown value, the desired value."""
    parts = []
    for each in fields:
        for name in names:
            path = name.split(".")
            if path[0] == each.option:
                now = _inner(each.comparison.display(shown.get(each.option)), path[1:])
                then = _inner(each.comparison.display(desired.get(each.option)), path[1:])
                parts.append(f"{name} is {now!r}, wanted is {then!r}")
    return "; ".join(parts)


def _inner(value: Any, path: list[str]) -> Any:
    """Return the inner value under a path of keys, as far as there are mappings."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else value
    return value
