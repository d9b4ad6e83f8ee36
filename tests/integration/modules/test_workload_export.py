# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The export, applied again, changes nothing: in every release, and with unusual projects."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import warnings_of
from support.playbook import play
from support.stand import Stand, instance

from ansible_collections.openprotect.backup.plugins.filter.workloads_of_policies import workloads_of_policies
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_export import (
    declaration as workload_export,
)

TRACKS: dict[str, Any] = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_time": "22:00",
    "hourly": {"interval": 24, "retention": 7, "snapshot_type": "incremental"},
    "daily": {"backup_time": ["22:00"], "retention": 14, "snapshot_type": "incremental"},
    "manual": {"retention": 30},
}
INTERVAL: dict[str, Any] = {
    "enabled": True,
    "timezone": "Europe/Berlin",
    "start_time": "22:00",
    "interval": 24,
    "retention_count": 14,
    "full_backup_interval": 7,
}
SCHEDULES = {"4": INTERVAL, "5": INTERVAL, "6": TRACKS}


def site(line: str) -> list[dict[str, Any]]:
    """Return a set of workloads of which two have all in common."""
    return [
        {
            "name": "web",
            "description": "The shop",
            "instances": ["web-1", "web-2"],
            "schedule": SCHEDULES[line],
            "metadata": {"team": "shop"},
        },
        {"name": "db", "instances": ["db-1"], "schedule": SCHEDULES[line]},
        {"name": "staging", "instances": ["web-3"], "schedule": {**SCHEDULES[line], "enabled": False}},
    ]


