# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Backup targets: the places where backups are kept (reference B.11, C.4, Q23, Q24, Q26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Optional

from .._core.call import READ, WRITE, Call
from .._core.errors import InputError, RefusedError, RequestError, StateError, WaitTimeoutError
from .._core.module import wait_options
from .._core.values import is_true, key_values, refuse_empty, text_metadata
from .._engine.comparison import Field, Subset, WhenShown, given_values
from .._engine.model import Desired, Document, Shown, Step, Values
from .._openstack.context import Context
from .._openstack.references import BACKUP_TARGET, BACKUP_TARGET_TYPE
from .backup_target_location import NFS, S3, export_of, nfs_export, s3_export, size_in_bytes
from .backup_target_secret import ends_in_payload, internal_host
from .identity import check_identity
from .trilio_resource import TrilioResource
from .workload.usage import refuse_target_in_use

SERVER_KEYS = frozenset(
    {"immutable", "object_lock", "bucket", "btt_name", "secret_ref", "filesystem_export", "nfs_mount_opts"}
)
"""Keys of the metadata that belong to the server, or that have an option of their own."""

LOCATION = ("filesystem_export", "s3_endpoint_url", "s3_bucket")
TYPES = {"type": "str", "choices": [NFS, S3]}
MOUNTED = frozenset({"available", "online"})
SET_DEFAULT = Call("GET", "/backup_targets/{id}/set_default", WRITE)

QUERY_OPTIONS: Mapping[str, Any] = {
    "id": {"type": "str"},
    "type": TYPES,
    "backup_target_type_name": {"type": "str"},
}


