# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nova: API, conductor, scheduler and compute without a hypervisor in one process, without a message queue."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cloud.layout import CELL, HOST, LOST_CELL
from cloud.services.common import PLUGINS, Launcher, forked, one_writer_per_database


def configure(launcher: Launcher) -> Path:
    """Write the configuration and return its path."""
    return launcher.write_config(
        {
            "DEFAULT": {
                "transport_url": "fake://",
                "compute_driver": "adopting_driver.AdoptingDriver",
                "host": "cloud",
                "state_path": launcher.directory,
                "my_ip": HOST,
                "report_interval": 10,
                "rpc_response_timeout": 600,
                "allow_resize_to_same_host": True,  # there is no other
                # Compute runs in the process of the API. By default there would be no host for a minute.
                "service_down_time": 10**9,
                # Neutron does not notify Nova of a bound port. The port is bound before Neutron answers.
                "vif_plugging_timeout": 0,
                "vif_plugging_is_fatal": False,
            },
            "api": {"max_limit": launcher.settings.nova_page},
            "api_database": launcher.database("nova_api"),
            # The lost cell fails at once.
            "database": {**launcher.database("nova"), "max_retries": 0},
            "wsgi": {"api_paste_config": launcher.package_config / "api-paste.ini"},
            "oslo_concurrency": {"lock_path": launcher.directory},
            "quota": {"instances": 1000, "cores": 10000, "ram": 10000000},
            "conductor": {"workers": 1},
            "scheduler": {"workers": 1, "discover_hosts_in_cells_interval": -1},
            "glance": {"api_servers": launcher.settings.url("glance")},
            "placement": launcher.service_user(),
            "neutron": launcher.service_user(),
            "cinder": {**launcher.service_user(), "catalog_info": "block-storage:cinder:publicURL"},
            "service_user": {**launcher.service_user(), "send_service_user_token": True},
            **launcher.token_check(),
        }
    )


def create_databases(launcher: Launcher, config: str, manage: Callable[[], object]) -> None:
    """Create the databases of the API, of cell 0 (servers without a host) and of the only cell that has hosts.

    The cell `lost` is always down: its database is where no file can be. `cloud.py lose` moves servers there.
    """

    def run(*words: str) -> None:
        forked(manage, "nova-manage", "--config-file", config, *words)

    run("api_db", "sync")
    run("cell_v2", "map_cell0", "--database_connection", launcher.sqlite("nova_cell0"))
    run("db", "sync")
    for name, database in ((CELL, launcher.sqlite("nova")), (LOST_CELL, "sqlite:////dev/null/nova.db")):
        cell = ("--name", name, "--transport-url", f"fake://{name}", "--database_connection", database)
        run("cell_v2", "create_cell", *cell)


def start_services() -> None:
    """Start conductor, scheduler and compute in threads of this process."""
    from nova import context, objects, service
    from nova.compute import rpcapi as compute
    from nova.conductor import rpcapi as conductor
    from nova.objects import host_mapping
    from nova.scheduler import rpcapi as scheduler

    # Compute last: it reports itself to the conductor and to Placement when it starts.
    service.Service.create(binary="nova-conductor", topic=conductor.RPC_TOPIC).start()
    service.Service.create(binary="nova-scheduler", topic=scheduler.RPC_TOPIC).start()
    service.Service.create(binary="nova-compute", topic=compute.RPC_TOPIC, topic_alt=compute.RPC_TOPIC_ALT).start()
    admin = context.get_admin_context()
    cell = next(each for each in objects.CellMappingList.get_all(admin) if each.name == CELL)
    host_mapping.discover_hosts(admin, cell.uuid)


def with_reclaim(application: Callable[..., Any], conf: Any, file: Path) -> Callable[..., Any]:
    """Return Nova's API, which reads `reclaim_instance_interval` from a file, for each request. Without it, it is 0."""

    def serve(environ: Any, start_response: Any) -> Any:
        conf.set_override("reclaim_instance_interval", int(file.read_text()) if file.exists() else 0)
        return application(environ, start_response)

    return serve


def main() -> None:
    """Create the databases if needed, and serve as soon as Keystone has its catalog and Placement runs."""
    launcher = Launcher("nova")
    config = str(configure(launcher))
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    sys.argv = ["nova", "--config-file", config]

    from nova import monkey_patch

    monkey_patch.patch(backend="threading")  # before any other part of Nova is imported

    import nova.conf
    import nova.virt
    import os_brick
    import os_vif
    from nova import config as nova_config
    from nova import objects
    from nova.api import wsgi
    from nova.api.openstack import wsgi_app
    from nova.cmd import manage
    from oslo_log import log

    one_writer_per_database()
    with launcher.first_start() as first:
        if first:
            create_databases(launcher, config, manage.main)
    nova_config.parse_args(sys.argv)
    log.setup(nova.conf.CONF, "nova")
    objects.register_all()
    os_brick.setup(nova.conf.CONF)
    os_vif.initialize()
    nova.virt.__path__.append(str(PLUGINS))  # Nova loads drivers from this package only
    launcher.wait_for(launcher.settings.catalog_mark.exists, launcher.serving("placement"))
    start_services()
    wsgi_app._setup_service(nova.conf.CONF.host, "osapi_compute")
    application = wsgi.Loader().load_app("osapi_compute")
    launcher.serve(with_reclaim(application, nova.conf.CONF, launcher.directory / "reclaim"))


if __name__ == "__main__":
    main()
