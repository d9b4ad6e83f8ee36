# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers for tests of backup targets and their types."""

from __future__ import annotations

import json
from typing import Any

from unit.emulator.in_process import Api

NFS_TARGET, S3_TARGET = "b39847c8-bf65-4cec-9af6-dd65303ca485", "2af5f2db-3267-453f-bc57-19884837e274"
NFS_TYPE, S3_TYPE = "13dd2bf2-12c5-4eb8-98a3-0f1dd9f8579f", "c65625c1-50bf-4ab7-aa26-f625001e60f1"
SECRET = "http://127.0.0.1:9311/v1/secrets/0c1cb1dc-4c3b-4b51-9c5b-4d5f7b5f1b0a"
NFS = {"type": "nfs", "filesystem_export": "192.0.2.7:/srv/new"}
S3 = {"type": "s3", "s3_endpoint_url": "https://s3.example.net:9000", "s3_bucket": "vault", "secret_ref": SECRET}


class Targets(Api):
    """An emulator in which the creation of a target takes no time by default.

    :param profile: The profile.
    :param switches: Switches that differ from it.
    """

    def __init__(self, profile: str = "6.2", **switches: Any) -> None:
        """Start with the two initial targets and types."""
        super().__init__(profile, **{"bt_create_s": 0.0, **switches})

    def as_admin(self, method: str, path: str, **fields: Any) -> Any:
        """Send a call that must succeed, with its fields under the key of the kind, and return the object."""
        response = self.call(method, path, wrapped(path, fields) if fields else None, roles="admin")
        assert response.status_code == 200, response.text
        ((_wrapper, shown),) = json.loads(response.data).items()
        return shown

    def refused(self, method: str, path: str, **fields: Any) -> tuple[int, str]:
        """Send a call that must be refused and change nothing; return status and message."""
        before = self.everything()
        refusal = self.refusal(method, path, wrapped(path, fields), roles="admin")
        assert self.everything() == before
        return refusal

    def everything(self) -> Any:
        """Return all targets and types as they are stored."""
        return self.admin("GET", "backup_targets"), self.admin("GET", "backup_target_types")

    def targets(self, **more: Any) -> list[Any]:
        """Return the targets that a caller sees, by default an administrator."""
        return list(self.get("/backup_targets", **{"roles": "admin", **more})["backup_targets"])

    def types(self, **more: Any) -> list[Any]:
        """Return the types that a caller sees, by default an administrator."""
        return list(self.get("/backup_target_types", **{"roles": "admin", **more})["backup_target_types"])

    def defaults(self) -> tuple[list[str], list[str]]:
        """Return the ids of the default targets and types: one each."""
        targets, types = self.targets(), self.types()
        return [one["id"] for one in targets if one["is_default"]], [one["id"] for one in types if one["is_default"]]

    def target(self, target_id: str) -> Any:
        """Return one target."""
        return self.as_admin("GET", f"/backup_targets/{target_id}")

    def type(self, type_id: str) -> Any:
        """Return one type."""
        return self.as_admin("GET", f"/backup_target_types/{type_id}")

    def type_of(self, target_id: str) -> Any:
        """Return the only type of a target."""
        (one,) = [one for one in self.types() if one["backup_targets_id"] == target_id]
        return one


def wrapped(path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a request body: fields under the singular of the kind in the path."""
    return {path.split("/")[1].removesuffix("s"): fields}


def pairs(**metadata: str) -> list[dict[str, str]]:
    """Return metadata as types list them."""
    return [{"key": key, "value": value} for key, value in metadata.items()]
