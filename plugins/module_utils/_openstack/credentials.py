# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Kinds of credentials: their auth types, their missing keys, and how one set overlays another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from .._core.errors import InputError
from .._core.this_host import missing_library

try:
    from keystoneauth1 import exceptions as ks_exceptions
    from keystoneauth1 import loading as ks_loading

    KEYSTONEAUTH_IMPORT_ERROR: Optional[str] = None
except ImportError as exc:
    KEYSTONEAUTH_IMPORT_ERROR = str(exc)

PASSWORD, TOKEN, APPLICATION_CREDENTIAL = "password", "token", "application credential"
# The keys of auth that identify a kind of credentials.
_CREDENTIALS = {
    PASSWORD: {"password"},
    TOKEN: {"token"},
    APPLICATION_CREDENTIAL: {
        "application_credential_id",
        "application_credential_name",
        "application_credential_secret",
    },
}
DEFAULT_AUTH_TYPES = {PASSWORD: "password", TOKEN: "v3token", APPLICATION_CREDENTIAL: "v3applicationcredential"}
KIND_OF_AUTH_TYPE = {
    "password": PASSWORD,
    "v3password": PASSWORD,
    "token": TOKEN,
    "v3token": TOKEN,
    "v3applicationcredential": APPLICATION_CREDENTIAL,
}
PROJECT_KEYS = ("project_id", "project_name", "project_domain_id", "project_domain_name")
SCOPE_KEYS = (*PROJECT_KEYS, "domain_id", "domain_name", "system_scope", "trust_id")
# Pairs of keys for one object. keystoneauth1 prefers the id, so overlaying either key removes both.
_ID_KEYS = {
    "username": "user_id",
    "user_domain_name": "user_domain_id",
    "project_name": "project_id",
    "project_domain_name": "project_domain_id",
    "domain_name": "domain_id",
    "application_credential_name": "application_credential_id",
}


