# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The resource `workload`: its fields, its calls, and its guards (reference B.1, B.2, C.1, D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Optional

from ..._core.call import WRITE, Call
from ..._core.errors import (
    AmbiguousNameError,
    BackupError,
    ForbiddenError,
    InputError,
    RefusedError,
    RequestError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from ..._core.known_names import there_are
from ..._core.module import wait_options
from ..._core.values import refuse_empty, text_metadata
from ..._engine.comparison import Field, ManyReferences, OneReference, Prose, Subset, given_values
from ..._engine.model import DELETE, DELETING, Desired, Document, Reference, Shown, Step, Values
from ..._openstack.references import BACKUP_TARGET_TYPE, POLICY, WORKLOAD_TYPE
from ..._schedule import compare, fields, parse, wire
from ..._schedule.dialects import INTERVAL, POLICY_FIELDS, refuse_other_dialect
from ..identity import require_identity
from ..schedule_comparison import ScheduleComparison
from ..snapshot import records as snapshot
from ..trilio_resource import TrilioResource
from .guards import (
    assigned_policies,
    refuse_change_without_policy,
    refuse_taken_servers,
    warn_of_global_scheduler,
)
from .records import LISTING, NOUN, OWNER, SERVER_KEYS, SHOWING
from .server_line import dialect_for_new, dialect_of_server
from .values import NO_DESCRIPTION, read_values, workload_result

DEFAULT_TYPE = "Serial"
"""The workload type that lines 4 and 5 need and do not choose by themselves."""

SCHEDULES_READ = 3
"""Most workloads that are shown to find out the dialect of their schedules."""

NAMED_BY_OPTION = {"workload_type": WORKLOAD_TYPE, "backup_target_type": BACKUP_TARGET_TYPE, "policy": POLICY}


@dataclass(frozen=True)
class DesiredWorkload(Desired):
    """A workload as the user declares it.

    :param dialect: Dialect in which its schedule is written; empty if no schedule is written.
    """

    dialect: str = ""


class Workload(TrilioResource[DesiredWorkload]):
    """The resource `workload`."""

    noun = NOUN
    plural = "workloads"
    result_key = "workload"
    fields = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}, Prose()),
        Field("workload_type", {"type": "str"}, OneReference(), immutable=True),
        Field("instances", {"type": "list", "elements": "str"}, ManyReferences()),
        Field("backup_target_type", {"type": "str"}, OneReference(), immutable=True),
        Field("policy", {"type": "str"}, OneReference()),
        Field("encryption", {"type": "bool"}, immutable=True),
        Field("secret", {"type": "str", "no_log": False}, immutable=True),
        Field("metadata", {"type": "dict"}, Subset()),
        Field("schedule", {"type": "dict", "options": fields.SPEC}, ScheduleComparison()),
    )
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str"},
        "new_name": {"type": "str"},
        "delete_snapshots": {"type": "bool", "default": False},
        "keep_data": {"type": "bool", "default": False},
        **wait_options(timeout=600),
    }
    rules: ClassVar[Mapping[str, Any]] = {
        "required_one_of": [("name", "id")],
        "mutually_exclusive": [("name", "id"), ("delete_snapshots", "keep_data")],
    }
    listing = LISTING
    showing = SHOWING
    creating = Call("POST", "/workloads", WRITE, request_key="workload", response_key="workload")
    updating = Call("PUT", "/workloads/{id}", WRITE, request_key="workload")
    deleting = Call("DELETE", "/workloads/{id}", WRITE)
    busy = frozenset({"creating", "deleting", "resetting"})
    failed = frozenset({"error"})
    settle_time = 120.0  # a new VM can take over a minute to show (reference Q10)

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DesiredWorkload:
        """Return the workload that the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        require_identity(options)
        desired = DesiredWorkload(options, options.get("id"), options.get("name"), options.get("new_name"))
        if options.get("state") == "absent":
            return replace(desired, present=False)
        given = given_values(cls.fields, options)
        if given.get("name") is not None and options.get("id") is not None:
            raise InputError("The options 'name' and 'id' exclude each other.", hint="Rename with 'new_name'.")
        if given.get("instances") == []:
            raise InputError(
                "The option 'instances' is empty: a workload protects at least one server.",
                hint="To stop protecting all of them delete the workload.",
            )
        if given.get("secret") and not given.get("encryption"):
            raise InputError("The option 'secret' goes with 'encryption: true' only.")
        refuse_empty(given, "workload_type", "backup_target_type", "policy", "secret")
        if given.get("description") == NO_DESCRIPTION:
            given["description"] = ""
        if "metadata" in given:
            given["metadata"] = parse_metadata(given["metadata"])
        if "schedule" in given:
            given["schedule"] = parse.parse_schedule(given["schedule"])
            if "policy" in given:
                refuse_keys_of_policy(given["schedule"], f"the policy '{given['policy']}'")
        return replace(desired, values=given)

    def rows(self, desired: Sequence[DesiredWorkload]) -> Sequence[Document]:
        """Return the workloads of the project."""
        self.name_references(desired)
        return super().rows(desired)

    def name_references(self, desired: Sequence[DesiredWorkload]) -> None:
        """Show references of the options with names: their lists are read anyway."""
        for option, source in NAMED_BY_OPTION.items():
            if any(each.values.get(option) for each in desired):
                self.names.want(source)

    def resolve(
        self, desired: DesiredWorkload, document: Optional[Document], rows: Sequence[Document]
    ) -> DesiredWorkload:
        """Return the declared workload with references resolved, and a new one with all values."""
        values = dict(desired.values)
        values.pop("name", None)
        if document is None or desired.new_name is not None:
            values["name"] = desired.new_name or desired.name
        problems: list[BackupError] = []
        for option, source in NAMED_BY_OPTION.items():
            if option in values:
                with collect(problems, UnknownNameError, AmbiguousNameError):
                    values[option] = self.context.lookup.find(source, values[option])
        if "instances" in values:
            listed = self.read(document)["instances"] if document else []
            with collect(problems, UnknownNameError, AmbiguousNameError):
                values["instances"] = self.context.lookup.find_servers(
                    values["instances"], listed, self.describe(document or {"name": desired.name})
                )
        raise_all(problems)
        if "instances" in values:
            self.refuse_taken(desired, values, document, rows)
        if document is None:
            return self._completed(desired, values, rows)
        if "schedule" in values:
            return replace(desired, values=values, dialect=self._checked_dialect(values, document))
        return replace(desired, values=values)

    def refuse_taken(
        self, desired: DesiredWorkload, values: Values, document: Optional[Document], rows: Sequence[Document]
    ) -> None:
        """Refuse to add servers that another workload protects. No request is made if nothing is added.

        :raises StateError: Another workload protects one of them.
        """
        held = {str(each.get("id")) for each in (document or {}).get("instances") or ()}
        added = [ref for ref in values["instances"] if str(ref.id) not in held]
        own_id = None if document is None else str(document["id"])
        others = [row for row in rows if str(row["id"]) != own_id and row.get("status") != DELETING]
        if added and (others or desired.id is not None):
            title = self.describe(document or {"name": desired.new_name or desired.name})
            refuse_taken_servers(self.context, title, added, own_id)

    def _completed(self, desired: DesiredWorkload, values: Values, rows: Sequence[Document]) -> DesiredWorkload:
        """Return a new workload with all values, so that no silent default of the server applies (reference Q4)."""
        new = f"There is no workload '{values['name']}', and to create"
        if "instances" not in values:
            known = there_are(str(desired.name), (str(row.get("name")) for row in rows))
            raise InputError(f"{new} it the option 'instances' is needed. In this project {known}")
        if values.get("encryption") and "secret" not in values:
            raise InputError(f"{new} an encrypted one the option 'secret' is needed.")
        dialect = dialect_for_new(self.context, lambda: self._schedules(rows))
        bound = "policy" in values
        if "schedule" in values:
            refuse_other_dialect(values["schedule"], dialect)
        values["schedule"] = parse.create_defaults(values.get("schedule"), dialect, bound)
        parse.check_schedule(values["schedule"], dialect, bound)
        if "workload_type" not in values and dialect == INTERVAL:
            self.names.want(WORKLOAD_TYPE)
            values["workload_type"] = self.context.lookup.find(WORKLOAD_TYPE, DEFAULT_TYPE)
        return replace(desired, values=values, dialect=dialect)

    def _checked_dialect(self, values: Values, document: Document) -> str:
        """Return the dialect of a schedule that is written, once it is checked against what the server shows."""
        dialect = dialect_of_server(self.context, [document.get("jobschedule")])
        refuse_other_dialect(values["schedule"], dialect)
        shown = self.read(document)
        bound = shown["policy"] is not None
        if bound and "policy" not in values:
            decider = f"the policy '{shown['policy']}', which the {self.describe(document)} is bound to,"
            refuse_keys_of_policy(values["schedule"], decider)
        parse.check_schedule(
            compare.merged(values["schedule"], shown["schedule"]), dialect, bound or "policy" in values
        )
        return dialect

    def _schedules(self, rows: Sequence[Document]) -> Iterator[Any]:
        """Yield the raw schedules of some workloads, newest first, each fetched when it is asked for."""
        for row in sorted(rows, key=lambda each: str(each.get("created_at")), reverse=True)[:SCHEDULES_READ]:
            document = row if row.get("jobschedule") else self.show(row["id"])
            if document is not None:
                yield document.get("jobschedule")

    # ---- reading and writing ---------------------------------------------------------------------------------------

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document."""
        return read_values(document, self.names)

    def before_write(self, desired: DesiredWorkload, shown: Optional[Shown]) -> None:
        """Check the facts outside of the workload that decide about the write (reference Q36).

        :raises StateError: The project has policies, and the workload names none.
        """
        values = desired.values
        if shown is not None and "policy" not in values and shown.values["policy"] is None:
            refuse_change_without_policy(self.context, shown.document, self.describe(shown.document))
        if shown is None and "policy" not in values:
            allowed = self.context.once("assigned policies", lambda: assigned_policies(self.context))
            if allowed:
                raise StateError(
                    f"The workload '{values['name']}' names no policy, and the server refuses that while the project "
                    f"has policies assigned: {allowed}.",
                    hint="Name one of them with the option 'policy'.",
                )
        if values.get("schedule", {}).get("enabled"):
            self.context.once("global scheduler", lambda: warn_of_global_scheduler(self.context))

    def create_body(self, desired: DesiredWorkload) -> dict[str, Any]:
        """Return the body of POST /workloads (reference B.1, Create fields)."""
        values = desired.values
        metadata = {key: value for key, value in values.get("metadata", {}).items() if value is not None}
        if "policy" in values:
            metadata["policy_id"] = values["policy"].id
        body: dict[str, Any] = {
            "name": values["name"],
            "description": values.get("description", ""),
            "source_platform": "openstack",
            "instances": _instances_body(values["instances"]),
            "jobschedule": wire.write(values["schedule"], desired.dialect),
            "metadata": metadata,
        }
        if "workload_type" in values:
            body["workload_type_id"] = values["workload_type"].id
        if "encryption" in values:
            body["encryption"] = values["encryption"]
            body["secret_uuid"] = values.get("secret")
        if "backup_target_type" in values:
            body["backup_target_types"] = values["backup_target_type"].id
        return body

    def update_calls(self, step: Step, desired: DesiredWorkload, shown: Shown) -> list[tuple[Call, Any]]:
        """Return the PUT with the fields that differ (reference Q7 to Q9).

        Instances and tracks are sent whole. The policy and an owner's mark are always sent: a server that replaces
        metadata would lose them.
        """
        values, now = desired.values, shown.values
        body: dict[str, Any] = {option: values[option] for option in ("name", "description") if step.changes(option)}
        if step.changes("instances"):
            body["instances"] = _instances_body(values["instances"])
        if step.changes("schedule"):
            schedule = {"enabled": bool(now["schedule"].get("enabled")), **values["schedule"]}
            body["jobschedule"] = wire.write(schedule, desired.dialect, now["schedule"])
        policy = values.get("policy") or now["policy"]
        metadata = Subset().after(values.get("metadata", {}), now["metadata"])
        if policy is not None or step.changes("metadata") or OWNER in metadata:
            body["metadata"] = metadata
        if policy is not None:
            body["metadata"]["policy_id"] = policy.id
        return [(self.updating, body)]

    def explain(self, error: RequestError) -> RequestError:
        """Add the policies that the project may use: the server's own words on them help little (reference P3)."""
        if isinstance(error, RefusedError) and not isinstance(error, ForbiddenError):
            allowed = self.context.once("assigned policies after a refusal", lambda: assigned_policies(self.context))
            if allowed:
                error.hint = f"{error.hint} Policies that this project may use: {allowed}.".strip()
        return error

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the workload as results show it."""
        return workload_result(values, document)

    # ---- deleting --------------------------------------------------------------------------------------------------

    def removal_steps(self, desired: DesiredWorkload, document: Document) -> list[Step]:
        """Return the snapshots that are deleted first (reference Q39).

        :raises StateError: There are snapshots that may not go or are in use, or the workload is busy.
        """
        title = self.describe(document)
        if document.get("status") not in ("available", "error"):
            raise StateError(
                f"The {title} is in the state '{document.get('status')}', so it was not deleted: "
                "a snapshot or a restore of it may be running.",
                hint="Wait for its end; if nothing runs, the module openprotect.backup.workload_action unlocks it.",
            )
        if desired.options.get("keep_data"):
            return []
        rows = snapshot.of_workload(self.context, document["id"])
        if rows and not desired.options.get("delete_snapshots"):
            many = "s" if len(rows) > 1 else ""
            raise StateError(
                f"The {title} holds {len(rows)} snapshot{many}, the newest is {snapshot.describe_snapshot(rows[-1])}, "
                "so it was not deleted.",
                hint="'delete_snapshots: true' deletes them and the backups with them; "
                "'keep_data: true' forgets the workload only and leaves the backups.",
            )
        held = [row for row in rows if row.get("status") not in snapshot.FINISHED]
        if held:
            raise StateError(
                f"Of the {title} nothing was deleted, because snapshots of it are in use: "
                f"{', '.join(snapshot.describe_snapshot(row) for row in held)}.",
                hint="Wait for their end, cancel them, or dismount them, and run the task again.",
            )
        return [_snapshot_step(row) for row in rows]

    def remove(self, step: Step, document: Document) -> None:
        """Delete one snapshot, and wait until it is gone and the workload is free again."""
        if not snapshot.delete(self.context, str(step.id)):
            return
        self.context.waiter.until(
            lambda: self.show(document["id"]),
            lambda seen: seen is None or seen.get("status") in ("available", "error"),
            what=f"the {self.describe(document)} to be free again",
            describe=self.describe_state,
        )

    def delete(self, desired: DesiredWorkload, key: str) -> None:
        """Delete the workload; with `keep_data` its backups stay on the target."""
        query = {"database_only": "True"} if desired.options.get("keep_data") else {}
        self.context.api.send(self.deleting, query=query, id=key)


def _instances_body(servers: Sequence[Reference]) -> list[dict[str, Any]]:
    return [{"instance-id": each.id} for each in servers]


def _snapshot_step(row: Document) -> Step:
    return Step(DELETE, "snapshot", row.get("name"), row["id"], before={"name": row.get("name"), "id": row["id"]})


def parse_metadata(metadata: Mapping[Any, Any]) -> dict[str, Optional[str]]:
    """Return metadata as the server keeps it.

    :raises InputError: A key is the server's own, or a value is neither text nor a whole number.
    """
    own = sorted(SERVER_KEYS & {str(key) for key in metadata})
    if own:
        raise InputError(
            f"The option 'metadata' has keys that belong to the server: {', '.join(own)}.",
            hint="A policy is bound with the option 'policy'.",
        )
    return text_metadata("metadata", metadata)


def refuse_keys_of_policy(schedule: Mapping[str, Any], decider: str) -> None:
    """Refuse schedule keys that a policy overwrites on the server: they would never converge (reference C.5).

    :param decider: The policy, for the message.
    :raises InputError: There are some.
    """
    for keys in POLICY_FIELDS.values():
        both = sorted(keys & schedule.keys())
        if both:
            raise InputError(
                f"The option 'schedule' holds {', '.join(both)}, which {decider} decides.",
                hint="Leave them out, or leave the policy out.",
            )
