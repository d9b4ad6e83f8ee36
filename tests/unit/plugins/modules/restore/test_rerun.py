# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A second run: it joins a restore that runs, and does not repeat one that has ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import NOVA, OTHER_PROJECT, QUICK, Exchange, fault, sample
from support.module import warnings_of
from unit.plugins.modules.restore.request_bodies import DRY, ONECLICK, intent, request, running, sent

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import identity


def test_a_restore_that_runs_is_joined_whatever_is_the_newest_snapshot_now(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True}, snapshots.OLDER_ID)
    restores.record_site(restoring, restores.listed(runs), shows={})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["plan"], result["id"], result["restore"]["status"]) == (
        False,
        [],
        restores.NEW_ID,
        "available",
    )
    assert result["request_key"] == identity.Marker.read(runs["description"]).key
    assert (result["snapshot"], result["restore_plan"], result["request_body"]) == (None, None, None)


@pytest.mark.parametrize("more", [{"wait": False}, *DRY.values()])
def test_a_restore_that_runs_is_not_waited_for_where_nobody_wants_it(restoring: Exchange, more: dict[str, Any]) -> None:
    runs = running("oneclick", {"latest": True})
    restores.record_site(restoring, restores.listed(runs), shows={})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    result = restoring.run("restore", **more, **ONECLICK)
    assert (result["changed"], result["restore"]["status"]) == (False, "restoring")


def test_a_new_one_by_force_joins_what_runs_all_the_same(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True})
    restores.record_site(restoring, restores.listed(runs), shows={})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    assert not restoring.run("restore", force_new=True, **ONECLICK)["changed"]


def test_a_joined_restore_that_fails_fails_the_task(restoring: Exchange) -> None:
    runs = running("oneclick", {"latest": True})
    restores.record_site(restoring, restores.listed(runs), shows={})
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs, "error", error_msg="Error creating instance 5")})
    failed = restoring.fail("restore", **ONECLICK)
    assert failed.error == {"code": "object_failed"}
    assert f"'Restore of API' ({restores.NEW_ID}, error," in str(failed)
    assert (
        f"Error creating instance 5; servers that it made until then: 'cirros-2' ({restores.NEW_CIRROS_2}), "
        f"'cirros-1' ({restores.NEW_CIRROS_1})." in str(failed)
    )
    assert "'state: absent' with the id and 'delete_resources: true'" in str(failed)
    assert failed.result["restore"]["id"] == restores.NEW_ID


def test_without_a_marker_a_restore_that_runs_is_joined_by_what_it_restores(restoring: Exchange) -> None:
    runs = {**running("oneclick", {"latest": True}, snapshots.OLDER_ID), "description": "-"}
    later = snapshots.row(created_at="2020-11-09T09:53:32.000000")  # than the restore
    restores.record_site(
        restoring, restores.listed(runs), rows=[{**snapshots.OLDER_ROW, "status": "restoring"}, later], shows={}
    )
    for _look in range(2):
        restoring.get(
            f"/snapshots/{snapshots.OLDER_ID}",
            {"snapshot": snapshots.shown(**{**snapshots.OLDER_ROW, "status": "restoring"})},
        )
    restoring.get(restores.NEW_PATH, {"restore": runs})
    restoring.get(restores.NEW_PATH, {"restore": restores.ended(runs)})
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["request_key"], result["restore"]["request_key"]) == (False, None, None)


def test_sizes_that_are_no_whole_numbers_stop_nothing(restoring: Exchange) -> None:
    disks = [snapshots.volume(snapshots.CIRROS_2, volume_size="1.0", restore_size="1073741824")]
    restores.record_site(restoring, shows=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2", *disks)))
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    result = restoring.run("restore", **ONECLICK)
    assert [disk["size"] for disk in result["restore_plan"]["instances"][0]["disks"]] == [1, 1]


def test_numbers_that_come_back_as_text_are_the_same_request(restoring: Exchange) -> None:
    instances = [{"name": "cirros-1", "include": True, "new_name": "cirros-1-selective"}]
    inner = sample("restore_selective_request")["restore"]["options"]["openstack"]
    echoed = json.loads(
        json.dumps(inner)
        .replace('"vcpus": 1', '"vcpus": "1"')
        .replace('"ram": 512', '"ram": "512"')
        .replace("true", '"True"')
    )
    assert echoed != inner
    runs = {**running("selective", {"latest": True}, **echoed), "description": "-"}
    restores.record_site(restoring, restores.listed(runs))
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    restoring.get(restores.NEW_PATH, {"restore": runs})
    assert not restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, wait=False, **QUICK
    )["changed"]


def test_a_network_that_was_renamed_since_is_the_same_request(restoring: Exchange) -> None:
    inner = json.loads(
        json.dumps(sample("restore_selective_request")["restore"]["options"]["openstack"]).replace(
            '"internal"', '"renamed"'
        )
    )
    runs = {**running("selective", {"latest": True}, **inner), "description": "-"}
    restores.record_site(restoring, restores.listed(runs))
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    restoring.get(restores.NEW_PATH, {"restore": runs})
    instances = [{"name": "cirros-1", "new_name": "cirros-1-selective"}]
    assert not restoring.run(
        "restore", type="selective", workload="API", latest=True, instances=instances, wait=False, **QUICK
    )["changed"]


