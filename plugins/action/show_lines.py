# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the lines that the module `show_lines` returns, since a module cannot print anything."""

from __future__ import annotations

from typing import Any, Optional

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display


class ActionModule(ActionBase):
    """Prints lines of text."""

    _supports_check_mode = True

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        """Run the module, print its lines at once, so that those of several hosts do not mix, and return its result."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        result.update(self._execute_module(module_args=dict(self._task.args), task_vars=task_vars))
        if not result.get("failed") and not self._task.no_log:
            shared = task_vars or {}
            several = len(shared.get("ansible_play_hosts_all") or ()) > 1
            title = [f"{shared['inventory_hostname']}:"] if several else []
            Display().display("\n".join([*title, *result["lines"]]), stderr=writes_json())
        return result


def writes_json() -> bool:
    """Return whether the standard output is JSON, which other text would break."""
    return "json" in constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK")
