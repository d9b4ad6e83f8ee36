# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outermost WSGI layer: it records each request and applies faults."""

from __future__ import annotations

import errno
import io
import json
import time
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from .admin import PREFIX
from .faults import Fault
from .recorder import Effect, readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .world import World

LOST_UPDATE = "emulator.lost_update"
STUCK = "emulator.stuck"
FAILS = "emulator.fails"
CALLER = "emulator.caller"


class Dropped(ConnectionResetError):
    """The server closes the connection without a response: cheroot believes that the client has gone."""

    def __init__(self) -> None:
        """Imitate a reset by the client."""
        super().__init__(errno.ECONNRESET, "dropped on request")


class Front:
    """WSGI layer in front of authentication.

    :param application: The application behind this layer.
    :param world: The world whose recorder and faults are used.
    :param classify: Returns kind and effect of a method and a path.
    """

    def __init__(
        self, application: WSGIApplication, world: World[Any], classify: Callable[[str, str], tuple[str, Effect]]
    ) -> None:
        """Wrap an application."""
        self._application = application
        self._world = world
        self._classify = classify

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request.

        :raises Dropped: The fault is a closed connection.
        """
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            return self._application(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        # Each layer copies the environment, so the innermost one reports the caller through this dict.
        environ[CALLER] = {}
        with self._world.lock:
            fault = self._world.faults.take(environ["REQUEST_METHOD"], path)
        response = self._respond(environ, fault)
        self._record(environ, body, response, fault)
        if fault is not None and fault.kind in AFTER_WORK:
            time.sleep(fault.delay)
        if response is None:
            raise Dropped
        return response(environ, start_response)

    def _respond(self, environ: WSGIEnvironment, fault: Fault | None) -> Response | None:
        """Return the response, or None to close the connection."""
        if fault is None:
            return self._work(environ)
        if fault.kind not in AFTER_WORK:
            time.sleep(fault.delay)
        if fault.kind == "drop_before":
            return None
        if fault.kind in INSTEAD_OF_WORK:
            return _replacement(fault)
        environ[LOST_UPDATE] = fault.kind == "lost_update"
        environ[STUCK] = fault.kind == "stuck"
        environ[FAILS] = (fault.body or "It failed on request") if fault.kind == "fails" else None
        return _spoiled(self._work(environ), fault)

    def _work(self, environ: WSGIEnvironment) -> Response:
        return Response.from_app(self._application, environ, buffered=True)

    def _record(self, environ: WSGIEnvironment, body: bytes, response: Response | None, fault: Fault | None) -> None:
        kind, effect = self._classify(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        with self._world.lock:
            self._world.recorder.add(
                time=self._world.clock.now().isoformat(),
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"],
                query=environ.get("QUERY_STRING", ""),
                body=readable(body),
                status=None if response is None else response.status_code,
                project=environ[CALLER].get("project") or _project_in(environ["PATH_INFO"]),
                user=environ[CALLER].get("user"),
                kind=kind,
                effect=effect,
                fault=None if fault is None else fault.kind,
            )


AFTER_WORK = ("drop_after", "status_after", "latency_after")
INSTEAD_OF_WORK = ("status", "html", "empty", "shape", "expired_token")


def _replacement(fault: Fault) -> Response:
    """Return the response of a fault that replaces the work."""
    if fault.kind == "html":
        return Response(
            fault.body or "<html><body><h1>It works!</h1></body></html>", 200, content_type="text/html; charset=UTF-8"
        )
    if fault.kind == "empty":
        return Response("", 200, content_type="application/json")
    if fault.kind == "shape":
        return Response(fault.text(), 200, content_type="application/json")
    if fault.kind == "expired_token":
        message = "The request you have made requires authentication."
        text = json.dumps({"error": {"code": 401, "title": "Unauthorized", "message": message}})
        return Response(
            text, 401, headers={"WWW-Authenticate": "Keystone uri='http://127.0.0.1/'"}, content_type="application/json"
        )
    return _status(fault)


def _status(fault: Fault) -> Response:
    response = Response(fault.text() if fault.body is not None else "", fault.code, content_type="application/json")
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _spoiled(response: Response, fault: Fault) -> Response | None:
    """Return the response after a fault that spoils it, or None to close the connection."""
    if fault.kind == "drop_after":
        return None
    if fault.kind == "status_after":
        return _status(fault)
    if fault.kind == "truncate":
        whole = response.get_data()
        response.set_data(whole[: len(whole) // 2])
    return response


def _project_in(path: str) -> str | None:
    parts = path.split("/")
    return parts[2] if len(parts) > 3 and parts[1] == "v1" else None
