# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directories that the programs and the tests use."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"  # the tools, and the libraries that the tests import
CLOUD_VENV = ROOT / ".venv-cloud"  # the services of OpenStack, and the emulator
REQUIREMENTS = ROOT / "requirements"
BUILD = ROOT / ".build"  # everything else that is generated; you can remove it at any time
LOGS = BUILD / "log"
HOME = BUILD / "home"  # the home of the tools: they neither see nor change the files in the home of the user
LINK = BUILD / "link"  # a collections tree for all tools but ansible-test, with one symbolic link to ROOT

COLLECTION = "openprotect.backup"
COLLECTION_PATH = Path("ansible_collections", *COLLECTION.split("."))  # below a collections tree
