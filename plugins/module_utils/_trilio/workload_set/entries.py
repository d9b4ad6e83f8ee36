# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The entries of a set of workloads: what was asked for of each, and how its workload is found among all those of the project."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from ..._core.errors import BackupError, BadAnswerError, InputError, RequestError, raise_all
from ..._engine.converge import Item, Outcome, wish
from ..._engine.resource import Desired, Document, called, show
from ..._openstack.context import Context
from ..workload.resource import KIND, LISTING_IN_DETAIL, OWNER, Workload, target_type_name
from . import moves
from .selectors import Selector, selector


@dataclass
class Entry(Item):
    """One workload of the set on its way, or one that is not in the set any more.

    :param place: What messages call it before its workload is known: C(entry 3 of 'workloads' ('web')).
    :param selector: Which servers it protects, None where they are named or left alone.
    :param skipped: Why nothing was done to it, None where that is not so.
    :param outcome: What became of it, None before that.
    :param exchanges: It gives servers away to another entry and takes some of it, so that it is written twice.
    :param moving: The servers that it gives away.
    """

    place: str = ""
    selector: Optional[Selector] = None
    skipped: Optional[str] = None
    outcome: Optional[Outcome] = None
    exchanges: bool = False
    moving: frozenset[str] = frozenset()

    @property
    def at_work(self) -> bool:
        """Tell whether it is written or as declared, as far as that is known by now."""
        return self.error is None and self.skipped is None

    def servers(self) -> moves.ServerMove[str]:
        """Return the servers that its workload holds and shall hold, as far as the entry decides that."""
        has = frozenset(str(ref.id) for ref in (self.shown or {}).get("instances", ()))
        return moves.ServerMove(has, frozenset(str(ref.id) for ref in self.wanted["instances"]) if "instances" in self.wanted else has)


def held(entry: Entry) -> set[str]:
    """Return the servers that the workload of an entry holds, as the server showed them."""
    return {str(each.get("id")) for each in (entry.document or {}).get("instances") or ()}


class BulkWorkload(Workload):
    """A workload as one of many: where one answer of the server holds all of them with their details, none is shown by itself.

    :param many: Whether so many are looked at that such an answer is worth a request.
    :param given: Options of any entry; what they are compared with a row must hold to be taken for all that a show holds.
    """

    def __init__(self, many: bool, given: Container[str]) -> None:
        self.many = many
        self.keys = [key for option, key in (("encryption", "encryption"), ("secret", "secret_uuid")) if option in given]
        self.targets = "backup_target_type" in given
        self.unlisted: list[Document] = []

    def rows(self, context: Context) -> list[Document]:
        """Return the workloads of the project, with their details where the server has one answer for all.

        That answer is in no documentation (API reference B.1). So what there is goes by the documented list, and a server that refuses
        the other one, or answers it with nonsense, is asked for each workload by itself.
        """
        rows = super().rows(context)
        if not (self.many and rows):
            return rows
        try:
            details = {row["id"]: row for row in context.api.send(LISTING_IN_DETAIL)}
        except RequestError:
            return rows
        listed = {row["id"] for row in rows}
        self.unlisted = [row for key, row in details.items() if key not in listed and row.get("project_id") == context.project_id]
        return [{**row, **details.get(row["id"], {})} for row in rows]

    def identify(self, context: Context, wish: Desired, rows: Sequence[Document]) -> Optional[str]:
        """Return the id of the workload that is meant, None where it is not there, for sure.

        :raises BadAnswerError: The list leaves it out: it would be made a second time.
        """
        found = super().identify(context, wish, rows)
        for row in self.unlisted if found is None else ():
            if self.title(row) in (wish.name, wish.new_name) and show(context, self, row["id"]) is not None:
                raise BadAnswerError(
                    f"The {called(self, row)} is there, yet the list of workloads does not hold it, and so it was not made again.",
                    method=self.listing.method,
                    path=self.listing.path,
                    hint="If somebody else is making it right now run the task again. Otherwise give its 'id' in place of 'name'.",
                )
        return found

    def is_whole(self, row: Document) -> bool:
        """Tell whether a row holds all that decides: a show has none of these empty (API reference B.1, Q11)."""
        usual = all(isinstance(row.get(key), kind) and row[key] for key, kind in (("instances", list), ("metadata", dict), ("jobschedule", dict)))
        if not usual or (self.targets and not target_type_name(row["metadata"])):
            return False
        return all(key in row for key in self.keys)


def read_entries(given: Sequence[Mapping[str, Any]], owner: Optional[str]) -> list[Entry]:
    """Return the entries of the set, checked.

    :raises InputError: Entries are wrong, all of which are told, or two of them name one workload.
    """
    entries: list[Entry] = []
    problems: list[BackupError] = []
    for number, options in enumerate(given, 1):
        called_so = options.get("name") or options.get("id")
        place = f"entry {number} of 'workloads'" + (f" ('{called_so}')" if called_so else "")
        try:
            entries.append(read_entry(place, options, owner))
        except BackupError as exc:
            problems.append(type(exc)(f"In {place}: {exc.message}", hint=exc.hint))
    raise_all(problems)
    reject_duplicates((name, each) for each in entries for name in dict.fromkeys((each.wish.name, each.wish.new_name, each.wish.id)) if name is not None)
    return entries


def read_entry(place: str, options: Mapping[str, Any], owner: Optional[str]) -> Entry:
    """Return one entry of the set, checked.

    :raises InputError: It is wrong.
    """
    if options.get("instances") is not None and options.get("selector") is not None:
        raise InputError("The options 'instances' and 'selector' exclude each other.")
    if OWNER in (options.get("metadata") or {}):
        raise InputError(f"The option 'metadata' holds '{OWNER}', the mark of the owner.", hint="Say it with 'owner' for the whole set.")
    asked = wish(KIND, options)
    if owner is not None:
        asked.values["metadata"] = {**asked.values.get("metadata", {}), OWNER: owner}
    return Entry(asked, place=place, selector=selector(options.get("selector"), options.get("exclude")))


def reject_duplicates(meant: Iterable[tuple[str, Entry]]) -> None:
    """Refuse two entries that mean the same.

    :param meant: What is meant, and the entry that does.
    :raises InputError: There are some; all are told.
    """
    users: dict[str, list[str]] = {}
    for what, entry in meant:
        users.setdefault(what, []).append(entry.place)
    twins = [f"'{what}' is meant by {' and by '.join(places)}" for what, places in users.items() if len(places) > 1]
    if twins:
        raise InputError(f"Each workload may be in the set only once: {'; '.join(twins)}. Nothing was written.")
