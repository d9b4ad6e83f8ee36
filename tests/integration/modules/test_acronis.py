# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Device records of Acronis against the stand-in: the documented walk-through, twelve steps, faults, pages, secrets."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from integration.modules.test_secrets import Dumper, Unsafe, interpreter, leaks
from support.acronis import CONNECTOR_ID, CONNECTOR_SECRET, TENANT, TYPE, Acronis, running
from support.module import Failed, run_module, warnings_of
from support.playbook import play

WHERE: dict[str, Any] = {"tenant_id": TENANT, "type": TYPE}
OLD = {"hostname": "web-1.example.com", "mac_address": "fa:16:3e:00:00:01", "owner": "shop"}
NEW = {"hostname": "shop-1.example.com", "mac_address": "fa:16:3e:11:22:33"}
ACTION = "cti.a.ui.item.v1.0~a.ui.ext_p.workload_actions.action.v1.0~example.app.open.v1.0"
STRANGER = "81b3a1c2-5d1f-4f0e-9a53-1d6c1c0f2a03"
SEMANTICS = ("merge", "replace")
SECRET = "Kxw394'Tzb518\"@{{ Hqm726 }}\\ Vdn603"


@pytest.fixture(scope="module")
def server() -> Iterator[Acronis]:
    """Run the stand-in."""
    with running() as started:
        yield started


@pytest.fixture
def acronis(server: Acronis, monkeypatch: pytest.MonkeyPatch) -> Acronis:
    """Return the stand-in, empty, without variables of the user's environment."""
    for name in [name for name in os.environ if name.startswith("ACRONIS_")]:
        monkeypatch.delenv(name)
    server.reset()
    return server


def run(acronis: Acronis, module: str = "acronis_workload", *, check: bool = False, **options: Any) -> dict[str, Any]:
    """Run a module as an API client.

    :raises Failed: The module failed.
    """
    waiting = {} if module.endswith("_info") else {"wait_interval": 0.02, "timeout": 300}
    return run_module(module, {**acronis.connection(), **waiting, **options}, check=check)


def fail(acronis: Acronis, module: str = "acronis_workload", *, check: bool = False, **options: Any) -> Failed:
    """Run a module that must fail, and return how."""
    with pytest.raises(Failed) as caught:
        run(acronis, module, check=check, **options)
    return caught.value


def steps(acronis: Acronis, options: dict[str, Any], writes: list[str]) -> list[dict[str, Any]]:
    """Run in check mode, for real, and both again, and return the four results.

    Assert what each run reports, and what the stand-in saw.
    """
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = acronis.emulator.mark()
        result = run(acronis, check=check, **options)
        assert result["changed"] is changed, (check, result["plan"])
        assert bool(result["plan"]) is changed
        assert (result["diff"]["before"] != result["diff"]["after"]) is changed
        assert acronis.writes(mark) == (writes if changed and not check else [])
        results.append(result)
    assert results[0]["plan"] == results[1]["plan"]
    assert results[0]["diff"] == results[1]["diff"]
    return results


# ---- as documented --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [204, 200])
@pytest.mark.parametrize("semantics", SEMANTICS)
def test_walk_through(acronis: Acronis, semantics: str, code: int) -> None:
    acronis.emulator.switch(attributes_patch=semantics, write_code=code)
    workload_id = acronis.workload(name="web-1", attributes=OLD)["id"]
    wanted: dict[str, Any] = {"workload_id": workload_id, "name": "shop-1", "attributes": NEW}
    mark = acronis.emulator.mark()
    result = run(acronis, **wanted)
    assert result["plan"][0]["fields"] == ["name", "attributes.hostname", "attributes.mac_address"]
    (sent,) = acronis.emulator.since(mark, effect="WRITE")
    assert (sent["method"], sent["status"]) == ("PATCH", code)
    (kept,) = acronis.workloads()
    assert (kept["name"], kept["attributes"]) == ("shop-1", {**OLD, **NEW})
    assert result["workload"]["attributes"] == {**OLD, **NEW}
    assert not run(acronis, **wanted)["changed"]


