# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The facts that decide whether a server has a good backup, and the rules of the operator. No requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Optional

from ..._schedule.fields import Schedule

MET, LATE, BREACHED, NEVER, NEW, UNPROTECTED, UNKNOWN, EXCLUDED = WORDS = (
    *("met", "late", "breached", "never", "new", "unprotected", "unknown", "excluded"),
)
"""The words for the protection of a server, of which each has exactly one."""


@dataclass(frozen=True)
class Server:
    """A server of the project, as Nova shows it.

    :ivar lost: Nova knows no more than its id, because a cell is down.
    """

    id: str
    name: str
    status: str = "ACTIVE"
    created_at: Optional[datetime] = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    lost: bool = False


@dataclass(frozen=True)
class Snapshot:
    """A snapshot of a workload.

    :ivar good: Whether it can be restored from; None if that could not be read.
    :ivar running: Whether it is being taken.
    :ivar server_ids: The servers in it; None if it was not shown by itself, since lists leave them out.
    :ivar empty: The server calls it good, and it holds nothing (reference P25).
    """

    id: str
    workload_id: str
    name: Optional[str]
    created_at: Optional[datetime]
    good: Optional[bool]
    status: str = "available"
    running: bool = False
    scheduled: bool = False
    server_ids: Optional[frozenset[str]] = None
    empty: bool = False
    size: Optional[int] = None
    error: Optional[str] = None


@dataclass(frozen=True)
class Workload:
    """A workload of the project.

    :ivar server_ids: The servers that it protects; None if it could not be read.
    :ivar schedule: Its schedule in canonical form.
    :ivar scheduled: Whether its schedule is on; None if that could not be read.
    :ivar error: Why it could not be read.
    """

    id: str
    name: str
    policy: Optional[str] = None
    policy_id: Optional[str] = None
    server_ids: Optional[frozenset[str]] = frozenset()
    server_names: Mapping[str, str] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=dict)
    scheduled: Optional[bool] = True
    created_at: Optional[datetime] = None
    error: Optional[str] = None


@dataclass(frozen=True)
class Facts:
    """Everything that was read of a project.

    :ivar snapshots: Snapshots of all workloads, in any order. Those that decide were shown by themselves.
    :ivar snapshots_read: Whether the list of snapshots could be read.
    :ivar unsearched: Ids of the workloads of which not every good snapshot was shown, because the limit was reached or
        a show failed. A server that was not found in the others may be in one of these.
    :ivar scheduler_on: The global flag of the scheduler; None if it could not be read.
    """

    now: datetime
    servers: Sequence[Server]
    workloads: Sequence[Workload]
    snapshots: Sequence[Snapshot] = ()
    snapshots_read: bool = True
    unsearched: frozenset[str] = frozenset()
    scheduler_on: Optional[bool] = True


@dataclass(frozen=True)
class RpoRule:
    """An RPO for some servers: by a tag or an entry of the metadata of the server, a workload, or a policy.

    :ivar kind: One of `RPO_KINDS`.
    :ivar wanted: A tag, the name or id of a workload or policy, or `key` or `key=value` of metadata.
    """

    kind: str
    wanted: str
    rpo: timedelta


RPO_KINDS = ("tag", "metadata", "workload", "policy")
"""What an RPO can be given for, the strongest first."""


@dataclass(frozen=True)
class Exclusion:
    """Servers that need no backup: by a shell pattern of the name, a tag, or an entry of the metadata.

    :ivar until: The exclusion ends then; None if it does not.
    """

    kind: str
    wanted: str
    reason: str
    until: Optional[datetime] = None


@dataclass(frozen=True)
class Rules:
    """The rules of the operator.

    :ivar rpo: The RPO of servers without another one.
    :ivar grace: How long a new server may be without a backup.
    :ivar schedule_required: Whether a server without a schedule counts as unprotected, whatever snapshots it has.
    """

    rpo: timedelta = timedelta(hours=24)
    rpo_rules: Sequence[RpoRule] = ()
    grace: timedelta = timedelta(hours=24)
    exclusions: Sequence[Exclusion] = ()
    schedule_required: bool = True
