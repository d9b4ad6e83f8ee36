# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The back door: clock, records, faults, rows, reset; and the list of the inventory's servers."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from emulator.server.admin import merge_patch
from emulator.server.clock import Clock
from emulator.server.front import Dropped
from emulator.server.store import Store
from unit.emulator.in_process import DB, NOWHERE, OTHER_PROJECT, PROJECT, USER, WEB, Api, vms


def test_ready(api: Api) -> None:
    assert api.admin("GET", "ready") == {"ready": True, "profile": "6.2"}


class TestClock:
    """The time of day, and the seconds of work."""

    def test_work_runs_faster_and_the_day_does_not(self) -> None:
        begun, clock = time.monotonic(), Clock(speed=1000)
        day, work = clock.now(), clock.work()
        time.sleep(0.02)
        done, passed = clock.work() - work, (clock.now() - day).total_seconds()
        assert 0.019 < passed < time.monotonic() - begun + 0.001
        assert done > 19

    def test_frozen_until_stepped(self) -> None:
        clock = Clock()
        clock.set(freeze=True)
        day, work = clock.now(), clock.work()
        time.sleep(0.01)
        assert (clock.now(), clock.work()) == (day, work)
        clock.set(step=90)
        assert ((clock.now() - day).total_seconds(), clock.work() - work) == (90, 90)
        begun = time.monotonic()
        clock.set(freeze=False, speed=1)
        time.sleep(0.01)
        assert 90.009 < clock.work() - work < 90.001 + time.monotonic() - begun

    def test_back_door(self, api: Api) -> None:
        before = api.admin("GET", "clock")
        after = api.admin("PUT", "clock", {"step": 3600, "speed": 5})
        assert (after["frozen"], after["speed"]) == (True, 5)
        assert after["work"] - before["work"] == 3600
        assert "speedy" in api.admin("PUT", "clock", {"speedy": 1}, code=400)["error"]

    def test_creating_is_seen_at_normal_speed_and_over_soon(self, api: Api) -> None:
        api.admin("PUT", "clock", {"freeze": False})
        workload_id = json.loads(api.call("POST", "/workloads", api.body()).data)["workload"]["id"]
        deadline = time.monotonic() + 60
        while api.status(workload_id) != "available" and time.monotonic() < deadline:
            time.sleep(0.02)
        assert api.status(workload_id) == "available"

    def test_steps_over_several_ends_keep_their_order_and_times(self, api: Api) -> None:
        api.set(snapshot_phases=["executing", "uploading"])
        workload_id = api.create()
        snapshot_id = api.snapshot(workload_id)
        api.step(86400)
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["time_taken"] == 20


