# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The checks of the backup targets: state, space, credentials, and retention on immutable ones.

They rest on reference B.11, C.4 and P26.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Optional

from ..._core.call import READ, Call
from ..._core.errors import BackupError, ForbiddenError, GoneError, RefusedError
from ..._core.values import is_true, key_values
from ..._engine.model import Document
from ..._schedule import wire
from ..backup_target_location import size_in_bytes
from ..backup_target_secret import ends_in_payload, internal_host
from ..workload.server_line import build
from .report import FAILED, OK, SKIPPED, UNKNOWN, WARNING, Check, attempt, unreadable
from .survey import Survey, describe_row

SECRET = Call("GET", "/v1/secrets/{id}", READ, response_key="status", response_type=str)

GOOD_TARGET = frozenset({"available", "online"})
"""States of a target that works, in all lines of the server (reference C.4)."""

MOUNTED_ON_DEMAND = [6, 2]
"""From this release on, a target is mounted only while a job uses it (reference C.4, N18)."""

NEARLY_FULL, FULL = 0.90, 0.98
UNREADABLE_TYPE = "application/octet-stream"
"""Content type of a secret that the service cannot use (reference B.11, N9)."""


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
    retention = [check_retention(each, rows) for each in survey.scheduled()]
    return [
        *(check_target(row, used) for row in rows),
        *(each for each in (*credentials, *retention) if each is not None),
    ]


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
    if ends_in_payload(ref):
        action = "Set secret_ref to the reference exactly as Barbican returns it, without /payload."
        return Check(
            "secrets", FAILED, subject, "the reference ends in /payload, which makes the target offline", action
        )
    url = attempt(lambda: survey.context.connection.endpoint("key-manager"))
    if isinstance(url, BackupError):
        return Check("secrets", UNKNOWN, subject, "there is no endpoint of Barbican in the catalog")
    # Only the id is taken from the reference: the token must not go to a host that a target names.
    client = survey.context.client(re.sub("/v1$", "", url))
    found = attempt(lambda: client.read_document(SECRET, id=ref.rstrip("/").rpartition("/")[2]))
    action = "Have the owner of the secret give the users of this project read access to it in Barbican."
    if isinstance(found, (ForbiddenError, GoneError)):
        return Check("secrets", FAILED, subject, f"this user cannot read the secret: {found.message}", action)
    if isinstance(found, BackupError):
        return unreadable("secrets", subject, found)
    if UNREADABLE_TYPE in (found.get("content_types") or {}).values():
        action = "Store the credentials in a new secret with the content type text/plain, and set secret_ref to it."
        return Check("secrets", FAILED, subject, f"the secret is stored as {UNREADABLE_TYPE}", action)
    if found["status"] != "ACTIVE":
        return Check("secrets", WARNING, subject, f"the secret is {found['status']}", "Have its owner check it.")
    host = internal_host(survey.context.connection, ref)
    if host is not None:
        action = "Set secret_ref to the reference with the public host of Barbican: the data movers fetch it there."
        return Check("secrets", WARNING, subject, f"the reference names the internal host {host}", action)
    return Check("secrets", OK, subject, "can be read")


def check_retention(document: Document, targets: list[dict[str, Any]]) -> Optional[Check]:
    """Check that a workload on an immutable target takes full backups, without which nothing expires there.

    Return None if its target is not immutable (reference B.11, N15).
    """
    export = (document.get("metadata") or {}).get("backup_media_target")
    immutable = [
        row
        for row in targets
        if export in (row.get("filesystem_export"), row.get("nfs_export"))
        and is_true(key_values(row.get("backup_target_metadata")).get("immutable"))
    ]
    if not export or not immutable or takes_full_backups(document):
        return None
    detail = f"its target {export} is immutable, and its schedule takes no full backup, so old backups cannot expire"
    action = "Let the schedule take a full backup at least once in its retention, and plan twice the storage."
    return Check("targets", WARNING, describe_row(document), detail, action)


def takes_full_backups(document: Document) -> bool:
    """Return whether the schedule of a workload takes full backups again and again, in either dialect."""
    planned = wire.read(document.get("jobschedule"))
    every = planned.get("full_backup_interval")
    tracks = [each for each in planned.values() if isinstance(each, dict)]
    return (isinstance(every, int) and every >= 0) or any(each.get("snapshot_type") == "full" for each in tracks)
