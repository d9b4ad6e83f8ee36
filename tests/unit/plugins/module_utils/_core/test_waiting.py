# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting, with a clock that moves without waiting."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clock import FakeClock

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    BadAnswerError,
    ForbiddenError,
    GoneError,
    LicenceError,
    LostAnswerError,
    RefusedError,
    RequestError,
    StateError,
    UnexpectedAnswerError,
    UnreachableError,
    WaitTimeoutError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import (
    Backoff,
    Clock,
    Waiter,
    is_transient,
)

REQUEST: dict[str, Any] = {"method": "GET", "path": "/workloads/1"}


def looks(*seen: Any) -> Callable[[], Any]:
    """Return a function that returns these values one after the other, then always the last. Errors are raised."""
    coming = itertools.chain(seen, itertools.repeat(seen[-1]))

    def look() -> Any:
        now = next(coming)
        if isinstance(now, Exception):
            raise now
        return now

    return look


def wait(waiter: Waiter, look: Callable[[], Any]) -> Any:
    return waiter.until(
        look,
        lambda seen: seen == "available",
        what="the workload 'web' to be free",
        describe=lambda seen: f"status '{seen}'",
    )


def test_pauses_grow_from_2_to_30_seconds() -> None:
    pauses = Backoff()
    grown = [pauses.next() for _number in range(9)]
    assert grown == [2.0, 3.0, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30.0, 30.0]


@pytest.mark.parametrize("interval", [0, 0.5, 7.0])
def test_a_given_interval_stays(interval: float) -> None:
    pauses = Backoff(interval)
    assert [pauses.next() for _number in range(3)] == [interval] * 3


def test_the_first_look_is_at_once() -> None:
    clock = FakeClock()
    assert wait(Waiter(0, clock=clock), looks("available")) == "available"
    assert clock.slept == []


def test_it_looks_until_it_is_done() -> None:
    clock = FakeClock()
    assert wait(Waiter(600, clock=clock), looks("creating", "creating", "creating", "available")) == "available"
    assert clock.slept == [2.0, 3.0, 4.5]


def test_the_deadline_is_kept() -> None:
    clock = FakeClock()
    with pytest.raises(WaitTimeoutError) as caught:
        wait(Waiter(20, 6, clock), looks("creating"))
    assert clock.slept == [6, 6, 6]
    assert (
        caught.value.message
        == "Gave up waiting for the workload 'web' to be free after 20 seconds; last seen: status 'creating'."
    )
    assert "Run the task again: it starts from the current state." in caught.value.hint


def test_slow_looks_count_as_waiting() -> None:
    clock = FakeClock(per_look=5)
    with pytest.raises(WaitTimeoutError):
        wait(Waiter(20, 1, clock), looks("creating"))
    assert len(clock.slept) == 3


@given(timeout=st.integers(0, 5000), interval=st.none() | st.floats(0.1, 100))
def test_it_never_sleeps_beyond_the_deadline_and_gives_up_only_when_the_next_pause_would(
    timeout: int, interval: float | None
) -> None:
    clock = FakeClock()
    with pytest.raises(WaitTimeoutError):
        wait(Waiter(timeout, interval, clock), looks("creating"))
    assert clock.time - 1000 <= timeout
    assert clock.time - 1000 + (30 if interval is None else interval) >= timeout


PASSING = [
    UnreachableError("reset by peer", **REQUEST),
    BadAnswerError("not JSON", **REQUEST),
    *(RefusedError("busy", status=status, **REQUEST) for status in (429, 500, 502, 503, 504)),
]
LASTING = [
    UnexpectedAnswerError("without the key", **REQUEST),
    LicenceError("License not found", status=500, **REQUEST),
    GoneError("gone", status=404, **REQUEST),
    ForbiddenError("no role", status=403, **REQUEST),
    LostAnswerError("lost", status=500, **REQUEST),
    *(RefusedError("no", status=status, **REQUEST) for status in (400, 409, 413, 501)),
]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_look_that_fails_in_passing_is_tolerated(error: RequestError) -> None:
    assert is_transient(error)
    clock = FakeClock()
    assert wait(Waiter(60, 1, clock), looks(error, error, "available")) == "available"
    assert clock.slept == [1, 1]


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_a_look_that_fails_until_the_deadline_is_told(error: RequestError) -> None:
    with pytest.raises(WaitTimeoutError, match=f"the last read failed: {error.message}"):
        wait(Waiter(3, 1, FakeClock()), looks("creating", error))


@pytest.mark.parametrize("error", LASTING, ids=repr)
def test_any_other_failure_ends_the_waiting(error: RequestError) -> None:
    assert not is_transient(error)
    clock = FakeClock()
    with pytest.raises(type(error)) as caught:
        wait(Waiter(60, 1, clock), looks("creating", error, "available"))
    assert caught.value is error
    assert clock.slept == [1]


def test_what_the_predicate_raises_ends_the_waiting() -> None:
    def refuse(_seen: str) -> bool:
        raise StateError("failed")

    with pytest.raises(StateError):
        Waiter(60, 1, FakeClock()).until(looks("error"), refuse, what="it")


def test_a_shorter_waiter_keeps_clock_and_interval() -> None:
    clock = FakeClock()
    waiter = Waiter(600, 3, clock)
    shorter = waiter.shorter(10)
    assert (shorter.timeout, shorter.interval, shorter.clock) == (10, 3, clock)
    assert Waiter(5).shorter(10).timeout == 5


def test_the_real_clock_is_monotonic_and_sleeps() -> None:
    clock = Clock()
    before = clock.now()
    clock.sleep(0.01)
    assert clock.now() - before >= 0.01
    assert abs(clock.now() - time.monotonic()) < 1