class TestRecorder:
    """Every request is recorded with its effect."""

    def test_fields(self, api: Api) -> None:
        api.call("POST", "/workloads?x=1", api.body(name="n"))
        (record,) = api.admin("GET", "requests")["requests"]
        assert record.pop("time").startswith("20")
        assert record == {
            "n": 1,
            "method": "POST",
            "path": f"/v1/{PROJECT}/workloads",
            "query": "x=1",
            "body": api.body(name="n"),
            "status": 202,
            "project": PROJECT,
            "user": USER,
            "kind": "workloads",
            "effect": "WRITE",
            "fault": None,
        }

    @pytest.mark.parametrize(
        ("method", "path", "kind", "effect"),
        [
            ("GET", "/workloads", "workloads", "READ"),
            ("GET", f"/workloads/{NOWHERE}", "workloads", "READ"),
            ("PUT", f"/workloads/{NOWHERE}", "workloads", "WRITE"),
            ("POST", f"/workloads/{NOWHERE}", "snapshots", "WRITE"),
            ("GET", f"/snapshots/{NOWHERE}", "snapshots", "READ"),
            ("GET", f"/snapshots/{NOWHERE}/cancel", "snapshots", "WRITE"),
            ("GET", "/restores/detail", "restores", "READ"),
            ("GET", "/workload_policy/", "policies", "READ"),
            ("GET", "/backup_target_types", "backup_target_types", "READ"),
            ("GET", "/workload_types", "workload_types", "READ"),
            ("POST", "/global_job_scheduler/enable", "global_scheduler", "WRITE"),
            ("GET", "/no_such", "unknown", "READ"),
            ("POST", "/no_such", "unknown", "WRITE"),
        ],
    )
    def test_kind_and_effect_go_by_meaning(self, api: Api, method: str, path: str, kind: str, effect: str) -> None:
        api.call(method, path)
        (record,) = api.admin("GET", "requests")["requests"]
        assert (record["kind"], record["effect"]) == (kind, effect)

    def test_marks_and_filters(self, api: Api) -> None:
        api.get("/workloads")
        mark = api.admin("POST", "mark")["mark"]
        api.get("/workloads")
        api.get("/workloads", project=OTHER_PROJECT)
        api.call("POST", "/workloads", "{")
        assert api.admin("GET", f"requests?since={mark}")["count"] == 3
        assert api.admin("GET", f"requests?since={mark}&effect=WRITE&project={PROJECT}")["requests"][0]["body"] == "{"
        assert api.admin("GET", f"requests?project={OTHER_PROJECT}")["count"] == 1
        assert api.admin("GET", "requests?status=400&method=POST&kind=workloads")["count"] == 1
        assert "colour" in api.admin("GET", "requests?colour=red", code=400)["error"]

    def test_the_back_door_is_not_recorded_and_marks_outlive_a_reset(self, api: Api) -> None:
        api.get("/workloads")
        mark = api.admin("POST", "mark")["mark"]
        api.admin("POST", "reset")
        assert api.admin("GET", "requests")["count"] == 0
        api.get("/workloads")
        assert api.admin("GET", f"requests?since={mark}")["count"] == 1


