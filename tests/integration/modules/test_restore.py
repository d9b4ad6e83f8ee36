# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores happen once, on the emulator's own inventory: restores that are joined or refused, and lost answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from integration.conftest import PROFILES, Operator
from support.module import warnings_of
from support.stand import Stand, instance

WEB = ("web-1", "web-2")
START = "/snapshots/[^/]+$"


class Rescuer(Operator):
    """An operator whose workload web has the snapshots old and new, and whose servers are gone from the inventory."""

    def prepare(self) -> None:
        """Protect the servers, take the snapshots, and delete the servers."""
        self.workload(name="web", instances=list(WEB))
        self.snapshots = {name: self.run("snapshot", workload="web", name=name)["id"] for name in ("old", "new")}
        self.stand.emulator.patch("snapshots", self.snapshots["old"], created_at="2020-01-01T00:00:00.000000")
        self.lose()

    def lose(self) -> None:
        """Delete the servers, and those that were restored."""
        for row in self.stand.emulator.rows("instances"):
            if row["name"] in WEB:
                self.stand.emulator.drop("instances", row["id"])

    def restore(self, *, check: Any = False, **options: Any) -> dict[str, Any]:
        """Restore the workload web by one click from its newest snapshot, unless the options say otherwise."""
        source = {} if {"snapshot", "at", "id"} & options.keys() else {"latest": True}
        usual = {} if "id" in options else {"type": "oneclick", "workload": "web"}
        return self.run("restore", check=check, **{**usual, **source, **options})

    def refused(self, **options: Any) -> str:
        """Restore in a way that must be refused without a write, and return the message."""
        mark = self.stand.emulator.mark()
        source = {} if {"snapshot", "at", "id", "latest"} & options.keys() else {"latest": True}
        usual = {} if "id" in options else {"type": "oneclick", "workload": "web"}
        message = str(self.fails("restore", **{**usual, **source, **options}))
        assert self.stand.emulator.writes(mark) == []
        return message

    def begin(self, **options: Any) -> dict[str, Any]:
        """Start a restore that does not get on."""
        self.stand.emulator.freeze()
        return self.restore(wait=False, **options)

    def rows(self) -> list[dict[str, Any]]:
        """Return the restores that the emulator keeps."""
        return self.stand.emulator.rows("restores")

    def servers(self) -> list[str]:
        """Return the names of the servers of the project."""
        return sorted(row["name"] for row in self.stand.emulator.rows("instances") if row["name"] in WEB)


@pytest.fixture
def rescuer(stand: Stand) -> Rescuer:
    """Return an operator with two snapshots and no servers, profile 6.2."""
    person = Rescuer(stand, "6")
    person.prepare()
    return person


# ---- cycles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", PROFILES)
def test_servers_come_back_once(stand: Stand, release: str) -> None:
    stand.emulator.reset(release)
    person = Rescuer(stand, release[0])
    person.prepare()
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = stand.emulator.mark()
        result = person.restore(description="After the fire", check=check)
        assert (result["changed"], bool(result["plan"])) == (changed, changed)
        assert stand.emulator.writes(mark) == (
            [f"POST /snapshots/{person.snapshots['new']}"] if changed and not check else []
        )
        assert result["restore"]["description"] == "After the fire"
    assert person.servers() == list(WEB)
    restore = result["restore"]
    assert (restore["status"], restore["type"], restore["progress_percent"]) == ("available", "oneclick", 100)
    assert {each["old_id"] for each in restore["instances"]} == {instance(name)["id"] for name in WEB}
    assert {each["id"] for each in restore["instances"]} == {
        row["id"] for row in stand.emulator.rows("instances") if row["name"] in WEB
    }
    kept = person.rows()[0]["description"]
    assert kept.startswith("After the fire [openprotect:")
    assert kept.endswith(f":{restore['request_key']}]")
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = stand.emulator.mark()
        gone = person.restore(id=result["id"], state="absent", check=check)
        assert (gone["changed"], bool(gone["plan"])) == (changed, changed)
        assert stand.emulator.writes(mark) == ([f"DELETE /restores/{result['id']}"] if changed and not check else [])
    assert person.rows() == []
    assert person.servers() == list(WEB), "the record only"


