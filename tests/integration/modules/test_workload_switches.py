# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A workload on servers that differ in what is not known of the real one: each switch of the emulator, each position.

Either the workload converges and the second run is unchanged, or the task fails with a reason and no wrong write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emulator.trilio.switches import Switches
from integration.conftest import Operator
from support.module import Failed, warnings_of
from support.stand import Stand, instance

TRACKS: dict[str, Any] = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_date": "2026-12-01",
    "start_time": "22:00",
    "hourly": {"interval": 4, "retention": 6},
    "daily": {"backup_time": ["22:00", "10:30"], "retention": 14},
    "weekly": {"backup_day": ["sun", "wed"], "retention": 8},
    "manual": {"retention": 10},
    "manual_retention_days": 20,
}
INTERVAL: dict[str, Any] = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_date": "2026-12-01",
    "start_time": "22:00",
    "interval": 8,
    "retention_count": 14,
    "full_backup_interval": 7,
}
SCHEDULES = {"4.2": INTERVAL, "5.2": INTERVAL, "6.1": TRACKS, "6.2": TRACKS}

# Switches that change nothing that a client may see, in both dialects.
HARMLESS: list[dict[str, Any]] = [
    {"uuid_check": True},
    {"uuid_check": False},
    {"workloads_detail": "off"},
    {"root_versions": 404},
    {"project_mismatch_code": 404},
    {"workload_name_required": False},
    {"create_s": 0.0, "delete_s": 0.0},
    {"create_s": 20.0, "delete_s": 20.0},
    {"list_order": "asc"},
    {"list_order": "desc"},
    {"tz_rewrite": "none"},
    {"tz_rewrite": "utc_name"},
    {"tz_rewrite": "convert"},
    {"show_policy_id": "absent"},
    {"show_policy_id": "null"},
    {"show_policy_id": "bound"},
    {"put_metadata_mode": "merge"},
    {"put_metadata_mode": "replace"},
    {"put_empty_values": "apply"},
    {"put_empty_values": "ignore"},
    {"put_policy_omitted": "keep"},
    {"put_policy_omitted": "error"},
    {"put_while_busy": "accept"},
    {"put_while_busy": "reject"},
    {"put_delay_s": 0.0},
    {"put_delay_s": 30.0},
    {"put_changes_owner": True},
    {"put_changes_owner": False},
    {"missing_jobschedule": "defaults_enabled"},
    {"missing_jobschedule": "defaults_disabled"},
    {"missing_jobschedule": "error_hourly"},
    {"enabled_shows": "effective"},
    {"one_wrapped_as": "singular"},
    {"one_wrapped_as": "plural"},
    {"list_limit": 1000, "list_paging": "marker"},
]
# Switches that matter to one of the dialects only.
OF_TRACKS: list[dict[str, Any]] = [
    {"manual_days_key": "retentionmanual"},
    {"manual_days_key": "manual"},
    {"manual_days_key": "retentionmanual", "retentionmanual_default": "5"},
    {"manual_days_key": "manual", "retentionmanual_default": "5"},
    {"put_track_empty": "ignored"},
    {"put_track_empty": "removes"},
]
OF_INTERVAL: list[dict[str, Any]] = [
    {"default_interval": "6hrs"},
    {"default_start_time": "3:00 PM"},
    {"default_start_date": "01/02/2026"},
]
POSITIONS = [(profile, switches) for profile in ("5.2", "6.2") for switches in HARMLESS]
POSITIONS += [(profile, switches) for profile in ("6.1", "6.2") for switches in OF_TRACKS]
POSITIONS += [(profile, switches) for profile in ("4.2", "5.2") for switches in OF_INTERVAL]