class BackupTarget(TrilioResource[Desired]):
    """The resource `backup_target`. A target is named by its export."""

    noun = "backup target"
    plural = "backup targets"
    result_key = "backup_target"
    fields = (
        Field("type", TYPES, immutable=True),
        Field("export", None, immutable=True),
        Field("nfs_mount_options", {"type": "str"}, immutable=True),
        Field("secret_ref", {"type": "str", "no_log": False}, WhenShown()),
        Field("immutable", {"type": "bool"}, immutable=True),
        Field("is_default", {"type": "bool"}),
        Field("metadata", {"type": "dict"}, Subset()),
    )
    options: ClassVar[Mapping[str, Any]] = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "id": {"type": "str"},
        "filesystem_export": {"type": "str"},
        "s3_endpoint_url": {"type": "str"},
        "s3_bucket": {"type": "str"},
        "update_secret": {"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
        "backup_target_type_name": {"type": "str"},
        "body": {"type": "str", "choices": ["flat", "metadata"], "default": "flat"},
        "force": {"type": "bool", "default": False},
        **wait_options(timeout=900),
    }
    name_field = "export"
    listing = BACKUP_TARGET.listing
    showing = Call("GET", "/backup_targets/{id}", READ, response_key="backup_targets")
    creating = Call(
        "POST", "/backup_targets", WRITE, request_key="backup_target", response_key="backup_targets", timeout=600
    )
    updating = Call("PUT", "/backup_targets/{id}", WRITE, request_key="backup_target")
    deleting = Call("DELETE", "/backup_targets/{id}", WRITE)
    complete_list = True
    lost_looks = 12  # a create takes about two minutes, and goes on if its answer is lost (reference Q29)

    # ---- what is declared ------------------------------------------------------------------------------------------

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Desired:
        """Return the target that the options declare, checked, without a request.

        :raises InputError: An option is wrong.
        """
        check_identity(options)
        refuse_empty(options, *LOCATION, "secret_ref", "backup_target_type_name", "nfs_mount_options")
        if ends_in_payload(options.get("secret_ref") or ""):
            raise InputError(
                f"The option 'secret_ref' is '{options['secret_ref']}', and with /payload at its end the target stays "
                "offline.",
                hint="Give the reference exactly as Barbican returns it, without /payload.",
            )
        values = given_values(cls.fields, options)
        location = parse_location(options)
        if location is not None:
            values["type"], values["export"] = location
        elif options.get("id") is None and options.get("backup_target_type_name") is None:
            raise InputError(
                "No option says which backup target is meant.",
                hint="Give 'filesystem_export', or 's3_endpoint_url' and 's3_bucket', or 'id'.",
            )
        if "metadata" in values:
            values["metadata"] = parse_metadata(values["metadata"])
        present = options.get("state") != "absent"
        if not present:
            values = {option: values[option] for option in ("type", "export") if option in values}
        return Desired(options, options.get("id"), values.get("export"), present=present, values=values)

    def rows(self, desired: Sequence[Desired]) -> Sequence[Document]:
        """Return all targets that the user may see, listed once in a task."""
        return self.context.lookup.rows(BACKUP_TARGET) if any(each.id is None for each in desired) else []

    def resolve(self, desired: Desired, document: Optional[Document], rows: Sequence[Document]) -> Desired:
        """Return the declared target, checked against the shown one.

        :raises InputError: A target cannot be created from what is given.
        :raises StateError: The default target is to be the default no longer.
        """
        values, options = desired.values, desired.options
        type_name = options.get("backup_target_type_name")
        host = internal_host(self.context.connection, values.get("secret_ref") or "")
        if host is not None:
            self.context.warn(
                f"The option 'secret_ref' names the host {host}, which the catalog has as an internal one of Barbican. "
                "The data movers fetch the secret there: give the reference with the public host."
            )
        if document is None:
            if "export" not in values:
                raise InputError(
                    f"No backup target has a target type named '{type_name}', and a name is not enough to create one.",
                    hint="Give 'filesystem_export', or 's3_endpoint_url' and 's3_bucket'.",
                )
            if values["type"] == S3 and "secret_ref" not in values:
                self.require_secret(values["export"], rows)
            return desired
        if values.get("is_default") is False and is_true(document.get("is_default")):
            raise StateError(
                f"The {self.describe(document)} is the default, and one must be.",
                hint="Make another backup target the default with 'is_default: true' instead.",
            )
        types = document.get("backup_target_types") or []
        if type_name is not None and all(each.get("name") != type_name for each in types):
            self.context.warn(
                f"The {self.describe(document)} has no target type named '{type_name}'. Create or rename one with the "
                "module openprotect.backup.backup_target_type."
            )
        if options.get("update_secret") == "always" and "secret_ref" in values and document.get("secret_ref") is None:
            return replace(desired, forced=frozenset({"secret_ref"}))
        return desired

    def require_secret(self, export: str, rows: Sequence[Document]) -> None:
        """Refuse a new S3 target without a secret on a server of 6.2 (reference B.11, `bt_s3_needs_secret`).

        :param rows: The targets of the server, which tell its version.
        :raises InputError: The server is of 6.2 or later.
        """
        hint = "Give the reference of a Barbican secret that holds the keys of S3 in 'secret_ref'."
        if any(is_at_least_6_2(row) for row in rows):
            raise InputError(
                f"There is no backup target '{export}', and to create it the option 'secret_ref' is needed: servers "
                "of 6.2 take an S3 target with a secret only.",
                hint=hint,
            )
        if not rows:
            self.context.warn(
                f"The backup target '{export}' names no secret. A server of 6.2 refuses that; whether this is one "
                f"cannot be told, because it has no backup targets. {hint}"
            )

    # ---- identity --------------------------------------------------------------------------------------------------

    def name(self, document: Document) -> Optional[str]:
        """Return the export."""
        return export_of(document)

    def find(self, desired: Desired, rows: Sequence[Document]) -> Optional[str]:
        """Return the id of the target with that type and export, or of the one with the named target type."""
        if desired.id is not None:
            return desired.id
        export = desired.values.get("export")
        if export is not None:
            target_type = desired.values["type"]
            return self.only([row for row in rows if row.get("type") == target_type and export_of(row) == export])
        ids = targets_of_type(self.context, desired.options["backup_target_type_name"])
        return self.only([row for row in rows if row["id"] in ids])

    # ---- reading and writing ---------------------------------------------------------------------------------------

    def read(self, document: Document) -> Values:
        """Return the canonical values of a document; what this server does not show is left out."""
        metadata = key_values(document.get("backup_target_metadata"))
        values: Values = {
            "type": document.get("type"),
            "export": export_of(document),
            "is_default": is_true(document.get("is_default")),
            "metadata": {key: value for key, value in metadata.items() if key not in SERVER_KEYS},
        }
        secret = document.get("secret_ref") or metadata.get("secret_ref")
        if secret:
            values["secret_ref"] = secret
        if "immutable" in metadata:
            values["immutable"] = is_true(metadata["immutable"])
        mount_options = document.get("nfs_mount_opts") or metadata.get("nfs_mount_opts")
        if mount_options:
            values["nfs_mount_options"] = mount_options
        return values

    def create_body(self, desired: Desired) -> dict[str, Any]:
        """Return the body of POST /backup_targets: flat keys, or most of them in the metadata (reference B.11)."""
        values, options = desired.values, desired.options
        flat: dict[str, Any] = {
            "type": values["type"],
            "is_default": int(bool(values.get("is_default"))),
            "immutable": int(bool(values.get("immutable"))),
        }
        location = {
            "filesystem_export": values["export"],
            "nfs_mount_opts": values.get("nfs_mount_options"),
            "s3_endpoint_url": options.get("s3_endpoint_url"),
            "s3_bucket": options.get("s3_bucket"),
            "secret_ref": values.get("secret_ref"),
            "btt_name": options.get("backup_target_type_name"),
        }
        metadata = {key: value for key, value in values.get("metadata", {}).items() if value is not None}
        if options.get("body") == "metadata":
            inside = ("filesystem_export", "nfs_mount_opts", "secret_ref", "btt_name")
            return {**flat, "metadata": {**metadata, **{key: location[key] for key in inside if location[key]}}}
        if values["type"] == S3:
            location["filesystem_export"] = None
        return {**flat, **{key: value for key, value in location.items() if value}, "metadata": metadata}

    def update_calls(self, step: Step, desired: Desired, shown: Shown) -> list[tuple[Call, Any]]:
        """Return the PUT with the fields that differ, then the call that makes the target the default."""
        body: dict[str, Any] = {}
        if step.changes("secret_ref"):
            body["secret_ref"] = desired.values["secret_ref"]
        if step.changes("metadata"):
            body["metadata"] = Subset().after(desired.values["metadata"], shown.values["metadata"])
        calls: list[tuple[Call, Any]] = [(self.updating, body)] if body else []
        return [*calls, (SET_DEFAULT, None)] if step.changes("is_default") else calls

    def explain(self, error: RequestError) -> RequestError:
        """Add what to do if the server takes no targets, or the trust of the cloud is missing (reference A.4, B.11)."""
        if isinstance(error, RefusedError) and error.status in (404, 405):
            error.hint = (
                "This server takes its backup targets from its configuration (lines 4 and 5), or cannot change them "
                "(6.0 and 6.1): change them there."
            )
        elif "cloud admin trust" in error.message.lower():
            error.hint = (
                "The cloud needs one trust of its administrator, as made at its deployment. Have an administrator run "
                "'workloadmgr trust-create --is_cloud_trust True admin'."
            )
        return error

    def after_create(self, desired: Desired, document: Document) -> Document:
        """Wait until the target is mounted. An idle one may stay offline: that is a warning (reference C.4)."""
        if document.get("status") in MOUNTED:
            return document
        try:
            seen = self.context.waiter.shorter(self.settle_time).until(
                lambda: self.show(document["id"]),
                lambda each: each is None or each.get("status") in MOUNTED,
                what=f"the {self.describe(document)} to be mounted",
            )
        except WaitTimeoutError:
            self.context.warn(
                f"The {self.describe(document)} was created, and its state is '{document.get('status')}'. "
                "It is mounted at the latest when a backup needs it."
            )
            return document
        return seen or document

    def removal_steps(self, desired: Desired, document: Document) -> list[Step]:
        """Return nothing more to delete.

        :raises StateError: The target is the default, or workloads keep their backups on it.
        """
        if is_true(document.get("is_default")):
            raise StateError(
                f"The {self.describe(document)} is the default, so it was not deleted.",
                hint="Make another backup target the default first.",
            )
        names = {
            str(row.get("name"))
            for row in self.context.lookup.rows(BACKUP_TARGET_TYPE)
            if row.get("backup_targets_id") == document["id"]
        }
        refuse_target_in_use(self.context, self.describe(document), names, bool(desired.options.get("force")))
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


