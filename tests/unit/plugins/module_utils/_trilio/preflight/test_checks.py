# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checks of `preflight_info`: late snapshots, texts, documented results, answers of Cinder and Barbican."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.exchange.recording import AUTH, Exchange, fault
from support.module import run_module
from support.stand import ROOT

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import EndpointError, ForbiddenError
from ansible_collections.openprotect.backup.plugins.module_utils._openstack import login as auth_login
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.configuration import configured
from ansible_collections.openprotect.backup.plugins.module_utils._openstack.context import Context
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight import (
    connection as preflight_connection,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight import project as preflight_project
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight import (
    targets as preflight_targets,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight import (
    volumes as preflight_volumes,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight.report import (
    BAD_FIRST,
    MANY,
    OK,
    STATES,
    Check,
    count_by_status,
    report_lines,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight.survey import Survey
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.preflight.workloads import (
    check_overdue,
    check_twice,
    describe_span,
)
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.snapshot.causes import explain
from ansible_collections.openprotect.backup.plugins.module_utils._trilio.snapshot.selection import created_at
from ansible_collections.openprotect.backup.plugins.modules import preflight_info

PREFLIGHT = ROOT / "plugins" / "module_utils" / "_trilio" / "preflight"
NOW = created_at({"created_at": "2026-11-20T12:00:00"})
CINDER, BARBICAN = "http://cinder.test:8776/v3", "http://barbican.test:9311"
SECRET = f"{BARBICAN}/v1/secrets/7a2e4c1b-8a0d-4c7e-9d55-0f6f0f3b8c11"


# ---- the way to the server -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({"HTTPS_PROXY": "http://scott:t@ger@proxy.test:3128/"}, "https://key.test:5000", "proxy.test:3128"),
        ({"HTTP_PROXY": "http://proxy.test"}, "https://key.test", None),
        ({"ALL_PROXY": "socks5://scott:tiger@proxy.test:1080"}, "https://key.test", "proxy.test:1080"),
        ({"all_proxy": "proxy.test:3128"}, "http://key.test", "proxy.test:3128"),
        ({"all_proxy": "proxy.test", "https_proxy": "other.test"}, "https://key.test", "other.test"),
        ({"ALL_PROXY": "http://proxy.test", "NO_PROXY": "key.test,10.0.0.0/8"}, "https://key.test:5000", None),
        ({"ALL_PROXY": "http://proxy.test", "NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3:5000", None),
        ({"ALL_PROXY": "http://proxy.test", "no_proxy": "other.test"}, "https://key.test", "proxy.test"),
        ({}, "https://key.test", None),
    ],
)
def test_a_proxy_is_used_as_by_requests(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, proxy: str | None
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    where = preflight_connection.endpoint_of("Keystone", url)
    assert where.proxy == proxy
    if proxy:
        checks = preflight_connection.check_endpoint(where, configured({"auth": AUTH}))
        assert {(each.name, each.status) for each in checks} == {("dns", "skipped"), ("tls", "skipped")}
        assert f"through the proxy {proxy}, which" in checks[0].detail


def test_a_file_with_certificates_that_cannot_be_used_is_no_fault_of_the_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    where = preflight_connection.Endpoint("Keystone", "127.0.0.1", 9, True, None)
    check = preflight_connection.check_tls(where, configured({"auth": AUTH}))
    assert (check.status, "cannot be used: [Errno 2]" in check.detail) == ("failed", True), check
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    check = preflight_connection.check_tls(where, configured({"auth": AUTH, "ca_cert": str(tmp_path / "ca.pem")}))
    assert (check.status, "cannot be used" in check.detail) == ("failed", True), check


# ---- what is late --------------------------------------------------------------------------------


def workload(made: timedelta = timedelta(days=90), **schedule: Any) -> dict[str, Any]:
    """Return a workload of that age with an enabled schedule; by default every 4 hours."""
    planned = {"enabled": True, "hourly": {"interval": "4", "retention": "2"}} | schedule
    return {
        "id": "w",
        "name": "web",
        "created_at": (NOW - made).strftime("%Y-%m-%dT%H:%M:%S.000000"),
        "jobschedule": planned,
    }


@pytest.mark.parametrize(
    ("hours", "runs", "status"),
    [
        (0, False, "ok"),
        (6, False, "ok"),
        (6.1, False, "warning"),
        (12, False, "warning"),
        (12.1, False, "failed"),
        (500, False, "failed"),
        (500, True, "warning"),
    ],
)
def test_one_and_a_half_intervals_are_late_and_three_are_too_late(hours: float, runs: bool, status: str) -> None:
    assert check_overdue(workload(), NOW - timedelta(hours=hours), runs, NOW).status == status


@given(st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]), st.floats(0, 5000), st.floats(0, 5000), st.booleans())
def test_what_is_older_is_never_better(interval: int, one: float, other: float, runs: bool) -> None:
    document = workload(hourly={"interval": str(interval)})
    order = ("ok", "warning", "failed")
    younger, older = (check_overdue(document, NOW - timedelta(hours=age), runs, NOW) for age in sorted((one, other)))
    assert order.index(younger.status) <= order.index(older.status)
    assert bool(older.action) == (older.status != "ok")


@pytest.mark.parametrize(
    ("document", "newest", "status", "said"),
    [
        (workload(interval="24 hr", hourly=None), timedelta(hours=30), "ok", "one every 24 hours is planned"),
        (workload(start_date="11/21/2026"), None, "ok", "the schedule begins on 2026-11-21"),
        (
            workload(start_date="11/20/2026"),
            None,
            "failed",
            "there is no good snapshot; the workload was made 90 days ago",
        ),
        (workload(end_date="11/19/2026"), timedelta(hours=1), "warning", "the schedule ended on 2026-11-19"),
        (workload(end_date="15/27/2020"), timedelta(hours=1), "ok", "the newest good snapshot is 1 hour old"),
        (workload(hourly={"interval": "often"}), timedelta(hours=1), "unknown", "cannot be read"),
        (workload(hourly=None), timedelta(hours=1), "unknown", "cannot be read"),
        ({**workload(), "created_at": None}, None, "unknown", "cannot be read"),
        (workload(timedelta(minutes=30)), None, "ok", "made 30 minutes ago"),
    ],
)
def test_schedules(document: dict[str, Any], newest: timedelta | None, status: str, said: str) -> None:
    found = check_overdue(document, NOW - newest if newest else None, False, NOW)
    assert (found.status, said in found.detail) == (status, True), found


def test_what_to_do_about_a_schedule_that_ended_is_what_a_task_can_do() -> None:
    """No task can take the day away: what it does not give stays on the server."""
    ended = check_overdue(workload(end_date="11/19/2026"), None, False, NOW)
    assert ended.action.startswith("If that is a mistake, give it an end_date in the future.")


def test_lengths_of_time_in_words() -> None:
    spans = {
        timedelta(seconds=-5): "0 minutes",
        timedelta(minutes=59): "59 minutes",
        timedelta(hours=1): "1 hour",
        timedelta(hours=47): "47 hours",
    }
    assert {span: describe_span(span) for span in spans} == spans
    assert describe_span(timedelta(hours=48)) == "2 days"


# ---- the report ----------------------------------------------------------------------------------

CHECKS = st.lists(
    st.builds(
        Check,
        st.sampled_from(["dns", "trust", "last_snapshot"]),
        st.sampled_from(STATES),
        st.just("web (1)"),
        st.just("d"),
        st.just(""),
    )
)


@given(CHECKS)
def test_nothing_that_is_not_good_is_folded(checks: list[Check]) -> None:
    lines = report_lines(checks)
    order = [line.split()[0] for line in lines]
    assert order == sorted(order, key=BAD_FIRST.index)
    for state in set(STATES) - {OK}:
        assert order.count(state) == sum(check.status == state for check in checks)
    for name in {check.name for check in checks}:
        good = [check for check in checks if (check.name, check.status) == (name, OK)]
        described = [line for line in lines if line.split()[:2] == [OK, name]]
        assert len(described) == (len(good) if len(good) <= MANY else 1)
    assert sum(count_by_status(checks).values()) == len(checks)


LONG = "the service has no valid trust of the user who made it " * 4
WEB, MAIL = "web (4ddf0e47-618d-47d1-9f2f-48f342e1d9af)", "mail (28cd7921-ea52-4e10-97b8-1ffbb6e43d4e)"


@pytest.mark.parametrize("with_ids", [False, True])
@given(st.lists(st.builds(Check, st.just("trust"), st.sampled_from(STATES), st.just(WEB), st.text(), st.just(LONG))))
def test_every_line_fits_the_screen(with_ids: bool, checks: list[Check]) -> None:
    assert all(len(line) <= 110 for line in report_lines(checks, with_ids))


def test_what_is_bad_stands_first_and_has_what_to_do_below_it() -> None:
    checks = [
        Check("dns", OK, "cloud:5000", "192.0.2.5"),
        Check("trust", "warning", WEB, f"{WEB} is {LONG}", "Make another one."),
        Check("state", OK, MAIL, LONG * 2),
        Check(
            "overdue", "failed", MAIL, "40 hours old: the snapshot 's' (4ddf0e47-618d-47d1-9f2f-48f342e1d9af, error)"
        ),
    ]
    assert report_lines(checks) == [
        "failed  overdue       mail: 40 hours old: the snapshot 's' (error)",
        "warning trust         web: web is the service has no valid trust of the user who made it the service has no",
        "                      valid trust of the user who made it the service has no valid trust of the user who made",
        "                      it the service has no valid trust of the user who made it",
        "                      -> Make another one.",
        "ok      dns           cloud:5000: 192.0.2.5",
        "ok      state         mail: the service has no valid trust of the user who made it the service has no ...",
    ]
    assert report_lines(checks, with_ids=True)[0].startswith(f"failed  overdue       {MAIL}: ")


def test_objects_of_one_name_are_told_apart_by_their_ids() -> None:
    other = WEB.replace("4ddf", "5ddf")
    assert report_lines([Check("state", OK, each, "available") for each in (WEB, other, WEB)]) == [
        f"ok      state         {each}: available" for each in (WEB, other, WEB)
    ]


# ---- what is documented --------------------------------------------------------------------------


def documented() -> dict[str, Any]:
    """Return the documented results."""
    returns: dict[str, Any] = yaml.safe_load(preflight_info.RETURN)
    return returns


def test_result_is_the_documented_one() -> None:
    result = run_module("preflight_info", {"auth": {**AUTH, "auth_url": "http://127.0.0.1:9/v3"}})
    assert set(result) - {"changed", "invocation", "warnings"} == set(documented()) - {"error", "msg"}
    assert set(result["summary"]) == set(documented()["summary"]["contains"]) == set(STATES)
    for check in result["checks"]:
        assert set(check) == set(documented()["checks"]["contains"])
        assert all(isinstance(value, str) for value in check.values())


def test_names_of_checks_are_the_documented_ones() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in PREFLIGHT.glob("*.py"))
    used = set(re.findall(r'\b(?:Check|unreadable|_readable_by_administrators)\(\s*"(\w+)"', text))
    listed = set(re.findall(r"C\((\w+)\)", str(documented()["checks"]["contains"]["name"]["description"])))
    assert listed == used


# ---- what other services answer ------------------------------------------------------------------


@pytest.fixture
def survey(exchange: Exchange) -> Survey:
    """Return the observations of a cloud with Cinder and Barbican."""
    exchange.services.update({"volumev3": CINDER, "key-manager": BARBICAN})
    exchange.internal["key-manager"] = "http://barbican.internal:9311"
    context = Context(auth_login.connect({"auth": AUTH}), {}, check_mode=True)
    return Survey(context, (), "auto", NOW, [], [], [], set(), [], set(), [])


def usage(used: int, limit: int) -> dict[str, int]:
    return {"in_use": used, "reserved": 1, "limit": limit}


@pytest.mark.parametrize(
    ("used", "limit", "status", "said"),
    [
        (3, 10, "ok", "Cinder: 4 of 10 volumes"),
        (8, 10, "warning", "Cinder leaves little room: 9 of 10 volumes"),
        (9, 10, "failed", "Cinder leaves no room: 10 of 10 volumes"),
        (9, -1, "ok", "Cinder: 1 of 100 snapshots"),
        (0, 0, "failed", "Cinder leaves no room: 1 of 0 volumes"),
    ],
)
def test_quota(exchange: Exchange, survey: Survey, used: int, limit: int, status: str, said: str) -> None:
    found = {
        "id": exchange.project_id,
        "volumes": usage(used, limit),
        "snapshots": usage(0, 100),
        "gigabytes": usage(0, -1),
        "groups": usage(0, 0),
    }
    exchange.get(f"/os-quota-sets/{exchange.project_id}", {"quota_set": found}, query={"usage": "True"}, url=CINDER)
    (check,) = preflight_volumes.check_quota(survey)
    assert (check.status, check.detail[: len(said)]) == (status, said)
    assert bool(check.action) == (status != "ok")
    exchange.verify()


def test_quota_that_is_not_told(exchange: Exchange, survey: Survey) -> None:
    exchange.get(
        f"/os-quota-sets/{exchange.project_id}",
        fault("no", "forbidden", 403),
        query={"usage": "True"},
        url=CINDER,
        status=403,
    )
    assert preflight_volumes.check_quota(survey)[0].status == "unknown"


@pytest.mark.parametrize(
    ("reply", "code", "status"),
    [
        ({"status": "ACTIVE", "secret_ref": SECRET}, 200, "ok"),
        ({"status": "ERROR", "secret_ref": SECRET}, 200, "warning"),
        (fault("no", "forbidden", 403), 403, "failed"),
        (fault("gone", "itemNotFound", 404), 404, "failed"),
        (fault("bad", "badRequest", 400), 400, "unknown"),
    ],
)
def test_credentials_of_a_bucket(
    exchange: Exchange, survey: Survey, reply: dict[str, Any], code: int, status: str
) -> None:
    """The token is sent only to the endpoint of Barbican, also if a target names another host."""
    exchange.get("/v1/secrets/7a2e4c1b-8a0d-4c7e-9d55-0f6f0f3b8c11", reply, url=BARBICAN, status=code)
    row = {"id": "t", "filesystem_export": "s3/bucket", "secret_ref": SECRET.replace("barbican.test", "elsewhere.test")}
    check = preflight_targets.check_credentials(survey, row)
    assert check is not None
    assert check.status == status
    exchange.verify()


@pytest.mark.parametrize(
    ("ref", "more", "status", "said"),
    [
        (f"{SECRET}/payload", None, "failed", "the reference ends in /payload"),
        (SECRET, {"content_types": {"default": "application/octet-stream"}}, "failed", "stored as application/octet"),
        (SECRET, {"content_types": {"default": "text/plain"}}, "ok", "can be read"),
        (SECRET, {"content_types": {"default": "application/json"}}, "ok", "can be read"),
        (SECRET.replace("barbican.test", "barbican.internal"), {}, "warning", "the internal host barbican.internal"),
    ],
)
def test_a_reference_that_the_service_cannot_use(
    exchange: Exchange, survey: Survey, ref: str, more: dict[str, Any] | None, status: str, said: str
) -> None:
    if more is not None:
        found = {"status": "ACTIVE", **more}
        exchange.get("/v1/secrets/7a2e4c1b-8a0d-4c7e-9d55-0f6f0f3b8c11", found, url=BARBICAN)
    check = preflight_targets.check_credentials(survey, {"id": "t", "secret_ref": ref})
    assert check is not None
    assert (check.status, said in check.detail) == (status, True), check
    exchange.verify()


def test_no_credentials_and_no_barbican(exchange: Exchange, survey: Survey) -> None:
    assert preflight_targets.check_credentials(survey, {"id": "t"}) is None
    exchange.services.clear()
    other = Survey(
        Context(auth_login.connect({"auth": AUTH}), {}, check_mode=True),
        (),
        "auto",
        NOW,
        [],
        [],
        [],
        set(),
        [],
        set(),
        [],
    )
    check = preflight_targets.check_credentials(other, {"id": "t", "secret_ref": SECRET})
    assert check is not None
    assert check.status == "unknown"
    assert preflight_volumes.check_quota(other)[0].status == "skipped"
    assert preflight_project.check_services(other)[0].detail.startswith(
        "has no endpoint of Neutron, Cinder, Glance here"
    )


# ---- volumes -------------------------------------------------------------------------------------


def volume(number: int, server: str, **more: Any) -> dict[str, Any]:
    """Return a volume as Cinder lists it."""
    return {
        "id": f"v{number}",
        "name": f"data-{number}",
        "size": 10,
        "volume_type": "ssd",
        "encrypted": False,
        "attachments": [{"server_id": server}],
        **more,
    }


def protecting(survey: Survey, *servers: str, name: str = "web", **more: Any) -> None:
    """Add a workload with these servers."""
    instances = [{"id": each, "name": f"{each}.example.com"} for each in servers]
    survey.documents.append({"id": f"id-{name}", "name": name, "instances": instances, "encryption": False, **more})


@pytest.mark.parametrize(
    ("quota", "status", "said"),
    [
        ({"volumes": usage(0, 3), "snapshots": usage(0, 5)}, "ok", "Cinder: 1 of 3 volumes, 1 of 5 snapshots"),
        ({"volumes": usage(0, 2)}, "warning", "web (id-web) runs, it needs up to 2 volumes (1 free)"),
        ({"snapshots": usage(1, 5)}, "warning", "it needs up to 4 snapshots (3 free)"),
        ({"gigabytes": usage(0, 60)}, "warning", "it needs up to 60 gigabytes (59 free)"),
        ({"snapshots_ssd": usage(2, 6)}, "warning", "it needs up to 4 snapshots_ssd (3 free)"),
        (
            {"volumes_ssd": usage(-1, 1), "gigabytes_ssd": usage(0, 9)},
            "warning",
            "60 gigabytes_ssd (8 free), 2 volumes_ssd",
        ),
        ({"snapshots_hdd": usage(0, 0), "volumes_hdd": usage(0, 0)}, "ok", "no limits"),
    ],
)
def test_quota_of_each_type_for_the_next_backup(
    exchange: Exchange, survey: Survey, quota: dict[str, Any], status: str, said: str
) -> None:
    """One more volume for each disk, and two snapshots of each volume."""
    survey.volumes = [volume(1, "s1"), volume(2, "s2"), volume(3, "elsewhere", volume_type="hdd")]
    protecting(survey, "s1", "s2")
    found = {"id": exchange.project_id, **quota}
    exchange.get(f"/os-quota-sets/{exchange.project_id}", {"quota_set": found}, query={"usage": "True"}, url=CINDER)
    (check,) = preflight_volumes.check_quota(survey)
    assert (check.status, said in check.detail) == (status, True), check


def test_quota_names_the_workload_that_lacks_most_and_the_others(exchange: Exchange, survey: Survey) -> None:
    survey.volumes = [volume(number, f"s{number}", size=1) for number in range(4)]
    protecting(survey, "s0")
    protecting(survey, "s1", "s2", "s3", name="mail")
    found = {"id": exchange.project_id, "snapshots": usage(0, 2)}
    exchange.get(f"/os-quota-sets/{exchange.project_id}", {"quota_set": found}, query={"usage": "True"}, url=CINDER)
    (check,) = preflight_volumes.check_quota(survey)
    assert check.detail == (
        "while a backup of mail (id-mail) runs, it needs up to 6 snapshots (1 free); too little for these as well: "
        "web (id-web)"
    )


@pytest.mark.parametrize(
    ("encryption", "status"), [(False, "failed"), (None, "failed"), (True, "ok"), ("not shown", "unknown")]
)
def test_encrypted_volume_in_a_workload(survey: Survey, encryption: Any, status: str) -> None:
    survey.volumes = [volume(1, "s1"), volume(2, "s2", encrypted=True)]
    protecting(survey, "s1", "s2", encryption=encryption)
    if encryption == "not shown":
        del survey.documents[0]["encryption"]
    (check,) = preflight_volumes.check_encryption(survey)
    assert check.status == status
    assert ("data-2 (v2) of s2.example.com (s2)" in check.detail) is (status != "ok")
    assert "data-1" not in check.detail


def test_volumes_that_cannot_be_listed(survey: Survey) -> None:
    survey.volumes = ForbiddenError("no", method="GET", path="/volumes/detail", status=403)
    assert preflight_volumes.check_encryption(survey)[0].status == "unknown"
    survey.volumes = EndpointError("none")
    assert preflight_volumes.check_encryption(survey)[0].status == "skipped"


# ---- immutable targets, two schedulers -----------------------------------------------------------

FULL = {"backup_day": ["sun"], "retention": "2", "snapshot_type": "full"}


@pytest.mark.parametrize(
    ("schedule", "immutable", "warns"),
    [
        ({"hourly": {"interval": "4"}}, "1", True),
        ({"hourly": {"interval": "4"}}, "0", False),
        ({"hourly": {"interval": "4"}, "weekly": FULL}, "1", False),
        ({"interval": "4", "fullbackup_interval": "-1"}, "1", True),
        ({"interval": "4", "fullbackup_interval": "0"}, "1", False),
        ({"interval": "4", "fullbackup_interval": "7"}, "1", False),
    ],
)
def test_retention_on_an_immutable_target(schedule: dict[str, Any], immutable: str, warns: bool) -> None:
    target = {
        "id": "t",
        "filesystem_export": "s3/b",
        "backup_target_metadata": [{"key": "immutable", "value": immutable}],
    }
    other = {"id": "u", "filesystem_export": "nfs:/b", "backup_target_metadata": [{"key": "immutable", "value": "1"}]}
    document = {**workload(), "metadata": {"backup_media_target": "s3/b"}, "jobschedule": {"enabled": True, **schedule}}
    check = preflight_targets.check_retention(document, [other, target])
    assert (check is not None) is warns
    if check is not None:
        assert (check.status, check.subject) == ("warning", "web (w)")
        assert "s3/b is immutable, and its schedule takes no full backup" in check.detail


@pytest.mark.parametrize(
    ("apart", "age", "name", "warns"),
    [
        (timedelta(minutes=1), timedelta(hours=5), "jobscheduler", True),
        (timedelta(minutes=11), timedelta(hours=5), "jobscheduler", False),
        (timedelta(hours=4), timedelta(hours=5), "jobscheduler", False),
        (timedelta(minutes=1), timedelta(days=8), "jobscheduler", False),
        (timedelta(minutes=1), timedelta(hours=5), "by hand", False),
    ],
)
def test_two_schedulers(apart: timedelta, age: timedelta, name: str, warns: bool) -> None:
    begun = [NOW - timedelta(days=6), NOW - age, NOW - age + apart]
    rows = [
        {"id": f"s{number}", "name": name, "created_at": each.strftime("%Y-%m-%dT%H:%M:%S.000000")}
        for number, each in enumerate(sorted(begun))
    ]
    found = check_twice(workload(), rows, NOW)
    assert [check.status for check in found] == ["warning"] * warns
    assert all("two scheduled snapshots within 1 minute," in check.detail for check in found)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("The service catalog is empty.", "default project"),
        ("Bad Gateway (HTTP 502)", "data mover API"),
        ("No valid host was found. ", "No node"),
        ("VolumeSizeExceedsAvailableQuota", "two snapshots of each volume"),
        ("Unable to find Virtual Machine 'x' in nova inventory", "gone from Nova"),
        ("Unencrypted workload cannot have instance: x with encrypted Volume: y", "encryption"),
        ("disk 1502 is on fire", ""),
        (None, ""),
    ],
)
def test_causes_that_the_server_does_not_tell(error: str | None, advice: str) -> None:
    assert advice in explain(error)
    assert bool(explain(error)) is bool(advice)


@pytest.mark.parametrize(
    ("apart", "status"),
    [
        (timedelta(0), "ok"),
        (timedelta(seconds=-59), "ok"),
        (timedelta(minutes=5), "warning"),
        (-timedelta(minutes=5), "warning"),
    ],
)
def test_clocks(survey: Survey, apart: timedelta, status: str) -> None:
    connection = survey.context.connection
    assert connection.issued is not None
    check = preflight_connection.check_token(connection, connection.issued + apart)
    assert check.status == status
    assert ("300 seconds apart" in check.detail) is (status == "warning")


def test_the_guide_knows_every_check() -> None:
    table = (
        (ROOT / "docs" / "docsite" / "rst" / "guide_preflight.rst")
        .read_text(encoding="utf-8")
        .split("   * - Check\n")[1]
        .split("\n\n")[0]
    )
    rows = [row.split("\n     - ")[0] for row in table.split("\n   * - ")[1:]]
    listed = re.findall(r"``(\w+)``", " ".join(rows))
    assert sorted(listed) == sorted(
        re.findall(r"C\((\w+)\)", str(documented()["checks"]["contains"]["name"]["description"]))
    )