@pytest.mark.parametrize(
    "switches",
    [
        {"attributes_patch": "merge"},
        {"attributes_patch": "replace"},
        {"tenant_ids": "number"},
        {"unasked_keys": "shown"},
        {"post_answer": "id", "write_code": 200},
        {"appear_s": 20.0, "patch_delay_s": 20.0},
        {"duplicate_names": "reject"},
        {"page_size": 1},
        {"cursor": "query_only"},
        {"cursor": "position"},
        {"total": "shown", "token_expiry": "both"},
        {"foreign_write": "reject", "foreign_client_id": "reject"},
        {"delete_unknown": "204"},
        {"get_by_id": "200"},
        {"token_expiry": "absent"},
        {"post_form": "both", "unknown_keys": "ignore"},
    ],
    ids=str,
)
def test_twelve_steps(acronis: Acronis, switches: dict[str, Any]) -> None:
    acronis.emulator.switch(**switches)
    acronis.workload(name="web-2")
    declared = {"name": "web-1", **WHERE, "attributes": OLD, "enabled": True, "allowed_actions": [ACTION]}
    created = steps(acronis, declared, ["POST /workloads"])
    assert created[0]["id"] is None
    workload_id = created[1]["id"]
    assert created[3]["id"] == workload_id

    changed = {**declared, "attributes": {"hostname": "new"}, "enabled": False, "allowed_actions": []}
    modified = steps(acronis, changed, [f"PATCH /workloads/{workload_id}"])
    assert modified[0]["plan"][0]["fields"] == ["attributes.hostname", "allowed_actions", "enabled"]
    assert modified[1]["workload"]["attributes"] == {**OLD, "hostname": "new"}

    deleted = steps(acronis, {"name": "web-1", **WHERE, "state": "absent"}, ["DELETE /workloads"])
    assert [result["workload"] for result in deleted] == [None] * 4
    assert [row["name"] for row in acronis.workloads()] == ["web-2"]


@pytest.mark.parametrize("semantics", SEMANTICS)
@pytest.mark.parametrize(
    "change",
    [
        {"new_name": "shop-1"},
        {"attributes": {"mac_address": "x"}},
        {"attributes": {"added": 1}},
        {"attributes": {"deep": {"a": [1, {"b": True}]}}},
        {"allowed_actions": [ACTION]},
        {"enabled": False},
    ],
    ids=str,
)
def test_each_option(acronis: Acronis, semantics: str, change: dict[str, Any]) -> None:
    acronis.emulator.switch(attributes_patch=semantics, tenant_ids="number")
    workload_id = acronis.workload(name="web-1", attributes=OLD)["id"]
    steps(acronis, {"name": "web-1", **WHERE, **change}, [f"PATCH /workloads/{workload_id}"])
    (kept,) = acronis.workloads()
    assert kept["attributes"] == {**OLD, **change.get("attributes", {})}


@pytest.mark.parametrize(
    "change", [{"attributes": NEW, "attributes_mode": "replace"}, {"attributes": {"owner": None}}], ids=str
)
def test_attributes_go_where_the_server_lets_them(acronis: Acronis, change: dict[str, Any]) -> None:
    acronis.emulator.switch(attributes_patch="replace")
    workload_id = acronis.workload(name="web-1", attributes=OLD)["id"]
    steps(acronis, {"name": "web-1", **change}, [f"PATCH /workloads/{workload_id}"])
    assert "owner" not in acronis.workloads()[0]["attributes"]


@pytest.mark.parametrize(
    "change", [{"attributes": NEW, "attributes_mode": "replace"}, {"attributes": {"owner": None}}], ids=str
)
def test_attributes_that_the_server_keeps_fail_the_task(acronis: Acronis, change: dict[str, Any]) -> None:
    acronis.emulator.switch(attributes_patch="merge")
    acronis.workload(name="web-1", attributes=OLD)
    failed = fail(acronis, name="web-1", **change, timeout=1)
    assert failed.error == {"code": "not_converged"}
    assert "it keeps the attributes owner. This server merges attributes" in str(failed)


