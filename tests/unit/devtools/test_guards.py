# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guards against false success: what each tool may leave out, and what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devtools import guards
from devtools.errors import StageError

SANITY = """\
Running sanity test "ansible-doc"
Running sanity test "compile" on Python 3.9
WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.
Running sanity test "import" on Python 3.9
Running sanity test "import" on Python 3.13
No tests applicable.
Running sanity test "pep8"
Running sanity test "pslint"
No tests applicable.
Running sanity test "pylint"
Running sanity test "runtime-metadata"
Running sanity test "validate-modules"
"""
LINTERS = "ansible-doc, pep8, pylint, runtime-metadata, validate-modules"
COMPILE = 'Running sanity test "compile" on Python 3.9\n'
IMPORT = 'Running sanity test "import" on Python 3.9\n'
SKIPPED = "WARNING: Skipping sanity test"
NOT_FOUND = "because it could not be found.\n"
NO_VENV = f'{SKIPPED} "pylint" on Python 3.13 due to missing virtual environment support.\n'


def junit(path: Path, tests: int, skipped: int = 0) -> Path:
    """Write the head of a report of pytest, and return its path."""
    suite = f'<testsuite name="pytest" tests="{tests}" skipped="{skipped}" failures="0" errors="0"/>'
    path.write_text(f"<testsuites>{suite}</testsuites>")
    return path


def test_pytest_that_ran_tests_passes(tmp_path: Path) -> None:
    guards.check_pytest(junit(tmp_path / "report.xml", tests=3))


@pytest.mark.parametrize(("tests", "skipped", "message"), [(0, 0, "ran no test"), (3, 1, "skipped 1 of 3")])
def test_pytest_that_left_tests_out_fails(tmp_path: Path, tests: int, skipped: int, message: str) -> None:
    with pytest.raises(StageError, match=message):
        guards.check_pytest(junit(tmp_path / "report.xml", tests, skipped))


def test_pytest_without_report_fails(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="no report"):
        guards.check_pytest(tmp_path / "report.xml")


def test_sanity_that_looked_at_everything_passes() -> None:
    guards.check_sanity(SANITY)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("WARNING: All targets skipped.\n", f"{LINTERS}, compile on Python 3.9, import on Python 3.9"),
        (f"{SANITY}No tests applicable.\n", "nothing to do for validate-modules"),
        (SANITY.replace(IMPORT, f"{IMPORT}No tests applicable.\n"), "nothing to do for import on Python 3.9"),
        (SANITY.replace(COMPILE, ""), "nothing to do for compile on Python 3.9"),
        (f"{SANITY}{NO_VENV}", "virtual environment"),
    ],
)
def test_sanity_that_left_something_out_fails(output: str, message: str) -> None:
    with pytest.raises(StageError, match=message):
        guards.check_sanity(output)


def test_missing_pythons_are_found_in_their_order() -> None:
    tests = ('"import" on Python 3.10', '"compile" on Python 3.9')
    output = "".join(f"{SKIPPED} {test} {NOT_FOUND}" for test in tests)
    assert guards.missing_pythons(output * 2) == ["3.9", "3.10"]


def test_oldest_python_that_is_missing_is_left_to_the_note() -> None:
    output = SANITY
    for line in (COMPILE, IMPORT):
        test = line.removeprefix("Running sanity test ").rstrip()
        output = output.replace(line, f"{SKIPPED} {test} {NOT_FOUND}")
    assert guards.missing_pythons(output) == ["3.9", "3.14"]
    guards.check_sanity(output)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "come to its end"),
        ("WARNING: No changelog found.\nImporter processing completed successfully\n", "No changelog"),
        ("ERROR: bad\nImporter processing completed successfully\n", "bad"),
    ],
)
def test_importer_that_complains_fails(output: str, message: str) -> None:
    with pytest.raises(StageError, match=message):
        guards.check_importer(output)


def test_importer_that_is_content_passes() -> None:
    guards.check_importer("INFO: Processing galaxy.yml\nINFO: Importer processing completed successfully\n")


RECAP = """\
PLAY RECAP ****
localhost                  : ok=2    changed=1    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0

"""
ROLE_STEPS = "storage > converge, storage > idempotence, storage > verify, storage > cleanup"
STEPS = f"default > create, {ROLE_STEPS}, default > destroy"


def molecule(steps: str, recap: str = RECAP) -> str:
    """Return the output of molecule for these steps."""
    lines = "INFO     [{0}] Executing\n\n{1}INFO     [{0}] Executed: Successful\n"
    return "".join(lines.format(step, recap) for step in steps.split(", "))


def test_molecule_that_ran_every_step_passes() -> None:
    guards.check_molecule(molecule(STEPS), {"storage"})


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", f"did not run {STEPS}$"),
        (molecule(STEPS.replace("storage > verify, ", "")), "did not run storage > verify$"),
        (molecule(STEPS.replace("default > create", "default > check")), "did not run default > create$"),
        (molecule(STEPS, recap="PLAY RECAP ****\n\n"), "no host"),
        (molecule(STEPS, recap=""), "no host"),
        (molecule(STEPS).replace("ok=2", "ok=0", 1), "no host"),
        (molecule(STEPS) + "skipping: no hosts matched\n", "no host"),
    ],
)
def test_molecule_that_left_something_out_fails(output: str, message: str) -> None:
    with pytest.raises(StageError, match=message):
        guards.check_molecule(output, {"storage"})


def test_role_without_scenario_fails() -> None:
    with pytest.raises(StageError, match="did not run recover > converge, recover > idempotence"):
        guards.check_molecule(molecule(STEPS), {"storage", "recover"})


def documented(path: Path) -> dict[str, Any]:
    """Return the output of ansible-doc for one module, read from this file."""
    return {"openprotect.backup.workload": {"doc": {"filename": str(path)}}}


def test_documentation_of_the_installed_modules_passes(tmp_path: Path) -> None:
    documents = documented(tmp_path / "plugins" / "modules" / "workload.py")
    guards.check_documented(documents, {"openprotect.backup.workload"}, tmp_path)


def test_documentation_of_another_copy_fails(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="another copy"):
        guards.check_documented(documented(Path("/elsewhere/workload.py")), {"openprotect.backup.workload"}, tmp_path)


def test_module_that_is_not_installed_fails(tmp_path: Path) -> None:
    modules = {"openprotect.backup.workload", "openprotect.backup.policy"}
    with pytest.raises(StageError, match="policy"):
        guards.check_documented(documented(tmp_path / "workload.py"), modules, tmp_path)


def test_tarball_of_what_users_need_passes() -> None:
    guards.check_tarball(["docs", "docs/docsite/rst/guide.rst", "extensions", "extensions/eda", "plugins/tests.py"])


@pytest.mark.parametrize("name", ["tests/conftest.py", "devtools", "docs/style.md", "extensions/molecule/molecule.yml"])
def test_tarball_with_tools_of_developers_fails(name: str) -> None:
    with pytest.raises(StageError, match=f": {name}$"):
        guards.check_tarball(["README.md", name, "plugins/modules/workload.py"])
