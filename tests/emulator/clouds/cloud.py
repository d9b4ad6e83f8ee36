# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The VMs that workloads protect, in the OpenStack beside the emulator or in an inventory of its own."""

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
    """Where VMs are, seen by one user of one project. All methods raise CloudFailed where the cloud does not do what is asked."""

    def server(self, server_id: str) -> Doc | None:
        """Return a VM of the project as Nova shows it, None where there is none."""

    def has_volume(self, volume_id: str) -> bool:
        """Tell whether a volume is there."""

    def record(self, server_id: str) -> Doc | None:
        """Return a VM as a snapshot keeps it (API reference B.4), None where there is none.

        Beside what a snapshot shows there is C(_kept), what a restore has to know: flavor, security groups with their rules, routers.
        """

    def prepare(self, wanted: Doc) -> Doc:
        """Make what the VMs of a restore share.

        :param wanted: C(groups), security groups to make anew; C(networks), networks to make anew, each as in a NIC with its C(routers).
        :return: C(groups), C(networks) and C(subnets), each old id -> new id; C(made), what a restore lists as made, by kind.
        """

    def build(self, order: Doc, made: Doc) -> Doc:
        """Take the next step towards a VM; to be called until the result has C(done).

        :param order: What to make.
        :param made: What the step before returned, at first nothing.
        :return: C(made) with what is there now; C(server_id) as soon as it is known.
        """

    def overwrite(self, order: Doc, new_volumes: bool) -> None:
        """Put the disks of an existing VM back.

        :param new_volumes: Whether its volumes get new ids by that.
        """


def cloud_of(world: World[Any], who: Caller) -> Cloud:
    """Return the cloud of a caller: an inventory was given, or the catalog knows no other Nova, or it is that OpenStack."""
    nova = who.endpoints.get("compute")
    if "instances" in world.given or nova is None or urlsplit(nova).netloc == request.host:
        return Inventory(world, who, request.host_url)
    return OpenStack(who)


def find_server(world: World[Any], who: Caller, identifier: str) -> Doc | None:
    """Return a VM of the caller's project as Nova shows it, None where there is none.

    :raises Refusal: 500 where Nova fails.
    """
    try:
        return cloud_of(world, who).server(identifier)
    except CloudFailed as error:
        raise Refusal(500, str(error)) from error
