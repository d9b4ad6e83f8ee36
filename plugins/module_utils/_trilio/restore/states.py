# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The options of the module C(restore), and what each state of it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .options import INSTANCE_SPEC, NETWORK_SPEC, TYPES
from .start import StartRestore
from .stop import Cancel, Delete

SPEC: Mapping[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent", "cancelled"], "default": "present"},
    "type": {"type": "str", "choices": list(TYPES)},
    "workload": {"type": "str"},
    "latest": {"type": "bool", "default": False},
    "at": {"type": "str"},
    "snapshot": {"type": "str"},
    "id": {"type": "str"},
    "request_key": {"type": "str", "no_log": False},
    "force_new": {"type": "bool", "default": False},
    "name": {"type": "str"},
    "description": {"type": "str"},
    "instances": {"type": "list", "elements": "dict", "options": INSTANCE_SPEC},
    "networks": {"type": "list", "elements": "dict", "options": NETWORK_SPEC},
    "restore_topology": {"type": "bool", "default": False},
    "restore_file": {"type": "path"},
    "confirm_overwrite": {"type": "list", "elements": "str"},
    "plan_only": {"type": "bool", "default": False},
    "delete_resources": {"type": "bool", "default": False},
}

STATES = {"present": StartRestore, "absent": Delete, "cancelled": Cancel}
