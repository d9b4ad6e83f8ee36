# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The resource `trust`, and the operation that replaces one (reference A.4, B.8, N7, Q42).

A trust has no id but a name, and cannot be changed. Each POST makes another trust, and may answer 500 although it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Optional, Union

from ..._core.call import WRITE, Call
from ..._core.errors import AmbiguousNameError, GoneError, InputError, LostAnswerError, NotConvergedError, StateError
from ..._core.module import wait_options
from ..._core.values import is_false, refuse_empty
from ..._engine.comparison import Comparison, Field, field_options
from ..._engine.converge import ConvergeTask
from ..._engine.model import CREATE, Desired, Document, Shown, Step, Values, describe
from ..._engine.operation import Operation
from ..._openstack.context import Context
from ..trilio_resource import TrilioResource
from ..workload.records import describe_workload, find_workload, list_workloads, show_workload
from .records import (
    LISTING,
    NOUN,
    SHOWING,
    Validation,
    is_cloud_trust,
    join_roles,
    list_trusts,
    read_roles,
    split_roles,
    trust_result,
    validate,
)


class Roles(Comparison):
    """A set of roles, as the text of the server with commas."""

    def display(self, value: Any) -> list[str]:
        """Return the roles as a list."""
        return split_roles(value or "")


@dataclass(frozen=True)
class DesiredTrust(Desired):
    """A trust as the user declares it. It is found by its name on the server (`id`) or by its roles (`name`).

    :param workload: Name or id of the workload that the service must be able to back up with it.
    """

    workload: Optional[str] = None


