# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a workload is: its fields, its calls, and what guards them (API reference B.1, B.2, C.1, D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, ForbiddenError, InputError, RefusedError, RequestError, StateError, UnknownNameError
from ..._core.http import READ, WRITE, Call
from ..._engine.comparison import DELETE, Comparison, Field, ManyReferences, OneReference, Reference, Step, Subset
from ..._engine.resource import Desired, Document, Resource, Values, called, listed, show
from ..._openstack.context import Context
from ..._openstack.lookup import BACKUP_TARGET_TYPE, MOST_NAMES, POLICY, WORKLOAD_TYPE, LookupSource, match_one, raise_all
from ..._schedule import compare as schedule_compare
from ..._schedule import fields as schedule_form
from ..._schedule import parse as schedule_parse
from ..._schedule import wire as schedule_wire
from ..._schedule.dialects import INTERVAL, refuse_other_dialect
from ..._schedule.policy import POLICY_FIELDS
from ..options import refuse_empty, require_identity, texts
from ..snapshot import records as snapshot
from .server_line import dialect

SERVER_KEYS = frozenset(
    {"hostnames", "preferredgroup", "workload_approx_backup_size", "backup_media_target", "backup_target_types", "backup_target_type", "policy_id"}
)
"""Keys of the metadata that belong to the server (API reference Q11)."""

OWNER = "openprotect_owner"
"""Key of the metadata under which the owner of a set marks its workloads."""

NO_DESCRIPTION = "no-description"
DEFAULT_TYPE = "Serial"
LOOK_AT = 3

ASSIGNED_POLICIES = Call("GET", "/workload_policy/assigned/{project_id}", READ, response_key="policies", response_type=list, row_id="policy_id")
GLOBAL_SCHEDULER = Call("GET", "/global_job_scheduler", READ, response_key="global_job_scheduler", response_type=bool)
LISTING = Call("GET", "/workloads", READ, response_key="workloads", response_type=list)
LISTING_IN_DETAIL = Call("GET", "/workloads/detail", READ, response_key="workloads", response_type=list, best_effort=True)
SHOWING = Call("GET", "/workloads/{id}", READ, response_key="workload")


class ScheduleComparison(Comparison):
    """A schedule, of which only the given keys and whole tracks are managed."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare the given keys."""
        return schedule_compare.differences(wanted, shown or {})

    def after(self, wanted: Any, shown: Any) -> Any:
        """Lay the given keys over the shown ones; an empty track goes."""
        return schedule_compare.merged(wanted, shown or {})


