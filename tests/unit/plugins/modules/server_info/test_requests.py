# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `server_info` to Nova, and its results."""

from __future__ import annotations

from support.exchange import cloud
from support.exchange.recording import NOVA, Exchange

DB = "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
GONE = {"itemNotFound": {"code": 404, "message": f"Instance {DB} could not be found."}}
OTHER_PROJECT = "4dfe98a43bfa404785a812020066b4d6"


def test_all_servers_page_by_page(exchange: Exchange) -> None:
    exchange.get("/servers", {"servers": []}, url=NOVA)  # because it shows whether a cell of Nova is down
    more = {"servers_links": [{"rel": "next", "href": f"{NOVA}/servers/detail?marker={cloud.WEB}"}]}
    exchange.get("/servers/detail", {"servers": [cloud.NOVA_SERVER], **more}, url=NOVA)
    exchange.get("/servers/detail", {"servers": [{"id": DB, "name": "db-1"}]}, url=NOVA, query={"marker": cloud.WEB})
    result = exchange.run("server_info")
    assert [each["name"] for each in result["servers"]] == ["db-1", "web-1"]
    assert result["changed"] is False


def test_a_server_is_shown_with_what_was_asked_for(exchange: Exchange) -> None:
    exchange.get(f"/servers/{cloud.WEB}", {"server": cloud.NOVA_SERVER}, url=NOVA)
    (web,) = exchange.run("server_info", servers=[cloud.WEB])["servers"]
    assert (web["status"], web["error_msg"], web["flavor_id"], web["metadata"]) == (
        "ERROR",
        "No valid host was found.",
        "42",
        {"backup": "gold"},
    )
    assert [(each["network"], each["ip_address"], each["type"]) for each in web["addresses"]] == [
        ("private", "10.0.0.5", "fixed"),
        ("private", "192.0.2.5", "floating"),
    ]
    assert web["volume_ids"] == ["4b3d5c6f-3ce4-4a6b-8f0e-0c8e5d0d6b6a"]


def test_ids_take_one_request_each_and_what_is_gone_is_left_out(exchange: Exchange) -> None:
    with exchange.any_order():
        exchange.get(f"/servers/{cloud.WEB}", {"server": cloud.NOVA_SERVER}, url=NOVA)
        exchange.get(f"/servers/{DB}", GONE, status=404, url=NOVA)
    assert [each["id"] for each in exchange.run("server_info", servers=[cloud.WEB, DB, cloud.WEB])["servers"]] == [
        cloud.WEB
    ]


def test_names_take_two_lists_and_a_name_may_be_that_of_several(exchange: Exchange) -> None:
    rows = [
        cloud.NOVA_SERVER,
        {"id": DB, "name": "web-1"},
        {"id": "3a4f1e40-5c7b-4d3f-8a54-1d0a7fb7a4a1", "name": "db-1"},
    ]
    exchange.get("/servers", {"servers": []}, url=NOVA)
    exchange.get("/servers/detail", {"servers": rows}, url=NOVA)
    assert [each["id"] for each in exchange.run("server_info", servers=["web-1", "nowhere"])["servers"]] == [
        DB,
        cloud.WEB,
    ]


def test_a_server_of_another_project_is_not_shown(exchange: Exchange) -> None:
    exchange.get(f"/servers/{cloud.WEB}", {"server": {**cloud.NOVA_SERVER, "tenant_id": OTHER_PROJECT}}, url=NOVA)
    assert exchange.run("server_info", servers=[cloud.WEB])["servers"] == []


def test_no_servers_are_no_request(exchange: Exchange) -> None:
    assert exchange.run("server_info", servers=[])["servers"] == []


def test_an_empty_name_is_refused_before_the_first_request(exchange: Exchange) -> None:
    assert exchange.fail("server_info", servers=["web-1", ""], keystone=0).error["code"] == "invalid_option"
