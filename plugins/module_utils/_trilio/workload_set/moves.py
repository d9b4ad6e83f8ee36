# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""In which order workloads change so that a server can move from one to another: pure, no request is made here.

A server may be in one workload only, for all that is known (API reference B.1, emulator switch C(vm_in_two_workloads)). So what gives a
server away is written before what takes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True)
class ServerMove(Generic[S]):
    """What one workload holds, and what it shall hold.

    :param has: Its servers now, none where it is not there yet.
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
    """In which order workloads change; they are meant by their place in the list that was given.

    :param rounds: What may be written at a time, and whether it is written whole. What is not only gives servers away then, and stands
        in a later round again.
    :param stuck: Workloads that exchange all that they have, which cannot be done while each must hold a server.
    """

    rounds: list[list[tuple[int, bool]]]
    stuck: list[int]


def order(members: Sequence[ServerMove[S]]) -> Order:
    """Return in which order workloads change."""
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
        first = giving[0]
        left[first] = ServerMove(left[first].has & left[first].wants, left[first].wants)
        rounds.append([(first, False)])
    return Order(rounds, list(left))
