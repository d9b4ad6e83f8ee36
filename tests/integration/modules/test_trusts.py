# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trusts by which the service acts as a user: on all releases, and on servers that validate or answer in other ways."""

from __future__ import annotations

from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import run_module, warnings_of
from support.stand import Stand

INTERVAL = {"enabled": True, "interval": 24, "retention_count": 7}
TRACKS = {"enabled": True, "start_time": "22:00", "hourly": {"interval": 4, "retention": 6}}
SCHEDULES: dict[str, dict[str, Any]] = {"4": INTERVAL, "5": INTERVAL, "6": TRACKS}
TRUST: dict[str, Any] = {"roles": ["member"], "workload": "web"}


class Trustor:
    """A user of the project demo with the workload web, whose schedule is on. The server made a trust for it.

    :ivar made: The trust that the server made.
    """

    def __init__(self, stand: Stand, profile: str = "6.2", **switches: Any) -> None:
        self.emulator = stand.emulator
        self.emulator.reset(profile)
        self.operator = Operator(stand, profile[0])
        self.operator.workload(name="web", instances=["web-1"], schedule=SCHEDULES[profile[0]])
        (row,) = self.emulator.rows("trusts")
        self.made: str = row["name"]
        self.emulator.switch(**switches)

    def run(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run the module. No result shows the Keystone id of a trust."""
        result = self.operator.run("trust", check=check, **options)
        assert [row["name"] for row in self.emulator.rows("trusts") if row["value"] in str(result)] == []
        return result

    def refused(self, code: str, **options: Any) -> str:
        """Run the module in check mode and for real, both of which must fail and write nothing; return the message."""
        mark = self.emulator.mark()
        failures = [self.operator.fails("trust", check=check, **options) for check in (True, False)]
        assert {failed.error["code"] for failed in failures} == {code}
        assert self.emulator.writes(mark) == []
        return str(failures[1])

    def kill(self, name: str) -> None:
        """Let a trust work no more, as if the user had lost a role."""
        self.emulator.patch("trusts", name, alive=False)

    def names(self) -> set[str]:
        """Return the names of all trusts."""
        return {row["name"] for row in self.emulator.rows("trusts")}

    def steps(self, writes: list[str], **options: Any) -> list[dict[str, Any]]:
        """Run check, real, check again, real again; assert what each reports and what the emulator saw."""
        results = []
        for check, changed in ((True, True), (False, True), (True, False), (False, False)):
            mark = self.emulator.mark()
            result = self.run(check=check, **options)
            assert result["changed"] is changed, (check, result["plan"])
            assert (result["diff"]["before"] != result["diff"]["after"]) is changed
            assert self.emulator.writes(mark) == (writes if changed and not check else [])
            results.append(result)
        assert results[0]["plan"] == results[1]["plan"]
        assert results[0]["diff"] == results[1]["diff"]
        return results


@pytest.fixture
def trustor(stand: Stand) -> Trustor:
    """Return a user on a server of 6.2."""
    return Trustor(stand)


@pytest.mark.parametrize("profile", PROFILES)
def test_twelve_steps(stand: Stand, profile: str) -> None:
    """Nothing of a trust can be changed: an invalid one gets another beside it."""
    trustor = Trustor(stand, profile)
    trustor.emulator.drop("trusts", trustor.made)
    created = trustor.steps(["POST /trusts"], **TRUST)
    first = created[1]["id"]
    assert [result["id"] for result in created] == [None, first, first, first]
    assert created[1]["trust"]["roles"] == ["member"]

    trustor.kill(first)
    healed = trustor.steps(["POST /trusts"], **TRUST)
    second = healed[1]["id"]
    assert trustor.names() == {first, second}

    deleted = trustor.steps([f"DELETE /trusts/{first}"], name=first, state="absent")
    assert [result["trust"] for result in deleted] == [None] * 4
    trustor.steps([f"DELETE /trusts/{second}"], roles=["member"], state="absent", force=True)
    assert trustor.names() == set()


def test_the_trust_that_the_server_made_is_enough(trustor: Trustor) -> None:
    result = trustor.run(**TRUST)
    assert (result["changed"], result["id"]) == (False, trustor.made)


@pytest.mark.parametrize("switches", [{"trust_create_code": 500}, {"trust_dedupe": True}], ids=str)
def test_creation_on_servers_that_answer_otherwise(stand: Stand, switches: dict[str, Any]) -> None:
    trustor = Trustor(stand, **switches)
    trustor.emulator.drop("trusts", trustor.made)
    trustor.steps(["POST /trusts"], **TRUST)
    assert len(trustor.names()) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 504}, {"kind": "truncate"}], ids=str
)
@pytest.mark.parametrize("recreate", [True, False])
def test_lost_answers_leave_one_trust(trustor: Trustor, fault: dict[str, Any], recreate: bool) -> None:
    if not recreate:
        trustor.emulator.drop("trusts", trustor.made)
    trustor.emulator.fault(method="POST", path="/trusts$", **fault)
    result = trustor.run(**TRUST, recreate=recreate)
    assert (result["changed"], trustor.names()) == (True, {result["id"]})
    assert result["id"] != trustor.made


def test_a_server_that_cannot_create_trusts(trustor: Trustor) -> None:
    trustor.emulator.switch(jobs_table="broken")
    trustor.emulator.drop("trusts", trustor.made)
    mark = trustor.emulator.mark()
    assert trustor.operator.fails("trust", **TRUST).error["code"] == "lost_answer"
    assert trustor.emulator.writes(mark) == ["POST /trusts"]
    trustor.emulator.switch(jobs_table="complete")
    assert trustor.run(**TRUST)["changed"]


def test_a_role_that_the_user_lacks(trustor: Trustor) -> None:
    assert "lacks roles in the project: creator" in trustor.refused("wrong_state", roles=["member", "creator"])


def test_a_workload_of_another_user(stand: Stand, trustor: Trustor) -> None:
    trustor.kill(trustor.made)
    trustor.operator.options["auth"] = stand.auth("admin", "demo")
    failed = trustor.operator.fails("trust", roles=["admin"], workload="web")
    assert failed.error["code"] == "not_converged"
    assert "The workload belongs to the user" in str(failed)
    assert trustor.made in trustor.names()


# ---- recreate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alive", [True, False])
@pytest.mark.parametrize("profile", PROFILES)
def test_recreation(stand: Stand, profile: str, alive: bool) -> None:
    trustor = Trustor(stand, profile)
    if not alive:
        trustor.kill(trustor.made)
    mark = trustor.emulator.mark()
    planned = trustor.run(**TRUST, recreate=True, check=True)
    assert (trustor.emulator.writes(mark), planned["diff"]["before"]["id"]) == ([], [trustor.made])
    result = trustor.run(**TRUST, recreate=True)
    assert (result["plan"], result["diff"]) == (planned["plan"], planned["diff"])
    assert trustor.emulator.writes(mark) == ["POST /trusts", f"DELETE /trusts/{trustor.made}"]
    assert trustor.names() == {result["id"]}
    assert not trustor.run(**TRUST)["changed"]


@pytest.mark.parametrize("how", ["no such call", "schedule off"])
def test_nothing_is_deleted_while_validity_is_unknown(trustor: Trustor, how: str) -> None:
    if how == "schedule off":
        trustor.operator.workload(name="web", schedule={"enabled": False})
    else:
        trustor.emulator.switch(trust_validate_path="404")
    mark = trustor.emulator.mark()
    assert len(warnings_of(trustor.run(**TRUST))) == 1
    result = trustor.run(**TRUST, recreate=True)
    assert "is valid is unknown, so these stay" in warnings_of(result)[1]
    assert trustor.emulator.writes(mark) == ["POST /trusts"]
    assert trustor.names() == {trustor.made, result["id"]}


def test_nothing_is_recreated_on_a_server_that_keeps_one_of_each(trustor: Trustor) -> None:
    trustor.emulator.switch(trust_dedupe=True)
    assert "created no new trust" in str(trustor.operator.fails("trust", **TRUST, recreate=True))
    assert trustor.names() == {trustor.made}


# ---- absent ----------------------------------------------------------------------------------------------------------


def test_the_last_trust_of_a_schedule_stays(trustor: Trustor) -> None:
    assert "'web'" in trustor.refused("wrong_state", name=trustor.made, state="absent")
    assert trustor.run(name=trustor.made, state="absent", force=True)["changed"]
    (validation,) = run_module("trust_info", {**trustor.operator.options, "workloads": ["web"]})["validations"]
    assert (validation["scheduler_enabled"], validation["is_valid"]) == (True, False)


def test_the_last_trust_without_a_schedule_goes(trustor: Trustor) -> None:
    trustor.operator.workload(name="web", schedule={"enabled": False})
    assert trustor.run(name=trustor.made, state="absent")["changed"]


def test_several_trusts_with_these_roles(trustor: Trustor) -> None:
    trustor.kill(trustor.made)
    second = trustor.run(**TRUST)["id"]
    said = trustor.refused("ambiguous_name", roles=["member"], state="absent")
    assert trustor.made in said
    assert second in said


def test_the_trust_of_the_cloud_stays(stand: Stand, trustor: Trustor) -> None:
    trustor.operator.options["auth"] = stand.auth("admin")
    row = trustor.emulator.put("trusts", project_id=stand.project("admin"), user_id="cloud_admin", roles="admin")
    trustor.refused("wrong_state", name=row["name"], state="absent", force=True)


# ---- info and preflight ----------------------------------------------------------------------------------------------


def test_info(trustor: Trustor) -> None:
    trustor.emulator.put("trusts", project_id="0" * 32)
    options = {**trustor.operator.options, "workloads": ["web"]}
    mark = trustor.emulator.mark()
    result = run_module("trust_info", options, check=True)
    assert ([row["name"] for row in result["trusts"]], len(trustor.emulator.since(mark))) == ([trustor.made], 3)
    (validation,) = result["validations"]
    assert (validation["workload"]["name"], validation["trust"], validation["is_valid"]) == ("web", trustor.made, True)
    trustor.emulator.switch(trust_validate_path="404")
    result = run_module("trust_info", options)
    assert (result["validations"][0]["is_valid"], len(warnings_of(result))) == (None, 1)


def test_what_the_preflight_says_heals(stand: Stand, trustor: Trustor) -> None:
    trustor.emulator.drop("trusts", trustor.made)

    def check() -> Any:
        found = run_module("preflight_info", {"auth": stand.auth()})["checks"]
        return next(each for each in found if each["name"] == "trust")

    broken = check()
    assert (broken["status"], "run openprotect.backup.trust" in broken["action"]) == ("failed", True)
    trustor.run(**TRUST)
    assert check()["status"] == "ok"
