# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of a restore, one VM after the other, in the cloud of its caller (reference C.3)."""

from __future__ import annotations

from datetime import datetime

from ..server.errors import CloudFailed
from ..server.store import Doc
from ..server.world import stamp
from .restore_plan import with_shared
from .snapshots import FINAL, TICKS, release
from .world import World

HOST = "TVM2"
COMPLETE = "Restore from snapshot is complete"
LOOK_AGAIN_S = 1.0  # simulated seconds between two requests for a server that is being created


def tick(world: World, args: Doc, when: datetime) -> None:
    """Take the next step of a restore."""
    row = world.store.get("restores", args["restore_id"])
    if row is None or row["status"] in FINAL:
        release(world, args["snapshot_id"], args["workload_id"], when, None)
        return
    try:
        _step(world, row, args, when)
    except CloudFailed as error:
        _fail(world, args, when, f"Failed restoring snapshot: {error}")


def cancelled(world: World, args: Doc, when: datetime) -> None:
    """End a restore that was cancelled."""
    _end(world, args, when, {"status": "cancelled"})


def _step(world: World, row: Doc, args: Doc, when: datetime) -> None:
    """Create or overwrite a part of the current VM.

    :raises CloudFailed: It is not possible.
    """
    number, part = divmod(args["done"], TICKS)
    work, orders = row["work"], row["work"]["orders"]
    if work["fails"] and number == len(orders) - 1:
        _fail(world, args, when, work["fails"])
        return
    cloud = world.memory.get(row["id"])
    if cloud is None:
        raise CloudFailed("the service was restarted meanwhile")
    _require_possible(work, orders[number])
    if args["done"] == 0:
        row = _started(row, cloud.prepare(work["prepare"]))
    made = row["work"]["made"]
    if work["kind"] == "inplace" and not made:
        cloud.overwrite(orders[number], world.switches.inplace_volume_ids == "new")
        made = {"server_id": orders[number]["instance_id"], "done": True}
    elif not made.get("done"):
        made = cloud.build(with_shared(orders[number], row["work"]["shared"]), made)
    row = row | {"work": row["work"] | {"made": made}, "progress_msg": _message(work["kind"], orders[number], part)}
    if part < TICKS - 1 or made.get("done"):
        _count_part(world, row, args, when)
    else:
        world.store.put("restores", row)
        world.retry_job(LOOK_AGAIN_S, "restore_tick", row["project_id"], **args)


def _require_possible(work: Doc, order: Doc) -> None:
    """Stop a restore that is known to fail at this VM."""
    if work["trouble"]:
        raise CloudFailed(f"Error creating instance {order['instance_id']}")
    if order["unmapped"] and work["kind"] != "inplace":
        raise CloudFailed(f"network {order['unmapped'][0]} of instance {order['instance_id']} is mapped to none")


def _started(row: Doc, shared: Doc) -> Doc:
    """Return a restore after its first step: with host, size and, for a one-click restore, the list of its VMs."""
    work, options = row["work"], row["restore_options"]
    if work["kind"] == "oneclick":
        shown = [
            {"name": order["name"], "id": order["instance_id"], "availability_zone": order["availability_zone"]}
            for order in work["orders"]
        ]
        options = options | {"openstack": options["openstack"] | {"instances": shown}}
    size = sum(order["size"] for order in work["orders"])
    return {
        **row,
        **shared["made"],
        "restore_options": options,
        "work": work | {"shared": shared},
        "host": HOST,
        "size": size,
    }


def _message(kind: str, order: Doc, part: int) -> str:
    return (
        f"Creating Instance: {order['name']}"
        if part and kind != "inplace"
        else f"Restoring volumes of instance: {order['name']}"
    )


def _count_part(world: World, row: Doc, args: Doc, when: datetime) -> None:
    """Count one part as done. After its last part a VM is listed; after the last VM the restore ends."""
    work, done = row["work"], args["done"] + 1
    end = TICKS * len(work["orders"])
    if done % TICKS == 0:
        order = work["orders"][done // TICKS - 1]
        metadata = {"config_drive": "", "instance_id": order["instance_id"], "production": "1"}
        listed = {"id": work["made"]["server_id"], "name": order["name"], "status": "available", "metadata": metadata}
        row = row | {"instances": [*row["instances"], listed], "work": work | {"made": {}}}
    world.store.put(
        "restores", row | {"progress_percent": min(99, 100 * done // end), "uploaded_size": row["size"] * done // end}
    )
    if done == end:
        _end(
            world,
            args,
            when,
            {"status": "available", "progress_percent": 100, "progress_msg": COMPLETE},
            row["progress_msg"],
        )
    else:
        world.start_job(
            world.switches.restore_instance_s / TICKS, "restore_tick", row["project_id"], **args | {"done": done}
        )


def _fail(world: World, args: Doc, when: datetime, text: str) -> None:
    _end(world, args, when, {"status": "error", "error_msg": text, "progress_percent": 100, "progress_msg": ""})


def _end(world: World, args: Doc, when: datetime, values: Doc, snapshot_message: str | None = None) -> None:
    """End a restore and free its snapshot and workload, whatever the result."""
    row = world.store.get("restores", args["restore_id"])
    if row is not None:
        kind = row["restore_options"]["restore_type"].title()
        times = {
            "finished_at": stamp(when),
            "time_taken": max(0, int((when - datetime.fromisoformat(row["created_at"])).total_seconds())),
        }
        rows = {
            "data_transfer_time": "0",
            "object_store_transfer_time": "0",
            "restore_user_selected_value": f"{kind} Restore",
        }
        world.store.put("restores", row | times | {"metadata": rows} | values)
    world.memory.pop(args["restore_id"], None)
    release(world, args["snapshot_id"], args["workload_id"], when, snapshot_message)
