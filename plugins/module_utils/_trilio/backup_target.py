# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a backup target is: where backups go (API reference B.11, C.4, Q23, Q24, Q26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._core.errors import InputError, RefusedError, RequestError, StateError, WaitTimeoutError
from .._core.http import READ, WRITE, Call
from .._engine.comparison import Comparison, Field, Step, Subset
from .._engine.resource import Desired, Document, Resource, Values, called, show
from .._openstack.context import Context
from .._openstack.lookup import BACKUP_TARGET, BACKUP_TARGET_TYPE
from .backup_target_location import NFS, S3, export_of, nfs_export, s3_export, size_in_bytes
from .options import check_identity, pairs, refuse_empty, texts, truth
from .workload.resource import refuse_in_use

SERVER_KEYS = frozenset(
    {"immutable", "object_lock", "bucket", "btt_name", "secret_ref", "filesystem_export", "nfs_mount_opts"}
)
"""Keys of the metadata that belong to the server, or that options of their own stand for."""

GOOD = frozenset({"available", "online"})
SET_DEFAULT = Call("GET", "/backup_targets/{id}/set_default", WRITE)


class WhenShown(Comparison):
    """A value that not every server shows; where it does not, it is not compared."""

    def differences(self, option: str, wanted: Any, shown: Any) -> list[str]:
        """Compare only what is shown."""
        return [] if shown is None or wanted == shown else [option]


