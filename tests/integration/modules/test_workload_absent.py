# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delete a workload: guards of its snapshots, and the order of deletions (reference C.1, C.2, Q31, Q39)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.stand import Emulator, Stand

SNAPSHOT = "/snapshots/[0-9a-f-]{36}$"
SNAPSHOTS = "/snapshots$"


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return the back door of the emulator."""
    return stand.emulator


@pytest.fixture
def workload(operator: Operator) -> str:
    """Make the workload web, and return its id."""
    return str(operator.workload(name="web", instances=["web-1"])["id"])


def snapshots(emulator: Emulator, workload_id: str, *states: str) -> list[dict[str, Any]]:
    """Put snapshots in, the oldest first."""
    return [
        emulator.put(
            "snapshots",
            workload_id=workload_id,
            name=f"s{day}",
            status=status,
            created_at=f"2026-11-{day:02}T03:00:00.000000",
        )
        for day, status in enumerate(states, 1)
    ]


def left(emulator: Emulator) -> tuple[int, int]:
    """Return how many workloads and snapshots there are."""
    return len(emulator.rows("workloads")), len(emulator.rows("snapshots"))


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("states", [["available"], ["error", "available", "cancelled"]], ids=len)
def test_snapshots_forbid_it(
    operator: Operator, emulator: Emulator, workload: str, states: list[str], check: bool
) -> None:
    newest = snapshots(emulator, workload, *states)[-1]
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent", check=check)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"holds {len(states)} snapshot{'s' * (len(states) > 1)}, the newest is '{newest['name']}' ({newest['id']}"
        in str(failed)
    )
    assert "'delete_snapshots: true'" in str(failed)
    assert "'keep_data: true'" in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("profile", PROFILES)
def test_snapshots_go_first_one_after_the_other(stand: Stand, profile: str) -> None:
    """Each snapshot that goes takes the workload away for a while (reference Q39)."""
    emulator = stand.emulator
    emulator.reset(profile)
    person = Operator(stand, profile[0])
    workload = person.workload(name="web", instances=["web-1"])["id"]
    rows = snapshots(emulator, workload, "available", "error", "cancelled")
    expected = [*(f"DELETE /snapshots/{row['id']}" for row in rows), f"DELETE /workloads/{workload}"]

    mark = emulator.mark()
    foreseen = person.workload(name="web", state="absent", delete_snapshots=True, check=True)
    assert emulator.writes(mark) == []
    assert [(step["action"], step["kind"], step["id"]) for step in foreseen["plan"]] == [
        *(("delete", "snapshot", row["id"]) for row in rows),
        ("delete", "workload", workload),
    ]
    assert foreseen["diff"]["before"][f"snapshot {rows[0]['id']}"] == {"name": "s1", "id": rows[0]["id"]}

    result = person.workload(name="web", state="absent", delete_snapshots=True)
    assert result["plan"] == foreseen["plan"]
    assert emulator.writes(mark) == expected
    assert left(emulator) == (0, 0)
    assert not person.workload(name="web", state="absent", delete_snapshots=True)["changed"]

    seen = emulator.since(mark, status="404")
    order = [each["n"] for each in emulator.since(mark) if each["effect"] == "WRITE"]
    for row, following in zip(rows, order[1:], strict=False):
        gone = [each["n"] for each in seen if each["path"].endswith(row["id"])]
        assert gone[0] < following, "a delete was sent while one was under way"


@pytest.mark.parametrize("word", ["locked", "deleting-snapshot"])
def test_word_of_the_state_meanwhile_does_not_matter(
    operator: Operator, emulator: Emulator, workload: str, word: str
) -> None:
    emulator.switch(workload_status_during_snapshot_delete=word)
    snapshots(emulator, workload, "available", "available")
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert left(emulator) == (0, 0)


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_backups_stay_on_the_target(operator: Operator, emulator: Emulator, workload: str, check: bool) -> None:
    snapshots(emulator, workload, "available", "mounted")
    mark = emulator.mark()
    result = operator.workload(name="web", state="absent", keep_data=True, check=check)
    assert [step["kind"] for step in result["plan"]] == ["workload"]
    assert [(each["path"].split("/")[-1], each["query"]) for each in emulator.since(mark, effect="WRITE")] == (
        [] if check else [(workload, "database_only=True")]
    )
    assert left(emulator)[0] == (1 if check else 0)


def test_without_snapshots_nothing_is_kept(operator: Operator, emulator: Emulator, workload: str) -> None:
    mark = emulator.mark()
    assert operator.workload(id=workload, state="absent")["changed"]
    [delete] = emulator.since(mark, effect="WRITE")
    assert delete["query"] == ""


@pytest.mark.usefixtures("workload")
def test_to_delete_and_to_keep_exclude_each_other(operator: Operator) -> None:
    failed = operator.fails(name="web", state="absent", keep_data=True, delete_snapshots=True)
    assert "mutually exclusive" in str(failed)


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("status", ["executing", "uploading", "mounted", "mounting", "restoring", "a new word"])
def test_snapshot_in_use_saves_all(
    operator: Operator, emulator: Emulator, workload: str, status: str, check: bool
) -> None:
    """An unknown state counts as one that is running (reference C.2)."""
    rows = snapshots(emulator, workload, "available", status, "available")
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent", delete_snapshots=True, check=check)
    assert failed.error == {"code": "wrong_state"}
    assert f"'s2' ({rows[1]['id']}, {status}" in str(failed)
    assert "'s1'" not in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("options", [{}, {"keep_data": True}, {"delete_snapshots": True}], ids=str)
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_locked_workload_is_not_deleted(
    operator: Operator, emulator: Emulator, workload: str, options: dict[str, Any], check: bool
) -> None:
    emulator.patch("workloads", workload, status="locked")
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent", **options, check=check)
    assert failed.error == {"code": "wrong_state"}
    assert "is in the state 'locked'" in str(failed)
    assert "openprotect.backup.workload_action" in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("options", [{}, {"delete_snapshots": True}], ids=str)
def test_workload_in_error_can_be_deleted(
    operator: Operator, emulator: Emulator, workload: str, options: dict[str, Any]
) -> None:
    emulator.patch("workloads", workload, status="error", error_msg="It broke.")
    assert operator.workload(name="web", state="absent", **options)["changed"]
    assert left(emulator) == (0, 0)


@pytest.mark.usefixtures("workload")
def test_workload_that_is_being_deleted_is_waited_for(operator: Operator, emulator: Emulator) -> None:
    emulator.freeze()
    assert operator.workload(name="web", state="absent", wait=False)["changed"]
    assert left(emulator) == (1, 0)
    assert not operator.workload(name="web", state="absent", check=True)["changed"]
    assert operator.fails(name="web", state="absent", timeout=1).error == {"code": "wait_timeout"}
    emulator.freeze(False)
    mark = emulator.mark()
    assert not operator.workload(name="web", state="absent")["changed"]
    assert left(emulator) == (0, 0)
    assert emulator.writes(mark) == []


def test_workload_is_made_anew_after_the_old_one_is_gone(operator: Operator, workload: str) -> None:
    operator.workload(name="web", state="absent", wait=False)
    result = operator.workload(name="web", instances=["web-1"])
    assert result["changed"]
    assert result["id"] != workload


def test_snapshot_that_vanishes_meanwhile(operator: Operator, emulator: Emulator, workload: str) -> None:
    """Retention deletes snapshots behind the client's back (reference Q31)."""
    rows = snapshots(emulator, workload, "available", "available")
    emulator.fault("shape", "GET", SNAPSHOTS, body={"snapshots": [*rows, {**rows[0], "id": str(uuid.uuid4())}]})
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert left(emulator) == (0, 0)


