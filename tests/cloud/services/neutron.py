# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Neutron's API, without agents."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from cloud.services.common import Launcher, forked, one_writer_per_database


def install_mechanism(launcher: Launcher) -> None:
    """Register our mechanism driver. Neutron finds drivers only by entry points of installed distributions."""
    distribution = launcher.directory / "cloud_plugins-1.dist-info"
    distribution.mkdir(exist_ok=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: cloud-plugins\nVersion: 1\n")
    (distribution / "entry_points.txt").write_text(
        "[neutron.ml2.mechanism_drivers]\nalways_bind = cloud.plugins.always_bind:AlwaysBind\n"
    )
    sys.path.insert(1, str(launcher.directory))


def hide_external_subnets(launcher: Launcher) -> Path:
    """Write the policy that hides the subnets of external networks from projects, as releases before 2024 do."""
    policy = launcher.directory / "policy.yaml"
    policy.write_text('"external_network": "!"\n')
    return policy


def main() -> None:
    """Create the database if needed, and serve."""
    launcher = Launcher("neutron")
    install_mechanism(launcher)
    config = launcher.write_config(
        {
            "DEFAULT": {
                "transport_url": "fake://",
                "core_plugin": "ml2",
                "service_plugins": "router",
                "api_paste_config": launcher.package_config / "api-paste.ini",
                "state_path": launcher.directory,
                "notify_nova_on_port_status_changes": False,
                "notify_nova_on_port_data_changes": False,
                "dhcp_agent_notification": False,
                "host": "cloud",
            },
            "database": launcher.database("neutron"),
            "oslo_concurrency": {"lock_path": launcher.directory},
            "ml2": {"type_drivers": "flat,vxlan", "tenant_network_types": "vxlan", "mechanism_drivers": "always_bind"},
            "ml2_type_vxlan": {"vni_ranges": "1:1000"},
            "ml2_type_flat": {"flat_networks": "*"},
            "securitygroup": {"enable_security_group": True},
            "oslo_policy": {"policy_file": hide_external_subnets(launcher)},
            "quotas": {"default_quota": -1, "quota_network": -1, "quota_subnet": -1, "quota_port": -1},
            **launcher.token_check(),
        }
    )
    os.environ["OS_NEUTRON_CONFIG_FILES"] = str(config)
    sys.argv = ["neutron-api", "--config-file", str(config)]

    def create_tables() -> None:
        """Create the current tables. All migrations since 2014 give the same result, but take long."""
        import sqlalchemy
        from neutron.db.migration.models import head

        with sqlalchemy.create_engine(launcher.sqlite("neutron")).begin() as connection:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")  # as `Launcher.database`
            head.get_metadata().create_all(connection)

    with launcher.first_start() as first:
        if first:
            forked(create_tables, "create tables")

    from neutron import server
    from neutron.server import api

    one_writer_per_database()
    launcher.serve(server.boot_server(api.api_server, prog="neutron-api"))


if __name__ == "__main__":
    main()
