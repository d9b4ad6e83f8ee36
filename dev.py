# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set up and run everything, with nothing but git and Python 3.11 or newer: `python3 dev.py demo`, `python3 dev.py test`."""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
CLOUD_VENV = ROOT / ".venv-cloud"
BUILD = ROOT / ".build"  # all that is made on the way; may be removed at any time
LOGS = BUILD / "log"
HOME = BUILD / "home"  # the tools' home: nothing that the user keeps in the real one leaks into a test, and nothing is written there
LINK = BUILD / "link"  # a collections tree with one symbolic link to here, for all tools but ansible-test
REQUIREMENTS = ROOT / "requirements"
NAMESPACE, NAME = "openprotect", "backup"
COLLECTION = f"{NAMESPACE}.{NAME}"
HERE = Path("ansible_collections", NAMESPACE, NAME)
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))  # the same one when this runs in an environment that it made itself
SERVERS = ("web-1", "web-2", "db-1")  # what there is to protect in the demo, and in a cloud to play with
ALL_SERVICES = "keystone,placement,glance,neutron,cinder,nova,workloadmgr"
LIGHT_SERVICES = "keystone,workloadmgr"

# The supported lines of ansible-core, oldest first: the minor versions of Python 3 that both the line and the tests run on.
CORE_LINES = {"2.16": (11, 12), "2.17": (11, 12), "2.18": (11, 13), "2.19": (11, 13), "2.20": (12, 14), "2.21": (12, 14)}
MATRIX_LINES = ("2.16", "2.19")  # and the newest that installs here
OLDEST_TARGET = "3.9"  # the oldest Python that a managed node may have
CONTROLLER_SIDE = (
    "emulator",
    "test_dev.py",
    "test_guides.py",
    "test_policies_to_yaml.py",
    "test_progress.py",
    "test_roles.py",
    "test_workloads_of_policies.py",
    "test_workloads_report.py",
)  # the rest of tests/unit is there for that Python too
MODULE_SIDE = tuple(f"--ignore=tests/unit/{name}" for name in CONTROLLER_SIDE)
SCENARIO = ("converge", "idempotence", "verify", "cleanup")  # what molecule does with each role
COMPAT_TESTS = (  # what each line of ansible-core runs of the integration tests
    "tests/integration/test_playbook.py",
    "tests/integration/test_playbook_preflight.py::test_by_its_full_name",
    "tests/integration/test_progress.py::test_the_operator_sees_how_far_a_restore_is",
    "tests/integration/test_role_protect.py::test_empty_project",
    "tests/integration/test_inventory.py::test_inventory_that_awx_has_imported_does_the_same",
    "tests/integration/test_inventory.py::test_secret_may_stand_in_the_file_as_a_vault",
    "tests/integration/test_workload_export.py::test_round_trip_through_a_file_and_the_role",
)

# ansible-test gives its environments pip by a script that it downloads from a host of its own; the one it finds in its cache is used instead.
GET_PIP = '''"""Install pip from ensurepip, then what else was asked for from the index."""
import subprocess
import sys

arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *arguments]))
'''


class StageError(Exception):
    """A stage did not pass; the message says why."""


class StageSkipped(Exception):
    """A stage cannot run on this machine; the message says what it lacks."""


# ---- Environments ----------------------------------------------------------------------------------------------------------------------------------


def search_path() -> list[str]:
    """Return the directories to look for programs in: real interpreters, none of pyenv's stand-ins for versions that are not there."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    given = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry) != pyenv / "shims"]
    versions = pyenv / "versions"
    there = sorted(versions.glob("3.*/bin")) if os.access(versions, os.R_OK | os.X_OK) else []
    return [*given, *map(str, there)]


def environment(venv: Path = VENV) -> dict[str, str]:
    """Return the environment that tools run in: the virtual environment's programs first, the same whoever runs it and wherever."""
    hidden = ("ANSIBLE_", "OPENPROTECT_", "OS_", "PYTHON", "VIRTUAL_ENV")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(hidden)},
        "PATH": os.pathsep.join([str(venv / "bin"), *search_path()]),
        "HOME": str(HOME),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(LINK),
    }


def interpreter(minors: Sequence[int]) -> str | None:
    """Return the program of the newest Python 3 among these minor versions that is on this machine, or None."""
    for minor in sorted(minors, reverse=True):
        if sys.version_info[:2] == (3, minor):
            return PYTHON
        if found := shutil.which(f"python3.{minor}", path=os.pathsep.join(search_path())):
            return found
    return None