class Workload(Resource):
    """The kind C(workload)."""

    noun = "workload"
    plural = "workloads"
    fields: tuple[Field, ...] = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}),
        Field("workload_type", {"type": "str"}, OneReference(), immutable=True),
        Field("instances", {"type": "list", "elements": "str"}, ManyReferences()),
        Field("backup_target_type", {"type": "str"}, OneReference(), immutable=True),
        Field("policy", {"type": "str"}, OneReference()),
        Field("encryption", {"type": "bool"}, immutable=True),
        Field("secret", {"type": "str", "no_log": False}, immutable=True),
        Field("metadata", {"type": "dict"}, Subset()),
        Field("schedule", {"type": "dict", "options": schedule_form.SPEC}, ScheduleComparison()),
    )
    listing = LISTING
    showing = SHOWING
    creating = Call("POST", "/workloads", WRITE, request_key="workload", response_key="workload")
    updating = Call("PUT", "/workloads/{id}", WRITE, request_key="workload")
    deleting = Call("DELETE", "/workloads/{id}", WRITE)
    busy = frozenset({"creating", "deleting", "resetting"})
    failed = frozenset({"error"})
    settle = 120.0  # a new VM can take over a minute to show (API reference Q10)

    def check(self, options: Mapping[str, Any]) -> Values:
        """Validate the options and normalise them, without a request.

        :raises InputError: Something is wrong with them.
        """
        require_identity(options)
        if options.get("state") == "absent":
            return {}
        given = {each.option: options[each.option] for each in self.fields if options.get(each.option) is not None}
        if given.get("name") is not None and options.get("id") is not None:
            raise InputError("The options 'name' and 'id' exclude each other.", hint="Rename with 'new_name'.")
        if given.get("instances") == []:
            raise InputError(
                "The option 'instances' is empty: a workload protects at least one server.", hint="To stop protecting all of them delete the workload."
            )
        if given.get("secret") and not given.get("encryption"):
            raise InputError("The option 'secret' goes with 'encryption: true' only.")
        refuse_empty(given, "workload_type", "backup_target_type", "policy", "secret")
        if given.get("description") == NO_DESCRIPTION:
            given["description"] = ""
        if "metadata" in given:
            given["metadata"] = check_metadata(given["metadata"])
        if "schedule" in given:
            given["schedule"] = schedule_parse.parse_schedule(given["schedule"])
            if "policy" in given:
                refuse_what_policy_decides(given["schedule"], f"the policy '{given['policy']}'")
        return given

    def resolve(self, context: Context, wish: Desired, document: Optional[Document], rows: Sequence[Document]) -> Values:
        """Return what is wanted: references resolved; where the workload is not there yet, complete."""
        wanted = dict(wish.values)
        wanted.pop("name", None)
        if document is None or wish.new_name is not None:
            wanted["name"] = wish.new_name or wish.name
        problems: list[BackupError] = []
        for option, kind in (("workload_type", WORKLOAD_TYPE), ("backup_target_type", BACKUP_TARGET_TYPE), ("policy", POLICY)):
            if option in wanted:
                try:
                    wanted[option] = context.lookup.find(kind, wanted[option])
                except (UnknownNameError, AmbiguousNameError) as exc:
                    problems.append(exc)
        if "instances" in wanted:
            listed = self.read(context, document)["instances"] if document else []
            try:
                wanted["instances"] = context.lookup.find_servers(wanted["instances"], listed)
            except (UnknownNameError, AmbiguousNameError) as exc:
                problems.append(exc)
        raise_all(problems)
        if document is None:
            self._complete(context, wanted, rows)
        elif "schedule" in wanted:
            self._check_schedule(context, wanted, document)
        return wanted

    def _complete(self, context: Context, wanted: Values, rows: Sequence[Document]) -> None:
        """Add what a workload that is made needs, so that nothing is left to the server's silent defaults (API reference Q4)."""
        if "instances" not in wanted:
            raise InputError(f"There is no workload '{wanted['name']}', and to create it the option 'instances' is needed.")
        if wanted.get("encryption") and "secret" not in wanted:
            raise InputError(f"There is no workload '{wanted['name']}', and to create an encrypted one the option 'secret' is needed.")
        wanted["dialect"] = context.once("dialect for new workloads", lambda: dialect(context, schedules(context, rows)))
        asked = wanted.get("schedule")
        if asked is not None:
            refuse_other_dialect(asked, wanted["dialect"])
        wanted["schedule"] = schedule_parse.create_defaults(asked, wanted["dialect"], "policy" in wanted)
        schedule_parse.check(wanted["schedule"], wanted["dialect"], "policy" in wanted)
        if "workload_type" not in wanted and wanted["dialect"] == INTERVAL:
            wanted["workload_type"] = context.lookup.find(WORKLOAD_TYPE, DEFAULT_TYPE)

    def _check_schedule(self, context: Context, wanted: Values, document: Document) -> None:
        """Check the schedule that there will be, before anything is written."""
        wanted["dialect"] = dialect(context, [document.get("jobschedule")])
        refuse_other_dialect(wanted["schedule"], wanted["dialect"])
        shown = self.read(context, document)
        bound = shown["policy"] is not None
        if bound and "policy" not in wanted:
            who = f"the policy '{shown['policy']}', which the workload '{document.get('name')}' ({document['id']}) is bound to,"
            refuse_what_policy_decides(wanted["schedule"], who)
        schedule_parse.check(schedule_compare.merged(wanted["schedule"], shown["schedule"]), wanted["dialect"], bound or "policy" in wanted)

    def read(self, context: Context, document: Document) -> Values:
        """Return the canonical values of what the server shows; what a line of the server does not show is left out."""
        metadata: dict[str, Any] = document.get("metadata") or {}
        description = document.get("description")
        values: Values = {
            "name": document.get("name"),
            "description": "" if description in (None, NO_DESCRIPTION) else description,
            "workload_type": named(context, WORKLOAD_TYPE, document.get("workload_type_id")),
            "instances": [Reference(str(each.get("id")), each.get("name")) for each in document.get("instances") or []],
            "policy": named(context, POLICY, policy_id(document)),
            "metadata": {key: value for key, value in metadata.items() if key not in SERVER_KEYS},
            "schedule": schedule_wire.read(document.get("jobschedule")),
        }
        target_type = target_type_name(metadata)
        if target_type:
            values["backup_target_type"] = by_name(context, BACKUP_TARGET_TYPE, target_type)
        if "encryption" in document:
            values["encryption"] = document["encryption"]
        if "secret_uuid" in document:
            values["secret"] = document["secret_uuid"]
        return values

    def before_write(self, context: Context, wanted: Values, document: Optional[Document]) -> None:
        """Look at what lies outside the workload and yet decides what a write does (API reference Q36).

        :raises StateError: The project has policies, and the workload to be made names none.
        """
        if document is None and "policy" not in wanted:
            allowed = context.once("assigned policies", lambda: assigned_policies(context))
            if allowed:
                raise StateError(
                    f"The workload '{wanted['name']}' names no policy, and the server refuses that while the project has policies assigned: {allowed}.",
                    hint="Name one of them with the option 'policy'.",
                )
        if wanted.get("schedule", {}).get("enabled"):
            context.once("global scheduler", lambda: look_at_global_scheduler(context))

    def create_body(self, wanted: Values) -> dict[str, Any]:
        """Return what POST /workloads sends (API reference B.1, Create fields)."""
        metadata = {key: value for key, value in wanted.get("metadata", {}).items() if value is not None}
        if "policy" in wanted:
            metadata["policy_id"] = wanted["policy"].id
        body: dict[str, Any] = {
            "name": wanted["name"],
            "description": wanted.get("description", ""),
            "source_platform": "openstack",
            "instances": [{"instance-id": ref.id} for ref in wanted["instances"]],
            "jobschedule": schedule_wire.write(wanted["schedule"], wanted["dialect"]),
            "metadata": metadata,
        }
        if "workload_type" in wanted:
            body["workload_type_id"] = wanted["workload_type"].id
        if "encryption" in wanted:
            body["encryption"] = wanted["encryption"]
            body["secret_uuid"] = wanted.get("secret")
        if "backup_target_type" in wanted:
            body["backup_target_types"] = wanted["backup_target_type"].id
        return body

    def updates(self, step: Step, wanted: Values, shown: Values) -> list[tuple[Call, Any]]:
        """Return PUT /workloads/ID with what differs, instances and tracks whole, always the policy and an owner's mark (API reference Q7 to Q9)."""
        changed = {name.split(".")[0] for name in step.fields}
        body: dict[str, Any] = {option: wanted[option] for option in ("name", "description") if option in changed}
        if "instances" in changed:
            body["instances"] = [{"instance-id": ref.id} for ref in wanted["instances"]]
        if "schedule" in changed:
            asked = {"enabled": bool(shown["schedule"].get("enabled")), **wanted["schedule"]}
            body["jobschedule"] = schedule_wire.write(asked, wanted["dialect"], shown["schedule"])
        policy = wanted.get("policy") or shown["policy"]
        metadata = Subset().after(wanted.get("metadata", {}), shown["metadata"])
        if policy is not None or "metadata" in changed or OWNER in metadata:
            body["metadata"] = metadata
        if policy is not None:
            body["metadata"]["policy_id"] = policy.id
        return [(self.updating, body)]

    def explain(self, context: Context, error: RequestError) -> RequestError:
        """Add the policies that the project may use to a refusal: the server's own words on them help little (API reference P3)."""
        if isinstance(error, RefusedError) and not isinstance(error, ForbiddenError):
            allowed = context.once("assigned policies after a refusal", lambda: assigned_policies(context))
            if allowed:
                error.hint = f"{error.hint} Policies that this project may use: {allowed}.".strip()
        return error

    def removal(self, context: Context, wish: Desired, document: Document) -> list[Step]:
        """Return the snapshots that go first (API reference Q39).

        :raises StateError: There are snapshots and nobody said that they may go, one of them is in use, or the workload is busy.
        """
        title = called(self, document)
        if document.get("status") not in ("available", "error"):
            raise StateError(
                f"The {title} is in the state '{document.get('status')}', so it was not deleted: a snapshot or a restore of it may be running.",
                hint="Wait for its end; if nothing runs, the module openprotect.backup.workload_action unlocks it.",
            )
        if wish.options.get("keep_data"):
            return []
        rows = snapshot.of_workload(context, document["id"])
        if rows and not wish.options.get("delete_snapshots"):
            raise StateError(
                f"The {title} holds {len(rows)} snapshot{'s' if len(rows) > 1 else ''}, the newest is {snapshot.title(rows[-1])}, so it was not deleted.",
                hint="'delete_snapshots: true' deletes them and the backups with them; 'keep_data: true' forgets the workload only and leaves the backups.",
            )
        held = [row for row in rows if row.get("status") not in snapshot.FINISHED]
        if held:
            raise StateError(
                f"Of the {title} nothing was deleted, because snapshots of it are in use: {', '.join(snapshot.title(row) for row in held)}.",
                hint="Wait for their end, cancel them, or dismount them, and run the task again.",
            )
        return [Step(DELETE, "snapshot", row.get("name"), row["id"], before={"name": row.get("name"), "id": row["id"]}) for row in rows]

    def remove(self, context: Context, step: Step, document: Document) -> None:
        """Delete one snapshot and wait until it is gone and the workload is free again."""
        if not snapshot.delete(context, str(step.id)):
            return
        context.waiter.until(
            lambda: show(context, self, document["id"]),
            lambda seen: seen is None or seen.get("status") in ("available", "error"),
            what=f"the {called(self, document)} to be free again",
            describe=lambda seen: str((seen or {}).get("status")),
        )

    def delete_query(self, wish: Desired) -> dict[str, str]:
        """Return C(database_only) where the backups stay on the target."""
        return {"database_only": "True"} if wish.options.get("keep_data") else {}

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the workload as results show it. What a list answer does not hold is None; servers are sorted (API reference Q22)."""

        def ref(value: Optional[Reference]) -> Any:
            return None if value is None else {"id": value.id, "name": value.name}

        metadata = document.get("metadata") or {}
        servers = values.get("instances")
        return {
            "id": document.get("id"),
            "name": values.get("name"),
            "description": values.get("description"),
            "status": document.get("status"),
            "error_msg": document.get("error_msg"),
            "project_id": document.get("project_id"),
            "user_id": document.get("user_id"),
            "created_at": document.get("created_at"),
            "updated_at": document.get("updated_at"),
            "workload_type": ref(values.get("workload_type")),
            "instances": None if servers is None else sorted(map(ref, servers), key=lambda each: (str(each["name"]), str(each["id"]))),
            "backup_target_type": ref(values.get("backup_target_type")),
            "policy": ref(values.get("policy")),
            "encryption": values.get("encryption"),
            "secret": values.get("secret"),
            "metadata": values.get("metadata"),
            "server_metadata": {key: value for key, value in metadata.items() if key in SERVER_KEYS} if "metadata" in document else None,
            "schedule": values.get("schedule"),
            "jobschedule": document.get("jobschedule"),
            "storage_usage": document.get("storage_usage"),
        }


KIND = Workload()


def check_metadata(metadata: Mapping[Any, Any]) -> dict[str, Optional[str]]:
    """Return metadata as the server keeps it.

    :raises InputError: A key is the server's own, or a value is no text or number.
    """
    own = sorted(SERVER_KEYS & {str(key) for key in metadata})
    if own:
        raise InputError(f"The option 'metadata' holds keys that belong to the server: {', '.join(own)}.", hint="A policy is bound with the option 'policy'.")
    return texts("metadata", metadata)


def refuse_what_policy_decides(asked: Mapping[str, Any], who: str) -> None:
    """Refuse schedule keys that a policy overwrites on the server: they would never converge (API reference C.5).

    :raises InputError: There are some.
    """
    for keys in POLICY_FIELDS.values():
        both = sorted(keys & asked.keys())
        if both:
            raise InputError(
                f"The option 'schedule' holds {', '.join(both)}, which {who} decides.",
                hint="Leave them out, or leave the policy out.",
            )


def policy_id(document: Document) -> Optional[str]:
    """Return the id of the policy that a workload is bound to; 6.x may show it in two places (API reference D, Versions)."""
    return (document.get("metadata") or {}).get("policy_id") or document.get("policy_id")


def target_type_name(metadata: Mapping[str, Any]) -> Optional[str]:
    """Return the name of the target type that a workload keeps its backups on, as its metadata show it, None where they do not."""
    return metadata.get("backup_target_types") or metadata.get("backup_target_type")


def named(context: Context, kind: LookupSource, wanted_id: Optional[str]) -> Optional[Reference]:
    """Return a reference by id, with its name if the names of the kind were listed in this task already."""
    if not wanted_id:
        return None
    rows = context.lookup.cached(kind) or []
    return next((Reference(wanted_id, row.get("name")) for row in rows if row["id"] == wanted_id), Reference(wanted_id))


def by_name(context: Context, kind: LookupSource, name: str) -> Reference:
    """Return a reference by name, with its id if the names were listed already and only one object has it (API reference Q12)."""
    hits = [row for row in context.lookup.cached(kind) or [] if row.get("name") == name]
    return Reference(str(hits[0]["id"]), name) if len(hits) == 1 else Reference(None, name)


def schedules(context: Context, rows: Sequence[Document]) -> Iterator[Any]:
    """Yield the raw schedules of some workloads, newest first, each fetched when it is asked for."""
    for row in sorted(rows, key=lambda each: str(each.get("created_at")), reverse=True)[:LOOK_AT]:
        document = row if row.get("jobschedule") else show(context, KIND, row["id"])
        if document is not None:
            yield document.get("jobschedule")


def look_at_global_scheduler(context: Context) -> None:
    """Warn where the schedules of the whole cloud are off, or where it cannot be told (API reference B.7)."""
    try:
        if not context.api.send(GLOBAL_SCHEDULER):
            context.warn("The global job scheduler of the cloud is off: no scheduled snapshot is taken until an administrator switches it on.")
    except RefusedError as exc:
        context.warn(f"Whether the global job scheduler is on could not be read: {exc.message}")


def assigned_policies(context: Context) -> str:
    """Return names and ids of the policies that the project may use, as text; empty where there is none or they cannot be read."""
    try:
        rows = context.api.send(ASSIGNED_POLICIES, project_id=context.project_id)
    except RequestError as exc:
        context.warn(f"Which policies the project may use could not be read: {exc.message}")
        return ""
    return ", ".join(f"{row.get('policy_name')} ({row['policy_id']})" for row in rows)


def find(context: Context, options: Mapping[str, Any]) -> Document:
    """Return the one workload that the options name or identify.

    :raises UnknownNameError: There is none in this project.
    :raises AmbiguousNameError: Several have the name.
    """
    object_id = options.get("id")
    if object_id is None:
        object_id = str(match_one("workload", listed(context, KIND), options["name"], where="in this project").id)
    document = show(context, KIND, object_id)
    if document is None:
        raise UnknownNameError(f"There is no workload with the id {object_id} in this project.")
    return document


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the workloads that C(workload_info) asks for, as its results show them."""
    wide = bool(options.get("all_projects"))
    filters = {key: value for key, value in (("nfs_share", options.get("nfs_share")), ("all_workloads", "True" if wide else None)) if value}
    if options.get("id") is not None:
        document = show(context, KIND, options["id"])
        documents = [] if document is None else [document]
    else:
        rows = context.api.send(LISTING, query=filters)
        documents = [row for row in rows if (wide or row.get("project_id") in (None, context.project_id)) and options.get("name") in (None, row.get("name"))]
        if options.get("details"):
            found = context.in_parallel(lambda row: context.api.find(SHOWING, id=row["id"]) or (row if wide else None), documents)
            documents = [each for each in found if each is not None]
    if any(isinstance(each.get("metadata"), dict) and each["metadata"].get("backup_target_types") for each in documents):
        context.lookup.rows(BACKUP_TARGET_TYPE)
    documents.sort(key=lambda each: (str(each.get("name")), str(each["id"])))
    return {"workloads": [KIND.result(listed_values(context, each), each) for each in documents]}


