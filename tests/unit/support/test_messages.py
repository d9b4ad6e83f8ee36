# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for messages refuse what breaks them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.messages import faults_of_failure, faults_of_play, faults_of_text

SERVER = "'web' (4ddf0e47-618d-47d1-9f2f-48f342e1d9af)"
GOOD = f"Creating the workload {SERVER}: POST /workloads (req-1) was refused with 400: Not now. Run the task again."


def failed(text: str, **error: Any) -> dict[str, Any]:
    """Return the result of a failed task."""
    return {"failed": True, "msg": text, "error": {"code": "refused", **error}}


def test_a_good_message_breaks_no_rule() -> None:
    assert faults_of_text(GOOD) == []
    assert faults_of_failure("workload", failed(GOOD, method="POST"), {"name": "web"}) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("word " * 300 + ".", "it has 14 lines"),
        ("\n".join("abcdefghijklm"), "it has 13 lines"),
        (", ".join(f"'{n}' ({n:08d}-618d-47d1-9f2f-48f342e1d9af)" for n in range(11)), "it names 11 objects"),
        ("The workload is not there. Nothing was written. The workload is not there.", "it says twice"),
        ("The port '' (4ddf0e47-618d-47d1-9f2f-48f342e1d9af) is attached.", "an empty name"),
    ],
)
def test_what_breaks_a_rule_of_form(text: str, fault: str) -> None:
    assert any(fault in each for each in faults_of_text(text))


def test_a_refused_request_must_say_for_which_object() -> None:
    text = "POST /workloads was refused with 400: Not now."
    assert faults_of_failure("workload", failed(text, method="POST"), {"name": "web"}) == ["it names none of ['web']"]
    assert faults_of_failure("workload_info", failed(text, method="GET"), {"name": "web"}) == []


def test_the_last_sentence_must_end() -> None:
    assert faults_of_failure("workload", failed("Nothing was written"), {}) == ["its last sentence does not end"]


def test_the_failures_of_a_play_are_read_from_its_output() -> None:
    line = "fatal: [shop]: FAILED! => " + json.dumps({"changed": False, "msg": "a\n" * 13})
    assert [each.splitlines()[0] for each in faults_of_play(f"TASK [x] ***\n{line}\n")] == [
        "shop: it has 13 lines of 110 columns"
    ]
    large = "fatal: [shop]: FAILED! => " + json.dumps({"msg": "Failed.", "workloads": ["x" * 99] * 30})
    assert faults_of_play(large.replace("workloads", "disks")) == []
    assert faults_of_play(large)[0].startswith("shop: the line has ")
    assert faults_of_play('fatal: [shop]: FAILED! => {"msg": "Failed."}') == []
