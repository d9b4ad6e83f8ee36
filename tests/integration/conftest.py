# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the tests that need a server: one light cloud for each worker, its emulator emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.module import Failed, run_module
from support.stand import LIGHT, WHOLE, Stand, instance, launch, running
from support.tenant import Tenant

SERVERS = ("web-1", "web-2", "web-3", "db-1")
PROFILES = ("4.2", "5.2", "6.1", "6.2")


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the real Keystone and the emulator with an inventory of its own."""
    with running(tmp_path_factory.mktemp("light") / "cloud", LIGHT, [instance(name) for name in SERVERS]) as stand:
        yield stand


@pytest.fixture
def stand(light: Stand, monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Return the light cloud as profile 6.2, empty, with no variable of the user's environment in the way."""
    for name in ("OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_PROJECT_NAME", "OS_AUTH_URL", "OPENPROTECT_SERVER_LINE"):
        monkeypatch.delenv(name, raising=False)
    light.emulator.reset("6.2")
    return light


class Operator:
    """Runs the modules as a user of the project demo.

    :param stand: The cloud.
    :param line: Value of the option `server_line`.
    """

    def __init__(self, stand: Stand, line: str = "auto") -> None:
        self.stand = stand
        self.options: dict[str, Any] = {"auth": stand.auth(), "server_line": line}

    def run(self, module: str, *, check: Any = False, **options: Any) -> dict[str, Any]:
        """Run a module, in check mode or for real.

        :raises Failed: The module failed.
        """
        waiting = {} if module.endswith(("_info", "_export")) else {"wait_interval": 0.02, "timeout": 300}
        return run_module(module, {**self.options, **waiting, **options}, check=check)

    def workload(self, *, check: Any = False, **options: Any) -> dict[str, Any]:
        """Run the module workload."""
        return self.run("workload", check=check, **options)

    def fails(self, module: str = "workload", *, check: Any = False, **options: Any) -> Failed:
        """Run a module that must fail, and return how."""
        with pytest.raises(Failed) as caught:
            self.run(module, check=check, **options)
        return caught.value


@pytest.fixture
def operator(stand: Stand) -> Operator:
    """Return a user of the light cloud, profile 6.2."""
    return Operator(stand, "6")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Run the whole cloud: Keystone, Nova, Neutron, Cinder and the emulator. Nova lists 25 servers at a time."""
    with running(tmp_path_factory.mktemp("whole") / "cloud", WHOLE, None, "--nova-page", "25") as stand:
        yield stand


@pytest.fixture
def user(whole: Stand) -> Tenant:
    """Return a user of a cloud whose emulator is empty."""
    whole.emulator.reset("6.2")
    return Tenant(whole)


@pytest.fixture
def server(whole: Stand, user: Tenant) -> Iterator[str]:
    """Return the server web-1, which has a volume. Boot it if it is gone. Delete all others after the test."""
    there = [server.id for server in user.cloud.compute.servers() if server.name == "web-1"]
    words = ("--volume", "2", "--volume-type", "ssd", "web-1")
    yield there[0] if there else launch("boot", "--state", whole.state, *words).split()[1]
    for left in list(user.cloud.compute.servers()):
        if left.name != "web-1":
            user.delete(left.id)
