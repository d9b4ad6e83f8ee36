# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The connection to the server: DNS, TLS, the token, the catalog, the first response (reference A.1 to A.3, P17)."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Optional, Union
from urllib.parse import urlsplit

from ..._core.errors import EndpointError, LoginError, RequestError, WrongProjectError
from ..._openstack.configuration import Configuration, configured
from ..._openstack.connection import Connection
from ..._openstack.context import Context
from ..workload.records import LISTING
from .report import FAILED, OK, SKIPPED, WARNING, Check

with suppress(ImportError):  # the login reports a missing library
    from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies, select_proxy

HANDSHAKE_TIMEOUT = 10.0
RENEW_WITHIN = timedelta(days=30)
MOST_SKEW = timedelta(seconds=60)

KEYSTONE, TRILIO = "Keystone", "Trilio"

LogIn = Callable[[Configuration, Optional[str]], Connection]


@dataclass
class Connectivity:
    """The outcome of the checks of the connection.

    :param cloud: The cloud as results show it.
    :param connection: The login, None if it failed.
    :param context: The task for the other checks, None if a check of the connection failed.
    :param workloads: The rows of the list of workloads, None if it could not be read.
    """

    checks: list[Check]
    cloud: dict[str, Optional[str]]
    connection: Optional[Connection] = None
    context: Optional[Context] = None
    workloads: Optional[list[dict[str, Any]]] = None

    @property
    def is_broken(self) -> bool:
        """Whether a check failed, so that nothing after it can be reached."""
        return any(check.status == FAILED for check in self.checks)


@dataclass(frozen=True)
class Endpoint:
    """The host and port of a service.

    :param service: Name of the product, for the report.
    :param proxy: Host and port of the proxy for requests to it, None if there is none.
    """

    service: str
    host: str
    port: int
    is_tls: bool
    proxy: Optional[str]

    @property
    def subject(self) -> str:
        """The name of the endpoint in the report."""
        return f"{self.host}:{self.port} ({self.service})"


def check_connectivity(options: Mapping[str, Any], log_in: LogIn) -> Connectivity:
    """Check the connection step by step until one fails: Keystone, the login, the catalog, and Trilio.

    :param options: The connection options.
    :param log_in: Function that logs in and masks the secrets.
    :raises InputError: The options are wrong.
    """
    configuration = configured(options)
    keystone = endpoint_of(KEYSTONE, configuration.auth["auth_url"])
    found = Connectivity(check_endpoint(keystone, configuration), configuration.shown)
    if found.is_broken:
        return found
    try:
        found.connection = log_in(configuration, options.get("endpoint_override") or None)
    except (LoginError, WrongProjectError) as exc:
        found.checks.append(Check("token", FAILED, keystone.subject, exc.message, exc.hint))
        return found
    found.checks.append(check_token(found.connection, datetime.now(timezone.utc)))
    url = _check_catalog(found, found.connection, options)
    if url is None:
        return found
    trilio = endpoint_of(TRILIO, url)
    if (trilio.host, trilio.port) != (keystone.host, keystone.port):
        found.checks += check_endpoint(trilio, configuration)
    if not found.is_broken:
        _check_api(found, trilio, Context(found.connection, options, check_mode=True))
    return found


def _check_catalog(found: Connectivity, connection: Connection, options: Mapping[str, Any]) -> Optional[str]:
    """Return the URL of Trilio, None if the catalog has none."""
    try:
        url = connection.workloadmgr_url()
    except EndpointError as exc:
        action = exc.hint or "Ask an administrator to register the endpoint in Keystone."
        found.checks.append(Check("catalog", FAILED, TRILIO, exc.message, action))
        return None
    source = f"region {connection.region_name or 'any'}, {connection.interface} interface"
    if options.get("endpoint_override"):
        source = "endpoint_override"
    found.checks.append(Check("catalog", OK, TRILIO, f"{url} ({source})"))
    return url


def _check_api(found: Connectivity, trilio: Endpoint, context: Context) -> None:
    """List the workloads: the first request to Trilio."""
    try:
        found.workloads = context.api.send(LISTING)
    except RequestError as exc:
        found.checks.append(Check("api", FAILED, trilio.subject, exc.message, exc.hint))
        return
    found.context = context
    found.checks.append(Check("api", OK, trilio.subject, "answers"))


