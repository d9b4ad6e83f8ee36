# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches of restores."""

from __future__ import annotations

import pytest
from unit.emulator.in_process import DB, WEB
from unit.emulator.trilio.in_process_restores import VOLUME, Restores, inplace, oneclick, selective


def test_restore_instance_s() -> None:
    for seconds in (10.0, 300.0):
        stand = Restores(restore_instance_s=seconds)
        stand.lose(WEB, DB)
        restore_id = stand.start(oneclick())["id"]
        stand.api.step(2 * seconds - 1)
        assert stand.show(restore_id)["status"] == "restoring"
        stand.api.step(1)
        assert stand.show(restore_id)["status"] == "available"


def test_restore_cancel_s() -> None:
    for seconds in (2.0, 50.0):
        stand = Restores(restore_cancel_s=seconds)
        restore_id = stand.start(selective({"id": WEB}))["id"]
        assert stand.api.code("GET", f"/restores/{restore_id}/cancel") == 200
        stand.api.step(seconds - 1)
        assert stand.show(restore_id)["status"] == "restoring"
        stand.api.step(1)
        assert stand.show(restore_id)["status"] == "cancelled"


def test_restore_delete_code() -> None:
    for code in (200, 202):
        stand = Restores(restore_delete_code=code)
        restore_id = stand.ended(selective({"id": WEB}))["id"]
        response = stand.api.call("DELETE", f"/restores/{restore_id}")
        assert (response.status_code, response.data, response.headers["Content-Type"]) == (
            code,
            b"",
            "application/json",
        )


def test_restore_description() -> None:
    text = "back to Monday [openprotect:01234567:0123456789ab]"
    for position, wanted in (("kept", text), ("dash", "-"), ("truncated", text[:24])):
        stand = Restores(restore_description=position)
        begun = stand.start(selective({"id": WEB}), description=text)
        (listed,) = stand.api.get("/restores")["restores"]
        assert begun["description"] == listed["description"] == stand.show(begun["id"])["description"] == wanted


def test_oneclick_with_original() -> None:
    stand = Restores(oneclick_with_original="error_async")
    stand.lose(DB)
    shown = stand.ended(oneclick())
    assert shown["status"] == "error"
    assert shown["error_msg"].startswith("Failed restoring snapshot: Error creating instance ")
    assert (shown["progress_percent"], shown["progress_msg"], shown["instances"]) == (100, "", [])
    assert stand.states() == ("available", "available")
    stand.api.set(oneclick_with_original="reject")
    body = {"restore": {"name": "r", "options": oneclick()}}
    assert stand.api.refusal("POST", f"/snapshots/{stand.snapshot}", body) == (400, f"{WEB} is still there")
    stand.lose(WEB)
    assert stand.ended(oneclick())["status"] == "available"


def test_selective_unlisted() -> None:
    for position, names in (("exclude", {"cirros-3"}), ("include", {"cirros-3", "cirros-4"})):
        stand = Restores(selective_unlisted=position)
        assert {server["name"] for server in stand.ended(selective({"id": WEB}))["instances"]} == names


def test_inplace_volume_ids() -> None:
    for position, same in (("keep", True), ("new", False)):
        stand = Restores(inplace_volume_ids=position)
        stand.ended(inplace({"id": WEB, "vdisks": [{"id": VOLUME, "restore_cinder_volume": True}]}))
        (volume,) = stand.servers()[WEB]["os-extended-volumes:volumes_attached"]
        assert (volume["id"] == VOLUME) is same


@pytest.mark.parametrize("word", ["restoring", "busy"])
def test_snapshot_status_during_restore(word: str) -> None:
    stand = Restores(snapshot_status_during_restore=word)
    stand.start(selective({"id": WEB}))
    assert stand.states()[0] == word
    stand.api.step(600)
    assert stand.states()[0] == "available"


@pytest.mark.parametrize("word", ["locked", "restoring"])
def test_workload_status_during_restore(word: str) -> None:
    stand = Restores(workload_status_during_restore=word)
    stand.start(selective({"id": WEB}))
    assert stand.states()[1] == word
    stand.api.step(600)
    assert stand.states()[1] == "available"
