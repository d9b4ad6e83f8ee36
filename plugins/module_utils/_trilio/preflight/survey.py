# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The documents that the checks use, each read once, and what all checks ask of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Union

from ..._core.errors import BackupError
from ..._engine.model import Document
from ..._openstack.context import Context
from ..._openstack.references import BACKUP_TARGET
from ..._schedule import wire
from ..restore import records as restore
from ..restore.references import VOLUME
from ..snapshot import records as snapshot
from ..workload import records as workload
from .report import attempt

CINDER = ("volumev3", "block-storage")
"""Types of Cinder in the catalog."""


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
    :param volumes: The volumes of the project in Cinder; `EndpointError` if the catalog has no Cinder.
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
    volumes: Union[list[dict[str, Any]], BackupError]

    @property
    def project(self) -> str:
        """The name of the project in the report."""
        return f"project {self.context.connection.project_name} ({self.context.project_id})"

    def scheduled(self) -> list[Document]:
        """Return the workloads whose schedule is on."""
        return [each for each in self.documents if is_scheduled(each)]

    def volumes_of(self, document: Document) -> list[tuple[Document, dict[str, Any]]]:
        """Return the volumes of the servers of a workload, each with its server; none if they could not be listed."""
        servers = {str(each.get("id")): each for each in document.get("instances") or []}
        rows = [] if isinstance(self.volumes, BackupError) else self.volumes
        return [
            (servers[str(each["server_id"])], row)
            for row in rows
            for each in row.get("attachments") or []
            if str(each.get("server_id")) in servers
        ]

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
        volumes=attempt(lambda: list(context.lookup.rows(VOLUME))),
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
