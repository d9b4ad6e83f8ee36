# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each server has one word for its protection, and nothing that was not read makes it look better."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.protection.facts import (
    BREACHED,
    EXCLUDED,
    LATE,
    MET,
    NEVER,
    NEW,
    UNKNOWN,
    UNPROTECTED,
    WORDS,
    Exclusion,
    Facts,
    RpoRule,
    Rules,
    Server,
    Snapshot,
    Workload,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.protection.status import (
    Protection,
    assess,
    count_words,
    describe_hours,
)

NOW = datetime.fromisoformat("2026-11-29T12:00:00+00:00")
HOUR = timedelta(hours=1)
OLD = NOW - 90 * 24 * HOUR
WEB = Server("web", "web-1", created_at=OLD)
DAILY = {"enabled": True, "hourly": {"interval": 24}, "timezone": "UTC", "start_time": "02:00"}
SHOP = Workload("w1", "shop", server_ids=frozenset({"web"}), schedule=DAILY, created_at=OLD)
SCHEDULE_UNREAD: dict[str, Any] = {"workloads": [replace(SHOP, scheduled=None)]}
RULES = Rules(rpo_rules=[RpoRule("workload", "shop", 24 * HOUR)])


def taken(hours: float, *servers: str, name: str = "s", workload: str = "w1", **more: Any) -> Snapshot:
    """Return a good snapshot of this age."""
    return Snapshot(
        f"{name}-{hours}",
        workload,
        name,
        NOW - hours * HOUR,
        **{"good": True, "server_ids": frozenset(servers), **more},
    )


def only(facts: Facts, rules: Rules = RULES) -> Protection:
    """Return the protection of the only server."""
    (found,) = assess(facts, rules)
    return found


def shop(*snapshots: Snapshot, **more: Any) -> Facts:
    """Return the facts of a project with one server in one workload."""
    return Facts(**{"now": NOW, "servers": [WEB], "workloads": [SHOP], "snapshots": snapshots, **more})


@pytest.mark.parametrize(
    ("hours", "word", "met"),
    [(1, MET, True), (24, MET, True), (25, LATE, False), (48, LATE, False), (48.1, BREACHED, False)],
)
def test_the_age_of_the_newest_good_snapshot_decides(hours: float, word: str, met: bool) -> None:
    found = only(shop(taken(200, "web"), taken(hours, "web")))
    assert (found.word, found.rpo_met, found.protected) == (word, met, True)
    assert found.last_good is not None
    assert found.last_good.id == f"s-{hours}"


def test_only_a_snapshot_that_has_the_server_and_holds_data_counts() -> None:
    bad = taken(1, "web", good=False, status="error")
    found = only(shop(bad, taken(2, "web", empty=True), taken(3, "other"), taken(30, "web")))
    assert found.word == LATE
    assert only(shop(bad, taken(3, "other"))).word == NEVER


def test_a_server_without_a_workload_is_unprotected() -> None:
    found = only(shop(workloads=[]))
    assert (found.word, found.protected, found.rpo_met) == (UNPROTECTED, False, False)


@pytest.mark.parametrize(
    "off", [{"workloads": [replace(SHOP, scheduled=False)]}, {"scheduler_on": False}], ids=["schedule", "scheduler"]
)
def test_a_server_whose_schedule_is_off_is_unprotected_however_fresh_its_backup(off: dict[str, Any]) -> None:
    facts = shop(taken(1, "web"), **off)
    assert (only(facts).word, only(facts).rpo_met) == (UNPROTECTED, True)
    assert only(facts, replace(RULES, schedule_required=False)).word == MET


@pytest.mark.parametrize(
    ("end_date", "is_over"), [("2026-11-28", True), ("2026-11-29", False), ("2026-12-24", False), ("15/27/2020", False)]
)
def test_a_schedule_that_is_over_takes_no_snapshots(end_date: str, is_over: bool) -> None:
    """A date that is none is not known to be over."""
    over = replace(SHOP, schedule={**DAILY, "end_date": end_date})
    found = only(shop(taken(1, "web"), workloads=[over]))
    assert (found.word, found.protected) == ((UNPROTECTED, False) if is_over else (MET, True))
    assert ("the schedule of its workload is off or has ended" in found.reason) is is_over


@pytest.mark.parametrize("facts", [shop(workloads=[]), shop(), shop(scheduler_on=False)])
def test_a_young_server_is_new(facts: Facts) -> None:
    young = replace(WEB, created_at=NOW - HOUR)
    assert only(replace(facts, servers=[young])).word == NEW
    assert only(replace(facts, servers=[replace(WEB, created_at=NOW - 25 * HOUR)])).word in (NEVER, UNPROTECTED)


