# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""How one value of a schedule is written by the user (`wish_*`), shown by the server (`read_*`) and sent to it (`send_*`). Pure.

Which value is of which kind says the table in `schedule_form.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import time
from typing import Any, NoReturn

from .._core.errors import InputError
from .timezones import ISO_DATE, as_date, has_zone_database, iso_date, zone_of

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off"})
_TIME_24 = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_TIME_SHOWN = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?\s*([AP]M)?", re.IGNORECASE)
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_HOURS_SHOWN = re.compile(r"([0-9]+)\s*(?:h|hrs?|hours?)?", re.IGNORECASE)


# ---------------------------------------------------------------------------------------------------------------------------
# What the user writes: (name of the option, value) -> canonical value. These raise InputError.


def refuse(where: str, what: str) -> NoReturn:
    """Raise the error about one option."""
    raise InputError(f"{where}: {what}")


def parse_bool(where: str, value: Any) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        refuse(where, f"true or false is needed, not {value!r}.")
    return value


def parse_int(minimum: int, maximum: int | None = None, choices: Sequence[int] = ()) -> Callable[[str, Any], int]:
    """Return the check of a whole number within the limits, which are included, and one of `choices` where there are any."""

    def wanted(where: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(where, f"a whole number is needed, not {value!r}.")
        if choices and value not in choices:
            refuse(where, f"one of {', '.join(map(str, choices))} is needed, not {value}.")
        if value < minimum:
            refuse(where, f"at least {minimum} is needed, not {value}.")
        if maximum is not None and value > maximum:
            refuse(where, f"at most {maximum} is needed, not {value}.")
        return value

    return wanted


def parse_word(choices: Sequence[str]) -> Callable[[str, Any], str]:
    """Return the check of a word that is one of `choices`."""

    def wanted(where: str, value: Any) -> str:
        if value not in choices:
            refuse(where, f"one of {', '.join(choices)} is needed, not {value!r}.")
        return str(value)

    return wanted


def parse_time(where: str, value: Any) -> str:
    """Return a time of day, "HH:MM" of 24 hours."""
    text = str(value)
    if text.isdecimal():
        # YAML 1.1 takes 14:15 for a number to the base of sixty.
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
    """Return the name of a time zone, as it was given."""
    if not isinstance(value, str) or not value.strip():
        refuse(where, f"the name of a time zone is needed, not {value!r}.")
    name = value.strip()
    if zone_of(name) is None and has_zone_database():
        refuse(
            where,
            f'{name!r} is no time zone. Use a name of the IANA database, such as "Europe/Berlin" or "UTC", or an offset such as "UTC+2".',
        )
    return name


def parse_list(wanted: Callable[[str, Any], Any], order: Sequence[Any] = ()) -> Callable[[str, Any], list[Any]]:
    """Return the check of a list, not empty, all items of which `wanted` accepts."""

    def wanted_list(where: str, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)) or not value:
            refuse(where, f"a list of at least one item is needed, not {value!r}.")
        return _ordered((wanted(where, item) for item in value), order)

    return wanted_list


# ---------------------------------------------------------------------------------------------------------------------------
# What the server shows. These raise ValueError; reference Q1, Q2, Q3 and Q6 list the spellings.


def read_text(value: Any) -> str:
    """Return a text as it is shown."""
    return str(value).strip()


def read_word(value: Any) -> str:
    """Return a word in small letters."""
    return str(value).strip().lower()


def read_bool(value: Any) -> bool:
    """Return a truth value in any of its spellings."""
    word = read_word(value)
    if word not in _TRUE and word not in _FALSE:
        raise ValueError(word)
    return word in _TRUE


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
    """Return the reader of the name of a day or month, in full or cut off after three letters or later: "wed", "Wednesday"."""

    def read_one(value: Any) -> str:
        word = read_word(value)
        for name in names:
            if len(word) >= 3 and name.startswith(word):
                return name[:3]
        raise ValueError(value)

    return read_one


def read_list(read_item: Callable[[Any], Any], order: Sequence[Any] = ()) -> Callable[[Any], list[Any]]:
    """Return the reader of a list, the items of which are kept as text where `read_item` does not understand them."""

    def read_items(value: Any) -> list[Any]:
        items = value if isinstance(value, (list, tuple)) else [value]
        return _ordered((or_text(read_item, item) for item in items), order)

    return read_items


def or_text(convert: Callable[[Any], Any], value: Any) -> Any:
    """Return the converted value, or its text where it cannot be understood."""
    try:
        return convert(value)
    except ValueError:
        return str(value)


def _ordered(items: Iterable[Any], order: Sequence[Any] = ()) -> list[Any]:
    """Return the items once each: those of `order` in that order, then the others as text is sorted."""
    found = set(items)
    return [item for item in order if item in found] + sorted(found.difference(order), key=str)


# ---------------------------------------------------------------------------------------------------------------------------
# What is sent. Text that was never understood goes back as it is.


def as_it_is(value: Any) -> Any:
    """Return the value."""
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
    # Not strftime("%I:%M %p"), which speaks the language of the machine.
    return f"{moment.hour % 12 or 12:02d}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def send_hours(value: int) -> str:
    """Return a number of hours with its unit."""
    return f"{value} hr" if isinstance(value, int) else str(value)
