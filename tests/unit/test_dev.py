# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry to all tests: what it takes for a success, what it leaves out, what its tools see of this machine."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

import dev

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


def junit(path: Path, tests: int, skipped: int = 0) -> Path:
    """Write the head of a report as pytest does, and return its path."""
    path.write_text(f'<testsuites><testsuite name="pytest" tests="{tests}" skipped="{skipped}" failures="0" errors="0"/></testsuites>')
    return path


def test_pytest_that_ran_tests_passes(tmp_path: Path) -> None:
    dev.check_pytest(junit(tmp_path / "report.xml", tests=3))


@pytest.mark.parametrize(("tests", "skipped", "message"), [(0, 0, "ran no test"), (3, 1, "skipped 1 of 3")])
def test_pytest_that_left_tests_out_fails(tmp_path: Path, tests: int, skipped: int, message: str) -> None:
    with pytest.raises(dev.StageError, match=message):
        dev.check_pytest(junit(tmp_path / "report.xml", tests, skipped))


def test_pytest_without_report_fails(tmp_path: Path) -> None:
    with pytest.raises(dev.StageError, match="no report"):
        dev.check_pytest(tmp_path / "report.xml")


def test_sanity_that_looked_at_everything_passes() -> None:
    dev.check_sanity(SANITY)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("WARNING: All targets skipped.\n", "ansible-doc, pep8, pylint, runtime-metadata, validate-modules, compile on Python 3.9, import on Python 3.9"),
        (SANITY + "No tests applicable.\n", "nothing to do for validate-modules"),
        (SANITY.replace('"import" on Python 3.9\n', '"import" on Python 3.9\nNo tests applicable.\n'), "nothing to do for import on Python 3.9"),
        (SANITY.replace('Running sanity test "compile" on Python 3.9\n', ""), "nothing to do for compile on Python 3.9"),
        (SANITY + 'WARNING: Skipping sanity test "pylint" on Python 3.13 due to missing virtual environment support.\n', "virtual environment"),
    ],
)
def test_sanity_that_left_something_out_fails(output: str, message: str) -> None:
    with pytest.raises(dev.StageError, match=message):
        dev.check_sanity(output)


def test_missing_pythons_are_found_in_their_order() -> None:
    missing = "".join(
        f"WARNING: Skipping sanity test {test} because it could not be found.\n" for test in ('"import" on Python 3.10', '"compile" on Python 3.9')
    )
    assert dev.missing_pythons(missing * 2) == ["3.9", "3.10"]


def test_oldest_python_that_is_missing_is_left_to_the_note() -> None:
    skipped = "WARNING: Skipping sanity test"
    dev.check_sanity("\n".join(f"{skipped} {line[20:]} because it could not be found." if "3.9" in line else line for line in SANITY.splitlines()))


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "come to its end"),
        ("WARNING: No changelog found.\nImporter processing completed successfully\n", "No changelog"),
        ("ERROR: bad\nImporter processing completed successfully\n", "bad"),
    ],
)
def test_importer_that_complains_fails(output: str, message: str) -> None:
    with pytest.raises(dev.StageError, match=message):
        dev.check_importer(output)


def test_importer_that_is_content_passes() -> None:
    dev.check_importer("INFO: Processing galaxy.yml\nINFO: Importer processing completed successfully\n")


RECAP = "PLAY RECAP ****\nlocalhost                  : ok=2    changed=1    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0\n\n"


def molecule(steps: str, recap: str = RECAP) -> str:
    """Return what molecule prints of these steps."""
    return "".join(f"INFO     [{step}] Executing\n\n{recap}INFO     [{step}] Executed: Successful\n" for step in steps.split(", "))


STEPS = "default > create, storage > converge, storage > idempotence, storage > verify, storage > cleanup, default > destroy"


