# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`meta/runtime.yml` against the modules."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_action_groups_hold_every_module() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    acronis = {name for name in modules if name.startswith("acronis_")}
    assert set(runtime["action_groups"]["trilio"]) == modules - acronis - {"show_lines"}  # needs no connection
    assert set(runtime["action_groups"]["acronis"]) == acronis
    assert runtime["action_groups"]["all"] == [{"metadata": {"extend_group": ["trilio", "openstack.cloud.openstack"]}}]


def test_an_action_runs_every_module() -> None:
    """Each module can look for files where Ansible was called, which only an action knows."""
    routing = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["plugin_routing"]["modules"]
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")}
    own = {path.stem for path in (ROOT / "plugins" / "action").glob("*.py")}
    assert set(routing) == modules - own
    assert list(routing.values()) == [{"action_plugin": "openprotect.backup.workload"}] * len(routing)