def test_names_that_differ_in_case_are_not_the_same_request(restoring: Exchange) -> None:
    instances = [{"name": "cirros-1", "include": True, "new_name": "CIRROS-1-selective"}]
    inner = sample("restore_selective_request")["restore"]["options"]["openstack"]
    runs = {**running("selective", {"latest": True}, **inner), "description": "-"}
    restores.record_site(restoring, restores.listed(runs))
    cloud.record_lists(restoring, "flavors", "types", "networks", "subnets")
    failed = restoring.fail("restore", type="selective", workload="API", latest=True, instances=instances, **QUICK)
    assert failed.error["code"] == "wrong_state"
    assert (
        f"another restore of the workload 'API' ({workloads.RESTORED_ID}) runs: 'Restore of API' "
        f"({restores.NEW_ID}, restoring," in str(failed)
    )


def test_what_cannot_be_compared_for_lack_of_an_answer_is_not_taken_for_another_one(restoring: Exchange) -> None:
    runs = {**running("selective", {"latest": True}), "description": "-"}
    restores.record_site(restoring, restores.listed(runs))
    restoring.get("/flavors/detail", fault("Policy doesn't allow it.", "forbidden", 403), url=NOVA, status=403)
    failed = restoring.fail("restore", type="selective", workload="API", latest=True, **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("forbidden", "/flavors/detail")


BACK_IN_NOVA = [{"id": restores.NEW_CIRROS_1, "name": "cirros-1"}, {"id": restores.NEW_CIRROS_2, "name": "cirros-2"}]


@pytest.mark.parametrize("dry", [{}, *DRY.values()])
def test_what_was_restored_is_not_restored_again(restoring: Exchange, dry: dict[str, Any]) -> None:
    done = restores.ended(running("oneclick", {"latest": True}))
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", **dry, **ONECLICK)
    assert (result["changed"], result["plan"], result["id"]) == (False, [], restores.NEW_ID)
    assert (result["restore"]["description"], result["restore"]["time_taken"]) == (
        "by the morning run",
        restores.SHOWN["time_taken"],
    )
    assert (result["snapshot"], result["restore_plan"], result["request_body"]) == (None, None, None)
    assert "warnings" not in result


def test_a_key_of_the_user_satisfies_whatever_the_snapshot(restoring: Exchange) -> None:
    done = restores.ended(
        restores.started(request("oneclick", {"latest": True}, key="ticket-4711"), snapshot_id=snapshots.OLDER_ID)
    )
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", request_key="ticket-4711", **ONECLICK)
    assert (result["changed"], result["id"], result["request_key"], result["snapshot"]) == (
        False,
        restores.NEW_ID,
        "ticket-4711",
        None,
    )


def test_a_key_of_the_user_satisfies_when_the_snapshot_is_gone(restoring: Exchange) -> None:
    done = restores.ended(
        restores.started(request("oneclick", {"latest": True}, key="ticket-4711"), snapshot_id=restores.ID)
    )
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    result = restoring.run("restore", request_key="ticket-4711", **ONECLICK)
    assert (result["changed"], result["id"]) == (False, restores.NEW_ID)
    assert warnings_of(result) == []


def test_a_key_of_the_user_that_stands_for_something_else_brings_a_warning(restoring: Exchange) -> None:
    done = restores.ended(restores.started(request("oneclick", {"snapshot": "API taken 2"}, key="ticket-4711")))
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    (warning,) = warnings_of(restoring.run("restore", request_key="ticket-4711", **ONECLICK))
    assert (
        "has the key 'ticket-4711' and satisfies, but it was asked for in another way. Another 'request_key' "
        "makes another restore." in warning
    )


def test_a_key_of_another_workload_satisfies_nobody(restoring: Exchange) -> None:
    theirs = identity.Marker(
        "", identity.intent("oneclick", cloud.WEB, {"latest": True}, {}), "ticket-4711"
    ).description()
    restores.record_site(
        restoring,
        {
            **restores.listed(restores.ended(restores.started(request("oneclick", {"latest": True})))),
            "snapshot_id": restores.ID,
            "description": theirs,
        },
    )
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}, key="ticket-4711"))
    assert restoring.run("restore", request_key="ticket-4711", **ONECLICK)["changed"]


def test_of_several_with_the_key_the_newest_satisfies(restoring: Exchange) -> None:
    done = restores.ended(running("oneclick", {"latest": True}))
    earlier = {**restores.listed(done), "id": restores.OTHER_ID, "created_at": "2020-11-09T09:00:00.000000"}
    restores.record_site(restoring, restores.listed(done), earlier)
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    assert restoring.run("restore", **ONECLICK)["id"] == restores.NEW_ID


