# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module of the collection in the process of the test.

The module and AnsibleModule are the real ones. Only the arguments are patched in.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS

from support.messages import check_failure

try:
    from ansible.module_utils.testing import patch_module_args
except ImportError:  # before ansible-core 2.19

    @contextlib.contextmanager
    def patch_module_args(args: dict[str, Any] | None = None) -> Iterator[None]:
        """Patch the arguments in, as ansible-core does since 2.19."""
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args or {}}).encode()):
            yield


@contextlib.contextmanager
def managed_node() -> Iterator[None]:
    """Let ansible-core take this process for one of a managed node.

    Since 2.19 ansible-core checks that. A test may have imported code of the controller before.
    """
    internal = sys.modules.get("ansible.module_utils._internal")
    with (
        mock.patch.object(internal, "is_controller", False)
        if hasattr(internal, "is_controller")
        else contextlib.nullcontext()
    ):
        yield


MODULES = "ansible_collections.openprotect.backup.plugins.modules"


class Failed(Exception):
    """A module ended with fail_json.

    :param result: The result that it returned.
    """

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__(result["msg"])
        self.result = result

    @property
    def error(self) -> dict[str, Any]:
        """Return the return value `error`."""
        error: dict[str, Any] = self.result["error"]
        return error


def run_module(name: str, options: Mapping[str, Any], *, check: bool = False) -> dict[str, Any]:
    """Run a module and return its result.

    :param name: Short name, such as `workload`.
    :param check: Run it in check mode.
    :raises Failed: The module failed.
    """
    module = importlib.import_module(f"{MODULES}.{name}")
    for told in ("_global_warnings", "_global_deprecations"):
        getattr(warnings, told).clear()  # ansible keeps them for its process, which runs one module
    output = io.StringIO()
    arguments = {
        **options,
        "_ansible_check_mode": check,
        "_ansible_diff": True,
        "_ansible_remote_tmp": tempfile.gettempdir(),
    }
    if "inject_invocation" in PASS_VARS:  # since ansible-core 2.21 a module returns its options only if told to
        arguments["_ansible_inject_invocation"] = True
    with (
        managed_node(),
        patch_module_args(arguments),
        contextlib.redirect_stdout(output),
        contextlib.suppress(SystemExit),
    ):
        module.main()
    result: dict[str, Any] = json.loads(output.getvalue())
    if result.get("failed"):
        check_failure(name, result, options)
        raise Failed(result)
    return result


def warnings_of(result: Mapping[str, Any]) -> list[str]:
    """Return the texts of the warnings of a result, of any line of ansible-core."""
    return [each["event"]["msg"] if isinstance(each, dict) else str(each) for each in result.get("warnings", [])]
