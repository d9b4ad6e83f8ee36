# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each value of each switch of the Acronis emulator; its back door and command line."""

from __future__ import annotations

import re
import signal
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
import requests
from emulator.acronis.clients import CLIENT, CONNECTOR
from emulator.acronis.query import number_of
from emulator.acronis.switches import Switches
from emulator.acronis_main import options
from emulator.server.switches import UnknownSwitch
from support.acronis import (
    API_ROOT,
    CLIENT_ID,
    CLIENT_SECRET,
    COMMAND,
    CONNECTOR_ID,
    CONNECTOR_SECRET,
    TENANT,
    TYPE,
    Acronis,
    running,
)
from support.stand import ROOT

ITEM = {"name": "web-1", "type": TYPE, "tenant_id": TENANT}
REPORT = {"items": [ITEM]}


@pytest.fixture(scope="module")
def server() -> Iterator[Acronis]:
    with running() as started:
        yield started


@pytest.fixture
def acronis(server: Acronis) -> Acronis:
    """Return an empty emulator with a frozen clock."""
    server.reset()
    server.emulator.freeze()
    return server


def shown(acronis: Acronis, **query: Any) -> list[dict[str, Any]]:
    """Return the workloads of a list that must succeed."""
    answer = acronis.call("GET", "/workloads", **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def change(acronis: Acronis, workload_id: str, **changes: Any) -> int:
    """Send a PATCH and return the status of the answer."""
    return acronis.call("PATCH", f"/workloads/{workload_id}", changes).status_code


class TestSwitches:
    """What public documents leave open."""

    @pytest.mark.parametrize(
        ("position", "after"), [("merge", {"hostname": "h", "mac_address": "m"}), ("replace", {"mac_address": "m"})]
    )
    def test_attributes_patch(self, acronis: Acronis, position: str, after: dict[str, str]) -> None:
        acronis.emulator.switch(attributes_patch=position)
        kept = acronis.workload(attributes={"hostname": "h"})
        assert change(acronis, kept["id"], attributes={"mac_address": "m"}) == 204
        assert shown(acronis, include_all_attributes="true")[0]["attributes"] == after
        assert change(acronis, kept["id"], name="n") == 204
        assert shown(acronis, include_all_attributes="true")[0]["attributes"] == after

    @pytest.mark.parametrize(("position", "tenant"), [("uuid", TENANT), ("number", number_of(TENANT))])
    def test_tenant_ids(self, acronis: Acronis, position: str, tenant: str) -> None:
        acronis.emulator.switch(tenant_ids=position)
        acronis.workload()
        acronis.workload(tenant_id=str(uuid.uuid4()))
        assert [item["tenant_id"] for item in shown(acronis, tenant_id=TENANT)] == [tenant]
        assert [item["tenant_id"] for item in shown(acronis, tenant_id=tenant)] == [tenant]
        assert number_of(TENANT).isdecimal()

    def test_appear_s(self, acronis: Acronis) -> None:
        acronis.emulator.switch(appear_s=30)
        assert acronis.call("POST", "/workloads", REPORT).status_code == 204
        acronis.emulator.step(29)
        assert shown(acronis) == []
        acronis.emulator.step(1)
        assert len(shown(acronis)) == 1
        acronis.emulator.switch(appear_s=0)
        acronis.call("POST", "/workloads", REPORT)
        assert len(shown(acronis)) == 2

    def test_patch_delay_s(self, acronis: Acronis) -> None:
        kept = acronis.workload(name="old", attributes={"a": 1})
        acronis.emulator.switch(patch_delay_s=5)
        assert change(acronis, kept["id"], name="new") == 204
        assert shown(acronis)[0]["name"] == "old"
        acronis.emulator.step(5)
        assert shown(acronis)[0]["name"] == "new"
        acronis.emulator.switch(patch_delay_s=0)
        change(acronis, kept["id"], name="newer")
        assert shown(acronis)[0]["name"] == "newer"

    def test_a_change_that_is_due_after_the_removal(self, acronis: Acronis) -> None:
        kept = acronis.workload()
        acronis.emulator.switch(patch_delay_s=5)
        change(acronis, kept["id"], name="new")
        acronis.call("DELETE", "/workloads", workload_id=kept["id"])
        acronis.emulator.step(5)
        assert acronis.workloads() == []

    @pytest.mark.parametrize(("position", "code", "rows"), [("accept", 204, 2), ("reject", 409, 1)])
    def test_duplicate_names(self, acronis: Acronis, position: str, code: int, rows: int) -> None:
        acronis.emulator.switch(duplicate_names=position)
        assert acronis.call("POST", "/workloads", REPORT).status_code == 204
        assert acronis.call("POST", "/workloads", REPORT).status_code == code
        assert len(acronis.workloads()) == rows
        assert acronis.call("POST", "/workloads", {"items": [{**ITEM, "name": "other"}]}).status_code == 204

    @pytest.mark.parametrize(("position", "extra"), [("hidden", set()), ("shown", {"attributes", "allowed_actions"})])
    def test_unasked_keys(self, acronis: Acronis, position: str, extra: set[str]) -> None:
        acronis.emulator.switch(unasked_keys=position)
        acronis.workload(attributes={"a": 1})
        assert set(shown(acronis)[0]) & {"attributes", "allowed_actions"} == extra
        assert shown(acronis, include_attributes="b")[0]["attributes"] == {}

    @pytest.mark.parametrize(("position", "is_there"), [("shown", True), ("hidden", False)])
    def test_enabled_key(self, acronis: Acronis, position: str, is_there: bool) -> None:
        acronis.emulator.switch(enabled_key=position)
        acronis.workload()
        assert ("enabled" in shown(acronis)[0]) is is_there

    @pytest.mark.parametrize("position", ["404", "200"])
    def test_get_by_id(self, acronis: Acronis, position: str) -> None:
        acronis.emulator.switch(get_by_id=position)
        kept = acronis.workload()
        answer = acronis.call("GET", f"/workloads/{kept['id']}")
        assert answer.status_code == int(position)
        assert (answer.json().get("id") == kept["id"]) is (position == "200")
        assert acronis.call("GET", "/workloads/no-such").status_code == 404

    @pytest.mark.parametrize(
        ("position", "wrapped", "bare"), [("items", 204, 400), ("bare", 400, 204), ("both", 204, 204)]
    )
    def test_post_form(self, acronis: Acronis, position: str, wrapped: int, bare: int) -> None:
        acronis.emulator.switch(post_form=position)
        assert acronis.call("POST", "/workloads", REPORT).status_code == wrapped
        assert acronis.call("POST", "/workloads", ITEM).status_code == bare
        assert len(acronis.workloads()) == [wrapped, bare].count(204)

    def test_post_answer(self, acronis: Acronis) -> None:
        acronis.emulator.switch(post_answer="id")
        answer = acronis.call("POST", "/workloads", REPORT)
        assert (answer.status_code, answer.json()) == (200, {"items": [{"id": acronis.workloads()[0]["id"]}]})
        acronis.emulator.switch(post_answer="nothing")
        assert acronis.call("POST", "/workloads", REPORT).content == b""

    @pytest.mark.parametrize("code", [204, 200])
    def test_write_code(self, acronis: Acronis, code: int) -> None:
        acronis.emulator.switch(write_code=code)
        kept = acronis.workload()
        answers = [
            acronis.call("POST", "/workloads", REPORT),
            acronis.call("PATCH", f"/workloads/{kept['id']}", {"name": "n"}),
            acronis.call("DELETE", "/workloads", workload_id=kept["id"]),
        ]
        assert [(answer.status_code, answer.content) for answer in answers] == [(code, b"")] * 3

    @pytest.mark.parametrize("position", ["404", "204"])
    def test_delete_unknown(self, acronis: Acronis, position: str) -> None:
        acronis.emulator.switch(delete_unknown=position)
        assert acronis.call("DELETE", "/workloads", workload_id="no-such").status_code == int(position)

    @pytest.mark.parametrize(("position", "write", "read"), [("reject", 400, 400), ("ignore", 204, 200)])
    def test_unknown_keys(self, acronis: Acronis, position: str, write: int, read: int) -> None:
        acronis.emulator.switch(unknown_keys=position)
        kept = acronis.workload()
        assert change(acronis, kept["id"], type="other", colour="red") == write
        assert acronis.call("POST", "/workloads", {"items": [{**ITEM, "id": "mine"}]}).status_code == write
        assert acronis.call("GET", "/workloads", colour="red").status_code == read
        assert {row["type"] for row in acronis.workloads()} == {TYPE}
        assert "mine" not in {row["id"] for row in acronis.workloads()}

    @pytest.mark.parametrize(("position", "code"), [("accept", 204), ("reject", 403)])
    def test_foreign_write(self, acronis: Acronis, position: str, code: int) -> None:
        acronis.emulator.switch(foreign_write=position)
        ours, theirs = acronis.workload(), acronis.workload(client_id=CONNECTOR_ID)
        assert change(acronis, theirs["id"], name="n") == code
        assert acronis.call("DELETE", "/workloads", workload_id=theirs["id"]).status_code == code
        assert change(acronis, ours["id"], name="n") == 204
        assert acronis.call("DELETE", "/workloads", workload_id=ours["id"]).status_code == 204

    @pytest.mark.parametrize(("position", "code"), [("accept", 204), ("reject", 400)])
    def test_foreign_client_id(self, acronis: Acronis, position: str, code: int) -> None:
        acronis.emulator.switch(foreign_client_id=position)
        kept = acronis.workload()
        assert change(acronis, kept["id"], client_id=CONNECTOR_ID) == code
        assert acronis.call("POST", "/workloads", {"items": [{**ITEM, "client_id": CONNECTOR_ID}]}).status_code == code
        assert change(acronis, kept["id"], client_id=CLIENT_ID) == 204

    @pytest.mark.parametrize("size", [1, 2])
    def test_page_size(self, acronis: Acronis, size: int) -> None:
        acronis.emulator.switch(page_size=size)
        for _number in range(3):
            acronis.workload()
        assert len(shown(acronis)) == size
        assert len(shown(acronis, limit=3)) == 3

    @pytest.mark.parametrize(
        ("position", "alone", "repeated", "another"),
        [
            ("query", (200, ["b"]), (200, ["b"]), 400),
            ("query_only", (200, ["b"]), (400, []), 400),
            ("position", (200, ["x"]), (200, ["b"]), 200),
        ],
    )
    def test_cursor(
        self,
        acronis: Acronis,
        position: str,
        alone: tuple[int, list[str]],
        repeated: tuple[int, list[str]],
        another: int,
    ) -> None:
        acronis.emulator.switch(cursor=position)
        for name, kind in (("a", TYPE), ("x", "other"), ("b", TYPE)):
            acronis.workload(name=name, type=kind)
        after = acronis.call("GET", "/workloads", limit=1, type=TYPE).json()["paging"]["cursors"]["after"]

        def follow(**query: str) -> tuple[int, list[str]]:
            answer = acronis.call("GET", "/workloads", limit=1, after=after, **query)
            return answer.status_code, [item["name"] for item in answer.json().get("items", [])]

        assert (follow(), follow(type=TYPE)) == (alone, repeated)
        assert follow(type="other")[0] == another

    @pytest.mark.parametrize(("position", "paging"), [("absent", {"cursors"}), ("shown", {"cursors", "total"})])
    def test_total(self, acronis: Acronis, position: str, paging: set[str]) -> None:
        acronis.emulator.switch(total=position)
        acronis.workload()
        acronis.workload()
        answer = acronis.call("GET", "/workloads", limit=1).json()["paging"]
        assert (set(answer), answer.get("total", 2)) == (paging, 2)

    @pytest.mark.parametrize(
        ("position", "start"),
        [
            ("full", '{"message": "There is no workload x.", "code": "404"'),
            ("message", '{"message": "'),
            ("html", "<html>"),
            ("empty", ""),
        ],
    )
    def test_error_body(self, acronis: Acronis, position: str, start: str) -> None:
        acronis.emulator.switch(error_body=position)
        answer = acronis.call("PATCH", "/workloads/x", {"name": "n"})
        assert answer.status_code == 404
        assert answer.text.startswith(start)
        assert ("There is no workload x." in answer.text) is (position != "empty")
        assert ("domain" in answer.text) is (position == "full")

    @pytest.mark.parametrize("seconds", [10, 7200])
    def test_token_life_s(self, acronis: Acronis, seconds: int) -> None:
        acronis.emulator.switch(token_life_s=seconds)
        token = acronis.token().json()["access_token"]
        acronis.emulator.step(seconds - 1)
        assert acronis.call("GET", "/workloads", token=token).status_code == 200
        acronis.emulator.step(1)
        assert acronis.call("GET", "/workloads", token=token).status_code == 401
        assert acronis.call("GET", "/workloads").status_code == 200

    @pytest.mark.parametrize(
        ("position", "keys"),
        [
            ("expires_on", {"expires_on"}),
            ("expires_in", {"expires_in"}),
            ("both", {"expires_on", "expires_in"}),
            ("absent", set()),
        ],
    )
    def test_token_expiry(self, acronis: Acronis, position: str, keys: set[str]) -> None:
        acronis.emulator.switch(token_expiry=position)
        token = acronis.token().json()
        assert set(token) - {"access_token", "id_token", "token_type"} == keys
        assert token.get("expires_in", 7200) == 7200

    @pytest.mark.parametrize(("position", "code"), [("own", 401), ("any", 200)])
    def test_token_endpoints(self, acronis: Acronis, position: str, code: int) -> None:
        acronis.emulator.switch(token_endpoints=position)
        assert acronis.token((CONNECTOR_ID, CONNECTOR_SECRET)).status_code == code
        assert acronis.token(endpoint="/bc/idp/token").status_code == code
        assert acronis.token().status_code == 200

    @pytest.mark.parametrize(
        "values",
        [
            {"no_such": 1},
            {"tenant_ids": "text"},
            {"page_size": 0},
            {"page_size": "x"},
            {"appear_s": -1},
            {"appear_s": None},
            {"write_code": 201},
            {"total": "shown", "cursor": "x"},
        ],
    )
    def test_bad_values_change_nothing(self, values: dict[str, Any]) -> None:
        switches = Switches()
        with pytest.raises(UnknownSwitch):
            switches.set(values)
        assert switches == Switches()

    def test_values_as_text(self) -> None:
        switches = Switches()
        switches.set({"write_code": "200", "page_size": "7", "appear_s": "0"})
        assert (switches.write_code, switches.page_size, switches.appear_s) == (200, 7, 0.0)

    def test_the_readme_has_every_switch_with_its_values(self) -> None:
        text = (ROOT / "tests" / "emulator" / "acronis" / "README.md").read_text(encoding="utf-8")
        documented = dict(re.findall(r"^\* `(\w+)` \(([^)]*)\)", text, re.MULTILINE))
        hints, values = get_type_hints(Switches), Switches().as_dict()
        assert documented == {
            name: ", ".join(str(choice) for choice in get_args(hints[name])) or f"{value:g}"
            for name, value in values.items()
        }


class TestBackDoor:
    """Records, rows, switches and reset."""

    def test_the_helper_knows_the_clients_that_are_there_from_the_start(self) -> None:
        assert (CLIENT["id"], CLIENT["secret"], CLIENT["tenant_id"]) == (CLIENT_ID, CLIENT_SECRET, TENANT)
        assert (CONNECTOR["id"], CONNECTOR["secret"]) == (CONNECTOR_ID, CONNECTOR_SECRET)

    def test_records(self, acronis: Acronis) -> None:
        mark = acronis.emulator.mark()
        token = acronis.token().json()["access_token"]
        acronis.call("POST", "/workloads", REPORT, token=token)
        acronis.call("GET", "/workloads", token=token, limit=1)
        acronis.call("PATCH", "/workloads/x", {"name": "n"}, token=token)
        acronis.call("DELETE", "/workloads", token=token, workload_id="x")
        acronis.call("PUT", "/no-such", token="x")
        seen = acronis.emulator.since(mark)
        assert [(each["method"], each["kind"], each["effect"], each["status"], each["user"]) for each in seen] == [
            ("POST", "clients", "READ", 200, CLIENT_ID),
            ("POST", "workloads", "WRITE", 204, CLIENT_ID),
            ("GET", "workloads", "READ", 200, CLIENT_ID),
            ("PATCH", "workloads", "WRITE", 404, CLIENT_ID),
            ("DELETE", "workloads", "WRITE", 404, CLIENT_ID),
            ("PUT", "unknown", "WRITE", 404, None),
        ]
        assert (seen[1]["body"], seen[2]["query"], seen[1]["path"]) == (REPORT, "limit=1", f"{API_ROOT}/workloads")
        assert acronis.writes(mark) == ["POST /workloads", "PATCH /workloads/x", "DELETE /workloads", "PUT /no-such"]
        assert CLIENT_SECRET not in str(seen)
        assert token not in str(seen)

    def test_rows(self, acronis: Acronis) -> None:
        kept = acronis.workload(name="n", attributes={"a": 1, "b": 2})
        acronis.emulator.patch("workloads", kept["id"], attributes={"a": None})
        assert acronis.emulator.ask("GET", f"workloads/{kept['id']}")["attributes"] == {"b": 2}
        acronis.emulator.ask("PUT", "workloads/mine", {"name": "put"})
        assert [item["id"] for item in shown(acronis)] == [kept["id"], "mine"]
        acronis.emulator.drop("workloads", kept["id"])
        assert [row["name"] for row in acronis.workloads()] == ["put"]
        with pytest.raises(RuntimeError, match="snapshots"):
            acronis.emulator.rows("snapshots")

    def test_reset_and_ready(self, acronis: Acronis) -> None:
        acronis.workload()
        acronis.emulator.switch(total="shown")
        acronis.emulator.fault("status", "*", "")
        acronis.emulator.put("clients", id="mine")
        acronis.emulator.ask("POST", "reset")
        assert acronis.emulator.ask("GET", "ready") == {"ready": True}
        assert acronis.emulator.ask("GET", "switches") == {"switches": Switches().as_dict()}
        assert acronis.emulator.ask("GET", "faults") == {"faults": []}
        assert acronis.workloads() == []
        assert {row["id"] for row in acronis.emulator.rows("clients")} == {CLIENT_ID, CONNECTOR_ID}

    def test_a_switch_that_there_is_not(self, acronis: Acronis) -> None:
        with pytest.raises(RuntimeError, match="no_such"):
            acronis.emulator.switch(no_such=1)


class TestFaults:
    """The faults are those of the other emulator."""

    @pytest.mark.parametrize(("kind", "rows"), [("drop_before", 0), ("drop_after", 1)])
    def test_dropped(self, acronis: Acronis, kind: str, rows: int) -> None:
        token = acronis.token().json()["access_token"]
        acronis.emulator.fault(kind, "POST", "/workloads$")
        with pytest.raises(requests.ConnectionError):
            acronis.call("POST", "/workloads", REPORT, token=token)
        assert len(acronis.workloads()) == rows

    @pytest.mark.parametrize(("kind", "rows"), [("status", 0), ("status_after", 1)])
    def test_status(self, acronis: Acronis, kind: str, rows: int) -> None:
        acronis.emulator.fault(kind, "POST", "/workloads$", code=502, times=2)
        assert [acronis.call("POST", "/workloads", REPORT).status_code for _number in range(3)] == [502, 502, 204]
        assert len(acronis.workloads()) == 2 * rows + 1

    def test_of_the_token_endpoint(self, acronis: Acronis) -> None:
        acronis.emulator.fault("html", "POST", "idp/token")
        assert acronis.token().text.startswith("<html>")
        acronis.emulator.fault("status", "POST", "idp/token", code=503, retry_after=1)
        answer = acronis.token()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")

    @pytest.mark.parametrize(
        ("kind", "code", "is_json"),
        [("truncate", 200, False), ("html", 200, False), ("empty", 200, False), ("expired_token", 401, True)],
    )
    def test_answers(self, acronis: Acronis, kind: str, code: int, is_json: bool) -> None:
        acronis.workload()
        acronis.emulator.fault(kind, "GET", "/workloads$")
        answer = acronis.call("GET", "/workloads")
        assert answer.status_code == code
        if is_json:
            assert answer.json()
        else:
            with pytest.raises(requests.JSONDecodeError):
                answer.json()
        assert len(shown(acronis)) == 1

    def test_shape(self, acronis: Acronis) -> None:
        acronis.emulator.fault("shape", "GET", "/workloads$", body={"items": None})
        assert acronis.call("GET", "/workloads").json() == {"items": None}

    def test_lost_update(self, acronis: Acronis) -> None:
        kept = acronis.workload(name="old")
        acronis.emulator.fault("lost_update", "PATCH", "/workloads/")
        assert change(acronis, kept["id"], name="new") == 204
        assert shown(acronis)[0]["name"] == "old"

    def test_stuck(self, acronis: Acronis) -> None:
        acronis.emulator.fault("stuck", "POST", "/workloads$")
        assert acronis.call("POST", "/workloads", REPORT).status_code == 204
        acronis.emulator.step(7000)
        assert (len(acronis.workloads()), shown(acronis)) == (1, [])


class TestCommand:
    """The emulator as a process."""

    def test_switches_are_there_from_the_start(self) -> None:
        with running("--set", "tenant_ids=number", "--set", "page_size=2", "--speed", "7") as started:
            assert started.url.startswith("http://127.0.0.1:")
            switches = started.emulator.ask("GET", "switches")["switches"]
            assert (switches["tenant_ids"], switches["page_size"]) == ("number", 2)
            assert started.emulator.ask("GET", "clock")["speed"] == 7
            started.emulator.switch(page_size=3)
            started.emulator.ask("POST", "reset")
            assert started.emulator.ask("GET", "switches")["switches"] == switches

    @pytest.mark.parametrize("word", ["page_size", "page_size=0", "no_such=1"])
    def test_a_bad_switch_ends_the_start(self, word: str) -> None:
        done = subprocess.run([*COMMAND, "--set", word], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 2
        assert "error: " in done.stderr

    def test_it_stops_on_an_interrupt(self) -> None:
        with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                address = process.stdout.readline().split()[-1]
                assert requests.get(f"{address}/__emulator/ready", timeout=60).ok
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=60) == 0
            finally:
                process.kill()

    def test_the_helper_says_that_it_did_not_start(self) -> None:
        with pytest.raises(RuntimeError, match="did not start"), running("--set", "no_such=1"):
            pass

    def test_defaults(self) -> None:
        given = options().parse_args([])
        assert (given.port, given.set, given.speed) == (8782, [], 20)
