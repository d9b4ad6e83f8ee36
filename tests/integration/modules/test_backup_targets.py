# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Backup targets and target types that an administrator manages, in releases whose API can write them and in others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.conftest import Operator
from support.module import Failed, warnings_of
from support.stand import Stand

NFS = "192.0.2.10:/backups"
S3: dict[str, Any] = {
    "s3_endpoint_url": "https://S3.example.com:443/",
    "s3_bucket": "archive",
    "secret_ref": "https://barbican.example.com/v1/secrets/1",
}
WRITABLE = ("6.1", "6.2")


@pytest.fixture
def admin(stand: Stand) -> Operator:
    """Return an administrator of the cloud, on a server of 6.2."""
    stand.emulator.switch(bt_create_s=0)
    return as_admin(stand)


def as_admin(stand: Stand, line: str = "6") -> Operator:
    """Return an administrator who works in the project admin."""
    person = Operator(stand, line)
    person.options["auth"] = stand.auth("admin")
    return person


def steps(person: Operator, module: str, options: dict[str, Any], writes: list[str]) -> list[dict[str, Any]]:
    """Run check, real, check again, real again. Assert what each reports and what the emulator saw.

    Return the four results.
    """
    emulator = person.stand.emulator
    results = []
    for check, changed in ((True, True), (False, True), (True, False), (False, False)):
        mark = emulator.mark()
        result = person.run(module, check=check, **options)
        assert result["changed"] is changed, (check, result["plan"])
        assert emulator.writes(mark) == (writes if changed and not check else [])
        results.append(result)
    assert results[0]["plan"] == results[1]["plan"]
    assert results[0]["diff"] == results[1]["diff"]
    return results


def exports(stand: Stand) -> list[str]:
    """Return where the targets are that the emulator keeps."""
    return [row.get("export") or row.get("filesystem_export") or "" for row in stand.emulator.rows("backup_targets")]


# ---- the twelve steps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", WRITABLE)
@pytest.mark.parametrize("where", [{"filesystem_export": NFS}, S3], ids=["nfs", "s3"])
def test_twelve_steps_of_a_target(stand: Stand, release: str, where: dict[str, Any]) -> None:
    stand.emulator.reset(release, bt_create_s=0)
    person = as_admin(stand)
    declared = {**where, "backup_target_type_name": "gold", "metadata": {"site": "north"}}
    made = steps(person, "backup_target", declared, ["POST /backup_targets"])
    target = made[1]["backup_target"]
    assert target["backup_target_types"] == ["gold"]
    if release == "6.2":
        steps(
            person, "backup_target", {**where, "metadata": {"site": "south"}}, [f"PUT /backup_targets/{target['id']}"]
        )
    else:
        with pytest.raises(Failed, match="cannot change them"):
            person.run("backup_target", **where, metadata={"site": "south"})
    steps(person, "backup_target", {**where, "state": "absent"}, [f"DELETE /backup_targets/{target['id']}"])


@pytest.mark.parametrize("release", WRITABLE)
def test_twelve_steps_of_a_type(stand: Stand, release: str) -> None:
    stand.emulator.reset(release, bt_create_s=0)
    person = as_admin(stand)
    person.run("backup_target", filesystem_export=NFS)
    declared = {
        "name": "silver",
        "backup_target": NFS,
        "description": "Not gold",
        "is_public": False,
        "projects": ["demo"],
        "metadata": {"tier": "2"},
    }
    made = steps(person, "backup_target_type", declared, ["POST /backup_target_types"])
    type_id = made[1]["id"]
    assert made[1]["backup_target_type"]["projects"] == [stand.project("demo")]
    changed = {
        "name": "silver",
        "description": "",
        "projects": ["other"],
        "metadata": {"tier": "3"},
        "new_name": "bronze",
    }
    steps(person, "backup_target_type", changed, [f"PUT /backup_target_types/{type_id}"])
    steps(
        person, "backup_target_type", {"name": "bronze", "state": "absent"}, [f"DELETE /backup_target_types/{type_id}"]
    )


@pytest.mark.parametrize("release", ["4.2", "5.2"])
def test_servers_that_take_targets_from_their_configuration_refuse(stand: Stand, release: str) -> None:
    stand.emulator.reset(release)
    person = as_admin(stand, release[0])
    with pytest.raises(Failed, match=r"configuration|line 4"):
        person.run("backup_target", filesystem_export=NFS)
    with pytest.raises(Failed, match=r"configuration|line 4"):
        person.run("backup_target_type", name="gold", backup_target="192.168.1.34:/mnt/tvault/42436")
    if release == "4.2":
        with pytest.raises(Failed, match="Servers of line 4 have no backup targets"):
            person.run("backup_target_info")
    else:
        assert person.run("backup_target_info")["backup_targets"]


