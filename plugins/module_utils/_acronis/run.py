# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Run the modules that talk to Acronis Cyber Platform: those that read, and the platform for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._core import module
from . import login
from .context import AcronisContext

Options = Mapping[str, Any]


def log_in(given: Options, check_mode: bool, mask: module.Mask) -> AcronisContext:
    """Log in to a data centre of Acronis."""
    return AcronisContext(login.login(given, mask), given, check_mode)


ACRONIS = module.Platform(login.argument_spec(), log_in)


def run_info(
    query: Callable[[AcronisContext, Options], dict[str, Any]],
    spec: Mapping[str, Any],
    check: Callable[[Options], None],
    **rules: Any,
) -> None:
    """Run a module that reads.

    :param query: Function that returns the result.
    :param check: Function that raises an error for wrong options, before the login.
    :param rules: Other arguments of AnsibleModule, such as `mutually_exclusive`.
    """
    module.run(ACRONIS, spec, lambda given: module.InfoTask(query, given, check), rules)
