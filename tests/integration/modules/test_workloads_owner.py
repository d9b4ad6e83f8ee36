# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owner markers: which workloads get one, which are adopted, which are deleted, and each guard of `prune`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.conftest import Operator
from support.module import Failed
from support.stand import Stand, instance

OWNER = "openprotect_owner"
WEB: dict[str, Any] = {"name": "web", "instances": ["web-1"]}
DB: dict[str, Any] = {"name": "db", "instances": ["db-1"]}


@pytest.fixture(params=["merge", "replace"])
def mode(request: pytest.FixtureRequest, stand: Stand) -> str:
    """Let a PUT merge metadata, or replace it: it is not known which the real server does (reference Q9)."""
    stand.emulator.switch(put_metadata_mode=request.param)
    return str(request.param)


def keep(operator: Operator, *entries: dict[str, Any], check: bool = False, **options: Any) -> dict[str, Any]:
    """Apply a set of the owner `shop`, and delete its workloads that are not in the set."""
    return operator.run(
        "workloads", check=check, **{"workloads": list(entries), "owner": "shop", "prune": True, **options}
    )


def refused(operator: Operator, *entries: dict[str, Any], check: bool = False, **options: Any) -> Failed:
    """Keep a set in a way that must fail, and return how."""
    return operator.fails(
        "workloads", check=check, **{"workloads": list(entries), "owner": "shop", "prune": True, **options}
    )


def put(stand: Stand, name: str, **metadata: str) -> str:
    """Put a workload of one server in behind everybody's back, and return its id."""
    servers = [{**instance(f"of-{name}"), "metadata": {}}]
    return str(
        stand.emulator.put("workloads", name=name, project_id=stand.project(), instances=servers, metadata=metadata)[
            "id"
        ]
    )


def metadata(stand: Stand, name: str) -> dict[str, str]:
    """Return the metadata of a workload without the keys that the server adds."""
    [row] = [row for row in stand.emulator.rows("workloads") if row["name"] == name]
    server = (
        "hostnames",
        "preferredgroup",
        "workload_approx_backup_size",
        "backup_media_target",
        "backup_target_types",
        "backup_target_type",
    )
    return {key: value for key, value in row["metadata"].items() if key not in server}


def names(stand: Stand) -> set[str]:
    """Return the names of the workloads that are there."""
    return {row["name"] for row in stand.emulator.rows("workloads")}


def outcomes(result: dict[str, Any]) -> dict[str, str]:
    """Return the outcome of each workload: name -> outcome."""
    return {row["name"]: row["outcome"] for row in (*result["workloads"], *result["pruned"])}


# ---------------------------------------------------------------------------------------------------------------------
# Markers


@pytest.mark.usefixtures("mode")
def test_a_workload_without_a_mark_is_adopted_by_a_write_of_the_mark_alone(operator: Operator) -> None:
    emulator = operator.stand.emulator
    operator.run("workloads", workloads=[{**WEB, "metadata": {"team": "a", "cost": "1"}}])
    mark = emulator.mark()
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        result = keep(operator, WEB, check=check)
        plan = [
            {
                "action": "adopt",
                "kind": "workload",
                "name": "web",
                "id": result["workloads"][0]["id"],
                "fields": [f"metadata.{OWNER}"],
            }
        ]
        assert result["plan"] == (plan if changed else [])
        assert (result["workloads"][0]["action"], result["counts"]["adopted"]) == (
            ("adopt", 1) if changed else (None, 0)
        )
    [write] = emulator.since(mark, effect="WRITE")
    assert write["body"] == {"workload": {"metadata": {"team": "a", "cost": "1", OWNER: "shop"}}}
    assert metadata(operator.stand, "web") == {"team": "a", "cost": "1", OWNER: "shop"}


@pytest.mark.usefixtures("mode")
def test_adoption_and_change_are_two_steps_and_one_write(operator: Operator) -> None:
    operator.run("workloads", workloads=[{**WEB, "metadata": {"team": "a"}}])
    mark = operator.stand.emulator.mark()
    result = keep(operator, {**WEB, "description": "Shop", "metadata": {"cost": "1"}})
    assert [(step["action"], step["fields"]) for step in result["plan"]] == [
        ("adopt", [f"metadata.{OWNER}"]),
        ("update", ["description", "metadata.cost"]),
    ]
    assert result["counts"]["updated"] == 1
    assert len(operator.stand.emulator.writes(mark)) == 1
    assert metadata(operator.stand, "web") == {"team": "a", "cost": "1", OWNER: "shop"}


