# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the Acronis emulator: token, list, report, change, removal (Acronis reference 1.2, 1.3)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from support.acronis import (
    API_ROOT,
    CLIENT_ID,
    CLIENT_SECRET,
    CONNECTOR_ID,
    CONNECTOR_SECRET,
    TENANT,
    TYPE,
    Acronis,
    running,
)

HOST = {"hostname": "web-1", "mac_address": "fa:16:3e:00:00:01"}
OPEN_LINK = "cti.a.ui.item.v1.0~a.ui.ext_p.workload_actions.action.v1.0~example.app.open.v1.0"
OTHER_TENANT = "0d7a4f6c-1a5e-4a0e-8f4e-3f6d2b9c7e02"
ALWAYS = {
    "id",
    "external_id",
    "agent_id",
    "name",
    "user_defined_name",
    "client_id",
    "type",
    "type_alias",
    "tenant_id",
    "enabled",
    "created_at",
    "updated_at",
    "is_auto_created",
    "aggregation_status",
    "parent_child_relationship_query",
    "aggregates_detection_query",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Acronis]:
    with running() as started:
        yield started


@pytest.fixture
def acronis(server: Acronis) -> Acronis:
    server.reset(appear_s=0)
    return server


def items(acronis: Acronis, **query: Any) -> list[dict[str, Any]]:
    """Return the workloads of a list that must succeed."""
    answer = acronis.call("GET", "/workloads", **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def names(acronis: Acronis, **query: Any) -> list[str]:
    """Return the names in a list."""
    return [item["name"] for item in items(acronis, **query)]


def report(**fields: Any) -> dict[str, Any]:
    """Return the body of a POST; None removes a field."""
    item = {"name": "web-1", "type": TYPE, "tenant_id": TENANT, "client_id": CLIENT_ID} | fields
    return {"items": [{key: value for key, value in item.items() if value is not None}]}


def test_the_documented_walk_through(acronis: Acronis) -> None:
    created = acronis.call("POST", "/workloads", report(attributes=HOST))
    assert (created.status_code, created.content) == (204, b"")
    (before,) = items(acronis, include_all_attributes="true")
    assert before["attributes"] == HOST
    changes = {"name": "web-2", "attributes": {**HOST, "hostname": "web-2"}}
    changed = acronis.call("PATCH", f"/workloads/{before['id']}", changes)
    assert (changed.status_code, changed.content) == (204, b"")
    (after,) = items(acronis, workload_id=before["id"], include_all_attributes="true")
    assert (after["name"], after["attributes"]) == ("web-2", changes["attributes"])
    assert after["updated_at"] > before["updated_at"]
    removed = acronis.call("DELETE", "/workloads", workload_id=before["id"])
    assert (removed.status_code, removed.content) == (204, b"")
    assert items(acronis) == []


class TestToken:
    """Client credentials at two endpoints, and the bearer token of all other calls."""

    def test_answer(self, acronis: Acronis) -> None:
        answer = acronis.token()
        token = answer.json()
        assert (answer.status_code, token["token_type"], set(token)) == (
            200,
            "bearer",
            {"access_token", "id_token", "token_type", "expires_on"},
        )
        assert abs(token["expires_on"] - time.time() - 7200) < 60
        assert acronis.token((CONNECTOR_ID, CONNECTOR_SECRET), "/bc/idp/token").status_code == 200

    def test_refusals(self, acronis: Acronis) -> None:
        assert acronis.token((CLIENT_ID, "guess")).status_code == 401
        assert acronis.token(("nobody", CLIENT_SECRET)).status_code == 401
        wrong = acronis.token(grant_type="password")
        assert (wrong.status_code, wrong.json()) == (400, {"error": "unsupported_grant_type"})
        assert (
            acronis.emulator.session.post(
                f"{acronis.url}/api/2/idp/token", data={"grant_type": "client_credentials"}, timeout=60
            ).status_code
            == 401
        )

    def test_it_ends_after_two_hours(self, acronis: Acronis) -> None:
        token = acronis.token().json()["access_token"]
        acronis.emulator.freeze()
        acronis.emulator.step(7100)
        assert acronis.call("GET", "/workloads", token=token).status_code == 200
        acronis.emulator.step(200)
        late = acronis.call("GET", "/workloads", token=token)
        assert (late.status_code, late.headers["WWW-Authenticate"]) == (401, "Bearer")

    def test_nothing_without_a_token(self, acronis: Acronis) -> None:
        assert acronis.emulator.session.get(f"{acronis.url}{API_ROOT}/workloads", timeout=60).status_code == 401
        for method in ("GET", "POST", "DELETE"):
            assert acronis.call(method, "/workloads", token="made-up").status_code == 401
        assert acronis.call("PATCH", f"/workloads/{uuid.uuid4()}", {}, token="made-up").status_code == 401

    def test_a_client_asks_for_its_tenant(self, acronis: Acronis) -> None:
        headers = {"Authorization": f"Bearer {acronis.token().json()['access_token']}"}
        ours, theirs = (
            acronis.emulator.session.get(f"{acronis.url}/api/2/clients/{client}", headers=headers, timeout=60)
            for client in (CLIENT_ID, CONNECTOR_ID)
        )
        assert (ours.json(), theirs.status_code) == ({"client_id": CLIENT_ID, "tenant_id": TENANT}, 404)

    def test_tokens_and_clients_can_be_put_in_and_taken_away(self, acronis: Acronis) -> None:
        acronis.emulator.put("clients", id="mine", secret="told to nobody")
        token = acronis.token(("mine", "told to nobody")).json()["access_token"]
        assert acronis.call("GET", "/workloads", token=token).status_code == 200
        acronis.emulator.drop("tokens", token)
        assert acronis.call("GET", "/workloads", token=token).status_code == 401
        acronis.emulator.put("tokens", id="given")
        assert acronis.call("GET", "/workloads", token="given").status_code == 200


class TestList:
    """Filters, order and keys."""

    def test_shape(self, acronis: Acronis) -> None:
        acronis.workload()
        answer = acronis.call("GET", "/workloads").json()
        assert set(answer) == {"items", "paging", "_links", "dynamic_group_creation_forbidden"}
        assert answer["paging"] == {"cursors": {}}
        assert set(answer["items"][0]) == ALWAYS

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ({"include_all_attributes": "true"}, {"attributes": HOST}),
            ({"include_all_attributes": "false"}, {}),
            ({"include_attributes": "hostname"}, {"attributes": {"hostname": "web-1"}}),
            ({"include_attributes": "hostname,mac_address"}, {"attributes": HOST}),
            ({"include_attributes": "or(hostname,mac_address)"}, {"attributes": HOST}),
            ({"include_attributes": ["hostname", "mac_address"]}, {"attributes": HOST}),
            ({"include_attributes": "serial"}, {"attributes": {}}),
            ({"include_allowed_actions": "true"}, {"allowed_actions": [OPEN_LINK]}),
            ({"include_status": "true"}, {"status": {"online": True}}),
            ({"include_aggregated_aspects": "true"}, {"aggregated_aspects": []}),
        ],
    )
    def test_keys_on_demand(self, acronis: Acronis, query: dict[str, Any], shown: dict[str, Any]) -> None:
        acronis.workload(attributes=HOST, allowed_actions=[OPEN_LINK], status={"online": True})
        (item,) = items(acronis, **query)
        assert {key: value for key, value in item.items() if key not in ALWAYS} == shown

    def test_filters_by_value(self, acronis: Acronis) -> None:
        one, two = acronis.workload(name="a"), acronis.workload(name="b", tenant_id=OTHER_TENANT)
        acronis.workload(name="c", type="resource.machine")
        assert names(acronis, tenant_id=TENANT) == ["a", "c"]
        assert names(acronis, tenant_id=f"or({TENANT},{OTHER_TENANT})", type=TYPE) == ["a", "b"]
        assert names(acronis, type=f"or({TYPE},resource.machine)") == ["a", "b", "c"]
        assert names(acronis, workload_id=f"or({two['id']},{one['id']},no-such)") == ["a", "b"]
        assert names(acronis, workload_id=f"{two['id']},{one['id']}") == []

    def test_search(self, acronis: Acronis) -> None:
        acronis.workload(name="a", attributes={"customerUuid": "x", "vm": 1})
        acronis.workload(name="b", attributes={"customerUuid": "o'x"})
        assert names(acronis, search="customerUuid = 'x'") == ["a"]
        assert names(acronis, search="customerUuid = 'o''x'") == ["b"]
        assert names(acronis, search="customerUuid='x' and vm='1' AND name='a'") == ["a"]
        assert names(acronis, search="customerUuid='x' and name='b'") == []

    @pytest.mark.parametrize(
        ("updated", "found"),
        [
            ("2026-01-02T00:00:00Z", "b"),
            ("ge(2026-01-02T00:00:00Z)", "bc"),
            ("gt(2026-01-02T00:00:00Z)", "c"),
            ("le(2026-01-02T01:00:00+01:00)", "ab"),
            ("lt(2026-01-02T00:00:00Z)", "a"),
            ("range(2026-01-01T00:00:00Z,2026-01-02T00:00:00Z)", "ab"),
            ("xrange(2026-01-01T00:00:00Z,2026-01-03T00:00:00Z)", "b"),
        ],
    )
    def test_updated(self, acronis: Acronis, updated: str, found: str) -> None:
        for day, name in enumerate("abc", start=1):
            acronis.workload(name=name, updated_at=f"2026-01-0{day}T00:00:00Z")
        assert "".join(names(acronis, updated_at=updated)) == found

    @pytest.mark.parametrize(
        ("order", "found"),
        [
            ("updated_at", "abc"),
            ("asc(updated_at)", "abc"),
            ("desc(updated_at)", "cba"),
            ("is_group", "cab"),
            ("desc(is_group)", "bca"),
            (None, "cba"),
        ],
    )
    def test_order(self, acronis: Acronis, order: str | None, found: str) -> None:
        for name, day, group in (("c", 3, False), ("b", 2, True), ("a", 1, False)):
            acronis.workload(name=name, updated_at=f"2026-01-0{day}T00:00:00Z", is_group=group)
        assert "".join(names(acronis, order=order)) == found

    @pytest.mark.parametrize(
        "query",
        [
            {"type": "or(" + ",".join(f"t{n}" for n in range(11)) + ")"},
            {"tenant_id": "or(" + ",".join(f"t{n}" for n in range(101)) + ")"},
            {"workload_id": "or(" + ",".join(f"t{n}" for n in range(101)) + ")"},
            {"workload_id": ["a", "b"]},
            {"include_attributes": "hostname", "include_all_attributes": "true"},
            {"include_status": "yes"},
            {"updated_at": "yesterday"},
            {"updated_at": "2026-01-01T00:00:00"},
            {"updated_at": "range(2026-01-01T00:00:00Z)"},
            {"updated_at": "ge(2026-01-01T00:00:00Z,2026-01-02T00:00:00Z)"},
            {"order": "name"},
            {"order": "desc(name)"},
            {"order": "updated_at)"},
            {"search": "name LIKE '%'"},
            {"limit": "0"},
            {"limit": "all"},
            {"after": "x"},
            {"after": "x", "before": "x"},
            {"no_such": "1"},
        ],
    )
    def test_refusals(self, acronis: Acronis, query: dict[str, Any]) -> None:
        acronis.workload()
        assert acronis.call("GET", "/workloads", **query).status_code == 400

    def test_most_values_of_a_filter(self, acronis: Acronis) -> None:
        kept = acronis.workload(type="t0")
        assert len(items(acronis, type="or(" + ",".join(f"t{n}" for n in range(10)) + ")")) == 1
        assert len(items(acronis, workload_id=f"or({kept['id']}," + ",".join(f"t{n}" for n in range(99)) + ")")) == 1