def test_a_plain_user_is_refused(stand: Stand) -> None:
    with pytest.raises(Failed) as refused:
        Operator(stand, "6").run("backup_target", filesystem_export=NFS)
    assert refused.value.error["code"] == "forbidden"


# ---- which target is meant ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        {"s3_endpoint_url": "s3.example.com", "s3_bucket": "archive"},
        {"s3_endpoint_url": "https://s3.example.com/", "s3_bucket": "Archive/"},
        {"s3_endpoint_url": "http://s3.example.com:80", "s3_bucket": "archive"},
    ],
    ids=str,
)
def test_a_second_spelling_makes_no_second_target(admin: Operator, again: dict[str, Any]) -> None:
    made = admin.run("backup_target", **S3)
    before = exports(admin.stand)
    result = admin.run("backup_target", **again)
    assert (result["changed"], result["id"]) == (False, made["id"])
    assert exports(admin.stand) == before


def test_the_name_of_a_type_finds_its_target(admin: Operator) -> None:
    made = admin.run("backup_target", **S3)
    [name] = made["backup_target"]["backup_target_types"]
    result = admin.run("backup_target", backup_target_type_name=name)
    assert (result["changed"], result["id"]) == (False, made["id"])


@pytest.mark.parametrize("key", ["nfs_export", "filesystem_export"])
def test_whichever_key_the_server_speaks(admin: Operator, key: str) -> None:
    admin.stand.emulator.switch(bt_export_key=key)
    made = admin.run("backup_target", filesystem_export=NFS)
    again = admin.run("backup_target", filesystem_export=NFS + "/")
    assert (again["changed"], again["id"]) == (False, made["id"])


def test_a_name_is_never_enough_to_make_one(admin: Operator) -> None:
    mark = admin.stand.emulator.mark()
    with pytest.raises(Failed, match="a name is not enough"):
        admin.run("backup_target", backup_target_type_name="nowhere")
    assert admin.stand.emulator.writes(mark) == []


def test_one_name_at_two_targets_is_ambiguous(admin: Operator) -> None:
    for export in (NFS, "192.0.2.11:/backups"):
        admin.run("backup_target", filesystem_export=export)
        admin.run("backup_target_type", name=f"t-{export}", backup_target=export)
    rows = admin.stand.emulator.rows("backup_target_types")
    for row in rows:
        if row["name"].startswith("t-"):
            admin.stand.emulator.patch("backup_target_types", row["id"], name="twice")
    with pytest.raises(Failed) as failed:
        admin.run("backup_target", backup_target_type_name="twice")
    assert failed.value.error["code"] == "ambiguous_name"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "No option says which"),
        ({"filesystem_export": NFS, "s3_bucket": "b", "s3_endpoint_url": "h"}, "not both"),
        ({"s3_bucket": "b"}, "go together"),
        ({"filesystem_export": NFS, "type": "s3"}, "other type"),
        ({"filesystem_export": "nowhere"}, "not an NFS export"),
        ({"filesystem_export": NFS, "secret_ref": "x"}, "S3 only"),
        ({"s3_bucket": "b", "s3_endpoint_url": "h", "nfs_mount_options": "ro"}, "NFS only"),
        ({"filesystem_export": NFS, "metadata": {"immutable": "1"}}, "belong to the server"),
    ],
)
def test_what_is_wrong_is_told_before_the_first_request(admin: Operator, options: dict[str, Any], words: str) -> None:
    mark = admin.stand.emulator.mark()
    with pytest.raises(Failed, match=words) as failed:
        admin.run("backup_target", **options)
    assert failed.value.error["code"] == "invalid_option"
    assert admin.stand.emulator.since(mark) == []


# ---- default, secret, immutability ----------------------------------------------------------------------------------


def test_default_moves_once_and_cannot_be_given_up(admin: Operator) -> None:
    made = admin.run("backup_target", filesystem_export=NFS)
    steps(
        admin,
        "backup_target",
        {"filesystem_export": NFS, "is_default": True},
        [f"GET /backup_targets/{made['id']}/set_default"],
    )
    with pytest.raises(Failed, match="is the default, and one must be"):
        admin.run("backup_target", filesystem_export=NFS, is_default=False)
    with pytest.raises(Failed, match="is the default, so it was not deleted"):
        admin.run("backup_target", filesystem_export=NFS, state="absent")