def test_enabled_that_the_server_does_not_show(acronis: Acronis) -> None:
    acronis.emulator.switch(enabled_key="hidden")
    result = run(acronis, name="web-1", **WHERE, enabled=True)
    assert result["changed"]
    again = run(acronis, name="web-1", **WHERE, enabled=False)
    assert (again["changed"], len(warnings_of(again))) == (False, 1)


# ---- the right record -----------------------------------------------------------------------------------------------


def test_duplicate_names(acronis: Acronis) -> None:
    first, second = (acronis.workload(name="web-1", attributes={"mac_address": mac}) for mac in ("a", "b"))
    mark = acronis.emulator.mark()
    failed = fail(acronis, name="web-1", **WHERE, enabled=False)
    assert failed.error == {"code": "ambiguous_name"}
    assert first["id"] in str(failed)
    assert second["id"] in str(failed)
    assert acronis.writes(mark) == []
    options = {"name": "web-1", **WHERE, "match_attributes": ["mac_address"], "enabled": False}
    assert run(acronis, **options, attributes={"mac_address": "b"})["id"] == second["id"]
    third = run(acronis, **options, attributes={"mac_address": "c"})
    assert third["plan"][0]["action"] == "create"
    assert third["id"] not in (first["id"], second["id"])


@pytest.mark.parametrize("options", [{"enabled": False}, {"state": "absent"}], ids=str)
def test_record_of_another_client(acronis: Acronis, options: dict[str, Any]) -> None:
    workload_id = acronis.workload(name="native", client_id=STRANGER)["id"]
    mark = acronis.emulator.mark()
    for check in (True, False):
        assert fail(acronis, check=check, workload_id=workload_id, **options).error == {"code": "not_owner"}
    assert acronis.writes(mark) == []
    assert run(acronis, workload_id=workload_id, **options, force=True)["changed"]


def test_owner_can_be_handed_over_once(acronis: Acronis) -> None:
    workload_id = acronis.workload(name="web-1")["id"]
    steps(acronis, {"workload_id": workload_id, "owner_client_id": CONNECTOR_ID}, [f"PATCH /workloads/{workload_id}"])
    assert fail(acronis, workload_id=workload_id, enabled=False).error == {"code": "not_owner"}
    connector: dict[str, Any] = {
        "client_id": CONNECTOR_ID,
        "client_secret": CONNECTOR_SECRET,
        "token_endpoint": "connector",
    }
    assert run(acronis, **connector, workload_id=workload_id, enabled=False)["changed"]


