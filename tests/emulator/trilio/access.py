# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of the caller that all kinds share (reference A.1, A.3)."""

from __future__ import annotations

from flask import g, request

from ..clouds.keystone import caller
from ..server.errors import Refusal
from .errors import denied
from .world import World, the_world

INTERNAL_ERROR = "The server has either erred or is incapable of performing the requested operation."


def check_project() -> None:
    """Refuse a URL with another project than that of the token (reference A.1).

    :raises Refusal: With `project_mismatch_code`.
    """
    in_url = g.get("url_project_id")
    if in_url is not None and in_url != caller().project_id:
        raise Refusal(the_world().switches.project_mismatch_code, "Malformed request url")


def admin_flag(name: str, rule: str) -> bool:
    """Return whether the query asks for all projects.

    :param name: The query key.
    :param rule: Policy rule, named in the refusal.
    :raises Refusal: 403 unless an administrator asks (reference A.3).
    """
    if request.args.get(name, "").lower() not in the_world().switches.all_flag_values:
        return False
    if not caller().is_admin:
        raise denied(rule)
    return True


def require_jobs_table(world: World) -> None:
    """Refuse calls that make a job if the table of jobs is broken, as seen after a fresh installation (reference A.6).

    :raises Refusal: 500, which does not name the cause.
    """
    if world.switches.jobs_table == "broken":
        raise Refusal(500, INTERNAL_ERROR)
