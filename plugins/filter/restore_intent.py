# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the intent of the role `recover` from the answers to a survey."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: restore_intent
short_description: Return the restore that the answers to a survey ask for
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Makes the variable C(recover_intent) of the role P(openprotect.backup.recover#role) from the variables of the
    playbook C(openprotect.backup.recover), and says what is wrong with them.
  - An answer to a survey is text, and an answer to a multiple choice question is a list. An empty answer counts as not
    given.
options:
  _input:
    description:
      - The answers, under the names of the variables of the playbook without C(recover_).
    type: dict
    required: true
seealso:
  - plugin: openprotect.backup.recover
    plugin_type: role
  - module: openprotect.backup.restore
"""

EXAMPLES = r"""
- name: Show what two answers mean
  ansible.builtin.debug:
    msg: "{{ {'type': 'selective', 'workload': 'web', 'when': 'latest', 'servers': 'web-1, db-1'}
             | openprotect.backup.restore_intent }}"
"""

RETURN = r"""
_value:
  description: The restore, and the problems.
  type: dict
  contains:
    intent:
      description: The restore, in the form of the variable C(recover_intent).
      type: dict
    problems:
      description: What is wrong with the answers, one sentence each. Empty if nothing is.
      type: list
      elements: str
    names:
      description: The variables of the playbook, by the option of M(openprotect.backup.restore) that they set.
      type: dict
"""

TYPES = ("oneclick", "selective", "inplace")
SERVER_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
PASSED_ON = (
    *("type", "workload", "snapshot", "restore_topology", "keep_addresses", "allow_duplicate_names"),
    *("name", "description", "request_key", "force_new"),
)
"""The answers that are options of the module under the same name."""

NAMES = {
    **{option: f"recover_{option}" for option in PASSED_ON},
    "latest": "recover_when",
    "latest: true": "recover_when: latest",
    "at": "recover_when",
    "instances": "recover_servers",
    "networks": "recover_to_network",
}
"""Variables of the playbook, by the option that they set."""


def restore_intent(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the restore that the answers to a survey ask for, and what is wrong with them."""
    given = {name: answer for name, answer in answers.items() if answer not in (None, "", [])}
    servers = listed(given.get("servers"))
    when = str(given.get("when", "")).strip()
    intent = {name: given[name] for name in PASSED_ON if name in given}
    if when:
        intent.update({"latest": True} if when.lower() == "latest" else {"at": when})
    if servers:
        intent["instances"] = entries(servers, given.get("name_suffix"))
    if "to_network" in given:
        subnet = {"to_subnet": given["to_subnet"]} if "to_subnet" in given else {}
        intent["networks"] = [{"to": given["to_network"], **subnet}]
    return {"intent": intent, "problems": problems(given, servers, when), "names": NAMES}


def listed(answer: Any) -> list[str]:
    """Return the texts in an answer: a text with commas, or a list of such."""
    texts = answer if isinstance(answer, (list, tuple)) else [answer or ""]
    return [part.strip() for text in texts for part in str(text).split(",") if part.strip()]


def entries(servers: list[str], suffix: Any) -> list[dict[str, Any]]:
    """Return the entries for servers, in the form of the option `instances`.

    Their order enters the key of a restore, which servers keep: names come first.
    """
    if suffix:
        return [{"name": server, "new_name": f"{server}{suffix}"} for server in servers]
    ids = [server for server in servers if SERVER_ID.fullmatch(server)]
    names = [server for server in servers if server not in ids]
    return [*({"name": name, "include": True} for name in names), *({"id": key, "include": True} for key in ids)]


def problems(given: Mapping[str, Any], servers: list[str], when: str) -> list[str]:
    """Return what is wrong with the answers.

    :param given: The answers that are not empty.
    """
    kind = given.get("type")
    timed = bool(when or "snapshot" in given)
    named = [server for server in servers if not SERVER_ID.fullmatch(server)]
    checks = (
        (
            kind not in TYPES if kind else timed,
            f"recover_type is {kind or 'not given'}. It must be oneclick, selective or inplace.",
        ),
        (when and "snapshot" in given, "Give either recover_when or recover_snapshot."),
        (
            kind == "oneclick" and servers,
            "recover_type oneclick restores all servers and takes no recover_servers. Use selective to choose.",
        ),
        (
            timed and kind == "inplace" and not servers,
            "recover_type inplace requires recover_servers, the servers to overwrite.",
        ),
        (
            "name_suffix" in given and (not servers or named != servers),
            "recover_name_suffix requires recover_servers, with names.",
        ),
        ("to_subnet" in given and "to_network" not in given, "recover_to_subnet requires recover_to_network."),
    )
    return [sentence for is_wrong, sentence in checks if is_wrong]


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"restore_intent": restore_intent}
