# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Starting a restore, once, and waiting for it (reference B.5, C.3, E, Q30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from ..._core.errors import (
    BackupError,
    FailedObjectError,
    NotConvergedError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from ..._core.module import Options, Task
from ..._engine.context import TaskContext
from ..._engine.model import CREATE, Document, Step, quote_row
from ..._engine.operation import Operation
from ..._openstack.context import Context
from . import identity
from . import records as restore
from .addresses import require_free_addresses, warn_of_other_addresses
from .cloud import Cloud
from .guards import refuse_duplicates, refuse_originals, require_available
from .identity import Marker
from .matching import ObservedRestore, Origin, observe_workload
from .options import DesiredRestore, check_restore_options, parse_restore
from .overwriting import Overwriting, require_confirmation
from .plan_view import describe_plan, describe_times, plan_texts
from .quotas import quota_rows, require_quotas
from .records import INPLACE, ONECLICK
from .request import restore_options
from .stop import RESTORES, Cancel, Delete, describe_servers
from .zones import require_zones


@dataclass(frozen=True)
class RestoreRequest:
    """All that is decided before a restore is started.

    :param origin: The workload, the snapshot and the marker.
    :param name: Name of the restore.
    :param text: Its description without the marker.
    :param given: The options that the plan names.
    :param options: The `options` of the request.
    :param plan_view: The plan with names.
    :param confirmation: What a restore in place must confirm, None for other types.
    """

    origin: Origin
    name: str
    text: str
    given: Mapping[str, Any]
    options: Document
    plan_view: Document
    confirmation: Optional[list[str]]

    @property
    def body(self) -> Document:
        """Return the body of the request."""
        marker = Marker(self.text, self.origin.intent, self.origin.key)
        return {"name": self.name, "description": marker.description(), "options": self.options}

    def step(self) -> Step:
        """Return the step of the plan."""
        source = {
            "workload": self.origin.workload.get("name"),
            "snapshot": quote_row(self.origin.snapshot),
            "taken_at": self.plan_view["times"]["taken_at"],
        }
        after = {**source, **self.given, "servers": plan_texts(self.plan_view)}
        return Step(CREATE, restore.NOUN, self.name, None, sorted(self.given), {}, after)

    def planned_result(self, project_id: str) -> dict[str, Any]:
        """Return the restore before it is started, as results show it."""
        planned = {
            "name": self.name,
            "description": self.text,
            "restore_options": self.options,
            "workload_id": self.origin.workload["id"],
            "snapshot_id": self.origin.snapshot["id"],
            "project_id": project_id,
        }
        return {**restore.restore_result(planned), "request_key": self.origin.key}

    def details(self) -> dict[str, Any]:
        """Return the keys of the result beside the restore."""
        shown = ("id", "name", "created_at", "snapshot_type", "workload_id")
        return {
            "snapshot": {key: self.origin.snapshot.get(key) for key in shown},
            "restore_plan": self.plan_view,
            "request_body": {"restore": self.body},
            "confirm_overwrite": self.confirmation,
        }


def plan_restore(context: Context, desired: DesiredRestore, origin: Origin) -> RestoreRequest:
    """Return the request, once nothing forbids the restore. Nothing is written, and nothing can fail after the start.

    :raises BackupError: Something forbids it.
    """
    require_available(origin.workload, origin.snapshot)
    cloud = Cloud(context)
    sent = restore_options(cloud, desired, origin.snapshot)
    overwriting: Optional[Overwriting] = None
    if desired.restore_type == ONECLICK:
        refuse_originals(context, origin.snapshot)
    if desired.restore_type == INPLACE:
        confirmed = desired.options.get("confirm_overwrite") or []
        overwriting = require_confirmation(context, confirmed, sent, origin.snapshot)
    plan = describe_plan(cloud.names(), sent, origin.snapshot, overwriting.sharers if overwriting else {})
    quotas = [] if overwriting else _check_new_servers(context, cloud, desired, sent, origin.snapshot, plan)
    times = describe_times(desired.at, origin.snapshot, origin.newer)
    return RestoreRequest(
        origin,
        name=desired.name(origin.workload),
        text=desired.text,
        given={key: desired.options[key] for key in ("name", "description", "type") if desired.options.get(key)},
        options=sent,
        plan_view={"times": times, **plan, "quotas": quotas},
        confirmation=overwriting.confirmation if overwriting else None,
    )


