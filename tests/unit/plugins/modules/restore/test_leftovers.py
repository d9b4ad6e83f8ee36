# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects that `restore` deletes with `delete_resources`, their order, and the objects that it never deletes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import CINDER, LOST, NEUTRON, NOVA, OTHER_PROJECT, QUICK, WORKLOADMGR, Exchange, fault

MARK = f"[openprotect:delete:{restores.ID}]"
PORT_1, PORT_2 = "6a4be4b2-27d5-4c4f-9e46-52a3e05a6a01", "6a4be4b2-27d5-4c4f-9e46-52a3e05a6a02"
VOLUME = "f6b3fef6-4b0e-487e-84b5-47a14da716cb"
GROUP, DEFAULT_GROUP = "3d3c4a57-0c59-4c5e-8f2e-0d5a5e0d8a01", "3d3c4a57-0c59-4c5e-8f2e-0d5a5e0d8a02"
MADE = "Restored from original security group: web"
CREATED = "2020-11-05T10:26:00Z"
"""When the servers were created, in Nova: the captured restore ran from 10:17:40 to 10:27:20."""

DELETE: dict[str, Any] = {"id": restores.ID, "state": "absent", "delete_resources": True, **QUICK}
ALL = [
    ("server", restores.NEW_CIRROS_2),
    ("server", restores.NEW_CIRROS_1),
    ("port", PORT_2),
    ("port", PORT_1),
    ("volume", VOLUME),
    ("security group", GROUP),
    ("restore", restores.ID),
]

# ---- what there is -------------------------------------------------------------------------------


def port(port_id: str, server_id: str, **changes: Any) -> dict[str, Any]:
    """Return a port of a server."""
    own = {
        "id": port_id,
        "name": "",
        "project_id": cloud.PROJECT_4,
        "device_id": server_id,
        "description": "",
        "security_groups": [GROUP, DEFAULT_GROUP],
    }
    return {**own, **changes}


def group(group_id: str, description: str, **changes: Any) -> dict[str, Any]:
    """Return a security group."""
    return {
        "id": group_id,
        "name": "web",
        "project_id": cloud.PROJECT_4,
        "description": description,
        "security_group_rules": [],
        **changes,
    }


def volume(**changes: Any) -> dict[str, Any]:
    """Return the volume of the first server."""
    return {"id": VOLUME, "name": "data", "status": "in-use", "metadata": {}, **changes}


PORTS = [port(PORT_2, restores.NEW_CIRROS_2), port(PORT_1, restores.NEW_CIRROS_1, description="of the web")]
GROUPS = [group(GROUP, MADE), group(DEFAULT_GROUP, "Default security group")]
BOTH: dict[str, list[str]] = {restores.NEW_CIRROS_2: [], restores.NEW_CIRROS_1: [VOLUME]}
"""The servers that the captured restore made, each with its volumes."""


def looks(
    exchange: Exchange,
    servers: dict[str, list[str]] | None = None,
    *kinds: str,
    restore: dict[str, Any] = restores.SHOWN,
    snapshot: dict[str, Any] | None = None,
    tenant: str = cloud.PROJECT_4,
    protecting: list[dict[str, Any]] | None = None,
    **rows: list[dict[str, Any]],
) -> None:
    """Record the reads before the first write.

    :param servers: The servers that exist, each with its volumes; by default both.
    :param kinds: Lists that are read; by default all.
    :param snapshot: The snapshot; empty if it is gone.
    :param protecting: The workloads of the project, with their servers.
    :param rows: Other rows of a list, by key.
    """
    there = BOTH if servers is None else servers
    exchange.stand("/workloads/detail", {"workloads": protecting or []}, url=f"{WORKLOADMGR}/{exchange.project_id}")
    exchange.get(restores.PATH, {"restore": restore})
    if snapshot == {}:
        exchange.get(snapshots.PATH, workloads.GONE, status=404)
    else:
        exchange.get(snapshots.PATH, {"snapshot": snapshot or snapshots.shown()})
    with exchange.any_order():
        for each in restore["instances"]:
            if each["id"] in there:
                attached = [{"id": volume_id} for volume_id in there[each["id"]]]
                shown = {
                    "id": each["id"],
                    "name": each["name"],
                    "tenant_id": tenant,
                    "os-extended-volumes:volumes_attached": attached,
                    "created": CREATED,
                }
                exchange.get(f"/servers/{each['id']}", {"server": shown}, url=NOVA)
            else:
                exchange.get(f"/servers/{each['id']}", workloads.GONE, url=NOVA, status=404)
    cloud.record_lists(
        exchange,
        *(kinds or ("ports", "volumes", "groups")),
        **{"ports": PORTS, "volumes": [volume()], "groups": GROUPS, **rows},
    )


