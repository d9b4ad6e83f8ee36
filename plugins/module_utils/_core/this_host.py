# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The host on which the task runs: its files, its user and its Python, also for messages."""

from __future__ import annotations

import os
import platform
import pwd
import sys
from typing import Optional

from .errors import InputError, LoginError

CALL_DIRECTORY = "OPENPROTECT_CALL_DIRECTORY"
"""Variable with the directory in which Ansible was called.

Ansible runs a local module in the directory of the playbook, and the shell in between overwrites PWD. So the action
plugins hand the directory on. They do so for local connections only: on another host it means nothing.
"""


def call_directory() -> Optional[str]:
    """Return the directory in which Ansible was called, None if it is the current one or not known."""
    directory = os.environ.get(CALL_DIRECTORY, "")
    known = os.path.isabs(directory) and os.path.realpath(directory) != os.path.realpath(os.getcwd())
    return directory if known else None


def find_file(option: str, path: str) -> str:
    """Return the absolute path of a file. A relative path is looked for where Ansible was called, then here.

    :param option: Option or variable that names the file, for messages.
    :raises InputError: There is no such file, or there are two.
    """
    path = os.path.expanduser(path)
    directories = [""] if os.path.isabs(path) else [each for each in (call_directory(), os.getcwd()) if each]
    paths = [os.path.join(directory, path) for directory in directories]
    found = {os.path.realpath(each): each for each in paths if os.path.exists(each)}
    if len(found) > 1:
        raise InputError(
            f"{option} names {path}, and there are two such files: {' and '.join(found.values())}.",
            hint="Give the absolute path of the one that you mean.",
        )
    if not found:
        raise InputError(
            f"{option}: {finder()} finds no file {' or '.join(paths)}.",
            hint="The file must be on the host of the task, and readable for the user of the task.",
        )
    return next(iter(found.values()))


def finder() -> str:
    """Return who looks for a file, as the subject of a sentence: the user of the task and the host."""
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    return f"the user {user} on {platform.node()}"


def missing_library(library: str, reason: object) -> LoginError:
    """Return the error for a library that cannot be imported.

    :param reason: The error of the import.
    """
    return LoginError(
        f"The Python of this task, {sys.executable} on {platform.node()}, cannot import {library} ({reason}).",
        hint=f"Install {library} for that Python, or set ansible_python_interpreter to a Python that has it. A host "
        "localhost in an inventory file needs ansible_python_interpreter too, with the value of "
        "ansible_playbook_python.",
    )
