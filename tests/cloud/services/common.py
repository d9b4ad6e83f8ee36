# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts that launchers share: configuration, forked manage commands, one writer for each database, serving."""

from __future__ import annotations

import collections
import configparser
import multiprocessing
import sqlite3
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cloud.layout import HOST, REGION, Settings, port_answers

Config = dict[str, dict[str, object]]

PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
WAIT_TIMEOUT = 600.0  # seconds


class Launcher:
    """A service during its start.

    :param name: Name of the service.
    :ivar directory: Directory of all files of this service, and working directory.
    """

    def __init__(self, name: str) -> None:
        """Read the settings from the state directory in the command line."""
        warnings.simplefilter("ignore")  # deprecations in the OpenStack projects
        self.name = name
        self.settings = Settings.load(Path(sys.argv[1]))
        self.directory = self.settings.state / name
        self.package_config = Path(sys.prefix, "etc", name)
        self._made = self.directory / "database-made"

    def sqlite(self, name: str) -> str:
        """Return the address of a database of this service."""
        # On a busy machine the manage commands hold the file for longer than the default of 5 seconds.
        return f"sqlite:///{self.directory}/{name}.db?timeout=300"

    def database(self, name: str) -> dict[str, object]:
        """Return the section of the configuration for a database of this service."""
        # SQLite is fast without waiting for the disk. A cloud for tests need not survive a power cut.
        return {"connection": self.sqlite(name), "sqlite_synchronous": False}

    def service_user(self) -> dict[str, object]:
        """Return the options for the login of a service."""
        return {
            "auth_type": "password",
            "auth_url": self.settings.auth_url,
            "username": "svc",
            "password": self.settings.passwords["svc"],
            "project_name": "service",
            "user_domain_name": "Default",
            "project_domain_name": "Default",
            "region_name": REGION,
        }

    def token_check(self) -> Config:
        """Return the section for the validation of tokens."""
        return {
            "keystone_authtoken": {
                **self.service_user(),
                "www_authenticate_uri": self.settings.auth_url,
                "service_token_roles_required": True,
                "service_token_roles": "service",
            }
        }

    def write_config(self, config: Config) -> Path:
        """Write the service's configuration and return its path."""
        parser = configparser.RawConfigParser()
        parser.read_dict({"DEFAULT": {"use_stderr": True, **config.pop("DEFAULT", {})}, **config})
        path = self.directory / f"{self.name}.conf"
        path.touch(mode=0o600)
        with path.open("w") as file:
            parser.write(file)
        return path

    @contextmanager
    def first_start(self) -> Iterator[bool]:
        """Yield whether the service starts for the first time, and record it after the block."""
        first = not self._made.exists()
        yield first
        if first:
            # The write-ahead log is a property of the file. With it readers do not wait for the writer.
            for path in self.directory.glob("*.db"):
                connection = sqlite3.connect(path)
                connection.execute("PRAGMA journal_mode=WAL")
                connection.close()
            self._made.touch()

    def wait_for(self, *conditions: Callable[[], bool]) -> None:
        """Wait until all conditions are true. The service ends if that takes too long."""
        deadline = time.monotonic() + WAIT_TIMEOUT
        while not all(condition() for condition in conditions):
            if time.monotonic() > deadline:
                sys.exit(f"{self.name}: what it needs was not there after {WAIT_TIMEOUT:.0f} seconds")
            time.sleep(0.05)

    def serving(self, service: str) -> Callable[[], bool]:
        """Return a condition: the service accepts requests."""
        return lambda: port_answers(self.settings.port(service))

    def serve(self, application: Any, threads: int = 8) -> None:
        """Serve a WSGI application until the process is stopped."""
        from cheroot.wsgi import Server

        Server((HOST, self.settings.port(self.name)), application, numthreads=threads).safe_start()


def forked(run: Callable[[], object], *argv: str) -> None:
    """Run a manage command in a child process.

    The commands change global state, so each needs a process of its own. A fork avoids the slow import.

    :param run: The command's main function, which returns or exits with its code.
    :param argv: The command line.
    """

    def work() -> None:
        sys.argv = list(argv)
        sys.exit(1 if run() else 0)

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(f"{' '.join(argv)} failed")


def one_writer_per_database() -> None:
    """Allow one thread of this process at a time to write to a database.

    If two transactions that began with a read want to write, SQLite fails at once, whatever the time-out. Threads of a
    service do that often, so each writer of oslo.db waits for the one before it.
    """
    from oslo_db.sqlalchemy import enginefacade

    guard = threading.Lock()
    locks: dict[str, threading.RLock] = collections.defaultdict(threading.RLock)
    manager = enginefacade._TransactionContextManager
    unlocked = manager._transaction_scope

    @contextmanager
    def scope(self: Any, context: Any) -> Iterator[Any]:
        if self._mode is not enginefacade._WRITER:
            with unlocked(self, context) as resource:
                yield resource
            return
        # One lock for each file: Nova has several facades for one file.
        with guard:
            lock = locks[str(self.reader.get_engine().url)]
        with lock, unlocked(self, context) as resource:
            yield resource

    manager._transaction_scope = scope
