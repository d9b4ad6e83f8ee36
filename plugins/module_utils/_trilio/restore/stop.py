# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Cancelling and deleting restores, and what all that happens to them shares (API reference B.5, C.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import (
    AmbiguousNameError,
    FailedObjectError,
    GoneError,
    InputError,
    LostAnswerError,
    RefusedError,
    StateError,
    UnknownNameError,
)
from ..._engine.comparison import DELETE, Step
from ..._engine.resource import Document, Operation, called
from ..._openstack.context import Context
from ..options import check_identity, refuse_empty
from ..snapshot import records as snapshot
from ..snapshot.operations import find_workload
from ..workload.resource import KIND as WORKLOAD
from . import identity as restore_mark
from . import leftovers as restore_leftovers
from . import records as restore


def progress(seen: Optional[Document]) -> str:
    """Return how far a restore is, as far as the server says it."""
    known = seen or {}
    percent = known.get("progress_percent")
    parts = [f"status '{known.get('status')}'", "" if percent is None else f"{percent} %", known.get("progress_msg")]
    return ", ".join(str(part) for part in parts if part)


class RestoreOperation(Operation):
    """What all that happens to restores shares. What C(look) returns holds the C(restore), None where it is not there."""

    noun = "restore"

    def __init__(self, options: Mapping[str, Any]) -> None:
        check_identity({"id": options.get("id")})
        refuse_empty(options, "workload", "snapshot", "request_key", "restore_file")
        if options.get("delete_resources") and options["state"] != "absent":
            raise InputError("The option 'delete_resources' goes with 'state: absent' only.")
        if options.get("request_key") is not None and not restore_mark.KEY.fullmatch(options["request_key"]):
            raise InputError(
                f"The option 'request_key' holds '{options['request_key']}', which is no key.",
                hint="A key has 1 to 12 letters, digits, dots, dashes and underscores.",
            )
        self.options = options

    def wait_for(self, context: Context, restore_id: str) -> Document:
        """Return a restore once it has ended, however.

        :raises FailedObjectError: Its record went while it was waited for.
        """
        found = context.waiter.until(
            lambda: restore.show(context, restore_id),
            lambda seen: seen is None or not restore.runs(seen),
            what=f"the restore {restore_id} to end",
            describe=progress,
        )
        if found is None:
            raise FailedObjectError(
                f"The record of the restore {restore_id} went while it was waited for.",
                hint="Look in Nova for what it made.",
            )
        return found

    def result(self, context: Context, seen: Document) -> Optional[dict[str, Any]]:
        """Return the restore as results show it."""
        return None if seen.get("restore") is None else restore.result(seen["restore"])


def existing(context: Context, restore_id: str) -> Document:
    """Return a restore by its id.

    :raises UnknownNameError: It is not there.
    """
    found = restore.show(context, restore_id)
    if found is None:
        raise UnknownNameError(f"There is no restore with the id {restore_id} in this project.")
    return found


def in_words(servers: Sequence[Mapping[str, Any]]) -> str:
    """Return servers with names and ids."""
    return ", ".join(f"'{each['name']}' ({each['id']})" for each in servers)


# ---- One restore ---------------------------------------------------------------------------------------------------------------------------------


