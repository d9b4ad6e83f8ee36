# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The login at a data centre of Acronis: from connection options to a bearer token (Acronis reference 1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Callable, Optional
from urllib.parse import urlsplit

from ansible.module_utils.common.parameters import env_fallback

from .._core.errors import InputError, LoginError
from .._core.http_client import describe_failure
from .._core.this_host import find_file, missing_library

try:
    import requests

    REQUESTS_IMPORT_ERROR: Optional[str] = None
except ImportError as exc:
    REQUESTS_IMPORT_ERROR = str(exc)

TOKEN_PATHS = {"api": "/api/2/idp/token", "connector": "/bc/idp/token"}
TIMEOUT = 60
LOGIN_TRIES = 3
VISIBLE = re.compile(r"[\x21-\x7e]+")
"""The characters of a token; others cannot be sent in a header."""


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the connection options, which the documentation fragment `_acronis` describes."""
    return {
        "datacenter_url": {
            "type": "str",
            "aliases": ["base_url"],
            "fallback": (env_fallback, ["ACRONIS_DATACENTER_URL", "ACRONIS_BASE_URL"]),
        },
        "client_id": {"type": "str", "fallback": (env_fallback, ["ACRONIS_CLIENT_ID"])},
        "client_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ACRONIS_CLIENT_SECRET"])},
        "access_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ACRONIS_ACCESS_TOKEN"])},
        "token_endpoint": {
            "type": "str",
            "default": "api",
            "no_log": False,  # the name of an endpoint, not a token
            "fallback": (env_fallback, ["ACRONIS_TOKEN_ENDPOINT"]),
        },
        "validate_certs": {"type": "bool", "default": True, "fallback": (env_fallback, ["ACRONIS_VALIDATE_CERTS"])},
        "ca_cert": {"type": "path", "aliases": ["ca_path"], "fallback": (env_fallback, ["ACRONIS_CA_CERT"])},
        "api_timeout": {"type": "int", "default": TIMEOUT, "fallback": (env_fallback, ["ACRONIS_API_TIMEOUT"])},
    }


class Login:
    """A login, which a client secret can renew. Tokens live for two hours (Acronis reference 1.2).

    :param mask: Keeps texts out of results and logs.
    :ivar url: The data centre, without a slash at the end.
    :ivar client_id: The API client that is logged in, None if it is not given.
    """

    def __init__(self, options: Mapping[str, Any], mask: Callable[[Iterable[str]], None]) -> None:
        self.url = datacenter(options.get("datacenter_url"))
        self.client_id: Optional[str] = options.get("client_id") or None
        self.timeout: int = options["api_timeout"]
        self._secret: Optional[str] = options.get("client_secret") or None
        self._token: Optional[str] = options.get("access_token") or None
        self._path = token_path(options["token_endpoint"])
        ca_cert = find_file("ca_cert", options["ca_cert"]) if options.get("ca_cert") else True
        self._verify: Any = ca_cert if options["validate_certs"] else False
        self._mask = mask
        self._check()
        self.session = requests.Session()

    def _check(self) -> None:
        """Check the options, and mask the secrets.

        :raises InputError: One is missing, contradicts another one, or cannot be sent.
        """
        if self.timeout <= 0:
            raise InputError(f"The option 'api_timeout' is {self.timeout}.", hint="Give at least one second.")
        if self._secret and self._token:
            raise InputError(
                "The options 'client_secret' and 'access_token' exclude each other.",
                hint="Give one of them. The other may come from the environment: ACRONIS_CLIENT_SECRET, "
                "ACRONIS_ACCESS_TOKEN.",
            )
        if self._token is not None and not VISIBLE.fullmatch(self._token):
            raise InputError(
                "The option 'access_token' holds characters that no token has, such as a line break or a space.",
                hint="Give the token alone.",
            )
        if self._token is None and not (self.client_id and self._secret):
            raise InputError(
                "The options for the login at Acronis are incomplete.",
                hint="Give 'client_id' and 'client_secret', or 'access_token'.",
            )
        self._mask([secret for secret in (self._secret, self._token) if secret])

    def authorize(self, request: Any) -> Any:
        """Put the token into a request. As `auth` of requests it takes precedence over a file `.netrc`."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def renewable(self) -> bool:
        """Return whether a new token can be issued."""
        return self._secret is not None

    def request(self, method: str, url: str, auth: Any, **options: Any) -> Any:
        """Send one request, and return the answer of requests with any status.

        :raises requests.RequestException: No answer came.
        """
        return self.session.request(
            method,
            url,
            auth=auth,
            headers={"Accept": "application/json"},
            timeout=self.timeout,
            verify=self._verify,
            allow_redirects=False,
            **options,
        )

    def renew(self) -> None:
        """Get a token by client credentials.

        :raises LoginError: The data centre refuses, cannot be reached, or sends no token.
        """
        answer = self._ask()
        if answer.status_code != 200:
            raise LoginError(
                f"{self.url}{self._path} refused the API client {self.client_id} "
                f"with {answer.status_code}{reason(answer)}.",
                hint="Check 'client_id', 'client_secret', the data centre of the client, and 'token_endpoint': "
                "'connector' for the key of a CyberApp.",
            )
        token = content(answer).get("access_token")
        if not isinstance(token, str) or not VISIBLE.fullmatch(token):
            raise LoginError(
                f"{self.url}{self._path} answered without an access_token.",
                hint="The response may come from a proxy or a login page. It was not used.",
            )
        self._mask([token])
        self._token = token

    def _ask(self) -> Any:
        """Ask for a token, again if the data centre is out of order (Acronis reference 1.3, Errors).

        :raises LoginError: It cannot be reached.
        """
        # Bytes, because requests encodes texts as Latin-1.
        credentials = ((self.client_id or "").encode(), (self._secret or "").encode())
        for left in reversed(range(LOGIN_TRIES)):
            try:
                grant = {"grant_type": "client_credentials"}
                answer = self.request("POST", f"{self.url}{self._path}", credentials, data=grant)
            except (requests.RequestException, OSError) as exc:
                if not left:
                    raise LoginError(
                        f"{self.url}{self._path} was not reached: {describe_failure(exc)}.",
                        hint="Check 'datacenter_url', the certificate, and the network of the managed node.",
                    ) from exc
            else:
                if answer.status_code < 500 or not left:
                    return answer
        raise AssertionError("the last try returns or raises")