@pytest.mark.usefixtures("mode")
def test_every_change_writes_mark_metadata_and_policy_again(operator: Operator) -> None:
    """Also that by the module workload, which knows of no owner."""
    stand = operator.stand
    policy = stand.emulator.put("policies", name="gold", projects=[stand.project()])["id"]
    keep(operator, {**WEB, "policy": "gold", "metadata": {"team": "a"}})
    whole = {"team": "a", OWNER: "shop", "policy_id": policy}
    assert metadata(stand, "web") == whole
    for change in (
        lambda: keep(operator, {**WEB, "description": "Shop"}),
        lambda: operator.workload(name="web", instances=["web-1", "web-2"]),
    ):
        mark = stand.emulator.mark()
        assert change()["changed"]
        [write] = stand.emulator.since(mark, effect="WRITE")
        assert write["body"]["workload"]["metadata"] == whole
        assert metadata(stand, "web") == whole


def test_a_mark_that_does_not_show_fails_the_entry(operator: Operator) -> None:
    put(operator.stand, "old")
    operator.stand.emulator.switch(create_s=0)
    operator.stand.emulator.fault("lost_update", "PUT", "/workloads/")
    failed = refused(operator, {"name": "old"}, DB, timeout=1)
    assert outcomes(failed.result) == {"old": "failed", "db": "changed"}
    assert failed.result["workloads"][0]["error"]["code"] == "not_converged"
    assert OWNER in str(failed)


def test_the_mark_of_another_owner_fails_the_entry_and_names_them(operator: Operator) -> None:
    workload_id = put(operator.stand, "old", **{OWNER: "mail"})
    put(operator.stand, "surplus", **{OWNER: "shop"})
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = refused(operator, {"name": "old", "description": "ours now"}, DB, check=check)
        assert outcomes(failed.result) == {"old": "failed", "db": "changed", "surplus": "skipped"}
        assert failed.result["workloads"][0]["error"]["code"] == "not_owner"
        assert (
            f"The workload 'old' ({workload_id}) belongs to the owner 'mail', and this set is that of 'shop'."
            in str(failed)
        )
    assert operator.stand.emulator.writes(mark) == ["POST /workloads"]


def test_a_workload_can_be_handed_over(operator: Operator) -> None:
    put(operator.stand, "old", **{OWNER: "mail"})
    operator.workload(name="old", metadata={OWNER: "shop"})
    assert not keep(operator, {"name": "old"})["changed"]


# ---------------------------------------------------------------------------------------------------------------------
# Deletions


@pytest.mark.parametrize("detail", ["on", "off"])
def test_only_what_carries_the_mark_and_is_in_the_set_no_longer_is_deleted(operator: Operator, detail: str) -> None:
    stand = operator.stand
    stand.emulator.switch(workloads_detail=detail)
    gone = put(stand, "surplus", **{OWNER: "shop"})
    put(stand, "unmarked", team="shop")
    put(stand, "theirs", **{OWNER: "mail"})
    put(stand, "almost", **{OWNER: "shop "})
    keep(operator, WEB, prune=False)
    assert names(stand) == {"surplus", "unmarked", "theirs", "almost", "web"}
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = stand.emulator.mark()
        result = keep(operator, WEB, check=check)
        assert result["changed"] is changed
        assert stand.emulator.writes(mark) == ([f"DELETE /workloads/{gone}"] if changed and not check else [])
        pruned = [
            {
                "id": gone,
                "name": "surplus",
                "action": "delete",
                "outcome": "changed",
                "reason": None,
                "changed": True,
                "error": None,
                "snapshots": 0,
            }
        ]
        assert result["pruned"] == (pruned if changed else [])
        assert (result["counts"]["deleted"], result["counts"]["unchanged"]) == (int(changed), 1)
        results.append(result)
    assert (
        results[0]["plan"]
        == results[1]["plan"]
        == [{"action": "delete", "kind": "workload", "name": "surplus", "id": gone, "fields": []}]
    )
    [diff] = results[0]["diff"]
    assert (diff["before"], diff["after"]) == ({"name": "surplus", "id": gone}, {})
    assert diff["before_header"] == f"workload 'surplus' ({gone})"
    assert names(stand) == {"unmarked", "theirs", "almost", "web"}


