# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A compute driver for Nova without a hypervisor. Its servers survive a restart of the service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import nova.conf
from nova import context, objects
from nova.compute import power_state, vm_states
from nova.virt import fake

HOLD = "hold"
ADOPTED = (vm_states.ACTIVE, vm_states.STOPPED, vm_states.PAUSED)


class AdoptingDriver(fake.FakeDriverWithoutFakeNodes):
    """Nova's fake driver, which forgets its servers when it stops. This one reads them from the database."""

    def init_host(self, host: str) -> None:
        """Adopt the servers that the database has on this host."""
        super().init_host(host)
        for server in objects.InstanceList.get_by_host(context.get_admin_context(), host, expected_attrs=["flavor"]):
            if server.vm_state in ADOPTED:
                self.instances[server.uuid] = fake.FakeInstance(
                    server.name, server.power_state or power_state.RUNNING, server.uuid
                )
                self.resources.claim(vcpus=server.flavor.vcpus, mem=server.flavor.memory_mb, disk=server.flavor.root_gb)

    def destroy(self, *words: Any, **options: Any) -> None:
        """Delete a server, but not while the file `hold` exists, so that tests can see the deletion."""
        while Path(nova.conf.CONF.state_path, HOLD).exists():
            time.sleep(0.1)
        super().destroy(*words, **options)
