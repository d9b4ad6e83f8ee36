# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create a workload: server line, policies, encryption, immutable fields, invalid input, numbers of requests."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import warnings_of
from support.stand import Emulator, Stand, instance

ONE = "/workloads/[0-9a-f-]{36}$"
TARGETS = "/backup_targets$"
SECRET = "b6d1a1fc-6d3c-4ab3-8c0a-27d2f3f2a1c4"
HOURLY = {"interval": 4, "retention": 6}
DAILY = {"backup_time": ["22:00"], "retention": 14}
TRACKS: dict[str, Any] = {"enabled": True, "start_time": "22:00", "timezone": "UTC", "hourly": HOURLY}
INTERVAL: dict[str, Any] = {
    "enabled": True,
    "start_time": "22:00",
    "timezone": "UTC",
    "interval": 4,
    "retention_count": 6,
}
WEB: dict[str, Any] = {"name": "web", "instances": ["web-1"]}


@pytest.fixture
def emulator(stand: Stand) -> Emulator:
    """Return the back door of the emulator."""
    return stand.emulator


@pytest.fixture
def auto(stand: Stand) -> Operator:
    """Return a user who leaves it to the module to find out which line the server is of."""
    return Operator(stand)


def kinds(emulator: Emulator, mark: int) -> Counter[str]:
    """Return how many requests of each kind came since a mark."""
    return Counter(each["kind"] for each in emulator.since(mark))


def paths(emulator: Emulator, mark: int) -> list[str]:
    """Return the last parts of the paths of the requests since a mark."""
    return [each["path"].rstrip("/").rpartition("/")[2] for each in emulator.since(mark)]


# ---------------------------------------------------------------------------------------------------------------------
# Server line (reference Q38)


@pytest.mark.parametrize("profile", PROFILES)
def test_targets_tell_the_line(auto: Operator, emulator: Emulator, profile: str) -> None:
    """4: there is no such list. 5: the key nfs_export. 6: the build, or the state online."""
    emulator.reset(profile)
    schedule = INTERVAL if profile < "6" else TRACKS
    mark = emulator.mark()
    assert auto.workload(**WEB, schedule=schedule)["changed"]
    assert paths(emulator, mark).count("backup_targets") == 1
    mark = emulator.mark()
    assert not auto.workload(**WEB, schedule=schedule)["changed"]
    assert auto.workload(name="shop", instances=["web-2"], schedule=schedule)["changed"]
    assert "backup_targets" not in paths(emulator, mark), "the other workload of the project tells"


@pytest.mark.parametrize(
    ("switches", "schedule"),
    [
        pytest.param({"bt_export_key": "nfs_export"}, INTERVAL, id="nfs_export"),
        pytest.param({"build_version": "5.1.3"}, INTERVAL, id="build before 5.2"),
        pytest.param({"bt_good_status": "online"}, TRACKS, id="online"),
        pytest.param({"build_version": "6.0.1"}, TRACKS, id="build 6"),
    ],
)
def test_each_sign_of_the_targets(
    auto: Operator, emulator: Emulator, switches: dict[str, Any], schedule: dict[str, Any]
) -> None:
    emulator.reset(
        "6.1" if schedule is TRACKS else "5.2",
        **{"build_version": "5.2.8.15", "bt_export_key": "filesystem_export", **switches},
    )
    assert auto.workload(**WEB, schedule=schedule)["changed"]