def test_an_entry_that_is_renamed_is_in_the_set(operator: Operator) -> None:
    keep(operator, WEB)
    result = keep(operator, {**WEB, "new_name": "shop"})
    assert result["pruned"] == []
    assert names(operator.stand) == {"shop"}


def test_more_deletions_than_allowed_stop_the_task_before_the_first_write(operator: Operator) -> None:
    ids = [put(operator.stand, name, **{OWNER: "shop"}) for name in ("a", "b", "c")]
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = refused(operator, WEB, max_deletions=2, check=check)
        assert failed.error == {"code": "too_many_deletions"}
        assert "3 workloads of the owner 'shop' are not in the set, and 'max_deletions' allows 2: " in str(failed)
        assert all(each in str(failed) for each in ids)
    assert operator.stand.emulator.writes(mark) == []
    assert outcomes(keep(operator, WEB, max_deletions=3)) == dict.fromkeys(("web", "a", "b", "c"), "changed")
    assert names(operator.stand) == {"web"}


def test_an_empty_set_deletes_all_only_if_all_are_allowed(operator: Operator) -> None:
    keep(operator, WEB, DB)
    mark = operator.stand.emulator.mark()
    assert refused(operator).error == {"code": "too_many_deletions"}
    assert refused(operator, max_deletions=0).error == {"code": "too_many_deletions"}
    assert operator.stand.emulator.writes(mark) == []
    assert keep(operator, max_deletions=2)["counts"]["deleted"] == 2
    assert names(operator.stand) == set()
    assert not keep(operator)["changed"]


def test_what_holds_snapshots_is_deleted_only_if_they_may_go(operator: Operator) -> None:
    stand = operator.stand
    held = put(stand, "held", **{OWNER: "shop"})
    put(stand, "free", **{OWNER: "shop"})
    snapshot = stand.emulator.put("snapshots", workload_id=held, project_id=stand.project())["id"]
    mark = stand.emulator.mark()
    for check in (True, False):
        failed = refused(operator, WEB, max_deletions=5, check=check)
        assert outcomes(failed.result) == {"web": "changed", "held": "failed", "free": "skipped"}
        assert "holds 1 snapshot" in str(failed)
    assert stand.emulator.writes(mark) == ["POST /workloads"]
    mark = stand.emulator.mark()
    result = keep(operator, WEB, max_deletions=5, delete_snapshots=True)
    assert outcomes(result) == {"web": "ok", "held": "changed", "free": "changed"}
    assert [step["kind"] for step in result["plan"]].count("snapshot") == 1
    assert f"DELETE /snapshots/{snapshot}" in stand.emulator.writes(mark)
    assert names(stand) == {"web"}
    assert stand.emulator.rows("snapshots") == []


def broken(operator: Operator) -> list[dict[str, Any]]:
    """Return a set with an entry that cannot be resolved."""
    assert operator.stand
    return [WEB, {"name": "db", "instances": ["nowhere"]}]


def doubtful(operator: Operator) -> list[dict[str, Any]]:
    """Return a set with an entry that could be two workloads, both of which carry the mark."""
    put(operator.stand, "twin", **{OWNER: "shop"})
    put(operator.stand, "twin", **{OWNER: "shop"})
    return [WEB, {"name": "twin"}]


def selects_none(operator: Operator) -> list[dict[str, Any]]:
    """Return a set with an entry that selects nothing."""
    assert operator.stand
    return [WEB, {"name": "db", "selector": {"metadata": {"backup": "gold"}}}]


def refused_write(operator: Operator) -> list[dict[str, Any]]:
    """Return a set with an entry that the server will refuse."""
    operator.stand.emulator.fault("status", "POST", "/workloads$", code=400)
    return [WEB, DB]


