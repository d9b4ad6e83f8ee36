# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine with several declared workloads: one list, all errors before the first write, one outcome each.

`modules/workload` tests it with one workload.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.exchange.recording import AUTH, PROJECT, Exchange, fault, sample

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import (
    AmbiguousNameError,
    BackupError,
    ForbiddenError,
    ImmutableError,
    LostAnswerError,
    RefusedError,
    StateError,
    UnknownNameError,
)
from ansible_collections.openprotect.backup.plugins.module_utils._engine.converge import converge
from ansible_collections.openprotect.backup.plugins.module_utils._engine.model import Outcome, Step
from ansible_collections.openprotect.backup.plugins.module_utils._engine.operation import Operation, perform
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.context import Context
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload.resource import Workload

WEB, DB, APP = (f"{number}ddf0e47-618d-47d1-9f2f-48f342e1d9af" for number in (1, 2, 3))
SERVER = "14309d25-23dd-47da-bf60-febc8c25b636"
WAITING = {"wait": True, "timeout": 60, "wait_interval": 0.01}


def document(workload_id: str, name: str, **changes: Any) -> dict[str, Any]:
    """Return the captured workload under another id and name."""
    return {**sample("workload_show_6x")["workload"], "id": workload_id, "name": name, "status": "available", **changes}


def context(check_mode: bool = False) -> Context:
    """Log in to the recorded Keystone. Of line 5 no policies are asked for in check mode."""
    return Context(auth_login.connect({"auth": AUTH}), {**WAITING, "server_line": "5"}, check_mode)


def run(exchange: Exchange, *declared: Mapping[str, Any], check_mode: bool = False) -> list[Outcome]:
    outcomes = converge(Workload(context(check_mode)), [Workload.parse(options) for options in declared])
    exchange.verify()
    return outcomes


def refuse(exchange: Exchange, error: type[BackupError], *declared: Mapping[str, Any]) -> str:
    """Converge with and without check mode, assert the same error, and return its message."""
    recorded = list(exchange.expected)
    texts = []
    for check_mode in (True, False):
        exchange.expected[:] = recorded
        exchange.keystone.clear()
        with pytest.raises(error) as caught:
            run(exchange, *declared, check_mode=check_mode)
        exchange.verify()
        assert caught.value.code == error.code
        texts.append(str(caught.value))
    assert texts[0] == texts[1]
    return texts[0]


def three(exchange: Exchange, **changes: Any) -> None:
    """Record the list of three workloads, and a show of each."""
    documents = [document(WEB, "web", **changes), document(DB, "db"), document(APP, "app")]
    exchange.get("/workloads", {"workloads": documents})
    with exchange.any_order():
        for each in documents:
            exchange.get(f"/workloads/{each['id']}", {"workload": each})


def test_nothing_declared_sends_no_request(exchange: Exchange) -> None:
    assert run(exchange) == []


def test_many_workloads_take_one_list_and_one_show_each(exchange: Exchange) -> None:
    three(exchange)
    outcomes = run(exchange, {"name": "web", "description": ""}, {"name": "db"}, {"name": "app", "encryption": False})
    assert [outcome.steps for outcome in outcomes] == [[], [], []]
    assert [(outcome.object or {})["id"] for outcome in outcomes] == [WEB, DB, APP]


def test_workloads_by_id_take_no_list(exchange: Exchange) -> None:
    with exchange.any_order():
        for each, name in ((WEB, "web"), (DB, "db")):
            exchange.get(f"/workloads/{each}", {"workload": document(each, name)})
    assert [outcome.steps for outcome in run(exchange, {"id": WEB}, {"id": DB})] == [[], []]


def test_each_list_of_names_is_read_once_for_all(exchange: Exchange) -> None:
    three(exchange)
    exchange.get("/backup_target_types", sample("backup_target_types_list"))
    exchange.servers(PM=SERVER)
    declared = [{"name": name, "backup_target_type": "nfs_1", "instances": ["PM"]} for name in ("web", "db", "app")]
    assert [outcome.steps for outcome in run(exchange, *declared)] == [[], [], []]


def test_writes_come_one_after_the_other_after_all_reads(exchange: Exchange) -> None:
    three(exchange)
    for each, name in ((WEB, "web"), (APP, "app")):
        exchange.put(f"/workloads/{each}", {"workload": {"description": "New"}})
        exchange.get(f"/workloads/{each}", {"workload": document(each, name, description="New")})
    outcomes = run(
        exchange,
        {"name": "web", "description": "New"},
        {"name": "db", "description": ""},
        {"name": "app", "description": "New"},
    )
    assert [[step.action for step in outcome.steps] for outcome in outcomes] == [["update"], [], ["update"]]


