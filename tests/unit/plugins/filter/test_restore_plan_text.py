# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a restore as text, from the results of the module, with all that an operator must see."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import CINDER, QUICK, Exchange
from unit.plugins.modules.restore.request_bodies import (
    CIRROS_3,
    CIRROS_4,
    DATA_3,
    IN_NOVA,
    OF_BOTH,
    attached,
)

from ansible_collections.openprotect.backup.plugins.filter import restore_plan_text as plugin
from ansible_collections.openprotect.backup.plugins.filter.restore_plan_text import restore_plan_text

NAMES = {"force_new": "recover_force_new"}


def plan(exchange: Exchange, **options: Any) -> dict[str, Any]:
    """Return the result of the module in check mode."""
    given = {"workload": "API", "latest": True, **options}
    return exchange.run("restore", check=True, **given, **QUICK)


def text(planned: dict[str, Any], restore_type: str, **more: Any) -> str:
    """Return the lines of a plan as one text."""
    return "\n".join(restore_plan_text(planned, {"type": restore_type, "workload": "API"}, **more))


@pytest.fixture
def overwriting(restoring: Exchange) -> dict[str, Any]:
    """Return the plan of a restore in place of one of two servers."""
    restores.record_site(restoring, shows=OF_BOTH)
    cloud.record_lists(restoring, "servers", servers=IN_NOVA)
    attached(restoring, (CIRROS_3, DATA_3))
    volumes = [{"id": DATA_3, "restore": True}]
    return plan(
        restoring, type="inplace", instances=[{"name": "cirros-3", "restore_boot_disk": False, "volumes": volumes}]
    )


def test_each_overwritten_disk_says_so(overwriting: dict[str, Any]) -> None:
    lines = text(overwriting, "inplace").splitlines()
    assert lines[0].startswith("OVERWRITE DISKS OF SERVERS of the workload API (")
    assert f"- cirros-3 ({CIRROS_3})" in lines
    assert f"- cirros-4 ({CIRROS_4}): left alone" in lines
    (overwritten,) = [line for line in lines if line.endswith(": OVERWRITTEN")]
    assert overwritten.startswith("    volume ")
    (kept,) = [line for line in lines if line.endswith(": keeps its data")]
    assert kept.startswith("    boot disk ")
    assert "ALL DATA WRITTEN TO THESE DISKS SINCE 2020-11-04 13:58:37 UTC IS LOST." in lines
    assert lines[-1] == "Nothing was restored. To restore as shown, run it again with recover_confirm: cirros-3"
    assert "NIC" not in "".join(lines)
    assert text(overwriting, "inplace", confirmed="x").endswith("Value of recover_confirm for this plan: cirros-3")


def test_a_volume_of_two_servers_names_the_other(overwriting: dict[str, Any]) -> None:
    (disk,) = [
        each for server in overwriting["restore_plan"]["instances"] for each in server["disks"] if each["overwrite"]
    ]
    disk["also_attached_to"] = [{"id": CIRROS_4, "name": "cirros-4"}]
    assert f": OVERWRITTEN, ALSO FOR cirros-4 ({CIRROS_4})" in text(overwriting, "inplace")


def test_the_head_says_when_and_where(overwriting: dict[str, Any]) -> None:
    used = overwriting["cloud"]
    used["region_name"] = "One"
    lines = text(overwriting, "inplace").splitlines()
    assert lines[1].startswith("  as they were at 2020-11-04 13:58:37 UTC, ")
    assert lines[1].endswith(" ago")
    assert lines[2].startswith(f"  from the snapshot {overwriting['snapshot']['name']} ({snapshots.ID}), full")
    project = f"{used['project_name']} ({overwriting['project_id']})"
    assert lines[3] == f"  in the project {project} of {used['auth_url']}, region One"
    assert "000000" not in "".join(lines[:4])


def test_new_addresses_are_shown_as_new_and_kept_ones_as_they_are(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    instances = [{"name": "cirros-1", "new_name": "copy"}]
    shown = text(plan(restoring, type="selective", instances=instances), "selective")
    assert shown.startswith("Make copies of servers of the workload API (")
    assert f"- cirros-1 ({snapshots.CIRROS_1}) -> copy\n    flavor " in shown
    assert f"- cirros-2 ({snapshots.CIRROS_2}): left alone" in shown
    (nic,) = [line for line in shown.splitlines() if "NIC" in line]
    assert nic.endswith(", A NEW ADDRESS")
    assert shown.endswith("Nothing was restored. To restore as shown, run it again with recover_confirm: yes")


def test_quotas_show_need_and_free(restoring: Exchange) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    quotas = {"quota_set": {"volumes": {"limit": 10, "in_use": 3, "reserved": 0}}}
    restoring.stand(f"/os-quota-sets/{cloud.PROJECT_4}", quotas, url=CINDER)
    shown = text(plan(restoring, type="oneclick"), "oneclick")
    assert "Quotas of Cinder, needed of what is free: volumes 1 of 7" in shown
    assert "Bring back all servers" in shown


def test_a_moment_that_was_asked_for_and_newer_snapshots_are_shown(overwriting: dict[str, Any]) -> None:
    overwriting["restore_plan"]["times"].update(
        requested_at="2020-11-04T14:00:00Z",
        requested_at_local="2020-11-04T15:00:00+01:00",
        newer_snapshots=2,
        newest_taken_at="2020-11-06T00:00:00Z",
    )
    shown = text(overwriting, "inplace")
    assert "\n  asked for: 2020-11-04 14:00:00 UTC, here 2020-11-04T15:00:00+01:00\n" in shown
    assert "\n  newer snapshots: 2, the newest of 2020-11-06 00:00:00 UTC\n" in shown


def test_the_plan_says_what_becomes_of_the_protection(overwriting: dict[str, Any]) -> None:
    members = {"replaced": [{"old_name": "web-1", "old_id": "1"}], "declared": "A set declares it."}
    shown = text(overwriting, "selective", members=members)
    assert "After that, the workload still lists the lost servers: web-1 (1).\n" in shown
    assert "recover_reprotect: true puts the new servers in their place." in shown
    shown = text(overwriting, "selective", members=members, reprotect=True)
    assert "After that, the workload protects the new servers in place of the lost ones: web-1 (1).\n" in shown
    assert "A set declares it." in shown


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("available", "It restored the snapshot s. To restore again, set recover_force_new: true."),
        ("restoring", "It continues on the server. With recover_confirm the role waits for its end."),
    ],
)
def test_a_restore_that_exists_is_not_planned_again(status: str, words: str) -> None:
    begun = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000000"
    shown = {"id": "r", "name": "n", "status": status, "created_at": begun, "snapshot_id": "s"}
    lines = restore_plan_text({"restore": shown, "restore_plan": None}, {"type": "oneclick"}, NAMES)
    assert lines[0] == "NOTHING TO START: the same restore exists."
    assert lines[1].startswith(f"n (r), begun at {begun[:10]} {begun[11:19]} UTC, ")
    assert lines[2] == words
    assert plugin.FilterModule().filters() == {"restore_plan_text": restore_plan_text}
