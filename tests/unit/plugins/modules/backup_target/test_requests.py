# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The requests of `backup_target` and `backup_target_type`: method, path, body, order and number."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from support.exchange.recording import IDENTITY, QUICK, Exchange, fault, sample
from support.module import warnings_of

TARGETS = sample("backup_targets_list")["backup_targets"]
TYPES = sample("backup_target_types_list")["backup_target_types"]
MADE = {**sample("backup_target_create_response")["backup_targets"], "status": "online"}
MADE_EXPORT: dict[str, Any] = {
    "s3_endpoint_url": "https://cephs3.triliodata.demo",
    "s3_bucket": "object-locked-cephs3-2",
}
NFS = TARGETS[0]
S3 = sample("backup_target_set_default_response")["backup_targets"]
TYPE = next(row for row in TYPES if row["name"] == "BTT-name")
SHARED = sample("backup_target_type_add_projects_response")["backup_target_types"]
SECRET = "https://barbican.example.com/v1/secrets/1"


def listing(exchange: Exchange, *rows: dict[str, Any]) -> None:
    """Record the list of backup targets."""
    exchange.get("/backup_targets", {"backup_targets": list(rows)})


def types(exchange: Exchange, *rows: dict[str, Any]) -> None:
    """Record the list of backup target types."""
    exchange.get("/backup_target_types", {"backup_target_types": list(rows)})


# ---- targets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target["nfs_export"]))
def test_a_captured_target_is_as_it_is(exchange: Exchange, target: dict[str, Any]) -> None:
    listing(exchange, *TARGETS)
    export = target["nfs_export"]
    where = (
        {"filesystem_export": export}
        if target["type"] == "nfs"
        else {"s3_endpoint_url": export.rpartition("/")[0], "s3_bucket": export.rpartition("/")[2]}
    )
    result = exchange.run("backup_target", **where, **QUICK)
    assert (result["changed"], result["id"], result["backup_target"]["is_default"]) == (
        False,
        target["id"],
        target["is_default"],
    )


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            {
                "filesystem_export": "192.0.2.10:/backups/",
                "nfs_mount_options": "nolock",
                "backup_target_type_name": "gold",
                "is_default": True,
            },
            {
                "type": "nfs",
                "is_default": 1,
                "immutable": 0,
                "filesystem_export": "192.0.2.10:/backups",
                "nfs_mount_opts": "nolock",
                "btt_name": "gold",
                "metadata": {},
            },
        ),
        (
            {
                "filesystem_export": "192.0.2.10:/backups",
                "backup_target_type_name": "gold",
                "body": "metadata",
                "metadata": {"site": 1},
            },
            {
                "type": "nfs",
                "is_default": 0,
                "immutable": 0,
                "metadata": {"site": "1", "filesystem_export": "192.0.2.10:/backups", "btt_name": "gold"},
            },
        ),
    ],
)
def test_what_makes_an_nfs_target(exchange: Exchange, options: dict[str, Any], body: dict[str, Any]) -> None:
    made = {
        **NFS,
        "id": MADE["id"],
        "nfs_export": "192.0.2.10:/backups",
        "is_default": bool(body["is_default"]),
        "backup_target_metadata": [],
    }
    made["backup_target_metadata"] = [{"key": "site", "value": "1"}]
    listing(exchange, *TARGETS)
    exchange.post("/backup_targets", {"backup_target": body}, {"backup_targets": made}, status=200)
    exchange.get(f"/backup_targets/{made['id']}", {"backup_targets": made})
    assert exchange.run("backup_target", **options, **QUICK)["changed"]


def test_what_makes_an_s3_target(exchange: Exchange) -> None:
    made = {**MADE, "backup_target_metadata": [{"key": "immutable", "value": "1"}]}
    body = {
        "type": "s3",
        "is_default": 0,
        "immutable": 1,
        "s3_endpoint_url": "https://cephs3.triliodata.demo",
        "s3_bucket": "object-locked-cephs3-2",
        "secret_ref": SECRET,
        "metadata": {},
    }
    listing(exchange, *TARGETS)
    exchange.post("/backup_targets", {"backup_target": body}, {"backup_targets": made}, status=200)
    exchange.get(f"/backup_targets/{made['id']}", {"backup_targets": made})
    result = exchange.run("backup_target", **MADE_EXPORT, secret_ref=SECRET, immutable=True, **QUICK)
    assert result["backup_target"]["export"] == "cephs3.triliodata.demo/object-locked-cephs3-2"


