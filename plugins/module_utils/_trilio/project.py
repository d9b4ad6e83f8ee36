# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The projects of Keystone as hosts of an inventory: their list, the names of the hosts, and their variables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._core.call import READ, Call
from .._core.errors import ForbiddenError
from .._core.values import matches_pattern
from .._openstack import login
from .._openstack.client import Client
from .._openstack.connection import Connection
from .._openstack.lookup import match_one
from .._openstack.references import PROJECT

OF_THE_USER = Call("GET", "/auth/projects", READ, response_key="projects", response_type=list)
DOMAINS = Call("GET", "/domains", READ, response_key="domains", response_type=list)

HOST_NAMES = ("name", "name_domain", "id")
"""Forms of a host name, from the shortest to the one that is unique."""

TAKEN = frozenset(("localhost", "127.0.0.1", "all", "ungrouped"))
"""Names with a meaning for Ansible: a play for localhost must never act on a project of that name."""

NOT_PLAIN = re.compile(r"[^\w.@+-]|^[.@+-]")
"""Characters that a host pattern, a template or a path below `host_vars` takes for something else."""

Row = dict[str, Any]
"""A project as Keystone shows it."""


@dataclass(frozen=True)
class Found:
    """The projects that were found. They can be cached, because they contain no secret.

    :param cloud: Value of the option `cloud` that gives the same login, None if there is none.
    :param rows: The projects.
    :param domains: Names of domains by id, as far as the user may read them.
    :param warnings: Warnings about the list.
    """

    cloud: Optional[str]
    rows: list[Row]
    domains: dict[str, str]
    warnings: list[str]


def find_projects(options: Mapping[str, Any], filters: Mapping[str, Any]) -> Found:
    """Log in, and return the projects that pass the filters. This makes at most four requests, all to Keystone.

    :param options: The connection options, as `login.connect` takes them.
    :param filters: The filters of `select`, and `all_projects`: list all projects of the cloud, as an administrator,
        instead of those that the user may log in to.
    :raises UnknownNameError: There is no such domain.
    :raises BackupError: As `login.connect` and `Client.send`.
    """
    connection = login.connect(options)
    url, project_id, timeout = connection.service_url("identity"), connection.project_id, connection.session.timeout
    keystone = Client(connection.session, url, project_id=project_id, check_mode=True, timeout=timeout)
    warnings: list[str] = []
    own = None if filters.get("all_projects") else own_projects(connection, keystone, warnings)
    domains = dict(connection.domains)
    if own is None or any(row.get("domain_id") not in domains for row in own):
        domains.update(domain_names(keystone))
    wanted = {**filters, "domain": domain_id(filters.get("domain"), own or [], domains)}
    rows = select(keystone.send(PROJECT.listing, query=keystone_query(wanted)) if own is None else own, wanted)
    if not rows:
        warnings.append("None of the projects that this user may see passes the filters, so there is no host.")
    return Found(connection.cloud, rows, domains, warnings)


def own_projects(connection: Connection, keystone: Client, warnings: list[str]) -> list[Row]:
    """Return the projects that the user may log in to in this way.

    :param warnings: A warning is added if another kind of login would reach more of them.
    """
    rows: list[Row] = keystone.send(OF_THE_USER)
    reached = [row for row in rows if row["id"] == connection.project_id] if connection.application_credential else rows
    if len(reached) < len(rows):
        warnings.append(
            "An application credential acts on its own project only, so the other projects of its user are left out. "
            "To reach several projects, log in with user and password."
        )
    return reached


def domain_id(wanted: Optional[str], rows: Iterable[Row], domains: Mapping[str, str]) -> Optional[str]:
    """Return the id of a domain that is given by id or name, None if none is given.

    :param rows: Projects, which show the ids of their domains.
    :raises UnknownNameError: No domain has that id or name.
    :raises AmbiguousNameError: Several have the name.
    """
    if wanted is None:
        return None
    known = {**{str(row.get("domain_id")): None for row in rows}, **domains}
    where = "among those that this user may see"
    return match_one(
        "domain", [{"id": each, "name": name} for each, name in known.items()], str(wanted), where=where
    ).id


