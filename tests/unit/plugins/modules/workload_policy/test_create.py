# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload_policy` that create a policy."""

from __future__ import annotations

from typing import Any

import pytest
from support.exchange import policies, workloads
from support.exchange.recording import LOST, OTHER_PROJECT, PROJECT, QUICK, Exchange, fault
from support.module import warnings_of


def test_what_makes_a_policy_of_line_6(exchange: Exchange) -> None:
    made = policies.shown_6(id=workloads.NEW_ID, name="daily-30", projects=(OTHER_PROJECT, PROJECT))
    policies.record_list(exchange, policies.shown_6())
    body = {"display_name": "daily-30", "display_description": "", "metadata": {}, "field_values": policies.FIELDS_6}
    exchange.post(policies.PATH, {"workload_policy": body}, {"policy": {**made, "policy_assignments": []}}, status=200)
    exchange.post(
        f"{policies.PATH}{workloads.NEW_ID}/assign",
        {"policy": {"add_projects": [OTHER_PROJECT, PROJECT], "remove_projects": []}},
        {"policy": made},
        status=200,
    )
    exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": made})
    result = exchange.run(
        "workload_policy", name="daily-30", schedule=policies.DECLARED, projects=[PROJECT, OTHER_PROJECT], **QUICK
    )
    assert result["plan"] == [
        {
            "action": "create",
            "kind": "workload policy",
            "name": "daily-30",
            "id": None,
            "fields": ["name", "schedule", "projects"],
        }
    ]
    assert result["workload_policy"]["projects"] == [OTHER_PROJECT, PROJECT]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_what_makes_a_policy_of_line_4(exchange: Exchange, status: int) -> None:
    fields = {
        "interval": "8 hr",
        "retention_policy_type": "Number of days to retain Snapshots",
        "retention_policy_value": "30",
        "fullbackup_interval": "-1",
    }
    made = policies.shown(
        id=workloads.NEW_ID, name="silver", description="d", fields=fields, metadata=[{"key": "tier", "value": "2"}]
    )
    policies.record_list(exchange, policies.shown())
    body = {"display_name": "silver", "display_description": "d", "metadata": {"tier": "2"}, "field_values": fields}
    exchange.post(policies.PATH, {"workload_policy": body}, {"policy": made}, status=status)
    exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": made})
    result = exchange.run(
        "workload_policy",
        name="silver",
        description="d",
        metadata={"tier": 2},
        schedule={"interval": 8, "retention_days": 30},
        **QUICK,
    )
    assert result["workload_policy"]["schedule"] == {"interval": 8, "retention_days": 30, "full_backup_interval": -1}


def test_defaults_of_line_6(exchange: Exchange) -> None:
    """The server wants all eight fields; 30 manual snapshots are kept, and an empty track of a wish is one that is not used."""
    fields = {**policies.FIELDS_6, "retentionmanual": {}}
    made = policies.shown_6(id=workloads.NEW_ID, name="new", fields=fields)
    policies.record_list(exchange)
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": fields}
    exchange.post(policies.PATH, {"workload_policy": body}, {"policy": made}, status=200)
    exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": made})
    wish = {"start_time": "22:00", "hourly": policies.DECLARED["hourly"], "weekly": {}}
    result = exchange.run("workload_policy", name="new", schedule=wish, server_line="6", **QUICK)
    assert result["workload_policy"]["schedule"] == {
        "start_time": "22:00",
        "hourly": {**policies.DECLARED["hourly"], "snapshot_type": "incremental"},
        "manual": {"retention": 30},
    }


def test_all_that_a_track_may_hold_is_sent_as_text(exchange: Exchange) -> None:
    wish = {
        **policies.DECLARED,
        "daily": {"backup_time": ["22:00", "10:00"], "retention": 14},
        "weekly": {"backup_day": ["sun", "mon"], "retention": 8},
        "monthly": {"month_backup_day": [15, 1], "retention": 12},
        "yearly": {"backup_month": ["dec", "jan"], "retention": 3},
    }
    fields = {
        **policies.FIELDS_6,
        "daily": {"backup_time": ["10:00", "22:00"], "retention": "14", "snapshot_type": "incremental"},
        "weekly": {"backup_day": ["mon", "sun"], "retention": "8", "snapshot_type": "full"},
        "monthly": {"month_backup_day": ["1", "15"], "retention": "12", "snapshot_type": "full"},
        "yearly": {"backup_month": ["jan", "dec"], "retention": "3", "snapshot_type": "full"},
    }
    made = policies.shown_6(id=workloads.NEW_ID, name="new", fields=fields)
    policies.record_list(exchange, policies.shown_6())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": fields}
    exchange.post(policies.PATH, {"workload_policy": body}, {"policy": made}, status=200)
    exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": made})
    assert exchange.run("workload_policy", name="new", schedule=wish, **QUICK)["changed"]


def test_check_mode_makes_nothing(exchange: Exchange) -> None:
    policies.record_list(exchange, policies.shown_6())
    result = exchange.run(
        "workload_policy", name="new", schedule=policies.DECLARED, projects=[PROJECT], check=True, **QUICK
    )
    assert result["changed"]
    assert result["workload_policy"]["projects"] == [PROJECT]
    assert result["diff"]["after"]["schedule"] == {
        **policies.DECLARED,
        "hourly": {**policies.DECLARED["hourly"], "snapshot_type": "incremental"},
    }


