# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of restores in place: disks, boot disks and the confirmation.

The captured requests are what must be sent. Order, query, body and number of all requests are compared.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import NOVA, QUICK, Exchange, sample
from unit.plugins.modules.restore.request_bodies import (
    CIRROS_3,
    CIRROS_4,
    DATA_3,
    DATA_4,
    DRY,
    IN_NOVA,
    INPLACE,
    OF_BOTH,
    attached,
    request,
    sent,
)

BOTH = [{"name": "cirros-3", "include": True}, {"name": "cirros-4", "include": True}]
CONFIRMED: dict[str, Any] = {
    "names": ["cirros-3", "cirros-4"],
    "ids in any order": [CIRROS_4, CIRROS_3],
    "text of a survey": f"cirros-4, {CIRROS_3}",
    "a text with a comma at its end": "cirros-3,cirros-4,",
}


@pytest.mark.parametrize("confirmed", CONFIRMED)
def test_in_place_is_what_was_captured(restoring: Exchange, confirmed: str) -> None:
    captured = sample("restore_inplace_request")["restore"]
    body = request(
        "inplace",
        {"latest": True},
        captured["description"],
        name="API",
        plan={"instances": BOTH},
        **captured["options"]["openstack"],
    )
    assert body["options"] == captured["options"]
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
    sent(restoring, body)
    result = restoring.run(
        "restore",
        name="API",
        description="API description",
        instances=BOTH,
        confirm_overwrite=CONFIRMED[confirmed],
        **INPLACE,
    )
    assert (result["changed"], result["confirm_overwrite"]) == (True, ["cirros-3", "cirros-4"])


def test_in_place_leaves_what_is_to_be_left(restoring: Exchange) -> None:
    instances = [
        {
            "id": CIRROS_4,
            "include": True,
            "restore_boot_disk": False,
            "volumes": [{"id": DATA_4, "volume_type": "ssd", "restore": True}],
        }
    ]
    entry = {
        "restore_boot_disk": False,
        "include": True,
        "id": CIRROS_4,
        "vdisks": [{"restore_cinder_volume": True, "id": DATA_4, "new_volume_type": "ssd"}],
    }
    body = request(
        "inplace",
        {"latest": True},
        plan={"instances": instances},
        instances=[{"include": False, "id": CIRROS_3}, entry],
    )
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "types")
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_4, DATA_4))
    sent(restoring, body)
    result = restoring.run("restore", instances=instances, confirm_overwrite="cirros-4", **INPLACE)
    assert [[disk["restore"] for disk in each["disks"]] for each in result["restore_plan"]["instances"]] == [
        [False, False],
        [False, True],
    ]


def test_in_place_of_a_boot_disk_alone_asks_for_no_volume(restoring: Exchange) -> None:
    instances = [{"id": CIRROS_4, "include": True, "volumes": [{"name": "data", "restore": False}]}]
    entry = {
        "restore_boot_disk": True,
        "include": True,
        "id": CIRROS_4,
        "vdisks": [{"restore_cinder_volume": False, "id": DATA_4}],
    }
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_4, DATA_4))
    sent(
        restoring,
        request(
            "inplace",
            {"latest": True},
            plan={"instances": instances},
            instances=[{"include": False, "id": CIRROS_3}, entry],
        ),
    )
    assert restoring.run("restore", instances=instances, confirm_overwrite="cirros-4", **INPLACE)["changed"]
    assert restoring.asked == [], "Cinder is not asked for volumes that nobody touches"


ROOT_4 = snapshots.volume(CIRROS_4, cloud.WEB, volume_name="root", volume_mountpoint="/dev/vda")
UNTOLD_4 = {**ROOT_4, "volume_mountpoint": None}
DATA_ONLY = snapshots.volume(CIRROS_4, DATA_4)
BOOTS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], bool, list[bool]]] = {
    # disks in the snapshot, options, whether the boot disk is restored, which volumes are restored
    "from a volume": ([ROOT_4, DATA_ONLY], {}, True, [True, True]),
    "from a volume that is left": (
        [ROOT_4, DATA_ONLY],
        {"volumes": [{"name": "root", "restore": False}]},
        False,
        [False, True],
    ),
    "from a volume, the other one left": (
        [ROOT_4, DATA_ONLY],
        {"volumes": [{"name": "data", "restore": False}]},
        True,
        [True, False],
    ),
    "from a volume that is left as the boot disk": (
        [ROOT_4, DATA_ONLY],
        {"restore_boot_disk": False},
        False,
        [False, True],
    ),
    "from what the backup left out": ([DATA_ONLY], {}, False, [True]),
    "from a volume of no device": ([UNTOLD_4, DATA_ONLY], {}, True, [True, True]),
    "from a volume of no device that is left": (
        [UNTOLD_4, DATA_ONLY],
        {"restore_boot_disk": False},
        False,
        [False, True],
    ),
}


