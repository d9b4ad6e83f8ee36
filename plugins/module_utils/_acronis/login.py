# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The login at a data centre of Acronis Cyber Platform: connection options to a bearer token (Acronis reference 1.2)."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Mapping
from typing import Any, Callable, Optional
from urllib.parse import urlsplit

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.parameters import env_fallback

from .._core.errors import InputError, LoginError

try:
    import requests

    REQUESTS_IMPORT_ERROR: Optional[str] = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

# ansible-core has no types for it.
missing_library: Callable[..., str] = missing_required_lib

TOKEN_PATHS = {"api": "/api/2/idp/token", "connector": "/bc/idp/token"}
TIMEOUT = 60
LOGIN_TRIES = 3
VISIBLE = re.compile(r"[\x21-\x7e]+")
"""What a token consists of; anything else could not be sent in a header."""


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the connection options; the documentation fragment C(acronis) says the same in words."""
    return {
        "datacenter_url": {
            "type": "str",
            "aliases": ["base_url"],
            "fallback": (env_fallback, ["ACRONIS_DATACENTER_URL", "ACRONIS_BASE_URL"]),
        },
        "client_id": {"type": "str", "fallback": (env_fallback, ["ACRONIS_CLIENT_ID"])},
        "client_secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ACRONIS_CLIENT_SECRET"])},
        "access_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ACRONIS_ACCESS_TOKEN"])},
        # The name of a place, not a token.
        "token_endpoint": {
            "type": "str",
            "default": "api",
            "no_log": False,
            "fallback": (env_fallback, ["ACRONIS_TOKEN_ENDPOINT"]),
        },
        "validate_certs": {"type": "bool", "default": True, "fallback": (env_fallback, ["ACRONIS_VALIDATE_CERTS"])},
        "ca_cert": {"type": "path", "aliases": ["ca_path"], "fallback": (env_fallback, ["ACRONIS_CA_CERT"])},
        "api_timeout": {"type": "int", "default": TIMEOUT, "fallback": (env_fallback, ["ACRONIS_API_TIMEOUT"])},
    }


class Login:
    """A login that can be renewed where there is a secret for it. Tokens live for two hours (Acronis reference 1.2).

    :ivar url: The data centre, without a slash at the end.
    :ivar client_id: The API client that is logged in, None where the options do not say.
    :param mask: Keeps texts out of results and logs.
    """

    def __init__(self, options: Mapping[str, Any], mask: Callable[[Iterable[str]], None]) -> None:
        self.url = datacenter(options.get("datacenter_url"))
        self.client_id: Optional[str] = options.get("client_id") or None
        self.timeout: int = options["api_timeout"]
        self._secret: Optional[str] = options.get("client_secret") or None
        self._token: Optional[str] = options.get("access_token") or None
        self._path = token_path(options["token_endpoint"])
        self._verify: Any = (options.get("ca_cert") or True) if options["validate_certs"] else False
        self._mask = mask
        self._check()
        self.session = requests.Session()

    def _check(self) -> None:
        """Check what belongs together.

        :raises InputError: Something is missing, contradicts itself, or cannot be sent.
        """
        if self.timeout <= 0:
            raise InputError(f"The option 'api_timeout' is {self.timeout}: a request needs at least one second.")
        if self._secret and self._token:
            raise InputError(
                "The options 'client_secret' and 'access_token' exclude each other.",
                hint="One of them may come from the environment: ACRONIS_CLIENT_SECRET, ACRONIS_ACCESS_TOKEN.",
            )
        if self._token is not None and not VISIBLE.fullmatch(self._token):
            raise InputError(
                "The option 'access_token' holds characters that no token has, such as a line break or a blank."
            )
        if self._token is None and not (self.client_id and self._secret):
            raise InputError("To log in at Acronis 'client_id' and 'client_secret' are needed, or 'access_token'.")
        self._mask([secret for secret in (self._secret, self._token) if secret])

    def authorize(self, request: Any) -> Any:
        """Put the token into a request; as C(auth) of requests this goes before whatever a file C(.netrc) says."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def renewable(self) -> bool:
        """Tell whether a new token can be had."""
        return self._secret is not None

    def request(self, method: str, url: str, auth: Any, **options: Any) -> Any:
        """Send one request and return the answer of requests, whatever its status.

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
        """Get a token by client credentials, which may be asked for again where that fails in passing.

        :raises LoginError: The data centre refused, was not reached, or answered something else.
        """
        answer = self._ask()
        if answer.status_code != 200:
            raise LoginError(
                f"{self.url}{self._path} refused the API client {self.client_id} with {answer.status_code}{reason(answer)}.",
                hint="Check 'client_id', 'client_secret', the data centre of the client, and 'token_endpoint': 'connector' for the key of a CyberApp.",
            )
        token = content(answer).get("access_token")
        if not isinstance(token, str) or not VISIBLE.fullmatch(token):
            raise LoginError(
                f"{self.url}{self._path} answered without an access_token.",
                hint="Something else may have answered in its place, a proxy or a login page.",
            )
        self._mask([token])
        self._token = token

    def _ask(self) -> Any:
        """Ask for a token, and again where the data centre is broken for the moment (Acronis reference 1.3, Errors).

        :raises LoginError: It was not reached.
        """
        # As bytes, because requests would encode texts as Latin-1.
        credentials = ((self.client_id or "").encode(), (self._secret or "").encode())
        for left in reversed(range(LOGIN_TRIES)):
            try:
                answer = self.request(
                    "POST", f"{self.url}{self._path}", credentials, data={"grant_type": "client_credentials"}
                )
            except (requests.RequestException, OSError) as exc:
                if not left:
                    raise LoginError(
                        f"{self.url}{self._path} was not reached: {exc}",
                        hint="Check 'datacenter_url', the certificate, and that the host that runs the module may go there.",
                    ) from exc
            else:
                if answer.status_code < 500 or not left:
                    return answer
        raise AssertionError("the last try returns or raises")


def content(answer: Any) -> dict[str, Any]:
    """Return the JSON object of an answer, empty where it is none."""
    try:
        document = answer.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def reason(answer: Any) -> str:
    """Return the code of a refusal (OAuth 2.0: C(invalid_client) and its like) for a message; other text may repeat a secret."""
    code = content(answer).get("error")
    return f" ({code})" if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else ""


def login(options: Mapping[str, Any], mask: Callable[[Iterable[str]], None]) -> Login:
    """Log in, or take the token that is given.

    :param mask: Keeps texts out of results and logs.
    :raises InputError: The options are incomplete or wrong.
    :raises LoginError: There is no token to be had, or requests is missing.
    """
    if REQUESTS_IMPORT_ERROR is not None:
        raise LoginError(missing_library("requests"))
    made = Login(options, mask)
    if made.renewable():
        made.renew()
    return made


def datacenter(url: Optional[str]) -> str:
    """Return the URL of a data centre without what users copy along with it (Acronis reference 1.6).

    :raises InputError: It is none. The message does not repeat it: there may be a password in it.
    """
    if not url:
        raise InputError(
            "The option 'datacenter_url' is needed.",
            hint="It is the URL of your data centre, such as https://eu8.acronis.cloud.",
        )
    parts = urlsplit(url.strip())
    path = parts.path.rstrip("/")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise InputError(
            "The option 'datacenter_url' is no plain http or https URL without user, query and fragment.",
            hint="An example is https://eu8.acronis.cloud.",
        )
    return f"{parts.scheme}://{parts.netloc}{path[: -len('/api/2')] if path.endswith('/api/2') else path}"


def token_path(endpoint: str) -> str:
    """Return where to ask for a token, as a path below the data centre.

    :raises InputError: It is neither a known name nor a path.
    """
    path = TOKEN_PATHS.get(endpoint, endpoint)
    if not re.fullmatch(r"/[^\s?#]*", path) or path.startswith("//"):
        raise InputError(
            f"The option 'token_endpoint' is '{endpoint}'.",
            hint="It is 'api', 'connector', or a path such as /api/2/idp/token.",
        )
    return path