class BackupTarget(Resource):
    """The kind C(backup_target)."""

    noun = "backup target"
    plural = "backup targets"
    identity = "export"
    fields: tuple[Field, ...] = (
        Field("type", {"type": "str", "choices": [NFS, S3]}, immutable=True),
        Field("export", None, immutable=True),
        Field("nfs_mount_options", {"type": "str"}, immutable=True),
        Field("secret_ref", {"type": "str", "no_log": False}, WhenShown()),
        Field("immutable", {"type": "bool"}, immutable=True),
        Field("is_default", {"type": "bool"}),
        Field("metadata", {"type": "dict"}, Subset()),
    )
    listing = BACKUP_TARGET.listing
    showing = Call("GET", "/backup_targets/{id}", READ, response_key="backup_targets")
    creating = Call(
        "POST", "/backup_targets", WRITE, request_key="backup_target", response_key="backup_targets", timeout=600
    )
    updating = Call("PUT", "/backup_targets/{id}", WRITE, request_key="backup_target")
    deleting = Call("DELETE", "/backup_targets/{id}", WRITE)
    whole_list = True
    looks = 12  # a create takes about two minutes, and goes on when its answer is lost (API reference Q29)

    def rows(self, context: Context) -> list[Document]:
        """Return all that the user may see, listed once in a task."""
        return context.lookup.rows(BACKUP_TARGET)

    def check(self, options: Mapping[str, Any]) -> Values:
        """Validate the options and normalise them, without a request.

        :raises InputError: Something is wrong with them.
        """
        check_identity(options)
        refuse_empty(
            options,
            "filesystem_export",
            "s3_endpoint_url",
            "s3_bucket",
            "secret_ref",
            "backup_target_type_name",
            "nfs_mount_options",
        )
        given = {each.option: options[each.option] for each in self.fields if options.get(each.option) is not None}
        export = self._export(options)
        if export is not None:
            given["type"], given["export"] = export
        elif options.get("id") is None and options.get("backup_target_type_name") is None:
            raise InputError(
                "Which backup target is meant is not said.",
                hint="Give 'filesystem_export', or 's3_endpoint_url' and 's3_bucket', or 'id'.",
            )
        if "metadata" in given:
            own = sorted(SERVER_KEYS & {str(key) for key in given["metadata"]})
            if own:
                raise InputError(
                    f"The option 'metadata' holds keys that belong to the server or have an option of their own: {', '.join(own)}."
                )
            given["metadata"] = texts("metadata", given["metadata"])
        return (
            given
            if options.get("state") != "absent"
            else {key: given[key] for key in ("type", "export") if key in given}
        )

    @staticmethod
    def _export(options: Mapping[str, Any]) -> Optional[tuple[str, str]]:
        """Return type and export that the options name, None where they name none."""
        nfs, endpoint, bucket = (options.get(key) for key in ("filesystem_export", "s3_endpoint_url", "s3_bucket"))
        kind = options.get("type")
        if nfs and (endpoint or bucket):
            raise InputError(
                "The option 'filesystem_export' goes with NFS, 's3_endpoint_url' and 's3_bucket' go with S3: not both."
            )
        if bool(endpoint) != bool(bucket):
            raise InputError("The options 's3_endpoint_url' and 's3_bucket' go together.")
        if (nfs and kind == S3) or (endpoint and kind == NFS):
            raise InputError(
                f"The option 'type' is '{kind}', and the options that say where the target is are those of the other type."
            )
        if options.get("nfs_mount_options") and (endpoint or kind == S3):
            raise InputError("The option 'nfs_mount_options' goes with NFS only.")
        if options.get("secret_ref") and (nfs or kind == NFS):
            raise InputError("The option 'secret_ref' goes with S3 only.")
        if nfs and ":/" not in nfs:
            raise InputError(
                f"The option 'filesystem_export' holds '{nfs}', which is no NFS export.",
                hint="An export looks like 192.0.2.10:/backups.",
            )
        if nfs:
            return NFS, nfs_export(nfs)
        return (S3, s3_export(endpoint, bucket)) if endpoint and bucket else None

    def identify(self, context: Context, wish: Desired, rows: Sequence[Document]) -> Optional[str]:
        """Return the id of the target with that type and export, or of the one that has the named target type."""
        if wish.id is not None:
            return wish.id
        export = wish.values.get("export")
        if export is not None:
            return self.only(
                [row for row in rows if row.get("type") == wish.values["type"] and export_of(row) == export]
            )
        name = wish.options["backup_target_type_name"]
        types = [row for row in context.lookup.rows(BACKUP_TARGET_TYPE) if row.get("name") == name]
        return self.only([row for row in rows if row["id"] in {each.get("backup_targets_id") for each in types}])

    def title(self, document: Document) -> Optional[str]:
        """Return the export."""
        return export_of(document)

    def resolve(
        self, context: Context, wish: Desired, document: Optional[Document], rows: Sequence[Document]
    ) -> Values:
        """Return what is wanted; where the target is not there yet, complete.

        :raises InputError: A target cannot be made out of what is given.
        :raises StateError: The default target shall not be the default any more.
        """
        wanted = dict(wish.values)
        name = wish.options.get("backup_target_type_name")
        if document is None:
            if "export" not in wanted:
                raise InputError(
                    f"No backup target has a target type named '{name}', and a name is not enough to make one.",
                    hint="Give 'filesystem_export', or 's3_endpoint_url' and 's3_bucket'.",
                )
            wanted["create"] = wish.options
            return wanted
        if wanted.get("is_default") is False and truth(document.get("is_default")):
            raise StateError(
                f"The {called(self, document)} is the default, and one must be.",
                hint="Make another backup target the default with 'is_default: true'; this one then is it no longer.",
            )
        if (
            wish.options.get("update_secret") == "always"
            and "secret_ref" in wanted
            and document.get("secret_ref") is None
        ):
            wanted["forced"] = ["secret_ref"]
        if name is not None and all(each.get("name") != name for each in document.get("backup_target_types") or []):
            context.warn(
                f"The {called(self, document)} has no target type named '{name}': the module backup_target_type makes or renames one."
            )
        return wanted

    def read(self, context: Context, document: Document) -> Values:
        """Return the canonical values of what the server shows; what it does not show is left out."""
        metadata = pairs(document.get("backup_target_metadata"))
        values: Values = {
            "type": document.get("type"),
            "export": export_of(document),
            "is_default": truth(document.get("is_default")),
            "metadata": {key: value for key, value in metadata.items() if key not in SERVER_KEYS},
        }
        secret = document.get("secret_ref") or metadata.get("secret_ref")
        if secret:
            values["secret_ref"] = secret
        if "immutable" in metadata:
            values["immutable"] = truth(metadata["immutable"])
        options = document.get("nfs_mount_opts") or metadata.get("nfs_mount_opts")
        if options:
            values["nfs_mount_options"] = options
        return values

    def create_body(self, wanted: Values) -> dict[str, Any]:
        """Return what POST /backup_targets sends: flat keys, or most of them inside the metadata (API reference B.11, body dialects)."""
        options = wanted["create"]
        flat: dict[str, Any] = {
            "type": wanted["type"],
            "is_default": int(bool(wanted.get("is_default"))),
            "immutable": int(bool(wanted.get("immutable"))),
        }
        where = {
            "filesystem_export": wanted["export"],
            "nfs_mount_opts": wanted.get("nfs_mount_options"),
            "s3_endpoint_url": options.get("s3_endpoint_url"),
            "s3_bucket": options.get("s3_bucket"),
            "secret_ref": wanted.get("secret_ref"),
            "btt_name": options.get("backup_target_type_name"),
        }
        metadata = {key: value for key, value in wanted.get("metadata", {}).items() if value is not None}
        if options.get("body") == "metadata":
            inside = ("filesystem_export", "nfs_mount_opts", "secret_ref", "btt_name")
            return {**flat, "metadata": {**metadata, **{key: where[key] for key in inside if where[key]}}}
        if wanted["type"] == S3:
            where["filesystem_export"] = None
        return {**flat, **{key: value for key, value in where.items() if value}, "metadata": metadata}

    def updates(self, step: Step, wanted: Values, shown: Values) -> list[tuple[Call, Any]]:
        """Return PUT with what differs, then set_default."""
        changed = {name.split(".")[0] for name in step.fields}
        body: dict[str, Any] = {}
        if "secret_ref" in changed:
            body["secret_ref"] = wanted["secret_ref"]
        if "metadata" in changed:
            body["metadata"] = Subset().after(wanted["metadata"], shown["metadata"])
        calls: list[tuple[Call, Any]] = [(self.updating, body)] if body else []
        return [*calls, (SET_DEFAULT, None)] if "is_default" in changed else calls

    def explain(self, context: Context, error: RequestError) -> RequestError:
        """Say of a server that has no such call where its targets come from (API reference B.11)."""
        if isinstance(error, RefusedError) and error.status in (404, 405):
            error.hint = "This server takes its backup targets from its configuration (lines 4 and 5), or cannot change them (6.0 and 6.1): change them there."
        return error

    def after_create(self, context: Context, document: Document) -> Document:
        """Wait until the target is mounted. One that is idle may stay offline: that is a warning (API reference C.4)."""
        if document.get("status") in GOOD:
            return document
        object_id = document["id"]
        try:
            seen = context.waiter.shorter(self.settle).until(
                lambda: show(context, self, object_id),
                lambda each: each is None or each.get("status") in GOOD,
                what=f"the {called(self, document)} to be mounted",
            )
        except WaitTimeoutError:
            context.warn(
                f"The {called(self, document)} is there and its state is '{document.get('status')}'. It is mounted at the latest when a backup needs it."
            )
            return document
        return seen or document

    def removal(self, context: Context, wish: Desired, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: It is the default, or workloads keep their backups on it.
        """
        if truth(document.get("is_default")):
            raise StateError(
                f"The {called(self, document)} is the default, so it was not deleted.",
                hint="Make another backup target the default first.",
            )
        names = {
            str(row.get("name"))
            for row in context.lookup.rows(BACKUP_TARGET_TYPE)
            if row.get("backup_targets_id") == document["id"]
        }
        refuse_in_use(context, called(self, document), names, bool(wish.options.get("force")))
        return []

    def result(self, values: Values, document: Document) -> dict[str, Any]:
        """Return the target as results show it."""
        return {
            "id": document.get("id"),
            "type": values.get("type"),
            "export": values.get("export"),
            "mount_path": document.get("filesystem_export_mount_path") or document.get("nfs_export_mount_path"),
            "status": document.get("status"),
            "is_default": values.get("is_default"),
            "immutable": values.get("immutable"),
            "secret_ref": values.get("secret_ref"),
            "nfs_mount_options": values.get("nfs_mount_options"),
            "metadata": values.get("metadata"),
            "capacity": document.get("capacity"),
            "capacity_bytes": size_in_bytes(document.get("capacity")),
            "used": document.get("used"),
            "used_bytes": size_in_bytes(document.get("used")),
            "backup_target_types": sorted(str(each.get("name")) for each in document.get("backup_target_types") or []),
            "version": document.get("version"),
            "created_at": document.get("created_at"),
        }


KIND = BackupTarget()


def query(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the backup targets that C(backup_target_info) asks for, as its results show them."""
    rows = context.lookup.rows(BACKUP_TARGET)
    name = options.get("backup_target_type_name")
    if name is not None:
        wanted = {
            row.get("backup_targets_id") for row in context.lookup.rows(BACKUP_TARGET_TYPE) if row.get("name") == name
        }
        rows = [row for row in rows if row["id"] in wanted]
    found = [
        row for row in rows if options.get("id") in (None, row["id"]) and options.get("type") in (None, row.get("type"))
    ]
    found.sort(key=lambda row: (str(row.get("type")), str(export_of(row)), str(row["id"])))
    return {"backup_targets": [KIND.result(KIND.read(context, row), row) for row in found]}
