# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Restoring, once: what is joined, what satisfies, what forbids it (API reference B.5, C.3, E, Q30)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Optional

from ..._core.errors import (
    AmbiguousNameError,
    FailedObjectError,
    InputError,
    NotConvergedError,
    StateError,
    UnknownNameError,
)
from ..._engine.comparison import CREATE, Step
from ..._engine.resource import Document, called, show
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from ..options import UUID
from ..snapshot import records as snapshot
from ..snapshot.operations import find_workload, moment
from ..workload.resource import KIND as WORKLOAD
from . import identity as restore_mark
from . import records as restore
from .guards import refuse_originals, require_confirmation
from .options import INPLACE, ONECLICK, check, read_file
from .plan_view import describe_plan
from .request import request
from .stop import RestoreOperation, existing, in_words

LONGEST_DESCRIPTION = 200
"""Characters that leave room for the mark in the 255 that services of OpenStack keep."""

MOUNTED_HINT = "It is mounted: dismount it. An older one is not taken in its place."


class StartRestore(RestoreOperation):
    """Restore, unless that was done already or is being done.

    What C(look) returns holds also C(workload) as the list shows it, C(snapshot) with all details, and C(key).
    """

    looks = 5

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.content: Optional[Document] = None
        if options.get("id") is None:
            self._check(options)
        self.made: Optional[str] = None
        self.known: Optional[set[str]] = None
        self.intent = ""
        self.sent: Optional[Document] = None
        self.words: Optional[Document] = None
        self.seen: Document = {}
        self.confirmation: Optional[list[str]] = None

    def _check(self, options: Mapping[str, Any]) -> None:
        """Check what shall be restored from where, before any request.

        :raises InputError: Something is wrong with it.
        """
        if options.get("type") is None:
            raise InputError("The option 'type' is needed: oneclick, selective or inplace.")
        if not (options.get("latest") or options.get("at") or options.get("snapshot")):
            raise InputError(
                "Which snapshot to restore from is not said.", hint="Give one of 'latest: true', 'at' and 'snapshot'."
            )
        if options.get("workload") is None and not UUID.fullmatch(options.get("snapshot") or ""):
            raise InputError(
                "Which workload is meant is not said.", hint="Give 'workload'; only the id of a snapshot goes without."
            )
        if options.get("at"):
            moment("at", options["at"])
        check(options)
        if options.get("restore_file"):
            self.content = read_file(options["restore_file"], options["type"])
        if len(self._text()) > LONGEST_DESCRIPTION:
            where = (
                "The option 'description'"
                if options.get("description")
                else f"The 'description' in the file '{options['restore_file']}'"
            )
            raise InputError(
                f"{where} has more than {LONGEST_DESCRIPTION} characters.",
                hint="What the restore is recognised by must fit behind it.",
            )

    # -- look ----------------------------------------------------------------------------------------------------------

    def look(self, context: Context) -> Document:
        """Return the restore that satisfies, or what is needed to start one; after the start: the one that was started.

        :raises UnknownNameError: There is no such workload, snapshot or restore.
        :raises StateError: Another restore of the workload runs.
        """
        wanted_id = self.made or self.options.get("id")
        if wanted_id is not None:
            return {**self.seen, "restore": existing(context, wanted_id)}
        if self.known is not None:
            return {**self.seen, "restore": self._lost_one(context)}
        workload, rows = self._site(context)
        self.intent = restore_mark.intent_of(self.options["type"], workload["id"], self._source(), self._plan())
        restores = self._restores(context, {row["id"] for row in rows})
        self.known = {row["id"] for row in restores}
        self.seen = {"workload": workload, "snapshot": None, "key": self.options.get("request_key"), "restore": None}
        running = [row for row in restores if restore.runs(row)]
        if running:
            joined = self._joined(context, workload, rows, running)
            self.seen["key"] = restore_mark.read(joined.get("description")).key
            return {**self.seen, "restore": restore.show(context, joined["id"]) or joined}
        chosen = self._chosen(context, workload, rows)
        self.seen["key"] = self.options.get("request_key") or restore_mark.key_of(
            self.intent, workload["id"], chosen["id"]
        )
        return self._earlier(context, restores, chosen)

    def _site(self, context: Context) -> tuple[Document, list[Document]]:
        """Return the workload, and its snapshots.

        :raises UnknownNameError: The workload or the snapshot is not there.
        """
        if self.options.get("workload") is not None:
            workload = find_workload(context, self.options["workload"])
        else:
            found = snapshot.show(context, self.options["snapshot"])
            if found is None:
                raise UnknownNameError(f"There is no snapshot with the id {self.options['snapshot']} in this project.")
            shown = show(context, WORKLOAD, str(found["workload_id"]))
            if shown is None:
                raise UnknownNameError(
                    f"The workload {found['workload_id']} of the snapshot {snapshot.title(found)} is not there."
                )
            workload = shown
        return workload, snapshot.of_workload(context, workload["id"])

    def _restores(self, context: Context, snapshot_ids: set[str]) -> list[Document]:
        """Return the restores of the workload, oldest first: of its snapshots, and with this intent, which tells the workload, of those that are gone."""
        rows = restore.of_project(context)
        return [
            row
            for row in rows
            if row.get("snapshot_id") in snapshot_ids or restore_mark.read(row.get("description")).intent == self.intent
        ]

    def _source(self) -> Document:
        """Return which snapshot was asked for, as written."""
        return {key: self.options[key] for key in ("latest", "at", "snapshot") if self.options.get(key)}

    def _plan(self) -> Document:
        """Return what was asked for to go where, as written."""
        written = {key: self.options.get(key) for key in ("instances", "networks")}
        return {**written, "restore_topology": self.options.get("restore_topology") or None, "file": self.content}

    def _joined(
        self, context: Context, workload: Document, rows: Sequence[Document], running: Sequence[Document]
    ) -> Document:
        """Return the running restore that was asked for in the same way.

        :param rows: The snapshots of the workload.
        :raises StateError: One runs that was not.
        """
        for row in running:
            mark = restore_mark.read(row.get("description"))
            if mark.intent == self.intent:
                return row
            source = (
                None
                if mark.intent is not None or restore.type_of(row) != self.options["type"]
                else snapshot.show(context, str(row["snapshot_id"]))
            )
            if source is not None and self._means(context, rows, row, source) and self._same(context, row, source):
                return row
        raise StateError(
            f"Nothing was restored, because another restore of the {called(WORKLOAD, workload)} runs: {', '.join(map(restore.title, running))}.",
            hint="Wait for its end, or cancel it with 'state: cancelled' and its id.",
        )

    def _same(self, context: Context, row: Document, source: Document) -> bool:
        """Tell whether a restore without our mark is what would be sent for its snapshot.

        :param source: The snapshot with all details.
        """
        if restore.type_of(row) != self.options["type"]:
            return False
        try:
            sent = request(context, self.options, self.content, source)
        except (UnknownNameError, AmbiguousNameError, InputError):
            return False  # what is asked for cannot come from that snapshot
        return restore_mark.same_request(sent, row.get("restore_options"))

    def _means(self, context: Context, rows: Sequence[Document], row: Document, source: Document) -> bool:
        """Tell whether the snapshot of a restore without our mark is the one that was asked for when the restore began.

        :param rows: The snapshots of the workload.
        :param source: The snapshot of the restore.
        """
        if self.options.get("snapshot"):
            return self.options["snapshot"] in (source.get("name"), source["id"])
        began = snapshot.utc(row.get("created_at"))
        then = [each for each in rows if began is None or snapshot.created_at(each) <= began]
        newest = snapshot.newest_good(context, then, self._moment())
        return newest is not None and bool(newest["id"] == source["id"])

    def _moment(self) -> Optional[datetime]:
        """Return the point in time of which the newest snapshot is asked for, None where it is the newest of all."""
        return moment("at", self.options["at"]) if self.options.get("at") else None

    def _chosen(self, context: Context, workload: Document, rows: Sequence[Document]) -> Document:
        """Return the snapshot to restore from, with all details.

        :raises UnknownNameError: There is none in this workload.
        :raises AmbiguousNameError: Several have the name.
        :raises StateError: It cannot be restored from.
        """
        title = called(WORKLOAD, workload)
        if self.options.get("snapshot") is not None:
            ref = match_one("snapshot", rows, self.options["snapshot"], where=f"of the {title}")
            row = next(each for each in rows if each["id"] == ref.id)
        else:
            at = self._moment()
            newest = snapshot.newest_good(context, rows, at)
            if newest is None:
                when = f" that was begun at {self.options['at']} or before" if at else ""
                there = ", ".join(snapshot.title(each) for each in rows) or "none at all"
                raise UnknownNameError(f"The {title} has no good snapshot{when}; there are: {there}.")
            row = newest
        found = snapshot.show(context, row["id"])
        if found is None:
            raise UnknownNameError(
                f"The snapshot {snapshot.title(row)} of the {title} went a moment ago.", hint="Run the task again."
            )
        return found

    def _earlier(self, context: Context, restores: Sequence[Document], chosen: Document) -> Document:
        """Return the restore of that key that has ended well, None where there is none; say what failed ones left."""
        key = self.seen["key"]
        same = [row for row in restores if restore_mark.read(row.get("description")).key == key]
        unmarked = [
            row
            for row in restores
            if restore_mark.read(row.get("description")).key is None and row["snapshot_id"] == chosen["id"]
        ]
        same += [row for row in unmarked if row.get("name") == self._name() and self._same(context, row, chosen)]
        seen = {**self.seen, "snapshot": chosen}
        self.seen = seen
        done = [row for row in same if row.get("status") == restore.GOOD]
        if done and not self.options.get("force_new"):
            found = restore.show(context, done[-1]["id"]) or done[-1]
            if restore_mark.read(found.get("description")).intent not in (None, self.intent):
                context.warn(
                    f"The restore {restore.title(found)} has the key '{key}' and satisfies, yet it was asked for in another way. "
                    "Another 'request_key' makes another restore."
                )
            lost = [each for each in restore.servers(found) if each["id"] not in self._nova_ids(context)]
            if lost:
                context.warn(
                    f"The restore {restore.title(found)} satisfies, yet servers that it made are gone from Nova: {in_words(lost)}. "
                    "'force_new: true' restores again."
                )
            return {**seen, "restore": found}
        for row in same:
            if row.get("status") != restore.GOOD:
                left = [
                    each
                    for each in restore.servers(restore.show(context, row["id"]) or row)
                    if each["id"] in self._nova_ids(context)
                ]
                if left:
                    context.warn(
                        f"The restore {restore.title(row)} before this one left servers: {in_words(left)}. They are not touched; "
                        "'state: absent' with its id and 'delete_resources: true' deletes them."
                    )
        return seen

    def _nova_ids(self, context: Context) -> set[str]:
        """Return the ids of all servers of the project."""
        return {str(row["id"]) for row in context.lookup.servers()}

    def _lost_one(self, context: Context) -> Optional[Document]:
        """Return the restore that a request without an answer has started, None where it does not show."""
        rows = restore.of_snapshots(context, [self.seen["snapshot"]["id"]])
        new = {
            row["id"]: (row, restore_mark.read(row.get("description")).key)
            for row in rows
            if row["id"] not in (self.known or ())
        }
        ours = [row for row, key in new.values() if key == self.seen["key"]]
        ours = ours or [
            row
            for row, key in new.values()
            if key is None and restore_mark.same_request(self.sent or {}, row.get("restore_options"))
        ]
        if len(ours) != 1:
            return None
        self.made = ours[0]["id"]
        return restore.show(context, self.made) or ours[0]

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it is being done or was done."""
        if seen["restore"] is None:
            return False
        if not restore.runs(seen["restore"]):
            self.judge(seen["restore"])
        return True

    def happening(self, seen: Document) -> bool:
        """Tell whether it is being done."""
        return restore.runs(seen["restore"])

    # -- guard ---------------------------------------------------------------------------------------------------------

    def guard(self, context: Context, seen: Document) -> None:
        """Make the request, and look for all that forbids it.

        :raises BackupError: Something does. Nothing was written.
        """
        workload, source = seen["workload"], seen["snapshot"]
        if source.get("status") != "available":
            raise StateError(
                f"Nothing was restored, because the snapshot {snapshot.title(source)} is not available: "
                f"{source.get('error_msg') or 'its state is ' + repr(source.get('status'))}.",
                hint=MOUNTED_HINT
                if source.get("status") == snapshot.MOUNTED
                else "Choose another snapshot, or wait until this one is free.",
            )
        if workload.get("status") != "available":
            raise StateError(
                f"Nothing was restored, because the state of the {called(WORKLOAD, workload)} is '{workload.get('status')}'.",
                hint="Wait for the end of what runs. If nothing does, the module openprotect.backup.workload_action unlocks it.",
            )
        self.sent = request(context, self.options, self.content, source)
        if self.options["type"] == ONECLICK:
            refuse_originals(context, source)
        if self.options["type"] == INPLACE:
            self.confirmation = require_confirmation(
                context, self.options.get("confirm_overwrite") or [], self.sent, source
            )
        self.words = describe_plan(
            context, self.sent, source
        )  # now, so that nothing can fail between the start and the result

    # -- start ---------------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        """Return the name of the restore."""
        given = self.options.get("name") or (self.content or {}).get("name")
        return str(given or f"Restore of {self.seen['workload'].get('name')}")

    def _text(self) -> str:
        """Return the description of the restore, as far as it is the user's."""
        return str(self.options.get("description") or (self.content or {}).get("description") or "")

    def _body(self) -> Document:
        """Return what is sent."""
        return {
            "name": self._name(),
            "description": restore_mark.marked(self._text(), self.intent, self.seen["key"]),
            "options": self.sent,
        }

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        given = {key: self.options[key] for key in ("name", "description", "type") if self.options.get(key)}
        after = {"workload": seen["workload"].get("name"), "snapshot": snapshot.title(seen["snapshot"]), **given}
        return Step(CREATE, self.noun, self._name(), None, sorted(given), {}, after)

    def start(self, context: Context, seen: Document) -> None:
        """Start it.

        :raises NotConvergedError: It runs, yet the server has not kept what it is recognised by.
        """
        answer = context.api.send(restore.STARTING, self._body(), id=seen["snapshot"]["id"])
        self.made = str(answer["id"])
        if restore_mark.read(answer.get("description")).key != self.seen["key"]:
            raise NotConvergedError(
                f"The restore '{answer.get('name')}' ({self.made}) was started, yet the server has not kept its description, by which a later run would "
                f"recognise it: it shows '{answer.get('description')}'.",
                hint=f"The restore goes on. The same task joins it by what it restores; with 'id: {self.made}' it is waited for without doubt.",
                results={"changed": True, "restore": restore.result(answer), "id": self.made},
            )

    def begun(self) -> dict[str, Any]:
        """Return the id of what was started."""
        return {"id": self.made}

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait until it has ended, and look how.

        :raises FailedObjectError: It failed or was cancelled.
        """
        found = self.wait_for(context, self.made or seen["restore"]["id"])
        self.judge(found)
        return {**seen, "restore": found}

    def judge(self, found: Document) -> None:
        """Look how a restore has ended.

        :raises FailedObjectError: It failed or was cancelled.
        """
        if found.get("status") == restore.GOOD:
            return
        left = in_words(restore.servers(found))
        raise FailedObjectError(
            f"The restore {restore.title(found)} ended in the state '{found.get('status')}': {found.get('error_msg') or 'the server gives no reason'}"
            + (f"; servers that it made until then: {left}." if left else "."),
            hint="Remove the cause and run the task again: it starts anew. 'state: absent' with the id and 'delete_resources: true' takes away what it left.",
            results={"restore": restore.result(found)},
        )

    # -- result --------------------------------------------------------------------------------------------------------

    def result(self, context: Context, seen: Document) -> Optional[dict[str, Any]]:
        """Return the restore as results show it; in check mode what is known of it before it is started."""
        if seen.get("restore") is not None:
            return restore.result(seen["restore"])
        planned = {"name": self._name(), "description": self._text(), "restore_options": self.sent}
        ids = {
            "workload_id": seen["workload"]["id"],
            "snapshot_id": seen["snapshot"]["id"],
            "project_id": context.project_id,
        }
        return {**restore.result({**planned, **ids}), "request_key": self.seen["key"]}

    def details(self, context: Context) -> dict[str, Any]:
        """Return the plan in names, the request, and what a restore in place must confirm."""
        found: dict[str, Any] = {
            "request_key": self.seen.get("key"),
            "snapshot": None,
            "restore_plan": None,
            "request_body": None,
            "confirm_overwrite": self.confirmation,
        }
        if self.sent is not None:
            source = self.seen["snapshot"]
            found["snapshot"] = {
                key: source.get(key) for key in ("id", "name", "created_at", "snapshot_type", "workload_id")
            }
            found["restore_plan"] = self.words
            found["request_body"] = {"restore": self._body()}
        return found
