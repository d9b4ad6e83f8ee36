# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placement."""

from __future__ import annotations

import os
import sys

from cloud.services.common import Launcher, one_writer_per_database


def main() -> None:
    """Create the database if needed, and serve."""
    launcher = Launcher("placement")
    launcher.write_config(
        {
            "placement_database": {**launcher.database("placement"), "sync_on_startup": True},
            "api": {"auth_strategy": "keystone"},
            "oslo_policy": {"enforce_scope": False},
            **launcher.token_check(),
        }
    )
    os.environ["OS_PLACEMENT_CONFIG_DIR"] = str(launcher.directory)
    sys.argv = ["placement-api"]

    from placement import wsgi

    one_writer_per_database()
    with launcher.first_start():
        application = wsgi.init_application()
    launcher.serve(application)


if __name__ == "__main__":
    main()
