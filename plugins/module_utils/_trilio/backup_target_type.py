# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Backup target types: the names under which projects use a backup target (reference B.11, Q12, Q27, Q28)."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Optional

from .._core.call import READ, WRITE, Call
from .._core.errors import (
    AmbiguousNameError,
    BackupError,
    InputError,
    RefusedError,
    RequestError,
    StateError,
    UnknownNameError,
    collect,
    raise_all,
)
from .._core.module import wait_options
from .._core.values import is_true, key_values, refuse_empty
from .._engine.comparison import Collection, Field, OneReference, Prose, given_values
from .._engine.model import Desired, Document, Reference, Shown, Step, Values
from .._openstack.context import Context
from .._openstack.lookup import NamedReferences
from .._openstack.references import BACKUP_TARGET, BACKUP_TARGET_TYPE, LookupSource
from .backup_target_location import export_of, same_export
from .collection_change import MODE_OPTION, check_collections, collection_change
from .identity import require_identity
from .trilio_resource import TrilioResource
from .workload.usage import refuse_target_in_use

QUERY_OPTIONS: Mapping[str, Any] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "projects": {"type": "list", "elements": "str"},
    "details": {"type": "bool", "default": False},
}


class TargetReferences(NamedReferences):
    """References to backup targets, which are named by their export."""

    def by_id(self, source: LookupSource, key: Optional[str]) -> Optional[Reference]:
        """Return a reference to a backup target that is shown by id, None if no id is shown."""
        if not key:
            return None
        rows = self.lookup.rows(source) if source in self.wanted else []
        return next((Reference(key, export_of(row)) for row in rows if row["id"] == key), Reference(key))


