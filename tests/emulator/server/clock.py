# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Simulated time: the time of day in responses, and the pace of jobs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DEFAULT_SPEED = 20.0


class Clock:
    """Time of the emulator, in two counters.

    `now` is the time of day and keeps the real pace, so that clients see plausible ages of snapshots. `work` counts
    seconds of work and runs `speed` times as fast, so that tests are short. Freezing stops both, a step moves both.

    :param speed: Seconds of work per real second.
    """

    def __init__(self, speed: float = DEFAULT_SPEED) -> None:
        """Start at the real time of day."""
        self._default_speed = speed
        self.reset()

    def reset(self) -> None:
        """Go back to the real time of day, running, at the speed of the start."""
        self.speed = self._default_speed
        self.frozen = False
        self._seen = time.monotonic()
        self._now = time.time()
        self._work = self._now

    def _catch_up(self) -> None:
        seen = time.monotonic()
        if not self.frozen:
            self._now += seen - self._seen
            self._work += (seen - self._seen) * self.speed
        self._seen = seen

    def now(self) -> datetime:
        """Return the time of day, naive UTC as the service shows it."""
        self._catch_up()
        return datetime.fromtimestamp(self._now, tz=UTC).replace(tzinfo=None)

    def work(self) -> float:
        """Return the seconds of work; only differences have a meaning."""
        self._catch_up()
        return self._work

    def reach(self, moment: datetime) -> None:
        """Move the time of day forward to a moment, unless it is later. The seconds of work do not change.

        :param moment: Naive UTC.
        """
        self._catch_up()
        self._now = max(self._now, moment.replace(tzinfo=UTC).timestamp())

    def set(self, freeze: bool | None = None, step: float = 0.0, speed: float | None = None) -> None:
        """Stop, start or move the clock, or change its pace.

        :param freeze: True stops it, False starts it, None changes nothing.
        :param step: Seconds by which both counters move forward.
        :param speed: Seconds of work per real second from now on.
        """
        self._catch_up()
        if freeze is not None:
            self.frozen = freeze
        if speed is not None:
            self.speed = speed
        self._now += step
        self._work += step
