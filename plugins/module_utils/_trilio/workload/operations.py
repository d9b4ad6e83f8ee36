# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What can be done to a workload beside changing it: unlock and reset (API reference B.1, C.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import StateError
from ..._core.http import WRITE, Call
from ..._engine.comparison import Step
from ..._engine.resource import Document, Operation, called
from ..._openstack.context import Context
from ..options import require_identity
from ..restore import records as restore
from ..snapshot import records as snapshot
from .resource import KIND, find

UNLOCKING = Call("POST", "/workloads/{id}/unlock", WRITE)
RESETTING = Call("POST", "/workloads/{id}/reset", WRITE)


class Unlock(Operation):
    """Set a workload free that a crash left locked (API reference Q41, P5)."""

    noun = KIND.noun

    def __init__(self, options: Mapping[str, Any]) -> None:
        require_identity(options)
        self.options = options

    def look(self, context: Context) -> Document:
        """Return the workload."""
        return find(context, self.options)

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell whether it is not locked."""
        return seen.get("status") != "locked"

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse while something runs that the lock protects.

        :raises StateError: A snapshot or a restore has not ended, and C(force) is not set.
        """
        if self.options.get("force"):
            return
        rows = snapshot.of_workload(context, seen["id"])
        running = [f"snapshot {snapshot.title(row)}" for row in rows if row.get("status") not in {*snapshot.FINISHED, snapshot.MOUNTED}]
        running += [f"restore '{row.get('name')}' ({row['id']}, {row.get('status')})" for row in restore.running(context, [row["id"] for row in rows])]
        if running:
            raise StateError(
                f"The {called(KIND, seen)} was not unlocked, because something of it is running: {', '.join(running)}.",
                hint="Wait for its end. If it is known to be dead, 'force: true' unlocks all the same.",
            )

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        return Step("unlock", KIND.noun, seen.get("name"), seen["id"], ["status"], {"status": seen.get("status")}, {"status": "available"})

    def start(self, context: Context, seen: Document) -> None:
        """Unlock."""
        context.api.send(UNLOCKING, id=seen["id"])

    def finish(self, context: Context, seen: Document) -> Document:
        """Wait until it is available."""
        return context.waiter.until(
            lambda: find(context, {"id": seen["id"]}),
            lambda document: document.get("status") == "available",
            what=f"the {called(KIND, seen)} to become available",
            describe=lambda document: f"status '{document.get('status')}'",
        )

    def result(self, context: Context, seen: Document) -> dict[str, Any]:
        """Return the workload as results show it."""
        return KIND.result(KIND.read(context, seen), seen)


class Reset(Unlock):
    """Remove the storage snapshots that the service left on Cinder; the next snapshot is a full one (API reference B.1)."""

    def satisfied(self, context: Context, seen: Document) -> bool:
        """Tell that each run resets."""
        return False

    def guard(self, context: Context, seen: Document) -> None:
        """Refuse where the workload is not available.

        :raises StateError: It is not.
        """
        if seen.get("status") != "available":
            raise StateError(
                f"The {called(KIND, seen)} was not reset, because its state is '{seen.get('status')}' and not 'available'.",
                hint="Wait until what runs has ended; a workload that a crash left locked must be unlocked first.",
            )

    def step(self, seen: Document) -> Step:
        """Return the step of the plan."""
        return Step("reset", KIND.noun, seen.get("name"), seen["id"])

    def start(self, context: Context, seen: Document) -> None:
        """Reset."""
        context.api.send(RESETTING, id=seen["id"])


ACTIONS = {"unlock": Unlock, "reset": Reset}
