# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The resource `Acronis workload`, a device record: its fields, calls and owner (Acronis reference 1.3, 1.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Optional

from .._core.call import WRITE, Call
from .._core.errors import AmbiguousNameError, InputError, NotOwnerError, RefusedError, UnknownNameError
from .._core.module import wait_options
from .._engine.comparison import Change, Collection, Field, WhenShown, after, given_values
from .._engine.model import Desired, Document, Shown, Step, Values
from .._engine.resource import Resource
from .context import AcronisContext
from .records import (
    NOUN,
    attributes_of,
    describe_workload,
    filter_value,
    list_workloads,
    read_values,
    workload_result,
)


class Attributes(Collection):
    """The attributes, of which a `Change` is desired. A key with the value null counts as missing."""

    def __init__(self) -> None:
        super().__init__(keyed=True)

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare key by key; a truth value does not equal a number."""
        now, then = shown or {}, self.after(desired, shown)
        return [
            f"{option}.{key}"
            for key in sorted({*now, *then})
            if now.get(key) != then.get(key) or isinstance(now.get(key), bool) != isinstance(then.get(key), bool)
        ]

    def after(self, desired: Any, shown: Any) -> Any:
        """Return the whole mapping after the change, without the keys that are declared as null."""
        items = desired.apply_to(shown or {}).items()
        return {key: value for key, value in items if value is not None or key not in desired.items}


@dataclass(frozen=True)
class DesiredWorkload(Desired):
    """A device record as the user declares it.

    :param tenant_id: Tenant in which the record is located, None for any.
    :param type: Type that the record has, None for any.
    :param match: Attributes that the record must show to be located by name.
    :param force: The record may belong to another API client.
    """

    tenant_id: Optional[str] = None
    type: Optional[str] = None
    match: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False

    def filters(self) -> dict[str, str]:
        """Return the filters of the list. The server does not combine an id with a type (Acronis reference 1.3)."""
        by_id, by_type = {"workload_id": self.id}, {"type": self.type}
        chosen = {"tenant_id": self.tenant_id, **(by_id if self.id is not None else by_type)}
        return {key: value for key, value in chosen.items() if value is not None}


class AcronisWorkload(Resource[DesiredWorkload]):
    """The resource `Acronis workload`."""

    context: AcronisContext

    noun = NOUN
    plural = "Acronis workloads"
    result_key = "workload"
    key_option = "workload_id"
    fields = (
        Field("name", {"type": "str"}),
        Field("type", {"type": "str"}, immutable=True),
        # Never compared: the server may show a number instead of the UUID that was sent (Acronis reference 1.3).
        Field("tenant_id", {"type": "str"}, WhenShown()),
        Field("attributes", {"type": "dict"}, Attributes()),
        Field("allowed_actions", {"type": "list", "elements": "str"}),
        Field("enabled", {"type": "bool"}, WhenShown()),
        Field("owner_client_id", {"type": "str"}),
    )
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "workload_id": {"type": "str"},
        "new_name": {"type": "str"},
        "match_attributes": {"type": "list", "elements": "str"},
        "attributes_mode": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
        "force": {"type": "bool", "default": False},
        **wait_options(timeout=120),
    }
    rules: ClassVar[Mapping[str, Any]] = {
        "required_one_of": [("workload_id", "name")],
        "mutually_exclusive": [("workload_id", "new_name"), ("workload_id", "match_attributes")],
    }
    creating = Call("POST", "/workloads", WRITE, request_key="items")
    updating = Call("PATCH", "/workloads/{id}", WRITE, repeatable=True)
    deleting = Call("DELETE", "/workloads", WRITE, repeatable=True)
    shows_at_once = False  # a write answers 204, empty, and the list may show it later (Acronis reference 1.3)
    settle_time = 30.0
    lost_looks = None

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> DesiredWorkload:
        """Return the record that the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        for option in ("workload_id", "name", "new_name", "tenant_id", "type", "owner_client_id"):
            if options.get(option) == "":
                raise InputError(f"The option '{option}' is empty.", hint="Leave it out, or give a value.")
        key, name = options.get("workload_id"), options.get("name")
        if key is None and name is None:  # Ansible counts an option that is null as given
            raise InputError("One of the options 'name' and 'workload_id' is needed.")
        for option in ("workload_id", "tenant_id", "type"):
            filter_value([options[option]] if options.get(option) else [])
        attributes, match = options.get("attributes") or {}, options.get("match_attributes") or ()
        without_value = [each for each in match if attributes.get(each) is None]
        if without_value:
            raise InputError(
                f"The option 'match_attributes' names {', '.join(without_value)}, of which 'attributes' "
                "holds no value.",
                hint="Give the value to match in 'attributes'.",
            )
        present = options.get("state") != "absent"
        return DesiredWorkload(
            options=options,
            id=key,
            name=None if key is not None else name,
            new_name=(options.get("new_name") if key is None else name) if present else None,
            present=present,
            values=_given(options),
            tenant_id=options.get("tenant_id"),
            type=options.get("type"),
            match={each: attributes[each] for each in match},
            force=bool(options.get("force")),
        )

    def resolve(
        self, desired: DesiredWorkload, document: Optional[Document], rows: Sequence[Document]
    ) -> DesiredWorkload:
        """Return the declared record, with all values of a new one if it does not exist.

        :raises UnknownNameError: It does not exist, and the options do not suffice to register it.
        """
        values = dict(desired.values)
        if document is None:
            return replace(desired, values={**self._defaults(desired), **values})
        if desired.new_name is not None:
            values["name"] = desired.new_name
        if "enabled" in values and document.get("enabled") is None:
            del values["enabled"]
            self.context.warn(
                f"This server does not show 'enabled' of the {describe_workload(document)}: "
                "whether it is as declared is not known, and it was left alone."
            )
        return replace(desired, values=values)

    def _defaults(self, desired: DesiredWorkload) -> Values:
        """Return the values of a new record beside the declared ones."""
        if desired.tenant_id is None or desired.type is None:
            raise UnknownNameError(
                f"There is no {NOUN} '{desired.name}'.",
                hint="To register it, 'tenant_id' and 'type' are needed, too.",
            )
        name = desired.new_name or desired.name
        return {
            "name": name,
            "tenant_id": desired.tenant_id,
            "owner_client_id": self._own_client("A new record belongs to this API client."),
        }

    def _own_client(self, reason: str) -> str:
        """Return the API client that is logged in.

        :param reason: Why it must be known.
        :raises InputError: It is not known.
        """
        if self.context.client_id is None:
            raise InputError("With 'access_token' the option 'client_id' is needed, too.", hint=reason)
        return self.context.client_id

    # ---- identity --------------------------------------------------------------------------------------------------

    def is_match(self, desired: DesiredWorkload, row: Document, name: Optional[str]) -> bool:
        """Return whether a record has this name and all else that is declared to locate it, whatever was filtered."""
        shown = attributes_of(row)  # a list with a record of another shape is not trusted at all
        if row.get("name") != name or desired.type not in (None, row.get("type")):
            return False
        return all(shown.get(key) == value for key, value in desired.match.items())

    def is_created(self, desired: DesiredWorkload, row: Document) -> bool:
        """Return whether a new record may be the one that was just registered: it has the declared owner."""
        return row.get("client_id") == desired.values["owner_client_id"] and super().is_created(desired, row)

    def only(self, hits: Sequence[Document]) -> Optional[str]:
        """Return the id of the only record, None if there is none.

        :raises AmbiguousNameError: There are several.
        """
        if len(hits) > 1:
            raise AmbiguousNameError(
                f"{len(hits)} records could be the {NOUN} '{self.name(hits[0])}': {self.keys(hits)}.",
                hint="Names are not unique on this server: narrow it down with 'tenant_id', 'type' and "
                "'match_attributes', or give the 'workload_id' of the one that you mean.",
            )
        return super().only(hits)

    def unknown_key(self, key: str) -> UnknownNameError:
        """Return the error for a record that is declared by an id that does not exist."""
        return UnknownNameError(
            f"There is no {NOUN} with the id {key} that this API client may see.",
            hint="An id cannot be chosen: to register a record, give 'name' instead of 'workload_id'.",
        )

    # ---- reading ---------------------------------------------------------------------------------------------------

    def rows(self, desired: Sequence[DesiredWorkload]) -> Sequence[Document]:
        """Return the records among which the declared ones are searched."""
        return list({self.key(row): row for each in desired for row in self.list_new(each)}.values())

    def list_new(self, desired: DesiredWorkload) -> list[Document]:
        """Return the records that pass the filters of a declared one."""
        return list_workloads(self.context, desired.filters())

    def show(self, key: str) -> Optional[Document]:
        """Return one record, None if it does not exist. No documented call shows one, so the list is filtered."""
        rows = list_workloads(self.context, {"workload_id": key})
        return next((row for row in rows if self.key(row) == key), None)

    def read(self, document: Document) -> Values:
        """Return the canonical values of a record."""
        return read_values(document)

    def state(self, document: Document) -> Optional[str]:
        """Return None: a record has no state, whatever the server may show as its status."""
        return None

    def describe_state(self, document: Optional[Document]) -> str:
        """Return whether the record is listed."""
        return "not listed" if document is None else "listed"

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the record as results show it."""
        return workload_result(values, document)

    # ---- writing ---------------------------------------------------------------------------------------------------

    def before_write(self, desired: DesiredWorkload, shown: Optional[Shown]) -> None:
        """Refuse to change a record of another API client."""
        if shown is not None:
            self._guard(desired, shown.document)

    def removal_steps(self, desired: DesiredWorkload, document: Document) -> list[Step]:
        """Return nothing more to delete; refuse to delete a record of another API client."""
        self._guard(desired, document)
        return []

    def _guard(self, desired: DesiredWorkload, document: Document) -> None:
        """Refuse to touch a record of another API client. The list also holds the devices that Acronis itself protects.

        :raises InputError: It is not known which API client is logged in.
        :raises NotOwnerError: The record belongs to another one, and `force` is not set.
        """
        if desired.force:
            return
        own = self._own_client("It shows whether a record is your own.")
        if document.get("client_id") != own:
            raise NotOwnerError(
                f"The {describe_workload(document)} belongs to the API client {document.get('client_id')}, "
                f"but {own} is logged in. Nothing was written.",
                hint="The owner of the record may change it back. To write all the same, set 'force: true'.",
            )

    def create_body(self, desired: DesiredWorkload) -> list[dict[str, Any]]:
        """Return the body of POST /workloads."""
        return [_wire(after(self.fields, desired.values, {}))]

    def update_calls(self, step: Step, desired: DesiredWorkload, shown: Shown) -> list[tuple[Call, Any]]:
        """Return the PATCH with the fields that differ.

        Attributes are sent whole, which is right whether the server merges or replaces them (Acronis reference 1.3).
        """
        values = after(self.fields, desired.values, shown.values)
        return [(self.updating, _wire({option: values[option] for option in values if step.changes(option)}))]

    def explain_difference(
        self, desired: DesiredWorkload, shown: Values, names: list[str], otherwise: str
    ) -> tuple[str, str]:
        """Return the difference as text. Attributes that the server keeps prove that it merges them."""
        attributes = after(self.fields, desired.values, shown)["attributes"]
        kept = sorted(key for key in shown["attributes"] if f"attributes.{key}" in names and key not in attributes)
        if not kept:
            return super().explain_difference(desired, shown, names, otherwise)
        return (
            f"but it keeps the attributes {', '.join(kept)}.",
            "This server merges attributes, so they cannot be removed: "
            "leave them in, or set 'attributes_mode: merge' and do not give them as null.",
        )

    def delete(self, desired: DesiredWorkload, key: str) -> None:
        """Send the deleting call. After a 404 the list decides whether the record is gone."""
        try:
            self.context.api.send(self.deleting, query={"workload_id": key})
        except RefusedError as exc:
            if exc.status != 404 or self.show(key) is not None:
                raise


def _given(options: Mapping[str, Any]) -> Values:
    """Return the canonical values of the given fields that do not locate the record."""
    given = given_values(AcronisWorkload.fields, options)
    for option in ("name", "tenant_id"):
        given.pop(option, None)
    if "attributes" in given:
        mode = "exact" if options.get("attributes_mode") == "replace" else "add"
        given["attributes"] = Change(mode, given["attributes"])
    if "allowed_actions" in given:
        given["allowed_actions"] = sorted(set(given["allowed_actions"]))
    return given


def _wire(values: Values) -> dict[str, Any]:
    """Return values by their names in the API."""
    return {"client_id" if option == "owner_client_id" else option: value for option, value in values.items()}