# Switches that other tests cover, by the reason why they are not tested here.
ELSEWHERE = {
    "tells the line of the server, or where data goes: test_workload_create.py": (
        "build_version",
        "schedule_dialect",
        "bt_api",
        "bt_export_key",
        "bt_good_status",
    ),
    "the words of states meanwhile: test_workload_action.py and test_workload_absent.py": (
        "workload_status_during_reset",
        "workload_status_during_snapshot_delete",
    ),
    "only unlock and reset take that time: test_workload_action.py": ("reset_s",),
    "only snapshots are made, cancelled or named by it": ("full_true_values", "cancel_finished"),
    "Nova, not the service: unit/plugins/modules/server_info/test_lost_cells.py": (
        "nova_microversion",
        "nova_down_cell",
    ),
}
OTHER_KINDS = {
    "backup targets and their types": ("bt_", "btt_"),
    "snapshots": (
        "snapshot_phase",
        "snapshot_create_",
        "snapshot_cancel_",
        "snapshot_default_",
        "snapshot_status_",
        "snapshot_size",
        "snapshot_mount_",
        "retention_keeps",
    ),
    "restores": ("restore_", "oneclick_", "selective_", "inplace_", "workload_status_during_restore"),
    "policies": ("policy_create_", "policy_write_", "policy_put_", "policy_unassign_"),
    "trusts, quotas, settings, the licence": (
        "trust_",
        "trustee_",
        "jobs_table",
        "license_",
        "quota_",
        "setting_",
        "error_code_quota",
        "error_code_forbidden",
    ),
}


def person_of(stand: Stand, profile: str, **switches: Any) -> Operator:
    """Return a user of a server that is set so."""
    stand.emulator.reset(profile, **switches)
    return Operator(stand, profile[0])


def refused_without_a_write(person: Operator, **options: Any) -> Failed:
    """Run a task that the server must refuse, and return how it failed; the workloads are as before."""
    before = person.stand.emulator.rows("workloads")
    failed = person.fails(**options)
    assert person.stand.emulator.rows("workloads") == before
    return failed


# ---------------------------------------------------------------------------------------------------------------------
# Converges in each position


@pytest.mark.parametrize(("profile", "switches"), POSITIONS, ids=str)
def test_cycle(stand: Stand, profile: str, switches: dict[str, Any]) -> None:
    person = person_of(stand, profile, **switches)
    mark = stand.emulator.mark()
    schedule = SCHEDULES[profile]
    declared: dict[str, Any] = {
        "description": "The shop",
        "instances": ["web-2", "web-1"],
        "metadata": {"owner": "a", "cost": "1"},
        "schedule": schedule,
    }
    changed: dict[str, Any] = {
        "description": "new",
        "instances": ["web-2", "db-1"],
        "metadata": {"owner": "b"},
        "schedule": {**schedule, "enabled": False, "start_time": "03:15"},
    }
    for options in (declared, changed):
        for is_new in (True, False):
            assert person.workload(name="web", **options)["changed"] is is_new
    assert [write.split("/")[0] for write in stand.emulator.writes(mark)] == ["POST ", "PUT "]
    assert person.workload(name="web")["workload"]["metadata"] == {"owner": "b", "cost": "1"}
    for is_new in (True, False):
        assert person.workload(name="web", state="absent")["changed"] is is_new


@pytest.mark.parametrize(
    ("profile", "switches"),
    [
        *(
            (profile, {"missing_jobschedule": word})
            for profile in ("4.2", "6.2")
            for word in ("defaults_enabled", "defaults_disabled", "error_hourly")
        ),
        *(("5.2", switches) for switches in OF_INTERVAL),
        *(("6.2", {"manual_days_key": key, "retentionmanual_default": "5"}) for key in ("retentionmanual", "manual")),
    ],
    ids=str,
)
def test_bare_workload_is_left_alone(stand: Stand, profile: str, switches: dict[str, Any]) -> None:
    """Defaults of the server are no difference (reference Q4), and no schedule runs without a request."""
    person = person_of(stand, profile, **switches)
    assert person.workload(name="web", instances=["web-1"])["workload"]["schedule"]["enabled"] is False
    assert not person.workload(name="web", instances=["web-1"])["changed"]
    changed = person.workload(name="web", description="new")
    assert changed["workload"]["schedule"]["enabled"] is False
    assert not person.workload(name="web", description="new")["changed"]