class TestPaging:
    """Cursors to the end and back."""

    def test_to_the_end_and_back(self, acronis: Acronis) -> None:
        for name in "abcde":
            acronis.workload(name=name, attributes=HOST)
        acronis.workload(name="x", type="other")
        page = acronis.call("GET", "/workloads", limit=2, type=TYPE, include_attributes="hostname").json()
        seen, last = [item["name"] for item in page["items"]], page
        assert "before" not in page["paging"]["cursors"]
        while "after" in last["paging"]["cursors"]:
            last = acronis.call("GET", "/workloads", limit=2, after=last["paging"]["cursors"]["after"]).json()
            assert all(item["attributes"] == {"hostname": "web-1"} for item in last["items"])
            seen += [item["name"] for item in last["items"]]
        assert seen == list("abcde")
        back = acronis.call("GET", "/workloads", limit=2, before=last["paging"]["cursors"]["before"]).json()
        assert [item["name"] for item in back["items"]] == ["c", "d"]

    def test_a_full_last_page_has_no_cursor(self, acronis: Acronis) -> None:
        for name in "ab":
            acronis.workload(name=name)
        assert acronis.call("GET", "/workloads", limit=2).json()["paging"] == {"cursors": {}}


class TestReport:
    """POST: several at once, all or none."""

    def test_what_is_left_out(self, acronis: Acronis) -> None:
        acronis.call("POST", "/workloads", report(client_id=None))
        (row,) = acronis.workloads()
        assert (row["client_id"], row["enabled"], row["attributes"], row["allowed_actions"], row["external_id"]) == (
            CLIENT_ID,
            True,
            {},
            [],
            row["id"],
        )

    def test_a_bad_one_among_good_ones(self, acronis: Acronis) -> None:
        body = {"items": [*report()["items"], *report(tenant_id="286")["items"]]}
        assert acronis.call("POST", "/workloads", body).status_code == 400
        assert acronis.workloads() == []
        body = {"items": [*report()["items"], *report(name="web-2")["items"]]}
        assert acronis.call("POST", "/workloads", body).status_code == 204
        assert len(acronis.workloads()) == 2

    @pytest.mark.parametrize(
        "body",
        [
            report(name=None),
            report(type=None),
            report(tenant_id=None),
            report(type="device"),
            report(id="mine"),
            report(allowed_actions=["open"]),
            report(allowed_actions=[1]),
            report(enabled="yes"),
            {"items": []},
            {"items": {}},
            {"items": ["web-1"]},
            [],
        ],
    )
    def test_refusals(self, acronis: Acronis, body: Any) -> None:
        assert acronis.call("POST", "/workloads", body).status_code == 400
        assert acronis.workloads() == []


