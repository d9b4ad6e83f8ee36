# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Wait for a state with one deadline and growing pauses, on a clock that tests can replace."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar

from .errors import (
    BadAnswerError,
    LicenceError,
    RefusedError,
    RequestError,
    UnexpectedAnswerError,
    UnreachableError,
    WaitTimeoutError,
)

T = TypeVar("T")

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 30.0
GROWTH = 1.5
TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})


class Clock:
    """A monotonic clock, in seconds."""

    def now(self) -> float:
        """Return the seconds since a fixed moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Pause for a number of seconds."""
        time.sleep(seconds)


class Backoff:
    """The pauses between two reads: growing from 2 to 30 seconds, or a fixed interval.

    :param interval: Seconds of each pause, None for growing pauses.
    """

    def __init__(self, interval: Optional[float] = None) -> None:
        self.interval = interval
        self._next = FIRST_PAUSE

    def next(self) -> float:
        """Return the seconds of the next pause."""
        if self.interval is not None:
            return self.interval
        pause, self._next = self._next, min(self._next * GROWTH, LONGEST_PAUSE)
        return pause


def is_transient(error: RequestError) -> bool:
    """Return whether a read may succeed when it is repeated: no response, a broken response, 429 or 5xx.

    A whole response of another form, and a missing licence (reference A.5, N23), stay as they are.
    """
    if isinstance(error, (UnexpectedAnswerError, LicenceError)):
        return False
    return isinstance(error, (UnreachableError, BadAnswerError)) or (
        isinstance(error, RefusedError) and error.status in TRANSIENT_STATUS
    )


class Waiter:
    """Reads an object repeatedly until it has the expected state, or the time is over.

    :param timeout: Seconds to wait at most.
    :param interval: Seconds between two reads, None for growing pauses.
    :param clock: Clock for the pauses; tests replace it.
    """

    def __init__(self, timeout: float, interval: Optional[float] = None, clock: Optional[Clock] = None) -> None:
        self.timeout = timeout
        self.interval = interval
        self.clock = clock or Clock()

    def shorter(self, timeout: float) -> Waiter:
        """Return a waiter with this timeout, or with its own if that is shorter."""
        return Waiter(min(timeout, self.timeout), self.interval, self.clock)

    def until(
        self, look: Callable[[], T], done: Callable[[T], bool], *, what: str, describe: Callable[[T], str] = str
    ) -> T:
        """Call `look` until `done` accepts its value, and return that value.

        The first call is immediate. A transient failure is tolerated until the deadline.

        :param what: Object and state, for the message: `workload 'web' (id) to become available`.
        :param describe: Function that describes the last value in the message.
        :raises WaitTimeoutError: The time is over.
        :raises BackupError: `look` or `done` failed.
        """
        deadline = self.clock.now() + self.timeout
        pauses = Backoff(self.interval)
        last = "nothing was seen of it"
        while True:
            try:
                seen = look()
            except RequestError as exc:
                if not is_transient(exc):
                    raise
                last = f"the last read failed: {exc}"
            else:
                if done(seen):
                    return seen
                last = f"last seen: {describe(seen)}"
            pause = pauses.next()
            if self.clock.now() + pause > deadline:
                raise WaitTimeoutError(
                    f"Gave up waiting for {what} after {self.timeout:g} seconds; {last}.",
                    hint="The server continues. Run the task again: it starts from the current state. "
                    "Or raise 'timeout'.",
                )
            self.clock.sleep(pause)
