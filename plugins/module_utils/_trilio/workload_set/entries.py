# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The entries of a set of workloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from ..._core.errors import BackupError, InputError, raise_all
from ..._engine.model import Item, Outcome, Reference
from ..workload.records import OWNER
from ..workload.resource import DesiredWorkload, Workload
from .moves import ServerMove
from .selector import Selector, parse_selector


@dataclass
class Entry(Item[DesiredWorkload]):
    """One workload of the set, or one that is no longer in the set and is deleted.

    :param title: Name in messages before its workload is known: `entry 3 of 'workloads' ('web')`.
    :param selector: Selector of its servers, None if they are listed or left alone.
    :param skipped: Reason why it was skipped, None if it was not.
    :param outcome: Its outcome, None before its plan is applied.
    :param exchanges: Whether it gives servers to another entry and takes some from it, so that it is written twice.
    :param moving: Ids of the servers that it gives away.
    """

    title: str = ""
    selector: Optional[Selector] = None
    skipped: Optional[str] = None
    outcome: Optional[Outcome] = None
    exchanges: bool = False
    moving: frozenset[str] = frozenset()

    @property
    def is_active(self) -> bool:
        """Whether it has not failed and is not skipped."""
        return self.error is None and self.skipped is None

    @property
    def declared_servers(self) -> Sequence[Reference]:
        """References to the servers that its workload is to hold; none if that is unknown or left alone."""
        return () if self.resolved is None else self.resolved.values.get("instances", ())

    @property
    def shown_servers(self) -> Sequence[Reference]:
        """References to the servers that its workload holds, none before they are known."""
        return () if self.shown is None else self.shown.values.get("instances", ())

    @property
    def move(self) -> ServerMove[str]:
        """The servers that its workload holds and is to hold, as far as the entry decides that."""
        has = frozenset(str(ref.id) for ref in self.shown_servers)
        decides = self.resolved is not None and "instances" in self.resolved.values
        return ServerMove(has, frozenset(str(ref.id) for ref in self.declared_servers) if decides else has)

    @property
    def held_servers(self) -> set[str]:
        """The ids of the servers in the raw document of its workload."""
        return {str(each.get("id")) for each in (self.document or {}).get("instances") or ()}


def parse_entries(given: Sequence[Mapping[str, Any]], owner: Optional[str]) -> list[Entry]:
    """Return the entries of the set, checked.

    :raises InputError: Entries are wrong, all of which are reported, or two of them name one workload.
    """
    entries: list[Entry] = []
    problems: list[BackupError] = []
    for number, options in enumerate(given, 1):
        name = options.get("name") or options.get("id")
        title = f"entry {number} of 'workloads'" + (f" ('{name}')" if name else "")
        try:
            entries.append(parse_entry(title, options, owner))
        except BackupError as exc:
            problems.append(type(exc)(f"In {title}: {exc.message}", hint=exc.hint))
    raise_all(problems)
    reject_duplicates((name, each) for each in entries for name in _names(each.desired))
    return entries


def _names(desired: DesiredWorkload) -> list[str]:
    """Return the names and the id that an entry gives for its workload, each once."""
    return [each for each in dict.fromkeys((desired.name, desired.new_name, desired.id)) if each is not None]


def parse_entry(title: str, options: Mapping[str, Any], owner: Optional[str]) -> Entry:
    """Return one entry of the set, checked.

    :raises InputError: It is wrong.
    """
    if options.get("instances") is not None and options.get("selector") is not None:
        raise InputError("The options 'instances' and 'selector' exclude each other.")
    if OWNER in (options.get("metadata") or {}):
        raise InputError(
            f"The option 'metadata' holds '{OWNER}', the mark of the owner.",
            hint="Set it with 'owner' for the whole set.",
        )
    desired = Workload.parse(options)
    if owner is not None:
        metadata = {**desired.values.get("metadata", {}), OWNER: owner}
        desired = replace(desired, values={**desired.values, "metadata": metadata})
    return Entry(desired=desired, title=title, selector=parse_selector(options.get("selector"), options.get("exclude")))


def reject_duplicates(named: Iterable[tuple[str, Entry]]) -> None:
    """Refuse two entries that mean the same workload.

    :param named: A name or id, and the entry that uses it.
    :raises InputError: There are some; all are reported.
    """
    users: dict[str, list[str]] = {}
    for name, entry in named:
        users.setdefault(name, []).append(entry.title)
    doubles = [f"'{name}' is meant by {' and by '.join(titles)}" for name, titles in users.items() if len(titles) > 1]
    if doubles:
        raise InputError(f"Each workload may be in the set only once: {'; '.join(doubles)}. Nothing was written.")
