# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layers: who may import whom, which libraries are used, who knows AnsibleModule, and which calls write."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
COLLECTION = "ansible_collections.openprotect.backup.plugins."

PACKAGES = {
    "module_utils._core": (),
    "module_utils._engine": ("module_utils._core",),
    "module_utils._openstack": ("module_utils._core", "module_utils._engine"),
    "module_utils._schedule": ("module_utils._core",),
    "module_utils._trilio": (
        *("module_utils._core", "module_utils._engine", "module_utils._openstack", "module_utils._schedule"),
    ),
    "module_utils._acronis": ("module_utils._core", "module_utils._engine"),
    "modules": ("module_utils._core", "module_utils._openstack", "module_utils._trilio", "module_utils._acronis"),
    "doc_fragments": (),
    "inventory": ("module_utils._core", "module_utils._openstack", "module_utils._trilio"),
    "plugin_utils": ("module_utils._core", "module_utils._schedule", "module_utils._trilio"),
    "action": ("plugin_utils",),
    "filter": ("plugin_utils", "module_utils._core"),
    "lookup": (),
}
"""Packages, and the packages that their files may import from."""

LAYERS = {
    "module_utils._core": (
        *(
            "call errors secret_values",
            "raw_options known_names this_host values waiting",
            "module times",
            "response",
            "show_lines http_client",
        ),
    ),
    "module_utils._engine": (
        *("model", "comparison result", "context plan", "operation resource", "apply", "converge"),
    ),
    "module_utils._openstack": (
        *("options references whole_list", "credentials", "cloud_config", "configuration", "client connection"),
        *("login lookup", "context", "run", "run_resource"),
    ),
    "module_utils._schedule": (
        *("timezones policy_fields", "values", "fields", "compare dialects runs", "parse wire", "policy"),
    ),
    "module_utils._trilio": (
        "backup_target_location backup_target_secret identity collection_change schedule_comparison project server "
        "trilio_resource record_operation",
        "workload.records workload.server_line",
        "snapshot.causes snapshot.records snapshot.view restore.identity restore.references",
        "snapshot.selection",
        "restore.records",
        "workload.values workload.guards workload.usage trust.records",
        "workload.resource workload.queries workload.operations trust.resource",
        "workload_policy.records backup_target backup_target_type",
        "workload_policy.resource workload_policy.queries",
        "snapshot.queries snapshot.operations",
        "restore.cloud",
        "restore.flavors restore.networks restore.addresses restore.zones restore.quotas",
        "restore.guards restore.overwriting restore.queries restore.leftovers",
        "restore.restore_json",
        "restore.options",
        "restore.request restore.stop",
        "restore.plan_view restore.matching",
        "restore.start",
        "workload_set.moves workload_set.selector workload_set.bulk_workload",
        "workload_set.entries",
        "workload_set.prune workload_set.result",
        "workload_set.converge",
        "workload_export.grouping",
        "workload_export.declaration",
        "preflight.report",
        "preflight.connection preflight.survey",
        "preflight.project preflight.targets preflight.volumes preflight.workloads",
        "preflight.run",
        "protection.facts",
        "protection.status protection.history protection.reading",
        "protection.options",
        "protection.query",
    ),
    "module_utils._acronis": (*("login", "client", "context", "records run", "queries workload", "run_resource"),),
}
"""The layers inside of a package, from the ground up. A file imports only files of lower layers."""

CONTROLLER = ("inventory", "plugin_utils", "action", "filter", "lookup")
"""Packages that run in the process of Ansible itself, and know its plugins."""

PURE = (
    *(
        "_core.errors",
        "_core.values",
        "_core.raw_options",
        "_core.known_names",
        "_core.times",
        "_core.secret_values",
        "_core.call",
    ),
    *("_engine.model", "_engine.comparison", "_engine.plan", "_engine.result"),
    *("_schedule.timezones", "_schedule.values", "_schedule.fields", "_schedule.dialects"),
    *("_schedule.parse", "_schedule.wire", "_schedule.compare", "_schedule.policy", "_schedule.policy_fields"),
    *("_trilio.backup_target_location", "_trilio.workload_set.moves", "_trilio.workload_export.grouping"),
    *("_trilio.restore.identity", "_schedule.runs"),
    *("_trilio.protection.facts", "_trilio.protection.status", "_trilio.protection.history", "_core.known_names"),
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
    ("POST", "/trusts"),
    ("DELETE", "/trusts/{id}"),
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
    ("POST", "/servers/{id}/action"),
    ("PUT", "/ports/{id}"),
    ("DELETE", "/ports/{id}"),
    ("POST", "/volumes/{id}/metadata"),
    ("DELETE", "/volumes/{id}"),
    ("PUT", "/security-groups/{id}"),
    ("DELETE", "/security-groups/{id}"),
    ("PATCH", "/workloads/{id}"),
    ("DELETE", "/workloads"),
}
"""All calls that change the server (reference B.1, B.4 to B.6, B.8, B.11), and those that delete in Nova, Neutron and
Cinder the objects that a restore made. The last two, and the POST of workloads too: Acronis reference 1.3."""

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

FILES = sorted(path for path in PLUGINS.rglob("*.py"))


