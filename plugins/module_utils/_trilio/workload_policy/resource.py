# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Workload policies: schedules that the workloads bound to them share (reference B.6, C.5, Q34 to Q36)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Optional

from ..._core.call import WRITE, Call
from ..._core.errors import ForbiddenError, InputError, RefusedError, RequestError, StateError
from ..._core.module import wait_options
from ..._engine.comparison import Collection, Field, Prose, differences, given_values
from ..._engine.model import Desired, Document, Shown, Step, Values
from ..._openstack.references import POLICY
from ..._schedule import compare, parse
from ..._schedule.dialects import refuse_other_dialect
from ..._schedule.policy import POLICY_SPEC, check_policy, policy_defaults, write_policy
from ..._schedule.policy_fields import policy_fields
from ..collection_change import MODE_OPTION, check_collections, collection_change
from ..identity import require_identity
from ..schedule_comparison import ScheduleComparison
from ..trilio_resource import TrilioResource
from ..workload.server_line import dialect_of_server
from ..workload.usage import describe_workloads
from .records import SHOWING, PolicyUsage, policy_result, read_values

OWN_FIELDS = frozenset({"name", "description", "schedule", "metadata"})
"""The fields that one PUT writes, all together; projects have a call of their own."""


@dataclass(frozen=True)
class DesiredPolicy(Desired):
    """A workload policy as the user declares it.

    :param dialect: Dialect in which the policy is written; empty if nothing but its projects is declared.
    """

    dialect: str = ""


