# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies of restore requests, and recordings that several test files of `restore` share."""

from __future__ import annotations

from typing import Any

from support.exchange import cloud, restores, snapshots, workloads
from support.exchange.recording import NOVA, QUICK, Exchange

from ansible_collections.openprotect.backup.plugins.module_utils._trilio.restore import identity

ONECLICK: dict[str, Any] = {"type": "oneclick", "workload": "API", "latest": True, **QUICK}


def intent(kind: str, source: dict[str, Any], **plan: Any) -> str:
    """Return what is asked for, as the description of a restore has it."""
    return identity.intent(kind, workloads.RESTORED_ID, source, plan)


def request(
    kind: str,
    source: dict[str, Any],
    text: str = "",
    *,
    key: str = "",
    name: str = "Restore of API",
    plan: Any = None,
    **inner: Any,
) -> dict[str, Any]:
    """Return what must be sent for a restore.

    :param source: Which snapshot, as the task says it.
    :param plan: What goes where, as the task says it.
    :param inner: The part C(openstack) of the request.
    """
    asked = intent(kind, source, **(plan or {}))
    description = identity.Marker(
        text, asked, key or identity.key(asked, workloads.RESTORED_ID, snapshots.ID)
    ).description()
    return {"name": name, "description": description, "options": restores.options(kind, **inner)}


def sent(exchange: Exchange, body: dict[str, Any], *, snapshot: str = snapshots.ID) -> dict[str, Any]:
    """Record the start of a restore, and what is seen of it until it has ended; return how it is shown then."""
    running = restores.started(body, snapshot_id=snapshot)
    done = restores.ended(running)
    exchange.post(f"/snapshots/{snapshot}", {"restore": body}, {"restore": running})
    exchange.get(restores.NEW_PATH, {"restore": running})
    exchange.get(restores.NEW_PATH, {"restore": done})
    return done


DRY: dict[str, dict[str, Any]] = {"check mode": {"check": True}, "plan_only": {"plan_only": True}}
"""The two ways to see what would be done; the exchange fails if anything else is sent than was recorded."""

CIRROS_3, CIRROS_4 = "7c1bb5d2-aa5a-44f7-abcd-2d76b819b4c8", "08dab61c-6efd-44d3-a9ed-8e789d338c1b"
DATA_3, DATA_4 = "f6b3fef6-4b0e-487e-84b5-47a14da716ca", "53204f34-019d-4ba8-ada1-e6ab7b8e5b43"
IN_NOVA = [{"id": CIRROS_3, "name": "cirros-3"}, {"id": CIRROS_4, "name": "cirros-4"}, {"id": cloud.WEB, "name": "web"}]
OF_BOTH = snapshots.shown(
    snapshots.server(CIRROS_3, "cirros-3", snapshots.volume(CIRROS_3, DATA_3)),
    snapshots.server(CIRROS_4, "cirros-4", snapshots.volume(CIRROS_4, DATA_4)),
)

INPLACE: dict[str, Any] = {"type": "inplace", "workload": "API", "latest": True, **QUICK}


def attached(exchange: Exchange, *pairs: tuple[str, str]) -> None:
    """Record that Nova is asked for servers, each with its volume."""
    with exchange.any_order():
        for server_id, volume_id in pairs:
            shown = {"id": server_id, "os-extended-volumes:volumes_attached": [{"id": volume_id}]}
            exchange.get(f"/servers/{server_id}", {"server": shown}, url=NOVA)


def running(kind: str, source: dict[str, Any], snapshot: str = snapshots.ID, **inner: Any) -> dict[str, Any]:
    """Return a restore that runs and that the same task has started."""
    return restores.started(request(kind, source, "by the morning run", **inner), snapshot_id=snapshot)