def test_what_changes_a_target(exchange: Exchange) -> None:
    now = {
        **copy.deepcopy(S3),
        "is_default": False,
        "secret_ref": "https://barbican.example.com/v1/secrets/0",
        "status": "online",
    }
    then = {
        **copy.deepcopy(S3),
        "secret_ref": SECRET,
        "backup_target_metadata": [*S3["backup_target_metadata"], {"key": "site", "value": "b"}],
        "status": "online",
    }
    listing(exchange, now)
    exchange.put(
        f"/backup_targets/{S3['id']}",
        {"backup_target": {"secret_ref": SECRET, "metadata": {"site": "b"}}},
        {"backup_targets": then},
        status=200,
    )
    exchange.get(f"/backup_targets/{S3['id']}/set_default", {"backup_targets": then})
    exchange.get(f"/backup_targets/{S3['id']}", {"backup_targets": then})
    result = exchange.run(
        "backup_target", **MADE_EXPORT, secret_ref=SECRET, metadata={"site": "b"}, is_default=True, **QUICK
    )
    assert result["plan"][0]["fields"] == ["secret_ref", "is_default", "metadata.site"]


def test_a_secret_that_only_the_metadata_shows_is_written_again(exchange: Exchange) -> None:
    metadata = [*S3["backup_target_metadata"], {"key": "secret_ref", "value": SECRET}]
    target = {**copy.deepcopy(S3), "backup_target_metadata": metadata, "status": "online"}
    target.pop("secret_ref", None)
    listing(exchange, target)
    result = exchange.run(
        "backup_target", **MADE_EXPORT, secret_ref=SECRET, update_secret="always", check=True, **QUICK
    )
    assert result["changed"]
    assert result["diff"]["before"] == result["diff"]["after"]


@pytest.mark.parametrize("check", [True, False])
def test_the_default_is_not_set_again(exchange: Exchange, check: bool) -> None:
    listing(exchange, S3)
    assert not exchange.run("backup_target", **MADE_EXPORT, is_default=True, check=check, **QUICK)["changed"]


def test_check_mode_writes_nothing(exchange: Exchange) -> None:
    listing(exchange, {**S3, "is_default": False})
    result = exchange.run("backup_target", **MADE_EXPORT, is_default=True, metadata={"a": "b"}, check=True, **QUICK)
    assert result["diff"] == {
        "before": {"type": "s3", "export": S3["filesystem_export"], "is_default": False, "metadata": {}},
        "after": {
            "type": "s3",
            "export": S3["filesystem_export"],
            "is_default": True,
            "metadata": {"a": "b"},
        },
    }


@pytest.mark.parametrize("in_detail", [True, False])
def test_deleting_a_target_looks_at_all_workloads(exchange: Exchange, in_detail: bool) -> None:
    target = TARGETS[2]
    row = {"id": "1", "name": "web", "project_id": "p"}
    whole = {**row, "metadata": {"backup_target_types": "nfs_1"}}
    listing(exchange, target)
    types(exchange, *TYPES)
    exchange.get("/workloads", {"workloads": [row]}, query={"all_workloads": "True"})
    exchange.get("/workloads/detail", {"workloads": [whole if in_detail else row]}, query={"all_workloads": "True"})
    if not in_detail:
        exchange.get("/workloads/1", {"workload": whole})
    exchange.delete(f"/backup_targets/{target['id']}")
    exchange.get(f"/backup_targets/{target['id']}", fault("gone", "itemNotFound", 404), status=404)
    assert exchange.run("backup_target", filesystem_export=target["nfs_export"], state="absent", **QUICK)["changed"]


# ---- types ---------------------------------------------------------------------------------------


