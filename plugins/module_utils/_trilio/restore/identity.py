# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""What a restore is recognised by: a mark at the end of its description, and where that did not survive, what it restores. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

MARK = re.compile(r" ?\[openprotect:([0-9a-f]{8}):([A-Za-z0-9._-]{1,12})\]\s*$")
KEY = re.compile(r"[A-Za-z0-9._-]{1,12}")
"""What a key may look like: what stays readable, and the same, in a description."""


class Mark(NamedTuple):
    """A mark that a description holds.

    :param text: The description without it.
    :param intent: What was asked for, 8 hex digits; None where there is no mark.
    :param key: Which restore it is; None where there is no mark.
    """

    text: str
    intent: Optional[str]
    key: Optional[str]


def intent_of(kind: str, workload_id: str, source: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """Return what was asked for as 8 hex digits: the same as long as the task is written in the same way.

    :param kind: V(oneclick), V(selective) or V(inplace).
    :param source: Which snapshot, as written: V(latest) stays that when newer ones come.
    :param plan: What is restored to where, as written.
    """
    return digest([kind, workload_id, source, plan])[:8]


def key_of(intent: str, workload_id: str, snapshot_id: str) -> str:
    """Return which restore it is, as 12 hex digits: the same intent from another snapshot is another restore."""
    return digest([intent, workload_id, snapshot_id])[:12]


def digest(value: Any) -> str:
    """Return a digest of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(without_nothing(value), sort_keys=True).encode()).hexdigest()


def without_nothing(value: Any) -> Any:
    """Return plain data without the keys that hold None: an option that is not given is as good as one that is not there."""
    if isinstance(value, Mapping):
        return {str(key): without_nothing(each) for key, each in value.items() if each is not None}
    return [without_nothing(each) for each in value] if isinstance(value, (list, tuple)) else value


def marked(text: str, intent: str, key: str) -> str:
    """Return a description with the mark at its end."""
    return f"{text} [openprotect:{intent}:{key}]" if text else f"[openprotect:{intent}:{key}]"


def read(description: Optional[str]) -> Mark:
    """Return what a description holds; the server shows C(-) for an empty one (API reference B.5)."""
    text = "" if description in (None, "-") else str(description)
    found = MARK.search(text)
    return Mark(text, None, None) if found is None else Mark(text[: found.start()], found.group(1), found.group(2))


def same_request(sent: Mapping[str, Any], shown: Any) -> bool:
    """Tell whether the C(restore_options) that the server shows are those that were sent.

    The server fills the instances of a one-click restore and may add name and description; numbers and truth values may come back as text
    (API reference B.5, Q1, Q6). What a target network is called does not count beside its id: it may have been renamed since.
    """
    if not isinstance(shown, Mapping) or sent.get("restore_type") != shown.get("restore_type"):
        return False
    return sent.get("restore_type") == "oneclick" or plain(sent.get("openstack")) == plain(shown.get("openstack"))


def plain(value: Any) -> Any:
    """Return data with all numbers and truth values as text, and target networks without their names."""
    if isinstance(value, Mapping):
        whole = {str(key): plain(each) for key, each in value.items()}
        if isinstance(whole.get("target_network"), dict):
            whole["target_network"].pop("name", None)
        return whole
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value).lower() if str(value).lower() in ("true", "false") else str(value)
