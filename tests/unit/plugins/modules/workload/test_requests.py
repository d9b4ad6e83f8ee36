# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(workload) sends to have a workload as declared: method, path, query, body, order and number of all requests.

The answers are captured bodies of the server wherever there are such.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from support.exchange import NOVA, PROJECT, REQUEST_ID, Exchange, fault, sample, warnings_of
from support.workloads import (
    ASSIGNED,
    BAD_LISTS,
    DB,
    FOUR,
    GOLD,
    ID,
    LOST,
    NEW,
    NFS_1,
    NO_POLICIES,
    ONE_LOOK,
    OTHER_PROJECT,
    PARALLEL,
    PATH,
    POLICIES,
    QUICK,
    SCHEDULER_ON,
    SERIAL,
    SIX,
    TARGET_TYPES,
    TARGETS_OF_6,
    TYPES,
    WEB,
    bound,
    created,
    listing,
    shown,
    summary,
    workload,
)

# ---- nothing to do ----------------------------------------------------------------------------------------------------------

AS_IT_IS: dict[str, Any] = {
    "description": "",
    "encryption": False,
    "schedule": {
        "enabled": True,
        "timezone": "Etc/UTC",
        "start_date": "2025-01-28",
        "start_time": "14:15",
        "hourly": {"interval": 1, "retention": 2},
        "daily": {"backup_time": ["14:15"], "retention": 2},
        "weekly": {"backup_day": ["wed"], "retention": 2},
        "monthly": {"month_backup_day": [20], "retention": 2},
        "yearly": {"backup_month": ["mar"], "retention": 1},
        "manual": {"retention": 21},
        "manual_retention_days": 5,
    },
}


def test_no_change_by_name_takes_two_requests(exchange: Exchange) -> None:
    shown(exchange, workload())
    result = exchange.run("workload", name="workload_API", **AS_IT_IS, **QUICK)
    assert (result["changed"], result["plan"], result["diff"], result["id"]) == (
        False,
        [],
        {"before": {}, "after": {}},
        ID,
    )
    assert result["project_id"] == PROJECT
    assert result["workload"]["schedule"]["monthly"] == {
        "month_backup_day": [20],
        "retention": 2,
        "snapshot_type": "full",
    }


def test_no_change_by_id_takes_one_request(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    assert not exchange.run("workload", id=ID, **AS_IT_IS, **QUICK)["changed"]


def test_no_change_in_line_4(exchange_4: Exchange) -> None:
    shown(exchange_4, workload(FOUR))
    schedule = {"enabled": False, "start_time": "15:00", "start_date": "2020-10-27", "timezone": "UTC+2"}
    assert not exchange_4.run(
        "workload", name="API created", description="API description", schedule=schedule, **QUICK
    )["changed"]


REFERENCES: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "workload_type": ("Serial", SERIAL, "/workload_types", TYPES),
    "backup_target_type": ("nfs_1", NFS_1, "/backup_target_types", TARGET_TYPES),
    "policy": ("Gold", GOLD, "/workload_policy/", POLICIES),
}


@pytest.mark.parametrize("option", REFERENCES)
@pytest.mark.parametrize("by", [0, 1], ids=["name", "id"])
def test_each_kind_of_reference_takes_one_list(exchange: Exchange, option: str, by: int) -> None:
    path, answer = REFERENCES[option][2:]
    exchange.get(PATH, {"workload": bound()})
    exchange.get(path, answer)
    given: dict[str, Any] = {option: REFERENCES[option][by]}
    result = exchange.run("workload", id=ID, **given, **QUICK)
    assert not result["changed"]
    assert result["workload"][option] == {"id": REFERENCES[option][1], "name": REFERENCES[option][0]}


def test_servers_take_one_request_to_nova(exchange: Exchange) -> None:
    document = workload(instances=[{"id": WEB, "name": "web-1"}, {"id": DB, "name": "db-1"}])
    exchange.get(PATH, {"workload": document})
    exchange.servers(**{"db-1": DB, "web-1": WEB, "other": NEW})
    result = exchange.run("workload", id=ID, instances=["db-1", WEB.upper(), "web-1"], **QUICK)
    assert not result["changed"]
    assert result["workload"]["instances"] == [{"id": DB, "name": "db-1"}, {"id": WEB, "name": "web-1"}]


def test_all_references_together(exchange: Exchange) -> None:
    shown(exchange, bound())
    for _name, _id, path, answer in REFERENCES.values():
        exchange.get(path, answer)
    exchange.servers(PM=WEB)
    given: dict[str, Any] = {option: reference[0] for option, reference in REFERENCES.items()}
    assert not exchange.run("workload", name="workload_API", instances=["PM"], **given, **QUICK)["changed"]


def test_servers_come_in_pages(exchange: Exchange) -> None:
    document = workload(instances=[{"id": WEB, "name": "web-1"}, {"id": DB, "name": "db-1"}])
    exchange.get(PATH, {"workload": document})
    link = {"rel": "next", "href": f"http://elsewhere.test/v2.1/servers?marker={WEB}&limit=1"}
    exchange.get("/servers", {"servers": [{"id": WEB, "name": "web-1"}], "servers_links": [link]}, url=NOVA)
    exchange.get("/servers", {"servers": [{"id": DB, "name": "db-1"}]}, url=NOVA, query={"marker": WEB, "limit": "1"})
    assert not exchange.run("workload", id=ID, instances=["db-1", "web-1"], **QUICK)["changed"]


# ---- whose workload it is ---------------------------------------------------------------------------------------------------