def core_interpreter(line: str) -> str | None:
    """Return the Python to run this line of ansible-core with, or None where this machine has none that fits."""
    oldest, newest = CORE_LINES[line]
    return interpreter(range(oldest, newest + 1))


def newest_line() -> str:
    """Return the newest line of ansible-core that a Python of this machine can run."""
    return [line for line in CORE_LINES if core_interpreter(line)][-1]


# ---- Set-up ----------------------------------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock, so that two runs of this program in one work tree wait for each other where they write the same files."""
    path = BUILD / "lock" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def uv() -> str:
    """Return the program uv, which installs several times faster than pip: the one on PATH, else one that pip installs below .build."""
    if found := shutil.which("uv"):
        return found
    program = BUILD / "uv" / "bin" / "uv"
    with locked("uv"):
        if not program.exists():
            subprocess.run([PYTHON, "-m", "venv", "--clear", BUILD / "uv"], check=True)
            pip = (BUILD / "uv" / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
            subprocess.run([*pip, "install", "--requirement", REQUIREMENTS / "uv.txt"], check=True)
    return str(program)


def make_venv(path: Path, python: str, *wanted: Path | str) -> None:
    """Make a virtual environment; one that was made of the same already is left alone.

    :param python: The interpreter, a path.
    :param wanted: Locked requirements, each the path of a file or one requirement.
    :raises subprocess.CalledProcessError: A package could not be installed; uv has said why on stderr.
    """
    stamp = path / "stamp"
    made_of = [str(path), python, sys.version, *(item.read_text() if isinstance(item, Path) else item for item in wanted)]
    digest = hashlib.sha256("\n".join(made_of).encode()).hexdigest()
    with locked(path.name):
        if stamp.exists() and stamp.read_text() == digest:
            return
        print(f"Setting up {path.relative_to(ROOT)}", flush=True)
        # The machine's own certificates, and bytecode now rather than in each process that may not write it.
        env = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_COMPILE_BYTECODE": "1", "UV_PYTHON_DOWNLOADS": "never"}
        subprocess.run([uv(), "venv", "--quiet", "--clear", "--python", python, path], check=True, env=env)
        packages = [argument for item in wanted for argument in (("--requirement", str(item)) if isinstance(item, Path) else (item,))]
        subprocess.run([uv(), "pip", "install", "--quiet", "--python", path / "bin" / "python", *packages], check=True, env=env)
        stamp.write_text(digest)


def make_home() -> None:
    """Make the tools' home, with the settings of pip and git that this machine may need to reach an index or to trust this work tree."""
    for name in (".config/pip", ".pip", ".gitconfig"):
        theirs, ours = Path.home() / name, HOME / name
        ours.parent.mkdir(parents=True, exist_ok=True)
        if theirs.exists() and not ours.is_symlink():
            ours.symlink_to(theirs)


def make_link() -> None:
    """Make the collections tree, with one symbolic link to this work tree."""
    link = LINK / HERE
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(ROOT, link.parent))


def setup(cloud: bool) -> None:
    """Make the environments, in parallel, and all else that the tools need.

    :param cloud: Whether the environment with the services of OpenStack is needed too.
    """
    with locked("setup"):
        make_home()
        make_link()
    wanted = {VENV: "dev.txt", **({CLOUD_VENV: "cloud.txt"} if cloud else {})}
    uv()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda venv: make_venv(venv, PYTHON, REQUIREMENTS / wanted[venv]), wanted))


def lock() -> None:
    """Compile the lists of requirements anew, to the newest versions that go together on every supported Python."""
    for source in sorted(REQUIREMENTS.glob("*.in")):
        target = ("--python-version", "3.9", "--python-platform", "linux") if source.stem == "py39" else ("--universal", "--python-version", "3.11")
        options = ("--quiet", "--system-certs", "--upgrade", "--no-annotate", "--no-header", "--no-emit-index-url")
        subprocess.run([uv(), "pip", "compile", *options, *target, "--output-file", source.with_suffix(".txt"), source], check=True)


# ---- Guards: a tool that had nothing to do reports success ----------------------------------------------------------------------------------------------


