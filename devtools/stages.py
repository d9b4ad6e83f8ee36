# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stages of the tests. The first line of each docstring says what the stage does."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

from devtools import guards
from devtools.environments import make_venv, uv
from devtools.errors import StageError
from devtools.interpreters import CORE_LINES, OLDEST_TARGET, PYTHON, core_interpreter, find_program, newest_line
from devtools.paths import BUILD, COLLECTION, COLLECTION_PATH, HOME, LINK, REQUIREMENTS, ROOT, VENV
from devtools.stage import Stage, run_all
from devtools.stand_in import run_cloud

UNIT_TESTS = ("tests/unit", "tests/repository")  # all that start no server
# Those of them that run code of the collection or of ansible-core. The others do the same under each ansible-core.
CORE_TESTS = (
    "tests/unit/plugins",
    "tests/repository/test_booleans.py",
    "tests/repository/test_documentation.py",
    "tests/repository/test_guides.py",
    "tests/repository/test_inventory_documentation.py",
    "tests/repository/test_layers.py",
    "tests/repository/test_roles.py",
    "tests/repository/test_shipped_code.py",
)
INTEGRATION_TESTS = "tests/integration"
# Two processes. Each begins with one half, so that what the tests of a file share is seldom made twice.
PARALLEL = ("--numprocesses", "2", "--dist", "worksteal")
# The unit tests of what runs on a managed node.
TARGET_TESTS = ("tests/unit/plugins/module_utils", "tests/unit/plugins/modules")

# ansible-test gives its environments pip by a script that it downloads from a host of its own, unless the script is in
# its cache. This one takes the same packages from the index. uv does that in a fraction of the time of ensurepip.
GET_PIP = """import os
import subprocess
import sys

packages = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
command = [{uv!r}, "pip", "install", "--quiet", "--python", sys.executable, *packages]
sys.exit(subprocess.call(command, env=dict(os.environ, UV_SYSTEM_CERTS="1")))
"""


def copy_collection(stage: Stage, whole: bool = True) -> Path:
    """Copy the files that git knows to a git work tree of their own, as ansible-test needs it, and return its path.

    ansible-test resolves symbolic links. In a directory that an outer git ignores it finds no files, and succeeds.

    :param whole: If false, leave out what only developers need, except the settings of ansible-test.
    """
    target = BUILD / "copy" / stage.name / COLLECTION_PATH
    target.mkdir(parents=True, exist_ok=True)
    if not (target / ".git").exists():
        stage.run("git", "init", "--quiet", cwd=target)

    def names(tree: Path) -> set[str]:
        command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return set(subprocess.check_output(command, cwd=tree, text=True).split("\0")) - {""}

    wanted = {name for name in names(ROOT) if (ROOT / name).is_file()}
    if not whole:
        wanted = {name for name in wanted if name == "tests/config.yml" or not guards.for_developers(name)}
    for name in names(target) - wanted:
        (target / name).unlink()
    for name in wanted:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def build_collection(stage: Stage) -> Path:
    """Build the collection, and return the path of the tarball."""
    dist = BUILD / "dist" / stage.name
    shutil.rmtree(dist, ignore_errors=True)
    stage.run("ansible-galaxy", "collection", "build", "--output-path", dist, cwd=copy_collection(stage))
    return next(dist.glob("*.tar.gz"))


def lint(stage: Stage) -> None:
    """Check style, types, playbooks, documentation and licences."""
    docs = ("--plugin-docs", "--skip-rstcheck", "--validate-collection-refs", "self", "--check-extra-docs-refs")
    commands: list[tuple[str | Path, ...]] = [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("yamllint", "--strict", "."),
        ("ansible-lint",),
        ("antsibull-changelog", "lint"),
        ("antsibull-docs", "lint-collection-docs", *docs, "."),
        ("python", "tests/update-docs.py", "--check"),
        ("mypy", "dev.py", "devtools", "tests", LINK.relative_to(ROOT) / COLLECTION_PATH / "plugins"),
        ("reuse", "lint"),
    ]
    run_all(*(functools.partial(stage.run, *command) for command in commands))


def run_sanity(stage: Stage, venv: Path, whole: bool = True) -> None:
    """Run all sanity tests, with the ansible-test of this environment.

    :param whole: If false, look only at what users get.
    """
    internals = next(venv.glob("lib/python3*/site-packages/ansible_test/_internal"))
    for version in set(re.findall(r"pip='([0-9.]+)'", (internals / "python_requirements.py").read_text())):
        script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(GET_PIP.format(uv=uv()))
    command = ("ansible-test", "sanity", "--local", "-v", "--color", "no")
    output = stage.run(*command, cwd=copy_collection(stage, whole), venv=venv)
    guards.check_sanity(output)
    missing = guards.missing_pythons(output)
    if OLDEST_TARGET in missing:
        oldest = f"Python {OLDEST_TARGET}, the oldest that the modules support,"
        stage.lack(f"{oldest} is not on this machine: not compiled and imported with it", whole=False)
    if others := [version for version in missing if version != OLDEST_TARGET]:
        stage.notes.append(f"not compiled and imported with Python {', '.join(others)}: not on this machine")


def sanity(stage: Stage) -> None:
    """Run the sanity tests of ansible-test."""
    run_sanity(stage, VENV)


def unit(stage: Stage) -> None:
    """Run the tests that start no server."""
    stage.pytest(*PARALLEL, *UNIT_TESTS)