@pytest.mark.parametrize("by", ["id", "request_key"])
def test_cancelling(rescuer: Rescuer, by: str) -> None:
    rescuer.stand.emulator.switch(restore_instance_s=86400)
    begun = rescuer.restore(wait=False, request_key="ticket-4711")
    which = {"id": begun["id"]} if by == "id" else {"request_key": "ticket-4711"}
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = rescuer.stand.emulator.mark()
        result = rescuer.run("restore", state="cancelled", check=check, **which)
        assert result["changed"] == changed
        assert rescuer.stand.emulator.writes(mark) == (
            [f"GET /restores/{begun['id']}/cancel"] if changed and not check else []
        )
    assert result["restore"]["status"] == "cancelled"


# ---- once -----------------------------------------------------------------------------------------------------------


def test_a_running_one_is_joined_whatever_is_the_newest_snapshot(rescuer: Rescuer) -> None:
    begun = rescuer.begin()
    assert rescuer.stand.emulator.ask("GET", f"snapshots/{rescuer.snapshots['new']}")["status"] == "restoring"
    mark = rescuer.stand.emulator.mark()
    joined = rescuer.restore(wait=False)
    assert (joined["changed"], joined["id"], joined["restore"]["snapshot_id"]) == (
        False,
        begun["id"],
        rescuer.snapshots["new"],
    )
    rescuer.stand.emulator.freeze(False)
    ended = rescuer.restore()
    assert (ended["changed"], ended["id"], ended["restore"]["status"]) == (False, begun["id"], "available")
    assert rescuer.stand.emulator.writes(mark) == []
    assert rescuer.servers() == list(WEB)


@pytest.mark.parametrize("other", [{"snapshot": "new"}, {"snapshot": "old"}, {"at": "2030-01-01T00:00:00"}], ids=str)
def test_a_running_one_of_another_intent_stops_the_task(rescuer: Rescuer, other: dict[str, Any]) -> None:
    begun = rescuer.begin()
    for force in (False, True):
        message = rescuer.refused(force_new=force, **other)
        assert begun["id"] in message
        assert "'web'" in message


def test_the_newest_good_snapshot_is_the_newest_while_it_is_restored_from(rescuer: Rescuer) -> None:
    rescuer.begin()
    for word in ("restoring", "executing"):
        rescuer.stand.emulator.patch("snapshots", rescuer.snapshots["new"], status=word)
        [found] = rescuer.run("snapshot_info", workload="web", latest=True)["snapshots"]
        assert found["name"] == "new"


def test_again_only_when_it_is_wanted_anew(rescuer: Rescuer) -> None:
    first = rescuer.restore()
    rescuer.lose()
    message = rescuer.refused()
    assert first["id"] in message
    assert "gone from Nova" in message
    second = rescuer.restore(force_new=True)
    assert second["changed"]
    assert second["id"] != first["id"]
    assert second["request_key"] == first["request_key"]
    rescuer.stand.emulator.patch("restores", first["id"], created_at="2020-01-01T00:00:00.000000")
    assert rescuer.restore()["id"] == second["id"]
    message = rescuer.refused(state="absent", request_key=first["request_key"], latest=False)
    assert first["id"] in message
    assert second["id"] in message


def test_another_snapshot_is_another_restore(rescuer: Rescuer) -> None:
    first = rescuer.restore(snapshot="old")
    rescuer.lose()
    second = rescuer.restore(snapshot="new")
    assert second["id"] != first["id"]
    assert rescuer.restore(snapshot="new")["id"] == second["id"]
    assert first["id"] in rescuer.refused(snapshot="old"), "its servers are gone"
    assert "would be created exist: " in rescuer.refused(snapshot="old", force_new=True)


def test_a_key_of_ones_own(rescuer: Rescuer) -> None:
    first = rescuer.restore(request_key="ticket-4711", snapshot="old")
    assert first["restore"]["request_key"] == first["request_key"] == "ticket-4711"
    assert not rescuer.restore(request_key="ticket-4711", snapshot="new")["changed"], (
        "the key says which restore it is, whatever the snapshot"
    )
    assert rescuer.run("restore", state="absent", request_key="ticket-4711", workload="web")["changed"]
    assert rescuer.rows() == []
    rescuer.lose()
    assert rescuer.restore(request_key="ticket-4711", check=True)["changed"], "with the record the key is forgotten"


