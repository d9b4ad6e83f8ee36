# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directory of the call, which only a module on the host of Ansible gets."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._core.this_host import CALL_DIRECTORY
from ansible_collections.openprotect.backup.plugins.plugin_utils._call_directory import hand_on_call_directory


@pytest.mark.parametrize("environment", [None, [], [{"LANG": "C"}]])
def test_a_local_module_gets_the_directory(environment: list[dict[str, str]] | None) -> None:
    task = SimpleNamespace(environment=environment)
    hand_on_call_directory(task, SimpleNamespace(transport="local"))
    assert task.environment == [*(environment or []), {CALL_DIRECTORY: os.getcwd()}]


def test_a_module_on_another_host_does_not() -> None:
    task: Any = SimpleNamespace(environment=[])
    hand_on_call_directory(task, SimpleNamespace(transport="ssh"))
    assert task.environment == []


def test_a_directory_that_was_removed_is_not_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    task: Any = SimpleNamespace(environment=[])
    hand_on_call_directory(task, SimpleNamespace(transport="local"))
    assert task.environment == []
