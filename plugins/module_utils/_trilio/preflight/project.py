# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The checks of a site and a project: roles, licence, nodes, scheduler, services, policies.

They cover the facts that can stop all backups of a project (reference A.3, A.5, B.7, P9).
"""

from __future__ import annotations

from functools import partial
from typing import Optional

from ..._core.call import READ, Call
from ..._core.errors import BackupError, EndpointError, ForbiddenError, RefusedError
from ..._schedule.dialects import INTERVAL, TRACKS, dialect_shown
from ..workload import records as workload
from ..workload.server_line import dialect_of_targets
from .report import FAILED, OK, UNKNOWN, WARNING, Check, attempt, unreadable
from .survey import CINDER, Survey, describe_row

LICENCE_CHECK = Call("GET", "/workloads/metrics/license_check", READ, response_key="message", response_type=str)
NODES = Call("GET", "/workloads/metrics/nodes", READ, response_key="nodes", response_type=list, row_id="node")

LINES = {TRACKS: "6", INTERVAL: "4 or 5"}
SERVICES = {"Nova": ("compute",), "Neutron": ("network",), "Cinder": CINDER, "Glance": ("image",)}


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