@pytest.mark.parametrize("empty", [False, True], ids=["build of both", "no target"])
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_line_that_cannot_be_told_is_asked_for(
    auto: Operator, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, empty: bool, check: bool
) -> None:
    """The build 5.2.8.15 is on record for both lines, and a wrong guess would be silent."""
    emulator.reset("6.1", build_version="5.2.8.15")
    if empty:
        emulator.fault("shape", "GET", TARGETS, times=0, body={"backup_targets": []})
    mark = emulator.mark()
    failed = auto.fails(**WEB, schedule=TRACKS, check=check)
    assert failed.error == {"code": "server_line"}
    assert "Say it with 'server_line'" in str(failed)
    assert "OPENPROTECT_SERVER_LINE" in str(failed)
    assert emulator.writes(mark) == []
    assert auto.workload(**WEB, schedule=TRACKS, server_line="6", check=check)["changed"]
    del auto.options["server_line"]
    monkeypatch.setenv("OPENPROTECT_SERVER_LINE", "6")
    assert auto.workload(name="shop", instances=["web-2"], schedule=TRACKS, check=check)["changed"]


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "code": 500}, {"kind": "status", "code": 403}, {"kind": "html"}], ids=str
)
def test_targets_that_cannot_be_read_tell_nothing(auto: Operator, emulator: Emulator, fault: dict[str, Any]) -> None:
    emulator.fault(method="GET", path=TARGETS, times=0, **fault)
    mark = emulator.mark()
    failed = auto.fails(**WEB, schedule=INTERVAL)
    assert failed.error["path"] == "/backup_targets"
    assert emulator.writes(mark) == []


@pytest.mark.parametrize("line", ["4", "5", "6"])
def test_line_that_is_given_is_not_looked_for(stand: Stand, line: str) -> None:
    stand.emulator.reset({"4": "4.2", "5": "5.2", "6": "6.2"}[line])
    mark = stand.emulator.mark()
    Operator(stand, line).workload(**WEB, schedule=TRACKS if line == "6" else INTERVAL)
    assert "backup_targets" not in paths(stand.emulator, mark)


@pytest.mark.parametrize(
    ("profile", "schedule", "names", "instead"),
    [
        ("4.2", TRACKS, "schedule.hourly", "schedule.interval (hours)"),
        ("6.2", INTERVAL, "schedule.interval, schedule.retention_count", "schedule.hourly"),
    ],
)
@pytest.mark.parametrize("there", [False, True], ids=["create", "modify"])
def test_form_of_the_other_line_is_refused(
    auto: Operator, emulator: Emulator, profile: str, schedule: dict[str, Any], names: str, instead: str, there: bool
) -> None:
    emulator.reset(profile)
    if there:
        auto.workload(**WEB)
    mark = emulator.mark()
    failed = auto.fails(**WEB, schedule=schedule)
    assert failed.error == {"code": "server_line"}
    assert f"does not know {names}. Write {instead}" in str(failed)
    assert emulator.writes(mark) == []


