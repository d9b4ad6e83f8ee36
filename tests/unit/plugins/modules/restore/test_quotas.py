# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Quotas: the plan says need and free, and a restore that surely exceeds one is refused before it starts."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import CINDER, NEUTRON, NOVA, QUICK, Exchange, fault
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE

PROJECT = cloud.PROJECT_4
LISTS = ("flavors", "types", "networks", "subnets")


def nova(**absolute: int) -> tuple[str, dict[str, Any], str]:
    """Return Nova's answer."""
    return "/limits", {"limits": {"rate": [], "absolute": absolute}}, NOVA


def cinder(**quotas: tuple[int, int, int]) -> tuple[str, dict[str, Any], str]:
    """Return Cinder's answer.

    :param quotas: Limit, number in use and number reserved.
    """
    rows = {
        name: {"limit": limit, "in_use": used, "reserved": reserved} for name, (limit, used, reserved) in quotas.items()
    }
    return f"/os-quota-sets/{PROJECT}", {"quota_set": {"id": PROJECT, **rows}}, CINDER


def neutron(limit: int, used: int) -> tuple[str, dict[str, Any], str]:
    """Return Neutron's answer."""
    return f"/quotas/{PROJECT}/details", {"quota": {"port": {"limit": limit, "used": used, "reserved": 0}}}, NEUTRON


def stand(exchange: Exchange, *answers: tuple[str, dict[str, Any], str]) -> None:
    """Let the services answer, and record a selective restore of all servers."""
    for path, body, url in answers:
        exchange.stand(path, body, url=url)
    restores.record_site(exchange)
    cloud.record_lists(exchange, *LISTS)


ROOM = (
    nova(maxTotalInstances=10, totalInstancesUsed=8, maxTotalCores=-1, maxTotalRAMSize=4096, totalRAMUsed=1024),
    cinder(volumes=(10, 5, 1), gigabytes=(-1, 9, 0), volumes_iscsi=(3, 2, 0), snapshots_iscsi=(0, 0, 0)),
    neutron(50, 40),
)


def test_the_plan_says_need_and_free(restoring: Exchange) -> None:
    stand(restoring, *ROOM)
    result = restoring.run("restore", plan_only=True, **SELECTIVE, **QUICK)
    rows = [tuple(row.values()) for row in result["restore_plan"]["quotas"]]
    assert rows == [
        # service, name, need, limit, free
        ("Nova", "instances", 2, 10, 2),
        ("Nova", "cores", 2, None, None),
        ("Nova", "ram", 1024, 4096, 3072),
        ("Cinder", "volumes", 1, 10, 4),
        ("Cinder", "gigabytes", 1, None, None),
        ("Cinder", "volumes_iscsi", 1, 3, 1),
        ("Cinder", "gigabytes_iscsi", 1, None, None),
        ("Neutron", "ports", 2, 50, 10),
    ]


SHORT: dict[str, tuple[tuple[str, dict[str, Any], str], str]] = {
    "instances": (nova(maxTotalInstances=10, totalInstancesUsed=9), "instances of Nova (needed 2, free 1)"),
    "cores": (nova(maxTotalCores=1, totalCoresUsed=0), "cores of Nova (needed 2, free 1)"),
    "ram": (nova(maxTotalRAMSize=512, totalRAMUsed=1024), "ram of Nova (needed 1024, free 0)"),
    "volumes": (cinder(volumes=(5, 4, 1)), "volumes of Cinder (needed 1, free 0)"),
    "gigabytes of a type": (cinder(gigabytes_iscsi=(5, 5, 0)), "gigabytes_iscsi of Cinder (needed 1, free 0)"),
    "ports": (neutron(2, 1), "ports of Neutron (needed 2, free 1)"),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("short", SHORT)
def test_a_quota_that_is_too_small(restoring: Exchange, short: str, dry: str) -> None:
    answer, words = SHORT[short]
    stand(restoring, answer)
    failed = restoring.fail("restore", **SELECTIVE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"Nothing was restored, because quotas of the project are too small: {words}. Raise them, delete what is not "
        "needed, or restore fewer servers." in str(failed)
    )


def test_the_quota_of_another_volume_type_does_not_count(restoring: Exchange) -> None:
    stand(restoring, cinder(volumes_ssd=(0, 0, 0), gigabytes_ssd=(0, 0, 0)))
    assert restoring.run("restore", check=True, **SELECTIVE, **QUICK)["changed"]


def test_a_port_that_exists_needs_no_quota(restoring: Exchange) -> None:
    path, body, url = neutron(0, 0)
    restoring.stand(path, body, url=url)
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "ports")
    instances = [{"name": "cirros-2", "nics": [{"port": "kept-address"}]}]
    result = restoring.run("restore", check=True, instances=instances, **SELECTIVE, **QUICK)
    assert [row["name"] for row in result["restore_plan"]["quotas"]] == ["instances", "cores", "ram"]


def test_quotas_that_are_not_shown_stop_nothing(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes", "ports")
    for url in (NOVA, CINDER):
        cloud_zones = {"availabilityZoneInfo": cloud.ZONES}
        restoring.get("/os-availability-zone", cloud_zones, url=url)
    refusal = fault("Policy doesn't allow it.", "forbidden", 403)
    restoring.get("/limits", refusal, url=NOVA, status=403)
    restoring.get(f"/os-quota-sets/{PROJECT}", fault("Busy.", "overLimit", 503), url=CINDER, status=503, query=USAGE)
    restoring.get(f"/quotas/{PROJECT}/details", "not there", url=NEUTRON, status=404)
    result = restoring.run("restore", check=True, type="oneclick", workload="API", latest=True, **QUICK)
    assert {(row["limit"], row["free"]) for row in result["restore_plan"]["quotas"]} == {(None, None)}
    assert restoring.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        (f"/quotas/{PROJECT}/details", {"quota": {"port": 5}}, NEUTRON),
        (f"/os-quota-sets/{PROJECT}", {"quota_set": {"volumes": 5, "gigabytes": 5}}, CINDER),
        ("/limits", {"limits": {"absolute": [5]}}, NOVA),
    ],
    ids=str,
)
def test_quotas_in_another_form_stop_nothing(restoring: Exchange, answer: tuple[str, dict[str, Any], str]) -> None:
    """Without what is in use, a limit does not tell what is free."""
    stand(restoring, answer)
    result = restoring.run("restore", check=True, **SELECTIVE, **QUICK)
    assert {row["free"] for row in result["restore_plan"]["quotas"] if row["limit"] is None} == {None}


USAGE = {"usage": "True"}


def test_a_one_click_restore_needs_what_the_snapshot_says(restoring: Exchange) -> None:
    item = snapshots.server(snapshots.CIRROS_2, "cirros-2", snapshots.volume(snapshots.CIRROS_2, volume_size="5"))
    restores.record_site(restoring, shows=snapshots.shown(item))
    result = restoring.run("restore", check=True, type="oneclick", workload="API", latest=True, **QUICK)
    needs = {row["name"]: row["need"] for row in result["restore_plan"]["quotas"]}
    assert needs == {
        "instances": 1,
        "cores": 1,
        "ram": 512,
        "volumes": 1,
        "gigabytes": 5,
        "volumes_iscsi": 1,
        "gigabytes_iscsi": 5,
        "ports": 1,
    }
