# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time as users write them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.openprotect.backup.plugins.module_utils._core.errors import InputError
from ansible_collections.openprotect.backup.plugins.module_utils._core.times import parse_moment

NIGHT = datetime(2026, 11, 20, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["2026-11-20", " 2026-11-20 ", "2026-11-20T", "20261120"])
def test_a_day_is_no_point_in_time(text: str) -> None:
    """A restore of that day would take the snapshot of the night before."""
    with pytest.raises(InputError) as caught:
        parse_moment("at", text)
    assert "'at'" in str(caught.value)


def test_the_message_says_what_a_day_would_mean_and_what_to_write() -> None:
    with pytest.raises(InputError) as caught:
        parse_moment("at", "2026-11-20")
    assert "the night before" in caught.value.message
    assert "2026-11-20T23:59:59" in caught.value.hint


def test_a_day_is_enough_as_a_beginning() -> None:
    assert parse_moment("date_from", "2026-11-20", day_is_enough=True) == NIGHT


@pytest.mark.parametrize(
    "text", ["2026-11-20T00:00:00", "2026-11-20 00:00", "2026-11-20t00:00:00z", "2026-11-20T01:00:00+01:00"]
)
def test_a_time_of_day_is_understood(text: str) -> None:
    assert parse_moment("at", text) == NIGHT
