# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator as a process and on a socket: command line, closed connections, Nova, state directory."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from cheroot.wsgi import Server
from emulator.clouds.keystone import NOBODY, ServiceUser
from emulator.main import options, settings
from emulator.server.switches import UnknownSwitch
from emulator.trilio.app import Settings, create_app
from emulator.trilio.switches import PROFILES, Switches, profile
from unit.emulator.in_process import DB, INSTANCES, NOWHERE, PROJECT, WEB, vms
from werkzeug.test import Client

EMULATOR = Path(__file__).resolve().parents[3] / "emulator"
TIMEOUT = 60  # seconds
BODY = {"workload": {"name": "w", "instances": vms(WEB), "jobschedule": {"enabled": False}}}


@contextmanager
def serving(wanted: Settings) -> Iterator[str]:
    """Serve an emulator on a free port and yield its address."""
    server = Server(("127.0.0.1", 0), create_app(wanted), numthreads=2)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join()


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Settings(instances=INSTANCES)) as address:
        yield address


def workloads(url: str) -> int:
    """Return how many workloads there are."""
    return len(requests.get(f"{url}/v1/{PROJECT}/workloads", timeout=TIMEOUT).json()["workloads"])


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_the_connection_is_closed_without_an_answer(url: str, kind: str, made: int) -> None:
    requests.put(f"{url}/__emulator/faults", json={"kind": kind}, timeout=TIMEOUT)
    with pytest.raises(requests.ConnectionError) as caught:
        requests.post(f"{url}/v1/{PROJECT}/workloads", json=BODY, timeout=TIMEOUT)
    assert "RemoteDisconnected" in str(caught.value)
    assert workloads(url) == made


def test_a_truncated_answer_is_whole_http(url: str) -> None:
    requests.put(f"{url}/__emulator/faults", json={"kind": "truncate"}, timeout=TIMEOUT)
    answer = requests.get(f"{url}/v1/{PROJECT}/workload_types", timeout=TIMEOUT)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(answer.content) == int(answer.headers["Content-Length"])


def test_a_late_answer_is_work_done(url: str) -> None:
    requests.put(f"{url}/__emulator/faults", json={"kind": "latency_after", "delay": 3}, timeout=TIMEOUT)
    with pytest.raises(requests.Timeout):
        requests.post(f"{url}/v1/{PROJECT}/workloads", json=BODY, timeout=(TIMEOUT, 0.3))
    until = time.monotonic() + TIMEOUT
    while not requests.get(f"{url}/__emulator/requests?effect=WRITE", timeout=TIMEOUT).json()["requests"]:
        assert time.monotonic() < until, "the request went unseen"
    assert workloads(url) == 1


def test_one_connection_serves_many_requests(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=TIMEOUT)
    for _number in range(3):
        connection.request("PUT", "/__emulator/clock", body=json.dumps({"freeze": True}))
        assert connection.getresponse().read()
        connection.request("POST", f"/v1/{PROJECT}/workloads/{NOWHERE}/unlock")
        assert connection.getresponse().read()
    connection.close()


def test_vms_of_a_nova_in_the_catalog() -> None:
    """A second emulator serves as Nova. The first has no inventory and uses the compute endpoint of the catalog.

    Neither uses Keystone, so the token has the project `NOBODY` in both.
    """
    with serving(Settings(instances=INSTANCES)) as nova:
        client = Client(create_app(Settings()))
        catalog = [{"type": "compute", "endpoints": [{"publicURL": f"{nova}/compute/v2.1"}]}]
        headers = {"X-Project-Id": NOBODY, "X-Auth-Token": "t", "X-Service-Catalog": json.dumps(catalog)}

        def create(*ids: str) -> int:
            body = {"workload": {"name": "w", "instances": vms(*ids), "jobschedule": {"enabled": False}}}
            return client.post(f"/v1/{NOBODY}/workloads", headers=headers, data=json.dumps(body)).status_code

        assert (create(NOWHERE), create(WEB, DB)) == (400, 202)
        (row,) = json.loads(client.get("/__emulator/workloads").data)
        assert {item["name"] for item in row["instances"]} == {"cirros-3", "cirros-4"}
        seen = requests.get(f"{nova}/__emulator/requests?kind=compute", timeout=TIMEOUT).json()["requests"]
        assert {record["path"].rpartition("/")[2] for record in seen} == {NOWHERE, WEB, DB}
        requests.put(f"{nova}/__emulator/faults", json={"kind": "status"}, timeout=TIMEOUT)
        assert create(WEB) == 500


