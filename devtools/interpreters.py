# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of Python and of ansible-core that the collection supports, and the interpreters of this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

# The supported lines of ansible-core, oldest first, each with the oldest and the newest minor version of Python 3
# that both the line and the tests run on.
CORE_LINES = {
    "2.16": (11, 12),
    "2.17": (11, 12),
    "2.18": (11, 13),
    "2.19": (11, 13),
    "2.20": (12, 14),
    "2.21": (12, 14),
}
OLDEST_TARGET = "3.9"  # the oldest Python of a managed node

# The interpreter that runs this program. Inside an environment that this program made, it is the one the environment
# was made with.
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def search_path() -> list[str]:
    """Return the directories to look for programs in.

    The shims of pyenv are left out, since they stand for versions that may not be installed. The versions of pyenv
    that are installed come last.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    given = [entry for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(entry) != pyenv / "shims"]
    versions = pyenv / "versions"
    installed = sorted(versions.glob("3.*/bin")) if os.access(versions, os.R_OK | os.X_OK) else []
    return [*given, *map(str, installed)]


def find_program(name: str) -> str | None:
    """Return the path of a program in the search path, or None."""
    return shutil.which(name, path=os.pathsep.join(search_path()))


def interpreter(minors: Sequence[int]) -> str | None:
    """Return the newest Python 3 of this machine among these minor versions, or None."""
    for minor in sorted(minors, reverse=True):
        if sys.version_info[:2] == (3, minor):
            return PYTHON
        if found := find_program(f"python3.{minor}"):
            return found
    return None


def core_interpreter(line: str) -> str | None:
    """Return the Python of this machine that runs this line of ansible-core, or None."""
    oldest, newest = CORE_LINES[line]
    return interpreter(range(oldest, newest + 1))


def newest_line() -> str:
    """Return the newest line of ansible-core that a Python of this machine can run."""
    return [line for line in CORE_LINES if core_interpreter(line)][-1]