@pytest.mark.parametrize("key", ["retentionmanual", "manual"])
@pytest.mark.parametrize("default", ["absent", "5"])
@pytest.mark.parametrize("change", [{"manual_retention_days": 33}, {"manual": {"retention": 44}}], ids=str)
def test_days_of_manual_snapshots(stand: Stand, key: str, default: str, change: dict[str, Any]) -> None:
    """There are two spellings, and one lies inside a track that is replaced as a whole (reference B.2)."""
    person = person_of(stand, "6.2", manual_days_key=key, retentionmanual_default=default)
    person.workload(
        name="web", instances=["web-1"], schedule={"manual": {"retention": 10}, "manual_retention_days": 20}
    )
    for is_new in (True, False):
        assert person.workload(name="web", schedule=change)["changed"] is is_new
    whole = {"manual": {"retention": 10}, "manual_retention_days": 20, **change}
    assert not person.workload(name="web", schedule=whole)["changed"]


@pytest.mark.parametrize(
    ("profile", "form", "omitted"),
    [
        *((profile, "object", omitted) for profile in SCHEDULES for omitted in ("keep", "error")),
        *(("6.2", form, "error") for form in ("string", "json_text")),
    ],
)
def test_policy_is_sent_with_each_change(stand: Stand, profile: str, form: str, omitted: str) -> None:
    """Reference C.5, Q9: a change without it may be refused."""
    person = person_of(stand, profile, policy_value_form=form, put_policy_omitted=omitted, put_metadata_mode="replace")
    gold = stand.emulator.put("policies", name="gold", projects=[stand.project()])
    changes: list[dict[str, Any]] = [
        {"instances": ["web-1"], "policy": "gold"},
        {"description": "new"},
        {"metadata": {"owner": "a"}},
        {"schedule": {"enabled": False}},
    ]
    for options in changes:
        for is_new in (True, False):
            result = person.workload(name="web", **options)
            assert result["changed"] is is_new
            assert result["workload"]["policy"]["id"] == gold["id"]


@pytest.mark.parametrize("shows", ["absent", "null", "bound"])
def test_policy_wherever_it_shows(stand: Stand, shows: str) -> None:
    person = person_of(stand, "6.2", show_policy_id=shows)
    stand.emulator.put("policies", name="gold", projects=[stand.project()])
    person.workload(name="web", instances=["web-1"], policy="gold")
    assert not person.workload(name="web", policy="gold")["changed"]


@pytest.mark.parametrize("code", [200, 202])
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("seconds", [0.0, 10.0])
def test_snapshots_go_first(stand: Stand, code: int, order: str, seconds: float) -> None:
    """The server sorts in any order (reference Q17). The message names the newest, and the oldest is deleted first."""
    person = person_of(stand, "6.2", snapshot_delete_code=code, snapshot_list_order=order, snapshot_delete_s=seconds)
    emulator = stand.emulator
    workload = person.workload(name="web", instances=["web-1"])["id"]
    days = (2, 3, 1)
    rows = {
        day: emulator.put(
            "snapshots", workload_id=workload, name=f"s{day}", created_at=f"2026-11-0{day}T03:00:00.000000"
        )
        for day in days
    }
    assert "the newest is 's3'" in str(person.fails(name="web", state="absent"))
    mark = emulator.mark()
    assert person.workload(name="web", state="absent", delete_snapshots=True)["changed"]
    assert emulator.writes(mark) == [
        *(f"DELETE /snapshots/{rows[day]['id']}" for day in (1, 2, 3)),
        f"DELETE /workloads/{workload}",
    ]


