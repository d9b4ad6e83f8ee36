# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of backup targets and their types: access, results, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PROJECT, USER, vms
from unit.emulator.trilio.in_process_targets import (
    NFS,
    NFS_TARGET,
    NFS_TYPE,
    S3,
    S3_TARGET,
    S3_TYPE,
    SECRET,
    Targets,
    pairs,
    wrapped,
)

TARGET, TYPE = f"/backup_targets/{S3_TARGET}", f"/backup_target_types/{S3_TYPE}"
NAMED = {"backup_target_type_id": S3_TYPE}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/backup_targets", NFS),
    ("PUT", TARGET, {"secret_ref": SECRET}),
    ("GET", f"{TARGET}/set_default", {}),
    ("DELETE", TARGET, {}),
    ("POST", "/backup_target_types", {"name": "n", "backup_targets_id": S3_TARGET}),
    ("PUT", TYPE, {"name": "n"}),
    ("POST", f"{TYPE}/add_projects", {**NAMED, "project_list": [PROJECT]}),
    ("PUT", f"{TYPE}/remove_projects", {**NAMED, "project_list": [PROJECT]}),
    ("POST", f"{TYPE}/add_metadata", {**NAMED, "metadata": pairs(k="v")}),
    ("PUT", f"{TYPE}/remove_metadata", {**NAMED, "metadata": pairs(k="v")}),
    ("DELETE", TYPE, {}),
]
EVERY_WRITE = pytest.mark.parametrize(("method", "path", "fields"), WRITES)


def outcome(api: Targets, method: str, path: str, fields: dict[str, Any], roles: str) -> tuple[int, bool]:
    """Return the status of a call, and whether it changed anything."""
    before = api.everything()
    code = api.code(method, path, wrapped(path, fields), roles=roles)
    return code, api.everything() != before


@EVERY_WRITE
def test_writing_is_for_administrators(method: str, path: str, fields: dict[str, Any]) -> None:
    api = Targets("6.2")
    assert outcome(api, method, path, fields, "member") == (403, False)
    assert outcome(api, method, path, fields, "admin") == (202 if method == "DELETE" else 200, True)


@EVERY_WRITE
@pytest.mark.parametrize("profile", ["4.2", "5.2"])
def test_older_lines_cannot_write(profile: str, method: str, path: str, fields: dict[str, Any]) -> None:
    assert outcome(Targets(profile), method, path, fields, "admin") == (404, False)


@EVERY_WRITE
def test_line_6_1_writes_all_but_changes_to_targets(method: str, path: str, fields: dict[str, Any]) -> None:
    code, _changed = outcome(Targets("6.1"), method, path, fields, "admin")
    assert code == (404 if (method, path) == ("PUT", TARGET) else 202 if method == "DELETE" else 200)


@EVERY_WRITE
def test_every_write_is_recorded_as_one(method: str, path: str, fields: dict[str, Any]) -> None:
    api = Targets()
    api.code(method, path, wrapped(path, fields), roles="admin")
    (record,) = api.admin("GET", "requests")["requests"]
    assert (record["effect"], record["kind"], record["method"]) == ("WRITE", path.split("/")[1], method)


@pytest.mark.parametrize(
    "path",
    ["/backup_targets", "/backup_targets/detail", TARGET, "/backup_target_types", "/backup_target_types/detail", TYPE],
)
def test_every_read_is_recorded_as_one(path: str) -> None:
    api = Targets()
    api.get(path)
    (record,) = api.admin("GET", "requests")["requests"]
    assert (record["effect"], record["kind"]) == ("READ", path.split("/")[1])


@pytest.mark.parametrize(("method", "path", "fields"), [write for write in WRITES if "-" in write[1]])
def test_unknown_and_malformed_ids(method: str, path: str, fields: dict[str, Any]) -> None:
    api = Targets()
    for given, code in ((NOWHERE, 404), ("no-uuid", 400)):
        known = path.replace(S3_TARGET, given).replace(S3_TYPE, given)
        assert api.refused(method, known, **fields)[0] == code


