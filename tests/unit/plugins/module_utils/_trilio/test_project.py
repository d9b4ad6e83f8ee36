# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Projects as hosts: selection, names, variables, and the requests to Keystone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests_mock
from hypothesis import given
from hypothesis import strategies as st
from support.exchange.recording import AUTH, IDENTITY, PASSWORD, PROJECT, Exchange, fault

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import BadAnswerError, UnknownNameError
from ansible_collections.openprotect.backup.plugins.module_utils._trilio import project
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.project import Found, host_names, select

URL = f"{IDENTITY}/v3"
MINE = {
    "id": PROJECT,
    "name": "demo",
    "domain_id": "default",
    "enabled": True,
    "tags": ["backup", "tier=gold"],
    "is_domain": False,
}
SHOP = {**MINE, "id": "a1", "name": "shop-1", "tags": ["backup"]}
OLD = {**MINE, "id": "b2", "name": "shop-old", "enabled": False, "tags": []}
FOREIGN = {**MINE, "id": "c3", "name": "shop-1", "domain_id": "d9", "tags": []}
AS_DOMAIN = {**MINE, "id": "d9", "name": "customers", "is_domain": True}
ROWS: list[dict[str, Any]] = [SHOP, MINE, FOREIGN, OLD, AS_DOMAIN]
NAMES = {"default": "Default"}
TEXTS = st.text(st.sampled_from("ab@{}1"), min_size=1, max_size=4)


def found(*rows: dict[str, Any], cloud: str | None = "cloud") -> Found:
    return Found(cloud, list(rows), NAMES, [])


# ---- which are meant -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, {PROJECT, "a1", "b2", "c3"}),
        ({"enabled_only": True}, {PROJECT, "a1", "c3"}),
        ({"domain": "d9"}, {"c3"}),
        ({"tags": ["backup"]}, {PROJECT, "a1"}),
        ({"tags": ["backup", "tier=gold"]}, {PROJECT}),
        ({"tags": []}, {PROJECT, "a1", "b2", "c3"}),
        ({"exclude_tags": ["tier=gold", "none"]}, {"a1", "b2", "c3"}),
        ({"names": ["shop-*", "d?mo"]}, {PROJECT, "a1", "b2", "c3"}),
        ({"names": ["Shop-*"]}, set()),
        ({"names": []}, set()),
        ({"names": ["shop-*"], "exclude_names": ["*-old"], "domain": "default"}, {"a1"}),
    ],
)
def test_all_filters_must_hold(filters: dict[str, Any], ids: set[str]) -> None:
    assert {row["id"] for row in select(ROWS, filters)} == ids


def test_order_is_by_name_then_id() -> None:
    assert [row["id"] for row in select(reversed(ROWS), {})] == [PROJECT, "a1", "c3", "b2"]


def test_keystone_leaves_out_what_it_can() -> None:
    assert project.keystone_query({"domain": "d9", "tags": ["a", "b"], "enabled_only": True, "names": ["x"]}) == {
        "domain_id": "d9",
        "tags": "a,b",
        "enabled": "true",
    }
    assert project.keystone_query({"domain": None, "tags": None, "enabled_only": False}) == {}


# ---- what they are called ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("name", {PROJECT: "demo", "a1": "shop-1@Default", "c3": "shop-1@d9", "b2": "shop-old"}),
        ("name_domain", {PROJECT: "demo@Default", "a1": "shop-1@Default", "c3": "shop-1@d9", "b2": "shop-old@Default"}),
        ("id", {PROJECT: PROJECT, "a1": "a1", "c3": "c3", "b2": "b2"}),
    ],
)
def test_hosts_are_named_as_asked(form: str, names: dict[str, str]) -> None:
    assert host_names(found(MINE, SHOP, FOREIGN, OLD), form) == names


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("{{ lookup('pipe', 'id') }}", "___lookup__pipe____id_____"),
        ("../../etc/shop", "_._.._etc_shop"),
        ("..", "_."),
        ("Team A", "Team_A"),
        ("dev:east", "dev_east"),
        ("~x", "_x"),
        ("Büro-1.a+b", "Büro-1.a+b"),
        ("", "a1"),
    ],
)
def test_name_that_a_pattern_a_template_or_a_path_takes_for_more_is_made_plain(name: str, host: str) -> None:
    assert host_names(found({**SHOP, "name": name}), "name") == {"a1": host}


def test_names_that_are_made_the_same_get_the_next_form() -> None:
    rows = [{**SHOP, "id": "1", "name": "Team A"}, {**SHOP, "id": "2", "name": "Team_A"}, {**SHOP, "id": "3"}]
    rows += [{**FOREIGN, "id": "4", "name": "Team:A"}, {**SHOP, "id": "5", "name": "Team B"}]
    assert host_names(found(*rows), "name") == {"1": "1", "2": "2", "3": "shop-1", "4": "Team_A@d9", "5": "Team_B"}
    assert host_names(found(rows[2]), "name", {"shop-1"}) == {"3": "shop-1@Default"}


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "all", "ungrouped"])
def test_name_that_means_something_to_ansible_is_no_name_of_a_host(name: str) -> None:
    """A playbook for localhost would act on that project."""
    assert host_names(found({**SHOP, "name": name}), "name") == {"a1": f"{name}@Default"}