def test_snapshot_that_appears_meanwhile(operator: Operator, emulator: Emulator, workload: str) -> None:
    """The server refuses for a reason that the client could not see. The next run sees it."""
    [row] = snapshots(emulator, workload, "available")
    emulator.fault("shape", "GET", SNAPSHOTS, body={"snapshots": []})
    failed = operator.fails(name="web", state="absent")
    assert failed.error["code"] == "refused"
    assert "has snapshots, delete them first" in str(failed)
    assert left(emulator) == (1, 1)
    assert row["id"] in str(operator.fails(name="web", state="absent"))


def test_snapshots_of_other_workloads_do_not_count(operator: Operator, emulator: Emulator, workload: str) -> None:
    """A server might not know the filter of the list."""
    foreign = emulator.put("snapshots", workload_id=str(uuid.uuid4()), project_id=operator.stand.project())
    emulator.fault("shape", "GET", SNAPSHOTS, times=0, body={"snapshots": [foreign]})
    mark = emulator.mark()
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert emulator.writes(mark) == [f"DELETE /workloads/{workload}"]


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 503}], ids=str)
def test_answer_to_deleting_a_snapshot_is_lost(
    operator: Operator, emulator: Emulator, workload: str, fault: dict[str, Any]
) -> None:
    rows = snapshots(emulator, workload, "available", "available")
    emulator.fault(method="DELETE", path=SNAPSHOT, **fault)
    mark = emulator.mark()
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert emulator.writes(mark) == [
        *(f"DELETE /snapshots/{row['id']}" for row in rows),
        f"DELETE /workloads/{workload}",
    ]


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "code": 503}], ids=str)
def test_snapshot_that_was_not_deleted_stops_all(
    operator: Operator, emulator: Emulator, workload: str, fault: dict[str, Any]
) -> None:
    rows = snapshots(emulator, workload, "available", "available")
    emulator.fault(method="DELETE", path=SNAPSHOT, **fault)
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent", delete_snapshots=True)
    assert failed.error["code"] == "lost_answer"
    assert emulator.writes(mark) == [f"DELETE /snapshots/{rows[0]['id']}"]
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert left(emulator) == (0, 0)


