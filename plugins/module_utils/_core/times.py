# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Points in time and ages, as users write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from .errors import InputError
from .values import utc

TIME_OF_DAY = re.compile(r"[0-9][Tt ][0-9]")
AGE = re.compile(r"([0-9]+)\s*([smhdw]?)")
AGE_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_moment(option: str, text: str, *, day_is_enough: bool = False) -> datetime:
    """Return the point in time that an option holds; without an offset it is in UTC.

    :param day_is_enough: Accept a day without a time of day; it means 00:00. As an end that would be the night before.
    :raises InputError: The value is not a point in time.
    """
    found = utc(text.strip().upper())
    if found is not None and not day_is_enough and not TIME_OF_DAY.search(text):
        raise InputError(
            f"The option '{option}' is '{text}', a day without a time of day. "
            "It would mean 00:00 UTC: the night before.",
            hint=f"Give a time of day, such as {text.strip()}T23:59:59, or {text.strip()}T00:00:00 for its beginning.",
        )
    if found is None:
        raise InputError(
            f"The option '{option}' is '{text}', which is not a point in time.",
            hint="Write it like 2026-11-20T14:30:00 (UTC) or 2026-11-20T14:30:00+01:00.",
        )
    return found


def parse_age(option: str, text: str) -> timedelta:
    """Return the age that an option holds, such as `90m`, `24h` or `7d`; without a unit it is in seconds.

    :raises InputError: The value is not an age, or is too long.
    """
    found = AGE.fullmatch(text.strip().lower())
    if found is None:
        raise InputError(
            f"The option '{option}' is '{text}', which is not an age.",
            hint="An age looks like 90m, 24h, 7d or 2w; without a unit it is in seconds.",
        )
    try:
        return timedelta(seconds=int(found.group(1)) * AGE_UNITS[found.group(2)])
    except OverflowError as exc:
        raise InputError(f"The option '{option}' is '{text}', which is too long.", hint="Give a shorter age.") from exc
