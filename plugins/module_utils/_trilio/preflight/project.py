# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The checks of a site and a project: roles, licence, nodes, scheduler, targets, quota, policies.

They cover the facts that can stop all backups of a project (reference A.3, A.5, B.7, P9).
"""

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
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, unreadable

LICENCE_CHECK = Call("GET", "/workloads/metrics/license_check", READ, response_key="message", response_type=str)
NODES = Call("GET", "/workloads/metrics/nodes", READ, response_key="nodes", response_type=list, row_id="node")
QUOTA = Call("GET", "/os-quota-sets/{project_id}", READ, response_key="quota_set")
SECRET = Call("GET", "/v1/secrets/{id}", READ, response_key="status", response_type=str)

GOOD_TARGET = frozenset({"available", "online"})
"""States of a target that works, in all lines of the server (reference C.4)."""

MOUNTED_ON_DEMAND = [6, 2]
"""From this release on, a target is mounted only while a job uses it (reference C.4)."""

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
"""The name that the server gives to a snapshot of its scheduler (reference B.4)."""


@dataclass
class Survey:
    """The documents that the checks use, each read once.

    :param trustee_roles: Roles that the service delegates to itself, as the user gives them; empty if not given.
    :param line: The value of the option `server_line`.
    :param documents: The workloads with all details, as far as they could be read.
    :param unreadable: The rows of the workloads that could not be read, with the reason.
    :param snapshots: All snapshots of the project, oldest first.
    :param servers: Ids of the servers in Nova.
    :param restoring: Ids of the snapshots from which a restore runs; read only if a workload is busy without a
        snapshot.
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
        """The name of the project in the report."""
        return f"project {self.context.connection.project_name} ({self.context.project_id})"

    def scheduled(self) -> list[Document]:
        """Return the workloads whose schedule is on."""
        return [each for each in self.documents if is_scheduled(each)]

    def snapshots_of(self, workload_id: str) -> list[dict[str, Any]]:
        """Return the snapshots of a workload, oldest first; none if they could not be listed."""
        rows = [] if isinstance(self.snapshots, BackupError) else self.snapshots
        return [row for row in rows if row.get("workload_id") == workload_id]


def read_survey(context: Context, rows: Sequence[Document], options: Mapping[str, Any]) -> Survey:
    """Read the documents that the checks use: one list of each noun, and each workload.

    :param rows: The rows of the list of workloads.
    """
    own = [row for row in rows if context.is_own(row)]
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
    # This costs a request, so it is made only if a restore may be the job of a busy workload.
    if any(
        is_busy(each) and not any(map(snapshot.running, survey.snapshots_of(each["id"]))) for each in survey.documents
    ):
        ids = [] if isinstance(snapshots, BackupError) else [row["id"] for row in snapshots]
        survey.restoring = attempt(lambda: {str(row["snapshot_id"]) for row in restore.running(context, ids)})
    return survey


def is_scheduled(document: Document) -> bool:
    """Return whether the schedule of a workload is on."""
    return wire.read(document.get("jobschedule")).get("enabled") is True


def is_busy(document: Document) -> bool:
    """Return whether the state of a workload says that a job is running in it."""
    return document.get("status") not in ("available", "error")


def describe_row(row: Mapping[str, Any]) -> str:
    """Return how the report names a workload: name and id."""
    return f"{row.get('name')} ({row['id']})"


# ---- the checks ------------------------------------------------------------------------------------------------------


