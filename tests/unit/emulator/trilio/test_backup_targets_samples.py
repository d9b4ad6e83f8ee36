# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator answers the captured writes of backup targets and their types as captured.

Ids, users and times are masked: they differ from capture to capture, but not in their length. All other values are
compared, and the responses have the Content-Length of the capture. The captured lists and shows
are in `test_emulator_samples.py`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from unit.emulator.in_process import SAMPLES, sample
from unit.emulator.trilio.in_process_targets import NFS_TARGET, S3_TARGET, S3_TYPE, SECRET, Targets, pairs

MASKS = {
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000"),
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "project or user": re.compile(r"[0-9a-f]{32}"),
}
FIRST, SECOND = "fc439373e340459fb28202b2412e26c0", "0920f871077c4c079057ce940d8105a8"


def masked(value: Any) -> Any:
    """Return a body with masked texts: those that differ from capture to capture."""
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [masked(item) for item in value]
    forms = [name for name, form in MASKS.items() if isinstance(value, str) and form.fullmatch(value)]
    return forms[0] if forms else value


def same(response: Any, name: str, length: int) -> None:
    """Assert that an answer is the captured one."""
    assert response.status_code == 200, response.text
    assert masked(json.loads(response.data)) == masked(sample(name))
    assert len(response.data) == length
    assert response.headers["Content-Type"] == "application/json"
    assert "X-Compute-Request-Id" in response.headers


def newer_build() -> Targets:
    return Targets("6.1", build_version="5.2.8.15")


def older_build() -> Targets:
    return Targets("5.2", build_version="5.0.204", bt_api="dms")


BUCKET = {"type": "s3", "s3_endpoint_url": "https://cephs3.triliodata.demo/", "s3_bucket": "object-locked-cephs3-2"}


def test_create_target() -> None:
    response = newer_build().call(
        "POST", "/backup_targets", {"backup_target": {**BUCKET, "is_default": 0}}, roles="admin"
    )
    same(response, "backup_target_create_response", 771)


def test_set_default() -> None:
    api = newer_build()
    metadata = {"object_lock": "1", "bucket": "s3-object-lock"}
    target = api.as_admin("POST", "/backup_targets", **BUCKET, is_default=0, immutable=1, metadata=metadata)
    api.step(3)
    response = api.call("GET", f"/backup_targets/{target['id']}/set_default", roles="admin")
    same(response, "backup_target_set_default_response", 911)
    shown = json.loads(response.data)["backup_targets"]
    assert shown["updated_at"] == shown["created_at"] < shown["backup_target_types"][0]["updated_at"]


def test_create_and_update_type() -> None:
    api = older_build()
    body = {
        "name": "BTT-name",
        "backup_targets_id": NFS_TARGET,
        "is_default": 0,
        "is_public": 1,
        "project_list": [],
        "metadata": pairs(nfs="primary"),
    }
    response = api.call("POST", "/backup_target_types", {"backup_target_type": body}, roles="admin")
    same(response, "backup_target_type_create_response", 430)
    type_id = json.loads(response.data)["backup_target_types"]["id"]
    api.step(3)
    change = {"backup_target_type": {"metadata": pairs(nfs="secondary")}}
    same(
        api.call("PUT", f"/backup_target_types/{type_id}", change, roles="admin"),
        "backup_target_type_update_response",
        432,
    )
    listed = sample("backup_target_types_list")["backup_target_types"][-1]
    assert masked(api.types()[-1]) == masked(listed)
    shown = api.type(type_id)
    assert shown["updated_at"] == shown["created_at"]


def test_projects_and_metadata_of_a_type() -> None:
    api = older_build()
    assert api.type(S3_TYPE)["user_id"] is None
    api.as_admin("PUT", f"/backup_target_types/{S3_TYPE}", is_public=0, metadata=pairs(dg1="dg2"))

    def call(method: str, verb: str, **fields: Any) -> Any:
        body = {"backup_target_type": {"backup_target_type_id": S3_TYPE, **fields}}
        return api.call(method, f"/backup_target_types/{S3_TYPE}/{verb}", body, roles="admin")

    assert call("POST", "add_projects", project_list=[FIRST]).status_code == 200
    api.step(51)
    response = call("POST", "add_projects", project_list=[SECOND])
    same(response, "backup_target_type_add_projects_response", 921)
    rows = json.loads(response.data)["backup_target_types"]["backup_target_type_projects"]
    assert [row["project_id"] for row in rows] == [FIRST, SECOND]
    assert rows[0]["created_at"] < rows[1]["created_at"]
    assert rows[0]["id"] != rows[1]["id"]
    response = call("PUT", "remove_projects", project_list=[SECOND])
    same(response, "backup_target_type_remove_projects_response", 671)
    assert json.loads(response.data)["backup_target_types"]["backup_target_type_projects"] == rows[:1]
    same(call("POST", "add_metadata", metadata=pairs(dg1="dg2")), "backup_target_type_add_metadata_response", 671)
    same(
        call("PUT", "remove_metadata", metadata=pairs(other="dg2")), "backup_target_type_remove_metadata_response", 671
    )


