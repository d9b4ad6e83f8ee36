# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock for tests that wait: it moves without waiting."""

from __future__ import annotations

from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import Clock


class FakeClock(Clock):
    """A clock that moves only by `sleep`, and keeps the durations in `slept`.

    :param per_look: Seconds that pass with each call of `now`.
    """

    def __init__(self, per_look: float = 0.0) -> None:
        self.time = 1000.0
        self.per_look = per_look
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the time, in seconds."""
        self.time += self.per_look
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the time on."""
        self.slept.append(seconds)
        self.time += seconds
