# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The workloads of a project as somebody would declare them: fed back, the declaration changes nothing.

What cannot be said in that way is left out, and a warning tells. In the end each declaration is planned by the engine against the very
workload that it was made of, so that nobody has to believe it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, InputError, RequestError
from ..._engine.converge import DELETING, plan
from ..._engine.model import Document, Item, Reference, Values, quote_row
from ..._openstack.context import Context
from ..._openstack.lookup import match_one
from ..._openstack.references import BACKUP_TARGET_TYPE, POLICY, WORKLOAD_TYPE, LookupSource
from ..._schedule import compare, parse
from ..._schedule.dialects import INTERVAL, POLICY_FIELDS, TRACKS, dialect_of_desired, dialect_shown
from ..._schedule.fields import Schedule
from ..workload.records import OWNER
from ..workload.resource import Workload, parse_metadata
from ..workload_set.bulk_workload import BulkWorkload
from . import grouping

REFERENCES = {"workload_type": WORKLOAD_TYPE, "backup_target_type": BACKUP_TARGET_TYPE, "policy": POLICY}


OPTIONS: Mapping[str, Any] = {"names": {"type": "list", "elements": "str"}}


class ExportedWorkload(BulkWorkload):
    """A workload of which everything that can be declared is known."""

    def is_complete(self, row: Document) -> bool:
        """Return whether a row holds all that a show does; only line 6 shows the encryption (reference B.1)."""
        return super().is_complete(row) and ("encryption" in row or dialect_shown(row["jobschedule"]) == INTERVAL)


def check_options(options: Mapping[str, Any]) -> None:
    """Check the options of the module.

    :raises InputError: They are wrong.
    """
    if options.get("names") == []:
        raise InputError("The option 'names' is empty.", hint="Leave it out to export all workloads.")