def test_check_mode_plans_the_same_for_all(exchange: Exchange) -> None:
    three(exchange)
    exchange.get("/snapshots", {"snapshots": []}, query={"workload_id": APP})
    declared = ({"name": "web", "description": "New"}, {"name": "db"}, {"name": "app", "state": "absent"})
    outcomes = run(exchange, *declared, check_mode=True)
    assert [[step.result() for step in outcome.steps] for outcome in outcomes] == [
        [{"action": "update", "kind": "workload", "name": "web", "id": WEB, "fields": ["description"]}],
        [],
        [{"action": "delete", "kind": "workload", "name": "app", "id": APP, "fields": []}],
    ]
    assert (outcomes[0].object or {})["description"] == "New"
    assert outcomes[2].object is None


def test_one_wrong_workload_stops_all_before_the_first_write(exchange: Exchange) -> None:
    three(exchange)
    text = refuse(
        exchange,
        ImmutableError,
        {"name": "web", "description": "New"},
        {"name": "db", "encryption": True},
        {"name": "app"},
    )
    assert f"The workload 'db' ({DB}) cannot be changed" in text


def test_all_that_is_wrong_is_told_at_once(exchange: Exchange) -> None:
    three(exchange)
    text = refuse(
        exchange,
        ImmutableError,
        {"name": "web", "encryption": True},
        {"name": "db"},
        {"name": "app", "encryption": True},
    )
    assert "'web'" in text
    assert "'app'" in text
    assert text.count("The server has no way to change this") == 1


def test_all_ambiguous_names_are_told_before_anything_is_shown(exchange: Exchange) -> None:
    twins = [document(WEB, "web"), document(DB, "web"), document(APP, "app"), document(SERVER, "app")]
    exchange.get("/workloads", {"workloads": twins})
    text = refuse(exchange, AmbiguousNameError, {"name": "web"}, {"name": "app"})
    assert all(each["id"] in text for each in twins)


def test_a_state_in_the_way_of_one_stops_all(exchange: Exchange) -> None:
    three(exchange, status="locked")
    assert "'locked'" in refuse(
        exchange, StateError, {"name": "web", "state": "absent"}, {"name": "db", "description": "New"}, {"name": "app"}
    )


def test_what_was_done_before_a_failed_write_stays_done(exchange: Exchange) -> None:
    three(exchange)
    exchange.put(f"/workloads/{WEB}", {"workload": {"description": "New"}})
    exchange.get(f"/workloads/{WEB}", {"workload": document(WEB, "web", description="New")})
    exchange.put(f"/workloads/{DB}", {"workload": {"description": "New"}}, fault("no"), status=400)
    exchange.get(f"/workload_policy/assigned/{PROJECT}", {"policies": []})
    with pytest.raises(RefusedError):
        run(exchange, *({"name": name, "description": "New"} for name in ("web", "db", "app")))
    exchange.verify()


def test_a_show_that_fails_fails_all(exchange: Exchange) -> None:
    exchange.get("/workloads", {"workloads": [document(WEB, "web"), document(DB, "db")]})
    with exchange.any_order():
        exchange.get(f"/workloads/{WEB}", {"workload": document(WEB, "web")})
        exchange.get(f"/workloads/{DB}", fault("no", "forbidden", 403), status=403)
    assert "403" in refuse(exchange, ForbiddenError, {"name": "web", "description": "New"}, {"name": "db"})


def test_an_unknown_id_among_others(exchange: Exchange) -> None:
    with exchange.any_order():
        exchange.get(f"/workloads/{WEB}", {"workload": document(WEB, "web")})
        exchange.get(f"/workloads/{DB}", fault("gone", "itemNotFound", 404), status=404)
    assert DB in refuse(exchange, UnknownNameError, {"id": WEB, "description": "New"}, {"id": DB})


# ---- operations ----------------------------------------------------------------------------------