def test_two_workloads_of_one_name_fail(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(), workload(id=NEW)))
    failed = exchange.fail("workload", name="workload_API", description="x", **QUICK)
    assert failed.error["code"] == "ambiguous_name"
    assert ID in str(failed)
    assert NEW in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_workload_of_another_project_is_neither_found_nor_touched(exchange: Exchange, state: str) -> None:
    exchange.get("/workloads", listing(workload(project_id=OTHER_PROJECT)))
    if state == "present":
        exchange.servers(PM=WEB)
        exchange.get("/backup_targets", TARGETS_OF_6)
        exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    result = exchange.run("workload", name="workload_API", state=state, instances=["PM"], check=True, **QUICK)
    assert [step["action"] for step in result["plan"]] == (["create"] if state == "present" else [])


@pytest.mark.parametrize("module", ["workload", "workload_action", "workload_info"])
def test_the_id_of_another_project_is_refused(exchange: Exchange, module: str) -> None:
    exchange.get(PATH, {"workload": workload(project_id=OTHER_PROJECT)})
    more = {"workload": {"description": "x"}, "workload_action": {"action": "reset"}}
    failed = exchange.fail(module, id=ID, **more.get(module, {}))
    assert failed.error["code"] == "unknown_name"
    assert f"belongs to the project {OTHER_PROJECT}, not to this one ({PROJECT})" in str(failed)


def test_an_id_that_is_not_there_is_not_created(exchange: Exchange) -> None:
    exchange.get(PATH, fault("not found", "itemNotFound", 404), status=404)
    failed = exchange.fail("workload", id=ID, instances=["web-1"], **QUICK)
    assert failed.error["code"] == "unknown_name"
    assert "give 'name' instead of 'id'" in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("bad", BAD_LISTS)
def test_a_bad_list_is_never_an_empty_one(exchange: Exchange, state: str, check: bool, bad: str) -> None:
    answer, code, words = BAD_LISTS[bad]
    exchange.get("/workloads", **answer)
    failed = exchange.fail("workload", name="web", state=state, instances=["web-1"], check=check, **QUICK)
    assert failed.error == {
        "code": code,
        "status": answer.get("status", 200),
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": "/workloads",
    }
    assert words in str(failed)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "reply", ["", "<html>", '{"workload": {"id"', {"workload": []}, {"workload": {}}, {"workloads": []}], ids=str
)
def test_a_bad_answer_about_one_id_is_no_workload_and_no_absent_one(exchange: Exchange, state: str, reply: Any) -> None:
    exchange.get(PATH, reply)
    failed = exchange.fail("workload", id=ID, state=state, **QUICK)
    assert failed.error == {
        "code": "bad_answer",
        "status": 200,
        "request_id": REQUEST_ID,
        "method": "GET",
        "path": PATH,
    }


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_list_that_stays_broken_is_asked_for_four_times(exchange: Exchange, state: str) -> None:
    for _try in range(4):
        exchange.get(
            "/workloads", fault("The server has either erred or is incapable", "computeFault", 500), status=500
        )
    failed = exchange.fail("workload", name="web", state=state, instances=["web-1"], **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("refused", 500)
    assert "The server has either erred" in str(failed)


def test_reads_are_repeated_when_they_fail_in_passing(exchange: Exchange) -> None:
    exchange.get("/workloads", "slow down", status=429, headers={"Retry-After": "0"})
    exchange.get("/workloads", "<html>503</html>", status=503)
    exchange.get("/workloads", requests.exceptions.ConnectionError("reset by peer"))
    exchange.get("/workloads", listing(workload()))
    exchange.get(PATH, "", status=504)
    exchange.get(PATH, {"workload": workload()})
    assert not exchange.run("workload", name="workload_API", description="", **QUICK)["changed"]


def test_401_and_403_name_the_role(exchange: Exchange) -> None:
    exchange.get(
        "/workloads", fault("Policy doesn't allow workload:get_all to be performed.", "forbidden", 403), status=403
    )
    failed = exchange.fail("workload", name="web", **QUICK)
    assert failed.error["code"] == "forbidden"
    assert "Policy doesn't allow workload:get_all to be performed. The user lacks a role" in str(failed)
    assert REQUEST_ID in str(failed)


def test_a_401_is_tried_with_one_new_token(exchange: Exchange) -> None:
    exchange.get("/workloads", "Authentication required", status=401)
    exchange.get("/workloads", "Authentication required", status=401)
    failed = exchange.fail("workload", name="web", keystone=3, **QUICK)
    assert (failed.error["code"], failed.error["status"]) == ("forbidden", 401)
    assert "Authentication required" in str(failed)


# ---- create -----------------------------------------------------------------------------------------------------------------


def before_create(exchange: Exchange, *, allowed: dict[str, Any] = NO_POLICIES, enabled: bool = False) -> None:
    """Record the reads that come before a create in line 6 that names one server and no reference."""
    exchange.get("/workloads", listing())
    exchange.servers(**{"web-1": WEB})
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", allowed)
    if enabled:
        exchange.get("/global_job_scheduler", SCHEDULER_ON)


def body_of_create(**changes: Any) -> dict[str, Any]:
    """Return the body that makes the smallest workload."""
    smallest = {
        "name": "web",
        "description": "",
        "source_platform": "openstack",
        "instances": [{"instance-id": WEB}],
        "jobschedule": {"enabled": False, "manual": {"retention": 30}},
        "metadata": {},
    }
    return {"workload": {**smallest, **changes}}


def test_create_the_smallest_workload(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created(status="creating"))})
    exchange.get(f"/workloads/{NEW}", {"workload": created(status="creating", jobschedule={})})
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    result = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (result["changed"], result["id"], result["workload"]["status"]) == (True, NEW, "available")
    assert result["plan"] == [
        {"action": "create", "kind": "workload", "name": "web", "id": None, "fields": ["name", "instances", "schedule"]}
    ]
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"] == {
        "name": "web",
        "instances": ["web-1"],
        "schedule": {"enabled": False, "manual": {"retention": 30}},
    }


