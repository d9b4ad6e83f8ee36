# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the progress of the module `snapshot`, which does the rest."""

from __future__ import annotations

from ..plugin_utils._progress import ProgressAction


class ActionModule(ProgressAction):
    """Shows the progress of a snapshot."""

    noun = "snapshot"
    ended = frozenset({"available", "mounted", "error", "cancelled"})
    default_timeout = 14400.0
    starting = ("workload", "name", "description", "max_age", "timeout")