def test_molecule_that_ran_every_step_passes() -> None:
    dev.check_molecule(molecule(STEPS), {"storage"})


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("", "did not run default > create, storage > converge, storage > idempotence, storage > verify, storage > cleanup, default > destroy$"),
        (molecule(STEPS.replace("storage > verify, ", "")), "did not run storage > verify$"),
        (molecule(STEPS.replace("default > create", "default > check")), "did not run default > create$"),
        (molecule(STEPS, recap="PLAY RECAP ****\n\n"), "no host"),
        (molecule(STEPS, recap=""), "no host"),
        (molecule(STEPS).replace("ok=2", "ok=0", 1), "no host"),
        (molecule(STEPS) + "skipping: no hosts matched\n", "no host"),
    ],
)
def test_molecule_that_left_something_out_fails(output: str, message: str) -> None:
    with pytest.raises(dev.StageError, match=message):
        dev.check_molecule(output, {"storage"})


def test_role_without_scenario_fails() -> None:
    with pytest.raises(dev.StageError, match="did not run recover > converge, recover > idempotence"):
        dev.check_molecule(molecule(STEPS), {"storage", "recover"})


def documented(path: Path) -> dict[str, Any]:
    """Return what ansible-doc prints of one module in that file."""
    return {"openprotect.backup.workload": {"doc": {"filename": str(path)}}}


def test_documentation_of_the_installed_modules_passes(tmp_path: Path) -> None:
    dev.check_documented(documented(tmp_path / "plugins" / "modules" / "workload.py"), {"openprotect.backup.workload"}, tmp_path)


def test_documentation_of_another_copy_fails(tmp_path: Path) -> None:
    with pytest.raises(dev.StageError, match="another copy"):
        dev.check_documented(documented(Path("/elsewhere/workload.py")), {"openprotect.backup.workload"}, tmp_path)


def test_module_that_is_not_installed_fails(tmp_path: Path) -> None:
    modules = {"openprotect.backup.workload", "openprotect.backup.policy"}
    with pytest.raises(dev.StageError, match="policy"):
        dev.check_documented(documented(tmp_path / "workload.py"), modules, tmp_path)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dev.Stage:
    monkeypatch.setattr(dev, "LOGS", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return dev.Stage("example", echo=False)


def test_command_that_fails_fails_the_stage_and_is_logged(stage: dev.Stage) -> None:
    with pytest.raises(dev.StageError, match="exit status 3"):
        stage.run("sh", "-c", "echo out; echo err >&2; exit 3")
    assert stage.log.read_text().splitlines()[1:] == ["out", "err"]


def test_every_step_is_run_and_every_failure_told(stage: dev.Stage) -> None:
    steps = [lambda: stage.run("sh", "-c", "exit 3"), lambda: stage.write("done\n"), lambda: stage.run("sh", "-c", "exit 4")]
    with pytest.raises(dev.StageError, match=r"status 3: .*\n.*status 4: "):
        dev.run_all(*steps)
    assert "done\n" in stage.log.read_text()


def test_what_a_machine_lacks_skips_the_stage(stage: dev.Stage) -> None:
    with pytest.raises(dev.StageSkipped, match="no Python"):
        stage.lack("no Python 3.1")


def test_what_a_machine_lacks_in_part_is_noted(stage: dev.Stage) -> None:
    stage.lack("no Python 3.1", whole=False)
    assert stage.notes == ["no Python 3.1"]


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_machine_lacks_fails_in_ci(stage: dev.Stage, monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(dev.StageError, match="no Python"):
        stage.lack("no Python 3.1", whole=whole)


@pytest.mark.parametrize(
    ("error", "passed", "outcome"),
    [(None, True, "passed"), (dev.StageError("broken"), False, "failed"), (dev.StageSkipped("no Python 3.1"), True, "skipped: no Python 3.1")],
)
def test_end_of_a_stage_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception | None, passed: bool, outcome: str
) -> None:
    def example(stage: dev.Stage) -> None:
        stage.write("one line\n")
        if error:
            raise error

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "BUILD", tmp_path)
    monkeypatch.setattr(dev, "LOGS", tmp_path / "log")
    monkeypatch.setitem(dev.STAGES, "example", example)
    monkeypatch.setattr(dev, "time", SimpleNamespace(monotonic=iter((100.0, 107.4)).__next__))
    assert dev.run_stage("example", False, threading.Lock()) is passed
    printed = capsys.readouterr().out
    assert f"== example: {outcome}, 7 s\n" in printed
    assert ("one line\nbroken\n" in printed) is (outcome == "failed")


