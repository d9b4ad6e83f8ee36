# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Between AnsibleModule and the engine: options in, results and errors out, secrets masked. The only file that knows AnsibleModule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, Optional, Protocol, TypeVar

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.parameters import remove_values

from .._core.errors import BackupError, InputError
from .._engine.converge import Outcome, converge, perform, wish
from .._engine.resource import Operation, Resource
from . import login as auth_login
from . import options as auth_options
from . import secrets as auth_secrets
from .configuration import Configuration
from .connection import Connection
from .context import Context

LOOKS_SECRET = re.compile("pass|secret|token", re.IGNORECASE)
"""What the name of an option has in it that is no option of ours and yet may hold a secret, such as C(password) beside C(cloud)."""

Mask = Callable[[Iterable[str]], None]
"""Keeps texts out of results and logs."""


class Warned(Protocol):
    """What each task works with, whatever it talks to."""

    warnings: list[str]


C = TypeVar("C", bound=Warned)


@dataclass(frozen=True)
class Platform(Generic[C]):
    """What modules talk to.

    :param spec: Returns the argument spec of the connection options.
    :param login: Logs in with the options of the task, in check mode or not, masks what is secret, and returns what the task works with.
    :param told: Returns what every result says of it.
    """

    spec: Callable[[], dict[str, Any]]
    login: Callable[[Mapping[str, Any], bool, Mask], C]
    entry_result: Callable[[C], dict[str, Any]]


def openstack_login(options: Mapping[str, Any], check_mode: bool, mask: Mask) -> Context:
    """Log in to an OpenStack cloud."""
    connection = auth_login.connect(options)
    mask(connection.secrets)
    return Context(connection, options, check_mode)


OPENSTACK = Platform(auth_options.argument_spec, openstack_login, lambda context: {"project_id": context.project_id})


@dataclass
class BeforeLogin:
    """What a task works with that logs in by itself, because it has something to say where that fails.

    :param options: The options of the task.
    :param mask: Keeps texts out of results and logs.
    """

    options: Mapping[str, Any]
    mask: Mask
    warnings: list[str] = field(default_factory=list)

    def log_in(self, configuration: Configuration, endpoint_override: Optional[str]) -> Connection:
        """Log in and mask what is secret; errors are those of C(auth_login.log_in)."""
        connection = auth_login.log_in(configuration, endpoint_override)
        self.mask(connection.secrets)
        return connection


OPENSTACK_BEFORE_LOGIN = Platform(auth_options.argument_spec, lambda options, _check_mode, mask: BeforeLogin(options, mask), lambda _before: {})


def wait_spec(timeout: int) -> dict[str, Any]:
    """Return the options on waiting.

    :param timeout: Default of O(timeout), in seconds.
    """
    return {
        "wait": {"type": "bool", "default": True},
        "timeout": {"type": "int", "default": timeout},
        "wait_interval": {"type": "float"},
    }


class Module(AnsibleModule):
    """An AnsibleModule that knows the secrets of its connection options before it logs or says anything."""

    def _load_params(self) -> None:
        """Read the options, and mask what is secret in them: they are logged, and repeated where another option is wrong."""
        super()._load_params()
        given = self.params if isinstance(self.params, Mapping) else {}
        hidden = {key: value for key, value in given.items() if self.hides(str(key))}
        # Under this key a URL counts as a secret only where it has a user in it.
        urls = {"auth_url": [value for key, value in given.items() if str(key).endswith("_url")]}
        for holder in (given.get("cloud"), given.get("auth"), hidden, urls):
            self.mask(auth_secrets.secrets_of_cloud(holder))

    def hides(self, option: str) -> bool:
        """Tell whether a whole option is a secret: one that is declared so, or one that there is not and that looks so."""
        if option in self.argument_spec:
            return bool(self.argument_spec[option].get("no_log"))
        return LOOKS_SECRET.search(option) is not None

    def _log_invocation(self) -> None:
        """Log the options without their secrets.

        What ansible-core does by itself is too late: it first hides whatever stands between "://" and "@", and no longer
        recognises the rest of a password that has an "@" in it.
        """
        given = self.params
        self.params = remove_values(given, self.no_log_values)
        super()._log_invocation()
        self.params = given

    def mask(self, secrets: Iterable[str]) -> None:
        """Keep these texts out of results and logs, also as they look inside a dictionary that is printed."""
        for secret in secrets:
            self.no_log_values.update({secret, repr(secret)[1:-1]})


