# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Functions for one value of a schedule: check it (`parse_*`), read it (`read_*`) and send it (`send_*`). Pure.

The table in `_schedule/fields.py` assigns them to the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import time
from typing import Any, NoReturn

from .._core.errors import InputError
from .._core.values import is_false, is_true
from .timezones import ISO_DATE, as_date, has_zone_database, is_ambiguous, iso_date, zone_of

_TIME_24 = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_TIME_SHOWN = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*([AP]M)?", re.IGNORECASE)
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_HOURS_SHOWN = re.compile(r"([0-9]+)\s*(?:h|hrs?|hours?)?", re.IGNORECASE)


# Values of the user: (name of the option, value) -> canonical value. These functions raise InputError.


def refuse(where: str, what: str) -> NoReturn:
    """Raise InputError for one option."""
    raise InputError(f"{where}: {what}")


def parse_bool(where: str, value: Any) -> bool:
    """Return a boolean; Ansible has converted other spellings before."""
    if not isinstance(value, bool):
        refuse(where, f"true or false is needed, not {value!r}.")
    return value


def parse_int(minimum: int, maximum: int | None = None, choices: Sequence[int] = ()) -> Callable[[str, Any], int]:
    """Return the check of a whole number from `minimum` to `maximum`, or of one of `choices`."""

    def parse_one(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(where, f"a whole number is needed, not {value!r}.")
        if choices and value not in choices:
            refuse(where, f"one of {', '.join(map(str, choices))} is needed, not {value}.")
        if value < minimum:
            refuse(where, f"at least {minimum} is needed, not {value}.")
        if maximum is not None and value > maximum:
            refuse(where, f"at most {maximum} is needed, not {value}.")
        return value

    return parse_one


def parse_word(choices: Sequence[str]) -> Callable[[str, Any], str]:
    """Return the check of one of these words."""

    def parse_one(where: str, value: Any) -> str:
        if value not in choices:
            refuse(where, f"one of {', '.join(choices)} is needed, not {value!r}.")
        return str(value)

    return parse_one


def parse_time(where: str, value: Any) -> str:
    """Return a time of day, "HH:MM" of 24 hours."""
    text = str(value)
    if text.isdecimal():
        # YAML 1.1 reads 14:15 as a number with the base sixty.
        hours, minutes = divmod(int(text), 60)
        meant = f"{hours:02d}:{minutes:02d}" if hours < 24 else "14:15"
        refuse(
            where,
            f'{text} is a bare number, which is what YAML makes of a time without quotes. Put it in quotes: "{meant}".',
        )
    if not _TIME_24.fullmatch(text):
        refuse(where, f'a time "HH:MM" of 24 hours is needed, in quotes, not {value!r}.')
    return text


def parse_date(where: str, value: Any) -> str:
    """Return a date, "YYYY-MM-DD"."""
    parts = ISO_DATE.fullmatch(str(value))
    if parts is None:
        refuse(where, f'a date "YYYY-MM-DD" is needed, not {value!r}.')
    try:
        return iso_date(*parts.groups())
    except ValueError as error:
        refuse(where, f"there is no such date as {value}: {error}.")


def parse_zone(where: str, value: Any) -> str:
    """Return the name of a time zone."""
    if not isinstance(value, str) or not value.strip():
        refuse(where, f"the name of a time zone is needed, not {value!r}.")
    name = value.strip()
    if is_ambiguous(name):
        other = name[3:].translate(str.maketrans("+-", "-+"))
        refuse(
            where,
            f"{name!r} is ambiguous: programs disagree on which side of Greenwich it is. "
            f'Write "UTC{name[3:]}" (east is +), or "Etc/GMT{other}", which is the same.',
        )
    if zone_of(name) is None and has_zone_database():
        refuse(
            where,
            f"{name!r} is not a time zone. "
            'Use a name of the IANA database, such as "Europe/Berlin" or "UTC", or an offset such as "UTC+2".',
        )
    return name


def parse_list(parse_item: Callable[[str, Any], Any], order: Sequence[Any] = ()) -> Callable[[str, Any], list[Any]]:
    """Return the check of a list that is not empty and whose items `parse_item` accepts.

    :param order: Order of the items in the canonical form.
    """

    def parse_items(where: str, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)) or not value:
            refuse(where, f"a list of at least one item is needed, not {value!r}.")
        return _ordered((parse_item(where, item) for item in value), order)

    return parse_items


