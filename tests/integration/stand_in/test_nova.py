# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers by name and id, with the real Nova: only those of the project, one list a task, deleted servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from integration.conftest import Operator
from keystoneauth1.identity.v3 import Password
from keystoneauth1.session import Session
from support.module import warnings_of
from support.stand import Stand, launch
from support.tenant import wait

from ansible_collections.openprotect.backup.plugins.module_utils._openstack.client import next_page

pytestmark = pytest.mark.cloud

COMPUTE = {"service_type": "compute"}
MICROVERSION = "compute 2.37"  # the first in which a server may ask for no network
NOWHERE = "4ddf0e47-618d-47d1-9f2f-48f342e1d9af"


class Nova:
    """The real Nova, as users of two projects.

    :param stand: The cloud.
    """

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self._log = stand.state / "log" / "nova.log"

    def session(self, user: str = "demo") -> Session:
        """Return a session of keystoneauth1, apart from the collection's own."""
        auth: dict[str, Any] = self.stand.auth(user, "other" if user == "other" else "demo")
        return Session(Password(**auth))

    def ask(self, path: str, method: str = "GET", body: Any = None, user: str = "demo") -> Any:
        """Send a request to Nova as a user, and return the response."""
        headers = {"OpenStack-API-Version": MICROVERSION}
        answer = self.session(user).request(
            path, method, endpoint_filter=COMPUTE, headers=headers, **({"json": body} if body else {})
        )
        return answer.json() if answer.content else None

    def create(self, name: str, user: str = "demo") -> str:
        """Create a server and return its id. Wait until it is up: earlier changes may get lost."""
        flavor = self.ask("/flavors")["flavors"][0]["id"]
        image = self.session().get("/v2/images", endpoint_filter={"service_type": "image"}).json()["images"][0]["id"]
        wanted = {"name": name, "flavorRef": flavor, "imageRef": image, "networks": "none"}
        server_id = str(self.ask("/servers", "POST", {"server": wanted}, user)["server"]["id"])
        wait(lambda: self.ask(f"/servers/{server_id}", user=user)["server"]["status"] == "ACTIVE")
        return server_id

    def delete(self, server_id: str) -> None:
        """Delete a server of the project demo and wait until it is gone."""
        self.ask(f"/servers/{server_id}", "DELETE")
        wait(lambda: server_id not in [server["id"] for server in self.ask("/servers")["servers"]])

    def lists(self) -> int:
        """Return how many lists of servers were asked for so far, as Nova logs it."""
        return self._log.read_text(encoding="utf-8", errors="replace").count('"GET /v2.1/servers" ')


@pytest.fixture(scope="module")
def ids(whole: Stand) -> Iterator[dict[str, str]]:
    """Boot two servers, return name -> id, and take away all that is there after the last test."""
    launch("boot", "--state", whole.state, "web-1", "web-2")
    nova = Nova(whole)
    yield {
        server["name"]: server["id"]
        for server in nova.ask("/servers")["servers"]
        if server["name"] in ("web-1", "web-2")
    }
    for server in nova.ask("/servers")["servers"]:
        nova.delete(server["id"])


@pytest.fixture
def nova(whole: Stand, ids: dict[str, str]) -> Nova:
    """Return Nova with two servers that are up; the emulator is empty."""
    assert ids
    whole.emulator.reset("6.2")
    return Nova(whole)


@pytest.fixture
def operator(whole: Stand, nova: Nova) -> Operator:
    """Return a user of the project demo; the emulator is empty."""
    assert nova.stand is whole
    return Operator(whole, "6")


def test_names_and_ids_are_those_of_nova(operator: Operator, nova: Nova, ids: dict[str, str]) -> None:
    before = nova.lists()
    made = operator.workload(name="web", instances=["web-1", ids["web-2"]])
    assert made["workload"]["instances"] == [{"id": ids[name], "name": name} for name in ("web-1", "web-2")]
    assert nova.lists() - before == 1
    for same in (
        ["web-1", "web-2"],
        ["web-2", "web-1"],
        list(ids.values()),
        ["web-1", ids["web-1"], ids["web-2"].upper()],
    ):
        before = nova.lists()
        assert not operator.workload(name="web", instances=same)["changed"]
        assert nova.lists() - before == 1
    before = nova.lists()
    assert not operator.workload(name="web", description="")["changed"]
    assert nova.lists() == before, "no server is named, so Nova is not asked"


def test_server_with_a_new_name_is_the_same_server(operator: Operator, nova: Nova) -> None:
    server_id = nova.create("old")
    operator.workload(name="web", instances=["old"])
    nova.ask(f"/servers/{server_id}", "PUT", {"server": {"name": "new"}})
    assert not operator.workload(name="web", instances=["new"])["changed"]
    assert "'old'" in str(operator.fails(name="shop", instances=["old"]))
    nova.delete(server_id)


def test_unknown_and_ambiguous_names_stop_the_task(operator: Operator, nova: Nova) -> None:
    twins = sorted(nova.create("twin") for _twin in range(2))
    mark = operator.stand.emulator.mark()
    for check in (True, False):
        failed = operator.fails(name="web", instances=["web-1", "nowhere", "twin", NOWHERE], check=check)
        assert failed.error == {"code": "unknown_name"}
        for words in (
            "'nowhere'",
            f"'{NOWHERE}'",
            f"server named 'twin': {', '.join(twins)}",
            "there are: twin, web-1, web-2",
        ):
            assert words in str(failed)
        assert operator.fails(name="web", instances=["twin"], check=check).error == {"code": "ambiguous_name"}
    assert operator.stand.emulator.writes(mark) == []
    made = operator.workload(name="web", instances=[twins[1]])
    assert made["workload"]["instances"] == [{"id": twins[1], "name": "twin"}]
    for twin in twins:
        nova.delete(twin)


