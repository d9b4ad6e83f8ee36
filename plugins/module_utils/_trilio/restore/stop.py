# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Cancelling and deleting restores (reference B.5, C.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, GoneError, InputError, LostAnswerError, StateError, UnknownNameError
from ..._core.known_names import listed
from ..._core.module import Options
from ..._engine.model import Document, Step, quote_row
from ..._openstack.context import Context
from ..record_operation import CancelOperation, DeleteOperation, Records
from ..snapshot import records as snapshot
from ..workload.records import describe_workload, find_workload
from . import records as restore
from .identity import Marker
from .leftovers import Leftovers, delete_leftovers, find_leftovers
from .options import check_restore_options


def describe_servers(servers: Sequence[Mapping[str, Any]]) -> str:
    """Return how messages list servers."""
    return listed(map(quote_row, servers))


def find_restore(context: Context, options: Options) -> Optional[Document]:
    """Return the restore with that `id` or `request_key`, with all details; None if there is none.

    :raises AmbiguousNameError: Several have the key.
    :raises UnknownNameError: Whether it belongs to the given workload is unknown.
    """
    if options.get("id") is not None:
        return restore.show(context, options["id"])
    key = options["request_key"]
    hits = [row for row in restore.of_project(context) if Marker.read(row.get("description")).key == key]
    if options.get("workload") is not None:
        workload = find_workload(context, options["workload"])
        ids = {row["id"] for row in snapshot.of_workload(context, workload["id"])}
        hits = [row for row in hits if row.get("snapshot_id") in ids or _is_of(context, workload, row)]
    if len(hits) > 1:
        raise AmbiguousNameError(
            f"There are {len(hits)} restores with the key '{key}': "
            f"{listed(map(restore.describe_restore, hits), most=8)}.",
            hint="Give the 'id' of the restore that you mean.",
        )
    return restore.show(context, hits[0]["id"]) if hits else None


def _is_of(context: Context, workload: Document, row: Document) -> bool:
    """Return whether a restore is of a workload that does not have its snapshot any more.

    :raises UnknownNameError: That is unknown.
    """
    found = restore.show(context, row["id"]) or {}
    workload_id = found.get("workload_id") or (found.get("snapshot_details") or {}).get("workload_id")
    if found and workload_id is None:
        raise UnknownNameError(
            f"The restore {restore.describe_restore(row)} has the key '{Marker.read(row.get('description')).key}', and "
            f"its snapshot is gone, so that nothing tells whether it is of the {describe_workload(workload)}.",
            hint="Give its 'id' in place of workload and key if you mean this restore.",
        )
    return bool(workload_id == workload["id"])


RESTORES = Records(
    restore.NOUN,
    show=restore.show,
    find=find_restore,
    is_running=restore.is_running,
    result=restore.restore_result,
    cancelling=restore.CANCELLING,
    deleted_hint="Look in Nova for the servers that it made.",
)


def require_one_restore(options: Options) -> None:
    """Require that the options name one restore, by its id or key and never by its name.

    :raises InputError: They do not.
    """
    check_restore_options(options)
    if options.get("id") is None and options.get("request_key") is None:
        raise InputError("No restore is given.", hint="Give its 'id' or its 'request_key'; names are not unique.")


class Cancel(CancelOperation):
    """Cancel a restore that is running."""

    result_key = restore.NOUN
    records = RESTORES

    def __init__(self, options: Options) -> None:
        require_one_restore(options)
        super().__init__(options)


class Delete(DeleteOperation):
    """Delete the record of a restore and, with `delete_resources`, what the restore made.

    :ivar leftovers: What the restore made and is to be deleted.
    """

    result_key = restore.NOUN
    records = RESTORES

    def __init__(self, options: Options) -> None:
        require_one_restore(options)
        super().__init__(options)
        self.leftovers = Leftovers()

    def guard_record(self, record: Document) -> None:
        """Refuse while it is running, and find the objects that it has created.

        :raises StateError: It is running, or its objects cannot be told from those of others.
        """
        if restore.is_running(record):
            raise StateError(
                f"The restore {restore.describe_restore(record)} was not deleted, because it runs.",
                hint="Wait for its end, or cancel it first.",
            )
        if self.options.get("delete_resources"):
            self.leftovers = find_leftovers(self.context, record, bool(self.options.get("force_delete")))

    def steps(self, observed: Optional[Document]) -> list[Step]:
        """Return the steps of the plan, the record last."""
        return [*self.leftovers.steps(), *super().steps(observed)]

    def delete(self, record: Document) -> None:
        """Delete what the restore made, then its record: while that exists, the task can be run again."""
        delete_leftovers(self.context, record, self.leftovers, bool(self.options.get("force_delete")))
        try:
            self.context.api.send(restore.DELETING, id=record["id"])
        except GoneError:
            return
        except LostAnswerError as exc:
            if restore.show(self.context, record["id"]) is not None:
                raise exc from None
