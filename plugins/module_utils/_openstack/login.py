# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Log in to Keystone with the connection options of a task.

Every login ends with a comparison of the project of the token with the requested project.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Optional

from .._core.errors import InputError, LoginError, WrongProjectError
from .._core.http_client import describe_failure
from .._core.response import LONGEST_RETRY_AFTER
from .._core.waiting import Backoff, Clock
from .configuration import Configuration, configured
from .connection import Connection
from .credentials import APPLICATION_CREDENTIAL, PROJECT_KEYS, SCOPE_KEYS, TOKEN, plugin_loader, spellings

with suppress(ImportError):  # `require_keystoneauth` reports a missing library before the login
    from keystoneauth1 import exceptions as ks_exceptions
    from keystoneauth1 import identity as ks_identity
    from keystoneauth1 import session as ks_session

if TYPE_CHECKING:
    from keystoneauth1.access import AccessInfo

LOGIN_TRIES = 4
BUSY_STATUS = frozenset({429, 502, 503, 504})
"""Answers of a Keystone, or of the proxy before it, that is too busy to look at the login."""


def connect(options: Mapping[str, Any]) -> Connection:
    """Log in and return the session, bound to the requested project.

    This makes at most two requests, both to Keystone: the discovery and the token.

    :param options: Connection options, as `argument_spec` declares them.
    :raises InputError: Options are incomplete or contradict each other. No request was made.
    :raises LoginError: A library is missing, or Keystone cannot be reached or refuses the login.
    :raises WrongProjectError: The token acts on no project, or on another one than the requested.
    """
    return log_in(configured(options), options.get("endpoint_override") or None)


def log_in(configuration: Configuration, endpoint_override: Optional[str], clock: Optional[Clock] = None) -> Connection:
    """Log in with a configuration and return the session.

    :param endpoint_override: URL of workloadmgr that replaces the one in the catalog.
    :param clock: Clock for the pauses before a login is repeated.
    :raises LoginError: Keystone cannot be reached, or refuses the login.
    :raises WrongProjectError: The token acts on no project, or on another one than the requested.
    """
    plugin, secrets = _plugin(configuration)
    session = ks_session.Session(
        auth=plugin,
        verify=configuration.verify,
        cert=configuration.cert,
        timeout=configuration.timeout,
        user_agent="openprotect.backup",
    )
    access = _login(plugin, session, configuration, secrets, clock or Clock())
    _check_project(access, configuration)
    return Connection(
        session, access, configuration, endpoint_override=endpoint_override, secrets=secrets | {str(access.auth_token)}
    )


def _plugin(configuration: Configuration) -> tuple[ks_identity.BaseIdentityPlugin, frozenset[str]]:
    """Return the keystoneauth1 plugin for a configuration, and the secrets in its arguments."""
    auth = configuration.auth
    if configuration.kind == APPLICATION_CREDENTIAL:
        # An application credential belongs to a project, and Keystone refuses it together with a scope.
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
        raise InputError(f"auth_type {configuration.auth_type} does not request a token from Keystone.")
    return plugin, frozenset(
        given[option.dest] for option in loader.get_options() if option.secret and option.dest in given
    )


def _login(
    plugin: ks_identity.BaseIdentityPlugin,
    session: ks_session.Session,
    configuration: Configuration,
    secrets: frozenset[str],
    clock: Clock,
) -> AccessInfo:
    """Return the token and its facts.

    :raises LoginError: The login failed. The message names the options that may be wrong.
    """
    url = configuration.auth["auth_url"]
    try:
        return _token(plugin, session, clock)
    except (ks_exceptions.ClientException, OSError) as exc:
        raise _login_error(exc, url, configuration, secrets) from exc
    except (KeyError, TypeError, ValueError) as exc:
        # keystoneauth1 does not check the shape of the response.
        raise LoginError(
            f"The service at {url} is not Keystone: its response is not a token ({type(exc).__name__}).",
            hint="Check auth_url.",
        ) from exc


def _token(plugin: ks_identity.BaseIdentityPlugin, session: ks_session.Session, clock: Clock) -> AccessInfo:
    """Return what Keystone answers. It is asked again if it is busy, as many forks at once can make it.

    A refusal is never repeated: some sites lock an account after a few.
    """
    backoff = Backoff()
    for left in reversed(range(LOGIN_TRIES)):
        try:
            return plugin.get_access(session)
        except ks_exceptions.HttpError as exc:
            if not left or exc.http_status not in BUSY_STATUS:
                raise
            clock.sleep(_retry_after(exc) or backoff.next())
    raise AssertionError("the last try returns or raises")


