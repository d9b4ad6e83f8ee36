# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What the kinds of this directory share: truth values, keys and values, and how an object is named in options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from .._core.errors import AmbiguousNameError, BackupError, InputError, UnknownNameError
from .._engine.comparison import Change
from .._openstack.context import Context
from .._openstack.lookup import PROJECT, raise_all

UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
PROJECT_ID = re.compile(r"[0-9a-f]{32}")
MODES = ("add", "remove", "exact")
MODE_SPEC: Mapping[str, Any] = {"type": "str", "choices": list(MODES), "default": "add"}


def check_identity(options: Mapping[str, Any]) -> None:
    """Check what an object is found by.

    :raises InputError: The id is none, or a name is empty.
    """
    if options.get("id") is not None and not UUID.fullmatch(options["id"]):
        raise InputError(
            f"The option 'id' holds '{options['id']}', which is no id.", hint="An id looks like 4ddf0e47-618d-47d1-9f2f-48f342e1d9af; a name goes into 'name'."
        )
    for option in ("name", "new_name"):
        if options.get(option) == "":
            raise InputError(f"The option '{option}' is empty.")


def require_identity(options: Mapping[str, Any]) -> None:
    """Check what the one object that is meant is found by. An option that is null counts as given for Ansible's own check.

    :raises InputError: There is neither an id nor a name, or they are as C(check_identity) refuses them.
    """
    check_identity(options)
    if options.get("id") is None and options.get("name") is None:
        raise InputError("One of the options 'name' and 'id' is needed.")


def refuse_empty(options: Mapping[str, Any], *names: str) -> None:
    """Refuse options that are given and empty where empty means nothing.

    :raises InputError: One is.
    """
    for option in names:
        if options.get(option) == "":
            raise InputError(f"The option '{option}' is empty.", hint="Leave it out to leave it as it is.")


def truth(value: Any) -> bool:
    """Return a truth value that is written 0/1 and read in many spellings (API reference Q1, Q6)."""
    return str(value).lower() in ("1", "true", "yes", "on")


def pairs(rows: Optional[Iterable[Mapping[str, Any]]]) -> dict[str, str]:
    """Return rows of C(key) and C(value) as a mapping."""
    return {str(row.get("key")): str(row.get("value")) for row in rows or ()}


def check_collections(options: Mapping[str, Any], given: dict[str, Any]) -> None:
    """Check the options C(projects) and C(metadata), each of which has a mode, and bring the metadata into the form of the server.

    :param given: Those of the options that are given; changed in place.
    :raises InputError: A name is empty, a value is no text, or a key that shall be set has none.
    """
    if "metadata" in given:
        given["metadata"] = texts("metadata", given["metadata"])
        if options["metadata_mode"] != "remove" and None in given["metadata"].values():
            raise InputError("The option 'metadata' holds a key without a value.", hint="Keys are taken away with 'metadata_mode: remove'.")
    if "" in given.get("projects", ()):
        raise InputError("The option 'projects' holds an empty name.")


def project_ids(context: Context, wanted: Iterable[str]) -> dict[str, None]:
    """Return the ids of projects: what looks like an id is taken for one, a name is looked up in Keystone.

    :raises UnknownNameError: No project that the user may see has one of the names; all of them are named.
    :raises AmbiguousNameError: Several have it, in different domains.
    """
    ids: dict[str, None] = {}
    problems: list[BackupError] = []
    for each in wanted:
        try:
            ids[each if PROJECT_ID.fullmatch(each) else str(context.lookup.find(PROJECT, each).id)] = None
        except (UnknownNameError, AmbiguousNameError) as exc:
            problems.append(exc)
    raise_all(problems)
    return ids


def texts(option: str, metadata: Mapping[Any, Any]) -> dict[str, Optional[str]]:
    """Return metadata as the server keeps it: text, or None for a key that shall go.

    :raises InputError: A value is no text or number.
    """
    for key, value in metadata.items():
        if isinstance(value, bool) or not (value is None or isinstance(value, (str, int, float))):
            raise InputError(f"The option '{option}' holds a value for '{key}' that is no text.", hint="Put it in quotes: the server keeps text only.")
    return {str(key): None if value is None else str(value) for key, value in metadata.items()}


def change(context: Context, option: str, mode: str, items: Mapping[str, Any]) -> Change:
    """Return the change that an option and its mode ask for; nothing to add or remove brings a warning."""
    if not items and mode != "exact":
        context.warn(f"The option '{option}' is empty, and with '{option}_mode: {mode}' that changes nothing; only 'exact' empties.")
    return Change(mode, items)
