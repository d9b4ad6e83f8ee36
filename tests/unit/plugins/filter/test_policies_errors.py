# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong in backup policies is said in a sentence that names the policy, the workload and the key."""

from __future__ import annotations

import datetime
import textwrap
from typing import Any

import pytest
import yaml

from ansible_collections.openprotect.backup.plugins.filter.policies_errors import policies_errors

GOLD = """
- name: gold
  retention: 14
  schedule:
    enabled: true
    start_time: "22:00"
    hourly: {interval: 24}
    daily: {backup_time: ["22:00"]}
  workloads:
    - name: web
      instances: [web-1]
    - name: shop
      selector: {name: ["shop-*"]}
"""
WEB = "In the policy 'gold', workload 'web': "
BOTH = "In the policy 'gold', workloads 'web', 'shop': "
CLOCK = 'a bare number, which is what YAML makes of a time without quotes. Put it in quotes: "22:00".'


def changed(old: str, new: str) -> str:
    """Return the errors after one change of the policy."""
    assert old in GOLD
    return policies_errors(yaml.safe_load(GOLD.replace(old, new)))


def test_nothing_is_wrong() -> None:
    assert policies_errors(yaml.safe_load(GOLD)) == ""
    assert policies_errors([]) == ""
    assert changed("instances: [web-1]", "schedule: {start_date: 2026-12-24, end_date: '2027-12-24'}") == ""
    assert changed("instances: [web-1]", "instances: [web-1, 4711]") == ""


MISTAKES = {
    "a typo in a key of a workload": (
        "instances: [web-1]",
        "instancess: [web-1]",
        WEB + "there is no key 'instancess'. Did you mean instances?",
    ),
    "a typo in a key of the schedule": (
        "instances: [web-1]",
        "schedule: {hourly: {retenton: 3}}",
        WEB + "there is no key 'schedule.hourly.retenton'. Did you mean retention?",
    ),
    "a typo in a key of the policy": (
        "retention: 14",
        "retention: 14\n  polcy: Gold",
        "In the policy 'gold': there is no key 'polcy'. Did you mean policy?",
    ),
    "a key like no other": (
        "instances: [web-1]",
        "xyz: 1",
        WEB + "there is no key 'xyz'. Keys: backup_target_type, description, encryption,",
    ),
    "a time without quotes in the policy": (
        'start_time: "22:00"',
        "start_time: 22:00",
        BOTH + "schedule.start_time: 1320 is " + CLOCK,
    ),
    "a time without quotes in a list": (
        'backup_time: ["22:00"]',
        "backup_time: [22:00]",
        BOTH + "schedule.daily.backup_time: 1320 is " + CLOCK,
    ),
    "a schedule of the other form": (
        "hourly: {interval: 24}",
        "interval: 24",
        BOTH + "schedule.daily and schedule.interval, schedule.retention_count exclude each other",
    ),
    "an interval that no server has": (
        "interval: 24",
        "interval: 5",
        "In the policy 'gold': value of interval must be",
    ),
    "a word where a number is needed": (
        "retention: 14",
        "retention: many",
        "In the policy 'gold': argument 'retention'",
    ),
    "a name that is a number": ("name: web", "name: 1.10", "workload '1.1': The option 'name' is the number 1.1 in pl"),
    "a name that is a truth value": ("name: web", "name: on", "workload 'True': The option 'name' is true in place"),
    "a policy without a name": (
        "name: gold",
        "description: x",
        "In the policy number 1: missing required arguments: na",
    ),
    "a workload without a name": (
        "- name: web\n      inst",
        "- inst",
        "workload number 1: One of the options 'name' and",
    ),
    "blanks around a name": ("name: web", "name: 'web '", "'name' has blanks or line ends around the name: 'web '."),
    "a workload that is declared twice": (
        "name: shop",
        "name: web",
        "The workload 'web' is declared 2 times, in the policies 'gold', 'gold'. Declare it once.",
    ),
    "servers and a selector": (
        "instances: [web-1]",
        "instances: [web-1]\n      selector: {all: true}",
        WEB + "The options 'instances' and 'selector' exclude each other.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_once_with_policy_workload_and_key(mistake: str) -> None:
    old, new, message = MISTAKES[mistake]
    text = changed(old, new)
    assert message in text
    assert len(textwrap.wrap(text, 110)) <= 5
    sentences = [each for each in text.split(". ") if len(each) > 40]
    assert len(sentences) == len(set(sentences))


def test_a_retention_of_nothing() -> None:
    (policy,) = yaml.safe_load(GOLD)
    del policy["schedule"]
    assert "The workload 'web' of the policy 'gold' has a 'retention', but its" in policies_errors([policy])


def test_many_mistakes_are_limited() -> None:
    many = [{"name": f"p{number}", "wrokloads": []} for number in range(30)]
    text = policies_errors(many)
    assert text.endswith("And 20 more.")
    assert len(textwrap.wrap(text, 110)) <= 12


@pytest.mark.parametrize("given", [None, "x", 1, {"name": "gold"}, [None], [[]], datetime.date(2026, 1, 1)], ids=str)
def test_what_is_no_policy_at_all(given: Any) -> None:
    assert policies_errors(given).startswith("protect_policies must be a list of dictionaries")
