# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""References to the secret with the credentials of a bucket (reference B.11, P26, N9)."""

from __future__ import annotations

from typing import Optional
from urllib.parse import urlsplit

from .._openstack.connection import Connection


def ends_in_payload(secret_ref: str) -> bool:
    """Return whether a reference names the payload of the secret, which makes the target offline."""
    return secret_ref.rstrip("/").endswith("/payload")


def internal_host(connection: Connection, secret_ref: str) -> Optional[str]:
    """Return the host of a reference if it is only that of an internal endpoint of Barbican, else None.

    The data movers fetch the secret, so its host must be the public one.
    """
    hosts = connection.hosts("key-manager")
    host = urlsplit(secret_ref).hostname
    public = hosts.pop("public", set())
    return host if host not in public and host in set().union(*hosts.values()) else None