class Trust(TrilioResource[DesiredTrust]):
    """The resource `trust`. People call a trust by its roles, since its name says nothing."""

    noun = NOUN
    plural = "trusts"
    result_key = "trust"
    key_option = "name"
    name_field = "roles"
    fields = (Field("roles", {"type": "list", "elements": "str"}, Roles(), immutable=True),)
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str"},
        "workload": {"type": "str"},
        "recreate": {"type": "bool", "default": False},
        "force": {"type": "bool", "default": False},
        **wait_options(timeout=300),
    }
    rules: ClassVar[Mapping[str, Any]] = {
        "required_if": [
            ("state", "present", ("roles",)),
            ("state", "absent", ("name", "roles"), True),
            ("recreate", True, ("workload",)),
        ],
        "mutually_exclusive": [("name", "roles")],
    }
    listing = LISTING
    showing = SHOWING
    creating = Call(
        "POST", "/trusts", WRITE, request_key="trusts", response_key="trust", response_type=list, row_id="name"
    )
    deleting = Call("DELETE", "/trusts/{id}", WRITE)
    complete_list = True

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DesiredTrust:
        """Return what the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        roles = join_roles(options.get("roles") or [])
        if options.get("roles") is not None and not roles:
            raise InputError("The option 'roles' names no role.", hint="A trust delegates at least one role.")
        if any("," in role for role in options.get("roles") or ()):
            raise InputError(
                "The option 'roles' has a name with a comma.", hint="Give each role as an item of the list."
            )
        refuse_empty(options, "name", "workload")
        if options.get("state") == "absent":
            return DesiredTrust(options, options.get("name"), roles or None, present=False)
        desired = DesiredTrust(options, name=roles, values={"roles": roles})
        return replace(desired, workload=options.get("workload"))

    # ---- identity --------------------------------------------------------------------------------------------------

    def key(self, document: Document) -> str:
        """Return the name of a trust, which identifies it."""
        return str(document["name"])

    def name(self, document: Document) -> Optional[str]:
        """Return the roles of a trust."""
        return read_roles(document)

    def describe(self, document: Document) -> str:
        """Return how messages name a trust."""
        return describe(NOUN, self.name(document), self.key(document))

    def is_match(self, desired: DesiredTrust, row: Document, name: Optional[str]) -> bool:
        """Return whether a trust is one of the user of the login, with exactly these roles."""
        return row.get("user_id") == self.context.connection.user_id and self.name(row) == name

    def matches(self, desired: DesiredTrust, rows: Sequence[Document]) -> list[Document]:
        """Return the trusts of the user with exactly the declared roles, newest first."""
        return [row for row in rows if self.is_match(desired, row, desired.name)]

    def find(self, desired: DesiredTrust, rows: Sequence[Document]) -> Optional[str]:
        """Return the name of the declared trust; None if there is none, or it does not work for the workload.

        :raises AmbiguousNameError: Several could be meant by a deletion.
        """
        if not desired.present:
            return super().find(desired, rows)
        hits = self.matches(desired, rows)
        workload = self.workload(desired)
        if not hits or (workload is not None and validate(self.context, workload).verdict is False):
            return None
        return self.key(hits[0])

    def only(self, hits: Sequence[Document]) -> Optional[str]:
        """Return the name of the only trust, None if there is none.

        :raises AmbiguousNameError: There are several.
        """
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"There are {len(hits)} trusts of this user with the roles {self.name(hits[0])} in this project: "
                f"{self.keys(hits)}.",
                hint="Give the 'name' of the one that you mean.",
            )
        return super().only(hits)

    def workload(self, desired: DesiredTrust) -> Optional[Document]:
        """Return the workload that is named, None if none is.

        :raises UnknownNameError: It does not exist.
        :raises AmbiguousNameError: Several have the name.
        """
        wanted = desired.workload
        return (
            None
            if wanted is None
            else self.context.once(f"workload {wanted}", lambda: find_workload(self.context, wanted))
        )

    # ---- reading and writing ---------------------------------------------------------------------------------------

    def list_all(self) -> list[Document]:
        """Return the trusts of the project, newest first."""
        return list_trusts(self.context)

    def rows(self, desired: Sequence[DesiredTrust]) -> Sequence[Document]:
        """Return the trusts of the project."""
        return self.list_all()

    def show(self, key: str) -> Optional[Document]:
        """Return one trust, None if it does not exist. Only those of the cloud may be missing in the list."""
        listed = (row for row in self.list_all() if self.key(row) == key)
        return next(listed, None) or super().show(key)

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document."""
        return {"roles": read_roles(document)}

    def before_write(self, desired: DesiredTrust, shown: Optional[Shown]) -> None:
        """Refuse roles that the user lacks: Keystone does not delegate them (reference A.4).

        :raises StateError: There are some.
        """
        connection = self.context.connection
        own = {role.lower() for role in connection.roles}
        missing = [role for role in split_roles(desired.values["roles"]) if role.lower() not in own]
        if missing:
            raise StateError(
                f"No trust was created, because the user {connection.user_name} ({connection.user_id}) lacks roles in "
                f"the project: {', '.join(missing)}. The user has: {', '.join(sorted(connection.roles)) or 'none'}.",
                hint="A user can delegate only roles of its own. Have the missing roles assigned to the user first.",
            )

    def create_body(self, desired: DesiredTrust) -> dict[str, Any]:
        """Return what POST /trusts sends."""
        return {"role_name": desired.values["roles"], "is_cloud_trust": False}

    def after_create(self, desired: DesiredTrust, document: Document) -> Document:
        """Validate the trust.

        :raises NotConvergedError: The server calls it invalid.
        """
        workload = self.workload(desired)
        if workload is not None:
            self.require_valid(document, validate(self.context, workload))
        return document

    def require_valid(self, document: Document, validation: Validation, deleted: Sequence[Document] = ()) -> bool:
        """Return whether the trust of a workload is known to be valid.

        :param deleted: The trusts that were deleted meanwhile.
        :raises NotConvergedError: It is known to be invalid.
        """
        if validation.verdict is False:
            owner, user_id = validation.workload.get("user_id"), self.context.connection.user_id
            hint = "Ask an administrator for 'trustee_role' of the service: 'roles' must be exactly these roles."
            if owner not in (None, user_id):
                hint = (
                    f"The workload belongs to the user {owner} and the trust to the user {user_id}. Run the task as "
                    "the owner of the workload, or change the workload as this user, which makes this user the owner."
                )
            raise NotConvergedError(
                f"The {self.describe(document)} was created, but the server calls the trust of the "
                f"{describe_workload(validation.workload)} invalid. "
                + (f"Deleted before: {', '.join(map(self.describe, deleted))}." if deleted else "None was deleted."),
                hint=hint,
            )
        return bool(validation.verdict)

    # ---- deleting --------------------------------------------------------------------------------------------------

    def removal_steps(self, desired: DesiredTrust, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: The trust is one of the cloud, or scheduled backups need it.
        """
        if is_cloud_trust(document):
            raise StateError(
                f"The {self.describe(document)} belongs to the whole cloud, so it was not deleted: without it no "
                "backup target can be created.",
                hint="An administrator can delete it with the vendor's command line.",
            )
        user_id = document.get("user_id")
        of_user = [row for row in self.list_all() if row.get("user_id") == user_id]
        if desired.options.get("force") or any(self.key(row) != self.key(document) for row in of_user):
            return []
        workloads = self._scheduled_workloads(user_id)
        if workloads:
            raise StateError(
                f"The {self.describe(document)} is the last one of the user {user_id}, so it was not deleted: the "
                f"schedules of these workloads of the user would stop: {', '.join(map(describe_workload, workloads))}.",
                hint="Create another trust first, or switch these schedules off. 'force: true' deletes the trust "
                "nevertheless.",
            )
        return []

    def _scheduled_workloads(self, user_id: Optional[str]) -> list[Document]:
        """Return the workloads of a user whose schedule is on, or is not shown."""
        rows = [row for row in list_workloads(self.context) if row.get("user_id") in (None, user_id)]
        shown = self.context.in_parallel(lambda row: show_workload(self.context, row["id"]), rows)
        return [each for each in shown if each and not is_false((each.get("jobschedule") or {}).get("enabled"))]

    # ---- results ---------------------------------------------------------------------------------------------------

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the trust as results show it."""
        return trust_result(document, values.get("roles") or "")

    def new_document(self) -> Document:
        """Return what is known of a trust before it exists."""
        return {**super().new_document(), "user_id": self.context.connection.user_id}


@dataclass(frozen=True)
class ObservedTrusts:
    """The trusts of the user with the declared roles.

    :param old: Those that existed before, newest first.
    :param new: The one that replaces them, None before it exists.
    """

    old: Sequence[Document]
    new: Optional[Document] = None


class RecreateTrust(Operation[ObservedTrusts]):
    """Create a new trust, validate it, and only then delete those with the same roles.

    :ivar old: The trusts that existed before, None before the first look.
    :ivar made: Name of the new trust, None if the answer did not hold it.
    """

    result_key = Trust.result_key
    lost_looks = 5
    context: Context

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.desired = Trust.parse(options)
        self.old: Optional[Sequence[Document]] = None
        self.made: Optional[str] = None
        if not options.get("wait", True):
            raise InputError(
                "The options 'recreate: true' and 'wait: false' exclude each other.",
                hint="The old trust is deleted only after the new one was validated.",
            )

    def observe(self) -> ObservedTrusts:
        """Return the trusts of the user with the declared roles.

        :raises UnknownNameError: The workload does not exist.
        """
        trust = Trust(self.context)
        trust.workload(self.desired)
        rows = trust.matches(self.desired, trust.list_all())
        if self.old is None:
            self.old = rows
        known = {trust.key(row) for row in self.old}
        new = [row for row in rows if trust.key(row) not in known and self.made in (None, trust.key(row))]
        return ObservedTrusts(self.old, new[0] if len(new) == 1 else None)

    def is_done(self, observed: ObservedTrusts) -> bool:
        """Return whether the new trust is listed."""
        return observed.new is not None

    def guard(self, observed: ObservedTrusts) -> None:
        """Refuse roles that the user lacks."""
        Trust(self.context).before_write(self.desired, None)

    def steps(self, observed: ObservedTrusts) -> list[Step]:
        """Return the step of the plan."""
        roles = split_roles(self.desired.values["roles"])
        before = {"roles": roles, "id": [row["name"] for row in observed.old]} if observed.old else {}
        action = "recreate" if observed.old else CREATE
        return [Step(action, NOUN, self.desired.name, None, ["roles"], before, {"roles": roles})]

    def start(self, observed: ObservedTrusts) -> None:
        """Create the new trust.

        :raises NotConvergedError: The server answered with a trust that existed before.
        """
        self.made = Trust(self.context).create(self.desired)
        if self.made in [row["name"] for row in observed.old]:
            raise NotConvergedError(
                f"The server created no new trust: it answered with {self.made}, which existed before. Nothing was "
                "deleted.",
                hint="This server does not make a second trust with the same roles. Delete the old one with "
                "'state: absent', then create another one.",
            )

    def finish(self, observed: ObservedTrusts) -> ObservedTrusts:
        """Wait until the new trust is listed, validate it, and delete the old ones.

        :raises NotConvergedError: The server calls the trust of the workload invalid.
        """
        trust = Trust(self.context)
        seen = self.context.waiter.shorter(trust.settle_time).until(
            self.observe, self.is_done, what=f"the new trust with the roles {self.desired.name} to be listed"
        )
        workload, new = trust.workload(self.desired), seen.new
        if workload is None or new is None:
            return seen
        if not trust.require_valid(new, validate(self.context, workload)):
            if seen.old:
                kept = ", ".join(map(trust.describe, seen.old))
                self.context.warn(f"Whether the new {trust.describe(new)} is valid is unknown, so these stay: {kept}.")
            return seen
        for row in seen.old:
            self._delete(trust, row)
        # Which of several trusts the server uses is unknown: until now it may have been an old one.
        trust.require_valid(new, validate(self.context, workload), seen.old)
        return seen

    def _delete(self, trust: Trust, row: Document) -> None:
        """Delete one of the old trusts; it may be gone already.

        :raises LostAnswerError: The answer was lost, and the list still holds the trust.
        """
        try:
            trust.delete(self.desired, trust.key(row))
        except GoneError:
            return
        except LostAnswerError:
            if any(trust.key(each) == trust.key(row) for each in trust.list_all()):
                raise

    def result(self, observed: ObservedTrusts) -> dict[str, Any]:
        """Return the new trust as results show it."""
        trust = Trust(self.context)
        return trust.result(self.desired.values, observed.new or trust.new_document())


OPTIONS: Mapping[str, Any] = {**field_options(Trust.fields), **Trust.options}


def parse(options: Mapping[str, Any]) -> Union[ConvergeTask[DesiredTrust], RecreateTrust]:
    """Return the task that the options ask for.

    :raises InputError: An option is wrong.
    """
    recreate = options.get("recreate") and options.get("state") == "present"
    return RecreateTrust(options) if recreate else ConvergeTask(Trust, options)
