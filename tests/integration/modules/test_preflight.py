# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of preflight: each passed and failed, what it says to do, and how many requests it takes."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from integration.conftest import PROFILES, Operator
from integration.modules.tls import certificate, secured
from support.module import Failed, run_module
from support.stand import Stand, instance

TRACKS = {"enabled": True, "start_time": "22:00", "hourly": {"interval": 24, "retention": 7}}
INTERVAL = {"enabled": True, "start_time": "22:00", "interval": 24, "retention_count": 14}
SITE = (
    "roles",
    "server_line",
    "licence",
    "nodes",
    "scheduler",
    "services",
    "quota",
    "encryption",
    "targets",
    "policies",
)
OF_A_WORKLOAD = ("state", "trust", "servers", "last_snapshot", "overdue")


class Preflight:
    """Runs the checks in a cloud with one workload that is backed up every day, and was just now.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand, profile: str = "6.2", **switches: Any) -> None:
        self.stand = stand
        self.emulator = stand.emulator
        self.emulator.reset(profile, **switches)
        self.schedule = TRACKS if profile[0] == "6" else INTERVAL
        made = Operator(stand, profile[0]).workload(name="web", instances=["web-1", "web-2"], schedule=self.schedule)
        self.workload_id: str = made["id"]
        self.title = f"web ({self.workload_id})"
        self.snapshot_id: str = self.backed_up(timedelta(hours=2))["id"]

    def backed_up(self, age: timedelta, **values: Any) -> dict[str, Any]:
        """Put in a snapshot that the scheduler made so long ago."""
        return self.emulator.put(
            "snapshots", **{"workload_id": self.workload_id, "name": "jobscheduler", "created_at": ago(age), **values}
        )

    def run(self, user: str = "demo", project: str = "demo", **options: Any) -> dict[str, Any]:
        """Run the module, and return its checks. It must never write."""
        mark = self.emulator.mark()
        result = run_module("preflight_info", {"auth": self.stand.auth(user, project), **options})
        assert result["changed"] is False
        assert self.emulator.writes(mark) == []
        return result

    def check(self, name: str, **options: Any) -> dict[str, str]:
        """Return the one check of that name."""
        (found,) = [each for each in self.run(**options)["checks"] if each["name"] == name]
        assert isinstance(found, dict)
        if found["status"] in ("failed", "warning"):
            assert found["action"], found
        return found

    def says(self, name: str, **options: Any) -> tuple[str, str]:
        """Return status and finding of the one check of that name."""
        found = self.check(name, **options)
        return found["status"], found["detail"]


def ago(age: timedelta) -> str:
    """Return the time that was so long ago, as the service writes it."""
    return (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%S.000000")


@pytest.fixture
def preflight(stand: Stand) -> Preflight:
    """Return the checks in a cloud of profile 6.2 where all is well."""
    return Preflight(stand)


def states(result: dict[str, Any]) -> dict[str, str]:
    """Return the status by name, the worst where there are several of a name."""
    order = ("skipped", "ok", "unknown", "warning", "failed")
    found: dict[str, str] = {}
    for each in result["checks"]:
        found[each["name"]] = max(found.get(each["name"], "skipped"), each["status"], key=order.index)
    return found


# ---- all is well ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_all_is_well(stand: Stand, profile: str) -> None:
    """The light cloud has no Neutron, Cinder and Glance. The administrator sees all, in another user's project too."""
    preflight = Preflight(stand, profile)
    result = preflight.run("admin")
    wanted = {
        **dict.fromkeys(("dns", "token", "catalog", "api", *SITE, *OF_A_WORKLOAD), "ok"),
        "tls": "skipped",
        "services": "warning",
        "quota": "skipped",
        "encryption": "skipped",
    }
    assert states(result) == {**wanted, "targets": "skipped" if profile == "4.2" else "ok"}
    assert result["project_id"] == stand.project()
    assert result["summary"] == {
        state: [each["status"] for each in result["checks"]].count(state) for state in result["summary"]
    }
    assert (result["summary"]["failed"], result["summary"]["unknown"]) == (0, 0)
    assert all(len(line) <= 110 for line in result["report"])
    found = {each["name"]: each["detail"] for each in result["checks"]}
    assert found["server_line"].startswith("line 6: " if profile[0] == "6" else "line 4 or 5: ")
    assert found["catalog"] == f"{preflight.emulator.url}/v1/{stand.project()} (region any, public interface)"
    assert found["overdue"] == "the newest good snapshot is 2 hours old, one every 24 hours is planned"


