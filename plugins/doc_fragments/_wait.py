# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of waiting."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of the options `wait` and `wait_interval`."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - If V(true), the task waits until the server has finished, and checks the result.
      - If V(false), the task ends when the server has accepted the request.
    type: bool
    default: true
  wait_interval:
    description:
      - Seconds between two checks while waiting, and between two attempts of a read that failed temporarily.
      - By default, the pauses grow from 2 to 30 seconds.
    type: float
"""