def test_new_target_has_one_type_of_the_caller() -> None:
    api = Targets()
    for fields, name in (({**NFS, "btt_name": "gold"}, "gold"), (S3, "s3.example.net:9000/vault")):
        made = api.as_admin("POST", "/backup_targets", **fields)
        one = api.type_of(made["id"])
        wanted = {"name": name, "user_id": USER, "is_public": True, "is_default": False, "description": None}
        assert wanted.items() <= one.items()
        assert (one["backup_target_type_projects"], one["backup_target_type_metadata"]) == ([], [])
        assert made["backup_target_types"] == [
            {key: one[key] for key in (*wanted, "created_at", "version")} | {"updated_at": None}
        ]
        assert api.targets()[-1] == made


def test_immutability_shows_only_when_sent() -> None:
    for sent, shown in (
        ({}, []),
        ({"immutable": None}, []),
        ({"immutable": 0}, pairs(immutable="0")),
        ({"immutable": True}, pairs(immutable="1")),
    ):
        assert Targets().as_admin("POST", "/backup_targets", **S3, **sent)["backup_target_metadata"] == shown


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"type": "tape", "filesystem_export": "h:/d"},
        {"type": "nfs"},
        {"type": "nfs", "filesystem_export": "no-directory"},
        {"type": "nfs", "nfs_export": "192.0.2.7:/srv"},
        {"type": "s3", "s3_bucket": "vault", "secret_ref": SECRET},
        {"type": "s3", "s3_endpoint_url": "https://s3.example.net", "secret_ref": SECRET},
        {**NFS, "is_default": 2},
        {**NFS, "is_default": "yes"},
        {**NFS, "immutable": "maybe"},
        {**NFS, "metadata": pairs(k="v")},
        {**NFS, "btt_name": 7},
        {"type": "nfs", "filesystem_export": "192.168.1.34:/mnt/tvault/42436"},
    ],
)
def test_targets_that_cannot_be_made(fields: dict[str, Any]) -> None:
    assert Targets().refused("POST", "/backup_targets", **fields)[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "/backup_target_types", {"backup_targets_id": S3_TARGET}),
        ("POST", "/backup_target_types", {"name": "", "backup_targets_id": S3_TARGET}),
        ("POST", "/backup_target_types", {"name": "n"}),
        ("POST", "/backup_target_types", {"name": "n", "backup_targets_id": NOWHERE}),
        ("POST", "/backup_target_types", {"name": "n", "backup_targets_id": S3_TARGET, "metadata": {"k": "v"}}),
        ("POST", "/backup_target_types", {"name": "n", "backup_targets_id": S3_TARGET, "metadata": [{"key": "k"}]}),
        ("POST", "/backup_target_types", {"name": "n", "backup_targets_id": S3_TARGET, "project_list": PROJECT}),
        ("PUT", TYPE, {"name": None}),
        ("PUT", TYPE, {"is_public": "no"}),
        ("PUT", TYPE, {"project_list": [None]}),
        ("POST", f"{TYPE}/add_projects", {"project_list": [PROJECT]}),
        ("POST", f"{TYPE}/add_projects", NAMED),
        ("PUT", f"{TYPE}/remove_projects", {"backup_target_type_id": NFS_TYPE, "project_list": [PROJECT]}),
        ("POST", f"{TYPE}/add_metadata", {**NAMED, "metadata": {"k": "v"}}),
        ("PUT", f"{TYPE}/remove_metadata", {**NAMED, "project_list": []}),
    ],
)
def test_types_that_cannot_be_written(method: str, path: str, fields: dict[str, Any]) -> None:
    assert Targets().refused(method, path, **fields)[0] == 400


