# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Policies that an administrator manages, and workloads that are bound to them, in all releases; faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import warnings_of
from support.playbook import play
from support.stand import Stand

LIST = "/workload_policy/"
TRACKS: dict[str, Any] = {
    "start_time": "22:00",
    "hourly": {"interval": 4, "retention": 42},
    "daily": {"backup_time": ["22:00", "10:00"], "retention": 14},
    "weekly": {"backup_day": ["sun", "wed"], "retention": 8},
    "monthly": {"month_backup_day": [1, 15], "retention": 12},
    "yearly": {"backup_month": ["dec"], "retention": 3},
    "manual": {"retention": 10},
    "manual_retention_days": 90,
}
INTERVAL: dict[str, Any] = {"interval": 8, "retention_count": 14, "full_backup_interval": 7}
SCHEDULES: dict[str, dict[str, Any]] = {"4.2": INTERVAL, "5.2": INTERVAL, "6.1": TRACKS, "6.2": TRACKS}
CHANGES: dict[str, dict[str, Any]] = {
    "4.2": {"interval": 24},
    "5.2": {"retention_count": 30, "full_backup_interval": -1},
    "6.1": {"yearly": {}, "hourly": {"interval": 1, "retention": 3}},
    "6.2": {"monthly": {"month_backup_day": [31], "retention": 1}, "manual_retention_days": 5, "start_time": "03:15"},
}
OLD, NEW = ("interval", "retention_count"), ("hourly", "daily", "weekly", "monthly", "yearly")
DECIDED = {"4": OLD, "5": OLD, "6": NEW}
FORMS = [
    ("4.2", "string"),
    ("5.2", "string"),
    ("6.1", "object"),
    ("6.2", "object"),
    ("6.1", "string"),
    ("6.2", "json_text"),
]
"""Each release, and how it may show the fields of a policy (reference Q34)."""


def as_admin(stand: Stand, line: str = "6", project: str | None = None) -> Operator:
    """Return an administrator, of the project admin unless another one is said."""
    person = Operator(stand, line)
    person.options["auth"] = stand.auth("admin", project)
    return person


@pytest.fixture
def admin(stand: Stand) -> Operator:
    """Return an administrator of the cloud, on a server of 6.2."""
    return as_admin(stand)


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest, stand: Stand) -> str:
    """Make the emulator act as one release after the other."""
    stand.emulator.reset(request.param)
    return str(request.param)


def gold(person: Operator, profile: str = "6.2", **options: Any) -> dict[str, Any]:
    """Keep the policy gold for the project demo."""
    return person.run(
        "workload_policy", **{"name": "gold", "schedule": SCHEDULES[profile], "projects": ["demo"], **options}
    )


def steps(person: Operator, module: str, options: dict[str, Any], writes: list[str]) -> list[dict[str, Any]]:
    """Run check, real, check again, real again. Assert what each reports and what the emulator saw.

    Return the four results.
    """
    emulator = person.stand.emulator
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = emulator.mark()
        result = person.run(module, check=check, **options)
        assert result["changed"] is changed, (check, result["plan"])
        assert (result["diff"]["before"] != result["diff"]["after"]) is changed
        assert emulator.writes(mark) == (writes if changed and not check else [])
        results.append(result)
    assert results[0]["plan"] == results[1]["plan"]
    assert results[0]["diff"] == results[1]["diff"]
    return results


def refused(person: Operator, code: str, **options: Any) -> str:
    """Run the module in check mode and for real, both of which must fail and write nothing; return the message."""
    emulator = person.stand.emulator
    before, mark = emulator.rows("policies"), emulator.mark()
    failures = [person.fails("workload_policy", check=check, **options) for check in (True, False)]
    assert {failed.error["code"] for failed in failures} == {code}
    assert (emulator.rows("policies"), emulator.writes(mark)) == (before, [])
    assert str(failures[0]) == str(failures[1])
    return str(failures[0])


