# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches: one test for each, named after it, here or in another file. One test checks that none is missing."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from emulator.server.switches import UnknownSwitch
from emulator.trilio.switches import PROFILES, Switches, profile
from unit.emulator.in_process import DAILY, DB, HOURLY, NOWHERE, OTHER_PROJECT, PM, PROJECT, WEB, WEEKLY, Api, vms

TRACKS = {
    "enabled": True,
    "start_time": "02:15 PM",
    "start_date": "01/28/2025",
    "timezone": "Europe/Berlin",
    "hourly": HOURLY,
    "daily": DAILY,
}
INTERVAL = {"enabled": True, "start_time": "3:00 PM", "interval": "5", "retention_policy_value": 10}


def both(name: str, *values: Any, on: str = "6.2", **others: Any) -> list[Api]:
    """Return an emulator for each value of a switch."""
    return [Api(on, **{name: value, **others}) for value in values]


def test_build_version() -> None:
    for api in both("build_version", "5.0.204", "6.1.3"):
        assert (
            api.get("/backup_targets")["backup_targets"][0]["version"]
            == api.admin("GET", "switches")["switches"]["build_version"]
        )


def test_schedule_dialect() -> None:
    tracks, interval = both("schedule_dialect", "tracks", "interval")
    assert "daily" in tracks.show(tracks.create(jobschedule=TRACKS))["jobschedule"]
    shown = interval.show(interval.create(jobschedule=TRACKS))["jobschedule"]
    assert "daily" not in shown
    assert (shown["enabled"], shown["appliance_timezone"]) == (True, "UTC")


@pytest.mark.parametrize(
    "path", ["/backup_targets", "/backup_targets/detail", "/backup_target_types", f"/backup_target_types/{NOWHERE}"]
)
def test_bt_api(path: str) -> None:
    none, *some = both("bt_api", "none", "read", "config", "dms")
    assert none.code("GET", path) == 404
    for api in some:
        assert api.code("GET", path) == (404 if NOWHERE in path else 200)


def test_bt_export_key() -> None:
    old, new = both("bt_export_key", "nfs_export", "filesystem_export")
    nfs, s3 = old.get("/backup_targets")["backup_targets"]
    assert (nfs["nfs_export"], s3["nfs_export"]) == ("192.168.1.34:/mnt/tvault/42436", "https://s3.example.org/backup")
    assert "backup_target_metadata" not in nfs
    nfs, s3 = new.get("/backup_targets")["backup_targets"]
    assert s3["filesystem_export"] == "s3.example.org/backup"
    assert nfs["backup_target_metadata"] == []


def test_bt_good_status() -> None:
    for word in ("available", "online"):
        api = Api("6.2", bt_good_status=word)
        assert {target["status"] for target in api.get("/backup_targets")["backup_targets"]} == {word}


def test_bt_echo_secret_ref() -> None:
    for api, shows in zip(both("bt_echo_secret_ref", True, False), (True, False), strict=True):
        api.put_row("backup_targets", id=NOWHERE, type="s3", export="h/b", secret_ref="http://127.0.0.1/v1/secrets/1")
        assert ("secret_ref" in api.get(f"/backup_targets/{NOWHERE}", roles="admin")["backup_targets"]) is shows


def test_project_mismatch_code() -> None:
    for code in (400, 403, 404):
        api = Api("6.2", project_mismatch_code=code)
        assert api.client.get(f"/v1/{OTHER_PROJECT}/workloads", headers={"X-Project-Id": PROJECT}).status_code == code


def test_root_versions() -> None:
    for code in (300, 404):
        api = Api("6.2", root_versions=code)
        assert [api.client.get(path).status_code for path in ("/", "/v1", "/v1/")] == [code] * 3


def test_workloads_detail() -> None:
    on, off = both("workloads_detail", "on", "off", on="4.2")
    on.create()
    assert "jobschedule" in on.get("/workloads/detail")["workloads"][0]
    assert off.code("GET", "/workloads/detail") == 404
    off.set(uuid_check=True)
    assert off.code("GET", "/workloads/detail") == 400


