# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of the house: who may import whom, who knows AnsibleModule, which calls write, and what stands at the head of a file."""

from __future__ import annotations

import ast
import graphlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
UTILS = PLUGINS / "module_utils"
PREFIX = "ansible_collections.openprotect.backup.plugins."

FLOORS = (
    "module_utils._core.errors",
    "module_utils._core.waiting",
    "module_utils._core.http",
    "module_utils._engine.comparison",
    "module_utils._schedule.timezones",
    "module_utils._schedule.values",
    "module_utils._schedule.fields",
    "module_utils._schedule.dialects",
    "module_utils._schedule.parse",
    "module_utils._schedule.wire",
    "module_utils._schedule.compare",
    "module_utils._schedule.policy",
    "module_utils._trilio.backup_target_location",
    "module_utils._trilio.workload_export.grouping",
    "module_utils._trilio.workload_set.moves",
    "module_utils._openstack.lookup",
    "module_utils._openstack.options",
    "module_utils._openstack.secrets",
    "module_utils._openstack.credentials",
    "module_utils._openstack.cloud_config",
    "module_utils._openstack.configuration",
    "module_utils._openstack.connection",
    "module_utils._openstack.login",
    "module_utils._openstack.context",
    "module_utils._acronis.login",
    "module_utils._acronis.client",
    "module_utils._acronis.context",
    "module_utils._trilio.options",
    "module_utils._trilio.workload_set.selectors",
    "module_utils._trilio.workload.server_line",
    "module_utils._engine.resource",
    (
        "module_utils._acronis.workload",
        "module_utils._trilio.backup_target",
        "module_utils._trilio.backup_target_type",
        "module_utils._trilio.project",
        "module_utils._trilio.server",
        "module_utils._trilio.workload_policy",
        "module_utils._trilio.workload.resource",
        "module_utils._trilio.workload.operations",
        "module_utils._trilio.snapshot.records",
        "module_utils._trilio.snapshot.operations",
        "module_utils._trilio.restore.records",
        "module_utils._trilio.restore.stop",
        "module_utils._trilio.restore.start",
        "module_utils._trilio.restore.options",
        "module_utils._trilio.restore.restore_json",
        "module_utils._trilio.restore.request",
        "module_utils._trilio.restore.networks",
        "module_utils._trilio.restore.lookup",
        "module_utils._trilio.restore.identity",
        "module_utils._trilio.restore.guards",
        "module_utils._trilio.restore.plan_view",
        "module_utils._trilio.restore.leftovers",
        "module_utils._trilio.restore.queries",
        "module_utils._trilio.restore.states",
        "module_utils._trilio.preflight.run",
        "module_utils._trilio.preflight.report",
        "module_utils._trilio.preflight.connection",
        "module_utils._trilio.preflight.project",
        "module_utils._trilio.preflight.workloads",
    ),
    "module_utils._engine.converge",
    "module_utils._trilio.workload_set.entries",
    "module_utils._trilio.workload_set.result",
    "module_utils._trilio.workload_set.converge",
    "module_utils._trilio.workload_export.declaration",
    "module_utils._acronis.engine",
    "module_utils._openstack.run",
    "module_utils._acronis.run",
    "modules",
    "doc_fragments",
    "inventory",
    "plugin_utils",
    "action",
    "filter",
)
"""From the ground up. Imports run downward only; the resources may import each other, though in no circle."""

CONTROLLER = ("inventory", "plugin_utils", "action", "filter")
"""Floors of what runs in the controller's process: it knows Ansible's plugins."""

SHOWING = ("plugin_utils", "action", "filter")
"""Floors of what shows progress of a module of its name, or turns one thing into another: it knows nothing of OpenStack, nor of what is below."""

PURE = (
    *("_core.errors", "_engine.comparison", "_trilio.backup_target_location", "_trilio.workload_set.moves"),
    *("_schedule.timezones", "_schedule.values", "_schedule.fields", "_schedule.dialects"),
    *("_schedule.parse", "_schedule.wire", "_schedule.compare", "_schedule.policy"),
)
"""Files that make no request: they import each other at most."""

