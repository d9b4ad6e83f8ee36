# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""One response of a server: the check of its status and shape, and the error if it fails."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Optional
from urllib.parse import quote, urlsplit

from .call import WRITE, Call
from .errors import (
    BadAnswerError,
    ForbiddenError,
    GoneError,
    LicenceError,
    LostAnswerError,
    RefusedError,
    RequestError,
    UnexpectedAnswerError,
)
from .waiting import TRANSIENT_STATUS

LONGEST_RETRY_AFTER = 60.0
LONGEST_SENTENCE = 500
LONGEST_GLIMPSE = 80
LICENCE = re.compile(r"^(the )?licen[cs]e\b(?!-)|\b(no|missing|expired|(in)?valid) licen[cs]e\b", re.IGNORECASE)
"""Texts that speak of the licence, and not of an object that has the word in its name."""


class Response:
    """One response that has not been checked.

    :param response: Response object of requests or keystoneauth1.
    """

    forbidden_hint = "The user lacks a role for this in the project, or the service's policy.yaml asks for another one."
    transient_hint = "The service is overloaded or out of order. Search its log for the request id."
    redirect_hint = (
        "Nothing was sent there. Correct the endpoint in the catalog of Keystone; "
        "for Trilio you can also set 'endpoint_override'."
    )

    licence_hint = (
        "The service has no valid licence for this, and nothing was written. Have an administrator upload one, then "
        "run the task again."
    )

    def __init__(self, call: Call, path: str, response: Any) -> None:
        self.call = call
        self.path = path
        self.status: int = response.status_code
        self.text: str = response.text or ""
        headers = response.headers
        self.request_id: Optional[str] = headers.get("X-Compute-Request-Id") or headers.get("X-OpenStack-Request-Id")
        self.retry_after: str = headers.get("Retry-After", "")
        self.location: str = headers.get("Location", "")

    def document(self) -> dict[str, Any]:
        """Return the JSON document of the body, empty if the call declares no response.

        :raises RefusedError: The status is an error.
        :raises BadAnswerError: The body does not have the declared shape.
        """
        if not 200 <= self.status < 300:
            raise self.refusal()
        if self.call.response_key is None:
            return {}
        try:
            document = json.loads(self.text)
        except ValueError as exc:
            raise self.bad("not JSON" if self.text.strip() else "empty") from exc
        if not isinstance(document, dict):
            raise self.bad(f"without the key '{self.call.response_key}'", UnexpectedAnswerError)
        if document.get("truncated") is True:
            raise self.cut_off()
        return {**document, self.call.response_key: self.content(document, self.call.response_key)}

    def content(self, document: Mapping[str, Any], key: str) -> Any:
        """Return what the call is declared to return.

        One object may be wrapped in the singular or the plural, and may be a list of one (reference Q16, N23).

        :raises UnexpectedAnswerError: The document has no such content, and never will.
        """
        kind = self.call.response_type
        keys = (key, other_number(key)) if kind in (dict, list) else (key,)
        found = next((each for each in keys if each in document), None)
        if found is None:
            raise self.bad(f"without the key '{key}'", UnexpectedAnswerError)
        content = document[found]
        if kind is dict and isinstance(content, list) and len(content) == 1 and self.is_asked_for(content[0]):
            content = content[0]
        elif kind is list and self.call.effect == WRITE and isinstance(content, dict):
            content = [content]
        if not isinstance(content, kind):
            raise self.bad(f"of another shape: its '{found}' is no {kind.__name__}", UnexpectedAnswerError)
        rows = content if isinstance(content, list) else [content] if isinstance(content, dict) else []
        key = self.call.row_id
        if not all(isinstance(row, dict) and (not key or isinstance(row.get(key), (str, int))) for row in rows):
            form = "list of objects" if isinstance(content, list) else "object"
            how = f"of another shape: its '{found}' is no {form} with '{self.call.row_id}'"
            raise self.bad(how, UnexpectedAnswerError)
        return content

    def is_asked_for(self, row: Any) -> bool:
        """Return whether the one row of a list may be the object that the path names: never take another one."""
        if self.call.effect == WRITE:
            return True
        return isinstance(row, dict) and quote(str(row.get(self.call.row_id)), safe="") in self.path.split("/")

    def request(self) -> dict[str, Any]:
        """Return what each error says of the request."""
        return {"method": self.call.method, "path": self.path, "status": self.status, "request_id": self.request_id}

    def cut_off(self) -> BadAnswerError:
        """Return the error for a list that Keystone's `list_limit` cut off: an absent row may still exist."""
        return UnexpectedAnswerError(
            f"{self.request_title()} answered with a list that the service has cut off, "
            "because it is longer than the service allows.",
            **self.request(),
            hint="Ask for less, such as one domain, or raise 'list_limit' of the service. The part was not used.",
        )

    def bad(self, how: str, error_class: type[BadAnswerError] = BadAnswerError) -> BadAnswerError:
        """Return the error for a body that does not have the documented form.

        :param how: Predicate of the sentence "a body that is ...".
        """
        return error_class(
            f"{self.request_title()} answered {self.status} with a body that is {how}{glimpse(self.text)}.",
            **self.request(),
            hint="The response may come from a proxy or a login page. It was not used.",
        )

    def refusal(self) -> RefusedError:
        """Return the error for an error status."""
        reason = self.server_message()
        message = f"{self.request_title()} was refused with {self.status}: {reason or 'no reason'}"
        error_class, hint = RefusedError, ""
        if self.status in (400, 402, 403, 500) and LICENCE.search(reason):
            error_class, hint = LicenceError, self.licence_hint
        elif self.status == 404 and self.call.response_type is not list and "{" in self.call.path:
            error_class = GoneError
        elif self.status in (401, 403):
            error_class, hint = ForbiddenError, self.forbidden_hint
        elif self.status in TRANSIENT_STATUS:
            hint = self.transient_hint
        elif 300 <= self.status < 400 and self.location:
            message = f"{self.request_title()} was redirected with {self.status} to {plain_url(self.location)}"
            hint = self.redirect_hint
        error = error_class(
            message[:LONGEST_SENTENCE].rstrip(".") + ".",
            **self.request(),
            hint=hint,
        )
        error.retry_after = min(float(self.retry_after), LONGEST_RETRY_AFTER) if self.retry_after.isdecimal() else None
        return error

    def server_message(self) -> str:
        """Return the reason in the body of an error; subclasses read other forms."""
        return server_message(self.text)

    def request_title(self) -> str:
        """Return how messages name the request: method, path and request id."""
        return f"{self.call.method} {self.path}" + (f" ({self.request_id})" if self.request_id else "")