@pytest.mark.parametrize(
    "unread",
    [
        {"workloads": [replace(SHOP, server_ids=None)]},
        {"workloads": [SHOP, Workload("w2", "mail", server_ids=None)]},
        SCHEDULE_UNREAD,
        {"scheduler_on": None},
        {"snapshots_read": False},
        {"unsearched": frozenset({"w1"})},
    ],
)
def test_what_was_not_read_is_unknown(unread: dict[str, Any]) -> None:
    assert only(shop(**unread)).word == UNKNOWN
    freshness = {"workloads", "snapshots_read", "unsearched"} & set(unread) and unread != SCHEDULE_UNREAD
    assert only(shop(**unread)).rpo_met is (None if freshness else False)


def test_a_server_of_a_cell_that_is_down_is_unknown() -> None:
    found = only(shop(taken(1, "web"), servers=[replace(WEB, lost=True)]))
    assert (found.word, found.reason) == (UNKNOWN, "Nova does not show it, because a cell of Nova is down.")


def test_what_was_not_read_does_not_matter_once_a_fresh_snapshot_has_the_server() -> None:
    other = Workload("w2", "mail", server_ids=None)
    found = only(shop(taken(1, "web"), workloads=[SHOP, other], unsearched=frozenset({"w1"})))
    assert (found.word, found.rpo_met) == (MET, True)
    assert only(shop(taken(30, "web"), unsearched=frozenset({"w1"}))).word == UNKNOWN


def test_an_exclusion_says_why_and_until_when() -> None:
    ended = Exclusion("pattern", "web-*", "Too early.", NOW)
    valid = Exclusion("metadata", "backup=no", "It holds no data.", NOW + HOUR)
    marked = replace(WEB, metadata={"backup": "no"})
    assert only(shop(), replace(RULES, exclusions=[ended])).word == NEVER
    found = only(shop(servers=[marked]), replace(RULES, exclusions=[ended, valid]))
    assert (found.word, found.reason, found.exclusion) == (EXCLUDED, "It holds no data.", valid)
    tagged = replace(WEB, tags=frozenset({"scratch"}))
    assert only(shop(servers=[tagged]), Rules(exclusions=[Exclusion("tag", "scratch", "x")])).word == EXCLUDED
    brackets = replace(WEB, name="web[1]")
    assert only(shop(servers=[brackets]), Rules(exclusions=[Exclusion("pattern", "web[1]", "x")])).word == EXCLUDED


@pytest.mark.parametrize(
    ("rules", "rpo", "source"),
    [
        ([], 36, "schedule"),
        ([RpoRule("policy", "gold", 5 * HOUR)], 5, "policy"),
        ([RpoRule("policy", "gold", 5 * HOUR), RpoRule("workload", "w1", 7 * HOUR)], 7, "workload"),
        ([RpoRule("workload", "shop", 7 * HOUR), RpoRule("workload", "w1", 6 * HOUR)], 6, "workload"),
        ([RpoRule("workload", "shop", 7 * HOUR), RpoRule("metadata", "tier", 8 * HOUR)], 8, "metadata"),
        ([RpoRule("metadata", "tier=2", 8 * HOUR)], 36, "schedule"),
        ([RpoRule("metadata", "tier=1", 8 * HOUR), RpoRule("tag", "vip", 9 * HOUR)], 9, "tag"),
    ],
)
def test_the_strongest_rule_gives_the_rpo(rules: list[RpoRule], rpo: float, source: str) -> None:
    server = replace(WEB, metadata={"tier": "1"}, tags=frozenset({"vip"}))
    facts = shop(servers=[server], workloads=[replace(SHOP, policy="gold", policy_id="p1")])
    found = only(facts, Rules(rpo_rules=rules))
    assert (found.rpo, found.rpo_source) == (rpo * HOUR, source)


def test_without_a_rule_and_without_an_interval_the_default_applies() -> None:
    found = only(shop(workloads=[]), Rules(rpo=12 * HOUR))
    assert (found.rpo, found.rpo_source) == (12 * HOUR, "default")


def test_lengths_of_time_read_well() -> None:
    spans = [timedelta(seconds=61), timedelta(minutes=59), HOUR, 1.5 * HOUR, 26 * HOUR, 100 * HOUR]
    assert [describe_hours(each) for each in spans] == [
        *("1 minute", "59 minutes", "1 hour", "1.5 hours", "26 hours", "4 days"),
    ]