def test_create_in_check_mode_plans_the_same_and_writes_nothing(exchange: Exchange) -> None:
    before_create(exchange)
    predicted = exchange.run("workload", name="web", instances=["web-1"], check=True, **QUICK)
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created())})
    exchange.get(f"/workloads/{NEW}", {"workload": created(instances=[{"id": WEB, "name": "web-1"}])})
    real = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (predicted["changed"], predicted["id"], predicted["workload"]["id"]) == (True, None, None)
    assert (predicted["plan"], predicted["diff"]) == (real["plan"], real["diff"])
    for option in ("name", "instances", "schedule", "project_id"):
        assert predicted["workload"][option] == real["workload"][option]


def test_create_in_line_6_with_everything(exchange: Exchange) -> None:
    exchange.get("/workloads", listing())
    exchange.get("/workload_types", TYPES)
    exchange.get("/backup_target_types", TARGET_TYPES)
    exchange.servers(**{"web-1": WEB, "db-1": DB})
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    exchange.get("/global_job_scheduler", SCHEDULER_ON)
    tracks = {
        "hourly": {"interval": 1, "retention": 2, "snapshot_type": "incremental"},
        "daily": {"backup_time": ["14:15"], "retention": 2, "snapshot_type": "incremental"},
        "weekly": {"backup_day": ["wed"], "retention": 2, "snapshot_type": "full"},
        "monthly": {"month_backup_day": [20], "retention": 2, "snapshot_type": "full"},
        "yearly": {"backup_month": ["mar"], "retention": 1, "snapshot_type": "full"},
    }
    body = body_of_create(
        description="The shop",
        workload_type_id=PARALLEL,
        instances=[{"instance-id": WEB}, {"instance-id": DB}],
        backup_target_types=NFS_1,
        encryption=True,
        secret_uuid=NEW,
        metadata={"owner": "shop", "floor": "3"},
        jobschedule={
            "enabled": True,
            "timezone": "Europe/Berlin",
            "start_date": "01/28/2025",
            "end_date": "12/31/2030",
            "start_time": "02:15 PM",
            **tracks,
            "manual": {"retention": 21, "retention_days_to_keep": 5},
            "retentionmanual": {"retentionmanual": 5},
        },
    )
    exchange.post("/workloads", body, {"workload": summary(created())})
    document = created(
        description="The shop",
        workload_type_id=PARALLEL,
        instances=[{"id": DB, "name": "db-1"}, {"id": WEB, "name": "web-1"}],
        encryption=True,
        secret_uuid=NEW,
        metadata={**SIX["metadata"], "owner": "shop", "floor": "3"},
        jobschedule={**SIX["jobschedule"], "timezone": "Europe/Berlin", "end_date": "12/31/2030"},
    )
    exchange.get(f"/workloads/{NEW}", {"workload": document})
    schedule = {
        "enabled": True,
        "timezone": "Europe/Berlin",
        "start_date": "2025-01-28",
        "end_date": "2030-12-31",
        "start_time": "14:15",
        **tracks,
        "manual": {"retention": 21},
        "manual_retention_days": 5,
    }
    result = exchange.run(
        "workload",
        name="web",
        description="The shop",
        workload_type="Parallel",
        instances=["web-1", "db-1"],
        backup_target_type="nfs_1",
        encryption=True,
        secret=NEW,
        metadata={"owner": "shop", "floor": 3, "gone": None},
        schedule=schedule,
        **QUICK,
    )
    assert result["workload"]["backup_target_type"] == {"id": NFS_1, "name": "nfs_1"}
    assert result["workload"]["schedule"] == schedule


def test_create_in_line_4(exchange_4: Exchange) -> None:
    project = FOUR["project_id"]
    exchange_4.get("/workloads", listing())
    exchange_4.servers(**{"cirros-3": "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8", "cirros-4": DB})
    exchange_4.get("/backup_targets", fault("not found", "itemNotFound", 404), status=404)
    exchange_4.get("/workload_types", TYPES)
    exchange_4.get(f"/workload_policy/assigned/{project}", NO_POLICIES)
    jobschedule = {
        "enabled": False,
        "timezone": "UTC+2",
        "start_date": "10/27/2020",
        "start_time": "03:00 PM",
        "interval": "5 hr",
        "fullbackup_interval": "-1",
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": "10",
    }
    body = body_of_create(
        name="API created",
        description="API description",
        workload_type_id=SERIAL,
        instances=[{"instance-id": DB}, {"instance-id": "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8"}],
        metadata={"meta": "data"},
        jobschedule=jobschedule,
    )
    exchange_4.post("/workloads", body, sample("workload_create_response"))
    exchange_4.get(f"/workloads/{NEW}", {"workload": workload(FOUR)})
    schedule = {
        "enabled": False,
        "timezone": "UTC+2",
        "start_date": "2020-10-27",
        "start_time": "15:00",
        "interval": 5,
        "full_backup_interval": -1,
        "retention_count": 10,
    }
    result = exchange_4.run(
        "workload",
        name="API created",
        description="API description",
        instances=["cirros-4", "cirros-3"],
        metadata={"meta": "data"},
        schedule=schedule,
        **QUICK,
    )
    assert (result["id"], result["workload"]["workload_type"]) == (NEW, {"id": SERIAL, "name": "Serial"})


