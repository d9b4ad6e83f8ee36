# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From desired and shown to the step between them. Pure, no request is made here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from .._core.errors import ImmutableError
from .comparison import Fields, after, describe_differences, differences, display
from .model import CREATE, UPDATE, Desired, Step, Values


def plan(
    fields: Fields, kind: str, name: Optional[str], key: Optional[str], desired: Desired, shown: Optional[Values]
) -> Optional[Step]:
    """Return the step that leads from `shown` to `desired`, None if nothing differs.

    :param name: Name that the object has, or gets.
    :param key: Its key, None if it does not exist.
    :param shown: Canonical values that the server shows, None if the object does not exist.
    :raises ImmutableError: A field differs that cannot be changed after creation.
    """
    values = desired.values
    if shown is None:
        given = [each.option for each in fields if values.get(each.option) not in (None, {}, [])]
        created = display(fields, after(fields, values, {}), values)
        return Step(CREATE, kind, name, None, given, {}, _as_written(created, desired.written))
    found = differences(fields, values, shown)
    found += sorted(desired.forced.difference(found))
    fixed = {each.option for each in fields if each.immutable}
    refused = [each for each in found if each.split(".")[0] in fixed]
    if refused:
        raise ImmutableError(
            f"The {kind} '{name}' ({key}) cannot be changed in this way: "
            f"{describe_differences(fields, refused, values, shown)}.",
            hint="The server has no way to change this after creation: leave the option as it is, "
            "or make another object with a new name.",
        )
    if not found:
        return None
    final = after(fields, values, shown)
    before, then = display(fields, shown, values), display(fields, final, values)
    for option in set(before).intersection(found).difference(desired.forced):
        if before[option] == then[option]:  # an object replaces another one of its name
            before[option], then[option] = _with_ids(shown[option]), _with_ids(final[option])
    before, then = (_as_written(each, desired.written) for each in (before, then))
    return Step(UPDATE, kind, name, key, found, before, then)


def _as_written(values: dict[str, Any], written: Mapping[str, str]) -> dict[str, Any]:
    """Return fields as the diff shows them, in which each id that the user gave by name has that name before it."""
    return {
        option: sorted(written.get(each, each) for each in value) if written and isinstance(value, list) else value
        for option, value in values.items()
    }


def _with_ids(references: Any) -> list[str]:
    """Return references with names and ids."""
    return sorted(f"{ref} ({ref.id})" for ref in (references if isinstance(references, list) else [references]))
