# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the message of every task that fails in a test.

`support/module.py` and `support/playbook.py` apply them to each failure that a test provokes, so a new message needs
no test of its own for its form.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Mapping
from typing import Any

COLUMNS = 110
MOST_LINES = 12
MOST_OBJECTS = 10
LONGEST_SET = 2048
LONGEST_FATAL = 4096  # a failed restore returns its plan and its request
SHORTEST_SENTENCE = 20  # shorter ones are names or words of the server, such as "Not now."

OBJECT = re.compile(r"'[^']*' \([0-9a-f-]{8,36}\b")
TITLE = re.compile(r"\bthe [a-z ]+ '[^']+'", re.IGNORECASE)
EMPTY_NAME = re.compile(r"(?<=[a-z] )''(?= \()")
END_OF_SENTENCE = re.compile(r"(?<=[.!?]) +|\n+")

FATAL = re.compile(r"^fatal: \[([^\]]+)\]: FAILED! => (\{.*\})$", re.MULTILINE)

CODE_OF_ANSIBLE = "invalid_option"
"""The code of messages that ansible-core itself may have written."""

MISSING_LIBRARY = "Failed to import the required Python library"
"""The start of another message of ansible-core."""

NAMING_OPTIONS = (
    "name",
    "id",
    "workload",
    "snapshot",
    "filesystem_export",
    "s3_bucket",
    "request_key",
    "original_agent_id",
)
"""The options by which a module finds the object that it writes."""


def faults_of_text(text: str) -> list[str]:
    """Return what is wrong with the form of a message; none if it keeps all rules."""
    lines = [part for line in text.splitlines() for part in textwrap.wrap(line, COLUMNS) or [""]]
    sentences = Counter(each.strip() for each in END_OF_SENTENCE.split(text) if len(each) >= SHORTEST_SENTENCE)
    objects = set(OBJECT.findall(text))
    return [
        *([f"it has {len(lines)} lines of {COLUMNS} columns"] if len(lines) > MOST_LINES else []),
        *([f"it names {len(objects)} objects"] if len(objects) > MOST_OBJECTS else []),
        *(f"it says twice: {each}" for each, times in sentences.items() if times > 1),
        *(["it shows an empty name"] if EMPTY_NAME.search(text) else []),
    ]


def faults_of_failure(module: str, result: Mapping[str, Any], options: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the message of a failed module.

    The request of a module that only reads says what it asked for, so the message need not name an object.

    :param result: The result of the failed task.
    :param options: The options of the module.
    """
    text, error = str(result["msg"]), result.get("error") or {}
    names = [str(options[option]) for option in NAMING_OPTIONS if options.get(option)]
    named = any(name.strip() in text for name in names) or TITLE.search(text)
    nameless = error.get("method") and names and not named and not module.endswith("_info")
    ours = error.get("code") != CODE_OF_ANSIBLE and not text.startswith(MISSING_LIBRARY)
    unfinished = ours and text.rstrip()[-1:] not in tuple(".!?")
    return [
        *faults_of_text(text),
        *([f"it names none of {names}"] if nameless else []),
        *(["its last sentence does not end"] if unfinished else []),
    ]


def faults_of_play(output: str) -> list[str]:
    """Return what is wrong with the failures that a playbook printed.

    :param output: What ansible-playbook printed, with the default callback.
    """
    faults = []
    for host, result in FATAL.findall(output):
        text = str(json.loads(result).get("msg", ""))
        faults += [f"{host}: {fault}\n{text}" for fault in faults_of_text(text)]
        if len(result) > (LONGEST_SET if '"workloads"' in result else LONGEST_FATAL):
            faults.append(f"{host}: the line has {len(result)} characters\n{text}")
    return faults


def check_play(output: str) -> None:
    """Fail the test if a failure that a playbook printed breaks a rule."""
    faults = faults_of_play(output)
    assert not faults, "Messages break the rules of support/messages.py:\n" + "\n".join(faults)


def check_failure(module: str, result: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Fail the test if the message of a failed module breaks a rule."""
    faults = faults_of_failure(module, result, options)
    assert not faults, f"The message breaks the rules of support/messages.py, {'; '.join(faults)}:\n{result['msg']}"