@pytest.mark.parametrize(
    ("profile", "line", "schedule"), [("4.2", "6", TRACKS), ("6.2", "4", {**INTERVAL, "enabled": False})]
)
def test_schedule_that_the_server_ignored_silently(
    stand: Stand, profile: str, line: str, schedule: dict[str, Any]
) -> None:
    """Unknown keys are ignored and defaults filled in (reference B.1): only the look afterwards tells."""
    stand.emulator.reset(profile, create_s=0)
    failed = Operator(stand, line).fails(**WEB, schedule=schedule, timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "wanted is" in str(failed)
    assert ("schedule.hourly" if line == "6" else "schedule.interval") in str(failed)


@pytest.mark.parametrize("profile", PROFILES)
def test_without_a_schedule_nothing_runs(auto: Operator, emulator: Emulator, profile: str) -> None:
    """Left to the server it would be enabled in some lines (reference Q4)."""
    emulator.reset(profile)
    assert auto.workload(**WEB)["workload"]["schedule"]["enabled"] is False
    assert not auto.workload(**WEB)["changed"]


# ---------------------------------------------------------------------------------------------------------------------
# Policies and the global scheduler (reference C.5, Q36)


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_policy_that_is_needed(operator: Operator, emulator: Emulator, check: bool) -> None:
    gold = emulator.put("policies", name="gold", projects=[operator.stand.project()])
    emulator.put("policies", name="theirs", projects=[operator.stand.project("admin")])
    mark = emulator.mark()
    failed = operator.fails(**WEB, check=check)
    assert failed.error == {"code": "wrong_state"}
    assert f"gold ({gold['id']})" in str(failed)
    assert "theirs" not in str(failed)
    assert emulator.writes(mark) == []
    assert operator.workload(**WEB, policy="gold", check=check)["changed"]


def test_policy_that_is_not_of_this_project(operator: Operator, emulator: Emulator) -> None:
    """Only the server knows that it refuses; the message says which ones it takes."""
    gold = emulator.put("policies", name="gold", projects=[operator.stand.project()])
    emulator.put("policies", name="theirs", projects=[operator.stand.project("admin")])
    failed = operator.fails(**WEB, policy="theirs")
    assert failed.error["status"] == 400
    assert f"Policies that this project may use: gold ({gold['id']})" in str(failed)
    assert emulator.rows("workloads") == []


@pytest.mark.parametrize("profile", PROFILES)
def test_policy_by_name_and_id(stand: Stand, profile: str) -> None:
    stand.emulator.reset(profile)
    person = Operator(stand, profile[0])
    gold = stand.emulator.put("policies", name="gold", projects=[stand.project()])
    result = person.workload(**WEB, policy="gold")
    assert result["workload"]["policy"] == {"id": gold["id"], "name": "gold"}
    assert result["workload"]["schedule"]["enabled"] is True
    for policy in ("gold", gold["id"]):
        assert not person.workload(**WEB, policy=policy)["changed"]
    assert not person.workload(**WEB)["changed"], "what is not given is left alone"
    assert person.workload(name="web", description="new")["workload"]["policy"]["id"] == gold["id"]


@pytest.mark.parametrize(
    "schedule", [{"hourly": HOURLY}, {"weekly": {}}, {"interval": 4}, {"retention_days": 5}], ids=str
)
def test_what_a_policy_decides_cannot_be_given_beside_it(
    operator: Operator, emulator: Emulator, schedule: dict[str, Any]
) -> None:
    mark = emulator.mark()
    failed = operator.fails(**WEB, policy="gold", schedule=schedule)
    assert failed.error == {"code": "invalid_option"}
    assert f"'schedule' holds {next(iter(schedule))}, which the policy 'gold' decides" in str(failed)
    assert emulator.since(mark) == []


def test_what_the_bound_policy_decides_cannot_be_given(operator: Operator, emulator: Emulator) -> None:
    gold = emulator.put("policies", name="gold", projects=[operator.stand.project()])
    operator.workload(**WEB, policy="gold")
    mark = emulator.mark()
    failed = operator.fails(name="web", schedule={"hourly": HOURLY})
    assert failed.error == {"code": "invalid_option"}
    assert f"the policy '{gold['id']}', which the workload 'web'" in str(failed)
    assert emulator.writes(mark) == []
    result = operator.workload(
        name="web", schedule={"enabled": False, "start_time": "03:15", "manual": {"retention": 9}}
    )
    assert result["changed"]
    assert not operator.workload(
        name="web", schedule={"enabled": False, "start_time": "03:15", "manual": {"retention": 9}}
    )["changed"]


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_global_scheduler_that_is_off_is_told(operator: Operator, check: bool) -> None:
    operator.stand.global_scheduler(False)
    [warning] = warnings_of(operator.workload(**WEB, schedule=TRACKS, check=check))
    assert "global job scheduler of the cloud is off" in warning
    assert warnings_of(operator.workload(name="shop", instances=["web-2"], check=check)) == [], (
        "a disabled schedule does not run anyway"
    )


def test_global_scheduler_that_cannot_be_read_is_told(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("status", "GET", "/global_job_scheduler", times=0, code=403)
    result = operator.workload(**WEB, schedule=TRACKS)
    assert result["changed"]
    assert "could not be read" in warnings_of(result)[0]


# ---------------------------------------------------------------------------------------------------------------------
# Immutable fields


@pytest.mark.parametrize("profile", ["4.2", "5.2", "6.1", "6.2"])
def test_encryption(stand: Stand, profile: str) -> None:
    stand.emulator.reset(profile)
    person = Operator(stand, profile[0])
    declared = {**WEB, "encryption": True, "secret": SECRET}
    assert person.workload(**declared)["changed"]
    [row] = stand.emulator.rows("workloads")
    assert (row["encryption"], row["secret_uuid"]) == (True, SECRET)
    assert not person.workload(**declared)["changed"]
    failed = person.fails(name="shop", instances=["web-2"], encryption=True, secret=SECRET)
    assert "is used by another workload" in str(failed)


def test_encryption_needs_a_secret(operator: Operator, emulator: Emulator) -> None:
    mark = emulator.mark()
    failed = operator.fails(**WEB, encryption=True)
    assert failed.error == {"code": "invalid_option"}
    assert "'secret' is needed" in str(failed)
    assert emulator.writes(mark) == []
    operator.workload(**WEB, encryption=True, secret=SECRET)
    assert not operator.workload(**WEB, encryption=True)["changed"], "later it may be left out"


@pytest.mark.parametrize("by", ["id", "name"])
@pytest.mark.parametrize("profile", ["5.2", "6.1", "6.2"])
def test_target_type(stand: Stand, profile: str, by: str) -> None:
    stand.emulator.reset(profile)
    person = Operator(stand, profile[0])
    [row] = [row for row in stand.emulator.rows("backup_target_types") if row["name"] == "s3_2"]
    result = person.workload(**WEB, backup_target_type=row[by])
    assert result["workload"]["backup_target_type"] == {"id": row["id"], "name": "s3_2"}
    assert not person.workload(**WEB, backup_target_type=row[by])["changed"]


def test_line_without_target_types(stand: Stand) -> None:
    stand.emulator.reset("4.2")
    mark = stand.emulator.mark()
    failed = Operator(stand, "4").fails(**WEB, backup_target_type="nfs_1")
    assert failed.error == {"code": "server_line"}
    assert "have no backup target types" in str(failed)
    assert "Leave the option for the backup target type out" in str(failed)
    assert stand.emulator.writes(mark) == []


def shown(operator: Operator, **changes: Any) -> dict[str, Any]:
    """Return the body of a show of the workload web, made of a real one, and take that one away again."""
    emulator = operator.stand.emulator
    made = operator.workload(**WEB)
    jobschedule = made["workload"]["jobschedule"]
    row = emulator.rows("workloads")[0] | {"jobschedule": jobschedule} | changes
    emulator.drop("workloads", made["id"])
    return {"workload": row}


def test_data_that_would_land_on_another_target(operator: Operator, emulator: Emulator) -> None:
    """A server may ignore silently which target was asked for (reference Q13)."""
    emulator.fault("shape", "GET", ONE, times=0, body=shown(operator))
    failed = operator.fails(**WEB, backup_target_type="s3_2", timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "backup_target_type is 'nfs_1', wanted is 's3_2'" in str(failed)


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"backup_target_type": "s3_2"}, "backup_target_type is 'nfs_1', wanted is 's3_2'"),
        ({"workload_type": "Parallel"}, "workload_type is 'Serial', wanted is 'Parallel'"),
        (
            {"encryption": True, "secret": SECRET},
            f"encryption is False, wanted is True; secret is None, wanted is '{SECRET}'",
        ),
    ],
    ids=["backup_target_type", "workload_type", "encryption"],
)
def test_what_cannot_be_changed_later(
    operator: Operator, emulator: Emulator, options: dict[str, Any], said: str, check: bool
) -> None:
    made = operator.workload(**WEB)
    mark = emulator.mark()
    failed = operator.fails(name="web", description="new", **options, check=check)
    assert failed.error == {"code": "immutable_field"}
    assert f"'web' ({made['id']}) cannot be changed in this way: {said}" in str(failed)
    assert emulator.writes(mark) == []


