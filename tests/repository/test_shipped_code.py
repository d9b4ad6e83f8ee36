# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much code of the collection AnsiballZ sends to a managed node for each module, and which parts.

ansible-core builds the payload of each module itself. The files of `plugins/module_utils` in it are counted, in lines
of code: lines that are not blank and hold more than a comment or a docstring. A managed node compiles all of them anew
in each task. `pytest -s` prints the table.
"""

from __future__ import annotations

import ast
import io
import json
import os
import statistics
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(file.stem for file in (ROOT / "plugins" / "modules").glob("*.py") if file.stem != "__init__")
REPORTS = ("preflight_info", "protection_info")
INFO_MODULES = [module for module in MODULES if module.endswith("_info") and module not in REPORTS]
MODULE_UTILS = "ansible_collections/openprotect/backup/plugins/module_utils/"

MEDIAN, INFO, ACRONIS = 2870, 2870, 2110
"""The most for the median of all modules, for a module `*_info`, and for a module `acronis_*`."""

CEILINGS = {
    "acronis_workload": 2110,
    "acronis_workload_info": 1320,
    "backup_target": 3270,
    "backup_target_info": 2870,
    "backup_target_type": 3210,
    "backup_target_type_info": 2800,
    "preflight_info": 3980,
    "protection_info": 3740,
    "restore": 5090,
    "restore_info": 2480,
    "server_info": 2180,
    "show_lines": 430,
    "snapshot": 2840,
    "snapshot_info": 2460,
    "trust": 3300,
    "trust_info": 2290,
    "workload": 4000,
    "workload_action": 3140,
    "workload_export": 4320,
    "workload_info": 2770,
    "workload_policy": 3890,
    "workload_policy_info": 2820,
    "workloads": 4930,
}
"""The most for each module, a little above what it ships. Lower a number when you can; do not raise one lightly."""

SETS = ("_trilio.workload_set", "_trilio.workload_export")
UNUSED_BY_ACRONIS = ("_openstack", "_schedule", "_trilio")
RESTORING = tuple(
    f"_trilio.restore.{name}"
    for name in (
        "cloud",
        "flavors",
        "guards",
        "leftovers",
        "matching",
        "networks",
        "options",
        "request",
        "start",
        "stop",
    )
)
UNUSED_BY_SETS = ("_acronis", *RESTORING, "_trilio.preflight", "_trilio.trust")
UNUSED_BY_WORKLOADS = ("_acronis", "_trilio.restore", "_trilio.preflight", "_trilio.trust", *SETS)
UNUSED_BY_TARGETS = ("_schedule", "_trilio.snapshot", "_trilio.workload_policy", *UNUSED_BY_WORKLOADS)
UNUSED_BY_TRUSTS = (
    *("_acronis", "_schedule", "_trilio.backup_target", "_trilio.workload.resource", "_trilio.workload_policy"),
    *("_trilio.snapshot", "_trilio.restore", "_trilio.preflight", *SETS),
)
UNUSED_BY_OPERATIONS = (
    *("_acronis", "_schedule", "_trilio.preflight", "_trilio.workload_policy", "_trilio.trust", *SETS),
)
COMPARISON = "_engine.comparison"
START = ("_trilio.restore.request", "_trilio.restore.start")

NOT_SHIPPED: dict[str, tuple[str, ...]] = {
    "acronis_workload": UNUSED_BY_ACRONIS,
    "acronis_workload_info": (*UNUSED_BY_ACRONIS, COMPARISON),
    "backup_target": UNUSED_BY_TARGETS,
    "backup_target_info": UNUSED_BY_TARGETS,
    "backup_target_type": UNUSED_BY_TARGETS,
    "backup_target_type_info": UNUSED_BY_TARGETS,
    "preflight_info": ("_acronis", "_trilio.trust.resource", *SETS, *START, COMPARISON),
    "protection_info": ("_acronis", "_trilio.trust.resource", "_trilio.workload.resource", *SETS, *START, COMPARISON),
    "restore": (*UNUSED_BY_OPERATIONS, COMPARISON),
    "restore_info": (*UNUSED_BY_OPERATIONS, *START, COMPARISON),
    "server_info": ("_trilio.workload", "_trilio.backup_target", *UNUSED_BY_TARGETS, COMPARISON),
    "show_lines": (*UNUSED_BY_ACRONIS, "_acronis", "_engine"),
    "snapshot": (*UNUSED_BY_OPERATIONS, "_trilio.restore", COMPARISON),
    "snapshot_info": (*UNUSED_BY_OPERATIONS, "_trilio.restore", COMPARISON),
    "trust": UNUSED_BY_TRUSTS,
    "trust_info": (*UNUSED_BY_TRUSTS, COMPARISON, "_engine.converge"),
    "workload": ("_trilio.snapshot.operations", *UNUSED_BY_WORKLOADS),
    "workload_action": ("_acronis", "_trilio.preflight", "_trilio.workload_policy", *SETS, *START, COMPARISON),
    "workload_export": ("_trilio.workload_set.converge", *UNUSED_BY_SETS),
    "workload_info": ("_trilio.snapshot.operations", *UNUSED_BY_WORKLOADS, COMPARISON),
    "workload_policy": ("_trilio.snapshot.operations", *UNUSED_BY_WORKLOADS),
    "workload_policy_info": ("_trilio.snapshot.operations", *UNUSED_BY_WORKLOADS, COMPARISON),
    "workloads": ("_trilio.workload_export", *UNUSED_BY_SETS),
}
"""The packages and files of `module_utils` that a module does not use."""

Shipped = dict[str, dict[str, str]]
"""The files in the payload of each module, below `module_utils`: name and content."""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """Return what ansible-core ships for each module, without empty files."""
    collections = tmp_path_factory.mktemp("collections")
    namespace = collections / "ansible_collections" / "openprotect"
    namespace.mkdir(parents=True)
    (namespace / "backup").symlink_to(ROOT, target_is_directory=True)
    command = [sys.executable, str(Path(__file__).with_name("payloads.py")), str(collections), *MODULES]
    environment = {**os.environ, "ANSIBLE_LOCAL_TEMP": str(collections / "tmp")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    payloads: Shipped = json.loads(done.stdout)
    return {
        module: {
            name.removeprefix(MODULE_UTILS): content
            for name, content in files.items()
            if name.startswith(MODULE_UTILS) and content.strip()
        }
        for module, files in payloads.items()
    }


@pytest.fixture(scope="module")
def lines(shipped: Shipped) -> dict[str, int]:
    """Return how many lines of code are shipped for each module."""
    counted = {name: lines_of_code(content) for files in shipped.values() for name, content in files.items()}
    return {module: sum(counted[name] for name in files) for module, files in shipped.items()}


NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def lines_of_code(source: str) -> int:
    """Return how many lines are left without blank ones, comments and docstrings, those of constants included."""
    left: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            left.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            left.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(left)


def test_lines_of_code() -> None:
    documented = '"""Summary.\n\nMore."""\n\nTEXT = """a\nb"""\n"""Purpose."""\n'
    function = 'def f():\n    """Summary."""\n    # Reason\n    return (\n        1  # reason\n    )\n'
    assert (lines_of_code(documented), lines_of_code(function)) == (2, 4)


def test_no_module_ships_more_than_its_ceiling(shipped: Shipped, lines: dict[str, int]) -> None:
    print(f"\n{'module':24}{'files':>8}{'lines':>8}{'ceiling':>9}")
    for module, count in lines.items():
        print(f"{module:24}{len(shipped[module]):>8}{count:>8}{CEILINGS.get(module, 0):>9}")
    print(f"{'median':24}{'':>8}{statistics.median(lines.values()):>8.0f}{MEDIAN:>9}")
    assert set(lines) == set(CEILINGS)
    assert {module: count for module, count in lines.items() if count > CEILINGS[module]} == {}


def test_the_median_is_within_its_goal(lines: dict[str, int]) -> None:
    assert statistics.median(lines.values()) <= MEDIAN


@pytest.mark.parametrize("module", INFO_MODULES)
def test_an_info_module_is_within_its_goal(lines: dict[str, int], module: str) -> None:
    assert lines[module] <= INFO


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("acronis_")])
def test_a_module_of_acronis_is_within_its_goal(lines: dict[str, int], module: str) -> None:
    assert lines[module] <= ACRONIS


def test_all_parts_of_the_table_exist() -> None:
    """A part that is renamed must be renamed in the table too: otherwise nothing notices that a module ships it."""
    paths = {
        part: ROOT / "plugins" / "module_utils" / part.replace(".", "/")
        for parts in NOT_SHIPPED.values()
        for part in parts
    }
    assert [part for part, path in paths.items() if not (path.is_dir() or path.with_suffix(".py").is_file())] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_ships_nothing_that_it_does_not_use(shipped: Shipped, module: str) -> None:
    paths = tuple(part.replace(".", "/") + end for part in NOT_SHIPPED[module] for end in ("/", ".py"))
    assert [name for name in shipped[module] if name.startswith(paths)] == []
