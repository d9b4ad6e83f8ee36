# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores that `restore` refuses because of the original servers and volumes.

The exchanges hold reads only, so that a write fails the test. Each message names the object and says what to do.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import NOVA, QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY, INPLACE, oneclick

RENAMED, FOREIGN, OLD_VOLUME = (
    {"id": snapshots.CIRROS_2, "name": "renamed"},
    {"id": cloud.WEB, "name": "cirros-1"},
    {"id": snapshots.DATA, "name": ""},
)

ORIGINALS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = {
    "a server": ([RENAMED, FOREIGN], [], f"server 'renamed' ({snapshots.CIRROS_2})"),
    "a volume": ([FOREIGN], [OLD_VOLUME], f"volume '{snapshots.DATA}'"),
    "both": (
        [RENAMED],
        [OLD_VOLUME, FOREIGN],
        f"server 'renamed' ({snapshots.CIRROS_2}), volume '{snapshots.DATA}'",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("originals", ORIGINALS)
def test_originals_that_are_there(restoring: Exchange, originals: str, dry: str) -> None:
    there, volumes, words = ORIGINALS[originals]
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes", servers=there, volumes=volumes)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"a one-click restore needs the originals gone, and these are there: {words}. 'type: inplace' overwrites"
        in str(failed)
    )


BOTH_THERE = [{"id": snapshots.CIRROS_1, "name": "cirros-1"}, {"id": snapshots.CIRROS_2, "name": "cirros-2"}]
OF_BOTH: dict[str, Any] = {"instances": [{"name": "cirros-1"}, {"name": "cirros-2"}]}


def with_volume(exchange: Exchange, *volume_ids: str) -> None:
    """Record that Nova shows the server that has a volume in the snapshot, and the other one."""
    volumes = [{"id": each} for each in volume_ids]
    shown = {"id": snapshots.CIRROS_1, "name": "cirros-1", "os-extended-volumes:volumes_attached": volumes}
    with exchange.any_order():
        exchange.get(f"/servers/{snapshots.CIRROS_1}", {"server": shown}, url=NOVA)
        exchange.get(f"/servers/{snapshots.CIRROS_2}", {"server": {"id": snapshots.CIRROS_2}}, url=NOVA)


WOULD = (
    "the disks of these servers would be overwritten: cirros-1 ("
    + snapshots.CIRROS_1
    + "), cirros-2 ("
    + snapshots.CIRROS_2
    + "); confirmed with 'confirm_overwrite': "
)

UNCONFIRMED: dict[str, tuple[Any, list[dict[str, Any]], str, str]] = {
    "nothing": (None, BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty survey": ("", BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "an empty list": ([], BOTH_THERE, "invalid_option", f"{WOULD}none."),
    "a part": ("cirros-1", BOTH_THERE, "invalid_option", f"{WOULD}cirros-1 ({snapshots.CIRROS_1})."),
    "more": (
        "cirros-1,cirros-2,web",
        [*BOTH_THERE, {"id": cloud.WEB, "name": "web"}],
        "invalid_option",
        f"cirros-2 ({snapshots.CIRROS_2}), web ({cloud.WEB}).",
    ),
    "another": ("web", [*BOTH_THERE, {"id": cloud.WEB, "name": "web"}], "invalid_option", f"{WOULD}web ({cloud.WEB})."),
    "a name that is none": (
        "cirros-1,cirros-3",
        BOTH_THERE,
        "unknown_name",
        "There is no server with the id or name 'cirros-3' in this project, as Nova lists them; there are",
    ),
    "a name of two": (
        "cirros-1,cirros-2",
        [*BOTH_THERE, {"id": cloud.WEB, "name": "cirros-2"}],
        "ambiguous_name",
        f"named 'cirros-2': {', '.join(sorted((cloud.WEB, snapshots.CIRROS_2)))}.",
    ),
    "a name that is another server's now": (
        "cirros-1,cirros-2",
        [BOTH_THERE[0], {"id": snapshots.CIRROS_2, "name": "renamed"}, {"id": cloud.WEB, "name": "cirros-2"}],
        "invalid_option",
        (
            f"cirros-1 ({snapshots.CIRROS_1}), renamed ({snapshots.CIRROS_2}); confirmed with 'confirm_overwrite': "
            f"cirros-1 ({snapshots.CIRROS_1}), cirros-2 ({cloud.WEB})."
        ),
    ),
    "a word": ("yes", BOTH_THERE, "unknown_name", "There is no server with the id or name 'yes'"),
}


@pytest.mark.parametrize("unconfirmed", UNCONFIRMED)
def test_what_is_not_confirmed_exactly_is_not_overwritten(restoring: Exchange, unconfirmed: str) -> None:
    confirmed, there, code, words = UNCONFIRMED[unconfirmed]
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=there)
    with_volume(restoring, snapshots.DATA)
    failed = restoring.fail("restore", confirm_overwrite=confirmed, **OF_BOTH, **INPLACE, **QUICK)
    assert failed.error == {"code": code}
    assert words in str(failed)
    if code == "invalid_option":
        assert "Run the task with 'plan_only: true', read the plan, and paste its 'confirm_overwrite'." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_originals_that_are_gone(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=[BOTH_THERE[0], {"id": cloud.WEB, "name": "cirros-2"}])
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"Servers that are to be overwritten are not there: cirros-2 ({snapshots.CIRROS_2}). Restore servers "
        "that are gone with 'type: selective'." in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_volumes_that_are_detached(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", servers=BOTH_THERE)
    with_volume(restoring, cloud.WEB)
    failed = restoring.fail("restore", confirm_overwrite="cirros-1,cirros-2", **OF_BOTH, **INPLACE, **DRY[dry], **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"are not attached any more: {snapshots.DATA} of the server 'cirros-1' ({snapshots.CIRROS_1}). Attach "
        "them again, or leave them as they are with 'restore: false'" in str(failed)
    )


@pytest.mark.parametrize("dry", DRY)
def test_in_place_of_no_disk(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    instances = [{"name": "cirros-1", "restore_boot_disk": False, "volumes": [{"name": "data", "restore": False}]}]
    failed = restoring.fail(
        "restore", instances=instances, confirm_overwrite="cirros-1", **INPLACE, **DRY[dry], **QUICK
    )
    assert failed.error == {"code": "invalid_option"}
    assert (
        f"Of the server 'cirros-1' ({snapshots.CIRROS_1}) no disk is to be restored. Leave it out of 'instances'."
        in str(failed)
    )


ROOT = snapshots.volume(snapshots.CIRROS_2, cloud.WEB, volume_name="root", volume_mountpoint="/dev/vda")
UNTOLD = snapshots.volume(snapshots.CIRROS_2, cloud.WEB, volume_name="root", volume_mountpoint=None)
SAID = f"The option 'restore_boot_disk' of the server 'cirros-2' ({snapshots.CIRROS_2}) is "
BOOT_DISKS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "not the boot disk, and the volume that it is": (
        [ROOT, snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": False, "volumes": [{"name": "root", "volume_type": "ssd"}]},
        f"{SAID}false, and its boot disk is the volume {cloud.WEB}, of which 'volumes' says something else.",
    ),
    "the boot disk, and not the volume that it is": (
        [ROOT, snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": True, "volumes": [{"name": "root", "restore": False}]},
        f"{SAID}true, and its boot disk is the volume {cloud.WEB}, of which 'volumes' says something else.",
    ),
    "a boot disk that was left out of the backup": (
        [snapshots.volume(snapshots.CIRROS_2)],
        {"restore_boot_disk": True},
        f"{SAID}true, and the snapshot holds none.",
    ),
    "the only disk, which is a volume": (
        [ROOT],
        {"volumes": [{"name": "root", "restore": False}]},
        f"Of the server 'cirros-2' ({snapshots.CIRROS_2}) no disk is to be",
    ),
    "a disk that may be the boot disk": (
        [UNTOLD],
        {"restore_boot_disk": False},
        f"Of the server 'cirros-2' ({snapshots.CIRROS_2}) no disk is to be",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("boot", BOOT_DISKS)
def test_in_place_of_a_boot_disk_that_shall_and_shall_not_be(restoring: Exchange, boot: str, dry: str) -> None:
    disks, entry, words = BOOT_DISKS[boot]
    restores.record_site(
        restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", vdisks=disks))
    )
    if any("volume_type" in each for each in entry.get("volumes", [])):
        cloud.record_lists(restoring, "types")
    failed = restoring.fail(
        "restore",
        instances=[{"name": "cirros-2", **entry}],
        confirm_overwrite="cirros-2",
        **INPLACE,
        **DRY[dry],
        **QUICK,
    )
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_in_place_onto_a_volume_type_that_is_not_there(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "types")
    instances = [{"name": "cirros-1", "volumes": [{"name": "data", "volume_type": "gold"}]}]
    failed = restoring.fail(
        "restore", instances=instances, confirm_overwrite="cirros-1", **INPLACE, **DRY[dry], **QUICK
    )
    assert failed.error == {"code": "unknown_name"}
    assert "no volume type with the id or name 'gold'" in str(failed)
