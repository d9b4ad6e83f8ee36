# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From the connection options of a task to one Keystone session that is bound to one project.

There are two roads, and they never mix. A complete C(auth) without C(cloud) is taken alone: no variable of the environment
and no file can change whose project the task acts on. Everything else (a named cloud, a dictionary, C(OS_*), a single cloud
in C(clouds.yaml)) is read by the configuration loader of openstacksdk, which is imported on that road only.
Both roads end in the same login and in the same comparison of the token's project with the one asked for.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional, Union
from urllib.parse import urlsplit

from ansible.module_utils.basic import missing_required_lib
from ansible.module_utils.common.parameters import env_fallback
from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.openprotect.backup.plugins.module_utils.errors import EndpointError, InputError, LoginError, WrongProjectError

try:
    from keystoneauth1 import exceptions as ks_exceptions
    from keystoneauth1 import identity as ks_identity
    from keystoneauth1 import loading as ks_loading
    from keystoneauth1 import session as ks_session

    KEYSTONEAUTH_IMPORT_ERROR: Optional[str] = None
except ImportError:
    KEYSTONEAUTH_IMPORT_ERROR = traceback.format_exc()

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo

# ansible-core has no types for it.
missing_library: Callable[..., str] = missing_required_lib

PASSWORD, TOKEN, APPLICATION_CREDENTIAL = "password", "token", "application credential"
CREDENTIALS = {
    PASSWORD: {"password"},
    TOKEN: {"token"},
    APPLICATION_CREDENTIAL: {"application_credential_id", "application_credential_name", "application_credential_secret"},
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
# Of two keys that name one thing keystoneauth1 prefers the id, so the other one must go when one of them is overlaid.
TWINS = {
    "username": "user_id",
    "user_domain_name": "user_domain_id",
    "project_name": "project_id",
    "project_domain_name": "project_domain_id",
    "domain_name": "domain_id",
    "application_credential_name": "application_credential_id",
}
INTERFACES = ("public", "internal", "admin")
HARMLESS_KEYS = {
    *("auth_url", "auth_type", "auth_plugin", "profile", "cloud", "name", "region_name", "regions", "interface", "endpoint_type"),
    *("username", "user_name", "user_id", "user_domain_id", "user_domain_name", "default_domain_id", "default_domain_name"),
    *("project_id", "project_name", "project_domain_id", "project_domain_name", "tenant_id", "tenant_name", "domain_id", "domain_name"),
    *("verify", "insecure", "cacert", "cert", "api_timeout", "system_scope", "trust_id", "identity_provider", "protocol"),
    *("application_credential_id", "application_credential_name", "auth_methods"),
}
HARMLESS_ENDINGS = ("_api_version", "_endpoint_override", "_default_microversion", "_interface", "_region_name", "_service_type")
SERVICE_TYPES = {"block-storage": ("block-storage", "volumev3")}
"""Types that catalogs have for a service."""

API_VERSIONS = {"identity": "/v3", "network": "/v2.0"}
"""What follows the URL in the catalog of the services whose endpoint is not that of a version."""

PLACEHOLDERS = re.compile(r"[$%]\((?:tenant|project)_id\)s")


def argument_spec() -> dict[str, Any]:
    """Return the argument spec of the connection options; the documentation fragment C(auth) says the same in words.

    Names, aliases and meaning are those of openstack.cloud, so that one C(module_defaults) block feeds both collections.
    """
    return {
        "cloud": {"type": "raw"},
        "auth": {
            "type": "dict",
            "options": {
                "auth_url": {"type": "str"},
                "username": {"type": "str"},
                "user_id": {"type": "str"},
                "password": {"type": "str", "no_log": True},
                "user_domain_id": {"type": "str"},
                "user_domain_name": {"type": "str"},
                "project_id": {"type": "str"},
                "project_name": {"type": "str"},
                "project_domain_id": {"type": "str"},
                "project_domain_name": {"type": "str"},
                "domain_id": {"type": "str"},
                "domain_name": {"type": "str"},
                "token": {"type": "str", "no_log": True},
                "application_credential_id": {"type": "str"},
                "application_credential_name": {"type": "str"},
                "application_credential_secret": {"type": "str", "no_log": True},
            },
        },
        "auth_type": {"type": "str"},
        "region_name": {"type": "str"},
        "interface": {"type": "str", "choices": list(INTERFACES), "aliases": ["endpoint_type"]},
        "validate_certs": {"type": "bool", "aliases": ["verify"]},
        "ca_cert": {"type": "path", "aliases": ["cacert"]},
        "client_cert": {"type": "path", "aliases": ["cert"]},
        # The path of a file, not the key itself.
        "client_key": {"type": "path", "aliases": ["key"], "no_log": False},
        "api_timeout": {"type": "int"},
        "endpoint_override": {"type": "str"},
        "server_line": {
            "type": "str",
            "choices": ["auto", "4", "5", "6"],
            "default": "auto",
            "fallback": (env_fallback, ["OPENPROTECT_SERVER_LINE"]),
        },
    }


# --- secrets ---------------------------------------------------------------------------------------------------------------------


def secrets_of_cloud(cloud: Any) -> set[str]:
    """Return what must be masked of the option C(cloud), or C(auth), before anything of it is logged. Pure.

    Of a dictionary that is every leaf, as a string, whose key is not known to be harmless: a key that nobody thought of is a
    secret. Booleans, nulls and empty strings never are. A string that looks like a dictionary is masked whole, and so are
    the leaves of what can be read out of it. The name of a cloud gives the empty set.
    """
    if isinstance(cloud, str):
        return {cloud, *_secret_leaves(_parsed(cloud), harmless=False)} if _looks_like_data(cloud) else set()
    return set(_secret_leaves(cloud, harmless=False))


def _secret_leaves(value: Any, *, harmless: bool) -> Iterable[str]:
    """Yield the leaves below a value; of a list or a plain value the key above it decides (C(harmless))."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secret_leaves(inner, harmless=_is_harmless(str(key)))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _secret_leaves(inner, harmless=harmless)
    elif isinstance(value, bool) or value is None or str(value) == "":
        return
    # A URL with a user in it may hold a password whatever its key is called.
    elif not harmless or ("://" in str(value) and "@" in str(value)):
        yield str(value)


def _is_harmless(key: str) -> bool:
    key = key.replace("-", "_").lower()
    return key in HARMLESS_KEYS or key.endswith(HARMLESS_ENDINGS)


def _looks_like_data(text: str) -> bool:
    """Return whether a string is rather a dictionary that was templated into text than the name of a cloud."""
    return re.search(r"[{}\[\]\"'\n=]|:\s|:$", text) is not None


def _parsed(text: str) -> Any:
    """Return what a string in JSON or Python notation, or of C(key=value), stands for, None where it is nothing of that."""
    for parse in (json.loads, ast.literal_eval, check_type_dict):
        try:
            return parse(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def _redact(text: str, secrets: Iterable[str]) -> str:
    """Return a text of somebody else (server, library) without the secrets that it may repeat."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "********")
    return text


# --- options -> configuration ----------------------------------------------------------------------------------------------------


@dataclass(repr=False)
class Configuration:
    """What a login needs, whichever road it came by. It has no repr of its own, since it holds secrets.

    :param source: Where it came from, in words, for messages.
    :param cloud: Name under which the option C(cloud) finds it again; None of a complete C(auth) and of a dictionary.
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
        """The kind of credentials, None for an auth type that this file knows nothing of."""
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
    if KEYSTONEAUTH_IMPORT_ERROR is not None:
        raise LoginError(missing_library("keystoneauth1"))
    alone = options.get("auth") is not None and options.get("cloud") in (None, "")
    configuration = _from_auth(options) if alone else _from_cloud(options)
    if _http_url(configuration.auth.get("auth_url", "")) is None:
        raise InputError(f"{configuration.source}: auth_url is not a plain http or https URL without user, query and fragment.")
    return configuration


def _from_auth(options: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a complete C(auth), read from nowhere else."""
    auth = _filled(options["auth"])
    kind = _kind_of_credentials(auth)
    auth_type = options.get("auth_type") or DEFAULT_AUTH_TYPES[kind or PASSWORD]
    if auth_type not in KIND_OF_AUTH_TYPE:
        raise InputError(
            f"auth_type {auth_type} cannot be used with auth alone.",
            hint=f"Use one of {', '.join(sorted(KIND_OF_AUTH_TYPE))}, or put the credentials into clouds.yaml and name that cloud with cloud.",
        )
    _check_kind(kind, auth_type)
    _spread_domain(auth)
    missing = _missing_credentials(KIND_OF_AUTH_TYPE[auth_type], auth)
    if kind is None and not options.get("auth_type"):
        missing.append("or, in place of the password, token or application_credential_id and application_credential_secret")
    if KIND_OF_AUTH_TYPE[auth_type] != APPLICATION_CREDENTIAL:
        missing += _missing_project(auth)
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
    """Return the configuration of C(cloud), or of the surroundings where nothing is given, overlaid with the other options."""
    source, cloud, settings = _read_cloud(options)
    auth = _filled(settings["auth"])
    auth_type = _overlay(auth, options, settings.get("auth_type") or "password")
    spellings = _spellings(auth_type)
    for argument, names in spellings.items():
        for name in names:
            # What OS_* gives stands beside auth rather than in it.
            value = auth.pop(name, None) or settings.get(name)
            if value:
                auth.setdefault(argument, str(value))
    unknown = sorted(set(auth) - set(spellings) - set(argument_spec()["auth"]["options"]) - set(SCOPE_KEYS))
    if unknown:
        raise InputError(f"{source} holds under auth what auth_type {auth_type} does not take: {', '.join(unknown)}.")
    missing = _missing_credentials(KIND_OF_AUTH_TYPE[auth_type], auth) if auth_type in KIND_OF_AUTH_TYPE else []
    if auth.get("project_name") and auth_type in KIND_OF_AUTH_TYPE and KIND_OF_AUTH_TYPE[auth_type] != APPLICATION_CREDENTIAL:
        missing += _missing_project(auth)
    if missing:
        raise InputError(f"{source} is incomplete. Missing: {'; '.join(missing)}.", hint="Give the rest there, or with auth.")
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


def _filled(auth: Mapping[str, Any]) -> dict[str, str]:
    """Return what is given of C(auth), as strings; an empty string is not given."""
    return {key: str(value) for key, value in auth.items() if value not in (None, "")}


def _kind_of_credentials(auth: Mapping[str, str]) -> Optional[str]:
    """Return the kind of credentials that is given, None where none is."""
    kinds = [kind for kind, keys in CREDENTIALS.items() if not keys.isdisjoint(auth)]
    if len(kinds) > 1:
        raise InputError(f"auth holds several kinds of credentials: {', '.join(kinds)}.", hint="Give one of them.")
    return kinds[0] if kinds else None


def _check_kind(kind: Optional[str], auth_type: str) -> None:
    taken = KIND_OF_AUTH_TYPE.get(auth_type)
    if None not in (kind, taken) and kind != taken:
        raise InputError(f"auth holds a credential of the kind {kind}, and auth_type {auth_type} takes the kind {taken}.")


def _missing_credentials(kind: str, auth: Mapping[str, str]) -> list[str]:
    """Return what a login with that kind of credentials still needs, in words."""
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


def _missing_project(auth: Mapping[str, str]) -> list[str]:
    """Return what still needs to be said about the project, in words."""
    if "project_id" in auth:
        return []
    if "project_name" not in auth:
        return ["project_name or project_id"]
    return [] if _has_domain(auth, "project") else ["project_domain_name or project_domain_id"]


def _has_domain(auth: Mapping[str, str], of: str) -> bool:
    return any(f"{prefix}_domain_{suffix}" in auth for prefix in (of, "default") for suffix in ("id", "name"))


def _spread_domain(auth: dict[str, str]) -> None:
    """Replace C(domain_id) and C(domain_name) by the domain of user and project, where these name none, as openstacksdk does."""
    for key in ("domain_id", "domain_name"):
        value = auth.pop(key, None)
        for of in ("user", "project"):
            if value and f"{of}_domain_id" not in auth and f"{of}_domain_name" not in auth:
                auth[f"{of}_{key}"] = value


def _overlay(auth: dict[str, str], options: Mapping[str, Any], auth_type: str) -> str:
    """Lay the option C(auth) over the C(auth) of a cloud, in place, and return the auth type that holds then.

    A project in the option replaces all that the cloud says about its scope: half of one and half of the other would be a
    third project that nobody asked for.
    """
    overlay = _filled(options.get("auth") or {})
    kind = _kind_of_credentials(overlay)
    names_project = "project_id" in overlay or "project_name" in overlay
    if not names_project and ("domain_id" in overlay or "domain_name" in overlay):
        raise InputError(
            "auth.domain_id and auth.domain_name mean the domain of user and project, and auth names no project.",
            hint="Name the project as well, or use user_domain_name or project_domain_name.",
        )
    if names_project:
        for key in SCOPE_KEYS:
            auth.pop(key, None)
    for one, other in TWINS.items():
        if one in overlay or other in overlay:
            auth.pop(one, None)
            auth.pop(other, None)
    auth.update(overlay)
    if names_project:
        _spread_domain(auth)
    if options.get("auth_type"):
        auth_type = options["auth_type"]
        _check_kind(kind, auth_type)
    elif kind is not None and kind != KIND_OF_AUTH_TYPE.get(auth_type):
        auth_type = DEFAULT_AUTH_TYPES[kind]
    elif auth_type == "password" and "password" not in auth:
        # openstacksdk says password where nothing is said.
        auth_type = DEFAULT_AUTH_TYPES[_kind_of_credentials(auth) or PASSWORD]
    return auth_type


def _transport(options: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return C(verify), C(cert) and C(timeout) of a configuration; the options win over the settings of the cloud."""
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
    return {"verify": (files["ca_cert"] or True) if validate else False, "cert": (cert, key) if cert and key else cert, "timeout": seconds}


# --- openstacksdk's configuration loader -----------------------------------------------------------------------------------------


def _read_cloud(options: Mapping[str, Any]) -> tuple[str, Optional[str], dict[str, Any]]:
    """Return in words which cloud is meant, its name if it has one, and its settings as openstacksdk reads them, all files merged."""
    try:
        # On this road only: importing it costs more than all the rest of a task.
        from openstack import exceptions as sdk_exceptions
        from openstack.config import loader
        from yaml import YAMLError
    except ImportError as exc:
        raise LoginError(
            missing_library("openstacksdk", reason="for the option cloud, clouds.yaml and the variables OS_*"),
            hint="A complete auth without cloud works without it.",
        ) from exc
    cloud = options.get("cloud")
    if isinstance(cloud, str) and _looks_like_data(cloud):
        raise InputError("cloud is a string that looks like a dictionary.", hint="Give the name of a cloud, or a real dictionary.")
    if cloud is not None and not isinstance(cloud, (str, Mapping)):
        raise InputError("cloud must be the name of a cloud or a dictionary.")
    secrets: set[str] = set()
    try:
        if isinstance(cloud, Mapping):
            clouds = loader.OpenStackConfig(load_yaml_config=False, load_envvars=False)
            name, source = "cloud", "The dictionary cloud"
            clouds.cloud_config = {"clouds": {name: copy.deepcopy(dict(cloud))}}
        else:
            # Copies, since older releases put OS_CLIENT_CONFIG_FILE into the lists of their module.
            clouds = loader.OpenStackConfig(config_files=list(loader.CONFIG_FILES), secure_files=list(loader.SECURE_FILES))
            name = _cloud_name(clouds, cloud or None)
            source = "The environment (OS_*)" if name == clouds.envvar_key else f"The cloud {name} of {clouds.config_filename}"
        entry = clouds.cloud_config["clouds"][name]
        secrets = secrets_of_cloud(entry)
        _prepare_entry(entry, source, options.get("region_name") or None)
        settings = dict(clouds.get_one(name, validate=False, region_name=options.get("region_name") or "").config)
    except sdk_exceptions.ConfigException as exc:
        raise InputError(f"The configuration of the cloud cannot be used: {_redact(str(exc), secrets)}") from exc
    except (AttributeError, IndexError, KeyError, OSError, TypeError, ValueError, YAMLError) as exc:
        # openstacksdk checks no types, fills in what stands in braces, and fetches some profiles. What it says then may hold part of a secret.
        raise InputError(
            f"The configuration of the cloud cannot be used: openstacksdk fails on it with {type(exc).__name__}.",
            hint="Look for values of a wrong type, for braces outside of auth, and for a profile that must be fetched.",
        ) from None
    if not entry.get("region_name") and not entry.get("regions") and not options.get("region_name"):
        # Of a profile openstacksdk takes the first region. Which one is meant must be said, or be clear from the catalog.
        settings["region_name"] = None
    return source, None if isinstance(cloud, Mapping) else name, settings


def _cloud_name(clouds: Any, name: Optional[str]) -> str:
    """Return the name of the cloud that is meant, checked: openstacksdk reads other files where the one asked for cannot be read."""
    asked_file = os.environ.get("OS_CLIENT_CONFIG_FILE")
    if asked_file and clouds.config_filename != asked_file:
        raise InputError(f"OS_CLIENT_CONFIG_FILE names {asked_file}, which is not there, not readable or not YAML.")
    entries = clouds.cloud_config["clouds"]
    # The placeholder for "there is no cloud at all".
    known = [key for key in entries if not (key == "defaults" and entries[key] == clouds.defaults)]
    in_file = ", ".join(sorted(str(key) for key in known if key != clouds.envvar_key)) or "none"
    where = clouds.config_filename or "no clouds.yaml was found"
    if name is None and not known:
        raise InputError("Nothing says where to log in.", hint="Give auth, or cloud, or set OS_CLOUD or the other variables OS_*.")
    name = name or clouds.default_cloud
    if name is None:
        raise InputError(f"Nothing says which cloud to use. Known clouds: {in_file} ({where}).", hint="Name one with cloud, or with OS_CLOUD.")
    if name not in known:
        raise InputError(f"There is no cloud {name}. Known clouds: {in_file} ({where}).")
    return name


def _prepare_entry(entry: Any, source: str, region_name: Optional[str]) -> None:
    """Check one cloud of the configuration, and put into it, in place, what openstacksdk would otherwise refuse or guess."""
    if not isinstance(entry, dict) or not isinstance(entry.get("auth") or {}, dict):
        raise InputError(f"{source} is not a dictionary, or its auth is not.")
    entry["auth"] = auth = dict(entry.get("auth") or {})
    for key in argument_spec()["auth"]["options"]:
        # openstacksdk fills in braces in what stands beside auth, and a secret may hold some.
        if key in entry and key not in auth:
            auth[key] = entry.pop(key)
    regions = entry.get("regions")
    if region_name and not regions:
        entry["region_name"] = region_name
    elif not region_name:
        own = entry.get("region_name") or ""
        choices = regions or (own if isinstance(own, list) else own.split(","))
        if len(choices) > 1:
            names = [str(region.get("name") if isinstance(region, dict) else region) for region in choices]
            raise InputError(f"{source} has several regions: {', '.join(names)}.", hint="Choose one with region_name.")


# --- login -----------------------------------------------------------------------------------------------------------------------


class Connection:
    """One authenticated session, bound to one project.

    :ivar session: Sends requests with the token; it logs in again by itself where the token ran out.
    :ivar cloud: Name under which the option C(cloud) finds the same login again, C(envvars) for C(OS_*); None of a complete C(auth) and of a dictionary.
    :ivar project_id: The project of the token.
    :ivar domains: Ids and names of the domains that the token names: that of the project and that of the user.
    :ivar application_credential: Whether the login was by one, whose tokens never act on another project.
    :ivar roles: Names of the roles of the user in the project, for messages.
    :ivar region_name: The region whose endpoints are used, None where none was chosen.
    :ivar interface: The interface whose endpoints are used: C(public), C(internal) or C(admin).
    :ivar issued: When Keystone issued the token, by its own clock; C(expires) says until when it is good.
    :ivar secrets: The token and the credentials, for the caller to mask in results.
    """

    def __init__(
        self,
        session: ks_session.Session,
        access: AccessInfo,
        *,
        cloud: Optional[str],
        region_name: Optional[str],
        interface: str,
        application_credential: bool,
        endpoint_override: Optional[str],
        secrets: frozenset[str],
    ) -> None:
        self.session = session
        self.cloud = cloud
        self.application_credential = application_credential
        self.project_id: str = str(access.project_id)
        self.project_name: Optional[str] = access.project_name
        self.user_id: Optional[str] = access.user_id
        self.user_name: Optional[str] = access.username
        self.roles: tuple[str, ...] = tuple(access.role_names or ())
        self.issued: Optional[datetime] = access.issued
        self.expires: Optional[datetime] = access.expires
        named = ((access.project_domain_id, access.project_domain_name), (access.user_domain_id, access.user_domain_name))
        self.domains: dict[str, str] = {domain_id: name for domain_id, name in named if domain_id and name}
        self.region_name = region_name
        self.interface = interface
        self.secrets = secrets
        self._endpoint_override = endpoint_override
        self._catalog: list[dict[str, Any]] = access.service_catalog.normalize_catalog()

    def __repr__(self) -> str:
        """Return the project, and nothing that is secret."""
        return f"<Connection project_id={self.project_id} region_name={self.region_name} interface={self.interface}>"

    def endpoint(self, *service_types: str) -> str:
        """Return the URL of a service, without a slash at its end, as the catalog of the token has it.

        :param service_types: Types to try, in order; the first that has an endpoint in this region and interface counts.
            No other region and no other interface is ever taken (API reference A.1).
        :raises EndpointError: There is none, or which of several is meant cannot be told.
        """
        for service_type in service_types:
            found = [endpoint for endpoint in self._endpoints(service_type) if endpoint["interface"] == self.interface]
            if self.region_name:
                found = [endpoint for endpoint in found if endpoint["region_name"] == self.region_name]
            regions = sorted({str(endpoint["region_name"]) for endpoint in found})
            urls = sorted({endpoint["url"].rstrip("/") for endpoint in found})
            if len(regions) > 1:
                raise EndpointError(
                    f"The catalog holds {self.interface} endpoints of type {service_type} in several regions: {', '.join(regions)}.",
                    hint="Choose one with region_name.",
                )
            if len(urls) > 1:
                raise EndpointError(f"The catalog holds several {self.interface} endpoints of type {service_type}: {', '.join(urls)}.")
            if urls:
                return str(urls[0])
        raise self._no_endpoint(service_types)

    def _endpoints(self, service_type: str) -> list[dict[str, Any]]:
        """Return the endpoints of exactly that type; keystoneauth1 alone would take aliases of it as well."""
        return [endpoint for service in self._catalog if service["type"] == service_type for endpoint in service["endpoints"] if endpoint.get("url")]

    def _no_endpoint(self, service_types: tuple[str, ...]) -> EndpointError:
        elsewhere = [
            f"{service_type} is there in region {endpoint['region_name']}, interface {endpoint['interface']}"
            for service_type in service_types
            for endpoint in self._endpoints(service_type)
        ]
        types = sorted({str(service["type"]) for service in self._catalog})
        place = f"region {self.region_name}, interface {self.interface}" if self.region_name else f"interface {self.interface}"
        return EndpointError(
            f"The catalog of project {self.project_name or self.project_id} holds no endpoint of type {' or '.join(service_types)} for {place}. "
            f"It holds: {', '.join(types) or 'nothing'}." + "".join(f" {sentence}." for sentence in elsewhere),
            hint="Choose another region_name or interface." if elsewhere else "",
        )

    def service_url(self, service_type: str) -> str:
        """Return the URL of a service, by its type, with the version of its API that the catalog may leave out.

        :raises EndpointError: As L(endpoint).
        """
        url = self.endpoint(*SERVICE_TYPES.get(service_type, (service_type,)))
        version = API_VERSIONS.get(service_type, "")
        return url if url.endswith(version) else url + version

    def workloadmgr_url(self) -> str:
        """Return the base URL of workloadmgr, C(.../v1/<project id of the token>) (API reference A.1).

        What the catalog or C(endpoint_override) says behind C(/v1) is replaced by the project of the token, since some
        deployments leave a placeholder there. An override that is only scheme, host and port is completed.

        :raises EndpointError: There is no endpoint, or its URL is not one of workloadmgr.
        """
        override = self._endpoint_override
        url = override or self.endpoint("workloads", "workloadmgr")
        source = "endpoint_override" if override else "The endpoint of workloadmgr in the catalog"
        parts = _http_url(PLACEHOLDERS.sub(self.project_id, url))
        if parts is None:
            # Not shown: it may hold a password.
            raise EndpointError(f"{source} is not a plain http or https URL without user, query and fragment.")
        origin, segments = parts
        if "v1" in segments:
            # The last one: a proxy may have a v1 of its own in front.
            base = segments[: len(segments) - segments[::-1].index("v1")]
        elif override and not segments:
            base = ["v1"]
        else:
            raise EndpointError(f"{source} is {url}, which has no /v1 in its path.", hint="A URL of workloadmgr looks like http://host:8781/v1.")
        return "/".join([origin, *base, self.project_id])


def _http_url(url: str) -> Optional[tuple[str, list[str]]]:
    """Return origin and path segments of a plain http(s) URL, None of any other, as of one with user, query or fragment."""
    try:
        parts = urlsplit(url.strip())
        plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and not parts.query and not parts.fragment
    except ValueError:
        return None
    return (f"{parts.scheme}://{parts.netloc}", [segment for segment in parts.path.split("/") if segment]) if plain else None


def connect(options: Mapping[str, Any]) -> Connection:
    """Log in once and return the session, bound to the project that was asked for.

    At most two requests go out, both to Keystone: discovery, and the token.

    :param options: The connection options as C(argument_spec) lets them through.
    :raises InputError: Before any request: options are incomplete, or contradict each other.
    :raises LoginError: A library is missing, Keystone cannot be reached, or it refuses.
    :raises WrongProjectError: The token acts on no project, or on another one than was asked for.
    """
    return log_in(configured(options), options.get("endpoint_override") or None)


def log_in(configuration: Configuration, endpoint_override: Optional[str]) -> Connection:
    """Log in once and return the session, as L(connect) does.

    :param endpoint_override: URL of workloadmgr, in place of the catalog's.
    :raises LoginError: Keystone cannot be reached, or it refuses.
    :raises WrongProjectError: The token acts on no project, or on another one than was asked for.
    """
    plugin, secrets = _plugin(configuration)
    session = ks_session.Session(
        auth=plugin,
        verify=configuration.verify,
        cert=configuration.cert,
        timeout=configuration.timeout,
        user_agent="openprotect.backup",
    )
    access = _login(plugin, session, configuration, secrets)
    _check_project(access, configuration)
    return Connection(
        session,
        access,
        cloud=configuration.cloud,
        application_credential=configuration.kind == APPLICATION_CREDENTIAL,
        region_name=configuration.region_name,
        interface=configuration.interface,
        endpoint_override=endpoint_override,
        secrets=secrets | {str(access.auth_token)},
    )


def _plugin_loader(auth_type: str) -> Any:
    try:
        return ks_loading.get_plugin_loader(auth_type)
    except ks_exceptions.NoMatchingPlugin as exc:
        raise InputError(f"There is no auth_type {auth_type}.") from exc


def _spellings(auth_type: str) -> dict[str, list[str]]:
    """Return what an auth type takes: the argument of the plugin, and the names under which it may be given."""
    return {
        option.dest: [name.replace("-", "_") for name in (option.dest, option.name, *(old.name for old in option.deprecated))]
        for option in _plugin_loader(auth_type).get_options()
    }


def _plugin(configuration: Configuration) -> tuple[ks_identity.BaseIdentityPlugin, frozenset[str]]:
    """Return keystoneauth1's plugin for the configuration, and the secrets that went into it."""
    auth = configuration.auth
    if configuration.kind == APPLICATION_CREDENTIAL:
        # It carries its project, and Keystone refuses it together with any scope.
        auth = {key: value for key, value in auth.items() if key not in SCOPE_KEYS}
    given = {argument: auth[argument] for argument in _spellings(configuration.auth_type) if argument in auth}
    loader = _plugin_loader(configuration.auth_type)
    try:
        plugin = loader.load_from_options(**given)
    except ks_exceptions.AuthPluginException as exc:
        raise InputError(f"{configuration.source} cannot be used with auth_type {configuration.auth_type}: {exc}") from exc
    if not isinstance(plugin, ks_identity.BaseIdentityPlugin):
        raise InputError(f"auth_type {configuration.auth_type} gives no token of Keystone.")
    return plugin, frozenset(given[option.dest] for option in loader.get_options() if option.secret and option.dest in given)


def _login(plugin: ks_identity.BaseIdentityPlugin, session: ks_session.Session, configuration: Configuration, secrets: frozenset[str]) -> AccessInfo:
    """Return what Keystone answers to the login; say in terms of the options what went wrong."""
    url = configuration.auth["auth_url"]
    try:
        return plugin.get_access(session)
    except (ks_exceptions.ClientException, OSError) as exc:
        raise _login_error(exc, url, configuration, secrets) from exc
    except (KeyError, TypeError, ValueError) as exc:
        # keystoneauth1 takes the shape of the answer for granted.
        raise LoginError(f"What answers at {url} is not Keystone: its answer is not a token ({type(exc).__name__}).", hint="Check auth_url.") from exc


def _login_error(exc: BaseException, url: str, configuration: Configuration, secrets: frozenset[str]) -> LoginError:
    chain = [exc]
    while chain[-1].__context__ is not None:
        # keystoneauth1 hides a failed connection behind the failed discovery.
        chain.append(chain[-1].__context__)
    text = _redact(str(exc), secrets)
    for error in chain:
        reason = _redact(str(error), secrets)
        if isinstance(error, ks_exceptions.SSLError):
            return LoginError(f"TLS to Keystone at {url} failed: {reason}", hint="If its certificate is of a private CA, name the file of that CA in ca_cert.")
        if isinstance(error, ks_exceptions.ConnectFailure):
            return LoginError(f"Keystone at {url} cannot be reached: {reason}", hint="Check auth_url, and the network and proxy of this host.")
        if isinstance(error, (ks_exceptions.ConnectionError, OSError)):
            return LoginError(f"The connection to Keystone at {url} failed: {reason}")
    if isinstance(exc, ks_exceptions.Unauthorized):
        return _refused(text, url, configuration)
    if isinstance(exc, (ks_exceptions.NotFound, ks_exceptions.DiscoveryFailure, ks_exceptions.InvalidResponse)):
        return LoginError(f"What answers at {url} is not the v3 API of Keystone: {text}", hint="Check auth_url.")
    return LoginError(f"The login at {url} failed: {text}")


def _refused(text: str, url: str, configuration: Configuration) -> LoginError:
    auth = configuration.auth
    project = _project_words(configuration.wanted_project)
    if "could not find project" in text.lower():
        return LoginError(f"Keystone at {url} knows no {project}: {text}", hint="Check name and domain of the project.")
    if configuration.kind == TOKEN:
        who, hint = "the token", "It may have expired, or its user has no role in the project."
    elif configuration.kind == APPLICATION_CREDENTIAL:
        name = auth.get("application_credential_id") or auth.get("application_credential_name")
        who, hint = f"the application credential {name}", "It may be deleted or expired, or its secret is wrong."
    else:
        who = f"the user {auth.get('username') or auth.get('user_id')}"
        domain = auth.get("user_domain_name") or auth.get("user_domain_id")
        who += f" of the domain {domain}" if domain else ""
        hint = "Keystone does not say which it is: wrong user or password, no such project, or no role of the user in it."
    return LoginError(f"Keystone at {url} refused {who} for {project}: {text}", hint=hint)


def _project_words(project: Mapping[str, Optional[str]]) -> str:
    """Return a project in words, from what is known of C(PROJECT_KEYS)."""
    words = [str(project[key]) for key in ("project_name",) if project.get(key)]
    words += [f"id {project['project_id']}"] if project.get("project_id") else []
    domain = project.get("project_domain_name") or project.get("project_domain_id")
    words += [f"domain {domain}"] if domain else []
    return f"project {', '.join(words)}" if words else "no project in particular"


def _check_project(access: AccessInfo, configuration: Configuration) -> None:
    """Hold the project of the token against the one asked for.

    :raises WrongProjectError: They differ, or the token is of no project.
    """
    if not access.project_id:
        scope = "the whole system" if access.system_scoped else f"the domain {access.domain_name}" if access.domain_scoped else "nothing"
        raise WrongProjectError(
            f"The token that Keystone at {configuration.auth['auth_url']} issued acts on {scope}, and a project is needed.",
            hint="Name a project: project_name and its domain, or project_id.",
        )
    actual = {key: getattr(access, key) for key in PROJECT_KEYS}
    if any(value != actual[key] for key, value in configuration.wanted_project.items()):
        raise WrongProjectError(
            f"The token acts on {_project_words(actual)}, and asked for was {_project_words(configuration.wanted_project)} ({configuration.source}).",
            hint="Nothing was done. Use credentials of the project that you mean.",
        )
