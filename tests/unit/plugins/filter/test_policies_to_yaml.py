# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup policies as YAML: it reads back the same, has the style of a person, and renders no name as a template."""

from __future__ import annotations

import datetime
from collections import UserString
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.filter import policies_to_yaml as plugin
from ansible_collections.openprotect.backup.plugins.filter.policies_to_yaml import policies_to_yaml
from ansible_collections.openprotect.backup.plugins.filter.workloads_of_policies import workloads_of_policies

SCHEDULE = {
    "enabled": True,
    "start_time": "22:00",
    "daily": {"backup_time": ["03:15", "22:00"], "retention": 14},
    "start_date": "2026-11-20",
}
POLICY = {
    "name": "daily-14",
    "schedule": SCHEDULE,
    "workloads": [{"name": "web", "instances": ["web-1", "1e3", "null"]}, {"name": "012"}],
}
SAID = """\
---
protect_policies:
  - name: daily-14
    schedule:
      enabled: true
      start_time: "22:00"
      daily:
        backup_time:
          - "03:15"
          - "22:00"
        retention: 14
      start_date: "2026-11-20"
    workloads:
      - name: web
        instances:
          - web-1
          - "1e3"
          - 'null'
      - name: "012"
"""
CHARACTERS = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs", "Cc"])
TEXTS = st.lists(
    st.sampled_from(["{{", "{%", "{#", "\n", "'", '"', ": ", "- ", "0", "#"]) | CHARACTERS, max_size=6
).map("".join)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)


class Marked(str):
    """A text that had the tag `!unsafe`."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """Reads what Ansible reads, and keeps apart what is marked."""


Loader.add_constructor("!unsafe", lambda _loader, node: Marked(node.value))


def texts(value: Any) -> list[str]:
    """Return all texts in it that are no keys."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    return (
        [text for each in value for text in texts(each)]
        if isinstance(value, list)
        else [value]
        if isinstance(value, str)
        else []
    )


def test_file_looks_as_people_write() -> None:
    assert policies_to_yaml([POLICY]) == SAID
    assert yaml.load(policies_to_yaml([POLICY, POLICY]), Loader) == {"protect_policies": [POLICY, POLICY]}


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=2))
def test_it_reads_back_the_same_and_no_text_is_left_that_could_be_a_template(policies: list[dict[str, Any]]) -> None:
    back = yaml.load(policies_to_yaml(policies), Loader)["protect_policies"]
    assert back == policies
    for text in texts(back):
        assert isinstance(text, Marked) is any(mark in text for mark in ("{{", "{%", "{#"))


def test_what_ansible_has_marked_itself_is_written_all_the_same() -> None:
    """The results of modules come with marks, which other lines of ansible-core keep in other ways."""
    assert policies_to_yaml(wrap_var([POLICY])) == SAID
    assert (
        policies_to_yaml(wrap_var([{"name": "{{ x }}", "count": 1}]))
        == '---\nprotect_policies:\n  - name: !unsafe "{{ x }}"\n    count: 1\n'
    )


def test_a_date_and_a_vaulted_text_are_written_as_text() -> None:
    """Up to ansible-core 2.18 a vaulted text is a list of letters to Python, as a `UserString` is."""
    policy = {"name": "web", "day": datetime.date(2026, 12, 24), "description": UserString("keep {{ out }}")}
    assert policies_to_yaml([policy]) == (
        '---\nprotect_policies:\n  - name: web\n    day: "2026-12-24"\n    description: !unsafe "keep {{ out }}"\n'
    )
    assert workloads_of_policies([{"name": "gold", "workloads": [{"name": UserString("web")}]}]) == [{"name": "web"}]


@pytest.mark.parametrize("policies", ["web", {"name": "web"}, [["web"]], None])
def test_what_is_no_list_of_policies_is_refused(policies: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="policies_to_yaml: a list of dictionaries is needed"):
        policies_to_yaml(policies)


def test_documentation_names_the_filter() -> None:
    assert yaml.safe_load(plugin.DOCUMENTATION)["name"] in plugin.FilterModule().filters()
    assert all(task["name"] for task in yaml.safe_load(plugin.EXAMPLES))