# ---- the twelve steps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "form"), FORMS)
def test_twelve_steps(stand: Stand, profile: str, form: str) -> None:
    stand.emulator.reset(profile, policy_value_form=form)
    person = as_admin(stand, profile[0])
    declared = {
        "name": "gold",
        "description": "Not silver",
        "schedule": SCHEDULES[profile],
        "projects": ["demo"],
        "metadata": {"tier": 1},
    }
    mark = stand.emulator.mark()
    person.run("workload_policy", **declared, check=True)
    assert stand.emulator.writes(mark) == []
    made = person.run("workload_policy", **declared)
    policy = made["workload_policy"]
    assert stand.emulator.writes(mark) == [f"POST {LIST}", f"POST {LIST}{policy['id']}/assign"]
    assert (policy["description"], policy["projects"], policy["metadata"]) == (
        "Not silver",
        [stand.project()],
        {"tier": "1"},
    )
    for check in (True, False):
        again = person.run("workload_policy", **declared, check=check)
        assert (again["changed"], again["diff"]["before"]) == (False, again["diff"]["after"])

    changed = {
        "name": "gold",
        "new_name": "golden",
        "description": "",
        "schedule": CHANGES[profile],
        "projects": ["other"],
        "projects_mode": "exact",
    }
    modified = steps(
        person, "workload_policy", changed, [f"PUT {LIST}{policy['id']}", f"POST {LIST}{policy['id']}/assign"]
    )
    assert modified[1]["workload_policy"]["projects"] == [stand.project("other")]
    assert modified[1]["workload_policy"]["metadata"] == {"tier": "1"}
    kept = {key: value for key, value in SCHEDULES[profile].items() if key not in CHANGES[profile]}
    assert not person.run("workload_policy", name="golden", schedule=kept)["changed"], "what was not named must stay"

    deleted = steps(person, "workload_policy", {"name": "golden", "state": "absent"}, [f"DELETE {LIST}{policy['id']}"])
    assert [result["workload_policy"] for result in deleted] == [None] * 4
    assert stand.emulator.rows("policies") == []


