# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpreters that are found on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from devtools.interpreters import interpreter, search_path


def test_stand_ins_of_pyenv_are_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions" / "3.9.1" / "bin").mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}/shims:/usr/bin")
    assert search_path() == ["/usr/bin", f"{tmp_path}/versions/3.9.1/bin"]


def test_newest_python_that_fits_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for minor in (4, 5, 6):
        program = tmp_path / f"python3.{minor}"
        program.write_text("")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert interpreter(range(3, 6)) == str(tmp_path / "python3.5")
    assert interpreter([7]) is None
