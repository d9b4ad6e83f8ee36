# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tell a module in which directory Ansible was called, so that it finds the same `clouds.yaml` as `openstack`."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._core.this_host import CALL_DIRECTORY


def hand_on_call_directory(task: Any, connection: Any) -> None:
    """Put the directory into the environment of a module that runs on this host.

    Ansible runs it in the directory of the playbook. On another host the directory means nothing.
    """
    if connection.transport == "local":
        with suppress(OSError):  # the directory was removed
            task.environment = [*(task.environment or []), {CALL_DIRECTORY: wrap_var(os.getcwd())}]
