# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""One call of an API, declared with its effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

READ = "READ"
WRITE = "WRITE"


@dataclass(frozen=True)
class Call:
    """One call of an API, and its effect on the server.

    :param method: HTTP method.
    :param path: Path below the endpoint. Placeholders such as `{id}` are filled in, quoted.
    :param effect: `READ` or `WRITE`. The method does not show it: three GETs of this API write (reference Q18).
    :param request_key: Key that wraps the request body; None sends the body as it is.
    :param response_key: Key that wraps the response, None if the body is not read (reference Q16, Q19).
    :param response_type: Type under that key: `dict` for one object, `list` for several, `bool` for a flag.
    :param row_id: Key that each object in the response must have, empty if there is none that all have.
    :param timeout: Least number of seconds for one try, since some creates are slow (reference Q29).
    :param best_effort: A read that the task can do without, so it is not repeated when it fails.
    :param microversion: Value of the header `OpenStack-API-Version`, such as `compute 2.26`; empty to leave it out.
    :param repeatable: A write that may be sent again, because a second one changes nothing more.
    """

    method: str
    path: str
    effect: str
    request_key: Optional[str] = None
    response_key: Optional[str] = None
    response_type: type = dict
    row_id: str = "id"
    timeout: float = 0
    repeatable: bool = False
    best_effort: bool = False
    microversion: str = ""
