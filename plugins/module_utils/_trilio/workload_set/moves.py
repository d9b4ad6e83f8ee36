# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The order in which workloads change so that servers can move between them. Pure, no request is made here.

Whether a server may be in two workloads at once is not known (reference B.1). So the workload that gives a server away
is written before the one that takes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True)
class ServerMove(Generic[S]):
    """The servers of one workload before and after the change.

    :param has: Its servers now, none if it does not exist.
    :param wants: Its servers afterwards.
    """

    has: frozenset[S]
    wants: frozenset[S]

    @property
    def gives(self) -> frozenset[S]:
        """Return the servers that it gives away."""
        return self.has - self.wants

    @property
    def takes(self) -> frozenset[S]:
        """Return the servers that it takes over."""
        return self.wants - self.has


@dataclass(frozen=True)
class Order:
    """The order in which workloads change. A workload is its index in the list that was given.

    :param rounds: The workloads that may be written at the same time, and whether the write is complete. A write that
        is not complete only gives servers away, and the workload is in a later round again.
    :param stuck: Workloads that exchange all their servers. That is impossible, since each must always hold one.
    """

    rounds: list[list[tuple[int, bool]]]
    stuck: list[int]


def order(members: Sequence[ServerMove[S]]) -> Order:
    """Return the order in which workloads change."""
    left = dict(enumerate(members))
    rounds: list[list[tuple[int, bool]]] = []
    while left:
        giver = {server: number for number, member in left.items() for server in member.gives}
        free = [
            number
            for number, member in left.items()
            if all(giver.get(server, number) == number for server in member.takes)
        ]
        if free:
            for number in free:
                del left[number]
            rounds.append([(number, True) for number in free])
            continue
        wanted = {server for member in left.values() for server in member.takes}
        giving = [number for number, member in left.items() if member.gives & wanted and member.has & member.wants]
        if not giving:
            break
        # Only exchanges are left: one workload gives its servers away first, and is written again later.
        first = giving[0]
        left[first] = ServerMove(left[first].has & left[first].wants, left[first].wants)
        rounds.append([(first, False)])
    return Order(rounds, list(left))
