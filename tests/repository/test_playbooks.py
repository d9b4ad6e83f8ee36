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
PLAYBOOKS = sorted(path for path in (ROOT / "playbooks").glob("*.yml") if not path.name.startswith("demo"))
HEAD = ("hosts", "connection", "gather_facts", "module_defaults")
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
    used = set(re.findall(r"\bopenprotect_\w+", str(head(yaml.safe_load(skeleton())[0]))))
    assert listed == used - {"openprotect_connection"}


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_play_begins_like_the_one_of_the_guide(path: Path) -> None:
    (guide,) = yaml.safe_load(skeleton())
    for play in yaml.safe_load(path.read_text(encoding="utf-8")):
        assert head(play) == head(guide)


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_playbook_asks_nothing_and_leaves_its_artifact(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "vars_prompt" not in text
    assert "ansible.builtin.pause" not in text
    assert f"openprotect_{path.stem}:" in text.split("ansible.builtin.set_stats")[1]