def test_uuid_check() -> None:
    checked, unchecked = both("uuid_check", True, False)
    for path in (
        "/workloads/web",
        "/snapshots/web",
        "/backup_targets/web",
        "/backup_target_types/web",
        "/workload_policy/web",
        "/restores/web",
    ):
        assert checked.refusal("GET", path) == (400, "Invalid uuid for id: web")
        assert unchecked.code("GET", path) == 404
        assert checked.code("GET", path.replace("web", NOWHERE)) == 404


def test_error_code_validation() -> None:
    for code in (400, 422):
        assert Api("6.2", error_code_validation=code).code("POST", "/workloads", {"workload": {"name": "w"}}) == code


def test_error_code_state() -> None:
    for code in (400, 409):
        api = Api("6.2", error_code_state=code)
        workload_id = api.create()
        api.snapshot(workload_id)
        assert api.code("DELETE", f"/workloads/{workload_id}") == code


def test_error_body() -> None:
    answers = {}
    for form in ("fault", "fault_br", "html", "text"):
        answers[form] = Api("6.2", error_body=form).call("GET", f"/workloads/{NOWHERE}")
    text = f"Workload {NOWHERE} could not be found."
    assert json.loads(answers["fault"].data) == {"itemNotFound": {"code": 404, "message": text}}
    assert json.loads(answers["fault_br"].data)["itemNotFound"]["message"] == text + "<br /><br />\n\n\n"
    assert answers["html"].content_type.startswith("text/html")
    assert text in answers["html"].text
    assert answers["text"].text == text
    assert {answer.status_code for answer in answers.values()} == {404}


def test_create_s() -> None:
    for seconds in (4.0, 900.0):
        api = Api("6.2", create_s=seconds)
        workload_id = json.loads(api.call("POST", "/workloads", api.body()).data)["workload"]["id"]
        api.step(seconds - 1)
        assert api.status(workload_id) == "creating"
        api.step(1)
        assert api.status(workload_id) == "available"


def test_delete_s() -> None:
    for seconds in (4.0, 100.0):
        api = Api("6.2", delete_s=seconds)
        workload_id = api.create()
        assert api.code("DELETE", f"/workloads/{workload_id}") == 202
        api.step(seconds - 1)
        assert api.status(workload_id) == "deleting"
        api.step(1)
        assert api.code("GET", f"/workloads/{workload_id}") == 404


def test_reset_s() -> None:
    for seconds in (4.0, 100.0):
        api = Api("6.2", reset_s=seconds)
        workload_id = api.create()
        api.call("POST", f"/workloads/{workload_id}/reset")
        api.step(seconds - 1)
        assert api.status(workload_id) == "resetting"
        api.step(1)
        assert api.status(workload_id) == "available"


def test_snapshot_create_code() -> None:
    for code in (200, 202):
        api = Api("6.2", snapshot_create_code=code)
        assert api.code("POST", f"/workloads/{api.create()}") == code


def test_snapshot_delete_code() -> None:
    for code in (200, 202):
        api = Api("6.2", snapshot_delete_code=code)
        snapshot_id = api.snapshot(api.create())
        api.step(60)
        response = api.call("DELETE", f"/snapshots/{snapshot_id}")
        assert (response.status_code, response.data) == (code, b"")


def test_full_true_values() -> None:
    for values, full in (
        (["1", "true"], {"1": "full", "True": "full", "yes": "incremental"}),
        (["1"], {"1": "full", "True": "incremental"}),
    ):
        api = Api("6.2", full_true_values=values)
        workload_id = api.create()
        api.snapshot(workload_id)
        api.step(60)
        for value, kind in full.items():
            snapshot_id = api.snapshot(workload_id, f"?full={value}")
            api.step(60)
            assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["snapshot_type"] == kind


