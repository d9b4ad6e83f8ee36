# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Progress of a snapshot that is taken; all else is done by the module of the same name."""

from __future__ import annotations

from ..plugin_utils._progress import ProgressAction


class ActionModule(ProgressAction):
    """Shows how far a snapshot is."""

    noun = "snapshot"
    ended = frozenset({"available", "mounted", "error", "cancelled"})
    default_timeout = 14400.0
    starting = ("workload", "name", "description", "max_age", "timeout")