def domain_names(keystone: Client) -> dict[str, str]:
    """Return the names of all domains by id, empty if the user may not list them."""
    try:
        return {str(row["id"]): str(row.get("name")) for row in keystone.send(DOMAINS)}
    except ForbiddenError:
        return {}


def keystone_query(filters: Mapping[str, Any]) -> dict[str, str]:
    """Return the filters as the query of the list of all projects, as far as Keystone knows them."""
    query = {
        "domain_id": filters.get("domain"),
        "tags": ",".join(filters.get("tags") or ()),
        "enabled": "true" if filters.get("enabled_only") else "",
    }
    return {key: str(value) for key, value in query.items() if value}


def select(rows: Iterable[Row], filters: Mapping[str, Any]) -> list[Row]:
    """Return the projects that pass the filters, sorted by name and id. Pure.

    :param filters: `domain`, the id of a domain; `tags`, all of which a project must have; `exclude_tags`, none of
        which it may have; `names`, shell patterns, one of which its name must match; `exclude_names`, shell patterns,
        none of which it may match; `enabled_only`. A filter that is None is not applied.
    """

    def matches(row: Row, option: str) -> bool:
        return any(matches_pattern(str(row["name"]), pattern) for pattern in filters.get(option) or ())

    def passes(row: Row) -> bool:
        tags = set(row.get("tags") or ())
        return (
            not row.get("is_domain")
            and (row.get("enabled") is not False or not filters.get("enabled_only"))
            and filters.get("domain") in (None, row.get("domain_id"))
            and tags.issuperset(filters.get("tags") or ())
            and tags.isdisjoint(filters.get("exclude_tags") or ())
            and (filters.get("names") is None or matches(row, "names"))
            and not matches(row, "exclude_names")
        )

    return sorted(filter(passes, rows), key=lambda row: (str(row["name"]), str(row["id"])))


def host_names(found: Found, form: str, taken: Container[str] = ()) -> dict[str, str]:
    """Return the name of the host of each project, by the id of the project; no two are the same. Pure.

    Every name is a host pattern that means this host alone: other characters than letters, digits and `_.@+-` become
    `_`. If several projects would have the same name, each of them gets the next form of `HOST_NAMES`, and so does a
    project with a name in `TAKEN`.

    :param form: The shortest form to use, one of `HOST_NAMES`.
    :param taken: Further names that have a meaning, such as those of groups.
    """
    forms = {}
    for row in found.rows:
        project_id, name, domain_id = str(row["id"]), str(row["name"]), str(row.get("domain_id"))
        own = [name, f"{name}@{found.domains.get(domain_id, domain_id)}"][HOST_NAMES.index(form) :]
        plain = [NOT_PLAIN.sub("_", each) for each in own if name]
        forms[project_id] = [*(each for each in plain if each not in TAKEN and each not in taken), project_id]
    while True:
        times = Counter(names[0] for names in forms.values())
        shared = [project_id for project_id, names in forms.items() if times[names[0]] > 1 and len(names) > 1]
        if not shared:
            return {project_id: names[0] for project_id, names in forms.items()}
        for project_id in shared:
            forms[project_id] = forms[project_id][1:]


def variables(row: Row, found: Found, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of the host of a project, with the names that all playbooks use. Pure.

    These are the connection options with which a module acts on the project, and the properties of the project.
    `auth` is left out, because it contains secrets: the play sets its own.

    :param options: The connection options with which the projects were found.
    """
    handed = {
        f"openprotect_{key}": value
        for key, value in options.items()
        if key not in ("cloud", "auth") and value not in (None, "", "auto")
    }
    domain_id = str(row.get("domain_id"))
    return {
        **({"openprotect_cloud": found.cloud} if found.cloud else {}),
        **handed,
        "openprotect_project_id": str(row["id"]),
        "openprotect_project_name": str(row["name"]),
        "openprotect_project_domain_id": domain_id,
        "openprotect_project_domain_name": found.domains.get(domain_id),
        "openprotect_project_description": row.get("description") or "",
        "openprotect_project_enabled": row.get("enabled") is not False,
        "openprotect_project_tags": sorted(row.get("tags") or ()),
    }
