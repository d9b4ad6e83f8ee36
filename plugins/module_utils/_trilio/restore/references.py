# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The objects in Nova, Neutron and Cinder that restores refer to, and the calls that list them."""

from __future__ import annotations

from ..._core.call import READ, Call
from ..._openstack.references import LookupSource

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