def test_create_bound_to_a_policy(exchange: Exchange) -> None:
    exchange.get("/workloads", listing())
    exchange.get("/workload_policy/", POLICIES)
    exchange.servers(**{"web-1": WEB})
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get("/global_job_scheduler", SCHEDULER_ON)
    exchange.post(
        "/workloads",
        body_of_create(jobschedule={"enabled": True}, metadata={"policy_id": GOLD}),
        {"workload": summary(created())},
    )
    exchange.get(
        f"/workloads/{NEW}", {"workload": created(jobschedule=SIX["jobschedule"], metadata={"policy_id": GOLD})}
    )
    result = exchange.run("workload", name="web", instances=["web-1"], policy="Gold", **QUICK)
    assert result["workload"]["policy"] == {"id": GOLD, "name": "Gold"}


def test_create_without_waiting_looks_once(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created(status="creating"))})
    exchange.get(f"/workloads/{NEW}", {"workload": created(status="creating", jobschedule=None)})
    result = exchange.run("workload", name="web", instances=["web-1"], wait=False, **QUICK)
    assert (result["changed"], result["workload"]["status"]) == (True, "creating")


def test_a_project_with_policies_wants_one_before_the_create(exchange: Exchange) -> None:
    before_create(exchange, allowed=ASSIGNED)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "wrong_state"
    assert f"Gold ({GOLD})" in str(failed)
    assert "option 'policy'" in str(failed)


def test_a_refused_create_names_the_allowed_policies(exchange: Exchange) -> None:
    exchange.get("/workloads", listing())
    exchange.get("/workload_policy/", {"policy_list": [{"id": NEW, "name": "Silver"}]})
    exchange.servers(**{"web-1": WEB})
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get("/global_job_scheduler", SCHEDULER_ON)
    said = fault(f"Please provide policy id from available policies: ['{GOLD}']<br /><br />\n\n\n")
    exchange.post(
        "/workloads", body_of_create(jobschedule={"enabled": True}, metadata={"policy_id": NEW}), said, status=400
    )
    exchange.get(f"/workload_policy/assigned/{PROJECT}", ASSIGNED)
    failed = exchange.fail("workload", name="web", instances=["web-1"], policy="Silver", **QUICK)
    assert failed.error == {
        "code": "refused",
        "status": 400,
        "request_id": REQUEST_ID,
        "method": "POST",
        "path": "/workloads",
    }
    assert (
        f"POST /workloads ({REQUEST_ID}) was refused with 400: Please provide policy id from available policies: ['{GOLD}']."
        in str(failed)
    )
    assert str(failed).endswith(f"Policies that this project may use: Gold ({GOLD}).")


@pytest.mark.parametrize("status", [400, 403, 409, 413, 429])
def test_a_refused_create_is_sent_once(exchange: Exchange, status: int) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), fault("no", code=status), status=status, headers={"Retry-After": "0"})
    if status != 403:
        exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["status"] == status


def test_a_global_scheduler_that_is_off_is_a_warning(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.get("/global_job_scheduler", {"global_job_scheduler": False})
    result = exchange.run(
        "workload",
        name="web",
        instances=["web-1"],
        schedule={"hourly": {"interval": 24, "retention": 7}},
        check=True,
        **QUICK,
    )
    assert any("global job scheduler of the cloud is off" in text for text in warnings_of(result))


def test_a_global_scheduler_that_cannot_be_read_is_a_warning(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.get("/global_job_scheduler", fault("Policy doesn't allow that.", "forbidden", 403), status=403)
    result = exchange.run(
        "workload",
        name="web",
        instances=["web-1"],
        schedule={"hourly": {"interval": 24, "retention": 7}},
        check=True,
        **QUICK,
    )
    assert any("could not be read" in text and "Policy doesn't allow that." in text for text in warnings_of(result))


def test_create_needs_instances(exchange: Exchange) -> None:
    exchange.get("/workloads", listing())
    failed = exchange.fail("workload", name="web", description="x", **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "'instances' is needed" in str(failed)


def test_a_schedule_that_the_server_replaced_by_its_own_fails(exchange: Exchange) -> None:
    before_create(exchange, enabled=True)
    wanted = {
        "enabled": True,
        "hourly": {"interval": 24, "retention": 7, "snapshot_type": "incremental"},
        "manual": {"retention": 30},
    }
    exchange.post("/workloads", body_of_create(jobschedule=wanted), {"workload": summary(created())})
    default = {
        "enabled": True,
        "interval": "24 hr",
        "start_time": "10:00 PM",
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": "30",
    }
    for _look in range(2):
        exchange.get(f"/workloads/{NEW}", {"workload": created(jobschedule=default)})
    failed = exchange.fail(
        "workload", name="web", instances=["web-1"], schedule={"hourly": {"interval": 24, "retention": 7}}, **ONE_LOOK
    )
    assert failed.error == {"code": "not_converged"}
    assert (
        f"The server accepted what was written to the workload 'web' ({NEW}), but shows something else: schedule.hourly is None, wanted is"
        in str(failed)
    )


def test_a_create_that_fails_in_the_background(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created())})
    exchange.get(f"/workloads/{NEW}", {"workload": created(status="error", error_msg="No valid host was found.")})
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert f"The workload 'web' ({NEW}) is in the state 'error': No valid host was found." in str(failed)


def test_a_create_that_takes_too_long(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created())})
    exchange.get(f"/workloads/{NEW}", {"workload": created(status="creating")})
    failed = exchange.fail("workload", name="web", instances=["web-1"], **ONE_LOOK)
    assert failed.error == {"code": "wait_timeout"}
    assert (
        f"Gave up waiting for the workload 'web' ({NEW}) to become ready after 0 seconds; last seen: status 'creating'."
        in str(failed)
    )
    assert "raise 'timeout'" in str(failed)


