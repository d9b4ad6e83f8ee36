# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of an emulator of the Acronis platform, with the types that its route files use."""

from __future__ import annotations

from datetime import UTC

from ..server import world as server
from .switches import Switches

World = server.World[Switches]
Kind = server.Kind[Switches]


def the_world() -> World:
    """Return the world that serves the current request."""
    return server.current_world()


def epoch(world: World) -> float:
    """Return the time of day in seconds since 1970."""
    return world.clock.now().replace(tzinfo=UTC).timestamp()
