# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload` that create a workload, and the errors of the server.

The captured requests are what must be sent. Order, query, body and number of all requests are compared.
"""

from __future__ import annotations

import pytest
from support.exchange import cloud, workloads
from support.exchange.recording import (
    ONE_LOOK,
    PROJECT,
    QUICK,
    REQUEST_ID,
    Exchange,
    fault,
    sample,
)
from support.module import warnings_of
from unit.plugins.modules.workload.creation import before_create, body_of_create


def test_create_the_smallest_workload(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created(status="creating"))})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created(status="creating", jobschedule={})})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    result = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (result["changed"], result["id"], result["workload"]["status"]) == (True, workloads.NEW_ID, "available")
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
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created())})
    exchange.get(
        f"/workloads/{workloads.NEW_ID}",
        {"workload": workloads.created(instances=[{"id": cloud.WEB, "name": "web-1"}])},
    )
    real = exchange.run("workload", name="web", instances=["web-1"], **QUICK)
    assert (predicted["changed"], predicted["id"], predicted["workload"]["id"]) == (True, None, None)
    assert (predicted["plan"], predicted["diff"]) == (real["plan"], real["diff"])
    for option in ("name", "instances", "schedule", "project_id"):
        assert predicted["workload"][option] == real["workload"][option]


def test_create_in_line_6_with_everything(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing())
    exchange.get("/workload_types", workloads.TYPES)
    exchange.get("/backup_target_types", workloads.TARGET_TYPES)
    exchange.servers(**{"web-1": cloud.WEB, "db-1": cloud.DB})
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
    exchange.get("/global_job_scheduler", workloads.SCHEDULER_ON)
    tracks = {
        "hourly": {"interval": 1, "retention": 2, "snapshot_type": "incremental"},
        "daily": {"backup_time": ["14:15"], "retention": 2, "snapshot_type": "incremental"},
        "weekly": {"backup_day": ["wed"], "retention": 2, "snapshot_type": "full"},
        "monthly": {"month_backup_day": [20], "retention": 2, "snapshot_type": "full"},
        "yearly": {"backup_month": ["mar"], "retention": 1, "snapshot_type": "full"},
    }
    body = body_of_create(
        description="The shop",
        workload_type_id=workloads.PARALLEL,
        instances=[{"instance-id": cloud.WEB}, {"instance-id": cloud.DB}],
        backup_target_types=workloads.NFS_1,
        encryption=True,
        secret_uuid=workloads.NEW_ID,
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
    exchange.post("/workloads", body, {"workload": workloads.summary(workloads.created())})
    document = workloads.created(
        description="The shop",
        workload_type_id=workloads.PARALLEL,
        instances=[{"id": cloud.DB, "name": "db-1"}, {"id": cloud.WEB, "name": "web-1"}],
        encryption=True,
        secret_uuid=workloads.NEW_ID,
        metadata={**workloads.SIX["metadata"], "owner": "shop", "floor": "3"},
        jobschedule={**workloads.SIX["jobschedule"], "timezone": "Europe/Berlin", "end_date": "12/31/2030"},
    )
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": document})
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
        secret=workloads.NEW_ID,
        metadata={"owner": "shop", "floor": 3, "gone": None},
        schedule=schedule,
        **QUICK,
    )
    assert result["workload"]["backup_target_type"] == {"id": workloads.NFS_1, "name": "nfs_1"}
    assert result["workload"]["schedule"] == schedule


def test_create_in_line_4(exchange_4: Exchange) -> None:
    project = workloads.FOUR["project_id"]
    exchange_4.get("/workloads", workloads.listing())
    exchange_4.servers(**{"cirros-3": "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8", "cirros-4": cloud.DB})
    exchange_4.get("/backup_targets", fault("not found", "itemNotFound", 404), status=404)
    exchange_4.get("/workload_types", workloads.TYPES)
    exchange_4.get(f"/workload_policy/assigned/{project}", workloads.NO_POLICIES)
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
        workload_type_id=workloads.SERIAL,
        instances=[{"instance-id": cloud.DB}, {"instance-id": "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8"}],
        metadata={"meta": "data"},
        jobschedule=jobschedule,
    )
    exchange_4.post("/workloads", body, sample("workload_create_response"))
    exchange_4.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.shown(workloads.FOUR)})
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
    assert (result["id"], result["workload"]["workload_type"]) == (
        workloads.NEW_ID,
        {"id": workloads.SERIAL, "name": "Serial"},
    )


def test_create_bound_to_a_policy(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing())
    exchange.get("/workload_policy/", workloads.POLICIES)
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get("/global_job_scheduler", workloads.SCHEDULER_ON)
    exchange.post(
        "/workloads",
        body_of_create(jobschedule={"enabled": True}, metadata={"policy_id": workloads.GOLD}),
        {"workload": workloads.summary(workloads.created())},
    )
    exchange.get(
        f"/workloads/{workloads.NEW_ID}",
        {
            "workload": workloads.created(
                jobschedule=workloads.SIX["jobschedule"], metadata={"policy_id": workloads.GOLD}
            )
        },
    )
    result = exchange.run("workload", name="web", instances=["web-1"], policy="Gold", **QUICK)
    assert result["workload"]["policy"] == {"id": workloads.GOLD, "name": "Gold"}


def test_create_without_waiting_looks_once(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created(status="creating"))})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created(status="creating", jobschedule=None)})
    result = exchange.run("workload", name="web", instances=["web-1"], wait=False, **QUICK)
    assert (result["changed"], result["workload"]["status"]) == (True, "creating")


def test_a_project_with_policies_wants_one_before_the_create(exchange: Exchange) -> None:
    before_create(exchange, allowed=workloads.ASSIGNED)
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error["code"] == "wrong_state"
    assert f"Gold ({workloads.GOLD})" in str(failed)
    assert "option 'policy'" in str(failed)


def test_a_refused_create_names_the_allowed_policies(exchange: Exchange) -> None:
    exchange.get("/workloads", workloads.listing())
    exchange.get("/workload_policy/", {"policy_list": [{"id": workloads.NEW_ID, "name": "Silver"}]})
    exchange.servers(**{"web-1": cloud.WEB})
    exchange.get("/backup_targets", workloads.TARGETS_OF_6)
    exchange.get("/global_job_scheduler", workloads.SCHEDULER_ON)
    said = fault(f"Please provide policy id from available policies: ['{workloads.GOLD}']<br /><br />\n\n\n")
    exchange.post(
        "/workloads",
        body_of_create(jobschedule={"enabled": True}, metadata={"policy_id": workloads.NEW_ID}),
        said,
        status=400,
    )
    exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.ASSIGNED)
    failed = exchange.fail("workload", name="web", instances=["web-1"], policy="Silver", **QUICK)
    assert failed.error == {
        "code": "refused",
        "status": 400,
        "request_id": REQUEST_ID,
        "method": "POST",
        "path": "/workloads",
    }
    assert (
        f"POST /workloads ({REQUEST_ID}) was refused with 400: Please provide policy id from available "
        f"policies: ['{workloads.GOLD}']." in str(failed)
    )
    assert str(failed).endswith(f"Policies that this project may use: Gold ({workloads.GOLD}).")


@pytest.mark.parametrize("status", [400, 403, 409, 413, 429])
def test_a_refused_create_is_sent_once(exchange: Exchange, status: int) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), fault("no", code=status), status=status, headers={"Retry-After": "0"})
    if status != 403:
        exchange.get(f"/workload_policy/assigned/{PROJECT}", workloads.NO_POLICIES)
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
    exchange.get("/workloads", workloads.listing())
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
    exchange.post(
        "/workloads", body_of_create(jobschedule=wanted), {"workload": workloads.summary(workloads.created())}
    )
    default = {
        "enabled": True,
        "interval": "24 hr",
        "start_time": "10:00 PM",
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": "30",
    }
    for _look in range(2):
        exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created(jobschedule=default)})
    failed = exchange.fail(
        "workload", name="web", instances=["web-1"], schedule={"hourly": {"interval": 24, "retention": 7}}, **ONE_LOOK
    )
    assert failed.error == {"code": "not_converged"}
    assert (
        f"The server accepted what was written to the workload 'web' ({workloads.NEW_ID}), but shows something "
        "else: schedule.hourly is None, wanted is" in str(failed)
    )


def test_a_create_that_fails_in_the_background(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created())})
    exchange.get(
        f"/workloads/{workloads.NEW_ID}",
        {"workload": workloads.created(status="error", error_msg="No valid host was found.")},
    )
    failed = exchange.fail("workload", name="web", instances=["web-1"], **QUICK)
    assert failed.error == {"code": "object_failed"}
    assert f"The workload 'web' ({workloads.NEW_ID}) is in the state 'error': No valid host was found." in str(failed)


def test_a_create_that_takes_too_long(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created())})
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created(status="creating")})
    failed = exchange.fail("workload", name="web", instances=["web-1"], **ONE_LOOK)
    assert failed.error == {"code": "wait_timeout"}
    assert (
        f"Gave up waiting for the workload 'web' ({workloads.NEW_ID}) to become ready after 0 seconds; last "
        "seen: status 'creating'." in str(failed)
    )
    assert "raise 'timeout'" in str(failed)


def test_a_broken_look_while_waiting_is_tolerated(exchange: Exchange) -> None:
    before_create(exchange)
    exchange.post("/workloads", body_of_create(), {"workload": workloads.summary(workloads.created())})
    exchange.get(f"/workloads/{workloads.NEW_ID}", "<html>proxy</html>")
    exchange.get(f"/workloads/{workloads.NEW_ID}", {"workload": workloads.created()})
    assert exchange.run("workload", name="web", instances=["web-1"], **QUICK)["changed"]
