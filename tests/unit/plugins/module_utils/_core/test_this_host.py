# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that are looked for in the directory of the call, and who looked for them."""

from __future__ import annotations

import getpass
import platform
import sys
from pathlib import Path

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._core.this_host import (
    CALL_DIRECTORY,
    call_directory,
    find_file,
    missing_library,
)


@pytest.fixture
def playbooks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the directory of the playbook, which is the current one; the directory of the call is above it."""
    directory = tmp_path / "playbooks"
    directory.mkdir()
    monkeypatch.chdir(directory)
    monkeypatch.setenv(CALL_DIRECTORY, str(tmp_path))
    return directory


def test_a_relative_path_is_looked_for_in_both_directories(playbooks: Path) -> None:
    (playbooks.parent / "ca.pem").touch()
    (playbooks / "own.pem").touch()
    assert find_file("ca_cert", "./ca.pem") == f"{playbooks.parent}/./ca.pem"
    assert find_file("ca_cert", "own.pem") == f"{playbooks}/own.pem"
    assert find_file("ca_cert", str(playbooks / "own.pem")) == f"{playbooks}/own.pem"


def test_two_files_are_never_guessed(playbooks: Path) -> None:
    for directory in (playbooks, playbooks.parent):
        (directory / "restore.json").touch()
    with pytest.raises(InputError, match=r"restore_file names restore\.json, and there are two such files: .* and "):
        find_file("restore_file", "restore.json")
    (playbooks / "restore.json").unlink()
    (playbooks / "restore.json").symlink_to(playbooks.parent / "restore.json")
    assert Path(find_file("restore_file", "restore.json")).resolve() == playbooks.parent / "restore.json"


def test_a_missing_file_is_told_with_user_host_and_directories(playbooks: Path) -> None:
    with pytest.raises(InputError) as caught:
        find_file("ca_cert", "ca.pem")
    assert caught.value.message == (
        f"ca_cert: the user {getpass.getuser()} on {platform.node()} finds no file {playbooks.parent}/ca.pem "
        f"or {playbooks}/ca.pem."
    )
    with pytest.raises(InputError, match=r"finds no file /nowhere/ca\.pem\."):
        find_file("ca_cert", "/nowhere/ca.pem")


@pytest.mark.parametrize("handed_on", ["", "relative", None])
def test_without_the_directory_of_the_call_only_the_current_one_counts(
    monkeypatch: pytest.MonkeyPatch, playbooks: Path, handed_on: str | None
) -> None:
    (playbooks / "relative").mkdir()
    monkeypatch.setenv(CALL_DIRECTORY, str(playbooks) if handed_on is None else handed_on)
    assert call_directory() is None
    (playbooks.parent / "ca.pem").touch()
    with pytest.raises(InputError, match=f"finds no file {playbooks}/ca.pem"):
        find_file("ca_cert", "ca.pem")


def test_a_missing_library_is_told_with_the_python_of_the_task() -> None:
    text = str(missing_library("openstacksdk", "No module named 'openstack'"))
    assert f"{sys.executable} on {platform.node()}, cannot import openstacksdk (No module named 'openstack')" in text
    assert "ansible_python_interpreter" in text
    assert "ansible_playbook_python" in text
