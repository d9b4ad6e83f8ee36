# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The objects that users refer to by name or id, and the calls that list them."""

from __future__ import annotations

from dataclasses import dataclass

from .._core.call import READ, Call

SERVERS = Call("GET", "/servers", READ, response_key="servers", response_type=list)
SERVERS_IN_DETAIL = Call("GET", "/servers/detail", READ, response_key="servers", response_type=list)
SERVERS_WITH_TAGS = Call(
    "GET", "/servers/detail", READ, response_key="servers", response_type=list, microversion="compute 2.26"
)


@dataclass(frozen=True)
class LookupSource:
    """A list in which names and ids of one type of object are looked up.

    :param noun: Noun for messages.
    :param listing: Call that lists the objects.
    :param creatable: Whether this collection can create one. In check mode, an unknown name is then only a warning.
    :param where: Scope of the list, for messages.
    :param service: Type of the service that has the list, empty for workloadmgr.
    :param lacking: Sentence that names the servers without this list, empty if all servers have it.
    :param links: Key under which a response names the next page, empty if the list has no pages.
    """

    noun: str
    listing: Call
    creatable: bool = False
    where: str = "in this project"
    lacking: str = ""
    service: str = ""
    links: str = ""


WORKLOAD_TYPE = LookupSource(
    "workload type",
    Call("GET", "/workload_types", READ, response_key="workload_types", response_type=list),
    where="on this server",
)
BACKUP_TARGET_TYPE = LookupSource(
    "backup target type",
    Call("GET", "/backup_target_types", READ, response_key="backup_target_types", response_type=list),
    creatable=True,
    where="among the public ones and those assigned to this project",
    lacking="Servers of line 4 have no backup target types.",
)
BACKUP_TARGET = LookupSource(
    "backup target",
    Call("GET", "/backup_targets", READ, response_key="backup_targets", response_type=list),
    creatable=True,
    where="on this server",
    lacking="Servers of line 4 have no backup targets.",
)
POLICY = LookupSource(
    "policy",
    Call("GET", "/workload_policy/", READ, response_key="policy_list", response_type=list),
    creatable=True,
    where="on this server",
)

PROJECT = LookupSource(
    "project",
    Call("GET", "/projects", READ, response_key="projects", response_type=list),
    where="that this user may see in Keystone",
    service="identity",
)
