# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The errors of the collection, one class for each problem that an operator can solve.

The failed task returns the `code` of the class as `error.code`. The guide on errors explains each code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Optional

END_OF_SENTENCE = re.compile(r"(?<=[.!?]) +")
MOST_PROBLEMS = 6
"""The most problems that one message holds, so that it fits a screen."""


class BackupError(Exception):
    """Base of all errors that this collection raises on purpose.

    :param message: What failed, on which object (name and id), and what the server said. One or more sentences.
    :param hint: What to do next, a sentence; empty if the message already says it.
    :param results: Further values for the result of the failed task, for example `plan`.
    """

    code = "error"

    def __init__(self, message: str, *, hint: str = "", results: Optional[dict[str, Any]] = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.results: dict[str, Any] = dict(results or {})

    def __str__(self) -> str:
        """Return message and hint as one text."""
        return f"{self.message} {self.hint}".strip()

    def details(self) -> dict[str, Any]:
        """Return the value of `error` in the result of the failed task."""
        return {"code": self.code}


class InputError(BackupError):
    """An option, or a combination of options, is wrong. It is found before the first request."""

    code = "invalid_option"


class LoginError(BackupError):
    """The login failed: credentials refused, Keystone or the Acronis data centre out of reach, or a library missing."""

    code = "login_failed"


class WrongProjectError(LoginError):
    """Keystone issued a token for another project than the requested one."""

    code = "wrong_project"


class EndpointError(BackupError):
    """The catalog holds no endpoint, or several, for a service."""

    code = "no_endpoint"


class UnknownNameError(BackupError):
    """No object that the project may see has the name or id."""

    code = "unknown_name"


class AmbiguousNameError(BackupError):
    """Several objects have the name. The message lists their ids."""

    code = "ambiguous_name"


class ImmutableError(BackupError):
    """A field that cannot be changed after creation differs from the declaration."""

    code = "immutable_field"


class StateError(BackupError):
    """The state of the object forbids the operation. Nothing was written."""

    code = "wrong_state"


class NotOwnerError(BackupError):
    """The object belongs to another API client, or to another owner of a set. Nothing was written to it."""

    code = "not_owner"


class PruneError(BackupError):
    """More objects would be deleted than `max_deletions` allows. Nothing was written."""

    code = "too_many_deletions"


class NotProtectedError(BackupError):
    """Servers have no good backup, and the task was told to fail then. The result says why for each."""

    code = "not_protected"


class PartlyFailedError(BackupError):
    """Some of many objects failed. The result holds the outcome of each."""

    code = "partly_failed"


class ServerLineError(BackupError):
    """The product line of the server cannot be detected, or it does not support the request."""

    code = "server_line"


class FailedObjectError(BackupError):
    """The server accepted the request, and the object ended in a failed state."""

    code = "object_failed"


class NotConvergedError(BackupError):
    """The server accepted the request, but shows other values than the declared ones."""

    code = "not_converged"


class WaitTimeoutError(BackupError):
    """The waiting time is over and the object has not reached the expected state."""

    code = "wait_timeout"


class CheckModeWriteError(BackupError):
    """A bug of this collection: a call that writes was stopped in check mode."""

    code = "check_mode_write"


class RequestError(BackupError):
    """Base of the errors that belong to one HTTP request.

    :param method: HTTP method.
    :param path: Path of the request below the endpoint, without the query.
    :param status: HTTP status of the response, None if no response came.
    :param request_id: Id that the server gave the request (`X-Compute-Request-Id`), None if it gave none.
    :ivar purpose: What the request was for; empty if the message says it. `requests_for` sets it.
    :ivar retry_after: Seconds to wait before the next try, from the header `Retry-After`; None without it.
    """

    code = "request_failed"
    purpose = ""
    retry_after: Optional[float] = None

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        hint: str = "",
        results: Optional[dict[str, Any]] = None,
    ) -> None:
        super().__init__(message, hint=hint, results=results)
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id

    @property
    def request(self) -> dict[str, Any]:
        """The facts of the request, also for another error about it."""
        return {"status": self.status, "request_id": self.request_id, "method": self.method, "path": self.path}

    def details(self) -> dict[str, Any]:
        """Return the code, and the facts of the request."""
        return {"code": self.code, **self.request}


class RefusedError(RequestError):
    """The server answered with an error status: 4xx, or 5xx to a read."""

    code = "refused"


class GoneError(RefusedError):
    """The server answered 404 to a request for one id."""

    code = "not_found"


class ForbiddenError(RefusedError):
    """The server answered 401 or 403, usually because the user lacks a role."""

    code = "forbidden"


class LicenceError(RefusedError):
    """The server refused for want of a valid licence, whatever the status (reference A.5)."""

    code = "no_licence"


class UnreachableError(RequestError):
    """No response came: connection refused or dropped, TLS failure, time-out.

    :cvar timed_out: Whether the server took the request and did not answer in time.
    """

    code = "unreachable"
    timed_out: bool = False


class BadAnswerError(RequestError):
    """The response does not have the documented form: it is not JSON, is cut off, or has another shape."""

    code = "bad_answer"


class UnexpectedAnswerError(BadAnswerError):
    """The response is whole, and is not what the call is documented to return. It will not change by waiting."""

    code = "unexpected_answer"


class LostAnswerError(RequestError):
    """A write got no usable response, and its effect is unknown."""

    code = "lost_answer"


@contextmanager
def requests_for(purpose: str) -> Iterator[None]:
    """Let the message of a failed request begin with what the request was for, unless it does already.

    :param purpose: Such as `Creating the workload 'web'`; empty to add nothing.
    """
    try:
        yield
    except RequestError as exc:
        if purpose and not exc.purpose:
            exc.purpose = purpose
            exc.message = f"{purpose}: {exc.message}"
        raise


@contextmanager
def collect(problems: list[BackupError], *classes: type[BackupError]) -> Iterator[None]:
    """Add an error of these classes to `problems` instead of raising it, so that one task reports all of them."""
    try:
        yield
    except classes as exc:
        problems.append(exc)


def join_once(texts: Iterable[str]) -> str:
    """Return texts as one, in which each sentence comes once: several problems often share their cause and cure."""
    sentences = [each for text in texts for each in END_OF_SENTENCE.split(text)]
    return " ".join(dict.fromkeys(sentences))


def raise_all(problems: Sequence[BackupError]) -> None:
    """Raise collected errors as one; return if there are none.

    :raises BackupError: The first failed request if there is one; else all problems in one error, the first of them in
        its message, with the class that they share or, if they differ, `UnknownNameError`.
    """
    for problem in problems:
        if len(problems) == 1 or isinstance(problem, RequestError):
            raise problem
    if problems:
        classes = {type(problem) for problem in problems}
        shared = classes.pop() if len(classes) == 1 else UnknownNameError
        hints = dict.fromkeys(problem.hint for problem in problems[:MOST_PROBLEMS] if problem.hint)
        more = f" And {len(problems) - MOST_PROBLEMS} more like these." if len(problems) > MOST_PROBLEMS else ""
        raise shared(join_once(each.message for each in problems[:MOST_PROBLEMS]) + more, hint=join_once(hints))
