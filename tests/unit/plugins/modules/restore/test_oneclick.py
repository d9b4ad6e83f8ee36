# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of one-click restores.

The captured requests are what must be sent. Order, query, body and number of all requests are compared.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import CINDER, PASSWORD, QUICK, Exchange, sample
from unit.plugins.modules.restore.request_bodies import DRY, ONECLICK, intent, request, sent

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import identity

SOURCES: dict[str, dict[str, Any]] = {
    "latest": {"latest": True},
    "at": {"at": "2020-11-04T15:00:00+01:00"},
    "name": {"snapshot": "API taken 2"},
    "id": {"snapshot": snapshots.ID},
}
"""The ways to name the snapshot of a workload. Each of them means the captured one."""


@pytest.mark.parametrize("source", SOURCES)
def test_one_click(restoring: Exchange, source: str) -> None:
    body = request("oneclick", SOURCES[source])
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, body)
    result = restoring.run("restore", type="oneclick", workload="API", **SOURCES[source], **QUICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, restores.NEW_ID, "available")
    assert result["restore"]["instances"] == [
        {"old_id": snapshots.CIRROS_2, "id": restores.NEW_CIRROS_2, "name": "cirros-2", "status": "available"},
        {"old_id": snapshots.CIRROS_1, "id": restores.NEW_CIRROS_1, "name": "cirros-1", "status": "available"},
    ]
    assert (result["restore"]["type"], result["restore"]["description"]) == ("oneclick", "")
    assert result["restore"]["request_key"] == result["request_key"] == identity.Marker.read(body["description"]).key
    assert result["plan"] == [
        {"action": "create", "kind": "restore", "name": "Restore of API", "id": None, "fields": ["type"]}
    ]
    assert result["diff"] == {
        "before": {},
        "after": {
            "workload": "API",
            "snapshot": f"'API taken 2' ({snapshots.ID})",
            "taken_at": "2020-11-04T13:58:37Z",
            "type": "oneclick",
            "servers": {
                f"'cirros-1' ({snapshots.CIRROS_1})": {
                    "new_server": "cirros-1",
                    "availability_zone": "nova",
                    "disks": ["boot disk cirros, 1 GiB: new", "volume data, 1 GiB: new, of the type iscsi"],
                    "nics": ["10.0.0.5 in internal: in internal, 10.0.0.5 (kept)"],
                },
                f"'cirros-2' ({snapshots.CIRROS_2})": {
                    "new_server": "cirros-2",
                    "availability_zone": "nova",
                    "disks": ["boot disk cirros, 1 GiB: new"],
                    "nics": ["10.0.0.6 in internal: in internal, 10.0.0.6 (kept)"],
                },
            },
        },
    }
    assert result["snapshot"] == {
        "id": snapshots.ID,
        "name": "API taken 2",
        "created_at": snapshots.row()["created_at"],
        "snapshot_type": "full",
        "workload_id": workloads.RESTORED_ID,
    }
    assert result["request_body"] == {"restore": body}
    assert result["confirm_overwrite"] is None
    assert PASSWORD not in json.dumps(result)


def test_one_click_is_what_was_captured(restoring: Exchange) -> None:
    captured = sample("restore_oneclick_request")["restore"]
    body = request("oneclick", {"latest": True}, captured["description"], name=captured["name"])
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, body)
    restoring.run("restore", name="One Click Restore", description="One Click Restore", **ONECLICK)
    assert {**body["options"], "vmware": {}} == captured["options"]


def test_the_id_of_a_snapshot_needs_no_workload(restoring: Exchange) -> None:
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    restoring.get(workloads.RESTORED_PATH, {"workload": workloads.RESTORED})
    restoring.get(
        "/snapshots",
        {"snapshots": [snapshots.OLDER_ROW, snapshots.row()]},
        query={"workload_id": workloads.RESTORED_ID},
    )
    restoring.get("/restores/detail", {"restores": []})
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"snapshot": snapshots.ID}))
    assert restoring.run("restore", type="oneclick", snapshot=snapshots.ID, **QUICK)["id"] == restores.NEW_ID


def test_the_id_of_a_workload_is_as_good_as_its_name(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **{**ONECLICK, "workload": workloads.RESTORED_ID})["changed"]


def test_at_takes_the_newest_that_is_old_enough(restoring: Exchange) -> None:
    source: dict[str, Any] = {"at": "2020-11-04T13:58:36"}
    asked = intent("oneclick", source)
    body = request("oneclick", source, key=identity.key(asked, workloads.RESTORED_ID, snapshots.OLDER_ID))
    restores.record_site(restoring, shows=snapshots.shown(**snapshots.OLDER_ROW))
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, body, snapshot=snapshots.OLDER_ID)
    assert (
        restoring.run("restore", type="oneclick", workload="API", **source, **QUICK)["snapshot"]["id"]
        == snapshots.OLDER_ID
    )


def test_latest_passes_over_what_is_no_good(restoring: Exchange) -> None:
    failed = snapshots.row(cloud.WEB, name="failed", status="error", created_at="2020-11-05T00:00:00.000000")
    restores.record_site(restoring, rows=[failed, snapshots.row(), snapshots.OLDER_ROW])
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["snapshot"]["id"] == snapshots.ID


def test_without_volumes_cinder_is_not_asked(restoring: Exchange) -> None:
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2")))
    cloud.record_lists(restoring, "servers")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["changed"]
    assert [url for url in restoring.asked if url.startswith(CINDER)] == []


def test_without_waiting_the_restore_is_shown_once(restoring: Exchange) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    restoring.post(snapshots.PATH, {"restore": body}, {"restore": restores.started(body)})
    restoring.get(restores.NEW_PATH, {"restore": restores.started(body)})
    result = restoring.run("restore", wait=False, **ONECLICK)
    assert (result["changed"], result["id"], result["restore"]["status"]) == (True, restores.NEW_ID, "restoring")


@pytest.mark.parametrize("dry", DRY)
def test_nothing_is_sent_that_writes_when_only_the_plan_is_wanted(restoring: Exchange, dry: str) -> None:
    body = request("oneclick", {"latest": True}, "before the upgrade")
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    result = restoring.run("restore", description="before the upgrade", **DRY[dry], **ONECLICK)
    assert result["changed"] == (dry == "check mode")
    assert result["request_body"] == {"restore": body}
    assert (result["id"], result["restore"]["id"], result["restore"]["status"]) == (None, None, None)
    assert (result["restore"]["description"], result["restore"]["name"]) == ("before the upgrade", "Restore of API")
    assert (result["restore"]["workload_id"], result["restore"]["snapshot_id"]) == (workloads.RESTORED_ID, snapshots.ID)
    assert result["restore"]["request_key"] == result["request_key"] == identity.Marker.read(body["description"]).key
    assert [each["new_name"] for each in result["restore_plan"]["instances"]] == ["cirros-1", "cirros-2"]
    assert result["restore_plan"]["instances"][0]["nics"] == [
        {
            "mac_address": "fa:16:3e:00:00:01",
            "ip_address": "10.0.0.5",
            "network": {"id": cloud.INTERNAL, "name": "internal"},
            "to": {
                "port": None,
                "network": {"id": cloud.INTERNAL, "name": "internal"},
                "subnet": {"id": cloud.INTERNAL_SUBNET, "name": None},
                "ip_address": "10.0.0.5",
                "mac_address": "fa:16:3e:00:00:01",
            },
            "address": "kept",
        }
    ]
