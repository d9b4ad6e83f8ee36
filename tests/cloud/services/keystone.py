# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keystone, with Fernet tokens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cloud.layout import REGION
from cloud.services.common import Launcher, forked, one_writer_per_database


def configure(launcher: Launcher) -> Path:
    """Write the configuration and return its path."""
    tokens, credentials = launcher.directory / "fernet", launcher.directory / "credential"
    for path in (tokens, credentials):
        path.mkdir(mode=0o700, exist_ok=True)
    return launcher.write_config(
        {
            "database": launcher.database("keystone"),
            "fernet_tokens": {"key_repository": tokens},
            "fernet_receipts": {"key_repository": tokens},
            "credential": {"key_repository": credentials},
            # The default of 12 rounds costs a quarter of a second for each login.
            "identity": {"password_hash_rounds": 4},
            "cache": {"enabled": True, "backend": "dogpile.cache.memory"},
        }
    )


def main() -> None:
    """Create the database if needed, and serve."""
    launcher = Launcher("keystone")
    config = str(configure(launcher))
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = config
    sys.argv = ["keystone"]  # read by the application

    from keystone.cmd import cli
    from keystone.server import wsgi

    def manage(*words: str) -> None:
        argv = ["keystone-manage", "--config-file", config, *words]
        forked(lambda: cli.main(argv=argv, developer_config_file=None), *argv)

    one_writer_per_database()
    with launcher.first_start() as first:
        if first:
            owner = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
            manage("fernet_setup", *owner)
            manage("credential_setup", *owner)
            manage("db_sync")
            os.environ["OS_BOOTSTRAP_PASSWORD"] = launcher.settings.passwords["admin"]
            manage("bootstrap", "--bootstrap-region-id", REGION)
    launcher.serve(wsgi.initialize_public_application())


if __name__ == "__main__":
    main()
