# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Keystone for the tests of the login, and an environment without connection variables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests_mock
from openstack.config import loader as sdk_loader
from unit.plugins.module_utils._openstack.keystone import Keystone


@pytest.fixture(autouse=True)
def bare_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of the machine that runs the test counts."""
    for name in list(os.environ):
        if name.startswith(("OS_", "OPENPROTECT_")):
            monkeypatch.delenv(name)
    for files, stem in (("CONFIG_FILES", "clouds"), ("SECURE_FILES", "secure"), ("VENDOR_FILES", "clouds-public")):
        monkeypatch.setattr(sdk_loader, files, [str(tmp_path / f"{stem}.yaml")])


@pytest.fixture
def keystone() -> Iterator[Keystone]:
    with requests_mock.Mocker() as mock:
        yield Keystone(mock)