def test_what_a_plain_user_cannot_see_is_no_failure(preflight: Preflight) -> None:
    result = preflight.run()
    assert {name for name, state in states(result).items() if state == "unknown"} == {"licence", "nodes"}
    assert result["summary"]["failed"] == 0


def test_check_mode_and_secrets(preflight: Preflight) -> None:
    result = run_module("preflight_info", {"auth": preflight.stand.auth()}, check=True)
    assert states(result) == states(preflight.run())
    assert preflight.stand.auth()["password"] not in str(result)


def test_number_of_requests(preflight: Preflight) -> None:
    """Eight for the project, one for each workload, two more for each with a schedule; whatever is wrong."""
    for name in ("db-1", "web-3"):
        Operator(preflight.stand, "6").workload(name=name, instances=[name])
    scheduled, others = 1, 2
    mark = preflight.emulator.mark()
    preflight.run()
    asked = preflight.emulator.since(mark)
    assert len(asked) == 8 + scheduled + others + 2 * scheduled


def test_many_good_lines_are_folded(preflight: Preflight) -> None:
    (row,) = preflight.emulator.rows("workloads")
    for number in range(6):
        preflight.emulator.put("workloads", **{**row, "id": str(uuid.uuid4()), "name": f"w{number}"})
    result = preflight.run()
    assert [line for line in result["report"] if "servers" in line.split()[:2]] == [
        "ok      servers       good for 7 of them"
    ]
    assert len([each for each in result["checks"] if each["name"] == "servers"]) == 7


# ---- the way --------------------------------------------------------------------------------------------------------


def test_name_that_cannot_be_looked_up(preflight: Preflight) -> None:
    result = preflight.run(auth={**preflight.stand.auth(), "auth_url": "http://keystone.invalid:5000/v3"})
    assert (result["checks"][0]["name"], result["checks"][0]["status"]) == ("dns", "failed")
    assert result["checks"][0]["subject"] == "keystone.invalid:5000 (Keystone)"
    assert {each["status"] for each in result["checks"][1:]} == {"skipped"}
    assert [each["name"] for each in result["checks"]] == ["dns", "tls", "token", "catalog", "api", *SITE, "workloads"]
    assert result["project_id"] is None


def test_port_where_nothing_listens(preflight: Preflight) -> None:
    result = preflight.run(auth={**preflight.stand.auth(), "auth_url": "http://127.0.0.1:9/v3"})
    assert states(result)["dns"] == "ok"
    assert (states(result)["tls"], states(result)["token"]) == ("failed", "skipped")
    assert preflight.says("api", endpoint_override="http://127.0.0.1:9/v1") == ("skipped", "something before it failed")


