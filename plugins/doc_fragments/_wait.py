# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options on waiting."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation that modules share."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the server has done what was asked for, and to check that it did.
      - With V(false) the task ends when the server has taken the request.
    type: bool
    default: true
  wait_interval:
    description:
      - Seconds between two looks while waiting, and between two tries of a read that failed in passing.
      - When not given, the pauses grow from 2 to 30 seconds.
    type: float
"""