class Ring(Operation[bool]):
    """A bell that rings once, and records the calls of the engine. It observes whether the bell has rung.

    :param happens: Whether ringing rings it.
    :param lost: Whether the answer to the ringing is lost.
    """

    result_key = "bell"

    def __init__(self, rung: bool = False, guarded: bool = False, happens: bool = True, lost: bool = False) -> None:
        self.rung, self.guarded, self.happens, self.lost = rung, guarded, happens, lost
        self.asked: list[str] = []

    def observe(self) -> bool:
        self.asked.append("observe")
        return self.rung

    def is_done(self, observed: bool) -> bool:
        return observed

    def guard(self, observed: bool) -> None:
        self.asked.append("guard")
        if self.guarded:
            raise StateError("It must not ring now.")

    def steps(self, observed: bool) -> list[Step]:
        return [Step("ring", "bell", "bell", "1")]

    def start(self, observed: bool) -> None:
        self.asked.append("start")
        self.rung = self.happens
        if self.lost:
            raise LostAnswerError("lost", method="POST", path="/ring")

    def finish(self, observed: bool) -> bool:
        self.asked.append("finish")
        return self.observe()

    def result(self, observed: bool) -> dict[str, Any]:
        return {"rung": observed}


def ring(exchange: Exchange, operation: Ring, check_mode: bool = False, wait: bool = True) -> Outcome:
    at_work = context(check_mode)
    at_work.wait = wait
    outcome = perform(at_work, operation)
    exchange.verify()
    return outcome


def test_what_has_happened_does_not_happen_again(exchange: Exchange) -> None:
    bell = Ring(rung=True, guarded=True)
    assert ring(exchange, bell) == Outcome([], {"rung": True})
    assert bell.asked == ["observe"]


def test_it_happens_once_and_its_end_is_waited_for(exchange: Exchange) -> None:
    bell = Ring()
    outcome = ring(exchange, bell)
    assert ([step.action for step in outcome.steps], outcome.object) == (["ring"], {"rung": True})
    assert bell.asked == ["observe", "guard", "start", "finish", "observe"]


def test_without_waiting_it_is_looked_at_once(exchange: Exchange) -> None:
    bell = Ring()
    assert ring(exchange, bell, wait=False).object == {"rung": True}
    assert bell.asked == ["observe", "guard", "start", "observe"]


def test_in_check_mode_it_does_not_happen(exchange: Exchange) -> None:
    bell = Ring()
    assert [step.action for step in ring(exchange, bell, check_mode=True).steps] == ["ring"]
    assert bell.asked == ["observe", "guard"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_guard_stops_it(exchange: Exchange, check_mode: bool) -> None:
    bell = Ring(guarded=True)
    with pytest.raises(StateError):
        ring(exchange, bell, check_mode)
    assert bell.asked == ["observe", "guard"]


def test_a_lost_answer_is_looked_after(exchange: Exchange) -> None:
    bell = Ring(lost=True)
    assert ring(exchange, bell, wait=False).object == {"rung": True}
    assert bell.asked.count("start") == 1


def test_a_lost_request_fails_and_is_not_repeated(exchange: Exchange) -> None:
    bell = Ring(lost=True, happens=False)
    with pytest.raises(LostAnswerError):
        ring(exchange, bell)
    assert bell.asked == ["observe", "guard", "start", "observe"]


# ---- the context ---------------------------------------------------------------------------------


def test_work_in_parallel_keeps_the_order(exchange: Exchange) -> None:
    assert context().in_parallel(lambda number: number * 2, range(50)) == list(range(0, 100, 2))
    exchange.verify()


def test_the_first_failure_of_parallel_work_is_raised(exchange: Exchange) -> None:
    def work(number: int) -> int:
        if number in (7, 20):
            raise StateError(f"number {number}")
        return number

    with pytest.raises(StateError, match="number 7"):
        context().in_parallel(work, range(50))
    exchange.verify()


def test_the_same_of_many_is_told_of_the_first_ones(exchange: Exchange) -> None:
    documents = [
        {
            key: value
            for key, value in document(f"{number}ddf0e47-618d-47d1-9f2f-48f342e1d9af", f"w-{number}").items()
            if key != "encryption"
        }
        for number in range(9)
    ]
    exchange.get("/workloads", {"workloads": documents})
    with exchange.any_order():
        for each in documents:
            exchange.get(f"/workloads/{each['id']}", {"workload": each})
    at_work = context()
    converge(Workload(at_work), [Workload.parse({"name": f"w-{number}", "encryption": True}) for number in range(9)])
    assert [f"'w-{number}'" in text for number, text in enumerate(at_work.warnings[:3])] == [True] * 3
    assert at_work.warnings[3:] == [
        "This server does not show encryption of other workloads either: whether it is as declared is not known."
    ]


def test_a_warning_is_told_once(exchange: Exchange) -> None:
    at_work = context()
    at_work.warn("careful")
    at_work.warn("careful")
    assert at_work.warnings == ["careful"]
    exchange.verify()
