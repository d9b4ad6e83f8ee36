# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a device record of Acronis is, there called a workload: its fields, its calls, and how one is found (Acronis reference 1.3, 1.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Optional

from .._core.errors import AmbiguousNameError, BadAnswerError, InputError
from .._core.http import READ, WRITE, Call
from .._engine.comparison import Change, Collection, Field
from .context import AcronisContext

Document = dict[str, Any]
"""A record as the server shows it."""

Values = dict[str, Any]
"""Canonical values by option name, as compare.py takes them."""

NOUN = "Acronis workload"

LISTING = Call("GET", "/workloads", READ, response_key="items", response_type=list)
REPORTING = Call("POST", "/workloads", WRITE, request_key="items")
CHANGING = Call("PATCH", "/workloads/{id}", WRITE, repeatable=True)
UNREGISTERING = Call("DELETE", "/workloads", WRITE, repeatable=True)

EVERYTHING = {"include_all_attributes": "true", "include_allowed_actions": "true"}
PAGE_SIZE = 100
MOST_VALUES = {"workload_id": 100, "tenant_id": 100, "type": 10}
"""How many values a filter of the list takes at once (Acronis reference 1.3)."""

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


class Attributes(Collection):
    """The map of attributes, of which a L(Change) is wanted. A key that is null is as good as none."""

    def __init__(self) -> None:
        super().__init__(keyed=True)

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare key by key; a truth value is no number."""
        now, then = shown or {}, self.after(wanted, shown)
        return [
            f"{option}.{key}"
            for key in sorted({*now, *then})
            if now.get(key) != then.get(key) or isinstance(now.get(key), bool) != isinstance(then.get(key), bool)
        ]

    def after(self, wanted: Any, shown: Any) -> Any:
        """Return the whole map after the change, without the keys that are wanted to be null."""
        return {
            key: value
            for key, value in wanted.apply_to(shown or {}).items()
            if value is not None or key not in wanted.items
        }


FIELDS: tuple[Field, ...] = (
    Field("name", {"type": "str"}),
    Field("type", {"type": "str"}, immutable=True),
    Field("tenant_id", {"type": "str"}, immutable=True),
    Field("attributes", {"type": "dict"}, Attributes()),
    Field("allowed_actions", {"type": "list", "elements": "str"}),
    Field("enabled", {"type": "bool"}),
    Field("owner_client_id", {"type": "str"}),
)


@dataclass(frozen=True)
class Desired:
    """One record as the user wants it.

    :param name: Name to find it by, None where it is found by id.
    :param match: Attributes that it must show to be the one.
    :param present: Whether it shall be there.
    :param force: Whether it may belong to another API client.
    :param values: What is compared and written, canonical.
    """

    id: Optional[str]
    name: Optional[str]
    new_name: Optional[str]
    tenant_id: Optional[str]
    type: Optional[str]
    match: Mapping[str, Any]
    present: bool
    force: bool
    values: Values = field(default_factory=dict)

    def title(self) -> str:
        """Return what messages call it."""
        return f"{NOUN} '{self.name or self.id}'"

    def filters(self) -> dict[str, str]:
        """Return what the list is narrowed by: an id cannot be combined with a type, which is compared then."""
        chosen = (
            {"tenant_id": self.tenant_id, "workload_id": self.id}
            if self.id
            else {"tenant_id": self.tenant_id, "type": self.type}
        )
        return {key: value for key, value in chosen.items() if value is not None}

    def fits(self, row: Document, name: Optional[str]) -> bool:
        """Tell whether a record has that name and all else that this one is found by; whatever the filters of the server did."""
        shown = attributes_of(row)
        return (
            row.get("name") == name
            and self.type in (None, row.get("type"))
            and all(shown.get(key) == value for key, value in self.match.items())
        )


def wish(options: Mapping[str, Any]) -> Desired:
    """Return what the options of the module ask for.

    :raises InputError: Something is wrong with them.
    """
    for option in ("workload_id", "name", "new_name", "tenant_id", "type", "owner_client_id"):
        if options.get(option) == "":
            raise InputError(f"The option '{option}' is empty.", hint="Leave it out where it does not matter.")
    if options.get("workload_id") is None and options.get("name") is None:
        raise InputError("One of the options 'name' and 'workload_id' is needed.")
    for option in ("workload_id", "tenant_id", "type"):
        one_of([options[option]] if options.get(option) else [])
    attributes = options.get("attributes") or {}
    nameless = [key for key in options.get("match_attributes") or () if attributes.get(key) is None]
    if nameless:
        raise InputError(
            f"The option 'match_attributes' names {', '.join(nameless)}, of which 'attributes' holds no value to match."
        )
    found_by_id, present = options.get("workload_id") is not None, options.get("state") != "absent"
    return Desired(
        id=options.get("workload_id"),
        name=None if found_by_id else options["name"],
        new_name=(options["name"] if found_by_id else options.get("new_name")) if present else None,
        tenant_id=options.get("tenant_id"),
        type=options.get("type"),
        match={key: attributes[key] for key in options.get("match_attributes") or ()},
        present=present,
        force=bool(options.get("force")),
        values=_values(options),
    )


def _values(options: Mapping[str, Any]) -> Values:
    """Return what the options ask to be compared and written, beside the name."""
    given = {
        option: options[option] for option in ("type", "enabled", "owner_client_id") if options.get(option) is not None
    }
    if options.get("attributes") is not None:
        mode = "exact" if options.get("attributes_mode") == "replace" else "add"
        given["attributes"] = Change(mode, options["attributes"])
    if options.get("allowed_actions") is not None:
        given["allowed_actions"] = sorted(set(options["allowed_actions"]))
    return given


# ---- reading ----------------------------------------------------------------------------------------------------------------


def fetch(context: AcronisContext, filters: Mapping[str, str]) -> list[Document]:
    """Return all records that the filters let through, with attributes and allowed actions."""
    rows, _more = context.api.send_pages(LISTING, {**filters, **EVERYTHING, "limit": str(PAGE_SIZE)})
    return rows


def find(context: AcronisContext, wanted: Desired) -> tuple[Optional[Document], set[str]]:
    """Return the record that is meant, None where there is none, and the ids of all that were seen.

    :raises AmbiguousNameError: Several could be meant; their ids are listed.
    """
    rows = fetch(context, wanted.filters())
    known = {str(row["id"]) for row in rows}
    if wanted.id is not None:
        return next((row for row in rows if str(row["id"]) == wanted.id), None), known
    hits = [row for row in rows if wanted.fits(row, wanted.name)]
    renamed = [row for row in rows if wanted.new_name not in (None, wanted.name) and wanted.fits(row, wanted.new_name)]
    if hits and renamed:
        raise AmbiguousNameError(
            f"There is an {NOUN} '{wanted.name}' ({ids(hits)}) and also one with the new name '{wanted.new_name}' ({ids(renamed)}).",
            hint="Give the 'workload_id' of the one that is meant.",
        )
    return only(wanted, hits or renamed), known


def only(wanted: Desired, hits: Sequence[Document]) -> Optional[Document]:
    """Return the only record, None where there is none.

    :raises AmbiguousNameError: There are several.
    """
    if len(hits) > 1:
        raise AmbiguousNameError(
            f"There are {len(hits)} records that could be the {wanted.title()}: {ids(hits)}.",
            hint="Names are not unique there: narrow it down with 'tenant_id', 'type' and 'match_attributes', or give the 'workload_id'.",
        )
    return hits[0] if hits else None


def ids(rows: Sequence[Document]) -> str:
    """Return the ids of records for a message."""
    return ", ".join(str(row["id"]) for row in rows)


def called(row: Document) -> str:
    """Return what messages call a record that the server shows."""
    return f"{NOUN} '{row.get('name')}' ({row['id']})"


def attributes_of(row: Document) -> dict[str, Any]:
    """Return the attributes of a record, empty where it shows none.

    :raises BadAnswerError: What stands there is no map.
    """
    shown = row.get("attributes")
    return {} if shown is None else _of_shape(row, "attributes", shown, dict)


def actions_of(row: Document) -> list[str]:
    """Return the allowed actions of a record, sorted; their order means nothing.

    :raises BadAnswerError: What stands there is no list of texts.
    """
    shown = _of_shape(row, "allowed_actions", row.get("allowed_actions") or [], list)
    return sorted({_of_shape(row, "allowed_actions", each, str) for each in shown})


def _of_shape(row: Document, key: str, value: Any, shape: type) -> Any:
    if isinstance(value, shape):
        return value
    raise BadAnswerError(
        f"{LISTING.method} {LISTING.path} shows '{key}' of the {called(row)} in another shape than the documented one.",
        method=LISTING.method,
        path=LISTING.path,
        hint="Nothing was concluded from it, and nothing was written.",
    )


def read(row: Document) -> Values:
    """Return the canonical values of a record. Its tenant is not among them: the server may show a number for it (Acronis reference 1.3)."""
    values = {
        "name": row.get("name"),
        "type": row.get("type"),
        "attributes": attributes_of(row),
        "allowed_actions": actions_of(row),
        "owner_client_id": row.get("client_id"),
    }
    return {**values, "enabled": row["enabled"]} if row.get("enabled") is not None else values


def on_the_wire(option: str) -> str:
    """Return what the API calls a field."""
    return "client_id" if option == "owner_client_id" else option


def result(values: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as results show it; attributes and actions are null where they were not asked for."""
    shown = ("id", "external_id", "agent_id", "user_defined_name", "aggregation_status", "created_at", "updated_at")
    tenant = row.get("tenant_id", values.get("tenant_id"))
    return {
        **{key: row.get(key) for key in shown},
        "id": None if row.get("id") is None else str(row["id"]),
        "tenant_id": None if tenant is None else str(tenant),
        **{each.option: values.get(each.option) for each in FIELDS if each.option != "tenant_id"},
    }