def test_to_give_what_it_has_is_no_change(operator: Operator) -> None:
    operator.workload(**WEB)
    assert not operator.workload(**WEB, workload_type="Serial", backup_target_type="nfs_1", encryption=False)["changed"]


def test_servers_are_needed(operator: Operator, emulator: Emulator) -> None:
    mark = emulator.mark()
    failed = operator.fails(name="web", description="new")
    assert failed.error == {"code": "invalid_option"}
    assert "to create it the option 'instances' is needed" in str(failed)
    assert emulator.writes(mark) == []


def test_server_that_another_workload_protects(operator: Operator, emulator: Emulator) -> None:
    operator.workload(**WEB)
    mark = emulator.mark()
    failed = operator.fails(name="shop", instances=["web-1"])
    assert failed.error["code"] == "wrong_state"
    assert "is in the workload 'web'" in str(failed)
    assert emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Waiting


def test_not_to_wait(operator: Operator, emulator: Emulator) -> None:
    emulator.freeze()
    result = operator.workload(**WEB, wait=False)
    assert result["changed"]
    assert result["workload"]["status"] == "creating"
    assert not operator.workload(**WEB, wait=False)["changed"]
    emulator.freeze(False)
    assert operator.workload(**WEB)["workload"]["status"] == "available"


def test_creation_that_ends_in_error(operator: Operator, emulator: Emulator) -> None:
    emulator.fault("shape", "GET", ONE, times=0, body=shown(operator, status="error", error_msg="No space is left."))
    mark = emulator.mark()
    failed = operator.fails(**WEB)
    assert failed.error == {"code": "object_failed"}
    assert "is in the state 'error': No space is left." in str(failed)
    assert emulator.writes(mark) == ["POST /workloads"]


