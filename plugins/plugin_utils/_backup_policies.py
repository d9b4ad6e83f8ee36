# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to anybody who imports this file.

"""Backup policies as values without the marks of Ansible and YAML, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._core.errors import InputError
from ..module_utils._core.known_names import MOST_NAMES, listed, near
from ..module_utils._core.raw_options import refuse_changed_values
from ..module_utils._schedule import fields
from ..module_utils._schedule.parse import parse_schedule
from ..module_utils._trilio.identity import require_identity
from ..module_utils._trilio.workload_set import selector

INHERITED = ("schedule", "retention", "backup_target_type", "policy", "workload_type", "encryption", "metadata")
"""Options that a workload inherits from its policy."""

TEXT: Mapping[str, Any] = {"type": "str"}
TEXTS: Mapping[str, Any] = {"type": "list", "elements": "str"}
WORKLOAD: Mapping[str, Any] = {
    **dict.fromkeys(("id", "name", "new_name", "description", "secret"), TEXT),
    **dict.fromkeys(("workload_type", "backup_target_type", "policy"), TEXT),
    **dict.fromkeys(("instances", "exclude"), TEXTS),
    "selector": {"type": "dict", "options": dict(selector.SPEC)},
    "encryption": {"type": "bool"},
    "metadata": {"type": "dict"},
    "schedule": {"type": "dict", "options": fields.SPEC},
    "retention": {"type": "int"},
}
"""Argument spec of a workload of a policy.

It is that of the module, whose own table is not imported here: each process of Ansible would load Keystone's library.
"""

POLICY: Mapping[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    **{option: WORKLOAD[option] for option in INHERITED},
    "workloads": {"type": "list", "elements": "raw"},
}
"""Argument spec of a policy."""


def plain(value: Any) -> Any:
    """Return a value with dates as text, and vaulted texts in the clear.

    Up to ansible-core 2.18, a date makes one text of the whole result of a template, and a vaulted text looks like a
    list of letters. Other texts stay as they are: some are marked as not to be read as templates.
    """
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, date):  # a time of a day is one, too
        return value.isoformat()
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)


def is_list_of_dictionaries(value: Any) -> bool:
    """Return whether a value is one, which may be empty."""
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)


def kind(value: Any) -> str:
    """Return what a value is, for messages; the value itself may be long, or a secret."""
    if isinstance(value, list):
        return f"a list with {kind(next((each for each in value if not isinstance(each, Mapping)), None))} in it"
    names: dict[type, str] = {dict: "a dictionary", str: "a text", bool: "true or false", int: "a number"}
    return "nothing" if value is None else names.get(type(value), f"a value of the type {type(value).__name__}")


def workloads_in(policy: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the workloads of one policy, without the options that they inherit."""
    return policy.get("workloads") or []


def title(row: Mapping[str, Any], number: int) -> str:
    """Return how messages name a policy or a workload."""
    return f"'{row.get('name') or row.get('id')}'" if row.get("name") or row.get("id") else f"number {number}"


def problems_of_shape(policies: Any) -> list[str]:
    """Return what is wrong in the outer shape of backup policies; without it, policies and workloads can be read."""
    if not is_list_of_dictionaries(policies):
        return [f"protect_policies must be a list of dictionaries, one for each policy. It is {kind(policies)}."]
    return [
        f"The workloads of the policy {title(policy, number)} must be a list of dictionaries. They are "
        f"{kind(policy['workloads'])}."
        for number, policy in enumerate(policies, 1)
        if not is_list_of_dictionaries(policy.get("workloads") or [])
    ]


def problems_of_values(where: str, spec: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Return what is wrong in one policy or workload: keys that do not exist, and values of another type."""
    found = [f"{where}: {text}" for text in unknown_keys(spec, row, "")]
    if found:
        return found
    try:
        refuse_changed_values(spec, row)
    except InputError as exc:
        return [f"{where}: {exc}"]
    return [f"{where}: {text.rstrip('.')}." for text in ArgumentSpecValidator(dict(spec)).validate(row).error_messages]


def unknown_keys(spec: Mapping[str, Any], row: Mapping[str, Any], above: str) -> Iterator[str]:
    """Yield a sentence for each key that does not exist, also inside of options."""
    for key, value in row.items():
        path = f"{above}{key}"
        if key not in spec:
            known = near(str(key), spec) or f" Keys: {listed(sorted(spec))}."
            yield f"there is no key '{path}'.{known}"
        elif isinstance(value, Mapping) and "options" in spec[key]:
            yield from unknown_keys(spec[key]["options"], value, f"{path}.")


def problem_of_entry(workload: Mapping[str, Any]) -> str:
    """Return what the module `workloads` would refuse in a merged workload, before the first request."""
    checked = ArgumentSpecValidator(dict(WORKLOAD)).validate(workload)
    if checked.error_messages:
        return f"{checked.error_messages[0].rstrip('.')}."
    options = checked.validated_parameters
    try:
        require_identity(options)
        if options.get("instances") is not None and options.get("selector") is not None:
            raise InputError("The options 'instances' and 'selector' exclude each other.")
        selector.parse_selector(options.get("selector"), options.get("exclude"))
        if options.get("schedule") is not None:
            parse_schedule(options["schedule"])
    except InputError as exc:
        return str(exc)
    return ""


def summed_up(problems: Sequence[str]) -> str:
    """Return problems as one text, at most ten of them."""
    more = len(problems) - MOST_NAMES
    return " ".join(problems[:MOST_NAMES]) + (f" And {more} more." if more > 0 else "")
