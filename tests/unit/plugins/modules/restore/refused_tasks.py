# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of tasks that `restore` refuses, which several test files share."""

from __future__ import annotations

from typing import Any

from support.exchange import cloud
from support.exchange.recording import QUICK, Exchange, sample

DRY: dict[str, dict[str, Any]] = {"for real": {}, "in check mode": {"check": True}}
"""What is refused is refused in check mode too."""

LATEST: dict[str, Any] = {"workload": "API", "latest": True}
SELECTIVE: dict[str, Any] = {"type": "selective", **LATEST}
INPLACE: dict[str, Any] = {"type": "inplace", **LATEST}


def of_one(**entry: Any) -> dict[str, Any]:
    """Return the options of a selective restore of one server."""
    return {**SELECTIVE, "instances": [{"name": "cirros-1", **entry}]}


CAPTURED = sample("restore_selective_request")["restore"]["options"]


def of_file(*entries: Any, **inner: Any) -> dict[str, Any]:
    """Return the content of a file for a selective restore."""
    return {
        **CAPTURED,
        "openstack": {**CAPTURED["openstack"], **({"instances": list(entries)} if entries else {}), **inner},
    }


TARGET = {"network": {"id": cloud.QUARANTINE, "subnet": {"id": cloud.QUARANTINE_SUBNET}}}


def oneclick(exchange: Exchange, dry: str, **source: Any) -> Any:
    """Run a one-click restore that must be refused, and return how."""
    return exchange.fail("restore", type="oneclick", **{"workload": "API", **source}, **DRY[dry], **QUICK)