@pytest.mark.parametrize("echo", [True, False])
@pytest.mark.parametrize("update", ["on_create", "always"])
def test_secret(admin: Operator, echo: bool, update: str) -> None:
    admin.stand.emulator.switch(bt_echo_secret_ref=echo)
    made = admin.run("backup_target", **S3)
    same = admin.run("backup_target", **S3, update_secret=update)
    assert same["changed"] is (not echo and update == "always")
    other = {**S3, "secret_ref": "https://barbican.example.com/v1/secrets/2"}
    mark = admin.stand.emulator.mark()
    admin.run("backup_target", **other, update_secret=update)
    wrote = echo or update == "always"
    assert admin.stand.emulator.writes(mark) == ([f"PUT /backup_targets/{made['id']}"] if wrote else [])


def test_immutability_cannot_be_changed(admin: Operator) -> None:
    made = admin.run("backup_target", **S3, immutable=True)
    assert made["backup_target"]["immutable"] is True
    assert not admin.run("backup_target", **S3, immutable=True)["changed"]
    with pytest.raises(Failed) as failed:
        admin.run("backup_target", **S3, immutable=False)
    assert failed.value.error["code"] == "immutable_field"


@pytest.mark.parametrize("where", [{"filesystem_export": NFS, "nfs_mount_options": "nolock"}, S3], ids=["nfs", "s3"])
def test_both_bodies(admin: Operator, where: dict[str, Any]) -> None:
    admin.run("backup_target", **where, body="metadata", backup_target_type_name="gold")
    again = admin.run("backup_target", **where)
    assert not again["changed"]
    assert again["backup_target"]["backup_target_types"] == ["gold"]


# ---- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", [{"kind": "drop_after"}, {"kind": "status_after", "code": 504}, {"kind": "truncate"}], ids=str
)
def test_lost_answer_to_the_slow_create_leaves_one_target(admin: Operator, fault: dict[str, Any]) -> None:
    before = len(exports(admin.stand))
    admin.stand.emulator.fault(method="POST", path="/backup_targets$", **fault)
    made = admin.run("backup_target", filesystem_export=NFS)
    assert made["changed"]
    assert any("was lost" in warning for warning in warnings_of(made))
    assert not admin.run("backup_target", filesystem_export=NFS)["changed"]
    assert len(exports(admin.stand)) == before + 1


def test_a_target_that_stays_offline_is_a_warning(admin: Operator) -> None:
    admin.stand.emulator.switch(bt_online_after_s=100000)
    made = admin.run("backup_target", filesystem_export=NFS, timeout=1)
    assert made["backup_target"]["status"] == "offline"
    assert any("mounted at the latest" in warning for warning in warnings_of(made))


def test_what_workloads_use_is_not_deleted(admin: Operator) -> None:
    stand = admin.stand
    admin.run("backup_target", filesystem_export=NFS, backup_target_type_name="gold")
    person = Operator(stand, "6")
    person.options["auth"] = stand.auth("admin", "demo")
    person.workload(name="web", instances=["web-1"], backup_target_type="gold")
    mark = stand.emulator.mark()
    used: dict[str, dict[str, Any]] = {
        "backup_target": {"filesystem_export": NFS},
        "backup_target_type": {"name": "gold"},
    }
    for module, options in used.items():
        with pytest.raises(Failed, match="web"):
            person.run(module, **options, state="absent")
    assert stand.emulator.writes(mark) == []


def test_a_hidden_workload_stops_a_deletion_until_somebody_answers_for_it(admin: Operator) -> None:
    admin.run("backup_target", filesystem_export=NFS, backup_target_type_name="gold")
    admin.stand.emulator.switch(workloads_detail="off")
    admin.stand.emulator.put("workloads", name="hidden", project_id=admin.stand.project("other"))
    with pytest.raises(Failed, match="does not show where"):
        admin.run("backup_target", filesystem_export=NFS, state="absent")
    assert admin.run("backup_target", filesystem_export=NFS, state="absent", force=True)["changed"]


# ---- projects and metadata of a type --------------------------------------------------------------------------------


def ensure_type(admin: Operator, projects: list[str], metadata: dict[str, str]) -> str:
    """Put a type of the name t into the emulator, as it is at the start, and return its id."""
    emulator = admin.stand.emulator
    for row in emulator.rows("backup_target_types"):
        if row["name"] == "t":
            emulator.drop("backup_target_types", row["id"])
    target = emulator.rows("backup_targets")[0]["id"]
    made = admin.run("backup_target_type", name="t", backup_target=target, projects=projects, metadata=metadata)
    return str(made["id"])


