# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What one task works with that talks to Acronis: the client, who is logged in, its waiting time and its warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.waiting import Clock, Waiter
from .client import AcronisClient
from .login import Login


class AcronisContext:
    """One task at work in one data centre.

    :param options: The shared options of the module: C(wait), C(timeout), C(wait_interval).
    :param check_mode: Nothing may be written.
    """

    def __init__(self, login: Login, options: Mapping[str, Any], check_mode: bool) -> None:
        self.url = login.url
        self.client_id = login.client_id
        self.check_mode = check_mode
        self.wait: bool = options.get("wait", True)
        self.clock = Clock()
        self.waiter = Waiter(options.get("timeout") or 0, options.get("wait_interval"), self.clock)
        self.api = AcronisClient(login, check_mode=check_mode, interval=self.waiter.interval, clock=self.clock)
        self.warnings: list[str] = []
