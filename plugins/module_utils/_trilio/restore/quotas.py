# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The quotas of Nova, Cinder and Neutron: what a restore needs, and what is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Optional

from ..._core.call import READ, Call
from ..._core.errors import EndpointError, RequestError, StateError
from ..._core.known_names import listed
from ..._core.values import whole_number
from ..._engine.model import Document
from ..._openstack.context import Context

NOVA_LIMITS = Call("GET", "/limits", READ, response_key="limits", row_id="", best_effort=True)
CINDER_QUOTA = Call("GET", "/os-quota-sets/{project_id}", READ, response_key="quota_set", row_id="", best_effort=True)
NEUTRON_QUOTA = Call("GET", "/quotas/{project_id}/details", READ, response_key="quota", row_id="", best_effort=True)

NOVA_KEYS = {
    "instances": ("maxTotalInstances", "totalInstancesUsed"),
    "cores": ("maxTotalCores", "totalCoresUsed"),
    "ram": ("maxTotalRAMSize", "totalRAMUsed"),
}
"""The limit and the use of each quota in Nova's limits."""


def quota_rows(context: Context, plan: Document) -> list[Document]:
    """Return what a restore that creates servers needs of each quota, and what is free.

    Only what the server surely creates counts. What it needs for a while during the transfer is unknown.

    :param plan: The plan, from `describe_plan`.
    :return: Rows with `service`, `name`, `need`, `limit` and `free`. The last two are None if there is no limit, or if
        the service does not show it.
    """
    servers = [each for each in plan["instances"] if each["include"]]
    needs = (
        ("Nova", _nova_needs(servers), _nova_limits),
        ("Cinder", _cinder_needs(servers), _cinder_limits),
        ("Neutron", _neutron_needs(servers), _neutron_limits),
    )
    found = []
    for service, needed, read in needs:
        limits = read(context) if needed else {}
        for name, need in needed.items():
            limit, free = limits.get(name, (None, None))
            found.append({"service": service, "name": name, "need": need, "limit": limit, "free": free})
    return found


def require_quotas(rows: list[Document]) -> None:
    """Require that a restore fits in the quotas that are known.

    :raises StateError: One is too small. The restore would surely fail.
    """
    short = [row for row in rows if row["free"] is not None and row["need"] > row["free"]]
    if short:
        said = [f"{row['name']} of {row['service']} (needed {row['need']}, free {row['free']})" for row in short]
        raise StateError(
            f"Nothing was restored, because quotas of the project are too small: {listed(said)}.",
            hint="Raise them, delete what is not needed, or restore fewer servers.",
        )


# ---- Needs -----------------------------------------------------------------------------------------------------------


def _nova_needs(servers: list[Document]) -> Mapping[str, int]:
    """Return what Nova counts."""
    flavors = [server["flavor"] for server in servers]
    return {
        "instances": len(servers),
        "cores": sum(whole_number(flavor["vcpus"]) or 0 for flavor in flavors),
        "ram": sum(whole_number(flavor["ram"]) or 0 for flavor in flavors),
    }


def _cinder_needs(servers: list[Document]) -> Mapping[str, int]:
    """Return what Cinder counts, in all and for each volume type."""
    needs: Counter[str] = Counter()
    for disk in (disk for server in servers for disk in server["disks"] if disk["volume"]):
        for suffix in ("", f"_{disk['volume_type']}") if disk["volume_type"] else ("",):
            needs[f"volumes{suffix}"] += 1
            needs[f"gigabytes{suffix}"] += disk["size"]
    return needs


def _neutron_needs(servers: list[Document]) -> Mapping[str, int]:
    """Return what Neutron counts. A NIC on a port that exists needs none."""
    nics = [nic for server in servers for nic in server["nics"] if nic["to"] and not nic["to"]["port"]]
    return {"ports": len(nics)} if nics else {}


# ---- Limits ----------------------------------------------------------------------------------------------------------

Limits = Mapping[str, tuple[Optional[int], Optional[int]]]
"""The limit and what is free of it, by the name of the quota. Both are None if there is no limit."""


def _nova_limits(context: Context) -> Limits:
    shown = _object(_read(context, "compute", NOVA_LIMITS).get("absolute"))
    return {name: _free(shown.get(limit), shown.get(used)) for name, (limit, used) in NOVA_KEYS.items()}


def _cinder_limits(context: Context) -> Limits:
    shown = _read(context, "block-storage", CINDER_QUOTA, {"usage": "True"})
    rows = {name: row for name, row in shown.items() if isinstance(row, dict)}
    return {name: _free(row.get("limit"), row.get("in_use"), row.get("reserved")) for name, row in rows.items()}


def _neutron_limits(context: Context) -> Limits:
    row = _object(_read(context, "network", NEUTRON_QUOTA).get("port"))
    return {"ports": _free(row.get("limit"), row.get("used"), row.get("reserved"))}


def _read(context: Context, service_type: str, call: Call, query: Optional[Mapping[str, str]] = None) -> Document:
    """Return the quotas of a service, empty if it does not show them: a restore must not depend on this."""
    try:
        return dict(context.service(service_type).send(call, query=query, project_id=context.project_id))
    except (EndpointError, RequestError):
        return {}


def _object(value: Any) -> Document:
    """Return an object, empty if a service shows something else in its place."""
    return value if isinstance(value, dict) else {}


def _free(limit: Any, *used: Any) -> tuple[Optional[int], Optional[int]]:
    """Return a limit and what is free of it."""
    most = whole_number(limit)
    if most is None or most < 0:
        return None, None
    return most, max(0, most - sum(whole_number(each) or 0 for each in used))
