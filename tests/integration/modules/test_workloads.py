# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A set of workloads: one run for many, the other workloads when one fails, and workloads that are never deleted."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import warnings_of
from support.stand import Stand, instance

TRACKS: dict[str, Any] = {
    "enabled": True,
    "timezone": "UTC",
    "start_time": "22:00",
    "hourly": {"interval": 24, "retention": 7},
    "manual": {"retention": 3},
}
INTERVAL: dict[str, Any] = {
    "enabled": True,
    "timezone": "UTC",
    "start_time": "22:00",
    "interval": 24,
    "retention_count": 7,
}
SCHEDULES = {"4": INTERVAL, "5": INTERVAL, "6": TRACKS}


def declared(line: str = "6") -> list[dict[str, Any]]:
    """Return a set of two workloads."""
    return [
        {"name": "web", "description": "The shop", "instances": ["web-1", "web-2"], "schedule": SCHEDULES[line]},
        {"name": "db", "instances": ["db-1"], "metadata": {"team": "data"}, "schedule": {"enabled": False}},
    ]


@pytest.mark.parametrize("owner", [None, "shop"])
@pytest.mark.parametrize("release", PROFILES)
def test_a_set_is_made_and_then_left_alone(stand: Stand, release: str, owner: str | None) -> None:
    emulator = stand.emulator
    emulator.reset(release)
    person = Operator(stand, release[0])
    options: dict[str, Any] = {"workloads": declared(release[0]), "owner": owner, "prune": owner is not None}
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = emulator.mark()
        result = person.run("workloads", check=check, **options)
        assert result["changed"] is changed
        assert emulator.writes(mark) == (["POST /workloads"] * 2 if changed and not check else [])
        assert result["counts"]["created" if changed else "unchanged"] == 2
        assert [row["name"] for row in result["workloads"]] == ["web", "db"]
        assert [row["outcome"] for row in result["workloads"]] == ["changed" if changed else "ok"] * 2
        assert bool(result["plan"]) is changed
        titles = ["workload 'web'", "workload 'db'"] if changed else []
        assert [each["after_header"] for each in result["diff"]] == titles
        results.append(result)
    assert results[0]["plan"] == results[1]["plan"]
    assert results[0]["diff"] == results[1]["diff"]
    assert results[1]["workloads"][0]["instances"] == [instance("web-1"), instance("web-2")]
    assert {row["metadata"].get("openprotect_owner") for row in results[3]["workloads"]} == {owner}


def entry(name: str, *servers: str, **more: Any) -> dict[str, Any]:
    """Return an entry without a schedule."""
    return {"name": name, "instances": list(servers), **more}


WEB, DB = entry("web", "web-1"), entry("db", "db-1")


def outcomes(result: dict[str, Any]) -> dict[str, str]:
    """Return the outcome of each workload: name -> outcome."""
    return {row["name"]: row["outcome"] for row in (*result["workloads"], *result["pruned"])}


