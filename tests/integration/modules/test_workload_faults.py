# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workload while the server or the network fails: lost answers, lost updates, bad answers (reference Q10, Q29)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from integration.conftest import Operator
from support.module import warnings_of
from support.stand import Emulator, Stand

WEB: dict[str, Any] = {
    "name": "web",
    "description": "The shop",
    "instances": ["web-1"],
    "schedule": {"manual": {"retention": 7}},
}
LIST = "/workloads$"
ONE = "/workloads/[0-9a-f-]{36}$"
SERVERS = "/servers$"

TOO_LATE: dict[str, Any] = {"kind": "latency_after", "delay": 30.0}
NO_USABLE_ANSWER = [
    pytest.param({"kind": "status", "code": 500}, id="500"),
    pytest.param({"kind": "status", "code": 502, "body": "<html>Bad Gateway</html>"}, id="502"),
    pytest.param({"kind": "status", "code": 503, "retry_after": 0}, id="503"),
    pytest.param({"kind": "status", "code": 504}, id="504"),
    pytest.param({"kind": "drop_before"}, id="dropped"),
]
BROKEN_ANSWERS = [
    pytest.param({"kind": "html"}, "not JSON", id="html"),
    pytest.param({"kind": "truncate"}, "not JSON", id="truncated"),
    pytest.param({"kind": "empty"}, "empty", id="empty"),
    pytest.param({"kind": "status", "code": 500}, "was refused with 500", id="500"),
]
OTHER_ANSWERS = [
    pytest.param({"kind": "shape", "body": {"servers": []}}, "without the key", id="other key"),
    pytest.param({"kind": "shape", "body": []}, "without the key", id="list"),
    pytest.param({"kind": "shape", "body": {"workloads": {}, "workload": []}}, "of another shape", id="other type"),
]
BAD_ANSWERS = [*BROKEN_ANSWERS, *OTHER_ANSWERS]
BAD_LISTS = [
    *BAD_ANSWERS,
    pytest.param({"kind": "shape", "body": {"workloads": [{"name": "web"}]}}, "of another shape", id="without ids"),
    pytest.param(
        {"kind": "status", "code": 404, "body": {"itemNotFound": {"code": 404, "message": "No such page"}}},
        "No such page",
        id="404",
    ),
]


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return an emulator that would also make a second workload of the same servers."""
    stand.emulator.switch(vm_in_two_workloads="allow")
    return stand.emulator


def patience(fault: dict[str, Any]) -> int | None:
    """Return how many seconds to wait for an answer: where one comes too late less than that, else as usual."""
    return 6 if fault is TOO_LATE else None


def posts(emulator: Emulator, mark: int) -> int:
    """Return how many workloads the server was told to make."""
    return emulator.writes(mark).count("POST /workloads")


# ---------------------------------------------------------------------------------------------------------------------
# Create


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "drop_after"}, id="dropped"),
        *(pytest.param({"kind": "status_after", "code": code}, id=str(code)) for code in (500, 502, 503, 504)),
        pytest.param(TOO_LATE, id="too late"),
        pytest.param({"kind": "truncate"}, id="truncated"),
        pytest.param({"kind": "status_after", "code": 200, "body": "<html>It works</html>"}, id="html"),
        pytest.param({"kind": "status_after", "code": 202, "body": ""}, id="empty"),
        pytest.param({"kind": "status_after", "code": 202, "body": {"workload": {"name": "web"}}}, id="without id"),
    ],
)
def test_create_whose_answer_is_lost_makes_one(operator: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.fault(method="POST", path=LIST, **fault)
    mark = emulator.mark()
    result = operator.workload(**WEB, api_timeout=patience(fault))
    assert result["changed"]
    [warning] = warnings_of(result)
    assert "was taken over" in warning
    [row] = emulator.rows("workloads")
    assert result["id"] == row["id"]
    assert result["workload"]["status"] == "available"
    assert posts(emulator, mark) == 1
    assert not operator.workload(**WEB)["changed"]


@pytest.mark.parametrize(
    "fault",
    [
        *NO_USABLE_ANSWER,
        pytest.param({"kind": "html"}, id="html"),
        pytest.param({"kind": "empty"}, id="empty"),
        pytest.param({"kind": "shape", "body": {"workloads": []}}, id="shape"),
    ],
)
def test_create_that_never_happened_is_not_repeated(
    operator: Operator, emulator: Emulator, fault: dict[str, Any]
) -> None:
    emulator.fault(method="POST", path=LIST, **fault)
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error["code"] == "lost_answer"
    assert failed.error["path"] == "/workloads"
    assert "none of that name is there" in str(failed)
    assert "it was not repeated" in str(failed)
    assert posts(emulator, mark) == 1
    assert emulator.rows("workloads") == []
    assert operator.workload(**WEB)["changed"]
    assert len(emulator.rows("workloads")) == 1


@pytest.mark.parametrize("code", [400, 403, 409, 413, 429])
def test_refused_create_is_not_repeated(operator: Operator, emulator: Emulator, code: int) -> None:
    emulator.fault(
        "status",
        "POST",
        LIST,
        code=code,
        retry_after=0,
        body={"badRequest": {"code": code, "message": "Not today.<br /><br />\n"}},
    )
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error["status"] == code
    assert f"was refused with {code}: Not today." in str(failed)
    assert posts(emulator, mark) == 1


def test_look_after_lost_create_is_tolerant(operator: Operator, emulator: Emulator) -> None:
    """The way to the server is broken for longer than one read tries: 4 tries each, 5 looks."""
    emulator.fault("drop_after", "POST", LIST)
    emulator.fault("status", "GET", LIST, skip=1, times=6, code=503)
    assert operator.workload(**WEB)["changed"]
    assert len(emulator.rows("workloads")) == 1


def test_lost_create_and_nothing_to_be_seen(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("drop_after", "POST", LIST)
    emulator.fault("html", "GET", LIST, skip=1, times=0)
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error["code"] == "lost_answer"
    assert posts(emulator, mark) == 1
    emulator.ask("DELETE", "faults")
    assert not operator.workload(**WEB)["changed"]


def test_lost_create_and_two_of_the_name(operator: Operator, emulator: Emulator) -> None:
    rows = [{"id": f"0000000{n}-0000-4000-8000-000000000000", "name": "web"} for n in (1, 2)]
    emulator.fault("drop_after", "POST", LIST)
    emulator.fault("shape", "GET", LIST, skip=1, times=0, body={"workloads": rows})
    failed = operator.fails(**WEB)
    assert failed.error["code"] == "lost_answer"
    assert all(row["id"] in str(failed) for row in rows)


def test_stuck_create_times_out_and_the_next_run_continues(operator: Operator, emulator: Emulator) -> None:
    emulator.freeze()
    mark = emulator.mark()
    failed = operator.fails(**WEB, timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert "after 1 seconds; last seen: status 'creating'" in str(failed)
    assert "Run the task again: it starts from the current state" in str(failed)
    again = operator.fails(**WEB, timeout=1)
    assert again.error == {"code": "wait_timeout"}, "as long as it is stuck nothing else happens"
    emulator.freeze(False)
    result = operator.workload(**WEB)
    assert not result["changed"]
    assert result["workload"]["status"] == "available"
    assert posts(emulator, mark) == 1


def test_create_that_does_not_happen(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("lost_update", "POST", LIST)
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error == {"code": "not_converged"}
    assert "is not there any more" in str(failed)
    assert posts(emulator, mark) == 1


# ---------------------------------------------------------------------------------------------------------------------
# Modify


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "drop_after"}, id="dropped"),
        pytest.param({"kind": "status_after", "code": 500}, id="500"),
        pytest.param({"kind": "status_after", "code": 504}, id="504"),
        pytest.param(TOO_LATE, id="too late"),
    ],
)
@pytest.mark.parametrize("wait", [True, False])
def test_modify_whose_answer_is_lost_is_right(
    operator: Operator, emulator: Emulator, fault: dict[str, Any], wait: bool
) -> None:
    made = operator.workload(**WEB)
    emulator.fault(method="PUT", path=ONE, **fault)
    mark = emulator.mark()
    result = operator.workload(name="web", description="new", api_timeout=patience(fault), wait=wait)
    assert result["changed"]
    assert result["workload"]["description"] == "new"
    assert emulator.writes(mark) == [f"PUT /workloads/{made['id']}"]
    assert not operator.workload(name="web", description="new")["changed"]


@pytest.mark.parametrize("fault", NO_USABLE_ANSWER)
def test_modify_that_never_happened_is_not_repeated(
    operator: Operator, emulator: Emulator, fault: dict[str, Any]
) -> None:
    made = operator.workload(**WEB)
    emulator.fault(method="PUT", path=ONE, **fault)
    mark = emulator.mark()
    failed = operator.fails(name="web", description="new", timeout=1)
    assert failed.error["code"] == "lost_answer"
    assert failed.error["method"] == "PUT"
    assert emulator.writes(mark) == [f"PUT /workloads/{made['id']}"]
    result = operator.workload(name="web", description="new")
    assert result["changed"]
    assert result["workload"]["description"] == "new"


@pytest.mark.parametrize("kind", ["lost_update", "stuck"])
def test_modify_that_does_not_show_names_the_fields(operator: Operator, emulator: Emulator, kind: str) -> None:
    """A PUT works in the background (reference Q10): only another request shows its effect."""
    operator.workload(**WEB)
    emulator.fault(kind, "PUT", ONE)
    failed = operator.fails(name="web", description="new", schedule={"manual": {"retention": 9}}, timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "description is 'The shop', wanted is 'new'" in str(failed)
    assert "schedule.manual is {'retention': 7}, wanted is {'retention': 9}" in str(failed)


# ---------------------------------------------------------------------------------------------------------------------
# Delete


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 502}, TOO_LATE], ids=str)
def test_delete_whose_answer_is_lost_is_right(operator: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    made = operator.workload(**WEB)
    emulator.fault(method="DELETE", path=ONE, **fault)
    mark = emulator.mark()
    assert operator.workload(name="web", state="absent", api_timeout=patience(fault))["changed"]
    assert emulator.rows("workloads") == []
    assert emulator.writes(mark) == [f"DELETE /workloads/{made['id']}"]


@pytest.mark.parametrize("fault", NO_USABLE_ANSWER)
def test_delete_that_never_happened_is_not_repeated(
    operator: Operator, emulator: Emulator, fault: dict[str, Any]
) -> None:
    made = operator.workload(**WEB)
    emulator.fault(method="DELETE", path=ONE, **fault)
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent")
    assert failed.error["code"] == "lost_answer"
    assert emulator.writes(mark) == [f"DELETE /workloads/{made['id']}"]
    assert operator.workload(name="web", state="absent")["changed"]
    assert emulator.rows("workloads") == []


def test_delete_that_does_not_happen_times_out(operator: Operator, emulator: Emulator) -> None:
    operator.workload(**WEB)
    emulator.fault("lost_update", "DELETE", ONE)
    failed = operator.fails(name="web", state="absent", timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert "to be gone after 1 seconds; last seen: status 'available'" in str(failed)


def test_stuck_delete_times_out_and_the_next_run_continues(operator: Operator, emulator: Emulator) -> None:
    operator.workload(**WEB)
    emulator.freeze()
    failed = operator.fails(name="web", state="absent", timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert "status 'deleting'" in str(failed)
    emulator.freeze(False)
    mark = emulator.mark()
    operator.workload(name="web", state="absent")
    assert emulator.rows("workloads") == []
    assert emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Bad answers


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("there", [False, True], ids=["without it", "with it"])
@pytest.mark.parametrize(("fault", "said"), BAD_LISTS)
def test_bad_list_decides_nothing(
    operator: Operator, emulator: Emulator, fault: dict[str, Any], said: str, there: bool, check: bool
) -> None:
    if there:
        operator.workload(**WEB)
    emulator.fault(method="GET", path=LIST, times=0, **fault)
    mark = emulator.mark()
    for options in (WEB, {"name": "web", "state": "absent"}):
        failed = operator.fails(**options, check=check)
        assert said in str(failed)
        assert failed.error["path"] == "/workloads"
    assert emulator.writes(mark) == []
    assert len(emulator.rows("workloads")) == there


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize(("fault", "said"), BAD_ANSWERS)
def test_bad_show_decides_nothing(
    operator: Operator, emulator: Emulator, fault: dict[str, Any], said: str, check: bool
) -> None:
    made = operator.workload(**WEB)
    emulator.fault(method="GET", path=ONE, times=0, **fault)
    mark = emulator.mark()
    for identity in ({"name": "web"}, {"id": made["id"]}):
        for options in ({"description": "new"}, {"state": "absent"}):
            failed = operator.fails(**identity, **options, check=check)
            assert said in str(failed)
            assert failed.error["path"] == f"/workloads/{made['id']}"
    assert emulator.writes(mark) == []
    assert len(emulator.rows("workloads")) == 1


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("options", [WEB, {"name": "web", "state": "absent"}], ids=["present", "absent"])
def test_show_that_denies_what_the_list_holds_decides_nothing(
    operator: Operator, emulator: Emulator, options: dict[str, Any], check: bool
) -> None:
    operator.workload(**WEB)
    emulator.fault("status", "GET", ONE, times=0, code=404)
    mark = emulator.mark()
    failed = operator.fails(**options, check=check)
    assert failed.error["code"] == "bad_answer"
    assert failed.error["status"] == 404
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_workload_that_goes_between_list_and_show(operator: Operator, emulator: Emulator, state: str) -> None:
    """Another user deletes it at that moment: the list still shows it once."""
    made = operator.workload(**WEB)
    emulator.fault("shape", "GET", LIST, body={"workloads": emulator.rows("workloads")})
    emulator.drop("workloads", made["id"])
    mark = emulator.mark()
    result = operator.workload(**WEB, state=state)
    assert result["changed"] is (state == "present")
    assert posts(emulator, mark) == (1 if state == "present" else 0)


@pytest.mark.parametrize("listing", [SERVERS, "/workload_types$", "/backup_target_types$", "/workload_policy/$"])
@pytest.mark.parametrize(
    "fault", [{"kind": "html"}, {"kind": "truncate"}, {"kind": "empty"}, {"kind": "status", "code": 500}], ids=str
)
def test_bad_list_of_references_writes_nothing(
    operator: Operator, emulator: Emulator, listing: str, fault: dict[str, Any]
) -> None:
    emulator.put("policies", name="gold", projects=[operator.stand.project()])
    emulator.fault(method="GET", path=listing, times=0, **fault)
    mark = emulator.mark()
    failed = operator.fails(
        name="web", instances=["web-1"], workload_type="Serial", backup_target_type="nfs_1", policy="gold"
    )
    assert failed.error["path"].strip("/") == listing.strip("/$")
    assert emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Transient failures


@pytest.mark.parametrize("path", [LIST, ONE, SERVERS])
@pytest.mark.parametrize(
    "fault", [*NO_USABLE_ANSWER, pytest.param({"kind": "status", "code": 429, "retry_after": 0}, id="429")]
)
def test_reads_are_tried_four_times(operator: Operator, emulator: Emulator, path: str, fault: dict[str, Any]) -> None:
    operator.workload(**WEB)
    emulator.fault(method="GET", path=path, times=3, **fault)
    assert not operator.workload(**WEB)["changed"]
    emulator.fault(method="GET", path=path, times=4, **fault)
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error["status"] == fault.get("code")
    assert [each["fault"] for each in emulator.since(mark)].count(fault["kind"]) == 4
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("code", [429, 503])
def test_server_says_when_to_come_back(operator: Operator, emulator: Emulator, code: int) -> None:
    operator.workload(**WEB)
    emulator.fault("status", "GET", LIST, code=code, retry_after=1)
    begin = time.monotonic()
    assert not operator.workload(**WEB)["changed"]
    assert time.monotonic() - begin >= 1


@pytest.mark.parametrize(("method", "path"), [("GET", LIST), ("GET", ONE), ("POST", LIST)])
def test_token_expires_in_the_middle_of_a_create(
    operator: Operator, emulator: Emulator, method: str, path: str
) -> None:
    """A request that was refused with 401 had no effect, so it may be sent again with a new token."""
    emulator.fault("expired_token", method, path)
    assert operator.workload(**WEB)["changed"]
    assert emulator.ask("GET", "faults")["faults"] == []
    assert len(emulator.rows("workloads")) == 1


@pytest.mark.parametrize(("method", "options"), [("PUT", {"description": "new"}), ("DELETE", {"state": "absent"})])
def test_token_expires_before_a_write(
    operator: Operator, emulator: Emulator, method: str, options: dict[str, Any]
) -> None:
    operator.workload(**WEB)
    emulator.fault("expired_token", method, ONE)
    assert operator.workload(name="web", **options)["changed"]
    assert emulator.ask("GET", "faults")["faults"] == []


def test_token_that_is_never_taken(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("expired_token", "GET", LIST, times=0)
    failed = operator.fails(**WEB)
    assert failed.error["code"] == "forbidden"
    assert failed.error["status"] == 401


@pytest.mark.parametrize(
    "fault", [*NO_USABLE_ANSWER, *(pytest.param(bad.values[0], id=bad.id) for bad in BROKEN_ANSWERS)]
)
def test_broken_polls_are_tolerated(operator: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.fault(method="GET", path=ONE, times=6, **fault)
    assert operator.workload(**WEB)["workload"]["status"] == "available"
    emulator.fault(method="GET", path=ONE, skip=1, times=6, **fault)
    assert operator.workload(name="web", description="new")["workload"]["description"] == "new"
    assert emulator.ask("GET", "faults")["faults"] == []
    emulator.fault(method="GET", path=ONE, skip=1, times=6, **fault)
    assert operator.workload(name="web", state="absent")["changed"]
    assert emulator.rows("workloads") == []


@pytest.mark.parametrize(("fault", "words"), OTHER_ANSWERS)
def test_a_poll_whose_answer_will_never_have_the_object_ends_at_once(
    operator: Operator, emulator: Emulator, fault: dict[str, Any], words: str
) -> None:
    emulator.fault(method="GET", path=ONE, times=0, **fault)
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error["code"] == "unexpected_answer"
    assert words in str(failed)
    assert [each["method"] for each in emulator.since(mark)].count("POST") == 1


def test_polls_that_stay_broken_time_out(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("html", "GET", ONE, times=0)
    failed = operator.fails(**WEB, timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert "the last read failed" in str(failed)
    assert "not JSON" in str(failed)