def content(answer: Any) -> dict[str, Any]:
    """Return the JSON object of an answer; empty if it is none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def reason(answer: Any) -> str:
    """Return the code of a refusal for a message, such as `invalid_client`. Other text may repeat a secret."""
    code = content(answer).get("error")
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""


def login(options: Mapping[str, Any], mask: Callable[[Iterable[str]], None]) -> Login:
    """Log in, or use the token that is given.

    :param mask: Keeps texts out of results and logs.
    :raises InputError: The options are incomplete or wrong.
    :raises LoginError: No token was issued, or requests is missing.
    """
    if REQUESTS_IMPORT_ERROR is not None:
        raise missing_library("requests", REQUESTS_IMPORT_ERROR)
    session = Login(options, mask)
    if session.renewable():
        session.renew()
    return session


def datacenter(url: Optional[str]) -> str:
    """Return the URL of a data centre without a path that users copy along with it (Acronis reference 1.6).

    :raises InputError: It is no such URL. The message does not repeat it: it may hold a password.
    """
    if not url:
        raise InputError(
            "The option 'datacenter_url' is missing.",
            hint="Give the URL of your data centre, such as https://eu8.acronis.cloud.",
        )
    parts = urlsplit(url.strip())
    path = parts.path.rstrip("/")
    plain = "@" not in parts.netloc and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise InputError(
            "The option 'datacenter_url' is not a plain http or https URL without user, query and fragment.",
            hint="Give a URL such as https://eu8.acronis.cloud.",
        )
    return f"{parts.scheme}://{parts.netloc}{path[: -len('/api/2')] if path.endswith('/api/2') else path}"


def token_path(endpoint: str) -> str:
    """Return the path below the data centre that issues tokens.

    :raises InputError: The option is neither a known name nor a path.
    """
    path = TOKEN_PATHS.get(endpoint, endpoint)
    if not re.fullmatch(r"/[^\s?#]*", path) or path.startswith("//"):
        raise InputError(
            f"The option 'token_endpoint' is '{endpoint}'.",
            hint="Give 'api', 'connector', or a path such as /api/2/idp/token.",
        )
    return path
