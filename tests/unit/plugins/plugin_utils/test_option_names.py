# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages of a module with the names of the variables that the operator sets."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleUndefinedVariable

from ansible_collections.openprotect.backup.plugins.action import restore
from ansible_collections.openprotect.backup.plugins.plugin_utils import _progress
from ansible_collections.openprotect.backup.plugins.plugin_utils._option_names import entries_of, rename_options

NAMES = {
    "at": "recover_when",
    "latest: true": "recover_when: latest",
    "force_new": "recover_force_new",
    "instances": "x",
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The option 'at' is '2026'.", "The option 'recover_when' is '2026'."),
        ("Give one of 'latest: true', 'at'.", "Give one of 'recover_when: latest', 'recover_when'."),
        ("'force_new: true' restores again.", "'recover_force_new: true' restores again."),
        ("The option 'instances[0].nics' is", "The option 'x[0].nics' is"),
        ("There is no workload with the id or name 'at' in", "There is no workload with the id or name 'at' in"),
        ("There is no server named 'at'.", "There is no server named 'at'."),
        ("The workload 'at' (29fdc1f8) is", "The workload 'at' (29fdc1f8) is"),
        ("For the workload 'at': GET /workloads", "For the workload 'at': GET /workloads"),
        ("from the snapshot 'at' of the workload 'instances':", "from the snapshot 'at' of the workload 'instances':"),
        ("the policy 'at', workload 'force_new' is", "the policy 'at', workload 'force_new' is"),
        ("'state: absent' deletes it.", "'state: absent' deletes it."),
    ],
)
def test_options_get_other_names_and_objects_keep_theirs(before: str, after: str) -> None:
    assert rename_options(before, NAMES) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "1 of 3 workloads failed. entry 2 of 'workloads' ('db'): There is no server.",
            "1 of 3 workloads failed. In the policy 'gold', workload 'db': There is no server.",
        ),
        ("In entry 1 of 'workloads' ('web'): no.", "In the policy 'gold', workload 'web': no."),
        (
            "'web' is meant by entry 1 of 'workloads' ('web') and by entry 3 of 'workloads'.",
            "'web' is meant by the policy 'gold', workload 'web' and by the policy 'bronze', workload '29fdc1f8'.",
        ),
        ("entry 4 of 'workloads' ('x') is", "entry 4 of 'workloads' ('x') is"),
    ],
)
def test_entries_get_the_names_of_policy_and_workload(before: str, after: str) -> None:
    policies = [
        {"name": "gold", "workloads": [{"name": "web"}, {"name": "db"}]},
        {"name": "empty", "workloads": None},
        {"name": "wrong", "workloads": 5},
        {"name": "bronze", "workloads": [{"id": "29fdc1f8"}]},
    ]
    assert rename_options(before, {}, entries_of(policies)) == after
    assert entries_of("text") == []


def run(
    monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], variables: dict[str, Any], templar: Any = None
) -> dict[str, Any]:
    """Return the result of the action `restore`, for which the module returns a result."""
    monkeypatch.setattr(_progress.ProgressAction, "run", lambda _self, _tmp, _variables: dict(result))
    task = SimpleNamespace(args={}, action="openprotect.backup.restore", async_val=0, check_mode=False, no_log=True)
    templar = templar or SimpleNamespace(template=lambda value: value)
    parts: dict[str, Any] = {
        "task": task,
        "templar": templar,
        **dict.fromkeys(("connection", "play_context", "loader")),
    }
    return restore.ActionModule(**parts, shared_loader_obj=None).run(None, variables)


def test_the_action_renames_in_its_message_and_its_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    result = {"failed": True, "msg": "The option 'at' is ''.", "warnings": ["'force_new: true' restores again.", 5]}
    assert run(monkeypatch, result, {"openprotect_option_names": NAMES}) == {
        "failed": True,
        "msg": "The option 'recover_when' is ''.",
        "warnings": ["'recover_force_new: true' restores again.", 5],
    }
    assert run(monkeypatch, result, {}) == result


@dataclass(frozen=True)
class Event:
    """What ansible-core keeps of an error or a warning since 2.19."""

    msg: str


@dataclass(frozen=True)
class Summary:
    """An error or a warning of ansible-core since 2.19, which it prints in place of the text in the result."""

    event: Event


def test_errors_and_warnings_of_newer_ansible_core_are_renamed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Summary(Event("The option 'at' is ''."))
    result = {"failed": True, "msg": "The option 'at' is ''.", "exception": said, "warnings": [said]}
    renamed = run(monkeypatch, result, {"openprotect_option_names": NAMES})
    expected = Summary(Event("The option 'recover_when' is ''."))
    assert (renamed["exception"], renamed["warnings"]) == (expected, [expected])
    result = {"failed": True, "msg": "x", "exception": "Traceback 'at'"}
    assert run(monkeypatch, result, {"openprotect_option_names": NAMES}) == result


def test_the_play_and_the_task_name_options_and_so_do_failed_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"name": "at", "error": {"code": "x", "msg": "The option 'at' is ''."}}, {"name": "web", "error": None}]
    result = {"failed": True, "msg": "The option 'cloud' is ''.", "workloads": rows}
    variables = {"openprotect_option_names": NAMES, "openprotect_connection_names": {"cloud": "openprotect_cloud"}}
    renamed = run(monkeypatch, result, variables)
    assert renamed["msg"] == "The option 'openprotect_cloud' is ''."
    assert renamed["workloads"][0] == {
        "name": "at",
        "error": {"code": "x", "msg": "The option 'recover_when' is ''."},
    }
    assert renamed["workloads"][1] == rows[1]


@pytest.mark.parametrize("failed", [False, True])
def test_a_variable_that_cannot_be_read_hides_no_result(monkeypatch: pytest.MonkeyPatch, failed: bool) -> None:
    """The task is done, and these variables are only for messages."""

    class Templar:
        """A templar to which all variables are undefined."""

        def template(self, value: Any) -> Any:
            """Fail."""
            raise AnsibleUndefinedVariable(f"{value} is undefined")

    result = {"failed": failed, "changed": True, "msg": "The option 'at' is ''."}
    variables = {"openprotect_option_names": "{{ nowhere }}", "openprotect_policies": "{{ nowhere }}"}
    assert run(monkeypatch, result, variables, Templar()) == result
    assert run(monkeypatch, result, {"openprotect_option_names": "text"}) == result
