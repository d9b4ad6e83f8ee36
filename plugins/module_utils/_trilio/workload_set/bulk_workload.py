# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The resource `workload` for many objects, which one response may show with all details."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Optional

from ..._core.errors import BadAnswerError, RequestError
from ..._engine.model import Document, Values
from ..._openstack.context import Context
from ..workload.records import LISTING_IN_DETAIL, target_type_name
from ..workload.resource import DesiredWorkload, Workload

SHOWN_KEYS = {"encryption": "encryption", "secret": "secret_uuid"}
"""Options, and the keys by which a complete row shows them."""


class BulkWorkload(Workload):
    """The resource `workload` for a set.

    :param many: Whether there are enough workloads to make a list in detail worth a request.
    :param given: Options of any entry, which a complete row must show.
    :param marks: Whether the marks of workloads outside of the set are wanted, as far as one request shows them.
    """

    def __init__(self, context: Context, many: bool, given: Container[str], marks: bool = False) -> None:
        super().__init__(context)
        self.many = many
        self.marks = marks
        self.needed_keys = [key for option, key in SHOWN_KEYS.items() if option in given]
        self.needs_target_type = "backup_target_type" in given
        self.unlisted: list[Document] = []

    def rows(self, desired: Sequence[DesiredWorkload]) -> Sequence[Document]:
        """Return the workloads of the project, with their details if the server lists workloads in detail.

        The list in detail is not documented (reference B.1). So the documented list decides which workloads exist. If
        the server refuses the list in detail, or its response is broken, each workload is shown by itself.
        """
        rows = self.list_all()
        wanted = self.many or (self.marks and len(rows) > len(desired))
        if not (wanted and rows):
            return rows
        try:
            details = {row["id"]: row for row in self.context.api.send(LISTING_IN_DETAIL)}
        except RequestError:
            return rows
        listed = {row["id"] for row in rows}
        self.unlisted = [
            row
            for key, row in details.items()
            if key not in listed and row.get("project_id") == self.context.project_id
        ]
        return [{**row, **details.get(row["id"], {})} for row in rows]

    def find(self, desired: DesiredWorkload, rows: Sequence[Document]) -> Optional[str]:
        """Return the id of the workload that is declared, None if it does not exist.

        :raises BadAnswerError: The list leaves out a workload of that name: another one would be created.
        """
        found = super().find(desired, rows)
        for row in self.unlisted if found is None else ():
            if self.name(row) in (desired.name, desired.new_name) and self.show(row["id"]) is not None:
                raise BadAnswerError(
                    f"The {self.describe(row)} exists, but the list of workloads does not hold it, so it was not "
                    "created again.",
                    method=self.listing.method,
                    path=self.listing.path,
                    hint="If somebody else is creating it right now, run the task again. "
                    "Otherwise give its 'id' in place of 'name'.",
                )
        return found

    def refuse_taken(
        self, desired: DesiredWorkload, values: Values, document: Optional[Document], rows: Sequence[Document]
    ) -> None:
        """Refuse nothing here: another entry of the set may give the server away. The set looks at all entries."""

    def is_complete(self, row: Document) -> bool:
        """Return whether a row has all details. None of these is empty in a show (reference B.1, Q11)."""
        types = (("instances", list), ("metadata", dict), ("jobschedule", dict))
        if not all(isinstance(row.get(key), each) and row[key] for key, each in types):
            return False
        if self.needs_target_type and not target_type_name(row["metadata"]):
            return False
        return all(key in row for key in self.needed_keys)
