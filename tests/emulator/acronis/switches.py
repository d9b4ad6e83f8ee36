# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What public documents of Acronis leave open, or what tests want otherwise: one switch each (API reference 1.2, 1.3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args, get_type_hints

from ..trilio.switches import UnknownSwitch

Value = str | int | float


@dataclass
class AcronisSwitches:
    """The switches of one stand-in of the Acronis platform. Durations ending in C(_s) are simulated seconds."""

    attributes_patch: Literal["merge", "replace"] = "merge"
    tenant_ids: Literal["uuid", "number"] = "uuid"
    appear_s: float = 2.0
    patch_delay_s: float = 0.0
    duplicate_names: Literal["accept", "reject"] = "accept"
    unasked_keys: Literal["hidden", "shown"] = "hidden"
    enabled_key: Literal["shown", "hidden"] = "shown"
    get_by_id: Literal["404", "200"] = "404"
    post_form: Literal["items", "bare", "both"] = "items"
    post_answer: Literal["nothing", "id"] = "nothing"
    write_code: Literal[204, 200] = 204
    delete_unknown: Literal["404", "204"] = "404"
    unknown_keys: Literal["reject", "ignore"] = "reject"
    foreign_write: Literal["accept", "reject"] = "accept"
    foreign_client_id: Literal["accept", "reject"] = "accept"
    page_size: int = 50
    cursor: Literal["query", "query_only", "position"] = "query"
    total: Literal["absent", "shown"] = "absent"
    error_body: Literal["full", "message", "html", "empty"] = "full"
    token_life_s: float = 7200.0
    token_expiry: Literal["expires_on", "expires_in", "both", "absent"] = "expires_on"
    token_endpoints: Literal["own", "any"] = "own"

    def set(self, values: dict[str, Any]) -> None:
        """Change switches; all of them or, on the first bad one, none.

        :param values: Values by name, or the text of a value.
        :raises UnknownSwitch: For an unknown name or a value out of range.
        """
        for name, value in {name: _checked(name, value) for name, value in values.items()}.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Value]:
        """Return all values by name."""
        return asdict(self)


def _checked(name: str, value: Any) -> Value:
    """Return a value in the type of the switch."""
    hint = get_type_hints(AcronisSwitches).get(name)
    if hint is None:
        raise UnknownSwitch(f"There is no switch {name!r}.")
    choices: dict[str, Value] = {str(choice): choice for choice in get_args(hint)}
    try:
        return choices[str(value)] if choices else _number(hint, value)
    except (KeyError, TypeError, ValueError) as error:
        raise UnknownSwitch(f"The switch {name!r} cannot be {value!r}: {', '.join(choices) or f'a positive {hint.__name__}'}.") from error


def _number(kind: type[int] | type[float], value: Any) -> float:
    """Return a duration, which may be 0, or a count, which may not: a page of no rows would never end."""
    number = kind(value)
    if number < 0 or (kind is int and number < 1):
        raise ValueError
    return number