def filled(auth: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys of `auth` that have a value, as strings. An empty string is no value."""
    return {key: str(value) for key, value in auth.items() if value not in (None, "")}


def kind_of_credentials(auth: Mapping[str, str]) -> Optional[str]:
    """Return the kind of credentials in `auth`, None if there are none.

    :raises InputError: There are several.
    """
    kinds = [kind for kind, keys in _CREDENTIALS.items() if not keys.isdisjoint(auth)]
    if len(kinds) > 1:
        raise InputError(f"auth holds several kinds of credentials: {', '.join(kinds)}.", hint="Give one of them.")
    return kinds[0] if kinds else None


def check_kind(kind: Optional[str], auth_type: str) -> None:
    """Require that an auth type takes a kind of credentials.

    :raises InputError: It takes another kind.
    """
    taken = KIND_OF_AUTH_TYPE.get(auth_type)
    if None not in (kind, taken) and kind != taken:
        raise InputError(
            f"auth holds a credential of the kind {kind}, and auth_type {auth_type} takes the kind {taken}."
        )


def missing_credentials(kind: str, auth: Mapping[str, str]) -> list[str]:
    """Return the keys that a login with this kind of credentials still needs, as texts for a message."""
    missing = [] if "auth_url" in auth else ["auth_url"]
    user = []
    if "user_id" not in auth:
        user += [] if "username" in auth else ["username or user_id"]
        user += [] if _has_domain(auth, "user") else ["user_domain_name or user_domain_id"]
    if kind == APPLICATION_CREDENTIAL:
        missing += [] if "application_credential_secret" in auth else ["application_credential_secret"]
        if "application_credential_id" not in auth:
            missing += user if "application_credential_name" in auth else ["application_credential_id"]
        return missing
    missing += [] if kind in auth else [kind]
    return missing + (user if kind == PASSWORD else [])


def missing_project(auth: Mapping[str, str]) -> list[str]:
    """Return the keys of the project that are still needed, as texts for a message."""
    if "project_id" in auth:
        return []
    if "project_name" not in auth:
        return ["project_name or project_id"]
    return [] if _has_domain(auth, "project") else ["project_domain_name or project_domain_id"]


def _has_domain(auth: Mapping[str, str], of: str) -> bool:
    return any(f"{prefix}_domain_{suffix}" in auth for prefix in (of, "default") for suffix in ("id", "name"))


def spread_domain(auth: dict[str, str]) -> None:
    """Replace `domain_id` and `domain_name` in place by the domains of user and project, as openstacksdk does.

    A domain that user or project name themselves stays.
    """
    for key in ("domain_id", "domain_name"):
        value = auth.pop(key, None)
        for of in ("user", "project"):
            if value and f"{of}_domain_id" not in auth and f"{of}_domain_name" not in auth:
                auth[f"{of}_{key}"] = value


def fill_domains(auth: dict[str, str], option: Mapping[str, Any], domain: str) -> None:
    """Fill in the domains that a cloud leaves out, in place, as the `openstack` command does for passwords.

    A user or project that the option `auth` names keeps its own domain, or fails without one: the cloud of the file may
    have another.

    :param option: The option `auth`.
    :param domain: Id of the domain.
    """
    for of, name, keys in (("user", "username", {"user_id"}), ("project", "project_name", {"project_id"})):
        given = keys | {name}
        if name in auth and keys.isdisjoint(auth) and given.isdisjoint(filled(option)) and not _has_domain(auth, of):
            auth[f"{of}_domain_id"] = domain


def overlay(auth: dict[str, str], options: Mapping[str, Any], auth_type: str) -> str:
    """Overlay the `auth` of a cloud with the option `auth`, in place, and return the resulting auth type.

    A project in the option replaces the whole scope of the cloud. Otherwise the two could mix into a third project.
    """
    overlay = filled(options.get("auth") or {})
    kind = kind_of_credentials(overlay)
    names_project = "project_id" in overlay or "project_name" in overlay
    if not names_project and ("domain_id" in overlay or "domain_name" in overlay):
        raise InputError(
            "auth.domain_id and auth.domain_name mean the domain of user and project, and auth names no project.",
            hint="Name the project as well, or use user_domain_name or project_domain_name.",
        )
    if names_project:
        for key in SCOPE_KEYS:
            auth.pop(key, None)
    for name_key, id_key in _ID_KEYS.items():
        if name_key in overlay or id_key in overlay:
            auth.pop(name_key, None)
            auth.pop(id_key, None)
    auth.update(overlay)
    if names_project:
        spread_domain(auth)
    if options.get("auth_type"):
        auth_type = options["auth_type"]
        check_kind(kind, auth_type)
    elif kind is not None and kind != KIND_OF_AUTH_TYPE.get(auth_type):
        auth_type = DEFAULT_AUTH_TYPES[kind]
    elif auth_type == "password" and "password" not in auth:
        # The default of openstacksdk is password.
        auth_type = DEFAULT_AUTH_TYPES[kind_of_credentials(auth) or PASSWORD]
    return auth_type


def require_keystoneauth() -> None:
    """Require keystoneauth1.

    :raises LoginError: It is not installed.
    """
    if KEYSTONEAUTH_IMPORT_ERROR is not None:
        raise missing_library("keystoneauth1", KEYSTONEAUTH_IMPORT_ERROR)


def plugin_loader(auth_type: str) -> Any:
    """Return the loader of keystoneauth1 for an auth type.

    :raises InputError: There is no such auth type.
    """
    try:
        return ks_loading.get_plugin_loader(auth_type)
    except ks_exceptions.NoMatchingPlugin as exc:
        raise InputError(f"There is no auth_type {auth_type}.") from exc


def spellings(auth_type: str) -> dict[str, list[str]]:
    """Return the arguments of an auth type, each with the names under which users may give it."""
    return {
        option.dest: [
            name.replace("-", "_") for name in (option.dest, option.name, *(old.name for old in option.deprecated))
        ]
        for option in plugin_loader(auth_type).get_options()
    }
