# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what is wrong in the backup targets of the role storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._backup_policies import is_list_of_dictionaries, kind, plain, problems_of_values, summed_up, title

DOCUMENTATION = r"""
name: targets_errors
short_description: Return the errors in backup targets
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Checks the variable C(storage_targets) of the role P(openprotect.backup.storage#role) without a request to a server.
    Each sentence names the target, the target type and the key. The role uses this filter before its first task.
  - It finds keys that do not exist, and values of another type.
options:
  _input:
    description:
      - Backup targets in the form of C(storage_targets).
    type: raw
    required: true
seealso:
  - plugin: openprotect.backup.storage
    plugin_type: role
"""

EXAMPLES = r"""
- name: Check the targets without a login
  ansible.builtin.assert:
    that: errors == ''
    fail_msg: "{{ errors }}"
    quiet: true
  vars:
    errors: "{{ storage_targets | openprotect.backup.targets_errors }}"
"""

RETURN = r"""
_value:
  description:
    - The errors, one or more sentences for each and ten at most. Empty if there are none.
  type: str
"""

TEXT: Mapping[str, Any] = {"type": "str"}
MODE: Mapping[str, Any] = {"type": "str", "choices": ["add", "remove", "exact"]}
TARGET: Mapping[str, Any] = {
    **dict.fromkeys(("filesystem_export", "nfs_mount_options", "s3_endpoint_url", "s3_bucket", "secret_ref"), TEXT),
    "update_secret": {"type": "str", "choices": ["on_create", "always"]},
    "immutable": {"type": "bool"},
    "metadata": {"type": "dict"},
    "is_default": {"type": "bool"},
    "types": {"type": "list", "elements": "raw"},
}
"""Argument spec of a target."""

TARGET_TYPE: Mapping[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": TEXT,
    "is_public": {"type": "bool"},
    "projects": {"type": "list", "elements": "str"},
    "projects_mode": MODE,
    "metadata": {"type": "dict"},
    "metadata_mode": MODE,
}
"""Argument spec of a target type."""


def targets_errors(targets: Any) -> str:
    """Return what is wrong in backup targets, empty if nothing is."""
    known = plain(targets)
    if not is_list_of_dictionaries(known):
        return f"storage_targets must be a list of dictionaries, one for each target. It is {kind(known)}."
    return summed_up([text for number, target in enumerate(known, 1) for text in problems_of_target(target, number)])


def problems_of_target(target: Mapping[str, Any], number: int) -> list[str]:
    """Return what is wrong in one target and its types."""
    place = target.get("filesystem_export") or target.get("s3_bucket")
    where = f"In the target {title({'name': place}, number)}"
    problems = problems_of_values(where, TARGET, target)
    types = target.get("types") or []
    if problems or is_list_of_dictionaries(types):
        return problems or [
            text
            for each, row in enumerate(types, 1)
            for text in problems_of_values(f"{where}, type {title(row, each)}", TARGET_TYPE, row)
        ]
    return [f"{where}: types must be a list of dictionaries. It is {kind(types)}."]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"targets_errors": targets_errors}