class ExistingOperation(RestoreOperation):
    """What deleting and cancelling share: exactly one restore is meant, by its id or its key, never by its name."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        if options.get("id") is None and options.get("request_key") is None:
            raise InputError(
                "Which restore is meant is not said.", hint="Give its 'id' or its 'request_key'; names are not unique."
            )

    def find(self, context: Context) -> Optional[Document]:
        """Return the restore with all details, None where it is not there.

        :raises AmbiguousNameError: Several have the key.
        :raises UnknownNameError: Nothing tells whether it is of the workload.
        """
        if self.options.get("id") is not None:
            return restore.show(context, self.options["id"])
        hits = [
            row
            for row in restore.of_project(context)
            if restore_mark.read(row.get("description")).key == self.options["request_key"]
        ]
        if self.options.get("workload") is not None:
            workload = find_workload(context, self.options["workload"])
            ids = {row["id"] for row in snapshot.of_workload(context, workload["id"])}
            hits = [row for row in hits if row.get("snapshot_id") in ids or self._is_of(context, workload, row)]
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"There are {len(hits)} restores with the key '{self.options['request_key']}': {', '.join(map(restore.title, hits))}.",
                hint="Give the 'id' of the one that is meant.",
            )
        return restore.show(context, hits[0]["id"]) if hits else None

    def _is_of(self, context: Context, workload: Document, row: Document) -> bool:
        """Tell whether a restore is of a workload although that does not have its snapshot any more.

        :raises UnknownNameError: Nothing tells.
        """
        found = restore.show(context, row["id"]) or {}
        workload_id = found.get("workload_id") or (found.get("snapshot_details") or {}).get("workload_id")
        if found and workload_id is None:
            raise UnknownNameError(
                f"The restore {restore.title(row)} has the key '{self.options['request_key']}', and its snapshot is gone, so that nothing tells whether it is "
                f"of the {called(WORKLOAD, workload)}.",
                hint="Give its 'id' in place of workload and key if it is meant.",
            )
        return bool(workload_id == workload["id"])


class Delete(ExistingOperation):
    """Delete the record of a restore and, where the user says so, what the restore made."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.left = restore_leftovers.Leftovers()

    def look(self, context: Context) -> Document:
        """Return the restore, None where it is not there."""
        return {"restore": self.find(context)}

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it is not there."""
        return seen["restore"] is None

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse while it runs, and look for what it made.

        :raises StateError: It runs, or has made what cannot be told from what others made.
        """
        found = seen["restore"]
        if restore.runs(found):
            raise StateError(
                f"The restore {restore.title(found)} was not deleted, because it runs.",
                hint="Wait for its end, or cancel it first.",
            )
        if self.options.get("delete_resources"):
            self.left = restore_leftovers.find(context, found)

    def step(self, seen: Document) -> Step:
        """Return the step of the record."""
        found = seen["restore"]
        return Step(
            DELETE, self.noun, found.get("name"), found["id"], [], {"name": found.get("name"), "id": found["id"]}, {}
        )

    def steps(self, seen: Document) -> list[Step]:
        """Return the steps of the plan, the record last."""
        return [*self.left.steps(), self.step(seen)]

    def start(self, context: Context, seen: Document) -> None:
        """Delete what it made, then the record: as long as that is there, the task can be run again."""
        found = seen["restore"]
        restore_leftovers.remove(context, found, self.left)
        try:
            context.api.send(restore.DELETING, id=found["id"])
        except GoneError:
            return
        except LostAnswerError as exc:
            if restore.show(context, found["id"]) is not None:
                raise exc from None

    def finish(self, context: Context, seen: Document) -> Document:
        """Return that it is gone."""
        return {"restore": None}


class Cancel(ExistingOperation):
    """Cancel a restore that runs."""

    def look(self, context: Context) -> Document:
        """Return the restore.

        :raises UnknownNameError: It is not there.
        """
        found = self.find(context)
        if found is None:
            raise UnknownNameError(
                "There is no such restore to cancel.",
                hint="The module openprotect.backup.restore_info lists those that there are.",
            )
        return {"restore": found}

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it has ended, however."""
        return not restore.runs(seen["restore"])

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        found = seen["restore"]
        return Step(
            "cancel",
            self.noun,
            found.get("name"),
            found["id"],
            ["status"],
            {"status": found.get("status")},
            {"status": "cancelled"},
        )

    def start(self, context: Context, seen: Document) -> None:
        """Cancel it. This is a GET that writes (API reference Q18).

        :raises RefusedError: The server refused, and not because it has ended meanwhile.
        """
        try:
            context.api.send(restore.CANCELLING, id=seen["restore"]["id"])
        except RefusedError:
            if restore.runs(existing(context, seen["restore"]["id"])):
                raise

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait until it has ended. It may have become good before the server heard of it."""
        return {"restore": self.wait_for(context, seen["restore"]["id"])}