class BackupTargetType(TrilioResource[Desired]):
    """The resource `backup_target_type`."""

    noun = "backup target type"
    plural = "backup target types"
    result_key = "backup_target_type"
    fields = (
        Field("name", {"type": "str"}),
        Field("description", {"type": "str"}, Prose()),
        Field("backup_target", {"type": "str"}, OneReference(), immutable=True),
        Field("is_default", {"type": "bool"}),
        Field("is_public", {"type": "bool"}),
        Field("projects", {"type": "list", "elements": "str"}, Collection(keyed=False)),
        Field("metadata", {"type": "dict"}, Collection(keyed=True)),
    )
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str"},
        "new_name": {"type": "str"},
        "projects_mode": MODE_OPTION,
        "metadata_mode": MODE_OPTION,
        "force": {"type": "bool", "default": False},
        **wait_options(timeout=900),
    }
    rules: ClassVar[Mapping[str, Any]] = {"required_one_of": [("name", "id")], "mutually_exclusive": [("name", "id")]}
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
    complete_list = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.names = TargetReferences(context.lookup)

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Desired:
        """Return the target type that the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        require_identity(options)
        refuse_empty(options, "backup_target")
        desired = Desired(options, options.get("id"), options.get("name"), options.get("new_name"))
        if options.get("state") == "absent":
            return replace(desired, present=False)
        values = given_values(cls.fields, options)
        check_collections(options, values)
        return replace(desired, values=values)

    def rows(self, desired: Sequence[Desired]) -> Sequence[Document]:
        """Return all target types that the user may see, listed once in a task."""
        if any("backup_target" in each.values for each in desired):
            self.names.want(BACKUP_TARGET)
        return self.context.lookup.rows(BACKUP_TARGET_TYPE) if any(each.id is None for each in desired) else []

    def resolve(self, desired: Desired, document: Optional[Document], rows: Sequence[Document]) -> Desired:
        """Return the declared target type with references resolved.

        :raises InputError: A target type cannot be created from what is given.
        :raises StateError: The default target type is to be the default no longer.
        """
        values, options = dict(desired.values), desired.options
        values.pop("name", None)
        if document is None or desired.new_name is not None:
            values["name"] = desired.new_name or desired.name
        if document is None and "backup_target" not in values:
            raise InputError(
                f"There is no backup target type '{values['name']}', and to create it the option 'backup_target' is "
                "needed."
            )
        if values.get("is_default") is False and document is not None and is_true(document.get("is_default")):
            raise StateError(
                f"The {self.describe(document)} is the default, and one must be.",
                hint="Make another one the default with 'is_default: true' instead.",
            )
        problems: list[BackupError] = []
        written: Mapping[str, str] = {}
        if "backup_target" in values:
            with collect(problems, UnknownNameError, AmbiguousNameError):
                values["backup_target"] = self._find_target(values["backup_target"])
        with collect(problems, UnknownNameError, AmbiguousNameError):
            written = self.context.lookup.project_ids(values.get("projects", ()))
        raise_all(problems)
        for option, items in (("projects", dict.fromkeys(written)), ("metadata", values.get("metadata"))):
            if option in values:
                values[option] = collection_change(self.context, option, options[f"{option}_mode"], items or {})
        return replace(desired, values=values, written=written)

    def _find_target(self, wanted: str) -> Optional[Reference]:
        """Return the backup target with this id or export, or with a target type of this name.

        :raises UnknownNameError: There is none.
        :raises AmbiguousNameError: There are several.
        """
        lookup = self.context.lookup
        targets = lookup.rows(BACKUP_TARGET)
        for row in targets:
            if row["id"] == wanted or same_export(row, wanted):
                return Reference(row["id"], export_of(row))
        types = [row for row in lookup.rows(BACKUP_TARGET_TYPE) if row.get("name") == wanted]
        ids = {row.get("backup_targets_id") for row in types}
        if len(ids) == 1 and all(ids):
            return self.names.by_id(BACKUP_TARGET, types[0]["backup_targets_id"])
        if len(ids) > 1:
            return lookup.find(BACKUP_TARGET_TYPE, wanted)
        return lookup.find(BACKUP_TARGET, wanted, [{**row, "name": export_of(row)} for row in targets])

    # ---- reading and writing ---------------------------------------------------------------------------------------

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document."""
        return {
            "name": document.get("name"),
            "description": document.get("description") or "",
            "backup_target": self.names.by_id(BACKUP_TARGET, document.get("backup_targets_id")),
            "is_default": is_true(document.get("is_default")),
            "is_public": is_true(document.get("is_public")),
            "projects": {str(row.get("project_id")): None for row in document.get("backup_target_type_projects") or []},
            "metadata": key_values(document.get("backup_target_type_metadata")),
        }

    def create_body(self, desired: Desired) -> dict[str, Any]:
        """Return the body of POST /backup_target_types."""
        values = desired.values
        body = _plain_body(values, values)
        body["backup_targets_id"] = values["backup_target"].id
        for option, key in (("projects", "project_list"), ("metadata", "metadata")):
            if option in values:
                body[key] = _collection_body(option, values[option].apply_to({}))
        return body

    def update_calls(self, step: Step, desired: Desired, shown: Shown) -> list[tuple[Call, Any]]:
        """Return the PUT with new and changed items, then the calls that remove items.

        PUT only adds items. Its purge flags would save a call, but it is not documented whether the server first adds
        or removes: in between, a project could lose its target, or all of them for good (reference B.11, Q27).
        """
        body = _plain_body(desired.values, step.fields)
        calls: list[tuple[Call, Any]] = []
        for option, key, removing in (
            ("projects", "project_list", self.removing_projects),
            ("metadata", "metadata", self.removing_metadata),
        ):
            if step.changes(option):
                now = shown.values[option]
                then = desired.values[option].apply_to(now)
                new = {name: value for name, value in then.items() if name not in now or now[name] != value}
                old = {name: value for name, value in now.items() if name not in then}
                if new:
                    body[key] = _collection_body(option, new)
                if old:
                    calls.append((removing, {"backup_target_type_id": step.id, key: _collection_body(option, old)}))
        return [(self.updating, body), *calls] if body else calls

    def explain(self, error: RequestError) -> RequestError:
        """Add a hint if the server takes its target types from its configuration (reference B.11)."""
        if isinstance(error, RefusedError) and error.status in (404, 405):
            error.hint = "This server takes its backup target types from its configuration: change them there."
        return error

    def removal_steps(self, desired: Desired, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: The target type is the default, or workloads use it.
        """
        title = self.describe(document)
        if is_true(document.get("is_default")):
            raise StateError(
                f"The {title} is the default, so it was not deleted.", hint="Make another one the default first."
            )
        force = bool(desired.options.get("force"))
        refuse_target_in_use(self.context, title, {str(document.get("name"))}, force)
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


def _plain_body(values: Values, options: Container[str]) -> dict[str, Any]:
    """Return the plain fields among `options` as they are written (reference Q6)."""
    body: dict[str, Any] = {option: values[option] for option in ("name", "description") if option in options}
    body.update({option: int(values[option]) for option in ("is_default", "is_public") if option in options})
    return body


def _collection_body(option: str, items: Mapping[str, Any]) -> list[Any]:
    """Return projects, or metadata, as the server takes them."""
    if option == "projects":
        return sorted(items)
    return [{"key": key, "value": value} for key, value in sorted(items.items())]


def query_backup_target_types(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the backup target types that the options ask for, as results show them."""
    resource = BackupTargetType(context)
    wanted = context.lookup.project_ids(options.get("projects") or ()).keys()
    rows = [
        row
        for row in context.lookup.rows(BACKUP_TARGET_TYPE)
        if options.get("id") in (None, row["id"]) and options.get("name") in (None, row.get("name"))
    ]
    if options.get("details"):
        resource.names.want(BACKUP_TARGET)
        context.lookup.rows(BACKUP_TARGET)
    found = [(resource.read(row), row) for row in rows]
    if options.get("projects"):
        found = [(values, row) for values, row in found if values["is_public"] or wanted & values["projects"].keys()]
    found.sort(key=lambda each: (str(each[0]["name"]), str(each[1]["id"])))
    return {"backup_target_types": [resource.result(values, row) for values, row in found]}