def test_refusal_of_the_server_is_told(acronis: Acronis) -> None:
    workload_id = acronis.workload(name="native", client_id=STRANGER)["id"]
    for form in ("full", "message", "html", "empty"):
        acronis.emulator.switch(foreign_write="reject", error_body=form)
        failed = fail(acronis, workload_id=workload_id, enabled=False, force=True)
        assert (failed.error["code"], failed.error["status"]) == ("forbidden", 403)
        assert ("is of another client" in str(failed)) is (form != "empty")


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "status_after", "html"])
def test_report_is_sent_once_whatever_becomes_of_it(acronis: Acronis, kind: str) -> None:
    acronis.emulator.fault(kind, "POST", "/workloads$")
    mark = acronis.emulator.mark()
    took_effect = kind.endswith("_after")
    if took_effect:
        assert run(acronis, name="web-1", **WHERE)["id"] == acronis.workloads()[0]["id"]
    else:
        code = fail(acronis, name="web-1", **WHERE, timeout=1).error["code"]
        assert code == ("wait_timeout" if kind == "html" else "lost_answer")
    assert (
        len(
            [
                each
                for each in acronis.emulator.since(mark)
                if each["method"] == "POST" and each["path"].endswith("/workloads")
            ]
        )
        == 1
    )
    assert len(acronis.workloads()) == int(took_effect)
    assert run(acronis, name="web-1", **WHERE)["changed"] is not took_effect


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status", "status_after"])
@pytest.mark.parametrize("call", ["PATCH", "DELETE"])
def test_changes_are_repeated(acronis: Acronis, call: str, kind: str) -> None:
    workload_id = acronis.workload(name="web-1")["id"]
    acronis.emulator.fault(kind, call, "/workloads", times=2)
    options: dict[str, Any] = {"enabled": False} if call == "PATCH" else {"state": "absent"}
    assert run(acronis, workload_id=workload_id, **options)["changed"]
    assert [row["enabled"] for row in acronis.workloads()] == ([False] if call == "PATCH" else [])


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "status"])
def test_reads_are_repeated_twice(acronis: Acronis, kind: str) -> None:
    workload_id = acronis.workload(name="web-1")["id"]
    acronis.emulator.fault(kind, "GET", "/workloads", times=2)
    assert not run(acronis, workload_id=workload_id, enabled=True)["changed"]
    acronis.emulator.fault(kind, "GET", "/workloads", times=3)
    assert fail(acronis, workload_id=workload_id, enabled=True).error["code"] == (
        "refused" if kind == "status" else "unreachable"
    )


@pytest.mark.parametrize("kind", ["html", "empty", "truncate"])
def test_list_that_is_none_is_not_taken_for_an_empty_one(acronis: Acronis, kind: str) -> None:
    acronis.workload(name="web-1")
    acronis.emulator.fault(kind, "GET", "/workloads")
    mark = acronis.emulator.mark()
    assert fail(acronis, name="web-1", **WHERE).error["code"] in ("bad_answer", "unreachable")
    assert acronis.writes(mark) == []


def test_change_that_does_not_stay(acronis: Acronis) -> None:
    workload_id = acronis.workload(name="web-1")["id"]
    acronis.emulator.fault("lost_update", "PATCH", "/workloads")
    assert fail(acronis, workload_id=workload_id, enabled=False, timeout=1).error == {"code": "not_converged"}


@pytest.mark.parametrize("call", ["GET", "POST", "PATCH", "DELETE"])
def test_expired_token_is_renewed(acronis: Acronis, call: str) -> None:
    if call != "POST":
        acronis.workload(name="web-1")
    acronis.emulator.fault("expired_token", call, "/workloads")
    mark = acronis.emulator.mark()
    options: dict[str, Any] = {"state": "absent"} if call == "DELETE" else {"enabled": False}
    assert run(acronis, name="web-1", **WHERE, **options)["changed"]
    assert len([each for each in acronis.emulator.since(mark) if each["path"].endswith("/idp/token")]) == 2


def test_given_token_that_has_expired(acronis: Acronis) -> None:
    acronis.emulator.switch(token_life_s=0)
    token = acronis.token().json()["access_token"]
    failed = fail(acronis, "acronis_workload_info", client_secret=None, access_token=token)
    assert failed.error["status"] == 401
    assert token not in json.dumps(failed.result)


# ---- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cursor", ["query", "query_only", "position"])
def test_pages(acronis: Acronis, cursor: str) -> None:
    acronis.emulator.switch(cursor=cursor)
    for number in range(7):
        acronis.workload(name=f"web-{number}", tenant_id=TENANT if number else STRANGER)
    mark = acronis.emulator.mark()
    result = run(acronis, "acronis_workload_info", tenant_ids=[TENANT], page_size=2)
    assert [each["name"] for each in result["workloads"]] == [f"web-{number}" for number in range(1, 7)]
    assert (result["count"], result["truncated"]) == (6, False)
    lists = [each for each in acronis.emulator.since(mark) if each["method"] == "GET" and each["status"] == 200]
    assert len(lists) == 3
    cut = run(acronis, "acronis_workload_info", tenant_ids=[TENANT], page_size=2, max_results=3)
    assert (cut["count"], cut["truncated"]) == (3, True)


