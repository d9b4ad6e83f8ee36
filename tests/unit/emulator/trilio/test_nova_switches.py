# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers of the emulator's own Nova: a cell that is down, servers that are deleted softly, microversions.

All answers were compared with those of a real Nova.
"""

from __future__ import annotations

import json
from typing import Any

from unit.emulator.in_process import DB, PROJECT, USER, WEB, Api
from werkzeug.test import TestResponse


def ask(api: Api, path: str, microversion: str = "") -> TestResponse:
    """Send a GET to Nova."""
    headers = {"X-Project-Id": PROJECT, "X-User-Id": USER, "X-Roles": "member"}
    if microversion:
        headers["OpenStack-API-Version"] = f"compute {microversion}"
    return api.client.get(f"/compute/v2.1{path}", headers=headers)


def listed(api: Api, path: str, microversion: str = "") -> list[dict[str, Any]]:
    """Return the servers of a list."""
    answer = ask(api, path, microversion)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = json.loads(answer.data)["servers"]
    return rows


def with_lost_server(**switches: Any) -> Api:
    """Return an emulator with a server in a cell that is down."""
    api = Api(**switches)
    api.admin("PATCH", f"instances/{WEB}", {"lost": True})
    return api


def test_server_in_a_lost_cell_has_no_name() -> None:
    api = with_lost_server()
    for path, keys in (("/servers", ()), ("/servers/detail", ("created", "tenant_id"))):
        assert WEB not in [row["id"] for row in listed(api, path)], "an old microversion leaves it out"
        first = listed(api, path, "2.69")[0]
        assert (first["id"], first["status"]) == (WEB, "UNKNOWN")
        assert set(first) == {"id", "status", "links", *keys}
        for query in ("?limit=2", f"?marker={DB}", "?name=PM"):
            assert WEB not in [row["id"] for row in listed(api, path + query, "2.69")], "so does a page or a filter"
    assert ask(api, f"/servers/{WEB}").status_code == 500
    assert json.loads(ask(api, f"/servers/{WEB}", "2.69").data)["server"]["status"] == "UNKNOWN"
    refused = api.call("POST", "/workloads", api.body())
    assert (refused.status_code, "its cell is down" in refused.text) == (500, True)


def test_nova_down_cell() -> None:
    api = with_lost_server(nova_down_cell="error")
    assert [ask(api, "/servers", version).status_code for version in ("", "2.26", "2.69")] == [500, 500, 200]


def test_nova_microversion() -> None:
    api = Api(nova_microversion=60)
    assert [ask(api, "/servers", version).status_code for version in ("", "2.60", "2.61")] == [200, 200, 406]


def test_server_that_is_deleted_softly_is_shown_but_not_listed() -> None:
    api = Api()
    api.admin("PATCH", f"instances/{WEB}", {"status": "SOFT_DELETED"})
    assert WEB not in [row["id"] for row in listed(api, "/servers/detail", "2.69")]
    assert json.loads(ask(api, f"/servers/{WEB}").data)["server"]["status"] == "SOFT_DELETED"


def test_server_shows_its_state() -> None:
    api = Api()
    api.admin("PATCH", f"instances/{WEB}", {"locked": True, "task_state": "rebuilding", "status": "RESCUE"})
    server = json.loads(ask(api, f"/servers/{WEB}", "2.9").data)["server"]
    assert (server["locked"], server["OS-EXT-STS:task_state"], server["status"]) == (True, "rebuilding", "RESCUE")
    assert "locked" not in json.loads(ask(api, f"/servers/{WEB}").data)["server"]
