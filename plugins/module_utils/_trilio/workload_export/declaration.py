# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Export the workloads of a project as declarations that change nothing when they are applied.

Values that cannot be declared are left out, with a warning. At the end the engine plans each declaration against its
workload, and a warning names each difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Optional

from ..._core.errors import AmbiguousNameError, BackupError, InputError, RequestError, UnknownNameError
from ..._core.known_names import listed, there_are
from ..._core.values import matches_pattern
from ..._engine.converge import plan
from ..._engine.model import DELETING, Document, Item, Reference, Values, quote_row
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
    """A workload that is exported, so that all its options must be known."""

    def is_complete(self, row: Document) -> bool:
        """Return whether a row has all details that a show has; only line 6 shows the encryption (reference B.1)."""
        return super().is_complete(row) and ("encryption" in row or dialect_shown(row["jobschedule"]) == INTERVAL)


def check_export_options(options: Mapping[str, Any]) -> None:
    """Check the options of the module.

    :raises InputError: The list of names is empty.
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
    owners = {(document.get("metadata") or {}).get(OWNER) for document in documents}
    workloads = []
    for document in documents:
        unique = bool(document.get("name")) and times[document["name"]] == 1
        declaration = Declaration(workload, document)
        workloads.append(declaration.options(unique))
        declaration.warn(unique)
    warn_of_shared_servers(context, documents)
    warn_of_differences(workload, workloads, documents, rows)
    exported = grouping.group_by_policy(workloads)
    return {
        "protect_policies": exported,
        "counts": {"policies": len(exported), "workloads": len(workloads)},
        "owners": sorted(str(owner) for owner in owners if owner),
    }


def _read(workload: ExportedWorkload, rows: Sequence[Document], patterns: Optional[Sequence[str]]) -> list[Document]:
    """Return the workloads to export, with all details, sorted by name and id.

    A workload that is deleted between the list and its details is left out.
    """
    selected = rows if patterns is None else _matching(rows, patterns)
    found = workload.context.in_parallel(
        lambda row: row if workload.is_complete(row) else workload.show(row["id"]), selected
    )
    documents = [each for each in found if each is not None and each.get("status") != DELETING]
    return sorted(documents, key=lambda each: (str(each.get("name")), str(each["id"])))


def _matching(rows: Sequence[Document], patterns: Sequence[str]) -> list[Document]:
    """Return the workloads whose name matches one of the patterns.

    :raises UnknownNameError: A pattern matches none: an empty export could replace a good declaration.
    """
    names = [str(row.get("name")) for row in rows]
    idle = [each for each in patterns if not any(matches_pattern(name, each) for name in names)]
    if idle:
        raise UnknownNameError(
            f"The option 'names' has patterns that match no workload of this project: {listed(idle)}. "
            f"In the project {there_are(idle[0], names)}",
            hint="Correct the pattern or leave it out. Nothing was exported.",
        )
    return [row for row, name in zip(rows, names) if any(matches_pattern(name, each) for each in patterns)]


def name_references(workload: Workload, documents: Sequence[Document]) -> None:
    """List the types and policies that the workloads refer to, so that the workloads are read with names.

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
    """The declaration of one workload.

    :param document: The workload as the server shows it.
    :ivar left_out: The values that cannot be declared, for a warning.
    """

    def __init__(self, workload: Workload, document: Document) -> None:
        self.context = workload.context
        self.document = document
        self.title = workload.describe(document)
        self.values: Values = workload.read(document)
        self.left_out: list[str] = []

    def options(self, unique: bool) -> dict[str, Any]:
        """Return the options of the module `workloads` that declare it.

        :param unique: Whether no other workload of the project has its name.
        """
        values = self.values
        servers = self.context.lookup.servers() if values["instances"] else []
        options: dict[str, Any] = {"name": values["name"]} if unique else {"id": self.document["id"]}
        if values["description"]:
            options["description"] = values["description"]
        if values["instances"]:
            options["instances"] = sorted(
                name_or_id("server", servers, ref) or str(ref.id) for ref in values["instances"]
            )
        for option, source in REFERENCES.items():
            options.update(self.reference(option, source))
        if values.get("encryption"):
            options.update({key: values[key] for key in ("encryption", "secret") if values.get(key)})
        more = {"metadata": self.metadata(), "schedule": self.schedule()}
        return {**options, **{option: given for option, given in more.items() if given}}

    def reference(self, option: str, source: LookupSource) -> dict[str, str]:
        """Return the option that refers to another object, by name if the name is unique; empty without a reference."""
        ref: Optional[Reference] = self.values.get(option)
        if ref is None:
            return {}
        text = name_or_id(source.noun, self.context.lookup.rows(source), ref)
        if text is None:
            self.left_out.append(f"{option} '{ref}', which this project cannot name")
            return {}
        return {option: text}

    def metadata(self) -> dict[str, Any]:
        """Return the metadata of the user, without the mark of the owner: the option `owner` of the module sets it."""
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
        """Return the schedule without the keys that a policy decides and those that cannot be declared."""
        kept, lost = declared_schedule(
            self.values["schedule"], dialect_shown(self.document.get("jobschedule")), self.values["policy"] is not None
        )
        self.left_out += [f"schedule.{key}" for key in lost]
        return kept

    def warn(self, unique: bool) -> None:
        """Warn if the declaration has no unique name, no server, or lacks a value."""
        if not unique:
            self.context.warn(f"The {self.title} is exported by its id, because its name is empty or not the only one.")
        if not self.values["instances"]:
            self.context.warn(
                f"The {self.title} protects no server, so it is exported without instances. Give it some, or delete it."
            )
        if self.left_out:
            self.context.warn(
                f"Of the {self.title} cannot be declared as the server shows it, and was left out: "
                f"{', '.join(self.left_out)}."
            )


