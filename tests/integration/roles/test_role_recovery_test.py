# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role and the playbook recovery_test with the real Nova, Neutron and Cinder: results, and removal of copies."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.playbook import play_until
from support.runner import LOCALHOST, Job, credential, run_job
from support.stand import Stand
from support.tenant import Tenant, wait

pytestmark = pytest.mark.cloud

PLAYBOOK = "openprotect.backup.recovery_test"
QUICK = {"recovery_test_wait_interval": "0.2", "recovery_test_probe_interval": "1", "recovery_test_timeout": "600"}
ANSWERS = (
    "subnet servers timeout wait_interval probe_timeout probe_interval probe_port probe_banner probe_command probe_host"
    " evidence_dir"
)
EMPTY = {f"recovery_test_{name}": "" for name in ANSWERS.split()}


@pytest.fixture(scope="module")
def quarantine(whole: Stand) -> Iterator[str]:
    """Create a network in which a copy gets the address 127.0.0.1, so that a probe gets an answer. Return its name."""
    network = Tenant(whole).cloud.network
    made = network.create_network(name="quarantine")
    pool = [{"start": "127.0.0.1", "end": "127.0.0.1"}]
    network.create_subnet(
        name="quarantine",
        network_id=made.id,
        ip_version=4,
        cidr="127.0.0.0/29",
        is_dhcp_enabled=False,
        gateway_ip=None,
        allocation_pools=pool,
    )
    yield made.name
    network.delete_network(made)


@pytest.fixture
def listener() -> Iterator[int]:
    """Listen on a port of this machine, and return which."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.fixture
def greeter() -> Iterator[int]:
    """Greet on a port of this machine like a service that speaks first, and return which."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    client, _address = server.accept()
                except OSError:  # the test has ended
                    return
                with client:
                    client.sendall(b"SSH-2.0-test\r\n")

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])


