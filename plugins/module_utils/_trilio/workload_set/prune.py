# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Delete the workloads with the mark of the owner that are no longer in the set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Optional

from ..._core.errors import NotOwnerError, PruneError, StateError, UnreachableError
from ..._engine.apply import apply
from ..._engine.converge import plan
from ..._engine.model import DELETING, Document
from ..workload.records import OWNER
from ..workload.resource import DesiredWorkload
from .bulk_workload import BulkWorkload
from .entries import Entry


class Pruning:
    """The deletion of workloads that are no longer in a set.

    :param owner: Only workloads with its mark are deleted.
    :param options: The options of the module: `delete_snapshots`, `keep_data`, `max_deletions`.
    :param rows: The workloads of the project.
    """

    def __init__(
        self, workload: BulkWorkload, owner: str, options: Mapping[str, Any], rows: Sequence[Document]
    ) -> None:
        self.workload = workload
        self.owner = owner
        self.options = options
        self.rows = rows

    def plan(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the workloads of the owner that no entry means, with the steps of their deletion.

        :raises PruneError: There are more than may be deleted.
        """
        meant = {each.key for each in entries}
        others = [self._other(row) for row in self.rows if row["id"] not in meant]
        self.workload.context.in_parallel(
            lambda each: each.attempt(lambda: self._read_mark(each), UnreachableError), others
        )
        surplus = [each for each in others if each.error is not None or self._is_surplus(each.document)]
        plan(self.workload, surplus, self.rows)
        doomed = [each for each in surplus if each.document is not None]
        allowed = self.options["max_deletions"]
        if len(doomed) > allowed and not any(each.error for each in entries):
            names = ", ".join(self.workload.describe(each.document or {}) for each in doomed)
            raise PruneError(
                f"{len(doomed)} workloads of the owner '{self.owner}' are not in the set, and 'max_deletions' allows "
                f"{allowed}: {names}. Nothing was written.",
                hint="Look whether the set is complete. If they are to go, allow as many with 'max_deletions'.",
            )
        return surplus

    def _other(self, row: Document) -> Entry:
        """Return a workload that no entry means as one that is declared absent."""
        options = {key: self.options[key] for key in ("delete_snapshots", "keep_data")}
        desired = DesiredWorkload(options, row["id"], row.get("name"), present=False)
        document = row if self.workload.is_complete(row) else None
        return Entry(desired=desired, key=row["id"], document=document, title=self.workload.describe(row))

    def _read_mark(self, entry: Entry) -> None:
        """Fetch a workload, unless it is known. A busy one is not waited for: it may belong to another owner."""
        if entry.document is None:
            entry.document = self.workload.show(str(entry.key))

    def _mark(self, document: Document) -> Optional[str]:
        return (document.get("metadata") or {}).get(OWNER) or None

    def _is_surplus(self, document: Optional[Document]) -> bool:
        """Return whether a workload has the mark of the owner, and is not being deleted."""
        return document is not None and document.get("status") != DELETING and self._mark(document) == self.owner

    def delete(self, surplus: Sequence[Entry], failed: Callable[[], Sequence[Entry]]) -> None:
        """Delete workloads one after the other, until an entry has failed.

        :param failed: Function that returns the entries that have failed.
        """
        for entry in surplus:
            if failed():
                entry.skipped = "something else failed"
            elif not self.workload.context.check_mode:
                entry.attempt(partial(self._delete_one, entry))

    def _delete_one(self, entry: Entry) -> None:
        """Delete one workload with the snapshots that the plan names, if it still has the mark.

        :raises NotOwnerError: It has lost the mark.
        :raises StateError: It has a new snapshot.
        """
        document = self.workload.show(str(entry.key))
        if document is None:
            return
        title = self.workload.describe(document)
        if self._mark(document) != self.owner:
            raise NotOwnerError(
                f"The {title} has lost the mark of the owner '{self.owner}' in the meantime, so it was not deleted."
            )
        again = replace(entry, document=document, steps=[])
        plan(self.workload, [again], self.rows)
        if again.error is not None:
            raise again.error
        planned = {step.id for step in entry.steps}
        new = [f"'{step.name}' ({step.id})" for step in again.steps if step.id not in planned]
        if new:
            raise StateError(
                f"The {title} has got snapshots that the plan does not name, so it was not deleted: {', '.join(new)}.",
                hint="If they are to go too, run the task again. While its schedule is enabled more may come.",
            )
        apply(self.workload, again, self.rows)