def test_snapshot_phases() -> None:
    api = Api("6.2", snapshot_phases=["creating", "executing", "uploading"])
    snapshot_id = api.snapshot(api.create())
    seen = []
    for _number in range(4):
        seen.append(api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"])
        api.step(10)
    assert seen == ["creating", "executing", "uploading", "available"]
    api.set(snapshot_phases="executing")
    phases = {line: profile(line).snapshot_phases for line in PROFILES}
    assert phases == {"4.2": ["executing"], "5.2": ["executing"], **dict.fromkeys(("6.1", "6.2"), seen[::2][:2])}
    assert api.admin("GET", "switches")["switches"]["snapshot_phases"] == ["executing"]


@pytest.mark.parametrize(
    ("name", "word"),
    [("snapshot_phase_s", "creating"), ("snapshot_delete_s", "deleting"), ("snapshot_cancel_s", "creating")],
)
def test_snapshot_durations(name: str, word: str) -> None:
    for seconds in (3.0, 200.0):
        api = Api("6.2", **{name: seconds})
        snapshot_id = api.snapshot(api.create())
        if name == "snapshot_delete_s":
            api.step(60)
            api.call("DELETE", f"/snapshots/{snapshot_id}")
        elif name == "snapshot_cancel_s":
            api.call("GET", f"/snapshots/{snapshot_id}/cancel")
        api.step(seconds - 1)
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"] == word
        api.step(1)
        assert [row["status"] for row in api.get("/snapshots")["snapshots"]] != [word]


def test_snapshot_default_name_and_description() -> None:
    for name, text in (("snapshot", "-"), ("jobscheduler", "none")):
        api = Api("6.2", snapshot_default_name=name, snapshot_default_description=text)
        api.snapshot(api.create(), name=None, description=None)
        (row,) = api.get("/snapshots")["snapshots"]
        assert (row["name"], row["description"]) == (name, text)


def test_workload_status_during_snapshot_delete() -> None:
    for word in ("locked", "deleting_snapshot"):
        api = Api("6.2", workload_status_during_snapshot_delete=word)
        workload_id = api.create()
        snapshot_id = api.snapshot(workload_id)
        api.step(60)
        api.call("DELETE", f"/snapshots/{snapshot_id}")
        assert api.status(workload_id) == word
        api.step(60)
        assert api.status(workload_id) == "available"


def test_workload_status_during_reset() -> None:
    for word in ("resetting", "locked"):
        api = Api("6.2", workload_status_during_reset=word)
        workload_id = api.create()
        api.call("POST", f"/workloads/{workload_id}/reset")
        assert api.status(workload_id) == word


def test_cancel_finished() -> None:
    for api, code in zip(both("cancel_finished", "error", "noop"), (400, 200), strict=True):
        snapshot_id = api.snapshot(api.create())
        api.step(60)
        assert api.code("GET", f"/snapshots/{snapshot_id}/cancel") == code
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"] == "available"


def test_workload_name_required() -> None:
    needed, optional = both("workload_name_required", True, False)
    assert needed.code("POST", "/workloads", needed.body(name=None)) == 400
    assert optional.code("POST", "/workloads", optional.body(name=None)) == 202


def test_missing_jobschedule() -> None:
    for dialect in ("interval", "tracks"):
        on, off, error = both(
            "missing_jobschedule", "defaults_enabled", "defaults_disabled", "error_hourly", schedule_dialect=dialect
        )
        nothings: tuple[Any, ...] = (None, {})
        for empty in nothings:
            assert (
                on.show(on.create(jobschedule=empty, instances=vms(WEB if empty is None else DB)))["jobschedule"][
                    "enabled"
                ]
                is True
            )
            assert (
                off.show(off.create(jobschedule=empty, instances=vms(WEB if empty is None else DB)))["jobschedule"][
                    "enabled"
                ]
                is False
            )
            assert error.refusal("POST", "/workloads", error.body(jobschedule=empty)) == (
                400,
                "Hourly interval must be a numeric value",
            )


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [("default_interval", "interval", "12 hr"), ("default_start_time", "start_time", "1:00 AM")],
)
def test_default_interval_and_start_time(name: str, key: str, value: str) -> None:
    stock, other = both(name, profile("4.2").as_dict()[name], value, on="4.2")
    assert stock.show(stock.create())["jobschedule"][key] == profile("4.2").as_dict()[name]
    shown = other.show(other.create(jobschedule={"enabled": True}))["jobschedule"]
    assert (shown[key], shown["enabled"]) == (value, True)


