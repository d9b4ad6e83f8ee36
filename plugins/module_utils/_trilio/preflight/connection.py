# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The connection to the server: names, TLS, the token, the catalog, and the first answer (API reference A.1 to A.3, P17)."""

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

with suppress(ImportError):  # credentials.py, without which there is no login, reports it
    from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies

HANDSHAKE_TIMEOUT = 10.0
RENEW_WITHIN = timedelta(days=30)
MOST_SKEW = timedelta(seconds=60)

KEYSTONE, TRILIO = "Keystone", "Trilio"

LogIn = Callable[[Configuration, Optional[str]], Connection]


@dataclass
class Connectivity:
    """How far the connection to the server was open.

    :param context: What to go on with, None where it was not open to the end.
    :param workloads: What the list of workloads holds.
    """

    checks: list[Check]
    connection: Optional[Connection] = None
    context: Optional[Context] = None
    workloads: Optional[list[dict[str, Any]]] = None

    @property
    def is_broken(self) -> bool:
        """Whether a check failed, so that nothing behind it can be reached."""
        return any(check.status == FAILED for check in self.checks)


@dataclass(frozen=True)
class Endpoint:
    """Where a service listens.

    :param service: Whose service it is, for people.
    """

    service: str
    host: str
    port: int
    is_tls: bool
    proxy: Optional[str]

    @property
    def subject(self) -> str:
        """What lines call it."""
        return f"{self.host}:{self.port} ({self.service})"


def check_connectivity(options: Mapping[str, Any], log_in: LogIn) -> Connectivity:
    """Follow the connection as far as it is open: Keystone, the login, the catalog, and Trilio.

    :param options: The connection options.
    :param log_in: Logs in, and masks what is secret.
    :raises InputError: The options are wrong.
    """
    configuration = configured(options)
    keystone = endpoint_of(KEYSTONE, configuration.auth["auth_url"])
    found = Connectivity(check_endpoint(keystone, configuration))
    if found.is_broken:
        return found
    try:
        found.connection = log_in(configuration, options.get("endpoint_override") or None)
    except (LoginError, WrongProjectError) as exc:
        found.checks.append(Check("token", FAILED, keystone.subject, exc.message, exc.hint))
        return found
    found.checks.append(token(found.connection, datetime.now(timezone.utc)))
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
    """Return the URL of Trilio, None if the catalog holds none."""
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
    """List the workloads: the first answer of Trilio."""
    try:
        found.workloads = context.api.send(LISTING)
    except RequestError as exc:
        found.checks.append(Check("api", FAILED, trilio.subject, exc.message, exc.hint))
        return
    found.context = context
    found.checks.append(Check("api", OK, trilio.subject, "answers"))


def endpoint_of(service: str, url: str) -> Endpoint:
    """Return where a URL leads, and through which proxy requests would go there."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    proxy = get_environ_proxies(url).get(parts.scheme)
    return Endpoint(service, str(parts.hostname), parts.port or (443 if is_tls else 80), is_tls, proxy)


def check_endpoint(where: Endpoint, configuration: Configuration) -> list[Check]:
    """Look the name up, connect, and shake hands."""
    if where.proxy is not None:
        # The proxy does both, and its URL may hold a password.
        return [
            Check(name, SKIPPED, where.subject, "requests go through a proxy, which does this")
            for name in ("dns", "tls")
        ]
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        action = "Check the name, and the name servers of the host that runs this."
        return [
            Check(
                "dns",
                FAILED,
                where.subject,
                f"the name cannot be looked up: {getattr(exc, 'strerror', None) or exc}",
                action,
            )
        ]
    addresses = ", ".join(sorted({str(each[4][0]) for each in found}))
    return [Check("dns", OK, where.subject, addresses), shake_hands(where, configuration)]


def shake_hands(where: Endpoint, configuration: Configuration) -> Check:
    """Connect, and check the certificate as the requests of the task do."""
    timeout = min(configuration.timeout or HANDSHAKE_TIMEOUT, HANDSHAKE_TIMEOUT)
    try:
        with socket.create_connection((where.host, where.port), timeout=timeout) as plain:
            if not where.is_tls:
                return Check(
                    "tls", SKIPPED, where.subject, "listens; it speaks plain http, so there is no certificate to check"
                )
            with trusting(configuration).wrap_socket(plain, server_hostname=where.host) as secured:
                return certificate(where, secured.getpeercert(), datetime.now(timezone.utc))
    except ssl.SSLCertVerificationError as exc:
        action = "If it is of a private CA, name the file of that CA in ca_cert. If it has expired or is of another name, it must be replaced on the server."
        return Check("tls", FAILED, where.subject, f"the certificate is refused: {exc.verify_message}", action)
    except ssl.SSLError as exc:
        return Check(
            "tls",
            FAILED,
            where.subject,
            f"there is no TLS: {exc.reason or exc}",
            "Check whether the URL must begin with http, and its port.",
        )
    except OSError as exc:
        action = "Check the port, firewalls between here and there, and whether the service runs."
        return Check("tls", FAILED, where.subject, f"cannot be reached: {exc.strerror or exc}", action)


def trusting(configuration: Configuration) -> ssl.SSLContext:
    """Return what decides on certificates, as requests does with the same settings."""
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


def certificate(where: Endpoint, shown: Optional[Mapping[str, Any]], now: datetime) -> Check:
    """Judge a certificate that was accepted by its last day.

    :param shown: What Python tells of it; nothing where certificates are not checked.
    """
    if not shown:
        return Check("tls", SKIPPED, where.subject, "certificates are not checked, as validate_certs says")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), timezone.utc)
    until = f"the certificate is good until {expires:%Y-%m-%d}"
    if expires - now < RENEW_WITHIN:
        days = (expires - now).days
        return Check(
            "tls",
            WARNING,
            where.subject,
            f"{until}, for {days} more days",
            "Have it renewed: from then on nothing reaches the service.",
        )
    return Check("tls", OK, where.subject, until)


def token(connection: Connection, now: datetime) -> Check:
    """Judge the token that was just issued by the clocks of both sides."""
    subject = f"project {connection.project_name} ({connection.project_id})"
    expires = f", until {connection.expires:%Y-%m-%d %H:%M} UTC" if connection.expires else ""
    detail = f"issued for the user {connection.user_name} ({connection.user_id}){expires}"
    skew = abs(now - connection.issued) if connection.issued else timedelta(0)
    if skew > MOST_SKEW:
        late = f"{detail}; the clocks of this host and of Keystone are {skew.total_seconds():.0f} seconds apart"
        return Check("token", WARNING, subject, late, "Let both keep time by NTP: ages and expiry are judged wrongly.")
    return Check("token", OK, subject, detail)
