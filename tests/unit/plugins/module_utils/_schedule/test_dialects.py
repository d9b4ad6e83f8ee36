# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dialects of lines 4 and 6, of declared and of shown schedules."""

from __future__ import annotations

from typing import Any

import pytest
from unit.plugins.module_utils._schedule.examples import WEEKLY, WRITTEN_4X, WRITTEN_6X

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import ServerLineError
from ansible_collections.openprotect.backup.plugins.module_utils._schedule import wire as schedule_wire
from ansible_collections.openprotect.backup.plugins.module_utils._schedule.dialects import (
    INTERVAL,
    TRACKS,
    dialect_of_desired,
    refuse_other_dialect,
)


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        (WRITTEN_4X, INTERVAL),
        (WRITTEN_6X, TRACKS),
        ({"yearly": {}}, TRACKS),
        ({"manual_retention_days": 5}, TRACKS),
        ({"retention_days": 5}, INTERVAL),
        ({"enabled": True, "start_time": "15:00"}, None),
        ({}, None),
    ],
)
def test_dialect_of_a_wish(wished: dict[str, Any], expected: str | None) -> None:
    assert dialect_of_desired(wished) == expected


@pytest.mark.parametrize(
    ("wished", "dialect", "words"),
    [
        (
            {"weekly": WEEKLY, "manual_retention_days": 3},
            INTERVAL,
            ["line 4 or 5", "schedule.weekly, schedule.manual_retention_days", "Write schedule.interval"],
        ),
        ({"weekly": {}}, INTERVAL, ["schedule.weekly", "Write schedule.interval"]),
        (
            {"interval": 4, "retention_days": 3},
            TRACKS,
            ["line 6", "schedule.interval, schedule.retention_days", "Write schedule.hourly"],
        ),
    ],
)
def test_form_of_the_other_line_is_refused_with_what_to_write_instead(
    wished: dict[str, Any], dialect: str, words: list[str]
) -> None:
    for refuse in (refuse_other_dialect, schedule_wire.write):
        with pytest.raises(ServerLineError) as caught:
            refuse(wished, dialect)
        assert [word for word in [*words, "server_line"] if word not in str(caught.value)] == []


@pytest.mark.parametrize("dialect", [TRACKS, INTERVAL])
def test_common_keys_suit_both_lines(dialect: str) -> None:
    wished = {"enabled": True, "start_time": "22:00"}
    refuse_other_dialect(wished, dialect)
    assert schedule_wire.write(wished, dialect) == {"enabled": True, "start_time": "10:00 PM"}
