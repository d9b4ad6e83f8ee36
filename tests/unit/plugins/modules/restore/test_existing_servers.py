# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A restore does not silently create a second server beside one that is back, or beside the original."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import NOVA, QUICK, Exchange
from unit.plugins.modules.restore.refused_tasks import DRY, SELECTIVE
from unit.plugins.modules.restore.request_bodies import ONECLICK, request, sent

BACK = {"id": restores.NEW_CIRROS_2, "name": "cirros-2"}
ORIGINAL = {"id": snapshots.CIRROS_2, "name": "renamed"}
OTHERS = [{"id": cloud.WEB, "name": "web"}, {"id": snapshots.CIRROS_1, "name": "cirros-1"}]
EXIST = "Nothing was restored, because servers that would be created exist: "


def record(exchange: Exchange, *servers: dict[str, Any]) -> None:
    """Record a selective restore of the second server in a project with these servers."""
    exchange.stand("/servers", {"servers": [*OTHERS, *servers]}, url=NOVA)
    restores.record_site(exchange)
    cloud.record_lists(exchange, "flavors", "networks", "subnets")


def of_second(**entry: Any) -> dict[str, Any]:
    """Return the options of a selective restore of the second server."""
    return {**SELECTIVE, "instances": [{"name": "cirros-2", **entry}], **QUICK}


@pytest.mark.parametrize("dry", DRY)
@pytest.mark.parametrize(
    ("there", "entry", "words"),
    [
        (BACK, {}, f"'cirros-2' ({restores.NEW_CIRROS_2})."),
        (BACK, {"new_name": "cirros-2"}, f"'cirros-2' ({restores.NEW_CIRROS_2})."),
        (ORIGINAL, {}, f"'renamed' ({snapshots.CIRROS_2}), the original."),
        (ORIGINAL, {"new_name": "web"}, f"'web' ({cloud.WEB})."),
    ],
)
def test_a_server_that_exists(
    restoring: Exchange, there: dict[str, Any], entry: dict[str, Any], words: str, dry: str
) -> None:
    record(restoring, there)
    failed = restoring.fail("restore", **of_second(**entry), **DRY[dry])
    assert failed.error == {"code": "wrong_state"}
    assert str(failed).startswith(f"{EXIST}{words} If they are what you want back, nothing is left to do.")
    assert "'allow_duplicate_names: true'" in str(failed)


def test_after_the_next_snapshot_the_same_task_does_not_restore_a_second_time(restoring: Exchange) -> None:
    done = restores.started(request("selective", {"latest": True}, key="older"), snapshot_id=snapshots.OLDER_ID)
    restoring.stand("/servers", {"servers": [*OTHERS, BACK]}, url=NOVA)
    restores.record_site(restoring, restores.listed(restores.ended(done)))
    cloud.record_lists(restoring, "flavors", "networks", "subnets")
    assert EXIST in str(restoring.fail("restore", **of_second()))


@pytest.mark.parametrize("entry", [{"new_name": "copy"}, {"include": True, "new_name": "cirros-2-copy"}])
def test_a_copy_of_another_name_is_wanted(restoring: Exchange, entry: dict[str, Any]) -> None:
    record(restoring, BACK, ORIGINAL)
    assert restoring.run("restore", check=True, **of_second(**entry))["changed"]


def test_a_second_server_may_be_wanted(restoring: Exchange) -> None:
    record(restoring, BACK, ORIGINAL)
    result = restoring.run("restore", check=True, allow_duplicate_names=True, **of_second())
    assert result["changed"]


def test_servers_that_are_not_restored_may_exist(restoring: Exchange) -> None:
    record(restoring)
    assert restoring.run("restore", check=True, **of_second())["changed"]


@pytest.mark.parametrize("dry", DRY)
def test_a_one_click_restore_beside_servers_that_are_back(restoring: Exchange, dry: str) -> None:
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes", servers=[BACK])
    failed = restoring.fail("restore", **ONECLICK, **DRY[dry])
    assert f"{EXIST}'cirros-2' ({restores.NEW_CIRROS_2})." in str(failed)


def test_all_reasons_are_in_one_message(restoring: Exchange) -> None:
    restoring.stand("/os-availability-zone", {"availabilityZoneInfo": []}, url=NOVA)
    restoring.stand("/limits", {"limits": {"absolute": {"maxTotalInstances": 0, "totalInstancesUsed": 0}}}, url=NOVA)
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes", servers=[BACK])
    message = str(restoring.fail("restore", **ONECLICK))
    assert EXIST in message
    assert "not one of Nova, which has: none." in message
    assert "quotas of the project are too small: instances of Nova (needed 2, free 0)." in message


def test_force_new_does_not_mean_beside(restoring: Exchange) -> None:
    record(restoring, BACK)
    assert EXIST in str(restoring.fail("restore", force_new=True, **of_second()))


def test_permission_for_duplicates_is_no_part_of_what_is_restored(restoring: Exchange) -> None:
    body = request("oneclick", {"latest": True})
    restores.record_site(restoring)
    sent(restoring, body)
    assert restoring.run("restore", allow_duplicate_names=True, **ONECLICK)["request_body"] == {"restore": body}
