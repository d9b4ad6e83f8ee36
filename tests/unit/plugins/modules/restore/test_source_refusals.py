# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads and snapshots that `restore` refuses to restore.

The exchanges hold reads only, so that a write fails the test. Each message names the object and says what to do.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import OTHER_PROJECT, QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY, LATEST, oneclick

TITLE = f"'API taken 2' ({snapshots.ID}, available, 2020-11-04T13:58:37.000000)"
THE_WORKLOAD = f"workload 'API' ({workloads.RESTORED_ID})"


@pytest.mark.parametrize("dry", DRY)
def test_a_mistyped_workload(restoring: Exchange, dry: str) -> None:
    workloads.record_restored(restoring, {"id": cloud.WEB, "name": "theirs", "project_id": OTHER_PROJECT})
    failed = oneclick(restoring, dry, workload="theirs", latest=True)
    assert failed.error == {"code": "unknown_name"}
    where = f"in the project 'demo' ({restoring.project_id})"
    assert f"There is no workload with the id or name 'theirs' {where}; there are: API." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_workload(restoring: Exchange, dry: str) -> None:
    workloads.record_restored(restoring, {"id": cloud.WEB})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"named 'API': {cloud.WEB}, {workloads.RESTORED_ID}. Names are not unique here: give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_an_ambiguous_snapshot(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring, rows=[snapshots.row(), snapshots.row(snapshots.OLDER_ID)], shows={})
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "ambiguous_name"}
    assert f"more than one snapshot named 'API taken 2': {snapshots.OLDER_ID}, {snapshots.ID}." in str(failed)
    assert "give the id" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("wanted", ["nightly", cloud.WEB])
def test_a_snapshot_that_is_not_of_the_workload(restoring: Exchange, wanted: str, dry: str) -> None:
    restores.record_site(
        restoring,
        rows=[snapshots.row(), snapshots.OLDER_ROW, snapshots.row(cloud.WEB, name="nightly", workload_id=restores.ID)],
        shows={},
    )
    failed = oneclick(restoring, dry, snapshot=wanted)
    assert failed.error == {"code": "unknown_name"}
    assert (
        f"no snapshot with the id or name '{wanted}' of the {THE_WORKLOAD}; there are: API taken 2, snapshot."
        in str(failed)
    )


def test_the_id_of_a_snapshot_that_is_not_there(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, workloads.GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert failed.error == {"code": "unknown_name"}
    assert f"There is no snapshot with the id {snapshots.ID} in this project." in str(failed)


def test_the_id_of_a_snapshot_of_another_project(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown(project_id=OTHER_PROJECT)})
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert f"The snapshot {TITLE} belongs to the project {OTHER_PROJECT}" in str(failed)
    assert "Log in to the project that it belongs to." in str(failed)


def test_the_id_of_a_snapshot_whose_workload_is_gone(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    restoring.get(workloads.RESTORED_PATH, workloads.GONE, status=404)
    failed = restoring.fail("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)
    assert f"The workload {workloads.RESTORED_ID} of the snapshot {TITLE} is not there." in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("error", "is not available: No valid host was found. . Choose another snapshot"),
        (
            "cancelled",
            "is not available: its state is 'cancelled'. Choose another snapshot, or wait until this one is free.",
        ),
        ("executing", "is not available: its state is 'executing'. Choose another snapshot, or wait"),
        (
            "mounted",
            (
                "is not available: its state is 'mounted'. It is mounted: dismount it. An older one is not taken "
                "in its place."
            ),
        ),
    ],
)
def test_a_snapshot_that_is_not_available(restoring: Exchange, status: str, words: str, dry: str) -> None:
    error = "No valid host was found. " if status == "error" else None
    restores.record_site(
        restoring,
        rows=[snapshots.OLDER_ROW, snapshots.row(status=status)],
        shows=snapshots.shown(status=status, error_msg=error),
    )
    failed = oneclick(restoring, dry, snapshot="API taken 2")
    assert failed.error == {"code": "wrong_state"}
    assert f"the snapshot 'API taken 2' ({snapshots.ID}, {status}, 2020-11-04T13:58:37.000000) {words}" in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_the_newest_snapshot_is_mounted_and_no_older_one_is_taken(restoring: Exchange, dry: str) -> None:
    restores.record_site(
        restoring, rows=[snapshots.OLDER_ROW, snapshots.row(status="mounted")], shows=snapshots.shown(status="mounted")
    )
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert "It is mounted: dismount it. An older one is not taken in its place." in str(failed)