def test_default_start_date() -> None:
    today, fixed, none = both("default_start_date", "today", "01/01/2030", "", on="4.2")
    now = today.admin("GET", "clock")["now"]
    assert today.show(today.create())["jobschedule"]["start_date"] == f"{now[5:7]}/{now[8:10]}/{now[:4]}"
    assert fixed.show(fixed.create())["jobschedule"]["start_date"] == "01/01/2030"
    assert "start_date" not in none.show(none.create())["jobschedule"]


def test_manual_days_key() -> None:
    both_spellings = {
        "enabled": False,
        "manual": {"retention": 3, "retention_days_to_keep": 7},
        "retentionmanual": {"retentionmanual": 5},
    }
    old, new = both("manual_days_key", "retentionmanual", "manual")
    shown = old.show(old.create(jobschedule=both_spellings))["jobschedule"]
    assert (shown["manual"], shown["retentionmanual"]) == ({"retention": "3"}, {"retentionmanual": "5"})
    shown = new.show(new.create(jobschedule=both_spellings))["jobschedule"]
    assert shown["manual"] == {"retention": "3", "retention_days_to_keep": "7"}
    assert "retentionmanual" not in shown


def test_retentionmanual_default() -> None:
    for spelling in ("retentionmanual", "manual"):
        absent, five = both("retentionmanual_default", "absent", "5", manual_days_key=spelling)
        shown = absent.show(absent.create())["jobschedule"]
        assert "retentionmanual" not in shown
        assert "manual" not in shown
        shown = five.show(five.create())["jobschedule"]
        assert (shown["retentionmanual"] if spelling == "retentionmanual" else shown["manual"]) in (
            {"retentionmanual": "5"},
            {"retention_days_to_keep": "5"},
        )


@pytest.mark.parametrize(
    ("sent", "none", "utc_name", "convert"),
    [
        ("Etc/UTC", ("Etc/UTC", "02:15 PM"), ("UTC", "02:15 PM"), ("UTC", "02:15 PM")),
        ("Europe/Berlin", ("Europe/Berlin", "02:15 PM"), ("Europe/Berlin", "02:15 PM"), ("UTC", "01:15 PM")),
        ("Asia/Kolkata", ("Asia/Kolkata", "02:15 PM"), ("Asia/Kolkata", "02:15 PM"), ("UTC", "08:45 AM")),
        ("UTC+2", ("UTC+2", "02:15 PM"), ("UTC+2", "02:15 PM"), ("UTC", "12:15 PM")),
        ("Nowhere/Land", ("Nowhere/Land", "02:15 PM"), ("Nowhere/Land", "02:15 PM"), ("Nowhere/Land", "02:15 PM")),
    ],
)
def test_tz_rewrite(sent: str, none: tuple[str, str], utc_name: tuple[str, str], convert: tuple[str, str]) -> None:
    for api, wanted in zip(both("tz_rewrite", "none", "utc_name", "convert"), (none, utc_name, convert), strict=True):
        shown = api.show(api.create(jobschedule=TRACKS | {"timezone": sent}))["jobschedule"]
        assert (shown["timezone"], shown["start_time"]) == wanted
        assert shown["daily"]["backup_time"] == ["14:15"]


