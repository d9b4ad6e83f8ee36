# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests and results of `restore_info`: one list, and no write."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import OTHER_PROJECT, PASSWORD, Exchange, sample

CAPTURED = sample("restores_list")
FAILED = CAPTURED["restores"][1]
KEYED = {
    **FAILED,
    "id": cloud.WEB,
    "description": "by hand [openprotect:00000000:ticket-4711]",
    "restore_options": restores.options("selective"),
    "snapshot_id": snapshots.OLDER_ID,
}
KEYED["created_at"] = "2020-11-09T09:53:31.000000"
ALL = {"restores": [FAILED, KEYED, restores.LISTED]}


def ids(result: dict[str, Any]) -> list[str]:
    """Return the ids of the restores of a result."""
    return [each["id"] for each in result["restores"]]


def test_all_of_the_project_newest_first(exchange_4: Exchange) -> None:
    exchange_4.get(
        "/restores/detail",
        {"restores": [*ALL["restores"], {**restores.LISTED, "id": snapshots.ID, "project_id": OTHER_PROJECT}]},
    )
    result = exchange_4.run("restore_info")
    assert ids(result) == [cloud.WEB, restores.ID, restores.OTHER_ID]
    assert (result["changed"], result["project_id"]) == (False, cloud.PROJECT_4)
    assert PASSWORD not in str(result)


def test_what_was_captured_in_words(exchange_4: Exchange) -> None:
    exchange_4.get("/restores/detail", CAPTURED)
    good, failed = exchange_4.run("restore_info")["restores"]
    assert (good["name"], good["type"], good["status"], good["description"], good["request_key"]) == (
        "OneClick Restore",
        "oneclick",
        "available",
        "",
        None,
    )
    assert (good["size"], good["uploaded_size"], good["progress_percent"], good["time_taken"], good["host"]) == (
        2147483648,
        2147483648,
        100,
        580,
        "TVM2",
    )
    assert (good["created_at"], good["finished_at"], good["snapshot_id"]) == (
        "2020-11-05T10:17:40.000000",
        "2020-11-05T10:27:20.000000",
        snapshots.ID,
    )
    assert (good["workload_id"], good["instances"], good["networks"]) == (None, None, None)
    assert (failed["status"], failed["error_msg"]) == (
        "error",
        "Failed restoring snapshot: Error creating instance e271bd6e-f53e-4ebc-875a-5787cc4dddf7",
    )


def test_numbers_that_come_as_text_are_numbers(exchange_4: Exchange) -> None:
    numbers = {"size": "2147483648", "uploaded_size": "1073741824.0", "progress_percent": "50", "time_taken": ""}
    exchange_4.get(restores.PATH, {"restore": {**restores.SHOWN, **numbers}})
    [found] = exchange_4.run("restore_info", id=restores.ID)["restores"]
    assert {key: found[key] for key in numbers} == {
        "size": 2147483648,
        "uploaded_size": 1073741824,
        "progress_percent": 50,
        "time_taken": None,
    }


def test_what_a_restore_made_may_be_of_any_shape(exchange_4: Exchange) -> None:
    made = {"id": snapshots.CIRROS_1, "name": "x", "status": "error", "metadata": [{"key": "instance_id"}]}
    exchange_4.get(restores.PATH, {"restore": {**restores.SHOWN, "restore_options": "{}", "instances": [None, made]}})
    [found] = exchange_4.run("restore_info", id=restores.ID)["restores"]
    assert (found["type"], found["instances"]) == (
        None,
        [{"old_id": None, "id": snapshots.CIRROS_1, "name": "x", "status": "error"}],
    )


def test_by_id_with_all_details(exchange_4: Exchange) -> None:
    exchange_4.get(restores.PATH, {"restore": restores.SHOWN})
    (found,) = exchange_4.run("restore_info", id=restores.ID)["restores"]
    assert found["workload_id"] == workloads.RESTORED_ID
    assert found["instances"] == [
        {"old_id": snapshots.CIRROS_2, "id": restores.NEW_CIRROS_2, "name": "cirros-2", "status": "available"},
        {"old_id": snapshots.CIRROS_1, "id": restores.NEW_CIRROS_1, "name": "cirros-1", "status": "available"},
    ]
    assert (found["networks"], found["subnets"], found["routers"]) == ([], [], [])


def test_by_an_id_that_is_not_there(exchange_4: Exchange) -> None:
    exchange_4.get(restores.PATH, workloads.GONE, status=404)
    assert exchange_4.run("restore_info", id=restores.ID)["restores"] == []


