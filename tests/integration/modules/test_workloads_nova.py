# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sixty servers of the real Nova, in pages of twenty-five, selected by name, metadata, tags and zone."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import openstack
import pytest
from integration.conftest import Operator
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from support.stand import Stand
from support.tenant import wait

pytestmark = pytest.mark.cloud

TIERS = ("gold", "silver", "bronze")
EACH = 20
PAGES = 3
MICROVERSION = "2.52"  # the first in which a server may be made with tags


def listed(stand: Stand) -> int:
    """Return how many lists of servers our client has asked Nova for so far, as it logs it."""
    log = (stand.state / "log" / "nova.log").read_text(encoding="utf-8", errors="replace")
    return len(re.findall(r'"GET /v2\.1/servers(?:/detail)?(?:\?[^"]*)?" ', log))


def server(tier: str, number: int) -> str:
    return f"{tier}-vm-{number}"


@pytest.fixture(scope="module")
def compute(whole: Stand) -> Any:
    """Make sixty servers in the project other, of which no other test has a list, and return its Nova.

    Three of them run, and a test changes their metadata. The others find no host and stay in the state ERROR: they are
    in all lists, and building each would take Nova a second or two on a small machine.
    """
    admin: dict[str, Any] = whole.auth("admin")
    giant = {"flavor": {"id": "giant", "name": "giant", "ram": 1, "vcpus": 1, "disk": 10**8}}
    Session(Password(**admin)).post("/flavors", json=giant, endpoint_filter={"service_type": "compute"})
    cloud: Any = openstack.connect(
        load_yaml_config=False, load_envvars=False, auth=whole.auth("other"), region_name=whole.env["region"]
    )
    image, small = next(cloud.image.images(name="cirros")).id, next(cloud.compute.flavors()).id
    for tier in TIERS:
        like = {
            "imageRef": image,
            "networks": "none",
            "metadata": {"backup": tier, "team": "shop"},
            "tags": [tier, "keep"],
            "availability_zone": "nova",
        }
        for more in (
            {"name": f"{tier}-vm", "flavorRef": "giant", "min_count": EACH - 1},
            {"name": server(tier, EACH), "flavorRef": small},
        ):
            cloud.compute.post("/servers", json={"server": {**like, **more}}, microversion=MICROVERSION)
    wait(
        lambda: (
            Counter(each.status for each in cloud.compute.servers())
            == {"ERROR": len(TIERS) * (EACH - 1), "ACTIVE": len(TIERS)}
        )
    )
    return cloud.compute


@pytest.fixture
def operator(whole: Stand, compute: Any) -> Operator:
    """Return a user of the project other, with its sixty servers; the emulator is empty."""
    assert compute
    whole.emulator.reset("6.2")
    person = Operator(whole, "6")
    person.options["auth"] = whole.auth("other")
    return person


def by_tier(tier: str, **more: Any) -> dict[str, Any]:
    return {"name": tier, "selector": {"metadata": {"backup": tier}}, "schedule": {"enabled": False}, **more}


def selected(operator: Operator, selector: dict[str, Any], **more: Any) -> set[str]:
    """Return the names of the servers that a selector selects."""
    result = operator.run("workloads", workloads=[{"name": "x", "selector": selector, **more}], check=True)
    return {each["name"] for each in result["workloads"][0]["instances"]}


def test_sixty_servers_by_their_metadata(operator: Operator, compute: Any) -> None:
    emulator = operator.stand.emulator
    options: dict[str, Any] = {"workloads": [by_tier(tier) for tier in TIERS], "owner": "tiers", "prune": True}
    for made in (True, False):
        mark, before = emulator.mark(), listed(operator.stand)
        result = operator.run("workloads", **options)
        assert result["counts"]["created" if made else "unchanged"] == len(TIERS)
        assert listed(operator.stand) - before == PAGES
        assert emulator.writes(mark) == (["POST /workloads"] * 3 if made else [])
        if not made:
            # Two for the workloads, and the list of restores: copies of recovery tests are not selected.
            assert len(emulator.since(mark)) == 3
        for row in result["workloads"]:
            assert {each["name"] for each in row["instances"]} == {
                server(row["name"], number) for number in range(1, EACH + 1)
            }

    ids = {each.name: each.id for each in compute.servers(details=False)}
    compute.set_server_metadata(ids[server("silver", EACH)], backup="gold")
    compute.set_server_metadata(ids[server("gold", EACH)], backup="none")
    mark = emulator.mark()
    planned = operator.run("workloads", **options, check=True)
    result = operator.run("workloads", **options)
    assert planned["plan"] == result["plan"]
    assert [(step["name"], step["fields"]) for step in result["plan"]] == [
        ("gold", ["instances"]),
        ("silver", ["instances"]),
    ]
    assert len(emulator.writes(mark)) == 2
    held = {row["name"]: {each["name"] for each in row["instances"]} for row in result["workloads"]}
    assert server("silver", EACH) in held["gold"] - held["silver"]
    assert server("gold", EACH) not in set().union(*held.values())
    compute.set_server_metadata(ids[server("silver", EACH)], backup="silver")
    compute.set_server_metadata(ids[server("gold", EACH)], backup="gold")