# ---- Properties ------------------------------------------------------------------------------------------------------

IDS = st.sampled_from(["a", "b", "c", "d"])
SERVERS = st.lists(
    st.builds(
        Server,
        id=IDS,
        name=st.sampled_from(["n1", "n2"]),
        created_at=st.sampled_from([None, OLD, NOW - HOUR]),
        metadata=st.sampled_from([{}, {"backup": "no"}]),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)
WORKLOADS = st.lists(
    st.builds(
        Workload,
        id=st.sampled_from(["w1", "w2", "w3"]),
        name=st.sampled_from(["shop", "mail"]),
        server_ids=st.none() | st.frozensets(IDS),
        schedule=st.just(DAILY),
        scheduled=st.sampled_from([True, False, None]),
    ),
    max_size=3,
    unique_by=lambda each: each.id,
)
SNAPSHOTS = st.lists(
    st.builds(
        Snapshot,
        id=st.uuids().map(str),
        workload_id=st.sampled_from(["w1", "w2", "w3"]),
        name=st.just("s"),
        created_at=st.integers(0, 200).map(lambda hours: NOW - hours * HOUR),
        good=st.sampled_from([True, False, None]),
        server_ids=st.none() | st.frozensets(IDS),
        empty=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.id,
)
FACTS = st.builds(
    Facts,
    now=st.just(NOW),
    servers=SERVERS,
    workloads=WORKLOADS,
    snapshots=SNAPSHOTS,
    snapshots_read=st.booleans(),
    unsearched=st.frozensets(st.sampled_from(["w1", "w2", "w3"])),
    scheduler_on=st.sampled_from([True, False, None]),
)
SOME_RULES = st.builds(
    Rules,
    exclusions=st.sampled_from([(), (Exclusion("metadata", "backup=no", "x"),)]),
    schedule_required=st.booleans(),
)
FROM_BEST = (EXCLUDED, MET, LATE, BREACHED, NEVER, UNKNOWN)


def words(facts: Facts, rules: Rules) -> dict[str, str]:
    """Return the word of each server by its id."""
    return {each.server.id: each.word for each in assess(facts, rules)}


@given(FACTS, SOME_RULES)
def test_every_server_has_exactly_one_word(facts: Facts, rules: Rules) -> None:
    found = assess(facts, rules)
    assert sorted(each.server.id for each in found) == sorted(each.id for each in facts.servers)
    assert all(each.word in WORDS and each.reason for each in found)
    assert sum(count_words(found, WORDS).values()) == len(facts.servers)


@given(FACTS, SOME_RULES, st.integers(0, 100), IDS, st.sampled_from(["w1", "w2"]))
def test_more_good_snapshots_never_make_it_worse(
    facts: Facts, rules: Rules, hours: int, server_id: str, workload: str
) -> None:
    before = words(facts, rules)
    more = replace(facts, snapshots=[*facts.snapshots, taken(hours, server_id, name="more", workload=workload)])
    for server, word in words(more, rules).items():
        if word != before[server]:
            assert before[server] in (NEW, *FROM_BEST[FROM_BEST.index(word) + 1 :])


@given(FACTS, SOME_RULES)
def test_what_is_read_less_never_makes_it_green(facts: Facts, rules: Rules) -> None:
    before = words(facts, rules)
    blind = {
        "no scheduler": replace(facts, scheduler_on=None),
        "no snapshots": replace(facts, snapshots_read=False, snapshots=[]),
        "not searched": replace(facts, unsearched=frozenset({"w1", "w2", "w3"})),
        "no members": replace(facts, workloads=[replace(each, server_ids=None) for each in facts.workloads]),
        "no schedules": replace(facts, workloads=[replace(each, scheduled=None) for each in facts.workloads]),
    }
    for fewer in blind.values():
        for server, word in words(fewer, rules).items():
            assert word != MET or before[server] == MET


@given(FACTS, SOME_RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_facts_changes_nothing(facts: Facts, rules: Rules, chance: random.Random) -> None:
    def shuffled(items: Any) -> list[Any]:
        return chance.sample(list(items), len(items))

    other = replace(
        facts,
        servers=shuffled(facts.servers),
        workloads=shuffled(facts.workloads),
        snapshots=shuffled(facts.snapshots),
    )
    assert assess(other, rules) == assess(facts, rules)
