# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The options that identify an object: `id` and `name`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.errors import InputError
from .._core.values import UUID, refuse_outer_blanks


def check_identity(options: Mapping[str, Any]) -> None:
    """Check the options that identify an object.

    :raises InputError: The id is not a UUID, or a name is empty or has blanks around it.
    """
    if options.get("id") is not None and not UUID.fullmatch(options["id"]):
        raise InputError(
            f"The option 'id' holds '{options['id']}', which is not an id.",
            hint="An id looks like 4ddf0e47-618d-47d1-9f2f-48f342e1d9af; a name goes into 'name'.",
        )
    for option in ("name", "new_name"):
        if options.get(option) == "":
            raise InputError(f"The option '{option}' is empty.")
    refuse_outer_blanks(options, "name", "new_name")


def require_identity(options: Mapping[str, Any]) -> None:
    """Check the options that identify one object. Ansible's own check counts an option that is null as given.

    :raises InputError: There is neither an id nor a name, or `check_identity` refuses them.
    """
    check_identity(options)
    if options.get("id") is None and options.get("name") is None:
        raise InputError("One of the options 'name' and 'id' is needed.")