def check_roles(survey: Survey) -> list[Check]:
    """Compare the roles of the token with those that the service delegates to itself by a trust (reference A.4)."""
    connection = survey.context.connection
    subject = f"user {connection.user_name} in {survey.project}"
    detail = f"has {', '.join(connection.roles) or 'no role'}"
    held = {role.lower() for role in connection.roles}
    missing = ", ".join(role for role in survey.trustee_roles if role.lower() not in held)
    if missing or not connection.roles:
        if missing:
            detail += f", and lacks {missing}, which the service delegates"
        action = (
            f"Have an administrator give the user the role {missing or 'that the service asks for'} in this project, "
            "then save its workloads again."
        )
        users = {each.get("user_id") for each in survey.scheduled()}
        if users and connection.user_id not in users:
            detail += "; no schedule that is on was set up by this user"
            return [Check("roles", WARNING, subject, detail, action)]
        return [Check("roles", FAILED, subject, detail, action)]
    if not survey.trustee_roles:
        detail += "; to compare them with those that the service delegates (its option trustee_role) set trustee_roles"
    if connection.application_credential:
        detail += "; the login is by an application credential, and only an unrestricted one can make a trust"
    return [Check("roles", OK, subject, detail)]


def check_server_line(survey: Survey) -> list[Check]:
    """Compare the line of the server with the option `server_line`."""
    seen, how = line_shown(survey)
    targets = survey.targets if isinstance(survey.targets, list) else []
    builds = ", ".join(sorted({str(row["version"]) for row in targets if row.get("version")}))
    detail = how + (f", build {builds}" if builds else "")
    if survey.line == "auto":
        if seen is None:
            action = "Set server_line to 4, 5 or 6."
            return [Check("server_line", WARNING, "server", f"cannot be told: {how}", action)]
        return [Check("server_line", OK, "server", f"line {LINES[seen]}: {detail}")]
    if seen not in (None, TRACKS if survey.line == "6" else INTERVAL):
        wrong = f"server_line says {survey.line}, but it is line {LINES[str(seen)]}: {detail}"
        action = "Remove server_line, or correct it: with a wrong one, the server ignores schedules without an error."
        return [Check("server_line", FAILED, "server", wrong, action)]
    detail = f"line {survey.line}, as server_line says" + (f"; {detail}" if seen else "")
    return [Check("server_line", OK, "server", detail)]


def line_shown(survey: Survey) -> tuple[Optional[str], str]:
    """Return the schedule dialect that the server proves, None if it proves none, and the proof (reference D, Q38).

    A schedule of the old form comes last, because line 6 accepts a disabled one, too (reference B.2).
    """
    shown = {dialect_shown(each.get("jobschedule")): describe_row(each) for each in survey.documents}
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


def check_licence(survey: Survey) -> list[Check]:
    """Check the licence. The server answers with text only, so its words decide (reference A.5, B.13)."""
    action = "Have an administrator upload a new licence. Until then the server refuses new workloads, perhaps backups."
    found = attempt(lambda: str(survey.context.api.send(LICENCE_CHECK)))
    # A refusal may contain the text of an expired licence (reference B.13).
    if isinstance(found, RefusedError) and "expired" in found.message.lower():
        return [Check("licence", FAILED, "server", found.message, action)]
    if isinstance(found, BackupError):
        return [_readable_by_administrators("licence", found)]
    text = found.lower()
    if "valid" in text.split() and "not" not in text.split():
        return [Check("licence", OK, "server", found)]
    if "expired" in text:
        return [Check("licence", FAILED, "server", found, action)]
    return [Check("licence", UNKNOWN, "server", f"the server says: {found}")]


def _readable_by_administrators(name: str, error: BackupError) -> Check:
    """Return the outcome of a check whose request failed, and that only administrators can make."""
    if isinstance(error, ForbiddenError):
        action = "Administrators can read it: run this once as one."
        return Check(name, UNKNOWN, "server", "not readable by this user", action)
    return unreadable(name, "server", error)


def check_nodes(survey: Survey) -> list[Check]:
    """Check the nodes that the service runs on (reference B.14, C.2)."""
    rows = attempt(lambda: list(survey.context.api.send(NODES)))
    if isinstance(rows, BackupError):
        return [_readable_by_administrators("nodes", rows)]
    up = [row for row in rows if str(row.get("status")).lower() == "up"]
    detail = ", ".join(f"{row['node']} is {row.get('status')}" for row in rows) or "there is none"
    if len(up) == len(rows) and rows:
        return [Check("nodes", OK, "server", detail)]
    action = "Have an administrator check the service on the nodes that are down."
    return [Check("nodes", WARNING if up else FAILED, "server", detail, action)]