@pytest.mark.parametrize("trouble", [broken, doubtful, selects_none, refused_write])
def test_nothing_is_deleted_where_an_entry_failed(
    operator: Operator, trouble: Callable[[Operator], list[dict[str, Any]]]
) -> None:
    stand = operator.stand
    put(stand, "surplus", **{OWNER: "shop"})
    entries = trouble(operator)
    before = names(stand)
    mark = stand.emulator.mark()
    failed = refused(operator, *entries, max_deletions=9)
    assert [write for write in stand.emulator.writes(mark) if write.startswith("DELETE")] == []
    assert outcomes(failed.result)["surplus"] == "skipped"
    assert names(stand) >= before


def test_the_mark_is_read_again_right_before_the_deletion(operator: Operator) -> None:
    """Another user removes the marker between the plan and the deletion."""
    stand = operator.stand
    workload_id = put(stand, "surplus", **{OWNER: "shop"})
    [row] = stand.emulator.rows("workloads")
    stand.emulator.fault(
        "shape",
        "GET",
        f"/workloads/{workload_id}$",
        body={"workload": {**row, "metadata": {**row["metadata"], OWNER: "mail"}}},
    )
    mark = stand.emulator.mark()
    failed = refused(operator, WEB)
    assert stand.emulator.writes(mark) == ["POST /workloads"]
    [surplus] = failed.result["pruned"]
    assert surplus["error"]["code"] == "not_owner"
    assert "has lost the mark of the owner 'shop' in the meantime" in surplus["error"]["msg"]
    assert keep(operator, WEB)["counts"]["deleted"] == 1


def test_what_somebody_else_has_deleted_meanwhile_is_gone(operator: Operator) -> None:
    stand = operator.stand
    workload_id = put(stand, "surplus", **{OWNER: "shop"})
    stand.emulator.fault("status", "GET", f"/workloads/{workload_id}$", code=404)
    mark = stand.emulator.mark()
    assert keep(operator)["counts"]["deleted"] == 1
    assert stand.emulator.writes(mark) == []


def test_after_a_failed_deletion_no_other_is_tried(operator: Operator) -> None:
    stand = operator.stand
    for name in ("a", "b", "c"):
        put(stand, name, **{OWNER: "shop"})
    stand.emulator.fault("status", "DELETE", "/workloads/", code=403)
    failed = refused(operator, max_deletions=3)
    assert sorted(outcomes(failed.result).values()) == ["failed", "skipped", "skipped"]
    assert names(stand) == {"a", "b", "c"}


def test_a_workload_that_cannot_be_looked_at_keeps_all_from_being_deleted(operator: Operator) -> None:
    stand = operator.stand
    stand.emulator.switch(workloads_detail="off")
    dark = put(stand, "dark")
    put(stand, "surplus", **{OWNER: "shop"})
    stand.emulator.fault("status", "GET", f"/workloads/{dark}$", code=403, times=0)
    failed = refused(operator, WEB, max_deletions=5)
    assert outcomes(failed.result) == {"web": "changed", "dark": "failed", "surplus": "skipped"}
    assert names(stand) == {"web", "dark", "surplus"}


def test_what_is_being_deleted_already_is_not_surplus(operator: Operator) -> None:
    workload_id = put(operator.stand, "surplus", **{OWNER: "shop"})
    operator.stand.emulator.patch("workloads", workload_id, status="deleting")
    assert keep(operator, max_deletions=0)["pruned"] == []


def test_workloads_of_other_projects_are_never_surplus(operator: Operator) -> None:
    operator.options["auth"] = operator.stand.auth("admin", "demo")
    servers = [{**instance("x"), "metadata": {}}]
    operator.stand.emulator.put(
        "workloads", name="x", project_id=operator.stand.project("other"), instances=servers, metadata={OWNER: "shop"}
    )
    assert not keep(operator)["changed"]


def test_a_server_of_a_workload_that_goes_is_refused(operator: Operator) -> None:
    keep(operator, {"name": "old", "instances": ["web-1"]})
    failed = refused(operator, WEB)
    assert "is in the workload 'old'" in str(failed)
    assert "which is deleted only when all entries are as declared" in str(failed)
