# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of a restore if reads fail, and the result of the task. The results of the module are given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.openprotect.backup.plugins.action import restore
from ansible_collections.openprotect.backup.plugins.plugin_utils._progress import TIMES_LOST

ID = "29fdc1f8-1d53-4a10-bb45-e539a64cdbfc"
BEGUN: dict[str, Any] = {
    "changed": True,
    "id": ID,
    "restore": {"id": ID, "status": "restoring"},
    "request_key": "3f6c0a91b2de",
    "restore_plan": {"instances": []},
}
RUNS: dict[str, Any] = {
    "changed": False,
    "id": ID,
    "restore": {"id": ID, "status": "restoring", "progress_percent": 40},
    "request_key": None,
    "restore_plan": None,
}
DONE: dict[str, Any] = {**RUNS, "restore": {"id": ID, "status": "available", "progress_percent": 100}}
GIVEN: dict[str, Any] = {"type": "oneclick", "workload": "web", "latest": True, "wait_interval": 0}


def failed(code: str, status: int | None = None, msg: str = "It broke.") -> dict[str, Any]:
    """Return the result of a module that failed."""
    return {"failed": True, "msg": msg, "error": {"code": code, "status": status}}


class Played(restore.ActionModule):
    """The progress of a restore, for which the module returns these results, one after the other.

    :ivar looks: The options of each run of the module.
    """

    def __init__(self, *answers: Any) -> None:
        task = SimpleNamespace(args={}, action="openprotect.backup.restore", async_val=0, check_mode=False, no_log=True)
        parts: dict[str, Any] = {
            "task": task,
            **dict.fromkeys(("connection", "play_context", "loader", "templar", "shared_loader_obj")),
        }
        super().__init__(**parts)
        self.answers = list(answers)
        self.looks: list[dict[str, Any]] = []

    def _module(
        self, options: dict[str, Any], task_vars: dict[str, Any] | None, wrap_async: bool = False
    ) -> dict[str, Any]:
        self.looks.append(options)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def follow(self, **options: Any) -> dict[str, Any]:
        """Follow a restore that was started, and return the result of the task."""
        return self._follow({**GIVEN, **options}, BEGUN, {})


PASSING = [failed("unreachable"), failed("bad_answer", 200), failed("refused", 503), failed("refused", 429)]


@pytest.mark.parametrize("answer", PASSING, ids=str)
def test_a_service_that_is_away_is_waited_for(answer: dict[str, Any]) -> None:
    action = Played(*[answer] * 20, RUNS, *[answer] * 20, DONE)
    assert action.follow() == {**BEGUN, "restore": DONE["restore"]}
    assert all(look == {"wait_interval": 0, "id": ID, "state": "present", "wait": False} for look in action.looks)


@pytest.mark.parametrize("answer", [failed("login_failed"), AnsibleConnectionFailure("ssh: reset")], ids=str)
def test_a_login_or_connection_that_is_lost_for_a_moment_is_no_end(answer: Any) -> None:
    assert Played(*[answer] * TIMES_LOST, RUNS, *[answer] * TIMES_LOST, DONE).follow() == {
        **BEGUN,
        "restore": DONE["restore"],
    }


def test_a_login_that_stays_refused_ends_the_task() -> None:
    result = Played(*[failed("login_failed", msg="Keystone refused the password.")] * (TIMES_LOST + 1)).follow()
    assert (result["failed"], result["changed"], result["id"], result["msg"]) == (
        True,
        True,
        ID,
        "Keystone refused the password.",
    )


def test_a_connection_that_stays_lost_says_how_to_go_on() -> None:
    action = Played(*[AnsibleConnectionFailure("ssh: reset")] * (TIMES_LOST + 1))
    with pytest.raises(
        AnsibleConnectionFailure,
        match=f"The restore {ID} continues. Run the task again to follow it. The connection was lost: ssh: reset",
    ):
        action.follow()


@pytest.mark.parametrize(
    "answer",
    [
        failed("object_failed"),
        failed("forbidden", 403),
        failed("unknown_name"),
        failed("refused", 400),
        failed("unexpected_answer", 200),
        failed("no_licence", 500),
    ],
    ids=str,
)
def test_what_does_not_pass_ends_the_task(answer: dict[str, Any]) -> None:
    result = Played(RUNS, answer).follow()
    assert (result["error"], result["changed"], result["request_key"]) == (answer["error"], True, BEGUN["request_key"])


def test_over_time_it_says_how_long_it_waited() -> None:
    action = Played(
        failed(
            "wait_timeout",
            msg="Gave up waiting for the restore x to end after 0 seconds; last seen: status 'restoring'.",
        )
    )
    result = action.follow(timeout=0.5, wait_interval=1)
    assert result["msg"] == "Gave up waiting for the restore x to end after 0.5 seconds; last seen: status 'restoring'."
    assert (result["failed"], result["changed"], result["id"]) == (True, True, ID)
    assert action.looks == [{"wait_interval": 1, "id": ID, "state": "present", "wait": True, "timeout": 0}]


def test_what_has_ended_at_the_last_moment_has_been_begun_here_all_the_same() -> None:
    assert Played(DONE).follow(timeout=0.5, wait_interval=1) == {**BEGUN, "restore": DONE["restore"]}


def test_what_the_module_warns_of_at_the_start_and_at_the_end_is_said_once() -> None:
    """Whether new servers have their addresses is known at the end only."""
    begun, ended = "The global scheduler is off.", "The server was restored without the addresses 10.0.0.6."
    action = Played({**RUNS, "warnings": [begun]}, {**DONE, "warnings": [begun, ended]})
    result = action._follow(GIVEN, {**BEGUN, "warnings": [begun]}, {})
    assert result == {**BEGUN, "restore": DONE["restore"], "warnings": [begun, ended]}


def test_a_failure_at_the_end_keeps_the_warnings_of_the_start() -> None:
    action = Played({**failed("object_failed"), "warnings": ["of the end"]})
    assert action._follow(GIVEN, {**BEGUN, "warnings": ["of the start"]}, {})["warnings"] == [
        "of the start",
        "of the end",
    ]


def test_progress_leaves_stdout_to_the_callback(capsys: pytest.CaptureFixture[str]) -> None:
    """The output of a callback such as ansible.posix.json is read by a program."""
    action = Played(RUNS, DONE)
    action._task.no_log = False
    action.follow()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"  restore ({ID}): restoring, 40 %" in printed.err
    assert f"  restore ({ID}): available, 100 %" in printed.err
