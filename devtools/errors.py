# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a stage of the tests ends when it does not pass."""

from __future__ import annotations


class StageError(Exception):
    """A stage failed. The message says why."""


class StageSkipped(Exception):
    """A stage cannot run on this machine. The message says what the machine lacks."""