def other_number(key: str) -> str:
    """Return the plural of a key that is in the singular, and the singular of one in the plural."""
    if key.endswith("ies"):
        return key[:-3] + "y"
    if key.endswith("s"):
        return key[:-1]
    return key[:-1] + "ies" if key.endswith("y") else key + "s"


def outcome_unknown(exc: RequestError) -> LostAnswerError:
    """Return the error for a write that got no usable response."""
    return LostAnswerError(
        f"{exc.message} Whether the request took effect is not known; it was not repeated.",
        **exc.request,
        hint="Check the object on the server, then run the task again: it starts from the current state.",
    )


def plain_url(url: str) -> str:
    """Return a URL for a message: without user, password, query and fragment, any of which may hold a secret."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "another address"
    origin = f"{parts.scheme}://{host}{port}" if host else ""
    return f"{origin}{parts.path}"


def sentence(text: str) -> str:
    """Return a text without markup and repeated blanks, since messages may end in HTML (reference Q21)."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def glimpse(text: str) -> str:
    """Return what a message shows of an unusable body: the keys of an object, or how a page begins.

    Values of JSON may be secret, also in a body that is cut off.
    """
    if text.lstrip()[:1] not in ("{", "[", '"'):
        begin = sentence(text)[:LONGEST_GLIMPSE]
        return f"; it begins: {begin}" if begin else ""
    try:
        document = json.loads(text)
    except ValueError:
        return ""
    keys = ", ".join(sorted(document))[:LONGEST_GLIMPSE] if isinstance(document, dict) else ""
    return f"; its keys are: {keys}" if keys else ""


def server_message(text: str) -> str:
    """Return the reason in the body of an error: the `message` of the fault, else the text (reference A.6)."""
    try:
        document = json.loads(text)
    except ValueError:
        return sentence(text)
    inner = next(iter(document.values()), None) if isinstance(document, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else inner
    return sentence(message if isinstance(message, str) else text)