class TestChange:
    """PATCH: any of five keys."""

    def test_every_key(self, acronis: Acronis) -> None:
        kept = acronis.workload()
        changes = {
            "name": "n",
            "attributes": HOST,
            "client_id": CONNECTOR_ID,
            "allowed_actions": [OPEN_LINK],
            "enabled": False,
        }
        for key, value in changes.items():
            assert acronis.call("PATCH", f"/workloads/{kept['id']}", {key: value}).status_code == 204
        assert changes.items() <= acronis.workloads()[0].items()
        assert acronis.call("PATCH", f"/workloads/{kept['id']}", {}).status_code == 204

    @pytest.mark.parametrize(
        "body",
        [
            {"type": TYPE},
            {"tenant_id": TENANT},
            {"name": None},
            {"attributes": []},
            {"allowed_actions": "x"},
            {"enabled": 1},
            ["name"],
        ],
    )
    def test_refusals(self, acronis: Acronis, body: Any) -> None:
        kept = acronis.workload()
        assert acronis.call("PATCH", f"/workloads/{kept['id']}", body).status_code == 400
        assert acronis.workloads() == [kept]

    def test_one_that_there_is_not(self, acronis: Acronis) -> None:
        answer = acronis.call("PATCH", f"/workloads/{uuid.uuid4()}", {"name": "n"})
        assert (answer.status_code, set(answer.json())) == (
            404,
            {"code", "domain", "message", "context", "details", "data"},
        )

    @pytest.mark.parametrize(
        ("content", "code"),
        [("text/plain", 415), (None, 415), ("application/json", 400), ("application/json; charset=utf-8", 400)],
    )
    def test_content_type_and_json(self, acronis: Acronis, content: str | None, code: int) -> None:
        kept = acronis.workload()
        headers = {"Authorization": f"Bearer {acronis.token().json()['access_token']}", "Content-Type": content}
        url = f"{acronis.url}{API_ROOT}/workloads/{kept['id']}"
        assert acronis.emulator.session.patch(url, data=b"{", headers=headers, timeout=60).status_code == code


