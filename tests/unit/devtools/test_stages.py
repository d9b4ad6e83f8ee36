# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the stages leave out, since other stages do it."""

from __future__ import annotations

import itertools
import re
import subprocess
from pathlib import Path

import pytest

from devtools import stages
from devtools.interpreters import newest_line
from devtools.paths import ROOT
from devtools.stage import Stage

# A test module that imports the collection or ansible-core, or starts a program that does.
USES = re.compile(r'^(?:from|import) ansible(?:_collections)?\b|"payloads\.py"|"ansible_collections\.', re.MULTILINE)


def test_all_tests_that_use_ansible_core_run_under_each_line_of_it() -> None:
    files = [path for tests in stages.UNIT_TESTS for path in (ROOT / tests).rglob("test_*.py")]
    wanted = {path.relative_to(ROOT) for path in files if USES.search(path.read_text())}
    assert len(wanted) > 40
    assert [path for path in wanted if not any(path.is_relative_to(each) for each in stages.CORE_TESTS)] == []
    assert [each for each in stages.CORE_TESTS if not any(path.is_relative_to(each) for path in wanted)] == []


def test_no_integration_test_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    conditions: list[str] = []
    monkeypatch.setattr("devtools.stage.LOGS", tmp_path)
    monkeypatch.setattr(stages, "make_venv", lambda *_made_from: None)
    monkeypatch.setattr(stages, "run_sanity", lambda *_venv, **_options: None)
    monkeypatch.setattr(
        Stage,
        "pytest",
        lambda _stage, *words, **_options: conditions.extend(
            word for option, word in itertools.pairwise(words) if option == "-m"
        ),
    )
    for name in ("integration", "cloud", f"core-{newest_line()}"):
        stages.STAGES[name](Stage(name, echo=False))
    assert len(conditions) == 3
    for needs_cloud, every_core in itertools.product((False, True), repeat=2):
        marked = {"cloud": needs_cloud, "every_core": every_core}
        assert [condition for condition in conditions if eval(condition, marked)] != [], marked


@pytest.mark.parametrize("whole", [True, False])
def test_sanity_tests_look_at_all_that_users_get(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, whole: bool) -> None:
    tree, build = tmp_path / "tree", tmp_path / "build"
    names = {"plugins/modules/workload.py", "docs/docsite/rst/guide.rst", "docs/style.md", "devtools/stage.py"}
    names |= {"tests/config.yml", "tests/unit/test_one.py", "extensions/molecule/config.yml"}
    for name in names:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).touch()
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    monkeypatch.setattr(stages, "ROOT", tree)
    monkeypatch.setattr(stages, "BUILD", build)
    monkeypatch.setattr("devtools.stage.LOGS", tmp_path / "log")
    copy = stages.copy_collection(Stage("example", echo=False), whole)
    there = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    users = {"plugins/modules/workload.py", "docs/docsite/rst/guide.rst", "tests/config.yml"}
    assert {name for name in there if not name.startswith(".git/")} == (names if whole else users)
