# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The licence and the nodes: their calls and switches."""

from __future__ import annotations

from typing import Any

import pytest
from unit.emulator.in_process import WEB, Api, vms


def upload(api: Api, text: str) -> Any:
    """Upload a licence as an administrator."""
    return api.call(
        "POST", "/workloads/license", {"license": {"file_name": "site.lic", "lic_txt": text}}, roles="admin"
    )


def said_of_licence(api: Api) -> Any:
    """Return the message of the check of the licence."""
    return api.get("/workloads/metrics/license_check", roles="admin")["message"]


def test_licence() -> None:
    api = Api()
    assert said_of_licence(api) == "License is valid"
    assert upload(api, "valid until 2001-01-01").status_code == 200, "an expired one can be uploaded"
    assert api.get("/workloads/metrics/license", roles="admin")["license"]["expires_on"] == "2001-01-01"
    assert said_of_licence(api) == "License expired"
    forged = upload(api, "valid for ever")
    assert (forged.status_code, "Cannot verify the license signature" in forged.text) == (400, True)
    for method, path in (("GET", "/metrics/license"), ("GET", "/metrics/license_check"), ("POST", "/license")):
        assert api.code(method, f"/workloads{path}", {"license": {}}) == 403, "administrators only"
    assert api.code("GET", "/license") == api.code("GET", "/license_check") == 404
    assert api.code("GET", "/workloads/metrics") == 400
    api.admin("DELETE", "licenses/license")
    assert api.code("GET", "/workloads/metrics/license", roles="admin") == 404


def test_error_code_license() -> None:
    for code in (400, 402, 403, 500):
        api = Api(error_code_license=code)
        kept = api.create()
        upload(api, "valid until 2001-01-01")
        assert api.refusal("POST", "/workloads", api.body()) == (code, "License expired")
        assert api.code("PUT", f"/workloads/{kept}", {"workload": {"description": "x"}}) == 202, (
            "only what is new needs it"
        )
        api.admin("DELETE", "licenses/license")
        assert api.refusal("POST", "/workloads", api.body()) == (code, "License not found")


def test_license_check_expired() -> None:
    for value, code in (("message", 200), ("error", 403)):
        api = Api(license_check_expired=value)
        assert said_of_licence(api) == "License is valid"
        upload(api, "valid until 2001-01-01")
        assert api.code("GET", "/workloads/metrics/license_check", roles="admin") == code


def test_nodes() -> None:
    api = Api("6.1", build_version="6.1.3")
    (node,) = api.get("/workloads/metrics/nodes", roles="admin")["nodes"]
    assert set(node) == {"node", "id", "version", "ipaddress", "is_controller", "status"}
    assert (node["version"], node["status"]) == ("6.1.3", "Up")
    assert api.code("GET", "/workloads/metrics/nodes") == 403


@pytest.mark.parametrize(("state", "ended"), [("Up", "available"), ("Down", "error")])
def test_a_snapshot_needs_a_node(state: str, ended: str) -> None:
    api = Api()
    api.admin("PATCH", "nodes/1", {"status": state})
    snapshot_id = api.snapshot(api.create(instances=vms(WEB)))
    api.step(60)
    shown = api.get(f"/snapshots/{snapshot_id}")["snapshot"]
    assert (shown["status"], shown["error_msg"]) == (ended, None if state == "Up" else "No valid host was found. ")
