# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The operations on a workload: unlock and reset (reference B.1, C.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.call import WRITE, Call
from ..._core.errors import StateError, UnknownNameError
from ..._core.module import wait_options
from ..._engine.model import Document, Step
from ..._engine.operation import Operation
from ..._openstack.context import Context
from ..._openstack.lookup import NamedReferences
from ..identity import require_identity
from ..restore import records as restore
from ..snapshot import records as snapshot
from .records import NOUN, describe_workload, find_workload, show_workload
from .values import read_values, workload_result

UNLOCKING = Call("POST", "/workloads/{id}/unlock", WRITE)
RESETTING = Call("POST", "/workloads/{id}/reset", WRITE)


class Unlock(Operation[Document]):
    """Unlock a workload that a crash left locked (reference Q41, P5). It observes the workload."""

    result_key = "workload"
    context: Context

    def __init__(self, options: Mapping[str, Any]) -> None:
        require_identity(options)
        self.options = options

    def title(self) -> str:
        """Return what messages call the workload before it is read."""
        return f"For the workload '{self.options.get('name') or self.options.get('id')}'"

    def observe(self) -> Document:
        """Return the workload.

        :raises UnknownNameError: It does not exist.
        """
        wanted = self.options.get("id")
        if wanted is None:
            wanted = find_workload(self.context, self.options["name"])["id"]
        return self._show(wanted)

    def _show(self, workload_id: str) -> Document:
        document = show_workload(self.context, workload_id)
        if document is None:
            raise UnknownNameError(f"There is no workload with the id {workload_id} {self.context.here}.")
        return document

    def is_done(self, observed: Document) -> bool:
        """Return whether it is not locked."""
        return observed.get("status") != "locked"

    def guard(self, observed: Document) -> None:
        """Refuse to unlock a workload while a job of it runs.

        :raises StateError: A snapshot or a restore has not ended, and `force` is not set.
        """
        if self.options.get("force"):
            return
        rows = snapshot.of_workload(self.context, observed["id"])
        at_rest = {*snapshot.FINISHED, snapshot.MOUNTED}
        running = [f"snapshot {snapshot.describe_snapshot(row)}" for row in rows if row.get("status") not in at_rest]
        running += [
            f"restore '{row.get('name')}' ({row['id']}, {row.get('status')})"
            for row in restore.running(self.context, [row["id"] for row in rows])
        ]
        if running:
            raise StateError(
                f"The {describe_workload(observed)} was not unlocked, because something of it is running: "
                f"{', '.join(running)}.",
                hint="Wait for its end. If it is known to be dead, 'force: true' unlocks all the same.",
            )

    def steps(self, observed: Document) -> list[Step]:
        """Return the step of the plan."""
        name, before = observed.get("name"), {"status": observed.get("status")}
        return [Step("unlock", NOUN, name, observed["id"], ["status"], before, {"status": "available"})]

    def start(self, observed: Document) -> None:
        """Unlock it."""
        self.context.api.send(UNLOCKING, id=observed["id"])

    def finish(self, observed: Document) -> Document:
        """Wait until it is available."""
        return self.context.waiter.until(
            lambda: self._show(observed["id"]),
            lambda document: document.get("status") == "available",
            what=f"the {describe_workload(observed)} to become available",
            describe=lambda document: f"status '{document.get('status')}'",
        )

    def result(self, observed: Document) -> dict[str, Any]:
        """Return the workload as results show it."""
        return workload_result(read_values(observed, NamedReferences(self.context.lookup)), observed)


class Reset(Unlock):
    """Remove the storage snapshots that the service left on Cinder; the next snapshot is full (reference B.1)."""

    def is_done(self, observed: Document) -> bool:
        """Return that each run resets."""
        return False

    def guard(self, observed: Document) -> None:
        """Refuse unless the workload is available.

        :raises StateError: It is not.
        """
        if observed.get("status") != "available":
            raise StateError(
                f"The {describe_workload(observed)} was not reset, because its state is '{observed.get('status')}' "
                "and not 'available'.",
                hint="Wait until what runs has ended; a workload that a crash left locked must be unlocked first.",
            )

    def steps(self, observed: Document) -> list[Step]:
        """Return the step of the plan."""
        return [Step("reset", NOUN, observed.get("name"), observed["id"])]

    def start(self, observed: Document) -> None:
        """Reset it."""
        self.context.api.send(RESETTING, id=observed["id"])


ACTIONS = {"unlock": Unlock, "reset": Reset}

OPTIONS: Mapping[str, Any] = {
    "action": {"type": "str", "choices": sorted(ACTIONS, reverse=True), "required": True},
    "name": {"type": "str"},
    "id": {"type": "str"},
    "force": {"type": "bool", "default": False},
    **wait_options(timeout=600),
}
