# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times, ages, sizes, names and tables as the filters that write for operators show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Optional

from ..module_utils._core.values import utc

UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
SIZES = ("bytes", "KiB", "MiB", "GiB", "TiB")


def time_text(text: Any) -> str:
    """Return a time that a service shows, to the second."""
    found = utc(text)
    return f"{found:%Y-%m-%d %H:%M:%S} UTC" if found else "an unknown time"


def duration_text(seconds: float) -> str:
    """Return a duration in its two largest units, such as `2 hours 10 minutes`."""
    left = max(round(seconds), 0)
    parts = []
    for unit, size in UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 seconds"


def age_text(text: Any, now: datetime) -> str:
    """Return how long ago a time was."""
    found = utc(text)
    if found is None:
        return "at an unknown time"
    age = now - found
    return f"{duration_text(age.total_seconds())} ago" if age >= timedelta() else "in the future of this clock"


def size_text(number: Any) -> str:
    """Return a number of bytes in the largest unit that fits."""
    if not isinstance(number, (int, float)):
        return "unknown"
    size, units = float(number), iter(SIZES)
    unit = next(units)
    while size >= 1024 and unit != SIZES[-1]:
        size, unit = size / 1024, next(units)
    return f"{size:.0f} {unit}" if unit == SIZES[0] else f"{size:.1f} {unit}"


def named(document: Mapping[str, Any]) -> str:
    """Return the name and the id of an object."""
    return f"{document['name']} ({document.get('id')})" if document.get("name") else str(document.get("id"))


def project_text(project_id: Any, cloud: Optional[Mapping[str, Any]]) -> str:
    """Return a project and its cloud: two clouds may have one name."""
    if not cloud or not cloud.get("auth_url"):
        return "unknown"
    region = f", region {cloud['region_name']}" if cloud.get("region_name") else ""
    return f"{named({'name': cloud.get('project_name'), 'id': project_id})} of {cloud['auth_url']}{region}"


def table(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return rows of cells as lines with aligned columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in cells]
