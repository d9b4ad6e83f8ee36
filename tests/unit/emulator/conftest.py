# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulator in the process of the test, without Keystone and with a frozen clock."""

from __future__ import annotations

import pytest
from unit.emulator.in_process import Api


@pytest.fixture
def api() -> Api:
    """Return an emulator of profile 6.2 with three VMs."""
    return Api("6.2")
