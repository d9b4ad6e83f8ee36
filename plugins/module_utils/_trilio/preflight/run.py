# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""All checks of the module `preflight_info`, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core import module
from ..._core.errors import InputError
from ..._openstack.run import OPENSTACK_BEFORE_LOGIN, BeforeLogin
from .connection import check_connectivity
from .project import (
    check_licence,
    check_nodes,
    check_policies,
    check_roles,
    check_scheduler,
    check_server_line,
    check_services,
)
from .report import SKIPPED, Check, count_by_status, report_lines
from .survey import read_survey
from .targets import check_targets
from .volumes import check_encryption, check_quota
from .workloads import check_workloads

CHECKS = {
    "roles": check_roles,
    "server_line": check_server_line,
    "licence": check_licence,
    "nodes": check_nodes,
    "scheduler": check_scheduler,
    "services": check_services,
    "quota": check_quota,
    "encryption": check_encryption,
    "targets": check_targets,
    "policies": check_policies,
}
"""The checks of a site and a project by name, in the order in which they are made."""

CONNECTION_CHECKS = ("dns", "tls", "token", "catalog", "api")
OPTIONS: Mapping[str, Any] = {
    "trustee_roles": {"type": "list", "elements": "str", "default": []},
    "show_ids": {"type": "bool", "default": False},
}


def run_preflight() -> None:
    """Run the module `preflight_info`. It logs in by itself, because it reports a login that fails."""
    module.run(
        OPENSTACK_BEFORE_LOGIN, OPTIONS, lambda given: module.InfoTask(check_all, given, check_preflight_options), {}
    )


def check_preflight_options(options: Mapping[str, Any]) -> None:
    """Check the options before the login.

    :raises InputError: A role has no name.
    """
    if any(not role.strip() for role in options.get("trustee_roles") or ()):
        raise InputError("The option 'trustee_roles' holds an empty name.")


def check_all(before_login: BeforeLogin, options: Mapping[str, Any]) -> dict[str, Any]:
    """Make all checks and return the result of the module.

    Eight requests and a login, one for each workload, and two more for each that is scheduled; and those to Cinder and
    Barbican.

    :raises InputError: The connection options are wrong.
    :raises LoginError: A library is missing.
    """
    connectivity = check_connectivity(options, before_login.log_in)
    checks = list(connectivity.checks)
    if connectivity.context is not None and connectivity.workloads is not None:
        survey = read_survey(connectivity.context, connectivity.workloads, options)
        for check in CHECKS.values():
            checks += check(survey)
        checks += check_workloads(survey)
    else:
        done = {check.name for check in checks}
        left = [name for name in (*CONNECTION_CHECKS, *CHECKS, "workloads") if name not in done]
        checks += [Check(name, SKIPPED, "not checked", "something before it failed") for name in left]
    return {
        "checks": [check.result() for check in checks],
        "summary": count_by_status(checks),
        "report": report_lines(checks, bool(options.get("show_ids"))),
        "cloud": connectivity.cloud,
        "project_id": connectivity.connection.project_id if connectivity.connection else None,
    }
