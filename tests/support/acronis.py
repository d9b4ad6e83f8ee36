# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Acronis stand-in for tests: a process on a free port, its back door, and an independent client of its API."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from support.stand import ROOT, Emulator

COMMAND = [sys.executable, str(ROOT / "tests" / "emulator" / "acronis_main.py"), "--port", "0"]
API_ROOT = "/api/workload_management/v5"

CLIENT_ID = "b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a01"
CLIENT_SECRET = "stand-in-api-client"
CONNECTOR_ID = "b0d1c5f0-6a1e-4f0e-9a53-1d6c1c0f2a02"
CONNECTOR_SECRET = "stand-in-connector-key"
TENANT = "5e1f2a9c-0c64-4a53-8c5b-7a1d0f3b6e01"
TYPE = "cti.a.p.wm.workload.v1.0~a.p.wm.aspect.v1.0~example.app.device.v1.0"


class Acronis:
    """A running stand-in. `emulator` is its back door: switches, clock, faults, records, rows.

    :param url: Its address, used as the URL of a data centre.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.emulator = Emulator(url)

    def connection(self) -> dict[str, str]:
        """Return the connection options of a task that acts as an API client."""
        return {"datacenter_url": self.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}

    def reset(self, **switches: Any) -> None:
        """Drop everything, and start over with some switches set and 100 seconds of work per second."""
        self.emulator.ask("POST", "reset")
        self.emulator.switch(**switches)
        self.emulator.ask("PUT", "clock", {"freeze": False, "speed": 100})

    def workload(self, **fields: Any) -> dict[str, Any]:
        """Add a workload. Fields that are left out have defaults; it belongs to `CLIENT_ID` and `TENANT`."""
        return self.emulator.put("workloads", **fields)

    def workloads(self) -> list[dict[str, Any]]:
        """Return all rows of workloads."""
        return self.emulator.rows("workloads")

    def writes(self, mark: int) -> list[str]:
        """Return method and path, below the root of the API, of all writes since a mark. Logins do not count."""
        return [
            f"{each['method']} {each['path'].removeprefix(API_ROOT)}"
            for each in self.emulator.since(mark, effect="WRITE")
        ]

    def token(
        self, client: tuple[str, str] = (CLIENT_ID, CLIENT_SECRET), endpoint: str = "/api/2/idp/token", **form: str
    ) -> requests.Response:
        """Ask for a token."""
        body = form or {"grant_type": "client_credentials"}
        return self.emulator.session.post(f"{self.url}{endpoint}", data=body, auth=client, timeout=60)

    def call(
        self, method: str, path: str, body: Any = None, /, *, token: str | None = None, **query: Any
    ) -> requests.Response:
        """Send a request below the root of the API with a token, by default a new one."""
        bearer = self.token().json()["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {bearer}"}
        return self.emulator.session.request(
            method, f"{self.url}{API_ROOT}{path}", json=body, params=query, headers=headers, timeout=60
        )


@contextmanager
def running(*arguments: str) -> Iterator[Acronis]:
    """Start the stand-in, hand it over, and stop it.

    :param arguments: Further arguments of the command line, such as `--set`, `tenant_ids=number`.
    :raises RuntimeError: It does not start.
    """
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = "" if process.stdout is None else process.stdout.readline()
            if not line:
                raise RuntimeError("The Acronis stand-in did not start.")
            yield Acronis(line.split()[-1])
        finally:
            process.terminate()