def test_by_the_id_of_another_project(exchange_4: Exchange) -> None:
    exchange_4.get(restores.PATH, {"restore": {**restores.SHOWN, "project_id": OTHER_PROJECT}})
    failed = exchange_4.fail("restore_info", id=restores.ID)
    assert failed.error == {"code": "unknown_name"}
    assert f"belongs to the project {OTHER_PROJECT}" in str(failed)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"status": "error"}, [cloud.WEB, restores.OTHER_ID]),
        ({"status": "restoring"}, []),
        ({"type": "selective"}, [cloud.WEB]),
        ({"type": "oneclick", "status": "error"}, [restores.OTHER_ID]),
        ({"request_key": "ticket-4711"}, [cloud.WEB]),
        ({"request_key": "ticket-471"}, []),
        ({"snapshot": snapshots.OLDER_ID}, [cloud.WEB]),
    ],
)
def test_filters(exchange_4: Exchange, given: dict[str, Any], expected: list[str]) -> None:
    exchange_4.get("/restores/detail", ALL)
    assert ids(exchange_4.run("restore_info", **given)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [cloud.WEB, restores.ID]),
        ({"snapshot": "snapshot"}, [cloud.WEB]),
        ({"snapshot": snapshots.ID}, [restores.ID]),
        ({"snapshot": "nightly"}, []),
        ({"type": "oneclick"}, [restores.ID]),
    ],
)
def test_of_a_workload(exchange_4: Exchange, given: dict[str, Any], expected: list[str]) -> None:
    exchange_4.get("/restores/detail", {"restores": [KEYED, restores.LISTED, {**FAILED, "snapshot_id": cloud.WEB}]})
    workloads.record_restored(exchange_4)
    exchange_4.get(
        "/snapshots",
        {"snapshots": [snapshots.row(), snapshots.OLDER_ROW, snapshots.row(cloud.WEB, workload_id=restores.ID)]},
        query={"workload_id": workloads.RESTORED_ID},
    )
    result = exchange_4.run("restore_info", workload="API", **given)
    assert ids(result) == expected
    assert {each["workload_id"] for each in result["restores"]} <= {workloads.RESTORED_ID}


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ([], "unknown_name", "'nightly' in the project 'demo' (c76b3355a164498aa95ddbc960adc238); there are: API."),
        ([{"id": cloud.WEB}], "ambiguous_name", f"{cloud.WEB}, {workloads.RESTORED_ID}"),
    ],
)
def test_of_a_workload_that_is_not_there_or_there_twice(
    exchange_4: Exchange, more: list[dict[str, Any]], code: str, words: str
) -> None:
    exchange_4.get("/restores/detail", ALL)
    workloads.record_restored(exchange_4, *more)
    failed = exchange_4.fail("restore_info", workload="API" if more else "nightly")
    assert failed.error == {"code": code}
    assert words in str(failed)


def test_details_take_one_request_each(exchange_4: Exchange) -> None:
    exchange_4.get("/restores/detail", ALL)
    with exchange_4.any_order():
        exchange_4.get(f"/restores/{cloud.WEB}", {"restore": {**restores.SHOWN, **KEYED}})
        exchange_4.get(restores.PATH, {"restore": restores.SHOWN})
        exchange_4.get(f"/restores/{restores.OTHER_ID}", workloads.GONE, status=404)
    result = exchange_4.run("restore_info", details=True)
    assert ids(result) == [cloud.WEB, restores.ID, restores.OTHER_ID]
    assert [each["instances"] is None for each in result["restores"]] == [False, False, True]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id": "nightly"}, "The option 'id' holds 'nightly', which is not an id."),
        ({"snapshot": "nightly"}, "The name of a snapshot goes with 'workload'."),
        ({"workload": ""}, "The option 'workload' is empty."),
        ({"status": ""}, "The option 'status' is empty."),
        ({"id": restores.ID, "workload": "API"}, "mutually exclusive"),
        ({"id": restores.ID, "snapshot": snapshots.ID}, "mutually exclusive"),
        ({"type": "full"}, "value of type must be one of: oneclick, selective, inplace, got: full"),
    ],
)
def test_what_is_wrong_by_itself_is_refused_before_any_request(
    exchange_4: Exchange, given: dict[str, Any], words: str
) -> None:
    assert words in str(exchange_4.fail("restore_info", keystone=0, **given))


@pytest.mark.parametrize(
    "reply", ["<html>Please log in</html>", {"restores": {}}, {"restores": [{"name": "no id"}]}, {}]
)
def test_an_answer_of_another_shape_is_not_an_empty_list(exchange_4: Exchange, reply: Any) -> None:
    exchange_4.get("/restores/detail", reply)
    code = "unexpected_answer" if isinstance(reply, dict) else "bad_answer"
    assert exchange_4.fail("restore_info").error["code"] == code