@pytest.mark.parametrize(
    ("days", "address", "trusted", "status", "said"),
    [
        (365, "127.0.0.1", True, "ok", "the certificate is good until"),
        (10.5, "127.0.0.1", True, "warning", "for 10 more days"),
        (-1, "127.0.0.1", True, "failed", "the certificate is refused: certificate has expired"),
        (365, "192.0.2.1", True, "failed", "the certificate is refused: IP address mismatch"),
        (365, "127.0.0.1", False, "failed", "the certificate is refused: self-signed certificate"),
    ],
)
def test_certificates(
    preflight: Preflight, tmp_path: Path, days: float, address: str, trusted: bool, status: str, said: str
) -> None:
    """Of Keystone; the login itself then goes the same way."""
    pem = certificate(tmp_path, days=days, address=address)
    with secured(pem, int(urlsplit(preflight.stand.env["auth_url"]).port or 0)) as url:
        auth = {**preflight.stand.auth(), "auth_url": f"{url}/v3"}
        result = preflight.run(auth=auth, **({"ca_cert": str(pem)} if trusted else {}))
    tls = next(each for each in result["checks"] if each["name"] == "tls")
    assert (
        tls["status"],
        tls["detail"][: len(said)] if status in ("ok", "failed") else tls["detail"][-len(said) :],
    ) == (status, said)
    assert states(result)["token"] == ("skipped" if status == "failed" else "ok")


