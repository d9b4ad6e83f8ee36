# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of projects with any names, and the host patterns of Ansible: each name means its own host alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.inventory.projects import InventoryModule, trusted
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.project import Found

NASTY = (
    *("Team A", "dev:east", "a,b", "~x", "&and", "!old", "web[1:3]", "web[1]", "localhost", "all", "ungrouped"),
    *("127.0.0.1", "::1", "fe80::1", "host:22", " padded ", "{{ 7 * 7 }}", "{% x %}", "*", "?", "@file", "-f"),
    *("--limit", "..", "c/d", "shop", "shop_", "shop ", "gold", "tier_gold", "\t", "Büro", "日本", "a\nb", "it's"),
    *('"', "\\", "#", "$HOME", "1:2", "x@y", "x y@Default", "x_y@Default"),
)


class Plugin(InventoryModule):
    """The plugin with options that are given, and without a file."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.given = {"host_name": "name", "strict": True, "compose": {}, "groups": {}, "keyed_groups": [], **options}

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        return self.given[option]


def added(manager: InventoryManager, names: Iterable[str], *, cloud: str = "prod", **options: Any) -> dict[str, str]:
    """Add projects with these names to an inventory, and return the true name of the project of each of its hosts."""
    rows = [{"id": f"{cloud}{number}", "name": name, "domain_id": "default"} for number, name in enumerate(names)]
    inventory = manager._inventory
    plugin = Plugin(**options)
    plugin.inventory, plugin.templar = inventory, Templar(loader=manager._loader)
    plugin._add_all(inventory, Found(cloud, rows, {"default": "Default"}, []), {})
    inventory.reconcile_inventory()
    return {name: str(host.vars["openprotect_project_name"]) for name, host in inventory.hosts.items()}


def empty() -> InventoryManager:
    """Return an inventory without hosts."""
    return InventoryManager(DataLoader())


def assert_each_means_itself(manager: InventoryManager, hosts: Iterable[str]) -> None:
    """Assert that the name of each host is a pattern for that host alone, by itself and in other patterns."""
    everything = set(hosts)
    for name in everything:
        assert [host.name for host in manager.get_hosts(name)] == [name]
        assert {host.name for host in manager.get_hosts(f"all:!{name}")} == everything - {name}
        assert {host.name for host in manager.get_hosts(f"all,&{name}")} == {name}


def test_every_name_means_its_own_host_alone() -> None:
    manager = empty()
    hosts = added(manager, NASTY)
    assert sorted(hosts.values()) == sorted(NASTY)
    assert_each_means_itself(manager, hosts)
    assert {name: hosts[name] for name in ("Team_A", "_x", "_old", "web_1_3_", "c_d")} == {
        "Team_A": "Team A",
        "_x": "~x",
        "_old": "!old",
        "web_1_3_": "web[1:3]",
        "c_d": "c/d",
    }


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=6), st.sampled_from(NASTY)), max_size=6))
def test_any_names_stay_distinct(names: list[str]) -> None:
    manager = empty()
    hosts = added(manager, names)
    assert sorted(hosts.values()) == sorted(names)
    assert_each_means_itself(manager, hosts)


def test_no_host_has_the_name_of_a_group() -> None:
    """Ansible would take the pattern for the group, and play its other hosts."""
    manager = empty()
    manager._inventory.add_group("static")
    hosts = added(
        manager,
        ("gold", "static", "tier_silver", "shop", "tier_silver@Default"),
        groups={"gold": trusted("openprotect_project_name == 'shop'")},
        keyed_groups=[{"key": trusted("'silver'"), "prefix": "tier"}],
    )
    assert hosts == {
        "gold@Default": "gold",
        "static@Default": "static",
        "shop": "shop",
        "prod2": "tier_silver",
        "tier_silver@Default@Default": "tier_silver@Default",
    }
    assert [host.name for host in manager.get_hosts("gold")] == ["shop"]
    assert {host.name for host in manager.get_hosts("tier_silver")} == set(hosts)


def test_projects_of_two_clouds_stay_distinct() -> None:
    manager = empty()
    manager._inventory.add_host("stage")
    manager._inventory.set_variable("stage", "of_a_file", True)
    added(manager, ("shop", "stage"), cloud="north")
    hosts = added(manager, ("shop", "new"), cloud="south")
    assert hosts == {"stage": "stage", "shop": "shop", "shop@Default": "shop", "new": "new"}
    clouds = {name: host.vars["openprotect_cloud"] for name, host in manager._inventory.hosts.items()}
    assert clouds == {"stage": "north", "shop": "north", "shop@Default": "south", "new": "south"}
    assert manager._inventory.hosts["stage"].vars["of_a_file"] is True
    assert added(manager, ("shop", "new"), cloud="south") == hosts, "the same source again"


def test_a_project_without_a_free_name_is_an_error() -> None:
    manager = empty()
    manager._inventory.add_group("prod1")
    with pytest.raises(AnsibleParserError, match="has a host or group prod1 already"):
        added(manager, ("shop", "new"), host_name="id")
    assert not manager._inventory.hosts, "Ansible only warns, and would play the others"
