# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What holds for a whole site or project and can stop backups: roles, licence, nodes, scheduler, targets, quota, policies (API reference A.3, A.5, B.7, P9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from typing import Any, Optional, Union

from ..._core.call import READ, Call
from ..._core.errors import BackupError, EndpointError, ForbiddenError, GoneError, RefusedError
from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.references import BACKUP_TARGET
from ..._schedule import wire
from ..._schedule.dialects import INTERVAL, TRACKS, dialect_shown
from ..backup_target_location import size_in_bytes
from ..restore import records as restore
from ..snapshot import records as snapshot
from ..workload import records as workload
from ..workload.server_line import build, dialect_of_targets
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, not_told

LICENCE_CHECK = Call("GET", "/workloads/metrics/license_check", READ, response_key="message", response_type=str)
NODES = Call("GET", "/workloads/metrics/nodes", READ, response_key="nodes", response_type=list, row_id="node")
QUOTA = Call("GET", "/os-quota-sets/{project_id}", READ, response_key="quota_set")
SECRET = Call("GET", "/v1/secrets/{id}", READ, response_key="status", response_type=str)

GOOD_TARGET = frozenset({"available", "online"})
"""Words for a target that works, of all lines (API reference C.4)."""

MOUNTED_ON_DEMAND = [6, 2]
"""The release from which on nothing is mounted while nothing runs (API reference C.4)."""

NEARLY_FULL, FULL = 0.90, 0.98
LINES = {TRACKS: "6", INTERVAL: "4 or 5"}
SERVICES = {
    "Nova": ("compute",),
    "Neutron": ("network",),
    "Cinder": ("volumev3", "block-storage"),
    "Glance": ("image",),
}
QUOTAS = ("volumes", "snapshots", "gigabytes")
BY_SCHEDULER = "jobscheduler"
"""What the server calls a snapshot that its scheduler began (API reference B.4)."""


@dataclass
class Survey:
    """What the checks look at, each of it read once.

    :param trustee_roles: Roles that the service delegates to itself, as the operator knows them; empty where not said.
    :param line: What the option C(server_line) says.
    :param documents: The workloads with all details, those that could be read.
    :param dark: The workloads that could not be read, with the reason.
    :param snapshots: All of the project, oldest first.
    :param servers: Ids of the servers that Nova has.
    :param restoring: Ids of the snapshots from which a restore runs; read only where a workload is busy without a snapshot.
    """

    context: Context
    trustee_roles: Sequence[str]
    line: str
    now: datetime
    documents: list[Document]
    unreadable: list[tuple[Document, BackupError]]
    snapshots: Union[list[dict[str, Any]], BackupError]
    servers: Union[set[str], BackupError]
    targets: Union[list[dict[str, Any]], BackupError]
    restoring: Union[set[str], BackupError]

    @property
    def project(self) -> str:
        """What lines call the project."""
        return f"project {self.context.connection.project_name} ({self.context.project_id})"

    def scheduled(self) -> list[Document]:
        """Return the workloads whose schedule is on."""
        return [each for each in self.documents if is_scheduled(each)]

    def snapshots_of(self, workload_id: str) -> list[dict[str, Any]]:
        """Return the snapshots of a workload, oldest first; none where they could not be listed."""
        rows = [] if isinstance(self.snapshots, BackupError) else self.snapshots
        return [row for row in rows if row.get("workload_id") == workload_id]


def read_survey(context: Context, rows: Sequence[Document], options: Mapping[str, Any]) -> Survey:
    """Read what the checks look at: one list of each kind, and each workload.

    :param rows: What the list of workloads holds.
    """
    own = [row for row in rows if row.get("project_id") in (None, context.project_id)]
    found = context.in_parallel(lambda row: attempt(lambda: context.api.find(workload.SHOWING, id=row["id"])), own)
    snapshots = attempt(lambda: sorted(context.api.send(snapshot.LISTING), key=lambda row: str(row.get("created_at"))))
    survey = Survey(
        context,
        options.get("trustee_roles") or (),
        context.server_line,
        datetime.now(timezone.utc),
        documents=sorted(
            (each for each in found if isinstance(each, dict)),
            key=lambda each: (str(each.get("name")), str(each["id"])),
        ),
        unreadable=[(row, each) for row, each in zip(own, found) if isinstance(each, BackupError)],
        snapshots=snapshots,
        servers=attempt(lambda: {str(row["id"]) for row in context.lookup.servers()}),
        targets=attempt(lambda: list(context.api.send(BACKUP_TARGET.listing))),
        restoring=set(),
    )
    if any(
        is_busy(each) and not any(map(snapshot.running, survey.snapshots_of(each["id"]))) for each in survey.documents
    ):
        ids = [] if isinstance(snapshots, BackupError) else [row["id"] for row in snapshots]
        survey.restoring = attempt(lambda: {str(row["snapshot_id"]) for row in restore.running(context, ids)})
    return survey


