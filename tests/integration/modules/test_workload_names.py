# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which object a name or an id means: in one project, never in doubt (reference Q12, Q14, Q22)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from integration.conftest import Operator
from support.module import warnings_of
from support.stand import Emulator, Stand, instance

LIST = "/workloads$"
ONE = "/workloads/[0-9a-f-]{36}$"


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return the back door of the emulator."""
    return stand.emulator


def ids(*servers: str) -> list[str]:
    """Return the ids of servers of the inventory, in their order."""
    return sorted(instance(name)["id"] for name in servers)


def kept(emulator: Emulator, workload_id: str) -> list[str]:
    """Return the ids of the servers that the server keeps with a workload, in their order."""
    [row] = [row for row in emulator.rows("workloads") if row["id"] == workload_id]
    return sorted(each["id"] for each in row["instances"])


# ---------------------------------------------------------------------------------------------------------------------
# Workloads


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("options", [{"description": "new"}, {"state": "absent"}, {"new_name": "other"}], ids=str)
def test_two_of_one_name_fail(operator: Operator, emulator: Emulator, options: dict[str, Any], check: bool) -> None:
    """Names are not unique anywhere (reference Q14)."""
    rows = [emulator.put("workloads", name="web", project_id=operator.stand.project()) for _index in range(2)]
    mark = emulator.mark()
    failed = operator.fails(name="web", **options, check=check)
    assert failed.error == {"code": "ambiguous_name"}
    assert all(row["id"] in str(failed) for row in rows)
    assert emulator.writes(mark) == []


def test_one_of_two_by_id(operator: Operator, emulator: Emulator) -> None:
    first, second = (
        emulator.put("workloads", name="web", project_id=operator.stand.project(), instances=[instance("web-1")])
        for _index in range(2)
    )
    mark = emulator.mark()
    assert operator.workload(id=first["id"], description="new")["workload"]["description"] == "new"
    assert not operator.workload(id=first["id"], description="new")["changed"]
    assert operator.workload(id=second["id"], state="absent")["changed"]
    assert emulator.writes(mark) == [f"PUT /workloads/{first['id']}", f"DELETE /workloads/{second['id']}"]
    assert [row["id"] for row in emulator.rows("workloads")] == [first["id"]]


def test_both_names_of_a_rename_are_there(operator: Operator, emulator: Emulator) -> None:
    rows = [emulator.put("workloads", name=name, project_id=operator.stand.project()) for name in ("web", "shop")]
    mark = emulator.mark()
    failed = operator.fails(name="web", new_name="shop")
    assert failed.error == {"code": "ambiguous_name"}
    assert all(row["id"] in str(failed) for row in rows)
    assert emulator.writes(mark) == []


def test_rename(operator: Operator) -> None:
    made = operator.workload(name="web", instances=["web-1"])
    options = {"name": "web", "new_name": "shop", "instances": ["web-1"]}
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = operator.workload(**options, check=check)
        assert (result["changed"], result["id"], result["workload"]["name"]) == (changed, made["id"], "shop")
    operator.workload(name="shop", state="absent")
    assert operator.workload(**options)["workload"]["name"] == "shop", "neither is there: it is made under the new name"


def test_rename_to_the_name_it_has(operator: Operator) -> None:
    operator.workload(name="web", instances=["web-1"])
    assert not operator.workload(name="web", new_name="web")["changed"]


@pytest.mark.parametrize("user", ["demo", "admin"])
def test_workload_of_another_project_is_neither_found_nor_touched(stand: Stand, user: str) -> None:
    person = Operator(stand, "6")
    person.options["auth"] = stand.auth(user, "demo")
    emulator = stand.emulator
    foreign = emulator.put("workloads", name="web", project_id=stand.project("admin"), instances=[instance("web-1")])
    assert not person.workload(name="web", state="absent")["changed"]
    assert person.run("workload_info", name="web")["workloads"] == []
    made = person.workload(name="web", instances=["web-1"])
    assert made["changed"]
    assert made["id"] != foreign["id"]
    assert made["project_id"] == made["workload"]["project_id"] == stand.project()
    person.workload(name="web", description="new")
    person.workload(name="web", state="absent")
    assert emulator.rows("workloads") == [foreign]


@pytest.mark.parametrize("user", ["demo", "admin"])
def test_id_of_another_project_is_refused(stand: Stand, user: str) -> None:
    person = Operator(stand, "6")
    person.options["auth"] = stand.auth(user, "demo")
    foreign = stand.emulator.put("workloads", name="web", project_id=stand.project("admin"))
    mark = stand.emulator.mark()
    failed = person.fails(id=foreign["id"], description="new")
    assert failed.error == {"code": "unknown_name"}
    assert foreign["id"] in str(failed)
    assert not person.workload(id=foreign["id"], state="absent")["changed"], "it is not in this project"
    assert stand.emulator.writes(mark) == []
    assert stand.emulator.rows("workloads") == [foreign]


def test_server_that_shows_an_admin_all_projects(stand: Stand) -> None:
    """If the list of a server shows objects of other projects, none of them is used."""
    person = Operator(stand, "6")
    person.options["auth"] = stand.auth("admin", "demo")
    emulator = stand.emulator
    foreign = emulator.put("workloads", name="web", project_id=stand.project("admin"))
    emulator.fault("shape", "GET", LIST, times=0, body={"workloads": [foreign]})
    emulator.fault("shape", "GET", ONE, times=0, body={"workload": foreign})
    mark = emulator.mark()
    assert not person.workload(name="web", state="absent")["changed"]
    assert person.workload(name="web", instances=["web-1"], check=True)["plan"][0]["action"] == "create"
    for options in ({"description": "new"}, {"state": "absent"}):
        failed = person.fails(id=foreign["id"], **options)
        assert failed.error == {"code": "unknown_name"}
        assert f"belongs to the project {stand.project('admin')}" in str(failed)
    assert emulator.writes(mark) == []


def test_id_of_nothing(operator: Operator, emulator: Emulator) -> None:
    nothing = str(uuid.uuid4())
    mark = emulator.mark()
    failed = operator.fails(id=nothing, instances=["web-1"])
    assert failed.error == {"code": "unknown_name"}
    assert nothing in str(failed)
    assert "An id cannot be chosen" in str(failed)
    assert emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Servers


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize("there", [False, True], ids=["create", "modify"])
def test_all_unknown_servers_are_named_at_once(
    operator: Operator, emulator: Emulator, there: bool, check: bool
) -> None:
    if there:
        operator.workload(name="web", instances=["web-1"])
    gone, mark = str(uuid.uuid4()), emulator.mark()
    failed = operator.fails(name="web", instances=["web-1", "no-such", "web-2", gone], check=check)
    assert failed.error == {"code": "unknown_name"}
    assert "'no-such'" in str(failed)
    assert f"'{gone}'" in str(failed)
    assert "id or name 'web-" not in str(failed)
    assert emulator.writes(mark) == []


def test_all_that_is_unknown_is_named_at_once(operator: Operator, emulator: Emulator) -> None:
    mark = emulator.mark()
    failed = operator.fails(
        name="web", instances=["no-vm"], workload_type="no-type", backup_target_type="no-target", policy="no-policy"
    )
    assert failed.error == {"code": "unknown_name"}
    assert all(f"'{name}'" in str(failed) for name in ("no-vm", "no-type", "no-target", "no-policy"))
    assert emulator.writes(mark) == []


def test_ambiguous_server(operator: Operator, emulator: Emulator) -> None:
    twin = emulator.put("instances", name="web-1")
    mark = emulator.mark()
    failed = operator.fails(name="web", instances=["web-1", "web-2"])
    assert failed.error == {"code": "ambiguous_name"}
    assert twin["id"] in str(failed)
    assert instance("web-1")["id"] in str(failed)
    assert emulator.writes(mark) == []
    result = operator.workload(name="web", instances=[twin["id"], "web-2"])
    assert kept(emulator, result["id"]) == sorted([twin["id"], instance("web-2")["id"]])
    assert not operator.workload(name="web", instances=["web-2", twin["id"]])["changed"]


def test_server_of_another_project(operator: Operator, emulator: Emulator) -> None:
    emulator.put("instances", name="theirs", project=operator.stand.project("admin"))
    assert "'theirs'" in str(operator.fails(name="web", instances=["theirs"]))


def test_servers_by_id_and_name_are_the_same(operator: Operator, emulator: Emulator) -> None:
    made = operator.workload(name="web", instances=["web-1", instance("web-2")["id"]])
    assert kept(emulator, made["id"]) == ids("web-1", "web-2")
    for instances in (["web-2", "web-1"], ids("web-1", "web-2"), [instance("web-1")["id"].upper(), "web-2", "web-2"]):
        assert not operator.workload(name="web", instances=instances)["changed"]


@pytest.mark.parametrize("by", ["id", "name"])
def test_server_that_is_gone_is_kept_until_it_is_left_out(operator: Operator, emulator: Emulator, by: str) -> None:
    """The workload still lists a server that Nova does not have, and its snapshots fail (reference Q22, P11)."""
    made = operator.workload(name="web", instances=["web-1", "web-2"])
    gone = instance("web-2")
    emulator.drop("instances", gone["id"])
    result = operator.workload(name="web", instances=["web-1", gone[by]])
    assert not result["changed"]
    [warning] = warnings_of(result)
    assert f"'web-2' ({gone['id']}) is gone from Nova" in warning

    result = operator.workload(name="web", instances=["web-1", gone[by], "web-3"])
    assert result["changed"]
    assert kept(emulator, made["id"]) == ids("web-1", "web-2", "web-3")

    result = operator.workload(name="web", instances=["web-1", "web-3"])
    assert result["changed"]
    assert warnings_of(result) == []
    assert kept(emulator, made["id"]) == ids("web-1", "web-3")
    assert "'web-2'" in str(operator.fails(name="web", instances=["web-1", "web-2"]))


def test_name_of_a_gone_server_that_another_one_took(operator: Operator, emulator: Emulator) -> None:
    """Who rebuilds a server under its old name means the new one."""
    made = operator.workload(name="web", instances=["web-1", "web-2"])
    emulator.drop("instances", instance("web-2")["id"])
    new = emulator.put("instances", name="web-2")
    result = operator.workload(name="web", instances=["web-1", "web-2"])
    assert result["changed"]
    assert warnings_of(result) == []
    assert kept(emulator, made["id"]) == sorted([instance("web-1")["id"], new["id"]])


# ---------------------------------------------------------------------------------------------------------------------
# Workload types, target types, policies


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_unknown_workload_type_names_those_there_are(operator: Operator, emulator: Emulator, check: bool) -> None:
    mark = emulator.mark()
    failed = operator.fails(name="web", instances=["web-1"], workload_type="Sequential", check=check)
    assert failed.error == {"code": "unknown_name"}
    assert "'Sequential'" in str(failed)
    assert "Parallel, Serial" in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize(
    ("option", "rows", "noun"),
    [("backup_target_type", "backup_target_types", "backup target type"), ("policy", "policies", "policy")],
)
def test_unknown_reference(operator: Operator, emulator: Emulator, option: str, rows: str, noun: str) -> None:
    emulator.put(rows, name="gold", projects=[operator.stand.project()])
    mark = emulator.mark()
    failed = operator.fails(name="web", instances=["web-1"], **{option: "silver"})
    assert failed.error == {"code": "unknown_name"}
    assert f"There is no {noun} with the id or name 'silver'" in str(failed)
    assert "gold" in str(failed), "those that are there"
    assert emulator.writes(mark) == []


@pytest.mark.parametrize(("option", "rows"), [("backup_target_type", "backup_target_types"), ("policy", "policies")])
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_ambiguous_reference(operator: Operator, emulator: Emulator, option: str, rows: str, check: bool) -> None:
    """Two target types may share a name (reference Q12)."""
    twins = [emulator.put(rows, name="gold", projects=[operator.stand.project()]) for _index in range(2)]
    mark = emulator.mark()
    failed = operator.fails(name="web", instances=["web-1"], **{option: "gold"}, check=check)
    assert failed.error == {"code": "ambiguous_name"}
    assert all(twin["id"] in str(failed) for twin in twins)
    assert emulator.writes(mark) == []


def test_one_of_two_target_types_by_id(operator: Operator, emulator: Emulator) -> None:
    twins = [emulator.put("backup_target_types", name="gold") for _index in range(2)]
    declared = {"name": "web", "instances": ["web-1"], "backup_target_type": twins[1]["id"]}
    mark = emulator.mark()
    assert operator.workload(**declared)["changed"]
    [post] = emulator.since(mark, method="POST")
    assert post["body"]["workload"]["backup_target_types"] == twins[1]["id"]
    assert not operator.workload(**declared)["changed"]


@pytest.mark.parametrize(
    ("option", "noun", "after"),
    [
        ("backup_target_type", "backup target type", "gold (not there yet)"),
        ("policy", "policy", "gold (not there yet)"),
    ],
)
def test_check_mode_takes_what_an_earlier_task_would_make(
    operator: Operator, emulator: Emulator, option: str, noun: str, after: str
) -> None:
    mark = emulator.mark()
    result = operator.workload(name="web", instances=["web-1"], **{option: "gold"}, check=True)
    assert result["changed"]
    assert result["diff"]["after"][option] == after
    [warning] = warnings_of(result)
    assert f"There is no {noun} with the id or name 'gold'" in warning
    assert operator.fails(name="web", instances=["web-1"], **{option: "gold"}).error == {"code": "unknown_name"}
    assert emulator.writes(mark) == []


def test_check_mode_would_exchange_the_policy_for_one_that_is_not_there_yet(
    operator: Operator, emulator: Emulator
) -> None:
    emulator.put("policies", name="silver", projects=[operator.stand.project()])
    operator.workload(name="web", instances=["web-1"], policy="silver")
    result = operator.workload(name="web", policy="gold", check=True)
    assert result["plan"][0]["fields"] == ["policy"]
    assert (result["diff"]["before"]["policy"], result["diff"]["after"]["policy"]) == ("silver", "gold (not there yet)")


def test_target_type_that_is_not_of_this_project(operator: Operator, emulator: Emulator) -> None:
    """A project sees only the types that are public or assigned to it (reference Q43)."""
    emulator.put("backup_target_types", name="theirs", is_public=False, projects=[operator.stand.project("admin")])
    failed = operator.fails(name="web", instances=["web-1"], backup_target_type="theirs")
    assert "among the public ones and those assigned to this project" in str(failed)
    emulator.put("backup_target_types", name="ours", is_public=False, projects=[operator.stand.project()])
    assert operator.workload(name="web", instances=["web-1"], backup_target_type="ours")["changed"]
