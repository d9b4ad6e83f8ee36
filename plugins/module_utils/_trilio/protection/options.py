# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The options of the module `protection_info`, checked before the login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Optional

from ..._core.errors import InputError
from ..._core.module import Options
from ..._core.times import parse_age, parse_moment
from .facts import BREACHED, LATE, NEVER, RPO_KINDS, UNKNOWN, UNPROTECTED, Exclusion, RpoRule, Rules
from .reading import Depth

EXCLUSION_KINDS = {"name": "pattern", "tag": "tag", "metadata": "metadata"}
BAD_WORDS = (UNPROTECTED, NEVER, BREACHED, LATE, UNKNOWN)

LONGEST = timedelta(days=36525)

OPTIONS: Mapping[str, Any] = {
    "rpo": {"type": "str", "default": "24h"},
    "rpo_by": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {**{kind: {"type": "str"} for kind in RPO_KINDS}, "rpo": {"type": "str", "required": True}},
        "mutually_exclusive": [RPO_KINDS],
        "required_one_of": [RPO_KINDS],
    },
    "grace": {"type": "str", "default": "24h"},
    "exclude": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            **{option: {"type": "str"} for option in EXCLUSION_KINDS},
            "reason": {"type": "str", "required": True},
            "until": {"type": "str"},
        },
        "mutually_exclusive": [tuple(EXCLUSION_KINDS)],
        "required_one_of": [tuple(EXCLUSION_KINDS)],
    },
    "schedule_required": {"type": "bool", "default": True},
    "window": {"type": "str", "default": "14d"},
    "max_shows": {"type": "int", "default": 20},
    "details": {"type": "bool", "default": False},
    "fail_on": {"type": "list", "elements": "str", "choices": list(BAD_WORDS), "default": []},
}


def check_options(options: Options) -> None:
    """Check the options.

    :raises InputError: One of them, or an entry of a list, is wrong.
    """
    if options["max_shows"] < 1:
        raise InputError("The option 'max_shows' must be 1 or more.")
    parse_rules(options)
    parse_depth(options)


def parse_rules(options: Options) -> Rules:
    """Return the rules of the operator.

    :raises InputError: An entry of `rpo_by` or `exclude` is wrong.
    """
    return Rules(
        rpo=_age("rpo", options["rpo"]),
        rpo_rules=[_rpo_rule(number, entry) for number, entry in enumerate(options["rpo_by"], 1)],
        grace=parse_age("grace", options["grace"]),
        exclusions=[_exclusion(number, entry) for number, entry in enumerate(options["exclude"], 1)],
        schedule_required=options["schedule_required"],
    )


def parse_depth(options: Options) -> Depth:
    """Return how much is read.

    :raises InputError: The window is wrong.
    """
    return Depth(
        _age("window", options["window"]),
        most_shows=options["max_shows"],
        all_points=options["details"],
        tags=any(entry.get("tag") for entry in [*options["rpo_by"], *options["exclude"]]),
    )


def _rpo_rule(number: int, entry: Mapping[str, Any]) -> RpoRule:
    """Return one entry of `rpo_by`.

    :raises InputError: The RPO is not an age, or what it is for is empty.
    """
    where = f"rpo_by[{number}]"
    kind, wanted = _mark(where, entry, RPO_KINDS)
    return RpoRule(kind, wanted, _age(f"{where}.rpo", entry["rpo"]))


def _exclusion(number: int, entry: Mapping[str, Any]) -> Exclusion:
    """Return one entry of `exclude`.

    :raises InputError: It has no reason, or its end is not a time.
    """
    where = f"exclude[{number}]"
    option, wanted = _mark(where, entry, tuple(EXCLUSION_KINDS))
    if not entry["reason"].strip():
        raise InputError(f"The entry {number} of 'exclude' has an empty 'reason'.", hint="Say why it needs no backup.")
    until: Optional[datetime] = None
    if entry.get("until"):
        until = parse_moment(f"{where}.until", entry["until"])
    return Exclusion(EXCLUSION_KINDS[option], wanted, entry["reason"].strip(), until)


def _age(option: str, text: str) -> timedelta:
    """Return an age that is not 0, and for which there is a time so long ago.

    :raises InputError: The value is not such an age.
    """
    age = parse_age(option, text)
    if not age:
        raise InputError(f"The option '{option}' is '{text}'. It must be more than 0.")
    if age > LONGEST:
        raise InputError(
            f"The option '{option}' is '{text}', which is more than 100 years.", hint="Give a shorter age."
        )
    return age


def _mark(where: str, entry: Mapping[str, Any], options: Sequence[str]) -> tuple[str, str]:
    """Return the one given option of an entry, and its value.

    :raises InputError: The value is empty.
    """
    option = next(each for each in options if entry.get(each) is not None)
    if not entry[option].strip():
        raise InputError(f"The option '{where}.{option}' is empty.")
    return option, entry[option]
