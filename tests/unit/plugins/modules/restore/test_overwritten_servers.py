# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that a restore in place overwrites: the states that allow it, and volumes that several servers have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import CINDER, NOVA, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY
from unit.plugins.modules.restore.request_bodies import CIRROS_3, CIRROS_4, DATA_4, IN_NOVA, INPLACE, OF_BOTH, request
from unit.plugins.modules.restore.request_bodies import sent as start

ONE: dict[str, Any] = {"instances": [{"name": "cirros-4"}]}
FOUR = f"'cirros-4' ({CIRROS_4})"


def record(exchange: Exchange, **state: Any) -> None:
    """Record a restore of the server cirros-4, which Nova shows in this state."""
    restores.record_site(exchange, shows=OF_BOTH)
    cloud.record_lists(exchange, "servers", servers=IN_NOVA)
    volumes = {"os-extended-volumes:volumes_attached": [{"id": DATA_4}]}
    shown = {"id": CIRROS_4, "name": "cirros-4", "status": "ACTIVE", **volumes, **state}
    exchange.get(f"/servers/{CIRROS_4}", {"server": shown}, url=NOVA)


# ---- states ----------------------------------------------------------------------------------------------------------

TASK = "OS-EXT-STS:task_state"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "locked": ({"locked": True}, f"{FOUR} is locked: unlock it."),
    "shelved": ({"status": "SHELVED_OFFLOADED"}, f"{FOUR} is SHELVED_OFFLOADED: unshelve it."),
    "shelved on its host": ({"status": "SHELVED"}, f"{FOUR} is SHELVED: unshelve it."),
    "resized": ({"status": "VERIFY_RESIZE"}, f"{FOUR} is VERIFY_RESIZE: confirm or revert its resize."),
    "in rescue": ({"status": "RESCUE"}, f"{FOUR} is RESCUE: unrescue it."),
    "paused": ({"status": "PAUSED"}, f"{FOUR} is PAUSED: unpause it."),
    "suspended": ({"status": "SUSPENDED"}, f"{FOUR} is SUSPENDED: resume it."),
    "deleted softly": ({"status": "SOFT_DELETED"}, f"{FOUR} is SOFT_DELETED: restore it in Nova."),
    "being built": ({"status": "BUILD"}, f"{FOUR} is BUILD: bring it to ACTIVE or SHUTOFF."),
    "unknown": ({"status": "UNKNOWN"}, f"{FOUR} is UNKNOWN: bring it to ACTIVE or SHUTOFF."),
    "with a task": ({TASK: "image_uploading"}, f"{FOUR} has the task 'image_uploading': wait for its end."),
    "locked with a task": (
        {"locked": True, "status": "SHELVED", TASK: "unshelving"},
        f"{FOUR} has the task 'unshelving': wait for its end; {FOUR} is locked: unlock it.",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("refused", REFUSED)
def test_a_server_that_is_not_ready(restoring: Exchange, refused: str, dry: str) -> None:
    state, words = REFUSED[refused]
    record(restoring, **state)
    failed = restoring.fail("restore", confirm_overwrite="cirros-4", **ONE, **INPLACE, **DRY[dry])
    assert failed.error == {"code": "wrong_state"}
    assert f"because servers are not ready to be overwritten: {words} Then run the task again." in str(failed)
    assert restoring.microversions[-1] == "compute 2.9", "older ones do not show locks"


@pytest.mark.parametrize("state", [{"status": "SHUTOFF"}, {"status": "ERROR"}, {"locked": False, TASK: None}])
def test_a_server_that_is_ready(restoring: Exchange, state: dict[str, Any]) -> None:
    record(restoring, **state)
    result = restoring.run("restore", check=True, **ONE, **INPLACE)
    assert result["confirm_overwrite"] == ["cirros-4"]
    assert result["restore_plan"]["quotas"] == []


def test_a_server_that_is_deleted_meanwhile(restoring: Exchange) -> None:
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    restoring.get(f"/servers/{CIRROS_4}", "", url=NOVA, status=404)
    failed = restoring.fail("restore", check=True, **ONE, **INPLACE)
    assert f"the server {CIRROS_4} was deleted a moment ago" in str(failed)


# ---- volumes of several servers --------------------------------------------------------------------------------------


def attach(exchange: Exchange, *server_ids: str) -> None:
    """Let Cinder show that these servers have the volume of cirros-4."""
    row = {"id": DATA_4, "name": "data", "attachments": [{"server_id": each} for each in server_ids]}
    other = {"id": snapshots.DATA, "name": "", "attachments": [{"server_id": CIRROS_3}]}
    exchange.stand("/volumes/detail", {"volumes": [other, row]}, url=CINDER)


@pytest.mark.parametrize("dry", [{"check": True}, {"plan_only": True}])
def test_the_plan_shows_the_other_servers_of_a_volume_and_wants_them_confirmed(
    restoring: Exchange, dry: dict[str, Any]
) -> None:
    attach(restoring, CIRROS_4, cloud.WEB)
    record(restoring)
    result = restoring.run("restore", **ONE, **dry, **INPLACE)
    assert result["confirm_overwrite"] == ["cirros-4", "web"]
    [_third, fourth] = result["restore_plan"]["instances"]
    assert [disk["also_attached_to"] for disk in fourth["disks"]] == [[], [{"id": cloud.WEB, "name": "web"}]]
    assert [disk["overwrite"] for disk in fourth["disks"]] == [True, True]
    assert result["diff"]["after"]["servers"] == {
        f"'cirros-3' ({CIRROS_3})": "left alone",
        FOUR: {
            "disks": [
                "boot disk cirros, 1 GiB: OVERWRITTEN",
                f"volume data, 1 GiB: OVERWRITTEN, also for 'web' ({cloud.WEB})",
            ]
        },
    }


def test_both_servers_of_a_volume_must_be_confirmed(restoring: Exchange) -> None:
    attach(restoring, CIRROS_4, cloud.WEB)
    record(restoring)
    failed = restoring.fail("restore", confirm_overwrite="cirros-4", **ONE, **INPLACE)
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"the disks of these servers would be overwritten: cirros-4 ({CIRROS_4}), web ({cloud.WEB}); confirmed with "
        f"'confirm_overwrite': cirros-4 ({CIRROS_4})." in str(failed)
    )
    record(restoring)
    entry = {"restore_boot_disk": True, "include": True, "id": CIRROS_4}
    entry["vdisks"] = [{"restore_cinder_volume": True, "id": DATA_4}]
    instances = [{"include": False, "id": CIRROS_3}, entry]
    plan = {"instances": [{"name": "cirros-4", "include": True}]}
    start(restoring, request("inplace", {"latest": True}, plan=plan, instances=instances))
    assert restoring.run("restore", confirm_overwrite="web,cirros-4", **ONE, **INPLACE)["changed"]