def actions(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Return action and name of each step of the plan."""
    return [(step["action"], step["name"]) for step in result["plan"]]


def kept(stand: Stand) -> dict[str, dict[str, Any]]:
    """Return the workloads as the server keeps them: name -> row."""
    return {row["name"]: row for row in stand.emulator.rows("workloads")}


def test_only_what_differs_is_written_and_what_is_not_given_stays(operator: Operator) -> None:
    emulator = operator.stand.emulator
    operator.run("workloads", workloads=declared())
    rows = kept(operator.stand)
    mark = emulator.mark()
    changed = [{"name": "db", "metadata": {"team": "data", "cost": "1"}}, {"name": "web", "description": "Shop"}]
    for check in (True, False):
        result = operator.run("workloads", workloads=changed, check=check)
        assert actions(result) == [("update", "db"), ("update", "web")]
        assert [(each["before"], each["after"]) for each in result["diff"]] == [
            ({"metadata": {"team": "data"}}, {"metadata": {"team": "data", "cost": "1"}}),
            ({"description": "The shop"}, {"description": "Shop"}),
        ]
        assert [row["name"] for row in result["workloads"]] == ["db", "web"]
    assert sorted(emulator.writes(mark)) == sorted(f"PUT /workloads/{rows[name]['id']}" for name in ("db", "web"))
    assert [row["id"] for row in kept(operator.stand)["web"]["instances"]] == [
        row["id"] for row in rows["web"]["instances"]
    ]


def test_without_waiting_nothing_is_waited_for(operator: Operator) -> None:
    operator.stand.emulator.freeze()
    result = operator.run("workloads", workloads=[WEB, DB], wait=False)
    assert [row["status"] for row in result["workloads"]] == ["creating", "creating"]


def test_settling_takes_its_time_once_and_not_for_each(operator: Operator) -> None:
    """Eight writes show after two simulated seconds: the waits run in parallel."""
    emulator = operator.stand.emulator
    emulator.switch(vm_in_two_workloads="allow")
    names = [f"w-{number}" for number in range(8)]
    operator.run("workloads", workloads=[entry(name, "web-1") for name in names[:1]])
    for name in names[1:]:
        emulator.put(
            "workloads",
            name=name,
            project_id=operator.stand.project(),
            instances=[{**instance("web-2"), "metadata": {}}],
        )
    emulator.switch(put_delay_s=50.0)
    mark = emulator.mark()
    result = operator.run(
        "workloads", workloads=[{"name": name, "description": "new"} for name in names], wait_interval=0.1
    )
    assert result["counts"]["updated"] == 8
    seen = emulator.since(mark, method="GET")
    assert len(seen) <= 8 * 12


def test_as_many_at_a_time_as_are_allowed(operator: Operator) -> None:
    names = [f"w-{number}" for number in range(40)]
    for name in names:
        operator.stand.emulator.put("instances", **instance(name))
    result = operator.run("workloads", workloads=[entry(each, each) for each in names], parallel=32)
    assert (result["counts"]["created"], warnings_of(result)) == (40, [])


# ---------------------------------------------------------------------------------------------------------------------
# Failures


def test_an_entry_that_cannot_be_resolved_does_not_stop_the_others(operator: Operator) -> None:
    for check in (True, False):
        failed = operator.fails("workloads", workloads=[entry("shop", "nowhere", "web-1"), DB], check=check)
        assert failed.error == {"code": "partly_failed"}
        assert outcomes(failed.result) == {"shop": "failed", "db": "changed"}
        assert failed.result["workloads"][0]["error"]["code"] == "unknown_name"
        assert (
            "1 of 2 workloads failed. entry 1 of 'workloads' ('shop'): There is no server with the id or name 'nowhere'"
            in str(failed)
        )
        assert failed.result["counts"]["created"] == failed.result["counts"]["failed"] == 1
        assert failed.result["changed"]
    assert set(kept(operator.stand)) == {"db"}


def test_fail_fast_writes_nothing_when_an_entry_cannot_be_resolved(operator: Operator) -> None:
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = operator.fails("workloads", workloads=[entry("shop", "nowhere"), DB], fail_fast=True, check=check)
        assert outcomes(failed.result) == {"shop": "failed", "db": "skipped"}
        assert (failed.result["plan"], failed.result["changed"]) == ([], False)
    assert operator.stand.emulator.writes(mark) == []


def test_a_refused_write_does_not_stop_the_others(operator: Operator) -> None:
    operator.stand.emulator.fault(
        "status", "POST", "/workloads$", code=400, body={"badRequest": {"code": 400, "message": "Not today"}}
    )
    failed = operator.fails("workloads", workloads=[WEB, DB, entry("two", "web-2")], parallel=1)
    assert outcomes(failed.result) == {"web": "failed", "db": "changed", "two": "changed"}
    error = failed.result["workloads"][0]["error"]
    assert (error["status"], error["method"], error["path"]) == (400, "POST", "/workloads")
    assert "Not today" in error["msg"]
    assert not operator.run("workloads", workloads=[DB, entry("two", "web-2")])["changed"]


def test_fail_fast_begins_nothing_after_a_refused_write(operator: Operator) -> None:
    operator.stand.emulator.fault("status", "POST", "/workloads$", code=400, skip=1)
    failed = operator.fails("workloads", workloads=[WEB, DB, entry("two", "web-2")], parallel=1, fail_fast=True)
    assert outcomes(failed.result) == {"web": "changed", "db": "failed", "two": "skipped"}
    assert set(kept(operator.stand)) == {"web"}


def test_lost_answers_among_parallel_creates_are_taken_over_by_the_right_entries(operator: Operator) -> None:
    emulator = operator.stand.emulator
    emulator.switch(vm_in_two_workloads="allow")
    emulator.fault("drop_after", "POST", "/workloads$", times=3, skip=2)
    names = [f"w-{number}" for number in range(8)]
    for name in names:
        emulator.put("instances", **instance(name))
    mark = emulator.mark()
    result = operator.run("workloads", workloads=[entry(each, each, description=each) for each in names])
    assert emulator.writes(mark) == ["POST /workloads"] * 8
    assert [(row["name"], row["description"], row["instances"]) for row in result["workloads"]] == [
        (name, name, [instance(name)]) for name in names
    ]
    assert {row["id"] for row in result["workloads"]} == {row["id"] for row in emulator.rows("workloads")}
    assert len([text for text in warnings_of(result) if "was taken over" in text]) == 3


def test_a_server_that_answers_nobody_any_more_is_not_asked_two_hundred_times(operator: Operator) -> None:
    emulator = operator.stand.emulator
    emulator.fault("drop_before", "POST", "/workloads$", times=0)
    names = [f"w-{number}" for number in range(20)]
    for name in names:
        emulator.put("instances", **instance(name))
    mark = emulator.mark()
    failed = operator.fails("workloads", workloads=[entry(each, each) for each in names], parallel=3)
    assert 3 <= len(emulator.writes(mark)) <= 6
    assert failed.result["counts"]["failed"] == len(emulator.writes(mark))
    assert failed.result["counts"]["skipped"] == 20 - failed.result["counts"]["failed"]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        pytest.param(
            [WEB, entry("web", "web-2")],
            "'web' is meant by entry 1 of 'workloads' ('web') and by entry 2",
            id="one name twice",
        ),
        pytest.param(
            [WEB, {**DB, "new_name": "web"}],
            "'web' is meant by entry 1 of 'workloads' ('web') and by entry 2",
            id="name and new name",
        ),
        pytest.param(
            [WEB, {**DB, "metadata": {"openprotect_owner": "x"}}],
            "In entry 2 of 'workloads' ('db'): The option 'metadata' holds",
            id="mark",
        ),
        pytest.param(
            [{"instances": ["a"]}, {"name": "b", "instances": []}],
            "In entry 1 of 'workloads': One of the options",
            id="no name",
        ),
        pytest.param([{**WEB, "selector": {"all": True}}], "'instances' and 'selector' exclude each other", id="both"),
        pytest.param([{"name": "a", "selector": {}}], "needs either conditions or 'all: true'", id="empty selector"),
        pytest.param(
            [{"name": "a", "selector": {"all": True, "tags": ["x"]}}],
            "needs either conditions or 'all: true'",
            id="all and more",
        ),
        pytest.param([{"name": "a", "selector": {"name": []}}], "the empty condition 'name'", id="empty condition"),
        pytest.param([{"name": "a", "exclude": ["x"]}], "'exclude' takes servers away", id="exclude alone"),
    ],
)
def test_what_is_wrong_with_the_list_is_told_before_any_request(
    operator: Operator, entries: list[dict[str, Any]], words: str
) -> None:
    mark = operator.stand.emulator.mark()
    failed = operator.fails("workloads", workloads=entries)
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)
    assert operator.stand.emulator.since(mark) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prune": True}, "'prune' needs 'owner'"),
        ({"prune": True, "owner": "shop", "wait": False}, "'prune' needs 'wait: true'"),
        ({"owner": ""}, "'owner' is empty"),
        ({"max_deletions": -1}, "'max_deletions'"),
        ({"parallel": 0}, "'parallel'"),
        ({"parallel": 33}, "'parallel'"),
    ],
)
def test_wrong_options_of_the_set(operator: Operator, options: dict[str, Any], words: str) -> None:
    failed = operator.fails("workloads", workloads=[WEB], **options)
    assert failed.error == {"code": "invalid_option"}
    assert words in str(failed)


def test_two_entries_that_mean_one_workload_stop_the_task(operator: Operator) -> None:
    made = operator.run("workloads", workloads=[WEB])
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = operator.fails(
            "workloads",
            workloads=[{**WEB, "description": "a"}, {"id": made["workloads"][0]["id"], "description": "b"}, DB],
            check=check,
        )
        assert failed.error == {"code": "invalid_option"}
        assert "is meant by entry 1 of 'workloads' ('web') and by entry 2" in str(failed)
    assert operator.stand.emulator.writes(mark) == []


@pytest.mark.parametrize(
    "second",
    [entry("two", "web-2", "web-1"), {"name": "two", "selector": {"name": ["web-*"]}}],
    ids=["name", "selector"],
)
def test_a_server_that_two_entries_claim_stops_the_task(operator: Operator, second: dict[str, Any]) -> None:
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = operator.fails("workloads", workloads=[WEB, DB, second], check=check)
        assert failed.error == {"code": "invalid_option"}
        web = f"'web-1' ({instance('web-1')['id']})"
        assert f"{web} by entry 1 of 'workloads' ('web') and by entry 3 of 'workloads' ('two')" in str(failed)
    assert operator.stand.emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Servers that move


def protected(stand: Stand) -> dict[str, set[str]]:
    """Return the names of the servers of each workload."""
    return {name: {each["name"] for each in row["instances"]} for name, row in kept(stand).items()}


@pytest.mark.parametrize(
    ("first", "then", "writes"),
    [
        pytest.param({"a": "12", "b": "3"}, {"b": "23", "a": "1"}, 2, id="one moves"),
        pytest.param({"a": "12", "b": "3"}, {"c": "2", "a": "1", "b": "3"}, 2, id="a new one takes"),
        pytest.param({"a": "12", "b": "34", "c": "5"}, {"c": "25", "b": "34", "a": "1"}, 2, id="one stays"),
        pytest.param({"a": "12", "b": "34", "c": "56"}, {"c": "456", "b": "23", "a": "1"}, 3, id="in a row"),
        pytest.param({"a": "12", "b": "34"}, {"a": "13", "b": "24"}, 3, id="exchange"),
        pytest.param({"a": "12", "b": "3"}, {"a": "13", "b": "2"}, 3, id="exchange where one keeps none"),
    ],
)
def test_what_gives_a_server_away_is_written_first(
    operator: Operator, first: dict[str, str], then: dict[str, str], writes: int
) -> None:
    emulator = operator.stand.emulator
    for number in "123456":
        emulator.put("instances", **instance(number))
    operator.run("workloads", workloads=[entry(name, *servers) for name, servers in first.items()], owner="x")
    mark = emulator.mark()
    wanted = [entry(name, *servers) for name, servers in then.items()]
    planned = operator.run("workloads", workloads=wanted, owner="x", check=True)
    assert emulator.writes(mark) == []
    result = operator.run("workloads", workloads=wanted, owner="x")
    assert result["plan"] == planned["plan"]
    assert len(result["plan"]) == len(emulator.writes(mark)) == writes
    assert protected(operator.stand) == {name: set(servers) for name, servers in then.items()}
    assert not operator.run("workloads", workloads=wanted, owner="x")["changed"]


def test_workloads_that_exchange_all_they_have_are_refused(operator: Operator) -> None:
    operator.run("workloads", workloads=[WEB, DB])
    mark = operator.stand.emulator.mark()
    failed = operator.fails("workloads", workloads=[entry("web", "db-1"), entry("db", "web-1"), entry("two", "web-2")])
    assert outcomes(failed.result) == {"web": "failed", "db": "failed", "two": "changed"}
    assert failed.result["workloads"][0]["error"]["code"] == "wrong_state"
    assert operator.stand.emulator.writes(mark) == ["POST /workloads"]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param({"metadata": {"team": "b"}, "workload_type": "nowhere"}, id="by name"),
        pytest.param(
            {"instances": None, "selector": {"name": ["web-2"]}, "workload_type": "nowhere"}, id="by selector"
        ),
        pytest.param({"instances": ["web-2", "nowhere"]}, id="beside an unknown one"),
    ],
)
def test_no_server_is_given_to_an_entry_that_failed(operator: Operator, trouble: dict[str, Any]) -> None:
    """No workload would protect it. The same holds for servers that a third entry would give to the first."""
    first = [entry("a", "web-1", "web-2"), entry("c", "web-3", "db-1")]
    operator.run("workloads", workloads=first)
    mark = operator.stand.emulator.mark()
    then = [entry("a", "web-1", "web-3"), {**entry("b", "web-2"), **trouble}, entry("c", "db-1", description="new")]
    for check in (True, False):
        failed = operator.fails("workloads", workloads=then, check=check)
        assert outcomes(failed.result) == {"a": "failed", "b": "failed", "c": "failed"}
        assert failed.result["workloads"][0]["error"]["code"] == "wrong_state"
        assert "gives 'web-2' to entry 2 of 'workloads' ('b')" in str(failed)
        assert "gives 'web-3' to entry 1 of 'workloads' ('a')" in str(failed)
        assert (failed.result["plan"], failed.result["diff"]) == ([], [])
    assert operator.stand.emulator.writes(mark) == []


def test_no_server_is_given_to_workloads_that_exchange_all_they_have(operator: Operator) -> None:
    operator.run("workloads", workloads=[entry("a", "web-1"), entry("b", "web-2"), entry("c", "web-3", "db-1")])
    mark = operator.stand.emulator.mark()
    failed = operator.fails(
        "workloads", workloads=[entry("a", "web-2", "db-1"), entry("b", "web-1"), entry("c", "web-3")]
    )
    assert outcomes(failed.result) == {"a": "failed", "b": "failed", "c": "failed"}
    assert operator.stand.emulator.writes(mark) == []


def test_a_server_that_was_given_away_and_not_taken_is_told_of(operator: Operator) -> None:
    operator.run("workloads", workloads=[entry("a", "web-1", "web-2")])
    operator.stand.emulator.fault("status", "POST", "/workloads$", code=400)
    then = [entry("a", "web-1"), entry("b", "web-2")]
    failed = operator.fails("workloads", workloads=then)
    assert outcomes(failed.result) == {"a": "changed", "b": "failed"}
    [text] = warnings_of(failed.result)
    assert "The server 'web-2'" in text
    assert "entry 2 of 'workloads' ('b')" in text
    assert "protected by none of the entries now" in text
    assert warnings_of(operator.run("workloads", workloads=then)) == []


@pytest.mark.parametrize(
    "keeper",
    [
        pytest.param({"selector": {"name": ["gold-*"]}}, id="skipped"),
        pytest.param({"description": "new"}, id="instances left alone"),
        pytest.param({"instances": ["nowhere"]}, id="failed"),
    ],
)
def test_a_server_that_another_entry_keeps_is_told_of(operator: Operator, keeper: dict[str, Any]) -> None:
    operator.run("workloads", workloads=[entry("a", "web-1", "web-2")])
    failed = operator.fails(
        "workloads", workloads=[{"name": "a", **keeper}, entry("b", "web-2")], on_empty_selection="skip"
    )
    assert outcomes(failed.result)["b"] == "failed"
    assert "is in the workload of entry 1 of 'workloads' ('a'), which keeps it in this run" in str(failed)