class WorkloadPolicy(TrilioResource[DesiredPolicy]):
    """The resource `workload_policy`."""

    noun = "workload policy"
    plural = "workload policies"
    result_key = "workload_policy"
    fields = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}, Prose()),
        Field("schedule", {"type": "dict", "options": POLICY_SPEC}, ScheduleComparison()),
        Field("projects", {"type": "list", "elements": "str"}, Collection(keyed=False)),
        Field("metadata", {"type": "dict"}, Collection(keyed=True)),
    )
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str"},
        "new_name": {"type": "str"},
        "projects_mode": MODE_OPTION,
        "metadata_mode": MODE_OPTION,
        **wait_options(timeout=600),
    }
    rules: ClassVar[Mapping[str, Any]] = {"required_one_of": [("name", "id")], "mutually_exclusive": [("name", "id")]}
    listing = POLICY.listing
    showing = SHOWING
    creating = Call("POST", "/workload_policy/", WRITE, request_key="workload_policy", response_key="policy")
    updating = Call("PUT", "/workload_policy/{id}", WRITE, request_key="policy")
    assigning = Call("POST", "/workload_policy/{id}/assign", WRITE, request_key="policy")
    deleting = Call("DELETE", "/workload_policy/{id}", WRITE)
    of_project = False

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DesiredPolicy:
        """Return the policy that the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        require_identity(options)
        desired = DesiredPolicy(options, options.get("id"), options.get("name"), options.get("new_name"))
        if options.get("state") == "absent":
            return replace(desired, present=False)
        values = given_values(cls.fields, options)
        if "schedule" in values:
            values["schedule"] = parse.parse_schedule(values["schedule"])
        check_collections(options, values)
        return replace(desired, values=values)

    def rows(self, desired: Sequence[DesiredPolicy]) -> Sequence[Document]:
        """Return all policies of the cloud, listed once in a task."""
        return self.context.lookup.rows(POLICY) if any(each.id is None for each in desired) else []

    def resolve(self, desired: DesiredPolicy, document: Optional[Document], rows: Sequence[Document]) -> DesiredPolicy:
        """Return the declared policy with projects resolved, and a new one with all values.

        :raises InputError: A policy cannot have these values.
        """
        values, options = dict(desired.values), desired.options
        values.pop("name", None)
        if document is None or desired.new_name is not None:
            values["name"] = desired.new_name or desired.name
        if document is None and "schedule" not in values:
            raise InputError(
                f"There is no workload policy '{values['name']}', and to create it the option 'schedule' is needed."
            )
        if "projects" in values:
            desired = replace(desired, written=self.context.lookup.project_ids(values["projects"]))
            ids = dict.fromkeys(desired.written)
            values["projects"] = collection_change(self.context, "projects", options["projects_mode"], ids)
        if "metadata" in values:
            values["metadata"] = collection_change(
                self.context, "metadata", options["metadata_mode"], values["metadata"]
            )
        if not values.keys() & OWN_FIELDS:
            return replace(desired, values=values)
        # The policy's own fields show best which dialect the server speaks, those of other policies do as well.
        policies = rows if document is None else [document]
        dialect = dialect_of_server(self.context, (policy_fields(each.get("field_values")) for each in policies))
        if document is None:
            values["schedule"] = policy_defaults(values["schedule"], dialect)
            check_policy(values["schedule"], dialect)
        else:
            shown = self.read(document)["schedule"]
            refuse_other_dialect(shown, dialect)
            if "schedule" in values:
                check_policy(compare.merged(values["schedule"], shown), dialect)
        return replace(desired, values=values, dialect=dialect)

    # ---- reading and writing ---------------------------------------------------------------------------------------

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document."""
        return read_values(document)

    def before_write(self, desired: DesiredPolicy, shown: Optional[Shown]) -> None:
        """Refuse to change a policy in use, and warn of workloads that stay bound to a policy their project loses.

        :raises StateError: The policy itself is to be changed, and workloads use it (reference C.5).
        """
        if shown is None:
            return
        differing = differences(self.fields, desired.values, shown.values)
        if {name.split(".")[0] for name in differing} & OWN_FIELDS:
            self._refuse_in_use(shown.document, "changed")
            return
        now = shown.values.get("projects", {})
        lost = now.keys() - desired.values["projects"].apply_to(now).keys()
        if lost:
            users = PolicyUsage(self.context).users(shown.document)
            bound = [each for each in users if each.get("project_id") in lost]
            if bound:
                self.context.warn(
                    f"The {self.describe(shown.document)} is taken away from the project of these workloads, which use "
                    f"it: {describe_workloads(bound)}. They stay bound to it, and the server may refuse their next "
                    "change: bind them to another policy."
                )

    def create_body(self, desired: DesiredPolicy) -> dict[str, Any]:
        """Return the body of POST /workload_policy/."""
        return _body(desired, {"metadata": {}}, {})

    def follow_up_calls(self, desired: DesiredPolicy) -> list[tuple[Call, Any]]:
        """Return the call that assigns the policy to its first projects."""
        return self._assignment(desired.values, {}) if "projects" in desired.values else []

    def update_calls(self, step: Step, desired: DesiredPolicy, shown: Shown) -> list[tuple[Call, Any]]:
        """Return PUT with the whole policy and the call that changes its projects.

        Whether a PUT may hold a part of a policy is not known (reference B.6).
        """
        calls: list[tuple[Call, Any]] = []
        if any(step.changes(option) for option in OWN_FIELDS):
            fields = policy_fields(shown.document.get("field_values"))
            calls.append((self.updating, _body(desired, shown.values, fields)))
        if step.changes("projects"):
            calls += self._assignment(desired.values, shown.values.get("projects", {}))
        return calls

    def _assignment(self, values: Values, now: Mapping[str, None]) -> list[tuple[Call, Any]]:
        """Return the call that changes the projects from `now`, none if they stay the same."""
        then = values["projects"].apply_to(now)
        body = {"add_projects": sorted(then.keys() - now.keys()), "remove_projects": sorted(now.keys() - then.keys())}
        return [(self.assigning, body)] if any(body.values()) else []

    def explain(self, error: RequestError) -> RequestError:
        """Say who may write policies, and what prevents that a project loses one."""
        if isinstance(error, ForbiddenError):
            error.hint = (
                "Policies are managed by administrators of the cloud; other users bind their workloads to the policies "
                "of their project."
            )
        elif isinstance(error, RefusedError) and error.path.endswith("/assign"):
            error.hint = (
                "Only its projects are as before. Workloads of a project that loses the policy may use it: bind them "
                "to another one first."
            )
        return error

    def removal_steps(self, desired: DesiredPolicy, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: Workloads use the policy.
        """
        self._refuse_in_use(document, "deleted")
        return []

    def _refuse_in_use(self, document: Document, done: str) -> None:
        """Refuse what the server does not do with a policy in use, and name the workloads: its own answer does not.

        (reference A.6, C.5)

        :param done: What was about to be done to the policy.
        :raises StateError: Workloads use it.
        """
        usage, title = PolicyUsage(self.context), self.describe(document)
        users = usage.users(document)
        if users:
            raise StateError(
                f"The {title} was not {done}, because workloads use it: {describe_workloads(users)}.",
                hint="Make a policy of another name, bind these workloads to it with the option 'policy' of "
                "openprotect.backup.workload, and run the task again.",
            )
        if usage.unreadable:
            self.context.warn(
                f"Whether these workloads use the {title} is not known, because the server does not show it: "
                f"{describe_workloads(usage.unreadable)}. If one does, the server refuses."
            )

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the policy as results show it."""
        return policy_result(values, document)


def _body(desired: DesiredPolicy, shown: Values, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole policy as it is written: what is declared over what is shown.

    :param fields: The fields of its schedule as the server shows them.
    """
    values = desired.values
    return {
        "display_name": values.get("name", shown.get("name")),
        "display_description": values.get("description", shown.get("description", "")),
        "metadata": values["metadata"].apply_to(shown["metadata"]) if "metadata" in values else shown["metadata"],
        "field_values": write_policy(values.get("schedule", {}), desired.dialect, fields),
    }