@pytest.mark.parametrize("boots", BOOTS)
def test_in_place_of_a_server_that_boots(restoring: Exchange, boots: str) -> None:
    disks, asked, boot, restored = BOOTS[boots]
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(CIRROS_4, "cirros-4", vdisks=disks)))
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    shown = {"id": CIRROS_4, "os-extended-volumes:volumes_attached": [{"id": disk["volume_id"]} for disk in disks]}
    restoring.get(f"/servers/{CIRROS_4}", {"server": shown}, url=NOVA)
    result = restoring.run("restore", instances=[{"name": "cirros-4", **asked}], plan_only=True, **INPLACE)
    [entry] = result["request_body"]["restore"]["options"]["openstack"]["instances"]
    assert (entry["restore_boot_disk"], [disk["restore_cinder_volume"] for disk in entry["vdisks"]]) == (boot, restored)
    [planned] = result["restore_plan"]["instances"]
    assert [disk["boot"] for disk in planned["disks"]] == [disk["volume_id"] == cloud.WEB for disk in disks]
    assert [disk["restore"] for disk in planned["disks"]] == restored


def test_a_selective_restore_says_that_it_leaves_the_boot_disk(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    instances = [{"name": "cirros-1", "restore_boot_disk": False}]
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, plan_only=True, **QUICK
    )
    [first, _second] = result["restore_plan"]["instances"]
    assert [(disk["boot"], disk["restore"]) for disk in first["disks"]] == [(True, False), (False, True)]


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("there", "confirm"),
    [
        (IN_NOVA, ["cirros-3", "cirros-4"]),
        ([*IN_NOVA, {"id": snapshots.ID, "name": "cirros-3"}], [CIRROS_3, "cirros-4"]),
        ([{"id": CIRROS_3, "name": "renamed"}, {"id": CIRROS_4, "name": "cirros-3"}], ["cirros-3", "renamed"]),
    ],
)
def test_a_plan_in_place_needs_no_confirmation_and_says_it(
    restoring: Exchange, dry: str, there: list[dict[str, Any]], confirm: list[str]
) -> None:
    confirmed: list[dict[str, Any]] = [{}, {"confirm_overwrite": "who-knows"}]
    for given in confirmed:
        restores.record_site(restoring, shows=OF_BOTH)
        cloud.record_lists(restoring, "servers", servers=there)
        attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
        result = restoring.run("restore", instances=BOTH, **given, **DRY[dry], **INPLACE)
        assert sorted(result["confirm_overwrite"]) == sorted(confirm)
        assert result["request_body"]["restore"]["options"] == sample("restore_inplace_request")["restore"]["options"]


@pytest.mark.parametrize("name", ["two, with a comma", " blanks around ", "", cloud.WEB])
def test_what_a_plan_wants_confirmed_can_be_pasted_whatever_a_server_is_called(restoring: Exchange, name: str) -> None:
    there = [{"id": CIRROS_4, "name": name}, {"id": cloud.WEB, "name": "web"}]
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "servers", servers=there)
    attached(restoring, (CIRROS_4, DATA_4))
    confirm = restoring.run("restore", instances=BOTH[1:], plan_only=True, **INPLACE)["confirm_overwrite"]
    for given in (confirm, ",".join(confirm)):
        body = request(
            "inplace",
            {"latest": True},
            plan={"instances": BOTH[1:]},
            instances=[{"include": False, "id": CIRROS_3}, *captured_in_place()[1:]],
        )
        restores.record_site(restoring, shows=OF_BOTH)
        cloud.record_lists(restoring, "servers", servers=there)
        attached(restoring, (CIRROS_4, DATA_4))
        sent(restoring, body)
        assert restoring.run("restore", instances=BOTH[1:], confirm_overwrite=given, **INPLACE)["changed"]


def captured_in_place() -> list[dict[str, Any]]:
    """Return the servers of the captured request."""
    instances: list[dict[str, Any]] = sample("restore_inplace_request")["restore"]["options"]["openstack"]["instances"]
    return instances