@pytest.mark.parametrize("how", ["error", "cancelled"])
def test_one_that_failed_fails_who_waited_and_never_satisfies(rescuer: Rescuer, how: str) -> None:
    if how == "error":
        rescuer.stand.emulator.fault("fails", "POST", START, body="Error creating instance 4711")
        failed = rescuer.fails("restore", type="oneclick", workload="web", latest=True)
        assert "Error creating instance 4711" in str(failed)
        assert failed.result["restore"]["status"] == "error"
    else:
        rescuer.stand.emulator.switch(restore_instance_s=86400)
        begun = rescuer.restore(wait=False)
        rescuer.run("restore", state="cancelled", id=begun["id"])
        rescuer.stand.emulator.switch(restore_instance_s=10)
        assert "cancelled" in str(rescuer.fails("restore", id=begun["id"]))
    left = rescuer.stand.emulator.put("instances", id="11111111-2222-4333-8444-555555555555", name="half-made")
    row = rescuer.rows()[0]
    shown = {
        "id": left["id"],
        "name": "half-made",
        "status": "error",
        "metadata": {"instance_id": instance("web-1")["id"]},
    }
    rescuer.stand.emulator.patch("restores", row["id"], instances=[shown])
    rescuer.lose()
    again = rescuer.restore()
    assert again["changed"]
    assert again["restore"]["status"] == "available"
    [warning] = warnings_of(again)
    assert "'half-made' (11111111-2222-4333-8444-555555555555)" in warning
    assert row["id"] in warning


def test_one_that_ends_between_two_looks_is_not_done_again_from_an_older_snapshot(rescuer: Rescuer) -> None:
    done = rescuer.restore()
    rescuer.stand.emulator.patch("snapshots", rescuer.snapshots["new"], status="restoring")
    shown = rescuer.stand.emulator.ask("GET", f"snapshots/{rescuer.snapshots['new']}")
    assert shown["finished_at"]
    again = rescuer.restore()
    assert (again["changed"], again["id"]) == (False, done["id"]), "the list still said restoring"
    rescuer.stand.emulator.patch("snapshots", rescuer.snapshots["new"], finished_at=None)
    rescuer.lose()
    assert rescuer.restore(check=True)["snapshot"]["id"] == rescuer.snapshots["old"], (
        "one that was never finished is none"
    )


# ---- answers that get lost ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [{"kind": "drop_after"}, {"kind": "status_after", "code": 504}, {"kind": "truncate"}],
    ids=lambda each: each["kind"],
)
@pytest.mark.parametrize("text", ["kept", "dash"])
def test_a_lost_answer_leaves_one_restore(rescuer: Rescuer, fault: dict[str, Any], text: str) -> None:
    rescuer.stand.emulator.switch(restore_description=text)
    rescuer.stand.emulator.fault(method="POST", path=START, **fault)
    result = rescuer.restore()
    assert (result["changed"], result["restore"]["status"]) == (True, "available")
    assert any("was lost" in each for each in warnings_of(result))
    assert len(rescuer.rows()) == 1
    assert rescuer.servers() == list(WEB)


def test_a_request_that_did_not_arrive_is_not_repeated(rescuer: Rescuer) -> None:
    rescuer.stand.emulator.fault("drop_before", "POST", START)
    mark = rescuer.stand.emulator.mark()
    failed = rescuer.fails("restore", type="oneclick", workload="web", latest=True)
    assert failed.error["code"] == "lost_answer"
    assert len(rescuer.stand.emulator.since(mark, method="POST")) == 1
    assert rescuer.rows() == []
    assert rescuer.restore()["changed"]


def test_a_lost_answer_to_deleting(rescuer: Rescuer) -> None:
    made = rescuer.restore()["id"]
    rescuer.stand.emulator.fault("drop_after", "DELETE", "/restores/[^/]+$")
    assert rescuer.restore(id=made, state="absent")["changed"]
    assert rescuer.rows() == []


