# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cinder: API, scheduler and a volume service without disks in one process, without a message queue."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cloud.layout import DEFAULT_VOLUME_TYPE, HOST
from cloud.services.common import Launcher, forked, one_writer_per_database

BACKEND = "nowhere"


def configure(launcher: Launcher) -> Path:
    """Write the configuration and return its path."""
    return launcher.write_config(
        {
            "DEFAULT": {
                "transport_url": "fake://",
                "rpc_response_timeout": 600,
                "auth_strategy": "keystone",
                "api_paste_config": launcher.package_config / "api-paste.ini",
                "resource_query_filters_file": launcher.package_config / "resource_filters.json",
                "state_path": launcher.directory,
                "host": "cloud",
                "enabled_backends": BACKEND,
                "default_volume_type": DEFAULT_VOLUME_TYPE,
                "glance_api_servers": launcher.settings.url("glance"),
                # By default the scheduler waits a minute for reports of backends. The only one starts just before it.
                "scheduler_driver_init_wait_time": 1,
                # The volume service runs in the process of the API. By default it would be down for a minute.
                "service_down_time": 10**9,
                "quota_volumes": 1000,
                "quota_snapshots": 1000,
                "quota_gigabytes": 100000,
            },
            BACKEND: {"volume_driver": "cloud.plugins.diskless_driver.DisklessDriver", "volume_backend_name": BACKEND},
            "database": launcher.database("cinder"),
            "oslo_concurrency": {"lock_path": launcher.directory},
            "coordination": {"backend_url": (launcher.directory / "coordination").as_uri()},
            "nova": launcher.service_user(),
            # Volumes of encrypted types need a key. There is no Barbican.
            "key_manager": {"backend": "cinder.keymgr.conf_key_mgr.ConfKeyManager", "fixed_key": "0" * 64},
            **launcher.token_check(),
        }
    )


def start_services(conf: Any, host_option: Any) -> None:
    """Start volume service and scheduler in green threads of this process."""
    from cinder import service

    conf.register_opt(host_option, group=BACKEND)
    service.Service.create(host=f"cloud@{BACKEND}", service_name=BACKEND, binary="cinder-volume").start()
    service.Service.create(binary="cinder-scheduler").start()


def create_database(launcher: Launcher, config: str, manage: Callable[[], object]) -> None:
    """Create the database if needed."""
    with launcher.first_start() as first:
        if first:
            forked(manage, "cinder-manage", "--config-file", config, "db", "sync")


def main() -> None:
    """Create the database if needed, and serve as soon as Keystone has its catalog."""
    launcher = Launcher("cinder")
    config = str(configure(launcher))
    sys.argv = ["cinder", "--config-file", config]

    from cinder import monkey_patch

    monkey_patch.patch()  # before any other part of Cinder is imported

    import eventlet.wsgi
    from cinder import coordination, objects, rpc, version
    from cinder.cmd import manage
    from cinder.cmd import volume as volume_command
    from cinder.common import config as cinder_config
    from oslo_config import cfg
    from oslo_log import log
    from oslo_service import wsgi

    one_writer_per_database()
    create_database(launcher, config, manage.main)
    objects.register_all()
    cfg.CONF(sys.argv[1:], project="cinder", version=version.version_string())
    cinder_config.set_middleware_defaults()
    log.setup(cfg.CONF, "cinder")
    coordination.COORDINATOR.start()
    rpc.init(cfg.CONF)
    launcher.wait_for(launcher.settings.catalog_mark.exists)
    start_services(cfg.CONF, volume_command.host_opt)
    application = wsgi.Loader(cfg.CONF).load_app("osapi_volume")
    eventlet.wsgi.server(
        eventlet.listen((HOST, launcher.settings.port(launcher.name))), application, log_output=False, debug=False
    )


if __name__ == "__main__":
    main()
