# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""List and read the device records of Acronis, which its API calls workloads (Acronis reference 1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .._core.call import READ, Call
from .._core.errors import BadAnswerError, InputError
from .._engine.model import Document, Values, describe
from .context import AcronisContext

NOUN = "Acronis workload"

LISTING = Call("GET", "/workloads", READ, response_key="items", response_type=list)

WITH_DETAILS = {"include_all_attributes": "true", "include_allowed_actions": "true"}
PAGE_SIZE = 100


def list_workloads(context: AcronisContext, filters: Mapping[str, str]) -> list[Document]:
    """Return all records that pass the filters, with attributes and allowed actions."""
    rows, _more = context.api.send_pages(LISTING, {**filters, **WITH_DETAILS, "limit": str(PAGE_SIZE)})
    return rows


def filter_value(values: Sequence[str]) -> str:
    """Return values as a filter of the list takes them.

    :raises InputError: The server would read a value as something else.
    """
    for value in values:
        if not value or re.search(r"[(),\s]", value):
            raise InputError(
                f"'{value}' cannot be an id or a type: it is empty, or holds a space, a comma or a bracket.",
                hint="Copy the id or type from the result of 'acronis_workload_info' or from the console.",
            )
    return values[0] if len(values) == 1 else f"or({','.join(values)})"


def describe_workload(row: Document) -> str:
    """Return how messages name a record."""
    return describe(NOUN, row.get("name"), str(row["id"]))


def attributes_of(row: Document) -> dict[str, Any]:
    """Return the attributes of a record; empty if it shows none.

    :raises BadAnswerError: They are not a mapping.
    """
    shown = row.get("attributes")
    return {} if shown is None else _of_shape(row, "attributes", shown, dict)


def actions_of(row: Document) -> list[str]:
    """Return the allowed actions of a record, sorted; their order means nothing.

    :raises BadAnswerError: They are not a list of texts.
    """
    shown = _of_shape(row, "allowed_actions", row.get("allowed_actions") or [], list)
    return sorted({_of_shape(row, "allowed_actions", each, str) for each in shown})


def _of_shape(row: Document, key: str, value: Any, shape: type) -> Any:
    """Return a value of a record if it has the documented shape.

    :raises BadAnswerError: It has another one.
    """
    if isinstance(value, shape):
        return value
    raise BadAnswerError(
        f"{LISTING.method} {LISTING.path} shows '{key}' of the {describe_workload(row)} "
        "in another shape than the documented one.",
        method=LISTING.method,
        path=LISTING.path,
        hint="The response was not used, and nothing was written.",
    )


def read_values(row: Document) -> Values:
    """Return the canonical values of a record.

    The tenant is not among them: the server may show a number, not the UUID that was sent (Acronis reference 1.3).
    """
    values = {
        "name": row.get("name"),
        "type": row.get("type"),
        "attributes": attributes_of(row),
        "allowed_actions": actions_of(row),
        "owner_client_id": row.get("client_id"),
    }
    return {**values, "enabled": row["enabled"]} if row.get("enabled") is not None else values


def workload_result(values: Values, row: Document) -> dict[str, Any]:
    """Return a record as results show it.

    :param values: Its canonical values; attributes and actions are None if the server was not asked for them.
    """
    tenant = row.get("tenant_id", values.get("tenant_id"))
    return {
        "id": None if row.get("id") is None else str(row["id"]),
        "external_id": row.get("external_id"),
        "agent_id": row.get("agent_id"),
        "tenant_id": None if tenant is None else str(tenant),
        "type": values.get("type"),
        "name": values.get("name"),
        "user_defined_name": row.get("user_defined_name"),
        "attributes": values.get("attributes"),
        "allowed_actions": values.get("allowed_actions"),
        "enabled": values.get("enabled"),
        "owner_client_id": values.get("owner_client_id"),
        "aggregation_status": row.get("aggregation_status"),
        "created_at": row.get("created_at"),
        "updated_at": row.get("updated_at"),
    }