@dataclass(frozen=True)
class Step:
    """One request of a whole run.

    :param about: Id of its object.
    :param reply: The answer to a GET; None if the object is gone.
    """

    method: str
    url: str | None
    path: str
    about: str
    body: Any = None
    reply: dict[str, Any] | None = None


WHOLE_RUN = [
    Step("PUT", NEUTRON, f"/ports/{PORT_2}", PORT_2, {"port": {"description": MARK}}),
    Step("PUT", NEUTRON, f"/ports/{PORT_1}", PORT_1, {"port": {"description": f"of the web {MARK}"}}),
    Step("PUT", NEUTRON, f"/security-groups/{GROUP}", GROUP, {"security_group": {"description": f"{MADE} {MARK}"}}),
    Step("POST", CINDER, f"/volumes/{VOLUME}/metadata", VOLUME, {"metadata": {"openprotect_restore": restores.ID}}),
    Step("DELETE", NOVA, f"/servers/{restores.NEW_CIRROS_2}", restores.NEW_CIRROS_2),
    Step("DELETE", NOVA, f"/servers/{restores.NEW_CIRROS_1}", restores.NEW_CIRROS_1),
    Step("GET", NOVA, f"/servers/{restores.NEW_CIRROS_2}", restores.NEW_CIRROS_2),
    Step(
        "GET",
        NOVA,
        f"/servers/{restores.NEW_CIRROS_1}",
        restores.NEW_CIRROS_1,
        reply={"server": {"id": restores.NEW_CIRROS_1, "status": "ACTIVE"}},
    ),
    Step("GET", NOVA, f"/servers/{restores.NEW_CIRROS_1}", restores.NEW_CIRROS_1),
    Step("DELETE", NEUTRON, f"/ports/{PORT_2}", PORT_2),
    Step("DELETE", NEUTRON, f"/ports/{PORT_1}", PORT_1),
    Step("GET", CINDER, f"/volumes/{VOLUME}", VOLUME, reply={"volume": volume()}),
    Step("GET", CINDER, f"/volumes/{VOLUME}", VOLUME, reply={"volume": volume(status="available")}),
    Step("DELETE", CINDER, f"/volumes/{VOLUME}", VOLUME),
    Step("GET", CINDER, f"/volumes/{VOLUME}", VOLUME),
    Step("DELETE", NEUTRON, f"/security-groups/{GROUP}", GROUP),
    Step("DELETE", None, restores.PATH, restores.ID),
]
"""First all marks, then the servers, then the objects that they used, and the record last."""

WRITES = [step for step in WHOLE_RUN if step.method != "GET"]


def play(exchange: Exchange, steps: list[Step], refused: Step | None = None) -> None:
    """Record these requests.

    :param refused: The request that the service refuses.
    """
    for step in steps:
        if step is refused:
            exchange.call(step.method, step.path, fault("Not now."), body=step.body, url=step.url, status=409)
        elif step.method == "GET":
            exchange.get(step.path, step.reply or workloads.GONE, url=step.url, status=200 if step.reply else 404)
        else:
            exchange.call(step.method, step.path, body=step.body, url=step.url, status=200 if step.body else 204)


def about(*ids: str) -> list[Step]:
    """Return the requests of a whole run for these objects."""
    return [step for step in WHOLE_RUN if step.about in ids]


