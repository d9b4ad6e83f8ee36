# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module acronis_workload_info against recorded exchanges: filters, portions, cursors, and the bound."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.exchange.acronis import TENANT, TYPE, AcronisExchange, record

from ansible_collections.openprotect.backup.plugins.module_utils._core.waiting import Clock

MODULE = "acronis_workload_info"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait between two tries."""
    monkeypatch.setattr(Clock, "sleep", lambda _clock, _seconds: None)


def page(acronis: AcronisExchange, names: list[str], after: str | None = None, status: int = 200, **query: Any) -> None:
    """Record a page of records with these ids, and the cursor of the next one."""
    rows = [{"id": name, "name": name, "type": TYPE, "tenant_id": "286", "client_id": "c"} for name in names]
    acronis.call(
        "GET",
        "/workloads",
        {"items": rows, "paging": {"cursors": {"after": after} if after else {}}},
        query={"limit": "100", **query},
        status=status,
    )


def names(result: dict[str, Any]) -> list[str]:
    """Return the ids of the returned records."""
    return [each["id"] for each in result["workloads"]]


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({}, {}),
        ({"workload_ids": ["a"]}, {"workload_id": "a"}),
        ({"workload_ids": ["a", "b", "a"]}, {"workload_id": "or(a,b)"}),
        ({"tenant_ids": [TENANT], "types": [TYPE, "cti.x"]}, {"tenant_id": TENANT, "type": f"or({TYPE},cti.x)"}),
        ({"search": "customerUuid = 'x'"}, {"search": "customerUuid = 'x'"}),
        ({"updated_since": "2026-03-01T00:00:00Z"}, {"updated_at": "ge(2026-03-01T00:00:00Z)"}),
        ({"updated_before": "2026-03-01T00:00:00.5+01:00"}, {"updated_at": "le(2026-03-01T00:00:00.5+01:00)"}),
        (
            {"updated_since": "2026-03-01T00:00:00Z", "updated_before": "2026-03-02T00:00:00Z"},
            {"updated_at": "range(2026-03-01T00:00:00Z,2026-03-02T00:00:00Z)"},
        ),
        ({"include_attributes": ["hostname", "mac_address"]}, {"include_attributes": "hostname,mac_address"}),
        (
            {"include_all_attributes": True, "include_allowed_actions": True},
            {"include_all_attributes": "true", "include_allowed_actions": "true"},
        ),
        ({"page_size": 7}, {"limit": "7"}),
        ({"max_results": 9}, {"limit": "9"}),
    ],
    ids=str,
)
def test_what_is_asked(acronis: AcronisExchange, options: dict[str, Any], query: dict[str, Any]) -> None:
    page(acronis, ["a"], **query)
    result = acronis.run(MODULE, **options)
    assert (result["changed"], names(result), result["count"], result["truncated"]) == (False, ["a"], 1, False)


def test_what_was_not_asked_for_is_null(acronis: AcronisExchange) -> None:
    page(acronis, ["a"])
    (shown,) = acronis.run(MODULE)["workloads"]
    assert (shown["attributes"], shown["allowed_actions"], shown["enabled"], shown["owner_client_id"]) == (
        None,
        None,
        None,
        "c",
    )


def test_what_was_asked_for_is_returned(acronis: AcronisExchange) -> None:
    acronis.listing([record(allowed_actions=["cti.b", "cti.a"])])
    (shown,) = acronis.run(MODULE, include_all_attributes=True, include_allowed_actions=True)["workloads"]
    assert (shown["attributes"], shown["allowed_actions"]) == (record()["attributes"], ["cti.a", "cti.b"])


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}, {"Content-Type": "text/json"}], ids=str)
def test_answers_are_read_as_utf_8(acronis: AcronisExchange, headers: dict[str, str]) -> None:
    body = json.dumps({"items": [record(name="Bücher-ß€")]}, ensure_ascii=False).encode()
    acronis.call("GET", "/workloads", body, query={"limit": "100"}, headers=headers)
    assert acronis.run(MODULE)["workloads"][0]["name"] == "Bücher-ß€"


def test_pages_are_followed_to_the_end(acronis: AcronisExchange) -> None:
    page(acronis, ["a"], after="c/1=", tenant_id=TENANT)
    acronis.call(
        "GET",
        "/workloads",
        {"items": [], "paging": {"cursors": {"after": "c2"}}},
        query={"limit": "100", "tenant_id": TENANT, "after": "c/1="},
    )
    acronis.call(
        "GET", "/workloads", {"items": [record(id="b")]}, query={"limit": "100", "tenant_id": TENANT, "after": "c2"}
    )
    result = acronis.run(MODULE, tenant_ids=[TENANT])
    assert (names(result), result["truncated"]) == (["a", "b"], False)


def test_server_that_wants_the_cursor_alone(acronis: AcronisExchange) -> None:
    page(acronis, ["a"], after="c1", tenant_id=TENANT)
    acronis.call(
        "GET",
        "/workloads",
        {"message": "cursor alone"},
        query={"limit": "100", "tenant_id": TENANT, "after": "c1"},
        status=400,
    )
    acronis.call("GET", "/workloads", {"items": [record(id="b")]}, query={"limit": "100", "after": "c1"})
    assert names(acronis.run(MODULE, tenant_ids=[TENANT])) == ["a", "b"]


def test_refused_first_page_is_an_error(acronis: AcronisExchange) -> None:
    page(acronis, [], status=400, search="nonsense")
    assert acronis.fail(MODULE, search="nonsense").error["status"] == 400


@pytest.mark.parametrize(
    ("most", "pages", "found", "truncated"),
    [
        (2, [(["a", "b"], None)], ["a", "b"], False),
        (2, [(["a", "b"], "c1")], ["a", "b"], True),
        (2, [(["a", "b", "c"], None)], ["a", "b"], True),
        (2, [(["a"], "c1"), (["b", "c"], None)], ["a", "b"], True),
        (3, [(["a"], "c1"), (["b", "c"], None)], ["a", "b", "c"], False),
    ],
    ids=str,
)
def test_bound(acronis: AcronisExchange, most: int, pages: list[Any], found: list[str], truncated: bool) -> None:
    cursor: dict[str, str] = {}
    for ids, after in pages:
        rows = [record(id=each) for each in ids]
        answer = {"items": rows, "paging": {"cursors": {"after": after} if after else {}}}
        acronis.call("GET", "/workloads", answer, query={"limit": str(most), **cursor})
        cursor = {"after": after}
    result = acronis.run(MODULE, max_results=most)
    assert (names(result), result["count"], result["truncated"]) == (found, len(found), truncated)


def test_cursor_that_comes_again_is_an_error(acronis: AcronisExchange) -> None:
    page(acronis, ["a"], after="c1")
    acronis.call(
        "GET",
        "/workloads",
        {"items": [], "paging": {"cursors": {"after": "c1"}}},
        query={"limit": "100", "after": "c1"},
    )
    failed = acronis.fail(MODULE)
    assert failed.error["code"] == "bad_answer"
    assert "names the same page twice" in str(failed)


@pytest.mark.parametrize(
    ("option", "filtered", "most"),
    [("workload_ids", "workload_id", 100), ("tenant_ids", "tenant_id", 100), ("types", "type", 10)],
)
def test_many_values_go_in_portions(acronis: AcronisExchange, option: str, filtered: str, most: int) -> None:
    values = [f"v{number}" for number in range(most + 1)]
    first: dict[str, Any] = {filtered: f"or({','.join(values[:most])})"}
    second: dict[str, Any] = {filtered: values[most]}
    page(acronis, ["a", "b"], **first)
    page(acronis, ["b", "c"], **second)
    options: dict[str, Any] = {option: values}
    assert names(acronis.run(MODULE, **options)) == ["a", "b", "c"]


@pytest.mark.parametrize(("second", "truncated"), [(["b"], False), (["c"], True)])
def test_bound_over_portions(acronis: AcronisExchange, second: list[str], truncated: bool) -> None:
    values = [f"v{number}" for number in range(21)]
    page(acronis, ["a", "b"], limit="2", type=f"or({','.join(values[:10])})")
    page(acronis, second, limit="2", type=f"or({','.join(values[10:20])})")
    if not truncated:
        page(acronis, [], limit="2", type="v20")
    result = acronis.run(MODULE, types=values, max_results=2)
    assert (names(result), result["truncated"]) == (["a", "b"], truncated)


@pytest.mark.parametrize("option", ["workload_ids", "tenant_ids", "types"])
def test_empty_list_lets_nothing_pass(acronis: AcronisExchange, option: str) -> None:
    nothing: dict[str, Any] = {option: []}
    result = acronis.run(MODULE, **nothing)
    assert (result["workloads"], result["count"], result["truncated"]) == ([], 0, False)


@pytest.mark.parametrize("check", [False, True])
def test_reads_are_repeated_in_check_mode_too(acronis: AcronisExchange, check: bool) -> None:
    for status in (503, 500):
        page(acronis, [], status=status)
    page(acronis, ["a"])
    assert names(acronis.run(MODULE, check=check)) == ["a"]


@pytest.mark.parametrize(
    "options",
    [
        {"workload_ids": ["a,b"]},
        {"types": [""]},
        {"tenant_ids": ["a)"]},
        {"updated_since": "yesterday"},
        {"updated_before": "2026-03-01"},
        {"updated_since": "2026-03-01T00:00:00"},
        {"max_results": 0},
        {"page_size": -1},
    ],
    ids=str,
)
def test_wrong_options_are_refused_before_the_first_request(acronis: AcronisExchange, options: dict[str, Any]) -> None:
    assert acronis.fail(MODULE, logins=0, **options).error == {"code": "invalid_option"}


def test_some_attributes_exclude_all(acronis: AcronisExchange) -> None:
    assert "mutually exclusive" in str(
        acronis.fail(MODULE, logins=0, include_attributes=["a"], include_all_attributes=True)
    )
