# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud for tests: the launcher of tests/cloud as a subprocess, and the back door of the emulator that runs in it."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from keystoneauth1.identity import Password
from keystoneauth1.session import Session

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "tests" / "cloud" / "cloud.py"
PYTHON = ROOT / ".venv-cloud" / "bin" / "python"

LIGHT = "keystone,workloadmgr"
WHOLE = "keystone,placement,glance,neutron,cinder,nova,workloadmgr"
TIMEOUT = 300.0  # seconds; the emulator may be busy with a slow Nova


def launch(*words: str | Path) -> str:
    """Run the launcher and return its output.

    :raises RuntimeError: It failed; the message holds its output.
    """
    done = subprocess.run([str(PYTHON), str(LAUNCHER), *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"cloud.py {words[0]}: {done.stderr}\n{done.stdout}")
    return done.stdout


class Emulator:
    """The back door of the emulator: what a test reads and changes past its API.

    :param url: Address of the emulator, without a path.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, method: str, path: str, body: Any = None, /, **query: Any) -> Any:
        """Send a request to the back door and return the JSON that it answers.

        :raises RuntimeError: It refuses.
        """
        answer = self.session.request(method, f"{self.url}/__emulator/{path}", json=body, params=query, timeout=TIMEOUT)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def reset(self, profile: str, **switches: Any) -> None:
        """Drop everything, and act as a release of the product with some switches set."""
        self.ask("POST", "reset")
        self.ask("PUT", "switches", {"profile": profile, **switches})
        self.ask("PUT", "clock", {"freeze": False, "speed": 100})

    def switch(self, **switches: Any) -> None:
        """Set switches (reference G)."""
        self.ask("PUT", "switches", switches)

    def freeze(self, frozen: bool = True) -> None:
        """Stop the time that work takes, or let it go on."""
        self.ask("PUT", "clock", {"freeze": frozen})

    def step(self, seconds: float) -> None:
        """Move the clock on by some seconds of work."""
        self.ask("PUT", "clock", {"step": seconds})

    def fault(self, kind: str, method: str, path: str, **more: Any) -> None:
        """Queue a fault for the next request that matches."""
        self.ask("PUT", "faults", {"kind": kind, "method": method, "path": path, **more})

    def mark(self) -> int:
        """Return a mark for `since`."""
        return int(self.ask("POST", "mark")["mark"])

    def since(self, mark: int, **fields: str) -> list[dict[str, Any]]:
        """Return the requests since a mark, of those that have these fields."""
        found: list[dict[str, Any]] = self.ask("GET", "requests", since=mark, **fields)["requests"]
        return found

    def writes(self, mark: int) -> list[str]:
        """Return method and last part of the path of all writes since a mark."""
        return [
            f"{each['method']} /{'/'.join(each['path'].split('/')[3:])}" for each in self.since(mark, effect="WRITE")
        ]

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """Return the rows of a kind as they are kept."""
        rows: list[dict[str, Any]] = self.ask("GET", kind)
        return rows

    def put(self, kind: str, **row: Any) -> dict[str, Any]:
        """Add a row."""
        kept: dict[str, Any] = self.ask("POST", kind, row)
        return kept

    def patch(self, kind: str, row_id: str, **changes: Any) -> dict[str, Any]:
        """Change a row."""
        kept: dict[str, Any] = self.ask("PATCH", f"{kind}/{row_id}", changes)
        return kept

    def drop(self, kind: str, row_id: str) -> None:
        """Remove a row."""
        self.ask("DELETE", f"{kind}/{row_id}")


class Stand:
    """A running cloud.

    :param state: Its state directory.
    """

    def __init__(self, state: Path) -> None:
        self.state = state
        self.env: dict[str, Any] = json.loads((state / "env.json").read_text())
        self.emulator = Emulator(f"http://127.0.0.1:{self.env['ports']['workloadmgr']}")

    def project(self, name: str = "demo") -> str:
        """Return the id of a project."""
        return str(self.env["projects"][name])

    def auth(self, user: str = "demo", project: str | None = None) -> dict[str, str]:
        """Return complete credentials as the option `auth` takes them."""
        known = self.env["users"][user]
        return {
            "auth_url": self.env["auth_url"],
            "username": known["name"],
            "password": known["password"],
            "user_domain_name": "Default",
            "project_name": project or known["project"],
            "project_domain_name": "Default",
        }

    def global_scheduler(self, on: bool) -> None:
        """Switch the schedules of the whole cloud on or off, as an administrator does (reference B.7)."""
        credentials: dict[str, Any] = self.auth("admin")
        session = Session(Password(**credentials))
        session.post(
            f"{self.emulator.url}/v1/{self.project('admin')}/global_job_scheduler/{'enable' if on else 'disable'}"
        )


@contextmanager
def running(state: Path, services: str, instances: list[dict[str, str]] | None = None, *words: str) -> Iterator[Stand]:
    """Start a cloud, hand it over, and stop it.

    :param instances: Servers of the emulator's own inventory; None where there is a real Nova.
    :param words: Further options of the launcher.
    """
    own: list[str | Path] = list(words)
    if instances is not None:
        inventory = state / "instances.json"
        state.mkdir(parents=True, exist_ok=True)
        inventory.write_text(json.dumps(instances))
        own += ["--instances", inventory]
    try:
        launch("up", "--state", state, "--port", "0", "--services", services, *own)
        yield Stand(state)
    finally:
        launch("down", "--state", state)


def instance(name: str) -> dict[str, str]:
    """Return a server for the emulator's inventory, which has the same id in every run."""
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), "name": name}
