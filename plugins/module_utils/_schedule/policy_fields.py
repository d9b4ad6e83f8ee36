# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The part of a schedule that a policy holds, as the server shows it (reference B.6). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def policy_fields(shown: Any) -> dict[str, Any]:
    """Return the shown `field_values` of a policy in the form of a `jobschedule`, for `wire.read` and `dialect_shown`.

    The server shows rows of name and value. A track is an object or its JSON text (reference Q34).
    """
    rows = shown if isinstance(shown, list) else ()
    return {str(row.get("policy_field_name")): _decoded(row.get("value")) for row in rows if isinstance(row, Mapping)}


def _decoded(value: Any) -> Any:
    """Return the object in a JSON text, and any other value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith("{"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
