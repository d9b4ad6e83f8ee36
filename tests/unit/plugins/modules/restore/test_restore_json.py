# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Restores from a file in the format of the vendor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.exchange import cloud, restores
from support.exchange.recording import QUICK, Exchange, sample
from unit.plugins.modules.restore.request_bodies import (
    CIRROS_3,
    CIRROS_4,
    DATA_3,
    DATA_4,
    IN_NOVA,
    INPLACE,
    OF_BOTH,
    ONECLICK,
    attached,
    request,
    sent,
)


def written(folder: Path, content: Any) -> str:
    """Return the path of a file with this content."""
    path = folder / "restore.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_a_file_is_sent_as_it_is_with_the_servers_that_it_leaves_out(restoring: Exchange, tmp_path: Path) -> None:
    captured = sample("restore_selective_request")["restore"]
    inner = captured["options"]["openstack"]
    content = {
        **captured["options"],
        "openstack": {**inner, "instances": inner["instances"][:1]},
        "name": "API",
        "description": "API Created",
    }
    body = request("selective", {"latest": True}, "API Created", name="API", plan={"file": content}, **inner)
    restores.record_site(restoring)
    cloud.record_lists(restoring, "types", "flavors", "networks", "subnets")
    sent(restoring, body)
    result = restoring.run(
        "restore", type="selective", workload="API", latest=True, restore_file=written(tmp_path, content), **QUICK
    )
    assert (result["changed"], result["restore"]["name"], result["restore"]["description"]) == (
        True,
        "API",
        "API Created",
    )
    assert result["request_body"]["restore"]["options"] == captured["options"]
    assert [each["new_name"] for each in result["restore_plan"]["instances"]] == ["cirros-1-selective", None]


def test_a_file_in_place_needs_the_confirmation_too(restoring: Exchange, tmp_path: Path) -> None:
    content = sample("restore_inplace_request")["restore"]["options"]
    file = written(tmp_path, content)
    confirmed: list[dict[str, Any]] = [{}, {"confirm_overwrite": "cirros-3,cirros-4"}]
    for given in confirmed:
        restores.record_site(restoring, shows=OF_BOTH)
        cloud.record_lists(restoring, "servers", servers=IN_NOVA)
        attached(restoring, (CIRROS_3, DATA_3), (CIRROS_4, DATA_4))
        if not given:
            assert "would be overwritten: cirros-3" in str(restoring.fail("restore", restore_file=file, **INPLACE))
            continue
        sent(restoring, request("inplace", {"latest": True}, plan={"file": content}, **content["openstack"]))
        assert restoring.run("restore", restore_file=file, **given, **INPLACE)["changed"]


@pytest.mark.parametrize("inner", [{}, {"instances": [], "zone": ""}, {"instances": [{"name": "cirros-1"}]}])
def test_a_one_click_file_may_hold_little(restoring: Exchange, tmp_path: Path, inner: dict[str, Any]) -> None:
    content = {**restores.options("oneclick", **inner), "oneclickrestore": "True", "name": "", "description": ""}
    restores.record_site(restoring)
    cloud.record_lists(restoring, "servers", "volumes")
    sent(restoring, request("oneclick", {"latest": True}, plan={"file": content}, **inner))
    assert restoring.run("restore", restore_file=written(tmp_path, content), **ONECLICK)["changed"]