def check_scheduler(survey: Survey) -> list[Check]:
    """Check whether the server runs schedules at all (reference B.7)."""
    is_on = attempt(lambda: bool(survey.context.api.send(workload.GLOBAL_SCHEDULER)))
    if isinstance(is_on, BackupError):
        return [unreadable("scheduler", "cloud", is_on)]
    if is_on:
        return [Check("scheduler", OK, "cloud", "the global job scheduler is on")]
    detail = "the global job scheduler is off, and no schedule of any project runs"
    action = "Have an administrator switch it on: workloadmgr enable-global-job-scheduler."
    return [Check("scheduler", FAILED, "cloud", detail, action)]


def check_services(survey: Survey) -> list[Check]:
    """Check the catalog for the OpenStack services that snapshots and restores need, in this region and interface."""
    connection = survey.context.connection
    found = {name: attempt(partial(connection.endpoint, *types)) for name, types in SERVICES.items()}
    missing = [name for name, each in found.items() if isinstance(each, EndpointError)]
    if not missing:
        return [Check("services", OK, "catalog", f"has {', '.join(SERVICES)}")]
    detail = f"has no endpoint of {', '.join(missing)} here; snapshots and restores need them"
    action = "Check region_name and interface, and the catalog of Keystone."
    return [Check("services", FAILED if "Nova" in missing else WARNING, "catalog", detail, action)]


def check_quota(survey: Survey) -> list[Check]:
    """Check that Cinder has room for the temporary volumes and snapshots of a backup (reference P19)."""
    connection = survey.context.connection
    url = attempt(lambda: connection.endpoint(*SERVICES["Cinder"]))
    if isinstance(url, BackupError):
        return [Check("quota", SKIPPED, survey.project, "there is no endpoint of Cinder")]
    client = survey.context.client(url)
    found = attempt(lambda: client.send(QUOTA, query={"usage": "True"}, project_id=survey.context.project_id))
    if isinstance(found, BackupError):
        return [unreadable("quota", survey.project, found)]
    limited = [name for name in QUOTAS if isinstance(found.get(name), dict) and int(found[name].get("limit", -1)) >= 0]
    limits = {name: int(found[name]["limit"]) for name in limited}
    used = {name: int(found[name].get("in_use", 0)) + int(found[name].get("reserved", 0)) for name in limited}
    state = ", ".join(f"{used[name]} of {limit} {name}" for name, limit in limits.items()) or "no limits"
    action = (
        "Raise the quota of the project in Cinder, or free some: a backup makes a temporary volume and snapshot of "
        "each disk."
    )
    if any(used[name] >= limit for name, limit in limits.items()):
        return [Check("quota", FAILED, survey.project, f"Cinder leaves no room: {state}", action)]
    if any(used[name] >= NEARLY_FULL * limit for name, limit in limits.items()):
        return [Check("quota", WARNING, survey.project, f"Cinder leaves little room: {state}", action)]
    return [Check("quota", OK, survey.project, f"Cinder: {state}")]


def check_targets(survey: Survey) -> list[Check]:
    """Check the backup targets, and the credentials of their buckets (reference B.11, C.4, P26)."""
    rows = survey.targets
    if isinstance(rows, RefusedError) and rows.status == 404:
        return [Check("targets", SKIPPED, "server", "this line has no backup targets in its API")]
    if isinstance(rows, BackupError):
        return [unreadable("targets", "server", rows)]
    if not rows:
        detail = "there is none that this project may use"
        action = "Have an administrator create one, or assign the project to one."
        return [Check("targets", FAILED, "server", detail, action)]
    used = {str((each.get("metadata") or {}).get("backup_media_target")) for each in survey.scheduled()}
    credentials = [check_credentials(survey, row) for row in rows]
    return [*(check_target(row, used) for row in rows), *(each for each in credentials if each is not None)]


