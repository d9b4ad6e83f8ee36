# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The options `projects` and `metadata`, each of which changes a collection by a mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InputError
from .._core.values import text_metadata
from .._engine.comparison import Change
from .._openstack.context import Context

MODES = ("add", "remove", "exact")
MODE_OPTION: Mapping[str, Any] = {"type": "str", "choices": list(MODES), "default": "add"}


def check_collections(options: Mapping[str, Any], given: dict[str, Any]) -> None:
    """Check the options `projects` and `metadata`, and convert the metadata to text.

    :param given: The options that are given; changed in place.
    :raises InputError: A name is empty, a value is not text, or a key that is to be set has no value.
    """
    if "metadata" in given:
        given["metadata"] = text_metadata("metadata", given["metadata"])
        if options["metadata_mode"] != "remove" and None in given["metadata"].values():
            raise InputError(
                "The option 'metadata' holds a key without a value.",
                hint="To remove keys, set 'metadata_mode: remove'.",
            )
    if "" in given.get("projects", ()):
        raise InputError("The option 'projects' holds an empty name.")


def collection_change(context: Context, option: str, mode: str, items: Mapping[str, Any]) -> Change:
    """Return the change of an option and its mode, with a warning if it adds or removes nothing."""
    if not items and mode != "exact":
        context.warn(
            f"The option '{option}' is empty, and with '{option}_mode: {mode}' that changes nothing; only 'exact' "
            "empties."
        )
    return Change(mode, items)
