# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recorded exchange with OpenStack: the requests that a module must send, in order, and the answer to each.

The recording takes the place of the network below keystoneauth1. Module, client and session are the real ones. A
request that is not the next one of the recording fails the test, and so does a recorded request that is not sent.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import requests_mock

from support.module import Failed, run_module

KEYSTONE = "http://keystone.test:5000/v3"
NOVA = "http://nova.test:8774/v2.1"
NEUTRON = "http://neutron.test:9696/v2.0"
CINDER = "http://cinder.test:8776/v3"
IDENTITY = "http://identity.test:5000"  # where the catalog says Keystone is; the login goes to KEYSTONE
WORKLOADMGR = "http://wlm.test:8781/v1"
PROJECT = "dee550d3df5b497ca2e05044616bc8b1"
"""Project of the captured workload of line 6."""

OTHER_PROJECT = "4dfe98a43bfa404785a812020066b4d6"

REQUEST_ID = "req-7f2c1f6e-3a52-4d0c-8e55-0a1f6d0c9b11"
PASSWORD = "wildly-secret-word"
AUTH = {
    "auth_url": KEYSTONE,
    "username": "backup",
    "password": PASSWORD,
    "user_domain_name": "Default",
    "project_name": "demo",
    "project_domain_name": "Default",
}

QUICK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 60}
"""Options of a task that polls without pauses."""

ONE_LOOK: dict[str, Any] = {"wait_interval": 0.01, "timeout": 0}
"""Options of a task that reads once and gives up."""

LOST: dict[str, dict[str, Any]] = {
    "connection dropped": {"reply": requests.exceptions.ConnectionError("Connection aborted.")},
    "no answer in time": {"reply": requests.exceptions.ReadTimeout("Read timed out.")},
    "502 of a proxy": {"reply": "<html><body><h1>502 Bad Gateway</h1></body></html>", "status": 502},
}
"""Replies in place of the answer to a write that the server has done."""


def sample(name: str) -> Any:
    """Return a captured body of the server.

    :param name: Name of its file in `tests/samples`, without `.json`.
    """
    return json.loads((Path(__file__).parents[2] / "samples" / f"{name}.json").read_text(encoding="utf-8"))


def fault(message: str, kind: str = "badRequest", code: int = 400) -> dict[str, Any]:
    """Return the body of a refusal in the form of OpenStack (reference A.6)."""
    return {kind: {"code": code, "message": message}}


@dataclass
class Expected:
    """One request of the recording, and its answer.

    :param reply: A JSON body, a text body, or an exception in place of an answer.
    :param group: Requests of one group may come in any order.
    """

    method: str
    url: str
    reply: dict[str, Any] | str | Exception
    body: Any
    query: dict[str, str]
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    group: int = 0

    def request(self) -> tuple[str, str, dict[str, str], Any]:
        """Return what the request must be."""
        return self.method, self.url, self.query, self.body


