# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times, ages, sizes and tables as operators read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.openprotect.backup.plugins.plugin_utils import _text

NOW = datetime(2026, 11, 20, 14, 30, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown", "age"),
    [
        ("2026-11-20T13:58:37.000000", "2026-11-20 13:58:37 UTC", "31 minutes 23 seconds ago"),
        ("2026-11-20T14:29:59+01:00", "2026-11-20 13:29:59 UTC", "1 hour ago"),
        ("2026-11-18T12:00:00Z", "2026-11-18 12:00:00 UTC", "2 days 2 hours ago"),
        ("2026-11-21T12:00:00Z", "2026-11-21 12:00:00 UTC", "in the future of this clock"),
        (None, "an unknown time", "at an unknown time"),
    ],
)
def test_times_are_in_utc_to_the_second_with_their_age(text: Any, shown: str, age: str) -> None:
    assert (_text.time_text(text), _text.age_text(text, NOW)) == (shown, age)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.2, "0 seconds"), (1, "1 second"), (59.6, "1 minute"), (86400 * 3 + 5, "3 days")]
)
def test_durations_have_two_units_at_most(seconds: float, shown: str) -> None:
    assert _text.duration_text(seconds) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 bytes"), (1536, "1.5 KiB"), (3 * 1024**5, "3072.0 TiB"), (None, "unknown")]
)
def test_sizes_have_the_largest_unit(number: Any, shown: str) -> None:
    assert _text.size_text(number) == shown


def test_tables_are_aligned() -> None:
    assert _text.table([("a", "bb", 1), ("aaa", "b", 22)]) == ["a    bb  1", "aaa  b   22"]
    assert _text.table([]) == []
    assert _text.named({"id": "1", "name": None}) == "1"
