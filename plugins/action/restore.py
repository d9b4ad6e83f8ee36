# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the progress of the module `restore`, which does the rest."""

from __future__ import annotations

from typing import Any, Optional

from ..plugin_utils._option_names import with_names_of_variables
from ..plugin_utils._progress import ProgressAction


class ActionModule(ProgressAction):
    """Shows the progress of a restore."""

    noun = "restore"
    ended = frozenset({"available", "error", "cancelled"})
    default_timeout = 14400.0
    starting = (
        "type",
        "workload",
        "latest",
        "at",
        "snapshot",
        "request_key",
        "force_new",
        "name",
        "description",
        "instances",
        "networks",
        "restore_topology",
        "keep_addresses",
        "allow_duplicate_names",
        "restore_file",
        "confirm_overwrite",
        "timeout",
    )

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        """Restore, and name the variables of the role in messages if a role runs the task."""
        result: dict[str, Any] = with_names_of_variables(super().run(tmp, task_vars), self._templar, task_vars)
        return result
