# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches of snapshots."""

from __future__ import annotations

from unit.emulator.in_process import WEB, Api


def test_snapshot_mount_s() -> None:
    for seconds in (4.0, 90.0):
        api = Api("6.2", snapshot_mount_s=seconds)
        api.admin("PATCH", f"instances/{WEB}", {"metadata": {"tvault_recovery_manager": "yes"}})
        snapshot_id = api.snapshot(api.create())
        api.step(60)
        assert (
            api.code("POST", f"/snapshots/{snapshot_id}/mount", {"mount": {"mount_vm_id": WEB, "options": {}}}) == 200
        )
        api.step(seconds - 1)
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"] == "mounting"
        api.step(1)
        assert api.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"] == "mounted"


def test_snapshot_size() -> None:
    for value, has_size in (("data", True), ("zero", False)):
        api = Api("6.2", snapshot_size=value)
        snapshot_id = api.snapshot(api.create())
        api.step(60)
        shown = api.get(f"/snapshots/{snapshot_id}")["snapshot"]
        assert (shown["status"], shown["size"] > 0, shown["uploaded_size"] > 0) == ("available", has_size, has_size)


def test_retention_keeps() -> None:
    for keeps, names in ((0, ["a", "b", "c", "d"]), (2, ["a", "c", "d"])):
        api = Api("6.2", retention_keeps=keeps)
        workload_id = api.create()
        for name in "abcd":
            snapshot_id = api.snapshot(workload_id, name=name)
            api.step(60)
            if name == "a":
                api.admin("PATCH", f"snapshots/{snapshot_id}", {"status": "mounted"})
        # A mounted snapshot is not purged, but it counts.
        assert [row["name"] for row in api.get("/snapshots")["snapshots"]] == names
