# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Glance, with images as files."""

from __future__ import annotations

import os
import sys

from cloud.services.common import Launcher, forked, one_writer_per_database


def main() -> None:
    """Create the database if needed, and serve."""
    launcher = Launcher("glance")
    images, staging, tasks = (launcher.directory / name for name in ("images", "staging", "tasks"))
    for path in (images, staging, tasks):
        path.mkdir(exist_ok=True)
    config = launcher.write_config(
        {
            "DEFAULT": {"enabled_backends": "images:file", "node_staging_uri": staging.as_uri()},
            "database": launcher.database("glance"),
            "glance_store": {"default_backend": "images"},
            "images": {"filesystem_store_datadir": images},
            "os_glance_staging_store": {"filesystem_store_datadir": staging},
            "os_glance_tasks_store": {"filesystem_store_datadir": tasks},
            "paste_deploy": {"flavor": "keystone", "config_file": launcher.package_config / "glance-api-paste.ini"},
            **launcher.token_check(),
        }
    )
    config.rename(launcher.directory / "glance-api.conf")  # the file name that Glance expects
    os.environ["OS_GLANCE_CONFIG_DIR"] = str(launcher.directory)
    sys.argv = ["glance-api"]

    from glance.cmd import manage
    from glance.common import wsgi_app

    one_writer_per_database()
    with launcher.first_start() as first:
        if first:
            forked(manage.main, "glance-manage", "--config-dir", str(launcher.directory), "db_sync")
    launcher.serve(wsgi_app.init_app())


if __name__ == "__main__":
    main()