PROJECTS = [f"{number:032x}" for number in range(1, 5)]
KEYS = ["a", "b", "c"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    start=st.sets(st.sampled_from(PROJECTS)),
    named=st.sets(st.sampled_from(PROJECTS)),
    mode=st.sampled_from(["add", "remove", "exact"]),
    keys=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["1", "2"])),
    pairs=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["1", "2"])),
    keys_mode=st.sampled_from(["add", "remove", "exact"]),
)
def test_whatever_the_start_one_run_reaches_the_wish(
    admin: Operator,
    start: set[str],
    named: set[str],
    mode: str,
    keys: dict[str, str],
    pairs: dict[str, str],
    keys_mode: str,
) -> None:
    ensure_type(admin, sorted(start), keys)
    wish: dict[str, Any] = {
        "name": "t",
        "projects": sorted(named),
        "projects_mode": mode,
        "metadata": pairs,
        "metadata_mode": keys_mode,
    }
    mark = admin.stand.emulator.mark()
    result = admin.run("backup_target_type", **wish)
    assert (
        set(result["backup_target_type"]["projects"])
        == {"add": start | named, "remove": start - named, "exact": named}[mode]
    )
    left = {key: value for key, value in keys.items() if key not in pairs}
    assert (
        result["backup_target_type"]["metadata"]
        == {"add": {**keys, **pairs}, "remove": left, "exact": pairs}[keys_mode]
    )
    assert len(admin.stand.emulator.writes(mark)) <= 3
    assert not admin.run("backup_target_type", **wish)["changed"]


@pytest.mark.parametrize("mode", ["add", "remove"])
def test_nothing_to_add_or_remove_warns_and_does_nothing(admin: Operator, mode: str) -> None:
    ensure_type(admin, PROJECTS[:1], {"a": "1"})
    result = admin.run("backup_target_type", name="t", projects=[], projects_mode=mode, metadata={}, metadata_mode=mode)
    assert not result["changed"]
    assert sum("changes nothing" in warning for warning in warnings_of(result)) == 2


def test_unknown_project(admin: Operator) -> None:
    mark = admin.stand.emulator.mark()
    with pytest.raises(Failed, match="There is no project with the id or name 'nobody'"):
        admin.run("backup_target_type", name="t", backup_target="nfs_1", projects=["nobody"])
    assert admin.stand.emulator.writes(mark) == []


# ---- reading and requests -------------------------------------------------------------------------------------------


def test_info(admin: Operator) -> None:
    admin.run("backup_target", filesystem_export=NFS, backup_target_type_name="gold")
    found = admin.run("backup_target_info", backup_target_type_name="gold")["backup_targets"]
    assert [each["export"] for each in found] == [NFS]
    assert admin.run("backup_target_info", id=found[0]["id"])["backup_targets"] == found
    assert admin.run("backup_target_info", backup_target_type_name="none")["backup_targets"] == []
    everything = admin.run("backup_target_info")["backup_targets"]
    assert len(everything) == len(exports(admin.stand))
    known = next(each for each in everything if each["capacity"] == "2.4 TB")
    assert known["capacity_bytes"] == int(2.4 * 1024**4)
    types = admin.run("backup_target_type_info", name="gold", details=True)["backup_target_types"]
    assert [each["backup_target"]["export"] for each in types] == [NFS]
    hidden = admin.run("backup_target_type", name="gold", is_public=False, projects=["other"])
    assert hidden["changed"]
    names = {each["name"] for each in admin.run("backup_target_type_info", projects=["demo"])["backup_target_types"]}
    assert "gold" not in names


def test_requests(admin: Operator) -> None:
    emulator = admin.stand.emulator
    admin.run("backup_target", filesystem_export=NFS, backup_target_type_name="gold")
    for module, options, most in (
        ("backup_target", {"filesystem_export": NFS}, 1),
        ("backup_target", {"backup_target_type_name": "gold"}, 2),
        ("backup_target_type", {"name": "gold"}, 1),
        ("backup_target_type", {"name": "gold", "backup_target": NFS}, 2),
        ("backup_target_info", {}, 1),
        ("backup_target_type_info", {}, 1),
        ("backup_target_type_info", {"details": True}, 2),
    ):
        mark = emulator.mark()
        admin.run(module, **options)
        assert len(emulator.since(mark)) == most, (module, options)


def test_a_workload_takes_the_type_by_name_and_by_id(admin: Operator) -> None:
    admin.run("backup_target", filesystem_export=NFS, backup_target_type_name="gold")
    type_id = admin.run("backup_target_type_info", name="gold")["backup_target_types"][0]["id"]
    person = Operator(admin.stand, "6")
    made = person.workload(name="web", instances=["web-1"], backup_target_type="gold")
    assert made["workload"]["backup_target_type"] == {"id": type_id, "name": "gold"}
    assert not person.workload(name="web", backup_target_type=type_id)["changed"]
