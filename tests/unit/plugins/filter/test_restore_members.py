# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers of a workload after a restore: only lost originals give their places to restored servers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.openprotect.backup.plugins.filter import restore_members as plugin
from ansible_collections.openprotect.backup.plugins.filter.restore_members import OWNER, restore_members
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload import records


def server(key: str) -> dict[str, Any]:
    """Return a server with an id and a name."""
    return {"id": key, "name": f"name-of-{key}"}


def workload(*keys: str, **more: Any) -> dict[str, Any]:
    """Return a workload with servers."""
    return {"id": "w", "name": "web", "metadata": {}, "instances": [server(key) for key in keys], **more}


def done(**new_ids: str) -> dict[str, Any]:
    """Return the result of a restore, with new ids by old ids."""
    made = [{"old_id": old, "id": new, "name": old, "status": "available"} for old, new in new_ids.items()]
    return {"restore": {"instances": made}, "restore_plan": None}


def members(listed: dict[str, Any], result: dict[str, Any], *there: str) -> dict[str, Any]:
    """Return the servers of a workload after a restore."""
    return restore_members(listed, result, [server(key) for key in there])


def test_new_servers_take_the_places_of_lost_ones_and_others_stay() -> None:
    found = members(workload("a", "b", "c"), done(a="new-a", c="new-c"), "b", "new-a", "new-c")
    assert found["instances"] == ["new-a", "b", "new-c"]
    assert [(each["old_id"], each["old_name"], each["id"]) for each in found["replaced"]] == [
        ("a", "name-of-a", "new-a"),
        ("c", "name-of-c", "new-c"),
    ]
    assert (found["kept"], found["gone"], found["lines"], found["declared"]) == ([], [], [], "")


def test_an_original_that_exists_keeps_its_place() -> None:
    found = members(workload("a"), done(a="copy"), "a", "copy")
    assert (found["instances"], found["replaced"]) == (["a"], [])
    assert [each["old_id"] for each in found["kept"]] == ["a"]
    assert found["lines"] == [
        "The workload web (w) protects the originals as before, and not the copies: name-of-a (a)."
    ]


def test_a_second_time_there_is_nothing_to_replace() -> None:
    found = members(workload("new-a", "b"), done(a="new-a"), "new-a", "b")
    assert (found["instances"], found["replaced"], found["lines"]) == (["new-a", "b"], [], [])


def test_a_new_server_that_is_listed_already_is_not_listed_twice() -> None:
    found = members(workload("a", "new-a"), done(a="new-a"), "new-a")
    assert (found["instances"], len(found["replaced"])) == (["new-a"], 1)


def test_a_restored_server_that_is_lost_again_replaces_nothing() -> None:
    found = members(workload("a"), done(a="new-a"))
    assert (found["instances"], found["replaced"]) == (["a"], [])
    assert found["lines"] == [
        "The workload web (w) lists servers that do not exist, so its snapshots fail: name-of-a (a)."
    ]


def test_servers_that_the_workload_never_listed_are_not_added() -> None:
    found = members(workload("b"), done(a="new-a"), "b", "new-a")
    assert (found["instances"], found["replaced"]) == (["b"], [])
    assert found["lines"] == ["The workload web (w) lists neither these servers nor their originals: a (new-a)."]


def test_a_restore_in_place_changes_nothing() -> None:
    assert members(workload("a"), done(a="a"), "a")["replaced"] == []


def test_in_a_plan_the_new_ids_are_not_known() -> None:
    planned = [
        {"id": "a", "name": "a", "include": True, "new_name": "a-2"},
        {"id": "b", "name": "b", "include": False, "new_name": None},
    ]
    result = {"restore": {"id": None, "instances": []}, "restore_plan": {"instances": planned}}
    found = members(workload("a", "b"), result)
    assert [(each["old_id"], each["id"], each["name"]) for each in found["replaced"]] == [("a", None, "a-2")]
    assert [each["id"] for each in found["gone"]] == ["b"]


def test_a_restore_that_shows_no_servers_replaces_nothing() -> None:
    """The plan is no proof that its servers were made, and a workload must not get servers without an id."""
    planned = [{"id": "a", "name": "a", "include": True, "new_name": "a"}]
    for shown in ([], None, [{"old_id": "a", "id": None, "name": "a", "status": "error"}]):
        result = {"restore": {"id": "r", "instances": shown}, "restore_plan": {"instances": planned}}
        found = members(workload("a"), result)
        assert (found["instances"], found["replaced"], [each["id"] for each in found["gone"]]) == (["a"], [], ["a"])


def test_a_set_that_declares_the_workload_is_named() -> None:
    found = members(workload("a", metadata={OWNER: "shop"}), done(a="new-a"), "new-a")
    assert "The set of the owner 'shop' declares this workload, and" in found["declared"]
    assert OWNER == records.OWNER


def test_a_row_of_a_list_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="details: true"):
        members(workload(instances=None), done())
    assert plugin.FilterModule().filters() == {"restore_members": restore_members}
