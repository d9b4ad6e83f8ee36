# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The world of one stand-in of the Acronis platform: what the other emulator has too, with switches of its own."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from flask import request

from ..server.clock import Clock
from ..server.store import Store
from ..server.world import WORLD, Kind, World
from .switches import AcronisSwitches

API = "acronis"


class Datacenter(World):
    """All state of one data centre. Rows, clock, records and faults are those of every emulator; there are no product lines.

    :param clock: The time.
    :param switches: Switches that differ from what they are without a word.
    :param kinds: What the route files add.
    """

    def __init__(self, clock: Clock, switches: dict[str, Any], kinds: list[Kind]) -> None:
        """Start with the rows that are there from the start."""
        super().__init__(Store(), clock, API, switches, kinds)

    def choose(self, profile_name: str, overrides: dict[str, Any]) -> None:
        """Set all switches anew.

        :raises UnknownSwitch: For a name or a value that does not exist.
        """
        options = AcronisSwitches()
        options.set(overrides)
        self.profile_name, self.options = profile_name, options

    def epoch(self) -> float:
        """Return the time of day in seconds since 1970."""
        return self.clock.now().replace(tzinfo=UTC).timestamp()


def the_datacenter() -> Datacenter:
    """Return the data centre that the request being served is meant for."""
    datacenter: Datacenter = request.environ[WORLD]
    return datacenter