def test_a_broken_look_while_waiting_is_tolerated(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created())})
    exchange.get(f"/workloads/{NEW}", "<html>proxy</html>")
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["changed"]


# ---- a create whose answer is lost ------------------------------------------------------------------------------------------

UNUSABLE: dict[str, dict[str, Any]] = {
    **LOST,
    "cut off": {"reply": '{"workload": {"id": "c4e3'},
    "empty": {"reply": ""},
    "other shape": {"reply": {"workload": []}},
    "500": {"reply": fault("erred", "computeFault", 500), "status": 500},
}


@pytest.mark.parametrize("lost", UNUSABLE)
def test_a_create_whose_answer_is_lost_is_taken_over(exchange: Exchange, lost: str) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **UNUSABLE[lost])
    exchange.get(
        "/workloads",
        listing(workload(), created(status="creating"), workload(id=DB, name="web", project_id=OTHER_PROJECT)),
    )
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    result = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (result["changed"], result["id"]) == (True, NEW)
    assert any(f"({NEW})" in text and "lost" in text for text in warnings_of(result))


def test_a_lost_create_may_show_late(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["no answer in time"])
    exchange.get("/workloads", listing())
    exchange.get("/workloads", "<html>proxy</html>")
    exchange.get("/workloads", listing(created()))
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == NEW


def test_a_lost_create_is_not_mistaken_for_what_was_there_before(exchange: Exchange) -> None:
    old = workload(name="web", status="deleting")
    exchange.get("/workloads", listing(old))
    exchange.get(PATH, {"workload": old})
    exchange.get(PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.servers(**{"web-1": WEB})
    exchange.get(
        PATH, fault("not found", "itemNotFound", 404), status=404
    )  # a look for the schedule of what was listed
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    exchange.post("/workloads", body_of_create(), **LOST["connection dropped"])
    exchange.get("/workloads", listing(old))  # a list that lags behind
    exchange.get("/workloads", listing(old, created()))
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == NEW


def test_a_lost_create_that_made_nothing_fails_and_is_not_repeated(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["502 of a proxy"])
    for _look in range(5):
        exchange.get("/workloads", listing())
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error == {
        "code": "lost_answer",
        "status": 502,
        "request_id": REQUEST_ID,
        "method": "POST",
        "path": "/workloads",
    }
    assert "none of that name is there now" in str(failed)
    assert "502 Bad Gateway" in str(failed)
    assert "<h1>" not in str(failed)


def test_a_lost_create_after_which_nothing_can_be_read_says_so(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), requests.exceptions.ConnectionError("Connection aborted."))
    for _look in range(5 * 4):
        exchange.get("/workloads", "down", status=503)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "lost_answer"
    assert "and whether it is there now could not be read" in str(failed)


def test_a_lost_create_with_two_candidates_fails(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), **LOST["connection dropped"])
    for _look in range(5):
        exchange.get("/workloads", listing(created(), created(id=ID)))
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "lost_answer"
    assert f"2 new ones of that name are there now: {NEW}, {ID}" in str(failed)


# ---- update -----------------------------------------------------------------------------------------------------------------

HOURLY = {"interval": 4, "retention": 6, "snapshot_type": "full"}
HOURLY_SHOWN = {"interval": "4", "retention": "6", "snapshot_type": "full"}
BERLIN = {**SIX["jobschedule"], "timezone": "Europe/Berlin"}
OWNED = {**SIX["metadata"], "owner": "shop"}

# what it is -> options, body of the PUT, what the server shows then
UPDATES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "description": ({"description": "New"}, {"description": "New"}, {"description": "New"}),
    "schedule: one key": (
        {"schedule": {"timezone": "Europe/Berlin"}},
        {"jobschedule": {"enabled": True, "timezone": "Europe/Berlin"}},
        {"jobschedule": BERLIN},
    ),
    "schedule: switched off": (
        {"schedule": {"enabled": False}},
        {"jobschedule": {"enabled": False}},
        {"jobschedule": {**SIX["jobschedule"], "enabled": False}},
    ),
    "schedule: a track, whole": (
        {"schedule": {"hourly": HOURLY}},
        {"jobschedule": {"enabled": True, "hourly": HOURLY}},
        {"jobschedule": {**SIX["jobschedule"], "hourly": HOURLY_SHOWN}},
    ),
    "schedule: a track removed": (
        {"schedule": {"weekly": {}}},
        {"jobschedule": {"enabled": True, "weekly": {}}},
        {"jobschedule": {key: value for key, value in SIX["jobschedule"].items() if key != "weekly"}},
    ),
    "schedule: days of manual ones": (
        {"schedule": {"manual_retention_days": 9}},
        {
            "jobschedule": {
                "enabled": True,
                "retentionmanual": {"retentionmanual": 9},
                "manual": {"retention": 21, "retention_days_to_keep": 9},
            }
        },
        {"jobschedule": {**SIX["jobschedule"], "retentionmanual": {"retentionmanual": "9"}}},
    ),
    "metadata: laid over": (
        {"metadata": {"floor": "3"}},
        {"metadata": {"owner": "shop", "floor": "3"}},
        {"metadata": {**OWNED, "floor": "3"}},
    ),
    "metadata: taken away": ({"metadata": {"owner": None}}, {"metadata": {}}, {"metadata": SIX["metadata"]}),
    "two at once": (
        {"description": "New", "schedule": {"enabled": False}},
        {"description": "New", "jobschedule": {"enabled": False}},
        {"description": "New", "jobschedule": {**SIX["jobschedule"], "enabled": False}},
    ),
}


