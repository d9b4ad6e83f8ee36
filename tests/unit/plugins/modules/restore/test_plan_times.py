# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan says which point in time was understood, what is restored, and whether there is something newer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from support.exchange import cloud, restores, snapshots
from support.exchange.recording import QUICK, Exchange


@pytest.fixture
def in_warsaw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this host be in the time zone of Warsaw."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_warsaw")
def test_a_time_that_means_an_older_snapshot(restoring: Exchange) -> None:
    failed = snapshots.row(cloud.IMAGE, name="failed", status="error", created_at="2020-11-05T00:00:00.000000")
    last = snapshots.row(cloud.WEB, name="last", created_at="2020-11-04T18:00:00.000000")
    rows = [failed, last, snapshots.row(), snapshots.OLDER_ROW]
    restores.record_site(restoring, rows=rows, shows=snapshots.shown(**snapshots.OLDER_ROW))
    at = "2020-11-04T12:00:00+01:00"
    result = restoring.run("restore", check=True, type="oneclick", workload="API", at=at, **QUICK)
    assert result["restore_plan"]["times"] == {
        "requested_at": "2020-11-04T11:00:00Z",
        "requested_at_local": "2020-11-04T12:00:00+01:00",
        "taken_at": "2020-11-02T14:03:18Z",
        "taken_at_local": "2020-11-02T15:03:18+01:00",
        "newer_snapshots": 2,
        "newest_taken_at": "2020-11-04T18:00:00Z",
    }


def test_the_newest_without_a_time(restoring: Exchange) -> None:
    restores.record_site(restoring)
    result = restoring.run("restore", check=True, type="oneclick", workload="API", latest=True, **QUICK)
    times = result["restore_plan"]["times"]
    assert (times["requested_at"], times["requested_at_local"]) == (None, None)
    assert times["taken_at"] == "2020-11-04T13:58:37Z"
    assert (times["newer_snapshots"], times["newest_taken_at"]) == (0, None)
