# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Which server has no good backup: one word for each server, and the figures behind it. Pure.

A server has the first word that applies, in this order: `excluded`, `unknown`, `unprotected`, `never`, `breached`,
`late`, `met`. While a server is young, `unprotected` and `never` read `new`. What was not read never makes a server
look better than it may be: if it could change the word for the worse or the better, the word is `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Optional

from ..._core.known_names import listed
from ..._schedule.runs import has_ended, interval_of
from .facts import (
    BREACHED,
    EXCLUDED,
    LATE,
    MET,
    NEVER,
    NEW,
    RPO_KINDS,
    UNKNOWN,
    UNPROTECTED,
    Exclusion,
    Facts,
    RpoRule,
    Rules,
    Server,
    Snapshot,
    Workload,
)

BY_INTERVAL = 1.5
"""RPO of a workload without another one, in intervals of its schedule."""

BY_SCHEDULE, BY_DEFAULT = "schedule", "default"


@dataclass(frozen=True)
class Protection:
    """The word for one server, and the figures behind it.

    :ivar reason: Why the server has that word, a sentence.
    :ivar workloads: The workloads that protect it.
    :ivar protected: Whether one of them has its schedule on; None if that could not be read.
    :ivar rpo_met: Whether the newest good snapshot is young enough; None if that could not be read.
    :ivar rpo_source: Where the RPO is from: a kind of `RPO_KINDS`, `schedule` or `default`.
    :ivar last_good: The newest good snapshot that has the server in it.
    """

    server: Server
    word: str
    reason: str
    workloads: tuple[Workload, ...]
    protected: Optional[bool]
    rpo: timedelta
    rpo_source: str
    rpo_met: Optional[bool]
    last_good: Optional[Snapshot] = None
    exclusion: Optional[Exclusion] = None


def assess(facts: Facts, rules: Rules) -> list[Protection]:
    """Return the protection of each server, sorted by name and id."""
    evidence = Evidence(facts)
    servers = {each.id: each for each in facts.servers}  # a server counts once, whatever a list says
    return [
        _assess_server(evidence, rules, server)
        for server in sorted(servers.values(), key=lambda each: (each.name, each.id))
    ]


class Evidence:
    """The facts by server, so that each of many servers is assessed in a few steps."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        workloads = sorted(facts.workloads, key=lambda each: (each.name, each.id))
        self.unreadable = [each for each in workloads if each.server_ids is None]
        self.workloads: dict[str, list[Workload]] = {}
        for workload in workloads:
            for server_id in workload.server_ids or ():
                self.workloads.setdefault(server_id, []).append(workload)
        self.newest: dict[str, Snapshot] = {}
        for snapshot in facts.snapshots:
            if snapshot.good and not snapshot.empty and snapshot.created_at is not None:
                for server_id in snapshot.server_ids or ():
                    if _is_newer(snapshot, self.newest.get(server_id)):
                        self.newest[server_id] = snapshot

    def is_searched(self, workloads: Iterable[Workload]) -> bool:
        """Return whether every good snapshot that may have a server of these workloads was searched for it."""
        known = self.facts.snapshots_read and not self.unreadable
        return known and not any(each.id in self.facts.unsearched for each in workloads)


def _is_newer(one: Snapshot, other: Optional[Snapshot]) -> bool:
    """Return whether a snapshot began later than another; the id decides within a second, so that order is none."""
    if other is None or one.created_at is None or other.created_at is None:
        return other is None
    return (one.created_at, one.id) > (other.created_at, other.id)


def _assess_server(evidence: Evidence, rules: Rules, server: Server) -> Protection:
    """Return the protection of one server."""
    facts, workloads = evidence.facts, evidence.workloads.get(server.id, [])
    rpo, source = rpo_of(rules, server, workloads)
    last = evidence.newest.get(server.id)
    age = facts.now - last.created_at if last is not None and last.created_at is not None else None
    exclusion = exclusion_of(rules.exclusions, server, facts.now)
    protected = _is_protected(evidence, workloads)
    word, reason = _word(evidence, rules, server, workloads, protected, age, rpo)
    if exclusion is not None:
        word, reason = EXCLUDED, exclusion.reason
    if age is not None and age <= rpo:
        met: Optional[bool] = True
    else:
        met = False if evidence.is_searched(workloads) else None
    return Protection(
        server, word, reason, tuple(workloads), protected, rpo, source, met, last_good=last, exclusion=exclusion
    )


def _is_protected(evidence: Evidence, workloads: Sequence[Workload]) -> Optional[bool]:
    """Return whether a server is in a workload whose schedule runs; None if that could not be read."""
    flags = {each.scheduled and not has_ended(each.schedule, evidence.facts.now) for each in workloads}
    if evidence.facts.scheduler_on is False or (not workloads and not evidence.unreadable):
        return False
    if True in flags:
        return evidence.facts.scheduler_on
    return None if None in flags or evidence.unreadable else False


def _word(
    evidence: Evidence,
    rules: Rules,
    server: Server,
    workloads: Sequence[Workload],
    protected: Optional[bool],
    age: Optional[timedelta],
    rpo: timedelta,
) -> tuple[str, str]:
    """Return the word for a server that is not excluded, and why it has it."""
    facts = evidence.facts
    if server.lost:
        return UNKNOWN, "Nova does not show it, because a cell of Nova is down."
    if not workloads:
        if evidence.unreadable:
            unread = listed(each.name for each in evidence.unreadable)
            return UNKNOWN, f"It is in no workload that could be read, and may be in one that could not: {unread}."
        return _unless_new(facts, rules, server, UNPROTECTED, "It is in no workload.")
    if rules.schedule_required and protected is not True:
        if protected is None:
            return UNKNOWN, "Whether the schedule of its workload is on could not be read."
        by_flag = facts.scheduler_on is False
        off = "the global scheduler is off" if by_flag else "the schedule of its workload is off or has ended"
        return _unless_new(facts, rules, server, UNPROTECTED, f"The server is in a workload, but {off}.")
    searched = evidence.is_searched(workloads)
    if age is not None and (age <= rpo or searched):
        word = MET if age <= rpo else LATE if age <= 2 * rpo else BREACHED
        return word, f"Its newest good snapshot is {describe_hours(age)} old, and its RPO is {describe_hours(rpo)}."
    if not searched:
        return UNKNOWN, "Not every snapshot that may have it could be searched for it."
    return _unless_new(facts, rules, server, NEVER, "No good snapshot has it.")


def _unless_new(facts: Facts, rules: Rules, server: Server, word: str, reason: str) -> tuple[str, str]:
    """Return the word and its reason, or `new` for a server that is younger than the grace."""
    if server.created_at is not None and facts.now - server.created_at < rules.grace:
        return NEW, f"{reason} It was created {describe_hours(facts.now - server.created_at)} ago."
    return word, reason


def rpo_of(rules: Rules, server: Server, workloads: Sequence[Workload]) -> tuple[timedelta, str]:
    """Return the RPO of a server, and where it is from.

    The strongest kind of rule that applies decides, and among rules of one kind the shortest RPO. Without a rule it is
    1.5 intervals of the schedule, and of several workloads the shortest.
    """
    for kind in RPO_KINDS:
        found = [rule.rpo for rule in rules.rpo_rules if rule.kind == kind and _applies(rule, server, workloads)]
        if found:
            return min(found), kind
    intervals = [interval for each in workloads if each.scheduled and (interval := interval_of(each.schedule))]
    return (min(intervals) * BY_INTERVAL, BY_SCHEDULE) if intervals else (rules.rpo, BY_DEFAULT)


def _applies(rule: RpoRule, server: Server, workloads: Iterable[Workload]) -> bool:
    """Return whether a rule is for a server."""
    if rule.kind == "workload":
        return any(rule.wanted in (each.name, each.id) for each in workloads)
    if rule.kind == "policy":
        return any(rule.wanted in (each.policy, each.policy_id) for each in workloads)
    return has_mark(rule.kind, rule.wanted, server)


def has_mark(kind: str, wanted: str, server: Server) -> bool:
    """Return whether a server has a tag, or an entry of the metadata: `key`, or `key=value`."""
    if kind == "tag":
        return wanted in server.tags
    key, equals, value = wanted.partition("=")
    return key in server.metadata and (not equals or server.metadata[key] == value)


def exclusion_of(exclusions: Iterable[Exclusion], server: Server, now: datetime) -> Optional[Exclusion]:
    """Return the first exclusion that applies to a server and has not ended, None if there is none."""
    return next(
        (
            each
            for each in exclusions
            if (each.until is None or now < each.until)
            and (
                (server.name == each.wanted or fnmatchcase(server.name, each.wanted))
                if each.kind == "pattern"
                else has_mark(each.kind, each.wanted, server)
            )
        ),
        None,
    )


def count_words(protections: Iterable[Protection], words: Sequence[str]) -> Mapping[str, int]:
    """Return the number of servers with each word, also of those that no server has."""
    counts = dict.fromkeys(words, 0)
    for each in protections:
        counts[each.word] += 1
    return counts


def describe_hours(span: timedelta) -> str:
    """Return a length of time for people, such as `26 hours`."""
    hours = span.total_seconds() / 3600
    if hours < 1:
        minutes = int(span.total_seconds() // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    if hours < 72:
        shown = f"{hours:.1f}".removesuffix(".0")
        return f"{shown} hour{'' if shown == '1' else 's'}"
    return f"{int(hours // 24)} days"