def reads_scheduler(options: dict[str, Any]) -> bool:
    return bool(options.get("schedule", {}).get("enabled"))


@pytest.mark.parametrize("what", UPDATES)
def test_update(exchange: Exchange, what: str) -> None:
    options, body, then = UPDATES[what]
    exchange.get(PATH, {"workload": workload(metadata=OWNED)})
    exchange.put(PATH, {"workload": body})
    exchange.get(PATH, {"workload": workload(metadata=OWNED)})  # it takes a moment to show (API reference Q10)
    exchange.get(PATH, {"workload": workload(**{"metadata": OWNED, **then})})
    result = exchange.run("workload", id=ID, **options, **QUICK)
    assert (result["changed"], result["plan"][0]["action"], result["plan"][0]["id"]) == (True, "update", ID)
    assert {field.split(".")[0] for field in result["plan"][0]["fields"]} == set(options)
    assert result["diff"]["before"] != result["diff"]["after"]
    assert set(result["diff"]["after"]) == set(options)


@pytest.mark.parametrize("what", UPDATES)
def test_update_in_check_mode_plans_the_same_and_writes_nothing(exchange: Exchange, what: str) -> None:
    options, _body, then = UPDATES[what]
    exchange.get(PATH, {"workload": workload(metadata=OWNED)})
    predicted = exchange.run("workload", id=ID, check=True, **options, **QUICK)
    exchange.get(PATH, {"workload": workload(**{"metadata": OWNED, **then})})
    real = exchange.run("workload", id=ID, **options, **QUICK)
    assert (predicted["changed"], real["changed"]) == (True, False)
    for option in options:
        assert predicted["workload"][option] == real["workload"][option]


POLICY_KEPT = {"owner": "shop", "policy_id": GOLD}


@pytest.mark.parametrize(
    ("options", "body", "then"),
    [
        ({"description": "New"}, {"description": "New", "metadata": POLICY_KEPT}, {"description": "New"}),
        (
            {"schedule": {"enabled": False}},
            {"jobschedule": {"enabled": False}, "metadata": POLICY_KEPT},
            {"jobschedule": {"enabled": False}},
        ),
        (
            {"metadata": {"owner": "hr"}},
            {"metadata": {"owner": "hr", "policy_id": GOLD}},
            {"metadata": {"owner": "hr", "policy_id": GOLD}},
        ),
        ({"new_name": "shop"}, {"name": "shop", "metadata": POLICY_KEPT}, {"name": "shop"}),
    ],
    ids=["description", "schedule", "metadata", "name"],
)
def test_an_update_always_sends_the_policy(
    exchange: Exchange, options: dict[str, Any], body: dict[str, Any], then: dict[str, Any]
) -> None:
    exchange.get(PATH, {"workload": bound()})
    exchange.put(PATH, {"workload": body})
    exchange.get(PATH, {"workload": {**bound(), **then}})
    assert exchange.run("workload", id=ID, **options, **QUICK)["changed"]


def test_another_policy(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": bound()})
    exchange.get("/workload_policy/", {"policy_list": [*POLICIES["policy_list"], {"id": NEW, "name": "Silver"}]})
    exchange.put(PATH, {"workload": {"metadata": {"owner": "shop", "policy_id": NEW}}})
    exchange.get(PATH, {"workload": workload(metadata={"policy_id": NEW})})
    result = exchange.run("workload", id=ID, policy="Silver", **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"policy": "Gold"}, {"policy": "Silver"})


