# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module as Ansible does by itself. `meta/runtime.yml` names the modules for which this file does so."""

from __future__ import annotations

from typing import Any, Optional

from ansible.plugins.action.normal import ActionModule as NormalAction

from ..plugin_utils._call_directory import hand_on_call_directory
from ..plugin_utils._option_names import with_names_of_variables


class ActionModule(NormalAction):
    """Runs a module that can look for files in the directory in which Ansible was called."""

    def run(self, tmp: Optional[str] = None, task_vars: Optional[dict[str, Any]] = None) -> dict[str, Any]:
        """Run the module and return its result, with the names of variables of a role or playbook in messages."""
        hand_on_call_directory(self._task, self._connection)
        result: dict[str, Any] = with_names_of_variables(super().run(tmp, task_vars), self._templar, task_vars)
        return result
