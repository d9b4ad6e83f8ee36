# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Run the modules that talk to OpenStack: those that read, and those that perform an operation."""

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
    """Log in to an OpenStack cloud."""
    connection = login.connect(given)
    mask(connection.secrets)
    return Context(connection, given, check_mode)


OPENSTACK = module.Platform(options.argument_spec(), log_in)


class BeforeLogin:
    """What a task works with that logs in by itself, because it reports a login that fails.

    :param mask: Keeps texts out of results and logs.
    """

    def __init__(self, mask: Callable[[Iterable[str]], None]) -> None:
        self.mask = mask
        self.warnings: list[str] = []

    def scope(self) -> dict[str, Any]:
        """Return nothing: no project is known yet."""
        return {}

    def log_in(self, configuration: Configuration, endpoint_override: Optional[str]) -> Connection:
        """Log in and mask the secrets; errors are those of `login.log_in`."""
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

    :param query: Returns the result.
    :param check: Raises what is wrong with the options, before the login.
    :param rules: What AnsibleModule takes beside the spec.
    """

    def parse(given: Options) -> module.InfoTask[Context]:
        check(given)
        return module.InfoTask(query, given)

    module.run(OPENSTACK, spec, parse, rules)


def run_operation(parse: Callable[[Options], module.Task[Context]], spec: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that performs an operation, or another task with a result of its own.

    :param parse: Returns the operation that the options ask for, checked.
    :param rules: What AnsibleModule takes beside the spec.
    """
    module.run(OPENSTACK, spec, parse, rules)