def test_instances_are_sent_whole(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload(instances=[{"id": WEB, "name": "web-1"}, {"id": NEW, "name": "old"}])})
    exchange.servers(**{"web-1": WEB, "db-1": DB, "old": NEW})
    exchange.put(PATH, {"workload": {"instances": [{"instance-id": DB}, {"instance-id": WEB}]}})
    exchange.get(PATH, {"workload": workload(instances=[{"id": WEB, "name": "web-1"}, {"id": DB, "name": "db-1"}])})
    result = exchange.run("workload", id=ID, instances=["db-1", "web-1"], **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == (
        {"instances": ["old", "web-1"]},
        {"instances": ["db-1", "web-1"]},
    )


def test_a_server_that_is_gone_from_nova_stays_until_it_is_left_out(exchange: Exchange) -> None:
    document = workload(instances=[{"id": WEB, "name": "web-1"}, {"id": DB, "name": "db-1"}])
    exchange.get(PATH, {"workload": document})
    exchange.servers(**{"web-1": WEB})
    result = exchange.run("workload", id=ID, instances=["web-1", "db-1"], **QUICK)
    assert not result["changed"]
    assert any("db-1" in text and "gone from Nova" in text for text in warnings_of(result))
    exchange.get(PATH, {"workload": document})
    exchange.servers(**{"web-1": WEB})
    exchange.put(PATH, {"workload": {"instances": [{"instance-id": WEB}]}})
    exchange.get(PATH, {"workload": workload(instances=[{"id": WEB, "name": "web-1"}])})
    assert exchange.run("workload", id=ID, instances=["web-1"], **QUICK)["changed"]


def test_all_unknown_names_are_told_at_once(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/workload_policy/", POLICIES)
    exchange.servers(**{"web-1": WEB})
    failed = exchange.fail("workload", id=ID, policy="Platinum", instances=["web-1", "web-2", "web-3"], **QUICK)
    assert failed.error == {"code": "unknown_name"}
    for name in ("'Platinum'", "'web-2'", "'web-3'", "Gold"):
        assert name in str(failed)


def test_two_servers_of_one_name_fail(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/servers", {"servers": [{"id": WEB, "name": "web-1"}, {"id": DB, "name": "web-1"}]}, url=NOVA)
    failed = exchange.fail("workload", id=ID, instances=["web-1"], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert f"{DB}, {WEB}" in str(failed)


def test_in_check_mode_a_policy_may_be_made_later(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.get("/workload_policy/", POLICIES)
    result = exchange.run("workload", id=ID, policy="Platinum", check=True, **QUICK)
    assert result["diff"]["after"] == {"policy": "Platinum (not there yet)"}
    assert any("'Platinum' does not exist" in text for text in warnings_of(result))


@pytest.mark.parametrize(
    ("options", "reads", "words"),
    [
        ({"workload_type": "Parallel"}, ("/workload_types", TYPES), "workload_type is 'Serial', wanted is 'Parallel'"),
        (
            {"backup_target_type": "nfs_2"},
            ("/backup_target_types", TARGET_TYPES),
            "backup_target_type is 'nfs_1', wanted is 'nfs_2'",
        ),
        ({"encryption": True}, None, "encryption is False, wanted is True"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_changed_fails(
    exchange: Exchange, options: dict[str, Any], reads: tuple[str, dict[str, Any]] | None, words: str, check: bool
) -> None:
    exchange.get(PATH, {"workload": workload()})
    if reads:
        exchange.get(*reads)
    failed = exchange.fail("workload", id=ID, check=check, **options, **QUICK)
    assert failed.error == {"code": "immutable_field"}
    assert words in str(failed)


def test_a_track_that_the_server_keeps_fails(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"jobschedule": {"enabled": True, "weekly": {}}}})
    for _look in range(2):
        exchange.get(PATH, {"workload": workload()})
    failed = exchange.fail("workload", id=ID, schedule={"weekly": {}}, **ONE_LOOK)
    assert failed.error == {"code": "not_converged"}
    assert "schedule.weekly is {'backup_day': ['wed'], 'retention': 2, 'snapshot_type': 'full'}, wanted is {}" in str(
        failed
    )


def test_an_update_is_done_when_it_shows_and_nothing_runs(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"description": "New"}})
    exchange.get(PATH, {"workload": workload()})
    exchange.get(PATH, {"workload": workload(description="New", status="resetting")})
    exchange.get(PATH, {"workload": workload(description="New")})
    assert exchange.run("workload", id=ID, description="New", **QUICK)["workload"]["status"] == "available"


def test_an_update_that_fails_in_the_background(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"description": "New"}})
    exchange.get(PATH, {"workload": workload()})
    exchange.get(PATH, {"workload": workload(status="error", error_msg="trust is gone")})
    failed = exchange.fail("workload", id=ID, description="New", **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "trust is gone" in str(failed)


def test_a_refused_update(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"description": "New"}}, fault("Please provide policy id"), status=400)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", ASSIGNED)
    failed = exchange.fail("workload", id=ID, description="New", **QUICK)
    assert failed.error == {"code": "refused", "status": 400, "request_id": REQUEST_ID, "method": "PUT", "path": PATH}
    assert f"Policies that this project may use: Gold ({GOLD})." in str(failed)


@pytest.mark.parametrize("lost", LOST)
def test_an_update_whose_answer_is_lost_is_looked_for(exchange: Exchange, lost: str) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"description": "New"}}, **LOST[lost])
    exchange.get(PATH, {"workload": workload()})
    exchange.get(PATH, {"workload": workload(description="New")})
    assert exchange.run("workload", id=ID, description="New", wait=False, **QUICK)["workload"]["description"] == "New"


def test_an_update_that_was_lost_fails_and_is_not_repeated(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    exchange.put(PATH, {"workload": {"description": "New"}}, **LOST["connection dropped"])
    for _look in range(2):
        exchange.get(PATH, {"workload": workload()})
    failed = exchange.fail("workload", id=ID, description="New", **ONE_LOOK)
    assert failed.error == {"code": "lost_answer", "status": None, "request_id": None, "method": "PUT", "path": PATH}
    assert "it was not repeated" in str(failed)


def test_a_workload_on_its_way_is_waited_for_first(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(status="creating")))
    exchange.get(PATH, {"workload": workload(status="creating")})
    exchange.get(PATH, {"workload": workload()})
    assert not exchange.run("workload", name="workload_API", description="", **QUICK)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_a_failed_workload_is_not_updated(exchange: Exchange, check: bool) -> None:
    exchange.get(PATH, {"workload": workload(status="error", error_msg="broken")})
    failed = exchange.fail("workload", id=ID, description="New", check=check, **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert "in the state 'error': broken" in str(failed)


def test_in_check_mode_a_workload_that_is_being_deleted_counts_as_gone(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(name="web", status="deleting")))
    exchange.get(PATH, {"workload": workload(name="web", status="deleting")})
    exchange.servers(**{"web-1": WEB})
    exchange.get(
        PATH, {"workload": workload(name="web", status="deleting")}
    )  # a look for the schedule of what was listed
    exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    result = exchange.run("workload", name="web", instances=["web-1"], check=True, **QUICK)
    assert [step["action"] for step in result["plan"]] == ["create"]


