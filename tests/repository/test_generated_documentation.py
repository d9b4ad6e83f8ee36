# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation that `tests/update-docs.py` writes is up to date, and the program does what it says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "tests" / "docs").glob("*.yml"))


def load() -> ModuleType:
    """Return the program as a module; its name has a dash, so that it cannot be imported."""
    spec = importlib.util.spec_from_file_location("update_docs", ROOT / "tests" / "update-docs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


docs = load()
BLOCKS = docs.read_blocks(SOURCE)


def marks() -> list[re.Match[str]]:
    """Return the marks at which parts begin, of all files."""
    files = [path for pattern in docs.WRITTEN for path in ROOT.glob(pattern)]
    return [mark for path in files for line in path.read_text().split("\n") if (mark := docs.BEGIN.fullmatch(line))]


def blocks(tmp_path: Path, text: str) -> Any:
    """Return the blocks of a source file with this text."""
    source = tmp_path / "source.yml"
    source.write_text(text)
    return docs.read_blocks([source])


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small collection in which a module is out of date."""
    (tmp_path / "tests" / "docs").mkdir(parents=True)
    (tmp_path / "tests" / "docs" / "results.yml").write_text("name:\n  text:\n    name:\n      type: str\n")
    (tmp_path / "plugins" / "modules").mkdir(parents=True)
    (tmp_path / "plugins" / "modules" / "one.py").write_text('R = """\n# BEGIN name\nold: 1\n# END name\n"""\n')
    (tmp_path / "plugins" / "modules" / "two.py").write_text('R = """\nname:\n"""\n')
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    return tmp_path


# ---- this repository ------------------------------------------------------------------------------------------------


def test_generated_documentation_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main(["--check"]) == 0, capsys.readouterr().out + "\nRun `python3 tests/update-docs.py`."


def test_every_block_and_every_table_is_used() -> None:
    used = {mark["name"] for mark in marks()}
    assert used == {*BLOCKS, *docs.TABLES, "role_variables"}


def test_what_is_written_reads_back_as_the_source_and_has_no_long_lines() -> None:
    for mark in marks():
        if mark["open"] == "# " and mark["name"] != "role_variables":
            given = dict(each.split("=", 1) for each in docs.shlex.split(mark["given"]))
            lines = [mark[0], *docs.part(mark, BLOCKS, in_role=False)]
            assert yaml.safe_load("\n".join(lines)) == BLOCKS[mark["name"]].filled(given)
            assert max(map(len, lines)) <= docs.WIDTH, mark[0]


# ---- blocks ---------------------------------------------------------------------------------------------------------


def test_a_block_is_written_at_the_depth_of_its_marks(tmp_path: Path) -> None:
    known = blocks(tmp_path, "name:\n  text:\n    name: {description: [One., Two.], choices: [a, b], type: str}\n")
    text = "x:\n    # BEGIN name\n    old: 1\n\n    # END name\n  y: 2\n"
    lines = docs.updated(text, known).split("\n")
    assert lines[:2] == ["x:", "    # BEGIN name"]
    assert lines[2:5] == ["    name:", "      description:", "        - One."]
    assert lines[5:8] == ["        - Two.", "      choices: [a, b]", "      type: str"]
    assert lines[8:] == ["    # END name", "  y: 2", ""]


def test_long_and_odd_texts_read_back_as_they_were() -> None:
    value = {"a": " ".join(["word"] * 60), "b": ["it's: odd # here"] * 2, "c": "yes", "d": True, "e": "", "f": 1}
    lines = list(docs.yaml_lines({"x": value}, 8))
    assert yaml.safe_load("\n".join(lines)) == {"x": value}
    assert max(map(len, lines)) <= docs.WIDTH
    assert len(lines) > len(value) + 2


def test_parameters_are_filled_in(tmp_path: Path) -> None:
    known = blocks(
        tmp_path,
        """
        one:
          parameters: {at: "", also: "see O(${at}b)", kind:}
          text: {a: "O(${at}a), ${also}, ${kind}", b: ["${kind}"], c: 1}
        two: {like: one, parameters: {kind: K}}
        """,
    )
    assert known["one"].filled({"at": "x[].", "kind": "V"}) == {"a": "O(x[].a), see O(x[].b), V", "b": ["V"], "c": 1}
    assert known["two"].filled({}) == {"a": "O(a), see O(b), K", "b": ["K"], "c": 1}
    with pytest.raises(docs.DocsError, match="kind is not given"):
        known["one"].filled({})
    with pytest.raises(docs.DocsError, match="no parameter kid"):
        known["two"].filled({"kid": "V"})


def test_a_parameter_on_a_mark_may_hold_spaces(tmp_path: Path) -> None:
    known = blocks(tmp_path, "name:\n  parameters: {kind:}\n  text: {a: '${kind}'}\n")
    text = docs.updated('# BEGIN name kind="V(a b)"\n# END name', known)
    assert text == '# BEGIN name kind="V(a b)"\na: V(a b)\n# END name'


def test_roles_have_other_words_for_options(tmp_path: Path) -> None:
    known = blocks(tmp_path, "name:\n  text: {a: {description: O(x) and V(y)., suboptions: {b: {type: str}}}}\n")
    text = docs.updated("# BEGIN name\n# END name", known, in_role=True)
    assert text.split("\n")[1:-1] == ["a:", "  description: C(x) and V(y).", "  options:", "    b:", "      type: str"]


def test_two_blocks_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("name: {text: {}}\n")
    (tmp_path / "source.yml").write_text("name: {text: {}}\n")
    with pytest.raises(docs.DocsError, match="two blocks name"):
        docs.read_blocks(sorted(tmp_path.glob("*.yml")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# BEGIN name\n# END other", "line 1: '# BEGIN name' is not followed by '# END name'"),
        ("\n# BEGIN name\n  # END name", "line 2: '# BEGIN name' is not followed by '# END name'"),
        ("# BEGIN name\n# BEGIN name\n# END name", "line 1: .* is not followed by"),
        ("# BEGIN none\n# END none", "line 1, none: there is no block none"),
        ("<!-- BEGIN name -->\n<!-- END name -->", "line 1, name: there is no table name"),
        ("# BEGIN name kind\n# END name", "line 1, name: "),
    ],
)
def test_marks_that_are_wrong_are_refused(tmp_path: Path, text: str, message: str) -> None:
    known = blocks(tmp_path, "name:\n  text: {a: 1}\n")
    with pytest.raises(docs.DocsError, match=message):
        docs.updated(text, known)


# ---- tables and files -----------------------------------------------------------------------------------------------


def test_a_table_stands_between_empty_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(docs.TABLES, "words", lambda: iter(["| a |"]))
    for start, end in (("<!-- ", " -->"), (".. ", "")):
        text = f"x\n\n{start}BEGIN words{end}\n| b |\n{start}END words{end}\n\ny"
        new = f"x\n\n{start}BEGIN words{end}\n\n| a |\n\n{start}END words{end}\n\ny"
        assert docs.updated(text, {}) == new
        assert docs.updated(new, {}) == new


def test_check_shows_the_difference_and_writes_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_text() for path in tree.rglob("*.py")}
    assert docs.main(["--check"]) == 1
    shown = capsys.readouterr().out.split("\n")
    assert {"-old: 1", "+name:", "+  type: str"} <= set(shown)
    assert "two.py" not in "".join(shown)
    assert {path: path.read_text() for path in tree.rglob("*.py")} == before


def test_an_update_leaves_nothing_to_do(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs.main([]) == 0
    assert capsys.readouterr().out == "updated plugins/modules/one.py\n"
    new = 'R = """\n# BEGIN name\nname:\n  type: str\n# END name\n"""\n'
    assert (tree / "plugins" / "modules" / "one.py").read_text() == new
    assert docs.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_an_error_names_the_file_and_the_line(tree: Path) -> None:
    (tree / "plugins" / "modules" / "two.py").write_text("\n# BEGIN name\n")
    message = docs.main([])
    assert message.startswith("plugins/modules/two.py, line 2: ")
    assert "old: 1" in (tree / "plugins" / "modules" / "one.py").read_text()
