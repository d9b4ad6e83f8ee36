# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches of backup targets and their types: one test for each, named after it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from cheroot.wsgi import Server
from emulator.server.switches import UnknownSwitch
from emulator.trilio.app import Settings, create_app
from emulator.trilio.switches import PROFILES, profile
from unit.emulator.in_process import PROJECT, USER
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
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse


def create(api: Targets, **fields: Any) -> TestResponse:
    return api.call("POST", "/backup_targets", {"backup_target": fields}, roles="admin")


def test_bt_create_s_of_nothing() -> None:
    api = Targets(bt_create_s=0.0)
    assert create(api, **NFS).status_code == 200


def seen_while_stepping(api: Targets, *coming: Future[Any]) -> list[int]:
    """Step by one simulated second until the requests are answered; return the number of targets after each."""
    seen = []
    until = time.monotonic() + 120
    while not all(one.done() for one in coming):
        assert time.monotonic() < until
        seen.append(len(api.targets()))
        api.step(1)
    return seen


def test_bt_create_s() -> None:
    api = Targets(bt_create_s=120.0)
    with ThreadPoolExecutor() as pool:
        coming = pool.submit(create, api, **NFS)
        seen = seen_while_stepping(api, coming)
    assert coming.result().status_code == 200
    assert seen.count(2) >= 120
    assert set(seen) <= {2, 3}
    assert len(api.targets()) == 3


def test_of_two_slow_creates_of_the_same_export_one_is_refused_at_the_end() -> None:
    api = Targets(bt_create_s=120.0)
    with ThreadPoolExecutor() as pool:
        coming = [pool.submit(create, api, **NFS) for _again in range(2)]
        seen_while_stepping(api, *coming)
    assert sorted(one.result().status_code for one in coming) == [200, 400]
    assert len(api.targets()) == 3


def test_what_is_refused_is_refused_at_once() -> None:
    api = Targets(bt_create_s=120.0)
    assert create(api, type="tape").status_code == 400
    assert create(api, **NFS, btt_name=7).status_code == 400
    assert api.code("POST", "/backup_targets", {"backup_target": NFS}) == 403


def test_a_reset_ends_a_slow_create_without_a_target() -> None:
    api = Targets(bt_create_s=1e9)
    with ThreadPoolExecutor() as pool:
        coming = pool.submit(create, api, **NFS)
        until = time.monotonic() + 120
        while not coming.done():
            assert time.monotonic() < until
            api.admin("POST", "reset")
    assert coming.result().status_code == 503
    assert len(api.targets()) == 2


