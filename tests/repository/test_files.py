# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for each file of code: its head, and that nothing is swallowed, silenced or too long."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
UTILS = PLUGINS / "module_utils"
FILES = sorted(PLUGINS.rglob("*.py"))
ALL_FILES = sorted(
    [ROOT / "dev.py", *FILES, *(path for name in ("devtools", "tests") for path in (ROOT / name).rglob("*.py"))]
)
LONGEST_LINE = 120
LONGEST_FUNCTION = 50


def title(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_there_is_something_to_look_at() -> None:
    assert ROOT / "dev.py" in ALL_FILES
    assert set(FILES) < set(ALL_FILES)


LICENCE = "# SPDX-License-" + "Identifier:"  # in two, or reuse takes it for the licence of this file
BSD, GPL = f"{LICENCE} BSD-2-Clause", f"{LICENCE} GPL-3.0-or-later"
PRIVATE = "# Private to this collection: no promise is made to anybody who imports this file."


def test_no_shared_file_hides_a_module_of_python() -> None:
    """Pylint takes `collections.py` for the one of Python, and breaks. Nothing imports Python's `resource`."""
    assert {path.stem for path in UTILS.rglob("*.py")} & sys.stdlib_module_names <= {"resource"}


@pytest.mark.parametrize("path", ALL_FILES, ids=title)
def test_every_file_says_its_licence(path: Path) -> None:
    head = [line for line in path.read_text(encoding="utf-8").splitlines()[:8] if not line.startswith("#!")]
    assert head[0] == "# Copyright (c) 2026 The OpenProtect contributors"
    assert (BSD if UTILS in path.parents else GPL) in head[:4]


@pytest.mark.parametrize("path", sorted(UTILS.rglob("*.py")), ids=title)
def test_every_shared_file_says_that_it_is_private(path: Path) -> None:
    assert path.read_text(encoding="utf-8").splitlines()[3] == PRIVATE


@pytest.mark.parametrize("path", FILES, ids=title)
def test_nothing_is_swallowed(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)}
            assert caught.isdisjoint({"Exception", "BaseException"}), f"line {node.lineno}"


@pytest.mark.parametrize("path", ALL_FILES, ids=title)
def test_no_check_is_silenced(path: Path) -> None:
    silencers = [
        start + end
        for start, end in (("no", "qa"), ("type: ", "ignore"), ("pylint: ", "disable"), ("pragma: ", "no cover"))
    ]
    comments = [line.partition("#")[2] for line in path.read_text(encoding="utf-8").splitlines() if "#" in line]
    assert [line for line in comments if any(each in line for each in silencers)] == []


@pytest.mark.parametrize("path", ALL_FILES, ids=title)
def test_no_line_is_too_long(path: Path) -> None:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert [number for number, line in lines if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize("path", [path for path in ALL_FILES if (ROOT / "tests") not in path.parents], ids=title)
def test_no_function_is_too_long(path: Path) -> None:
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert [each.name for each in functions if (each.end_lineno or 0) - each.lineno >= LONGEST_FUNCTION] == []
