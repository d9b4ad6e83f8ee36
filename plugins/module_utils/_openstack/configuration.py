# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From the connection options of a task to all that a login needs. Makes no request.

There are two roads, and they never mix. A complete `auth` without `cloud` is taken alone: no variable of the environment
and no file can change whose project the task acts on. Everything else (a named cloud, a dictionary, `OS_*`, a single cloud
in `clouds.yaml`) is read by the configuration loader of openstacksdk, which is imported on that road only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional, Union
from urllib.parse import urlsplit

from .._core.errors import InputError
from .cloud_config import read_cloud
from .credentials import (
    APPLICATION_CREDENTIAL,
    DEFAULT_AUTH_TYPES,
    KIND_OF_AUTH_TYPE,
    PASSWORD,
    PROJECT_KEYS,
    SCOPE_KEYS,
    check_kind,
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
    """What a login needs, whichever road it came by. It has no repr of its own, since it holds secrets.

    :param source: Where it came from, in words, for messages.
    :param cloud: Name under which the option `cloud` finds it again; None of a complete `auth` and of a dictionary.
    :param auth: Credentials and scope, by the names that keystoneauth1 gives them.
    :param verify: True, False, or the path of a file of CA certificates, as requests takes it.
    :param cert: Path of the client certificate, or of certificate and key.
    :param timeout: Seconds for one HTTP request, None where nothing was said.
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
        """The kind of credentials, None for an auth type that `auth_credentials.py` knows nothing of."""
        return KIND_OF_AUTH_TYPE.get(self.auth_type)

    @property
    def wanted_project(self) -> dict[str, str]:
        """What was said about the project that the token must act on; empty where none was named, as a domain alone names none."""
        named = "project_id" in self.auth or "project_name" in self.auth
        return {key: self.auth[key] for key in PROJECT_KEYS if key in self.auth} if named else {}


def configured(options: Mapping[str, Any]) -> Configuration:
    """Return the configuration that the options mean, complete and without contradiction. Makes no request.

    :raises InputError: Something is missing, contradicts something else, or names what is not there.
    :raises LoginError: A library is needed and not installed.
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
    """Return the configuration of a complete `auth`, read from nowhere else."""
    auth = filled(options["auth"])
    kind = kind_of_credentials(auth)
    auth_type = options.get("auth_type") or DEFAULT_AUTH_TYPES[kind or PASSWORD]
    if auth_type not in KIND_OF_AUTH_TYPE:
        raise InputError(
            f"auth_type {auth_type} cannot be used with auth alone.",
            hint=f"Use one of {', '.join(sorted(KIND_OF_AUTH_TYPE))}, or put the credentials into clouds.yaml and name that cloud with cloud.",
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
            hint="Without cloud, auth is taken alone: nothing of it is read from the environment or from a file. Give the rest, or overlay a cloud.",
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
    """Return the configuration of `cloud`, or of the surroundings where nothing is given, overlaid with the other options."""
    source, cloud, settings = read_cloud(options)
    auth = filled(settings["auth"])
    auth_type = overlay(auth, options, settings.get("auth_type") or "password")
    arguments = spellings(auth_type)
    for argument, names in arguments.items():
        for name in names:
            # What OS_* gives stands beside auth rather than in it.
            value = auth.pop(name, None) or settings.get(name)
            if value:
                auth.setdefault(argument, str(value))
    unknown = sorted(set(auth) - set(arguments) - set(argument_spec()["auth"]["options"]) - set(SCOPE_KEYS))
    if unknown:
        raise InputError(f"{source} holds under auth what auth_type {auth_type} does not take: {', '.join(unknown)}.")
    kind = KIND_OF_AUTH_TYPE.get(auth_type)
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
        raise InputError(f"{source} asks for the interface {interface}, which is none of {', '.join(INTERFACES)}.")
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
    """Return `verify`, `cert` and `timeout` of a configuration; the options win over the settings of the cloud."""
    validate = options.get("validate_certs")
    if validate is None:
        # A variable of the environment is a string. All but a plain false verifies.
        validate = not settings.get("insecure") and str(settings.get("verify")).lower() != "false"
    files: dict[str, Optional[str]] = {}
    for option, setting in (("ca_cert", "cacert"), ("client_cert", "cert"), ("client_key", "key")):
        path = options.get(option) or settings.get(setting)
        files[option] = os.path.expanduser(str(path)) if path else None
        if path and not os.path.exists(os.path.expanduser(str(path))):
            raise InputError(f"{option}: there is no file {path}.")
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
    """Return origin and path segments of a plain http(s) URL, None of any other, as of one with user, query or fragment."""
    try:
        parts = urlsplit(url.strip())
        plain = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and "@" not in parts.netloc
            and not parts.query
            and not parts.fragment
        )
    except ValueError:
        return None
    return (
        (f"{parts.scheme}://{parts.netloc}", [segment for segment in parts.path.split("/") if segment])
        if plain
        else None
    )
