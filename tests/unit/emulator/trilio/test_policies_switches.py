# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches of policies: one test for each, named after it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from unit.emulator.in_process import OTHER_PROJECT, PROJECT
from unit.emulator.trilio.in_process_policies import ROOT, TRACKS, Policies

ASSIGN = {"policy": {"add_projects": [PROJECT, OTHER_PROJECT]}}


@pytest.mark.parametrize("code", [200, 201, 202])
def test_policy_write_code(code: int) -> None:
    api = Policies(policy_write_code=code)
    made = api.make()
    for method, path, body in (
        ("POST", "", api.new()),
        ("PUT", made, {"policy": {}}),
        ("POST", f"{made}/assign", ASSIGN),
    ):
        assert api.code(method, f"{ROOT}{path}", body, roles="admin") == code


def test_policy_create_s() -> None:
    api = Policies(policy_create_s=60.0)
    with ThreadPoolExecutor() as pool:
        coming = pool.submit(api.make)
        until = time.monotonic() + 120
        seen: list[int] = []
        while not coming.done():
            assert time.monotonic() < until
            seen.append(len(api.get(ROOT)["policy_list"]))
            api.step(1)
    assert seen.count(0) >= 60
    assert [row["id"] for row in api.get(ROOT)["policy_list"]] == [coming.result()]


@pytest.mark.parametrize("mode", ["merge", "replace"])
def test_policy_put_mode(mode: str) -> None:
    api = Policies(policy_put_mode=mode)
    made = api.make(display_description="d", metadata={"a": "1"})
    other = {**TRACKS, "start_time": "01:00 AM"}
    got = api.done("PUT", f"{ROOT}{made}", {"policy": {"metadata": {"b": "2"}, "field_values": other}})
    a, b = ({"key": key, "value": value} for key, value in (("a", "1"), ("b", "2")))
    assert (got["name"], got["description"], got["metadata"]) == (
        "daily-30",
        *(("d", [a, b]) if mode == "merge" else ("", [b])),
    )
    assert api.values(made) == other
    partly: dict[str, Any] = {"policy": {"field_values": {"start_time": "02:00 AM"}}}
    assert api.code("PUT", f"{ROOT}{made}", partly, roles="admin") == (200 if mode == "merge" else 400)


@pytest.mark.parametrize("what", ["allow", "reject"])
def test_policy_unassign_in_use(what: str) -> None:
    api = Policies(policy_unassign_in_use=what)
    made = api.make()
    api.done("POST", f"{ROOT}{made}/assign", ASSIGN)
    api.create(metadata={"policy_id": made})
    body = {"policy": {"remove_projects": [PROJECT]}}
    if what == "allow":
        api.done("POST", f"{ROOT}{made}/assign", body)
        assert api.projects(made) == [OTHER_PROJECT]
    else:
        assert api.no("POST", f"{ROOT}{made}/assign", body) == (
            400,
            f"Can not unassign policy: {made}. It's assigned to workloads.",
        )
    assert api.done("POST", f"{ROOT}{made}/assign", {"policy": {"remove_projects": [OTHER_PROJECT]}})["id"] == made, (
        "nobody uses it there"
    )


@pytest.mark.parametrize("code", [401, 403])
def test_error_code_forbidden(code: int) -> None:
    api = Policies(error_code_forbidden=code)
    assert api.refusal("POST", f"{ROOT}{api.make()}/assign", ASSIGN) == (code, "User does not have admin privileges")
    assert api.code("POST", ROOT, api.new()) == 403