def is_scheduled(document: Document) -> bool:
    """Tell whether the schedule of a workload is on."""
    return wire.read(document.get("jobschedule")).get("enabled") is True


def is_busy(document: Document) -> bool:
    """Tell whether a job should be running in a workload."""
    return document.get("status") not in ("available", "error")


def title(document: Document) -> str:
    """Return what lines call a workload or target: name and id."""
    return f"{document.get('name')} ({document['id']})"


# ---- the checks ---------------------------------------------------------------------------------------------------------------


def roles(survey: Survey) -> list[Check]:
    """Hold the roles of the token against those that the service delegates to itself by a trust (API reference A.4)."""
    connection = survey.context.connection
    subject = f"user {connection.user_name} in {survey.project}"
    there = ", ".join(connection.roles) or "no role"
    missing = [role for role in survey.trustee_roles if role.lower() not in {each.lower() for each in connection.roles}]
    if missing or not connection.roles:
        action = f"Have an administrator give the user the role {', '.join(missing) or 'that the service asks for'} in this project, then save its workloads again."
        lacking = f", and lacks {', '.join(missing)}, which the service delegates" if missing else ""
        users = {each.get("user_id") for each in survey.scheduled()}
        if users and connection.user_id not in users:
            return [
                Check(
                    "roles",
                    WARNING,
                    subject,
                    f"has {there}{lacking}; no schedule that is on was set up by this user",
                    action,
                )
            ]
        return [Check("roles", FAILED, subject, f"has {there}{lacking}", action)]
    rest = (
        ""
        if survey.trustee_roles
        else "; whether these are all that the service delegates (its option trustee_role) can be asked with trustee_roles"
    )
    limited = (
        "; the login is by an application credential, and only an unrestricted one can make a trust"
        if connection.application_credential
        else ""
    )
    return [Check("roles", OK, subject, f"has {there}{rest}{limited}")]


def server_line(survey: Survey) -> list[Check]:
    """Tell the line of the server, and hold it against what the option C(server_line) says."""
    seen, how = line_shown(survey)
    builds = (
        sorted({str(row["version"]) for row in survey.targets if row.get("version")})
        if isinstance(survey.targets, list)
        else []
    )
    detail = f"{how}{', build ' + ', '.join(builds) if builds else ''}"
    if survey.line == "auto":
        if seen is None:
            return [
                Check("server_line", WARNING, "server", f"cannot be told: {how}", "Say it with server_line: 4, 5 or 6.")
            ]
        return [Check("server_line", OK, "server", f"line {LINES[seen]}: {detail}")]
    said = TRACKS if survey.line == "6" else INTERVAL
    if seen not in (None, said):
        wrong = f"server_line says {survey.line}, but it is line {LINES[str(seen)]}: {detail}"
        return [
            Check(
                "server_line",
                FAILED,
                "server",
                wrong,
                "Take server_line away, or correct it: schedules would be ignored in silence.",
            )
        ]
    return [
        Check("server_line", OK, "server", f"line {survey.line}, as server_line says" + (f"; {detail}" if seen else ""))
    ]


def line_shown(survey: Survey) -> tuple[Optional[str], str]:
    """Return the dialect that the server shows, None where it leaves it open, and what it is known by (API reference D, Versions; Q38).

    A schedule of the old form proves least: line 6 takes a disabled one, too (API reference B.2).
    """
    shown = {dialect_shown(each.get("jobschedule")): title(each) for each in survey.documents}
    if TRACKS in shown:
        return TRACKS, f"the schedule of the workload {shown[TRACKS]} has tracks"
    if isinstance(survey.targets, RefusedError) and survey.targets.status == 404:
        return INTERVAL, "it has no backup targets in its API"
    by_targets = None if isinstance(survey.targets, BackupError) else dialect_of_targets(survey.targets)
    if by_targets is not None:
        return by_targets, "its backup targets show it"
    if INTERVAL in shown:
        return INTERVAL, f"the schedule of the workload {shown[INTERVAL]} has an interval"
    return None, "no workload shows a schedule, and the backup targets leave it open"


