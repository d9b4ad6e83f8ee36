# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers as Nova shows them, for the recorded exchanges."""

from __future__ import annotations

from typing import Any

from support.exchange import PROJECT

WEB = "14309d25-23dd-47da-bf60-febc8c25b636"

NOVA_SERVER: dict[str, Any] = {
    "id": WEB,
    "name": "web-1",
    "status": "ERROR",
    "tenant_id": PROJECT,
    "user_id": "fcba4a63e3d2408fa7dd3ed0e0a5e6a1",
    "created": "2026-11-20T08:00:00Z",
    "flavor": {"id": "42", "links": []},
    "fault": {"code": 500, "message": "No valid host was found.", "created": "2026-11-20T08:00:05Z"},
    "metadata": {"backup": "gold"},
    "addresses": {
        "private": [
            {
                "version": 4,
                "addr": "10.0.0.5",
                "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:05",
                "OS-EXT-IPS:type": "fixed",
            },
            {
                "version": 4,
                "addr": "192.0.2.5",
                "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:05",
                "OS-EXT-IPS:type": "floating",
            },
        ]
    },
    "OS-EXT-AZ:availability_zone": "nova",
    "os-extended-volumes:volumes_attached": [{"id": "4b3d5c6f-3ce4-4a6b-8f0e-0c8e5d0d6b6a"}],
}
"""A server with all that is read of one. Nova shows it so without a microversion."""
