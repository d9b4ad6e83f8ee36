# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables that the tools run with."""

from __future__ import annotations

import pytest

from devtools.environments import environment
from devtools.paths import HOME, LINK


def test_tools_see_nothing_of_the_users_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    ansible = ("ANSIBLE_COLLECTIONS_PATH", "OPENPROTECT_SERVER_LINE")
    for name in (*ansible, "OS_CLOUD", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "theirs")
    seen = environment()
    assert "theirs" not in seen.values()
    assert seen["HOME"] == str(HOME)
    assert seen["ANSIBLE_COLLECTIONS_PATH"] == str(LINK)
