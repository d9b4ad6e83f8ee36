# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Run the OpenStack modules that read, and those that perform an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Optional

from .._core import module
from . import login, options
from .configuration import Configuration
from .connection import Connection
from .context import Context

Options = Mapping[str, Any]


def log_in(given: Options, check_mode: bool, mask: module.Mask) -> Context:
    """Log in to an OpenStack cloud and mask the secrets of the login."""
    connection = login.connect(given)
    mask(connection.secrets)
    return Context(connection, given, check_mode)


OPENSTACK = module.Platform(options.argument_spec(), log_in)


class BeforeLogin:
    """The context of a task that logs in by itself, because it reports a failed login in its result.

    :param mask: Function that keeps texts out of results and logs.
    """

    def __init__(self, mask: Callable[[Iterable[str]], None]) -> None:
        self.mask = mask
        self.warnings: list[str] = []

    def scope(self) -> dict[str, Any]:
        """Return nothing, because the project is known only after the login."""
        return {}

    def log_in(self, configuration: Configuration, endpoint_override: Optional[str]) -> Connection:
        """Log in and mask the secrets.

        :raises LoginError: See `login.log_in`.
        """
        connection = login.log_in(configuration, endpoint_override)
        self.mask(connection.secrets)
        return connection


OPENSTACK_BEFORE_LOGIN = module.Platform(options.argument_spec(), lambda _given, _check_mode, mask: BeforeLogin(mask))


def run_info(
    query: Callable[[Context, Options], dict[str, Any]],
    spec: Mapping[str, Any],
    check: Callable[[Options], None] = lambda _options: None,
    **rules: Any,
) -> None:
    """Run a module that reads.

    :param query: Function that returns the result.
    :param check: Function that raises an error for wrong options, before the login.
    :param rules: Other arguments of AnsibleModule, such as `required_one_of`.
    """
    module.run(OPENSTACK, spec, lambda given: module.InfoTask(query, given, check), rules)


def run_operation(parse: Callable[[Options], module.Task[Context]], spec: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that performs an operation, or another task with its own result.

    :param parse: Function that checks the options and returns the operation.
    :param rules: Other arguments of AnsibleModule, such as `required_one_of`.
    """
    module.run(OPENSTACK, spec, parse, rules)
