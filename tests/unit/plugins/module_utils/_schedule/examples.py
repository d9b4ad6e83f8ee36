# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules that several test files write, and tracks of each kind."""

from __future__ import annotations

from typing import Any

# What a user writes to get that request.
WRITTEN_6X: dict[str, Any] = {
    "enabled": True,
    "timezone": "Etc/UTC",
    "start_date": "2025-01-28",
    "start_time": "14:15",
    "hourly": {"interval": 1, "retention": 2},
    "daily": {"backup_time": ["14:15"], "retention": 2},
    "weekly": {"backup_day": ["wed"], "retention": 2},
    "monthly": {"month_backup_day": [20], "retention": 2},
    "yearly": {"backup_month": ["mar"], "retention": 1},
    "manual": {"retention": 21},
}

WRITTEN_4X: dict[str, Any] = {
    "enabled": False,
    "timezone": "UTC+2",
    "start_date": "2020-10-27",
    "start_time": "15:00",
    "interval": 5,
    "retention_count": 10,
    "full_backup_interval": -1,
}

HOURLY = {"interval": 6, "retention": 4, "snapshot_type": "incremental"}
DAILY = {"backup_time": ["02:00"], "retention": 7, "snapshot_type": "incremental"}
WEEKLY = {"backup_day": ["sun"], "retention": 4, "snapshot_type": "full"}
MONTHLY = {"month_backup_day": [1], "retention": 12, "snapshot_type": "full"}
YEARLY = {"backup_month": ["jan"], "retention": 2, "snapshot_type": "full"}