@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_workload_in_error_is_not_taken_for_a_good_one(operator: Operator, emulator: Emulator, check: bool) -> None:
    made = operator.workload(**WEB)
    emulator.patch("workloads", made["id"], status="error")
    mark = emulator.mark()
    failed = operator.fails(**WEB, check=check)
    assert failed.error == {"code": "object_failed"}
    assert "'error': the server gives no reason" in str(failed)
    assert "'state: absent'" in str(failed)
    assert emulator.writes(mark) == []


# ---------------------------------------------------------------------------------------------------------------------
# Invalid input, before the first request


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": ""}, "'name' is empty"),
        ({"name": None}, "One of the options 'name' and 'id' is needed"),
        ({"new_name": ""}, "'new_name' is empty"),
        ({"instances": []}, "'instances' is empty"),
        ({"secret": SECRET}, "'secret' goes with 'encryption: true' only"),
        ({"secret": SECRET, "encryption": False}, "'secret' goes with 'encryption: true' only"),
        ({"policy": ""}, "'policy' is empty"),
        ({"workload_type": ""}, "'workload_type' is empty"),
        ({"backup_target_type": ""}, "'backup_target_type' is empty"),
        ({"metadata": {"policy_id": "x"}}, "keys that belong to the server: policy_id"),
        (
            {"metadata": {"hostnames": "[]", "backup_target_types": "x"}},
            "keys that belong to the server: backup_target_types, hostnames",
        ),
        ({"metadata": {"on": True}}, "a value for 'on' that is not text"),
        ({"metadata": {"list": ["x"]}}, "a value for 'list' that is not text"),
        ({"schedule": {"hourly": HOURLY, "interval": 4}}, "exclude each other"),
        ({"schedule": {"retention_count": 4, "retention_days": 4}}, "exclude each other"),
        ({"schedule": {"enabled": True, "hourly": {}}}, "schedule.hourly is mandatory"),
        (
            {
                "schedule": {
                    "enabled": True,
                    "hourly": HOURLY,
                    "daily": {},
                    "weekly": {"backup_day": ["mon"], "retention": 1},
                }
            },
            "schedule.weekly needs schedule.daily",
        ),
        (
            {
                "schedule": {
                    "enabled": True,
                    "hourly": HOURLY,
                    "daily": {},
                    "monthly": {"month_backup_day": [1], "retention": 1},
                }
            },
            "schedule.monthly needs",
        ),
        (
            {
                "schedule": {
                    "enabled": True,
                    "hourly": HOURLY,
                    "daily": DAILY,
                    "monthly": {},
                    "yearly": {"backup_month": ["jan"], "retention": 1},
                }
            },
            "schedule.yearly needs schedule.monthly",
        ),
        ({"schedule": {"hourly": {"interval": 4}}}, "schedule.hourly.retention missing"),
        ({"schedule": {"hourly": {"interval": 4, "retention": 0}}}, "schedule.hourly.retention: at least 1"),
        (
            {"schedule": {"daily": {"backup_time": [], "retention": 1}}},
            "schedule.daily.backup_time: a list of at least one item",
        ),
        ({"schedule": {"daily": {"backup_time": ["24:00"], "retention": 1}}}, "schedule.daily.backup_time"),
        ({"schedule": {"monthly": {"month_backup_day": [32], "retention": 1}}}, "at most 31"),
        ({"schedule": {"manual": {}}}, "schedule.manual: the server requires its retention"),
        ({"schedule": {"manual_retention_days": 0}}, "schedule.manual_retention_days: at least 1"),
        ({"schedule": {"start_time": "855"}}, 'Put it in quotes: "14:15"'),
        ({"schedule": {"start_time": "2:15 PM"}}, "schedule.start_time"),
        ({"schedule": {"start_date": "12/01/2026"}}, "schedule.start_date"),
        ({"schedule": {"start_date": "2026-02-30"}}, "there is no such date"),
        ({"schedule": {"start_date": "2026-12-01", "end_date": "2026-12-01"}}, "is not after the start date"),
        ({"schedule": {"timezone": "Mars/Olympus"}}, "is not a time zone"),
        ({"schedule": {"interval": 0}}, "schedule.interval: at least 1"),
        ({"schedule": {"retention_days": 0}}, "schedule.retention_days: at least 1"),
        ({"schedule": {"full_backup_interval": -2}}, "schedule.full_backup_interval: at least -1"),
    ],
    ids=str,
)
def test_wrong_input_is_refused_before_the_first_request(
    operator: Operator, emulator: Emulator, options: dict[str, Any], said: str
) -> None:
    operator.options["auth"]["auth_url"] = (
        "http://127.0.0.1:9/v3"  # no service listens there: a login would fail with another error
    )
    mark = emulator.mark()
    failed = operator.fails(**{**WEB, **options})
    assert failed.error == {"code": "invalid_option"}
    assert said in str(failed)
    assert emulator.since(mark) == []


