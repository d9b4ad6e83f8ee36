# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recorded exchange with Acronis: the requests that a module must send, in order, and the answer to each.

The exchange takes the place of the network below requests. A request that is not the next one of the recording fails
the test, and so does a recorded request that is not sent. Tokens are issued on demand as `token-1`, `token-2` and so
on, and counted.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import requests_mock

from support.module import Failed, run_module

DATACENTER = "https://eu8.acronis.test"
TOKENS = f"{DATACENTER}/api/2/idp/token"
API = f"{DATACENTER}/api/workload_management/v5"
CLIENT = "b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01"
STRANGER = "81b3a1c2-5d1f-4f0e-9a53-1d6c1c0f2a03"
SECRET = "wildly-secret-word"
TENANT = "5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01"
TYPE = "cti.a.p.wm.workload.v1.0~a.p.wm.aspect.v1.0~example.app.device.v1.0"
CONNECTION = {"datacenter_url": DATACENTER, "client_id": CLIENT, "client_secret": SECRET}
EVERYTHING = {"include_all_attributes": "true", "include_allowed_actions": "true", "limit": "100"}


def record(**fields: Any) -> dict[str, Any]:
    """Return a record as the server shows it."""
    return {
        "id": "w1",
        "external_id": "w1",
        "name": "web-1",
        "type": TYPE,
        "tenant_id": "286",
        "client_id": CLIENT,
        "attributes": {"hostname": "web-1.old", "mac_address": "fa:16:3e:00:00:01"},
        "allowed_actions": [],
        "enabled": True,
        **fields,
    }


@dataclass
class Expected:
    """One request of the recording, and its answer: JSON, text, bytes, or an exception in place of an answer."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    reply: Any
    status: int
    token: str
    headers: Mapping[str, str]

    def request(self) -> tuple[str, str, dict[str, str], Any, str]:
        """Return what the request must be."""
        return self.method, self.path, self.query, self.body, self.token


class AcronisExchange:
    """The recording of one task, played by `run`.

    :param mock: Replaces the network.
    """

    def __init__(self, mock: requests_mock.Mocker) -> None:
        self.logins: list[tuple[str, str]] = []
        self.login_replies: list[tuple[int, Any]] = []
        self.expected: list[Expected] = []
        self.problems: list[str] = []
        self.token = "token-1"
        mock.add_matcher(self._answer)

    def call(
        self,
        method: str,
        path: str,
        reply: Any = "",
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Record a request and the answer to it."""
        self.expected.append(Expected(method, path, dict(query or {}), body, reply, status, self.token, headers or {}))

    def listing(self, rows: Sequence[Mapping[str, Any]], after: str | None = None, **query: str) -> None:
        """Record the list with attributes and actions, and the records that it holds.

        :param after: Cursor of the next page.
        """
        self.call(
            "GET",
            "/workloads",
            {"items": list(rows), "paging": {"cursors": {"after": after} if after else {}}},
            query={**EVERYTHING, **query},
        )

    def patch(self, body: Mapping[str, Any], row_id: str = "w1", **more: Any) -> None:
        """Record a change."""
        self.call("PATCH", f"/workloads/{row_id}", body=body, **{"status": 204, **more})

    def run(
        self, module: str = "acronis_workload", *, check: bool = False, logins: int = 1, **options: Any
    ) -> dict[str, Any]:
        """Run a module, and assert that exactly the recorded requests were sent.

        :param logins: How many tokens must have been requested.
        :param options: The options; a connection option that is None is left out.
        :raises Failed: The module failed.
        """
        waiting = {} if module.endswith("_info") else {"wait_interval": 0.01, "timeout": 60}
        connection = {key: value for key, value in CONNECTION.items() if key not in options}
        given = {key: value for key, value in options.items() if key not in CONNECTION or value is not None}
        try:
            return run_module(module, {**connection, **waiting, **given}, check=check)
        finally:
            assert not self.problems, self.problems
            left = [each.request() for each in self.expected]
            assert not left, f"not sent: {left}"
            assert len(self.logins) == logins, self.logins

    def fail(self, module: str = "acronis_workload", **options: Any) -> Failed:
        """Run a module that must fail, and return the failure; the arguments are those of `run`."""
        with pytest.raises(Failed) as caught:
            self.run(module, **options)
        return caught.value

    def _answer(self, request: Any) -> requests.Response:
        if request.method == "POST" and request.url.endswith("/idp/token"):
            return self._log_in(request)
        parts = urlsplit(request.url)
        path = parts.path[len("/api/workload_management/v5") :]
        body = request.json() if request.body else None
        seen = (
            request.method,
            path,
            dict(parse_qsl(parts.query)),
            body,
            request.headers.get("Authorization", "").partition("Bearer ")[2],
        )
        if not self.expected or self.expected[0].request() != seen:
            self.problems.append(
                f"sent {seen}, and {self.expected[0].request() if self.expected else 'nothing'} was to be sent"
            )
            raise AssertionError(self.problems[-1])
        answer = self.expected.pop(0)
        return respond(request, answer.reply, answer.status, answer.headers)

    def _log_in(self, request: Any) -> requests.Response:
        basic = b64decode(request.headers["Authorization"].partition("Basic ")[2]).decode()
        self.logins.append((request.url, basic))
        assert request.text == "grant_type=client_credentials"
        status, reply = (
            self.login_replies.pop(0)
            if self.login_replies
            else (200, {"access_token": f"token-{len(self.logins)}", "token_type": "bearer"})
        )
        return respond(request, reply, status, {})


def respond(request: Any, reply: Any, status: int, headers: Mapping[str, str]) -> requests.Response:
    """Return an answer, or raise the exception in its place."""
    if isinstance(reply, Exception):
        raise reply
    content: dict[str, Any] = {
        "text" if isinstance(reply, str) else "content" if isinstance(reply, bytes) else "json": reply
    }
    response: requests.Response = requests_mock.create_response(
        request, status_code=status, headers=dict(headers), **content
    )
    return response