def test_wrapper_of_the_other_kind_is_refused() -> None:
    api = Targets()
    assert api.refusal("POST", "/backup_targets", {"backup_target_type": NFS}, roles="admin")[0] == 400
    assert api.refusal("POST", "/backup_targets", {"backup_targets": NFS}, roles="admin")[0] == 400


def test_set_default_moves_the_flag_of_target_and_type() -> None:
    api = Targets()
    assert api.defaults() == ([NFS_TARGET], [NFS_TYPE])
    second = api.as_admin("POST", "/backup_target_types", name="second", backup_targets_id=S3_TARGET)
    shown = api.as_admin("GET", f"{TARGET}/set_default")
    assert shown["is_default"] is True
    assert [one["is_default"] for one in shown["backup_target_types"]] == [True, False]
    assert api.defaults() == ([S3_TARGET], [S3_TYPE])
    before = api.everything()
    api.step(5)
    api.as_admin("GET", f"{TARGET}/set_default")
    assert api.everything() == before
    # The default type need not be the oldest.
    api.as_admin("PUT", f"/backup_target_types/{second['id']}", is_default=1)
    assert api.defaults() == ([S3_TARGET], [second["id"]])
    api.as_admin("GET", f"{TARGET}/set_default")
    assert api.defaults() == ([S3_TARGET], [second["id"]])


def test_new_and_changed_targets_and_types_take_the_flag() -> None:
    api = Targets()
    made = api.as_admin("POST", "/backup_targets", **NFS, is_default=1)
    assert (made["is_default"], made["backup_target_types"][0]["is_default"]) == (True, True)
    assert api.defaults() == ([made["id"]], [api.type_of(made["id"])["id"]])
    assert api.as_admin("PUT", TARGET, is_default=True, secret_ref=SECRET)["is_default"] is True
    assert api.defaults() == ([S3_TARGET], [S3_TYPE])
    one = api.as_admin("POST", "/backup_target_types", name="n", backup_targets_id=NFS_TARGET, is_default=1)
    assert one["is_default"] is True
    assert api.defaults() == ([NFS_TARGET], [one["id"]])
    assert api.as_admin("PUT", TYPE, is_default=1)["is_default"] is True
    assert api.defaults() == ([S3_TARGET], [S3_TYPE])


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("DELETE", f"/backup_targets/{NFS_TARGET}", {}),
        ("DELETE", f"/backup_target_types/{NFS_TYPE}", {}),
        ("PUT", f"/backup_targets/{NFS_TARGET}", {"is_default": 0}),
        ("PUT", f"/backup_target_types/{NFS_TYPE}", {"is_default": 0, "name": "n"}),
    ],
)
def test_there_is_always_a_default(method: str, path: str, fields: dict[str, Any]) -> None:
    api = Targets(bt_delete_in_use="accept", btt_delete_in_use="accept", error_code_state=409)
    code, message = api.refused(method, path, **fields)
    assert (code, "default" in message) == (409, True)


def test_delete_takes_the_types_along() -> None:
    api = Targets()
    made = api.as_admin("POST", "/backup_targets", **NFS)
    api.as_admin("POST", "/backup_target_types", name="second", backup_targets_id=made["id"])
    assert api.code("DELETE", f"/backup_targets/{made['id']}", roles="admin") == 202
    assert [one["id"] for one in api.targets()] == [NFS_TARGET, S3_TARGET]
    assert [one["id"] for one in api.types()] == [NFS_TYPE, S3_TYPE]
    api.step(60)
    assert len(api.targets()) == 2


def test_use_by_another_project_counts() -> None:
    api = Targets()
    api.put_row("workloads", project_id=OTHER_PROJECT, metadata={"backup_target_types": "s3_2"})
    assert api.refused("DELETE", TARGET)[0] == 400
    assert api.refused("DELETE", TYPE)[0] == 400