# ---- a whole run ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["available", "error", "cancelled"])
@pytest.mark.parametrize("kind", ["oneclick", "selective"])
def test_all_that_a_restore_made_goes(restoring: Exchange, kind: str, status: str) -> None:
    looks(restoring, restore={**restores.SHOWN, "status": status, "restore_options": restores.options(kind)})
    play(restoring, WHOLE_RUN)
    result = restoring.run("restore", **DELETE)
    assert (result["changed"], result["restore"], result["id"]) == (True, None, restores.ID)
    assert [(step["action"], step["kind"], step["id"]) for step in result["plan"]] == [
        ("delete", *each) for each in ALL
    ]
    assert result["diff"]["before"][f"server {restores.NEW_CIRROS_1}"] == {
        "name": "cirros-1",
        "id": restores.NEW_CIRROS_1,
    }


def test_a_long_description_is_cut_for_the_marker(restoring: Exchange) -> None:
    looks(restoring, ports=[PORTS[0], {**PORTS[1], "description": "x" * 255}])
    refused = Step(
        "PUT", NEUTRON, f"/ports/{PORT_1}", PORT_1, {"port": {"description": f"{'x' * (254 - len(MARK))} {MARK}"}}
    )
    play(restoring, [WHOLE_RUN[0], refused], refused)
    assert restoring.fail("restore", **DELETE).error["status"] == 409


@pytest.mark.parametrize("dry", [{"check": True}, {"plan_only": True}])
def test_check_mode_lists_it_and_marks_nothing(restoring: Exchange, dry: dict[str, Any]) -> None:
    looks(restoring)
    assert [(step["kind"], step["id"]) for step in restoring.run("restore", **dry, **DELETE)["plan"]] == ALL


def test_where_nothing_is_left_the_record_goes(restoring: Exchange) -> None:
    looks(restoring, {}, ports=[], volumes=[], groups=GROUPS[1:])
    play(restoring, about(restores.ID))
    assert [step["kind"] for step in restoring.run("restore", **DELETE)["plan"]] == ["restore"]


def test_without_volumes_cinder_is_not_asked(restoring: Exchange) -> None:
    looks(
        restoring,
        {restores.NEW_CIRROS_2: []},
        "ports",
        "groups",
        snapshot=snapshots.shown(snapshots.server(snapshots.CIRROS_2, "cirros-2")),
        ports=PORTS[:1],
    )
    play(restoring, about(restores.NEW_CIRROS_2, PORT_2, GROUP, restores.ID))
    assert restoring.run("restore", **DELETE)["changed"]


# ---- interrupted ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_a_run_that_was_interrupted_is_completed_by_the_next(restoring: Exchange, number: int) -> None:
    refused = WRITES[number]
    before = WHOLE_RUN[: WHOLE_RUN.index(refused)]
    looks(restoring)
    play(restoring, [*before, refused], refused)
    failed = restoring.fail("restore", **DELETE)
    assert (failed.error["code"], failed.error["path"]) == ("refused", refused.path)

    marked = {step.about for step in before if step.method in ("PUT", "POST")}
    gone = {step.about for step in before if step.method == "DELETE"}

    def left(row: dict[str, Any]) -> dict[str, Any]:
        """Return what is left of a row of a list."""
        found = dict(row)
        if found.get("device_id") in gone:
            found["device_id"] = ""
        if found["id"] in marked and "metadata" in found:
            found["metadata"] = {"openprotect_restore": restores.ID}
        elif found["id"] in marked:
            found["description"] = f"{found['description']} {MARK}".strip()
        return found

    rows: dict[str, Any] = {
        kind: [left(row) for row in there if row["id"] not in gone]
        for kind, there in (("ports", PORTS), ("volumes", [volume()]), ("groups", GROUPS))
    }
    looks(restoring, {server_id: volumes for server_id, volumes in BOTH.items() if server_id not in gone}, **rows)
    play(
        restoring,
        [
            step
            for step in WHOLE_RUN
            if step.about not in gone and not (step.about in marked and step.method in ("PUT", "POST"))
        ],
    )
    result = restoring.run("restore", **DELETE)
    assert [(step["kind"], step["id"]) for step in result["plan"]] == [each for each in ALL if each[1] not in gone]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("target", [restores.NEW_CIRROS_2, PORT_2, VOLUME, GROUP])