def _check_new_servers(
    context: Context, cloud: Cloud, desired: DesiredRestore, sent: Document, source: Document, plan: Document
) -> list[Document]:
    """Require that the servers of a plan can be created, and return what they need of each quota.

    :param sent: The `options` of the request.
    :param source: The snapshot with all details.
    :raises BackupError: Something forbids it. All reasons are in one error.
    """
    problems: list[BackupError] = []
    if not desired.options.get("allow_duplicate_names"):
        with collect(problems, StateError):
            refuse_duplicates(context, plan)
    with collect(problems, StateError):
        require_free_addresses(context, cloud, sent, source)
    with collect(problems, UnknownNameError):
        require_zones(context, plan, desired.restore_type)
    quotas = quota_rows(context, plan)
    with collect(problems, StateError):
        require_quotas(quotas)
    raise_all(problems)
    return quotas


def find_lost(context: Context, request: RestoreRequest) -> Optional[Document]:
    """Return the restore that a request without an answer started, None if it does not show."""
    origin = request.origin
    rows = restore.of_snapshots(context, [origin.snapshot["id"]])
    new = [row for row in rows if row["id"] not in origin.known_ids]
    keys = {row["id"]: Marker.read(row.get("description")).key for row in new}
    ours = [row for row in new if keys[row["id"]] == origin.key]
    ours = ours or [
        row
        for row in new
        if keys[row["id"]] is None and identity.same_request(request.options, row.get("restore_options"))
    ]
    if len(ours) != 1:
        return None
    return restore.show(context, ours[0]["id"]) or ours[0]


class AwaitRestore(Operation[ObservedRestore]):
    """Wait for the restore with the given `id`. Nothing is ever started.

    :ivar started_id: Id of the restore.
    :ivar ended: The restore once it has ended well, if the task has waited for it.
    """

    result_key = restore.NOUN
    context: Context

    def __init__(self, options: Options) -> None:
        check_restore_options(options)
        self.started_id: Optional[str] = options.get("id")
        self.plan_only = bool(options.get("plan_only"))
        self.ended: Optional[Document] = None

    def observe(self) -> ObservedRestore:
        """Return the restore.

        :raises UnknownNameError: It does not exist.
        """
        return ObservedRestore(RESTORES.require(self.context, str(self.started_id)))

    def is_done(self, observed: ObservedRestore) -> bool:
        """Return whether it is running or has ended well.

        :raises FailedObjectError: It failed or was cancelled.
        """
        if observed.restore is None:
            return False
        if not restore.is_running(observed.restore):
            _require_good(observed.restore)
            if self.started_id is not None:
                self.ended = observed.restore
        return True

    def in_progress(self, observed: ObservedRestore) -> bool:
        """Return whether it is running."""
        return observed.restore is not None and restore.is_running(observed.restore)

    def finish(self, observed: ObservedRestore) -> ObservedRestore:
        """Wait until it has ended.

        :raises FailedObjectError: It failed or was cancelled.
        """
        found = RESTORES.wait_for_end(self.context, self.started_id or (observed.restore or {})["id"])
        _require_good(found)
        self.ended = found
        return replace(observed, restore=found)

    def run(self, context: TaskContext) -> dict[str, Any]:
        """Perform the operation, verify the addresses of new servers, and return the result of the module."""
        result = super().run(context)
        if self.ended is not None:
            warn_of_other_addresses(self.context, self.ended)
        return result

    def result(self, observed: ObservedRestore) -> Optional[dict[str, Any]]:
        """Return the restore as results show it."""
        return None if observed.restore is None else restore.restore_result(observed.restore)

    def details(self) -> dict[str, Any]:
        """Return the other keys of the result, which are null because nothing was planned."""
        return dict.fromkeys(("request_key", "snapshot", "restore_plan", "request_body", "confirm_overwrite"))


