# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""From the connection options of a task to one Keystone session that is bound to one project.

Both roads of `auth_configuration.py` end in the same login and in the same comparison of the token's project with the one asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Optional

from .._core.errors import InputError, LoginError, WrongProjectError
from .._core.secrets import redact
from .configuration import Configuration, configured
from .connection import Connection
from .credentials import APPLICATION_CREDENTIAL, PROJECT_KEYS, SCOPE_KEYS, TOKEN, plugin_loader, spellings

with suppress(ImportError):  # auth_credentials.py, without which there is no login, says so
    from keystoneauth1 import exceptions as ks_exceptions
    from keystoneauth1 import identity as ks_identity
    from keystoneauth1 import session as ks_session

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo


def connect(options: Mapping[str, Any]) -> Connection:
    """Log in once and return the session, bound to the project that was asked for.

    At most two requests go out, both to Keystone: discovery, and the token.

    :param options: The connection options as `argument_spec` lets them through.
    :raises InputError: Before any request: options are incomplete, or contradict each other.
    :raises LoginError: A library is missing, Keystone cannot be reached, or it refuses.
    :raises WrongProjectError: The token acts on no project, or on another one than was asked for.
    """
    return log_in(configured(options), options.get("endpoint_override") or None)


def log_in(configuration: Configuration, endpoint_override: Optional[str]) -> Connection:
    """Log in once and return the session, as `connect` does.

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
        session, access, configuration, endpoint_override=endpoint_override, secrets=secrets | {str(access.auth_token)}
    )


def _plugin(configuration: Configuration) -> tuple[ks_identity.BaseIdentityPlugin, frozenset[str]]:
    """Return keystoneauth1's plugin for the configuration, and the secrets that went into it."""
    auth = configuration.auth
    if configuration.kind == APPLICATION_CREDENTIAL:
        # It carries its project, and Keystone refuses it together with any scope.
        auth = {key: value for key, value in auth.items() if key not in SCOPE_KEYS}
    given = {argument: auth[argument] for argument in spellings(configuration.auth_type) if argument in auth}
    loader = plugin_loader(configuration.auth_type)
    try:
        plugin = loader.load_from_options(**given)
    except ks_exceptions.AuthPluginException as exc:
        raise InputError(
            f"{configuration.source} cannot be used with auth_type {configuration.auth_type}: {exc}"
        ) from exc
    if not isinstance(plugin, ks_identity.BaseIdentityPlugin):
        raise InputError(f"auth_type {configuration.auth_type} gives no token of Keystone.")
    return plugin, frozenset(
        given[option.dest] for option in loader.get_options() if option.secret and option.dest in given
    )


def _login(
    plugin: ks_identity.BaseIdentityPlugin,
    session: ks_session.Session,
    configuration: Configuration,
    secrets: frozenset[str],
) -> AccessInfo:
    """Return what Keystone answers to the login; say in terms of the options what went wrong."""
    url = configuration.auth["auth_url"]
    try:
        return plugin.get_access(session)
    except (ks_exceptions.ClientException, OSError) as exc:
        raise _login_error(exc, url, configuration, secrets) from exc
    except (KeyError, TypeError, ValueError) as exc:
        # keystoneauth1 takes the shape of the answer for granted.
        raise LoginError(
            f"What answers at {url} is not Keystone: its answer is not a token ({type(exc).__name__}).",
            hint="Check auth_url.",
        ) from exc


def _login_error(exc: BaseException, url: str, configuration: Configuration, secrets: frozenset[str]) -> LoginError:
    chain = [exc]
    while chain[-1].__context__ is not None:
        # keystoneauth1 hides a failed connection behind the failed discovery.
        chain.append(chain[-1].__context__)
    text = redact(str(exc), secrets)
    for error in chain:
        reason = redact(str(error), secrets)
        if isinstance(error, ks_exceptions.SSLError):
            return LoginError(
                f"TLS to Keystone at {url} failed: {reason}",
                hint="If its certificate is of a private CA, name the file of that CA in ca_cert.",
            )
        if isinstance(error, ks_exceptions.ConnectFailure):
            return LoginError(
                f"Keystone at {url} cannot be reached: {reason}",
                hint="Check auth_url, and the network and proxy of this host.",
            )
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
        hint = (
            "Keystone does not say which it is: wrong user or password, no such project, or no role of the user in it."
        )
    return LoginError(f"Keystone at {url} refused {who} for {project}: {text}", hint=hint)


def _check_project(access: AccessInfo, configuration: Configuration) -> None:
    """Hold the project of the token against the one asked for.

    :raises WrongProjectError: They differ, or the token is of no project.
    """
    if not access.project_id:
        scope = (
            "the whole system"
            if access.system_scoped
            else f"the domain {access.domain_name}"
            if access.domain_scoped
            else "nothing"
        )
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


def _project_words(project: Mapping[str, Optional[str]]) -> str:
    """Return a project in words, from what is known of `PROJECT_KEYS`."""
    words = [str(project["project_name"])] if project.get("project_name") else []
    words += [f"id {project['project_id']}"] if project.get("project_id") else []
    domain = project.get("project_domain_name") or project.get("project_domain_id")
    words += [f"domain {domain}"] if domain else []
    return f"project {', '.join(words)}" if words else "no project in particular"