def test_a_deletion_whose_answer_is_lost_is_looked_for(restoring: Exchange, target: str, lost: str) -> None:
    step = next(each for each in WHOLE_RUN if each.about == target and each.method == "DELETE")
    number = WHOLE_RUN.index(step)
    looks(restoring)
    play(restoring, WHOLE_RUN[:number])
    restoring.delete(step.path, url=step.url, **LOST[lost])
    restoring.get(step.path, workloads.GONE, url=step.url, status=404)
    play(restoring, WHOLE_RUN[number + 1 :])
    assert restoring.run("restore", **DELETE)["changed"]

    wrapper = step.path.split("/")[1][:-1].replace("-", "_")
    looks(restoring)
    play(restoring, WHOLE_RUN[:number])
    restoring.delete(step.path, url=step.url, **LOST[lost])
    restoring.get(step.path, {wrapper: {"id": target}}, url=step.url)
    restoring.get(restores.PATH, {"restore": restores.SHOWN})
    failed = restoring.fail("restore", **DELETE)
    assert (failed.error["code"], failed.error["path"]) == ("lost_answer", step.path)
    assert target in str(failed)


def test_what_goes_by_itself_in_between_is_gone(restoring: Exchange) -> None:
    looks(restoring)
    for step in WHOLE_RUN:
        if step.reply is None:
            restoring.call(step.method, step.path, workloads.GONE, body=step.body, url=step.url, status=404)
        elif step.reply == {"volume": volume()}:
            restoring.get(step.path, workloads.GONE, url=step.url, status=404)
    assert restoring.run("restore", **DELETE)["changed"]


def test_a_server_that_does_not_go_is_waited_for_in_vain(restoring: Exchange) -> None:
    looks(restoring)
    play(restoring, WHOLE_RUN[:6])
    restoring.get(
        f"/servers/{restores.NEW_CIRROS_2}", {"server": {"id": restores.NEW_CIRROS_2, "status": "ERROR"}}, url=NOVA
    )
    failed = restoring.fail("restore", **{**DELETE, "timeout": 0})
    assert failed.error == {"code": "wait_timeout"}
    assert (
        f"the server 'cirros-2' ({restores.NEW_CIRROS_2}) to be gone after 0 seconds; last seen: status 'ERROR'."
        in str(failed)
    )


# ---- what is never touched -----------------------------------------------------------------------


def test_what_others_have_stays(restoring: Exchange) -> None:
    others = [
        port(cloud.WEB, cloud.WEB, security_groups=[DEFAULT_GROUP]),
        port(snapshots.ID, "", project_id=OTHER_PROJECT, description=MARK, security_groups=[DEFAULT_GROUP]),
    ]
    volumes = [volume(), volume(id=cloud.WEB), volume(id=snapshots.ID, metadata={"openprotect_restore": snapshots.ID})]
    groups = [*GROUPS, group(cloud.WEB, MADE), group(snapshots.ID, f"{MADE} {MARK}", project_id=OTHER_PROJECT)]
    looks(restoring, ports=[*others, *PORTS], volumes=volumes, groups=groups)
    assert [(step["kind"], step["id"]) for step in restoring.run("restore", check=True, **DELETE)["plan"]] == ALL


USED: dict[str, dict[str, Any]] = {
    "by a port of another server": {"ports": [*PORTS, port(cloud.WEB, cloud.WEB)]},
    "by a port of no server": {"ports": [*PORTS, port(cloud.WEB, "")]},
    "by a port of another project": {"ports": [*PORTS, port(cloud.WEB, cloud.WEB, project_id=OTHER_PROJECT)]},
    "by a rule of another group": {
        "groups": [
            *GROUPS,
            group(cloud.WEB, "mine", security_group_rules=[{"id": snapshots.ID, "remote_group_id": GROUP}]),
        ]
    },
}


