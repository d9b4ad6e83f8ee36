# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""A client that guards writes in check mode and repeats reads.

`_core/response.py` checks the shape of each response.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import quote

from .call import READ, WRITE, Call
from .errors import (
    BadAnswerError,
    CheckModeWriteError,
    GoneError,
    LicenceError,
    RefusedError,
    RequestError,
    UnreachableError,
)
from .response import outcome_unknown
from .secret_values import redact
from .waiting import Backoff, Clock, is_transient

with suppress(ImportError):  # the login reports a missing library
    from requests.exceptions import InvalidURL

READ_TRIES = 4


class HttpClient:
    """A client that sends declared calls. Subclasses send one request in `_once`.

    :cvar tries: How often a repeatable call is sent at most.
    :param check_mode: Refuse calls that write.
    :param interval: Seconds between two tries, None for growing pauses.
    :param clock: Clock for the pauses; tests replace it.
    """

    tries = READ_TRIES

    def __init__(self, *, check_mode: bool, interval: Optional[float] = None, clock: Optional[Clock] = None) -> None:
        self.check_mode = check_mode
        self.interval = interval
        self.clock = clock or Clock()

    def send(self, call: Call, body: Any = None, query: Optional[Mapping[str, str]] = None, **ids: str) -> Any:
        """Make a call and return the value under `call.response_key`, None if the call declares no such key.

        A read is repeated after a transient failure. A write is sent exactly once, unless it is declared repeatable.

        :param body: The body, without `call.request_key`.
        :param query: Query parameters.
        :param ids: Values of the placeholders in the path.
        :raises CheckModeWriteError: The call writes, and this is check mode.
        :raises GoneError: 404 to a call for one id.
        :raises ForbiddenError: 401 or 403.
        :raises RefusedError: Another error status.
        :raises UnreachableError: No response to a read.
        :raises BadAnswerError: The response to a read does not have the documented form.
        :raises LostAnswerError: A write got no response, a 5xx or an unusable response. Its effect is unknown.
        """
        document = self._exchange(call, body, query, ids)
        return None if call.response_key is None else document[call.response_key]

    def read_document(self, call: Call, **ids: str) -> dict[str, Any]:
        """Make a call and return the whole body, which holds more than the value under `call.response_key`.

        :raises BackupError: See `send`.
        """
        return self._exchange(call, None, None, ids)

    def find(self, call: Call, **ids: str) -> Optional[dict[str, Any]]:
        """Make a call that shows one object and return the object, None if the server answers 404.

        :raises BackupError: See `send`.
        """
        try:
            return dict(self.send(call, None, None, **ids))
        except GoneError:
            return None

    def _exchange(
        self, call: Call, body: Any, query: Optional[Mapping[str, str]], ids: Mapping[str, str]
    ) -> dict[str, Any]:
        path = call.path.format(**{key: quote(value, safe="") for key, value in ids.items()})
        if call.effect == WRITE and self.check_mode:
            raise CheckModeWriteError(
                f"{call.method} {path} changes the server and was about to be sent in check mode. It was not sent.",
                hint="This is a bug in the collection. Please report it.",
            )
        repeats = call.repeatable or (call.effect == READ and not call.best_effort)
        pauses, left = Backoff(self.interval), self.tries if repeats else 1
        while True:
            left -= 1
            try:
                return self._once(call, path, body, query)
            except BadAnswerError as exc:
                if call.effect == WRITE:
                    raise outcome_unknown(exc) from exc
                raise
            except (UnreachableError, RefusedError) as exc:
                # One that timed out has waited long enough: three more tries would be four times the wait.
                if not left or not is_transient(exc) or (isinstance(exc, UnreachableError) and exc.timed_out):
                    if call.effect == WRITE and may_have_worked(exc):
                        raise outcome_unknown(exc) from exc
                    raise
                self.clock.sleep(pauses.next() if exc.retry_after is None else exc.retry_after)

    def _once(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> dict[str, Any]:
        """Send one request and return the JSON document of the response.

        :raises RequestError: The request failed.
        """
        raise NotImplementedError


def may_have_worked(error: RequestError) -> bool:
    """Return whether a write that failed in this way may have taken effect: no response, or a 5xx with no reason."""
    if isinstance(error, LicenceError):
        return False
    return isinstance(error, UnreachableError) or (error.status or 0) >= 500


def describe_failure(exc: BaseException, secrets: Iterable[str] = ()) -> str:
    """Return why there was no response, without secrets.

    The text of a library about a malformed URL is left out: it may hold a part of the password of a proxy.
    """
    cause: Optional[BaseException] = exc
    while cause is not None and not isinstance(cause, InvalidURL):
        cause = cause.__context__
    if cause is None:
        return redact(str(exc), secrets).rstrip(".")
    return (
        "the URL, or that of the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, is malformed. "
        "In the user and password of a proxy, write characters such as # and @ as %23 and %40"
    )
