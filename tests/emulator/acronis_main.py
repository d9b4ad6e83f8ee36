# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line of the emulator of the Acronis platform: `python tests/emulator/acronis_main.py --port 8782`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from emulator.acronis.app import create_app
from emulator.server.clock import DEFAULT_SPEED
from emulator.server.serve import serve
from emulator.server.switches import UnknownSwitch


def options() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="acronis_main.py", description="A stand-in of workload management of Acronis Cyber Platform on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=8782, help="0 = a free one")
    parser.add_argument(
        "--set", action="append", default=[], metavar="SWITCH=VALUE", help="set a switch, may be repeated"
    )
    parser.add_argument("--speed", type=float, default=DEFAULT_SPEED, help="simulated seconds of work per second")
    return parser


def main() -> None:
    """Run the command line."""
    parser = options()
    given = parser.parse_args()
    try:
        application = create_app(
            dict(item.split("=", 1) if "=" in item else (item, "") for item in given.set), given.speed
        )
    except UnknownSwitch as error:
        parser.error(str(error))
    serve(application, given.port, "Acronis stand-in")


if __name__ == "__main__":
    main()
