# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The comparison of schedules, for workloads and workload policies."""

from __future__ import annotations

from typing import Any

from .._engine.comparison import Comparison
from .._schedule import compare


class ScheduleComparison(Comparison):
    """A schedule, of which only the given keys and whole tracks are managed."""

    def differences(self, option: str, desired: Any, shown: Any) -> list[str]:
        """Compare the given keys."""
        return compare.differences(desired, shown or {})

    def after(self, desired: Any, shown: Any) -> Any:
        """Lay the given keys over the shown ones; an empty track is removed."""
        return compare.merged(desired, shown or {})
