# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The errors of the collection, one class for each thing that an operator can do something about.

A class has a `code`, which the failed task returns as `error.code` and which the guide on errors explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Optional


class BackupError(Exception):
    """Base of all errors that this collection raises on purpose.

    :param message: What failed, on which object (name and id), and what the server said. One or more sentences.
    :param hint: What to do next, a sentence; empty where the message says it already.
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
        """Return what the result of the failed task shows under `error`."""
        return {"code": self.code}


class InputError(BackupError):
    """An option, or a combination of options, is wrong; found before the first request."""

    code = "invalid_option"


class LoginError(BackupError):
    """Keystone, or the data centre of Acronis, refused the credentials, could not be reached, or the options for it are incomplete."""

    code = "login_failed"


class WrongProjectError(LoginError):
    """The token that Keystone issued acts on another project than the one asked for."""

    code = "wrong_project"


class EndpointError(BackupError):
    """The catalog holds no endpoint, or more than one, for a service that is needed."""

    code = "no_endpoint"


class UnknownNameError(BackupError):
    """A name or id is not there, in this project, of what the project may see."""

    code = "unknown_name"


class AmbiguousNameError(BackupError):
    """Several objects have that name; their ids are listed."""

    code = "ambiguous_name"


class ImmutableError(BackupError):
    """A field that cannot be changed after creation differs from what was asked for."""

    code = "immutable_field"


class StateError(BackupError):
    """The object is in a state in which the operation would be wrong; nothing was written."""

    code = "wrong_state"


class NotOwnerError(BackupError):
    """The object belongs to somebody else: to another API client, or to another owner of a set; nothing was written to it."""

    code = "not_owner"


class PruneError(BackupError):
    """More objects would be deleted than may be; nothing was written."""

    code = "too_many_deletions"


class PartlyFailedError(BackupError):
    """Some of many objects failed; what became of each is in the result."""

    code = "partly_failed"


class ServerLineError(BackupError):
    """Which line of the product the server is cannot be told, or that line cannot do what was asked for."""

    code = "server_line"


class FailedObjectError(BackupError):
    """The server accepted the request, and the object then ended in a failed state."""

    code = "object_failed"


class NotConvergedError(BackupError):
    """The server accepted the request, yet shows something else than what was asked for."""

    code = "not_converged"


class WaitTimeoutError(BackupError):
    """The waiting time is over and the object is not there yet."""

    code = "wait_timeout"


class CheckModeWriteError(BackupError):
    """A defect of this collection: a call that changes the server was about to be sent in check mode. It was not sent."""

    code = "check_mode_write"


class RequestError(BackupError):
    """Base of the errors that belong to one HTTP request.

    :param method: HTTP method.
    :param path: Path of the request below the endpoint, without the query.
    :param status: HTTP status of the answer, None where none came.
    :param request_id: What the server calls the request (`X-Compute-Request-Id`), None where it did not say.

    `retry_after` holds the seconds after which the server wants to be asked again, None where it does not say.
    """

    code = "request_failed"
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

    def details(self) -> dict[str, Any]:
        """Return code, status, request id, method and path."""
        return {
            "code": self.code,
            "status": self.status,
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
        }


class RefusedError(RequestError):
    """The server answered the request with an error status (4xx, or 5xx to a request that changes nothing)."""

    code = "refused"


class GoneError(RefusedError):
    """The server answered 404 to a request for one id."""

    code = "not_found"


class ForbiddenError(RefusedError):
    """The server answered 401 or 403: the user lacks a role."""

    code = "forbidden"


class UnreachableError(RequestError):
    """No answer came: connection refused or dropped, TLS failure, time-out."""

    code = "unreachable"


class BadAnswerError(RequestError):
    """An answer came that is not what the API documents: not JSON, cut off, or of another shape."""

    code = "bad_answer"


class LostAnswerError(RequestError):
    """A request that changes something got no usable answer, and a look at the server did not settle what became of it."""

    code = "lost_answer"


@contextmanager
def collect(problems: list[BackupError], *kinds: type[BackupError]) -> Iterator[None]:
    """Add an error of these classes to `problems` instead of raising it, so that all problems are reported at once."""
    try:
        yield
    except kinds as exc:
        problems.append(exc)


def raise_all(problems: Sequence[BackupError]) -> None:
    """Raise collected errors as one.

    :raises BackupError: There are some. Its class is the one that all share, else `UnknownNameError`. A failed
        request comes first.
    """
    for problem in problems:
        if len(problems) == 1 or isinstance(problem, RequestError):
            raise problem
    if problems:
        classes = {type(problem) for problem in problems}
        shared = classes.pop() if len(classes) == 1 else UnknownNameError
        hints = list(dict.fromkeys(problem.hint for problem in problems if problem.hint))
        raise shared(" ".join(problem.message for problem in problems), hint=" ".join(hints))