def licence(survey: Survey) -> list[Check]:
    """Ask for the licence. What it says is text and nothing else, so the words decide (API reference A.5, B.13)."""
    action = (
        "Have an administrator upload a new licence. Until then the server refuses new workloads, and perhaps backups."
    )
    said = attempt(lambda: str(survey.context.api.send(LICENCE_CHECK)))
    if isinstance(said, RefusedError) and "expired" in said.message.lower():
        return [Check("licence", FAILED, "server", said.message, action)]
    if isinstance(said, ForbiddenError):
        return [
            Check(
                "licence",
                UNKNOWN,
                "server",
                "not readable by this user",
                "Administrators can read it: run this once as one.",
            )
        ]
    if isinstance(said, BackupError):
        return [not_told("licence", "server", said)]
    words = said.lower()
    if "valid" in words.split() and "not" not in words.split():
        return [Check("licence", OK, "server", said)]
    return [
        Check("licence", FAILED, "server", said, action)
        if "expired" in words
        else Check("licence", UNKNOWN, "server", f"the server says: {said}")
    ]


def nodes(survey: Survey) -> list[Check]:
    """Look at the nodes that the service runs on (API reference B.14, C.2)."""
    rows = attempt(lambda: list(survey.context.api.send(NODES)))
    if isinstance(rows, ForbiddenError):
        return [
            Check(
                "nodes",
                UNKNOWN,
                "server",
                "not readable by this user",
                "Administrators can read them: run this once as one.",
            )
        ]
    if isinstance(rows, BackupError):
        return [not_told("nodes", "server", rows)]
    up = [row for row in rows if str(row.get("status")).lower() == "up"]
    state = ", ".join(f"{row['node']} is {row.get('status')}" for row in rows) or "there is none"
    action = "Have an administrator look at the service on the nodes that are down."
    if len(up) == len(rows) and rows:
        return [Check("nodes", OK, "server", state)]
    return [Check("nodes", WARNING if up else FAILED, "server", state, action)]


def scheduler(survey: Survey) -> list[Check]:
    """Ask whether schedules run at all (API reference B.7)."""
    is_on = attempt(lambda: bool(survey.context.api.send(workload.GLOBAL_SCHEDULER)))
    if isinstance(is_on, BackupError):
        return [not_told("scheduler", "cloud", is_on)]
    if is_on:
        return [Check("scheduler", OK, "cloud", "the global job scheduler is on")]
    action = "Have an administrator switch it on: workloadmgr enable-global-job-scheduler."
    return [
        Check(
            "scheduler", FAILED, "cloud", "the global job scheduler is off, and no schedule of any project runs", action
        )
    ]


def services(survey: Survey) -> list[Check]:
    """Look for the services of OpenStack that snapshots and restores need, in this region and interface."""
    connection = survey.context.connection
    found = {name: attempt(partial(connection.endpoint, *types)) for name, types in SERVICES.items()}
    missing = [name for name, each in found.items() if isinstance(each, EndpointError)]
    if not missing:
        return [Check("services", OK, "catalog", f"has {', '.join(SERVICES)}")]
    status = FAILED if "Nova" in missing else WARNING
    action = "Check region_name and interface, and the catalog of Keystone."
    return [
        Check(
            "services",
            status,
            "catalog",
            f"has no endpoint of {', '.join(missing)} here; snapshots and restores need them",
            action,
        )
    ]


def quota(survey: Survey) -> list[Check]:
    """Look whether Cinder leaves room for the temporary volumes and snapshots of a backup (API reference P19)."""
    connection = survey.context.connection
    url = attempt(lambda: connection.endpoint(*SERVICES["Cinder"]))
    if isinstance(url, BackupError):
        return [Check("quota", SKIPPED, survey.project, "there is no endpoint of Cinder")]
    client = survey.context.client(url)
    found = attempt(lambda: client.send(QUOTA, query={"usage": "True"}, project_id=survey.context.project_id))
    if isinstance(found, BackupError):
        return [not_told("quota", survey.project, found)]
    rows = {
        name: found[name]
        for name in QUOTAS
        if isinstance(found.get(name), dict) and int(found[name].get("limit", -1)) >= 0
    }
    used = {name: int(row.get("in_use", 0)) + int(row.get("reserved", 0)) for name, row in rows.items()}
    state = ", ".join(f"{used[name]} of {row['limit']} {name}" for name, row in rows.items()) or "no limits"
    action = "Have the quota of the project in Cinder raised, or free some: a backup makes a temporary volume and snapshot of each disk."
    if any(used[name] >= int(row["limit"]) for name, row in rows.items()):
        return [Check("quota", FAILED, survey.project, f"Cinder leaves no room: {state}", action)]
    if any(used[name] >= NEARLY_FULL * int(row["limit"]) for name, row in rows.items()):
        return [Check("quota", WARNING, survey.project, f"Cinder leaves little room: {state}", action)]
    return [Check("quota", OK, survey.project, f"Cinder: {state}")]