def test_what_makes_a_type(exchange: Exchange) -> None:
    made = {
        **SHARED,
        "id": "1f",
        "name": "gold",
        "backup_targets_id": NFS["id"],
        "description": "d",
        "backup_target_type_metadata": [{"key": "a", "value": "1"}],
    }
    projects = [row["project_id"] for row in made["backup_target_type_projects"]]
    types(exchange, *TYPES)
    listing(exchange, *TARGETS)
    body = {
        "name": "gold",
        "description": "d",
        "is_public": 0,
        "backup_targets_id": NFS["id"],
        "project_list": sorted(projects),
        "metadata": [{"key": "a", "value": "1"}],
    }
    exchange.post("/backup_target_types", {"backup_target_type": body}, {"backup_target_types": made}, status=200)
    exchange.get("/backup_target_types/1f", {"backup_target_types": made})
    options = {
        "name": "gold",
        "backup_target": NFS["nfs_export"],
        "description": "d",
        "is_public": False,
        "projects": projects,
        "metadata": {"a": 1},
    }
    assert exchange.run("backup_target_type", **options, **QUICK)["backup_target_type"]["backup_target"] == {
        "id": NFS["id"],
        "export": NFS["nfs_export"],
    }


def test_the_diff_shows_projects_by_the_names_that_were_written(exchange: Exchange) -> None:
    first, second = (row["project_id"] for row in SHARED["backup_target_type_projects"])
    types(exchange, SHARED)
    exchange.get("/projects", {"projects": [{"id": second, "name": "shop"}]}, url=f"{IDENTITY}/v3")
    options = {"name": SHARED["name"], "projects": ["shop"], "projects_mode": "remove"}
    result = exchange.run("backup_target_type", **options, check=True, **QUICK)
    assert result["diff"]["before"] == {"projects": sorted([first, f"shop ({second})"])}
    assert result["diff"]["after"] == {"projects": [first]}


def test_what_is_new_goes_with_the_update_and_what_is_old_by_a_call_of_its_own(exchange: Exchange) -> None:
    first, second = (row["project_id"] for row in SHARED["backup_target_type_projects"])
    new = "0" * 32
    then = {
        **SHARED,
        "backup_target_type_projects": [{"project_id": first}, {"project_id": new}],
        "backup_target_type_metadata": [{"key": "tier", "value": "2"}],
    }
    types(exchange, SHARED)
    path = f"/backup_target_types/{SHARED['id']}"
    exchange.put(
        path,
        {"backup_target_type": {"project_list": [new], "metadata": [{"key": "tier", "value": "2"}]}},
        {"backup_target_types": then},
        status=200,
    )
    exchange.put(
        f"{path}/remove_projects",
        {"backup_target_type": {"backup_target_type_id": SHARED["id"], "project_list": [second]}},
        {"backup_target_types": then},
        status=200,
    )
    exchange.put(
        f"{path}/remove_metadata",
        {"backup_target_type": {"backup_target_type_id": SHARED["id"], "metadata": [{"key": "dg1", "value": "dg2"}]}},
        {"backup_target_types": then},
        status=200,
    )
    exchange.get(path, {"backup_target_types": then})
    options: dict[str, Any] = {
        "projects": [first, new],
        "projects_mode": "exact",
        "metadata": {"tier": "2"},
        "metadata_mode": "exact",
    }
    assert exchange.run("backup_target_type", name=SHARED["name"], **options, **QUICK)["plan"][0]["fields"] == [
        "projects",
        "metadata",
    ]


def test_a_type_that_is_as_declared_takes_one_request(exchange: Exchange) -> None:
    types(exchange, *TYPES)
    options: dict[str, Any] = {
        "description": "",
        "is_default": False,
        "is_public": True,
        "metadata": {"nfs": "secondary"},
        "metadata_mode": "exact",
    }
    assert not exchange.run("backup_target_type", name=TYPE["name"], **options, **QUICK)["changed"]


def test_a_type_stays_with_its_target(exchange: Exchange) -> None:
    types(exchange, *TYPES)
    listing(exchange, *TARGETS)
    failed = exchange.fail("backup_target_type", name=TYPE["name"], backup_target=TARGETS[2]["nfs_export"], **QUICK)
    assert failed.error == {"code": "immutable_field"}
    assert NFS["nfs_export"] in str(failed)
    assert TARGETS[2]["nfs_export"] in str(failed)


def test_a_type_without_a_target_means_none(exchange: Exchange) -> None:
    """The name of a target type means its target. A type that shows none must not be taken for one."""
    types(exchange, {**TYPE, "name": "silver", "backup_targets_id": None})
    listing(exchange, *TARGETS)
    failed = exchange.fail("backup_target_type", name="gold", backup_target="silver", **QUICK)
    assert failed.error == {"code": "unknown_name"}