def test_filters(acronis: Acronis) -> None:
    rows = [
        acronis.workload(name=f"web-{number}", attributes={"number": number, "x": "y"}, allowed_actions=[ACTION])
        for number in range(3)
    ]
    other = acronis.workload(
        name="other", type=f"{TYPE}~other.v1.0", tenant_id=STRANGER, updated_at="2020-01-01T00:00:00Z"
    )

    def names(**options: Any) -> list[str]:
        return [each["name"] for each in run(acronis, "acronis_workload_info", **options)["workloads"]]

    assert names(workload_ids=[rows[0]["id"], other["id"], "nowhere"]) == ["web-0", "other"]
    assert names(types=[other["type"]], tenant_ids=[TENANT, STRANGER]) == ["other"]
    assert names(search="number = '1'") == ["web-1"]
    assert names(updated_before="2020-01-01T00:00:00Z") == ["other"]
    assert names(updated_since="2020-01-02T00:00:00Z") == ["web-0", "web-1", "web-2"]
    assert names(updated_since="2019-01-01T00:00:00Z", updated_before="2020-01-02T00:00:00Z") == ["other"]
    assert names(workload_ids=[]) == []
    (some,) = run(acronis, "acronis_workload_info", search="number = '1'", include_attributes=["x", "z"])["workloads"]
    assert (some["attributes"], some["allowed_actions"]) == ({"x": "y"}, None)
    (every,) = run(
        acronis,
        "acronis_workload_info",
        search="number = '1'",
        include_all_attributes=True,
        include_allowed_actions=True,
    )["workloads"]
    assert (every["attributes"], every["allowed_actions"]) == ({"number": 1, "x": "y"}, [ACTION])


# ---- secrets --------------------------------------------------------------------------------------------------------


def test_playbook_keeps_a_record_in_step_and_shows_no_secret(acronis: Acronis, tmp_path: Path) -> None:
    client = acronis.emulator.put("clients", id="secretive", secret=SECRET, tenant_id=TENANT, endpoint="api")
    workload_id = acronis.workload(name="web-1", attributes=OLD, client_id="secretive")["id"]
    acronis.emulator.put("tokens", id="Wpl852-Ymc174_Rgt396", client_id="secretive")
    known = {"secret": Unsafe(client["secret"]), "token": Unsafe("Wpl852-Ymc174_Rgt396")}
    secrets = tmp_path / "secrets.yml"
    secrets.write_text(yaml.dump(known, Dumper=Dumper), encoding="utf-8")
    program, log = interpreter(tmp_path)
    played = play(
        tmp_path,
        "acronis.yml",
        *("-vvvv", "--extra-vars", f"@{secrets}"),
        variables={
            "datacenter_url": acronis.url,
            "client_id": "secretive",
            "workload_id": workload_id,
            "ansible_python_interpreter": str(program),
        },
        environment={"ANSIBLE_LOG_PATH": str(tmp_path / "ansible.log")},
    )
    assert played.code == 0, played.stdout
    assert leaks(SECRET), "what is looked for can be found"
    assert leaks(known["token"])
    issued = [row["id"] for row in acronis.emulator.rows("tokens")]
    assert len(issued) > 3
    written = {
        "stdout": played.stdout,
        "stderr": played.stderr,
        "syslog": log.read_text(encoding="utf-8"),
        "log": (tmp_path / "ansible.log").read_text(),
    }
    assert {where: leaks(text) for where, text in written.items()} == {where: [] for where in written}
    assert {where: [token for token in issued if token in text] for where, text in written.items()} == {
        where: [] for where in written
    }
    assert "shop-1.example.com" in written["stdout"], "the options are printed at all"
    assert "shop-1.example.com" in written["syslog"], "the options are logged at all"
    assert acronis.workloads()[0]["attributes"] == {**OLD, **NEW}
