# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Find the secrets in connection options, and remove them from texts."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

_HARMLESS = """
    auth_url auth_type auth_plugin profile cloud name region_name regions interface endpoint_type username user_name
    user_id user_domain_id user_domain_name default_domain_id default_domain_name project_id project_name
    project_domain_id project_domain_name tenant_id tenant_name domain_id domain_name verify insecure cacert cert
    api_timeout system_scope trust_id identity_provider protocol application_credential_id
    application_credential_name auth_methods auth_version token_endpoint access_token_endpoint access_token_type
    discovery_endpoint device_authorization_endpoint code_challenge_method oauth2_endpoint endpoint redirect_uri
    redirect_host redirect_port login_timeout
"""
HARMLESS_KEYS = frozenset(_HARMLESS.split())
_HARMLESS_ENDINGS = (
    "_api_version",
    "_endpoint_override",
    "_default_microversion",
    "_interface",
    "_region_name",
    "_service_type",
)
"""Keys of a cloud, and how keys end, whose values are no secrets."""

LOOKS_SECRET = re.compile("pass|pwd|secret|token|credential|private|apikey|_key$|^code$", re.IGNORECASE)
"""Names of options and settings that hold secrets. The client key of a cloud, `key`, is the path of a file."""

SHORTEST_SEARCHED = 4
"""Length of the shortest secret that is searched for in texts. A shorter one is part of words, ids and numbers."""


USER_IN_URL = re.compile(r"://[^/\s'\"]*@")
"""User and password in a URL, such as that of a proxy."""

SECRET_BY_ITSELF = re.compile("://.*@|PRIVATE KEY", re.DOTALL)
"""Texts that are secrets whatever their key is: a URL with a user, and a key in place of the path of its file."""


def secret_values(cloud: Any) -> set[str]:
    """Return the secrets in the option `cloud`. Pure.

    In a dictionary, every value in `auth`, or below a key that looks like a secret, is one, unless its key is known to
    be harmless. Other values are settings and no secrets. Booleans, nulls and empty strings never are. A string that
    looks like a dictionary is a secret as a whole, and so are the secrets in it. The name of a cloud is not a secret.
    """
    return _secrets(cloud, hidden=False)


def secrets_of_auth(auth: Any) -> set[str]:
    """Return the secrets in the option `auth`, or in another dictionary whose values are secret. Pure."""
    return _secrets(auth, hidden=True)


def _secrets(value: Any, *, hidden: bool) -> set[str]:
    if isinstance(value, str) and looks_like_data(value):
        return {value, *_secret_leaves(_parsed(value), hidden=hidden, harmless=False)}
    return set(_secret_leaves(value, hidden=hidden, harmless=False))


def _secret_leaves(value: Any, *, hidden: bool, harmless: bool) -> Iterable[str]:
    """Yield the secrets inside a value.

    :param hidden: Whether the value is in `auth` or below a key that looks like a secret.
    :param harmless: Whether the key above the value is harmless; it decides for lists and plain values.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = str(key).replace("-", "_").lower()
            known = _is_harmless(name)
            secret = name == "auth" or (not known and LOOKS_SECRET.search(name) is not None)
            yield from _secret_leaves(inner, hidden=hidden or secret, harmless=known)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _secret_leaves(inner, hidden=hidden, harmless=harmless)
    elif isinstance(value, bool) or value is None or str(value) == "":
        return
    elif (hidden and not harmless) or SECRET_BY_ITSELF.search(str(value)):
        yield str(value)
    elif isinstance(value, str) and not hidden and looks_like_data(value):
        yield from _secret_leaves(_parsed(value), hidden=hidden, harmless=harmless)


def _is_harmless(key: str) -> bool:
    return key in HARMLESS_KEYS or key.endswith(_HARMLESS_ENDINGS)


def looks_like_data(text: str) -> bool:
    """Return whether a string is a dictionary that became text in a template, and not the name of a cloud."""
    return re.search(r"[{}\[\]\"'\n=]|:\s|:$", text) is not None


def _parsed(text: str) -> Any:
    """Return the value that a string in JSON, Python or `key=value` notation holds, None for other text."""
    for parse in (json.loads, ast.literal_eval, check_type_dict):
        try:
            return parse(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def searched(secrets: Iterable[str]) -> set[str]:
    """Return the secrets that are long enough to be searched for in texts."""
    return {secret for secret in secrets if len(secret) >= SHORTEST_SEARCHED}


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return a text of a server or library without the secrets that it may repeat, and without users in URLs."""
    for secret in sorted(searched(secrets), key=len, reverse=True):
        text = text.replace(secret, "********")
    return USER_IN_URL.sub("://********@", text)