@pytest.fixture
def closed() -> Iterator[int]:
    """Reserve a port of this machine without listening on it, and return it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


class Site:
    """A project with a workload of a server that has a volume and a security group, and a snapshot of it.

    :param server: Id of the server.
    :param directory: Where jobs run.
    """

    def __init__(self, user: Tenant, whole: Stand, server: str, directory: Path) -> None:
        self.user, self.stand, self.directory = user, whole, directory
        self.group = user.cloud.network.create_security_group(name="web")
        user.cloud.compute.add_security_group_to_server(server, self.group.id)
        wait(lambda: self.group.id in user.ports(server)[0].security_group_ids)
        self.server = server
        self.began = time.monotonic()
        self.snapshot = user.snapshot(server)
        self.before = self.everything()

    def close(self) -> None:
        """Delete all that other tests would not expect."""
        self.user.cloud.compute.remove_security_group_from_server(self.server, self.group.id)
        self.user.cloud.network.delete_security_group(self.group)

    def everything(self) -> tuple[set[str], dict[str, list[tuple[str, str]]]]:
        """Return the objects of OpenStack and of the emulator, with their states."""
        kinds = ("workloads", "snapshots", "restores")
        return self.user.everything(), {
            kind: sorted((row["id"], row["status"]) for row in self.stand.emulator.rows(kind)) for kind in kinds
        }

    def variables(self, **answers: str) -> dict[str, str]:
        """Return the answers to a survey."""
        evidence = str(self.directory / "evidence")
        return {
            **EMPTY,
            "recovery_test_workload": "w",
            "recovery_test_network": "quarantine",
            **QUICK,
            "recovery_test_evidence_dir": evidence,
            **answers,
        }

    def job(
        self, *words: str, hosts: dict[str, dict[str, Any]] | None = None, **answers: str
    ) -> tuple[Job, dict[str, Any]]:
        """Run the playbook as AWX does, and return the job and its evidence."""
        environment = credential(self.stand, self.directory)
        job = run_job(
            self.directory,
            PLAYBOOK,
            *words,
            survey=self.variables(**answers),
            environment=environment,
            hosts=hosts or LOCALHOST,
        )
        return job, job.artifacts["openprotect_recovery_test"]["localhost"]

    def interrupt(self, until: Callable[[], Any], **answers: str) -> None:
        """Run the playbook, and kill it as soon as something has happened."""
        play_until(
            until,
            self.directory,
            PLAYBOOK,
            variables={"openprotect_auth": self.stand.auth(), **self.variables(**answers)},
        )

    def files(self) -> list[Path]:
        """Return the files of evidence."""
        return sorted((self.directory / "evidence").iterdir())


@pytest.fixture
def site(user: Tenant, whole: Stand, server: str, quarantine: str, tmp_path: Path) -> Iterator[Site]:
    """Return a project with a snapshot, and a network for copies."""
    assert quarantine
    site = Site(user, whole, server, tmp_path)
    yield site
    site.close()


def hold_times(found: dict[str, Any], age: float) -> None:
    """Assert that the times in the evidence of one server fit together.

    :param found: Evidence.
    :param age: Seconds since the snapshot was begun.
    """
    (copy,), restore = found["servers"], found["restore"]
    assert 0 <= found["snapshot"]["age_seconds"] <= age + 1, "its time is cut to the second"
    assert restore["created_at"] < restore["finished_at"]
    assert restore["time_taken"] > 0
    assert 0 < restore["seconds"] < copy["seconds"] <= found["rto_seconds"]
    assert 0 < found["cleanup"]["seconds"] < 60


def test_what_is_restored_answers_and_goes_again(site: Site, greeter: int) -> None:
    mark = site.stand.emulator.mark()
    job, found = site.job("--check")
    assert (job.code, found["passed"], site.stand.emulator.writes(mark)) == (0, None, []), job.stdout
    assert not (site.directory / "evidence").exists()

    began = time.monotonic()
    job, found = site.job(
        hosts={**LOCALHOST, "jump": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}},
        recovery_test_probe_host="jump",
        recovery_test_probe_port=str(greeter),
        recovery_test_probe_banner="^SSH-2[.]0",
        recovery_test_probe_command='sh -c \'test "$RECOVERY_TEST_NAME {address}" = "rtest-web-1 127.0.0.1"\'',
    )
    assert job.code == 0, job.stdout
    assert "-> jump]" in job.stdout
    assert site.everything() == site.before
    assert (found["passed"], found["reason"], found["leftovers"]) == (True, "", [])
    (copy,) = found["servers"]
    assert (copy["old_id"], copy["name"], copy["status"], copy["address"]) == (
        site.server,
        "rtest-web-1",
        "ACTIVE",
        "127.0.0.1",
    )
    assert (copy["port"], copy["command"], copy["problem"], copy["old_name"]) == (True, True, "", "web-1")
    assert (found["snapshot"]["id"], found["restore"]["status"]) == (site.snapshot["id"], "available")
    ended = time.monotonic()
    assert found["rto_seconds"] < ended - began
    hold_times(found, age=ended - site.began)
    assert [step["kind"] for step in found["cleanup"]["deleted"]] == [
        "server",
        "port",
        "volume",
        "security group",
        "restore",
    ]
    assert (found["project_id"], found["leftovers_deleted"]) == (site.user.cloud.current_project_id, [])
    assert found["cloud"]["auth_url"] == site.stand.env["auth_url"]
    assert found["cloud"]["project_name"] == "demo"
    assert found["versions"]["service"].startswith("6.")
    assert found["versions"]["ansible_core"].startswith("2.")
    assert found["rpo_seconds"] == found["snapshot"]["age_seconds"]
    assert found["probe"] == {
        "port": greeter,
        "banner": "^SSH-2[.]0",
        "command": 'sh -c \'test "$RECOVERY_TEST_NAME {address}" = "rtest-web-1 127.0.0.1"\'',
        "host": "jump",
    }
    for_machines, for_people = site.files()
    for words in (
        f"\nPASSED: recovery test of the workload w ({found['workload_id']})\n",
        "\nRTO  ",
        "\nRPO  ",
        f"\nEvidence  {for_people}, {for_machines}\n",
    ):
        assert words in job.stdout
    assert json.loads(for_machines.read_text()) == found
    text = for_people.read_text()
    assert text.startswith("# Recovery test of w: passed\n")
    assert f"| rtest-web-1 | {copy['id']} | web-1 ({site.server}) | ACTIVE | 127.0.0.1 | answers | answers |" in text


def test_probe_that_fails_and_then_cleaning_up(site: Site, closed: int) -> None:
    site.stand.emulator.fault("status", "DELETE", "/restores/.*", code=409, body="busy", times=2)
    job, found = site.job(recovery_test_probe_port=str(closed), recovery_test_probe_timeout="1")
    assert job.code == 2, job.stdout
    (left,) = site.stand.emulator.rows("restores")
    assert f"rtest-web-1 does not answer at 127.0.0.1, port {closed}" in found["reason"]
    assert "\nFAILED: recovery test of the workload w (" in job.stdout
    assert (found["passed"], found["cleanup"]["done"], found["cleanup"]["remaining"]) == (False, False, [left["id"]])
    assert f"These restores may have left servers: {left['id']}. Run the test again" in job.stdout
    assert site.files()[1].read_text().startswith("# Recovery test of w: FAILED\n")

    job, found = site.job()
    assert (job.code, found["leftovers"], found["leftovers_deleted"]) == (2, [left["id"]], []), job.stdout
    assert (found["restore"]["id"], found["cleanup"]["done"], found["cleanup"]["remaining"]) == (
        None,
        False,
        [left["id"]],
    )
    (ended,) = job.results("Fail if the test failed")
    assert (
        f"Nothing was restored.\nThese restores may have left servers: {left['id']}. Run the test again" in ended["msg"]
    )
    assert [path["status"] for path in site.stand.emulator.rows("restores")] == ["available"]

    job, found = site.job()
    assert (job.code, found["leftovers"]) == (0, [left["id"]]), job.stdout
    assert site.everything() == site.before


def test_probe_host_that_is_not_reached(site: Site, listener: int) -> None:
    """Ansible gives a host up that it does not reach, and must not do so here: the copy would stay."""
    ssh = site.directory / "ssh"
    ssh.write_text("#!/bin/sh\nexit 255\n")
    ssh.chmod(0o700)
    hosts = {**LOCALHOST, "jump": {"ansible_ssh_executable": str(ssh)}}
    job, found = site.job(
        hosts=hosts,
        recovery_test_probe_port=str(listener),
        recovery_test_probe_host="jump",
        recovery_test_probe_timeout="1",
    )
    assert (job.code, found["passed"]) == (2, False), job.stdout
    assert [copy["port"] for copy in found["servers"]] == [False]
    assert "Failed to connect to the host via ssh" in found["reason"]
    assert site.everything() == site.before


@pytest.mark.parametrize("description", ["kept", "dash"])
def test_restore_that_fails(site: Site, description: str) -> None:
    """It is taken away by its key or, where the server did not keep that, by its id."""
    site.stand.emulator.switch(restore_description=description)
    if description == "kept":
        site.stand.emulator.fault("fails", "POST", "/snapshots/.*", body="no space left")
    job, found = site.job()
    assert job.code == 2, job.stdout
    assert site.everything() == site.before
    assert {"kept": "no space left", "dash": "the server has not kept its description"}[description] in found["reason"]
    assert (found["passed"], found["servers"], found["cleanup"]["done"], found["cleanup"]["remaining"]) == (
        False,
        [],
        True,
        [],
    )
    assert "Everything that was restored was deleted again." in job.stdout
    assert 0 < found["restore"]["seconds"] < 60
    assert f"| Restore | {found['restore']['id']}, " in site.files()[1].read_text()


def test_interrupted_while_it_restores(site: Site) -> None:
    site.stand.emulator.freeze()
    site.interrupt(lambda: site.stand.emulator.rows("restores"))
    site.stand.emulator.freeze(False)
    (left,) = site.stand.emulator.rows("restores")
    job, found = site.job()
    assert job.code == 0, job.stdout
    assert (found["passed"], found["leftovers"]) == (True, [left["id"]])
    assert found["restore"]["id"] != left["id"]
    assert site.everything() == site.before


def test_interrupted_while_it_probes(site: Site) -> None:
    trace = site.directory / "trace"
    site.interrupt(trace.exists, recovery_test_probe_command=f"sh -c 'touch {trace}; sleep 60'")
    assert site.everything() != site.before
    job, found = site.job()
    assert job.code == 0, job.stdout
    (left,) = found["leftovers"]
    assert [step["kind"] for step in found["leftovers_deleted"]] == [
        "server",
        "port",
        "volume",
        "security group",
        "restore",
    ]
    assert (
        f"An interrupted test had left {left}. Deleted before this test:\n\n- server rtest-web-1 ("
        in site.files()[1].read_text()
    )
    assert site.everything() == site.before


def test_workload_that_holds_a_copy_is_named(site: Site) -> None:
    """Each of its snapshots fails from now on, and nobody else says so."""
    trace = site.directory / "trace"
    site.interrupt(trace.exists, recovery_test_probe_command=f"sh -c 'touch {trace}; sleep 60'")
    copy = next(each.id for each in site.user.cloud.compute.servers() if each.name == "rtest-web-1")
    held = site.stand.emulator.put(
        "workloads", name="all", project_id=site.stand.project(), instances=[{"id": copy, "name": "rtest-web-1"}]
    )
    job, found = site.job()
    assert (job.code, found["passed"], found["cleanup"]["remaining"]) == (2, False, []), job.stdout
    assert f"The copy rtest-web-1 ({copy}) is deleted, but the workload 'all' ({held['id']})" in found["reason"]
    assert found["cleanup"]["deleted"][0]["kind"] == "server"
    site.stand.emulator.drop("workloads", held["id"])
    assert site.everything() == site.before