def _retry_after(exc: ks_exceptions.HttpError) -> Optional[float]:
    """Return the seconds after which Keystone wants to be asked again, None if it does not say."""
    text = str(getattr(exc.response, "headers", {}).get("Retry-After", ""))
    return min(float(text), LONGEST_RETRY_AFTER) if text.isdecimal() else None


def _login_error(exc: BaseException, url: str, configuration: Configuration, secrets: frozenset[str]) -> LoginError:
    chain = [exc]
    while chain[-1].__context__ is not None:
        # keystoneauth1 reports a failed discovery; the failed connection is in the context of the error.
        chain.append(chain[-1].__context__)
    text = describe_failure(exc, secrets)
    for error in chain:
        reason = describe_failure(error, secrets)
        if isinstance(error, ks_exceptions.SSLError):
            return LoginError(
                f"TLS to Keystone at {url} failed: {reason}.",
                hint="If its certificate is from a private CA, give the file of that CA with ca_cert.",
            )
        if isinstance(error, ks_exceptions.ConnectFailure):
            return LoginError(
                f"Keystone at {url} cannot be reached: {reason}.",
                hint="Check auth_url, and the network and proxy of this host.",
            )
        if isinstance(error, (ks_exceptions.ConnectionError, OSError)):
            return LoginError(f"The connection to Keystone at {url} failed: {reason}.")
    if isinstance(exc, ks_exceptions.Unauthorized):
        return _refused(text, url, configuration)
    if isinstance(exc, (ks_exceptions.NotFound, ks_exceptions.DiscoveryFailure, ks_exceptions.InvalidResponse)):
        return LoginError(f"The service at {url} is not the v3 API of Keystone: {text}.", hint="Check auth_url.")
    return LoginError(f"The login at {url} failed: {text}.")


def _refused(text: str, url: str, configuration: Configuration) -> LoginError:
    auth = configuration.auth
    project = _describe_project(configuration.wanted_project)
    if "could not find project" in text.lower():
        return LoginError(
            f"Keystone at {url} knows no {project}: {text}.", hint="Check name and domain of the project."
        )
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
            "Keystone gives the same answer for a wrong user or password, an unknown project, and a missing role in it."
        )
    return LoginError(f"Keystone at {url} refused {who} for {project}: {text}.", hint=hint)


def _check_project(access: AccessInfo, configuration: Configuration) -> None:
    """Require that the token acts on the requested project.

    :raises WrongProjectError: The token acts on no project, or on another one.
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
            f"The token that Keystone at {configuration.auth['auth_url']} issued acts on {scope}, "
            "and a project is needed.",
            hint="Name a project: project_name and its domain, or project_id.",
        )
    actual = {key: getattr(access, key) for key in PROJECT_KEYS}
    if not all(_same(key, value, actual[key]) for key, value in configuration.wanted_project.items()):
        raise WrongProjectError(
            f"The token acts on {_describe_project(actual)}, "
            f"and asked for was {_describe_project(configuration.wanted_project)} ({configuration.source}).",
            hint="Nothing was done. Use credentials of the project that you mean.",
        )


def _same(key: str, wanted: str, actual: Optional[str]) -> bool:
    """Return whether a value of the project is the requested one.

    Ids are exact. Names are not: a Keystone on MySQL finds "Default" for "default", and for letters with accents too.
    """
    if key.endswith("_id") or actual is None:
        return wanted == actual
    return _folded(wanted) == _folded(actual)


def _folded(name: str) -> str:
    """Return a name without case and accents."""
    letters = unicodedata.normalize("NFKD", name.strip()).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _describe_project(project: Mapping[str, Optional[str]]) -> str:
    """Return how messages name a project, from the known values of `PROJECT_KEYS`."""
    words = [str(project["project_name"])] if project.get("project_name") else []
    words += [f"id {project['project_id']}"] if project.get("project_id") else []
    domain = project.get("project_domain_name") or project.get("project_domain_id")
    words += [f"domain {domain}"] if domain else []
    return f"project {', '.join(words)}" if words else "no project in particular"