# ---- queries ----------------------------------------------------------------------------------------------------------------


def one_of(values: Sequence[str]) -> str:
    """Return values as a filter of the list takes them.

    :raises InputError: A value would be read as something else.
    """
    for value in values:
        if not value or re.search(r"[(),\s]", value):
            raise InputError(
                f"'{value}' cannot be an id or a type: it is empty, or holds a blank, a comma or a bracket."
            )
    return values[0] if len(values) == 1 else f"or({','.join(values)})"


def check_query(options: Mapping[str, Any]) -> None:
    """Check the options of a query.

    :raises InputError: Something is wrong with them.
    """
    for option in ("workload_ids", "tenant_ids", "types"):
        one_of(options.get(option) or [])
    for option in ("updated_since", "updated_before"):
        if options.get(option) is not None and not MOMENT.fullmatch(options[option]):
            raise InputError(
                f"The option '{option}' is '{options[option]}', which is no time.",
                hint="Write it as in 2026-03-01T00:00:00Z.",
            )
    for option in ("max_results", "page_size"):
        if options[option] < 1:
            raise InputError(f"The option '{option}' is {options[option]}; it must be at least 1.")


def updated(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the filter on the time of the last change, both ends included."""
    since, before = options.get("updated_since"), options.get("updated_before")
    if since and before:
        return {"updated_at": f"range({since},{before})"}
    return {"updated_at": f"ge({since})" if since else f"le({before})"} if since or before else {}


def portions(key: str, values: Optional[Sequence[str]]) -> list[dict[str, str]]:
    """Return the filters that let these values through, in portions that the server takes; an empty filter where all may pass."""
    if values is None:
        return [{}]
    single = list(dict.fromkeys(values))
    most = MOST_VALUES[key]
    return [{key: one_of(single[start : start + most])} for start in range(0, len(single), most)]


def query(context: AcronisContext, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records that the options ask for, at most C(max_results), and whether there are more."""
    rest = {**updated(options), "limit": str(min(options["page_size"], options["max_results"]))}
    if options.get("search"):
        rest["search"] = options["search"]
    if options.get("include_all_attributes"):
        rest["include_all_attributes"] = "true"
    elif options.get("include_attributes"):
        rest["include_attributes"] = ",".join(options["include_attributes"])
    if options.get("include_allowed_actions"):
        rest["include_allowed_actions"] = "true"
    filters = product(
        portions("workload_id", options.get("workload_ids")),
        portions("tenant_id", options.get("tenant_ids")),
        portions("type", options.get("types")),
    )
    rows: dict[str, Document] = {}
    truncated = False
    for parts in filters:
        merged = {key: value for part in parts for key, value in part.items()}
        # One more than there is room for tells whether there are more; what another portion held already does not count.
        found, more = context.api.send_pages(LISTING, {**merged, **rest}, options["max_results"])
        rows.update({str(row["id"]): row for row in found})
        truncated = more or len(rows) > options["max_results"]
        if truncated:
            break
    kept = list(rows.values())[: options["max_results"]]
    return {"workloads": [shown_in_query(row) for row in kept], "count": len(kept), "truncated": truncated}


def shown_in_query(row: Document) -> dict[str, Any]:
    """Return a record of a query; what the server was not asked for is null."""
    values = read(row)
    return result({**values, **{key: None for key in ("attributes", "allowed_actions") if key not in row}}, row)