@pytest.mark.parametrize("used", USED)
def test_a_security_group_that_something_else_uses_stays(restoring: Exchange, used: str) -> None:
    looks(restoring, **USED[used])
    assert [(step["kind"], step["id"]) for step in restoring.run("restore", check=True, **DELETE)["plan"]] == [
        each for each in ALL if each[1] != GROUP
    ]


def test_groups_that_use_only_each_other_go(restoring: Exchange) -> None:
    pair = [
        group(GROUP, MADE, security_group_rules=[{"id": cloud.WEB, "remote_group_id": snapshots.ID}]),
        group(snapshots.ID, MADE),
    ]
    pair[1]["security_group_rules"] = [
        {"id": cloud.PORT, "remote_group_id": GROUP},
        {"id": cloud.WEB, "remote_group_id": snapshots.ID},
    ]
    ports = [PORTS[0], {**PORTS[1], "security_groups": [GROUP, snapshots.ID]}]
    looks(restoring, groups=pair, ports=ports)
    plan = restoring.run("restore", check=True, **DELETE)["plan"]
    assert [step["id"] for step in plan if step["kind"] == "security group"] == [GROUP, snapshots.ID]


def test_a_port_that_was_there_before_stays(restoring: Exchange) -> None:
    asked = [
        {
            "id": snapshots.CIRROS_1,
            "include": True,
            "nics": [{"id": PORT_1, "network": {"id": cloud.WEB}}],
            "vdisks": [],
        }
    ]
    looks(restoring, restore={**restores.SHOWN, "restore_options": restores.options("selective", instances=asked)})
    plan = restoring.run("restore", check=True, **DELETE)["plan"]
    assert [step["id"] for step in plan if step["kind"] == "port"] == [PORT_2]


def test_servers_of_another_project_and_originals_stay(restoring: Exchange) -> None:
    looks(restoring, tenant=OTHER_PROJECT, ports=[], groups=[])
    assert [step["kind"] for step in restoring.run("restore", check=True, **DELETE)["plan"]] == ["restore"]
    original = {
        "id": snapshots.CIRROS_1,
        "name": "cirros-1",
        "status": "available",
        "metadata": {"instance_id": snapshots.CIRROS_1},
    }
    failed_early = {"id": None, "name": "cirros-2", "status": "error", "metadata": {"instance_id": snapshots.CIRROS_2}}
    restoring.get(
        restores.PATH, {"restore": {**restores.SHOWN, "status": "error", "instances": [original, failed_early]}}
    )
    restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    cloud.record_lists(
        restoring,
        "ports",
        "volumes",
        "groups",
        ports=[port(PORT_1, snapshots.CIRROS_1)],
        volumes=[volume()],
        groups=GROUPS,
    )
    assert [step["kind"] for step in restoring.run("restore", check=True, **DELETE)["plan"]] == ["restore"]


@pytest.mark.parametrize("known_by", ["the snapshot", "the request"])
def test_an_original_that_a_failed_restore_lists_without_saying_so_stays(restoring: Exchange, known_by: str) -> None:
    listed = [{"id": snapshots.CIRROS_1, "name": "cirros-1", "status": "error", "metadata": {}}]
    asked = (
        restores.options("selective", instances=[{"id": snapshots.CIRROS_1, "include": True}])
        if known_by == "the request"
        else restores.SHOWN["restore_options"]
    )
    restoring.get(
        restores.PATH, {"restore": {**restores.SHOWN, "status": "error", "instances": listed, "restore_options": asked}}
    )
    if known_by == "the request":
        restoring.get(snapshots.PATH, workloads.GONE, status=404)
    else:
        restoring.get(snapshots.PATH, {"snapshot": snapshots.shown()})
    cloud.record_lists(
        restoring, "ports", "volumes", "groups", ports=[port(PORT_1, snapshots.CIRROS_1)], volumes=[volume()]
    )
    assert [step["kind"] for step in restoring.run("restore", check=True, **DELETE)["plan"]] == ["restore"]