def test_id_that_is_none(operator: Operator, emulator: Emulator) -> None:
    operator.options["auth"]["auth_url"] = "http://127.0.0.1:9/v3"
    mark = emulator.mark()
    more: dict[str, dict[str, Any]] = {"workload": {}, "workload_info": {}, "workload_action": {"action": "unlock"}}
    for module, options in more.items():
        failed = operator.fails(module, id="web", **options)
        assert failed.error == {"code": "invalid_option"}
        assert "which is not an id" in str(failed)
    assert emulator.since(mark) == []


@pytest.mark.parametrize(
    "options",
    [
        {"id": SECRET},
        {"schedule": {"hourly": {"interval": 5, "retention": 1}}},
        {"schedule": {"weekly": {"backup_day": ["someday"], "retention": 1}}},
        {"schedule": {"weekly": {"backup_day": ["mon"], "retention": 1, "snapshot_type": "incremental"}}},
        {"schedule": {"yearly": {"backup_month": ["brumaire"], "retention": 1}}},
        {"schedule": {"every": 4}},
        {"state": "gone"},
        {"instances": [{"a": {}}], "state": []},
    ],
    ids=str,
)
def test_wrong_input_that_ansible_refuses(operator: Operator, emulator: Emulator, options: dict[str, Any]) -> None:
    operator.options["auth"]["auth_url"] = "http://127.0.0.1:9/v3"
    mark = emulator.mark()
    failed = operator.fails(**{**WEB, **options})
    assert failed.error == {"code": "invalid_option"}
    assert emulator.since(mark) == []


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({"enabled": True}, "schedule.hourly is mandatory"),
        (
            {"enabled": True, "hourly": HOURLY, "weekly": {"backup_day": ["mon"], "retention": 1}},
            "schedule.weekly needs schedule.daily",
        ),
    ],
)
def test_rules_that_need_a_look_at_the_server(
    operator: Operator, emulator: Emulator, schedule: dict[str, Any], said: str
) -> None:
    """An option that is not given might be set already."""
    mark = emulator.mark()
    failed = operator.fails(**WEB, schedule=schedule)
    assert failed.error == {"code": "invalid_option"}
    assert said in str(failed)
    assert emulator.writes(mark) == []
    operator.workload(**WEB, schedule={**TRACKS, "enabled": False, "daily": DAILY})
    assert operator.workload(name="web", schedule=schedule)["changed"]


