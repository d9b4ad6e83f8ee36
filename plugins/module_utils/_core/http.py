# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The wire: declared calls, the guard against writing in check mode, repeated reads, and the shape of every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Optional
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from .errors import BadAnswerError, CheckModeWriteError, ForbiddenError, GoneError, LostAnswerError, RefusedError, RequestError, UnreachableError
from .waiting import TRANSIENT_STATUS, Backoff, Clock, is_transient

with suppress(ImportError):  # auth_credentials.py, without which there is no client, says so
    from keystoneauth1.exceptions import ClientException, HttpError

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
    :param path: Path below the endpoint; C({id}) and its like are filled in, quoted.
    :param effect: V(READ) or V(WRITE). Three GETs of this API write (API reference Q18), so the method does not tell.
    :param request_key: Key that wraps the request body, None where there is no body.
    :param response_key: Key that wraps the answer, None where the answer has no body worth reading (API reference Q16, Q19).
    :param response_type: What the wrapper holds: C(dict) for one object, C(list) for objects, C(bool) for a flag.
    :param row_id: Key that every object has, alone or in a list.
    :param timeout: Seconds that one try needs at least, whatever the user says (API reference Q29: some creates are slow).
    :param best_effort: A read that can be done without, so that it is not repeated when it fails.
    :param microversion: What the header C(OpenStack-API-Version) says, such as C(compute 2.26); empty for none.
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
    """How calls are made, whatever carries them: guarded in check mode, repeated by effect. L(_once) sends one request.

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

        :param body: What C(call.request_key) wraps.
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

        :raises BackupError: As L(send).
        """
        try:
            return dict(self.send(call, None, None, **ids))
        except GoneError:
            return None

    def _exchange(self, call: Call, body: Any, query: Optional[Mapping[str, str]], ids: Mapping[str, str]) -> dict[str, Any]:
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