FOREIGN: dict[str, tuple[dict[str, Any], str, str]] = {
    "a volume that was there long before": (
        {"volumes": [volume(created_at="2020-11-05T10:05:00.000000")]},
        (
            f"the volume 'data' ({VOLUME}) is of 2020-11-05T10:05:00.000000, and the server 'cirros-1' "
            f"({restores.NEW_CIRROS_1}) of {CREATED}, so that it was not made"
        ),
        "Detach it to keep it",
    ),
    "a volume of today": (
        {"volumes": [volume(created_at="2020-11-05T10:47:00.000000")]},
        f"the volume 'data' ({VOLUME}) is of 2020",
        "Detach it to keep it",
    ),
    "a port that was there long before": (
        {"ports": [PORTS[0], {**PORTS[1], "created_at": "2020-11-01T10:05:00Z"}]},
        f"the port '{PORT_1}' is of 2020-11-01T10:05:00Z, and the server 'cirros-1' ({restores.NEW_CIRROS_1}) of",
        "Detach it to keep it",
    ),
    "a volume that another server has too": (
        {"volumes": [volume(attachments=[{"server_id": restores.NEW_CIRROS_1}, {"server_id": cloud.WEB}])]},
        f"the volume 'data' ({VOLUME}) is attached to {cloud.WEB}, which the restore 'OneClick Restore' ({restores.ID}",
        "Detach it there",
    ),
    "a marked volume that another server has now": (
        {
            "volumes": [
                volume(
                    id=cloud.WEB,
                    metadata={"openprotect_restore": restores.ID},
                    attachments=[{"server_id": snapshots.ID}],
                )
            ]
        },
        f"the volume 'data' ({cloud.WEB}) is attached to {snapshots.ID}, which the restore",
        "Detach it there",
    ),
    "a marked port that another server has now": (
        {"ports": [*PORTS, port(cloud.PORT, cloud.WEB, description=MARK)]},
        f"the port '{cloud.PORT}' is attached to {cloud.WEB}, which the restore",
        "Detach it there",
    ),
}


