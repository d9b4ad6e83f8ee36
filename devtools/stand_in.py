# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in: an OpenStack and an emulated Trilio on this machine, for the demo and for playbooks of your own."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from devtools.environments import environment, locked, setup
from devtools.paths import BUILD, CLOUD_VENV, LINK, ROOT, VENV

SERVERS = ("web-1", "web-2", "db-1")  # in the project demo
ALL_SERVICES = "keystone,placement,glance,neutron,cinder,nova,workloadmgr"
LIGHT_SERVICES = "keystone,workloadmgr"


SETTINGS = {
    "ANSIBLE_LOCALHOST_WARNING": "false",  # there is no inventory, and none is needed
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",  # also of diffs
}
"""Variables of Ansible for those who try playbooks."""


def run_cloud(command: str, state: Path, *arguments: str) -> None:
    """Run a command of the launcher of OpenStack and of the emulator.

    :param state: The directory where the launcher keeps everything.
    :raises subprocess.CalledProcessError: The command failed. It has printed the reason.
    """
    subprocess.run(cloud_command(command, state, *arguments), check=True, env=environment(CLOUD_VENV))


def cloud_command(command: str, state: Path, *arguments: str) -> list[str]:
    """Return the command line of a command of the launcher."""
    program = [CLOUD_VENV / "bin" / "python", ROOT / "tests" / "cloud" / "cloud.py"]
    return [*map(str, program), command, "--state", str(state), *arguments]


def show_demo() -> int:
    """Start everything, show what the collection does, stop everything, and return the exit status."""
    setup(cloud=True)
    state = BUILD / "demo"
    with locked("demo"):
        if state.exists():  # the remains of a demo that was killed
            run_cloud("down", state)
            shutil.rmtree(state)
        try:
            run_cloud("up", state, "--port", "0", "--services", ALL_SERVICES, "--profile", "6.2")
            run_cloud("boot", state, "--cloud", "demo", *SERVERS)
            program = [VENV / "bin" / "python", ROOT / "tests" / "demo.py"]
            return subprocess.call([*program, "--state", state], env=environment())
        finally:
            run_cloud("down", state)


def server(name: str) -> dict[str, str]:
    """Return an entry of the inventory of the emulator. A name always has the same id."""
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), "name": name}


def start_cloud(port: str, profile: str, light: bool) -> None:
    """Start everything, leave it running, and print how to use it.

    :param port: The first of the ports, or 0 for free ones.
    :param profile: The release of Trilio that the emulator acts as.
    :param light: If true, start only Keystone and the emulator, which then has servers of its own.
    """
    setup(cloud=True)
    state = BUILD / "cloud"
    options = ["--port", port, "--profile", profile]
    if light:
        inventory = BUILD / "cloud-servers.json"
        inventory.write_text(json.dumps([server(name) for name in SERVERS]))
        run_cloud("up", state, *options, "--services", LIGHT_SERVICES, "--instances", str(inventory))
    else:
        run_cloud("up", state, *options, "--services", ALL_SERVICES)
        command = cloud_command("boot", state, "--cloud", "demo", *SERVERS)
        subprocess.run(command, check=True, env=environment(CLOUD_VENV), stdout=subprocess.DEVNULL)
    servers = ", ".join(SERVERS)
    print(f"# The project demo has the servers {servers}. The programs of this work tree, and the collection in it:")
    print(f"export PATH={VENV / 'bin'}:{CLOUD_VENV / 'bin'}:$PATH")
    print(f"export ANSIBLE_COLLECTIONS_PATH={LINK}")
    for name, value in SETTINGS.items():
        print(f"export {name}={value}")
    print("# Or, shorter: python3 dev.py cloud --down")


def boot_servers(arguments: Sequence[str]) -> None:
    """Boot servers in the cloud that `start_cloud` has started.

    :param arguments: Those of the command `boot` of the launcher.
    """
    setup(cloud=True)
    run_cloud("boot", BUILD / "cloud", *arguments)


def stop_cloud() -> None:
    """Stop what `start_cloud` has started."""
    setup(cloud=True)
    run_cloud("down", BUILD / "cloud")