def test_rows_outlive_the_process_and_work_under_way_ends(tmp_path: Path) -> None:
    headers = {"X-Project-Id": NOBODY}
    first = Client(create_app(Settings(state=tmp_path / "state", instances=INSTANCES, switches={"create_s": 3600})))
    assert first.post(f"/v1/{NOBODY}/workloads", headers=headers, data=json.dumps(BODY)).status_code == 202
    second = Client(create_app(Settings(state=tmp_path / "state", instances=INSTANCES)))
    (row,) = json.loads(second.get(f"/v1/{NOBODY}/workloads", headers=headers).data)["workloads"]
    assert row["status"] == "available"
    assert len(json.loads(second.get("/__emulator/backup_targets").data)) == 2


def test_command_line(tmp_path: Path) -> None:
    inventory = tmp_path / "vms.yml"
    inventory.write_text("- {id: 1, name: web}\n", encoding="utf-8")
    words = "--port 1 --profile 4.2 --set put_delay_s=3 --set error_code_state=400 --state S --instances"
    port, wanted = settings(
        options(),
        [*words.split(), str(inventory), "--auth-url", "http://127.0.0.1/v3", "--username", "u", "--password", "p"],
    )
    assert (port, wanted.profile, wanted.state) == (1, "4.2", Path("S"))
    assert wanted.switches == {"put_delay_s": "3", "error_code_state": "400"}
    assert wanted.instances == [{"id": 1, "name": "web"}]
    assert wanted.service_user == ServiceUser("http://127.0.0.1/v3", "u", "p", "service", 5)
    port, wanted = settings(options(), ["--no-auth"])
    assert (port, wanted) == (8781, Settings())


@pytest.mark.parametrize(
    "words", [[], ["--auth-url", "x"], ["--no-auth", "--set", "put_delay_s"], ["--no-auth", "--profile", "7"]]
)
def test_bad_command_lines(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        settings(options(), words)
    assert "error" in capsys.readouterr().err


def test_a_bad_switch_ends_the_start() -> None:
    with pytest.raises(UnknownSwitch, match="no_such"):
        create_app(Settings(switches={"no_such": "1"}))


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_and_stops_on_a_signal(wanted: signal.Signals) -> None:
    command = [sys.executable, str(EMULATOR / "main.py"), "--port", "0", "--no-auth"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            assert requests.get(f"{address}/__emulator/ready", timeout=TIMEOUT).json()["ready"] is True
            process.send_signal(wanted)
            assert process.wait(timeout=TIMEOUT) == 0
        finally:
            process.kill()


def test_the_readme_has_every_switch_with_its_values() -> None:
    text = (EMULATOR / "trilio" / "README.md").read_text(encoding="utf-8")
    table = text[text.index("| Switch |") :]
    documented: dict[str, list[str]] = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            for place in range(3, 6):
                cells[place] = cells[place - 1] if cells[place] == "=" else cells[place]
            documented |= {name.strip("` "): cells[2:] for name in cells[0].split(",")}
    by_line = [profile(line).as_dict() for line in PROFILES]
    assert documented == {name: [as_text(values[name]) for values in by_line] for name in Switches().as_dict()}


def as_text(value: object) -> str:
    """Return the value of a switch as the table prints it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return ",".join(value) if isinstance(value, list) else str(value)