def test_projects_see_what_is_public_or_theirs() -> None:
    api = Targets()
    made = api.as_admin("POST", "/backup_targets", **NFS)
    private = api.type_of(made["id"])["id"]
    api.as_admin("PUT", f"/backup_target_types/{private}", is_public=0, project_list=[OTHER_PROJECT])

    def sees(project: str) -> tuple[bool, bool, int, int]:
        more = {"project": project, "roles": "member"}
        listed = (
            made["id"] in [one["id"] for one in api.targets(**more)],
            private in [one["id"] for one in api.types(**more)],
        )
        return (
            *listed,
            api.code("GET", f"/backup_targets/{made['id']}", **more),
            api.code("GET", f"/backup_target_types/{private}", **more),
        )

    assert sees(PROJECT) == (False, False, 404, 404)
    assert sees(OTHER_PROJECT) == (True, True, 200, 200)
    api.as_admin("POST", "/backup_target_types", name="open", backup_targets_id=made["id"])
    assert sees(PROJECT) == (True, False, 200, 404)
    assert [one["name"] for one in api.targets(roles="member")[-1]["backup_target_types"]] == ["open"]
    body = {"backup_target_type_id": private, "project_list": [OTHER_PROJECT]}
    api.as_admin("PUT", f"/backup_target_types/{private}/remove_projects", **body)
    assert sees(OTHER_PROJECT) == (True, False, 200, 404)


def test_update_adds_unless_told_to_purge() -> None:
    api = Targets()

    def change(**fields: Any) -> tuple[list[str], list[dict[str, str]]]:
        one = api.as_admin("PUT", TYPE, **fields)
        assert {key: value for key, value in api.type(S3_TYPE).items() if key != "updated_at"} == one
        return [row["project_id"] for row in one["backup_target_type_projects"]], one["backup_target_type_metadata"]

    assert change(project_list=["a", "b"], metadata=pairs(k="1", m="1")) == (["a", "b"], pairs(k="1", m="1"))
    assert change(project_list=["b", "c"], metadata=pairs(k="2")) == (["a", "b", "c"], pairs(k="2", m="1"))
    assert change(project_list=[], metadata=[]) == (["a", "b", "c"], pairs(k="2", m="1"))
    assert change(purge_projects=True, project_list=["c", "d"]) == (["c", "d"], pairs(k="2", m="1"))
    assert change(purge_metadata=True, metadata=pairs(n="1")) == (["c", "d"], pairs(n="1"))
    assert change(purge_projects=False, purge_metadata=False) == (["c", "d"], pairs(n="1"))
    assert change(purge_projects=True, purge_metadata=True) == ([], [])


def test_update_changes_only_what_is_sent() -> None:
    api = Targets()
    api.as_admin("PUT", TYPE, description="d", is_public=False)
    one = api.as_admin("PUT", TYPE, name="renamed", backup_targets_id=NFS_TARGET)
    assert (one["name"], one["description"], one["is_public"], one["backup_targets_id"]) == (
        "renamed",
        "d",
        False,
        S3_TARGET,
    )
    assert api.as_admin("PUT", TYPE, description=None)["description"] is None


def test_new_workloads_go_to_the_default_type() -> None:
    api = Targets()
    api.as_admin("POST", "/backup_targets", **NFS, btt_name="gold", is_default=1)
    metadata = api.show(api.create())["metadata"]
    assert (metadata["backup_target_types"], metadata["backup_media_target"]) == ("gold", "192.0.2.7:/srv/new")
    metadata = api.show(api.create(instances=vms(DB), backup_target_types="nfs_1"))["metadata"]
    assert metadata["backup_target_types"] == "nfs_1"


def test_a_target_that_got_stuck_stays_offline() -> None:
    api = Targets()
    api.admin("PUT", "faults", {"kind": "stuck", "method": "POST", "path": "backup_targets"})
    made = api.as_admin("POST", "/backup_targets", **NFS)
    api.step(10000)
    assert api.target(made["id"])["status"] == "offline"