def test_a_project_by_name_takes_a_list_of_keystone(exchange: Exchange) -> None:
    types(exchange, SHARED)
    exchange.get(
        "/projects",
        {"projects": [{"id": "f" * 32, "name": "shop"}, {"id": "e" * 32, "name": "shop"}]},
        url=f"{IDENTITY}/v3",
    )
    failed = exchange.fail("backup_target_type", name=SHARED["name"], projects=["shop"], **QUICK)
    assert failed.error == {"code": "ambiguous_name"}


@pytest.mark.parametrize("details", [True, False])
def test_info_names_the_target_of_a_type_only_if_it_is_asked_for(exchange: Exchange, details: bool) -> None:
    types(exchange, TYPE)
    if details:
        listing(exchange, *TARGETS)
    [found] = exchange.run("backup_target_type_info", details=details)["backup_target_types"]
    assert found["backup_target"] == {"id": NFS["id"], "export": NFS["nfs_export"] if details else None}


def test_one_half_of_a_bucket_is_refused_before_the_first_request(exchange: Exchange) -> None:
    failed = exchange.fail("backup_target", keystone=0, s3_bucket="b", **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "s3_endpoint_url" in str(failed)


@pytest.mark.parametrize(
    "options",
    [
        {"s3_endpoint_url": "https://s3.example.com", "s3_bucket": None},
        {"s3_endpoint_url": None, "s3_bucket": "b"},
        {"filesystem_export": "192.0.2.10:/backups", "s3_endpoint_url": None, "s3_bucket": "b"},
    ],
    ids=str,
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_half_of_a_bucket_beside_null_is_refused(exchange: Exchange, options: dict[str, Any], state: str) -> None:
    """Ansible counts an option that is null as given. What is left must not mean another target."""
    failed = exchange.fail("backup_target", keystone=0, backup_target_type_name="gold", state=state, **options, **QUICK)
    assert failed.error == {"code": "invalid_option"}


@pytest.mark.parametrize("option", ["s3_endpoint_url", "s3_bucket"])
def test_a_null_for_s3_does_not_disturb_an_nfs_target(exchange: Exchange, option: str) -> None:
    listing(exchange, *TARGETS)
    options: dict[str, Any] = {"filesystem_export": NFS["nfs_export"], option: None}
    assert not exchange.run("backup_target", **options, **QUICK)["changed"]


def test_info_reads_sizes(exchange: Exchange) -> None:
    listing(exchange, *TARGETS)
    result = exchange.run("backup_target_info", type="nfs")
    assert [(each["export"], each["capacity_bytes"], each["used_bytes"]) for each in result["backup_targets"]] == [
        ("192.168.1.34:/mnt/tvault/162", int(2.4 * 1024**4), int(1.2 * 1024**4)),
        ("192.168.1.34:/mnt/tvault/tvm", int(2.4 * 1024**4), int(1.2 * 1024**4)),
    ]
    assert warnings_of(result) == []


# ---- secrets of S3 -------------------------------------------------------------------------------


NEW_S3: dict[str, Any] = {"s3_endpoint_url": "https://s3.example.com", "s3_bucket": "backups"}
OF_6_1 = {**NFS, "version": "6.1.2", "status": "available"}


@pytest.mark.parametrize("proof", [{"version": "6.2.0"}, {"status": "online"}], ids=str)
@pytest.mark.parametrize("check", [True, False])
def test_a_new_s3_target_without_a_secret_is_refused_on_6_2(
    exchange: Exchange, proof: dict[str, Any], check: bool
) -> None:
    """The server would refuse it, and check mode would have said that it is created."""
    listing(exchange, {**OF_6_1, **proof})
    failed = exchange.fail("backup_target", **NEW_S3, check=check, **QUICK)
    assert failed.error == {"code": "invalid_option"}
    assert "There is no backup target 's3.example.com/backups'" in str(failed)
    assert "the option 'secret_ref' is needed" in str(failed)


@pytest.mark.parametrize("rows", [[], [OF_6_1]], ids=["unknown", "6.1"])
def test_an_s3_target_without_a_secret_elsewhere(exchange: Exchange, rows: list[dict[str, Any]]) -> None:
    listing(exchange, *rows)
    result = exchange.run("backup_target", **NEW_S3, check=True, **QUICK)
    assert result["changed"]
    assert ["refuses that" in text for text in warnings_of(result)] == [True] * (not rows)