def test_no_name_stands_for_all_but_the_rest_of_the_matrix() -> None:
    cores = {"core-2.16", f"core-{dev.newest_line()}"}
    assert set(dev.chosen([])) == {"cloud", "demo", "importer", "integration", "lint", "molecule", "package", "py39", "unit", *cores}


def test_groups_and_names_are_each_run_once() -> None:
    stages = dev.chosen(["unit", "matrix", "core-2.16", "unit"])
    assert stages == [name for name in dev.STAGES if name in {"unit", "core-2.16", "core-2.19", f"core-{dev.newest_line()}", "py39"}]


def test_signal_stops_the_commands_of_all_stages(stage: dev.Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "STOPPING", threading.Event())
    ended: list[str] = []

    def wait() -> None:
        with pytest.raises(dev.StageError, match="exit status 7"):
            stage.run("sh", "-c", "trap 'exit 7' INT; echo ready; while :; do sleep 0.1; done")
        with pytest.raises(dev.StageError, match="stopped"):
            stage.run("true")
        ended.append("both")

    thread = threading.Thread(target=wait)
    thread.start()
    while "ready" not in stage.log.read_text().splitlines():
        time.sleep(0.01)
    dev.stop_stages()
    thread.join(timeout=60)
    assert ended == ["both"]
    assert not dev.RUNNING


def test_commands_can_be_interrupted_also_where_the_shell_started_it_in_the_background() -> None:
    script = "import dev, subprocess; dev.take_signals(); subprocess.run(['sh', '-c', \"trap 'echo stopped' INT; kill -INT $$\"], check=True)"
    background = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", script]
    done = subprocess.run(background, cwd=dev.ROOT, env=dev.environment(), capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "stopped\n"


@pytest.mark.parametrize("names", [[], ["unit"], ["core-2.17", "matrix"]])
def test_names_of_stages_and_groups_are_taken(names: list[str]) -> None:
    assert dev.command_line().parse_args(["test", *names]).stage == names


def test_name_of_no_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.command_line().parse_args(["test", "units"])
    assert "no stage 'units'" in capsys.readouterr().err


def test_tools_see_nothing_of_the_users_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OS_CLOUD", "ANSIBLE_COLLECTIONS_PATH", "OPENPROTECT_SERVER_LINE", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "theirs")
    seen = dev.environment()
    assert "theirs" not in seen.values()
    assert seen["HOME"] == str(dev.HOME)
    assert seen["ANSIBLE_COLLECTIONS_PATH"] == str(dev.LINK)


def test_stand_ins_of_pyenv_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions" / "3.9.1" / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/shims:/usr/bin")
    assert dev.search_path() == ["/usr/bin", f"{tmp_path}/versions/3.9.1/bin"]


def test_newest_python_that_fits_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for minor in (4, 5, 6):
        program = tmp_path / f"python3.{minor}"
        program.write_text("")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert dev.interpreter(range(3, 6)) == str(tmp_path / "python3.5")
    assert dev.interpreter([7]) is None


def test_action_groups_hold_every_module() -> None:
    runtime = yaml.safe_load((dev.ROOT / "meta" / "runtime.yml").read_text())
    modules = {path.stem for path in (dev.ROOT / "plugins" / "modules").glob("*.py")}
    acronis = {name for name in modules if name.startswith("acronis_")}
    assert set(runtime["action_groups"]["trilio"]) == modules - acronis
    assert set(runtime["action_groups"]["acronis"]) == acronis
    assert runtime["action_groups"]["all"] == [{"metadata": {"extend_group": ["trilio", "openstack.cloud.openstack"]}}]
