# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The launcher of the real OpenStack: it starts, keeps its data, stops all it started, and reports failures."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest
from cloud.layout import HOST, SPAN, free_base, port_answers
from cloud.processes import Recorded

ROOT = Path(__file__).resolve().parents[3]
SERVICES = "keystone,placement,glance,neutron,nova"

pytestmark = pytest.mark.cloud


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher's command line."""
    python = ROOT / ".venv-cloud" / "bin" / "python"
    return subprocess.run(
        [str(python), str(ROOT / "tests" / "cloud" / "cloud.py"), *words], capture_output=True, text=True, check=False
    )


def pids(state: Path) -> dict[str, int]:
    """Return the processes that the launcher says it started: service -> process id."""
    return {entry["service"]: entry["pid"] for entry in json.loads((state / "processes.json").read_text())}


def ended(pid: int) -> bool:
    """Tell whether a process has ended."""
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


def forget_heartbeats(state: Path) -> None:
    """Let Nova's services of a stopped cloud look as if they had been down for long."""
    with closing(sqlite3.connect(state / "nova" / "nova.db")) as database:
        long_ago = "2020-01-01 00:00:00"
        changed = database.execute(
            "UPDATE services SET created_at = ?, updated_at = ?, last_seen_up = ?", [long_ago] * 3
        )
        database.commit()
        assert changed.rowcount > 0


@pytest.fixture
def base() -> Iterator[int]:
    """Return a base port that is reserved until the end of the test, also while its cloud is down."""
    with ExitStack() as held:
        yield held.enter_context(free_base())


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Return a state directory. All services that were started from it are stopped after the test."""
    directory = tmp_path / "cloud"
    directory.mkdir()
    yield directory
    run("down", "--state", str(directory))


def test_whole_cloud_keeps_its_servers_and_leaves_no_process(state: Path, base: int) -> None:
    started = run("up", "--state", str(state), "--port", str(base), "--services", SERVICES)
    assert started.returncode == 0, started.stderr
    assert f"export OS_CLIENT_CONFIG_FILE={state / 'clouds.yaml'}" in started.stdout
    first = pids(state)
    assert set(first) == set(SERVICES.split(","))

    again = run("up", "--state", str(state), "--services", SERVICES)
    assert again.returncode == 0, again.stderr
    assert "was up already" in again.stdout
    assert pids(state) == first

    booted = run("boot", "--state", str(state), "web-1")
    assert booted.returncode == 0, booted.stderr
    name, identifier = booted.stdout.split()
    assert name == "web-1"

    # A dead service does not prevent the others from being stopped.
    os.kill(first["glance"], signal.SIGKILL)
    stopped = run("down", "--state", str(state))
    assert stopped.returncode == 0, stopped.stderr
    assert [service for service, pid in first.items() if not ended(pid)] == []
    ports = json.loads((state / "env.json").read_text())["ports"]
    assert [service for service, port in ports.items() if port_answers(port)] == []

    refilled = run("seed", "--state", str(state))
    assert refilled.returncode == 1
    assert f"The services' logs are in {state / 'log'}." in refilled.stderr

    forget_heartbeats(state)
    restarted = run("up", "--state", str(state), "--services", SERVICES)
    assert restarted.returncode == 0, restarted.stderr
    assert json.loads((state / "env.json").read_text())["ports"] == ports
    booted = run("boot", "--state", str(state), "web-1", "web-2")
    assert booted.returncode == 0, booted.stderr
    assert booted.stdout.splitlines()[0] == f"web-1 {identifier}"


def test_process_that_still_holds_its_port_has_not_ended() -> None:
    code = """
import ctypes, socket, threading, time
server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=time.sleep, args=(600,)).start()
print(server.getsockname()[1], flush=True)
ctypes.CDLL(None).pthread_exit(None)  # the first thread goes, the others stay
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        recorded = Recorded("one", process.pid, psutil.Process(process.pid).create_time())
        while "State:\tZ" not in Path(f"/proc/{process.pid}/status").read_text():
            time.sleep(0.01)
        assert port_answers(port)
        assert recorded.process() is not None
        process.kill()
        process.wait()
        assert recorded.process() is None


def test_taken_port_is_named(state: Path, base: int) -> None:
    with socket.create_server((HOST, base)):
        refused = run("up", "--state", str(state), "--port", str(base), "--services", "keystone")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"cloud.py: Ports are taken: {base} (keystone).")
    assert not (state / "processes.json").exists()


def test_ports_that_somebody_chose_are_chosen_by_nobody_else(base: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any of them is listened at, as while two clouds start at the same time."""
    monkeypatch.setattr(
        random, "sample", lambda *_words: [base, *(each for each in range(31000, 20000, -SPAN) if each != base)]
    )
    with free_base() as other:
        assert other != base


def test_failed_start_names_service_and_log_and_leaves_no_process(state: Path) -> None:
    (state / "keystone").mkdir()
    (state / "keystone" / "keystone.db").write_text("this is no database")
    failed = run("up", "--state", str(state), "--port", "0", "--services", "keystone,placement")
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"cloud.py: keystone has ended, its log {state / 'log' / 'keystone.log'} says:")
    assert not (state / "processes.json").exists()
    settings = json.loads((state / "settings.json").read_text())
    assert not port_answers(settings["base"] + 1)


def test_process_that_only_has_a_recorded_number_is_left_alone(state: Path) -> None:
    with subprocess.Popen(["sleep", "600"]) as stranger:
        records = [{"service": "keystone", "pid": stranger.pid, "created": 1.0}]
        (state / "processes.json").write_text(json.dumps(records))
        stopped = run("down", "--state", str(state))
        assert stopped.returncode == 0, stopped.stderr
        assert stopped.stdout == "Stopped: nothing, it was not up.\n"
        assert stranger.poll() is None
        stranger.terminate()


def test_other_options_on_a_running_cloud_are_refused(state: Path) -> None:
    started = run("up", "--state", str(state), "--port", "0", "--services", "keystone")
    assert started.returncode == 0, started.stderr
    port = json.loads((state / "env.json").read_text())["ports"]["keystone"]
    assert f"Its ports: keystone {port}.\n" in started.stdout
    refused = run("up", "--state", str(state), "--services", "keystone,placement")
    assert refused.returncode == 1
    assert "A cloud with other options is up" in refused.stderr
    assert set(pids(state)) == {"keystone"}


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("keystone,swift", "Unknown service 'swift'"),
        ("keystone,nova,glance", "nova needs placement, neutron too"),
    ],
)
def test_services_that_cannot_run_are_refused(state: Path, services: str, message: str) -> None:
    refused = run("up", "--state", str(state), "--services", services)
    assert refused.returncode == 1
    assert message in refused.stderr
