# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switches: the settings of a server that can be changed while it runs."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

Value = str | int | float | bool | list[str]
LEAST = "least"  # key of a field's metadata: the smallest number that the switch takes


class UnknownSwitch(ValueError):
    """There is no such switch or profile, or the switch cannot have that value."""


@dataclass
class SwitchSet:
    """The base class of the switches of an API: a dataclass with one typed field for each switch.

    A field is a `str`, `bool`, `int` or `float`, a `Literal`, or a list of text. Durations are named `..._s` and are
    simulated seconds.
    Numbers must not be negative, nor smaller than `LEAST` in the metadata of the field.
    """

    def set(self, values: dict[str, Any]) -> None:
        """Change switches. If one value is refused, no switch is changed.

        :param values: Values by name. Text is converted into the type of the switch.
        :raises UnknownSwitch: For an unknown name or a value out of range.
        """
        hints, least = get_type_hints(type(self)), {item.name: item.metadata.get(LEAST, 0) for item in fields(self)}
        for name in values:
            if name not in hints:
                raise UnknownSwitch(f"There is no switch {name!r}.")
        for name, value in {
            name: _typed(name, hints[name], value, least[name]) for name, value in values.items()
        }.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Value]:
        """Return all values by name."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


def _typed(name: str, hint: Any, value: Any, least: float) -> Value:
    """Return the value in the type of the switch."""
    if get_origin(hint) is Literal:
        return _chosen(name, get_args(hint), value)
    kind: type = get_origin(hint) or hint
    if isinstance(value, str) and kind is not str:
        value = _from_text(value, kind)
    if kind is list:
        return _items(name, get_args(get_args(hint)[0]), value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    # True is an int in Python, but it is not a number that a switch can have.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UnknownSwitch(f"The switch {name!r} cannot be {value!r}: {kind.__name__}.")
    if isinstance(value, (int, float)) and value < least:
        raise UnknownSwitch(f"The switch {name!r} cannot be {value!r}: {least} is the least.")
    checked: Value = kind(value)
    return checked


def _chosen(name: str, allowed: tuple[Value, ...], value: Any) -> Value:
    """Return the allowed value that is written like this one."""
    by_text = {str(item): item for item in allowed}
    if str(value) not in by_text:
        raise UnknownSwitch(f"The switch {name!r} cannot be {value!r}: {', '.join(by_text)}.")
    return by_text[str(value)]


def _items(name: str, allowed: tuple[str, ...], value: Any) -> list[str]:
    """Return a list of text; `allowed` limits its items, unless it is empty."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UnknownSwitch(f"The switch {name!r} cannot be {value!r}: list.")
    if allowed and not set(value) <= set(allowed):
        raise UnknownSwitch(f"The switch {name!r} cannot hold {value!r}, only {', '.join(allowed)}.")
    return value


def _from_text(text: str, kind: type) -> Any:
    if kind is list:
        return [item for item in text.split(",") if item]
    try:
        return json.loads(text.lower())
    except ValueError:
        return text