def test_stuck_snapshot_times_out_and_the_next_run_continues(
    operator: Operator, emulator: Emulator, workload: str
) -> None:
    rows = snapshots(emulator, workload, "available", "available")
    emulator.freeze()
    failed = operator.fails(name="web", state="absent", delete_snapshots=True, timeout=1)
    assert failed.error == {"code": "wait_timeout"}
    assert f"'s1' ({rows[0]['id']}) to be gone" in str(failed)
    emulator.freeze(False)
    emulator.step(60)
    mark = emulator.mark()
    assert operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert emulator.writes(mark) == [f"DELETE /snapshots/{rows[1]['id']}", f"DELETE /workloads/{workload}"]


@pytest.mark.parametrize(
    "fault",
    [{"kind": "html"}, {"kind": "truncate"}, {"kind": "empty"}, {"kind": "status", "code": 404}, {"kind": "status"}],
    ids=str,
)
@pytest.mark.parametrize("options", [{}, {"delete_snapshots": True}], ids=str)
@pytest.mark.usefixtures("workload")
def test_bad_list_of_snapshots_deletes_nothing(
    operator: Operator, emulator: Emulator, fault: dict[str, Any], options: dict[str, Any]
) -> None:
    """A list that cannot be read is never "no snapshots"."""
    emulator.fault(method="GET", path=SNAPSHOTS, times=0, **fault)
    mark = emulator.mark()
    failed = operator.fails(name="web", state="absent", **options)
    assert failed.error["path"] == "/snapshots"
    assert emulator.writes(mark) == []


def test_id_of_nothing_is_absent(operator: Operator, emulator: Emulator) -> None:
    mark = emulator.mark()
    for check in (True, False):
        result = operator.workload(id=str(uuid.uuid4()), state="absent", check=check)
        assert (result["changed"], result["workload"], result["plan"]) == (False, None, [])
    assert emulator.writes(mark) == []


def test_name_of_nothing_is_absent(operator: Operator, emulator: Emulator) -> None:
    mark = emulator.mark()
    assert not operator.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert [(each["method"], each["kind"]) for each in emulator.since(mark)] == [("GET", "workloads")]


@pytest.mark.usefixtures("workload")
def test_what_else_is_declared_does_not_matter(operator: Operator, emulator: Emulator) -> None:
    """The declaration of a workload that goes may name servers and policies that are gone already."""
    result = operator.workload(
        name="web",
        state="absent",
        instances=["no-such"],
        policy="no-such",
        schedule={"hourly": {"interval": 1, "retention": 1}},
    )
    assert result["changed"]
    assert left(emulator) == (0, 0)