class Exporter:
    """Exports a project and feeds the export back.

    :param person: The user whose project is exported.
    """

    def __init__(self, person: Operator) -> None:
        self.person = person
        self.emulator = person.stand.emulator

    def export(self, **options: Any) -> dict[str, Any]:
        """Export; nothing may be written."""
        mark = self.emulator.mark()
        result = self.person.run("workload_export", **options)
        assert self.emulator.writes(mark) == []
        assert result["changed"] is False
        return result

    def feed_back(self, exported: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Apply the export with the module workloads, as a copy through JSON that shares no object."""
        return self.person.run(
            "workloads", workloads=copy.deepcopy(workloads_of_policies(exported["protect_policies"])), **options
        )

    def unchanged(self, **options: Any) -> dict[str, Any]:
        """Export, make sure that it changes nothing when it is fed back, and return the export."""
        exported = self.export()
        mark = self.emulator.mark()
        result = self.feed_back(exported, **options)
        assert (result["changed"], self.emulator.writes(mark)) == (False, [])
        assert result["counts"]["unchanged"] == exported["counts"]["workloads"]
        return exported


@pytest.fixture
def exporter(operator: Operator) -> Exporter:
    return Exporter(operator)


@pytest.mark.parametrize(
    ("release", "detail"), [*((release, "on") for release in PROFILES), ("4.2", "off"), ("6.2", "off")]
)
def test_round_trip(stand: Stand, release: str, detail: str) -> None:
    stand.emulator.reset(release, workloads_detail=detail)
    line = release[0]
    exporter = Exporter(Operator(stand, line))
    exporter.person.run("workloads", workloads=site(line))
    exported = exporter.unchanged()
    assert warnings_of(exported) == []
    assert exported["counts"] == {"policies": 2, "workloads": 3}
    running, off = sorted(exported["protect_policies"], key=lambda policy: str(policy["name"]).count("off"))
    assert running["schedule"] == SCHEDULES[line]
    assert running["workloads"] == [
        {"name": "db", "instances": ["db-1"]},
        {"name": "web", "description": "The shop", "instances": ["web-1", "web-2"], "metadata": {"team": "shop"}},
    ]
    assert [each["name"] for each in off["workloads"]] == ["staging"]


@pytest.mark.parametrize("release", PROFILES)
def test_what_was_exported_makes_the_project_anew(stand: Stand, release: str) -> None:
    """Not the same ids, but the same in all that can be declared."""
    stand.emulator.reset(release)
    line = release[0]
    exporter = Exporter(Operator(stand, line))
    exporter.person.run("workloads", workloads=site(line))
    exported = exporter.export()
    for row in stand.emulator.rows("workloads"):
        exporter.person.workload(id=row["id"], state="absent")
    assert exporter.feed_back(exported)["counts"]["created"] == 3
    assert exporter.export()["protect_policies"] == exported["protect_policies"]


@pytest.mark.parametrize("release", ["5.2", "6.2"])
def test_workload_of_a_policy_says_nothing_that_the_policy_decides(stand: Stand, release: str) -> None:
    stand.emulator.reset(release)
    exporter = Exporter(Operator(stand, release[0]))
    stand.emulator.put("policies", name="gold", projects=[stand.project()])
    exporter.person.workload(
        name="web",
        instances=["web-1"],
        policy="gold",
        schedule={"enabled": True, "start_time": "03:00", "timezone": "UTC"},
    )
    (policy,) = exporter.unchanged()["protect_policies"]
    assert (policy["name"].split("-")[0], policy["policy"]) == ("gold", "gold")
    assert (
        {"enabled", "start_time", "timezone"}
        <= set(policy["schedule"])
        <= {"enabled", "start_time", "timezone", "manual", "full_backup_interval"}
    )


def test_what_lines_show_of_target_types_and_encryption(exporter: Exporter) -> None:
    exporter.person.workload(
        name="web",
        instances=["web-1"],
        encryption=True,
        secret="0f7cb8c1-6b0c-4f0e-a3b5-d0a6b6a5e3c7",
        backup_target_type="nfs_1",
    )
    exporter.person.workload(name="db", instances=["db-1"], backup_target_type="s3_2")
    policies = exporter.unchanged()["protect_policies"]
    assert {policy["backup_target_type"]: [each["name"] for each in policy["workloads"]] for policy in policies} == {
        "nfs_1": ["web"],
        "s3_2": ["db"],
    }
    (web,) = [each for policy in policies for each in policy["workloads"] if each["name"] == "web"]
    assert (web["encryption"], web["secret"]) == (True, "0f7cb8c1-6b0c-4f0e-a3b5-d0a6b6a5e3c7")


def test_marks_are_told_and_not_exported(exporter: Exporter) -> None:
    exporter.person.run("workloads", workloads=site("6"), owner="shop")
    exporter.person.workload(name="web", metadata={"team": "shop"})
    exported = exporter.unchanged()
    assert exported["owners"] == ["shop"]
    assert "openprotect_owner" not in str(exported["protect_policies"])
    assert exporter.feed_back(exported, owner="shop")["changed"] is False


def test_empty_project_is_no_policy(exporter: Exporter) -> None:
    assert exporter.export()["protect_policies"] == []


def test_names_choose(exporter: Exporter) -> None:
    exporter.person.run("workloads", workloads=site("6"))
    chosen = exporter.export(names=["d?", "web*"])
    assert [each["name"] for each in workloads_of_policies(chosen["protect_policies"])] == ["db", "web"]
    assert exporter.person.fails("workload_export", names=["Web"]).error == {"code": "unknown_name"}
    assert exporter.person.fails("workload_export", names=[]).error == {"code": "invalid_option"}


def test_check_mode_is_no_other(exporter: Exporter) -> None:
    exporter.person.run("workloads", workloads=site("6"))
    assert exporter.export(check=True)["protect_policies"] == exporter.export()["protect_policies"]


@pytest.mark.every_core
@pytest.mark.parametrize("release", ["4.2", "6.2"])
def test_round_trip_through_a_file_and_the_role(stand: Stand, tmp_path: Path, release: str) -> None:
    """Names and descriptions of others are never templates."""
    stand.emulator.reset(release)
    person = Operator(stand, release[0])
    person.run("workloads", workloads=site(release[0]))
    person.workload(
        name="web", description="{{ 7919 * 7919 }}", metadata={"team": "{% raw %}#{{ lookup('pipe', 'id') }}"}
    )
    file = tmp_path / "policies.yml"
    written = play(tmp_path, "export.yml", variables={"auth": stand.auth(), "path": str(file)})
    assert written.code == 0, written.stdout + written.stderr
    mark = stand.emulator.mark()
    environment = {"ANSIBLE_SHOW_CUSTOM_STATS": "1"}
    played = play(
        tmp_path, "protect.yml", "--extra-vars", f"@{file}", variables={"auth": stand.auth()}, environment=environment
    )
    assert (played.code, played.recap["localhost"]["changed"], stand.emulator.writes(mark)) == (0, 0, []), (
        played.stdout + played.stderr
    )
    left = json.JSONDecoder().raw_decode(played.stdout.partition("RUN: ")[2])[0]["protected"]["localhost"]
    assert (left["counts"]["unchanged"], left["error"]) == (3, None)


# ---- unusual projects -----------------------------------------------------------------------------------------------


def test_names_that_several_have_become_ids(exporter: Exporter) -> None:
    emulator = exporter.emulator
    twin = emulator.put("instances", id="5a1b7d2e-2f0c-4a53-8f0a-5f3c1f1f9a11", name="web-1")
    made = [
        exporter.person.workload(name=name, instances=instances)["id"]
        for name, instances in (("one", [twin["id"]]), ("two", ["web-2"]))
    ]
    emulator.patch("workloads", made[1], name="one")
    exported = exporter.unchanged()
    workloads = workloads_of_policies(exported["protect_policies"])
    assert {each["id"]: each["instances"] for each in workloads} == {made[0]: [twin["id"]], made[1]: ["web-2"]}
    assert all("name" not in each for each in workloads)
    assert [text for text in warnings_of(exported) if "is exported by its id" in text] == [
        f"The workload 'one' ({each}) is exported by its id, because its name is empty or not the only one."
        for each in sorted(made)
    ]


def test_server_that_is_gone_is_kept_and_told(exporter: Exporter) -> None:
    exporter.person.workload(name="web", instances=["web-1", "web-2"])
    exporter.emulator.drop("instances", instance("web-2")["id"])
    exported = exporter.unchanged()
    assert workloads_of_policies(exported["protect_policies"])[0]["instances"] == sorted(
        [instance("web-2")["id"], "web-1"]
    )
    assert any("'web-2'" in text and "is gone from Nova" in text for text in warnings_of(exported))


def test_workload_without_a_server_is_exported_without_them_and_told(exporter: Exporter) -> None:
    """An empty list of servers would be refused, and with it the whole set."""
    made = exporter.person.workload(name="web", instances=["web-1"])
    exporter.person.workload(name="db", instances=["db-1"])
    exporter.emulator.patch("workloads", made["id"], instances=[])
    exported = exporter.unchanged()
    assert {each["name"]: each.get("instances") for each in workloads_of_policies(exported["protect_policies"])} == {
        "db": ["db-1"],
        "web": None,
    }
    (text,) = warnings_of(exported)
    assert text.startswith(
        f"The workload 'web' ({made['id']}) protects no server, so it is exported without instances."
    )


def test_workload_in_error_is_exported_and_told(exporter: Exporter) -> None:
    made = exporter.person.workload(name="web", instances=["web-1"])
    exporter.emulator.patch("workloads", made["id"], status="error", error_msg="no space left")
    exported = exporter.export()
    assert exported["counts"]["workloads"] == 1
    assert any(
        text.startswith(f"Fed back, the workload 'web' ({made['id']}) would fail: ") and "no space left" in text
        for text in warnings_of(exported)
    )


def test_workload_that_is_being_deleted_is_not_exported(exporter: Exporter) -> None:
    made = exporter.person.workload(name="web", instances=["web-1"])
    exporter.emulator.patch("workloads", made["id"], status="deleting")
    assert exporter.export()["counts"]["workloads"] == 0


def test_servers_in_several_workloads_are_told(exporter: Exporter) -> None:
    exporter.person.workload(name="one", instances=["web-1"])
    (one,) = exporter.emulator.rows("workloads")
    two = exporter.person.workload(name="two", instances=["web-2"])
    exporter.emulator.patch("workloads", two["id"], instances=one["instances"])
    (text,) = warnings_of(exporter.export())
    assert text.startswith(
        f"The server {instance('web-1')['id']} is in several workloads, and a set refuses that: 'one' ("
    )


def test_what_cannot_be_said_is_left_out_and_told(exporter: Exporter) -> None:
    made = exporter.person.workload(name="web", instances=["web-1"], schedule=TRACKS)
    (row,) = exporter.emulator.rows("workloads")
    half = {**row["jobschedule"], "weekly": {"backup_day": ["sun"]}, "end_date": "15/27/2020"}
    metadata = {**row["metadata"], "backup_target_types": "gone", "odd": ["a", "list"], "team": "shop"}
    exporter.emulator.patch("workloads", made["id"], jobschedule=half, metadata=metadata)
    exported = exporter.unchanged()
    (policy,) = exported["protect_policies"]
    assert policy["schedule"] == TRACKS
    assert "backup_target_type" not in policy
    assert policy["workloads"] == [{"name": "web", "instances": ["web-1"], "metadata": {"team": "shop"}}]
    left_out = (
        "backup_target_type 'gone', which this project cannot name, metadata.odd, schedule.end_date, schedule.weekly"
    )
    assert (
        f"Of the workload 'web' ({made['id']}) cannot be declared as the server shows it, and was left out: {left_out}."
        in warnings_of(exported)
    )


def test_declaration_that_would_change_something_is_told(exporter: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """None should; but then the export says so itself."""
    right = workload_export.Declaration.options
    monkeypatch.setattr(
        workload_export.Declaration, "options", lambda *arguments: {**right(*arguments), "description": "wrong"}
    )
    made = exporter.person.workload(name="web", instances=["web-1"])
    assert warnings_of(exporter.export()) == [
        f"Fed back, the workload 'web' ({made['id']}) would be changed in: description."
    ]


# ---- how many requests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("detail", "shows"), [("on", 0), ("off", 3)])
def test_requests_are_few(exporter: Exporter, detail: str, shows: int) -> None:
    exporter.emulator.switch(workloads_detail=detail)
    exporter.person.run("workloads", workloads=site("6"))
    mark = exporter.emulator.mark()
    exporter.export()
    asked = [each["path"].split("/", 3)[3] for each in exporter.emulator.since(mark)]
    lists = ["workloads", "workloads/detail", "workload_types", "backup_target_types"]
    assert [path for path in asked if path in lists] == lists
    assert len(asked) == len(lists) + shows + 1, "the servers of Nova"