def declared_schedule(
    shown: Schedule, form: Optional[str], bound: bool, today: Optional[str] = None
) -> tuple[Schedule, list[str]]:
    """Return the schedule that a task can declare without a change, and the keys that cannot be declared. Pure.

    A first day in the past is left out: it would put workloads with the same schedule into different policies, and the
    schedule of a new workload begins today.

    :param form: Dialect of the server, None if this schedule does not prove it.
    :param bound: Whether the workload has a policy, which decides the other keys (reference C.5).
    :param today: Day to compare with, `YYYY-MM-DD`; None for the current day.
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
        # Nothing runs, and to declare it the dialect of the server would have to be found out by another request.
        return {}, lost
    try:
        parse.parse_schedule(kept)
        parse.check_schedule(compare.merged(kept, shown), form or TRACKS, bound)
    except InputError:
        return {}, [*lost, *kept]
    return kept, lost


def name_or_id(noun: str, rows: Sequence[Document], ref: Reference) -> Optional[str]:
    """Return the name of an object if it is unique, else the id; None if the object is not among the rows."""
    row = next((each for each in rows if each["id"] == ref.id), None)
    if row is None:
        return None
    try:
        by_name = bool(row.get("name")) and match_one(noun, rows, row["name"], where="").id == ref.id
    except AmbiguousNameError:
        by_name = False
    return str(row["name"] if by_name else row["id"])


def warn_of_shared_servers(context: Context, documents: Iterable[Document]) -> None:
    """Warn of servers that several workloads list: a set accepts each server once."""
    users: dict[str, list[str]] = {}
    for document in documents:
        for each in document.get("instances") or []:
            users.setdefault(str(each.get("id")), []).append(quote_row(document))
    for server_id, workloads in users.items():
        if len(workloads) > 1:
            context.warn(
                f"The server {server_id} is in several workloads, and a set refuses that: {', '.join(workloads)}."
            )


def warn_of_differences(
    workload: Workload,
    workloads: Sequence[Mapping[str, Any]],
    documents: Sequence[Document],
    rows: Sequence[Document],
) -> None:
    """Plan the declarations, and warn of each that would fail or change its workload. Nothing is written.

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