def check_pytest(junit: Path) -> None:
    """Make sure that pytest ran tests, and skipped none: a skipped test is one that nobody runs.

    :param junit: The report in JUnit's format.
    :raises StageError: There is no such report, no test ran, or one was skipped.
    """
    if not junit.exists():
        raise StageError("pytest wrote no report")
    suites = list(ET.parse(junit).getroot().iter("testsuite"))
    count = {what: sum(int(suite.get(what, 0)) for suite in suites) for what in ("tests", "skipped")}
    if not count["tests"]:
        raise StageError("pytest ran no test")
    if count["skipped"]:
        raise StageError(f"pytest skipped {count['skipped']} of {count['tests']} tests")


def missing_pythons(output: str) -> list[str]:
    """Return the versions of Python that ansible-test did not find, oldest first."""
    found = set(re.findall(r"on Python (\d+\.\d+) because it could not be found", output))
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")])


def check_sanity(output: str) -> None:
    """Make sure that ansible-test's sanity tests looked at this collection, and at its modules.

    :param output: What C(ansible-test sanity -v) printed.
    :raises StageError: Tests did not run, had no files to look at, or were not done for want of something.
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
    """Make sure that galaxy-importer finished, and found nothing to complain about.

    :param output: What it printed.
    :raises StageError: It did not come to its end, or printed warnings.
    """
    if "Importer processing completed successfully" not in output:
        raise StageError("galaxy-importer did not come to its end")
    if complaints := re.findall(r"^(?:WARNING|ERROR).*", output, flags=re.M):
        raise StageError("\n".join(complaints))


def check_molecule(output: str, roles: set[str]) -> None:
    """Make sure that molecule ran every step of the scenario of every role, and each on a host: a play that finds none is a success.

    :param output: What C(molecule test --all) printed.
    :param roles: Names of the roles, and so of their scenarios.
    :raises StageError: There is no such scenario, a step of it was left out, or a play found no host.
    """
    ran = set(re.findall(r"\[(\w+) > (\w+)\] Executed: Successful", output))
    wanted = [("default", "create"), *((role, step) for role in sorted(roles) for step in SCENARIO), ("default", "destroy")]
    if missing := [f"{scenario} > {step}" for scenario, step in wanted if (scenario, step) not in ran]:
        raise StageError(f"molecule did not run {', '.join(missing)}")
    recaps = re.findall(r"^PLAY RECAP \*+\n(.*)", output, flags=re.M)
    if "skipping: no hosts matched" in output or len(recaps) < len(wanted) or not all(re.search(r" : ok=[1-9]", line) for line in recaps):
        raise StageError("molecule ran a playbook that found no host")


def check_documented(documents: dict[str, dict[str, dict[str, str]]], modules: set[str], below: Path) -> None:
    """Make sure that the documentation is that of the modules there are, read from where they were installed.

    :param documents: What C(ansible-doc --json) printed.
    :param modules: Names of the modules in the source.
    :param below: Directory of the installed collection.
    :raises StageError: Modules differ, or another copy of the collection answered.
    """
    if set(documents) != modules:
        raise StageError(f"modules in the source: {sorted(modules)}; installed and documented: {sorted(documents)}")
    if elsewhere := [found for document in documents.values() if below not in Path(found := document["doc"]["filename"]).parents]:
        raise StageError(f"read from another copy: {', '.join(elsewhere)}")


# ---- Stages ----------------------------------------------------------------------------------------------------------------------------------------


RUNNING: set[subprocess.Popen[str]] = set()  # the commands of all stages
STOPPING = threading.Event()  # no further command is started


def stop_stages() -> None:
    """Interrupt the commands that still run, as Ctrl-C does, so that they stop what they have started; their stages fail."""
    STOPPING.set()
    for process in list(RUNNING):
        with contextlib.suppress(ProcessLookupError):  # it ended just now
            os.killpg(process.pid, signal.SIGINT)


class Stage:
    """One run of a stage: its commands write to one log.

    :param name: Name of the stage, and of its log.
    :param echo: Whether the output is shown while it comes.
    """

    def __init__(self, name: str, echo: bool) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = LOGS / f"{name}.log"
        self.notes: list[str] = []
        self._echo = echo
        self._handle = self.log.open("w")

    def write(self, text: str) -> None:
        """Write to the log."""
        self._handle.write(text)
        self._handle.flush()
        if self._echo:
            print(text, end="", flush=True)

    def lack(self, what: str, whole: bool = True) -> None:
        """Say that this machine lacks what the stage needs.

        :param whole: Whether the stage ends here.
        :raises StageError: This is a run in CI, where nothing may be left out.
        :raises StageSkipped: The stage ends here.
        """
        if os.environ.get("CI") == "true":
            raise StageError(what)
        if whole:
            raise StageSkipped(what)
        self.notes.append(what)

    def run(self, *command: str | Path, cwd: Path = ROOT, venv: Path = VENV, **variables: str) -> str:
        """Run a command and return its output, both streams in one.

        :param venv: The virtual environment whose programs are used.
        :param variables: Further environment variables.
        :raises StageError: Its exit status is not 0.
        """
        words = [str(part) for part in command]
        self.write(f"+ {' '.join(words)}\n")
        env = {**environment(venv), "ANSIBLE_NOCOLOR": "1", "PY_COLORS": "0", **variables}
        words[0] = shutil.which(words[0], path=env["PATH"]) or words[0]
        lines = []
        start = functools.partial(subprocess.Popen, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, process_group=0)
        if STOPPING.is_set():
            raise StageError("stopped")
        with start(words, cwd=cwd, env=env, text=True, encoding="utf-8", errors="replace") as process:
            RUNNING.add(process)
            for line in process.stdout or ():
                lines.append(line)
                self.write(line)
        RUNNING.discard(process)
        if process.returncode:
            raise StageError(f"exit status {process.returncode}: {' '.join(str(part) for part in command)}")
        return "".join(lines)

    def pytest(self, *arguments: str | Path, venv: Path = VENV, cwd: Path = ROOT, **variables: str) -> None:
        """Run tests with pytest.

        :raises StageError: One failed, one was skipped, or none ran.
        """
        junit = LOGS / f"{self.name}.xml"
        junit.unlink(missing_ok=True)
        self.run("pytest", f"--junit-xml={junit}", *arguments, venv=venv, cwd=cwd, **variables)
        check_pytest(junit)

    def close(self) -> None:
        """Close the log."""
        self._handle.close()


def copy(stage: Stage) -> Path:
    """Return a real copy of what git knows of this work tree, a git work tree itself: ansible-test wants both.

    It resolves symbolic links, and in a directory that an outer git ignores it would find no files and call that a success.
    """
    target = BUILD / "copy" / stage.name / HERE
    target.mkdir(parents=True, exist_ok=True)
    if not (target / ".git").exists():
        stage.run("git", "init", "--quiet", cwd=target)
    list_files = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    wanted = {name for name in subprocess.check_output(list_files, cwd=ROOT, text=True).split("\0") if name and (ROOT / name).is_file()}
    present = set(subprocess.check_output(list_files, cwd=target, text=True).split("\0")) - {""}
    for name in present - wanted:
        (target / name).unlink()
    for name in wanted:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def build(stage: Stage) -> Path:
    """Build the collection, and return the tarball."""
    dist = BUILD / "dist" / stage.name
    shutil.rmtree(dist, ignore_errors=True)
    stage.run("ansible-galaxy", "collection", "build", "--output-path", dist, cwd=copy(stage))
    return next(dist.glob("*.tar.gz"))


def run_all(*steps: Callable[[], object]) -> None:
    """Run every step, also when one fails.

    :raises StageError: What failed, of all steps.
    """
    failed = []
    for step in steps:
        try:
            step()
        except StageError as exc:
            failed.append(str(exc))
    if failed:
        raise StageError("\n".join(failed))


def lint(stage: Stage) -> None:
    """Check style, types, playbooks, documentation and licences."""
    docs = ("--plugin-docs", "--skip-rstcheck", "--validate-collection-refs", "self", "--check-extra-docs-refs")
    python_files = [path for path in ("dev.py", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").iterdir())) if holds_python(ROOT / path)]
    commands: list[tuple[str | Path, ...]] = [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("yamllint", "--strict", "."),
        ("ansible-lint",),
        ("antsibull-changelog", "lint"),
        ("antsibull-docs", "lint-collection-docs", *docs, "."),
        ("mypy", *python_files, LINK.relative_to(ROOT) / HERE / "plugins"),
        ("reuse", "lint"),
    ]
    run_all(*(functools.partial(stage.run, *command) for command in commands))


def holds_python(path: Path) -> bool:
    """Return whether the path is a file of Python, or a directory with some."""
    return path.suffix == ".py" if path.is_file() else any(path.rglob("*.py"))


def run_sanity(stage: Stage, venv: Path) -> None:
    """Run all of ansible-test's sanity tests, with the ansible-test of that environment."""
    internals = next(venv.glob("lib/python3*/site-packages/ansible_test/_internal"))
    for version in set(re.findall(r"pip='([0-9.]+)'", (internals / "python_requirements.py").read_text())):
        script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(GET_PIP)
    output = stage.run("ansible-test", "sanity", "--local", "-v", "--color", "no", cwd=copy(stage), venv=venv)
    check_sanity(output)
    missing = missing_pythons(output)
    if OLDEST_TARGET in missing:
        stage.lack(f"Python {OLDEST_TARGET}, the oldest that the modules support, is not on this machine: not compiled and imported with it", whole=False)
    if others := [version for version in missing if version != OLDEST_TARGET]:
        stage.notes.append(f"not compiled and imported with Python {', '.join(others)}: not on this machine")


