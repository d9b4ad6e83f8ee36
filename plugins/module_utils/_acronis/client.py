# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The wire to Acronis Cyber Platform: the calls of client.py carried by requests, logged in anew once, and cursor paging."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import urlencode

from .._core.errors import BadAnswerError, RefusedError, UnreachableError
from .._core.http import Call, HttpClient
from .._core.response import Response, sentence
from .._core.waiting import Clock
from .login import Login

with suppress(ImportError):  # acronis_login.py, without which there is no client, says so
    import requests

API = "/api/workload_management/v5"


class AcronisClient(HttpClient):
    """The workload management of one data centre.

    :param login: Who is logged in where.
    :param check_mode: Refuse calls that write.
    :param interval: Seconds between two tries, None to let them grow.
    :param clock: Where the time comes from.
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
        """Make a call that lists and follow its cursors; return the objects, and whether there are more than wanted.

        :param query: Filters, and C(limit), the size of a page.
        :param most: How many objects to return at most, None for all.
        :raises BadAnswerError: The answers name the same page twice, or their cursors are of another shape.
        :raises BackupError: As C(send).
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
                raise strange(call, "names the same page twice")
            cursors.append(cursor)

    def _page(self, call: Call, query: Mapping[str, str], cursor: Optional[str]) -> dict[str, Any]:
        """Return one page. Whether a cursor is sent with the filters that it was given for, or only with the limit, is not documented."""
        if cursor is None:
            return self._exchange(call, None, query, {})
        try:
            return self._exchange(call, None, {**query, "after": cursor}, {})
        except RefusedError as exc:
            if exc.status != 400:
                raise
        return self._exchange(call, None, {"limit": query["limit"], "after": cursor}, {})

    def _once(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> dict[str, Any]:
        answer = self._carry(call, path, body, query)
        if (
            answer.status_code == 401 and self.login.renewable()
        ):  # refused before anything was done, so that a write may be repeated too
            self.login.renew()
            answer = self._carry(call, path, body, query)
        return AcronisResponse(call, path, answer).document()

    def _carry(self, call: Call, path: str, body: Any, query: Optional[Mapping[str, str]]) -> Any:
        url = f"{self.login.url}{API}{path}" + (f"?{urlencode(query)}" if query else "")
        options: dict[str, Any] = (
            {} if body is None else {"json": {call.request_key: body} if call.request_key else body}
        )
        try:
            answer = self.login.request(call.method, url, self.login.authorize, **options)
        except (requests.RequestException, OSError) as exc:
            raise UnreachableError(
                f"{call.method} {path} got no answer from {self.login.url}: {exc}",
                method=call.method,
                path=path,
                hint="Check 'datacenter_url', the certificate, 'api_timeout', and that the host that runs the module may go there.",
            ) from exc
        answer.encoding = "utf-8"  # as all JSON is; else requests guesses
        return answer


class AcronisResponse(Response):
    """One answer of Acronis, still to be judged."""

    forbidden_hint = (
        "401: the token has expired or is not of this data centre; an 'access_token' is not renewed. 403: the API client lacks the right, "
        "which it has from the user account that created it, or from the scopes of the CyberApp."
    )
    transient_hint = "The data centre is overloaded or broken for the moment: run the task again later."

    def server_message(self) -> str:
        """Return what the body of an error answer says; its keys are documented for other APIs of the vendor only (Acronis reference 1.3)."""
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
    """Return the cursor of the next page, None where there is none (Acronis reference 1.3, Paging).

    :raises BadAnswerError: What stands in its place is no cursor.
    """
    paging = document.get("paging") or {}
    cursors = (paging.get("cursors") or {}) if isinstance(paging, dict) else None
    cursor = (cursors.get("after") or None) if isinstance(cursors, dict) else 0
    if cursor is not None and not isinstance(cursor, str):
        raise strange(call, "has a 'paging' of another shape")
    return cursor


def strange(call: Call, how: str) -> BadAnswerError:
    """Return the error for a list that cannot be followed to its end."""
    return BadAnswerError(
        f"{call.method} {call.path} {how}.",
        method=call.method,
        path=call.path,
        hint="The list is not complete, so nothing was concluded from it.",
    )
