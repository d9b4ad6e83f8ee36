# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The context of one task in one data centre of Acronis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.context import TaskContext
from .client import AcronisClient
from .login import Login


class AcronisContext(TaskContext):
    """The session of one task in one data centre.

    :param options: The shared options of a module: those of `TaskContext`.
    :param check_mode: Refuse calls that write.
    :ivar client_id: The API client that is logged in, None if it is not given.
    """

    api: AcronisClient

    def __init__(self, login: Login, options: Mapping[str, Any], check_mode: bool) -> None:
        super().__init__(options, check_mode)
        self.url = login.url
        self.client_id = login.client_id
        self.here = f"in the data centre {login.url}"
        self.api = AcronisClient(login, check_mode=check_mode, interval=self.waiter.interval, clock=self.clock)

    def scope(self) -> dict[str, Any]:
        """Return the data centre."""
        return {"datacenter_url": self.url}
