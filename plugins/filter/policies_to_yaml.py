# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write backup policies as a file of variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: policies_to_yaml
short_description: Return backup policies as a file of variables
version_added: 0.1.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns the text of a file that sets C(protect_policies), the variable of the role
    P(openprotect.backup.protect#role). The module M(openprotect.backup.workload_export) returns the input.
  - The keys keep their order.
  - Texts that Ansible would read as templates are marked with C(!unsafe), because names and descriptions come from the
    server and may have been written by others.
options:
  _input:
    description:
      - Backup policies in the form of C(protect_policies).
    type: list
    elements: dict
    required: true
seealso:
  - module: openprotect.backup.workload_export
  - plugin: openprotect.backup.workloads_of_policies
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Read the workloads of the project
  openprotect.backup.workload_export:
    cloud: mycloud
  register: exported

- name: Write them into a file of variables
  ansible.builtin.copy:
    content: "{{ exported.protect_policies | openprotect.backup.policies_to_yaml }}"
    dest: "{{ playbook_dir }}/protect_policies.yml"
    mode: "0644"
"""

RETURN = r"""
_value:
  description:
    - Text of the file.
  type: str
"""

NUMBERLIKE = re.compile(r"[0-9][0-9:.eE+_-]*")
TEMPLATES = ("{{", "{%", "{#")


class Unsafe(str):
    """A text that Ansible must not read as a template."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Writes YAML for people: it indents lists and uses no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value that occurs twice in both places."""
        return True


def quoted(dumper: Dumper, text: str) -> yaml.ScalarNode:
    """Return a YAML scalar, in quotes if a YAML reader could take the text for a number, a time or a date.

    Texts that contain line breaks or control characters get quotes, too.
    """
    plain_enough = text.isprintable() and not NUMBERLIKE.fullmatch(text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain_enough else '"')


Dumper.add_representer(str, quoted)
Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def bare(text: str) -> str:
    """Return a text without the marks of Ansible; in ansible-core 2.16, `str(text)` keeps that of an unsafe text."""
    return str.__str__(text)


def plain(value: Any) -> Any:
    """Return a value without the marks of Ansible, in which texts that look like templates are `Unsafe`."""
    if isinstance(value, Mapping):
        return {bare(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    for kind in (int, float):
        if isinstance(value, kind) and not isinstance(value, bool):
            return kind(value)
    if value is None or isinstance(value, bool):
        return value
    text = as_text(value)
    return Unsafe(text) if any(mark in text for mark in TEMPLATES) else bare(text)


def as_text(value: Any) -> str:
    """Return a date or a vaulted text as text; up to ansible-core 2.18 a vaulted text looks like a list of letters."""
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def policies_to_yaml(policies: Any) -> str:
    """Return the text of a file that sets `protect_policies`.

    :raises AnsibleFilterError: The value is not a list of dictionaries.
    """
    if not isinstance(policies, (list, tuple)) or not all(isinstance(each, Mapping) for each in policies):
        raise AnsibleFilterError(
            f"policies_to_yaml: a list of dictionaries is needed, not a value of the type {type(policies).__name__}."
        )
    content = {"protect_policies": plain(policies)}
    return "---\n" + str(
        yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=10**6)
    )


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"policies_to_yaml": policies_to_yaml}