def check_target(row: Mapping[str, Any], used: set[str]) -> Check:
    """Check the state and the space of one backup target.

    :param used: Exports that scheduled workloads back up to.
    """
    export = str(row.get("filesystem_export") or row.get("nfs_export"))
    subject = f"{export} ({row['id']})"
    size, full = (size_in_bytes(row.get(key)) for key in ("capacity", "used"))
    space = f", {row['used']} of {row['capacity']} used" if size and full is not None else ""
    state = f"{row.get('status')}{space}"
    if row.get("status") not in GOOD_TARGET:
        # A release that mounts on demand shows an idle target as offline (reference C.4).
        if build(row) >= MOUNTED_ON_DEMAND:
            action = (
                "This release mounts it on demand: take a snapshot to see whether it works. If it does not, check the "
                "storage and the log of the service."
            )
            return Check("targets", WARNING, subject, state, action)
        action = "Check the storage, and whether the nodes of the service can mount it."
        is_needed = row.get("is_default") or export in used
        return Check("targets", FAILED if is_needed else WARNING, subject, state, action)
    if size and full is not None and full >= NEARLY_FULL * size:
        action = "Make room: keep fewer snapshots, delete old ones, or enlarge it."
        return Check("targets", FAILED if full >= FULL * size else WARNING, subject, f"nearly full: {state}", action)
    return Check("targets", OK, subject, state)


def check_credentials(survey: Survey, row: Mapping[str, Any]) -> Optional[Check]:
    """Check that this user can read the credentials of a bucket, as its jobs must (reference P26).

    Return None if the target has no credentials in Barbican.
    """
    ref = str(row.get("secret_ref") or "")
    if not ref:
        return None
    subject = f"credentials of {row.get('filesystem_export')} ({row['id']})"
    url = attempt(lambda: survey.context.connection.endpoint("key-manager"))
    if isinstance(url, BackupError):
        return Check("secrets", UNKNOWN, subject, "there is no endpoint of Barbican in the catalog")
    # Only the id is taken from the reference: the token must not go to a host that a target names.
    client = survey.context.client(re.sub("/v1$", "", url))
    found = attempt(lambda: str(client.send(SECRET, id=ref.rstrip("/").rpartition("/")[2])))
    action = "Have the owner of the secret give the users of this project read access to it in Barbican."
    if isinstance(found, (ForbiddenError, GoneError)):
        return Check("secrets", FAILED, subject, f"this user cannot read the secret: {found.message}", action)
    if isinstance(found, BackupError):
        return unreadable("secrets", subject, found)
    if found != "ACTIVE":
        return Check("secrets", WARNING, subject, f"the secret is {found}", "Have its owner check it in Barbican.")
    return Check("secrets", OK, subject, "can be read")


def check_policies(survey: Survey) -> list[Check]:
    """Check that each workload has a policy if the project has policies.

    The server refuses to change a workload without one then (reference C.5, Q36).
    """
    project_id = survey.context.project_id
    rows = attempt(lambda: list(survey.context.api.send(workload.ASSIGNED_POLICIES, project_id=project_id)))
    if isinstance(rows, BackupError):
        return [unreadable("policies", survey.project, rows)]
    if not rows:
        return [Check("policies", OK, survey.project, "none is assigned, so none is needed")]
    names = workload.describe_policies(rows)
    free = [describe_row(each) for each in survey.documents if not workload.policy_id(each)]
    if not free:
        return [Check("policies", OK, survey.project, f"each workload has one; assigned: {names}")]
    detail = f"{names} assigned, and these workloads have none: {', '.join(free)}"
    action = (
        "Bind them to one with the option policy of openprotect.backup.workload: without it, a server of line 6 "
        "refuses changes."
    )
    return [Check("policies", WARNING, survey.project, detail, action)]


CHECKS = {
    "roles": check_roles,
    "server_line": check_server_line,
    "licence": check_licence,
    "nodes": check_nodes,
    "scheduler": check_scheduler,
    "services": check_services,
    "quota": check_quota,
    "targets": check_targets,
    "policies": check_policies,
}
"""The checks by name, in the order of the report."""