WRITES = {
    ("POST", "/backup_targets"),
    ("PUT", "/backup_targets/{id}"),
    ("DELETE", "/backup_targets/{id}"),
    ("GET", "/backup_targets/{id}/set_default"),
    ("POST", "/backup_target_types"),
    ("PUT", "/backup_target_types/{id}"),
    ("PUT", "/backup_target_types/{id}/remove_projects"),
    ("PUT", "/backup_target_types/{id}/remove_metadata"),
    ("DELETE", "/backup_target_types/{id}"),
    ("POST", "/workload_policy/"),
    ("PUT", "/workload_policy/{id}"),
    ("POST", "/workload_policy/{id}/assign"),
    ("DELETE", "/workload_policy/{id}"),
    ("POST", "/workloads"),
    ("PUT", "/workloads/{id}"),
    ("DELETE", "/workloads/{id}"),
    ("POST", "/workloads/{id}/unlock"),
    ("POST", "/workloads/{id}/reset"),
    ("POST", "/workloads/{id}"),
    ("DELETE", "/snapshots/{id}"),
    ("GET", "/snapshots/{id}/cancel"),
    ("POST", "/snapshots/{id}"),
    ("GET", "/restores/{id}/cancel"),
    ("DELETE", "/restores/{id}"),
    ("DELETE", "/servers/{id}"),
    ("PUT", "/ports/{id}"),
    ("DELETE", "/ports/{id}"),
    ("POST", "/volumes/{id}/metadata"),
    ("DELETE", "/volumes/{id}"),
    ("PUT", "/security-groups/{id}"),
    ("DELETE", "/security-groups/{id}"),
    ("PATCH", "/workloads/{id}"),
    ("DELETE", "/workloads"),
}
"""All calls that change the server (API reference B.1, B.4 to B.6, B.11), or Nova, Neutron and Cinder, from which what a restore has
made is deleted; the last two, and the POST of workloads too: Acronis reference 1.3."""

WRITING_GETS = ("/cancel", "/set_default", "/test_email")
"""How the paths end of which even a GET changes the server (API reference Q18)."""

LIBRARIES = {"ansible", "keystoneauth1", "openstack", "requests", "yaml"}
"""What is imported beside the standard library; yaml comes with openstacksdk, for which alone it is needed."""