def test_the_line_that_cannot_be_told_is_asked_for(exchange: Exchange) -> None:
    policies.record_list(exchange)
    exchange.get("/backup_targets", {"backup_targets": [{"id": "1", "version": "5.2.8.15", "status": "available"}]})
    assert exchange.fail("workload_policy", name="new", schedule=policies.DECLARED, **QUICK).error == {
        "code": "server_line"
    }


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
def test_a_lost_answer_makes_no_second_one(exchange: Exchange, lost: dict[str, Any]) -> None:
    """Names are not unique: what is new is what was not there before (API reference Q14, Q29)."""
    made = policies.shown_6(id=workloads.NEW_ID, name="new", projects=(PROJECT,), project_id=OTHER_PROJECT)
    policies.record_list(exchange, policies.shown_6())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": policies.FIELDS_6}
    exchange.post(policies.PATH, {"workload_policy": body}, **lost)
    policies.record_list(exchange, policies.shown_6(), made)
    exchange.post(
        f"{policies.PATH}{workloads.NEW_ID}/assign",
        {"policy": {"add_projects": [PROJECT], "remove_projects": []}},
        {"policy": made},
        status=200,
    )
    exchange.get(f"{policies.PATH}{workloads.NEW_ID}", {"policy": made})
    result = exchange.run("workload_policy", name="new", schedule=policies.DECLARED, projects=[PROJECT], **QUICK)
    assert result["id"] == workloads.NEW_ID
    assert any("was taken over" in text for text in warnings_of(result))


def test_a_refused_assignment_says_what_is_done(exchange: Exchange) -> None:
    made = policies.shown_6(id=workloads.NEW_ID, name="new")
    policies.record_list(exchange, policies.shown_6())
    body = {"display_name": "new", "display_description": "", "metadata": {}, "field_values": policies.FIELDS_6}
    exchange.post(policies.PATH, {"workload_policy": body}, {"policy": made}, status=200)
    assign = {"policy": {"add_projects": [PROJECT], "remove_projects": []}}
    exchange.post(
        f"{policies.PATH}{workloads.NEW_ID}/assign",
        assign,
        fault("User does not have admin privileges", "forbidden", 403),
        status=403,
    )
    failed = exchange.fail("workload_policy", name="new", schedule=policies.DECLARED, projects=[PROJECT], **QUICK)
    assert (failed.error["code"], failed.error["path"]) == ("forbidden", f"{policies.PATH}{workloads.NEW_ID}/assign")
    assert "User does not have admin privileges" in str(failed)
    assert "administrators of the cloud" in str(failed)


@pytest.mark.parametrize(
    ("line", "wish", "words"),
    [
        ("6", None, "the option 'schedule' is needed"),
        ("6", {"hourly": policies.DECLARED["hourly"]}, "A policy needs schedule.start_time"),
        ("6", {"start_time": "22:00"}, "A policy needs schedule.hourly"),
        (
            "6",
            {**policies.DECLARED, "weekly": {"backup_day": ["sun"], "retention": 1}},
            "schedule.weekly needs schedule.daily: no workload could be enabled",
        ),
        ("6", {"interval": 4, "retention_count": 3}, "The server is of line 6, which does not know schedule.interval"),
        ("4", {"interval": 4}, "A policy needs one of schedule.retention_count, schedule.retention_days"),
        ("4", {"retention_count": 4}, "A policy needs schedule.interval"),
        ("5", {"interval": 4, "retention_count": 3, "start_time": "22:00"}, "policies hold no schedule.start_time"),
        (
            "5",
            policies.DECLARED,
            "which does not know schedule.hourly, schedule.manual, schedule.manual_retention_days",
        ),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_a_new_policy_lacks(
    exchange: Exchange, line: str, wish: dict[str, Any] | None, words: str, check: bool
) -> None:
    policies.record_list(exchange)
    failed = exchange.fail("workload_policy", name="new", schedule=wish, server_line=line, check=check, **QUICK)
    assert words in str(failed)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": None}, "One of the options 'name' and 'id' is needed"),
        ({"name": ""}, "'name' is empty"),
        ({"id": "Gold"}, "'Gold', which is not an id"),
        ({"name": "g", "schedule": {"hourly": {"interval": 4}}}, "schedule.hourly.retention missing"),
        ({"name": "g", "schedule": {"manual": {}}}, "schedule.manual: the server requires its retention"),
        ({"name": "g", "schedule": {"start_time": "1320"}}, "bare number"),
        ({"name": "g", "schedule": {"interval": 4, "hourly": policies.DECLARED["hourly"]}}, "exclude each other"),
        ({"name": "g", "projects": [""]}, "'projects' holds an empty name"),
        ({"name": "g", "metadata": {"a": None}}, "a key without a value"),
        ({"name": "g", "metadata": {"a": True}}, "that is not text"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_before_the_first_request(
    exchange: Exchange, options: dict[str, Any], words: str
) -> None:
    assert words in str(exchange.fail("workload_policy", keystone=0, **options, **QUICK))


@pytest.mark.parametrize("key", ["enabled", "timezone", "start_date", "end_date"])
def test_what_stays_with_the_workload_is_no_option(exchange: Exchange, key: str) -> None:
    assert f"schedule.{key}" in str(
        exchange.fail("workload_policy", keystone=0, name="g", schedule={key: "true"}, **QUICK)
    )