def export_workloads(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the workloads of the project as backup policies, as the module `workload_export` does.

    :param options: `names`, shell patterns, one of which the name of a workload must match; None for all workloads.
    :raises RequestError: A request failed.
    """
    workload = ExportedWorkload(context, many=True, given=())
    rows = workload.rows([])
    documents = _read(workload, rows, options.get("names"))
    name_references(workload, documents)
    times = Counter(workload.name(row) for row in rows)
    marks = {(document.get("metadata") or {}).get(OWNER) for document in documents}
    workloads = []
    for document in documents:
        unique = bool(document.get("name")) and times[document["name"]] == 1
        declaration = Declaration(workload, document)
        workloads.append(declaration.options(unique))
        declaration.warn(unique)
    warn_of_shared_servers(context, documents)
    verify(workload, workloads, documents, rows)
    exported = grouping.group(workloads)
    return {
        "protect_policies": exported,
        "counts": {"policies": len(exported), "workloads": len(workloads)},
        "owners": sorted(str(mark) for mark in marks if mark),
    }


def _read(workload: ExportedWorkload, rows: Sequence[Document], patterns: Optional[Sequence[str]]) -> list[Document]:
    """Return the workloads that are exported, with all details, sorted by name and id."""
    meant = [
        row for row in rows if patterns is None or any(fnmatchcase(str(row.get("name")), each) for each in patterns)
    ]
    found = workload.context.in_parallel(
        lambda row: row if workload.is_complete(row) else workload.show(row["id"]), meant
    )
    documents = [each for each in found if each is not None and each.get("status") != DELETING]
    return sorted(documents, key=lambda each: (str(each.get("name")), str(each["id"])))


def name_references(workload: Workload, documents: Sequence[Document]) -> None:
    """List what the workloads refer to, each kind that occurs once, so that they are read with names.

    :raises RequestError: A list cannot be read.
    """
    metadata = [document.get("metadata") or {} for document in documents]
    wanted: list[LookupSource] = []
    if any(document.get("workload_type_id") for document in documents):
        wanted.append(WORKLOAD_TYPE)
    if any(each.get("backup_target_types") or each.get("backup_target_type") for each in metadata):
        wanted.append(BACKUP_TARGET_TYPE)
    if any(each.get("policy_id") for each in (*metadata, *documents)):
        wanted.append(POLICY)
    for source in wanted:
        workload.names.want(source)
        workload.context.lookup.rows(source)
    if any(document.get("instances") for document in documents):
        workload.context.lookup.servers()


class Declaration:
    """One workload on its way to what declares it.

    :param document: The workload as the server shows it.
    """

    def __init__(self, workload: Workload, document: Document) -> None:
        self.context = workload.context
        self.document = document
        self.title = workload.describe(document)
        self.values: Values = workload.read(document)
        self.left_out: list[str] = []

    def options(self, unique: bool) -> dict[str, Any]:
        """Return the options of the module C(workloads) that declare it.

        :param unique: No other workload of the project has its name.
        """
        values = self.values
        servers = self.context.lookup.servers() if values["instances"] else []
        options: dict[str, Any] = {"name": values["name"]} if unique else {"id": self.document["id"]}
        if values["description"]:
            options["description"] = values["description"]
        if values["instances"]:
            options["instances"] = sorted(
                reference("server", servers, ref) or str(ref.id) for ref in values["instances"]
            )
        for option, kind in REFERENCES.items():
            options.update(self.reference(option, kind))
        if values.get("encryption"):
            options.update({key: values[key] for key in ("encryption", "secret") if values.get(key)})
        more = {"metadata": self.metadata(), "schedule": self.schedule()}
        return {**options, **{option: given for option, given in more.items() if given}}

    def reference(self, option: str, kind: LookupSource) -> dict[str, str]:
        """Return the option that refers to something, by name where only one has it; empty where there is nothing to refer to."""
        ref: Optional[Reference] = self.values.get(option)
        if ref is None:
            return {}
        text = reference(kind.noun, self.context.lookup.rows(kind), ref)
        if text is None:
            self.left_out.append(f"{option} '{ref}', which this project cannot name")
            return {}
        return {option: text}

    def metadata(self) -> dict[str, Any]:
        """Return the metadata of the user, without the mark of an owner, which is not declared with the metadata."""
        kept: dict[str, Any] = {}
        for key, value in self.values["metadata"].items():
            if key == OWNER:
                continue
            try:
                text = parse_metadata({key: value})[key]
            except InputError:
                text = None
            if text != value:
                self.left_out.append(f"metadata.{key}")
            else:
                kept[key] = value
        return kept

    def schedule(self) -> Schedule:
        """Return the schedule without what a policy decides, and without what cannot be declared as the server shows it."""
        kept, lost = declared_schedule(
            self.values["schedule"], dialect_shown(self.document.get("jobschedule")), self.values["policy"] is not None
        )
        self.left_out += [f"schedule.{key}" for key in lost]
        return kept

    def warn(self, unique: bool) -> None:
        """Tell what is not as it should be."""
        if not unique:
            self.context.warn(f"The {self.title} is exported by its id, because its name is empty or not the only one.")
        if not self.values["instances"]:
            self.context.warn(
                f"The {self.title} protects no server, so it is exported without instances. Give it some, or delete it."
            )
        if self.left_out:
            self.context.warn(
                f"Of the {self.title} cannot be declared as the server shows it, and was left out: {', '.join(self.left_out)}."
            )


def declared_schedule(
    shown: Schedule, form: Optional[str], bound: bool, today: Optional[str] = None
) -> tuple[Schedule, list[str]]:
    """Return what a task may say of a schedule so that it changes nothing, and the keys that it cannot say. Pure.

    A day of the first snapshot that is over is left out: it would keep apart what else is the same, and a new workload begins today.

    :param form: The dialect of the server, as far as this schedule tells.
    :param bound: The workload has a policy, which decides on the rest (API reference C.5).
    :param today: The day to compare with, C(YYYY-MM-DD).
    """
    other = {TRACKS: INTERVAL, INTERVAL: TRACKS}.get(form or "")
    kept: Schedule = {}
    lost: list[str] = []
    for key, value in shown.items():
        own = dialect_of_desired({key: value})
        decided = bound and any(key in fields for fields in POLICY_FIELDS.values())
        over = key == "start_date" and str(value) <= (today or date.today().isoformat())
        if decided or over or (own is not None and own == other):
            continue
        try:
            said = parse.parse_schedule({key: value})
        except InputError:
            lost.append(key)
            continue
        if compare.differences(said, shown):
            lost.append(key)
        else:
            kept.update(said)
    if form is None and not kept.get("enabled"):
        return {}, lost  # nothing runs, and which form it has would have to be asked for
    try:
        parse.parse_schedule(kept)
        parse.check_schedule(compare.merged(kept, shown), form or TRACKS, bound)
    except InputError:
        return {}, [*lost, *kept]
    return kept, lost


def reference(noun: str, rows: Sequence[Document], ref: Reference) -> Optional[str]:
    """Return the name of something if only it has that name, else its id; None where it is not among the rows."""
    row = next((each for each in rows if each["id"] == ref.id), None)
    if row is None:
        return None
    try:
        by_name = bool(row.get("name")) and match_one(noun, rows, row["name"], where="").id == ref.id
    except AmbiguousNameError:
        by_name = False
    return str(row["name"] if by_name else row["id"])


def warn_of_shared_servers(context: Context, documents: Iterable[Document]) -> None:
    """Tell which servers several workloads list, since a set takes each of them once."""
    users: dict[str, list[str]] = {}
    for document in documents:
        for each in document.get("instances") or []:
            users.setdefault(str(each.get("id")), []).append(quote_row(document))
    for server_id, workloads in users.items():
        if len(workloads) > 1:
            context.warn(
                f"The server {server_id} is in several workloads, and a set refuses that: {', '.join(workloads)}."
            )


def verify(
    workload: Workload,
    workloads: Sequence[Mapping[str, Any]],
    documents: Sequence[Document],
    rows: Sequence[Document],
) -> None:
    """Let the engine plan what was exported, and warn of each that would change or fail; nothing is written.

    :raises RequestError: A request failed.
    """
    for options, document in zip(workloads, documents):
        title = workload.describe(document)
        try:
            item = Item(workload.parse(options), key=str(document["id"]), document=document)
            plan(workload, [item], rows)
        except RequestError:
            raise
        except BackupError as exc:
            workload.context.warn(f"Fed back, the {title} would fail: {exc}")
            continue
        if item.error is not None:
            workload.context.warn(f"Fed back, the {title} would fail: {item.error}")
        for step in item.steps:
            workload.context.warn(f"Fed back, the {title} would be changed in: {', '.join(step.fields)}.")
