# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What C(run.py) is for the modules that talk to Acronis Cyber Platform, apart from it so that the others need not carry this half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from .._openstack import run
from . import engine as acronis_engine
from . import login as acronis_login
from . import workload as acronis_workload
from .context import AcronisContext


def acronis_context(options: Mapping[str, Any], check_mode: bool, mask: run.Mask) -> AcronisContext:
    """Log in to a data centre of Acronis."""
    return AcronisContext(acronis_login.login(options, mask), options, check_mode)


ACRONIS = run.Platform(acronis_login.argument_spec, acronis_context, lambda context: {"datacenter_url": context.url})


def run_record(spec: Mapping[str, Any], **rules: Any) -> None:
    """Run the module that takes care of one device record of Acronis.

    :param spec: Options beside the fields of the record and the connection.
    """
    fields = {each.option: dict(each.spec) for each in acronis_workload.FIELDS if each.spec is not None}

    def prepare(options: Mapping[str, Any]) -> Callable[[AcronisContext], dict[str, Any]]:
        wanted = acronis_workload.wish(options)
        return lambda context: run.outcome_result("workload", acronis_engine.converge(context, wanted))

    run.execute({**fields, **spec}, prepare, ACRONIS, **rules)


def run_query(
    query: Callable[[AcronisContext, Mapping[str, Any]], dict[str, Any]],
    check: Callable[[Mapping[str, Any]], None],
    spec: Mapping[str, Any],
    **rules: Any,
) -> None:
    """Run a module that reads from Acronis; the parameters are those of C(run.run_query)."""
    run.execute(spec, run.reading(query, check), ACRONIS, **rules)