@pytest.mark.parametrize("dry", DRY)
def test_no_good_snapshot(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring, rows=[snapshots.row(status="error")], shows={})
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "unknown_name"}
    assert f"The {THE_WORKLOAD} has no good snapshot; there are: 'API taken 2' ({snapshots.ID}, error, " in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-04T14:00:00"}], ids=str)
def test_two_good_snapshots_of_one_second_have_no_newest(restoring: Exchange, source: dict[str, Any], dry: str) -> None:
    twin = snapshots.row(cloud.WEB, name="twin")
    restores.record_site(restoring, rows=[snapshots.OLDER_ROW, twin, snapshots.row()], shows={})
    failed = oneclick(restoring, dry, **source)
    assert failed.error == {"code": "ambiguous_name"}
    named = f"{TITLE}, 'twin' ({cloud.WEB}, available, 2020-11-04T13:58:37.000000)"
    assert f"began in the same second, and nothing tells which is newer: {named}. Give the id of one of them." in str(
        failed
    )


def test_a_failed_snapshot_of_the_same_second_is_no_rival(restoring: Exchange) -> None:
    restores.record_site(
        restoring, rows=[snapshots.OLDER_ROW, snapshots.row(cloud.WEB, name="twin", status="error"), snapshots.row()]
    )
    cloud.record_lists(
        restoring, "servers", "volumes", servers=[{"id": snapshots.CIRROS_2, "name": "there"}], volumes=[]
    )
    assert "a one-click restore needs the originals gone" in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("source", [{"latest": True}, {"at": "2020-11-05T00:00:00"}], ids=str)
@pytest.mark.parametrize("time", [None, "", "yesterday"])
def test_a_snapshot_of_no_time_leaves_no_newest(restoring: Exchange, time: str | None, source: dict[str, Any]) -> None:
    restores.record_site(restoring, rows=[snapshots.OLDER_ROW, snapshots.row(created_at=time)], shows={})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error["code"] == "bad_answer"
    assert f"The snapshot 'API taken 2' ({snapshots.ID}, available, {time}) shows no creation time" in str(failed)


def test_no_snapshot_that_is_old_enough(restoring: Exchange) -> None:
    restores.record_site(restoring, shows={})
    failed = oneclick(restoring, "for real", at="2020-11-02T14:03:17")
    assert "has no good snapshot that was begun at 2020-11-02T14:03:17 or before; there are: 'snapshot' (" in str(
        failed
    )


@pytest.mark.parametrize(("source", "first"), [({"latest": True}, 29), ({"at": "2020-10-01T00:00:00"}, 1)], ids=str)
def test_of_many_snapshots_the_nearest_are_named(restoring: Exchange, source: dict[str, Any], first: int) -> None:
    status = "error" if "latest" in source else "available"
    rows = [
        snapshots.row(f"{snapshots.ID[:-2]}{day:02}", status=status, created_at=f"2020-11-{day:02}T00:00:00.000000")
        for day in range(1, 30)
    ]
    restores.record_site(restoring, rows=rows, shows={})
    message = str(oneclick(restoring, "for real", **source))
    assert f"; there are: 'API taken 2' ({snapshots.ID[:-2]}{first:02}, {status}, 2020-11-{first:02}T" in message
    assert message.endswith(" and 21 more.")
    assert len(message) < 12 * 110


def test_no_snapshot_at_all(restoring: Exchange) -> None:
    restores.record_site(restoring, rows=[], shows={})
    assert "has no good snapshot; there are: none at all." in str(oneclick(restoring, "for real", latest=True))


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("status", ["locked", "error", "resetting"])
def test_a_workload_that_is_not_available(restoring: Exchange, status: str, dry: str) -> None:
    restores.record_site(restoring, status=status)
    failed = oneclick(restoring, dry, latest=True)
    assert failed.error == {"code": "wrong_state"}
    assert f"the state of the {THE_WORKLOAD} is '{status}'. Wait for the end of what runs." in str(failed)
    assert "unlock the workload with the module openprotect.backup.workload_action" in str(failed)


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("description", "kind"), [("[openprotect:00000000:111111111111]", "oneclick"), ("-", "selective")]
)
def test_another_restore_runs(restoring: Exchange, description: str, kind: str, dry: str) -> None:
    other = {
        **restores.listed(restores.STARTED),
        "snapshot_id": snapshots.OLDER_ID,
        "description": description,
        "restore_options": restores.options(kind),
    }
    restores.record_site(restoring, other, shows={})
    failed = oneclick(restoring, dry, latest=True, force_new=True)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"another restore of the {THE_WORKLOAD} runs: 'API' ({restores.NEW_ID}, restoring, 2020-11-09T09:53:31.037588)."
        in str(failed)
    )
    assert "cancel it with 'state: cancelled' and its id" in str(failed)


