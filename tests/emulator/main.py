# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line of the emulator of workloadmgr: `python tests/emulator/main.py --port 8781`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from emulator.clouds.keystone import ServiceUser
from emulator.server.clock import DEFAULT_SPEED
from emulator.server.serve import serve
from emulator.trilio.app import Settings, create_app
from emulator.trilio.switches import PROFILES

MEMORY = ":memory:"


def options() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="main.py", description="A stand-in of Trilio's workloadmgr on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8781)
    parser.add_argument("--profile", choices=list(PROFILES), default="6.2", help="product line to play")
    parser.add_argument(
        "--set", action="append", default=[], metavar="SWITCH=VALUE", help="set a switch, may be repeated"
    )
    parser.add_argument(
        "--state", default=MEMORY, metavar="DIR", help="keep the rows in this directory instead of in memory"
    )
    parser.add_argument(
        "--instances",
        type=Path,
        metavar="FILE",
        help="JSON or YAML list of {id, name, project?}: VMs of its own, no Nova",
    )
    parser.add_argument("--speed", type=float, default=DEFAULT_SPEED, help="simulated seconds of work per second")
    keystone = parser.add_argument_group("Keystone")
    keystone.add_argument(
        "--no-auth", action="store_true", help="believe X-Project-Id, X-User-Id and X-Roles instead of asking Keystone"
    )
    keystone.add_argument("--auth-url")
    keystone.add_argument("--username", help="service user that validates tokens")
    keystone.add_argument("--password")
    keystone.add_argument("--project", default="service")
    keystone.add_argument(
        "--token-cache",
        type=int,
        default=5,
        metavar="SECONDS",
        help="how long a validated token is believed; -1 = not at all",
    )
    return parser


def settings(parser: argparse.ArgumentParser, arguments: list[str]) -> tuple[int, Settings]:
    """Return the port and the settings that a command line asks for."""
    given = parser.parse_args(arguments)
    user = None
    if not given.no_auth:
        if not (given.auth_url and given.username and given.password):
            parser.error("--auth-url, --username and --password are needed, or --no-auth")
        user = ServiceUser(given.auth_url, given.username, given.password, given.project, given.token_cache)
    if any("=" not in item for item in given.set):
        parser.error("--set wants SWITCH=VALUE")
    return given.port, Settings(
        profile=given.profile,
        switches=dict(item.split("=", 1) for item in given.set),
        state=None if given.state == MEMORY else Path(given.state),
        instances=None
        if given.instances is None
        else yaml.safe_load(given.instances.read_text(encoding="utf-8")) or [],
        speed=given.speed,
        service_user=user,
    )


def main() -> None:
    """Run the command line."""
    port, wanted = settings(options(), sys.argv[1:])
    # oslo.config, which the middleware uses, reads the command line too.
    del sys.argv[1:]
    serve(create_app(wanted), port, f"workloadmgr stand-in, profile {wanted.profile},")


if __name__ == "__main__":
    main()
