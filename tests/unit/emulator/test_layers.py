# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers of the emulator, and its independence of the plugins."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.stand import ROOT

EMULATOR = ROOT / "tests" / "emulator"
BELOW = {"server": set(), "clouds": {"server"}, "acronis": {"server"}, "trilio": {"server", "clouds"}}


def imported(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, relative ones below `emulator`."""
    package = ["emulator", *path.relative_to(EMULATOR).parts[:-1]]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            names |= {".".join([*base, *([node.module] if node.module else []), alias.name]) for alias in node.names}
    return names


@pytest.mark.parametrize("package", BELOW)
def test_packages_import_only_those_below(package: str) -> None:
    files = list((EMULATOR / package).glob("*.py"))
    assert files
    for path in files:
        others = {name.split(".")[1] for name in imported(path) if name.startswith("emulator.")}
        assert others <= {package, *BELOW[package]}, path


def test_every_package_has_its_layer() -> None:
    assert {path.parent.name for path in EMULATOR.glob("*/*.py")} == set(BELOW)


def test_no_code_is_shared_with_the_plugins() -> None:
    for path in EMULATOR.rglob("*.py"):
        assert not {name for name in imported(path) if name.startswith(("ansible", "plugins"))}, path
