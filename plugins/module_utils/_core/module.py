# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From AnsibleModule to a task and back: options in, results and errors out, secrets masked.

The only file that knows AnsibleModule. It knows no cloud.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, Optional, Protocol, TypeVar

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .errors import BackupError, InputError
from .secrets import secrets_of_cloud

LOOKS_SECRET = re.compile("pass|secret|token", re.IGNORECASE)
"""An option that does not exist is masked if its name matches: it may be a password beside `cloud`."""

Options = Mapping[str, Any]

Mask = Callable[[Iterable[str]], None]
"""Keeps texts out of results and logs."""


class AnyContext(Protocol):
    """What each task works with, whatever it talks to."""

    warnings: list[str]

    def scope(self) -> dict[str, Any]:
        """Return what each result says about the place the task works in."""


C = TypeVar("C", bound=AnyContext)
C_contra = TypeVar("C_contra", contravariant=True)


class Task(Protocol[C_contra]):
    """What a module does once its options are parsed.

    :ivar plan_only: Nothing is written, as in check mode.
    """

    plan_only: bool

    def run(self, context: C_contra) -> dict[str, Any]:
        """Do it, and return the result."""


@dataclass(frozen=True)
class Platform(Generic[C]):
    """What modules talk to.

    :param options: Argument spec of the connection options.
    :param log_in: Logs in with the options, in check mode or not, and masks the secrets.
    """

    options: Mapping[str, Any]
    log_in: Callable[[Options, bool, Mask], C]


class Module(AnsibleModule):
    """An AnsibleModule that knows the secrets of its connection options before it logs or prints anything."""

    def _load_params(self) -> None:
        """Read the options and mask their secrets: they are logged, and repeated if another option is wrong."""
        super()._load_params()
        given = self.params if isinstance(self.params, Mapping) else {}
        hidden = {key: value for key, value in given.items() if self.is_secret(str(key))}
        # Under this key a URL counts as a secret only if it has a user in it.
        urls = {"auth_url": [value for key, value in given.items() if str(key).endswith("_url")]}
        for holder in (given.get("cloud"), given.get("auth"), hidden, urls):
            self.mask(secrets_of_cloud(holder))

    def is_secret(self, option: str) -> bool:
        """Return whether a whole option is a secret: declared so, or unknown and named like one."""
        if option in self.argument_spec:
            return bool(self.argument_spec[option].get("no_log"))
        return LOOKS_SECRET.search(option) is not None

    def _log_invocation(self) -> None:
        """Log the options without their secrets.

        ansible-core first hides what stands between "://" and "@", and then no longer recognises the rest of a
        password that has an "@" in it.
        """
        given = self.params
        self.params = remove_values(given, self.no_log_values)
        super()._log_invocation()
        self.params = given

    def mask(self, secrets: Iterable[str]) -> None:
        """Keep texts out of results and logs, also as they look inside a printed dictionary."""
        for secret in secrets:
            self.no_log_values.update({secret, repr(secret)[1:-1]})

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        """Fail. A failure that AnsibleModule raises by itself concerns an option."""
        kwargs.setdefault("error", {"code": InputError.code})
        super().fail_json(msg, **kwargs)
        raise AssertionError("fail_json ends the process")


class InfoTask(Generic[C]):
    """A task that only reads.

    :param query: Returns the result.
    """

    plan_only = False

    def __init__(self, query: Callable[[C, Options], dict[str, Any]], options: Options) -> None:
        self.query = query
        self.options = options

    def run(self, context: C) -> dict[str, Any]:
        """Read, and return the result."""
        return {"changed": False, **self.query(context, self.options)}


def run(
    platform: Platform[C], spec: Mapping[str, Any], parse: Callable[[Options], Task[C]], rules: Mapping[str, Any]
) -> None:
    """Run a module: parse its options, log in, do the task, and exit with its result.

    :param spec: Argument spec beside the connection options.
    :param parse: Checks the options, before any request, and returns the task.
    :param rules: What AnsibleModule takes beside the spec, such as `required_one_of`.
    """
    module = Module(argument_spec={**platform.options, **spec}, supports_check_mode=True, **rules)
    context: Optional[C] = None
    try:
        if (module.params.get("wait_interval") or 0) < 0:
            raise InputError("The option 'wait_interval' is less than 0.")
        task = parse(module.params)
        context = platform.log_in(module.params, module.check_mode or task.plan_only, module.mask)
        result = {**context.scope(), **task.run(context)}
    except BackupError as exc:
        warn(module, context)
        module.fail_json(msg=str(exc), error=exc.details(), **exc.results)
    else:
        warn(module, context)
        module.exit_json(**result)


def warn(module: Module, context: Optional[AnyContext]) -> None:
    """Hand the warnings of the task to Ansible."""
    for text in context.warnings if context is not None else ():
        module.warn(text)


def wait_options(timeout: int) -> dict[str, Any]:
    """Return the options on waiting.

    :param timeout: Default of the option `timeout`, in seconds.
    """
    return {
        "wait": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": timeout},
        "wait_interval": {"type": "float"},
    }
