# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The client of one OpenStack service, on a Keystone session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Optional
from urllib.parse import parse_qsl, urlencode, urlsplit

from .._core.call import READ, Call
from .._core.errors import BadAnswerError, ForbiddenError, UnreachableError
from .._core.http_client import HttpClient, describe_failure
from .._core.response import Response
from .._core.waiting import Clock
from .whole_list import may_be_cut, whole_list

with suppress(ImportError):  # `require_keystoneauth` reports a missing library before a client is made
    from keystoneauth1.exceptions import ClientException, ConnectTimeout, HttpError

READ_TIMEOUT = 60
WRITE_TIMEOUT = 600


class Client(HttpClient):
    """The client of one OpenStack service in one project.

    :param session: keystoneauth1 session.
    :param url: Endpoint, without a slash at the end.
    :param project_id: Value of the header `X-Auth-Project-Id` (reference A.2).
    :param timeout: Seconds for one request, None for 60 seconds for a read and 600 for a write.
    :param warn: Function that adds a warning to the task, for a service that may cut its lists off without a link to
        the rest (reference N22); None for others.
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
        warn: Optional[Callable[[str], None]] = None,
    ) -> None:
        super().__init__(check_mode=check_mode, interval=interval, clock=clock)
        self.session = session
        self.url = url.rstrip("/")
        self.project_id = project_id
        self.timeout = timeout
        self.warn = warn

    def send(self, call: Call, body: Any = None, query: Optional[Mapping[str, str]] = None, **ids: str) -> Any:
        """Make a call, and ask for the rest of a list that may have been cut off.

        :raises BackupError: See `HttpClient.send`, and `whole_list`.
        """
        found = super().send(call, body, query, **ids)
        if self.warn is None or call.effect != READ or call.response_type is not list or not may_be_cut(found):
            return found
        return whole_list(
            call,
            found,
            lambda more: list(super(Client, self).send(call, body, {**(query or {}), **more}, **ids)),
            self.warn,
        )

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
            raise self._unreachable(call, path, timeout, exc) from exc
        except ValueError as exc:  # requests reads the address of a redirect even if it is not to follow it
            raise BadAnswerError(
                f"{call.method} {path} got a response with headers that cannot be read ({type(exc).__name__}).",
                method=call.method,
                path=path,
                hint="The response may come from a proxy or a login page. It was not used.",
            ) from exc
        return Response(call, path, response).document()

    def _unreachable(self, call: Call, path: str, timeout: float, exc: Exception) -> UnreachableError:
        """Return the error for a request without a response."""
        if not isinstance(exc, ConnectTimeout):  # the name that keystoneauth1 gives to all time-outs
            hint = "Check the certificate, and that the host of the module can reach the endpoint."
            text = f"{call.method} {path} got no answer from {self.url}: {describe_failure(exc)}."
            return UnreachableError(text, method=call.method, path=path, hint=hint)
        hint = "If the service is only slow, as at the first look at an imported snapshot, raise 'api_timeout'."
        text = f"{call.method} {path} got no answer from {self.url} within {timeout:g} seconds."
        error = UnreachableError(text, method=call.method, path=path, hint=hint)
        error.timed_out = True
        return error


def next_page(document: Mapping[str, Any], links: str) -> dict[str, str]:
    """Return the query of the next page that an OpenStack list names under `links`, empty on the last page."""
    for link in document.get(links) or []:
        if isinstance(link, dict) and link.get("rel") == "next":
            return dict(parse_qsl(urlsplit(str(link.get("href"))).query))
    return {}
