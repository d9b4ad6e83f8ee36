# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: argument spec and documentation."""

from __future__ import annotations

import typing

import pytest
import yaml
from unit.plugins.module_utils._openstack.keystone import options

from ansible_collections.openprotect.backup.plugins.doc_fragments._auth import ModuleDocFragment
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import options as auth_options


def flat(tree: dict[str, typing.Any], inner: str) -> dict[str, tuple[typing.Any, ...]]:
    """Return type, choices, aliases and default of all options of a spec or of a documentation."""
    found = {}
    for name, option in tree.items():
        found[name] = (option["type"], option.get("choices"), option.get("aliases"), option.get("default"))
        found.update({f"{name}.{key}": value for key, value in flat(option.get(inner) or {}, inner).items()})
    return found


def test_the_documentation_says_what_the_argument_spec_says() -> None:
    documentation = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)
    assert flat(documentation["options"], "suboptions") == flat(auth_options.argument_spec(), "options")


def test_only_secrets_are_no_log() -> None:
    spec = auth_options.argument_spec()
    hidden = [name for name, option in [*spec.items(), *spec["auth"]["options"].items()] if option.get("no_log")]
    assert sorted(hidden) == ["application_credential_secret", "password", "token"]


def test_server_line_falls_back_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options()["server_line"] == "auto"
    monkeypatch.setenv("OPENPROTECT_SERVER_LINE", "5")
    assert options()["server_line"] == "5"
    assert options(server_line=6)["server_line"] == "6"