@pytest.mark.parametrize(
    "switches",
    [
        {"policy_write_code": 201},
        {"policy_write_code": 202},
        {"policy_put_mode": "replace"},
        {"policy_create_s": 20.0},
        {"uuid_check": False},
        {"workloads_detail": "off"},
        {"error_body": "html"},
    ],
    ids=str,
)
@pytest.mark.parametrize("profile", ["5.2", "6.2"])
def test_cycle_on_servers_that_differ(stand: Stand, profile: str, switches: dict[str, Any]) -> None:
    stand.emulator.reset(profile, **switches)
    person = as_admin(stand, profile[0])
    declared: dict[str, Any] = {
        "name": "gold",
        "description": "d",
        "schedule": SCHEDULES[profile],
        "projects": ["demo"],
        "metadata": {"a": "1"},
    }
    for options in (
        declared,
        {"name": "gold", "schedule": CHANGES[profile]},
        {"name": "gold", "metadata": {"b": "2"}},
        {"name": "gold", "projects": ["other"]},
    ):
        for is_new in (True, False):
            result = person.run("workload_policy", **options)
            assert result["changed"] is is_new
    shown = result["workload_policy"]
    assert (shown["description"], shown["metadata"]) == ("d", {"a": "1", "b": "2"})
    assert shown["projects"] == sorted([stand.project(), stand.project("other")])
    for is_new in (True, False):
        assert person.run("workload_policy", name="gold", state="absent")["changed"] is is_new


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_key_of_the_metadata_that_shall_go(admin: Operator, mode: str) -> None:
    """Whether a PUT takes keys away is not known; where it does not, the task says so."""
    admin.stand.emulator.switch(policy_put_mode=mode)
    gold(admin, metadata={"a": "1", "b": "2"})
    options: dict[str, Any] = {"name": "gold", "metadata": {"a": None}, "metadata_mode": "remove"}
    if mode == "replace":
        steps(admin, "workload_policy", options, [f"PUT {LIST}{admin.stand.emulator.rows('policies')[0]['id']}"])
    else:
        failed = admin.fails("workload_policy", **options, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "metadata is {'a': '1', 'b': '2'}" in str(failed)


@pytest.mark.parametrize("code", [401, 403])
def test_a_plain_user_is_refused(stand: Stand, operator: Operator, code: int) -> None:
    stand.emulator.switch(error_code_forbidden=code)
    made = gold(as_admin(stand))
    for options in (
        {"name": "new", "schedule": TRACKS},
        {"name": "gold", "description": "d"},
        {"name": "gold", "state": "absent"},
        {"id": made["id"], "projects": ["0" * 32]},
    ):
        failed = operator.fails("workload_policy", **options)
        assert failed.error["code"] == "forbidden"
        assert "administrators of the cloud" in str(failed) or "lacks a role" in str(failed)
    assert stand.emulator.rows("policies")[0]["projects"] == [stand.project()]


def test_ambiguous_name(admin: Operator) -> None:
    twins = [admin.stand.emulator.put("policies", name="gold") for _index in range(2)]
    message = refused(admin, "ambiguous_name", name="gold", schedule=TRACKS)
    assert all(twin["id"] in message for twin in twins)
    assert admin.run("workload_policy", id=twins[1]["id"], new_name="silver")["changed"]
    assert not admin.run("workload_policy", name="gold")["changed"]


def test_unknown_projects_are_told_together(admin: Operator) -> None:
    message = refused(admin, "unknown_name", name="gold", schedule=TRACKS, projects=["nobody", "demo", "nowhere"])
    assert "'nobody'" in message
    assert "'nowhere'" in message


def test_the_line_shows_by_the_policies_that_are_there(stand: Stand, profile: str) -> None:
    stand.emulator.put("policies", name="silver")
    person = as_admin(stand, "auto")
    mark = stand.emulator.mark()
    assert gold(person, profile)["changed"]
    assert [each["path"] for each in stand.emulator.since(mark) if "backup_targets" in each["path"]] == []


# ---- in use ---------------------------------------------------------------------------------------------------------


def test_a_policy_in_use_is_replaced(stand: Stand, profile: str) -> None:
    """Reference C.5, P27: refused with the names, then the way that the message tells."""
    admin, person = as_admin(stand, profile[0]), Operator(stand, profile[0])
    made = gold(admin, profile)
    web = person.workload(name="web", instances=["web-1"], policy="gold")
    for options in (
        {"name": "gold", "schedule": CHANGES[profile]},
        {"name": "gold", "new_name": "x"},
        {"name": "gold", "state": "absent"},
    ):
        message = refused(admin, "wrong_state", **options)
        assert f"The workload policy 'gold' ({made['id']}) was not" in message
        assert f"'web' ({web['id']}, project {stand.project()})" in message
    assert not gold(admin, profile)["changed"]
    gold(admin, profile, name="gold-2", schedule={**SCHEDULES[profile], **CHANGES[profile]})
    assert person.workload(name="web", policy="gold-2")["changed"]
    for is_new in (True, False):
        assert admin.run("workload_policy", name="gold", state="absent")["changed"] is is_new


@pytest.mark.parametrize("detail", ["on", "off"])
def test_a_user_in_a_project_that_cannot_be_seen(admin: Operator, detail: str) -> None:
    """Without a list in detail the workload stays dark: then the server itself refuses, and the task warns before."""
    emulator = admin.stand.emulator
    made = gold(admin)
    emulator.switch(workloads_detail=detail)
    emulator.put("workloads", name="hidden", project_id=admin.stand.project(), metadata={"policy_id": made["id"]})
    if detail == "on":
        assert "'hidden'" in refused(admin, "wrong_state", name="gold", state="absent")
        return
    predicted = admin.run("workload_policy", name="gold", state="absent", check=True)
    failed = admin.fails("workload_policy", name="gold", state="absent")
    for result in (predicted, failed.result):
        assert any("'hidden'" in text and "is not known" in text for text in warnings_of(result))
    assert failed.error["status"] == 400
    assert "It's assigned to workloads" in str(failed)
    assert len(emulator.rows("policies")) == 1


@pytest.mark.parametrize("what", ["allow", "reject"])
def test_a_project_whose_workloads_use_it(admin: Operator, operator: Operator, what: str) -> None:
    admin.stand.emulator.switch(policy_unassign_in_use=what)
    gold(admin)
    operator.workload(name="web", instances=["web-1"], policy="gold")
    assert admin.run("workload_policy", name="gold", projects=["other"])["changed"], (
        "to assign it to others is no matter"
    )
    options: dict[str, Any] = {"name": "gold", "projects": ["demo"], "projects_mode": "remove"}
    assert any("'web'" in text for text in warnings_of(admin.run("workload_policy", **options, check=True)))
    if what == "allow":
        for is_new in (True, False):
            assert admin.run("workload_policy", **options)["changed"] is is_new
    else:
        failed = admin.fails("workload_policy", **options)
        assert "bind them to another one first" in str(failed)
        assert any("'web'" in text for text in warnings_of(failed.result))
        assert len(admin.stand.emulator.rows("policies")[0]["projects"]) == 2


# ---- workloads under a policy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "form"), FORMS)
def test_a_workload_does_not_fight_its_policy(stand: Stand, profile: str, form: str) -> None:
    """The policy's fields overwrite the schedule on the server, which is no difference; others stay (reference C.5)."""
    stand.emulator.reset(profile, policy_value_form=form)
    admin, person = as_admin(stand, profile[0]), Operator(stand, profile[0])
    own: dict[str, Any] = {
        "enabled": True,
        "timezone": "Europe/Berlin",
        "start_date": "2026-12-01",
        "start_time": "03:15",
    }
    own |= {"manual": {"retention": 5}} if profile[0] == "6" else {"full_backup_interval": 3}
    former: dict[str, Any] = (
        {"hourly": {"interval": 1, "retention": 1}} if profile[0] == "6" else {"interval": 1, "retention_days": 1}
    )
    made = person.workload(name="web", instances=["web-1"], schedule={**own, **former})
    gold(admin, profile)
    gold(admin, profile, name="silver", schedule={**SCHEDULES[profile], **CHANGES[profile]})
    for name in ("gold", "silver"):
        results = steps(
            person, "workload", {"name": "web", "policy": name, "schedule": own}, [f"PUT /workloads/{made['id']}"]
        )
        policy = admin.run("workload_policy", name=name)["workload_policy"]["schedule"]
        shown = results[1]["workload"]["schedule"]
        decided = {key: value for key, value in policy.items() if key in DECIDED[profile[0]]}
        assert decided
        assert {key: shown.get(key) for key in decided} == decided
    steps(person, "workload", {"name": "web", "schedule": {"enabled": False}}, [f"PUT /workloads/{made['id']}"])
    assert person.workload(name="web")["workload"]["policy"]["id"] == admin.run("workload_policy", name="silver")["id"]


def test_a_track_that_the_policy_lacks_stays_and_is_no_difference(operator: Operator, admin: Operator) -> None:
    daily = {"backup_time": ["01:00"], "retention": 1}
    operator.workload(
        name="web",
        instances=["web-1"],
        schedule={"enabled": True, "hourly": {"interval": 1, "retention": 1}, "daily": daily},
    )
    gold(admin, schedule={"start_time": "22:00", "hourly": {"interval": 4, "retention": 42}})
    for is_new in (True, False):
        assert operator.workload(name="web", policy="gold", schedule={"enabled": True})["changed"] is is_new


def test_assigning_a_policy_changes_no_workload(stand: Stand, profile: str) -> None:
    admin, person = as_admin(stand, profile[0]), Operator(stand, profile[0])
    declared: dict[str, Any] = {
        "name": "web",
        "instances": ["web-1"],
        "schedule": {**SCHEDULES[profile], "enabled": True, "start_time": "22:00"},
    }
    person.workload(**declared)
    gold(admin, profile)
    assert not person.workload(**declared)["changed"]
    failed = person.fails(name="shop", instances=["web-2"])
    assert "option 'policy'" in str(failed)
    assert "gold" in str(failed)


def test_a_policy_that_is_not_there_yet(stand: Stand, profile: str) -> None:
    """In check mode, on a site where an earlier task of the play would make it: a warning, no failure."""
    person = Operator(stand, profile[0])
    declared: dict[str, Any] = {
        "name": "web",
        "instances": ["web-1"],
        "policy": "gold",
        "schedule": {"timezone": "Europe/Berlin"},
    }
    result = person.workload(**declared, check=True)
    assert result["diff"]["after"]["policy"] == "gold (not there yet)"
    assert any("no policy with the id or name 'gold'" in text for text in warnings_of(result))
    assert person.fails(**declared).error == {"code": "unknown_name"}
    gold(as_admin(stand, profile[0]), profile)
    for is_new in (True, False):
        assert person.workload(**declared)["changed"] is is_new


def test_policy_and_workload_in_one_play(stand: Stand, tmp_path: Path) -> None:
    """On an empty site the policy is not there in check mode: a warning, and then the real run makes both."""
    variables = {"auth": stand.auth(), "admin_auth": stand.auth("admin"), "server_line": "6", "schedule": TRACKS}
    mark = stand.emulator.mark()
    checked = play(tmp_path, "policies.yml", "--check", "--diff", variables=variables)
    assert (checked.code, checked.recap["localhost"]["changed"]) == (0, 2), checked.stdout + checked.stderr
    assert "gold (not there yet)" in checked.stdout
    assert "no policy with the id or name 'gold'" in " ".join((checked.stdout + checked.stderr).split())
    assert stand.emulator.writes(mark) == []
    for changed in (2, 0):
        played = play(tmp_path, "policies.yml", variables=variables)
        assert (played.code, played.recap["localhost"]["changed"]) == (0, changed), played.stdout + played.stderr
    [workload] = stand.emulator.rows("workloads")
    assert workload["metadata"]["policy_id"] == stand.emulator.rows("policies")[0]["id"]


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 504}, {"kind": "truncate"}], ids=str
)
@pytest.mark.parametrize("path", ["/workload_policy/?$", "/assign$"])
def test_lost_answers_leave_one_policy(admin: Operator, fault: dict[str, Any], path: str) -> None:
    admin.stand.emulator.put("policies", name="gold-old")
    mark = admin.stand.emulator.mark()
    admin.stand.emulator.fault(method="POST", path=path, **fault)
    assert gold(admin)["changed"]
    assert not gold(admin)["changed"]
    assert len(admin.stand.emulator.rows("policies")) == 2
    assert len(admin.stand.emulator.writes(mark)) == 2


