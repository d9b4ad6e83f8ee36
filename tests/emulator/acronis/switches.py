# Copyright (c) 2026 The OpenProtect contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches: what the public documents leave open, and what tests need to vary (Acronis reference 1.2, 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..server.switches import LEAST, SwitchSet, UnknownSwitch


@dataclass
class Switches(SwitchSet):
    """The switches of one emulator of the Acronis platform."""

    attributes_patch: Literal["merge", "replace"] = "merge"
    tenant_ids: Literal["uuid", "number"] = "uuid"
    appear_s: float = 2.0
    patch_delay_s: float = 0.0
    duplicate_names: Literal["accept", "reject"] = "accept"
    unasked_keys: Literal["hidden", "shown"] = "hidden"
    enabled_key: Literal["shown", "hidden"] = "shown"
    get_by_id: Literal["404", "200"] = "404"
    post_form: Literal["items", "bare", "both"] = "items"
    post_answer: Literal["nothing", "id"] = "nothing"
    write_code: Literal[204, 200] = 204
    delete_unknown: Literal["404", "204"] = "404"
    unknown_keys: Literal["reject", "ignore"] = "reject"
    foreign_write: Literal["accept", "reject"] = "accept"
    foreign_client_id: Literal["accept", "reject"] = "accept"
    page_size: int = field(default=50, metadata={LEAST: 1})
    cursor: Literal["query", "query_only", "position"] = "query"
    total: Literal["absent", "shown"] = "absent"
    error_body: Literal["full", "message", "html", "empty"] = "full"
    token_life_s: float = 7200.0
    token_expiry: Literal["expires_on", "expires_in", "both", "absent"] = "expires_on"
    token_endpoints: Literal["own", "any"] = "own"


def profile(name: str) -> Switches:
    """Return the switches with their default values; this API has no other profile."""
    if name:
        raise UnknownSwitch(f"There is no profile {name!r}.")
    return Switches()