@pytest.fixture
def served() -> Iterator[str]:
    """Return the URL of an emulator in a thread that serves a project of profile 6.2."""
    server = Server(("127.0.0.1", 0), create_app(Settings(profile="6.2")), numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield f"http://127.0.0.1:{server.bind_addr[1]}"
    server.stop()
    thread.join()


def test_a_slow_create_outlives_the_client(served: str) -> None:
    admin, url = f"{served}/__emulator", f"{served}/v1/{PROJECT}/backup_targets"
    roles = {"X-Roles": "admin"}
    requests.put(f"{admin}/clock", json={"freeze": True}, timeout=60)
    with pytest.raises(requests.Timeout):
        requests.post(url, json={"backup_target": NFS}, headers=roles, timeout=(60, 0.3))
    assert len(requests.get(url, headers=roles, timeout=60).json()["backup_targets"]) == 2
    until = time.monotonic() + 120
    while len(requests.get(url, headers=roles, timeout=60).json()["backup_targets"]) == 2:
        assert time.monotonic() < until
        requests.put(f"{admin}/clock", json={"step": 60}, timeout=60)
    (record,) = requests.get(f"{admin}/requests?effect=WRITE", timeout=60).json()["requests"]
    assert (record["method"], record["kind"], record["status"]) == ("POST", "backup_targets", 200)


def test_bt_online_after_s() -> None:
    for seconds in (5.0, 50.0):
        api = Targets(bt_online_after_s=seconds)
        made = [api.as_admin("POST", "/backup_targets", **fields) for fields in (NFS, S3)]
        assert {(one["status"], one["capacity"], one["used"]) for one in made} == {("offline", None, None)}
        api.step(seconds - 1)
        assert {api.target(one["id"])["status"] for one in made} == {"offline"}
        api.step(2)
        nfs, s3 = (api.target(one["id"]) for one in made)
        assert (nfs["status"], nfs["capacity"], nfs["used"]) == ("online", "2.4 TB", "1.2 TB")
        assert (s3["status"], s3["capacity"], s3["used"]) == ("online", None, None)


DIALECTS: dict[str, dict[str, Any]] = {
    "1": {"type": "nfs", "filesystem_export": "192.0.2.7:/srv/new", "btt_name": "gold", "is_default": 0},
    "2": {
        "type": "s3",
        "s3_endpoint_url": "https://s3.example.net",
        "s3_bucket": "vault",
        "secret_ref": SECRET,
        "is_default": False,
        "name": "unused",
    },
    "3": {
        "type": "nfs",
        "is_default": 0,
        "metadata": {
            "filesystem_export": "192.0.2.7:/srv/old",
            "btt_name": "script",
            "nfs_mount_opts": "nolock",
            "site": "north",
        },
    },
}


def test_bt_body_dialects() -> None:
    # Accepted dialects by value of the switch. The first dialect is a part of the second.
    for spoken, taken in (("1", "1"), ("2", "12"), ("3", "3"), ("12", "12"), ("13", "13"), ("123", "123")):
        for dialect, body in DIALECTS.items():
            api = Targets(bt_body_dialects=list(spoken))
            assert (create(api, **body).status_code == 200) is (dialect in taken), (spoken, dialect)


def test_what_each_dialect_says() -> None:
    api = Targets()
    first, second, third = (api.as_admin("POST", "/backup_targets", **body) for body in DIALECTS.values())
    assert (first["filesystem_export"], first["backup_target_types"][0]["name"]) == ("192.0.2.7:/srv/new", "gold")
    assert (second["filesystem_export"], second["backup_target_types"][0]["name"]) == (
        "s3.example.net/vault",
        "s3.example.net/vault",
    )
    assert (second["secret_ref"], set(second) & {"name", "s3_endpoint_url", "s3_bucket"}) == (SECRET, set())
    assert (third["filesystem_export"], third["backup_target_types"][0]["name"]) == ("192.0.2.7:/srv/old", "script")
    assert third["backup_target_metadata"] == pairs(site="north")
    assert api.admin("GET", f"backup_targets/{third['id']}")["nfs_mount_opts"] == "nolock"


def test_keys_of_a_dialect_that_is_not_spoken_are_ignored_or_plain_metadata() -> None:
    api = Targets(bt_body_dialects=["1"], bt_s3_needs_secret=False)
    flat = api.as_admin("POST", "/backup_targets", **S3)
    assert "secret_ref" not in flat
    inside = api.as_admin("POST", "/backup_targets", **NFS, metadata={"btt_name": "script"})
    assert inside["backup_target_types"][0]["name"] == "192.0.2.7:/srv/new"
    assert inside["backup_target_metadata"] == pairs(btt_name="script")
    assert api.refused("PUT", f"/backup_targets/{NFS_TARGET}", is_default=True)[0] == 400


def test_place_out_of_the_secret() -> None:
    api = Targets()
    body = {"type": "s3", "metadata": {"secret_ref": SECRET}}
    assert create(api, **body).status_code == 400
    api.admin(
        "PUT", f"secrets/{SECRET.rpartition('/')[2]}", {"endpoint_url": "https://s3.example.net/", "bucket": "hidden"}
    )
    shown = api.as_admin("POST", "/backup_targets", **body)
    assert (shown["filesystem_export"], shown["secret_ref"], shown["backup_target_metadata"]) == (
        "s3.example.net/hidden",
        SECRET,
        [],
    )


@pytest.mark.parametrize("secret", [None, "", "0c1cb1dc-4c3b-4b51-9c5b-4d5f7b5f1b0a", "http://127.0.0.1/v1/secrets/"])
def test_bt_s3_needs_secret(secret: str | None) -> None:
    for needs in (True, False):
        api = Targets(bt_s3_needs_secret=needs)
        assert create(api, **{**S3, "secret_ref": secret}).status_code == (400 if needs else 200)
        assert create(api, **NFS).status_code == 200


def test_bt_put_mode() -> None:
    left = {
        "merge": (pairs(a="1", b="3"), "http://127.0.0.1/v1/secrets/2", "nolock"),
        "replace": (pairs(b="3"), "http://127.0.0.1/v1/secrets/2", None),
    }
    for mode, (metadata, secret, mount) in left.items():
        api = Targets(bt_put_mode=mode)
        made = api.as_admin("POST", "/backup_targets", **S3, nfs_mount_opts="nolock", metadata={"a": "1", "b": "2"})
        path = f"/backup_targets/{made['id']}"
        shown = api.as_admin("PUT", path, secret_ref=secret, metadata={"b": 3})
        assert (shown["backup_target_metadata"], shown["secret_ref"]) == (metadata, secret)
        assert api.admin("GET", path[1:])["nfs_mount_opts"] == mount
        assert shown == api.target(made["id"])
        same = {
            key: made[key]
            for key in ("id", "created_at", "updated_at", "filesystem_export", "is_default", "backup_target_types")
        }
        assert same.items() <= shown.items()
        api.as_admin("PUT", path, **{**S3, "secret_ref": secret, "metadata": {"b": "3"}})
        for moved in (
            {"type": "nfs"},
            {"s3_endpoint_url": "https://elsewhere", "s3_bucket": "vault"},
            {"filesystem_export": "elsewhere/vault"},
        ):
            assert api.refused("PUT", path, secret_ref=SECRET, **moved)[0] == 400
    api = Targets(bt_put_mode="404")
    assert api.refused("PUT", f"/backup_targets/{S3_TARGET}", secret_ref=SECRET)[0] == 404


def test_a_secret_once_needed_cannot_be_taken_away() -> None:
    for mode, body in (("merge", {"secret_ref": None}), ("replace", {"metadata": {"a": "1"}})):
        api = Targets(bt_put_mode=mode)
        made = api.as_admin("POST", "/backup_targets", **S3)
        assert api.refused("PUT", f"/backup_targets/{made['id']}", **body)[0] == 400


def test_bt_duplicate_export() -> None:
    again = {**S3, "s3_endpoint_url": "s3.example.net:9000/"}
    for mode, code in (("reject", 400), ("allow", 200)):
        api = Targets(bt_duplicate_export=mode)
        api.as_admin("POST", "/backup_targets", **S3)
        assert create(api, **again).status_code == code
        assert len(api.targets()) == (3 if code == 400 else 4)


def test_bt_delete_in_use() -> None:
    for mode, code in (("reject", 409), ("accept", 202)):
        api = Targets(bt_delete_in_use=mode, error_code_state=409)
        api.create(backup_target_types="s3_2")
        assert api.code("DELETE", f"/backup_targets/{S3_TARGET}", roles="admin") == code
        assert (S3_TYPE in [one["id"] for one in api.types()]) is (code == 409)


def test_btt_delete_in_use() -> None:
    for mode, code in (("reject", 409), ("accept", 202)):
        api = Targets(btt_delete_in_use=mode, error_code_state=409)
        api.create(backup_target_types=S3_TYPE)
        assert api.code("DELETE", f"/backup_target_types/{S3_TYPE}", roles="admin") == code
        assert (S3_TYPE in [one["id"] for one in api.types()]) is (code == 409)


def test_btt_name_unique() -> None:
    for unique in (False, True):
        api = Targets(btt_name_unique=unique)
        codes = [
            create(api, **NFS, btt_name="nfs_1").status_code,
            api.code(
                "POST",
                "/backup_target_types",
                {"backup_target_type": {"name": "nfs_1", "backup_targets_id": S3_TARGET}},
                roles="admin",
            ),
            api.code(
                "PUT", f"/backup_target_types/{S3_TYPE}", {"backup_target_type": {"name": "nfs_1"}}, roles="admin"
            ),
        ]
        assert codes == [400 if unique else 200] * 3
        api.as_admin("PUT", f"/backup_target_types/{NFS_TYPE}", name="nfs_1")


def test_btt_write_sets_user() -> None:
    named = {"backup_target_type_id": S3_TYPE}
    writes: list[tuple[str, str, dict[str, Any]]] = [
        ("PUT", "", {"description": "d"}),
        ("POST", "/add_projects", {**named, "project_list": [PROJECT]}),
        ("PUT", "/remove_projects", {**named, "project_list": [PROJECT]}),
        ("POST", "/add_metadata", {**named, "metadata": pairs(k="v")}),
        ("PUT", "/remove_metadata", {**named, "metadata": pairs(k="v")}),
    ]
    for sets, user in ((True, USER), (False, None)):
        for method, path, body in writes:
            api = Targets(btt_write_sets_user=sets)
            assert api.type(S3_TYPE)["user_id"] is None
            assert api.as_admin(method, f"/backup_target_types/{S3_TYPE}{path}", **body)["user_id"] == user
            assert api.type(S3_TYPE)["user_id"] == user


def test_profiles_of_targets_differ_as_the_reference_says() -> None:
    names = (
        "bt_api",
        "bt_create_s",
        "bt_online_after_s",
        "bt_body_dialects",
        "bt_s3_needs_secret",
        "bt_put_mode",
        "bt_duplicate_export",
    )
    got = {line: tuple(profile(line).as_dict()[name] for name in names) for line in PROFILES}
    assert got["6.1"] == ("config", 0.0, 5.0, ["1"], False, "404", "reject")
    assert got["6.2"] == ("dms", 120.0, 5.0, ["1", "2", "3"], True, "merge", "reject")
    assert (got["4.2"][0], got["5.2"][0]) == ("none", "read")


def test_that_a_dialect_which_does_not_exist_cannot_be_spoken() -> None:
    switches = profile("6.2")
    switches.set({"bt_body_dialects": "1,3"})
    assert switches.bt_body_dialects == ["1", "3"]
    with pytest.raises(UnknownSwitch, match="4"):
        switches.set({"bt_body_dialects": "1,4"})
