# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The wire: declared calls, the guard against writing in check mode, repeated reads, and the shape of every answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import quote

from .errors import BadAnswerError, CheckModeWriteError, GoneError, RefusedError, UnreachableError
from .response import outcome_unknown
from .waiting import Backoff, Clock, is_transient

with suppress(ImportError):  # auth_credentials.py, without which there is no client, says so
    pass

READ = "READ"
WRITE = "WRITE"

READ_TIMEOUT = 60
WRITE_TIMEOUT = 600
READ_TRIES = 4
LONGEST_RETRY_AFTER = 60.0
LONGEST_SENTENCE = 500


@dataclass(frozen=True)
class Call:
    """One call of the API, with what it does to the server.

    :param method: HTTP method.
    :param path: Path below the endpoint; `{id}` and its like are filled in, quoted.
    :param effect: `READ` or `WRITE`. Three GETs of this API write (reference Q18), so the method does not tell.
    :param request_key: Key that wraps the request body, None where there is no body.
    :param response_key: Key that wraps the answer, None where the answer has no body worth reading (reference Q16, Q19).
    :param response_type: What the wrapper holds: `dict` for one object, `list` for objects, `bool` for a flag.
    :param row_id: Key that every object has, alone or in a list.
    :param timeout: Seconds that one try needs at least, whatever the user says (reference Q29: some creates are slow).
    :param best_effort: A read that can be done without, so that it is not repeated when it fails.
    :param microversion: What the header `OpenStack-API-Version` says, such as `compute 2.26`; empty for none.
    :param repeatable: A write that changes nothing more when it is sent again, so that it may be repeated as a read is.
    """

    method: str
    path: str
    effect: str
    request_key: Optional[str] = None
    response_key: Optional[str] = None
    response_type: type = dict
    row_id: str = "id"
    timeout: float = 0
    repeatable: bool = False
    best_effort: bool = False
    microversion: str = ""


class HttpClient:
    """How calls are made, whatever carries them: guarded in check mode, repeated by effect. `_once` sends one request.

    :cvar tries: How often a call is sent that may be repeated.
    :param check_mode: Refuse calls that write.
    :param interval: Seconds between two tries, None to let them grow.
    :param clock: Where the time comes from.
    """

    tries = READ_TRIES

    def __init__(self, *, check_mode: bool, interval: Optional[float] = None, clock: Optional[Clock] = None) -> None:
        self.check_mode = check_mode
        self.interval = interval
        self.clock = clock or Clock()

    def send(self, call: Call, body: Any = None, query: Optional[Mapping[str, str]] = None, **ids: str) -> Any:
        """Make a call and return what the answer wraps: a list of objects, an object, or None where the call declares no answer.

        A read is repeated when it fails in passing. A write is sent exactly once, unless it is declared repeatable.

        :param body: What `call.request_key` wraps.
        :param query: Query parameters.
        :param ids: What fills the path.
        :raises CheckModeWriteError: The call writes, and this is check mode.
        :raises GoneError: 404 to a call for one id.
        :raises ForbiddenError: 401 or 403.
        :raises RefusedError: Another error status.
        :raises UnreachableError: No answer to a read.
        :raises BadAnswerError: An answer to a read that is not what the API documents.
        :raises LostAnswerError: A write got no answer, a 5xx or an unusable answer: it may or may not have happened.
        """
        document = self._exchange(call, body, query, ids)
        return None if call.response_key is None else document[call.response_key]

    def find(self, call: Call, **ids: str) -> Optional[dict[str, Any]]:
        """Make a call that shows one object, and return that, None where it is not there.

        :raises BackupError: As `send`.
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
                hint="This is a defect of the collection: please report it.",
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
                if not left or not is_transient(exc):
                    if call.effect == WRITE and (isinstance(exc, UnreachableError) or (exc.status or 0) >= 500):
                        raise outcome_unknown(exc) from exc
                    raise
                self.clock.sleep(pauses.next() if exc.retry_after is None else exc.retry_after)

    def _once(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> dict[str, Any]:
        """Send one request, and return the document of its answer.

        :raises RequestError: What went wrong with it.
        """
        raise NotImplementedError