# ---- a server that does not keep what is said -----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["dash", "truncated"])
def test_a_description_that_is_not_kept(rescuer: Rescuer, text: str) -> None:
    rescuer.stand.emulator.switch(restore_description=text)
    rescuer.stand.emulator.freeze()
    failed = rescuer.fails("restore", type="oneclick", workload="web", latest=True, description="d" * 30)
    [row] = rescuer.rows()
    assert failed.error["code"] == "not_converged"
    assert row["id"] in str(failed)
    assert failed.result["id"] == row["id"]
    mark = rescuer.stand.emulator.mark()
    assert rescuer.restore(wait=False, description="d" * 30)["id"] == row["id"], "it runs, and is what would be sent"
    assert row["id"] in rescuer.refused(snapshot="old")
    rescuer.stand.emulator.freeze(False)
    again = rescuer.restore(description="d" * 30)
    assert (again["changed"], again["id"], again["restore"]["status"]) == (False, row["id"], "available")
    done = rescuer.restore(description="d" * 30)
    assert (done["changed"], done["id"]) == (False, row["id"])
    assert rescuer.stand.emulator.writes(mark) == []


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_a_workload_or_snapshot_that_is_not_the_one(rescuer: Rescuer) -> None:
    rescuer.workload(name="db", instances=["db-1"])
    other = rescuer.run("snapshot", workload="db", name="of-db")["id"]
    assert "'wbe'" in rescuer.refused(workload="wbe")
    assert "of-db" in rescuer.refused(snapshot="of-db")
    assert other in rescuer.refused(snapshot=other), "the id of a snapshot of another workload"
    assert "no good snapshot" in rescuer.refused(at="2001-01-01T00:00:00")
    assert "00000000" in rescuer.refused(workload=None, snapshot="00000000-0000-4000-8000-000000000000")
    rescuer.stand.emulator.patch("snapshots", rescuer.snapshots["old"], name="new")
    message = rescuer.refused(snapshot="new")
    assert rescuer.snapshots["old"] in message
    assert rescuer.snapshots["new"] in message


@pytest.mark.parametrize("status", ["error", "cancelled", "mounted", "executing", "deleting"])
def test_a_snapshot_that_cannot_be_restored_from(rescuer: Rescuer, status: str) -> None:
    rescuer.stand.emulator.patch(
        "snapshots",
        rescuer.snapshots["new"],
        status=status,
        finished_at=None,
        error_msg="The bucket is full" if status == "error" else None,
    )
    message = rescuer.refused(snapshot="new")
    assert rescuer.snapshots["new"] in message
    assert ("The bucket is full" if status == "error" else status) in message
    if status == "mounted":
        assert "dismount" in rescuer.refused(), "no older one is taken in its place"
    else:
        assert rescuer.restore(check=True)["snapshot"]["id"] == rescuer.snapshots["old"], "the newest good one"


def test_a_workload_that_is_busy(rescuer: Rescuer) -> None:
    [workload] = rescuer.stand.emulator.rows("workloads")
    rescuer.stand.emulator.patch("workloads", workload["id"], status="locked")
    assert "locked" in rescuer.refused()


def test_one_click_while_originals_are_there(rescuer: Rescuer) -> None:
    rescuer.stand.emulator.put("instances", **instance("web-2"))
    message = rescuer.refused()
    assert f"server 'web-2' ({instance('web-2')['id']})" in message
    assert "web-1" not in message


def test_in_place_needs_the_servers_and_their_names_twice(stand: Stand) -> None:
    person = Rescuer(stand, "6")
    person.prepare()
    only = {"type": "inplace", "instances": [{"name": "web-1"}]}
    assert f"web-1 ({instance('web-1')['id']})" in person.refused(**only, confirm_overwrite="web-1"), "it is gone"
    for name in WEB:
        stand.emulator.put("instances", **instance(name))
    stand.emulator.patch("instances", instance("web-1")["id"], name="renamed")
    planned = person.restore(**only, plan_only=True)
    assert (planned["changed"], planned["confirm_overwrite"], len(planned["plan"])) == (False, ["renamed"], 1)
    assert [each["include"] for each in planned["restore_plan"]["instances"]] == [
        each["name"] == "web-1" for each in planned["restore_plan"]["instances"]
    ]
    would = f"would be overwritten: renamed ({instance('web-1')['id']})"
    for wrong, said in (
        (None, would),
        ([], would),
        (["web-2"], would),
        (["renamed", "web-2"], would),
        ("renamed,web-2", would),
        (["web-1"], "'web-1'"),
    ):
        assert said in person.refused(**only, confirm_overwrite=wrong)
    assert "instances" in person.refused(type="inplace", confirm_overwrite="renamed")
    done = person.restore(**only, confirm_overwrite=instance("web-1")["id"])
    assert done["request_key"] == planned["request_key"]
    [back] = done["restore"]["instances"]
    assert (back["id"], back["old_id"]) == (instance("web-1")["id"],) * 2
    assert not person.restore(**only, confirm_overwrite=" renamed ")["changed"]
    assert "inplace" in person.refused(id=done["id"], state="absent", delete_resources=True)


def test_in_place_by_an_ambiguous_name(stand: Stand) -> None:
    person = Rescuer(stand, "6")
    person.prepare()
    for name in WEB:
        stand.emulator.put("instances", id=instance(name)["id"], name="twin")
    only = {"type": "inplace", "instances": [{"name": "web-1"}]}
    assert person.restore(**only, check=True)["confirm_overwrite"] == [instance("web-1")["id"]]
    assert instance("web-2")["id"] in person.refused(**only, confirm_overwrite="twin")