def integration(stage: Stage) -> None:
    """Run the tests against the real Keystone and the emulator, but for those that each of the `core` stages runs."""
    stage.pytest(*PARALLEL, "-m", "not cloud and not every_core", INTEGRATION_TESTS)


def cloud(stage: Stage) -> None:
    """Run the tests against the whole cloud."""
    stage.pytest("-m", "cloud", INTEGRATION_TESTS)


def package(stage: Stage) -> None:
    """Build the collection, install it somewhere else, and use it there."""
    tarball = build_collection(stage)
    with tarfile.open(tarball) as archive:
        guards.check_tarball(archive.getnames())
    tree = BUILD / "installed"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    installed = functools.partial(stage.run, cwd=tree, ANSIBLE_COLLECTIONS_PATH=str(tree))
    installed("ansible-galaxy", "collection", "install", "--offline", "-p", tree, tarball)
    modules = {f"{COLLECTION}.{path.stem}" for path in (ROOT / "plugins" / "modules").glob("*.py")}
    documents = json.loads(installed("ansible-doc", "--json", *sorted(modules)))
    guards.check_documented(documents, modules, tree / COLLECTION_PATH)
    for playbook in sorted(set((ROOT / "playbooks").glob("*.yml")) - set((ROOT / "playbooks").glob("*.meta.yml"))):
        installed("ansible-playbook", "--syntax-check", f"{COLLECTION}.{playbook.stem}")
    needs = installed("ansible-builder", "introspect", tree)
    if "keystoneauth1" not in needs:
        raise StageError("ansible-builder does not see what the collection needs in an execution environment")


def molecule(stage: Stage) -> None:
    """Run the scenarios of the roles against a cloud that the scenario "default" starts and stops."""
    state = BUILD / "molecule" / "cloud"
    roles = {path.name for path in (ROOT / "roles").iterdir()}
    try:
        stage.run("molecule", "destroy")  # the remains of a run that was killed
        guards.check_molecule(stage.run("molecule", "test", "--all"), roles)
    finally:
        if state.exists():  # the run was interrupted
            run_cloud("down", state)


def demo(stage: Stage) -> None:
    """Run the demo, which fails if a step does not do what it says."""
    stage.run(sys.executable, ROOT / "dev.py", "demo")


def importer(stage: Stage) -> None:
    """Let galaxy-importer look at the tarball, as Galaxy and Automation Hub do."""
    venv = BUILD / "importer"
    make_venv(venv, PYTHON, REQUIREMENTS / "importer.txt")
    settings = {
        "CHECK_REQUIRED_TAGS": True,
        "CHECK_RUNTIME_YAML": True,
        "CHECK_CHANGELOG": True,
        "RUN_FLAKE8": False,
    }
    config = BUILD / "galaxy-importer.cfg"
    config.write_text("\n".join(["[galaxy-importer]", *(f"{key} = {value}" for key, value in settings.items()), ""]))
    tarball = build_collection(stage)
    command = ("python", "-m", "galaxy_importer.main", tarball)
    guards.check_importer(stage.run(*command, cwd=tarball.parent, venv=venv, GALAXY_IMPORTER_CONFIG=str(config)))


def core(line: str, stage: Stage) -> None:
    """Run sanity tests, unit tests and a part of the integration tests under one line of ansible-core.

    The tools of developers have sanity tests under the newest line only: they are made for the newest pylint, and more
    than half of the time goes into them.
    """
    python = core_interpreter(line)
    if not python:
        oldest, newest = CORE_LINES[line]
        stage.lack(f"no Python 3.{oldest} to 3.{newest} for ansible-core {line}")
        return
    venv = BUILD / f"core-{line}"
    make_venv(venv, python, REQUIREMENTS / "test.txt", f"ansible-core=={line}.*")
    run_all(
        lambda: run_sanity(stage, venv, whole=line == newest_line()),
        lambda: stage.pytest(*PARALLEL, *CORE_TESTS, venv=venv),
        lambda: stage.pytest("-m", "every_core", INTEGRATION_TESTS, venv=venv),
    )


def py39(stage: Stage) -> None:
    """Run the unit tests of what runs on a managed node, on the oldest Python there with the libraries that it gets."""
    python = find_program(f"python{OLDEST_TARGET}")
    if not python:
        stage.lack(f"no Python {OLDEST_TARGET}")
        return
    venv = BUILD / "py39"
    make_venv(venv, python, REQUIREMENTS / "py39.txt")
    # No ansible-core that supports this collection can be installed there. Its module_utils run there nevertheless.
    # The rest of it does not: `import ansible.errors` is a syntax error.
    ansible = next(venv.glob("lib/python3*/site-packages")) / "ansible"
    if not ansible.exists():
        ansible.symlink_to(next(VENV.glob("lib/python3*/site-packages/ansible")))
    stage.pytest(*TARGET_TESTS, venv=venv)


CORE_STAGES: dict[str, Callable[[Stage], None]] = {f"core-{line}": functools.partial(core, line) for line in CORE_LINES}
# Longest first, since the scheduler starts them in this order, two at a time.
STAGES: dict[str, Callable[[Stage], None]] = {
    "integration": integration,
    **CORE_STAGES,
    **{stage.__name__: stage for stage in (sanity, cloud, molecule, demo, unit, py39, importer, lint, package)},
}
NEEDS_CLOUD = {"integration", "cloud", "molecule", "demo", *CORE_STAGES}  # or at least Keystone and the emulator