def test_sixty_workloads_by_one_pattern_each(operator: Operator) -> None:
    emulator = operator.stand.emulator
    names = [server(tier, number) for tier in TIERS for number in range(1, EACH + 1)]
    options: dict[str, Any] = {
        "workloads": [{"name": name, "selector": {"name": [name]}, "schedule": {"enabled": False}} for name in names]
    }
    for made, requests in ((True, None), (False, 3)):
        mark, before = emulator.mark(), listed(operator.stand)
        result = operator.run("workloads", **options)
        assert result["counts"]["created" if made else "unchanged"] == len(names)
        assert [[each["name"] for each in row["instances"]] for row in result["workloads"]] == [
            [name] for name in names
        ]
        assert listed(operator.stand) - before == PAGES
        assert requests is None or len(emulator.since(mark)) == requests
    emulator.switch(workloads_detail="off")
    mark = emulator.mark()
    assert not operator.run("workloads", **options)["changed"]
    assert len(emulator.since(mark)) == len(names) + 3


@pytest.mark.parametrize(
    ("selector", "exclude", "count"),
    [
        pytest.param({"all": True}, [], 60, id="all"),
        pytest.param({"all": True}, ["gold-*", "silver-vm-1"], 39, id="all but some"),
        pytest.param({"name": ["gold-vm-1*", "silver-vm-[12]"]}, [], 13, id="names"),
        pytest.param({"name": ["Gold*", "gold"]}, [], 0, id="no such names"),
        pytest.param({"metadata": {"team": "shop", "backup": "silver"}}, [], 20, id="metadata"),
        pytest.param({"metadata": {"team": "shop", "backup": "sil*"}}, [], 0, id="metadata has no patterns"),
        pytest.param({"tags": ["keep"]}, [], 60, id="tag"),
        pytest.param({"tags": ["keep", "gold"]}, [], 20, id="tags"),
        pytest.param({"availability_zone": ["nova", "elsewhere"]}, [], 60, id="zone"),
        pytest.param({"availability_zone": ["elsewhere"]}, [], 0, id="other zone"),
        pytest.param(
            {"tags": ["gold"], "name": ["*-2*"], "metadata": {"team": "shop"}, "availability_zone": ["nova"]},
            ["gold-vm-20"],
            1,
            id="everything",
        ),
    ],
)
def test_selectors(operator: Operator, selector: dict[str, Any], exclude: list[str], count: int) -> None:
    if count:
        before = listed(operator.stand)
        assert len(selected(operator, selector, exclude=exclude)) == count
        assert listed(operator.stand) - before == PAGES
        return
    failed = operator.fails(
        "workloads", workloads=[{"name": "x", "selector": selector, "exclude": exclude}], check=True
    )
    assert failed.result["workloads"][0]["error"]["code"] == "unknown_name"


def test_servers_can_be_excluded_by_id(operator: Operator, compute: Any) -> None:
    ids = {each.name: each.id for each in compute.servers(details=False)}
    assert selected(operator, {"name": ["gold-vm-1", "gold-vm-2"]}, exclude=[ids["gold-vm-1"].upper()]) == {"gold-vm-2"}


def test_servers_of_another_project_are_never_selected(operator: Operator) -> None:
    operator.options["auth"] = operator.stand.auth("admin", "admin")
    failed = operator.fails("workloads", workloads=[{"name": "x", "selector": {"all": True}}])
    assert "selects no server of this project" in str(failed)