@pytest.mark.parametrize("path", ["/backup_targets", "/backup_target_types"])
def test_delete_answers_with_nothing(path: str) -> None:
    api = newer_build()
    made = S3_TYPE if path.endswith("types") else S3_TARGET
    response = api.call("DELETE", f"{path}/{made}", roles="admin")
    assert (response.status_code, response.data, response.headers["Content-Type"]) == (
        202,
        b"",
        "text/html; charset=UTF-8",
    )
    assert "X-Compute-Request-Id" not in response.headers
    assert api.code("GET", f"{path}/{made}", roles="admin") == 404


VALUES = {
    "s3_endpoint_url": "https://s3.example.net",
    "s3_bucket": "vault",
    "filesystem_export": "192.0.2.7:/srv/new",
    "is_default": 1,
    "btt_name": "gold",
    "immutable": 1,
    "name": "gold",
    "description": "for all",
    "is_public": 0,
    "project_list": [FIRST],
    "purge_projects": True,
    "purge_metadata": True,
}


def filled(template: str, **values: Any) -> dict[str, Any]:
    """Return a documented request with values in place of its placeholders, and with exactly its keys."""
    ((wrapper, fields),) = sample(template).items()
    return {wrapper: {key: (VALUES | values)[key] for key in fields}}


@pytest.mark.parametrize("profile", ["6.1", "6.2"])
@pytest.mark.parametrize(("kind", "export"), [("nfs", "192.0.2.7:/srv/new"), ("s3", "s3.example.net/vault")])
def test_create_target_as_documented(profile: str, kind: str, export: str) -> None:
    api = Targets(profile, bt_s3_needs_secret=False)
    body = filled("backup_target_create_request_template", type=kind, metadata={"site": "north"})
    response = api.call("POST", "/backup_targets", body, roles="admin")
    assert response.status_code == 200, response.text
    shown = json.loads(response.data)["backup_targets"]
    assert (shown["type"], shown["filesystem_export"], shown["is_default"]) == (kind, export, True)
    assert shown["backup_target_metadata"] == pairs(immutable="1", site="north")
    assert [one["name"] for one in shown["backup_target_types"]] == ["gold"]


def test_types_as_documented() -> None:
    api = Targets("6.2")
    body = filled("backup_target_type_create_request_template", backup_targets_id=S3_TARGET, metadata=pairs(k="v"))
    one = json.loads(api.call("POST", "/backup_target_types", body, roles="admin").data)["backup_target_types"]
    assert (one["name"], one["description"], one["is_default"], one["is_public"]) == ("gold", "for all", True, False)
    path = f"/backup_target_types/{one['id']}"
    body = filled(
        "backup_target_type_update_request_template", name="silver", project_list=[SECOND], metadata=pairs(other="w")
    )
    one = json.loads(api.call("PUT", path, body, roles="admin").data)["backup_target_types"]
    assert (one["name"], [row["project_id"] for row in one["backup_target_type_projects"]]) == ("silver", [SECOND])
    assert one["backup_target_type_metadata"] == pairs(other="w")
    steps = [
        ("POST", "add_projects", [SECOND, FIRST], pairs(other="w")),
        ("PUT", "remove_projects", [SECOND], pairs(other="w")),
        ("POST", "add_metadata", [SECOND], pairs(other="w", k="v")),
        ("PUT", "remove_metadata", [SECOND], pairs(other="w")),
    ]
    for method, verb, projects, metadata in steps:
        body = filled(
            f"backup_target_type_{verb}_request_template", backup_target_type_id=one["id"], metadata=pairs(k="v")
        )
        one = json.loads(api.call(method, f"{path}/{verb}", body, roles="admin").data)["backup_target_types"]
        assert [row["project_id"] for row in one["backup_target_type_projects"]] == projects
        assert one["backup_target_type_metadata"] == metadata


def test_that_no_sample_is_left_out() -> None:
    texts = "".join(
        (Path(__file__).parent / name).read_text(encoding="utf-8")
        for name in ("test_emulator_samples.py", "test_backup_targets_samples.py")
    )
    built = {
        f"backup_target_type_{verb}_request_template"
        for verb in ("add_projects", "remove_projects", "add_metadata", "remove_metadata")
    }
    names = {path.stem for path in SAMPLES.glob("backup_target*.json")}
    assert {name for name in names if f'"{name}"' not in texts} == built


def test_secret_is_echoed_beside_the_captured_keys() -> None:
    api = Targets("6.2")
    shown = api.as_admin("POST", "/backup_targets", **BUCKET, secret_ref=SECRET)
    assert set(shown) - set(sample("backup_target_create_response")["backup_targets"]) == {"secret_ref"}
