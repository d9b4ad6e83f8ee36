# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a workload policy is: a part of a schedule that workloads of the assigned projects are bound to (API reference B.6, C.5, Q34 to Q36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._core.errors import ForbiddenError, InputError, RefusedError, RequestError, StateError
from .._core.http import READ, WRITE, Call
from .._engine.comparison import Collection, Field, Step, differences
from .._engine.resource import Desired, Document, Resource, Values, called, show
from .._openstack.context import Context
from .._openstack.lookup import POLICY
from .._schedule import compare as schedule_compare
from .._schedule import parse as schedule_parse
from .._schedule import wire as schedule_wire
from .._schedule.dialects import refuse_other_dialect
from .._schedule.policy import POLICY_SPEC, check_policy, policy_defaults, policy_fields, write_policy
from .options import change, check_collections, pairs, project_ids, require_identity
from .workload import resource as workload
from .workload.resource import ScheduleComparison
from .workload.server_line import dialect

OF_THE_POLICY = frozenset({"name", "description", "schedule", "metadata"})
"""The fields that one PUT writes, all together; projects have a call of their own."""


class WorkloadPolicy(Resource):
    """The kind C(workload_policy)."""

    noun = "workload policy"
    plural = "workload policies"
    fields: tuple[Field, ...] = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}),
        Field("schedule", {"type": "dict", "options": POLICY_SPEC}, ScheduleComparison()),
        Field("projects", {"type": "list", "elements": "str"}, Collection(keyed=False)),
        Field("metadata", {"type": "dict"}, Collection(keyed=True)),
    )
    listing = POLICY.listing
    showing = Call("GET", "/workload_policy/{id}", READ, response_key="policy")
    creating = Call("POST", "/workload_policy/", WRITE, request_key="workload_policy", response_key="policy")
    updating = Call("PUT", "/workload_policy/{id}", WRITE, request_key="policy")
    assigning = Call("POST", "/workload_policy/{id}/assign", WRITE, request_key="policy")
    deleting = Call("DELETE", "/workload_policy/{id}", WRITE)
    of_project = False

    def check(self, options: Mapping[str, Any]) -> Values:
        """Validate the options and normalise them, without a request.

        :raises InputError: Something is wrong with them.
        """
        require_identity(options)
        if options.get("state") == "absent":
            return {}
        given = {each.option: options[each.option] for each in self.fields if options.get(each.option) is not None}
        if "schedule" in given:
            given["schedule"] = schedule_parse.parse_schedule(given["schedule"])
        check_collections(options, given)
        return given

    def rows(self, context: Context) -> list[Document]:
        """Return all policies of the cloud, listed once in a task."""
        return context.lookup.rows(POLICY)

    def resolve(
        self, context: Context, wish: Desired, document: Optional[Document], rows: Sequence[Document]
    ) -> Values:
        """Return what is wanted: projects resolved; where the policy is not there yet, complete.

        :raises InputError: A policy cannot be made, or be left, with what is given.
        """
        wanted = dict(wish.values)
        wanted.pop("name", None)
        if document is None or wish.new_name is not None:
            wanted["name"] = wish.new_name or wish.name
        if document is None and "schedule" not in wanted:
            raise InputError(
                f"There is no workload policy '{wanted['name']}', and to create it the option 'schedule' is needed."
            )
        if "projects" in wanted:
            wanted["projects"] = change(
                context, "projects", wish.options["projects_mode"], project_ids(context, wanted["projects"])
            )
        if "metadata" in wanted:
            wanted["metadata"] = change(context, "metadata", wish.options["metadata_mode"], wanted["metadata"])
        if wanted.keys() & OF_THE_POLICY:
            # The policy's own fields tell the line best, those of the others as well.
            wanted["dialect"] = dialect(
                context, (policy_fields(row.get("field_values")) for row in ([document] if document else rows))
            )
        if document is None:
            wanted["schedule"] = policy_defaults(wanted["schedule"], wanted["dialect"])
            check_policy(wanted["schedule"], wanted["dialect"])
        elif "dialect" in wanted:
            shown = self.read(context, document)["schedule"]
            refuse_other_dialect(shown, wanted["dialect"])
            if "schedule" in wanted:
                check_policy(schedule_compare.merged(wanted["schedule"], shown), wanted["dialect"])
        return wanted

    def read(self, context: Context, document: Document) -> Values:
        """Return the canonical values of what the server shows, and the fields as it shows them. A list leaves the projects out."""
        fields = policy_fields(document.get("field_values"))
        values: Values = {
            "name": document.get("name"),
            "description": document.get("description") or "",
            "schedule": schedule_wire.read(fields),
            "metadata": pairs(document.get("metadata")),
            "fields": fields,
        }
        if "policy_assignments" in document:
            values["projects"] = {str(row.get("project_id")): None for row in document["policy_assignments"] or []}
        return values

    def before_write(self, context: Context, wanted: Values, document: Optional[Document]) -> None:
        """Look at the workloads that use the policy: they keep it from being changed, and are left behind where their project loses it.

        :raises StateError: Something of the policy itself shall change, and workloads use it (API reference C.5).
        """
        if document is None:
            return
        shown = self.read(context, document)
        if {name.split(".")[0] for name in differences(self.fields, wanted, shown)} & OF_THE_POLICY:
            refuse_in_use(context, document, "changed")
            return
        left = shown.get("projects", {}).keys() - wanted["projects"].apply_to(shown.get("projects", {})).keys()
        if left:
            behind = [each for each in Usage(context).of(str(document["id"])) if each.get("project_id") in left]
            if behind:
                context.warn(
                    f"These workloads use the {called(self, document)}, which is taken away from their project: {workload.several(behind)}. "
                    "They stay bound to it, and the server may refuse their next change: bind them to another policy."
                )

    def create_body(self, wanted: Values) -> dict[str, Any]:
        """Return what POST /workload_policy/ sends."""
        return self._body(wanted, {"metadata": {}})

    def completes(self, wanted: Values) -> list[tuple[Call, Any]]:
        """Return the call that assigns the policy to its first projects."""
        return self._assignment(wanted, {}) if "projects" in wanted else []

    def updates(self, step: Step, wanted: Values, shown: Values) -> list[tuple[Call, Any]]:
        """Return PUT with the whole policy, as whether it may be partial is not known, and the call that changes its projects."""
        changed = {name.split(".")[0] for name in step.fields}
        calls: list[tuple[Call, Any]] = [(self.updating, self._body(wanted, shown))] if changed & OF_THE_POLICY else []
        return calls + (self._assignment(wanted, shown.get("projects", {})) if "projects" in changed else [])

    @staticmethod
    def _body(wanted: Values, shown: Values) -> dict[str, Any]:
        """Return a whole policy as it is written: what is wanted over what is shown."""
        return {
            "display_name": wanted.get("name", shown.get("name")),
            "display_description": wanted.get("description", shown.get("description", "")),
            "metadata": wanted["metadata"].apply_to(shown["metadata"]) if "metadata" in wanted else shown["metadata"],
            "field_values": write_policy(wanted.get("schedule", {}), wanted["dialect"], shown.get("fields")),
        }

    def _assignment(self, wanted: Values, now: Mapping[str, None]) -> list[tuple[Call, Any]]:
        """Return the call that takes the projects from what they are to what is wanted, none where that is the same."""
        then = wanted["projects"].apply_to(now)
        body = {"add_projects": sorted(then.keys() - now.keys()), "remove_projects": sorted(now.keys() - then.keys())}
        return [(self.assigning, body)] if any(body.values()) else []

    def explain(self, context: Context, error: RequestError) -> RequestError:
        """Say who may write policies, and what stands in the way of taking one away."""
        if isinstance(error, ForbiddenError):
            error.hint = "Policies are kept by administrators of the cloud; others bind their workloads to those of their project."
        elif isinstance(error, RefusedError) and error.path.endswith("/assign"):
            error.hint = "Only its projects are as before. Workloads of a project that shall lose the policy may use it: bind them to another one first."
        return error

    def removal(self, context: Context, wish: Desired, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: Workloads use it.
        """
        refuse_in_use(context, document, "deleted")
        return []

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the policy as results show it. What was not looked at is None."""
        projects = values.get("projects")
        return {
            "id": document.get("id"),
            "name": values.get("name"),
            "description": values.get("description"),
            "status": document.get("status"),
            "schedule": values.get("schedule"),
            "projects": None if projects is None else sorted(projects),
            "metadata": values.get("metadata"),
            "workloads": values.get("workloads"),
            "created_at": document.get("created_at"),
            "updated_at": document.get("updated_at"),
        }


KIND = WorkloadPolicy()


class Usage:
    """Which workloads use which policy, as far as this user sees it.

    C(dark) are the workloads of which the server does not show it.
    """

    def __init__(self, context: Context) -> None:
        """Look at the workloads of all projects, or of this one where the user may not see those of others."""
        try:
            self._workloads = workload.everywhere(context)
        except ForbiddenError:
            context.warn(
                "Workloads of other projects that use a policy are not known: this user may not see them. Only those of this project were looked at."
            )
            self._workloads = context.in_parallel(
                lambda row: context.api.find(workload.SHOWING, id=row["id"]) or row, context.api.send(workload.LISTING)
            )
        self.dark = [each for each in self._workloads if "metadata" not in each and workload.policy_id(each) is None]

    def of(self, policy_id: str) -> list[Document]:
        """Return the workloads that use a policy."""
        return [each for each in self._workloads if workload.policy_id(each) == policy_id]


def refuse_in_use(context: Context, document: Document, done: str) -> None:
    """Refuse what the server does not do with a policy in use, and say by whom: its own answer does not (API reference A.6, C.5).

    :param done: What was about to be done to the policy.
    :raises StateError: Workloads use it.
    """
    usage = Usage(context)
    users = usage.of(str(document["id"]))
    if users:
        raise StateError(
            f"The {called(KIND, document)} was not {done}, because workloads use it: {workload.several(users)}.",
            hint="Make a policy of another name, bind these workloads to it with the option 'policy' of openprotect.backup.workload, and run the task again.",
        )
    if usage.dark:
        context.warn(
            f"Whether these workloads use the {called(KIND, document)} is not known, because the server does not show it: {workload.several(usage.dark)}. "
            "If one does, the server refuses."
        )


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policies that C(workload_policy_info) asks for, as its results show them."""
    wanted = project_ids(context, options.get("projects") or ()).keys()
    ids = [options["id"]] if options.get("id") is not None else []
    ids = ids or [row["id"] for row in context.lookup.rows(POLICY) if options.get("name") in (None, row.get("name"))]
    shown = [
        document
        for document in context.in_parallel(lambda each: show(context, KIND, each), ids)
        if document is not None
    ]
    found = [(KIND.read(context, document), document) for document in shown]
    if options.get("projects"):
        found = [(values, document) for values, document in found if wanted & values.get("projects", {}).keys()]
    if options.get("details"):
        usage = Usage(context)
        for values, document in found:
            users = [
                {"id": each["id"], "name": each.get("name"), "project_id": each.get("project_id")}
                for each in usage.of(str(document["id"]))
            ]
            values["workloads"] = sorted(users, key=lambda each: (str(each["name"]), str(each["id"])))
        if usage.dark:
            context.warn(
                f"Which policy these workloads use is not known, because the server does not show it: {workload.several(usage.dark)}."
            )
    found.sort(key=lambda each: (str(each[0]["name"]), str(each[1]["id"])))
    return {"workload_policies": [KIND.result(values, document) for values, document in found]}