@pytest.mark.parametrize("foreign", FOREIGN)
@pytest.mark.parametrize("check", [True, False])
def test_what_took_the_place_of_what_was_restored_stops_the_task(
    restoring: Exchange, foreign: str, check: bool
) -> None:
    rows, words, hint = FOREIGN[foreign]
    looks(restoring, None, "ports", "volumes", **rows)
    failed = restoring.fail("restore", check=check, **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert f"Nothing was deleted: {words}" in str(failed)
    assert hint in str(failed)


@pytest.mark.parametrize(
    "created", ["2020-11-05T10:06:30.000000", "2020-11-05T10:26:00.000000", "2020-11-05T10:45:30Z", "", None]
)
@pytest.mark.parametrize("ended", [restores.SHOWN["finished_at"], None])
def test_what_is_of_the_time_of_the_restore_or_of_an_unknown_time_goes(
    restoring: Exchange, created: str | None, ended: str | None
) -> None:
    rows = [volume(created_at=created, attachments=[{"server_id": restores.NEW_CIRROS_1}])]
    looks(
        restoring,
        volumes=rows,
        ports=[{**each, "created_at": created} for each in PORTS],
        restore={**restores.SHOWN, "finished_at": ended},
    )
    assert [(step["kind"], step["id"]) for step in restoring.run("restore", check=True, **DELETE)["plan"]] == ALL


ATTACHED_LATER: dict[str, tuple[dict[str, list[str]], list[dict[str, Any]], str]] = {
    "a NIC": (
        BOTH,
        [*PORTS, port(cloud.WEB, restores.NEW_CIRROS_2)],
        f"the server 'cirros-2' ({restores.NEW_CIRROS_2}) has 2 NICs now, and was restored with 1.",
    ),
    "a NIC of another project": (
        BOTH,
        [*PORTS, port(cloud.WEB, restores.NEW_CIRROS_2, project_id=OTHER_PROJECT)],
        "has 2 NICs now, and was restored with 1.",
    ),
    "a volume": (
        {restores.NEW_CIRROS_2: [], restores.NEW_CIRROS_1: [VOLUME, cloud.WEB]},
        PORTS,
        f"the server 'cirros-1' ({restores.NEW_CIRROS_1}) has 2 volumes now, and was restored with 1.",
    ),
    "a volume to a server that had none": (
        {restores.NEW_CIRROS_2: [cloud.WEB], restores.NEW_CIRROS_1: [VOLUME]},
        PORTS,
        f"({restores.NEW_CIRROS_2}) has 1 volumes now, and was restored with 0.",
    ),
}


@pytest.mark.parametrize("later", ATTACHED_LATER)
@pytest.mark.parametrize("check", [True, False])
def test_what_was_attached_later_stops_the_task(restoring: Exchange, later: str, check: bool) -> None:
    servers, ports, words = ATTACHED_LATER[later]
    looks(restoring, servers, "ports", ports=ports)
    failed = restoring.fail("restore", check=check, **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert words in str(failed)
    assert "Detach it, and run the task again." in str(failed)


PROTECTING = {
    "id": workloads.ID,
    "name": "web",
    "project_id": cloud.PROJECT_4,
    "status": "available",
    "instances": [{"id": restores.NEW_CIRROS_1, "name": "cirros-1"}],
}
"""A workload that got a restored server in place of the lost one."""


@pytest.mark.parametrize("check", [True, False])
def test_a_server_that_a_workload_protects_was_restored_to_stay(restoring: Exchange, check: bool) -> None:
    looks(restoring, None, "ports", "volumes", protecting=[PROTECTING])
    failed = restoring.fail("restore", check=check, **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert f"'cirros-1' ({restores.NEW_CIRROS_1}) in the workload 'web' ({workloads.ID})" in str(failed)
    assert "take them out of the workload first" in str(failed)


def test_the_copies_of_a_recovery_test_go_although_a_workload_holds_one(restoring: Exchange) -> None:
    test = {**restores.SHOWN, "description": "[openprotect:0123abcd:rtest-0a1b2c]"}
    looks(restoring, restore=test, protecting=[PROTECTING])
    plan = restoring.run("restore", check=True, **DELETE)["plan"]
    assert ("server", restores.NEW_CIRROS_1) in [(step["kind"], step["id"]) for step in plan]


def test_more_nics_than_the_snapshot_had_are_fine_where_they_were_asked_for(restoring: Exchange) -> None:
    asked = [
        {
            "id": snapshots.CIRROS_2,
            "include": True,
            "nics": [{"network": {"id": cloud.WEB}}, {"network": {"id": cloud.WEB}}],
            "vdisks": [],
        }
    ]
    shown = {**restores.SHOWN, "restore_options": restores.options("selective", instances=asked)}
    looks(restoring, restore=shown, ports=[*PORTS, port(cloud.PORT, restores.NEW_CIRROS_2)])
    plan = restoring.run("restore", check=True, **DELETE)["plan"]
    assert [step["id"] for step in plan if step["kind"] == "port"] == [PORT_2, PORT_1, cloud.PORT]


@pytest.mark.parametrize("check", [True, False])
def test_without_the_snapshot_nobody_knows_what_was_attached_later(restoring: Exchange, check: bool) -> None:
    looks(restoring, BOTH, "ports", snapshot={})
    failed = restoring.fail("restore", check=check, **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"Nothing was deleted: the snapshot {snapshots.ID} of the restore 'OneClick Restore' ({restores.ID}, "
        "available, " in str(failed)
    )
    assert f"'cirros-2' ({restores.NEW_CIRROS_2}), 'cirros-1' ({restores.NEW_CIRROS_1})" in str(failed)
    assert "Delete them by other means; without 'delete_resources' the record goes." in str(failed)


def test_without_the_snapshot_an_interrupted_run_is_completed_where_the_servers_are_gone(restoring: Exchange) -> None:
    volumes = [volume(status="available", metadata={"openprotect_restore": restores.ID})]
    looks(
        restoring,
        {},
        snapshot={},
        ports=[port(PORT_2, "", description=MARK)],
        volumes=volumes,
        groups=[group(GROUP, f"{MADE} {MARK}")],
    )
    play(restoring, [step for step in about(PORT_2, VOLUME, GROUP, restores.ID) if step.method in ("GET", "DELETE")])
    assert restoring.run("restore", **DELETE)["changed"]


# ---- servers that Nova deletes later -------------------------------------------------------------

KEPT: dict[str, Any] = {"server": {"id": restores.NEW_CIRROS_2, "name": "cirros-2", "status": "SOFT_DELETED"}}
SERVER_2 = f"/servers/{restores.NEW_CIRROS_2}"
FORCED = Step("POST", NOVA, f"{SERVER_2}/action", restores.NEW_CIRROS_2, {"forceDelete": None})


def kept_server(exchange: Exchange) -> None:
    """Record the reads before the first write, where Nova keeps the first server."""
    looks(exchange)
    for each in exchange.expected:
        if each.url.endswith(SERVER_2) and isinstance(each.reply, dict):
            each.reply["server"]["status"] = "SOFT_DELETED"


@pytest.mark.parametrize("check", [True, False])
def test_a_server_that_nova_keeps_stops_the_task_before_the_first_write(restoring: Exchange, check: bool) -> None:
    kept_server(restoring)
    restoring.expected = [each for each in restoring.expected if not each.url.startswith((NEUTRON, CINDER))]
    failed = restoring.fail("restore", check=check, **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert (
        f"Nothing was deleted: Nova has the servers 'cirros-2' ({restores.NEW_CIRROS_2}) in the state SOFT_DELETED"
        in str(failed)
    )
    assert "'force_delete: true'" in str(failed)


def test_a_server_that_nova_keeps_after_its_deletion_stops_the_task_at_once(restoring: Exchange) -> None:
    looks(restoring)
    play(restoring, WHOLE_RUN[:6])
    restoring.get(SERVER_2, KEPT, url=NOVA)
    play(restoring, WHOLE_RUN[8:9])
    failed = restoring.fail("restore", **DELETE)
    assert failed.error == {"code": "wrong_state"}
    assert f"Nova has the servers 'cirros-2' ({restores.NEW_CIRROS_2}) in the state SOFT_DELETED" in str(failed)
    assert "Nothing was deleted" not in str(failed)


def test_a_server_that_nova_keeps_is_deleted_by_force_where_that_is_said(restoring: Exchange) -> None:
    looks(restoring)
    play(restoring, WHOLE_RUN[:6])
    restoring.get(SERVER_2, KEPT, url=NOVA)
    play(restoring, [*WHOLE_RUN[7:9], FORCED])
    restoring.get(SERVER_2, KEPT, url=NOVA)
    play(restoring, [WHOLE_RUN[6], *WHOLE_RUN[9:]])
    assert restoring.run("restore", **DELETE, force_delete=True)["changed"]

    kept_server(restoring)
    play(restoring, WHOLE_RUN[:4])
    play(restoring, [WHOLE_RUN[5]])
    restoring.get(SERVER_2, KEPT, url=NOVA)
    play(restoring, [*WHOLE_RUN[7:9], FORCED, WHOLE_RUN[6], *WHOLE_RUN[9:]])
    assert restoring.run("restore", **DELETE, force_delete=True)["changed"]


def test_force_is_for_the_deletion_of_resources_only(restoring: Exchange) -> None:
    failed = restoring.fail("restore", id=restores.ID, state="absent", force_delete=True, keystone=0)
    assert failed.error == {"code": "invalid_option"}
    assert "'force_delete'" in str(failed)
