# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The restore that the answers to a survey ask for, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.filter import restore_intent as plugin
from ansible_collections.openprotect.backup.plugins.filter.restore_intent import restore_intent

SERVER = "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
WEB = {"workload": "web", "when": "latest"}


def intent(**answers: Any) -> Any:
    """Return the restore, which nothing is wrong with."""
    understood = restore_intent(answers)
    assert understood["problems"] == []
    return understood["intent"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param({"when": " Latest "}, {"latest": True}, id="latest"),
        pytest.param({"when": "2026-11-20T14:30:00"}, {"at": "2026-11-20T14:30:00"}, id="time"),
        pytest.param({"snapshot": "before", "when": ""}, {"snapshot": "before"}, id="snapshot"),
        pytest.param(
            {"when": "latest", "servers": ["web-1", "db-1 ,"]},
            {
                "latest": True,
                "instances": [{"name": "web-1", "include": True}, {"name": "db-1", "include": True}],
            },
            id="multiple choice",
        ),
        pytest.param(
            {"when": "latest", "servers": f"{SERVER}, web-1"},
            {"latest": True, "instances": [{"name": "web-1", "include": True}, {"id": SERVER, "include": True}]},
            id="names before ids, as the key of earlier restores has them",
        ),
        pytest.param(
            {"when": "latest", "servers": "web-1", "name_suffix": "-copy", "to_network": "lab", "to_subnet": "lab-1"},
            {
                "latest": True,
                "instances": [{"name": "web-1", "new_name": "web-1-copy"}],
                "networks": [{"to": "lab", "to_subnet": "lab-1"}],
            },
            id="copy",
        ),
        pytest.param(
            {"when": "latest", "force_new": "true", "request_key": "k", "keep_addresses": True, "name": None},
            {"latest": True, "force_new": "true", "request_key": "k", "keep_addresses": True},
            id="passed on",
        ),
    ],
)
def test_answers_become_options(answers: dict[str, Any], expected: dict[str, Any]) -> None:
    assert intent(type="selective", workload="web", **answers) == {"type": "selective", "workload": "web", **expected}


def test_without_a_time_no_type_is_needed() -> None:
    assert intent(workload="web", type="", when="", servers="") == {"workload": "web"}
    assert intent() == {}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        pytest.param(
            {"type": "oneclick", "snapshot": "before"},
            "Give either recover_when or recover_snapshot.",
            id="two sources",
        ),
        pytest.param(
            {"type": "selective", "name_suffix": "-copy"},
            "recover_name_suffix requires recover_servers, with names.",
            id="suffix without names",
        ),
        pytest.param(
            {"type": "selective", "name_suffix": "-copy", "servers": SERVER},
            "recover_name_suffix requires recover_servers, with names.",
            id="suffix with an id",
        ),
        pytest.param(
            {"type": "selective", "to_subnet": "lab"},
            "recover_to_subnet requires recover_to_network.",
            id="subnet without network",
        ),
        pytest.param({}, "recover_type is not given. It must be oneclick, selective or inplace.", id="no type"),
        pytest.param(
            {"type": "oneclik"},
            "recover_type is oneclik. It must be oneclick, selective or inplace.",
            id="mistyped type",
        ),
        pytest.param(
            {"type": "oneclik", "when": ""},
            "recover_type is oneclik. It must be oneclick, selective or inplace.",
            id="mistyped type without a time",
        ),
        pytest.param(
            {"type": "oneclick", "servers": "web-1"},
            "recover_type oneclick restores all servers and takes no recover_servers. Use selective to choose.",
            id="one of all",
        ),
        pytest.param(
            {"type": "inplace"},
            "recover_type inplace requires recover_servers, the servers to overwrite.",
            id="overwrites nobody",
        ),
    ],
)
def test_contradictions_are_named(answers: dict[str, str], words: str) -> None:
    assert restore_intent({**WEB, **answers})["problems"] == [words]


def test_every_answer_has_a_name_for_messages() -> None:
    names = restore_intent({})["names"]
    assert {*plugin.PASSED_ON, "latest", "at", "instances", "networks"} <= set(names)
    assert all(name.startswith("recover_") for name in names.values())
    assert plugin.FilterModule().filters() == {"restore_intent": restore_intent}
