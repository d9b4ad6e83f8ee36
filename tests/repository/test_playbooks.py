# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks against the guide on playbooks: one head, one naming of variables and artifacts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.playbook import skeleton

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_playbooks.rst"
SPECS = {path.name.split(".")[0]: path for path in (ROOT / "playbooks").glob("*.meta.yml")}
PLAYBOOKS = sorted(
    path
    for path in (ROOT / "playbooks").glob("*.yml")
    if not path.name.startswith("demo") and path not in SPECS.values()
)
CONNECTION = yaml.safe_load((ROOT / "tests" / "docs" / "variables.yml").read_text(encoding="utf-8"))[
    "connection_variables"
]["text"]
HEAD = ("connection", "gather_facts", "module_defaults")
VARIABLES = ("ansible_python_interpreter", "openprotect_connection")


def head(play: dict[str, Any]) -> dict[str, Any]:
    """Return what all plays have in common: keywords, and variables of the play or of its files of variables."""
    variables = dict(play.get("vars", {}))
    for name in play.get("vars_files", []):
        variables.update(yaml.safe_load((ROOT / "playbooks" / name).read_text(encoding="utf-8")))
    return {**{key: play.get(key) for key in HEAD}, **{name: variables.get(name) for name in VARIABLES}}


def test_the_head_is_complete() -> None:
    (play,) = yaml.safe_load(skeleton())
    assert None not in head(play).values()


def test_the_guide_lists_the_variables_of_the_head_and_no_others() -> None:
    table = GUIDE.read_text(encoding="utf-8").split("list-table::")[1].split("\n\nIf you set none of them")[0]
    listed = set(re.findall(r"``(openprotect_\w+)``", table))
    used = set(re.findall(r"\bopenprotect_\w+", skeleton()))
    assert listed == used - {"openprotect_connection"}
    assert listed == {name for name in CONNECTION if name.startswith("openprotect_")}


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_play_begins_like_the_one_of_the_guide(path: Path) -> None:
    (guide,) = yaml.safe_load(skeleton())
    variables = yaml.safe_load((ROOT / "playbooks" / "vars" / "connection.yml").read_text(encoding="utf-8"))
    assert guide["hosts"] == variables["openprotect_pattern"]
    for play in yaml.safe_load(path.read_text(encoding="utf-8")):
        assert head(play) == head(guide)
        assert play["hosts"] == "{{ openprotect_to_play }}", "a pattern that matches no host would be a success"
        check = play["tasks"][0]
        assert check["vars"] == {
            "openprotect_wrong": f"{{{{ query('openprotect.backup.variable_errors', '{path.stem}') }}}}"
        }
        assert check["tags"] == ["always"]


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_the_variables_that_a_playbook_reads_are_declared_or_set_by_it(path: Path) -> None:
    text = re.sub(r"^#.*$|^ *msg: .*$|lookup\(.*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (spec,) = yaml.safe_load(SPECS[path.stem].read_text(encoding="utf-8"))["argument_specs"].values()
    made = set(re.findall(rf"^ *(?:register: |loop_var: )?({path.stem}_\w+)(?::|$)", text, re.MULTILINE))
    read = set(re.findall(rf"(?<!\.)\b{path.stem}_\w+", text)) - {f"{path.stem}_outcome"}
    assert read <= made | set(spec["options"])


@pytest.mark.parametrize("name", SPECS)
def test_the_file_of_variables_belongs_to_a_playbook_and_describes_each(name: str) -> None:
    """ansible-core 2.20 finds it by its name, and the key by the keyword `validate_argspec` of the play."""
    assert SPECS[name].with_name(f"{name}.yml") in PLAYBOOKS
    (key, spec), *others = yaml.safe_load(SPECS[name].read_text(encoding="utf-8"))["argument_specs"].items()
    assert (key, others) == (name, [])
    assert all(option["description"] and option["type"] for option in spec["options"].values())


def test_every_playbook_has_a_file_of_variables() -> None:
    assert {path.stem for path in PLAYBOOKS} == set(SPECS)


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_playbook_asks_nothing_and_leaves_its_artifact(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "vars_prompt" not in text
    assert "ansible.builtin.pause" not in text
    assert "ansible.builtin.debug" not in text, "openprotect.backup.show_lines shows lines without quotes and brackets"
    assert f"openprotect_{path.stem}:" in text.split("ansible.builtin.set_stats")[1]
