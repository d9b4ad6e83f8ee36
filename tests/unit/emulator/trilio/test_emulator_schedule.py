# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobschedule in both dialects: forms, completion, merging, rules."""

from __future__ import annotations

from typing import Any

import pytest
from unit.emulator.in_process import DAILY, DB, HOURLY, MONTHLY, PROJECT, WEEKLY, Api, vms

YEARLY = {"backup_month": ["mar"], "retention": 1, "snapshot_type": "full"}
FULL_HOUSE = {
    "enabled": True,
    "hourly": HOURLY,
    "daily": DAILY,
    "weekly": WEEKLY,
    "monthly": MONTHLY,
    "yearly": YEARLY,
    "manual": {"retention": 3},
}
COMPUTED = {"nextrun", "global_jobscheduler", "appliance_timezone"}


def stored(api: Api, workload_id: str) -> dict[str, Any]:
    """Return a shown schedule without the computed keys."""
    return {key: value for key, value in api.show(workload_id)["jobschedule"].items() if key not in COMPUTED}


def test_numbers_become_text_also_in_lists(api: Api) -> None:
    shown = stored(api, api.create(jobschedule=FULL_HOUSE))
    assert shown["hourly"] == {"interval": "1", "retention": "2", "snapshot_type": "incremental"}
    assert shown["monthly"]["month_backup_day"] == ["20"]
    assert shown["manual"] == {"retention": "3"}
    assert shown["enabled"] is True


def test_tracks_that_were_not_sent_are_absent(api: Api) -> None:
    assert stored(api, api.create(jobschedule={"enabled": False, "manual": {"retention": 30}})) == {
        "enabled": False,
        "manual": {"retention": "30"},
    }
    assert stored(api, api.create(jobschedule={"manual": {"retention": 30}, "weekly": {}}, instances=vms(DB))) == {
        "enabled": False,
        "manual": {"retention": "30"},
    }


def test_nextrun_shows_only_while_enabled_and_differs_on_each_read(api: Api) -> None:
    workload_id = api.create(jobschedule={"enabled": True, "hourly": HOURLY})
    reads = [api.show(workload_id)["jobschedule"]["nextrun"] for _number in range(3)]
    assert len(set(reads)) == 3
    assert all(isinstance(seconds, float) and 0 <= seconds <= 3601 for seconds in reads)
    assert "nextrun" not in api.change(workload_id, jobschedule={"enabled": False})["jobschedule"]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"hourly": {}}, "Hourly interval must be a numeric value"),
        ({"hourly": HOURLY | {"interval": 5}}, "Hourly interval must be a numeric value"),
        ({"hourly": HOURLY | {"interval": "x"}}, "Hourly interval must be a numeric value"),
        ({"hourly": HOURLY | {"retention": "x"}}, "hourly retention"),
        ({"hourly": HOURLY | {"snapshot_type": "other"}}, "hourly snapshot_type"),
        ({"daily": {}}, "weekly schedule needs a daily schedule"),
        ({"daily": {}, "weekly": {}}, "monthly schedule needs a daily schedule"),
        ({"monthly": {}}, "yearly schedule needs a monthly schedule"),
        ({"daily": DAILY | {"backup_time": ["25:00"]}}, "daily backup_time"),
        ({"daily": DAILY | {"backup_time": "14:15"}}, "daily backup_time"),
        ({"weekly": WEEKLY | {"backup_day": ["wednesday"]}}, "weekly backup_day"),
        ({"weekly": WEEKLY | {"snapshot_type": "incremental"}}, "weekly snapshot_type"),
        ({"monthly": MONTHLY | {"month_backup_day": [32]}}, "monthly month_backup_day"),
        ({"yearly": YEARLY | {"backup_month": ["march"]}}, "yearly backup_month"),
        ({"weekly": ["wed"]}, "weekly must be an object"),
    ],
)
def test_rules_of_tracks(api: Api, change: dict[str, Any], text: str) -> None:
    code, message = api.refusal("POST", "/workloads", api.body(jobschedule=FULL_HOUSE | change))
    assert code == 400
    assert text in message
    workload_id = api.create(jobschedule=FULL_HOUSE)
    code, message = api.refusal("PUT", f"/workloads/{workload_id}", {"workload": {"jobschedule": change}})
    assert code == 400
    assert text in message


def test_rules_hold_only_while_enabled(api: Api) -> None:
    workload_id = api.create(jobschedule={"enabled": False, "weekly": WEEKLY, "hourly": HOURLY | {"interval": 5}})
    assert api.refusal("PUT", f"/workloads/{workload_id}", {"workload": {"jobschedule": {"enabled": True}}})[0] == 400


@pytest.mark.parametrize("interval", [1, "2", 3, 4, 6, "8", 12, 24])
def test_intervals_that_are_taken(api: Api, interval: Any) -> None:
    assert stored(api, api.create(jobschedule={"enabled": True, "hourly": HOURLY | {"interval": interval}}))["hourly"][
        "interval"
    ] == str(interval)


