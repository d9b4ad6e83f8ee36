# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a recovery test that the role uses only after the restore: what is wrong is said before."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.filter import recovery_test_variables as plugin
from ansible_collections.openprotect.backup.plugins.filter.recovery_test_variables import recovery_test_variables

GOOD: dict[str, Any] = {
    "timeout": "",
    "wait_interval": "0.2",
    "probe_timeout": "300",
    "probe_interval": 5,
    "probe_port": 22,
    "probe_banner": "^SSH-2[.]0",
    "probe_command": "curl --fail http://{address}/health",
    "evidence_dir": "~/evidence",
}


def test_good_variables_have_no_problem() -> None:
    assert recovery_test_variables(GOOD) == {"problems": [], "program": "curl"}
    assert recovery_test_variables(dict.fromkeys(GOOD)) == {"problems": [], "program": ""}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"probe_port": "https"}, "recovery_test_probe_port must be a number."),
        ({"probe_timeout": "5m"}, "recovery_test_probe_timeout must be a number."),
        ({"evidence_dir": "evidence"}, "recovery_test_evidence_dir is evidence. It must be an absolute path."),
        (
            {"probe_port": ""},
            "recovery_test_probe_banner requires recovery_test_probe_port, the port that sends it.",
        ),
        ({"probe_banner": "SSH["}, "recovery_test_probe_banner is 'SSH[', which is not a regular expression: "),
        ({"probe_command": "sh -c 'x"}, "recovery_test_probe_command cannot be read: No closing quotation."),
    ],
)
def test_a_wrong_variable_is_named(wrong: dict[str, Any], words: str) -> None:
    (problem,) = recovery_test_variables({**GOOD, **wrong})["problems"]
    assert problem.startswith(words)


@pytest.mark.parametrize(
    ("command", "program"),
    [("'/opt/my probe' {address}", "/opt/my probe"), ("{address}/x", ""), ("./probe.sh {address}", "./probe.sh")],
)
def test_the_program_of_the_probe_is_the_first_word(command: str, program: str) -> None:
    assert recovery_test_variables({"probe_command": command})["program"] == program
    assert plugin.FilterModule().filters() == {"recovery_test_variables": recovery_test_variables}
