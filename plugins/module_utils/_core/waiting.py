# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Waiting: one deadline, growing pauses, a clock that tests can replace."""

from __future__ import annotations

import time
from typing import Callable, Optional, TypeVar

from .errors import BadAnswerError, RefusedError, RequestError, UnreachableError, WaitTimeoutError

T = TypeVar("T")

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 30.0
GROWTH = 1.5
TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})


class Clock:
    """The time that waiting goes by: monotonic, in seconds."""

    def now(self) -> float:
        """Return the seconds since some fixed moment; never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Do nothing for so many seconds."""
        time.sleep(seconds)


class Backoff:
    """The pauses between two looks: growing from 2 to 30 seconds, or always the interval that the user gave.

    :param interval: Seconds, None to grow.
    """

    def __init__(self, interval: Optional[float] = None) -> None:
        self.interval = interval
        self._next = FIRST_PAUSE

    def next(self) -> float:
        """Return the seconds to pause now."""
        if self.interval is not None:
            return self.interval
        pause, self._next = self._next, min(self._next * GROWTH, LONGEST_PAUSE)
        return pause


def is_transient(error: RequestError) -> bool:
    """Tell whether a failed read may be gone at the next try: no answer, a broken answer, or 429 and 5xx."""
    return isinstance(error, (UnreachableError, BadAnswerError)) or (
        isinstance(error, RefusedError) and error.status in TRANSIENT_STATUS
    )


class Waiter:
    """Looks at something again and again until it is as wanted, or the time is over.

    :param timeout: Seconds to wait at most.
    :param interval: Seconds between two looks, None to let them grow.
    :param clock: Where the time comes from.
    """

    def __init__(self, timeout: float, interval: Optional[float] = None, clock: Optional[Clock] = None) -> None:
        self.timeout = timeout
        self.interval = interval
        self.clock = clock or Clock()

    def shorter(self, timeout: float) -> Waiter:
        """Return a waiter that gives up after so many seconds, or after its own time if that is less."""
        return Waiter(min(timeout, self.timeout), self.interval, self.clock)

    def until(
        self, look: Callable[[], T], done: Callable[[T], bool], *, what: str, describe: Callable[[T], str] = str
    ) -> T:
        """Look until `done` is true of what is seen, and return that.

        The first look is at once. A look that fails in passing is tolerated until the deadline.

        :param what: What is waited for, for the message: `workload 'web' (id) to become available`.
        :param describe: Puts what was seen last into words.
        :raises WaitTimeoutError: The time is over.
        :raises BackupError: What `look` and `done` raise otherwise.
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
                last = f"the last look failed: {exc}"
            else:
                if done(seen):
                    return seen
                last = f"last seen: {describe(seen)}"
            pause = pauses.next()
            if self.clock.now() + pause > deadline:
                raise WaitTimeoutError(
                    f"Gave up waiting for {what} after {self.timeout:g} seconds; {last}.",
                    hint="The server goes on with it: run the task again, it continues from what is there then, or give it a longer 'timeout'.",
                )
            self.clock.sleep(pause)
