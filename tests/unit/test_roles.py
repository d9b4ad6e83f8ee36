# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the roles, held against the variables that their tasks use and the options of the modules that they call."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PASSED_ON = re.compile(r"\b(?:storage_target|storage_type\.[01])\.(\w+)")


def load(*parts: str) -> Any:
    """Return what a YAML file below roles/ holds."""
    return yaml.safe_load((ROOT / "roles").joinpath(*parts).read_text(encoding="utf-8"))


def options_of(module: str) -> dict[str, Any]:
    """Return the documented options of a module, without those of its fragments."""
    text = (ROOT / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8")
    block = re.search(r'^DOCUMENTATION = r"""(.*?)"""', text, re.DOTALL | re.MULTILINE)
    assert block
    options: dict[str, Any] = yaml.safe_load(block[1])["options"]
    return options


def facts(option: dict[str, Any]) -> dict[str, Any]:
    """Return what a role and a module must say alike about an option."""
    return {key: option[key] for key in ("type", "elements", "choices") if key in option}


@pytest.mark.parametrize("role", ROLES)
def test_defaults_are_the_declared_options(role: str) -> None:
    options = load(role, "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = load(role, "defaults", "main.yml")
    assert set(defaults) == set(options)
    assert all(name.startswith(f"{role}_") for name in options)
    assert {name: option["default"] for name, option in options.items()} == defaults


def test_storage_passes_on_what_it_declares_and_the_modules_take() -> None:
    target = load("storage", "meta", "argument_specs.yml")["argument_specs"]["main"]["options"]["storage_targets"]["options"]
    types = target["types"]["options"]
    tasks = (ROOT / "roles" / "storage" / "tasks" / "main.yml").read_text(encoding="utf-8")
    assert set(PASSED_ON.findall(tasks)) == (set(target) | set(types)) - {"is_default"}
    for declared, module, own in ((target, "backup_target", {"types"}), (types, "backup_target_type", set())):
        known = options_of(module)
        for name, option in declared.items():
            if name not in own:
                assert facts(option) == facts(known[name]), name
