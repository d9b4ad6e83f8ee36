# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find variables of a playbook that are misspelt or have values of the wrong type."""

from __future__ import annotations

DOCUMENTATION = r"""
name: variable_errors
short_description: Find wrong variables of a playbook of this collection
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns a sentence for each variable that the playbook does not have although its name begins like those of the
    playbook, and for each variable of a wrong type. The playbooks of this collection call it before they do anything
    else.
  - The file C(playbooks/NAME.meta.yml) of the collection lists the variables of the playbook C(NAME).
  - Facts that the roles and playbooks of this collection set are known, and so are their artifacts.
  - An empty text counts as not given, except for the variables of the role P(openprotect.backup.protect#role).
options:
  _terms:
    description:
      - Name of the playbook, without the name of the collection.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Check the variables of the playbook drift
  ansible.builtin.assert:
    that: query('openprotect.backup.variable_errors', 'drift') == []
    fail_msg: "{{ query('openprotect.backup.variable_errors', 'drift') | join(' ') }}"
"""

RETURN = r"""
_raw:
  description:
    - One sentence for each wrong variable. Empty if there is none.
  type: list
  elements: str
"""

import difflib
import functools
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Optional, cast

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.lookup import LookupBase
from ansible.utils.vars import load_extra_vars

COLLECTION = Path(__file__).parents[2]
SOURCES = ("playbooks/**/*.yml", "roles/*/*/*.yml", "roles/*/*/*.j2", "plugins/inventory/*.py")
"""Files whose variables may be among those of a host: facts of earlier plays, and variables of the inventory plugin."""

OF_ALL = "openprotect_"
STRICT = "protect_"
"""Prefix of the variables whose empty values the spec of their role refuses."""

EARLIER = ("protect_result", "recover_result", "recovery_test_evidence")
"""Artifacts of earlier releases, which may be among the extra variables. They are facts for the tasks of a user."""

MOST = 10
WORDS = {
    "str": "a text",
    "path": "a path",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "dict": "a dictionary",
    "list": "a list",
}


def options_of(playbook: str) -> dict[str, dict[str, Any]]:
    """Return the variables of a playbook, as its file declares them."""
    text = (COLLECTION / "playbooks" / f"{playbook}.meta.yml").read_text(encoding="utf-8")
    options: dict[str, dict[str, Any]] = yaml.safe_load(text)["argument_specs"][playbook]["options"]
    return options


def prefixes() -> list[str]:
    """Return how the variables of playbooks and roles begin."""
    playbooks = [path.name.split(".")[0] for path in (COLLECTION / "playbooks").glob("*.meta.yml")]
    roles = [path.name for path in (COLLECTION / "roles").iterdir()]
    return [OF_ALL, *(f"{name}_" for name in {*playbooks, *roles})]


def artifacts() -> set[str]:
    """Return the names of the artifacts."""
    return {OF_ALL + path.name.split(".")[0] for path in (COLLECTION / "playbooks").glob("*.meta.yml")}.union(EARLIER)


@functools.cache
def used_names() -> frozenset[str]:
    """Return all words of the playbooks and roles, among them all variables that they set."""
    files = (path for pattern in SOURCES for path in COLLECTION.glob(pattern))
    return frozenset(word for path in files for word in re.findall(r"[a-z_]+", path.read_text(encoding="utf-8")))


def unknown(names: Iterable[str], options: Mapping[str, Any], given: Container[str]) -> list[str]:
    """Return the names that begin like variables of the playbook and are none.

    :param names: Names of all variables of the host.
    :param given: Names of the extra variables. They are never facts.
    """
    own = tuple(each for each in prefixes() if any(name.startswith(each) for name in options))
    found = sorted({name for name in names if name.startswith(own)} - set(options) - artifacts())
    return [name for name in found if name in given or name not in used_names()]


def unknown_sentences(playbook: str, names: list[str], options: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each unknown variable, and one for those that are too many to name."""
    for name in names[:MOST]:
        near = difflib.get_close_matches(name, options, n=1, cutoff=0.8)
        hint = f"Did you mean {near[0]}?" if near else "The guide on playbooks says where its variables are listed."
        yield f"The playbook {playbook} has no variable {name}. {hint}"
    if len(names) > MOST:
        yield f"It does not have {len(names) - MOST} more of the variables either."


def value_sentence(name: str, option: Mapping[str, Any], value: Any) -> Optional[str]:
    """Return what is wrong with the value of a variable, or None."""
    if option["type"] == "dict":
        right = isinstance(value, Mapping)  # the validator takes text with `=` or JSON in it, which no playbook does
    else:
        right = not ArgumentSpecValidator({name: dict(option)}).validate({name: value}).error_messages
    if right:
        return None
    words = one_of(option["choices"]) if "choices" in option else WORDS[option["type"]]
    # A list or a dictionary may hold a password, and so may a text in its place.
    shown = "of another type" if option["type"] == "dict" or isinstance(value, (dict, list)) else f"'{value}'"
    return f"{name} is {shown}. It must be {words}."


def one_of(choices: list[Any]) -> str:
    """Return the choices of a variable as words of a sentence."""
    *others, last = map(str, choices)
    return f"{', '.join(others)} or {last}"


class LookupModule(LookupBase):
    """Checks variables."""

    def run(self, terms: list[str], variables: Optional[Mapping[str, Any]] = None, **kwargs: Any) -> list[str]:
        """Return a sentence for each wrong variable of a playbook."""
        (playbook,) = terms
        loader, templar = cast(Any, self._loader), cast(Any, self._templar)
        options, known = options_of(playbook), dict(variables or {})
        names = unknown(known, options, load_extra_vars(loader))
        # What is inside of a list of dictionaries is checked by its role.
        checked = [name for name in options if name in known and options[name].get("elements") != "dict"]
        values = {name: templar.template(known[name]) for name in checked}
        given = {
            name: value
            for name, value in values.items()
            if value is not None and (value != "" or name.startswith(STRICT))
        }
        wrong = {name: value_sentence(name, options[name], value) for name, value in given.items()}
        # The playbooks set protect_x from converge_x, so that only the latter is named.
        derived = {name for name in wrong if name.startswith(STRICT) and wrong.get(f"converge_{name[len(STRICT) :]}")}
        said = [each for name, each in wrong.items() if each and name not in derived]
        return [*unknown_sentences(playbook, names, list(options)), *said]
