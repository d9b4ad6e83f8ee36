# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, fill and stop a real OpenStack on the loopback interface.

Use the Python of an environment with requirements/cloud.txt. All files are in the state directory. The next start from
the same directory is faster, and finds its users, servers and workloads.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

# Python puts the directory of this file on the path, where `import cloud` would import this file, not the package.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cloud import processes
from cloud.layout import (
    DEFAULT_BASE,
    SERVICES,
    CloudError,
    Settings,
    check_services,
    free_base,
    port_is_free,
    settings_file,
)


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Lock the state directory against other commands."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wanted_settings(options: argparse.Namespace, held: ExitStack) -> Settings:
    """Return the settings of the command line, with the passwords and the port of the last start from the directory.

    :param held: Reserves the chosen ports until it is closed.
    :raises CloudError: A service lacks one that it needs, or no port is free.
    """
    before = Settings.load(options.state) if settings_file(options.state).exists() else None
    settings = Settings(
        state=options.state,
        base=options.port or (before.base if before else DEFAULT_BASE),
        services=check_services(options.services.split(",")),
        profile=options.profile,
        instances=None if options.instances is None else str(options.instances.resolve()),
        nova_page=options.nova_page,
        emulator_options=options.emulator_option,
    )
    if before:
        settings.passwords = before.passwords
    if options.port == 0 and not running(settings) and (before is None or taken_ports(settings)):
        settings.base = held.enter_context(free_base())
    return settings


def running(settings: Settings) -> list[str]:
    """Return the names of the services that run from the state directory."""
    return [entry.service for entry in processes.recorded(settings.state) if entry.process()]


def taken_ports(settings: Settings) -> list[str]:
    """Return the names of the services whose port is taken."""
    return [service for service in settings.services if not port_is_free(settings.port(service))]


def already_up(settings: Settings) -> bool:
    """Return whether the whole cloud runs with these settings.

    :raises CloudError: It runs with other settings.
    """
    services = running(settings)
    if not services:
        return False
    before = Settings.load(settings.state)
    missing = sorted(set(before.services) - set(services))
    if missing:
        print(f"# The cloud was up without {', '.join(missing)}: starting it again.", file=sys.stderr)
        return False
    if settings != before:
        raise CloudError(f"A cloud with other options is up in {settings.state}: take it down first.")
    return True


def start(settings: Settings) -> None:
    """Start all services and fill them. If one fails, stop all.

    :raises CloudError: A port is taken, or a service does not start.
    """
    processes.stop(settings.state)  # the rest of a cloud that ran in part
    taken = taken_ports(settings)
    if taken:
        ports = ", ".join(f"{settings.port(service)} ({service})" for service in taken)
        raise CloudError(f"Ports are taken: {ports}. Choose another --port, or 0 for any that are free.")
    settings.save()
    settings.catalog_mark.unlink(missing_ok=True)
    with ExitStack() as failed:
        failed.callback(processes.stop, settings.state)
        for service in settings.services:
            if service != "workloadmgr":
                processes.start(settings, service)
        from cloud import seed  # openstacksdk is slow to import: Keystone starts meanwhile

        processes.wait_ready(settings, ["keystone"])
        with seed.failures_named(settings):
            seed.seed_identity(settings)
        settings.catalog_mark.touch()
        if "workloadmgr" in settings.services:
            processes.start(settings, "workloadmgr")
        processes.wait_ready(settings, settings.services)
        with seed.failures_named(settings):
            seed.seed_contents(settings)
        failed.pop_all()


def up(options: argparse.Namespace) -> None:
    """Start the cloud and print how to use it."""
    began = time.monotonic()
    with locked(options.state), ExitStack() as held:
        settings = wanted_settings(options, held)
        there = already_up(settings)
        if not there:
            start(settings)
    state = "was up already" if there else f"is up after {time.monotonic() - began:.1f} seconds"
    ports = ", ".join(f"{service} {settings.port(service)}" for service in sorted(settings.services, key=settings.port))
    lines = [
        f"# The cloud {state}. Its ports: {ports}.",
        f"export OS_CLIENT_CONFIG_FILE={shlex.quote(str(settings.clouds_file))}",
        "export OS_CLOUD=demo",
        *([f"export EMULATOR={settings.url('workloadmgr')}"] if "workloadmgr" in settings.services else []),
        f"# Stop it: {shlex.join([sys.executable, __file__, 'down', '--state', str(settings.state)])}",
    ]
    print("\n".join(lines))


def down(options: argparse.Namespace) -> None:
    """Stop the cloud. Its contents stay in the state directory."""
    if not options.state.is_dir():
        raise CloudError(f"There is no directory {options.state}.")
    with locked(options.state):
        stopped = processes.stop(options.state)
    print(f"Stopped: {', '.join(stopped) or 'nothing, it was not up'}.")