def sanity(stage: Stage) -> None:
    """Run ansible-test's sanity tests."""
    run_sanity(stage, VENV)


def unit(stage: Stage) -> None:
    """Run the tests that start no server."""
    stage.pytest("-n", "2", "tests/unit")


def integration(stage: Stage) -> None:
    """Run the tests against the real Keystone and the emulator."""
    stage.pytest("-n", "2", "-m", "not cloud", "tests/integration")


def cloud(stage: Stage) -> None:
    """Run the tests against the whole cloud."""
    stage.pytest("-m", "cloud", "tests/integration")


def package(stage: Stage) -> None:
    """Build the collection, install it somewhere else, and use it there."""
    tarball = build(stage)
    with tarfile.open(tarball) as archive:
        if unwanted := [name for name in archive.getnames() if name.split("/")[0] in ("tests", "requirements", ".ci", "dev.py", "extensions")]:
            raise StageError(f"in the tarball, and of no use there: {', '.join(unwanted)}")
    tree = BUILD / "installed"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    installed = functools.partial(stage.run, cwd=tree, ANSIBLE_COLLECTIONS_PATH=str(tree))
    installed("ansible-galaxy", "collection", "install", "--offline", "-p", tree, tarball)
    modules = {f"{COLLECTION}.{path.stem}" for path in (ROOT / "plugins" / "modules").glob("*.py")}
    documents = json.loads(installed("ansible-doc", "--json", *sorted(modules)))
    check_documented(documents, modules, tree / HERE)
    for playbook in sorted((ROOT / "playbooks").glob("*.yml")):
        installed("ansible-playbook", "--syntax-check", f"{COLLECTION}.{playbook.stem}")
    needs = installed("ansible-builder", "introspect", tree)
    if "keystoneauth1" not in needs:
        raise StageError("ansible-builder does not see what the collection needs in an execution environment")


