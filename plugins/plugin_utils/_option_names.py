# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name the variables of a role or playbook in the messages of a module, which names its own options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Optional

from ansible.errors import AnsibleError

NOUNS = (
    "name|named|workload|snapshot|restore|policy|target|type|trust|project|domain|user|role|server|flavor|volume"
    "|network|subnet|port|zone|state|status"
)
"""Words before the name of an object, or its state, in quotes."""

QUOTED = re.compile(rf"(\b(?:{NOUNS}) )?'(([a-z_]+)((?:\[|\.|: )[^']*)?)'(?! \()")
"""An option in quotes, perhaps with a value or a key in it. The names of objects in quotes are no options."""

VARIABLES = ("openprotect_connection_names", "openprotect_option_names")
"""Variables of a play and of a task that set options from variables of other names: these names, by option."""

POLICIES = "openprotect_policies"
"""Variable of a task whose option `workloads` comes from backup policies: the policies."""

ENTRY = re.compile(r"(^|[.:;] )?([Ii]n )?entry (\d+) of 'workloads'(?: \('[^']*'\))?")
"""How messages name a workload of a set. The operator has not written that list, and does not count its entries."""


def name_entries(text: str, entries: Sequence[tuple[Any, Any]]) -> str:
    """Return a message with names of policy and workload in place of the numbers of entries.

    :param entries: Names of policy and workload, for each entry.
    """

    def name(found: re.Match[str]) -> str:
        begin, inside, number = found.groups()
        if int(number) > len(entries):
            return found[0]
        policy, workload = entries[int(number) - 1]
        at_start = begin is not None or inside == "In "
        where = "In " if at_start else inside or ""
        return f"{begin or ''}{where}the policy '{policy}', workload '{workload}'"

    return ENTRY.sub(name, text)


def entries_of(policies: Any) -> list[tuple[Any, Any]]:
    """Return the names of policy and workload of each entry that backup policies come to."""
    if not isinstance(policies, (list, tuple)):
        return []
    return [
        (policy.get("name"), workload.get("name") or workload.get("id"))
        for policy in policies
        if isinstance(policy, Mapping)
        for declared in [policy.get("workloads")]
        if isinstance(declared, (list, tuple))
        for workload in declared
        if isinstance(workload, Mapping)
    ]


def rename_options(text: str, names: Mapping[str, str], entries: Sequence[tuple[Any, Any]] = ()) -> str:
    """Return a message with other names for options.

    :param names: New names, by option or by an option with its value, such as `latest: true`.
    :param entries: Names of policy and workload, for each entry of the option `workloads`.
    """

    def rename(found: re.Match[str]) -> str:
        noun, whole, option, rest = found.groups()
        if noun:
            return found[0]
        new = names.get(whole) or (f"{names[option]}{rest or ''}" if option in names else whole)
        return f"'{new}'"

    return QUOTED.sub(rename, name_entries(text, entries))


def rename_in_result(
    result: Mapping[str, Any], names: Mapping[str, str], entries: Sequence[tuple[Any, Any]] = ()
) -> dict[str, Any]:
    """Return the result of a module with other names for options in its message and its warnings."""
    renamed = dict(result)
    if isinstance(renamed.get("msg"), str):
        renamed["msg"] = rename_options(renamed["msg"], names, entries)
    if renamed.get("exception"):
        renamed["exception"] = rename_in_summary(renamed["exception"], names, entries)
    if renamed.get("warnings"):
        renamed["warnings"] = [
            rename_options(each, names, entries) if isinstance(each, str) else rename_in_summary(each, names, entries)
            for each in renamed["warnings"]
        ]
    for key in ("workloads", "pruned"):
        if renamed.get("failed") and isinstance(renamed.get(key), list):
            renamed[key] = [rename_in_row(each, names, entries) for each in renamed[key]]
    return renamed


def rename_in_summary(said: Any, names: Mapping[str, str], entries: Sequence[tuple[Any, Any]]) -> Any:
    """Return an error or a warning as ansible-core keeps it since 2.19, with other names for options."""
    event: Any = getattr(said, "event", None)
    if not isinstance(getattr(event, "msg", None), str):
        return said
    return replace(said, event=replace(event, msg=rename_options(event.msg, names, entries)))


def rename_in_row(row: Any, names: Mapping[str, str], entries: Sequence[tuple[Any, Any]]) -> Any:
    """Return the row of a set with other names for options in the message of its error."""
    error = row.get("error") if isinstance(row, Mapping) else None
    if not isinstance(error, Mapping) or not isinstance(error.get("msg"), str):
        return row
    return {**row, "error": {**error, "msg": rename_options(error["msg"], names, entries)}}


def with_names_of_variables(result: dict[str, Any], templar: Any, task_vars: Optional[Mapping[str, Any]]) -> Any:
    """Return the result of a module as the play and the task want it named."""
    if not result.get("failed") and not result.get("warnings"):
        return result
    names: dict[str, str] = {}
    for variable in VARIABLES:
        found = templated(variable, templar, task_vars)
        names.update(found if isinstance(found, Mapping) else {})
    entries = entries_of(templated(POLICIES, templar, task_vars))
    return rename_in_result(result, names, entries) if names or entries else result


def templated(variable: str, templar: Any, task_vars: Optional[Mapping[str, Any]]) -> Any:
    """Return the value of a variable, None if it has none. The task is done, and its result must not be lost here."""
    with suppress(AnsibleError):
        return templar.template((task_vars or {}).get(variable))
    return None
