# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""External networks of other projects, whose subnets Neutron shows to their owner only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE, of_file

OUTSIDE, OUTSIDE_SUBNET = snapshots.ID, snapshots.OLDER_ID
EXTERNAL = {"id": OUTSIDE, "name": "public", "project_id": OTHER_PROJECT, "shared": False, "router:external": True}
THEN = {
    "id": OUTSIDE,
    "name": "public",
    "subnet": {"id": OUTSIDE_SUBNET, "name": "public-sub", "cidr": "203.0.113.0/24"},
}
SUBJECT = (
    f"The network 'public' ({OUTSIDE}) is external, and its subnets are not shown to this project, so that nothing "
    f"tells which of them the server 'cirros-2' ({snapshots.CIRROS_2}) belongs in. Give the id of the subnet"
)


def record(exchange: Exchange, *lists: str, was: dict[str, Any] | None = None) -> None:
    """Record a restore of the second server, which was in an external network."""
    nics = [snapshots.nic("203.0.113.5", was or THEN)]
    shows = snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", nics=nics))
    restores.record_site(exchange, shows=shows)
    cloud.record_lists(exchange, *(lists or ("flavors", "networks", "subnets")), networks=[*cloud.NETWORKS, EXTERNAL])


def planned(exchange: Exchange, **options: Any) -> tuple[list[Any], list[Any]]:
    """Return the mapping and the NICs of the request."""
    result = exchange.run("restore", plan_only=True, **SELECTIVE, **options, **QUICK)
    inner = result["request_body"]["restore"]["options"]["openstack"]
    return [each["target_network"] for each in inner["networks_mapping"]["networks"]], inner["instances"][0]["nics"]


def test_a_nic_that_stays_keeps_its_subnet_unseen(restoring: Exchange) -> None:
    record(restoring)
    mapped, _nics = planned(restoring)
    assert mapped == [{"id": OUTSIDE, "name": "public", "subnet": {"id": OUTSIDE_SUBNET}}]


def test_an_address_is_kept_in_a_subnet_that_is_not_seen(restoring: Exchange) -> None:
    record(restoring)
    _mapped, nics = planned(restoring, keep_addresses=True)
    assert [(nic["ip_address"], nic["network"]["subnet"]["id"]) for nic in nics] == [("203.0.113.5", OUTSIDE_SUBNET)]


@pytest.mark.parametrize("subnet", [OUTSIDE_SUBNET, OUTSIDE_SUBNET.upper()])
def test_an_id_is_taken_unseen(restoring: Exchange, subnet: str) -> None:
    record(restoring, was=snapshots.NETWORK)
    mapped, _nics = planned(restoring, networks=[{"to": "public", "to_subnet": subnet}])
    assert [each["subnet"] for each in mapped] == [{"id": subnet.lower()}]
    record(restoring, was=snapshots.NETWORK)
    nic = {"network": "public", "subnet": subnet, "ip_address": "203.0.113.7"}
    _mapped, nics = planned(restoring, instances=[{"name": "cirros-2", "nics": [nic]}])
    assert [each["network"]["subnet"] for each in nics] == [{"id": subnet.lower()}]


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("entry", [{}, {"to_subnet": "public-sub"}])
def test_nothing_else_is_taken_unseen(restoring: Exchange, entry: dict[str, Any], dry: str) -> None:
    record(restoring, was=snapshots.NETWORK)
    networks = [{"to": "public", **entry}]
    failed = restoring.fail("restore", networks=networks, **SELECTIVE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert SUBJECT in str(failed)


def test_a_subnet_that_is_gone_from_an_own_network_is_still_refused(restoring: Exchange) -> None:
    gone = {**snapshots.NETWORK, "subnet": {**snapshots.SUBNET, "id": OUTSIDE_SUBNET}}
    record(restoring, was=gone)
    failed = restoring.fail("restore", **SELECTIVE, **QUICK)
    assert "is not in the network 'internal'" in str(failed)


def test_a_file_may_name_it_too(restoring: Exchange, tmp_path: Path) -> None:
    network = {"id": OUTSIDE, "subnet": {"id": OUTSIDE_SUBNET}}
    nic = {"ip_address": "203.0.113.7", "mac_address": "", "network": network}
    entry = {"id": snapshots.CIRROS_2, "include": True, "name": "copy", "nics": [nic]}
    mapped = {"snapshot_network": network, "target_network": network}
    content = of_file(entry, networks_mapping={"networks": [mapped]})
    path = tmp_path / "restore.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    record(restoring, "networks", "subnets")
    assert restoring.run("restore", restore_file=str(path), plan_only=True, **SELECTIVE, **QUICK)["request_body"]