def in_place(path: Path, entry: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a restore in place with a file of the vendor that overwrites one server."""
    inner = {"instances": [{"id": CIRROS_4, "include": True, **entry}]}
    path.write_text(json.dumps(restores.options("inplace", **inner)), encoding="utf-8")
    return {"restore_file": str(path)}


@pytest.mark.parametrize("entry", [{}, {"vdisks": []}, {"restore_boot_disk": True, "vdisks": []}])
def test_a_volume_that_a_file_leaves_out_may_be_overwritten_for_both_servers(
    restoring: Exchange, tmp_path: Path, entry: dict[str, Any]
) -> None:
    attach(restoring, CIRROS_4, cloud.WEB)
    record(restoring)
    result = restoring.run("restore", check=True, **in_place(tmp_path / "restore.json", entry), **INPLACE)
    assert result["confirm_overwrite"] == ["cirros-4", "web"]
    assert result["restore_plan"]["instances"][1]["disks"][1]["also_attached_to"] == [{"id": cloud.WEB, "name": "web"}]


@pytest.mark.parametrize("disk", [{}, {"restore_cinder_volume": True}, {"id": None}, {"id": ""}])
def test_a_volume_of_a_file_without_an_id(restoring: Exchange, tmp_path: Path, disk: dict[str, Any]) -> None:
    options = in_place(tmp_path / "restore.json", {"vdisks": [{"id": DATA_4}, disk]})
    failed = restoring.fail("restore", keystone=0, **options, **INPLACE)
    assert failed.error == {"code": "invalid_option"}
    assert (
        "restore.json' holds under 'openstack.instances[0].vdisks[1]' no id, so that it is unknown which volume would "
        "be overwritten. Give the id of the volume." in str(failed)
    )


def test_a_volume_that_is_left_needs_no_other_server_confirmed(restoring: Exchange) -> None:
    attach(restoring, CIRROS_4, cloud.WEB)
    record(restoring)
    spared = [{"name": "cirros-4", "volumes": [{"name": "data", "restore": False}]}]
    result = restoring.run("restore", check=True, instances=spared, **INPLACE)
    assert result["confirm_overwrite"] == ["cirros-4"]
    assert restoring.asked == []


@pytest.mark.parametrize("dry", DRY)
def test_a_volume_of_a_server_that_nova_does_not_list(restoring: Exchange, dry: str) -> None:
    attach(restoring, CIRROS_4, cloud.IMAGE)
    record(restoring)
    failed = restoring.fail("restore", confirm_overwrite="cirros-4", **ONE, **INPLACE, **DRY[dry])
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"are attached to servers that Nova does not list: the volume 'data' ({DATA_4}) to the server {cloud.IMAGE}. "
        "Detach them there" in str(failed)
    )
