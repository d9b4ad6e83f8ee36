# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a backup target type is: the name under which projects use a backup target (API reference B.11, Q12, Q27, Q28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._core.errors import (
    AmbiguousNameError,
    BackupError,
    InputError,
    RefusedError,
    RequestError,
    StateError,
    UnknownNameError,
    raise_all,
)
from .._core.http import READ, WRITE, Call
from .._engine.comparison import Collection, Field, OneReference, Reference, Step
from .._engine.resource import Desired, Document, Resource, Values, called
from .._openstack.context import Context
from .._openstack.lookup import BACKUP_TARGET, BACKUP_TARGET_TYPE
from .backup_target_location import export_of, same_export
from .options import change, check_collections, pairs, project_ids, refuse_empty, require_identity, truth
from .workload.resource import refuse_in_use


class BackupTargetType(Resource):
    """The kind C(backup_target_type)."""

    noun = "backup target type"
    plural = "backup target types"
    fields: tuple[Field, ...] = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}),
        Field("backup_target", {"type": "str"}, OneReference(), immutable=True),
        Field("is_default", {"type": "bool"}),
        Field("is_public", {"type": "bool"}),
        Field("projects", {"type": "list", "elements": "str"}, Collection(keyed=False)),
        Field("metadata", {"type": "dict"}, Collection(keyed=True)),
    )
    listing = BACKUP_TARGET_TYPE.listing
    showing = Call("GET", "/backup_target_types/{id}", READ, response_key="backup_target_types")
    creating = Call(
        "POST", "/backup_target_types", WRITE, request_key="backup_target_type", response_key="backup_target_types"
    )
    updating = Call("PUT", "/backup_target_types/{id}", WRITE, request_key="backup_target_type")
    removing_projects = Call(
        "PUT", "/backup_target_types/{id}/remove_projects", WRITE, request_key="backup_target_type"
    )
    removing_metadata = Call(
        "PUT", "/backup_target_types/{id}/remove_metadata", WRITE, request_key="backup_target_type"
    )
    deleting = Call("DELETE", "/backup_target_types/{id}", WRITE)
    whole_list = True

    def rows(self, context: Context) -> list[Document]:
        """Return all that the user may see, listed once in a task."""
        return context.lookup.rows(BACKUP_TARGET_TYPE)

    def check(self, options: Mapping[str, Any]) -> Values:
        """Validate the options and normalise them, without a request.

        :raises InputError: Something is wrong with them.
        """
        require_identity(options)
        refuse_empty(options, "backup_target")
        if options.get("state") == "absent":
            return {}
        given = {each.option: options[each.option] for each in self.fields if options.get(each.option) is not None}
        check_collections(options, given)
        return given

    def resolve(
        self, context: Context, wish: Desired, document: Optional[Document], rows: Sequence[Document]
    ) -> Values:
        """Return what is wanted: references resolved; where the type is not there yet, complete.

        :raises InputError: A type cannot be made out of what is given.
        :raises StateError: The default type shall not be the default any more.
        """
        wanted = dict(wish.values)
        wanted.pop("name", None)
        if document is None or wish.new_name is not None:
            wanted["name"] = wish.new_name or wish.name
        if document is None and "backup_target" not in wanted:
            raise InputError(
                f"There is no backup target type '{wanted['name']}', and to create it the option 'backup_target' is needed."
            )
        if wanted.get("is_default") is False and document is not None and truth(document.get("is_default")):
            raise StateError(
                f"The {called(self, document)} is the default, and one must be.",
                hint="Make another one the default with 'is_default: true'; this one then is it no longer.",
            )
        problems: list[BackupError] = []
        if "backup_target" in wanted:
            try:
                wanted["backup_target"] = find_target(context, wanted["backup_target"])
            except (UnknownNameError, AmbiguousNameError) as exc:
                problems.append(exc)
        try:
            ids = project_ids(context, wanted.get("projects", ()))
        except (UnknownNameError, AmbiguousNameError) as exc:
            problems.append(exc)
        raise_all(problems)
        if "projects" in wanted:
            wanted["projects"] = change(context, "projects", wish.options["projects_mode"], ids)
        if "metadata" in wanted:
            wanted["metadata"] = change(context, "metadata", wish.options["metadata_mode"], wanted["metadata"])
        return wanted

    def read(self, context: Context, document: Document) -> Values:
        """Return the canonical values of what the server shows."""
        return {
            "name": document.get("name"),
            "description": document.get("description") or "",
            "backup_target": target_ref(context, str(document.get("backup_targets_id"))),
            "is_default": truth(document.get("is_default")),
            "is_public": truth(document.get("is_public")),
            "projects": {str(row.get("project_id")): None for row in document.get("backup_target_type_projects") or []},
            "metadata": pairs(document.get("backup_target_type_metadata")),
        }

    def create_body(self, wanted: Values) -> dict[str, Any]:
        """Return what POST /backup_target_types sends."""
        body = self._plain(wanted, wanted.keys())
        body["backup_targets_id"] = wanted["backup_target"].id
        for option, key in (("projects", "project_list"), ("metadata", "metadata")):
            if option in wanted:
                body[key] = sent(option, wanted[option].apply_to({}))
        return body

    def updates(self, step: Step, wanted: Values, shown: Values) -> list[tuple[Call, Any]]:
        """Return PUT with what is new or has another value, which is additive, then the calls that take away.

        The purge flags of PUT would save a call, but in which order the server empties and fills is not documented: between
        the two a project could lose its target, or all of them for good (API reference B.11, Q27).
        """
        changed = set(step.fields)
        body = self._plain(wanted, changed)
        calls: list[tuple[Call, Any]] = []
        for option, key, removing in (
            ("projects", "project_list", self.removing_projects),
            ("metadata", "metadata", self.removing_metadata),
        ):
            if option in changed:
                now, then = shown[option], wanted[option].apply_to(shown[option])
                new = {name: value for name, value in then.items() if name not in now or now[name] != value}
                old = {name: value for name, value in now.items() if name not in then}
                if new:
                    body[key] = sent(option, new)
                if old:
                    calls.append((removing, {"backup_target_type_id": step.id, key: sent(option, old)}))
        return [(self.updating, body), *calls] if body else calls

    @staticmethod
    def _plain(wanted: Values, options: Any) -> dict[str, Any]:
        """Return those of the plain fields as they are written (API reference Q6)."""
        body: dict[str, Any] = {option: wanted[option] for option in ("name", "description") if option in options}
        body.update({option: int(wanted[option]) for option in ("is_default", "is_public") if option in options})
        return body

    def explain(self, context: Context, error: RequestError) -> RequestError:
        """Say of a server that has no such call where its target types come from (API reference B.11)."""
        if isinstance(error, RefusedError) and error.status in (404, 405):
            error.hint = "This server takes its backup target types from its configuration: change them there."
        return error

    def removal(self, context: Context, wish: Desired, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: It is the default, or workloads use it.
        """
        if truth(document.get("is_default")):
            raise StateError(
                f"The {called(self, document)} is the default, so it was not deleted.",
                hint="Make another one the default first.",
            )
        refuse_in_use(context, called(self, document), {str(document.get("name"))}, bool(wish.options.get("force")))
        return []

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the target type as results show it."""
        target: Optional[Reference] = values.get("backup_target")
        return {
            "id": document.get("id"),
            "name": values.get("name"),
            "description": values.get("description"),
            "backup_target": None if target is None else {"id": target.id, "export": target.name},
            "is_default": values.get("is_default"),
            "is_public": values.get("is_public"),
            "projects": sorted(values.get("projects") or {}),
            "metadata": values.get("metadata"),
            "user_id": document.get("user_id"),
            "version": document.get("version"),
            "created_at": document.get("created_at"),
        }


KIND = BackupTargetType()


def sent(option: str, items: Mapping[str, Any]) -> list[Any]:
    """Return members or keys and values as the server takes them."""
    return (
        sorted(items)
        if option == "projects"
        else [{"key": key, "value": value} for key, value in sorted(items.items())]
    )


def find_target(context: Context, wanted: str) -> Reference:
    """Return the backup target that an id, an export or the name of one of its target types means, called by its export.

    :raises UnknownNameError: None is meant.
    :raises AmbiguousNameError: Several are.
    """
    rows = context.lookup.rows(BACKUP_TARGET)
    for row in rows:
        if row["id"] == wanted or same_export(row, wanted):
            return Reference(row["id"], export_of(row))
    types = [row for row in context.lookup.rows(BACKUP_TARGET_TYPE) if row.get("name") == wanted]
    if len({row.get("backup_targets_id") for row in types}) == 1:
        return target_ref(context, str(types[0].get("backup_targets_id")))
    if types:
        return context.lookup.find(BACKUP_TARGET_TYPE, wanted)
    return context.lookup.find(BACKUP_TARGET, wanted, [{**row, "name": export_of(row)} for row in rows])


def target_ref(context: Context, object_id: str) -> Reference:
    """Return a reference to a backup target, with its export if targets were listed in this task already."""
    rows = context.lookup.cached(BACKUP_TARGET) or []
    return next((Reference(object_id, export_of(row)) for row in rows if row["id"] == object_id), Reference(object_id))


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the backup target types that C(backup_target_type_info) asks for, as its results show them."""
    wanted = project_ids(context, options.get("projects") or ()).keys()
    rows = [
        row
        for row in context.lookup.rows(BACKUP_TARGET_TYPE)
        if options.get("id") in (None, row["id"]) and options.get("name") in (None, row.get("name"))
    ]
    if options.get("details"):
        context.lookup.rows(BACKUP_TARGET)
    found = [(KIND.read(context, row), row) for row in rows]
    if options.get("projects"):
        found = [(values, row) for values, row in found if values["is_public"] or wanted & values["projects"].keys()]
    found.sort(key=lambda each: (str(each[0]["name"]), str(each[1]["id"])))
    return {"backup_target_types": [KIND.result(values, row) for values, row in found]}