@pytest.mark.parametrize(
    "source",
    [
        {"snapshot": "API taken 2"},
        {"snapshot": snapshots.ID},
        {"at": "2020-11-02T14:03:17"},
        {"latest": True},
        {"at": "2030-01-01T00:00:00"},
    ],
)
def test_without_a_marker_a_restore_that_runs_of_another_snapshot_is_another_one(
    restoring: Exchange, source: dict[str, Any]
) -> None:
    restores.record_site(
        restoring,
        {
            **restores.listed(restores.STARTED),
            "snapshot_id": snapshots.OLDER_ID,
            "description": "-",
            "restore_options": restores.options("oneclick"),
        },
        shows={},
    )
    restoring.get(f"/snapshots/{snapshots.OLDER_ID}", {"snapshot": snapshots.shown(**snapshots.OLDER_ROW)})
    failed = oneclick(restoring, "for real", **source)
    assert failed.error == {"code": "wrong_state"}
    assert f"another restore of the {THE_WORKLOAD} runs: 'API' ({restores.NEW_ID}" in str(failed)


CUT = snapshots.server(snapshots.CIRROS_2, "cirros-2")
NOT_WHOLE: dict[str, tuple[dict[str, Any], str]] = {
    "no key of servers": ({"instances": None}, "shows no servers, so that it is unknown what would be restored"),
    "no servers": ({"instances": []}, "shows no servers"),
    "servers of another shape": ({"instances": {"id": snapshots.CIRROS_2}}, "shows no servers"),
    "a server without id": ({"instances": [{**CUT, "id": None}]}, "shows a server without an id"),
    "no disks": (
        {"instances": [{**CUT, "vdisks": None}]},
        f"shows the server 'cirros-2' ({snapshots.CIRROS_2}) without a list of its disks",
    ),
    "a disk of another shape": ({"instances": [{**CUT, "vdisks": [None]}]}, "without a list of its disks"),
    "a NIC of another shape": ({"instances": [{**CUT, "nics": ["internal"]}]}, "with a NIC in no network"),
    "a subnet of another shape": (
        {"instances": [{**CUT, "nics": [{"network": {"id": cloud.INTERNAL, "subnet": "x"}}]}]},
        "with a NIC in no network",
    ),
    "a flavor of another shape": (
        {"instances": [{**CUT, "flavor": "m1.tiny"}]},
        f"'cirros-2' ({snapshots.CIRROS_2}) with a flavor or metadata of another shape",
    ),
    "a NIC in no network": (
        {"instances": [{**CUT, "nics": [{**snapshots.nic(), "network": None}]}]},
        f"the server 'cirros-2' ({snapshots.CIRROS_2}) with a NIC in no network",
    ),
}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize("kind", ["oneclick", "selective", "inplace"])
@pytest.mark.parametrize("part", NOT_WHOLE)
def test_what_a_snapshot_does_not_show_is_not_restored(restoring: Exchange, part: str, kind: str, dry: str) -> None:
    changes, words = NOT_WHOLE[part]
    restores.record_site(restoring, shows=snapshots.shown(**changes))
    given = {"instances": [{"id": snapshots.CIRROS_2}], "confirm_overwrite": "cirros-2"} if kind == "inplace" else {}
    failed = restoring.fail("restore", **{**LATEST, "type": kind}, **given, **DRY[dry], **QUICK)
    assert failed.error["code"] == "bad_answer"
    assert f"Nothing was restored, because the snapshot 'API taken 2' ({snapshots.ID}) shows " in str(failed)
    assert words in str(failed)
    assert "snapshot_info shows it with 'details: true'" in str(failed)