def is_at_least_6_2(target: Mapping[str, Any]) -> bool:
    """Return whether a target proves a server of 6.2 or later: by the build or the state (reference C.4, Q38)."""
    build = [int(part) for part in str(target.get("version") or "").split(".")[:2] if part.isdigit()]
    return build >= [6, 2] or target.get("status") == "online"


def parse_location(options: Mapping[str, Any]) -> Optional[tuple[str, str]]:
    """Return the type and the export that the options name, None if they name none.

    :raises InputError: They contradict each other, or name something that is not an export.
    """
    export, endpoint, bucket = (options.get(option) for option in LOCATION)
    if export and (endpoint or bucket):
        raise InputError(
            "The option 'filesystem_export' is for NFS, and 's3_endpoint_url' and 's3_bucket' are for S3: not both."
        )
    if bool(endpoint) != bool(bucket):  # not a rule of AnsibleModule, which counts an option that is null as given
        raise InputError("The options 's3_endpoint_url' and 's3_bucket' go together.")
    given = options.get("type")
    target_type = NFS if export else S3 if endpoint else given
    if given not in (None, target_type):
        raise InputError(f"The option 'type' is '{given}', and the location is given by options of the other type.")
    if options.get("nfs_mount_options") and target_type == S3:
        raise InputError("The option 'nfs_mount_options' is for NFS only.")
    if options.get("secret_ref") and target_type == NFS:
        raise InputError("The option 'secret_ref' is for S3 only.")
    if export and ":/" not in export:
        raise InputError(
            f"The option 'filesystem_export' is '{export}', which is not an NFS export.",
            hint="An export looks like 192.0.2.10:/backups.",
        )
    if export:
        return NFS, nfs_export(export)
    return (S3, s3_export(endpoint, bucket)) if endpoint and bucket else None