def refill(options: argparse.Namespace) -> None:
    """Create the missing parts of the first contents again."""
    from cloud import seed

    with locked(options.state):
        settings = Settings.load(options.state)
        with seed.failures_named(settings):
            seed.seed(settings)


def boot(options: argparse.Namespace) -> None:
    """Boot servers and print name and id of each.

    :raises CloudError: The options contradict each other, or a server cannot be booted.
    """
    from cloud import servers

    if (options.volume_type or options.multiattach) and not options.volume_size:
        raise CloudError("--volume-type and --multiattach need --volume.")
    if options.volume_type and options.multiattach:
        raise CloudError("--multiattach has a volume type of its own: leave out --volume-type.")
    wanted = servers.Wanted(
        volume_size=options.volume_size,
        volume_type=options.volume_type,
        multiattach=options.multiattach,
        metadata=dict(options.property),
        networks=options.network or ["private"],
    )
    for name, identifier in servers.boot(options.state, options.cloud, options.names, wanted).items():
        print(name, identifier)


def move_to_cell(options: argparse.Namespace) -> None:
    """Move servers to the cell of Nova that is down, or back."""
    from cloud import servers

    servers.move_to_cell(options.state, options.ids, options.lost)


def key_and_value(text: str) -> tuple[str, str]:
    """Return the two parts of KEY=VALUE.

    :raises argparse.ArgumentTypeError: There is no equals sign.
    """
    key, found, value = text.partition("=")
    if not key or not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KEY=VALUE")
    return key, value


def absolute(path: str) -> Path:
    """Return a path in absolute form: the services have working directories of their own."""
    return Path(path).resolve()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(description=__doc__)
    commands = result.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--state", metavar="DIR", type=absolute, required=True, help="state directory")
        sub.set_defaults(run=run)
        return sub

    add_options_of_up(command("up", up, "Start a cloud and return when it is usable."))
    command("down", down, "Stop the cloud; its contents stay in the state directory.")
    contents = "users, catalog, image, flavor, network and volume types"
    command("seed", refill, f"Create the missing {contents} of a running cloud. `up` does this too.")
    booting = command("boot", boot, "Boot servers (m1.small, cirros) and wait until they are ACTIVE.")
    add_options_of_boot(booting)
    for name, lost, text in (
        ("lose", True, "Move servers to a cell of Nova that is down."),
        ("find", False, "Move servers back from there."),
    ):
        moving = command(name, move_to_cell, text)
        moving.add_argument("ids", metavar="ID", nargs="+", help="id of a server")
        moving.set_defaults(lost=lost)
    return result


def add_options_of_up(starting: argparse.ArgumentParser) -> None:
    """Add the options of the command `up`."""
    offsets = ", ".join(f"+{service.offset} {name}" for name, service in SERVICES.items())
    kept = f"the ports of the last start from this directory, else {DEFAULT_BASE}"
    add = starting.add_argument
    add("--port", metavar="BASE", type=int, help=f"first of the ports ({offsets}); 0 takes free ones; default: {kept}")
    add("--services", default=",".join(SERVICES), help="services, separated by commas (default: %(default)s)")
    add("--profile", default="6.2", help="profile of the emulator of workloadmgr (default: %(default)s)")
    add("--instances", metavar="FILE", type=Path, help="inventory of servers for the emulator, used in place of Nova")
    page = "largest number of servers that Nova lists in one response (default: %(default)s)"
    add("--nova-page", metavar="N", type=int, default=1000, help=page)
    word = "a further argument of the emulator: --emulator-option=--set=..."
    add("--emulator-option", metavar="WORD", action="append", default=[], help=word)


def add_options_of_boot(booting: argparse.ArgumentParser) -> None:
    """Add the options of the command `boot`."""
    add = booting.add_argument
    add("--cloud", default="demo", help="name of the cloud in clouds.yaml (default: %(default)s)")
    volume = "give each new server a data volume of this size, named NAME-data"
    add("--volume", dest="volume_size", metavar="GIB", type=int, help=volume)
    add("--volume-type", metavar="TYPE", help="type of the data volumes (default: Cinder's own)")
    shared = "give all new servers one data volume, shared-data, of the type shared, which they all attach"
    add("--multiattach", action="store_true", help=shared)
    word = "metadata of the new servers; several times for several keys"
    add("--property", metavar="KEY=VALUE", type=key_and_value, action="append", default=[], help=word)
    network = "network of the new servers; several times for several NICs (default: private)"
    add("--network", metavar="NAME", action="append", help=network)
    add("names", metavar="NAME", nargs="+", help="name of a server; an existing server stays as it is")


def main() -> int:
    """Run the command line and return the exit code."""
    options = parser().parse_args()
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # everything is on the loopback interface
    # SIGTERM lets `up` stop its services, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *__: sys.exit(1))
    try:
        options.run(options)
    except CloudError as error:
        print(f"cloud.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
