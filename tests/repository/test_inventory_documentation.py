# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation of the inventory plugin, compared with its code.

The code is read and not imported, since it runs on newer Pythons than the modules.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.openprotect.backup.plugins.module_utils._openstack import options as auth_options
from ansible_collections.openprotect.backup.plugins.module_utils._trilio import project

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "plugins" / "inventory" / "projects.py").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "docsite" / "rst" / "guide_many_projects.rst").read_text(encoding="utf-8")
TEXTS = {
    node.targets[0].id: ast.literal_eval(node.value)
    for node in ast.parse(SOURCE).body
    if isinstance(node, ast.Assign)
    and isinstance(node.targets[0], ast.Name)
    and node.targets[0].id in ("DOCUMENTATION", "EXAMPLES", "FILTERS")
}
OWN: dict[str, Any] = yaml.safe_load(TEXTS["DOCUMENTATION"])["options"]
CONSTRUCTED = {"compose", "groups", "keyed_groups", "strict"}
CACHED = {"cache"}
OPTIONS = {*OWN, *auth_options.argument_spec()}


def test_every_option_is_described() -> None:
    assert all(option["description"] and option["type"] for option in OWN.values())
    assert OWN["host_name"]["choices"] == list(project.HOST_NAMES)
    assert OWN["plugin"]["choices"] == ["openprotect.backup.projects"]


def test_what_is_read_is_documented_and_what_is_documented_is_read() -> None:
    read = {*re.findall(r'get_option\("(\w+)"\)', SOURCE), *TEXTS["FILTERS"]}
    assert read - CONSTRUCTED - CACHED == set(OWN) - {"plugin", "cloud"}


def test_examples_use_options_that_exist() -> None:
    example_of_all = yaml.safe_load(TEXTS["EXAMPLES"])  # one document: the oldest ansible-test takes no more
    blocks = [
        yaml.safe_load(text)
        for text in re.findall(r"code-block:: yaml\n\n((?:    .*\n|\n)+)", GUIDE)
        if "plugin:" in text
    ]
    assert blocks
    for example in [example_of_all, *blocks]:
        assert example["plugin"] == "openprotect.backup.projects"
        assert set(example) <= OPTIONS | CONSTRUCTED | CACHED | {"cache_plugin", "cache_connection"}


def test_every_variable_of_a_host_is_documented() -> None:
    found = project.Found("cloud", [], {}, [])
    for name in (
        "ansible_connection",
        "ansible_python_interpreter",
        *project.variables({"id": "1", "name": "web"}, found, {}),
    ):
        assert f"C({name})" in TEXTS["DOCUMENTATION"]
        assert f"``{name}``" in GUIDE


def test_readme_names_it() -> None:
    assert "`openprotect.backup.projects`" in (ROOT / "README.md").read_text(encoding="utf-8")
