# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Virtual environments, the variables that the tools run with, and locks between two runs in one work tree."""

from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from devtools.interpreters import OLDEST_TARGET, PYTHON, search_path
from devtools.paths import BUILD, CLOUD_VENV, COLLECTION_PATH, HOME, LINK, REQUIREMENTS, ROOT, VENV


def environment(venv: Path = VENV) -> dict[str, str]:
    """Return the variables that a tool runs with: its own programs come first, and no setting of the user is left."""
    hidden = ("ANSIBLE_", "OPENPROTECT_", "OS_", "PYTHON", "VIRTUAL_ENV")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(hidden)},
        "PATH": os.pathsep.join([str(venv / "bin"), *search_path()]),
        "HOME": str(HOME),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(LINK),
    }


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock, so that two runs in one work tree do not write the same files at the same time."""
    path = BUILD / "lock" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def uv() -> str:
    """Return the program uv: the one on `PATH`, or else one that pip installs below `.build`.

    uv installs several times faster than pip.
    """
    if found := shutil.which("uv"):
        return found
    program = BUILD / "uv" / "bin" / "uv"
    with locked("uv"):
        if not program.exists():
            subprocess.run([PYTHON, "-m", "venv", "--clear", BUILD / "uv"], check=True)
            pip = (BUILD / "uv" / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
            subprocess.run([*pip, "install", "--requirement", REQUIREMENTS / "uv.txt"], check=True)
    return str(program)


def make_venv(path: Path, python: str, *wanted: Path | str) -> None:
    """Make a virtual environment, unless it was made from the same interpreter and requirements before.

    :param python: Path of the interpreter.
    :param wanted: Locked requirements, each the path of a file or one requirement.
    :raises subprocess.CalledProcessError: A package could not be installed. uv has printed the reason.
    """
    stamp = path / "stamp"
    requirements = [item.read_text() if isinstance(item, Path) else item for item in wanted]
    digest = hashlib.sha256("\n".join([str(path), python, sys.version, *requirements]).encode()).hexdigest()
    with locked(path.name):
        if stamp.exists() and stamp.read_text() == digest:
            return
        print(f"Setting up {path.relative_to(ROOT)}", flush=True)
        # uv ignores the certificates of the machine unless told otherwise. Bytecode is compiled once, here, because
        # some processes are not allowed to write it and would compile again each time.
        env = {**os.environ, "UV_SYSTEM_CERTS": "1", "UV_COMPILE_BYTECODE": "1", "UV_PYTHON_DOWNLOADS": "never"}
        subprocess.run([uv(), "venv", "--quiet", "--clear", "--python", python, path], check=True, env=env)
        packages: list[str] = []
        for item in wanted:
            packages += ["--requirement", str(item)] if isinstance(item, Path) else [item]
        install = (uv(), "pip", "install", "--quiet", "--python", path / "bin" / "python")
        subprocess.run([*install, *packages], check=True, env=env)
        stamp.write_text(digest)


def make_home() -> None:
    """Make the home of the tools.

    It links to the user's settings of pip and git, which this machine may need to reach a package index and to trust
    this work tree.
    """
    for name in (".config/pip", ".pip", ".gitconfig"):
        theirs, ours = Path.home() / name, HOME / name
        ours.parent.mkdir(parents=True, exist_ok=True)
        if theirs.exists() and not ours.is_symlink():
            ours.symlink_to(theirs)


def make_link() -> None:
    """Make the collections tree, with one symbolic link to this work tree."""
    link = LINK / COLLECTION_PATH
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(ROOT, link.parent))


def setup(cloud: bool) -> None:
    """Make everything that the tools need; the environments are made in parallel.

    :param cloud: If true, also make the environment with the services of OpenStack.
    """
    with locked("setup"):
        make_home()
        make_link()
    wanted = {VENV: "dev.txt", **({CLOUD_VENV: "cloud.txt"} if cloud else {})}
    uv()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda venv: make_venv(venv, PYTHON, REQUIREMENTS / wanted[venv]), wanted))


def lock() -> None:
    """Compile `requirements/*.in` into `requirements/*.txt`: the newest versions that work together.

    Each list holds for every Python that the environment may be made with.
    """
    options = ("--quiet", "--system-certs", "--upgrade", "--no-annotate", "--no-header", "--no-emit-index-url")
    targets = {"py39": ("--python-version", OLDEST_TARGET, "--python-platform", "linux")}
    for source in sorted(REQUIREMENTS.glob("*.in")):
        pythons = targets.get(source.stem, ("--python-version", "3.11", "--universal"))
        command = [uv(), "pip", "compile", *options, *pythons, "--output-file", source.with_suffix(".txt"), source]
        subprocess.run(command, check=True)