class Client(HttpClient):
    """One service of the cloud, for one project.

    :param session: keystoneauth1 session.
    :param url: Endpoint, without a slash at the end.
    :param project_id: Sent as C(X-Auth-Project-Id) (API reference A.2).
    :param check_mode: Refuse calls that write.
    :param timeout: Seconds for one request that the user chose, None for 60 for a read and 600 for a write.
    :param interval: Seconds between two tries of a read, None to let them grow.
    :param clock: Where the time comes from.
    """

    def __init__(
        self,
        session: Any,
        url: str,
        *,
        project_id: str,
        check_mode: bool,
        timeout: Optional[float] = None,
        interval: Optional[float] = None,
        clock: Optional[Clock] = None,
    ) -> None:
        super().__init__(check_mode=check_mode, interval=interval, clock=clock)
        self.session = session
        self.url = url.rstrip("/")
        self.project_id = project_id
        self.timeout = timeout

    def send_pages(self, call: Call, links: str) -> list[dict[str, Any]]:
        """Make a call that lists, follow the pages that the answers name under C(links), and return all objects.

        :raises BackupError: As L(send).
        """
        rows: list[dict[str, Any]] = []
        query: dict[str, str] = {}
        while True:
            document = self._exchange(call, None, query, {})
            rows += document[str(call.response_key)]
            following = next_page(document, links)
            if not following or following == query:
                return rows
            query = following

    def _once(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> dict[str, Any]:
        timeout = max(self.timeout or (READ_TIMEOUT if call.effect == READ else WRITE_TIMEOUT), call.timeout)
        url = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json", "X-Auth-Project-Id": self.project_id}
        if call.microversion:
            headers["OpenStack-API-Version"] = call.microversion
        options: dict[str, Any] = {} if body is None else {"json": {call.request_key: body} if call.request_key else body}
        try:
            response = self.session.request(
                url, call.method, headers=headers, raise_exc=False, redirect=False, log=False, timeout=timeout, connect_retries=0, **options
            )
        except HttpError as exc:  # of Keystone: the session logs in anew when the service refuses the token
            raise ForbiddenError(
                f"{call.method} {path} was not answered, because the token is no longer accepted and Keystone refused a new login: {exc}",
                method=call.method,
                path=path,
                status=exc.http_status,
                request_id=exc.request_id,
                hint="A login by token cannot be renewed: use a password or an application credential for long tasks.",
            ) from exc
        except ClientException as exc:
            raise UnreachableError(
                f"{call.method} {path} got no answer from {self.url}: {exc}",
                method=call.method,
                path=path,
                hint="Check that the endpoint can be reached from where the module runs, its certificate, and 'api_timeout'.",
            ) from exc
        return Response(call, path, response).document()


def outcome_unknown(exc: RequestError) -> LostAnswerError:
    """Return the error for a write that got no usable answer."""
    return LostAnswerError(
        f"{exc.message} Whether the request took effect is not known; it was not repeated.",
        method=exc.method,
        path=exc.path,
        status=exc.status,
        request_id=exc.request_id,
        hint="Look at the object on the server, then run the task again: it starts from what is there.",
    )


class Response:
    """One answer of the server, still to be judged.

    :param response: What requests or keystoneauth1 returned.
    """

    forbidden_hint = "The user lacks a role for this in the project, or the service's policy.yaml asks for another one."
    transient_hint = "The service is overloaded or broken for the moment: its own log, under the request id, says more."

    def __init__(self, call: Call, path: str, response: Any) -> None:
        self.call = call
        self.path = path
        self.status: int = response.status_code
        self.text: str = response.text or ""
        self.request_id: Optional[str] = response.headers.get("X-Compute-Request-Id") or response.headers.get("X-OpenStack-Request-Id")
        self.retry_after: str = response.headers.get("Retry-After", "")

    def document(self) -> dict[str, Any]:
        """Return the body, empty where the call declares none, or raise what is wrong with the answer."""
        if not 200 <= self.status < 300:
            raise self.refusal()
        if self.call.response_key is None:
            return {}
        try:
            document = json.loads(self.text)
        except ValueError as exc:
            raise self.bad("not JSON" if self.text.strip() else "empty") from exc
        if not isinstance(document, dict) or self.call.response_key not in document:
            raise self.bad(f"without the key '{self.call.response_key}'")
        content = document[self.call.response_key]
        if not isinstance(content, self.call.response_type):
            raise self.bad(f"of another shape: its '{self.call.response_key}' is no {self.call.response_type.__name__}")
        rows = content if isinstance(content, list) else [content] if isinstance(content, dict) else []
        if not all(isinstance(row, dict) and isinstance(row.get(self.call.row_id), (str, int)) for row in rows):
            form = "list of objects" if isinstance(content, list) else "object"
            raise self.bad(f"of another shape: its '{self.call.response_key}' is no {form} with '{self.call.row_id}'")
        if document.get("truncated") is True:
            raise self.cut_off()
        return document

    def cut_off(self) -> BadAnswerError:
        """Return the error for a list that Keystone's C(list_limit) has cut off: what is missing in it may be the very thing that is looked for."""
        return BadAnswerError(
            f"{self.request_title()} answered with a list that the service has cut off, because it is longer than the service allows.",
            method=self.call.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            hint="Ask for less, such as one domain, or have 'list_limit' of the service raised. Nothing was concluded from a part of the list.",
        )

    def bad(self, how: str) -> BadAnswerError:
        """Return the error for an answer that is not what the API documents."""
        begin = sentence(self.text)[:80]
        return BadAnswerError(
            f"{self.request_title()} answered {self.status} with a body that is {how}" + (f"; it begins: {begin}" if begin else "") + ".",
            method=self.call.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            hint="Something between here and the server may have answered in its place (a proxy, a login page). Nothing was concluded from it.",
        )

    def refusal(self) -> RefusedError:
        """Return the error for an error status."""
        server_message = self.server_message() or "no reason"
        kind, hint = RefusedError, ""
        if self.status == 404 and self.call.response_type is not list and "{" in self.call.path:
            kind = GoneError
        elif self.status in (401, 403):
            kind, hint = ForbiddenError, self.forbidden_hint
        elif self.status in TRANSIENT_STATUS:
            hint = self.transient_hint
        error = kind(
            f"{self.request_title()} was refused with {self.status}: {server_message}"[:LONGEST_SENTENCE].rstrip(".") + ".",
            method=self.call.method,
            path=self.path,
            status=self.status,
            request_id=self.request_id,
            hint=hint,
        )
        error.retry_after = min(float(self.retry_after), LONGEST_RETRY_AFTER) if self.retry_after.isdecimal() else None
        return error

    def server_message(self) -> str:
        """Return what the body of an error answer says."""
        return server_message(self.text)

    def request_title(self) -> str:
        """Return method, path and request id."""
        return f"{self.call.method} {self.path}" + (f" ({self.request_id})" if self.request_id else "")


def next_page(document: Mapping[str, Any], links: str) -> dict[str, str]:
    """Return the query of the next page that an OpenStack list names under C(links), empty where there is none."""
    for link in document.get(links) or []:
        if isinstance(link, dict) and link.get("rel") == "next":
            return dict(parse_qsl(urlsplit(str(link.get("href"))).query))
    return {}


def sentence(text: str) -> str:
    """Return a text without mark-up and superfluous blanks (API reference Q21: messages may end in HTML)."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def server_message(text: str) -> str:
    """Return what the body of an error answer says: the C(message) of the fault if it is one, else the text (API reference A.6)."""
    try:
        document = json.loads(text)
    except ValueError:
        return sentence(text)
    inner = next(iter(document.values()), None) if isinstance(document, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else inner
    return sentence(message if isinstance(message, str) else text)
