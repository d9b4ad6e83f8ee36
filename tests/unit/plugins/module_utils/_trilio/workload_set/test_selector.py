# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers that a selector selects, and selectors that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.references import (
    SERVERS,
    SERVERS_IN_DETAIL,
    SERVERS_WITH_TAGS,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.workload_set.selector import (
    Selector,
    listing_for,
    parse_selector,
)

ID = "14309d25-23dd-47da-bf60-febc8c25b636"
SERVER: dict[str, Any] = {
    "id": ID,
    "name": "web-1",
    "metadata": {"backup": "gold", "team": "shop"},
    "tags": ["keep", "prod"],
    "OS-EXT-AZ:availability_zone": "az-1",
}


def made(exclude: list[str] | None = None, **given: Any) -> Selector:
    """Return a selector. AnsibleModule passes None for options that are not given."""
    empty = dict.fromkeys(("name", "metadata", "tags", "availability_zone", "all"))
    found = parse_selector({**empty, **given}, exclude)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"all": True},
        {"name": ["web-1"]},
        {"name": ["db-*", "web-*"]},
        {"name": ["*-[0-9]"]},
        {"name": ["web-?"]},
        {"metadata": {"backup": "gold"}},
        {"metadata": {"backup": "gold", "team": "shop"}},
        {"tags": ["prod"]},
        {"tags": ["prod", "keep"]},
        {"availability_zone": ["az-2", "az-1"]},
        {"name": ["w*"], "metadata": {"team": "shop"}, "tags": ["keep"], "availability_zone": ["az-1"]},
    ],
    ids=str,
)
def test_selected(given: dict[str, Any]) -> None:
    assert made(**given).selects(SERVER)
    assert made(["db-*", "nothing"], **given).selects(SERVER)
    for exclude in ("web-1", "web-*", ID, ID.upper()):
        assert not made([exclude], **given).selects(SERVER)


@pytest.mark.parametrize(
    "given",
    [
        {"name": ["web"]},
        {"name": ["WEB-*"]},
        {"name": ["eb-1"]},
        {"metadata": {"backup": "silver"}},
        {"metadata": {"backup": "gol*"}},
        {"metadata": {"backup": "gold", "owner": "x"}},
        {"tags": ["prod", "other"]},
        {"availability_zone": ["az-2"]},
        {"name": ["w*"], "metadata": {"team": "other"}},
        {"name": ["db"], "metadata": {"team": "shop"}},
    ],
    ids=str,
)
def test_not_selected(given: dict[str, Any]) -> None:
    assert not made(**given).selects(SERVER)


def test_a_name_with_brackets_matches_itself() -> None:
    server = {**SERVER, "name": "web[1]"}
    assert made(name=["web[1]"]).selects(server)
    assert not made(["web[1]"], all=True).selects(server)


def test_a_server_of_which_nothing_is_known_fits_no_condition_but_its_name() -> None:
    bare = {"id": ID, "name": "web-1"}
    assert made(name=["web-1"]).selects(bare)
    for given in ({"metadata": {"a": "b"}}, {"tags": ["a"]}, {"availability_zone": ["a"]}):
        assert not made(**given).selects(bare)


def test_a_name_with_brackets_can_be_excluded_as_it_is() -> None:
    assert not made(["web[1]"], all=True).selects({"id": ID, "name": "web[1]"})


def test_numbers_in_conditions_are_text() -> None:
    assert made(metadata={"tier": 1}).selects({**SERVER, "metadata": {"tier": "1"}})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "either conditions or 'all: true'"),
        ({"all": False}, "either conditions or 'all: true'"),
        ({"all": True, "name": ["a"]}, "either conditions or 'all: true'"),
        ({"name": []}, "empty condition 'name'"),
        ({"name": ["a", ""]}, "empty condition 'name'"),
        ({"tags": []}, "empty condition 'tags'"),
        ({"availability_zone": []}, "empty condition 'availability_zone'"),
        ({"metadata": {}}, "empty condition 'metadata'"),
        ({"metadata": {"a": None}}, "a key without a value"),
        ({"metadata": {"a": True}}, "Put it in quotes"),
    ],
    ids=str,
)
def test_what_is_no_selector(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        made(**given)
    assert words in str(caught.value)


def test_without_a_selector_there_is_nothing_to_exclude_from() -> None:
    assert parse_selector(None, None) is None
    assert parse_selector(None, []) is None
    with pytest.raises(InputError):
        parse_selector(None, ["a"])


def test_the_listing_shows_what_any_of_the_selectors_looks_at() -> None:
    name, zone, tag = made(name=["a"]), made(availability_zone=["a"]), made(tags=["a"])
    assert [listing_for(each) for each in ([], [name], [name, zone], [zone, tag, name])] == [
        SERVERS,
        SERVERS,
        SERVERS_IN_DETAIL,
        SERVERS_WITH_TAGS,
    ]