def test_deleting_what_runs_or_is_in_place(rescuer: Rescuer) -> None:
    begun = rescuer.begin()
    assert "runs" in rescuer.refused(id=begun["id"], state="absent")
    rescuer.stand.emulator.freeze(False)
    rescuer.restore()
    rescuer.stand.emulator.patch("restores", begun["id"], restore_options={"restore_type": "inplace"})
    message = rescuer.refused(id=begun["id"], state="absent", delete_resources=True)
    assert "inplace" in message
    assert rescuer.servers() == list(WEB)
    assert "names are not unique" in rescuer.refused(
        state="absent", name="Restore of web", workload="web", latest=False
    )


# ---- a file of the vendor -------------------------------------------------------------------------------------------


def test_a_file_that_exists(rescuer: Rescuer, tmp_path: Path) -> None:
    path = tmp_path / "restore.json"
    content = {
        "type": "openstack",
        "restore_type": "oneclick",
        "oneclickrestore": True,
        "openstack": {"instances": [], "zone": ""},
        "name": "By file",
    }
    path.write_text(json.dumps(content))
    done = rescuer.restore(restore_file=str(path))
    assert done["restore"]["name"] == "By file"
    assert not rescuer.restore(restore_file=str(path))["changed"]
    path.write_text(json.dumps({**content, "oneclickrestore": False}))
    assert "contradicts" in rescuer.refused(restore_file=str(path))
    path.write_text(json.dumps({**content, "restore_type": "selective"}))
    assert "'selective'" in rescuer.refused(restore_file=str(path))
    path.write_text("{")
    assert str(path) in rescuer.refused(restore_file=str(path))


# ---- time, requests and reading -------------------------------------------------------------------------------------


def test_over_time_it_says_how_to_go_on(rescuer: Rescuer) -> None:
    rescuer.stand.emulator.freeze()
    failed = rescuer.fails("restore", type="oneclick", workload="web", latest=True, timeout=0)
    assert failed.error["code"] == "wait_timeout"
    assert "Run the task again" in str(failed)
    rescuer.stand.emulator.freeze(False)
    assert not rescuer.restore()["changed"]
    assert len(rescuer.rows()) == 1


def test_a_broken_look_is_no_end(rescuer: Rescuer) -> None:
    rescuer.stand.emulator.fault("html", "GET", "/restores/[^/]+$", times=2, skip=1)
    assert rescuer.restore()["restore"]["status"] == "available"


def test_how_many_requests_it_takes(rescuer: Rescuer) -> None:
    mark = rescuer.stand.emulator.mark()
    rescuer.restore(plan_only=True)
    planned = rescuer.stand.emulator.since(mark)
    assert len(planned) == 7, "workloads, snapshots, restores, the snapshot, servers; zones and limits of Nova"
    rescuer.restore()
    mark = rescuer.stand.emulator.mark()
    rescuer.restore()
    assert len(rescuer.stand.emulator.since(mark)) == 6, "the restore in place of the plan"


def test_reading(rescuer: Rescuer) -> None:
    first = rescuer.restore(snapshot="old", request_key="first")

    def keys(**options: Any) -> list[Any]:
        return [each["request_key"] for each in rescuer.run("restore_info", **options)["restores"]]

    rescuer.lose()
    rescuer.restore(snapshot="new", request_key="second")
    rescuer.stand.emulator.patch("restores", first["id"], created_at="2020-01-01T00:00:00.000000")
    assert keys() == keys(workload="web") == keys(type="oneclick") == ["second", "first"], "newest first"
    assert (
        keys(workload="web", snapshot="old")
        == keys(id=first["id"])
        == keys(request_key="first")
        == keys(snapshot=rescuer.snapshots["old"])
        == ["first"]
    )
    assert keys(status="error") == keys(type="inplace") == keys(snapshot="00000000-0000-4000-8000-000000000000") == []
    [thin] = rescuer.run("restore_info", request_key="first")["restores"]
    [whole] = rescuer.run("restore_info", request_key="first", details=True)["restores"]
    assert thin["instances"] is None
    assert {each["name"] for each in whole["instances"]} == set(WEB)
    assert "'wbe'" in str(rescuer.fails("restore_info", workload="wbe"))
    assert rescuer.fails("restore_info", snapshot="old").error["code"] == "invalid_option"
