# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The client of one OpenStack service, on a Keystone session."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import parse_qsl, urlencode, urlsplit

from .._core.call import READ, Call
from .._core.errors import BadAnswerError, ForbiddenError, UnreachableError
from .._core.http_client import HttpClient
from .._core.response import Response
from .._core.waiting import Clock

with suppress(ImportError):  # `require_keystoneauth` reports a missing library before a client is made
    from keystoneauth1.exceptions import ClientException, HttpError

READ_TIMEOUT = 60
WRITE_TIMEOUT = 600


class Client(HttpClient):
    """The client of one OpenStack service in one project.

    :param session: keystoneauth1 session.
    :param url: Endpoint, without a slash at the end.
    :param project_id: Value of the header `X-Auth-Project-Id` (reference A.2).
    :param timeout: Seconds for one request, None for 60 seconds for a read and 600 for a write.
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
        """Make a call that lists, follow its pages, and return all objects.

        :param links: Key under which a response names the next page.
        :raises BackupError: See `send`.
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
        options: dict[str, Any] = (
            {} if body is None else {"json": {call.request_key: body} if call.request_key else body}
        )
        try:
            response = self.session.request(
                url,
                call.method,
                headers=headers,
                raise_exc=False,
                redirect=False,
                log=False,
                timeout=timeout,
                connect_retries=0,
                **options,
            )
        except HttpError as exc:  # of Keystone: the session logs in again if the service refuses the token
            raise ForbiddenError(
                f"{call.method} {path} was not answered, because the token is no longer accepted "
                f"and Keystone refused a new login: {str(exc).rstrip('.')}.",
                method=call.method,
                path=path,
                status=exc.http_status,
                request_id=exc.request_id,
                hint="A login by token cannot be renewed: use a password or an application credential for long tasks.",
            ) from exc
        except ClientException as exc:
            raise UnreachableError(
                f"{call.method} {path} got no answer from {self.url}: {str(exc).rstrip('.')}.",
                method=call.method,
                path=path,
                hint="Check the certificate and 'api_timeout', and that the host of the module can reach the endpoint.",
            ) from exc
        except ValueError as exc:  # requests reads the address of a redirect even if it is not to follow it
            raise BadAnswerError(
                f"{call.method} {path} got a response with headers that cannot be read ({type(exc).__name__}).",
                method=call.method,
                path=path,
                hint="The response may come from a proxy or a login page. It was not used.",
            ) from exc
        return Response(call, path, response).document()


def next_page(document: Mapping[str, Any], links: str) -> dict[str, str]:
    """Return the query of the next page that an OpenStack list names under `links`, empty on the last page."""
    for link in document.get(links) or []:
        if isinstance(link, dict) and link.get("rel") == "next":
            return dict(parse_qsl(urlsplit(str(link.get("href"))).query))
    return {}