def molecule(stage: Stage) -> None:
    """Run the scenarios of the roles against a cloud that the scenario "default" starts and stops."""
    state = BUILD / "molecule" / "cloud"
    try:
        stage.run("molecule", "destroy")  # what a run that was killed has left
        check_molecule(stage.run("molecule", "test", "--all"), {path.name for path in (ROOT / "roles").iterdir()})
    finally:
        if state.exists():  # the run was interrupted
            run_cloud("down", state)


def demo(stage: Stage) -> None:
    """Run the demo, which fails where a step does not do what it says."""
    stage.run(sys.executable, ROOT / "dev.py", "demo")


def importer(stage: Stage) -> None:
    """Let galaxy-importer look at the tarball, as Galaxy and Automation Hub do."""
    venv = BUILD / "importer"
    make_venv(venv, PYTHON, REQUIREMENTS / "importer.txt")
    settings = BUILD / "galaxy-importer.cfg"
    settings.write_text("[galaxy-importer]\nCHECK_REQUIRED_TAGS = True\nCHECK_RUNTIME_YAML = True\nCHECK_CHANGELOG = True\nRUN_FLAKE8 = False\n")
    tarball = build(stage)
    check_importer(stage.run("python", "-m", "galaxy_importer.main", tarball, cwd=tarball.parent, venv=venv, GALAXY_IMPORTER_CONFIG=str(settings)))