# Values that the server shows. These functions raise ValueError. Reference Q1, Q2, Q3 and Q6 list the spellings.


def read_text(value: Any) -> str:
    """Return a text without blanks around it."""
    return str(value).strip()


def read_word(value: Any) -> str:
    """Return a word in lower case."""
    return str(value).strip().lower()


def read_bool(value: Any) -> bool:
    """Return a truth value in any spelling."""
    if is_true(value) or is_false(value):
        return is_true(value)
    raise ValueError(value)


def read_int(value: Any) -> int:
    """Return a number that may be shown as text."""
    return int(str(value))


def read_hours(value: Any) -> int:
    """Return a number of hours, with or without the unit: "8 hr", "8"."""
    found = _HOURS_SHOWN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(value)
    return int(found.group(1))


def read_time(value: Any) -> str:
    """Return a time of 12 or 24 hours, with or without seconds, as "HH:MM" of 24."""
    found = _TIME_SHOWN.fullmatch(str(value).strip())
    if found is None:
        raise ValueError(value)
    hours, minutes, half = int(found.group(1)), int(found.group(2)), found.group(3)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(value)
        hours = hours % 12 + (12 if half.upper() == "PM" else 0)
    return time(hours, minutes).strftime("%H:%M")


def read_date(value: Any) -> str:
    """Return a date in the American or the international form as "YYYY-MM-DD"."""
    text = str(value).strip()
    american = _US_DATE.fullmatch(text)
    if american is not None:
        month, day, year = american.groups()
        return iso_date(year, month, day)
    international = ISO_DATE.fullmatch(text)
    if international is None:
        raise ValueError(value)
    return iso_date(*international.groups())


def read_name(names: Sequence[str]) -> Callable[[Any], str]:
    """Return the reader of a day or month, whose name has three letters or more: "wed", "Wednesday"."""

    def read_one(value: Any) -> str:
        word = read_word(value)
        for name in names:
            if len(word) >= 3 and name.startswith(word):
                return name[:3]
        raise ValueError(value)

    return read_one


def read_list(read_item: Callable[[Any], Any], order: Sequence[Any] = ()) -> Callable[[Any], list[Any]]:
    """Return the reader of a list. Items that `read_item` cannot read are kept as text."""

    def read_items(value: Any) -> list[Any]:
        items = value if isinstance(value, (list, tuple)) else [value]
        return _ordered((or_text(read_item, item) for item in items), order)

    return read_items


def or_text(convert: Callable[[Any], Any], value: Any) -> Any:
    """Return the converted value, or its text if it cannot be read."""
    try:
        return convert(value)
    except ValueError:
        return str(value)


def _ordered(items: Iterable[Any], order: Sequence[Any] = ()) -> list[Any]:
    """Return the items without duplicates: those in `order` first, then the others in the order of their texts."""
    found = set(items)
    return [item for item in order if item in found] + sorted(found.difference(order), key=str)


# Values to send. Text that could not be read is sent back as it is.


def as_it_is(value: Any) -> Any:
    """Return the value unchanged."""
    return value


def send_date(value: str) -> str:
    """Return a date in the American form."""
    day = as_date(value)
    return day.strftime("%m/%d/%Y") if day else value


def send_time(value: str) -> str:
    """Return a time of 12 hours."""
    if not _TIME_24.fullmatch(value):
        return value
    moment = time.fromisoformat(value)
    # Not strftime("%I:%M %p"), which depends on the locale of the machine.
    return f"{moment.hour % 12 or 12:02d}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def send_hours(value: int) -> str:
    """Return a number of hours with its unit."""
    return f"{value} hr" if isinstance(value, int) else str(value)
