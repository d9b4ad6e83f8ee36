# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The kinds of objects that users refer to by name or id, and the calls that list them."""

from __future__ import annotations

from dataclasses import dataclass

from .._core.http import READ, Call

SERVERS = Call("GET", "/servers", READ, response_key="servers", response_type=list)
SERVERS_IN_DETAIL = Call("GET", "/servers/detail", READ, response_key="servers", response_type=list)
SERVERS_WITH_TAGS = Call(
    "GET", "/servers/detail", READ, response_key="servers", response_type=list, microversion="compute 2.26"
)


@dataclass(frozen=True)
class LookupSource:
    """A kind of object that others refer to by name or id.

    :param noun: What an operator calls it.
    :param listing: The call that lists them.
    :param creatable: This collection can make one: in check mode a name that is not there yet is a warning, no error.
    :param where: Where the names that may be used come from, for the message.
    :param service: Type of the service that lists them, empty for workloadmgr.
    :param lacking: Which servers have no such kind, a sentence; empty where all have it.
    :param links: Key under which an answer names the next page, empty where lists have no pages.
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

FLAVOR = LookupSource(
    "flavor",
    Call("GET", "/flavors/detail", READ, response_key="flavors", response_type=list),
    where="among those that this project may use",
    service="compute",
    links="flavors_links",
)
NETWORK = LookupSource(
    "network",
    Call("GET", "/networks", READ, response_key="networks", response_type=list),
    where="among those that this project may use",
    service="network",
    links="networks_links",
)
SUBNET = LookupSource(
    "subnet",
    Call("GET", "/subnets", READ, response_key="subnets", response_type=list),
    service="network",
    links="subnets_links",
)
PORT = LookupSource(
    "port",
    Call("GET", "/ports", READ, response_key="ports", response_type=list),
    service="network",
    links="ports_links",
)
VOLUME_TYPE = LookupSource(
    "volume type",
    Call("GET", "/types", READ, response_key="volume_types", response_type=list),
    where="among those that this project may use",
    service="block-storage",
    links="volume_type_links",
)
VOLUME = LookupSource(
    "volume",
    Call("GET", "/volumes/detail", READ, response_key="volumes", response_type=list),
    service="block-storage",
    links="volumes_links",
)
SECURITY_GROUP = LookupSource(
    "security group",
    Call("GET", "/security-groups", READ, response_key="security_groups", response_type=list),
    service="network",
    links="security_groups_links",
)
