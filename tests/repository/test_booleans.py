# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Boolean variables of roles and playbooks as text: `false`, `no` or an empty text never switches anything on.

A text that is not empty is true in Jinja. So a template either converts such a variable, or hands it on as it is, to an
option of a module that converts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ansible.template
import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader

ROOT = Path(__file__).parents[2]
OFF = ("false", "False", "no", "0", "off", False, 0)
PASSED_WHOLE = ("protect_policies.", "recover_intent.instances.")
"""What is inside of these, the module gets as it is."""
CONVERTED = re.compile(
    r" \| bool\b|', 'truthy', convert_bool=true"  # is converted
    r"|', 'defined'| }}| \| default\((?:omit|'|false\) }}|false, true\) \| bool)"  # is handed on as it is
    r"| if \w+ \| default\(''\) not in \['', none\]"  # is handed on unless it is empty
)


def booleans(options: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the boolean options, also inside of others, with dots."""
    for name, option in options.items():
        if option.get("type") == "bool":
            yield path + name
        yield from booleans(option.get("options") or {}, f"{path}{name}.")


def declared() -> list[str]:
    """Return the boolean variables of all roles and playbooks."""
    files = [*(ROOT / "roles").glob("*/meta/argument_specs.yml"), *(ROOT / "playbooks").glob("*.meta.yml")]
    specs = [
        spec for path in files for spec in yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"].values()
    ]
    return sorted({name for spec in specs for name in booleans(spec["options"]) if not name.startswith(PASSED_WHOLE)})


def uses(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield each use of a variable: name of the file, the use, and what stands behind it."""
    whole, leaf = name, name.rpartition(".")[2]
    before = r"(?<![\w.'])" if whole == leaf else r"(?:\b(?:storage_target|storage_type\.1|recover_intent)\.|attr\(')"
    paths = [*(ROOT / "roles").glob("*/*/*"), *(ROOT / "playbooks").glob("**/*.yml")]
    for path in paths:
        if path.parent.name == "meta" or path.name.endswith(".meta.yml") or path.name.startswith("demo"):
            continue
        text = re.sub(
            r"^ *#.*$|fail_msg: >-\n(?: {6,}.*\n)+|^ *tags: .*$|^ *\w+: openprotect_\w+$",
            "",
            path.read_text("utf-8"),
            flags=re.M,
        )
        for found in re.finditer(rf"({before}{leaf}\b)(?!:)", re.sub(r"\s+", " ", text)):
            yield path.name, found[1], re.sub(r"\s+", " ", text)[found.end() :][:80]


@pytest.mark.parametrize("name", declared())
def test_no_template_takes_a_text_for_true(name: str) -> None:
    found = list(uses(name))
    assert found
    for file, use, behind in found:
        assert CONVERTED.match(behind), f"{file}: {use}{behind}"


@pytest.mark.parametrize("switch", [name for name in declared() if name.startswith("converge_")])
@pytest.mark.parametrize("value", [*OFF, "", None])
def test_a_switch_that_is_off_stays_off(switch: str, value: Any) -> None:
    """Nothing is what the inventory says, which says nothing here."""
    name = switch.replace("converge_", "protect_")
    text = yaml.safe_load((ROOT / "playbooks" / "vars" / "converge.yml").read_text(encoding="utf-8"))[name]
    trust = getattr(ansible.template, "trust_as_template", str)
    variables = {switch: value, "inventory_hostname": "localhost", "hostvars": {"localhost": {}}}
    rendered = ansible.template.Templar(DataLoader(), variables=variables).template(trust(text))
    checked = ArgumentSpecValidator({name: {"type": "bool"}}).validate({name: rendered})
    assert (checked.error_messages, checked.validated_parameters) == ([], {name: False})
