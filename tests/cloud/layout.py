# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services, ports, users and files of a cloud. Standard library only."""

from __future__ import annotations

import json
import random
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
REGION = "RegionOne"
DEFAULT_BASE = 27000
DEFAULT_VOLUME_TYPE = "__DEFAULT__"  # Cinder creates it itself
CELL = "cell1"  # the cell of Nova that has the hosts
LOST_CELL = "lost"  # the cell of Nova that is always down


class CloudError(Exception):
    """The cloud cannot do what was requested; the message says what to do next."""


@dataclass(frozen=True)
class Service:
    """One service.

    :param offset: Offset of its port from the base port of the cloud.
    :param catalog_type: Service type in Keystone's catalog.
    :param catalog_name: Service name in Keystone's catalog.
    :param path: Path of its endpoint; Keystone replaces `$(project_id)s`.
    :param needs: Names of the services that it cannot start without.
    """

    offset: int
    catalog_type: str
    catalog_name: str
    path: str = ""
    needs: tuple[str, ...] = ("keystone",)


# In the order of their start. To add a service, add a line here and a launcher with its name in services/.
SERVICES = {
    "keystone": Service(0, "identity", "keystone", "/v3", needs=()),
    "nova": Service(5, "compute", "nova", "/v2.1", needs=("keystone", "placement", "glance", "neutron")),
    "cinder": Service(4, "block-storage", "cinder", "/v3/$(project_id)s", needs=("keystone", "glance")),
    "neutron": Service(3, "network", "neutron"),
    "glance": Service(2, "image", "glance"),
    "placement": Service(1, "placement", "placement"),
    "workloadmgr": Service(10, "workloads", "TrilioVaultWLM", "/v1/$(project_id)s"),
}

SPAN = 20  # from one base port to the next; no service uses the last port in between

# The users with a password: user name -> project.
USERS = {"admin": "admin", "svc": "service", "demo": "demo", "other": "other"}


@dataclass
class Settings:
    """The settings of a cloud. They are kept in the state directory, so that the passwords stay the same.

    :param state: Directory that holds everything the cloud writes.
    :param base: First port.
    :param services: Names of the services, keys of `SERVICES`.
    :param profile: Profile of the emulator of workloadmgr, for example `6.2`.
    :param instances: File with the emulator's own inventory of servers.
    :param nova_page: Largest number of servers that Nova lists in one response.
    :param emulator_options: Further arguments of the emulator.
    :param passwords: User name -> password.
    """

    state: Path
    base: int
    services: list[str]
    profile: str
    instances: str | None = None
    nova_page: int = 1000
    emulator_options: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=lambda: {user: secrets.token_urlsafe(12) for user in USERS})

    @classmethod
    def load(cls, state: Path) -> Settings:
        """Read the settings of the cloud in this directory.

        :raises CloudError: There is none.
        """
        path = settings_file(state)
        if not path.exists():
            raise CloudError(f"There is no cloud in {state}: start one with 'up'.")
        return cls(state=state, **json.loads(path.read_text()))

    def save(self) -> None:
        """Write the settings into the state directory."""
        values = asdict(self)
        del values["state"]
        write_private(settings_file(self.state), json.dumps(values, indent=1))

    def port(self, service: str) -> int:
        """Return the port of a service."""
        return self.base + SERVICES[service].offset

    def url(self, service: str) -> str:
        """Return the address of a service, without a path."""
        return f"http://{HOST}:{self.port(service)}"

    @property
    def auth_url(self) -> str:
        """Return Keystone's address."""
        return f"{self.url('keystone')}/v3"

    @property
    def clouds_file(self) -> Path:
        """Return the path of clouds.yaml."""
        return self.state / "clouds.yaml"

    @property
    def env_file(self) -> Path:
        """Return the path of the file that describes the cloud to tests."""
        return self.state / "env.json"

    @property
    def catalog_mark(self) -> Path:
        """Return the path of the file that exists while the running Keystone has users and catalog."""
        return self.state / "catalog-ready"

    def log(self, service: str) -> Path:
        """Return the path of a service's log."""
        return self.state / "log" / f"{service}.log"


def settings_file(state: Path) -> Path:
    """Return the path of the settings of the cloud in this directory."""
    return state / "settings.json"


def write_private(path: Path, text: str) -> None:
    """Write a file that holds passwords: only its owner may read it."""
    path.touch(mode=0o600)
    path.write_text(text)


def check_services(names: list[str]) -> list[str]:
    """Return the names in the order of their start.

    :raises CloudError: A name is unknown, or a service lacks one that it needs.
    """
    for name in names:
        if name not in SERVICES:
            raise CloudError(f"Unknown service {name!r}; there are: {', '.join(SERVICES)}.")
        missing = [need for need in SERVICES[name].needs if need not in names]
        if missing:
            raise CloudError(f"{name} needs {', '.join(missing)} too: add to --services.")
    return [name for name in SERVICES if name in names]


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def port_answers(port: int) -> bool:
    """Return whether a server listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


@contextmanager
def free_base() -> Iterator[int]:
    """Choose a base port with free ports, below the range that systems use for outgoing connections.

    While the block runs, no other cloud chooses the same ports: they look free until the services listen.

    :raises CloudError: None found.
    """
    for base in random.sample(range(20000, 32000, SPAN), 50):
        with socket.socket() as guard:
            try:
                guard.bind((HOST, base + SPAN - 1))
            except OSError:
                continue
            if all(port_is_free(base + service.offset) for service in SERVICES.values()):
                yield base
                return
    raise CloudError("No free range of ports found: give one with --port.")
