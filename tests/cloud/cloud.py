# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, fill and stop a real OpenStack on the loopback interface.

Run it with the Python of an environment that has requirements/cloud.txt installed. Everything is kept in the state directory;
a directory that was used before starts faster and still has its users, servers and workloads.
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

# Python puts this file's own directory on the path, where `import cloud` would find this file in place of the package.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cloud import processes
from cloud.layout import DEFAULT_BASE, SERVICES, CloudError, Settings, check_services, free_base, port_is_free, settings_file


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Keep a second command off the same state directory."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wanted_settings(options: argparse.Namespace, held: ExitStack) -> Settings:
    """Return the settings that the command line asks for, with the passwords and the port that the state directory has where it has them.

    :param held: Keeps ports that were chosen from being chosen by others, until it is closed.
    :raises CloudError: The services do not fit together, or no port is free.
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
    """Tell whether the whole cloud runs, as asked for.

    :raises CloudError: It runs otherwise than asked for.
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
    """Start all services and fill them; when one fails, stop all.

    :raises CloudError: A port is taken, or a service does not start.
    """
    processes.stop(settings.state)  # what is left of a cloud that ran in part
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
        from cloud import seed  # openstacksdk is slow to import, and Keystone is on its way meanwhile

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
    """Start the cloud and say how to use it."""
    began = time.monotonic()
    with locked(options.state), ExitStack() as held:
        settings = wanted_settings(options, held)
        there = already_up(settings)
        if not there:
            start(settings)
    state = "was up already" if there else f"is up after {time.monotonic() - began:.1f} seconds"
    lines = [
        f"# The cloud ({', '.join(settings.services)}) {state}.",
        f"export OS_CLIENT_CONFIG_FILE={shlex.quote(str(settings.clouds_file))}",
        "export OS_CLOUD=demo",
        f"# Stop it: {shlex.join([sys.executable, __file__, 'down', '--state', str(settings.state)])}",
    ]
    print("\n".join(lines))


def down(options: argparse.Namespace) -> None:
    """Stop the cloud; what it holds stays in the state directory."""
    if not options.state.is_dir():
        raise CloudError(f"There is no directory {options.state}.")
    with locked(options.state):
        stopped = processes.stop(options.state)
    print(f"Stopped: {', '.join(stopped) or 'nothing, it was not up'}.")


def refill(options: argparse.Namespace) -> None:
    """Create again whatever of the first filling has gone since."""
    from cloud import seed

    with locked(options.state):
        settings = Settings.load(options.state)
        with seed.failures_named(settings):
            seed.seed(settings)


def boot(options: argparse.Namespace) -> None:
    """Boot servers and print name and id of each.

    :raises CloudError: A type is given for no volume, or a server cannot be booted.
    """
    from cloud import servers

    if options.volume_type and not options.volume_size:
        raise CloudError("--volume-type needs --volume.")
    wanted = servers.Wanted(options.volume_size, options.volume_type)
    for name, identifier in servers.boot(options.state, options.cloud, options.names, wanted).items():
        print(name, identifier)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    result = argparse.ArgumentParser(description=__doc__)
    commands = result.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--state", metavar="DIR", type=lambda value: Path(value).resolve(), required=True, help="state directory")
        sub.set_defaults(run=run)
        return sub

    starting = command("up", up, "Start a cloud and return when it is usable.")
    starting.add_argument(
        "--port",
        metavar="BASE",
        type=int,
        help=f"first of the ports ({', '.join(f'+{service.offset} {name}' for name, service in SERVICES.items())}); "
        f"0 chooses free ones; default: the ports of the last start from this directory, else {DEFAULT_BASE}",
    )
    starting.add_argument("--services", default=",".join(SERVICES), help="which services, separated by commas (default: %(default)s)")
    starting.add_argument("--profile", default="6.2", help="server line that the emulator of workloadmgr plays (default: %(default)s)")
    starting.add_argument("--instances", metavar="FILE", type=Path, help="inventory of servers for the emulator, used in place of Nova")
    starting.add_argument("--nova-page", metavar="N", type=int, default=1000, help="how many servers Nova lists in one answer (default: %(default)s)")
    starting.add_argument(
        "--emulator-option", metavar="WORD", action="append", default=[], help="a further word for the emulator's command line: --emulator-option=--set=..."
    )
    command("down", down, "Stop the cloud; its contents stay in the state directory.")
    command("seed", refill, "Fill a cloud that is up with users, catalog, image, flavor, network and volume types; what is there stays. `up` does it too.")
    booting = command("boot", boot, "Boot servers (m1.small, cirros, network private) and wait until they are ACTIVE.")
    booting.add_argument("--cloud", default="demo", help="name of the cloud in clouds.yaml (default: %(default)s)")
    booting.add_argument("--volume", dest="volume_size", metavar="GIB", type=int, help="give each new server a data volume of this size, named NAME-data")
    booting.add_argument("--volume-type", metavar="TYPE", help="type of the data volumes (default: Cinder's own)")
    booting.add_argument("names", metavar="NAME", nargs="+", help="name of a server; one that is there already stays")
    return result


def main() -> int:
    """Run the command line and return the exit code."""
    options = parser().parse_args()
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # everything is on the loopback interface
    # Ended from outside, `up` shall stop what it started, as it does for Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *__: sys.exit(1))
    try:
        options.run(options)
    except CloudError as error:
        print(f"cloud.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
