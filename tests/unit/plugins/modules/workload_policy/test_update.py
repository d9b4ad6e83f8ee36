# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `workload_policy` that change a policy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange import policies
from support.exchange.recording import IDENTITY, LOST, OTHER_PROJECT, PROJECT, QUICK, Exchange
from support.module import warnings_of


def put(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body of a change. It is always whole, since it is unknown whether it may be partial."""
    fields = {row["policy_field_name"]: row["value"] for row in document["field_values"]}
    metadata = {row["key"]: row["value"] for row in document["metadata"]}
    whole = {
        "display_name": document["name"],
        "display_description": document["description"],
        "metadata": metadata,
        "field_values": fields,
    }
    return {"policy": {**whole, **changes}}


@pytest.mark.parametrize(
    ("options", "changes"),
    [
        ({"new_name": "Silver"}, {"display_name": "Silver"}),
        ({"description": "d"}, {"display_description": "d"}),
        ({"metadata": {"tier": 1}}, {"metadata": {"owner": "ops", "tier": "1"}}),
        (
            {"schedule": {"interval": 24}},
            {
                "field_values": {
                    **{row["policy_field_name"]: row["value"] for row in policies.FOUR["field_values"]},
                    "interval": "24 hr",
                }
            },
        ),
    ],
    ids=str,
)
def test_a_change_is_sent_whole(exchange: Exchange, options: dict[str, Any], changes: dict[str, Any]) -> None:
    now = policies.shown(metadata=[{"key": "owner", "value": "ops", "created_at": "2026-11-20T10:00:00.000000"}])
    body = put(now, **changes)
    sent = body["policy"]
    then = policies.shown(
        name=sent["display_name"],
        description=sent["display_description"],
        metadata=[{"key": key, "value": value} for key, value in sent["metadata"].items()],
        fields=sent["field_values"],
    )
    policies.record_find(exchange, now)
    policies.record_no_users(exchange)
    exchange.put(policies.GOLD_PATH, body, {"policy": then}, status=200)
    exchange.get(policies.GOLD_PATH, {"policy": then})
    assert exchange.run("workload_policy", name="Gold", **options, **QUICK)["changed"]


def test_tracks_that_nobody_named_go_back_as_they_were(exchange: Exchange) -> None:
    weekly = {"backup_day": ["sun"], "retention": "4", "snapshot_type": "full"}
    daily = {"backup_time": ["22:00"], "retention": "4", "snapshot_type": "full"}
    text = {
        **policies.FIELDS_6,
        "daily": daily,
        "weekly": json.dumps(weekly),
        "hourly": json.dumps(policies.HOURLY),
        "later": "unknown",
    }
    now = policies.shown_6(fields=text)
    fields = {**policies.FIELDS_6, "daily": daily, "weekly": {}}
    then = policies.shown_6(fields=fields)
    policies.record_find(exchange, now)
    policies.record_no_users(exchange)
    exchange.put(policies.GOLD_PATH, put(now, field_values=fields), {"policy": then}, status=200)
    exchange.get(policies.GOLD_PATH, {"policy": then})
    result = exchange.run("workload_policy", name="Gold", schedule={"weekly": {}}, **QUICK)
    assert result["plan"][0]["fields"] == ["schedule.weekly"]


@pytest.mark.parametrize(
    ("mode", "named", "added", "removed"),
    [
        ("add", [PROJECT, OTHER_PROJECT], [OTHER_PROJECT], []),
        ("exact", [OTHER_PROJECT], [OTHER_PROJECT], [PROJECT]),
        ("remove", [PROJECT, OTHER_PROJECT], [], [PROJECT]),
        ("exact", [], [], [PROJECT]),
    ],
)
def test_projects_have_a_call_of_their_own(
    exchange: Exchange, mode: str, named: list[str], added: list[str], removed: list[str]
) -> None:
    now, then = (
        policies.shown(projects=(PROJECT,)),
        policies.shown(projects=tuple(added if removed else [PROJECT, *added])),
    )
    policies.record_find(exchange, now)
    if removed:
        policies.record_no_users(exchange)
    exchange.post(
        f"{policies.GOLD_PATH}/assign",
        {"policy": {"add_projects": added, "remove_projects": removed}},
        {"policy": then},
        status=200,
    )
    exchange.get(policies.GOLD_PATH, {"policy": then})
    result = exchange.run("workload_policy", name="Gold", projects=named, projects_mode=mode, **QUICK)
    assert result["plan"][0]["fields"] == ["projects"]
    assert warnings_of(result) == []


def test_a_project_by_name_takes_a_list_of_keystone(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown(projects=(PROJECT,)))
    exchange.get("/projects", {"projects": [{"id": PROJECT, "name": "shop"}]}, url=f"{IDENTITY}/v3")
    assert not exchange.run("workload_policy", name="Gold", projects=["shop"], **QUICK)["changed"]


def test_the_diff_shows_projects_by_the_names_that_were_written(exchange: Exchange) -> None:
    policies.record_find(exchange, policies.shown(projects=(PROJECT, "f" * 32)))
    known = {"projects": [{"id": PROJECT, "name": "shop"}, {"id": OTHER_PROJECT, "name": "mail"}]}
    exchange.get("/projects", known, url=f"{IDENTITY}/v3")
    new = "e" * 32
    result = exchange.run("workload_policy", name="Gold", projects=["shop", "mail", new], check=True, **QUICK)
    shop, mail = f"shop ({PROJECT})", f"mail ({OTHER_PROJECT})"
    assert result["diff"]["before"] == {"projects": sorted([shop, "f" * 32])}
    assert result["diff"]["after"] == {"projects": sorted([shop, mail, new, "f" * 32])}
    assert sorted(result["workload_policy"]["projects"]) == sorted([PROJECT, OTHER_PROJECT, new, "f" * 32])


@pytest.mark.parametrize("line", ["4", "6"])
def test_a_policy_of_the_other_form_is_not_touched(exchange: Exchange, line: str) -> None:
    policies.record_find(exchange, policies.shown_6() if line == "4" else policies.shown())
    assert exchange.fail("workload_policy", name="Gold", description="d", server_line=line, **QUICK).error == {
        "code": "server_line"
    }


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST.keys())
def test_a_lost_answer_to_a_change_is_looked_after(exchange: Exchange, lost: dict[str, Any]) -> None:
    now, then = policies.shown(), policies.shown(description="d")
    policies.record_find(exchange, now)
    policies.record_no_users(exchange)
    exchange.put(policies.GOLD_PATH, put(now, display_description="d"), **lost)
    exchange.get(policies.GOLD_PATH, {"policy": then})
    assert exchange.run("workload_policy", name="Gold", description="d", **QUICK)["changed"]