@pytest.mark.parametrize("user", ["demo", "admin"])
def test_server_of_another_project_is_not_found(operator: Operator, nova: Nova, user: str) -> None:
    """An administrator's token in the project demo finds the servers of demo, and no others."""
    theirs = nova.create("theirs", user="other")
    operator.options["auth"] = operator.stand.auth(user, "demo")
    mark = operator.stand.emulator.mark()
    for reference in ("theirs", theirs):
        assert operator.fails(name="web", instances=["web-1", reference]).error == {"code": "unknown_name"}
    assert operator.stand.emulator.writes(mark) == []
    assert operator.workload(name="web", instances=["web-1"])["changed"]
    nova.ask(f"/servers/{theirs}", "DELETE", user="other")


def test_server_that_is_gone_is_kept_until_it_is_left_out(operator: Operator, nova: Nova, ids: dict[str, str]) -> None:
    server_id = nova.create("short-lived")
    operator.workload(name="web", instances=["web-1", "short-lived"])
    nova.delete(server_id)
    for reference in ("short-lived", server_id):
        before = nova.lists()
        result = operator.workload(name="web", instances=["web-1", reference])
        assert not result["changed"]
        assert [text for text in warnings_of(result) if f"'short-lived' ({server_id}) is gone from Nova" in text]
        assert nova.lists() - before == 1
    result = operator.workload(name="web", instances=["web-1", "web-2", "short-lived"])
    assert {each["id"] for each in result["workload"]["instances"]} == {*ids.values(), server_id}
    result = operator.workload(name="web", instances=["web-1"])
    assert result["changed"]
    assert warnings_of(result) == []
    assert result["workload"]["instances"] == [{"id": ids["web-1"], "name": "web-1"}]
    assert operator.fails(name="web", instances=["web-1", "short-lived"]).error == {"code": "unknown_name"}


def test_emulator_asks_nova_for_the_servers(nova: Nova, ids: dict[str, str]) -> None:
    """So that a module which resolved names wrongly would be found out."""
    url = f"{nova.stand.emulator.url}/v1/{nova.stand.project()}/workloads"
    schedule = {"enabled": False, "manual": {"retention": 1}}

    def post(server_id: str, user: str = "demo") -> int:
        workload = {
            "name": "web",
            "source_platform": "openstack",
            "instances": [{"instance-id": server_id}],
            "jobschedule": schedule,
            "metadata": {},
        }
        return nova.session(user).post(url, json={"workload": workload}, raise_exc=False).status_code

    theirs = nova.create("theirs", user="other")
    assert [post(NOWHERE), post(theirs), post(theirs, "admin")] == [400, 400, 400]
    assert post(ids["web-1"]) == 202
    nova.ask(f"/servers/{theirs}", "DELETE", user="other")


def test_pages_of_nova_are_followed_by_what_it_names(nova: Nova, ids: dict[str, str]) -> None:
    """Nova cuts its lists at 1000 servers; by asking for one at a time the same links come from two."""
    seen = []
    document = nova.ask("/servers?limit=1")
    while document["servers"]:
        seen += [server["id"] for server in document["servers"]]
        query = next_page(document, "servers_links")
        if not query:
            break
        document = nova.ask("/servers?" + "&".join(f"{key}={value}" for key, value in query.items()))
    assert set(ids.values()) <= set(seen)
    assert len(seen) == len(set(seen))


def test_lost_cell_and_soft_deletion(nova: Nova, ids: dict[str, str]) -> None:
    """So that the emulated Nova and the recorded exchanges act like the real one."""
    lost, state = ids["web-2"], nova.stand.state

    def listed(microversion: str, query: str = "") -> list[dict[str, Any]]:
        answer = nova.session().get(
            f"/servers/detail{query}",
            endpoint_filter=COMPUTE,
            headers={"OpenStack-API-Version": f"compute {microversion}"},
        )
        rows: list[dict[str, Any]] = answer.json()["servers"]
        return [row for row in rows if row["id"] == lost]

    launch("lose", "--state", state, lost)
    (row,) = listed("2.69")
    assert (row["status"], row["tenant_id"]) == ("UNKNOWN", nova.stand.project())
    assert not {"name", "metadata", "OS-EXT-AZ:availability_zone", "addresses"} & set(row)
    assert listed("2.68") == listed("2.69", "?limit=1") == []
    shown = nova.session().get(f"/servers/{lost}", endpoint_filter=COMPUTE, raise_exc=False)
    assert shown.status_code == 500
    launch("find", "--state", state, lost)
    assert listed("2.69") == listed("2.69", "?limit=20") != []

    (state / "nova" / "reclaim").write_text("3600")
    nova.ask(f"/servers/{lost}", "DELETE")
    (state / "nova" / "reclaim").unlink()
    wait(lambda: nova.ask(f"/servers/{lost}")["server"]["status"] == "SOFT_DELETED")
    assert listed("2.69") == []
    nova.ask(f"/servers/{lost}/action", "POST", {"restore": None})
    wait(lambda: nova.ask(f"/servers/{lost}")["server"]["status"] == "ACTIVE")


def test_boot_gives_servers_metadata_and_one_volume(nova: Nova) -> None:
    words = ("--volume", "1", "--multiattach", "--property", "backup=gold", "--network", "private")
    booted = launch("boot", "--state", nova.stand.state, *words, "share-1", "share-2").split()
    servers = [nova.ask(f"/servers/{each}")["server"] for each in booted[1::2]]
    assert [server["metadata"] for server in servers] == [{"backup": "gold"}] * 2
    first, second = ([volume["id"] for volume in server["os-extended-volumes:volumes_attached"]] for server in servers)
    assert first == second
    for server in servers:
        nova.delete(server["id"])
