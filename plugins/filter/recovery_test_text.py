# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the outcome of a recovery test as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Optional

from ..module_utils._core.known_names import listed
from ..plugin_utils._text import duration_text, named, project_text, table, time_text

DOCUMENTATION = r"""
name: recovery_test_text
short_description: Return the outcome of a recovery test as lines of text
version_added: 0.2.0
author:
  - The OpenProtect contributors (@openprotect)
description:
  - Returns whether a recovery test passed, with its servers and times.
  - The role P(openprotect.backup.recovery_test#role) shows it at its end.
options:
  _input:
    description:
      - Evidence of the role.
    type: dict
    required: true
  files:
    description:
      - Paths of the files that hold the evidence.
    type: list
    elements: str
    default: []
seealso:
  - plugin: openprotect.backup.recovery_test
    plugin_type: role
"""

EXAMPLES = r"""
- name: Show the outcome of a recovery test
  ansible.builtin.debug:
    msg: "{{ recovery_test_evidence | openprotect.backup.recovery_test_text }}"
"""

RETURN = r"""
_value:
  description: The lines. The first begins with C(PASSED), C(FAILED) or C(CHECK MODE).
  type: list
  elements: str
"""


def recovery_test_text(evidence: Mapping[str, Any], files: Sequence[str] = ()) -> list[str]:
    """Return the outcome of a recovery test as lines of text.

    :param files: Paths of the files that hold the evidence.
    """
    workload = named({"name": evidence["workload"], "id": evidence["workload_id"] or "unknown id"})
    if evidence["passed"] is None:
        word = (
            f"FAILED in check mode: {evidence['reason']}" if evidence["reason"] else "CHECK MODE: nothing was restored"
        )
        return [f"{word} (recovery test of the workload {workload})"]
    snapshot, restore, cleanup = evidence["snapshot"], evidence["restore"], evidence["cleanup"]
    rows = [("Project", project_text(evidence["project_id"], evidence["cloud"]))]
    if snapshot["id"]:
        rows.append(("Snapshot", f"{named(snapshot)}, {snapshot['type']}, of {time_text(snapshot['created_at'])}"))
    rows += [
        ("Restore", f"took {seconds_text(restore['seconds'])}"),
        ("RTO", f"{seconds_text(evidence['rto_seconds'])}, from the start of the restore to the last probe"),
        ("RPO", f"{seconds_text(evidence['rpo_seconds'])}, the age of the snapshot at the start of the test"),
        *(("Copy", server_text(server)) for server in evidence["servers"]),
        ("Cleanup", "done" if cleanup["done"] else f"FAILED, these restores remain: {listed(cleanup['remaining'])}"),
        ("Evidence", listed(files) or "in no file, because recovery_test_evidence_dir is empty"),
    ]
    return [f"{'PASSED' if evidence['passed'] else 'FAILED'}: recovery test of the workload {workload}", *table(rows)]


def seconds_text(seconds: Optional[float]) -> str:
    """Return a duration, also if it was not measured."""
    return "not measured" if seconds is None else duration_text(seconds)


def server_text(server: Mapping[str, Any]) -> str:
    """Return the outcome of one copy."""
    original = named({"name": server["old_name"], "id": server["old_id"]})
    return f"{named(server)} of {original}: {server['problem'] or ', '.join(answers(server))}"


def answers(server: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was proved of a copy that passed."""
    yield str(server["status"])
    if server["port"]:
        yield "port answers"
    if server["command"]:
        yield "command succeeds"


class FilterModule:
    """The filters in this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"recovery_test_text": recovery_test_text}