def test_enabled_shows() -> None:
    for api, enabled in zip(both("enabled_shows", "stored", "effective"), (True, False), strict=True):
        workload_id = api.create(jobschedule=TRACKS)
        assert api.show(workload_id)["jobschedule"]["enabled"] is True
        api.call("POST", "/global_job_scheduler/disable", roles="admin")
        shown = api.show(workload_id)["jobschedule"]
        assert (shown["enabled"], shown["global_jobscheduler"], "nextrun" in shown) == (enabled, False, enabled)


def test_show_policy_id() -> None:
    for value in ("absent", "null", "bound"):
        api = Api("6.2", show_policy_id=value)
        policy = api.put_row("policies", projects=[PROJECT])["id"]
        shown = api.show(api.create(metadata={"policy_id": policy}))
        assert shown["metadata"]["policy_id"] == policy
        assert shown.get("policy_id", "no such key") == {"absent": "no such key", "null": None, "bound": policy}[value]


def test_put_when_global_off() -> None:
    for api, interval in zip(both("put_when_global_off", "apply", "ignore"), ("4", "1"), strict=True):
        workload_id = api.create(jobschedule=TRACKS)
        api.call("POST", "/global_job_scheduler/disable", roles="admin")
        changed = api.change(workload_id, name="n", jobschedule={"hourly": HOURLY | {"interval": 4}})
        assert (changed["name"], changed["jobschedule"]["hourly"]["interval"]) == ("n", interval)


def test_put_metadata_mode() -> None:
    for api, left in zip(
        both("put_metadata_mode", "merge", "replace"), ({"a": "1", "b": "2"}, {"b": "2"}), strict=True
    ):
        changed = api.change(api.create(metadata={"a": "1"}), metadata={"b": "2"})["metadata"]
        assert {key: value for key, value in changed.items() if len(key) == 1} == left
        assert changed["backup_target_types"] == "nfs_1"


def test_put_empty_values() -> None:
    apply, ignore = both("put_empty_values", "apply", "ignore")
    for api, description, key in ((apply, "", None), (ignore, "text", "1")):
        changed = api.change(
            api.create(description="text", metadata={"a": "1"}), description="", metadata={"a": None}, jobschedule={}
        )
        assert (changed["description"], changed["metadata"].get("a")) == (description, key)
        assert api.code("PUT", f"/workloads/{changed['id']}", {"workload": {"instances": []}}) == (
            400 if api is apply else 202
        )


def test_put_track_empty() -> None:
    for api, stays in zip(both("put_track_empty", "removes", "ignored"), (False, True), strict=True):
        workload_id = api.create(jobschedule=TRACKS | {"weekly": WEEKLY})
        shown = api.change(workload_id, jobschedule={"weekly": {}})["jobschedule"]
        assert ("weekly" in shown, "daily" in shown) == (stays, True)


def test_put_gone_instance() -> None:
    for api, code in zip(both("put_gone_instance", "accept", "reject"), (202, 400), strict=True):
        workload_id = api.create(instances=vms(WEB, DB))
        api.admin("DELETE", f"instances/{DB}")
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": {"instances": vms(WEB, DB)}}) == code
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": {"instances": vms(WEB)}}) == 202


def test_put_policy_omitted() -> None:
    for api, code in zip(both("put_policy_omitted", "keep", "error"), (202, 400), strict=True):
        policy = api.put_row("policies", projects=[PROJECT])["id"]
        workload_id = api.create(metadata={"policy_id": policy})
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": {"name": "n"}}) == code
        assert api.change(workload_id, name="n", metadata={"policy_id": policy})["metadata"]["policy_id"] == policy


def test_put_while_busy() -> None:
    for api, code in zip(both("put_while_busy", "accept", "reject"), (202, 400), strict=True):
        workload_id = api.create()
        api.snapshot(workload_id)
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": {"name": "n"}}) == code


def test_put_delay_s() -> None:
    for seconds in (0.0, 60.0):
        api = Api("6.2", put_delay_s=seconds)
        workload_id = api.create(name="before")
        api.call("PUT", f"/workloads/{workload_id}", {"workload": {"name": "after"}})
        assert api.show(workload_id)["name"] == ("before" if seconds else "after")
        api.step(seconds)
        assert api.show(workload_id)["name"] == "after"