@pytest.mark.parametrize("dry", [{}, *DRY.values()])
def test_servers_that_are_gone_again_fail_the_task(restoring: Exchange, dry: dict[str, Any]) -> None:
    done = restores.ended(running("oneclick", {"latest": True}))
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA[1:])
    failed = restoring.fail("restore", **dry, **ONECLICK)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"are gone from Nova: 'cirros-1' ({restores.NEW_CIRROS_1}). 'force_new: true' restores again. If they are not "
        "needed any more, remove the task." in str(failed)
    )


def test_without_a_marker_what_was_done_is_known_by_its_name_and_what_it_restored(restoring: Exchange) -> None:
    done = {**restores.ended(running("oneclick", {"latest": True})), "description": "-"}
    restores.record_site(restoring, restores.listed(done))
    restoring.get(restores.NEW_PATH, {"restore": done})
    cloud.record_lists(restoring, "servers", servers=BACK_IN_NOVA)
    assert not restoring.run("restore", **ONECLICK)["changed"]


THEIR_MARK = identity.Marker(
    "", identity.intent("oneclick", cloud.WEB, {"latest": True}, {}), "111111111111"
).description()

NO_TWINS: dict[str, dict[str, Any]] = {
    "of another name": {"description": "-", "name": "by the dashboard"},
    "of another type": {"description": "-", "restore_options": restores.options("selective")},
    "of another key": {"description": "[openprotect:00000000:111111111111]"},
    "of an older snapshot": {"snapshot_id": snapshots.OLDER_ID, "description": "-"},
    "of another workload": {"snapshot_id": cloud.WEB, "description": THEIR_MARK},
    "of another project": {"project_id": OTHER_PROJECT},
}


@pytest.mark.parametrize("twin", NO_TWINS)
def test_what_somebody_else_restored_satisfies_nobody(restoring: Exchange, twin: str) -> None:
    theirs = {
        **restores.listed(restores.ended(running("oneclick", {"latest": True}))),
        "id": restores.OTHER_ID,
        **NO_TWINS[twin],
    }
    restores.record_site(restoring, theirs)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["id"] == restores.NEW_ID


@pytest.mark.parametrize("theirs", ["of another workload", "of another project"])
def test_what_others_restore_at_the_same_time_does_not_count(restoring: Exchange, theirs: str) -> None:
    restores.record_site(
        restoring,
        {**restores.listed(running("oneclick", {"latest": True})), "id": restores.OTHER_ID, **NO_TWINS[theirs]},
    )
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["changed"]


def test_a_newer_snapshot_is_another_restore(restoring: Exchange) -> None:
    asked = intent("oneclick", {"latest": True})
    text = identity.Marker("", asked, identity.key(asked, workloads.RESTORED_ID, snapshots.OLDER_ID)).description()
    restores.record_site(
        restoring,
        {
            **restores.listed(restores.ended(running("oneclick", {"latest": True}, snapshots.OLDER_ID))),
            "id": restores.OTHER_ID,
            "description": text,
        },
    )
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", **ONECLICK)["id"] == restores.NEW_ID


def test_by_force_it_is_done_again(restoring: Exchange) -> None:
    done = {**restores.listed(restores.ended(running("oneclick", {"latest": True}))), "id": restores.OTHER_ID}
    restores.record_site(restoring, done)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    assert restoring.run("restore", force_new=True, **ONECLICK)["id"] == restores.NEW_ID


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_a_failed_restore_satisfies_nobody(restoring: Exchange, status: str) -> None:
    failed = {**restores.ended(running("oneclick", {"latest": True}), status), "id": restores.OTHER_ID}
    restores.record_site(restoring, restores.listed(failed))
    restoring.get(f"/restores/{restores.OTHER_ID}", {"restore": failed})
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}))
    result = restoring.run("restore", **ONECLICK)
    assert (result["changed"], result["id"]) == (True, restores.NEW_ID)
    assert warnings_of(result) == []


@pytest.mark.parametrize("wanted", [False, True])
def test_what_a_failed_restore_left_is_said_and_stops_the_next_one_unless_wanted(
    restoring: Exchange, wanted: bool
) -> None:
    failed = {**restores.ended(running("oneclick", {"latest": True}), "error"), "id": restores.OTHER_ID}
    restores.record_site(restoring, restores.listed(failed))
    restoring.get(f"/restores/{restores.OTHER_ID}", {"restore": failed})
    cloud.record_lists(restoring, "servers", "volumes", servers=BACK_IN_NOVA[:1])
    if wanted:
        sent(restoring, request("oneclick", {"latest": True}))
        result = restoring.run("restore", allow_duplicate_names=True, **ONECLICK)
    else:
        refusal = restoring.fail("restore", **ONECLICK)
        assert f"servers that would be created exist: 'cirros-1' ({restores.NEW_CIRROS_1})." in str(refusal)
        result = refusal.result
    (warning,) = warnings_of(result)
    assert f"left servers: 'cirros-1' ({restores.NEW_CIRROS_1}). They are not touched" in warning
