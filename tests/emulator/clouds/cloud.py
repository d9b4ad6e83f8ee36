# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The choice between a real OpenStack and the emulator's own inventory."""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import request

from ..server.errors import CloudFailed, Refusal
from ..server.store import Doc
from ..server.world import World
from .inventory import Inventory
from .keystone import Caller
from .openstack import OpenStack


class Cloud(Protocol):
    """A cloud as one user of one project sees it. All methods raise `CloudFailed` if a service fails or refuses."""

    def server(self, server_id: str) -> Doc | None:
        """Return a VM of the project as Nova shows it, or None."""

    def has_volume(self, volume_id: str) -> bool:
        """Return whether a volume exists."""

    def record(self, server_id: str) -> Doc | None:
        """Return a VM as a snapshot records it (reference B.4), or None.

        The key `_kept` is not shown: flavor, security groups with their rules, and routers, which a restore needs.
        """

    def prepare(self, wanted: Doc) -> Doc:
        """Create what the VMs of a restore share.

        :param wanted: `groups`, the security groups to create; `networks`, the networks to create, each as in a NIC,
            with its `routers`.
        :return: `groups`, `networks` and `subnets`, each old id -> new id; `made`, the new objects that the restore
            lists, by kind.
        """

    def build(self, order: Doc, made: Doc) -> Doc:
        """Take the next step to create a VM. Call it until the result has `done`.

        :param order: The VM to create.
        :param made: The result of the previous step; empty at first.
        :return: `made` with the new objects; `server_id` as soon as it is known.
        """

    def overwrite(self, order: Doc, new_volumes: bool) -> None:
        """Restore the disks of an existing VM.

        :param new_volumes: Whether its volumes get new ids.
        """


def cloud_of(world: World[Any], who: Caller) -> Cloud:
    """Return the OpenStack of the caller, or the inventory if one was given or the catalog has no other Nova."""
    nova = who.endpoints.get("compute")
    if "instances" in world.given or nova is None or urlsplit(nova).netloc == request.host:
        return Inventory(world, who, request.host_url)
    return OpenStack(who)


def find_server(world: World[Any], who: Caller, identifier: str) -> Doc | None:
    """Return a VM of the caller's project as Nova shows it, or None.

    :raises Refusal: 500 if Nova fails.
    """
    try:
        return cloud_of(world, who).server(identifier)
    except CloudFailed as error:
        raise Refusal(500, str(error)) from error