def test_put_changes_owner() -> None:
    for api, moves in zip(both("put_changes_owner", True, False), (True, False), strict=True):
        row = api.put_row("workloads", user_id="f" * 32, instances=[{"id": WEB, "name": "n", "metadata": {}}])
        assert (api.change(row["id"], name="n")["user_id"] != "f" * 32) is moves


def test_vm_in_two_workloads() -> None:
    for api, code in zip(both("vm_in_two_workloads", "reject", "allow"), (400, 202), strict=True):
        api.create(instances=vms(WEB))
        workload_id = api.create(instances=vms(DB))
        assert api.code("POST", "/workloads", api.body(instances=vms(WEB, PM))) == code
        assert api.code("PUT", f"/workloads/{workload_id}", {"workload": {"instances": vms(WEB, DB)}}) == code


def test_policy_value_form() -> None:
    track = {"interval": "24", "retention": "30", "snapshot_type": "incremental"}
    for form, wanted in (("object", track), ("json_text", json.dumps(track)), ("string", json.dumps(track))):
        api = Api("6.2", policy_value_form=form)
        api.put_row("policies")
        rows = api.get("/workload_policy")["policy_list"][0]["field_values"]
        values = {row["policy_field_name"]: row["value"] for row in rows}
        assert (values["hourly"], values["start_time"]) == (wanted, "10:00 PM")


def test_policy_start_time_wins() -> None:
    for api, start in zip(both("policy_start_time_wins", True, False), ("10:00 PM", "02:15 PM"), strict=True):
        policy = api.put_row("policies", projects=[PROJECT])["id"]
        shown = api.show(api.create(metadata={"policy_id": policy}, jobschedule=TRACKS))["jobschedule"]
        assert (shown["start_time"], shown["hourly"]["interval"]) == (start, "24")


def test_list_order() -> None:
    for api, names in zip(both("list_order", "desc", "asc"), (["b", "a"], ["a", "b"]), strict=True):
        api.create(name="a")
        api.create(name="b", instances=vms(DB))
        assert [row["name"] for row in api.get("/workloads")["workloads"]] == names


def test_snapshot_list_order() -> None:
    for api, names in zip(both("snapshot_list_order", "desc", "asc"), (["b", "a"], ["a", "b"]), strict=True):
        for name in "ab":
            api.put_row("snapshots", name=name)
        assert [row["name"] for row in api.get("/snapshots")["snapshots"]] == names


def pages(api: Api, *queries: str) -> list[str]:
    """Return the names in a list of workloads, for each query."""
    return ["".join(row["name"] for row in api.get(f"/workloads{query}")["workloads"]) for query in queries]


def test_list_limit() -> None:
    for limit, names in ((0, "abcd"), (3, "abc"), (9, "abcd")):
        api = Api("6.2", list_limit=limit, list_order="asc")
        for name in "abcd":
            api.put_row("workloads", name=name)
        assert pages(api, "", "?marker=x", "?offset=3", "?limit=1") == [names] * 4, "the parameters are ignored"


def test_list_paging() -> None:
    for way, after in (("marker", "?marker={}"), ("offset", "?offset=2")):
        api = Api("6.2", list_limit=2, list_paging=way, list_order="asc")
        ids = {name: api.put_row("workloads", name=name)["id"] for name in "abcde"}
        rest = after.format(ids["b"])
        assert pages(api, "", rest, f"{rest}&limit=1", "?limit=4") == ["ab", "cd", "c", "ab"]
    assert Api("6.2", list_paging="marker").code("GET", "/workloads?marker=x") == 400


