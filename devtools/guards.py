# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guards against false success: each makes sure that a tool which reports success did all of its work."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from devtools.errors import StageError
from devtools.interpreters import OLDEST_TARGET

MOLECULE_STEPS = ("converge", "idempotence", "verify", "cleanup")  # of the scenario of each role

# Only those who change the collection need these. `build_ignore` in galaxy.yml keeps them out of the tarball.
NOT_IN_TARBALL = (
    ".ci",
    "dev.py",
    "devtools",
    "docs/reference",
    "docs/style.md",
    "extensions/molecule",
    "requirements",
    "tests",
)


def check_pytest(junit: Path) -> None:
    """Make sure that pytest ran tests and skipped none: nobody runs a test that is skipped.

    :param junit: The report in the format of JUnit.
    :raises StageError: There is no report, no test ran, or a test was skipped.
    """
    if not junit.exists():
        raise StageError("pytest wrote no report")
    suites = list(ET.parse(junit).getroot().iter("testsuite"))
    count = {kind: sum(int(suite.get(kind, 0)) for suite in suites) for kind in ("tests", "skipped")}
    if not count["tests"]:
        raise StageError("pytest ran no test")
    if count["skipped"]:
        raise StageError(f"pytest skipped {count['skipped']} of {count['tests']} tests")


def missing_pythons(output: str) -> list[str]:
    """Return the versions of Python that ansible-test did not find, oldest first."""
    found = set(re.findall(r"on Python (\d+\.\d+) because it could not be found", output))
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


def check_sanity(output: str) -> None:
    """Make sure that the sanity tests of ansible-test looked at this collection and at its modules.

    :param output: The output of `ansible-test sanity -v`.
    :raises StageError: A test did not run, had no files to look at, or lacked something that it needs.
    """
    parts = re.split(r"^Running sanity test ", output, flags=re.M)[1:]
    ran = {part.splitlines()[0].replace('"', "") for part in parts if "No tests applicable." not in part}
    wanted = ["ansible-doc", "pep8", "pylint", "runtime-metadata", "validate-modules"]
    if OLDEST_TARGET not in missing_pythons(output):
        wanted += [f"{name} on Python {OLDEST_TARGET}" for name in ("compile", "import")]
    if idle := [name for name in wanted if name not in ran]:
        raise StageError(f"ansible-test had nothing to do for {', '.join(idle)}")
    if lacking := re.findall(r"WARNING: (Skipping sanity test .* due to missing .*)", output):
        raise StageError("; ".join(lacking))


def check_importer(output: str) -> None:
    """Make sure that galaxy-importer finished without a complaint.

    :param output: The output of galaxy-importer.
    :raises StageError: It did not finish, or it printed a warning or an error.
    """
    if "Importer processing completed successfully" not in output:
        raise StageError("galaxy-importer did not come to its end")
    if complaints := re.findall(r"^(?:WARNING|ERROR).*", output, flags=re.M):
        raise StageError("\n".join(complaints))


def check_molecule(output: str, roles: set[str]) -> None:
    """Make sure that molecule ran every step for every role, each on a host: a play without hosts is a success too.

    :param output: The output of `molecule test --all`.
    :param roles: Names of the roles. The scenarios have the same names.
    :raises StageError: A scenario or a step is missing, or a play found no host.
    """
    ran = set(re.findall(r"\[(\w+) > (\w+)\] Executed: Successful", output))
    of_roles = [(role, step) for role in sorted(roles) for step in MOLECULE_STEPS]
    wanted = [("default", "create"), *of_roles, ("default", "destroy")]
    if missing := [f"{scenario} > {step}" for scenario, step in wanted if (scenario, step) not in ran]:
        raise StageError(f"molecule did not run {', '.join(missing)}")
    recaps = re.findall(r"^PLAY RECAP \*+\n(.*)", output, flags=re.M)
    every_play_had_a_host = len(recaps) >= len(wanted) and all(re.search(r" : ok=[1-9]", recap) for recap in recaps)
    if "skipping: no hosts matched" in output or not every_play_had_a_host:
        raise StageError("molecule ran a playbook that found no host")


def for_developers(name: str) -> bool:
    """Return whether only those who change the collection need a file.

    :param name: Its path in the work tree or in the tarball.
    """
    return any(PurePosixPath(name).is_relative_to(each) for each in NOT_IN_TARBALL)


def check_tarball(names: Iterable[str]) -> None:
    """Make sure that the tarball of the collection holds nothing that only its developers need.

    :param names: Paths in the tarball.
    :raises StageError: It holds such files.
    """
    if unwanted := [name for name in names if for_developers(name)]:
        raise StageError(f"in the tarball, and of no use there: {', '.join(unwanted)}")


def check_documented(documents: dict[str, dict[str, dict[str, str]]], modules: set[str], below: Path) -> None:
    """Make sure that every module is documented, and that the documentation was read from the installed collection.

    :param documents: The output of `ansible-doc --json`.
    :param modules: Names of the modules in the source.
    :param below: Directory of the installed collection.
    :raises StageError: A module is missing, or another copy of the collection was read.
    """
    if set(documents) != modules:
        raise StageError(f"modules in the source: {sorted(modules)}; installed and documented: {sorted(documents)}")
    files = [document["doc"]["filename"] for document in documents.values()]
    if elsewhere := [file for file in files if below not in Path(file).parents]:
        raise StageError(f"read from another copy: {', '.join(elsewhere)}")
