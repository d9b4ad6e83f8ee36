# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Let ansible-core build the payload of modules, and print the files in it: `payloads.py COLLECTIONS_PATH MODULE...`.

This runs in a process of its own, because ansible's loader of collections takes over the import of collections.
"""

from __future__ import annotations

import base64
import io
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from ansible.executor.module_common import modify_module
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar

BASE64 = re.compile(rb"[A-Za-z0-9+/=]{2000,}")
"""The archive as the payload holds it; nothing else in there is that long without a space."""

COLLECTION = Path("ansible_collections", "openprotect", "backup")


def payload(collections: Path, module: str) -> bytes:
    """Return what ansible-core sends to a managed node to run a module."""
    built: Any = modify_module(
        module_name=f"openprotect.backup.{module}",
        module_path=str(collections / COLLECTION / "plugins" / "modules" / f"{module}.py"),
        module_args={},
        templar=Templar(loader=DataLoader()),
        task_vars={"ansible_python_interpreter": sys.executable},
    )
    data: bytes = built[0] if isinstance(built, tuple) else built.b_module_data  # a tuple before ansible-core 2.19
    return data


def files(data: bytes) -> dict[str, str]:
    """Return the files of the collection in a payload: name and content."""
    (archive,) = BASE64.findall(data)
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(archive))) as opened:
        names = [name for name in opened.namelist() if name.startswith(COLLECTION.as_posix())]
        return {name: opened.read(name).decode() for name in names}


def main() -> None:
    """Print the files of each module as JSON."""
    collections = Path(sys.argv[1])
    init_plugin_loader([str(collections)])
    json.dump({module: files(payload(collections, module)) for module in sys.argv[2:]}, sys.stdout)


if __name__ == "__main__":
    main()
