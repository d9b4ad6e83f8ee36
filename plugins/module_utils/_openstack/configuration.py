# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Turn the connection options of a task into the configuration of a login. Makes no request.

There are two sources, and they never mix. A complete `auth` without `cloud` is used alone: no environment variable and
no file can change the project of the task. Everything else (a named cloud, a dictionary, `OS_*`, the only cloud in
`clouds.yaml`) is read by the configuration loader of openstacksdk, which is imported only then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Union
from urllib.parse import urlsplit

from .._core.errors import InputError
from .._core.this_host import find_file
from .cloud_config import read_cloud
from .credentials import (
    APPLICATION_CREDENTIAL,
    DEFAULT_AUTH_TYPES,
    KIND_OF_AUTH_TYPE,
    PASSWORD,
    PROJECT_KEYS,
    SCOPE_KEYS,
    check_kind,
    fill_domains,
    filled,
    kind_of_credentials,
    missing_credentials,
    missing_project,
    overlay,
    require_keystoneauth,
    spellings,
    spread_domain,
)
from .options import INTERFACES, argument_spec


@dataclass(repr=False)
class Configuration:
    """The configuration of a login. It has no repr, because it contains secrets.

    :param source: Source of the configuration, for messages.
    :param cloud: Name of the cloud for the option `cloud`; None for a complete `auth` and for a dictionary.
    :param auth: Credentials and scope, with the names of keystoneauth1.
    :param verify: True, False, or the path of a file of CA certificates.
    :param cert: Path of the client certificate, or of certificate and key.
    :param timeout: Seconds for one HTTP request, None if it is not configured.
    """

    source: str
    cloud: Optional[str]
    auth_type: str
    auth: dict[str, str]
    region_name: Optional[str]
    interface: str
    verify: Union[bool, str]
    cert: Union[str, tuple[str, str], None]
    timeout: Optional[float]

    @property
    def kind(self) -> Optional[str]:
        """The kind of credentials, None for an auth type that is not in `KIND_OF_AUTH_TYPE`."""
        return KIND_OF_AUTH_TYPE.get(self.auth_type)

    @property
    def shown(self) -> dict[str, Optional[str]]:
        """The cloud as results show it: two files may have different clouds of one name."""
        return {"auth_url": self.auth.get("auth_url"), "region_name": self.region_name}

    @property
    def wanted_project(self) -> dict[str, str]:
        """The keys of the project that the token must act on, empty if no project is named."""
        named = "project_id" in self.auth or "project_name" in self.auth
        return {key: self.auth[key] for key in PROJECT_KEYS if key in self.auth} if named else {}


def configured(options: Mapping[str, Any]) -> Configuration:
    """Return the complete configuration for the connection options.

    :raises InputError: An option is missing or wrong, or two options contradict each other.
    :raises LoginError: A library is not installed.
    """
    require_keystoneauth()
    alone = options.get("auth") is not None and options.get("cloud") in (None, "")
    configuration = _from_auth(options) if alone else _from_cloud(options)
    if http_url(configuration.auth.get("auth_url", "")) is None:
        raise InputError(
            f"{configuration.source}: auth_url is not a plain http or https URL without user, query and fragment."
        )
    return configuration


