# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of writes when servers move: no server is ever in two workloads, and no workload is ever empty."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_set.moves import (
    Order,
    ServerMove,
    order,
)

SERVERS = range(8)


def members(*pairs: tuple[str, str]) -> list[ServerMove[str]]:
    """Return workloads with their shown and desired servers, a letter each."""
    return [ServerMove(frozenset(has), frozenset(wants)) for has, wants in pairs]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([], Order([], []), id="nothing"),
        pytest.param(
            [("a", "a"), ("", "b"), ("c", "cd")], Order([[(0, True), (1, True), (2, True)]], []), id="nothing moves"
        ),
        pytest.param([("b", "ab"), ("ac", "c")], Order([[(1, True)], [(0, True)]], []), id="one moves"),
        pytest.param([("", "a"), ("ac", "c")], Order([[(1, True)], [(0, True)]], []), id="to a new one"),
        pytest.param([("ab", "ac"), ("cd", "bd")], Order([[(0, False)], [(1, True)], [(0, True)]], []), id="exchange"),
        pytest.param([("a", "b"), ("b", "a"), ("", "c")], Order([[(2, True)]], [0, 1]), id="exchange of all"),
        pytest.param(
            [("a", "b"), ("bc", "ac")],
            Order([[(1, False)], [(0, True)], [(1, True)]], []),
            id="exchange where one keeps none",
        ),
    ],
)
def test_order(pairs: list[tuple[str, str]], expected: Order) -> None:
    assert order(members(*pairs)) == expected


@st.composite
def sets(draw: st.DrawFn) -> list[ServerMove[int]]:
    """Return workloads without a server in two of them, shown or desired. Existing ones keep at least one."""
    now = draw(st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=len(SERVERS), max_size=len(SERVERS)))
    then = draw(st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=len(SERVERS), max_size=len(SERVERS)))
    found = []
    for number in range(4):
        has = frozenset(server for server in SERVERS if now[server] == number)
        wants = frozenset(server for server in SERVERS if then[server] == number)
        found.append(ServerMove(has, wants or has))
    return found if all(not (a.wants & b.wants) for a in found for b in found if a is not b) else []


@given(sets())
def test_no_server_is_ever_in_two_workloads_and_no_workload_is_ever_empty(wanted: list[ServerMove[int]]) -> None:
    state = [set(member.has) for member in wanted]
    done = order(wanted)
    for step in done.rounds:
        before = [set(each) for each in state]
        for number, whole in step:
            after = wanted[number].wants if whole else frozenset(before[number]) & wanted[number].wants
            taken = after - before[number]
            # whatever else of the round comes before or after
            assert all(
                taken.isdisjoint(before[other] | (wanted[other].wants if (other, True) in step else set()))
                for other in range(len(wanted))
                if other != number
            )
            assert after or not wanted[number].wants
            state[number] = set(after)
    for number, member in enumerate(wanted):
        assert state[number] == member.wants or number in done.stuck
    assert sorted({number for step in done.rounds for number, whole in step if whole} | set(done.stuck)) == list(
        range(len(wanted))
    )