@pytest.mark.parametrize("fault", [{"kind": "drop_before"}, {"kind": "status", "code": 503}], ids=str)
@pytest.mark.parametrize("path", ["/workload_policy/?$", "/assign$"])
def test_requests_that_never_arrived_are_told_and_made_good_by_the_next_run(
    admin: Operator, fault: dict[str, Any], path: str
) -> None:
    admin.stand.emulator.fault(method="POST", path=path, **fault)
    failed = admin.fails("workload_policy", name="gold", schedule=TRACKS, projects=["demo"], timeout=1)
    assert failed.error["code"] == "lost_answer"
    assert gold(admin)["changed"]
    assert not gold(admin)["changed"]
    assert len(admin.stand.emulator.rows("policies")) == 1


@pytest.mark.parametrize("fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 502}], ids=str)
def test_lost_answers_to_changes(admin: Operator, fault: dict[str, Any]) -> None:
    made = gold(admin)
    admin.stand.emulator.fault(method="PUT", path=made["id"], **fault)
    assert admin.run("workload_policy", name="gold", description="new")["changed"]
    admin.stand.emulator.fault(method="DELETE", path=made["id"], **fault)
    assert admin.run("workload_policy", name="gold", state="absent")["changed"]
    assert admin.stand.emulator.rows("policies") == []


def test_a_change_that_is_forgotten_is_told(admin: Operator) -> None:
    made = gold(admin)
    admin.stand.emulator.fault("lost_update", "PUT", made["id"])
    failed = admin.fails("workload_policy", name="gold", schedule={"yearly": {}}, timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "schedule.yearly is {" in str(failed)


def test_a_list_that_is_none_makes_no_second_policy(admin: Operator) -> None:
    gold(admin)
    admin.stand.emulator.fault("html", "GET", "/workload_policy/?$", times=0)
    refused(admin, "bad_answer", name="gold", schedule=TRACKS)


# ---- reading and requests -------------------------------------------------------------------------------------------


def test_info(stand: Stand, admin: Operator, operator: Operator) -> None:
    made = gold(admin)
    gold(admin, name="silver", projects=["other"])
    web = operator.workload(name="web", instances=["web-1"], policy="gold")
    everything = admin.run("workload_policy_info", details=True)["workload_policies"]
    assert [(each["name"], [user["name"] for user in each["workloads"]]) for each in everything] == [
        ("gold", ["web"]),
        ("silver", []),
    ]
    assert everything[0]["workloads"] == [{"id": web["id"], "name": "web", "project_id": stand.project()}]
    assert everything[0]["schedule"] == gold(admin)["workload_policy"]["schedule"]
    assert [each["name"] for each in admin.run("workload_policy_info", projects=["demo"])["workload_policies"]] == [
        "gold"
    ]
    assert admin.run("workload_policy_info", id=made["id"])["workload_policies"][0]["workloads"] is None
    assert admin.run("workload_policy_info", name="none")["workload_policies"] == []
    seen = operator.run("workload_policy_info", name="gold", details=True)
    assert [user["name"] for user in seen["workload_policies"][0]["workloads"]] == ["web"]
    assert any("Only those of this project" in text for text in warnings_of(seen))


def test_requests(admin: Operator) -> None:
    emulator = admin.stand.emulator
    made = gold(admin)
    for module, options, count in (
        ("workload_policy", {"name": "gold", "schedule": TRACKS}, 2),
        ("workload_policy", {"id": made["id"], "schedule": TRACKS}, 1),
        ("workload_policy", {"name": "none", "state": "absent"}, 1),
        ("workload_policy_info", {}, 2),
        ("workload_policy_info", {"id": made["id"]}, 1),
    ):
        mark = emulator.mark()
        assert not admin.run(module, **options)["changed"]
        assert len(emulator.since(mark)) == count, (module, options)