def listed_values(context: Context, document: Document) -> Values:
    """Return the canonical values of a workload without those that a list answer does not hold."""
    values = KIND.read(context, document)
    for option, key in (("instances", "instances"), ("metadata", "metadata"), ("schedule", "jobschedule"), ("policy", "metadata")):
        if key not in document:
            values[option] = None
    return values


def everywhere(context: Context) -> list[Document]:
    """Return the workloads of all projects, each with what the server shows of it to this user: all, or what a list holds.

    The documented list says which there are. Two requests where the server lists them in detail too, which is not documented and
    might leave some out (API reference B.1); one more for each workload that it leaves out.

    :raises ForbiddenError: The user may not see those of other projects.
    """
    every = {"all_workloads": "True"}
    rows: list[Document] = context.api.send(LISTING, query=every)
    try:
        whole = {row["id"]: row for row in context.api.send(LISTING_IN_DETAIL, query=every) if isinstance(row.get("metadata"), dict)} if rows else {}
    except RequestError:
        whole = {}
    return context.in_parallel(lambda row: whole.get(row["id"]) or context.api.find(SHOWING, id=row["id"]) or row, rows)


def several(documents: Sequence[Document]) -> str:
    """Return what messages call workloads of any project."""
    names = [f"'{each.get('name')}' ({each['id']}, project {each.get('project_id')})" for each in documents[:MOST_NAMES]]
    return ", ".join(names) + (f" and {len(documents) - MOST_NAMES} more" if len(documents) > MOST_NAMES else "")


def refuse_in_use(context: Context, title: str, type_names: set[str], force: bool) -> None:
    """Refuse to delete a place that holds backups of any project: whether the server does so itself is not known (API reference C.4).

    :param title: What shall be deleted, for the message.
    :param type_names: Names of its target types; a workload shows its own (API reference Q12).
    :param force: Workloads of which it cannot be found out do not count.
    :raises StateError: Workloads keep their backups there, or it cannot be found out.
    """
    users, dark = [], []
    for document in everywhere(context):
        metadata = document.get("metadata") or {}
        shown = target_type_name(metadata)
        if shown in type_names:
            users.append(document)
        elif not shown:
            dark.append(document)
    if users:
        raise StateError(f"The {title} was not deleted, because workloads keep their backups there: {several(users)}.", hint="Delete these workloads first.")
    if dark and not force:
        raise StateError(
            f"The {title} was not deleted, because of these workloads the server does not show where they keep their backups: {several(dark)}.",
            hint="Log in as an administrator who may see the workloads of all projects, or say with 'force: true' that none of these uses it.",
        )