@pytest.mark.parametrize("check", [True, False])
def test_without_waiting_a_workload_that_is_being_deleted_is_not_touched(exchange: Exchange, check: bool) -> None:
    exchange.get("/workloads", listing(workload(name="web", status="deleting")))
    exchange.get(PATH, {"workload": workload(name="web", status="deleting")})
    failed = exchange.fail("workload", name="web", description="New", wait=False, check=check, **QUICK)
    assert failed.error == {"code": "wrong_state"}
    assert "is being deleted" in str(failed)


def test_a_workload_that_is_being_deleted_is_waited_for_and_made_anew(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(name="web", status="deleting")))
    exchange.get(PATH, {"workload": workload(name="web", status="deleting")})
    exchange.get(PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.servers(**{"web-1": WEB})
    exchange.get(
        PATH, fault("not found", "itemNotFound", 404), status=404
    )  # a look for the schedule of what was listed
    exchange.get("/backup_targets", TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", NO_POLICIES)
    exchange.post("/workloads", body_of_create(), {"workload": summary(created())})
    exchange.get(f"/workloads/{NEW}", {"workload": created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["id"] == NEW


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_list_and_a_show_that_contradict_each_other_are_not_believed(exchange: Exchange, state: str) -> None:
    exchange.get("/workloads", listing(workload()))
    exchange.get(PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.get("/workloads", listing(workload()))
    failed = exchange.fail("workload", name="workload_API", state=state, instances=["web-1"], **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("bad_answer", PATH)


def test_what_went_between_the_list_and_the_show_is_absent(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload()))
    exchange.get(PATH, fault("not found", "itemNotFound", 404), status=404)
    exchange.get("/workloads", listing())
    assert not exchange.run("workload", name="workload_API", state="absent", **QUICK)["changed"]


# ---- rename -----------------------------------------------------------------------------------------------------------------


def test_rename(exchange: Exchange) -> None:
    shown(exchange, workload())
    exchange.put(PATH, {"workload": {"name": "shop"}})
    exchange.get(PATH, {"workload": workload(name="shop")})
    result = exchange.run("workload", name="workload_API", new_name="shop", **QUICK)
    assert (result["diff"]["before"], result["diff"]["after"]) == ({"name": "workload_API"}, {"name": "shop"})


def test_renamed_already(exchange: Exchange) -> None:
    shown(exchange, workload(name="shop"))
    assert not exchange.run("workload", name="workload_API", new_name="shop", **QUICK)["changed"]


def test_rename_onto_an_existing_name_fails(exchange: Exchange) -> None:
    exchange.get("/workloads", listing(workload(), workload(id=NEW, name="shop")))
    failed = exchange.fail("workload", name="workload_API", new_name="shop", **QUICK)
    assert failed.error == {"code": "ambiguous_name"}
    assert ID in str(failed)
    assert NEW in str(failed)


def test_rename_of_nothing_creates_under_the_new_name(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(name="shop"), {"workload": summary(created(name="shop"))})
    exchange.get(f"/workloads/{NEW}", {"workload": created(name="shop")})
    result = exchange.run("workload", name="web", new_name="shop", instances=["web-1"], **QUICK)
    assert (result["plan"][0]["action"], result["plan"][0]["name"]) == ("create", "shop")


# ---- before the first request -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "'name' is empty"),
        ({"id": "web"}, "which is not an id"),
        ({"name": "web", "new_name": ""}, "'new_name' is empty"),
        ({"name": "web", "instances": []}, "'instances' is empty"),
        ({"name": "web", "policy": ""}, "'policy' is empty"),
        ({"name": "web", "secret": NEW}, "'encryption: true' only"),
        (
            {"name": "web", "metadata": {"policy_id": GOLD, "hostnames": "x"}},
            "belong to the server: hostnames, policy_id",
        ),
        ({"name": "web", "metadata": {"owner": ["shop"]}}, "a value for 'owner' that is not text"),
        ({"name": "web", "metadata": {"owner": True}}, "a value for 'owner' that is not text"),
        (
            {"name": "web", "policy": "Gold", "schedule": {"hourly": {"interval": 1, "retention": 1}}},
            "which the policy 'Gold' decides",
        ),
        ({"name": "web", "schedule": {"hourly": {"interval": 1, "retention": 1}, "interval": 4}}, "exclude each other"),
    ],
)
def test_a_wrong_option_fails_before_any_request(exchange: Exchange, options: dict[str, Any], words: str) -> None:
    failed = exchange.fail("workload", keystone=0, **options)
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


def test_what_a_bound_policy_decides_is_refused_before_the_write(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": bound()})
    failed = exchange.fail("workload", id=ID, schedule={"hourly": HOURLY}, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "hourly" in str(failed)
    assert f"which the workload 'workload_API' ({ID}) is bound to" in str(failed)


def test_a_schedule_that_would_break_a_rule_is_refused_before_the_write(exchange: Exchange) -> None:
    exchange.get(PATH, {"workload": workload()})
    failed = exchange.fail("workload", id=ID, schedule={"daily": {}}, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "needs schedule.daily" in str(failed)


def test_what_the_server_does_not_show_is_told(exchange_4: Exchange) -> None:
    exchange_4.get(f"/workloads/{NEW}", {"workload": workload(FOUR)})
    result = exchange_4.run("workload", id=NEW, encryption=True, **QUICK)
    assert not result["changed"]
    assert any("encryption" in text for text in warnings_of(result))
