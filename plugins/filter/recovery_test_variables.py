# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the variables of a recovery test before anything is restored."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: recovery_test_variables
short_description: Check the variables of a recovery test
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Says what is wrong with the variables of the role P(openprotect.backup.recovery_test#role) that the role uses only
    after the restore.
options:
  _input:
    description:
      - The variables, without C(recovery_test_) in their names.
    type: dict
    required: true
seealso:
  - plugin: openprotect.backup.recovery_test
    plugin_type: role
"""

EXAMPLES = r"""
- name: Show what is wrong with a port
  ansible.builtin.debug:
    msg: "{{ {'probe_port': 'https'} | openprotect.backup.recovery_test_variables }}"
"""

RETURN = r"""
_value:
  description: What is wrong, and the program of the probe.
  type: dict
  contains:
    problems:
      description: What is wrong with the variables, one sentence each. Empty if nothing is.
      type: list
      elements: str
    program:
      description: Program that the command of the probe runs. Empty if there is no command.
      type: str
"""

NUMBERS = ("timeout", "wait_interval", "probe_timeout", "probe_interval", "probe_port")
NUMBER = re.compile(r"[0-9]+([.][0-9]+)?")
ADDRESS = "{address}"
"""The part of a command that is replaced by the address of a copy."""


def recovery_test_variables(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is wrong with the variables of a recovery test, and the program of its probe."""
    given = {name: str(value) for name, value in variables.items() if value not in (None, "")}
    program, command_problems = parse_command(given.get("probe_command", ""))
    problems = [f"recovery_test_{name} must be a number." for name in NUMBERS if not is_number(given.get(name, "0"))]
    return {
        "problems": [*problems, *path_problems(given), *banner_problems(given), *command_problems],
        "program": program,
    }


def is_number(text: str) -> bool:
    """Return whether a text is a number."""
    return NUMBER.fullmatch(text) is not None


def path_problems(given: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the directory of the evidence."""
    directory = given.get("evidence_dir")
    if directory is None or os.path.isabs(os.path.expanduser(directory)):
        return []
    return [f"recovery_test_evidence_dir is {directory}. It must be an absolute path."]


def banner_problems(given: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the expected banner."""
    banner = given.get("probe_banner")
    if banner is None:
        return []
    if "probe_port" not in given:
        return ["recovery_test_probe_banner requires recovery_test_probe_port, the port that sends it."]
    try:
        re.compile(banner)
    except re.error as exc:
        return [f"recovery_test_probe_banner is '{banner}', which is not a regular expression: {exc}."]
    return []


def parse_command(command: str) -> tuple[str, list[str]]:
    """Return the program of a command, and what is wrong with the command.

    The program is empty if it is known only with the address of a copy.
    """
    try:
        words = shlex.split(command)
    except ValueError as exc:
        return "", [f"recovery_test_probe_command cannot be read: {exc}."]
    return (words[0] if words and ADDRESS not in words[0] else ""), []


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"recovery_test_variables": recovery_test_variables}
