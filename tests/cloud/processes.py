# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start services, record them in the state directory, and stop exactly these."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from cloud.layout import HOST, CloudError, Settings, port_answers

TESTS = Path(__file__).resolve().parents[1]
READY_TIMEOUT = 600.0  # seconds; an idle machine needs half a minute
STOP_TIMEOUT = 5.0  # seconds until a service that ignores SIGTERM is killed
INTERVAL = 0.03  # seconds between two checks


@dataclass(frozen=True)
class Recorded:
    """A process that we started.

    :param service: Name of the service.
    :param pid: Process id.
    :param created: Time of creation, seconds since the epoch. A later process with the same id has another one.
    """

    service: str
    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """Return the process, or None if it has ended."""
        try:
            process = psutil.Process(self.pid)
            # The time of creation depends on the time of booting, which moves when the clock is corrected.
            # The first thread of a killed process may end before the others, which hold its ports.
            if abs(process.create_time() - self.created) < 2 and (
                process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
            ):
                return process
        except psutil.NoSuchProcess:
            pass
        return None

    def signal(self, number: int) -> None:
        """Send the process a signal unless it has ended."""
        if process := self.process():
            with suppress(psutil.NoSuchProcess):  # it ended just now
                process.send_signal(number)


def records_file(state: Path) -> Path:
    """Return the path of the record of the processes."""
    return state / "processes.json"


def recorded(state: Path) -> list[Recorded]:
    """Return the recorded processes of the cloud in this directory."""
    path = records_file(state)
    return [Recorded(**entry) for entry in json.loads(path.read_text())] if path.exists() else []


def environment(state: Path) -> dict[str, str]:
    """Return our environment without credentials and proxies, with caches in the state directory."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OS_") and not name.lower().endswith("_proxy") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {**ours, "PYTHONPATH": str(TESTS), "XDG_CACHE_HOME": str(state / "cache")}


def command(settings: Settings, service: str) -> list[str]:
    """Return the command line of a service."""
    if service != "workloadmgr":
        return [sys.executable, "-P", "-m", f"cloud.services.{service}", str(settings.state)]
    words = [
        sys.executable,
        str(TESTS / "emulator" / "main.py"),
        "--port",
        str(settings.port(service)),
        "--profile",
        settings.profile,
    ]
    words += [
        "--auth-url",
        settings.auth_url,
        "--username",
        "svc",
        f"--password={settings.passwords['svc']}",
        "--project",
        "service",
    ]
    words += ["--state", str(settings.state / service)]
    if settings.instances:
        words += ["--instances", settings.instances]
    return words + settings.emulator_options


def start(settings: Settings, service: str) -> None:
    """Start a service and record its process. It may not be ready yet."""
    log = settings.log(service)
    log.parent.mkdir(exist_ok=True)
    directory = settings.state / service
    directory.mkdir(exist_ok=True)
    with log.open("a") as output:
        process = subprocess.Popen(
            command(settings, service),
            cwd=directory,
            env=environment(settings.state),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # an interrupted `up` stops its services itself
        )
    started = Recorded(service, process.pid, psutil.Process(process.pid).create_time())
    entries = [*recorded(settings.state), started]
    records_file(settings.state).write_text(json.dumps([asdict(entry) for entry in entries], indent=1))


def ready(settings: Settings, service: str) -> bool:
    """Return whether a service accepts requests."""
    if service != "workloadmgr":
        return port_answers(settings.port(service))
    try:
        with urllib.request.urlopen(f"http://{HOST}:{settings.port(service)}/__emulator/ready", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_ready(settings: Settings, services: list[str]) -> None:
    """Wait until these services accept requests.

    :raises CloudError: A process has ended, or is not ready in time.
    """
    deadline = time.monotonic() + READY_TIMEOUT
    waiting = list(services)
    while waiting:
        for process in recorded(settings.state):
            if not process.process():
                raise CloudError(f"{process.service} has ended, {log_of(settings, process.service)}")
        if time.monotonic() > deadline:
            name = waiting[0]
            raise CloudError(f"{name} was not ready after {READY_TIMEOUT:.0f} seconds, {log_of(settings, name)}")
        waiting = [name for name in waiting if not ready(settings, name)]
        if waiting:
            time.sleep(INTERVAL)


def log_of(settings: Settings, service: str) -> str:
    """Return the path and the end of a service's log, for a message."""
    end = "\n".join(settings.log(service).read_text(errors="replace").splitlines()[-15:])
    return f"its log {settings.log(service)} says:\n{end}"


def stop(state: Path) -> list[str]:
    """Stop all recorded processes of the cloud in this directory, and delete the record.

    :return: Names of the services that were running.
    """
    running = [entry for entry in recorded(state) if entry.process()]
    for entry in running:
        entry.signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT
    while time.monotonic() < deadline and any(entry.process() for entry in running):
        time.sleep(INTERVAL)
    for entry in running:
        while entry.process():
            entry.signal(signal.SIGKILL)
            time.sleep(INTERVAL)
    records_file(state).unlink(missing_ok=True)
    return [entry.service for entry in running]