@given(st.lists(st.tuples(TEXTS, st.sampled_from(["default", "d9"])), max_size=8), st.sampled_from(project.HOST_NAMES))
def test_no_two_hosts_have_one_name_and_no_project_is_lost(projects: list[tuple[str, str]], form: str) -> None:
    rows = [{"id": f"{number}", "name": name, "domain_id": domain} for number, (name, domain) in enumerate(projects)]
    names = host_names(found(*rows), form)
    assert set(names) == {row["id"] for row in rows}
    assert len(set(names.values())) == len(rows)
    assert not any(set(name) & set("{/ ,:[!&~*?") for name in names.values())


# ---- their variables -----------------------------------------------------------------------------


def test_variables_are_those_of_the_playbooks_and_hold_no_secret() -> None:
    options = {
        "cloud": None,
        "auth": AUTH,
        "region_name": "R",
        "validate_certs": False,
        "interface": None,
        "server_line": "auto",
    }
    variables = project.variables({**MINE, "description": None}, found(), options)
    assert variables == {
        "openprotect_cloud": "cloud",
        "openprotect_region_name": "R",
        "openprotect_validate_certs": False,
        "openprotect_project_id": PROJECT,
        "openprotect_project_name": "demo",
        "openprotect_project_domain_id": "default",
        "openprotect_project_domain_name": "Default",
        "openprotect_project_description": "",
        "openprotect_project_enabled": True,
        "openprotect_project_tags": ["backup", "tier=gold"],
    }
    assert PASSWORD not in json.dumps(variables)


def test_cloud_without_a_name_is_not_named() -> None:
    assert "openprotect_cloud" not in project.variables(MINE, found(cloud=None), {"auth": AUTH})


def test_domain_of_which_the_name_is_not_known_has_none() -> None:
    assert project.variables(FOREIGN, found(), {})["openprotect_project_domain_name"] is None


# ---- what is asked of Keystone -------------------------------------------------------------------


@pytest.fixture
def keystone() -> Iterator[Exchange]:
    with requests_mock.Mocker() as mock:
        yield Exchange(mock)


def find(keystone: Exchange, **filters: Any) -> Found:
    """Find projects, and assert that all recorded requests were sent."""
    answer = project.find_projects({"auth": AUTH}, filters)
    keystone.verify()
    return answer


def test_own_projects_are_one_request(keystone: Exchange) -> None:
    keystone.get("/auth/projects", {"projects": [MINE, SHOP, OLD]}, url=URL)
    answer = find(keystone, enabled_only=True)
    assert [row["name"] for row in answer.rows] == ["demo", "shop-1"]
    assert (answer.cloud, answer.domains, answer.warnings) == (None, NAMES, [])


def test_names_of_other_domains_are_one_more(keystone: Exchange) -> None:
    keystone.get("/auth/projects", {"projects": [MINE, FOREIGN]}, url=URL)
    keystone.get(
        "/domains", {"domains": [{"id": "default", "name": "Default"}, {"id": "d9", "name": "customers"}]}, url=URL
    )
    assert [row["id"] for row in find(keystone, domain="customers").rows] == ["c3"]


@pytest.mark.parametrize(("domain", "ids"), [("D9", ["c3"]), ("Default", [PROJECT]), (None, [PROJECT, "c3"])])
def test_user_who_may_not_list_domains_names_the_own_one_and_the_ids_of_others(
    keystone: Exchange, domain: str | None, ids: list[str]
) -> None:
    keystone.get("/auth/projects", {"projects": [MINE, FOREIGN]}, url=URL)
    keystone.get("/domains", fault("You are not authorized.", "error", 403), status=403, url=URL)
    assert [row["id"] for row in find(keystone, domain=domain).rows] == ids


def test_domain_of_which_the_name_is_not_known_is_listed_by_its_id(keystone: Exchange) -> None:
    keystone.get("/auth/projects", {"projects": [MINE, FOREIGN]}, url=URL)
    keystone.get("/domains", fault("You are not authorized.", "error", 403), status=403, url=URL)
    with pytest.raises(UnknownNameError, match=r"; there are: Default, d9\."):
        find(keystone, domain="customers")


def test_domain_that_is_not_there_is_an_error_and_no_empty_inventory(keystone: Exchange) -> None:
    keystone.get("/auth/projects", {"projects": [MINE]}, url=URL)
    with pytest.raises(
        UnknownNameError,
        match=r"There is no domain with the id or name 'custmers' among those that this user may see; "
        r"there are: Default\.",
    ):
        find(keystone, domain="custmers")


def test_all_projects_are_asked_for_with_the_filters_that_keystone_knows(keystone: Exchange) -> None:
    keystone.get("/domains", {"domains": [{"id": "d9", "name": "customers"}]}, url=URL)
    keystone.get("/projects", {"projects": [FOREIGN]}, query={"domain_id": "d9", "tags": "a,b"}, url=URL)
    assert find(keystone, all_projects=True, domain="customers", tags=["a", "b"]).warnings == [
        "None of the projects that this user may see passes the filters, so there is no host."
    ]


@pytest.mark.parametrize("wide", [True, False])
def test_list_that_keystone_cut_off_is_no_list(keystone: Exchange, wide: bool) -> None:
    if wide:
        keystone.get("/domains", {"domains": []}, url=URL)
    keystone.get("/projects" if wide else "/auth/projects", {"projects": [MINE], "truncated": True}, url=URL)
    with pytest.raises(BadAnswerError, match="a list that the service has cut off"):
        find(keystone, all_projects=wide)
