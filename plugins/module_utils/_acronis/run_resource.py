# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Run the modules that manage one object of Acronis."""

from __future__ import annotations

from typing import Any

from .._core import module
from .._engine.comparison import field_options
from .._engine.converge import ConvergeTask
from .._engine.model import D
from .._engine.resource import Resource
from .run import ACRONIS


def run_resource(resource: type[Resource[D]]) -> None:
    """Run the module that manages one object of a resource."""
    spec: dict[str, Any] = {**field_options(resource.fields), **resource.options}
    module.run(ACRONIS, spec, lambda given: ConvergeTask(resource, given), resource.rules)