def core(line: str, stage: Stage) -> None:
    """Run sanity and unit tests, and a part of the integration tests, under one line of ansible-core."""
    if not (python := core_interpreter(line)):
        oldest, newest = CORE_LINES[line]
        stage.lack(f"no Python 3.{oldest} to 3.{newest} for ansible-core {line}")
        return
    venv = BUILD / f"core-{line}"
    make_venv(venv, python, REQUIREMENTS / "test.txt", f"ansible-core=={line}.*")
    run_all(
        lambda: run_sanity(stage, venv),
        lambda: stage.pytest("-n", "2", "tests/unit", venv=venv),
        lambda: stage.pytest("-m", "not cloud", *COMPAT_TESTS, venv=venv),
    )


def py39(stage: Stage) -> None:
    """Run the unit tests of all that runs on a managed node on the oldest Python there, with the libraries that it gets."""
    if not (python := shutil.which(f"python{OLDEST_TARGET}", path=os.pathsep.join(search_path()))):
        stage.lack(f"no Python {OLDEST_TARGET}")
        return
    venv = BUILD / "py39"
    make_venv(venv, python, REQUIREMENTS / "py39.txt")
    # No ansible-core that supports collections like this one installs there, yet its module_utils are made to run there.
    core_there = next(venv.glob("lib/python3*/site-packages")) / "ansible"
    if not core_there.exists():
        core_there.symlink_to(next(VENV.glob("lib/python3*/site-packages/ansible")))
    stage.pytest("tests/unit", *MODULE_SIDE, venv=venv)


CORE_STAGES: dict[str, Callable[[Stage], None]] = {f"core-{line}": functools.partial(core, line) for line in CORE_LINES}
# Longest first: two run at a time.
STAGES: dict[str, Callable[[Stage], None]] = {
    "integration": integration,
    **CORE_STAGES,
    **{stage.__name__: stage for stage in (sanity, cloud, molecule, demo, unit, py39, importer, lint, package)},
}
ON_A_CLOUD = {"integration", "cloud", "molecule", "demo", *CORE_STAGES}


def groups() -> dict[str, list[str]]:
    """Return what the names of groups of stages stand for."""
    newest = f"core-{newest_line()}"
    return {
        "compat": list(dict.fromkeys(["core-2.16", newest])),
        "matrix": list(dict.fromkeys([*(f"core-{line}" for line in MATRIX_LINES), newest, "py39"])),
    }


def chosen(names: Sequence[str]) -> list[str]:
    """Return the stages that these names of stages and groups stand for, longest first; no names stand for all but the rest of the matrix.

    The stage sanity is what the stages of the lines of ansible-core run as well, by the line that the developer's environment holds.
    """
    stages_of = groups()
    everything = [*(name for name in STAGES if name not in CORE_STAGES and name != "sanity"), "compat"]
    wanted = {stage for name in names or everything for stage in stages_of.get(name, [name])}
    return [name for name in STAGES if name in wanted]


def run_stage(name: str, echo: bool, printing: threading.Lock) -> bool:
    """Run one stage, print how it ended, and return whether it passed; one that this machine cannot run has not failed.

    :param echo: Whether the output is shown while it comes, rather than when the stage failed.
    :param printing: Held while lines are printed that belong together.
    """
    with locked(f"stage-{name}"):
        stage = Stage(name, echo)
        start = time.monotonic()
        try:
            STAGES[name](stage)
            outcome = "passed"
        except StageSkipped as exc:
            outcome = f"skipped: {exc}"
        except (StageError, subprocess.CalledProcessError, OSError) as exc:
            outcome = "failed"
            stage.write(f"{exc}\n")
        finally:
            stage.close()
    with printing:
        if outcome == "failed" and not echo:
            print(f"-- {stage.log.relative_to(ROOT)}\n{stage.log.read_text()}")
        for note in stage.notes:
            print(f"== {name}: {note}")
        print(f"== {name}: {outcome}, {time.monotonic() - start:.0f} s", flush=True)
    return outcome != "failed"


# ---- Commands --------------------------------------------------------------------------------------------------------------------------------------


def test(names: Sequence[str]) -> int:
    """Run stages, two at a time, and print last how many passed and failed."""
    stages = chosen(names)
    setup(cloud=not ON_A_CLOUD.isdisjoint(stages))
    printing = threading.Lock()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        try:
            passed = list(pool.map(lambda name: run_stage(name, len(stages) == 1, printing), stages))
        finally:
            stop_stages()
    print(f"{passed.count(True)} passed, {passed.count(False)} failed")
    return 0 if all(passed) else 1