class TestFaults:
    """Each fault, and the requests that it hits. `test_emulator_server.py` tests closed connections on a socket."""

    def queue(self, api: Api, kind: str, **values: Any) -> None:
        api.admin("PUT", "faults", {"kind": kind, **values})

    def test_status_with_body_and_retry_after(self, api: Api) -> None:
        self.queue(api, "status", code=429, body={"overLimit": {"code": 429, "message": "slow"}}, retry_after=3)
        response = api.call("POST", "/workloads", api.body())
        assert (
            response.status_code,
            response.headers["Retry-After"],
            json.loads(response.data)["overLimit"]["message"],
        ) == (429, "3", "slow")
        assert api.get("/workloads") == {"workloads": []}

    @pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
    def test_drops(self, api: Api, kind: str) -> None:
        self.queue(api, kind)
        with pytest.raises(Dropped):
            api.call("POST", "/workloads", api.body())
        assert len(api.get("/workloads")["workloads"]) == (1 if kind == "drop_after" else 0)
        record = api.admin("GET", "requests")["requests"][0]
        assert (record["status"], record["fault"], record["effect"]) == (None, kind, "WRITE")

    def test_status_after_the_work(self, api: Api) -> None:
        self.queue(api, "status_after", code=502)
        assert api.code("POST", "/workloads", api.body()) == 502
        assert len(api.get("/workloads")["workloads"]) == 1

    @pytest.mark.parametrize(("kind", "late"), [("latency", True), ("latency_after", True)])
    def test_latency(self, api: Api, kind: str, late: bool) -> None:
        self.queue(api, kind, delay=0.05)
        begun = time.monotonic()
        assert api.code("GET", "/workloads") == 200
        assert (time.monotonic() - begun >= 0.05) is late

    def test_truncate(self, api: Api) -> None:
        whole = api.call("GET", "/workload_types").data
        self.queue(api, "truncate")
        response = api.call("GET", "/workload_types")
        assert response.data == whole[: len(whole) // 2]
        assert response.headers["Content-Length"] == str(len(whole) // 2)
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            json.loads(response.data)

    def test_html(self, api: Api) -> None:
        self.queue(api, "html")
        response = api.call("GET", "/workloads")
        assert (response.status_code, response.content_type) == (200, "text/html; charset=UTF-8")

    def test_empty(self, api: Api) -> None:
        self.queue(api, "empty")
        response = api.call("GET", "/workloads")
        assert (response.status_code, response.data, response.content_type) == (200, b"", "application/json")

    def test_shape(self, api: Api) -> None:
        self.queue(api, "shape", body={"workloads": {"id": 1}})
        assert api.get("/workloads") == {"workloads": {"id": 1}}

    def test_lost_update(self, api: Api) -> None:
        workload_id = api.create(name="before")
        self.queue(api, "lost_update", method="PUT")
        assert api.change(workload_id, name="after")["name"] == "before"
        assert api.change(workload_id, name="after")["name"] == "after"

    def test_stuck(self, api: Api) -> None:
        self.queue(api, "stuck", method="POST")
        workload_id = json.loads(api.call("POST", "/workloads", api.body()).data)["workload"]["id"]
        other = api.create(instances=vms(DB))
        self.queue(api, "stuck", path=other)
        api.snapshot(other)
        api.step(1e6)
        assert (api.status(workload_id), api.status(other)) == ("creating", "locked")

    def test_fails(self, api: Api) -> None:
        self.queue(api, "fails", method="POST", body="disk full")
        broken = api.create()
        assert (api.show(broken)["status"], api.show(broken)["error_msg"]) == ("error", "disk full")
        workload_id = api.create(instances=vms(DB))
        self.queue(api, "fails")
        snapshot_id = api.snapshot(workload_id)
        assert api.status(workload_id) == "locked"
        api.step(60)
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["error_msg"] == "It failed on request"
        assert api.status(workload_id) == "available"

    def test_expired_token(self, api: Api) -> None:
        self.queue(api, "expired_token")
        response = api.call("GET", "/workloads")
        assert (response.status_code, "WWW-Authenticate" in response.headers) == (401, True)
        assert api.code("GET", "/workloads") == 200

    def test_which_requests_meet_it(self, api: Api) -> None:
        self.queue(api, "status", method="GET", path="/workloads$", times=2, skip=1, project=PROJECT)
        assert api.code("POST", "/workloads", "{") == 400
        assert api.code("GET", "/snapshots") == 200
        assert api.code("GET", "/workloads", project=OTHER_PROJECT) == 200
        assert [api.code("GET", "/workloads") for _number in range(4)] == [200, 503, 503, 200]

    def test_for_ever_until_taken_away(self, api: Api) -> None:
        api.admin(
            "PUT",
            "faults",
            {"faults": [{"kind": "status", "times": 0, "project": project} for project in (PROJECT, OTHER_PROJECT)]},
        )
        assert [api.code("GET", "/workloads") for _number in range(3)] == [503] * 3
        assert [fault["hits"] for fault in api.admin("GET", "faults")["faults"]] == [3, 0]
        api.admin("DELETE", f"faults?project={PROJECT}")
        assert (api.code("GET", "/workloads"), api.code("GET", "/workloads", project=OTHER_PROJECT)) == (200, 503)
        api.admin("DELETE", "faults")
        assert api.code("GET", "/workloads", project=OTHER_PROJECT) == 200

    @pytest.mark.parametrize(
        "fault", [{"kind": "no_such"}, {}, {"kind": "status", "colour": "red"}, {"kind": "status", "path": "("}]
    )
    def test_what_is_no_fault(self, api: Api, fault: dict[str, Any]) -> None:
        assert api.admin("PUT", "faults", fault, code=400)["error"]
        assert api.admin("GET", "faults") == {"faults": []}


class TestRows:
    """Rows that tests add, change and remove."""

    def test_drift_behind_the_back(self, api: Api) -> None:
        daily = {"backup_time": ["14:15"], "retention": 2}
        workload_id = api.create(jobschedule={"enabled": False, "daily": daily, "manual": {"retention": 3}})
        api.admin(
            "PATCH",
            f"workloads/{workload_id}",
            {"status": "locked", "jobschedule": {"daily": {"retention": "9"}, "manual": None}},
        )
        shown = api.show(workload_id)
        assert shown["status"] == "locked"
        assert shown["jobschedule"]["daily"] == {"backup_time": ["14:15"], "retention": "9"}
        assert "manual" not in shown["jobschedule"]

    def test_a_state_put_in_outlives_the_work_that_was_under_way(self, api: Api) -> None:
        workload_id = json.loads(api.call("POST", "/workloads", api.body()).data)["workload"]["id"]
        api.admin("PATCH", f"workloads/{workload_id}", {"status": "error", "error_msg": "broken"})
        api.step(60)
        assert (api.show(workload_id)["status"], api.show(workload_id)["error_msg"]) == ("error", "broken")
        other = api.create(instances=vms(DB))
        snapshot_id = api.snapshot(other)
        api.admin("PATCH", f"snapshots/{snapshot_id}", {"status": "error"})
        api.step(60)
        assert (api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"], api.status(other)) == ("error", "locked")

    def test_a_row_of_another_project_in_any_state(self, api: Api) -> None:
        row = api.put_row("workloads", project_id=OTHER_PROJECT, status="error", error_msg="broken", name="theirs")
        assert api.get("/workloads") == {"workloads": []}
        shown = api.get(f"/workloads/{row['id']}", project=OTHER_PROJECT)["workload"]
        assert (shown["status"], shown["error_msg"], shown["name"]) == ("error", "broken", "theirs")

    def test_put_get_list_delete(self, api: Api) -> None:
        assert api.admin("PUT", f"workloads/{NOWHERE}", {"name": "n", "project_id": PROJECT})["id"] == NOWHERE
        assert api.admin("GET", f"workloads/{NOWHERE}")["name"] == "n"
        assert len(api.admin("GET", f"workloads?project={PROJECT}")) == 1
        assert api.admin("DELETE", f"workloads/{NOWHERE}") == {"deleted": NOWHERE}
        assert "no row" in api.admin("DELETE", f"workloads/{NOWHERE}", code=400)["error"]
        assert "nonsense" in api.admin("POST", "nonsense", {}, code=400)["error"]
        assert "object" in api.admin("POST", "workloads", [], code=400)["error"]

    @pytest.mark.parametrize(
        ("target", "patch", "result"),
        [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}),
            ({"a": "b"}, {"a": None}, {}),
            ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )
    def test_merge_patch_as_in_rfc_7396(self, target: Any, patch: Any, result: Any) -> None:
        assert merge_patch(target, patch) == result


def test_reset(api: Api) -> None:
    api.create()
    api.set(profile="4.2")
    api.admin("PUT", "faults", {"kind": "status"})
    api.admin("DELETE", f"instances/{WEB}")
    api.admin("POST", "reset")
    assert api.get("/workloads") == {"workloads": []}
    assert api.admin("GET", "ready")["profile"] == "6.2"
    assert api.admin("GET", "clock")["frozen"] is False
    assert len(api.admin("GET", "instances")) == 3
    assert len(api.get("/backup_targets")["backup_targets"]) == 2


def test_reset_of_one_project(api: Api) -> None:
    api.create()
    theirs = json.loads(api.call("POST", "/workloads", api.body(instances=vms(DB)), project=OTHER_PROJECT).data)[
        "workload"
    ]["id"]
    api.admin("POST", f"reset?project={PROJECT}")
    assert api.get("/workloads") == {"workloads": []}
    assert api.admin("GET", f"requests?project={PROJECT}&effect=WRITE")["count"] == 0
    api.step(60)
    assert api.get(f"/workloads/{theirs}", project=OTHER_PROJECT)["workload"]["status"] == "available"


class TestCompute:
    """The list of the inventory's servers, used without a real Nova."""

    def servers(self, api: Api, query: str = "", path: str = "/servers", **headers: str) -> Any:
        response = api.client.get(f"/compute/v2.1{path}{query}", headers={"X-Project-Id": PROJECT, **headers})
        assert response.status_code == 200
        return json.loads(response.data)

    def test_list_and_detail(self, api: Api) -> None:
        assert {row["name"] for row in self.servers(api)["servers"]} == {"cirros-3", "cirros-4", "PM"}
        assert set(self.servers(api)["servers"][0]) == {"id", "name", "links"}
        assert self.servers(api, path="/servers/detail")["servers"][0]["status"] == "ACTIVE"
        assert self.servers(api, path=f"/servers/{WEB}")["server"]["name"] == "cirros-3"
        assert api.client.get(f"/compute/v2.1/servers/{NOWHERE}").status_code == 404

    def test_tags_show_from_the_microversion_on_that_knows_them(self, api: Api) -> None:
        api.admin(
            "POST",
            "instances",
            {
                "name": "tagged",
                "project": PROJECT,
                "tags": ["keep"],
                "metadata": {"backup": "gold"},
                "availability_zone": "az-2",
            },
        )
        for version, tags in (
            ("", None),
            ("compute 2.25", None),
            ("compute 2.26", ["keep"]),
            ("compute 2.90", ["keep"]),
        ):
            rows = self.servers(api, path="/servers/detail", **{"OpenStack-API-Version": version})["servers"]
            [row] = [row for row in rows if row["name"] == "tagged"]
            assert (row.get("tags"), row["metadata"], row["OS-EXT-AZ:availability_zone"]) == (
                tags,
                {"backup": "gold"},
                "az-2",
            )

    def test_paging(self, api: Api) -> None:
        names, query = [], "?limit=2"
        while query:
            page = self.servers(api, query)
            names += [row["name"] for row in page["servers"]]
            (link,) = page.get("servers_links", [{"href": "?"}])
            query = "?" + link["href"].partition("?")[2] if "servers_links" in page else ""
        assert sorted(names) == ["PM", "cirros-3", "cirros-4"]
        assert api.client.get(f"/compute/v2.1/servers?marker={NOWHERE}").status_code == 400

    def test_name_is_a_pattern(self, api: Api) -> None:
        assert {row["name"] for row in self.servers(api, "?name=cirros")["servers"]} == {"cirros-3", "cirros-4"}
        assert len(self.servers(api, "?name=^PM$")["servers"]) == 1

    def test_other_projects(self, api: Api) -> None:
        api.admin("POST", "instances", {"name": "theirs", "project": OTHER_PROJECT})
        api.admin("POST", "instances", {"name": "by-name", "project": "demo"})
        assert len(self.servers(api)["servers"]) == 3
        assert "by-name" in {row["name"] for row in self.servers(api, **{"X-Project-Name": "demo"})["servers"]}
        assert len(self.servers(api, "?all_tenants=1", **{"X-Roles": "admin"})["servers"]) == 5
        assert api.client.get("/compute/v2.1/servers?all_tenants=1").status_code == 403

    def test_it_is_recorded(self, api: Api) -> None:
        self.servers(api)
        assert api.admin("GET", "requests?kind=compute")["requests"][0]["effect"] == "READ"

    def test_versions(self, api: Api) -> None:
        assert json.loads(api.client.get("/compute/v2.1/").data)["version"]["id"] == "v2.1"
        assert json.loads(api.client.get("/compute").data)["versions"][0]["id"] == "v2.1"


class TestStore:
    """Documents in memory and on disk."""

    def test_rollback_and_order(self) -> None:
        store = Store()
        for name in "ba":
            store.put("k", {"id": name, "project_id": "p"})
        store.commit()
        store.put("k", {"id": "b", "project_id": "p", "new": True})
        store.delete("k", "a")
        assert [doc["id"] for doc in store.all("k", "p")] == ["b"]
        store.rollback()
        assert [doc["id"] for doc in store.all("k")] == ["b", "a"]
        assert store.get("k", "b") == {"id": "b", "project_id": "p"}
