# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module show_lines on the screen, in the real ansible-playbook. It needs no server."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.playbook import play

TABLE = 'web  "created", not found\ndb   ok\n'


@pytest.mark.every_core
def test_lines_stand_on_the_screen_as_they_are(tmp_path: Path) -> None:
    played = play(tmp_path, "show_lines.yml", "--check", variables={})
    assert f"*\n{TABLE}ok: [localhost]\n" in played.stdout


def test_each_of_several_hosts_has_its_lines_together(tmp_path: Path) -> None:
    played = play(tmp_path, "show_lines.yml", "-i", "a,b,", variables={"shown_on": "all"})
    assert f"a:\n{TABLE}" in played.stdout
    assert f"b:\n{TABLE}" in played.stdout


def test_output_as_json_stays_json(tmp_path: Path) -> None:
    """No callback of ansible-core writes JSON, so this one has only the name of one that does."""
    plugin = tmp_path / "callbacks" / "json_of_test.py"
    plugin.parent.mkdir()
    plugin.write_text(
        "from ansible.plugins.callback.default import CallbackModule as Default\n\n\n"
        "class CallbackModule(Default):\n    CALLBACK_NAME = 'json_of_test'\n"
    )
    environment = {"ANSIBLE_STDOUT_CALLBACK": "json_of_test", "ANSIBLE_CALLBACK_PLUGINS": str(plugin.parent)}
    played = play(tmp_path, "show_lines.yml", variables={}, environment=environment)
    assert TABLE not in played.stdout
    assert TABLE in played.stderr
