# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""Causes of failed snapshots that the text of the server does not tell (reference C.2, N12)."""

from __future__ import annotations

import re
from typing import Optional

CAUSES = {
    r"service catalog is empty": "The service account of Trilio has no default project: have an administrator set one "
    "in Keystone.",
    r"\b502\b|bad gateway": "The data mover API may be registered under a URL that cannot be reached: have an "
    "administrator correct its endpoint in Keystone.",
    r"no valid host was found": "No node of the service takes jobs: have an administrator enable one.",
    r"unable to find virtual machine": "A server of the workload is gone from Nova: take it out of its instances.",
    r"encrypted volume": "An encrypted volume needs a workload with encryption: take its server out of this one.",
    r"quota": "While a backup runs, Cinder holds one more volume for each disk, and two snapshots of each volume: "
    "raise its quota.",
}
"""What to do, by a pattern in the text of the server."""


def explain(error_msg: Optional[str]) -> str:
    """Return what to do about a failed snapshot, empty if its cause is not known."""
    text = (error_msg or "").lower()
    return next((advice for pattern, advice in CAUSES.items() if re.search(pattern, text)), "")