# ---------------------------------------------------------------------------------------------------------------------
# Numbers of requests


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("check", [False, True], ids=["real", "check"])
def test_requests_of_a_task_without_change(stand: Stand, profile: str, check: bool) -> None:
    emulator = stand.emulator
    emulator.reset(profile)
    person = Operator(stand, "auto")
    gold = emulator.put("policies", name="gold", projects=[stand.project()])
    made = person.workload(
        **WEB,
        policy="gold",
        description="one",
        metadata={"a": "b"},
        schedule={"start_time": "22:00", "timezone": "UTC"},
    )
    plain: dict[str, Any] = {
        "description": "one",
        "metadata": {"a": "b"},
        "schedule": {"start_time": "22:00", "timezone": "UTC"},
    }
    expected: dict[str, dict[str, Any]] = {
        "compute": {"instances": ["web-1"]},
        "workload_types": {"workload_type": "Serial"},
        "policies": {"policy": gold["id"]},
    }
    if profile != "4.2":
        expected["backup_target_types"] = {"backup_target_type": "nfs_1"}
    for identity, count in (({"name": "web"}, 2), ({"id": made["id"]}, 1)):
        mark = emulator.mark()
        assert not person.workload(**identity, **plain, check=check)["changed"]
        assert kinds(emulator, mark) == {"workloads": count}
        for kind, options in expected.items():
            mark = emulator.mark()
            assert not person.workload(**identity, **plain, **options, check=check)["changed"]
            assert kinds(emulator, mark) == {"workloads": count, kind: 1}
        everything = {key: value for options in expected.values() for key, value in options.items()}
        mark = emulator.mark()
        assert not person.workload(**identity, **plain, **everything, check=check)["changed"]
        assert kinds(emulator, mark) == {"workloads": count, **dict.fromkeys(expected, 1)}
        assert emulator.writes(mark) == []


@pytest.mark.parametrize(
    "options",
    [
        {"name": "new", "instances": ["web-2"], "schedule": TRACKS},
        {"name": "web", "description": "new", "instances": ["web-1", "web-2"], "schedule": TRACKS},
        {"name": "web", "new_name": "new"},
        {"name": "web", "state": "absent"},
    ],
    ids=str,
)
def test_check_mode_sends_no_write(operator: Operator, emulator: Emulator, options: dict[str, Any]) -> None:
    operator.workload(**WEB)
    before, mark = emulator.rows("workloads"), emulator.mark()
    result = operator.workload(**options, check=True)
    assert result["changed"]
    assert {each["effect"] for each in emulator.since(mark)} == {"READ"}
    assert emulator.rows("workloads") == before


def test_many_servers_are_listed_page_by_page(operator: Operator, emulator: Emulator) -> None:
    """Nova hands out so many servers at once; the rest is on the pages that it names."""
    pages = [
        {
            "servers": [instance("web-1")],
            "servers_links": [{"rel": "next", "href": "http://127.0.0.1/servers?limit=1&marker=a"}],
        },
        {"servers": [instance("web-2")], "servers_links": []},
    ]
    for page in pages:
        emulator.fault("shape", "GET", "/servers$", body=page)
    mark = emulator.mark()
    assert operator.workload(name="web", instances=["web-2", "web-1"])["changed"]
    assert [each["query"] for each in emulator.since(mark, kind="compute")] == ["", "limit=1&marker=a"]
