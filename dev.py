# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set up and run everything, with just git and Python 3.11 or newer: `python3 dev.py demo`, `python3 dev.py test`."""

import argparse
import signal
import subprocess
import sys

# Python 3.6 can parse this file, so that older versions say this rather than report a syntax error.
if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed")

from devtools import environments, scheduler, stand_in


def stage_name(text: str) -> str:
    """Return the name of a stage or a group, unchanged.

    :raises argparse.ArgumentTypeError: There is no such stage or group.
    """
    if text not in scheduler.stage_names():
        raise argparse.ArgumentTypeError(f"no stage {text!r}: there are {', '.join(scheduler.stage_names())}")
    return text


def command_line() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "demo",
        help="set up, and show what the collection does on an OpenStack and an emulated Trilio on this machine",
    )
    tests = commands.add_parser("test", help="set up, and run the tests: all but the matrix, or the stages named")
    tests.add_argument("stage", nargs="*", metavar="STAGE", type=stage_name, help=", ".join(scheduler.stage_names()))
    clouds = commands.add_parser(
        "cloud",
        help="set up, and start the OpenStack and the emulated Trilio, for playbooks of your own",
    )
    clouds.add_argument(
        "--light",
        action="store_true",
        help="only Keystone and the emulator, which then has an inventory of its own",
    )
    clouds.add_argument(
        "--profile",
        default="6.2",
        help="release of Trilio that the emulator acts as: 4.2, 5.2, 6.1 or 6.2 (default: %(default)s)",
    )
    clouds.add_argument(
        "--port",
        default="27000",
        help="first of the eleven ports; 0 takes free ones (default: %(default)s)",
    )
    clouds.add_argument("--down", action="store_true", help="stop what runs")
    commands.add_parser(
        "boot",
        add_help=False,
        help="boot servers in the OpenStack that runs: dev.py boot --property backup=gold web-3; --help lists options",
    )
    commands.add_parser("setup", help="make the virtual environments, and nothing else")
    commands.add_parser("lock", help="compile requirements/*.in into requirements/*.txt anew")
    return parser


def main() -> int:
    """Do what the command line says, and return the exit status."""
    parser = command_line()
    options, others = parser.parse_known_args()
    if others and options.command != "boot":
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    if options.command == "test":
        return scheduler.run_stages(options.stage)
    if options.command == "demo":
        return stand_in.show_demo()
    if options.command == "lock":
        environments.lock()
    elif options.command == "setup":
        environments.setup(cloud=True)
    elif options.command == "boot":
        stand_in.boot_servers(others)
    elif options.down:
        stand_in.stop_cloud()
    else:
        stand_in.start_cloud(options.port, options.profile, options.light)
    return 0


def take_signals() -> None:
    """Stop on both signals.

    A shell leaves SIGINT ignored in a program that it starts in the background, and so would all that runs here.
    """
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    take_signals()
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"This command failed: {' '.join(str(part) for part in error.cmd)}")
