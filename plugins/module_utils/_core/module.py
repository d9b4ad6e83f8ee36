# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The frame of every module: it reads the options, runs the task, returns the result, and masks secrets.

This is the only file that uses AnsibleModule. It is the same for every platform.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, Optional, Protocol, TypeVar

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .errors import BackupError, InputError
from .known_names import near
from .raw_options import refuse_changed_values
from .secret_values import LOOKS_SECRET, searched, secret_values, secrets_of_auth

MASKED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What ansible-core shows in place of an option that is a secret."""

UNKNOWN_OPTIONS = re.compile(
    r"Unsupported parameters for \(.*?\) module: (?P<unknown>.*?)\. Supported parameters include: (?P<known>.*)",
    re.DOTALL,
)
"""How ansible-core refuses unknown options."""

Options = Mapping[str, Any]

Mask = Callable[[Iterable[str]], None]
"""Keeps texts out of results and logs."""


class AnyContext(Protocol):
    """The session of a task on any platform."""

    warnings: list[str]

    def scope(self) -> dict[str, Any]:
        """Return the keys that each result gets from the session, such as `project_id`."""


C = TypeVar("C", bound=AnyContext)
C_contra = TypeVar("C_contra", contravariant=True)


class Task(Protocol[C_contra]):
    """The work of a module after its options are parsed.

    :ivar plan_only: Write nothing, as in check mode.
    """

    plan_only: bool

    def run(self, context: C_contra) -> dict[str, Any]:
        """Do the work and return the result."""


@dataclass(frozen=True)
class Platform(Generic[C]):
    """A service with a login of its own.

    :param options: Argument spec of the connection options.
    :param log_in: Function that logs in; it gets the options, check mode, and the function that masks secrets.
    """

    options: Mapping[str, Any]
    log_in: Callable[[Options, bool, Mask], C]


class Module(AnsibleModule):
    """An AnsibleModule that masks the secrets of its connection options before it logs or prints anything.

    A short secret is masked where it is the whole value of an option. Elsewhere it is not searched for: a password of
    one letter would mask that letter in all ids, and the next task could not use them.
    """

    short_secrets: frozenset[str] = frozenset()

    def _load_params(self) -> None:
        """Read the options and mask their secrets, since Ansible logs options and prints them in error messages."""
        super()._load_params()
        given = self.params if isinstance(self.params, Mapping) else {}
        hidden = {key: value for key, value in given.items() if self.is_secret(str(key))}
        urls = [value for key, value in given.items() if str(key).endswith("_url")]
        self.mask(secret_values(given.get("cloud")) | secret_values(urls))
        self.mask(secrets_of_auth(given.get("auth")) | secrets_of_auth(hidden))
        try:
            refuse_changed_values(self.argument_spec, given)
        except InputError as exc:
            # The secrets inside of options are not known before Ansible has read these, so none is returned.
            self.fail_json(msg=str(exc), error=exc.details(), invocation={})

    def is_secret(self, option: str) -> bool:
        """Return whether an option is a secret: it has `no_log`, or it is unknown and has the name of a secret.

        An unknown option may be a password that belongs into `auth`.
        """
        if option in self.argument_spec:
            return bool(self.argument_spec[option].get("no_log"))
        return LOOKS_SECRET.search(option) is not None

    def _log_invocation(self) -> None:
        """Log the options without their secrets.

        ansible-core first hides the text between "://" and "@", and then does not recognise the rest of a password
        that contains an "@".
        """
        given = self.params
        self.params = self._shown_options()
        super()._log_invocation()
        self.params = given

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        """Print the result, with the options as they may be shown."""
        self.params = self._shown_options()
        super()._return_formatted(kwargs)

    def _shown_options(self) -> Any:
        """Return the options without secrets, and search for no short secret from now on."""
        long = searched(self.no_log_values)
        self.short_secrets |= self.no_log_values - long
        self.no_log_values = long
        return remove_values(without_values(self.params, self.short_secrets), long)

    def mask(self, secrets: Iterable[str]) -> None:
        """Keep texts out of results and logs, also in the form that they have in a printed dictionary."""
        for secret in secrets:
            self.no_log_values.update({secret, repr(secret)[1:-1]})

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        """Fail; without `error` the code is `invalid_option`, since AnsibleModule itself only checks options."""
        kwargs.setdefault("error", {"code": InputError.code})
        super().fail_json(msg + similar_options(msg), **kwargs)
        raise AssertionError("fail_json ends the process")


def similar_options(message: str) -> str:
    """Return which options may be meant, if a message of ansible-core refuses unknown ones; else nothing."""
    found = UNKNOWN_OPTIONS.match(message)
    if found is None:
        return ""
    known = re.findall(r"\w+", found["known"])
    return "".join(near(each.rpartition(".")[2], known) for each in found["unknown"].split(", "))


def without_values(value: Any, secrets: Container[str]) -> Any:
    """Return options in which each value that is a secret is masked; texts that only contain one stay."""
    if isinstance(value, Mapping):
        return {key: without_values(inner, secrets) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_values(inner, secrets) for inner in value]
    return MASKED if str(value) in secrets else value


class InfoTask(Generic[C]):
    """A task that only reads.

    :param query: Function that returns the result.
    :param check: Function that raises an error for wrong options.
    """

    plan_only = False

    def __init__(
        self, query: Callable[[C, Options], dict[str, Any]], options: Options, check: Callable[[Options], None]
    ) -> None:
        check(options)
        self.query = query
        self.options = options

    def run(self, context: C) -> dict[str, Any]:
        """Return the result of the query."""
        return {"changed": False, **self.query(context, self.options)}


def run(
    platform: Platform[C], spec: Mapping[str, Any], parse: Callable[[Options], Task[C]], rules: Mapping[str, Any]
) -> None:
    """Run a module: parse its options, log in, do the task, and exit with the result.

    :param spec: Argument spec of the module's own options.
    :param parse: Function that checks the options, without a request, and returns the task.
    :param rules: Other arguments of AnsibleModule, such as `required_one_of`.
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
        report_warnings(module, context)
        module.fail_json(msg=str(exc), error=exc.details(), **exc.results)
    else:
        report_warnings(module, context)
        module.exit_json(**result)


def report_warnings(module: Module, context: Optional[AnyContext]) -> None:
    """Pass the warnings of the task to Ansible."""
    for text in context.warnings if context is not None else ():
        module.warn(text)


def wait_options(timeout: int) -> dict[str, Any]:
    """Return the argument spec of the options for waiting.

    :param timeout: Default of the option `timeout`, in seconds.
    """
    return {
        "wait": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": timeout},
        "wait_interval": {"type": "float"},
    }
