# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The client of Acronis Cyber Platform: calls by way of requests, one new login if the token is refused, and paging."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import urlencode

from .._core.call import Call
from .._core.errors import BadAnswerError, RefusedError, UnreachableError
from .._core.http_client import HttpClient, describe_failure
from .._core.response import Response, sentence
from .._core.waiting import Clock
from .login import Login

with suppress(ImportError):  # reported by the login
    import requests

API = "/api/workload_management/v5"


class AcronisClient(HttpClient):
    """The workload management of one data centre.

    :param login: The login, which can be renewed.
    :param check_mode: Refuse calls that write.
    :param interval: Seconds between two tries, None to let them grow.
    :param clock: Source of the time.
    """

    tries = 3  # the vendor advises two repetitions (Acronis reference 1.3, Errors)

    def __init__(
        self, login: Login, *, check_mode: bool, interval: Optional[float] = None, clock: Optional[Clock] = None
    ) -> None:
        super().__init__(check_mode=check_mode, interval=interval, clock=clock)
        self.login = login

    def send_pages(
        self, call: Call, query: Mapping[str, str], most: Optional[int] = None
    ) -> tuple[list[dict[str, Any]], bool]:
        """Make a call that lists, follow its cursors, and return the objects and whether there are more than `most`.

        :param query: Filters, and `limit`, the size of a page.
        :param most: How many objects to return at most, None for all.
        :raises BadAnswerError: The answers name the same page twice, or their cursors have another shape.
        :raises BackupError: As `send`.
        """
        rows: list[dict[str, Any]] = []
        cursors: list[str] = []
        while True:
            document = self._page(call, query, cursors[-1] if cursors else None)
            rows += document[str(call.response_key)]
            cursor = next_cursor(call, document)
            if most is not None and (len(rows) > most or (len(rows) == most and cursor)):
                return rows[:most], True
            if cursor is None:
                return rows, False
            if cursor in cursors:
                raise bad_paging(call, "names the same page twice")
            cursors.append(cursor)

    def _page(self, call: Call, query: Mapping[str, str], cursor: Optional[str]) -> dict[str, Any]:
        """Return one page.

        It is not documented whether a cursor goes with the filters or alone: a server that refuses both together gets
        the cursor alone (Acronis reference 1.3, Paging).
        """
        if cursor is None:
            return self._exchange(call, None, query, {})
        try:
            return self._exchange(call, None, {**query, "after": cursor}, {})
        except RefusedError as exc:
            if exc.status != 400:
                raise
        return self._exchange(call, None, {"limit": query["limit"], "after": cursor}, {})

    def _once(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> dict[str, Any]:
        """Send one request, again with a new token if its token is refused, and return the document of the answer."""
        answer = self._request(call, path, body, query)
        # The server refuses a token before it does anything, so a write may be repeated too.
        if answer.status_code == 401 and self.login.renewable():
            self.login.renew()
            answer = self._request(call, path, body, query)
        return AcronisResponse(call, path, answer).document()

    def _request(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> Any:
        """Send one request, and return the answer of requests.

        :raises UnreachableError: No answer came.
        """
        url = f"{self.login.url}{API}{path}" + (f"?{urlencode(query)}" if query else "")
        options: dict[str, Any] = {}
        if body is not None:
            options["json"] = {call.request_key: body} if call.request_key else body
        try:
            answer = self.login.request(call.method, url, self.login.authorize, **options)
        except (requests.RequestException, OSError) as exc:
            raise UnreachableError(
                f"{call.method} {path} got no answer from {self.login.url}: {describe_failure(exc)}.",
                method=call.method,
                path=path,
                hint="Check 'datacenter_url', 'api_timeout', the certificate, and the network of the managed node.",
            ) from exc
        answer.encoding = "utf-8"  # JSON is UTF-8; requests would guess
        return answer


class AcronisResponse(Response):
    """One response of Acronis that has not been checked."""

    forbidden_hint = (
        "401: the token has expired or is not of this data centre; an 'access_token' is not renewed. "
        "403: the API client lacks the right. It has the rights of the user account that created it, or those of the "
        "scopes of the CyberApp."
    )
    transient_hint = "The data centre is overloaded or out of order. Run the task again later."

    redirect_hint = "Nothing was sent there. Check 'datacenter_url'."

    licence_hint = "Check the licences of the tenant in the console of Acronis. Nothing was written."

    def server_message(self) -> str:
        """Return the message in the body of an error answer.

        Its keys are documented for other APIs of the vendor only (Acronis reference 1.3, Errors).
        """
        try:
            document = json.loads(self.text)
        except ValueError:
            return sentence(self.text)
        parts = [document.get("message")] if isinstance(document, dict) else []
        details = document.get("details") if isinstance(document, dict) else None
        parts += [details.get("info")] if isinstance(details, dict) else []
        known = [part for part in parts if isinstance(part, str) and part]
        return sentence(": ".join(known) if known else self.text)


def next_cursor(call: Call, document: Mapping[str, Any]) -> Optional[str]:
    """Return the cursor of the next page, None on the last page (Acronis reference 1.3, Paging).

    :raises BadAnswerError: It has another shape.
    """
    paging = document.get("paging") or {}
    cursors = (paging.get("cursors") or {}) if isinstance(paging, dict) else None
    cursor = (cursors.get("after") or None) if isinstance(cursors, dict) else 0
    if cursor is not None and not isinstance(cursor, str):
        raise bad_paging(call, "has a 'paging' of another shape")
    return cursor


def bad_paging(call: Call, how: str) -> BadAnswerError:
    """Return the error for a list that cannot be followed to its end."""
    return BadAnswerError(
        f"{call.method} {call.path} {how}.",
        method=call.method,
        path=call.path,
        hint="The list is not complete, so it was not used.",
    )