class TestRemoval:
    """DELETE: ids in the query."""

    def test_several(self, acronis: Acronis) -> None:
        ids = [acronis.workload()["id"] for _number in range(5)]
        assert acronis.call("DELETE", "/workloads", workload_id=f"or({ids[0]},{ids[1]})").status_code == 204
        assert acronis.call("DELETE", "/workloads", workload_id=ids[2:4]).status_code == 204
        assert [row["id"] for row in acronis.workloads()] == ids[4:]

    def test_as_many_as_can_be(self, acronis: Acronis) -> None:
        ids = [acronis.workload()["id"] for _number in range(101)]
        assert acronis.call("DELETE", "/workloads", workload_id=f"or({','.join(ids)})").status_code == 400
        assert acronis.call("DELETE", "/workloads", workload_id=f"or({','.join(ids[1:])})").status_code == 204
        assert [row["id"] for row in acronis.workloads()] == ids[:1]

    def test_refusals(self, acronis: Acronis) -> None:
        kept = acronis.workload()
        assert acronis.call("DELETE", "/workloads").status_code == 400
        assert (
            acronis.call("DELETE", "/workloads", workload_id=["x"] * 2 + [f"id{n}" for n in range(100)]).status_code
            == 400
        )
        assert acronis.call("DELETE", "/workloads", workload_id=f"or({kept['id']},no-such)").status_code == 404
        assert acronis.call("DELETE", f"/workloads/{kept['id']}").status_code == 405
        assert acronis.workloads() == [kept]