def targets(survey: Survey) -> list[Check]:
    """Look at the places where the backups go (API reference B.11, C.4, P26)."""
    if isinstance(survey.targets, RefusedError) and survey.targets.status == 404:
        return [Check("targets", SKIPPED, "server", "this line has no backup targets in its API")]
    if isinstance(survey.targets, BackupError):
        return [not_told("targets", "server", survey.targets)]
    if not survey.targets:
        return [
            Check(
                "targets",
                FAILED,
                "server",
                "there is none that this project may use",
                "Have an administrator make one, or assign the project to one.",
            )
        ]
    used = {str((each.get("metadata") or {}).get("backup_media_target")) for each in survey.scheduled()}
    checks = [target(row, used) for row in survey.targets]
    return checks + [each for row in survey.targets for each in [secret(survey, row)] if each is not None]


def target(row: Mapping[str, Any], used: set[str]) -> Check:
    """Look at one target.

    :param used: Exports that scheduled workloads back up to.
    """
    export = str(row.get("filesystem_export") or row.get("nfs_export"))
    subject = f"{export} ({row['id']})"
    size, full = (size_in_bytes(row.get(key)) for key in ("capacity", "used"))
    space = f", {row['used']} of {row['capacity']} used" if size and full is not None else ""
    state = f"{row.get('status')}{space}"
    if row.get("status") not in GOOD_TARGET:
        needed = row.get("is_default") or export in used
        if build(row) >= MOUNTED_ON_DEMAND:
            action = "This release mounts it on demand, so take a snapshot to see whether it works; if not, look at the storage and at the service's log."
            return Check("targets", WARNING, subject, state, action)
        action = "Look at the storage, and whether the nodes of the service can mount it."
        return Check("targets", FAILED if needed else WARNING, subject, state, action)
    if size and full is not None and full >= NEARLY_FULL * size:
        action = "Make room: let fewer snapshots be kept, delete old ones, or enlarge it."
        return Check("targets", FAILED if full >= FULL * size else WARNING, subject, f"nearly full: {state}", action)
    return Check("targets", OK, subject, state)


def secret(survey: Survey, row: Mapping[str, Any]) -> Optional[Check]:
    """Look whether this user can read the credentials of a bucket, as its jobs must (API reference P26); None where there is nothing to look at."""
    ref = str(row.get("secret_ref") or "")
    if not ref:
        return None
    subject = f"credentials of {row.get('filesystem_export')} ({row['id']})"
    url = attempt(lambda: survey.context.connection.endpoint("key-manager"))
    if isinstance(url, BackupError):
        return Check("secrets", UNKNOWN, subject, "there is no endpoint of Barbican in the catalog")
    client = survey.context.client(re.sub("/v1$", "", url))
    found = attempt(lambda: str(client.send(SECRET, id=ref.rstrip("/").rpartition("/")[2])))
    action = "Have the owner of the secret give the users of this project read access to it in Barbican."
    if isinstance(found, (ForbiddenError, GoneError)):
        return Check("secrets", FAILED, subject, f"this user cannot read the secret: {found.message}", action)
    if isinstance(found, BackupError):
        return not_told("secrets", subject, found)
    if found != "ACTIVE":
        return Check("secrets", WARNING, subject, f"the secret is {found}", "Have its owner look at it in Barbican.")
    return Check("secrets", OK, subject, "can be read")


def policies(survey: Survey) -> list[Check]:
    """Look for workloads without a policy where the project has policies: they can no longer be changed (API reference C.5, Q36)."""
    rows = attempt(
        lambda: list(survey.context.api.send(workload.ASSIGNED_POLICIES, project_id=survey.context.project_id))
    )
    if isinstance(rows, BackupError):
        return [not_told("policies", survey.project, rows)]
    if not rows:
        return [Check("policies", OK, survey.project, "none is assigned, so none is needed")]
    names = ", ".join(f"{row.get('policy_name')} ({row['policy_id']})" for row in rows)
    free = [
        title(each)
        for each in survey.documents
        if not ((each.get("metadata") or {}).get("policy_id") or each.get("policy_id"))
    ]
    if not free:
        return [Check("policies", OK, survey.project, f"each workload has one; assigned: {names}")]
    action = "Bind them to one with the option policy of openprotect.backup.workload: without it a server of line 6 refuses changes."
    return [
        Check(
            "policies",
            WARNING,
            survey.project,
            f"{names} assigned, and these workloads have none: {', '.join(free)}",
            action,
        )
    ]


CHECKS = {
    "roles": roles,
    "server_line": server_line,
    "licence": licence,
    "nodes": nodes,
    "scheduler": scheduler,
    "services": services,
    "quota": quota,
    "targets": targets,
    "policies": policies,
}
"""In the order in which they are told."""
