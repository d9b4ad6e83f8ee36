# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Zones of new servers and volumes: taken from the snapshot, never made up, and refused if the cloud has none such."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import CINDER, NOVA, QUICK, Exchange, fault
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE, of_one

FIRST = f"'cirros-1' ({snapshots.CIRROS_1})"
DATA = f"'data' ({snapshots.DATA})"


def zones(*names: str) -> dict[str, Any]:
    """Return the answer of a service that has these zones."""
    return {"availabilityZoneInfo": [{"zoneName": name, "zoneState": {"available": True}} for name in names]}


@pytest.mark.parametrize("shown", [None, ""])
def test_a_zone_that_the_snapshot_does_not_show_is_left_out(restoring: Exchange, shown: str | None) -> None:
    item = snapshots.server(
        snapshots.CIRROS_1,
        "cirros-1",
        snapshots.volume(snapshots.CIRROS_1, availability_zone=shown),
        metadata={"availability_zone": shown},
    )
    restores.record_site(restoring, shows=snapshots.shown(item))
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    result = restoring.run("restore", plan_only=True, **SELECTIVE, **QUICK)
    [entry] = result["request_body"]["restore"]["options"]["openstack"]["instances"]
    assert "availability_zone" not in entry
    assert entry["vdisks"] == [{"id": snapshots.DATA, "new_volume_type": "iscsi"}]
    [planned] = result["restore_plan"]["instances"]
    assert not planned["availability_zone"]
    assert not planned["disks"][1]["availability_zone"]
    assert not [url for url in restoring.asked if "availability-zone" in url]


OF_NOVA = "is not one of Nova, which has: az1, az2. Give another one in 'availability_zone'."
OF_CINDER = "is not one of Cinder, which has: ssd-hall. Give another one in 'availability_zone'."
UNKNOWN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a typo": (
        of_one(availability_zone="az-typo", volumes=[{"name": "data", "availability_zone": "ssd-hall"}]),
        [
            f"The availability zone 'az-typo' of the server {FIRST} {OF_NOVA}",
        ],
    ),
    "a zone of the other service": (
        of_one(availability_zone="ssd-hall", volumes=[{"name": "data", "availability_zone": "az1"}]),
        [
            f"The availability zone 'ssd-hall' of the server {FIRST} is not one of Nova, which has: az1, az2.",
            f"The availability zone 'az1' of the volume {DATA} is not one of Cinder, which has: ssd-hall.",
        ],
    ),
    "a zone of the snapshot that is gone": (
        of_one(availability_zone="az2"),
        [f"The availability zone 'nova' of the volume {DATA} {OF_CINDER}"],
    ),
    "zones of a one-click restore": (
        {"type": "oneclick", "workload": "API", "latest": True},
        [
            f"The availability zone 'nova' of the server {FIRST}, the server 'cirros-2' ({snapshots.CIRROS_2}) is not",
            f"The availability zone 'nova' of the volume {DATA} is not one of Cinder, which has: ssd-hall. Give "
            "another one in 'availability_zone', with 'type: selective'.",
        ],
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("unknown", UNKNOWN)
def test_a_zone_that_is_not_there(restoring: Exchange, unknown: str, dry: str) -> None:
    options, sentences = UNKNOWN[unknown]
    restoring.stand("/os-availability-zone", zones("az2", "az1"), url=NOVA)
    restoring.stand("/os-availability-zone", zones("ssd-hall"), url=CINDER)
    restores.record_site(restoring)
    if options["type"] == "selective":
        cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    failed = restoring.fail("restore", **options, **DRY[dry], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    for sentence in sentences:
        assert sentence in str(failed)
    assert str(failed).count("The availability zone") == len(sentences)
    assert str(failed).count("Give another one") == 1


def test_a_zone_that_is_down_is_not_there(restoring: Exchange) -> None:
    answer = zones("nova")
    answer["availabilityZoneInfo"].append({"zoneName": "az2", "zoneState": {"available": False}})
    restoring.stand("/os-availability-zone", answer, url=NOVA)
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    failed = restoring.fail("restore", **of_one(availability_zone="az2"), **QUICK)
    assert "'az2' of the server" in str(failed)
    assert "not one of Nova, which has: nova." in str(failed)


def test_an_administrator_may_name_a_host_of_a_zone(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    options = of_one(availability_zone="az2:compute-7")
    result = restoring.run("restore", plan_only=True, **options, **QUICK)
    assert result["restore_plan"]["instances"][0]["availability_zone"] == "az2:compute-7"


def test_a_site_that_hides_its_zones_decides_itself(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "networks", "subnets")
    options = {**SELECTIVE, "instances": [{"name": "cirros-2", "availability_zone": "secret"}]}
    restoring.get("/servers", {"servers": []}, url=NOVA)
    refusal = fault("Policy doesn't allow it.", "forbidden", 403)
    restoring.get("/os-availability-zone", refusal, url=NOVA, status=403)
    assert restoring.run("restore", plan_only=True, **options, **QUICK)["request_body"]