class Exchange:
    """The recording of one task, played by `run`.

    :param mock: Takes the place of the network.
    :param project_id: Project of the token.
    :ivar services: Further endpoints for the catalog, by type.
    :ivar internal: Internal endpoints of services in the catalog, by type.
    :ivar microversions: Values of the header OpenStack-API-Version, of the requests that had it.
    :ivar asked: URLs of the requests that had a standing answer.
    """

    def __init__(self, mock: requests_mock.Mocker, project_id: str = PROJECT) -> None:
        self.project_id = project_id
        self.keystone: list[str] = []
        self.services: dict[str, str] = {}
        self.internal: dict[str, str] = {}
        self.problems: list[str] = []
        self.microversions: list[str] = []
        self.standing: dict[tuple[str, str], dict[str, Any]] = {}
        self.asked: list[str] = []
        self.expected: list[Expected] = []
        self._group = 0
        self._any_order = False
        self._lock = threading.Lock()
        mock.add_matcher(self._answer)

    @contextlib.contextmanager
    def any_order(self) -> Iterator[None]:
        """Let the requests that are recorded inside come in any order."""
        self._group += 1
        self._any_order = True
        yield
        self._any_order = False

    def call(
        self,
        method: str,
        path: str,
        reply: dict[str, Any] | str | Exception = "",
        *,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        url: str | None = None,
    ) -> None:
        """Record one request to workloadmgr, or to another service.

        :param path: Path below the endpoint.
        :param body: The whole body that must be sent; None for no body.
        :param query: The whole query that must be sent.
        :param url: Endpoint of another service.
        """
        if not self._any_order:
            self._group += 1
        target = (url or f"{WORKLOADMGR}/{self.project_id}") + path
        self.expected.append(
            Expected(
                method,
                target,
                reply,
                body,
                dict(query or {}),
                status,
                {"X-Compute-Request-Id": REQUEST_ID, **(headers or {})},
                self._group,
            )
        )

    def get(self, path: str, reply: dict[str, Any] | str | Exception, **more: Any) -> None:
        """Record a GET; the arguments are those of `call`."""
        self.call("GET", path, reply, **more)

    def post(
        self, path: str, body: Any, reply: dict[str, Any] | str | Exception = "", *, status: int = 202, **more: Any
    ) -> None:
        """Record a POST; the arguments are those of `call`."""
        self.call("POST", path, reply, body=body, status=status, **more)

    def put(
        self, path: str, body: Any, reply: dict[str, Any] | str | Exception = "", *, status: int = 202, **more: Any
    ) -> None:
        """Record a PUT; the arguments are those of `call`."""
        self.call("PUT", path, reply, body=body, status=status, **more)

    def delete(
        self, path: str, reply: dict[str, Any] | str | Exception = "", *, status: int = 202, **more: Any
    ) -> None:
        """Record a DELETE; the arguments are those of `call`."""
        self.call("DELETE", path, reply, status=status, **more)

    def stand(self, path: str, reply: dict[str, Any], *, url: str) -> None:
        """Answer this GET whenever it comes and is not the next one that is recorded.

        :param path: Path below the endpoint.
        :param url: Endpoint of the service.
        """
        self.standing["GET", url + path] = reply

    def servers(self, **servers: str) -> None:
        """Record the list of servers of Nova.

        :param servers: Their ids by name.
        """
        self.get(
            "/servers", {"servers": [{"id": server_id, "name": name} for name, server_id in servers.items()]}, url=NOVA
        )

    def run(self, module: str, *, check: bool = False, keystone: int = 2, **options: Any) -> dict[str, Any]:
        """Run a module against the recording, and return its result.

        :param keystone: How many requests must go to Keystone.
        :param options: Options of the module; `auth` is added unless `cloud` is given.
        :raises Failed: The module failed, after it sent all requests of the recording.
        """
        self.keystone.clear()
        try:
            result = run_module(module, {**({} if "cloud" in options else {"auth": AUTH}), **options}, check=check)
        except Failed:
            self.verify(keystone)
            raise
        self.verify(keystone)
        return result

    def fail(self, module: str, **options: Any) -> Failed:
        """Run a module that must fail, and return the failure; the arguments are those of `run`."""
        with pytest.raises(Failed) as caught:
            self.run(module, **options)
        return caught.value

    def verify(self, keystone: int = 2) -> None:
        """Fail the test unless all recorded requests were sent, and no other."""
        assert not self.problems, self.problems
        left = [each.request() for each in self.expected]
        assert not left, f"not sent: {left}"
        assert len(self.keystone) == keystone, self.keystone

    def _answer(self, request: Any) -> requests.Response:
        """Answer a request. requests-mock calls this for each."""
        with self._lock:
            if request.url.startswith(KEYSTONE):
                return self._answer_of_keystone(request)
            parts = urlsplit(request.url)
            seen = (
                request.method,
                f"{parts.scheme}://{parts.netloc}{request.path_url.partition('?')[0]}",
                dict(parse_qsl(parts.query)),
                request.json() if request.body else None,
            )
            now = [each for each in self.expected if each.group == self.expected[0].group]
            for each in now:
                if each.request() == seen:
                    self.expected.remove(each)
                    break
            else:
                if seen[:2] in self.standing:
                    self.asked.append(seen[1])
                    return self._json(request, self.standing[seen[:2]])
                self._object(f"sent {seen}, and {[one.request() for one in now] or 'nothing'} was to be sent")
        if "OpenStack-API-Version" in request.headers:
            self.microversions.append(request.headers["OpenStack-API-Version"])
        for name, value in (
            ("X-Auth-Token", "issued-token"),
            ("X-Auth-Project-Id", self.project_id),
            ("Accept", "application/json"),
        ):
            if request.headers.get(name) != value:
                self._object(f"the header {name} is {request.headers.get(name)!r}")
        if isinstance(each.reply, Exception):
            raise each.reply
        content = {"text": each.reply} if isinstance(each.reply, str) else {"json": each.reply}
        response: requests.Response = requests_mock.create_response(
            request, status_code=each.status, headers=each.headers, **content
        )
        return response

    def _object(self, problem: str) -> None:
        """Fail the test, also if the module handles the exception."""
        self.problems.append(problem)
        raise AssertionError(problem)

    def _answer_of_keystone(self, request: Any) -> requests.Response:
        self.keystone.append(f"{request.method} {request.url}")
        if request.method == "GET":
            version = {"id": "v3.14", "status": "stable", "links": [{"rel": "self", "href": KEYSTONE}]}
            return self._json(request, {"version": version})
        return self._json(request, {"token": self._token()}, {"X-Subject-Token": "issued-token"})

    def _token(self) -> dict[str, Any]:
        """Return the description of the token that Keystone issues."""
        domain = {"id": "default", "name": "Default"}
        urls = {"workloads": f"{WORKLOADMGR}/{self.project_id}", "compute": NOVA, "identity": IDENTITY, **self.services}
        return {
            "methods": ["password"],
            "user": {"id": "6bbb210a29a043af86b7b0c667747187", "name": "backup", "domain": domain},
            "project": {"id": self.project_id, "name": "demo", "domain": domain},
            "roles": [{"id": "r1", "name": "member"}],
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "catalog": [
                {
                    "id": kind,
                    "type": kind,
                    "name": kind,
                    "endpoints": [
                        {"id": f"{kind}-{side}", "interface": side, "region": "R", "region_id": "R", "url": each}
                        for side, each in (("public", url), ("internal", self.internal.get(kind)))
                        if each
                    ],
                }
                for kind, url in urls.items()
            ],
        }

    def _json(
        self, request: Any, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        response: requests.Response = requests_mock.create_response(request, json=body, headers=headers or {})
        return response