BLOCKED_IMPORTS = """
import importlib, sys
for library in ("keystoneauth1", "requests", "openstack", "yaml"):
    sys.modules[library] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""

FILES = sorted(PLUGINS.rglob("*.py"))
ALL_FILES = sorted([ROOT / "dev.py", *FILES, *(ROOT / "devtools").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def title(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room(path: Path) -> str:
    """Return the dotted name of a file below C(plugins)."""
    return ".".join(path.relative_to(PLUGINS).with_suffix("").parts)


ROOMS = {room(path): path for path in FILES}


def floor(name: str) -> int:
    """Return the floor that a room is on."""
    return next(number for number, each in enumerate(FLOORS) if (name in each if isinstance(each, tuple) else name == each) or name.startswith(f"{each}."))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names of what a file imports, wherever in it."""
    package = (PREFIX + room(path)).split(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: -node.level] if node.level else []
            yield from (".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names)


def rooms_of(path: Path) -> set[str]:
    """Return the rooms of the collection that a file imports from."""
    inside = [name[len(PREFIX) :] for name in imported(path) if name.startswith(PREFIX)]
    return {name if name in ROOMS else name.rpartition(".")[0] for name in inside}


def installed(path: Path) -> set[str]:
    """Return the libraries that a file imports and that are not of Python itself."""
    found = set()
    for name in {name.split(".")[0] for name in imported(path) if not name.startswith(PREFIX)}:
        spec = importlib.util.find_spec(name)
        if spec is None or "site-packages" in str(spec.origin):
            found.add(name)
    return found


def calls() -> Iterator[tuple[str, str, str]]:
    """Yield all calls of the API that are declared: method, path, effect."""
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Call":
                method, where, effect = (ast.unparse(each).strip("'") for each in node.args[:3])
                yield method, where, effect


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 20
    assert len(ALL_FILES) > len(FILES) + 20
    assert len(list(calls())) > 12


@pytest.mark.parametrize("path", FILES, ids=title)
def test_imports_run_downward(path: Path) -> None:
    own = floor(room(path))
    for other in rooms_of(path):
        assert other in ROOMS
        assert floor(other) < own or (FLOORS[own] == FLOORS[floor(other)] and isinstance(FLOORS[own], tuple)), other


def test_no_imports_run_in_a_circle() -> None:
    assert set(graphlib.TopologicalSorter({name: rooms_of(path) for name, path in ROOMS.items()}).static_order()) == set(ROOMS)


@pytest.mark.parametrize("name", PURE)
def test_what_makes_no_request_imports_nothing_that_could(name: str) -> None:
    path = ROOMS[f"module_utils.{name}"]
    assert rooms_of(path) <= {f"module_utils.{each}" for each in PURE}
    assert installed(path) == set()


@pytest.mark.parametrize("path", FILES, ids=title)
def test_only_the_known_libraries_are_used(path: Path) -> None:
    if FLOORS[floor(room(path))] in CONTROLLER:
        assert installed(path) <= {"ansible", "yaml"}  # Ansible itself needs the second
        assert FLOORS[floor(room(path))] not in SHOWING or all(FLOORS[floor(other)] in SHOWING for other in rooms_of(path))
        return
    assert installed(path) <= LIBRARIES
    assert [name for name in imported(path) if name.startswith("ansible.") and not name.startswith("ansible.module_utils.")] == []


def test_everything_can_be_imported_where_the_libraries_are_missing() -> None:
    command = [sys.executable, "-c", BLOCKED_IMPORTS, *(PREFIX + name for name in ROOMS if FLOORS[floor(name)] not in CONTROLLER)]
    python_path = ":".join(each for each in sys.path if each)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONPATH": python_path})
    assert (done.returncode, done.stderr) == (0, "")


def test_only_one_file_knows_ansible_module() -> None:
    knowing = [title(path) for path in FILES if any("AnsibleModule" in name for name in imported(path))]
    assert knowing == ["plugins/module_utils/_openstack/run.py"]


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=title)
def test_a_module_is_documentation_and_one_call(path: Path) -> None:
    (main,) = [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]
    assert main.name == "main"
    docstring, call = main.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(call, ast.Expr)
    assert ast.unparse(call).startswith(("run.run_", "acronis_run.run_"))


# ---- calls ------------------------------------------------------------------------------------------------------------------


def test_the_calls_that_write_are_declared_so_and_no_others() -> None:
    assert {(method, path) for method, path, effect in calls() if effect == "WRITE"} == WRITES
    assert {(method, path) for method, path, effect in calls() if effect == "READ"}.isdisjoint(WRITES)


def test_what_reads_is_a_get_that_does_not_write() -> None:
    for method, path, effect in calls():
        assert effect in ("READ", "WRITE")
        if effect == "READ":
            assert (method, path.endswith(WRITING_GETS)) == ("GET", False), path


def test_the_half_of_acronis_needs_nothing_of_openstack() -> None:
    acronis = {name for name in ROOMS if "acronis" in name and name.startswith("module_utils.")}
    assert len(acronis) == 6
    common = {f"module_utils.{each}" for each in ("_core.errors", "_core.waiting", "_core.http", "_engine.comparison", "_engine.converge", "_openstack.run")}
    assert {other for name in acronis for other in rooms_of(ROOMS[name])} <= acronis | common


# ---- heads ------------------------------------------------------------------------------------------------------------------

LICENCE = "# SPDX-License-" + "Identifier:"  # in two, or reuse takes it for the licence of this file
BSD, GPL = f"{LICENCE} BSD-2-Clause", f"{LICENCE} GPL-3.0-or-later"
PRIVATE = "# Private to this collection: no promise is made to anybody who imports this file."


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
    silencers = [start + end for start, end in (("no", "qa"), ("type: ", "ignore"), ("pylint: ", "disable"), ("pragma: ", "no cover"))]
    comments = [line.partition("#")[2] for line in path.read_text(encoding="utf-8").splitlines() if "#" in line]
    assert [line for line in comments if any(each in line for each in silencers)] == []
