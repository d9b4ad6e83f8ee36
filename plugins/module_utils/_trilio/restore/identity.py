# Copyright (c) 2026 The OpenProtect contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause
# Private to this collection: no promise is made to anybody who imports this file.

"""The identity of a restore, by which a later run recognises it: a marker in its description, or its request. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

MARKER = re.compile(r" ?\[openprotect:([0-9a-f]{8}):([A-Za-z0-9._-]{1,12})\]\s*$")
KEY = re.compile(r"[A-Za-z0-9._-]{1,12}")
"""The form of a key: characters that stay readable, and unchanged, in a description."""


RECOVERY_TEST = "rtest-"
"""How the keys and names of recovery tests begin."""


class Marker(NamedTuple):
    """The description of a restore, and the marker at its end.

    :param text: The description without the marker.
    :param intent: What was asked for, 8 hexadecimal digits; None without a marker.
    :param key: Which restore it is; None without a marker.
    """

    text: str
    intent: Optional[str]
    key: Optional[str]

    @classmethod
    def read(cls, description: Optional[str]) -> Marker:
        """Return the marker and the text of a description; the server shows `-` for an empty one (reference B.5)."""
        text = "" if description in (None, "-") else str(description)
        found = MARKER.search(text)
        return cls(text, None, None) if found is None else cls(text[: found.start()], found.group(1), found.group(2))

    @property
    def is_recovery_test(self) -> bool:
        """Whether a recovery test made the restore, so that nobody works with its servers."""
        return str(self.key).startswith(RECOVERY_TEST)

    def description(self) -> str:
        """Return the description with the marker at its end. It must never change: servers keep it."""
        marker = f"[openprotect:{self.intent}:{self.key}]"
        return f"{self.text} {marker}" if self.text else marker


def intent(restore_type: str, workload_id: str, source: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """Return 8 hexadecimal digits that identify the request: the same for each task that is written in the same way.

    The digest must never change: servers keep it.

    :param source: The snapshot as written: `latest` is the same when there are newer snapshots.
    :param plan: The servers, networks and file to restore, as written.
    """
    return _digest([restore_type, workload_id, source, plan])[:8]


def key(intent: str, workload_id: str, snapshot_id: str) -> str:
    """Return 12 hexadecimal digits that identify the restore: from another snapshot it is another restore.

    The digest must never change: servers keep it.
    """
    return _digest([intent, workload_id, snapshot_id])[:12]


def _digest(value: Any) -> str:
    """Return a digest of plain data that does not depend on the order of keys."""
    return hashlib.sha256(json.dumps(_without_none(value), sort_keys=True).encode()).hexdigest()


def _without_none(value: Any) -> Any:
    """Return plain data without the keys that hold None: they are options that are not given."""
    if isinstance(value, Mapping):
        return {str(name): _without_none(each) for name, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, (list, tuple)) else value


def same_request(sent: Mapping[str, Any], shown: Any) -> bool:
    """Return whether the `restore_options` that the server shows are those that were sent.

    The server fills in the instances of a one-click restore and may add name and description; numbers and truth values
    may come back as text (reference B.5, Q1, Q6). The name of a target network is ignored beside its id: it may change.
    """
    if not isinstance(shown, Mapping) or sent.get("restore_type") != shown.get("restore_type"):
        return False
    return sent.get("restore_type") == "oneclick" or _plain(sent.get("openstack")) == _plain(shown.get("openstack"))


def _plain(value: Any) -> Any:
    """Return data with all numbers and truth values as text, and target networks without their names."""
    if isinstance(value, Mapping):
        whole = {str(name): _plain(each) for name, each in value.items()}
        if isinstance(whole.get("target_network"), dict):
            whole["target_network"].pop("name", None)
        return whole
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value).lower() if str(value).lower() in ("true", "false") else str(value)
