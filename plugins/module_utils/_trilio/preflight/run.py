# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Why would backups stop? All checks, in order; the answer of the module C(preflight_info)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import InputError
from . import connection as preflight_way
from . import project as preflight_project
from . import workloads as preflight_workload
from .report import SKIPPED, Check, report, summary

WAY = ("dns", "tls", "token", "catalog", "api")


def check_options(options: Mapping[str, Any]) -> None:
    """Raise what is wrong with the options.

    :raises InputError: A role has no name.
    """
    if any(not role.strip() for role in options.get("trustee_roles") or ()):
        raise InputError("The option 'trustee_roles' holds an empty name.")


def query(options: Mapping[str, Any], log_in: preflight_way.LogIn) -> dict[str, Any]:
    """Make all checks and return what C(preflight_info) does.

    Eight requests and a login, one for each workload, and two more for each that is scheduled.

    :param log_in: Logs in, and masks what is secret.
    :raises InputError: The connection options are wrong.
    :raises LoginError: A library is missing.
    """
    way = preflight_way.go(options, log_in)
    checks = list(way.checks)
    if way.context is not None and way.workloads is not None:
        survey = preflight_project.read_survey(way.context, way.workloads, options)
        for check in preflight_project.CHECKS.values():
            checks += check(survey)
        checks += preflight_workload.workloads(survey)
    else:
        done = {check.name for check in checks}
        left = [name for name in (*WAY, *preflight_project.CHECKS, "workloads") if name not in done]
        checks += [Check(name, SKIPPED, "not checked", "something before it failed") for name in left]
    return {
        "checks": [check.result() for check in checks],
        "summary": summary(checks),
        "report": report(checks),
        "project_id": way.connection.project_id if way.connection else None,
    }