@pytest.mark.parametrize("changes", [True, False])
def test_owner_may_change(stand: Stand, changes: bool) -> None:
    """Who changes a workload becomes its owner (reference B.1); that is no difference."""
    person = person_of(stand, "6.2", put_changes_owner=changes)
    made = person.workload(name="web", instances=["web-1"])
    other = Operator(stand, "6")
    other.options["auth"] = stand.auth("admin", "demo")
    result = other.workload(name="web", description="new")
    assert (result["workload"]["user_id"] != made["workload"]["user_id"]) is changes
    assert not person.workload(name="web", description="new")["changed"]


@pytest.mark.parametrize("shows", ["stored", "effective"])
def test_global_scheduler_that_goes_off_later(stand: Stand, shows: str) -> None:
    """It is not known whether the schedule shows as disabled then (reference Q5). The shown value counts."""
    person = person_of(stand, "6.2", enabled_shows=shows)
    person.workload(name="web", instances=["web-1"], schedule=TRACKS)
    stand.global_scheduler(False)
    if shows == "stored":
        assert not person.workload(name="web", schedule=TRACKS)["changed"]
    else:
        failed = person.fails(name="web", schedule=TRACKS, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "schedule.enabled is False, wanted is True" in str(failed)
        assert "global job scheduler of the cloud is off" in warnings_of(failed.result)[0]
    stand.global_scheduler(True)
    assert not person.workload(name="web", schedule=TRACKS)["changed"]


# ---------------------------------------------------------------------------------------------------------------------
# Converges in one position, and fails clearly in the other


@pytest.mark.parametrize("what", ["apply", "ignore"])
def test_change_while_the_global_scheduler_is_off(stand: Stand, what: str) -> None:
    """Reference Q7: such a write succeeds, and its effect is not known."""
    person = person_of(stand, "6.2", put_when_global_off=what)
    person.workload(name="web", instances=["web-1"], schedule=TRACKS)
    stand.global_scheduler(False)
    wanted = {"enabled": True, "hourly": {"interval": 1, "retention": 2}}
    if what == "apply":
        result = person.workload(name="web", schedule=wanted)
        assert "global job scheduler of the cloud is off" in warnings_of(result)[0]
        assert not person.workload(name="web", schedule=wanted)["changed"]
    else:
        failed = person.fails(name="web", schedule=wanted, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "schedule.hourly is" in str(failed)
        assert "global job scheduler of the cloud is off" in warnings_of(failed.result)[0]


@pytest.mark.parametrize("what", ["removes", "ignored"])
def test_track_that_shall_go(stand: Stand, what: str) -> None:
    person = person_of(stand, "6.2", put_track_empty=what)
    person.workload(name="web", instances=["web-1"], schedule=TRACKS)
    if what == "removes":
        for is_new in (True, False):
            result = person.workload(name="web", schedule={"weekly": {}})
            assert result["changed"] is is_new
            assert "weekly" not in result["workload"]["schedule"]
    else:
        failed = person.fails(name="web", schedule={"weekly": {}}, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "schedule.weekly is {'backup_day': ['wed', 'sun']" in str(failed)
    assert not person.workload(
        name="web", schedule={**TRACKS, "weekly": {} if what == "removes" else TRACKS["weekly"]}
    )["changed"]


@pytest.mark.parametrize("what", ["apply", "ignore"])
def test_description_that_shall_go(stand: Stand, what: str) -> None:
    person = person_of(stand, "6.2", put_empty_values=what)
    person.workload(name="web", description="The shop", instances=["web-1"])
    if what == "apply":
        for is_new in (True, False):
            assert person.workload(name="web", description="")["changed"] is is_new
    else:
        failed = person.fails(name="web", description="", timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "description is 'The shop', wanted is ''" in str(failed)


@pytest.mark.parametrize("what", ["replace", "merge"])
def test_key_of_the_metadata_that_shall_go(stand: Stand, what: str) -> None:
    """Reference Q9: fields that a change leaves out may stay."""
    person = person_of(stand, "6.2", put_metadata_mode=what)
    person.workload(name="web", instances=["web-1"], metadata={"owner": "a", "cost": "1"})
    if what == "replace":
        for is_new in (True, False):
            assert person.workload(name="web", metadata={"owner": None})["changed"] is is_new
    else:
        failed = person.fails(name="web", metadata={"owner": None}, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "metadata.owner is 'a', wanted is None" in str(failed)
    assert not person.workload(name="web", metadata={"cost": "1"})["changed"]


@pytest.mark.parametrize("what", ["accept", "reject"])
def test_change_while_a_snapshot_runs(stand: Stand, what: str) -> None:
    person = person_of(stand, "6.2", put_while_busy=what)
    made = person.workload(name="web", instances=["web-1"])
    stand.emulator.patch("workloads", made["id"], status="locked")
    if what == "accept":
        for is_new in (True, False):
            assert person.workload(name="web", description="new")["changed"] is is_new
    else:
        failed = refused_without_a_write(person, name="web", description="new")
        assert failed.error["code"] == "refused"
        assert "is locked" in str(failed)


@pytest.mark.parametrize("what", ["accept", "reject"])
def test_server_that_is_gone(stand: Stand, what: str) -> None:
    """It is not known whether a change may still name a server that Nova no longer has (reference Q22)."""
    person = person_of(stand, "6.2", put_gone_instance=what)
    person.workload(name="web", instances=["web-1", "web-2"])
    stand.emulator.drop("instances", instance("web-2")["id"])
    if what == "accept":
        for is_new in (True, False):
            assert person.workload(name="web", instances=["web-1", "web-2", "web-3"])["changed"] is is_new
    else:
        failed = refused_without_a_write(person, name="web", instances=["web-1", "web-2", "web-3"])
        assert instance("web-2")["id"] in str(failed)
    for is_new in (True, False):
        assert person.workload(name="web", instances=["web-1"])["changed"] is is_new, "left out it does not matter"


@pytest.mark.parametrize("what", ["reject", "allow"])
def test_server_of_two_workloads(stand: Stand, what: str) -> None:
    """A server can be in one workload only (reference N1), so that is refused before the server is asked."""
    person = person_of(stand, "6.2", vm_in_two_workloads=what)
    person.workload(name="web", instances=["web-1"])
    person.workload(name="shop", instances=["web-2"])
    tasks: list[dict[str, Any]] = [
        {"name": "shop", "instances": ["web-2", "web-1"]},
        {"name": "third", "instances": ["web-1"]},
    ]
    for options in tasks:
        text = str(refused_without_a_write(person, **options))
        assert f"'web-1' ({instance('web-1')['id']}) is in the workload 'web'" in text


@pytest.mark.parametrize("wins", [False, True])
@pytest.mark.parametrize("given", [False, True])
def test_start_time_beside_a_policy(stand: Stand, wins: bool, given: bool) -> None:
    person = person_of(stand, "6.2", policy_start_time_wins=wins, create_s=0)
    stand.emulator.put("policies", name="gold", projects=[stand.project()])
    schedule = {"enabled": True, **({"start_time": "03:15"} if given else {})}
    if wins and given:
        failed = person.fails(name="web", instances=["web-1"], policy="gold", schedule=schedule, timeout=1)
        assert failed.error == {"code": "not_converged"}
        assert "schedule.start_time is '22:00', wanted is '03:15'" in str(failed)
    else:
        for is_new in (True, False):
            assert (
                person.workload(name="web", instances=["web-1"], policy="gold", schedule=schedule)["changed"] is is_new
            )


def test_write_that_shows_later_than_anybody_waits(stand: Stand) -> None:
    """A new server can take over a minute to show (reference Q10); the next run finds it."""
    person = person_of(stand, "6.2", put_delay_s=86400)
    person.workload(name="web", instances=["web-1"])
    failed = person.fails(name="web", instances=["web-1", "web-2"], timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "instances is ['web-1'], wanted is ['web-1', 'web-2']" in str(failed)
    stand.emulator.step(86400)
    mark = stand.emulator.mark()
    assert not person.workload(name="web", instances=["web-1", "web-2"])["changed"]
    assert stand.emulator.writes(mark) == []
    assert len(stand.emulator.rows("workloads")[0]["instances"]) == 2


@pytest.mark.parametrize("values", [["true"], ["true", "1"], ["1"]], ids=str)
def test_spellings_of_flags(stand: Stand, values: list[str]) -> None:
    """A server that does not read our spelling refuses, since it then sees the snapshots."""
    person = person_of(stand, "6.2", all_flag_values=values)
    workload = person.workload(name="web", instances=["web-1"])["id"]
    stand.emulator.put("snapshots", workload_id=workload)
    if "true" in values:
        assert person.workload(name="web", state="absent", keep_data=True)["changed"]
    else:
        assert "has snapshots" in str(refused_without_a_write(person, name="web", state="absent", keep_data=True))


# ---------------------------------------------------------------------------------------------------------------------
# Refusals


@pytest.mark.parametrize("body", ["fault", "fault_br", "html", "text"])
@pytest.mark.parametrize("code", [400, 409])
def test_refusal_because_of_a_state(stand: Stand, body: str, code: int) -> None:
    # Of this line it is not known that a server can be in one workload only, so the server is asked.
    person = person_of(stand, "5.2", error_body=body, error_code_state=code)
    person.workload(name="web", instances=["web-1"])
    failed = refused_without_a_write(person, name="shop", instances=["web-1"])
    assert (failed.error["code"], failed.error["status"], failed.error["method"], failed.error["path"]) == (
        "refused",
        code,
        "POST",
        "/workloads",
    )
    assert f"was refused with {code}:" in str(failed)
    assert f"Invalid instance as {instance('web-1')['id']} already attached with other workload." in str(failed)
    assert "<" not in str(failed)


@pytest.mark.parametrize("body", ["fault", "fault_br", "html", "text"])
@pytest.mark.parametrize("code", [400, 422])
def test_refusal_because_of_a_value(stand: Stand, body: str, code: int) -> None:
    person = person_of(stand, "6.2", error_body=body, error_code_validation=code)
    made = person.workload(name="web", instances=["web-1"])
    stand.emulator.put("policies", name="theirs", projects=[stand.project("admin")])
    for options in ({"name": "web"}, {"name": "shop", "instances": ["web-2"]}):
        failed = refused_without_a_write(person, **options, policy="theirs")
        assert failed.error["status"] == code
        assert "Please provide policy id from available policies: []" in str(failed)
        assert "<" not in str(failed)
    assert not person.workload(id=made["id"], instances=["web-1"])["changed"]


@pytest.mark.parametrize("code", [402, 500])
def test_refusal_for_want_of_a_licence(stand: Stand, code: int) -> None:
    """A 500 with that text is no lost answer: nothing is repeated, and nothing is looked for."""
    person = person_of(stand, "6.2", error_code_license=code)
    stand.emulator.drop("licenses", "license")
    mark = stand.emulator.mark()
    failed = refused_without_a_write(person, name="shop", instances=["web-1"])
    assert (failed.error["code"], failed.error["status"]) == ("no_licence", code)
    assert "License not found" in str(failed)
    assert [write.split("/")[0] for write in stand.emulator.writes(mark)] == ["POST "]


def test_each_switch_is_held(stand: Stand) -> None:
    """Each position of each switch is tested here, or there is a reason why not."""
    names = set(stand.emulator.ask("GET", "switches")["switches"])
    assert names == set(Switches().as_dict())
    source = Path(__file__).read_text(encoding="utf-8")
    held = {name for name in names if f'{{"{name}": ' in source or f', "{name}": ' in source or f" {name}=" in source}
    elsewhere = {name for group in ELSEWHERE.values() for name in group}
    prefixes = tuple(prefix for group in OTHER_KINDS.values() for prefix in group)
    left = {name for name in names - held - elsewhere if not name.startswith(prefixes)}
    assert left == set()
    assert elsewhere <= names
    assert held & elsewhere == set()