def execute(spec: Mapping[str, Any], prepare: Callable[[Mapping[str, Any]], Callable[[C], dict[str, Any]]], platform: Platform[C], **rules: Any) -> None:
    """Run a module from its options to its result.

    :param spec: Argument spec without the connection options.
    :param prepare: Checks the options, before any request, and returns what makes the result.
    :param rules: What AnsibleModule takes beside the spec (C(required_one_of) and its like).
    """
    module = Module(argument_spec={**platform.spec(), **spec}, supports_check_mode=True, **rules)
    context: Optional[C] = None
    try:
        if (module.params.get("wait_interval") or 0) < 0:
            raise InputError("The option 'wait_interval' is less than 0.")
        work = prepare(module.params)
        context = platform.login(module.params, module.check_mode or bool(module.params.get("plan_only")), module.mask)
        result = {**platform.entry_result(context), **work(context)}
    except BackupError as exc:
        warn(module, context)
        module.fail_json(msg=str(exc), error=exc.details(), **exc.results)
    else:
        warn(module, context)
        module.exit_json(**result)


def warn(module: Module, context: Optional[Warned]) -> None:
    """Hand the warnings of the task to Ansible."""
    for text in context.warnings if context else ():
        module.warn(text)


def outcome_result(noun: str, outcome: Outcome) -> dict[str, Any]:
    """Return the result of a module that takes care of one object."""
    return {
        "changed": bool(outcome.steps),
        "plan": [step.result() for step in outcome.steps],
        "diff": diff(outcome.steps),
        noun: outcome.object,
        "id": (outcome.object or {}).get("id") or (outcome.steps[-1].id if outcome.steps else None),
    }


def diff(steps: Sequence[Any]) -> dict[str, Any]:
    """Return the diff of a plan: the managed fields of the objects before and after. The last step is the object's own."""
    before = {f"{step.kind} {step.id}": step.before for step in steps[:-1]}
    after = {f"{step.kind} {step.id}": step.after for step in steps[:-1]}
    for step in steps[-1:]:
        before.update(step.before)
        after.update(step.after)
    return {"before": before, "after": after}


def run_resource(kind: Resource, spec: Mapping[str, Any], **rules: Any) -> None:
    """Run the module that takes care of one object of a kind.

    :param spec: Options beside the fields of the kind and the connection.
    """
    fields = {each.option: dict(each.spec) for each in kind.fields if each.spec is not None}

    def prepare(options: Mapping[str, Any]) -> Callable[[Context], dict[str, Any]]:
        wanted = wish(kind, options)
        return lambda context: outcome_result(kind.noun.replace(" ", "_"), converge(context, kind, [wanted])[0])

    execute({**fields, **spec}, prepare, OPENSTACK, **rules)


def run_operation(event: Callable[[Mapping[str, Any]], Operation], spec: Mapping[str, Any], **rules: Any) -> None:
    """Run the module that makes something happen.

    :param event: Makes the event out of the options, which it checks.
    """

    def prepare(options: Mapping[str, Any]) -> Callable[[Context], dict[str, Any]]:
        wanted = event(options)

        def work(context: Context) -> dict[str, Any]:
            result = {**outcome_result(wanted.noun, perform(context, wanted)), **wanted.details(context)}
            return {**result, "changed": False} if options.get("plan_only") else result

        return work

    execute(spec, prepare, OPENSTACK, **rules)


def run_set(prepare: Callable[[Mapping[str, Any]], Callable[[Context], dict[str, Any]]], spec: Mapping[str, Any]) -> None:
    """Run a module that takes care of many objects at once.

    :param prepare: Checks the options, before any request, and returns what makes the result.
    """
    execute(spec, prepare, OPENSTACK)


def run_query(
    query: Callable[[Context, Mapping[str, Any]], dict[str, Any]], check: Callable[[Mapping[str, Any]], None], spec: Mapping[str, Any], **rules: Any
) -> None:
    """Run a module that reads.

    :param query: Returns the result.
    :param check: Raises what is wrong with the options.
    """
    execute(spec, reading(query, check), OPENSTACK, **rules)


def run_query_before_login(
    query: Callable[[Mapping[str, Any], Callable[..., Connection]], dict[str, Any]],
    check: Callable[[Mapping[str, Any]], None],
    spec: Mapping[str, Any],
    **rules: Any,
) -> None:
    """Run a module that reads, and logs in by itself.

    :param query: Returns the result, by the options and by what logs in.
    :param check: Raises what is wrong with the options.
    """
    execute(spec, reading(lambda before, options: query(options, before.log_in), check), OPENSTACK_BEFORE_LOGIN, **rules)


def reading(
    query: Callable[[C, Mapping[str, Any]], dict[str, Any]], check: Callable[[Mapping[str, Any]], None]
) -> Callable[[Mapping[str, Any]], Callable[[C], dict[str, Any]]]:
    """Return what checks the options of a module that reads, and then reads."""

    def prepare(options: Mapping[str, Any]) -> Callable[[C], dict[str, Any]]:
        check(options)
        return lambda context: {"changed": False, **query(context, options)}

    return prepare