def test_certificate_of_the_service_and_certificates_that_are_not_checked(preflight: Preflight, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    with secured(pem, int(urlsplit(preflight.emulator.url).port or 0)) as url:
        of_both = [each for each in preflight.run(endpoint_override=f"{url}/v1")["checks"] if each["name"] == "tls"]
        assert [each["status"] for each in of_both] == ["skipped", "failed"]
        result = preflight.run(endpoint_override=f"{url}/v1", validate_certs=False)
    assert "certificates are not checked" in [each for each in result["checks"] if each["name"] == "tls"][1]["detail"]
    assert states(result)["api"] == "ok"


def test_https_where_http_is_spoken(preflight: Preflight) -> None:
    result = preflight.run(
        auth={**preflight.stand.auth(), "auth_url": preflight.stand.env["auth_url"].replace("http:", "https:")}
    )
    assert result["checks"][1]["detail"].startswith("there is no TLS: ")


def test_proxy(preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://user:hidden-word@127.0.0.1:9")
    for name in ("all_proxy", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    result = preflight.run(auth={**preflight.stand.auth(), "auth_url": "http://keystone.invalid:5000/v3"})
    assert states(result)["dns"] == states(result)["tls"] == "skipped"
    assert states(result)["token"] == "failed"
    assert "hidden-word" not in str(result)


def test_login_that_is_refused(preflight: Preflight) -> None:
    result = preflight.run(auth={**preflight.stand.auth(), "password": "not the password"})
    assert (states(result)["tls"], states(result)["token"], states(result)["api"]) == ("skipped", "failed", "skipped")
    assert "not the password" not in str(result)
    assert preflight.says("token", user="demo", project="other")[0] == "failed"


def test_options_that_are_wrong_fail_the_task(preflight: Preflight) -> None:
    with pytest.raises(Failed, match="auth is incomplete") as caught:
        preflight.run(auth={"auth_url": "http://127.0.0.1:9/v3"})
    assert caught.value.error == {"code": "invalid_option"}
    with pytest.raises(Failed, match="There is no cloud nowhere"):
        preflight.run(cloud="nowhere")
    with pytest.raises(Failed, match="holds an empty name"):
        preflight.run(trustee_roles=["member", " "])


def test_wrong_region(preflight: Preflight) -> None:
    status, said = preflight.says("catalog", region_name="nowhere")
    assert status == "failed"
    assert "workloads is there in region RegionOne, interface public" in said


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("html", {}, "not JSON"),
        ("status", {"code": 403}, "was refused with 403"),
        ("shape", {"body": {"workloads": 1}}, "of another shape"),
    ],
)
def test_service_that_does_not_answer_right(preflight: Preflight, kind: str, more: dict[str, Any], said: str) -> None:
    preflight.emulator.fault(kind, "GET", "/workloads$", times=0, **more)
    result = preflight.run()
    assert states(result)["api"] == "failed"
    assert said in next(each["detail"] for each in result["checks"] if each["name"] == "api")
    assert {states(result)[name] for name in (*SITE, "workloads")} == {"skipped"}


# ---- the site -------------------------------------------------------------------------------------------------------


def test_roles(preflight: Preflight) -> None:
    assert preflight.says("roles", trustee_roles=["Member"])[0] == "ok"
    status, said = preflight.says("roles", trustee_roles=["member", "creator"])
    assert (status, said.partition("lacks ")[2]) == ("failed", "creator, which the service delegates")


def test_roles_of_one_whom_no_schedule_needs(preflight: Preflight) -> None:
    """The administrator who only looks is not the user of the workloads, and stops no backup by lacking a role."""
    status, said = preflight.says("roles", user="admin", trustee_roles=["nobody-has-it"])
    assert (status, said.partition("delegates; ")[2]) == ("warning", "no schedule that is on was set up by this user")


def test_roles_of_an_application_credential(preflight: Preflight) -> None:
    known = preflight.stand.env["application_credential"]
    auth = {
        "auth_url": preflight.stand.env["auth_url"],
        "application_credential_id": known["id"],
        "application_credential_secret": known["secret"],
    }
    status, said = preflight.says("roles", auth=auth)
    assert (status, "only an unrestricted one can make a trust" in said) == ("ok", True)
    assert "only an unrestricted one" not in preflight.says("roles")[1]


def test_line_that_is_said_wrong(preflight: Preflight) -> None:
    assert preflight.says("server_line", server_line="6")[0] == "ok"
    status, said = preflight.says("server_line", server_line="5")
    assert (status, said[:43]) == ("failed", "server_line says 5, but it is line 6: the s")


@pytest.mark.parametrize(
    ("profile", "status", "said"),
    [
        ("4.2", "ok", "line 4 or 5: it has no backup"),
        ("5.2", "ok", "line 4 or 5: its"),
        ("6.1", "warning", "cannot be told"),
    ],
)
def test_line_without_a_workload_that_shows_it(preflight: Preflight, profile: str, status: str, said: str) -> None:
    preflight.emulator.reset(profile, **({"build_version": "5.2.8.15"} if profile == "6.1" else {}))
    found = preflight.says("server_line")
    assert (found[0], found[1][: len(said)]) == (status, said)
    if profile == "6.1":
        assert preflight.says("server_line", server_line="6") == ("ok", "line 6, as server_line says")
    assert preflight.says("workloads") == ("warning", "there is no workload, so nothing is backed up")


@pytest.mark.parametrize("way", ["message", "error"])
def test_licence_that_has_expired(preflight: Preflight, way: str) -> None:
    preflight.emulator.switch(license_check_expired=way)
    assert preflight.says("licence", user="admin") == ("ok", "License is valid")
    preflight.emulator.patch("licenses", "license", expires_on="2001-01-01")
    status, said = preflight.says("licence", user="admin")
    assert (status, "License expired" in said) == ("failed", True)
    assert preflight.says("licence") == ("unknown", "not readable by this user")


def test_nodes(preflight: Preflight) -> None:
    preflight.emulator.put("nodes", id="2", node="TVM2", status="Down")
    assert preflight.says("nodes", user="admin") == ("warning", "TVM1 is Up, TVM2 is Down")
    preflight.emulator.patch("nodes", "1", status="Down")
    assert preflight.says("nodes", user="admin")[0] == "failed"


def test_global_scheduler_that_is_off(preflight: Preflight) -> None:
    preflight.stand.global_scheduler(False)
    assert preflight.says("scheduler")[0] == "failed"


def test_what_the_server_refuses_to_tell_is_unknown(preflight: Preflight) -> None:
    for path in (
        "/global_job_scheduler$",
        "/workload_policy/assigned",
        "/backup_targets$",
        "/snapshots$",
        "/license_check$",
        "/nodes$",
    ):
        preflight.emulator.fault("status", "GET", path, times=0, code=400)
    result = preflight.run("admin")
    unknown = [each for each in result["checks"] if each["status"] == "unknown"]
    assert {each["name"] for each in unknown} == {"scheduler", "policies", "targets", "workloads", "licence", "nodes"}
    assert all("was refused with 400" in each["detail"] for each in unknown)


def test_targets(stand: Stand) -> None:
    preflight = Preflight(stand, "6.1")
    nfs, s3 = preflight.emulator.rows("backup_targets")
    preflight.emulator.drop("backup_targets", s3["id"])
    assert preflight.says("targets") == ("ok", "available, 1.2 TB of 2.4 TB used")
    for used, status in (("2.2 TB", "warning"), ("2.4 TB", "failed")):
        preflight.emulator.patch("backup_targets", nfs["id"], used=used)
        assert preflight.says("targets") == (status, f"nearly full: available, {used} of 2.4 TB used")
    preflight.emulator.patch("backup_targets", nfs["id"], status="offline", used="1.2 TB")
    assert preflight.says("targets") == ("failed", "offline, 1.2 TB of 2.4 TB used")
    preflight.emulator.patch("backup_targets", nfs["id"], is_default=False)
    assert preflight.says("targets") == ("failed", "offline, 1.2 TB of 2.4 TB used"), "the workload backs up to it"
    preflight.emulator.patch("workloads", preflight.workload_id, jobschedule={"enabled": False})
    assert preflight.says("targets") == ("warning", "offline, 1.2 TB of 2.4 TB used"), "nobody needs it"
    preflight.emulator.switch(build_version="6.2.0")
    preflight.emulator.patch("backup_targets", nfs["id"], is_default=True)
    found = preflight.check("targets")
    assert (found["status"], "mounts it on demand" in found["action"]) == ("warning", True)
    preflight.emulator.drop("backup_targets", nfs["id"])
    assert preflight.says("targets")[0] == "failed"


def test_policies(preflight: Preflight) -> None:
    assert preflight.says("policies")[0] == "ok"
    fields = {"hourly": {"interval": "24", "retention": "7"}, "manual": {"retention": "5"}}
    policy = preflight.emulator.put("policies", name="gold", projects=[preflight.stand.project()], field_values=fields)
    status, said = preflight.says("policies")
    assert (status, said) == (
        "warning",
        f"gold ({policy['id']}) assigned, and these workloads have none: {preflight.title}",
    )
    preflight.emulator.patch("workloads", preflight.workload_id, metadata={"policy_id": policy["id"]})
    assert preflight.says("policies")[0] == "ok"


# ---- one workload ---------------------------------------------------------------------------------------------------


def test_trust(preflight: Preflight) -> None:
    (trust,) = preflight.emulator.rows("trusts")
    preflight.emulator.patch("trusts", trust["id"], alive=False)
    assert preflight.says("trust")[0] == "failed"
    preflight.emulator.drop("trusts", trust["id"])
    found = preflight.check("trust")
    assert (found["status"], found["subject"]) == ("failed", preflight.title)
    assert trust["owner"] in found["detail"]
    Operator(preflight.stand, "6").workload(name="web", description="what the action says heals it")
    assert preflight.says("trust") == ("ok", "valid")
    preflight.emulator.switch(trust_validate_path="404")
    assert preflight.says("trust")[0] == "unknown"


def test_server_that_is_gone(preflight: Preflight) -> None:
    preflight.emulator.drop("instances", instance("web-2")["id"])
    status, said = preflight.says("servers")
    assert (status, said) == (
        "failed",
        f"gone from Nova, which fails every snapshot: web-2 ({instance('web-2')['id']})",
    )


def test_state(preflight: Preflight) -> None:
    emulator, workload_id = preflight.emulator, preflight.workload_id
    emulator.patch("workloads", workload_id, status="locked")
    found = preflight.check("state")
    assert (found["status"], found["detail"]) == ("failed", "locked, and no snapshot or restore of it runs")
    assert "workload_action" in found["action"]
    running = preflight.backed_up(timedelta(minutes=5), status="executing")
    assert preflight.says("state")[0] == "ok"
    long = preflight.backed_up(timedelta(hours=30), status="executing")
    emulator.drop("snapshots", running["id"])
    assert preflight.says("state")[1].endswith("runs, for 30 hours now")
    emulator.drop("snapshots", long["id"])
    emulator.put(
        "restores",
        snapshot_id=preflight.snapshot_id,
        workload_id=workload_id,
        project_id=preflight.stand.project(),
        status="restoring",
    )
    assert preflight.says("state") == ("ok", "locked, because a restore runs")
    emulator.patch("workloads", workload_id, status="error", error_msg="disk on fire")
    assert preflight.says("state") == ("failed", "error: disk on fire")


def test_last_snapshot(preflight: Preflight) -> None:
    emulator = preflight.emulator
    status, said = preflight.says("last_snapshot")
    assert (status, preflight.snapshot_id in said) == ("ok", True)
    emulator.patch("snapshots", preflight.snapshot_id, size=0)
    assert preflight.says("last_snapshot")[1].endswith("is called good and holds no data")
    emulator.patch("snapshots", preflight.snapshot_id, size=1, warning_msg="slow storage")
    assert preflight.says("last_snapshot")[1].endswith("warns: slow storage")
    failed = preflight.backed_up(timedelta(hours=1), status="error", error_msg="VolumeSizeExceedsAvailableQuota")
    status, said = preflight.says("last_snapshot")
    assert (status, said[-39:]) == ("failed", "failed: VolumeSizeExceedsAvailableQuota")
    assert preflight.says("overdue")[0] == "ok", "the one before is young enough"
    emulator.patch("snapshots", failed["id"], status="cancelled")
    assert states(preflight.run())["last_snapshot"] == "warning"


def test_overdue(preflight: Preflight) -> None:
    emulator = preflight.emulator
    for age, status in ((30, "ok"), (40, "warning"), (80, "failed")):
        emulator.drop("snapshots", preflight.snapshot_id)
        preflight.snapshot_id = preflight.backed_up(timedelta(hours=age))["id"]
        assert preflight.says("overdue")[0] == status
    preflight.backed_up(timedelta(minutes=1), status="executing")
    assert preflight.says("overdue")[0] == "warning", "another one runs"


def test_workload_that_never_was_backed_up(preflight: Preflight) -> None:
    preflight.emulator.drop("snapshots", preflight.snapshot_id)
    preflight.emulator.patch("workloads", preflight.workload_id, created_at=ago(timedelta(hours=5.5)))
    assert preflight.says("overdue") == (
        "ok",
        "there is no good snapshot; the workload was made 5 hours ago, one every 24 hours is planned",
    )
    preflight.emulator.patch("workloads", preflight.workload_id, created_at="2026-01-01T00:00:00.000000")
    assert preflight.says("overdue")[0] == "failed"


def test_schedule_that_was_switched_off(preflight: Preflight) -> None:
    preflight.emulator.patch("workloads", preflight.workload_id, jobschedule={"enabled": False})
    assert preflight.says("schedule") == ("warning", "is off, and was on once: the scheduler made snapshots of it")
    preflight.emulator.patch("snapshots", preflight.snapshot_id, name="by hand")
    assert preflight.says("schedule") == ("skipped", f"without a schedule, so not checked: {preflight.title}")
    assert not set(OF_A_WORKLOAD) & set(states(preflight.run()))


def test_workload_that_cannot_be_read(preflight: Preflight) -> None:
    preflight.emulator.fault("status", "GET", f"/workloads/{preflight.workload_id}$", times=0, code=400)
    status, said = preflight.says("workloads")
    assert (status, "was refused with 400" in said) == ("unknown", True)


def test_only_the_project_of_the_token(preflight: Preflight) -> None:
    result = preflight.run("other", "other")
    assert states(result)["workloads"] == "warning"
    assert preflight.workload_id not in str(result)