def title(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the dotted name of a file below `plugins`."""
    return ".".join(path.relative_to(PLUGINS).with_suffix("").parts)


NAMES = {name_of(path): path for path in FILES}


def package_of(name: str) -> str:
    """Return the package that a file belongs to."""
    return next(package for package in PACKAGES if name.startswith(f"{package}."))


def layer_of(name: str) -> int:
    """Return the layer of a file inside of its package."""
    package = package_of(name)
    inner = name[len(package) + 1 :]
    return next(number for number, layer in enumerate(LAYERS[package]) if inner in layer.split())


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted names of everything that a file imports, wherever in it."""
    own = (COLLECTION + name_of(path)).split(".")
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = own[: -node.level] if node.level else []
            yield from (".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names)


def imported_files(path: Path) -> set[str]:
    """Return the files of the collection that a file imports from."""
    inside = [name[len(COLLECTION) :] for name in imported(path) if name.startswith(COLLECTION)]
    return {name if name in NAMES else name.rpartition(".")[0] for name in inside}


def libraries(path: Path) -> set[str]:
    """Return the libraries that a file imports and that do not belong to Python itself."""
    found = set()
    for name in {name.split(".")[0] for name in imported(path) if not name.startswith(COLLECTION)}:
        spec = importlib.util.find_spec(name)
        if spec is None or "site-packages" in str(spec.origin):
            found.add(name)
    return found


def calls() -> Iterator[tuple[str, str, str]]:
    """Yield all calls of an API that are declared: method, path, effect."""
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Call":
                method, where, effect = (ast.unparse(each).strip("'") for each in node.args[:3])
                yield method, where, effect


# ---- imports ---------------------------------------------------------------------------------------------------------


def test_every_file_has_a_layer_and_every_layer_has_files() -> None:
    listed = {f"{package}.{inner}" for package, rows in LAYERS.items() for row in rows for inner in row.split()}
    assert listed == {name for name in NAMES if name.startswith("module_utils.")}


@pytest.mark.parametrize("path", FILES, ids=title)
def test_imports_run_downward(path: Path) -> None:
    name = name_of(path)
    package = package_of(name)
    for other in imported_files(path):
        assert other in NAMES
        if package_of(other) != package:
            assert package_of(other) in PACKAGES[package], other
        elif package in LAYERS:
            assert layer_of(other) < layer_of(name), other


@pytest.mark.parametrize("name", PURE)
def test_pure_files_import_nothing_that_makes_requests(name: str) -> None:
    path = NAMES[f"module_utils.{name}"]
    assert imported_files(path) <= {f"module_utils.{each}" for each in PURE}
    assert libraries(path) <= {"ansible"}


@pytest.mark.parametrize("path", FILES, ids=title)
def test_imports_of_the_collection_are_relative(path: Path) -> None:
    absolute = [node.module for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and not node.level]
    assert [name for name in absolute if str(name).startswith("ansible_collections.openprotect")] == []


def test_no_package_imports_by_itself() -> None:
    """AnsiballZ ships all that an `__init__.py` imports."""
    assert [title(path) for path in FILES if path.name == "__init__.py" and tree(path).body] == []


@pytest.mark.parametrize("path", FILES, ids=title)
def test_only_the_known_libraries_are_used(path: Path) -> None:
    package = package_of(name_of(path))
    if package in CONTROLLER:
        assert libraries(path) <= {"ansible", "yaml"}  # Ansible itself needs the second
        return
    assert libraries(path) <= LIBRARIES
    foreign = [name for name in imported(path) if name.startswith("ansible.")]
    assert [name for name in foreign if not name.startswith("ansible.module_utils.")] == []


def test_everything_can_be_imported_where_the_libraries_are_missing() -> None:
    names = [COLLECTION + name for name in NAMES if package_of(name) not in CONTROLLER]
    command = [sys.executable, "-c", BLOCKED_IMPORTS, *names]
    python_path = ":".join(each for each in sys.path if each)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={"PYTHONPATH": python_path})
    assert (done.returncode, done.stderr) == (0, "")


# ---- AnsibleModule ---------------------------------------------------------------------------------------------------


def test_only_one_file_knows_ansible_module() -> None:
    knowing = [title(path) for path in FILES if any("AnsibleModule" in name for name in imported(path))]
    assert knowing == ["plugins/module_utils/_core/module.py"]


@pytest.mark.parametrize("path", sorted((PLUGINS / "modules").glob("*.py")), ids=title)
def test_a_module_is_documentation_and_one_call(path: Path) -> None:
    (main,) = [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]
    assert main.name == "main"
    docstring, call = main.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)


# ---- calls -----------------------------------------------------------------------------------------------------------


def test_the_calls_that_write_are_declared_so_and_no_others() -> None:
    assert {(method, path) for method, path, effect in calls() if effect == "WRITE"} == WRITES
    assert {(method, path) for method, path, effect in calls() if effect == "READ"}.isdisjoint(WRITES)


def test_a_read_is_a_get_that_does_not_write() -> None:
    for method, path, effect in calls():
        assert effect in ("READ", "WRITE")
        if effect == "READ":
            assert (method, path.endswith(WRITING_GETS)) == ("GET", False), path