class StartRestore(AwaitRestore):
    """Start a restore, unless it is running or has ended well.

    :ivar started_id: Id of the restore that was started.
    :ivar request: The request, once nothing forbids it.
    :ivar request_key: Key of the restore.
    """

    lost_looks = 5

    def title(self) -> str:
        """Return what messages call the restore before its plan is known."""
        given = self.desired.options
        sources = (f"the {option} '{given[option]}'" for option in ("snapshot", "workload") if given.get(option))
        return f"For a restore from {' of '.join(sources)}"

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.desired = parse_restore(options)
        self.request: Optional[RestoreRequest] = None
        self.request_key: Optional[str] = None

    def observe(self) -> ObservedRestore:
        """Return the restore that is running or satisfies; after the start the one that was started.

        :raises UnknownNameError: There is no such workload or snapshot.
        :raises StateError: Another restore of the workload is running.
        """
        if self.started_id is not None:
            return super().observe()
        if self.request is not None:  # The answer to the start was lost.
            found = find_lost(self.context, self.request)
            self.started_id = None if found is None else str(found["id"])
            return ObservedRestore(found)
        observed = observe_workload(self.context, self.desired)
        self.request_key = observed.key
        return observed

    def guard(self, observed: ObservedRestore) -> None:
        """Make the request.

        :raises BackupError: Something forbids the restore. Nothing was written.
        """
        if observed.origin is not None:
            self.request = plan_restore(self.context, self.desired, observed.origin)

    def steps(self, observed: ObservedRestore) -> list[Step]:
        """Return the step of the plan."""
        return [] if self.request is None else [self.request.step()]

    def start(self, observed: ObservedRestore) -> None:
        """Start it.

        :raises NotConvergedError: It runs, but the server did not keep the marker.
        """
        if self.request is None:
            return
        origin = self.request.origin
        answer = self.context.api.send(restore.STARTING, self.request.body, id=origin.snapshot["id"])
        self.started_id = str(answer["id"])
        if Marker.read(answer.get("description")).key != origin.key:
            raise NotConvergedError(
                f"The restore '{answer.get('name')}' ({self.started_id}) was started, but the server has not kept its "
                f"description, by which a later run would recognise it: it shows '{answer.get('description')}'.",
                hint="The restore goes on. The same task joins it by what it restores; with "
                f"'id: {self.started_id}' it is waited for without doubt.",
                results={"changed": True, "restore": restore.restore_result(answer), "id": self.started_id},
            )

    def started_result(self) -> dict[str, Any]:
        """Return the id of the restore that was started."""
        return {"id": self.started_id}

    def result(self, observed: ObservedRestore) -> Optional[dict[str, Any]]:
        """Return the restore as results show it; in check mode what is known before it is started."""
        if observed.restore is None and self.request is not None:
            return self.request.planned_result(self.context.project_id)
        return super().result(observed)

    def details(self) -> dict[str, Any]:
        """Return the key, the plan with names, the request, and what a restore in place must confirm."""
        planned = {} if self.request is None else self.request.details()
        return {**super().details(), **planned, "request_key": self.request_key}


def _require_good(document: Document) -> None:
    """Require that a restore that has ended is good.

    :raises FailedObjectError: It failed or was cancelled.
    """
    if document.get("status") == restore.GOOD:
        return
    made = describe_servers(restore.servers(document))
    reason = document.get("error_msg") or "the server gives no reason"
    raise FailedObjectError(
        f"The restore {restore.describe_restore(document)} ended in the state '{document.get('status')}': {reason}"
        + (f"; servers that it made until then: {made}." if made else "."),
        hint="Remove the cause and run the task again: it starts a new restore. 'state: absent' with the id and "
        "'delete_resources: true' deletes what it left.",
        results={"restore": restore.restore_result(document)},
    )


def present(options: Options) -> AwaitRestore:
    """Return the operation of `state: present`: waiting for the restore with the `id`, or starting one."""
    return StartRestore(options) if options.get("id") is None else AwaitRestore(options)


STATES: Mapping[str, Callable[[Options], Task[Context]]] = {"present": present, "absent": Delete, "cancelled": Cancel}