def run_cloud(command: str, state: Path, *arguments: str) -> None:
    """Run a command of the launcher of OpenStack and of the emulator.

    :raises subprocess.CalledProcessError: It failed; it has said why.
    """
    program = [CLOUD_VENV / "bin" / "python", ROOT / "tests" / "cloud" / "cloud.py"]
    subprocess.run([*program, command, "--state", state, *arguments], check=True, env=environment(CLOUD_VENV))


def show_demo() -> int:
    """Start everything, show what the collection does, and leave nothing running."""
    setup(cloud=True)
    state = BUILD / "demo"
    with locked("demo"):
        if state.exists():  # of a demo that was killed
            run_cloud("down", state)
            shutil.rmtree(state)
        try:
            run_cloud("up", state, "--port", "0", "--services", ALL_SERVICES, "--profile", "6.2")
            run_cloud("boot", state, "--cloud", "demo", *SERVERS)
            return subprocess.call([VENV / "bin" / "python", ROOT / "tests" / "demo.py", "--state", state], env=environment())
        finally:
            run_cloud("down", state)


def keep_cloud(options: argparse.Namespace) -> int:
    """Start everything and leave it running, or stop it."""
    setup(cloud=True)
    state = BUILD / "cloud"
    if options.down:
        run_cloud("down", state)
        return 0
    own: list[str] = []
    if options.light:
        inventory = BUILD / "cloud-servers.json"
        inventory.write_text(json.dumps([{"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), "name": name} for name in SERVERS]))
        own = ["--instances", str(inventory)]
    services = LIGHT_SERVICES if options.light else ALL_SERVICES
    run_cloud("up", state, "--port", options.port, "--services", services, "--profile", options.profile, *own)
    if not options.light:
        run_cloud("boot", state, "--cloud", "demo", *SERVERS)
    print(f"# The project demo has the servers {', '.join(SERVERS)}. The programs of this work tree, and the collection in it:")
    print(f"export PATH={VENV / 'bin'}:$PATH")
    print(f"export ANSIBLE_COLLECTIONS_PATH={LINK}")
    print("# Or, shorter: python3 dev.py cloud --down")
    return 0


def stage_name(text: str) -> str:
    """Return the name of a stage or a group, as it is.

    :raises argparse.ArgumentTypeError: There is no such.
    """
    if text not in STAGES and text not in groups():
        raise argparse.ArgumentTypeError(f"no stage {text!r}: there are {', '.join([*STAGES, *groups()])}")
    return text


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="set up, and show what the collection does on an OpenStack and an emulated Trilio on this machine")
    tests = commands.add_parser("test", help="set up, and run the tests: all but the matrix, or the stages named")
    tests.add_argument("stage", nargs="*", metavar="STAGE", type=stage_name, help=f"{', '.join([*STAGES, *groups()])}")
    clouds = commands.add_parser("cloud", help="set up, and start the OpenStack and the emulated Trilio, for playbooks of your own")
    clouds.add_argument("--light", action="store_true", help="only Keystone and the emulator, which then has an inventory of its own")
    clouds.add_argument("--profile", default="6.2", help="release of Trilio that the emulator acts as: 4.2, 5.2, 6.1 or 6.2 (default: %(default)s)")
    clouds.add_argument("--port", default="27000", help="first of the eleven ports; 0 takes free ones (default: %(default)s)")
    clouds.add_argument("--down", action="store_true", help="stop what runs")
    commands.add_parser("setup", help="make the virtual environments, and nothing else")
    commands.add_parser("lock", help="compile requirements/*.in into requirements/*.txt anew")
    return parser


def main() -> int:
    """Do what the command line asks."""
    options = command_line().parse_args()
    if options.command == "test":
        return test(options.stage)
    if options.command == "demo":
        return show_demo()
    if options.command == "cloud":
        return keep_cloud(options)
    if options.command == "lock":
        lock()
    else:
        setup(cloud=True)
    return 0


def take_signals() -> None:
    """Stop on both signals, whoever starts this: a shell leaves SIGINT ignored in what it starts in the background, and so would be all that runs here."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed")
    take_signals()
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"This command failed: {' '.join(str(part) for part in error.cmd)}")