def endpoint_of(service: str, url: str) -> Endpoint:
    """Return the endpoint of a URL, and the proxy that requests to it use."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    return Endpoint(service, str(parts.hostname), parts.port or (443 if is_tls else 80), is_tls, proxy_for(url))


def proxy_for(url: str) -> Optional[str]:
    """Return host and port of the proxy that requests takes for a URL, None if it takes none.

    The variables are HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. User and password are left out.
    """
    proxy = select_proxy(url, get_environ_proxies(url))
    return str(proxy).rpartition("://")[2].rpartition("@")[2].rstrip("/") if proxy else None


def check_endpoint(where: Endpoint, configuration: Configuration) -> list[Check]:
    """Resolve the name, connect, and check the certificate."""
    if where.proxy is not None:
        detail = f"requests go through the proxy {where.proxy}, which does this"
        return [Check("dns", SKIPPED, where.subject, detail), Check("tls", SKIPPED, where.subject, detail)]
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        detail = f"the name cannot be resolved: {getattr(exc, 'strerror', None) or exc}"
        action = "Check the name, and the name servers of the host that runs this."
        return [Check("dns", FAILED, where.subject, detail, action)]
    addresses = ", ".join(sorted({str(each[4][0]) for each in found}))
    return [Check("dns", OK, where.subject, addresses), check_tls(where, configuration)]


def check_tls(where: Endpoint, configuration: Configuration) -> Check:
    """Connect, and check the certificate as the requests of the task do."""
    timeout = min(configuration.timeout or HANDSHAKE_TIMEOUT, HANDSHAKE_TIMEOUT)
    try:
        trust = ssl_context(configuration) if where.is_tls else None
    except OSError as exc:
        action = "Check ca_cert, client_cert, client_key, and the variables REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE."
        return Check("tls", FAILED, where.subject, f"a file with certificates cannot be used: {exc}", action)
    try:
        with socket.create_connection((where.host, where.port), timeout=timeout) as plain:
            if trust is None:
                return Check("tls", SKIPPED, where.subject, "listens; it uses plain http, so there is no certificate")
            with trust.wrap_socket(plain, server_hostname=where.host) as secured:
                return check_certificate(where, secured.getpeercert(), datetime.now(timezone.utc))
    except OSError as exc:
        return failed_handshake(where, exc)


def failed_handshake(where: Endpoint, exc: OSError) -> Check:
    """Return the check of a connection that was not made, by the error that ended it."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        detail = f"the certificate is refused: {exc.verify_message}"
        action = (
            "If it is from a private CA, give the file of that CA with ca_cert. If it has expired or is for another "
            "name, replace it on the server."
        )
    elif isinstance(exc, ssl.SSLError):
        detail = f"there is no TLS: {exc.reason or exc}"
        action = "Check the port of the URL, and whether it must begin with http."
    else:
        detail = f"cannot be reached: {exc.strerror or exc}"
        action = "Check the port, the firewalls on the way, and whether the service runs."
    return Check("tls", FAILED, where.subject, detail, action)


def ssl_context(configuration: Configuration) -> ssl.SSLContext:
    """Return an SSL context that checks certificates as requests does with the same settings."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    path: Union[str, bool] = bundle if configuration.verify is True else configuration.verify
    if isinstance(path, str):
        trust = (
            ssl.create_default_context(capath=path) if os.path.isdir(path) else ssl.create_default_context(cafile=path)
        )
    else:
        trust = ssl.create_default_context()
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    if isinstance(configuration.cert, str):
        trust.load_cert_chain(configuration.cert)
    elif configuration.cert is not None:
        trust.load_cert_chain(*configuration.cert)
    return trust


def check_certificate(where: Endpoint, shown: Optional[Mapping[str, Any]], now: datetime) -> Check:
    """Check how long an accepted certificate is valid.

    :param shown: The certificate as Python shows it; empty if certificates are not checked.
    """
    if not shown:
        return Check("tls", SKIPPED, where.subject, "certificates are not checked, as validate_certs says")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), timezone.utc)
    until = f"the certificate is good until {expires:%Y-%m-%d}"
    if expires - now < RENEW_WITHIN:
        detail = f"{until}, for {(expires - now).days} more days"
        return Check("tls", WARNING, where.subject, detail, "Renew it: afterwards nothing reaches the service.")
    return Check("tls", OK, where.subject, until)


def check_token(connection: Connection, now: datetime) -> Check:
    """Compare the clocks of this host and of Keystone, by the token that was just issued."""
    subject = f"project {connection.project_name} ({connection.project_id})"
    expires = f", until {connection.expires:%Y-%m-%d %H:%M} UTC" if connection.expires else ""
    by = connection.shown_cloud["auth_url"]
    detail = f"issued by {by} for the user {connection.user_name} ({connection.user_id}){expires}"
    skew = abs(now - connection.issued) if connection.issued else timedelta(0)
    if skew > MOST_SKEW:
        late = f"{detail}; the clocks of this host and of Keystone are {skew.total_seconds():.0f} seconds apart"
        action = "Synchronize both clocks by NTP: the ages of snapshots and the expiry of tokens depend on them."
        return Check("token", WARNING, subject, late, action)
    return Check("token", OK, subject, detail)