def test_put_merges_key_by_key_and_a_track_is_one_key(api: Api) -> None:
    workload_id = api.create(jobschedule=FULL_HOUSE | {"timezone": "UTC", "end_date": "12/31/2030"})
    before = stored(api, workload_id)
    api.change(workload_id, jobschedule={"daily": {"backup_time": ["01:00", "13:00"]}, "end_date": None})
    assert stored(api, workload_id) == before | {"daily": {"backup_time": ["01:00", "13:00"]}}


def test_interval_body_on_a_tracks_server_is_ignored_silently(api: Api) -> None:
    old = {
        "enabled": False,
        "interval": "1 hr",
        "retention_policy_type": "Number of Snapshots to Keep",
        "retention_policy_value": "3",
    }
    assert stored(api, api.create(jobschedule=old)) == {"enabled": False}


@pytest.mark.parametrize("profile", ["4.2", "5.2"])
class TestInterval:
    """The dialect of 4.x and 5.x."""

    def test_forms(self, profile: str) -> None:
        api = Api(profile)
        given = {
            "enabled": "True",
            "start_date": "10/27/2020",
            "end_date": "15/27/2020",
            "start_time": "3:00 PM",
            "interval": 5,
            "retention_policy_type": "Number of days to retain Snapshots",
            "retention_policy_value": 10,
            "fullbackup_interval": 0,
            "timezone": "Etc/UTC",
        }
        wanted = given | {"enabled": True, "interval": "5", "retention_policy_value": "10", "fullbackup_interval": "0"}
        workload_id = api.create(jobschedule=given)
        assert stored(api, workload_id) == wanted
        assert set(api.show(workload_id)["jobschedule"]) >= COMPUTED

    @pytest.mark.parametrize(
        ("given", "enabled"),
        [({"enabled": True}, True), ({}, True), (None, True), ({"enabled": False, "timezone": "EST"}, False)],
    )
    def test_completion(self, profile: str, given: Any, enabled: bool) -> None:
        api = Api(profile)
        shown = stored(api, api.create(jobschedule=given))
        assert (shown["enabled"], shown["interval"], shown["start_time"], shown["fullbackup_interval"]) == (
            enabled,
            "24 hr",
            "10:00 PM",
            "-1",
        )
        assert shown.get("timezone") == (given or {}).get("timezone")

    def test_tracks_are_ignored_silently(self, profile: str) -> None:
        api = Api(profile)
        shown = stored(api, api.create(jobschedule=FULL_HOUSE))
        assert set(shown) == {"enabled", "start_time", "start_date", "interval", "fullbackup_interval"}

    def test_put_keeps_what_is_not_sent(self, profile: str) -> None:
        api = Api(profile)
        workload_id = api.create(jobschedule={"enabled": True, "interval": "7 hrs"})
        shown = api.change(workload_id, jobschedule={"enabled": False})["jobschedule"]
        assert (shown["interval"], shown["enabled"], "nextrun" in shown) == ("7 hrs", False, False)
        assert api.change(workload_id, jobschedule={})["jobschedule"]["interval"] == "7 hrs"

    def test_policy_overwrites(self, profile: str) -> None:
        api = Api(profile)
        policy = api.put_row("policies", projects=[PROJECT])["id"]
        given = {
            "enabled": True,
            "interval": "1 hr",
            "retention_policy_value": "99",
            "start_time": "1:00 AM",
            "timezone": "EST",
        }
        workload_id = api.create(metadata={"policy_id": policy}, jobschedule=given)
        wanted = {
            "interval": "5",
            "retention_policy_value": "10",
            "start_time": "1:00 AM",
            "timezone": "EST",
            "enabled": True,
        }
        assert wanted.items() <= stored(api, workload_id).items()
        api.change(workload_id, jobschedule={"interval": "2 hr"})
        assert wanted.items() <= stored(api, workload_id).items()


def test_policy_overwrites_tracks(api: Api) -> None:
    policy = api.put_row("policies", projects=[PROJECT])["id"]
    workload_id = api.create(metadata={"policy_id": policy}, jobschedule={**FULL_HOUSE, "start_time": "01:00 AM"})
    shown = stored(api, workload_id)
    assert shown["hourly"] == {"interval": "24", "retention": "30", "snapshot_type": "incremental"}
    assert not {"daily", "weekly", "monthly", "yearly"} & set(shown)
    assert (shown["start_time"], shown["manual"], shown["enabled"]) == ("01:00 AM", {"retention": "3"}, True)


def test_a_policy_is_needed_once_one_is_assigned(api: Api) -> None:
    policy = api.put_row("policies", projects=[PROJECT])["id"]
    theirs = api.put_row("policies")["id"]
    text = f"Please provide policy id from available policies: ['{policy}']"
    assert api.refusal("POST", "/workloads", api.body()) == (400, text)
    assert api.refusal("POST", "/workloads", api.body(metadata={"policy_id": theirs})) == (400, text)
    assert api.code("POST", "/workloads", api.body(metadata={"policy_id": policy})) == 202