def _from_auth(options: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a complete `auth`."""
    auth = filled(options["auth"])
    kind = kind_of_credentials(auth)
    auth_type = options.get("auth_type") or DEFAULT_AUTH_TYPES[kind or PASSWORD]
    if auth_type not in KIND_OF_AUTH_TYPE:
        raise InputError(
            f"auth_type {auth_type} cannot be used with auth alone.",
            hint=f"Use one of {', '.join(sorted(KIND_OF_AUTH_TYPE))}, "
            "or put the credentials into clouds.yaml and name that cloud with cloud.",
        )
    check_kind(kind, auth_type)
    spread_domain(auth)
    missing = missing_credentials(KIND_OF_AUTH_TYPE[auth_type], auth)
    if kind is None and not options.get("auth_type"):
        missing.append(
            "or, in place of the password, token or application_credential_id and application_credential_secret"
        )
    if KIND_OF_AUTH_TYPE[auth_type] != APPLICATION_CREDENTIAL:
        missing += missing_project(auth)
    if missing:
        raise InputError(
            f"auth is incomplete. Missing: {'; '.join(missing)}.",
            hint="Without cloud, auth is used alone: nothing is read from the environment or from a file. "
            "Give the rest, or overlay a cloud.",
        )
    return Configuration(
        source="auth",
        cloud=None,
        auth_type=auth_type,
        auth=auth,
        region_name=options.get("region_name") or None,
        interface=options.get("interface") or "public",
        **_transport(options, {}),
    )


def _from_cloud(options: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a cloud that openstacksdk reads, overlaid with the other options."""
    source, cloud, settings = read_cloud(options)
    auth = filled(settings["auth"])
    auth_type = overlay(auth, options, settings.get("auth_type") or "password")
    arguments = spellings(auth_type)
    for argument, names in arguments.items():
        for name in names:
            # Values of OS_* are beside auth, not in it.
            value = auth.pop(name, None) or settings.get(name)
            if value:
                auth.setdefault(argument, str(value))
    unknown = sorted(set(auth) - set(arguments) - set(argument_spec()["auth"]["options"]) - set(SCOPE_KEYS))
    if unknown:
        raise InputError(f"{source} has keys in auth that auth_type {auth_type} does not take: {', '.join(unknown)}.")
    kind = KIND_OF_AUTH_TYPE.get(auth_type)
    if kind == PASSWORD:
        fill_domains(auth, options.get("auth") or {}, str(settings.get("default_domain") or "default"))
    missing = missing_credentials(kind, auth) if kind else []
    if auth.get("project_name") and kind not in (None, APPLICATION_CREDENTIAL):
        missing += missing_project(auth)
    if missing:
        raise InputError(
            f"{source} is incomplete. Missing: {'; '.join(missing)}.", hint="Give the rest there, or with auth."
        )
    interface = str(options.get("interface") or settings.get("interface") or "public")
    interface = interface[: -len("URL")] if interface.endswith("URL") else interface
    if interface not in INTERFACES:
        raise InputError(f"{source} has the interface {interface}, which is not one of {', '.join(INTERFACES)}.")
    return Configuration(
        source=source,
        cloud=cloud,
        auth_type=auth_type,
        auth=auth,
        region_name=settings.get("region_name") or None,
        interface=interface,
        **_transport(options, settings),
    )


def _transport(options: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return `verify`, `cert` and `timeout` of a configuration; options take precedence over settings of the cloud."""
    validate = options.get("validate_certs")
    if validate is None:
        # An environment variable is a string. Only the word false turns the verification off.
        validate = not settings.get("insecure") and str(settings.get("verify")).lower() != "false"
    files: dict[str, Optional[str]] = {}
    for option, setting in (("ca_cert", "cacert"), ("client_cert", "cert"), ("client_key", "key")):
        path = options.get(option) or settings.get(setting)
        files[option] = find_file(option, str(path)) if path else None
    cert, key = files["client_cert"], files["client_key"]
    if key and not cert:
        raise InputError("client_key is given without client_cert.")
    timeout = options.get("api_timeout")
    if timeout is None:
        timeout = settings.get("api_timeout")
    try:
        seconds = float(timeout) if timeout is not None else None
    except (TypeError, ValueError) as exc:
        raise InputError(f"api_timeout must be a number of seconds, not {timeout!r}.") from exc
    if seconds is not None and seconds <= 0:
        raise InputError(f"api_timeout must be greater than 0 seconds, not {timeout}.")
    return {
        "verify": (files["ca_cert"] or True) if validate else False,
        "cert": (cert, key) if cert and key else cert,
        "timeout": seconds,
    }


def http_url(url: str) -> Optional[tuple[str, list[str]]]:
    """Return origin and path segments of an http(s) URL, None if it is not one or has user, query or fragment."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return f"{parts.scheme}://{parts.netloc}", [segment for segment in parts.path.split("/") if segment]