def parse_metadata(metadata: Mapping[Any, Any]) -> dict[str, Optional[str]]:
    """Return metadata as the server keeps it.

    :raises InputError: A key is the server's own, or a value is neither text nor a whole number.
    """
    own = sorted(SERVER_KEYS & {str(key) for key in metadata})
    if own:
        raise InputError(
            "The option 'metadata' has keys that belong to the server or have an option of their own: "
            f"{', '.join(own)}.",
            hint="Leave them out.",
        )
    return text_metadata("metadata", metadata)


def targets_of_type(context: Context, name: str) -> set[Any]:
    """Return the ids of the backup targets that have a target type of this name."""
    types = context.lookup.rows(BACKUP_TARGET_TYPE)
    return {row.get("backup_targets_id") for row in types if row.get("name") == name}


def query_backup_targets(context: Context, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the backup targets that the options ask for, as results show them."""
    resource, type_name = BackupTarget(context), options.get("backup_target_type_name")
    rows = context.lookup.rows(BACKUP_TARGET)
    if type_name is not None:
        ids = targets_of_type(context, type_name)
        rows = [row for row in rows if row["id"] in ids]
    given = [option for option in ("id", "type") if options.get(option) is not None]
    found = [row for row in rows if all(row.get(option) == options[option] for option in given)]
    found.sort(key=lambda row: (str(row.get("type")), str(export_of(row)), str(row["id"])))
    return {"backup_targets": [resource.result(resource.read(row), row) for row in found]}