def test_one_wrapped_as() -> None:
    for value, wrappers in (
        ("documented", ("workload", "snapshot", "backup_targets", "policy")),
        ("singular", ("workload", "snapshot", "backup_target", "policy")),
        ("plural", ("workloads", "snapshots", "backup_targets", "policies")),
    ):
        api = Api("6.2", one_wrapped_as=value)
        made = json.loads(api.call("POST", "/workloads", api.body()).data)
        assert list(made) == [wrappers[0]]
        paths = (
            f"/workloads/{made[wrappers[0]]['id']}",
            f"/snapshots/{api.put_row('snapshots')['id']}",
            f"/backup_targets/{api.get('/backup_targets')['backup_targets'][0]['id']}",
            f"/workload_policy/{api.put_row('policies')['id']}",
        )
        assert tuple(key for path in paths for key in api.get(path)) == wrappers
        assert list(api.get("/workloads")) == ["workloads"], "lists stay as they are"


def test_all_flag_values() -> None:
    for values, code in ((["true", "1", "yes"], {"1": 403, "True": 403, "on": 200}), (["on"], {"1": 200, "on": 403})):
        api = Api("6.2", all_flag_values=values)
        assert {value: api.code("GET", f"/workloads?all_workloads={value}") for value in code} == code


TESTED_TOGETHER = {
    "test_snapshot_durations": {"snapshot_phase_s", "snapshot_delete_s", "snapshot_cancel_s"},
    "test_snapshot_default_name_and_description": {"snapshot_default_name", "snapshot_default_description"},
    "test_default_interval_and_start_time": {"default_interval", "default_start_time"},
}


def test_that_no_switch_is_untested() -> None:
    files = Path(__file__).parent.glob("test_*_switches.py")
    tests = {
        name
        for file in files
        for name in re.findall(r"^def test_(\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {item.name for item in fields(Switches)} <= tests.union(*TESTED_TOGETHER.values())


def test_profiles_differ_as_the_reference_says() -> None:
    names = (
        "schedule_dialect",
        "bt_api",
        "error_code_state",
        "error_body",
        "put_delay_s",
        "bt_good_status",
        "uuid_check",
        "snapshot_delete_code",
    )
    got = {line: tuple(profile(line).as_dict()[name] for name in names) for line in PROFILES}
    assert got == {
        "4.2": ("interval", "none", 409, "fault", 0.0, "available", False, 200),
        "5.2": ("interval", "read", 409, "fault_br", 0.0, "available", True, 202),
        "6.1": ("tracks", "config", 400, "fault", 2.0, "available", True, 202),
        "6.2": ("tracks", "dms", 400, "fault", 2.0, "online", True, 202),
    }


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("put_delay_s", "7", 7.0),
        ("uuid_check", "False", False),
        ("error_code_state", "409", 409),
        ("full_true_values", "1,yes", ["1", "yes"]),
    ],
)
def test_values_come_as_text_from_a_command_line(name: str, text: str, value: Any) -> None:
    switches = profile("6.2")
    switches.set({name: text})
    assert switches.as_dict()[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [("no_such", 1), ("error_code_state", 418), ("uuid_check", "maybe"), ("tz_rewrite", True), ("put_delay_s", "soon")],
)
def test_what_a_switch_cannot_be_changes_nothing(name: str, value: Any) -> None:
    switches = profile("6.2")
    with pytest.raises(UnknownSwitch):
        switches.set({"build_version": "changed", name: value})
    assert switches == profile("6.2")


def test_run_time_profile_change(api: Api) -> None:
    api.set(profile="4.2", put_delay_s=9)
    shown = api.admin("GET", "switches")
    assert (shown["profile"], shown["switches"]["schedule_dialect"], shown["switches"]["put_delay_s"]) == (
        "4.2",
        "interval",
        9.0,
    )
    assert "no_such" in api.admin("PUT", "switches", {"no_such": 1}, code=400)["error"]
    assert "7.0" in api.admin("PUT", "switches", {"profile": "7.0"}, code=400)["error"]
    assert api.admin("GET", "switches")["profile"] == "4.2"
