# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a restore as text: what was restored, and whether it is protected."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.filter import restore_result_text as plugin
from ansible_collections.openprotect.backup.plugins.filter.restore_result_text import restore_result_text

WEB = {"id": "w", "name": "web"}
LOST: dict[str, Any] = {
    "replaced": [{"old_id": "a", "old_name": "web-1", "id": "b", "name": "web-1"}],
    "lines": [],
    "declared": "",
}
DONE: dict[str, Any] = {
    "id": "r",
    "name": "Restore of web",
    "status": "available",
    "snapshot_id": "s",
    "time_taken": 200,
    "warning_msg": None,
    "instances": [{"old_id": "a", "id": "b", "name": "web-1", "status": "available"}],
}


def result(changed: bool = True, **restore: Any) -> dict[str, Any]:
    """Return the result of the module."""
    return {"changed": changed, "request_key": "3f6c0a91b2de", "restore": {**DONE, **restore}}


def test_the_last_line_says_that_the_new_server_is_not_protected_and_what_to_run() -> None:
    lines = restore_result_text(result(), {}, LOST, WEB, names={"request_key": "recover_request_key"})
    assert lines[:3] == [
        "Restored: Restore of web (r) is available.",
        "From the snapshot s, in 3 minutes 20 seconds.",
        "- web-1: a -> b",
    ]
    assert lines[3] == "NOT PROTECTED: the workload web (w) still lists the lost servers: web-1 (a)."
    assert lines[-1].endswith("run it again with recover_request_key: 3f6c0a91b2de and recover_reprotect: true")


def test_the_last_line_says_that_the_new_server_is_protected() -> None:
    lines = restore_result_text(result(), {}, LOST, WEB, reprotected=True)
    assert lines[-1] == "The workload web (w) protects the new servers in place of the lost ones: web-1 (b)."
    declared = {**LOST, "declared": "A set declares it."}
    assert restore_result_text(result(), {}, declared, WEB, reprotected=True)[-1] == "A set declares it."
    assert "A set declares it." in restore_result_text(result(), {}, declared, WEB)


def test_it_is_said_if_nobody_knows_what_the_workload_protects() -> None:
    last = restore_result_text(result(), {}, {}, WEB)[-1]
    assert last.startswith(
        "Whether the workload web (w) protects the new servers is unknown: Nova did not show its servers."
    )
    assert "unknown" not in restore_result_text(result(), {}, {}, {})[-1]


def test_what_stays_as_it_is_has_its_line() -> None:
    kept = {**LOST, "replaced": [], "lines": ["Originals stay."]}
    assert restore_result_text(result(), {}, kept, WEB)[-1] == "Originals stay."


@pytest.mark.parametrize(
    ("changed", "before", "word"),
    [
        (True, {}, "Restored: "),
        (False, {"restore": {"status": "available"}}, "Already restored: "),
        (False, {"restore": {"status": "restoring"}}, "Restored by a restore that was already running: "),
    ],
)
def test_the_first_word_says_which_run_has_restored(changed: bool, before: dict[str, Any], word: str) -> None:
    assert restore_result_text(result(changed), before)[0].startswith(word)


def test_servers_restored_in_place_keep_their_ids_and_warnings_are_shown() -> None:
    same = [{"old_id": "a", "id": "a", "name": "web-1", "status": "available"}]
    lines = restore_result_text(result(instances=same, warning_msg="slow", time_taken=None))
    assert lines[1:] == ["From the snapshot s.", "- web-1: a", "The server warns: slow"]


def test_check_mode_restores_nothing() -> None:
    assert restore_result_text(result(id=None)) == ["Check mode: nothing was restored."]
    assert plugin.FilterModule().filters() == {"restore_result_text": restore_result_text}
